"""A month on the command line: its options, and the route as far as it was walked."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from inspector.ceremony.bundle import Log
from inspector.command.folders import PRIVATE
from inspector.command.people import PeopleAsked
from inspector.month import demonstration
from inspector.month.assigned import Assigned
from inspector.month.field import ClosedMonth
from inspector.month.freeze import Drawn, Frozen
from inspector.month.pack import Packed, Solve
from inspector.month.record import Attempt
from inspector.month.route import planned, take
from inspector.month.seal import Sealed
from inspector.month.stages import Route
from inspector.month.standing import Stood
from inspector.month.steps_file import Told, steps_file
from inspector.policy import Source
from inspector.schedule.plan import plan as solve
from inspector.schedule.workload import Budget, Packing, Progress, Workload

STEPS = "steps.json"
KEPT = f"{PRIVATE}/{STEPS}"  # in the output folder

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """Command-line options of `plan`; `watch` receives the solver's progress.

    `scenario`: a folder, or a steps file. `entropy`: values entered by this run.
    `sources`: those the seal names when the policy's cannot serve any more.

    `fuse_seconds`: wall time after which the search stops, twice the limit if None.
    `before`: outputs of `plan`, or steps files, of the bureau's other logs.
    `field_work`: what a demonstration's field work finds, as steps. `people`: a change
    of leave or recusals to log.
    """

    scenario: Path
    out: Path
    time_limit: int = 60
    workers: int = 1
    entropy: Sequence[str] = ()
    sources: Sequence[str] = ()
    watch: Callable[[Progress], None] | None = None
    fuse_seconds: float | None = None
    before: Sequence[Path] = ()
    field_work: Callable[[Assigned], Sequence[Told]] = demonstration.field_steps
    people: PeopleAsked = field(default_factory=PeopleAsked)


@dataclass(slots=True)
class Run:
    """A month as far as it has come: its steps, seconds spent, what is still missing.

    `files`: the scenario folder, {} for a steps file, which brings its own.
    """

    options: Options
    files: Mapping[str, bytes]
    route: Route = field(default_factory=Route)
    steps: list[Told] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    missing: tuple[Source, ...] = ()
    causes: tuple[str, ...] = ()  # why the seal must name sources of its own
    beside: dict[str, tuple[Stood, ...]] = field(default_factory=dict)  # by time
    begun: Frozen | None = None  # the last freeze, also when its draw was cancelled

    @property
    def frozen(self) -> Frozen:
        """The freeze in force, or the one cancelled last."""
        found = self.route.frozen or self.begun
        if found is None:
            raise AssertionError("a run has a freeze")
        return found

    @property
    def drawn(self) -> Drawn | None:
        """The drawn month, if it is."""
        return self.route.drawn

    @property
    def packed(self) -> Packed | None:
        """The plan, if there is one."""
        return self.route.packed

    @property
    def sealed(self) -> Sealed | None:
        """The sealed plan, if it is."""
        return self.route.sealed

    @property
    def assigned(self) -> Assigned | None:
        """The month after its lottery."""
        return self.route.assigned

    @property
    def closed(self) -> ClosedMonth | None:
        """The closed month."""
        return self.route.closed

    @property
    def log(self) -> Log:
        """The public log as it stands."""
        return self.route.log

    @property
    def demonstration(self) -> bool:
        """Whether the freeze says that all is made up."""
        freezes = [body for kind, body in self.steps if kind == "freeze"]
        return bool(freezes and freezes[-1]["demonstration"])

    def attempts(self) -> list[Attempt]:
        """The stages that have a commitment, with their sources."""
        frozen, sealed = self.route.frozen, self.sealed
        out = list[Attempt]()
        if frozen is not None:
            out.append(("draw", frozen.attempt, frozen.policy.draw_entropy))
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

    def take(self, kind: str, body: dict[str, Any]) -> None:
        """One whole step more, checked."""
        self._came(kind, body, self.timed(kind, lambda: take(self.route, kind, body)))

    def solved(self, packed: Packed, body: dict[str, Any]) -> None:
        """The step `pack` of a plan just made: seats and chances are made already."""
        route = planned(self.route, packed, body["budget"], body["version"])
        self._came("pack", body, route)

    def _came(self, kind: str, body: dict[str, Any], route: Route) -> None:
        self.route, self.begun = route, route.frozen or self.begun
        self.steps.append((kind, body))

    def kept(self) -> bytes:
        """The steps file."""
        return steps_file(self.steps)


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
