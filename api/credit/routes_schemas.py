"""What is asked of credit files, signals and rules."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.web.forms import PageArgs, Text
from inspector.credit.file import EventState
from inspector.credit.rules import EVENT_SOURCES, Polarity, SubjectKind

KINDS = [k.value for k in SubjectKind]
LISTED_KINDS = [SubjectKind.COMPANY.value, SubjectKind.COMPOUND.value]


class OnArgs(Schema):
    on = fields.Date(metadata={"description": "截至日期 as of this day; today if none"})


class RulesOnlyArgs(Schema):
    rules = Text(64, metadata={"description": "版本编号或 city:zibo; in force if none"})


class RulesArgs(OnArgs, RulesOnlyArgs):
    pass


class CompareArgs(OnArgs):
    old = Text(64, metadata={"description": "原版本 a version's id or city:zibo"})
    new = Text(64, required=True, metadata={"description": "新版本 id or city:zibo"})


class ByArgs(Schema):
    by = fields.String(
        load_default="compound",
        validate=validate.OneOf(["compound", "company", "street"]),
    )


class RerankArgs(ByArgs):
    old = Text(64)
    new = Text(64, required=True)


# --- signals ---------------------------------------------------------------------


class NewSignalSchema(Schema):
    subject = Text(
        64,
        required=True,
        metadata={"description": "信用代码、小区编号或岗位编号 code, id or role id"},
    )
    source = fields.String(required=True, validate=validate.OneOf(EVENT_SOURCES))
    polarity = fields.String(
        required=True, validate=validate.OneOf([p.value for p in Polarity])
    )
    code = Text(64, metadata={"description": "记分标准编号 line of the catalogue"})
    points = fields.Integer(
        strict=True,
        validate=validate.Range(0, 1_000_000),
        metadata={"description": "文书载明的分值 as the document states; hundredths"},
    )
    document = Text(
        200,
        required=True,
        metadata={"description": "文号或证据号 its number"},
    )
    first = fields.Date(metadata={"description": "生效日期 from; today if none"})
    last = fields.Date(metadata={"description": "有效期止; by the rules if none"})
    level = Text(64)
    text = Text(
        2000,
        metadata={"description": "经过（加密保存，不公开） kept sealed", "lines": True},
    )


class CreditDecisionSchema(Schema):
    state = fields.String(
        required=True,
        validate=validate.OneOf([s.value for s in EventState if s != "pending"]),
    )
    reason = Text(300, required=True)


class SignalArgs(PageArgs):
    kind = fields.String(validate=validate.OneOf(KINDS))
    subject = Text(64)
    source = fields.String(validate=validate.OneOf(EVENT_SOURCES))
    pending = fields.Boolean(
        load_default=False,
        metadata={"description": "待核实 that nobody has decided on"},
    )
