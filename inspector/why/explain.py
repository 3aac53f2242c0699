"""为何: why a visit is on its day, why another is left out, how full a day is.

A workload with its plan, and a visit or a day → why, as codes with parameters.

Everything is said with the rest of the plan standing: what another day would cost, or
which rules forbid it. A rule *forbids alone* when the day is impossible with no other
rule in force; it *binds* when the day becomes possible with it alone switched off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspector.domain import Package
from inspector.errors import InspectorError, messages
from inspector.schedule.workload import Unplaced, Workload, day_rows
from inspector.why.insertion import EVERY, Fit, Rule
from inspector.why.relaxation import Relaxation, relaxations

messages(
    {
        "explain.unknown": (
            "本月没有检查 {visit}",
            "the month has no visit {visit}",
        ),
        "explain.no_day": (
            "{day} 不是本月工作日",
            "{day} is no working day of the month",
        ),
        "explain.best": (
            "{visit} 排在 {day}（{package}）：其余 {others} 天都不更省行程",
            "{visit} is on {day} ({package}): none of the other {others} days it could"
            " take costs less travel",
        ),
        "explain.only": (
            "{visit} 排在 {day}（{package}）：其他日子都不允许",
            "{visit} is on {day} ({package}): no other day is allowed",
        ),
        "explain.dearer": (
            "{visit} 排在 {day}（{package}）：另有 {others} 天可少走 {minutes} 分钟",
            "{visit} is on {day} ({package}): {others} other days would save up to"
            " {minutes} minutes of travel",
        ),
        "explain.out": (
            "{visit} 未排：{days} 个工作日都不行",
            "{visit} is not placed: none of {days} working days takes it",
        ),
        "explain.order": (
            "{visit} 未排：须先排同系列的 {before}",
            "{visit} is not placed: {before} of the same series must be placed first",
        ),
        "explain.fits": (
            "{visit} 未排，但 {day} 其余不动即可排下",
            "{visit} is not placed although {day} takes it as the plan stands",
        ),
        "explain.no_single": (
            "{visit}：放宽任何一条规则都排不下",
            "{visit}: no single rule eased gives it a place",
        ),
    }
)
messages(
    {
        f"rule.{rule}": text
        for rule, text in {
            Rule.DATES: ("不在期限内", "outside its window"),
            Rule.BARRED: (
                "该日不可（人员无法配齐）",
                "barred: it could not be staffed",
            ),
            Rule.ORDER: ("前一次检查未排", "the step before it is not placed"),
            Rule.GAP: ("与同系列检查的间隔不符", "the gap to its series"),
            Rule.CAR: ("没有空车", "no car is left"),
            Rule.PEOPLE: ("执法人员不足", "too few officers"),
            Rule.SKILL: ("专长人员不足", "too few people with the skill"),
            Rule.APART: (
                "须与同包的检查分开",
                "kept apart from a visit of the package",
            ),
            Rule.HALF_DAY: ("上/下午限制", "its half-day"),
            Rule.HOURS: ("作息时间", "shift and lunch"),
            Rule.DUTY: ("在岗时间上限", "the limit of duty"),
            Rule.VISITS: ("每包检查次数上限", "the limit of visits in a package"),
        }.items()
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    """One working day. `extra`: travel against the plan as it is, None when forbidden;
    `package`: which one it would join, "" for a new one; `alone`: rules that forbid it
    alone; `binds`: rules that, switched off alone, would allow it."""

    day: date
    extra: int | None
    package: str
    alone: tuple[Rule, ...]
    binds: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class VisitWhy:
    """Why a visit is where it is. `day`, `package`: None and "" when unplaced;
    `options`: every other working day, all of them when unplaced; `relaxations`:
    cheapest first, only for an unplaced visit (or the step that holds it up)."""

    visit: str
    day: date | None
    package: str
    code: str
    params: tuple[tuple[str, str | int], ...]
    saved: int
    options: tuple[Option, ...]
    relaxations: tuple[Relaxation, ...]


def explain_visit(work: Workload, packages: Sequence[Package], visit: str) -> VisitWhy:
    """Why a visit is on its day, or why on none.

    Raises InspectorError explain.unknown.
    """
    known = {v.id: v for v in work.visits}
    if visit not in known:
        raise InspectorError("explain.unknown", visit=visit)
    fit = Fit(work, packages, known[visit])
    on = fit.old.day if fit.old is not None else None
    options = tuple(
        _option(fit, number) for number, day in enumerate(work.days) if day != on
    )
    eased: tuple[Relaxation, ...] = ()
    if fit.old is None:
        eased = _eased(work, packages, fit)
    code, params = _headline(fit, options)
    return VisitWhy(
        visit,
        on,
        fit.old.id if fit.old is not None else "",
        code,
        tuple(sorted({"visit": visit, **params}.items())),
        fit.saved,
        options,
        eased,
    )


def _eased(
    work: Workload, packages: Sequence[Package], fit: Fit
) -> tuple[Relaxation, ...]:
    """Of the visit itself, or of the first step of its series that is not placed; none
    when it fits as the plan stands."""
    if fit.before:
        first = next(v for v in work.visits if v.id == fit.before)
        fit = Fit(work, packages, first)
    if any(fit.place(day) is not None for day in range(len(work.days))):
        return ()
    return relaxations(fit)


def _option(fit: Fit, number: int) -> Option:
    place = fit.place(number)
    day = fit.work.days[number]
    if place is not None:
        return Option(day, place.extra - fit.saved, place.package, (), ())
    alone = tuple(r for r in Rule if fit.place(number, frozenset({r})) is None)
    binds = tuple(r for r in Rule if fit.place(number, EVERY - {r}) is not None)
    return Option(day, None, "", alone, binds)


def _headline(fit: Fit, options: Sequence[Option]) -> tuple[str, dict[str, str | int]]:
    possible = [o for o in options if o.extra is not None]
    if fit.old is None:
        if fit.before:
            return "explain.order", {"before": fit.before}
        if possible:
            return "explain.fits", {"day": possible[0].day.isoformat()}
        return "explain.out", {"days": len(options)}
    where: dict[str, str | int] = {
        "day": fit.old.day.isoformat(),
        "package": fit.old.id,
    }
    cheaper = [-o.extra for o in possible if o.extra is not None and o.extra < 0]
    if cheaper:
        return "explain.dearer", {
            **where,
            "others": len(cheaper),
            "minutes": max(cheaper),
        }
    if possible:
        return "explain.best", {**where, "others": len(possible)}
    return "explain.only", where


def unplaced_why(
    work: Workload, packages: Sequence[Package], unplaced: Sequence[Unplaced]
) -> tuple[VisitWhy, ...]:
    """Every unplaced visit explained."""
    return tuple(explain_visit(work, packages, u.visit) for u in unplaced)


# -- a day -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package of the day in figures."""

    id: str
    office: str
    skill: str
    visits: tuple[str, ...]
    travel_minutes: int
    duty_minutes: int


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """People of one kind. `more`: how many packages that need the kind's skill ("" for
    plain ones) could still be staffed, nothing else changing."""

    skill: str
    present: int
    packages: int
    more: int


