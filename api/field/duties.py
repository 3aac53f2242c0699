"""What an officer may know of the plan: dates early, his own package on its day.

In: a month whose people are drawn, and who asks. Out: his duty dates, his package with
its route (`OwnPackage`), one visit to work on (`Work`): where field work begins.

Dates come some working days ahead (policy), without place or partner. A package opens
at the release minute of its day, and only to the people who hold its seats as they
stand; for everybody else it does not exist.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as about
from datetime import date
from typing import Any

from sqlalchemy import select

from api.clock import local
from api.errors import Problem
from api.months import steps
from api.registry.sheets import BY_NAME, live_rows, write_csv
from api.site import Desk
from api.store.models import Month
from inspector.domain import Compound, Inspector, Package, Role, Stop, Visit
from inspector.month.assigned import Assigned
from inspector.month.checklist import visit_items
from inspector.month.pack import Seat
from inspector.places import map_link
from inspector.results.checklist import Checklist, document, from_items
from inspector.workdays import Calendar, load_calendar

OFFICERS = (Role.LEAD, Role.SECOND)


@dataclass(frozen=True, slots=True)
class DutyDate:
    """执法日期: a day on which one goes; no place, no partner."""

    day: date
    month_id: str
    month: str = about(metadata={"says": "月份 2026-12; two may be in the field"})


@dataclass(frozen=True, slots=True)
class DutyPackage(DutyDate):
    """One's own package on its day."""

    package: str
    role: str
    standby: bool = about(metadata={"says": "值班席 stand-by"})


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Who goes in a seat of a package."""

    role: str
    name: str
    cert_no: str
    vacant: bool = about(metadata={"says": "空缺 nobody goes: name and number empty"})


@dataclass(frozen=True, slots=True)
class OwnStop:
    """Minutes after midnight; the point in micro-degrees, WGS-84."""

    visit: str
    arrive: int
    start: int
    end: int
    kinds: tuple[str, ...]
    compound: str
    name: str
    usc18: str
    lon_udeg: int
    lat_udeg: int
    address: str
    approximate: str = about(
        metadata={"says": "坐标精度 whose centre stands for its place; empty: its own"}
    )
    map: str = about(metadata={"says": "高德地图 opens the place (GCJ-02)"})


@dataclass(frozen=True, slots=True)
class OwnPackage(DutyPackage):
    """One's own package with its team and route; a stand-by seat has no route."""

    team: tuple[TeamMember, ...]
    door: str = about(metadata={"says": "扫码核验 code of the notice's QR"})
    depart: int | None = None
    back: int | None = None
    lunch: int | None = None
    office: str | None = None
    stops: tuple[OwnStop, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthChecklist:
    """抽查事项清单: its version and what it says."""

    version: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A month whose people are drawn."""

    month: Month
    assigned: Assigned

    @property
    def names(self) -> dict[str, str]:
        """Pseudonym -> staff number."""
        return {name: i for i, name in self.assigned.frozen.names.items()}

    @property
    def packages(self) -> dict[str, Package]:
        """Packages with a route, by id."""
        packing = self.assigned.sealed.packed.packing
        return {p.id: p for p in packing.packages}

    @property
    def checklist(self) -> Checklist:
        """Every item of the month; a visit's own list is a part (`Work`)."""
        return from_items(self.assigned.frozen.registry.items, self.month.month)

    @property
    def void(self) -> frozenset[str]:
        """Visits that were carried without a result: nobody makes them any more."""
        told = {r.visit for r in self.assigned.results}
        return frozenset(c.visit for c in self.assigned.carried) - told

    def seats(self, inspector: str) -> list[Seat]:
        """The seats in which a staff number goes, and those he left in which he made
        visits before."""
        name, going = self.assigned.frozen.names.get(inspector), self.assigned.going()
        made = {s for (s, _), who in self.assigned.before.items() if who == name}
        seats = self.assigned.sealed.packed.seats
        return [s for s in seats if name and (s.id in made or going[s.id] == name)]

    def had(self, inspector: str) -> Counter[date]:
        """Days on which he has or once had a seat, and how often the log moved him on
        or off it: the lottery and each change."""
        name = self.assigned.frozen.names.get(inspector, "-")
        first, packed = self.assigned.as_sealed, self.assigned.sealed.packed
        plans = (first, packed, *(a.packed for a in self.assigned.amendments))
        day = {s.id: s.day for plan in plans for s in plan.seats}
        drawn = [self.assigned.drawn.holders]
        drawn += [a.drawn.holders for a in self.assigned.amendments if a.drawn]
        found = Counter({day[s]: 0 for rows in drawn for s, who in rows if who == name})
        for event in self.assigned.log.events:
            moved = event["event"] == "substituted" and event["seat"] in day
            if moved and name in (event["in"], event["out"]):
                found[day[event["seat"]]] += 1
        for seat in self.seats(inspector):
            found[seat.day] += 0
        return found

    @property
    def away(self) -> set[tuple[str, str]]:
        """Day and pseudonym of everybody who is logged absent."""
        return {(a.day, a.person) for a in self.assigned.absences if a.away}

    def seated(
        self, package: str, visit: str = ""
    ) -> list[tuple[Role, Inspector | None]]:
        """Who goes in each seat of a package, in order, None in a vacant one; for a
        visit who made it, though he left the seat after it."""
        seats = self.assigned.seated(visit)
        return [(s.role, who) for s, who in seats if s.package == package]

    def team(self, package: str) -> list[tuple[Role, Inspector]]:
        """Who goes in a package as it stands, seats in order."""
        return [(role, who) for role, who in self.seated(package) if who is not None]

    def officers(self, package: str, visit: str = "") -> tuple[str, ...]:
        """Staff numbers of the officers who go, or make a visit, seats in order."""
        seats = self.seated(package, visit)
        return tuple(who.id for r, who in seats if who is not None and r in OFFICERS)


@dataclass(frozen=True, slots=True)
class Work:
    """One visit of an officer's own package."""

    field: Field
    package: Package
    stop: Stop
    visit: Visit
    compound: Compound
    officers: tuple[str, ...]
    mark: str

    @property
    def checklist(self) -> Checklist:
        """The list of this visit, which its result is made with."""
        items = visit_items(self.field.assigned, self.visit.id)
        return from_items(items, self.field.month.month)


def in_field(desk: Desk) -> list[Field]:
    """The months whose people are drawn and that are not closed, oldest first."""
    live = select(Month).where(Month.seal_commitment != "", Month.live.is_(True))
    rows = desk.db.scalars(live.order_by(Month.month, Month.id))
    routes = ((row, steps.load(desk, row)) for row in rows)
    return [Field(m, r.assigned) for m, r in routes if r.assigned is not None]


def field_of(desk: Desk, month_id: str) -> Field:
    """One of them. Raises Problem 404."""
    month = steps.find(desk, month_id)
    assigned = steps.load(desk, month).assigned
    if assigned is None:
        raise Problem("http.not_found")
    return Field(month, assigned)


def checklist(desk: Desk, month_id: str, visit: str = "") -> MonthChecklist:
    """Every item of a month, or the list of one's own visit, which its result is made
    with. Raises Problem 404."""
    field = field_of(desk, month_id)
    found = work(desk, month_id, visit).checklist if visit else field.checklist
    return MonthChecklist(found.version, document(found))


def calendar(desk: Desk) -> Calendar:
    """Working days, with the bureau's own."""
    rows = [r.cells for r in live_rows(desk, "calendar")]
    if not rows:
        return load_calendar()
    return load_calendar(write_csv(BY_NAME["calendar"], rows).decode("utf-8"))


def released(desk: Desk, field: Field, day: date) -> bool:
    """Whether the packages of `day` are open to those who go."""
    now = local(desk.now)
    minute = now.hour * 60 + now.minute
    policy = field.assigned.frozen.policy
    return now.date() > day or (now.date() == day and minute >= policy.release_minute)


def dates(desk: Desk) -> list[DutyDate]:
    """The actor's duty dates from today as far ahead as he may know them."""
    days = calendar(desk)
    out = set()
    for field in in_field(desk):
        ahead = field.assigned.frozen.policy.notice_workdays
        last = days.after(desk.today, ahead).date
        for seat in field.seats(desk.actor.inspector):
            if desk.today <= seat.day <= last:
                out.add((seat.day, field.month.id, field.month.month))
    return [DutyDate(*found) for found in sorted(out)]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A duty date that the actor was told. `cancelled`: somebody else goes; `changes`:
    how often that changed."""

    day: date
    month_id: str
    month: str
    cancelled: bool
    changes: int


def told(desk: Desk) -> list[CalendarDay]:
    """The dates of `dates`, and those within the same time that are his no more."""
    days, who = calendar(desk), desk.actor.inspector
    out = []
    for field in in_field(desk):
        ahead = field.assigned.frozen.policy.notice_workdays
        last = days.after(desk.today, ahead).date
        now = {seat.day for seat in field.seats(who)}
        for day, changes in sorted(field.had(who).items()):
            if desk.today <= day <= last:
                month = field.month
                gone = day not in now
                out.append(CalendarDay(day, month.id, month.month, gone, changes))
    return out


def knows(desk: Desk, field: Field, day: date) -> bool:
    """Whether `day` is a duty date the actor may know by now."""
    return DutyDate(day, field.month.id, field.month.month) in dates(desk)


def packages(desk: Desk) -> list[DutyPackage]:
    """The actor's open packages of today."""
    return [
        DutyPackage(*_of_seat(field, seat))
        for field in in_field(desk)
        for seat in field.seats(desk.actor.inspector)
        if seat.day == desk.today and released(desk, field, seat.day)
    ]


def _of_seat(field: Field, seat: Seat) -> tuple[date, str, str, str, str, bool]:
    standby = seat.package not in field.packages
    month = field.month
    return seat.day, month.id, month.month, seat.package, seat.role.value, standby


def package(desk: Desk, month_id: str, package_id: str) -> OwnPackage:
    """One's own open package with its route. Raises Problem 404.

    Every opening is recorded: who saw which route, and when.
    """
    field = field_of(desk, month_id)
    seat = _own_seat(desk, field, package_id)
    desk.disclosed(f"package:{desk.mark(month_id, package_id)}")
    team = tuple(
        TeamMember(role.value, who.name, who.cert_no, vacant=False)
        if who is not None
        else TeamMember(role.value, "", "", vacant=True)
        for role, who in field.seated(package_id)
    )
    found, code = field.packages.get(package_id), door_code(desk, month_id, package_id)
    route = _route(field, found) if found else {}
    return OwnPackage(*_of_seat(field, seat), team, code, **route)


def _own_seat(desk: Desk, field: Field, package_id: str) -> Seat:
    mine = field.seats(desk.actor.inspector)
    seat = next((s for s in mine if s.package == package_id), None)
    if seat is None or not released(desk, field, seat.day):
        raise Problem("http.not_found")
    return seat


def _route(field: Field, package: Package) -> dict[str, Any]:
    visits = {v.id: v for v in field.assigned.sealed.packed.drawn.visits}
    compounds = {c.id: c for c in field.assigned.frozen.registry.compounds}
    return {
        "depart": package.depart,
        "back": package.back,
        "lunch": package.lunch,
        "office": package.office,
        "stops": tuple(
            _stop(s, visits[s.visit], compounds[visits[s.visit].compound])
            for s in package.stops
        ),
    }


def _stop(stop: Stop, visit: Visit, compound: Compound) -> OwnStop:
    return OwnStop(
        *(stop.visit, stop.arrive, stop.start, stop.end),
        tuple(k.value for k in visit.kinds),
        *(compound.id, compound.name, compound.usc18),
        *(compound.place.lon_udeg, compound.place.lat_udeg),
        *(compound.address, compound.approximate),
        map_link(compound.place, compound.name),
    )


def work(desk: Desk, month_id: str, visit_id: str) -> Work:
    """A visit of one's own open package, as one of its two officers.

    Raises Problem: 404 not his or not open yet, 403 he sits there as no officer.
    """
    field = field_of(desk, month_id)
    found = visit_in(desk, field, visit_id)
    seat = _own_seat(desk, field, found.package.id)
    if seat.role not in OFFICERS:
        raise Problem("http.forbidden")
    if desk.actor.inspector not in found.officers:
        raise Problem("http.not_found")  # he made others of the package, not this one
    return found


def visit_in(desk: Desk, field: Field, visit_id: str) -> Work:
    """A placed visit with its package and officers. Raises Problem 404."""
    for package in field.packages.values():
        stop = next((s for s in package.stops if s.visit == visit_id), None)
        if stop is not None:
            break
    else:
        raise Problem("http.not_found")
    drawn = field.assigned.sealed.packed.drawn
    visit = next(v for v in drawn.visits if v.id == visit_id)
    registry = field.assigned.frozen.registry
    compound = next(c for c in registry.compounds if c.id == visit.compound)
    pair = field.officers(package.id, visit_id)
    name = desk.mark(field.month.id, visit_id)
    return Work(field, package, stop, visit, compound, pair, name)


def door_code(desk: Desk, month_id: str, package_id: str) -> str:
    """What the QR code of a package's notice says; nobody can guess it."""
    return f"{month_id}.{desk.mark(month_id, f'door/{package_id}')[:32]}"
