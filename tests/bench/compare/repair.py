"""From what a peer's model gives to a plan that keeps every rule.

The peers' models leave lunch out (an hour less of shift instead, which allows more than
the rule), so now and then a route must give up a visit; the visit goes where it costs
least. Nothing is improved here beyond that.
"""

from __future__ import annotations

from random import Random

from tests.bench.compare.area import Area, Order, Plan, domains, routes
from tests.bench.compare.bands import Fleet
from tests.bench.compare.insert import Desk, insert


def _shrunk(area: Area, office: int, order: Order) -> tuple[Order, list[int]]:
    """The route without as few visits as make it keep the rules; and those visits."""
    out: list[int] = []
    while True:
        kept = area.shortest(office, order)
        if kept is not None or not order:
            return kept or (), out
        tries = []
        for i in order:
            rest = tuple(j for j in order if j != i)
            fits = area.shortest(office, rest)
            tries.append((fits is None, area.travel(office, fits or rest), i))
        gone = min(tries)[2]
        out.append(gone)
        order = tuple(j for j in order if j != gone)


def repaired(area: Area, fleet: Fleet, rough: Plan, rng: Random) -> tuple[Plan, int]:
    """A plan that keeps every rule, and how many routes had to change."""
    plan: Plan = {}
    changed = 0
    for slot, order in routes(rough):
        able = tuple(i for i in order if slot[1] in area.days[i])
        kept, out = _shrunk(area, slot[0], able)
        changed += bool(out) or able != order
        if kept:
            plan.setdefault(slot, []).append(kept)
    desk = Desk(area, fleet, plan)
    for chain in area.chains:
        _prefix(desk, chain)
    missing = desk.left()
    if missing:
        insert(desk, missing, rng)
    for chain in area.chains:
        _prefix(desk, chain)
    return desk.plan(), changed


def _prefix(desk: Desk, chain: Order) -> None:
    """Take out the steps that follow one left out, or whose gaps do not hold."""
    for k, i in enumerate(chain):
        if i not in desk.day:
            for j in chain[k + 1 :]:
                if j in desk.day:
                    desk.take_out(j)
            return
    known = {i: desk.day[i] for i in chain}
    if not all(domains(desk.area, chain, known)):
        for i in chain[1:]:
            desk.take_out(i)
