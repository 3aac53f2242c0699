"""Rules of the seats: each with seats that keep it and seats that break it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from small_month import DAYS, PEOPLE, POLICY, Pair, Row, files, seats
from small_plan import dec

from inspector.check import SEAT_RULES, SeatsView, Violation, check_seats
from inspector.check import seats as rules
from inspector.domain import Leave, Recusal, Role, VisitKind
from inspector.policy import SeatRule, SeatRules


def codes(view: SeatsView) -> set[str]:
    return {v.rule.removeprefix("check.") for v in check_seats(view)}


def seat(view: SeatsView, name: str, **changes: Any) -> SeatsView:
    """The view with one seat changed."""
    rows = tuple(
        replace(r, **changes) if isinstance(r, Row) and r.id == name else r
        for r in view.seats
    )
    return replace(view, seats=rows)


def only(view: SeatsView, code: str, subject: str, **detail: str | int) -> None:
    wanted = Violation(f"check.{code}", subject, tuple(sorted(detail.items())))
    assert check_seats(view) == (wanted,)


def unread(view: SeatsView) -> SeatsView:
    """The view without the auditor's files."""
    return replace(view, files=None)


def test_the_small_month_keeps_every_rule() -> None:
    assert check_seats(seats()) == ()
    assert check_seats(unread(seats())) == ()
    assert [rule(seats()) for rule in SEAT_RULES] == [()] * 10


def test_a_seat_id_used_twice_is_a_violation() -> None:
    view = seats()
    again = replace(view, seats=(*view.seats, view.seats[0]))
    assert rules.seat_ids_unique(again) == (
        Violation("check.seat_ids_unique", "P1/lead", (("times", 2),)),
    )


def test_a_day_without_its_stand_by_pair_is_a_violation() -> None:
    view = seats()
    name = view.standby[0].id
    less = replace(
        view,
        standby=view.standby[1:],
        seats=tuple(r for r in view.seats if r.package != name),
    )
    only(less, "standby_each_day", "2026-12-01", due=1, pairs=0)
    assert rules.standby_each_day(replace(less, unmanned=view.standby[:1])) == ()
    both = replace(view, unmanned=view.standby[:1])
    only(both, "standby_each_day", "2026-12-01", due=1, pairs=2)


def test_a_stand_by_pair_on_a_day_off_is_a_violation() -> None:
    view = seats()
    extra = Pair("S-2026-12-05-1", dec(5))
    found = rules.standby_each_day(replace(view, standby=(*view.standby, extra)))
    assert found == (
        Violation("check.standby_each_day", "2026-12-05", (("due", 0), ("pairs", 1))),
    )


def test_one_officer_alone_is_a_violation() -> None:
    one = replace(POLICY, seats=SeatRules(seats=(SeatRule(Role.LEAD),)))
    view = replace(unread(seats()), policy=one)
    less = replace(view, seats=tuple(r for r in view.seats if r.id != "P1/second"))
    assert rules.two_officers(less) == (
        Violation("check.two_officers", "P1", (("least", 2), ("officers", 1))),
    )


def test_an_expert_does_not_count_as_an_officer() -> None:
    view = seat(seats(), "P1/second", role=Role.EXPERT)
    assert rules.two_officers(view) == (
        Violation("check.two_officers", "P1", (("least", 2), ("officers", 1))),
    )


def test_a_missing_seat_is_a_violation() -> None:
    view = unread(seats())
    less = replace(view, seats=view.seats[1:])
    assert rules.seats_as_policy(less) == (
        Violation(
            "check.seats_as_policy",
            "P1",
            (("due", "lead(lead) second(second)"), ("seats", "second(second)")),
        ),
    )


def test_a_seat_the_policy_does_not_give_is_a_violation() -> None:
    view = seats()
    extra = Row("P1/expert", "P1", Role.EXPERT, dec(1), 207, (8,), 1)
    view = replace(view, seats=(*view.seats, extra))
    only(
        view,
        "seats_as_policy",
        "P1",
        due="lead(lead) second(second)",
        seats="expert(expert) lead(lead) second(second)",
    )


