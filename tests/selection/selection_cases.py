"""Cases for the tests of the selection: builders, a slow second rounding, statistics.

The rounding here is PROTOCOL.md section 4 written again word by word: each walk starts
afresh and each step is checked. It shares no code with the room it is compared with.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from inspector.ceremony.canon import SHA256, SM3, Key
from inspector.domain import (
    Compound,
    PastVisit,
    Place,
    RiskClass,
    Street,
    VisitKind,
    Window,
)
from inspector.months import month_span
from inspector.policy import DrawRules, Policy
from inspector.selection.draw import draw, exclusions, strata
from inspector.selection.lottery import UNIT, LotteryTable, assign
from inspector.selection.rounding import Arc, CoinSource

T = TypeVar("T")

VECTORS = Path(__file__).parent.parent / "vectors"
OWN: dict[str, Any] = json.loads((VECTORS / "own_v2.json").read_text("utf-8"))


SUITES = (SHA256, SM3)
# Most tests draw one batch a year, so that a month's chance is the rate itself.
MONTHLY = DrawRules(
    rates=tuple(zip(RiskClass, ((1, 20), (1, 10), (1, 5), (2, 5)), strict=True)),
    batches=1,
    caps=tuple(zip(RiskClass, (1, 2, 3, 5), strict=True)),
    cap_unit="compound",
)


def a_seed(*parts: object) -> Key:
    """A fixed seed of its own for each argument list."""
    return Key(SHA256, hashlib.sha256(repr(parts).encode()).digest())


def a_compound(id: str, **changes: Any) -> Compound:
    values: dict[str, Any] = {
        "id": id,
        "name": "幸福里",
        "street": "S01",
        "community": "",
        "usc18": "",
        "type": "commercial",
        "households": 100,
        "risk_class": RiskClass.A,
        "has_lift": True,
        "skill": "",
        "service_minutes": 60,
        "window": Window.ALL_DAY,
        "place": Place(118_000_000, 36_700_000),
        "status": "active",
    }
    return Compound(**{**values, **changes})


def a_street(code: str, min_draw: int = 0, district: str = "D1") -> Street:
    return Street(code, code, district, min_draw)


def a_past_visit(compound: str, day: str, **changes: Any) -> PastVisit:
    values: dict[str, Any] = {
        "compound": compound,
        "usc18": "",
        "date": date.fromisoformat(day),
        "kind": VisitKind.RANDOM,
        "counts_for_cap": True,
        "lead": "p1",
        "second": "p2",
    }
    return PastVisit(**{**values, **changes})


def a_city(text: str) -> tuple[list[Compound], list[Street]]:
    """Compounds C0001 … from words like `S01:AAABD`: a street and its classes."""
    compounds: list[Compound] = []
    streets = []
    for word in text.split():
        code, classes = word.split(":")
        streets.append(a_street(code))
        for letter in classes:
            compounds.append(
                a_compound(
                    f"C{len(compounds) + 1:04}",
                    street=code,
                    risk_class=RiskClass(letter),
                )
            )
    return compounds, streets


def table_network(cells: Sequence[Sequence[int]]) -> list[Arc]:
    """Row and column network of a table of integer flows, with the grand total."""
    arcs = [
        Arc(f"cell/{i}/{j}", f"row/{i}", f"col/{j}", x)
        for i, row in enumerate(cells)
        for j, x in enumerate(row)
    ]
    arcs += [Arc(f"row/{i}", "root", f"row/{i}", sum(r)) for i, r in enumerate(cells)]
    columns = list(zip(*cells, strict=True))
    arcs += [Arc(f"col/{j}", f"col/{j}", "sink", sum(c)) for j, c in enumerate(columns)]
    arcs.append(Arc("total", "sink", "root", sum(map(sum, cells))))
    return arcs


def random_circulation(
    rng: random.Random, nodes: int, loops: int, unit: int
) -> list[Arc]:
    """A sum of random closed walks: any graph, also with parallel arcs."""
    arcs: list[Arc] = []
    for k in range(loops):
        visited = rng.sample(range(nodes), rng.randint(2, nodes))
        flow = rng.randint(1, 2 * unit)
        for i, (a, b) in enumerate(
            zip(visited, visited[1:] + visited[:1], strict=True)
        ):
            arcs.append(Arc(f"a{k}/{i}", f"n{a}", f"n{b}", flow))
    return arcs


def reference_rounding(
    arcs: Sequence[Arc],
    unit: int,
    nodes: Sequence[str],
    labels: Sequence[str],
    coins: CoinSource,
) -> dict[str, int]:
    """PROTOCOL.md §4, slowly; asserts what every step must keep (FAIRNESS §8)."""
    ends = {a.label: (a.tail, a.head) for a in arcs}
    flow = {a.label: a.flow for a in arcs}
    steps, opened = 0, sum(a.flow % unit != 0 for a in arcs)
    while any(x % unit for x in flow.values()):
        touching = {
            n: [x for x in labels if flow[x] % unit and n in ends[x]] for n in nodes
        }
        here = next(n for n in nodes if touching[n])
        path, used = [here], [""]
        while True:
            arc = next(x for x in touching[here] if x != used[-1])
            tail, head = ends[arc]
            here = head if here == tail else tail
            used.append(arc)
            if here in path:
                break
            path.append(here)
        begin = path.index(here)
        plus, minus = [], []
        for node, arc in zip(path[begin:], used[begin + 1 :], strict=True):
            (plus if ends[arc][0] == node else minus).append(arc)
        below = {x: flow[x] // unit * unit for x in plus + minus}
        a = min(
            [below[x] + unit - flow[x] for x in plus]
            + [flow[x] - below[x] for x in minus]
        )
        b = min(
            [flow[x] - below[x] for x in plus]
            + [below[x] + unit - flow[x] for x in minus]
        )
        assert a >= 1
        assert b >= 1
        change = a if coins.chance(b, a + b) else -b
        for arc in plus:
            flow[arc] += change
        for arc in minus:
            flow[arc] -= change
        steps += 1
        now = sum(x % unit != 0 for x in flow.values())
        assert now < opened, "a step closes an arc"
        opened = now
        balance = dict.fromkeys(nodes, 0)
        for arc, (tail, head) in ends.items():
            balance[tail] -= flow[arc]
            balance[head] += flow[arc]
        assert not any(balance.values()), "a step conserves the flow"
    assert steps <= sum(a.flow % unit != 0 for a in arcs)
    return {x: y // unit for x, y in flow.items()}


class Recorded:
    """Coins that remember what they were asked."""

    def __init__(self, coins: CoinSource) -> None:
        self.coins = coins
        self.asked: list[tuple[int, int]] = []

    def chance(self, a: int, total: int) -> bool:
        self.asked.append((a, total))
        return self.coins.chance(a, total)


class Script:
    """Coins that follow `plan`, then always fall on True; they know their chance."""

    def __init__(self, plan: Sequence[bool]) -> None:
        self.plan = list(plan)
        self.taken: list[bool] = []
        self.probability = Fraction(1)

    def chance(self, a: int, total: int) -> bool:
        assert 0 < a < total
        k = len(self.taken)
        choice = self.plan[k] if k < len(self.plan) else True
        self.taken.append(choice)
        self.probability *= Fraction(a if choice else total - a, total)
        return choice


def all_outcomes(run: Callable[[CoinSource], T]) -> Iterator[tuple[Fraction, T]]:
    """Every outcome of `run` over all falls of its coins, with its probability."""
    plans: list[list[bool]] = [[]]
    while plans:
        plan = plans.pop()
        coins = Script(plan)
        result = run(coins)
        yield coins.probability, result
        plans += [[*coins.taken[:i], False] for i in range(len(plan), len(coins.taken))]


def chi_square_limit(df: int) -> float:
    """Value that χ² with `df` degrees exceeds with probability 0.001.

    Wilson and Hilferty 1931: (χ²/df)^(1/3) is nearly normal; 3.0902 is the normal
    quantile. Above the exact value by 2 % at df = 3, 0.6 % at 10, 0.1 % at 50.
    """
    spread = 2 / (9 * df)
    return float(df * (1 - spread + 3.0902 * spread**0.5) ** 3)


def off(found: int, rounds: int, chance: Fraction, sigmas: float = 4.5) -> bool:
    """Whether a frequency lies beyond `sigmas` standard errors of its chance."""
    error = abs(found - rounds * chance)
    return float(error) > sigmas * float(rounds * chance * (1 - chance)) ** 0.5


def mixture(
    seats: Sequence[tuple[str, int, int]],
    assignments: Sequence[Sequence[int]],
    weights: Sequence[int],
) -> tuple[tuple[int, int, int], ...]:
    """Elements of the table that takes each assignment with weight / 2^40."""
    assert sum(weights) == UNIT
    units: dict[tuple[int, int], int] = {}
    for people, weight in zip(assignments, weights, strict=True):
        for s, p in enumerate(people):
            assert seats[s][2] >> p & 1
            units[s, p] = units.get((s, p), 0) + weight
    return tuple((s, p, u) for (s, p), u in sorted(units.items()))


def random_weights(rng: random.Random, n: int) -> list[int]:
    """n positive integers that add up to 2^40."""
    cuts = [0, *sorted(rng.sample(range(1, UNIT), n - 1)), UNIT]
    return [b - a for a, b in pairwise(cuts)]


def a_table(
    rng: random.Random, people: int, days: int, per_day: int, mixed: int = 12
) -> LotteryTable:
    """A small table: a random mixture of valid assignments, two seats a package."""
    names = tuple(f"p{i:02}" for i in range(people))
    packages, seats = [], []
    for d in range(days):
        for k in range(per_day):
            packages.append((f"K{d:02}{k}", f"2026-12-{d + 1:02}"))
            for role in ("lead", "second"):
                # The first half may lead.
                mask = (1 << people) - 1 if role == "second" else (1 << people // 2) - 1
                seats.append((f"K{d:02}{k}/{role}", len(packages) - 1, mask))
    assignments = []
    for _ in range(mixed):
        whole: list[int] = []
        for _ in range(days):
            leads = rng.sample(range(people // 2), per_day)
            others = [p for p in range(people) if p not in leads]
            seconds = rng.sample(others, per_day)
            for lead, second in zip(leads, seconds, strict=True):
                whole += [lead, second]
        assignments.append(whole)
    elements = mixture(seats, assignments, random_weights(rng, mixed))
    return LotteryTable(names, tuple(packages), tuple(seats), elements)


def shuffled(rows: Iterable[T], seed: int) -> list[T]:
    out = list(rows)
    random.Random(seed).shuffle(out)
    return out


def fingerprint(shuffle: int) -> str:
    """Hash of a draw and a lottery whose input rows are shuffled by `shuffle`."""
    compounds, streets = a_city("S01:AAAABBBCCD S02:AABBBBCCDDD S03:BBBCCCDDAAAA")
    history = [
        a_past_visit(c.id, f"2026-{m:02}-03")
        for c in compounds[::3]
        for m in (5, 9, 11)
    ]
    policy = Policy(draw=MONTHLY)
    rows, day = shuffled(history, shuffle), month_span(policy.month)[0]
    out = exclusions(rows, shuffled(compounds, shuffle), policy, day)
    found = strata(
        shuffled(compounds, shuffle + 1), shuffled(streets, shuffle), out, policy
    )
    drawn = draw(found, a_seed("draw"), policy)
    table = a_table(random.Random(1), 10, 4, 2)
    table = LotteryTable(
        table.people,
        table.packages,
        table.seats,
        tuple(shuffled(table.elements, shuffle)),
    )
    people = assign(table, a_seed("lottery"))
    return hashlib.sha256(repr((out, found, drawn, people)).encode()).hexdigest()
