"""One planner on one instance, in a process of its own: time and memory are its own."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inspector.schedule.workload import Workload
from tests.bench.compare.rounds import Answer


@dataclass(frozen=True, slots=True)
class Result:
    """One run. `error` is empty when it came to its end; `load` is the machine's load
    average when it began; `first_seconds`, `cpu_seconds`: CPU time, `seconds`: wall
    clock; `days`: the working day of each placed visit."""

    method: str
    family: str
    seed: int
    visits: int
    wanted_seconds: float
    error: str = ""
    travel: int = 0
    unplaced: int = 0
    packages: int = 0
    violations: dict[str, int] = field(default_factory=dict)
    bound: int = 0
    first_seconds: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: int = 0
    load: float = 0.0
    notes: dict[str, float] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)

    @property
    def broken(self) -> int:
        """Number of violations."""
        return sum(self.violations.values())

    @property
    def a_visit(self) -> float:
        """Minutes of travel per visit placed."""
        return self.travel / max(1, self.visits - self.unplaced)

    def public(self) -> dict[str, Any]:
        """As written to the JSON file: without the days of the visits."""
        return {k: v for k, v in asdict(self).items() if k != "days"}


def peak_mb() -> int:
    """Largest resident size of this process image, MiB.

    `ru_maxrss` would do, but Linux hands it down from the parent through fork and exec.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1024 * 1024 if sys.platform == "darwin" else 1024))


def measured(
    method: str, family: str, seed: int, work: Workload, seconds: float
) -> tuple[Result, Answer]:
    """Run a planner here and now; its answer is scored by the independent check."""
    from tests.bench.compare.planners import PLANNERS
    from tests.bench.compare.scoring import score

    load = os.getloadavg()[0]
    begun, clock = time.process_time(), time.perf_counter()
    answer = PLANNERS[method](work, seed, seconds)
    cpu, wall = time.process_time() - begun, time.perf_counter() - clock
    peak = peak_mb()
    found = score(work, answer.routes, answer.bound)
    violations = dict(found.violations)
    if found.lost:
        violations["no timetable"] = found.lost
    return Result(
        method,
        family,
        seed,
        len(work.visits),
        seconds,
        "",
        found.travel,
        found.unplaced,
        found.packages,
        violations,
        answer.bound,
        round(answer.first_seconds, 3),
        round(wall, 2),
        round(cpu, 2),
        peak,
        round(load, 2),
        answer.notes,
        {i: day for _, day, ids in answer.routes for i in ids},
    ), answer


def _child(args: tuple[str, str, int, Workload, float]) -> tuple[Result, Answer]:
    # One thread each: numerical libraries may start more when they load.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    return measured(*args)


def run(
    method: str, family: str, seed: int, work: Workload, seconds: float
) -> tuple[Result, Answer | None]:
    """Run a planner in a spawned process. A failure is a result with an error."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        future = pool.submit(_child, (method, family, seed, work, seconds))
        try:
            return future.result()
        except (Exception, BrokenProcessPool) as error:
            why = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            return (
                Result(method, family, seed, len(work.visits), seconds, why),
                None,
            )
