"""What is next in a case, by when and who; what time does; what a result makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

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
    ordered,
    rectifying,
    then,
    visited,
    with_problems,
)
from docket_sound import contradictions

from inspector.docket import ladder
from inspector.docket.cases import CaseFile, fold
from inspector.docket.from_results import (
    Report,
    apart,
    corrected,
    ended,
    moves_of,
    order_number,
    record_number,
)
from inspector.docket.homes import ordered_in, reported, shares
from inspector.docket.moves import (
    Closed,
    LookBackDrawn,
    LookBackLapsed,
    Ordered,
    Problem,
    ProblemsFound,
    Supervised,
    name_of,
)
from inspector.docket.next_steps import Doer, Next, due_moves, next_steps
from inspector.docket.recorded import decode, encode
from inspector.docket.terms import Term
from inspector.domain import CaseState, VisitKind
from inspector.errors import InspectorError

RED = (("G5-22", "redline"),)
TWO = (("G1-01", "minor"), *RED)


def report(day: int, kind: VisitKind, *found: tuple[str, str], late: int = 3) -> Report:
    name = f"2026-12/V{day:04d}"
    when = on(day + late) if found else None
    return Report(name, on(day), kind, not found, found, ordered=when)


def steps(case: CaseFile) -> list[tuple[str, int, str]]:
    return [
        (s.what.value, (s.by - DAY).days, s.who.value) for s in next_steps(case, RULES)
    ]


def days(case: CaseFile, until: int) -> CaseFile:
    """The case with every daily run from its opening on."""
    for day in range(until + 1):
        case = then(case, *due_moves(case, on(day), RULES))
        assert contradictions(case, on(day), RULES) == []
    return case


def test_every_state_says_what_is_next_by_when_and_who() -> None:
    assert steps(a_case()) == [("start", 90, "bureau")]
    assert steps(with_problems(a_case())) == [
        ("order", 1, "bureau"),
        ("start", 90, "bureau"),
    ]
    assert steps(visited(a_case(), 1, VisitKind.REMEDIATION))[0][0] == "visit"
    case = rectifying()
    assert steps(case) == [("rectify", 2, "company"), ("recheck", 47, "bureau")]
    nobody = replace(case, company="")
    assert steps(nobody)[0] == ("rectify", 2, "responsible")
    assert steps(accepting()) == [("verdict", 35, "parties")]
    assert steps(accepted(accepting())) == [("close", 35, "bureau")]
    assert steps(closed()) == [("look_back_draw", 80, "bureau")]
    drawn = then(closed(), LookBackDrawn(on(50), "2027-01", "00", True))
    assert steps(drawn) == [("look_back", 80, "bureau")]
    spared = then(closed(), LookBackDrawn(on(50), "2027-01", "00", False))
    assert steps(spared) == []


def test_time_misses_a_deadline_once_and_again_after_an_extension() -> None:
    case = rectifying()
    assert due_moves(case, on(2), RULES) == ()
    (missed,) = due_moves(case, on(3), RULES)
    assert (name_of(missed), missed.day) == ("deadline_missed", on(3))
    case = then(case, missed)
    assert due_moves(case, on(3), RULES) == ()
    red = next(p for p in case.problems if p.severity == "redline")
    more = ladder.extend(
        case, on(4), [red.number], on(9), RULES, number="延1", approver="h", reason="r"
    )
    case = then(case, more)
    assert due_moves(case, on(9), RULES) == ()
    assert [name_of(m) for m in due_moves(case, on(10), RULES)] == ["deadline_missed"]
    solved = then(case, ladder.solve(case, on(9), [red.number], "证1"))
    assert due_moves(solved, on(10), RULES) == ()


def test_an_acceptance_without_all_verdicts_lapses_and_one_with_them_waits() -> None:
    case = accepting()
    assert due_moves(case, on(35), RULES) == ()
    (move,) = due_moves(case, on(36), RULES)
    assert name_of(move) == "acceptance_lapsed"
    after = then(case, move)
    assert after.state is CaseState.RECTIFYING
    assert steps(after)[0][0] == "recheck"
    assert due_moves(accepted(case), on(90), RULES) == ()  # only to be closed


def test_a_look_back_lapses_when_the_month_of_its_window_is_over() -> None:
    case = closed()  # window 2026-12-20 .. 2027-02-19 or so
    assert case.next is not None
    last = case.next[1]
    assert due_moves(case, last, RULES) == ()
    after = last + timedelta(days=31)
    assert due_moves(case, after, RULES) == (LookBackLapsed(after),)
    lapsed = then(case, LookBackLapsed(after))
    assert (lapsed.look_back, lapsed.next) == ("lapsed", None)
    assert due_moves(lapsed, after, RULES) == ()


def test_a_closed_case_with_unsolved_problems_of_an_older_docket_is_opened_again() -> (
    None
):
    """Stored moves keep their meaning: what an older service left is folded as it was,
    and put right by a move."""
    problem = Problem(1, "G1-01", "redline", on(60), "OLD", "2027-01/V2")
    old = then(closed(), ProblemsFound(on(60), (problem,)))
    assert old.state is CaseState.CLOSED
    assert "closed with unsolved problems" in contradictions(old, on(61), RULES)
    (move,) = due_moves(old, on(61), RULES)
    case = then(old, move)
    assert (name_of(move), case.state) == ("reopened", CaseState.RECTIFYING)
    assert steps(case)[0][0] == "order"
    assert contradictions(case, on(61), RULES) == []


def test_an_ordered_result_of_any_docket_visit_has_its_order_at_once() -> None:
    of_kind = {
        VisitKind.REMEDIATION: a_case(),
        VisitKind.RECHECK: replace(rectifying(), problems=()),
        VisitKind.ACCEPTANCE: visited(
            replace(rectifying(), problems=()), 10, VisitKind.RECHECK
        ),
        VisitKind.LOOKBACK: closed(),
    }
    for kind, case in of_kind.items():
        made = moves_of(case, report(60, kind, *TWO), VISITS, RULES)
        assert made.misfit is None
        after = made.case
        assert after.unordered == (), kind
        assert {p.item: p.deadline for p in after.unsolved} == {
            "G1-01": on(78),
            "G5-22": on(63),
        }
        assert after.orders[-1] == "责改〔2026-12〕V0060号"
        assert after.state is not CaseState.CLOSED
        good = moves_of(case, report(60, kind), VISITS, RULES).case
        assert good.orders == case.orders
        assert not good.unsolved


def test_without_a_company_a_letter_goes_to_the_responsible_party() -> None:
    case = replace(a_case(), company="")
    told = replace(report(1, VisitKind.REMEDIATION, *TWO), party="某街道办事处")
    after = moves_of(case, told, VISITS, RULES).case
    letter = after.moves[-1]
    assert isinstance(letter, Supervised)
    assert (letter.party, letter.number) == ("某街道办事处", "督办〔2026-12〕V0001号")
    assert decode("Supervised", encode(letter)) == letter
    assert steps(after)[0] == ("rectify", 4, "responsible")
    assert type(moves_of(a_case(), told, VISITS, RULES).case.moves[-1]) is Ordered


def test_a_result_that_orders_nothing_leaves_the_order_to_the_bureau() -> None:
    told = replace(report(1, VisitKind.REMEDIATION, *TWO), ordered=None)
    after = moves_of(a_case(), told, VISITS, RULES).case
    assert after.orders == ()
    assert steps(after)[0] == ("order", 1, "bureau")


def test_what_a_visit_could_not_judge_stays_and_is_no_failure() -> None:
    case = rectifying()
    good = replace(report(40, VisitKind.RECHECK), unseen=("G4-18",))
    after = moves_of(case, good, VISITS, RULES).case
    assert [p.item for p in after.unsolved] == ["G4-18"]
    assert (after.state, after.failures) == (CaseState.RECTIFYING, ())
    silent = replace(good, good=False, unseen=())  # uncooperative: nothing was seen
    after = moves_of(case, silent, VISITS, RULES).case
    assert len(after.unsolved) == 3
    assert [f.what for f in after.failures] == ["recheck"]


def test_a_visit_that_does_not_fit_brings_what_it_found_and_its_order() -> None:
    case = visited(a_case(), 8, VisitKind.REMEDIATION)
    early = moves_of(case, report(7, VisitKind.REMEDIATION, *TWO), VISITS, RULES)
    assert early.misfit is not None
    assert early.misfit.code == "docket.early"
    assert [name_of(m) for m in early.moves] == ["problems_found", "ordered"]
    again = moves_of(early.case, report(7, VisitKind.REMEDIATION, *TWO), VISITS, RULES)
    assert again.moves == ()
    # A good one tells nothing new.
    assert moves_of(case, report(7, VisitKind.REMEDIATION), VISITS, RULES).moves == ()


def test_a_recheck_planned_while_verdicts_were_missing_ends_the_acceptance() -> None:
    case = accepting()
    after = moves_of(case, report(30, VisitKind.RECHECK, *RED), VISITS, RULES)
    assert [name_of(m) for m in after.moves] == [
        "acceptance_lapsed",
        "visited",
        "problems_found",
        "ordered",
    ]
    assert after.case.state is CaseState.RECTIFYING


@pytest.mark.parametrize("kind", [VisitKind.REMEDIATION, VisitKind.RECHECK])
def test_a_bad_visit_of_a_case_that_was_closed_meanwhile_opens_it_again(
    kind: VisitKind,
) -> None:
    after = moves_of(closed(), report(30, kind, *RED), VISITS, RULES).case
    assert (after.state, after.reopened) == (CaseState.RECTIFYING, 1)
    assert after.unsolved
    assert after.unordered == ()
    good = moves_of(closed(), report(30, kind), VISITS, RULES)
    assert (good.moves, good.misfit is not None) == ((), True)


def followed(company: str = "U") -> CaseFile:
    """The order of a random result, followed beside the docket."""
    told = report(1, VisitKind.RANDOM, *TWO)
    case = fold([apart(record_number(told), told, "C1", company, "S")])
    return moves_of(case, told, VISITS, RULES).case


def test_a_random_results_order_is_followed_until_it_is_rectified() -> None:
    case = followed()
    assert (case.id, case.orders) == ("2026-12-V0001-ZG", ("责改〔2026-12〕V0001号",))
    assert steps(case) == [("rectify", 4, "company"), ("recheck", 19, "bureau")]
    case = then(case, *due_moves(case, on(5), RULES))
    assert [f.what for f in case.failures] == ["deadline"]
    case = then(case, ladder.solve(case, on(6), [1], "证1"))
    assert ended(case, on(6), "证1", RULES) == ()
    case = then(case, ladder.solve(case, on(7), [2], "证2"))
    (end,) = ended(case, on(7), "证2", RULES)
    assert end == Closed(on(7), "证2", False, None)
    case = then(case, end)
    assert steps(case) == []
    assert contradictions(case, on(8), RULES) == []
    assert type(followed("").moves[-1]) is Supervised


def test_the_next_inspection_of_the_compound_ends_or_goes_on_with_it() -> None:
    case = followed()
    good = report(20, VisitKind.RANDOM)
    assert shares([case], "C1", "", good) == [(case.id, good)]
    after = moves_of(case, good, VISITS, RULES).case
    assert (after.state, after.closed_on) == (CaseState.CLOSED, on(20))
    bad = report(20, VisitKind.RANDOM, ("G2-06", "minor"), *RED)
    ((name, share),) = shares([case], "C1", "", bad)
    after = moves_of(case, share, VISITS, RULES).case
    assert name == case.id
    assert [p.item for p in after.unsolved] == ["G5-22", "G2-06"]
    assert after.unordered == ()
    assert len(ordered_in([after], bad)) == 2
    # A docket visit moves its own case; the order only learns what is gone.
    own = report(20, VisitKind.RECHECK, ("G2-06", "minor"), *RED)
    found = shares([case, a_case()], "C1", "X", own)
    assert [n for n, _ in found] == ["X", case.id]
    after = moves_of(case, found[1][1], VISITS, RULES).case
    assert [p.item for p in after.unsolved] == ["G5-22"]


def newer(case: CaseFile) -> CaseFile:
    """Another case of the compound, just opened."""
    return replace(case, id="2027-01-C0001", moves=())


@pytest.mark.parametrize("kind", [VisitKind.LOOKBACK, VisitKind.RECHECK])
def test_beside_an_open_case_a_closed_one_stays_closed_and_the_open_one_takes_it(
    kind: VisitKind,
) -> None:
    old, new, told = closed(), newer(a_case()), report(60, kind, *TWO)

    def after(*files: CaseFile) -> dict[str, CaseFile]:
        found = shares(files, "C0001", old.id, told)
        by_id = {f.id: f for f in files}
        return {n: moves_of(by_id[n], r, VISITS, RULES).case for n, r in found}

    both = after(new, old)
    assert set(both) == {old.id, new.id}
    assert (both[old.id].state, both[old.id].reopened) == (CaseState.CLOSED, 0)
    assert not both[old.id].unsolved
    taken = both[new.id]
    assert (taken.state, taken.unordered) == (CaseState.WAITING, ())
    assert {p.item for p in taken.unsolved} == {"G1-01", "G5-22"}
    assert len(ordered_in(both.values(), told)) == 2
    looked = kind is VisitKind.LOOKBACK
    assert [f.what for f in both[old.id].failures] == ["lookback"] * looked
    # Told once more it changes nothing, not even when the newer one is closed.
    done = replace(then(taken, ladder.solve(taken, on(64), [1, 2], "证")))
    done = replace(done, state=CaseState.CLOSED, closed_on=on(70))
    for last in (taken, done):
        again = shares([both[old.id], last], "C0001", old.id, told)
        files = {old.id: both[old.id], new.id: last}
        left = [(n, r) for n, r in again if not reported(files[n], r)]
        assert [moves_of(files[n], r, VISITS, RULES).moves for n, r in left] in (
            [()],
            [(), ()],
        )
    # Alone, beside another closed one or an order of a result it is opened again.
    order = replace(followed(), compound="C0001")
    for files in ((old,), (old, replace(new, state=CaseState.CLOSED)), (old, order)):
        alone = after(*files)
        assert alone[old.id].state is CaseState.RECTIFYING
        assert {p.item for p in alone[old.id].unsolved} == {"G1-01", "G5-22"}


def test_a_good_look_back_beside_an_open_case_is_the_end_of_the_closed_one() -> None:
    old, new = closed(), newer(a_case())
    told = report(60, VisitKind.LOOKBACK)
    assert shares([old, new], "C0001", old.id, told) == [(old.id, told)]


def test_a_random_results_order_goes_into_the_open_case_of_its_compound() -> None:
    case = a_case()
    told = report(5, VisitKind.RANDOM, *TWO)
    assert shares([case], "C0001", "", told) == [(case.id, told)]
    after = moves_of(case, told, VISITS, RULES).case
    assert (after.state, after.unordered) == (CaseState.WAITING, ())
    assert len(ordered_in([after], told)) == 2
    assert shares([closed()], "C0001", "", told) == [("", told)]
    assert shares([case], "C0001", "", replace(told, ordered=None)) == []


def test_a_result_finds_its_order_and_only_when_every_finding_has_a_deadline() -> None:
    told = report(1, VisitKind.RANDOM, *TWO)
    case = followed()
    assert {p.item for _, p in ordered_in([case], told)} == {"G1-01", "G5-22"}
    other = replace(told, findings=(*TWO, ("G9-99", "")))
    assert ordered_in([case], other) == []
    later = replace(report(40, VisitKind.RANDOM, *TWO), name="2027-01/V0001")
    done = then(case, ladder.solve(case, on(6), [1, 2], "证"))
    assert ordered_in([done], later) == []


def test_a_correction_takes_back_what_it_no_longer_finds_and_orders_what_it_finds() -> (
    None
):
    case = followed()
    wrong = report(1, VisitKind.RANDOM, *TWO)
    right = replace(wrong, findings=(RED[0], ("G2-06", "minor")), ordered=on(9))
    after = corrected(case, right, on(9), VISITS, RULES).case
    assert [(p.item, p.deadline) for p in after.unsolved] == [
        ("G5-22", on(4)),
        ("G2-06", on(24)),
    ]
    assert len(ordered_in([after], right)) == 2
    # Back to what it said first: found again, with a deadline again.
    again = corrected(after, replace(wrong, ordered=on(12)), on(12), VISITS, RULES).case
    assert {p.item for p in again.unsolved} == {"G1-01", "G5-22"}
    assert again.unordered == ()
    gone = replace(wrong, findings=(), ordered=None)
    withdrawn = corrected(again, gone, on(13), VISITS, RULES).case
    assert (withdrawn.state, withdrawn.unsolved) == (CaseState.CLOSED, ())
    assert corrected(withdrawn, gone, on(14), VISITS, RULES).moves == ()
    # What was proved solved is not found again by a correction that still says it.
    solved = then(case, ladder.solve(case, on(6), [1, 2], "证"))
    assert corrected(solved, wrong, on(9), VISITS, RULES).case.unsolved == ()


def test_numbers_name_month_scope_and_visit() -> None:
    told = replace(report(7, VisitKind.RANDOM), scope="1a2b")
    assert order_number(told, "U") == "责改〔2026-12·1a2b〕V0007号"
    assert record_number(told) == "2026-12-1a2b-V0007-ZG"
    assert not reported(a_case(), told)


def test_an_order_beside_the_docket_needs_no_acceptance_and_an_open_one_stays() -> None:
    case = followed()
    with pytest.raises(InspectorError) as found:
        ladder.close(case, on(9), "销", RULES)
    assert found.value.code == "docket.unsolved"
    assert {t for _, t, _ in case.moves[-1].deadlines} == {  # type: ignore[union-attr]
        Term.ORDINARY,
        Term.AT_ONCE,
    }


def test_a_case_left_alone_says_something_every_day() -> None:
    for begun in (a_case(), ordered(with_problems(a_case()))):
        case = days(begun, 120)
        assert next_steps(case, RULES)[0].by <= on(120)
    assert Doer.BUREAU in {s.who for s in next_steps(a_case(), RULES)}
    assert Next.START in {s.what for s in next_steps(a_case(), RULES)}
