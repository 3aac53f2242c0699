"""The verifier's parts against slow readings of the protocol, vectors, brute force."""

from __future__ import annotations

import hashlib
import itertools
import json
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector import verify
from inspector.verify import Key, Row, Suite, Wrong, mac

VECTORS = Path(__file__).parent.parent / "vectors"
SHA256 = Suite.SHA256
SEED = Key(SHA256, bytes(range(32)))


# ------------------------------------------------------------------------- bytes


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=9).map(
    lambda t: verify.unicodedata.normalize("NFC", t)
)
KEY = st.text("abz_.-09", min_size=1)
SCALAR = st.none() | st.booleans() | st.integers(-verify.SAFE, verify.SAFE) | TEXT
JSON = st.recursive(
    SCALAR, lambda x: st.lists(x) | st.dictionaries(KEY, x), max_leaves=8
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEY, JSON))
def test_canonical_bytes_are_rfc_8785_and_read_back(value: dict[str, Any]) -> None:
    data = verify.canonical(value)
    assert data == rfc8785.dumps(value)
    assert verify.parse(data) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        '{"é":1}'.encode(),
        '{"a":"e\u0301"}'.encode(),
        b'{"a":"\xff"}',
        b"[1]",
        b'"text"',
        b"",
        b"\xef\xbb\xbf{}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":1}x',
    ],
)
def test_bytes_outside_the_subset_are_refused(data: bytes) -> None:
    with pytest.raises(Wrong):
        verify.parse(data)


def test_frames_hashes_and_macs_are_those_of_the_protocol_page() -> None:
    frame = b"inspector/seal/v2\n" + bytes(7) + b"\x02ab" + bytes(8)
    assert verify.framed("seal", "ab", b"") == frame
    assert verify.digest(SHA256, "seal", "ab", b"") == hashlib.sha256(frame).digest()
    assert verify.digest(SHA256, "salt") != verify.digest(SHA256, "salt", "")


def test_merkle_roots_are_those_of_rfc_6962() -> None:
    rfc = json.loads((VECTORS / "rfc6962.json").read_text("utf-8"))
    leaves = [bytes.fromhex(x) for x in rfc["leaves"]]
    for n, root in enumerate(rfc["roots"]):
        assert verify.merkle(leaves[:n])[-1] == [bytes.fromhex(root)]


# ---------------------------------------------------------------------- rounding


