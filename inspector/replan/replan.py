"""重排: a sealed plan changed as little as possible, without any name.

A sealed plan, changes and today → `Replanned`: the plan, its diff and what has no
place. The entry of a replan.

**What stays.** Packages up to `today` stay byte for byte. On the published days after
it (duty dates are known) no visit comes and none goes elsewhere, unless cars or people
of such a day no longer suffice for its packages. From then on everything may change.

**What counts as changed.** A visit is changed when its day or its package changes: then
the package it comes into is new, has a new id, and must be sealed and drawn again. A
package that only *loses* stops keeps its id, its day and its people; its other visits
may start at another time but are not changed. An untouched package is the same bytes.

**What is best**, in this order: no visit left out, fewest visits changed, fewest of
them on another day, least travel. Old packages stand as they are wherever capacity
allows; only visits near a change enter the exact subproblem (`set_partitioning`), and
when some find no place, others around them in turns (`neighbourhood_search`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspector.check import check_plan
from inspector.domain import Package, Visit, VisitKind, by_number
from inspector.errors import NoPlan, messages
from inspector.replan.changes import Change, VisitNote, note
from inspector.replan.disruption import ReplanProblem, between, gap, short
from inspector.replan.neighbourhood_search import EFFORT, settled
from inspector.replan.partial_plan import PlanDraft, alone, begin, driven, movable
from inspector.schedule.candidates import Fresh, rest
from inspector.schedule.resources import Dice
from inspector.schedule.workload import Unplaced, Workload, day_rows, view_of

messages(
    {
        "replan.car": (
            "{visit}：{office} 在 {day} 少车，改到 {new_day}（{package}）",
            "{visit}: {office} lacks a car on {day}; now on {new_day} ({package})",
        ),
        "replan.people": (
            "{visit}：{day} 人员不足，改到 {new_day}（{package}）",
            "{visit}: too few people on {day}; now on {new_day} ({package})",
        ),
        "replan.room": (
            "{visit}：为其他检查让出位置，由 {day} 改到 {new_day}（{package}）",
            "{visit}: makes room for others, from {day} to {new_day} ({package})",
        ),
        "replan.retimed": (
            "{visit}：同一工作包 {package} 减少了检查，日期与人员不变，时刻改变",
            "{visit}: its package {package} lost a stop; same day and people, another"
            " time",
        ),
        "replan.whistle": (
            "{visit}：吹哨报到，新增于 {new_day}（{package}）",
            "{visit}: a whistle visit, added on {new_day} ({package})",
        ),
        "replan.recheck": (
            "{visit}：整改复查不合格，新增复查于 {new_day}（{package}）",
            "{visit}: another re-check after a failed one, on {new_day} ({package})",
        ),
        "replan.study": (
            "{visit}：新增蹲点调研，{new_day}（{package}）",
            "{visit}: half a day of a stay-on-site study, on {new_day} ({package})",
        ),
        "replan.standby": (
            "{visit}：由 {new_day} 的值班席处理（{package}）",
            "{visit}: goes to the stand-by pair of {new_day} ({package})",
        ),
        "replan.too_late": (
            "{visit}：{day} 的路线已下发，到场登记为未检查",
            "{visit}: the route of {day} is out already; to be recorded as not made",
        ),
        "replan.called": (
            "{visit}：{day} 的值班席已被呼叫，不再撤回；当日未进行的登记顺延",
            "{visit}: the stand-by pair of {day} is called and stays; to be carried"
            " when it is not made",
        ),
        "replan.published": (
            "{visit}：{first} 至 {last} 已过去或日程已公布",
            "{visit}: its days {first} to {last} are past or published",
        ),
        "replan.no_standby": (
            "{visit}：{first} 至 {last} 已过去或日程已公布，也没有值班席或车辆可派",
            "{visit}: its days {first} to {last} are past or published, and no stand-by"
            " pair or car can take it",
        ),
        "replan.violations": (
            "重排未通过核对，共 {count} 处：{first}",
            "the check found {count} violations in the new plan: {first}",
        ),
    }
)

STANDBY_ID = "S-"
# Why a visit was added, by its kind.
ADDED = {
    VisitKind.WHISTLE: "replan.whistle",
    VisitKind.RECHECK: "replan.recheck",
    VisitKind.STUDY: "replan.study",
}


@dataclass(frozen=True, slots=True)
class VisitMove:
    """What happened to one visit: `code` and `params` give the reason as a sentence.

    Days and packages are None and "" where the visit has none: before for a new
    visit, after for one that falls away.
    """

    visit: str
    code: str
    params: tuple[tuple[str, str | int], ...]
    old_day: date | None
    old_package: str
    new_day: date | None
    new_package: str


@dataclass(frozen=True, slots=True)
class Replanned:
    """The plan after the changes.

    `work`: the workload that holds now. `packages`: untouched ones are the same
    objects. `standby`: calls of stand-by pairs, named after them; `taxis`: those of
    them without a car. `moves`: the diff, by
    visit. `changed`, `days_changed`: old visits in another package, on another day.
    `closed`: proven best among the candidates of the last subproblem.
    """

    work: Workload
    packages: tuple[Package, ...]
    standby: tuple[Package, ...]
    unplaced: tuple[Unplaced, ...]
    moves: tuple[VisitMove, ...]
    new: tuple[str, ...]
    shortened: tuple[str, ...]
    gone: tuple[str, ...]
    changed: int
    days_changed: int
    travel_before: int
    travel_after: int
    closed: bool
    taxis: frozenset[str] = frozenset()


def published_days(
    days: Sequence[date], today: date, notice_workdays: int
) -> tuple[date, ...]:
    """The working days after `today` whose duty dates are known.

    >>> days = [date(2026, 12, d) for d in (1, 2, 3, 4, 7)]
    >>> [d.day for d in published_days(days, date(2026, 12, 1), 3)]
    [2, 3, 4]
    """
    return tuple(d for d in sorted(days) if d > today)[:notice_workdays]


def replan(
    work: Workload,
    packages: Sequence[Package],
    changes: Iterable[Change],
    *,
    today: date,
    published: Collection[date],
    seed: int,
    unplaced: Sequence[Unplaced] = (),
    standby: Sequence[Package] = (),
    last: int = 0,
    effort: float = EFFORT,
    taxis: frozenset[str] = frozenset(),
) -> Replanned:
    """The plan after `changes` with as little upheaval as possible (module text).

    `packages`, `unplaced`, `standby`: the plan as it stands, with the calls of stand-by
    pairs so far, of which `taxis` take no car. `last`: the highest package number ever
    used in the month, so that an id never comes back. Deterministic. Raises
    InspectorError change.* for a change that does not fit the month; never fails for
    want of room: what finds no place is named.
    """
    c = between(work, packages, changes, today, published, standby, taxis)
    hit = short(c)
    pool = movable(c, hit)
    draft, closed = begin(c, hit), True
    if pool:
        draft, closed = settled(c, draft, pool, hit, Dice(seed, "replan"), effort)
    return _result(c, draft, closed, hit, unplaced, last)


def _result(
    c: ReplanProblem,
    draft: PlanDraft,
    closed: bool,
    hit: Mapping[str, str],
    unplaced: Sequence[Unplaced],
    last: int,
) -> Replanned:
    rests = {n: rest(c.old[n], stops, c.work) for n, stops in draft.kept.items()}
    now = {n: p for n, p in rests.items() if p is not None}
    new, calls, taxis = _named(c, draft.new, last)
    packages = sorted((*now.values(), *new), key=lambda p: by_number(p.id))
    left = [u for u in unplaced if u.visit in c.visits]
    left += [_why(c, v, draft.out, packages) for v in draft.out]
    result = Replanned(
        c.work,
        tuple(packages),
        (*c.called, *calls),
        tuple(sorted(left, key=lambda u: u.visit)),
        _moves(c, now, new, calls, hit),
        tuple(p.id for p in new),
        tuple(n for n, p in sorted(now.items()) if p != c.old[n]),
        tuple(n for n in c.old if n not in now),
        sum(s.visit in c.at for p in new for s in p.stops),
        sum(
            s.visit in c.at and c.day_of(s.visit) != p.day for p in new for s in p.stops
        ),
        sum(p.travel_minutes for p in (*c.old.values(), *c.called)),
        sum(p.travel_minutes for p in (*packages, *c.called, *calls)),
        closed,
        c.taxis | taxis,
    )
    _refuse_violations(c, result)
    return result


def _named(
    c: ReplanProblem, found: Sequence[Fresh], last: int
) -> tuple[list[Package], list[Package], frozenset[str]]:
    """New packages by their smallest visit, numbered on; stand-by calls; which of them
    go by taxi."""
    numbers = [int(n[1:]) for n in c.old if n[:1] == "P" and n[1:].isdigit()]
    number = max([last, *numbers])
    new: list[Package] = []
    calls: list[Package] = []
    taxis: set[str] = set()
    taken = Counter(call.day for call in c.called)
    for f in sorted(found, key=lambda f: min(map(by_number, f.order))):
        day = c.work.days[f.day]
        if f.standby:
            taken[day] += 1
            name = f"{STANDBY_ID}{day.isoformat()}-{taken[day]}"
        else:
            number += 1
            name = f"P{number:03d}"
        if f.taxi:
            taxis.add(name)
        (calls if f.standby else new).append(driven(c, f, name))
    return new, calls, frozenset(taxis)


def _moves(
    c: ReplanProblem,
    now: Mapping[str, Package],
    new: Iterable[Package],
    calls: Iterable[Package],
    hit: Mapping[str, str],
) -> tuple[VisitMove, ...]:
    moves = []

    def add(why: VisitNote, old: Package | None, to: Package | None) -> None:
        moves.append(
            VisitMove(
                why.visit,
                why.code,
                why.params,
                old.day if old else None,
                old.id if old else "",
                to.day if to else None,
                to.id if to else "",
            )
        )

    before = {s.visit: p for p in (*c.old.values(), *c.called) for s in p.stops}
    pairs = {p.id for p in c.called}
    for why in (*c.change.falls, *c.change.kept):
        old = before.get(why.visit)
        if why.visit not in c.visits:
            add(why, old, None)
        elif why in c.change.kept:
            add(why, old, old)
        elif old is not None and old.day == max(c.past):
            late = note("replan.too_late", why.visit, day=old.day.isoformat())
            add(late, old, old)
        elif old is not None and old.id in pairs:
            add(note("replan.called", why.visit, day=old.day.isoformat()), old, old)
    for p in (*new, *calls):
        for s in p.stops:
            old = before.get(s.visit)
            code = _came(c, p, s.visit, old, hit)
            params = {"new_day": p.day.isoformat(), "package": p.id}
            if old is not None:
                params |= {"day": old.day.isoformat(), "office": old.office}
            add(note(code, s.visit, **params), old, p)
    for name, p in now.items():
        starts = {s.visit: s.start for s in c.old[name].stops}
        for s in p.stops:
            if s.start != starts[s.visit]:
                add(note("replan.retimed", s.visit, package=name), c.old[name], p)
    return tuple(sorted(moves, key=lambda m: (m.visit, m.code)))


def _came(
    c: ReplanProblem,
    to: Package,
    visit: str,
    old: Package | None,
    hit: Mapping[str, str],
) -> str:
    """Why a visit came into a new package or to a stand-by pair."""
    if to.id.startswith(STANDBY_ID):
        return "replan.standby"
    if old is None:
        return ADDED[c.visits[visit].kinds[0]]
    return hit.get(visit, "replan.room")


def _why(
    c: ReplanProblem, name: str, out: Collection[str], packages: Iterable[Package]
) -> Unplaced:
    """Why a visit found no place: the first rule that alone forbids it."""
    v = c.visits[name]
    days = [d for d in sorted(c.free) if v.first <= d <= v.last]
    chain: Sequence[Visit] = next((x for x in c.chains if v in x), ())
    before = [s for s in chain if s.step < v.step and s.id in out]

    def why(code: str, **params: str | int) -> Unplaced:
        named = note(code, name, **params)
        return Unplaced(name, code, named.params)

    if before:
        return why("plan.series_before", before=before[-1].id)
    if not days:
        first, last = v.first.isoformat(), v.last.isoformat()
        urgent = name in c.change.urgent
        code = "replan.no_standby" if urgent else "replan.published"
        return why(code, first=first, last=last)
    mask = alone(c, v)
    if isinstance(mask, Unplaced):
        return mask
    on = {s.visit: p.day for p in packages for s in p.stops}
    others = [(o, on[o.id]) for o in chain if o.id in on and o.id != name]
    if not mask & _within_gaps(c, v, others):
        return why("plan.series", gap_min=v.gap_min, gap_max=v.gap_max)
    return why("plan.full")


def _within_gaps(
    c: ReplanProblem, v: Visit, others: Iterable[tuple[Visit, date]]
) -> int:
    """The mask of days that keep the gaps to other steps of the series."""

    def keeps(day: date, other: Visit, on: date) -> bool:
        after = other.step < v.step
        least, most = gap(other, v) if after else gap(v, other)
        return least <= (1 if after else -1) * (day - on).days <= most

    return sum(
        1 << d
        for d, day in enumerate(c.work.days)
        if all(keeps(day, *other) for other in others)
    )


def _refuse_violations(c: ReplanProblem, plan: Replanned) -> None:
    """Solve is not check: the new plan passes the rules, and Hall's rows hold on every
    day to come. Raises NoPlan replan.violations."""
    work = plan.work
    every, left_out = (*plan.packages, *plan.standby), (u.visit for u in plan.unplaced)
    called = frozenset(p.id for p in plan.standby)
    view = view_of(work, every, left_out, plan.travel_after, called, plan.taxis)
    found: list[object] = list(check_plan(view))
    for d, day in enumerate(work.days):
        mine = [p for p in plan.packages if p.day == day]
        skilled = Counter(p.skill for p in mine if p.skill)
        if mine and day not in c.past:
            for row in day_rows(work.crew, c.skills, d):
                if not row.holds(len(mine), skilled):
                    found.append(f"{day.isoformat()}: {row}")
    if found:
        raise NoPlan("replan.violations", count=len(found), first=found[0])
