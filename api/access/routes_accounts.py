"""/api/v1/bureau/accounts: who works with the service, kept by the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from api.access import accounts
from api.answers import grown
from api.site import ROLES
from api.store.models import Account
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.forms import PageArgs, Text, names, page_of
from api.web.tags import match, tag
from api.web.work import desk

blp = Blueprint("accounts", "/api/v1/bureau/accounts", "账号 accounts")

LOGIN = validate.Regexp(r"[A-Za-z0-9._@-]{1,64}\Z")


PASSWORD = validate.Length(1, 1000)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the administrator sees it."""

    id: str
    name: str
    display: str
    roles: list[str]
    inspector: str
    active: bool
    created: datetime
    version: int


class NewAccountSchema(Schema):
    name = fields.String(required=True, validate=LOGIN)
    display = Text(80, required=True)
    roles = names(*ROLES, required=True)
    inspector = Text(40, least=0, load_default="")
    password = fields.String(required=True, validate=PASSWORD)


class AccountChangeSchema(Schema):
    display = Text(80)
    roles = names(*ROLES)
    inspector = Text(40, least=0)
    active = fields.Boolean()
    password = fields.String(
        validate=PASSWORD,
        metadata={"description": "重设密码 a new one for somebody who lost his"},
    )


@blp.get("")
@audience("admin")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(AccountView))
def list_accounts(args: dict[str, Any]) -> pages.Page:
    """账号列表 All accounts of the bureau."""
    return pages.paged(select(Account), (Account.name,), desk().db, args)


@blp.post("")
@audience("admin")
@blp.takes(NewAccountSchema)
@blp.gives(AccountView, 201)
def create_account(values: dict[str, Any]) -> AccountView:
    """新建账号 Create an account."""
    row = accounts.create(desk(), values)
    tag(row)
    return grown(AccountView, row)


@blp.get("/<account_id>")
@audience("admin")
@blp.gives(AccountView)
def show_account(account_id: str) -> AccountView:
    """账号 One account."""
    row = accounts.find(desk(), account_id)
    tag(row)
    return grown(AccountView, row)


@blp.patch("/<account_id>")
@audience("admin")
@edits
@blp.takes(AccountChangeSchema)
@blp.gives(AccountView)
def change_account(values: dict[str, Any], account_id: str) -> AccountView:
    """修改账号 Change roles, name, staff number, activity, password; sign-ins end."""
    row = accounts.find(desk(), account_id)
    match(row)
    tag(row)
    return grown(AccountView, accounts.change(desk(), row, values))
