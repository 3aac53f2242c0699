"""What the QR code of a notice opens at the door, and when."""

from __future__ import annotations

from typing import Any

import pytest
from audit_paths import root_from_proof
from service_city import Client
from service_field import Crew
from service_month import published

from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.ceremony.log import leaf_hash


def code_of(team: Crew, which: int = 0) -> str:
    path = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    found: str = team.client(which).get(path).json["door"]
    return found


def scan(team: Crew, code: str, bureau: str = "wuzhou") -> Any:
    public: Client = team.city.client()
    return public.get(f"/api/v1/public/{bureau}/packages/{code}")


def hexes(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(v) for v in values]


def test_the_code_opens_the_people_leaf_against_the_published_root(
    team: Crew,
) -> None:
    shown = scan(team, code_of(team)).json
    assert shown["day"] == str(team.package.day)
    salted = digest(
        SHA256, "people", bytes.fromhex(shown["salt"]), canonical(shown["object"])
    )
    assert salted.hex() == shown["leaf"] == shown["drawn_leaf"]
    path = hexes(shown["proof"])
    root = root_from_proof(leaf_hash(salted), shown["index"], shown["size"], path)
    events = published(team.city, team.month)["log.json"]["events"]
    (event,) = [e for e in events if e["event"] == "assigned"]
    assert root is not None
    assert root.hex() == event["people_root"] == shown["people_root"]
    assert shown["substitutions"] == []


@pytest.mark.one_database
def test_the_door_shows_pseudonyms_and_cards_but_no_name_and_no_stop(
    team: Crew,
) -> None:
    answer = scan(team, code_of(team))
    people = {i.id: i for i in team.field().assigned.frozen.registry.inspectors}
    names = team.field().assigned.frozen.names
    seats = answer.json["seats"]
    assert [s["pseudonym"] for s in seats] == [names[i] for i in team.officers]
    for seat, number in zip(seats, team.officers, strict=True):
        assert seat["cert_tail"] == people[number].cert_no[-4:]
        assert seat["unit"] == people[number].unit
        assert people[number].name not in answer.text
        assert people[number].cert_no not in answer.text
    for stop in team.package.stops:
        assert stop.visit not in answer.text


@pytest.mark.one_database
def test_the_door_stays_shut_before_the_release_minute(team: Crew) -> None:
    code = code_of(team)
    team.morning("07:29")
    assert scan(team, code).status_code == 404
    team.morning("07:30")
    assert scan(team, code).status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize("code", ["0" * 40, "x", "小区", "."])
def test_a_made_up_code_opens_nothing(team: Crew, code: str) -> None:
    assert scan(team, code).status_code == 404


@pytest.mark.one_database
def test_a_right_month_with_a_made_up_mark_opens_nothing(team: Crew) -> None:
    assert scan(team, f"{team.month}.{'0' * 32}").status_code == 404
    assert scan(team, team.month).status_code == 404


@pytest.mark.one_database
def test_a_leaf_hash_from_the_public_log_opens_nothing(team: Crew) -> None:
    leaf = team.field().assigned.current[team.package.id].hex()
    assert scan(team, leaf).status_code == 404


@pytest.mark.one_database
def test_a_code_opens_nothing_under_another_bureau(team: Crew) -> None:
    code = code_of(team)
    assert scan(team, code, "other").status_code == 404
    assert scan(team, code).status_code == 200


def test_after_a_substitution_the_log_leads_to_the_new_leaf(team: Crew) -> None:
    code = code_of(team)
    day = str(team.package.day)
    done = team.request(team.client(), "absence", day=day, reason="illness")
    assert done.status_code == 201
    shown = scan(team, code).json
    salted = digest(
        SHA256, "people", bytes.fromhex(shown["salt"]), canonical(shown["object"])
    )
    (step,) = shown["substitutions"]
    assert step["event"]["old_leaf"] == shown["drawn_leaf"]
    assert step["event"]["new_leaf"] == shown["leaf"] == salted.hex()
    leaf = leaf_hash(canonical(step["event"]))
    root = root_from_proof(leaf, step["index"], step["size"], hexes(step["proof"]))
    log = published(team.city, team.month)["log.json"]
    assert root is not None
    assert root.hex() == log["root"] == step["log_root"]
    path = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    assert team.client(1).get(path).json["door"] == code
