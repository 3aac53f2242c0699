"""All tables. Every row but `bureau` and `attempt` belongs to one bureau.

`OfBureau` rows are only reachable through a session bound to their bureau
(`api.store.scope`). Columns named `sealed` hold ciphertext of the vault under the label
`table:id`; what stands in plain columns may be read by whoever steals the database, so
nothing there tells a drawn compound, a plan, a person's seat or a secret.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from api.store.types import Counter, Json, Utc

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012
        datetime: Utc,
        dict[str, Any]: Json,
        list[str]: Json,
        bytes: LargeBinary,
        str: Text,
    }


class OfBureau:
    """A row of one bureau, invisible to all others."""

    @declared_attr
    def bureau_id(cls) -> Mapped[str]:
        return mapped_column(
            String(32), ForeignKey("bureau.id", ondelete="RESTRICT"), index=True
        )


class Edited:
    """A row people edit: `version` counts up by itself and is its ETag."""

    @declared_attr
    def version(cls) -> Mapped[int]:
        return mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class AppendOnly:
    """A row nobody changes or throws away: a trigger of the database refuses."""

    append_only = True


def key() -> Mapped[str]:
    """A primary key of 26 random characters (`api.store.fresh_id`)."""
    return mapped_column(String(32), primary_key=True)


class Bureau(Base):
    """A housing bureau; `code` stands in public addresses.

    `published` counts public changes: the version of everything the public reads.
    """

    __tablename__ = "bureau"
    id: Mapped[str] = key()
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    created: Mapped[datetime]
    published: Mapped[int] = mapped_column(BigInteger, default=0)
    demo: Mapped[bool] = mapped_column(default=False)


class Account(OfBureau, Edited, Base):
    """Somebody who signs in. `inspector`: staff number, for officers."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("bureau_id", "name"),)
    id: Mapped[str] = key()
    name: Mapped[str] = mapped_column(String(64))
    display: Mapped[str]
    password: Mapped[str]
    roles: Mapped[list[str]]
    inspector: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")  # of the single sign-on
    active: Mapped[bool] = mapped_column(default=True)
    created: Mapped[datetime]


class SignIn(OfBureau, Base):
    """One signed-in browser; the cookie's token is stored hashed."""

    __tablename__ = "sign_in"
    id: Mapped[str] = key()
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[datetime]
    seen: Mapped[datetime]
    ends: Mapped[datetime]
    revoked: Mapped[datetime | None]


class ApiToken(OfBureau, Base):
    """A program's access, stored hashed: `scopes` are roles of its account."""

    __tablename__ = "api_token"
    id: Mapped[str] = key()
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(16))
    label: Mapped[str]
    scopes: Mapped[list[str]]
    may_write: Mapped[bool]
    created: Mapped[datetime]
    ends: Mapped[datetime]
    revoked: Mapped[datetime | None]


class Attempt(Base):
    """A failed or running sign-in; account and address as keyed hashes."""

    __tablename__ = "attempt"
    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)


class Event(OfBureau, AppendOnly, Base):
    """Something that happened, in the past tense. Append-only: a trigger guards it.

    `seq` counts without gaps per bureau; `digest` chains each event to the one before,
    so a missing or changed one shows.
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("bureau_id", "seq"),)
    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(64), index=True)
    actor: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class Answer(OfBureau, Base):
    """The answer to one Idempotency-Key; `status` 0 while the request runs."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("bureau_id", "actor", "key"),)
    id: Mapped[str] = key()
    actor: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    claim: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime]
    status: Mapped[int] = mapped_column(default=0)
    sealed: Mapped[bytes | None]  # headers and body
    at: Mapped[datetime] = mapped_column(index=True)


class Entry(OfBureau, Base):
    """One version of one registry row; the newest is `live`.

    Public sheets keep their cells in `cells`, private ones in `sealed`. `label` and
    `parent` (street of a compound, company code) serve public search only.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("bureau_id", "sheet", "name", "version"),
        Index(
            "uq_entry_live",
            "bureau_id",
            "sheet",
            "name",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )
    id: Mapped[str] = key()
    sheet: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    live: Mapped[bool]
    gone: Mapped[bool] = mapped_column(default=False)
    label: Mapped[str] = mapped_column(default="")
    parent: Mapped[str] = mapped_column(default="")
    cells: Mapped[dict[str, Any] | None] = mapped_column(Json)
    sealed: Mapped[bytes | None]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class Upload(OfBureau, Base):
    """A checked import that waits to be committed onto registry version `base`."""

    __tablename__ = "upload"
    id: Mapped[str] = key()
    base: Mapped[int]
    sealed: Mapped[bytes]
    changes: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    committed: Mapped[datetime | None]


class RegistryHead(OfBureau, Edited, Base):
    """Counts the versions of a bureau's registries as a whole."""

    __tablename__ = "registry_head"
    id: Mapped[str] = key()
    count: Mapped[int] = mapped_column(default=0)
    changed: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))


class Month(OfBureau, Edited, Base):
    """月度抽查计划: what may be listed of a month; its truth are the steps."""

    __tablename__ = "month"
    id: Mapped[str] = key()
    month: Mapped[str] = mapped_column(String(7), index=True)
    title: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(String(20))  # a copy for lists, never decides
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default="")
    commitment: Mapped[str] = mapped_column(String(64), default="")
    seal_commitment: Mapped[str] = mapped_column(String(64), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    live: Mapped[bool] = mapped_column(default=True)
    away: Mapped[bool] = mapped_column(default=False)  # exported, goes on elsewhere
    created: Mapped[datetime]


class Step(OfBureau, AppendOnly, Base):
    """One input of a month, in order; a stage is the replay of its steps."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("month_id", "seq"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"), index=True)
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes]


class Document(OfBureau, AppendOnly, Base):
    """A published file of a month; a new version never removes the old one.

    `body` is compressed (the log grows by a version with every event); `data` is the
    file, whose hash is `sha256`.
    """

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("month_id", "name", "version"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes]
    at: Mapped[datetime]

    @property
    def data(self) -> bytes:
        """The file as it was published."""
        return zlib.decompress(self.body)


class Job(OfBureau, Base):
    """A long operation; see `api.jobs`."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_queue", "state", "priority", "created"),
        Index(
            "uq_job_running",
            "lock_key",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )
    id: Mapped[str] = key()
    kind: Mapped[str] = mapped_column(String(40))
    month_id: Mapped[str | None] = mapped_column(ForeignKey("month.id"), index=True)
    sealed_payload: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(12))
    lock_key: Mapped[str] = mapped_column(String(120))
    priority: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    worker: Mapped[str] = mapped_column(String(120), default="")
    lease_until: Mapped[datetime | None]
    heartbeat: Mapped[int] = mapped_column(default=0)
    cancel: Mapped[bool] = mapped_column(default=False)  # throw away what it has
    stop: Mapped[bool] = mapped_column(default=False)  # finish with what it has
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sealed_result: Mapped[bytes | None]
    error: Mapped[str] = mapped_column(String(80), default="")
    created: Mapped[datetime]
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    requested_by: Mapped[str] = mapped_column(String(80))


class Blob(OfBureau, Base):
    """An uploaded file (photo, signed record), encrypted; found by its SHA-256."""

    __tablename__ = "blob"
    __table_args__ = (UniqueConstraint("bureau_id", "sha256"),)
    id: Mapped[str] = key()
    sha256: Mapped[str] = mapped_column(String(64))
    media: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sealed: Mapped[bytes]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
