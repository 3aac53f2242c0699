"""The standard forms of an inspection (检查文书): notice, record, approval, orders.

Seven forms are asked for by 国办发〔2024〕54号 (DOMAIN §1); the wording is ours, a
bureau may put its own in the file. Values come ready from the services.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from api.papers.printed import Head, Paper
from api.papers.text import day, heads
from inspector.printable import clock
from inspector.words import Word

_SIGNERS = heads(
    "执法人员（一） Officer 1 | 执法人员（二） Officer 2 | 被检查单位 For the party"
)


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer or assistant as a form names him."""

    name: str
    cert_no: str
    unit: str
    role: Word


@dataclass(frozen=True, slots=True)
class Object:
    """被检查对象: compound and company."""

    compound: str
    compound_name: str
    community: str
    company: str
    usc18: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the 检查通知书 says. `purposes`, `items`: names, Chinese first."""

    object: Object
    day: date
    start: int
    officers: Sequence[Officer]
    purposes: str
    items: str
    basis: str
    method: str
    approval: str
    visit: str
    url: str


def notice(n: Notice, head: Head) -> bytes:
    """检查通知书, with the QR code that shows who was drawn."""
    paper = Paper("行政检查通知书", "Notice of inspection", head)
    paper.text(
        f"{n.object.company or n.object.compound_name}：\n"
        "根据“双随机、一公开”抽查工作安排，经随机抽取，现对你单位所管理的项目实施"
        "现场检查。检查人员应当出示执法证件，未出示的，你单位有权拒绝检查；你单位认为"
        "检查人员与本次检查有利害关系的，有权申请回避。"
    )
    paper.fields(
        [
            ("检查项目", "Compound", _place(n.object)),
            ("物业服务企业", "Company", _company(n.object)),
            ("检查时间", "Date and time", f"{day(n.day)} {clock(n.start)} 起"),
            ("检查类型", "Kind", n.purposes),
            ("检查方式", "Method", n.method),
            ("检查事项", "Items", n.items),
            ("检查依据", "Legal basis", n.basis),
            ("检查人员", "Officers", _officers(n.officers)),
            ("审批文号", "Approval", n.approval),
            ("检查编号", "Visit", n.visit),
        ]
    )
    paper.qr(
        n.url,
        "扫码核验检查人员是否经随机抽取",
        "Scan to see that these officers were drawn for this visit",
    )
    paper.seal()
    paper.signatures([("被检查单位签收", "Received by")])
    return paper.data()


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One item of the list as the record shows it; empty texts to be filled in."""

    code: str
    text: str
    checked: str
    finding: str
    severity: str
    handling: str


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """What the 现场检查笔录 says; a blank one is filled in by hand."""

    object: Object
    day: date
    began: str
    ended: str
    officers: Sequence[Officer]
    purposes: str
    method: str
    rows: Sequence[RecordRow]
    outcome: str
    follow_up: str
    score: str
    opinion: str
    note: str
    signed: Sequence[tuple[str, str]]
    visit: str
    digest: str


def site_record(r: SiteRecord, head: Head) -> bytes:
    """现场检查笔录."""
    paper = Paper("现场检查笔录", "Record of the inspection on site", head)
    paper.fields(
        [
            ("检查项目", "Compound", _place(r.object)),
            ("物业服务企业", "Company", _company(r.object)),
            ("检查日期", "Date", day(r.day)),
            ("起止时间", "From, to", _span(r.began, r.ended)),
            ("检查类型", "Kind", r.purposes),
            ("检查方式", "Method", r.method),
            ("检查人员", "Officers", _officers(r.officers)),
            ("检查编号", "Visit", r.visit),
        ]
    )
    paper.text(
        "检查人员已出示执法证件，告知检查事项、依据以及陈述、申辩和申请回避的权利。",
        "The officers showed their certificates and told the party of its rights.",
    )
    paper.heading("检查情况", "Findings")
    paper.table(
        heads(
            "编号 Item | 检查事项 What | 是否检查 Checked | 发现问题 Found | "
            "程度 Severity | 处理 Handling"
        ),
        [astuple(x) for x in r.rows],
        (16, 54, 16, 40, 16, 18),
    )
    paper.heading("检查结果", "Result")
    paper.fields(
        [
            ("检查结果", "Outcome", r.outcome),
            ("后续处理", "Follow-up", r.follow_up),
            ("得分", "Score", r.score),
            ("被检查单位意见", "The party's opinion", r.opinion),
            ("备注", "Note", r.note),
        ]
    )
    paper.signatures(_SIGNERS)
    if r.signed:
        paper.heading("电子签名", "Electronic signatures")
        paper.fields([("签名", "Signed", f"{who}，{at}") for who, at in r.signed])
        paper.text(f"内容摘要 SHA-256：{r.digest}")
    return paper.data()


