"""Schedule (编排): from visits to anonymous packages, seats and the chance table.

`Drawn` → `Packed`, by a solver that is passed in. Next: `inspector.month.seal`.

Packages know nothing about who inspects: the solver sees only how many people of which
skills are present. Then every seat gets its eligible people and the chance table is
made; when none exists the plan is repaired and the solver runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inspector.ceremony.seed import ticket
from inspector.domain import (
    Inspector,
    Leave,
    Package,
    Recusal,
    Role,
)
from inspector.errors import NoTable
from inspector.month.cars import CarOut, counts
from inspector.month.crew import crew_of, kept_apart
from inspector.month.excess import Reasoned
from inspector.month.freeze import Drawn, Frozen
from inspector.month.places import settled
from inspector.month.staff import Staff
from inspector.policy import LotteryRules, Policy, SeatRule
from inspector.schedule.merged_inspections import joined, together
from inspector.schedule.workload import Packing, Workload
from inspector.selection.chances import chance_table
from inspector.selection.levels import Shortage
from inspector.selection.matching import Cut
from inspector.selection.network import ChanceTable, Person, SeatNeed, half_days, weight
from inspector.selection.seats import (
    People,
    Work,
    group_of,
    hardest,
    seat_rules,
)
from inspector.sources import outside_time

Solve = Callable[[Workload, int], Packing]  # (workload, solver seed)
Tabulate = Callable[[Sequence[Person], Sequence[SeatNeed], LotteryRules], ChanceTable]


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """A logged change to people after the freeze: added rows only."""

    at: str
    reason: str
    approver: str
    leave: tuple[Leave, ...] = ()
    recusals: tuple[Recusal, ...] = ()


@dataclass(frozen=True, slots=True)
class StandBy:
    """值班席: a pair that waits at the office on `day`."""

    id: str
    day: date


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of the month, with the indexes of those who may take it."""

    id: str
    package: str
    role: Role
    day: date
    minutes: int
    eligible: tuple[int, ...]
    hardest: int
    unit: str = ""  # of a 部门 seat, as its rule says
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """Anonymous packages for all visits, with the chance table that staffs them."""

    drawn: Drawn
    packing: Packing
    standby: tuple[StandBy, ...]
    changes: tuple[PeopleChange, ...]
    inspectors: tuple[Inspector, ...]  # in pseudonym order: index = table index
    persons: tuple[Person, ...]
    seats: tuple[Seat, ...]
    table: ChanceTable
    runs: int
    cars_out: tuple[CarOut, ...] = ()
    cuts: tuple[Cut, ...] = ()  # why people allow no place to those left out
    excess: tuple[Reasoned, ...] = ()  # the head's reasons, once approved

    @property
    def frozen(self) -> Frozen:
        return self.drawn.frozen


def people_of(frozen: Frozen, changes: Sequence[PeopleChange] = ()) -> People:
    """The people as frozen, with the logged changes applied; pseudonym order."""
    registry = frozen.registry
    inspectors = sorted(registry.inspectors, key=lambda i: frozen.names[i.id])
    return People(
        inspectors,
        (*registry.leave, *(x for c in changes for x in c.leave)),
        (*registry.recusals, *(x for c in changes for x in c.recusals)),
        registry.history,
        frozen.policy,
        registry.running,
        registry.items,
    )


def known_people(frozen: Frozen, changes: Sequence[PeopleChange]) -> People:
    """The people for `hardest`: with the changes logged before T of the draw alone, so
    that nobody who knows the drawn compounds can lower it."""
    first = outside_time(frozen.policy.draw_entropy)
    return people_of(frozen, [c for c in changes if c.at < first])


def workload(drawn: Drawn, people: People, cars_out: Sequence[CarOut] = ()) -> Workload:
    """What the solver sees: visits, cars and how many people, never who."""
    frozen, registry = drawn.frozen, drawn.frozen.registry
    return Workload(
        frozen.working_days,
        drawn.visits,
        registry.offices,
        counts(frozen, cars_out),
        crew_of(frozen, people),
        frozen.policy.day,
        frozen.policy.travel,
        kept_apart(drawn.visits, people, frozen),
    )


def solver_seed(drawn: Drawn) -> int:
    """31 bits of seed 1: the solver has no randomness of its own."""
    value = drawn.seed.bound_to("draw", drawn.frozen.commitment)
    return int.from_bytes(ticket(value, "solver", "")[:4], "big") & 0x7FFF_FFFF


