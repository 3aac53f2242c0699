"""Rules of the chance table, and the proofs they hand on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_month import PEOPLE, POLICY, files, table

from inspector.check import TABLE_RULES, TableView, Violation, check_table
from inspector.check import table as rules
from inspector.selection.network import WHOLE, Element, LeximaxLevel


def codes(view: TableView) -> set[str]:
    return {v.rule for v in check_table(view)}


def units(view: TableView, changes: dict[tuple[int, int], int]) -> TableView:
    """The view with units added to (seat, person)."""
    made = tuple(
        replace(e, units=e.units + changes.get((e.seat, e.person), 0))
        for e in view.table.elements
    )
    return replace(view, table=replace(view.table, elements=made))


def test_the_small_table_keeps_every_rule() -> None:
    assert check_table(table()) == ()
    assert check_table(replace(table(), files=None)) == ()
    assert [rule(table()) for rule in TABLE_RULES] == [()] * 6


def test_a_table_for_other_seats_is_a_violation() -> None:
    view = table()
    other = replace(view.rows[0], minutes=1)  # type: ignore[type-var]
    moved = replace(view, rows=(other, *view.rows[1:]))
    assert rules.table_seats_match(moved) == (
        Violation("check.table_seats_match", "P1/lead"),
    )
    fewer = replace(view, rows=view.rows[:-1])
    assert rules.table_seats_match(fewer) == (
        Violation("check.table_seats_match", "table"),
    )


def test_a_seat_on_no_working_day_is_a_violation() -> None:
    view = table()
    found = rules.table_seats_match(replace(view, working_days=view.working_days[:2]))
    assert {v.subject for v in found} == {
        "P3/lead",
        "P3/second",
        "S-2026-12-09-1/lead",
        "S-2026-12-09-1/second",
    }


def test_a_person_who_is_not_as_filed_is_a_violation() -> None:
    view = table()
    for change in (
        {"days": 7},
        {"max_days": 11},
        {"group": "lead+fire"},
        {"carry_minutes": 60},
    ):
        people = (*view.people[:3], replace(view.people[3], **change), *view.people[4:])
        assert rules.table_people_match(replace(view, people=people)) == (
            Violation("check.table_people_match", "p3"),
        )


def test_a_missing_person_is_a_violation() -> None:
    known = replace(files(), inspectors=PEOPLE[:-1])
    found = rules.table_people_match(replace(table(), files=known))
    assert [v.subject for v in found] == ["table"]


@pytest.mark.parametrize("by", [-1, 1])
def test_a_seat_whose_chances_are_not_exactly_one_is_a_violation(by: int) -> None:
    view = units(table(), {(0, 0): by})
    assert rules.seat_chances_add_up(view) == (
        Violation(
            "check.seat_chances_add_up",
            "P1/lead",
            (("due", WHOLE), ("units", WHOLE + by)),
        ),
    )
    assert {"check.seat_chances_add_up", "table.seat"} <= codes(view)


def test_chances_of_people_who_may_not_sit_there_do_not_count() -> None:
    view = table()
    first = view.table.elements[0]
    swapped = (Element(first.seat, 8, first.units), *view.table.elements[1:])
    view = replace(view, table=replace(view.table, elements=swapped))
    assert [v.subject for v in rules.seat_chances_add_up(view)] == ["P1/lead"]


def test_more_than_one_day_in_a_day_is_a_violation() -> None:
    view = units(table(), {(0, 0): WHOLE})
    found = rules.one_seat_a_day(view)
    assert [(v.subject, dict(v.detail)["day"]) for v in found] == [("p0", 1)]
    assert {"check.one_seat_a_day", "table.day"} <= codes(view)


def test_a_load_outside_its_bounds_is_a_violation() -> None:
    """Shifting units between two people of a seat moves both loads, not the seat."""
    view = table()
    shift = 2 * WHOLE
    moved = units(view, {(0, 0): shift, (0, 3): -shift})
    assert [v.subject for v in rules.expected_loads(moved)] == ["p0", "p3"]
    assert rules.seat_chances_add_up(moved) == ()


def test_bounds_above_the_days_a_person_may_serve_do_not_help() -> None:
    view = table()
    people = (replace(view.people[0], max_days=1), *view.people[1:])
    found = rules.expected_loads(replace(view, people=people))
    assert [(v.subject, dict(v.detail)["limit"]) for v in found] == [("p0", 1)]


def test_what_the_proofs_find_keeps_its_code_and_both_languages() -> None:
    view = table()
    lower = (LeximaxLevel(view.table.levels[0].value - 1, view.table.levels[0].nodes),)
    wrong = replace(view.table, levels=lower + view.table.levels[1:])
    found = check_table(replace(view, table=wrong))
    level = next(v for v in found if v.rule == "table.level")
    assert level.subject == "0"
    zh, en = level.sentences()
    assert "第 0 级未获证明" in zh
    assert "level 0 not proven" in en


def test_a_floor_above_the_proven_one_is_a_violation() -> None:
    view = table()
    wrong = replace(view.table, floor=view.table.floor + 1)
    assert "table.summary" in codes(replace(view, table=wrong))


def test_odd_tables_never_raise() -> None:
    view = table()
    seats, people = len(view.seats), len(view.people)
    stray = (Element(seats, 0, 5), Element(-1, -1, 5), Element(0, people, 2 * WHOLE))
    for made in (
        replace(view.table, elements=stray),
        replace(view.table, elements=(), loads=(), levels=(), pairs=(), fair=()),
        replace(view.table, t_nodes=-1, slack=-3),
    ):
        found = check_table(replace(view, table=made))
        assert found
        assert "check.unreadable" not in {v.rule for v in found}
    torn = replace(view, table=None)  # type: ignore[arg-type]
    assert "check.unreadable" in codes(torn)


def test_an_empty_table_keeps_every_rule() -> None:
    from inspector.selection.chances import chance_table

    made = chance_table((), (), POLICY.lottery)
    view = TableView((), (), made, (), (), POLICY)
    assert check_table(view) == ()
