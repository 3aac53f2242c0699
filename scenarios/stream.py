"""Synthetic choices: the same seed and label give the same choices everywhere.

Counter-mode HMAC bytes read as exact integers (the ceremony's coins), so a city is
byte-identical on every Python version. This is data generation, not a draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from inspector.ceremony.canon import digest
from inspector.ceremony.seed import Coins

T = TypeVar("T")


class Stream:
    """One labelled stream; a new label never moves the choices of another one."""

    def __init__(self, city: str, seed: int, *label: str) -> None:
        self._coins = Coins(digest("scenario", city, str(seed)), "/".join(label))

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
