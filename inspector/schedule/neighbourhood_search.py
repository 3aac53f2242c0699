"""Search in one district: free some neighbouring packages, find all packages of the
freed visits that could belong to a better plan, choose among them exactly, repeat.

A district with a plan and prices → a better plan, until the task's part of the budget
is used.

Which packages could belong is decided by the certified prices of `column_generation`:
in any plan for the freed visits the reduced costs of its packages add up to its travel
minus the sum of prices, so a package whose reduced cost exceeds that of all freed
packages together cannot improve. What is left is small enough for proofs.

A search that only ever improves gets stuck, so most small subproblems have a little
noise on their travel (Charon, Hudry 1993), and a plan slightly worse than the best one
is gone on from; how much worse shrinks to nothing (record-to-record travel, Dueck
1993). Large subproblems have many candidates and no noise: with many packages free at
once the cheapest choice gains by itself. Where days are scarce or visits are out, they
are made like the small ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from inspector.schedule import day_assignment
from inspector.schedule.column_generation import OUT, Prices
from inspector.schedule.district import District, reach, settle
from inspector.schedule.labelling import SCALE, Columns, Net, never
from inspector.schedule.neighbourhoods import neighbours
from inspector.schedule.regret_insertion import Trip
from inspector.schedule.resources import Dice, Room
from inspector.schedule.set_partitioning import (
    NOISE_SCALE,
    Partition,
    PartitionProblem,
    Ride,
    solve,
)

MANY, MOST = 400, 2000  # candidates in a subproblem; in a large one
EFFORT, LONG = 1.0, 4.0  # deterministic seconds of a subproblem; of a large one
WORSE = 15  # per mille of its travel that a plan may be worse, at first
NOISE = 3  # minutes of noise on a package at most
# Measured: at first many small subproblems gain most, then large ones beside them,
# which find plans of fewer packages.
LATE = 40  # percent of the work after which many subproblems are large
RARELY, OFTEN = 20, 2  # one of so many is large before; and then
SELDOM, FEW = 10, 3  # the same where days are scarce; when visits are out
ENOUGH = 150_000  # work left at least for a large one
LARGE, LARGER = (20, 45), (30, 69)  # visits freed in a large one; in both these cases
PART = 90  # percent of the district's visits freed at most
LOW = 18  # visits freed in the end where some are out: candidates are many then
CHARGE = 12  # minutes charged for every package at most
FULLER = 60  # minutes below which each visit counts for its package when some are out
WAITING = 40  # minutes by which nearness of visits left out is blurred at most
PLENTY = 3  # days free per package freed: with more, days are found afterwards


@dataclass(frozen=True, slots=True)
class State:
    """A district's plan: its packages by day, and the visits left out."""

    trips: tuple[Trip, ...]
    out: tuple[int, ...]

    @property
    def travel(self) -> int:
        """Minutes of all packages."""
        return sum(trip.travel for trip in self.trips)

    @property
    def cost(self) -> int:
        """Travel, plus a charge for each visit left out."""
        return self.travel + OUT * len(self.out)


@dataclass(slots=True)
class SearchCounts:
    """What a search has done: `work` in budget units."""

    calls: int = 0
    closed: int = 0
    clashes: int = 0
    work: int = 0


