"""The docket that logs leave, by hand: known logs, known cases (PROTOCOL.md §12)."""

from __future__ import annotations

from dataclasses import replace

from hand_logs import (
    ACCEPTANCE,
    AT,
    DEC,
    FEB,
    JAN,
    LOOKBACK,
    RECHECK,
    SERIES,
    a_case,
    cancelled,
    compound,
    day,
    december,
    docket_of,
    froze,
    next_log,
    published,
    small,
    stands,
    with_cases,
)

from inspector.domain import (
    Case,
    CaseState,
    Evaluation,
    Registry,
)


def test_cases_move_with_each_published_result() -> None:
    dec = december(
        a_case(0, CaseState.RECTIFYING, day("2026-11-25")),
        a_case(1, CaseState.ACCEPTING, day("2026-11-25")),
        a_case(2, CaseState.LISTED, day("2026-11-25"), (7, 15)),
    )
    one = published(dec, "2026-12-08T09:00:00Z", 0, RECHECK, day=day("2026-12-04"))
    two = published(one, "2026-12-09T09:00:00Z", 1, ACCEPTANCE, day=day("2026-12-04"))
    all_ = published(two, "2026-12-10T09:00:00Z", 2, SERIES, day=day("2026-12-04"))
    case = docket_of([all_], JAN)
    zero, first, second = (case[f"2026-10-{compound(n)}"] for n in range(3))
    assert (zero.state, zero.last_visit) == (CaseState.ACCEPTING, day("2026-12-04"))
    assert (first.state, second.state) == (CaseState.CLOSED, CaseState.LISTED)
    assert second.next_first == day("2026-12-11")
    bad = published(
        dec, "2026-12-08T09:00:00Z", 0, RECHECK, day=day("2026-12-04"), good=False
    )
    again = docket_of([bad], JAN)[zero.id]
    assert (again.state, again.next_first) == (CaseState.RECTIFYING, day("2026-12-05"))


def test_a_result_published_after_a_later_freeze_moves_the_case_once() -> None:
    dec = december(a_case(0, CaseState.LISTED, day("2026-11-25"), (7, 15)))
    early = published(dec, "2026-12-10T09:00:00Z", 0, SERIES, day=day("2026-12-04"))
    jan = next_log([early], JAN)
    late = published(early, "2027-01-05T09:00:00Z", 0, SERIES, day=day("2026-12-14"))
    (case,) = docket_of([late, jan], FEB).values()
    assert (case.state, case.last_visit) == (CaseState.LISTED, day("2026-12-14"))
    done = published(late, "2027-01-06T09:00:00Z", 0, SERIES, day=day("2026-12-24"))
    (case,) = docket_of([jan, done], FEB).values()
    assert (case.state, case.last_visit) == (CaseState.RECTIFYING, day("2026-12-24"))
    made = stands([jan, done], FEB)
    assert len(made.history) == 3


def test_the_result_of_an_earlier_visit_does_not_take_a_case_back() -> None:
    dec = december(
        a_case(0, CaseState.LISTED, day("2026-11-25"), (7, 15)),
        a_case(1, CaseState.RECTIFYING, day("2026-11-25")),
    )
    jan = next_log([dec], JAN)
    newer = published(jan, "2027-01-12T09:00:00Z", 0, SERIES, day=day("2027-01-08"))
    newer = published(newer, "2027-01-12T09:00:00Z", 1, RECHECK, day=day("2027-01-08"))
    older = published(dec, "2027-01-14T09:00:00Z", 0, SERIES, day=day("2026-12-28"))
    older = published(
        older, "2027-01-14T09:00:00Z", 1, RECHECK, day=day("2026-12-28"), good=False
    )
    zero, one = docket_of([older, newer], FEB).values()
    assert (zero.state, zero.last_visit) == (CaseState.LISTED, day("2027-01-08"))
    assert (one.state, one.last_visit) == (CaseState.ACCEPTING, day("2027-01-08"))


def test_a_step_published_late_ends_the_series_all_the_same() -> None:
    dec = december(a_case(0, CaseState.LISTED, day("2026-11-25"), (7, 15)))
    log = dec
    for at, made in (("10", "04"), ("29", "24"), ("30", "14")):
        when = f"2026-12-{at}T09:00:00Z"
        log = published(log, when, 0, SERIES, day=day(f"2026-12-{made}"))
    (case,) = docket_of([log], JAN).values()
    assert (case.state, case.last_visit) == (CaseState.RECTIFYING, day("2026-12-24"))


def test_what_was_sealed_when_a_case_was_closed_finds_it_closed() -> None:
    """A good visit changes nothing more; one that is not good opens it again."""
    dec = december(a_case(0, CaseState.ACCEPTING, day("2026-11-25")))
    jan = next_log([dec], JAN)
    done = published(dec, "2027-01-05T09:00:00Z", 0, ACCEPTANCE, day=day("2026-12-28"))
    at, on = "2027-01-15T09:00:00Z", day("2027-01-11")
    good = published(jan, at, 0, RECHECK, day=on)
    (case,) = docket_of([done, good], FEB).values()
    assert (case.state, case.last_visit) == (CaseState.CLOSED, day("2026-12-28"))
    bad = published(jan, at, 0, RECHECK, day=on, good=False)
    (case,) = docket_of([done, bad], FEB).values()
    assert (case.state, case.last_visit) == (CaseState.RECTIFYING, on)
    assert (case.next_first, case.next_last) == (day("2027-01-12"), day("2027-01-26"))


