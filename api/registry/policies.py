"""抽查工作细则: policy.toml in versions → the policy; the newest is in force.

A version of `api.store.versions`; its name is the month it speaks of. Uploads come
through `api.rules.versions`, imports of registries keep the one they bring.
"""

from __future__ import annotations

from api.site import Desk
from api.store import versions
from api.store.versions import Version
from inspector.errors import Faults
from inspector.policy import Policy
from inspector.registry.policy_file import read_policy

SUBJECT = "policy"


def newest(desk: Desk) -> Version | None:
    """The version in force, None before the first."""
    return versions.in_force(desk, SUBJECT)


def find(desk: Desk, policy_id: str) -> Version:
    """The version with this id. Raises Problem 404."""
    return versions.find(desk, SUBJECT, policy_id)


def of_month(desk: Desk, month: str) -> Version | None:
    """The newest version that speaks of this month, None before the first."""
    found = versions.query(SUBJECT).where(Version.name == month)
    row: Version | None = desk.db.scalar(found.order_by(Version.number.desc()).limit(1))
    return row


def keep(desk: Desk, text: str, reason: str) -> Version:
    """Make `text` the policy in force; the same text again changes nothing.

    Raises Faults with everything wrong in it. What depends on the registries is judged
    when a month is previewed or frozen.
    """
    policy = parsed(text)
    last = newest(desk)
    if last is not None and last.text == text:
        return last
    row = versions.add(desk, SUBJECT, text, reason=reason, name=policy.month)
    desk.event("policy_changed", f"policy:{row.number}", month=row.name, reason=reason)
    return row


def parsed(text: str) -> Policy:
    """The policy of a text. Raises Faults."""
    policy, faults = read_policy(text.encode())
    if policy is None or faults:
        raise Faults(faults)
    return policy
