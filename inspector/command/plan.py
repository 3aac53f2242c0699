"""`inspector plan`: run the route of a month as far as its record goes.

With a demonstration record the whole month is run, field work simulated. A real month
stops where the next entropy is still to come, says what to do, and goes on when it is
given; registries may not change in between.
"""

from __future__ import annotations

import multiprocessing
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from inspector.ceremony.bundle import Log
from inspector.ceremony.seed import Entropy
from inspector.command import record as records
from inspector.command.folders import PRIVATE, read_inputs
from inspector.command.record import Record
from inspector.errors import CeremonyError, InspectorError, messages
from inspector.month import demonstration
from inspector.month.audit import (
    assigned_violations,
    drawn_violations,
    packed_violations,
    refuse_violations,
)
from inspector.month.field import Assigned, ClosedMonth, assign, close
from inspector.month.freeze import Drawn, Frozen, draw, freeze, record_draw
from inspector.month.pack import Packed, Solve, schedule
from inspector.month.record import Attempt, checked
from inspector.month.saved import load_packing, packing_file
from inspector.month.seal import Sealed, plan_causes, record_lottery, seal
from inspector.policy import LotteryRules, Source
from inspector.registry import Scenario, read_scenario
from inspector.schedule.plan import plan as solve
from inspector.schedule.workload import Budget, Packing, Progress, Workload
from inspector.selection.chances import chance_table
from inspector.selection.network import ChanceTable, Person, SeatNeed
from inspector.sources import is_outside
from inspector.workdays import load_calendar

RECORD = f"{PRIVATE}/ceremony.json"
PACKING = f"{PRIVATE}/packing.json"
FREEZE = f"{PRIVATE}/freeze.json"
DEMONSTRATION = "entropy.json"

T = TypeVar("T")