@dataclass(frozen=True, slots=True)
class Approval:
    """What the 审批表 says of a month's plan."""

    month: str
    plan: str
    task: str
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
    when: str


def approval(a: Approval, head: Head) -> bytes:
    """行政检查审批表."""
    paper = Paper("行政检查审批表", "Approval of inspections", head)
    paper.fields(
        [
            ("检查月份", "Month", a.month),
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
            ("审批时间", "Approved at", a.when),
        ]
    )
    paper.signatures(
        heads(
            "经办人 Prepared by | 承办机构负责人 Head of the section | "
            "行政机关负责人 Head of the bureau"
        )
    )
    paper.seal()
    return paper.data()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One problem of an order."""

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


def rectify_order(o: RectifyOrder, head: Head) -> bytes:
    """责令整改通知书."""
    paper = Paper("责令整改通知书", "Order to rectify", head)
    paper.text(
        f"{o.object.company or o.object.compound_name}：\n"
        f"经检查，你单位在{o.object.compound_name}的物业服务存在下列问题。"
        "现责令你单位在规定期限内完成整改，并将整改情况书面报告我局。逾期不改正的，"
        "将依法处理。"
    )
    paper.fields(
        [
            ("整改项目", "Compound", _place(o.object)),
            ("物业服务企业", "Company", _company(o.object)),
            ("台账编号", "Docket case", o.case),
            ("责任单位", "Responsible", o.unit),
            ("责任人（职务）", "Person, by role", o.office),
            ("治理措施", "Measure", o.measure),
        ]
    )
    _problems(paper, o.rows, solved=False)
    paper.text(f"依据：{o.basis}")
    paper.text(
        "如不服本通知，可以依法申请行政复议或者提起行政诉讼。",
        "This order may be appealed as the law provides.",
    )
    paper.seal(day(o.issued))
    paper.signatures([("被责令单位签收", "Received by")])
    return paper.data()


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the 复查记录 says."""

    object: Object
    case: str
    day: date | None
    visit: str
    rows: Sequence[OrderRow]
    result: str


def recheck(r: Recheck, head: Head) -> bytes:
    """整改复查记录."""
    paper = Paper("整改复查记录", "Record of the re-check", head)
    paper.fields(
        [
            ("复查项目", "Compound", _place(r.object)),
            ("物业服务企业", "Company", _company(r.object)),
            ("台账编号", "Docket case", r.case),
            ("复查日期", "Date", day(r.day)),
            ("检查编号", "Visit", r.visit),
            ("复查结论", "Result", r.result),
        ]
    )
    _problems(paper, r.rows, solved=True)
    paper.signatures(_SIGNERS)
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
                (day(x.solved) or "未完成 open") if solved else "",
            )
            for x in rows
        ],
        (12, 18, 56, 18, 28, 28),
    )


def _place(o: Object) -> str:
    where = f"（{o.community}）" if o.community else ""
    return f"{o.compound_name}{where} {o.compound}"


def _company(o: Object) -> str:
    return f"{o.company}\n{o.usc18}" if o.usc18 else "无专业物业 none"


def _officers(officers: Sequence[Officer]) -> str:
    return "\n".join(
        f"{o.role.both}：{o.name}，执法证号 {o.cert_no or '—'}，{o.unit}"
        if o.unit or o.cert_no
        else f"{o.role.both}：{o.name}"
        for o in officers
    )


def _span(began: str, ended: str) -> str:
    if not began and not ended:
        return "　　时　　分 至 　　时　　分"
    return f"{began} 至 {ended}"
