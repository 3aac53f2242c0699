"""Docket visits with a published result → moves of their cases, each visit once.

A result moves its case when it is published (`published`, in that transaction), not at
the close. A visit that does not fit its case any more (a planner went on meanwhile)
stops nothing: it is left out, recorded and told, and the planner may ask again
(`take_visits`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from api.docket import beside
from api.docket import cases as docket
from api.docket.answers import DocketIntake, RefusedVisit
from api.months import steps
from api.site import Desk
from api.store.models import Month
from api.store.oversight import DocketCase
from inspector.docket import from_results
from inspector.docket.cases import CaseFile
from inspector.docket.from_results import (
    Report,
    apart,
    moves_of,
    order_number,
    record_number,
)
from inspector.docket.homes import ordered_in, reported, shares
from inspector.docket.moves import Problem
from inspector.domain import CaseState, Visit, VisitKind
from inspector.errors import InspectorError
from inspector.month.assigned import Assigned, Result
from inspector.month.freeze import Frozen
from inspector.month.record import log_name
from inspector.month.reported import report_of


@dataclass(frozen=True, slots=True)
class _Due:
    """A visit with a published result: what it found, and its case if it had one."""

    case: str
    visit: Visit
    report: Report


def published(desk: Desk, month: Month, assigned: Assigned, result: Result) -> None:
    """What a result does to the docket when it is published."""
    due = [d for d in _reports(assigned) if d.visit.id == result.visit]
    if not due:
        return
    done = _taken(desk, assigned, due, f"公示 {month.month}/{result.visit}")
    for left_out in done.refused:
        told = {"visit": result.visit, "case": left_out.case, "why": left_out.why}
        desk.event("docket_visit_refused", f"month:{month.id}", **told)


def corrected(desk: Desk, month: Month, result: Result) -> None:
    """What the correction of a result does to the docket; a withdrawn one finds
    nothing any more and orders nothing."""
    assigned: Assigned = steps.load(desk, month).need("assigned", "docket")
    due = next(iter(_reports(assigned, [result])), None)
    if due is None:
        return
    report, rules = due.report, docket.rules(desk)
    opened: list[str] = []
    visits, changed = assigned.frozen.policy.visits, []
    for row in _of_result(desk, assigned.frozen, due, opened):
        case = docket.load(desk, row)
        effect = from_results.corrected(case, report, desk.today, visits, rules)
        if effect.moves:
            reason = f"更正 {report.name}"
            changed.append(docket.append(desk, row, case, effect.moves, reason))
    docket.settle(desk, [*changed, *_begun(desk, opened, {c.id for c in changed})])


def _of_result(
    desk: Desk, frozen: Frozen, due: _Due, opened: list[str]
) -> list[DocketCase]:
    """The cases that hold what a result found; that of its order, if none does yet."""
    files = docket.of_compound(desk, due.visit.compound)
    name = due.report.name
    held = [f.id for f in files if any(p.source == name for p in f.problems)]
    if held:
        return [docket.find(desk, number) for number in held]
    return [row for row, _ in _homes(desk, frozen, due, opened)]


def ordered(
    desk: Desk, assigned: Assigned, result: Result
) -> tuple[str, dict[str, Problem]]:
    """文号 of the order, or letter, that a result made, "" for none; item -> the
    problem with its severity and deadline, as the docket has them."""
    due = next(iter(_reports(assigned, [result])), None)
    if due is None:
        return "", {}
    held = ordered_in(docket.of_compound(desk, due.visit.compound), due.report)
    numbers = [
        number
        for file, _ in held
        if (number := order_number(due.report, file.company)) in file.orders
    ]
    return next(iter(numbers), ""), {p.item: p for _, p in held}


def take_visits(desk: Desk, month: Month, reason: str) -> DocketIntake:
    """Published results of the month that are in no case yet become moves; visits that
    do not fit are told with the reason."""
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
        for row, share in _homes(desk, assigned.frozen, due, opened):
            misfit, case = _take(desk, assigned.frozen, row, share, reason)
            if misfit is not None and row.number == due.case:
                refused.append(RefusedVisit(row.number, share.name, str(misfit)))
            if case is not None:
                cases[row.number] = case
    docket.settle(desk, [*cases.values(), *_begun(desk, opened, cases)])
    return DocketIntake(tuple(opened), tuple(sorted(cases)), tuple(refused))


def _take(
    desk: Desk, frozen: Frozen, row: DocketCase, share: Report, reason: str
) -> tuple[InspectorError | None, CaseFile | None]:
    """Why the visit does not fit its case; the case when anything moved it."""
    case = docket.load(desk, row)
    if reported(case, share):
        return None, None
    effect = moves_of(case, share, frozen.policy.visits, docket.rules(desk))
    if not effect.moves:
        return effect.misfit, None
    return effect.misfit, docket.append(desk, row, case, effect.moves, reason)


def _begun(desk: Desk, opened: Iterable[str], moved: Container[str]) -> list[CaseFile]:
    """Cases that were begun and that nothing has moved."""
    return [docket.load(desk, docket.find(desk, n)) for n in opened if n not in moved]


def _homes(
    desk: Desk, frozen: Frozen, due: _Due, opened: list[str]
) -> list[tuple[DocketCase, Report]]:
    """The cases that take a report; those that only a freeze knows are begun, and a
    result's order beside the docket."""
    report, compound = due.report, due.visit.compound
    if due.case:
        beside.ensure(desk, frozen, due.case, opened)
        closed = docket.find(desk, due.case).state == CaseState.CLOSED
        if closed and not report.good:
            beside.begin_known(desk, compound, opened)
    files = docket.of_compound(desk, compound)
    out = []
    for number, share in shares(files, compound, due.case, report):
        if not number:
            if ordered_in(files, report):
                continue  # taken already: its order stands in a case that is closed
            number = record_number(report)
            where = next(c for c in frozen.registry.compounds if c.id == compound)
            first = apart(number, report, compound, where.usc18, where.street)
            docket.begin(desk, first, "检查结果责令整改")
        out.append((docket.find(desk, number), share))
    return out


def _reports(assigned: Assigned, results: Sequence[Result] | None = None) -> list[_Due]:
    """Each visit with a published inspection, by day."""
    frozen = assigned.frozen
    case_of = {v.compound: v.case for v in frozen.intake.visits}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    log = log_name(assigned.log, frozen.file)
    out = []
    told = assigned.results if results is None else results
    for r in sorted(told, key=lambda r: (r.date, r.visit)):
        visit = visits.get(r.visit)
        if visit is None or (results is None and r.score_bp < 0):
            continue
        report = report_of(assigned, visit, r, log)
        docketed = report.kind is not VisitKind.RANDOM
        own = case_of.get(visit.compound, "") if docketed else ""
        if own or not docketed:
            out.append(_Due(own, visit, report))
    return out
