"""Where a row lies: its cells lon, lat, crs or 经纬度 → a place, or none.

Two degrees may stand in one cell and in either order, as no longitude of China is a
latitude of it; the system may be named by a header. Without any the centre of the
community stands for a compound, else of the street, else its office, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from inspector.domain import Place
from inspector.errors import InspectorError, messages
from inspector.places import to_place
from inspector.registry.number_readings import degrees, is_degrees
from inspector.registry.reading import CellSpot, visible
from inspector.registry.spreadsheet import spreadsheet

_TWO = re.compile(r"\s*[,，;；、/|\s]\s*")
# Longitudes and latitudes of China do not meet (degrees).
_LON, _LAT = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))

messages(
    {
        "column.crs": (
            "没有写明坐标系：不知道坐标来自 WGS-84（GPS）、GCJ-02（高德、腾讯）、"
            "BD-09（百度）还是 CGCS2000（天地图），请加一列“坐标系”",
            "no coordinate system: WGS-84 (GPS), GCJ-02 (Amap, Tencent), BD-09 (Baidu)"
            " or CGCS2000 (Tianditu)? Add a column crs",
        ),
        "place.pair": (
            "“{value}”不是“经度,纬度”",
            '"{value}" is not "longitude,latitude"',
        ),
        "place.none": (
            "没有坐标，社区、街道和区县也没有可用的位置",
            "no coordinates, and no place of its community, street or district either",
        ),
        "read.pair": (
            "一格中的“经度,纬度”分开，共 {count} 处（{cell} “{before}” → {after}）",
            "longitude and latitude in one cell taken apart: {count} ({cell}"
            ' "{before}" → {after})',
        ),
        "read.swapped": (
            "经纬度颠倒，按数值换回，共 {count} 处（{cell} “{before}” → {after}）",
            "longitude and latitude were swapped, as their values tell: {count}"
            ' ({cell} "{before}" → {after})',
        ),
        "read.crs": (
            "坐标系“{before}”读作 {after}，共 {count} 处（{cell}）",
            'the coordinate system "{before}" read as {after}: {count} ({cell})',
        ),
        "read.approximate_community": (
            "没有坐标，取社区内其他小区的中心（未核实），共 {count} 个（{cell} →"
            " {after}）",
            "without coordinates: the centre of the community, not verified: {count}"
            " ({cell} → {after})",
        ),
        "read.approximate_street": (
            "没有坐标，取街道内其他小区的中心（未核实），共 {count} 个（{cell} →"
            " {after}）",
            "without coordinates: the centre of the street, not verified: {count}"
            " ({cell} → {after})",
        ),
        "read.approximate_office": (
            "没有坐标，取区县办公点的位置（未核实），共 {count} 个（{cell} → {after}）",
            "without coordinates: the office of the district, not verified: {count}"
            " ({cell} → {after})",
        ),
    }
)


@cache
def _systems() -> dict[str, str]:
    """Every spelling of a system, lower case."""
    return {
        spelling: system
        for system, spellings in spreadsheet()["crs"].items()
        for spelling in (system.lower(), *spellings)
    }


def system(text: str) -> str | None:
    """The coordinate system that a cell names.

    >>> system("百度地图"), system("GCJ 02"), system("我的")
    ('BD-09', 'GCJ-02', None)
    """
    word = re.sub(r"\s+", " ", text.strip().lower())
    return _systems().get(word) or _systems().get(word.replace(" ", ""))


def named_system(headers: Iterable[str]) -> str | None:
    """The one system that headers name, as 经度（百度）; None of none or of two."""
    text = " ".join(headers).lower()
    found = {
        _systems()[spelling]
        for spelling in _systems()
        if not spelling.isdigit() and spelling in text
    }
    return next(iter(found)) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Given:
    """Two degrees as text, and how they were read: rule, before, after."""

    lon: str
    lat: str
    steps: tuple[tuple[str, str, str], ...] = ()


def pair(text: str, spot: CellSpot) -> Given:
    """Longitude and latitude of one cell. Raises InspectorError place.pair."""
    parts = [p for p in _TWO.split(text.strip(" ()（）[]")) if p]
    read = [degrees(part, spot) for part in parts]
    if len(read) != 2 or not all(isinstance(r, str) for r in read):
        raise InspectorError("place.pair", value=visible(text))
    lon, lat = str(read[0]), str(read[1])
    steps = (("read.pair", text, f"{lon}, {lat}"),)
    return in_order(Given(lon, lat, steps))


def is_pair(text: str) -> bool:
    """Whether a cell holds two things."""
    return len([p for p in _TWO.split(text.strip()) if p]) == 2


def in_order(given: Given) -> Given:
    """The same point with its longitude first, where the values tell."""
    if not (is_degrees(given.lon) and is_degrees(given.lat)):
        return given
    lon, lat = Decimal(given.lon), Decimal(given.lat)
    if not (_LAT[0] <= lon <= _LAT[1] and _LON[0] <= lat <= _LON[1]):
        return given
    step = ("read.swapped", f"{given.lon}, {given.lat}", f"{given.lat}, {given.lon}")
    return Given(given.lat, given.lon, (*given.steps, step))


def placed(given: Given, crs: str) -> Place:
    """The place in WGS-84. Raises InspectorError as `to_place`."""
    return to_place(given.lon, given.lat, crs)


def centre(places: Sequence[Place]) -> Place:
    """The mean of places, each degree rounded down to its micro-degree.

    >>> centre([Place(0, 0), Place(3, 4)])
    Place(lon_udeg=1, lat_udeg=2)
    """
    count = len(places)
    return Place(
        sum(p.lon_udeg for p in places) // count,
        sum(p.lat_udeg for p in places) // count,
    )


class Centres:
    """Centres of the given points of compounds: nearest first, with its word."""

    def __init__(
        self,
        compounds: Iterable[Mapping[str, Any]],
        districts: Mapping[str, str],
        offices: Iterable[Mapping[str, Any]],
    ) -> None:
        """`compounds`, `offices`: cells of their rows; `districts`: of streets."""
        self._districts = districts
        self._points: dict[tuple[str, ...], list[Place]] = {}
        for cells in compounds:
            place, street = cells.get("place"), cells.get("street")
            if place is None or cells.get("approximate") or not isinstance(street, str):
                continue
            self._points.setdefault((street,), []).append(place)
            if community := cells.get("community"):
                self._points.setdefault((street, community), []).append(place)
        for cells in offices:
            if cells.get("place") is not None:
                key = ("", "", cells.get("district", ""))
                self._points.setdefault(key, []).append(cells["place"])
        self._found: dict[tuple[str, ...], Place] = {}

    def of(self, street: str, community: str) -> tuple[Place, str] | None:
        """A place for a compound without one, and whose centre it is."""
        district = self._districts.get(street, "")
        for key, word in (
            ((street, community), "community"),
            ((street,), "street"),
            (("", "", district), "office"),
        ):
            if key in self._points:
                if key not in self._found:
                    self._found[key] = centre(self._points[key])
                return self._found[key], word
        return None