def naive_rounding(seed: Key, arcs: list[Any], unit: int) -> list[int]:
    """Section 4 word by word: every walk starts anew, every choice scans all arcs."""
    flow = {a[0]: a[3] for a in arcs}
    ends = {a[0]: (a[1], a[2]) for a in arcs}
    nodes = {n for a in arcs for n in a[1:3]}
    node_order = sorted(nodes, key=lambda n: mac(seed, "ticket", "node", n))
    arc_order = sorted(flow, key=lambda a: mac(seed, "ticket", "arc", a))
    stream = b"".join(
        mac(seed, "coins", "rounding", n.to_bytes(8, "big")) for n in range(3000)
    )
    read = 0
    while any(x % unit for x in flow.values()):
        open_arcs = [a for a in arc_order if flow[a] % unit]
        here = next(n for n in node_order if any(n in ends[a] for a in open_arcs))
        visited, walk = [here], []
        while True:
            used = walk[-1] if walk else None
            arc = next(a for a in open_arcs if here in ends[a] and a != used)
            tail, head = ends[arc]
            here = head if here == tail else tail
            walk.append(arc)
            if here in visited:
                break
            visited.append(here)
        begin = visited.index(here)
        plus, minus = [], []
        for node, arc in zip(visited[begin:], walk[begin:], strict=True):
            (plus if ends[arc][0] == node else minus).append(arc)
        up = [unit - flow[a] % unit for a in plus] + [flow[a] % unit for a in minus]
        down = [flow[a] % unit for a in plus] + [unit - flow[a] % unit for a in minus]
        a, b = min(up), min(down)
        bits = (a + b - 1).bit_length()
        while True:
            size = -(-bits // 8)
            value = int.from_bytes(stream[read : read + size], "big") % (1 << bits)
            read += size
            if value < a + b:
                break
        push = a if value < b else -b
        for arc in plus:
            flow[arc] += push
        for arc in minus:
            flow[arc] -= push
    return [flow[a[0]] // unit for a in arcs]


def a_network(dice: Random, unit: int) -> list[Any]:
    """Rows × columns with random cells, their sums, and the total."""
    rows, columns = dice.randint(1, 5), dice.randint(1, 4)
    arcs: list[Any] = []
    sums: dict[Any, int] = {}
    for r, c in itertools.product(range(rows), range(columns)):
        flow = dice.randint(0, 2 * unit)
        arcs.append((f"cell/{r}/{c}", f"row/{r}", f"column/{c}", flow))
        ends = (f"row/{r}", "root", f"row/{r}"), (f"column/{c}", f"column/{c}", "sink")
        for arc in (*ends, ("total", "sink", "root")):
            sums[arc] = sums.get(arc, 0) + flow
    return arcs + [(*arc, flow) for arc, flow in sums.items()]


@pytest.mark.parametrize("unit", [1, 2, 7, 60, 1 << 20, 3**50])
def test_rounding_is_the_same_as_word_by_word(unit: int) -> None:
    dice = Random(unit)
    for n in range(12):
        arcs = a_network(dice, unit)
        seed = Key(SHA256, mac(SEED, "seed", f"{n}"))
        wanted = naive_rounding(seed, arcs, unit)
        assert verify.rounding(seed, arcs, unit) == wanted
        for (*_, flow), outcome in zip(arcs, wanted, strict=True):
            assert flow // unit <= outcome <= -(-flow // unit)


# ------------------------------------------------------------------------ strata


def street_chances(
    sizes: dict[str, int], rates: dict[str, tuple[int, int]], least: int
) -> dict[str, Fraction]:
    """Chance per class of one street, through the verifier's own recomputation."""
    compounds = [
        Row(id=f"{k}{n}", street="S", risk_class=k, type="old", status="active")
        for k, size in sizes.items()
        for n in range(size)
    ]
    scope = Row(types=[], districts=[], streets=[], classes=[])
    rules = Row(rates={k: list(v) for k, v in rates.items()}, by_type=False, batches=1)
    f = Row(
        policy=Row(scope=scope, draw=rules),
        streets=[Row(code="S", district="D", min_draw=least)],
        compounds=compounds,
        exclusions=[],
    )
    return {s.risk_class: Fraction(*s.chance) for s in verify.all_strata(f)}


RATES = {"A": (1, 20), "B": (1, 10), "C": (1, 5), "D": (2, 5)}


def test_a_street_minimum_already_met_changes_nothing() -> None:
    found = street_chances({"A": 20, "D": 5}, RATES, 3)
    assert found == {"A": Fraction(1, 20), "D": Fraction(2, 5)}


def test_a_street_minimum_multiplies_all_chances_by_one_factor() -> None:
    found = street_chances({"A": 10, "B": 5}, RATES, 2)
    assert found == {"A": Fraction(1, 10), "B": Fraction(1, 5)}


def test_a_chance_that_would_exceed_one_stays_at_one() -> None:
    found = street_chances({"A": 10, "D": 2}, RATES, 4)
    assert found == {"A": Fraction(1, 5), "D": Fraction(1)}


def test_a_street_minimum_above_its_compounds_is_refused() -> None:
    with pytest.raises(Wrong, match="min_draw"):
        street_chances({"A": 1, "B": 1}, RATES, 3)
    zero = RATES | {"A": (0, 1)}
    with pytest.raises(Wrong, match="min_draw"):
        street_chances({"A": 5, "B": 1}, zero, 2)


@given(
    st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 9), min_size=1),
    st.integers(1, 12),
)
def test_lifted_chances_sum_to_the_minimum(sizes: dict[str, int], least: int) -> None:
    base = sum(n * Fraction(*RATES[k]) for k, n in sizes.items())
    if sum(sizes.values()) < least or base >= least:
        return
    found = street_chances(sizes, RATES, least)
    assert sum(n * found[k] for k, n in sizes.items()) == least
    factors = {found[k] / Fraction(*RATES[k]) for k in sizes if found[k] < 1}
    assert len(factors) <= 1
    for factor in factors:
        assert all(found[k] == min(1, factor * Fraction(*RATES[k])) for k in sizes)


