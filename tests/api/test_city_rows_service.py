"""Rows of the table "City rows that must work" that are pages of the service."""

from __future__ import annotations

import pytest
from service_city import City
from service_credit import FIRM, OTHER, accepted, credit_of, decided, reported
from service_docket import act, select
from service_planner import Planner


def test_gaomi_a_signal_is_posted_verified_counts_once_and_shows_in_the_file(
    city: City,
) -> None:
    before = credit_of(city)
    fact = reported(city, source="association", polarity="praise")
    assert credit_of(city)["points"] == before["points"]  # 待核实
    assert decided(city, fact).status_code == 201
    after = credit_of(city)
    assert after["points"] != before["points"]
    again = city.client("planner").post(
        "/api/v1/bureau/signals",
        json={
            "kind": "company",
            "subject": FIRM,
            "source": "street",
            "polarity": "praise",
            "document": "万街函〔2026〕7号",
            "text": "同一事实（合成）",
        },
    )
    assert again.status_code in (409, 422), again.json
    assert credit_of(city)["points"] == after["points"]


def test_gaomi_owners_read_a_companys_credit_at_an_address_that_stays(
    city: City,
) -> None:
    accepted(city)
    page = credit_of(city)
    assert page["subject"] == FIRM
    # the same address answers for any past day
    past = credit_of(city, FIRM, "?on=2026-11-01")
    assert past["points"] != page["points"]
    assert credit_of(city, OTHER)["subject"] == OTHER


def test_zibo_the_public_reads_problems_found_solved_and_the_closure_rate(
    city: City,
) -> None:
    city.clock.to("2026-12-03T08:00:00+00:00")
    client = city.client("planner")
    case = select(client).json["opened"][0]
    found = [{"item": f"G1-0{n}", "severity": "minor"} for n in range(1, 5)]
    made = act(client, case, "problems", day="2026-12-01", problems=found, number="查1")
    assert made.status_code == 201
    proof = {"day": "2026-12-02", "problems": [1, 2, 3], "number": "复1号"}
    assert act(client, case, "solved", **proof).status_code == 201
    answer = city.client().get("/api/v1/public/wuzhou/docket/counters")
    (city_wide,) = answer.json["items"]
    counted = [city_wide[k] for k in ("found", "solved", "percent")]
    assert counted == [4, 3, 75]


@pytest.mark.one_database
def test_wuzhou_the_month_is_exported_for_the_joint_meeting(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    names = planner.get(f"{planner.base}/documents").json["names"]
    assert {"platform-task.csv", "docket.csv", "docket.xlsx"} <= set(names)
    data = planner.get(f"{planner.base}/documents/docket.csv").data.decode("utf-8-sig")
    rows = data.splitlines()
    assert rows[0].startswith("台账编号")
    assert len(rows) > 10
