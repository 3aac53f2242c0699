"""基础信息: rows of the sheet `credit_base` → accepted facts of credit files.

Without base information nobody has a score under 山东's scheme. Whoever imported a row
does not take it into a credit file: the other pair of eyes does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from sqlalchemy import select

from api.credit import facts, rules
from api.errors import Problem
from api.registry import entries
from api.registry.sheets import cells_of
from api.site import Desk
from api.store.models import Entry
from api.store.oversight import CreditFact
from inspector.credit.file import (
    CreditEvent,
    Decision,
    EventState,
    Subject,
    points_text,
)
from inspector.credit.rules import Polarity, SubjectKind
from inspector.credit.score import Scorer
from inspector.domain import BasePoints
from inspector.errors import Fault, Faults, messages

SHEET = "credit_base"
SOURCE = "authority"  # who says it: the bureau, by the document named

messages(
    {
        "credit.base_code": (
            "“{value}”不是现行评分规则 {rules} 的基础信息",
            '"{value}" is no base information of the rules {rules}',
        ),
        "credit.base_points": (
            "“{value}”高于记分标准的 {most} 分",
            '"{value}" is above the {most} points of the catalogue',
        ),
        "credit.base_past": (
            "有效期至“{value}”，已经过期",
            '"{value}" is over already',
        ),
        "credit.base_changed": (
            "同一文号的该项已记 {points} 分；请先不采信原信息，再转入",
            "this document counts {points} points already; reject that fact first",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class BaseAdopted:
    """What was taken from the sheet of base information."""

    adopted: int
    known: int = field(metadata={"says": "转入过的 adopted before"})


def adopt(desk: Desk) -> BaseAdopted:
    """转入基础信息: facts that count from today. Raises Faults, credit.four_eyes."""
    rows = entries.scenario(desk).credit_base
    scorer = Scorer(rules.settled(desk))
    known = _known(desk)
    fresh = [(n, r) for n, r in enumerate(rows, 2) if _key(r) not in known]
    wrong = [w for n, r in fresh for w in _wrong(scorer, r, n, desk)]
    wrong += _changed(rows, known)
    if wrong:
        raise Faults(wrong)
    mine = _mine(desk)
    if any(_key(r) in mine for _, r in fresh):
        raise Problem("credit.four_eyes")
    found = BaseAdopted(len(fresh), len(rows) - len(fresh))
    if fresh:
        desk.published()
        told = desk.event("base_adopted", f"registry:{SHEET}", **asdict(found))
        for _, row in fresh:
            facts.keep(desk, scorer.recorded(_event(desk, row)), told=told.seq)
    return found


Key = tuple[str, str, str]


def _key(row: BasePoints) -> Key:
    return row.subject, row.code, row.document


def _known(desk: Desk) -> dict[Key, CreditEvent]:
    """Base information of companies that stands in a file; rejected it does not."""
    fits = CreditFact.polarity == Polarity.BASE.value
    found = facts.events(desk, select(CreditFact).where(fits), every=True)
    return {
        (e.subject.id, e.code, e.document): e
        for _, e in found
        if e.state is not EventState.REJECTED
    }


def _wrong(scorer: Scorer, row: BasePoints, number: int, desk: Desk) -> list[Fault]:
    """What the rules of credit say against a row."""
    file, out = f"{SHEET}.csv", []
    entry = scorer.entries.get(row.code)
    if entry is None or entry.polarity is not Polarity.BASE:
        told: dict[str, object] = {"rules": scorer.rules.key}
        out.append(Fault("credit.base_code", file, number, "code", row.code, told))
    elif row.points > entry.points:
        shown, most = (points_text(p) for p in (row.points, entry.points))
        told = {"most": most}
        out.append(Fault("credit.base_points", file, number, "points", shown, told))
    if row.valid_to is not None and row.valid_to < desk.today:
        day = row.valid_to.isoformat()
        out.append(Fault("credit.base_past", file, number, "valid_to", day))
    return out


def _changed(rows: Iterable[BasePoints], known: dict[Key, CreditEvent]) -> list[Fault]:
    """Rows that say another thing than what was taken from them."""
    out = []
    for number, row in enumerate(rows, 2):
        old = known.get(_key(row))
        if old is not None and (old.points, old.last) != (row.points, row.valid_to):
            told = {"points": points_text(old.points)}
            shown = points_text(row.points)
            fault = Fault(
                "credit.base_changed", f"{SHEET}.csv", number, "points", shown, told
            )
            out.append(fault)
    return out


def _mine(desk: Desk) -> set[Key]:
    """The rows that the actor brought in himself."""
    live = Entry.live.is_(True), Entry.gone.is_(False)
    mine = select(Entry).where(Entry.sheet == SHEET, Entry.by == desk.actor.id, *live)
    cells = [cells_of(desk, e) for e in desk.db.scalars(mine)]
    return {(c["subject"], c["code"], c["document"]) for c in cells}


def _event(desk: Desk, row: BasePoints) -> CreditEvent:
    return CreditEvent(
        id="",
        subject=Subject(SubjectKind.COMPANY, row.subject),
        source=SOURCE,
        polarity=Polarity.BASE,
        code=row.code,
        points=row.points,
        document=row.document,
        recorded=desk.today,
        first=desk.today,
        last=row.valid_to,
        stated=True,
        decisions=(Decision(desk.today, EventState.ACCEPTED),),
    )
