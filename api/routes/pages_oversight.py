"""Plain pages of oversight at /<bureau>: credit, lists, docket, year, objections.

They show what the JSON routes of the same subjects tell, by the same services.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from api.routes.credit_schemas import OnArgs
from api.routes.pages import HTML, readable, rendered
from api.routes.public_args import Lenient
from api.routes.public_credit import CreditPage
from api.routes.public_docket import PublicDocketArgs
from api.schemas import PageArgs
from api.services import credit_files, docket_views, public_home
from api.services import public_oversight as service
from api.services import public_oversight_docket as cases
from api.store.models import Entry
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached_today
from api.web.declare import audience
from api.web.work import desk
from inspector.oversight.rules import SubjectKind
from inspector.words import codes

blp = Blueprint("oversight", "", "监管网页 plain pages of oversight")
blp.after_request(readable)


class OnPage(Lenient, OnArgs):
    pass


class CreditListPage(Lenient, CreditPage):
    pass


class DocketPage(Lenient, PublicDocketArgs):
    pass


class CountPage(Schema):
    by = fields.String(load_default="street", validate=validate.OneOf(codes("counter")))


def _shown(template: str, values: Mapping[str, Any]) -> Response:
    """A page of a bureau."""
    return rendered(
        template, {**public_home.about(desk()), "hundredths": _two, **values}
    )


def _two(value: Any) -> str:
    """A rational number of ours with two decimals, halves up.

    >>> _two([8, 3]), _two([3, 1])
    ('2.67', '3.00')
    """
    number, of = value
    whole = (200 * number + of) // (2 * of)
    return f"{whole // 100}.{whole % 100:02d}"


@blp.get("/<bureau>/credit")
@audience("public")
@cached_today
@blp.takes(CreditListPage, "query")
@blp.gives(media=HTML)
def credit(args: dict[str, Any], bureau: str) -> Response:
    """信用档案 Score and grade of every company or compound on a day."""
    kind, on = SubjectKind(args["kind"]), args.get("on")
    values = service.scored(desk(), kind, on)
    page = pages.paged(credit_files.companies(kind), (Entry.name,), desk().db, args)
    rows = credit_files.lines(desk(), kind, page.items, on)
    more = {"rows": rows, "following": page.next, "args": args}
    return _shown("credit.html", values | more)


@blp.get("/<bureau>/credit/rules")
@audience("public")
@cached_today
@blp.takes(OnPage, "query")
@blp.gives(media=HTML)
def credit_rules(args: dict[str, Any], bureau: str) -> Response:
    """评分规则 The rules of a day, and every version with its text."""
    return _shown("credit_rules.html", service.rules(desk(), args.get("on")))


@blp.get("/<bureau>/credit/companies/<usc18>")
@audience("public")
@cached_today
@blp.takes(OnPage, "query")
@blp.gives(media=HTML)
def company_credit(args: dict[str, Any], bureau: str, usc18: str) -> Response:
    """企业信用档案 A company's score on a day, and why."""
    kind = SubjectKind.COMPANY
    values = service.credit(desk(), kind, usc18, args.get("on"))
    return _shown("credit_file.html", values)


@blp.get("/<bureau>/credit/compounds/<compound>")
@audience("public")
@cached_today
@blp.takes(OnPage, "query")
@blp.gives(media=HTML)
def compound_credit(args: dict[str, Any], bureau: str, compound: str) -> Response:
    """小区信用档案 A compound's score on a day, and why."""
    kind = SubjectKind.COMPOUND
    values = service.credit(desk(), kind, compound, args.get("on"))
    return _shown("credit_file.html", values)


@blp.get("/<bureau>/rolls")
@audience("public")
@cached_today
@blp.takes(OnPage, "query")
@blp.gives(media=HTML)
def rolls(args: dict[str, Any], bureau: str) -> Response:
    """红黑名单 The red and the black list on a day."""
    return _shown("rolls.html", service.both_rolls(desk(), args.get("on")))


@blp.get("/<bureau>/docket")
@audience("public")
@cached_today
@blp.takes(DocketPage, "query")
@blp.gives(media=HTML)
def docket(args: dict[str, Any], bureau: str) -> Response:
    """整改台账 Compound, reason, measure, deadline, state and problem counts."""
    found = docket_views.query(args)
    page = pages.paged(found, docket_views.ORDER, desk().db, args)
    values = cases.listed(desk(), args, page.items)
    return _shown("docket.html", values | {"following": page.next})


@blp.get("/<bureau>/docket/counters")
@audience("public")
@cached_today
@blp.takes(CountPage, "query")
@blp.gives(media=HTML)
def docket_counters(args: dict[str, Any], bureau: str) -> Response:
    """问题整改率 Problems found, solved, and the closure rate."""
    return _shown("docket_counters.html", cases.counted(desk(), args["by"]))


@blp.get("/<bureau>/docket/cases/<number>")
@audience("public")
@cached_today
@blp.gives(media=HTML)
def docket_case(bureau: str, number: str) -> Response:
    """台账事项 One case and what happened in it."""
    return _shown("docket_case.html", cases.case_page(desk(), number))


@blp.get("/<bureau>/year")
@audience("public")
@cached_today
@blp.gives(media=HTML)
def newest_year(bureau: str) -> Response:
    """年度计划 The newest yearly plan."""
    return _shown("year.html", service.plan(desk(), None))


@blp.get("/<bureau>/year/<int:year>")
@audience("public")
@cached_today
@blp.gives(media=HTML)
def year(bureau: str, year: int) -> Response:
    """年度计划 The plan of a year, beside what its months did."""
    return _shown("year.html", service.plan(desk(), year))


@blp.get("/<bureau>/objections")
@audience("public")
@cached_today
@blp.takes(PageArgs, "query")
@blp.gives(media=HTML)
def objections(args: dict[str, Any], bureau: str) -> Response:
    """异议与更正 Objections, corrections and withdrawals."""
    values = service.objected(desk())
    rows = values.pop("rows")
    page = pages.cut(rows, lambda r: f"{r.received}/{r.id}", args, descending=True)
    more = {"about": service.about(desk(), page.items), "args": args}
    return _shown(
        "objections.html",
        values | more | {"rows": page.items, "following": page.next},
    )
