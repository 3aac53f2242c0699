"""What is asked of the red and the black list, and of their steps."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.credit.routes_schemas import KINDS
from api.web.forms import PageArgs, Text
from inspector.credit.lists import Roll


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


class RollStep(Schema):
    document = Text(200)
    note = Text(
        2000,
        metadata={"description": "申辩等记录（加密保存） kept sealed", "lines": True},
    )


class GroundedStep(RollStep):
    document = Text(
        200, required=True, metadata={"description": "文号或理由 number or reason"}
    )
