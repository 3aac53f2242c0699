"""What the forms of a visit share, and those handed over before it: notice, enquiry.

国办发〔2024〕54号 asks for forms; their fields are those of the Ministry's basic forms
as DOMAIN §0 has them, the layout is ours, and each says so in its footer. Values come
ready from the services; a text that only the bureau can give is an empty slot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.papers.printed import Head, Paper
from api.papers.text import day, heads
from inspector.printable import clock
from inspector.words import Word

SIGNERS = heads(
    "执法人员（一） Officer 1 | 执法人员（二） Officer 2 | 当事人（现场负责人） Party"
)
BLANK = "＿＿＿＿＿＿"
Field = tuple[str, str, str]
# Slots that stand on what is handed to the party, with what an empty one leaves.
SLOTS = (
    ("five_prohibitions", "“五个严禁”", "Five prohibitions"),
    ("eight_prohibitions", "“八个不得”", "Eight prohibitions"),
    ("contact", "联系人及电话", "Contact"),
    ("complaint", "投诉举报渠道", "Complaints"),
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
    """检查对象: compound and company; where no company manages, `responsible`."""

    compound: str
    compound_name: str
    community: str
    company: str
    usc18: str
    address: str = ""
    responsible: str = ""
    mode: str = ""

    @property
    def party(self) -> str:
        """To whom the paper is addressed."""
        return self.company or self.responsible or self.community

    @property
    def firm(self) -> bool:
        """Whether a company is inspected; else nothing on the paper speaks to one."""
        return bool(self.usc18)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the visit comes from, in words: 任务来源, 检查类别, 检查频次.

    `opening`: the half sentence a notice begins with; `kinds`: what the visit is for;
    `issued`: the day the visit was approved, None for one that a call brought: its
    head signs on paper; `signed`: a delegation; `authority`: 检查主体, a line each;
    `seated`: the day it became known who goes; no notice is older.
    """

    source: str
    category: str
    kinds: str
    frequency: str
    opening: str
    approval: str
    issued: date | None
    signed: str = ""
    authority: str = ""
    seated: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What the 检查通知书 says. `texts`: slot -> text of the bureau."""

    object: Object
    origin: Origin
    day: date
    start: int
    officers: Sequence[Officer]
    items: str
    basis: str
    method: str
    visit: str
    url: str
    texts: Mapping[str, str] = field(default_factory=dict)


def notice(n: Notice, head: Head) -> bytes:
    """检查通知书 to the company, or 兜底服务核查告知书 to who answers where none is.

    Both carry the QR code that shows who was drawn.
    """
    if n.object.firm:
        paper = Paper("行政检查通知书", "Notice of inspection", head, form=True)
        paper.text(
            f"{n.object.party}：\n"
            f"{n.origin.opening}现对你单位管理的{n.object.compound_name}实施行政检查"
            f"（{n.origin.kinds}）。"
        )
        you = "你单位"
    else:
        title = "兜底服务核查告知书"
        paper = Paper(title, "Notice of a check of fallback service", head, form=True)
        paper.text(
            f"{n.object.party}：\n"
            f"{n.origin.opening}现对{n.object.compound_name}的兜底服务情况进行核查"
            f"（{n.origin.kinds}），请派员到场配合。该小区未聘物业服务企业，本次核查"
            "不属于涉企行政检查。"
        )
        you = "你方"
    paper.text(
        f"检查人员应当主动出示执法证件；未出示的，{you}有权拒绝检查。{you}认为检查人员"
        f"与本次检查有直接利害关系的，有权申请回避。{you}有权陈述、申辩，并可就检查行为"
        "投诉、举报。"
    )
    paper.fields([*party(n.object), *origin(n.origin), *_when(n)])
    paper.heading("告知事项", "Rights and limits")
    paper.fields(slots(n.texts, private=n.object.firm))
    paper.qr(n.url, "扫码核验检查人员", "Scan to see who was drawn for this visit")
    paper.seal(n.origin.seated or n.origin.issued)
    paper.signatures([("签收人", "Received by")])
    return paper.data()


def _when(n: Notice) -> list[Field]:
    return [
        ("检查时间", "Date and time", f"{day(n.day)} {clock(n.start)} 起"),
        ("检查方式", "Method", n.method),
        ("检查事项", "Items", n.items),
        ("检查依据", "Legal basis", n.basis),
        ("检查人员", "Officers", officers(n.officers)),
        ("检查编号", "Visit", n.visit),
    ]


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a blank 询问笔录 or 勘验（抽样）笔录 already says."""

    object: Object
    origin: Origin
    day: date
    officers: Sequence[Officer]
    visit: str


ROWS = 8  # empty rows to write in


