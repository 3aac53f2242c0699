"""Docket visits with a published result → moves of their cases, each visit once.

A result moves its case when it is published (`published`, in that transaction), not at
the close. A visit that does not fit its case any more (a planner went on meanwhile)
stops nothing: it is left out, recorded and told, and the planner may ask again
(`take_visits`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from api.docket import cases as docket
from api.docket.answers import DocketIntake, RefusedVisit
from api.docket.intake import opening
from api.months import steps
from api.site import Desk
from api.store.models import Month
from api.store.oversight import DocketCase
from inspector.docket.cases import CaseFile
from inspector.docket.entry import Reason, Why
from inspector.docket.from_results import Report, moves_of, reported
from inspector.docket.moves import CaseAdopted, CaseOpened
from inspector.docket.visits import DOCKET_KINDS
from inspector.domain import VisitKind
from inspector.errors import InspectorError
from inspector.month.assigned import Assigned, Result
from inspector.month.freeze import Frozen
from inspector.month.record import log_name
from inspector.selection.ranking import Ranking


@dataclass(frozen=True, slots=True)
class _Due:
    """A visit with a published result: its case, and what it found."""

    case: str
    visit: str
    report: Report


def published(desk: Desk, month: Month, assigned: Assigned, result: Result) -> None:
    """What a result does to the docket when it is published."""
    due = [d for d in _reports(assigned) if d.visit == result.visit]
    if not due:
        return
    done = _taken(desk, assigned, due, f"公示 published {month.month}/{result.visit}")
    for left_out in done.refused:
        told = {"visit": result.visit, "case": left_out.case, "why": left_out.why}
        desk.event("docket_visit_refused", f"month:{month.id}", **told)


def take_visits(desk: Desk, month: Month, reason: str) -> DocketIntake:
    """Published results of the month's docket visits that are in no case yet become
    moves; those that do not fit are told with the reason."""
    assigned: Assigned = steps.load(desk, month).need("assigned", "docket")
    done = _taken(desk, assigned, _reports(assigned), reason)
    counts = {"changed": len(done.changed), "refused": len(done.refused)}
    desk.event("docket_visits_taken", f"month:{month.id}", **counts)
    return done


def _taken(
    desk: Desk, assigned: Assigned, found: Iterable[_Due], reason: str
) -> DocketIntake:
    opened: list[str] = []
    refused: list[RefusedVisit] = []
    cases: dict[str, CaseFile] = {}
    for due in found:
        row = _ensure(desk, assigned.frozen, due.case, opened)
        case = docket.load(desk, row)
        if reported(case, due.report):
            continue
        visits, rules = assigned.frozen.policy.visits, docket.rules(desk)
        try:
            moves = moves_of(case, due.report, visits, rules)
            cases[row.number] = docket.append(desk, row, case, moves, reason)
        except InspectorError as e:
            refused.append(RefusedVisit(row.number, due.report.name, str(e)))
    fresh = [docket.load(desk, docket.find(desk, n)) for n in opened if n not in cases]
    docket.settle(desk, [*cases.values(), *fresh])
    return DocketIntake(tuple(opened), tuple(sorted(cases)), tuple(refused))


def _reports(assigned: Assigned) -> list[_Due]:
    """Each docket visit with a published inspection, by day."""
    frozen = assigned.frozen
    case_of = {v.compound: v.case for v in frozen.intake.visits}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    log = log_name(assigned.log, frozen.file)
    out = []
    for r in sorted(assigned.results, key=lambda r: (r.date, r.visit)):
        visit = visits[r.visit]
        kinds = [k for k in r.made_as(visit.kinds) if k in DOCKET_KINDS]
        if kinds and visit.compound in case_of:
            report = _report(frozen, log, r, kinds[0])
            out.append(_Due(case_of[visit.compound], r.visit, report))
    return out


def _report(frozen: Frozen, log: str, r: Result, kind: VisitKind) -> Report:
    severity = {i.code: i.severity for i in frozen.registry.items}
    found = tuple((code, severity.get(code, "")) for code in r.findings)
    name = f"{frozen.policy.month}/{r.visit}"
    return Report(name, r.date, kind, r.outcome == "no_problem", found, log)


def _ensure(desk: Desk, frozen: Frozen, case_id: str, opened: list[str]) -> DocketCase:
    """The case a frozen visit is for; one the freeze opened or took is begun here."""
    row = desk.db.scalar(select(DocketCase).where(DocketCase.number == case_id))
    if row is not None:
        return row
    docket.begin(desk, frozen_opening(frozen, case_id), "冻结时列入 by the freeze")
    opened.append(case_id)
    return docket.find(desk, case_id)


def frozen_opening(frozen: Frozen, case_id: str) -> CaseOpened | CaseAdopted:
    """How a case of a freeze begins here: taken over, or opened for the bottom list."""
    case = next(c for c in frozen.intake.cases if c.id == case_id)
    if case in frozen.registry.docket:
        return opening(frozen.registry, case, case.opened)
    c = next(c for c in frozen.registry.compounds if c.id == case.compound)
    reasons = (_tail(frozen.ranking, case.compound),)
    return CaseOpened(case.opened, case.id, c.id, c.usc18, c.street, reasons)


def _tail(ranking: Ranking, compound: str) -> Reason:
    place = 1 + [r.compound for r in ranking.order].index(compound)
    facts = (("place", place), ("listed", ranking.listed))
    return Reason(Why.TAIL, (*facts, ("ranked", len(ranking.order))))
