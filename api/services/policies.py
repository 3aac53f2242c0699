"""抽查工作细则: versions of policy.toml; the highest number is in force."""

from __future__ import annotations

from sqlalchemy import select

from api.site import Desk
from api.store import fresh_id
from api.store.models import PolicyVersion
from inspector.errors import Faults
from inspector.registry.policy_file import read_policy


def newest(desk: Desk) -> PolicyVersion | None:
    """The version in force, None before the first."""
    return desk.db.scalar(
        select(PolicyVersion).order_by(PolicyVersion.number.desc()).limit(1)
    )


def keep(desk: Desk, text: str, reason: str) -> PolicyVersion:
    """Make `text` the policy in force; the same text again changes nothing.

    Raises Faults with everything wrong in it. What depends on the registries is judged
    when a month is previewed or frozen.
    """
    policy, faults = read_policy(text.encode())
    if policy is None or faults:
        raise Faults(faults)
    last = newest(desk)
    if last is not None and last.text == text:
        return last
    row = PolicyVersion(
        id=fresh_id(),
        number=last.number + 1 if last else 1,
        month=policy.month,
        text=text,
        reason=reason,
        by=desk.actor.id,
        at=desk.now,
    )
    desk.db.add(row)
    desk.event("policy_changed", f"policy:{row.number}", month=row.month, reason=reason)
    return row
