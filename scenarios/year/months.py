"""`inspector plan SCENARIO --months N`: the months of a yearly plan, in true order.

A scenario and its `year.toml` → a folder of months, each closed, and the year's report.

A demonstration: the ceremony's record and what people find are made up from the seed
that the yearly plan states. Every month is a scenario folder of its own under
`scenarios/`, planned, visited, published, verified and closed like any other; the next
one is frozen while it is in the field, on what the logs hold then.
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
from inspector.command.beside import EVER
from inspector.command.commands import finish, watcher
from inspector.command.folders import read_inputs, replace_folder
from inspector.command.plan import DEMONSTRATION, demonstrated
from inspector.command.record import Record
from inspector.command.steps import walk
from inspector.command.walk import Options, Run
from inspector.domain import Registry, RiskClass
from inspector.errors import InspectorError, messages
from inspector.month.following import next_policy
from inspector.months import month_span
from inspector.policy import Policy
from inspector.registry import read_scenario, write_scenario
from inspector.registry.policy_file import TOML
from inspector.schedule.workload import Progress
from inspector.verify import FAILS, Report
from inspector.workdays import load_calendar, local_day
from inspector.year import month_policy
from inspector.year.coverage import Published
from inspector.year.plan import (
    Batch,
    Cell,
    YearPlan,
    cells,
    quotas,
    refuse_small_streets,
    standing,
)
from inspector.year.plan_file import parse_year, plan_document
from inspector.year.room import Quota, shares_out
from scenarios.year import world
from scenarios.year.office import Month, Office
from scenarios.year.record import ceremony
from scenarios.year.report import MonthFigures, figures, year_report, year_table
from scenarios.year.world import Movement

REPORT = "report-year.json"
PLAN = "plan-year.json"

messages(
    {
        "year.missing": (
            "没有年度计划 {path}，请在命令中指定",
            "there is no yearly plan {path}; name one with --year",
        ),
        "year.foreign": (
            "{path} 不是本程序的年度输出目录，未改动",
            "{path} holds no year made by this program; nothing was changed",
        ),
        "year.seed": (
            "年度计划未写明演示种子",
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
    """Where the year stands: what goes on, and everything since."""

    file: YearFile
    quotas: tuple[Quota, ...]
    cells: tuple[Cell, ...]
    out: Mapping[RiskClass, int]
    policy: Policy
    office: Office
    published: list[Published] = field(default_factory=list)
    months: list[MonthFigures] = field(default_factory=list)

    @property
    def registry(self) -> Registry:
        """As it was frozen last."""
        return self.office.registry


@dataclass(frozen=True, slots=True)
class MonthDone:
    """A month run to its close."""

    month: str
    run: Run
    outcome: Report | None
    due: tuple[Batch, ...]


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
    frozen = local_day(ceremony(file.seed, first).frozen_at)
    least = {s.code: s.min_draw for s in scenario.registry.streets}
    registry = world.moved_to(scenario.registry, policy, first, frozen)
    base = month_policy.base(registry, file.plan)
    found = quotas(file.plan, base)
    strata = cells(found, base)
    refuse_small_streets(strata, least)
    office = Office(
        file.seed,
        file.movement,
        registry,
        scenario.registry,
        load_calendar(scenario.calendar),
    )
    office.docket.adopt(registry, frozen)
    out = shares_out(found, base)
    return RunningYear(file, found, strata, out, policy, office)


def freeze_month(options: YearOptions, year: RunningYear, month: str) -> None:
    """One month of the year to its lottery, on what the logs hold at its freeze; writes
    its scenario."""
    plan, seed = year.file.plan, year.file.seed
    made = ceremony(seed, month)
    policy = replace(
        year.policy,
        month=month,
        scope=plan.scope,
        draw_entropy=tuple(s for s, _ in made.draw),
        lottery_entropy=tuple(s for s, _ in made.lottery),
    )
    registry = year.office.next_registry(policy, made.frozen_at)
    policy, due = month_policy.month_policy(
        registry, policy, plan, year.quotas, month, local_day(made.frozen_at)
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
    files = {**write_scenario(registry, policy), DEMONSTRATION: record.dump()}
    replace_folder(folder, files, (DEMONSTRATION,))
    run = Run(
        Options(
            folder,
            options.out / month,
            options.time_limit,
            options.workers,
            watch=options.watch,
            fuse_seconds=options.fuse_seconds,
        ),
        read_inputs(folder),
    )
    *begun, _, (_, close) = demonstrated(record)
    run.beside[EVER] = tuple(year.office.logs())
    walk(run, DEMONSTRATION, begun)
    year.office.enter(run, due, world.field_steps(seed), close["at"])
    year.published += strata_of(run)


def strata_of(run: Run) -> list[Published]:
    """What the month published of its strata, and drew of each."""
    if run.drawn is None:
        raise AssertionError("a demonstration month is drawn")
    drawn = {s.id: len(s.drawn) for s in run.drawn.strata}
    return [
        Published(
            run.frozen.policy.month, s.id, s.risk_class, s.size, s.chance, drawn[s.id]
        )
        for s in run.frozen.strata
    ]


def year_months(options: YearOptions, year: RunningYear) -> Iterator[MonthDone]:
    """Run the months side by side, each yielded as it closes."""
    refuse_foreign(options.out)
    for month in year.file.plan.months[: options.months]:
        for done in year.office.until(ceremony(year.file.seed, month).frozen_at):
            yield _closed(year, done)
        freeze_month(options, year, month)
    last = ""
    for done in year.office.until("9999"):
        last = done.run.log.events[-1]["at"]
        yield _closed(year, done)
    newest = next_policy(year.office.months[-1].run.frozen.policy)
    year.office.registry = year.office.next_registry(newest, last)


def _closed(year: RunningYear, month: Month) -> MonthDone:
    """Write the folder of a month that has just closed, and enter its figures."""
    others = [s for s in year.office.logs() if s.month != month.name]
    outcome = finish(month.run, others)
    year.months.append(figures(month, outcome, year.office.docket))
    return MonthDone(month.name, month.run, outcome, month.due)


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
        year.file.plan,
        standing(year.file.plan, day),
        year.quotas,
        year.cells,
        year.out,
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
        year.office.docket,
    )
    _write(options.out / PLAN, plan)
    _write(options.out / REPORT, body)
    return body


def _write(path: Path, body: Mapping[str, Any]) -> None:
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, "utf-8")
