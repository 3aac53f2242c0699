"""What every part of the shell works with: the site, and a desk per piece of work.

The **site** is one installation: settings, store, vault, clock, caches. A **desk** is
one transaction of one bureau by one actor; services take a desk and nothing of Flask,
so the command line, the worker and tests call the same services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from api import clock as clocks
from api.clock import Clock, utc_now
from api.errors import Problem
from api.settings import Settings
from api.store import BureauSession, Store, events
from api.store.models import Bureau, Event
from api.vault import Vault, open_vault
from inspector.errors import InspectorError, messages

if TYPE_CHECKING:
    from api.passwords import Passwords
    from api.replayed import Stages
    from api.shelf import Shelves

messages(
    {"bureau.unknown": ("没有此机构：{bureau}", "there is no such bureau: {bureau}")}
)

T = TypeVar("T")
ROLES = ("admin", "planner", "head", "leader", "inspector", "auditor")
# Who reads what the bureau plans, inspects and follows up.
READERS = ("planner", "head", "leader", "auditor")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `id` stands in events: `account:…`, `token:…`, `public`, `system:…`.

    `roles` are what this request may use (a token may have fewer than its account);
    `inspector` is the staff number of an officer; `account` the account's row id.
    """

    id: str
    roles: frozenset[str] = frozenset()
    bureau: str = ""
    account: str = ""
    name: str = ""
    inspector: str = ""
    may_write: bool = True
    cookie: bool = False
    sign_in: str = ""


PUBLIC = Actor("public")


def system(name: str) -> Actor:
    """An actor of the service itself: `system:worker`, `system:init`."""
    return Actor(f"system:{name}", frozenset(ROLES))


@dataclass(slots=True)
class Site:
    """One installation."""

    settings: Settings
    store: Store
    vault: Vault
    clock: Clock = utc_now
    stages: Stages = field(init=False)
    shelves: Shelves = field(init=False)
    passwords: Passwords | None = None
    on_publish: list[Callable[[str], None]] = field(default_factory=list)
    _bureaus: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from api.replayed import Stages
        from api.shelf import Shelves

        self.stages = Stages()
        self.shelves = Shelves()

    def bureau_id(self, code: str) -> str | None:
        """The id of the bureau with this public code, None when there is none."""
        from api.store import ALL

        if code not in self._bureaus:
            with self.store.reading(ALL) as db:
                row = db.query(Bureau.id).filter(Bureau.code == code).first()
            if row is None:
                return None
            self._bureaus[code] = row[0]
        return self._bureaus[code]

    @contextmanager
    def desk(self, bureau: str, actor: Actor, *, write: bool = False) -> Iterator[Desk]:
        """A desk of its own, outside any request; commits at the end when `write`."""
        desk = Desk(self, bureau, actor, write)
        try:
            yield desk
            desk.commit()
        finally:
            desk.close()


class Desk:
    """One piece of work: a transaction bound to a bureau, an actor, a time.

    The session opens at the first use of `db`: reading sees one snapshot, writing has
    the bureau's write turn until the end. `now` does not move in between.
    """

    def __init__(self, site: Site, bureau: str, actor: Actor, write: bool) -> None:
        self.site = site
        self.bureau = bureau
        self.actor = actor
        self.write = write
        self.now: datetime = site.clock()
        self._db: BureauSession | None = None
        self._after: list[Callable[[], None]] = []

    @property
    def db(self) -> BureauSession:
        """The session; rows of other bureaus do not exist in it."""
        if self._db is None:
            self._db = self.site.store.session(self.bureau, write=self.write)
        return self._db

    def row(self, kind: type[T], key: str) -> T:
        """The row with this id, in this bureau. Raises Problem 404."""
        found = self.db.get(kind, key)
        if found is None:
            raise Problem("http.not_found")
        return found

    def mark(self, month_id: str, what: str) -> str:
        """What a visit or package is called where a thief of the database may read."""
        return self.site.vault.mark("field", f"{self.bureau}/{month_id}/{what}")

    @property
    def opened(self) -> bool:
        """Whether the database was used."""
        return self._db is not None

    @property
    def today(self) -> date:
        """The day on the wall calendar."""
        return clocks.today(self.now)

    @property
    def stamp(self) -> str:
        """`now` in the form of the ceremony's timestamps."""
        return clocks.stamp(self.now)

    def event(self, kind: str, subject: str, /, **body: Any) -> Event:
        """Append an event; see `api.store.events.record` for what may stand in it."""
        return events.record(self.db, self.now, kind, self.actor.id, subject, body)

    def seal(self, label: str, data: bytes) -> bytes:
        """Encrypt for the row named by `label` (`table:id`)."""
        return self.site.vault.seal(f"{self.bureau}/{label}", data)

    def open(self, label: str, data: bytes) -> bytes:
        """Decrypt; what a person then sees must be recorded with `event`."""
        return self.site.vault.open(f"{self.bureau}/{label}", data)

    def disclosed(self, subject: str, /, **body: Any) -> None:
        """Record that the actor is about to read sealed data, before he does.

        In a transaction of its own: the record stays even if the reading fails.
        """
        if self.write:
            self.event("sealed_data_read", subject, **body)
            return
        with self.site.desk(self.bureau, self.actor, write=True) as desk:
            desk.event("sealed_data_read", subject, **body)

    def published(self) -> None:
        """Something the public reads has changed: old cached answers end."""
        row = self.db.get(Bureau, self.bureau, with_for_update=True)
        if row is None:
            raise InspectorError("bureau.unknown", bureau=self.bureau)
        row.published += 1
        for forget in self.site.on_publish:
            self.after(partial(forget, self.bureau))

    def after(self, then: Callable[[], None]) -> None:
        """Run `then` once the transaction is committed."""
        self._after.append(then)

    def commit(self) -> None:
        """Make the changes durable, then do what waits for it."""
        if self._db is not None and self.write:
            self._db.commit()
        for then in self._after:
            then()
        self._after.clear()

    def close(self) -> None:
        """Drop whatever was not committed."""
        if self._db is not None:
            self._db.close()
            self._db = None


def open_site(settings: Settings, clock: Clock = utc_now) -> Site:
    """The site of these settings; the database must have been prepared (`init`)."""
    vault = open_vault(settings.key, settings.key_path)
    store = Store(
        settings.url, busy_seconds=settings.busy_seconds, pool=settings.threads + 2
    )
    return Site(settings, store, vault, clock)
