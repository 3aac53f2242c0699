"""What stands on every paper: the bureau, the moment, whether it is a demonstration."""

from __future__ import annotations

from datetime import date

from api.clock import local
from api.papers.printed import Head
from api.site import Desk
from api.store import delegations
from api.store.models import Account, Bureau


def head(desk: Desk, number: str = "", *, demo: bool = False) -> Head:
    """What stands on every paper made now."""
    office = desk.db.get(Bureau, desk.bureau)
    at = local(desk.now)
    name = office.name if office is not None else ""
    marked = demo or desk.site.settings.demo or bool(office and office.demo)
    return Head(name, number, at, marked)


def signed_under(desk: Desk, day: date | None, by: str = "") -> str:
    """The delegation under which a paper of that day is signed, "" for none.

    `by`: who approved, where that is on record: only his own delegation counts.
    """
    if day is None:
        return ""
    found = delegations.on(delegations.rows(desk.db), day)
    if by:
        account = _account(desk, by)
        name = account.name if account is not None else ""
        found = tuple(d for d in found if d.account == name)
    return "\n".join(d.said for d in found)


def approver(desk: Desk, by: str) -> str:
    """Who approved, as accounts call him; "" for nobody that is known."""
    account = _account(desk, by)
    return account.display if account is not None else ""


def _account(desk: Desk, by: str) -> Account | None:
    return desk.db.get(Account, by.removeprefix("account:"))
