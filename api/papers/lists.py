"""Reports and lists on paper and as sheets: 月度通报, 后进小区台账, one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from api.papers.printed import Head, Paper
from api.papers.text import day, heads
from inspector.command.workbook import PrintSheet, book

Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """What the 月度通报 says; only what was published.

    `figures`: label in both languages and value; `outcomes`: outcome, number;
    `items`: item code, breach, times found; `results`: compound, company, date,
    outcome, follow-up; `counters`: street, found, solved, percent; `as_of`: day of the
    last result.
    """

    month: str
    figures: Sequence[tuple[str, str, str]]
    outcomes: Sequence[tuple[str, int]]
    items: Sequence[tuple[str, str, int]]
    results: Sequence[Line]
    counters: Sequence[tuple[str, int, int, str]]
    as_of: date | None = None


RESULT_HEAD = heads(
    "小区 Compound | 物业服务企业 Company | 检查日期 Date | "
    "检查结果 Outcome | 后续处理 Follow-up"
)
COUNTER_HEAD = heads(
    "街道 Street | 发现问题 Found | 已整改 Solved | 整改率 Closure rate"
)
ITEM_HEAD = heads("编号 Item | 事项 What | 次数 Times")
DOCKET_HEAD = heads(
    "台账编号 Case | 小区 Compound | 街道 Street | 列入缘由 Reasons | "
    "措施 Measure | 状态 State | 问题 Found | 已整改 Solved | "
    "最近期限 Deadline"
)


def report(r: MonthlyReport, head: Head) -> bytes:
    """月度通报 on paper."""
    paper = Paper(
        f"{r.month} 物业服务检查情况通报", "Monthly report on inspections", head
    )
    paper.heading("一、总体情况", "Overview")
    paper.fields(r.figures)
    paper.heading("二、检查结果", "Outcomes")
    outcomes = [(name, str(count)) for name, count in r.outcomes]
    head2 = heads("检查结果 Outcome | 数量 Number")
    paper.table(head2, outcomes, (120, 40))
    paper.heading("三、问题较多的事项", "Items found most")
    paper.table(ITEM_HEAD, [(c, t, str(n)) for c, t, n in r.items], (24, 112, 24))
    paper.heading("四、后进小区整改", "Rectification")
    counters = [(s, str(f), str(d), p) for s, f, d, p in r.counters]
    paper.table(COUNTER_HEAD, counters, (64, 32, 32, 32))
    paper.heading("五、检查结果明细", "Results in detail")
    paper.table(RESULT_HEAD, r.results, (40, 48, 22, 28, 22))
    paper.seal(r.as_of)
    return paper.data()


def report_book(r: MonthlyReport, head: Head) -> bytes:
    """月度通报 as sheets."""
    both = [(zh, value) for zh, _, value in r.figures]
    title = f"{r.month} 物业服务检查情况通报"
    sheets = [
        PrintSheet("总体情况", title, heads("项目 Figure | 数值 Value"), both),
        PrintSheet("检查结果", title, heads("结果 Outcome | 数量 Number"), r.outcomes),
        PrintSheet("事项", title, ITEM_HEAD, r.items),
        PrintSheet("整改", title, COUNTER_HEAD, r.counters),
        PrintSheet("明细", title, RESULT_HEAD, r.results),
    ]
    return book(sheets, head.bureau, head.at)


@dataclass(frozen=True, slots=True)
class DocketLine:
    """One case in the list."""

    number: str
    compound: str
    street: str
    reasons: str
    measure: str
    state: str
    found: int
    solved: int
    deadline: str


def docket(lines: Sequence[DocketLine], as_of: date | None, head: Head) -> bytes:
    """后进小区整改台账 on paper, dated the day it last changed."""
    paper = Paper("后进小区整改台账", "Docket of low performers", head, wide=True)
    rows = [tuple(map(str, astuple(line))) for line in lines]
    paper.table(DOCKET_HEAD, rows, (34, 50, 30, 42, 27, 18, 12, 12, 22))
    paper.seal(as_of)
    return paper.data()


Counts = Sequence[tuple[str, int, int, str]]  # name, found, solved, percent


def docket_book(
    lines: Sequence[DocketLine], streets: Counts, companies: Counts, head: Head
) -> bytes:
    """The same as a sheet, with the counters per street and per company."""
    rows = [astuple(line) for line in lines]
    title = "后进小区整改台账"
    by_company = (("物业服务企业", "Company"), *COUNTER_HEAD[1:])
    sheets = [
        PrintSheet("台账", title, DOCKET_HEAD, rows),
        PrintSheet("街道整改率", f"{title}：按街道", COUNTER_HEAD, streets),
        PrintSheet("企业整改率", f"{title}：按企业", by_company, companies),
    ]
    return book(sheets, head.bureau, head.at)


# place, compound id, name, street, score, street and community score
BottomLine = tuple[int, str, str, str, str, str]
BOTTOM_HEAD = heads(
    "倒排名次 Place | 小区编号 Id | 小区 Compound | 街道 Street | "
    "考评得分 Score | 街道社区得分 Street score"
)


def bottom(rows: Sequence[BottomLine], month: str, frozen: date, head: Head) -> bytes:
    """倒排名单 on paper, dated the day of the freeze."""
    paper = Paper(f"{month} 后进小区倒排名单", "Bottom of the ranking", head)
    shown = [tuple(map(str, row)) for row in rows]
    paper.table(BOTTOM_HEAD, shown, (18, 22, 48, 32, 20, 20))
    paper.seal(frozen)
    return paper.data()


def bottom_book(rows: Sequence[BottomLine], month: str, head: Head) -> bytes:
    """The same as a sheet."""
    sheet = PrintSheet("倒排名单", f"{month} 后进小区倒排名单", BOTTOM_HEAD, rows)
    return book([sheet], head.bureau, head.at)


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One case with its timeline, or an exit proposal with its evidence."""

    zh: str
    en: str
    figures: Sequence[tuple[str, str, str]]
    problems: Sequence[Line]
    moves: Sequence[tuple[date, str, str, str]]
    as_of: date | None = None


def case_sheet(c: CaseSheet, head: Head) -> bytes:
    """台账事项 with its whole course; `moves`: day, what, number, position."""
    paper = Paper(c.zh, c.en, head)
    paper.fields(c.figures)
    if c.problems:
        paper.heading("问题", "Problems")
        paper.table(
            heads(
                "序号 No. | 事项 Item | 问题 Problem | 程度 Severity | "
                "期限 Deadline | 整改 Solved"
            ),
            c.problems,
            (12, 18, 58, 18, 27, 27),
        )
    paper.heading("办理过程", "Course")
    paper.table(
        heads("日期 Date | 事项 What | 文号 Number | 记录位置 Position"),
        [(day(d), what, number, at) for d, what, number, at in c.moves],
        (36, 64, 44, 16),
    )
    paper.seal(c.as_of)
    return paper.data()
