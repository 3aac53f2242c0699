"""Serving, backing up, restoring, and what a killed server leaves behind."""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
import urllib.error
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

import pytest
from service_city import KEY, PASSWORD, City, Server, postgresql_server, settings_for
from service_month import begin, published
from service_server import Running, a_token
from sqlalchemy import func, select

from api.months import steps
from api.operations.backup import TABLES, backup, restore
from api.operations.setup import add_bureau, init, prepare
from api.settings import Settings
from api.site import open_site
from api.store import ALL
from api.store.models import Account, Entry, Event
from api.vault import new_key
from inspector.errors import InspectorError

pytestmark = pytest.mark.both_databases


def test_init_makes_key_tables_bureau_and_administrator(
    server: Server, tmp_path: Path
) -> None:
    settings = replace(settings_for(server.fresh(), tmp_path / "new"), key="")
    told = init(settings, "gaomi", "高密", password=PASSWORD)
    assert told.password == PASSWORD
    assert settings.key_path.stat().st_mode & 0o777 == 0o600
    again = init(settings, "zibo", "淄博")
    assert len(again.password) == 20
    with pytest.raises(InspectorError) as refused:
        init(settings, "zibo", "淄博")
    assert refused.value.code == "bureau.taken"
    site = open_site(settings)
    with site.store.reading(ALL) as db:
        assert db.scalars(select(Account.roles)).all() == [["admin"], ["admin"]]
    site.store.dispose()
    server.drop(settings.url)


@pytest.mark.parametrize("code", ["", "A", "a", "a b", "梧州", "x" * 41, "-a"])
@pytest.mark.one_database
def test_a_bureau_code_that_fits_no_address_is_refused(city: City, code: str) -> None:
    with pytest.raises(InspectorError) as refused:
        add_bureau(city.site, code, "x")
    assert refused.value.code == "bureau.code"


@pytest.fixture
def target(server: Server, tmp_path: Path) -> Iterator[Settings]:
    """An empty, prepared database of the same kind."""
    settings = settings_for(server.fresh(), tmp_path)
    prepare(settings).store.dispose()
    yield settings
    server.drop(settings.url)


def test_a_restored_backup_is_the_same_installation(
    city: City, target: Settings, tmp_path: Path
) -> None:
    month = begin(city, "assign")
    files = published(city, month)
    saved = backup(city.site.settings, tmp_path / "b.zip")
    done = restore(target, tmp_path / "b.zip")
    assert done.rows == saved.rows
    assert done.events == saved.events > 0
    site = open_site(target, city.clock)
    other = City(site, city.app, city.clock, city.bureau, city.other, city.accounts)
    with other.desk() as desk:
        route = steps.load(desk, steps.find(desk, month))
        assert route.stage == "assigned"
        assert json.loads(route.log.files()["log.json"]) == files["log.json"]
    with other.desk(write=True) as desk:
        desk.event("went_on", "x")
    site.store.dispose()


@pytest.mark.one_database
def test_a_backup_of_sqlite_restores_into_postgresql(
    city: City, postgresql_url: str | None, tmp_path: Path
) -> None:
    if postgresql_url is None:
        pytest.skip("NO POSTGRESQL")
    month = begin(city)
    saved = backup(city.site.settings, tmp_path / "b.zip")
    there = postgresql_server(postgresql_url)
    settings = settings_for(there.fresh(), tmp_path)
    prepare(settings).store.dispose()
    assert restore(settings, tmp_path / "b.zip").rows == saved.rows
    site = open_site(settings, city.clock)
    with site.desk(city.bureau, city.actor(), write=True) as desk:
        assert steps.find(desk, month).stage == "drawn"
        before = desk.db.scalar(select(func.max(Event.id)))
        assert desk.event("went_on", "x").id > (before or 0)
    site.store.dispose()
    there.drop(settings.url)


