"""Every kind of oddity of a cell: read as a clerk means it, refused, or noted."""

from collections import Counter

import pytest
from import_kinds import FAULTS, KINDS, NOTES, READ, Kind
from small_city import City, a_city

from inspector.registry import understand
from inspector.registry.readings import READINGS
from inspector.registry.understood import address


def _changed(kind: Kind, text: str) -> City:
    city = a_city()
    city.set(kind.sheet, kind.row, kind.column, text)
    return city


def _cell(kind: Kind) -> str:
    return address(kind.row, a_city().sheets[kind.sheet][0].index(kind.column))


def _id(kind: Kind) -> str:
    return f"{kind.sheet}-{kind.column}-{kind.typed[:20]}-{kind.code}"


def test_the_clean_city_has_nothing_to_be_told() -> None:
    found = understand(a_city().files())
    assert (found.readings, found.faults) == ((), ())
    # its second officer's certificate has ended, its street has two compounds
    assert {note.code for note in found.notes} <= {"note.certificate_over"}


@pytest.mark.parametrize("kind", READ, ids=_id)
def test_what_a_clerk_means_is_read_and_told(kind: Kind) -> None:
    found = understand(_changed(kind, kind.typed).files())
    assert found.faults == ()
    told = {(r.rule, r.cell): r for r in found.readings}
    assert (kind.code, _cell(kind)) in told
    assert all(r.sentences() for r in found.readings)
    clean = understand(_changed(kind, kind.clean).files())
    assert found.scenario is not None and clean.scenario is not None
    assert found.scenario.registry == clean.scenario.registry


@pytest.mark.parametrize("kind", FAULTS, ids=_id)
def test_what_has_two_readings_is_refused_first_and_at_its_cell(kind: Kind) -> None:
    found = understand(_changed(kind, kind.typed).files())
    assert found.scenario is None
    first = found.faults[0]
    assert (first.code, first.cell) == (kind.code, _cell(kind)), str(first)
    assert first.file == f"{kind.sheet}.csv"
    assert all(first.sentences())


@pytest.mark.parametrize("kind", NOTES, ids=_id)
def test_what_is_absurd_is_noted_and_refuses_nothing(kind: Kind) -> None:
    found = understand(_changed(kind, kind.typed).files())
    assert found.faults == ()
    mine = [note for note in found.notes if note.code == kind.code]
    assert mine and kind.row in (mine[0].row, *mine[0].rows)
    assert all(mine[0].sentences())


def test_every_rule_of_the_list_has_a_kind() -> None:
    quiet = {"read.lost", "read.radicals", "read.no_date", "read.credit_typo"}
    # of workbooks, headers and whole columns: `test_readings`
    elsewhere = {"read.number_text", "read.percent", "read.fraction", "read.scale"}
    rules = {rule.code for rule in READINGS} - quiet - elsewhere
    assert rules <= {kind.code for kind in READ}
    assert Counter(k.what for k in KINDS).total() >= 120
