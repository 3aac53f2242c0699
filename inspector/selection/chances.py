"""The chance table (派员概率表): from seats and who may sit there to exact chances.

People, seats and rules → `ChanceTable`, or NoTable with its proof. Between the plan and
the seal.

The order of steps is FAIRNESS §5: load slack, leximax caps, dropped pairs, floor, then
the one table nearest to equal shares inside them, in whole units with exact margins.
Searches are in `levels`, floats behind `nearest`; what is published and how to check it
is in `network`, `proofs` and `distance`, which know no solver. Same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inspector.policy import LotteryRules
from inspector.selection.cuts import unusable
from inspector.selection.flows import Circulation
from inspector.selection.levels import largest_floor, least_slack, leximax
from inspector.selection.nearest import nearest
from inspector.selection.network import (
    FINE,
    WHOLE,
    ChanceTable,
    Element,
    Pair,
    Person,
    SeatNeed,
    cap_of,
    exceptions_of,
    fair_shares,
    floor_of,
    network,
    pair_sums,
)
from inspector.selection.problem import Bounds


def chance_table(
    people: Sequence[Person], seats: Sequence[SeatNeed], rules: LotteryRules
) -> ChanceTable:
    """The published table for these seats.

    Seats of one package share their day; `eligible` people are free on it.

    Raises:
        NoTable: no table exists; parameter `shortage` names seats, people and days.
    """
    net = network(people, seats)
    fair = fair_shares(people, seats)
    flow = Circulation(net)
    slack = least_slack(flow, people, seats, fair)
    steps = leximax(flow, slack.loads, rules.max_levels)
    values = [steps.levels[k].value for k in steps.level_of]
    caps = [cap_of(value, rules) for value in values]

    most = np.array(caps, dtype=np.int64)
    flow.chances(0, most)
    units, _ = flow.solve()
    if units is None:
        raise RuntimeError("caps above the levels must leave a table")
    used = np.ones(len(caps), dtype=bool)
    used[list(unusable(net, slack.loads, caps, units.tolist()))] = False
    most[~used] = 0
    t_star, t_nodes = largest_floor(flow, slack.loads, most, used)
    floor = floor_of(t_star, rules)
    least = np.where(used, floor, 0)
    bounds = Bounds(slack.loads, least * FINE, most * FINE)
    final, multipliers = nearest(net, people, seats, bounds, rules)
    sums = [u for u, ok in zip(pair_sums(net, final), used, strict=True) if ok]
    pairs = tuple(
        Pair(i, p, steps.level_of[k], caps[k], not used[k])
        for k, (p, i) in enumerate(net.pairs)
    )
    return ChanceTable(
        unit=WHOLE,
        slack=slack.value,
        slack_nodes=slack.nodes,
        fair=fair,
        loads=slack.loads,
        levels=steps.levels,
        spare=steps.spare,
        pairs=pairs,
        elements=tuple(
            Element(s, i, u) for (s, i), u in zip(net.elements, final, strict=True)
        ),
        multipliers=multipliers,
        t_star=t_star,
        t_nodes=t_nodes,
        floor=floor,
        min_chance=min(sums, default=0),
        max_chance=max(sums, default=0),
        exceptions=exceptions_of(seats, values, rules),
    )
