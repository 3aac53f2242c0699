"""Synthetic choices: the same seed and label give the same choices everywhere.

Counter-mode HMAC bytes read as exact integers (the ceremony's coins), so a city is
byte-identical on every Python version. This is data generation, not a draw.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from inspector.ceremony.canon import SHA256, Key, framed
from inspector.ceremony.seed import Coins

T = TypeVar("T")


def _frame(kind: str, *parts: bytes | str) -> bytes:
    """Frames of protocol version 1: a new version must not make other cities."""
    return framed(kind, *parts).replace(b"/v2\n", b"/v1\n", 1)


class _Coins(Coins):
    """The ceremony's coins over the frames of version 1."""

    def _block(self, counter: bytes) -> bytes:
        data = _frame("coins", self._label, counter)
        return hmac.digest(self._seed.value, data, "sha256")


class Stream:
    """One labelled stream; a new label never moves the choices of another one."""

    def __init__(self, city: str, seed: int, *label: str) -> None:
        key = hashlib.sha256(_frame("scenario", city, str(seed))).digest()
        self._coins = _Coins(Key(SHA256, key), "/".join(label))

    def below(self, n: int) -> int:
        """A uniform integer in 0..n-1."""
        return self._coins.below(n)

    def between(self, low: int, high: int) -> int:
        """A uniform integer in low..high."""
        return low + self._coins.below(high - low + 1)

    def hit(self, a: int, total: int) -> bool:
        """True with probability a / total."""
        return self._coins.chance(a, total)

    def bell(self, low: int, high: int) -> int:
        """An integer in low..high, the middle likelier (mean of three)."""
        return sum(self.between(low, high) for _ in range(3)) // 3

    def pick(self, values: Sequence[T]) -> T:
        """One of `values`, all alike."""
        return values[self._coins.below(len(values))]

    def weighted(self, choices: Iterable[tuple[T, int]]) -> T:
        """One value of (value, weight) pairs, by weight."""
        pairs = list(choices)
        left = self._coins.below(sum(weight for _, weight in pairs))
        for value, weight in pairs:
            left -= weight
            if left < 0:
                return value
        raise AssertionError("weights are not negative")

    def in_any_order(self, values: Sequence[T]) -> Iterator[T]:
        """All of `values` in a uniform order, drawn only as far as it is read."""
        moved: dict[int, T] = {}
        for i in range(len(values)):
            j = self.between(i, len(values) - 1)
            yield moved.get(j, values[j])
            moved[j] = moved.pop(i, values[i])

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """All of `values` in a uniform order."""
        return list(self.in_any_order(values))

    def sample(self, values: Sequence[T], n: int) -> list[T]:
        """`n` different ones of `values`, in a uniform order."""
        return list(islice(self.in_any_order(values), n))

    def hex(self, n: int) -> str:
        """`n` bytes as hex digits."""
        return bytes(self.below(256) for _ in range(n)).hex()
