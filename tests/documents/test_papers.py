"""Every form reads back: A4, fonts, texts, QR, the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import segno
from docx import Document
from docx.shared import Mm
from lxml import etree
from sample_papers import AT, CLEAN, HEAD, PAPERS, RECORD, URL

from api.papers import records
from api.papers.printed import BODY, FALLBACK, TITLE, Paper
from inspector.printable import clean

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
papers = pytest.mark.parametrize("name", PAPERS)


@cache
def made(name: str) -> bytes:
    """The paper of this name, made once."""
    return PAPERS[name]()


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def part(data: bytes, name: str) -> Any:
    """One part of the file as XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def texts(data: bytes, name: str = "word/document.xml") -> str:
    """All text of a part, a line per paragraph, table cells included."""
    root = part(data, name)
    return "\n".join(
        "".join(t.text or "" for t in p.iter(f"{W}t")) for p in root.iter(f"{W}p")
    )


@papers
def test_a_paper_is_the_same_bytes_every_time(name: str) -> None:
    assert made(name) == PAPERS[name]()


@papers
def test_every_part_is_well_formed_xml_dated_as_asked(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(name))) as archive:
        assert archive.testzip() is None
        for info in archive.infolist():
            assert info.date_time == (2026, 12, 1, 1, 30, 0)
            if info.filename.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(info))
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-12-01T01:30:00Z") == 2
    assert HEAD.bureau in core


@papers
def test_a_paper_prints_on_a4_with_page_numbers_and_the_mark_of_a_demonstration(
    name: str,
) -> None:
    (section,) = opened(made(name)).sections
    size = (section.page_width, section.page_height, section.left_margin)
    upright, landscape = [210, 297, 25], [297, 210, 25]
    wanted = landscape if name == "docket" else upright
    assert [round(s / Mm(1)) for s in size] == wanted
    header = texts(made(name), "word/header1.xml")
    assert HEAD.bureau in header
    assert "演示数据" in header
    fields = part(made(name), "word/footer1.xml").iter(f"{W}fldSimple")
    assert [f.get(f"{W}instr") for f in fields] == ["PAGE", "NUMPAGES"]


LISTS = {
    "notice": 0,
    "fallback": 0,
    "questioning": 1,
    "survey": 1,
    "record": 1,
    "result": 1,
    "approval": 0,
    "case_approval": 0,
    "order": 1,
    "urge": 1,
    "recheck": 1,
    "report": 4,
    "docket": 1,
    "bottom": 1,
    "case": 2,
}


@papers
def test_tables_are_no_wider_than_the_text_and_repeat_their_heads(name: str) -> None:
    lists = 0
    width = 247 if name == "docket" else 160
    for table in part(made(name), "word/document.xml").iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        for row in rows:
            widths = [int(w.get(f"{W}w")) for w in row.iter(f"{W}tcW")]
            # twentieths of a point; each width is rounded by itself
            assert abs(sum(widths) / 56.693 - width) < 0.1
        if rows[0].find(f"{W}trPr/{W}tblHeader") is not None:
            lists += 1
            kept = [r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows[1:]]
            assert kept
            assert all(kept)
    assert lists == LISTS[name]


@papers
def test_chinese_fonts_are_named_and_have_something_to_fall_back_on(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(name))) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
        body = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    assert set(re.findall(r'w:eastAsia="([^"]+)"', body)) == {TITLE, BODY}
    assert f'w:eastAsia="{BODY}"' in styles
    for font, other in FALLBACK.items():
        assert f'<w:font w:name="{font}"><w:altName w:val="{other}"/>' in fonts
        assert "Noto Serif CJK SC" in other


@pytest.mark.parametrize("name", [n for n in PAPERS if n != "approval"])
def test_hostile_texts_stand_there_as_texts(name: str) -> None:
    found = texts(made(name))
    assert CLEAN in found
    assert "\x07" not in found
    assert "\u202e" not in found


def test_the_notice_names_rights_officers_and_carries_the_code_of_the_door() -> None:
    found = texts(made("notice"))
    assert "未出示的，你单位有权拒绝检查" in found
    assert "有权申请回避" in found
    assert "主办：检查员003，执法证号 SYN-WUZHOU-003，市住建局" in found
    assert "2026年12月1日 09:30 起" in found
    assert URL in found
    (picture,) = opened(made("notice")).inline_shapes
    assert round(picture.width / Mm(1)) == 34
    body = part(made("notice"), "word/document.xml")
    (about,) = [e for e in body.iter() if e.tag.endswith("}docPr")]
    assert URL in about.get("descr")


def qr_of(url: str) -> bytes:
    paper = Paper("甲", "A", HEAD)
    paper.qr(url, "扫码", "scan")
    with zipfile.ZipFile(io.BytesIO(paper.data())) as archive:
        return archive.read("word/media/image1.png")


def test_the_code_is_that_of_the_address_and_of_no_other() -> None:
    out = io.BytesIO()
    segno.make(URL, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    assert qr_of(URL) == out.getvalue()
    assert qr_of(URL + "0") != out.getvalue()


def test_chinese_stands_before_english() -> None:
    found = texts(made("order"))
    assert found.index("责令整改通知书") < found.index("Order to rectify")
    assert found.index("台账编号") < found.index("Docket case")


def test_an_order_lists_every_problem_with_its_deadline() -> None:
    table = next(t for t in opened(made("order")).tables if len(t.columns) == 6)
    assert len(table.rows) == 41
    assert [c.text for c in table.rows[1].cells][4] == "2026年12月16日"


def test_a_record_without_a_result_leaves_room_to_write() -> None:
    blank = replace(RECORD, began="", ended="", signed=(), outcome="")
    found = texts(records.site_record(blank, HEAD))
    assert "　　时　　分 至 　　时　　分" in found
    assert "SHA-256" not in found
    assert "ab" * 32 in texts(made("record"))


def test_a_paper_made_at_another_moment_says_so() -> None:
    later = replace(HEAD, at=AT.replace(hour=5), demo=False)
    data = Paper("甲", "A", later).data()
    assert "演示" not in texts(data, "word/header1.xml")
    assert "2026-12-01 05:30" in texts(data, "word/footer1.xml")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\x00b\x1fc\x7fd\x85e", "abcde"),
        ("行一\r\n行二", "行一 行二"),
        ("e\u0301", "\u00e9"),
        ("\ud800x\ufdd0y\U0001ffffz", "xyz"),
        ("a\tb", "a b"),
        ("\ufeff名\u2066称\u2069", "名称"),
    ],
)
def test_a_text_is_cleaned(before: str, after: str) -> None:
    assert clean(before) == after


def test_line_feeds_stay_where_there_is_room_for_them() -> None:
    assert clean("一\n二", lines=True) == "一\n二"
