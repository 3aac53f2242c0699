"""Whether seats can all be filled, and why not: one seat, one person, one day.

Seats with who may sit there → a seating, or a cut.

A person has at most one seat a day and `most` in the month. Seats are added one by one;
a seat that cannot be added leaves a cut: people and person-days that all its seats
depend on and that together hold fewer (Hall's condition, PROTOCOL.md §6 "Cuts").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

Stay = tuple[int, date]  # a person and a day


@dataclass(frozen=True, slots=True)
class Cut:
    """`people` hold their days of duty, each of `days` one seat; nobody else counts."""

    people: frozenset[int]
    days: frozenset[Stay]

    def needs(self, day: date, who: Collection[int]) -> bool:
        """Whether a seat that day can only be filled from the cut."""
        return all(i in self.people or (i, day) in self.days for i in who)

    def holds(self, most: Sequence[int]) -> int:
        """How many seats the cut can fill."""
        return sum(most[i] for i in self.people) + len(self.days)


@dataclass(slots=True)
class Matching:
    """Seats with the people who fill them for now. `most`: duty days per person."""

    most: Sequence[int]
    seats: dict[str, tuple[date, tuple[int, ...]]] = field(default_factory=dict)
    place: dict[str, Stay] = field(default_factory=dict)
    taken: dict[Stay, str] = field(default_factory=dict)

    def copy(self) -> Matching:
        """A matching that is changed without changing this one."""
        return Matching(self.most, dict(self.seats), dict(self.place), dict(self.taken))

    def drop(self, name: str) -> None:
        """The seat is gone."""
        del self.seats[name]
        self.taken.pop(self.place.pop(name), None)

    def _days(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for name, (person, _) in self.place.items():
            found.setdefault(person, []).append(name)
        return found

    def add(self, name: str, day: date, who: Sequence[int]) -> Cut | None:
        """Fill one seat more, others moving on where they must; the cut if none can."""
        self.seats[name] = day, tuple(who)
        held = self._days()
        came: dict[Stay, str] = {}  # the seat that wants a person on a day
        why: dict[str, Stay] = {}  # the stay that a seat is asked to make room for
        full: set[int] = set()
        queue = [name]
        for seat in queue:
            on, people = self.seats[seat]
            for i in people:
                stay = i, on
                if stay in came:
                    continue
                came[stay] = seat
                other = self.taken.get(stay)
                mine = held.get(i, [])
                if other is None and len(mine) < self.most[i]:
                    self._move(name, stay, came, why)
                    return None
                asked = [other] if other is not None else mine
                if other is None:
                    full.add(i)
                for one in asked:
                    if one != name and one not in why:
                        why[one] = stay
                        queue.append(one)
        del self.seats[name]
        return Cut(frozenset(full), frozenset(s for s in came if s[0] not in full))

    def _move(
        self, name: str, end: Stay, came: dict[Stay, str], why: dict[str, Stay]
    ) -> None:
        """Give each seat of the chain its new person, from the free one back."""
        moves = [(came[end], end)]
        while moves[-1][0] != name:
            stay = why[moves[-1][0]]
            moves.append((came[stay], stay))
        for seat, _ in moves:
            if seat in self.place:
                del self.taken[self.place.pop(seat)]
        for seat, stay in moves:
            self.place[seat], self.taken[stay] = stay, seat
