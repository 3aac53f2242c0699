"""A month's announcement: what DESIGN §2 says is public at its stage, and no more.

Figures come from freeze.json, seal.json and log.json. Between planning and sealing four
figures of the plan come from its route: travel, proven bound, and the number and reason
codes of visits left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from api.answers import grown
from api.errors import Problem
from api.figures import score_text
from api.months import anchors, steps
from api.months.anchors import BOUND, Anchor
from api.public import index as pub
from api.public.figures import (
    AmendmentFigures,
    AnnouncedSource,
    Announcement,
    CancelledAttempt,
    DrawFigures,
    FreezeFigures,
    PublicPeopleChange,
    PublicPlanFigures,
    PublicRank,
    RaisedStreet,
    ResultFigures,
    SourceLeaf,
    SourceRecord,
    StratumFigures,
)
from api.public.freeze import Register
from api.public.index import PublicMonth
from api.site import Desk
from inspector.month.documents import entry
from inspector.month.reopen import read
from inspector.month.waited import Stage, leaves
from inspector.policy import Source
from inspector.selection.ranking import Ranked
from inspector.selection.stands import factors
from inspector.sources import is_outside

Doc = Mapping[str, Any]
T = TypeVar("T")
# What the figures of seal.json are counted in (PROTOCOL.md §6).
UNITS = {"q_star": 1 << 20, "t_star": 1 << 20}
UNITS |= {"min_chance": 1 << 40, "max_chance": 1 << 40}


def announcement(desk: Desk, month_id: str) -> Announcement:
    """Everything public about a month but its lists. Raises Problem 404."""
    month = pub.find(desk, month_id)
    log = pub.document(desk, month, "log.json")
    events = log["events"]
    register = pub.register(desk, month) if month.frozen else None
    stages = _stages(desk, month, register)
    due = anchors.waiting(events, stages)
    return Announcement(
        month=month,
        files=tuple(month.files.values()),
        log_root=log["root"],
        freeze=_freeze(register) if register is not None else None,
        anchor=_anchor(desk, month, events, due),
        entropy=_entropy(stages, events),
        draw=_drawn(month, events),
        plan=_plan(desk, month),
        amendments=_amendments(desk, month),
        results=_results(desk, month, register, events),
        **_logged(events),
    )


def _logged(events: Sequence[Doc]) -> dict[str, Any]:
    """What the log alone tells."""
    return {
        "calls": _count(events, "called"),
        "cancelled": _cancelled(events),
        "people_changes": _some(events, "people_changed", PublicPeopleChange),
        "absences": _count(events, "absent"),
        "substitutions": _count(events, "substituted"),
        "closed_at": _last(events, "closed").get("at", ""),
    }


def _freeze(register: Register) -> FreezeFigures:
    """Counts, chances per stratum and rules out of freeze.json."""
    doc = register.doc
    return grown(
        FreezeFigures,
        doc,
        working_days=len(doc["working_days"]),
        method=doc["policy"]["scope"]["method"],
        counts=_counts(register),
        excluded=dict(sorted(Counter(register.excluded.values()).items())),
        strata=tuple(
            grown(StratumFigures, s, street_name=register.street(s["street"]))
            for s in doc["strata"]
        ),
        raised=raised(register),
        publish_workdays=doc["policy"]["publish_workdays"],
        results_by=register.last_due,
    )


def raised(register: Register) -> tuple[RaisedStreet, ...]:
    """Streets whose minimum raises their chances, and how many times."""
    draw = register.doc["policy"]["draw"]
    # before rates were of a year, a month's was the rate itself
    parts = draw.get("batches", 1)
    rates = {
        risk: min(Fraction(1), Fraction(over, under * parts))
        for risk, (over, under) in draw["rates"].items()
    }
    strata = register.doc["strata"]
    each = ((s["street"], s["risk_class"], Fraction(*s["chance"])) for s in strata)
    times = factors(each, rates)
    return tuple(
        RaisedStreet(street, register.street(street), factor.as_integer_ratio())
        for street, factor in sorted(times.items())
        if factor > 1
    )


def _counts(register: Register) -> dict[str, int]:
    doc = register.doc
    names = ("compounds", "companies", "streets", "people", "items", "docket")
    return {name: len(doc[name]) for name in names} | {
        "active": sum(c["status"] == "active" for c in doc["compounds"]),
        "in_draw": sum(s["size"] for s in doc["strata"]),
        "ranked": len(register.ranking),
        "listed": register.listed,
        "docket_visits": len(doc["docket_visits"]),
        "logs": len(doc.get("logs", ())),
        "open": sum(log["open"] for log in doc.get("logs", ())),
        "assumed": len(doc.get("assumed", ())),
        "owed": sum(not o["gone"] for o in doc.get("owed", ())),
    }


def anchor(desk: Desk, month_id: str) -> Anchor:
    """The anchor of a month. Raises Problem 404 while no freeze is in force."""
    month = pub.find_frozen(desk, month_id)
    events = pub.document(desk, month, "log.json")["events"]
    stages = _stages(desk, month, pub.register(desk, month))
    due = anchors.waiting(events, stages)
    found = _anchor(desk, month, events, due)
    if found is None:
        raise Problem("http.not_found")
    return found


def _stages(desk: Desk, month: PublicMonth, register: Register | None) -> list[Stage]:
    """The sources announced per stage and attempt."""
    if register is None:
        return []
    doc, seal = register.doc, _seal(desk, month)
    lottery = seal["entropy"] if seal else doc["policy"]["lottery_entropy"]
    attempt, at = (seal["attempt"], seal["sealed_at"]) if seal else (0, "")
    rows = [
        ("draw", doc["attempt"], doc["policy"]["draw_entropy"], doc["frozen_at"]),
        ("lottery", attempt, lottery, at),
        *(
            ("amendment", a["attempt"], a["entropy"], a["sealed_at"])
            for a in amendment_documents(desk, month)
        ),
    ]
    return [
        Stage(name, number, tuple(read(Source, s) for s in sources), committed)
        for name, number, sources, committed in rows
    ]


def _entropy(
    stages: Sequence[Stage], events: Sequence[Doc]
) -> tuple[AnnouncedSource, ...]:
    """Sources announced per stage and attempt, with the values that came out.

    `leaves`: every entry as the log has it; `record`: what the seed was made of.
    """
    recorded = _recorded(events)
    return tuple(
        grown(
            AnnouncedSource,
            entry(s),
            stage=stage.name,
            attempt=stage.attempt,
            outside=is_outside(s),
            until="" if is_outside(s) else stage.until,
            leaves=tuple(grown(SourceLeaf, x) for _, x in leaves(events, stage, s)),
            record=recorded.get((stage.name, stage.attempt, s.id)),
        )
        for stage in stages
        for s in stage.sources
    )


def _recorded(events: Sequence[Doc]) -> dict[Any, SourceRecord]:
    """Stage, attempt and source -> its value."""
    return {
        (e["stage"], e["attempt"], row["source"]): grown(SourceRecord, row)
        for e in events
        if e["event"] == "entropy"
        for row in e["record"]
    }


def _seal(desk: Desk, month: PublicMonth) -> Doc | None:
    """seal.json while its seal is in force."""
    if "seal.json" not in month.files:
        return None
    return pub.document(desk, month, "seal.json")


def amendment_documents(desk: Desk, month: PublicMonth) -> list[Doc]:
    """The documents of changes after the lottery (PROTOCOL.md §8), in order."""
    if "amendments.json" not in month.files:
        return []
    return list(pub.document(desk, month, "amendments.json")["amendments"])


def _amendments(desk: Desk, month: PublicMonth) -> tuple[AmendmentFigures, ...]:
    """What each change after the lottery did, in numbers."""
    made = amendment_documents(desk, month)
    return tuple(grown(AmendmentFigures, a) for a in made)


def _drawn(month: PublicMonth, events: Sequence[Doc]) -> DrawFigures | None:
    """Grand and class totals of the draw in force."""
    event = _last(events, "drawn")
    if not event or not month.frozen or month.stage == "frozen":
        return None
    return grown(DrawFigures, event)


def _plan(desk: Desk, month: PublicMonth) -> PublicPlanFigures | None:
    """Travel, bound, gap and what was left out; once sealed, chances and counts too."""
    doc = _seal(desk, month)
    if doc is not None:
        names = ("attempt", "sealed_at", "packages", "seats", "levels", "exceptions")
        more = ("listed", "load_slack", "changes")
        told = {name: doc[name] for name in (*names, *more)}
        told |= {name: (doc[name], unit) for name, unit in UNITS.items()}
        minutes = doc["travel_minutes"], doc["bound_minutes"]
        return _figures(*minutes, doc["unplaced"], **told)
    if month.stage != "packed":
        return None
    packed = steps.load(desk, steps.find(desk, month.id)).packed
    if packed is None:
        return None
    left = dict(sorted(Counter(u.code for u in packed.packing.unplaced).items()))
    packing = packed.packing
    return _figures(packing.travel_minutes, packing.bound_minutes, left)


def _figures(
    travel: int, bound: int, unplaced: Mapping[str, int], **sealed: Any
) -> PublicPlanFigures:
    return PublicPlanFigures(
        travel_minutes=travel,
        bound_minutes=bound,
        gap_bp=-((bound - travel) * 10_000 // bound) if bound else None,
        unplaced=sum(unplaced.values()),
        unplaced_reasons=dict(unplaced),
        **sealed,
    )


def _cancelled(events: Sequence[Doc]) -> tuple[CancelledAttempt, ...]:
    """Cancelled attempts with the commitment that was voided."""
    made = {
        (BOUND[e["event"]], e["attempt"]): e["commitment"]
        for e in events
        if e["event"] in BOUND
    }
    return tuple(
        grown(
            CancelledAttempt,
            e,
            commitment=made[e["stage"], e["attempt"]],
            leaves=_entered(events, e["stage"], e["attempt"]),
        )
        for e in events
        if e["event"] == "cancelled"
    )


def _entered(events: Sequence[Doc], stage: str, attempt: int) -> tuple[SourceLeaf, ...]:
    """What was entered of a cancelled attempt's sources, before and after."""
    wanted = "source_recorded", stage, attempt
    names = ("event", "stage", "attempt")
    found = (e for e in events if tuple(e.get(n) for n in names) == wanted)
    return tuple(grown(SourceLeaf, e) for e in found)


