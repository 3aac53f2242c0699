"""policy.toml as a clerk writes it: rates, clocks, lotteries by name, what is left out.

One table of ways to write a value, each with the value or the fault it has.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import City, a_city

from inspector import lottery_calendar as drawn
from inspector.errors import Faults
from inspector.policy import SOURCES, Policy, Source, TravelModel
from inspector.registry import read_scenario, settle
from inspector.registry.policy_file import read_file, write_policy
from inspector.sources import LOTTERIES

HEAD = 'bureau = "wuzhou"\nmonth = "2026-12"\n'
LOTTO = '[[{list}]]\nkind = "lottery"\nname = "大乐透"\n{rest}\n'


def sources(draw: str, lottery: str = 'issue = "2026135"') -> str:
    return (
        HEAD
        + LOTTO.format(list="draw_entropy", rest=draw)
        + LOTTO.format(list="lottery_entropy", rest=lottery)
    )


def value(policy: Policy, key: str) -> Any:
    out: Any = policy
    for name in key.split("."):
        out = getattr(out, name)
    return out


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ('[bottom]\nshare = "10%"', "bottom.share", (10, 100)),
        ('[bottom]\nshare = "10％"', "bottom.share", (10, 100)),
        ('[bottom]\nshare = "１２.５ %"', "bottom.share", (125, 1000)),
        ('[bottom]\nshare = "百分之20"', "bottom.share", (20, 100)),
        ("[bottom]\nshare = 0.2", "bottom.share", (2, 10)),
        ('[bottom]\nshare = "0.25"', "bottom.share", (25, 100)),
        ('[bottom]\nshare = "1/5"', "bottom.share", (1, 5)),
        ("[bottom]\nshare = [1, 5]", "bottom.share", (1, 5)),
        ("[seats]\nkeep_share = 0", "seats.keep_share", (0, 1)),
        ('[day]\nshift_start = "8:30"', "day.shift_start", 510),
        ('[day]\nshift_start = "０８：３０"', "day.shift_start", 510),
        ('[day]\nshift_start = "08：30"', "day.shift_start", 510),
        ('[day]\nshift_start = "8点30分"', "day.shift_start", 510),
        ('[day]\nshift_start = "8点"', "day.shift_start", 480),
        ("[day]\nshift_start = 08:30:00", "day.shift_start", 510),
        ("[day]\nshift_start = 510", "day.shift_start", 510),
        ('[day]\nmax_visits = "５"', "day.max_visits", 5),
        ("[day]\nmax_visits = 5.0", "day.max_visits", 5),
        ('[draw]\nby_type = "是"', "draw.by_type", True),
        ('[draw]\nby_type = "否"', "draw.by_type", False),
        ('[draw]\nby_type = "No"', "draw.by_type", False),
    ],
)
def test_what_is_unambiguous_is_read(text: str, key: str, wanted: object) -> None:
    read = read_file((HEAD + text).encode())
    assert read.faults == [] and read.policy is not None
    assert value(read.policy, key) == wanted
    again = read_file(write_policy(read.policy))
    assert again.policy == read.policy and not again.faults


@pytest.mark.parametrize(
    "text",
    [
        "[bottom]\nshare = 10",  # 10 %, or ten times
        "[bottom]\nshare = 1",
        "[bottom]\nshare = 1.5",
        '[bottom]\nshare = "10"',
        '[bottom]\nshare = "一成"',
        '[day]\nshift_start = "8.30"',
        '[day]\nshift_start = "25:00"',
        '[day]\nshift_start = "上午八点"',
        '[draw]\nby_type = "也许"',
        "[draw]\nby_type = 1",
        "[day]\nmax_visits = 5.5",
        '[day]\nmax_visits = "五"',
    ],
)
def test_what_is_not_says_the_line_and_what_to_write(text: str) -> None:
    (fault,) = read_file((HEAD + text).encode()).faults
    assert fault.row == 4 and fault.code == "data.kind"
    if "share" in text:
        assert all('"60%"' in said for said in fault.sentences())
    if "shift_start" in text:
        assert all('"08:30"' in said for said in fault.sentences())


@pytest.mark.parametrize("shown", ["2026年12月", "2026/12", "２０２６-１２", "2026-12"])
def test_a_month_is_read_as_people_write_it(shown: str) -> None:
    read = read_file(f'month = "{shown}"'.encode())
    assert read.policy is not None and read.policy.month == "2026-12"


@pytest.mark.parametrize(
    "text",
    ["[day\n", "[day]\nshift_start = 08:30", "month = “2026-12”", "month ＝ '2026-12'"],
)
def test_a_slip_of_syntax_is_one_message_with_its_line(text: str) -> None:
    (fault,) = read_file((HEAD + text).encode()).faults
    assert fault.code == "data.toml"
    assert fault.row == len((HEAD + text).splitlines())


WRITTEN = Source("dlt-2026134", "lottery", "大乐透", "2026134", "2026-11-23T13:25:00Z")


@pytest.mark.parametrize(
    "rest",
    [
        'issue = "2026134"',
        "issue = 2026134",
        'issue = "26134"',
        'issue = "第26134期"',
        'issue = "２０２６１３４"',
        'at = "2026-11-23"',
        "at = 2026-11-23",
        'at = "2026年11月23日"',
        'at = "2026-11-23 21:25"',
        'at = "2026-11-23T21:25:00+08:00"',
        "at = 2026-11-23T21:25:00",
        'issue = "2026134"\nat = "2026-11-23 ２１：２５"',
        'issue = "2026134"\nat = "2026-11-23T13:25:00Z"',
        'issue = "2026134"\nat = ""',
        'issue = ""\nat = "2026/11/23 21:25"',
    ],
)
def test_a_lottery_is_named_by_its_issue_or_its_day(city: City, rest: str) -> None:
    city.policy = sources(rest)
    policy = city.read().policy
    assert policy.draw_entropy == (WRITTEN,)
    assert [s.id for s in policy.lottery_entropy] == ["dlt-2026135"]


@pytest.mark.parametrize(
    ("rest", "code", "told"),
    [
        # the typed time is of another issue: both are shown
        (
            'issue = "2026134"\nat = "2026-11-25 21:25"',
            "entropy.calendar",
            ("2026-11-23 21:25", "2026-11-25 21:25", "2026135"),
        ),
        ('issue = "2026151"', "entropy.no_issue", ("2026151", "150")),
        ('at = "2026-11-24"', "entropy.no_drawing", ("周一、周三、周六", "21:25")),
        ('at = "2026-10-03"', "entropy.closed", ("财政部",)),
        ('at = "2026-02-14 21:25"', "entropy.closed", ("财政部",)),
        ('issue = "2027001"', "entropy.unconfirmed", ("2027",)),
        ('at = "2027-01-02"', "entropy.unconfirmed", ("2027",)),
        ('issue = "x"', "entropy.issue", ("x",)),
        ("", "entropy.neither", ("大乐透",)),
    ],
)
def test_what_the_calendar_contradicts_is_one_fault(
    city: City, rest: str, code: str, told: tuple[str, ...]
) -> None:
    city.policy = sources(rest, 'issue = "2026138"')
    (fault,) = city.faults()
    assert fault.code == code and fault.row is not None
    for said in fault.sentences():
        assert all(part in said for part in told)


def test_a_date_of_an_unconfirmed_year_is_taken_and_said_to_be_so(city: City) -> None:
    city.policy = sources(
        'issue = "2027001"\nat = "2027-01-02 21:25"',
        'issue = "2027002"\nat = "2027-01-04 21:25"',
    )
    found = city.read()
    notes = {d.key: d.source for d in found.defaults}
    assert "未经核实" in notes["draw_entropy[0].at"]
    assert found.policy.draw_entropy[0].at == "2027-01-02T13:25:00Z"


@given(st.sampled_from(sorted(LOTTERIES)), st.integers(1, 150))
def test_name_and_issue_are_enough_whatever_the_issue(name: str, number: int) -> None:
    issue = f"2026{number:03}"
    text = f'[[draw_entropy]]\nname = "{name}"\nissue = "{issue}"\n'
    read = read_file(text.encode())
    day = drawn.day_of(name, issue)
    assert day is not None and not read.faults and read.policy is not None
    short = drawn.games()[name].short
    assert read.policy.draw_entropy == (
        Source(f"{short}-{issue}", "lottery", name, issue, drawn.moment(name, day)),
    )


_PLAIN = ('""', '"x"', "1", "1.5", "nan", "-inf", "[]", "[1]", "{}", "{a = 1}", "true")
_DAYS = ("2026-11-23", "9999-12-31", "13:15:00", "2026-11-23T21:25:00", '"0000-00-00"')
_MOMENTS = ('"9999-12-31 23:59"', '"9999-12-31T23:00:00Z"', '"0001-01-01 00:00"')
_ISSUES = (
    '"第0期"',
    '"2026134"',
    '"2026000"',
    "0001-01-01T00:00:00+14:00",
    '"\\u0000"',
)
ODD = st.sampled_from((*_PLAIN, *_DAYS, *_MOMENTS, *_ISSUES))


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "kind", "name", "issue", "at", "commit"]), ODD
        ),
        max_size=2,
    ),
    st.sampled_from(["", "双色球", "大乐透"]),
    st.dictionaries(
        st.sampled_from(
            ["draw.by_type", "day.shift_start", "bottom.share", "day.max_visits"]
        ),
        ODD,
    ),
)
def test_no_value_of_any_shape_is_more_than_a_fault(
    rows: list[dict[str, str]], name: str, keys: dict[str, str]
) -> None:
    text = "".join(f"{key} = {shown}\n" for key, shown in keys.items())
    for row in rows:
        told = {"name": f'"{name}"', "kind": '"lottery"'} if name else {}
        text += "[[draw_entropy]]\n"
        text += "".join(f"{k} = {v}\n" for k, v in (told | row).items())
    read = read_file(text.encode())
    assert all(str(fault) for fault in read.faults)
    files = a_city().files() | {"policy.toml": text.encode()}
    try:
        read_scenario(files)
    except Faults as found:
        assert all(str(fault) for fault in found.faults)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_policy_saved_by_any_editor_is_read(city: City, encoding: str) -> None:
    text = "# 抽查工作细则\n" + city.policy
    files = city.files() | {"policy.toml": text.encode(encoding)}
    assert read_scenario(files).policy == city.read().policy
    assert settle(files)["policy.toml"].decode("utf-8")  # as every reader takes it


def test_metres_come_from_the_offices_and_the_freeze_holds_them(city: City) -> None:
    city.policy = sources('issue = "2026134"')
    found = city.read()
    # 111195 m x cos 23.475 degrees
    assert found.policy.travel.lon_metres == 101_992
    shown = {d.key: d for d in found.defaults}["travel.lon_metres"]
    assert shown.value == "101992" and "23.475000" in shown.source
    kept = settle(city.files())
    frozen = read_scenario(kept, settled=True)
    assert frozen == found
    # what stands in the file counts, and stays as it was written
    city.policy += "[travel]\nlon_metres = 100000\n[day]\nduty_minutes = 480\n"
    assert city.read().policy.travel == TravelModel(lon_metres=100_000)


def test_a_policy_that_says_everything_is_frozen_as_it_stands(city: City) -> None:
    whole = write_policy(city.read().policy)
    city.policy = whole.decode()
    assert settle(city.files())["policy.toml"] == whole
    assert city.read().defaults == ()


def test_sheets_that_were_understood_are_frozen_as_they_were(city: City) -> None:
    clean = city.read()
    assert settle(city.files()).keys() == city.files().keys()
    city.set("leave", 2, "from", "2026.12.7")
    city.set("leave", 2, "inspector", "甲")
    kept = settle(city.files())
    assert read_scenario(kept, settled=True) == city.read() == clean
    assert settle(kept) == kept


def test_a_frozen_policy_is_read_by_itself(city: City) -> None:
    """A frozen month reads the same whatever a later calendar says."""
    wrong = 'id = "x"\nissue = "2026134"\nat = "2026-11-25T13:25:00Z"'
    city.policy = sources(wrong, 'issue = "2026138"')
    assert city.codes() == ["entropy.calendar"]
    frozen = read_scenario(city.files(), settled=True).policy
    assert frozen.travel == TravelModel()


def test_every_default_is_named_with_its_source(city: City) -> None:
    city.policy = sources('issue = "2026134"')
    found = city.read().defaults
    plain = [d for d in found if d.key in SOURCES]
    assert {d.key for d in plain} == SOURCES.keys() - {
        "bureau",
        "month",
        "draw_entropy",
        "lottery_entropy",
    }
    assert all(d.value and d.source for d in found)
    by_key = {d.key: d for d in found}
    assert by_key["day.shift_start"].value == '"08:30"'
    assert by_key["draw_entropy[0].at"].value == "2026-11-23 21:25"
    assert "财政部" in by_key["draw_entropy[0].at"].source


HALVES = ("note.no_morning", "note.no_afternoon")


def test_afternoons_only_and_an_early_shift_fit_what_is_left_out(city: City) -> None:
    base = sources('issue = "2026134"')
    city.policy = base + '[day]\nshift_start = "13:00"\n'
    day = city.read().policy.day
    assert (day.morning_end, day.duty_minutes) == (781, 270)
    shut = [n.params["compound"] for n in city.read().notes if n.code in HALVES]
    assert shut == ["C002"]  # 上午
    city.policy = base + '[day]\nshift_start = "7:00"\n'
    found = city.read()
    assert found.policy.release_minute == 420
    assert not [n for n in found.notes if n.code in HALVES]
    told = {d.key: d for d in found.defaults}
    assert told["release_minute"].value == '"07:00"'
    assert "shift_start" in told["release_minute"].source


def test_duty_is_no_longer_than_a_short_shift(city: City) -> None:
    city.policy = sources('issue = "2026134"') + '[day]\nshift_end = "12:00"\n'
    found = city.read()
    assert found.policy.day.duty_minutes == 210
    assert {d.key: d.value for d in found.defaults}["day.duty_minutes"] == "210"
    city.policy += "duty_minutes = 480\n"
    assert [f.column for f in city.faults()] == ["day.duty_minutes"]
