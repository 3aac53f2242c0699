"""The docket as people read it: lists, a case, its timeline, counters, the public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from api.services import docket
from api.site import Desk
from api.store.models import Entry
from api.store.oversight import DocketCase
from inspector.oversight.cases import CaseFile
from inspector.oversight.escalation import ExitProposal, open_rungs, propose_exit
from inspector.oversight.moves import Problem
from inspector.oversight.recorded import encode
from inspector.oversight.tallies import tally
from inspector.words import Word, word

Doc = dict[str, Any]
_FILTERS = ("state", "street", "company", "compound", "measure")


def query(args: Mapping[str, Any]) -> Select[Any]:
    """The cases that fit `args`."""
    found = select(DocketCase)
    for name in _FILTERS:
        if args.get(name):
            found = found.where(getattr(DocketCase, name) == args[name])
    if args.get("overdue"):
        late = DocketCase.deadline < args["today"].isoformat()
        found = found.where(DocketCase.state != "closed", DocketCase.deadline != "")
        found = found.where(late)
    return found


def labels(desk: Desk, sheet: str) -> dict[str, str]:
    """Names of compounds, companies or streets by their code."""
    rows = desk.db.execute(
        select(Entry.name, Entry.label).where(
            Entry.sheet == sheet, Entry.live.is_(True)
        )
    )
    return {name: label for name, label in rows}


def summaries(desk: Desk, rows: list[DocketCase]) -> list[Doc]:
    """Lines of a list."""
    compounds, companies = labels(desk, "compounds"), labels(desk, "companies")
    streets = labels(desk, "streets")
    return [
        _public(r, compounds, streets)
        | {
            "company": r.company,
            "company_name": companies.get(r.company, ""),
            "count": r.count,
            "version": r.version,
        }
        for r in rows
    ]


def public(desk: Desk, rows: list[DocketCase]) -> list[Doc]:
    """The same for the public: compound, reason, measure, deadline, state, counts."""
    compounds, streets = labels(desk, "compounds"), labels(desk, "streets")
    return [_public(r, compounds, streets) for r in rows]


def _public(
    r: DocketCase, compounds: Mapping[str, str], streets: Mapping[str, str]
) -> Doc:
    return {
        "number": r.number,
        "compound": r.compound,
        "compound_name": compounds.get(r.compound, ""),
        "street": r.street,
        "street_name": streets.get(r.street, ""),
        "state": word("case", r.state),
        "opened": r.opened,
        "reasons": [Word(c, zh, en) for c, zh, en in r.reasons],
        "measure": word("measure", r.measure),
        "level": word("level", r.level),
        "deadline": r.deadline,
        "found": r.found,
        "solved": r.solved,
        "closed": r.closed,
    }


def detail(desk: Desk, row: DocketCase) -> Doc:
    """One case, with everything the docket knows."""
    case = docket.load(desk, row)
    items = labels(desk, "items")
    (head,) = summaries(desk, [row])
    return head | {
        "steps": case.steps,
        "last_visit": case.last_visit,
        "next": list(case.next) if case.next else [],
        "unit": case.unit,
        "office": word("office", case.office.value if case.office else ""),
        "measures": [_measure(m) for m in case.measures],
        "problems": [_problem(p, items) for p in case.problems],
        "orders": list(case.orders),
        "verdicts": [_verdict(v) for v in case.verdicts],
        "failures": [{"what": f.what, "day": f.day} for f in case.failures],
        "rungs": list(case.rungs),
        "open_rungs": [r.code for r in open_rungs(case, docket.rules(desk))],
        "look_back": case.look_back,
        "reopened": case.reopened,
    }


def _measure(m: Any) -> Doc:
    return {
        "day": m.day,
        "measure": word("measure", m.measure.value),
        "level": word("level", m.level.value),
        "unit": m.unit,
        "number": m.number,
    }


def _problem(p: Problem, items: Mapping[str, str]) -> Doc:
    return {
        "number": p.number,
        "item": p.item,
        "text": items.get(p.item, ""),
        "severity": word("severity", p.severity),
        "found": p.found,
        "deadline": p.deadline,
        "solved": p.solved,
        "company": p.company,
        "source": p.source,
    }


def _verdict(v: Any) -> Doc:
    return {
        "party": word("party", v.party.value),
        "day": v.day,
        "passed": v.passed,
        "number": v.number,
    }


def timeline(desk: Desk, row: DocketCase) -> list[Doc]:
    """Every move with its place in the record, oldest first."""
    return [
        {
            "seq": line.seq,
            "position": line.position,
            "move": word("move", line.kind),
            "day": line.move.day,
            "by": line.by,
            "at": line.at,
            "reason": line.reason,
            "body": encode(line.move),
        }
        for line in docket.lines(desk, row)
    ]


def counters(desk: Desk, by: str) -> list[Doc]:
    """Problems found and solved per key, with the closure rate in percent."""
    cases: list[CaseFile] = list(docket.all_cases(desk).values())
    sheet = {"compound": "compounds", "company": "companies", "street": "streets"}
    names = labels(desk, sheet[by]) if by in sheet else {}
    return [
        {
            "key": key,
            "name": names.get(key, ""),
            "found": t.found,
            "solved": t.solved,
            "percent": t.percent,
        }
        for key, t in tally(cases, by).items()
    ]


def exit_proposal(desk: Desk, row: DocketCase) -> ExitProposal:
    """清退建议 with its evidence. Raises InspectorError docket.no_exit."""
    case = docket.load(desk, row)
    return propose_exit(case, docket.record(desk, row), docket.rules(desk))
