"""Each thing that nobody may read, planted in a file as people get it, is found."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from forbidden import Page, in_rows, pieces, wrong
from openpyxl import Workbook

from api.papers.printed import Head, Paper

PLANTED = {
    "依据：《物业管理条例》第七条（待核）": "待核",
    "抽取时间 2026-12-01T01:00:00Z": "2026-12-01T01:00:00Z",
    "冻结于 2026-12-01 09:00 UTC": "UTC",
    "A 类 1/20": "1/20",
    "席位 空缺 vacant": "vacant",
    "列入黑名单": "黑名单",
}
OF_A_DOCKET_VISIT = "经随机抽取，你单位被列为检查对象"
OF_NO_FIRM = ("无物业企业：", "责令改正", "你单位")
FINE = (
    *("2026-12-01 09:00 抽取", "待核实", "双随机抽查", "第 1 页", "A 5.00 %"),
    *(
        "https://a/b/1/2",
        "编号 C0001、V0001",
        "下载 CSV",
        "统一社会信用代码 91450499HC0000024D",
    ),
)


def paper(text: str) -> bytes:
    made = Paper(
        "通知书",
        "Notice",
        Head("梧州（演示）", "1号", datetime(2026, 12, 1, tzinfo=UTC)),
    )
    made.fields([("事项", "Matter", text)])
    return made.data()


def book(text: str) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.active.append(["编号", text])
    made.save(out)
    return out.getvalue()


FILES = {
    "a.docx": paper,
    "a.xlsx": book,
    "a.csv": lambda text: f'﻿编号,"{text}"\r\n'.encode(),
    "a.html": lambda text: f"<html><main><p>{text}</p></main></html>".encode(),
    "a.ics": lambda text: f"SUMMARY:{text}\r\n".encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_planted_in_a_file_is_found(name: str) -> None:
    for text, what in PLANTED.items():
        (found, *_) = wrong(name, pieces(name, FILES[name](text)))
        assert found.startswith(f"{name}: {what} ("), text
    said = pieces(name, FILES[name](OF_A_DOCKET_VISIT))
    assert wrong(name, said) == []
    assert "随机" in wrong(name, said, docket=True)[0]
    for text in OF_NO_FIRM:
        said = pieces(name, FILES[name](text))
        assert wrong(name, said, firm=True) == []
        assert wrong(name, said, firm=False)
    for text in FINE:
        assert wrong(name, pieces(name, FILES[name](text))) == [], text


def test_a_row_is_read_by_what_it_says_of_its_visit() -> None:
    head = "检查编号,统一社会信用代码,检查类型,抽查结果,原因"
    for row, what in (
        ("V0001,,整改复查,发现问题已责令改正,", "责令改正"),
        ("V0001,91450499HC0000024D,整改复查,随机抽中,", "随机"),
        ("V0001,91450499HC0000024D,双随机抽查,未发现问题,illness", "illness"),
    ):
        (found,) = in_rows("t", [head.split(","), row.split(",")])
        assert what in found
    fine = "V0001,91450499HC0000024D,双随机抽查,发现问题已责令改正,因病"
    assert in_rows("t", [head.split(","), fine.split(",")]) == []


def test_a_page_is_read_in_its_languages() -> None:
    text = (
        '<html lang="zh-CN"><title>结果</title><nav aria-label="分页 pages">'
        "</nav><main>"
        '<img alt="照片"><span lang="en">results, 结果</span>'
        "<code>open</code><p>结果<br>好"
        '</p></main><a href="/x#y">全部</a></html>'
    )
    page = Page(text)
    assert page.zh == ["结果", "分页 pages", "照片", "结果", "好", "全部"]
    assert (page.en, page.links) == (["results, 结果"], ["/x"])
    assert page.main == ["照片", "results, 结果", "结果", "好"]
    assert wrong("page", page.zh) == ["page: pages (分页 pages)"]
