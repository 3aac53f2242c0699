"""What a month's announcement consists of, part by part (made in `months`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.answers import DayText, Stamp
from api.months.anchors import Anchor
from api.public.index import MonthLine, PublicFile

Counts = Mapping[str, int]  # code -> number
Chance = tuple[int, ...]
CHANCE = {"says": "[分子, 分母] [numerator, denominator]"}


@dataclass(frozen=True, slots=True)
class StratumFigures:
    """A stratum of the draw."""

    id: str
    street: str
    street_name: str
    risk_class: str
    type: str
    size: int
    chance: Chance = field(metadata=CHANCE)
    expected: Chance = field(metadata=CHANCE)


@dataclass(frozen=True, slots=True)
class RaisedStreet:
    """A street whose chances are raised for its minimum of the year."""

    street: str
    street_name: str
    factor: Chance = field(metadata=CHANCE)


@dataclass(frozen=True, slots=True)
class FreezeFigures:
    """Counts, chances per stratum and rules out of freeze.json."""

    attempt: int
    frozen_at: Stamp
    provisional: bool
    working_days: int
    method: str
    counts: Counts
    excluded: Counts
    strata: tuple[StratumFigures, ...]
    raised: tuple[RaisedStreet, ...]
    publish_workdays: int
    results_by: DayText
    close_by: DayText
    blind_hash: str
    private_root: str


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What the seed was made of."""

    issue: str
    value: str
    at: Stamp
    fallback: bool


@dataclass(frozen=True, slots=True)
class SourceLeaf(SourceRecord):
    """A value of a source as it was entered."""

    source: str


@dataclass(frozen=True, slots=True)
class AnnouncedSource:
    """A source: `leaves` as they were entered (an inside one counts `until` T), and
    `record`, what the seed was made of; an inside one that gave nothing is empty."""

    stage: str
    attempt: int
    outside: bool
    until: Stamp
    leaves: tuple[SourceLeaf, ...]
    id: str
    kind: str
    name: str
    issue: str
    at: Stamp
    commit: str
    record: SourceRecord | None


@dataclass(frozen=True, slots=True)
class DrawFigures:
    """Grand and class totals of the draw in force."""

    at: Stamp
    attempt: int
    total: int
    classes: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPlanFigures:
    """From planning on: the first five; the others once it is sealed, null before.

    `gap_bp`: (travel - bound) / bound in basis points, rounded up; null without bound.
    """

    travel_minutes: int
    bound_minutes: int
    gap_bp: int | None
    unplaced: int
    unplaced_reasons: Counts
    attempt: int | None = None
    sealed_at: Stamp | None = None
    packages: int | None = None
    seats: int | None = None
    levels: int | None = None
    exceptions: int | None = None
    listed: int | None = None
    load_slack: int | None = None
    changes: int | None = None
    q_star: Chance | None = field(default=None, metadata=CHANCE)
    t_star: Chance | None = field(default=None, metadata=CHANCE)
    min_chance: Chance | None = field(default=None, metadata=CHANCE)
    max_chance: Chance | None = field(default=None, metadata=CHANCE)


@dataclass(frozen=True, slots=True)
class CancelledAttempt:
    """A voided attempt with its commitment and what was entered of its sources."""

    stage: str
    attempt: int
    at: Stamp
    reason: str
    commitment: str
    leaves: tuple[SourceLeaf, ...]


@dataclass(frozen=True, slots=True)
class PublicPeopleChange:
    """A change of people between freeze and seal."""

    at: Stamp
    reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class AmendmentFigures:
    """A change after the lottery, in numbers."""

    attempt: int
    sealed_at: Stamp
    reason: str
    changed: Counts
    new_packages: int
    dissolved: int


@dataclass(frozen=True, slots=True)
class ResultFigures:
    """How far publication has come. `over`: results of firms inspected oftener this
    year than their limit; `unexplained`: those without the head's reason."""

    published: int
    late: int
    results_by: DayText
    carried: int
    carried_reasons: Counts
    over: int
    unexplained: int


@dataclass(frozen=True, slots=True)
class Announcement:
    """Everything public about a month but its lists."""

    month: MonthLine
    files: tuple[PublicFile, ...]
    log_root: str
    anchor: Anchor | None
    freeze: FreezeFigures | None
    entropy: tuple[AnnouncedSource, ...]
    draw: DrawFigures | None
    plan: PublicPlanFigures | None
    amendments: tuple[AmendmentFigures, ...]
    calls: int
    cancelled: tuple[CancelledAttempt, ...]
    people_changes: tuple[PublicPeopleChange, ...]
    absences: int
    substitutions: int
    results: ResultFigures | None
    closed_at: Stamp


@dataclass(frozen=True, slots=True)
class PublicRank:
    """A place in a month's ranking, the worst first."""

    place: int
    compound: str
    compound_name: str
    street_name: str
    usc18: str
    score: Chance = field(metadata=CHANCE)
    score_text: str
    listed: bool

    @property
    def position(self) -> str:
        """Its place as text that sorts."""
        return f"{self.place:07d}"