# ----------------------------------------------------------------------- entropy


def source(kind: str, name: str = "", issue: str = "", commit: str = "") -> Row:
    return Row(kind=kind, name=name, issue=issue, commit=commit)


def fits(kind: str, value: str, source: Row) -> bool:
    return verify.written(value, source)


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("双色球", "03 08 11 19 24 30|07", True),
        ("双色球", "03 08 11 19 24 34|07", False),
        ("双色球", "03 08 11 19 24 30|17", False),
        ("双色球", "03 08 11 19 24|07", False),
        ("双色球", "03 08 11 19 24 24|07", False),
        ("双色球", "3 08 11 19 24 30|07", False),
        ("双色球", "03  08 11 19 24 30|07", False),
        ("双色球", "03 08 11 19 24 30", False),
        ("双色球", "03 08 11 19 24 30|07|07", False),
        ("大乐透", "03 10 15 18 29|09 12", True),
        ("大乐透", "03 10 15 18 29|12 09", False),
        ("大乐透", "03 10 15 18 29|09 13", False),
        ("大乐透", "00 10 15 18 29|09 12", False),
    ],
)
def test_lottery_values(name: str, value: str, right: bool) -> None:
    assert fits("lottery", value, source("lottery", name)) is right


def test_other_values_have_one_spelling() -> None:
    dice, drand = source("dice"), source("drand")
    assert fits("dice", "1" * 20, dice) and fits("dice", "6" * 64, dice)
    for odd in ("1" * 19, "1" * 65, "7" * 20, "1" * 20 + "\n", "\uff11" * 20):
        assert not fits("dice", odd, dice)
    assert fits("drand", "ab" * 48, drand)
    for odd in ("AB" * 48, "ab" * 32, "ab" * 48 + " "):
        assert not fits("drand", odd, drand)
    witness = source("reveal", commit="00" * 32)
    assert fits("reveal", "00" * 16, witness) and fits("reveal", "ff" * 64, witness)
    for odd in ("00" * 15, "00" * 16 + "0", "FF" * 16, "00" * 65, " " + "00" * 16):
        assert not fits("reveal", odd, witness)


@pytest.mark.parametrize(
    ("kind", "old", "new", "at", "right"),
    [
        ("lottery", "2026134", "2026135", "2026-11-26", True),
        ("lottery", "2026134", "2026136", "2026-11-26", False),
        ("lottery", "2026134", "2027001", "2026-11-26", False),
        ("lottery", "2026154", "2026155", "2027-01-03", True),
        ("lottery", "2026154", "2027001", "2027-01-03", True),
        ("lottery", "2026154", "2028001", "2027-01-03", False),
        ("lottery", "2026154", "2027001", "2026-12-31", False),
        ("lottery", "2026999", "2027000", "2027-01-03", False),
        ("drand", "123", "124", "2026-11-26", False),
        ("dice", "1", "2", "2026-11-26", False),
    ],
)
def test_only_the_next_issue_may_stand_in(
    kind: str, old: str, new: str, at: str, right: bool
) -> None:
    announced = source(kind, issue=old) | {"at": "2026-11-22T13:15:00Z"}
    leaf = Row(fallback=True, at=f"{at}T13:20:00Z")
    assert (new in verify.issues(Row(announced), leaf)) is right
    assert verify.issues(Row(announced), Row(leaf, fallback=False)) == [old]


def test_the_year_of_a_fallback_is_that_of_its_day_in_china() -> None:
    last = Row(source("lottery", issue="2026154"), at="2026-12-31T13:15:00Z")
    for at, wanted in (("T15:59:59Z", False), ("T16:00:00Z", True)):
        leaf = Row(fallback=True, at="2026-12-31" + at)
        assert ("2027001" in verify.issues(last, leaf)) is wanted


