"""`inspector plan SCENARIO --months N`: the months of a yearly plan, one after another.

A scenario and its `year.toml` → a folder of months, each closed, and the year's report.

A demonstration: the ceremony's record and what people find are made up from the seed
that the yearly plan states. Every month is a scenario folder of its own under
`scenarios/`, planned, visited, published, verified and closed like any other; the next
one starts from what the close left.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inspector.codec import WRONG, opened
from inspector.command.commands import finish, watcher
from inspector.command.folders import read_inputs
from inspector.command.plan import DEMONSTRATION, run_plan
from inspector.command.record import Record
from inspector.command.walk import Options, Run
from inspector.domain import Registry
from inspector.errors import InspectorError, messages
from inspector.month.assigned import Assigned
from inspector.month.docket import folded
from inspector.month.following import following, next_policy
from inspector.month.standing import Stood, stood
from inspector.months import month_span
from inspector.policy import Policy
from inspector.registry import read_scenario, sorted_registry, write_scenario
from inspector.registry.policy_file import TOML
from inspector.schedule.workload import Progress
from inspector.verify import FAILS, Report
from inspector.workdays import Calendar, load_calendar, local_day
from inspector.year import month_policy
from inspector.year.coverage import Published
from inspector.year.plan import (
    Batch,
    Cell,
    Quota,
    YearPlan,
    cells,
    quotas,
    refuse_small_streets,
    standing,
)
from inspector.year.plan_file import parse_year, plan_document
from scenarios.year import world
from scenarios.year.docket import Docket
from scenarios.year.record import ceremony
from scenarios.year.report import MonthFigures, figures, year_report, year_table
from scenarios.year.world import Moved, Movement

REPORT = "report-year.json"
PLAN = "plan-year.json"

messages(
    {
        "year.missing": (
            "没有年度计划 {path}，请用 --year 指定",
            "there is no yearly plan {path}; name one with --year",
        ),
        "year.foreign": (
            "{path} 不是本程序的年度输出目录，未改动",
            "{path} holds no year made by this program; nothing was changed",
        ),
        "year.seed": (
            "年度计划未写明演示种子 [demonstration] seed",
            "the yearly plan states no seed under [demonstration]",
        ),
        "year.flag": (
            "演示年度的随机源由种子得出，{flag} 在此不起作用",
            "a demonstrated year has its values from a seed; {flag} does nothing here",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class YearOptions:
    """Command-line options of a year; `year`: the plan's file, None: beside it."""

    scenario: Path
    out: Path
    months: int = 12
    year: Path | None = None
    time_limit: int = 60
    workers: int = 1
    watch: Callable[[Progress], None] | None = None
    fuse_seconds: float | None = None

    @property
    def file(self) -> Path:
        return self.year or self.scenario.with_name(f"{self.scenario.name}-year.toml")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """`[demonstration]`: what everything made up is made from."""

    seed: str = ""


@dataclass(frozen=True, slots=True)
class YearFile:
    """The plan and what the demonstration adds to it."""

    plan: YearPlan
    movement: Movement
    seed: str


@dataclass(slots=True)
class RunningYear:
    """Where the year stands: the next month's registry, and everything since."""

    file: YearFile
    quotas: tuple[Quota, ...]
    cells: tuple[Cell, ...]
    registry: Registry
    policy: Policy
    base: Registry
    calendar: Calendar
    docket: Docket = field(default_factory=Docket)
    logs: list[Stood] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    months: list[MonthFigures] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MonthDone:
    """A month run to its close, before the next one begins."""

    month: str
    run: Run
    outcome: Report | None
    due: tuple[Batch, ...]
    moved: tuple[Moved, ...]

    @property
    def assigned(self) -> Assigned:
        if self.run.closed is None:
            raise AssertionError("a demonstration month is always closed")
        return self.run.closed.assigned


def read_year_file(path: Path) -> YearFile:
    """Raises InspectorError: year.missing; Faults: whatever is wrong in the file."""
    if not path.is_file():
        raise InspectorError("year.missing", path=path)
    table, reading = opened(path.read_bytes(), path.name, toml=True)
    plan = parse_year(table, reading)
    movement = reading.load(Movement, table.get("movement", {}), "movement", TOML)
    made = reading.load(MadeUp, table.get("demonstration", {}), "demonstration", TOML)
    if made is not WRONG and not made.seed:
        reading.add("year.seed", "demonstration.seed", "")
    reading.refuse()
    return YearFile(plan, movement, made.seed)


def begin(options: YearOptions) -> RunningYear:
    """The year before its first month. Raises Faults: what the plan cannot keep."""
    file = read_year_file(options.file)
    scenario = read_scenario(read_inputs(options.scenario))
    policy = scenario.policy
    first = file.plan.months[0]
    least = {s.code: s.min_draw for s in scenario.registry.streets}
    registry = world.moved_to(scenario.registry, policy, first)
    base = month_policy.base(registry, file.plan)
    found = quotas(file.plan, base)
    strata = cells(found, base)
    refuse_small_streets(strata, least)
    calendar = load_calendar(scenario.calendar)
    registry = replace(
        registry, docket=world.with_room(registry.docket, calendar, first)
    )
    year = RunningYear(
        file, found, strata, registry, policy, scenario.registry, calendar
    )
    year.docket.adopt(registry, month_span(first)[0])
    return year


