"""/api/v1/audit/months: the auditor's bundle, and the verify report of a month."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema

from api.errors import Problem
from api.months import auditing, steps
from api.site import READERS
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.files import sent
from api.web.forms import one_of
from api.web.work import desk

blp = Blueprint("audit_months", "/api/v1/audit/months", "审计 audit of a month")


class VerifyArgs(Schema):
    bundle = one_of(
        ("public", "auditor"),
        load_default="public",
        says="公示包 or 监督包, the auditor's only for auditors",
    )


@blp.get("/<month_id>/bundle")
@audience("auditor")
@blp.gives(media="application/zip")
def show_bundle(month_id: str) -> Response:
    """审计包 The closed month with names and reasons; the download is recorded."""
    return sent(auditing.bundle(desk(), steps.find(desk(), month_id)))


@blp.get("/<month_id>/verify")
@audience(*READERS)
@blp.takes(VerifyArgs, "query")
@blp.gives(auditing.VerifyReport)
def verify_month(args: dict[str, str], month_id: str) -> auditing.VerifyReport:
    """复核 What the verifier says of what is published, or of the auditor's bundle."""
    auditor = args["bundle"] == "auditor"
    if auditor and "auditor" not in desk().actor.roles:
        raise Problem("http.forbidden")
    return auditing.verified(desk(), steps.find(desk(), month_id), auditor=auditor)
