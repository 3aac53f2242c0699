"""评价与记分规则 as data: one versioned rule set of a city (`data/credit/*.toml`).

Points are integers in hundredths of a point, weights and scores of evaluations basis
points. What a file leaves out keeps the default below; `SOURCES` names where each
default comes from, the file's own `[sources]` where its values do.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from inspector.codec import dump
from inspector.domain import RiskClass
from inspector.errors import messages
from inspector.policy import BottomRules, Rate

messages(
    {
        "rules.street_weight": (
            "街道与社区权重合计 {percent}%，低于30%（{value} < {least}）",
            "street and community weigh {percent} % together, below 30 % "
            "({value} < {least})",
        ),
    }
)

Points = NewType("Points", int)


class SubjectKind(StrEnum):
    """Who has a credit file (DOMAIN §3, §9)."""

    COMPANY = "company"  # 物业服务企业, by credit code
    MANAGER = "manager"  # 项目负责人, by role id, never by name
    COMPOUND = "compound"  # 住宅小区(物业项目)


class Polarity(StrEnum):
    """What an event does to the score: 基础、良好 or 不良信息."""

    BASE = "base"
    PRAISE = "praise"
    CRITICISM = "criticism"


# 抽查/镇街/社区/业主/协会/媒体/部门 (DOMAIN §9).
EVENT_SOURCES = (
    *("inspection", "street", "community", "owners"),
    *("association", "media", "authority"),
)


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """score = base + good - bad, each within its cap, then floor and ceiling.

    `base_start`: what a filed subject begins with, counted as base.
    """

    base_start: Points = Points(0)
    base_cap: Points | None = None
    good_cap: Points | None = None
    bad_cap: Points | None = None
    floor: Points = Points(0)
    ceiling: Points | None = None


class TermKind(StrEnum):
    """How long an event counts when it states no term of its own."""

    MONTHS = "months"
    CALENDAR_YEAR = "calendar_year"  # to 31 December of the year it begins


@dataclass(frozen=True, slots=True)
class TermRules:
    kind: TermKind = TermKind.MONTHS
    months: int = 12


@dataclass(frozen=True, slots=True)
class ScoreLevel:
    """One of several bodies that score separately; shares add up to 10000."""

    id: str
    name: str
    share_bp: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """`least`: fewest points, inclusive; the lowest grade has none.

    `without_bad`: who has fewer points, but no bad record, still gets this grade.
    `black`: counts towards the black list. `risk`: class in the next draw.
    """

    name: str
    risk: RiskClass
    least: Points | None = None
    without_bad: bool = False
    black: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """A grade given whatever the points; empty `grade`: the lowest one."""

    grade: str = ""
    label: str = ""
    risk: RiskClass = RiskClass.D


@dataclass(frozen=True, slots=True)
class Star:
    stars: int
    least: Points


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One line of the catalogue (记分标准).

    `months`: its term when the event states none; 0 means until repaired. `sources`:
    who may report it, everybody when empty. `field`: a subject to report by.
    """

    code: str
    text: str
    polarity: Polarity
    points: Points
    months: int | None = None
    sources: tuple[str, ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True)
class SignalPoints:
    """Points of a signal that names no line of the catalogue."""

    source: str
    praise: Points
    criticism: Points


@dataclass(frozen=True, slots=True)
class VisitPoints:
    """What a published inspection result gives, per finding by its severity.

    `unset`: for an item whose severity the bureau has not fixed. `clean`: praise for a
    visit without findings. `redlines`: item → veto; `outcomes`: result category →
    entry or veto. `subjects`: whose files it enters.
    """

    minor: Points = Points(100)
    major: Points = Points(200)
    redline: Points = Points(500)
    unset: Points = Points(100)
    clean: Points = Points(100)
    redlines: tuple[tuple[str, str], ...] = (
        ("G3-14", "veto.cut_off"),
        ("G3-15", "veto.funds"),
    )
    outcomes: tuple[tuple[str, str], ...] = (("false_disclosure", "veto.fraud"),)
    subjects: tuple[SubjectKind, ...] = tuple(SubjectKind)


@dataclass(frozen=True, slots=True)
class RedRules:
    """红名单; empty `grade`: the best one. `months`: how long an entry lasts.

    `name`, `name_en`: what the list is called, "" by its default word; `basis`: the
    regulation it rests on.
    """

    grade: str = ""
    clean_months: int = 12
    satisfaction_bp: int = 9000
    least_sample: int = 1
    no_open_case: bool = True
    notice_days: int = 5
    months: int = 12
    name: str = ""
    name_en: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class BlackRules:
    """重点关注名单: a veto, or a `black` grade `times` times within `within_months`.

    `name`, `name_en`, `basis` as of the other list; without a `basis` it is not called
    黑名单 (`rule_checks.unfounded`).
    """

    vetoes: bool = True
    times: int = 2
    within_months: int = 24
    hearing_days: int = 5
    months: int = 12
    name: str = ""
    name_en: str = ""
    basis: str = ""


