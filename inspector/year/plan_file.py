"""年度抽查工作计划 as a file: TOML in, the published document out.

bytes → read_year → YearPlan → plan_document → what is published
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from inspector.codec import Form, Reading, dump, opened
from inspector.domain import RiskClass
from inspector.registry.policy_file import TOML
from inspector.year.plan import Cell, PlanStanding, YearPlan, most_of
from inspector.year.room import Quota

# What a file may leave out.
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "scope": {},
        "items": {},
        "exclude_recent_months": 0,
        "cap_unit": "company",
        "published_on": None,
    }
)
# How the published document writes what types leave open.
PUBLIC = Form(none="")
# Tables of the same file that other rooms read.
ELSEWHERE = ("movement", "demonstration")


def read_year(name: str, data: bytes) -> YearPlan:
    """The plan in a TOML file. Raises Faults with everything that is wrong in it."""
    table, reading = opened(data, name, toml=True)
    plan = parse_year(table, reading)
    reading.refuse()
    return plan


def parse_year(table: Mapping[str, Any], reading: Reading) -> YearPlan:
    """The plan of a file's data; what is wrong with it goes to `reading`."""
    own = {k: v for k, v in table.items() if k not in ELSEWHERE}
    plan: YearPlan = reading.load(YearPlan, {**DEFAULTS, **own}, form=TOML)
    return plan


def plan_document(
    plan: YearPlan,
    standing: PlanStanding,
    quotas: Sequence[Quota],
    cells: Sequence[Cell],
    out: Mapping[RiskClass, int],
    out_all: Mapping[RiskClass, int] | None = None,
) -> dict[str, Any]:
    """What is published: the plan's fields, its base, and every batch.

    Fractions are `[numerator, denominator]`; a stratum is named `street/class`.
    `most`: visits of one object, that may be drawn again while results wait. `out`:
    basis points of each class that random inspections put out of the draw by December
    (`room.shares_out`); `out_all`: they with those for a cause, where all count.
    """
    by_class = {q.risk_class: q for q in quotas}
    said = dump(plan, PUBLIC)
    return {
        "schema": "inspector/year/v1",
        **{n: said[n] for n in ("year", "number", "name", "office", "subject")},
        "standing": standing.value,
        **{n: said[n] for n in ("made_on", "published_on")},
        "due": plan.due.isoformat(),
        "scope": said["scope"],
        "items": {k.value: list(codes) for k, codes in plan.items},
        "exclude_recent_months": plan.exclude_recent_months,
        "cap_unit": plan.cap_unit,
        "ratios": [
            {
                "item_class": r.item_class.value,
                "risk_class": r.risk_class.value,
                "base": by_class[r.risk_class].base,
                "number": r.number,
                "cap": r.cap,
                "most": most_of(by_class[r.risk_class], plan.exclude_recent_months),
                "batches": list(by_class[r.risk_class].batches),
                "out_bp": out[r.risk_class],
                **({"out_all_bp": out_all[r.risk_class]} if out_all else {}),
            }
            for r in plan.ratios
        ],
        "strata": [
            {
                "stratum": f"{c.street}/{c.risk_class.value}",
                "size": c.size,
                "expected": dump(c.expected),
                "total": dump(c.total),
            }
            for c in cells
        ],
    }
