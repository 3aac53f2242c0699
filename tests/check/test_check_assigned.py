"""Rules of who sits where: each with a lottery that keeps it and one that breaks it.

Who sits where in the small month stands in `small_month.assigned`; p0 is L1, p1 L2 and
so on. Reserve lists are in that order, all others who may take the seat.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_month import PEOPLE, SEED, assigned, assigned_by_seed
from small_plan import dec

from inspector.check import (
    ASSIGNED_RULES,
    Absence,
    AssignedView,
    Violation,
    check_assigned,
)
from inspector.check import assigned as rules
from inspector.check import officers as law
from inspector.domain import Item, Leave, PastVisit, Recusal, Role, VisitKind
from inspector.policy import SeatRule, SeatRules
from inspector.selection.lottery import Assignment, Substitution, applied, substitute


def codes(view: AssignedView) -> set[str]:
    return {v.rule.removeprefix("check.") for v in check_assigned(view)}


def subjects(found: tuple[Violation, ...]) -> list[str]:
    return [v.subject for v in found]


def seated(assignment: Assignment, **people: str) -> Assignment:
    """The assignment with seats given to other people: P1_lead="p0"."""
    new = {name.replace("_", "/"): who for name, who in people.items()}
    holders = tuple((seat, new.get(seat, who)) for seat, who in assignment.holders)
    return replace(assignment, holders=holders)


def drawn(**people: str) -> AssignedView:
    view = assigned()
    made = seated(view.drawn, **people)
    return replace(view, drawn=made, now=made)


def absent(
    view: AssignedView, person: str, day: date, *barred: tuple[str, str]
) -> AssignedView:
    """What the field room does when somebody is away."""
    iso = day.isoformat()
    gone = {(a.day, a.person) for a in view.absences} | {(iso, person)}
    limits = dict(zip(view.table.people, view.limits, strict=True))
    bars = view.barred | set(barred)
    changes = substitute(view.table, view.now, iso, person, gone, bars, limits)
    return replace(
        view,
        now=applied(view.now, changes),
        absences=(*view.absences, Absence(iso, person, changes)),
        barred=frozenset(bars),
    )


def record(view: AssignedView, change: Substitution) -> AssignedView:
    """The last absence with its first change replaced, and carried through."""
    *before, last = view.absences
    made = (change, *last.changes[1:])
    return replace(
        view,
        absences=(*before, replace(last, changes=made)),
        now=applied(view.drawn, made),
    )


def test_the_lottery_of_the_small_month_keeps_every_rule() -> None:
    for view in (assigned(), assigned_by_seed()):
        assert check_assigned(view) == ()
        assert check_assigned(replace(view, seed=None, files=None)) == ()
        assert [rule(view) for rule in ASSIGNED_RULES] == [()] * len(ASSIGNED_RULES)


# -- the lottery ---------------------------------------------------------------


def test_an_empty_seat_is_a_violation() -> None:
    view = assigned()
    less = replace(view.drawn, holders=view.drawn.holders[1:])
    found = rules.every_seat_filled(replace(view, drawn=less))
    assert found == (
        Violation(
            "check.every_seat_filled", "P1/lead", (("person", "-"), ("times", 0))
        ),
    )


def test_a_seat_given_to_someone_not_eligible_is_a_violation() -> None:
    assert "P1/lead" in subjects(rules.every_seat_filled(drawn(P1_lead="p4")))
    view = assigned()
    now = seated(view.now, P1_lead="p4")
    assert rules.every_seat_filled(replace(view, now=now)) == (
        Violation(
            "check.every_seat_filled", "P1/lead", (("person", "p4"), ("times", 1))
        ),
    )


def test_a_seat_filled_twice_or_unknown_is_a_violation() -> None:
    view = assigned()
    more = (*view.drawn.holders, ("P1/lead", "p0"), ("P9/lead", "p0"))
    found = rules.every_seat_filled(
        replace(view, drawn=replace(view.drawn, holders=more))
    )
    assert subjects(found) == ["P1/lead", "P9/lead"]


def test_two_seats_on_one_day_are_a_violation() -> None:
    """p0 already sits in P4/second on 1 December."""
    assert rules.nobody_sits_twice(drawn(P1_lead="p0"))[0] == Violation(
        "check.nobody_sits_twice",
        "p0",
        (("day", "2026-12-01"), ("seats", "P1/lead P4/second")),
    )


def test_a_load_away_from_its_expectation_is_a_violation() -> None:
    """p3 expects a day and a half and is drawn for one, p4 half a day and for one."""
    half = 2**39
    table = assigned().table
    extra = ((0, 3, half), (0, 4, -half))
    table = replace(table, elements=(*table.elements, *extra))
    assert rules.loads_rounded(replace(assigned(), table=table)) == ()
    none = rules.loads_rounded(replace(drawn(P4_lead="p2"), table=table))
    assert none == (
        Violation("check.loads_rounded", "p3", (("days", 0), ("units", 3 * half))),
    )
    two = rules.loads_rounded(replace(drawn(P3_second="p4"), table=table))
    assert Violation("check.loads_rounded", "p4", (("days", 2), ("units", half))) in two


def test_a_load_outside_its_published_bounds_is_a_violation() -> None:
    view = assigned()
    tight = ((0, 0), *view.loads[1:])
    assert rules.loads_bounded(replace(view, loads=tight)) == (
        Violation(
            "check.loads_bounded", "p0", (("days", 2), ("least", 0), ("most", 0))
        ),
    )
    assert rules.loads_bounded(replace(view, loads=((3, 3), *view.loads[1:]))) != ()


def test_people_other_than_the_seed_gives_are_a_violation() -> None:
    """Every outcome is sure, whatever the seed."""
    view = replace(drawn(P3_lead="p3", P3_second="p4"), seed=SEED)
    assert rules.people_from_seed(view) == (
        Violation(
            "check.people_from_seed", "P3/lead", (("due", "p0"), ("found", "p3"))
        ),
        Violation(
            "check.people_from_seed", "P3/second", (("due", "p5"), ("found", "p4"))
        ),
    )
    assert rules.people_from_seed(replace(view, seed=None)) == ()


def test_a_table_that_cannot_be_drawn_from_is_a_violation() -> None:
    view = assigned()
    torn = replace(view.table, elements=view.table.elements[1:])
    found = rules.people_from_seed(replace(view, table=torn, seed=SEED))
    assert subjects(found) == ["lottery.seat"]


def test_reserves_out_of_ticket_order_are_a_violation() -> None:
    view = assigned_by_seed()
    (seat, names), *rest = view.drawn.reserves
    turned = ((seat, names[::-1]), *rest)
    made = replace(view, drawn=replace(view.drawn, reserves=turned))
    found = rules.reserves_complete(made)
    due, listed = " ".join(names), " ".join(names[::-1])
    assert found == (
        Violation("check.reserves_complete", seat, (("due", due), ("found", listed))),
    )
    assert rules.reserves_complete(replace(made, seed=None)) == ()


def test_a_reserve_left_out_is_a_violation_even_without_the_seed() -> None:
    view = assigned()
    (seat, names), *rest = view.drawn.reserves
    less = replace(view.drawn, reserves=((seat, names[1:]), *rest))
    found = rules.reserves_complete(replace(view, drawn=less))
    assert subjects(found) == ["P1/lead"]


# -- afterwards ----------------------------------------------------------------


def test_absences_handled_by_the_rule_keep_every_rule() -> None:
    view = absent(assigned(), "p2", dec(2))  # p1 waits at the office: p2 has no reserve
    assert view.absences[0].changes[0].skipped == (("p1", "busy"),)
    view = absent(view, "p3", dec(1))
    view = absent(view, "p5", dec(9))
    assert check_assigned(view) == ()


def test_every_reason_to_skip_is_checked() -> None:
    """P3/lead loses p0 on 9 December; p1 and p2 wait at the office."""
    view = absent(assigned(), "p0", dec(9))
    change = view.absences[0].changes[0]
    assert (change.seat, change.skipped, change.taken) == (
        "P3/lead",
        (("p1", "busy"), ("p2", "busy")),
        "p3",
    )
    assert rules.substitutes_in_order(view) == ()
    wrong = record(view, replace(change, skipped=(("p1", "absent"), ("p2", "busy"))))
    assert rules.substitutes_in_order(wrong) == (
        Violation(
            "check.substitutes_in_order",
            "P3/lead",
            (("due", "p1 busy"), ("found", "p1 absent"), ("place", 1)),
        ),
    )


def test_a_reserve_taken_out_of_order_is_a_violation() -> None:
    """P3/second loses p5; p0, p1 and p2 are busy, p3 is next."""
    view = absent(assigned(), "p5", dec(9))
    change = view.absences[0].changes[0]
    assert (change.seat, change.taken) == ("P3/second", "p3")
    busy = change.skipped
    for skipped, taken in (
        (busy, "p4"),
        ((*busy, ("p3", "busy")), "p4"),
        ((*busy, ("p3", "full")), ""),
        (busy, ""),
    ):
        picked = record(view, replace(change, skipped=skipped, taken=taken))
        found = rules.substitutes_in_order(picked)
        assert [(v.subject, dict(v.detail)["place"]) for v in found] == [
            ("P3/second", 4)
        ]


def test_a_seat_stays_empty_only_when_no_reserve_is_left() -> None:
    """P2/lead has p1 alone in reserve, who waits at the office that day."""
    view = absent(assigned(), "p2", dec(2))
    (change,) = view.absences[0].changes
    assert (change.skipped, change.taken) == ((("p1", "busy"),), "")
    assert rules.substitutes_in_order(view) == ()
    silent = record(view, replace(change, skipped=()))
    assert subjects(rules.substitutes_in_order(silent)) == ["P2/lead"]


def test_a_barred_an_absent_and_a_full_reserve_are_skipped_with_their_reason() -> None:
    view = absent(assigned(), "p6", dec(9))
    view = replace(view, limits=(*view.limits[:3], 1, *view.limits[4:]))
    view = absent(view, "p5", dec(9), ("P3/second", "p4"))
    change = view.absences[1].changes[0]
    assert change.skipped[3:] == (
        ("p3", "full"),
        ("p4", "ineligible"),
        ("p6", "absent"),
    )
    assert change.taken == "p7"
    assert rules.substitutes_in_order(view) == ()
    free = rules.substitutes_in_order(replace(view, barred=frozenset()))
    assert [dict(v.detail)["place"] for v in free] == [5]
    fresh = rules.substitutes_in_order(replace(view, limits=assigned().limits))
    assert [dict(v.detail)["place"] for v in fresh] == [4]
    alone = replace(view, absences=view.absences[1:])
    found = rules.substitutes_in_order(alone)
    assert [dict(v.detail)["place"] for v in found] == [6]


def test_who_steps_in_is_busy_for_the_next_seat_of_that_day() -> None:
    """p2 leads P3 and the stand-by pair, p0 is second in P3; p3 can help once."""
    made = seated(assigned().drawn, P3_lead="p2", P3_second="p0")
    view = absent(replace(assigned(), drawn=made, now=made), "p2", dec(9))
    assert [(c.seat, c.skipped, c.taken) for c in view.absences[0].changes] == [
        ("P3/lead", (("p1", "busy"), ("p2", "absent")), "p3"),
        (
            "S-2026-12-09-1/lead",
            (("p0", "busy"), ("p1", "busy"), ("p3", "busy")),
            "",
        ),
    ]
    assert rules.substitutes_in_order(view) == ()


def test_an_absence_that_leaves_a_seat_unnamed_is_a_violation() -> None:
    view = absent(assigned(), "p0", dec(1))
    none = replace(view, absences=(replace(view.absences[0], changes=()),))
    assert rules.absence_frees_the_day(none) == (
        Violation(
            "check.absence_frees_the_day",
            "p0",
            (("day", "2026-12-01"), ("due", "P4/second"), ("found", "-")),
        ),
    )


def test_a_seat_freed_for_somebody_else_is_a_violation() -> None:
    view = absent(assigned(), "p0", dec(1))
    (change,) = view.absences[0].changes
    assert rules.absence_frees_the_day(view) == ()
    wrong = record(view, replace(change, out="p1"))
    assert subjects(rules.absence_frees_the_day(wrong)) == ["p0"]


def test_a_change_without_a_record_is_a_violation() -> None:
    view = assigned()
    now = seated(view.now, P3_lead="p3")
    assert rules.changes_only_by_record(replace(view, now=now)) == (
        Violation(
            "check.changes_only_by_record", "P3/lead", (("due", "p0"), ("found", "p3"))
        ),
    )


def test_reserve_lists_that_change_are_a_violation() -> None:
    view = assigned()
    now = replace(view.now, reserves=view.now.reserves[1:])
    assert subjects(rules.changes_only_by_record(replace(view, now=now))) == [
        "reserves"
    ]


# -- the law, from the auditor's files -----------------------------------------


def with_files(**more: object) -> AssignedView:
    view = assigned()
    assert view.files is not None
    return replace(view, files=replace(view.files, **more))  # type: ignore[arg-type]


def test_files_that_miss_something_are_a_violation() -> None:
    view = assigned()
    assert view.files is not None
    assert subjects(law.files_complete(with_files(inspectors=PEOPLE[:-1]))) == [
        "people"
    ]
    assert subjects(law.files_complete(replace(view, rows=view.rows[1:]))) == [
        "P1/lead"
    ]
    lost = law.files_complete(replace(view, packages=view.packages[1:]))
    assert set(subjects(lost)) == {"P1"}
    lost = law.files_complete(replace(view, visits=view.visits[1:]))
    assert subjects(lost) == ["A1"]
    lost = law.files_complete(with_files(compounds=view.files.compounds[1:]))
    assert subjects(lost) == ["A1"]
    moved = replace(view.rows[0], day=dec(2))  # type: ignore[type-var]
    lost = law.files_complete(replace(view, rows=(moved, *view.rows[1:])))
    assert subjects(lost) == ["P1/lead"]


@pytest.mark.parametrize(
    "change", [{"cert_no": ""}, {"cert_valid_to": date(2026, 11, 30)}, {"expert": True}]
)
def test_an_officer_without_a_valid_certificate_does_not_count(
    change: dict[str, object],
) -> None:
    """P1 has p2 (L3) and p6."""
    people = [*PEOPLE]
    people[2] = replace(PEOPLE[2], **change)  # type: ignore[arg-type]
    found = law.officers_certified(with_files(inspectors=tuple(people)))
    detail = (("least", 2), ("officers", 1))
    assert Violation("check.officers_certified", "P1", detail) in found


def test_one_person_in_both_seats_is_one_officer() -> None:
    found = law.officers_certified(drawn(P1_second="p2"))
    assert set(subjects(found)) == {"P1"}


@pytest.mark.parametrize(
    ("seat", "person", "fits"),
    [
        ("P1_lead", "p0", True),
        ("P1_lead", "p4", False),  # may not lead
        ("P2_second", "p6", True),
        ("P2_second", "p7", False),  # does not know fire
        ("P1_second", "p7", True),  # P1 needs no skill
        ("P1_second", "p8", False),  # an expert is no officer
    ],
)
def test_a_seat_takes_the_people_of_its_role(
    seat: str, person: str, fits: bool
) -> None:
    found = law.roles_kept(drawn(**{seat: person}))
    assert set(subjects(found)) == (set() if fits else {seat.replace("_", "/")})


def test_an_expert_seat_takes_experts_only() -> None:
    view = drawn(P2_second="p8")
    rows = tuple(
        replace(r, role=Role.EXPERT) if r.id == "P2/second" else r  # type: ignore[type-var]
        for r in view.rows
    )
    assert law.roles_kept(replace(view, rows=rows)) == ()
    officer = replace(drawn(P2_second="p5"), rows=rows)
    assert set(subjects(law.roles_kept(officer))) == {"P2/second"}


def test_a_joint_seat_takes_people_of_its_unit() -> None:
    view = assigned()
    rows = tuple(
        replace(r, role=Role.JOINT, unit="fire") if r.id == "P1/second" else r  # type: ignore[type-var]
        for r in view.rows
    )
    assert set(subjects(law.roles_kept(replace(view, rows=rows)))) == {"P1/second"}
    rows = tuple(replace(r, unit="bureau") if r.unit else r for r in rows)  # type: ignore[type-var]
    assert law.roles_kept(replace(view, rows=rows)) == ()


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (None, None, True),
        (dec(1), dec(1), True),
        (dec(2), None, False),
        (None, date(2026, 11, 30), False),
    ],
)
@pytest.mark.parametrize("subject", ["C-C1", "U1"])
def test_nobody_inspects_what_he_is_recused_from(
    subject: str, first: date | None, last: date | None, holds: bool
) -> None:
    """L1 (p0) sits in P4, which visits C1 of company U1 on 1 December."""
    row = Recusal("L1", subject, "shares", first, last)
    found = law.recusal_kept(with_files(recusals=(row,)))
    detail = (("about", subject), ("person", "p0"))
    wanted = (Violation("check.recusal_kept", "P4/second", detail),)
    assert found == (wanted if holds else ())


def test_a_recusal_does_not_reach_a_compound_nobody_manages() -> None:
    found = law.recusal_kept(with_files(recusals=(Recusal("L3", "", "", None, None),)))
    assert found == ()


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 9, 1), True),
        (date(2026, 11, 30), True),
        (date(2026, 8, 31), False),  # four months before
        (date(2026, 12, 1), True),  # this month, in another log
    ],
)
@pytest.mark.parametrize("lead", [True, False])
def test_nobody_returns_to_a_compound_within_the_rotation(
    day: date, lead: bool, holds: bool
) -> None:
    """L1 (p0) sits in P4, which visits C1."""
    pair = ("L1", "S1") if lead else ("S1", "L1")
    past = PastVisit("C-C1", "U1", day, VisitKind.RECHECK, False, *pair)
    found = law.rotation_kept(with_files(history=(past,)))
    assert subjects(found) == (["P4/second"] if holds else [])


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(dec(1), dec(1), True), (dec(2), dec(4), False)],
)
def test_nobody_is_seated_while_on_leave(first: date, last: date, holds: bool) -> None:
    found = law.leave_kept(with_files(leave=(Leave("L4", first, last, "pm"),)))
    assert subjects(found) == (["P4/lead"] if holds else [])


def test_the_law_holds_for_substitutes_too() -> None:
    """After p5 is away on 9 December, p3 (L4) sits in P3 at A3's compound."""
    view = absent(assigned(), "p5", dec(9))
    assert view.files is not None
    row = Recusal("L4", "C-A3", "", None, None)
    found = law.recusal_kept(replace(view, files=replace(view.files, recusals=(row,))))
    assert subjects(found) == ["P3/second"]


