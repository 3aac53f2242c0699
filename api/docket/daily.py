"""What time does to the docket, once a day: missed deadlines, lapsed acceptances.

Every file of the bureau and today → the moves that are due by themselves
(`inspector.docket.next_steps`), made by `system:calendar`; and what lists show of each
file is put right. What people must do is listed (`api.docket.views`, `todo`).
"""

from __future__ import annotations

from api.docket import cases
from api.site import Desk
from inspector.docket.next_steps import due_moves

REASON = "到期自动登记"


def run(desk: Desk) -> int:
    """The moves of a day; how many there were. A second run has nothing to do."""
    rules, count, changed = cases.rules(desk), 0, []
    for row, case in cases.every_file(desk):
        moves = due_moves(case, desk.today, rules)
        if moves:
            changed.append(cases.append(desk, row, case, moves, REASON))
            count += len(moves)
        else:
            cases.copy(row, case, rules)
    if changed:
        cases.settle(desk, changed)
        desk.event("docket_day", "docket:calendar", cases=len(changed), moves=count)
    return count
