"""The exact subproblem of a replan: what is left of old packages, which new ones run.

`RepackProblem` → `Repacking`.

Variables: y[p, o] for each option of an old package, x[f] for each new package on its
day, out[v] for a visit left out. Four objectives in strict order: visits left out,
visits changed, visits whose day changed, travel. Each rule is one function; `RULES` and
`OBJECTIVES` are the tables of contents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ortools.sat.python import cp_model

from inspector.domain import Package
from inspector.schedule.candidates import Fresh, Held
from inspector.schedule.resources import Dice
from inspector.schedule.workload import Row

_TIE = 32  # random weights below this choose among equal days


@dataclass(frozen=True, slots=True)
class Gap:
    """day(after) - day(before) lies within least..most calendar days."""

    before: str
    after: str
    least: int
    most: int


class Start(NamedTuple):
    """Per old package the option taken, and the new packages taken."""

    options: tuple[int, ...]
    fresh: tuple[int, ...]


Values = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class RepackProblem:
    """The subproblem. `visits`: each lies in one package, or is out when in `spare`.

    `days`: old day of a visit (index), none for a new one; `fixed`: day of visits
    outside the subproblem that a gap names. Limits are what is left beside everything
    that stays: `cars` per (office, day), `rows` per day, `month`, `standby` per day.
    `start`: a plan that is allowed.
    """

    visits: tuple[str, ...]
    spare: frozenset[str]
    held: tuple[Held, ...]
    fresh: tuple[Fresh, ...]
    days: Mapping[str, int]
    fixed: Mapping[str, int]
    gaps: tuple[Gap, ...]
    ordinals: tuple[int, ...]
    cars: Mapping[tuple[int, int], int]
    rows: Mapping[int, tuple[Row, ...]]
    month: tuple[Row, ...]
    standby: Mapping[int, int]
    start: Start


@dataclass(frozen=True, slots=True)
class Repacking:
    """Per old package the option taken, the new packages taken, the visits left out;
    `values`: visits out, changed, days changed, travel; `closed`: proven best;
    `effort`: deterministic seconds it took."""

    options: tuple[int, ...]
    fresh: tuple[int, ...]
    out: tuple[str, ...]
    values: Values
    closed: bool
    effort: float = 0.0


Sum = cp_model.LinearExpr


@dataclass(slots=True)
class _RepackModel:
    choice: RepackProblem
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    y: list[list[cp_model.IntVar]] = field(default_factory=list)
    x: list[cp_model.IntVar] = field(default_factory=list)
    out: dict[str, cp_model.IntVar] = field(default_factory=dict)
    at: dict[str, list[tuple[cp_model.IntVar, int]]] = field(default_factory=dict)

    def day(self, visit: str) -> Sum:
        """The calendar day of a visit; 0 when it is out."""
        ordinals = self.choice.ordinals
        if visit in self.choice.fixed:
            day = ordinals[self.choice.fixed[visit]] - ordinals[0]
            return Sum.constant(day)
        return _weighted(
            [(var, ordinals[day] - ordinals[0]) for var, day in self.at[visit]]
        )


def _weighted(terms: list[tuple[cp_model.IntVar, int]]) -> Sum:
    return Sum.weighted_sum([var for var, _ in terms], [weight for _, weight in terms])


def every_visit_once(m: _RepackModel) -> None:
    """Each visit is in one package, old or new, or out where that is allowed."""
    for visit, options in m.at.items():
        gone = [m.out[visit]] if visit in m.out else []
        m.cp.add_exactly_one([*(var for var, _ in options), *gone])


def one_option_each(m: _RepackModel) -> None:
    """Of every old package exactly one option is left."""
    for options in m.y:
        m.cp.add_exactly_one(options)


def gaps_hold(m: _RepackModel) -> None:
    """Steps of a series keep their gap; a step that is out takes later ones along."""
    for gap in m.choice.gaps:
        if gap.before in m.out:
            later = [m.out[gap.after]] if gap.after in m.out else []
            m.cp.add_bool_or([m.out[gap.before].negated(), *later])
        if any(v in m.at and not m.at[v] for v in (gap.before, gap.after)):
            continue  # one of the two has nowhere to go, so the later one is out
        rule = m.cp.add_linear_constraint(
            m.day(gap.after) - m.day(gap.before), gap.least, gap.most
        )
        if gap.after in m.out:
            rule.only_enforce_if(m.out[gap.after].negated())


def cars_suffice(m: _RepackModel) -> None:
    """A package is one car for one day, stand-by calls included but by taxi."""
    used: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for var, office, day, _, _, car in _packages(m):
        if car:
            used.setdefault((office, day), []).append(var)
    for key, some in used.items():
        limit = max(0, m.choice.cars[key])
        if len(some) > limit:
            m.cp.add(Sum.sum(some) <= limit)


def people_suffice(m: _RepackModel) -> None:
    """Hall's rows of every day and of the month."""
    by_day: dict[int, list[tuple[cp_model.IntVar, str]]] = {}
    for var, _, day, skill, standby, _ in _packages(m):
        if not standby:
            by_day.setdefault(day, []).append((var, skill))
    for day, some in by_day.items():
        for row in m.choice.rows[day]:
            _row(m, row, some)
    everything = [pair for some in by_day.values() for pair in some]
    for row in m.choice.month:
        _row(m, row, everything)


