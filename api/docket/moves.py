"""What people do with a case: what they sent → one move of the core, or a refusal.

Each function here is the whole of one kind of move; its row in
`api.docket.routes_moves` says who may make it, what it takes and what it is called.
What fits when is decided by `inspector.docket.ladder` and `escalation`; what was
decided goes on in `api.docket.cases`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.docket import cases
from api.errors import field_fault, invalid
from api.registry.sheets import present
from api.site import Desk
from api.store.oversight import DocketCase
from inspector.docket import escalation, ladder
from inspector.docket.cases import CaseFile, apply
from inspector.docket.from_results import BAD_LOOK_BACK, ended
from inspector.docket.moves import Move, ResponsibleNamed
from inspector.docket.terms import DocketRules, ListedLevel, Measure, Party, Responsible
from inspector.domain import CaseState, VisitKind
from inspector.errors import InspectorError, messages
from inspector.policy import VisitRules

messages(
    {
        "docket.beside": (
            "该小区另有未销号事项 {case}，请在该事项中办理，不重复立账",
            "the compound has an open case {case}: go on there, not in a second one",
        ),
    }
)

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Law:
    """What a move is judged by, and on whose desk."""

    rules: DocketRules
    visits: VisitRules
    desk: Desk


Maker = Callable[[CaseFile, date, Values, Law], Move | tuple[Move, ...]]


def make(desk: Desk, number: str, made_by: Maker, values: Values) -> DocketCase:
    """Make one move of a case, with what follows from it by rule. Raises InspectorError
    when it does not fit, Faults."""
    row = cases.find(desk, number)
    day = day_of(desk, values)
    law = Law(cases.rules(desk), cases.policy(desk).visits, desk)
    case = before = cases.load(desk, row)
    made = made_by(case, day, values, law)
    moves = made if isinstance(made, tuple) else (made,)
    for move in moves:
        case = apply(case, move)
    moves += ended(case, day, values.get("number", ""), law.rules)
    cases.settle(desk, [cases.append(desk, row, before, moves, values["reason"])])
    return row


def day_of(desk: Desk, values: Values) -> date:
    """The day a move is dated to: today, or an earlier one. Raises Faults."""
    day: date = values.get("day") or desk.today
    if day > desk.today:
        raise invalid(field_fault("day", "日期在将来 the day lies in the future"))
    return day


def find(c: CaseFile, day: date, v: Values, law: Law) -> tuple[Move, ...]:
    """录入问题; a closed case is opened again by it."""
    found = [(f["item"], f["severity"]) for f in v["problems"]]
    first: tuple[Move, ...] = ()
    if c.state is CaseState.CLOSED:
        first = (reopen(c, day, v, law),)
        c = apply(c, first[0])
    return (*first, ladder.find_problems(c, day, found, v["number"]))


def measure(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """治理措施."""
    taken, level = Measure(v["measure"]), ListedLevel(v["level"])
    return ladder.take_measure(c, day, taken, level, v["unit"], v["number"])


def responsible(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """明确责任."""
    ladder.admit(c, "responsible_named", day)
    return ResponsibleNamed(day, v["unit"], Responsible(v["office"]))


def order(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """责令整改."""
    works, straight = v["works"], v["straight"]
    return ladder.order(c, day, v["number"], law.rules, works=works, straight=straight)


def extend(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """延期."""
    return ladder.extend(
        c,
        day,
        v["problems"],
        v["until"],
        law.rules,
        number=v["number"],
        approver=law.desk.actor.id,
        reason=v["reason"],
    )


def solve(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """问题整改."""
    return ladder.solve(c, day, v["problems"], v["number"])


def miss(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """逾期未改."""
    return ladder.miss(c, day, v["problems"])


def visit(c: CaseFile, day: date, v: Values, law: Law) -> Move | tuple[Move, ...]:
    """补录检查; a bad look-back opens the case again, but not beside an open one."""
    kind = VisitKind(v["visit"])
    made = ladder.visit(
        c,
        day,
        kind,
        v["number"],
        law.visits,
        law.rules,
        passed=v["passed"],
        solved=v["problems"],
    )
    if kind is not VisitKind.LOOKBACK or v["passed"] or _beside(c, law):
        return made
    after = apply(c, made)
    return made, ladder.reopen(after, day, BAD_LOOK_BACK, law.rules)


def _beside(c: CaseFile, law: Law) -> str:
    """The number of another open case of the compound, "" when there is none."""
    row = cases.open_case(law.desk, c.compound, but=c.id)
    return row.number if row is not None else ""


def judge(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """验收意见."""
    party, number = Party(v["party"]), v["number"]
    return ladder.judge(c, day, party, v["passed"], number, law.rules)


def lapse(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """验收未齐."""
    return ladder.lapse(c, day, law.rules)


def close(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """销号."""
    return ladder.close(c, day, v["number"], law.rules)


def reopen(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """重新立账. Raises docket.beside."""
    beside = _beside(c, law)
    if beside and c.state is CaseState.CLOSED:
        raise InspectorError("docket.beside", case=beside)
    return ladder.reopen(c, day, v["reason"], law.rules)


def rung(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """升级措施."""
    number, reason = v["number"], v["reason"]
    return escalation.escalate(c, day, v["rung"], number, reason, law.rules)


def leave(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """清退建议: the last rung, which the head alone takes."""
    return rung(c, day, {**v, "rung": escalation.EXIT}, law)


def company(c: CaseFile, day: date, v: Values, law: Law) -> Move:
    """更换物业. Raises Faults unless the registries have the company; "" is none."""
    if v["company"] and present(law.desk, "companies", v["company"]) is None:
        raise invalid(field_fault("company", "名录中没有此企业 no such company"))
    return escalation.change_company(c, day, v["company"], v["number"], law.rules)