def test_draw_times_are_those_of_the_games() -> None:
    assert verify.is_drawing("双色球", "2026-11-26T13:15:00Z")
    assert not verify.is_drawing("双色球", "2026-11-26T13:25:00Z")
    assert not verify.is_drawing("双色球", "2026-11-25T13:15:00Z")
    assert verify.is_drawing("大乐透", "2026-11-28T13:25:00Z")
    one = verify.next_drawing("大乐透", "2026-11-28T13:25:00Z")
    assert one == "2026-11-30T13:25:00Z"


# ----------------------------------------------------------------- chance network

U, V = verify.U, verify.V


def a_table(**changes: Any) -> Row:
    """Two people, two one-seat packages on different days, both eligible for both."""
    people = [
        Row(id=f"p{i}", max_days=2, share=U, load_min=0, load_max=2) for i in range(2)
    ]
    seats = [
        Row(id=f"P{k}/lead", package=k, role="lead", eligible="3", hardest=2)
        for k in range(2)
    ]
    half = U // 2
    table = Row(
        people=people,
        packages=[Row(id="P0", day="2026-12-01"), Row(id="P1", day="2026-12-02")],
        seats=seats,
        elements=[[s, i, half] for s in range(2) for i in range(2)],
        pairs=[[i, k, 0, 0] for k in range(2) for i in range(2)],
        levels=[Row(value=half, nodes="0")],
    )
    return Row(table | changes)


