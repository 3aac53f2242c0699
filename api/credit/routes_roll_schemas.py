"""What is asked of the red and the black list, and of their steps."""

from __future__ import annotations

from marshmallow import Schema

from api.credit.routes_schemas import KINDS
from api.web.forms import PageArgs, Text, one_of
from inspector.credit.lists import Roll


class RollArgs(PageArgs):
    roll = one_of(Roll)
    kind = one_of(KINDS)
    subject = Text(64)


class NewRollEntrySchema(Schema):
    roll = one_of(Roll, required=True)
    kind = one_of(KINDS, required=True)
    subject = Text(64, required=True)
    reason = Text(500, required=True, says="事实（公开） the fact, public")
    document = Text(200, required=True)


class RollStep(Schema):
    document = Text(200)
    note = Text(
        2000,
        metadata={"description": "申辩等记录（加密保存） kept sealed", "lines": True},
    )


class GroundedStep(RollStep):
    document = Text(200, required=True, says="文号或理由 number or reason")