def test_a_backup_runs_beside_writers_and_is_one_moment(
    city: City, target: Settings, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with city.desk(write=True) as desk:
                desk.event("thing_done", "thing:1")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for k in range(3):
            backup(city.site.settings, tmp_path / f"b{k}.zip")
    finally:
        stop.set()
        writer.join()
    restore(target, tmp_path / "b2.zip")


@pytest.mark.one_database
def test_a_restore_refuses_what_is_not_right(
    city: City, target: Settings, tmp_path: Path
) -> None:
    begin(city)
    good = tmp_path / "b.zip"
    backup(city.site.settings, good)

    def refused(settings: Settings, path: Path) -> str:
        with pytest.raises(InspectorError) as found:
            restore(settings, path)
        return found.value.code

    assert refused(city.site.settings, good) == "backup.not_empty"
    assert refused(replace(target, key=new_key()), good) == "vault.damaged"
    rubbish = tmp_path / "rubbish.zip"
    rubbish.write_bytes(b"PK")
    assert refused(target, rubbish) == "backup.damaged"
    for name, old, new in (
        ("tables/event.jsonl", b"registry_imported", b"registry_invented"),
        ("tables/account.jsonl", b"planner", b"plannex"),
        ("manifest.json", b'"revision": "', b'"revision": "x'),
    ):
        path = tmp_path / "changed.zip"
        _rewrite(good, path, name, old, new)
        assert refused(target, path) in ("backup.damaged", "backup.revision")
    restore(target, good)


def _rewrite(good: Path, path: Path, name: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(good) as a, zipfile.ZipFile(path, "w") as b:
        for member in a.namelist():
            data = a.read(member)
            assert member != name or old in data
            b.writestr(member, data.replace(old, new) if member == name else data)


@pytest.mark.one_database
def test_a_forged_archive_is_noticed_even_with_right_file_hashes(
    city: City, target: Settings, tmp_path: Path
) -> None:
    """The chains inside are checked too, not only the manifest."""
    begin(city)
    good, forged = tmp_path / "b.zip", tmp_path / "f.zip"
    backup(city.site.settings, good)
    with zipfile.ZipFile(good) as a, zipfile.ZipFile(forged, "w") as b:
        manifest = json.loads(a.read("manifest.json"))
        for table in TABLES:
            name = f"tables/{table.name}.jsonl"
            data = a.read(name)
            if table.name == "event":
                data = data.replace(b"compounds_drawn", b"compounds_bought")
            manifest["tables"][table.name]["sha256"] = hashlib.sha256(data).hexdigest()
            b.writestr(name, data)
        b.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(InspectorError) as refused:
        restore(target, forged)
    assert refused.value.code == "backup.integrity"


def test_a_server_starts_a_worker_answers_and_stops_calmly(city: City) -> None:
    running = Running(replace(city.site.settings, workers=1))
    try:
        running.wait()
        assert running.get("/healthz") == {"status": "ok"}
        codes = [b["code"] for b in running.get("/api/v1/public/bureaus")["items"]]
        assert codes == ["other", "wuzhou"]
        assert running.process.poll() is None
        time.sleep(0.5)
    finally:
        said = running.end()
    assert running.process.returncode == 0, said
    lines = [json.loads(line) for line in said.splitlines()]
    messages = [line["message"] for line in lines]
    assert "serving" in messages
    assert "stopped" in messages
    for line in lines:
        assert KEY not in str(line)
        assert PASSWORD not in str(line)


def test_a_killed_server_loses_no_acknowledged_write(city: City) -> None:
    killing(city, 2)


@pytest.mark.full
def test_a_server_killed_two_hundred_times_loses_no_acknowledged_write(
    city: City,
) -> None:
    killing(city, 200)


def killing(city: City, times: int) -> None:
    """kill -9 at random moments of writes; every 201 is there, nothing twice."""
    dice = random.Random(20261201)
    real = replace(city.site.settings, workers=0, log_level="ERROR")
    city.site.settings = real
    city.clock.moment = datetime.now(UTC)
    token = a_token(city)
    running = Running(real)
    running.wait()
    acknowledged: set[str] = set()
    slowest = 0.0
    number = 0
    try:
        for _ in range(times):
            killer = threading.Timer(dice.uniform(0.02, 0.4), running.process.kill)
            killer.start()
            number = _until_death(running, token, number, acknowledged)
            killer.join()
            running.kill()
            began = time.monotonic()
            running.restart()
            slowest = max(slowest, time.monotonic() - began)
            # what was sent and not acknowledged is sent again with its key
            while not _add(running, token, number, acknowledged):
                time.sleep(0.2)
            number += 1
    finally:
        running.kill()
    with city.desk() as desk:
        made = select(Entry.name, func.count()).where(Entry.name.like("KILL%"))
        rows = {n: k for n, k in desk.db.execute(made.group_by(Entry.name))}
    assert set(rows) == acknowledged
    assert set(rows.values()) == {1}
    print(
        f"{times} x kill -9: {len(acknowledged)} acknowledged writes, 0 lost, 0 twice, "
        f"slowest restart {slowest:.1f} s"
    )


def _until_death(
    running: Running, token: str, number: int, acknowledged: set[str]
) -> int:
    """Add rows until the server dies; the number of the one in doubt."""
    while True:
        try:
            _add(running, token, number, acknowledged)
        except (OSError, HTTPException):  # half an answer acknowledges nothing
            return number
        number += 1


def _add(running: Running, token: str, number: int, acknowledged: set[str]) -> bool:
    name = f"KILL{number:05d}"
    cells = {"code": name, "name": name, "district": "万秀区", "min_draw": "0"}
    try:
        running.send(
            "POST",
            "/api/v1/bureau/registries/streets",
            {"cells": cells, "reason": "r"},
            Authorization=f"Bearer {token}",
            Idempotency_Key=name,
        )
    except urllib.error.HTTPError as e:
        with e:
            assert e.code == 409, e.read()
        return False
    acknowledged.add(name)
    return True
