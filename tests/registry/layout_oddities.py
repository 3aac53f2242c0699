"""What clerks do to sheets and files, for the random walk (`cell_oddities`)."""

from __future__ import annotations

from collections.abc import Callable

from cell_oddities import PLACES, Oddity
from openpyxl.utils import get_column_letter
from towns import Page, Planted, Town


def _says(rule: str, page: Page, said: str = "") -> Planted:
    return Planted("read", (f"read.{rule}",) if rule else (), page, None, "", said)


def title(town: Town, page: Page) -> Planted | None:
    """A title and perhaps who made it above the header."""
    if page.at or page.first:
        return None
    said = page.sheet.zh.partition("|")[0]
    lines = [[f"{said}一览表（2026年12月）"], ["填报单位：住建局", "", "日期：12月1日"]]
    page.rows[:0] = lines[: town.random.choice((1, 2))]
    page.at = next(k for k, r in enumerate(page.rows) if len(r) == len(page.columns))
    return _says("header_row", page)


def total(town: Town, page: Page) -> Planted | None:
    """A row of totals below."""
    row: list[object] = ["合计", *[""] * (len(page.columns) - 1)]
    for name in ("households", "weight", "score_bp"):
        if name in page.columns and page.columns.index(name):
            row[page.columns.index(name)] = "12345"
    page.rows.append([*row, ""])  # one cell wider: no row of data
    return _says("row_total", page)


def remark(town: Town, page: Page) -> Planted | None:
    """A remark below."""
    if len(page.columns) <= 4:
        return None
    page.rows.append(["注：以上数据由各街道报送"])
    return _says("row_note", page)


def blank(town: Town, page: Page) -> Planted | None:
    """Blank rows between."""
    page.rows.insert(town.random.randint(page.at + 1, len(page.rows)), [])
    return _says("", page, "blank row")


def header_again(town: Town, page: Page) -> Planted | None:
    """The header again, as printed on each page."""
    if len(page.body()) < 4 or len(page.columns) < 3:
        return None
    at = town.random.randint(page.at + 2, page.at + 3)
    page.rows.insert(at, [*page.rows[page.at], ""])
    return _says("row_header", page)


def headers_written(town: Town, page: Page) -> Planted | None:
    """Chinese headers with stars, line breaks and （必填）."""
    if len(page.rows[page.at]) != len(page.columns):
        return None
    by_name = {c.name: c for c in page.sheet.columns}
    for k, name in enumerate(page.columns):
        if name in by_name:
            zh = town.random.choice(by_name[name].zh.split("|"))
            marks = ("{}", "* {}", "{}（必填）", "{}\n", "　{}：")
            page.rows[page.at][k] = town.random.choice(marks).format(zh)
    return _says("", page, "headers")


def column_aside(town: Town, page: Page) -> Planted | None:
    """A column of remarks that nobody asked for."""
    if {"note"} & set(page.columns) or "" in page.columns:
        return None
    at = town.random.randint(0, len(page.columns)) if page.at == 0 else None
    if at is None:
        return None
    for row in page.rows:
        if len(row) == len(page.columns):
            row.insert(at, "" if row is not page.rows[page.at] else "经办人电话")
    page.columns.insert(at, "")
    return _says("column_aside", page)


def shuffled(town: Town, page: Page) -> Planted | None:
    """Columns in another order."""
    if any(len(row) not in (0, len(page.columns)) for row in page.rows):
        return None
    order = [*range(len(page.columns))]
    town.random.shuffle(order)
    for row in page.rows:
        row[:] = [row[k] for k in order] if row else []
    page.columns[:] = [page.columns[k] for k in order]
    return _says("", page, "shuffled")


def written_as(town: Town, page: Page) -> Planted | None:
    """Another encoding or separator."""
    if page.book or page.mark != "," or page.first:
        return None
    way = town.random.choice(("\t", ";", "sep", "utf-16", "gb18030"))
    if way == "sep":
        if page.at:
            return None
        page.first, page.mark = "sep=;\r\n", ";"
        return _says("separator", page)
    if way in "\t;":
        page.mark = way
        return _says("separator", page)
    page.encoding = way
    return _says("encoding", page) if way == "utf-16" else _says("", page, way)


