"""Trial months: drawn with test seeds and planned as a real one, to see what is short.

A scenario before its freeze → drawn months, their plans, and what is short in them.
Part of `preview`. Nothing is kept.

The seeds are made from a fixed label, under a test freeze with a test blind and test
sources: none can be the seed of a live month, and they tell nothing about who will be
drawn. The plan is made on the same way as the real one (`pack.schedule`), only without
a chance table, so that a month with its own seed is short of the same things.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inspector.ceremony.canon import SHA256, Key, digest
from inspector.ceremony.seed import Seed
from inspector.domain import Registry
from inspector.month.causes import Shortage, shortage
from inspector.month.eases import PRICES, Ease
from inspector.month.freeze import Drawn, Frozen, draw_with, freeze
from inspector.month.pack import Packed, schedule
from inspector.month.short_of import InWords, key
from inspector.months import month_span
from inspector.policy import LotteryRules, Policy, Source
from inspector.schedule.workload import Packing, Workload
from inspector.selection.network import (
    ChanceTable,
    Exceptions,
    Multipliers,
    Person,
    SeatNeed,
)
from inspector.workdays import Calendar, release

TEST = "preview/test"
Begin = Callable[[Workload, int], Packing]  # a first plan: (workload, seed)


def begin_of(registry: Registry, month: str) -> str:
    """The time that a trial freezes at when none is told: as the month begins, and
    after all that the registries tell of."""
    first = month_span(month)[0]
    last = max((h.date for h in registry.history), default=first)
    ends = release(max(first, last), 0)
    return max([ends, *(h.at for h in registry.history)])


def trial_freeze(
    registry: Registry, policy: Policy, calendar: Calendar, at: str = ""
) -> Frozen:
    """A freeze (of that time) that nobody could publish."""
    first, second = (
        Source("test", "lottery", "双色球", f"209900{n}", f"9998-12-{day}T13:15:00Z")
        for n, day in ((1, 29), (2, 31))
    )
    return freeze(
        registry,
        replace(policy, draw_entropy=(first,), lottery_entropy=(second,)),
        calendar,
        blind=digest(SHA256, TEST, "blind"),
        secret=digest(SHA256, TEST, "secret"),
        at=at or begin_of(registry, policy.month),
        demonstration=True,
    )


def drawn_by_test(frozen: Frozen, number: int = 0) -> Drawn:
    """A draw with a test seed, the first or another."""
    label = ("seed", frozen.policy.month, *([str(number)] if number else []))
    value = digest(frozen.suite, TEST, *label)
    seed = Seed("draw", frozen.commitment, Key(frozen.suite, value))
    return draw_with(frozen, seed, frozen.log, frozen.at)


def trial_draw(
    registry: Registry, policy: Policy, calendar: Calendar, at: str = ""
) -> Drawn:
    """A draw with the first test seed."""
    return drawn_by_test(trial_freeze(registry, policy, calendar, at))


def untabulated(
    persons: Sequence[Person], needs: Sequence[SeatNeed], rules: LotteryRules
) -> ChanceTable:
    """No table: that the seats can be filled is known without."""
    return ChanceTable(
        unit=0,
        slack=0,
        slack_nodes=0,
        fair=(),
        loads=(),
        levels=(),
        spare=(),
        pairs=(),
        elements=(),
        multipliers=Multipliers(),
        t_star=0,
        t_nodes=0,
        floor=0,
        min_chance=0,
        max_chance=0,
        exceptions=Exceptions((), ()),
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """A month as it would be planned, and what is short in it."""

    packed: Packed
    short: Shortage

    @property
    def keys(self) -> set[tuple[str, str]]:
        """What it is short of, comparable between months."""
        visits = {v.id: v for v in self.packed.drawn.visits}
        return {key(e, visits) for row in self.short.rows for e in row.eases}


def tried(drawn: Drawn, begin: Begin) -> Trial:
    """A drawn month planned, and what is short in it."""
    packed = schedule(drawn, begin, tabulate=untabulated)
    return Trial(packed, shortage(packed))


@dataclass(frozen=True, slots=True)
class SharedCause:
    """A cause, and in how many of the trial months it stands."""

    kind: str
    people: tuple[str, ...]
    days: tuple[date, ...]
    subject: str
    months: int
    zh: str
    en: str


# What a person lacks is one cause, whoever it is.
PERSONAL = ("certificate", "days", "scope", "authority")
# These name visits, whose numbers differ between months.
OF_VISITS = ("gap", "dates", "long", "far")


def shared(trials: Sequence[Trial]) -> tuple[SharedCause, ...]:
    """The causes of all trial months, the most frequent first, then the cheapest."""
    months: dict[tuple[str, str], int] = {}
    named: dict[tuple[str, str], dict[Ease, date | None]] = {}
    words: dict[tuple[str, str], InWords] = {}
    for trial in trials:
        drawn = trial.packed.drawn
        visits = {v.id: v for v in drawn.visits}
        here = set[tuple[str, str]]()
        for row in trial.short.rows:
            for e in row.eases:
                kind, what = key(e, visits)
                one = kind, "" if kind in PERSONAL else what
                new = one not in months and one not in here
                here.add(one)
                if new:
                    words[one] = InWords(drawn)
                if words[one].drawn is drawn or kind not in OF_VISITS:
                    named.setdefault(one, {}).setdefault(e, row.day)
        for one in here:
            months[one] = months.get(one, 0) + 1
    found = []
    for one in sorted(months, key=lambda k: (-months[k], PRICES[k[0]], k)):
        eases = sorted(named[one], key=lambda e: e.order)
        days = [d for e in eases for d in [e.day or named[one][e]] if d is not None]
        said = words[one].cause(eases, days)
        found.append(
            SharedCause(
                *(said.kind, said.people, said.days, said.subject),
                *(months[one], said.zh, said.en),
            )
        )
    return tuple(found)
