"""Readings that hang on types, headers and whole columns; names, ids, places, notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from small_city import City, a_city

from inspector.errors import Fault, InspectorError
from inspector.places import to_place
from inspector.registry import Understood, understand, write_scenario
from inspector.registry.accepted import FILE, write_accepted
from inspector.registry.radicals import ordinary, radical
from inspector.registry.readings import Reader, spot_of
from inspector.registry.rows import parse_rows
from inspector.registry.sheets import SHEET_NAMES, headers
from inspector.registry.tables import Table
from inspector.registry.understood import Accepted, Broken, Findings, Raw, name_of


def _reader(sheet: str, column: str, scale: int = 1, zeros: int = 0) -> Reader:
    found = headers(SHEET_NAMES[sheet])[column]
    return Reader.of(spot_of(sheet, found, column, scale, zeros))


def _found(city: City) -> Understood:
    return understand(city.files())


def _rules(found: Understood) -> set[str]:
    return {reading.rule for reading in found.readings}


@pytest.mark.parametrize(
    ("where", "raw", "value", "rules"),
    [
        ("compounds/id", 1.0, "1", ["read.number_text"]),
        ("compounds/name", 123, "123", ["read.number_text"]),
        ("compounds/name", 2.5, "2.5", ["read.number_text"]),
        ("compounds/households", 325.0, 325, []),
        ("compounds/households", "325", 325, []),
        ("compounds/lon", 111.321, "111.321", []),
        ("compounds/has_lift", True, True, []),
        ("compounds/has_lift", 0.0, False, []),
        ("items/weight", 59.5, 5950, []),
        ("leave/from", date(2026, 12, 7), date(2026, 12, 7), []),
        ("leave/from", datetime(2026, 12, 7), date(2026, 12, 7), []),
        ("leave/from", datetime(2026, 12, 7, 8), date(2026, 12, 7), ["read.date_time"]),
        ("leave/from", 46363, date(2026, 12, 7), ["read.serial"]),
        ("leave/from", 46363.25, date(2026, 12, 7), ["read.serial"]),
        ("leave/from", 20261207, date(2026, 12, 7), ["read.serial", "read.date"]),
        ("items/share_bp", "5%", 500, ["read.percent"]),
        ("items/share_bp", 0.05, 500, ["read.fraction"]),
    ],
)
def test_typed_cells(where: str, raw: Raw, value: object, rules: list[str]) -> None:
    read = _reader(*where.split("/")).read(raw)
    assert read.value == value
    assert [step[0] for step in read.steps] == rules


@pytest.mark.parametrize(
    ("where", "raw", "code"),
    [
        ("compounds/name", date(2026, 3, 1), "cell.lost"),
        ("compounds/id", datetime(2026, 3, 1), "cell.lost"),
        ("compounds/name", True, "cell.lost"),
        ("compounds/name", time(3, 1), "cell.lost"),
        ("compounds/households", date(2026, 3, 1), "cell.lost"),
        ("compounds/window", True, "cell.lost"),
        ("compounds/id", 3.5, "cell.decimal_ident"),
        ("companies/usc18", 911100006000373410, "cell.precision"),
        ("compounds/households", float("nan"), "cell.error"),
        ("compounds/households", Broken("cell.error", "#N/A"), "cell.error"),
        ("leave/from", True, "cell.date"),
        ("leave/from", time(8), "cell.date"),
        ("leave/from", 3.4, "cell.date_year"),
        ("leave/from", 12, "cell.date"),
        ("compounds/households", 3.5, "cell.integer"),
        ("compounds/households", True, "cell.lost"),
    ],
)
def test_typed_cells_that_lost_what_was_typed(where: str, raw: Raw, code: str) -> None:
    with pytest.raises(InspectorError) as refused:
        _reader(*where.split("/")).read(raw)
    assert refused.value.code == code
    assert all(refused.value.sentences())


def test_numbers_of_another_scale() -> None:
    assert _reader("evaluations", "score_bp", 100).read("85.5").value == 8550
    assert _reader("evaluations", "score_bp", 100).read(85).value == 8500
    assert _reader("evaluations", "score_bp", 100).read("85分").value == 8500
    assert _reader("items", "share_bp", 100).read(5).value == 500
    with pytest.raises(InspectorError, match=r"cell\.two_scales"):
        _reader("items", "share_bp", 100).read(0.05)
    with pytest.raises(InspectorError, match=r"cell\.zeros"):
        _reader("streets", "code", zeros=3).read(1)


def _scores(header: str, *scores: str) -> City:
    city = a_city()
    rows = city.sheets["evaluations"]
    rows[0][2] = header
    for row, score in zip(rows[1:], scores, strict=True):
        row[2] = score
    return city


def test_a_column_of_100_is_read_so_where_all_rows_agree() -> None:
    of_100 = _scores("得分", "90", "85", "60.5")
    assert "read.scale" in _rules(_found(of_100))
    twin = _found(_scores("score_bp", "9000", "8500", "6050"))
    assert _found(of_100).scenario == twin.scenario
    mixed = _found(_scores("得分", "90", "8500", "6050"))
    assert [(f.code, f.row) for f in mixed.faults] == [("cell.scale", 2)]
    assert (
        _found(_scores("得分", "9000", "8500", "60.5")).faults[0].code == "cell.scale"
    )
    noted = _found(_scores("score_bp", "90", "85", "60"))
    assert "note.scale" in {n.code for n in noted.notes}


def test_a_shared_name_shows_its_candidates() -> None:
    city = a_city()
    city.set("compounds", 3, "name", "阳光小区")
    city.set("evaluations", 2, "compound", "阳光小区")
    (fault,) = _found(city).faults
    assert (fault.code, fault.cell) == ("row.shared", "A2")
    assert "C001" in str(fault) and "C002" in str(fault)


def test_excel_ate_the_zeros_of_a_code() -> None:
    city = a_city()
    city.set("assistants", 2, "id", "A1")
    for sheet, column in (("streets", "code"), ("compounds", "street")):
        for row in city.sheets[sheet][1:]:
            at = city.sheets[sheet][0].index(column)
            row[at] = row[at].replace("S0", "00")
    assert _found(city).faults == ()
    city.set("compounds", 2, "street", "1")
    (fault,) = _found(city).faults
    assert (fault.code, fault.params["padded"]) == ("row.zeros", "001")


def test_nothing_is_judged_against_a_sheet_without_its_key() -> None:
    city = a_city()
    city.sheets["companies"][0][0] = "别的"
    assert {f.code for f in _found(city).faults} <= {"column.missing", "column.unknown"}


def _without(city: City, sheet: str, *columns: str) -> City:
    rows = city.sheets[sheet]
    keep = [i for i, name in enumerate(rows[0]) if name not in columns]
    city.sheets[sheet] = [[row[i] for i in keep] for row in rows]
    return city


def _by_names() -> City:
    """The city of a clerk who has no ids for compounds."""
    city = a_city()
    names = {row[0]: row[1] for row in city.sheets["compounds"][1:]}
    for sheet in ("recusals", "evaluations", "signals", "history", "docket"):
        rows = city.sheets[sheet]
        rows[1:] = [[names.get(cell, cell) for cell in row] for row in rows[1:]]
    city.sheets["assistants"][1][2] = "、".join(list(names.values())[:2])
    return _without(city, "compounds", "id")


def test_ids_are_made_once_and_met_again() -> None:
    city = _by_names()
    refused = _found(city)
    assert [f.code for f in refused.faults] == ["column.no_ids"]
    first = understand(city.files(), make=True)
    assert first.faults == () and first.scenario is not None
    assert "read.made_id" in _rules(first)
    ids = {c.name: c.id for c in first.scenario.registry.compounds}
    assert sorted(ids.values()) == ["C0001", "C0002", "C0003", "C0004"]
    present = write_scenario(first.scenario.registry, first.scenario.policy)
    # the rows come in another order, and with one more
    rows = city.sheets["compounds"]
    rows[1:] = [["新小区", *rows[1][1:]], *reversed(rows[1:])]
    again = understand(city.files(), present, make=True)
    assert again.faults == () and again.scenario is not None
    now = {c.name: c.id for c in again.scenario.registry.compounds}
    assert now == ids | {"新小区": "C0005"}


def test_a_sheet_alone_is_understood_over_the_present_ones() -> None:
    present = a_city().files()
    leave = "人员,起,止,半天\n甲,2026.12.14,2026.12.15,\n".encode()
    found = understand({"leave.csv": leave}, present)
    assert found.faults == () and found.scenario is not None
    (row,) = found.scenario.registry.leave
    assert (row.inspector, row.first) == ("P01", date(2026, 12, 14))
    assert found.scenario.registry.compounds == a_city().read().registry.compounds


def test_places_of_baidu_and_of_one_cell() -> None:
    # wandergis/coordtransform, README: bd09togcj02(116.404, 39.915)
    assert to_place("116.404", "39.915", "BD-09") == to_place(
        "116.397627", "39.908657", "GCJ-02"
    )
    city = a_city()
    rows = city.sheets["compounds"]
    lon, lat = rows[0].index("lon"), rows[0].index("lat")
    pairs = [f"{row[lon]}, {row[lat]}" for row in rows[1:]]
    pairs[1] = "，".join(reversed(pairs[1].split(", ")))
    one = _without(city, "compounds", "lat")
    rows = one.sheets["compounds"]
    rows[0][lon] = "经纬度"
    for row, cell in zip(rows[1:], pairs, strict=True):
        row[lon] = cell
    found = _found(one)
    assert found.scenario == a_city().read()
    assert {"read.pair", "read.swapped"} <= _rules(found)


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        ("经度（高德）", []),
        ("经度", ["column.crs"]),
        ("经度（GPS/高德）", ["column.crs"]),
    ],
)
def test_a_system_is_named_by_a_header_or_asked_for_once(
    header: str, faults: list[str]
) -> None:
    columns = {"id": (0, "编号"), "district": (1, "区县")}
    columns |= {"lon": (2, header), "lat": (3, "纬度")}
    rows: list[tuple[int, list[Raw | None]]] = [
        (2, ["O1", "甲区", 111.32, 23.47]),
        (3, ["O2", "乙区", "111.27", "23.48"]),
    ]
    findings = Findings()
    out = parse_rows(Table("x", SHEET_NAMES["offices"], columns, rows), findings)
    assert [f.code for f in findings.faults] == faults
    assert len(out.values) == (0 if faults else 2)


def test_a_compound_without_a_place_stands_at_a_centre_and_says_so() -> None:
    city = a_city()
    for row in (2, 5):
        for column in ("lon", "lat", "crs"):
            city.set("compounds", row, column, "")
    found = _found(city)
    assert found.faults == () and found.scenario is not None
    by_id = {c.id: c for c in found.scenario.registry.compounds}
    assert by_id["C001"].approximate == "street"
    assert by_id["C001"].place == by_id["C002"].place
    assert by_id["C004"].approximate == "community"
    assert by_id["C004"].place == by_id["C003"].place
    assert {"read.approximate_street", "read.approximate_community"} <= _rules(found)
    assert "note.approximate" in {n.code for n in found.notes}
    # kept as it is, and not taken for a given place in the next import
    registry = found.scenario.registry
    again = understand(write_scenario(registry, found.scenario.policy))
    assert again.scenario is not None and again.scenario.registry == registry
    none = _without(a_city(), "compounds", "lon", "lat", "crs")
    at = _found(none).scenario
    assert at is not None
    assert {c.approximate for c in at.registry.compounds} == {"office"}


def test_an_accepted_note_is_not_told_again_until_it_changes() -> None:
    city = a_city()
    city.set("compounds", 2, "households", "0")
    (note,) = [n for n in _found(city).notes if n.code == "note.households_none"]
    kept = write_accepted([Accepted(name_of(note), "拆迁中", "科长", "2026-11-20")])
    city.extra = {FILE: kept}
    found = _found(city)
    assert note.code not in {n.code for n in found.notes}
    assert [a.reason for a in found.accepted] == ["拆迁中"]
    city.set("compounds", 3, "households", "0")
    assert note.code in {n.code for n in _found(city).notes}
    city.extra = {FILE: b"note,reason,by,at\r\nabc,,,\r\n"}
    assert [(f.file, f.code) for f in _found(city).faults] == [(FILE, "cell.empty")]


def _codes(notes: tuple[Fault, ...]) -> set[str]:
    return {note.code for note in notes}


def test_notes_of_days_and_of_everybody() -> None:
    city = a_city()
    city.sheets["leave"].append(["P02", "2026-12-07", "2026-12-07", ""])
    city.sheets["recusals"] += [["P02", "C002", "亲属", "", ""]]
    city.sheets["leave"].append(["P01", "2025-01-05", "2025-01-06", ""])
    codes = _codes(_found(city).notes)
    assert {"note.everybody_away", "note.everybody_recused", "note.leave_year"} <= codes
    city = a_city()
    for row in (2, 3):
        city.set("inspectors", row, "cert_valid_to", "2026-12-10")
    assert "note.certificates_end" in _codes(_found(city).notes)


def test_notes_of_two_of_one_and_of_none() -> None:
    city = a_city()
    rows = city.sheets["compounds"]
    rows.append(["C009", *rows[1][1:]])
    city.sheets["companies"].append(["91450499HC0000016J", "闲置物业", "active"])
    city.sheets["streets"].append(["S09", "空街道", "万秀区", ""])
    codes = _codes(_found(city).notes)
    assert {"note.same_compound", "note.idle_company", "note.empty_street"} <= codes
    city = a_city()
    city.set("compounds", 3, "lon", "111.321000")
    city.set("compounds", 3, "lat", "23.471000")
    assert "note.same_place" in _codes(_found(city).notes)
    city = a_city()
    for row in (2, 3, 4):
        city.set("compounds", row, "status", "closed")
    for row in city.sheets["streets"][1:]:
        row[3] = ""
    assert "note.no_active" in _codes(_found(city).notes)


def test_radicals_and_their_characters() -> None:
    assert radical("长洲生活区") is None
    assert radical("\ufa0e") is None  # an ordinary character in the wrong block
    every = [chr(c) for c in range(0x2E80, 0x2FD6)]
    strange = [c for c in every if radical(c) and radical(ordinary(c))]
    assert strange == []


def test_a_note_has_the_same_name_wherever_its_row_stands() -> None:
    note = Fault("note.households_none", "a.csv", 5, "户数", "C001", {"count": 1})
    moved = replace(note, row=9, cell="J9", file="b.xlsx#小区")
    assert name_of(note) == name_of(moved)
    assert name_of(note) != name_of(replace(note, value="C002"))
