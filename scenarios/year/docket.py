"""The docket of a demonstration year: every case up and down the whole ladder.

The cases of a year: freezes and results in as they come, moves and the rows of the next
freeze out.

Cases are the files of `inspector.docket.cases`, moved by the judged moves of
`ladder` and `escalation`; what a visit found comes from the month's results. Who
accepts, refuses or leaves is made up; the order in which it may happen is not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from inspector.docket import escalation, ladder
from inspector.docket.cases import CaseFile, apply, to_case
from inspector.docket.entry import Reason, Why, select
from inspector.docket.from_results import Report, apart, ended, moves_of, record_number
from inspector.docket.homes import shares
from inspector.docket.moves import CaseAdopted, CaseOpened, Move
from inspector.docket.next_steps import due_moves, missed_now
from inspector.docket.recorded import Recorded
from inspector.docket.terms import DocketRules, ListedLevel, Measure, Party
from inspector.docket.visits import steps_done
from inspector.domain import Case, CaseState, Registry, Visit, VisitKind
from inspector.month.assigned import Assigned, Result
from inspector.month.freeze import Drawn, Frozen
from inspector.month.reported import report_of
from inspector.months import month_of, month_span
from inspector.policy import VisitRules

CLIMB = 2  # rungs taken at most after one failure
_SERIES = (CaseState.WAITING, CaseState.LISTED)


@dataclass(slots=True)
class Docket:
    """All case files of the year.

    `changed`: compound -> new company; `closed`: whose case was closed, in order.
    `misfits`: visits that fitted their case no more when they were published, because
    what an open log had sealed came out otherwise than assumed; only what they found
    moves it.
    """

    rules: DocketRules = field(default_factory=DocketRules)
    files: dict[str, CaseFile] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)

    def adopt(self, registry: Registry, day: date) -> None:
        """转入: the cases of the scenario's docket."""
        known = {c.id: c for c in registry.compounds}
        for c in registry.docket:
            where = known[c.compound]
            first, last = c.next_first, c.next_last
            adopted = CaseAdopted(
                day,
                c.id,
                c.compound,
                where.usc18,
                where.street,
                (Reason(Why.EARLIER),),
                c.state,
                c.opened,
                steps_done(c, registry.history),
                c.last_visit,
                (first, last) if first and last else None,
            )
            self._move(c.id, adopted)

    def open(self, frozen: Frozen) -> None:
        """The cases that the ranking of a freeze lists anew."""
        registry, month = frozen.registry, frozen.policy.month
        known = {c.id: c for c in registry.compounds}
        chosen = select(registry, frozen.ranking, self.rules, month, counts={})
        for entry in chosen.fresh:
            where = known[entry.compound]
            case = entry.case(month)
            opened = CaseOpened(
                chosen.opened,
                case,
                entry.compound,
                where.usc18,
                where.street,
                entry.reasons,
            )
            self._move(case, opened)

    def published(self, assigned: Assigned, visit: Visit, result: Result) -> None:
        """A result came out: its cases move by it at once, as those of a service do."""
        frozen, report = assigned.frozen, report_of(assigned, visit, result)
        case_of = {v.compound: v.case for v in frozen.intake.visits}
        own = "" if report.kind is VisitKind.RANDOM else case_of[visit.compound]
        found = shares(self.files.values(), visit.compound, own, report)
        for name, share in found:
            name = name or self._apart(frozen, visit.compound, report)
            self._taken(name, share, frozen.policy.visits)

    def day(self, day: date) -> None:
        """A day begins: what was proved solved in time, what time does by itself."""
        for name, case in sorted(self.files.items()):
            if case.state is CaseState.CLOSED and case.next is None:
                continue
            self._prove(name, day)
            before = len(self.files[name].failures)
            for move in due_moves(self.files[name], day, self.rules):
                self._move(name, move)
            if len(self.files[name].failures) > before:
                self._escalate(name, day, f"{day.isoformat()}/{name}")

    def end(self, drawn: Drawn) -> None:
        """The end of a month: who is changed, and whom the look-back meets by lot."""
        self._exits(drawn.frozen.registry, drawn.frozen.policy.month)
        self._look_backs(drawn)

    def rows(self, over: date) -> tuple[Case, ...]:
        """The docket that the next freeze starts from."""
        kept = (c for _, c in sorted(self.files.items()) if not c.apart)
        return tuple(to_case(c, over) for c in kept)

    def moves(self, month: str) -> Counter[str]:
        """How often each kind of move was made in `month`."""
        return Counter(
            type(m).__name__
            for c in self.files.values()
            for m in c.moves
            if month_of(m.day) == month
        )

    def _move(self, case: str, move: Move) -> CaseFile:
        self.files[case] = apply(self.files.get(case), move)
        return self.files[case]

    def _apart(self, frozen: Frozen, compound: str, report: Report) -> str:
        """A case for a result's order beside the docket."""
        number = record_number(report)
        where = next(c for c in frozen.registry.compounds if c.id == compound)
        self._move(number, apart(number, report, compound, where.usc18, where.street))
        return number

    def _taken(self, name: str, report: Report, visits: VisitRules) -> None:
        """One report with all that follows from it."""
        before = len(self.files[name].failures)
        case = self.files[name]
        series = report.kind is VisitKind.REMEDIATION and case.state in _SERIES
        if series and not case.measures:
            number = f"{report.name}/执法进小区"
            how = Measure.ENFORCED, ListedLevel.NONE, case.street, number
            self._move(name, ladder.take_measure(case, report.day, *how))
        taken = moves_of(self.files[name], report, visits, self.rules)
        for move in taken.moves:
            self._move(name, move)
        if taken.misfit is not None:
            self.misfits.append(report.name)
        elif report.kind is VisitKind.ACCEPTANCE:
            self._verdicts(name, report)
        if len(self.files[name].failures) > before:
            self._escalate(name, report.day, report.name)

    def _prove(self, name: str, day: date) -> None:
        """The company proves every other problem solved when its deadline comes."""
        case = self.files[name]
        late = missed_now(case, day + timedelta(days=1))
        proved = [n for n in late if n % 2 == 0]
        if proved:
            number = f"{day.isoformat()}/整改证明/{name}"
            self._move(name, ladder.solve(case, day, proved, number))
            for move in ended(self.files[name], day, number, self.rules):
                self._move(name, move)

    def _verdicts(self, name: str, report: Report) -> None:
        """住建 + 街道 + 社区 + 业主: all accept, or the housing bureau refuses."""
        passed = report.good and not self.files[name].unsolved
        for party in self.rules.parties if passed else (Party.HOUSING,):
            number = f"{report.name}/验收/{party.value}"
            case = self.files[name]
            how = report.day, party, passed, number, self.rules
            self._move(name, ladder.judge(case, *how))
        if passed:
            number = f"{report.name}/销号"
            case = self.files[name]
            self._move(name, ladder.close(case, report.day, number, self.rules))
            self.closed.append(self.files[name].compound)

    def _escalate(self, name: str, day: date, why: str) -> None:
        for _ in range(CLIMB):
            case = self.files[name]
            if not case.company:  # nobody to warn
                return
            rungs = escalation.open_rungs(case, self.rules)
            fresh = [r.code for r in rungs if r.code not in case.rungs]
            if not fresh:
                return
            how = fresh[0], f"{why}/{fresh[0]}", "整改未通过", self.rules
            self._move(name, escalation.escalate(case, day, *how))

    def _exits(self, registry: Registry, month: str) -> None:
        """清退建议 with its evidence, then 换物业: the case goes to the next one."""
        last = month_span(month)[1]
        firms = sorted(c.usc18 for c in registry.companies if c.status == "active")
        for name, case in sorted(self.files.items()):
            if escalation.EXIT not in case.rungs or case.state is CaseState.CLOSED:
                continue
            record = [Recorded(n, m) for n, m in enumerate(case.moves)]
            escalation.propose_exit(case, record, self.rules)
            later = [f for f in firms if f > case.company]
            new = later[0] if later else firms[0]
            number = f"{month}/换物业/{case.compound}"
            move = escalation.change_company(case, last, new, number, self.rules)
            self._move(name, move)
            self.changed[case.compound] = new

    def _look_backs(self, drawn: Drawn) -> None:
        """回头看 by lot, with the month's own seed."""
        month = drawn.frozen.policy.month
        chosen = escalation.draw_look_back(
            self.files.values(),
            drawn.seed,
            drawn.frozen.commitment,
            month,
            month_span(month)[1],
            self.rules.look_back,
        )
        for name, move in chosen.items():
            self._move(name, move)
