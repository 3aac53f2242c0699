"""Red and black list: who belongs there, and the steps that lead on and off it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from credit_facts import COMPANY, DAY, bad, base, praise
from hypothesis import given
from hypothesis import strategies as st

from inspector.credit import city_rules
from inspector.credit.file import CreditEvent, EventState, Subject, decide
from inspector.credit.grounds import (
    Circumstances,
    Ground,
    ListVerdict,
    Recomputed,
    black,
    recompute,
    red,
)
from inspector.credit.lists import (
    MOVES,
    EntryStep,
    Roll,
    RollEntry,
    RollState,
    StepKind,
    possible,
    propose,
    replay,
    step,
)
from inspector.credit.rules import SubjectKind
from inspector.credit.score import Scorer
from inspector.errors import InspectorError

ZIBO = Scorer(city_rules.rules_of("zibo"))
GOOD = Circumstances(satisfaction=(9000, 30))
BEST = [base(1, 8000, first=date(2025, 1, 1)), praise(2, 500)]


def is_red(
    events: list[CreditEvent], about: Circumstances = GOOD, by: Scorer = ZIBO
) -> ListVerdict:
    return red(by, by.score(COMPANY, events, DAY, filed=about.filed), events, about)


def is_black(
    events: list[CreditEvent], about: Circumstances = GOOD, by: Scorer = ZIBO
) -> ListVerdict:
    return black(by, by.score(COMPANY, events, DAY), events, about)


def test_who_meets_every_condition_belongs_on_the_red_list() -> None:
    assert is_red(BEST) == ListVerdict(True, ())


@pytest.mark.parametrize(
    ("events", "about", "ground"),
    [
        ([BEST[0]], GOOD, Ground("grade", ("AA",))),
        (
            BEST,
            replace(GOOD, satisfaction=(8999, 500)),
            Ground("satisfaction", ("8999",)),
        ),
        (BEST, replace(GOOD, satisfaction=None), Ground("no_satisfaction")),
        (BEST, replace(GOOD, satisfaction=(9900, 0)), Ground("no_satisfaction")),
        (BEST, replace(GOOD, open_cases=1), Ground("open_case", ("1",))),
    ],
)
def test_each_condition_that_is_not_met_keeps_one_off_the_red_list(
    events: list[CreditEvent], about: Circumstances, ground: Ground
) -> None:
    assert is_red(events, about) == ListVerdict(False, (ground,))


def test_who_never_filed_is_never_red() -> None:
    found = is_red(BEST, replace(GOOD, filed=False))
    assert found == ListVerdict(False, (Ground("grade", ("C",)),))


@pytest.mark.parametrize(
    ("first", "belongs"), [(date(2025, 11, 20), True), (date(2025, 11, 21), False)]
)
def test_a_bad_record_counts_for_twelve_months(first: date, belongs: bool) -> None:
    """Even when its own term was shorter, or it was repaired."""
    old = bad(3, 0, first=first, last=first)
    assert is_red([*BEST, old]).belongs is belongs
    repaired = decide(old, EventState.REPAIRED, first)
    assert is_red([*BEST, repaired]).belongs is belongs


def test_a_complaint_that_waits_for_a_decision_bars_nobody() -> None:
    assert is_red([*BEST, bad(3, 100, state=EventState.PENDING)]).belongs
    assert is_red([*BEST, bad(3, 100, state=EventState.REJECTED)]).belongs


def test_all_that_is_missing_is_named_together() -> None:
    found = is_red([], Circumstances(open_cases=2))
    assert [g.code for g in found.grounds] == ["grade", "no_satisfaction", "open_case"]


def test_in_shangqiu_the_best_grade_is_all_it_takes() -> None:
    by = Scorer(city_rules.rules_of("shangqiu"))
    events = [praise(1, 2000), bad(2, 0)]
    assert is_red(events, Circumstances(open_cases=1), by).belongs


def test_a_veto_in_force_belongs_on_the_black_list() -> None:
    veto = bad(3, 0, code="veto.refuse_fix")
    found = is_black([*BEST, veto])
    assert found == ListVerdict(True, (Ground("veto", ("veto.refuse_fix",)),))
    assert not is_black([*BEST, bad(3, 0)]).belongs


POOR = [base(1, 5000, first=date(2025, 1, 1)), bad(2, 100, first=date(2026, 2, 1))]


@pytest.mark.parametrize(
    ("graded", "belongs"),
    [
        ((date(2026, 3, 31), date(2026, 6, 30)), True),
        ((date(2026, 3, 31),), False),
        ((date(2026, 3, 31), date(2026, 3, 31)), False),  # the same day twice
        ((date(2025, 12, 31), date(2026, 3, 31)), False),  # B before the record
        ((date(2026, 3, 31), date(2026, 12, 31)), False),  # not yet
    ],
)
def test_grade_c_twice_belongs_on_the_black_list(
    graded: tuple[date, ...], belongs: bool
) -> None:
    found = is_black(POOR, replace(GOOD, graded=graded))
    assert found.belongs is belongs
    if belongs:
        assert found.grounds == (Ground("grade", ("2026-03-31", "2026-06-30")),)


def test_grades_too_long_ago_do_not_count() -> None:
    old = [base(1, 5000, first=date(2023, 1, 1)), bad(2, 1, first=date(2024, 5, 1))]
    graded = (date(2024, 6, 30), date(2024, 12, 31))
    assert not is_black(old, replace(GOOD, graded=graded)).belongs


def test_in_shangqiu_c_once_is_enough() -> None:
    by = Scorer(city_rules.rules_of("shangqiu"))
    about = Circumstances(graded=(DAY,))
    assert is_black([bad(1, 2000)], about, by).belongs
    assert not is_black([bad(1, 1000)], about, by).belongs


OTHER = Subject(SubjectKind.COMPANY, "91450499HC0000016J")
BLACK = Subject(SubjectKind.COMPANY, "91450499HC0000315G")


def computed(entries: tuple[RollEntry, ...] = (), name: str = "zibo") -> Recomputed:
    files = {
        COMPANY: BEST,
        BLACK: [replace(bad(5, 0, code="veto.funds"), subject=BLACK)],
        OTHER: [],
    }
    about = dict.fromkeys(files, GOOD)
    return recompute(Scorer(city_rules.rules_of(name)), DAY, files, about, entries)


def entry(roll: Roll, subject: Subject, upto: int = 0) -> RollEntry:
    """An entry proposed on 1 January; then notified, heard, listed."""
    made = propose("n1", roll, subject, "理由", "文1", date(2026, 1, 1), ZIBO.rules)
    return replay(made, STEPS[:upto])


STEPS = (
    EntryStep(StepKind.NOTIFIED, date(2026, 1, 5), "告字1号"),
    EntryStep(StepKind.HEARD, date(2026, 1, 8), note="放弃申辩"),
    EntryStep(StepKind.LISTED, date(2026, 1, 12), "决字1号"),
)


def test_lists_are_computed_again_with_what_would_change() -> None:
    found = computed()
    assert (found.red, found.black) == ((COMPANY,), (BLACK,))
    assert [(c.roll, c.subject, c.grounds[0].code) for c in found.propose] == [
        (Roll.BLACK, BLACK, "veto"),
        (Roll.RED, COMPANY, "all_met"),
    ]
    assert found.lapse == ()
    assert found.rules == "zibo@2026-2"
    assert found.scores[COMPANY].grade == "AAA"


def test_who_is_listed_or_on_the_way_is_not_proposed_again() -> None:
    entries = (entry(Roll.RED, COMPANY, 3), replace(entry(Roll.BLACK, BLACK), id="n2"))
    found = computed(entries)
    assert (found.red, found.black) == ((COMPANY,), (BLACK,))
    assert found.propose == ()


def test_a_red_entry_that_no_longer_fits_lapses() -> None:
    found = computed((entry(Roll.RED, OTHER, 3),))
    assert [(c.entry, c.grounds[0].code) for c in found.lapse] == [("n1", "grade")]


def test_who_is_on_the_black_list_is_never_red() -> None:
    found = computed((entry(Roll.BLACK, COMPANY, 3),))
    assert found.red == ()
    assert Roll.RED not in {c.roll for c in found.propose}


def test_another_version_may_give_other_lists() -> None:
    assert computed(name="kunming").red == ()


def test_an_entry_is_told_heard_listed_and_ends_with_its_term() -> None:
    found = entry(Roll.BLACK, BLACK, 3)
    assert (found.state, found.live) == (RollState.LISTED, True)
    assert found.hearing_until == date(2026, 1, 10)
    assert (found.listed, found.until) == (date(2026, 1, 12), date(2027, 1, 12))
    over = step(found, EntryStep(StepKind.EXPIRED, date(2027, 1, 13)))
    assert (over.state, over.removed, over.live) == (
        RollState.REMOVED,
        date(2027, 1, 13),
        False,
    )
    on = [date(2026, 1, 11), date(2026, 1, 12), date(2027, 1, 12), date(2027, 1, 13)]
    assert [over.on_roll(d) for d in on] == [False, True, True, False]


def refused(found: RollEntry, kind: StepKind, on: date, document: str = "文9") -> str:
    with pytest.raises(InspectorError) as error:
        step(found, EntryStep(kind, on, document))
    assert all(error.value.sentences())
    return error.value.code


def test_nobody_is_listed_before_the_days_to_be_heard_are_over() -> None:
    notified = entry(Roll.BLACK, BLACK, 1)
    assert refused(notified, StepKind.LISTED, date(2026, 1, 10)) == "roll.hearing"
    listed = step(notified, EntryStep(StepKind.LISTED, date(2026, 1, 11), "决1"))
    assert listed.live


def test_who_was_heard_may_be_listed_at_once() -> None:
    heard = entry(Roll.BLACK, BLACK, 2)
    assert step(heard, EntryStep(StepKind.LISTED, date(2026, 1, 8), "决1")).live


def test_a_hearing_can_end_the_matter() -> None:
    dropped = step(
        entry(Roll.BLACK, BLACK, 2),
        EntryStep(StepKind.DROPPED, date(2026, 1, 9), "决2"),
    )
    assert (dropped.state, dropped.live, dropped.pending) == (
        RollState.DROPPED,
        False,
        False,
    )
    assert possible(dropped) == ()


def test_an_entry_is_not_removed_before_its_term_without_repair() -> None:
    listed = entry(Roll.BLACK, BLACK, 3)
    assert refused(listed, StepKind.EXPIRED, date(2027, 1, 12)) == "roll.term"
    assert refused(listed, StepKind.REPAIR_GRANTED, date(2026, 6, 1)) == "roll.move"
    applied = step(listed, EntryStep(StepKind.REPAIR_APPLIED, date(2026, 6, 1)))
    assert (applied.state, applied.live) == (RollState.REPAIRING, True)
    granted = step(
        applied, EntryStep(StepKind.REPAIR_GRANTED, date(2026, 6, 20), "修1")
    )
    assert (granted.state, granted.removed) == (RollState.REMOVED, date(2026, 6, 20))
    stays = step(applied, EntryStep(StepKind.REPAIR_REFUSED, date(2026, 6, 20), "修2"))
    assert (stays.state, stays.until) == (RollState.LISTED, date(2027, 1, 12))


def test_a_red_entry_lapses_but_is_never_repaired() -> None:
    listed = entry(Roll.RED, COMPANY, 3)
    day = date(2026, 6, 1)
    assert refused(listed, StepKind.REPAIR_APPLIED, day) == "roll.red_repair"
    assert step(listed, EntryStep(StepKind.LAPSED, day)).state is RollState.REMOVED
    black_entry = entry(Roll.BLACK, BLACK, 3)
    assert refused(black_entry, StepKind.LAPSED, day) == "roll.move"
    assert StepKind.LAPSED not in possible(black_entry)
    assert StepKind.REPAIR_APPLIED not in possible(listed)


def test_a_court_can_undo_an_entry_at_any_time() -> None:
    undone = step(
        entry(Roll.BLACK, BLACK, 3),
        EntryStep(StepKind.REVOKED, date(2026, 1, 20), "判1"),
    )
    assert undone.removed == date(2026, 1, 20)


@pytest.mark.parametrize("state", list(RollState))
@pytest.mark.parametrize("kind", list(StepKind))
def test_a_step_that_a_state_does_not_allow_is_refused(
    state: RollState, kind: StepKind
) -> None:
    found = replace(entry(Roll.BLACK, BLACK), state=state)
    made = EntryStep(kind, date(2028, 1, 1), "文9")
    if kind in MOVES[state] and kind is not StepKind.LAPSED:
        assert step(found, made).state is MOVES[state][kind]
    else:
        assert refused(found, kind, made.on) == "roll.move"


def test_steps_keep_the_order_of_time() -> None:
    notified = entry(Roll.BLACK, BLACK, 1)
    assert refused(notified, StepKind.HEARD, date(2026, 1, 4)) == "roll.before"
    first = entry(Roll.BLACK, BLACK)
    assert refused(first, StepKind.NOTIFIED, date(2025, 12, 31)) == "roll.before"


@pytest.mark.parametrize("kind", [StepKind.NOTIFIED, StepKind.DROPPED])
def test_a_step_that_takes_a_document_is_refused_without(kind: StepKind) -> None:
    found = entry(Roll.BLACK, BLACK)
    assert refused(found, kind, date(2026, 1, 5), "") == "roll.document"


@pytest.mark.parametrize(("reason", "document"), [("", "文1"), ("理由", "")])
def test_a_proposal_states_its_fact_and_document(reason: str, document: str) -> None:
    with pytest.raises(InspectorError) as error:
        propose("n1", Roll.RED, COMPANY, reason, document, DAY, ZIBO.rules)
    assert error.value.code == "roll.document"


def test_days_and_months_are_those_of_the_rules() -> None:
    red_one, black_one = entry(Roll.RED, COMPANY), entry(Roll.BLACK, BLACK)
    assert (red_one.hearing_days, red_one.months) == (5, 12)
    assert (black_one.hearing_days, black_one.months) == (5, 12)
    assert black_one.rules == "zibo@2026-2"


steps = st.lists(
    st.tuples(st.sampled_from(list(StepKind)), st.integers(0, 400)), max_size=8
)


@given(st.sampled_from(list(Roll)), steps)
def test_whatever_steps_are_tried_nobody_is_listed_unheard(
    roll: Roll, tried: list[tuple[StepKind, Any]]
) -> None:
    found, day = entry(roll, BLACK), date(2026, 1, 1)
    for kind, days in tried:
        day += timedelta(days=days)
        try:
            found = step(found, EntryStep(kind, day, "文"))
        except InspectorError:
            continue
    kinds = [s.kind for s in found.steps]
    assert found.live <= (StepKind.LISTED in kinds)
    if StepKind.LISTED in kinds:
        before = kinds[: kinds.index(StepKind.LISTED)]
        assert StepKind.NOTIFIED in before
        assert found.listed is not None and found.hearing_until is not None
        heard = StepKind.HEARD in before
        assert heard or found.listed > found.hearing_until
    assert replay(entry(roll, BLACK), found.steps) == found
