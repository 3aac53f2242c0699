"""Working days: the notices' tables, counted deadlines, overrides."""

import json
from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.ceremony.canon import canonical
from inspector.errors import Faults, InspectorError
from inspector.workdays import (
    Deadline,
    Override,
    checksum,
    counted,
    load_calendar,
    publish_by,
)

CALENDAR = load_calendar()
SHA256 = "6b987daf58c32734cb6ababc9626772c3b6acec513593250bffb5eb2bcba3a80"

days = st.dates(date(2025, 3, 10), date(2027, 11, 1))


def data() -> dict[str, dict[str, dict[str, list[str]]]]:
    path = files("inspector").joinpath("data", "workdays.json")
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_the_data_carry_their_own_checksum() -> None:
    found = data()
    assert found["sha256"] == SHA256
    assert checksum(found["years"]) == SHA256
    text = json.dumps(
        found["years"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert canonical(found["years"]) == text.encode("utf-8")


def test_every_listed_day_lies_in_its_year_once_and_worked_days_are_weekends() -> None:
    for number, year in data()["years"].items():
        listed = year["holidays"] + year["working_weekends"]
        assert all(day.startswith(number) for day in listed)
        assert len(set(listed)) == len(listed)
        worked = [date.fromisoformat(day) for day in year["working_weekends"]]
        assert all(day.weekday() >= 5 for day in worked)


# Days off and worked weekend days of the 2026 notice (国办发明电〔2025〕7号).
OFF_2026 = [
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
]
WORKED_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]


def test_2026_is_the_notice_of_the_state_council() -> None:
    off = {
        date.fromisoformat(first) + timedelta(i)
        for first, last in OFF_2026
        for i in range((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)
    }
    worked = {date(2026, month, day) for month, day in WORKED_2026}
    for i in range(365):
        day = date(2026, 1, 1) + timedelta(i)
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert CALENDAR.is_workday(day) == expected, day


def test_2025_and_2026_agree_with_chinesecalendar() -> None:
    other = pytest.importorskip("chinese_calendar")
    for i in range(730):
        day = date(2025, 1, 1) + timedelta(i)
        assert CALENDAR.is_workday(day) == other.is_workday(day), day


@pytest.mark.parametrize(
    ("month", "count"),
    [
        ("2025-01", 19),
        ("2025-10", 18),
        ("2026-02", 16),
        ("2026-10", 18),
        ("2026-12", 23),
        ("2027-02", 16),
    ],
)
def test_working_days_of_a_month(month: str, count: int) -> None:
    found = CALENDAR.working_days(month)
    assert len(found) == count
    assert list(found) == sorted(set(found))
    assert all(day.isoformat().startswith(month) for day in found)


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "0000-01", "2026-12-01", ""])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(InspectorError) as refused:
        CALENDAR.working_days(month)
    assert refused.value.code == "workdays.month"


def test_twenty_working_days_over_the_turn_of_the_year_are_provisional() -> None:
    assert CALENDAR.after(date(2026, 12, 10), 20) == Deadline(date(2027, 1, 8), True)


def test_twenty_working_days_within_an_official_year_are_official() -> None:
    # steps over 10/1-10/7 off and the worked Saturday 10/10
    assert CALENDAR.after(date(2026, 9, 24), 6) == Deadline(date(2026, 10, 10), False)
    assert CALENDAR.after(date(2026, 9, 24), 20) == Deadline(date(2026, 10, 29), False)


def test_counting_back_is_provisional_only_when_it_steps_on_a_provisional_day() -> None:
    assert CALENDAR.before(date(2027, 1, 4), 1) == Deadline(date(2026, 12, 31), True)
    assert CALENDAR.before(date(2027, 1, 1), 3) == Deadline(date(2026, 12, 29), False)


def test_three_working_days_ahead_of_the_first_duty_day() -> None:
    assert CALENDAR.before(date(2026, 12, 1), 3) == Deadline(date(2026, 11, 26), False)


def test_no_days_are_the_day_itself_and_negative_ones_are_refused() -> None:
    assert CALENDAR.after(date(2026, 12, 5), 0) == Deadline(date(2026, 12, 5), False)
    assert CALENDAR.before(date(2027, 1, 3), 0) == Deadline(date(2027, 1, 3), True)
    with pytest.raises(ValueError, match="not negative"):
        CALENDAR.after(date(2026, 12, 5), -1)


