"""One of each form, with values that try to break it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from api.papers import approvals, forms, lists, orders, records
from api.papers.forms import Object, Officer, Origin
from api.papers.orders import OrderRow
from api.papers.printed import Head
from api.papers.records import RecordRow
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


ORIGIN = Origin(
    "双随机抽查",
    "日常检查",
    "双随机抽查",
    "本年第 1 次，上限 2 次（分级上限 2 次）",
    "根据“双随机、一公开”抽查工作计划，经随机抽取，",
    "梧房〔2026〕12号",
    date(2026, 11, 27),
    "受委托签批：副局长（梧房委〔2026〕1号，2026-11-20至2026-11-30）",
    "梧州市住房和城乡建设局（合成）",
)
DOCKET = replace(
    ORIGIN,
    source="整改台账（2026-12-C0002）",
    category="个案检查",
    kinds="整改复查",
    opening="根据后进小区整改台账2026-12-C0002的整改安排，",
    signed="",
)
NO_FIRM = Object(
    "C0009", NASTY, "第01社区", "", "", "演示路1号", "第01社区物管会", "兜底服务"
)
NOTICE = forms.Notice(
    WHERE,
    ORIGIN,
    date(2026, 12, 1),
    570,
    TEAM,
    "G1 主体与合同、G2 信息公示（30 项）",
    "《物业管理条例》第三十二条",
    "实地检查",
    "V0012",
    URL,
    {"contact": "演示联系人", "five_prohibitions": "演示文本"},
)
FALLBACK = replace(NOTICE, object=NO_FIRM, origin=DOCKET)
ENQUIRY = forms.Enquiry(WHERE, ORIGIN, date(2026, 12, 1), TEAM, "V0012")


RECORD = records.SiteRecord(
    WHERE,
    ORIGIN,
    date(2026, 12, 1),
    "09:30",
    "10:40",
    TEAM,
    "实地检查",
    [
        RecordRow(f"G1-{k:02}", NASTY, "是", "2 处：公示栏缺失", "一般", "责令限期改正")
        for k in range(1, 31)
    ],
    "发现问题已责令改正",
    "责令改正",
    "87.5",
    "拒绝签字",
    "拒绝签字　理由：不认可（合成）　见证人：社区甲（合成）",
    "第一行\n第二行",
    [("检查员003（SYN-WUZHOU-003）", "2026-12-01 10:40")],
    "V0012",
    "ab" * 32,
)


def record() -> bytes:
    return records.site_record(RECORD, HEAD)


def approval() -> bytes:
    return approvals.approval(
        approvals.Approval(
            "2026-12",
            "wuzhou-2026-12",
            "wuzhou-2026-12-1",
            "双随机抽查、整改台账",
            "日常检查、个案检查",
            "全部在管住宅小区（173 个）",
            "不定向",
            "G1–G7（30 项）",
            "2026-12-01 至 2026-12-31",
            "A 0.25%；B 0.83%（本月，全年分12批）",
            42,
            12,
            13,
            "1234 分钟，不高于下界 3.1 %",
            "ab" * 32,
            "",
            "",
            None,
        ),
        HEAD,
    )


CASE_APPROVAL = approvals.CaseApproval(
    *(WHERE, DOCKET, "整改复查（台账 2026-12-C0002）", date(2026, 12, 1), 570),
    *(
        "实地检查",
        "G1 主体与合同（5 项）",
        "《物业管理条例》第三十二条",
        "负责人",
        "V1",
    ),
)
RESULT = records.ResultNotice(
    *(WHERE, ORIGIN, date(2026, 12, 1), "发现问题已责令改正", "责令改正"),
    [("G1-01", NASTY, "一般", "责令限期改正", "15 日")],
    *("《物业管理条例》第三十二条", date(2026, 12, 9), "V0012"),
)
ORDER = orders.RectifyOrder(
    WHERE,
    "2026-12-C0002",
    date(2026, 12, 1),
    ROWS,
    "某街道办事处",
    "街道分管负责人",
    "《物业管理条例》第三十二条",
    "挂牌督办（市级）",
)
RECHECK = orders.Recheck(
    WHERE,
    "2026-12-C0002",
    "责改1号",
    date(2026, 12, 20),
    "2026-12/V0012",
    ROWS,
    "未通过",
)


REPORT = lists.MonthlyReport(
    "2026-12",
    [("检查户次", "Inspections", "42"), ("发现问题", "Problems", "17")],
    [("未发现问题", 20), (NASTY, 3)],
    [("G1-01", "营业执照", 5)],
    [(NASTY, "合成物业", "2026-12-01", "未发现问题", "无")] * 60,
    [("万秀甲街道", 10, 8, "80 %")],
    date(2026, 12, 31),
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
    "notice": lambda: forms.notice(NOTICE, HEAD),
    "fallback": lambda: forms.notice(FALLBACK, HEAD),
    "questioning": lambda: forms.questioning(ENQUIRY, HEAD),
    "survey": lambda: forms.survey(ENQUIRY, HEAD),
    "record": record,
    "result": lambda: records.result_notice(RESULT, HEAD),
    "approval": approval,
    "case_approval": lambda: approvals.case_approval(CASE_APPROVAL, HEAD),
    "order": lambda: orders.rectify_order(ORDER, HEAD),
    "urge": lambda: orders.rectify_order(replace(ORDER, object=NO_FIRM), HEAD),
    "recheck": lambda: orders.recheck(RECHECK, HEAD),
    "report": lambda: lists.report(REPORT, HEAD),
    "docket": lambda: lists.docket(LINES, date(2026, 12, 1), HEAD),
    "bottom": lambda: lists.bottom(BOTTOM, "2026-12", date(2026, 11, 20), HEAD),
    "case": lambda: lists.case_sheet(CASE, HEAD),
}
BOOKS = {
    "bottom": lambda: lists.bottom_book(BOTTOM, "2026-12", HEAD),
    "report": lambda: lists.report_book(REPORT, HEAD),
    "docket": lambda: lists.docket_book(LINES, COUNTS, COUNTS, HEAD),
}
