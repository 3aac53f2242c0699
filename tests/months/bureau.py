"""A made-up bureau for as many months as wanted: its logs side by side, told as steps.

Everything is chosen by one seed. A log is a `Line`: the random month of
`tests/verify/random_months.py`, cut in pieces so that the logs of a bureau grow in true
order: a freeze sees what every other log holds at that moment, and nothing else. What
it has to say then is known to the `ledger`, and judged in `judge`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

import judge
from field_days import FieldDays
from ledger import Ledger
from random_months import Story
from world import changed, world

from inspector.domain import Registry, Visit, VisitKind
from inspector.errors import InspectorError, NoPlan
from inspector.month.audit import packed_violations
from inspector.month.following import again_of, elsewhere_of, following, purpose_of
from inspector.month.overlap import Live, lives
from inspector.month.record import log_name
from inspector.month.route import planned, take
from inspector.month.stages import Route
from inspector.month.standing import Stood, stood
from inspector.months import month_span, next_month
from inspector.policy import Method, Policy, Scope
from inspector.registry import write_scenario
from inspector.sources import later

FIRST = "2025-07"  # after 24 months more the working-day data end
SPLIT = (("万秀",), ("长洲", "龙圩"))  # the districts of two logs of one month
Body = dict[str, Any]


class Line(FieldDays, Story):
    """One log: a month and a scope, with a pause before all that others may see."""

    def __init__(self, bureau: Bureau, number: int, policy: Policy, at: str) -> None:
        self.bureau, self.number = bureau, number
        self.random = Random(f"{bureau.seed}/{number}")
        self.told: list[str] = []
        self.registry, self.calendar = bureau.registry, bureau.calendar
        self.policy = self._policy(policy)
        self.route, self.issue = Route(), int(policy.month[:4]) * 1000 + 100
        self.reveals: dict[str, str] = {}
        self.now, self.after = at, ""
        self.steps: list[tuple[str, Body]] = []
        self.stands: list[tuple[str, Route]] = []  # the route after each step
        self.mode = self.random.choice(("prompt", "office", "office", "slow"))
        self.restless = True  # another freeze may come
        self.origin = ""
        self.folds: list[Registry] = []  # what each of its freezes stood on
        self.asked = policy
        self._stood: dict[int, Stood | None] = {}

    def _policy(self, policy: Policy) -> Policy:
        mixed = super()._policy(policy)
        pick = self.random.choice
        visits = replace(mixed.visits, series_minutes=pick(((90, 60, 60), (60, 45))))
        bottom = replace(mixed.bottom, start_per_month=pick((1, 2, 5)))
        return replace(mixed, visits=visits, bottom=bottom)

    def taken(self, when: str) -> int:
        """How many steps were taken at a time."""
        return sum(at <= when for at, _ in self.stands)

    def at(self, when: str) -> Route | None:
        """The route as it stood; None before its freeze."""
        number = self.taken(when)
        return self.stands[number - 1][1] if number else None

    def stood(self, when: str) -> Stood | None:
        """The log as it stood."""
        number, route = self.taken(when), self.at(when)
        if number not in self._stood:
            steps = self.steps[:number]
            found = stood(route, lambda: steps) if route is not None else None
            self._stood = {number: found}
        return self._stood[number]

    def step(self, kind: str, body: Body) -> None:
        known = len(self.route.log.events)
        live = self.bureau.live(self) if kind == "freeze" else ()
        if kind == "pack":  # it was solved just now; a replay does it again
            self.route = planned(self.route, self.packed, "", "")
            assert packed_violations(self.packed) == ()
        else:
            self.route = take(self.route, kind, body, live)
        if not self.origin:
            frozen = self.route.frozen
            assert frozen is not None
            self.origin = log_name(frozen.log, frozen.file)
        at = str(body.get("at") or body.get("published_at") or self.now)
        assert not self.stands or at >= self.stands[-1][0]
        self.steps.append((kind, body))
        self.stands.append((at, self.route))
        self.noted(kind, body, known)

    def noted(self, kind: str, body: Body, known: int) -> None:
        """The ledger learns how the log has grown."""
        file = self.route.frozen.file if kind == "freeze" and self.route.frozen else b""
        events = self.route.log.events[known:]
        self.bureau.ledger.note(self.origin, self.policy.month, events, file, body)

    # -- freeze and draw ---------------------------------------------------------------

    def freeze(self) -> None:
        policy = self.announced()
        self.registry = self.folded(policy)
        self.folds.append(self.registry)
        files = write_scenario(self.registry, policy)
        body: Body = {n: self.random.randbytes(32).hex() for n in ("blind", "secret")}
        body |= {"files": {n: b64encode(d).decode() for n, d in files.items()}}
        self.step("freeze", {**body, "at": self.now, "demonstration": True})
        self.judged("frozen")

    def folded(self, policy: Policy) -> Registry:
        """What this freeze stands on."""
        return self.bureau.folded(self, policy, self.now)

    def judged(self, stage: str) -> None:
        """A freeze, or a close, is held against the ledger."""
        (judge.freeze if stage == "frozen" else judge.closed)(self)

    def tell(self) -> Iterator[str]:
        """The whole month; yields the moment at which it wants to go on."""
        while not self.bureau.may_freeze(self.policy.month):
            self.now = later(self.now, 24)
            yield self.now
        yield from self._attempts()
        if self.random.random() < 0.04:
            self.cancelled("draw")
            self.told.append("whole month cancelled")
            return
        try:
            self._lottery()
        except InspectorError as problem:
            self.told.append(unsolved(problem))
            self.cancelled("draw")
            return
        if self.random.random() < 0.15:
            self.changed()
        yield from self.field_work()
        yield from self.close_month()
        self.judged("closed")

    def changed(self) -> None:
        try:
            self.amend()
        except InspectorError as problem:
            self.told.append(unsolved(problem))

    def _attempts(self) -> Iterator[str]:
        (again,) = self.random.choices((0, 1, 2), (16, 3, 1))
        for left in range(again, -1, -1):
            yield self.now
            self.freeze()
            frozen = self.route.frozen
            assert frozen is not None
            if not left or self.random.random() < 0.5:
                self.drawn_from("draw", frozen.policy.draw_entropy, "draw")
            if left:
                self.cancelled("draw")
        self.restless = False

    def _lottery(self) -> None:
        while self.random.random() < 0.2:
            self.people()
        again = (self.random.random() < 0.1, self.random.random() < 0.1)
        self.seal()
        if again[0]:
            self.cancelled("lottery")
            self.seal()
        self.lottery()
        begins = month_span(self.policy.month)[0] - timedelta(4)
        if again[1] and self.now < begins.isoformat():
            self.cancelled("lottery")
            self.seal()
            self.lottery()

    # -- what the other logs say to it -------------------------------------------------

    def again(self, visit: Visit, at: str) -> str:
        if VisitKind.RANDOM not in visit.kinds:
            return ""
        frozen = self.month.frozen
        found = again_of(self.bureau.stoods(at), frozen, visit.compound, at)
        assert found == self.bureau.ledger.again(
            self.origin, frozen.at, visit.compound, at
        )
        return found

    def elsewhere(self, visit: Visit, day: date, at: str) -> list[str]:
        logs, frozen = self.bureau.stoods(at), self.month.frozen
        return [
            d.isoformat() for d in elsewhere_of(logs, frozen, visit.compound, day, at)
        ]

    def reasons(self) -> Body:
        """Of every visit, so that none in excess is without."""
        visits = [v.id for v in self.packed.drawn.visits]
        return {"excess": [{"visit": v, "reason": "演示"} for v in visits]}

    def purpose(self, visit: Visit, day: date) -> str:
        if not {VisitKind.RECHECK, VisitKind.ACCEPTANCE} <= set(visit.kinds):
            return ""
        logs = self.bureau.stoods(self.now)
        found = purpose_of(logs, self.month.frozen, visit.compound, day).value
        doc = json.loads(self.month.frozen.file)
        ledger = self.bureau.ledger
        assert found == ledger.purpose(doc, visit.compound, day.isoformat(), self.now)
        return found


def unsolved(problem: InspectorError) -> str:
    """A month in which nothing can be made, or no table that the floats could prove;
    anything else is raised again."""
    if not isinstance(problem, NoPlan) and problem.code != "chances.unproven":
        raise problem
    return "no plan" if isinstance(problem, NoPlan) else "no proven table"


class Bureau:
    """All logs of a bureau over some months, told from a seed."""

    def __init__(self, seed: int, months: int, most: int = 60) -> None:
        self.seed, self.random = seed, Random(seed)
        self.registry, self.policy, self.calendar = world(self.random, most)
        self.first = self.registry  # as the bureau began
        self.ledger = Ledger(self.registry, self.calendar)
        self.lines: list[Line] = []
        self.seen = Counter[str]()
        month = FIRST
        for _ in range(months):
            self._announce(month)
            month = next_month(month)

    def _announce(self, month: str) -> None:
        """One log of the month or two, and when they are to be frozen."""
        policy = replace(self.policy, month=month)
        dice = self.random
        kind = dice.choices(("all", "two", "part"), (8, 2, 1))[0]
        scopes = [Scope()]
        if kind != "all":
            scopes = [Scope(method=Method.TARGETED, districts=d) for d in SPLIT]
            scopes = scopes if kind == "two" else [dice.choice(scopes)]
        for scope in scopes:
            before = dice.choice((dice.randint(6, 25), dice.randint(12, 25), 45))
            day = month_span(month)[0] - timedelta(before)
            number = len(self.lines)
            hour, minute = dice.randint(0, 9), dice.randint(31, 59)
            at = f"{day}T{hour:02}:{minute}:{number % 60:02}Z"
            line = Line(self, number, replace(policy, scope=scope), at)
            self.lines.append(line)

    def run(self) -> Bureau:
        """Every log to its end, in the order of time."""
        waiting: list[tuple[str, int, Iterator[str]]] = []
        for line in self.lines:
            heappush(waiting, (line.now, line.number, line.tell()))
        while waiting:
            _, number, told = heappop(waiting)
            at = next(told, None)
            if at is not None:
                heappush(waiting, (at, number, told))
        for line in self.lines:
            self.seen.update({*line.told, "months"})
        return self

    @staticmethod
    def after_freeze(line: Line) -> str:
        """The moment of a line's last freeze."""
        return [b["at"] for kind, b in line.steps if kind == "freeze"][-1]

    def policy_after(self, line: Line) -> Policy:
        """The rules of the month after a line's, of the whole city."""
        return replace(self.policy, month=next_month(line.policy.month))

    def may_freeze(self, month: str) -> bool:
        """The freezes of the months before are settled."""
        return not any(x.restless and x.policy.month < month for x in self.lines)

    def others(self, line: Line, at: str) -> list[Line]:
        return [x for x in self.lines if x is not line and x.at(at) is not None]

    def stoods(self, at: str) -> list[Stood]:
        found = (x.stood(at) for x in self.lines)
        return [s for s in found if s is not None]

    def live(self, line: Line) -> list[Live]:
        routes = [x.at(line.now) for x in self.others(line, line.now)]
        return [
            one
            for r in routes
            if r is not None
            for one in lives(r.log, r.frozen.file if r.frozen is not None else b"")
        ]

    def folded(self, line: Line, policy: Policy, at: str) -> Registry:
        """What the program says that this freeze stands on."""
        carried = {
            e["compound"]
            for _, e in self.ledger.carries([*self.ledger.logs.values()], at)
        }
        self.registry = changed(
            self.registry, self.random, policy.month, carried, self.ledger.gone
        )
        logs = self.stoods(at)
        return following(logs, self.registry, policy, at, own=line.origin)
