"""What a result says: codes, findings, what fits together, scores."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_results import DAY, a_list, a_problem, a_result, the_list

from inspector.errors import Faults
from inspector.results.checklist import load
from inspector.results.outcomes import NOT_INSPECTED, CheckMethod, FollowUp, Outcome
from inspector.results.raw import (
    Finding,
    RawResult,
    complete,
    document,
    filled,
    parse,
    score,
)
from inspector.words import word


def wrong(raw: RawResult) -> list[tuple[str, int | None]]:
    with pytest.raises(Faults) as refused:
        complete(raw, the_list())
    return [(f.code, f.row) for f in refused.value.faults]


def test_the_ten_categories_six_follow_ups_and_six_methods_have_names() -> None:
    assert [word("outcome", o).zh for o in Outcome] == [
        "未发现问题",
        "未按规定公示应当公示的信息",
        "公示信息隐瞒真实情况、弄虚作假",
        "通过登记的住所（经营场所）无法联系",
        "发现问题已责令改正",
        "不配合检查情节严重",
        "未发现开展本次抽查涉及的经营活动",
        "发现问题待后续处理",
        "已关闭停业或正在组织清算",
        "注销/被吊销/被撤销/迁出",
    ]
    assert [o.number for o in Outcome] == list(range(1, 11))
    assert {o.number for o in NOT_INSPECTED} == {4, 7, 9, 10}
    assert len(FollowUp) == len(CheckMethod) == 6


def test_a_complete_result_is_taken() -> None:
    complete(a_result(), the_list())
    complete(a_result(a_problem()), the_list())
    assert parse(document(a_result(a_problem()))) == a_result(a_problem())


def test_a_result_keeps_the_version_of_its_list() -> None:
    other = a_list()
    other["title"] = "新版"
    complete(a_result(), the_list())
    with pytest.raises(Faults) as refused:
        complete(a_result(), load(other))
    assert [f.code for f in refused.value.faults] == ["result.checklist"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"outcome": "fine"}, "result.field"),
        ({"follow_up": ""}, "result.field"),
        ({"method": "by eye"}, "result.field"),
        ({"opinion": ""}, "result.field"),
        ({"started": ""}, "result.field"),
        ({"ended": "2026-12-01T01:29:59Z"}, "result.times"),
        ({"outcome": "ordered", "follow_up": "rectify"}, "result.problems"),
        ({"follow_up": "rectify"}, "result.follow_up"),
    ],
)
def test_a_wrong_head_is_named(changes: dict[str, Any], code: str) -> None:
    found = wrong(replace(a_result(), **changes))
    assert (code, None) in found
    assert {c for c, _ in found} <= {code, "result.follow_up"}


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        (a_problem(item="Z-9"), "result.item"),
        (a_problem(text=""), "result.field"),
        (a_problem(severity=""), "result.field"),
        (a_problem(handling="none"), "result.field"),
        (a_problem(days=91), "result.days"),
        (a_problem(handling="on_spot", days=5), "result.nothing"),
        (a_problem(checked=False), "result.unchecked"),
        (a_problem(photos=("x",)), "result.field"),
        (Finding("A-1", False), "result.unchecked"),
        (Finding("A-1", True, severity="minor"), "result.nothing"),
        (Finding("A-1", True, defects=-1), "result.field"),
    ],
)
def test_a_wrong_finding_is_named_by_its_row(finding: Finding, code: str) -> None:
    raw = a_result(finding, a_problem("A-2"))
    assert (code, 1) in wrong(raw)


def test_an_item_is_answered_once_and_only_once() -> None:
    raw = a_result()
    assert wrong(replace(raw, findings=raw.findings[1:])) == [
        ("result.item_missing", None)
    ]
    twice = replace(raw, findings=(*raw.findings, raw.findings[0]))
    assert wrong(twice) == [("result.item_twice", 1), ("result.item_twice", 4)]


def test_all_faults_come_at_once() -> None:
    raw = a_result(a_problem(severity="", days=91), outcome="no_problem")
    assert {c for c, _ in wrong(raw)} == {
        "result.field",
        "result.days",
        "result.problems",
        "result.follow_up",
    }


def test_an_order_gets_its_default_deadline_and_keeps_a_given_one() -> None:
    raw = a_result(a_problem(), a_problem("A-2", severity="major", days=60))
    assert [f.days for f in filled(raw, the_list()).findings] == [10, 60, -1]
    spot = a_result(a_problem(handling="on_spot"))
    assert filled(spot, the_list()) == spot


def test_scores_are_the_weights_that_were_not_lost() -> None:
    checklist = the_list()
    assert score(a_result(), checklist) == 10_000
    assert score(a_result(a_problem("A-2")), checklist) == 8_000
    left_out = Finding("B-1", False, "无电梯")
    assert score(a_result(a_problem("A-2"), left_out), checklist) == 6_666
    assert a_result(a_problem("B-1", severity="redline")).redlines == ("B-1",)


@pytest.mark.parametrize("outcome", sorted(NOT_INSPECTED))
def test_an_object_nobody_could_inspect_has_no_grade(outcome: str) -> None:
    raw = replace(a_result(), outcome=outcome, follow_up="daily", findings=())
    complete(raw, the_list())
    assert score(raw, the_list()) == -1
    assert ("result.follow_up", None) in wrong(replace(raw, follow_up="rectify"))


def test_who_refuses_the_inspection_loses_what_could_not_be_checked() -> None:
    closed = [Finding(c, False, "拒绝开门") for c in ("A-1", "B-1")]
    raw = a_result(*closed, outcome="uncooperative", follow_up="transfer")
    complete(raw, the_list())
    assert score(raw, the_list()) == 2_000


def test_the_digest_names_the_whole_content() -> None:
    raw = a_result()
    assert raw.digest == a_result().digest
    for change in ({"note": "x"}, {"opinion": "disagreed"}, {"findings": ()}):
        assert replace(raw, **change).digest != raw.digest


words = st.sampled_from(["", "x", "minor", "redline", "none", "ordered", "later"])
findings = st.builds(
    Finding,
    st.sampled_from(["A-1", "A-2", "B-1", "Z-9"]),
    st.booleans(),
    words,
    st.integers(-1, 9),
    words,
    words,
    st.integers(-1, 365),
)
anything = st.builds(
    RawResult,
    st.just("V0001"),
    st.just(DAY),
    st.sampled_from(["", the_list().version]),
    outcome=st.sampled_from(["", "x", *Outcome]),
    follow_up=st.sampled_from(["", "x", *FollowUp]),
    findings=st.lists(findings, max_size=5).map(tuple),
)


@given(anything)
def test_any_draft_is_kept_and_either_complete_or_refused_with_faults(
    raw: RawResult,
) -> None:
    assert parse(document(raw)) == raw
    done = filled(raw, the_list())
    assert filled(done, the_list()) == done
    with pytest.raises(Faults) as refused:
        complete(done, the_list())  # times and opinion are never there
    assert all(f.code.startswith("result.") for f in refused.value.faults)
