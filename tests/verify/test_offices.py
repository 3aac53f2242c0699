"""A month of several offices (部门联合): seats, lists and results prove themselves."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import forger
from amended_month import AT, BLIND, TODAY, amend
from month_stages import Month, read_city, run_month
from two_offices import MARKET, two_offices

from inspector.domain import Compound, Inspector, Item, Registry, Role
from inspector.month import demonstration
from inspector.month.amendment_proposal import propose
from inspector.month.audit import assigned_violations, packed_violations
from inspector.month.checklist import visit_items
from inspector.month.field import close
from inspector.policy import Campaign, Policy, SeatRule
from inspector.replan.changes import CompoundShut, Shut

FIRE, OWN, TEAM = "消防救援机构", "住房和城乡建设局", "综合行政执法局"


def offices(registry: Registry, policy: Policy) -> tuple[Registry, Policy]:
    """Four of the fire brigade join where a skill is needed; one assists in one group;
    a campaign checks old compounds."""

    def person(n: int, i: Inspector) -> Inspector:
        if n % 3 == 1 and not i.expert:
            return replace(i, authorities=(FIRE,), max_days=max(8, i.max_days))
        if n == 2:
            return replace(i, scope=("G6 环境秩序", "K1 兜底服务核查"), may_lead=False)
        return replace(i, authorities=(OWN, TEAM) if n % 2 else ())

    def item(i: Item) -> Item:
        i = replace(i, object="compound")
        return replace(i, authority=FIRE) if i.code.startswith("G5") else i

    def home(n: int, c: Compound) -> Compound:
        return replace(c, skill="" if n % 3 else "fire")

    own = replace(registry.items[0], object="compound")
    lists = (
        replace(own, code="Z9-01", lists=("冬季",), authority=""),
        replace(own, code="Z9-02", lists=("冬季",), authority=FIRE),
        replace(own, code="Z9-03", lists=("夏季",)),
    )
    seats = (
        SeatRule(Role.LEAD),
        SeatRule(Role.SECOND),
        SeatRule(Role.JOINT, "skill", "", FIRE),
    )
    return (
        replace(
            registry,
            inspectors=tuple(person(n, i) for n, i in enumerate(registry.inspectors)),
            compounds=tuple(home(n, c) for n, c in enumerate(registry.compounds)),
            items=(*(item(i) for i in registry.items), *lists),
        ),
        replace(
            policy,
            authority=OWN,
            campaigns=(Campaign("冬季", "冬季安全", types=("old",)),),
            seats=replace(policy.seats, seats=seats, rotation_months=0),
        ),
    )


@functools.cache
def joint_month() -> Month:
    registry, policy, calendar, record = read_city("wuzhou")
    return run_month(*offices(registry, policy), calendar, record)


# What authority, scope and lists decide; the rest is the honest bundles' business.
OURS = {
    *("auditor.private", "auditor.eligibility", "auditor.hardest", "auditor.rows"),
    *("seats.officers", "seats.kept", "results.scores", "table.rows", "plan.unplaced"),
    *("freeze.registry", "freeze.policy", "plan.order"),
}


def test_the_claims_about_it_hold_for_the_public_and_the_auditor(
    tmp_path: Path,
) -> None:
    month = joint_month()
    assert packed_violations(month.packed) == ()
    files = month.closed.files, month.closed.auditor
    for n, some in enumerate(files):
        (tmp_path / str(n)).mkdir()
        found = forger.verdicts(forger.write(tmp_path / str(n), some))
        assert not OURS & forger.failing(found)
        assert OURS & found.keys() >= {"results.scores", "auditor.eligibility"}


def test_the_brigades_items_are_checked_where_one_of_it_goes() -> None:
    month = joint_month()
    people = month.packed.inspectors
    compounds = {c.id: c for c in month.registry.compounds}
    visits = {v.id: v for v in month.drawn.visits}
    joint = {s.package for s in month.packed.seats if s.role is Role.JOINT}
    assert joint and len(joint) < len(month.packed.packing.packages)
    for seat in month.packed.seats:
        for n in seat.eligible:
            assert (FIRE in people[n].authorities) == (seat.role is Role.JOINT)
    for package in month.packed.packing.packages:
        for stop in package.stops:
            items = visit_items(month.assigned, stop.visit)
            fire = {i.code for i in items if i.authority == FIRE}
            assert bool(fire) == (package.id in joint)
            old = compounds[visits[stop.visit].compound].type == "old"
            lists = {i.code for i in items if i.lists}
            due = {"Z9-01", "Z9-02"} if package.id in joint else {"Z9-01"}
            assert lists == (due if old else set())


def test_what_a_vacant_seat_would_bring_is_not_checked() -> None:
    month = joint_month()
    seat = next(s for s in month.packed.seats if s.role is Role.JOINT)
    visit = next(
        s.visit
        for p in month.packed.packing.packages
        if p.id == seat.package
        for s in p.stops
    )
    vacant = replace(month.assigned, vacant=frozenset({seat.id}))
    assert any(i.authority for i in visit_items(month.assigned, visit))
    assert not any(i.authority for i in visit_items(vacant, visit))


def two_joint_seats() -> Month:
    """The market office joins where a case is visited, the fire brigade everywhere."""
    registry, policy, calendar, record = read_city("wuzhou")
    registry, policy = two_offices(registry, policy)
    rules = (
        *policy.seats.seats[:2],
        SeatRule(Role.JOINT, "docket", authority=MARKET),
        SeatRule(Role.JOINT, "always", authority=FIRE),
    )
    people = tuple(
        replace(i, authorities=(FIRE,), scope=(), max_days=max(8, i.max_days))
        if n % 4 == 1 and not i.expert
        else i
        for n, i in enumerate(registry.inspectors)
    )
    items = tuple(
        replace(i, authority=FIRE) if n % 7 == 1 else i
        for n, i in enumerate(registry.items)
    )
    seats = replace(policy.seats, seats=rules, rotation_months=0)
    registry = replace(registry, inspectors=people, items=items)
    return run_month(registry, replace(policy, seats=seats), calendar, record)


def test_a_seat_brings_its_offices_items_when_the_visits_it_came_for_are_gone(
    tmp_path: Path,
) -> None:
    """The docket visits of a package fall away: its seats stay who they were."""
    month = two_joint_seats()
    visits = {v.id: v for v in month.drawn.visits}

    def cases(package: str) -> list[str]:
        own = next(p for p in month.packed.packing.packages if p.id == package)
        return [s.visit for s in own.stops if visits[s.visit].kinds != ("random",)]

    some = [p for p in month.packed.packing.packages if p.day > TODAY]
    mixed = [p for p in some if 0 < len(cases(p.id)) < len(p.stops)]
    package = min(mixed, key=lambda p: len(cases(p.id)))
    gone = {visits[v].compound for v in cases(package.id)}
    shut = [CompoundShut(name, Shut.CLOSED) for name in sorted(gone)]
    proposal = propose(month.assigned, shut, today=TODAY)
    done = amend(month.assigned, proposal, blind=BLIND, at=AT, reason="停用")
    assert assigned_violations(done) == ()
    left = next(p for p in done.sealed.packed.packing.packages if p.id == package.id)
    assert not {s.visit for s in left.stops} & {*cases(package.id)}
    for stop in left.stops:
        for vacant, office in (("joint", MARKET), ("joint2", FIRE)):
            out = frozenset({f"{package.id}/{vacant}"})
            items = visit_items(replace(done, vacant=out), stop.visit)
            assert {i.authority for i in items} == {"", MARKET, FIRE} - {office}
    found, carried = demonstration.results(done), demonstration.carried(done)
    worked = demonstration.worked(done, demonstration.in_order(found, carried))
    closed = close(worked, month.record.closed_at, {})
    path = forger.write(tmp_path, closed.auditor)
    assert forger.failing(forger.verdicts(path)) == set()
