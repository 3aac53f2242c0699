"""/api/v1/bureau/policies: versions of the policy (抽查工作细则)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from api.schemas import Moment, PageArgs, Text, page_of
from api.services import policy_versions
from api.store.models import PolicyVersion
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("policies", "/api/v1/bureau/policies", "工作细则 policy versions")
READERS = ("planner", "head", "auditor")
MOST = 2**20  # characters of a policy.toml


class PolicyRowSchema(Schema):
    id = fields.String()
    number = fields.Integer()
    month = fields.String()
    reason = fields.String()
    by = fields.String()
    at = Moment()


class PolicyTextSchema(PolicyRowSchema):
    text = fields.String(metadata={"description": "policy.toml"})


class NewPolicySchema(Schema):
    text = fields.String(required=True, validate=validate.Length(1, MOST))
    reason = Text(300, required=True)


@blp.get("")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(PolicyRowSchema))
def list_policies(args: dict[str, Any]) -> pages.Page:
    """细则版本 The versions, newest first; the first one is in force."""
    keys = (PolicyVersion.number,)
    return pages.paged(select(PolicyVersion), keys, desk().db, args, descending=True)


@blp.post("")
@audience("planner")
@blp.takes(NewPolicySchema)
@blp.gives(PolicyTextSchema, 201)
def upload_policy(values: dict[str, str]) -> PolicyVersion:
    """导入细则 A new policy.toml; every fault is named at once."""
    return policy_versions.upload(desk(), values["text"], values["reason"])


@blp.get("/<policy_id>")
@audience(*READERS)
@blp.gives(PolicyTextSchema)
def show_policy(policy_id: str) -> PolicyVersion:
    """细则 One version with its text."""
    return policy_versions.find(desk(), policy_id)
