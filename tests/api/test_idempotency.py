"""Idempotency-Key: one effect per key, whatever happens in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from service_city import City, Client, scenario_files
from service_http import BASE, upload
from sqlalchemy import func, select

from api.app import create_app
from api.store.models import Answer, Entry, Event
from api.web import declare, work

pytestmark = pytest.mark.both_databases

STREET = {"code": "S99", "name": "新街", "district": "万秀区", "min_draw": "0"}
BODY = {"cells": STREET, "reason": "新设"}


def add(client: Client, key: str, body: Any = BODY) -> Any:
    return client.post(f"{BASE}/streets", json=body, headers={"Idempotency-Key": key})


def streets(city: City) -> int:
    with city.desk() as desk:
        made = select(func.count()).select_from(Entry).where(Entry.name == "S99")
        return desk.db.scalar(made) or 0


def test_every_post_needs_a_key_unless_it_says_why_not(city: City) -> None:
    posts = [v for _, m, _, v in declare.views(city.app) if m == "POST"]
    free = [v.__name__ for v in posts if getattr(v, "keyless", "")]
    known = {"open_session", "change_password", "issue_token", "make_trial"}
    assert set(free) <= known
    client = city.client("planner")
    for key in ("", " ", "ключ", "x" * 201):
        answer = client.raw.post(
            f"{BASE}/streets",
            json=BODY,
            headers={
                "X-CSRFToken": client.csrf,
                "Idempotency-Key": key.encode().decode("latin-1"),
            },
        )
        assert (answer.status_code, answer.json["code"]) == (400, "key.missing")


def test_the_same_key_gets_the_same_answer_and_no_second_effect(city: City) -> None:
    client = city.client("planner")
    first, again = add(client, "k1"), add(client, "k1")
    assert first.status_code == again.status_code == 201
    assert again.data == first.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert streets(city) == 1


def test_the_same_key_with_another_body_is_refused(city: City) -> None:
    client = city.client("planner")
    add(client, "k1")
    other = add(client, "k1", BODY | {"reason": "another"})
    assert (other.status_code, other.json["code"]) == (422, "key.reused")


def test_a_key_belongs_to_one_actor(city: City) -> None:
    assert add(city.client("planner"), "k1").status_code == 201
    theirs = add(city.client("planner", "other"), "k1")
    assert theirs.status_code == 201
    assert "Idempotency-Replayed" not in theirs.headers


def test_a_refused_request_leaves_its_key_free(city: City) -> None:
    client = city.client("planner")
    refused = add(client, "k1", BODY | {"cells": STREET | {"min_draw": "x"}})
    assert refused.status_code == 422
    assert add(client, "k1").status_code == 201


def test_an_answer_survives_a_restart_for_more_than_a_day(city: City) -> None:
    client = city.client("planner")
    first = add(client, "k1")
    city.app = create_app(city.site.settings, site=city.site)
    city.clock.forward(hours=24)
    work.forget_answers(city.site)
    again = add(city.client("planner"), "k1")
    assert again.data == first.data
    city.clock.forward(hours=25)
    assert work.forget_answers(city.site) == 1


def test_ten_parallel_replays_have_one_effect_and_one_answer(city: City) -> None:
    client = city.client("planner")
    cookie = client.raw.get_cookie("sunlot")
    assert cookie is not None

    def send(_: int) -> tuple[int, bytes]:
        raw = city.app.test_client()
        raw.set_cookie("sunlot", cookie.value)
        mine = Client(raw)
        mine.csrf = client.csrf
        while True:
            answer = add(mine, "k1")
            if answer.status_code != 409:
                return answer.status_code, answer.data
            assert answer.json["code"] == "key.in_progress"
            assert answer.headers["Retry-After"] == "1"

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert streets(city) == 1


def claimed(city: City) -> Answer:
    """The key's row as a request leaves it that died before its answer."""
    client = city.client("planner")
    assert add(client, "k1").status_code == 201
    with city.desk() as desk:
        row: Answer = desk.db.scalars(select(Answer)).one()
        return row


