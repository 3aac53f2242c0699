"""The moves of a docket case as a table: who makes it, what it takes, does and says.

`api.docket.routes` makes two collections of the rows: what happens to a case, and what
is taken against it. To add a move, add a row and its function.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.docket import moves as do
from api.docket import views
from api.docket.answers import CaseView
from api.web.forms import Text, many, one_of
from api.web.kinds import Kind
from api.web.tags import tag
from api.web.work import desk
from inspector.docket.escalation import EXIT
from inspector.docket.terms import ListedLevel, Measure, Party, Responsible

VISITS = ("remediation", "recheck", "acceptance", "lookback")
PLANNER, HEAD = ("planner",), ("head",)


class PlainMove(Schema):
    """Every move has a reason and a day (today if left out)."""

    reason = Text(300, required=True)
    day = fields.Date()


class NumberedMove(PlainMove):
    number = Text(80, required=True, says="文号")


class FoundProblemSchema(Schema):
    item = Text(40, required=True)
    severity = one_of(("", "minor", "major", "redline"), load_default="")


class FoundMove(NumberedMove):
    problems = many(FoundProblemSchema, 100, least=1, required=True)


def _numbers(**kwargs: Any) -> fields.List[int]:
    return many(
        fields.Integer(strict=True, validate=validate.Range(1, 100_000)), 1000, **kwargs
    )


class OrderMove(NumberedMove):
    works = _numbers(load_default=list)
    straight = fields.Boolean(
        load_default=False,
        metadata={"description": "no series of visits: on to the re-check"},
    )


class ExtensionMove(NumberedMove):
    problems = _numbers(required=True)
    until = fields.Date(required=True)


class ProblemNumbersMove(PlainMove):
    problems = _numbers(required=True)
    number = Text(80, least=0, load_default="")


class VisitMove(NumberedMove):
    visit = one_of(VISITS, required=True)
    passed = fields.Boolean(load_default=True)
    problems = _numbers(load_default=list)


class VerdictMove(NumberedMove):
    party = one_of(Party, required=True)
    passed = fields.Boolean(required=True)


class CompanyMove(NumberedMove):
    company = fields.String(
        required=True,
        validate=validate.Length(0, 18),
        metadata={"description": "usc18 of the new company, empty for none"},
    )


class MeasureMove(NumberedMove):
    measure = one_of(Measure, required=True)
    level = one_of(ListedLevel, load_default="")
    unit = Text(120, required=True)


class ResponsibleMove(PlainMove):
    unit = Text(120, required=True)
    office = one_of(
        Responsible, required=True, says="the person by role; names are not kept"
    )


class RungMove(NumberedMove):
    rung = fields.String(
        required=True,
        validate=[validate.Length(1, 40), validate.NoneOf([EXIT])],
        metadata={"description": "talk, yellow, red, notice (exit: by the head)"},
    )


def _row(
    name: str, who: tuple[str, ...], takes: type[Schema], made_by: do.Maker, says: str
) -> Kind:
    """A move as a kind: it is made, and the case shown as it stands then."""

    def does(values: dict[str, Any], number: str) -> CaseView:
        row = do.make(desk(), number, made_by, values)
        tag(row)
        return views.view(desk(), row)

    return Kind(name, who, takes, does, says)


MOVES = (
    _row("problems", PLANNER, FoundMove, do.find,
         "录入问题 Problems found outside a month's results."),
    _row("orders", PLANNER, OrderMove, do.order,
         "责令整改 An order for every problem without a deadline; severity sets it."),
    _row("extensions", HEAD, ExtensionMove, do.extend,
         "批准延期 A later deadline, approved by the head."),
    _row("solved", PLANNER, ProblemNumbersMove, do.solve,
         "问题整改 Problems are gone, on the spot or by proof."),
    _row("missed", PLANNER, ProblemNumbersMove, do.miss,
         "逾期未改 A deadline has passed with the problem still there."),
    _row("visits", PLANNER, VisitMove, do.visit,
         "补录检查 A docket visit made outside a month's plan."),
    _row("verdicts", PLANNER, VerdictMove, do.judge,
         "验收意见 One party accepts or refuses."),
    _row("lapse", PLANNER, PlainMove, do.lapse,
         "验收未齐 The verdicts stayed incomplete: back to rectification."),
    _row("closing", PLANNER, NumberedMove, do.close,
         "销号 Close a case that all parties have accepted."),
    _row("reopening", PLANNER, PlainMove, do.reopen,
         "重新立账 A closed case goes on."),
    _row("company", PLANNER, CompanyMove, do.company,
         "更换物业 The case goes to the new company, or ends, by rule."),
)  # fmt: skip

MEASURES = (
    _row("measure", PLANNER, MeasureMove, do.measure,
         "治理措施 党建联建, 挂牌督办 (区/市), 执法进小区."),
    _row("responsible", PLANNER, ResponsibleMove, do.responsible,
         "明确责任 Responsible unit, and person by role."),
    _row("rung", PLANNER, RungMove, do.rung,
         "升级措施 约谈, 黄牌, 红牌/挂牌, 通报; the last one is the head's."),
    _row("exit", HEAD, NumberedMove, do.leave,
         "提出清退建议 The last step, by the head: an exit proposal with evidence."),
)  # fmt: skip
