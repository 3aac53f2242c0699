"""摇号派员: who sits in which seat, who is next, and who steps in (PROTOCOL.md §7, §6).

The chance table is rounded by `inspector.selection.rounding`: every published chance
is exact before any assignment is seen, and every month load ends at floor or ceiling.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from inspector.ceremony.canon import Key
from inspector.ceremony.seed import in_ticket_order
from inspector.errors import CeremonyError, messages
from inspector.selection.rounding import Arc, round_network

UNIT = 1 << 40  # chances are counted in units of 2^-40

# Why a reserve was passed over, in the order in which the reasons are looked at.
INELIGIBLE = "ineligible"  # may not make the visit that this pair is called to
ABSENT = "absent"
BUSY = "busy"  # he already has a seat that day
FULL = "full"  # he already has seats on as many days as he may

messages(
    {
        "lottery.element": (
            "席位 {seat} 的派员概率表有误（{person}）：{why}",
            "the chance table of seat {seat} is not valid ({person}): {why}",
        ),
        "lottery.seat": (
            "席位 {seat} 的概率合计为 {units}，应为 1099511627776",
            "the chances of seat {seat} add up to {units} instead of 1099511627776",
        ),
        "lottery.day": (
            "{person} 在 {day} 的概率合计超过 1：{units}",
            "the chances of {person} on {day} add up to more than 1: {units}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LotteryTable:
    """What the lottery needs of table.json; indexes count from 0.

    `people`: pseudonyms. `packages`: (id, day `YYYY-MM-DD`), stand-by ones included.
    `seats`: (id, package index, eligible), bit i of `eligible` = person i.
    `elements`: (seat index, person index, units of 2^-40), no zeros.
    """

    people: tuple[str, ...]
    packages: tuple[tuple[str, str], ...]
    seats: tuple[tuple[str, int, int], ...]
    elements: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """派单 in pseudonyms, seats in table order: `holders` (seat, person) and, per
    seat, all other eligible people in the order in which they step in."""

    holders: tuple[tuple[str, str], ...]
    reserves: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Substitution:
    """One freed seat. `taken` is "" when nobody was left; then nothing changes."""

    seat: str
    out: str
    taken: str
    skipped: tuple[tuple[str, str], ...]  # (person, reason), in reserve order


def check(table: LotteryTable) -> None:
    """Refuse a table that cannot be drawn from.

    Raises CeremonyError: lottery.element (unknown, not eligible, twice, or not 1 to
    2^40 units), lottery.seat (a seat's chances are not exactly 1), lottery.day (a
    person's chances on one day exceed 1).
    """
    seats = [0] * len(table.seats)
    days: dict[tuple[int, str], int] = {}
    found: set[tuple[int, int]] = set()
    for s, p, units in table.elements:
        if not (0 <= s < len(seats) and 0 <= p < len(table.people)):
            raise CeremonyError("lottery.element", seat=s, person=p, why="unknown")
        seat, package, eligible = table.seats[s]
        why = ""
        if (s, p) in found:
            why = "twice"
        elif not 1 <= units <= UNIT:
            why = f"{units} units"
        elif not eligible >> p & 1:
            why = "not eligible"
        if why:
            raise CeremonyError(
                "lottery.element", seat=seat, person=table.people[p], why=why
            )
        found.add((s, p))
        seats[s] += units
        key = p, table.packages[package][1]
        days[key] = days.get(key, 0) + units
    for s, total in enumerate(seats):
        if total != UNIT:
            raise CeremonyError("lottery.seat", seat=table.seats[s][0], units=total)
    for (p, day), total in sorted(days.items()):
        if total > UNIT:
            raise CeremonyError(
                "lottery.day", person=table.people[p], day=day, units=total
            )


def network(table: LotteryTable) -> list[Arc]:
    """The circulation that is rounded (PROTOCOL.md §7 "Rounding")."""
    persons: dict[int, int] = {}
    days: dict[tuple[int, str], int] = {}
    pairs: dict[tuple[int, int], int] = {}
    seats = [0] * len(table.seats)
    arcs: list[Arc] = []
    for s, p, units in table.elements:
        seat, package, _ = table.seats[s]
        day = p, table.packages[package][1]
        persons[p] = persons.get(p, 0) + units
        days[day] = days.get(day, 0) + units
        pairs[p, package] = pairs.get((p, package), 0) + units
        seats[s] += units
        label = f"{table.people[p]}/{table.packages[package][0]}"
        arcs.append(
            Arc(
                f"element/{table.people[p]}/{seat}",
                f"pair/{label}",
                f"seat/{seat}",
                units,
            )
        )
    for p, units in persons.items():
        name = f"person/{table.people[p]}"
        arcs.append(Arc(name, "root", name, units))
    for (p, date), units in days.items():
        name = f"day/{table.people[p]}/{date}"
        arcs.append(Arc(name, f"person/{table.people[p]}", name, units))
    for (p, package), units in pairs.items():
        who, (what, date) = table.people[p], table.packages[package]
        name = f"pair/{who}/{what}"
        arcs.append(Arc(name, f"day/{who}/{date}", name, units))
    for (seat, _, _), units in zip(table.seats, seats, strict=True):
        arcs.append(Arc(f"seat/{seat}", f"seat/{seat}", "sink", units))
    arcs.append(Arc("total", "sink", "root", sum(seats)))
    return arcs


def assign(table: LotteryTable, seed: Key) -> Assignment:
    """Draw the people of every seat and its reserves with the lottery's seed.

    Raises CeremonyError as `check` does.
    """
    check(table)
    outcome = round_network(network(table), UNIT, seed)
    holder: dict[int, str] = {}
    for s, p, _ in table.elements:
        if outcome[f"element/{table.people[p]}/{table.seats[s][0]}"]:
            holder[s] = table.people[p]
    reserves = []
    for s, (seat, _, eligible) in enumerate(table.seats):
        others = [
            name
            for i, name in enumerate(table.people)
            if eligible >> i & 1 and name != holder[s]
        ]
        ordered = in_ticket_order(seed, f"reserve/{seat}", others)
        reserves.append((seat, tuple(ordered)))
    return Assignment(
        tuple((seat[0], holder[s]) for s, seat in enumerate(table.seats)),
        tuple(reserves),
    )


def substitute(
    table: LotteryTable,
    now: Assignment,
    day: str,
    person: str,
    absences: Collection[tuple[str, str]] = (),
    barred: Collection[tuple[str, str]] = (),
    limits: Mapping[str, int] | None = None,
    standby: Collection[str] = (),
) -> tuple[Substitution, ...]:
    """Who steps in when `person` is absent on the whole `day` (PROTOCOL.md §6).

    All his seats of that day are freed. In table order each takes the first of its
    reserves, from the head of the list, who is eligible (`barred`: (seat, person)
    no longer so), not absent (`absences`: (day, person) logged so far), without a
    seat that day and below his `limits` (most days with a seat, from the table's
    `max_days`). Who steps in is busy for the next seat. When nobody is left for a seat
    with a route, the first who is busy only in pairs of `standby` (packages of pairs
    not called) leaves his pair for it. `now` holds the seats as they stand, with
    earlier substitutions `applied`.
    """
    days = {seat: table.packages[package][1] for seat, package, _ in table.seats}
    waits = {
        s for s, package, _ in table.seats if table.packages[package][0] in standby
    }
    reserves = dict(now.reserves)
    away = {who for when, who in absences if when == day} | {person}
    worked: dict[str, set[str]] = {}
    for seat, who in now.holders:
        worked.setdefault(who, set()).add(days[seat])
    busy = {who for who, when in worked.items() if day in when}
    gone = {who for s, who in now.holders if days[s] == day and s not in waits}
    full = {
        who for who, most in (limits or {}).items() if len(worked.get(who, ())) >= most
    }

    def reason(seat: str, who: str) -> str:
        if (seat, who) in barred:
            return INELIGIBLE
        if who in away:
            return ABSENT
        if who in busy:
            return BUSY
        return FULL if who in full else ""

    records = []
    for seat, out in now.holders:
        if out != person or days[seat] != day:
            continue
        taken, skipped = "", list[tuple[str, str]]()
        for who in reserves[seat]:
            why = reason(seat, who)
            if not why:
                taken = who
                break
            skipped.append((who, why))
        if not taken and seat not in waits:
            idle = (who for who, why in skipped if why == BUSY and who not in gone)
            taken = next(idle, "")
            skipped = [row for row in skipped if row[0] != taken]
        busy.add(taken)
        if seat not in waits:
            gone.add(taken)
        records.append(Substitution(seat, out, taken, tuple(skipped)))
    return tuple(records)


def applied(now: Assignment, changes: Iterable[Substitution]) -> Assignment:
    """The assignment after `changes`; a seat that nobody took keeps its name."""
    new = {c.seat: c.taken for c in changes if c.taken}
    holders = tuple((seat, new.get(seat, who)) for seat, who in now.holders)
    return Assignment(holders, now.reserves)
