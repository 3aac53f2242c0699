"""policy.toml: types and keys, defaults, clock values, and the way back."""

from dataclasses import replace

import pytest
from small_city import POLICY

from inspector.domain import RiskClass, Role
from inspector.errors import Fault
from inspector.policy import (
    BottomRules,
    DayRules,
    Method,
    Policy,
    Scope,
    SeatRule,
    SeatRules,
    Source,
)
from inspector.registry.policy_file import read_policy, write_policy


def read(text: str) -> Policy:
    policy, faults = read_policy(text.encode())
    assert faults == []
    assert policy is not None
    return policy


def faults(text: str) -> list[Fault]:
    found = read_policy(text.encode())[1]
    assert all(str(fault) for fault in found)
    return found


def test_an_empty_file_is_the_default_policy() -> None:
    assert read("") == Policy()


def test_the_small_policy_names_its_sources() -> None:
    policy = read(POLICY)
    assert policy.draw_entropy == (
        Source("dice-1", "dice", "现场", "1", "2026-11-26T02:00:00Z"),
        Source("ssq-1", "lottery", "双色球", "2026136", "2026-11-26T13:15:00Z"),
    )
    assert replace(policy, draw_entropy=(), lottery_entropy=()) == Policy("wuzhou")


def test_a_full_policy_is_read_as_written() -> None:
    policy = read(
        """
release_minute = "07:00"
publish_workdays = 15
[scope]
method = "targeted"
types = ["old"]
classes = ["C", "D"]
[draw]
by_type = true
rates = { D = [1, 1], C = [1, 2], B = [0, 1], A = [0, 5] }
caps = { A = 0, B = 1, C = 2, D = 9 }
cap_unit = "company"
[bottom]
share = [1, 5]
weights_bp = { street = 4000, "x.y" = 6000 }
[visits]
series_minutes = [120]
[day]
shift_start = "09:00"
shift_end = 1080
lunch_first = "12:00"
[seats]
standby_pairs = 2
seats = [
  { role = "lead" }, { role = "second" },
  { role = "joint", when = "docket", unit = "消防救援大队" },
]
"""
    )
    assert policy.release_minute == 420
    assert policy.publish_workdays == 15
    assert policy.scope == Scope(
        Method.TARGETED, types=("old",), classes=(RiskClass.C, RiskClass.D)
    )
    assert policy.draw.rates == (
        (RiskClass.D, (1, 1)),
        (RiskClass.C, (1, 2)),
        (RiskClass.B, (0, 1)),
        (RiskClass.A, (0, 5)),
    )
    assert policy.draw.caps[3] == (RiskClass.D, 9)
    assert policy.draw.by_type is True
    assert policy.bottom == BottomRules((1, 5), (("street", 4000), ("x.y", 6000)))
    assert policy.visits.series_minutes == (120,)
    assert policy.day == DayRules(540, 1080, lunch_first=720)
    assert policy.seats == SeatRules(
        (
            SeatRule(Role.LEAD),
            SeatRule(Role.SECOND),
            SeatRule(Role.JOINT, "docket", "消防救援大队"),
        ),
        standby_pairs=2,
    )
    assert read(write_policy(policy).decode()) == policy


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("moth = '2026-12'", "moth", "data.unknown"),
        ("[draw]\nrate = 1", "draw.rate", "data.unknown"),
        ("[drawing]\nx = 1", "drawing", "data.unknown"),
        ("[draw.rates]\nA=[1,2]\nB=[1,2]\nC=[1,2]", "draw.rates.D", "data.missing"),
        (
            "[draw]\ncaps = {A=1,B=1,C=1,D=1,E=1}",
            "draw.caps.E",
            "data.unknown",
        ),
        ("month = 2026", "month", "data.kind"),
        ("month = 'e\u0301'", "month", "data.kind"),
        ("draw = 3", "draw", "data.kind"),
        ("notice_workdays = 3.5", "notice_workdays", "data.kind"),
        ("notice_workdays = true", "notice_workdays", "data.kind"),
        ("notice_workdays = -1", "notice_workdays", "data.kind"),
        ("notice_workdays = 9007199254740992", "notice_workdays", "data.kind"),
        ("notice_workdays = '三'", "notice_workdays", "data.kind"),
        ("release_minute = '7.30'", "release_minute", "data.kind"),
        ("release_minute = '24:01'", "release_minute", "data.kind"),
        ("release_minute = 07:30:01", "release_minute", "data.kind"),
        ("[day]\nshift_start = '八点半'", "day.shift_start", "data.kind"),
        ("[day]\nduty_minutes = '08:00'", "day.duty_minutes", "data.kind"),
        ("[draw]\nby_type = 1", "draw.by_type", "data.kind"),
        ("[bottom]\nshare = [1, 0]", "bottom.share", "data.kind"),
        ("[bottom]\nshare = [1.0, 2]", "bottom.share", "data.kind"),
        ("[bottom]\nshare = [1, 2, 3]", "bottom.share", "data.kind"),
        ("[bottom]\nshare = 1.5", "bottom.share", "data.kind"),
        ("[bottom]\nshare = 10", "bottom.share", "data.kind"),
        ("[bottom]\nshare = '10'", "bottom.share", "data.kind"),
        ("[bottom]\nweights_bp = [1]", "bottom.weights_bp", "data.kind"),
        (
            "[bottom.weights_bp]\n'街道' = 10000",
            "bottom.weights_bp.街道",
            "data.kind",
        ),
        ("[scope]\nmethod = 'any'", "scope.method", "data.kind"),
        ("[scope]\nclasses = ['E']", "scope.classes[0]", "data.kind"),
        ("[scope]\nstreets = 'S01'", "scope.streets", "data.kind"),
        ("[scope]\nstreets = ['S01', 'S01']", "scope.streets", "data.twice"),
        ("[seats]\nseats = [{when='always'}]", "seats.seats[0].role", "data.missing"),
        ("[seats]\nseats = [1]", "seats.seats[0]", "data.kind"),
        ("[seats]\nseats = {role='lead'}", "seats.seats", "data.kind"),
        (
            "[[draw_entropy]]\nid='a'\nkind='dice'\nname=''\nissue=''\nat=13:15:00",
            "draw_entropy[0].at",
            "data.kind",
        ),
        ("month = ", "", "data.toml"),
        ("month = 'a'\nmonth = 'b'", "", "data.toml"),
    ],
)
def test_a_wrong_key_is_named_by_its_path(text: str, column: str, code: str) -> None:
    # each in the last line, but a missing key or unknown table where it begins
    row = 1 if column in ("draw.rates.D", "drawing") else 1 + text.count("\n")
    assert [(f.file, f.row, f.column, f.code) for f in faults(text)] == [
        ("policy.toml", row, column, code)
    ]


