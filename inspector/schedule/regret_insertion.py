"""A first plan in a second: each visit goes where it costs least, the one that would
lose most by waiting first (regret insertion). Needs no solver and always returns.

A district and what is left of cars and people → a plan to begin from. Next:
`neighbourhood_search`.

Series keep their gaps by construction: once a step has its day, the days of the other
steps shrink to those that still agree with it (`district.settle`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from inspector.schedule.district import District, bits, settle
from inspector.schedule.packages import feasible
from inspector.schedule.resources import Dice, Ledger

NEVER = 1 << 30


@dataclass(frozen=True, slots=True, order=True)
class Trip:
    """One package of a district: its day, its visits in order, its travel."""

    day: int
    order: tuple[int, ...]
    travel: int

    @property
    def mask(self) -> int:
        """The visits as a bit mask."""
        return sum(1 << i for i in self.order)


def keeps(district: District, order: tuple[int, ...]) -> bool:
    """Whether the order keeps the rule of `packages`."""
    last, legs = district.size, []
    for stop in (*order, district.size):
        legs.append(district.legs[last][stop])
        last = stop
    stays = [(district.service[i], district.window[i]) for i in order]
    spent = sum(legs) + sum(service for service, _ in stays)
    return (
        len(order) <= district.rules.max_visits
        and spent <= district.rules.duty_minutes
        and feasible(stays, legs, district.rules)
    )


def insertion(
    district: District, order: tuple[int, ...], visit: int
) -> tuple[int, tuple[int, ...]]:
    """Least extra travel to add `visit` to a route, and the route; NEVER if none."""
    legs, n = district.legs, district.size
    stops = (n, *order, n)
    tries = sorted(
        (legs[a][visit] + legs[visit][b] - legs[a][b], at)
        for at, (a, b) in enumerate(pairwise(stops))
    )
    for extra, at in tries:
        longer = (*order[:at], visit, *order[at:])
        if keeps(district, longer):
            return extra, longer
    return NEVER, order


@dataclass(slots=True)
class _Open:
    """A package being built."""

    day: int
    order: tuple[int, ...]
    mask: int
    extra: dict[int, tuple[int, tuple[int, ...]]] = field(default_factory=dict)


class _Builder:
    def __init__(self, district: District, ledger: Ledger, dice: Dice) -> None:
        self.district = district
        self.ledger = ledger
        self.dice = dice
        self.days = list(district.days)
        self.trips: list[_Open] = []
        pinned = {i for order, _, _ in district.pinned for i in order}
        self.left = [i for i in range(district.size) if i not in pinned]
        self.out: list[int] = []

    def joins(self, trip: _Open, visit: int) -> tuple[int, tuple[int, ...]]:
        """Extra travel and route when the visit joins a package, NEVER if it cannot."""
        district = self.district
        if (
            not self.days[visit] >> trip.day & 1
            or trip.mask & ~(district.together[visit])
        ):
            return NEVER, ()
        skill = district.skill[visit]
        if (
            skill
            and not district.skill_of(trip.mask)
            and not self.ledger.fits(district.office, trip.day, skill, False)
        ):
            return NEVER, ()
        if visit not in trip.extra:
            trip.extra[visit] = insertion(district, trip.order, visit)
        return trip.extra[visit]

    def open_days(self, skill: str) -> int:
        """Mask of the days on which a new package with this skill fits."""
        office = self.district.office
        return sum(
            1 << day
            for day in range(self.ledger.days)
            if self.ledger.fits(office, day, skill)
        )

    def place(self, visit: int, trip: _Open | None) -> None:
        district = self.district
        skill = district.skill[visit]
        if trip is None:
            days = list(bits(self.days[visit] & self.open_days(skill)))
            day = days[self.dice.below(len(days))]
            self.ledger.add(district.office, day, skill)
            trip = _Open(day, (visit,), 1 << visit)
            self.trips.append(trip)
        else:
            trip.order = self.joins(trip, visit)[1]
            if skill and not district.skill_of(trip.mask):
                self.ledger.add(district.office, trip.day, "", -1)
                self.ledger.add(district.office, trip.day, skill)
            trip.mask |= 1 << visit
            trip.extra = {}
        self.days[visit] = 1 << trip.day
        settle(self.days, district.links, district.ordinals)

    def run(self) -> None:
        n = self.district.size
        skills = sorted(set(self.district.skill))
        while self.left:
            pick: tuple[int, int, int, _Open | None] | None = None
            free = {skill: self.open_days(skill) for skill in skills}
            for visit in self.left:
                options = sorted(
                    (self.joins(trip, visit)[0], at)
                    for at, trip in enumerate(self.trips)
                )
                fresh = self.district.legs[n][visit] * 2
                if not self.days[visit] & free[self.district.skill[visit]]:
                    fresh = NEVER
                costs = sorted([fresh, *(cost for cost, _ in options[:2])])
                if costs[0] >= NEVER:
                    self.out.append(visit)
                    continue
                regret = (costs[1] if len(costs) > 1 else fresh * 2) - costs[0]
                trip = None if costs[0] == fresh else self.trips[options[0][1]]
                key = (regret, self.dice.below(1 << 30))
                if pick is None or key > pick[:2]:
                    pick = (*key, visit, trip)
            self.left = [i for i in self.left if i not in self.out]
            if pick is None:
                break
            self.place(pick[2], pick[3])
            self.left.remove(pick[2])


def begin(
    district: District, ledger: Ledger, dice: Dice
) -> tuple[tuple[Trip, ...], tuple[int, ...]]:
    """Packages for the district, counted into `ledger`, and the visits left out."""
    builder = _Builder(district, ledger, dice)
    builder.run()
    trips = [
        Trip(trip.day, trip.order, district.tour(trip.order)) for trip in builder.trips
    ]
    out = set(builder.out)
    # A step after one that is out makes no sense: take it out, too.
    while later := _later(district, out):
        out |= later
        trips = [without(district, ledger, trip, later) for trip in trips]
        placed = {i for trip in trips for i in trip.order}
        out |= {i for trip in builder.trips for i in trip.order} - placed
        trips = [trip for trip in trips if trip.order]
    return tuple(sorted(trips)), tuple(sorted(out))


def _later(district: District, out: set[int]) -> set[int]:
    pinned = {i for order, _, _ in district.pinned for i in order}
    found: set[int] = set()
    for link in district.links:
        if link.before in out | found and link.after not in out | pinned:
            found.add(link.after)
    return found


def without(district: District, ledger: Ledger, trip: Trip, gone: set[int]) -> Trip:
    """The package without some visits, counted anew in `ledger`.

    What is left need not keep the rule: a leg past the stop may be longer than both of
    it, and lunch may fit nowhere. Then visits join one by one where they can.
    """
    rest = tuple(i for i in trip.order if i not in gone)
    if rest == trip.order:
        return trip
    order = rest
    if rest and not keeps(district, rest):
        order = ()
        for visit in rest:
            order = insertion(district, order, visit)[1]
    ledger.add(district.office, trip.day, district.skill_of(trip.mask), -1)
    left = Trip(trip.day, order, district.tour(order))
    if order:
        ledger.add(district.office, trip.day, district.skill_of(left.mask))
    return left
