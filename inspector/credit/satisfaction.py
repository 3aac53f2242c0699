"""Confidence interval of a satisfaction survey (Wilson 1927), in exact integers.

A score and its sample → lower and upper end in basis points.

A small sample says little: the interval is published beside the score, and a rule may
count the lower end instead. Ends are rounded outwards to whole basis points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from inspector.credit.rules import EvaluationRules
from inspector.domain import Evaluation
from inspector.errors import InspectorError, messages
from inspector.policy import Rate

OWNERS = "owners"
_FULL = 10_000

messages(
    {
        "evaluations.interval": (
            "满意度须在 0 与 10000 之间、样本量不为负：{score}、{sample}",
            "a score lies in 0..10000, a sample is not negative: {score}, {sample}",
        )
    }
)


@dataclass(frozen=True, slots=True)
class Interval:
    """Basis points, 0 <= low <= high <= 10000."""

    low_bp: int
    high_bp: int


def interval(score_bp: int, sample: int, z: Rate = (196, 100)) -> Interval:
    """Wilson's interval of a share `score_bp` seen in `sample` answers.

    (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), the lower end rounded down,
    the upper up; no answers say nothing: 0..10000. Raises evaluations.interval.

    >>> interval(9000, 100)
    Interval(low_bp=8256, high_bp=9448)
    >>> interval(9000, 0)
    Interval(low_bp=0, high_bp=10000)
    """
    if not 0 <= score_bp <= _FULL or sample < 0:
        raise InspectorError("evaluations.interval", score=score_bp, sample=sample)
    if sample == 0:
        return Interval(0, _FULL)
    p, z2 = Fraction(score_bp, _FULL), Fraction(*z) ** 2
    # Times 2n: ends are (middle ± sqrt(inside)) / (2 (n + z²)), in basis points; then
    # times whole numbers until middle, inside and what they are divided by are whole.
    scale = z2.denominator * _FULL**2
    middle = int((2 * sample * p + z2) * _FULL * scale)
    root = _root_up(
        int((z2 * z2 + 4 * sample * z2 * p * (1 - p)) * (_FULL * scale) ** 2)
    )
    below = int(2 * (sample + z2) * scale)
    low, high = (middle - root) // below, -(-(middle + root) // below)
    return Interval(max(low, 0), min(high, _FULL))


@dataclass(frozen=True, slots=True)
class Survey:
    """业主满意度 of a compound. `enough`: the sample is as large as the rule asks."""

    compound: str
    score_bp: int
    sample: int
    interval: Interval
    enough: bool


def surveys(
    evaluations: Iterable[Evaluation], rules: EvaluationRules
) -> tuple[Survey, ...]:
    """The owners' evaluations with their intervals, by compound."""
    least = {w.source: w.least_sample for w in rules.weights}.get(OWNERS, 0)
    return tuple(
        Survey(
            e.compound,
            e.score_bp,
            e.sample,
            interval(e.score_bp, e.sample, rules.z),
            e.sample >= least,
        )
        for e in sorted(evaluations, key=lambda e: e.compound)
        if e.source == OWNERS
    )


def _root_up(value: int) -> int:
    """The square root, rounded up to a whole number."""
    found = isqrt(value)
    return found + (found * found < value)