def _results(
    desk: Desk, month: PublicMonth, register: Register | None, events: Sequence[Doc]
) -> ResultFigures | None:
    """How far publication has come."""
    if register is None or month.stage not in ("assigned", "closed"):
        return None
    found = pub.results_of(desk, month)
    carried = Counter(e["reason"] for e in events if e["event"] == "carried")
    return ResultFigures(
        published=len(found),
        late=sum(r.late for r in found),
        results_by=register.last_due,
        carried=sum(carried.values()),
        carried_reasons=dict(sorted(carried.items())),
        over=sum(r.over for r in found),
        unexplained=sum(r.over and not r.excess for r in found),
    )


def ranking(desk: Desk, month_id: str, name: str) -> list[PublicRank]:
    """A list of a frozen month from the worst up: `bottom` 倒排名单, those listed, or
    `ranking`, all. Raises Problem 404 for another name."""
    if name not in ("bottom", "ranking"):
        raise Problem("http.not_found")
    month = pub.find_frozen(desk, month_id)
    register = pub.register(desk, month)
    rows = register.ranking[: register.listed] if name == "bottom" else register.ranking
    return [_ranked(register, place, r) for place, r in enumerate(rows, 1)]


def _ranked(register: Register, place: int, r: Ranked) -> PublicRank:
    compound = register.compounds[r.compound]
    return PublicRank(
        place=place,
        compound=r.compound,
        compound_name=compound["name"],
        street_name=register.street(compound["street"]),
        usc18=compound["usc18"],
        score=(r.score.numerator, r.score.denominator),
        score_text=score_text(r.score),
        listed=place <= register.listed,
    )


def _some(events: Iterable[Doc], kind: str, as_: type[T]) -> tuple[T, ...]:
    return tuple(grown(as_, e) for e in events if e["event"] == kind)


def _count(events: Iterable[Doc], kind: str) -> int:
    return sum(e["event"] == kind for e in events)


def _last(events: Sequence[Doc], kind: str) -> Doc:
    return next((e for e in reversed(events) if e["event"] == kind), {})


def _anchor(
    desk: Desk,
    month: PublicMonth,
    events: Sequence[Mapping[str, Any]],
    due: Stage | None,
) -> Anchor | None:
    """The anchor of what is published, None before a freeze."""
    if not month.frozen:
        return None
    return anchors.of_documents(events, _first_freeze(desk, month), due)


def _first_freeze(desk: Desk, month: PublicMonth) -> Mapping[str, Any]:
    """The log's first freeze: its scope stands in the anchor's origin."""
    if "cancelled.json" in month.files:
        for void in pub.document(desk, month, "cancelled.json")["attempts"]:
            if void["stage"] == "draw":
                return dict(void["document"])
    return pub.register(desk, month).doc
