"""A plan in the making, and the exact subproblems by which a replan makes it better.

`ReplanProblem` and a draft → a subproblem for `set_partitioning`; its answer → the next
draft.

A `PlanDraft` says of each old package what is left of it, and has new packages besides.
A subproblem (`choice`) frees some visits: they may go back to where they were before
the change, into new packages, or out where that is allowed; everything else stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from inspector.domain import Office, Package, Visit
from inspector.places import minutes
from inspector.replan.disruption import ReplanProblem, Use, counts, gap
from inspector.replan.set_partitioning import Gap, Repacking, RepackProblem, Start
from inspector.schedule.candidates import Effort, Fresh, Held, fresh, held, parts, rest
from inspector.schedule.district import divide
from inspector.schedule.packages import package, timetable
from inspector.schedule.resources import Dice
from inspector.schedule.workload import Row, Unplaced, day_rows, month_rows

JOINERS = 8  # visits that are out, up to which each is tried beside every package
BLUR = 40  # minutes by which the order of neighbours is shuffled at most
# Minutes of travel that calling a stand-by pair counts as; twice as many with the car
# of another district, three times by taxi.
STANDBY = 1000


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """`kept`: stops left of each old package, in old order; `new`: new packages; `out`:
    visits that have no place so far."""

    kept: Mapping[str, tuple[Visit, ...]]
    new: tuple[Fresh, ...]
    out: frozenset[str]

    def days(self, c: ReplanProblem) -> dict[str, int]:
        """The day (index) of every placed visit."""
        found = {
            v.id: c.day(c.old[name].day)
            for name, some in self.kept.items()
            for v in some
        }
        return found | {v: f.day for f in self.new for v in f.order}


def driven(c: ReplanProblem, f: Fresh, name: str) -> Package:
    """A new package under this name, with its times."""
    office, day = c.work.offices[f.office], c.work.days[f.day]
    order = [c.visits[v] for v in f.order]
    wait = c.work.travel.taxi_minutes if f.taxi else 0
    made = package(name, day, office, order, c.work.day, c.work.travel, wait)
    if made is None:
        raise RuntimeError(f"infeasible route: {f.order}")
    return made


def begin(c: ReplanProblem, hit: Collection[str]) -> PlanDraft:
    """Nothing new yet: visits that are hit or added are out, and the later steps of
    their series with them."""
    out = set(hit) | (set(c.change.added) & set(c.visits))
    for chain in c.chains:
        first = next((n for n, v in enumerate(chain) if v.id in out), len(chain))
        out |= {v.id for v in chain[first:]}
    kept = {
        name: tuple(v for v in stops if v.id not in out)
        for name, stops in c.base.items()
    }
    return PlanDraft(kept, (), frozenset(out))


def movable(c: ReplanProblem, hit: Collection[str]) -> set[str]:
    """Visits that may come into a new package or be left out: new and driven ones, and
    the steps of their series on free days."""
    pool = {v for v in c.change.added if v in c.visits} | set(hit)
    for chain in c.chains:
        if any(v.id in pool for v in chain):
            pool |= {v.id for v in chain if v.id in c.at and c.day_of(v.id) in c.free}
    return pool


# -- neighbourhoods ----------------------------------------------------------------


def alone(c: ReplanProblem, v: Visit) -> int | Unplaced:
    """Mask of the free days that a visit could take if nothing else were planned, or
    why it has none."""
    days = [d for d in sorted(c.free) if v.first <= d <= v.last]
    cars = tuple(
        tuple(n if d in days else 0 for n, d in zip(row, c.work.days, strict=True))
        for row in c.work.cars
    )
    one = replace(v, series="", step=0, gap_min=0, gap_max=0)
    if days:
        one = replace(one, first=days[0], last=days[-1])
    parts, never = divide(replace(c.work, visits=(one,), cars=cars))
    return never[v.id] if never else next(p.days[0] for p in parts if p.size)


def waiting(c: ReplanProblem, draft: PlanDraft) -> list[str]:
    """Visits that are out and could have a place: no earlier step is out."""
    blocked = {
        after.id
        for chain in c.chains
        for before, after in pairwise(chain)
        if before.id in draft.out
    }
    return sorted(draft.out - blocked)


def around(
    c: ReplanProblem, draft: PlanDraft, visit: str, size: int, dice: Dice
) -> set[str]:
    """A visit and about `size` others: the other steps of its series, and whole
    packages of its district on free days, near ones first, or those of its days."""
    days = draft.days(c)
    fixed = {v: d for v, d in days.items() if c.work.days[d] not in c.free}
    centre = _within_gaps(c, c.visits[visit], fixed)
    beside = {v.id for chain in c.chains if c.visits[visit] in chain for v in chain}
    timely = dice.below(2) == 0
    blur = 1 + dice.below(BLUR)
    ranked = []
    for day, ids in sorted(_packages(c, draft)):
        if day in c.free and c.visits[ids[0]].district == centre.district:
            places = (c.visits[v].place for v in ids)
            far = min(minutes(c.work.travel, centre.place, p) for p in places)
            late = timely and not centre.first <= day <= centre.last
            ranked.append((beside.isdisjoint(ids), late, far + dice.below(blur), ids))
    found = {visit}
    for _, _, _, ids in sorted(ranked):
        if len(found) + len(ids) > size:
            break
        found.update(ids)
    return found


def _packages(
    c: ReplanProblem, draft: PlanDraft
) -> Iterator[tuple[date, tuple[str, ...]]]:
    """Day and visits of every package but those of stand-by pairs."""
    for name, stops in draft.kept.items():
        if stops:
            yield c.old[name].day, tuple(v.id for v in stops)
    for f in draft.new:
        if not f.standby:
            yield c.work.days[f.day], f.order


def _whole(c: ReplanProblem, draft: PlanDraft, freed: Collection[str]) -> set[str]:
    """`freed` and what cannot be told apart from it: the rest of the new packages, and
    the steps of the series that are out."""
    found = set(freed)
    for f in draft.new:
        if not found.isdisjoint(f.order):
            found.update(f.order)
    for chain in c.chains:
        ids = {v.id for v in chain}
        if not found.isdisjoint(ids):
            found |= ids & draft.out
    return found


# -- the subproblem ----------------------------------------------------------------


def _within_gaps(c: ReplanProblem, v: Visit, fixed: Mapping[str, int]) -> Visit:
    """The visit on those of its days that agree with the steps that stay."""
    first, last = v.first, v.last
    for chain in c.chains:
        for a, b in pairwise(chain if v in chain else ()):
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


def _calls(c: ReplanProblem, pool: Collection[str]) -> list[Fresh]:
    """Urgent visits without a special skill, each alone, by a stand-by pair."""
    found: list[Fresh] = []
    for name in sorted(c.change.urgent & set(pool)):
        v = c.visits[name]
        for number, office in enumerate(c.work.offices):
            if not v.skill:
                found += _ways(c, v, number, office)
    return found


def _ways(c: ReplanProblem, v: Visit, number: int, office: Office) -> Iterator[Fresh]:
    """A pair to one visit from one office: by car, and from its own district also by
    taxi where the policy has one (PROTOCOL.md §8 "Calls")."""
    own, wait = office.district == v.district, c.work.travel.taxi_minutes
    days = [*sorted(c.past)[-1:], *sorted(c.published | c.free)]
    there = 2 * minutes(c.work.travel, office.place, v.place)
    for taxi in (False, True) if own and wait else (False,):
        more, much = (wait, 3) if taxi else (0, 1 if own else 2)
        if timetable([v], office.place, c.work.day, c.work.travel, more):
            means = (there + 2 * more, "", True, taxi, much * STANDBY)
            for d in days:
                if v.first <= d <= v.last:
                    yield Fresh(number, c.day(d), (v.id,), *means)


def _gaps(
    c: ReplanProblem, days: Mapping[str, int], inside: Collection[str]
) -> tuple[tuple[Gap, ...], dict[str, int]]:
    """Gaps that touch the freed visits, and the days of the others that they name."""
    gaps: list[Gap] = []
    fixed: dict[str, int] = {}
    for chain in c.chains:
        for a, b in pairwise(chain):
            if a.id in inside or b.id in inside:
                gaps.append(Gap(a.id, b.id, *gap(a, b)))
                fixed |= {v.id: days[v.id] for v in (a, b) if v.id not in inside}
    return tuple(gaps), fixed


def _less(row: Row, used: Use) -> Row:
    return replace(row, limit=row.room(*used))


def choice(
    c: ReplanProblem,
    draft: PlanDraft,
    pool: Collection[str],
    freed: Collection[str],
    spare: Collection[str],
    effort: Effort,
    dice: Dice,
) -> RepackProblem:
    """The subproblem of the `freed` visits, of which those in `spare` may be left out.

    Those of the `pool` or of a free day may come into new packages, the others only
    back to their own. It starts as the draft.
    """
    inside = _whole(c, draft, freed)
    moving = {v for v in inside if v in pool or c.day_of(v) in c.free}
    touched = [n for n, stops in c.base.items() if any(v.id in inside for v in stops)]
    mine = [f for f in draft.new if not moving.isdisjoint(f.order)]
    others = {n: stops for n, stops in draft.kept.items() if n not in set(touched)}
    used = counts(c, others, (f for f in draft.new if f not in mine))
    cars = {
        (o, d): number - used.cars[o, d]
        for o, row in enumerate(c.work.cars)
        for d, number in enumerate(row)
    }
    gaps, fixed = _gaps(c, draft.days(c), inside)
    options = tuple(_held(c, draft, n, inside) for n in touched)
    members = [_within_gaps(c, c.visits[v], fixed) for v in sorted(moving)]
    home = {v: c.day(c.day_of(v)) for v in sorted(inside) if v in c.at}
    likely = _likely(c, draft, touched, mine, moving)
    found = fresh(c.work, members, c.free, likely, home, effort, dice)
    found = [*found, *_calls(c, moving & set(pool))]
    found = [f for f in found if f.taxi or cars[f.office, f.day] > 0]
    new = [*mine, *(f for f in found if f not in mine)]
    pairs = Counter(c.day(call.day) for call in c.called)
    pairs.update(f.day for f in draft.new if f.standby and f not in mine)
    days = range(len(c.work.days))
    return RepackProblem(
        tuple(sorted(inside)),
        frozenset(inside & set(spare)),
        options,
        tuple(new),
        home,
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
        Start(tuple(_taken(c, draft, old) for old in options), tuple(range(len(mine)))),
    )


def _held(
    c: ReplanProblem, draft: PlanDraft, name: str, inside: Collection[str]
) -> Held:
    """An old package: its freed visits may come back, the others left of it stay."""
    left = {v.id for v in draft.kept[name]} | set(inside)
    stops = [v for v in c.base[name] if v.id in left]
    return held(c.old[name], stops, inside, c.work)


def _taken(c: ReplanProblem, draft: PlanDraft, old: Held) -> int:
    """The option that the draft has of an old package."""
    return old.options.index(rest(c.old[old.id], draft.kept[old.id], c.work))


def _likely(
    c: ReplanProblem,
    draft: PlanDraft,
    touched: Iterable[str],
    mine: Iterable[Fresh],
    moving: Collection[str],
) -> Iterator[tuple[str, ...]]:
    """Sets of visits that are likely packages: every part of old and new ones, and the
    largest parts together with a visit that is out, where those are few."""
    groups = [[v.id for v in c.base[n] if v.id in moving] for n in touched]
    groups += [list(f.order) for f in mine]
    out = sorted(draft.out & set(moving))
    for group in groups:
        yield from parts(group, 2)
        if len(out) <= JOINERS:
            for part in parts(group, len(group) - 2):
                yield from ((*part, v) for v in out if v not in part)


def after(
    c: ReplanProblem, draft: PlanDraft, problem: RepackProblem, answer: Repacking
) -> PlanDraft:
    """The draft with the answer to one of its subproblems."""
    kept = dict(draft.kept)
    for old, n in zip(problem.held, answer.options, strict=True):
        left = old.options[n]
        names = {s.visit for s in left.stops} if left is not None else set()
        kept[old.id] = tuple(v for v in c.base[old.id] if v.id in names)
    inside = set(problem.visits)
    stay = tuple(f for f in draft.new if inside.isdisjoint(f.order))
    new = tuple(problem.fresh[n] for n in answer.fresh)
    return PlanDraft(kept, (*stay, *new), (draft.out - inside) | set(answer.out))
