"""A bureau's own docket rules: JSON data → `DocketRules`, or every fault by its key.

What is left out keeps its default. Read by `inspector.codec`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from inspector.codec import JSON, WRONG, Reading
from inspector.docket.terms import DocketRules, Term
from inspector.errors import messages
from inspector.policy import LONGEST_DAYS
from inspector.registry.cells import MAX_INTEGER, plain

FILE = "rules"
FORM = replace(JSON, whole=(0, MAX_INTEGER), text=plain)
_SEVERITIES = {"redline", "major", "minor", ""}
_ACTIONS = ("reassign", "close")
_PEAKS = ("rate", "share")

messages({"docket.rule": ("“{value}”不合规则：{zh}", '"{value}" does not fit: {en}')})

Wrong = tuple[str, object, str, str]  # key, value, and what it has to be


def read_rules(body: Mapping[str, Any]) -> DocketRules:
    """Rules from `body`; what it leaves out keeps its default.

    Raises Faults with every part that is wrong.
    """
    reading = Reading(FILE)
    found = reading.load(DocketRules, body, form=FORM)
    if found is not WRONG:
        wrong = [w for w in _faults(found) if reading.judged(w[0])]
        for path, value, zh, en in wrong:
            reading.add("docket.rule", path, value, zh=zh, en=en)
    reading.refuse()
    rules: DocketRules = found
    return rules


def _faults(r: DocketRules) -> Iterator[Wrong]:
    """What does not fit together."""
    yield from _deadlines(r)
    yield from _rungs(r)
    yield from _numbers(r)
    if not r.parties or len(set(r.parties)) != len(r.parties):
        parties = "、".join(r.parties)
        yield "parties", parties, "至少一方，不得重复", "one party at least, each once"
    codes = [code for code, _, _ in r.vetoes]
    if len(set(codes)) != len(codes):
        yield "vetoes", "、".join(codes), "编码不得重复", "distinct codes"
    for key in ("change_open", "change_solved"):
        if getattr(r, key) not in _ACTIONS:
            yield key, getattr(r, key), "、".join(_ACTIONS), " or ".join(_ACTIONS)


def _deadlines(r: DocketRules) -> Iterator[Wrong]:
    given = r.deadlines
    terms = [term for term, _ in given.days]
    if sorted(terms) != sorted(Term):
        shown = "、".join(terms)
        yield "deadlines.days", shown, "每种时限一次", "days for each term, once"
    severities = [severity for severity, _ in given.by_severity]
    if sorted(severities) != sorted(_SEVERITIES):
        shown = "、".join(severities)
        zh, en = "每种严重程度一次", "a term for each severity, once"
        yield "deadlines.by_severity", shown, zh, en
    longest = max((days for _, days in given.days), default=0)
    if longest > given.longest_days:
        zh, en = f"不少于时限 {longest} 天", f"not below a term of {longest} days"
        yield "deadlines.longest_days", given.longest_days, zh, en


def _rungs(r: DocketRules) -> Iterator[Wrong]:
    codes = [g.code for g in r.rungs]
    shown = "、".join(codes)
    if not codes or len(set(codes)) != len(codes) or codes[-1] != "exit":
        zh, en = "编码不得重复，末级为清退", "distinct codes, exit last"
        yield "rungs", shown, zh, en
    if r.rungs and r.rungs[0].after != 0:
        zh, en = "第一级之前没有别的", "0: nothing comes before the first step"
        yield "rungs[0].after", r.rungs[0].after, zh, en
    if r.veto_rung not in codes:
        yield "veto_rung", r.veto_rung, f"其中一级：{shown}", f"one of: {shown}"


def _numbers(r: DocketRules) -> Iterator[Wrong]:
    back, peaks = r.look_back, r.peaks
    for key in ("recheck_days", "verdict_days", "start_days"):
        if not 1 <= getattr(r, key) <= LONGEST_DAYS:
            yield key, getattr(r, key), "1–90 天", "1..90 days"
    if not 0 < back.share[0] <= back.share[1]:
        yield "look_back.share", list(back.share), "大于0，至多1", "within (0, 1]"
    if not 0 < back.first_days <= back.last_days:
        zh, en = "1 天至截止天数", "1 day .. last_days"
        yield "look_back.first_days", back.first_days, zh, en
    if peaks.by not in _PEAKS:
        yield "peaks.by", peaks.by, "、".join(_PEAKS), " or ".join(_PEAKS)
    for key in ("months", "least", "households"):
        if getattr(peaks, key) < 1:
            yield f"peaks.{key}", getattr(peaks, key), "至少为1", "at least 1"
    for key in ("rate", "share"):
        if min(getattr(peaks, key)) < 1:
            value = list(getattr(peaks, key))
            yield f"peaks.{key}", value, "大于0", "greater than 0"
