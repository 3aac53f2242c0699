"""A simulated year as one chain: its verdict, and its counts by three counters."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import bundles
import pytest
from bureau import Bureau, Line
from other_world import days_of

from inspector.months import month_span
from inspector.workdays import local_day
from inspector.year.counts import YearLog, year_counts

YEAR = 2025  # a bureau begins in July


def counted(bureau: Bureau) -> dict[str, Any]:
    """The counts of the page, from the ledger."""
    logs = [x for x in bureau.ledger.logs.values() if x.in_force("9") is not None]
    freezes = {x.origin: x.in_force("9") for x in logs}
    newest = max((f for f in freezes.values() if f), key=lambda f: str(f["frozen_at"]))
    active = {c["id"] for c in newest["compounds"] if c["status"] == "active"}
    out: Counter[str] = Counter()
    seen, firms, expected = set[str](), Counter[str](), Counter[str]()
    for log in logs:
        freeze = freezes[log.origin]
        assert freeze is not None
        made = set()
        for _, _, rows in log.results("9"):
            for e in (r for r in rows if r["kind"] == "random"):
                made.add(e["compound"])
                firms.update({e["usc18"]} - {""})
        seen |= made
        lost = [
            e["compound"]
            for _, e in log.events
            if e["event"] == "carried" and "random" in e["kinds"]
        ]
        out["carried"] += len(lost)
        due = [o["compound"] for o in freeze["owed"] if not o["gone"]]
        out["owed"] += len(due)
        out["gone"] += len(freeze["owed"]) - len(due)
        out["made"] += len([c for c in due if c in made])
        out["again"] += len([c for c in due if c in lost])
        for s in freeze["strata"]:
            expected[s["risk_class"]] += Fraction(*s["expected"])  # type: ignore[assignment]
    out["inspected"] = len(active & seen)
    return {**out, "companies": firms, "expected": expected}


def late(line: Line) -> int:
    """Visits carried after the first working day after theirs, or after the month."""
    if line.route.closed is None:
        return 0
    days = days_of(line.route)
    last, soon = month_span(line.policy.month)[1], line.calendar.after
    return sum(
        local_day(c.at) > soon(days.get(c.visit, last), 1).date
        for c in line.route.closed.assigned.carried
        if c.reason != "uninspected"
    )


def judged(bureau: Bureau, folder: Path) -> None:
    paths = bundles.written(bureau.run(), folder)
    year = bundles.judge_year(bureau, paths)
    assert year.head["verdict"] == "holds", year.text()
    opened = [x for x in bureau.lines if x.stands]
    opened.sort(key=Bureau.after_freeze)
    for line, report in zip(opened, year.reports, strict=True):
        assert len(report.counts["carried_late"] or []) == late(line), line.origin
    logs = [
        YearLog(x.origin, json.loads(x.route.frozen.file), x.route.log.events)
        for x in bureau.lines
        if x.route.frozen is not None
    ]
    core, own, told = year_counts(logs, YEAR), counted(bureau), year.counts
    for name in ("carried", "owed", "again", "gone", "made"):
        assert getattr(core, name) == told[name] == own.get(name, 0), name
    assert core.covered == told["inspected"] == own["inspected"]
    assert core.compounds == told["inspected"] + told["not_inspected"]
    assert told["companies"] == own["companies"]
    firms = {c.usc18: c.inspections for c in core.companies}
    assert firms == own["companies"]
    for c in core.classes:
        assert Fraction(*c.expected) == own["expected"][c.risk_class]
    rows = {r[0]: r[1:3] for r in told["classes"]}
    assert {c.risk_class: c.drawn for c in core.classes} == {
        k: drawn for k, (_, drawn) in rows.items()
    }
    assert core.twice == len({text.split(" ")[1] for text in told["twice"]})
    assert core.gaps == len(told["gaps"])


def test_a_short_year_is_counted_alike(tmp_path: Path) -> None:
    judged(Bureau(29, 3, 16), tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(3000, 3020))
def test_half_a_year_is_counted_alike(seed: int, tmp_path: Path) -> None:
    judged(Bureau(seed, 6, 50), tmp_path)
