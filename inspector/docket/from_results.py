"""From a published result to the moves of its case: visit, findings, order, re-opening.

A case and what a visit found → moves of the case, for the service and for a year that
is only simulated.

Nothing that was published gets lost: a visit that does not fit its case any more moves
no state, but what it found enters the case and is ordered. What a result orders has
its deadline from the day it was published; a case that was closed is opened again
before anything is found in it. Which cases take a result is `inspector.docket.homes`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from inspector.docket import ladder
from inspector.docket.cases import CaseFile, apply
from inspector.docket.entry import Reason, Why
from inspector.docket.moves import (
    CaseAdopted,
    CaseOpened,
    Move,
    ProblemsSolved,
)
from inspector.docket.terms import DocketRules
from inspector.domain import Case, CaseState, VisitKind
from inspector.errors import InspectorError
from inspector.policy import VisitRules

# Why a case is opened again, as its move tells.
BAD_LOOK_BACK = "回头看未通过"
LATER_FOUND = "销号后仍有问题"


@dataclass(frozen=True, slots=True)
class Report:
    """What a visit found. `good`: its result was 未发现问题.

    `name`: the visit as documents call it, `month/visit`; `kind`: `random` when it was
    no docket visit; `findings`: item code and severity; `unseen`: items it could not
    judge; `log`: the log that holds the result, by origin; `ordered`: the day from
    which its deadlines count (that of the publication), None when it orders nothing;
    `party`: who answers where no company does; `scope`: told apart from other logs of
    the month, "" of the whole city; `beside`: the open case that takes what was found
    because this one is closed, "" when there is none (`homes.shares`).
    """

    name: str
    day: date
    kind: VisitKind
    good: bool
    findings: tuple[tuple[str, str], ...] = ()
    log: str = ""
    unseen: Collection[str] = ()
    ordered: date | None = None
    party: str = ""
    scope: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class CaseEffect:
    """The moves that a report makes, the case after them; `misfit`: why the visit
    itself is not among them."""

    moves: tuple[Move, ...]
    case: CaseFile
    misfit: InspectorError | None = None


def orders(outcome: str, follow_up: str, company: str) -> bool:
    """Whether a result orders what it found: 责令改正, or where there is no company a
    letter to the responsible party (PROTOCOL.md §6).

    >>> orders("ordered", "rectify", "U"), orders("pending", "notify", "")
    (True, True)
    >>> orders("pending", "notify", "U"), orders("no_problem", "none", "")
    (False, False)
    """
    if outcome == "ordered" or follow_up == "rectify":
        return True
    return not company and outcome == "pending" and follow_up == "notify"


def order_number(report: Report, company: str) -> str:
    """文号 of the order, or of the letter, that a result makes: unique in a bureau.

    >>> report = Report("2026-12/V0007", date(2026, 12, 1), VisitKind.RANDOM, False)
    >>> order_number(report, "U"), order_number(report, "")
    ('责改〔2026-12〕V0007号', '督办〔2026-12〕V0007号')
    """
    log, visit = _named(report, "·")
    return f"{'责改' if company else '督办'}〔{log}〕{visit}号"


def record_number(report: Report) -> str:
    """Number of the case that follows a result's order beside the docket.

    >>> record_number(Report("2026-12/V7", date(2026, 12, 1), VisitKind.RANDOM, False))
    '2026-12-V7-ZG'
    """
    return "-".join((*_named(report, "-"), "ZG"))


def _named(report: Report, between: str) -> tuple[str, str]:
    """Month and scope of the report's log, and its visit."""
    month, visit = report.name.split("/", 1)
    return between.join(filter(None, (month, report.scope))), visit


def moves_of(
    case: CaseFile, report: Report, visits: VisitRules, rules: DocketRules
) -> CaseEffect:
    """The visit, its findings and its order as moves of the case.

    A re-check or acceptance solves every problem that it no longer finds (none when it
    is not good and lists no finding); what it could not judge stays. A bad look-back
    opens the case again, but not beside an open one.
    """
    made = _Moves(case, report, visits, rules)
    made.visit()
    made.find()
    made.order()
    made.end()
    return CaseEffect(tuple(made.moves), made.case, made.misfit)


def corrected(
    case: CaseFile, report: Report, day: date, visits: VisitRules, rules: DocketRules
) -> CaseEffect:
    """A result was corrected or withdrawn on `day`: what it found and does not find any
    more is no problem of the case, what it finds now is ordered."""
    made = _Moves(case, report, visits, rules)
    found = {item for item, _ in report.findings}
    gone = [
        p.number
        for p in case.unsolved
        if p.source == report.name and p.item not in found
    ]
    number = _correction(report)
    if gone:
        made.add(ladder.solve(case, day, gone, number))
    made.find()
    made.order()
    for move in ended(made.case, day, number, rules):
        made.add(move)
    return CaseEffect(tuple(made.moves), made.case)


def _correction(report: Report) -> str:
    return f"更正 {report.name}"


def _taken_back(case: CaseFile, report: Report) -> set[int]:
    """Problems that a correction of the result took back; the next may find them."""
    number = _correction(report)
    told = (m for m in case.moves if isinstance(m, ProblemsSolved))
    return {n for m in told if m.number == number for n in m.numbers}


