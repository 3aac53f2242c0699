"""What is written on site and after it: 现场检查笔录, 检查结果告知书.

In: what two officers wrote, or nothing yet (a blank to fill in by hand). Out: .docx.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date

from api.papers.forms import (
    Object,
    Officer,
    Origin,
    delegated,
    officers,
    origin,
    party,
    signed,
    slots,
    span,
)
from api.papers.printed import Head, Paper
from api.papers.text import day, heads

_SHOWN = "检查人员已出示执法证件，告知检查事项、依据以及陈述、申辩和申请回避的权利。"


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
    """What the 现场检查笔录 says; a blank one is filled in by hand.

    `refusal`: why the party did not sign, and the witness; "" where it may still sign.
    """

    object: Object
    origin: Origin
    day: date
    began: str
    ended: str
    officers: Sequence[Officer]
    method: str
    rows: Sequence[RecordRow]
    outcome: str
    follow_up: str
    score: str
    opinion: str
    refusal: str
    note: str
    signed: Sequence[tuple[str, str]]
    visit: str
    digest: str


def site_record(r: SiteRecord, head: Head) -> bytes:
    """现场检查笔录."""
    paper = Paper("现场检查笔录", "Record of the inspection on site", head, form=True)
    paper.fields(
        [
            *party(r.object),
            *origin(r.origin),
            ("检查日期", "Date", day(r.day)),
            ("起止时间", "From, to", span(r.began, r.ended)),
            ("检查方式", "Method", r.method),
            ("检查人员", "Officers", officers(r.officers)),
            ("检查编号", "Visit", r.visit),
        ]
    )
    paper.text(_SHOWN if r.signed else f"□ {_SHOWN}")
    paper.text("当事人是否申请回避：□ 否　□ 是，理由：")
    paper.heading("检查情况", "Findings")
    paper.table(
        heads(
            "编号 Item | 检查事项 What | 是否检查 Done | 发现问题 Found | "
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
            ("当事人意见", "The party's opinion", r.opinion),
            ("备注", "Note", r.note),
        ]
    )
    signed(paper, refusal=r.refusal)
    if r.signed:
        paper.heading("电子签名", "Electronic signatures")
        paper.fields([("签名", "Signed", f"{who}，{at}") for who, at in r.signed])
        paper.text(f"内容摘要 SHA-256：{r.digest}")
    return paper.data()


@dataclass(frozen=True, slots=True)
class ResultNotice:
    """What the 检查结果告知书 says. `rows`: item, breach, severity, handling, by
    when. `order`: the number of the order that it made."""

    object: Object
    origin: Origin
    day: date
    outcome: str
    follow_up: str
    rows: Sequence[tuple[str, ...]]
    basis: str
    published: date
    visit: str
    signed: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    order: str = ""


def result_notice(r: ResultNotice, head: Head) -> bytes:
    """检查结果告知书, dated the day the result was published."""
    what = "检查" if r.object.firm else "核查"
    paper = Paper(
        f"{'行政' if r.object.firm else ''}{what}结果告知书",
        "Notice of the result",
        head,
        form=True,
    )
    paper.text(
        f"{r.object.party}：\n"
        f"{day(r.day)}对{r.object.compound_name}的{what}（{r.origin.kinds}）已经结束，"
        f"现将结果告知如下。对结果有异议的，可以向我局书面提出。"
    )
    paper.fields(
        [
            *party(r.object),
            *origin(r.origin),
            (f"{what}日期", "Date", day(r.day)),
            (f"{what}结果", "Outcome", r.outcome),
            ("后续处理", "Follow-up", r.follow_up),
            *([("整改文书", "Order", r.order)] if r.order else []),
            ("公示日期", "Published on", day(r.published)),
            ("检查编号", "Visit", r.visit),
            *([("依据", "Legal basis", r.basis)] if r.basis else []),
        ]
    )
    if r.rows:
        paper.heading("发现的问题", "Problems found")
        paper.table(
            heads("事项 Item | 问题 Problem | 程度 Severity | 处理 Handling | 期限 By"),
            r.rows,
            (16, 70, 16, 24, 34),
        )
    paper.fields(slots(r.texts, private=False)[2:])
    if r.signed:
        paper.fields(delegated(r.signed))
    paper.seal(r.published)
    paper.signatures([("签收人", "Received by")])
    return paper.data()
