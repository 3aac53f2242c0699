"""The docket as people read it: rows and folded cases → `api.answers`.

Lists (one order for bureau, public, paper), a case, its timeline, counters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from api.answers import grown
from api.docket import cases
from api.docket.answers import (
    AssumedStep,
    CaseLine,
    CaseMeasure,
    CaseMove,
    CaseProblem,
    CaseStep,
    CaseVerdict,
    CaseView,
    ProblemCount,
    PublicCaseLine,
)
from api.months.standing import present
from api.registry.sheets import breaches
from api.site import Desk
from api.store.models import Bureau, Entry
from api.store.oversight import DocketCase
from inspector.docket.cases import CaseFile
from inspector.docket.escalation import EXIT, ExitProposal, open_rungs, propose_exit
from inspector.docket.moves import MeasureTaken, Problem
from inspector.docket.next_steps import NextStep, next_steps
from inspector.docket.recorded import encode
from inspector.docket.tallies import Tally, tally
from inspector.domain import CaseState
from inspector.errors import Faults
from inspector.month.standing import month_of_log
from inspector.words import Word, word

# Overdue first (the longest at the top), then open by deadline, closed last.
ORDER = (DocketCase.urgency, DocketCase.number)
TODO = (DocketCase.step_by, DocketCase.number)
# Members of the folded case that its answer has as they are.
_KNOWN = ["steps", "last_visit", "unit", "orders", "rungs", "look_back", "reopened"]
_FILTERS = ("state", "street", "company", "compound", "measure")


def query(args: Mapping[str, Any]) -> Select[Any]:
    """The cases that fit `args`."""
    found = select(DocketCase).where(DocketCase.sort == args.get("sort", cases.CASE))
    for name in _FILTERS:
        if args.get(name):
            found = found.where(getattr(DocketCase, name) == args[name])
    if args.get("overdue"):
        late = DocketCase.deadline < args["today"].isoformat()
        found = found.where(DocketCase.state != "closed", DocketCase.deadline != "")
        found = found.where(late)
    if args.get("todo"):
        found = found.where(DocketCase.step_by != "")
    return found


def order(args: Mapping[str, Any]) -> tuple[Any, ...]:
    """The order of a list: of what is to be done, by the day it is due."""
    return TODO if args.get("todo") else ORDER


def labels(desk: Desk, sheet: str) -> dict[str, str]:
    """Names of compounds, companies or streets by their code."""
    rows = desk.db.execute(
        select(Entry.name, Entry.label).where(
            Entry.sheet == sheet, Entry.live.is_(True)
        )
    )
    return {name: label for name, label in rows}


def lines(desk: Desk, rows: Sequence[DocketCase]) -> list[CaseLine]:
    """Lines of the bureau's list."""
    companies = labels(desk, "companies")
    return [
        grown(
            CaseLine,
            p,
            next_step=word("next", r.step),
            next_who=word("doer", r.step_who),
            next_by=r.step_by,
            company=r.company,
            company_name=companies.get(r.company, ""),
            count=r.count,
            version=r.version,
        )
        for r, p in zip(rows, public(desk, rows), strict=True)
    ]


def public(desk: Desk, rows: Sequence[DocketCase]) -> list[PublicCaseLine]:
    """The same for the public: compound, reason, measure, deadline, state, counts."""
    compounds, streets = labels(desk, "compounds"), labels(desk, "streets")
    return [
        grown(
            PublicCaseLine,
            r,
            compound_name=compounds.get(r.compound, ""),
            street_name=streets.get(r.street, ""),
            state=word("case", r.state),
            reasons=tuple(Word(*said) for said in r.reasons),
            measure=word("measure", r.measure),
            level=word("level", r.level),
            **_next(r),
        )
        for r in rows
    ]


def _next(r: DocketCase) -> dict[str, Any]:
    """What comes next as everybody may know it: of an open case, no day of a visit."""
    shown = r.state != CaseState.CLOSED
    return {
        "next_step": word("next", r.step if shown else ""),
        "next_who": word("doer", r.step_who if shown else ""),
        "next_by": r.step_by if shown and cases.told_openly(r.step) else "",
    }


