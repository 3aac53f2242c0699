"""考评: scores of compounds, companies and streets under a versioned rule.

Evaluations of a period and a `RuleSet` → scores, ranks and who is at the bottom.

The weighted mean is that of `inspector.selection.ranking`, which the protocol freezes;
on top of it come least samples, a declared rule for missing sources, aggregation and
declared tie-breaks. With the default rules both give the same order and bottom list.
Scores are reduced fractions of a basis point; published ones are rounded half up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from inspector.credit.rules import EvaluationRules, Missing, SourceWeight, Unit
from inspector.credit.satisfaction import OWNERS, interval
from inspector.domain import Compound, Evaluation
from inspector.errors import InspectorError
from inspector.policy import STREET_SOURCES, light_streets
from inspector.selection.ranking import weighted_mean

_UNITS = {Unit.COMPOUND: lambda s: 1, Unit.HOUSEHOLD: lambda s: s.households}


@dataclass(frozen=True, slots=True)
class ScoredSubject:
    """One subject's score. `missing`: sources without a usable evaluation.

    `households`: of the compound, or of all compounds of the group; `compounds`: how
    many were scored.
    """

    subject: str
    score: Fraction
    street_score: Fraction | None
    owners: Fraction | None
    households: int
    compounds: int = 1
    missing: tuple[str, ...] = ()

    @property
    def score_bp(self) -> int:
        """The score as published: whole basis points, half up."""
        return rounded(self.score)


@dataclass(frozen=True, slots=True)
class Unranked:
    """A compound that has no score, and the sources it lacks."""

    subject: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standings:
    """From the worst up; the first `listed` are the bottom list."""

    order: tuple[ScoredSubject, ...]
    listed: int
    unranked: tuple[Unranked, ...] = ()

    @property
    def bottom(self) -> tuple[ScoredSubject, ...]:
        return self.order[: self.listed]


@dataclass(frozen=True, slots=True)
class RankMove:
    """One subject under two rules; ranks count from 1, the worst; None: not ranked."""

    subject: str
    old_rank: int | None
    new_rank: int | None
    old_bp: int | None
    new_bp: int | None
    old_listed: bool
    new_listed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would change under the new rules, in the new order."""

    moves: tuple[RankMove, ...]

    @property
    def enters(self) -> tuple[str, ...]:
        """Who comes onto the bottom list."""
        return tuple(m.subject for m in self.moves if m.new_listed > m.old_listed)

    @property
    def leaves(self) -> tuple[str, ...]:
        """Who leaves the bottom list."""
        return tuple(m.subject for m in self.moves if m.new_listed < m.old_listed)


def rounded(value: Fraction) -> int:
    """Half up, exactly.

    >>> rounded(Fraction(5, 2)), rounded(Fraction(7, 3))
    (3, 2)
    """
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def usable(
    found: Mapping[str, Evaluation], rules: EvaluationRules
) -> tuple[dict[str, int], tuple[SourceWeight, ...]]:
    """Scores by source that count, and the sources that are missing.

    A source with a smaller sample than its rule asks for is missing.
    """
    scores: dict[str, int] = {}
    missing = []
    for weight in rules.weights:
        one = found.get(weight.source)
        if one is None or one.sample < weight.least_sample:
            missing.append(weight)
            continue
        score = one.score_bp
        if rules.lower_bound and weight.source == OWNERS:
            score = interval(score, one.sample, rules.z).low_bp
        scores[weight.source] = score
    return scores, tuple(missing)


def evaluate(
    compounds: Iterable[Compound],
    evaluations: Iterable[Evaluation],
    rules: EvaluationRules,
) -> Standings:
    """Rank the active compounds. Of two evaluations of one source the first counts.

    Raises rules.street_weight when street and community weigh too little.
    """
    light = light_streets((w.source, w.weight_bp) for w in rules.weights)
    if light:
        raise InspectorError("rules.street_weight", **light)
    found: dict[str, dict[str, Evaluation]] = {}
    for e in evaluations:
        found.setdefault(e.compound, {}).setdefault(e.source, e)
    order, unranked = [], []
    for c in compounds:
        if c.status != "active":
            continue
        scores, missing = usable(found.get(c.id, {}), rules)
        one = _standing(c, scores, missing, rules)
        if one is None:
            unranked.append(Unranked(c.id, tuple(w.source for w in missing)))
        else:
            order.append(one)
    unranked.sort(key=lambda u: u.subject)
    return _ordered(order, rules, tuple(unranked))


