"""A database of the first release, with data, is brought to the newest tables.

`baseline_0001.sql.gz` is a dump of SQLite at revision 0001: wuzhou with a month in the
field, its results, photos, docket, credit, rolls, tokens and a second month; everything
is made up, the key below opens nothing else. Whoever changes a table writes a
migration, and this test says whether a bureau's data come through it. The dump was made
anew, at the same revision, when freeze.json began to say what a freeze stands on, and
again when rates became those of a year and items, officers and results got their
authority, lists and counts: an older one no longer replays to the bytes it committed
to.
"""

from __future__ import annotations

import base64
import gzip
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from service_city import SetClock, settings_for
from sqlalchemy import select, text

from api.app import create_app
from api.months import steps
from api.operations.setup import prepare
from api.site import Desk, Site, open_site, system
from api.store import events, moves, versions
from api.store.migrate import current, head
from api.store.models import Bureau, Month
from api.store.tables import Base

DUMP = Path(__file__).with_name("baseline_0001.sql.gz")
KEY = base64.urlsafe_b64encode(b"baseline of the tests, no secret").decode()
NOW = datetime.fromisoformat("2026-12-09T02:00:00+00:00")
# Nothing was entered twice in the made-up month: its record brought the values.
EMPTY = {"source_entry"}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The database as it lay on a bureau's disk."""
    found = tmp_path / "sunlot.db"
    with sqlite3.connect(found) as c:
        c.executescript(gzip.decompress(DUMP.read_bytes()).decode())
    return found


@pytest.fixture
def upgraded(old: Path, tmp_path: Path) -> Iterator[Site]:
    settings = settings_for(f"sqlite:///{old}", tmp_path, key=KEY)
    prepare(settings).store.dispose()
    site = open_site(settings, SetClock(NOW))
    yield site
    site.store.dispose()


def desk_of(site: Site) -> Desk:
    bureau = site.bureau_id("wuzhou")
    assert bureau is not None
    return Desk(site, bureau, system("test"), False)


def test_the_old_database_has_something_in_every_table(old: Path) -> None:
    with sqlite3.connect(old) as c:
        assert c.execute("select version_num from alembic_version").fetchall() == [
            ("0001",)
        ]
        tables = c.execute("select name from sqlite_master where type = 'table'")
        counts = {
            n: c.execute(f"select count(*) from {n}").fetchone() for (n,) in tables
        }
    assert {n for n, (rows,) in counts.items() if not rows} == EMPTY


def test_it_has_the_newest_tables_and_lost_no_row(old: Path, upgraded: Site) -> None:
    assert current(upgraded.store) == head()
    with upgraded.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        for table in ("event", "move", "version", "step", "document", "entry"):
            found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            told = gzip.decompress(DUMP.read_bytes()).decode()
            assert found == told.count(f'INSERT INTO "{table}" ')


def test_what_was_recorded_still_says_the_same(upgraded: Site) -> None:
    desk = desk_of(upgraded)
    assert events.broken(desk.db, desk.bureau) is None
    months = desk.db.scalars(select(Month).order_by(Month.created)).all()
    route = steps.load(desk, months[0])
    assert route.assigned is not None
    assert "result" in [e["event"] for e in route.log.events]
    assert months[0].commitment == route.assigned.frozen.commitment.hex()
    assert all(moves.secret(desk, m) or m.body for m in _moves(desk))
    assert versions.in_force(desk, "policy") is not None
    desk.close()


def _moves(desk: Desk) -> list[moves.Move]:
    found = list(desk.db.scalars(select(moves.Move)))
    assert {m.thing for m in found} >= {"docket"}
    return found


def test_the_service_answers_from_it(upgraded: Site) -> None:
    app = create_app(upgraded.settings, site=upgraded)
    with upgraded.store.reading("*") as db:
        codes = list(db.scalars(select(Bureau.code)))
    assert "wuzhou" in codes
    client = app.test_client()
    assert client.get("/readyz").json == {"status": "ok"}
    public = "/api/v1/public/wuzhou"
    found = client.get(f"{public}/results").json["items"]
    assert found and all(r["compound"] for r in found)
    kept = gzip.decompress(DUMP.read_bytes()).decode().count('INTO "docket_case" ')
    assert len(client.get(f"{public}/docket").json["items"]) == kept > 0
    assert client.get("/wuzhou").status_code == 200
