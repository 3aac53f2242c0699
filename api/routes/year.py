"""/api/v1/bureau/year: the yearly plan."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.errors import Problem
from api.schemas import Text
from api.services import year as service
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("year", "/api/v1", "年度抽查工作计划 the yearly plan")
READERS = ("planner", "head", "auditor")
BUREAU = "/bureau/year/<year>"


def _pair() -> fields.List[int]:
    return fields.List(fields.Integer(), metadata={"description": "[分子, 分母]"})


class YearTextSchema(Schema):
    text = Text(
        60_000,
        required=True,
        metadata={"lines": True, "description": "年度计划 TOML"},
    )


class YearPublicationSchema(Schema):
    approval = Text(100, required=True, metadata={"description": "批准文号"})


class YearRatioSchema(Schema):
    item_class = fields.String(validate=validate.OneOf(("key", "general")))
    risk_class = fields.String()
    base = fields.Integer()
    number = fields.Integer()
    cap = fields.Integer()
    batches = fields.List(fields.Integer())


class YearStratumSchema(Schema):
    stratum = fields.String()
    size = fields.Integer()
    expected = fields.List(_pair())
    total = _pair()


class YearBatchSchema(Schema):
    risk_class = fields.String()
    batch = fields.Integer()
    expected = _pair()
    drawn = fields.Integer(metadata={"description": "-1: 尚未抽取 not drawn yet"})


class YearMonthSchema(Schema):
    id = fields.String()
    month = fields.String()
    stage = fields.String()
    plan = fields.String(metadata={"description": "冻结时 at its freeze"})
    classes = fields.List(fields.Nested(YearBatchSchema))


class YearScopeSchema(Schema):
    method = fields.String()
    types = fields.List(fields.String())
    districts = fields.List(fields.String())
    streets = fields.List(fields.String())
    classes = fields.List(fields.String())


class YearSchema(Schema):
    year = fields.Integer()
    number = fields.String()
    name = fields.String()
    office = fields.String()
    subject = fields.String()
    standing = fields.String(
        metadata={"description": "provisional 暂定 / published 已公布 / overdue 逾期"}
    )
    made_on = fields.String()
    published_on = fields.String()
    due = fields.String()
    versions = fields.Integer()
    scope = fields.Nested(YearScopeSchema)
    items = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    exclude_recent_months = fields.Integer()
    cap_unit = fields.String()
    ratios = fields.List(fields.Nested(YearRatioSchema))
    strata = fields.List(fields.Nested(YearStratumSchema))
    months = fields.List(fields.Nested(YearMonthSchema))


class YearClassSchema(Schema):
    risk_class = fields.String()
    base = fields.Integer()
    number = fields.Integer()
    cap = fields.Integer()
    due = fields.Integer()
    expected = _pair()
    drawn = fields.Integer()
    visits = fields.Integer()
    repeats = fields.Integer()


class YearCapSchema(Schema):
    unit = fields.String()
    used = fields.Integer()
    cap = fields.Integer()


class YearRestSchema(Schema):
    months = fields.Integer()
    people_days = fields.Integer()
    packages = fields.Integer()
    visits = fields.Integer()
    expected = fields.Integer()
    enough = fields.Boolean()


class YearCoverageSchema(Schema):
    year = fields.Integer()
    classes = fields.List(fields.Nested(YearClassSchema))
    cap_unit = fields.String()
    over_cap = fields.Integer()
    at_cap = fields.Integer()
    fullest = fields.List(fields.Nested(YearCapSchema))
    rest = fields.Nested(YearRestSchema)


def _year(text: str) -> int:
    """Raises Problem 404 for what is no year."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Problem("http.not_found")
    return int(text)


@blp.get(BUREAU)
@audience(*READERS)
@blp.gives(YearSchema)
def show_year(year: str) -> dict[str, Any]:
    """年度计划 The plan as it stands, and what its months did."""
    return service.show(desk(), _year(year))


@blp.post(f"{BUREAU}/plans")
@audience("planner")
@blp.takes(YearTextSchema)
@blp.gives(YearSchema, 201)
def keep_year(values: dict[str, Any], year: str) -> dict[str, Any]:
    """编制年度计划 A new version on today's registries, provisional until published."""
    return service.keep(desk(), _year(year), values["text"])


@blp.post(f"{BUREAU}/publication")
@audience("head")
@blp.takes(YearPublicationSchema)
@blp.gives(YearSchema, 201)
def publish_year(values: dict[str, Any], year: str) -> dict[str, Any]:
    """公布年度计划 From today on the newest version holds."""
    return service.publish(desk(), _year(year), values["approval"])


@blp.get(f"{BUREAU}/coverage")
@audience(*READERS)
@blp.gives(YearCoverageSchema)
def show_coverage(year: str) -> dict[str, Any]:
    """年度覆盖 Published against drawn, caps used, capacity of the rest of the year."""
    return service.coverage(desk(), _year(year))
