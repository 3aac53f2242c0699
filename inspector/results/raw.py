"""抽查结果 of one visit as the two officers write it: findings, opinion, score.

What two officers wrote → `RawResult`, or all that is wrong with it. Next: `review`.

A raw result keeps the version of the checklist it was made with. What is wrong with it
is found as a whole when it is submitted; a draft may hold anything that fits its type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.codec import dump, read
from inspector.errors import Fault, Faults, messages
from inspector.results.checklist import FOUND, Checklist, orders, score_bp
from inspector.results.outcomes import (
    NO_SCORE,
    CheckMethod,
    FollowUp,
    Handling,
    Opinion,
    Outcome,
    Severity,
    codes,
)
from inspector.sources import HEX_SHA256, MOMENT
from inspector.words import word

messages(
    {
        "result.field": ("应为：{wanted}", "this must be: {wanted}"),
        "result.checklist": (
            "结果所用清单版本与现行清单不同",
            "the result was made with another version of the checklist",
        ),
        "result.item": ("清单中没有事项“{value}”", 'the list has no item "{value}"'),
        "result.item_twice": ("事项“{value}”重复", 'the item "{value}" occurs twice'),
        "result.item_missing": (
            "事项“{value}”未填写",
            'the item "{value}" has no answer',
        ),
        "result.unchecked": (
            "未检查的事项须说明原因，且不得有问题",
            "an item not checked says why, and has no defects",
        ),
        "result.nothing": (
            "有问题才填写严重程度、处理和期限",
            "severity, handling and days belong to a finding with defects",
        ),
        "result.days": (
            "整改期限 {value} 天超过上限 {most} 天",
            "{value} days to rectify are more than the limit of {most}",
        ),
        "result.times": (
            "检查时间有误：结束早于开始、不在检查日或尚未到",
            "the times are wrong: ended before it began, another day, or not yet",
        ),
        "result.problems": (
            "检查结果“{value}”与发现问题数 {count} 不符",
            'the outcome "{value}" does not fit {count} findings',
        ),
        "result.refusal": (
            "当事人拒绝签字的，须写明理由和见证人",
            "where the party refused to sign, the reason and a witness are named",
        ),
        "result.follow_up": (
            "后续处理“{value}”与检查结果不符",
            'the follow-up "{value}" does not fit the outcome',
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """检查发现 at one item of the list.

    `text`: what was found, or why the item was not checked; `defects`: how many, 0 when
    nothing is wrong; `days`: to rectify, -1 where there is no order; `photos`: SHA-256.
    """

    item: str
    checked: bool
    text: str = ""
    defects: int = 0
    severity: str = ""
    handling: str = Handling.NONE.value
    days: int = -1
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawResult:
    """What two officers say about one visit. Codes: `oversight.outcomes`.

    `started`, `ended`: timestamps; `checklist`: version of the list; `opinion_text` and
    `opinion_by`: what the party said, and who said it; `witness`: who saw that it did
    not sign (a result written before there was one is signed without the member).
    """

    visit: str
    date: date
    checklist: str
    method: str = CheckMethod.ONSITE.value
    outcome: str = ""
    follow_up: str = ""
    started: str = ""
    ended: str = ""
    findings: tuple[Finding, ...] = ()
    opinion: str = ""
    opinion_text: str = ""
    opinion_by: str = ""
    note: str = ""
    witness: str = ""

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Findings with defects."""
        return tuple(f for f in self.findings if f.defects)

    @property
    def redlines(self) -> tuple[str, ...]:
        """Items with a red-line finding (红线)."""
        redline = Severity.REDLINE
        return tuple(f.item for f in self.problems if f.severity == redline)

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the whole content: what an officer signs."""
        return digest(SHA256, "raw_result", canonical(document(self))).hex()


def document(raw: RawResult) -> dict[str, Any]:
    """The result as canonical data, the inverse of `parse`."""
    out = dict(dump(raw))
    if not raw.witness:
        del out["witness"]
    return out


def parse(data: Mapping[str, Any]) -> RawResult:
    """Inverse of `document`. Raises Faults.

    >>> raw = RawResult("V0001", date(2026, 12, 1), "", findings=(Finding("A", True),))
    >>> parse(document(raw)) == raw
    True
    """
    raw: RawResult = read(RawResult, data, "result")
    return raw


def score(raw: RawResult, checklist: Checklist) -> int:
    """Score in basis points; -1 when nobody was there to be inspected.

    Who seriously refuses to cooperate loses every item that could not be checked.
    """
    outcome = Outcome(raw.outcome)
    if not outcome.inspected:
        return NO_SCORE
    checked = [(f.item, f.defects) for f in raw.findings if f.checked]
    return score_bp(checklist, checked, whole=outcome is Outcome.UNCOOPERATIVE)


def complete(raw: RawResult, checklist: Checklist, *, firm: bool = True) -> None:
    """Refuse a result that cannot be submitted. Raises Faults with all of it.

    `firm`: whether a company manages the compound; without one there is nobody to
    order. Rows of faults count the findings from 1.
    """
    faults = [*_head(raw, checklist), *_items(raw, checklist), *_sense(raw)]
    faults += [] if firm else _orders(raw)
    if faults:
        raise Faults(faults)


def filled(raw: RawResult, checklist: Checklist) -> RawResult:
    """The result with the default deadlines of its orders filled in."""
    rows = []
    for f in raw.findings:
        ordered = f.defects and f.handling == Handling.ORDERED and f.days < 0
        if ordered and f.item in checklist.by_code and f.severity in codes(Severity):
            days = checklist.days(f.item, f.severity)
            rows.append(replace(f, days=days))
        else:
            rows.append(f)
    return replace(raw, findings=tuple(rows))


def _wrong(column: str, value: str, wanted: str, row: int | None = None) -> Fault:
    params = MappingProxyType({"wanted": wanted})
    return Fault("result.field", "result", row, column, value, params)


def _head(raw: RawResult, checklist: Checklist) -> Iterator[Fault]:
    """Codes, times and the version of the list."""
    if raw.checklist != checklist.version:
        yield Fault("result.checklist", "result", None, "checklist", raw.checklist)
    for name, kind in (
        ("outcome", Outcome),
        ("follow_up", FollowUp),
        ("method", CheckMethod),
        ("opinion", Opinion),
    ):
        value = getattr(raw, name)
        if value not in codes(kind):
            yield _wrong(name, value, " / ".join(codes(kind)))
    for name in ("started", "ended"):
        if not MOMENT.fullmatch(getattr(raw, name)):
            yield _wrong(name, getattr(raw, name), "2026-12-01T01:30:00Z")
    refused = raw.opinion == Opinion.REFUSED
    if refused and not (raw.opinion_text and raw.witness):
        yield Fault("result.refusal", "result", None, "witness", raw.witness)
    if raw.ended < raw.started:
        yield Fault("result.times", "result", None, "ended", raw.ended)


def _items(raw: RawResult, checklist: Checklist) -> Iterator[Fault]:
    """Every item of the list answered once, each answer whole.

    A visit at which nobody could be inspected has no answers to give.
    """
    count = Counter(f.item for f in raw.findings)
    for row, f in enumerate(raw.findings, 1):
        place = ("result", row, "item", f.item)
        if f.item not in checklist.by_code:
            yield Fault("result.item", *place)
        elif count[f.item] > 1:
            yield Fault("result.item_twice", *place)
        yield from _finding(f, row, checklist)
    if raw.outcome in codes(Outcome) and Outcome(raw.outcome).inspected:
        for code in checklist.by_code:
            if code not in count:
                yield Fault("result.item_missing", "result", None, "findings", code)


def _finding(f: Finding, row: int, checklist: Checklist) -> Iterator[Fault]:
    if not f.checked and (f.defects or not f.text):
        yield Fault("result.unchecked", "result", row, "checked")
    if f.defects < 0:
        yield _wrong("defects", str(f.defects), "≥ 0", row)
    for photo in f.photos:
        if not HEX_SHA256.fullmatch(photo):
            yield _wrong("photos", photo, "SHA-256", row)
    if f.defects <= 0:
        if f.severity or f.handling != Handling.NONE or f.days >= 0:
            yield Fault("result.nothing", "result", row, "severity", f.severity)
        return
    if not f.text:
        yield _wrong("text", "", "text", row)
    if f.severity not in codes(Severity):
        yield _wrong("severity", f.severity, " / ".join(codes(Severity)), row)
    handlings = [h for h in codes(Handling) if h != Handling.NONE]
    if f.handling not in handlings:
        yield _wrong("handling", f.handling, " / ".join(handlings), row)
    most = checklist.deadlines.most
    if f.days > most:
        params = MappingProxyType({"most": most})
        yield Fault("result.days", "result", row, "days", str(f.days), params)
    if f.days >= 0 and f.handling != Handling.ORDERED:
        yield Fault("result.nothing", "result", row, "days", str(f.days))


def _orders(raw: RawResult) -> Iterator[Fault]:
    """Whatever orders somebody to rectify."""
    for name in ("outcome", "follow_up"):
        value = getattr(raw, name)
        if orders(value, value):
            yield Fault("result.no_firm", "result", None, name, value)
    for row, f in enumerate(raw.findings, 1):
        if f.defects and f.handling == Handling.ORDERED:
            yield Fault("result.no_firm", "result", row, "handling", f.handling)


def _sense(raw: RawResult) -> Iterator[Fault]:
    """Category, findings and follow-up tell the same story."""
    if raw.outcome not in codes(Outcome):
        return
    outcome, count = Outcome(raw.outcome), len(raw.problems)
    # Somebody who refuses may have been found out at the items that were checked.
    if outcome is not Outcome.UNCOOPERATIVE and (outcome in FOUND) != (count > 0):
        params = MappingProxyType({"count": count})
        said = {**params, "value": word("outcome", raw.outcome)}
        yield Fault("result.problems", "result", None, "outcome", raw.outcome, said)
    ordered = any(f.handling == Handling.ORDERED for f in raw.problems)
    fits = {
        Outcome.NO_PROBLEM: raw.follow_up == FollowUp.NONE,
        Outcome.ORDERED: raw.follow_up == FollowUp.RECTIFY and ordered,
    }.get(outcome, outcome.inspected or raw.follow_up != FollowUp.RECTIFY)
    if raw.follow_up in codes(FollowUp) and not fits:
        said = {"value": word("follow_up", raw.follow_up)}
        yield Fault(
            "result.follow_up", "result", None, "follow_up", raw.follow_up, said
        )
