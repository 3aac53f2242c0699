"""What public lists take as query, and shapes that several of them share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from api.schemas import Moment, PageArgs, Text
from inspector.domain import RiskClass


class Lenient(Schema):
    """An empty field of a form counts as not given."""

    @pre_load
    def drop_empty(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Only the fields that say something."""
        return {name: data[name] for name in data if data[name] != ""}


def _text(description: str, most: int = 60) -> Text:
    return Text(most, metadata={"description": description})


class Words(Lenient):
    """Search words."""

    q = _text("小区、街道、企业的名称或编号 name or code of compound, street, company")


class CompoundFilter(Words):
    street = _text("街道编码 street code")
    company = _text("统一社会信用代码 the company's code")
    risk_class = fields.String(validate=validate.OneOf([c.value for c in RiskClass]))


class ResultFilter(Words):
    compound = _text("小区编号 compound id")
    company = _text("统一社会信用代码 the company's code")
    street = _text("街道编码 street code")
    outcome = _text("结果代码 outcome code")
    month = fields.String(validate=validate.Regexp(r"\d{4}-\d{2}\Z"))
    first = fields.Date(metadata={"description": "检查日期从 inspected from"})
    last = fields.Date(metadata={"description": "检查日期至 inspected to"})


class WordsPage(Words, PageArgs):
    pass


class CompoundPage(CompoundFilter, PageArgs):
    pass


class ResultPage(ResultFilter, PageArgs):
    pass


class PublicFileSchema(Schema):
    name = fields.String()
    version = fields.Integer()
    sha256 = fields.String()
    at = Moment()


class PublicResultSchema(Schema):
    month_id = fields.String()
    month = fields.String()
    visit = fields.String()
    compound = fields.String()
    compound_name = fields.String()
    street = fields.String()
    street_name = fields.String()
    usc18 = fields.String()
    company_name = fields.String()
    date = fields.String()
    kinds = fields.List(fields.String())
    outcome = fields.String()
    follow_up = fields.String()
    score_bp = fields.Integer(metadata={"description": "-1: 未能检查 not inspected"})
    findings = fields.List(fields.String())
    finding_texts = fields.List(fields.String())
    published_at = fields.String()
    due = fields.String()
    late = fields.Boolean()
    state = fields.String()
    changed_at = fields.String()


class PublicLinkSchema(Schema):
    number = fields.Integer()
    kind = fields.String()
    at = fields.String()
    reason = fields.String()
    digest = fields.String()


class PublicPhotoSchema(Schema):
    """A photo by the item it shows; `sha256` of the copy without EXIF."""

    item = fields.String()
    text = fields.String()
    sha256 = fields.String()


class PublicProofSchema(PublicResultSchema):
    """One result with its opened leaf: `leaf` = digest("leaf", salt, sealed)."""

    leaf = fields.String()
    salt = fields.String()
    sealed = fields.Dict()
    index = fields.Integer()
    proof = fields.List(fields.String())
    amendment = fields.Integer()
    visit_root = fields.String()
    records = fields.List(fields.Nested(PublicLinkSchema))
    photos = fields.List(fields.Nested(PublicPhotoSchema))


class PublicAsOfSchema(Schema):
    """Which freeze registry columns come from."""

    month_id = fields.String()
    month = fields.String()
    sha256 = fields.String()


class AnchorSchema(Schema):
    """The log in three lines, to publish elsewhere `before` T of the stage."""

    text = fields.String()
    origin = fields.String()
    size = fields.Integer()
    root = fields.String()
    stage = fields.String()
    attempt = fields.Integer()
    before = fields.String()
