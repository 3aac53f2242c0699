"""检查主体, lists, scope and modes of management in the registers: rules of theirs."""

from __future__ import annotations

import pytest
from small_city import POLICY, City

Found = tuple[str, int | None, str | None, str]

JOINT = """
authority = "住建"
[seats]
seats = [{role = "lead"}, {role = "second"}, {role = "joint", authority = "消防"}]
"""
CAMPAIGN = """
[[campaigns]]
list = "冬季"
name = "冬季安全"
"""


def more(city: City, sheet: str, column: str, *values: str) -> None:
    """One column more, with a value for each row."""
    head, *rows = city.sheets[sheet]
    head.append(column)
    for row, value in zip(rows, values, strict=True):
        row.append(value)


def faults(city: City, policy: str = "") -> set[Found]:
    """File, row (none of a policy), column and code of each fault."""
    top, _, rest = policy.partition("[")
    city.policy = top + POLICY + (f"[{rest}" if rest else "")
    return {
        (f.file, None if f.file == "policy.toml" else f.row, f.column, f.code)
        for f in city.faults()
    }


@pytest.mark.parametrize(
    ("usc18", "mode", "holds"),
    [
        ("91110000600037341L", "专业", True),
        ("91110000600037341L", "", True),
        ("91110000600037341L", "兜底", False),
        ("", "兜底服务", True),
        ("", "self", True),
        ("", "", True),
        ("", "professional", False),
    ],
)
def test_a_company_manages_where_service_is_professional(
    city: City, usc18: str, mode: str, holds: bool
) -> None:
    city.set("compounds", 2, "usc18", usc18)
    more(city, "compounds", "mode", mode, "", "", "")
    found = {("compounds.csv", 2, "mode", "compounds.mode")}
    assert faults(city) == (set() if holds else found)


def test_an_item_belongs_to_an_office_that_some_seat_brings(city: City) -> None:
    more(city, "items", "authority", "", "消防", "住建")
    more(city, "inspectors", "authorities", "", "消防;住建", "")
    lone = {("items.csv", n, "authority", "items.authority") for n in (3, 4)}
    assert faults(city) == lone
    assert faults(city, JOINT) == set()
    assert faults(city, 'authority = "住建"\n') == {min(lone)}


def test_somebody_acts_for_the_office_of_each_seat(city: City) -> None:
    more(city, "inspectors", "authorities", "住建", "", "")
    key = "seats.seats[2].authority"
    assert faults(city, JOINT) == {("policy.toml", None, key, "policy.nobody")}


def test_a_lead_names_no_other_office(city: City) -> None:
    policy = '[seats]\nseats = [{role="lead", authority="消防"}, {role="second"}]\n'
    found = {code for *_, code in faults(city, policy)}
    assert found == {"policy.unit", "policy.nobody"}


@pytest.mark.parametrize("scope", ["G3-14", "G3 收费与资金", "资金", "G9"])
def test_a_scope_names_codes_groups_and_tags(city: City, scope: str) -> None:
    more(city, "items", "tags", "", "资金;收费", "")
    more(city, "inspectors", "scope", scope, "", "")
    found = {("inspectors.csv", 2, "scope", "inspectors.scope")}
    assert faults(city) == (found if scope == "G9" else set())


def test_a_campaign_has_items_and_its_weights_are_its_own(city: City) -> None:
    key = "campaigns[0].list"
    lone = {("policy.toml", None, key, "policy.list")}
    assert faults(city, CAMPAIGN) == lone
    city.sheets["items"].append(
        ["Z1-01", "Z1", "专项", "条例", "实地检查", "5", "", "", "15"]
    )
    more(city, "items", "lists", "", "", "", "冬季")
    assert faults(city, CAMPAIGN) == set()
    city.set("items", 5, "weight", "0")
    weightless = {("items.csv", 5, "weight", "items.list_weight")}
    assert faults(city, CAMPAIGN) == weightless


@pytest.mark.parametrize(
    ("filter_", "column"),
    [
        ('types = ["castle"]', "campaigns[0].types"),
        ('streets = ["S09"]', "campaigns[0].streets"),
        ('types = ["old"]\nstreets = ["S01"]\nclasses = ["D"]', ""),
    ],
)
def test_a_campaign_is_about_what_there_is(
    city: City, filter_: str, column: str
) -> None:
    more(city, "items", "lists", "", "", "冬季")
    city.set("items", 3, "weight", "60")
    found = {c for _, _, c, _ in faults(city, CAMPAIGN + filter_)}
    assert found == ({column} if column else set())


def test_items_for_compounds_without_a_company_come_on_top(city: City) -> None:
    city.sheets["items"].append(
        ["K1-01", "K1", "兜底", "条例", "实地检查", "5", "", "", "15"]
    )
    more(city, "items", "object", "", "企业", "", "兜底小区")
    assert faults(city) == set()
