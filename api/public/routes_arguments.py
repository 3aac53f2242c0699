"""What public lists take as query; pages take the same from their forms."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from api.credit.routes_schemas import LISTED_KINDS, OnArgs
from api.web.forms import PageArgs, Text, one_of
from inspector.credit.rules import SubjectKind
from inspector.docket.tallies import BY
from inspector.domain import RiskClass
from inspector.results.outcomes import Outcome
from inspector.words import codes


class Words(Schema):
    """Search words."""

    q = Text(
        60,
        says="小区、街道、企业的名称或编号 name or code of compound, street, company",
    )


class CompoundFilter(Words):
    street = Text(60, says="街道编码 street code")
    company = Text(60, says="统一社会信用代码 the company's code")
    risk_class = one_of(RiskClass)
    mode = one_of(codes("mode"))


class ResultFilter(Words):
    compound = Text(60, says="小区编号 compound id")
    company = Text(60, says="统一社会信用代码 the company's code")
    street = Text(60, says="街道编码 street code")
    outcome = one_of(Outcome, says="结果代码 outcome code")
    month = fields.String(
        validate=validate.Regexp(
            r"20\d\d-(0[1-9]|1[0-2])\Z", error="应为 2026-12 的样子 like 2026-12"
        )
    )
    first = fields.Date(metadata={"description": "检查日期从 inspected from"})
    last = fields.Date(metadata={"description": "检查日期至 inspected to"})

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """A span that is empty by mistake finds nothing: it is refused."""
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            raise ValidationError("早于起日期 before the first day", "last")


class RulesOnDay(OnArgs, PageArgs):
    """The rules of a day, and every version page by page."""


class CreditFilter(OnArgs):
    kind = one_of(LISTED_KINDS, load_default=SubjectKind.COMPANY.value)


class DocketFilter(Schema):
    sort = one_of(
        ("case", "order"),
        load_default="case",
        says="order: 检查结果的责令整改 orders of results, followed beside the docket",
    )
    street = fields.String(validate=validate.Length(1, 64))
    state = one_of(codes("case"))
    compound = fields.String(validate=validate.Length(1, 64))


class CountedBy(Schema):
    by = one_of(sorted(BY), load_default="city")


class CountedOnPage(Schema):
    by = one_of(codes("counter"), load_default="street")
