"""Blinds, entropy, seeds, tickets and coins: known answers, laws and refusals."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from math import comb
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.ceremony import seed as seed_room
from inspector.ceremony.canon import SHA256, SM3, Key, Suite, digest
from inspector.ceremony.seed import (
    Coins,
    Entropy,
    Seed,
    blind_hash,
    due,
    fits,
    in_ticket_order,
    make_seed,
    next_issues,
    randomness,
    ticket,
    valid_value,
)
from inspector.errors import CeremonyError
from inspector.policy import Source
from inspector.sources import LOTTERIES

VECTORS = Path(__file__).parent.parent / "vectors"


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


OWN = vectors("own_v2")
SUITES = [SHA256, SM3]
ZERO, ONE = Key(SHA256, bytes(32)), Key(SHA256, b"\x01" * 32)
SEED = Key(SHA256, bytes.fromhex(OWN["seed"]))
FROZEN_AT = "2026-11-25T08:00:00Z"
SSQ = Source("ssq", "lottery", "双色球", "2026137", "2026-11-26T13:15:00Z")
DLT = Source("dlt", "lottery", "大乐透", "2026136", "2026-11-28T13:25:00Z")
DICE = Source("dice-1", "dice", "", "1", "2026-11-26T12:00:00Z")
REVEALED = bytes(range(16))
REVEAL = Source(
    "witness",
    "reveal",
    "",
    "w-1",
    "2026-11-26T12:10:00Z",
    digest(SHA256, "reveal", REVEALED).hex(),
)
DRAND = Source("drand", "drand", "quicknet", "123", "2026-11-26T13:00:00Z")
VALUES = {
    "ssq": "03 08 11 19 24 30|07",
    "dlt": "01 02 17 34 35|01 12",
    "dice-1": "16253416253416253416",
    "witness": REVEALED.hex(),
    "drand": "ab" * 48,
}


def an_entropy(source: Source, **changes: Any) -> Entropy:
    given = Entropy(source.id, source.issue, VALUES[source.id], source.at)
    return replace(given, **changes)


@pytest.mark.parametrize("source", [SSQ, DLT, DICE, REVEAL, DRAND])
def test_a_value_of_every_kind_is_valid(source: Source) -> None:
    assert valid_value(source, VALUES[source.id])
    assert fits(SHA256, source, VALUES[source.id])


def test_both_lotteries_are_worth_24_bits() -> None:
    for a, n, b, m in LOTTERIES.values():
        assert 2**24 <= comb(n, a) * comb(m, b) < 2**25


@pytest.mark.parametrize(
    "value",
    [
        "",
        "03 08 11 19 24|07",
        "03 08 11 19 24 30 31|07",
        "03 08 11 19 24 30",
        "03 08 11 19 24 30|07|08",
        "08 03 11 19 24 30|07",
        "03 03 11 19 24 30|07",
        "00 08 11 19 24 30|07",
        "03 08 11 19 24 34|07",
        "03 08 11 19 24 30|17",
        "03 08 11 19 24 30|00",
        "3 8 11 19 24 30|7",
        "03  08 11 19 24 30|07",
        "03 08 11 19 24 30|07 ",
        " 03 08 11 19 24 30|07",
        "030811192430|07",
        "03 08 11 19 24 30|07\n",
        "03 08 11 19 24 ３0|07",
        "03 08 11 19 24 30|0７",
        "03 08 11 19 24 30|٠7",
        "03\u300008 11 19 24 30|07",
    ],
)
def test_a_lottery_value_out_of_form_is_not_valid(value: str) -> None:
    assert not valid_value(SSQ, value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (DICE, "1" * 19),
        (DICE, "1" * 65),
        (DICE, "7" + "1" * 20),
        (DICE, "1" * 20 + "\n"),
        (DICE, "１" * 20),
        (REVEAL, REVEALED.hex().upper()),
        (REVEAL, "00" * 15),
        (REVEAL, "00" * 65),
        (REVEAL, " " + REVEALED.hex()),
        (DRAND, "ab" * 32),
        (DRAND, "AB" * 48),
        (DLT, "01 02 17 34 35|01 13"),
        (DLT, "01 02 17 34 36|01 12"),
        (DLT, "01 02 17 34 35|12 01"),
        (replace(SSQ, name="七乐彩"), VALUES["ssq"]),
        (replace(SSQ, kind="oracle"), VALUES["ssq"]),
    ],
)
def test_a_value_of_another_kind_out_of_form_is_not_valid(
    source: Source, value: str
) -> None:
    assert not valid_value(source, value)


def test_a_reveal_must_fit_its_hash_to_count() -> None:
    for odd in ("00" * 16, REVEALED.hex() + "00"):
        assert valid_value(REVEAL, odd)
        assert not fits(SHA256, REVEAL, odd)


def test_an_outside_value_of_a_fallback_exists_when_the_next_is_drawn() -> None:
    assert due(SSQ, False) == SSQ.at
    assert due(SSQ, True) == "2026-11-29T13:15:00Z"
    assert due(DLT, True) == "2026-11-30T13:25:00Z"


def test_only_outside_sources_have_a_next_issue() -> None:
    assert next_issues(SSQ, "2026-11-29T13:20:00Z") == ("2026138",)
    assert next_issues(SSQ, "2027-01-03T13:20:00Z") == ("2026138", "2027001")
    assert next_issues(replace(SSQ, issue="2026999"), SSQ.at) == ()
    for inside in (DICE, REVEAL, DRAND):
        assert next_issues(inside, "2027-01-03T13:20:00Z") == ()


@pytest.mark.parametrize("suite", SUITES)
def test_randomness_and_seed_have_their_known_answers(suite: Suite) -> None:
    known = OWN[suite.name]["seed_of"]
    record = [Entropy(*fields) for fields in known["record"]]
    random = randomness(suite, record)
    assert random.hex() == known["randomness"]
    assert digest(suite, "freeze", b'{"a":1}').hex() == known["commitment"]
    blind = Key(suite, bytes.fromhex(known["blind"]))
    commitment = bytes.fromhex(known["commitment"])
    assert blind_hash(blind).hex() == known["blind_hash"]
    for stage in ("draw", "lottery"):
        made = make_seed(blind, blind_hash(blind), stage, commitment, random)
        value = Key(suite, bytes.fromhex(known[stage]))
        assert made == Seed(stage, commitment, value)


@pytest.mark.parametrize("changed", ["source", "issue", "value"])
def test_randomness_depends_on_every_field_it_names(changed: str) -> None:
    plain = an_entropy(SSQ)
    other = replace(plain, **{changed: getattr(plain, changed) + "x"})
    assert randomness(SHA256, [plain]) != randomness(SHA256, [other])


def test_a_blind_that_was_not_committed_is_refused() -> None:
    with pytest.raises(CeremonyError) as refused:
        make_seed(ZERO, blind_hash(ONE), "draw", bytes(32), bytes(32))
    assert refused.value.code == "seed.blind"


def test_a_seed_for_another_commitment_or_stage_is_refused() -> None:
    made = make_seed(ZERO, blind_hash(ZERO), "draw", b"c" * 32, b"r" * 32)
    assert made.bound_to("draw", b"c" * 32) == made.value
    for stage, commitment in (("lottery", b"c" * 32), ("draw", b"d" * 32)):
        with pytest.raises(CeremonyError) as refused:
            made.bound_to(stage, commitment)
        assert refused.value.code == "seed.mismatch"


@pytest.mark.parametrize("suite", SUITES)
def test_tickets_have_their_known_answers(suite: Suite) -> None:
    seed = Key(suite, SEED.value)
    for known in OWN[suite.name]["tickets"]:
        assert ticket(seed, known["label"], known["name"]).hex() == known["ticket"]


NAMES = st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=12)


@given(NAMES, st.randoms(use_true_random=False))
def test_ticket_order_does_not_depend_on_row_order(names: list[str], rng: Any) -> None:
    shuffled = list(names)
    rng.shuffle(shuffled)
    assert in_ticket_order(SEED, "x", shuffled) == in_ticket_order(SEED, "x", names)


@given(NAMES, st.data())
def test_adding_or_removing_an_entry_moves_nobody_else(
    names: list[str], data: Any
) -> None:
    order = in_ticket_order(SEED, "compound", names)
    kept = data.draw(st.sets(st.sampled_from(names))) if names else set()
    assert in_ticket_order(SEED, "compound", kept) == [n for n in order if n in kept]


def test_another_label_gives_another_order() -> None:
    names = [f"C{i:04}" for i in range(20)]
    orders = {
        tuple(in_ticket_order(SEED, x, names)) for x in ("compound", "node", "arc")
    }
    assert len(orders) == 3


def test_equal_tickets_are_ordered_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_room, "ticket", lambda *_: b"same")
    assert in_ticket_order(SEED, "x", ["b", "c", "a"]) == ["a", "b", "c"]


def test_our_ordering_reproduces_the_elegy_vrs_example(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = vectors("elegy_vrs")
    key = bytes.fromhex(known["prk_key"])
    secret = b"totally not a bikeshed"
    for _ in range(9):
        secret = hashlib.sha256(secret).digest()
    assert secret == key
    prk = hmac.digest(key, known["prk_message"].encode(), "sha256")

    def value(_seed: Key, _label: str, name: str) -> bytes:
        return hmac.digest(prk, name.encode() + b"\x01", "sha256")

    for name, start in known["order"]:
        assert value(ZERO, "", name).hex()[:27] == start
    monkeypatch.setattr(seed_room, "ticket", value)
    names = [name for name, _ in known["order"]]
    assert in_ticket_order(ZERO, "", sorted(names)) == names


def first_fraction(name: str, seed: str) -> str:
    """Digits after `0.` of consistent_sampler's ticket (FAIRNESS §7.4)."""
    inner = hashlib.sha256(seed.encode()).hexdigest()
    number = int(hashlib.sha256((inner + name).encode()).hexdigest(), 16)
    return str(number).zfill(64)[::-1]


