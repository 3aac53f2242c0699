"""A month's announcement: what DESIGN §2 says is public at its stage, and no more.

Figures come from freeze.json, seal.json and log.json. Between planning and sealing four
figures of the plan come from its route: travel, proven bound, and the number and reason
codes of visits left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.errors import Problem
from api.months import steps
from api.services import anchors
from api.services import public_index as pub
from api.services.anchors import BOUND, Anchor
from api.services.public_freeze import Register, score_text
from api.services.public_index import PublicMonth
from api.site import Desk
from inspector.month.documents import entry
from inspector.month.reopen import read
from inspector.month.waited import Stage, leaves
from inspector.policy import Source
from inspector.sources import is_outside

Doc = Mapping[str, Any]
# What the figures of seal.json are counted in (PROTOCOL.md §6).
UNITS = {"q_star": 1 << 20, "t_star": 1 << 20}
UNITS |= {"min_chance": 1 << 40, "max_chance": 1 << 40}


def announcement(desk: Desk, month_id: str) -> dict[str, Any]:
    """Everything public about a month but its lists. Raises Problem 404."""
    month = pub.find(desk, month_id)
    log = pub.document(desk, month, "log.json")
    events = log["events"]
    register = pub.register(desk, month) if month.frozen else None
    stages = _stages(desk, month, register)
    due = anchors.waiting(events, stages)
    return {
        "month": month,
        "files": list(month.files.values()),
        "log_root": log["root"],
        "freeze": _freeze(register) if register is not None else None,
        "anchor": anchors.of_documents(desk, month, events, due),
        "entropy": _entropy(stages, events),
        "draw": _drawn(month, events),
        "plan": _plan(desk, month),
        "amendments": _amendments(desk, month),
        "results": _results(desk, month, register, events),
        **_logged(events),
    }


def _logged(events: Sequence[Doc]) -> dict[str, Any]:
    """What the log alone tells."""
    return {
        "calls": _count(events, "called"),
        "cancelled": _cancelled(events),
        "people_changes": _some(events, "people_changed", "at", "reason", "approver"),
        "absences": _count(events, "absent"),
        "substitutions": _count(events, "substituted"),
        "closed_at": _last(events, "closed").get("at", ""),
    }


def _freeze(register: Register) -> dict[str, Any]:
    """Counts, chances per stratum and rules out of freeze.json."""
    doc = register.doc
    return {
        "attempt": doc["attempt"],
        "frozen_at": doc["frozen_at"],
        "provisional": doc["provisional"],
        "working_days": len(doc["working_days"]),
        "method": doc["policy"]["scope"]["method"],
        "counts": _counts(register),
        "excluded": dict(sorted(Counter(register.excluded.values()).items())),
        "strata": [
            {**s, "street_name": register.street(s["street"])} for s in doc["strata"]
        ],
        "publish_workdays": doc["policy"]["publish_workdays"],
        "results_by": register.last_due,
        "close_by": doc["close_by"],
        "blind_hash": doc["blind_hash"],
        "private_root": doc["private_root"],
    }


def _counts(register: Register) -> dict[str, int]:
    doc = register.doc
    names = ("compounds", "companies", "streets", "people", "items", "docket")
    return {name: len(doc[name]) for name in names} | {
        "active": sum(c["status"] == "active" for c in doc["compounds"]),
        "in_draw": sum(s["size"] for s in doc["strata"]),
        "ranked": len(register.ranking),
        "listed": register.listed,
        "docket_visits": len(doc["docket_visits"]),
    }


def anchor(desk: Desk, month_id: str) -> Anchor:
    """The anchor of a month. Raises Problem 404 while no freeze is in force."""
    month = pub.find_frozen(desk, month_id)
    events = pub.document(desk, month, "log.json")["events"]
    stages = _stages(desk, month, pub.register(desk, month))
    due = anchors.waiting(events, stages)
    found = anchors.of_documents(desk, month, events, due)
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


def _entropy(stages: Sequence[Stage], events: Sequence[Doc]) -> list[dict[str, Any]]:
    """Sources announced per stage and attempt, with the values that came out.

    `leaves`: every entry as the log has it; `record`: what the seed was made of.
    """
    recorded = _recorded(events)
    return [
        {
            **entry(s),
            "stage": stage.name,
            "attempt": stage.attempt,
            "outside": is_outside(s),
            "until": "" if is_outside(s) else stage.until,
            "leaves": [leaf for _, leaf in leaves(events, stage, s)],
            "record": recorded.get((stage.name, stage.attempt, s.id)),
        }
        for stage in stages
        for s in stage.sources
    ]


def _recorded(events: Sequence[Doc]) -> dict[Any, Doc]:
    """Stage, attempt and source -> its value."""
    return {
        (e["stage"], e["attempt"], row["source"]): row
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


def _amendments(desk: Desk, month: PublicMonth) -> list[dict[str, Any]]:
    """What each change after the lottery did, in numbers."""
    names = ("attempt", "sealed_at", "reason", "changed", "new_packages", "dissolved")
    return [{n: a[n] for n in names} for a in amendment_documents(desk, month)]


def _drawn(month: PublicMonth, events: Sequence[Doc]) -> dict[str, Any] | None:
    """Grand and class totals of the draw in force."""
    event = _last(events, "drawn")
    if not event or not month.frozen or month.stage == "frozen":
        return None
    return {k: event[k] for k in ("at", "attempt", "total", "classes")}


def _plan(desk: Desk, month: PublicMonth) -> dict[str, Any] | None:
    """Travel, bound, gap and what was left out; once sealed, chances and counts too."""
    doc = _seal(desk, month)
    if doc is not None:
        names = ("attempt", "sealed_at", "packages", "seats", "levels", "exceptions")
        more = ("listed", "load_slack", "changes")
        return (
            _figures(doc["travel_minutes"], doc["bound_minutes"], doc["unplaced"])
            | {name: doc[name] for name in (*names, *more)}
            | {name: [doc[name], unit] for name, unit in UNITS.items()}
        )
    if month.stage != "packed":
        return None
    packed = steps.load(desk, steps.find(desk, month.id)).packed
    if packed is None:
        return None
    left = dict(sorted(Counter(u.code for u in packed.packing.unplaced).items()))
    packing = packed.packing
    return _figures(packing.travel_minutes, packing.bound_minutes, left)


def _figures(travel: int, bound: int, unplaced: Mapping[str, int]) -> dict[str, Any]:
    """`gap_bp`: (travel - bound) / bound in basis points, rounded up; or None."""
    return {
        "travel_minutes": travel,
        "bound_minutes": bound,
        "gap_bp": -((bound - travel) * 10_000 // bound) if bound else None,
        "unplaced": sum(unplaced.values()),
        "unplaced_reasons": dict(unplaced),
    }


def _cancelled(events: Sequence[Doc]) -> list[dict[str, Any]]:
    """Cancelled attempts with the commitment that was voided."""
    made = {
        (BOUND[e["event"]], e["attempt"]): e["commitment"]
        for e in events
        if e["event"] in BOUND
    }
    names = ("stage", "attempt", "at", "reason")
    return [
        {k: e[k] for k in names}
        | {
            "commitment": made[e["stage"], e["attempt"]],
            "leaves": _entered(events, e["stage"], e["attempt"]),
        }
        for e in events
        if e["event"] == "cancelled"
    ]


def _entered(events: Sequence[Doc], stage: str, attempt: int) -> list[Doc]:
    """What was entered of a cancelled attempt's sources, before and after."""
    wanted = "source_recorded", stage, attempt
    names = ("event", "stage", "attempt")
    return [e for e in events if tuple(e.get(n) for n in names) == wanted]


