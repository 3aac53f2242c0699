"""What people write is refused with all its faults at once: key, line, value, words."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City, scenario_files
from test_year_routes import STEPS, the_text

from inspector.credit import city_rules

RULES = "/api/v1/bureau/rules"


def policy() -> str:
    text = scenario_files()["policy.toml"].decode()
    text = text.replace('bureau = "wuzhou"', "bureau = 7").replace(
        "A = [", "A = [0.5, "
    )
    return text.replace("rotation_months = 1", "rotation = 1")


def credit() -> str:
    text = city_rules.text("wuzhou").decode()
    text = text.replace("base_start = 80", 'base_start = "80"')
    text = text.replace('name = "优秀"', 'nam = "优秀"', 1)
    return text.replace('"street", weight_bp = 2000', '"street", weight_bp = true')


def year() -> str:
    text = the_text().replace("year = 2026", 'year = "2026"')
    return text.replace("cap = 4", "cap = -1").replace("made_on", "made")


DOCKET = {"peaks": {"months": "3"}, "parties": ["press"], "recheck_days": 0, "x": 3}
CASES: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "policy": ("planner", RULES, {"kind": "policy", "text": policy()}, 3),
    "credit": ("head", RULES, {"kind": "credit", "text": credit()}, 4),
    "docket": ("head", RULES, {"kind": "docket", "rules": DOCKET}, 4),
    "year": ("planner", STEPS, {"kind": "plan", "text": year()}, 4),
}


@pytest.mark.one_database
@pytest.mark.parametrize("what", CASES)
def test_every_fault_is_told_at_once(city: City, what: str) -> None:
    role, path, body, count = CASES[what]
    reason = {} if what == "year" else {"reason": "测试"}
    answer = city.client(role).post(path, json={**body, **reason})
    assert (answer.status_code, answer.json["code"]) == (422, "input.faults")
    faults = answer.json["faults"]
    assert len(faults) == count, faults
    for fault in faults:
        assert fault["file"]
        assert fault["column"]
        assert fault["zh"] != fault["en"]
        assert "、" not in fault["en"]
        # a key that is missing stands in no line, JSON in a request has none
        missing = fault["code"] == "data.missing" and "[" not in fault["column"]
        assert (fault["row"] is None) == (missing or what == "docket"), fault


@pytest.mark.one_database
def test_a_policy_says_what_it_leaves_out(city: City) -> None:
    """Lotteries by name and issue; what holds instead of each missing key."""
    whole = scenario_files()["policy.toml"].decode()
    text = whole.replace("[travel]\nlon_metres = 101988\n", "")
    for line in (
        'id = "dlt-2026134"\n',
        'at = "2026-11-23T13:25:00Z"\n',
        'issue = "2026135"\n',
    ):
        assert line in text
        text = text.replace(line, "")
    planner = city.client("planner")
    body = {"kind": "policy", "text": text, "reason": "测试"}
    made = planner.post(RULES, json=body)
    assert made.status_code == 201, made.json
    content = made.json["content"]
    assert content["travel"]["lon_metres"] == 102_006
    assert [s["id"] for s in content["draw_entropy"]] == ["witness-draw", "dlt-2026134"]
    assert content["draw_entropy"][1]["at"] == "2026-11-23T13:25:00Z"
    assert content["lottery_entropy"][0]["issue"] == "2026135"
    left = {row["key"]: row for row in made.json["defaults"]}
    assert left["travel.lon_metres"]["value"] == "102006"
    assert left["draw_entropy[1].at"]["value"] == "2026-11-23 21:25"
    assert "财政部" in left["lottery_entropy[0].issue"]["source"]
    assert left["day.shift_start"] == {
        "key": "day.shift_start",
        "value": '"08:30"',
        "source": "ours: 08:30",
    }
    again = planner.get(f"{RULES}/{made.json['id']}")
    assert again.json["defaults"] == made.json["defaults"]

    wrong = text.replace('issue = "2026134"', 'issue = "2026134"\nat = "2026-11-25"')
    answer = planner.post(RULES, json=body | {"text": wrong})
    assert answer.status_code == 422
    assert "entropy.calendar" in [f["code"] for f in answer.json["faults"]]
