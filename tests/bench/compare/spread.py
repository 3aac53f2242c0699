"""Spread of duty: each plan goes on through seats, chance table and lottery.

Expected spread is the report's figure: (largest - smallest) / mean of expected duty
minutes per available day inside an eligibility class, the worst class counting.
Realised spread is the same with the seats as a lottery gave them, mean and worst of
several lotteries; whole days make it large where people have few of them, so the
standard deviation by the mean stands beside it. The chance table balances any plan;
what balance costs in travel shows against a peer that looks at travel only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from statistics import fmean, median, pstdev

from inspector.ceremony.canon import SHA256, Key
from inspector.command.report import spread
from inspector.errors import InspectorError
from inspector.month.assigned import table_of
from inspector.month.freeze import Drawn
from inspector.month.pack import Packed, people_of, schedule, workload
from inspector.month.seal import seal
from inspector.selection.lottery import assign
from inspector.selection.network import Person, weight
from tests.bench.compare.families import a_drawn_month, a_record
from tests.bench.compare.rounds import Answer
from tests.bench.compare.runner import Result, run
from tests.bench.compare.scoring import packing

LOTTERIES = 20


def by_class(loads: Sequence[float], persons: Sequence[Person]) -> list[list[float]]:
    """Load per available day in each eligibility class with any load."""
    classes: dict[str, list[float]] = {}
    for minutes, person in zip(loads, persons, strict=True):
        if weight(person):
            classes.setdefault(person.group, []).append(minutes / weight(person))
    return [rates for rates in classes.values() if fmean(rates) > 0]


def widest(loads: Sequence[float], persons: Sequence[Person]) -> float:
    """(max - min) / mean of load per available day, largest over the classes."""
    return max(
        (
            (max(rates) - min(rates)) / fmean(rates)
            for rates in by_class(loads, persons)
        ),
        default=0.0,
    )


def uneven(loads: Sequence[float], persons: Sequence[Person]) -> float:
    """Standard deviation / mean of load per available day, largest over the classes."""
    return max(
        (pstdev(rates) / fmean(rates) for rates in by_class(loads, persons)),
        default=0.0,
    )


def realised(packed: Packed, name: str) -> list[tuple[float, float]]:
    """Spread and unevenness that each of several lotteries would give."""
    record = a_record(name)
    sealed = seal(packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at)
    table = table_of(sealed.packed)
    minutes = {s.id: s.minutes for s in packed.seats}
    index = {p.id: k for k, p in enumerate(packed.persons)}
    found = []
    for n in range(LOTTERIES):
        loads = [float(i.carry_minutes) for i in packed.inspectors]
        for seat, person in assign(table, Key(SHA256, n.to_bytes(32, "big"))).holders:
            loads[index[person]] += minutes[seat]
        found.append((widest(loads, packed.persons), uneven(loads, packed.persons)))
    return found


def staffed(drawn: Drawn, answer: Answer) -> Packed:
    """A planner's routes with seats and chance table; raises NoTable, never repairs."""
    return schedule(drawn, lambda work, _: packing(work, answer.routes), repairs=0)


def spread_report(
    args: argparse.Namespace, said: Callable[[Result], str]
) -> tuple[str, dict[str, list[dict[str, float]]], list[Result]]:
    """Run every method and seed on the scenarios' months."""
    figures: dict[str, list[dict[str, float]]] = {}
    results = []
    for family in args.families:
        drawn = a_drawn_month(family)
        work = workload(drawn, people_of(drawn.frozen))
        for seed in args.seeds:
            for method in args.methods:
                result, answer = run(method, family, seed, work, args.seconds)
                print(said(result), file=sys.stderr, flush=True)
                results.append(result)
                if answer is None:
                    continue
                try:
                    packed = staffed(drawn, answer)
                except InspectorError as error:
                    print(f"  no table: {error}", file=sys.stderr)
                    continue
                real = realised(packed, family)
                figures.setdefault(f"{family} {method}", []).append(
                    {
                        "seed": float(seed),
                        "travel": float(result.travel),
                        "expected": spread(packed),
                        "realised mean": fmean(r[0] for r in real),
                        "realised worst": max(r[0] for r in real),
                        "realised sd": fmean(r[1] for r in real),
                    }
                )
    return _text(figures), figures, results


def _text(figures: dict[str, list[dict[str, float]]]) -> str:
    lines = [
        "| family, method | seeds | travel | expected spread | realised, mean of "
        f"{LOTTERIES} lotteries | realised, worst | realised sd / mean |",
        "|" + "---|" * 7,
    ]
    for name, some in figures.items():
        expected = [f["expected"] for f in some]
        lines.append(
            f"| {name} | {len(some)} | {median(f['travel'] for f in some):,.0f} | "
            f"{100 * median(expected):.1f} % ({100 * max(expected):.1f} %) | "
            f"{100 * median(f['realised mean'] for f in some):.1f} % | "
            f"{100 * max(f['realised worst'] for f in some):.1f} % | "
            f"{100 * median(f['realised sd'] for f in some):.1f} % |"
        )
    return "\n".join(lines) + "\n"
