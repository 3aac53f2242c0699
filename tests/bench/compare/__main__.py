"""`python -m tests.bench.compare`: the engine and other planners on the same months.

Every run is a process of its own with one thread, limited in CPU seconds; every plan is
judged by the same independent check and the same integer travel. Nothing is asserted.

    python -m tests.bench.compare --goals          (all goals in one run, 40 minutes)
    python -m tests.bench.compare --short
    python -m tests.bench.compare --families zibo,zibo-free --seconds 60 --seeds 5
    python -m tests.bench.compare --families 280-loose,560-loose,1120-loose,2240-loose
        --seconds 60 --per-visit --seeds 1          (one line)
    python -m tests.bench.compare --guess --seconds 10 --seeds 30
    python -m tests.bench.compare --spread --seconds 60 --seeds 5
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.compare.families import instance
from tests.bench.compare.guess import guess_report
from tests.bench.compare.planners import PLANNERS
from tests.bench.compare.runner import Result, run
from tests.bench.compare.table import report

ALL = tuple(
    f"{size}-{kind}"
    for size in (80, 150, 280, 600, 1120, 2200)
    for kind in ("loose", "tight", "over")
)
FAMILIES = (
    "zibo",
    "zibo-280",
    "zibo-280-free",
    *ALL,
    "280-loose-free",
    "280-tight-free",
)
SHORT = ("zibo-280", "zibo-280-free", "80-tight", "280-over")


def machine() -> dict[str, str | int | float]:
    """What the figures were measured on."""
    found: dict[str, str | int | float] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpus": os.cpu_count() or 0,
        "load": round(os.getloadavg()[0], 2),
    }
    for name in ("ortools", "numpy", "pyvrp"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def said(r: Result) -> str:
    """One line of progress."""
    if r.error:
        return f"{r.family:>14} seed {r.seed} {r.method:<12} FAILED {r.error}"
    gap = f" gap {100 * (r.travel - r.bound) / r.bound:.1f} %" if r.bound else ""
    return (
        f"{r.family:>14} seed {r.seed} {r.method:<12} travel {r.travel:>6} unplaced "
        f"{r.unplaced} violations {r.broken} first {r.first_seconds:.2f} s, "
        f"{r.cpu_seconds:.1f} CPU s, {r.peak_mb} MB{gap}"
    )


def compare(args: argparse.Namespace) -> list[Result]:
    """Run every family, seed and method; ours first, peers get at least its time."""
    results = []
    for family in args.families:
        for seed in args.seeds:
            work = instance(family, seed)
            wanted = args.seconds
            if args.per_visit:
                wanted *= len(work.visits) / 280
            given = wanted
            for method in args.methods:
                result, _ = run(method, family, seed, work, given)
                if method == "ours" and not result.error:
                    given = max(wanted, result.cpu_seconds)
                results.append(result)
                print(said(result), file=sys.stderr, flush=True)
    return results


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line; lists as tuples, seeds counted from 1."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--families", help="comma-separated; `all` for every one")
    parser.add_argument("--methods", help=f"of {','.join(PLANNERS)}")
    parser.add_argument(
        "--seconds", type=float, help="CPU seconds per run (default 60)"
    )
    parser.add_argument("--seeds", help="a number n = seeds 1..n, or a list 3,5,8")
    parser.add_argument(
        "--per-visit", action="store_true", help="seconds are for 280 visits"
    )
    parser.add_argument("--short", action="store_true", help="below 10 minutes in all")
    parser.add_argument("--guess", action="store_true", help="guessability only")
    parser.add_argument("--spread", action="store_true", help="spread of duty only")
    parser.add_argument(
        "--goals", action="store_true", help="every goal; with --short a trial of it"
    )
    parser.add_argument("--out", type=Path, help="folder for compare.md and .json")
    args = parser.parse_args(given)
    families = args.families or (
        "zibo" if args.guess or args.spread else ",".join(SHORT if args.short else ALL)
    )
    if families == "all":
        families = ",".join(FAMILIES)
    args.families = tuple(families.split(","))
    every = "ours,pyvrp" if args.guess or args.spread else ",".join(PLANNERS)
    args.methods = tuple((args.methods or every).split(","))
    unknown = sorted(set(args.methods) - set(PLANNERS))
    if unknown:
        parser.error(f"unknown methods: {', '.join(unknown)}")
    if args.seconds is None:
        args.seconds = 8.0 if args.short else 10.0 if args.guess else 60.0
    seeds = args.seeds or ("30" if args.guess else "2" if args.short else "5")
    args.seeds = (
        tuple(int(s) for s in seeds.split(","))
        if "," in seeds
        else tuple(range(1, int(seeds) + 1))
    )
    return args


def main() -> None:
    args = arguments()
    body: dict[str, object] = {"machine": machine()}
    if args.guess:
        text, body["guess"], results = guess_report(args, said)
    elif args.goals:
        from tests.bench.compare.goals import goals_report

        text, body["goals"], results = goals_report(args, said)
    elif args.spread:
        from tests.bench.compare.spread import spread_report

        text, body["spread"], results = spread_report(args, said)
    else:
        results = compare(args)
        text = report(results)
    body["results"] = [r.public() for r in results]
    print(text)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / "compare.md").write_text(text + "\n", "utf-8")
        (args.out / "compare.json").write_text(
            json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
