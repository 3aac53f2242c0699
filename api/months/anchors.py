"""The anchor of a month: its log in three lines, to publish elsewhere before T.

Origin, size and root are public; nothing sealed is in them (PROTOCOL.md §6).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno

from api.answers import Stamp
from inspector.ceremony.bundle import Log
from inspector.month import waited
from inspector.month.record import anchor_of, log_name, origin
from inspector.month.stages import Route
from inspector.month.waited import Stage

# Events that bind a stage, and those that end its wait for a seed.
BOUND = {"frozen": "draw", "sealed": "lottery", "amended": "amendment"}
ENDED = ("drawn", "assigned", "cancelled", "closed")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The log as it stands: `text` is its three lines, `origin` whose log it is, `size`
    how many events it has, `root` in base64. `stage`: for whose time it speaks, "" for
    none; `before`: the moment until which publishing it proves something."""

    text: str
    origin: str
    size: int
    root: str
    stage: str = ""
    attempt: int = 0
    before: Stamp = ""


def of_route(route: Route) -> Anchor | None:
    """The anchor of the log as it stands; None before a freeze and between two."""
    if route.frozen is None:
        return None
    name = log_name(route.log, route.frozen.file)
    return _anchor(route.log, name, waited.due(route))


def of_documents(
    events: Sequence[Mapping[str, Any]], first: Mapping[str, Any], due: Stage | None
) -> Anchor:
    """The anchor of a published log; `first`: its first freeze, as a document."""
    return _anchor(Log(tuple(map(dict, events))), origin(first), due)


def _anchor(log: Log, name: str, due: Stage | None) -> Anchor:
    text = anchor_of(log, name)
    whose, size, root = text.split("\n")[:3]
    if due is None or not due.until or waited.outside_known(log.events, due):
        return Anchor(text, whose, int(size), root)
    return Anchor(text, whose, int(size), root, due.name, due.attempt, due.until)


def waiting(
    events: Sequence[Mapping[str, Any]], stages: Sequence[Stage]
) -> Stage | None:
    """Which of the announced stages waits for its seed, told by the log alone."""
    for e in reversed(events):
        if e["event"] in ENDED:
            return None
        if e["event"] in BOUND:
            wanted = BOUND[e["event"]], e["attempt"]
            return next((s for s in stages if (s.name, s.attempt) == wanted), None)
    return None


def qr(text: str) -> bytes:
    """The anchor as a QR code, SVG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=4)
    return out.getvalue()
