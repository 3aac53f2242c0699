"""The open case beside a closed one of the same compound.

A compound → its open case of the docket; what is found at the closed one goes into it
(`inspector.docket.homes.shares`), so that none of the two is opened beside the
other. A case that so far only a freeze knows is begun for that.
"""

from __future__ import annotations

from sqlalchemy import select

from api.docket import cases as docket
from api.docket.intake import opening
from api.months import standing
from api.site import Desk
from api.store.oversight import DocketCase
from inspector.docket.entry import Reason, Why
from inspector.docket.moves import CaseAdopted, CaseOpened
from inspector.domain import Case, CaseState
from inspector.month.freeze import Frozen
from inspector.month.standing import freezes
from inspector.selection.ranking import Ranking


def ensure(desk: Desk, frozen: Frozen, case_id: str, opened: list[str]) -> None:
    """The case a frozen visit is for; one the freeze opened or took is begun here."""
    if desk.db.scalar(select(DocketCase.id).where(DocketCase.number == case_id)):
        return
    docket.begin(desk, frozen_opening(frozen, case_id), "冻结时列入")
    opened.append(case_id)


def begin_known(desk: Desk, compound: str, opened: list[str]) -> None:
    """Begin the open cases of a compound that only the newest freezes know so far."""
    found: dict[str, tuple[Frozen, Case]] = {}
    for _, frozen in freezes(standing.known(desk)):
        mine = (c for c in frozen.intake.cases if c.compound == compound)
        found |= {c.id: (frozen, c) for c in mine}
    for name, (frozen, case) in sorted(found.items()):
        if case.state is not CaseState.CLOSED:
            ensure(desk, frozen, name, opened)


def frozen_opening(frozen: Frozen, case_id: str) -> CaseOpened | CaseAdopted:
    """How a case of a freeze begins here: taken over, or opened for the bottom list."""
    case = next(c for c in frozen.intake.cases if c.id == case_id)
    if case in frozen.registry.docket:
        return opening(frozen.registry, case, case.opened)
    c = next(c for c in frozen.registry.compounds if c.id == case.compound)
    reasons = (_tail(frozen.ranking, case.compound),)
    return CaseOpened(case.opened, case.id, c.id, c.usc18, c.street, reasons)


def _tail(ranking: Ranking, compound: str) -> Reason:
    place = 1 + [r.compound for r in ranking.order].index(compound)
    facts = (("place", place), ("listed", ranking.listed))
    return Reason(Why.TAIL, (*facts, ("ranked", len(ranking.order))))
