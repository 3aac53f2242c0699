"""One reader of data: inverse for every type, every fault at once, by path and line."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import pytest
from codec_kinds import ANY, READ, data_of, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.codec import JSON, WRONG, Form, Reading, dump, load, load_one, opened
from inspector.command import record
from inspector.credit.rule_file import read_rules
from inspector.docket.recorded import KINDS, decode, encode
from inspector.docket.terms_file import read_rules as read_docket_rules
from inspector.errors import Fault, Faults, InspectorError
from inspector.lines import line_at, lines_of
from inspector.month import saved
from inspector.month.steps_file import SCHEMA, read_steps
from inspector.policy import Policy
from inspector.registry.policy_file import read_policy, write_policy
from inspector.results import review
from inspector.results.raw import parse
from inspector.year.plan_file import read_year
from scenarios.year.months import read_year_file

ROOT = Path(__file__).resolve().parent.parent
WUZHOU = ROOT / "scenarios" / "wuzhou"
YEAR = ROOT / "scenarios" / "zibo-year.toml"
CREDIT = ROOT / "inspector" / "data" / "credit" / "wuzhou.toml"


# ------------------------------------------------------------------------- inverse


@pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.__name__)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_is_read_back(kind: Any, data: st.DataObject) -> None:
    written, read_as = READ[kind]
    value = data.draw(values(kind, read_as))
    plain = json.loads(json.dumps(data_of(value, written)))
    faults: list[object] = []
    assert load(kind, plain, lambda *f: faults.append(f), form=read_as) == value
    assert faults == []


@settings(max_examples=50)
@given(st.sampled_from(sorted(KINDS)).flatmap(lambda k: values(KINDS[k], JSON)))
def test_a_move_is_decoded_as_it_was_encoded(move: Any) -> None:
    assert decode(type(move).__name__, encode(move)) == move


# ------------------------------------------------------------------ faults by path


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    count: int
    colour: Colour = Colour.RED


@dataclass(frozen=True)
class Outer:
    name: str
    inner: Inner
    day: date | None = None
    many: tuple[Inner, ...] = ()
    both: tuple[str, int] = ("", 0)
    table: tuple[tuple[str, int], ...] = ()
    every: Annotated[tuple[tuple[Colour, int], ...], "every"] = ()
    names: Annotated[tuple[str, ...], "distinct"] = ()
    rate: Annotated[tuple[int, int], "rate"] = (0, 1)
    clock: Annotated[int, "clock"] = 0
    secret: Annotated[str, "hex"] = ""
    word: Annotated[str, ("a", "b")] = "a"
    year: Annotated[int, range(1, 10)] = 1
    plain: int | str = 0
    yes: bool = False
    share: float = 0.0
    at: datetime | None = None
    part: Fraction = Fraction(0)


FORM = Form(tables=True, whole=(0, 999))
GOOD: dict[str, Any] = {"name": "x", "inner": {"count": 1}}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"more": 1}, "more", "unknown"),
        ({"name": 1}, "name", "kind"),
        ({"name": "\ud800"}, "name", "kind"),
        ({"inner": {}}, "inner.count", "missing"),
        ({"inner": 1}, "inner", "kind"),
        ({"inner": {"count": True}}, "inner.count", "kind"),
        ({"inner": {"count": 1.0}}, "inner.count", "kind"),
        ({"inner": {"count": -1}}, "inner.count", "kind"),
        ({"inner": {"count": 1000}}, "inner.count", "kind"),
        ({"inner": {"count": 1, "colour": "green"}}, "inner.colour", "kind"),
        ({"inner": {"count": 1, "colour": ["red"]}}, "inner.colour", "kind"),
        ({"day": "2026-13-01"}, "day", "kind"),
        ({"day": "20261201"}, "day", "kind"),
        ({"day": datetime(2026, 12, 1)}, "day", "kind"),
        ({"many": {}}, "many", "kind"),
        ({"many": [{"count": 1}, 2]}, "many[1]", "kind"),
        ({"both": ["a"]}, "both", "kind"),
        ({"both": ["a", "b"]}, "both[1]", "kind"),
        ({"table": [["a", 1]]}, "table", "kind"),
        ({"table": {"a": "b"}}, "table.a", "kind"),
        ({"every": {"red": 1}}, "every.blue", "missing"),
        ({"every": {"red": 1, "blue": 2, "green": 3}}, "every.green", "unknown"),
        ({"names": ["a", "a"]}, "names", "twice"),
        ({"rate": [1, 0]}, "rate", "kind"),
        ({"rate": [-1, 2]}, "rate", "kind"),
        ({"rate": [True, 2]}, "rate", "kind"),
        ({"rate": [1, 1000]}, "rate", "kind"),
        ({"clock": "7:30"}, "clock", "kind"),
        ({"clock": "24:01"}, "clock", "kind"),
        ({"clock": True}, "clock", "kind"),
        ({"secret": "abc"}, "secret", "kind"),
        ({"word": "c"}, "word", "kind"),
        ({"word": ["a"]}, "word", "kind"),
        ({"year": 10}, "year", "kind"),
        ({"year": True}, "year", "kind"),
        ({"plain": None}, "plain", "kind"),
        ({"plain": True}, "plain", "kind"),
        ({"yes": 1}, "yes", "kind"),
        ({"share": 1}, "share", "kind"),
        ({"at": "2026-12-01"}, "at", "kind"),
        ({"part": [1, 0]}, "part", "kind"),
    ],
)
def test_a_fault_is_named_by_its_path(
    change: dict[str, Any], path: str, code: str
) -> None:
    reading = Reading("x")
    reading.load(Outer, {**GOOD, **change}, form=FORM)
    assert [(f.column, f.code) for f in reading.faults] == [(path, f"data.{code}")]
    zh, en = reading.faults[0].sentences()
    assert zh != en
    assert str(reading.faults[0]).encode()


def test_what_is_right_is_read_beside_what_is_wrong() -> None:
    reading = Reading("x")
    found = reading.load(Outer, {**GOOD, "yes": 1, "clock": "08:30"}, form=FORM)
    assert found == Outer("x", Inner(1), clock=510)
    assert len(reading.faults) == 1
    assert reading.load(Outer, {"name": "x"}) is WRONG


def test_a_secret_is_never_shown() -> None:
    reading = Reading("x")
    reading.load(Outer, {**GOOD, "secret": "hidden"})
    assert "hidden" not in str(reading.faults[0])


def test_one_of_several_types_is_told_by_its_name() -> None:
    kinds, faults = {"inner": Inner, "outer": Outer}, []

    def bad(path: str, code: str, value: object, want: str = "") -> None:
        faults.append((path, code))

    assert load_one(kinds, {"kind": "inner", "count": 2}, bad) == Inner(2)
    assert faults == []
    load_one(kinds, {"kind": "other"}, bad, "[3]")
    load_one(kinds, {"count": 1}, bad, "[4]")
    load_one(kinds, 5, bad, "[5]")
    load_one(kinds, {"kind": ["inner"]}, bad, "[6]")
    assert faults == [
        ("[3].kind", "kind"),
        ("[4].kind", "missing"),
        ("[5]", "kind"),
        ("[6].kind", "kind"),
    ]


# ------------------------------------------------------------------------ the lines


def paths(data: Any, path: str = "") -> list[str]:
    """Every key of JSON data, and every element of a list."""
    if isinstance(data, dict):
        inside = [(f"{path}.{k}" if path else k, v) for k, v in data.items()]
    elif isinstance(data, list):
        inside = [(f"{path}[{k}]", v) for k, v in enumerate(data)]
    else:
        return []
    return [p for key, value in inside for p in (key, *paths(value, key))]


KEYS = st.text("abc_-1", min_size=1, max_size=4)
NESTED = st.dictionaries(
    KEYS,
    st.recursive(
        st.integers() | st.text(max_size=8) | st.booleans() | st.floats(0, 9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
        max_leaves=10,
    ),
)


@given(st.text("a.[]0\n", max_size=8))
def test_a_key_of_any_letters_has_the_line_of_what_is_around_it(name: str) -> None:
    """Such a key once kept its reader at work for ever."""
    assert line_at({"a": 3}, f"a.{name}") == 3
    assert line_at({}, name) is None


@given(NESTED)
def test_every_key_of_a_json_text_has_its_line(data: dict[str, Any]) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=False)
    lines = lines_of(text)
    assert set(lines) == set(paths(data))
    rows = text.split("\n")
    for path, line in lines.items():
        name = path.rpartition(".")[2]
        assert path.endswith("]") or rows[line - 1].strip().startswith(f'"{name}": ')


def test_every_key_of_the_toml_files_has_its_line() -> None:
    files = [*WUZHOU.glob("*.toml"), YEAR, *CREDIT.parent.glob("*.toml")]
    assert len(files) > 5
    for file in files:
        text = file.read_text("utf-8")
        lines = lines_of(text)
        assert set(paths(tomllib.loads(text))) <= set(lines)
        rows = text.split("\n")
        for path, line in lines.items():
            name = path.rpartition(".")[2].split("[")[0]
            assert path.endswith("]") or name in rows[line - 1]


TRICKY = '''# [no]
a."b.c" = """
x = 1
""" # y = 2
'd' = \'\'\'
[z]
\'\'\'
t = 07:30:00
f = 3.5
list = [ # one
  "]", # two
  [1, 2],
  { e = "}", g.h = 1 }, # three
]
[ t1 . "t2" ] # [t3]
k = 1
[[rows]]
k = 1
  [rows.inner]
  k = 1
  [[rows.deep]]
  k = 1
[[rows]]
[[rows.deep]]
k = 1
'''


def test_lines_of_a_toml_text_written_in_every_way() -> None:
    assert lines_of(TRICKY) == {
        **{"a": 2, "a.b.c": 2, "d": 5, "t": 8, "f": 9, "list": 10, "list[0]": 11},
        **{"list[1]": 12, "list[1][0]": 12, "list[1][1]": 12, "list[2]": 13},
        **{"list[2].e": 13, "list[2].g": 13, "list[2].g.h": 13},
        **{"t1": 15, "t1.t2": 15, "t1.t2.k": 16},
        **{"rows": 17, "rows[0]": 17, "rows[0].k": 18},
        **{"rows[0].inner": 19, "rows[0].inner.k": 20},
        **{"rows[0].deep": 21, "rows[0].deep[0]": 21, "rows[0].deep[0].k": 22},
        **{"rows[1]": 23, "rows[1].deep": 24, "rows[1].deep[0]": 24},
        **{"rows[1].deep[0].k": 25},
    }
    assert set(paths(tomllib.loads(TRICKY))) == set(lines_of(TRICKY))


def test_a_missing_key_stands_at_the_table_around_it() -> None:
    lines = lines_of("a = 1\n[b]\nc = [\n{ d = 1 }]")
    assert line_at(lines, "b.c[0].e") == 4
    assert line_at(lines, "b.e") == 2
    assert line_at(lines, "e") is None


# --------------------------------------------- every reader: three faults told at once


def refused(call: Callable[[], Any]) -> list[Fault]:
    with pytest.raises(Faults) as caught:
        call()
    return list(caught.value.faults)


def edited(text: str, *changes: tuple[str, str]) -> bytes:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def policy_faults(_: Path) -> list[Fault]:
    data = edited(
        (WUZHOU / "policy.toml").read_text("utf-8"),
        ('bureau = "wuzhou"', "bureau = 7"),
        ("[draw.rates]\nA = [60, 100]", "[draw.rates]\nA = [60, 0]"),
        ('kind = "lottery"', 'kind = "lottery"\nextra = 1'),
    )
    return read_policy(data)[1]


def year_faults(tmp: Path) -> list[Fault]:
    data = edited(
        YEAR.read_text("utf-8"),
        ("number = 324", 'number = "324"'),
        ("year = 2026", "year = true"),
        ('cap_unit = "company"', 'cap_unit = "street"'),
        ("worse_below_bp = 8700", "worse_below_bp = -1"),
    )
    file = tmp / YEAR.name
    file.write_bytes(data)
    whole = refused(lambda: read_year_file(file))
    plan = refused(lambda: read_year(YEAR.name, data))
    assert set(map(str, plan)) < set(map(str, whole))
    return whole


def credit_faults(_: Path) -> list[Fault]:
    data = edited(
        CREDIT.read_text("utf-8"),
        ("base_start = 80", "base_start = 81"),
        ('name = "优秀"', 'nam = "优秀"'),
        ('"street", weight_bp = 2000', '"street", weight_bp = "2000"'),
    )
    return refused(lambda: read_rules(data, CREDIT.name))


def docket_faults(_: Path) -> list[Fault]:
    body = {"peaks": {"months": "3", "by": "mood"}, "parties": ["press"], "x": 3}
    return refused(lambda: read_docket_rules({**body, "recheck_days": 0}))


def packing_faults(_: Path) -> list[Fault]:
    text = (ROOT / "tests" / "vectors" / "wuzhou_packing.json").read_text("utf-8")
    body = json.loads(text)
    body["travel_minutes"] = "x"
    body["packages"][0]["day"] = "2026-13-01"
    body["packages"][1]["stops"][0]["start"] = True
    data = json.dumps(body, indent=1).encode()
    return refused(lambda: saved.load_packing("packing.json", data))


def record_faults(_: Path) -> list[Fault]:
    data = edited(
        (WUZHOU / "entropy.json").read_text("utf-8"),
        ('"seal": "', '"seal": "xyz'),
        ('"frozen_at": "', '"frozen": "'),
        ('"source": "witness-draw"', '"source": 5'),
    )
    return refused(lambda: record.load("entropy.json", data, demonstration=True))


def steps_faults(_: Path) -> list[Fault]:
    steps = [
        {"kind": "freeze", "blind": "xyz", "at": 5, "policy": "other.toml"},
        {"kind": "frieze"},
        {"kind": "draw", "at": "x", "entropy": [{"source": "s", "value": 1}]},
        {"kind": "publish", "witness": 1},
    ]
    text = json.dumps({"schema": SCHEMA, "steps": steps}, indent=1)
    return refused(lambda: read_steps("steps.json", text.encode()))


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        (
            policy_faults,
            [
                ("bureau", 2, "7"),
                ("draw.rates.A", 7, "[60, 0]"),
                ("draw_entropy[1].extra", 44, "extra"),
            ],
        ),
        (
            year_faults,
            [
                ("year", 15, "True"),
                ("cap_unit", 23, "street"),
                ("ratios[0].number", 39, "324"),
                ("movement.worse_below_bp", 88, "-1"),
            ],
        ),
        (
            credit_faults,
            [
                ("grades[0].name", 17, ""),
                ("grades[0].nam", 18, "优秀"),
                ("evaluation.weights[1].weight_bp", None, "2000"),
            ],
        ),
        (
            docket_faults,
            [
                ("parties[0]", None, "press"),
                ("peaks.months", None, "3"),
                ("recheck_days", None, "0"),
                ("x", None, "3"),
            ],
        ),
        (
            packing_faults,
            [
                ("packages[0].day", None, "2026-13-01"),
                ("packages[1].stops[0].start", None, "True"),
                ("travel_minutes", None, "x"),
            ],
        ),
        (
            record_faults,
            [
                ("blinds.seal", 6, "…"),
                ("frozen_at", None, ""),
                ("frozen", 9, "frozen"),
                ("draw[0].source", 12, "5"),
            ],
        ),
        (
            steps_faults,
            [
                ("steps[0].blind", 6, "…"),
                ("steps[0].at", 7, "5"),
                ("steps[1].kind", 11, "frieze"),
                ("steps[2].entropy[0].issue", 17, ""),
                ("steps[2].entropy[0].at", 17, ""),
                ("steps[2].entropy[0].value", 19, "1"),
                ("steps[3].witness", 25, "witness"),
            ],
        ),
    ],
    ids=["policy", "year", "credit", "docket", "packing", "record", "steps"],
)
def test_a_reader_names_all_faults_with_line_key_and_value(
    faults: Callable[[Path], list[Fault]],
    told: list[tuple[str, int | None, str]],
    tmp_path: Path,
) -> None:
    found = faults(tmp_path)
    print(*found, sep="\n")
    shown = {f.column: f for f in found}
    for key, line, value in told:
        fault = shown.pop(key)
        assert line is None or fault.row == line
        assert fault.value in (value, "") or fault.code == "data.unknown"
        zh, en = fault.sentences()
        assert zh != en
        assert f"[{key}]" in str(fault)
    assert shown == {}


# ---------------------------------------------------------- never in another way


def told(kind: str, body: Any) -> InspectorError | None:
    """What `decode` refuses a body for."""
    try:
        decode(kind, body)
    except InspectorError as refused:
        return refused
    return None


JSON_READERS: dict[str, Callable[[Any], Any]] = {
    "docket rules": read_docket_rules,
    "move": lambda d: [told(k, d) for k in sorted(KINDS)],
    "review": review.restore,
    "record": review.read_record,
    "result": parse,
    "steps": lambda d: read_steps("x", json.dumps(d).encode()),
    "packing": lambda d: saved.load_packing("x", json.dumps(d).encode()),
    "ceremony": lambda d: record.load("x", json.dumps(d).encode(), demonstration=True),
}


@pytest.mark.parametrize("name", JSON_READERS)
@settings(max_examples=40)
@given(data=st.data())
def test_no_json_makes_a_reader_fail_in_another_way(
    name: str, data: st.DataObject
) -> None:
    body = data.draw(ANY | st.just({"[x": 1}))
    try:
        JSON_READERS[name](body)
    except InspectorError as refused:
        assert str(refused)


def _policy(data: bytes) -> None:
    assert all(str(fault) for fault in read_policy(data)[1])


TOML_READERS: dict[str, tuple[Callable[[bytes], Any], str]] = {
    "policy": (_policy, write_policy(Policy()).decode()),
    "year": (lambda d: read_year("x.toml", d), YEAR.read_text("utf-8")),
    "credit": (lambda d: read_rules(d, "x.toml"), CREDIT.read_text("utf-8")),
}
PIECES = st.sampled_from(
    [
        *("", "[", "]", "{", "}", '"', "'", '"""', "=", ".", ",", "\n", "#", "x"),
        *("-1", "true", "1e400", "nan", "0x7f", "9" * 30, '"é"', "[[ratios]]\n"),
        *("2026-01-01", "2026-01-01T00:00:00Z", "07:30:00", "[1, 2]", "{ a = 1 }"),
    ]
)


