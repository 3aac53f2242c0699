"""Small lists and results, written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from inspector.results.checklist import SCHEMA, Checklist, load
from inspector.results.raw import Finding, RawResult

DAY = date(2026, 12, 1)


def a_list(**changes: Any) -> dict[str, Any]:
    """Three items in two groups: 40 + 20 + 40 points."""
    rows = [("A-1", "甲", 4000, "minor"), ("A-2", "甲", 2000, "major")]
    rows.append(("B-1", "乙", 4000, "redline"))
    items = [
        {
            "code": code,
            "group": group,
            "text": f"事项{code}",
            "legal_basis": "《物业管理条例》",
            "method": "实地检查",
            "weight": weight,
            "severity": severity,
            "evidence": "照片",
            "default_days": {"minor": 10, "major": 30, "redline": 0}[severity],
        }
        for code, group, weight, severity in rows
    ]
    groups = [{"name": "甲", "weight": 6000}, {"name": "乙", "weight": 4000}]
    out = {"schema": SCHEMA, "title": "示例", "groups": groups, "items": items}
    return out | changes


def qingdao() -> dict[str, Any]:
    """青岛's scheme as data: 8 groups, 39 items, one point per defect, complaints 2."""
    sizes = (5, 5, 5, 5, 5, 5, 5, 4)
    items, groups = [], []
    for n, size in enumerate(sizes, 1):
        # 39 items over 100 points: 22 of three points, 17 of two
        weights = [300 if len(items) + k < 22 else 200 for k in range(size)]
        groups.append({"name": f"第{n}组", "weight": sum(weights)})
        items += [
            {
                "code": f"Q{n}-{k}",
                "group": f"第{n}组",
                "text": f"第{n}组第{k}项",
                "legal_basis": "量化考核办法",
                "method": "实地检查",
                "weight": weight,
                "severity": "",
                "evidence": "",
                "default_days": 15,
                "defect": 200 if (n, k) == (8, 4) else 100,
            }
            for k, weight in enumerate(weights, 1)
        ]
    return {"schema": SCHEMA, "title": "量化考核", "groups": groups, "items": items}


def the_list() -> Checklist:
    return load(a_list())


def a_problem(item: str = "A-1", **changes: Any) -> Finding:
    return replace(
        Finding(item, True, "楼道堆物", 1, "minor", "ordered", -1), **changes
    )


def a_result(*findings: Finding, **changes: Any) -> RawResult:
    """A complete result; items not given are fine."""
    given = {f.item for f in findings}
    fine = [Finding(c, True) for c in ("A-1", "A-2", "B-1") if c not in given]
    found = any(f.defects for f in findings)
    raw = RawResult(
        "V0001",
        DAY,
        the_list().version,
        outcome="ordered" if found else "no_problem",
        follow_up="rectify" if found else "none",
        started="2026-12-01T01:30:00Z",
        ended="2026-12-01T02:40:00Z",
        findings=(*findings, *fine),
        opinion="agreed",
        opinion_by="物业项目负责人（合成）",
    )
    return replace(raw, **changes)
