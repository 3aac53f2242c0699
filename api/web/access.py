"""Who is asking: a browser's sign-in, a program's token, or the public."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from flask import current_app, g, request, session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import select

from api.clock import today
from api.errors import Problem
from api.site import PUBLIC, Actor, Site
from api.store import ALL, delegations
from api.store.models import Account, ApiToken, SignIn
from api.vault import hashed
from api.web import declare

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
TOKEN_PREFIX = "sunlot_"
csrf = CSRFProtect()
CALENDAR = "calendar"  # the scope of a key that reads one's duty dates alone
Held = TypeVar("Held", ApiToken, SignIn)


def the_site() -> Site:
    """The site of the current app."""
    site: Site = current_app.extensions["sunlot"]
    return site


def admit() -> None:
    """Before every view: find the actor and the bureau, refuse whoever may not.

    Raises Problem: 401 nobody signed in, 403 another role, 404 an unknown bureau.
    """
    if request.routing_exception is not None or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    names = declare.audience_of(view)
    if not names:  # Flask's static folder; anything else did not let the app start
        g.actor, g.bureau = PUBLIC, ""
        return
    if declare.PUBLIC in names:
        g.actor, g.bureau = PUBLIC, _bureau_of_path()
        return
    key = request.args.get("key") if getattr(view, "keyed", False) else None
    actor = authenticated() if key is None else _by_key(key)
    if actor is None:
        raise Problem("http.unauthorized")
    if actor.cookie and request.method in UNSAFE:
        csrf.protect()
    if "head" in names and actor.cookie:
        actor = _deputised(actor)
    if not actor.roles & set(names):
        raise Problem("http.forbidden")
    if request.method in UNSAFE and not (
        actor.may_write or getattr(view, "reads", False)
    ):
        raise Problem("http.forbidden")  # where some kinds read, each says for itself
    g.actor, g.bureau = actor, actor.bureau


def _deputised(actor: Actor) -> Actor:
    """Somebody who signs for the head today, with the head's role: by a delegation on
    record only, and only in person, never by a program's token."""
    site = the_site()
    if "head" in actor.roles:
        return actor
    with site.store.reading(actor.bureau) as db:
        account = db.get(Account, actor.account)
        if account is None or not delegations.deputises(
            db, account, today(site.clock())
        ):
            return actor
    return replace(actor, roles=actor.roles | {"head"})


def _bureau_of_path() -> str:
    """The bureau that a public path names as `<bureau>`; the view gets the code."""
    code = (request.view_args or {}).get("bureau")
    if code is None:
        return ""
    found = the_site().bureau_id(code)
    if found is None:
        raise Problem("http.not_found")
    return found


def authenticated() -> Actor | None:
    """The actor of the token or the cookie that came along, None without a valid one.

    A request that carries a token is never answered from a cookie.
    """
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        return _by_token(token.strip()) if scheme.lower() == "bearer" else None
    token = session.get("sign_in", "") if session else ""
    return _by_cookie(token) if token else None


def _holder(kind: type[Held], token: str) -> tuple[Held, Account] | None:
    """A row that holds the token with its account, while both are in force."""
    site = the_site()
    with site.store.reading(ALL) as db:
        found = db.execute(
            select(kind, Account)
            .join(Account, Account.id == kind.account_id)
            .where(kind.token_hash == hashed(token))
        ).first()
    if found is None:
        return None
    row, account = found
    if row.revoked or row.ends <= site.clock() or not account.active:
        return None
    return row, account


def _by_token(token: str) -> Actor | None:
    found = _holder(ApiToken, token)
    if found is None:
        return None
    row, account = found
    roles = frozenset(row.scopes) & frozenset(account.roles)
    return _actor(account, f"token:{row.id}", roles, may_write=row.may_write)


def _by_key(key: str) -> Actor | None:
    """Whose calendar it is, as nothing but an officer who reads: a key opens no other
    address, and a token of another scope is no key."""
    found = _holder(ApiToken, key)
    if found is None or found[0].scopes != [CALENDAR]:
        return None
    roles = frozenset({"inspector"}) & frozenset(found[1].roles)
    return _actor(found[1], f"token:{found[0].id}", roles, may_write=False)


def _by_cookie(token: str) -> Actor | None:
    site, found = the_site(), _holder(SignIn, token)
    if found is None:
        return None
    row, account = found
    now, idle = site.clock(), timedelta(minutes=site.settings.session_idle_minutes)
    if row.seen + idle <= now:
        return None
    if now - row.seen > idle / 10:
        with site.store.writing(ALL) as db:
            if seen := db.get(SignIn, row.id):
                seen.seen = now
    actor = _actor(account, f"account:{account.id}", frozenset(account.roles))
    return replace(actor, cookie=True, sign_in=row.id)


def _actor(
    account: Account, name: str, roles: frozenset[str], *, may_write: bool = True
) -> Actor:
    return Actor(
        name,
        roles,
        account.bureau_id,
        account.id,
        account.display,
        account.inspector,
        may_write,
    )
