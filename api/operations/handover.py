"""A month handed over: the service's month ↔ the steps file of `inspector plan`.

    hand_out(desk, month)        every step, opened; the month stands still here
    hand_in(desk, name, data)    a month begun elsewhere, or one that comes back

The file holds the blinds and the secret of the pseudonyms. With them one knows the
drawn compounds as soon as the sources have spoken, and who is who in a log that names
nobody. No role of the bureau may know that before the close, neither the planner nor
the auditor, and no role needs to; so no request gives it. Who runs the server holds the
key that opens the steps anyway: he alone moves a month, by a command on the server
(`inspector export-month`, `import-month`), into a file that only he may read, and the
bureau's chain of events, which auditors read, says when and which.

One log must not be continued twice. An open month that was handed out takes no step
here until it comes back, and then with every step it had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from api.errors import Problem
from api.field import publication
from api.months import basis, sources, steps
from api.registry import policies
from api.site import Desk
from api.store import ALL, versions
from api.store.models import Bureau, Month
from api.store.versions import Version
from inspector.errors import messages
from inspector.month.bodies import files_of
from inspector.month.stages import Route
from inspector.month.steps_file import (
    Told,
    at_step,
    read_steps,
    refuse_headless,
    steps_file,
)
from inspector.month.waited import DRAWN_BY
from inspector.registry.policy_file import FILE

messages(
    {
        "handover.here": (
            "此月已在本系统中：{month}",
            "this month is in this system already: {month}",
        ),
        "handover.bureau": (
            "此月属于本系统中的另一机构",
            "this month is another bureau's of this system",
        ),
        "handover.other": (
            "文件中的步骤不以本系统已有的步骤开始",
            "the file does not begin with the steps that this system has",
        ),
        "handover.future": (
            "第 {number} 步的时间 {at} 尚未到来",
            "step {number} is of {at}, which is still to come",
        ),
    }
)


def hand_out(desk: Desk, month: Month) -> bytes:
    """The steps file of a month. Raises Problem month.away when it is out already,
    InspectorError step.order before its first step."""
    steps.refuse_away(month)
    told = _steps(desk, month)
    if not told:
        steps.load(desk, month).need("frozen", "export")
    data = steps_file(told)
    month.away = month.live
    digest = hashlib.sha256(data).hexdigest()
    desk.event("month_handed_out", f"month:{month.id}", seq=month.seq, sha256=digest)
    return data


def hand_in(desk: Desk, name: str, data: bytes) -> Month:
    """The month of a steps file, each of its steps checked and taken.

    Raises InspectorError: steps.*, whatever a step is refused for; Problem handover.*,
    month.demonstration.
    """
    told = read_steps(name, data)
    _refuse(desk, name, told)
    month = _known(desk, told)
    if month is None:
        _refuse_others(desk, told)
    have = 0 if month is None else _begun(desk, month, told)
    month = month or _opened(desk, name, told)
    month.away = False
    for number, (kind, body) in enumerate(told[have:], have + 1):
        with at_step(name, number, kind):
            _take(desk, month, kind, body)
    desk.event("month_handed_in", f"month:{month.id}", before=have, steps=len(told))
    return month


def _steps(desk: Desk, month: Month) -> list[Told]:
    return [(s.kind, steps.opened(desk, s)) for s in steps.made(desk, month)]


def _refuse(desk: Desk, name: str, told: Sequence[Told]) -> None:
    """What no month of this service may be."""
    refuse_headless(name, told)
    for number, (_, body) in enumerate(told, 1):
        at = str(body.get("at") or body.get("published_at") or "")
        if at > desk.stamp:
            raise Problem("handover.future", number=number, at=at)
    if any(b.get("demonstration") for _, b in told) and not desk.site.settings.demo:
        raise Problem("month.demonstration")


def _known(desk: Desk, told: Sequence[Told]) -> Month | None:
    """The month here that began with the same freeze: blinds are never used twice."""
    for month in desk.db.scalars(select(Month).where(Month.head != "")):
        first = steps.opened(desk, next(iter(steps.made(desk, month))))
        if first["blind"].lower() == str(told[0][1].get("blind")).lower():
            return month
    return None


def _refuse_others(desk: Desk, told: Sequence[Told]) -> None:
    """Raise Problem handover.bureau for a month of another bureau here, which may come
    back there: it would be one log with two continuations."""
    with desk.site.store.reading(ALL) as db:
        others = list(db.scalars(select(Bureau.id).where(Bureau.id != desk.bureau)))
    for bureau in others:
        with desk.site.desk(bureau, desk.actor) as other:
            if _known(other, told) is not None:
                raise Problem("handover.bureau")


def _begun(desk: Desk, month: Month, told: Sequence[Told]) -> int:
    """How many of the steps are here. Raises Problem handover.here, handover.other."""
    if not month.away:
        raise Problem("handover.here", month=month.id)
    have = _steps(desk, month)
    if have != list(told[: len(have)]):
        raise Problem("handover.other")
    return len(have)


def _opened(desk: Desk, name: str, told: Sequence[Told]) -> Month:
    """A new month with the policy of its last freeze: the version that says the same,
    which need not be in force any more, else a new one."""
    last = max(n for n, (kind, _) in enumerate(told) if kind == "freeze")
    with at_step(name, last + 1, "freeze"):
        text = files_of(told[last][1]["files"])[FILE].decode()
    same = versions.query(policies.SUBJECT).where(Version.text == text)
    known = desk.db.scalar(same.order_by(Version.number.desc()).limit(1))
    policy = known or policies.keep(desk, text, "步骤文件")
    return basis.open_month(desk, {"policy": policy.id})


def _take(desk: Desk, month: Month, kind: str, body: Mapping[str, Any]) -> None:
    """One step, with what the service keeps beside it: who entered a value (the file
    does not say; a person of the bureau may still be the second), what results do."""
    route: Route = steps.advance(desk, month, kind, body)
    if kind == "record":
        sources.entered(desk, month, route)
    elif kind in DRAWN_BY.values():
        sources.all_confirmed(desk, month)
    elif kind == "publish":
        publication.follow(desk, month)
