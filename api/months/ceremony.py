"""The two ceremonies of a month: freeze and draw, seal and lottery, cancellations.

Blinds and the pseudonym secret come from `secrets` and are kept in the month's sealed
steps only; nobody is told them before the close opens them.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import Any

from api.errors import Problem
from api.months import basis, sealing, sources, steps
from api.registry import entries, policies
from api.site import Desk
from api.store.models import Month
from inspector.errors import Fault, Faults, messages
from inspector.month import waited
from inspector.month.stages import Route
from inspector.policy import Policy
from inspector.registry.policy_file import FILE
from inspector.sources import later, outside_time

BLIND_BYTES = 32

messages(
    {
        "month.demonstration": (
            "只有演示系统才能作演示冻结",
            "only an installation for demonstrations makes demonstration months",
        ),
    }
)


def freeze(desk: Desk, month: Month, demonstration: bool) -> Route:
    """名录冻结 with the present registries and what the bureau's logs hold now.

    Raises Faults with everything wrong, logs.away and logs.damaged among them.
    """
    steps.load(desk, month).refuse("frozen", "freeze")
    if demonstration and not desk.site.settings.demo:
        raise Problem("month.demonstration")
    files = basis.files(desk, month)
    _refuse_past(policies.parsed(files[FILE].decode()), desk.stamp)
    body = {
        "files": {name: b64encode(data).decode() for name, data in files.items()},
        "blind": secrets.token_hex(BLIND_BYTES),
        "secret": secrets.token_hex(BLIND_BYTES),
        "at": desk.stamp,
        "demonstration": demonstration,
    }
    month.demonstration = demonstration
    versions = {
        "policy": basis.policy_of(desk, month).number,
        "registry": entries.head(desk).version,
    }
    return steps.advance(desk, month, "freeze", body, **versions)


def _refuse_past(policy: Policy, now: str) -> None:
    """Raise Faults for every source that has happened already or comes too soon."""
    first, least = outside_time(policy.draw_entropy), later(now, policy.wait_hours)
    params = {"at": first, "committed": now, "hours": policy.wait_hours}
    soon = Fault("entropy.wait", FILE, None, "draw_entropy", first, params)
    wrong = [soon] if now < first < least else []
    wrong += [
        Fault(
            "freeze.entropy",
            FILE,
            None,
            f"{name}[{n}].at",
            s.at,
            {"source": s.id, "at": s.at, "frozen": now},
        )
        for name in ("draw_entropy", "lottery_entropy")
        for n, s in enumerate(getattr(policy, name))
        if s.at <= now
    ]
    if wrong:
        raise Faults(wrong)


def draw(desk: Desk, month: Month) -> Route:
    """随机抽取 with the recorded values. Raises CeremonyError entropy.missing,
    entropy.second for an outside value that two people have not entered."""
    route = steps.load(desk, month)
    route.need("frozen", "draw")
    route.refuse("drawn", "draw")
    return with_seed(desk, month, route, "draw")


def with_seed(desk: Desk, month: Month, route: Route, kind: str, **event: Any) -> Route:
    """The step whose seed is due, from the values that two people entered."""
    stage = waited.due(route)
    due = () if stage is None else (stage,)
    entropy = sources.confirmed(desk, month, route, due)
    body = {"entropy": entropy, "at": desk.stamp}
    return steps.advance(desk, month, kind, body, **event)


def seal(desk: Desk, month: Month, entropy: list[dict[str, Any]] | None) -> Route:
    """密封 plan, seats and chances. `entropy`: later sources than the policy's, named
    when those serve no more. Raises Faults seal.*."""
    route = steps.load(desk, month)
    route.need("packed", "seal")
    route.need("approval", "seal")
    sealing.refuse(route, entropy, desk.stamp)
    body = {
        "blind": secrets.token_hex(BLIND_BYTES),
        "at": desk.stamp,
        "entropy": entropy,
    }
    return steps.advance(desk, month, "seal", body)


def lottery(desk: Desk, month: Month) -> Route:
    """摇号派员 with the recorded values. Raises CeremonyError as `draw` does."""
    route = steps.load(desk, month)
    route.need("sealed", "assign")
    route.refuse("assigned", "assign")
    return with_seed(desk, month, route, "assign")


def cancel(desk: Desk, month: Month, kind: str, reason: str) -> Route:
    """Void a draw (`cancel_draw`) or a seal with its lottery (`cancel_seal`).

    The reason and what the attempt gave become public at once.
    """
    body = {"at": desk.stamp, "reason": reason}
    return steps.advance(desk, month, kind, body, reason=reason)
