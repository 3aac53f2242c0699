"""Hostile uploads are refused before they cost anything."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook
from service_city import City, scenario_files
from service_http import BASE, upload

pytestmark = pytest.mark.one_database


def codes(city: City, files: dict[str, bytes]) -> set[str]:
    answer = city.client("planner").post(f"{BASE}/imports", **upload(files))
    assert answer.status_code == 422, answer.json
    return {f["code"] for f in answer.json["faults"]}


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return out.getvalue()


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "streets"
    sheet.append(["code", "name", "district", "min_draw"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_member(name: str, data: bytes) -> bytes:
    """A good workbook with one member exchanged."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as z:
        members = {n: z.read(n) for n in z.namelist()}
    return zipped(members | {name: data})


def test_a_zip_bomb_is_not_opened(city: City) -> None:
    bomb = with_member("xl/worksheets/sheet1.xml", b" " * (60 * 2**20))
    assert len(bomb) < 2**20
    assert "file.bomb" in codes(city, {"b.xlsx": bomb})


def test_a_sheet_of_a_million_rows_is_not_opened(city: City) -> None:
    rows = b"".join(b'<row r="%d"><c/></row>' % k for k in range(1_000_000))
    assert "file.rows" in codes(
        city, {"b.xlsx": with_member("xl/worksheets/sheet1.xml", rows)}
    )


def test_entities_and_document_types_are_refused(city: City) -> None:
    xxe = (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b"<worksheet><sheetData>&e;</sheetData></worksheet>"
    )
    found = codes(city, {"b.xlsx": with_member("xl/worksheets/sheet1.xml", xxe)})
    assert "file.xlsx" in found


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("b.xlsx", b"not a workbook", "file.xlsx"),
        ("streets.csv", b"\xff\xfe\x00", "file.encoding"),
        ("../../streets.csv", b"code\n", "column.missing"),
        ("evil.exe.csv", b"MZ", "sheet.unknown"),
        ("evil.exe", b"MZ", "file.unknown"),
        ("streets.csv", b'"', "file.csv"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(
    city: City, name: str, data: bytes, code: str
) -> None:
    assert code in codes(city, {name: data})


def test_a_formula_in_an_upload_is_a_fault(city: City) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "streets"
    sheet.append(["code", "name", "district", "min_draw"])
    sheet.append(["S1", "=1+1", "d", 0])
    out = io.BytesIO()
    book.save(out)
    assert "cell.formula" in codes(city, {"b.xlsx": out.getvalue()})


def test_a_body_of_twenty_mebibytes_is_refused_unread(city: City) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"'
        b"\r\n\r\n" + b"x" * (40 * 2**20) + b"\r\n--x--\r\n"
    )
    answer = city.client("planner").post(
        f"{BASE}/imports", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert (answer.status_code, answer.json["code"]) == (413, "http.too_large")


def test_a_workbook_beside_the_present_sheets_is_taken(city: City) -> None:
    from csv import reader

    text = scenario_files()["streets.csv"].decode("utf-8-sig")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "街道"
    for row in reader(io.StringIO(text)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    answer = city.client("planner").post(
        f"{BASE}/imports", **upload({"名录.xlsx": out.getvalue()})
    )
    assert answer.status_code == 201, answer.json
    assert answer.json["changes"]["streets"]["changed"] == 0
