"""Random field work: absences, changes of people, a waiting amendment, whistles.

Whatever is refused is refused with a code; whatever is accepted keeps every rule, and
the closed month verifies with and without the auditor's part.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import amended_month as changed
import forger
import pytest
from amended_month import amend
from month_stages import Month

from inspector import verify
from inspector.domain import Leave, Recusal
from inspector.errors import CeremonyError
from inspector.month import demonstration
from inspector.month.absence import REASONS, absent, people_changed, visits_of
from inspector.month.amendment_call import call
from inspector.month.amendment_draw import (
    assign_amendment,
    cancel_amendment,
    record_amendment,
)
from inspector.month.amendment_proposal import propose
from inspector.month.assigned import Assigned
from inspector.month.audit import assigned_violations
from inspector.month.field import close, publish, refuse_unmade
from inspector.month.pack import PeopleChange

HOURS = ("00:10", "01:30", "04:00", "06:00")  # before and after noon at UTC+8


class Field:
    """A month in the field, with what happens drawn from a seed."""

    def __init__(self, month: Month, seed: int) -> None:
        self.month, self.dice = month, random.Random(seed)
        self.now, self.recorded = month.assigned, False
        self.days = month.frozen.working_days
        self.busy = self.dice.random() > 0.5

    def hour(self, day: date, at: str) -> None:
        self.amendment(day, at)
        for _ in range(
            self.dice.choice((0, 0, 1, 2, 5) if self.busy else (0, 0, 0, 1))
        ):
            self.absence(day, at)
        if self.dice.random() < 0.08:
            self.change(at)
        if self.dice.random() < 0.1 and day not in self.driven():
            visit, route = changed.whistle(self.month, day)
            try:
                why = {"reason": "热线", "excess": "热线，须当日查"}
                self.now = call(self.now, visit, route, at=at, **why)
            except CeremonyError as refused:  # its people are needed, or missing
                assert refused.code == "change.no_call"

    def driven(self) -> set[date]:
        waiting = self.now.waiting
        plans = [self.now.sealed.packed, *([waiting.packed] if waiting else [])]
        last = {self.days[-2]}  # its car is the one that is gone
        return last | {p.day for plan in plans for p in plan.packing.packages}

    def amendment(self, day: date, at: str) -> None:
        if (day, at[11:16]) == (self.days[0], HOURS[1]) and self.dice.random() < 0.6:
            found = propose(self.now, changed.changes(self.month), today=day)
            self.now = amend(self.now, found, blind=changed.BLIND, at=at, reason="x",
                             entropy=changed.SOURCES)  # fmt: skip
        if self.now.waiting is None or at <= changed.VALUE.at:
            return
        if not self.recorded:
            value = replace(changed.VALUE, at=at)
            self.now, self.recorded = record_amendment(self.now, value), True
        elif self.dice.random() < 0.3:
            self.now = cancel_amendment(self.now, at, "x")
        elif self.dice.random() < 0.5:
            self.now = assign_amendment(self.now, [changed.VALUE], at)

    def absence(self, day: date, at: str) -> None:
        dice, packed = self.dice, self.now.sealed.packed
        day = day if dice.random() < 0.6 else dice.choice(self.days)
        seats = {s.id for s in packed.seats if s.day == day}
        held = sorted({who for s, who in self.now.now.holders if s in seats})
        anybody = dice.choice(packed.persons).id
        person = dice.choice(held) if held and dice.random() < 0.7 else anybody
        visits = visits_of(self.now, person, day)
        since = dice.choice(["", *visits]) if dice.random() < 0.6 else ""
        self.step(
            lambda: absent(self.now, person, day, dice.choice(REASONS), at, since)
        )

    def change(self, at: str) -> None:
        dice = self.dice
        who = dice.sample([i.id for i in self.month.registry.inspectors], 3)
        first = dice.choice(self.days)
        last = min(first + timedelta(dice.choice((0, 3, 20))), self.days[-1])
        target = dice.choice(self.now.sealed.packed.drawn.visits).compound
        leave = tuple(Leave(w, first, last, "") for w in who if dice.random() < 0.4)
        out = tuple(Recusal(w, target, "x", None, None) for w in who[1:])
        row = PeopleChange(at, "变动", "科长", leave, out)
        self.step(lambda: people_changed(self.now, row))

    def step(self, step) -> None:  # type: ignore[no-untyped-def]
        try:
            self.now = step()
        except CeremonyError as refused:
            assert refused.code.startswith(("absent.", "change.waiting"))


def made(assigned: Assigned, visit: str) -> bool:
    try:
        refuse_unmade(assigned, visit)
    except CeremonyError:
        return False
    return True


def check(month: Month, seed: int, folder: Path) -> None:
    field = Field(month, seed)
    for day in field.days:
        for hour in HOURS:
            field.hour(day, f"{day}T{hour}:00Z")
    done = field.now
    assert done.waiting is None
    assert assigned_violations(done) == ()
    last = max(e["at"] for e in done.log.events if "at" in e)
    carried = {}
    for result in demonstration.results(done):
        if made(done, result.visit):
            at = max(result.published_at, last)
            done = publish(done, replace(result, published_at=at))
        else:
            carried[result.visit] = "people"
    closed = close(done, "2027-02-21T08:00:00Z", carried)
    for name, files in (("auditor", closed.auditor), ("public", closed.files)):
        found = forger.verdicts(forger.write(folder / f"{seed}{name}", files))
        assert [k for k, v in found.items() if v == verify.FAILS] == [], seed


def test_random_field_work_verifies(month: Month, tmp_path: Path) -> None:
    for seed in range(3):
        check(month, seed, tmp_path)


@pytest.mark.full
def test_much_random_field_work_verifies(month: Month, tmp_path: Path) -> None:
    for seed in range(3, 60):
        check(month, seed, tmp_path)
