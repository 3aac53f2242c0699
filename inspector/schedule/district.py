"""One office's share of a month as small integers, and what never fits.

A `Workload` → one `District` per office, and the visits that fit on no day.

Visits are numbered by id, working days from 0; sets of either are bit masks. Routing
decomposes by office because a visit is served only by cars of its own district.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from inspector.domain import Visit, Window
from inspector.places import minutes
from inspector.policy import DayRules
from inspector.schedule.packages import timetable
from inspector.schedule.workload import Unplaced, Workload, day_rows


def bits(mask: int) -> Iterator[int]:
    """The positions of the ones of `mask`, ascending.

    >>> list(bits(0b10110))
    [1, 2, 4]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True, slots=True)
class Link:
    """Two steps of a series: day(after) - day(before) within gap_min..gap_max."""

    before: int
    after: int
    gap_min: int
    gap_max: int


@dataclass(frozen=True, slots=True)
class District:
    """What one office's cars must visit.

    `legs[i][j]`: minutes between visits, the office being the last index. `days[i]`:
    mask of the days visit i may take when nothing else is placed. `together[i]`: mask
    of the visits that may share a package with i. `cars[d]`: cars not yet taken by
    pinned packages. `pinned`: (order, day, travel) of the packages that stay.
    """

    office: int
    name: str
    ids: tuple[str, ...]
    service: tuple[int, ...]
    window: tuple[Window, ...]
    skill: tuple[str, ...]
    legs: tuple[tuple[int, ...], ...]
    days: tuple[int, ...]
    ordinals: tuple[int, ...]
    links: tuple[Link, ...]
    together: tuple[int, ...]
    cars: tuple[int, ...]
    rules: DayRules
    pinned: tuple[tuple[tuple[int, ...], int, int], ...] = ()

    @property
    def size(self) -> int:
        """Number of visits."""
        return len(self.ids)

    def tour(self, order: tuple[int, ...]) -> int:
        """Travel minutes from the office along `order` and back."""
        last = travel = 0
        last = self.size
        for stop in order:
            travel += self.legs[last][stop]
            last = stop
        return travel + self.legs[last][self.size]

    def skill_of(self, mask: int) -> str:
        """The special skill a package of these visits needs, "" for none."""
        return max((self.skill[i] for i in bits(mask)), default="")


@lru_cache(maxsize=1 << 14)
def reach(mask: int, ordinals: tuple[int, ...], low: int, high: int) -> int:
    """Days at least `low` and at most `high` calendar days after a day of `mask`.

    Negative numbers look back.

    >>> bin(reach(0b1, (1, 2, 5, 9), 1, 4))
    '0b110'
    """
    found = 0
    for start in bits(mask):
        for day, ordinal in enumerate(ordinals):
            if low <= ordinal - ordinals[start] <= high:
                found |= 1 << day
    return found


def settle(days: list[int], links: tuple[Link, ...], ordinals: tuple[int, ...]) -> None:
    """Drop from `days` every day that no choice for the linked visits agrees with.

    Links form paths ordered by step, so one pass each way is enough.
    """
    for link in links:
        days[link.after] &= reach(
            days[link.before], ordinals, link.gap_min, link.gap_max
        )
    for link in reversed(links):
        days[link.before] &= reach(
            days[link.after], ordinals, -link.gap_max, -link.gap_min
        )


def _alone(work: Workload, visit: Visit, office: int) -> tuple[int, Unplaced | None]:
    """Days on which the visit fits when nothing else is placed, or why none does."""

    def why(code: str, **params: str | int) -> tuple[int, Unplaced]:
        named = {"visit": visit.id, **params}
        return 0, Unplaced(visit.id, code, tuple(sorted(named.items())))

    if office < 0:
        return why("plan.no_office", district=visit.district)
    barred = {day for name, day in work.barred if name == visit.id}
    mask = 0
    for number, day in enumerate(work.days):
        if visit.first <= day <= visit.last and day not in barred:
            mask |= 1 << number
    if not mask:
        return why(
            "plan.no_day", first=visit.first.isoformat(), last=visit.last.isoformat()
        )
    mask = sum(1 << d for d in bits(mask) if work.cars[office][d] > 0)
    if not mask:
        return why("plan.no_car")
    place = work.offices[office].place
    if timetable([visit], place, work.day, work.travel) is None:
        travel = minutes(work.travel, place, visit.place) * 2
        return why("plan.too_long", travel=travel, service=visit.service_minutes)
    skills = (visit.skill,) if visit.skill else ()
    rows = {d: day_rows(work.crew, skills, d) for d in bits(mask)}
    mask = sum(1 << d for d in rows if all(r.holds(1, {}) for r in rows[d]))
    if not mask:
        return why("plan.no_people")
    one = {visit.skill: 1}
    mask = sum(1 << d for d in bits(mask) if all(r.holds(1, one) for r in rows[d]))
    if not mask:
        return why("plan.no_skill", skill=visit.skill)
    return mask, None


