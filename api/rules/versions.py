"""规则版本: policy, rules of credit and docket, registers of papers, shown alike.

In: a subject and an id, a day, or a new text. Out: a version with its text and what it
says. A version is never changed; before its first own version of the rules of credit a
bureau has those of its city, before the first of the docket those of the program.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from api.answers import DayText, grown
from api.credit import rules as credit_rules
from api.docket import cases
from api.errors import Problem, field_fault, invalid
from api.registry import entries, policies, registers
from api.site import Desk
from api.store import versions
from api.store.versions import Version
from inspector import law
from inspector.credit import city_rules
from inspector.docket.recorded import encode
from inspector.docket.terms import DocketRules
from inspector.docket.terms_file import read_rules
from inspector.errors import Faults
from inspector.policy import public
from inspector.registry import read_scenario
from inspector.registry.policy_defaults import Default, defaults, reckoned
from inspector.registry.policy_file import FILE, read_file

POLICY, CREDIT, DOCKET = policies.SUBJECT, credit_rules.SUBJECT, cases.RULES
SUBJECTS = (POLICY, CREDIT, DOCKET, *registers.SUBJECTS)
IN_FORCE = "in-force:"
LAW = "law"  # the sources of law that the program rests on; nobody writes them here


@dataclass(frozen=True, slots=True)
class RulesLine:
    """A version in lists. `number` 0 and no id: what holds before the first."""

    id: str
    subject: str
    number: int
    name: str = field(metadata={"says": "细则的月份，信用规则的 id@version its name"})
    first: DayText = field(metadata={"says": "施行日期，空为自始 from; none: always"})
    digest: str
    reason: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RulesVersion(RulesLine):
    """A version with its text and what it says."""

    text: str = field(metadata={"says": "细则与信用规则为 TOML，其余为 JSON the text"})
    content: dict[str, Any]
    defaults: tuple[Default, ...] = field(
        default=(), metadata={"says": "细则未填的项、所用的值与来源 what holds instead"}
    )


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """One key that two versions set differently; None where it is not set."""

    key: str
    old: Any
    new: Any


# --- reading ---------------------------------------------------------------------


def line(row: Version) -> RulesLine:
    """A version as lists show it."""
    return grown(RulesLine, row)


def find(desk: Desk, version_id: str) -> RulesVersion:
    """One version. Raises Problem 404."""
    row = desk.row(Version, version_id)
    if row.subject not in SUBJECTS:
        raise Problem("http.not_found")
    return whole(row, desk)


def whole(row: Version, desk: Desk | None = None) -> RulesVersion:
    """A version with its text and what it says; a policy with what it leaves out,
    beside the present offices."""
    if row.subject != POLICY or desk is None:
        return grown(RulesVersion, row, content=_said(row.subject, row.text))
    read, offices = read_file(row.text.encode()), entries.offices(desk)
    policy = reckoned(read, offices)
    if policy is None or read.faults:
        raise Faults(read.faults)
    told = {
        "content": dict(public(policy)),
        "defaults": defaults(read, policy, offices),
    }
    return grown(RulesVersion, row, **told)


def in_force(desk: Desk, subject: str, day: date | None = None) -> RulesVersion:
    """What holds on `day` (today). Raises Problem 404 without any; only the rules of
    credit have a day they begin, so Faults for a day of others."""
    if subject == LAW:
        text = law.text()
        said = {"sources": [asdict(s) for s in law.sources()]}
        return RulesVersion("", LAW, 0, "", "", "", "", "", None, text, said)
    if subject not in SUBJECTS:
        raise Problem("http.not_found")
    if subject != CREDIT and day is not None:
        why = "只有信用规则有施行日期 only the rules of credit begin on a day"
        raise invalid(field_fault("on", why, "query"))
    if subject == CREDIT:
        day = day or desk.today
    row = versions.in_force(desk, subject, day)
    return whole(row, desk) if row is not None else _before_the_first(desk, subject)


def _before_the_first(desk: Desk, subject: str) -> RulesVersion:
    if subject == CREDIT:
        text = city_rules.text(credit_rules.city(desk)).decode()
        rules = credit_rules.described(credit_rules.parsed(text))
        name, mark = rules.rules, rules.digest
    elif subject == DOCKET:
        text, name, mark = json.dumps(encode(DocketRules())), "", ""
    elif subject in registers.SUBJECTS:
        text, name, mark = registers.EMPTY, "", ""
    else:
        raise Problem("http.not_found")
    about = ("", subject, 0, name, "", mark, "", "", None)
    return RulesVersion(*about, text, _said(subject, text))


def _said(subject: str, text: str) -> dict[str, Any]:
    """What the text of a kept version says, as JSON."""
    if subject == POLICY:
        return dict(public(policies.parsed(text)))
    if subject == CREDIT:
        return credit_rules.content_of(credit_rules.parsed(text))
    if subject in registers.SUBJECTS:
        return dict(json.loads(text))
    return dict(encode(read_rules(json.loads(text))))


# --- writing ---------------------------------------------------------------------


def keep_policy(desk: Desk, text: str, reason: str) -> RulesVersion:
    """A new policy in force. Raises Faults: everything wrong with the policy itself,
    also beside the present registries, whose own faults do not matter here."""
    try:
        read_scenario(entries.files(desk) | {FILE: text.encode()})
    except Faults as found:
        if own := [f for f in found.faults if f.file == FILE]:
            raise Faults(own) from None
    return whole(policies.keep(desk, text, reason), desk)


def keep_docket(desk: Desk, body: dict[str, Any], reason: str) -> RulesVersion:
    """New rules of the docket; what was decided before stays. Raises Faults."""
    read_rules(body)
    text = json.dumps(body, ensure_ascii=False)
    row = versions.add(desk, DOCKET, text, reason=reason)
    desk.event("docket_rules_changed", f"docket_rules:{row.number}", reason=reason)
    return whole(row)


# --- comparing -------------------------------------------------------------------


def differences(old: Version, new: Version) -> list[PolicyDifference]:
    """The keys that two policies set differently, in order."""
    a, b = (_flat(_said(POLICY, row.text)) for row in (old, new))
    return [
        PolicyDifference(k, a.get(k), b.get(k))
        for k in sorted(a.keys() | b.keys())
        if a.get(k) != b.get(k)
    ]


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Every leaf under its dotted key; lists of tables by number."""
    if isinstance(value, dict):
        rows = value.items()
    elif isinstance(value, list) and any(isinstance(v, dict) for v in value):
        rows = {f"[{n}]": v for n, v in enumerate(value)}.items()
    else:
        return {path: value}
    out: dict[str, Any] = {}
    for name, one in rows:
        dot = "." if path and not name.startswith("[") else ""
        out |= _flat(one, f"{path}{dot}{name}")
    return out