def merged(town: Town, page: Page) -> Planted | None:
    """Equal cells of a column merged, as of a street's compounds."""
    if not page.book or len(page.body()) < 5 or page.merged:
        return None
    names = [n for n in ("street", "district", "unit", "usc18") if n in page.columns]
    if not names:
        return None
    name = town.random.choice(names)
    at = page.columns.index(name)
    rows = page.rows
    for k in range(page.at + 1, len(rows) - 2):
        group = rows[k : k + 3]
        if any(len(r) != len(page.columns) for r in group):
            continue
        touched = any((id(r), name) in page.used for r in group)
        if touched or not group[0][at] or len({r[at] for r in group}) > 1:
            continue
        for row in group[1:]:
            row[at] = None
            page.used.add((id(row), name))
        page.used.add((id(group[0]), name))
        letter = get_column_letter(at + 1)
        page.merged.append(f"{letter}{k + 1}:{letter}{k + 3}")
        page.shut = True  # its rows may not move any more
        return _says("merged", page)
    return None


def hidden(town: Town, page: Page) -> Planted | None:
    """A hidden row: read, and noted."""
    if not page.book or page.hidden or not page.body():
        return None
    page.hidden.append(page.at + 2)
    page.shut = True
    return _says("", page, "hidden")


def other_name(town: Town, page: Page) -> Planted | None:
    """A file or sheet named as clerks do."""
    zh = page.sheet.zh.partition("|")[0]
    if page.file:
        return None
    if page.book:
        page.title = town.random.choice((f"{zh}一览表", zh, f"{zh}（12月）"))
        page.file = f"{page.sheet.name}2.xlsx"
    else:
        page.file = town.random.choice((f"{zh}2026.csv", f"{zh}.csv"))
    return _says("", page, page.file)


def no_column(town: Town, page: Page) -> Planted | None:
    """A column that is not there."""
    names = [
        c.name
        for c in page.sheet.columns
        if c.name in page.columns
        and c.asked
        and c.name not in PLACES
        and c.name not in page.kept
    ]
    if not names or any(len(row) not in (0, len(page.columns)) for row in page.rows):
        return None
    name = town.random.choice(names)
    if name in page.sheet.key and page.used:
        return None
    at = page.columns.index(name)
    for row in page.rows:
        if row:
            row.pop(at)
    page.columns.pop(at)
    page.shut = True
    page.unjudged = name in (page.sheet.key[0], "name", "district")
    return Planted("fault", ("column.missing", "column.no_ids"), page, said=name)


def column_twice(town: Town, page: Page) -> Planted | None:
    """A column twice, with other contents."""
    if any(len(row) != len(page.columns) for row in page.rows) or not page.body():
        return None
    at = town.random.randrange(len(page.columns))
    if not page.columns[at]:
        return None
    for row in page.rows:
        row.append(f"{row[at]}2" if row is not page.rows[page.at] else row[at])
    page.columns.append("")
    page.shut = True
    return Planted("fault", ("column.twice",), page)


def _whole(code: str, data: Callable[[Page], bytes | None]) -> Oddity:
    def plant(town: Town, page: Page) -> Planted | None:
        if page.used or page.sheet.name in {p.page.sheet.name for p in town.planted}:
            return None
        made = data(page)
        if made is None:
            return None
        page.data, page.shut = made, True
        return Planted("fault", (code,), page)

    return plant


def _cut(page: Page) -> bytes | None:
    data = page.bytes()
    return data[: len(data) // 2] if page.book else None


def _no_text(page: Page) -> bytes | None:
    return None if page.book else b"a\x00\xff\xfe\x80" * 9


def gone(town: Town, page: Page) -> Planted | None:
    """A sheet that is not there."""
    if page.used or page.sheet.name in {p.page.sheet.name for p in town.planted}:
        return None
    del town.pages[page.sheet.name]
    return Planted("fault", ("sheet.missing",), page)


def two_files(town: Town, page: Page) -> Planted | None:
    """Two files of one sheet."""
    if page.book or page.file:
        return None
    page.shut = True
    town.more[f"{page.sheet.zh.partition('|')[0]}.csv"] = page.bytes()
    return Planted("fault", ("sheet.twice",), page)


LAYOUT_READ: tuple[Oddity, ...] = (
    *(title, total, remark, blank, header_again, headers_written, column_aside),
    *(shuffled, written_as, merged, hidden, other_name),
)
LAYOUT_WRONG: tuple[Oddity, ...] = (
    no_column,
    column_twice,
    gone,
    two_files,
    _whole("file.empty", lambda page: b"\r\n"),
    _whole("file.kind", lambda page: b"%PDF-1.7 ..."),
    _whole("file.html", lambda page: b"<html><table><tr><td>1</td></tr></table>"),
    _whole("file.xlsx", _cut),
    _whole("file.encoding", _no_text),
)
