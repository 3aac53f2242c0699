"""The planner's routes: what each step refuses, and what each of them gives."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_credit import tried
from service_planner import (
    MONTHS,
    RULES,
    Planner,
    code,
    policy_text,
)
from sqlalchemy import select

from api.store.models import Step

NOBODY = "a" * 26
POLICIES = f"{RULES}?subject=policy"
COMMIT = "31cfdfe7524783e29f376dd165d7201deb2fd9fff729dd406688ee1c25b71961"


# -- opening and freezing ----------------------------------------------------------


def test_an_opened_month_says_what_is_next_and_who_does_it(city: City) -> None:
    planner = Planner(city)
    opened = planner.open()
    assert (opened["stage"], opened["month"], opened["missing"]) == (
        "new",
        "2026-12",
        [],
    )
    assert (opened["next"]["action"], opened["next"]["role"]) == ("freeze", "planner")
    assert opened["next"]["zh"] == "冻结名录"
    listed = planner.get(MONTHS, "leader").json["items"]
    assert [m["id"] for m in listed] == [opened["id"]]
    assert [e.kind for e in city.events("month_opened")] == ["month_opened"]


def test_a_month_needs_a_policy(city: City) -> None:
    client = city.client("planner", "other")
    assert code(client.post(MONTHS, json={})) == (409, "month.no_policy")


def test_a_month_of_another_bureau_does_not_exist(city: City) -> None:
    planner = Planner(city)
    planner.open()
    other = city.client("planner", "other")
    assert other.get(MONTHS).json["items"] == []
    for path in (
        "",
        "/plan",
        "/lists/ranking",
        "/documents",
        "/documents/platform-plan.csv",
    ):
        assert other.get(planner.base + path).status_code == 404


STEPS = {
    "freeze": {},
    "entropy": {"source": "x", "value": "1"},
    "draw": None,
    "amend": {"reason": "x"},
    "amend_lottery": None,
    "amend_cancel": {"reason": "x"},
    "call": {"compound": "x", "day": "2026-12-01", "reason": "x"},
    "people": {"reason": "x", "approver": "x"},
    "schedule": {},
    "seal": {},
    "lottery": None,
    "absence": {"inspector": "x", "day": "2026-12-01", "reason": "illness"},
    "close": {},
    "cancel_draw": {"reason": "x"},
    "cancel_seal": {"reason": "x"},
}


@pytest.mark.one_database
def test_every_step_needs_the_version_that_was_read(city: City) -> None:
    planner = Planner(city)
    planner.open()
    for what, body in STEPS.items():
        missing = planner.step(what, body, "planner", {})
        assert code(missing) == (428, "http.if_match"), what
        stale = {"If-Match": f'"{planner.month}.99"'}
        refused = planner.step(what, body, "planner", stale)
        assert code(refused) == (412, "http.precondition"), what
        none = {"If-Match": planner.tag, "Idempotency-Key": ""}
        refused = planner.step(what, body, "planner", none)
        assert code(refused) == (400, "key.missing"), what


@pytest.mark.one_database
def test_every_step_too_early_is_refused_and_changes_nothing(city: City) -> None:
    planner = Planner(city)
    planner.open()
    before = planner.tag
    for what in STEPS.keys() - {"freeze"}:
        assert code(planner.post(what, STEPS[what])) == (409, "step.order"), what
        assert planner.tag == before, what
    refused = planner.post("approve", {"number": "1"}, "head")
    assert code(refused) == (409, "step.order")
    with city.desk() as desk:
        assert desk.db.scalars(select(Step)).all() == []


@pytest.mark.one_database
def test_only_the_planner_moves_a_month(city: City) -> None:
    planner = Planner(city)
    planner.open()
    headers = {"If-Match": planner.tag}
    for role in ("head", "leader", "inspector", "auditor", "admin"):
        for what, body in STEPS.items():
            if what == "entropy" and role in ("head", "leader"):
                continue  # the second person
            refused = planner.step(what, body, role, headers)
            assert code(refused) == (403, "http.forbidden"), (role, what)
    refused = planner.post("approve", {"number": "1"}, "planner")
    assert code(refused) == (403, "http.forbidden")


def test_a_step_repeated_with_its_key_happens_once(city: City) -> None:
    planner = Planner(city)
    city.clock.to("2026-11-22T08:00:00+00:00")
    planner.open()
    headers = {"If-Match": planner.tag, "Idempotency-Key": "once"}
    first = planner.step("freeze", {}, "planner", headers)
    again = planner.step("freeze", {}, "planner", headers)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(city.events("registry_frozen")) == 1


@pytest.mark.one_database
def test_a_freeze_after_its_entropy_names_every_source_that_is_past(
    city: City,
) -> None:
    planner = Planner(city)
    city.clock.to("2026-11-23T08:10:00+00:00")
    planner.open()
    refused = planner.post("freeze", {})
    assert code(refused) == (422, "input.faults")
    found = [(f["code"], f["column"]) for f in refused.json["faults"]]
    assert found == [("entropy.wait", "draw_entropy")]
    city.clock.to("2026-11-26T08:00:00+00:00")
    refused = planner.post("freeze", {})
    assert len(refused.json["faults"]) == 3


@pytest.mark.one_database
def test_a_freeze_names_every_fault_of_the_registries(city: City) -> None:
    planner = Planner(city)
    planner.open()
    rows = "/api/v1/bureau/registries/items"
    for row in planner.get(rows).json["items"][:2]:
        headers = {"If-Match": planner.get(f"{rows}/{row['id']}").headers["ETag"]}
        path = f"{rows}/{row['id']}?reason=x"
        gone = planner.send("planner", "DELETE", path, headers=headers)
        assert gone.status_code == 204
    shown = planner.get(planner.base).json
    assert [m["code"] for m in shown["missing"]] == ["month.faults"]
    refused = planner.post("freeze", {})
    assert code(refused) == (422, "input.faults")
    assert [f["code"] for f in refused.json["faults"]] == ["items.weights"]


@pytest.mark.one_database
def test_a_second_freeze_of_the_same_month_and_scope_is_refused(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    planner.open()
    assert code(planner.post("freeze", {})) == (409, "freeze.overlap")


@pytest.mark.one_database
def test_a_demonstration_is_only_made_where_everything_is_one(city: City) -> None:
    planner = Planner(city)
    planner.open()
    refused = planner.post("freeze", {"demonstration": True})
    assert code(refused) == (403, "month.demonstration")


@pytest.mark.one_database
def test_blind_and_secret_are_fresh_and_never_shown(city: City) -> None:
    from api.months import steps

    planner = Planner(city)
    frozen = planner.freeze()
    with city.desk() as desk:
        (step,) = desk.db.scalars(select(Step))
        body = steps.opened(desk, step)
    assert len(bytes.fromhex(body["blind"])) == 32
    assert len(bytes.fromhex(body["secret"])) == 32
    assert body["blind"] != body["secret"]
    for text in (str(frozen), planner.get(planner.base).text):
        assert body["blind"] not in text
        assert body["secret"] not in text


# -- cancelled and drawn again -----------------------------------------------------


def test_a_cancelled_draw_is_made_again_with_later_entropy(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    again = planner.do("cancel_draw", {"reason": "名录有误"})
    assert (again["stage"], again["commitment"]) == ("new", "")
    assert code(planner.post("freeze", {})) == (422, "input.faults")
    text = policy_text()
    for old, new in (
        ("2026-11-23", "2026-11-28"),
        ("2026-11-25", "2026-11-30"),
        ("2026135", "2026137"),
        ("2026134", "2026136"),
        ("wuzhou-2026-12-2", "wuzhou-2026-12-4"),
        (COMMIT, "ab" * 32),
    ):
        text = text.replace(old, new)
    version = kept(planner, text).json["id"]
    headers = {"If-Match": planner.tag}
    body = {"policy": version, "title": "第二次"}
    changed = planner.send("planner", "PATCH", planner.base, json=body, headers=headers)
    assert changed.json["title"] == "第二次"
    frozen = planner.do("freeze", {})
    assert [e["recorded"] for e in frozen["entropy"]] == [False] * 3
    public = city.client().get(
        f"/api/v1/public/wuzhou/months/{planner.month}/documents"
    )
    assert "cancelled.json" in {row["name"] for row in public.json["items"]}
    refused = planner.send(
        "planner",
        "PATCH",
        planner.base,
        json={"policy": version},
        headers={"If-Match": planner.tag},
    )
    assert code(refused) == (409, "month.frozen")


# -- policy versions ---------------------------------------------------------------


def kept(planner: Planner, text: str) -> Any:
    body = {"kind": "policy", "text": text, "reason": "试"}
    return planner.send("planner", "POST", RULES, json=body)


def test_a_policy_is_refused_with_all_its_faults(city: City) -> None:
    planner = Planner(city)
    text = policy_text().replace("A = [60, 100]", "A = [13, 1]")
    text = text.replace("start_per_month = 6", "start_per_month = 6\nshare = [1, 20]")
    refused = kept(planner, text + "\nunknown = 1\n")
    assert code(refused) == (422, "input.faults")
    found = {(f["code"], f["column"]) for f in refused.json["faults"]}
    assert ("policy.range", "draw.rates.A") in found
    assert ("policy.range", "bottom.share") in found
    assert len(found) == 3
    assert len(planner.get(POLICIES).json["items"]) == 1


def test_versions_of_a_policy_are_listed_shown_and_compared(city: City) -> None:
    planner = Planner(city)
    text = policy_text().replace("A = [60, 100]", "A = [1, 2]")
    new = kept(planner, text).json
    assert new["number"] == 2
    listed = planner.get(POLICIES, "head").json["items"]
    assert [p["number"] for p in listed] == [2, 1]
    assert planner.get(f"{RULES}/{new['id']}").json == new
    assert (new["text"], new["name"]) == (text, "2026-12")
    assert new["content"]["draw"]["rates"]["A"] == [1, 2]
    assert planner.get(f"{RULES}/in-force:policy").json == new
    two = {"old": listed[1]["id"], "new": new["id"]}
    assert tried(city.client("auditor"), "policy_differences", **two)["items"] == [
        {"key": "draw.rates.A", "old": [60, 100], "new": [1, 2]}
    ]
    assert planner.get(f"{RULES}/{NOBODY}").status_code == 404
    assert len(city.events("policy_changed")) == 2
