"""整改台账: the cases of a bureau and their moves.

A case is the fold of its sealed moves (`inspector.oversight.cases`). `append` is the
only way it changes: it records the moves, copies what lists show, and keeps the docket
sheet of the registries saying the same, because that is what the next freeze takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from api.errors import Problem, field_fault, invalid
from api.services import policies, registries
from api.services.sheets import BY_NAME, cells_of, read_csv, row_name, stored
from api.site import Desk
from api.store import fresh_id, versions
from api.store.models import Entry
from api.store.oversight import DocketCase, DocketMove
from inspector.domain import VisitKind
from inspector.oversight import escalation, ladder
from inspector.oversight.cases import CaseFile, apply, fold, to_case
from inspector.oversight.moves import (
    CaseAdopted,
    CaseOpened,
    Move,
    ResponsibleNamed,
    name_of,
)
from inspector.oversight.recorded import Recorded, decode, encode
from inspector.oversight.terms import (
    DocketRules,
    ListedLevel,
    Measure,
    Party,
    Responsible,
)
from inspector.oversight.terms_file import read_rules
from inspector.policy import Policy, VisitRules
from inspector.registry.policy_file import read_policy
from inspector.registry.rows import write_rows

Values = Mapping[str, Any]
RULES = "docket"  # in the store of versions


@dataclass(frozen=True, slots=True)
class Line:
    """One move of the timeline: where it stands, who made it, when, why."""

    seq: int
    position: int
    by: str
    at: Any
    reason: str
    move: Move

    @property
    def kind(self) -> str:
        """The move's name in events and timelines: `problems_found`."""
        return name_of(self.move)


def find(desk: Desk, number: str) -> DocketCase:
    """The case of this number. Raises Problem 404."""
    row = desk.db.scalar(select(DocketCase).where(DocketCase.number == number))
    if row is None:
        raise Problem("http.not_found")
    return row


def lines(desk: Desk, row: DocketCase) -> list[Line]:
    """The moves of a case in order."""
    rows = desk.db.scalars(
        select(DocketMove).where(DocketMove.case_id == row.id).order_by(DocketMove.seq)
    )
    return [_line(desk, m) for m in rows]


def _line(desk: Desk, row: DocketMove) -> Line:
    body = json.loads(desk.open(f"docket_move:{row.id}", row.sealed))
    move = decode(body["kind"], body["move"])
    return Line(row.seq, row.position, row.by, row.at, body["reason"], move)


def load(desk: Desk, row: DocketCase) -> CaseFile:
    """The case after all its moves."""
    return fold(line.move for line in lines(desk, row))


def all_cases(desk: Desk) -> dict[str, CaseFile]:
    """Every case by number, folded."""
    numbers = {r.id: r.number for r in desk.db.scalars(select(DocketCase))}
    found: dict[str, list[Move]] = {}
    query = select(DocketMove).order_by(DocketMove.case_id, DocketMove.seq)
    for row in desk.db.scalars(query):
        found.setdefault(numbers[row.case_id], []).append(_line(desk, row).move)
    return {number: fold(moves) for number, moves in sorted(found.items())}


def record(desk: Desk, row: DocketCase) -> list[Recorded]:
    """The moves with their positions in the bureau's events, for evidence."""
    return [Recorded(line.position, line.move) for line in lines(desk, row)]


# --- rules -----------------------------------------------------------------------


def rules(desk: Desk) -> DocketRules:
    """The docket's rules in force, the defaults before the first version."""
    row = versions.in_force(desk, RULES)
    return DocketRules() if row is None else read_rules(json.loads(row.text))


def policy(desk: Desk) -> Policy:
    """The policy in force; the defaults before the first."""
    newest = policies.newest(desk)
    found = read_policy(newest.text.encode())[0] if newest is not None else None
    return found or Policy()


# --- appending -------------------------------------------------------------------


def begin(desk: Desk, opening: CaseOpened | CaseAdopted, reason: str) -> CaseFile:
    """A new case from its opening; `settle` must follow."""
    case = apply(None, opening)
    row = DocketCase(
        id=fresh_id(),
        number=case.id,
        compound=case.compound,
        company=case.company,
        street=case.street,
        state=case.state.value,
        opened=case.opened.isoformat(),
        reasons=[],
        count=0,
    )
    desk.db.add(row)
    desk.db.flush()
    _write(desk, row, opening, reason)
    _copy(row, case)
    return case


def append(desk: Desk, row: DocketCase, moves: Sequence[Move], reason: str) -> CaseFile:
    """Add moves to a case; `settle` must follow."""
    case = load(desk, row)
    for move in moves:
        case = apply(case, move)
        _write(desk, row, move, reason)
    _copy(row, case)
    return case


def _write(desk: Desk, row: DocketCase, move: Move, reason: str) -> None:
    kind = type(move).__name__
    event = desk.event(
        f"docket_{name_of(move)}", f"docket:{row.number}", reason=reason[:300]
    )
    made = DocketMove(
        id=fresh_id(),
        case_id=row.id,
        seq=row.count + 1,
        position=event.seq,
        by=desk.actor.id,
        at=desk.now,
    )
    body = {"kind": kind, "move": encode(move), "reason": reason}
    data = json.dumps(body, ensure_ascii=False).encode()
    made.sealed = desk.seal(f"docket_move:{made.id}", data)
    row.count += 1
    desk.db.add(made)


