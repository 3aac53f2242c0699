"""委托: who signs while the head is away, from a day to a day, by which document.

In: the version of `delegation` in force (JSON, `api.registry.registers` writes it).
Out: its rows; whether an account may sign as the head on a day. Each keeps who entered
it and when, so that a paper signed under it can say so long after.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from api.store.models import Account
from api.store.scope import BureauSession
from api.store.versions import Version, query

SUBJECT = "delegation"


@dataclass(frozen=True, slots=True)
class Delegation:
    """One delegation. `account`: whose, by name; `title`: his office, as papers say."""

    account: str
    title: str
    first: str
    last: str
    document: str
    by: str
    at: str

    def covers(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.first <= day.isoformat() <= self.last

    @property
    def said(self) -> str:
        """How a paper signed under it names it."""
        return f"受委托签批：{self.title}（{self.document}，{self.first}至{self.last}）"


def read(text: str) -> tuple[Delegation, ...]:
    """The rows of a version's text."""
    return tuple(Delegation(**row) for row in json.loads(text)["rows"])


def rows(db: BureauSession) -> tuple[Delegation, ...]:
    """All delegations of the bureau, the newest version's."""
    found = db.scalar(query(SUBJECT).order_by(Version.number.desc()).limit(1))
    return read(found.text) if found is not None else ()


def on(found: Iterable[Delegation], day: date) -> tuple[Delegation, ...]:
    """Those that hold on a day."""
    return tuple(d for d in found if d.covers(day))


def deputises(db: BureauSession, account: Account, day: date) -> bool:
    """Whether this account signs for the head on that day."""
    return any(d.account == account.name for d in on(rows(db), day))
