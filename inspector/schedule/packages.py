"""Packages: the canonical times of a route, by one integer rule.

Visits in an order → `Package`, or None. Asked wherever a package gets its times.

**The rule.** Given an order of visits, every time of day follows:

1. The car leaves the office at `depart`, drives to each visit in the order given and
   back. Every leg takes `inspector.places.minutes`; it leaves a stop as soon as the
   service there, and lunch if taken there, is over.
2. A service starts as soon as the team is there and the half-day window is open. It
   may start at `shift_start` or later, at `afternoon_start` or later for 下午, and
   must end by `morning_end` for 上午. Nothing before `shift_start`, the car is back by
   `shift_end`.
3. Lunch takes `lunch_minutes` and starts within `lunch_first`..`lunch_last`. The route
   needs none when the car is back by `lunch_last` (lunch follows at the office) or
   leaves at `lunch_first + lunch_minutes` or later (lunch came before). Otherwise it
   is taken at one stop, before the service there or after it, and as soon as the team
   is at that point and `lunch_first` has come.
4. `duty = back - depart - lunch_minutes` (nothing subtracted without lunch) is at most
   `duty_minutes`. Waiting counts as duty.
5. For each way to take lunch, numbered 0 = none, back by `lunch_last`; 1 = none,
   leaving late; 2i = before the service of stop i; 2i + 1 = after it (i from 1), the
   car is back as early as possible, and leaves as late as that allows.
6. Of the ways that keep all rules the one with the smallest (duty, back, number) is
   taken. If none does, the order is infeasible.

So a checker may compute the times anew from the order alone, or test 1 to 4 directly:
lunch lies inside [arrive, start] or inside [end, leaving] of one stop, where leaving =
the next arrival - the leg.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from inspector.domain import Office, Package, Place, Stop, Visit, Window, by_number
from inspector.places import minutes
from inspector.policy import DayRules, TravelModel

Stay = tuple[int, Window]  # service minutes and half-day window of one visit


@dataclass(frozen=True, slots=True)
class Times:
    """Times of one order: per stop (arrive, start, end), minutes after midnight."""

    depart: int
    back: int
    lunch: int | None
    duty: int
    stops: tuple[tuple[int, int, int], ...]


def opening(window: Window, day: DayRules) -> int:
    """Earliest start of a service with this half-day window."""
    if window is Window.AFTERNOON:
        return max(day.shift_start, day.afternoon_start)
    return day.shift_start


def closing(window: Window, day: DayRules) -> int:
    """Latest end of a service with this half-day window."""
    if window is Window.MORNING:
        return min(day.shift_end, day.morning_end)
    return day.shift_end


def _walk(
    depart: int, stays: Sequence[Stay], legs: Sequence[int], day: DayRules, way: int
) -> tuple[Times, int] | None:
    """Times when the car leaves at `depart`, and how much later it might leave.

    Leaving later by d shifts each event by max(0, d - waiting before it). So the car
    is back no later as long as d is at most the waiting in total and, at each event
    with a latest time, at most its slack plus the waiting before it.
    """
    clock, waited, later = depart, 0, day.shift_end
    lunch: int | None = None
    stops = []
    for number, ((service, window), leg) in enumerate(
        zip(stays, legs, strict=False), 1
    ):
        clock += leg
        arrive = clock
        for place in (2 * number, 2 * number + 1):
            if place % 2:
                start = max(clock, opening(window, day))
                waited += start - clock
                clock = start + service
                if clock > closing(window, day):
                    return None
                later = min(later, closing(window, day) - clock + waited)
                stops.append((arrive, start, clock))
            if way == place:
                lunch = max(clock, day.lunch_first)
                if lunch > day.lunch_last:
                    return None
                waited += lunch - clock
                later = min(later, day.lunch_last - lunch + waited)
                clock = lunch + day.lunch_minutes
    back = clock + legs[-1]
    if back > day.shift_end or (way == 0 and back > day.lunch_last):
        return None
    duty = back - depart - (0 if lunch is None else day.lunch_minutes)
    return Times(depart, back, lunch, duty, tuple(stops)), min(waited, later)


def times(stays: Sequence[Stay], legs: Sequence[int], day: DayRules) -> Times | None:
    """The canonical times of a route (module rule), None when it is infeasible.

    `legs`: minutes office to first stop, between stops, last stop to office; one more
    than `stays`.

    >>> day = DayRules()
    >>> times([(60, Window.ALL_DAY)], [10, 10], day)
    Times(depart=510, back=590, lunch=None, duty=80, stops=((520, 520, 580),))
    >>> times([(60, Window.AFTERNOON)], [10, 10], day)
    Times(depart=770, back=850, lunch=None, duty=80, stops=((780, 780, 840),))
    >>> found = times([(60, Window.ALL_DAY), (90, Window.AFTERNOON)], [9, 9, 9], day)
    >>> found.depart, found.lunch, found.back, found.duty
    (642, 711, 879, 177)
    >>> found.stops
    ((651, 651, 711), (780, 780, 870))
    >>> times([(500, Window.ALL_DAY)], [10, 10], day) is None
    True
    """
    found = [
        (walked.duty, walked.back, way, walked)
        for way, walked in _ways(stays, legs, day)
    ]
    return min(found, key=lambda row: row[:3])[3] if found else None


def feasible(stays: Sequence[Stay], legs: Sequence[int], day: DayRules) -> bool:
    """Whether `times` finds any; it stops at the first."""
    return any(True for _ in _ways(stays, legs, day))


def _ways(
    stays: Sequence[Stay], legs: Sequence[int], day: DayRules
) -> Iterator[tuple[int, Times]]:
    """Each way to have lunch, or none, that keeps the rules; it leaves as late as it
    may and is back no later for that."""
    for way in range(2 * len(stays) + 2):
        depart = day.shift_start
        if way == 1:
            depart = max(depart, day.lunch_first + day.lunch_minutes)
        walked = _walk(depart, stays, legs, day, way)
        if walked is not None and walked[1]:
            walked = _walk(depart + walked[1], stays, legs, day, way)
        if walked is not None and walked[0].duty <= day.duty_minutes:
            yield way, walked[0]


def legs_of(
    order: Sequence[Visit], office: Place, travel: TravelModel, wait: int = 0
) -> tuple[int, ...]:
    """Travel minutes of each leg, from the office and back to it; `wait` more each."""
    points = [office, *(visit.place for visit in order), office]
    return tuple(minutes(travel, a, b) + wait for a, b in pairwise(points))


def timetable(
    order: Sequence[Visit],
    office: Place,
    day: DayRules,
    travel: TravelModel,
    wait: int = 0,
) -> Times | None:
    """The canonical times of visits in this order, None when a rule is broken.

    Also None when there are more than `max_visits` or two different special skills.
    """
    if len(order) > day.max_visits or len({v.skill for v in order} - {""}) > 1:
        return None
    stays = [(visit.service_minutes, visit.window) for visit in order]
    return times(stays, legs_of(order, office, travel, wait), day)


def package(
    name: str,
    on: date,
    office: Office,
    order: Sequence[Visit],
    day: DayRules,
    travel: TravelModel,
    wait: int = 0,
) -> Package | None:
    """The package of these visits in this order, None when it is infeasible; `wait`:
    minutes that each leg takes more, by taxi."""
    found = timetable(order, office.place, day, travel, wait)
    if found is None:
        return None
    return Package(
        name,
        on,
        office.id,
        max(visit.skill for visit in order),
        found.depart,
        found.back,
        found.lunch,
        sum(legs_of(order, office.place, travel, wait)),
        tuple(
            Stop(visit.id, *stop)
            for visit, stop in zip(order, found.stops, strict=True)
        ),
    )


def numbered(packages: Iterable[Package]) -> tuple[Package, ...]:
    """The packages named P001, P002, … in order of their smallest visit, so that a
    number tells neither day nor place."""
    order = sorted(packages, key=lambda p: min(by_number(s.visit) for s in p.stops))
    return tuple(replace(p, id=f"P{n:03d}") for n, p in enumerate(order, 1))
