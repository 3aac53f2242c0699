"""A year counted from what its logs and freezes tell everybody, and from nothing else.

freeze.json and the events of each log, as published → coverage, realised against
published chances, inspections by company, carried and owed visits (PROTOCOL.md §11).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from inspector.results.logged import Event, logged_results
from inspector.workdays import local_day

RANDOM, SERIES = "random", "remediation"


@dataclass(frozen=True, slots=True)
class YearLog:
    """A log with its freeze in force; logs of cancelled draws have none to give."""

    origin: str
    freeze: Mapping[str, Any]
    events: Sequence[Event]

    @property
    def attempt(self) -> int:
        return int(self.freeze["attempt"])

    def of(self, kind: str) -> list[Event]:
        return [e for e in self.events if e["event"] == kind]


@dataclass(frozen=True, slots=True)
class ClassChances:
    """Published and realised chances of a class: sums over the freezes of the year.

    `places`: compounds in the draw, each month's counted; `expected` drawn, exactly.
    """

    risk_class: str
    places: int
    expected: tuple[int, ...] = field(metadata={"says": "[分子, 分母]"})
    drawn: int


@dataclass(frozen=True, slots=True)
class CompanyCount:
    """Random inspections at the compounds of a company."""

    usc18: str
    inspections: int


@dataclass(frozen=True, slots=True)
class YearCounts:
    """Figures of a year. `compounds`: active in the newest freeze; `covered`: of these,
    inspected at random in the year; `repeats`: more than once.

    `carried`: random visits not made; `owed`: taken up by a later freeze, `again` of
    them carried again, `made` inspected, `gone` dropped with their compound. `twice`:
    compounds inspected in two logs since the first visit was sealed at the second
    freeze. `gaps`: steps of a series further apart, or nearer, than the policy says.
    """

    logs: int
    compounds: int
    covered: int
    repeats: int
    late: int
    carried: int
    owed: int
    again: int
    made: int
    gone: int
    twice: int
    gaps: int
    classes: tuple[ClassChances, ...]
    companies: tuple[CompanyCount, ...]


def year_counts(logs: Iterable[YearLog], year: int) -> YearCounts:
    """The counts of all logs of the year's months, whatever their order."""
    every = sorted(
        (log for log in logs if log.freeze["month"].startswith(f"{year:04d}-")),
        key=lambda log: (log.freeze["frozen_at"], log.origin),
    )
    newest = every[-1].freeze["compounds"] if every else []
    active = {c["id"] for c in newest if c["status"] == "active"}
    visits = Counter(e["compound"] for log in every for e in _random(log))
    firms = Counter(e["usc18"] for log in every for e in _random(log))
    firms.pop("", None)
    owed = [(log, row) for log in every for row in log.freeze["owed"]]
    due = [(log, row["compound"]) for log, row in owed if not row["gone"]]
    return YearCounts(
        logs=len(every),
        compounds=len(active),
        covered=len(active & visits.keys()),
        repeats=sum(n > 1 for n in visits.values()),
        late=sum(_late(log) for log in every),
        carried=sum(RANDOM in e["kinds"] for log in every for e in log.of("carried")),
        owed=len(due),
        again=sum(c in _carried(log) for log, c in due),
        made=sum(c in {e["compound"] for e in _random(log)} for log, c in due),
        gone=len(owed) - len(due),
        twice=len(_twice(every)),
        gaps=_gaps(every),
        classes=tuple(_classes(every)),
        companies=tuple(
            CompanyCount(usc18, n)
            for usc18, n in sorted(firms.items(), key=lambda x: (-x[1], x[0]))
        ),
    )


def _random(log: YearLog) -> Iterator[Event]:
    return (e for e in log.of("inspected") if e["kind"] == RANDOM)


def _carried(log: YearLog) -> set[str]:
    return {e["compound"] for e in log.of("carried") if RANDOM in e["kinds"]}


def _late(log: YearLog) -> int:
    """Inspections published after their deadline, by the freeze's own days."""
    days, n = log.freeze["publish_days"], log.freeze["policy"]["publish_workdays"]
    return sum(
        local_day(e["at"]).isoformat() > [d for d in days if d > made[0]["date"]][n - 1]
        for _, e, made in logged_results(log.events)
        if made
    )


def _twice(every: Sequence[YearLog]) -> set[str]:
    """Compounds with a random visit in two logs, the first one published after the
    freeze of the second."""
    found: set[str] = set()
    told = [
        (made["compound"], e["at"], log)
        for log in every
        for _, e, own in logged_results(log.events)
        for made in own
        if made["kind"] == RANDOM
    ]
    by: dict[str, list[tuple[str, YearLog]]] = defaultdict(list)
    for compound, at, log in told:
        by[compound].append((at, log))
    for compound, rows in by.items():
        for at, log in rows:
            begun = log.freeze["frozen_at"]
            freezes = (other.freeze["frozen_at"] for _, other in rows)
            if any(begun < frozen < at for frozen in freezes):
                found.add(compound)
    return found


def _gaps(every: Sequence[YearLog]) -> int:
    """Gaps between steps of one series that are not within the policy's; the freeze
    says of which case a compound's steps are."""
    steps: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for log in every:
        rules = log.freeze["policy"]["visits"]
        case = {d["compound"]: d["case"] for d in log.freeze["docket_visits"]}
        for e in log.of("inspected"):
            if e["kind"] == SERIES:
                name = str(case.get(e["compound"], e["compound"]))
                steps[name].append((e["date"], rules))
    wrong = 0
    for rows in steps.values():
        rows.sort(key=lambda r: r[0])
        for (one, _), (two, rules) in pairwise(rows):
            days = (date.fromisoformat(two) - date.fromisoformat(one)).days
            wrong += not rules["gap_min"] <= days <= rules["gap_max"]
    return wrong


def _classes(every: Sequence[YearLog]) -> Iterator[ClassChances]:
    places, drawn = Counter[str](), Counter[str]()
    expected: dict[str, Fraction] = defaultdict(Fraction)
    for log in every:
        own = (e for e in log.of("drawn") if e["attempt"] == log.attempt)
        draw = next(own, None)
        if draw is None:  # A freeze that waits for its draw has promised nothing yet.
            continue
        drawn.update(draw["classes"])
        for s in log.freeze["strata"]:
            places[s["risk_class"]] += s["size"]
            expected[s["risk_class"]] += Fraction(*s["expected"])
    for risk in sorted(places):
        exact = expected[risk].as_integer_ratio()
        yield ClassChances(risk, places[risk], exact, drawn[risk])
