"""Credit: what counts, scores known by hand, the past, the terms that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from credit_facts import COMPANY, DAY, a_compound, an_event, bad, base, praise, rules
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.credit import city_rules
from inspector.credit.file import (
    CreditEvent,
    Decision,
    EventState,
    Subject,
    decide,
    files,
)
from inspector.credit.from_results import Inspected, events_of
from inspector.credit.rules import Polarity, SubjectKind
from inspector.credit.score import Score, Scorer
from inspector.domain import RiskClass
from inspector.errors import InspectorError
from inspector.months import months_after
from inspector.results.outcomes import Outcome

ZIBO = Scorer(city_rules.rules_of("zibo"))


def scored(
    *events: CreditEvent, by: Scorer = ZIBO, on: date = DAY, filed: bool = True
) -> Score:
    return by.score(COMPANY, events, on, filed=filed)


def grade(*events: CreditEvent, by: Scorer = ZIBO, filed: bool = True) -> str:
    return scored(*events, by=by, filed=filed).grade


@pytest.mark.parametrize(
    ("events", "points", "grade"),
    [
        ([base(1, 8000), praise(2, 500)], 8500, "AAA"),
        ([base(1, 8000), praise(2, 499)], 8499, "AA"),
        ([base(1, 8000)], 8000, "AA"),
        ([base(1, 7999)], 7999, "A"),
        ([base(1, 7000)], 7000, "A"),
        ([base(1, 6999)], 6999, "B"),
        ([base(1, 6000), praise(2, 100), bad(3, 100)], 6000, "B"),
        ([base(1, 5999)], 5999, "B"),  # no bad record
        ([base(1, 6000), bad(2, 1)], 5999, "C"),
        ([], 0, "B"),
        ([bad(1, 100)], 0, "C"),
        ([base(1, 9000)], 8000, "AA"),  # base at most 80
        ([base(1, 8000), praise(2, 3000), praise(3, 3000)], 12_000, "AAA"),
        ([base(1, 8000), praise(2, 5000), bad(3, 2000)], 10_000, "AAA"),
    ],
)
def test_scores_of_shandong_are_as_by_hand(
    events: list[CreditEvent], points: int, grade: str
) -> None:
    found = scored(*events)
    assert (found.points, found.grade) == (points, grade)


def test_who_never_filed_has_the_missing_grade_whatever_the_points() -> None:
    found = scored(base(1, 8000), praise(2, 500), filed=False)
    assert (found.grade, found.label, found.risk) == ("C", "C（缺失）", RiskClass.D)
    assert scored(base(1, 8000), praise(2, 500)).label == "AAA"


def test_a_veto_forces_the_lowest_grade_until_it_is_repaired() -> None:
    veto = bad(3, 0, code="veto.funds", stated=False)
    events = [base(1, 8000), praise(2, 500), veto]
    found = scored(*events)
    assert (found.points, found.grade, found.risk) == (8500, "C", RiskClass.D)
    assert found.vetoes == ("veto.funds",)
    late = scored(*events, on=date(2031, 1, 1))
    assert late.vetoes == ("veto.funds",)  # it has no term of its own
    repaired = decide(veto, EventState.REPAIRED, date(2027, 1, 5))
    assert scored(events[0], repaired, on=date(2027, 1, 4)).grade == "C"
    assert scored(events[0], repaired, on=date(2027, 1, 5)).grade == "AA"


def test_a_plain_entry_of_the_same_points_is_no_veto() -> None:
    assert grade(base(1, 8000), bad(2, 0)) == "AA"


def test_risk_classes_follow_the_grade() -> None:
    found = [
        scored(*events).risk
        for events in ([base(1, 8000)], [base(1, 6500)], [base(1, 100), bad(2, 100)])
    ]
    assert found == [RiskClass.A, RiskClass.B, RiskClass.C]


LIANYUNGANG = Scorer(city_rules.rules_of("lianyungang"))


@pytest.mark.parametrize(
    ("events", "points", "name"),
    [
        ([], 9000, "A"),
        ([praise(1, 5000)], 14_000, "4A"),
        ([praise(1, 4999)], 13_999, "3A"),
        ([praise(1, 1000)], 10_000, "2A"),
        ([bad(1, 500)], 8500, "A"),
        ([bad(1, 501)], 8499, "B"),
        ([praise(1, 5000), bad(2, 0, code="veto.fraud")], 14_000, "B"),
    ],
)
def test_lianyungang_starts_at_ninety(
    events: list[CreditEvent], points: int, name: str
) -> None:
    found = scored(*events, by=LIANYUNGANG)
    assert (found.points, found.grade) == (points, name)


SHANGQIU = Scorer(city_rules.rules_of("shangqiu"))


def test_shangqiu_counts_within_the_calendar_year() -> None:
    event = praise(1, 2000, first=date(2026, 11, 1))
    assert scored(event, by=SHANGQIU, on=date(2026, 12, 31)).grade == "AAA"
    assert scored(event, by=SHANGQIU, on=date(2027, 1, 1)).grade == "A"


@pytest.mark.parametrize(
    ("points", "name"),
    [(0, "A"), (1, "B"), (1001, "C"), (2000, "C"), (2001, "不列入等级")],
)
def test_thresholds_of_shangqiu(points: int, name: str) -> None:
    assert grade(bad(1, points), by=SHANGQIU) == name


def test_nanning_adds_three_levels_by_their_shares() -> None:
    """80 - 10 by the street, 80 by the county, 80 + 5 by the city."""
    by = Scorer(city_rules.rules_of("nanning"))
    found = scored(
        bad(1, 1000, source="community"),
        praise(2, 500, source="authority"),
        by=by,
    )
    assert [(x.level, x.points) for x in found.levels] == [
        ("street", 7000),
        ("county", 8000),
        ("city", 8500),
    ]
    assert found.points == 7900  # 0.3 x 70 + 0.3 x 80 + 0.4 x 85
    assert found.grade == "A"


def test_an_event_may_name_its_level() -> None:
    by = Scorer(city_rules.rules_of("nanning"))
    found = scored(bad(1, 1000, source="authority", level="county"), by=by)
    assert [x.points for x in found.levels] == [8000, 7000, 8000]


@pytest.mark.parametrize(
    ("points", "stars"), [(0, 3), (1, 2), (1001, 1), (2000, 1), (2001, 0)]
)
def test_stars_of_kunming(points: int, stars: int) -> None:
    by = Scorer(city_rules.rules_of("kunming"))
    assert scored(bad(1, points), by=by).stars == stars


def test_kunming_has_a_ceiling() -> None:
    found = scored(praise(1, 5000), by=Scorer(city_rules.rules_of("kunming")))
    assert (found.points, found.stars) == (10_000, 5)


@pytest.mark.parametrize("state", [EventState.PENDING, EventState.REJECTED])
def test_only_an_accepted_event_scores(state: EventState) -> None:
    assert scored(base(1, 7000), bad(2, 500, state=state)).points == 7000
    assert scored(base(1, 7000), bad(2, 500)).points == 6500


def test_a_year_is_the_term_when_none_is_stated() -> None:
    event = bad(1, 100, first=date(2026, 11, 1))
    counts = [
        scored(base(2, 7000), event, on=date(2026, 11, 1) + timedelta(days=d)).points
        for d in (0, 365, 366)
    ]
    assert counts == [6900, 6900, 7000]


def test_a_stated_term_wins_over_the_rules() -> None:
    event = bad(1, 100, last=date(2026, 12, 1))
    on = [date(2026, 12, 1), date(2026, 12, 2)]
    assert [scored(base(2, 7000), event, on=d).points for d in on] == [6900, 7000]


def test_base_information_holds_until_it_changes() -> None:
    assert scored(base(1, 7000), on=date(2030, 1, 1)).points == 7000


def test_an_entry_may_have_a_term_of_its_own() -> None:
    more = (
        'entries = "o"\nscore = "o"\n[score]\nbase_start = 70\n[[entries]]\n'
        'code = "late"\ntext = "a"\npolarity = "criticism"\npoints = 2\nmonths = 6'
    )
    by = Scorer(rules(more))
    event = bad(1, 0, code="late", stated=False, first=date(2026, 8, 31))
    days = [date(2027, 2, 28), date(2027, 3, 1)]
    assert [scored(event, by=by, on=d).points for d in days] == [6800, 7000]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(
    day: date, months: int, then: date
) -> None:
    assert months_after(day, months) == then


def test_points_come_from_the_document_the_catalogue_or_the_signal_table() -> None:
    penalty = bad(1, 0, code="bad.penalty", stated=False)
    assert ZIBO.points(penalty) == 500
    assert ZIBO.points(replace(penalty, points=123, stated=True)) == 123
    assert ZIBO.points(an_event(stated=False, source="street")) == 200
    assert ZIBO.points(praise(1, 0, stated=False, source="authority")) == 300
    assert ZIBO.points(bad(1, 0, code="visit.major", stated=False)) == 200
    unknown = bad(1, 70, code="somewhere.else", stated=False)
    assert ZIBO.points(unknown) == 70


def test_another_version_of_the_rules_gives_other_points() -> None:
    old, new = (Scorer(city_rules.rules_of(f"weifang-{v}")) for v in (1, 2))
    events = [base(1, 8000), bad(2, 0, code="bad.penalty", stated=False)]
    a, b = scored(*events, by=old), scored(*events, by=new)
    assert [(s.points, s.rules) for s in (a, b)] == [
        (7500, "weifang@1-2"),
        (7000, "weifang@2-2"),
    ]


def test_the_past_stays_as_it_was_known_then() -> None:
    event = bad(1, 500, state=EventState.PENDING, first=date(2026, 3, 1))
    event = decide(event, EventState.ACCEPTED, date(2026, 4, 1))
    event = decide(event, EventState.REJECTED, date(2026, 6, 1))
    days = [date(2026, m, d) for m, d in ((3, 31), (4, 1), (5, 31), (6, 1))]
    assert [scored(base(2, 7000, first=days[0]), event, on=d).points for d in days] == [
        *(7000, 6500, 6500, 7000)
    ]


def test_an_event_recorded_later_does_not_change_the_past() -> None:
    late = bad(1, 500, first=date(2026, 3, 1), recorded=date(2026, 9, 1))
    assert scored(late, by=LIANYUNGANG, on=date(2026, 8, 31)).points == 9000
    assert scored(late, by=LIANYUNGANG, on=date(2026, 9, 1)).points == 8500


def test_an_event_whose_term_has_not_begun_does_not_count() -> None:
    event = bad(1, 500, recorded=date(2026, 3, 1), first=date(2026, 9, 1))
    event = replace(event, decisions=(Decision(date(2026, 3, 2), EventState.ACCEPTED),))
    assert scored(event, by=LIANYUNGANG, on=date(2026, 8, 31)).points == 9000
    assert scored(event, by=LIANYUNGANG, on=date(2026, 9, 1)).points == 8500


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (EventState.PENDING, EventState.REPAIRED),
        (EventState.REJECTED, EventState.ACCEPTED),
        (EventState.REPAIRED, EventState.ACCEPTED),
        (EventState.ACCEPTED, EventState.PENDING),
        (EventState.ACCEPTED, EventState.ACCEPTED),
    ],
)
def test_a_decision_that_cannot_follow_is_refused(
    first: EventState, then: EventState
) -> None:
    event = an_event(state=EventState.PENDING)
    if first is EventState.REPAIRED:
        event = decide(event, EventState.ACCEPTED, DAY)
    if first is not EventState.PENDING:
        event = decide(event, first, DAY)
    with pytest.raises(InspectorError) as refused:
        decide(event, then, DAY)
    assert refused.value.code == "credit.move"


def test_a_decision_before_the_last_one_is_refused() -> None:
    event = an_event(state=EventState.PENDING)
    with pytest.raises(InspectorError) as refused:
        decide(event, EventState.ACCEPTED, event.recorded - timedelta(days=1))
    assert refused.value.code == "credit.before"
    assert decide(event, EventState.ACCEPTED, event.recorded).decisions == (
        Decision(event.recorded, EventState.ACCEPTED),
    )


def test_the_same_fact_counts_once_whoever_reports_it() -> None:
    street, media = an_event(1), an_event(2, source="media", document="文〔2026〕1号")
    with pytest.raises(InspectorError) as refused:
        files([street, media])
    assert refused.value.code == "credit.twice"
    other = replace(media, polarity=Polarity.PRAISE)
    assert files([street, other]) == {COMPANY: (street, other)}


def test_a_rejected_report_does_not_bar_the_same_fact() -> None:
    wrong = an_event(1, state=EventState.REJECTED)
    right = replace(an_event(2), document=wrong.document)
    assert files([wrong, right]) == {COMPANY: (wrong, right)}
    assert files([right, wrong]) == {COMPANY: (right, wrong)}


def test_the_same_event_twice_is_refused() -> None:
    with pytest.raises(InspectorError) as refused:
        files([an_event(1), an_event(1)])
    assert refused.value.code == "credit.twice"


@pytest.mark.parametrize(
    "wrong",
    [
        {"document": ""},
        {"source": "neighbour"},
        {"points": -1},
        {"last": date(2026, 10, 31)},
    ],
)
def test_an_event_that_can_stand_in_no_file_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InspectorError) as refused:
        files([an_event(**wrong)])
    assert refused.value.code == "credit.event"


def a_result(**given: Any) -> Inspected:
    values: dict[str, Any] = {
        "document": "2026-12/V0007",
        "compound": a_compound("C0007").id,
        "usc18": COMPANY.id,
        "day": date(2026, 12, 8),
        "published": date(2026, 12, 15),
        "outcome": Outcome.ORDERED,
        "findings": {},
    }
    return Inspected(**(values | given))


def test_a_result_gives_an_event_per_finding_and_subject() -> None:
    found = {"G5-22": "redline", "G1-01": "", "G2-06": "minor", "G4-18": "major"}
    events = events_of(a_result(findings=found, manager="PM-17"), ZIBO)
    assert len(events) == 12
    mine = [e for e in events if e.subject == COMPANY]
    assert [(e.code, e.points, e.document) for e in mine] == [
        ("visit.unset", 100, "2026-12/V0007/G1-01"),
        ("visit.minor", 100, "2026-12/V0007/G2-06"),
        ("visit.major", 200, "2026-12/V0007/G4-18"),
        ("visit.redline", 500, "2026-12/V0007/G5-22"),
    ]
    assert {e.subject.kind for e in events} == set(SubjectKind)
    assert all(e.state is EventState.ACCEPTED for e in events)
    assert all(e.rules == "zibo@2026-2" for e in events)
    assert scored(*mine, by=LIANYUNGANG, on=date(2026, 12, 14)).points == 9000
    assert scored(*mine, by=LIANYUNGANG, on=date(2026, 12, 15)).points == 8100


def test_cutting_off_water_is_a_veto() -> None:
    events = events_of(a_result(findings={"G3-14": "redline"}), ZIBO)
    assert {e.code for e in events} == {"veto.cut_off"}
    assert scored(*events[:1], on=date(2026, 12, 20)).grade == "C"


def test_a_category_that_the_rules_name_gives_an_event() -> None:
    events = events_of(a_result(outcome=Outcome.FALSE_DISCLOSURE), ZIBO)
    assert {(e.code, e.polarity) for e in events} == {
        ("veto.fraud", Polarity.CRITICISM)
    }


def test_a_clean_visit_is_praise_and_one_that_found_nobody_is_nothing() -> None:
    clean = events_of(a_result(outcome=Outcome.NO_PROBLEM), ZIBO)
    assert {(e.code, e.polarity, e.points) for e in clean} == {
        ("visit.clean", Polarity.PRAISE, 100)
    }
    for outcome in (Outcome.UNREACHABLE, Outcome.PENDING, Outcome.CEASED):
        assert events_of(a_result(outcome=outcome), ZIBO) == ()


def test_a_result_enters_the_files_once() -> None:
    events = events_of(a_result(findings={"G2-06": "minor"}), ZIBO)
    assert len(files(events)) == 2
    with pytest.raises(InspectorError):
        files((*events, *(replace(e, id=f"again-{e.id}") for e in events)))


def test_a_compound_that_nobody_manages_has_a_file_of_its_own_only() -> None:
    events = events_of(a_result(usc18="", findings={"G2-06": "minor"}), ZIBO)
    assert [e.subject for e in events] == [Subject(SubjectKind.COMPOUND, "C0007")]


days = st.integers(0, 800).map(lambda d: date(2025, 6, 1) + timedelta(days=d))


@st.composite
def some_events(draw: st.DrawFn) -> list[CreditEvent]:
    out = []
    codes = ["", "", "bad.penalty", "veto.funds", "visit.minor", "elsewhere"]
    for number in range(draw(st.integers(0, 8))):
        first = draw(days)
        event = an_event(
            number,
            polarity=draw(st.sampled_from(list(Polarity))),
            points=draw(st.integers(0, 9000)),
            source=draw(st.sampled_from(["street", "media", "authority"])),
            code=draw(st.sampled_from(codes)),
            stated=draw(st.booleans()),
            first=first,
            state=EventState.PENDING,
        )
        on = first
        for state in draw(
            st.sampled_from(
                [(), ("accepted",), ("rejected",)] * 2
                + [
                    ("accepted", "repaired"),
                    ("accepted", "rejected"),
                ]
            )
        ):
            on += timedelta(days=draw(st.integers(0, 200)))
            event = decide(event, EventState(state), on)
        out.append(event)
    return out


SCORERS = [Scorer(city_rules.rules_of(n)) for n in city_rules.names()]
scorers = st.sampled_from(SCORERS)


@settings(max_examples=100)
@given(some_events(), scorers, days, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(
    events: list[CreditEvent], by: Scorer, day: date, stream: Any
) -> None:
    mixed = list(events)
    stream.shuffle(mixed)
    assert scored(*mixed, by=by, on=day) == scored(*events, by=by, on=day)


@settings(max_examples=100)
@given(some_events(), scorers, days)
def test_the_terms_add_up_to_the_score(
    events: list[CreditEvent], by: Scorer, day: date
) -> None:
    found = scored(*events, by=by, on=day)
    total = 0
    for level in found.levels:
        assert level.points == sum(t.points for t in level.terms)
        assert level.points >= by.rules.score.floor
        total += level.share_bp * level.points
    assert abs(total - 10_000 * found.points) <= 5000


@settings(max_examples=100)
@given(some_events(), scorers, days)
def test_an_event_that_is_not_accepted_never_changes_a_score(
    events: list[CreditEvent], by: Scorer, day: date
) -> None:
    waiting = an_event(99, state=EventState.PENDING, points=9999, first=day)
    refused = an_event(98, state=EventState.REJECTED, points=9999, first=day)
    before = scored(*events, by=by, on=day)
    assert scored(*events, waiting, refused, by=by, on=day) == before
    counted = [e for e in events if e.state_on(day) is EventState.ACCEPTED]
    assert scored(*counted, by=by, on=day) == before


@settings(max_examples=100)
@given(some_events(), scorers, days, days)
def test_what_is_decided_later_never_changes_the_past(
    events: list[CreditEvent], by: Scorer, day: date, later: date
) -> None:
    day, later = min(day, later), max(day, later) + timedelta(days=1)
    before = scored(*events, by=by, on=day)
    after = []
    for e in events:
        last = max([later, e.recorded, *(d.on for d in e.decisions)])
        pending = e.state is EventState.PENDING
        after.append(decide(e, EventState.ACCEPTED, last) if pending else e)
    after.append(an_event(77, first=later))
    assert scored(*after, by=by, on=day) == before


@settings(max_examples=100)
@given(some_events(), scorers, days, st.integers(0, 3000))
def test_more_praise_never_lowers_and_more_criticism_never_raises_a_score(
    events: list[CreditEvent], by: Scorer, day: date, points: int
) -> None:
    before = scored(*events, by=by, on=day).points
    more = praise(55, points, first=day)
    less = bad(56, points, first=day)
    assert scored(*events, more, by=by, on=day).points >= before
    assert scored(*events, less, by=by, on=day).points <= before