@given(days, st.integers(1, 25))
def test_after_and_before_count_exactly_the_working_days_between(
    day: date, n: int
) -> None:
    ahead = CALENDAR.after(day, n).date
    between = [day + timedelta(i + 1) for i in range((ahead - day).days)]
    assert sum(map(CALENDAR.is_workday, between)) == n
    assert CALENDAR.is_workday(ahead)
    back = CALENDAR.before(day, n).date
    between = [back + timedelta(i) for i in range((day - back).days)]
    assert sum(map(CALENDAR.is_workday, between)) == n
    assert CALENDAR.is_workday(back)


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2028, 1, 1)])
def test_a_year_without_data_is_refused_by_name(day: date) -> None:
    for ask in (
        lambda: CALENDAR.is_workday(day),
        lambda: CALENDAR.working_days(f"{day:%Y-%m}"),
        lambda: CALENDAR.after(day, 1),
        lambda: CALENDAR.before(day, 1),
    ):
        with pytest.raises(InspectorError) as refused:
            ask()
        assert refused.value.code == "workdays.year"
        assert refused.value.params["year"] == day.year
    with pytest.raises(InspectorError, match="2028"):
        CALENDAR.after(date(2027, 12, 30), 5)


def test_an_override_decides_its_day_and_no_other() -> None:
    changed = load_calendar("date,is_workday,note\n2027-02-20,1,调休\n2027-02-11,0,\n")
    assert changed.is_workday(date(2027, 2, 20)) is True
    assert changed.is_workday(date(2027, 2, 11)) is False
    assert CALENDAR.is_workday(date(2027, 2, 20)) is False
    assert CALENDAR.is_workday(date(2027, 2, 11)) is True
    assert changed.is_workday(date(2027, 2, 12)) is True


def test_overrides_may_be_chinese_csv_or_rows() -> None:
    text = "\ufeff日期,是否工作日,备注\n2027-02-20,是,调休上班\n"
    rows = [Override(date(2027, 2, 20), True, "调休上班")]
    assert load_calendar(text) == load_calendar(rows)
    assert load_calendar(text).overrides == tuple(rows)


def test_every_bad_override_row_is_named_at_once() -> None:
    text = (
        "date,is_workday,note\n2026-13-01,1,\n2026-12-01,maybe,\n"
        "2026-12-02,1,\n2026-12-02,0,\n\n2026-12-03\n"
    )
    with pytest.raises(Faults) as refused:
        load_calendar(text)
    assert [(f.code, f.row, f.column) for f in refused.value.faults] == [
        ("workdays.row", 2, "date"),
        ("workdays.row", 3, "is_workday"),
        ("workdays.twice", 5, "date"),
        ("workdays.row", 7, "is_workday"),
    ]


@pytest.mark.parametrize(
    "text", ["", "day,worked\n", "date,is_workday,note,more\n", "a" * 200_000]
)
def test_a_wrong_override_header_is_refused(text: str) -> None:
    with pytest.raises(Faults) as refused:
        load_calendar(text)
    assert [f.code for f in refused.value.faults] == ["workdays.columns"]


def test_an_override_in_a_year_without_data_is_refused() -> None:
    with pytest.raises(InspectorError, match="2028"):
        load_calendar("date,is_workday,note\n2028-01-03,1,\n")


def test_a_result_is_due_twenty_working_days_after_its_visit() -> None:
    calendar = load_calendar()
    days = [
        *calendar.working_days("2026-11"),
        *calendar.working_days("2026-12"),
        *calendar.working_days("2027-01"),
    ]
    for visited in (date(2026, 11, 30), date(2026, 12, 5), date(2026, 12, 10)):
        due = publish_by(days, visited, 20)
        assert due == calendar.after(visited, 20).date
        texts = [d.isoformat() for d in days]
        assert publish_by(texts, visited.isoformat(), 20) == due.isoformat()
    assert publish_by(days, date(2026, 11, 30), 20) == date(2026, 12, 28)
    assert calendar.after(date(2026, 12, 10), 20).provisional
    with pytest.raises(IndexError):
        publish_by(days, days[-20], 20)


def test_counting_no_days_is_the_day_itself() -> None:
    days = load_calendar().working_days("2026-12")
    assert counted(days, days[3], 0) == days[3]
    assert counted(days, days[3], 2) == days[5]