def test_odd_assignments_never_raise() -> None:
    view = assigned()
    odd = Assignment((("?", "!"), ("P1/lead", "")), (("?", ("!", "!")),))
    stray = Absence("never", "!", (Substitution("?", "!", "!", (("!", "!"),)),))
    for made in (
        replace(view, drawn=odd),
        replace(view, now=odd, absences=(stray,)),
        replace(view, loads=(), limits=(), rows=(), packages=(), visits=()),
        replace(view, table=replace(view.table, packages=(), elements=())),
        replace(view, table=replace(view.table, elements=((0, 9, 5), (99, -1, 5)))),
    ):
        found = check_assigned(made)
        assert found
        assert "check.unreadable" not in {v.rule for v in found}
        assert all(all(v.sentences()) for v in found)
    torn = replace(view, drawn=None)  # type: ignore[arg-type]
    assert "unreadable" in codes(torn)


def _item(code: str, authority: str = "") -> Item:
    return Item(code, "G", code, "", "onsite", 1, "", "", 15, authority=authority)


def _acting(view: AssignedView, who: int, **more: object) -> AssignedView:
    """The view with another person in the files, and two items."""
    assert view.files is not None
    people = list(view.files.inspectors)
    people[who] = replace(people[who], **more)  # type: ignore[arg-type]
    items = (_item("I1"), _item("I2"), _item("F1", "fire"))
    return replace(
        view, files=replace(view.files, inspectors=tuple(people), items=items)
    )


