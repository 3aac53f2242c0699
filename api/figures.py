"""Figures as people read them, on pages, in files and on paper alike."""

from __future__ import annotations


def percent(bp: int) -> str:
    """Basis points as percent.

    >>> percent(9550)
    '95.50'
    """
    return f"{bp // 100}.{bp % 100:02d}"
