"""/api/v1/public/<bureau>/credit: credit files, rules and lists, open to everybody.

The address of a company's file never changes; `?on=` gives it as of a past day.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate
from sqlalchemy import select

from api.routes import credit_schemas as s
from api.routes import roll_schemas as r
from api.schemas import PageArgs, page_of
from api.services import credit_files, credit_rules, rolls
from api.services.credit_rules import PublicRules, RulesContent
from api.store import versions
from api.store.models import Entry
from api.store.oversight import CreditGrading
from api.store.versions import Version
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached, cached_today
from api.web.declare import audience
from api.web.work import desk
from inspector.oversight.rules import SubjectKind

blp = Blueprint("public_credit", "/api/v1/public", "信用公示 credit, public")


class CreditPage(PageArgs):
    on = fields.Date(metadata={"description": "截至日期 as of this day; today if none"})
    kind = fields.String(
        load_default=SubjectKind.COMPANY.value,
        validate=validate.OneOf(s.LISTED_KINDS),
    )


@blp.get("/<bureau>/credit")
@audience("public")
@cached_today
@blp.takes(CreditPage, "query")
@blp.gives(s.CreditLinePage)
def list_public_credit(args: dict[str, Any], bureau: str) -> pages.Page:
    """信用等级 Score and grade of every company or compound on a day."""
    kind = SubjectKind(args["kind"])
    page = pages.paged(credit_files.companies(kind), (Entry.name,), desk().db, args)
    rows = credit_files.lines(desk(), kind, page.items, args.get("on"))
    return pages.Page(rows, page.next)


@blp.get("/<bureau>/credit/companies/<usc18>")
@audience("public")
@cached_today
@blp.takes(s.OnArgs, "query")
@blp.gives(r.CreditPageSchema)
def show_company_credit(
    args: dict[str, Any], bureau: str, usc18: str
) -> dict[str, Any]:
    """企业信用档案 A company's score with every term and the facts that count."""
    return rolls.page(desk(), SubjectKind.COMPANY, usc18, args.get("on"))


@blp.get("/<bureau>/credit/compounds/<compound>")
@audience("public")
@cached_today
@blp.takes(s.OnArgs, "query")
@blp.gives(r.CreditPageSchema)
def show_compound_credit(
    args: dict[str, Any], bureau: str, compound: str
) -> dict[str, Any]:
    """小区信用档案 A compound's score with every term and the facts that count."""
    return rolls.page(desk(), SubjectKind.COMPOUND, compound, args.get("on"))


@blp.get("/<bureau>/credit/gradings")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(s.GradingPage)
def list_public_gradings(args: dict[str, Any], bureau: str) -> pages.Page:
    """等级公示 The days on which grades were published, and how many of each."""
    keys = (CreditGrading.day,)
    return pages.paged(select(CreditGrading), keys, desk().db, args, descending=True)


@blp.get("/<bureau>/credit/rules")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(page_of(PublicRules))
def list_public_rules(args: dict[str, Any], bureau: str) -> pages.Page:
    """评分规则 Every version of the rules with its text: anybody can score again."""
    rows, keys = versions.query(credit_rules.SUBJECT), (Version.number,)
    page = pages.paged(rows, keys, desk().db, args, descending=True)
    return pages.Page([credit_rules.public(r) for r in page.items], page.next)


@blp.get("/<bureau>/credit/rules/in-force")
@audience("public")
@cached_today
@blp.takes(s.OnArgs, "query")
@blp.gives(RulesContent)
def show_public_rules(args: dict[str, Any], bureau: str) -> RulesContent:
    """现行规则 The rules of a day."""
    day = credit_files.day_of(desk(), args.get("on"))
    return credit_rules.described(credit_rules.in_force(desk(), day))


@blp.get("/<bureau>/rolls/<roll>")
@audience("public")
@cached_today
@blp.takes(s.OnArgs, "query")
@blp.gives(r.PublicRollEntrySchema(many=True))
def show_public_roll(
    args: dict[str, Any], bureau: str, roll: str
) -> list[dict[str, Any]]:
    """红黑名单 The red or black list on a day, with reasons, documents and terms."""
    return rolls.public(desk(), roll, args.get("on"))
