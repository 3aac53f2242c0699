"""One published result with its opened leaf: the proof that its visit was sealed.

Salt and object of one visit open that leaf alone (PROTOCOL.md §6, visit leaf; §8 after
an amendment); they are given out once its result is public.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.answers import grown
from api.errors import Problem
from api.field.records import of_visit
from api.months import steps
from api.public import index as pub
from api.public import records
from api.public.index import PublicMonth
from api.public.orders import ResultOrder, order_of
from api.public.records import RecordLink
from api.public.results import ResultRow, texts
from api.site import Desk
from inspector.ceremony.bundle import salt
from inspector.ceremony.canon import Key, canonical, digest
from inspector.month.assigned import Assigned
from inspector.month.documents import sealed_visit

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ResultPhoto:
    """A photo by the item it shows; `sha256` of the copy without EXIF."""

    item: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenResult(ResultRow):
    """One result with its opened leaf, its records and its photos.

    `leaf` = digest("leaf", salt, sealed); `proof` leads from it to `visit_root`.
    """

    sealed: Mapping[str, Any]
    salt: str
    leaf: str
    index: int
    proof: tuple[str, ...]
    amendment: int
    visit_root: str
    records: tuple[RecordLink, ...]
    photos: tuple[ResultPhoto, ...]
    rectify_order: ResultOrder | None = field(
        metadata={"says": "责令整改 the order that it made, and what came of it"}
    )


def proven(desk: Desk, month_id: str, visit: str) -> ProvenResult:
    """The result of a visit. Raises Problem 404 while it is not published."""
    month = pub.find_frozen(desk, month_id)
    for row in pub.results_of(desk, month):
        if row.visit == visit:
            chain = of_visit(desk, month_id, visit)
            return grown(
                ProvenResult,
                row,
                **_opened(desk, month, visit),
                records=records.links(chain),
                photos=_photos(desk, month, records.photos(chain)),
                rectify_order=order_of(desk, row),
            )
    raise Problem("http.not_found")


def _photos(
    desk: Desk, month: PublicMonth, told: Sequence[Doc]
) -> tuple[ResultPhoto, ...]:
    """The public photos of a result, with the words of the items they belong to."""
    words = texts(pub.register(desk, month).items, [p["item"] for p in told])
    return tuple(
        ResultPhoto(p["item"], text, p["sha256"])
        for p, text in zip(told, words, strict=True)
    )


def _opened(desk: Desk, month: PublicMonth, visit: str) -> dict[str, Any]:
    """The opened leaf, and the root published before to which its path leads."""
    assigned = steps.load(desk, steps.find(desk, month.id)).need("assigned", "publish")
    entry = next(e for e in assigned.entries if e["visit"] == visit)
    return opened_leaf(assigned, entry) | {"visit_root": _root(desk, month, entry)}


def opened_leaf(assigned: Assigned, entry: Doc) -> dict[str, Any]:
    """The leaf of a published visit, what it is the hash of, its place and its path.

    `entry`: of results.json.
    """
    visit = entry["visit"]
    key = salt(_blind(assigned, entry), f"visit/{visit}")
    content = _content(assigned, visit)
    if entry["index"] < 0:  # the leaf of a call binds its reason, too
        called = next(c for c in assigned.calls if c.visit.id == visit)
        content["excess"] = called.excess
    return {
        "sealed": content,
        "salt": key.hex(),
        "leaf": digest(assigned.frozen.suite, "leaf", key, canonical(content)).hex(),
        "index": entry["index"],
        "proof": tuple(entry["proof"]),
        "amendment": entry.get("amendment", 0),
    }


def _content(assigned: Assigned, visit: str) -> dict[str, Any]:
    """The object of a visit's leaf; its day is over, so no amendment moves it."""
    packed = assigned.sealed.packed
    one = next(v for v in packed.drawn.visits if v.id == visit)
    route = next(
        p for p in packed.packing.packages if any(s.visit == visit for s in p.stops)
    )
    return sealed_visit(one, route)


def _blind(assigned: Assigned, entry: Doc) -> Key:
    """The blind of the tree that holds the visit; a call's leaf has the second one."""
    amendment = entry.get("amendment", 0)
    if entry["index"] < 0 or not amendment:
        return assigned.sealed.blind
    blind: Key = assigned.amendments[amendment - 1].blind
    return blind


def _root(desk: Desk, month: PublicMonth, entry: Doc) -> str:
    """The published root of that tree, "" for a leaf that stands in the log."""
    if entry["index"] < 0:
        return ""
    amendment = entry.get("amendment", 0)
    if not amendment:
        return str(pub.document(desk, month, "seal.json")["visit_root"])
    made = pub.document(desk, month, "amendments.json")["amendments"]
    return str(made[amendment - 1]["visit_root"])
