"""Places on the map and the whole minutes between them.

Degrees as text → `Place`; two places and a travel model → minutes.

A place is kept as integer micro-degrees WGS-84. Floats appear only in the GCJ-02
shift, which runs once per point at import and ends in rounded integers; everything
after that is integer arithmetic, so everybody recomputes the same minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from math import atan2, cos, isqrt, pi, radians, sin, sqrt
from urllib.parse import quote

from inspector.domain import Place
from inspector.errors import InspectorError, messages
from inspector.policy import TravelModel

WGS84 = "WGS-84"
GCJ02 = "GCJ-02"
CGCS2000 = "CGCS2000"  # equal to WGS-84 within centimetres
BD09 = "BD-09"  # Baidu maps: GCJ-02, shifted once more
SYSTEMS = (WGS84, GCJ02, CGCS2000, BD09)

# The box inside which GCJ-02 shifts points; also our "out of range" (micro-degrees:
# first and last longitude, first and last latitude).
CHINA = (72_004_000, 137_834_700, 829_300, 55_827_100)

_UDEG = 1_000_000
_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,15})?")
# Krasovsky 1940, the ellipsoid of the GCJ-02 shift: half axis (m), eccentricity².
_AXIS = 6378245.0
_ECC = 0.00669342162296594323

messages(
    {
        "place.number": (
            "坐标“{value}”不是十进制度数",
            'the coordinate "{value}" is not in decimal degrees',
        ),
        "place.range": (
            "坐标（{lon}，{lat}）不在中国范围内，请检查经纬度是否颠倒",
            "the point ({lon}, {lat}) is not in China; are lon and lat swapped?",
        ),
        "place.crs": (
            "坐标系“{value}”未知，应为 WGS-84、GCJ-02、CGCS2000 或 BD-09",
            'the coordinate system "{value}" is none of WGS-84, GCJ-02, CGCS2000,'
            " BD-09",
        ),
    }
)


def minutes(model: TravelModel, a: Place, b: Place) -> int:
    """Whole minutes to drive from `a` to `b`, parking included; 0 when a == b.

    Local equirectangular projection: micro-degrees times metres per degree are
    micrometres; detour, speed and one rounding up follow (DESIGN §3).

    >>> minutes(TravelModel(), Place(118_000_000, 36_700_000),
    ...         Place(118_100_000, 36_700_000))
    23
    """
    if a == b:
        return 0
    x = abs(a.lon_udeg - b.lon_udeg) * model.lon_metres
    y = abs(a.lat_udeg - b.lat_udeg) * model.lat_metres
    road = isqrt(x * x + y * y) * model.detour_bp * 60
    return model.parking_minutes - road // -(10**10 * model.metres_per_hour)


def metres(model: TravelModel, a: Place, b: Place) -> int:
    """Whole metres by road from `a` to `b`, as `minutes` reckons them.

    >>> metres(TravelModel(), Place(118_000_000, 36_700_000),
    ...        Place(118_100_000, 36_700_000))
    11596
    """
    x = abs(a.lon_udeg - b.lon_udeg) * model.lon_metres
    y = abs(a.lat_udeg - b.lat_udeg) * model.lat_metres
    return isqrt(x * x + y * y) * model.detour_bp // 10**10


def lon_metres(model: TravelModel, places: Iterable[Place]) -> int | None:
    """Metres per degree of longitude at the mean latitude of places; None of none.

    `lat_metres` × cos(mean latitude), to the nearest metre (sphere of 6371 km). A float
    only here: what is frozen is the integer.

    >>> lon_metres(TravelModel(), [Place(111_320_000, 23_480_000)])
    101988
    """
    lats = [p.lat_udeg for p in places]
    if not lats:
        return None
    mean = sum(lats) / len(lats) / _UDEG
    return round(model.lat_metres * cos(radians(mean)))


def degrees(udeg: int) -> str:
    """Decimal degrees of micro-degrees.

    >>> degrees(118_018_000)
    '118.018000'
    """
    return f"{'-' if udeg < 0 else ''}{abs(udeg) // _UDEG}.{abs(udeg) % _UDEG:06d}"


def map_link(place: Place, name: str) -> str:
    """Opens the place in 高德地图 (its URI scheme; GCJ-02, as domestic maps draw).

    >>> map_link(Place(118_018_000, 36_807_000), "甲")
    'https://uri.amap.com/marker?position=118.023986,36.807429&name=%E7%94%B2'
    """
    drawn = wgs_to_gcj(place)
    at = f"{degrees(drawn.lon_udeg)},{degrees(drawn.lat_udeg)}"
    return f"https://uri.amap.com/marker?position={at}&name={quote(name)}"


def in_china(place: Place) -> bool:
    """Whether the place lies in the box `CHINA`."""
    west, east, south, north = CHINA
    return west <= place.lon_udeg <= east and south <= place.lat_udeg <= north


def _shift(lon: float, lat: float) -> tuple[float, float]:
    """What GCJ-02 adds to a WGS-84 point, in degrees (the published formula)."""
    x, y = lon - 105.0, lat - 35.0
    waves = 20.0 * sin(6 * x * pi) + 20.0 * sin(2 * x * pi)
    east = 300.0 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (waves + 20.0 * sin(x * pi) + 40.0 * sin(x / 3 * pi)) * 2 / 3
    east += (150.0 * sin(x / 12 * pi) + 300.0 * sin(x / 30 * pi)) * 2 / 3
    north = -100.0 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (waves + 20.0 * sin(y * pi) + 40.0 * sin(y / 3 * pi)) * 2 / 3
    north += (160.0 * sin(y / 12 * pi) + 320.0 * sin(y / 30 * pi)) * 2 / 3
    flat = 1 - _ECC * sin(radians(lat)) ** 2
    metres_lon = radians(_AXIS * cos(radians(lat)) / sqrt(flat))
    metres_lat = radians(_AXIS * (1 - _ECC) / flat**1.5)
    return east / metres_lon, north / metres_lat


def wgs_to_gcj(place: Place) -> Place:
    """The same point as domestic maps draw it; unchanged outside `CHINA`."""
    if not in_china(place):
        return place
    east, north = _shift(place.lon_udeg / _UDEG, place.lat_udeg / _UDEG)
    return Place(
        place.lon_udeg + round(east * _UDEG), place.lat_udeg + round(north * _UDEG)
    )


def gcj_to_wgs(place: Place) -> Place:
    """Inverse of `wgs_to_gcj` within 1 micro-degree, by fixed-point iteration.

    The shift changes by less than a hundredth of a move, so ten rounds settle it.
    """
    if not in_china(place):
        return place
    lon, lat = place.lon_udeg / _UDEG, place.lat_udeg / _UDEG
    east, north = _shift(lon, lat)
    for _ in range(10):
        before = east, north
        east, north = _shift(lon - east, lat - north)
        if before == (east, north):
            break  # every further round gives the same
    return Place(
        place.lon_udeg - round(east * _UDEG), place.lat_udeg - round(north * _UDEG)
    )


def bd_to_gcj(place: Place) -> Place:
    """A point of Baidu maps (BD-09) in GCJ-02, to the nearest micro-degree.

    The published approximation, in public use since 2012 (coordtransform and others);
    within a metre of Baidu's own service.

    >>> bd_to_gcj(Place(116_404_000, 39_915_000))
    Place(lon_udeg=116397627, lat_udeg=39908657)
    """
    x, y = place.lon_udeg / _UDEG - 0.0065, place.lat_udeg / _UDEG - 0.006
    turn = pi * 3000 / 180
    far = sqrt(x * x + y * y) - 0.00002 * sin(y * turn)
    angle = atan2(y, x) - 0.000003 * cos(x * turn)
    return Place(round(far * cos(angle) * _UDEG), round(far * sin(angle) * _UDEG))


def _micro(value: str | Decimal) -> int:
    shown = str(value)
    if not _DEGREES.fullmatch(shown) or not shown.isascii():
        raise InspectorError("place.number", value=shown)
    return int((Decimal(shown) * _UDEG).to_integral_value(ROUND_HALF_EVEN))


def to_place(lon: str | Decimal, lat: str | Decimal, crs: str) -> Place:
    """A WGS-84 place from decimal degrees in the system `crs`.

    Raises InspectorError: place.crs, place.number, or place.range outside China.

    >>> to_place("111.279115", "23.476962", "WGS-84")
    Place(lon_udeg=111279115, lat_udeg=23476962)
    """
    if crs not in SYSTEMS:
        raise InspectorError("place.crs", value=crs)
    place = Place(_micro(lon), _micro(lat))
    if not in_china(place):
        raise InspectorError("place.range", lon=str(lon), lat=str(lat))
    if crs == BD09:
        place = bd_to_gcj(place)
    return gcj_to_wgs(place) if crs in (GCJ02, BD09) else place
