"""The objects of a synthetic city: streets, offices, cars, companies, compounds.

Every name is built from a place name, a counting word and a number, so nothing can be
taken for a real street, company or compound. Offsets are drawn in metres and turned
into micro-degrees with the travel model's constants, integers only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from inspector.domain import (
    Car,
    Company,
    Compound,
    Office,
    Place,
    RiskClass,
    Street,
    Window,
)
from inspector.errors import InspectorError
from inspector.policy import TravelModel
from scenarios.spec import District, Spec
from scenarios.stream import Stream

STEMS = "甲乙丙丁戊己庚辛壬癸"  # 天干: counting words
# Shares of the risk classes in hundredths of a percent: the mix of a real city.
CLASS_SHARES = (
    (RiskClass.D, 150),
    (RiskClass.C, 850),
    (RiskClass.B, 2500),
    (RiskClass.A, 6500),
)
TYPES = (("commercial", 75), ("unit", 12), ("new", 8), ("affordable", 5))
# Percent with a lift, and households from .. to, by type.
LIFTS = {"old": 4, "commercial": 70, "unit": 35, "new": 100, "affordable": 80}
HOUSEHOLDS = {
    "old": (40, 600),
    "commercial": (150, 2600),
    "unit": (80, 900),
    "new": (300, 1800),
    "affordable": (300, 1600),
}
FIRE_PERCENT, LIFT_PERCENT = 8, 4  # compounds whose visit needs that skill
IDLE_STATUS = ("suspended", "moved", "cancelled")
# GB 32100-2015: the alphabet, and weights 3^i mod 31 of the first seventeen places.
USC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


@dataclass(frozen=True, slots=True)
class City:
    """`quality`: hidden, 0 worst .. 1000 best; scores and risk classes follow it.

    Places are as written, in the spec's coordinate system (offices: WGS-84).
    """

    streets: tuple[Street, ...]
    offices: tuple[Office, ...]
    cars: tuple[Car, ...]
    companies: tuple[Company, ...]
    compounds: tuple[Compound, ...]
    quality: Mapping[str, int]


def numbered(prefix: str, total: int, least: int) -> list[str]:
    """`total` ids with as many digits as the last one needs, at least `least`.

    >>> numbered("S", 3, 2)
    ['S01', 'S02', 'S03']
    """
    width = max(least, len(str(total)))
    return [f"{prefix}{i:0{width}d}" for i in range(1, total + 1)]


def usc18(division: str, number: int) -> str:
    """A code with valid check digits (GB 11714, GB 32100-2015) for company `number`.

    >>> usc18("370399", 1)
    '91370399HC0000016Y'
    """
    org = f"HC{number:06d}"
    total = sum(int(c, 36) * w for c, w in zip(org, ORG_WEIGHTS, strict=True))
    org += "0123456789X0"[-total % 11]
    head = f"91{division}{org}"
    total = sum(USC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(head))
    return head + USC_ALPHABET[-total % 31]


def make_city(spec: Spec, travel: TravelModel) -> City:
    """All objects of the city. Raises InspectorError spec.counts."""
    streets, centres = _streets(spec, travel)
    offices = tuple(
        Office(i, d.name, d.place)
        for i, d in zip(
            numbered("O", len(spec.districts), 1), spec.districts, strict=True
        )
    )
    compounds = _compounds(spec, travel, streets, centres)
    companies, compounds = _companies(spec, streets, compounds)
    quality = _quality(spec, compounds)
    return City(
        streets,
        offices,
        _cars(spec, offices),
        companies,
        _with_classes(spec, _with_modes(spec, streets, compounds), quality),
        quality,
    )


def _moved(place: Place, travel: TravelModel, east: int, north: int) -> Place:
    """The place some metres away."""
    return Place(
        place.lon_udeg + east * 10**6 // travel.lon_metres,
        place.lat_udeg + north * 10**6 // travel.lat_metres,
    )


def _spots(stream: Stream, district: District) -> list[tuple[int, int]]:
    """Street centres: one in the middle, the others in the disc, apart (m)."""
    spots = [(stream.between(-600, 600), stream.between(-600, 600))]
    for _ in range(100_000):
        if len(spots) == district.streets:
            return spots
        x, y = (stream.between(-district.spread, district.spread) for _ in "xy")
        if x * x + y * y <= district.spread**2 and all(
            (x - a) ** 2 + (y - b) ** 2 >= district.apart**2 for a, b in spots
        ):
            spots.append((x, y))
    raise InspectorError("spec.counts", what=f"{district.name} spread/apart")


def _streets(
    spec: Spec, travel: TravelModel
) -> tuple[tuple[Street, ...], dict[str, Place]]:
    ids = iter(numbered("S", sum(d.streets for d in spec.districts), 2))
    streets, centres = [], {}
    for d in spec.districts:
        stream = Stream(spec.name, spec.seed, "streets", d.name)
        for stem, (east, north) in zip(STEMS, _spots(stream, d), strict=False):
            street = Street(
                next(ids), f"{d.name}{stem}街道", d.name, spec.compounds.min_draw
            )
            streets.append(street)
            centres[street.code] = _moved(d.place, travel, east, north)
    return tuple(streets), centres


def _cars(spec: Spec, offices: Sequence[Office]) -> tuple[Car, ...]:
    """Each office's cars; the last of the largest fleet serves from the third day."""
    per_office = [d.cars for d in spec.districts]
    ids = iter(numbered("K", sum(per_office), 2))
    fleet = [
        Car(next(ids), o.id, None, None)
        for o, n in zip(offices, per_office, strict=True)
        for _ in range(n)
    ]
    late = sum(per_office[: per_office.index(max(per_office)) + 1]) - 1
    year, month = (int(x) for x in spec.month.split("-"))
    fleet[late] = replace(fleet[late], first=date(year, month, 3))
    return tuple(fleet)


