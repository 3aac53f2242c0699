"""Whether people allow a package: eligible for each seat, and the seats all filled.

A package and its day → whether people suffice, and the cut if not. Asked by `places`
and `amendment_left_out`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """The seats of a plan with people for each. `seats_of`: seats of packages, and of
    the stand-by pairs for none; `most`: duty days per person; `keep`: least share of
    the hardest visit's people that a seat keeps."""

    def __init__(
        self,
        seats_of: Callable[[Sequence[Package]], Sequence[Wanted]],
        most: Sequence[int],
        keep: tuple[int, int],
    ) -> None:
        self.seats_of, self.most, self.keep = seats_of, most, keep
        self.filled = Matching(most)
        self.of: dict[str, list[str]] = {}  # package -> seats

    def seat(self, packages: Sequence[Package]) -> bool:
        """Fill all seats; whether that is possible."""
        seats = (*self.seats_of(packages), *self.seats_of(()))
        self._note(seats)
        return self._add(self.filled, seats) is None

    def _note(self, seats: Sequence[Wanted]) -> None:
        for s in seats:
            self.of.setdefault(s.package, []).append(s.id)

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
        self, old: Package | None, seats: Sequence[Wanted]
    ) -> tuple[Matching, Cut | None]:
        filled = self.filled.copy()
        for name in self.of[old.id] if old else ():
            filled.drop(name)
        return filled, self._add(filled, seats)

    def takes(self, old: Package | None, new: Package) -> bool:
        """Put `new` in for `old` if people allow it."""
        seats = self.seats_of([new])
        if not self._kept(seats):
            return False
        filled, cut = self._tried(old, seats)
        if cut is not None:
            return False
        self.filled = filled
        self.of[new.id] = []
        self._note(seats)
        return True

    def cut(
        self, old: Package | None, new: Package, known: Sequence[Cut]
    ) -> Cut | None:
        """A cut that forbids `new` in place of `old`; None where too few are eligible,
        a known cut forbids it already, or nothing does."""
        seats = self.seats_of([new])
        if not self._kept(seats):
            return None
        gone = set(self.of[old.id]) if old else set()
        for one in known:
            stay = (x for n, x in self.filled.seats.items() if n not in gone)
            need = sum(one.needs(*x) for x in stay)
            need += sum(one.needs(s.day, s.eligible) for s in seats)
            if need > one.holds(self.most):
                return None
        return self._tried(old, seats)[1]
