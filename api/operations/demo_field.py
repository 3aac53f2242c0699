"""Made-up field work of a demonstration: both officers and the leader at work.

Every visit of one duty day gets its arrival, draft and two signatures; the leader
passes most of them, a few wait for him. Outcomes come from the coins of
`inspector.month.demonstration`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from api.field import duties, reviews, visits
from api.field.duties import Work
from api.field.visits import Sheet
from api.site import Actor, Desk, Site
from api.store.models import Account
from inspector.month import demonstration
from inspector.month.assigned import Assigned, Result
from inspector.results.outcomes import Handling, Opinion, Severity
from inspector.results.raw import Finding, RawResult

WAITING = 3  # results that the leader has still to review
At = Callable[[str], None]


class FieldDay:
    """One duty day of an assigned month."""

    def __init__(self, site: Site, bureau: str, month: str, stand: At) -> None:
        self.site, self.bureau, self.month, self.stand = site, bureau, month, stand

    def work(
        self,
        assigned: Assigned,
        day: date,
        leader: Account,
        until: date,
        waiting: int = WAITING,
        least: int = 0,
    ) -> list[str]:
        """All visits of `day`; the leader reviews on the eve of `until`.

        The ids of the results that wait for him, `waiting` at most; `least` are passed.
        """
        made = self.visit(assigned, day)
        self.stand(f"{self.eve(assigned, day, until).isoformat()}T09:00:00Z")
        return self.review(made, leader, waiting, least)

    def visit(self, assigned: Assigned, day: date) -> list[str]:
        """All visits of the day; the ids of their raw results."""
        results = [r for r in demonstration.results(assigned) if r.date == day]
        return [self._visit(r) for r in results if r.score_bp >= 0]

    @staticmethod
    def eve(assigned: Assigned, day: date, until: date) -> date:
        """The last working day between the two, else the first of them."""
        days = assigned.frozen.publish_days
        return max((d for d in days if day < d < until), default=day)

    def review(
        self, made: list[str], leader: Account, waiting: int = WAITING, least: int = 0
    ) -> list[str]:
        """The leader passes all but `waiting`, `least` of them in any case."""
        actor = Actor(
            f"account:{leader.id}", frozenset({"leader"}), self.bureau, leader.id
        )
        ready = max(0, least, len(made) - waiting)
        for result_id in made[:ready]:
            with self.site.desk(self.bureau, actor, write=True) as desk:
                found = reviews.find(desk, self.month, result_id)
                reviews.let_pass(desk, found)
        return made[ready:]

    def _officer(self, staff: str) -> Actor:
        return Actor(
            f"officer:{staff}", frozenset({"inspector"}), self.bureau, inspector=staff
        )

    def _visit(self, result: Result) -> str:
        """Arrival, draft, submission, two signatures; the raw result's id."""
        with self.site.desk(self.bureau, self._officer("")) as desk:
            field = duties.field_of(desk, self.month)
            work = duties.visit_in(desk, field, result.visit)
        self.stand(_clock(work, work.stop.start))
        lead, second = work.officers
        self._do(lead, lambda desk: _write(desk, work, result))
        self.stand(_clock(work, work.stop.end))
        sheet = self._do(lead, lambda desk: _submit(desk, work))
        digest = sheet.stage.raw.digest
        for officer in (lead, second):
            sheet = self._do(officer, lambda desk: visits.sign(desk, work, digest))
        return sheet.id

    def _do(self, staff: str, step: Callable[[Desk], Sheet]) -> Sheet:
        with self.site.desk(self.bureau, self._officer(staff), write=True) as desk:
            return step(desk)


def _clock(work: Work, minute: int) -> str:
    """A minute of the visit's day (China Standard Time) as a timestamp."""
    utc = minute - 8 * 60
    return f"{work.package.day.isoformat()}T{utc // 60:02d}:{utc % 60:02d}:00Z"


def _write(desk: Desk, work: Work, result: Result) -> Sheet:
    begun = _clock(work, work.stop.start)
    code = {"code": f"DEMO-{result.visit}", "company": work.compound.usc18}
    visits.arrive(desk, work, {**code, "phone": begun})
    return visits.write(desk, work, raw(work, result))


def _submit(desk: Desk, work: Work) -> Sheet:
    digest = visits.sheet(desk, work).stage.raw.digest
    return visits.submit(desk, work, digest)


def raw(work: Work, result: Result) -> RawResult:
    """What the officers write: every item of the list, a text for each problem."""
    found, firm = set(result.findings), bool(work.compound.usc18)
    handling = Handling.ORDERED if firm else Handling.LATER
    rows = tuple(
        Finding(i.code, True, "演示问题", 1, i.severity or Severity.MINOR, handling)
        if i.code in found
        else Finding(i.code, True)
        for i in work.checklist.items
    )
    told = ("ordered", "rectify") if found else ("no_problem", "none")
    outcome, follow_up = told if firm else demonstration.told_of(*told)
    return replace(
        visits.raw_of(work, {}),
        outcome=outcome,
        follow_up=follow_up,
        started=_clock(work, work.stop.start),
        ended=_clock(work, work.stop.end),
        findings=rows,
        opinion=next(iter(Opinion)).value,
        opinion_by="演示物业代表",
    )