def test_all_wrong_keys_are_named_at_once() -> None:
    text = "bureau = 1\nmonth = 2\nfoo = 3\n[day]\nshift_start = 'x'\nbar = 4\n"
    assert sorted(str(f.column) for f in faults(text)) == [
        "bureau",
        "day.bar",
        "day.shift_start",
        "foo",
        "month",
    ]


@pytest.mark.parametrize("data", [b"\xff\xfe", "月='1'".encode("gb18030"), b"[" * 9999])
def test_what_is_no_toml_gives_no_policy(data: bytes) -> None:
    policy, found = read_policy(data)
    assert policy is None
    assert [f.code for f in found] == ["data.toml"]


def test_a_bom_does_not_matter() -> None:
    assert read_policy(b"\xef\xbb\xbf" + POLICY.encode()) == (read(POLICY), [])


def test_text_that_needs_escapes_comes_back() -> None:
    policy = replace(Policy(), bureau='甲"乙\\丙\n丁 # = [x]')
    assert read(write_policy(policy).decode()) == policy


def test_clock_values_are_written_as_clocks() -> None:
    text = write_policy(Policy()).decode()
    assert 'release_minute = "07:30"' in text
    assert 'shift_end = "17:30"' in text
    assert "duty_minutes = 480" in text
    midnight = replace(Policy(), day=DayRules(shift_end=1440))
    assert read(write_policy(midnight).decode()) == midnight
