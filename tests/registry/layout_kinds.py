"""Everyday oddities of files and layouts as a table: what was done to the small city,
and what it is. `test_layout_kinds` walks it; oddities of cells stand in `import_kinds`.
"""

from __future__ import annotations

from datetime import date

from layouts import (
    Layout,
    Make,
    as_csv,
    as_numbers,
    cut_short,
    day_cells,
    format_31,
    formula,
    hide_row,
    hide_sheet,
    in_book,
    in_header,
    in_rows,
    in_text,
    less_file,
    locked,
    macros,
    merge,
    more_column,
    more_file,
    named_as,
    one_more_sheet,
    other_way,
    protected,
    put,
    strict,
    twice_files,
    two_lines,
    wide,
    without,
    year_1904,
    zip_of,
)

from inspector.registry.sheets import SHEET_NAMES


def said(form: str) -> dict[str, str]:
    """The Chinese headers, written in a form."""
    return {k: form.format(v) for k, v in ZH.items()}


def _read(name: str, make: Make, code: str, cell: str = "") -> Layout:
    return Layout(name, make, "read", f"read.{code}" if code else "", "", cell)


def _fault(name: str, make: Make, code: str, where: str, cell: str = "") -> Layout:
    return Layout(name, make, "fault", code, where, cell)


ZH = {c.name: c.zh.split("|")[0] for c in SHEET_NAMES["compounds"].columns}
BROKEN = {k: f"{v[:1]}\n{v[1:]}" for k, v in ZH.items()}
MARCH = date(2026, 3, 1)
COMPOUNDS, LEAVE = "compounds.csv", "leave.csv"
BOOK = "compounds.xlsx#小区"

