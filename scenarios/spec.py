"""What a synthetic city is made from: the keys of a spec file (TOML), checked.

`scale = n` lays n copies of the city side by side: every count is multiplied, each
copy has districts, offices and cars of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, TypeVar

from inspector.domain import Place
from inspector.errors import InspectorError, messages
from inspector.policy import BottomRules

T = TypeVar("T")

messages(
    {
        "spec.keys": (
            "合成城市说明 [{table}] 的键不对：{keys}",
            "the city spec [{table}] has wrong keys: {keys}",
        ),
        "spec.counts": (
            "合成城市说明的数量不一致：{what}",
            "the counts of the city spec do not agree: {what}",
        ),
        "spec.too_far": (
            "小区 {compound} 一天之内无法从办公点往返检查",
            "compound {compound} cannot be visited from its office within one day",
        ),
        "spec.people": (
            "{day} 没有两名可派往 {compound} 的检查人员",
            "on {day} no two inspectors can be sent to {compound}",
        ),
    }
)

# Copies of a scaled city stand this many micro-degrees apart, in rows of sixteen.
_ACROSS, _DOWN, _COLUMNS = -1_200_000, -900_000, 16


@dataclass(frozen=True, slots=True)
class District:
    """Centre in micro-degrees; streets lie at most `spread` m away, `apart` m apart."""

    name: str
    lon: int
    lat: int
    streets: int
    compounds: int
    cars: int
    spread: int
    apart: int
    street_radius: int  # m: a street's compounds lie this far around its centre

    @property
    def place(self) -> Place:
        return Place(self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class Companies:
    """`division`: six digits of the registered place, one that is not assigned."""

    division: str
    total: int
    idle: int  # of them without a compound, no longer active


@dataclass(frozen=True, slots=True)
class Compounds:
    """`crs`: in which system their coordinates are written. Counts of all kinds.

    `types`: percent of each type among those that are not old; empty for the usual mix.
    """

    total: int
    managed: int
    old: int
    old_managed: int
    crs: str
    min_draw: int
    types: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class People:
    inspectors: int
    lead: int
    fire: int
    lift: int
    short: int  # of the inspectors, with few days this month
    short_days: tuple[int, int]
    full_days: tuple[int, int]
    leave: int  # of the inspectors, absent at some time this month
    recusals: tuple[int, int]  # each inspector's number
    experts: int
    # of the inspectors, those who act for another authority alone (keys: authorities)
    joint: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assistants:
    """Numbers by kind; `per_compound`: observers of each compound, (0, 0) for none."""

    experts: int
    lawyers: int
    association: int
    integrity: int
    observers: int
    per_compound: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Past:
    """History of the year up to `until`, the last day on record.

    Before `full_from` the random inspections were a pilot: only `pilot` permille of
    each class's monthly chance.
    """

    until: date
    full_from: str
    pilot: Mapping[str, int]
    whistles: int


@dataclass(frozen=True, slots=True)
class Docket:
    """Cases of earlier months, by what they wait for."""

    waiting: int
    running_one: int  # listed, one visit of the series made
    running_two: int
    rectifying: int
    overdue: int  # of those rectifying: the re-check is overdue
    accepting: int
    closed: int  # with a look-back due this month
    finished: int  # closed, nothing due


@dataclass(frozen=True, slots=True)
class Spec:
    name: str
    seed: int
    month: str
    districts: tuple[District, ...]
    companies: Companies
    compounds: Compounds
    people: People
    assistants: Assistants
    past: Past
    docket: Docket
    signals: int
    basis: Mapping[str, str]  # local legal basis per item code, "" for the others
    policy: Mapping[str, Any]  # what differs from the default policy
    entropy: Mapping[str, str]  # times of the demonstration's stages
    # checklist.toml: its key of another authority -> that authority's name
    authorities: Mapping[str, str] = field(default_factory=dict)
    local: tuple[str, ...] = ()  # local items that the city's own ordinance carries
    lists: tuple[str, ...] = ()  # 专项 lists of checklist.toml that the city has
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)  # codes, groups
    scale: int = 1


def read_spec(data: Mapping[str, Any]) -> Spec:
    """The checked spec, scaled. Raises InspectorError: spec.keys, spec.counts."""
    parts = {
        "companies": Companies,
        "compounds": Compounds,
        "people": People,
        "assistants": Assistants,
        "past": Past,
        "docket": Docket,
    }
    values = dict(data)
    for key, kind in parts.items():
        values[key] = _table(kind, key, values.get(key, {}))
    found = values.get("districts", [])
    values["districts"] = tuple(_table(District, "districts", d) for d in found)
    values.setdefault("basis", {})
    spec = _scaled(_table(Spec, "", values))
    _check(spec)
    return spec


def _table(kind: type[T], name: str, data: Mapping[str, Any]) -> T:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    try:
        return kind(**given)
    except TypeError as e:
        wrong = sorted(known.symmetric_difference(given))
        raise InspectorError("spec.keys", table=name, keys=" ".join(wrong)) from e


def _scaled(spec: Spec) -> Spec:
    n = spec.scale
    if n == 1:
        return spec

    def times(part: T, *names: str) -> T:
        return replace(part, **{k: n * getattr(part, k) for k in names})  # type: ignore

    copies = tuple(
        replace(
            d,
            name=f"{d.name}{k + 1}",
            lon=d.lon + k % _COLUMNS * _ACROSS,
            lat=d.lat + k // _COLUMNS * _DOWN,
        )
        for k in range(n)
        for d in spec.districts
    )
    bottom = dict(spec.policy.get("bottom", {}))
    start = bottom.get("start_per_month", BottomRules().start_per_month)
    bottom["start_per_month"] = n * start
    return replace(
        spec,
        districts=copies,
        companies=times(spec.companies, "total", "idle"),
        compounds=times(spec.compounds, "total", "managed", "old", "old_managed"),
        people=replace(
            times(
                spec.people,
                *("inspectors", "lead", "fire", "lift", "short", "leave", "experts"),
            ),
            joint={name: n * count for name, count in spec.people.joint.items()},
        ),
        assistants=times(
            spec.assistants,
            *("experts", "lawyers", "association", "integrity", "observers"),
        ),
        past=times(spec.past, "whistles"),
        docket=times(spec.docket, *(f.name for f in fields(Docket))),
        signals=n * spec.signals,
        policy={**spec.policy, "bottom": bottom},
    )


def _check(spec: Spec) -> None:
    c, p, d = spec.compounds, spec.people, spec.docket
    unmanaged = c.total - c.managed
    claims = {
        "districts.compounds = compounds.total": sum(
            x.compounds for x in spec.districts
        )
        == c.total,
        "compounds.total - managed = old - old_managed": unmanaged
        == c.old - c.old_managed,
        "companies.total - idle <= compounds.managed": spec.companies.total
        - spec.companies.idle
        <= c.managed,
        "people": max(p.lead, p.fire, p.lift, p.short) + sum(p.joint.values())
        <= p.inspectors,
        "people.leave <= inspectors": p.leave <= p.inspectors,
        "people.joint in authorities": set(p.joint) <= set(spec.authorities),
        "docket.overdue <= rectifying": d.overdue <= d.rectifying,
        "past.until < month": spec.past.until.isoformat() < spec.month,
        "compounds.types = 100": sum(c.types.values()) in (0, 100),
        "streets": all(1 <= x.streets <= min(10, x.compounds) for x in spec.districts),
    }
    for what, holds in claims.items():
        if not holds:
            raise InspectorError("spec.counts", what=what)