def view(desk: Desk, row: DocketCase) -> CaseView:
    """One case, with everything the docket knows."""
    told = cases.lines(desk, row)
    case, rules = cases.folded(told), cases.rules(desk)
    (line,) = lines(desk, [row])
    proposed = EXIT in case.rungs
    return grown(
        CaseView,
        line,
        assumed=_assumed(desk, row.number),
        next_steps=tuple(_step(s, desk.today) for s in next_steps(case, rules)),
        **_standing(case, breaches(desk)),
        open_rungs=tuple(r.code for r in open_rungs(case, rules)),
        timeline=tuple(map(_move, told)),
        exit=propose_exit(case, cases.recorded(told), rules) if proposed else None,
    )


def _assumed(desk: Desk, number: str) -> tuple[AssumedStep, ...]:
    """What the next freeze would count as made of this case; nothing while no month
    could be frozen, which is told elsewhere. No move of a case changes it, so that who
    has just made one reads what is kept for all readers."""
    try:
        with desk.site.desk(desk.bureau, desk.actor) as seen:
            found = present(seen).registry.assumed
    except Faults:
        return ()
    return tuple(
        AssumedStep(month_of_log(a.log), word("kind", a.kind.value), a.step, a.day)
        for a in found
        if a.case == number
    )


def _standing(case: CaseFile, items: Mapping[str, str]) -> dict[str, Any]:
    """The members of a `CaseView` that its moves add up to."""
    return {name: getattr(case, name) for name in _KNOWN} | {
        "next": case.next or (),
        "office": word("office", case.office.value if case.office else ""),
        "measures": tuple(map(_measure, case.measures)),
        "problems": tuple(_problem(p, items) for p in case.problems),
        "verdicts": tuple(
            grown(CaseVerdict, v, party=word("party", v.party.value))
            for v in case.verdicts
        ),
        "failures": case.failures,
    }


def _step(s: NextStep, today: date) -> CaseStep:
    what, who = word("next", s.what.value), word("doer", s.who.value)
    return CaseStep(what, s.by, who, s.by < today)


def _measure(m: MeasureTaken) -> CaseMeasure:
    measure, level = word("measure", m.measure.value), word("level", m.level.value)
    return grown(CaseMeasure, m, measure=measure, level=level)


def _problem(p: Problem, items: Mapping[str, str]) -> CaseProblem:
    severity = word("severity", p.severity)
    return grown(CaseProblem, p, text=items.get(p.item, ""), severity=severity)


def _move(line: cases.Line) -> CaseMove:
    said = {"move": word("move", line.kind), "body": encode(line.move)}
    return grown(CaseMove, line, day=line.move.day, **said)


def counters(desk: Desk, by: str) -> list[ProblemCount]:
    """台账问题 found and solved per key, with the closure rate in percent."""
    sheet = {"compound": "compounds", "company": "companies", "street": "streets"}
    names = labels(desk, sheet[by]) if by in sheet else {}
    return [
        grown(ProblemCount, t, key=key, name=names.get(key, ""))
        for key, t in _tallies(desk, by).items()
    ]


def _tallies(desk: Desk, by: str) -> Mapping[str, Tally]:
    """Counted once for all readers of a publication: every move is opened for it, and
    no move of a case goes without one (`cases.settle`)."""

    def make() -> Mapping[str, Tally]:
        return tally(cases.all_cases(desk).values(), by)

    if desk.write:  # may have moves that nobody else sees yet
        return make()
    version = desk.row(Bureau, desk.bureau).published
    kept: Mapping[str, Tally] = desk.site.shelves.tallies.get(
        (desk.bureau, by), version, make
    )
    return kept


def count_of(desk: Desk, by: str, key: str) -> ProblemCount:
    """The same of one key (`"city"`, "" is the sum); zeros without a problem."""
    found = (c for c in counters(desk, by) if c.key == key)
    return next(found, ProblemCount(key, "", 0, 0, Tally().percent))


def exit_proposal(desk: Desk, row: DocketCase) -> ExitProposal:
    """清退建议 with its evidence. Raises InspectorError docket.no_exit."""
    told = cases.lines(desk, row)
    return propose_exit(cases.folded(told), cases.recorded(told), cases.rules(desk))
