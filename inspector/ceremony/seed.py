"""Blinds, entropy, seeds, tickets and coins (PROTOCOL.md §2-§4).

A seed is bound to one stage and one commitment. Whatever is decided by chance is
decided by tickets (who is first) and coins (exact integers) of that seed: no float,
no modulo, no generator of a library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inspector.ceremony.canon import Key, Suite, digest, mac
from inspector.errors import CeremonyError, messages
from inspector.policy import Source
from inspector.sources import ISSUES, LOTTERIES, OUTSIDE, next_drawing
from inspector.workdays import local_day

messages(
    {
        "seed.blind": (
            "密封值与承诺不符",
            "the sealed value does not belong to this commitment",
        ),
        "seed.mismatch": (
            "种子绑定的是另一份承诺",
            "the seed is bound to another commitment",
        ),
    }
)

MIN_DICE = 20
# Grammars of whole texts (PROTOCOL.md §2): one value has one spelling.
_VALUES = {
    "dice": re.compile(r"[1-6]{20,64}", re.ASCII),
    "reveal": re.compile(r"(?:[0-9a-f]{2}){16,64}", re.ASCII),
    "drand": re.compile(r"[0-9a-f]{96}", re.ASCII),
}
_BALLS = re.compile(r"((?:[0-9]{2} )*[0-9]{2})\|((?:[0-9]{2} )*[0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entropy:
    """What one source gave: its value as text and when it was first entered, UTC.

    `issue` differs from the announced one only when the organiser published none and
    the next issue of the same source was taken (`fallback`). An inside source that
    gave nothing in time has value "" and at "".
    """

    source: str
    issue: str
    value: str
    at: str
    fallback: bool = False


def valid_value(source: Source, value: str) -> bool:
    """Whether a value is written as its kind demands; a reveal may still misfit."""
    if source.kind == "lottery":
        a, n, b, m = LOTTERIES.get(source.name, (0, 0, 0, 0))
        found = _BALLS.fullmatch(value)
        if not found:
            return False
        for text, take, top in ((found[1], a, n), (found[2], b, m)):
            balls = text.split(" ")
            if len(balls) != take or balls != sorted(set(balls)):
                return False
            if balls[0] < "01" or int(balls[-1]) > top:
                return False
        return True
    return source.kind in _VALUES and bool(_VALUES[source.kind].fullmatch(value))


def fits(suite: Suite, source: Source, value: str) -> bool:
    """Whether an inside value counts: a reveal must fit its announced hash."""
    if source.kind != "reveal":
        return True
    return digest(suite, "reveal", bytes.fromhex(value)).hex() == source.commit


def due(source: Source, fallback: bool) -> str:
    """When an outside value exists: as announced, of the next issue at its drawing."""
    return next_drawing(source.name, source.at) if fallback else source.at


def next_issues(source: Source, at: str) -> tuple[str, ...]:
    """What may replace an issue that its organiser did not publish: the next one.

    The next number, or the first of the next year if the record's year is later.
    Inside sources have none.

    >>> last = Source("a", "lottery", "双色球", "2026154", "2026-12-31T13:15:00Z")
    >>> next_issues(last, "2026-12-31T14:00:00Z")
    ('2026155',)
    >>> next_issues(last, "2027-01-03T13:20:00Z")
    ('2026155', '2027001')
    """
    if source.kind not in OUTSIDE or not ISSUES[source.kind].fullmatch(source.issue):
        return ()
    year = int(source.issue[:4])
    number = str(int(source.issue) + 1)
    following: tuple[str, ...] = (number,) if number[:4] == source.issue[:4] else ()
    if local_day(at).year > local_day(source.at).year:
        following += (f"{year + 1:04d}001",)
    return following


def randomness(suite: Suite, record: Iterable[Entropy]) -> bytes:
    """Hash of the length-prefixed issues and values, in announced order."""
    parts: list[str] = []
    for e in record:
        parts += [e.source, e.issue, e.value]
    return digest(suite, "randomness", *parts)


def blind_hash(blind: Key) -> bytes:
    """What a commitment contains of its blind."""
    return digest(blind.suite, "blind", blind.value)


@dataclass(frozen=True, slots=True)
class Seed:
    """A key bound to a stage ("draw" or "lottery") and one commitment."""

    stage: str
    commitment: bytes
    value: Key

    def bound_to(self, stage: str, commitment: bytes) -> Key:
        """The seed's key; refuses when it belongs to anything else."""
        if (self.stage, self.commitment) != (stage, commitment):
            raise CeremonyError("seed.mismatch")
        return self.value


def make_seed(
    blind: Key, committed_blind: bytes, stage: str, commitment: bytes, random: bytes
) -> Seed:
    """seed = HMAC(blind, "seed", stage, commitment, randomness)."""
    if blind_hash(blind) != committed_blind:
        raise CeremonyError("seed.blind")
    value = mac(blind, "seed", stage, commitment, random)
    return Seed(stage, commitment, Key(blind.suite, value))


def ticket(seed: Key, label: str, name: str) -> bytes:
    """签号: depends on seed, label and name alone; the lowest wins."""
    return mac(seed, "ticket", label, name)


def in_ticket_order(seed: Key, label: str, names: Iterable[str]) -> list[str]:
    """`names` by ascending ticket (equal tickets: by name)."""
    return [n for _, n in sorted((ticket(seed, label, n), n) for n in names)]


class Coins:
    """Counter-mode HMAC stream of one label, read as exact integers."""

    def __init__(self, seed: Key, label: str) -> None:
        self._seed, self._label = seed, label
        self._count = 0
        self._buffer = b""

    def _block(self, counter: bytes) -> bytes:
        return mac(self._seed, "coins", self._label, counter)

    def _take(self, n: int) -> bytes:
        while len(self._buffer) < n:
            self._buffer += self._block(self._count.to_bytes(8, "big"))
            self._count += 1
        out, self._buffer = self._buffer[:n], self._buffer[n:]
        return out

    def below(self, n: int) -> int:
        """A uniform integer in 0..n-1 by rejection; n = 1 reads nothing.

        Reads ceil(bits(n-1)/8) bytes, big end first, clears the surplus top bits and
        takes the next ones when the value is n or more (FAIRNESS §2).
        """
        if n < 1:
            raise ValueError("below() needs n >= 1")
        bits = (n - 1).bit_length()
        if bits == 0:
            return 0
        size = (bits + 7) // 8
        while True:
            value = int.from_bytes(self._take(size), "big") & ((1 << bits) - 1)
            if value < n:
                return value

    def chance(self, a: int, total: int) -> bool:
        """True with probability exactly a / total."""
        return self.below(total) < a