def test_a_bad_look_back_opens_its_case_again_but_not_beside_an_open_one() -> None:
    """The compound is on the docket with a newer case already; that one goes on."""
    old = a_case(0, CaseState.CLOSED, day("2026-11-05"), (30, 60))
    name = f"2026-12-{compound(0)}"
    new = replace(
        a_case(0, CaseState.WAITING, day("2026-12-01"), name=name),
        **dict.fromkeys(("last_visit", "next_first", "next_last")),
    )
    at, on = "2026-12-18T09:00:00Z", day("2026-12-09")

    def after(*cases: Case, good: bool) -> list[Case]:
        log = published(december(*cases), at, 0, LOOKBACK, day=on, good=good)
        return list(docket_of([log], JAN).values())

    spent = replace(old, last_visit=on, next_first=None, next_last=None)
    window = {"next_first": day("2026-12-10"), "next_last": day("2026-12-24")}
    again = replace(old, state=CaseState.RECTIFYING, last_visit=on, **window)
    assert after(old, good=False) == [again]
    assert after(old, good=True) == [spent]
    assert after(old, new, good=False) == [spent, new]
    assert after(old, new, good=True) == [spent, new]
    # Neither does another closed one, nor the open case of another compound.
    past = replace(new, state=CaseState.CLOSED, last_visit=day("2026-11-20"))
    assert after(old, past, good=False) == [again, past]
    other = a_case(1, CaseState.RECTIFYING, day("2026-11-25"))
    assert after(old, other, good=False) == [again, other]


def test_what_was_sealed_does_not_open_a_closed_case_beside_an_open_one() -> None:
    dec = december(a_case(0, CaseState.ACCEPTING, day("2026-11-25")))
    jan = next_log([dec], JAN)
    done = published(dec, "2027-01-05T09:00:00Z", 0, ACCEPTANCE, day=day("2026-12-28"))
    feb = froze([done, jan], FEB, "2027-01-12T09:00:00Z", base=listed(0))
    bad = published(
        jan, "2027-01-15T09:00:00Z", 0, RECHECK, day=day("2027-01-11"), good=False
    )
    old, new = docket_of([done, bad, feb], "2027-03").values()
    assert (old.state, old.last_visit) == (CaseState.CLOSED, day("2026-12-28"))
    assert (new.id, new.state) == (f"{FEB}-{compound(0)}", CaseState.WAITING)


def test_what_a_freeze_stands_on_is_told_by_its_prefix_not_by_the_clock() -> None:
    """A result of the very second of a freeze that does not hold it."""
    dec = december(a_case(0, CaseState.RECTIFYING, day("2026-11-25")))
    jan = next_log([dec], JAN)
    late = published(dec, AT[JAN], 0, RECHECK, day=day("2026-12-04"))
    (case,) = docket_of([late, jan], FEB).values()
    assert case.state is CaseState.ACCEPTING
    assert len(stands([late], JAN, AT[JAN]).history) == 1


def listed(number: int = 3) -> Registry:
    """The small registry with one compound at the bottom of the ranking."""
    source = next(k for k, w in small()[1].bottom.weights_bp if w)
    bad = Evaluation(compound(number), source, 4000, 9)
    return replace(small()[0], evaluations=(bad,))


def test_no_case_is_lost_when_months_are_frozen_out_of_order() -> None:
    """December is cancelled and frozen again after January; each listed a compound."""
    first = cancelled(december(), "2026-12-21T08:00:00Z")
    jan = froze([first], JAN, "2026-12-22T08:00:00Z", base=listed())
    again = froze(
        [first, jan],
        DEC,
        "2026-12-23T08:00:00Z",
        base=with_cases(a_case(0, CaseState.RECTIFYING, day("2026-12-01"))),
        log=first,
    )
    # December cannot begin what January lists.
    assert docket_of([first, jan], DEC) == {}
    assert again.frozen is not None
    assert [c.id for c in again.frozen.registry.docket] == [f"2026-10-{compound(0)}"]
    ours = {f"{JAN}-{compound(3)}", f"2026-10-{compound(0)}"}
    assert set(docket_of([again, jan], FEB)) == ours
    seen = published(again, "2026-12-30T09:00:00Z", 0, RECHECK, day=day("2026-12-24"))
    assert docket_of([seen, jan], FEB)[f"2026-10-{compound(0)}"].state is (
        CaseState.ACCEPTING
    )


def test_a_freeze_cancelled_for_good_leaves_no_case() -> None:
    dec = froze([], DEC, AT[DEC], base=listed())
    name = f"{DEC}-{compound(3)}"
    assert list(docket_of([dec], JAN)) == [name]
    assert docket_of([cancelled(dec, "2026-11-21T08:00:00Z")], JAN) == {}


def test_a_look_back_that_was_not_made_in_its_time_is_over() -> None:
    dec = december(a_case(0, CaseState.CLOSED, day("2026-11-01"), (30, 60)))
    (case,) = docket_of([dec], JAN).values()
    assert case.next_last is None
    dec = december(a_case(0, CaseState.CLOSED, day("2026-11-01"), (30, 61)))
    (case,) = docket_of([dec], JAN).values()
    assert case.next_last == day("2027-01-01")


def test_the_services_own_docket_is_taken_as_it_is() -> None:
    dec = december(a_case(0, CaseState.RECTIFYING, day("2026-11-25")))
    mine = a_case(0, CaseState.ACCEPTING, day("2026-12-14"))
    assert stands([dec], JAN, docket=[mine]).docket == (mine,)
