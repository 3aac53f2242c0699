"""A case is the fold of its moves, and says the same as the month's own docket."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from docket_cases import (
    DAY,
    RULES,
    VISITS,
    a_case,
    accepted,
    accepting,
    closed,
    on,
    rectifying,
    then,
    visited,
    with_problems,
)
from hypothesis import given
from hypothesis import strategies as st
from month_logs import after_close
from month_logs import passed as outcomes
from month_stages import Month

from inspector.docket import ladder
from inspector.docket.cases import CaseFile, fold, to_case
from inspector.docket.entry import Reason, Why
from inspector.docket.from_results import Report, adopt, moves_of
from inspector.docket.homes import reported
from inspector.docket.moves import CaseOpened, MeasureTaken, ReasonAdded, name_of
from inspector.docket.recorded import KINDS, decode, encode
from inspector.docket.terms import ListedLevel, Measure, Party
from inspector.docket.visits import DOCKET_KINDS, after_visit, steps_done
from inspector.domain import Case, CaseState, VisitKind
from inspector.errors import InspectorError
from inspector.months import month_span


def test_a_new_case_is_what_the_freeze_would_open() -> None:
    assert to_case(a_case()) == Case(
        "2026-12-C0001", "C0001", CaseState.WAITING, DAY, None, None, None
    )


def test_an_incomplete_acceptance_is_taken_as_not_passed() -> None:
    case = to_case(accepting())
    assert case.state is CaseState.RECTIFYING
    assert (case.next_first, case.next_last) == (on(21), on(35))
    assert not accepting().passed
    assert closed().passed


def test_a_look_back_whose_window_is_over_is_not_made_any_more() -> None:
    case = closed()
    assert case.next is not None
    last = case.next[1]
    assert to_case(case, last - timedelta(days=1)).next_last == last
    assert to_case(case, last).next_last is None


def test_moves_before_the_opening_are_damage() -> None:
    move = MeasureTaken(DAY, Measure.JOINT, ListedLevel.NONE, "街道", "1")
    with pytest.raises(InspectorError) as found:
        fold([move])
    assert found.value.code == "docket.no_case"
    with pytest.raises(InspectorError):
        fold([])


def everything() -> CaseFile:
    case = accepted(accepting())
    case = then(case, ladder.close(case, on(22), "销1", RULES))
    case = then(case, ladder.reopen(case, on(23), "再查", RULES))
    case = with_problems(case, 24)
    case = then(case, ladder.order(case, on(24), "责改2号", RULES, works=[2]))
    veto = Reason(Why.VETO, (("code", "fraud"), ("zh", "弄虚作假"), ("count", 2)))
    return then(case, ReasonAdded(on(25), (veto,)))


def test_every_move_is_the_same_after_writing_and_reading() -> None:
    case = everything()
    written = [(type(m).__name__, encode(m)) for m in case.moves]
    again = fold(decode(kind, body) for kind, body in written)
    assert again == case
    assert set(dict(written)) <= set(KINDS)


@pytest.mark.parametrize(
    "body",
    [
        {"day": "2026-13-01", "numbers": [1], "number": "x"},
        {"day": "2026-12-01", "numbers": ["1"], "number": "x"},
        {"day": "2026-12-01", "numbers": [1]},
        {"day": None, "numbers": [1], "number": "x"},
    ],
)
def test_a_damaged_move_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(InspectorError) as found:
        decode("ProblemsSolved", body)
    assert found.value.code == "docket.damaged"
    with pytest.raises(InspectorError):
        decode("Nothing", body)


def finish_acceptance(case: CaseFile, day_after: bool, good: bool) -> CaseFile:
    """All parties speak the day after the acceptance visit, or one refuses."""
    assert case.accepted_on is not None
    day = case.accepted_on + timedelta(days=day_after)
    if not good:
        return then(case, ladder.judge(case, day, Party.OWNERS, False, "验", RULES))
    for party in Party:
        case = then(case, ladder.judge(case, day, party, True, "验", RULES))
    return then(case, ladder.close(case, day, "销", RULES))


def test_the_docket_of_the_following_month_and_the_ladder_agree(month: Month) -> None:
    assigned = month.closed.assigned
    frozen = assigned.frozen
    good = outcomes(assigned)
    registry, _ = after_close(assigned, good)
    compounds = {c.id: c for c in month.registry.compounds}
    cases = {}
    for row in frozen.intake.cases:
        c = compounds[row.compound]
        if row in month.registry.docket:
            steps = steps_done(row, month.registry.history)
            move = adopt(row, c.usc18, c.street, steps, row.opened)
            cases[row.compound, row.id] = fold([move])
        else:
            opening = CaseOpened(row.opened, row.id, c.id, c.usc18, c.street, ())
            cases[row.compound, row.id] = fold([opening])
    case_of = {v.compound: v.case for v in frozen.intake.visits}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    made = 0
    for result in sorted(assigned.results, key=lambda r: (r.date, r.visit)):
        visit = visits[result.visit]
        kinds = [k for k in visit.kinds if k in DOCKET_KINDS]
        if not kinds or result.score_bp < 0:
            continue
        made += 1
        key = (visit.compound, case_of[visit.compound])
        case = cases[key]
        ok = result.outcome == "no_problem"
        report = Report(f"2026-12/{visit.id}", result.date, kinds[0], ok)
        case = then(case, *moves_of(case, report, frozen.policy.visits, RULES).moves)
        assert reported(case, report)
        told = replace(report, log="bureau/2026-12/another scope")
        assert reported(case, told)  # this move names no log, only its day
        assert not reported(case, replace(told, day=date(2027, 1, 1)))
        if case.accepted_on is not None:
            case = finish_acceptance(case, True, ok)
        cases[key] = case
    ended = month_span(frozen.policy.month)[1]
    mine = sorted((to_case(c, ended) for c in cases.values()), key=lambda c: c.id)
    assert tuple(mine) == registry.docket
    states = {c.state for c in mine}
    print(f"{made} docket visits, {len(mine)} cases, states {sorted(states)}")
    assert len(mine) == 24
    assert made > 10  # what exactly depends on the month's made-up results
    assert len(states) > 2


windows = st.tuples(st.integers(0, 20), st.integers(0, 20))


@given(
    state=st.sampled_from(list(CaseState)),
    steps=st.integers(0, 2),
    days=st.lists(st.integers(0, 27), min_size=1, max_size=3, unique=True),
    good=st.booleans(),
)
def test_the_ladder_agrees_with_after_visit_from_every_state(
    state: CaseState, steps: int, days: list[int], good: bool
) -> None:
    kind = {
        CaseState.WAITING: VisitKind.REMEDIATION,
        CaseState.LISTED: VisitKind.REMEDIATION,
        CaseState.RECTIFYING: VisitKind.RECHECK,
        CaseState.ACCEPTING: VisitKind.ACCEPTANCE,
        CaseState.CLOSED: VisitKind.LOOKBACK,
    }[state]
    begun = state is not CaseState.WAITING
    series = kind is VisitKind.REMEDIATION
    done = steps if state is CaseState.LISTED else 0
    days = sorted(days)[: 3 - done] if series else days[:1]
    row = Case(
        "X",
        "C1",
        state,
        DAY,
        on(-9) if begun else None,
        on(0) if begun else None,
        on(20) if begun else None,
    )
    case = fold([adopt(row, "U", "S", done, DAY)])
    assert to_case(case) == row
    made = [on(d) for d in days]
    for day in made:
        report = Report(f"{day}", day, kind, good)
        case = then(case, *moves_of(case, report, VISITS, RULES).moves)
    if kind is VisitKind.ACCEPTANCE:
        case = finish_acceptance(case, False, good)
    theirs = row
    for n, day in enumerate(made, done):
        theirs = after_visit(theirs, kind, day, VISITS, n, passed=good)
    assert to_case(case) == theirs
    if kind in (VisitKind.RECHECK, VisitKind.ACCEPTANCE):
        assert case.passed == good


def test_a_longer_deadline_alone_moves_the_recheck_away_from_the_months_rule() -> None:
    case = rectifying()
    assert case.next == (on(33), on(47))
    plain = replace(case, next=None, problems=())
    assert visited(plain, 20, VisitKind.RECHECK, passed=False).next == (on(21), on(35))


def test_a_good_recheck_solves_everything_and_a_bad_one_what_it_no_longer_found() -> (
    None
):
    case = rectifying()
    good = Report("2027-01/V1", on(40), VisitKind.RECHECK, True)
    assert then(case, *moves_of(case, good, VISITS, RULES).moves).unsolved == ()
    bad = replace(good, good=False, findings=(("G5-22", "redline"), ("G1-02", "minor")))
    after = then(case, *moves_of(case, bad, VISITS, RULES).moves)
    assert [p.item for p in after.unsolved] == ["G5-22", "G1-02"]
    silent = replace(good, good=False)
    assert len(then(case, *moves_of(case, silent, VISITS, RULES).moves).unsolved) == 3


def test_a_bad_look_back_opens_the_case_again_with_an_order_for_what_it_found() -> None:
    report = Report(
        "2027-01/V2",
        on(60),
        VisitKind.LOOKBACK,
        False,
        (("G1-01", "minor"), ("G5-22", "redline")),
        ordered=on(63),
    )
    taken = moves_of(closed(), report, VISITS, RULES)
    assert [name_of(m) for m in taken.moves] == [
        "visited",
        "reopened",
        "problems_found",
        "ordered",
    ]
    case = then(closed(), *taken.moves)
    assert case == taken.case
    assert (case.state, case.closed_on, case.reopened) == (
        CaseState.RECTIFYING,
        None,
        1,
    )
    assert {p.item: p.deadline for p in case.unsolved} == {
        "G1-01": on(63 + 15),
        "G5-22": on(63),  # 立即: the day of the order itself
    }
    assert case.orders[-1] == "责改〔2027-01〕V2号"
    good = moves_of(closed(), replace(report, good=True, findings=()), VISITS, RULES)
    assert good.case.state is CaseState.CLOSED


def test_nothing_is_found_in_a_closed_case_before_it_is_opened_again() -> None:
    with pytest.raises(InspectorError) as found:
        ladder.find_problems(closed(), on(60), [("G1-01", "minor")], "2027-01/V2")
    assert found.value.code == "docket.move"
