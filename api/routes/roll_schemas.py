"""Shapes of the red and the black list, and of a public credit page."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.routes.credit_schemas import KINDS, CreditFileSchema, CreditWordSchema
from api.schemas import PageArgs, Text, page_of
from inspector.oversight.lists import Roll, StepKind


class RollArgs(PageArgs):
    roll = fields.String(validate=validate.OneOf(list(Roll)))
    kind = fields.String(validate=validate.OneOf(KINDS))
    subject = Text(64)


class NewRollEntrySchema(Schema):
    roll = fields.String(required=True, validate=validate.OneOf(list(Roll)))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    subject = Text(64, required=True)
    reason = Text(
        500, required=True, metadata={"description": "事实（公开） the fact, public"}
    )
    document = Text(200, required=True)


class NewRollStepSchema(Schema):
    step = fields.String(required=True, validate=validate.OneOf(list(StepKind)))
    document = Text(200)
    note = Text(
        2000,
        metadata={"description": "申辩等记录（加密保存） kept sealed", "lines": True},
    )


class RollStepSchema(Schema):
    step = fields.Nested(CreditWordSchema)
    on = fields.String()
    document = fields.String()


class PublicRollEntrySchema(Schema):
    id = fields.String()
    roll = fields.Nested(CreditWordSchema)
    kind = fields.String()
    subject = fields.String()
    name = fields.String()
    reason = fields.String()
    document = fields.String()
    rules = fields.String()
    state = fields.Nested(CreditWordSchema)
    proposed = fields.String()
    hearing_until = fields.String()
    listed = fields.String()
    until = fields.String()
    removed = fields.String()
    steps = fields.List(fields.Nested(RollStepSchema))


class RollEntrySchema(PublicRollEntrySchema):
    possible = fields.List(fields.Nested(CreditWordSchema))


class CreditPageSchema(CreditFileSchema):
    """A public credit file, with the lists that the subject stands on."""

    rolls = fields.List(fields.Nested(PublicRollEntrySchema))


class CreditNoteSchema(Schema):
    seq = fields.Integer()
    note = fields.String()


class CreditGroundSchema(CreditWordSchema):
    facts = fields.List(fields.String())


class CreditCandidateSchema(Schema):
    roll = fields.Nested(CreditWordSchema)
    subject = fields.String()
    entry = fields.String()
    grounds = fields.List(fields.Nested(CreditGroundSchema))


class CreditRecomputedSchema(Schema):
    rules = fields.String()
    on = fields.String()
    red = fields.List(fields.String())
    black = fields.List(fields.String())
    propose = fields.List(fields.Nested(CreditCandidateSchema))
    lapse = fields.List(fields.Nested(CreditCandidateSchema))


RollEntryPage = page_of(RollEntrySchema)
