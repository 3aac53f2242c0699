"""A bureau's own docket rules: read from JSON data, every fault named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from inspector.errors import Fault, Faults, messages
from inspector.oversight.recorded import built, encode
from inspector.oversight.terms import DocketRules, Term

messages(
    {
        "docket.rule": (
            "台账规则项无效：{why}",
            "this part of the docket's rules is not valid: {why}",
        ),
    }
)

_ACTIONS = ("reassign", "close")


def read_rules(body: Mapping[str, Any]) -> DocketRules:
    """Rules from `body`; what it leaves out keeps its default.

    Raises Faults with every part that is wrong.
    """
    names = {f.name for f in fields(DocketRules)}
    wrong = [_fault(name, "unknown") for name in sorted(set(body) - names)]
    whole = dict(encode(DocketRules()))
    for name in sorted(names & set(body)):
        try:
            built(DocketRules, {**whole, name: body[name]})
        except (KeyError, TypeError, ValueError, AttributeError):
            wrong.append(_fault(name, "not readable"))
    if wrong:
        raise Faults(wrong)
    rules: DocketRules = built(DocketRules, {**whole, **body})
    wrong = [_fault(name, why) for name, why in _faults(rules)]
    if wrong:
        raise Faults(wrong)
    return rules


def _fault(column: str, why: str) -> Fault:
    return Fault("docket.rule", "rules", None, column, None, {"why": why})


def _faults(r: DocketRules) -> Iterator[tuple[str, str]]:
    """What does not fit together: (part, why)."""
    days = dict(r.deadlines.days)
    severities = {s for s, _ in r.deadlines.by_severity}
    if set(days) != set(Term) or any(d < 0 for d in days.values()):
        yield "deadlines", "days for every term"
    if any(d > r.deadlines.longest_days for d in days.values()):
        yield "deadlines", "longest_days below a term"
    if severities != {"redline", "major", "minor", ""}:
        yield "deadlines", "a term for every severity"
    codes = [g.code for g in r.rungs]
    if not codes or len(set(codes)) != len(codes) or codes[-1] != "exit":
        yield "rungs", "distinct codes, exit last"
    if r.rungs and r.rungs[0].after != 0:
        yield "rungs", "nothing comes before the first rung"
    if r.veto_rung not in codes:
        yield "veto_rung", "no such rung"
    if not r.parties or len(set(r.parties)) != len(r.parties):
        yield "parties", "each party once"
    if not 1 <= r.recheck_days <= 90:
        yield "recheck_days", "1..90"
    yield from _more_faults(r)


def _more_faults(r: DocketRules) -> Iterator[tuple[str, str]]:
    back, peaks = r.look_back, r.peaks
    if not (0 < back.share[0] <= back.share[1]):
        yield "look_back", "share within (0, 1]"
    if not 0 < back.first_days <= back.last_days:
        yield "look_back", "first_days..last_days"
    if peaks.by not in ("rate", "share") or peaks.months < 1 or peaks.least < 1:
        yield "peaks", "by rate or share, months and least at least 1"
    if peaks.households < 1 or min(*peaks.rate, *peaks.share) < 1:
        yield "peaks", "positive numbers"
    if len({code for code, _, _ in r.vetoes}) != len(r.vetoes):
        yield "vetoes", "distinct codes"
    if r.change_open not in _ACTIONS or r.change_solved not in _ACTIONS:
        yield "change_open", "reassign or close"
