"""What enters the docket from outside: selection, old cases, visits, look-back draw.

Registries, published results or a month's seed → moves of cases, by `cases.append`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from api.docket import cases as docket
from api.docket.answers import (
    DocketIntake,
    LookBackSample,
    SelectedCompound,
    SelectionTrial,
)
from api.months import standing, steps
from api.registry import entries
from api.site import Desk
from api.store.models import Month
from api.store.oversight import DocketCase
from inspector.docket.cases import CaseFile
from inspector.docket.entry import (
    DocketEntry,
    Nomination,
    Reason,
    Selection,
    Veto,
    complaints,
)
from inspector.docket.entry import select as choose
from inspector.docket.escalation import draw_look_back
from inspector.docket.from_results import adopt
from inspector.docket.moves import CaseAdopted, CaseOpened, ReasonAdded
from inspector.docket.visits import steps_done
from inspector.domain import Case, CaseState, Registry
from inspector.month.freeze import Drawn
from inspector.selection.ranking import rank
from inspector.words import Word


@dataclass
class _Intake:
    """What an intake has done so far."""

    opened: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def done(self) -> DocketIntake:
        return DocketIntake(tuple(self.opened), tuple(self.changed))


# --- selection -------------------------------------------------------------------


def tried(desk: Desk, values: dict[str, Any]) -> SelectionTrial:
    """Who would enter the docket, and why. Raises Faults."""
    found = preview(desk, values)
    fresh, known = (tuple(map(_entry, e)) for e in (found.fresh, found.known))
    return SelectionTrial(found.month, found.opened, fresh, known)


def _entry(entry: DocketEntry) -> SelectedCompound:
    reasons = tuple(Word(r.why.value, *r.sentences()) for r in entry.reasons)
    return SelectedCompound(entry.compound, reasons)


def preview(desk: Desk, values: dict[str, Any]) -> Selection:
    """斩尾, 削峰, nominations, vetoes of a month; nothing changes. Raises Faults."""
    scenario = standing.present(desk)  # cases that a freeze has opened are open
    registry, month = scenario.registry, values["month"]
    rules = docket.rules(desk)
    more = {c["compound"]: c["count"] for c in values["complaints"]}
    return choose(
        registry,
        rank(registry.compounds, registry.evaluations, scenario.policy.bottom),
        rules,
        month,
        counts=complaints(
            registry.signals, month, rules.peaks, more, scenario.complaints
        ),
        nominations=[Nomination(**n) for n in values["nominations"]],
        vetoes=[Veto(**v) for v in values["vetoes"]],
        open_now=open_compounds(desk, registry),
    )


def open_compounds(desk: Desk, registry: Registry) -> set[str]:
    """Compounds with an open case, here or still only in the registries."""
    mine_all = select(DocketCase).where(DocketCase.sort == docket.CASE)
    known = {r.number: r for r in desk.db.scalars(mine_all)}
    mine = {r.compound for r in known.values() if r.state != CaseState.CLOSED}
    theirs = {
        c.compound
        for c in registry.docket
        if c.id not in known and c.state is not CaseState.CLOSED
    }
    return mine | theirs


def run(desk: Desk, values: dict[str, Any]) -> DocketIntake:
    """Take the selection into the docket; a second run changes nothing."""
    found = preview(desk, values)
    _adopt_missing(desk, {e.compound for e in found.known})
    registry = entries.scenario(desk).registry
    where = {c.id: (c.usc18, c.street) for c in registry.compounds}
    out, cases = _Intake(), []
    for entry in found.fresh:
        number = entry.case(found.month)
        company, street = where[entry.compound]
        opening = CaseOpened(
            found.opened, number, entry.compound, company, street, entry.reasons
        )
        cases.append(docket.begin(desk, opening, values["reason"]))
        out.opened.append(number)
    cases += _more_reasons(desk, found, values["reason"], out)
    docket.settle(desk, cases)
    counts = {"opened": len(out.opened), "changed": len(out.changed)}
    desk.event("docket_selected", f"docket:{found.month}", **counts)
    return out.done()


def _more_reasons(
    desk: Desk, found: Selection, reason: str, out: _Intake
) -> list[CaseFile]:
    """Open cases that were selected again: their new reasons, each once."""
    cases = []
    for entry in found.known:
        row = docket.open_case(desk, entry.compound)
        if row is None:
            continue
        case = docket.load(desk, row)
        fresh = _unsaid(case, entry)
        if fresh:
            move = ReasonAdded(desk.today, fresh)
            cases.append(docket.append(desk, row, case, [move], reason))
            out.changed.append(row.number)
    return cases


def _unsaid(case: CaseFile, entry: DocketEntry) -> tuple[Reason, ...]:
    return tuple(r for r in entry.reasons if r not in case.reasons)


# --- old cases -------------------------------------------------------------------


def adopt_all(desk: Desk, reason: str) -> DocketIntake:
    """Every case of the registries' docket that is not here yet goes on here.

    Known cases whose registry row differs (an import) get their row put right.
    """
    registry = entries.scenario(desk).registry
    opened = _adopt_missing(desk, {c.compound for c in registry.docket}, reason)
    docket.settle(desk, docket.all_cases(desk).values())
    desk.event("docket_adopted", "docket:registry", opened=len(opened))
    return DocketIntake(opened)


def _adopt_missing(
    desk: Desk, compounds: set[str], reason: str = "转入"
) -> tuple[str, ...]:
    registry = entries.scenario(desk).registry
    known = set(desk.db.scalars(select(DocketCase.number)))
    missing = [
        c for c in registry.docket if c.id not in known and c.compound in compounds
    ]
    for row in missing:
        docket.begin(desk, opening(registry, row, desk.today), reason)
    return tuple(row.id for row in missing)


def opening(registry: Registry, row: Case, day: date) -> CaseAdopted:
    """The first move of a case of the registries."""
    steps_before = steps_done(row, registry.history)
    compound = next(c for c in registry.compounds if c.id == row.compound)
    return adopt(row, compound.usc18, compound.street, steps_before, day)


# --- look-back -------------------------------------------------------------------


def draw(desk: Desk, month: Month, reason: str) -> LookBackSample:
    """回头看: the month's draw seed chooses among the closed cases; who took part.

    Which ones it chose is disclosed to the planner only (and recorded).
    """
    drawn: Drawn = steps.load(desk, month).need("drawn", "look_back")
    frozen = drawn.frozen
    every = docket.all_cases(desk)
    found = draw_look_back(
        every.values(),
        drawn.seed,
        frozen.commitment,
        frozen.policy.month,
        desk.today,
        docket.rules(desk).look_back,
    )
    cases = [
        docket.append(desk, docket.find(desk, number), every[number], [move], reason)
        for number, move in found.items()
    ]
    docket.settle(desk, cases)
    chosen = sum(m.chosen for m in found.values())
    counts = {"cases": len(found), "chosen": chosen}
    desk.event("look_back_sampled", f"month:{month.id}", **counts)
    return LookBackSample(tuple(sorted(found)))
