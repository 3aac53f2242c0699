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
from datetime import date

from inspector.docket import escalation, ladder
from inspector.docket.cases import CaseFile, apply, to_case
from inspector.docket.entry import Reason, Why, select
from inspector.docket.moves import CaseAdopted, CaseOpened, Move
from inspector.docket.recorded import Recorded
from inspector.docket.terms import DocketRules, ListedLevel, Measure, Party
from inspector.docket.visits import steps_done
from inspector.domain import Case, CaseState, Registry, Visit, VisitKind
from inspector.errors import InspectorError
from inspector.month.assigned import Result
from inspector.month.freeze import Drawn, Frozen
from inspector.months import month_of, month_span
from inspector.policy import VisitRules

CLIMB = 2  # rungs taken at most after one visit


@dataclass(frozen=True, slots=True)
class _Visit:
    """A docket visit as it is judged: what for, when, what it found."""

    name: str
    kind: VisitKind
    day: date
    found: tuple[tuple[str, str], ...]  # item, severity
    rules: VisitRules


@dataclass(slots=True)
class Docket:
    """All case files of the year.

    `changed`: compound -> new company; `closed`: whose case was closed, in order.
    `misfits`: visits that fitted their case no more when they were published, because
    what an open log had sealed came out otherwise than assumed; they move nothing.
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

    def published(self, frozen: Frozen, visit: Visit, result: Result) -> None:
        """A result came out: its case moves by it at once."""
        kinds = [k for k in result.made_as(visit.kinds) if k is not VisitKind.RANDOM]
        if not kinds:
            return
        severity = {i.code: i.severity for i in frozen.registry.items}
        case_of = {v.compound: v.case for v in frozen.intake.visits}
        made = _Visit(
            f"{frozen.policy.month}/{visit.id}",
            kinds[0],
            result.date,
            tuple((code, severity.get(code, "")) for code in result.findings),
            frozen.policy.visits,
        )
        case = case_of[visit.compound]
        before = self.files[case]
        try:
            self._visited(case, made)
        except InspectorError:
            self.files[case] = before
            self.misfits.append(made.name)

    def end(self, drawn: Drawn) -> None:
        """The end of a month: who is changed, and whom the look-back meets by lot."""
        self._exits(drawn.frozen.registry, drawn.frozen.policy.month)
        self._look_backs(drawn)

    def rows(self, ended: date) -> tuple[Case, ...]:
        """The docket that the next freeze starts from."""
        return tuple(to_case(self.files[c], ended) for c in sorted(self.files))

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

    def _visited(self, name: str, v: _Visit) -> None:
        """One docket visit with what it found, and all that follows from it."""
        before = len(self.files[name].failures)
        case = self.files[name]
        if v.kind is VisitKind.REMEDIATION and not case.measures:
            number = f"{v.name}/执法进小区"
            self._move(
                name,
                ladder.take_measure(
                    case, v.day, Measure.ENFORCED, ListedLevel.NONE, case.street, number
                ),
            )
        old = [p.number for p in self.files[name].unsolved]
        self._find(name, v)
        passed = not v.found
        solved = old if passed else old[::2]
        self._move(
            name,
            ladder.visit(
                self.files[name],
                v.day,
                v.kind,
                v.name,
                v.rules,
                self.rules,
                passed=passed,
                solved=solved if v.kind is not VisitKind.REMEDIATION else old[::2],
            ),
        )
        if v.kind is VisitKind.RECHECK and not passed:
            self._miss(name, v)
        if v.kind is VisitKind.ACCEPTANCE:
            self._verdicts(name, v, passed)
        if v.kind is VisitKind.LOOKBACK and not passed:
            case = self.files[name]
            self._move(name, ladder.reopen(case, v.day, "回头看未通过", self.rules))
        self._order(name, v)
        if len(self.files[name].failures) > before:
            self._escalate(name, v)

    def _find(self, name: str, v: _Visit) -> None:
        known = {p.item for p in self.files[name].unsolved}
        fresh = [f for f in v.found if f[0] not in known]
        if fresh:
            move = ladder.find_problems(self.files[name], v.day, fresh, v.name)
            self._move(name, move)

    def _miss(self, name: str, v: _Visit) -> None:
        """逾期未改: deadlines that passed with the problem still there."""
        late = [
            p.number
            for p in self.files[name].unsolved
            if p.deadline is not None and p.deadline < v.day
        ]
        if late:
            self._move(name, ladder.miss(self.files[name], v.day, late))

    def _order(self, name: str, v: _Visit) -> None:
        """责令整改 for what was found, as long as the case is open."""
        case = self.files[name]
        fresh = [p for p in case.unsolved if p.deadline is None]
        if fresh and case.state is not CaseState.CLOSED:
            number = f"{v.name}/责令整改"
            self._move(name, ladder.order(case, v.day, number, self.rules))

    def _verdicts(self, name: str, v: _Visit, passed: bool) -> None:
        """住建 + 街道 + 社区 + 业主: all accept, or the housing bureau refuses."""
        parties = self.rules.parties if passed else (Party.HOUSING,)
        for party in parties:
            number = f"{v.name}/验收/{party.value}"
            self._move(
                name,
                ladder.judge(
                    self.files[name], v.day, party, passed, number, self.rules
                ),
            )
        if passed:
            number = f"{v.name}/销号"
            self._move(name, ladder.close(self.files[name], v.day, number, self.rules))
            self.closed.append(self.files[name].compound)

    def _escalate(self, name: str, v: _Visit) -> None:
        for _ in range(CLIMB):
            case = self.files[name]
            rungs = escalation.open_rungs(case, self.rules)
            fresh = [r.code for r in rungs if r.code not in case.rungs]
            if not fresh:
                return
            number = f"{v.name}/{fresh[0]}"
            self._move(
                name,
                escalation.escalate(
                    case, v.day, fresh[0], number, "整改未通过", self.rules
                ),
            )

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
