"""Files of other programs: .xls, .et and .ods that were saved by them, the cases from
the field, and files made to do harm.
"""

from __future__ import annotations

import gc
import shutil
import subprocess
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from layouts import as_xlsx, saved
from small_city import City, a_city
from towns import city_files

from inspector.registry import Understood, understand

FILES = Path(__file__).parent / "files"
CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def _with_leave(name: str, data: bytes) -> dict[str, bytes]:
    files = a_city().files()
    del files["leave.csv"]
    return files | {name: data}


def _is_the_leave(found: Understood) -> None:
    assert found.faults == ()
    assert found.scenario is not None
    assert found.scenario.registry.leave == a_city().read().registry.leave
    rules = {reading.rule for reading in found.readings}
    assert {"read.header_row", "read.row_total", "read.column_aside"} <= rules


@pytest.mark.parametrize("name", ["leave.xls", "leave.et", "leave.ods"])
def test_files_that_another_program_saved(name: str) -> None:
    ending = "ods" if name.endswith("ods") else "xls"  # .et of WPS is an .xls inside
    _is_the_leave(
        understand(_with_leave(name, (FILES / f"leave.{ending}").read_bytes()))
    )


def test_a_file_whose_ending_lies_is_read_as_what_it_is() -> None:
    data = (FILES / "leave.xls").read_bytes()
    found = understand(_with_leave("leave.xlsx", data))
    _is_the_leave(found)
    assert "read.file_kind" in {reading.rule for reading in found.readings}


@pytest.mark.full
@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx", "csv"])
def test_sheets_converted_by_libreoffice(tmp_path: Path, ending: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: nothing converts the sheets")
    city = a_city()
    files = {k: v for k, v in city.files().items() if not k.endswith(".csv")}
    for name, rows in city.sheets.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(saved(as_xlsx([[*row] for row in rows], name)))
    to = "csv:Text - txt - csv (StarCalc):44,34,76" if ending == "csv" else ending
    subprocess.run(
        [
            *(office, f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--headless", "--convert-to", to, "--outdir", str(tmp_path / "out")),
            *(str(path) for path in tmp_path.glob("*.xlsx")),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    for path in (tmp_path / "out").iterdir():
        files[path.name] = path.read_bytes()
    found = understand(files)
    assert found.faults == ()
    assert found.scenario is not None
    assert found.scenario.registry == city.read().registry


# What a case of an import is: its first fault, else a reading, else a note.
FROM_THE_FIELD = {
    "06-no-certificate-numbers": "note.no_certificate",
    "07-one-man-two-staff-numbers": "row.twice",
    "09-scores-of-one-source-out-of-100": "cell.scale",
    "11-history-in-the-future": "history.future",
    "13-date-format-31": "",
    "15-hidden-program-sheet": "read.sheet_program",
    "17-strict-ooxml": "",
    "20-password-protected-xlsx": "file.password",
    "21-title-row-above-header": "read.header_row",
    "23-invisible-spaces": "read.spaces",
    "25-semicolon-tab-utf16": "read.separator",
    "26-name-turned-into-a-date": "cell.lost",
    "28-radicals-for-characters": "cell.radical",
    "30-a-point-200-km-away": "note.far_office",
    "31-mornings-only": "",
}


@pytest.mark.parametrize("case", FROM_THE_FIELD)
def test_cases_from_the_field(case: str) -> None:
    if not CASES.is_dir():
        pytest.skip("the cases from the field stand in ../shared, which is not here")
    brought = {
        path.name: path.read_bytes()
        for path in (CASES / case).iterdir()
        if path.suffix in (".csv", ".xlsx", ".toml")
    }
    stems = {name.partition(".")[0] for name in brought}
    files = {
        name: data
        for name, data in city_files("wuzhou").items()
        if name.partition(".")[0] not in stems
    }
    found = understand(files | brought)
    code = FROM_THE_FIELD[case]
    told = {r.rule for r in found.readings} | {n.code for n in found.notes}
    if found.faults:
        assert found.faults[0].code == code
        assert len(found.faults) < 10
    else:
        assert any(code in one for one in told) or not code


@pytest.mark.parametrize("name", ["leave.et", "leave.tsv"])
def test_an_uploaded_file_of_the_field_is_read(name: str) -> None:
    if not CASES.is_dir():
        pytest.skip("the cases from the field stand in ../shared, which is not here")
    data = (CASES / "18-unread-file-types-accepted" / name).read_bytes()
    found = understand({name: data}, over=city_files("wuzhou"), upload=True)
    assert (found.faults, found.sheets) == ((), ("leave",))


def _far(city: City) -> bytes:
    """One cell in the last corner of a sheet."""
    book = as_xlsx([[*row] for row in city.sheets["leave"]], "请假")
    book.worksheets[0]["XFD1048576"] = "x"
    return saved(book)


def _repeated(city: City) -> bytes:
    """An .ods whose one cell says that it stands a thousand million times."""
    cell = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell'
        ' table:number-columns-repeated="16384" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row>"
    )
    text = (
        f'<office:document-content xmlns:office="{OFFICE}" xmlns:table="{TABLE}"'
        f' xmlns:text="{TEXT}"><office:body><office:spreadsheet><table:table'
        f' table:name="请假">{cell}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("make", "name"), [(_far, "leave.xlsx"), (_repeated, "leave.ods")]
)
def test_a_sheet_that_would_fill_the_memory_is_one_sentence(
    make: object, name: str
) -> None:
    assert callable(make)
    files = _with_leave(name, make(a_city()))
    tracemalloc.start()
    try:
        found = understand(files)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [f.code for f in found.faults] in (["file.bomb"], ["file.rows"])
    assert most < 100 * 2**20


@pytest.mark.parametrize("name", ["leave.xls", "leave.ods"])
def test_every_cut_of_a_file_is_read_whole_or_refused(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    data = (FILES / name).read_bytes()
    for most in range(0, len(data), 500):
        found = understand(_with_leave(name, data[:most]))
        if found.scenario is not None:
            _is_the_leave(found)
        else:
            assert len(found.faults) == 1 and all(found.faults[0].sentences())
    # a reader that panics would have written a report of its own
    assert capfd.readouterr() == ("", "")


def test_the_collector_works_again_after_an_import_that_fails() -> None:
    assert gc.isenabled()
    with pytest.raises(TypeError):
        understand({"leave.csv": None})  # type: ignore[dict-item]
    assert gc.isenabled()
