"""The two ceremonies of a month: freeze and draw, seal and lottery, cancellations.

Blinds and the pseudonym secret come from `secrets` and are kept in the month's sealed
steps only; nobody is told them before the close opens them.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from api.clock import stamp
from api.errors import Problem
from api.months import steps
from api.services import months, registries
from api.site import Desk
from api.store import fresh_id
from api.store.models import Month
from api.store.planning import EntropyRecord
from inspector.ceremony.seed import Entropy
from inspector.errors import CeremonyError, Fault, Faults, messages
from inspector.month.record import checked
from inspector.month.route import Route
from inspector.policy import Policy, Source
from inspector.registry.policy_file import FILE
from inspector.registry.policy_rules import entropy_sources, later_entropy
from inspector.registry.rules import Draft

BLIND_BYTES = 32

messages(
    {
        "month.demonstration": (
            "只有演示系统才能作演示冻结",
            "only an installation for demonstrations makes demonstration months",
        ),
        "entropy.not_yet": (
            "随机源 {source} 要到 {at} 才产生，现在不能录入",
            "entropy source {source} does not happen before {at}; too early",
        ),
        "entropy.recorded": (
            "随机源 {source} 已录入；更正须写明原因",
            "entropy source {source} is recorded; a correction needs a reason",
        ),
    }
)


def freeze(desk: Desk, month: Month, demonstration: bool) -> Route:
    """名录冻结 with the present registries. Raises Faults with everything wrong."""
    steps.load(desk, month).refuse("frozen", "freeze")
    if demonstration and not desk.site.settings.demo:
        raise Problem("month.demonstration")
    files = months.files(desk, month)
    _refuse_past(months.scenario(desk, month).policy, desk.stamp)
    body = {
        "files": {name: b64encode(data).decode() for name, data in files.items()},
        "blind": secrets.token_hex(BLIND_BYTES),
        "secret": secrets.token_hex(BLIND_BYTES),
        "at": desk.stamp,
        "demonstration": demonstration,
    }
    month.demonstration = demonstration
    versions = {
        "policy": months.policy_of(desk, month).number,
        "registry": registries.head(desk).version,
    }
    return steps.advance(desk, month, "freeze", body, **versions)


def _refuse_past(policy: Policy, now: str) -> None:
    """Raise Faults for every source that has happened already."""
    wrong = [
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


def _stage(route: Route) -> tuple[Sequence[Source], str, str]:
    """The sources the month waits for: announced ones, commitment, its time.

    Raises CeremonyError step.order when no seed is due.
    """
    if route.sealed is not None and route.assigned is None:
        sealed = route.sealed
        return sealed.entropy, sealed.commitment.hex(), sealed.at
    frozen = route.need("frozen", "record_entropy")
    route.refuse("drawn", "record_entropy")
    return frozen.policy.draw_entropy, frozen.commitment.hex(), frozen.at


def record(desk: Desk, month: Month, values: dict[str, Any]) -> EntropyRecord:
    """Write down what a source gave. Raises CeremonyError entropy.* whatever is wrong.

    A value that is there already is replaced only with a reason.
    """
    route = steps.load(desk, month)
    announced, commitment, committed = _stage(route)
    found = Entropy(
        values["source"],
        values["issue"] or _issue(announced, values["source"]),
        values["value"],
        stamp(values["at"]),
        values["fallback"],
    )
    _judge(desk, announced, found, committed)
    row = _row(desk, month, commitment, found, values["reason"])
    for name in ("issue", "value", "at", "fallback"):
        setattr(row, name, getattr(found, name))
    row.by, row.recorded = desk.actor.id, desk.now
    desk.db.add(row)
    months.touch(month)
    stage = "lottery" if steps.load(desk, month).drawn else "draw"
    told = {n: getattr(found, n) for n in ("source", "issue", "value", "fallback")}
    steps.advance(desk, month, "record", {"stage": stage, "at": desk.stamp, **told})
    _recorded(desk, month, row, values["reason"])
    return row


def _issue(announced: Sequence[Source], source: str) -> str:
    return next((s.issue for s in announced if s.id == source), "")


def _judge(
    desk: Desk, announced: Sequence[Source], found: Entropy, committed: str
) -> None:
    """Refuse a value that its source cannot have given by now."""
    mine = [s for s in announced if s.id == found.source]
    due = max([found.at, *(s.at for s in mine)])
    if mine and due > desk.stamp:
        raise CeremonyError("entropy.not_yet", source=found.source, at=due)
    checked(announced, committed, replace(found, at=desk.stamp))


def _row(
    desk: Desk, month: Month, commitment: str, found: Entropy, reason: str
) -> EntropyRecord:
    query = select(EntropyRecord).where(
        EntropyRecord.month_id == month.id,
        EntropyRecord.commitment == commitment,
        EntropyRecord.source == found.source,
    )
    row = desk.db.scalar(query)
    if row is not None and not reason:
        raise CeremonyError("entropy.recorded", source=found.source)
    return row or EntropyRecord(
        id=fresh_id(),
        month_id=month.id,
        commitment=commitment,
        source=found.source,
    )


def _recorded(desk: Desk, month: Month, row: EntropyRecord, reason: str) -> None:
    body = {"source": row.source, "issue": row.issue, "value": row.value, "at": row.at}
    if reason:
        body["reason"] = reason
    kind = "entropy_corrected" if reason else "entropy_recorded"
    desk.event(kind, f"month:{month.id}", fallback=row.fallback, **body)


def _values(desk: Desk, month: Month, route: Route) -> list[dict[str, Any]]:
    """The recorded values of the seed that is due, as a step keeps them."""
    _, commitment, _ = _stage(route)
    query = (
        select(EntropyRecord)
        .where(
            EntropyRecord.month_id == month.id,
            EntropyRecord.commitment == commitment,
        )
        .order_by(EntropyRecord.source)
    )
    names = ("source", "issue", "value", "at", "fallback")
    return [{n: getattr(row, n) for n in names} for row in desk.db.scalars(query)]


def draw(desk: Desk, month: Month) -> Route:
    """随机抽取 with the recorded values. Raises CeremonyError for one that is missing
    or a source outside the bureau that is not the last."""
    route = steps.load(desk, month)
    route.need("frozen", "draw")
    route.refuse("drawn", "draw")
    body = {"entropy": _values(desk, month, route), "at": desk.stamp}
    return steps.advance(desk, month, "draw", body)


def seal(desk: Desk, month: Month, entropy: list[dict[str, Any]] | None) -> Route:
    """密封 plan, seats and chances. `entropy`: other sources than the policy's, needed
    after a cancelled seal. Raises Faults, CeremonyError freeze.entropy."""
    route = steps.load(desk, month)
    route.need("packed", "seal")
    if entropy is not None:
        _refuse_sources(route.need("frozen", "seal").policy, entropy)
    body = {
        "blind": secrets.token_hex(BLIND_BYTES),
        "at": desk.stamp,
        "entropy": entropy,
    }
    return steps.advance(desk, month, "seal", body)


def _refuse_sources(policy: Policy, entropy: list[dict[str, Any]]) -> None:
    """Raise Faults unless these sources could stand in a policy for the lottery."""
    new = replace(policy, lottery_entropy=tuple(Source(**s) for s in entropy))
    draft = Draft({}, new)
    found = [*entropy_sources(new, draft), *later_entropy(new, draft)]
    wrong = [f for f in found if (f.column or "").startswith("lottery_entropy")]
    if wrong:
        raise Faults(wrong)


def lottery(desk: Desk, month: Month) -> Route:
    """摇号派员 with the recorded values. Raises CeremonyError as `draw` does."""
    route = steps.load(desk, month)
    route.need("sealed", "assign")
    route.refuse("assigned", "assign")
    body = {"entropy": _values(desk, month, route), "at": desk.stamp}
    return steps.advance(desk, month, "assign", body)


def cancel(desk: Desk, month: Month, kind: str, reason: str) -> Route:
    """Void a draw (`cancel_draw`) or a seal with its lottery (`cancel_seal`).

    The reason and what the attempt gave become public at once.
    """
    body = {"at": desk.stamp, "reason": reason}
    return steps.advance(desk, month, kind, body, reason=reason)
