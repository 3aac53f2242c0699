"""The yearly plan as the public reads it: the plan and its months → one plain page.

The plan itself comes from `api.year.plan`; the page says, class by class, what the
months published and drew of the year's number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from api.docket import views
from api.site import Desk
from api.store.models import Event
from api.year import counted, plan
from api.year.answers import PublicYear, YearBatch
from inspector.year.room import MOST_OUT_BP

Doc = dict[str, Any]
Asked = Mapping[str, Any]


def years(desk: Desk) -> list[int]:
    """Years with a plan, newest first."""
    query = select(Event.subject).where(Event.kind == plan.PLANNED).distinct()
    found = (subject.removeprefix("year:") for subject in desk.db.scalars(query))
    return sorted(map(int, found), reverse=True)


def newest_year(desk: Desk) -> Doc:
    """The newest year's plan; `found` is None when there is none at all."""
    planned = years(desk)
    if not planned:
        return {"found": None}
    found = plan.show(desk, planned[0])
    return {"found": found, **beside_year(desk, {}, found)}


def beside_year(desk: Desk, _asked: Asked, found: PublicYear) -> Doc:
    """What a year's page says besides the plan."""
    return {
        "years": years(desk),
        "classes": so_far(found),
        "most_out_bp": MOST_OUT_BP,
        "counts": counted.counts(desk, found.year),
        "streets": views.labels(desk, "streets"),
        "items": views.labels(desk, "items"),
    }


def so_far(found: PublicYear) -> list[Doc]:
    """Per class: the year's number beside what its months published and drew."""
    parts = [c for m in found.months for c in m.classes]
    numbers = {r.risk_class: r for r in found.ratios}
    return [
        {
            "risk_class": risk,
            "base": row.base,
            "number": row.number,
            **_sums([p for p in parts if p.risk_class == risk]),
        }
        for risk, row in sorted(numbers.items())
    ]


def _sums(parts: Sequence[YearBatch]) -> Doc:
    expected = sum((Fraction(*c.expected) for c in parts), Fraction(0))
    return {
        "due": sum(c.batch for c in parts),
        "expected": [expected.numerator, expected.denominator],
        "drawn": sum(max(0, c.drawn) for c in parts),
    }