def _results(
    desk: Desk, month: PublicMonth, register: Register | None, events: Sequence[Doc]
) -> dict[str, Any] | None:
    """How far publication has come."""
    if register is None or month.stage not in ("assigned", "closed"):
        return None
    found = pub.results_of(desk, month)
    carried = Counter(e["reason"] for e in events if e["event"] == "carried")
    return {
        "published": len(found),
        "late": sum(r.late for r in found),
        "results_by": register.last_due,
        "carried": sum(carried.values()),
        "carried_reasons": dict(sorted(carried.items())),
    }


def ranking(desk: Desk, month_id: str, *, bottom: bool) -> list[dict[str, Any]]:
    """倒排名单 of a frozen month from the worst up; `bottom`: only those listed."""
    month = pub.find_frozen(desk, month_id)
    register = pub.register(desk, month)
    rows = register.ranking[: register.listed] if bottom else register.ranking
    return [
        {
            "place": place,
            "compound": r.compound,
            "compound_name": register.compounds[r.compound]["name"],
            "street_name": register.street(register.compounds[r.compound]["street"]),
            "usc18": register.compounds[r.compound]["usc18"],
            "score": [r.score.numerator, r.score.denominator],
            "score_text": score_text(r.score),
            "listed": place <= register.listed,
        }
        for place, r in enumerate(rows, 1)
    ]


def _some(events: Iterable[Doc], kind: str, *names: str) -> list[dict[str, Any]]:
    return [{n: e[n] for n in names} for e in events if e["event"] == kind]


def _count(events: Iterable[Doc], kind: str) -> int:
    return sum(e["event"] == kind for e in events)


def _last(events: Sequence[Doc], kind: str) -> Doc:
    return next((e for e in reversed(events) if e["event"] == kind), {})
