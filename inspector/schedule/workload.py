"""What is to be planned, what comes back, and how many people there are.

Between `month`, which makes the workload, and the solver, which gives back the packing.

People are blind: groups of interchangeable people with a count per day. Capacity is
Hall's condition on seats, written as linear rows over the number of packages and the
number of packages that need one of a set of skills.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from inspector.check import PlanView, day_cars
from inspector.domain import Office, Package, Visit
from inspector.errors import messages
from inspector.policy import DayRules, TravelModel

messages(
    {
        "plan.no_office": (
            "{visit}：{district}没有办公室，没有车可以去",
            "{visit}: {district} has no office, so no car can go",
        ),
        "plan.no_day": (
            "{visit}：{first} 至 {last} 之间没有可用的工作日",
            "{visit}: no working day is left from {first} to {last}",
        ),
        "plan.no_car": (
            "{visit}：可选的日子里本区没有车在用",
            "{visit}: no car of its district is in service on any of its days",
        ),
        "plan.too_long": (
            "{visit}：单独走一趟也违反作息（往返 {travel} 分钟，检查 {service} 分钟）",
            "{visit}: even alone it breaks the working day"
            " ({travel} min travel, {service} min service)",
        ),
        "plan.no_people": (
            "{visit}：可选的日子里凑不齐两名执法人员",
            "{visit}: no two officers are present on any of its days",
        ),
        "plan.no_skill": (
            "{visit}：可选的日子里没有会“{skill}”的执法人员",
            "{visit}: nobody with the skill {skill} is present on any of its days",
        ),
        "plan.series": (
            "{visit}：与同一系列的前后检查排不出间隔 {gap_min}–{gap_max} 天",
            "{visit}: no day keeps {gap_min}-{gap_max} days to its series' other steps",
        ),
        "plan.series_before": (
            "{visit}：同一系列的前一次检查 {before} 没有排上",
            "{visit}: the step before it, {before}, is not placed",
        ),
        "plan.short": (
            "{visit}：路线可行之处都凑不齐合格人员",
            "{visit}: wherever the route allows it, people are lacking",
        ),
        "plan.full": (
            "{visit}：可选的日子里车辆、工时或人员已排满",
            "{visit}: cars, hours or people are taken on all of its days",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PeopleGroup:
    """Interchangeable people. `present`: how many on each working day; `month`: the
    duty days they may do together, Σ min(max_days, days present)."""

    may_lead: bool
    skills: tuple[str, ...]
    present: tuple[int, ...]
    month: int


@dataclass(frozen=True, slots=True)
class JointGroup:
    """Those who may take a 部门 or 专家 seat of one kind. `seats` of them go with every
    package, or with those alone that need a skill (`skilled`)."""

    name: str
    skilled: bool
    seats: int
    present: tuple[int, ...]
    month: int


@dataclass(frozen=True, slots=True)
class Crew:
    """All officers of the city. A package takes `leads` people who may lead and
    `seconds` others, who all have the package's special skill if it needs one.
    Stand-by pairs (值班席) take the same seats, without a skill, on every day; they
    take nobody of `joint`."""

    groups: tuple[PeopleGroup, ...]
    standby_pairs: int = 0
    leads: int = 1
    seconds: int = 1
    joint: tuple[JointGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """all_weight * packages + skill_weight * packages that need one of `skills`
    is at most `limit`."""

    all_weight: int
    skill_weight: int
    skills: tuple[str, ...]
    limit: int

    def holds(self, packages: int, skilled: Mapping[str, int]) -> bool:
        """Whether these counts of packages keep the row."""
        return self.room(packages, skilled) >= 0

    def room(self, packages: int, skilled: Mapping[str, int]) -> int:
        """The limit minus what these counts of packages take."""
        special = sum(skilled.get(skill, 0) for skill in self.skills)
        return self.limit - self.all_weight * packages - self.skill_weight * special


def _rows(
    people: Iterable[tuple[bool, tuple[str, ...], int]],
    skills: Sequence[str],
    crew: Crew,
    standby: int,
) -> tuple[Row, ...]:
    """Hall's condition for seats {lead, plain second, second with skill s}.

    For each set of seat kinds the seats wanted must not exceed the people who fit any
    of them. A set with a plain second reaches everybody, so the largest one decides.
    """
    known = tuple(people)

    def count(lead: bool, some: Sequence[str]) -> int:
        return sum(
            number
            for may_lead, has, number in known
            if (lead and may_lead) or any(skill in has for skill in some)
        )

    both = crew.leads + crew.seconds
    rows = [
        Row(both, 0, (), sum(p[2] for p in known) - both * standby),
        Row(crew.leads, 0, (), count(True, ()) - crew.leads * standby),
    ]
    for size in range(1, len(skills) + 1):
        for some in combinations(skills, size):
            rows.append(Row(0, crew.seconds, some, count(False, some)))
            rows.append(
                Row(
                    crew.leads,
                    crew.seconds,
                    some,
                    count(True, some) - crew.leads * standby,
                )
            )
    return tuple(rows)


def _joint_rows(
    groups: Iterable[tuple[JointGroup, int]], skills: Sequence[str]
) -> tuple[Row, ...]:
    """No more packages than people for their 部门 and 专家 seats."""
    every = tuple(skills)
    return tuple(
        Row(0, g.seats, every, limit) if g.skilled else Row(g.seats, 0, (), limit)
        for g, limit in groups
        if every or not g.skilled
    )


def day_rows(crew: Crew, skills: Sequence[str], day: int) -> tuple[Row, ...]:
    """The rows on one working day (its index)."""
    people = ((g.may_lead, g.skills, g.present[day]) for g in crew.groups)
    joint = _joint_rows(((g, g.present[day]) for g in crew.joint), skills)
    return _rows(people, skills, crew, crew.standby_pairs) + joint


def month_rows(crew: Crew, skills: Sequence[str], days: int) -> tuple[Row, ...]:
    """The rows on a whole month of `days` working days: duty days for people."""
    people = ((g.may_lead, g.skills, g.month) for g in crew.groups)
    joint = _joint_rows(((g, g.month) for g in crew.joint), skills)
    return _rows(people, skills, crew, crew.standby_pairs * days) + joint


@dataclass(frozen=True, slots=True)
class Workload:
    """One month to be planned.

    `cars[o][d]`: cars in service of `offices[o]` on `days[d]`. `apart`: pairs of
    visits that may not share a package; `barred`: visit and day that do not go
    together. `pinned`: packages that stay as they are; their visits are in `visits`.
    """

    days: tuple[date, ...]
    visits: tuple[Visit, ...]
    offices: tuple[Office, ...]
    cars: tuple[tuple[int, ...], ...]
    crew: Crew
    day: DayRules = field(default_factory=DayRules)
    travel: TravelModel = field(default_factory=TravelModel)
    apart: tuple[tuple[str, str], ...] = ()
    barred: tuple[tuple[str, date], ...] = ()
    pinned: tuple[Package, ...] = ()


def view_of(
    work: Workload,
    packages: Sequence[Package],
    unplaced: Iterable[str],
    travel: int,
    called: frozenset[str] = frozenset(),
    taxis: frozenset[str] = frozenset(),
) -> PlanView:
    """A plan of this month as the rules of a plan read it; `called`: stand-by pairs
    called, `taxis`: those without a car."""
    return PlanView(
        work.visits,
        tuple(packages),
        tuple(unplaced),
        work.offices,
        day_cars(work.offices, work.days, work.cars),
        work.days,
        work.day,
        work.travel,
        travel,
        called=called,
        taxis=taxis,
    )


# Why a visit is left out: the closed cause that is published, by message code.
CAUSES = {
    "plan.series_before": "before",
    "plan.no_people": "people",
    "plan.no_skill": "people",
    "plan.short": "people",
}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A visit left out, and why: `code` is a message code, `params` fill it."""

    visit: str
    code: str
    params: tuple[tuple[str, str | int], ...]

    @property
    def cause(self) -> str:
        """`before`, `people` or `car`."""
        return CAUSES.get(self.code, "car")


