"""The words of the project as types: registries, visits, people.

Below everything but errors: registries are read into these, stages and plans are made
of them.

Every value is frozen. Identifiers are ASCII; names are NFC text. Times of day are
minutes after midnight, money is 分, scores are basis points, coordinates are
micro-degrees WGS-84 (converted once at import). Glossary: README, "Words".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# `PastVisit` has a field of that name.
Day = date


class RiskClass(StrEnum):
    """信用风险分类 of a compound (国市监信发〔2022〕6号: A best, D worst)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Window(StrEnum):
    """When of the day a compound can be visited: 全天, 上午 or 下午."""

    ALL_DAY = "all_day"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class VisitKind(StrEnum):
    """What a visit is for. DOMAIN §7: only `RANDOM` counts against caps by default."""

    RANDOM = "random"  # 双随机抽查
    REMEDIATION = "remediation"  # 执法进小区: diagnosis, guidance, progress
    RECHECK = "recheck"  # 整改复查
    ACCEPTANCE = "acceptance"  # 验收
    LOOKBACK = "lookback"  # 回头看
    WHISTLE = "whistle"  # 吹哨报到
    STUDY = "study"  # 蹲点调研


class CaseState(StrEnum):
    """Where a docket case stands (台账事项)."""

    WAITING = "waiting"  # 已列入，待启动
    LISTED = "listed"  # 挂牌督办, visits running
    RECTIFYING = "rectifying"  # 责令整改, re-check due
    ACCEPTING = "accepting"  # 待验收
    CLOSED = "closed"  # 销号; a look-back may be due


class Role(StrEnum):
    """席位: 主办 and 协办 are certified officers; 专家 and 部门 never count as such."""

    LEAD = "lead"
    SECOND = "second"
    EXPERT = "expert"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Place:
    """A point in integer micro-degrees, WGS-84."""

    lon_udeg: int
    lat_udeg: int


@dataclass(frozen=True, slots=True)
class Street:
    code: str
    name: str
    district: str
    min_draw: int = 0


@dataclass(frozen=True, slots=True)
class Office:
    """District office: cars of its district start and end their day here."""

    id: str
    district: str
    place: Place


@dataclass(frozen=True, slots=True)
class Car:
    """`first`..`last`: days the car is in service, inclusive; None = open end."""

    id: str
    office: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Company:
    usc18: str
    name: str
    status: str  # active, revoked, moved, suspended, cancelled


@dataclass(frozen=True, slots=True)
class Compound:
    """住宅小区(物业项目). `usc18` is empty when no company manages it.

    `mode` (管理模式): professional 专业, fallback 兜底, self 自管; "": as `usc18` says.
    `responsible`: who answers where no company does (物管会, 社区 or 街道), "" else.
    `approximate`: nobody gave its place; it is the centre of its `community` or
    `street`, or the `office`; "" where the place is its own.
    """

    id: str
    name: str
    street: str
    community: str
    usc18: str
    type: str  # commercial, old, unit, new, affordable
    households: int
    risk_class: RiskClass
    has_lift: bool
    skill: str  # special skill a visit needs, "" for none
    service_minutes: int
    window: Window
    place: Place
    status: str  # active, closed, moved, unreachable
    address: str = ""
    mode: str = ""
    responsible: str = ""
    approximate: str = ""


@dataclass(frozen=True, slots=True)
class Inspector:
    """执法检查人员, or an expert (`expert`), who never counts as an officer.

    `max_days`: most duty days this month; `carry_minutes`: duty carried over from
    earlier months, positive when he worked more than his share. `authorities` (检查主体
    he acts for; none: the bureau's own) and `scope` (codes, groups or tags of items;
    none: all): PROTOCOL.md §13.
    """

    id: str
    name: str
    unit: str
    office: str
    cert_no: str
    cert_valid_to: date | None
    may_lead: bool
    expert: bool
    skills: tuple[str, ...]
    max_days: int
    carry_minutes: int
    authorities: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """Absence, inclusive days. A half-day absence makes the whole day unusable."""

    inspector: str
    first: date
    last: date
    half: str = ""  # "", am, pm


@dataclass(frozen=True, slots=True)
class Recusal:
    """回避: `subject` is a compound id or a company's usc18."""

    inspector: str
    subject: str
    reason: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the checklist (抽查事项); `weight` in hundredths of a point.

    `text` is the requirement, `breach` the words of its violation. `authority`: the
    检查主体, "" for the bureau's own. `object`: compound (every one), company (only
    where one manages) or fallback (only where none does). `key`: 重点 (else 一般)
    检查事项. `share_bp`, `per_year`: 比例 and 频次 as the list states them, 0 unstated.
    `lists`: the 专项 lists it belongs to, none: always in force. Sources: 国发〔2019〕
    5号, 鲁政办发〔2025〕3号 (DOMAIN §0, §9); PROTOCOL.md §13.
    """

    code: str
    group: str
    text: str
    legal_basis: str
    method: str
    weight: int
    severity: str  # minor 一般, major 较重, redline 红线, "" not set yet
    evidence: str
    default_days: int
    breach: str = ""
    authority: str = ""
    object: str = "compound"
    key: bool = False
    share_bp: int = 0
    per_year: int = 0
    valid_from: date | None = None
    valid_to: date | None = None
    tags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What a finding of it is called: the breach, the requirement without one."""
        return self.breach or self.text


@dataclass(frozen=True, slots=True)
class Evaluation:
    compound: str
    source: str
    score_bp: int
    sample: int


