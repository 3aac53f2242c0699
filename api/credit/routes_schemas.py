"""What is asked of credit files, signals and rules."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.web.forms import PageArgs, Text, one_of
from inspector.credit.file import EventState
from inspector.credit.rules import EVENT_SOURCES, Polarity, SubjectKind

KINDS = [k.value for k in SubjectKind]
LISTED_KINDS = [SubjectKind.COMPANY.value, SubjectKind.COMPOUND.value]


class OnArgs(Schema):
    on = fields.Date(metadata={"description": "截至日期 as of this day; today if none"})


class RulesOnlyArgs(Schema):
    rules = Text(64, says="版本编号或 city:zibo; in force if none")


class RulesArgs(OnArgs, RulesOnlyArgs):
    pass


class CompareArgs(OnArgs):
    old = Text(64, says="原版本 a version's id or city:zibo")
    new = Text(64, required=True, says="新版本 id or city:zibo")


class ByArgs(Schema):
    by = one_of(["compound", "company", "street"], load_default="compound")


class RerankArgs(ByArgs):
    old = Text(64)
    new = Text(64, required=True)


# --- signals ---------------------------------------------------------------------


class NewSignalSchema(Schema):
    subject = Text(
        64, required=True, says="信用代码、小区编号或岗位编号 code, id or role id"
    )
    source = one_of(EVENT_SOURCES, required=True)
    polarity = one_of(Polarity, required=True)
    code = Text(64, says="记分标准编号 line of the catalogue")
    points = fields.Integer(
        strict=True,
        validate=validate.Range(0, 1_000_000),
        metadata={"description": "文书载明的分值 as the document states; hundredths"},
    )
    document = Text(200, required=True, says="文号或证据号 its number")
    first = fields.Date(metadata={"description": "生效日期 from; today if none"})
    last = fields.Date(metadata={"description": "有效期止; by the rules if none"})
    level = Text(64)
    text = Text(
        2000,
        metadata={"description": "经过（加密保存，不公开） kept sealed", "lines": True},
    )


class CreditDecisionSchema(Schema):
    state = one_of([s.value for s in EventState if s != "pending"], required=True)
    reason = Text(300, required=True)


class SignalArgs(PageArgs):
    kind = one_of(KINDS)
    subject = Text(64)
    source = one_of(EVENT_SOURCES)
    pending = fields.Boolean(
        load_default=False,
        metadata={"description": "待核实 that nobody has decided on"},
    )