def _row(m: _RepackModel, row: Row, some: list[tuple[cp_model.IntVar, str]]) -> None:
    terms = [
        (var, row.all_weight + (row.skill_weight if skill in row.skills else 0))
        for var, skill in some
    ]
    terms = [(var, weight) for var, weight in terms if weight]
    limit = max(0, row.limit)
    if sum(weight for _, weight in terms) > limit:
        m.cp.add(_weighted(terms) <= limit)


def standby_suffices(m: _RepackModel) -> None:
    """One stand-by pair takes one call a day."""
    calls: dict[int, list[cp_model.IntVar]] = {}
    for var, _, day, _, standby, _ in _packages(m):
        if standby:
            calls.setdefault(day, []).append(var)
    for day, some in calls.items():
        m.cp.add(Sum.sum(some) <= m.choice.standby.get(day, 0))


RULES: tuple[Callable[[_RepackModel], None], ...] = (
    every_visit_once,
    one_option_each,
    gaps_hold,
    cars_suffice,
    people_suffice,
    standby_suffices,
)


def _packages(
    m: _RepackModel,
) -> list[tuple[cp_model.IntVar, int, int, str, bool, bool]]:
    """Every possible package: variable, office, day, skill, stand-by, by car."""
    rows = []
    for old, options in zip(m.choice.held, m.y, strict=True):
        for left, var in zip(old.options, options, strict=True):
            if left is not None:
                rows.append((var, old.office, old.day, left.skill, False, True))
    for new, var in zip(m.choice.fresh, m.x, strict=True):
        rows.append((var, new.office, new.day, new.skill, new.standby, not new.taxi))
    return rows


def visits_out(m: _RepackModel) -> Sum:
    """Nothing unplaced, if that can be."""
    return Sum.sum(list(m.out.values()))


def visits_changed(m: _RepackModel) -> Sum:
    """Fewest old visits in new packages, which must be sealed and drawn again."""
    old = m.choice.days
    return _weighted(
        [
            (var, sum(v in old for v in new.order))
            for new, var in zip(m.choice.fresh, m.x, strict=True)
        ]
    )


def days_changed(m: _RepackModel) -> Sum:
    """Fewest old visits on another day."""
    old = m.choice.days
    return _weighted(
        [
            (var, sum(old.get(v, new.day) != new.day for v in new.order))
            for new, var in zip(m.choice.fresh, m.x, strict=True)
        ]
    )


def travel(m: _RepackModel) -> Sum:
    """Least travel; a stand-by call only where it saves a change."""
    return _weighted(
        [
            *(
                (var, 0 if left is None else left.travel_minutes)
                for old, options in zip(m.choice.held, m.y, strict=True)
                for left, var in zip(old.options, options, strict=True)
            ),
            *(
                (var, new.travel + new.weight)
                for new, var in zip(m.choice.fresh, m.x, strict=True)
            ),
        ]
    )


OBJECTIVES: tuple[Callable[[_RepackModel], Sum], ...] = (
    visits_out,
    visits_changed,
    days_changed,
    travel,
)


def _build(choice: RepackProblem) -> _RepackModel:
    m = _RepackModel(choice)
    m.y = [[m.cp.new_bool_var("") for _ in old.options] for old in choice.held]
    m.x = [m.cp.new_bool_var("") for _ in choice.fresh]
    m.out = {v: m.cp.new_bool_var("") for v in choice.visits if v in choice.spare}
    m.at = {v: [] for v in choice.visits}
    for old, options in zip(choice.held, m.y, strict=True):
        for left, var in zip(old.options, options, strict=True):
            for stop in left.stops if left is not None else ():
                if stop.visit in m.at:
                    m.at[stop.visit].append((var, old.day))
    for new, var in zip(choice.fresh, m.x, strict=True):
        for visit in new.order:
            m.at[visit].append((var, new.day))
    for rule in RULES:
        rule(m)
    return m


