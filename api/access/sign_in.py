"""Signing in and out, with a throttle that all processes share.

An attempt takes its place in the table before the password is looked at, and gives it
back when it was right: at most `FAILURES` wrong ones per account and per address in
`WINDOW`, also when they arrive at the same moment.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from api.errors import Problem
from api.passwords import Passwords
from api.site import Actor, Desk, Site
from api.store import ALL, fresh_id
from api.store.models import Account, Attempt, Bureau, SignIn
from api.vault import hashed

FAILURES = 10
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in: the cookie's token is told once and kept only as a hash."""

    token: str
    account: Account


def passwords(site: Site) -> Passwords:
    """The hasher of these settings, made once."""
    if site.passwords is None:
        s = site.settings
        site.passwords = Passwords(s.hash_memory_kib, s.hash_parallel)
    return site.passwords


def sign_in(
    site: Site, bureau: str, name: str, password: str, address: str
) -> SignedIn:
    """Check a password. Raises Problem access.refused or access.throttled."""
    taken = _take_place(site, bureau, name, address)
    with site.store.reading(ALL) as db:
        account = db.scalar(
            select(Account)
            .join(Bureau, Bureau.id == Account.bureau_id)
            .where(Bureau.code == bureau, Account.name == name)
        )
    stored = account.password if account is not None and account.active else None
    good = passwords(site).fits(stored, password)
    if account is None or not good:
        raise Problem("access.refused")
    return begin(site, account, taken)


def begin(site: Site, account: Account, taken: int | None = None) -> SignedIn:
    """Open a sign-in for somebody who has proved who he is."""
    token = secrets.token_urlsafe(32)
    actor = Actor(f"account:{account.id}", bureau=account.bureau_id)
    with site.desk(account.bureau_id, actor, write=True) as desk:
        row = SignIn(
            id=fresh_id(),
            account_id=account.id,
            token_hash=hashed(token),
            created=desk.now,
            seen=desk.now,
            ends=desk.now + timedelta(hours=site.settings.session_hours),
        )
        desk.db.add(row)
        desk.event("signed_in", f"account:{account.id}")
        if taken is not None:
            desk.db.execute(delete(Attempt).where(Attempt.id == taken))
    return SignedIn(token, account)


def sign_out(desk: Desk) -> None:
    """End the sign-in of this browser."""
    row = desk.db.get(SignIn, desk.actor.sign_in)
    if row is not None:
        row.revoked = desk.now
        desk.event("signed_out", f"account:{row.account_id}")


def revoke_all(desk: Desk, account: str) -> None:
    """End every sign-in of an account (its password or its roles changed)."""
    open_ = select(SignIn).where(SignIn.account_id == account, SignIn.revoked.is_(None))
    for row in desk.db.scalars(open_):
        row.revoked = desk.now


def _take_place(site: Site, bureau: str, name: str, address: str) -> int:
    """Count this attempt. Raises Problem access.throttled with the time to wait."""
    account = site.vault.mark("attempt", f"{bureau}\n{name}")
    where = site.vault.mark("attempt", address)
    now = site.clock()
    with site.store.writing(ALL) as db:
        db.execute(delete(Attempt).where(Attempt.at <= now - WINDOW))
        for mine in (Attempt.account == account, Attempt.address == where):
            known: list[datetime] = list(
                db.scalars(select(Attempt.at).where(mine).order_by(Attempt.at.desc()))
            )
            if len(known) >= FAILURES:
                wait = known[FAILURES - 1] + WINDOW - now
                after = str(max(1, int(wait.total_seconds()) + 1))
                raise Problem("access.throttled", {"Retry-After": after})
        row = Attempt(at=now, account=account, address=where)
        db.add(row)
        db.flush()
        return row.id
