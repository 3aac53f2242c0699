"""/api/v1/bureau/docket: 整改台账, its cases and every move they make."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.months import steps
from api.routes import docket_schemas as s
from api.schemas import PageArgs, page_of
from api.services import docket, docket_intake, docket_views
from api.services.docket_intake import Intake
from api.store.oversight import DocketCase
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.tags import tag
from api.web.work import desk
from inspector.oversight.escalation import ExitProposal
from inspector.oversight.tallies import BY

blp = Blueprint("docket", "/api/v1/bureau/docket", "整改台账 docket")
READERS = ("planner", "head", "leader", "auditor")


class DocketArgs(PageArgs):
    state = fields.String(validate=validate.Length(1, 12))
    street = fields.String(validate=validate.Length(1, 64))
    company = fields.String(validate=validate.Length(1, 18))
    compound = fields.String(validate=validate.Length(1, 64))
    measure = fields.String(validate=validate.Length(1, 12))
    overdue = fields.Boolean(
        metadata={"description": "逾期未改: open, with a deadline that has passed"}
    )


class ByArgs(Schema):
    by = fields.String(load_default="city", validate=validate.OneOf(sorted(BY)))


@blp.get("")
@audience(*READERS)
@blp.takes(DocketArgs, "query")
@blp.gives(page_of(s.DocketLineSchema))
def list_cases(args: dict[str, Any]) -> pages.Page:
    """台账列表 The cases of the docket, by number."""
    found = docket_views.query({**args, "today": desk().today})
    page = pages.paged(found, (DocketCase.number,), desk().db, args)
    return pages.Page(docket_views.summaries(desk(), page.items), page.next)


@blp.get("/counters")
@audience(*READERS)
@blp.takes(ByArgs, "query")
@blp.gives(s.ProblemCounterSchema(many=True))
def list_counters(args: dict[str, str]) -> list[dict[str, Any]]:
    """问题统计 Problems found and solved, with the closure rate."""
    return docket_views.counters(desk(), args["by"])


@blp.post("/selections/preview")
@audience("planner")
@blp.takes(s.SelectionSchema)
@blp.gives(s.SelectedSchema)
def preview_selection(values: dict[str, Any]) -> dict[str, Any]:
    """列入试算 Who would enter the docket, and why; nothing changes."""
    found = docket_intake.preview(desk(), values)
    return {
        "month": found.month,
        "opened": found.opened,
        "fresh": [s.entry_body(e) for e in found.fresh],
        "known": [s.entry_body(e) for e in found.known],
    }


@blp.post("/selections")
@audience("planner")
@blp.takes(s.SelectionSchema)
@blp.gives(s.DocketIntakeSchema, 201)
def run_selection(values: dict[str, Any]) -> Intake:
    """列入台账 Take the selection of a month into the docket."""
    return docket_intake.run(desk(), values)


@blp.post("/adoptions")
@audience("planner")
@blp.takes(s.DocketReasonSchema)
@blp.gives(s.DocketIntakeSchema, 201)
def adopt_cases(values: dict[str, Any]) -> Intake:
    """转入旧台账 Take over the cases of the registries' docket sheet."""
    return docket_intake.adopt_all(desk(), values["reason"])


@blp.post("/months/<month_id>/visits")
@audience("planner")
@blp.takes(s.DocketReasonSchema)
@blp.gives(s.DocketIntakeSchema, 201)
def take_visits(values: dict[str, Any], month_id: str) -> Intake:
    """登记检查 Turn the published results of a month's docket visits into moves."""
    month = steps.find(desk(), month_id)
    return docket_intake.take_visits(desk(), month, values["reason"])


@blp.post("/months/<month_id>/look-back")
@audience("planner")
@blp.takes(s.DocketReasonSchema)
@blp.gives(s.LookBackSchema, 201)
def draw_look_back(values: dict[str, Any], month_id: str) -> dict[str, Any]:
    """回头看抽取 Let the month's draw seed choose which closed cases to see again."""
    month = steps.find(desk(), month_id)
    return {"cases": docket_intake.draw(desk(), month, values["reason"])}


@blp.get("/<number>")
@audience(*READERS)
@blp.gives(s.DocketCaseSchema)
def show_case(number: str) -> dict[str, Any]:
    """台账事项 One case."""
    row = docket.find(desk(), number)
    tag(row)
    return docket_views.detail(desk(), row)


@blp.get("/<number>/moves")
@audience(*READERS)
@blp.gives(s.DocketMoveSchema(many=True))
def list_moves(number: str) -> list[dict[str, Any]]:
    """办理过程 The timeline of a case, each move with its place in the record."""
    return docket_views.timeline(desk(), docket.find(desk(), number))


@blp.get("/<number>/exit")
@audience(*READERS)
@blp.gives(s.ExitProposalSchema)
def show_exit(number: str) -> ExitProposal:
    """清退建议 The exit proposal with its evidence."""
    return docket_views.exit_proposal(desk(), docket.find(desk(), number))


