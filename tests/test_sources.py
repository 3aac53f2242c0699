"""Entropy sources as announced: kinds, grammars, draw times, what serves twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.policy import Source
from inspector.sources import is_outside, next_drawing, outside_time, uses, wrong

HASH = "0f" * 32
SSQ = Source("ssq", "lottery", "双色球", "2026137", "2026-11-26T13:15:00Z")
DLT = Source("dlt", "lottery", "大乐透", "2026136", "2026-11-28T13:25:00Z")
DICE = Source("dice", "dice", "", "d-1", "2026-11-26T12:00:00Z")
REVEAL = Source("witness", "reveal", "", "w-1", "2026-11-26T12:10:00Z", HASH)
DRAND = Source("drand", "drand", "quicknet", "123", "2026-11-26T13:00:00Z")


@pytest.mark.parametrize("source", [SSQ, DLT, DICE, REVEAL, DRAND])
def test_a_lawful_source_has_no_fault(source: Source) -> None:
    assert list(wrong(source)) == []


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (replace(SSQ, kind="oracle"), "entropy.kind"),
        (replace(SSQ, name="七乐彩"), "entropy.kind"),
        (replace(SSQ, id="SSQ"), "entropy.id"),
        (replace(SSQ, id="-ssq"), "entropy.id"),
        (replace(SSQ, id="s" * 33), "entropy.id"),
        (replace(SSQ, id="ssq\n"), "entropy.id"),
        (replace(SSQ, issue="26137"), "entropy.issue"),
        (replace(SSQ, issue="20２6137"), "entropy.issue"),
        (replace(SSQ, issue="2026137 "), "entropy.issue"),
        (replace(DICE, issue=""), "entropy.issue"),
        (replace(DICE, issue="d 1"), "entropy.issue"),
        (replace(DRAND, issue="0123"), "entropy.issue"),
        (replace(SSQ, at="2026-11-26T13:25:00Z"), "entropy.drawing"),
        (replace(SSQ, at="2026-11-27T13:15:00Z"), "entropy.drawing"),
        (replace(SSQ, at="2026-11-26T15:59:00Z"), "entropy.drawing"),
        (replace(DLT, at="2026-11-26T13:25:00Z"), "entropy.drawing"),
        (replace(SSQ, at="2026-11-26T21:15:00+08:00"), "entropy.time"),
        (replace(DICE, at="2026-02-30T12:00:00Z"), "entropy.time"),
        (replace(REVEAL, commit=""), "entropy.commit"),
        (replace(REVEAL, commit=HASH.upper()), "entropy.commit"),
        (replace(DICE, commit=HASH), "entropy.commit"),
    ],
)
def test_a_fault_of_a_source_is_named(source: Source, code: str) -> None:
    assert [found for found, _, _ in wrong(source)] == [code]


def test_only_the_lotteries_are_outside_and_t_is_the_earliest() -> None:
    assert [is_outside(s) for s in (SSQ, DLT, DICE, REVEAL, DRAND)] == (
        [True, True, False, False, False]
    )
    assert outside_time([DICE, DLT, SSQ]) == SSQ.at
    assert outside_time([DICE, DRAND]) == ""


def test_the_next_drawing_is_the_games_own() -> None:
    days = ["26", "29", "01", "03"]
    at = SSQ.at
    for day in days[1:]:
        at = next_drawing("双色球", at)
        assert at[8:] == f"{day}T13:15:00Z"


def test_a_source_uses_up_its_issue_and_a_reveal_its_promise() -> None:
    assert set(uses(SSQ)) == {("lottery", "双色球", "2026137")}
    assert set(uses(SSQ, "2026138")) == {("lottery", "双色球", "2026138")}
    assert set(uses(REVEAL)) == {("reveal", "", "w-1"), ("reveal", "", HASH)}
    assert set(uses(replace(SSQ, issue=""))) == set()
