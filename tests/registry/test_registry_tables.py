"""Files: encodings, headers, workbooks, formulas, and bombs."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import City

from inspector.registry import SHEETS, book, guard, read_scenario, understand, unguard
from inspector.registry.sheets import SHEET_NAMES, headers
from inspector.registry.tables import MAX_FAULTS


def test_the_small_city_has_no_fault(city: City) -> None:
    assert city.faults() == []


def test_no_spelling_stands_for_two_sheets_or_two_columns() -> None:
    spellings = [n for s in SHEETS for n in (s.name, *s.zh.split("|"))]
    assert len(spellings) == len(set(spellings)) == len(SHEET_NAMES)
    for sheet in SHEETS:
        columns = (*sheet.columns, *sheet.also)
        names = [n for c in columns for n in (c.name, *c.zh.split("|"))]
        assert len(names) == len(set(names)) == len(headers(sheet)), sheet.name


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_encodings_give_the_same_scenario(city: City, encoding: str) -> None:
    files = city.files(encoding)
    assert city.faults(files) == []
    other = City(city.sheets)
    assert files["streets.csv"] != other.files()["streets.csv"]
    assert read_scenario(files) == city.read()


def test_bytes_in_no_encoding_are_refused(city: City) -> None:
    city.extra = {"leave.csv": b"inspector,from,to,half\n\xff\xfe\x00"}
    assert [(f.file, f.code) for f in city.faults()] == [("leave.csv", "file.encoding")]


def test_an_unclosed_quote_is_refused_with_its_row(city: City) -> None:
    city.extra = {"leave.csv": b'inspector,from,to,half\nP01,2026-12-01,"2026'}
    assert [(f.file, f.row, f.code) for f in city.faults()] == [
        ("leave.csv", 2, "file.csv")
    ]


def test_chinese_names_headers_and_words_give_the_same_scenario(
    city: City, new_city: Callable[[], City]
) -> None:
    city.chinese()
    for row, column, value in [
        (2, "可查时段", "全天"),
        (3, "可查时段", "上午"),
        (2, "有电梯", "是"),
        (3, "有电梯", "否"),
        (2, "小区类型", "商品房"),
        (3, "小区类型", "老旧"),
        (4, "小区类型", "新建"),
        (5, "小区类型", "单位型"),
        (2, "状态", "正常"),
        (5, "状态", "关闭"),
        (2, "专业要求", "电梯"),
    ]:
        city.set("小区", row, column, value)
    city.set("物业服务企业", 3, "状态", "停业")
    city.set("抽查事项", 3, "严重程度", "红线")
    city.set("信息推送", 2, "褒贬", "贬")
    city.set("信息推送", 2, "核实状态", "采信")
    city.set("历史检查", 2, "检查类型", "双随机抽查")
    city.set("整改台账", 2, "办理状态", "责令整改")
    city.set("请假", 3, "半天", "上午")
    city.set("协助人员", 2, "类别", "物业观察员")
    city.set("考评得分", 2, "评价来源", "住建")
    expected = new_city().read()
    assert city.faults() == []
    assert city.read() == expected
    assert read_scenario(city.files("gb18030")) == expected
    assert read_scenario(city.xlsx()) == expected


def test_a_workbook_of_text_gives_the_same_scenario(city: City) -> None:
    assert city.faults(city.xlsx()) == []
    assert read_scenario(city.xlsx()) == city.read()


def test_excel_numbers_dates_and_ticks_are_read_as_meant(
    city: City, new_city: Callable[[], City]
) -> None:
    twin = new_city()
    twin.set("cars", 2, "id", "17")
    made = city.workbook()
    page = made["compounds"]
    titles = [cell.value for cell in page[1]]

    def put(sheet: str, row: int, column: str, value: object) -> None:
        names = [cell.value for cell in made[sheet][1]]
        made[sheet].cell(row, names.index(column) + 1).value = value

    put("compounds", 2, "households", 500.0)
    put("compounds", 2, "lon", 111.321)
    put("compounds", 2, "has_lift", True)
    put("items", 3, "weight", 59.5)
    put("items", 2, "weight", 40)
    put("cars", 2, "id", 17)
    put("cars", 3, "from", date(2026, 1, 1))
    put("leave", 2, "from", datetime(2026, 12, 7))
    put("inspectors", 2, "carry_minutes", -30)
    assert titles[0] == "id"
    assert city.faults(city.xlsx(made)) == []
    assert read_scenario(city.xlsx(made)) == twin.read()


@pytest.mark.parametrize(
    ("sheet", "column", "value", "code"),
    [
        ("compounds", "households", "=2+3", "cell.formula"),
        ("compounds", "name", "=HYPERLINK(1)", "cell.formula"),
        ("compounds", "households", 3.5, "cell.integer"),
        ("compounds", "households", "#N/A", "cell.error"),
        ("companies", "usc18", 911100006000373410, "cell.precision"),
        ("leave", "from", "12月7日", "cell.date_year"),
        ("compounds", "id", 3.5, "cell.decimal_ident"),
        ("compounds", "name", datetime(2026, 3, 1), "cell.lost"),
        ("compounds", "name", True, "cell.lost"),
    ],
)
def test_excel_cells_that_say_something_else_are_refused(
    city: City, sheet: str, column: str, value: object, code: str | None
) -> None:
    made = city.workbook()
    names = [cell.value for cell in made[sheet][1]]
    made[sheet].cell(2, names.index(column) + 1).value = value
    found = city.faults(city.xlsx(made))
    if code is None:  # 3.5 is a legal id, but nothing else names it
        assert {f.code for f in found} == {"row.unknown"}
        return
    mine = [f for f in found if f.code == code]
    assert [(f.file, f.row, f.column) for f in mine] == [
        (f"registry.xlsx#{sheet}", 2, column)
    ]


def test_text_that_only_looks_like_a_formula_is_text_in_a_workbook(city: City) -> None:
    made = city.workbook()
    cell = made["compounds"].cell(2, 2)
    cell.value = "=cmd"
    cell.data_type = "s"
    found = read_scenario(city.xlsx(made))
    assert found.registry.compounds[0].name == "=cmd"


def test_a_wrong_claim_about_the_size_of_a_sheet_does_not_hide_rows(
    city: City,
) -> None:
    files = city.xlsx()
    files["registry.xlsx"] = rezip(
        files["registry.xlsx"],
        lambda name, data: _dimension(data) if "worksheets/" in name else data,
    )
    assert read_scenario(files) == city.read()


def _dimension(data: bytes) -> bytes:
    assert b"<dimension" in data
    return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', data)


def rezip(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def test_an_empty_extra_page_is_ignored_and_a_filled_one_named(city: City) -> None:
    made = city.workbook()
    page = made.create_sheet("Sheet1")
    assert city.codes(city.xlsx(made)) == []
    page["B3"] = "notes"
    found = understand(city.xlsx(made))
    assert found.faults == ()
    assert [(r.rule, r.before) for r in found.readings] == [
        ("read.sheet_aside", "Sheet1")
    ]


def test_a_sheet_that_comes_twice_is_refused(city: City) -> None:
    files = city.files() | {"registry.xlsx": city.xlsx()["registry.xlsx"]}
    assert set(city.codes(files)) == {"sheet.twice"}
    assert len(city.codes(files)) == 14


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("district.csv", "sheet.unknown"),
        ("小区表2.csv", "sheet.twice"),
        ("sub/streets.csv", "sheet.twice"),
    ],
)
def test_an_unknown_csv_is_refused(city: City, name: str, code: str) -> None:
    city.extra = {name: b"a,b\n1,2\n"}
    assert [(f.file, f.code) for f in city.faults()] == [(name, code)]


@pytest.mark.parametrize("name", ["a.doc", "b", "c.pdf", "leave.csv.bak", "x.xlt"])
def test_every_uploaded_file_is_read_or_named(city: City, name: str) -> None:
    found = understand({name: b"x"}, over=city.files(), upload=True)
    assert [(f.file, f.code) for f in found.faults] == [(name, "file.unknown")]


def test_other_files_are_none_of_our_business(city: City) -> None:
    city.extra = {"entropy.json": b"{", "README.md": b"\xff", "wuzhou.toml": b"="}
    assert city.faults() == []


def test_missing_sheets_and_columns_are_named(city: City) -> None:
    files = city.files()
    del files["leave.csv"]
    city.extra = {"cars.csv": b"id,from,to\nV1,,\n"}
    files |= city.extra
    found = city.faults(files)
    assert [(f.file, f.code, f.value) for f in found if "missing" in f.code] == [
        ("leave.csv", "sheet.missing", "leave"),
        ("cars.csv", "column.missing", "office"),
    ]


def test_a_missing_policy_is_named(city: City) -> None:
    files = city.files()
    del files["policy.toml"]
    assert [(f.file, f.code) for f in city.faults(files)] == [
        ("policy.toml", "file.missing")
    ]


def test_unknown_and_repeated_columns_are_named(city: City) -> None:
    for row in city.sheets["assistants"]:
        row += ["", ""]
    city.sheets["assistants"][0][3:] = ["phone", "类别"]
    found = understand(city.files())
    assert found.faults == ()
    assert [(r.rule, r.before) for r in found.readings] == [
        ("read.column_aside", "phone"),
        ("read.column_aside", "类别"),
    ]
    city.sheets["assistants"][1][4] = "other"
    assert [(f.row, f.column, f.code) for f in city.faults()] == [
        (1, city.sheets["assistants"][0][1], "column.twice")
    ]


def test_headers_and_pages_may_differ_in_case(city: City) -> None:
    city.sheets["streets"][0] = ["Code", "NAME", " district ", "Min_Draw"]
    assert city.faults() == []
    city.sheets["Streets "] = city.sheets.pop("streets")
    assert city.faults(city.xlsx()) == []


def test_a_cell_outside_the_header_is_refused(city: City) -> None:
    city.sheets["streets"][2].append("stray")
    assert [(f.file, f.row, f.code, f.value) for f in city.faults()] == [
        ("streets.csv", 3, "row.width", "stray")
    ]


def test_blank_rows_count_but_do_not_matter(city: City) -> None:
    city.sheets["streets"].insert(2, ["", " ", "", ""])
    assert city.faults() == []
    city.set("streets", 4, "min_draw", "x")
    assert [(f.row, f.code) for f in city.faults()] == [(4, "cell.integer")]


def test_a_file_in_a_wrong_layout_stops_at_a_thousand_faults(city: City) -> None:
    city.sheets["cars"] += [[f"X{i}", f"nowhere{i}", "", ""] for i in range(3000)]
    found = [f for f in city.faults() if f.file == "cars.csv"]
    assert len(found) == MAX_FAULTS + 1
    assert sum(f.code == "sheet.faults" for f in found) == 1
    city.sheets["cars"][-1500:] = [["x", "x", "x", "x", "stray"]] * 1500
    found = [f for f in city.faults() if f.file == "cars.csv"]
    assert len(found) == MAX_FAULTS + 1


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@SUM", "'@SUM"),
        ("＝甲", "'＝甲"),
        ("＋甲", "'＋甲"),
        ("－甲", "'－甲"),
        ("＠甲", "'＠甲"),
        ("\t甲", "'\t甲"),
        ("\r甲", "'\r甲"),
        ("'=甲", "''=甲"),
        ("'甲'", "'甲'"),
        ("甲=乙", "甲=乙"),
        ("", ""),
    ],
)
def test_the_formula_guard(name: str, written: str) -> None:
    assert guard(name) == written
    assert unguard(written) == name


@given(st.text("'=+-@\t＝甲a", max_size=5))
def test_the_guard_is_undone_exactly(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in set("=+-@\t\r＝＋－＠")


def test_a_guarded_cell_is_read_without_its_guard(city: City) -> None:
    city.set("compounds", 2, "name", "'=cmd")
    assert city.read().registry.compounds[0].name == "=cmd"


def bomb(size: int, name: str = "xl/worksheets/sheet9.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"<x/>" * (size // 4))
    return out.getvalue()


def many_members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(501):
            archive.writestr(f"{number}.xml", b"<x/>")
    return out.getvalue()


def lying() -> bytes:
    """A member that claims to unpack to ten bytes."""
    data = bytearray(bomb(4_000_000))
    start = data.rindex(b"PK\x01\x02")
    data[start + 24 : start + 28] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(4_000_000), "file.bomb"),
        (many_members(), "file.bomb"),
        (lying(), "file.xlsx"),
        (b"no archive", "file.xlsx"),
        (b"", "file.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b" " * 600, "file.password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b" " * 3000, "file.xlsx"),
        (b"%PDF-1.7", "file.kind"),
        (b"<html><table></table>", "file.html"),
    ],
)
def test_a_dangerous_or_damaged_workbook_is_not_opened(
    city: City, data: bytes, code: str
) -> None:
    city.extra = {"more.xlsx": data}
    assert [(f.file, f.code) for f in city.faults()] == [("more.xlsx", code)]


def test_a_flood_of_tags_is_not_parsed(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MAX_TAGS", 100_000)
    assert city.codes(city.xlsx()) == []
    monkeypatch.setattr(book, "MAX_TAGS", 1000)
    assert city.codes(city.xlsx()) == ["file.bomb"]


def test_a_file_that_is_too_large_is_not_read(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MAX_BYTES", 2000)
    assert city.codes() == []
    city.extra = {"leave.csv": b"x" * 2001}
    assert city.codes() == ["file.size"]


@pytest.mark.parametrize(
    "entity",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!ENTITY a "aaaaaaaa">',
        "<!DOCTYPE x>".encode("utf-16"),
    ],
)
def test_entities_in_a_workbook_are_refused(city: City, entity: bytes) -> None:
    files = city.xlsx()
    city.extra = {
        "more.xlsx": rezip(
            files["registry.xlsx"],
            lambda name, data: entity + data if name == "xl/workbook.xml" else data,
        )
    }
    assert city.codes() == ["file.xlsx"]


def test_a_sheet_with_too_many_rows_is_refused(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MAX_ROWS", 50)
    made = city.workbook()
    made["assistants"].cell(50, 1).value = "A9"
    made["assistants"].cell(50, 2).value = "law"
    assert city.codes(city.xlsx(made)) == []
    made["assistants"].cell(1_048_576, 1).value = "A99"
    assert [(f.file, f.code) for f in city.faults(city.xlsx(made))] == [
        ("registry.xlsx", "file.rows"),
    ]
    made["assistants"].cell(1_048_576, 16_384).value = "A99"
    assert city.codes(city.xlsx(made)) == ["file.bomb"]


def test_every_cut_of_a_workbook_is_refused_without_a_traceback(city: City) -> None:
    files = city.xlsx()
    data = files["registry.xlsx"]
    for end in range(0, len(data), 500):
        files["registry.xlsx"] = data[:end]
        assert city.codes(files) == ["file.xlsx" if end else "file.empty"]
