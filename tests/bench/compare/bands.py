"""Gap-safe bands (SCHEDULING §3.2): days per visit so that any choice keeps the gaps.

Band k of a series is l_k..u_k with u_{k+1} - l_k <= gap_max and l_{k+1} - u_k >=
gap_min. The first bands have equal widths and a random start; later ones grow around
the days of the best plan, one step to its full slack or all steps by turns. Days of
visits that may not meet are dealt out between them. Randomness is an argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

from inspector.schedule.workload import Workload
from tests.bench.compare.area import (
    Area,
    Order,
    Plan,
    Slot,
    days_of,
    domains,
    gaps,
    routes,
    rows_of,
)

Choice = list[frozenset[int]]  # days per visit
Fleet = dict[Slot, Counter[str]]  # cars by the one special skill they may serve


def _even(area: Area, chain: Order, rng: Random) -> dict[int, frozenset[int]] | None:
    """Bands of equal width from a random start; None when one is always empty."""
    links = list(pairwise(chain))
    width = min((g[1] - g[0]) // 2 for g in (gaps(area, a, b) for a, b in links))
    starts = list(range(area.ordinals[0] - width, area.ordinals[-1] + 1))
    rng.shuffle(starts)
    for first in starts:
        low, found = first, {}
        for k, visit in enumerate(chain):
            if k:
                low += gaps(area, chain[k - 1], visit)[0] + width
            found[visit] = frozenset(
                d for d in area.days[visit] if low <= area.ordinals[d] <= low + width
            )
        if all(found.values()):
            return found
    return None


def complete(
    area: Area, chain: Order, known: Mapping[int, int], rng: Random
) -> dict[int, int] | None:
    """A day for each step, if possible those of `known`; None if there is none."""
    fixed = {i: known[i] for i in chain if i in known}
    if not all(domains(area, chain, fixed)):
        fixed = {}
    for k, visit in enumerate(chain):
        left = domains(area, chain, fixed)[k]
        if not left:
            return None
        fixed.setdefault(visit, rng.choice(sorted(left)))
    return fixed


def around(
    area: Area, chain: Order, days: Mapping[int, int], rng: Random
) -> dict[int, frozenset[int]]:
    """Safe bands that hold `days`, grown as far as they go."""
    at = area.ordinals
    low = [at[days[i]] for i in chain]
    high = list(low)

    def safe() -> bool:
        for k in range(1, len(chain)):
            least, most = gaps(area, chain[k - 1], chain[k])
            if high[k] - low[k - 1] > most or low[k] - high[k - 1] < least:
                return False
        return True

    def grow(k: int, side: int) -> bool:
        band = high if side else low
        step = 1 if side else -1
        band[k] += step
        if at[0] <= band[k] <= at[-1] and safe():
            return True
        band[k] -= step
        return False

    steps = list(range(len(chain)))
    rng.shuffle(steps)
    if rng.random() < 0.5:
        sides = [0, 1]
        rng.shuffle(sides)
        for k in steps:
            for side in sides:
                while grow(k, side):
                    pass
    else:
        live = [(k, side) for k in steps for side in (0, 1)]
        while live:
            turn = rng.choice(live)
            if not grow(*turn):
                live.remove(turn)
    return {
        i: frozenset(d for d in area.days[i] if low[k] <= at[d] <= high[k])
        for k, i in enumerate(chain)
    }


def bands(area: Area, best: Plan | None, rng: Random) -> Choice:
    """Days per visit for one round: at random, or around the best plan so far."""
    placed = days_of(best) if best is not None else {}
    choice = list(area.days)
    for chain in area.chains:
        found = None if best is not None else _even(area, chain, rng)
        if found is None:
            days = complete(area, chain, placed, rng)
            found = (
                around(area, chain, days, rng)
                if days is not None
                else {i: frozenset({placed[i]} if i in placed else ()) for i in chain}
            )
        for i, days_i in found.items():
            choice[i] = days_i
    if area.apart:
        _deal(area, choice, placed, rng)
    return choice


def _deal(area: Area, choice: Choice, placed: Mapping[int, int], rng: Random) -> None:
    """Give each day that two visits kept apart both want to one of them.

    Visits placed on that day keep it; when both are, the repair watches over them.
    """
    near: dict[int, set[int]] = {}
    for a, b in area.apart:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    for _ in range(20):
        own = {i: {placed[i]} & choice[i] if i in placed else set() for i in near}
        for day in range(len(area.ordinals)):
            wanted = sorted(i for i in near if day in choice[i])
            rng.shuffle(wanted)
            # Visits with few days go first, or they might get none.
            wanted.sort(key=lambda i: len(choice[i]) > 5)
            for i in wanted:
                if not any(day in own[j] for j in near[i]):
                    own[i].add(day)
        if all(own.values()):
            break
    for i, days in own.items():
        choice[i] = frozenset(days) or choice[i]


def fleet(work: Workload, best: Sequence[tuple[Area, Plan]], rng: Random) -> Fleet:
    """The cars of each office and day by role, within what the people allow.

    A package needs at most one special skill and cars differ in nothing else, so a car
    gets the skill it serves in the best plan, the others one at random. Cars that the
    people of the day could not all staff are left out at random.
    """
    serves = {o.district: k for k, o in enumerate(work.offices)}
    wanted: dict[int, set[str]] = {}
    for visit in work.visits:
        if visit.skill and visit.district in serves:
            wanted.setdefault(serves[visit.district], set()).add(visit.skill)
    used: dict[Slot, list[str]] = {}
    for area, plan in best:
        for slot, order in routes(plan):
            used.setdefault(slot, []).append(area.skill(order))
    rows = rows_of(work)
    found: Fleet = {}
    for day in range(len(work.days)):
        slots = [
            ((o, day), k)
            for o in range(len(work.offices))
            for k in range(work.cars[o][day])
        ]
        rng.shuffle(slots)
        slots.sort(key=lambda s: s[1] >= len(used.get(s[0], ())))
        packages, special = 0, Counter[str]()
        for slot, k in slots:
            before = used.get(slot, [])
            first = [before[k]] if k < len(before) and before[k] else []
            others = sorted(wanted.get(slot[0], set()) - set(first))
            rng.shuffle(others)
            for skill in (*first, *others, ""):
                more = special + Counter({skill: 1} if skill else {})
                if all(row.holds(packages + 1, more) for row in rows[day]):
                    packages, special = packages + 1, more
                    found.setdefault(slot, Counter())[skill] += 1
                    break
    return found
