"""Families of instances: `zibo`, or `280-tight` = 280 visits, tight; any number works.

A family is a recipe, its seed picks the instance (`zibo` is one month, whatever the
seed: that of the scenario; `zibo-280` an earlier one of 275 visits, kept as data: the
chances were 5, 10, 20 and 40 % a month). `-free` behind the name drops the gaps of the
series, nothing else: its steps may still not share a package, so the routing problem is
the same.

| kind  | car-days / needed | date windows of single visits | leave | spare people |
|-------|-------------------|-------------------------------|-------|--------------|
| loose | 2.0, daily        | 10 %, 15 days                 | 10 %  | x 2.0        |
| tight | 1.15, and 2 more  | 40 %, 10 days                 | 20 %  | x 1.3        |
| over  | 0.8               | 40 %, 8 days                  | 20 %  | x 1.3        |

"Needed" counts 420 minutes a car and day for service and 15 minutes of travel a visit.
Visits come 35 to a district, so n times the visits are n times the districts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from math import ceil, floor
from pathlib import Path

from inspector.codec import read
from inspector.command import record as records
from inspector.command.folders import read_inputs
from inspector.domain import Office, Place, Visit, VisitKind, Window
from inspector.month.freeze import Drawn, draw, freeze, record_draw
from inspector.month.pack import people_of, workload
from inspector.registry import read_scenario
from inspector.schedule.workload import Crew, PeopleGroup, Workload
from inspector.workdays import load_calendar
from tests.zibo_month import DISTRICTS, Dice

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
DAYS = tuple(
    d for d in (date(2026, 12, 1) + timedelta(n) for n in range(31)) if d.weekday() < 5
)
KEPT = Path(__file__).with_name("zibo-280.json")
PER_DISTRICT = 35
COPY_UDEG = 2_000_000  # how far east the next copy of the city lies


@dataclass(frozen=True, slots=True)
class Kind:
    """`cars`: car-days per car-day needed, and `spare` more in each district, at least
    `daily` a day; `windows`: percent of single visits with a date window of `width`
    days; `leave`: percent of days; `people`: present per two seats of every car,
    stand-by included."""

    cars: Fraction
    spare: int
    daily: int
    windows: int
    width: int
    leave: int
    people: Fraction


KINDS = {
    "loose": Kind(Fraction(2), 0, 1, 10, 15, 10, Fraction(2)),
    "tight": Kind(Fraction(115, 100), 2, 0, 40, 10, 20, Fraction(13, 10)),
    "over": Kind(Fraction(8, 10), 0, 0, 40, 8, 20, Fraction(13, 10)),
}


def instance(family: str, seed: int) -> Workload:
    """The instance of a family. Raises ValueError for an unknown name."""
    name, _, free = family.partition("-free")
    if free:
        raise ValueError(f"unknown family: {family}")
    if name == KEPT.stem:
        work = kept_month()
    elif name in ("zibo", "wuzhou"):
        drawn = a_drawn_month(name)
        work = workload(drawn, people_of(drawn.frozen))
    else:
        size, _, kind = name.partition("-")
        if not size.isdigit() or kind not in KINDS:
            raise ValueError(f"unknown family: {family}")
        work = synthetic(int(size), KINDS[kind], seed)
    return without_gaps(work) if "-free" in family else work


def kept_month() -> Workload:
    """The work of 淄博's December before its chances were a year's, for comparison."""
    data = json.loads(KEPT.read_text(encoding="utf-8"))
    del data["note"]
    found: Workload = read(Workload, data, KEPT.name)
    return found


def without_gaps(work: Workload) -> Workload:
    """The same visits without gaps; steps of one series still may not meet."""
    series: dict[str, list[str]] = {}
    for v in work.visits:
        if v.series:
            series.setdefault(v.series, []).append(v.id)
    pairs = [p for steps in series.values() for p in combinations(sorted(steps), 2)]
    return replace(
        work,
        visits=tuple(
            replace(v, series="", step=0, gap_min=0, gap_max=0) for v in work.visits
        ),
        apart=(*work.apart, *pairs),
    )


def a_record(name: str) -> records.Record:
    """The demonstration record of a scenario."""
    data = (SCENARIOS / name / "entropy.json").read_bytes()
    return records.load("entropy.json", data, demonstration=True)


def a_drawn_month(name: str) -> Drawn:
    """A scenario frozen and drawn with its demonstration entropy."""
    scenario, record = read_scenario(read_inputs(SCENARIOS / name)), a_record(name)
    frozen = freeze(
        scenario.registry,
        scenario.policy,
        load_calendar(scenario.calendar),
        blind=bytes.fromhex(record.draw_blind),
        secret=bytes.fromhex(record.secret),
        at=record.frozen_at,
        demonstration=True,
    )
    for value in record.draw:
        frozen = record_draw(frozen, value)
    return draw(frozen, record.draw, record.drawn_at)


@dataclass(frozen=True, slots=True)
class _District:
    name: str
    share: int
    office: Place
    clusters: tuple[tuple[int, int], ...]


def _districts(size: int, dice: Dice) -> list[_District]:
    """One district per 35 visits: those of Zibo, then those of a copy further east."""
    found = []
    for n in range(max(1, round(size / PER_DISTRICT))):
        copy, k = divmod(n, len(DISTRICTS))
        name, share, streets, _, lon, lat = DISTRICTS[k]
        lon += copy * COPY_UDEG
        spread = 60_000 if k == 0 else 110_000
        clusters = tuple(
            (
                lon + dice.below(2 * spread) - spread,
                lat + dice.below(2 * spread) - spread,
            )
            for _ in range(streets)
        )
        found.append(_District(f"{name}{copy}", share, Place(lon, lat), clusters))
    return found


def _a_place(districts: list[_District], dice: Dice) -> tuple[str, Place]:
    pick = dice.below(sum(d.share for d in districts))
    for d in districts:
        if pick < d.share:
            break
        pick -= d.share
    lon, lat = d.clusters[dice.below(len(d.clusters))]
    near = 18_000
    return d.name, Place(
        lon + dice.below(2 * near) - near, lat + dice.below(2 * near) - near
    )


def _half_day(dice: Dice) -> Window:
    pick = dice.below(10)
    return (Window.MORNING, Window.AFTERNOON)[pick] if pick < 2 else Window.ALL_DAY


def _skill(dice: Dice) -> str:
    pick = dice.below(100)
    return "fire" if pick < 12 else "lift" if pick < 18 else ""


def synthetic(size: int, kind: Kind, seed: int) -> Workload:
    """A month of `size` visits, about 54 % of them in series of three."""
    dice = Dice(1_000_003 * seed + size)
    districts = _districts(size, dice)
    series = size * 50 // 280
    visits = [_single(n, kind, districts, dice) for n in range(size - 3 * series)]
    for n in range(series):
        visits.extend(_series(n, districts, dice))
    cars = tuple(_cars(d.name, visits, kind, dice) for d in districts)
    return Workload(
        DAYS,
        tuple(visits),
        tuple(Office(f"O{n}", d.name, d.office) for n, d in enumerate(districts, 1)),
        cars,
        _crew(max(sum(row[d] for row in cars) for d in range(len(DAYS))), kind, dice),
    )


def _single(n: int, kind: Kind, districts: list[_District], dice: Dice) -> Visit:
    district, place = _a_place(districts, dice)
    first, last = DAYS[0], DAYS[-1]
    if dice.below(100) < kind.windows:
        first += timedelta(dice.below(32 - kind.width))
        last = first + timedelta(kind.width - 1)
    return Visit(
        f"V{n:04d}",
        f"C{n:04d}",
        (VisitKind.RANDOM,),
        district,
        place,
        60 + 15 * dice.below(4),
        _half_day(dice),
        _skill(dice),
        first,
        last,
    )


def _series(n: int, districts: list[_District], dice: Dice) -> list[Visit]:
    district, place = _a_place(districts, dice)
    window, skill = _half_day(dice), _skill(dice)
    return [
        Visit(
            f"S{n:04d}-{step}",
            f"D{n:04d}",
            (VisitKind.REMEDIATION,),
            district,
            place,
            service,
            window,
            "" if step else skill,
            DAYS[0],
            DAYS[-1],
            f"S{n:04d}",
            step,
            7,
            15,
        )
        for step, service in enumerate((90, 60, 60))
    ]


def _cars(
    district: str, visits: list[Visit], kind: Kind, dice: Dice
) -> tuple[int, ...]:
    """Cars per working day, as even as whole cars allow, from a random phase."""
    minutes = sum(v.service_minutes + 15 for v in visits if v.district == district)
    car_days = ceil(Fraction(minutes, 420) * kind.cars) + kind.spare
    per_day = Fraction(car_days, len(DAYS))
    phase = Fraction(dice.below(1000), 1000)
    return tuple(
        max(kind.daily, floor((d + 1) * per_day + phase) - floor(d * per_day + phase))
        for d in range(len(DAYS))
    )


def _crew(cars: int, kind: Kind, dice: Dice) -> Crew:
    """Officers for `cars` packages a day and the stand-by pair, leave on top."""
    number = ceil((2 * cars + 2) * kind.people / Fraction(100 - kind.leave, 100))
    groups: dict[tuple[bool, tuple[str, ...]], list[list[bool]]] = {}
    for n in range(number):
        skills = [s for s, k in (("fire", 7), ("lift", 8)) if n % k in (0, 3)]
        rota = [dice.below(100) >= kind.leave for _ in DAYS]
        groups.setdefault((n % 2 == 0, tuple(skills)), []).append(rota)
    return Crew(
        tuple(
            PeopleGroup(
                may_lead,
                skills,
                tuple(sum(r[d] for r in rotas) for d in range(len(DAYS))),
                sum(min(18, sum(r)) for r in rotas),
            )
            for (may_lead, skills), rotas in sorted(groups.items())
        ),
        standby_pairs=1,
    )
