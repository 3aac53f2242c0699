"""The exact subproblem: which packages for some visits, so that days exist for them.

`PartitionProblem` → `Partition`. The step inside `neighbourhood_search`.

Variables: x[c] for a candidate package (a set of visits in its best order, no day yet);
day[v] for each visit with a series step beside it in the subproblem; out[v] for a visit
left out, only where some are out already. Packages get their days afterwards
(`day_assignment.days`), where cars and people per day count; here the days of a series
must agree with the packages. Where few days have room, run[c, d] says on which day a
package runs, and cars and people count here, too. Each rule is one function; `RULES`
and `DATED` are the tables of contents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from ortools.sat.python import cp_model

from inspector.schedule.column_generation import OUT
from inspector.schedule.district import Link, bits
from inspector.schedule.linear_relaxation import hopeful
from inspector.schedule.resources import Room

NOISE_SCALE = 16  # noise is counted in parts of a minute


@dataclass(frozen=True, slots=True, order=True)
class Ride:
    """A package without a day: visits in order, travel, the days it may run."""

    order: tuple[int, ...]
    travel: int
    days: int
    skill: str = ""


@dataclass(frozen=True, slots=True)
class PartitionProblem:
    """A subproblem: each of `visits` lies in one of the `rides` chosen.

    `days`: the days of each visit. `links`: series steps that are both free here.
    `room`: what is left. `spare`: visits that may be left out. `current`: numbers of
    the rides in use now; `on`: their days. `dated`: few days have room, so that it
    counts day by day; else in the month only.
    """

    visits: tuple[int, ...]
    rides: tuple[Ride, ...]
    days: dict[int, int]
    links: tuple[Link, ...]
    ordinals: tuple[int, ...]
    room: Room
    spare: tuple[int, ...]
    current: tuple[int, ...]
    on: tuple[int, ...]
    dated: bool = False


@dataclass(slots=True)
class _PartitionModel:
    choice: PartitionProblem
    linked: frozenset[int]
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    x: list[cp_model.IntVar] = field(default_factory=list)
    out: dict[int, cp_model.IntVar] = field(default_factory=dict)
    day: dict[int, cp_model.IntVar] = field(default_factory=dict)
    met: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    run: list[dict[int, cp_model.IntVar]] = field(default_factory=list)

    def some_days(self, mask: int) -> cp_model.Domain:
        """A set of days as the domain of a day variable."""
        ordinals = self.choice.ordinals
        return cp_model.Domain.from_values(
            [ordinals[day] - ordinals[0] for day in bits(mask)]
        )


def every_visit_once(m: _PartitionModel) -> None:
    """Each visit lies in exactly one package, or is left out where that is allowed."""
    holding: dict[int, list[cp_model.IntVar]] = {v: [] for v in m.choice.visits}
    for ride, x in zip(m.choice.rides, m.x, strict=True):
        for visit in ride.order:
            holding[visit].append(x)
    for visit, options in holding.items():
        if visit in m.out:
            options.append(m.out[visit])
        m.cp.add_exactly_one(options)


def gaps_hold(m: _PartitionModel) -> None:
    """Consecutive steps of a series lie within their gap; a step left out takes the
    later ones with it."""
    for link in m.choice.links:
        gap = m.cp.add_linear_constraint(
            m.day[link.after] - m.day[link.before], link.gap_min, link.gap_max
        )
        if link.after in m.out:
            gap.only_enforce_if(m.out[link.after].negated())
        if link.before in m.out:
            gone = [m.out[link.after]] if link.after in m.out else []
            m.cp.add_bool_or([m.out[link.before].negated(), *gone])


def one_package_one_day(m: _PartitionModel) -> None:
    """Visits of one package share its day; needed only beside a linked visit."""
    full = 0
    for mask in m.choice.days.values():
        full |= mask
    together: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for ride, x in zip(m.choice.rides, m.x, strict=True):
        for a, b in combinations(sorted(ride.order), 2):
            if (a in m.linked or b in m.linked) and (
                (a in m.linked and b in m.linked)
                or m.choice.days[a if b in m.linked else b] != full
            ):
                together.setdefault((a, b), []).append(x)
    for (a, b), options in together.items():
        met = m.cp.new_bool_var("")
        m.met[a, b] = met
        m.cp.add(cp_model.LinearExpr.sum(options) == met)
        if a in m.linked and b in m.linked:
            m.cp.add(m.day[a] == m.day[b]).only_enforce_if(met)
        else:
            linked, other = (a, b) if a in m.linked else (b, a)
            m.cp.add_linear_expression_in_domain(
                m.day[linked], m.some_days(m.choice.days[other])
            ).only_enforce_if(met)


def month_suffices(m: _PartitionModel) -> None:
    """Packages in the month, and per skill, stay within the room."""
    if m.choice.room.month_packages < len(m.choice.visits):
        m.cp.add(cp_model.LinearExpr.sum(m.x) <= m.choice.room.month_packages)
    for skill, limit in m.choice.room.month_skilled:
        some = [
            x
            for ride, x in zip(m.choice.rides, m.x, strict=True)
            if ride.skill == skill
        ]
        if limit < len(m.choice.visits) and some:
            m.cp.add(cp_model.LinearExpr.sum(some) <= limit)


def one_day_each(m: _PartitionModel) -> None:
    """Each package chosen runs on one of its days, and its linked visits with it."""
    start = m.choice.ordinals[0]
    when: dict[int, list[tuple[cp_model.IntVar, int]]] = {v: [] for v in m.linked}
    for ride, x, run in zip(m.choice.rides, m.x, m.run, strict=True):
        m.cp.add(cp_model.LinearExpr.sum(list(run.values())) == x)
        for visit in m.linked.intersection(ride.order):
            when[visit] += [
                (var, m.choice.ordinals[day] - start) for day, var in run.items()
            ]
    for visit, terms in when.items():
        day = cp_model.LinearExpr.weighted_sum(
            [var for var, _ in terms], [number for _, number in terms]
        )
        same = m.cp.add(day == m.day[visit])
        if visit in m.out:
            same.only_enforce_if(m.out[visit].negated())


def days_suffice(m: _PartitionModel) -> None:
    """Packages on a day, and per skill, stay within the room."""
    room = m.choice.room
    for day, most in enumerate(room.packages):
        some = [run[day] for run in m.run if day in run]
        if len(some) > most:
            m.cp.add(cp_model.LinearExpr.sum(some) <= most)
        for skill, limits in room.skilled:
            few = [
                run[day]
                for ride, run in zip(m.choice.rides, m.run, strict=True)
                if day in run and ride.skill == skill
            ]
            if len(few) > limits[day]:
                m.cp.add(cp_model.LinearExpr.sum(few) <= limits[day])


RULES: tuple[Callable[[_PartitionModel], None], ...] = (
    every_visit_once,
    gaps_hold,
    one_package_one_day,
    month_suffices,
)
DATED: tuple[Callable[[_PartitionModel], None], ...] = (
    every_visit_once,
    gaps_hold,
    one_day_each,
    days_suffice,
    month_suffices,
)


@dataclass(frozen=True, slots=True)
class Partition:
    """Numbers of the chosen rides, None when none was found; whether they are proven
    best, or that there is none; how many rides the solver saw and its work in
    deterministic seconds, and the work before it in nanoseconds."""

    chosen: tuple[int, ...] | None
    closed: bool
    seen: int
    effort: float
    work: int


def solve(
    choice: PartitionProblem, seed: int, effort: float, noise: Sequence[int] = ()
) -> Partition:
    """Least travel, visits left out first; one worker, deterministic limit.

    `noise`: for each ride, 1/NOISE_SCALE minutes charged besides its travel. The rides
    in use now are the answer unless others cost less.
    """
    cost = [ride.travel * NOISE_SCALE for ride in choice.rides]
    if noise:
        cost = [a + b for a, b in zip(cost, noise, strict=True)]
    if not choice.current or choice.spare:  # with visits out, too loose to help
        return _solve(choice, cost, seed, effort)
    best = sum(cost[n] for n in choice.current)
    members = [ride.order for ride in choice.rides]
    some, work = hopeful(members, cost, best)
    if not some:
        return Partition(choice.current, True, 0, 0.0, work)
    used = set(choice.current)
    some = [*choice.current, *(n for n in some if n not in used)]
    answer = _solve(
        replace(
            choice,
            rides=tuple(choice.rides[n] for n in some),
            current=tuple(range(len(choice.current))),
        ),
        [cost[n] for n in some],
        seed,
        effort,
    )
    if answer.chosen is None:
        return replace(answer, work=work)
    return replace(answer, chosen=tuple(some[n] for n in answer.chosen), work=work)


def _solve(
    choice: PartitionProblem, cost: Sequence[int], seed: int, effort: float
) -> Partition:
    linked = frozenset(i for link in choice.links for i in (link.before, link.after))
    m = _PartitionModel(choice, linked)
    m.x = [m.cp.new_bool_var("") for _ in choice.rides]
    m.out = {visit: m.cp.new_bool_var("") for visit in choice.spare}
    m.day = {
        visit: m.cp.new_int_var_from_domain(m.some_days(choice.days[visit]), "")
        for visit in sorted(linked)
    }
    if choice.dated:
        m.run = [
            {day: m.cp.new_bool_var("") for day in bits(ride.days)}
            for ride in choice.rides
        ]
    for rule in DATED if choice.dated else RULES:
        rule(m)
    m.cp.minimize(
        cp_model.LinearExpr.weighted_sum(
            [*m.x, *m.out.values()], [*cost, *([OUT * NOISE_SCALE] * len(m.out))]
        )
    )
    if choice.current:
        _hint(m)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    # Measured: half the time; more presolve finds nothing in models this small.
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.cut_level = 0
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(m.cp)
    spent = solver.response_proto.deterministic_time
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(m.cp.validate())
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Partition(None, status == cp_model.INFEASIBLE, len(m.x), spent, 0)
    chosen = tuple(n for n, x in enumerate(m.x) if solver.boolean_value(x))
    return Partition(chosen, status == cp_model.OPTIMAL, len(m.x), spent, 0)


def _hint(m: _PartitionModel) -> None:
    """The packages in use now, as a complete start."""
    choice = m.choice
    used = set(choice.current)
    for number, x in enumerate(m.x):
        m.cp.add_hint(x, number in used)
    on = dict(zip(choice.current, choice.on, strict=True))
    for number, run in enumerate(m.run):
        for day, var in run.items():
            m.cp.add_hint(var, on.get(number) == day)
    days = {
        visit: day
        for number, day in zip(choice.current, choice.on, strict=True)
        for visit in choice.rides[number].order
    }
    for visit, var in m.out.items():
        m.cp.add_hint(var, visit not in days)
    for visit, var in m.day.items():
        if visit in days:
            start = choice.ordinals[0]
            m.cp.add_hint(var, choice.ordinals[days[visit]] - start)
    for (a, b), met in m.met.items():
        m.cp.add_hint(
            met,
            any(
                a in choice.rides[n].order and b in choice.rides[n].order for n in used
            ),
        )