@dataclass(frozen=True, slots=True)
class JointLine:
    """Who may take the 部门 or 专家 seats of one kind, and how many of them packages
    take."""

    unit: str
    present: int
    seats: int


@dataclass(frozen=True, slots=True)
class DayWhy:
    """How full a day is. `cars`: (office, in use, in service); `officers`, `leads`:
    present; `seats`: taken by packages and stand-by pairs."""

    day: date
    packages: tuple[PackageLine, ...]
    cars: tuple[tuple[str, int, int], ...]
    officers: int
    leads: int
    seats: int
    standby_pairs: int
    people: tuple[PeopleLine, ...]
    joint: tuple[JointLine, ...] = ()


def explain_day(work: Workload, packages: Sequence[Package], day: date) -> DayWhy:
    """Packages, cars and people of a working day.

    Raises InspectorError explain.no_day.
    """
    if day not in work.days:
        raise InspectorError("explain.no_day", day=day.isoformat())
    number = work.days.index(day)
    mine = [p for p in packages if p.day == day]
    crew = work.crew
    present = [(g, g.present[number]) for g in crew.groups]
    skills = tuple(sorted({v.skill for v in work.visits} - {""}))
    used = Counter(p.office for p in mine)
    return DayWhy(
        day,
        tuple(_package_line(work, p) for p in mine),
        tuple(
            (o.id, used[o.id], cars[number])
            for o, cars in zip(work.offices, work.cars, strict=True)
        ),
        sum(n for _, n in present),
        sum(n for g, n in present if g.may_lead),
        (crew.leads + crew.seconds) * (len(mine) + crew.standby_pairs),
        crew.standby_pairs,
        tuple(
            PeopleLine(
                skill,
                sum(n for g, n in present if not skill or skill in g.skills),
                sum(p.skill == skill for p in mine),
                _more(work, mine, number, skills, skill),
            )
            for skill in ("", *skills)
        ),
        tuple(
            JointLine(
                g.name,
                g.present[number],
                g.seats * sum(bool(p.skill) or not g.skilled for p in mine),
            )
            for g in crew.joint
        ),
    )


def _package_line(work: Workload, p: Package) -> PackageLine:
    lunch = 0 if p.lunch is None else work.day.lunch_minutes
    return PackageLine(
        p.id,
        p.office,
        p.skill,
        tuple(s.visit for s in p.stops),
        p.travel_minutes,
        p.back - p.depart - lunch,
    )


def _more(
    work: Workload,
    mine: Sequence[Package],
    day: int,
    skills: Sequence[str],
    skill: str,
) -> int:
    """Packages with a skill that the people of the day could take on besides."""
    rows = day_rows(work.crew, skills, day)
    skilled = Counter(p.skill for p in mine if p.skill)
    count = 0
    while count < 1000:
        more = Counter({skill: count + 1} if skill else {})
        if not all(r.holds(len(mine) + count + 1, skilled + more) for r in rows):
            break
        count += 1
    return count