def _sizes(stream: Stream, total: int, parts: int) -> list[int]:
    """`total` split into `parts` uneven positive numbers."""
    weights = [stream.between(60, 140) for _ in range(parts)]
    ends = [sum(weights[: i + 1]) * (total - parts) for i in range(parts)]
    marks = [0] + [end // sum(weights) for end in ends]
    return [1 + b - a for a, b in pairwise(marks)]


def _compounds(
    spec: Spec,
    travel: TravelModel,
    streets: Sequence[Street],
    centres: Mapping[str, Place],
) -> tuple[Compound, ...]:
    """All compounds, without company (see `_companies`) and risk class."""
    counts = spec.compounds
    ids = numbered("C", counts.total, 4)
    pick = Stream(spec.name, spec.seed, "types")
    old = set(pick.sample(ids, counts.old))
    mix = tuple(counts.types.items()) or TYPES
    types = {i: "old" if i in old else pick.weighted(mix) for i in ids}
    lifted = {i for i in ids if pick.hit(LIFTS[types[i]], 100)}
    skills = dict.fromkeys(
        pick.sample(sorted(lifted), (counts.total * LIFT_PERCENT + 50) // 100), "lift"
    )
    others = [i for i in ids if i not in skills]
    fire = pick.sample(others, (counts.total * FIRE_PERCENT + 50) // 100)
    skills |= dict.fromkeys(fire, "fire")

    out, left = [], iter(ids)
    for d in spec.districts:
        stream = Stream(spec.name, spec.seed, "compounds", d.name)
        own = [s for s in streets if s.district == d.name]
        sizes = _sizes(stream, d.compounds, len(own))
        for street, size in zip(own, sizes, strict=True):
            for number in range(1, size + 1):
                cid = next(left)
                out.append(
                    _compound(
                        Stream(spec.name, spec.seed, "compound", cid),
                        cid,
                        f"合成小区{street.name[:-2]}{number:03d}",
                        street,
                        f"{street.name}第{(number + 7) // 8:02d}社区",
                        types[cid],
                        cid in lifted,
                        skills.get(cid, ""),
                        centres[street.code],
                        d.street_radius // 2,
                        travel,
                    )
                )
    return tuple(out)


def _compound(
    stream: Stream,
    cid: str,
    name: str,
    street: Street,
    community: str,
    kind: str,
    has_lift: bool,
    skill: str,
    centre: Place,
    half: int,
    travel: TravelModel,
) -> Compound:
    low, high = HOUSEHOLDS[kind]
    east, north = (
        stream.between(-half, half) + stream.between(-half, half) for _ in "xy"
    )
    window = stream.weighted(
        ((Window.ALL_DAY, 8), (Window.MORNING, 1), (Window.AFTERNOON, 1))
    )
    return Compound(
        id=cid,
        name=name,
        street=street.code,
        community=community,
        usc18="",
        type=kind,
        households=stream.between(low, high),
        risk_class=RiskClass.A,
        has_lift=has_lift,
        skill=skill,
        service_minutes=60 + 5 * stream.below(7),
        window=window,
        place=_moved(centre, travel, east, north),
        status="active",
    )


def _companies(
    spec: Spec, streets: Sequence[Street], compounds: Sequence[Compound]
) -> tuple[tuple[Company, ...], tuple[Compound, ...]]:
    """Companies work in one district; a few run many compounds, most one to three."""
    stream = Stream(spec.name, spec.seed, "companies")
    counts, total = spec.compounds, spec.companies.total
    old = [c.id for c in compounds if c.type == "old"]
    alone = set(stream.sample(old, counts.old - counts.old_managed))
    district = {s.code: s.district for s in streets}
    by_district: dict[str, list[str]] = {d.name: [] for d in spec.districts}
    for c in compounds:
        if c.id not in alone:
            by_district[district[c.street]].append(c.id)

    active = total - spec.companies.idle
    sizes = {name: len(ids) for name, ids in by_district.items()}
    teams = _shares(active, sizes)
    numbers = iter(range(total))
    employer: dict[str, int] = {}
    for name, ids in by_district.items():
        own = [next(numbers) for _ in range(teams[name])]
        weights = [(n, stream.pick((1, 1, 1, 2, 3, 8))) for n in own]
        queue = stream.shuffled(ids)
        employer |= dict(zip(queue, own, strict=False))
        employer |= {cid: stream.weighted(weights) for cid in queue[len(own) :]}
    codes = [usc18(spec.companies.division, n + 1) for n in range(total)]
    per_stem = -(-total // len(STEMS))
    companies = tuple(
        Company(
            code,
            f"合成物业{STEMS[n // per_stem]}{n % per_stem + 1:02d}有限公司",
            "active" if n < active else IDLE_STATUS[n % len(IDLE_STATUS)],
        )
        for n, code in enumerate(codes)
    )
    return companies, tuple(
        replace(c, usc18=codes[employer[c.id]]) if c.id in employer else c
        for c in compounds
    )


def _with_modes(
    spec: Spec, streets: Sequence[Street], compounds: Sequence[Compound]
) -> tuple[Compound, ...]:
    """Management mode, who is responsible where no company is, and an address."""
    names = {s.code: s.name for s in streets}
    count: dict[str, int] = {}
    out = []
    for c in compounds:
        number = count[c.street] = count.get(c.street, 0) + 1
        road = f"{names[c.street].removesuffix('街道')}合成路{number}号"
        c = replace(c, address=road, mode="professional")
        if not c.usc18:
            stream = Stream(spec.name, spec.seed, "mode", c.id)
            mode = stream.weighted((("fallback", 4), ("self", 1)))
            who = stream.weighted(((c.community, 5), (names[c.street], 3), (c.name, 2)))
            answers = {c.community: "居民委员会", c.name: "物业管理委员会"}
            c = replace(c, mode=mode, responsible=who + answers.get(who, "办事处"))
        out.append(c)
    return tuple(out)


def _shares(total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """`total` split by size, largest remainders first; nobody gets more than he has."""
    whole = sum(sizes.values())
    out = {k: total * n // whole for k, n in sizes.items()}
    rest = sorted(sizes, key=lambda k: (-(total * sizes[k] % whole), k))
    for k in rest[: total - sum(out.values())]:
        out[k] += 1
    return out


def _quality(spec: Spec, compounds: Sequence[Compound]) -> dict[str, int]:
    """Bell-shaped; compounds without a company are worse."""
    stream = Stream(spec.name, spec.seed, "quality")
    return {
        c.id: stream.bell(400, 980) - (0 if c.usc18 else stream.between(40, 160))
        for c in compounds
    }


def _with_classes(
    spec: Spec, compounds: Sequence[Compound], quality: Mapping[str, int]
) -> tuple[Compound, ...]:
    """Exact class shares; worse compounds tend to have worse classes."""
    stream = Stream(spec.name, spec.seed, "classes")
    noisy = {c.id: quality[c.id] + stream.between(-180, 180) for c in compounds}
    worst_first = sorted(noisy, key=lambda i: (noisy[i], i))
    classes: dict[str, RiskClass] = {}
    share, start = 0, 0
    for risk_class, part in CLASS_SHARES:
        share += part
        end = (len(worst_first) * share + 5000) // 10_000
        classes |= dict.fromkeys(worst_first[start:end], risk_class)
        start = end
    return tuple(replace(c, risk_class=classes[c.id]) for c in compounds)
