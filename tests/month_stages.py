"""All stages of a demonstration month, for tests that change copies of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from inspector.ceremony.seed import Entropy
from inspector.command import record as records
from inspector.command.folders import read_inputs
from inspector.command.record import Record
from inspector.domain import Registry
from inspector.month import demonstration
from inspector.month.ahead import made_up_reasons
from inspector.month.assigned import Assigned, assign
from inspector.month.field import ClosedMonth, close
from inspector.month.freeze import Drawn, Frozen, draw, freeze, record_draw
from inspector.month.pack import Packed, schedule
from inspector.month.seal import Sealed, record_lottery, seal
from inspector.policy import Policy, Source
from inspector.registry import read_scenario
from inspector.schedule.plan import plan as solve
from inspector.schedule.workload import Budget, Packing, Workload
from inspector.workdays import Calendar, load_calendar

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


@dataclass(frozen=True)
class Month:
    """All stages of one month."""

    registry: Registry
    policy: Policy
    calendar: Calendar
    record: Record
    frozen: Frozen
    drawn: Drawn
    packed: Packed
    sealed: Sealed
    assigned: Assigned
    closed: ClosedMonth


def issued(values: tuple[Entropy, ...], sources: tuple[Source, ...]) -> list[Entropy]:
    """Entropy values with the announced issues filled in."""
    issue = {s.id: s.issue for s in sources}
    return [v if v.issue else replace(v, issue=issue[v.source]) for v in values]


def quick(work: Workload, seed: int, seconds: int = 1) -> Packing:
    """The solver with a small budget and a clock that stands still."""
    budget = Budget(seconds * 1_000_000, 600.0)
    return solve(work, seed=seed, budget=budget, executor=None, now=lambda: 0.0)


def read_city(name: str) -> tuple[Registry, Policy, Calendar, Record]:
    folder = SCENARIOS / name
    scenario = read_scenario(read_inputs(folder))
    data = (folder / "entropy.json").read_bytes()
    record = records.load("entropy.json", data, demonstration=True)
    return (
        scenario.registry,
        scenario.policy,
        load_calendar(scenario.calendar),
        record,
    )


def freeze_city(
    registry: Registry, policy: Policy, calendar: Calendar, record: Record
) -> Frozen:
    return freeze(
        registry,
        policy,
        calendar,
        blind=bytes.fromhex(record.draw_blind),
        secret=bytes.fromhex(record.secret),
        at=record.frozen_at,
        demonstration=True,
    )


def drawn_with(frozen: Frozen, values: Sequence[Entropy], at: str) -> Drawn:
    """The draw after each value was recorded, and the outside one entered again."""
    for value in values:
        frozen = record_draw(frozen, value)
    return draw(frozen, values, at)


def assigned_with(sealed: Sealed, values: Sequence[Entropy], at: str) -> Assigned:
    """The lottery after each value was recorded, and the outside one entered again."""
    for value in values:
        sealed = record_lottery(sealed, value)
    return assign(sealed, values, at)


def field_work(assigned: Assigned) -> Assigned:
    """One absence, then a result for every placed visit, in order of publication."""
    return demonstration.worked(assigned, demonstration.field_steps(assigned))


def reasoned(packed: Packed) -> Packed:
    """The plan with the head's reasons for what goes over the yearly limit."""
    return replace(packed, excess=made_up_reasons(packed))


def run_month(
    registry: Registry, policy: Policy, calendar: Calendar, record: Record
) -> Month:
    frozen = freeze_city(registry, policy, calendar, record)
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    packed = reasoned(schedule(drawn, quick))
    sealed = seal(packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at)
    assigned = assigned_with(sealed, record.lottery, record.assigned_at)
    closed = close(
        field_work(assigned),
        record.closed_at,
        {},
    )
    return Month(
        registry,
        policy,
        calendar,
        record,
        frozen,
        drawn,
        packed,
        sealed,
        assigned,
        closed,
    )


def short_of_people(days: int) -> Month:
    """Nobody goes on more than so many days."""
    registry, policy, calendar, record = read_city("wuzhou")
    people = [replace(i, max_days=min(i.max_days, days)) for i in registry.inspectors]
    registry = replace(registry, inspectors=tuple(people))
    return run_month(registry, policy, calendar, record)


def short_of_cars() -> Month:
    """One car per office, on a day or two; a year's draw in three months."""
    registry, policy, calendar, record = read_city("wuzhou")
    policy = replace(policy, draw=replace(policy.draw, batches=3))
    first, last = date(2026, 12, 1), date(2026, 12, 2)
    cars = {c.office: replace(c, first=first, last=last) for c in registry.cars}
    registry = replace(registry, cars=tuple(sorted(cars.values(), key=lambda c: c.id)))
    return run_month(registry, policy, calendar, record)
