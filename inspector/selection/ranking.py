"""倒排名单: rank compounds by their evaluation, list the lowest tenth and a bit.

Evaluations and a policy → every compound's rank, and the bottom list that the freeze
publishes.

How much is listed and what street and community weigh: `policy`; the exact rule is
PROTOCOL.md §6 "Ranking". Scores are reduced fractions: reproducible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from inspector.domain import Compound, Evaluation
from inspector.policy import STREET_SOURCES, BottomRules


@dataclass(frozen=True, slots=True)
class Ranked:
    """One compound with its weighted mean score in basis points."""

    compound: str
    score: Fraction
    street_score: Fraction | None  # street + community only; the first tie-break


@dataclass(frozen=True, slots=True)
class Ranking:
    """All ranked compounds from the worst up; the first `listed` are the bottom."""

    order: tuple[Ranked, ...]
    listed: int

    @property
    def bottom(self) -> tuple[Ranked, ...]:
        return self.order[: self.listed]


def weighted_mean(
    scores: dict[str, int], weights: dict[str, int], only: Iterable[str] | None = None
) -> Fraction | None:
    """Σ weight·score / Σ weight over the sources present; None when there is none.

    >>> weighted_mean({"street": 8000, "owners": 6000}, {"street": 1, "owners": 1})
    Fraction(7000, 1)
    """
    used = [s for s in scores if weights.get(s, 0) > 0 and (only is None or s in only)]
    total = sum(weights[s] for s in used)
    if total == 0:
        return None
    return Fraction(sum(weights[s] * scores[s] for s in used), total)


def rank(
    compounds: Iterable[Compound],
    evaluations: Iterable[Evaluation],
    rules: BottomRules,
) -> Ranking:
    """Rank the active compounds that have a weighted evaluation.

    Ascending score; ties: ascending street + community score (none comes last), then
    compound id.
    """
    weights = dict(rules.weights_bp)
    by_compound: dict[str, dict[str, int]] = {}
    for e in evaluations:
        by_compound.setdefault(e.compound, {}).setdefault(e.source, e.score_bp)
    ranked = []
    for c in compounds:
        scores = by_compound.get(c.id, {})
        score = weighted_mean(scores, weights)
        if c.status == "active" and score is not None:
            street = weighted_mean(scores, weights, STREET_SOURCES)
            ranked.append(Ranked(c.id, score, street))
    ranked.sort(
        key=lambda r: (
            r.score,
            r.street_score is None,
            r.street_score or Fraction(0),
            r.compound,
        )
    )
    return Ranking(tuple(ranked), ceil(len(ranked) * Fraction(*rules.share)))
