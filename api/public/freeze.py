"""freeze.json as tables: the public half of the registries, as a month froze them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from inspector.docket.visits import DocketVisit
from inspector.domain import Case, Compound, Evaluation, mode_of
from inspector.month.reopen import read
from inspector.policy import BottomRules, Policy, Scope
from inspector.selection.draw import in_scope
from inspector.selection.ranking import Ranked, Ranking, rank
from inspector.selection.yearly import Limit, limits, unit_of
from inspector.workdays import publish_by

Doc = Mapping[str, Any]


def managed(compound: Doc) -> dict[str, str]:
    """How a compound is managed, and who is responsible where no company is."""
    return {
        "mode": mode_of(compound["usc18"], compound.get("mode", "")),
        "responsible": compound.get("responsible", ""),
    }


@dataclass(frozen=True, slots=True)
class Register:
    """One month's freeze.json, by key. `doc` has no evaluations and no history."""

    doc: Doc
    compounds: Mapping[str, Doc]
    companies: Mapping[str, Doc]
    streets: Mapping[str, Doc]
    items: Mapping[str, Doc]
    excluded: Mapping[str, str]  # compound -> reason
    strata: Mapping[tuple[str, str, str], Doc]
    ranking: Sequence[Ranked]
    listed: int
    cases: Mapping[str, Sequence[Doc]]
    docket_visits: Mapping[str, Sequence[Doc]]
    run_by: Mapping[str, Sequence[Doc]]  # usc18 -> its compounds
    limits: Mapping[str, Limit]  # compound -> yearly limit; none where nobody counts
    counted: Mapping[str, frozenset[str]]  # unit -> days of the year in its history

    def street(self, code: str) -> str:
        """A street's name, or its code."""
        return str(self.streets.get(code, {}).get("name", code))

    def company(self, usc18: str) -> str:
        """A company's name, "" for none."""
        return str(self.companies.get(usc18, {}).get("name", usc18))

    def place(self, compound: str) -> dict[str, str]:
        """A compound with its street and company, as rows about its visits name it."""
        where = self.compounds[compound]
        return {
            "compound": where["id"],
            "compound_name": where["name"],
            "street": where["street"],
            "street_name": self.street(where["street"]),
            "usc18": where["usc18"],
            "company_name": self.company(where["usc18"]),
            **managed(where),
        }

    def coverage(self) -> tuple[int, int]:
        """覆盖率: active compounds that a company manages, and all active ones."""
        active = [c for c in self.compounds.values() if c["status"] == "active"]
        return sum(bool(c["usc18"]) for c in active), len(active)

    def stratum(self, compound: Doc) -> Doc | None:
        """The stratum in which a compound may be drawn; None when it is in none."""
        if compound["status"] != "active" or compound["id"] in self.excluded:
            return None
        if not self._in_scope(compound):
            return None
        kind = compound["type"] if self.doc["policy"]["draw"]["by_type"] else ""
        return self.strata.get((compound["street"], compound["risk_class"], kind))

    def _in_scope(self, compound: Doc) -> bool:
        district = self.streets.get(compound["street"], {}).get("district", "")
        scope = read(Scope, self.doc["policy"]["scope"])
        return in_scope(read(Compound, compound), district, scope)

    def due(self, day: str) -> str:
        """公示期限 of a visit on `day`; "" beyond the frozen calendar."""
        days, most = self.doc["publish_days"], self.doc["policy"]["publish_workdays"]
        with suppress(IndexError):
            return str(publish_by(days, day, most))
        return ""

    @property
    def last_due(self) -> str:
        """When the last result of the month must be public."""
        return self.due(self.doc["working_days"][-1])


def make_register(doc: dict[str, Any]) -> Register:
    """The register of a parsed freeze.json."""
    limits, counted = _yearly(doc)
    doc.pop("history")
    ranking = _ranking(doc)
    strata = {(s["street"], s["risk_class"], s["type"]): s for s in doc["strata"]}
    return Register(
        doc,
        _by(doc["compounds"], "id"),
        _by(doc["companies"], "usc18"),
        _by(doc["streets"], "code"),
        _by(doc["items"], "code"),
        {e["compound"]: e["reason"] for e in doc["exclusions"]},
        strata,
        ranking.order,
        ranking.listed,
        _grouped(doc["docket"], "compound"),
        _grouped(doc["docket_visits"], "compound"),
        _grouped(doc["compounds"], "usc18"),
        limits,
        counted,
    )


def _yearly(doc: Doc) -> tuple[dict[str, Limit], dict[str, frozenset[str]]]:
    """Limits, and days that count, of the freeze's year (PROTOCOL.md §13)."""
    policy = read(Policy, doc["policy"])
    found = limits(
        [read(Compound, c) for c in doc["compounds"]],
        [read(Case, c) for c in doc["docket"]],
        [read(DocketVisit, v) for v in doc["docket_visits"]],
        policy,
    )
    days: dict[str, set[str]] = {}
    for h in doc["history"]:
        if h["counts_for_cap"] and h["date"][:4] == doc["month"][:4]:
            unit = unit_of(h["compound"], h["usc18"], policy)
            days.setdefault(unit, set()).add(h["date"])
    return found, {unit: frozenset(each) for unit, each in days.items() if unit}


def _ranking(doc: dict[str, Any]) -> Ranking:
    """The ranking again, from the evaluations in freeze.json."""
    return rank(
        (read(Compound, c) for c in doc["compounds"]),
        (Evaluation(*e) for e in doc.pop("evaluations")),
        read(BottomRules, doc["policy"]["bottom"]),
    )


def _by(rows: Sequence[Doc], name: str) -> dict[str, Doc]:
    return {row[name]: row for row in rows}


def _grouped(rows: Sequence[Doc], name: str) -> dict[str, list[Doc]]:
    out: dict[str, list[Doc]] = {}
    for row in rows:
        out.setdefault(row[name], []).append(row)
    return out
