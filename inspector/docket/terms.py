"""The docket's law as data: deadlines, parties, rungs, look-back, peaks, vetoes.

`ladder` and `escalation` judge by these.

A bureau overrides any of it; every default names its source. Whatever a move decides by
these rules is written into the move itself, so a case never changes when rules do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from inspector.policy import (
    COMPLEX_DAYS,
    LONGEST_DAYS,
    LOOK_BACK_DAYS,
    ORDINARY_DAYS,
    Rate,
)


class Term(StrEnum):
    """时限: how long an order gives (DOMAIN §7; local, confirm before quoting)."""

    AT_ONCE = "at_once"  # 立即/当场
    ORDINARY = "ordinary"  # 一般
    COMPLEX = "complex"  # 复杂
    WORKS = "works"  # 项目工程


class Measure(StrEnum):
    """治理措施 (source article 淄博)."""

    JOINT = "joint"  # 党建联建
    LISTED = "listed"  # 挂牌督办
    ENFORCED = "enforced"  # 执法进小区


class ListedLevel(StrEnum):
    """挂牌督办 level: 区 or 市; the other measures have none."""

    NONE = ""
    DISTRICT = "district"
    CITY = "city"


class Party(StrEnum):
    """Who accepts (验收): all of them, each with a date and a verdict."""

    HOUSING = "housing"  # 住建
    STREET = "street"  # 街道
    COMMUNITY = "community"  # 社区
    OWNERS = "owners"  # 业主


class Responsible(StrEnum):
    """责任人 by role: the docket never holds a person's name."""

    PROJECT_MANAGER = "project_manager"  # 项目负责人
    COMPANY_HEAD = "company_head"  # 物业企业负责人
    STREET_HEAD = "street_head"  # 街道分管负责人
    COMMUNITY_HEAD = "community_head"  # 社区负责人
    BUREAU_SECTION = "bureau_section"  # 住建主管科室
    COMMITTEE_HEAD = "committee_head"  # 业委会(物管会)负责人


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Calendar days per term, and the term each severity gets.

    Days as in `policy`. `longest_days`: no extension reaches further than that after
    the order.
    """

    days: tuple[tuple[Term, int], ...] = (
        (Term.AT_ONCE, 0),
        (Term.ORDINARY, ORDINARY_DAYS),
        (Term.COMPLEX, COMPLEX_DAYS),
        (Term.WORKS, LONGEST_DAYS),
    )
    by_severity: tuple[tuple[str, Term], ...] = (
        ("redline", Term.AT_ONCE),
        ("major", Term.COMPLEX),
        ("minor", Term.ORDINARY),
        ("", Term.ORDINARY),
    )
    longest_days: int = LONGEST_DAYS


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the escalation ladder.

    It is open once the rung before was taken `after` times and the company has failed
    `failures` times in the case (re-check, acceptance, look-back or deadline).
    """

    code: str
    zh: str
    en: str
    after: int
    failures: int


# 约谈 → 黄牌 → 红牌/挂牌 → 通报 → 清退建议. 滁州: an exit talk after the third failed
# round [R33]; 青岛 wants three yellow cards before a red one [R26]: `after` = 3.
RUNGS = (
    Rung("talk", "约谈", "warning talk", 0, 1),
    Rung("yellow", "黄牌", "yellow card", 1, 1),
    Rung("red", "红牌（挂牌）", "red card, listed", 1, 2),
    Rung("notice", "通报", "public notice", 1, 2),
    Rung("exit", "清退建议", "exit proposal", 1, 3),
)


@dataclass(frozen=True, slots=True)
class PeakRules:
    """削峰 (潍坊): which complaint counts select a compound.

    `by` "rate": at least `rate` complaints per `households` households; "share": the
    highest `share` of the active compounds, rounded up. Either way at least `least`
    complaints, so that two callers in a small compound are no peak. Counted are the
    `months` calendar months before the selection. Values ours.
    """

    by: str = "rate"  # or "share"
    months: int = 3
    least: int = 5
    rate: Rate = (1, 1)
    households: int = 100
    share: Rate = (5, 100)
    sources: tuple[str, ...] = ()  # of signals; none named: all
    states: tuple[str, ...] = ("accepted",)  # only 采信 counts (DOMAIN §6)


@dataclass(frozen=True, slots=True)
class LookBack:
    """回头看: what share of the closed cases is looked at again, and when.

    The sample is ceil(share × cases), drawn by tickets; the window lies `first_days` ..
    `last_days` after the acceptance. Share ours.
    """

    share: Rate = (3, 10)
    first_days: int = LOOK_BACK_DAYS[0]
    last_days: int = LOOK_BACK_DAYS[1]


@dataclass(frozen=True, slots=True)
class DocketRules:
    """Everything a docket case is decided by, besides the month's policy.

    `recheck_days`: a re-check follows within that time. `verdict_days`: so long after
    the acceptance visit an incomplete acceptance lapses; `start_days`: so long after
    its opening a case has had its first visit (both ours). `vetoes`: facts that list a
    compound at once (咸宁 [R32] for 拒不整改; the set ours); `veto_rung`: where such a
    case enters the ladder. `change_open`, `change_solved`: what a change of company
    (换物业) does to a case with, and without, unsolved problems: "reassign" or "close"
    (no case is closed over an unsolved problem: one with problems always goes on).
    """

    deadlines: Deadlines = field(default_factory=Deadlines)
    recheck_days: int = ORDINARY_DAYS
    verdict_days: int = ORDINARY_DAYS
    start_days: int = LONGEST_DAYS
    look_back: LookBack = field(default_factory=LookBack)
    peaks: PeakRules = field(default_factory=PeakRules)
    parties: tuple[Party, ...] = tuple(Party)
    rungs: tuple[Rung, ...] = RUNGS
    vetoes: tuple[tuple[str, str, str], ...] = (
        ("cut_off", "停水停电催费", "cutting off water or power to collect fees"),
        ("funds", "挪用维修资金或公共收益", "repair fund or common income diverted"),
        ("refuses_exit", "拒不退出、拒交资料", "refuses to leave or hand over files"),
        ("accident", "安全责任事故", "an accident the company answers for"),
        ("fraud", "弄虚作假", "false records"),
        ("refuses", "拒不整改", "refuses to rectify"),
    )
    veto_rung: str = "red"
    change_open: str = "reassign"
    change_solved: str = "close"
