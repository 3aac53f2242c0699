"""kill -9 of the server in the middle of a draw or of publications.

Every round starts from a copy of one database, kills the server at a random moment,
and then sends everything again with the same keys: what was acknowledged is there as
it was acknowledged, and nothing is there twice.
"""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.error
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from service_city import City, Server, SetClock, open_city
from service_month import begin
from service_planner import Planner
from service_server import Running, a_token
from sqlalchemy import select

from api.months import steps
from api.operations.demo_field import FieldDay
from api.site import Site, open_site
from api.store import ALL, events
from api.store.fieldwork import PublicResult
from api.store.models import Account, Event, Step

pytestmark = pytest.mark.both_databases

PATIENCE = 600.0  # seconds after which a server that should live would be killed


@dataclass
class Case:
    """A prepared database, the requests to send, and the check afterwards."""

    city: City
    role: str
    requests: list[tuple[str, dict[str, Any] | None, str]]  # path, body, If-Match
    check: Callable[[Site], None]


def drawing(city: City) -> Case:
    """A frozen month whose entropy is there: one request draws."""
    planner = Planner(city)
    planner.freeze()
    planner.entropy("draw")

    def check(site: Site) -> None:
        with site.store.reading(ALL) as db:
            kinds = [s.kind for s in db.scalars(select(Step).order_by(Step.seq))]
        assert kinds == ["freeze", "record", "record", "draw"]

    body = {"kind": "draw"}
    return Case(city, "planner", [(f"{planner.base}/steps", body, planner.tag)], check)


def publishing(city: City) -> Case:
    """A month in the field: the leader publishes the results of a day."""
    month = begin(city, "assign")
    with city.desk() as desk:
        assigned = steps.load(desk, steps.find(desk, month)).assigned
        leader = desk.db.get(Account, city.accounts["wuzhou", "leader"])
    assert assigned is not None
    assert leader is not None
    days = sorted({p.day for p in assigned.sealed.packed.packing.packages})
    field = FieldDay(city.site, city.bureau, month, city.clock.to)
    ready = field.work(assigned, days[0], leader, days[1], waiting=100)

    def check(site: Site) -> None:
        with site.desk(city.bureau, city.actor("leader")) as desk:
            route = steps.load(desk, steps.find(desk, month))
            visits = list(desk.db.scalars(select(PublicResult.visit)))
        assert route.assigned is not None
        assert len(visits) == len(ready) == len(route.assigned.results)
        assert sorted(visits) == sorted(r.visit for r in route.assigned.results)
        assert len(set(visits)) == len(visits)

    base = f"/api/v1/bureau/months/{month}/results"
    asked = [(f"{base}/{r}/moves", {"kind": "pass"}, "") for r in ready]
    return Case(city, "leader", asked, check)


CASES = {"draw": drawing, "publish": publishing}


@pytest.mark.one_database
@pytest.mark.parametrize("case", CASES)
def test_a_server_killed_in_the_middle_loses_nothing_acknowledged(
    city: City, server: Server, tmp_path: Path, case: str
) -> None:
    kill(CASES[case](city), server, tmp_path, 1)


@pytest.mark.full
@pytest.mark.parametrize("case", CASES)
def test_a_hundred_kills_of_each_lose_nothing_acknowledged(
    city: City, server: Server, tmp_path: Path, case: str
) -> None:
    """Four times over: draw and publish, SQLite and PostgreSQL, 100 each."""
    kill(CASES[case](city), server, tmp_path, 100)


def kill(case: Case, server: Server, folder: Path, rounds: int) -> None:
    token = a_token(case.city, case.role)
    case.city.site.store.dispose()  # a copy needs the database to itself
    dice = random.Random(20261201)
    # one round in peace tells how long it takes, and that nothing else fails
    done, whole = _round(case, server, folder, token, PATIENCE)
    assert done == len(case.requests)
    acknowledged = killed = 0
    for _ in range(rounds):
        done, _ = _round(case, server, folder, token, dice.uniform(0.0, 1.2 * whole))
        acknowledged += done
        killed += done < len(case.requests)
    print(
        f"{rounds} x kill -9: {killed} in the middle, {acknowledged} acknowledged, "
        "0 lost, 0 twice"
    )


