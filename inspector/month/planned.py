"""A plan, or the reason by name why there is none.

A drawn month and a solver → `Packed`. Where not one visit can be made the refusal says
who and what is missing, as the causes of a plan do. Above `pack`; the route goes by it
from the command line and in the service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inspector.errors import NoPlan, messages
from inspector.month.board import never
from inspector.month.cars import CarOut
from inspector.month.causes import Causes
from inspector.month.freeze import Drawn
from inspector.month.pack import (
    Packed,
    PeopleChange,
    Solve,
    StandBy,
    Tabulate,
    pairs_of,
    people_of,
    schedule,
)
from inspector.month.short_of import Said, joined, said
from inspector.policy import LotteryRules
from inspector.schedule.workload import Packing, Unplaced
from inspector.selection.chances import chance_table
from inspector.selection.network import (
    ChanceTable,
    Exceptions,
    Multipliers,
    Person,
    SeatNeed,
)

messages(
    {
        "plan.nothing_for": (
            "{visits} 次检查一次也排不出：{why_zh}",
            "none of {visits} visits can be made: {why_en}",
        ),
    }
)


def planned(
    drawn: Drawn,
    solve: Solve,
    changes: Sequence[PeopleChange] = (),
    tabulate: Tabulate = chance_table,
    *,
    cars_out: Sequence[CarOut] = (),
) -> Packed:
    """`pack.schedule`; raises NoPlan plan.nothing_for with the causes by name."""
    try:
        return schedule(drawn, solve, changes, tabulate=tabulate, cars_out=cars_out)
    except NoPlan as refused:
        if refused.code != "plan.nothing":
            raise
        why = said(nothing(drawn, changes, cars_out))
        zh, en = _why(why)
        raise NoPlan(
            "plan.nothing_for", visits=len(drawn.visits), why_zh=zh, why_en=en
        ) from refused


def _why(why: Said) -> tuple[str, str]:
    """Each cause once, then what would help."""
    rows = [c for r in why.rows if r.compound for c in r.causes if c.kind != "before"]
    causes = [(c.zh, c.en) for c in rows]
    first = [c for k, c in enumerate(causes) if c not in causes[:k]][:FEW]
    whole = joined([*first, *((r.zh, r.en) for r in why.remedies)], ("；", "; "))
    return whole.zh, whole.en


FEW = 3  # causes that one sentence tells


def nothing(
    drawn: Drawn,
    changes: Sequence[PeopleChange] = (),
    cars_out: Sequence[CarOut] = (),
) -> Packed:
    """The month with no visit in it, and the stand-by pairs that can be manned."""
    frozen = drawn.frozen
    out = tuple(Unplaced(v.id, "plan.short", (("visit", v.id),)) for v in drawn.visits)
    packed = Packed(
        drawn,
        Packing((), out, 0, 0, (), 0.0, 0.0, True),
        (),
        tuple(changes),
        people_of(frozen, changes).inspectors,
        (),
        (),
        untabulated((), (), frozen.policy.lottery),
        0,
        tuple(cars_out),
        unmanned=pairs_of(frozen),
    )
    scene = Causes(packed)
    board, manned = scene.board((), ()), list[StandBy]()
    for pair in packed.unmanned:
        offer = scene.pair_offer(board, pair, never)
        if offer is not None:
            board = offer.board
            manned.append(pair)
    unmanned = tuple(p for p in packed.unmanned if p not in manned)
    return replace(packed, standby=tuple(manned), unmanned=unmanned)


def untabulated(
    persons: Sequence[Person], needs: Sequence[SeatNeed], rules: LotteryRules
) -> ChanceTable:
    """No table: that the seats can be filled is known without."""
    return ChanceTable(
        unit=0,
        slack=0,
        slack_nodes=0,
        fair=(),
        loads=(),
        levels=(),
        spare=(),
        pairs=(),
        elements=(),
        multipliers=Multipliers(),
        t_star=0,
        t_nodes=0,
        floor=0,
        min_chance=0,
        max_chance=0,
        exceptions=Exceptions((), ()),
    )
