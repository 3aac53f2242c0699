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
