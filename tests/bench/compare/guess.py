"""Guessability: how well the day of a visit can be told from other seeds' plans.

An insider who knows the workload runs the solver with seeds of his own and bets on each
visit's likeliest day. Over the free visits (date window of 15 days or more) of many
plans: the likeliest day is estimated on half of the seeds, days tied for it share the
bet, and scored on the other half; then the halves change places. Goal: 3 of 23 days.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from inspector.domain import Visit
from inspector.schedule.workload import Workload
from tests.bench.compare.families import instance
from tests.bench.compare.runner import Result, run

FREE_DAYS = 15
GOAL = Fraction(3, 23)

Days = Mapping[str, int]  # working day of each placed visit, of one plan


def free_visits(work: Workload) -> tuple[Visit, ...]:
    """Visits whose date window is 15 calendar days or longer."""
    return tuple(v for v in work.visits if (v.last - v.first).days + 1 >= FREE_DAYS)


def hits(visit: str, known: Sequence[Days], scored: Sequence[Days]) -> Fraction:
    """Share of the `scored` plans that have the visit on its likeliest day.

    >>> known = [{"a": 1}, {"a": 1}, {"a": 4}]
    >>> hits("a", known, [{"a": 1}, {"a": 4}, {"a": 2}, {"a": 3}])
    Fraction(1, 4)
    """
    seen = Counter(days[visit] for days in known if visit in days)
    if not seen or not scored:
        return Fraction(0)
    most = max(seen.values())
    likeliest = [day for day, times in seen.items() if times == most]
    found = sum(days.get(visit) in likeliest for days in scored)
    return Fraction(found, len(scored) * len(likeliest))


def guessability(visits: Sequence[str], plans: Sequence[Days]) -> Fraction:
    """Mean of `hits` over the visits and over both ways to take the halves."""
    one, other = plans[0::2], plans[1::2]
    if not visits or not other:
        return Fraction(0)
    total = sum(
        (hits(v, a, b) for v in visits for a, b in ((one, other), (other, one))),
        Fraction(0),
    )
    return total / (2 * len(visits))


def figures_of(work: Workload, plans: Sequence[Days]) -> dict[str, float]:
    """Guessability over all free visits, and over those in a series and not."""
    free = free_visits(work)
    parts = {
        "all": [v.id for v in free],
        "single": [v.id for v in free if not v.series],
        "series": [v.id for v in free if v.series],
    }
    found = {name: float(guessability(ids, plans)) for name, ids in parts.items()}
    worst = max((float(guessability([i], plans)) for i in parts["all"]), default=0.0)
    return {
        "visits": float(len(free)),
        "plans": float(len(plans)),
        **found,
        "worst visit": worst,
        "goal": float(GOAL),
    }


def guess_report(
    args: argparse.Namespace, said: Callable[[Result], str]
) -> tuple[str, dict[str, dict[str, float]], list[Result]]:
    """Run every method with every seed on one instance of each family."""
    figures: dict[str, dict[str, float]] = {}
    results = []
    for family in args.families:
        work = instance(family, 1)
        for method in args.methods:
            plans = []
            for seed in args.seeds:
                result, _ = run(method, family, seed, work, args.seconds)
                print(said(result), file=sys.stderr, flush=True)
                results.append(result)
                if not result.error:
                    plans.append(result.days)
            if plans:
                figures[f"{family} {method}"] = figures_of(work, plans)
    lines = [
        "| family, method | plans | free visits | guessability | single | series "
        "| worst visit | goal |",
        "|" + "---|" * 8,
    ]
    for name, f in figures.items():
        lines.append(
            f"| {name} | {f['plans']:.0f} | {f['visits']:.0f} | {f['all']:.4f} | "
            f"{f['single']:.4f} | {f['series']:.4f} | {f['worst visit']:.3f} | "
            f"≤ {f['goal']:.4f} |"
        )
    return "\n".join(lines) + "\n", figures, results