class Search:
    """One district's search. Deterministic: a seed, a work limit, no clock.

    `halt` is asked before each round and inside it; it ends the search. `state` is the
    plan gone on from, `best` the best one so far; `ahead` the work left for all turns.
    """

    def __init__(
        self,
        district: District,
        prices: Prices,
        room: Room,
        state: State,
        dice: Dice,
        halt: Callable[[], bool] = never,
    ) -> None:
        self.district = district
        self.prices = prices
        self.room = room
        self.state = self.best = state
        self.worse = 0
        self.ahead = 0
        self.late = self.deep = False
        self.dice = dice
        self.halt = halt
        self.net = Net(district, halt)
        self.price = np.array(prices.guide[:-1], np.int64)
        self.each = prices.guide[-1]
        self.tally = SearchCounts()
        self.size = 14
        self.wide = False
        self.reach = 4 * SCALE
        self.pinned = {i for order, _, _ in district.pinned for i in order}

    # -- one round -------------------------------------------------------------

    def round(self) -> bool:
        """Free some packages and choose again; whether the plan changed."""
        chosen = self.pick()
        inside = set(chosen)
        freed = [self.state.trips[number] for number in chosen]
        kept = [t for n, t in enumerate(self.state.trips) if n not in inside]
        visits = sorted(i for trip in freed for i in trip.order)
        room = self.left(kept)
        days = self.days(visits, kept, room)
        extra = [i for i in self.waiting(visits) if days[i]]
        visits = sorted(visits + extra)
        choice, whole = self.choice(visits, freed, kept, room, days, len(extra))
        noise = self.noise(len(choice.rides), len(freed))
        effort = EFFORT
        if self.deep:
            effort = max(EFFORT, min(LONG, self.ahead / WORK_PER_EFFORT))
        answer = solve(choice, self.dice.below(1 << 31), effort, noise)
        self.count(choice, answer)
        if not self.wide:
            self.resize(answer.closed, whole)
        if answer.chosen is None:
            return False
        rides = tuple(choice.rides[n] for n in answer.chosen)
        placed = {i for ride in rides for i in ride.order}
        left = [i for i in visits if i not in placed]
        cost = sum(ride.travel for ride in rides) + OUT * len(left)
        before = sum(trip.travel for trip in freed) + OUT * len(extra)
        limit = max(self.state.cost, self.best.cost + self.worse)
        if self.state.cost - before + cost > limit or set(answer.chosen) == set(
            choice.current
        ):
            return False
        on = day_assignment.days(
            rides, choice.links, self.district.ordinals, room, self.dice
        )
        if on is None:
            self.tally.clashes += 1
            return False
        trips = [
            Trip(day, ride.order, ride.travel)
            for day, ride in zip(on, rides, strict=True)
        ]
        out = sorted({*self.state.out, *left} - placed)
        self.state = State(tuple(sorted([*kept, *trips])), tuple(out))
        if self.state.cost < self.best.cost:
            self.best = self.state
        return True

    def count(self, choice: PartitionProblem, answer: Partition) -> None:
        """The solver was called once more, and what that cost of the budget."""
        self.tally.calls += 1
        self.tally.closed += answer.closed
        self.tally.work += (
            WORK_PER_ROUND
            + len(choice.rides) * WORK_PER_CANDIDATE
            + answer.work // NS_PER_WORK
            + answer.seen * WORK_PER_SEEN
            + int(answer.effort * WORK_PER_EFFORT)
        )
        if choice.dated:
            pairs = sum(ride.days.bit_count() for ride in choice.rides)
            self.tally.work += pairs * answer.seen // len(choice.rides) * WORK_PER_DAY

    def resize(self, closed: bool, whole: bool) -> None:
        """More packages a round while rounds are easy, else fewer."""
        if closed and (whole or (self.state.out and self.size < LOW)):
            self.size = min(self.size + 1, 70)
        else:
            self.size = max(self.size - 1, 8)

    def pick(self) -> list[int]:
        """Numbers of the packages that this round frees, now and then many: `wide`,
        and `deep` where there are many candidates, too."""
        trips, out = self.state.trips, self.state.out
        # With more packages free than this, days count in the model: then many
        # candidates are dear and gain little (measured).
        most = (sum(self.room.packages) - len(trips)) // (PLENTY - 1)
        scarce = most * self.district.size < LARGE[0] * len(trips)
        often = SELDOM if scarce else OFTEN if self.late else RARELY
        rare = FEW if out else often
        self.wide = not self.dice.below(rare) and self.ahead >= ENOUGH
        self.deep = self.wide and not out and not scarce
        size = self.size
        if self.wide:
            low, high = LARGE if self.deep else LARGER
            size = low + self.dice.below(high - low + 1)
        if self.deep:
            size = min(size, self.district.size * PART // 100)
        else:
            most = len(trips)
        return neighbours(self.district, trips, out, self.price, self.dice, size, most)

    def noise(self, count: int, used: int) -> tuple[int, ...]:
        """Noise on two subproblems of three, of random strength; the first `used`
        packages, those of the plan, get more, so that others have their turn, and
        at times every package costs extra, so that fewer do the work."""
        if self.deep or not self.worse or not self.dice.below(3):
            return ()
        most = 1 + self.dice.below(NOISE * NOISE_SCALE)
        each = self.dice.below(CHARGE * NOISE_SCALE) if self.dice.below(2) else 0
        return tuple(
            each
            + self.dice.below(most)
            + (self.dice.below(2 * most) if n < used else 0)
            for n in range(count)
        )

    def waiting(self, visits: list[int]) -> list[int]:
        """A few of the visits left out whose earlier steps are placed, most of them
        near the `visits` that are free."""
        out = set(self.state.out)
        if not out:
            return []
        ready = sorted(out - {i.after for i in self.district.links if i.before in out})
        legs, blur = self.district.legs, 1 + self.dice.below(WAITING)

        def far(i: int) -> tuple[int, int]:
            return min(legs[i][v] for v in visits) + self.dice.below(blur), i

        return sorted(sorted(ready, key=far)[:4])

    def choice(
        self,
        visits: list[int],
        freed: list[Trip],
        kept: list[Trip],
        room: Room,
        days: list[int],
        extra: int,
    ) -> tuple[PartitionProblem, bool]:
        """The subproblem for these visits beside the packages that are kept, and
        whether it holds all packages that could help; `extra` visits are out now."""
        columns, whole = self.columns(visits, days, freed, extra)
        inside = set(visits)
        links = tuple(
            link
            for link in self.district.links
            if link.before in inside and link.after in inside
        )
        rides: dict[tuple[int, ...], Ride] = {}
        for trip in freed:
            mask = -1
            for visit in trip.order:
                mask &= days[visit]
            rides[tuple(sorted(trip.order))] = Ride(
                trip.order, trip.travel, mask, self.district.skill_of(trip.mask)
            )
        for row, travel, mask in zip(
            columns.order.tolist(),
            columns.travel.tolist(),
            columns.days.tolist(),
            strict=True,
        ):
            order = tuple(i for i in row if i >= 0)
            skill = max(self.district.skill[i] for i in order)
            ride = Ride(order, travel, mask, skill)
            rides.setdefault(tuple(sorted(order)), ride)
        return PartitionProblem(
            tuple(visits),
            tuple(rides.values()),
            {i: days[i] for i in visits},
            links,
            self.district.ordinals,
            room,
            self.spare(inside, kept) if extra else (),
            tuple(range(len(freed))),
            tuple(trip.day for trip in freed),
            sum(room.packages) < PLENTY * len(freed),
        ), whole

    def spare(self, inside: set[int], kept: list[Trip]) -> tuple[int, ...]:
        """Which of the visits may be left out: not those before a step that stays."""
        staying = {i for trip in kept for i in trip.order} | self.pinned
        before = {i.before for i in self.district.links if i.after in staying}
        return tuple(sorted(inside - before))

    def left(self, kept: list[Trip]) -> Room:
        """The room minus what the kept packages take."""
        packages = list(self.room.packages)
        skilled = {skill: list(days) for skill, days in self.room.skilled}
        month = dict(self.room.month_skilled)
        for trip in kept:
            packages[trip.day] -= 1
            skill = self.district.skill_of(trip.mask)
            if skill:
                skilled[skill][trip.day] -= 1
                month[skill] -= 1
        return Room(
            tuple(packages),
            tuple((skill, tuple(days)) for skill, days in skilled.items()),
            self.room.month_packages - len(kept),
            tuple(month.items()),
        )

    def days(self, visits: list[int], kept: list[Trip], room: Room) -> list[int]:
        """Days of every visit: kept ones have theirs, the others what agrees.

        Visits left out bind nobody; theirs agree with the steps before them.
        """
        district = self.district
        days = list(district.days)
        for trip in kept:
            for visit in trip.order:
                days[visit] = 1 << trip.day
        open_ = sum(1 << d for d, n in enumerate(room.packages) if n > 0)
        skilled = {
            skill: sum(1 << d for d, n in enumerate(some) if n > 0)
            for skill, some in room.skilled
        }
        for visit in (*visits, *self.state.out):
            days[visit] &= open_ & skilled.get(district.skill[visit], -1)
        out = set(self.state.out)
        bound = tuple(i for i in district.links if i.after not in out)
        settle(days, bound, district.ordinals)
        for link in district.links:
            if link.after in out:
                days[link.after] &= reach(
                    days[link.before], district.ordinals, link.gap_min, link.gap_max
                )
        return days

    def columns(
        self, visits: list[int], days: list[int], freed: list[Trip], extra: int
    ) -> tuple[Columns, bool]:
        """Packages of these visits that may belong to a plan no worse than now, and
        whether these are all of them."""
        price, each = self.price[visits], self.each
        if extra and (bonus := self.dice.below(FULLER) * SCALE):
            # Too few packages for all: look for those that hold more visits.
            price, each = price + bonus, each - bonus * len(visits) // len(freed)
        slack = (
            (sum(trip.travel for trip in freed) + OUT * extra) * SCALE
            - int(price.sum())
            - each * len(freed)
        )
        small = self.net.part(np.array(visits), np.array([days[i] for i in visits]))
        limit = min(slack, self.reach) if self.wide else slack
        many = MOST if self.deep else MANY
        found, whole = small.cheap(price, limit + each, 8 * many)
        whole = whole and limit == slack
        if self.wide:
            if len(found) > many:
                self.reach = self.reach * 3 // 4
            elif not whole and len(found) < many // 2:
                self.reach = self.reach * 4 // 3
        self.tally.work += small.work // NS_PER_WORK
        value = found.travel * SCALE - found.prices(price)
        rank = np.argsort(value, kind="stable")[:many]
        whole = whole and len(rank) == len(found)
        found = found.take(rank)
        names = np.append(np.array(visits, np.int16), np.int16(-1))
        return replace(found, order=names[found.order]), whole

    def run(self, work: int, begun: int = 0, whole: int = 0) -> None:
        """Rounds until the work is spent or `halt` says so; `best` is the outcome.

        `begun` of the `whole` work of the search was done before.
        """
        whole = max(1, whole or work)
        while self.state.trips and self.tally.work < work and not self.halt():
            self.ahead = max(0, whole - begun - self.tally.work)
            self.worse = self.best.travel * WORSE * self.ahead // (1000 * whole)
            self.late = self.ahead * 100 < whole * (100 - LATE)
            self.round()


# Measured on the reference core: budget units (microseconds) per unit of work.
WORK_PER_EFFORT = 730_000
WORK_PER_CANDIDATE = 4
WORK_PER_SEEN = 24  # candidates in the model
WORK_PER_DAY = 50  # of a candidate there, where days may decide
WORK_PER_ROUND = 1_000
NS_PER_WORK = 1000  # of `Net.work`
