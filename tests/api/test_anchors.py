"""The anchor of a month's log, for publishing elsewhere: text, QR, whom it serves."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from service_city import City
from service_month import published, the_record
from service_planner import RULES, Planner, policy_text
from service_public import PUBLIC

REVEAL = {"source": "witness-draw", "value": the_record().draw[0].value}
DLT = {"source": "dlt-2026134", "value": the_record().draw[1].value}


def text(city: City, month: str) -> str:
    answer = city.client().get(f"{PUBLIC}/months/{month}/anchor?as=txt")
    assert answer.status_code == 200, answer.json
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    found: str = answer.text
    return found


def speaks(city: City, month: str) -> tuple[str, int, str | None]:
    a: Any = city.client().get(f"{PUBLIC}/months/{month}").json["anchor"]
    return a["stage"], a["attempt"], a["before"]


def test_an_anchor_is_the_public_log_in_three_lines(city: City) -> None:
    planner = Planner(city)
    assert planner.open()["anchor"] is None
    assert planner.get(f"{planner.base}/anchor?as=svg").status_code == 404
    nobody = city.client().get(f"{PUBLIC}/months/{planner.month}/anchor?as=txt")
    assert nobody.status_code == 404
    city.clock.to("2026-11-22T08:00:00+00:00")
    shown = planner.do("freeze", {})
    origin, size, root, end = text(city, planner.month).split("\n")
    log = published(city, planner.month)["log.json"]
    assert (int(size), base64.b64decode(root).hex(), end) == (1, log["root"], "")
    bureau, month, scope = origin.split("/")
    assert (bureau, month, len(scope)) == ("wuzhou", "2026-12", 16)
    assert shown["anchor"]["text"] == text(city, planner.month)
    assert (shown["anchor"]["origin"], shown["anchor"]["size"]) == (origin, 1)
    page = city.client().get(f"/wuzhou/months/{planner.month}").text
    assert text(city, planner.month).replace("+", "&#43;") in page.replace("+", "&#43;")
    assert "anchor?as=svg" in page


def test_it_grows_with_every_inside_value_until_the_outside_one_is_known(
    city: City,
) -> None:
    planner = Planner(city)
    planner.freeze()
    until = "2026-11-23T13:25:00Z"
    first = text(city, planner.month)
    assert speaks(city, planner.month) == ("draw", 1, until)
    city.clock.to("2026-11-23T08:40:00+00:00")
    second = planner.do("entropy", REVEAL)["anchor"]
    assert second["text"] == text(city, planner.month) != first
    assert (second["size"], second["stage"], second["before"]) == (2, "draw", until)
    city.clock.to("2026-11-23T13:30:00+00:00")
    assert planner.value(DLT)["anchor"]["stage"] == ""
    assert speaks(city, planner.month) == ("", 0, None)
    planner.do("draw")
    assert speaks(city, planner.month) == ("", 0, None)
    shown = planner.seal()
    assert speaks(city, planner.month) == ("lottery", 1, "2026-11-25T13:25:00Z")
    assert shown["anchor"]["stage"] == "lottery"
    planner.do("cancel_seal", {"reason": "车辆事故"})
    assert speaks(city, planner.month) == ("", 0, None)


@pytest.mark.one_database
def test_the_same_three_lines_are_a_qr_code(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    public = city.client().get(f"{PUBLIC}/months/{planner.month}/anchor?as=svg")
    own = planner.get(f"{planner.base}/anchor?as=svg", "leader")
    for answer in (public, own):
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.data.startswith(b"<?xml")
    assert public.data == own.data


@pytest.mark.one_database
def test_the_name_of_a_log_is_that_of_its_first_freeze(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    first = text(city, planner.month).split("\n")[0]
    planner.do("cancel_draw", {"reason": "名录有误"})
    gone = city.client().get(f"{PUBLIC}/months/{planner.month}/anchor?as=txt")
    assert gone.status_code == 404
    kept = {"kind": "policy", "text": narrowed(), "reason": "定向"}
    version = planner.send("planner", "POST", RULES, json=kept).json["id"]
    tag = {"If-Match": planner.tag}
    planner.send(
        "planner", "PATCH", planner.base, json={"policy": version}, headers=tag
    )
    shown = planner.do("freeze", {})
    assert shown["anchor"]["text"] == text(city, planner.month)
    assert text(city, planner.month).split("\n")[0] == first


def narrowed() -> str:
    """The policy with another scope and later sources."""
    found = policy_text()
    for old, new in (
        ("2026-11-23", "2026-11-28"),
        ("2026-11-25", "2026-11-30"),
        ("2026135", "2026137"),
        ("2026134", "2026136"),
        ("wuzhou-2026-12-2", "wuzhou-2026-12-4"),
    ):
        found = found.replace(old, new)
    commit = found.partition('commit = "')[2].partition('"')[0]
    return found.replace(commit, "ab" * 32).replace(
        "[[draw_entropy]]",
        '[scope]\nmethod = "targeted"\nclasses = ["B", "C"]\n\n[[draw_entropy]]',
        1,
    )
