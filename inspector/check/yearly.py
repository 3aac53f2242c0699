"""Rules of how often a firm is inspected in a year, as results tell it.

The results of a month with its freeze, log and reasons → violations. Part of
`inspector.check`; asked when the month closes, and for the auditor's claim.

The inspections are laid out one by one, each with its unit and whether it counts, and
each result is compared with what stands before it: the other way round than
`inspector.selection.yearly` makes it. Source: PROTOCOL.md §13, 国办发〔2024〕54号.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.check.violation import Findings, Violation, rule, run
from inspector.docket.visits import DocketVisit
from inspector.domain import CaseState, Registry
from inspector.policy import Policy

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class YearlyView:
    """Results as published, with what decides their figures. `events`: the month's own
    log; `elsewhere`: days of the unit that other logs had published, by visit;
    `reasons`: the head's, by visit."""

    registry: Registry
    policy: Policy
    docket: tuple[DocketVisit, ...]
    events: Sequence[Doc]
    results: Sequence[Doc]
    elsewhere: Mapping[str, Sequence[str]]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Made:
    """What a log says was made for a result: whose, on which days, up to it."""

    result: Doc
    unit: str
    days: frozenset[str]


def _unit(view: YearlyView, compound: str, usc18: str) -> str:
    return {"company": usc18, "compound": compound}[view.policy.draw.cap_unit]


def _past(view: YearlyView, unit: str) -> set[str]:
    return {
        row.date.isoformat()
        for row in view.registry.history
        if row.counts_for_cap and _unit(view, row.compound, row.usc18) == unit
    }


def _made(view: YearlyView) -> Iterator[_Made]:
    """Each result of the log, with the days of its unit up to it; none of a visit that
    does not count."""
    rules, known = view.policy, {r["visit"]: r for r in view.results}
    kinds = {k.value for k in rules.draw.counts if rules.task.source == "plan"}
    days: dict[str, set[str]] = {}
    mine = ""
    for e in view.events:
        if e["event"] == "inspected" and e["kind"] in kinds:
            mine = _unit(view, e["compound"], e["usc18"])
            days.setdefault(mine, _past(view, mine)).add(e["date"])
        if e["event"] == "result":
            visit = e["visit"]
            there = days.get(mine, set()) | set(view.elsewhere.get(visit, ()))
            if visit in known:
                yield _Made(
                    known[visit], mine, frozenset(there) if mine else frozenset()
                )
            mine = ""


def _count(view: YearlyView, made: _Made) -> int:
    year = view.policy.month.partition("-")[0]
    return sum(day.startswith(year) for day in made.days)


def _limit(view: YearlyView) -> Callable[[_Made], int]:
    """Of each result: cap of the class, and for each case of the unit its steps and
    three more."""
    homes = {c.id: c for c in view.registry.compounds}
    year = int(view.policy.month.partition("-")[0])
    rows = [(v.case, v.compound) for v in view.docket]
    for c in view.registry.docket:
        if c.state is not CaseState.CLOSED or c.opened.year == year:
            rows.append((c.id, c.compound))
    cases: dict[str, set[str]] = {}
    for case, home in rows:
        unit = _unit(view, home, homes[home].usc18)
        cases.setdefault(unit, set()).add(case)
    each, caps = len(view.policy.visits.series_minutes) + 3, dict(view.policy.draw.caps)

    def of(made: _Made) -> int:
        if not made.unit:
            return 0
        cap = caps[homes[made.result["compound"]].risk_class]
        return cap + each * len(cases.get(made.unit, ()))

    return of


@rule(
    "检查 {subject} 公示为本年第 {found} 次，应为第 {due} 次",
    "visit {subject} is published as number {found} of the year instead of {due}",
)
def results_counted(view: YearlyView) -> Findings:
    """Each result tells how often its unit was inspected this year (PROTOCOL §13).

    A unit's compounds on one day are one inspection (综合查一次).
    """
    for made in _made(view):
        found, due = made.result["count"], _count(view, made)
        if found != due:
            yield made.result["visit"], {"found": found, "due": due}


@rule(
    "检查 {subject} 公示的本年上限为 {found} 次，应为 {due} 次",
    "visit {subject} is published with a limit of {found} a year instead of {due}",
)
def results_limited(view: YearlyView) -> Findings:
    """Each result tells how often its unit may be inspected a year (PROTOCOL §13)."""
    limit = _limit(view)
    for made in _made(view):
        found, due = made.result["limit"], limit(made)
        if found != due:
            yield made.result["visit"], {"found": found, "due": due}


@rule(
    "检查 {subject} 公示的超限理由不是密封的理由",
    "visit {subject} is published with another reason for excess than was sealed",
)
def reasons_opened(view: YearlyView) -> Findings:
    """The reason opens with a result in excess, with no other (PROTOCOL §13)."""
    for row in view.results:
        over = row["count"] > row["limit"]
        if row.get("excess", "") != (
            view.reasons.get(row["visit"], "") if over else ""
        ):
            yield row["visit"], {}


@rule(
    "检查 {subject} 为本年第 {count} 次，超过上限 {limit} 次而没有理由",
    "visit {subject} is number {count} of the year, above the limit of {limit}, "
    "without a reason",
)
def excess_explained(view: YearlyView) -> Findings:
    """What goes over the limit is made, with the head's reason (PROTOCOL §13)."""
    for row in view.results:
        if row["count"] > row["limit"] and not row.get("excess"):
            yield row["visit"], {"count": row["count"], "limit": row["limit"]}


YEARLY_RULES = (results_counted, results_limited, reasons_opened)
EXPLAINED_RULES = (excess_explained,)


def check_yearly(view: YearlyView) -> tuple[Violation, ...]:
    """Counts, limits and reasons of the results are what they say."""
    return run(YEARLY_RULES, view)


def check_explained(view: YearlyView) -> tuple[Violation, ...]:
    """The auditor's: what goes over has its reason."""
    return run(EXPLAINED_RULES, view)