class Missing(StrEnum):
    """What happens to a source that gives no (or too small) an evaluation."""

    SHARE = "share"  # its weight is shared by the other sources
    VALUE = "value"  # it counts as `value_bp`
    UNRANKED = "unranked"  # the compound is not ranked


@dataclass(frozen=True, slots=True)
class SourceWeight:
    source: str
    weight_bp: int
    least_sample: int = 0
    missing: Missing = Missing.SHARE
    value_bp: int = 0


class Unit(StrEnum):
    """What one compound weighs in the score of a company or street."""

    COMPOUND = "compound"
    HOUSEHOLD = "household"


TIE_KEYS = ("street_score", "owners", "households")


@dataclass(frozen=True, slots=True)
class EvaluationRules:
    """考评: sources and weights, tie-breaks, share of the bottom list.

    `ties`: declared keys in order, the id last by itself. `z`: of the satisfaction
    interval, 196/100 for 95 %. `lower_bound`: the owners' source counts with the lower
    end of its interval instead of its score.
    """

    weights: tuple[SourceWeight, ...] = tuple(
        SourceWeight(source, weight) for source, weight in BottomRules().weights_bp
    )
    unit: Unit = Unit.HOUSEHOLD
    ties: tuple[str, ...] = ("street_score",)
    share: Rate = (1, 10)
    z: Rate = (196, 100)
    lower_bound: bool = False


def _veto(code: str, text: str) -> CatalogueEntry:
    return CatalogueEntry(f"veto.{code}", text, Polarity.CRITICISM, Points(0), 0)


VETOES = (
    _veto("cut_off", "停水停电催费"),
    _veto("funds", "挪用维修资金、公共收益"),
    _veto("refuse_leave", "拒不退出、拒交资料"),
    _veto("accident", "发生安全责任事故"),
    _veto("fraud", "弄虚作假"),
    _veto("refuse_fix", "拒不整改"),
)

SIGNALS = (
    SignalPoints("inspection", Points(100), Points(100)),
    SignalPoints("street", Points(200), Points(200)),
    SignalPoints("community", Points(200), Points(200)),
    SignalPoints("owners", Points(100), Points(100)),
    SignalPoints("association", Points(200), Points(200)),
    SignalPoints("media", Points(100), Points(100)),
    SignalPoints("authority", Points(300), Points(300)),
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of a city's rules of evaluation, credit and lists."""

    id: str
    version: str
    name: str
    sources: tuple[tuple[str, str], ...]
    grades: tuple[Grade, ...]
    score: ScoreRules = field(default_factory=ScoreRules)
    term: TermRules = field(default_factory=TermRules)
    subjects: tuple[SubjectKind, ...] = tuple(SubjectKind)
    levels: tuple[ScoreLevel, ...] = ()
    stars: tuple[Star, ...] = ()
    entries: tuple[CatalogueEntry, ...] = ()
    vetoes: tuple[CatalogueEntry, ...] = VETOES
    signals: tuple[SignalPoints, ...] = SIGNALS
    visit: VisitPoints = field(default_factory=VisitPoints)
    veto: Fixed = field(default_factory=Fixed)
    unfiled: Fixed = field(default_factory=Fixed)
    red: RedRules = field(default_factory=RedRules)
    black: BlackRules = field(default_factory=BlackRules)
    evaluation: EvaluationRules = field(default_factory=EvaluationRules)

    @property
    def key(self) -> str:
        """`id@version`: what an event or score says it was made under."""
        return f"{self.id}@{self.version}"


# Where the defaults come from; a test demands an entry for every table.
SOURCES: dict[str, str] = {
    "score": "DOMAIN §5: base + good - bad; caps are the city's",
    "term": "DOMAIN §5: valid 1 year if no term is stated",
    "subjects": "DOMAIN §3: company, project manager, compound",
    "levels": "DOMAIN §5 南宁 (R31); none by default",
    "stars": "DOMAIN §10 昆明; none by default",
    "entries": "the city's own catalogue; none by default",
    "vetoes": "DOMAIN §6; 拒不整改 confirmed (R32), the set ours",
    "signals": "DOMAIN §9 sources; points ours",
    "visit": "DOMAIN §5 青岛 (R26): 1 point per defect; the other points ours",
    "veto": "DOMAIN §6; lowest grade, class D: ours",
    "unfiled": "DOMAIN §5: C (缺失); class D ours",
    "red": "DOMAIN §6: ours",
    "black": "DOMAIN §6: ours; 告知、申辩 from practice, 5 days ours",
    "evaluation": "DOMAIN §5: weights ours; 淄博: street + community >= 30 %",
}


# Of a list: later fields of a rule set, left out while they say nothing, so that the
# digest of an older set stays what it was.
_NAMING = ("name", "name_en", "basis")


def digest(rules: RuleSet) -> str:
    """SHA-256 of everything the rules decide; where a value comes from is left out."""
    data = dump(rules)
    del data["sources"]
    for table in ("red", "black"):
        for key in _NAMING:
            if not data[table][key]:
                del data[table][key]
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"sunlot/credit-rules/v1\n" + text.encode()).hexdigest()
