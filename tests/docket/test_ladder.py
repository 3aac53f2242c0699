"""The docket's moves, judged: each rule one that fits and one that is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docket_cases import (
    RULES,
    VISITS,
    a_case,
    accepted,
    accepting,
    closed,
    on,
    ordered,
    rectifying,
    then,
    visited,
    with_problems,
)

from inspector.docket import ladder
from inspector.docket.cases import CaseFile
from inspector.docket.terms import DocketRules, ListedLevel, Measure, Party, Term
from inspector.domain import CaseState, VisitKind
from inspector.errors import InspectorError
from inspector.words import word


def refused(call: Any, *args: Any, **kwargs: Any) -> InspectorError:
    with pytest.raises(InspectorError) as found:
        call(*args, **kwargs)
    return found.value


def test_a_series_of_visits_leads_to_rectification_acceptance_and_closing() -> None:
    case = a_case()
    states = [case.state]
    for day in (1, 8, 15):
        case = visited(case, day, VisitKind.REMEDIATION)
        states.append(case.state)
    case = visited(case, 18, VisitKind.RECHECK)
    states.append(case.state)
    case = accepted(visited(case, 20, VisitKind.ACCEPTANCE))
    case = then(case, ladder.close(case, on(22), "销号1号", RULES))
    assert [*states, case.state] == [
        CaseState.WAITING,
        CaseState.LISTED,
        CaseState.LISTED,
        CaseState.RECTIFYING,
        CaseState.ACCEPTING,
        CaseState.CLOSED,
    ]
    assert case.next == (date(2027, 1, 20), date(2027, 2, 19))
    assert (case.look_back, case.closed_on) == ("due", on(22))


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        (a_case(), VisitKind.RECHECK),
        (a_case(), VisitKind.ACCEPTANCE),
        (a_case(), VisitKind.LOOKBACK),
        (rectifying(), VisitKind.REMEDIATION),
        (closed(), VisitKind.REMEDIATION),
        (closed(), VisitKind.ACCEPTANCE),
        (a_case(), VisitKind.RANDOM),
    ],
)
def test_a_visit_that_does_not_fit_the_state_is_refused_by_name(
    case: CaseFile, kind: VisitKind
) -> None:
    error = refused(ladder.visit, case, on(60), kind, "V", VISITS, RULES)
    assert error.code == "docket.move"
    state, move = word("case", case.state.value), word("kind", kind.value)
    assert error.params == {"state": state, "move": move}
    zh, en = error.sentences()
    assert (state.zh in zh, move.zh in zh) == (state.en in en, move.en in en)
    assert case.state.value == state.en or case.state.value not in zh


def test_an_order_gives_each_problem_the_deadline_of_its_severity() -> None:
    case = ordered(with_problems(a_case()), 2)
    assert [p.deadline for p in case.problems] == [on(17), on(32), on(2)]
    assert case.deadline == on(2)
    assert case.state is CaseState.WAITING  # the series still comes first


def test_a_building_project_gets_ninety_days() -> None:
    case = ordered(with_problems(a_case()), 2, works=[1])
    assert case.problems[0].deadline == on(92)
    assert case.moves[-1].deadlines[0][1] is Term.WORKS  # type: ignore[union-attr]


def test_deadlines_are_data() -> None:
    law = replace(RULES.deadlines, days=((Term.ORDINARY, 7), (Term.COMPLEX, 20)))
    assert ladder.deadline(on(0), "minor", False, law) == (Term.ORDINARY, on(7))
    assert ladder.deadline(on(0), "major", False, law) == (Term.COMPLEX, on(20))


def test_an_order_without_problems_is_refused() -> None:
    assert refused(ordered, a_case()).code == "docket.no_problem"
    assert refused(ordered, ordered(with_problems(a_case()))).code == (
        "docket.no_problem"
    )


def test_a_straight_order_waits_for_the_latest_deadline_before_the_recheck() -> None:
    case = ordered(with_problems(a_case()), 2, straight=True)
    assert case.state is CaseState.RECTIFYING
    assert case.next == (on(33), on(47))


def test_a_straight_order_fits_a_waiting_case_only() -> None:
    case = visited(with_problems(a_case()), 1, VisitKind.REMEDIATION)
    error = refused(ordered, case, 3, straight=True)
    assert error.code == "docket.straight"


def test_a_recheck_follows_within_fifteen_days_when_no_deadline_lies_further() -> None:
    assert ladder.recheck_window(on(0), [on(15), None], RULES) == (on(1), on(15))
    assert ladder.recheck_window(on(0), [on(16)], RULES) == (on(17), on(31))


def extended(case: CaseFile, until: date, *numbers: int) -> CaseFile:
    move = ladder.extend(
        case,
        on(10),
        numbers,
        until,
        RULES,
        number="延1号",
        approver="head",
        reason="配件到货延误",
    )
    return then(case, move)


def test_an_extension_moves_deadline_and_recheck() -> None:
    case = extended(rectifying(), on(50), 1)
    assert case.problems[0].deadline == on(50)
    assert case.next == (on(51), on(65))


@pytest.mark.parametrize("until", [on(17), on(93)])
def test_an_extension_must_lie_within_ninety_days_of_the_order(until: date) -> None:
    error = refused(extended, rectifying(), until, 1)
    assert error.code == "docket.extension"
    assert extended(rectifying(), on(92), 1).problems[0].deadline == on(92)


def test_an_extension_of_what_was_never_ordered_is_refused() -> None:
    assert refused(extended, with_problems(a_case()), on(40), 1).code == (
        "docket.no_order"
    )
    assert refused(extended, rectifying(), on(40), 9).code == "docket.problem"


def test_a_recheck_cannot_pass_over_an_unsolved_problem() -> None:
    case = rectifying()
    error = refused(
        ladder.visit, case, on(40), VisitKind.RECHECK, "V", VISITS, RULES, solved=[1]
    )
    assert (error.code, error.params["numbers"]) == ("docket.unsolved", "2, 3")
    done = ladder.visit(
        case, on(40), VisitKind.RECHECK, "V", VISITS, RULES, solved=[1, 2, 3]
    )
    assert then(case, done).unsolved == ()
    assert then(case, done).state is CaseState.ACCEPTING


def test_a_failed_recheck_is_due_again_and_counts_as_a_failure() -> None:
    case = rectifying(failures=2)
    assert case.state is CaseState.RECTIFYING
    assert case.next == (on(42), on(56))
    assert [f.what for f in case.failures] == ["recheck", "recheck"]


def test_acceptance_needs_all_four_parties() -> None:
    case = accepting()
    for party in (Party.HOUSING, Party.STREET, Party.OWNERS):
        case = then(case, ladder.judge(case, on(21), party, True, "验1", RULES))
    error = refused(ladder.close, case, on(22), "销1", RULES)
    assert error.code == "docket.parties"
    assert error.sentences() == (
        "验收意见不全，缺：社区",
        "verdicts are missing: community",
    )
    case = then(case, ladder.judge(case, on(21), Party.COMMUNITY, True, "验1", RULES))
    assert then(case, ladder.close(case, on(22), "销1", RULES)).closed_on == on(22)


def test_which_parties_accept_is_data() -> None:
    rules = DocketRules(parties=(Party.HOUSING,))
    case = accepting()
    case = then(case, ladder.judge(case, on(21), Party.HOUSING, True, "验1", rules))
    assert then(case, ladder.close(case, on(22), "销1", rules)).state is (
        CaseState.CLOSED
    )


def test_a_party_speaks_once_and_one_refusal_sends_the_case_back() -> None:
    case = accepting()
    case = then(case, ladder.judge(case, on(21), Party.STREET, True, "验1", RULES))
    twice = refused(ladder.judge, case, on(21), Party.STREET, False, "验1", RULES)
    assert twice.code == "docket.verdict_twice"
    case = then(case, ladder.judge(case, on(21), Party.OWNERS, False, "验2", RULES))
    assert (case.state, case.next) == (CaseState.RECTIFYING, (on(21), on(35)))
    assert [f.what for f in case.failures] == ["acceptance"]
    assert case.verdicts == ()


def test_no_verdict_before_the_acceptance_visit() -> None:
    case = a_case()
    for day in (1, 8, 15):
        case = visited(case, day, VisitKind.REMEDIATION)
    case = visited(case, 18, VisitKind.RECHECK)
    error = refused(ladder.judge, case, on(19), Party.OWNERS, True, "验1", RULES)
    assert error.sentences()[0] == "台账事项处于“待验收”，不能进行“验收意见”"
    assert refused(ladder.lapse, case, on(19), RULES).code == "docket.move"


def test_an_acceptance_that_stays_incomplete_lapses() -> None:
    case = accepting()
    case = then(case, ladder.lapse(case, on(40), RULES))
    assert (case.state, case.next) == (CaseState.RECTIFYING, (on(21), on(35)))


def test_closing_needs_every_problem_solved() -> None:
    case = accepted(with_problems(accepting(), 20))
    assert refused(ladder.close, case, on(22), "销1", RULES).code == "docket.unsolved"
    case = then(case, ladder.solve(case, on(22), [1, 2, 3], "照片"))
    assert then(case, ladder.close(case, on(23), "销1", RULES)).state is (
        CaseState.CLOSED
    )


def test_closing_a_listed_case_takes_the_plate_down() -> None:
    case = accepting()
    measure = ladder.take_measure(
        case, on(20), Measure.LISTED, ListedLevel.CITY, "市住建局", "督1"
    )
    case = accepted(then(case, measure))
    assert ladder.close(case, on(22), "摘牌1号", RULES).delisted
    assert not ladder.close(accepted(accepting()), on(22), "销号1号", RULES).delisted


def test_listed_supervision_has_a_level_and_other_measures_have_none() -> None:
    case = a_case()
    for measure, level in (
        (Measure.LISTED, ListedLevel.NONE),
        (Measure.JOINT, ListedLevel.CITY),
        (Measure.ENFORCED, ListedLevel.DISTRICT),
    ):
        error = refused(
            ladder.take_measure, case, on(1), measure, level, "住建局", "督1"
        )
        assert error.code == "docket.level"
    for measure, level in (
        (Measure.JOINT, ListedLevel.NONE),
        (Measure.LISTED, ListedLevel.CITY),
    ):
        move = ladder.take_measure(case, on(1), measure, level, "住建局", "督1")
        assert then(case, move).measures[-1].level is level


def test_a_deadline_is_missed_only_once_it_has_passed() -> None:
    case = rectifying()
    assert refused(ladder.miss, case, on(17), [1]).code == "docket.due"
    case = then(case, ladder.miss(case, on(18), [1]))
    assert [f.what for f in case.failures] == ["deadline"]


def test_the_same_item_is_not_found_twice_while_it_is_unsolved() -> None:
    case = with_problems(a_case())
    again = [("G1-01", "minor"), ("G2-06", "minor")]
    move = ladder.find_problems(case, on(3), again, "V2")
    assert [(p.number, p.item) for p in move.problems] == [(4, "G2-06")]
    error = refused(ladder.find_problems, case, on(3), again[:1], "V2")
    assert error.code == "docket.no_problem"


def test_a_case_is_reopened_only_after_it_was_closed() -> None:
    case = closed()
    assert refused(ladder.reopen, case, on(21), "群众反映", RULES).code == (
        "docket.early"
    )
    case = then(case, ladder.reopen(case, on(50), "回头看未通过", RULES))
    assert (case.state, case.next) == (CaseState.RECTIFYING, (on(51), on(65)))
    assert case.reopened == 1
    assert refused(ladder.reopen, case, on(51), "再开", RULES).params == {
        "state": word("case", "rectifying"),
        "move": word("move", "reopened"),
    }


def test_a_look_back_ends_the_case_and_a_bad_one_is_a_failure() -> None:
    case = visited(closed(), 60, VisitKind.LOOKBACK, passed=False)
    assert (case.state, case.next, case.look_back) == (CaseState.CLOSED, None, "done")
    assert [f.what for f in case.failures] == ["lookback"]


def test_a_visit_before_the_last_visit_is_refused() -> None:
    case = visited(a_case(), 8, VisitKind.REMEDIATION)
    error = refused(visited, case, 7, VisitKind.REMEDIATION)
    assert error.code == "docket.early"