def _begin(choice: RepackProblem) -> Repacking:
    """The start of a choice as an answer."""
    left = [
        old.options[n] for old, n in zip(choice.held, choice.start.options, strict=True)
    ]
    new = [choice.fresh[n] for n in choice.start.fresh]
    placed = {s.visit for p in left if p is not None for s in p.stops}
    placed |= {v for f in new for v in f.order}
    out = tuple(v for v in choice.visits if v not in placed)
    return Repacking(*choice.start, out, _values(choice, left, new, out), False)


def _values(
    choice: RepackProblem,
    left: Sequence[Package | None],
    new: Sequence[Fresh],
    out: Sequence[str],
) -> Values:
    """What the objectives are worth, counted without the model."""
    old = choice.days
    return (
        len(out),
        sum(v in old for f in new for v in f.order),
        sum(old.get(v, f.day) != f.day for f in new for v in f.order),
        sum(p.travel_minutes for p in left if p is not None)
        + sum(f.travel + f.weight for f in new),
    )


def _upheaval(m: _RepackModel) -> Sum:
    """The first three objectives in one: they count visits, so weights one above the
    number of visits keep their order exact."""
    first, second, third, _ = (objective(m) for objective in OBJECTIVES)
    more = len(m.choice.visits) + 1
    return first * more**2 + second * more + third


def least_upheaval(choice: RepackProblem, dice: Dice, effort: float) -> Repacking:
    """Fewest visits out, changed, on another day; `effort` deterministic seconds."""
    m = _build(choice)
    m.cp.minimize(_upheaval(m))
    return _run(m, _begin(choice), lambda a: a.values[:3], dice, effort)


def least_travel(
    choice: RepackProblem, dice: Dice, effort: float, freely: int = 0
) -> Repacking:
    """Least travel at no more upheaval than the start of the choice has, but for
    `freely` visits; among days that are equally good one at random."""
    m = _build(choice)
    more = len(choice.visits) + 1
    out, changed, days, _ = _begin(choice).values
    most = out * more**2 + (changed + freely) * more + days + freely
    m.cp.add(_upheaval(m) <= most)
    ties = _weighted([(var, dice.below(_TIE)) for var in m.x])
    m.cp.minimize(OBJECTIVES[-1](m) * (_TIE * more) + ties)
    return _run(m, _begin(choice), lambda a: a.values[3:], dice, effort)


def _run(
    m: _RepackModel,
    best: Repacking,
    worth: Callable[[Repacking], tuple[int, ...]],
    dice: Dice,
    effort: float,
) -> Repacking:
    """The optimum, or the best found, starting from an answer; one worker. `worth` is
    what the objective counts, the smaller the better."""
    _hint(m, best)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = dice.below(1 << 31)
    # Measured: the relaxation is nearly whole; presolve costs more than it saves.
    solver.parameters.cp_model_presolve = False
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(m.cp)
    if status in (cp_model.MODEL_INVALID, cp_model.INFEASIBLE):
        raise RuntimeError(f"{solver.status_name()}: {m.cp.validate()}")
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = _read(m, solver)
        # Stopped early it may come back with something worse than it was given.
        if status == cp_model.OPTIMAL or worth(found) <= worth(best):
            best = found
    spent = solver.response_proto.deterministic_time
    return replace(best, closed=status == cp_model.OPTIMAL, effort=spent)


def _read(m: _RepackModel, solver: cp_model.CpSolver) -> Repacking:
    options = tuple(
        next(n for n, var in enumerate(some) if solver.boolean_value(var))
        for some in m.y
    )
    new = tuple(n for n, var in enumerate(m.x) if solver.boolean_value(var))
    out = tuple(v for v, var in m.out.items() if solver.boolean_value(var))
    held = [old.options[n] for old, n in zip(m.choice.held, options, strict=True)]
    values = _values(m.choice, held, [m.choice.fresh[n] for n in new], out)
    return Repacking(options, new, out, values, False)


def _hint(m: _RepackModel, best: Repacking) -> None:
    """An answer as a complete start."""
    for options, taken in zip(m.y, best.options, strict=True):
        for n, var in enumerate(options):
            m.cp.add_hint(var, n == taken)
    chosen, out = set(best.fresh), set(best.out)
    for n, var in enumerate(m.x):
        m.cp.add_hint(var, n in chosen)
    for visit, var in m.out.items():
        m.cp.add_hint(var, visit in out)
