"""How many packages still fit: cars and people per day, people per month.

Cars, people and packages → what is left, per day and for the month.

The `Ledger` counts the whole city. For searching the districts apart it is split into
one `Room` per office: numbers so small that any use of them together stays allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.schedule.workload import Row, Workload, day_rows, month_rows


class Dice:
    """Integers from a seed and a label: splitmix64, the same everywhere.

    >>> dice = Dice(7, "O1")
    >>> [dice.below(10) for _ in range(8)]
    [0, 1, 0, 0, 3, 3, 1, 9]
    """

    def __init__(self, seed: int, label: str) -> None:
        state = seed & _ALL
        for byte in label.encode():
            state = (_mix(state) + byte) & _ALL
        self._state = _mix(state)

    def below(self, count: int) -> int:
        """An integer in 0..count-1; the bias of 64 bits is of no matter here."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _ALL
        return _mix(self._state) % count

    def shuffled(self, values: Sequence[int]) -> list[int]:
        """The values in random order."""
        return sorted(values, key=lambda value: (self.below(1 << 48), value))


_ALL = (1 << 64) - 1
_More = tuple[str, bool]  # a skill or none, and whether the package is one more


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _ALL
    return z ^ (z >> 31)


@dataclass(frozen=True, slots=True)
class Room:
    """What one office may use at most, besides its pinned packages."""

    packages: tuple[int, ...]  # per day
    skilled: tuple[tuple[str, tuple[int, ...]], ...]  # per skill and day
    month_packages: int
    month_skilled: tuple[tuple[str, int], ...]


class Ledger:
    """Packages counted per office and day, and against the people of the city; pinned
    ones from the start."""

    def __init__(self, work: Workload) -> None:
        self.days = len(work.days)
        self.skills = tuple(sorted({v.skill for v in work.visits} - {""}))
        self.cars = work.cars
        self._rows = tuple(
            day_rows(work.crew, self.skills, day) for day in range(self.days)
        )
        self._month = month_rows(work.crew, self.skills, self.days)
        self.used = [[0] * self.days for _ in work.offices]
        self.skilled = [
            {skill: [0] * self.days for skill in self.skills} for _ in work.offices
        ]
        # Sums over the offices, and what they answer until the next change.
        self._packages = [0] * self.days
        self._special = [dict.fromkeys(self.skills, 0) for _ in range(self.days)]
        self._total = 0
        self._total_special = dict.fromkeys(self.skills, 0)
        self._day_fits: list[dict[_More, bool]] = [{} for _ in range(self.days)]
        self._month_fits: dict[_More, bool] = {}
        offices = [o.id for o in work.offices]
        for p in work.pinned:
            self.add(offices.index(p.office), work.days.index(p.day), p.skill)
        self._pinned = [list(used) for used in self.used]
        self._pinned_skilled = [
            {skill: list(days) for skill, days in o.items()} for o in self.skilled
        ]

    def add(self, office: int, day: int, skill: str, count: int = 1) -> None:
        """Count packages in (or out, with a negative count)."""
        self.used[office][day] += count
        self._packages[day] += count
        self._total += count
        if skill:
            self.skilled[office][skill][day] += count
            self._special[day][skill] += count
            self._total_special[skill] += count
        self._day_fits[day] = {}
        self._month_fits = {}

    def fits(self, office: int, day: int, skill: str, fresh: bool = True) -> bool:
        """Whether a package more (`fresh`), or the skill on one that has none, fits."""
        if fresh and self.used[office][day] >= self.cars[office][day]:
            return False
        more, known = (skill, fresh), self._day_fits[day]
        if more not in known:
            packages, skilled = self._packages[day], self._special[day]
            known[more] = _more_fits(self._rows[day], packages, skilled, more)
        if more not in self._month_fits:
            total, skilled = self._total, self._total_special
            self._month_fits[more] = _more_fits(self._month, total, skilled, more)
        return known[more] and self._month_fits[more]

    def split(self, first: int) -> tuple[Room, ...]:
        """The city's room dealt out to the offices, in turns, starting at `first`.

        Each office keeps what it uses now; then, day by day, one package more goes to
        each in turn while the rows would hold if all that was dealt were used.
        """
        offices = [(first + i) % len(self.used) for i in range(len(self.used))]
        own = [list(used) for used in self.used]
        special = [{s: list(days) for s, days in o.items()} for o in self.skilled]
        for day in range(self.days):
            packages, skilled = self._packages[day], self._special[day]
            moved = True
            while moved:
                moved = False
                for office in offices:
                    if own[office][day] >= self.cars[office][day]:
                        continue
                    if _hold(self._rows[day], packages + 1, skilled):
                        packages += 1
                        own[office][day] += 1
                        moved = True
                    for skill in self.skills:
                        if special[office][skill][day] >= own[office][day]:
                            continue
                        more = {**skilled, skill: skilled[skill] + 1}
                        if _hold(self._rows[day], packages, more):
                            skilled = more
                            special[office][skill][day] += 1
                            moved = True
        return tuple(self._rooms(offices, own, special))

    def _rooms(
        self,
        offices: list[int],
        own: list[list[int]],
        special: list[dict[str, list[int]]],
    ) -> list[Room]:
        packages, skilled = self._total, self._total_special
        totals = [sum(used) for used in self.used]
        extra = [{s: sum(days) for s, days in o.items()} for o in self.skilled]
        moved = True
        while moved:
            moved = False
            for office in offices:
                if totals[office] < sum(own[office]) and _hold(
                    self._month, packages + 1, skilled
                ):
                    packages += 1
                    totals[office] += 1
                    moved = True
                for skill in self.skills:
                    more = {**skilled, skill: skilled[skill] + 1}
                    if extra[office][skill] < sum(special[office][skill]) and _hold(
                        self._month, packages, more
                    ):
                        skilled = more
                        extra[office][skill] += 1
                        moved = True
        return [
            Room(
                _beside(own[office], self._pinned[office]),
                tuple(
                    (s, _beside(special[office][s], self._pinned_skilled[office][s]))
                    for s in self.skills
                ),
                totals[office] - sum(self._pinned[office]),
                tuple(
                    (s, extra[office][s] - sum(self._pinned_skilled[office][s]))
                    for s in self.skills
                ),
            )
            for office in range(len(own))
        ]


def _beside(dealt: Sequence[int], pinned: Sequence[int]) -> tuple[int, ...]:
    return tuple(n - taken for n, taken in zip(dealt, pinned, strict=True))


def _more_fits(
    rows: tuple[Row, ...], packages: int, skilled: dict[str, int], more: _More
) -> bool:
    skill, fresh = more
    if skill:
        skilled = {**skilled, skill: skilled[skill] + 1}
    return _hold(rows, packages + fresh, skilled)


def _hold(rows: tuple[Row, ...], packages: int, skilled: dict[str, int]) -> bool:
    return all(row.holds(packages, skilled) for row in rows)
