"""Every case of a simulated year, looked at on every day of it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from docket_sound import contradictions, told_wrong

from inspector.docket.from_results import orders
from inspector.docket.homes import ordered_in
from inspector.domain import Visit
from inspector.month.assigned import Assigned, Result
from inspector.month.reported import report_of
from scenarios.year.docket import Docket


class Watched:
    """What was wrong on any day, and how much was looked at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.faults: list[str] = []
        self.seen: Counter[str] = Counter()
        day, published = Docket.day, Docket.published

        def begin(docket: Docket, today: date) -> None:
            day(docket, today)
            self.seen["days"] += 1
            for name, case in docket.files.items():
                self.seen["cases"] += 1
                bad = contradictions(case, today, docket.rules)
                self.faults += [f"{today} {name}: {fault}" for fault in bad]

        def come_out(
            docket: Docket, assigned: Assigned, visit: Visit, result: Result
        ) -> None:
            published(docket, assigned, visit, result)
            report = report_of(assigned, visit, result)
            held = ordered_in(docket.files.values(), report)
            where = assigned.frozen.registry.compounds
            firm = next(c.usc18 for c in where if c.id == visit.compound)
            if orders(result.outcome, result.follow_up, firm):
                self.seen["ordered"] += 1
                bad = told_wrong("ordered", len(result.findings), held)
                self.faults += [f"{report.name}: {fault}" for fault in bad]

        monkeypatch.setattr(Docket, "day", begin)
        monkeypatch.setattr(Docket, "published", come_out)