@dataclass(frozen=True, slots=True)
class CountedTask:
    """One counted task of the solver. `calls` to a solver inside it, `closed` of them
    proven optimal; `work` in units of `Budget`."""

    number: int
    task: str
    office: str
    calls: int
    closed: int
    work: int


@dataclass(frozen=True, slots=True)
class Packing:
    """The month's packages by their smallest visit, named P001, P002, …

    `bound_minutes`: no plan that places the same visits has less travel; 0 when not
    computed. `reproducible`: neither fuse nor stop cut the work short.
    """

    packages: tuple[Package, ...]
    unplaced: tuple[Unplaced, ...]
    travel_minutes: int
    bound_minutes: int
    runs: tuple[CountedTask, ...]
    first_feasible_seconds: float
    seconds: float
    reproducible: bool


# Work units that one second of the reference core does (measured, tests/bench).
UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """`work` units to spend, whatever the clock says; `fuse_seconds` of wall time
    after which the search stops and the plan is not reproducible."""

    work: int
    fuse_seconds: float

    @classmethod
    def seconds(cls, seconds: int) -> Budget:
        """A budget of about `seconds` on one reference core, fuse at the double.

        >>> Budget.seconds(60)
        Budget(work=60000000, fuse_seconds=120.0)
        """
        return cls(seconds * UNITS, 2.0 * seconds)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands; `done` of `total` work units, never more."""

    stage: str
    travel_minutes: int
    bound_minutes: int
    unplaced: int
    done: int
    total: int


Clock = Callable[[], float]
Watch = Callable[[Progress], None]
Stop = Callable[[], bool]
