"""The months of a year side by side, as an office has them.

Months from their freeze on, each with its steps still to come → the steps of all of
them in the order of their time, and at any time what the next freeze stands on.

While one month is in the field the one before waits for its deadlines and the next is
frozen. Whatever is published moves docket, classes and opinions at once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from inspector.command.steps import tell
from inspector.command.walk import Run
from inspector.domain import Registry, RiskClass, Visit, VisitKind
from inspector.month.assigned import Assigned
from inspector.month.following import following, rests_on
from inspector.month.standing import Stood, stood
from inspector.month.steps_file import Told
from inspector.months import month_span
from inspector.policy import Policy
from inspector.registry import sorted_registry
from inspector.workdays import Calendar, local_day
from inspector.year.plan import Batch
from scenarios.year import world
from scenarios.year.docket import Docket
from scenarios.year.record import coins
from scenarios.year.world import Moved, Movement

END = "end"  # of the month's last day: no step of a route


@dataclass(slots=True)
class Month:
    """A month from its lottery on. `coming`: what is still to come, in order.

    `moved`: classes that its results changed; `again`: its results of compounds that
    were drawn while an earlier visit was sealed.
    """

    run: Run
    due: tuple[Batch, ...]
    coming: deque[Told]
    means: Mapping[str, Fraction]
    visits: Mapping[str, Visit]
    moved: list[Moved] = field(default_factory=list)
    again: int = 0

    @property
    def name(self) -> str:
        return self.run.frozen.policy.month

    def steps(self) -> Sequence[Told]:
        return self.run.steps


def time_of(step: Told) -> str:
    """When a step that is still to come is taken."""
    body = step[1]
    return str(body.get("published_at") or body["at"])


@dataclass(slots=True)
class Office:
    """Everything that goes on: months, docket, and what was published since a freeze.

    `registry`: as it was frozen last; `classes`: as they are now; `counted`: random
    inspections of the year; `scores`: those published since the last freeze.
    """

    seed: str
    movement: Movement
    registry: Registry
    base: Registry
    calendar: Calendar
    docket: Docket = field(default_factory=Docket)
    months: list[Month] = field(default_factory=list)
    classes: dict[str, RiskClass] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    scores: dict[str, int] = field(default_factory=dict)
    today: date | None = None
    _logs: dict[str, Stood] = field(default_factory=dict)

    def until(self, time: str) -> Iterator[Month]:
        """Take all steps up to `time`, the earliest first; each month as it closes."""
        while True:
            waiting = [m for m in self.months if m.coming]
            first = min(waiting, key=lambda m: time_of(m.coming[0]), default=None)
            if first is None or time_of(first.coming[0]) > time:
                return
            self._days(local_day(time_of(first.coming[0])))
            self._take(first, *first.coming.popleft())
            if first.run.closed is not None:
                yield first

    def _days(self, day: date) -> None:
        """The docket's own time goes on, day by day, up to `day`."""
        today = self.today or day
        while today < day:
            today += timedelta(days=1)
            self.docket.day(today)
        self.today = max(today, day)

    def logs(self, but: Month | None = None) -> list[Stood]:
        """The logs of all months as they stand; `but` for one, which may be older."""
        for month in self.months:
            if month is but:
                continue
            size, known = len(month.run.log.events), self._logs.get(month.name)
            if known is None or len(known.events) != size:
                log = stood(month.run.route, month.steps)
                if log is not None:
                    self._logs[month.name] = log
        return list(self._logs.values())

    def next_registry(self, policy: Policy, at: str) -> Registry:
        """The registry with which the policy's month is frozen at `at`."""
        day = local_day(at)
        evaluations = world.next_evaluations(
            self.registry.evaluations,
            coins(self.seed, policy.month, "evaluations"),
            self.scores,
            self.docket.closed,
        )
        now = replace(
            self.registry,
            compounds=world.with_classes(
                self.registry.compounds, self.classes, self.docket.changed
            ),
            evaluations=evaluations if self.months else self.registry.evaluations,
            leave=world.leave_of(self.base.leave, policy.month),
        )
        rows = world.with_room(self.docket.rows(day), self.calendar, policy.month)
        return sorted_registry(following(self.logs(), now, policy, at, docket=rows))

    def enter(
        self,
        run: Run,
        due: tuple[Batch, ...],
        work: Callable[[Assigned], list[Told]],
        close: str,
    ) -> None:
        """A month after its lottery goes on beside the others: its field work, its end,
        its close."""
        drawn, frozen = run.drawn, run.frozen
        if drawn is None or run.assigned is None:
            raise AssertionError("a month of the office has had its lottery")
        last = month_span(frozen.policy.month)[1]
        end = (END, {"at": f"{last.isoformat()}T15:59:59Z"})
        steps = [*work(run.assigned), end, ("close", {"at": close})]
        means = {r.compound: r.score for r in frozen.ranking.order}
        visits = {v.id: v for v in drawn.visits}
        coming = deque(sorted(steps, key=time_of))
        self.months.append(Month(run, due, coming, means, visits))
        self.registry = frozen.registry
        self.classes = {c.id: c.risk_class for c in frozen.registry.compounds}
        self.scores.clear()
        self.docket.closed.clear()
        self.docket.changed.clear()
        self.docket.open(frozen)

    def _take(self, month: Month, kind: str, body: dict[str, Any]) -> None:
        run = month.run
        if kind == END and run.drawn is not None:
            self.docket.end(run.drawn)
        elif kind == "publish":
            visit = month.visits[body["visit"]]
            run.take(kind, body | self._rests_on(month, visit, body))
            if run.assigned is not None:
                self._published(month, visit, run.assigned)
        else:
            tell(run, kind, body)

    def _rests_on(
        self, month: Month, visit: Visit, body: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a result says of the other months: drawn again (whether somebody was met
        or not), which purpose, which other days of the firm."""
        told = rests_on(
            self.logs(month),
            month.run.frozen,
            visit,
            date.fromisoformat(body["date"]),
            str(body["published_at"]),
            inspected=body["score_bp"] >= 0,
        )
        month.again += "again" in told
        return told

    def _published(self, month: Month, visit: Visit, assigned: Assigned) -> None:
        result = assigned.results[-1]
        if result.score_bp < 0:
            return
        frozen, compound = month.run.frozen, visit.compound
        self.docket.published(assigned, visit, result)
        if VisitKind.RANDOM not in visit.kinds:
            return
        self.counted[compound] += 1
        self.scores[compound] = result.score_bp
        now = self.classes[compound]
        new = world.class_after(
            frozen,
            result,
            now,
            self.counted[compound],
            self.movement,
            month.means.get(compound, Fraction(0)),
        )
        if new is not now:
            self.classes[compound] = new
            month.moved.append(Moved(compound, now, new))
