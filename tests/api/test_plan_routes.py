"""From preview to absences: plan, reasons, approval, and what each of them refuses."""

from __future__ import annotations

import secrets

import pytest
from service_city import City
from service_planner import JOBS, Planner, code, issued
from test_jobs import Beside, wait_for

from api.access import accounts
from api.jobs.worker import drain
from api.site import Actor
from inspector.schedule.merged_inspections import MORE_TRAVEL

# -- preview and ranking -----------------------------------------------------------


def test_a_preview_says_what_fits_and_touches_no_live_seed(city: City) -> None:
    planner = Planner(city)
    planner.open()
    job = planner.trial("month_capacity")
    assert job.status_code == 202
    assert drain(city.site) == 1
    found = planner.get(f"{JOBS}/{job.json['id']}").json
    assert found["state"] == "done", found
    result = found["result"]
    assert result["test"] is True
    assert "TEST" in result["label"]
    assert result["city"]["fits"] > 0
    assert result["city"]["limit"] >= result["city"]["fits"]
    assert len(result["districts"]) > 1
    assert planner.get(planner.base).json["stage"] == "new"
    (event,) = city.events("capacity_previewed")
    assert event.body["fits"] == result["city"]["fits"]


@pytest.mark.one_database
def test_a_drawn_month_is_not_previewed(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    refused = planner.trial("month_capacity")
    assert code(refused) == (409, "step.order")


@pytest.mark.one_database
def test_no_plan_is_searched_for_a_month_that_is_sealed(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    planner.seal()
    refused = planner.post("schedule", {"seconds": 1})
    assert code(refused) == (409, "step.order")
    assert refused.json["zh"] == "当前阶段为“已密封，待摇号”，不能进行“编排日程”"
    assert refused.json["params"] == {"stage": "sealed", "step": "schedule"}
    assert drain(city.site) == 0


def test_the_bottom_list_is_the_one_the_freeze_takes(city: City) -> None:
    planner = Planner(city)
    planner.open()
    lists = f"{planner.base}/lists"
    before = planner.get(f"{lists}/bottom").json
    ranked = planner.get(f"{lists}/ranking?limit=5").json
    assert [r["rank"] for r in ranked["items"]] == [1, 2, 3, 4, 5]
    assert ranked["items"] == before["bottom"][:5]
    assert before["listed"] * 10 >= before["ranked"]
    more = planner.get(
        f"{planner.base}/lists/ranking?limit=5&cursor={ranked['next']}"
    ).json
    assert [r["rank"] for r in more["items"]] == [6, 7, 8, 9, 10]
    city.clock.to("2026-11-22T08:00:00+00:00")
    planner.do("freeze", {})
    assert planner.get(f"{lists}/bottom").json == before


# -- plan, approval, seal ----------------------------------------------------------


LEAVE = {"inspector": "X", "first": "2026-12-01", "last": "2026-12-02"}
RECUSAL = {"inspector": "X", "subject": "Y", "reason": "亲属"}


@pytest.mark.one_database
def test_a_people_change_names_people_and_subjects_the_freeze_knows(
    city: City,
) -> None:
    planner = Planner(city)
    planner.draw()
    told = {"reason": "x", "approver": "x"}
    assert code(planner.post("people", told)) == (422, "month.nobody_changed")
    wrong = {"leave": [LEAVE | {"last": "2026-11-30"}], "recusals": [RECUSAL]}
    refused = planner.post("people", told | wrong)
    assert code(refused) == (422, "input.faults")
    assert [(f["code"], f["file"], f["column"]) for f in refused.json["faults"]] == [
        ("row.span", "leave", "last"),
        ("row.unknown", "leave", "inspector"),
        ("row.unknown", "recusals", "inspector"),
        ("row.unknown", "recusals", "subject"),
    ]


@pytest.mark.one_database
def test_whoever_made_the_plan_does_not_approve_it(city: City) -> None:
    """The same account with both roles, in a browser and through a token."""
    planner = Planner(city)
    planner.draw()
    values = {
        "name": "both",
        "display": "both",
        "password": secrets.token_urlsafe(20),
        "roles": ["planner", "head"],
    }
    with city.desk(write=True, role="admin") as desk:
        row = accounts.create(desk, values)
    roles = frozenset({"planner", "head"})
    actor = Actor(f"account:{row.id}", roles, city.bureau, row.id)
    one = issued(city, actor, ["planner"])
    two = issued(city, actor, ["head"])
    bearer = {"Authorization": f"Bearer {one}", "If-Match": planner.tag}
    asked = planner.step("schedule", {"seconds": 1}, "planner", bearer)
    assert asked.status_code == 202
    drain(city.site)
    bearer = {"Authorization": f"Bearer {two}", "If-Match": planner.tag}
    own = planner.step("approve", {"number": "1"}, "head", bearer)
    assert code(own) == (403, "month.four_eyes")
    assert code(planner.post("seal", {})) == (409, "step.order")
    assert planner.do("approve", {"number": "1"}, "head")["stage"] == "approved"


@pytest.mark.one_database
def test_a_second_plan_is_not_asked_for_while_one_is_made(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    job = planner.do("schedule", {"seconds": 1})
    shown = planner.get(planner.base).json
    assert (shown["job"], shown["next"]["action"]) == (job["id"], "wait")
    assert code(planner.post("schedule", {"seconds": 1})) == (409, "job.active")
    path = f"{JOBS}/{job['id']}/signals"
    answer = planner.send("planner", "POST", path, json={"kind": "cancel"})
    assert answer.status_code == 201
    assert planner.get(planner.base).json["next"]["action"] == "schedule"


def test_plan_reasons_and_exports_are_for_the_planner_and_recorded(
    city: City,
) -> None:
    planner = Planner(city)
    planner.draw()
    assert code(planner.get(f"{planner.base}/plan")) == (409, "step.order")
    planner.schedule()
    plan = planner.get(f"{planner.base}/plan").json
    assert len(plan["packages"]) == plan["figures"]["packages"] > 5
    assert plan["packages"][0]["stops"][0]["name"]
    visit = plan["packages"][0]["stops"][0]["visit"]
    day = plan["packages"][0]["day"]
    kinds = {}
    people = planner.get("/api/v1/bureau/registries/inspectors").json["items"]
    for what in (visit, day, people[0]["cells"]["id"]):
        (answer,) = planner.get(f"{planner.base}/explain?what={what}").json["answers"]
        kinds[answer["kind"]] = answer
    assert set(kinds) == {"visit", "day", "inspector"}
    assert kinds["visit"]["visit"] == visit
    assert kinds["visit"]["zh"]
    row = planner.get("/api/v1/bureau/registries/compounds").json["items"][0]
    name = row["cells"]["id"]
    why = planner.get(f"{planner.base}/explain?what={name}").json["answers"][0]
    assert (why["kind"], why["compound"]) == ("draw", name)
    assert why["zh"].startswith(name)
    unknown = planner.get(f"{planner.base}/explain?what=nothing")
    assert code(unknown) == (409, "explain.what")
    for role in ("head", "leader", "auditor", "inspector"):
        assert planner.get(f"{planner.base}/explain?what=x", role).status_code == 403
        assert (
            planner.get(f"{planner.base}/documents/platform-plan.csv", role).status_code
            == 403
        )
    for role in ("leader", "auditor", "inspector"):
        assert planner.get(f"{planner.base}/plan", role).status_code == 403
    read = [e.body.get("what") for e in city.events("sealed_data_read")]
    assert read.count("plan") == 1
    assert read.count("explain") == 5
    for event in city.events("sealed_data_read"):
        assert visit not in str(event.body)


@pytest.mark.one_database
def test_a_plan_stopped_early_is_the_best_found_so_far(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    job = planner.do("schedule", {"seconds": 600})
    path = f"{JOBS}/{job['id']}"
    with Beside(city.site):
        wait_for(lambda: planner.get(path).json["progress"].get("travel_minutes", 0))
        shown = planner.get(path).json["progress"]
        assert shown["total"] > shown["done"]
        asked = {"json": {"kind": "stop"}}
        answer = planner.send("planner", "POST", f"{path}/signals", **asked)
        assert answer.status_code == 201
        wait_for(lambda: planner.get(path).json["state"] == "done")
    found = planner.get(planner.base).json
    assert found["stage"] == "packed"
    num, den = MORE_TRAVEL  # what joining the visits of one firm may cost afterwards
    most = shown["travel_minutes"] * (den + num) // den
    assert found["plan"]["travel_minutes"] <= most


@pytest.mark.one_database
def test_what_does_not_fit_is_named_with_what_would_place_it(city: City) -> None:
    """Cars that leave the service after four working days."""
    planner = Planner(city)
    cars = "/api/v1/bureau/registries/cars"
    for row in planner.get(cars).json["items"]:
        tag = planner.get(f"{cars}/{row['id']}").headers["ETag"]
        body = {"cells": row["cells"] | {"to": "2026-12-04"}, "reason": "报废"}
        path = f"{cars}/{row['id']}"
        headers = {"If-Match": tag}
        done = planner.send("planner", "PUT", path, json=body, headers=headers)
        assert done.status_code == 200, done.json
    planner.draw()
    assert planner.schedule()["state"] == "done"
    plan = planner.get(f"{planner.base}/plan").json
    assert len(plan["unplaced"]) == plan["figures"]["unplaced"] > 0
    first = plan["unplaced"][0]
    assert first["zh"]
    assert first["reason"].startswith("plan.")
    eased = [r for row in plan["unplaced"] for r in row["relaxations"]]
    assert {r["code"].split(".")[0] for r in eased} == {"relax"}
    assert all(r["zh"] and r["price"] > 0 for r in eased)
    causes = [c for row in plan["unplaced"] for c in row["reasons"]]
    assert "car" in {c["kind"] for c in causes}
    assert all(c["zh"] and c["en"] and c["subject"] for c in causes)
    remedy = next(r for r in plan["remedies"] if "more car-day" in r["en"])
    assert remedy["visits"] > 0
    assert plan["unmanned"] == []
    shown = planner.get(planner.base).json
    assert (
        shown["counts"]["placed"] + len(plan["unplaced"]) == (shown["counts"]["visits"])
    )


@pytest.mark.one_database
def test_a_month_of_which_nothing_can_be_made_says_why_by_name(city: City) -> None:
    """Nobody has a certificate number: the job fails with who and what."""
    planner = Planner(city)
    people = "/api/v1/bureau/registries/inspectors"
    for row in planner.get(people).json["items"]:
        path = f"{people}/{row['id']}"
        tag = planner.get(path).headers["ETag"]
        body = {"cells": row["cells"] | {"cert_no": ""}, "reason": "证件已收回"}
        headers = {"If-Match": tag}
        done = planner.send("planner", "PUT", path, json=body, headers=headers)
        assert done.status_code == 200, done.json
    planner.draw()
    job = planner.schedule()
    assert (job["state"], job["error"]) == ("failed", "plan.nothing_for")
    told = job["result"]["params"]
    assert "没有证号" in told["why_zh"] and "I001" in told["why_zh"]
    assert "renew" in told["why_en"] and "no number" in told["why_en"]


# -- absences ----------------------------------------------------------------------


@pytest.mark.one_database
def test_a_recusal_after_the_lottery_is_logged_and_followed_at_once(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    planner.seal()
    people = planner.get("/api/v1/bureau/registries/inspectors").json["items"]
    number = people[0]["cells"]["id"]
    leave = {"inspector": number, "first": "2026-12-01", "last": "2026-12-31"}
    told = {"reason": "借调", "approver": "李处长", "leave": [leave]}
    assert code(planner.post("people", told)) == (409, "step.order")
    planner.assign()
    before = planner.assigned()
    _, who = before.now.holders[0]
    number = next(i for i, name in before.frozen.names.items() if name == who)
    leave["inspector"] = number
    seats = [s for s, name in before.now.holders if name == who]
    planner.do("people", told)
    after = planner.assigned()
    assert len(after.absences) >= len(seats)
    assert {a.reason for a in after.absences} == {"leave"}
    event = next(e for e in after.log.events if e["event"] == "people_changed")
    assert number not in str(event)


@pytest.mark.one_database
def test_an_absence_is_of_somebody_and_of_a_day_to_come(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    planner.seal()
    planner.assign()
    found = planner.assigned()
    number = found.frozen.registry.inspectors[0].id
    body = {"inspector": number, "day": "2026-12-07", "reason": "illness"}
    for wrong, refusal in (
        ({"inspector": "X"}, (422, "input.faults")),
        ({"day": "2026-12-06"}, (422, "input.faults")),
        ({"reason": "他说的"}, (422, "http.invalid")),
    ):
        assert code(planner.post("absence", body | wrong)) == refusal
    assert planner.do("absence", body)["counts"]["absences"] == 1
    assert code(planner.post("absence", body)) == (409, "absent.twice")
    city.clock.to("2026-12-09T00:00:00+00:00")
    past = body | {"day": "2026-12-08"}
    assert code(planner.post("absence", past)) == (409, "absent.past")
    for event in city.events("absence_logged"):
        assert number not in str(event.body)
    assert len(planner.get(f"{planner.base}/pending").json["visits"]) > 10
    assert code(planner.follow({"policy": "p"})) == (422, "http.invalid")
    assert code(planner.follow({"passed": {"D1": True}})) == (422, "http.invalid")
    assert planner.follow().json["month"] == "2027-01"  # December goes on beside it
    refused = planner.post("close", {"carried": {"V-none": "x"}})
    assert code(refused) == (422, "input.faults")