def schedule(
    drawn: Drawn,
    solve: Solve,
    changes: Sequence[PeopleChange] = (),
    repairs: int = 3,
    tabulate: Tabulate = chance_table,
    *,
    cars_out: Sequence[CarOut] = (),
    made: bool = False,
) -> Packed:
    """Pack the visits and make the chance table; repair when the table is impossible.

    A package that cannot be staffed bars its visits from that day and the solver runs
    again (counted). `made`: what `solve` gives is a plan made here before. Raises
    NoTable when `repairs` runs more do not help.
    """
    people = people_of(drawn.frozen, changes)
    known = known_people(drawn.frozen, changes)
    work = workload(drawn, people, cars_out)
    standby = tuple(
        StandBy(f"S-{d.isoformat()}-{n}", d)
        for d in drawn.frozen.working_days
        for n in range(1, drawn.frozen.policy.seats.standby_pairs + 1)
    )
    seed = solver_seed(drawn)
    for run in range(1, repairs + 2):
        packing = solve(work, seed)
        if not made:
            firms = companies_of(drawn)
            packing = joined(work, together(work, packing, firms), firms)
        staff = _staff(drawn, packing, standby, people, known)
        rest = settled(drawn, packing, staff, cars_out, made=made)
        packing = rest.packing
        persons, seats = staffing(drawn, packing, standby, people, known)
        try:
            wanted = needs(drawn.frozen, seats)
            table = tabulate(persons, wanted, drawn.frozen.policy.lottery)
        except NoTable as problem:
            if run > repairs:
                raise
            barred = _blamed(packing, problem)
            if not barred or set(barred) <= set(work.barred):
                raise
            work = replace(work, barred=tuple(sorted({*work.barred, *barred})))
            continue
        return Packed(
            drawn,
            packing,
            standby,
            tuple(changes),
            people.inspectors,
            persons,
            seats,
            table,
            run,
            tuple(cars_out),
            rest.cuts,
        )
    raise AssertionError("unreachable")


def _staff(
    drawn: Drawn,
    packing: Packing,
    standby: Sequence[StandBy],
    people: People,
    known: People,
) -> Staff:
    """Who may sit in a package that the plan might have."""

    def seats_of(packages: Sequence[Package]) -> tuple[Seat, ...]:
        own = replace(packing, packages=tuple(packages))
        return staffing(drawn, own, () if packages else standby, people, known)[1]

    persons, _ = staffing(drawn, replace(packing, packages=()), (), people, known)
    keep = drawn.frozen.policy.seats.keep_share
    return Staff(seats_of, [weight(p) for p in persons], keep)


def companies_of(drawn: Drawn) -> dict[str, str]:
    """Visits → their company: those of one company on one day are one inspection."""
    usc18 = {c.id: c.usc18 for c in drawn.frozen.registry.compounds}
    return {v.id: usc18[v.compound] for v in drawn.visits}


def _blamed(packing: Packing, problem: NoTable) -> list[tuple[str, date]]:
    """Visits and days of the packages that the minimum cut names."""
    shortage = problem.params["shortage"]
    if not isinstance(shortage, Shortage):
        return []
    named = set(shortage.packages)
    return [
        (s.visit, p.day) for p in packing.packages if p.id in named for s in p.stops
    ]


def needs(frozen: Frozen, seats: Sequence[Seat]) -> tuple[SeatNeed, ...]:
    """The seats as the chance table reads them."""
    index = {d: k for k, d in enumerate(frozen.working_days)}
    return tuple(
        SeatNeed(s.id, s.package, index[s.day], s.eligible, s.minutes) for s in seats
    )


def staffing(
    drawn: Drawn,
    packing: Packing,
    standby: Sequence[StandBy],
    people: People,
    known: People,
) -> tuple[tuple[Person, ...], tuple[Seat, ...]]:
    """People as the chance table sees them, and every seat with who may take it.

    `known`: the people by whom `hardest` is counted (`known_people`).
    """
    frozen = drawn.frozen
    visits = {v.id: v for v in drawn.visits}
    compounds = {c.id: c for c in frozen.registry.compounds}
    persons = tuple(
        Person(
            frozen.names[i.id],
            sum(
                1 << k
                for k, d in enumerate(frozen.working_days)
                if people.present(i, d)
            ),
            i.max_days,
            group_of(i),
            half_days(i.carry_minutes),
        )
        for i in people.inspectors
    )
    seats: list[Seat] = []
    for p in packing.packages:
        inside = [visits[s.visit] for s in p.stops]
        work = Work(p.day, p.skill, tuple(compounds[v.compound] for v in inside))
        alone = {v.id: (v.skill, compounds[v.compound]) for v in inside}
        for name, rule in seat_rules(frozen.policy, inside, p.skill):
            seats.append(
                Seat(
                    f"{p.id}/{name}",
                    p.id,
                    rule.role,
                    p.day,
                    duty_minutes(p, frozen.policy),
                    tuple(people.eligible(rule, work)),
                    hardest(known, rule, p.day, alone),
                    rule.unit,
                    rule.authority,
                )
            )
    for s in standby:
        work = Work(s.day, "", ())
        for role in (Role.LEAD, Role.SECOND):
            may = tuple(people.eligible(SeatRule(role), work))
            most = len(known.eligible(SeatRule(role), work))
            seats.append(Seat(f"{s.id}/{role}", s.id, role, s.day, 0, may, most))
    return persons, tuple(seats)


def duty_minutes(package: Package, policy: Policy) -> int:
    """Minutes on duty: return - departure - lunch."""
    lunch = 0 if package.lunch is None else policy.day.lunch_minutes
    return package.back - package.depart - lunch
