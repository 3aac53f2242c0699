"""/api/v1/bureau/accounts: who works with the service, kept by the administrator."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from api.schemas import Moment, PageArgs, Text, names, page_of
from api.services import accounts
from api.site import ROLES
from api.store.models import Account
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits, unversioned
from api.web.tags import match, tag
from api.web.work import desk

blp = Blueprint("accounts", "/api/v1/bureau/accounts", "账号 accounts")

LOGIN = validate.Regexp(r"[A-Za-z0-9._@-]{1,64}\Z")


class AccountSchema(Schema):
    id = fields.String(dump_only=True)
    name = fields.String(required=True, validate=LOGIN)
    display = Text(80, required=True)
    roles = names(*ROLES, required=True)
    inspector = Text(40, least=0, load_default="")
    active = fields.Boolean(dump_only=True)
    created = Moment(dump_only=True)
    version = fields.Integer(dump_only=True)


class NewAccountSchema(AccountSchema):
    password = fields.String(
        required=True, load_only=True, validate=validate.Length(1, 1000)
    )


class ChangeSchema(Schema):
    display = Text(80)
    roles = names(*ROLES)
    inspector = Text(40, least=0)
    active = fields.Boolean()


class NewPasswordSchema(Schema):
    password = fields.String(required=True, validate=validate.Length(1, 1000))


@blp.get("")
@audience("admin")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(AccountSchema))
def list_accounts(args: dict[str, Any]) -> pages.Page:
    """账号列表 All accounts of the bureau."""
    return pages.paged(select(Account), (Account.name,), desk().db, args)


@blp.post("")
@audience("admin")
@blp.takes(NewAccountSchema)
@blp.gives(AccountSchema, 201)
def create_account(values: dict[str, Any]) -> Account:
    """新建账号 Create an account."""
    row = accounts.create(desk(), values)
    tag(row)
    return row


@blp.get("/<account_id>")
@audience("admin")
@blp.gives(AccountSchema)
def show_account(account_id: str) -> Account:
    """账号 One account."""
    row = accounts.find(desk(), account_id)
    tag(row)
    return row


@blp.patch("/<account_id>")
@audience("admin")
@edits
@blp.takes(ChangeSchema)
@blp.gives(AccountSchema)
def change_account(values: dict[str, Any], account_id: str) -> Account:
    """修改账号 Change roles, name, staff number, activity; its sign-ins end."""
    row = accounts.find(desk(), account_id)
    match(row)
    tag(row)
    return accounts.change(desk(), row, values)


@blp.put("/<account_id>/password")
@audience("admin")
@unversioned("the last password set is the one that holds")
@blp.takes(NewPasswordSchema)
@blp.gives(status=204)
def reset_password(values: dict[str, str], account_id: str) -> None:
    """重设口令 Set a new password for somebody who lost his."""
    row = accounts.find(desk(), account_id)
    accounts.set_password(desk(), row, values["password"])
