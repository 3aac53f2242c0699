"""A seal that was cancelled, and the log that the next one continues."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cancelled_months import later
from month_stages import Month, quick

from inspector.domain import Leave
from inspector.month.pack import PeopleChange, schedule
from inspector.month.people import changed, logged
from inspector.month.seal import cancel_seal, seal


def test_a_people_change_is_logged_once_however_often_it_is_sealed(
    month: Month,
) -> None:
    """Its event stands before the first seal; told again it would run backwards."""
    person = next(i.id for i in month.registry.inspectors if not i.expert)
    leave = Leave(person, date(2026, 12, 7), date(2026, 12, 8), "")
    changes = (PeopleChange("2026-11-24T01:00:00Z", "住院", "局长", (leave,)),)
    packed = schedule(changed(month.drawn, changes[0]), quick, changes)
    first = seal(packed, blind=b"\1" * 32, at="2026-11-24T02:00:00Z")
    log = cancel_seal(first, first.log, "2026-11-24T03:00:00Z", "车辆事故")
    sources = later(month.policy.lottery_entropy, "2026-11-30", "2026137")
    more = PeopleChange("2026-11-24T04:00:00Z", "借调", "局长", (leave,))
    again = seal(
        replace(packed, changes=(*changes, more)),
        blind=b"\2" * 32,
        at="2026-11-24T05:00:00Z",
        entropy=sources,
        log=logged(log, month.frozen, more),
    )
    told = [e["at"] for e in again.log.events if e["event"] == "people_changed"]
    assert told == ["2026-11-24T01:00:00Z", "2026-11-24T04:00:00Z"]
    assert again.log.events[-1]["attempt"] == 2
