"""A month between two plans: what stays, what is short, what may move.

From here the exact subproblem of a replan is cut out (`choice`): a pool of visits near
the change may move, everything else stands as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from inspector.domain import Package, Visit
from inspector.places import minutes
from inspector.schedule.changes import Change, Changed, changed
from inspector.schedule.fresh import Effort, Fresh, Held, fresh, held, rest
from inspector.schedule.packages import timetable
from inspector.schedule.repack import Answer, Choice, Gap, Start
from inspector.schedule.room import Dice
from inspector.schedule.workload import Row, Workload, day_rows, month_rows


@dataclass(frozen=True, slots=True)
class Case:
    """The changed month beside the plan before.

    `visits`: those that do not fall away; `base`: the stops of each old package that
    are among them; `at`: their package. Days are `past` (up to today), `published`
    (duty dates known) or `free`. `called`: routes of stand-by pairs so far.
    """

    change: Changed
    work: Workload
    visits: Mapping[str, Visit]
    old: Mapping[str, Package]
    base: Mapping[str, tuple[Visit, ...]]
    at: Mapping[str, str]
    past: frozenset[date]
    published: frozenset[date]
    free: frozenset[date]
    called: tuple[Package, ...]
    skills: tuple[str, ...]

    def day(self, day: date) -> int:
        """The index of a working day."""
        return self.work.days.index(day)

    def office(self, name: str) -> int:
        """The index of an office."""
        return [o.id for o in self.work.offices].index(name)

    def day_of(self, visit: str) -> date:
        """The old day of a placed visit."""
        return self.old[self.at[visit]].day


def between(
    work: Workload,
    packages: Sequence[Package],
    changes: Iterable[Change],
    today: date,
    published: Collection[date],
    called: Sequence[Package],
) -> Case:
    """Apply the changes; days up to `today` are taken as they were."""
    change = changed(work, changes)
    past = frozenset(d for d in work.days if d <= today)
    after = change.work
    used = Counter((p.office, p.day) for p in (*packages, *called))
    cars = tuple(
        tuple(
            max(n, used[o.id, d]) if d in past else n
            for n, d in zip(row, after.days, strict=True)
        )
        for o, row in zip(after.offices, after.cars, strict=True)
    )
    late = {s.visit for p in (*packages, *called) if p.day in past for s in p.stops}
    falls = {n.visit for n in change.falls} - late
    visits = {v.id: v for v in after.visits if v.id not in falls}
    base = {
        p.id: tuple(visits[s.visit] for s in p.stops if s.visit in visits)
        for p in packages
    }
    return Case(
        change,
        replace(after, visits=tuple(visits.values()), cars=cars, pinned=()),
        visits,
        {p.id: p for p in packages},
        base,
        {v.id: name for name, stops in base.items() for v in stops},
        past,
        frozenset(published) - past,
        frozenset(work.days) - past - frozenset(published),
        tuple(called),
        tuple(sorted({v.skill for v in visits.values()} - {""})),
    )


# -- what is short -----------------------------------------------------------------

Use = tuple[int, Counter[str]]  # packages, and those that need each skill


@dataclass(frozen=True, slots=True)
class Counts:
    """What some packages take: cars per (office, day), people per day and in all."""

    cars: Counter[tuple[int, int]]
    people: Mapping[int, Use]
    month: Use

    def on(self, day: int) -> Use:
        """Packages and skills of a day."""
        return self.people.get(day, (0, Counter()))


def counts(c: Case, names: Iterable[str]) -> Counts:
    """What the old packages `names` take without the visits that fall away; calls of
    stand-by pairs take cars, too."""
    cars: Counter[tuple[int, int]] = Counter()
    people: dict[int, Use] = {}
    total, skills = 0, Counter[str]()
    for name in names:
        stops = c.base[name]
        if stops:
            day = c.day(c.old[name].day)
            cars[c.office(c.old[name].office), day] += 1
            skill = max(v.skill for v in stops)
            special = Counter([skill] if skill else [])
            number, before = people.get(day, (0, Counter()))
            people[day] = (number + 1, before + special)
            total, skills = total + 1, skills + special
    for call in c.called:
        cars[c.office(call.office), c.day(call.day)] += 1
    return Counts(cars, people, (total, skills))


def short(c: Case) -> dict[str, str]:
    """Visits that may have to leave their place, with the code of the reason: those
    where cars or people of a coming day, or people of the month, no longer suffice."""
    used = counts(c, c.base)
    hit: dict[str, str] = {}
    for name, stops in c.base.items():
        old = c.old[name]
        if old.day in c.past:
            continue
        day, office = c.day(old.day), c.office(old.office)
        if used.cars[office, day] > c.work.cars[office][day]:
            hit |= {v.id: "replan.car" for v in stops}
        for row in day_rows(c.work.crew, c.skills, day):
            if not row.holds(*used.on(day)):
                hit = {v.id: "replan.people" for v in _take(row, stops)} | hit
    for row in month_rows(c.work.crew, c.skills, len(c.work.days)):
        missing = -row.room(*used.month)
        if missing > 0:
            # Small packages are the ones others can take up.
            free = [n for n in c.base if c.old[n].day in c.free]
            some = [n for n in free if _take(row, c.base[n])]
            some.sort(key=lambda n: (len(c.base[n]), n))
            for name in some[: 2 * missing + 4]:
                freed = {v.id: "replan.people" for v in _take(row, c.base[name])}
                hit = freed | hit
    return hit


def _take(row: Row, stops: Iterable[Visit]) -> list[Visit]:
    """The visits of a package that would have to leave it to ease the row."""
    return [v for v in stops if row.all_weight or v.skill in row.skills]


# -- the pool ----------------------------------------------------------------------


def chains(c: Case) -> list[list[Visit]]:
    """Steps of each series that are placed or new, in order."""
    found: dict[str, list[Visit]] = {}
    for v in c.visits.values():
        if v.series and (v.id in c.at or v.id in c.change.added):
            found.setdefault(v.series, []).append(v)
    for chain in found.values():
        chain.sort(key=lambda v: (v.step, v.id))
    return [found[s] for s in sorted(found)]


def gap(a: Visit, b: Visit) -> tuple[int, int]:
    """Least and most days from step `a` to the later step `b` of one series."""
    n = b.step - a.step
    return n * max(a.gap_min, b.gap_min), n * min(a.gap_max, b.gap_max)


def movable(c: Case, hit: Collection[str]) -> set[str]:
    """Visits that may come into a new package or be left out: new and driven ones, and
    the steps of their series on free days."""
    pool = {v for v in c.change.added if v in c.visits} | set(hit)
    for chain in chains(c):
        if any(v.id in pool for v in chain):
            pool |= {v.id for v in chain if v.id in c.at and c.day_of(v.id) in c.free}
    return pool


def near(c: Case, out: Collection[str], pool: Collection[str], most: int) -> set[str]:
    """Up to `most` visits outside the pool that could make room for those that are
    out: whole packages on free days of their district, the nearest first."""
    blocked = {
        v.id
        for chain in chains(c)
        for n, v in enumerate(chain)
        if any(before.id in out for before in chain[:n])
    }
    ranked: list[tuple[int, str]] = []
    for name in set(out) - blocked:
        v = c.visits[name]
        if any(v.first <= d <= v.last for d in c.free):
            ranked += [
                (minutes(c.work.travel, v.place, o.place), c.at[o.id])
                for o in c.visits.values()
                if o.district == v.district
                and o.id in c.at
                and v.first <= c.day_of(o.id) <= v.last
                and c.day_of(o.id) in c.free
            ]
    found: set[str] = set()
    for package in dict.fromkeys(name for _, name in sorted(ranked)):
        more = {v.id for v in c.base[package]} - set(pool)
        if len(found | more) > most:
            break
        found |= more
    return found


def _loose(c: Case, pool: Collection[str]) -> set[str]:
    """The pool and the coming steps after one of it: a step that finds no place takes
    the later ones along, even from published days."""
    found = set(pool)
    for chain in chains(c):
        first = next((n for n, v in enumerate(chain) if v.id in pool), len(chain))
        found |= {
            v.id for v in chain[first:] if v.id in c.at and c.day_of(v.id) not in c.past
        }
    return found


def _within_gaps(c: Case, v: Visit, fixed: Mapping[str, int]) -> Visit:
    """The visit on those of its days that agree with the steps that stay."""
    first, last = v.first, v.last
    for chain in chains(c):
        for a, b in pairwise(chain if v in chain else []):
            least, most = gap(a, b)
            if b is v and a.id in fixed:
                day = c.work.days[fixed[a.id]]
                first = max(first, day + timedelta(least))
                last = min(last, day + timedelta(most))
            elif a is v and b.id in fixed:
                day = c.work.days[fixed[b.id]]
                first = max(first, day - timedelta(most))
                last = min(last, day - timedelta(least))
    return replace(v, first=first, last=last)


# -- the subproblem ----------------------------------------------------------------


def _calls(c: Case, pool: Collection[str]) -> list[Fresh]:
    """Urgent visits without a special skill, each alone, by a stand-by pair."""
    found = []
    days = [*sorted(c.past)[-1:], *sorted(c.published | c.free)]
    for name in sorted(c.change.urgent & set(pool)):
        v = c.visits[name]
        for number, office in enumerate(c.work.offices):
            if (
                office.district == v.district
                and not v.skill
                and timetable([v], office.place, c.work.day, c.work.travel)
            ):
                way = 2 * minutes(c.work.travel, office.place, v.place)
                found += [
                    Fresh(number, c.day(d), (name,), way, "", True)
                    for d in days
                    if v.first <= d <= v.last
                ]
    return found


def _gaps(c: Case, loose: Collection[str]) -> tuple[tuple[Gap, ...], dict[str, int]]:
    """Gaps that touch the pool, and the days of the visits outside it they name."""
    gaps: list[Gap] = []
    fixed: dict[str, int] = {}
    for chain in chains(c):
        for a, b in pairwise(chain):
            if a.id in loose or b.id in loose:
                gaps.append(Gap(a.id, b.id, *gap(a, b)))
                fixed |= {
                    v.id: c.day(c.day_of(v.id)) for v in (a, b) if v.id not in loose
                }
    return tuple(gaps), fixed


def _start(
    c: Case,
    hit: Collection[str],
    options: Sequence[Held],
    new: list[Fresh],
    known: tuple[Choice, Answer] | None,
) -> tuple[Start, list[Fresh]]:
    """A plan that is allowed: the known answer, or nothing new and the driven and new
    visits out, later steps of their series with them. Also `new` with its packages."""
    if known is None:
        out = set(hit) | (set(c.change.added) & set(c.visits))
        for chain in chains(c):
            first = next((n for n, v in enumerate(chain) if v.id in out), len(chain))
            out |= {v.id for v in chain[first:]}
        left = {
            old.id: rest(
                c.old[old.id], [v for v in c.base[old.id] if v.id not in out], c.work
            )
            for old in options
        }
        chosen: list[Fresh] = []
    else:
        problem, answer = known
        left = {
            old.id: old.options[n]
            for old, n in zip(problem.held, answer.options, strict=True)
        }
        chosen = [problem.fresh[n] for n in answer.fresh]
    new = [*chosen, *(f for f in new if f not in chosen)]
    taken = tuple(
        old.options.index(left.get(old.id, old.options[0])) for old in options
    )
    return Start(taken, tuple(range(len(chosen)))), new


def _less(row: Row, used: Use) -> Row:
    return replace(row, limit=row.room(*used))


def choice(
    c: Case,
    hit: Collection[str],
    freed: Collection[str],
    effort: Effort,
    dice: Dice,
    known: tuple[Choice, Answer] | None = None,
) -> Choice:
    """The subproblem in which the movable visits may move, and the `freed` besides, to
    make room. `known`: a subproblem with fewer freed visits or less effort and its
    answer, to start from."""
    pool = movable(c, hit)
    spare = _loose(c, pool)
    inside = spare | set(freed)
    touched = [n for n, stops in c.base.items() if any(v.id in inside for v in stops)]
    others = set(c.base) - set(touched)
    used = counts(c, (n for n in c.base if n in others))
    cars = {
        (o, d): number - used.cars[o, d]
        for o, row in enumerate(c.work.cars)
        for d, number in enumerate(row)
    }
    gaps, fixed = _gaps(c, inside)
    moving = pool | set(freed)
    groups = [[v.id for v in c.base[n] if v.id in moving] for n in touched]
    out = known[1].out if known is not None else ()
    groups += [[*group, v] for group in groups for v in out]
    members = [_within_gaps(c, c.visits[v], fixed) for v in sorted(moving)]
    found = fresh(c.work, members, c.free, groups, effort, dice) + _calls(c, pool)
    options = tuple(held(c.old[n], c.base[n], inside, c.work) for n in touched)
    new = [f for f in found if cars[f.office, f.day] > 0]
    start, new = _start(c, hit, options, new, known)
    pairs = Counter(c.day(call.day) for call in c.called)
    days = range(len(c.work.days))
    return Choice(
        tuple(sorted(inside)),
        frozenset(spare),
        options,
        tuple(new),
        {v: c.day(c.day_of(v)) for v in inside if v in c.at},
        fixed,
        gaps,
        tuple(d.toordinal() for d in c.work.days),
        cars,
        {
            d: tuple(
                _less(row, used.on(d)) for row in day_rows(c.work.crew, c.skills, d)
            )
            for d in days
        },
        tuple(
            _less(row, used.month)
            for row in month_rows(c.work.crew, c.skills, len(days))
        ),
        {d: c.work.crew.standby_pairs - pairs[d] for d in days},
        start,
    )
