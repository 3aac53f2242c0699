"""Sealing and opening: salts, leaves, padded roots, the event log, bundle files.

A leaf is a salted hash of one canonical object; salts come from the blind, so they are
unknown before it is opened and need no storage. Leaves are sorted by hash and padded
with dummies to a multiple of 64, so neither order nor exact number tells anything
(DESIGN §3 "Sealing"; bytes: PROTOCOL.md §6).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.ceremony.canon import Key, canonical, digest, mac, parse
from inspector.ceremony.log import inclusion_proof, leaf_hash, tree_root
from inspector.errors import CeremonyError, messages

PAD = 64
Event = dict[str, Any]

messages(
    {
        "log.time": (
            "日志时间倒退：{at} 早于 {last}",
            "the log's time runs backwards: {at} is before {last}",
        ),
        "bundle.file": (
            "公示包文件 {name} 缺失或损坏",
            "bundle file {name} is missing or damaged",
        ),
    }
)


def salt(blind: Key, label: str) -> bytes:
    """32 bytes that nobody can compute before the blind is opened."""
    return mac(blind, "salt", label)


@dataclass(frozen=True, slots=True)
class LeafSet:
    """Sorted, padded leaves of one kind and where each named object went."""

    leaves: tuple[bytes, ...]
    of: Mapping[str, bytes]

    @property
    def root(self) -> bytes:
        return tree_root([leaf_hash(x) for x in self.leaves])

    def proof(self, name: str) -> tuple[int, tuple[bytes, ...]]:
        """Index and audit path of the leaf of `name`."""
        index = bisect_left(self.leaves, self.of[name])
        path = inclusion_proof([leaf_hash(x) for x in self.leaves], index)
        return index, tuple(path)


def seal_leaves(
    blind: Key, kind: str, prefix: str, dummy: str, objects: Mapping[str, Any]
) -> LeafSet:
    """Leaves of `objects` (name → canonical value), padded with dummies.

    Salt labels are `prefix + name` and `dummy + number`.
    """
    of = {
        name: digest(blind.suite, kind, salt(blind, prefix + name), canonical(value))
        for name, value in objects.items()
    }
    missing = -len(of) % PAD or (0 if of else PAD)
    dummies = [
        digest(blind.suite, kind, salt(blind, f"{dummy}{i}"), canonical({"dummy": i}))
        for i in range(missing)
    ]
    return LeafSet(tuple(sorted([*of.values(), *dummies])), of)


def sealed_hash(blind: Key, name: str, document: bytes) -> bytes:
    """Salted hash of a whole document that is opened later."""
    return digest(blind.suite, name, salt(blind, name), document)


@dataclass(frozen=True, slots=True)
class Void:
    """A cancelled draw or lottery. `file` stays public; a draw's blind opens at once,
    a lottery's blind and `opened` (drawn, plan, table) only at the close."""

    stage: str
    attempt: int
    file: bytes
    blind: Key
    opened: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def document(self) -> Any:
        """Its freeze.json or seal.json."""
        return parse(self.file)

    @property
    def announced(self) -> tuple[Sequence[Mapping[str, Any]], str]:
        """Its entropy sources, and the time of its commitment."""
        doc = self.document
        if self.stage == "draw":
            return doc["policy"]["draw_entropy"], doc["frozen_at"]
        return doc["entropy"], doc["sealed_at"]

    def entry(self, closed: bool) -> Event:
        """Its row of cancelled.json."""
        more = {name[:-5]: parse(data) for name, data in self.opened.items()}
        body = {"stage": self.stage, "attempt": self.attempt}
        return {**body, "document": self.document, **(more if closed else {})}


@dataclass(frozen=True, slots=True)
class Log:
    """公示日志 of one month: events in order, each a leaf; it is never changed."""

    events: tuple[Event, ...] = ()
    voided: tuple[Void, ...] = ()

    def append(self, *events: Event) -> Log:
        """The log with `events` added; refuses a time before the last one."""
        last = max((e["at"] for e in self.events if "at" in e), default="")
        for e in events:
            at = e.get("at", last)
            if at < last:
                raise CeremonyError("log.time", at=at, last=last)
            last = at
            canonical(e)
        return replace(self, events=(*self.events, *events))

    def cancel(self, at: str, reason: str, void: Void) -> Log:
        """Void an attempt. A draw opens its blind and those of the seals cancelled
        under it; a lottery opens nothing before the close."""
        draw = void.stage == "draw"
        opened = (
            {"blinds": [b.hex() for b in (void.blind, *self.seals())]} if draw else {}
        )
        log = self.append(
            {
                "event": "cancelled",
                "at": at,
                "stage": void.stage,
                "attempt": void.attempt,
                "reason": reason,
                **opened,
            }
        )
        return replace(log, voided=(*self.voided, void))

    def seals(self) -> list[Key]:
        """Blinds of the seals cancelled since the last freeze, in order."""
        out: list[Key] = []
        for void in self.voided:
            out = [] if void.stage == "draw" else [*out, void.blind]
        return out

    def files(self) -> dict[str, bytes]:
        """log.json, and cancelled.json when an attempt was cancelled."""
        out = {"log.json": canonical(self.document())}
        if self.voided:
            closed = self.events[-1]["event"] == "closed"
            rows = [void.entry(closed) for void in self.voided]
            body = {"schema": "inspector/cancelled/v2", "attempts": rows}
            out["cancelled.json"] = canonical(body)
        return out

    @property
    def root(self) -> bytes:
        return tree_root([leaf_hash(canonical(e)) for e in self.events])

    def document(self) -> dict[str, Any]:
        return {
            "schema": "inspector/log/v2",
            "events": list(self.events),
            "root": self.root.hex(),
        }


def read_document(files: Mapping[str, bytes], name: str, schema: str) -> Any:
    """Parsed bundle file; raises CeremonyError when missing or of another schema."""
    data = files.get(name)
    if data is None:
        raise CeremonyError("bundle.file", name=name)
    value = parse(data)
    if not isinstance(value, dict) or value.get("schema") != f"inspector/{schema}/v2":
        raise CeremonyError("bundle.file", name=name)
    return value


def hexes(values: Sequence[bytes]) -> list[str]:
    """Lower-case hex of each."""
    return [v.hex() for v in values]
