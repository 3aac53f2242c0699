"""Approvals: 行政检查审批表 of a month's plan, 个案检查审批表 of one visit.

In: what is approved, by whom and when (blank before). Out: .docx.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.papers.forms import Field, Object, Origin, delegated, origin, party
from api.papers.printed import Head, Paper
from api.papers.text import day, heads
from inspector.printable import clock

_SIGNERS = heads(
    "经办人 Prepared by | 承办机构负责人 Head of the section | "
    "行政机关负责人 Head of the bureau"
)


@dataclass(frozen=True, slots=True)
class Approval:
    """What the 审批表 says of a month's plan; `when`: None before it is approved."""

    month: str
    plan: str
    task: str
    source: str
    category: str
    scope: str
    method: str
    items: str
    period: str
    rates: str
    visits: int
    packages: int
    inspectors: int
    travel: str
    commitment: str
    number: str
    by: str
    when: date | None
    signed: str = ""


def approval(a: Approval, head: Head) -> bytes:
    """行政检查审批表."""
    paper = Paper("行政检查审批表", "Approval of inspections", head, form=True)
    paper.fields(
        [
            ("检查月份", "Month", a.month),
            ("任务来源", "Source of the task", a.source),
            ("检查类别", "Category", a.category),
            ("计划编号", "Plan", a.plan),
            ("任务编号", "Task", a.task),
            ("检查对象范围", "Scope", a.scope),
            ("抽查方式", "Draw", a.method),
            ("检查事项", "Items", a.items),
            ("检查期限", "Period", a.period),
            ("抽查比例", "Rates", a.rates),
            ("检查户次", "Visits", str(a.visits)),
            ("工作包数", "Packages", str(a.packages)),
            ("参与抽取人员", "Officers in the lottery", str(a.inspectors)),
            ("行车时间", "Travel", a.travel),
            ("名录冻结承诺", "Commitment", a.commitment),
            ("审批文号", "Approval number", a.number),
            ("审批人", "Approved by", a.by),
            ("审批日期", "Approved on", day(a.when)),
            *delegated(a.signed),
        ]
    )
    paper.signatures(_SIGNERS)
    paper.seal(a.when)
    return paper.data()


@dataclass(frozen=True, slots=True)
class CaseApproval:
    """What the 个案检查审批表 says of one visit."""

    object: Object
    origin: Origin
    reason: str
    day: date
    start: int
    method: str
    items: str
    basis: str
    by: str
    visit: str


def case_approval(c: CaseApproval, head: Head) -> bytes:
    """个案检查审批表 of a visit that was not drawn."""
    paper = Paper("个案检查审批表", "Approval of a single inspection", head, form=True)
    rows: Sequence[Field] = [
        *party(c.object),
        *origin(c.origin),
        ("事由", "Reason", c.reason),
        ("检查时间", "Date and time", f"{day(c.day)} {clock(c.start)} 起"),
        ("检查方式", "Method", c.method),
        ("检查事项", "Items", c.items),
        ("检查依据", "Legal basis", c.basis),
        ("紧急情况", "Urgent", "□ 事前审批　□ 情况紧急，当场检查后补报，补报时间："),
        ("审批人", "Approved by", c.by),
        ("检查编号", "Visit", c.visit),
    ]
    paper.fields(rows)
    paper.signatures(_SIGNERS)
    paper.seal(c.origin.issued)
    return paper.data()
