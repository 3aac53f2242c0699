"""Rules of a plan changed after the lottery (变更不折腾). `AMENDED_RULES` lists all.

The plan before and after → violations.

They compare the plan before and after one amendment; that each of the two is a good
plan is for the other rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inspector.check.violation import Findings, Rule, Violation, rule, run
from inspector.domain import Package, Visit, VisitKind


@dataclass(frozen=True, slots=True)
class AmendedView:
    """One amendment. `past`: days up to it, `published`: those whose duty dates are
    known; `used`: package ids of earlier plans; `people`, `people_after`: who sat
    where before it was made, and who when it came into force (new seats too);
    `reasons`: why each visit changed."""

    visits: tuple[Visit, ...]
    visits_after: tuple[Visit, ...]
    packages: tuple[Package, ...]
    packages_after: tuple[Package, ...]
    past: frozenset[date]
    published: frozenset[date]
    used: frozenset[str]
    people: tuple[tuple[str, str], ...] = ()
    people_after: tuple[tuple[str, str], ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()


@rule(
    "{subject} 已过，{day} 的工作包不得变更",
    "package {subject} of {day} is past and must not change",
)
def past_stays(view: AmendedView) -> Findings:
    """Packages up to the day of the amendment stay as they are (DESIGN §3)."""
    before = {p.id: p for p in view.packages if p.day in view.past}
    after = {p.id: p for p in view.packages_after if p.day in view.past}
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            day = (before.get(name) or after[name]).day
            yield name, {"day": day.isoformat()}


@rule(
    "{subject} 已被呼叫，{day} 的路线不得变更",
    "the stand-by pair {subject} of {day} is called and its route must not change",
)
def calls_stay(view: AmendedView) -> Findings:
    """The route of a called stand-by pair stays (PROTOCOL §8: What may change)."""
    after = {p.id: p for p in view.packages_after}
    for p in view.packages:
        if p.id[:2] == "S-" and after.get(p.id) != p:
            yield p.id, {"day": p.day.isoformat()}


@rule(
    "{subject} 排在已公布的 {day}",
    "the new package {subject} is on {day}, whose duty dates are known",
)
def published_gains_nothing(view: AmendedView) -> Findings:
    """No new package on a day whose duty dates are known (DESIGN §1: three days)."""
    old = {p.id for p in view.packages}
    for p in view.packages_after:
        if p.id not in old and p.day in view.published:
            yield p.id, {"day": p.day.isoformat()}


@rule(
    "{subject} 保留编号，却改变了日期、办公室或增加了 {visit}",
    "package {subject} keeps its id but changes its day or office, or gains {visit}",
)
def kept_packages_only_lose(view: AmendedView) -> Findings:
    """A package that keeps its id, and so its people, only loses stops (DESIGN §3)."""
    before = {p.id: p for p in view.packages}
    for p in view.packages_after:
        old = before.get(p.id)
        if old is None:
            continue
        held = {s.visit for s in old.stops}
        gained = sorted(s.visit for s in p.stops if s.visit not in held)
        fits = p.skill in (old.skill, "")
        if gained or (p.day, p.office) != (old.day, old.office) or not fits:
            yield p.id, {"visit": " ".join(gained) or "-"}


@rule(
    "{subject} 的编号已用过",
    "the package id {subject} was used before",
)
def package_ids_new(view: AmendedView) -> Findings:
    """A new package has an id that was never used (PROTOCOL §8)."""
    old = {p.id for p in view.packages}
    for p in view.packages_after:
        if p.id not in old and p.id in view.used:
            yield p.id, {}


@rule(
    "检查 {subject} 在变更中被改动，或新增为随机抽查",
    "visit {subject} is altered by the amendment, or added as if drawn",
)
def visits_only_come_and_go(view: AmendedView) -> Findings:
    """Visits fall away or are added, never edited; nothing is drawn (PROTOCOL §8)."""
    before = {v.id: v for v in view.visits}
    for v in view.visits_after:
        old = before.get(v.id)
        if (old is not None and old != v) or (
            old is None and VisitKind.RANDOM in v.kinds
        ):
            yield v.id, {}


@rule(
    "随机抽查 {subject} 被取消，原因为 {reason}，不是小区关停",
    "visit {subject} was drawn and falls away for {reason}, not for a closed compound",
)
def drawn_fall_when_closed(view: AmendedView) -> Findings:
    """A drawn visit falls away only when its compound is gone (PROTOCOL §8)."""
    after, reasons = {v.id for v in view.visits_after}, dict(view.reasons)
    for v in view.visits:
        why = reasons.get(v.id, "-")
        if v.id not in after and VisitKind.RANDOM in v.kinds and why != "replan.closed":
            yield v.id, {"reason": why}


@rule(
    "席位 {subject} 原为 {person}，变更后为 {now}",
    "seat {subject} had {person} and has {now} after the amendment",
)
def seats_keep_people(view: AmendedView) -> Findings:
    """Untouched seats keep their people (DESIGN §3: Afterwards)."""
    after = dict(view.people_after)
    stay = {p.id for p in view.packages} & {p.id for p in view.packages_after}
    for seat, person in view.people:
        package = seat.rsplit("/", 1)[0]
        kept = package in stay or package[:2] == "S-"
        if kept and after.get(seat) != person:
            yield seat, {"person": person, "now": after.get(seat, "-")}


AMENDED_RULES: tuple[Rule[AmendedView], ...] = (
    past_stays,
    calls_stay,
    published_gains_nothing,
    kept_packages_only_lose,
    package_ids_new,
    visits_only_come_and_go,
    drawn_fall_when_closed,
    seats_keep_people,
)


def check_amended(view: AmendedView) -> tuple[Violation, ...]:
    """Every violation of every rule of an amendment, sorted."""
    return run(AMENDED_RULES, view)
