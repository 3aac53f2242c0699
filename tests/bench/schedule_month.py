"""Travel, bound, time and memory of one Zibo-like month on one worker.

python tests/bench/schedule_month.py [SECONDS] [SEED] [--no-series]
"""

from __future__ import annotations

import hashlib
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from plan_check import violations
from zibo_month import a_month

from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Progress


def main(arguments: list[str]) -> None:
    numbers = [int(text) for text in arguments if text.isdigit()]
    seconds, seed = (numbers + [60, 1][len(numbers) :])[:2]
    work = a_month(3, 280, 0) if "--no-series" in arguments else a_month()
    began = time.monotonic()

    def watch(one: Progress) -> None:
        print(f"{time.monotonic() - began:6.1f} s", one, file=sys.stderr)

    found = plan(
        work,
        seed=seed,
        budget=Budget.seconds(seconds),
        executor=None,
        now=time.monotonic,
        progress=watch,
    )
    searches = [run for run in found.runs if run.task == "search"]
    calls = sum(run.calls for run in searches)
    print("visits", len(work.visits), "packages", len(found.packages))
    print("travel", found.travel_minutes, "bound", found.bound_minutes)
    print(f"gap {found.travel_minutes / found.bound_minutes - 1:.4f}")
    print("unplaced", len(found.unplaced), "violations", len(violations(work, found)))
    print(f"first feasible {found.first_feasible_seconds:.2f} s")
    print(f"whole {found.seconds:.1f} s, reproducible {found.reproducible}")
    print("subproblems", calls, "closed", sum(run.closed for run in searches))
    print("peak MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    digest = repr((found.packages, found.unplaced, found.runs)).encode()
    print("digest", hashlib.sha256(digest).hexdigest()[:16])


if __name__ == "__main__":
    main(sys.argv[1:])
