"""The database: SQLite by default, PostgreSQL by URL, the same meaning on both.

    with store.reading(bureau) as db: ...     one consistent snapshot, never writes
    with store.writing(bureau) as db: ...     commits at the end or changes nothing

Writers of one bureau take turns: SQLite by BEGIN IMMEDIATE, PostgreSQL by an advisory
lock of the transaction. So a service may read, decide and write without races, and the
event log counts without gaps.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from api.store.scope import ALL, BureauSession

__all__ = ["ALL", "BureauSession", "Store", "fresh_id"]

_MODE = "sunlot_mode"  # execution option of a connection: "read" or "write"


def fresh_id() -> str:
    """26 random characters, 128 bits: nobody guesses another row's id."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


class Store:
    """Connections to the database."""

    def __init__(self, url: str, *, busy_seconds: int = 30, pool: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        make = _sqlite if self.is_sqlite else _postgresql
        self.engine = make(url, busy_seconds, pool)
        self._reader = self.engine.execution_options(**{_MODE: "read"})
        self._writer = self.engine.execution_options(**{_MODE: "write"})

    @contextmanager
    def reading(self, bureau: str) -> Iterator[BureauSession]:
        """A session that sees one snapshot; whatever it adds is thrown away."""
        db = self.session(bureau, write=False)
        try:
            yield db
        finally:
            db.close()  # not rollback, which would empty the rows already given out

    @contextmanager
    def writing(self, bureau: str, *, turn: bool = True) -> Iterator[BureauSession]:
        """A session that commits at the end, or nothing on an exception.

        `turn=False` does without the bureau's write turn on PostgreSQL: for the job
        queue, which locks single rows.
        """
        db = self.session(bureau, write=True, turn=turn)
        try:
            yield db
            db.commit()
        finally:
            db.close()

    def session(self, bureau: str, *, write: bool, turn: bool = True) -> BureauSession:
        """An open session; the caller commits or rolls back, and closes it."""
        engine = self._writer if write else self._reader
        db = BureauSession(
            engine,
            info={"bureau": bureau},
            expire_on_commit=False,
            autoflush=write,
        )
        if write and turn and not self.is_sqlite:
            # ALL shares the number 0: operations take turns among themselves.
            number = 0 if bureau == ALL else _number(bureau)
            db.connection().execute(select(func.pg_advisory_xact_lock(number)))
        return db

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _number(bureau: str) -> int:
    """63 bits of a bureau's id, for advisory locks."""
    raw = base64.b32decode(bureau.upper() + "=" * (-len(bureau) % 8))
    return int.from_bytes(raw[:8], "big") >> 1


def _sqlite(url: str, busy_seconds: int, pool: int) -> Engine:
    engine = create_engine(
        url,
        # BEGIN is ours to send; see `_begin`
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        poolclass=QueuePool,
        pool_size=pool,
        max_overflow=20,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        mode = connection.get_execution_options().get(_MODE)
        # Taking the write lock at once: upgrading a read later may fail at any time.
        connection.exec_driver_sql("BEGIN" if mode == "read" else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str, busy_seconds: int, pool: int) -> Engine:
    engine = create_engine(
        url, pool_size=pool, max_overflow=20, pool_pre_ping=True, pool_timeout=15
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get(_MODE) == "read":
            connection.exec_driver_sql(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            )
        elif busy_seconds:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{busy_seconds}s'")

    return engine
