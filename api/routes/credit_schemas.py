"""Shapes of credit files, signals and rules."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas import Moment, PageArgs, Text, page_of
from inspector.oversight.credit import EventState
from inspector.oversight.rules import EVENT_SOURCES, Polarity, SubjectKind

KINDS = [k.value for k in SubjectKind]
LISTED_KINDS = [SubjectKind.COMPANY.value, SubjectKind.COMPOUND.value]
HUNDREDTHS = {"description": "百分之一分 hundredths of a point"}


class CreditWordSchema(Schema):
    """A code with its Chinese and English words."""

    code = fields.String()
    zh = fields.String()
    en = fields.String()


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


class RankArgs(ByArgs):
    rules = Text(64)


class SurveyArgs(PageArgs, RulesOnlyArgs):
    pass


class RerankArgs(ByArgs):
    old = Text(64)
    new = Text(64, required=True)


# --- signals ---------------------------------------------------------------------


class NewSignalSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
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


class CreditAdoptedSchema(Schema):
    adopted = fields.Integer()
    known = fields.Integer(metadata={"description": "转入过的 adopted before"})
    left_out = fields.Integer(metadata={"description": "来源不明 of another source"})


class SignalArgs(PageArgs):
    kind = fields.String(validate=validate.OneOf(KINDS))
    subject = Text(64)
    source = fields.String(validate=validate.OneOf(EVENT_SOURCES))


class CreditFactSchema(Schema):
    id = fields.String()
    kind = fields.String()
    subject = fields.String()
    source = fields.Nested(CreditWordSchema)
    polarity = fields.Nested(CreditWordSchema)
    what = fields.Nested(CreditWordSchema)
    points = fields.Integer(metadata=HUNDREDTHS)
    stated = fields.Boolean()
    document = fields.String()
    recorded = fields.String()
    first = fields.String()
    last = fields.String(metadata={"description": '"" until repaired'})
    state = fields.Nested(CreditWordSchema)
    month_id = fields.String()
    visit = fields.String()
    rules = fields.String(metadata={"description": "recorded under"})


class CreditFactDecisionSchema(Schema):
    state = fields.String()
    day = fields.String()
    reason = fields.String()
    by = fields.String()
    at = Moment()


class CreditFullFactSchema(CreditFactSchema):
    text = fields.String()
    by = fields.String()
    at = Moment()
    decisions = fields.List(fields.Nested(CreditFactDecisionSchema))


# --- files -----------------------------------------------------------------------


class CreditTermSchema(Schema):
    part = fields.Nested(CreditWordSchema)
    points = fields.Integer(metadata=HUNDREDTHS)
    points_text = fields.String()
    fact = fields.String()
    what = fields.Nested(CreditWordSchema)
    source = fields.Nested(CreditWordSchema)
    document = fields.String()
    first = fields.String()
    last = fields.String()


class CreditLevelSchema(Schema):
    level = fields.String()
    name = fields.String()
    share_bp = fields.Integer()
    points = fields.Integer(metadata=HUNDREDTHS)
    terms = fields.List(fields.Nested(CreditTermSchema))


class CreditLineSchema(Schema):
    kind = fields.String()
    subject = fields.String()
    name = fields.String()
    on = fields.String()
    rules = fields.String()
    points = fields.Integer(metadata=HUNDREDTHS)
    points_text = fields.String()
    grade = fields.String()
    label = fields.String()
    risk = fields.String()
    stars = fields.Integer()
    bad_record = fields.Boolean()
    vetoes = fields.List(fields.Nested(CreditWordSchema))


class CreditFileSchema(CreditLineSchema):
    rules_digest = fields.String()
    levels = fields.List(fields.Nested(CreditLevelSchema))
    facts = fields.List(fields.Nested(CreditFactSchema))


class CreditGradingSchema(Schema):
    day = fields.String()
    rules_id = fields.String(allow_none=True)
    grades = fields.Dict(keys=fields.String(), values=fields.Integer())
    at = Moment()


FactPage = page_of(CreditFactSchema)
CreditLinePage = page_of(CreditLineSchema)
GradingPage = page_of(CreditGradingSchema)
