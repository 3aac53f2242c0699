"""What a policy makes impossible for single compounds: nothing wrong, to be looked at.

A policy beside the rows read so far → notes, one function each. A note refuses nothing:
the month is planned, and what cannot be visited is left out with its cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from inspector.domain import Window
from inspector.errors import Fault, messages
from inspector.policy import DayRules, Policy
from inspector.registry.rules import RegistryDraft

messages(
    {
        "note.no_afternoon": (
            "{name}（{compound}）只能下午检查，而班次的下午不足 {need} 分钟：查不了",
            "{name} ({compound}) can be visited in the afternoon only, of which the"
            " shift has less than {need} minutes: it cannot be visited",
        ),
        "note.no_morning": (
            "{name}（{compound}）只能上午检查，而班次的上午不足 {need} 分钟：查不了",
            "{name} ({compound}) can be visited in the morning only, of which the"
            " shift has less than {need} minutes: it cannot be visited",
        ),
    }
)


def window_minutes(day: DayRules, window: Window) -> int:
    """Minutes of the shift in which a compound of this window may be visited."""
    first, last = day.shift_start, day.shift_end
    if window is Window.AFTERNOON:
        first = max(first, day.afternoon_start)
    if window is Window.MORNING:
        last = min(last, day.morning_end)
    return max(0, last - first)


def half_days(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """Active compounds whose half of the day the shift does not have."""
    rows = draft.sheets.get("compounds")
    for number, cells in rows.cells if rows is not None else ():
        window, need = cells.get("window"), cells.get("service_minutes")
        if rows is None or cells.get("status", "active") != "active" or not need:
            continue
        if window not in (Window.AFTERNOON, Window.MORNING):
            continue
        if window_minutes(policy.day, window) < need:
            said = {"compound": cells.get("id", ""), "name": cells.get("name", "")}
            code = f"note.no_{window}"
            yield rows.fault(code, number, "window", window, need=need, **said)


NOTES: tuple[Callable[[Policy, RegistryDraft], Iterable[Fault]], ...] = (half_days,)
