"""What clerks type into cells, for the random walk.

Each oddity changes a page of a town and says what it planted, or gives None where it
cannot be done there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from towns import Page, Planted, Town

from inspector.registry.sheets import Column

Oddity = Callable[[Town, Page], "Planted | None"]
PLACES = ("lon", "lat", "crs", "lonlat")


def _cell(
    town: Town, page: Page, fits: Callable[[Column, str], bool]
) -> tuple[list[object], Column, str] | None:
    """A random cell of the page that nobody changed and that fits."""
    body = page.body()
    columns = [c for c in page.sheet.columns if c.name in page.columns]
    for _ in range(12):
        if not body:
            return None
        row, column = town.random.choice(body), town.random.choice(columns)
        value = page.text(row, column.name)
        if (id(row), column.name) not in page.used and fits(column, value):
            return row, column, value
    return None


def _typed(
    kind: str,
    codes: tuple[str, ...],
    fits: Callable[[Column, str], bool],
    typed: Callable[[Town, Column, str], object],
    book: bool | None,
    *,
    same: bool,
) -> Oddity:
    """Something else typed into a cell; `same`: what stands there may stay."""

    def plant(town: Town, page: Page) -> Planted | None:
        if book is not None and page.book != book:
            return None
        found = _cell(town, page, fits)
        if found is None:
            return None
        row, column, value = found
        new = typed(town, column, value)
        if new is None or (new == value and not same):
            return None
        page.put(row, column.name, new)
        return Planted(kind, codes, page, row, column.name, str(new))

    return plant


def _reads(
    rule: str,
    fits: Callable[[Column, str], bool],
    typed: Callable[[Town, Column, str], object],
    book: bool | None = None,
) -> Oddity:
    codes = (f"read.{rule}",) if rule else ()
    return _typed("read", codes, fits, typed, book, same=False)


def _wrong(
    code: str,
    fits: Callable[[Column, str], bool],
    typed: Callable[[Town, Column, str], object],
    book: bool | None = None,
    *others: str,
) -> Oddity:
    return _typed("fault", (code, *others), fits, typed, book, same=True)


def _form(*forms: str, full: bool = True) -> Callable[[Column, str], bool]:
    def fits(column: Column, value: str) -> bool:
        return column.kind.form in forms and (bool(value) or not full)

    return fits


def _given(column: Column, value: str) -> bool:
    return bool(value) and column.name not in PLACES


def _date(pattern: str) -> Callable[[Town, Column, str], object]:
    def typed(town: Town, column: Column, value: str) -> object:
        return date.fromisoformat(value).strftime(pattern)

    return typed


def _wide(town: Town, column: Column, value: str) -> object:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)


def _yes_no(town: Town, column: Column, value: str) -> object:
    yes = value in ("是", "1", "yes")
    return town.random.choice(("√", "有", "Y", "可") if yes else ("×", "无", "N"))


def _by_name(town: Town, column: Column, value: str) -> object:
    """The name of the row that a cell names."""
    for sheet in column.refers:
        page = town.pages.get(sheet)
        if page is None or "name" not in page.columns or page.shut:
            continue
        names = [page.text(row, "name") for row in page.body()]
        key = page.sheet.key[0]
        if key not in page.columns:
            continue
        for row in page.body():
            said = page.text(row, "name")
            if page.text(row, key) == value and names.count(said) == 1:
                touched = {(id(row), "name"), (id(row), key)} & page.used
                return None if touched else said
    return None


def _unit(town: Town, column: Column, value: str) -> object:
    unit = {"households": "户", "service_minutes": "分钟", "max_days": "天"}
    said = unit.get(column.name)
    return f"{value}{said}" if said else None


def _thousands(town: Town, column: Column, value: str) -> object:
    return f"{int(value):,}" if column.name == "households" else None


def _serial(town: Town, column: Column, value: str) -> object:
    return str((date.fromisoformat(value) - date(1899, 12, 30)) / timedelta(days=1))[
        :-2
    ]


def _number(town: Town, column: Column, value: str) -> object:
    return int(value) if value.lstrip("-").isdigit() else None


_TEXT_OR_ID = _form("text", "ident", "usc18", "integer", "day", "word")
CELLS_READ: tuple[Oddity, ...] = (
    _reads("spaces", _TEXT_OR_ID, lambda t, c, v: f"{v}\u00a0"),
    _reads("spaces", _TEXT_OR_ID, lambda t, c, v: f"\u3000{v}\u3000"),
    _reads("spaces", _TEXT_OR_ID, lambda t, c, v: f"{v[:1]}\u200b{v[1:]}"),
    _reads("full_width", _form("ident", "integer", "day", "usc18"), _wide),
    _reads("apostrophe", _form("ident", "integer"), lambda t, c, v: f"’{v}"),
    _reads("thousands", _form("integer"), _thousands),
    _reads("whole", _form("integer"), lambda t, c, v: f"{v}.0"),
    _reads("unit", _form("integer"), _unit),
    _reads("yes_no", lambda c, v: c.required and c.kind.form == "yes_no", _yes_no),
    _reads("date", _form("day"), _date("%Y.%m.%d")),
    _reads("date", _form("day"), _date("%Y%m%d")),
    _reads("date", _form("day"), _date("%d-%b-%Y")),
    _reads("date_time", _form("day"), _date("%Y-%m-%d 08:30")),
    _reads("serial", _form("day"), _serial),
    _reads("credit_code", _form("usc18"), lambda t, c, v: v.lower()),
    _reads("credit_code", _form("usc18"), lambda t, c, v: f"{v[:4]} {v[4:]}"),
    _reads(
        "id_case",
        lambda c, v: bool(v) and bool(c.refers) and c.kind.form == "ident",
        lambda t, c, v: v.lower(),
    ),
    _reads("by_name", lambda c, v: bool(v) and bool(c.refers), _by_name),
    _reads(
        "nothing",
        lambda c, v: (
            not v
            and not c.required
            and c.kind.form in ("day", "word", "ident", "usc18", "integer")
        ),
        lambda t, c, v: t.random.choice(("无", "—", "/")),
    ),
    _reads("degrees", _form("degrees"), lambda t, c, v: f"{v}°"),
    # typed cells of a workbook
    _reads("", _form("integer"), _number, True),
    _reads("", _form("day"), lambda t, c, v: date.fromisoformat(v), True),
    _reads("number_text", _form("text"), _number, True),
)


def _taken(town: Town, column: Column, value: str) -> object:
    return f"{value}号楼？" if column.kind.form == "ident" else None


def _key_again(town: Town, page: Page) -> Planted | None:
    """A row whose key is that of the row above."""
    key = page.sheet.key[0]
    if len(page.sheet.key) > 1 or key not in page.columns or len(page.body()) < 3:
        return None
    body = page.body()
    k = town.random.randrange(1, len(body))
    row = body[k]
    if {(id(r), key) for r in (row, body[k - 1])} & page.used:
        return None
    page.put(row, key, page.text(body[k - 1], key))
    page.used.add((id(body[k - 1]), key))
    return Planted("fault", ("row.twice",), page, row, key)


def _span(town: Town, page: Page) -> Planted | None:
    """An end before its beginning."""
    for first, last in page.sheet.spans:
        for row in page.body():
            both = {(id(row), first), (id(row), last)}
            if both & page.used or not page.text(row, first):
                continue
            if last not in page.columns:
                continue
            page.put(row, last, "2001-01-01")
            page.used.add((id(row), first))
            return Planted("fault", ("row.span",), page, row, last)
    return None


def _unknown(town: Town, column: Column, value: str) -> object:
    return town.random.choice(("X9999", "没有这个名字", "Z-404"))


_REFERS = lambda c, v: bool(v) and bool(c.refers) and c.kind.form == "ident"  # noqa: E731
_LETTERS = _form("text")
_NAMED = lambda c, v: c.name in ("name", "community", "district") and bool(v)  # noqa: E731
CELLS_WRONG: tuple[Oddity, ...] = (
    _wrong("cell.date_two", _form("day"), lambda t, c, v: "03/04/2026"),
    _wrong("cell.date_year", _form("day"), lambda t, c, v: "12月7日"),
    _wrong("cell.date_short", _form("day"), lambda t, c, v: "26.12.07"),
    _wrong("cell.date_day", _form("day"), lambda t, c, v: "2026年12月"),
    _wrong("cell.date", _form("day"), lambda t, c, v: "2026-02-30"),
    _wrong("cell.tick", _form("yes_no"), lambda t, c, v: "x"),
    _wrong("cell.yes_no", _form("yes_no"), lambda t, c, v: "部分"),
    _wrong("cell.integer", _form("integer"), lambda t, c, v: "约500"),
    _wrong("cell.integer", _form("integer"), lambda t, c, v: "1,32"),
    _wrong("cell.radical", _NAMED, lambda t, c, v: f"⻓{v}"),
    _wrong("cell.text", _LETTERS, lambda t, c, v: f"{v}\ue000"),
    _wrong(
        "cell.ident",
        lambda c, v: c.kind.form == "ident" and not c.refers and bool(v),
        _taken,
    ),
    _wrong("cell.usc18", _form("usc18"), lambda t, c, v: v[:14]),
    _wrong("cell.word", _form("word"), lambda t, c, v: "说不清"),
    _wrong("place.number", _form("degrees"), lambda t, c, v: "一百一十一"),
    _wrong("cell.points", _form("points"), lambda t, c, v: "4.125"),
    _wrong("row.unknown", _REFERS, _unknown),
    _wrong(
        "cell.empty",
        lambda c, v: (
            bool(v)
            and c.required
            and not c.made
            and c.name not in PLACES
            and c.empty == "cell.empty"
        ),
        lambda t, c, v: "",
    ),
    _wrong("cell.lost", _LETTERS, lambda t, c, v: date(2026, 3, 1), True),
    _wrong("cell.lost", _LETTERS, lambda t, c, v: True, True),
    _wrong("cell.formula", _given, lambda t, c, v: "=A1&B1", True),
    _wrong(
        "cell.decimal_ident",
        lambda c, v: c.kind.form == "ident" and bool(v),
        lambda t, c, v: 1.5,
        True,
    ),
    _key_again,
    _span,
)
