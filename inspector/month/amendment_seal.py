"""Amendment (变更), first half: a changed plan sealed after the lottery.

A month with its people and a changed plan → a month whose amendment waits for entropy.
`amendment_seal` binds the whole new plan and the chances of its new packages to a
commitment of their own; `inspector.month.amendment_draw` draws them with entropy that
is later still. Without new packages nothing is drawn and the plan is in force at once.
PROTOCOL.md §8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from types import MappingProxyType

from inspector.ceremony.canon import Key, canonical, digest
from inspector.ceremony.seed import blind_hash
from inspector.domain import Visit, VisitKind
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.amendment import (
    Amendment,
)
from inspector.month.amendment_force import take_effect, turned
from inspector.month.amendment_left_out import Resettling
from inspector.month.amendment_plan import AmendedPlan
from inspector.month.amendment_proposal import Proposal
from inspector.month.amendment_staffing import gone_days, staffed, staffing_table
from inspector.month.assigned import Assigned
from inspector.month.cars import rows_of
from inspector.month.excess import Reasoned, ordered
from inspector.month.pack import Packed, people_of
from inspector.month.record import refuse_sources, used_up
from inspector.month.seal import figures, hashes, opened_files, visit_leaves
from inspector.policy import Source
from inspector.schedule.workload import Packing
from inspector.workdays import local_day, release

MOST = 99  # amendments of a month (PROTOCOL.md §6)

messages(
    {
        "change.many": (
            "每月最多变更 {most} 次",
            "a month has at most {most} amendments",
        ),
        "change.unlogged": (
            "{inspector} 在 {day} 缺席尚未登记，请先登记",
            "the absence of {inspector} on {day} is not logged; log it first",
        ),
        "change.call_first": (
            "值班席 {package} 的吹哨应直接呼叫，不随变更摇号",
            "stand-by pair {package}: call it by itself, not with an amendment",
        ),
        "change.done": (
            "{visit} 已有结果或已顺延，不能变更",
            "{visit} has a result or was carried: it does not change any more",
        ),
        "change.nothing": (
            "计划没有变化",
            "nothing changes",
        ),
        "change.blind": (
            "密封值须为 32 字节且未用过",
            "the sealed value needs 32 bytes that were not used before",
        ),
        "change.unexplained": (
            "{visit} 的变更没有原因",
            "the change of {visit} has no reason",
        ),
        "change.no_reason": ("变更须说明原因", "a change needs a reason"),
        "change.entropy": (
            "变更须有晚于 {at}、早于 {day} 的外部随机源；无新工作包时不用",
            "the amendment needs outside entropy after {at}, before {day}; without new "
            "packages none",
        ),
    }
)


def refuse_unlogged(proposal: Proposal) -> None:
    """Raise CeremonyError change.unlogged for an absence that is only heard of."""
    for day, number in proposal.unlogged:
        raise CeremonyError("change.unlogged", inspector=number, day=day.isoformat())


def amend_with(
    assigned: Assigned,
    amended_plan: AmendedPlan,
    *,
    blind: bytes,
    at: str,
    reason: str,
    entropy: Sequence[Source] = (),
) -> Assigned:
    """Seal a changed plan. Without a new package it is in force at once, and without
    entropy; otherwise it waits in `Assigned.waiting`.

    Nobody solves again: seats and chances follow from the packages. Raises
    CeremonyError change.*: another amendment waits, a stand-by call inside, entropy
    that is early, late, used or not from outside; NoTable without enough people.
    """
    suite = assigned.frozen.suite
    key = Key(suite, blind)
    _refuse(assigned, amended_plan, key, reason)
    before = assigned.sealed.packed
    packed = _amended(assigned, amended_plan, at)
    known = {p.id for p in before.packing.packages}
    new = [p for p in amended_plan.packages if p.id not in known]
    there = {p.id for p in amended_plan.packages}
    dissolved = [p for p in before.packing.packages if p.id not in there]
    days = frozenset(p.day for p in (*new, *dissolved))
    _refuse_entropy(assigned, entropy, at, days if new else ())
    leaves = visit_leaves(packed, key)
    rows = _changes(assigned, packed, leaves.of, dict(amended_plan.reasons), at)
    if not rows:
        raise CeremonyError("change.nothing")
    files = opened_files(packed, "", "")
    attempt = len(assigned.made()) + 1
    doc = {
        "schema": "inspector/amendment/v2",
        "month": packed.frozen.policy.month,
        "attempt": attempt,
        "sealed_at": at,
        "freeze": packed.frozen.commitment.hex(),
        "seal": assigned.sealed.commitment.hex(),
        "log": assigned.log.root.hex(),
        "reason": reason,
        "blind_hash": blind_hash(key).hex(),
        "entropy": [documents.entry(s) for s in entropy],
        **hashes(files, key),
        "visit_root": leaves.root.hex(),
        "visit_leaves": len(leaves.leaves),
        **figures(packed),
        "changed": dict(sorted(Counter(r["reason"] for r in rows).items())),
        "new_packages": len(new),
        "dissolved": len(dissolved),
    }
    file = canonical(doc)
    amendment = Amendment(
        attempt,
        at,
        reason,
        key,
        tuple(entropy),
        packed,
        MappingProxyType(files),
        file,
        digest(suite, "amendment", file),
        leaves,
        days,
        len(assigned.calls),
        amended_plan.cars,
        amended_plan.reasons,
    )
    event = {
        "event": "amended",
        "at": at,
        "stage": "amendment",
        "attempt": attempt,
        "commitment": amendment.commitment.hex(),
    }
    gone = sorted(assigned.current[p.id].hex() for p in dissolved)
    ended = [{"event": "dissolved", "at": at, "old_leaf": leaf} for leaf in gone]
    assigned = replace(assigned, log=assigned.log.append(event, *rows, *ended))
    if not new:
        return take_effect(assigned, amendment)
    waiting = replace(assigned, waiting=amendment)
    return turned(waiting, before, assigned.now, waiting=attempt)


# -- what is refused ---------------------------------------------------------------


def _refuse(
    assigned: Assigned, amended_plan: AmendedPlan, blind: Key, reason: str
) -> None:
    packed = assigned.sealed.packed
    if assigned.waiting is not None:
        raise CeremonyError("change.waiting")
    if not reason:
        raise CeremonyError("change.no_reason")
    if len(assigned.made()) >= MOST:
        raise CeremonyError("change.many", most=MOST)
    used = {assigned.frozen.blind, assigned.sealed.blind}
    if len(blind.value) != 32 or blind in used | {a.blind for a in assigned.made()}:
        raise CeremonyError("change.blind")
    called = {p.id for p in packed.packing.packages}
    for s in packed.standby:
        if s.id not in called and any(p.id == s.id for p in amended_plan.packages):
            raise CeremonyError("change.call_first", package=s.id)
    refuse_known(assigned, amended_plan.added)
    for name in amended_plan.removed:
        if name not in assigned.pending:
            raise CeremonyError("change.done", visit=name)


def refuse_known(assigned: Assigned, added: Sequence[Visit]) -> None:
    """A new visit has an id never used, is an urgent one or a re-check, and goes to a
    compound of the registry."""
    used = {v.id for v in assigned.as_sealed.drawn.visits}
    for a in assigned.made():
        used |= {v.id for v in a.packed.drawn.visits}
    used |= {c.visit.id for c in assigned.calls}
    known = {c.id for c in assigned.frozen.registry.compounds}
    for v in added:
        if v.id in used:
            raise CeremonyError("change.twice", visit=v.id)
        if v.compound not in known:
            raise CeremonyError("change.place", visit=v.id, compound=v.compound)
        if VisitKind.RANDOM in v.kinds or not v.kinds:
            raise CeremonyError("change.kind", visit=v.id, kind=VisitKind.WHISTLE)


def _refuse_entropy(
    assigned: Assigned, sources: Sequence[Source], at: str, days: Collection[date]
) -> None:
    """Lawful outside entropy before the release of the first day of a new or dissolved
    package, new in this month; none when nothing is to be drawn."""
    if not days:
        if sources:
            raise CeremonyError("change.entropy", at=at, day="-")
        return
    first = min(days).isoformat()
    opens = release(min(days), assigned.frozen.policy.release_minute)
    if not sources or any(s.at >= opens for s in sources):
        raise CeremonyError("change.entropy", at=at, day=first)
    sealed, policy = assigned.sealed, assigned.frozen.policy
    used = used_up(
        assigned.log,
        ("draw", assigned.frozen.attempt, policy.draw_entropy),
        ("lottery", sealed.attempt, sealed.entropy),
        *(("amendment", a.attempt, a.entropy) for a in assigned.made()),
    )
    refuse_sources("amendment", sources, at, policy.seal_wait_hours, used)


# -- the amended plan --------------------------------------------------------------


def _amended(assigned: Assigned, amended_plan: AmendedPlan, at: str) -> Packed:
    """The whole plan, with people, seats and chances of its new packages."""
    before = assigned.sealed.packed
    people = people_of(before.frozen, assigned.changes)
    gone = gone_days(assigned, people, {})
    removed = set(amended_plan.removed)
    visits = (
        *(v for v in before.drawn.visits if v.id not in removed),
        *amended_plan.added,
    )
    persons, seats = staffed(assigned, people, gone, amended_plan, visits)
    table = staffing_table(before.frozen, persons, seats)
    travel = sum(p.travel_minutes for p in amended_plan.packages)
    seated = partial(staffed, assigned, people, gone, visits=visits)
    rest = Resettling(assigned, amended_plan, visits, local_day(at), seated)
    unplaced, cuts = rest.named()
    made = replace(
        before,
        drawn=replace(before.drawn, visits=visits),
        packing=Packing(amended_plan.packages, unplaced, travel, 0, (), 0.0, 0.0, True),
    )
    return replace(
        made,
        persons=persons,
        seats=seats,
        table=table,
        changes=assigned.changes,
        runs=1,
        cuts=cuts,
        excess=_reasons(before, made, amended_plan.excess),
        cars_out=rows_of(before.frozen, amended_plan.cars, assigned.as_sealed.cars_out),
    )


def _reasons(
    before: Packed, made: Packed, given: Sequence[Reasoned]
) -> tuple[Reasoned, ...]:
    """The head's reasons: those of visits that stay, as they were, and new ones of
    visits that come or move. Raises CeremonyError excess.*."""
    old, new = _entries(before), _entries(made)
    for row in given:
        if old.get(row.visit) == new.get(row.visit):
            raise CeremonyError("excess.visit", visit=row.visit)
    there = new.keys() - {row.visit for row in given}
    kept = [row for row in before.excess if row.visit in there]
    return ordered([*kept, *given], new)


def _changes(
    assigned: Assigned,
    packed: Packed,
    leaves: Mapping[str, bytes],
    reasons: Mapping[str, str],
    at: str,
) -> list[documents.Doc]:
    """One log leaf per visit whose sealed object changes, in an order that tells
    nothing: old leaf, new leaf ("" for none), reason."""
    old, new = _entries(assigned.sealed.packed), _entries(packed)
    held = {c.visit.id: c.leaf for c in assigned.calls} | dict(
        assigned.sealed.leaves.of
    )
    rows = []
    for name in {*old, *new}:
        if old.get(name) != new.get(name):
            if name not in reasons:
                raise CeremonyError("change.unexplained", visit=name)
            rows.append(
                {
                    "event": "changed",
                    "at": at,
                    "old_leaf": held[name].hex() if name in old else "",
                    "new_leaf": leaves[name].hex() if name in new else "",
                    "reason": reasons[name],
                }
            )
    return sorted(rows, key=lambda r: (r["old_leaf"], r["new_leaf"]))


def _entries(packed: Packed) -> dict[str, documents.Doc]:
    where = {s.visit: p for p in packed.packing.packages for s in p.stops}
    return {
        v.id: documents.sealed_visit(v, where.get(v.id)) for v in packed.drawn.visits
    }
