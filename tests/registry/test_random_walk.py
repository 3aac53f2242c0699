"""Oddities at once on each of the five cities: the same registry with its readings, or
faults that name every planted cause before anything that follows from it.
"""

from __future__ import annotations

from collections import Counter

import pytest
from walk_step import Step, step


def _walk(first: int, last: int) -> str:
    steps = [step(number) for number in range(first, last)]
    wrong = {first + k: one.why for k, one in enumerate(steps) if one.why}
    assert wrong == {}
    count = Counter(one.outcome for one in steps)
    planted = sum(len(one.planted) for one in steps)
    return (
        f"{len(steps)} months with {planted} oddities: {count['read']} read,"
        f" {count['refused']} refused, the first line a cause in all of them"
    )


def test_oddities_at_once() -> None:
    print(_walk(0, 12))


@pytest.mark.full
@pytest.mark.parametrize("part", range(20))
def test_oddities_at_once_in_full(part: int) -> None:
    print(_walk(part * 100, part * 100 + 100))


def test_the_same_step_is_the_same_everywhere() -> None:
    def said(one: Step) -> list[str]:
        return [str(planted) for planted in one.planted]

    assert said(step(8)) == said(step(8))