def test_our_ordering_reproduces_consistent_sampler_samples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = vectors("consistent_sampler")
    name, seed, digits = known["first_fraction"]
    assert first_fraction(name, seed) == digits
    monkeypatch.setattr(
        seed_room,
        "ticket",
        lambda seed, _label, name: first_fraction(name, seed.value.decode()).encode(),
    )
    for sample in known["samples"]:
        key = Key(SHA256, sample["seed"].encode())
        order = in_ticket_order(key, "", sorted(sample["ids"]))
        assert order[: len(sample["order"])] == sample["order"]


def rfc_3797(key: str, pool: int, count: int) -> tuple[list[str], list[int]]:
    """Digests and picks by RFC 3797 section 4: positions, so one entry moves all."""
    left, digests, picks = list(range(1, pool + 1)), [], []
    for i in range(count):
        index = i.to_bytes(2, "big")
        value = hashlib.md5(index + key.encode() + index).hexdigest()
        digests.append(value.upper())
        picks.append(left.pop(int(value, 16) % len(left)))
    return digests, picks


def test_rfc_3797_picks_are_reproduced_and_shift_where_tickets_stay() -> None:
    known = vectors("rfc3797")
    digests, picks = rfc_3797(known["key"], known["pool"], 16)
    assert digests[:5] == known["digests"]
    assert picks == known["picks"]
    real = known["nomcom_2022"]
    digests, picks = rfc_3797(real["key"], real["pool"], 10)
    assert digests[0] == real["first_digest"]
    assert picks == real["picks"]
    # Entry 25 disputed and struck off: RFC 3797 moves others, tickets do not.
    _, fewer = rfc_3797(known["key"], known["pool"] - 1, 16)
    assert [p for p in known["picks"] if p != 25] != fewer[:15]
    names = [str(i) for i in range(1, 26)]
    order = in_ticket_order(SEED, "x", names)
    order.remove("25")
    assert in_ticket_order(SEED, "x", names[:-1]) == order