READ: tuple[Layout, ...] = (
    # above, below and between the rows
    _read(
        "title",
        in_rows(lambda r: r.insert(0, ["小区一览表（2026年12月）"])),
        "header_row",
    ),
    _read(
        "title and who made it",
        in_rows(
            lambda r: r.__setitem__(
                slice(0, 0), [["小区台账"], ["单位：住建局", "", "12月"]]
            )
        ),
        "header_row",
    ),
    _read(
        "blank rows above",
        in_rows(lambda r: r.__setitem__(slice(0, 0), [[], []])),
        "header_row",
    ),
    _read("blank row between", in_rows(lambda r: r.insert(2, [])), ""),
    _read("row of blanks", in_rows(lambda r: r.insert(2, wide(r, " ", "\u3000"))), ""),
    _read(
        "total",
        in_rows(lambda r: r.append(wide(r, "合计", "", "", "", "", "", "960"))),
        "row_total",
        "A6",
    ),
    _read(
        "total in capitals", in_rows(lambda r: r.append(wide(r, "TOTAL"))), "row_total"
    ),
    _read("total, spaced", in_rows(lambda r: r.append(wide(r, "合　计"))), "row_total"),
    _read(
        "total in the second column",
        in_rows(lambda r: r.append(wide(r, "", "小计"))),
        "row_total",
    ),
    _read(
        "remark",
        in_rows(lambda r: r.append(["注：户数以街道报送为准"])),
        "row_note",
        "A6",
    ),
    _read(
        "who filled it in",
        in_rows(lambda r: r.append(wide(r, "制表人：甲", "审核：乙"))),
        "row_note",
    ),
    _read("header again", in_rows(lambda r: r.insert(3, [*r[0]])), "row_header", "A4"),
    # headers
    _read("chinese headers", in_header(ZH), ""),
    _read("stars", in_header(said("*{}")), ""),
    _read("must be filled in", in_header(said("{}（必填）")), ""),
    _read("line breaks", in_header(BROKEN), ""),
    _read(
        "units",
        in_header({"households": "户数（户）", "service_minutes": "检查时长（分钟）"}),
        "header",
    ),
    _read(
        "synonyms",
        in_header({"street": "所属街道", "name": "小区名", "usc18": "物业公司"}),
        "header",
    ),
    _read("capitals", in_header({k: k.upper() for k in ZH}), ""),
    _read(
        "blanks in headers",
        in_header({"name": "小 区 名 称", "households": "户\u00a0数"}),
        "",
    ),
    _read("full width brackets", in_header({"crs": "坐标系　［必填］"}), ""),
    _read("other order", in_rows(other_way), ""),
    _read(
        "a column of remarks",
        more_column("备注", lambda row: "无"),
        "column_aside",
        "Q1",
    ),
    _read(
        "numbered rows",
        in_rows(
            lambda r: [
                row.insert(0, "序号" if not k else str(k)) for k, row in enumerate(r)
            ]
        ),
        "column_aside",
        "A1",
    ),  # type: ignore[func-returns-value]
    _read(
        "a column twice, alike",
        more_column("小区名称", lambda row: row[1]),
        "column_aside",
    ),
    # forms of text
    _read("utf-8 with a mark", in_text(lambda r: as_csv(r).encode("utf-8-sig")), ""),
    _read("gb18030", in_text(lambda r: as_csv(r).encode("gb18030")), ""),
    _read("utf-16", in_text(lambda r: as_csv(r).encode("utf-16")), "encoding"),
    _read(
        "utf-16 without a mark",
        in_text(lambda r: as_csv(r).encode("utf-16-le")),
        "encoding",
    ),
    _read(
        "unicode text", in_text(lambda r: as_csv(r, "\t").encode("utf-16")), "separator"
    ),
    _read("tab", in_text(lambda r: as_csv(r, "\t").encode()), "separator"),
    _read("semicolon", in_text(lambda r: as_csv(r, ";").encode()), "separator"),
    _read(
        "chinese comma",
        in_text(lambda r: "\n".join("，".join(x) for x in r).encode()),
        "separator",
    ),
    _read("bar", in_text(lambda r: as_csv(r, "|").encode()), "separator"),
    _read(
        "sep line", in_text(lambda r: as_csv(r, ";", "sep=;\r\n").encode()), "separator"
    ),
    _read("sep comma", in_text(lambda r: as_csv(r, ",", "sep=,\r\n").encode()), ""),
    _read(
        "old line breaks",
        in_text(lambda r: as_csv(r).replace("\r\n", "\r").encode()),
        "",
    ),
    _read(
        "all quoted",
        in_text(lambda r: "\n".join(",".join(f'"{c}"' for c in x) for x in r).encode()),
        "",
    ),
    _read(
        "trailing commas",
        in_text(lambda r: "\n".join(",".join(x) + ",,," for x in r).encode()),
        "",
    ),
    # names of files and sheets
    _read("小区台账2026.csv", named_as("小区台账2026.csv"), ""),
    _read("小区（12月）.csv", named_as("小区（12月）.csv"), ""),
    _read("tsv", named_as("compounds.tsv"), ""),
    _read(
        "known by its header",
        in_book(lambda b: None, title="Sheet1", name="台账.xlsx"),
        "sheet",
    ),
    _read("csv known by its header", named_as("导出.csv"), "sheet"),
    _read("csv named xls", named_as("compounds.xls"), "file_kind"),
    _read("csv named et", named_as("compounds.et"), "file_kind"),
    _read(
        "workbook named csv", in_book(lambda b: None, name="compounds.csv"), "file_kind"
    ),
    _read(
        "workbook named xls", in_book(lambda b: None, name="compounds.xls"), "file_kind"
    ),
    _read("workbook named xlsm", in_book(lambda b: None, name="compounds.xlsm"), ""),
    # workbooks
    _read(
        "title in a workbook",
        in_book(
            lambda b: b["小区"].insert_rows(1) or b["小区"].__setitem__("A1", "小区表")
        ),
        "header_row",
    ),  # type: ignore[func-returns-value]
    _read("merged streets", in_book(merge), "merged", "C3"),
    _read("header of two lines", in_book(two_lines), "header_row"),
    _read(
        "program sheet",
        in_book(one_more_sheet("veryHidden", "WpsReserved_CellImgList", "图")),
        "sheet_program",
    ),
    _read(
        "sheet of something else",
        in_book(one_more_sheet("visible", "说明", "填表说明", "见附件")),
        "sheet_aside",
    ),
    _read("empty sheet", in_book(lambda b: b.create_sheet("Sheet2")), ""),
    _read("hidden sheet", in_book(hide_sheet), "sheet_hidden"),
    _read("strict", in_book(strict), ""),
    _read("1904", in_book(year_1904, "leave", "请假"), ""),
    _read("dates as dates", in_book(day_cells, "leave", "请假"), ""),
    _read("number format 31", in_book(format_31, "leave", "请假"), ""),
    _read("numbers as numbers", in_book(as_numbers), ""),
    _read("formula with a value", in_book(formula(True)), "formulas", "G2"),
    _read("cell beside the table", in_book(put("T3", "见备注")), "cell_aside", "T3"),
    _read("protected sheet", in_book(protected), ""),
    _read("macros", in_book(macros, name="compounds.xlsm"), "macros"),
)

