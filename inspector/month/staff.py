"""Whether people allow a package: eligible for each seat, and the seats all filled.

A package and its day → whether people suffice, and the cut if not; stand-by pairs →
those that can be manned. Asked by `places` and `amendment_left_out`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Protocol

from inspector.domain import Package
from inspector.selection.matching import Cut, Matching


class Wanted(Protocol):
    """A seat as far as it counts here."""

    @property
    def id(self) -> str: ...
    @property
    def package(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def eligible(self) -> tuple[int, ...]: ...
    @property
    def hardest(self) -> int: ...


class Staff:
    """The seats of a plan with people for each.

    `seats_of`: seats of packages; `most`: duty days per person; `keep`: least share of
    the hardest visit's people that a seat keeps. `pairs`: seats of each stand-by pair,
    by day and number; `manned`: those that have people now.
    """

    def __init__(
        self,
        seats_of: Callable[[Sequence[Package]], Sequence[Wanted]],
        most: Sequence[int],
        keep: tuple[int, int],
        pairs: Sequence[tuple[str, Sequence[Wanted]]] = (),
    ) -> None:
        self.seats_of, self.most, self.keep = seats_of, most, keep
        self.filled = Matching(most)
        self.of: dict[str, list[str]] = {}  # package -> seats
        self.pairs, self.manned = pairs, list[str]()

    def seat(self, packages: Iterable[Package]) -> list[Package]:
        """Fill the seats of one package after the other; those that cannot be."""
        return [p for p in packages if not self._seat(p.id, self.seats_of([p]))]

    def man(self) -> None:
        """Fill the seats of the pairs, one after the other, where people are left."""
        self.dismiss()
        self.manned = [name for name, seats in self.pairs if self._seat(name, seats)]

    def dismiss(self) -> None:
        """The pairs leave their seats."""
        for name in self.manned:
            self.drop(name)
        self.manned = []

    def drop(self, package: str) -> None:
        """The seats of a package or pair are gone."""
        for name in self.of.pop(package):
            self.filled.drop(name)

    def _seat(self, package: str, seats: Sequence[Wanted]) -> bool:
        """Fill all these seats or none."""
        filled = self.filled.copy()
        if self._add(filled, seats) is not None:
            return False
        self.filled, self.of[package] = filled, [s.id for s in seats]
        return True

    def _add(self, filled: Matching, seats: Sequence[Wanted]) -> Cut | None:
        for s in seats:
            cut = filled.add(s.id, s.day, s.eligible)
            if cut is not None:
                return cut
        return None

    def _kept(self, seats: Sequence[Wanted]) -> bool:
        num, den = self.keep
        return all(
            s.eligible and len(s.eligible) * den >= s.hardest * num for s in seats
        )

    def _tried(
        self, old: Package | None, seats: Sequence[Wanted], *, alone: bool
    ) -> tuple[Matching, Cut | None]:
        """The seats filled with these for those of `old`; `alone`: without pairs."""
        filled = self.filled.copy()
        gone = list(self.of[old.id]) if old else []
        for pair in self.manned if alone else ():
            gone += self.of[pair]
        for name in gone:
            filled.drop(name)
        return filled, self._add(filled, seats)

    def takes(self, old: Package | None, new: Package, *, alone: bool = False) -> bool:
        """Put `new` in for `old` if people allow it; `alone`: pairs give way to it."""
        seats = self.seats_of([new])
        if not self._kept(seats):
            return False
        filled, cut = self._tried(old, seats, alone=False)
        if cut is not None and alone and self.manned:
            filled, cut = self._tried(old, seats, alone=True)
            if cut is None:
                for pair in self.manned:
                    del self.of[pair]
                self.manned = []
        if cut is not None:
            return False
        self.filled = filled
        if old:
            del self.of[old.id]
        self.of[new.id] = [s.id for s in seats]
        if len(self.manned) < len(self.pairs):
            self.man()
        return True

    def cut(
        self,
        old: Package | None,
        new: Package,
        known: Sequence[Cut],
        *,
        alone: bool = False,
    ) -> Cut | None:
        """A cut that forbids `new` in place of `old`; None where too few are eligible,
        a known cut forbids it already, or nothing does."""
        seats = self.seats_of([new])
        if not self._kept(seats):
            return None
        gone = set(self.of[old.id]) if old else set()
        if alone:
            gone |= {n for pair in self.manned for n in self.of[pair]}
        if self._forbidden(seats, gone, known):
            return None
        return self._tried(old, seats, alone=alone)[1]

    def pair_cut(
        self, pair: str, without: Iterable[str], known: Sequence[Cut]
    ) -> Cut | None:
        """A cut that forbids a missing pair beside the pairs before it and the packages
        but those `without`; None as above."""
        names = [name for name, _ in self.pairs]
        later = {*names[names.index(pair) :]}
        seats = dict(self.pairs)[pair]
        gone = {n for p in {*without, *later} for n in self.of.get(p, ())}
        nobody = not all(s.eligible for s in seats)
        if nobody or self._forbidden(seats, gone, known):
            return None
        filled = self.filled.copy()
        for name in gone:
            filled.drop(name)
        return self._add(filled, seats)

    def _forbidden(
        self, seats: Sequence[Wanted], gone: set[str], known: Sequence[Cut]
    ) -> bool:
        """Whether a known cut forbids these seats beside all but those gone."""
        for one in known:
            stay = (x for n, x in self.filled.seats.items() if n not in gone)
            need = sum(one.needs(*x) for x in stay)
            need += sum(one.needs(s.day, s.eligible) for s in seats)
            if need > one.holds(self.most):
                return True
        return False
