"""整改台账: moves of the core → cases of a bureau that lists and registries agree with.

A case is the fold of its sealed moves (`api.store.moves`, folded by
`inspector.docket.cases`). `append` is the only way it changes: it records the moves,
copies what lists show, and keeps the docket sheet of the registries saying the same,
because that is what the next freeze takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from api.errors import Problem
from api.months import standing
from api.registry import entries, policies
from api.registry.sheets import BY_NAME, cells_of, newest, read_csv, row_name, stored
from api.site import Desk
from api.store import fresh_id, moves, versions
from api.store.oversight import DocketCase
from inspector.docket.cases import CaseFile, apply, fold, to_case
from inspector.docket.moves import CaseAdopted, CaseOpened, Move, name_of
from inspector.docket.next_steps import VISITS, Next, next_steps
from inspector.docket.recorded import Recorded, decode, encode
from inspector.docket.terms import DocketRules
from inspector.docket.terms_file import read_rules
from inspector.domain import Case, CaseState
from inspector.months import month_of, months_before
from inspector.policy import Policy
from inspector.printable import iso
from inspector.registry.policy_file import read_policy
from inspector.registry.rows import write_rows

THING = "docket"  # in the store of moves
RULES = "docket"  # in the store of versions
CASE, ORDER = "case", "order"  # `DocketCase.sort`
# Places in lists behind every day there is: open without a deadline, closed.
_NO_DEADLINE = 4_000_000
_CLOSED = 9_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One move of the timeline: where it stands, who made it, when, why."""

    seq: int
    position: int
    by: str
    at: datetime
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
    return [_line(desk, m) for m in moves.of(desk, THING, row.id)]


def _line(desk: Desk, row: moves.Move) -> Line:
    body = moves.secret(desk, row)
    move = decode(row.kind, body["move"])
    return Line(row.seq, row.position, row.by, row.at, body["reason"], move)


def folded(told: Iterable[Line]) -> CaseFile:
    """The case after these moves."""
    return fold(line.move for line in told)


def recorded(told: Iterable[Line]) -> list[Recorded]:
    """The moves with their positions in the bureau's events, for evidence."""
    return [Recorded(line.position, line.move) for line in told]


def load(desk: Desk, row: DocketCase) -> CaseFile:
    """The case after all its moves."""
    return folded(lines(desk, row))


def all_cases(desk: Desk) -> dict[str, CaseFile]:
    """Every case of the docket by number, folded; no order beside it."""
    found = every_file(desk)
    return {row.number: case for row, case in found if row.sort == CASE}


def every_file(desk: Desk) -> list[tuple[DocketCase, CaseFile]]:
    """The same with the orders of results that are followed beside it."""
    rows = desk.db.scalars(select(DocketCase).order_by(DocketCase.number))
    made = moves.by_thing(desk, THING)
    return [(r, fold(_line(desk, m).move for m in made[r.id])) for r in rows]


def of_compound(desk: Desk, compound: str) -> list[CaseFile]:
    """Every file of a compound, open or closed, with orders beside the docket."""
    rows = select(DocketCase).where(DocketCase.compound == compound)
    found = desk.db.scalars(rows.order_by(DocketCase.number))
    return [load(desk, row) for row in found]


def open_case(desk: Desk, compound: str, but: str = "") -> DocketCase | None:
    """The compound's first open case of the docket; not the case `but`."""
    return desk.db.scalar(
        select(DocketCase)
        .where(
            DocketCase.compound == compound,
            DocketCase.state != CaseState.CLOSED.value,
            DocketCase.sort == CASE,
            DocketCase.number != but,
        )
        .order_by(DocketCase.number)
        .limit(1)
    )


def _as_rows(desk: Desk, ended: date) -> list[Case]:
    """The cases as a freeze takes them."""
    return [to_case(case, ended) for case in all_cases(desk).values()]


standing.KEPT.append(_as_rows)


# --- rules -----------------------------------------------------------------------


def rules(desk: Desk) -> DocketRules:
    """The docket's rules in force, the defaults before the first version."""
    row = versions.in_force(desk, RULES)
    return DocketRules() if row is None else read_rules(json.loads(row.text))