class Fixed(Coins):
    """Coins that read given bytes and count them."""

    def __init__(self, data: bytes) -> None:
        super().__init__(SEED, "fixed")
        self.data = data
        self.read = 0

    def _take(self, n: int) -> bytes:
        out = self.data[self.read : self.read + n]
        assert len(out) == n, "read past the end"
        self.read += n
        return out


@pytest.mark.parametrize(("pool", "bits"), vectors("rfc3797")["entropy"])
def test_a_number_below_n_choose_10_reads_the_bits_of_rfc_3797(
    pool: int, bits: int
) -> None:
    n = comb(pool, 10)
    size = -(-bits // 8)
    surplus = 8 * size - bits
    # All ones in the surplus bits must vanish; the rest is the largest value, n - 1.
    data = ((((1 << surplus) - 1) << bits) | (n - 1)).to_bytes(size, "big")
    coins = Fixed(data)
    assert coins.below(n) == n - 1
    assert coins.read == size


def test_a_value_of_n_or_more_is_rejected_and_the_next_is_taken() -> None:
    coins = Fixed(bytes([200, 255, 199, 7]))
    assert coins.below(200) == 199
    assert coins.below(200) == 7
    coins = Fixed(bytes([0b11111111, 0b11111001]))
    assert coins.below(5) == 1  # three low bits: 7 is rejected, 1 is taken
    assert coins.read == 2


def test_below_one_reads_nothing_and_below_zero_is_an_error() -> None:
    coins = Fixed(b"")
    assert coins.below(1) == 0
    with pytest.raises(ValueError, match="n >= 1"):
        coins.below(0)


def test_a_chance_is_a_number_below_the_total() -> None:
    coins = Fixed(bytes([3, 4, 0]))
    assert [coins.chance(4, 10) for _ in range(3)] == [True, False, True]
    assert Fixed(b"").chance(1, 1) is True
    assert Fixed(b"").chance(0, 1) is False


@pytest.mark.parametrize("suite", SUITES)
def test_the_coin_stream_has_its_known_answer(suite: Suite) -> None:
    # below(2^768) takes the 96 bytes as they are.
    known = OWN[suite.name]["coins"]
    value = Coins(Key(suite, SEED.value), known["label"]).below(2**768)
    assert value.to_bytes(96, "big").hex() == known["bytes"]


def test_the_coin_stream_is_the_same_however_it_is_cut() -> None:
    coins = Coins(SEED, "rounding")
    joined = b"".join(
        coins.below(2 ** (8 * size)).to_bytes(size, "big") for size in (1, 31, 1, 2, 61)
    )
    assert joined.hex() == OWN["sha256"]["coins"]["bytes"]


@pytest.mark.parametrize("suite", SUITES)
def test_numbers_below_n_have_their_known_answers(suite: Suite) -> None:
    known = OWN[suite.name]["below"]
    coins, draws = Coins(Key(suite, SEED.value), known["label"]), known["draws"]
    assert [coins.below(int(n)) for n, _ in draws] == [int(v) for _, v in draws]
    assert len(draws) == 30


@given(st.integers(1, 2**70))
def test_a_number_below_n_is_below_n(n: int) -> None:
    coins = Coins(SEED, "property")
    assert all(0 <= coins.below(n) < n for _ in range(5))
