"""Signatures, review and what replaces what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from written_results import a_problem, a_result, the_list

from inspector.errors import Faults, InspectorError
from inspector.results import review
from inspector.results.review import (
    Drafted,
    Signature,
    Stage,
    Submitted,
    corrected,
    edited,
    first_record,
    lateness,
    passed,
    restore,
    returned,
    save,
    signed,
    submitted,
    withdrawn,
)

AT = "2026-12-01T08:00:00Z"
PAIR = ("I001", "I002")


def sign_of(stage: Stage, officer: str) -> Signature:
    return Signature(officer, "合成甲", "SYN-1", AT, stage.raw.digest)


def waiting() -> Submitted:
    return submitted(Drafted(a_result()), the_list(), PAIR, AT)


def both() -> Stage:
    stage: Stage = waiting()
    for officer in PAIR:
        stage = signed(stage, sign_of(stage, officer))
    return stage


STAGES: dict[str, Callable[[], Stage]] = {
    "drafted": lambda: Drafted(a_result()),
    "submitted": waiting,
    "signed": both,
    "returned": lambda: returned(both(), "L1", "照片不清", AT),
    "passed": lambda: passed(both(), "L1", AT),
}
MOVES: dict[str, tuple[Callable[[Stage], Any], set[str]]] = {
    "edited": (
        lambda s: edited(s, a_result()),
        {"drafted", "submitted", "signed", "returned"},
    ),
    "submitted": (lambda s: submitted(s, the_list(), PAIR, AT), {"drafted"}),
    "signed": (lambda s: signed(s, sign_of(s, "I001")), {"submitted"}),
    "returned": (lambda s: returned(s, "L1", "补", AT), {"signed"}),
    "passed": (lambda s: passed(s, "L1", AT), {"signed"}),
}


@pytest.mark.parametrize("state", STAGES)
@pytest.mark.parametrize("move", MOVES)
def test_a_move_is_possible_from_its_own_states_only(state: str, move: str) -> None:
    apply, may = MOVES[move]
    if state in may:
        assert review.state_of(apply(STAGES[state]())) in review.STATES
        return
    with pytest.raises(InspectorError) as refused:
        apply(STAGES[state]())
    assert refused.value.code == "result.state"


@pytest.mark.parametrize("state", STAGES)
def test_every_state_reads_back_as_itself(state: str) -> None:
    stage = STAGES[state]()
    assert restore(save(stage)) == stage


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(InspectorError) as refused:
        call()
    return refused.value.code


def test_two_different_officers_of_the_visit_sign() -> None:
    first = signed(waiting(), sign_of(waiting(), "I001"))
    assert isinstance(first, Submitted)
    assert review.state_of(signed(first, sign_of(first, "I002"))) == "signed"
    assert code_of(lambda: signed(first, sign_of(first, "I001"))) == "result.signed"
    assert code_of(lambda: signed(first, sign_of(first, "I003"))) == "result.signer"
    for pair in (("I001",), ("I001", "I001"), ("I001", "")):
        move = Drafted(a_result())
        assert (
            code_of(lambda m=move, p=pair: submitted(m, the_list(), p, AT))
            == "result.officers"
        )


def test_a_signature_is_over_what_the_officer_read() -> None:
    stage = waiting()
    other = replace(sign_of(stage, "I001"), digest="0" * 64)
    assert code_of(lambda: signed(stage, other)) == "result.digest"


def test_an_edit_voids_both_signatures() -> None:
    again = submitted(edited(both(), a_result(note="补充")), the_list(), PAIR, AT)
    assert again.signatures == ()
    assert code_of(lambda: passed(again, "L1", AT)) == "result.state"


def test_content_changed_behind_the_signatures_is_refused() -> None:
    saved = save(both())
    saved["raw"]["note"] = "改过"
    assert code_of(lambda: restore(saved)) == "result.void"
    forged = save(both())
    forged["signatures"] = [forged["signatures"][0]] * 2
    assert code_of(lambda: restore(forged)) == "result.void"


def test_an_incomplete_draft_is_not_submitted() -> None:
    with pytest.raises(Faults):
        submitted(Drafted(a_result(outcome="")), the_list(), PAIR, AT)


def test_deadlines_are_filled_in_before_anybody_signs() -> None:
    stage = submitted(Drafted(a_result(a_problem())), the_list(), PAIR, AT)
    assert stage.raw.findings[0].days == 10


def test_nobody_reviews_his_own_result_and_a_return_needs_a_reason() -> None:
    assert code_of(lambda: passed(both(), "I002", AT)) == "result.reviewer"
    assert code_of(lambda: returned(both(), "I001", "x", AT)) == "result.reviewer"
    assert code_of(lambda: returned(both(), "L1", "", AT)) == "result.reason"


def test_corrections_and_a_withdrawal_are_linked_and_edit_nothing() -> None:
    first = first_record("V0001", {"score_bp": 9000}, AT)
    second = corrected([first], {"score_bp": 8000}, "录入错误", AT)
    third = withdrawn([first, second], "对象有误", AT)
    assert [r.kind for r in (first, second, third)] == [
        "result",
        "correction",
        "withdrawal",
    ]
    assert first.body == {"score_bp": 9000}
    chain = (first, second, third)
    assert [r.replaces for r in chain] == ["", first.digest, second.digest]
    assert replace(first, at=AT[:-2] + "9Z").digest != first.digest


def test_a_withdrawn_record_is_neither_corrected_nor_withdrawn_again() -> None:
    first = first_record("V0001", {}, AT)
    chain = [first, withdrawn([first], "对象有误", AT)]
    assert code_of(lambda: corrected(chain, {}, "x", AT)) == "result.replaced"
    assert code_of(lambda: withdrawn(chain, "x", AT)) == "result.replaced"
    assert code_of(lambda: withdrawn([], "x", AT)) == "result.replaced"
    assert code_of(lambda: corrected([first], {}, "", AT)) == "result.reason"


@pytest.mark.parametrize(
    ("published", "today", "found"),
    [
        (None, date(2026, 12, 28), "open"),
        (None, date(2026, 12, 29), "overdue"),
        (date(2026, 12, 28), date(2026, 12, 30), "published"),
        (date(2026, 12, 29), date(2026, 12, 30), "published_late"),
    ],
)
def test_a_result_is_overdue_after_its_day_only(
    published: date | None, today: date, found: str
) -> None:
    assert lateness(date(2026, 12, 28), published, today) == found
