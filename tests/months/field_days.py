"""Field work of a simulated month: results early, late and never, visits carried.

A story (`random_months.Story`) whose people are drawn → its field work with a pause
before each step, so that the months of a bureau are told side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

from random_months import Story

from inspector.codec import dump
from inspector.domain import Package, Visit, VisitKind
from inspector.errors import CeremonyError
from inspector.month.assigned import Assigned
from inspector.month.checklist import managed, visit_items
from inspector.month.demonstration import told_of
from inspector.month.documents import PLACED
from inspector.month.field import refuse_unmade
from inspector.months import month_span
from inspector.results.checklist import grade
from inspector.schedule.packages import package
from inspector.sources import later
from inspector.workdays import counted

# How many working days after the visit its result is published.
PUBLISHED = {
    "prompt": (0, 1, 2, 3),
    "office": (0, 2, 5, 8, 12, 16, 20),
    "slow": (3, 10, 18, 20, 21, 24),
}
OUTCOMES = (
    *[("no_problem", "none")] * 9,
    *[("ordered", "rectify")] * 7,
    *[("unreachable", "daily")] * 2,
)
PROBLEMS = ("ordered", "pending")  # the second where no firm can be ordered
FATES = ("publish",) * 12 + ("carry", "carry late", "leave")


class FieldDays(Story):
    """What comes after the lottery. `number` is a second of the clock of its own."""

    number: int
    mode: str

    def again(self, visit: Visit, at: str) -> str:
        """The log whose visit to the compound was sealed when this was drawn."""
        raise NotImplementedError

    def elsewhere(self, visit: Visit, day: date, at: str) -> list[str]:
        raise NotImplementedError

    def purpose(self, visit: Visit, day: date) -> str:
        """What a visit for re-check and acceptance is."""
        raise NotImplementedError

    def changed(self) -> None:
        """An amendment, if one can be made."""
        raise NotImplementedError

    @property
    def month(self) -> Assigned:
        assert self.route.assigned is not None
        return self.route.assigned

    def clock(self, day: date, hour: int) -> str:
        """An hour of a day that no other log has."""
        return f"{day}T{hour:02}:{self.random.randint(0, 59):02}:{self.number % 60:02}Z"

    def after_days(self, day: date, workdays: int) -> date:
        return counted(self.month.frozen.publish_days, day, workdays)

    def route_of(self, visit: str) -> Package | None:
        packages = self.month.sealed.packed.packing.packages
        return next((p for p in packages for s in p.stops if s.visit == visit), None)

    def field_work(self) -> Iterator[str]:
        """Everything between the lottery and the close."""
        waiting = [(at, k, what) for k, (at, what) in enumerate(self._planned())]
        heapify(waiting)
        known = {v.id for v in self.month.sealed.packed.drawn.visits}
        while waiting:
            at, k, what = heappop(waiting)
            at = max(at, self.now)
            yield at
            self.now = at
            if again := self._happens(*what):
                heappush(waiting, (again, k, what))
            for name in sorted(self.month.pending - known):
                known.add(name)
                fate = self.random.choice(FATES)
                when = self._when(name, fate)
                heappush(waiting, (when, k + len(known), ("visit", (name, fate))))

    def _planned(self) -> Iterator[tuple[str, tuple[str, Any]]]:
        dice = self.random
        packed = self.month.sealed.packed
        holders = dict(self.month.now.holders)
        for one in packed.packing.packages:
            if dice.random() < 0.15:
                who = holders[f"{one.id}/{dice.choice(('lead', 'second'))}"]
                since = dice.choice(("", dice.choice(one.stops).visit))
                at = (
                    self.clock(one.day, 5)
                    if since
                    else self.clock(one.day - timedelta(1), 22)
                )
                yield at, ("absent", (who, one.day.isoformat(), since))
        if dice.random() < 0.15:
            middle = month_span(self.policy.month)[0] + timedelta(dice.randint(0, 12))
            yield self.clock(middle, 3), ("amend", None)
        days = self.month.frozen.working_days
        for kind in ("people", "call"):
            if dice.random() < 0.15:
                day = dice.choice(days)
                yield self.clock(day, 1), (kind, day)
        for visit in packed.drawn.visits:
            fate = dice.choice(FATES)
            yield self._when(visit.id, fate), ("visit", (visit.id, fate))

    def _when(self, visit: str, fate: str) -> str:
        """When the fate of a visit becomes known: after its day, if it has one."""
        package, dice = self.route_of(visit), self.random
        last = month_span(self.policy.month)[1]
        day = package.day if package else last
        if package is None:
            number = 1 if fate != "carry late" else dice.randint(2, 5)
            return self.clock(self.after_days(day, number), 2)
        if fate == "publish":
            number = dice.choice(PUBLISHED[self.mode])
        else:
            number = dice.choice((0, 1)) if fate == "carry" else dice.randint(2, 9)
        day = self.after_days(day, number) if number else day
        return self.clock(day, dice.randint(9, 15))

    def _happens(self, kind: str, what: Any) -> str:
        """Do it; the moment to come back at when it is too soon, else ""."""
        try:
            if kind == "absent":
                who, day, since = what
                body = {"person": who, "day": day, "reason": "illness"}
                self.step("absent", {**body, "at": self.now, "from": since})
                self.told.append("absent")
            elif kind == "amend":
                self.changed()
            elif kind == "people":
                self.people()
            elif kind == "call":
                self.call(what)
            else:
                return self._fate(*what)
        except CeremonyError as refused:
            if not refused.code.startswith(("absent.", "change.")):
                raise
        return ""

    def call(self, day: date) -> None:
        """An urgent visit of the day, for whoever stands by."""
        registry = self.month.frozen.registry
        packed, policy = self.month.sealed.packed, self.month.frozen.policy
        like = self.random.choice(packed.drawn.visits)
        visit = replace(like, id="W1", kinds=(VisitKind.WHISTLE,), first=day, last=day)
        visit = replace(visit, series="", step=0, gap_min=0, gap_max=0, skill="")
        office = next(o for o in registry.offices if o.district == visit.district)
        name = f"S-{day}-1"
        route = package(name, day, office, [visit], policy.day, policy.travel)
        if route is None or any(p.day == day for p in packed.packing.packages):
            return
        body = {"visit": dump(visit, PLACED), "package": dump(route, PLACED)}
        self.step("call", {**body, "at": self.now, "reason": "热线"})
        self.told.append("called")

    def _fate(self, name: str, fate: str) -> str:
        if name not in self.month.pending or fate == "leave":
            return ""
        package = self.route_of(name)
        if package is None:
            soonest = self.after_days(month_span(self.policy.month)[1], 1)
        else:
            soonest = package.day
        if self.now < f"{soonest}T02:00:00Z":
            return self.clock(soonest, 9)
        if package is None:
            unplaced = self.month.sealed.packed.packing.unplaced
            (why,) = [u.cause for u in unplaced if u.visit == name]
            self._carry(name, why)
        elif fate != "publish":
            self._carry(name, self.random.choice(("weather", "time", "safety")))
        else:
            self._publish_one(name)
        return ""

    def _carry(self, visit: str, reason: str) -> None:
        self.step("carry", {"visit": visit, "reason": reason, "at": self.now})
        self.told.append("carried")

    def _publish_one(self, name: str) -> None:
        try:
            day = refuse_unmade(self.month, name)
        except CeremonyError as refused:
            assert refused.code.startswith("result.")
            self._carry(name, "late")
            return
        (visit,) = [v for v in self.month.sealed.packed.drawn.visits if v.id == name]
        outcome, follow_up = self.random.choice(OUTCOMES)
        items = visit_items(self.month, name)
        if not managed(self.month, name):
            outcome, follow_up = told_of(outcome, follow_up)
        codes = [i.code for i in items]
        found = [c for c in codes if outcome in PROBLEMS and self.random.random() < 0.1]
        findings = found or (codes[:1] if outcome in PROBLEMS else [])
        body: dict[str, Any] = {"visit": name, "date": day.isoformat()}
        body |= {"outcome": outcome, "follow_up": follow_up, "findings": findings}
        body |= {"score_bp": grade(items, outcome, findings), "unchecked": []}
        body |= {"published_at": self.now}
        if again := self.again(visit, self.now):
            self.told.append("again")
            body["again"] = again
        if (purpose := self.purpose(visit, day)) and outcome != "unreachable":
            self.told.append(f"both: {purpose}")
            body["purpose"] = purpose
        body["elsewhere"] = self.elsewhere(visit, day, self.now)
        self.step("publish", body)

    def close_month(self) -> Iterator[str]:
        """In time, or late, or as soon as everything is known."""
        dice, frozen = self.random, self.month.frozen
        soon = self.after_days(
            max(month_span(self.policy.month)[1], frozen.working_days[-1]), 1
        )
        due = date.fromisoformat(str(frozen.file and self.close_by))
        day = dice.choice(
            (soon, due, due - timedelta(dice.randint(1, 9)), due + timedelta(6))
        )
        at = max(self.clock(day, 8), later(self.now, 1))
        yield at
        self.now = at
        unplaced = {u.visit for u in self.month.sealed.packed.packing.unplaced}
        left = sorted(self.month.pending - unplaced)
        self.told += ["left to the close"] * bool(left)
        self.step("close", {"at": at, "carried": dict.fromkeys(left, "weather")})

    @property
    def close_by(self) -> str:
        import json

        return str(json.loads(self.month.frozen.file)["close_by"])
