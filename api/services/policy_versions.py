"""Versions of the policy (抽查工作细则): upload with all faults, look up, compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.services import policies, registries
from api.site import Desk
from api.store.models import PolicyVersion
from inspector.errors import Faults
from inspector.policy import Policy, public
from inspector.registry import read_scenario
from inspector.registry.policy_file import FILE, read_policy


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """One key that two versions set differently; None where it is not set."""

    key: str
    old: Any
    new: Any


def upload(desk: Desk, text: str, reason: str) -> PolicyVersion:
    """A new version in force. Raises Faults: everything wrong with the policy itself,
    also beside the present registries, whose own faults do not matter here."""
    try:
        read_scenario(registries.files(desk) | {FILE: text.encode()})
    except Faults as found:
        if own := [f for f in found.faults if f.file == FILE]:
            raise Faults(own) from None
    return policies.keep(desk, text, reason)


def find(desk: Desk, policy_id: str) -> PolicyVersion:
    """The version with this id. Raises Problem 404."""
    return desk.row(PolicyVersion, policy_id)


def differences(old: PolicyVersion, new: PolicyVersion) -> list[PolicyDifference]:
    """The keys that differ, in order."""
    a, b = _flat(public(read(old))), _flat(public(read(new)))
    return [
        PolicyDifference(k, a.get(k), b.get(k))
        for k in sorted(a.keys() | b.keys())
        if a.get(k) != b.get(k)
    ]


def read(row: PolicyVersion) -> Policy:
    """A kept version as a value; keeping it has judged it."""
    policy, faults = read_policy(row.text.encode())
    if policy is None or faults:
        raise Faults(faults)
    return policy


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
