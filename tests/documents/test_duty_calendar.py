"""The .ics of an inspector's duty dates tells days and nothing else."""

from __future__ import annotations

from datetime import date

from icalendar import Calendar
from sample_papers import AT

from api.papers.ics import Duty, duty_calendar

DAYS = [
    Duty(date(2026, 12, 3), "b@sunlot", "2026-12"),
    Duty(date(2026, 12, 1), "a@sunlot", "2026-12"),
]


def test_each_duty_date_is_one_whole_day() -> None:
    data = duty_calendar(DAYS, "执法检查日", AT)
    found = Calendar.from_ical(data)
    events = list(found.walk("VEVENT"))
    assert [e.decoded("dtstart") for e in events] == [
        date(2026, 12, 1),
        date(2026, 12, 3),
    ]
    assert [e.decoded("dtend") for e in events] == [
        date(2026, 12, 2),
        date(2026, 12, 4),
    ]
    assert [str(e["uid"]) for e in events] == ["a@sunlot", "b@sunlot"]
    assert all(e.decoded("dtstamp") == AT for e in events)


def test_it_names_no_place_and_no_partner() -> None:
    found = Calendar.from_ical(duty_calendar(DAYS, "执法检查日", AT))
    for event in found.walk("VEVENT"):
        assert set(event) == {
            "UID",
            "DTSTAMP",
            "DTSTART",
            "DTEND",
            "SUMMARY",
            "DESCRIPTION",
            "CLASS",
            "TRANSP",
            "STATUS",
            "SEQUENCE",
        }
        assert str(event["CLASS"]) == "PRIVATE"
        assert str(event["DESCRIPTION"]).startswith("2026-12 ")


def test_it_is_the_same_bytes_with_short_lines_and_crlf() -> None:
    data = duty_calendar(DAYS, "名\x00称\n二", AT)
    assert data == duty_calendar(list(reversed(DAYS)), "名\x00称\n二", AT)
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert "X-WR-CALNAME:名称 二".encode() in lines


def test_no_dates_are_an_empty_calendar() -> None:
    found = Calendar.from_ical(duty_calendar([], "执法检查日", AT))
    assert list(found.walk("VEVENT")) == []