def _series(
    work: Workload, found: dict[str, int], out: dict[str, Unplaced]
) -> list[tuple[Visit, Visit]]:
    """Consecutive steps that both can be placed; the others are put out."""
    ordinals = tuple(day.toordinal() for day in work.days)
    pinned = {stop.visit for package in work.pinned for stop in package.stops}
    steps: dict[tuple[str, str], list[Visit]] = {}
    for visit in work.visits:
        if visit.series:
            steps.setdefault((visit.district, visit.series), []).append(visit)
    pairs = []
    reason: tuple[str, tuple[tuple[str, str | int], ...]]
    for _, chain in sorted(steps.items()):
        chain.sort(key=lambda visit: (visit.step, visit.id))
        for before, after in pairwise(chain):
            if after.id in pinned and before.id in pinned:
                continue
            if before.id in out and after.id not in pinned:
                reason = ("plan.series_before", (("before", before.id),))
            elif after.id in out or before.id in out:
                continue
            else:
                found[after.id] &= reach(
                    found[before.id], ordinals, after.gap_min, after.gap_max
                )
                if found[after.id]:
                    pairs.append((before, after))
                    continue
                gaps = (("gap_max", after.gap_max), ("gap_min", after.gap_min))
                reason = ("plan.series", gaps)
            out.setdefault(
                after.id,
                Unplaced(after.id, reason[0], (*reason[1], ("visit", after.id))),
            )
    return pairs


def divide(work: Workload) -> tuple[tuple[District, ...], dict[str, Unplaced]]:
    """The month as one District per office, and the visits no plan can place.

    Pinned packages stay: their visits have one day, and their cars are taken.
    """
    by_district = {o.district: i for i, o in enumerate(work.offices)}
    found: dict[str, int] = {}
    out: dict[str, Unplaced] = {}
    fixed = {
        stop.visit: 1 << work.days.index(package.day)
        for package in work.pinned
        for stop in package.stops
    }
    for visit in work.visits:
        if visit.id in fixed:
            found[visit.id] = fixed[visit.id]
            continue
        office = by_district.get(visit.district, -1)
        found[visit.id], reason = _alone(work, visit, office)
        if reason is not None:
            out[visit.id] = reason
    pairs = _series(work, found, out)
    parts = []
    for number in range(len(work.offices)):
        visits = sorted(
            (
                v
                for v in work.visits
                if v.id not in out and by_district.get(v.district) == number
            ),
            key=lambda visit: visit.id,
        )
        parts.append(_district(work, number, visits, found, pairs))
    return tuple(parts), out


def _together(
    visits: Sequence[Visit], days: Sequence[int], apart: Collection[frozenset[str]]
) -> tuple[int, ...]:
    """Per visit the mask of those that may share a package with it."""

    def may(a: Visit, b: Visit) -> bool:
        related = bool(a.series) and a.series == b.series
        return (
            a.id != b.id
            and len({a.skill, b.skill} - {""}) < 2
            and not (related and max(a.gap_min, b.gap_min) > 0)
            and frozenset((a.id, b.id)) not in apart
        )

    return tuple(
        sum(1 << j for j, b in enumerate(visits) if may(a, b) and days[i] & days[j])
        for i, a in enumerate(visits)
    )


def _district(
    work: Workload,
    number: int,
    visits: list[Visit],
    found: dict[str, int],
    pairs: list[tuple[Visit, Visit]],
) -> District:
    office = work.offices[number]
    index = {visit.id: i for i, visit in enumerate(visits)}
    ordinals = tuple(day.toordinal() for day in work.days)
    links = tuple(
        Link(index[a.id], index[b.id], b.gap_min, b.gap_max)
        for a, b in pairs
        if a.id in index and b.id in index
    )
    days = [found[visit.id] for visit in visits]
    settle(days, links, ordinals)
    points = [*(visit.place for visit in visits), office.place]
    cars = list(work.cars[number])
    pinned = []
    for package in work.pinned:
        if package.office == office.id:
            day = work.days.index(package.day)
            cars[day] -= 1
            order = tuple(index[stop.visit] for stop in package.stops)
            pinned.append((order, day, package.travel_minutes))
    return District(
        number,
        office.id,
        tuple(index),
        tuple(visit.service_minutes for visit in visits),
        tuple(visit.window for visit in visits),
        tuple(visit.skill for visit in visits),
        tuple(tuple(minutes(work.travel, a, b) for b in points) for a in points),
        tuple(days),
        ordinals,
        links,
        _together(visits, days, {frozenset(pair) for pair in work.apart}),
        tuple(max(0, n) for n in cars),
        work.day,
        tuple(sorted(pinned)),
    )
