"""The yearly plan as a file: TOML in, the published document out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from inspector.domain import RiskClass
from inspector.errors import InspectorError, messages
from inspector.oversight.year import (
    Cell,
    ItemClass,
    PlanStanding,
    Quota,
    Ratio,
    YearPlan,
)
from inspector.policy import Method, Scope

T = TypeVar("T")
REQUIRED = ("year", "number", "name", "office", "subject", "made_on", "ratios")
OPTIONAL = ("scope", "items", "exclude_recent_months", "cap_unit", "published_on")
# Tables of the same file that other rooms read.
ELSEWHERE = ("movement", "demonstration")

messages(
    {
        "year.file": (
            "年度计划 {name} 无法读取：{why}",
            "the yearly plan {name} cannot be read: {why}",
        ),
    }
)


def read_year(name: str, data: bytes) -> YearPlan:
    """The plan in a TOML file. Raises InspectorError year.file."""
    try:
        return parse_year(tomllib.loads(data.decode("utf-8")))
    except (KeyError, TypeError, ValueError) as e:
        raise InspectorError("year.file", name=name, why=_why(e)) from e


def _why(error: Exception) -> str:
    return f"{type(error).__name__} {error}"


def parse_year(table: Mapping[str, Any]) -> YearPlan:
    """The plan from parsed data. Raises KeyError, TypeError or ValueError."""
    unknown = sorted(table.keys() - {*REQUIRED, *OPTIONAL, *ELSEWHERE})
    if unknown:
        raise ValueError(f"unknown keys: {' '.join(unknown)}")
    unit = _typed(table.get("cap_unit", "compound"), str)
    if unit not in ("compound", "company"):
        raise ValueError(f"cap_unit: {unit}")
    recent = _count(table.get("exclude_recent_months", 0))
    items = table.get("items", {})
    published = table.get("published_on")
    return YearPlan(
        year=_count(table["year"]),
        number=_typed(table["number"], str),
        name=_typed(table["name"], str),
        office=_typed(table["office"], str),
        subject=_typed(table["subject"], str),
        scope=_scope(table.get("scope", {})),
        items=tuple((ItemClass(k), _texts(v)) for k, v in items.items()),
        ratios=tuple(_ratio(row) for row in table["ratios"]),
        exclude_recent_months=recent,
        cap_unit=unit,
        made_on=_day(table["made_on"]),
        published_on=None if published is None else _day(published),
    )


def _typed(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _count(value: object) -> int:
    number = _typed(value, int)
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number


def _day(value: object) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else _typed(value, date)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_typed(v, str) for v in _typed(value, list))


def _scope(table: Mapping[str, Any]) -> Scope:
    lists = {k: _texts(v) for k, v in table.items() if k != "method"}
    classes = tuple(RiskClass(c) for c in lists.pop("classes", ()))
    method = Method(table.get("method", Method.OPEN))
    return Scope(method=method, classes=classes, **lists)


def _ratio(row: Mapping[str, Any]) -> Ratio:
    return Ratio(
        ItemClass(row["item_class"]),
        RiskClass(row["risk_class"]),
        _count(row["number"]),
        _count(row["cap"]),
    )


def plan_document(
    plan: YearPlan,
    standing: PlanStanding,
    quotas: Sequence[Quota],
    cells: Sequence[Cell],
) -> dict[str, Any]:
    """What is published: the plan's fields, its base, and every batch.

    Fractions are `[numerator, denominator]`; a stratum is named `street/class`.
    """
    by_class = {q.risk_class: q for q in quotas}
    return {
        "schema": "inspector/year/v1",
        "year": plan.year,
        "number": plan.number,
        "name": plan.name,
        "office": plan.office,
        "subject": plan.subject,
        "standing": standing.value,
        "made_on": plan.made_on.isoformat(),
        "published_on": plan.published_on.isoformat() if plan.published_on else "",
        "due": plan.due.isoformat(),
        "scope": {
            "method": plan.method.value,
            "types": list(plan.scope.types),
            "districts": list(plan.scope.districts),
            "streets": list(plan.scope.streets),
            "classes": [c.value for c in plan.scope.classes],
        },
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
                "batches": list(by_class[r.risk_class].batches),
            }
            for r in plan.ratios
        ],
        "strata": [
            {
                "stratum": f"{c.street}/{c.risk_class.value}",
                "size": c.size,
                "expected": [[e.numerator, e.denominator] for e in c.expected],
                "total": [c.total.numerator, c.total.denominator],
            }
            for c in cells
        ],
    }
