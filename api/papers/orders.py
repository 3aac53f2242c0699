"""Papers of a docket case: 责令整改通知书 (or 整改督办函), 整改复查记录.

In: a case at the moment the paper is about. Out: .docx. An order goes to the company
that ran the compound then; where none did, whoever answers is urged, nobody ordered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.papers.forms import Field, Object, delegated, party, signed
from api.papers.printed import Head, Paper
from api.papers.text import day


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One problem of an order, in words of the breach."""

    number: int
    item: str
    text: str
    severity: str
    deadline: date | None
    solved: date | None


@dataclass(frozen=True, slots=True)
class RectifyOrder:
    """What the 责令整改通知书 says."""

    object: Object
    case: str
    issued: date
    rows: Sequence[OrderRow]
    unit: str
    office: str
    basis: str
    measure: str
    signed: str = ""
    remedy: str = ""
    contact: str = ""


def rectify_order(o: RectifyOrder, head: Head) -> bytes:
    """责令整改通知书 to the company; 整改督办函 where there is none."""
    paper = _order(o, head) if o.object.firm else _urge(o, head)
    paper.seal(o.issued)
    paper.signatures([("签收人", "Received by")])
    return paper.data()


def _order(o: RectifyOrder, head: Head) -> Paper:
    paper = Paper("责令整改通知书", "Order to rectify", head, form=True)
    paper.text(
        f"{o.object.party}：\n"
        f"经检查，你单位在{o.object.compound_name}的物业服务存在下列问题。"
        "现责令你单位在规定期限内完成整改，并将整改情况书面报告我局。逾期不改正的，"
        "将依法处理。"
    )
    paper.fields([*party(o.object), *_case(o)])
    _problems(paper, o.rows, solved=False)
    paper.text(f"依据：{o.basis}")
    paper.text(
        "如不服本通知，可以依法申请行政复议或者提起行政诉讼。" + o.remedy,
        "This order may be appealed as the law provides.",
    )
    return paper


def _urge(o: RectifyOrder, head: Head) -> Paper:
    paper = Paper("整改督办函", "Letter urging rectification", head, form=True)
    paper.text(
        f"{o.object.party}：\n"
        f"经核查，{o.object.compound_name}的兜底服务存在下列问题。该小区未聘物业服务"
        "企业，请你方按职责组织整改，并于期限届满前将办理情况函告我局。"
    )
    paper.fields([*party(o.object), *_case(o)])
    _problems(paper, o.rows, solved=False)
    paper.text(f"依据：{o.basis}")
    return paper


def _case(o: RectifyOrder) -> list[Field]:
    rows = [
        ("台账编号", "Docket case", o.case),
        ("责任单位", "Unit in charge", o.unit),
        ("责任人（职务）", "Person, by role", o.office),
        ("治理措施", "Measure", o.measure),
        ("联系人及电话", "Contact", o.contact),
    ]
    return [*(r for r in rows if r[2]), *delegated(o.signed)]


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the 复查记录 says."""

    object: Object
    case: str
    order: str
    day: date | None
    visit: str
    rows: Sequence[OrderRow]
    result: str


def recheck(r: Recheck, head: Head) -> bytes:
    """整改复查记录."""
    paper = Paper("整改复查记录", "Record of the re-check", head, form=True)
    paper.fields(
        [
            *party(r.object),
            ("任务来源", "Source of the task", "整改台账"),
            ("检查类别", "Category", "个案检查"),
            ("台账编号", "Docket case", r.case),
            ("整改文书", "Order", r.order),
            ("复查日期", "Date", day(r.day)),
            ("检查编号", "Visit", r.visit),
            ("复查结论", "Result", r.result),
        ]
    )
    _problems(paper, r.rows, solved=True)
    signed(paper)
    return paper.data()


def _problems(paper: Paper, rows: Sequence[OrderRow], *, solved: bool) -> None:
    paper.heading("问题清单", "Problems")
    last = ("整改完成", "Solved") if solved else ("整改结果", "Result")
    paper.table(
        (
            ("序号", "No."),
            ("事项", "Item"),
            ("问题", "Problem"),
            ("程度", "Severity"),
            ("整改期限", "Deadline"),
            last,
        ),
        [
            (
                *(str(x.number), x.item, x.text, x.severity, day(x.deadline)),
                (day(x.solved) or "未完成") if solved else "",
            )
            for x in rows
        ],
        (12, 18, 56, 18, 28, 28),
    )
