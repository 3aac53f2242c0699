"""/api/v1/auth: sign in and out, own password, own API tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request, session, url_for
from flask_wtf.csrf import generate_csrf
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from api.access import accounts, sign_in
from api.answers import grown
from api.site import ROLES
from api.store.models import ApiToken
from api.web import pages
from api.web.access import CALENDAR, the_site
from api.web.blueprint import Blueprint
from api.web.declare import audience, keyless, unversioned
from api.web.forms import PageArgs, Text, names, page_of
from api.web.work import desk

blp = Blueprint("auth", "/api/v1/auth", "登录与令牌 sign-in and tokens")


class SignInSchema(Schema):
    bureau = Text(40, required=True)
    name = Text(64, required=True)
    password = fields.String(required=True, validate=validate.Length(1, 1000))


@dataclass(frozen=True, slots=True)
class SessionView:
    """Who is signed in here."""

    account: str
    name: str
    roles: list[str]
    inspector: str
    csrf: str = field(metadata={"says": "X-CSRFToken of unsafe requests"})


class PasswordSchema(Schema):
    old = fields.String(required=True, validate=validate.Length(1, 1000))
    new = fields.String(required=True, validate=validate.Length(1, 1000))


class NewTokenSchema(Schema):
    label = Text(100, required=True)
    scopes = names(
        *(*ROLES, CALENDAR),
        required=True,
        metadata={
            "description": "calendar：日历订阅地址，只读本人执法日期 an address that a"
            " calendar program subscribes to: one's duty dates alone"
        },
    )
    may_write = fields.Boolean(load_default=False)
    days = fields.Integer(load_default=90, validate=validate.Range(1, 3660))


@dataclass(frozen=True, slots=True)
class TokenView:
    """An API token, without its secret."""

    id: str
    prefix: str
    label: str
    scopes: list[str]
    may_write: bool
    created: datetime
    ends: datetime
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedToken(TokenView):
    """A new API token with its secret."""

    token: str = field(metadata={"says": "仅此一次 told this once"})
    address: str = field(
        metadata={"says": "日历订阅地址 where a calendar subscribes; else empty"}
    )


@blp.post("/session")
@audience("public")
@keyless("a sign-in holds a secret that must not be stored")
@blp.takes(SignInSchema)
@blp.gives(SessionView)
def open_session(values: dict[str, str]) -> SessionView:
    """登录 Sign in; sets the cookie and tells the CSRF token."""
    done = sign_in.sign_in(the_site(), **values, address=request.remote_addr or "")
    session.clear()
    session.permanent = True
    session["sign_in"] = done.token
    a = done.account
    return SessionView(a.id, a.display, a.roles, a.inspector, generate_csrf())


@blp.get("/session")
@audience(*ROLES)
@blp.gives(SessionView)
def show_session() -> SessionView:
    """当前登录 Who is signed in, and the CSRF token of this browser."""
    actor = desk().actor
    csrf = generate_csrf() if actor.cookie else ""
    roles = sorted(actor.roles)
    return SessionView(actor.account, actor.name, roles, actor.inspector, csrf)


@blp.delete("/session")
@audience(*ROLES)
@unversioned("ending a sign-in twice does no harm")
@blp.gives(status=204)
def close_session() -> None:
    """注销 Sign out."""
    sign_in.sign_out(desk())
    session.clear()


@blp.post("/password")
@audience(*ROLES)
@keyless("a password must not be stored, and changing it twice does no harm")
@blp.takes(PasswordSchema)
@blp.gives(status=204)
def change_password(values: dict[str, str]) -> None:
    """修改密码 Change one's own password; every sign-in ends."""
    accounts.change_own_password(desk(), values["old"], values["new"])


@blp.post("/tokens")
@audience(*ROLES)
@keyless("the answer holds a secret that must not be stored")
@blp.takes(NewTokenSchema)
@blp.gives(IssuedToken, 201)
def issue_token(values: dict[str, Any]) -> IssuedToken:
    """签发令牌 Issue an API token with some of one's own roles."""
    row, secret = accounts.issue_token(desk(), values)
    where = url_for("documents.show_calendar", key=secret, _external=True)
    address = where if row.scopes == [CALENDAR] else ""
    return grown(IssuedToken, row, token=secret, address=address)


@blp.get("/tokens")
@audience(*ROLES)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(TokenView))
def list_tokens(args: dict[str, Any]) -> pages.Page:
    """令牌列表 One's own API tokens."""
    mine = select(ApiToken).where(ApiToken.account_id == desk().actor.account)
    return pages.paged(mine, (ApiToken.id,), desk().db, args)


@blp.delete("/tokens/<token_id>")
@audience(*ROLES)
@unversioned("a token is never edited; ending it twice does no harm")
@blp.gives(status=204)
def revoke_token(token_id: str) -> None:
    """吊销令牌 Revoke one of one's own tokens."""
    accounts.revoke_token(desk(), token_id)
