"""What an officer sees: dates early, his own package on its morning, nobody else's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from service_field import Crew, officer

from api.months import steps


def items(client: Any, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/my/{path}?limit=500")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def test_duty_dates_come_three_working_days_ahead_without_a_place(team: Crew) -> None:
    day = team.package.day
    calendar = team.field().assigned.frozen.working_days
    late = next(d for d in calendar if d > max(day, calendar[6]))
    who = next(
        i
        for i in team.field().assigned.frozen.names
        if any(s.day == late for s in team.field().seats(i))
    )
    before = [d for d in calendar if d < late]
    team.morning("23:59", before[-4])
    client = officer(team.city, who)
    assert str(late) not in [d["day"] for d in items(client, "duties")]
    team.morning("00:00", before[-3])
    client = officer(team.city, who)
    found = [d for d in items(client, "duties") if d["day"] == str(late)]
    assert found == [{"day": str(late), "month_id": team.month, "month": "2026-12"}]
    assert day < late


def test_a_package_opens_at_the_release_minute_and_not_before(team: Crew) -> None:
    client = team.client()
    path = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    team.morning("07:29")
    assert items(client, "packages") == []
    assert client.get(path).status_code == 404
    assert client.get(f"{team.path}/draft").status_code == 404
    team.morning("07:30")
    assert [p["package"] for p in items(client, "packages")] == [team.package.id]
    shown = client.get(path).json
    assert [s["visit"] for s in shown["stops"]] == [s.visit for s in team.package.stops]
    assert {"lon_udeg", "lat_udeg", "start", "end", "name"} <= set(shown["stops"][0])
    assert len(shown["team"]) == 2


@pytest.mark.one_database
def test_the_release_minute_is_of_the_policy(team: Crew) -> None:
    policy = team.field().assigned.frozen.policy
    assert (policy.release_minute, policy.notice_workdays) == (450, 3)


def test_another_officers_package_is_not_there(team: Crew) -> None:
    frozen = team.field().assigned.frozen
    other = next(
        i
        for i in frozen.names
        if i not in team.officers
        and not any(s.package == team.package.id for s in team.field().seats(i))
    )
    client = officer(team.city, other)
    path = f"/api/v1/my/months/{team.month}"
    assert client.get(f"{path}/packages/{team.package.id}").status_code == 404
    assert client.get(f"{team.path}/draft").status_code == 404
    assert team.arrive(client).status_code == 404
    for what in ("submission", "signature"):
        assert team.move(client, what, digest="0" * 64).status_code == 404


@pytest.mark.one_database
def test_a_month_of_another_bureau_is_not_there(team: Crew) -> None:
    client = team.city.client("inspector", "other")
    path = f"/api/v1/my/months/{team.month}"
    assert client.get(f"{path}/packages/{team.package.id}").status_code == 404
    assert client.get(f"{path}/checklist").status_code == 404
    assert items(client, "duties") == []


@pytest.mark.one_database
def test_an_account_without_a_staff_number_has_no_duties(team: Crew) -> None:
    client = team.city.client("inspector")
    assert items(client, "duties") == items(client, "packages") == []


@pytest.mark.one_database
def test_who_opened_which_package_is_recorded(team: Crew) -> None:
    client = team.client()
    client.get(f"/api/v1/my/months/{team.month}/packages/{team.package.id}")
    read = [e.subject for e in team.city.events("sealed_data_read")]
    (subject,) = [s for s in read if s.startswith("package:")]
    assert team.package.id not in subject


@pytest.mark.one_database
def test_the_checklist_has_a_version(team: Crew) -> None:
    client = team.client()
    shown = client.get(f"/api/v1/my/months/{team.month}/checklist").json
    assert shown["version"] == team.field().checklist.version
    month = [i["code"] for i in shown["document"]["items"]]
    assert month == [i.code for i in team.field().assigned.frozen.registry.items]


def test_the_phone_gets_the_list_of_ones_own_visit(team: Crew) -> None:
    """What other offices check, or only elsewhere, is not in it."""
    client, path = team.client(), f"/api/v1/my/months/{team.month}/checklist"
    shown = client.get(f"{path}?visit={team.visit}").json
    assert [i["code"] for i in shown["document"]["items"]] == [
        i.code for i in team.items
    ]
    draft = client.get(f"{team.path}/draft")
    assert draft.json["draft"]["checklist"] == shown["version"]
    others = {s.visit for p in team.field().packages.values() for s in p.stops}
    others -= {s.visit for s in team.package.stops}
    mine = {
        s.visit
        for o in team.officers[:1]
        for seat in team.field().seats(o)
        for p in team.field().packages.values()
        if p.id == seat.package
        for s in p.stops
    }
    assert client.get(f"{path}?visit={min(others - mine)}").status_code == 404


def ask_off(team: Crew, which: int = 0, **changes: Any) -> Any:
    body = {
        "day": str(team.package.day),
        "reason": "illness",
        "note": "发烧，附病假条",
    }
    return team.request(team.client(which), "absence", **body | changes)


def test_who_cannot_attend_is_replaced_by_the_next_reserve(team: Crew) -> None:
    before = dict(team.field().assigned.now.holders)
    done = ask_off(team)
    assert done.status_code == 201, done.json
    assert (done.json["seats"], done.json["filled"]) == (1, 1)
    after = team.field()
    changed = {s for s, who in after.assigned.now.holders if before[s] != who}
    assert {s.rsplit("/", 1)[0] for s in changed} == {team.package.id}
    assert after.seats(team.officers[0]) != []
    path = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    assert team.client().get(path).status_code == 404
    new = next(i.id for _, i in after.team(team.package.id) if i.id != team.officers[1])
    assert officer(team.city, new).get(path).status_code == 200


@pytest.mark.one_database
def test_an_absence_is_logged_once_and_for_duty_dates_only(team: Crew) -> None:
    far = str(team.package.day + timedelta(days=20))
    assert ask_off(team, day=far).status_code == 404
    past = str(date(2026, 11, 2))
    assert ask_off(team, day=past).json["code"] == "absent.past"
    assert ask_off(team, reason="tired").status_code == 422
    assert ask_off(team).status_code == 201
    assert ask_off(team).json["code"] == "absent.twice"


@pytest.mark.one_database
def test_a_note_of_an_absence_stays_sealed(team: Crew) -> None:
    assert ask_off(team).status_code == 201
    with team.city.desk() as desk:
        month = steps.find(desk, team.month)
        log = steps.load(desk, month).log
    assert [e["event"] for e in log.events].count("absent") == 1
    assert "illness" not in str(log.events)  # sealed until the close
    assert "发烧" not in str(log.events)


@pytest.mark.one_database
def test_who_falls_ill_at_noon_keeps_the_visits_he_made(team: Crew) -> None:
    first, last = team.package.stops[0].visit, team.package.stops[-1].visit
    assert first != last
    assert ask_off(team, **{"from": "V9999"}).status_code == 422
    done = ask_off(team, **{"from": last})
    assert done.status_code == 201, done.json
    field = team.field()
    pairs = [field.officers(team.package.id, v) for v in (first, last)]
    assert team.officers[0] in pairs[0]
    assert team.officers[0] not in pairs[1]
    drafts = [f"/api/v1/my/months/{team.month}/visits/{v}/draft" for v in (first, last)]
    client = team.client()
    assert [client.get(d).status_code for d in drafts] == [200, 404]
    (new,) = {*pairs[1]} - {*pairs[0]}
    client = officer(team.city, new)
    assert [client.get(d).status_code for d in drafts] == [404, 200]


@pytest.mark.one_database
def test_ones_requests_list_absences_without_the_note(team: Crew) -> None:
    assert items(team.client(), "requests") == []
    assert ask_off(team).status_code == 201
    (row,) = items(team.client(), "requests")
    assert (row["kind"], row["state"], row["reason"]) == (
        *("absence", "reported"),
        "illness",
    )
    assert (row["day"], row["officer"]) == (str(team.package.day), team.officers[0])
    assert items(team.client(1), "requests") == []


def ask_recusal(team: Crew, which: int = 0, **changes: Any) -> Any:
    body = {
        "package": team.package.id,
        "whom": "self",
        "behalf": "officer",
        "reason": "配偶在该物业任职",
    }
    return team.request(team.client(which), "recusal", **body | changes)


def decide(team: Crew, request: str, granted: bool) -> Any:
    path = f"/api/v1/bureau/months/{team.month}/recusals/{request}/decision"
    body = {"granted": granted, "reason": "情况属实" if granted else "无关联"}
    return team.city.client("planner").post(path, json=body)


def test_a_recusal_granted_after_the_draw_goes_to_the_reserves(team: Crew) -> None:
    asked = ask_recusal(team).json
    assert (asked["state"], asked["officer"]) == ("asked", team.officers[0])
    done = decide(team, asked["id"], True)
    assert (done.status_code, done.json["state"]) == (200, "granted")
    team_now = [i.id for _, i in team.field().team(team.package.id)]
    assert team.officers[0] not in team_now
    assert team.officers[1] in team_now
    again = decide(team, asked["id"], False)
    assert again.json["code"] == "recusal.decided"


@pytest.mark.one_database
def test_a_recusal_refused_changes_nothing(team: Crew) -> None:
    before = team.field().assigned
    done = decide(team, ask_recusal(team).json["id"], False)
    assert done.json["state"] == "refused"
    assert team.field().assigned is before
    assert [r["state"] for r in items(team.client(), "requests")] == ["refused"]


@pytest.mark.one_database
def test_the_party_asks_through_an_officer_against_his_partner(team: Crew) -> None:
    asked = ask_recusal(team, whom="partner", behalf="party")
    assert asked.json["officer"] == team.officers[1]
    assert items(team.client(0), "requests") == []
    twice = ask_recusal(team, 1, behalf="party")
    assert twice.json["code"] == "recusal.state"
    planner = team.city.client("planner")
    path = f"/api/v1/bureau/months/{team.month}/recusals"
    assert len(planner.get(path).json["items"]) == 1
    assert team.client().get(path).status_code == 403


@pytest.mark.one_database
def test_nobody_asks_for_recusal_at_a_package_he_may_not_see(team: Crew) -> None:
    team.morning("07:29")
    assert ask_recusal(team).status_code == 404


@pytest.mark.one_database
def test_the_party_asks_the_bureau_itself_through_the_planner(team: Crew) -> None:
    path = f"/api/v1/bureau/months/{team.month}/recusals"
    body = {
        "officer": team.officers[1],
        "package": team.package.id,
        "reason": "当事人称系其亲属",
    }
    planner = team.city.client("planner")
    asked = planner.post(path, json=body)
    assert (asked.status_code, asked.json["behalf"]) == (201, "party")
    assert decide(team, asked.json["id"], True).json["state"] == "granted"
    team_now = [i.id for _, i in team.field().team(team.package.id)]
    assert team.officers[1] not in team_now
    other = planner.post(path, json=body | {"package": "P999"})
    assert other.status_code == 404


@pytest.mark.one_database
def test_a_stand_by_pair_sees_that_it_stands_by_and_no_stop(team: Crew) -> None:
    field = team.field()
    day = str(team.package.day)
    seat = next(
        s
        for s in field.assigned.sealed.packed.seats
        if str(s.day) == day and s.package not in field.packages
    )
    who = field.names[dict(field.assigned.now.holders)[seat.id]]
    client = officer(team.city, who)
    (row,) = items(client, "packages")
    assert (row["package"], row["standby"]) == (seat.package, True)
    path = f"/api/v1/my/months/{team.month}/packages/{seat.package}"
    shown = client.get(path).json
    assert (shown["stops"], len(shown["team"])) == ([], 2)


@pytest.mark.one_database
def test_ones_visits_show_where_each_result_stands(team: Crew) -> None:
    def states() -> dict[str, str]:
        return {v["visit"]: v["state"] for v in items(team.client(), "visits")}

    stops = [s.visit for s in team.package.stops]
    assert {stop: states()[stop] for stop in stops} == dict.fromkeys(stops, "none")
    team.signed()
    assert states()[team.visit] == "signed"
    leader = team.city.client("leader")
    (raw,) = leader.get(f"{team.results}?state=signed").json["items"]
    team.review(leader, raw["id"], "return", reason="补照片")
    team.morning("09:00", team.package.day + timedelta(days=5))
    assert states()[team.visit] == "returned"
    before = team.package.day - timedelta(days=1)
    team.morning("09:00", before)
    assert team.visit not in states()
