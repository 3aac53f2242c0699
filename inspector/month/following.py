"""What next month starts from: history, docket, carried duty (DESIGN §2 "close").

A closed month → the registry rows with which the next freeze begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from inspector.docket.visits import after_month, steps_done
from inspector.domain import (
    Case,
    CaseState,
    Inspector,
    PastVisit,
    Registry,
    VisitKind,
)
from inspector.month.assigned import Assigned
from inspector.months import month_span, next_month
from inspector.policy import Policy, Source
from inspector.registry import sorted_registry
from inspector.selection.network import weight
from inspector.selection.seats import group_of

OUTSIDE_DOCKET = (VisitKind.RANDOM, VisitKind.WHISTLE, VisitKind.STUDY)
COUNTED = (VisitKind.RANDOM,)  # 个案 visits do not count against caps (DOMAIN §7)


def following(
    assigned: Assigned, passed: Mapping[str, bool]
) -> tuple[Registry, Policy]:
    """Registry and policy of the next month's scenario.

    `passed`: outcome of each docket case's re-check or acceptance. The entropy sources
    keep kind and name; issue and time are left empty for the bureau to announce, so
    the next freeze is refused until it does.
    """
    frozen = assigned.frozen
    registry = frozen.registry
    history = (*registry.history, *_made(assigned))
    docket = _docket(assigned, passed)
    carry = carried(assigned)
    inspectors = tuple(
        replace(i, carry_minutes=carry[i.id]) for i in registry.inspectors
    )
    policy = next_policy(frozen.policy)
    ended = month_span(frozen.policy.month)[1]
    return (
        sorted_registry(
            replace(
                registry,
                history=history,
                docket=docket,
                inspectors=inspectors,
                leave=tuple(x for x in registry.leave if x.last > ended),
                recusals=tuple(
                    r for r in registry.recusals if r.last is None or r.last > ended
                ),
            )
        ),
        policy,
    )


def next_policy(policy: Policy) -> Policy:
    """The policy of the next month, its sources without issue and time."""
    return replace(
        policy,
        month=next_month(policy.month),
        draw_entropy=_unnamed(policy.draw_entropy),
        lottery_entropy=_unnamed(policy.lottery_entropy),
    )


def _unnamed(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(replace(s, issue="", at="", commit="") for s in sources)


def officers(assigned: Assigned) -> dict[str, tuple[str, str]]:
    """Package → staff numbers of its lead and second, as they really went."""
    real = {name: i for i, name in assigned.frozen.names.items()}
    out: dict[str, dict[str, str]] = {}
    holders = dict(assigned.now.holders)
    for seat in assigned.sealed.packed.seats:
        name = seat.id.rsplit("/", 1)[1]
        out.setdefault(seat.package, {})[name] = real[holders[seat.id]]
    return {p: (s["lead"], s["second"]) for p, s in out.items()}


def _made(assigned: Assigned) -> list[PastVisit]:
    """One history row per purpose of each inspected visit."""
    packed = assigned.sealed.packed
    visits = {v.id: v for v in packed.drawn.visits}
    usc18 = {c.id: c.usc18 for c in assigned.frozen.registry.compounds}
    pairs = officers(assigned)
    package = {s.visit: p.id for p in packed.packing.packages for s in p.stops}
    out = []
    for r in assigned.results:
        if r.score_bp < 0:
            continue
        visit = visits[r.visit]
        lead, second = pairs[package[r.visit]]
        out += [
            PastVisit(
                visit.compound,
                usc18[visit.compound],
                r.date,
                kind,
                kind in COUNTED,
                lead,
                second,
            )
            for kind in visit.kinds
        ]
    return out


def _docket(assigned: Assigned, passed: Mapping[str, bool]) -> tuple[Case, ...]:
    frozen = assigned.frozen
    case_of = {v.compound: v.case for v in frozen.intake.visits}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    made: dict[str, list[tuple[VisitKind, date]]] = {}
    for r in assigned.results:
        visit = visits[r.visit]
        kinds = [k for k in visit.kinds if k not in OUTSIDE_DOCKET]
        if kinds and r.score_bp >= 0 and visit.compound in case_of:
            made.setdefault(case_of[visit.compound], []).append((kinds[0], r.date))
    steps = {c.id: steps_done(c, frozen.registry.history) for c in frozen.intake.cases}
    ended = month_span(frozen.policy.month)[1]
    cases = after_month(frozen.intake, made, passed, frozen.policy, steps)
    return tuple(
        replace(c, next_first=None, next_last=None)
        if c.state is CaseState.CLOSED
        and c.next_last is not None
        and c.next_last <= ended
        else c
        for c in cases
    )


def carried(assigned: Assigned) -> dict[str, int]:
    """Carried duty per staff number after this month, in minutes.

    Within one eligibility class the sum of carried and done duty belongs to its people
    in proportion to their available days; what somebody did above that is carried.
    """
    packed = assigned.sealed.packed
    holders = dict(assigned.now.holders)
    done: dict[str, int] = {}
    for seat in packed.seats:
        who = holders[seat.id]
        done[who] = done.get(who, 0) + seat.minutes
    classes: dict[str, list[tuple[Inspector, int, int]]] = {}
    for inspector, person in zip(packed.inspectors, packed.persons, strict=True):
        total = inspector.carry_minutes + done.get(person.id, 0)
        row = (inspector, weight(person), total)
        classes.setdefault(group_of(inspector), []).append(row)
    out: dict[str, int] = {}
    for rows in classes.values():
        days = sum(d for _, d, _ in rows)
        minutes = sum(t for _, _, t in rows)
        for inspector, d, total in rows:
            share = minutes * d // days if days else inspector.carry_minutes
            out[inspector.id] = total - share if d else inspector.carry_minutes
    return out
