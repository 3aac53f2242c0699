"""The linear relaxation of a subproblem: often it proves that the packages in use are
best already, and otherwise it says which candidates may belong to a better choice
(reduced cost fixing: Dantzig, Fulkerson, Johnson 1954).

`PartitionProblem` → a proof, or the candidates that are left.
"""

from __future__ import annotations

from collections.abc import Sequence

from ortools.linear_solver import pywraplp

from inspector.schedule.column_generation import PIVOT

CLOSE = 1e-6  # by which a linear programme may err
COLUMN = 8_000  # nanoseconds per candidate, besides those of each iteration


def hopeful(
    members: Sequence[Sequence[int]], cost: Sequence[int], best: int
) -> tuple[list[int], int]:
    """Numbers of the candidates that a choice cheaper than `best` may hold, in order,
    and the work in nanoseconds; none where no choice is cheaper.

    `members`: the visits of each candidate; every visit lies in exactly one candidate
    chosen. Days, cars and people are ignored.
    """
    solver = pywraplp.Solver.CreateSolver("GLOP")
    held = dict.fromkeys(v for visits in members for v in visits)
    rows = {visit: solver.Constraint(1, 1) for visit in held}
    goal, most = solver.Objective(), solver.infinity()
    goal.SetMinimization()
    for visits, minutes in zip(members, cost, strict=True):
        x = solver.NumVar(0, most, "")
        goal.SetCoefficient(x, minutes)
        for visit in visits:
            rows[visit].SetCoefficient(x, 1)
    status = solver.Solve()
    steps, columns = solver.iterations(), solver.NumVariables()
    work = columns * (COLUMN + steps * PIVOT)
    if status != pywraplp.Solver.OPTIMAL:
        return list(range(len(members))), work
    left = best - 1 - goal.Value() + CLOSE
    if left < 0:
        return [], work
    price = {visit: row.dual_value() for visit, row in rows.items()}
    return [
        number
        for number, visits in enumerate(members)
        if cost[number] - sum(price[v] for v in visits) <= left
    ], work
