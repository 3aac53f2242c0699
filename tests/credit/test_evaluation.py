"""Evaluation: missing sources, samples, intervals, groups, ties, comparisons."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from credit_facts import a_compound, judged
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.credit import city_rules
from inspector.credit.evaluation import (
    by_company,
    by_street,
    compare,
    evaluate,
    rounded,
)
from inspector.credit.rules import EvaluationRules, Missing, SourceWeight, Unit
from inspector.credit.satisfaction import Interval, Survey, interval, surveys
from inspector.domain import Compound, Evaluation
from inspector.errors import InspectorError
from inspector.policy import BottomRules
from inspector.selection.ranking import rank

TWO = EvaluationRules(
    weights=(SourceWeight("street", 5000), SourceWeight("owners", 5000))
)


def with_owners(**given: Any) -> EvaluationRules:
    owners = replace(TWO.weights[1], **given)
    return replace(TWO, weights=(TWO.weights[0], owners))


def order(compounds: list[Compound], found: list[Evaluation], r: EvaluationRules):
    return [s.subject for s in evaluate(compounds, found, r).order]


sources = st.sampled_from([w.source for w in EvaluationRules().weights])
evaluations = st.lists(
    st.builds(
        Evaluation,
        st.sampled_from(["C1", "C2", "C3", "C4"]),
        st.one_of(sources, st.just("unknown")),
        st.integers(0, 6).map(lambda k: k * 500),  # few values: many ties
        st.integers(0, 60),
    ),
    max_size=24,
)


@settings(max_examples=300)
@given(
    evaluations,
    st.permutations(["C1", "C2", "C3", "C4"]),
    st.sampled_from(["active", "closed"]),
)
def test_the_default_rules_agree_with_the_ranking_of_the_protocol(
    found: list[Evaluation], ids: list[str], status: str
) -> None:
    compounds = [a_compound(i, status=status if i == "C4" else "active") for i in ids]
    frozen = rank(compounds, found, BottomRules())
    ours = evaluate(compounds, found, EvaluationRules())
    assert [(s.subject, s.score, s.street_score) for s in ours.order] == [
        (r.compound, r.score, r.street_score) for r in frozen.order
    ]
    assert ours.listed == frozen.listed


def test_the_zibo_file_is_the_default_evaluation() -> None:
    assert city_rules.rules_of("zibo").evaluation == EvaluationRules()


def test_a_missing_source_shares_its_weight() -> None:
    found = judged("C1", street=8000)
    (one,) = evaluate([a_compound("C1")], found, TWO).order
    assert (one.score, one.missing) == (8000, ("owners",))


def test_a_missing_source_counts_as_the_value_given_by_the_rule() -> None:
    found = judged("C1", street=8000)
    rules = with_owners(missing=Missing.VALUE, value_bp=6000)
    (one,) = evaluate([a_compound("C1")], found, rules).order
    assert (one.score, one.missing) == (7000, ("owners",))


def test_a_missing_source_can_keep_a_compound_out_of_the_ranking() -> None:
    found = judged("C1", street=8000) + judged("C2", street=1, owners=1)
    both = [a_compound("C1"), a_compound("C2")]
    result = evaluate(both, found, with_owners(missing=Missing.UNRANKED))
    assert [s.subject for s in result.order] == ["C2"]
    assert [(u.subject, u.missing) for u in result.unranked] == [("C1", ("owners",))]


def test_a_compound_without_any_evaluation_is_not_ranked_by_values_alone() -> None:
    rules = with_owners(missing=Missing.VALUE, value_bp=6000)
    result = evaluate([a_compound("C1")], [], rules)
    assert (result.order, result.unranked[0].missing) == ((), ("street", "owners"))


@pytest.mark.parametrize(("sample", "score"), [(29, 8000), (30, 7000)])
def test_a_sample_below_the_least_one_is_missing(sample: int, score: int) -> None:
    found = [*judged("C1", street=8000), Evaluation("C1", "owners", 6000, sample)]
    rules = with_owners(least_sample=30)
    assert evaluate([a_compound("C1")], found, rules).order[0].score == score


def test_the_owners_can_count_with_the_lower_end_of_their_interval() -> None:
    found = [*judged("C1", street=8000), Evaluation("C1", "owners", 9000, 100)]
    rules = replace(TWO, lower_bound=True)
    assert evaluate([a_compound("C1")], found, rules).order[0].score == 8128


def test_twenty_nine_percent_for_street_and_community_is_refused() -> None:
    rules = EvaluationRules(
        weights=(
            SourceWeight("street", 1900),
            SourceWeight("community", 1000),
            SourceWeight("owners", 7100),
        )
    )
    with pytest.raises(InspectorError) as refused:
        evaluate([], [], rules)
    assert refused.value.code == "rules.street_weight"
    assert refused.value.sentences() == (
        "街道与社区权重合计 29.00%，低于30%（2900 < 3000）",
        "street and community weigh 29.00 % together, below 30 % (2900 < 3000)",
    )
    thirty = replace(rules.weights[0], weight_bp=2000)
    evaluate([], [], replace(rules, weights=(thirty, *rules.weights[1:])))


def test_ties_are_broken_as_declared_and_then_by_id() -> None:
    compounds = [a_compound(i) for i in ("C3", "C2", "C1")]
    compounds[0] = replace(compounds[0], households=900)
    found = (
        judged("C1", street=6000, owners=6000)
        + judged("C2", street=5000, owners=7000)
        + judged("C3", street=7000, owners=5000)
    )
    assert order(compounds, found, TWO) == ["C2", "C1", "C3"]
    assert order(compounds, found, replace(TWO, ties=())) == ["C1", "C2", "C3"]
    assert order(compounds, found, replace(TWO, ties=("owners",))) == [
        *("C3", "C1", "C2")
    ]
    assert order(compounds, found, replace(TWO, ties=("households",))) == [
        *("C3", "C1", "C2")
    ]


def test_who_has_no_value_to_break_a_tie_with_comes_last() -> None:
    compounds = [a_compound("C1"), a_compound("C2")]
    found = judged("C1", owners=6000) + judged("C2", street=6000)
    assert order(compounds, found, TWO) == ["C2", "C1"]


def a_company_of_two() -> tuple[list[Compound], list[Evaluation]]:
    compounds = [
        a_compound("C1", usc18="U1", households=300, street="S01"),
        a_compound("C2", usc18="U1", households=100, street="S02"),
        a_compound("C3", usc18="", street="S02"),
    ]
    found = judged("C1", street=9000) + judged("C2", street=5000)
    return compounds, found + judged("C3", street=1000)


def test_a_company_is_the_mean_of_its_compounds_weighted_by_households() -> None:
    compounds, found = a_company_of_two()
    ranked = evaluate(compounds, found, TWO)
    (one,) = by_company(ranked, compounds, TWO).order
    assert (one.subject, one.score, one.households) == ("U1", 8000, 400)
    assert one.compounds == 2
    each = replace(TWO, unit=Unit.COMPOUND)
    assert by_company(ranked, compounds, each).order[0].score == 7000


def test_a_street_is_the_mean_of_its_compounds() -> None:
    compounds, found = a_company_of_two()
    ranked = evaluate(compounds, found, TWO)
    streets = by_street(ranked, compounds, TWO)
    assert [(s.subject, s.score) for s in streets.order] == [
        ("S02", Fraction(3000)),
        ("S01", Fraction(9000)),
    ]
    assert streets.listed == 1


def test_compounds_without_households_weigh_the_same() -> None:
    compounds = [a_compound(i, usc18="U1", households=0) for i in ("C1", "C2")]
    found = judged("C1", street=9000) + judged("C2", street=5000)
    ranked = evaluate(compounds, found, TWO)
    assert by_company(ranked, compounds, TWO).order[0].score == 7000


def test_a_comparison_says_who_enters_and_who_leaves_the_bottom_list() -> None:
    compounds = [a_compound(f"C{k}") for k in range(1, 11)]
    found = [e for k, c in enumerate(compounds) for e in judged(c.id, street=5000 + k)]
    found += judged("C1", owners=9000) + judged("C2", owners=1000)
    old = evaluate(compounds, found, with_owners(least_sample=51))
    new = evaluate(compounds, found, TWO)
    changed = compare(old, new)
    assert (changed.enters, changed.leaves) == (("C2",), ("C1",))
    moves = {m.subject: m for m in changed.moves}
    assert (moves["C1"].old_rank, moves["C1"].new_rank) == (1, 10)
    assert (moves["C2"].old_rank, moves["C2"].new_rank) == (2, 1)
    assert (moves["C2"].old_bp, moves["C2"].new_bp) == (5001, 3001)
    assert [m.new_rank for m in changed.moves] == list(range(1, 11))


def test_a_comparison_names_who_is_ranked_by_one_rule_only() -> None:
    compounds = [a_compound("C1"), a_compound("C2")]
    found = judged("C1", street=5000, owners=5000) + judged("C2", street=1)
    old = evaluate(compounds, found, TWO)
    new = evaluate(compounds, found, with_owners(missing=Missing.UNRANKED))
    changed = compare(old, new)
    moves = {m.subject: m for m in changed.moves}
    assert (moves["C2"].old_rank, moves["C2"].new_rank) == (1, None)
    assert moves["C2"].new_bp is None
    assert (changed.enters, changed.leaves) == (("C1",), ("C2",))


def test_nothing_changes_under_the_same_rules() -> None:
    compounds, found = a_company_of_two()
    ranked = evaluate(compounds, found, TWO)
    changed = compare(ranked, ranked)
    assert changed.enters == changed.leaves == ()
    assert all(m.old_rank == m.new_rank for m in changed.moves)


@pytest.mark.parametrize(
    ("score", "sample", "low", "high"),
    [
        # computed apart with forty decimals, then rounded outwards
        (0, 10, 0, 2776),
        (10_000, 10, 7224, 10_000),
        (5000, 2, 945, 9055),
        (9000, 30, 7437, 9655),
        (9000, 100, 8256, 9448),
        (9000, 1000, 8798, 9171),
    ],
)
def test_intervals_have_their_known_ends(
    score: int, sample: int, low: int, high: int
) -> None:
    assert interval(score, sample) == Interval(low, high)


@settings(max_examples=300)
@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_an_interval_holds_the_real_one_and_is_at_most_one_point_wider(
    score: int, sample: int
) -> None:
    p, z = score / 10_000, 1.96
    middle = p + z * z / (2 * sample)
    spread = z * sqrt(p * (1 - p) / sample + z * z / (4 * sample * sample))
    ends = [(middle + s * spread) / (1 + z * z / sample) * 10_000 for s in (-1, 1)]
    found = interval(score, sample)
    assert ends[0] - 1.001 <= found.low_bp <= ends[0] + 0.001
    assert ends[1] - 0.001 <= found.high_bp <= ends[1] + 1.001
    assert found.low_bp <= score <= found.high_bp


@given(st.integers(0, 10_000), st.integers(1, 500))
def test_more_answers_never_widen_an_interval_by_more_than_rounding(
    score: int, sample: int
) -> None:
    small, large = interval(score, sample), interval(score, 4 * sample)
    width = small.high_bp - small.low_bp
    assert large.high_bp - large.low_bp <= width + 2


def test_a_survey_tells_its_interval_and_whether_it_is_large_enough() -> None:
    found = [
        Evaluation("C2", "owners", 9000, 100),
        Evaluation("C1", "owners", 9000, 10),
        Evaluation("C1", "street", 9000, 99),
    ]
    assert surveys(found, with_owners(least_sample=11)) == (
        Survey("C1", 9000, 10, Interval(5958, 9822), False),
        Survey("C2", 9000, 100, Interval(8256, 9448), True),
    )


@pytest.mark.parametrize(("score", "sample"), [(-1, 5), (10_001, 5), (5000, -1)])
def test_an_impossible_survey_is_refused(score: int, sample: int) -> None:
    with pytest.raises(InspectorError) as refused:
        interval(score, sample)
    assert refused.value.code == "evaluations.interval"


@given(st.fractions(0, 10_000))
def test_published_scores_are_whole_and_rounded_half_up(value: Fraction) -> None:
    assert rounded(value) == (value + Fraction(1, 2)).__floor__()
