"""The cheapest single thing to give way, so that a visit finds a place.

A visit that is out (`Fit`) → what could give way, cheapest first.

Each `Relaxation` eases one rule by one amount ("+1 day on the window", "one more lift
officer on 9 December", "30 minutes more duty") and holds the month eased that way with
the plan in which the visit is placed; `holds` has checked it with the rules of
`inspector.check` and the rows of the people, not with the search that proposed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from inspector.check import check_plan
from inspector.domain import Package, Visit, Window
from inspector.errors import messages
from inspector.schedule.packages import package
from inspector.schedule.workload import (
    Crew,
    JointGroup,
    PeopleGroup,
    Row,
    Workload,
    day_rows,
    month_rows,
    view_of,
)
from inspector.why.insertion import EVERY, Fit, Insertion, Rule, Terms

messages(
    {
        "relax.dates": (
            "{visit} 的期限放宽 {days} 天（{first} 至 {last}），可排在 {day}",
            "+{days} day(s) on the window of {visit} ({first} to {last}): fits on"
            " {day}",
        ),
        "relax.gap": (
            "{visit} 与同系列检查的间隔放宽 {days} 天，可排在 {day}",
            "the gap of {visit} to its series eased by {days} day(s): fits on {day}",
        ),
        "relax.duty": (
            "{day} 在岗时间上限增加 {minutes} 分钟，{visit} 可排",
            "{minutes} minutes more duty on {day}: {visit} fits",
        ),
        "relax.hours": (
            "{day} 下班推迟 {minutes} 分钟，{visit} 可排",
            "the shift of {day} ends {minutes} minutes later: {visit} fits",
        ),
        "relax.visits": (
            "{day} 一个工作包多安排 1 次检查（至 {most} 次），{visit} 可排",
            "one visit more in a package of {day} ({most} then): {visit} fits",
        ),
        "relax.half_day": (
            "{visit} 不限上下午，可排在 {day}",
            "{visit} at any time of the day: fits on {day}",
        ),
        "relax.apart": (
            "允许 {visit} 与需分开的检查同包，可排在 {day}",
            "{visit} may share a package with a visit kept apart: fits on {day}",
        ),
        "relax.barred": (
            "允许 {visit} 排在 {day}",
            "{visit} may be made on {day}",
        ),
        "relax.car": (
            "{office} 在 {day} 增加 1 辆车，{visit} 可排",
            "one more car of office {office} on {day}: {visit} fits",
        ),
        "relax.officer": (
            "{day} 增加 {count} 名执法人员，{visit} 可排",
            "{count} more officer(s) on {day}: {visit} fits",
        ),
        "relax.leader": (
            "{day} 增加 {count} 名可主办的执法人员，{visit} 可排",
            "{count} more officer(s) who may lead on {day}: {visit} fits",
        ),
        "relax.joint": (
            "{day} 增加 {count} 名{unit}人员，{visit} 可排",
            "{count} more of {unit} on {day}: {visit} fits",
        ),
        "relax.skilled": (
            "{day} 增加 {count} 名会“{skill}”的执法人员，{visit} 可排",
            "{count} more {skill} officer(s) on {day}: {visit} fits",
        ),
        "relax.skilled_leader": (
            "{day} 增加 {count} 名会“{skill}”且可主办的执法人员，{visit} 可排",
            "{count} more {skill} officer(s) who may lead on {day}: {visit} fits",
        ),
    }
)

# What giving way costs, in minutes of overtime a planner would rather pay: ours.
PER_DAY = 10  # a day more on a window
PER_GAP_DAY = 15
VISIT = 30  # one visit more in a package
HALF_DAY = 40
APART = 60
BARRED = 90
OFFICER = 120  # one person for one day
LEADER = 130
SKILLED = 150
SKILLED_LEADER = 160
JOINT = 170
CAR = 240  # a car for one day
MOST_DAYS = 31
MOST_MINUTES = 120  # of overtime
MOST_PEOPLE = 2
STEP = 5  # minutes of overtime come in fives


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One rule eased by one amount. `code`, `params`: the sentence; `price`: what it
    costs (module constants); `extra`: travel added; `work`, `packages`: the eased
    month and the plan in which the visit is placed."""

    rule: Rule
    code: str
    params: tuple[tuple[str, str | int], ...]
    price: int
    extra: int
    work: Workload
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True)
class _Try:
    """A proposal: everything but the proof."""

    rule: Rule
    code: str
    params: dict[str, str | int]
    price: int
    place: Insertion
    work: Workload


