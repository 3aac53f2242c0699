"""Schedule (编排): from visits to anonymous packages, seats and the chance table.

`Drawn` → `Packed`, by a solver that is passed in. Next: `inspector.month.seal`.

Packages know nothing about who inspects: the solver sees only how many people of which
skills are present. Then every seat gets its eligible people and the chance table is
made. A month that does not hold everything is a plan all the same: what people cannot
fill is barred and solved again, then given up in the order of `policy.gives_way`.
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
from inspector.errors import NoPlan, messages
from inspector.month.cars import CarOut, counts
from inspector.month.crew import LEAD, SECOND, crew_of, kept_apart
from inspector.month.excess import Reasoned
from inspector.month.freeze import Drawn, Frozen
from inspector.month.gives_way import GivesWay
from inspector.month.places import settled
from inspector.month.staff import Staff
from inspector.policy import LotteryRules, Policy
from inspector.schedule.merged_inspections import joined, together
from inspector.schedule.workload import Packing, Workload
from inspector.selection.chances import chance_table
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

messages(
    {
        "plan.nothing": (
            "{visits} 次检查一次也排不出：没有一天既有车、又能配齐检查人员",
            "none of {visits} visits can be made: no day has both a car and the people"
            " for a package",
        ),
    }
)

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
    unmanned: tuple[StandBy, ...] = ()  # stand-by pairs for whom nobody is left

    @property
    def frozen(self) -> Frozen:
        return self.drawn.frozen


def pairs_of(frozen: Frozen) -> tuple[StandBy, ...]:
    """The stand-by pairs that the month should have, by day and number."""
    numbers = range(1, frozen.policy.seats.standby_pairs + 1)
    return tuple(
        StandBy(f"S-{d.isoformat()}-{n}", d)
        for d in frozen.working_days
        for n in numbers
    )


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
    """Pack the visits, seat people, man the pairs and make the chance table.

    Where visits are left out the solver runs again without the stand-by pairs if these
    give way first; a package that cannot be seated bars its visits from that day and
    the solver runs again, `repairs` times at most. `made`: what `solve` gives is a plan
    made here before. Raises NoPlan when no package is left.
    """
    people = people_of(drawn.frozen, changes)
    known = known_people(drawn.frozen, changes)
    work = workload(drawn, people, cars_out)
    pairs = pairs_of(drawn.frozen)
    firms, seed, runs = companies_of(drawn), solver_seed(drawn), 1

    def solved() -> Packing:
        packing = solve(work, seed)
        return packing if made else joined(work, together(work, packing, firms), firms)

    packing = solved()
    if not made and packing.unplaced and _pairs_first(drawn, packing):
        work = replace(work, crew=replace(work.crew, standby_pairs=0))
        packing, runs = solved(), 2
    for _ in range(0 if made else repairs):
        refused = _staff(drawn, packing, (), people, known).seat(packing.packages)
        barred = {(s.visit, p.day) for p in refused for s in p.stops}
        if barred <= set(work.barred):
            break
        work = replace(work, barred=tuple(sorted({*work.barred, *barred})))
        packing, runs = solved(), runs + 1
    staff = _staff(drawn, packing, pairs, people, known)
    rest = settled(drawn, packing, staff, cars_out, made=made)
    packing = rest.packing
    if packing.unplaced and not packing.packages:
        raise NoPlan("plan.nothing", visits=len(packing.unplaced))
    standby = tuple(s for s in pairs if s.id in rest.manned)
    persons, seats = staffing(drawn, packing, standby, people, known)
    return Packed(
        drawn,
        packing,
        standby,
        tuple(changes),
        people.inspectors,
        persons,
        seats,
        tabulate(persons, needs(drawn.frozen, seats), drawn.frozen.policy.lottery),
        runs,
        tuple(cars_out),
        rest.cuts,
        unmanned=tuple(s for s in pairs if s.id not in rest.manned),
    )


def _pairs_first(drawn: Drawn, packing: Packing) -> bool:
    """Whether the stand-by pairs give way before some visit that is out."""
    ways = GivesWay(drawn.frozen, drawn.visits)
    return any(ways.pairs < ways.ranks[u.visit] for u in packing.unplaced)


def _staff(
    drawn: Drawn,
    packing: Packing,
    pairs: Sequence[StandBy],
    people: People,
    known: People,
) -> Staff:
    """Who may sit in a package that the plan might have, and in the pairs."""

    def seats_of(
        packages: Sequence[Package], standby: Sequence[StandBy] = ()
    ) -> tuple[Seat, ...]:
        own = replace(packing, packages=tuple(packages))
        return staffing(drawn, own, standby, people, known)[1]

    persons, _ = staffing(drawn, replace(packing, packages=()), (), people, known)
    keep = drawn.frozen.policy.seats.keep_share
    rows = [(s.id, seats_of((), [s])) for s in pairs]
    return Staff(seats_of, [weight(p) for p in persons], keep, rows)


def companies_of(drawn: Drawn) -> dict[str, str]:
    """Visits → their company: those of one company on one day are one inspection."""
    usc18 = {c.id: c.usc18 for c in drawn.frozen.registry.compounds}
    return {v.id: usc18[v.compound] for v in drawn.visits}


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
        for rule in (LEAD, SECOND):
            may = tuple(people.eligible(rule, work))
            most = len(known.eligible(rule, work))
            name = f"{s.id}/{rule.role}"
            seats.append(Seat(name, s.id, rule.role, s.day, 0, may, most))
    return persons, tuple(seats)


def duty_minutes(package: Package, policy: Policy) -> int:
    """Minutes on duty: return - departure - lunch."""
    lunch = 0 if package.lunch is None else policy.day.lunch_minutes
    return package.back - package.depart - lunch