def run_month(options: YearOptions, year: RunningYear, month: str) -> MonthDone:
    """One month of the year to its close; writes its scenario and its folder."""
    plan, seed = year.file.plan, year.file.seed
    made = ceremony(seed, month)
    policy, due = month_policy.month_policy(
        year.registry, year.policy, plan, year.quotas, month, local_day(made.frozen_at)
    )
    policy = replace(
        policy,
        draw_entropy=tuple(s for s, _ in made.draw),
        lottery_entropy=tuple(s for s, _ in made.lottery),
    )
    record = Record(
        made.draw_blind,
        made.seal_blind,
        made.secret,
        made.frozen_at,
        tuple(e for _, e in made.draw),
        made.drawn_at,
        made.sealed_at,
        tuple(e for _, e in made.lottery),
        made.assigned_at,
        made.closed_at,
        demonstration=True,
    )
    folder = options.out / "scenarios" / month
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        **write_scenario(year.registry, policy),
        DEMONSTRATION: record.dump(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    run = run_plan(
        Options(
            folder,
            options.out / month,
            options.time_limit,
            options.workers,
            watch=options.watch,
            fuse_seconds=options.fuse_seconds,
            field_work=world.field_steps(seed),
        )
    )
    outcome = finish(run, year.logs)
    if run.closed is None:
        raise AssertionError("a demonstration month is always closed")
    moved = world.class_moves(run.closed.assigned, year.file.movement)
    return MonthDone(month, run, outcome, due, moved)


def advance(year: RunningYear, done: MonthDone) -> None:
    """Enter the month and make the next one's registry from what its close left."""
    assigned, month = done.assigned, done.month
    frozen = assigned.frozen
    drawn = {s.id: len(s.drawn) for s in assigned.sealed.packed.drawn.strata}
    year.published += [
        Published(month, s.id, s.risk_class, s.size, s.chance, drawn[s.id])
        for s in frozen.strata
    ]
    year.docket.month(assigned)
    year.months.append(
        figures(done.run, done.outcome, done.due, done.moved, year.docket)
    )
    run, policy = done.run, next_policy(frozen.policy)
    log = stood(run.route, lambda: run.steps)
    year.logs += [log] if log is not None else []
    cases = folded(year.logs, frozen.registry, policy, year.docket.passed())
    at = max(s.last for s in year.logs)
    registry = following(year.logs, frozen.registry, policy, at, docket=cases)
    evaluations = world.next_evaluations(
        assigned, year.file.seed, year.docket.closed(month)
    )
    year.registry = sorted_registry(
        replace(
            registry,
            compounds=world.with_classes(
                registry.compounds, done.moved, year.docket.changed
            ),
            evaluations=evaluations,
            docket=world.with_room(
                year.docket.rows(month_span(month)[1]), year.calendar, policy.month
            ),
            leave=world.leave_of(year.base.leave, policy.month),
        )
    )
    year.policy = policy


def year_months(options: YearOptions, year: RunningYear) -> Iterator[MonthDone]:
    """Run the months one by one, each yielded before the next begins."""
    refuse_foreign(options.out)
    for month in year.file.plan.months[: options.months]:
        done = run_month(options, year, month)
        advance(year, done)
        yield done


def refuse_foreign(out: Path) -> None:
    """Raises InspectorError year.foreign for a folder that is not ours."""
    if not out.exists():
        return
    inside = {p.name for p in out.iterdir()} if out.is_dir() else {"?"}
    if inside and not inside & {REPORT, "scenarios"}:
        raise InspectorError("year.foreign", path=out)


def plan_year(args: argparse.Namespace) -> int:
    """`inspector plan --months N`: 0 when every claim of every month holds."""
    for flag, given in (("--entropy", args.entropy), ("--source", args.source)):
        if given:
            raise InspectorError("year.flag", flag=flag)
    options = YearOptions(
        args.scenario,
        args.out,
        args.months,
        args.year,
        args.time_limit,
        args.workers,
        watcher(),
    )
    year = begin(options)
    failed = 0
    for done in year_months(options, year):
        failed += done.outcome.count(FAILS) if done.outcome is not None else 1
        print(f"inspector: {done.month}", file=sys.stderr)
    body = finish_year(options, year)
    if args.json:
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=1) + "\n")
    else:
        print(year_table(body))
        print(f"  → {options.out}")
    return 1 if failed else 0


def finish_year(options: YearOptions, year: RunningYear) -> dict[str, Any]:
    """Write the published plan and the year's report beside the months."""
    day = month_span(year.file.plan.months[-1])[1]
    plan = plan_document(
        year.file.plan, standing(year.file.plan, day), year.quotas, year.cells
    )
    body = year_report(
        options.scenario.name,
        year.file.plan,
        year.file.seed,
        year.quotas,
        year.cells,
        year.published,
        year.months,
        year.registry,
        year.docket,
    )
    _write(options.out / PLAN, plan)
    _write(options.out / REPORT, body)
    return body


def _write(path: Path, body: Mapping[str, Any]) -> None:
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, "utf-8")