def test_seats_that_depend_on_the_visits_are_demanded() -> None:
    """An expert for special skills: P2 needs fire, the others do not."""
    rule = SeatRule(Role.EXPERT, when="skill")
    given = SeatRules(seats=(*POLICY.seats.seats, rule))
    view = replace(seats(), policy=replace(POLICY, seats=given))
    assert [v.subject for v in rules.seats_as_policy(view)] == ["P2"]
    expert = Row("P2/expert", "P2", Role.EXPERT, dec(2), 327, (8,), 1)
    assert check_seats(replace(view, seats=(*view.seats, expert))) == ()


def test_seats_of_an_unknown_package_are_a_violation() -> None:
    view = seat(seats(), "P1/lead", package="P9", id="P9/lead")
    assert [v.subject for v in rules.seats_as_policy(view)] == ["P1", "P9"]


@pytest.mark.parametrize(("day", "minutes"), [(dec(2), 207), (dec(1), 206)])
def test_a_seat_with_another_day_or_duty_than_its_package_is_a_violation(
    day: date, minutes: int
) -> None:
    view = seat(unread(seats()), "P1/lead", day=day, minutes=minutes)
    only(
        view,
        "seats_match_packages",
        "P1/lead",
        day=day.isoformat(),
        minutes=minutes,
        due_day="2026-12-01",
        due=207,
    )


def test_lunch_is_no_duty_and_stand_by_has_none() -> None:
    minutes = {r.package: r.minutes for r in seats().seats}
    assert minutes["P2"] == 327
    view = seat(unread(seats()), "S-2026-12-01-1/lead", minutes=1)
    assert codes(view) == {"seats_match_packages"}


@pytest.mark.parametrize(
    "eligible", [(), (1, 0, 2, 3), (0, 0, 1, 2), (0, 1, 2, 9), (-1, 0, 1, 2)]
)
def test_eligible_people_are_some_in_order_once_and_known(
    eligible: tuple[int, ...],
) -> None:
    view = seat(unread(seats()), "P1/lead", eligible=eligible, hardest=0)
    only(view, "eligible_in_order", "P1/lead", people=9)


def test_a_seat_that_keeps_exactly_half_needs_no_listing() -> None:
    view = seat(unread(seats()), "P1/lead", hardest=8)
    assert check_seats(view) == ()


def test_a_seat_that_keeps_less_than_half_must_be_listed() -> None:
    view = seat(unread(seats()), "P1/lead", hardest=9)
    only(
        view,
        "half_kept_or_listed",
        "P1/lead",
        share="1/2",
        eligible=4,
        hardest=9,
        listed=0,
    )
    assert check_seats(replace(view, listed=("P1/lead",))) == ()


def test_a_seat_listed_without_cause_or_twice_is_a_violation() -> None:
    view = replace(seats(), listed=("P1/lead",))
    assert codes(view) == {"half_kept_or_listed"}
    few = seat(unread(seats()), "P1/lead", hardest=9)
    twice = replace(few, listed=("P1/lead", "P1/lead"))
    assert codes(twice) == {"half_kept_or_listed"}
    unknown = replace(seats(), listed=("P9/lead",))
    assert [v.subject for v in check_seats(unknown)] == ["P9/lead"]


def test_a_visit_at_an_unknown_compound_is_a_violation() -> None:
    view = seats()
    known = files()
    less = replace(known, compounds=known.compounds[1:])
    detail = (("compound", "C-A1"), ("visit", "A1"))
    assert rules.stops_known(replace(view, files=less)) == (
        Violation("check.stops_known", "P1", detail),
    )
    assert check_seats(replace(view, files=less)) == rules.stops_known(
        replace(view, files=less)
    )


def test_a_stop_at_an_unknown_visit_is_a_violation_without_files_too() -> None:
    view = unread(seats())
    detail = (("compound", "-"), ("visit", "C1"))
    assert check_seats(replace(view, visits=view.visits[:-1])) == (
        Violation("check.stops_known", "P4", detail),
    )


