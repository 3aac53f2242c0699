"""A checker of plans without any solver, written from the rules alone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations

from inspector.domain import Package, Window
from inspector.places import minutes
from inspector.schedule.workload import Packing, Workload

Span = tuple[int, int]


def _route(work: Workload, package: Package) -> list[str]:
    """Rules 1 to 4 of `packages`, tested directly on the times given."""
    wrong, free = _stops(work, package)
    lunch, eaten = _lunch(work, package, free)
    wrong = [*wrong, *lunch, *_whole(work, package, eaten)]
    return [f"{package.id}: {text}" for text in wrong]


def _stops(work: Workload, package: Package) -> tuple[list[str], list[Span]]:
    """Rules 1 and 2: legs and services; and the spans in which lunch has room."""
    day = work.day
    visits = {v.id: v for v in work.visits}
    office = next(o for o in work.offices if o.id == package.office)
    wrong = []
    at, free = office.place, package.depart
    travel = 0
    lunch_spans = []
    for stop in package.stops:
        visit = visits[stop.visit]
        leg = minutes(work.travel, at, visit.place)
        travel += leg
        left = stop.arrive - leg
        if at == office.place and len(lunch_spans) == 0:
            if left != package.depart:
                wrong.append("departs at another time than the first leg says")
        else:
            lunch_spans.append((free, left))
        lunch_spans.append((stop.arrive, stop.start))
        if not stop.arrive <= stop.start or stop.end - stop.start != (
            visit.service_minutes
        ):
            wrong.append(f"{visit.id}: times")
        if visit.window is Window.MORNING and stop.end > day.morning_end:
            wrong.append(f"{visit.id}: ends after the morning")
        if visit.window is Window.AFTERNOON and stop.start < day.afternoon_start:
            wrong.append(f"{visit.id}: starts before the afternoon")
        if visit.district != office.district:
            wrong.append(f"{visit.id}: another district")
        at, free = visit.place, stop.end
    leg = minutes(work.travel, at, office.place)
    travel += leg
    lunch_spans.append((free, package.back - leg))
    if travel != package.travel_minutes:
        wrong.append("travel")
    return wrong, lunch_spans


def _lunch(work: Workload, package: Package, free: list[Span]) -> tuple[list[str], int]:
    """Rule 3: lunch in one of the spans; and the minutes it takes."""
    day, lunch = work.day, package.lunch
    wrong, eaten = list[str](), 0
    for first, last in free:
        if lunch is not None and first <= lunch and lunch + day.lunch_minutes <= last:
            eaten = day.lunch_minutes
        if last < first:
            wrong.append("a stop before the one before it ends")
    if lunch is None:
        if package.back > day.lunch_last and package.depart < (
            day.lunch_first + day.lunch_minutes
        ):
            wrong.append("no lunch")
    elif not eaten or not day.lunch_first <= lunch <= day.lunch_last:
        wrong.append("lunch at a wrong time")
    return wrong, eaten


def _whole(work: Workload, package: Package, eaten: int) -> list[str]:
    """Rule 4, and what a package may hold."""
    day = work.day
    visits = {v.id: v for v in work.visits}
    wrong = []
    if package.depart < day.shift_start or package.back > day.shift_end:
        wrong.append("outside the shift")
    if package.back - package.depart - eaten > day.duty_minutes:
        wrong.append("duty")
    if not 1 <= len(package.stops) <= day.max_visits:
        wrong.append("number of visits")
    skills = {visits[s.visit].skill for s in package.stops} - {""}
    if len(skills) > 1 or package.skill != "".join(skills):
        wrong.append("skill")
    for a, b in combinations([s.visit for s in package.stops], 2):
        if (a, b) in work.apart or (b, a) in work.apart:
            wrong.append(f"{a} and {b} share a package")
    return wrong


def people(work: Workload, packages: tuple[Package, ...]) -> list[str]:
    """Seats on each day by brute-force flow over the groups, and in the month."""
    wrong = []
    demand = [Counter(p.skill for p in packages if p.day == day) for day in work.days]
    crew = work.crew
    for number in range(len(work.days)):
        present = [(g.may_lead, g.skills, g.present[number]) for g in crew.groups]
        if demand[number] and not _seated(present, demand[number], crew.standby_pairs):
            wrong.append(f"{work.days[number]}: people")
    month = [(g.may_lead, g.skills, g.month) for g in crew.groups]
    total = sum(demand, Counter())
    # Too few people for the pairs on stand-by alone is not the packages' fault.
    if total and not _seated(month, total, crew.standby_pairs * len(work.days)):
        wrong.append("people in the month")
    return wrong


def _seated(
    people: list[tuple[bool, tuple[str, ...], int]], packages: Counter[str], pairs: int
) -> bool:
    """Maximum flow from seats to people by augmenting paths."""
    seats = {"lead": pairs + sum(packages.values()), "": pairs + packages[""]}
    seats |= {skill: n for skill, n in packages.items() if skill}
    flow: Counter[tuple[str, int]] = Counter()
    used = [0] * len(people)

    def fits(seat: str, group: int) -> bool:
        lead, skills, _ = people[group]
        return lead if seat == "lead" else not seat or seat in skills

    def push(seat: str, seen: set[int]) -> bool:
        for group in range(len(people)):
            if group in seen or not fits(seat, group):
                continue
            seen.add(group)
            if used[group] < people[group][2]:
                used[group] += 1
                flow[seat, group] += 1
                return True
            for other in seats:
                if flow[other, group] and other != seat and push(other, seen):
                    flow[other, group] -= 1
                    flow[seat, group] += 1
                    return True
        return False

    return all(push(seat, set()) for seat, n in seats.items() for _ in range(n))


def violations(work: Workload, packing: Packing) -> list[str]:
    """Everything wrong with a plan; empty when it keeps all rules."""
    visits = {v.id: v for v in work.visits}
    wrong = []
    on: dict[str, date] = {}
    for package in packing.packages:
        wrong += _route(work, package)
        for stop in package.stops:
            if stop.visit in on:
                wrong.append(f"{stop.visit}: twice")
            on[stop.visit] = package.day
            visit = visits[stop.visit]
            if not visit.first <= package.day <= visit.last:
                wrong.append(f"{visit.id}: outside its days")
            if package.day not in work.days:
                wrong.append(f"{visit.id}: not a working day")
            if (visit.id, package.day) in work.barred:
                wrong.append(f"{visit.id}: barred day")
    left = {gone.visit for gone in packing.unplaced}
    if left & set(on) or left | set(on) != set(visits):
        wrong.append("visits neither placed nor named")
    wrong += _series(work, on)
    for office, cars in zip(work.offices, work.cars, strict=True):
        for day, have in zip(work.days, cars, strict=True):
            used = sum(p.office == office.id and p.day == day for p in packing.packages)
            if used > have:
                wrong.append(f"{office.id} {day}: {used} packages, {have} cars")
    wrong += people(work, packing.packages)
    return wrong + _sums(packing)


def _series(work: Workload, on: dict[str, date]) -> list[str]:
    """Steps of a series in order, their gaps kept."""
    wrong = []
    for a, b in combinations(sorted(work.visits, key=lambda v: (v.series, v.step)), 2):
        if not a.series or a.series != b.series or b.step != a.step + 1:
            continue
        if a.id in on and b.id in on:
            gap = (on[b.id] - on[a.id]).days
            if not b.gap_min <= gap <= b.gap_max:
                wrong.append(f"{a.id}, {b.id}: gap of {gap} days")
        if a.id not in on and b.id in on:
            wrong.append(f"{b.id}: placed without {a.id}")
    return wrong


def _sums(packing: Packing) -> list[str]:
    """Totals, order and names of the packages."""
    wrong = []
    if packing.travel_minutes != sum(p.travel_minutes for p in packing.packages):
        wrong.append("total travel")
    if packing.bound_minutes > packing.travel_minutes:
        wrong.append("bound above travel")
    keys = [min((len(s.visit), s.visit) for s in p.stops) for p in packing.packages]
    if keys != sorted(keys):
        wrong.append("order of packages")
    if [p.id for p in packing.packages] != [
        f"P{n:03d}" for n in range(1, len(keys) + 1)
    ]:
        wrong.append("names of packages")
    return wrong
