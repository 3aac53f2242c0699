"""Why a person has his duties: the chances of one inspector, from table and registry.

A packed month, its published table and a staff number → his duties and chances, and
why.

Inside the bureau only: here a staff number meets its pseudonym and its days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from inspector.domain import Role
from inspector.errors import InspectorError, messages
from inspector.month.freeze import Drawn
from inspector.month.pack import Seat
from inspector.policy import SeatRule
from inspector.schedule.workload import Packing
from inspector.selection.network import UNIT, WHOLE
from inspector.selection.seats import People, Work, role_reasons

messages(
    {
        "explain.person": (
            "名录中没有工号 {inspector}",
            "nobody in the registry has the staff number {inspector}",
        ),
        "explain.share": (
            "{inspector}：可上岗 {days} 天，至多 {max_days} 天；应得份额 {share} 天，"
            "派员在 {load_min}–{load_max} 天之内；期望 {expected} 天",
            "{inspector}: available on {days} days, at most {max_days}; fair share"
            " {share} days, drawn for {load_min} to {load_max}; {expected} expected",
        ),
        "explain.seats": (
            "{inspector}：{total} 个席位中可坐 {eligible} 个（类别 {group}，共 {peers}"
            " 人）",
            "{inspector}: may take {eligible} of {total} seats (class {group}, {peers}"
            " people)",
        ),
        "explain.duty": (
            "{day} {package} {role}：抽中机会 {chance}",
            "{day} {package} {role}: the chance was {chance}",
        ),
        "out.role": ("席位要求不符", "the seat's role"),
        "out.unit": ("不属该部门", "another department's seat"),
        "out.authority": ("不代表该检查主体", "another authority's seat"),
        "out.scope": ("事项范围不含", "items outside the person's scope"),
        "out.skill": ("无该专长", "the skill is missing"),
        "out.certificate": ("执法证无效", "no valid certificate that day"),
        "out.load": ("不安排上岗", "no duty days this month"),
        "out.leave": ("请假", "leave"),
        "out.recusal": ("回避", "recusal"),
        "out.rotation": ("轮换", "rotation"),
    }
)


@dataclass(frozen=True, slots=True)
class Duty:
    """A seat of a person on a day. `chance`: of this person on this package."""

    day: date
    package: str
    role: str
    minutes: int
    chance: Fraction


@dataclass(frozen=True, slots=True)
class OfficerWhy:
    """One inspector's month. `share`: his fair share of duty days, `load_min` and
    `load_max` the bounds the lottery keeps; `expected_days` and `expected_minutes`:
    exact expectation under the table. `out`: seats he may not take, by every reason;
    `duties`: what he was drawn for, as it stands; `chances`: all packages he could
    have been drawn for."""

    inspector: str
    pseudonym: str
    group: str
    peers: int
    days: int
    max_days: int
    share: Fraction
    load_min: int
    load_max: int
    expected_days: Fraction
    expected_minutes: Fraction
    eligible: int
    seats: int
    out: tuple[tuple[str, int], ...]
    duties: tuple[Duty, ...]
    chances: tuple[Duty, ...]


def explain_officer(
    drawn: Drawn,
    people: People,
    packing: Packing,
    seats: Sequence[Seat],
    table: Mapping[str, Any],
    teams: Mapping[str, Mapping[str, str]],
    inspector: str,
) -> OfficerWhy:
    """Days and chances of a staff number. `table`: table.json; `teams`: per package or
    stand-by pair staff number -> role today, empty before the lottery.

    Raises InspectorError explain.person.
    """
    if inspector not in drawn.frozen.names:
        raise InspectorError("explain.person", inspector=inspector)
    name = drawn.frozen.names[inspector]
    rows = {p["id"]: (n, p) for n, p in enumerate(table["people"])}
    index, row = rows[name]
    units = {
        seats[seat].id: Fraction(u, WHOLE)
        for seat, person, u in table["elements"]
        if person == index
    }
    by_package: dict[str, list[Seat]] = {}
    for seat in seats:
        if units.get(seat.id):
            by_package.setdefault(seat.package, []).append(seat)
    chances = tuple(
        Duty(
            mine[0].day,
            package,
            "/".join(s.role.value for s in mine),
            mine[0].minutes,
            sum((units[s.id] for s in mine), Fraction(0)),
        )
        for package, mine in sorted(
            by_package.items(), key=lambda item: (item[1][0].day, item[0])
        )
    )
    out = _out(drawn, people, packing, seats, inspector)
    return OfficerWhy(
        inspector,
        name,
        row["group"],
        sum(p["group"] == row["group"] for p in table["people"]),
        row["days"],
        row["max_days"],
        Fraction(row["share"], UNIT),
        row["load_min"],
        row["load_max"],
        sum((c.chance for c in chances), Fraction(0)),
        sum((c.chance * c.minutes for c in chances), Fraction(0)),
        len(units),
        len(seats),
        tuple(sorted(out.items())),
        tuple(
            replace(c, role=teams[c.package][inspector])
            for c in chances
            if inspector in teams.get(c.package, ())
        ),
        chances,
    )


def _out(
    drawn: Drawn,
    people: People,
    packing: Packing,
    seats: Sequence[Seat],
    inspector: str,
) -> Counter[str]:
    """Every reason that keeps the person out of a seat, counted over the seats."""
    person = next(i for i in people.inspectors if i.id == inspector)
    compounds = {c.id: c for c in drawn.frozen.registry.compounds}
    visits = {v.id: v for v in drawn.visits}
    packages = {p.id: p for p in packing.packages}
    found: Counter[str] = Counter()
    for seat in seats:
        package = packages.get(seat.package)
        if package is None:
            rule, work = SeatRule(seat.role), Work(seat.day, "", ())
        else:
            inside = [visits[s.visit] for s in package.stops]
            rule = SeatRule(seat.role, "always", seat.unit, seat.authority)
            work = Work(
                seat.day, package.skill, tuple(compounds[v.compound] for v in inside)
            )
        if rule.role is Role.EXPERT and not person.expert:
            continue  # an expert's seat is no question for an officer
        if person.expert and role_reasons(person, rule, work.skill) == ["role"]:
            continue
        found.update(people.reasons_out(person, rule, work))
    return found
