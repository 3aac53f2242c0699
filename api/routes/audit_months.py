"""/api/v1/audit/months: the auditor's bundle, and the verify report of a month."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.months import steps
from api.services import auditing
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.files import sent
from api.web.work import desk

blp = Blueprint("audit_months", "/api/v1/audit/months", "审计 audit of a month")


class VerifyClaimSchema(Schema):
    id = fields.String()
    zh = fields.String()
    en = fields.String()
    verdict = fields.String()
    detail = fields.String()


class VerifyReportSchema(Schema):
    bundle = fields.String()
    bureau = fields.String()
    month = fields.String()
    attempt = fields.Integer()
    demonstration = fields.Boolean()
    verdict = fields.String()  # holds, fails, sealed, cancelled
    counts = fields.Dict(keys=fields.String())
    holds = fields.Integer()
    failed = fields.Integer()
    not_checkable = fields.Integer()
    claims = fields.List(fields.Nested(VerifyClaimSchema))


@blp.get("/<month_id>/bundle")
@audience("auditor")
@blp.gives(media="application/zip")
def show_bundle(month_id: str) -> Response:
    """审计包 The closed month with names and reasons; the download is recorded."""
    return sent(auditing.bundle(desk(), steps.find(desk(), month_id)))


@blp.get("/<month_id>/verify")
@audience("planner", "head", "leader", "auditor")
@blp.gives(VerifyReportSchema)
def verify_public(month_id: str) -> dict[str, Any]:
    """复核公示文件 What the public's verifier says of what is published."""
    return auditing.verified(desk(), steps.find(desk(), month_id), auditor=False)


@blp.get("/<month_id>/bundle/verify")
@audience("auditor")
@blp.gives(VerifyReportSchema)
def verify_bundle(month_id: str) -> dict[str, Any]:
    """复核审计包 What the verifier says of the auditor's bundle."""
    return auditing.verified(desk(), steps.find(desk(), month_id), auditor=True)
