"""Registry rules: each with the small city as the feasible case and one change."""

import pytest
from small_city import City

Found = tuple[str, int | None, str | None, str]


def found(city: City) -> list[Found]:
    return [(f.file, f.row, f.column, f.code) for f in city.faults()]


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "code"),
    [
        # every reference
        ("compounds", 2, "street", "S09", "row.unknown"),
        ("compounds", 2, "usc18", "91450400MA00X12340", "cell.usc18_check"),
        ("offices", 2, "district", "龙圩区", "row.unknown"),
        ("cars", 3, "office", "O9", "row.unknown"),
        ("inspectors", 2, "office", "O9", "row.unknown"),
        ("leave", 2, "inspector", "P09", "row.unknown"),
        ("recusals", 2, "inspector", "P09", "row.unknown"),
        ("recusals", 2, "subject", "C009", "row.unknown"),
        ("evaluations", 2, "compound", "C009", "row.unknown"),
        ("signals", 2, "subject", "C009", "row.unknown"),
        ("history", 2, "compound", "C009", "row.unknown"),
        ("history", 2, "lead", "P09", "row.unknown"),
        ("history", 2, "second", "P09", "row.unknown"),
        ("docket", 2, "compound", "C009", "row.unknown"),
        ("assistants", 2, "compounds", "C001;C009", "row.unknown"),
        # what a cell may not be
        ("streets", 2, "name", "", "cell.empty"),
        ("compounds", 3, "community", "", "cell.empty"),
        ("compounds", 2, "id", "小区1", "cell.ident"),
        ("compounds", 2, "name", "甲\ue000", "cell.text"),
        ("compounds", 2, "risk_class", "E", "cell.word"),
        ("compounds", 2, "status", "营业", "cell.word"),
        ("compounds", 2, "service_minutes", "0", "cell.range"),
        ("companies", 2, "status", "unknown", "cell.word"),
        ("inspectors", 2, "max_days", "-1", "cell.range"),
        ("inspectors", 2, "cert_valid_to", "2026-02-30", "cell.date"),
        ("evaluations", 2, "score_bp", "10001", "cell.range"),
        ("signals", 2, "polarity", "neutral", "cell.word"),
        ("history", 2, "kind", "audit", "cell.word"),
        ("docket", 2, "state", "open", "cell.word"),
        ("docket", 2, "opened", "8.10.2026", "cell.date_two"),
        ("items", 2, "legal_basis", "", "item.legal_basis"),
        ("items", 2, "weight", "4.125", "cell.points"),
        # coordinates
        ("compounds", 2, "lon", "23.47", "place.range"),
        ("compounds", 2, "lat", "北纬约23", "place.number"),
        ("offices", 3, "crs", "GCJ-02", "row.crs"),
        ("offices", 3, "crs", "北京54", "cell.word"),
        # dates in the wrong order
        ("cars", 3, "to", "2025-12-31", "row.span"),
        ("leave", 2, "to", "2026-12-06", "row.span"),
        ("recusals", 3, "to", "2025-12-31", "row.span"),
        ("docket", 2, "next_to", "2026-11-30", "row.span"),
        # rules over rows and sheets
        ("streets", 2, "min_draw", "3", "streets.min_draw"),
        ("streets", 3, "min_draw", "2", "streets.min_draw"),
        ("inspectors", 4, "may_lead", "1", "inspectors.expert_leads"),
        ("evaluations", 2, "source", "rumour", "evaluations.source"),
    ],
)
def test_one_wrong_cell_is_one_fault_at_its_place(
    city: City, sheet: str, row: int, column: str, value: str, code: str
) -> None:
    city.set(sheet, row, column, value)
    mine = [f for f in city.faults() if f.code == code]
    assert [(f.file, f.row, f.column) for f in mine] == [(f"{sheet}.csv", row, column)]
    if code != "cell.empty" and column != "legal_basis":
        shown = value.split(";")[-1]
        assert mine[0].value == shown


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value"),
    [
        ("compounds", 2, "usc18", ""),
        ("compounds", 2, "skill", ""),
        ("inspectors", 2, "cert_valid_to", "2025-01-01"),  # ineligible, no fault
        ("inspectors", 2, "cert_valid_to", "9999-12-31"),
        ("inspectors", 2, "max_days", "0"),
        ("history", 2, "lead", ""),
        ("streets", 2, "min_draw", "2"),
        ("streets", 3, "min_draw", "1"),
        ("leave", 2, "to", "2026-12-07"),
        ("recusals", 2, "subject", "91450400MA5KX1234D"),
        ("offices", 2, "lon", "111.3200004"),
        ("items", 2, "severity", ""),
        ("cars", 3, "to", "2026-12-01"),
    ],
)
def test_what_is_allowed_is_no_fault(
    city: City, sheet: str, row: int, column: str, value: str
) -> None:
    city.set(sheet, row, column, value)
    assert city.faults() == []


