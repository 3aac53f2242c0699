"""/api/v1/public/<bureau>/docket: the docket, open to everybody."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.schemas import PageArgs, page_of
from api.services import docket_views
from api.services import public_oversight_docket as cases
from api.services.docket_answers import (
    ProblemCount,
    PublicCaseLine,
    PublicCaseView,
)
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached
from api.web.declare import audience
from api.web.work import desk
from inspector.oversight.tallies import BY

blp = Blueprint("public_docket", "/api/v1/public", "公示台账 the docket, public")


class PublicDocketArgs(PageArgs):
    street = fields.String(validate=validate.Length(1, 64))
    state = fields.String(validate=validate.Length(1, 12))
    compound = fields.String(validate=validate.Length(1, 64))


class PublicCountArgs(Schema):
    by = fields.String(load_default="city", validate=validate.OneOf(sorted(BY)))


@blp.get("/<bureau>/docket")
@audience("public")
@cached
@blp.takes(PublicDocketArgs, "query")
@blp.gives(page_of(PublicCaseLine))
def list_docket(args: dict[str, Any], bureau: str) -> pages.Page:
    """后进小区台账 Overdue first, then by deadline, closed cases last."""
    found = docket_views.query(args)
    page = pages.paged(found, docket_views.ORDER, desk().db, args)
    return pages.Page(docket_views.public(desk(), page.items), page.next)


@blp.get("/<bureau>/docket/counters")
@audience("public")
@cached
@blp.takes(PublicCountArgs, "query")
@blp.gives(list[ProblemCount])
def list_docket_counters(args: dict[str, str], bureau: str) -> list[ProblemCount]:
    """台账问题整改率 Problems of the docket found, solved, and the closure rate."""
    return docket_views.counters(desk(), args["by"])


@blp.get("/<bureau>/docket/cases/<number>")
@audience("public")
@cached
@blp.gives(PublicCaseView)
def show_public_case(bureau: str, number: str) -> PublicCaseView:
    """台账事项 One case and what happened in it."""
    return cases.case(desk(), number)
