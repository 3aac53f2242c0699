"""Lists as data: weights, versions, deadlines, scores."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from month_stages import read_city
from written_results import a_list, qingdao, the_list

from inspector.errors import Faults
from inspector.results.checklist import (
    RectifyDays,
    document,
    from_items,
    load,
    score_bp,
)


def faults(data: Any) -> set[tuple[str, str | None]]:
    with pytest.raises(Faults) as refused:
        load(data, "list")
    return {(f.code, f.column) for f in refused.value.faults}


def test_a_list_reads_back_as_itself() -> None:
    checklist = the_list()
    assert load(document(checklist)) == checklist
    assert [g.weight for g in checklist.groups] == [6000, 4000]


def test_the_version_changes_with_any_word_and_with_nothing_else() -> None:
    again = the_list()
    assert again.version == the_list().version
    changed = a_list()
    changed["items"][0]["text"] += "。"
    assert load(changed).version != again.version


def test_the_scenarios_items_are_a_list_of_seven_groups_and_thirty_items() -> None:
    """And four for compounds without a company, which come on top."""
    registry = read_city("zibo")[0]
    checklist = from_items(registry.items, "淄博")
    assert [g.weight for g in checklist.groups] == [
        1200,
        1800,
        1600,
        1600,
        1600,
        1400,
        800,
        2000,
    ]
    assert len(checklist.items) == 34
    assert load(document(checklist)) == checklist


def test_a_list_of_8_groups_39_items_and_a_point_per_defect_loads_as_data() -> None:
    checklist = load(qingdao())
    assert (len(checklist.groups), len(checklist.items)) == (8, 39)
    fine = [(i.code, 0) for i in checklist.items]
    assert score_bp(checklist, fine) == 10_000
    three = [(c, 3 if c == "Q2-1" else n) for c, n in fine]
    assert score_bp(checklist, three) == 9_700
    complaint = [(c, 1 if c == "Q8-4" else n) for c, n in fine]
    assert score_bp(checklist, complaint) == 9_800
    many = [(c, 9 if c == "Q2-1" else n) for c, n in fine]
    assert score_bp(checklist, many) == 9_700  # never more than the item weighs


def test_every_fault_of_a_bad_list_is_named() -> None:
    data = a_list(groups=[{"name": "甲", "weight": 5000}, {"name": "丙", "weight": 1}])
    data["items"][1]["code"] = "A-1"
    data["items"][2]["weight"] -= 1
    assert faults(data) == {
        ("data.twice", "items[1].code"),
        ("checklist.group", "items[2].group"),
        ("checklist.group_weight", "groups[0].weight"),
        ("checklist.empty", "groups[1].weight"),
        ("checklist.weights", "groups"),
    }


@pytest.mark.parametrize(
    ("more", "added"),
    [({"lists": ["冬季"]}, 700), ({"object": "fallback"}, 700), ({}, 0)],
)
def test_what_is_not_daily_comes_on_top_of_the_hundred_points(
    more: dict[str, Any], added: int
) -> None:
    data = a_list()
    extra = {**data["items"][-1], "code": "Z-1", "weight": 700, **more}
    data["items"].append(extra)
    group = next(g for g in data["groups"] if g["name"] == extra["group"])
    group["weight"] += 700
    if added:
        assert sum(i.weight for i in load(data).items) == 10_000 + added
    else:
        assert faults(data) == {("checklist.weights", "groups")}


def test_every_fault_of_a_lists_form_is_named() -> None:
    data = a_list(title=1, deadlines={"most": "90"}, extra=1)
    del data["items"][0]["weight"]
    data["items"][1]["severity"] = 2
    data["groups"].append("甲")
    assert faults(data) == {
        ("data.kind", "title"),
        ("data.unknown", "extra"),
        ("data.kind", "deadlines.most"),
        ("data.missing", "items[0].weight"),
        ("data.kind", "items[1].severity"),
        ("data.kind", "groups[2]"),
    }


def test_every_text_that_says_nothing_is_named() -> None:
    data = a_list(title="")
    data["items"][0]["legal_basis"] = ""
    data["items"][1]["severity"] = "bad"
    data["items"][2]["evidence"] = ""
    assert faults(data) == {
        ("data.kind", "title"),
        ("data.kind", "items[0].legal_basis"),
        ("data.kind", "items[1].severity"),
    }


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("defect", 4001, "checklist.defect"), ("default_days", 91, "checklist.days")],
)
def test_a_limit_of_an_item_is_kept(column: str, value: int, code: str) -> None:
    data = a_list()
    data["items"][0][column] = value - 1
    assert load(data).items[0].code == "A-1"
    data["items"][0][column] = value
    assert faults(data) == {(code, f"items[0].{column}")}


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["schema", "groups", "items", "deadlines", "title", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(json)
def test_no_data_make_loading_fail_in_another_way(data: Any) -> None:
    with pytest.raises(Faults):
        load(data)


@given(
    st.sampled_from(["code", "weight", "group", "defect", "severity"]),
    st.none() | st.integers() | st.text() | st.booleans(),
)
def test_no_cell_makes_loading_fail_in_another_way(column: str, value: Any) -> None:
    data = deepcopy(a_list())
    data["items"][0][column] = value
    try:
        assert load(data).items
    except Faults as refused:
        assert refused.faults


def test_default_days_follow_the_item_and_the_severity() -> None:
    checklist = the_list()
    assert checklist.days("A-1", "minor") == 10  # the item's own limit
    assert checklist.days("A-1", "major") == 30
    assert checklist.days("A-1", "redline") == 0
    assert RectifyDays() == RectifyDays(0, 15, 30, 90)
    short = load(a_list(deadlines={"major": 20, "most": 30}))
    assert short.days("A-1", "major") == 20


def test_an_item_that_was_not_checked_leaves_the_base() -> None:
    checklist = the_list()
    assert score_bp(checklist, [("A-1", 0), ("A-2", 1), ("B-1", 0)]) == 8_000
    assert score_bp(checklist, [("A-1", 0), ("A-2", 1)]) == 6_666
    assert score_bp(checklist, [("A-1", 0), ("A-2", 1)], whole=True) == 4_000
    assert score_bp(checklist, []) == 0


@given(st.lists(st.integers(0, 5), min_size=3, max_size=3))
def test_a_score_lies_between_nothing_and_everything(defects: list[int]) -> None:
    rows = list(zip(("A-1", "A-2", "B-1"), defects, strict=True))
    found = score_bp(the_list(), rows)
    assert 0 <= found <= 10_000
    assert (found == 10_000) == (not any(defects))
