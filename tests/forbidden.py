"""What nobody may read, and the text of a file as people see it.

In: a page, paper, sheet or export by name and bytes. Out: its pieces of text, and what
of them may not stand there. Used by the tests that walk what a demonstration publishes
and prints, and by the editor's pass over what the code says.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# What a Chinese sentence may hold of other letters: names of formats, of what a program
# reads, and of commands and keys as they are typed.
NAMES = (
    # longer ones first: the shorter stand in them
    *("CSV", "XLSX", "JSON", "TOML", "ZIP", "DOCX", "JPEG", "PNG", "WebP", "Excel"),
    *("UTF-8", "GB18030", "NFC", "UUID", "MB", "YYYY-MM-DDTHH:MM:SSZ", "YYYY-MM-DD"),
    *("YYYY-MM", "HH:MM", "WGS-84", "GCJ-02", "CGCS2000", "sha256", "sm3", "drand"),
    *("SHA-256", "RFC 9457", "API", "ISO 8601", "true", "false", "verify.py", "QR"),
    *("Python", "anchor.txt", "calendar.csv", ".xlsx", "PDF", "HEIC", "RAW", "WPS"),
    *("UTF-16", "BD-09", "GPS", 'issue = "2026134"', 'at = "2026-11-23"'),
    *('at = "2026-11-23 21:25"', "inspector import", "--people", "--reason"),
    *("--approver", "--out", "dlt-2026134"),
    *("If-Match", "ETag", "Idempotency-Key", "Cookie", "OpenID Connect"),
    *(
        "policy.toml",
        "private/steps.json",
        "checklist.json",
        "--password-file",
        "--source",
        "--entropy",
    ),
    *("--base", "inspector init", "inspector next", "inspector serve"),
    *("pip install 'sunlot[postgres]'", "[sources]", "[black] basis"),
)
# What an English sentence may hold of Chinese: the lotteries, and the names of laws.
CHINESE_NAMES = re.compile(r"双色球|大乐透|行政处罚法|国办发〔\d+〕\d+号")
LATIN = re.compile(r"[A-Za-z]{2,}")
HAN = re.compile(r"[\u4e00-\u9fff]")
# Words that stood here once, and what stands there now (STYLE §7, DOMAIN §0).
WRONG_ZH = {
    "口令": "密码",
    "关账": "归档",
    "优良": "良好信息",
    "黑名单": "the name of the rules in force",
    "扫码入企码": "检查码",
}
WRONG_EN = re.compile(r"\b(rungs?|rolls?|blinds?|red and black|black ?list)\b", re.I)
UNCHECKED = re.compile(r"待核(?!实)")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z?")
UTC = re.compile(r"\bUTC\b")
FRACTION = re.compile(r"(?<![\w/.])\d+/\d+(?![\w/])")
# A number, a code, an address: nobody reads it as a word.
TOKEN = re.compile(r"https?://\S+|[\w.-]*\d[\w.:/-]*|[\w/]+\.(?:json|toml|py|txt)\b")


# --- sentences --------------------------------------------------------------------


def foreign(sentence: str) -> list[str]:
    """The words of other letters in a Chinese sentence, placeholders apart."""
    said = re.sub(r"\{[^{}]*\}", "", sentence)
    for name in NAMES:
        said = said.replace(name, "")
    return LATIN.findall(said)


def mixed(sentence: str) -> list[str]:
    """The Chinese words in an English sentence."""
    said = CHINESE_NAMES.sub("", re.sub(r"\{[^{}]*\}", "", sentence))
    return HAN.findall(said)


def wrong_words(zh: str, en: str) -> list[str]:
    """Words that nobody should read any more."""
    zh, en = (re.sub(r"\{[^{}]*\}", "", said) for said in (zh, en))
    out = [w for w in WRONG_ZH if w in zh and "[black] basis" not in zh]
    return [*out, *UNCHECKED.findall(zh), *WRONG_EN.findall(en)]


def wrong(
    name: str, pieces: Iterable[str], *, docket: bool = False, firm: bool = True
) -> list[str]:
    """What of the pieces may not stand in what is called `name`.

    `docket`: of a visit that was not drawn; `firm`: of a compound with a company.
    """
    out: dict[str, str] = {}  # what -> the first place
    for piece in pieces:
        for found in _in(piece, docket=docket, firm=firm):
            out.setdefault(found, piece)
    return [f"{name}: {what} ({piece[:90]})" for what, piece in out.items()]


def _in(piece: str, *, docket: bool, firm: bool) -> Iterator[str]:
    for pattern in (UNCHECKED, UTC, STAMP, FRACTION):
        if m := pattern.search(piece):
            yield m.group()
    yield from (w for w in WRONG_ZH if w in piece)
    if HAN.search(piece):
        yield from foreign(TOKEN.sub("", piece))
    if docket:
        yield from (w for w in ("随机",) if w in piece)
    if not firm:
        no = ("你单位", "责令你", "责令改正", "行政复议", "无物业")
        yield from (w for w in no if w in piece)


# --- files ------------------------------------------------------------------------


class Page(HTMLParser):
    """The pieces of a page: Chinese, and English where it says that it is."""

    APART = frozenset(("style", "script", "svg", "code", "pre"))
    VOID = frozenset(("meta", "link", "img", "br", "input", "hr", "path", "rect"))
    READ = frozenset(("aria-label", "alt", "title", "placeholder", "data-label"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.zh: list[str] = []
        self.en: list[str] = []
        self.main: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = {k: v or "" for k, v in attrs}
        link = said.get("href") or said.get("src")
        self.links += [link.split("#")[0]] if link else []
        state = self._open[-1][1] if self._open else "zh-CN"
        if tag in self.APART or "hash" in said.get("class", "").split():
            state = ""
        elif state:
            state = said.get("lang", state)
            for key in self.READ & said.keys():
                self._take(said[key], state)
        if tag not in self.VOID:
            self._open.append((tag, state))

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        state = self._open[-1][1] if self._open else "zh-CN"
        if state and data.strip():
            self._take(" ".join(data.split()), state)

    def _take(self, text: str, language: str) -> None:
        english = language.startswith("en")
        (self.en if english else self.zh).append(text)
        if any(tag == "main" for tag, _ in self._open):
            self.main.append(text)


def pieces(name: str, data: bytes) -> list[str]:
    """What a reader sees of a file, by paragraph run, cell, line or node of text."""
    end = name.rpartition(".")[2]
    if end == "docx":
        return _word(data)
    if end == "xlsx":
        book = load_workbook(io.BytesIO(data), read_only=True)
        rows = (r for s in book for r in s.iter_rows(values_only=True))
        cells = [str(v) for row in rows for v in row if v is not None]
        return [
            line for cell in (*book.sheetnames, *cells) for line in cell.split("\n")
        ]
    if end == "csv":
        return [cell for row in table(data) for cell in row]
    if end == "html":
        page = Page(data.decode("utf-8"))
        return [*page.zh, *page.en]
    if end == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [
                piece
                for inner in archive.namelist()
                for piece in pieces(inner, archive.read(inner))
            ]
    lines = data.decode("utf-8").splitlines()
    if end == "ics":  # times are for the calendar, which shows them as days
        return [x.partition(":")[2] for x in lines if not re.match("DT|CREATED", x)]
    return lines


def in_rows(name: str, rows: list[list[str]]) -> list[str]:
    """What a row of a sheet may not say of its own visit: a draw that was none, an
    order where there is no firm, a code where people read words."""
    head, *rows = rows
    at = {title: k for k, title in enumerate(head)}
    kinds = next((at[t] for t in ("检查类别", "检查类型") if t in at), None)
    code = at.get("统一社会信用代码")
    seen = "检查编号" in at
    out: list[str] = []
    for row in rows:
        docket = seen and kinds is not None and "随机" not in row[kinds]
        firm = not seen or code is None or bool(row[code])
        found = wrong(name, row, docket=docket, firm=firm)
        # that there is no company is a fact of a row, and nobody it is addressed to
        out += [x for x in found if not x.startswith(f"{name}: 无物业")]
        bare = [
            f"{name}: {cell} ({title})"
            for title, cell in zip(head, row, strict=True)
            if re.fullmatch(r"[a-z_]{3,}", cell) and "代码" not in title
        ]
        out += bare
    return list(dict.fromkeys(out))


def in_folder(folder: Path) -> list[str]:
    """What of a month's folder people read and may not: the workbook, route and car
    sheets, and what the next month starts from (`inspector plan`)."""
    out: list[str] = []
    sheets = [folder / "plan.xlsx", *sorted((folder / "routes").glob("*.html"))]
    for path in sheets:
        out += wrong(path.name, pieces(path.name, path.read_bytes()))
    data = io.BytesIO((folder / "plan.xlsx").read_bytes())
    made = load_workbook(data, read_only=True)["任务明细"]
    cells = made.iter_rows(min_row=2, values_only=True)
    out += in_rows(
        "任务明细", [["" if c is None else str(c) for c in r] for r in cells]
    )
    for path in sorted((folder / "next").glob("*.csv")):
        if m := UNCHECKED.search(path.read_text("utf-8-sig")):
            out.append(f"{path.name}: {m.group()}")
    assert len(sheets) > 5
    return out


def table(data: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def _word(data: bytes) -> list[str]:
    """The runs of a paper: a label's second language is a run of its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [n for n in archive.namelist() if re.match(r"word/[dhf]\w+\.xml", n)]
        roots = [etree.fromstring(archive.read(n)) for n in sorted(parts)]
    runs = (r for root in roots for r in root.iter(f"{W}r"))
    said = ("".join(t.text or "" for t in r.iter(f"{W}t")) for r in runs)
    return [s for s in said if s]