def test_a_company_that_is_not_listed_is_unknown(city: City) -> None:
    del city.sheets["companies"][2]
    assert found(city) == [("compounds.csv", 4, "usc18", "row.unknown")]


@pytest.mark.parametrize(
    ("sheet", "row"),
    [(name, 2) for name in ("streets", "offices", "cars", "companies", "compounds")]
    + [(name, 2) for name in ("inspectors", "leave", "recusals", "evaluations")]
    + [(name, 2) for name in ("signals", "history", "docket", "assistants")],
)
def test_a_repeated_key_names_the_later_row(city: City, sheet: str, row: int) -> None:
    rows = city.sheets[sheet]
    rows.append(list(rows[row - 1]))
    column = "date" if sheet == "signals" else rows[0][0]
    assert found(city) == [(f"{sheet}.csv", len(rows), column, "row.twice")]


def test_a_repeated_item_is_named_and_not_the_sum_that_it_breaks(city: City) -> None:
    city.sheets["items"].append(list(city.sheets["items"][3]))
    assert found(city) == [("items.csv", 5, "code", "row.twice")]


@pytest.mark.parametrize(("weight", "shown"), [("39", "99.00"), ("40.5", "100.50")])
def test_item_weights_sum_to_a_hundred(city: City, weight: str, shown: str) -> None:
    city.set("items", 2, "weight", weight)
    assert [(f.code, f.value) for f in city.faults()] == [("items.weights", shown)]


def test_a_checklist_without_items_is_refused(city: City) -> None:
    del city.sheets["items"][1:]
    assert found(city) == [("items.csv", 1, "weight", "items.weights")]


def test_mixed_systems_within_one_sheet_are_refused_but_not_across_sheets(
    city: City,
) -> None:
    for row in range(2, 6):
        city.set("compounds", row, "crs", "GCJ-02")
    assert city.faults() == []
    city.set("compounds", 4, "crs", "WGS-84")
    assert found(city) == [("compounds.csv", 4, "crs", "row.crs")]


def test_gcj_points_are_shifted_once_at_import(city: City) -> None:
    before = city.read().registry.compounds[0].place
    for row in range(2, 6):
        city.set("compounds", row, "crs", "GCJ-02")
    after = city.read().registry.compounds[0].place
    assert 4_000 < before.lon_udeg - after.lon_udeg < 6_000
    assert 2_000 < abs(before.lat_udeg - after.lat_udeg) < 4_000


def test_a_district_with_compounds_needs_an_office(city: City) -> None:
    city.set("offices", 3, "district", "万秀区")
    assert found(city) == [("streets.csv", 3, "district", "streets.no_office")]
    city.set("compounds", 4, "status", "closed")  # nothing active is left there
    assert found(city) == []


def test_a_district_with_compounds_needs_a_car_of_this_month(city: City) -> None:
    for last, fine in (("2026-11-30", False), ("2026-12-01", True)):
        city.set("cars", 3, "to", last)
        expected = [("streets.csv", 3, "district", "streets.no_car")]
        assert found(city) == ([] if fine else expected)
    city.set("cars", 3, "to", "")
    for first, fine in (("2027-01-01", False), ("2026-12-31", True)):
        city.set("cars", 3, "from", first)
        expected = [("streets.csv", 3, "district", "streets.no_car")]
        assert found(city) == ([] if fine else expected)