def _standing(
    compound: Compound,
    scores: Mapping[str, int],
    missing: tuple[SourceWeight, ...],
    rules: EvaluationRules,
) -> ScoredSubject | None:
    """None when a source that must not be missing is, or there is nothing at all."""
    if not scores or any(w.missing is Missing.UNRANKED for w in missing):
        return None
    weights = {w.source: w.weight_bp for w in rules.weights}
    counted = {w.source: w.value_bp for w in missing if w.missing is Missing.VALUE}
    counted |= scores
    score = weighted_mean(counted, weights)
    if score is None:
        return None
    return ScoredSubject(
        compound.id,
        score,
        weighted_mean(counted, weights, STREET_SOURCES),
        weighted_mean(counted, weights, (OWNERS,)),
        compound.households,
        1,
        tuple(w.source for w in missing),
    )


def _tie(standing: ScoredSubject, key: str) -> tuple[bool, Fraction]:
    """The lower, the worse; more households are worse; who has no value comes last."""
    if key == "households":
        return False, Fraction(-standing.households)
    value = standing.street_score if key == "street_score" else standing.owners
    return value is None, value or Fraction(0)


def _ordered(
    found: Iterable[ScoredSubject],
    rules: EvaluationRules,
    unranked: tuple[Unranked, ...] = (),
) -> Standings:
    order = sorted(
        found,
        key=lambda s: (s.score, *(_tie(s, key) for key in rules.ties), s.subject),
    )
    return Standings(tuple(order), ceil(len(order) * Fraction(*rules.share)), unranked)


def grouped(
    standings: Standings,
    group: Mapping[str, str],
    rules: EvaluationRules,
) -> Standings:
    """Companies or streets: the mean of their compounds, weighted as declared.

    `group`: compound → company or street; compounds without one are left out. Where
    all households of a group are 0 its compounds weigh the same.
    """
    members: dict[str, list[ScoredSubject]] = {}
    for one in standings.order:
        if group.get(one.subject):
            members.setdefault(group[one.subject], []).append(one)
    weigh = _UNITS[rules.unit]
    return _ordered(
        (_together(name, rows, weigh) for name, rows in members.items()), rules
    )


def by_company(
    standings: Standings, compounds: Iterable[Compound], rules: EvaluationRules
) -> Standings:
    """Rank the companies; compounds that nobody manages are left out."""
    return grouped(standings, {c.id: c.usc18 for c in compounds}, rules)


def by_street(
    standings: Standings, compounds: Iterable[Compound], rules: EvaluationRules
) -> Standings:
    """Rank the streets."""
    return grouped(standings, {c.id: c.street for c in compounds}, rules)


def _together(
    name: str, rows: list[ScoredSubject], weigh: Callable[[ScoredSubject], int]
) -> ScoredSubject:
    if not any(weigh(r) for r in rows):
        weigh = _UNITS[Unit.COMPOUND]

    def mean(value: Callable[[ScoredSubject], Fraction | None]) -> Fraction | None:
        known = [(weigh(r), v) for r in rows if (v := value(r)) is not None]
        total = sum(w for w, _ in known)
        return sum((w * v for w, v in known), Fraction(0)) / total if total else None

    score = mean(lambda r: r.score)
    assert score is not None  # every row has one and some weight
    return ScoredSubject(
        name,
        score,
        mean(lambda r: r.street_score),
        mean(lambda r: r.owners),
        sum(r.households for r in rows),
        len(rows),
    )


def compare(old: Standings, new: Standings) -> Comparison:
    """Old rank, new rank and bottom list of everybody ranked by either."""
    ranks = [{s.subject: k for k, s in enumerate(t.order, 1)} for t in (old, new)]
    names = [s.subject for s in new.order]
    names += [s.subject for s in old.order if s.subject not in ranks[1]]
    moves = []
    for name in names:
        a, b = ranks[0].get(name), ranks[1].get(name)
        moves.append(
            RankMove(
                name,
                a,
                b,
                old.order[a - 1].score_bp if a else None,
                new.order[b - 1].score_bp if b else None,
                a is not None and a <= old.listed,
                b is not None and b <= new.listed,
            )
        )
    return Comparison(tuple(moves))