def test_eligible_people_are_those_the_rules_of_law_leave() -> None:
    """By hand: E1 never; L4 on leave; L1 rotated out of B1; S1 and S4 recused."""
    may = {r.id: [PEOPLE[i].id for i in r.eligible] for r in seats().seats}
    assert may["P1/second"] == ["L1", "L2", "L3", "L4", "S2", "S3", "S4"]
    assert may["P2/lead"] == ["L2", "L3"]
    assert may["P2/second"] == ["L3", "S2", "S3"]
    assert may["P4/second"] == ["L1", "L2", "L3", "L4", "S1", "S2", "S3"]
    assert may["S-2026-12-02-1/lead"] == ["L1", "L2", "L3"]


def test_a_person_left_out_is_a_violation() -> None:
    view = seat(seats(), "P3/lead", eligible=(0, 1, 2))
    only(view, "eligible_recomputed", "P3/lead", missing="L4", extra="-")


def test_a_person_let_in_is_a_violation() -> None:
    view = seat(seats(), "P3/lead", eligible=(0, 1, 2, 3, 8))
    only(view, "eligible_recomputed", "P3/lead", missing="-", extra="E1")


@pytest.mark.parametrize(
    ("change", "seat_id"),
    [
        ({"leave": (Leave("L1", dec(9), dec(9), ""),)}, "P3/lead"),
        ({"recusals": (Recusal("L1", "C-A3", "", None, None),)}, "P3/lead"),
    ],
)
def test_eligibility_follows_the_files(change: Any, seat_id: str) -> None:
    known = files()
    more = {k: (*getattr(known, k), *rows) for k, rows in change.items()}
    view = replace(seats(), files=replace(known, **more))
    found = {v.subject: dict(v.detail) for v in rules.eligible_recomputed(view)}
    assert found[seat_id] == {"missing": "-", "extra": "L1"}
    assert check_seats(seats(known=replace(known, **more))) == ()


def test_an_expired_certificate_puts_a_person_out() -> None:
    known = files()
    old = replace(PEOPLE[0], cert_valid_to=dec(8))
    view = replace(
        seats(), files=replace(known, inspectors=(old, *known.inspectors[1:]))
    )
    out = {v.subject for v in rules.eligible_recomputed(view)}
    assert out == {
        "P3/lead",
        "P3/second",
        "S-2026-12-09-1/lead",
        "S-2026-12-09-1/second",
    }


def test_hardest_is_the_fewest_for_one_visit_alone() -> None:
    """P1/second: eight for A1, seven for A2 (S1 is recused)."""
    assert next(r.hardest for r in seats().seats if r.id == "P1/second") == 7
    view = seat(seats(), "P1/second", hardest=8)
    only(view, "hardest_recomputed", "P1/second", hardest=8, due=7)


def test_hardest_of_a_stand_by_seat_is_everybody_eligible() -> None:
    view = seat(seats(), "S-2026-12-01-1/lead", hardest=3)
    only(view, "hardest_recomputed", "S-2026-12-01-1/lead", hardest=3, due=4)


def test_missing_references_are_violations_and_nothing_raises() -> None:
    view = seats()
    lost = replace(view, visits=(), files=replace(files(), compounds=()))
    assert codes(lost) == {"stops_known"}
    bare = replace(view.packages[3], stops=())
    assert check_seats(replace(view, packages=(*view.packages[:3], bare))) == ()
    high = seat(view, "P3/lead", eligible=(0, 1, 2, 3, len(PEOPLE)))
    assert codes(high) == {"eligible_in_order", "eligible_recomputed"}
    odd = replace(view, packages=(), standby=(), working_days=DAYS[:1])
    assert codes(odd) == {"seats_as_policy", "standby_each_day"}


def test_docket_seats_follow_the_kinds_of_the_visits() -> None:
    given = SeatRules(seats=(*POLICY.seats.seats, SeatRule(Role.EXPERT, "docket")))
    view = replace(seats(), policy=replace(POLICY, seats=given))
    assert rules.seats_as_policy(view) == ()
    kinds = (VisitKind.REMEDIATION,)
    visits = tuple(replace(v, kinds=kinds) if v.id == "A3" else v for v in view.visits)
    assert [v.subject for v in rules.seats_as_policy(replace(view, visits=visits))] == [
        "P3"
    ]
