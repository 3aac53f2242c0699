"""A joint meeting: what it decides is open until a document says it is done."""

from __future__ import annotations

from datetime import date

import pytest

from inspector.docket.meeting import (
    AgendaItem,
    DecisionState,
    Meeting,
    MeetingState,
    follow,
    minute,
    tally,
)
from inspector.errors import InspectorError

DAY, DUE, NEXT = date(2026, 12, 10), date(2026, 12, 20), date(2026, 12, 21)
CALLED = Meeting("十二月联席会", DAY, ("住建局", "街道"), (AgendaItem("停车收费"),))
ROWS = (("明码标价", "市场监管局", DUE), ("公示账目", "街道", DUE))
HELD = minute(CALLED, DAY, "联席〔2026〕12号", ROWS)


def test_a_meeting_is_called_held_and_followed_up() -> None:
    assert CALLED.state is MeetingState.CALLED
    assert HELD.state is MeetingState.HELD
    assert [d.number for d in HELD.decisions] == [1, 2]
    once = follow(HELD, 1, DUE, "市监复3号")
    assert once.state is MeetingState.HELD
    assert follow(once, 2, DUE, "街复1号").state is MeetingState.FOLLOWED


def test_a_decision_is_late_after_its_day_until_it_is_followed_up() -> None:
    first = HELD.decisions[0]
    assert first.state(DUE) is DecisionState.OPEN
    assert first.state(NEXT) is DecisionState.LATE
    done = follow(HELD, 1, NEXT, "市监复3号").decisions[0]
    assert done.state(NEXT) is DecisionState.FOLLOWED


def test_a_second_round_of_minutes_numbers_on() -> None:
    more = minute(HELD, NEXT, "联席〔2026〕13号", (("巡查", "社区", NEXT),))
    assert [d.number for d in more.decisions] == [1, 2, 3]


def test_figures_of_meetings_count_what_became_of_decisions() -> None:
    found = tally([CALLED, follow(HELD, 2, DUE, "街复1号")], NEXT)
    assert (found.held, found.decided, found.followed, found.late) == (1, 2, 1, 1)


def test_what_does_not_fit_a_meeting_is_refused() -> None:
    done = follow(HELD, 1, DUE, "市监复3号")
    early = date(2026, 12, 9)
    for code, make in {
        "meeting.before": lambda: minute(CALLED, early, "联席1号", ROWS),
        "meeting.document": lambda: minute(CALLED, DAY, "", ROWS),
        "meeting.due": lambda: minute(CALLED, DAY, "联席1号", (("x", "街道", early),)),
        "meeting.decision": lambda: follow(HELD, 3, DUE, "复"),
        "meeting.followed": lambda: follow(done, 1, DUE, "复"),
    }.items():
        with pytest.raises(InspectorError) as error:
            make()
        assert error.value.code == code
    with pytest.raises(InspectorError, match=r"meeting\.before"):
        follow(HELD, 1, early, "复")
    with pytest.raises(InspectorError, match=r"meeting\.document"):
        follow(HELD, 1, DUE, "")
