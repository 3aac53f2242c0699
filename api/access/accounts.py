"""Accounts and API tokens of a bureau."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.access.sign_in import passwords, revoke_all
from api.errors import Problem, field_fault, invalid
from api.passwords import weakness
from api.site import Desk
from api.store import fresh_id
from api.store.models import Account, ApiToken
from api.vault import hashed
from api.web.access import CALENDAR
from inspector.errors import messages

messages(
    {
        "account.taken": ("账号名已存在", "there is an account of that name"),
        "account.last_admin": (
            "不能停用最后一名管理员",
            "the last administrator cannot be removed",
        ),
    }
)

TOKEN_PREFIX = "sunlot_"


def create(desk: Desk, values: dict[str, Any]) -> Account:
    """A new account. Raises Faults for a weak password, Problem for a taken name."""
    _refuse_weak(values["password"], values["name"])
    row = Account(
        id=fresh_id(),
        name=values["name"],
        display=values["display"],
        password=passwords(desk.site).hash(values["password"]),
        roles=sorted(set(values["roles"])),
        inspector=values.get("inspector", ""),
        subject=values.get("subject", ""),
        active=True,
        created=desk.now,
    )
    desk.db.add(row)
    try:
        desk.db.flush()
    except IntegrityError as e:
        raise Problem("account.taken") from e
    desk.event("account_created", f"account:{row.id}", roles=row.roles)
    return row


def find(desk: Desk, account: str) -> Account:
    """The account with this id, in this bureau. Raises Problem 404."""
    return desk.row(Account, account)


def change(desk: Desk, row: Account, values: dict[str, Any]) -> Account:
    """Change display name, roles, staff number, activity or password; old sign-ins
    end. Raises Faults for a weak password, Problem account.last_admin."""
    if "password" in values:
        set_password(desk, row, values.pop("password"))
    for name, value in values.items():
        setattr(row, name, sorted(set(value)) if name == "roles" else value)
    desk.db.flush()
    if not values:
        return row
    if not _admins(desk):
        raise Problem("account.last_admin")
    revoke_all(desk, row.id)
    changed = sorted(values)
    desk.event("account_changed", f"account:{row.id}", fields=changed, roles=row.roles)
    return row


def set_password(desk: Desk, row: Account, password: str) -> None:
    """A new password; every sign-in of the account ends."""
    _refuse_weak(password, row.name)
    row.password = passwords(desk.site).hash(password)
    revoke_all(desk, row.id)
    desk.event("password_changed", f"account:{row.id}")


def change_own_password(desk: Desk, old: str, new: str) -> None:
    """Like `set_password`, after the old one was told. Raises Problem 401."""
    row = find(desk, desk.actor.account)
    if not passwords(desk.site).fits(row.password, old):
        raise Problem("access.refused")
    set_password(desk, row, new)


def issue_token(desk: Desk, values: dict[str, Any]) -> tuple[ApiToken, str]:
    """A new API token and its secret, which is told this once."""
    days = values["days"]
    if days > desk.site.settings.token_days:
        raise invalid(field_fault("days", f"≤ {desk.site.settings.token_days}"))
    _refuse_scopes(desk, values)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        id=fresh_id(),
        account_id=desk.actor.account,
        token_hash=hashed(secret),
        prefix=secret[: len(TOKEN_PREFIX) + 4],
        label=values["label"],
        scopes=sorted(set(values["scopes"])),
        may_write=values["may_write"],
        created=desk.now,
        ends=desk.now + timedelta(days=days),
    )
    desk.db.add(row)
    desk.event("token_issued", f"token:{row.id}", scopes=row.scopes)
    return row, secret


def _refuse_scopes(desk: Desk, values: dict[str, Any]) -> None:
    """Scopes are roles of one's own; a calendar's stands alone, reads and is an
    officer's. Raises Problem, Faults."""
    scopes = set(values["scopes"])
    if CALENDAR in scopes:
        if scopes != {CALENDAR} or values["may_write"]:
            raise invalid(field_fault("scopes", "calendar 须单独且只读 alone, to read"))
        scopes = {"inspector"}
    if not scopes <= desk.actor.roles:
        raise Problem("http.forbidden")


def revoke_token(desk: Desk, token: str) -> None:
    """End one of the actor's own tokens. Raises Problem 404."""
    row = desk.row(ApiToken, token)
    if row.account_id != desk.actor.account:
        raise Problem("http.not_found")
    if row.revoked is None:
        row.revoked = desk.now
        desk.event("token_revoked", f"token:{row.id}")


def _admins(desk: Desk) -> int:
    active = desk.db.scalars(select(Account).where(Account.active))
    return sum("admin" in row.roles for row in active)


def _refuse_weak(password: str, name: str) -> None:
    if why := weakness(password, name):
        raise invalid(field_fault("password", why))