@pytest.mark.parametrize("name", TOML_READERS)
@settings(max_examples=60)
@given(data=st.data())
def test_no_toml_makes_a_reader_fail_in_another_way(
    name: str, data: st.DataObject
) -> None:
    read, text = TOML_READERS[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(PIECES) + text[end:]
    try:
        read(text.encode())
    except Faults as refused:
        assert str(refused)


@pytest.mark.parametrize("name", TOML_READERS)
@settings(max_examples=40)
@given(text=NESTED)
def test_no_table_makes_a_toml_reader_fail_in_another_way(
    name: str, text: dict[str, Any]
) -> None:
    """Values of another kind at every key that the reader knows."""
    read, good = TOML_READERS[name]
    table = tomllib.loads(good)
    odd = list(text.values()) or [1]
    rows = [
        f"{key} = {_toml(odd[k % len(odd)])}" for k, key in enumerate(sorted(table))
    ]
    try:
        read("\n".join(rows).encode())
    except Faults as refused:
        assert all(f.row is not None for f in refused.faults if f.value)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value).replace("\x7f", "\\u007f")


@given(st.binary(max_size=40))
def test_bytes_that_are_no_text_are_named(data: bytes) -> None:
    for toml in (True, False):
        try:
            opened(data, "x", toml=toml)
        except Faults as refused:
            (fault,) = refused.faults
            assert fault.code in ("data.toml", "data.json")


def test_a_moment_keeps_its_zone() -> None:
    moment = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    outer = replace(Outer("x", Inner(1)), at=moment, part=Fraction(1, 3))
    data = dump(outer)
    assert (data["at"], data["part"]) == ("2026-12-01T08:30:00+00:00", [1, 3])
    assert Reading("x").load(Outer, json.loads(json.dumps(data))) == outer
