"""Synthetic months for tests and benchmarks: a Zibo-like city of any size."""

from __future__ import annotations

from datetime import date, timedelta

from inspector.domain import Office, Place, Visit, VisitKind, Window
from inspector.schedule.workload import Crew, PeopleGroup, Workload

# district, share of the compounds, street clusters, cars, office (micro-degrees)
DISTRICTS = (
    ("zhangdian", 32, 8, 3, 118_053_000, 36_807_000),
    ("linzi", 14, 5, 2, 118_309_000, 36_826_000),
    ("zichuan", 13, 4, 1, 117_967_000, 36_644_000),
    ("boshan", 10, 3, 1, 117_862_000, 36_495_000),
    ("huantai", 10, 3, 1, 118_098_000, 36_959_000),
    ("zhoucun", 9, 3, 1, 117_870_000, 36_803_000),
    ("yiyuan", 6, 2, 2, 118_171_000, 36_185_000),
    ("gaoqing", 6, 3, 1, 117_826_000, 37_171_000),
)


class Dice:
    """A small fixed generator (splitmix64), so that instances never change."""

    def __init__(self, seed: int) -> None:
        self._state = seed & (2**64 - 1)

    def below(self, n: int) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return (z ^ (z >> 31)) % n


def working_days(first: date, last: date) -> tuple[date, ...]:
    """Monday to Friday (December 2026 has no holidays)."""
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < 5)


def a_month(
    seed: int = 1,
    singles: int = 130,
    series: int = 50,
    people: int = 48,
    cars: int = 1,
    windows: int = 0,
    districts: int = 8,
) -> Workload:
    """A month of `singles` + 3 x `series` visits. `cars` multiplies the fleet (percent
    steps are not needed); `windows`: percent of the single visits with a date window.
    """
    dice = Dice(seed)
    days = working_days(date(2026, 12, 1), date(2026, 12, 31))
    chosen = DISTRICTS[:districts]
    offices = tuple(
        Office(f"O{i}", d[0], Place(d[4], d[5])) for i, d in enumerate(chosen, 1)
    )
    clusters = []
    for d in chosen:
        spread = 60_000 if d[0] == "zhangdian" else 110_000
        for _ in range(d[2]):
            centre = (
                d[4] + dice.below(2 * spread) - spread,
                d[5] + dice.below(2 * spread) - spread,
            )
            clusters.append((d[0], centre))
    weights = [d[1] for d in chosen]

    def a_place() -> tuple[str, Place]:
        pick = dice.below(sum(weights))
        for d in chosen:
            if pick < d[1]:
                break
            pick -= d[1]
        own = [c for c in clusters if c[0] == d[0]]
        lon, lat = own[dice.below(len(own))][1]
        near = 18_000
        return d[0], Place(
            lon + dice.below(2 * near) - near, lat + dice.below(2 * near) - near
        )

    visits = []

    def half_day() -> Window:
        pick = dice.below(100)
        if pick < 10:
            return Window.MORNING
        return Window.AFTERNOON if pick < 20 else Window.ALL_DAY

    def skill() -> str:
        pick = dice.below(100)
        return "fire" if pick < 12 else "lift" if pick < 18 else ""

    for n in range(singles):
        district, place = a_place()
        first, last = days[0], days[-1]
        if dice.below(100) < windows:
            start = dice.below(len(days) - 5)
            first, last = days[start], days[min(start + 7, len(days) - 1)]
        visits.append(
            Visit(
                f"V{n:04d}",
                f"C{n:04d}",
                (VisitKind.RANDOM,),
                district,
                place,
                60 + 15 * dice.below(4),
                half_day(),
                skill(),
                first,
                last,
            )
        )
    for n in range(series):
        district, place = a_place()
        window, special = half_day(), skill()
        for step, service in enumerate((90, 60, 60)):
            visits.append(
                Visit(
                    f"S{n:04d}-{step}",
                    f"D{n:04d}",
                    (VisitKind.REMEDIATION,),
                    district,
                    place,
                    service,
                    window,
                    special if step == 0 else "",
                    days[0],
                    days[-1],
                    f"S{n:04d}",
                    step,
                    7,
                    15,
                )
            )
    groups: dict[tuple[bool, tuple[str, ...]], list[list[bool]]] = {}
    for n in range(people):
        lead = n % 2 == 0
        skills = tuple(
            s for s, has in (("fire", n % 7 in (0, 3)), ("lift", n % 8 == 5)) if has
        )
        rota = [dice.below(3) > 0 for _ in days]
        groups.setdefault((lead, skills), []).append(rota)
    crew = Crew(
        tuple(
            PeopleGroup(
                lead,
                skills,
                tuple(sum(r[d] for r in rotas) for d in range(len(days))),
                sum(min(15, sum(r)) for r in rotas),
            )
            for (lead, skills), rotas in sorted(groups.items())
        ),
        standby_pairs=1,
    )
    fleet = tuple(tuple(d[3] * cars for _ in days) for d in chosen)
    return Workload(days, tuple(visits), offices, fleet, crew)
