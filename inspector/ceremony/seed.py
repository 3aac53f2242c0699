"""Blinds, entropy, seeds, tickets and coins (PROTOCOL.md §2-§4).

A seed is bound to one stage and one commitment. Whatever is decided by chance is
decided by tickets (who is first) and coins (exact integers) of that seed: no float,
no modulo, no generator of a library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb

from inspector.ceremony.canon import Key, Suite, digest, mac
from inspector.errors import CeremonyError, messages
from inspector.policy import MIN_OUTSIDE_BITS, Source

messages(
    {
        "entropy.missing": (
            "缺少随机源 {source} 的结果",
            "the value of entropy source {source} is missing",
        ),
        "entropy.unknown": (
            "随机源 {source} 未在冻结时公布",
            "entropy source {source} was not named at the freeze",
        ),
        "entropy.value": (
            "随机源 {source} 的取值无效：{value}",
            "the value of entropy source {source} is not valid: {value}",
        ),
        "entropy.early": (
            "随机源 {source} 的时间 {at} 不晚于承诺时间 {committed}",
            "entropy {source} of {at} is not later than the commitment of {committed}",
        ),
        "entropy.other_issue": (
            "随机源 {source} 不是公布的期号：{issue}",
            "entropy source {source} is of another issue than announced: {issue}",
        ),
        "entropy.not_last": (
            "外部随机源必须最后产生：{source}",
            "the outside entropy source must come last: {source}",
        ),
        "seed.blind": (
            "密封值与承诺不符",
            "the blind does not belong to this commitment",
        ),
        "seed.mismatch": (
            "种子绑定的是另一份承诺",
            "the seed is bound to another commitment",
        ),
    }
)

# name -> (white balls drawn, of, second balls drawn, of); rules of the two games.
LOTTERIES: dict[str, tuple[int, int, int, int]] = {
    "双色球": (6, 33, 1, 16),
    "大乐透": (5, 35, 2, 12),
}
OUTSIDE = ("lottery", "drand")
MIN_DICE = 20


def entropy_bits(source: Source) -> int:
    """Whole bits of entropy of an outside source (0 when it is not outside)."""
    if source.kind == "lottery" and source.name in LOTTERIES:
        a, n, b, m = LOTTERIES[source.name]
        return (comb(n, a) * comb(m, b)).bit_length() - 1
    return 256 if source.kind == "drand" else 0


@dataclass(frozen=True, slots=True)
class Entropy:
    """What one source gave: its value as text and when, UTC.

    `issue` differs from the announced one only when the organiser published none and
    the next issue of the same source was taken (`fallback`).
    """

    source: str
    issue: str
    value: str
    at: str
    fallback: bool = False


def _valid(suite: Suite, source: Source, value: str) -> bool:
    if source.kind == "lottery":
        a, n, b, m = LOTTERIES.get(source.name, (0, 0, 0, 0))
        # Only ASCII digits: a second spelling of one result would be a second seed.
        found = re.fullmatch(r"((?:[0-9]{2} ?)+)\|((?:[0-9]{2} ?)+)", value)
        if not found:
            return False
        for text, take, top in ((found[1], a, n), (found[2], b, m)):
            balls = text.split(" ")
            if len(balls) != take or any(len(x) != 2 for x in balls):
                return False
            if balls != sorted(set(balls)) or balls[0] < "01":
                return False
            if int(balls[-1]) > top:
                return False
        return True
    if source.kind == "dice":
        return re.fullmatch(rf"[1-6]{{{MIN_DICE},}}", value) is not None
    if source.kind == "reveal":
        if not re.fullmatch(r"(?:[0-9a-f]{2}){16,}", value):
            return False
        return digest(suite, "reveal", bytes.fromhex(value)).hex() == source.commit
    if source.kind == "drand":
        return re.fullmatch(r"[0-9a-f]{64}", value) is not None
    return False


def check_entropy(
    suite: Suite,
    sources: Sequence[Source],
    record: Sequence[Entropy],
    committed_at: str,
) -> None:
    """Refuse a record that is not the announced sources, later than the commitment.

    Timestamps are `YYYY-MM-DDTHH:MM:SSZ`, so text order is time order. Raises
    CeremonyError: wrong source, issue, value, time or order.
    """
    named = {s.id: s for s in sources}
    for e in record:
        if e.source not in named:
            raise CeremonyError("entropy.unknown", source=e.source)
    for s, e in zip_sources(sources, record):
        wanted = (s.issue,) if not e.fallback else next_issues(s)
        if e.issue not in wanted:
            raise CeremonyError("entropy.other_issue", source=s.id, issue=e.issue)
        if e.at <= committed_at or (s.kind in OUTSIDE and e.at < s.at):
            raise CeremonyError(
                "entropy.early", source=s.id, at=e.at, committed=committed_at
            )
        if not _valid(suite, s, e.value):
            raise CeremonyError("entropy.value", source=s.id, value=e.value[:40])
    last = max((e.at for e in record), default="")
    outside = [
        e.at
        for s, e in zip_sources(sources, record)
        if entropy_bits(s) >= MIN_OUTSIDE_BITS
    ]
    if not outside or max(outside) < last:
        shown = record[-1].source if record else "-"
        raise CeremonyError("entropy.not_last", source=shown)


def next_issues(source: Source) -> tuple[str, ...]:
    """What may replace an issue that its organiser did not publish: the next one.

    The next number, or the first of the next year for lottery issues (`2026154` →
    `2026155` or `2027001`). Sources that are not outside have none.

    >>> next_issues(Source("a", "lottery", "双色球", "2026154", ""))
    ('2026155', '2027001')
    """
    if source.kind not in OUTSIDE or not re.fullmatch("[0-9]+", source.issue):
        return ()
    number = str(int(source.issue) + 1).zfill(len(source.issue))
    if source.kind == "lottery" and len(source.issue) == 7:
        return number, f"{int(source.issue[:4]) + 1:04d}001"
    return (number,)


def zip_sources(
    sources: Sequence[Source], record: Sequence[Entropy]
) -> list[tuple[Source, Entropy]]:
    """Each announced source with its value, in announced order."""
    given: dict[str, Entropy] = {}
    for e in record:
        if e.source in given:
            raise CeremonyError("entropy.value", source=e.source, value="twice")
        given[e.source] = e
    for s in sources:
        if s.id not in given:
            raise CeremonyError("entropy.missing", source=s.id)
    return [(s, given[s.id]) for s in sources]


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