def questioning(e: Enquiry, head: Head) -> bytes:
    """询问笔录, to be filled in by hand."""
    paper = Paper("询问笔录", "Record of questioning", head, form=True)
    paper.fields([*party(e.object), *origin(e.origin), *_enquiry(e)])
    paper.fields(
        [
            ("询问时间", "From, to", span("", "")),
            ("询问地点", "Place", ""),
            ("被询问人", "Person asked", "姓名：　　　　性别：　　年龄："),
            ("单位及职务", "Position", ""),
            ("证件及号码", "Document", ""),
            ("联系电话", "Phone", ""),
            ("记录人", "Written by", ""),
        ]
    )
    paper.text(
        "□ 检查人员已出示执法证件，并告知被询问人如实陈述的义务以及申请回避、陈述、"
        "申辩的权利。是否申请回避：□ 否　□ 是，理由："
    )
    paper.heading("询问内容", "Questions and answers")
    rows = [(str(k), "问：\n答：") for k in range(1, ROWS + 1)]
    paper.table(heads("序号 No. | 问与答 Question, answer"), rows, (14, 146), height=14)
    paper.text("以上笔录经被询问人核对（已向其宣读），与所述一致。")
    signed(paper, "被询问人 Person asked")
    return paper.data()


def survey(e: Enquiry, head: Head) -> bytes:
    """现场勘验（抽样）笔录, to be filled in by hand."""
    paper = Paper(
        "现场勘验（抽样）笔录", "Record of survey or sampling", head, form=True
    )
    paper.fields([*party(e.object), *origin(e.origin), *_enquiry(e)])
    paper.fields(
        [
            ("类别", "Sort", "□ 现场勘验　□ 抽样取证"),
            ("起止时间", "From, to", span("", "")),
            ("地点（部位）", "Place", ""),
            ("在场人及身份", "Present", ""),
            ("样品保存", "Custody of samples", "□ 无　□ 封存编号："),
        ]
    )
    paper.heading("勘验（抽样）情况", "What was seen or taken")
    paper.table(
        heads(
            "序号 No. | 部位或物品 What | 方法 How | 情况或数量 Found | 照片编号 Photo"
        ),
        [(str(k), "", "", "", "") for k in range(1, ROWS + 1)],
        (14, 40, 30, 52, 24),
        height=14,
    )
    signed(paper, "当事人（在场人） Person present")
    return paper.data()


def _enquiry(e: Enquiry) -> list[Field]:
    return [
        ("检查日期", "Date", day(e.day)),
        ("检查人员", "Officers", officers(e.officers)),
        ("检查编号", "Visit", e.visit),
    ]


# --- parts -----------------------------------------------------------------------


def party(o: Object) -> list[Field]:
    """Who is inspected, and where."""
    where = f"（{o.community}）" if o.community else ""
    rows = [("检查项目", "Compound", f"{o.compound_name}{where} {o.compound}")]
    if o.address:
        rows.append(("地址", "Address", o.address))
    if o.firm:
        return [("被检查单位", "Company", f"{o.company}\n{o.usc18}"), *rows]
    managed = o.mode or "未聘物业服务企业"
    return [
        *rows,
        ("管理模式", "Management", managed),
        ("责任主体", "Responsible", o.party),
    ]


def origin(o: Origin) -> list[Field]:
    """Where the task comes from, how often, by whose approval."""
    rows = [
        ("检查主体", "Authority", o.authority),
        ("任务来源", "Source of the task", o.source),
        ("检查类别", "Category", o.category),
        ("检查类型", "Kind", o.kinds),
        ("检查频次", "How often", o.frequency),
        ("审批文号", "Approval", o.approval),
        ("审批日期", "Approved on", day(o.issued)),
    ]
    return [*rows, *delegated(o.signed)]


def delegated(said: str) -> list[Field]:
    """The row of a delegation, where there is one."""
    return [("委托签批", "By delegation", said)] if said else []


def slots(texts: Mapping[str, str], *, private: bool) -> list[Field]:
    """The bureau's own texts; a slot that nobody filled stays empty, to be written."""
    rows = [(zh, en, texts.get(slot) or BLANK) for slot, zh, en in SLOTS]
    if private and texts.get("private_firms"):
        rows.append(("致民营企业", "To private firms", texts["private_firms"]))
    return rows


def officers(team: Sequence[Officer]) -> str:
    """The officers, a line each."""
    return "\n".join(
        f"{o.role.zh}：{o.name}，执法证号 {o.cert_no or '—'}，{o.unit}"
        if o.unit or o.cert_no
        else f"{o.role.zh}：{o.name}"
        for o in team
    )


def span(began: str, ended: str) -> str:
    """From, to; blanks to write in for neither."""
    if not began and not ended:
        return "　　时　　分 至 　　时　　分"
    return f"{began} 至 {ended}"


def signed(paper: Paper, party: str = "", refusal: str = "") -> None:
    """Signatures of officers and party, and what is written when he does not sign."""
    last = heads(party) if party else SIGNERS[2:]
    paper.signatures([*SIGNERS[:2], *last])
    said = refusal or f"□ 拒绝签名　理由：{BLANK}　见证人：{BLANK}"
    paper.fields([("拒签情况", "Refusal to sign", said)])
