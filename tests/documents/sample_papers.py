"""One of each form, with values that try to break it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from api.papers import forms, lists
from api.papers.forms import Object, Officer, OrderRow, RecordRow
from api.papers.printed import Head
from inspector.words import word

AT = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
HEAD = Head("梧州市住房和城乡建设局（合成）", "梧房检〔2026〕12号", AT, demo=True)
# A formula, a control sign, a direction override, XML, an emoji, a very long word.
NASTY = '=HYPERLINK("http://x")\x07\u202e<b>&amp;</b>😀\ufffe' + "长" * 60
CLEAN = '=HYPERLINK("http://x")<b>&amp;</b>😀' + "长" * 60
URL = "https://example.invalid/wuzhou/door/0123456789abcdef0123456789abcdef01234567"
WHERE = Object("C0002", NASTY, "第01社区", "合成物业甲01有限公司", "91450499HC0000016J")
TEAM = (
    Officer("检查员003", "SYN-WUZHOU-003", "市住建局", word("role", "lead")),
    Officer("检查员004", "SYN-WUZHOU-004", "市住建局", word("role", "second")),
)
ROWS = [
    OrderRow(k, f"G{k % 7 + 1}-{k:02}", NASTY, "较重 major", date(2026, 12, 16), None)
    for k in range(1, 41)
]


def notice() -> bytes:
    return forms.notice(
        forms.Notice(
            WHERE,
            date(2026, 12, 1),
            570,
            TEAM,
            "双随机抽查",
            "G1 主体与合同、G2 信息公示（30 项）",
            "《物业管理条例》",
            "实地检查",
            "梧房〔2026〕12号",
            "V0012",
            URL,
        ),
        HEAD,
    )


RECORD = forms.SiteRecord(
    WHERE,
    date(2026, 12, 1),
    "09:30",
    "10:40",
    TEAM,
    "双随机抽查",
    "实地检查",
    [
        RecordRow(f"G1-{k:02}", NASTY, "是", "2 处：公示栏缺失", "一般", "责令限期改正")
        for k in range(1, 31)
    ],
    "发现问题已责令改正",
    "责令改正",
    "87.5",
    "无异议",
    "第一行\n第二行",
    [("检查员003（SYN-WUZHOU-003）", "2026-12-01 10:40")],
    "V0012",
    "ab" * 32,
)


def record() -> bytes:
    return forms.site_record(RECORD, HEAD)


def approval() -> bytes:
    return forms.approval(
        forms.Approval(
            "2026-12",
            "wuzhou-2026-12",
            "wuzhou-2026-12-1",
            "全部在管住宅小区（173 个）",
            "不定向",
            "G1–G7（30 项）",
            "2026-12-01 至 2026-12-31",
            "A 1/20；B 1/10",
            42,
            12,
            13,
            "1234 分钟，不高于下界 3.1 %",
            "ab" * 32,
            "",
            "",
            "",
        ),
        HEAD,
    )


def order() -> bytes:
    return forms.rectify_order(
        forms.RectifyOrder(
            WHERE,
            "2026-12-C0002",
            date(2026, 12, 1),
            ROWS,
            "某街道办事处",
            "街道分管负责人",
            "《物业管理条例》",
            "挂牌督办（市级）",
        ),
        HEAD,
    )


def recheck() -> bytes:
    return forms.recheck(
        forms.Recheck(
            WHERE, "2026-12-C0002", date(2026, 12, 20), "2026-12/V0012", ROWS, "未通过"
        ),
        HEAD,
    )


REPORT = lists.MonthlyReport(
    "2026-12",
    [("检查户次", "Inspections", "42"), ("发现问题", "Problems", "17")],
    [("未发现问题", 20), (NASTY, 3)],
    [("G1-01", "营业执照", 5)],
    [(NASTY, "合成物业", "2026-12-01", "未发现问题", "无")] * 60,
    [("万秀甲街道", 10, 8, "80 %")],
)
LINES = [
    lists.DocketLine(
        f"2026-12-C{k:04}",
        NASTY,
        "万秀甲街道",
        "斩尾（倒排）",
        "挂牌督办（市级）",
        "整改中",
        3,
        1,
        "2026-12-16",
    )
    for k in range(1, 41)
]
CASE = lists.CaseSheet(
    "清退建议",
    "Exit proposal",
    [("台账编号", "Case", "2026-12-C0002")],
    [("1", "G1-01", NASTY, "一般", "2026-12-16", "")],
    [(date(2026, 12, 1), "列入台账 entered", "督1", "128")],
)

COUNTS = [(NASTY, 10, 8, "80 %")]
BOTTOM = [(k, f"C{k:04}", NASTY, "万秀甲街道", "61.25", "") for k in range(1, 19)]

PAPERS = {
    "notice": notice,
    "record": record,
    "approval": approval,
    "order": order,
    "recheck": recheck,
    "report": lambda: lists.report(REPORT, HEAD),
    "docket": lambda: lists.docket(LINES, HEAD),
    "bottom": lambda: lists.bottom(BOTTOM, "2026-12", HEAD),
    "case": lambda: lists.case_sheet(CASE, HEAD),
}
BOOKS = {
    "bottom": lambda: lists.bottom_book(BOTTOM, "2026-12", HEAD),
    "report": lambda: lists.report_book(REPORT, HEAD),
    "docket": lambda: lists.docket_book(LINES, COUNTS, COUNTS, HEAD),
}