def relaxations(fit: Fit) -> tuple[Relaxation, ...]:
    """Per rule the cheapest easing that gives the visit a place, cheapest first."""
    found = []
    for propose in (
        _dates, _gap, _duty, _hours, _visits, _half_day, _apart, _barred, _car, _people,
    ):  # fmt: skip
        tries = sorted(
            propose(fit), key=lambda t: (t.price, t.place.extra, t.place.day)
        )
        for each in tries:
            packages = _placed(fit, each)
            if packages is not None and not violations(each.work, packages):
                found.append(_proven(fit, each, packages))
                break
    return tuple(sorted(found, key=lambda r: (r.price, r.extra, r.code)))


def _proven(fit: Fit, each: _Try, packages: tuple[Package, ...]) -> Relaxation:
    about = {
        "visit": fit.visit.id,
        "day": each.place.day.isoformat(),
        "package": each.place.package,
    }
    params = tuple(sorted((about | each.params).items()))
    return Relaxation(
        each.rule, each.code, params, each.price, each.place.extra, each.work, packages
    )


def _placed(fit: Fit, each: _Try) -> tuple[Package, ...] | None:
    """The plan with the visit where the proposal puts it, None when no route holds."""
    work, place = each.work, each.place
    visits = {v.id: v for v in work.visits}
    made = package(
        place.package or "NEW",
        place.day,
        work.offices[fit.office],
        [visits[v] for v in place.order],
        work.day,
        work.travel,
    )
    if made is None:
        return None
    others = (p for p in fit.packages if p.id != place.package)
    return (*others, made)


def violations(work: Workload, packages: Sequence[Package]) -> list[str]:
    """What is wrong with these packages, visits left out apart; empty when nothing."""
    placed = {s.visit for p in packages for s in p.stops}
    left_out = [v.id for v in work.visits if v.id not in placed]
    travel = sum(p.travel_minutes for p in packages)
    view = view_of(work, packages, left_out, travel)
    found = [str(v) for v in check_plan(view)]
    skills = tuple(sorted({v.skill for v in work.visits} - {""}))

    def people(some: Iterable[Package], rows: Iterable[Row], where: str) -> None:
        mine = list(some)
        skilled = Counter(p.skill for p in mine if p.skill)
        found.extend(
            f"people: {where}"
            for row in rows
            if mine and not row.holds(len(mine), skilled)
        )

    for number, day in enumerate(work.days):
        mine = [p for p in packages if p.day == day]
        people(mine, day_rows(work.crew, skills, number), day.isoformat())
    people(packages, month_rows(work.crew, skills, len(work.days)), "month")
    for p in packages:
        names = {s.visit for s in p.stops}
        found += [f"apart: {p.id}" for pair in work.apart if names >= set(pair)]
        found += [
            f"barred: {p.id}" for v, d in work.barred if v in names and d == p.day
        ]
    return found


# -- the proposals, one function per rule -------------------------------------------


def _eased(work: Workload, visit: Visit) -> Workload:
    return replace(
        work, visits=tuple(visit if v.id == visit.id else v for v in work.visits)
    )


def _without(fit: Fit, rule: Rule) -> Iterator[tuple[int, Insertion]]:
    """Days on which the visit fits when this rule alone is off, not with it on."""
    for day in range(len(fit.work.days)):
        if fit.place(day) is None:
            place = fit.place(day, EVERY - {rule})
            if place is not None:
                yield day, place


def _dates(fit: Fit) -> Iterator[_Try]:
    v = fit.visit
    for _, place in _without(fit, Rule.DATES):
        days = max((v.first - place.day).days, (place.day - v.last).days)
        if days <= MOST_DAYS:
            first, last = min(v.first, place.day), max(v.last, place.day)
            params: dict[str, str | int] = {
                "days": days,
                "first": first.isoformat(),
                "last": last.isoformat(),
            }
            work = _eased(fit.work, replace(v, first=first, last=last))
            yield _Try(Rule.DATES, "relax.dates", params, PER_DAY * days, place, work)


def _gap(fit: Fit) -> Iterator[_Try]:
    for _, place in _without(fit, Rule.GAP):
        days = fit.gap_missed(place.day)
        work = replace(
            fit.work,
            visits=tuple(
                replace(
                    v,
                    gap_min=max(0, v.gap_min - days),
                    gap_max=v.gap_max + days,
                )
                if v.series and v.series == fit.visit.series
                else v
                for v in fit.work.visits
            ),
        )
        price = PER_GAP_DAY * days
        yield _Try(Rule.GAP, "relax.gap", {"days": days}, price, place, work)


def _overtime(
    fit: Fit, rule: Rule, code: str, more: Callable[[int], Workload]
) -> Iterator[_Try]:
    """The fewest minutes more under which each day takes the visit."""
    days = [day for day, _ in _without(fit, rule)]
    for minutes in range(STEP, MOST_MINUTES + 1, STEP):
        work = more(minutes)
        terms = replace(fit.terms, day=work.day)
        for day in days:
            place = fit.place(day, terms=terms)
            if place is not None:
                yield _Try(rule, code, {"minutes": minutes}, minutes, place, work)
                days = [d for d in days if d != day]
        if not days:
            return