@dataclass(frozen=True, slots=True)
class Signal:
    """Praise or criticism pushed by a source; only verified signals score."""

    subject: str
    source: str
    polarity: str  # praise 良好, criticism 不良
    state: str  # pending 待核实, accepted 采信, rejected 不采信
    date: date


@dataclass(frozen=True, slots=True)
class BasePoints:
    """Base information of a company's credit file, imported with its document.

    `points` in hundredths; `valid_to`: its last day, None by the rules of credit.
    """

    subject: str
    code: str  # of the catalogue of the rules in force
    points: int
    document: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A call to 12345 about a compound, as the hotline's list has it: no caller."""

    number: str
    compound: str
    date: date
    topic: str = ""


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A row of `history`: a visit of an earlier log, with its two officers.

    `due`: the deadline of its result, None for its own day; `log`, `at`: the origin of
    the log that holds it and when that published it, "" when it is the bureau's word.
    """

    compound: str
    usc18: str
    date: date
    kind: VisitKind
    counts_for_cap: bool
    lead: str
    second: str
    due: Day | None = None
    log: str = ""
    at: str = ""

    @property
    def deadline(self) -> Day:
        """The day after which it takes its compound out of a draw."""
        return self.due or self.date


@dataclass(frozen=True, slots=True)
class Case:
    """A docket row. The next visit is due within `next_first`..`next_last`."""

    id: str
    compound: str
    state: CaseState
    opened: date
    last_visit: date | None
    next_first: date | None
    next_last: date | None


@dataclass(frozen=True, slots=True)
class Assistant:
    """专家, 律师, 物业观察员, 协会, 廉洁监督员: assists, never counts as an officer."""

    id: str
    kind: str
    compounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlierLog:
    """A log of the bureau as it stands when a freeze is made: its events so far.

    `origin` names it (PROTOCOL.md §2, anchors); `root`: hex Merkle root of the `size`
    events; `open`: it may still bring results.
    """

    origin: str
    size: int
    root: str
    open: bool


@dataclass(frozen=True, slots=True)
class AssumedVisit:
    """A docket visit that an open log still seals; it counts as made on `day`."""

    log: str
    case: str
    compound: str
    kind: VisitKind
    step: int
    day: date


@dataclass(frozen=True, slots=True)
class OwedVisit:
    """A random visit that `log` carried and no freeze has taken up: `visit` there,
    `leaf` of its event in hex; `gone`: the compound is not active, it is dropped."""

    log: str
    visit: str
    compound: str
    leaf: str
    gone: bool


@dataclass(frozen=True, slots=True)
class RunningVisit:
    """A visit that an open log still seals: who would inspect, by staff number.

    `lead`, `second`: "" for a seat that is vacant.
    """

    log: str
    compound: str
    day: date
    lead: str
    second: str


@dataclass(frozen=True, slots=True)
class Registry:
    """两库 and everything that comes with them, each table sorted by its key.

    `logs`, `assumed`, `owed`, `running`: what the other logs of the bureau hold when it
    freezes (PROTOCOL.md §12); nothing in a first month.
    """

    streets: tuple[Street, ...]
    offices: tuple[Office, ...]
    cars: tuple[Car, ...]
    companies: tuple[Company, ...]
    compounds: tuple[Compound, ...]
    inspectors: tuple[Inspector, ...]
    leave: tuple[Leave, ...]
    recusals: tuple[Recusal, ...]
    items: tuple[Item, ...]
    evaluations: tuple[Evaluation, ...]
    signals: tuple[Signal, ...]
    history: tuple[PastVisit, ...]
    docket: tuple[Case, ...]
    assistants: tuple[Assistant, ...]
    logs: tuple[EarlierLog, ...] = ()
    assumed: tuple[AssumedVisit, ...] = ()
    owed: tuple[OwedVisit, ...] = ()
    running: tuple[RunningVisit, ...] = ()


def mode_of(usc18: str, mode: str = "") -> str:
    """管理模式 of a compound, derived where the register is silent.

    >>> mode_of("91310000MA1F0000XX"), mode_of(""), mode_of("", "self")
    ('professional', 'fallback', 'self')
    """
    return "professional" if usc18 else mode or "fallback"


def by_number(name: str) -> tuple[int, str]:
    """Sorts ids by their number, those of called stand-by pairs last.

    >>> sorted(["P1000", "S-2026-12-01-1", "P999"], key=by_number)
    ['P999', 'P1000', 'S-2026-12-01-1']
    """
    return len(name), name


@dataclass(frozen=True, slots=True)
class Visit:
    """上门检查: one trip to one compound, for one or more purposes.

    `first`..`last` are calendar days, inclusive. Visits of one series carry the same
    `series` and 0, 1, 2 … in `step`; consecutive steps lie at least `gap_min` and at
    most `gap_max` calendar days apart (0, 0 when not in a series).
    """

    id: str
    compound: str
    kinds: tuple[VisitKind, ...]
    district: str
    place: Place
    service_minutes: int
    window: Window
    skill: str
    first: date
    last: date
    series: str = ""
    step: int = 0
    gap_min: int = 0
    gap_max: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit inside a package; minutes after midnight."""

    visit: str
    arrive: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Package:
    """一日工作包: one car, one day, one anonymous team, an exact route.

    `lunch` is the minute lunch starts, None when the route is too short to need one.
    `travel_minutes` counts all legs, from and back to the office.
    """

    id: str
    day: date
    office: str
    skill: str
    depart: int
    back: int
    lunch: int | None
    travel_minutes: int
    stops: tuple[Stop, ...]
