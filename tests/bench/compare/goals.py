"""Every goal of the schedule in one run, one row each: `compare --goals`.

About 40 minutes on one core, the month with five seeds of 60 s. Peers get the time of
the engine, seed by seed; all that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from inspector.command.report import spread
from inspector.month.pack import people_of, workload
from tests.bench import replan
from tests.bench.compare.earlier import Guess, earlier
from tests.bench.compare.families import SCENARIOS, a_drawn_month, instance
from tests.bench.compare.guess import figures_of
from tests.bench.compare.rounds import Answer
from tests.bench.compare.runner import Result, run
from tests.bench.compare.spread import realised, staffed
from tests.bench.compare.table import by_family, by_method, scale_rows

MONTH, FREE = "zibo", "zibo-free"
SIZES = (280, 560, 1120, 2240)
SCALE_SECONDS = 30.0  # for 280 visits
GUESS_SECONDS = 10.0
PEERS = ("pyvrp", "routing", "greedy")
ILL = ("a pair ill", "half the crew ill", "team with its car")  # a week's rows

Said = Callable[[Result], str]


@dataclass(frozen=True, slots=True)
class Goal:
    """One row: what was to be reached, what was; `held` None where there is no goal."""

    what: str
    goal: str
    reached: str
    held: bool | None


@dataclass(frozen=True, slots=True)
class Scale:
    """How much a run is made of: seconds and seeds of its parts."""

    seconds: float
    seeds: tuple[int, ...]
    free_seeds: tuple[int, ...]
    guesses: int
    sizes: tuple[int, ...]
    size_seeds: tuple[int, ...]
    replan_seconds: int
    lotteries: int


WHOLE = Scale(60.0, (1, 2, 3, 4, 5), (1, 2, 3), 30, SIZES, (1,), 10, 500)
BRIEF = Scale(8.0, (1,), (1,), 4, (80, 160), (1,), 4, 100)


def _runs(
    family: str,
    methods: Sequence[str],
    seeds: Iterable[int],
    seconds: float,
    said: Said,
) -> tuple[list[Result], list[Answer]]:
    """Results of all methods, ours first and never with more time; our answers."""
    results, answers = [], []
    for seed in seeds:
        work, given = instance(family, seed), seconds
        for method in methods:
            result, answer = run(method, family, seed, work, given)
            print(said(result), file=sys.stderr, flush=True)
            results.append(result)
            if method == "ours" and answer is not None:
                answers.append(answer)
                given = max(seconds, result.cpu_seconds)
    return results, answers


def _of(results: Iterable[Result], method: str) -> dict[int, Result]:
    return {r.seed: r for r in results if r.method == method and not r.error}


def ratio_row(results: Sequence[Result], method: str, most: float) -> Goal:
    """Our travel by a peer's, median over seeds in which both place equally many."""
    ours, theirs = _of(results, "ours"), _of(results, method)
    ratios = [
        ours[s].travel / theirs[s].travel
        for s in sorted(set(ours) & set(theirs))
        if ours[s].unplaced == theirs[s].unplaced
    ]
    what = f"travel / {method}, same bands, equal time"
    if not ratios:
        return Goal(what, f"≤ {most:.2f}", "not measured", None)
    middle = median(ratios)
    span = f"{middle:.3f} ({min(ratios):.3f}–{max(ratios):.3f})"
    return Goal(what, f"≤ {most:.2f}", span, round(middle, 3) <= most)


def gap_row(results: Sequence[Result], what: str, most: float) -> Goal:
    """Median and largest proven gap of our plans."""
    ours = _of(results, "ours").values()
    gaps = [(r.travel - r.bound) / r.bound for r in ours if r.bound]
    if not gaps:
        return Goal(f"proven gap, {what}", f"≤ {most:.0%}", "no bound", False)
    reached = f"{median(gaps):.1%} (at most {max(gaps):.1%})"
    return Goal(f"proven gap, {what}", f"≤ {most:.0%}", reached, max(gaps) <= most)