def _duty(fit: Fit) -> Iterator[_Try]:
    work = fit.work

    def more(minutes: int) -> Workload:
        longer = work.day.duty_minutes + minutes
        return replace(work, day=replace(work.day, duty_minutes=longer))

    yield from _overtime(fit, Rule.DUTY, "relax.duty", more)


def _hours(fit: Fit) -> Iterator[_Try]:
    work = fit.work

    def more(minutes: int) -> Workload:
        later = work.day.shift_end + minutes
        return replace(work, day=replace(work.day, shift_end=later))

    yield from _overtime(fit, Rule.HOURS, "relax.hours", more)


def _visits(fit: Fit) -> Iterator[_Try]:
    most = fit.work.day.max_visits + 1
    work = replace(fit.work, day=replace(fit.work.day, max_visits=most))
    for _, place in _without(fit, Rule.VISITS):
        yield _Try(Rule.VISITS, "relax.visits", {"most": most}, VISIT, place, work)


def _half_day(fit: Fit) -> Iterator[_Try]:
    work = _eased(fit.work, replace(fit.visit, window=Window.ALL_DAY))
    for _, place in _without(fit, Rule.HALF_DAY):
        yield _Try(Rule.HALF_DAY, "relax.half_day", {}, HALF_DAY, place, work)


def _apart(fit: Fit) -> Iterator[_Try]:
    apart = tuple(p for p in fit.work.apart if fit.visit.id not in p)
    work = replace(fit.work, apart=apart)
    for _, place in _without(fit, Rule.APART):
        yield _Try(Rule.APART, "relax.apart", {}, APART, place, work)


def _barred(fit: Fit) -> Iterator[_Try]:
    for _, place in _without(fit, Rule.BARRED):
        gone = (fit.visit.id, place.day)
        work = replace(
            fit.work, barred=tuple(pair for pair in fit.work.barred if pair != gone)
        )
        yield _Try(Rule.BARRED, "relax.barred", {}, BARRED, place, work)


def _car(fit: Fit) -> Iterator[_Try]:
    for day, place in _without(fit, Rule.CAR):
        cars = [list(row) for row in fit.work.cars]
        cars[fit.office][day] += 1
        work = replace(fit.work, cars=tuple(tuple(row) for row in cars))
        office: dict[str, str | int] = {"office": fit.work.offices[fit.office].id}
        yield _Try(Rule.CAR, "relax.car", office, CAR, place, work)


def _people(fit: Fit) -> Iterator[_Try]:
    """One or two people of one kind on one day; a skill may be short with the seats."""
    skill = fit.visit.skill
    kinds: list[tuple[str, int, PeopleGroup | JointGroup]] = [
        ("relax.officer", OFFICER, PeopleGroup(False, (), (), 0)),
        ("relax.leader", LEADER, PeopleGroup(True, (), (), 0)),
    ]
    if skill:
        kinds += [
            ("relax.skilled", SKILLED, PeopleGroup(False, (skill,), (), 0)),
            (
                "relax.skilled_leader",
                SKILLED_LEADER,
                PeopleGroup(True, (skill,), (), 0),
            ),
        ]
    kinds += [("relax.joint", JOINT, group) for group in fit.work.crew.joint]
    both = frozenset({Rule.PEOPLE, Rule.SKILL})
    for day in range(len(fit.work.days)):
        if fit.place(day) is not None or fit.place(day, EVERY - both) is None:
            continue
        for code, price, kind in kinds:
            for count in range(1, MOST_PEOPLE + 1):
                crew = _joined(fit.work, kind, day, count)
                place = fit.place(day, terms=Terms(fit.work.day, crew, fit.work.cars))
                if place is not None:
                    params: dict[str, str | int] = {"count": count, "skill": skill}
                    if isinstance(kind, JointGroup):
                        params["unit"] = kind.name
                        skilled: object = kind.skilled
                    else:
                        skilled = kind.skills
                    rule = Rule.SKILL if skilled else Rule.PEOPLE
                    work = replace(fit.work, crew=crew)
                    yield _Try(rule, code, params, price * count, place, work)
                    break


def _joined(
    work: Workload, kind: PeopleGroup | JointGroup, day: int, count: int
) -> Crew:
    """The crew with `count` people of a kind more on one day."""
    if isinstance(kind, JointGroup):
        there = list(kind.present)
        there[day] += count
        group = replace(kind, present=tuple(there), month=kind.month + count)
        joint = (group if g is kind else g for g in work.crew.joint)
        return replace(work.crew, joint=tuple(joint))
    present = tuple(count if n == day else 0 for n in range(len(work.days)))
    more = replace(kind, present=present, month=count)
    return replace(work.crew, groups=(*work.crew.groups, more))