def policy(desk: Desk) -> Policy:
    """The policy in force; the defaults before the first."""
    row = policies.newest(desk)
    found = read_policy(row.text.encode())[0] if row is not None else None
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
    row.sort = ORDER if case.apart else CASE
    desk.db.add(row)
    desk.db.flush()
    _write(desk, row, opening, reason)
    copy(row, case, rules(desk))
    return case


def append(
    desk: Desk, row: DocketCase, case: CaseFile, made: Sequence[Move], reason: str
) -> CaseFile:
    """Add moves to the case that `row` folds to; `settle` must follow."""
    for move in made:
        case = apply(case, move)
        _write(desk, row, move, reason)
    copy(row, case, rules(desk))
    return case


def _write(desk: Desk, row: DocketCase, move: Move, reason: str) -> None:
    made = moves.append(
        desk,
        THING,
        row.id,
        type(move).__name__,
        {},
        event=f"docket_{name_of(move)}",
        subject=f"docket:{row.number}",
        sealed={"move": encode(move), "reason": reason},
        reason=reason[:300],
    )
    row.count = made.seq


def copy(row: DocketCase, case: CaseFile, law: DocketRules) -> None:
    """What lists show of a case."""
    row.company, row.street = case.company, case.street
    row.state = case.state.value
    row.reasons = [[r.why.value, *r.sentences()] for r in case.reasons]
    last = case.measures[-1] if case.measures else None
    row.measure = last.measure.value if last else ""
    row.level = last.level.value if last else ""
    row.deadline = iso(case.deadline)
    row.found = len(case.problems)
    row.solved = len(case.problems) - len(case.unsolved)
    row.closed = iso(case.closed_on)
    row.urgency = urgency(case)
    row.step = row.step_by = row.step_who = ""
    for step in next_steps(case, law)[:1]:
        # Whether a look-back was drawn stands nowhere outside its own moves.
        hidden = step.what is Next.LOOK_BACK
        row.step = (Next.LOOK_BACK_DRAW if hidden else step.what).value
        row.step_by, row.step_who = step.by.isoformat(), step.who.value


def told_openly(step: str) -> bool:
    """Whether everybody may see by which day a step is due: not of a visit."""
    return step in set(Next) - VISITS - {Next.LOOK_BACK, Next.LOOK_BACK_DRAW}


def urgency(case: CaseFile) -> int:
    """The place of a case in lists, smallest first; today plays no part in it.

    Open ones by the next deadline, so that the overdue come first and the longest
    overdue at the very top; then open ones without a deadline; then closed ones, the
    last closed first.
    """
    if case.state is CaseState.CLOSED:
        return _CLOSED - (case.closed_on.toordinal() if case.closed_on else 0)
    return case.deadline.toordinal() if case.deadline else _NO_DEADLINE


def settle(desk: Desk, cases: Iterable[CaseFile], ended: date | None = None) -> None:
    """After all moves of a transaction: registries and public agree with the docket.

    `ended`: last day of the last month that is over; by default as the calendar has it.
    """
    ended = ended or months_before(month_of(desk.today), 1)[1]
    sheet = BY_NAME["docket"]
    desk.db.flush()
    rows = [to_case(c, ended) for c in cases if not c.apart]
    cells = [read_csv(write_rows(sheet, [row]))[0] for row in rows]
    changed = sum([_registry_row(desk, c) for c in cells])
    if changed:
        entries.changed(desk, "docket_carried", "registry:docket", rows=changed)
    desk.published()


def _registry_row(desk: Desk, cells: dict[str, str]) -> bool:
    """Make `cells` the docket row of their case; whether anything changed."""
    sheet = BY_NAME["docket"]
    old = newest(desk, sheet.name, row_name(desk, sheet, cells))
    if old is not None and not old.gone and cells_of(desk, old) == cells:
        return False
    if old is not None:
        old.live = False
        desk.db.flush()
    desk.db.add(stored(desk, sheet, cells, old.version + 1 if old else 1))
    return True
