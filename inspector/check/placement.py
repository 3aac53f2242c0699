"""Rules of placement: which visit on which day, by which office and car.

A plan with its visits, offices, cars and days → violations.

What happens inside one package (its route and times) is in `inspector.check.routes`;
`inspector.check.plan` lists all rules of a plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from inspector.check.violation import Findings, rule
from inspector.domain import Car, Office, Package, Visit
from inspector.policy import DayRules, TravelModel


@dataclass(frozen=True, slots=True)
class PlanView:
    """A month's plan beside what it was made from.

    `unplaced`: ids of the visits named as left out. `travel_minutes` and
    `bound_minutes`: the totals as claimed; 0 claims no bound. `called`: packages of
    stand-by pairs, whose car may come from any office; `taxis`: those of them that
    take none.
    """

    visits: tuple[Visit, ...]
    packages: tuple[Package, ...]
    unplaced: tuple[str, ...]
    offices: tuple[Office, ...]
    cars: tuple[Car, ...]
    working_days: tuple[date, ...]
    day: DayRules
    travel: TravelModel
    travel_minutes: int
    bound_minutes: int = 0
    called: frozenset[str] = frozenset()
    taxis: frozenset[str] = frozenset()


def day_cars(
    offices: Sequence[Office], days: Sequence[date], counts: Sequence[Sequence[int]]
) -> tuple[Car, ...]:
    """Cars of one day each where only `counts[office][day]` are known.

    >>> from inspector.domain import Place
    >>> office, day = Office("O1", "d", Place(0, 0)), date(2026, 12, 1)
    >>> [car.id for car in day_cars([office], [day], [[2]])]
    ['O1/2026-12-01/1', 'O1/2026-12-01/2']
    """
    return tuple(
        Car(f"{office.id}/{day.isoformat()}/{n}", office.id, day, day)
        for office, row in zip(offices, counts, strict=True)
        for day, count in zip(days, row, strict=True)
        for n in range(1, count + 1)
    )


def placements(view: PlanView) -> Iterator[tuple[Package, Visit]]:
    """Every stop of every package as (package, visit); unknown visits left out."""
    visits = {v.id: v for v in view.visits}
    for package in view.packages:
        for stop in package.stops:
            if stop.visit in visits:
                yield package, visits[stop.visit]


@rule(
    "{table} 中编号 {subject} 出现 {times} 次",
    "{table}: the id {subject} occurs {times} times",
)
def ids_unique(view: PlanView) -> Findings:
    """Every id names one thing, and a series has each step once (DESIGN §5)."""
    tables: dict[str, list[str]] = {
        "visits": [v.id for v in view.visits],
        "packages": [p.id for p in view.packages],
        "offices": [o.id for o in view.offices],
        "cars": [c.id for c in view.cars],
        "unplaced": list(view.unplaced),
        "series": [f"{v.series}/{v.step}" for v in view.visits if v.series],
    }
    for table, ids in tables.items():
        for name, times in Counter(ids).items():
            if times > 1:
                yield name, {"table": table, "times": times}


@rule(
    "{subject} 提到未知的检查 {visit}",
    "{subject} names an unknown visit {visit}",
)
def visits_known(view: PlanView) -> Findings:
    """Packages and unplaced rows name visits of the month only (PROTOCOL §6)."""
    known = {v.id for v in view.visits}
    for package in view.packages:
        for stop in package.stops:
            if stop.visit not in known:
                yield package.id, {"visit": stop.visit}
    for name in view.unplaced:
        if name not in known:
            yield "unplaced", {"visit": name}


@rule(
    "{subject} 提到未知的办公室 {office}",
    "{subject} names an unknown office {office}",
)
def offices_known(view: PlanView) -> Findings:
    """Packages and cars name offices of the registry only (DESIGN §5: Scenario)."""
    known = {o.id for o in view.offices}
    for package in view.packages:
        if package.office not in known:
            yield package.id, {"office": package.office}
    for car in view.cars:
        if car.office not in known:
            yield car.id, {"office": car.office}


@rule(
    "检查 {subject} 排入 {placed} 次、列为未排 {unplaced} 次，合计应为 1 次",
    "visit {subject} is placed {placed} times and named unplaced {unplaced} times; "
    "it must be one of the two, once",
)
def visit_once(view: PlanView) -> Findings:
    """Each visit is placed exactly once or named unplaced (DESIGN §2: schedule)."""
    placed = Counter(s.visit for p in view.packages for s in p.stops)
    unplaced = Counter(view.unplaced)
    for v in view.visits:
        if placed[v.id] + unplaced[v.id] != 1:
            yield v.id, {"placed": placed[v.id], "unplaced": unplaced[v.id]}


@rule(
    "工作包 {subject} 的日期 {day} 不是本月工作日",
    "package {subject} is on {day}, which is no working day of the month",
)
def on_working_days(view: PlanView) -> Findings:
    """Packages run on working days, 调休 included (国务院 notice, DESIGN §5)."""
    days = set(view.working_days)
    for package in view.packages:
        if package.day not in days:
            yield package.id, {"day": package.day.isoformat()}


@rule(
    "检查 {subject} 排在 {day}，不在 {first} 至 {last} 之内",
    "visit {subject} is on {day}, outside {first} to {last}",
)
def within_its_dates(view: PlanView) -> Findings:
    """A visit lies within its first and last day (docket deadlines, DOMAIN §7)."""
    for package, v in placements(view):
        if not v.first <= package.day <= v.last:
            yield (
                v.id,
                {
                    "day": package.day.isoformat(),
                    "first": v.first.isoformat(),
                    "last": v.last.isoformat(),
                },
            )


def _placed_series(view: PlanView) -> dict[str, list[tuple[Visit, date]]]:
    """Placed visits of each series with their days, by step."""
    found: dict[str, list[tuple[Visit, date]]] = {}
    for package, v in placements(view):
        if v.series:
            found.setdefault(v.series, []).append((v, package.day))
    for steps in found.values():
        steps.sort(key=lambda s: (s[0].step, s[1], s[0].id))
    return found


@rule(
    "检查 {subject} 与前一次 {before} 相隔 {days} 天，应为 {least}–{most} 天",
    "visit {subject} is {days} days after {before}; allowed are {least} to {most}",
)
def series_gap(view: PlanView) -> Findings:
    """Steps of a series lie gap_min to gap_max calendar days apart (DOMAIN §7).

    Between steps k and k + n placed one after the other, n times that.
    """
    for steps in _placed_series(view).values():
        for (a, earlier), (b, later) in pairwise(steps):
            n, days = b.step - a.step, (later - earlier).days
            least, most = n * max(a.gap_min, b.gap_min), n * min(a.gap_max, b.gap_max)
            if not least <= days <= most:
                yield (
                    b.id,
                    {"before": a.id, "days": days, "least": least, "most": most},
                )


@rule(
    "检查 {subject} 已排，但同一系列的前一次 {before} 未排",
    "visit {subject} is placed although the step before it, {before}, is not",
)
def series_in_order(view: PlanView) -> Findings:
    """No step is placed without the ones before it: diagnosis first (DOMAIN §7)."""
    placed = {v.id for _, v in placements(view)}
    series: dict[str, list[Visit]] = {}
    for v in view.visits:
        if v.series:
            series.setdefault(v.series, []).append(v)
    for steps in series.values():
        steps.sort(key=lambda v: (v.step, v.id))
        for a, b in pairwise(steps):
            if b.id in placed and a.id not in placed:
                yield b.id, {"before": a.id}


@rule(
    "工作包 {subject} 从 {office}（{served}）出车，检查 {visit} 属于 {district}",
    "package {subject} starts at {office} ({served}) but visit {visit} is in "
    "{district}",
)
def office_serves(view: PlanView) -> Findings:
    """A district's visits are made from its own office (DESIGN §3: places).

    A called pair may take the car of any office, but no taxi (PROTOCOL §8: Calls).
    """
    served = {o.id: o.district for o in view.offices}
    own_cars = view.called - view.taxis
    for package, v in placements(view):
        if package.id in own_cars:
            continue
        own = served.get(package.office)
        if own is not None and own != v.district:
            yield (
                package.id,
                {
                    "office": package.office,
                    "served": own,
                    "visit": v.id,
                    "district": v.district,
                },
            )


@rule(
    "{subject} 在 {day} 有 {packages} 个工作包，只有 {cars} 辆车在用",
    "{subject} has {packages} packages on {day} but {cars} cars in service",
)
def cars_enough(view: PlanView) -> Findings:
    """A package is one car for one day: no more packages than cars (DESIGN §3).

    A taxi is no car (PROTOCOL §8: Calls).
    """
    driven = (p for p in view.packages if p.id not in view.taxis)
    for (office, day), packages in Counter((p.office, p.day) for p in driven).items():
        cars = sum(
            car.office == office
            and (car.first is None or car.first <= day)
            and (car.last is None or day <= car.last)
            for car in view.cars
        )
        if packages > cars:
            yield (
                office,
                {"day": day.isoformat(), "packages": packages, "cars": cars},
            )


@rule(
    "{subject} 写作打车，但工作细则未允许，或不是值班席",
    "{subject} takes a taxi but is no called pair, or the policy allows none",
)
def taxis_allowed(view: PlanView) -> Findings:
    """Only a called pair takes a taxi, where the policy has one (PROTOCOL §8)."""
    for name in sorted(view.taxis):
        if name not in view.called or view.travel.taxi_minutes < 1:
            yield name, {}


@rule(
    "总行程写作 {claimed} 分钟，各工作包合计 {minutes} 分钟",
    "the total travel is given as {claimed} minutes; the packages add up to {minutes}",
)
def total_travel(view: PlanView) -> Findings:
    """The published total is the sum over the packages (PROTOCOL §6: plan.json)."""
    minutes = sum(p.travel_minutes for p in view.packages)
    if view.travel_minutes != minutes:
        yield "plan", {"claimed": view.travel_minutes, "minutes": minutes}


@rule(
    "行程下界 {bound} 分钟不在 0 至实际行程 {minutes} 分钟之间",
    "the lower bound of {bound} minutes is not within 0 and the travel, {minutes}",
)
def bound_below_travel(view: PlanView) -> Findings:
    """A lower bound cannot exceed the travel of the plan itself (DESIGN §2)."""
    minutes = sum(p.travel_minutes for p in view.packages)
    if not 0 <= view.bound_minutes <= minutes:
        yield "plan", {"bound": view.bound_minutes, "minutes": minutes}