class _Moves:
    """The moves of one report, one after the other."""

    def __init__(
        self, case: CaseFile, report: Report, visits: VisitRules, rules: DocketRules
    ) -> None:
        self.case, self.report = case, report
        self.visits, self.rules = visits, rules
        self.moves: list[Move] = []
        self.misfit: InspectorError | None = None
        # An older result that comes out late tells nothing new.
        last = case.last_visit
        self.late = last is not None and report.day < last

    def add(self, move: Move) -> None:
        self.moves.append(move)
        self.case = apply(self.case, move)

    def visit(self) -> None:
        """The visit itself, where the case takes it."""
        report = self.report
        if report.kind is VisitKind.RANDOM:
            if self.case.apart and self.case.state is CaseState.RECTIFYING:
                self._visited(VisitKind.RECHECK)
            return
        if report.kind is VisitKind.RECHECK and self.case.accepted_on is not None:
            # The freeze took it for not passed (`to_case`), as the visit shows.
            self.add(ladder.lapse(self.case, max(report.day, self._said()), self.rules))
        if self._reopens():
            self._reopen(LATER_FOUND)
        self._visited(report.kind)
        looked = report.kind is VisitKind.LOOKBACK and not report.beside
        if looked and not self.misfit and not report.good:
            self._reopen(BAD_LOOK_BACK)

    def _visited(self, kind: VisitKind) -> None:
        report, case = self.report, self.case
        solved = self._solved(kind)
        left = {p.number for p in case.unsolved} - set(solved)
        passed = report.good and not (left and kind is VisitKind.RECHECK)
        try:
            made = ladder.visit(
                case,
                report.day,
                kind,
                report.name,
                self.visits,
                self.rules,
                passed=passed,
                solved=solved,
            )
        except InspectorError as e:
            self.misfit = e
            return
        if report.good:  # what nobody could look at is no failure of the company
            made = replace(made, failed=False)
        self.add(replace(made, log=report.log))

    def _solved(self, kind: VisitKind) -> list[int]:
        """What the visit saw gone."""
        found = {item for item, _ in self.report.findings}
        judges = kind in (VisitKind.RECHECK, VisitKind.ACCEPTANCE)
        if not judges or not (self.report.good or found):
            return []
        keeps = found | set(self.report.unseen)
        return [p.number for p in self.case.unsolved if p.item not in keeps]

    def _said(self) -> date:
        return max((v.day for v in self.case.verdicts), default=self.report.day)

    def _reopens(self) -> bool:
        """Whether the visit finds problems in a case that was closed meanwhile."""
        closed = self.case.state is CaseState.CLOSED
        late = self.report.kind is VisitKind.LOOKBACK or self.late
        bad = not self.report.good and not self.report.beside
        return closed and not late and bad

    def _reopen(self, reason: str) -> None:
        day = max(self.report.day, self.case.closed_on or self.report.day)
        self.add(ladder.reopen(self.case, day, reason, self.rules))

    def find(self) -> None:
        """What it found and the case does not know yet."""
        report = self.report
        known = {p.item for p in self.case.unsolved}
        back = _taken_back(self.case, report)
        known |= {
            p.item
            for p in self.case.problems
            if p.source == report.name and p.number not in back
        }
        fresh = [f for f in report.findings if f[0] not in known]
        if not fresh:
            return
        if self.case.state is CaseState.CLOSED:
            self._reopen(LATER_FOUND)
        self.add(ladder.find_problems(self.case, report.day, fresh, report.name))

    def order(self) -> None:
        """责令整改 with its deadlines, from the day of the publication."""
        day = self.report.ordered
        if day is None or not self.case.unordered:
            return
        number = order_number(self.report, self.case.company)
        straight = self.case.apart and self.case.state is CaseState.WAITING
        self.add(
            ladder.order(
                self.case,
                day,
                number,
                self.rules,
                straight=straight,
                party=self.report.party,
            )
        )

    def end(self) -> None:
        """A result's order ends with its last problem."""
        for move in ended(self.case, self.report.day, self.report.name, self.rules):
            self.add(move)


def ended(
    case: CaseFile, day: date, number: str, rules: DocketRules
) -> tuple[Move, ...]:
    """The end of a result's order of which nothing is left; nothing else ends so."""
    if case.apart and case.state is not CaseState.CLOSED and not case.unsolved:
        return (ladder.close(case, day, number, rules),)
    return ()


def apart(
    number: str, report: Report, compound: str, company: str, street: str
) -> CaseOpened:
    """A result's order as the first move of a case of its own, beside the docket."""
    reason = Reason(Why.RESULT, (("date", report.day.isoformat()),))
    return CaseOpened(report.day, number, compound, company, street, (reason,))


def adopt(row: Case, company: str, street: str, steps: int, day: date) -> CaseAdopted:
    """A row of the registry's docket as the first move of its case.

    `steps`: remediation visits made so far (`inspector.docket.visits.steps_done`).
    """
    window = None
    if row.next_first is not None and row.next_last is not None:
        window = (row.next_first, row.next_last)
    return CaseAdopted(
        day,
        row.id,
        row.compound,
        company,
        street,
        (Reason(Why.EARLIER),),
        row.state,
        row.opened,
        steps,
        row.last_visit,
        window,
    )
