"""Places: travel minutes, the GCJ-02 shift, what counts as a coordinate."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain import Place
from inspector.errors import InspectorError
from inspector.places import (
    gcj_to_wgs,
    in_china,
    minutes,
    to_place,
    wgs_to_gcj,
)
from inspector.policy import TravelModel

MODEL = TravelModel()
ZIBO = Place(118_054_000, 36_813_000)

inside = st.builds(
    Place, st.integers(73_600_000, 135_000_000), st.integers(18_000_000, 53_500_000)
)

# Known answers published with the tests of eviltransform (MIT): WGS-84 lat, lon,
# GCJ-02 lat, lon of Shanghai, Shenzhen and Beijing.
KNOWN = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]


def udeg(lat: float, lon: float) -> Place:
    return Place(round(lon * 1e6), round(lat * 1e6))


def test_no_way_takes_no_time() -> None:
    assert minutes(MODEL, ZIBO, ZIBO) == 0


def test_the_smallest_step_costs_parking_and_one_minute() -> None:
    assert minutes(MODEL, ZIBO, replace(ZIBO, lon_udeg=118_054_001)) == 5


@pytest.mark.parametrize(
    ("dlon", "dlat", "expected"),
    [
        # 8 920 m * 1.3 / 38 km/h = 18.309 min
        (100_000, 0, 23),
        # 11 119.5 m * 1.3 / 38 km/h = 22.824 min
        (0, 100_000, 27),
        # 14 255.2 m * 1.3 / 38 km/h = 29.260 min
        (100_000, 100_000, 34),
        (-100_000, -100_000, 34),
    ],
)
def test_minutes_of_known_ways(dlon: int, dlat: int, expected: int) -> None:
    there = Place(ZIBO.lon_udeg + dlon, ZIBO.lat_udeg + dlat)
    assert minutes(MODEL, ZIBO, there) == expected


def test_a_way_of_whole_minutes_is_not_rounded_up() -> None:
    model = TravelModel(
        lon_metres=100_000, detour_bp=10_000, metres_per_hour=60_000, parking_minutes=0
    )
    # 0.01 degree = 1 000 m = exactly one minute; one micro-degree more is two
    assert minutes(model, Place(0, 0), Place(10_000, 0)) == 1
    assert minutes(model, Place(0, 0), Place(10_001, 0)) == 2


@given(inside, inside)
def test_minutes_are_symmetric_and_never_below_the_exact_way(
    a: Place, b: Place
) -> None:
    found = minutes(MODEL, a, b)
    assert found == minutes(MODEL, b, a)
    if a != b:
        x = (a.lon_udeg - b.lon_udeg) * MODEL.lon_metres
        y = (a.lat_udeg - b.lat_udeg) * MODEL.lat_metres
        way = Fraction(MODEL.detour_bp * 60, 10**10 * MODEL.metres_per_hour)
        drive = Fraction(found - MODEL.parking_minutes) / way
        # the drive covers the floor of the distance, one minute less does not
        assert (drive + 1) ** 2 > x * x + y * y
        assert (drive - 1 / way) ** 2 < x * x + y * y or drive < 1 / way
        assert found >= MODEL.parking_minutes + ceil(way)


@pytest.mark.parametrize(("wlat", "wlon", "glat", "glon"), KNOWN)
def test_the_shift_agrees_with_published_points(
    wlat: float, wlon: float, glat: float, glon: float
) -> None:
    found, expected = wgs_to_gcj(udeg(wlat, wlon)), udeg(glat, glon)
    assert abs(found.lon_udeg - expected.lon_udeg) <= 1
    assert abs(found.lat_udeg - expected.lat_udeg) <= 1
    back, start = gcj_to_wgs(expected), udeg(wlat, wlon)
    assert abs(back.lon_udeg - start.lon_udeg) <= 1
    assert abs(back.lat_udeg - start.lat_udeg) <= 1


@given(inside)
def test_there_and_back_again_is_below_two_micro_degrees(place: Place) -> None:
    back = gcj_to_wgs(wgs_to_gcj(place))
    assert abs(back.lon_udeg - place.lon_udeg) < 2
    assert abs(back.lat_udeg - place.lat_udeg) < 2
    assert wgs_to_gcj(place) != place


@pytest.mark.parametrize("place", [Place(2_352_200, 48_856_600), Place(0, 0)])
def test_points_outside_china_stay_where_they_are(place: Place) -> None:
    assert not in_china(place)
    assert wgs_to_gcj(place) == place == gcj_to_wgs(place)


def test_the_edges_of_the_box_are_inside() -> None:
    assert in_china(Place(72_004_000, 829_300))
    assert in_china(Place(137_834_700, 55_827_100))
    assert not in_china(Place(72_003_999, 829_300))
    assert not in_china(Place(137_834_700, 55_827_101))


def test_wgs_and_cgcs_are_taken_as_they_are_and_gcj_is_shifted() -> None:
    plain = Place(121_527_211, 31_177_428)
    assert to_place("121.5272106", "31.1774276", "WGS-84") == plain
    assert to_place(Decimal("121.5272106"), "31.1774276", "CGCS2000") == plain
    assert to_place("121.531541859215", "31.17530398364597", "GCJ-02") == plain


def test_half_a_micro_degree_goes_to_the_even_neighbour() -> None:
    assert to_place("118.0000005", "36.0000015", "WGS-84") == Place(
        118_000_000, 36_000_002
    )


@pytest.mark.parametrize(
    ("lon", "lat", "crs", "code"),
    [
        ("118.1", "36.8", "BJ-54", "place.crs"),
        ("118,1", "36.8", "WGS-84", "place.number"),
        ("", "36.8", "WGS-84", "place.number"),
        ("１１８.1", "36.8", "WGS-84", "place.number"),
        ("1.18e2", "36.8", "WGS-84", "place.number"),
        ("nan", "36.8", "WGS-84", "place.number"),
        ("36.8", "118.1", "WGS-84", "place.range"),
        ("-118.1", "36.8", "GCJ-02", "place.range"),
    ],
)
def test_what_is_no_place_is_refused(lon: str, lat: str, crs: str, code: str) -> None:
    with pytest.raises(InspectorError) as refused:
        to_place(lon, lat, crs)
    assert refused.value.code == code
    assert all(refused.value.sentences())