def _moved(number: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Make a move and show the case."""
    row = docket.move(desk(), number, name, values)
    tag(row)
    return docket_views.detail(desk(), row)


@blp.post("/<number>/problems")
@audience("planner")
@blp.takes(s.DocketProblemsMove)
@blp.gives(s.DocketCaseSchema, 201)
def add_problems(values: dict[str, Any], number: str) -> dict[str, Any]:
    """录入问题 Problems found outside a month's results."""
    return _moved(number, "problems", values)


@blp.post("/<number>/measures")
@audience("planner")
@blp.takes(s.DocketMeasureMove)
@blp.gives(s.DocketCaseSchema, 201)
def take_measure(values: dict[str, Any], number: str) -> dict[str, Any]:
    """治理措施 党建联建, 挂牌督办 (区/市), 执法进小区."""
    return _moved(number, "measures", values)


@blp.post("/<number>/responsible")
@audience("planner")
@blp.takes(s.DocketResponsibleMove)
@blp.gives(s.DocketCaseSchema, 201)
def name_responsible(values: dict[str, Any], number: str) -> dict[str, Any]:
    """明确责任 Responsible unit, and person by role."""
    return _moved(number, "responsible", values)


@blp.post("/<number>/orders")
@audience("planner")
@blp.takes(s.DocketOrderMove)
@blp.gives(s.DocketCaseSchema, 201)
def order_rectification(values: dict[str, Any], number: str) -> dict[str, Any]:
    """责令整改 An order for every problem without a deadline; severity sets it."""
    return _moved(number, "orders", values)


@blp.post("/<number>/extensions")
@audience("head")
@blp.takes(s.DocketExtensionMove)
@blp.gives(s.DocketCaseSchema, 201)
def approve_extension(values: dict[str, Any], number: str) -> dict[str, Any]:
    """批准延期 A later deadline, approved by the head."""
    return _moved(number, "extensions", values)


@blp.post("/<number>/solved")
@audience("planner")
@blp.takes(s.DocketNumbersMove)
@blp.gives(s.DocketCaseSchema, 201)
def solve_problems(values: dict[str, Any], number: str) -> dict[str, Any]:
    """问题整改 Problems are gone, on the spot or by proof."""
    return _moved(number, "solved", values)


@blp.post("/<number>/missed")
@audience("planner")
@blp.takes(s.DocketNumbersMove)
@blp.gives(s.DocketCaseSchema, 201)
def miss_deadline(values: dict[str, Any], number: str) -> dict[str, Any]:
    """逾期未改 A deadline has passed with the problem still there."""
    return _moved(number, "missed", values)


@blp.post("/<number>/visits")
@audience("planner")
@blp.takes(s.DocketVisitMove)
@blp.gives(s.DocketCaseSchema, 201)
def add_visit(values: dict[str, Any], number: str) -> dict[str, Any]:
    """补录检查 A docket visit made outside a month's plan."""
    return _moved(number, "visits", values)


@blp.post("/<number>/verdicts")
@audience("planner")
@blp.takes(s.DocketVerdictMove)
@blp.gives(s.DocketCaseSchema, 201)
def give_verdict(values: dict[str, Any], number: str) -> dict[str, Any]:
    """验收意见 One party accepts or refuses."""
    return _moved(number, "verdicts", values)


@blp.post("/<number>/lapse")
@audience("planner")
@blp.takes(s.DocketPlainMove)
@blp.gives(s.DocketCaseSchema, 201)
def lapse_acceptance(values: dict[str, Any], number: str) -> dict[str, Any]:
    """验收未齐 The verdicts stayed incomplete: back to rectification."""
    return _moved(number, "lapse", values)


@blp.post("/<number>/closing")
@audience("planner")
@blp.takes(s.DocketNumberedMove)
@blp.gives(s.DocketCaseSchema, 201)
def close_case(values: dict[str, Any], number: str) -> dict[str, Any]:
    """销号 Close a case that all parties have accepted."""
    return _moved(number, "closing", values)


@blp.post("/<number>/reopening")
@audience("planner")
@blp.takes(s.DocketPlainMove)
@blp.gives(s.DocketCaseSchema, 201)
def reopen_case(values: dict[str, Any], number: str) -> dict[str, Any]:
    """重新立账 A closed case goes on."""
    return _moved(number, "reopening", values)


@blp.post("/<number>/rungs")
@audience("planner")
@blp.takes(s.DocketRungMove)
@blp.gives(s.DocketCaseSchema, 201)
def take_rung(values: dict[str, Any], number: str) -> dict[str, Any]:
    """升级措施 约谈, 黄牌, 红牌/挂牌, 通报; the last one is the head's."""
    return _moved(number, "rungs", values)


@blp.post("/<number>/exit")
@audience("head")
@blp.takes(s.DocketNumberedMove)
@blp.gives(s.ExitProposalSchema, 201)
def propose_exit(values: dict[str, Any], number: str) -> ExitProposal:
    """提出清退建议 The last rung, by the head: an exit proposal with evidence."""
    docket.move(desk(), number, "rungs", {**values, "rung": "exit"})
    return docket_views.exit_proposal(desk(), docket.find(desk(), number))


@blp.post("/<number>/company")
@audience("planner")
@blp.takes(s.DocketCompanyMove)
@blp.gives(s.DocketCaseSchema, 201)
def change_company(values: dict[str, Any], number: str) -> dict[str, Any]:
    """更换物业 The case goes to the new company, or ends, by rule."""
    return _moved(number, "company", values)