def _joint(view: AssignedView) -> AssignedView:
    """The second of P1 sits for the fire brigade."""
    rows = tuple(
        replace(r, role=Role.JOINT, id="P1/joint", authority="fire")  # type: ignore[type-var]
        if r.id == "P1/second"
        else r
        for r in view.rows
    )
    holders = tuple(
        ("P1/joint" if s == "P1/second" else s, who) for s, who in view.drawn.holders
    )
    seats = (SeatRule(Role.LEAD), SeatRule(Role.JOINT, authority="fire"))
    made = replace(view.drawn, holders=holders)
    policy = replace(view.policy, seats=SeatRules(seats=seats))
    return replace(view, rows=rows, policy=policy, drawn=made, now=made)


@pytest.mark.parametrize(
    ("acts_for", "own", "other"),
    [((), True, False), (("fire",), False, True), (("", "fire"), True, True)],
)
def test_nobody_sits_for_an_office_he_does_not_act_for(
    acts_for: tuple[str, ...], own: bool, other: bool
) -> None:
    view = _acting(drawn(P1_second="p5"), 5, authorities=acts_for)
    mine = {s for s in subjects(law.authority_kept(view)) if s.startswith("P1/")}
    assert mine == (set() if own else {"P1/second"})
    mine = set(subjects(law.authority_kept(_joint(view)))) & {"P1/joint"}
    assert mine == (set() if other else {"P1/joint"})


@pytest.mark.parametrize(
    ("scope", "second", "joint"),
    [((), 1, 1), (("I1",), 1, 0), (("F1",), 0, 1), (("G",), 1, 1), (("X",), 0, 0)],
)
def test_nobody_checks_what_is_beyond_his_scope(
    scope: tuple[str, ...], second: int, joint: int
) -> None:
    view = _acting(drawn(P1_second="p5"), 5, scope=scope, authorities=("", "fire"))
    found = set(subjects(law.scope_kept(view)))
    assert ("P1/second" not in found) == bool(second)
    found = set(subjects(law.scope_kept(_joint(view))))
    assert ("P1/joint" not in found) == bool(joint)


def test_who_leads_may_check_all_of_it() -> None:
    for scope, fits in (("I1",), False), (("I1", "I2"), True):
        view = _acting(drawn(P1_lead="p0"), 0, scope=scope)
        assert ("P1/lead" not in subjects(law.scope_kept(view))) == fits
