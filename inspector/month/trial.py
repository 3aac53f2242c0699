"""Trial months: drawn with test seeds and planned as a real one, to see what is short.

A scenario before its freeze → drawn months, their plans, and what is short in them.
Part of `preview`. Nothing is kept.

The seeds are made from a fixed label, under a test freeze with a test blind and test
sources: none can be the seed of a live month, and they tell nothing about who will be
drawn. The plan is made on the same way as the real one (`pack.schedule`), only without
a chance table, so that a month with its own seed is short of the same things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from inspector.ceremony.canon import SHA256, Key, digest
from inspector.ceremony.seed import Seed
from inspector.domain import Registry
from inspector.errors import NoPlan
from inspector.month.causes import Short, ShortMonth, shortage
from inspector.month.eases import PRICES, Ease
from inspector.month.freeze import Drawn, Frozen, draw_with, freeze
from inspector.month.pack import Packed, schedule
from inspector.month.planned import nothing, untabulated
from inspector.month.short_of import InWords, key
from inspector.months import month_span
from inspector.policy import Policy, Source
from inspector.schedule.workload import Packing, Workload
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


@dataclass(frozen=True, slots=True)
class Trial:
    """A month as it would be planned, and what is short in it."""

    packed: Packed
    short: ShortMonth

    @property
    def keys(self) -> set[tuple[str, str]]:
        """What it is short of, comparable between months."""
        visits = {v.id: v for v in self.packed.drawn.visits}
        return {key(e, visits) for row in self.short.rows for e in row.eases}


def tried(drawn: Drawn, begin: Begin, *, remedies: bool = False) -> Trial:
    """A drawn month planned, and what is short in it; `remedies`: and what would
    help."""
    try:
        packed = schedule(drawn, begin, tabulate=untabulated)
    except NoPlan:
        packed = nothing(drawn)
    return Trial(packed, shortage(packed, remedies=remedies))


@dataclass(frozen=True, slots=True)
class SharedCause:
    """A cause, and in how many of the trial months it stands (`months`). 0: in none,
    but it will when one of the compounds that it is about is drawn; how likely that is
    says `share`."""

    kind: str
    people: tuple[str, ...]
    days: tuple[date, ...]
    subject: str
    months: int
    share: Fraction
    zh: str
    en: str


Name = tuple[str, str]
# What a person lacks is one cause, whoever it is.
PERSONAL = ("certificate", "days", "scope", "authority")
# These name visits, whose numbers differ between months.
OF_VISITS = ("gap", "dates", "long", "far")


@dataclass(slots=True)
class _Told:
    """One cause over the months: what is eased, said in the words of the first."""

    words: InWords
    eases: dict[Ease, date | None] = field(default_factory=dict)
    months: int = 0
    rare: set[str] = field(default_factory=set)  # compounds that may be drawn

    def take(self, drawn: Drawn, ease: Ease, day: date | None) -> None:
        if self.words.drawn is drawn or ease.kind not in OF_VISITS:
            self.eases.setdefault(ease, day)

    def said(self, share: Fraction) -> SharedCause:
        eases = sorted(self.eases, key=lambda e: e.order)
        days = [d for e in eases for d in [e.day or self.eases[e]] if d is not None]
        c = self.words.cause(eases, days)
        return SharedCause(
            c.kind, c.people, c.days, c.subject, self.months, share, c.zh, c.en
        )


def shared(
    trials: Sequence[Trial],
    rare: tuple[Packed, Sequence[Short]],
    chances: Mapping[str, Fraction],
) -> tuple[SharedCause, ...]:
    """The causes of all trial months, the most frequent first, then the cheapest; then
    those of visits that would have no place if they were drawn (`rare`), by `chances`.
    """
    told: dict[Name, _Told] = {}
    for trial in trials:
        drawn = trial.packed.drawn
        for name in _taken(told, drawn, trial.short.rows):
            told[name].months += 1
    drawn = rare[0].drawn
    visits = {v.id: v for v in drawn.visits}
    for row in rare[1]:
        for name in _taken(told, drawn, [row], new=True):
            told[name].rare.add(visits[row.visit].compound)

    _folded(told)

    def share(one: _Told) -> Fraction:
        if one.months:
            return Fraction(one.months, len(trials))
        none = Fraction(1)
        for c in one.rare:
            none *= 1 - chances.get(c, Fraction(1))
        return 1 - none

    order = sorted(
        told, key=lambda k: (-told[k].months, -share(told[k]), PRICES[k[0]], k)
    )
    return tuple(told[name].said(share(told[name])) for name in order)


def _folded(told: dict[Name, _Told]) -> None:
    """Days of leave, and series without a gap, that stand in as many months are one
    cause."""
    first: dict[tuple[str, int, int], Name] = {}
    for name in [n for n in sorted(told) if n[0] in ("leave", "gap")]:
        one = told[name]
        month = id(one.words.drawn) if name[0] in OF_VISITS else 0
        kept = first.setdefault((name[0], one.months, month), name)
        if kept != name:
            told[kept].eases |= told.pop(name).eases


def _taken(
    told: dict[Name, _Told], drawn: Drawn, rows: Sequence[Short], *, new: bool = False
) -> set[Name]:
    """Put what these rows name with what is told; which causes they are. `new`: leave
    alone what trial months have."""
    visits = {v.id: v for v in drawn.visits}
    words, found = InWords(drawn), set[Name]()
    for row in rows:
        for e in row.eases:
            kind, what = key(e, visits)
            name = kind, "" if kind in PERSONAL else what
            if new and name in told and told[name].months:
                continue
            found.add(name)
            told.setdefault(name, _Told(words)).take(drawn, e, row.day)
    return found
