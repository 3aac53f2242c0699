"""What a policy does not say: the values that hold instead, each with its source.

A policy file as read and the offices → the policy with what is reckoned from them, and
the list of all that was not written, for whoever previews, imports or keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

from inspector.beijing import local_time
from inspector.domain import Place
from inspector.lottery_calendar import known
from inspector.places import degrees, lon_metres
from inspector.policy import SOURCES, Clock, Policy
from inspector.registry.policy_file import PolicyFile, clock_text, inline
from inspector.registry.policy_sources import BY_CALENDAR, LISTS, unconfirmed

# Why a value differs from its default where the shift does (`_fitted`).
_FITTED = {
    "day.duty_minutes": "shift_end - shift_start",
    "day.morning_end": "the shift has no morning",
    "release_minute": "no later than shift_start",
}


@dataclass(frozen=True, slots=True)
class Default:
    """A key that the file leaves out: the value in its place, and why that one."""

    key: str
    value: str
    source: str


def reckoned(read: PolicyFile, offices: Sequence[Place]) -> Policy | None:
    """The policy with what its file leaves out and the registry gives: metres per
    degree from the offices' latitude, what fits its shift."""
    policy = read.policy
    if policy is None:
        return None
    if not _given(read.found, "travel.lon_metres"):
        metres = lon_metres(policy.travel, offices)
        if metres is not None:
            policy = replace(policy, travel=replace(policy.travel, lon_metres=metres))
    return _fitted(read, policy)


def _fitted(read: PolicyFile, policy: Policy) -> Policy:
    """A policy of another shift than the default one, with what it leaves out made to
    fit: duty within the shift, no morning where the shift begins after it, packages
    released by the time that the shift begins."""
    d = policy.day
    shift = d.shift_end - d.shift_start
    if not _given(read.found, "day.duty_minutes") and 0 < shift < d.duty_minutes:
        d = replace(d, duty_minutes=shift)
    if not _given(read.found, "day.morning_end") and d.morning_end <= d.shift_start:
        d = replace(d, morning_end=d.shift_start + 1)
    release = policy.release_minute
    if not _given(read.found, "release_minute"):
        release = min(release, d.shift_start)
    return replace(policy, day=d, release_minute=release)


def defaults(
    read: PolicyFile, policy: Policy, offices: Sequence[Place] = ()
) -> tuple[Default, ...]:
    """Every key that the file leaves out, in the order of `policy.SOURCES`; then what
    was filled into its entropy sources, and dates that no calendar confirms."""
    out = [
        Default(key, _shown(policy, key), _why(key, policy, offices))
        for key in SOURCES
        if key not in LISTS and not _given(read.found, key)
    ]
    return (*out, *_filled(read, policy))


def _given(found: Mapping[str, Any], key: str) -> bool:
    value: Any = found
    for name in key.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return False
        value = value[name]
    return True


def _shown(policy: Policy, key: str) -> str:
    value: Any = policy
    kind: Any = None
    for name in key.split("."):
        kind = get_type_hints(type(value), include_extras=True)[name]
        value = getattr(value, name)
    return clock_text(value) if kind == Clock else inline(value)


def _why(key: str, policy: Policy, offices: Sequence[Place]) -> str:
    if key == "travel.lon_metres" and offices:
        mean = sum(p.lat_udeg for p in offices) // len(offices)
        return (
            f"{policy.travel.lat_metres} m × cos {degrees(mean)}°, the mean latitude of"
            f" {len(offices)} offices"
        )
    fitted = key in _FITTED and _shown(policy, key) != _shown(Policy(), key)
    return _FITTED[key] if fitted else SOURCES[key]


def _filled(read: PolicyFile, policy: Policy) -> Iterator[Default]:
    """What `policy_sources` filled in, and typed dates of an unconfirmed year."""
    for name in LISTS:
        for number, source in enumerate(getattr(policy, name)):
            path = f"{name}[{number}]"
            for key in ("id", "kind", "issue", "at"):
                how, value = read.made.get(f"{path}.{key}", ("", ""))
                if not how:
                    continue
                why = "由名称和期号组成 made from name and issue"
                if how == BY_CALENDAR:
                    year = known(int(source.issue[:4])) if source.issue else None
                    why = year.source if year is not None else ""
                shown = local_time(value) if key == "at" and value else value
                yield Default(f"{path}.{key}", shown, why)
            year_not = unconfirmed(source)
            if year_not is not None and f"{path}.at" not in read.made:
                why = (
                    f"{year_not} 年休市安排未经核实，期号与日期未核对 closing days of "
                    f"{year_not} are not confirmed; issue and date were not compared"
                )
                yield Default(f"{path}.at", local_time(source.at), why)
