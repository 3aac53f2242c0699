"""Whole months of the cities in scenarios/, planned greedily, as views to check."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from greedy import greedy
from month_stages import assigned_with, drawn_with

from inspector.check import (
    Absence,
    AssignedView,
    DrawView,
    Files,
    PlanView,
    SeatsView,
    TableView,
)
from inspector.command import record as records
from inspector.command.folders import read_inputs
from inspector.month.absence import absent
from inspector.month.assigned import table_of
from inspector.month.freeze import freeze
from inspector.month.pack import schedule
from inspector.month.seal import listed, seal
from inspector.registry import read_scenario
from inspector.selection.lottery import Substitution
from inspector.selection.network import SeatNeed, weight
from inspector.workdays import load_calendar, local_day

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


@dataclass(frozen=True)
class Views:
    """One month as every checker sees it, after one absence."""

    draw: DrawView
    plan: PlanView
    seats: SeatsView
    table: TableView
    assigned: AssignedView


@cache
def views(city: str) -> Views:
    """The month of a city, from its registry to the first substitution."""
    folder = SCENARIOS / city
    scenario = read_scenario(read_inputs(folder))
    registry, policy = scenario.registry, scenario.policy
    data = (folder / "entropy.json").read_bytes()
    record = records.load("entropy.json", data, demonstration=True)
    frozen = freeze(
        registry,
        policy,
        load_calendar(scenario.calendar),
        blind=bytes.fromhex(record.draw_blind),
        secret=bytes.fromhex(record.secret),
        at=record.frozen_at,
        demonstration=True,
    )
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    packed = schedule(drawn, greedy)
    sealed = seal(packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at)
    first = assigned_with(sealed, record.lottery, record.assigned_at)
    seat = packed.seats[0]
    person = dict(first.drawn.holders)[seat.id]
    later = absent(
        first, person, seat.day, "illness", f"{seat.day.isoformat()}T00:10:00Z"
    )
    changes = tuple(
        Substitution(
            e["seat"], e["out"], e["in"], tuple((a, b) for a, b in e["skipped"])
        )
        for e in later.log.events
        if e["event"] == "substituted"
    )
    files = Files(
        packed.inspectors,
        registry.leave,
        registry.recusals,
        registry.history,
        registry.compounds,
    )
    packing, days = packed.packing, frozen.working_days
    needs = tuple(
        SeatNeed(s.id, s.package, days.index(s.day), s.eligible, s.minutes)
        for s in packed.seats
    )
    return Views(
        DrawView(
            registry,
            policy,
            frozen.ranking,
            frozen.exclusions,
            frozen.strata,
            drawn.strata,
            drawn.visits,
            local_day(frozen.at),
            drawn.seed.bound_to("draw", frozen.commitment),
        ),
        PlanView(
            drawn.visits,
            packing.packages,
            tuple(u.visit for u in packing.unplaced),
            registry.offices,
            registry.cars,
            days,
            policy.day,
            policy.travel,
            packing.travel_minutes,
            packing.bound_minutes,
        ),
        SeatsView(
            packing.packages,
            drawn.visits,
            packed.standby,
            packed.seats,
            tuple(listed(packed)),
            len(packed.inspectors),
            days,
            policy,
            files,
        ),
        TableView(
            packed.persons, needs, packed.table, packed.seats, days, policy, files
        ),
        AssignedView(
            table_of(sealed.packed),
            packed.table.loads,
            tuple(weight(p) for p in packed.persons),
            later.drawn,
            later.now,
            policy,
            (Absence(seat.day.isoformat(), person, changes),),
            seed=later.seed.bound_to("lottery", sealed.commitment),
            rows=packed.seats,
            packages=packing.packages,
            visits=drawn.visits,
            files=files,
            waiting=frozenset(pair.id for pair in packed.standby),
        ),
    )