def test_a_key_in_progress_is_409_until_its_request_has_died(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        """The process is gone: nothing after it runs."""

    def die(*_: object) -> None:
        raise Died

    client = city.client("planner")
    with monkeypatch.context() as gone:
        gone.setattr(work, "_complete", die)
        gone.setattr(work, "_release", lambda _row: None)
        with pytest.raises(Died):
            add(client, "k1")
    assert streets(city) == 0
    busy = add(client, "k1")
    assert (busy.status_code, busy.json["code"]) == (409, "key.in_progress")
    city.clock.forward(seconds=6)
    assert add(client, "k1").status_code == 201
    assert streets(city) == 1


def test_a_request_whose_key_was_taken_over_changes_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow first request finds its claim gone and rolls back."""
    client = city.client("planner")
    complete = work._complete  # noqa: SLF001

    def overtaken(row: Answer, response: Any) -> None:
        row.claim = "somebody else's"
        complete(row, response)

    with monkeypatch.context() as slow:
        slow.setattr(work, "_complete", overtaken)
        answer = add(client, "k1")
    assert answer.status_code == 409
    assert streets(city) == 0


def test_effect_event_and_answer_are_one_transaction(city: City) -> None:
    with city.desk() as desk:
        before = desk.db.scalar(select(func.max(Event.seq))) or 0
    add(city.client("planner"), "k1")
    kinds = []
    with city.desk() as desk:
        rows = select(Event).where(Event.seq > before).order_by(Event.seq)
        kinds = [e.kind for e in desk.db.scalars(rows)]
        assert desk.db.scalars(select(Answer.status)).one() == 201
    assert kinds == ["signed_in", "row_changed"]


def test_a_stored_answer_is_sealed(city: City) -> None:
    row = claimed(city)
    assert row.sealed is not None
    assert "新街".encode() not in row.sealed
    assert b"S99" not in row.sealed


def test_a_repeated_upload_is_the_same_whatever_its_boundary(city: City) -> None:
    client = city.client("planner")
    files = {"leave.csv": scenario_files()["leave.csv"]}
    key = {"Idempotency-Key": "k1"}
    answers = [
        client.post(f"{BASE}/imports", headers=key, **upload(files)) for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].data == answers[1].data


def test_eight_planners_edit_one_thing_and_lose_nothing(city: City) -> None:
    """Each adds one to a count he has read; the sum comes out (full: 200 each)."""
    edits(city, 12)


@pytest.mark.full
def test_eight_planners_edit_two_hundred_times_and_lose_nothing(city: City) -> None:
    edits(city, 200)


def edits(city: City, each: int) -> None:
    client = city.client("planner")
    add(client, "k1")
    cookie = client.raw.get_cookie("sunlot")
    assert cookie is not None
    path = f"{BASE}/streets/S99"

    def edit(_: int) -> int:
        raw = city.app.test_client()
        raw.set_cookie("sunlot", cookie.value)
        mine = Client(raw)
        mine.csrf = client.csrf
        stale = done = 0
        while done < each:
            read = mine.get(path)
            cells = read.json["cells"]
            body = {
                "cells": cells | {"min_draw": str(int(cells["min_draw"]) + 1)},
                "reason": "+1",
            }
            tag = {"If-Match": read.headers["ETag"]}
            answer = mine.put(path, json=body, headers=tag)
            assert answer.status_code in (200, 412), answer.json
            stale += answer.status_code == 412
            done += answer.status_code == 200
        return stale

    with ThreadPoolExecutor(8) as pool:
        stale = sum(pool.map(edit, range(8)))
    assert client.get(path).json["cells"]["min_draw"] == str(8 * each)
    print(f"8 planners x {each} edits: {stale} stale, none lost")
