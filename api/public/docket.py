"""The public docket: rows and moves → what everybody may know of them, typed.

Public of a move are its day, its name, the number of its document and what is counted;
never a person, a unit, the bureau's own remarks, a visit that lies ahead, or whether a
look-back was drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from api.answers import grown
from api.docket import cases, views
from api.docket.answers import PublicCaseMove, PublicCaseView, ToldText
from api.docket.cases import Line
from api.public.oversight import known
from api.site import Desk
from api.store.oversight import DocketCase
from inspector.docket import moves as m
from inspector.domain import VisitKind
from inspector.words import VOCABULARY, word

Doc = dict[str, Any]
Pair = tuple[str, str]
_HIDDEN = (m.LookBackDrawn, m.LookBackLapsed)


def listed(desk: Desk, _asked: Mapping[str, Any], _found: Any) -> Doc:
    """What the docket can be narrowed to, and the sums."""
    return {
        "streets": sorted(views.labels(desk, "streets").items()),
        "states": VOCABULARY["case"].values(),
        "total": views.count_of(desk, "city", ""),
        "known": known(desk),
        "today": desk.today.isoformat(),
    }


def counted(desk: Desk, _asked: Mapping[str, Any], _found: Any) -> Doc:
    """台账问题整改率: what it can be counted by, and the sum."""
    return {
        "keys": VOCABULARY["counter"],
        "total": views.count_of(desk, "city", ""),
        "known": known(desk),
    }


def case(desk: Desk, number: str) -> PublicCaseView:
    """One case with its public timeline. Raises Problem 404."""
    row = cases.find(desk, number)
    (line,) = views.public(desk, [row])
    return grown(PublicCaseView, line, timeline=tuple(timeline(desk, row)))


def beside_case(desk: Desk, _asked: Mapping[str, Any], _found: Any) -> Doc:
    """What the page of a case needs besides."""
    return {"known": known(desk), "today": desk.today.isoformat()}


def timeline(desk: Desk, row: DocketCase) -> list[PublicCaseMove]:
    """The public part of every move, oldest first."""
    names = {r.code: (r.zh, r.en) for r in cases.rules(desk).rungs}
    lines = [x for x in cases.lines(desk, row) if not isinstance(x.move, _HIDDEN)]
    return [_line(x, names) for x in lines]


def _line(line: Line, rungs: Mapping[str, Pair]) -> PublicCaseMove:
    move = line.move
    told = _TOLD.get(type(move), _nothing)(move)
    if isinstance(move, m.Escalated):
        told = [rungs.get(move.rung, (move.rung, move.rung))]
    return PublicCaseMove(
        move.day.isoformat(),
        word("move", line.kind),
        getattr(move, "number", ""),
        tuple(ToldText(zh, en) for zh, en in told if zh),
    )


def _pair(kind: str, code: str) -> Pair:
    found = word(kind, code)
    return found.zh, found.en


def _nothing(_: Any) -> list[Pair]:
    return []


def _count(count: int) -> Pair:
    return (f"{count} 项", f"{count} problem{'s' if count > 1 else ''}")


def _reasons(move: Any) -> list[Pair]:
    return [r.sentences() for r in move.reasons]


def _measure(move: m.MeasureTaken) -> list[Pair]:
    return [_pair("measure", move.measure.value), _pair("level", move.level.value)]


def _deadlines(move: m.Ordered | m.Extended) -> list[Pair]:
    """How many problems by which day, or days: severity sets the deadline."""
    days = sorted(row[-1].isoformat() for row in move.deadlines)
    if not days:
        return []
    first, last = days[0], days[-1]
    if first == last:
        return [_count(len(days)), (f"期限 {last}", f"due {last}")]
    return [_count(len(days)), (f"期限 {first} 至 {last}", f"due {first} to {last}")]


def _supervised(move: m.Supervised) -> list[Pair]:
    """The same, with who has to answer where no company does."""
    party = [(move.party, move.party)] if move.party else []
    return [*party, *_deadlines(move)]


def _visit(move: m.Visited) -> list[Pair]:
    """A visit that was to find out whether it is done passes or fails; others only
    look."""
    kind, decides = _pair("kind", move.kind.value), move.kind in _DECIDING
    if move.failed:
        return [kind, ("未通过", "failed")]
    return [kind, ("通过", "passed")] if decides else [kind]


def _verdict(move: m.VerdictGiven) -> list[Pair]:
    said = ("同意", "agreed") if move.passed else ("不同意", "refused")
    return [_pair("party", move.party.value), said]


def _company(move: m.CompanyChanged) -> list[Pair]:
    if move.closed:
        return [("事项终结", "the case ends")]
    if not move.new:
        return [("暂无新企业，事项继续", "no new company yet; the case goes on")]
    return [("由新企业承接", "taken over by the new company")]


# Visits that find out whether what was ordered is done.
_DECIDING = (VisitKind.RECHECK, VisitKind.ACCEPTANCE, VisitKind.LOOKBACK)
_TOLD: Mapping[type[m.Move], Callable[[Any], list[Pair]]] = {
    m.CaseOpened: _reasons,
    m.CaseAdopted: _reasons,
    m.ReasonAdded: _reasons,
    m.MeasureTaken: _measure,
    m.ProblemsFound: lambda x: [_count(len(x.problems))],
    m.Ordered: _deadlines,
    m.Supervised: _supervised,
    m.Extended: _deadlines,
    m.ProblemsSolved: lambda x: [_count(len(x.numbers))],
    m.DeadlineMissed: lambda x: [_count(len(x.numbers))],
    m.Visited: _visit,
    m.VerdictGiven: _verdict,
    m.Closed: lambda x: [("挂牌督办摘牌", "no longer listed")] if x.delisted else [],
    m.CompanyChanged: _company,
}
