"""/api/v1/bureau/docket: 整改台账, its cases, what enters it and every move they make.

Requests → the services of the docket → answers of `api.docket.answers`.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.docket import cases, daily, views
from api.docket.answers import CaseLine, CaseView, DocketIntake, ProblemCount
from api.docket.routes_intakes import INTAKES
from api.docket.routes_moves import MEASURES, MOVES
from api.jobs.daily import HOOKS
from api.site import READERS
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, one_of, page_of
from api.web.kinds import collection
from api.web.tags import tag
from api.web.work import desk
from inspector.docket.tallies import BY
from inspector.words import codes

blp = Blueprint("docket", "/api/v1/bureau/docket", "整改台账 docket")
HOOKS.append(daily.run)


class DocketArgs(PageArgs):
    state = one_of(codes("case"))
    street = fields.String(validate=validate.Length(1, 64))
    company = fields.String(validate=validate.Length(1, 18))
    compound = fields.String(validate=validate.Length(1, 64))
    measure = one_of([c for c in codes("measure") if c])
    sort = one_of(
        (cases.CASE, cases.ORDER),
        load_default=cases.CASE,
        says="order: 检查结果的责令整改 orders of results, followed beside the docket",
    )
    todo = fields.Boolean(
        metadata={"description": "今日待办: what is to be done, the first due first"}
    )
    overdue = fields.Boolean(
        metadata={"description": "逾期未改: open, with a deadline that has passed"}
    )


class ByArgs(Schema):
    by = one_of(sorted(BY), load_default="city")


@blp.get("")
@audience(*READERS)
@blp.takes(DocketArgs, "query")
@blp.gives(page_of(CaseLine))
def list_cases(args: dict[str, Any]) -> pages.Page:
    """台账列表 The docket: overdue first, then by deadline, closed cases last."""
    found = views.query({**args, "today": desk().today})
    page = pages.paged(found, views.order(args), desk().db, args)
    return pages.Page(views.lines(desk(), page.items), page.next)


@blp.get("/counters")
@audience(*READERS)
@blp.takes(ByArgs, "query")
@blp.gives(list[ProblemCount])
def list_counters(args: dict[str, str]) -> list[ProblemCount]:
    """台账问题 Problems of the docket found and solved, with the closure rate."""
    return views.counters(desk(), args["by"])


@blp.get("/<number>")
@audience(*READERS)
@blp.gives(CaseView)
def show_case(number: str) -> CaseView:
    """台账事项 One case with its timeline and, once proposed, the exit proposal."""
    row = cases.find(desk(), number)
    tag(row)
    return views.view(desk(), row)


collection(
    blp,
    "/intakes",
    INTAKES,
    name="take_in",
    says="列入 What enters the docket from outside.",
    gives=DocketIntake,
)
collection(
    blp,
    "/<number>/moves",
    MOVES,
    name="move_case",
    says="办理 What happens to a case.",
    gives=CaseView,
)
collection(
    blp,
    "/<number>/measures",
    MEASURES,
    name="take_measure",
    says="措施 What is taken against a case, up to the exit proposal.",
    gives=CaseView,
)