def whole_process(seconds: float) -> dict[str, Any]:
    """report.json of `inspector plan scenarios/zibo` on one worker."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                *(sys.executable, "-m", "inspector", "plan", str(SCENARIOS / MONTH)),
                *("--out", folder, "--time-limit", str(int(seconds))),
                *("--workers", "1"),
            ],
            check=True,
            capture_output=True,
        )
        body: dict[str, Any] = json.loads((Path(folder) / "report.json").read_bytes())
    return body


def month_rows(results: Sequence[Result], report: dict[str, Any]) -> list[Goal]:
    """Times, memory and rules of the month."""
    ours = list(_of(results, "ours").values())
    plan, first = report["schedule"], max(r.first_seconds for r in ours)
    broken = sum(r.broken for r in ours) + plan["violations"]
    left = sum(r.unplaced for r in ours) + plan["unplaced"]
    memory, verify = report["peak_rss_mb"], report["verify"]
    lottery = report["lottery"]["seconds"]
    return [
        Goal("first feasible plan", "≤ 2 s", f"{first:.2f} s", first <= 2),
        Goal(
            "search and bound, one worker",
            "60 s + 30 s",
            f"{max(r.cpu_seconds for r in ours):.0f} CPU s, bound included",
            max(r.cpu_seconds for r in ours) <= 90,
        ),
        Goal("violations, unplaced", "0, 0", f"{broken}, {left}", broken + left == 0),
        Goal("whole process", "< 400 MB", f"{memory} MB", memory < 400),
        Goal(
            "draw; chance table and lottery",
            "< 0.1 s; < 1 s",
            f"{report['draw']['seconds']:.3f} s; {lottery:.2f} s",
            report["draw"]["seconds"] < 0.1 and lottery < 1,
        ),
        Goal(
            "verify, failed claims",
            "< 1 s, 0",
            f"{verify['seconds']:.2f} s, {verify['failed']}",
            verify["seconds"] < 1 and not verify["failed"],
        ),
    ]


def people_rows(answers: Sequence[Answer], scale: Scale) -> list[Goal]:
    """Spread of duty over our plans; what earlier days tell, on the first one."""
    drawn = a_drawn_month(MONTH)
    packs = [staffed(drawn, answer) for answer in answers]
    expected = [spread(packed) for packed in packs]
    real = [r[0] for packed in packs for r in realised(packed, MONTH)]
    found: Guess = earlier(packs[0], MONTH, scale.lotteries)
    return [
        Goal(
            "spread of expected duty",
            "≤ 10 %",
            f"{max(expected):.2%}; realised {fmean(real):.0%} (mean)",
            max(expected) <= 0.1,
        ),
        Goal(
            f"a person's chance for a package ({found.lotteries} lotteries)",
            "reported",
            f"{found.before:.3f} at most; given all earlier days {found.after:.2f} at "
            f"most, likeliest person {found.best:.3f} on average",
            None,
        ),
    ]


def guess_row(scale: Scale, said: Said) -> Goal:
    """Guessability over the free visits of the month."""
    drawn = a_drawn_month(MONTH)
    work = workload(drawn, people_of(drawn.frozen))
    plans = []
    for seed in range(1, scale.guesses + 1):
        result, _ = run("ours", MONTH, seed, work, GUESS_SECONDS)
        print(said(result), file=sys.stderr, flush=True)
        if not result.error:
            plans.append(result.days)
    f = figures_of(work, plans)
    return Goal(
        f"guessability ({len(plans)} seeds, {f['visits']:.0f} free visits)",
        f"≤ {f['goal']:.4f}",
        f"{f['all']:.4f} (single {f['single']:.3f}, series {f['series']:.3f})",
        f["all"] <= f["goal"],
    )


def replan_rows(some: Sequence[replan.Figures]) -> list[Goal]:
    """A team ill for a week, and the worst of all changes."""
    ill = [f for f in some if f.label.startswith(ILL)]
    rows = []
    for what, them, held in (
        ("replan, a team ill for a week", ill, True),
        ("replan, worst of all changes", some, None),
    ):
        slow, moved = max(f.cpu_seconds for f in them), max(f.others for f in them)
        left = max(f.unplaced for f in them)
        rows.append(
            Goal(
                f"{what} ({len(them)} rows)",
                "≤ 5 s, ≤ 5 % of others moved",
                f"{slow:.1f} CPU s, {moved:.1%}, {left} unplaced, travel / free replan "
                f"{max(f.ratio for f in them):.3f} at most",
                (slow <= 5 and moved <= 0.05) if held else None,
            )
        )
    worse = sum(max(0, f.unplaced - f.free_unplaced) for f in some)
    rows.append(
        Goal(
            "visits a replan leaves out and a free one not", "0", f"{worse}", not worse
        )
    )
    return rows


def scale_goals(results: Sequence[Result], sizes: Sequence[int]) -> list[Goal]:
    """Time and gap by size, each beside the smallest."""
    by_size: dict[int, list[Result]] = {n: [] for n in sizes}
    for r in results:
        if not r.error:
            by_size[int(r.family.partition("-")[0])].append(r)
    base = median(r.cpu_seconds for r in by_size[sizes[0]])
    rows = []
    for size in sizes[1:]:
        times = size // sizes[0]
        cost = median(r.cpu_seconds for r in by_size[size]) / base
        gaps = [_gap(by_size[n]) for n in (sizes[0], size)]
        rows.append(
            Goal(
                f"{times} times the visits",
                "≤ 4.2 × the time" if times == 4 else "–",
                f"{cost:.2f} × the time, gap {gaps[0]:.1%} → {gaps[1]:.1%}",
                cost <= 4.2 if times == 4 else None,
            )
        )
    return rows


def _gap(some: Iterable[Result]) -> float:
    return median((r.travel - r.bound) / r.bound for r in some if r.bound)


def text_of(goals: Iterable[Goal]) -> str:
    """The rows as a table."""
    mark = {True: "✓", False: "✗", None: "–"}
    rows = [f"| {g.what} | {g.goal} | {g.reached} | {mark[g.held]} |" for g in goals]
    return "\n".join(["| what | goal | reached | |", "|---|---|---|---|", *rows]) + "\n"


def goals_report(
    args: argparse.Namespace, said: Said
) -> tuple[str, list[dict[str, Any]], list[Result]]:
    """Measure everything, the longest first."""
    scale = BRIEF if args.short else WHOLE
    month, answers = _runs(MONTH, ("ours", *PEERS), scale.seeds, scale.seconds, said)
    free, _ = _runs(FREE, ("ours",), scale.free_seeds, scale.seconds, said)
    sizes = []
    for size in scale.sizes:
        seconds = min(scale.seconds, SCALE_SECONDS) * size / scale.sizes[0]
        family = f"{size}-loose"
        sizes += _runs(family, ("ours",), scale.size_seeds, seconds, said)[0]
    changes = list(replan.measured(*replan.zibo(), scale.replan_seconds))
    goals = [
        *month_rows(month, whole_process(scale.seconds)),
        ratio_row(month, "pyvrp", 1.0),
        ratio_row(month, "routing", 0.93),
        gap_row(month, "with series", 0.08),
        gap_row(free, "without series", 0.03),
        *people_rows(answers, scale),
        guess_row(scale, said),
        *replan_rows(changes),
        *scale_goals(sizes, scale.sizes),
    ]
    results = [*month, *free, *sizes]
    parts = [text_of(goals), by_family(results), by_method(results), scale_rows(sizes)]
    parts += ["\n".join(map(replan.line, changes)) + "\n"]
    body = [
        {"what": g.what, "goal": g.goal, "reached": g.reached, "held": g.held}
        for g in goals
    ]
    return "\n".join(parts), body, results
