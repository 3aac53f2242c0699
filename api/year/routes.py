"""/api/v1/bureau/year: the yearly plan.

In: a plan as TOML, its publication. Out: the plan, what its months did, the coverage.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import Text
from api.web.kinds import Kind, collection
from api.web.work import desk
from api.year import plan as service
from api.year.answers import YearView

blp = Blueprint("year", "/api/v1", "年度抽查工作计划 the yearly plan")
READERS = ("planner", "head", "auditor")
BUREAU = "/bureau/year/<year>"


class YearTextArgs(Schema):
    text = Text(
        60_000,
        required=True,
        metadata={"lines": True, "description": "年度计划 TOML"},
    )


class YearPublicationArgs(Schema):
    approval = Text(100, required=True, says="批准文号")


class YearFilingArgs(Schema):
    platform = Text(100, required=True, says="备案平台 where it was filed")
    number = Text(100, required=True, says="备案号 the number given there")
    day = fields.Date(required=True)


@blp.get(BUREAU)
@audience(*READERS)
@blp.gives(YearView)
def show_year(year: str) -> YearView:
    """年度计划 The plan as it stands, what its months did, and the coverage.

    Coverage: published against drawn, caps used, capacity of the rest of the year.
    """
    return service.view(desk(), service.year_of(year))


def _plan(values: dict[str, Any], year: str) -> YearView:
    return service.keep(desk(), service.year_of(year), values["text"])


def _publish(values: dict[str, Any], year: str) -> YearView:
    return service.publish(desk(), service.year_of(year), values["approval"])


def _file(values: dict[str, Any], year: str) -> YearView:
    return service.file(desk(), service.year_of(year), values)


collection(
    blp,
    f"{BUREAU}/steps",
    (
        Kind("plan", ("planner",), YearTextArgs, _plan,
             "编制 A new version on today's registries, provisional until published."),
        Kind("publish", ("head",), YearPublicationArgs, _publish,
             "公布 From today on the newest version holds."),
        Kind("file", ("planner", "head"), YearFilingArgs, _file,
             "备案 The published plan was filed on the province's platform."),
    ),
    name="step_year",
    says="编制、公布、备案 The plan of a year is made, made public, and filed.",
    gives=YearView,
)  # fmt: skip
