"""/api/v1/bureau/credit: credit files, days of grades, tables of ranking.

In: a subject, a day, a version of the rules. Out: scores with their terms, standings.
The rules themselves are at /api/v1/bureau/rules, what others would change at …/trials.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema
from sqlalchemy import select

from api.credit import comparison, files
from api.credit import routes_schemas as s
from api.credit import rules as credit_rules
from api.credit.comparison import CreditRanking, GradingDay, RiskChange
from api.credit.files import CreditFile, CreditLine
from api.credit.rules import CityRules
from api.errors import Problem
from api.site import READERS
from api.store.models import Entry
from api.store.oversight import CreditGrading
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, Text, page_of
from api.web.work import desk
from inspector.credit.file import Subject
from inspector.credit.rules import SubjectKind
from inspector.credit.satisfaction import Survey

blp = Blueprint("credit", "/api/v1/bureau/credit", "信用档案 credit files")


class CityArgs(Schema):
    name = Text(40, says="城市 with its text, to begin from")


class TableArgs(PageArgs, s.ByArgs, s.RulesOnlyArgs):
    """`by`: of the ranking; pages: of satisfaction."""


@blp.get("/companies")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(CreditLine))
def list_credit(args: dict[str, Any]) -> pages.Page:
    """企业信用 Today's score and grade of the companies, by code."""
    kind = SubjectKind.COMPANY
    page = pages.paged(files.companies(kind), (Entry.name,), desk().db, args)
    return pages.Page(files.lines(desk(), kind, page.items, None), page.next)


@blp.get("/files/<kind>/<subject>")
@audience(*READERS)
@blp.takes(s.RulesArgs, "query")
@blp.gives(CreditFile)
def show_file(args: dict[str, Any], kind: str, subject: str) -> CreditFile:
    """信用档案 Score on a day with every term, and all facts, under any version."""
    who = Subject(files.kind_of(kind), subject)
    rules = args.get("rules", "")
    return files.file(desk(), who, args.get("on"), rules, public=False)


@blp.get("/gradings")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(GradingDay))
def list_gradings(args: dict[str, Any]) -> pages.Page:
    """等级公示日 The days on which grades were published, newest first."""
    keys = (CreditGrading.day,)
    return pages.paged(select(CreditGrading), keys, desk().db, args, descending=True)


@blp.post("/gradings")
@audience("head")
@blp.gives(GradingDay, 201)
def publish_grades() -> GradingDay:
    """公示等级 Publish today's grades; black grades of these days add up."""
    return comparison.grade(desk())


@blp.get("/cities")
@audience(*READERS)
@blp.takes(CityArgs, "query")
@blp.gives(list[CityRules])
def list_cities(args: dict[str, Any]) -> list[CityRules]:
    """城市规则 The rule files that come with the project; one with its text."""
    return credit_rules.city_files(args.get("name"))


def _satisfaction(args: dict[str, Any]) -> pages.Page:
    found = comparison.survey(desk(), args.get("rules", ""))
    return pages.cut(list(found), lambda v: v.compound, args)


TABLES: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "ranking": lambda args: comparison.ranking(
        desk(), args.get("rules", ""), args["by"]
    ),
    "risk-classes": lambda args: comparison.risk_classes(desk()),
    "satisfaction": _satisfaction,
}


@blp.get("/tables/<name>")
@audience(*READERS)
@blp.takes(TableArgs, "query")
@blp.gives_one_of(
    **{
        "ranking": CreditRanking,
        "risk-classes": list[RiskChange],
        "satisfaction": page_of(Survey),
    }
)
def show_table(args: dict[str, Any], name: str) -> tuple[str, Any]:
    """考评 What the rules make of the registries today.

    `ranking`: 考评排名 compounds, companies or streets, from the worst up;
    `risk-classes`: 风险分类 compounds whose class in the next draw would not be the
    registry's; `satisfaction`: 业主满意度 score, sample, interval of every compound.
    """
    if name not in TABLES:
        raise Problem("http.not_found")
    return name, TABLES[name](args)