def _copy(row: DocketCase, case: CaseFile) -> None:
    """What lists show of a case."""
    row.company, row.street = case.company, case.street
    row.state = case.state.value
    row.reasons = [[r.why.value, *r.sentences()] for r in case.reasons]
    last = case.measures[-1] if case.measures else None
    row.measure = last.measure.value if last else ""
    row.level = last.level.value if last else ""
    row.deadline = case.deadline.isoformat() if case.deadline else ""
    row.found = len(case.problems)
    row.solved = len(case.problems) - len(case.unsolved)
    row.closed = case.closed_on.isoformat() if case.closed_on else ""


def settle(desk: Desk, cases: Iterable[CaseFile], ended: date | None = None) -> None:
    """After all moves of a transaction: registries and public agree with the docket.

    `ended`: last day of the last month that is over; by default as the calendar has it.
    """
    ended = ended or desk.today.replace(day=1) - timedelta(days=1)
    sheet = BY_NAME["docket"]
    desk.db.flush()
    rows = [to_case(c, ended) for c in cases]
    cells = [read_csv(write_rows(sheet, [row]))[0] for row in rows]
    changed = sum([_registry_row(desk, c) for c in cells])
    if changed:
        registries.changed(desk, "docket_carried", "registry:docket", rows=changed)
    desk.published()


def _registry_row(desk: Desk, cells: dict[str, str]) -> bool:
    """Make `cells` the docket row of their case; whether anything changed."""
    sheet = BY_NAME["docket"]
    old = desk.db.scalar(
        select(Entry).where(
            Entry.sheet == sheet.name,
            Entry.name == row_name(desk, sheet, cells),
            Entry.live.is_(True),
        )
    )
    if old is not None and not old.gone and cells_of(desk, old) == cells:
        return False
    if old is not None:
        old.live = False
        desk.db.flush()
    desk.db.add(stored(desk, sheet, cells, old.version + 1 if old else 1))
    return True


# --- moves of people -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Law:
    """What a move is judged by."""

    rules: DocketRules
    visits: VisitRules
    actor: str


def move(desk: Desk, number: str, name: str, values: Values) -> DocketCase:
    """Make the move `name` (of `MOVES`). Raises InspectorError when it does not fit."""
    row = find(desk, number)
    day = day_of(desk, values)
    if name == "company":
        _refuse_unknown_company(desk, values["company"])
    law = Law(rules(desk), policy(desk).visits, desk.actor.id)
    made = MOVES[name](load(desk, row), day, values, law)
    settle(desk, [append(desk, row, [made], values["reason"])])
    return row


def _refuse_unknown_company(desk: Desk, usc18: str) -> None:
    """Raise Faults unless the registries have the company; none is fine, too."""
    found = select(Entry.id).where(
        Entry.sheet == "companies",
        Entry.name == usc18,
        Entry.live.is_(True),
        Entry.gone.is_(False),
    )
    if usc18 and desk.db.scalar(found) is None:
        raise invalid(field_fault("company", "名录中没有此企业 no such company"))


def day_of(desk: Desk, values: Values) -> date:
    """The day a move is dated to: today, or an earlier one. Raises Faults."""
    day: date = values.get("day") or desk.today
    if day > desk.today:
        raise invalid(field_fault("day", "日期在将来 the day lies in the future"))
    return day


def _find(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    found = [(f["item"], f["severity"]) for f in v["problems"]]
    return ladder.find_problems(c, day, found, v["number"])


def _measure(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    measure, level = Measure(v["measure"]), ListedLevel(v["level"])
    return ladder.take_measure(c, day, measure, level, v["unit"], v["number"])


def _responsible(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    ladder.admit(c, "responsible", day)
    return ResponsibleNamed(day, v["unit"], Responsible(v["office"]))


def _order(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    works, straight = v["works"], v["straight"]
    return ladder.order(c, day, v["number"], law.rules, works=works, straight=straight)


def _extend(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    return ladder.extend(
        c,
        day,
        v["problems"],
        v["until"],
        law.rules,
        number=v["number"],
        approver=law.actor,
        reason=v["reason"],
    )


def _visit(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    return ladder.visit(
        c,
        day,
        VisitKind(v["kind"]),
        v["number"],
        law.visits,
        law.rules,
        passed=v["passed"],
        solved=v["problems"],
    )


def _verdict(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    party, number = Party(v["party"]), v["number"]
    return ladder.judge(c, day, party, v["passed"], number, law.rules)


def _rung(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    number, reason = v["number"], v["reason"]
    return escalation.escalate(c, day, v["rung"], number, reason, law.rules)


def _company(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    return escalation.change_company(c, day, v["company"], v["number"], law.rules)


MOVES: Mapping[str, Callable[[CaseFile, date, Values, Law], Move]] = {
    "problems": _find,
    "measures": _measure,
    "responsible": _responsible,
    "orders": _order,
    "extensions": _extend,
    "solved": lambda c, d, v, law: ladder.solve(c, d, v["problems"], v["number"]),
    "missed": lambda c, d, v, law: ladder.miss(c, d, v["problems"]),
    "visits": _visit,
    "verdicts": _verdict,
    "lapse": lambda c, d, v, law: ladder.lapse(c, d, law.rules),
    "closing": lambda c, d, v, law: ladder.close(c, d, v["number"], law.rules),
    "reopening": lambda c, d, v, law: ladder.reopen(c, d, v["reason"], law.rules),
    "rungs": _rung,
    "company": _company,
}
