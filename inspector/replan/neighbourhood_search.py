"""Where a replan's visits go: one exact subproblem, then turns around what is left.

`ReplanProblem` → the draft with fewest visits out and fewest changed.

The first subproblem has all visits that may move and nothing else. Visits that find no
place in it get turns (large neighbourhood search): some packages around one of them are
freed and chosen anew, never with more left out than before; now and then for less
travel instead, which makes room. What is left out then may find room in a plan made
anew (`reoptimisation`). Last, turns around visits that moved without need.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from inspector.replan.disruption import ReplanProblem
from inspector.replan.partial_plan import (
    PlanDraft,
    after,
    alone,
    around,
    choice,
    waiting,
)
from inspector.replan.reoptimisation import afresh
from inspector.replan.set_partitioning import (
    Repacking,
    RepackProblem,
    least_travel,
    least_upheaval,
)
from inspector.schedule.candidates import Effort
from inspector.schedule.resources import Dice
from inspector.schedule.workload import Unplaced

EFFORT = 1.2  # deterministic seconds of one step of a subproblem
FEW = Effort(many=240, days=16)  # new packages tried at first
TURN = Effort(many=120, days=31)  # in a turn around one visit
MANY = Effort(many=500, days=31)  # when others had to move
FREED = 20  # visits freed to make room for one that found no place
SHARE = 0.2  # of the effort: what one such attempt may take
REPAIR = 2.0  # times the effort: what turns for visits without place may take
HOME = 1.0  # times the effort: what turns for fewer changed visits may take
FREELY = 3  # visits more that a turn for less travel may change
QUIET = 6  # turns without change after which the plan is left alone


def settled(
    c: ReplanProblem,
    draft: PlanDraft,
    pool: Collection[str],
    hit: Mapping[str, str],
    dice: Dice,
    effort: float,
) -> tuple[PlanDraft, bool]:
    """The draft with a place for every visit that finds one, and whether it is proven
    best among the candidates tried."""
    loose = draft.out
    every = {*pool, *loose}
    problem = choice(c, draft, pool, every, loose, FEW, dice)
    found = least_upheaval(problem, dice, effort)
    draft = after(c, draft, problem, found)
    if not found.out and found.values[1] > _driven(problem, found, hit):
        problem = choice(c, draft, pool, every, loose, MANY, dice)
        found = least_upheaval(problem, dice, effort)
        draft = after(c, draft, problem, found)
    closed, turn = found.closed, _Turns(c, pool, dice, effort)
    lost = {v for v in draft.out if isinstance(alone(c, c.visits[v]), Unplaced)}
    while turn.spent < REPAIR * effort:
        some = [v for v in waiting(c, draft) if v not in lost]
        if not some:
            break
        # Now and then less travel at a little more upheaval: room for the next turn.
        draft = turn.take(draft, some, FREELY if dice.below(3) == 0 else 0)
        closed = False
    end = turn.spent + HOME * effort
    if free := _able(c, draft, pool, lost):
        anew = afresh(c, draft, free, dice.below(1 << 31))
        if len(anew.out) < len(draft.out):
            draft, end = anew, end + REPAIR * effort
    while turn.spent < end and (some := _moved(draft, hit)):
        if turn.idle > QUIET:
            break
        draft = turn.take(draft, some)
    changed = {v for f in draft.new for v in f.order}
    problem = choice(c, draft, pool, every | changed, draft.out, FEW, dice)
    found = least_travel(problem, dice, effort / 2)
    return after(c, draft, problem, found), closed and found.closed


@dataclass(slots=True)
class _Turns:
    """Small subproblems one after the other. `spent`: deterministic seconds; `idle`:
    turns since one changed the plan."""

    c: ReplanProblem
    pool: Collection[str]
    dice: Dice
    effort: float
    spent: float = 0.0
    size: int = FREED
    idle: int = 0

    def take(self, draft: PlanDraft, some: Sequence[str], freely: int = 0) -> PlanDraft:
        """The draft after one turn around one of the visits `some`."""
        c, dice = self.c, self.dice
        centre = some[dice.below(len(some))]
        freed = around(c, draft, centre, self.size, dice)
        problem = choice(c, draft, self.pool, freed, draft.out, TURN, dice)
        if freely:
            found = least_travel(problem, dice, self.effort * SHARE, freely)
        else:
            found = least_upheaval(problem, dice, self.effort * SHARE)
        self.spent += found.effort + self.effort * SHARE / 4
        step = 1 if found.closed else -2
        self.size = min(max(self.size + step, FREED // 2), 2 * FREED)
        new = after(c, draft, problem, found)
        self.idle = self.idle + 1 if new == draft else 0
        return new


def _able(
    c: ReplanProblem, draft: PlanDraft, pool: Collection[str], lost: Collection[str]
) -> set[str]:
    """Visits that are out and may have a place on a free day, with all steps before
    them."""
    found = set(draft.out) & set(pool) - set(lost)
    for chain in c.chains:
        ids = [v.id for v in chain]
        stuck = [n for n, v in enumerate(ids) if v in draft.out and v not in found]
        if stuck:
            found -= set(ids[stuck[0] :])
    return found


def _moved(draft: PlanDraft, hit: Mapping[str, str]) -> list[str]:
    """Visits in new packages that did not have to leave their own."""
    return sorted({v for f in draft.new for v in f.order} - hit.keys())


def _driven(problem: RepackProblem, answer: Repacking, hit: Mapping[str, str]) -> int:
    """How many of the visits that move had to leave their place."""
    return sum(v in hit for n in answer.fresh for v in problem.fresh[n].order)