FAULTS: tuple[Layout, ...] = (
    _fault("no key column", without("name"), "column.missing", COMPOUNDS),
    _fault("no ids", without("id"), "column.no_ids", COMPOUNDS),
    _fault("no street", without("street"), "column.missing", COMPOUNDS),
    _fault("no dates", without("from", "leave"), "column.missing", LEAVE),
    _fault(
        "header misspelt",
        in_header({"households": "户数量级"}),
        "column.missing",
        COMPOUNDS,
    ),
    _fault(
        "a column twice",
        more_column("小区名称", lambda row: f"{row[1]}二"),
        "column.twice",
        COMPOUNDS,
        "Q1",
    ),
    _fault("no header", in_rows(lambda r: r.pop(0)), "sheet.header", COMPOUNDS),
    _fault("other table", in_text(lambda r: b"a,b\n1,2\n"), "sheet.header", LEAVE),
    _fault(
        "outside the header",
        in_rows(lambda r: r[1].append("多一格")),
        "row.width",
        COMPOUNDS,
        "Q2",
    ),
    _fault("no coordinates' system", without("crs"), "column.crs", COMPOUNDS),
    _fault("sheet missing", less_file("recusals"), "sheet.missing", "recusals.csv"),
    _fault("two files of a sheet", twice_files, "sheet.twice", "小区.csv"),
    _fault(
        "unknown sheet",
        more_file("区县.csv", b"a,b\n1,2\n"),
        "sheet.unknown",
        "区县.csv",
    ),
    _fault(
        "unknown file", more_file("readme.docx", b"x"), "file.unknown", "readme.docx"
    ),
    _fault("no ending", more_file("leave", b"x"), "file.unknown", "leave"),
    _fault("picture", more_file("小区.png", b"\x89PNG"), "file.unknown", "小区.png"),
    _fault("csv.txt", more_file("notes.csv.md", b"x"), "file.unknown", "notes.csv.md"),
    _fault("empty", in_text(lambda r: b""), "file.empty", LEAVE),
    _fault("blanks only", in_text(lambda r: b"\r\n  \r\n"), "file.empty", LEAVE),
    _fault("pdf", in_text(lambda r: b"%PDF-1.7\n"), "file.kind", LEAVE),
    _fault("rtf", in_text(lambda r: b"{\\rtf1 }"), "file.kind", LEAVE),
    _fault("rar", in_text(lambda r: b"Rar!\x1a\x07"), "file.kind", LEAVE),
    _fault(
        "picture named csv",
        in_text(lambda r: b"\xff\xd8\xff\xe0JFIF"),
        "file.kind",
        LEAVE,
    ),
    _fault(
        "html", in_text(lambda r: b"<html><table><tr><td>a</table>"), "file.html", LEAVE
    ),
    _fault(
        "html of Excel",
        in_text(lambda r: b'\n<!DOCTYPE html><html xmlns:x="urn">'),
        "file.html",
        LEAVE,
    ),
    _fault(
        "xml",
        in_text(lambda r: b'<?xml version="1.0"?><Workbook/>'),
        "file.html",
        LEAVE,
    ),
    _fault(
        "quote not closed",
        in_text(lambda r: b'inspector,from,to,half\nP01,"2026'),
        "file.csv",
        LEAVE,
    ),
    _fault(
        "no encoding",
        in_text(lambda r: b"inspector,from\n\xff\xff\xff\n"),
        "file.encoding",
        LEAVE,
    ),
    _fault("cut", in_book(cut_short), "file.xlsx", "compounds.xlsx"),
    _fault(
        "text named xlsx",
        in_book(lambda b: b"id,name\n1,2\n"),
        "file.xlsx",
        "compounds.xlsx",
    ),
    _fault("password", in_book(locked), "file.password", "compounds.xlsx"),
    _fault("Word", in_book(zip_of("word/document.xml")), "file.kind", "compounds.xlsx"),
    _fault(
        "PowerPoint",
        in_book(zip_of("ppt/presentation.xml")),
        "file.kind",
        "compounds.xlsx",
    ),
    _fault("ZIP", in_book(zip_of("小区.csv")), "file.kind", "compounds.xlsx"),
    _fault(
        "formula without a value", in_book(formula(False)), "cell.formula", BOOK, "G2"
    ),
    _fault("error cell", in_book(put("G2", "#REF!", "e")), "cell.error", BOOK, "G2"),
    _fault("name a date", in_book(put("B2", MARCH)), "cell.lost", BOOK, "B2"),
    _fault("name TRUE", in_book(put("B2", True)), "cell.lost", BOOK, "B2"),
    _fault("id a date", in_book(put("A2", MARCH)), "cell.lost", BOOK, "A2"),
    _fault("id 1.5", in_book(put("A2", 1.5)), "cell.decimal_ident", BOOK, "A2"),
    _fault(
        "long number",
        in_book(put("E2", 911100006000373412)),
        "cell.precision",
        BOOK,
        "E2",
    ),
    _fault(
        "households a date",
        in_book(put("G2", MARCH)),
        "cell.lost",
        BOOK,
        "G2",
    ),
)

NOTES: tuple[Layout, ...] = (
    Layout("hidden row", in_book(hide_row), "note", "note.hidden_rows", BOOK),
)
LAYOUTS = READ + FAULTS + NOTES
