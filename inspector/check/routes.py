"""Rules inside one package: legs, services, windows, lunch, duty (the timetable rule).

Packages with the travel model and the working day → violations.

"Timetable 1" to "4" are the points of the rule in `inspector.schedule.packages` (see
PROTOCOL.md §6); each is tested here directly on the published times. A package
that names an unknown visit or office cannot be driven after and is left to
`visits_known` and `offices_known`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from inspector.check.placement import PlanView, placements
from inspector.check.violation import Findings, rule
from inspector.domain import Package, Stop, Visit, Window
from inspector.places import minutes
from inspector.policy import DayRules


@dataclass(frozen=True, slots=True)
class PackageRoute:
    """A package with its visits in order and its legs, recomputed.

    `legs`: minutes office to first stop, between stops, last stop to office.
    """

    package: Package
    visits: tuple[Visit, ...]
    legs: tuple[int, ...]

    def leaving(self) -> tuple[int, ...]:
        """When the car leaves the office and each stop: next arrival minus the leg."""
        p = self.package
        arrivals = [*(s.arrive for s in p.stops), p.back]
        return tuple(at - leg for at, leg in zip(arrivals, self.legs, strict=True))

    def rests(self) -> Iterator[tuple[int, int]]:
        """Where lunch may lie: before and after each service, from minute to minute."""
        for stop, leaving in zip(self.package.stops, self.leaving()[1:], strict=True):
            yield stop.arrive, stop.start
            yield stop.end, leaving


def routes(view: PlanView) -> Iterator[PackageRoute]:
    """The packages of which every visit and the office are known."""
    visits = {v.id: v for v in view.visits}
    offices = {o.id: o.place for o in view.offices}
    for p in view.packages:
        stops = tuple(visits[s.visit] for s in p.stops if s.visit in visits)
        if len(stops) == len(p.stops) and p.office in offices:
            points = [offices[p.office], *(v.place for v in stops), offices[p.office]]
            wait = view.travel.taxi_minutes if p.id in view.taxis else 0
            legs = (minutes(view.travel, a, b) + wait for a, b in pairwise(points))
            yield PackageRoute(p, stops, tuple(legs))


def known_stops(view: PlanView) -> Iterator[tuple[Package, Stop, Visit]]:
    """Every stop at a known visit."""
    visits = {v.id: v for v in view.visits}
    for p in view.packages:
        for stop in p.stops:
            if stop.visit in visits:
                yield p, stop, visits[stop.visit]


def opening(window: Window, day: DayRules) -> int:
    """Earliest start of a service with this half-day window."""
    afternoon = window is Window.AFTERNOON
    return max(day.shift_start, day.afternoon_start) if afternoon else day.shift_start


def closing(window: Window, day: DayRules) -> int:
    """Latest end of a service with this half-day window."""
    morning = window is Window.MORNING
    return min(day.shift_end, day.morning_end) if morning else day.shift_end


def lunch_of(package: Package, day: DayRules) -> tuple[int, int] | None:
    """The minutes at which lunch begins and ends, None without lunch."""
    if package.lunch is None:
        return None
    return package.lunch, package.lunch + day.lunch_minutes


@rule(
    "工作包 {subject} 有 {stops} 次检查，应为 1–{most} 次",
    "package {subject} has {stops} visits; allowed are 1 to {most}",
)
def stops_counted(view: PlanView) -> Findings:
    """A team makes 1 to max_visits visits a day (DOMAIN §7: workload anchor)."""
    most = view.day.max_visits
    for p in view.packages:
        if not 1 <= len(p.stops) <= most:
            yield p.id, {"stops": len(p.stops), "most": most}


@rule(
    "工作包 {subject} 的专长写作“{claimed}”，其检查需要“{needed}”（至多一项）",
    'package {subject} states the skill "{claimed}" but its visits need "{needed}" '
    "(one at most)",
)
def skill_single(view: PlanView) -> Findings:
    """A package needs at most one special skill, and says which (DESIGN §3: Seats)."""
    skills: dict[str, set[str]] = {}
    for p, v in placements(view):
        skills.setdefault(p.id, set()).update({v.skill} - {""})
    for p in view.packages:
        needed = sorted(skills.get(p.id, ()))
        if len(needed) > 1 or p.skill != "".join(needed):
            yield p.id, {"claimed": p.skill, "needed": ", ".join(needed)}


@rule(
    "工作包 {subject} 的行程写作 {claimed} 分钟，按里程模型应为 {minutes} 分钟",
    "package {subject} states {claimed} minutes of travel; the travel model gives "
    "{minutes}",
)
def package_travel(view: PlanView) -> Findings:
    """Travel is the sum of all legs, from and back to the office (PROTOCOL §6)."""
    for route in routes(view):
        p, total = route.package, sum(route.legs)
        if p.travel_minutes != total:
            yield p.id, {"claimed": p.travel_minutes, "minutes": total}


@rule(
    "工作包 {subject} 应于 {due} 分离开 {place}，按下一站到达时间推算为 {leaving} 分",
    "package {subject} must leave {place} at minute {due}; its next arrival says "
    "{leaving}",
)
def drives_exactly(view: PlanView) -> Findings:
    """The car leaves when service and lunch are over, legs as given (timetable 1)."""
    for route in routes(view):
        p, lunch = route.package, lunch_of(route.package, view.day)
        left, *leaving = route.leaving()
        if left != p.depart:
            yield p.id, {"place": p.office, "due": p.depart, "leaving": left}
        for stop, at in zip(p.stops, leaving, strict=True):
            ate = lunch is not None and stop.end <= lunch[0] and at == lunch[1]
            if at != stop.end and not ate:
                yield p.id, {"place": stop.visit, "due": stop.end, "leaving": at}


@rule(
    "工作包 {subject} 到 {visit} 后应于 {due} 分开始检查，写作 {start} 分",
    "package {subject} must begin {visit} at minute {due}, not {start}",
)
def serves_at_once(view: PlanView) -> Findings:
    """A service starts once the team is there and the window open (timetable 2)."""
    for p, stop, v in known_stops(view):
        ready, lunch = stop.arrive, lunch_of(p, view.day)
        if lunch is not None and ready <= lunch[0] and lunch[1] <= stop.start:
            ready = lunch[1]
        due = max(ready, opening(v.window, view.day))
        if stop.start != due:
            yield p.id, {"visit": v.id, "due": due, "start": stop.start}


@rule(
    "检查 {subject} 用时 {minutes} 分钟，应为 {due} 分钟",
    "visit {subject} takes {minutes} minutes instead of {due}",
)
def service_minutes(view: PlanView) -> Findings:
    """A service lasts exactly as long as its visit needs (DOMAIN §7: durations)."""
    for _, stop, v in known_stops(view):
        if stop.end - stop.start != v.service_minutes:
            yield v.id, {"minutes": stop.end - stop.start, "due": v.service_minutes}


@rule(
    "检查 {subject} 为 {start}–{end} 分，其时段（{window}）是 {opens}–{closes} 分",
    "visit {subject} is at minutes {start}-{end}; its window ({window}) is "
    "{opens}-{closes}",
)
def window_kept(view: PlanView) -> Findings:
    """上午 ends by morning_end, 下午 starts from afternoon_start on (timetable 2)."""
    for _, stop, v in known_stops(view):
        opens, closes = opening(v.window, view.day), closing(v.window, view.day)
        if stop.start < opens or stop.end > closes:
            yield (
                v.id,
                {
                    "start": stop.start,
                    "end": stop.end,
                    "window": v.window.value,
                    "opens": opens,
                    "closes": closes,
                },
            )


@rule(
    "工作包 {subject} 为 {depart}–{back} 分，上班时间是 {first}–{last} 分",
    "package {subject} is out at minutes {depart}-{back}; the shift is {first}-{last}",
)
def shift_kept(view: PlanView) -> Findings:
    """Nothing before shift_start, the car is back by shift_end (timetable 2)."""
    first, last = view.day.shift_start, view.day.shift_end
    for p in view.packages:
        if p.depart < first or p.back > last:
            yield (
                p.id,
                {"depart": p.depart, "back": p.back, "first": first, "last": last},
            )


@rule(
    "工作包 {subject} 没有午餐：{depart} 分出车，{back} 分返回",
    "package {subject} has no lunch but is out from minute {depart} to {back}",
)
def lunch_taken(view: PlanView) -> Findings:
    """No lunch only when back by lunch_last or leaving after lunch (timetable 3)."""
    day = view.day
    for p in view.packages:
        early = p.back <= day.lunch_last
        late = p.depart >= day.lunch_first + day.lunch_minutes
        if p.lunch is None and not early and not late:
            yield p.id, {"depart": p.depart, "back": p.back}


@rule(
    "工作包 {subject} 午餐于 {lunch} 分开始，应在 {first}–{last} 分之间",
    "package {subject} has lunch at minute {lunch}; allowed are {first} to {last}",
)
def lunch_within_window(view: PlanView) -> Findings:
    """Lunch starts within lunch_first to lunch_last (timetable 3)."""
    first, last = view.day.lunch_first, view.day.lunch_last
    for p in view.packages:
        if p.lunch is not None and not first <= p.lunch <= last:
            yield p.id, {"lunch": p.lunch, "first": first, "last": last}


@rule(
    "工作包 {subject} 的午餐 {lunch}–{over} 分与检查或行车重叠，或未及时开始",
    "package {subject}: lunch at minutes {lunch}-{over} overlaps a service or a leg, "
    "or does not start as soon as it could",
)
def lunch_placed(view: PlanView) -> Findings:
    """Lunch lies at one stop, before or after the service, at once (timetable 3)."""
    day = view.day
    for route in routes(view):
        lunch = lunch_of(route.package, day)
        if lunch is not None:
            fits = (
                lunch[0] == max(begin, day.lunch_first) and lunch[1] <= end
                for begin, end in route.rests()
            )
            if not any(fits):
                yield route.package.id, {"lunch": lunch[0], "over": lunch[1]}


@rule(
    "工作包 {subject} 在岗 {duty} 分钟，上限 {most} 分钟",
    "package {subject} is {duty} minutes of duty; the limit is {most}",
)
def duty_kept(view: PlanView) -> Findings:
    """Duty = return - departure - lunch is at most duty_minutes (timetable 4)."""
    for p in view.packages:
        duty = (
            p.back - p.depart - (view.day.lunch_minutes if p.lunch is not None else 0)
        )
        if duty > view.day.duty_minutes:
            yield p.id, {"duty": duty, "most": view.day.duty_minutes}
