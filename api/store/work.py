"""What the stores of moves and versions need of a piece of work (`api.site.Desk`).

The site opens the store; so the store knows a desk by its shape only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol, TypeVar

from api.store.models import Event
from api.store.scope import BureauSession

T = TypeVar("T")


class Actor(Protocol):
    """Who does it."""

    @property
    def id(self) -> str: ...


class Work(Protocol):
    """A transaction bound to a bureau, an actor, a time; see `api.site.Desk`."""

    now: datetime

    @property
    def actor(self) -> Actor: ...

    @property
    def db(self) -> BureauSession: ...

    def row(self, kind: type[T], key: str) -> T: ...

    def event(self, kind: str, subject: str, /, **body: Any) -> Event: ...

    def seal(self, label: str, data: bytes) -> bytes: ...

    def open(self, label: str, data: bytes) -> bytes: ...
