"""What a freeze stands on, by hand: known logs, known answers (PROTOCOL.md §12)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_logs import (
    ACCEPTANCE,
    AT,
    DEC,
    FEB,
    JAN,
    RANDOM,
    RECHECK,
    SERIES,
    a_case,
    began,
    cancelled,
    carries,
    closes,
    compound,
    day,
    december,
    froze,
    frozen,
    next_log,
    published,
    rules,
    small,
    stands,
)

from inspector.ceremony.canon import canonical
from inspector.ceremony.log import leaf_hash, tree_root
from inspector.domain import (
    AssumedVisit,
    CaseState,
    EarlierLog,
    Leave,
    OwedVisit,
    PastVisit,
    Recusal,
)
from inspector.errors import CeremonyError
from inspector.month.following import again_of, following, next_policy, purpose_of
from inspector.month.standing import Stood
from inspector.policy import Scope

# -- logs --------------------------------------------------------------------------


def test_a_first_month_stands_on_nothing() -> None:
    made = stands([], DEC)
    assert (made.logs, made.assumed, made.owed, made.running) == ((), (), (), ())
    assert made == small()[0]


def test_every_other_log_is_named_with_its_prefix() -> None:
    dec = december()
    seen = published(dec, "2026-12-18T09:00:00Z", 0, RANDOM, day=day("2026-12-03"))
    (entry,) = stands([seen], JAN).logs
    root = tree_root([leaf_hash(canonical(e)) for e in seen.events]).hex()
    assert entry == EarlierLog(dec.origin, 3, root, True)
    (done,) = stands([closes(seen, "2027-01-15T08:00:00Z")], FEB).logs
    assert (done.size, done.open) == (4, False)
    gone = cancelled(dec, "2026-11-21T08:00:00Z")
    assert [(e.size, e.open) for e in stands([gone], JAN).logs] == [(2, False)]


def test_a_log_does_not_name_itself_nor_a_later_month() -> None:
    dec = december()
    jan = next_log([dec], JAN)
    gone = cancelled(dec, "2026-12-21T08:00:00Z")
    made = following(
        [gone, jan],
        small()[0],
        rules(DEC, AT[JAN]),
        "2026-12-21T09:00:00Z",
        own=dec.origin,
    )
    assert made.logs == ()
    assert [e.origin for e in stands([gone, jan], FEB).logs] == [
        dec.origin,
        jan.origin,
    ]


def test_two_scopes_of_a_month_name_each_other() -> None:
    one, two = Scope(streets=("S01",)), Scope(streets=("S02",))
    first = froze([], DEC, AT[DEC], scope=one)
    second = froze([first], DEC, "2026-11-21T08:00:00Z", scope=two)
    assert second.frozen is not None and first.origin != second.origin
    assert [e.origin for e in second.frozen.registry.logs] == [first.origin]
    assert len(stands([second, first], JAN).logs) == 2


# -- history -----------------------------------------------------------------------


def test_a_published_result_is_a_row_with_its_deadline_at_once() -> None:
    at = "2026-12-10T09:00:00Z"
    seen = published(december(), at, 0, RANDOM, SERIES, day=day("2026-12-03"))
    one, two = stands([seen], JAN).history
    assert one == PastVisit(
        compound(0),
        "",
        day("2026-12-03"),
        RANDOM,
        True,
        "I001",
        "I002",
        day("2026-12-31"),  # the twentieth working day after the third
        seen.origin,
        at,
    )
    # both purposes of a visit count when the policy counts one of them
    assert two == replace(one, kind=SERIES)


def test_what_was_imported_stays_the_bureaus_word() -> None:
    row = PastVisit(compound(1), "", day("2026-11-03"), RANDOM, True, "I001", "I002")
    base = replace(small()[0], history=(row,))
    dec = froze([], DEC, AT[DEC], base=base)
    made = following([dec], base, rules(JAN, AT[JAN]), AT[JAN])
    assert made.history == (row,)


def test_a_row_typed_in_beside_its_log_does_not_count_twice() -> None:
    made = day("2026-12-03")
    seen = published(december(), "2026-12-10T09:00:00Z", 0, RANDOM, day=made)
    typed = PastVisit(compound(0), "", made, RANDOM, True, "I003", "I004")
    base = replace(small()[0], history=(typed,))
    (row,) = following([seen], base, rules(JAN, AT[JAN]), AT[JAN]).history
    assert (row.log, row.lead) == (seen.origin, "I001")


def test_leave_and_recusals_that_are_over_go() -> None:
    last = ("2026-12-31", "2027-01-01")
    leave = tuple(Leave("I001", day("2026-12-20"), day(x)) for x in last)
    recusals = tuple(Recusal("I001", compound(1), "亲属", None, day(x)) for x in last)
    always = Recusal("I002", compound(1), "亲属")
    base = replace(small()[0], leave=leave, recusals=(*recusals, always))
    made = following([december()], base, rules(JAN, AT[JAN]), AT[JAN])
    assert made.leave == leave[1:]
    assert made.recusals == (recusals[1], always)


def test_rows_of_logs_older_than_a_year_become_the_bureaus_word() -> None:
    seen = published(
        december(), "2026-12-10T09:00:00Z", 0, RANDOM, day=day("2026-12-03")
    )
    done = closes(seen, "2027-01-15T08:00:00Z")
    (still,) = stands([done], "2027-12", "2027-11-20T08:00:00Z").history
    assert still.log == done.origin
    later = rules("2028-01", "2027-12-20T08:00:00Z")
    made = following([done], small()[0], later, "2027-12-20T08:00:00Z")
    assert made.logs == ()
    word = replace(still, log="", at="")
    assert made.history == (word,)
    # The same from the registry of a freeze that had made it the bureau's word already.
    base = replace(small()[0], history=(word,))
    assert following([done], base, later, "2027-12-20T08:00:00Z").history == (word,)
    base = replace(small()[0], history=(still,))
    assert following([], base, later, "2027-12-20T08:00:00Z").history == (word,)


# -- assumed -----------------------------------------------------------------------


def test_docket_visits_still_sealed_count_as_made_on_the_last_day() -> None:
    name = f"2026-10-{compound(0)}"
    dec = december(
        a_case(0, CaseState.LISTED, day("2026-11-25"), (7, 15)),
        a_case(1, CaseState.RECTIFYING, day("2026-11-25")),
    )
    assert dec.frozen is not None
    steps = [v.step for v in dec.frozen.intake.visits if v.case == name]
    assert steps == [0, 1]
    seen = published(dec, "2026-12-10T09:00:00Z", 0, SERIES, day=day("2026-12-04"))
    last = day("2026-12-31")
    one, two = stands([seen], JAN).assumed
    assert one == AssumedVisit(dec.origin, name, compound(0), SERIES, 1, last)
    assert two == AssumedVisit(
        dec.origin, f"2026-10-{compound(1)}", compound(1), RECHECK, 0, last
    )
    gone = carries(seen, "2026-12-15T09:00:00Z", 0, SERIES)
    assert stands([gone], JAN).assumed == (two,)
    over = closes(gone, "2027-01-15T08:00:00Z")
    assert stands([over], FEB).assumed == ()
    assert stands([cancelled(dec, "2026-11-21T08:00:00Z")], JAN).assumed == ()


def test_steps_count_on_over_several_open_logs() -> None:
    dec = december(a_case(0, CaseState.LISTED, day("2026-11-25"), (7, 15)))
    seen = published(dec, "2026-12-10T09:00:00Z", 0, SERIES, day=day("2026-12-04"))
    jan = next_log([seen], JAN)
    assert jan.frozen is not None
    assert [v.step for v in jan.frozen.intake.visits] == [2]
    rows = [(a.log, a.step) for a in stands([jan, seen], FEB).assumed]
    assert rows == [(dec.origin, 1), (jan.origin, 2)]


def test_an_assumed_recheck_gives_one_visit_for_both_purposes_in_the_next_month() -> (
    None
):
    dec = december(a_case(0, CaseState.RECTIFYING, day("2026-11-25")))
    jan = next_log([dec], JAN)
    assert jan.frozen is not None
    (visit,) = jan.frozen.intake.visits
    assert (visit.kind, visit.also) == (RECHECK, ACCEPTANCE)
    # Either purpose tells of it; carried with both it is told of once.
    for kind in (RECHECK, ACCEPTANCE):
        seen = published(jan, "2027-01-19T09:00:00Z", 0, kind, day=day("2027-01-08"))
        rows = stands([dec, seen], FEB).assumed
        assert [a.log for a in rows] == [dec.origin]
    gone = carries(jan, "2027-01-19T09:00:00Z", 0, RANDOM, RECHECK, ACCEPTANCE)
    assert [a.log for a in stands([dec, gone], FEB).assumed] == [dec.origin]


def test_which_purpose_it_was() -> None:
    dec = december(a_case(0, CaseState.RECTIFYING, day("2026-11-25")))
    jan = next_log([dec], JAN)
    assert jan.frozen is not None

    def purpose(log: Stood, when: str = "2027-01-12") -> str:
        assert jan.frozen is not None
        logs = [jan, log]
        return purpose_of(logs, jan.frozen, compound(0), day(when))

    at = "2027-01-11T09:00:00Z"
    good = published(dec, at, 0, RECHECK, day=day("2026-12-29"))
    assert purpose(dec) == RECHECK
    assert purpose(good) == ACCEPTANCE
    assert purpose(good, "2027-01-11") == RECHECK  # published on the day itself
    bad = published(dec, at, 0, RECHECK, day=day("2026-12-29"), good=False)
    assert purpose(bad) == RECHECK
    # Who found nobody says nothing; an acceptance was the last of the kind.
    nobody = published(
        good, "2027-01-11T10:00:00Z", 0, day=day("2026-12-30"), good=False
    )
    assert purpose(nobody) == ACCEPTANCE
    after = published(
        good, "2027-01-11T10:00:00Z", 0, ACCEPTANCE, day=day("2026-12-30"), good=False
    )
    assert purpose(after) == RECHECK


# -- owed --------------------------------------------------------------------------


def test_a_carried_random_visit_is_owed_until_a_freeze_names_it() -> None:
    dec = carries(december(), "2026-12-10T09:00:00Z", 0, RANDOM, SERIES)
    dec = carries(dec, "2026-12-11T09:00:00Z", 1, RECHECK)
    visit, leaf = dec.carried[0].visit, dec.carried[0].leaf
    owed = OwedVisit(dec.origin, visit, compound(0), leaf, False)
    assert stands([dec], JAN).owed == (owed,)
    jan = next_log([dec], JAN)
    assert stands([dec, jan], FEB).owed == ()
    gone = cancelled(jan, "2026-12-21T08:00:00Z")
    assert stands([dec, gone], FEB).owed == (owed,)
    again = carries(jan, "2027-01-10T09:00:00Z", 0, RANDOM)
    (second,) = stands([dec, again], FEB).owed
    assert (second.log, second.compound) == (jan.origin, compound(0))


def test_only_what_the_scope_admits_is_owed_here() -> None:
    street = {c.id: c.street for c in small()[0].compounds}[compound(0)]
    others = {c.street for c in small()[0].compounds} - {street}
    dec = carries(december(), "2026-12-10T09:00:00Z", 0, RANDOM)
    here = froze([dec], JAN, AT[JAN], scope=Scope(streets=(street,)))
    there = froze([dec], JAN, AT[JAN], scope=Scope(streets=tuple(sorted(others))))
    assert here.frozen is not None and there.frozen is not None
    assert len(here.frozen.registry.owed) == 1
    assert there.frozen.registry.owed == ()
    assert len(stands([dec, there], FEB).owed) == 1


def test_what_does_not_exist_any_more_is_dropped_whatever_the_scope() -> None:
    dec = carries(december(), "2026-12-10T09:00:00Z", 0, RANDOM)
    base = small()[0]
    shut = tuple(
        replace(c, status="closed") if c.id == compound(0) else c
        for c in base.compounds
    )
    others = {c.street for c in base.compounds if c.id != compound(0)}
    scope = Scope(streets=tuple(sorted(others)))
    after = replace(base, compounds=shut)
    jan = froze([dec], JAN, AT[JAN], base=after, scope=scope)
    assert jan.frozen is not None
    assert [o.gone for o in jan.frozen.registry.owed] == [True]
    assert stands([dec, jan], FEB).owed == ()


# -- drawn again -------------------------------------------------------------------


def test_a_result_names_the_first_other_log_that_visited_since_the_freeze() -> None:
    dec = december()
    jan = next_log([dec], JAN)
    assert jan.frozen is not None
    before = published(dec, "2026-12-19T09:00:00Z", 0, RANDOM, day=day("2026-12-14"))
    after = published(dec, "2027-01-06T09:00:00Z", 0, RANDOM, day=day("2026-12-14"))

    def again(logs: list[Stood], at: str = "2027-01-25T09:00:00Z") -> str:
        assert jan.frozen is not None
        return again_of(logs, jan.frozen, compound(0), at)

    assert again([before, jan]) == ""
    assert again([after, jan]) == dec.origin
    assert again([after, jan], "2027-01-05T09:00:00Z") == ""
    at_once = published(dec, AT[JAN], 0, RANDOM, day=day("2026-12-14"))
    assert again([at_once, jan]) == ""
    other = published(dec, "2027-01-06T09:00:00Z", 0, SERIES, day=day("2026-12-14"))
    assert again([other, jan]) == ""
    own = published(jan, "2027-01-20T09:00:00Z", 0, RANDOM, day=day("2027-01-12"))
    assert again([own]) == ""


# -- refused -----------------------------------------------------------------------


def refused(code: str, logs: list[Stood], month: str, at: str = "") -> None:
    with pytest.raises(CeremonyError) as error:
        stands(logs, month, at)
    assert error.value.code == code


def test_what_cannot_be_told_is_refused() -> None:
    dec = december()
    jan = next_log([dec], JAN)
    refused("next.missing", [jan], FEB)
    refused("next.twice", [dec, dec], JAN)
    refused("next.later", [dec], JAN, "2026-11-20T07:59:59Z")
    made = stands([dec], JAN)
    with pytest.raises(CeremonyError, match="missing"):
        following([], made, rules(JAN, AT[JAN]), AT[JAN])


def test_history_is_imported_before_the_first_freeze_only() -> None:
    """A row invented later would keep a compound out of the draw; one that was deleted
    since stays as it was frozen."""
    row = PastVisit(compound(0), "", day("2026-10-09"), RANDOM, True, "I001", "I002")
    dec = froze([], DEC, AT[DEC], base=replace(small()[0], history=(row,)))
    made = following([dec], small()[0], rules(JAN, AT[JAN]), AT[JAN])
    assert made.history == (row,)
    late = replace(row, compound=compound(1), date=day("2026-10-08"))
    with pytest.raises(CeremonyError, match=str(late.date)) as error:
        changed = replace(made, history=(*made.history, late))
        following([dec], changed, rules(JAN, AT[JAN]), AT[JAN])
    assert error.value.code == "next.word"
    fewer = replace(made, history=tuple(h for h in made.history if h.log))
    assert following([dec], fewer, rules(JAN, AT[JAN]), AT[JAN]) == made


def test_logs_of_another_bureau_are_none_of_ours() -> None:
    policy = replace(rules(DEC, AT[DEC]), bureau="另一局")
    other = began(frozen(small()[0], policy, AT[DEC]))
    assert stands([other], JAN).logs == ()


def test_the_next_policy_leaves_the_sources_to_be_named() -> None:
    policy = next_policy(rules(DEC, AT[DEC]))
    assert policy.month == JAN
    assert {(s.issue, s.at, s.commit) for s in policy.draw_entropy} == {("", "", "")}
