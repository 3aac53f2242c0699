"""One log as it stands: what is published in it, and what it still seals.

A month's route (`route.at` replays its steps up to a time) → `Stood`, of which
`inspector.month.following` folds several into the registry of the next freeze.
PROTOCOL.md §12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspector.ceremony.bundle import Event
from inspector.ceremony.canon import canonical
from inspector.ceremony.log import leaf_hash, tree_root
from inspector.domain import EarlierLog, Inspector, PastVisit, RunningVisit, VisitKind
from inspector.month.assigned import Assigned
from inspector.month.earlier import MONTHS
from inspector.month.field import due
from inspector.month.freeze import Frozen
from inspector.month.record import log_name
from inspector.month.route import apply
from inspector.month.stages import Route
from inspector.month.steps_file import Told
from inspector.months import month_of, month_span, months_after
from inspector.results.logged import logged_results
from inspector.selection.network import weight
from inspector.selection.seats import group_of

Steps = Callable[[], Sequence[Told]]
# After one of these, the month may have other seats.
_MOVES = frozenset({"called", "amended", "assigned", "cancelled"})


@dataclass(frozen=True, slots=True)
class LoggedResult:
    """A result in a log, `index` its place there. `kinds`: what the visit was made for
    (none: nobody was inspected); `good`: nothing was found; `lead`, `second`: staff
    numbers of those who made it."""

    index: int
    at: str
    visit: str
    compound: str
    usc18: str
    day: date
    kinds: tuple[VisitKind, ...]
    good: bool
    lead: str
    second: str


@dataclass(frozen=True, slots=True)
class LoggedCarry:
    """A carried visit in a log; `leaf`: hash of its event, in hex."""

    visit: str
    compound: str
    kinds: tuple[VisitKind, ...]
    leaf: str


@dataclass(frozen=True, slots=True)
class Stood:
    """A log as it stands. `frozen`: its freeze in force; `assigned`: its lottery.

    `events`: its prefix; `steps`: gives those of its month, to see who held the seats
    earlier (asked only when the seats are others since).
    """

    origin: str
    events: tuple[Event, ...]
    frozen: Frozen | None
    assigned: Assigned | None
    closed: bool
    results: tuple[LoggedResult, ...]
    carried: tuple[LoggedCarry, ...]
    steps: Steps

    @property
    def bureau(self) -> str:
        return bureau_of(self.origin)

    @property
    def month(self) -> str:
        return month_of_log(self.origin)

    @property
    def open(self) -> bool:
        """Whether it still seals something: not closed, with a freeze in force."""
        return self.frozen is not None and not self.closed

    @property
    def entry(self) -> EarlierLog:
        """What a freeze says of it."""
        leaves = [leaf_hash(canonical(e)) for e in self.events]
        root = tree_root(leaves).hex()
        return EarlierLog(self.origin, len(leaves), root, self.open)

    @property
    def last(self) -> str:
        """The time of its last event."""
        return max((str(e["at"]) for e in self.events if "at" in e), default="")


def bureau_of(origin: str) -> str:
    """The bureau that a log's origin names.

    >>> bureau_of("住建局/2026-12/0123456789abcdef")
    '住建局'
    """
    return origin.rsplit("/", 2)[0]


def month_of_log(origin: str) -> str:
    """The month that a log's origin names.

    >>> month_of_log("住建局/2026-12/0123456789abcdef")
    '2026-12'
    """
    return origin.rsplit("/", 2)[1]


def first_named(month: str) -> str:
    """The month of the oldest logs that a freeze of the month names.

    >>> first_named("2026-12")
    '2025-12'
    """
    return month_of(months_after(month_span(month)[0], -MONTHS))


def freezes(logs: Iterable[Stood]) -> list[tuple[Stood, Frozen]]:
    """The freezes in force, the newest last."""
    found = [(s, s.frozen) for s in logs if s.frozen is not None]
    return sorted(found, key=lambda f: (f[1].at, f[0].origin))


def stood(route: Route, steps: Steps = tuple) -> Stood | None:
    """The log of a route as it stands, None when nothing is in it yet."""
    events = route.log.events
    if not events:
        return None
    frozen = route.frozen
    assigned = route.closed.assigned if route.closed is not None else route.assigned
    return Stood(
        log_name(route.log, frozen.file if frozen is not None else b""),
        events,
        frozen,
        assigned,
        route.closed is not None,
        tuple(_published(events, assigned)) if assigned is not None else (),
        tuple(_carried(events)),
        steps,
    )


def _published(events: Iterable[Event], assigned: Assigned) -> Iterator[LoggedResult]:
    """Every result, with what its visit was made for."""
    found = {r.visit: r for r in assigned.results}
    visits = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
    known = {c.id: c.usc18 for c in assigned.frozen.registry.compounds}
    went = _officers(assigned)
    for index, e, made in logged_results(events):
        result, compound = found[e["visit"]], visits[e["visit"]]
        yield LoggedResult(
            index,
            e["at"],
            result.visit,
            compound,
            known[compound],
            result.date,
            tuple(VisitKind(one["kind"]) for one in made),
            result.outcome == "no_problem",
            *went[result.visit],
        )


def _carried(events: Iterable[Event]) -> Iterator[LoggedCarry]:
    for e in events:
        if e["event"] == "carried":
            kinds = tuple(VisitKind(k) for k in e["kinds"])
            leaf = leaf_hash(canonical(e)).hex()
            yield LoggedCarry(e["visit"], e["compound"], kinds, leaf)


def history_of(log: Stood) -> list[PastVisit]:
    """A row for each purpose of each published inspection, with who made it.

    Each of a visit counts when the log's own policy counts one of its purposes, and
    its visits were not ordered by a superior (PROTOCOL.md section 13).
    """
    if log.frozen is None:
        return []
    frozen = log.frozen
    planned = frozen.policy.task.source == "plan"
    counted = frozenset(frozen.policy.draw.counts if planned else ())
    return [
        PastVisit(
            p.compound,
            p.usc18,
            p.day,
            kind,
            not counted.isdisjoint(p.kinds),
            p.lead,
            p.second,
            due(frozen, p.day),
            log.origin,
            p.at,
        )
        for p in log.results
        for kind in p.kinds
    ]


def running_of(log: Stood) -> list[RunningVisit]:
    """Placed visits of an open log that are still sealed, with who would go."""
    if log.assigned is None or not log.open:
        return []
    told = {p.visit for p in log.results} | {c.visit for c in log.carried}
    went, packed = _officers(log.assigned), log.assigned.sealed.packed
    compounds = {v.id: v.compound for v in packed.drawn.visits}
    return [
        RunningVisit(log.origin, compounds[s.visit], p.day, *went[s.visit])
        for p in packed.packing.packages
        for s in p.stops
        if s.visit not in told
    ]


def _officers(assigned: Assigned) -> dict[str, tuple[str, str]]:
    """Placed visit → staff numbers of its lead and second, "" for a vacant seat."""
    real = {name: i for i, name in assigned.frozen.names.items()} | {"": ""}
    packed = assigned.sealed.packed
    seats: dict[str, dict[str, str]] = {}
    for seat in packed.seats:
        seats.setdefault(seat.package, {})[seat.id.rsplit("/", 1)[1]] = seat.id

    def who(seat: str, visit: str) -> str:
        return real[assigned.who(seat, visit)]

    return {
        s.visit: (
            who(seats[p.id]["lead"], s.visit),
            who(seats[p.id]["second"], s.visit),
        )
        for p in packed.packing.packages
        for s in p.stops
    }


def left(assigned: Assigned | None) -> dict[str, int]:
    """Duty, in minutes per staff number, that a log leaves so far beyond each one's
    share: within a group it belongs to its people in proportion to their `max_days` in
    the first table. Nothing before a lottery."""
    return _left(assigned, dict(assigned.now.holders)) if assigned is not None else {}


def _left(assigned: Assigned, holders: Mapping[str, str]) -> dict[str, int]:
    done: dict[str, int] = {}
    for seat in assigned.sealed.packed.seats:
        who = holders[seat.id]
        done[who] = done.get(who, 0) + seat.minutes
    first = assigned.as_sealed
    groups: dict[str, list[tuple[Inspector, int, int]]] = {}
    for inspector, person in zip(first.inspectors, first.persons, strict=True):
        row = (inspector, weight(person), done.get(person.id, 0))
        groups.setdefault(group_of(inspector), []).append(row)
    out: dict[str, int] = {}
    for rows in groups.values():
        days, minutes = sum(d for _, d, _ in rows), sum(m for _, _, m in rows)
        out |= {i.id: m - minutes * d // days for i, d, m in rows if d}
    return out


def left_at(log: Stood, size: int) -> dict[str, int]:
    """What the log left when it had `size` events."""
    events = log.events
    if not _drawn(events[:size]):
        return {}
    since = events[size:]
    if log.assigned is not None and not any(e["event"] in _MOVES for e in since):
        holders = dict(log.assigned.now.holders)
        for e in reversed(since):
            if e["event"] == "substituted" and e["in"]:
                holders[e["seat"]] = e["out"]
        return _left(log.assigned, holders)
    route = Route()
    for kind, body in log.steps():
        route = apply(route, kind, body)
        if len(route.log.events) >= size:
            break
    return left(route.assigned)


def _drawn(events: Iterable[Event]) -> bool:
    """Whether a lottery is in force at the end of these events."""
    found = False
    for e in events:
        if e.get("stage") == "amendment":
            continue
        if e["event"] in ("assigned", "cancelled"):
            found = e["event"] == "assigned"
    return found
