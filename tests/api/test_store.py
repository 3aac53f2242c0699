"""The store: migrations, bureaus apart, append-only facts, UTC, taking turns."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from service_city import BEGIN, City
from service_month import begin
from sqlalchemy import delete, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from api.operations.setup import add_bureau
from api.site import Site, system
from api.store import ALL, events, fresh_id
from api.store.migrate import current, head, upgrade
from api.store.models import (
    Account,
    Attempt,
    Base,
    Bureau,
    Document,
    Event,
    OfBureau,
    Step,
)
from api.store.scope import WrongBureau
from api.store.versions import Version

pytestmark = pytest.mark.both_databases


def test_migrations_make_exactly_the_tables_of_the_models(site: Site) -> None:
    with site.store.engine.connect() as connection:
        options = {"compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    assert current(site.store) == head()
    upgrade(site.store)


def test_every_table_but_bureau_and_attempt_belongs_to_a_bureau() -> None:
    free = {
        m.class_ for m in Base.registry.mappers if not issubclass(m.class_, OfBureau)
    }
    assert free == {Bureau, Attempt}


def test_sqlite_writes_ahead_and_syncs_fully(site: Site) -> None:
    if not site.store.is_sqlite:
        pytest.skip("of SQLite only")
    with site.store.engine.connect() as c:
        found = [
            c.execute(text(f"PRAGMA {p}")).scalar()
            for p in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


def an_account(bureau: str | None = None, name: str = "n") -> Account:
    return Account(
        id=fresh_id(),
        bureau_id=bureau,
        name=name,
        display="d",
        password="",
        roles=["planner"],
        created=BEGIN,
    )


@pytest.fixture
def two(site: Site) -> tuple[str, str]:
    """Two bureaus with one account each, both called n."""
    ids = add_bureau(site, "aa", "A"), add_bureau(site, "bb", "B")
    for bureau in ids:
        with site.store.writing(bureau) as db:
            db.add(an_account())
    return ids


def test_a_session_sees_its_own_bureau_in_every_kind_of_query(
    site: Site, two: tuple[str, str]
) -> None:
    mine, other = two
    with site.store.reading(other) as db:
        theirs = db.scalars(select(Account)).one()
    with site.store.writing(mine) as db:
        own = db.scalars(select(Account)).one()
        assert own.bureau_id == mine
        assert db.get(Account, theirs.id) is None
        assert db.scalar(select(func.count()).select_from(Account)) == 1
        assert db.query(Account).filter(Account.id == theirs.id).all() == []
        alias = select(Account.id).subquery()
        assert db.execute(select(alias)).all() == [(own.id,)]
        exists = select(Account.id).where(Account.id == theirs.id).exists()
        assert db.scalar(select(exists)) is False
        join = select(Event.id).join(Account, Account.name == "n")
        assert db.execute(join).all() == []
        renamed = db.execute(update(Account).values(display="x"))
        assert renamed.rowcount == 1
        gone = db.execute(delete(Account).where(Account.id == theirs.id))
        assert gone.rowcount == 0
    with site.store.reading(other) as db:
        assert db.scalars(select(Account.display)).one() == "d"


def test_a_row_of_another_bureau_cannot_be_written(
    site: Site, two: tuple[str, str]
) -> None:
    mine, other = two
    with pytest.raises(WrongBureau), site.store.writing(mine) as db:
        db.add(an_account(other, "q"))
    with site.store.reading(ALL) as db:
        theirs = db.scalars(select(Account).where(Account.bureau_id == other)).one()
    with pytest.raises(WrongBureau), site.store.writing(mine) as db:
        moved = db.merge(theirs)
        moved.display = "stolen"
    with pytest.raises(WrongBureau), site.store.writing(mine) as db:
        own = db.scalars(select(Account)).one()
        own.bureau_id = other


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT * FROM account"),
        select(Base.metadata.tables["account"]),
        insert(Account),
        update(Base.metadata.tables["account"]).values(display="x"),
    ],
)
def test_statements_that_nothing_narrows_are_refused(
    site: Site, two: tuple[str, str], statement: Any
) -> None:
    with pytest.raises(WrongBureau), site.store.writing(two[0]) as db:
        db.execute(statement)


@pytest.mark.parametrize("row", [Event, Step, Document, Version])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_facts_cannot_be_changed_even_past_the_program(
    city: City, row: Any, verb: str
) -> None:
    begin(city)
    table = row.__tablename__
    sql = f"UPDATE {table} SET at = at" if verb == "UPDATE" else f"DELETE FROM {table}"
    with city.site.store.engine.connect() as c:
        before = c.execute(text(f"SELECT count(*) FROM {table}")).scalar()
        assert before
        with pytest.raises(DBAPIError, match="append-only"):
            c.execute(text(sql))


def test_events_are_chained_and_a_changed_one_shows(city: City) -> None:
    with city.desk(write=True) as desk:
        for k in range(3):
            desk.event("thing_done", f"thing:{k}", count=k)
    with city.desk() as desk:
        assert events.broken(desk.db, city.bureau) is None
        rows = desk.db.scalars(select(Event).order_by(Event.seq)).all()
        assert [e.seq for e in rows] == list(range(1, len(rows) + 1))
    with city.site.store.writing(ALL) as db:
        if city.site.store.is_sqlite:
            db.execute(text("DROP TRIGGER event_no_update"))
        else:
            db.execute(text("ALTER TABLE event DISABLE TRIGGER event_append_only"))
        db.execute(update(Event).where(Event.seq == 2).values(actor="nobody"))
    with city.desk() as desk:
        assert events.broken(desk.db, city.bureau) == 2


def test_an_event_and_its_change_are_one(city: City) -> None:
    with city.desk() as desk:
        before = desk.db.scalar(select(func.count()).select_from(Event))
    with pytest.raises(RuntimeError), city.desk(write=True) as desk:
        desk.event("thing_done", "thing:1")
        desk.db.flush()
        raise RuntimeError
    with city.desk() as desk:
        assert desk.db.scalar(select(func.count()).select_from(Event)) == before


def test_moments_are_utc_whatever_zone_they_came_in(site: Site) -> None:
    there = datetime(2026, 12, 1, 7, 0, tzinfo=timezone(timedelta(hours=8)))
    bureau = add_bureau(site, "aa", "A")
    with site.store.writing(bureau) as db:
        row = an_account()
        row.created = there
        db.add(row)
    with site.store.reading(bureau) as db:
        read = db.scalars(select(Account.created)).one()
    assert read == there
    assert read.tzinfo is UTC
    with pytest.raises(Exception, match="aware"), site.store.writing(bureau) as db:
        row = an_account(name="naive")
        row.created = datetime(2026, 12, 1)
        db.add(row)


def test_writers_of_one_bureau_take_turns_and_lose_nothing(city: City) -> None:
    def write() -> None:
        for _ in range(10):
            with city.desk(write=True) as desk:
                desk.event("thing_done", "thing:1")

    with city.desk() as desk:
        before = desk.db.scalar(select(func.max(Event.seq)))
    threads = [threading.Thread(target=write) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with city.desk() as desk:
        assert desk.db.scalar(select(func.max(Event.seq))) == (before or 0) + 40
        assert events.broken(desk.db, city.bureau) is None


def test_a_reader_sees_one_snapshot(city: City) -> None:
    with city.desk() as reader:
        before = reader.db.scalar(select(func.count()).select_from(Event))
        with city.site.desk(city.bureau, system("x"), write=True) as desk:
            desk.event("thing_done", "thing:1")
        again = reader.db.scalar(select(func.count()).select_from(Event))
        assert again == before


def test_bytes_of_a_stolen_database_tell_nothing_before_its_day(city: City) -> None:
    """No drawn compound, no pair, no blind, no name of a private sheet."""
    month = begin(city, "assign")
    with city.desk() as desk:
        from api.months import steps

        route = steps.load(desk, steps.find(desk, month))
    assert route.assigned is not None and route.drawn is not None
    dump = _dump(city.site)
    frozen, sealed = route.frozen, route.sealed
    assert frozen is not None and sealed is not None
    for secret in (frozen.blind.hex(), sealed.blind.hex(), frozen.secret.hex()):
        assert secret.encode() not in dump
    for person in frozen.registry.inspectors:
        assert person.name.encode() not in dump
    for visit in route.drawn.visits:
        assert f'"{visit.id}"'.encode() not in dump
    for package in sealed.packed.packing.packages:
        assert f'"{package.id}"'.encode() not in dump
    for holder in dict(route.assigned.now.holders).values():
        # the pseudonyms are public in freeze.json, but stand at no seat
        assert f'["lead","{holder}"]'.encode() not in dump


def _dump(site: Site) -> bytes:
    """Every value of every table, as a thief of the database has it."""
    out = []
    with site.store.engine.connect() as c:
        for table in inspect(c).get_table_names():
            for row in c.execute(text(f"SELECT * FROM {table}")):
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    out.append(raw)
    return b"\n".join(out)
