"""Every case of a made-up year on every day: nothing contradicts itself.

Cases of every state go a year through made-up visits, results that come out days later
and people who do what is theirs, or do not; each day its own run is made. The default
run walks some cases, `full` as many as a city has.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from docket_cases import REASON, RULES, VISITS
from docket_sound import contradictions, told_wrong

from inspector.docket import escalation, ladder
from inspector.docket.cases import CaseFile, apply, fold, to_case
from inspector.docket.from_results import Report, apart, ended, moves_of, record_number
from inspector.docket.homes import ordered_in, shares
from inspector.docket.moves import CaseAdopted, CaseOpened, Move, name_of
from inspector.docket.next_steps import Next, due_moves, next_steps
from inspector.docket.terms import Party
from inspector.domain import CaseState, VisitKind

FIRST = date(2026, 1, 1)
DAYS = 365
FEW, CITY = 25, 1400
KINDS = {
    CaseState.WAITING: VisitKind.REMEDIATION,
    CaseState.LISTED: VisitKind.REMEDIATION,
    CaseState.RECTIFYING: VisitKind.RECHECK,
    CaseState.ACCEPTING: VisitKind.ACCEPTANCE,
    CaseState.CLOSED: VisitKind.LOOKBACK,
}
_LATE = "a day has passed and nothing said so"
ITEMS = [(f"G{k}", ("minor", "major", "redline", "")[k % 4]) for k in range(12)]


class Year:
    """One compound, with every case and order it gets in a year."""

    def __init__(self, number: int) -> None:
        self.dice = random.Random(number)
        self.number, self.seen = number, Counter[str]()
        self.firm = "" if number % 5 == 0 else "U"
        self.compound = f"C{number:04d}"
        self.files: dict[str, CaseFile] = {}
        self.waiting: list[tuple[date, str, Report]] = []
        self.results: list[Report] = []
        if number % 3:
            self._move(f"2026-01-{self.compound}", self._opening(number))

    def _opening(self, number: int) -> Move:
        case = f"2026-01-{self.compound}"
        where = self.compound, self.firm, "S01", (REASON,)
        if number % 3 == 1:
            return CaseOpened(FIRST, case, *where)
        state = list(CaseState)[number % 5]
        begun = state is not CaseState.WAITING
        window = (FIRST, FIRST + timedelta(20)) if begun else None
        last = FIRST - timedelta(9) if begun else None
        return CaseAdopted(
            FIRST, case, *where, state, FIRST - timedelta(30), 1, last, window
        )

    def _move(self, name: str, move: Move) -> None:
        self.files[name] = apply(self.files.get(name), move)
        self.seen[name_of(move)] += 1

    def day(self, today: date) -> None:
        """Results come out, time goes on, people do what they do."""
        for due in [w for w in self.waiting if w[0] <= today]:
            self.waiting.remove(due)
            self._published(*due)
        for name, case in list(self.files.items()):
            for move in due_moves(case, today, RULES):
                self._move(name, move)
            self._people(name, today)
        self._visit(today)

    def _visit(self, today: date) -> None:
        """A visit now and then: of the case whose window is open, or at random."""
        dice, own, kind = self.dice, "", VisitKind.RANDOM
        for name, case in self.files.items():
            due = to_case(case)
            if case.apart or any(n == name for _, n, _ in self.waiting):
                continue
            if due.next_first and due.next_last and due.next_last <= today:
                own, kind = name, KINDS[due.state]
            elif due.state is CaseState.WAITING and dice.random() < 0.03:
                own, kind = name, VisitKind.REMEDIATION
        if not own and dice.random() > 0.02:
            return
        good = dice.random() < 0.5
        found = () if good else tuple(dice.sample(ITEMS, dice.randint(1, 4)))
        out = today + timedelta(dice.randint(1, 25))
        report = Report(
            f"{today:%Y-%m}/V{today:%d}",
            today,
            kind,
            good,
            found,
            unseen=("G3",) if dice.random() < 0.1 else (),
            ordered=None if good or dice.random() < 0.1 else out,
        )
        self.waiting.append((out, own, report))

    def _published(self, today: date, own: str, report: Report) -> None:
        for name, share in shares(self.files.values(), self.compound, own, report):
            if not name:
                name = record_number(report)
                where = self.compound, self.firm, "S01"
                self._move(name, apart(name, report, *where))
            for move in moves_of(self.files[name], share, VISITS, RULES).moves:
                self._move(name, move)
        if report.ordered is not None:
            self.results.append(report)
            held = ordered_in(self.files.values(), report)
            assert told_wrong("ordered", len(report.findings), held) == []

    def _people(self, name: str, today: date) -> None:
        """Proofs, orders by hand, verdicts, closing, a look-back's lot, a new company;
        often enough nobody does anything."""
        case, dice = self.files[name], self.dice
        what = {s.what for s in next_steps(case, RULES)}
        moves: list[Move] = []
        if dice.random() > 0.15:
            return
        if Next.ORDER in what:
            moves.append(ladder.order(case, today, "责1", RULES))
        elif case.unsolved and dice.random() < 0.5:
            moves.append(ladder.solve(case, today, [case.unsolved[0].number], "证1"))
        elif Next.VERDICT in what and not case.unsolved:
            said = {v.party for v in case.verdicts}
            party = next(p for p in Party if p not in said)
            good = dice.random() < 0.9
            moves.append(ladder.judge(case, today, party, good, "验1", RULES))
        elif Next.CLOSE in what:
            moves.append(ladder.close(case, today, "销1", RULES))
        elif case.state is not CaseState.CLOSED and dice.random() < 0.03:
            new = dice.choice(("", "U1", "U2"))
            if new != case.company:
                how = today, new, "换1", RULES
                moves.append(escalation.change_company(case, *how))
        for move in moves:
            self._move(name, move)
        for move in ended(self.files[name], today, "证1", RULES):
            self._move(name, move)

    def wrong(self, today: date) -> list[str]:
        """What contradicts itself on a day."""
        out = []
        for name, case in self.files.items():
            bad = contradictions(case, today, RULES)
            # What somebody did today comes after the day's own run.
            if case.moves[-1].day >= today and _LATE in bad:
                bad.remove(_LATE)
            out += [f"{today} {name}: {fault}" for fault in bad]
        return out


def walked(count: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for number in range(count):
        year = Year(number)
        for k in range(DAYS):
            today = FIRST + timedelta(k)
            year.day(today)
            assert year.wrong(today) == []
        seen += year.seen
        for case in year.files.values():
            assert fold(case.moves) == case
        seen["orders of results"] += len(year.results)
        seen["beside the docket"] += sum(c.apart for c in year.files.values())
    return seen


def test_some_cases_of_a_year_never_contradict_themselves_on_any_day() -> None:
    seen = walked(FEW)
    print(dict(seen))
    for kind in ("reopened", "deadline_missed", "acceptance_lapsed", "supervised"):
        assert seen[kind] > 0, kind
    assert seen["closed"] > 3
    assert seen["orders of results"] > FEW


@pytest.mark.full
def test_every_case_of_a_city_never_contradicts_itself_on_any_day() -> None:
    seen = walked(CITY)
    assert seen["look_back_lapsed"] > 0
    print(dict(seen))
