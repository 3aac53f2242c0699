"""A month's announcement: what DESIGN §2 says is public at its stage, and no more.

Figures come from freeze.json, seal.json and log.json. Between planning and sealing four
figures of the plan come from its route: travel, proven bound, and the number and reason
codes of visits left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.months import steps
from api.services import public_index as pub
from api.services.public_freeze import Register, score_text
from api.services.public_index import PublicMonth
from api.site import Desk

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
    return {
        "month": month,
        "files": list(month.files.values()),
        "log_root": log["root"],
        "freeze": _freeze(register) if register is not None else None,
        "entropy": _entropy(desk, month, register, events),
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


def _entropy(
    desk: Desk, month: PublicMonth, register: Register | None, events: Sequence[Doc]
) -> list[dict[str, Any]]:
    """Sources announced per stage and attempt, with the values that came out."""
    if register is None:
        return []
    policy, seal = register.doc["policy"], _seal(desk, month)
    lottery = seal["entropy"] if seal else policy["lottery_entropy"]
    stages = [
        ("draw", register.doc["attempt"], policy["draw_entropy"]),
        ("lottery", seal["attempt"] if seal else 0, lottery),
        *(
            ("amendment", a["attempt"], a["entropy"])
            for a in amendment_documents(desk, month)
        ),
    ]
    recorded = _recorded(events)
    return [
        {**s, "stage": stage, "record": recorded.get((stage, attempt, s["id"]))}
        for stage, attempt, sources in stages
        for s in sources
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
    stage = {"frozen": "draw", "sealed": "lottery"}
    made = {
        (stage[e["event"]], e["attempt"]): e["commitment"]
        for e in events
        if e["event"] in stage
    }
    names = ("stage", "attempt", "at", "reason")
    return [
        {k: e[k] for k in names} | {"commitment": made[e["stage"], e["attempt"]]}
        for e in events
        if e["event"] == "cancelled"
    ]


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