messages(
    {
        "plan.changed": (
            "名录或细则在冻结后被修改，与已公布的承诺不符",
            "registry or policy changed since the freeze; the commitment is another",
        ),
        "plan.early": (
            "冻结尚未写下，不能录入随机源 {source}",
            "entropy source {source} cannot be entered before the freeze is written",
        ),
        "plan.assigned": (
            "已摇号，不能再录入随机源",
            "people are drawn already; no entropy can be entered",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """Command-line options of `plan`; `watch` receives the solver's progress.

    `entropy`: values entered by this run. `sources`: those the seal names when the
    policy's cannot serve any more.

    `fuse_seconds`: wall time after which the search stops, twice the limit if None.
    `field_work`: what a demonstration's field work finds.
    """

    scenario: Path
    out: Path
    time_limit: int = 60
    workers: int = 1
    entropy: Sequence[str] = ()
    sources: Sequence[str] = ()
    watch: Callable[[Progress], None] | None = None
    fuse_seconds: float | None = None
    field_work: Callable[[Assigned], Assigned] = demonstration.field_work


@dataclass(slots=True)
class Run:
    """Stages reached so far, seconds spent per step, and what is still missing."""

    options: Options
    scenario: Scenario
    record: Record
    frozen: Frozen
    second: tuple[Entropy, ...] = ()  # outside values entered again by this run
    drawn: Drawn | None = None
    packed: Packed | None = None
    sealed: Sealed | None = None
    assigned: Assigned | None = None
    closed: ClosedMonth | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    missing: tuple[Source, ...] = ()
    causes: tuple[str, ...] = ()  # why the seal must name sources of its own

    @property
    def log(self) -> Log:
        """The public log as it stands."""
        stages = (self.closed, self.assigned, self.sealed, self.drawn, self.frozen)
        return next(stage.log for stage in stages if stage is not None)

    def attempts(self) -> list[Attempt]:
        """The stages that have a commitment, with their sources."""
        frozen, sealed = self.frozen, self.sealed
        out: list[Attempt] = [("draw", frozen.attempt, frozen.policy.draw_entropy)]
        if sealed is not None:
            out.append(("lottery", sealed.attempt, sealed.entropy))
        return out

    def timed(self, name: str, step: Callable[[], T]) -> T:
        """Run a step and add its wall-clock seconds to `name`."""
        start = time.perf_counter()
        value = step()
        spent = time.perf_counter() - start
        self.seconds[name] = self.seconds.get(name, 0.0) + spent
        return value


def now() -> str:
    """The clock, UTC, in the form of all timestamps."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(options: Options) -> Record:
    """The demonstration's record, the one begun earlier, or a new one."""
    given = options.scenario / DEMONSTRATION
    begun = options.out / RECORD
    if given.is_file():
        return records.load(given.name, given.read_bytes(), demonstration=True)
    if begun.is_file():
        return records.load(begun.name, begun.read_bytes(), demonstration=False)
    draw_blind, seal_blind, secret = (secrets.token_hex(32) for _ in range(3))
    return Record(draw_blind, seal_blind, secret, now())


def _entered(
    options: Options, record: Record, frozen: Frozen
) -> tuple[Record, tuple[Entropy, ...]]:
    """Enter `--entropy` for the stage that waits: a new value is a leaf, one that a run
    before has entered is its second entry."""
    if record.assigned_at and options.entropy:
        raise CeremonyError("plan.assigned")
    policy = frozen.policy
    sources, committed = policy.draw_entropy, record.frozen_at
    if record.drawn_at:
        sources = record.lottery_sources or policy.lottery_entropy
        committed = record.sealed_at or now()
    before = record.lottery if record.drawn_at else record.draw
    leaves, second = list(before), list[Entropy]()
    for text in options.entropy:
        source, issue, value = records.parse_entropy(text)
        entry = Entropy(source, issue, value, now(), bool(issue))
        entry = checked(sources, committed, entry)
        first = next((e for e in reversed(before) if e.source == source), None)
        if first is not None and replace(first, at=entry.at) == entry:
            second.append(entry)
        else:
            leaves.append(entry)
    if record.drawn_at:
        return replace(record, lottery=tuple(leaves)), tuple(second)
    return replace(record, draw=tuple(leaves)), tuple(second)


def _named(options: Options, record: Record, frozen: Frozen) -> Record:
    """The seal's own sources of `--source`: the plan's with other issues and times."""
    if not options.sources or record.sealed_at:
        return record
    sources = {s.id: s for s in frozen.policy.lottery_entropy}
    for text in options.sources:
        name, issue, at = records.parse_source(text)
        if name not in sources:
            raise CeremonyError("entropy.unknown", source=name)
        sources[name] = replace(sources[name], issue=issue, at=at)
    return replace(record, lottery_sources=tuple(sources.values()))


def _awaited(
    sources: Sequence[Source], second: Sequence[Entropy]
) -> tuple[Source, ...]:
    """Outside sources that nobody has entered a second time."""
    have = {e.source for e in second}
    return tuple(s for s in sources if is_outside(s) and s.id not in have)


def run_plan(options: Options) -> Run:
    """Run the month as far as possible. Raises InspectorError; writes nothing."""
    scenario = read_scenario(read_inputs(options.scenario))
    record = _record(options)
    calendar = load_calendar(scenario.calendar)
    started = time.perf_counter()
    frozen = freeze(
        scenario.registry,
        scenario.policy,
        calendar,
        blind=bytes.fromhex(record.draw_blind),
        secret=bytes.fromhex(record.secret),
        at=record.frozen_at,
        demonstration=record.demonstration,
    )
    before, second = options.out / FREEZE, tuple[Entropy, ...]()
    if not record.demonstration and before.is_file():
        if before.read_bytes() != frozen.file:
            raise CeremonyError("plan.changed")
        record, second = _entered(options, record, frozen)
        record = _named(options, record, frozen)
    elif options.entropy and not record.demonstration:
        # A value that is known before the freeze is written down proves nothing.
        raise CeremonyError("plan.early", source=options.entropy[0])
    run = Run(options, scenario, record, frozen, second)
    run.seconds["freeze"] = time.perf_counter() - started
    _advance(run)
    return run


def _advance(run: Run) -> None:
    record, policy = run.record, run.frozen.policy
    for value in record.draw:
        run.frozen = record_draw(run.frozen, value)
    second = record.draw if record.drawn_at else run.second
    run.missing = _awaited(policy.draw_entropy, second)
    if run.missing:
        return
    run.record = record = replace(record, drawn_at=record.drawn_at or now())
    drawn = run.timed("draw", lambda: draw(run.frozen, second, record.drawn_at))
    run.drawn = drawn
    refuse_violations(run.timed("check", lambda: drawn_violations(drawn)))
    run.packed = run.timed("schedule", lambda: _schedule(run, drawn))
    packed = run.packed
    refuse_violations(run.timed("check", lambda: packed_violations(packed)))
    at = record.sealed_at or now()
    if not record.lottery_sources:
        run.causes = tuple(plan_causes(run.frozen, drawn.log, at))
        if run.causes:
            return
    run.record = record = replace(record, sealed_at=at)
    sealed = run.timed(
        "seal",
        lambda: seal(
            packed,
            blind=bytes.fromhex(record.seal_blind),
            at=at,
            entropy=record.lottery_sources or None,
            budget=f"{run.options.time_limit} s",
            version=version("ortools"),
        ),
    )
    for value in record.lottery:
        sealed = record_lottery(sealed, value)
    run.sealed = sealed
    again = record.lottery if record.assigned_at else run.second
    run.missing = _awaited(sealed.entropy, again)
    if run.missing:
        return
    run.record = record = replace(record, assigned_at=record.assigned_at or now())
    assigned = run.timed("lottery", lambda: assign(sealed, again, record.assigned_at))
    run.assigned = assigned
    refuse_violations(run.timed("check", lambda: assigned_violations(assigned)))
    if record.demonstration:
        done = run.timed("field", lambda: run.options.field_work(assigned))
        run.assigned = done
        refuse_violations(run.timed("check", lambda: assigned_violations(done)))
        run.closed = run.timed("close", lambda: close(done, record.closed_at, {}))


def _schedule(run: Run, drawn: Drawn) -> Packed:
    """Pack the visits: from the saved packing of this real month, or by solving."""
    options = run.options

    def tabulate(
        people: Sequence[Person], seats: Sequence[SeatNeed], rules: LotteryRules
    ) -> ChanceTable:
        return run.timed("table", lambda: chance_table(people, seats, rules))

    saved = options.out / PACKING
    if not run.record.demonstration and saved.is_file():
        packing = load_packing(saved.name, saved.read_bytes())
        return schedule(
            drawn, lambda _work, _seed: packing, tabulate=tabulate, made=True
        )
    with searching(options) as search:
        return schedule(drawn, search, tabulate=tabulate)


@contextmanager
def searching(options: Options) -> Iterator[Solve]:
    """The solver with the options' budget and processes."""
    budget = Budget.seconds(options.time_limit)
    if options.fuse_seconds is not None:
        budget = replace(budget, fuse_seconds=options.fuse_seconds)
    pool = (
        ProcessPoolExecutor(
            options.workers, mp_context=multiprocessing.get_context("spawn")
        )
        if options.workers > 1
        else nullcontext()
    )
    with pool as executor:
        if executor is not None:
            # Starting processes is not search time: the fuse burns from here on.
            list(executor.map(abs, range(4 * options.workers)))

        def search(work: Workload, seed: int) -> Packing:
            return solve(
                work,
                seed=seed,
                budget=budget,
                executor=executor,
                now=time.monotonic,
                progress=options.watch,
            )

        yield search


def kept_private(run: Run) -> dict[str, bytes]:
    """What a real month must remember to go on; nothing for a demonstration."""
    if run.record.demonstration:
        return {}
    out = {RECORD: run.record.dump(), FREEZE: run.frozen.file}
    if run.packed is not None:
        out[PACKING] = packing_file(run.packed.packing)
    return out


def refusal(error: InspectorError) -> str:
    """One readable message for standard error."""
    return f"inspector: {error}"
