"""Seats and who sits there as data, and the files that only an auditor reads (纪检).

What the month hands over of its seats, people and absences; the rules of `assigned`,
`officers` and `seats` look at these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from inspector.ceremony.canon import Key
from inspector.domain import (
    Compound,
    Inspector,
    Item,
    Leave,
    Package,
    PastVisit,
    Recusal,
    Role,
    RunningVisit,
    Visit,
)
from inspector.policy import Policy
from inspector.selection.lottery import Assignment, LotteryTable, Substitution
from inspector.selection.seats import People


class SeatRow(Protocol):
    """One seat of the month: `eligible` are indexes of people, `hardest` the fewest
    people eligible for one of its visits alone, `minutes` the package's duty; `unit`,
    `authority`: what its rule asked for when it was drawn."""

    @property
    def id(self) -> str: ...
    @property
    def package(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def day(self) -> date: ...
    @property
    def minutes(self) -> int: ...
    @property
    def eligible(self) -> Sequence[int]: ...
    @property
    def hardest(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def authority(self) -> str: ...


class StandbyRow(Protocol):
    """值班席: a pair that waits at the office on `day`."""

    @property
    def id(self) -> str: ...
    @property
    def day(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Files:
    """What only the auditor reads; logged changes of leave and recusals included.

    `inspectors` in the order of the table's people, so that an index names the same
    person in both.
    """

    inspectors: tuple[Inspector, ...]
    leave: tuple[Leave, ...]
    recusals: tuple[Recusal, ...]
    history: tuple[PastVisit, ...]
    compounds: tuple[Compound, ...]
    running: tuple[RunningVisit, ...] = ()
    items: tuple[Item, ...] = ()

    def people(self, policy: Policy) -> People:
        """These files as `inspector.selection.seats` reads them."""
        return People(
            self.inspectors,
            self.leave,
            self.recusals,
            self.history,
            policy,
            self.running,
            self.items,
        )


@dataclass(frozen=True, slots=True)
class Absence:
    """A logged absence of one person on one day, and who stepped in.

    `away` is false for a stand-by seat whose holder may not make the visit called (he
    is there, only not for this seat), and where an absence that had to wait takes
    effect. `waits`: logged while the day's seats wait for an amendment, so nobody
    steps in yet. `since`: the first visit not made, "" for a whole day.
    """

    day: str  # YYYY-MM-DD
    person: str
    changes: tuple[Substitution, ...]
    away: bool = True
    waits: bool = False
    reason: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class AssignedView:
    """派单 beside the table it was drawn from; people are pseudonyms.

    `loads`: (least, most) duty days, `limits`: most days ever, both per person of the
    table. `barred`: (seat, person) of called pairs who may not make the visit.
    `away`: (day, person) of absences before those in `absences`. `waiting`: packages of
    stand-by pairs that are not called. `vacant`: seats that nobody took over. `seed`:
    the lottery's, None while sealed. `rows`, `packages` and `visits` are read
    only with `files`, whose inspectors stand in the order of the table's people.
    """

    table: LotteryTable
    loads: tuple[tuple[int, int], ...]
    limits: tuple[int, ...]
    drawn: Assignment
    now: Assignment
    policy: Policy
    absences: tuple[Absence, ...] = ()
    barred: frozenset[tuple[str, str]] = frozenset()
    seed: Key | None = None
    rows: tuple[SeatRow, ...] = ()
    packages: tuple[Package, ...] = ()
    visits: tuple[Visit, ...] = ()
    files: Files | None = None
    away: frozenset[tuple[str, str]] = frozenset()
    waiting: frozenset[str] = frozenset()
    vacant: frozenset[str] = frozenset()
