"""/api/v1/public/<bureau>: compounds and companies as frozen."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.routes.public_args import (
    CompoundPage,
    PublicAsOfSchema,
    PublicResultSchema,
    WordsPage,
)
from api.schemas import page_of
from api.services import public_compounds
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("public_registry", "/api/v1/public", "名录 the public registries")


class PublicCompoundSchema(Schema):
    id = fields.String()
    name = fields.String()
    street = fields.String()
    street_name = fields.String()
    community = fields.String()
    usc18 = fields.String()
    company_name = fields.String()
    type = fields.String()
    households = fields.Integer()
    risk_class = fields.String()
    has_lift = fields.Boolean()
    skill = fields.String()
    service_minutes = fields.Integer()
    window = fields.String()
    lon = fields.Integer(metadata={"description": "百万分之一度 micro-degrees, WGS-84"})
    lat = fields.Integer()
    status = fields.String()


class PublicDocketVisitSchema(Schema):
    kind = fields.String()
    first = fields.String()
    last = fields.String()


class PublicOutlookSchema(Schema):
    """The same for a drawn compound and for one that was not."""

    month_id = fields.String()
    month = fields.String()
    stage = fields.String()
    publish_workdays = fields.Integer()
    results_by = fields.String()
    chance = fields.List(fields.Integer(), allow_none=True)
    excluded = fields.String()
    docket_visits = fields.List(fields.Nested(PublicDocketVisitSchema))


class PublicOpenedSchema(Schema):
    month_id = fields.String()
    month = fields.String()
    drawn = fields.Boolean()
    carried = fields.List(fields.String())


class PublicCompoundWithResultsSchema(Schema):
    id = fields.String()
    name = fields.String()
    columns = fields.Nested(PublicCompoundSchema)
    as_of = fields.Nested(PublicAsOfSchema)
    results = fields.List(fields.Nested(PublicResultSchema))
    outlook = fields.List(fields.Nested(PublicOutlookSchema))
    opened = fields.List(fields.Nested(PublicOpenedSchema))


class PublicCompanySchema(Schema):
    usc18 = fields.String()
    name = fields.String()
    status = fields.String()
    compounds = fields.Integer()
    results = fields.Integer()
    inspected = fields.Integer()
    problems_found = fields.Integer()
    problems_solved = fields.Integer()


class PublicRunSchema(PublicCompoundSchema):
    results = fields.Integer()
    last = fields.String()


class PublicOutcomeSchema(Schema):
    outcome = fields.String()
    count = fields.Integer()


class PublicCompanyWithResultsSchema(PublicCompanySchema):
    as_of = fields.Nested(PublicAsOfSchema)
    run = fields.List(fields.Nested(PublicRunSchema))
    outcomes = fields.List(fields.Nested(PublicOutcomeSchema))
    newest = fields.List(fields.Nested(PublicResultSchema))


@blp.get("/<bureau>/compounds")
@audience("public")
@cached
@blp.takes(CompoundPage, "query")
@blp.gives(page_of(PublicCompoundSchema))
def list_compounds(args: dict[str, Any], bureau: str) -> pages.Page:
    """小区名录 Compounds of the newest freeze: public columns."""
    rows = public_compounds.compounds(desk(), args)
    return pages.cut(rows, lambda r: r["id"], args)


@blp.get("/<bureau>/compounds/<compound>")
@audience("public")
@cached
@blp.gives(PublicCompoundWithResultsSchema)
def show_compound(bureau: str, compound: str) -> dict[str, Any]:
    """一个小区 Its results; when the next may appear, and why there is none yet."""
    return public_compounds.compound(desk(), compound)


@blp.get("/<bureau>/companies")
@audience("public")
@cached
@blp.takes(WordsPage, "query")
@blp.gives(page_of(PublicCompanySchema))
def list_companies(args: dict[str, Any], bureau: str) -> pages.Page:
    """企业名录 Companies of the newest freeze, with problems found and solved."""
    rows = public_compounds.companies(desk(), args)
    return pages.cut(rows, lambda r: r["usc18"], args)


@blp.get("/<bureau>/companies/<usc18>")
@audience("public")
@cached
@blp.gives(PublicCompanyWithResultsSchema)
def show_company(bureau: str, usc18: str) -> dict[str, Any]:
    """一家企业 Its compounds, counts and newest results."""
    return public_compounds.company(desk(), usc18)