def test_the_next_visit_has_both_dates_or_none(city: City) -> None:
    city.set("docket", 2, "next_to", "")
    assert found(city) == [("docket.csv", 2, "next_from", "docket.next_half")]
    city.set("docket", 2, "next_from", "")
    assert found(city) == []


def test_every_fault_is_named_at_once_in_order(city: City) -> None:
    city.set("streets", 2, "code", "S01#")
    city.set("compounds", 2, "households", "many")
    city.set("compounds", 3, "window", "晚上")
    city.set("leave", 2, "inspector", "P09")
    city.policy = city.policy.replace("2026-12", "2026-13") + "\n[draw]\nrate = 1\n"
    assert [(f.file, f.row, f.column, f.code) for f in city.faults()] == [
        ("compounds.csv", 2, "households", "cell.integer"),
        ("compounds.csv", 3, "window", "cell.word"),
        ("streets.csv", 2, "code", "cell.ident"),
        ("leave.csv", 2, "inspector", "row.unknown"),
        ("policy.toml", 2, "month", "policy.month"),
        ("policy.toml", 26, "draw.rate", "data.unknown"),
        # follows from S01#, which nobody can read as the S01 that is named here
        ("compounds.csv", 2, "street", "row.unknown"),
    ]
    assert [bool(f.under) for f in city.faults()] == [False] * 6 + [True]


def test_a_key_that_cannot_be_read_explains_one_name_and_no_other(city: City) -> None:
    city.set("compounds", 2, "id", "C001#")  # named by evaluations, history, A1
    city.set("docket", 2, "compound", "C999")
    told = [(f.code, f.value, bool(f.under)) for f in city.faults()]
    assert told[:2] == [("cell.ident", "C001#", False), ("row.unknown", "C999", False)]
    assert {t[1:] for t in told[2:]} == {("C001", True)}


def test_a_code_that_cannot_be_read_is_no_traceback(city: City) -> None:
    city.set("items", 2, "code", "小区？")
    assert found(city)[0] == ("items.csv", 2, "code", "cell.ident")
    city.sheets["items"] = [row[1:] for row in city.sheets["items"]]
    assert [f[3] for f in found(city)] == ["column.missing"]


def test_a_street_that_cannot_be_read_may_have_any_compound(city: City) -> None:
    city.set("streets", 3, "min_draw", "1")
    city.set("compounds", 4, "street", "S02#")
    assert "streets.min_draw" not in [f[3] for f in found(city)]


def test_a_bad_row_is_not_also_unknown_to_those_who_name_it(city: City) -> None:
    city.set("compounds", 3, "households", "many")
    city.set("inspectors", 2, "max_days", "many")
    assert found(city) == [
        ("compounds.csv", 3, "households", "cell.integer"),
        ("inspectors.csv", 2, "max_days", "cell.integer"),
    ]


def test_sources_are_not_judged_by_weights_that_cannot_be_read(city: City) -> None:
    city.set("evaluations", 2, "source", "rumour")
    city.policy += "\n[bottom]\nweights_bp = { rumour = true }\n"
    assert found(city) == [("policy.toml", 26, "bottom.weights_bp.rumour", "data.kind")]


def test_own_working_days_are_rows_of_the_scenario(city: City) -> None:
    city.sheets["calendar"] = [
        ["日期", "是否工作日", "备注"],
        ["2027-02-20", "是", "调休"],
        ["2026-12-05", "否", ""],
    ]
    rows = city.read().calendar
    assert [(str(r.day), r.is_workday, r.note) for r in rows] == [
        ("2026-12-05", False, ""),
        ("2027-02-20", True, "调休"),
    ]
    city.sheets["calendar"].append(["2029-01-01", "是", ""])
    assert found(city) == [("calendar.csv", 4, "日期", "workdays.year")]