def test_the_network_numbers_its_nodes_as_the_protocol_says() -> None:
    net = verify.Net(a_table(), Row(cap_factor=[5, 4]))
    assert net.size == 2 + 2 + 4 + 4 + 2
    assert net.chance_arcs == [(4, 8), (5, 10), (6, 9), (7, 11)]
    assert net.cap == [5 * U // 8] * 4
    ends = [arc for arc in net.arcs if arc[1] >= net.base]
    assert [arc[:2] for arc in ends] == [(8, 12), (9, 12), (10, 13), (11, 13)]


def test_a_cut_adds_bounds_and_names_chance_arcs() -> None:
    net = verify.Net(a_table(), Row(cap_factor=[5, 4]))
    seat_side = sum(1 << n for n in (2, 4, 5))  # seat 0 and its pairs
    assert net.cut(f"{seat_side:x}") == (U, set(), {0, 1})
    day_side = sum(1 << n for n in (8, 9, 12))  # person 0 and his days
    assert net.cut(f"{day_side:x}") == (-2 * U, {0, 2}, set())
    with pytest.raises(Wrong):
        net.cut(f"{1 << net.size:x}")


def test_a_slack_is_proved_by_people_who_cannot_take_enough() -> None:
    """Person 0 alone may lead on three days, so person 1 has all the other seats."""
    people = [
        Row(id="p0", max_days=3, share=9 * U // 2, load_min=3, load_max=3),
        Row(id="p1", max_days=3, share=3 * U // 2, load_min=0, load_max=3),
    ]
    seats = [
        Row(id=f"P{k}/{role}", package=k, role=role, eligible=mask, hardest=2)
        for k in range(3)
        for role, mask in (("lead", "1"), ("second", "3"))
    ]
    table = a_table(
        people=people,
        packages=[Row(id=f"P{k}", day=f"2026-12-0{k + 1}") for k in range(3)],
        seats=seats,
        elements=[
            row
            for k in range(3)
            for row in ([2 * k, 0, U], [2 * k + 1, 0, 0], [2 * k + 1, 1, U])
        ],
        pairs=[[i, k, 0, 0] for k in range(3) for i in range(2)],
        levels=[Row(value=U, nodes="0")],
    )
    net = verify.Net(table, Row(cap_factor=[5, 4]))
    everything = f"{(1 << net.size) - 4:x}"  # all nodes but S and T
    assert net.loads(0) == [[3, 3], [1, 2]]
    assert net.loads(1) == [[3, 3], [0, 3]]
    assert net.cut(everything, net.loads(0)) == (U, set(), set())
    assert net.cut(everything, net.loads(1)) == (0, set(), set())
    net.margins(net.sums, U)
    people[1].update(load_max=2)
    with pytest.raises(Wrong, match="p1"):
        net.margins(net.sums, U)


def feasible_with(pair: int, table: Row, cap: list[int]) -> bool:
    """Whether some table within caps and loads gives the pair a chance (step U/8)."""
    step = U // 8
    grid = range(0, U + 1, step)
    for a, b in itertools.product(grid, grid):
        units = [a, U - a, b, U - b]  # pairs (0,P0) (1,P0) (0,P1) (1,P1)
        loads = [units[0] + units[2], units[1] + units[3]]
        fits = all(
            p.load_min * U <= n <= p.load_max * U
            for p, n in zip(table.people, loads, strict=True)
        )
        if (
            fits
            and units[pair]
            and all(u <= c for u, c in zip(units, cap, strict=True))
        ):
            return True
    return False


@pytest.mark.parametrize(
    "loads", list(itertools.product((0, 1), (1, 2), (0, 1), (1, 2)))
)
@pytest.mark.parametrize("wide", [True, False])
def test_a_residual_cycle_exists_exactly_when_a_pair_can_be_used(
    loads: tuple[int, int, int, int], wide: bool
) -> None:
    a, b, c, d = loads
    table = a_table(
        levels=[Row(value=U, nodes="0"), Row(value=U // 2, nodes="0")],
        elements=[[0, 0, 0], [0, 1, V], [1, 0, V], [1, 1, 0]],
        pairs=[[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0]],
    )
    for p, low, high in zip(table.people, (a, c), (b, d), strict=True):
        p.update(load_min=low, load_max=high)
    if not wide:  # nobody can be moved off his package
        table["elements"] = [[0, 0, 0], [0, 1, V], [1, 0, 0], [1, 1, V]]
        table["pairs"] = [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 1, 0], [1, 1, 0, 0]]
        table.people[0].update(load_min=0, load_max=0)
        table.people[1].update(load_min=0, load_max=2)
    net = verify.Net(table, Row(cap_factor=[5, 4]))
    part = net.parts()
    for k, (tail, head) in enumerate(net.chance_arcs):
        if net.chance[k] == 0:
            found = part[head] == part[tail]
            assert found is feasible_with(k, table, net.cap)


# -------------------------------------------------------------------- small words


def test_days_and_months() -> None:
    assert verify.month_days("2026-12") == ("2026-12-01", "2026-12-31")
    assert verify.month_days("2028-02") == ("2028-02-01", "2028-02-29")
    assert verify.months_before("2027-01", "2026-12-31") == 1
    assert verify.months_before("2026-12", "2027-01-01") == -1
    assert verify.shift("2026-12-31", 1) == "2027-01-01"
    assert verify.within("2026-12-05", "", "2026-12-05")
    assert not verify.within("2026-12-05", "2026-12-06", "")


def test_travel_is_the_integer_model_of_the_protocol_page() -> None:
    model = Row(
        lon_metres=89_200,
        lat_metres=111_195,
        detour_bp=13_000,
        metres_per_hour=38_000,
        parking_minutes=4,
        taxi_minutes=15,
    )
    here, there = (
        Row(lon=118_000_000, lat=36_700_000),
        Row(lon=118_100_000, lat=36_700_000),
    )
    bundle: Any = Row(
        freeze=Row(offices=[Row(here, id="O1")], policy=Row(travel=model)),
        visits={"V1": there, "V2": there},
        taxis={"S1"},
    )
    package = Row(id="P1", office="O1", stops=[Row(visit="V1"), Row(visit="V2")])
    assert verify.legs(bundle, package) == [23, 0, 23]
    assert verify.legs(bundle, Row(package, id="S1")) == [38, 15, 38]


def test_values_are_shown_on_one_printable_line() -> None:
    assert verify.shown("a\x1b[31m\n\ud800b") == "a?[31m??b"
    assert len(verify.shown("x" * 10_000)) == 241
    assert verify.shown([1, "中"]) == '[1, "中"]'
