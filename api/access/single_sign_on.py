"""Single sign-on: an account may carry the subject an identity provider knows it by."""

from __future__ import annotations

from sqlalchemy import select

from api.access.sign_in import SignedIn, begin
from api.errors import Problem
from api.site import Site
from api.store.models import Account


def sign_in(site: Site, bureau: str, subject: str) -> SignedIn:
    """Open a sign-in for the bureau's account with this subject.

    Raises Problem access.refused: nobody is let in whom no administrator has named.
    """
    with site.store.reading(bureau) as db:
        account = db.scalar(
            select(Account).where(Account.subject == subject, Account.active.is_(True))
        )
    if account is None or not subject:
        raise Problem("access.refused")
    return begin(site, account)
