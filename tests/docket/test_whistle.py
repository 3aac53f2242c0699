"""A call of a street: what may follow what, with which document, by when."""

from __future__ import annotations

from datetime import date

import pytest

from inspector.docket.whistle import (
    LEVELS,
    Referral,
    Topic,
    Whistle,
    WhistleStep,
    refer,
    tally,
)
from inspector.errors import InspectorError, text

DAY = date(2026, 12, 1)
FEES = Whistle("C1", "S01", Topic.FEES, DAY, due=date(2026, 12, 4))
DEPARTMENTS = WhistleStep(
    *(Referral.DEPARTMENTS, date(2026, 12, 2), "转1号", ("市场监管局",)),
    due=date(2026, 12, 9),
)
VISIT = WhistleStep(Referral.VISIT, date(2026, 12, 3), "报1号", visit="V0100")
ANSWER = WhistleStep(Referral.ANSWERED, date(2026, 12, 8), "复1号")
SETTLED = WhistleStep(Referral.SETTLED, date(2026, 12, 10), "结1号")


def after(whistle: Whistle, *steps: WhistleStep) -> Whistle:
    for step in steps:
        whistle = refer(whistle, step)
    return whistle


@pytest.mark.parametrize(
    "way",
    [(DEPARTMENTS, VISIT), (DEPARTMENTS, ANSWER), (VISIT,), (VISIT, ANSWER)],
)
def test_a_call_is_answered_by_visit_or_in_writing_and_then_settled(
    way: tuple[WhistleStep, ...],
) -> None:
    done = after(FEES, *way, SETTLED)
    assert (done.referral, done.possible) == (Referral.SETTLED, ())


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((SETTLED,), "whistle.move"),  # nobody has answered it
        ((DEPARTMENTS, SETTLED), "whistle.move"),
        ((WhistleStep(Referral.COMMUNITY, DAY, "调1号"),), "whistle.move"),
        ((WhistleStep(Referral.VISIT, DAY, "", visit="V1"),), "whistle.document"),
        ((WhistleStep(Referral.VISIT, DAY, "报1号"),), "whistle.visit"),
        ((WhistleStep(Referral.DEPARTMENTS, DAY, "转1号"),), "whistle.units"),
        ((DEPARTMENTS, WhistleStep(Referral.ANSWERED, DAY, "复")), "whistle.before"),
        (
            (
                WhistleStep(
                    Referral.DEPARTMENTS, DAY, "转", ("局",), date(2026, 11, 30)
                ),
            ),
            "whistle.due",
        ),
    ],
)
def test_a_step_that_does_not_fit_is_refused_in_words(
    steps: tuple[WhistleStep, ...], code: str
) -> None:
    *before, last = steps
    with pytest.raises(InspectorError) as error:
        refer(after(FEES, *before), last)
    assert error.value.code == code
    zh, en = text(error.value.code, error.value.params)
    assert en.isascii() or "转" in en
    assert not {"received", "departments", "settled"} & set(zh.split("“"))


def test_a_refusal_names_the_state_in_each_language() -> None:
    with pytest.raises(InspectorError) as error:
        refer(FEES, SETTLED)
    zh, en = text(error.value.code, error.value.params)
    assert zh == "吹哨事项现为“已受理”，不能转为“办结”"
    assert en == 'the call is "received": "settled" is not possible now'


def test_the_deadline_is_that_of_the_last_step_and_none_once_settled() -> None:
    assert FEES.deadline == date(2026, 12, 4)
    referred = refer(FEES, DEPARTMENTS)
    assert referred.deadline == date(2026, 12, 9)
    assert not referred.late(date(2026, 12, 9))
    assert referred.late(date(2026, 12, 10))
    done = after(referred, ANSWER, SETTLED)
    assert done.deadline is None
    assert not done.late(date(2027, 1, 1))


def test_a_dispute_settled_on_a_level_is_counted_there() -> None:
    dispute = Whistle("C1", "S01", Topic.DISPUTE, DAY)
    steps = [WhistleStep(level, DAY, "调1号") for level in LEVELS[1:]]
    ended = WhistleStep(Referral.SETTLED, DAY, "结1号")
    some = [
        after(dispute, steps[0], ended),
        after(dispute, *steps[:2], ended),
        after(dispute, *steps[:2]),
        after(FEES, VISIT),
        FEES,
    ]
    found = tally(some, date(2026, 12, 5))
    assert (found.received, found.settled, found.visited) == (5, 2, 1)
    assert (found.disputes, found.late) == (3, 1)
    assert dict(found.mediated) == {
        Referral.COMMUNITY: 1,
        Referral.STREET: 1,
        Referral.DISTRICT: 0,
        Referral.JOINT: 0,
    }
