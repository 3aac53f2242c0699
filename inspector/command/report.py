"""report.json of a run: the figures of DESIGN §5. Floats live only here.

A finished run → its figures.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from inspector.command.walk import Run
from inspector.month.pack import Packed
from inspector.month.seal import exceptions
from inspector.selection.network import UNIT, weight
from inspector.verify import FAILS, OPEN, Report


def report(run: Run, outcome: Report | None) -> dict[str, Any]:
    """All figures known so far; stages not reached keep zeros."""
    registry = run.frozen.registry
    strata = run.frozen.strata
    drawn = run.drawn
    body: dict[str, Any] = {
        "schema": "inspector/report/v1",
        "scenario": run.options.scenario.name,
        "month": run.frozen.policy.month,
        "registry": {
            "compounds": len(registry.compounds),
            "companies": len(registry.companies),
            "streets": len(registry.streets),
            "inspectors": sum(not i.expert for i in registry.inspectors),
        },
        "commitment": run.frozen.commitment.hex(),
        "draw": {
            "drawn": len(drawn.compounds) if drawn else 0,
            "reserves": sum(len(s.reserves) for s in drawn.strata) if drawn else 0,
            "chances": [
                {
                    "stratum": s.id,
                    "chance": [s.chance.numerator, s.chance.denominator],
                }
                for s in strata
            ],
            "seconds": _seconds(run, "draw"),
        },
        "docket": {
            "listed": run.frozen.ranking.listed,
            "cases": len(run.frozen.intake.cases),
            "visits": len(run.frozen.intake.visits),
        },
        "schedule": _schedule(run),
        "lottery": _lottery(run),
        "verify": {
            "claims": len(outcome.findings) if outcome else 0,
            "failed": outcome.count(FAILS) if outcome else 0,
            "not_checkable": outcome.count(OPEN) if outcome else 0,
            "seconds": _seconds(run, "verify"),
        },
        "peak_rss_mb": peak_rss_mb(),
    }
    return body


def peak_rss_mb() -> int:
    """Largest resident size of this process so far, MiB (ru_maxrss is KiB on Linux)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1024 * 1024 if sys.platform == "darwin" else 1024))


def report_file(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _seconds(run: Run, *names: str) -> float:
    return round(sum(run.seconds.get(n, 0.0) for n in names), 3)


def _schedule(run: Run) -> dict[str, Any]:
    packed = run.packed
    if packed is None:
        return {"visits": len(run.drawn.visits) if run.drawn else 0}
    packing = packed.packing
    travel, bound = packing.travel_minutes, packing.bound_minutes
    bounding = sum(r.work for r in packing.runs if r.task in ("price", "bound"))
    return {
        "visits": len(packed.drawn.visits),
        "unplaced": len(packing.unplaced),
        "packages": len(packing.packages),
        "travel_minutes": travel,
        "bound_minutes": bound,
        "gap": round((travel - bound) / bound, 4) if bound else None,
        "bound_seconds": round(bounding / 1_000_000, 3),  # of the reference core
        "first_feasible_seconds": round(packing.first_feasible_seconds, 3),
        "seconds": round(packing.seconds, 3),
        "workers": run.options.workers,
        "violations": 0,  # a plan with violations is refused, never reported
        "spread": round(spread(packed), 4),
        "reproducible": packing.reproducible,
        "runs": packed.runs,
    }


def spread(packed: Packed) -> float:
    """(max - min) / mean of expected duty (carried duty included) per available day.

    The largest over the eligibility classes of two people or more (DESIGN §5). Carried
    duty is that of the table, to the half-day.
    """
    expected = [float(p.carry_minutes) for p in packed.persons]
    for e in packed.table.elements:
        expected[e.person] += packed.seats[e.seat].minutes * e.units / packed.table.unit
    classes: dict[str, list[float]] = {}
    for minutes, person in zip(expected, packed.persons, strict=True):
        if weight(person):
            classes.setdefault(person.group, []).append(minutes / weight(person))
    out = 0.0
    for rates in classes.values():
        mean = sum(rates) / len(rates)
        if mean > 0:
            out = max(out, (max(rates) - min(rates)) / mean)
    return out


def _lottery(run: Run) -> dict[str, Any]:
    packed = run.packed
    if packed is None:
        return {}
    table = packed.table
    return {
        "seats": len(packed.seats),
        "inspectors": len(packed.persons),
        "min_chance": [table.min_chance, table.unit],
        "max_chance": [table.max_chance, table.unit],
        "best_min_chance": [table.t_star, UNIT],
        "best_max_chance": [table.levels[0].value if table.levels else 0, UNIT],
        "levels": len(table.levels),
        "exceptions": len(exceptions(packed)),
        "load_slack": table.slack,
        "seconds": _seconds(run, "table", "assign"),
    }