def _round(
    case: Case, server: Server, folder: Path, token: str, moment: float
) -> tuple[int, float]:
    """Requests acknowledged and seconds spent, with a kill `moment` after the start."""
    url = server.copy(case.city.site.settings.url)
    settings = replace(
        case.city.site.settings,
        database=url,
        data=folder,
        workers=0,
        log_level="ERROR",
    )
    # every round begins at the same moment of the month
    ahead = case.city.clock.moment - datetime.now(UTC)
    running = Running(settings, ahead.total_seconds())
    try:
        running.wait()
        began = time.monotonic()
        done = _until_death(running, case, token, moment)
        spent = time.monotonic() - began
    finally:
        running.kill()
    site = open_site(settings, SetClock(case.city.clock.moment))
    _again(site, case, token, done)
    site.store.dispose()
    server.drop(url)
    return len(done), spent


def _until_death(
    running: Running, case: Case, token: str, moment: float
) -> dict[str, Any]:
    """Send the requests one after another until the server is gone."""
    done: dict[str, Any] = {}
    killer = threading.Timer(moment, running.process.kill)
    killer.start()
    try:
        for path, body, tag in case.requests:
            headers = {"Authorization": f"Bearer {token}", "Idempotency_Key": path}
            if tag:
                headers["If_Match"] = tag
            done[path] = running.send("POST", path, body, **headers)
    except urllib.error.HTTPError as e:
        raise AssertionError(e.read()) from e
    except (OSError, urllib.error.URLError, json.JSONDecodeError):
        pass  # the server died under it
    finally:
        if moment == PATIENCE:
            killer.cancel()
        killer.join()
    return done


def _again(site: Site, case: Case, token: str, done: dict[str, Any]) -> None:
    """Everything once more with the same keys, then what must hold."""
    raw = open_city(site, SetClock(site.clock())).app.test_client()
    clock = site.clock
    assert isinstance(clock, SetClock)
    clock.forward(minutes=10)  # a dead request's key may be taken over
    for path, body, tag in case.requests:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": path}
        if tag:
            headers["If-Match"] = tag
        answer = raw.post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        if path in done:
            assert answer.headers["Idempotency-Replayed"] == "true", path
            assert answer.json == done[path]
    case.check(site)
    with site.store.reading(ALL) as db:
        assert events.broken(db, case.city.bureau) is None
        made = list(db.scalars(select(Event.kind)))
    assert made.count("compounds_drawn") == 1
    published = len(case.requests) if case.role == "leader" else 0
    assert made.count("result_published") == published


def test_ten_parallel_repetitions_of_a_draw_draw_once(city: City) -> None:
    """One key: one effect and equal answers, byte for byte."""
    case = drawing(city)
    answers = parallel(case, ["one-key"] * 10)
    assert {status for status, _ in answers} == {201}
    assert len({body for _, body in answers}) == 1
    case.check(city.site)


def test_ten_clicks_on_draw_draw_once(city: City) -> None:
    """Ten keys: the first draws, the others find the month changed."""
    case = drawing(city)
    answers = parallel(case, [f"click-{k}" for k in range(10)])
    statuses = sorted(status for status, _ in answers)
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {409, 412}
    case.check(city.site)


def parallel(case: Case, keys: list[str]) -> list[tuple[int, bytes]]:
    """The case's one request at the same time with each key; 409 in progress waits."""
    token = a_token(case.city, case.role)
    ((path, body, tag),) = case.requests

    def send(key: str) -> tuple[int, bytes]:
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key,
            "If-Match": tag,
        }
        while True:
            raw = case.city.app.test_client()
            answer = raw.post(path, json=body, headers=headers)
            if answer.status_code < 400 or answer.json["code"] != "key.in_progress":
                return answer.status_code, answer.data

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(send, keys))
