"""Figures as people read them, on pages, in files and on paper alike."""

from __future__ import annotations

from fractions import Fraction


def percent(bp: int) -> str:
    """Basis points as percent.

    >>> percent(9550)
    '95.50'
    """
    return f"{bp // 100}.{bp % 100:02d}"


def score_text(score: Fraction) -> str:
    """A score in basis points as percent with two decimals, rounded half up.

    >>> score_text(Fraction(20015, 3))
    '66.72'
    """
    hundredths = (2 * score.numerator + score.denominator) // (2 * score.denominator)
    return percent(hundredths)
