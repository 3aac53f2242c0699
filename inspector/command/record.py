"""The ceremony's record: blinds, entropy and times of one month, as a JSON file.

`entropy.json` <-> `Record`.

A demonstration brings the whole record with the scenario (`entropy.json`); a real month
grows it step by step in the output folder's private part. Both have the same shape, and
a month is always run from its record, so a run can be repeated byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from inspector.ceremony.seed import Entropy
from inspector.codec import dump, opened
from inspector.errors import InspectorError, messages
from inspector.policy import Source
from inspector.registry.written import moment
from inspector.sources import instant

messages(
    {
        "record.source": (
            "--source 应为“编号@期号”，开奖时间由日历推算，或“编号@期号=2026-11-25 "
            "21:25”（北京时间）：{value}",
            "--source takes ID@ISSUE, its draw time from the calendar, or "
            "ID@ISSUE=2026-11-25 21:25 (Beijing time): {value}",
        ),
        "record.entropy": (
            "--entropy 应为“编号=开奖结果”，如 dlt-2026134=05 12 19 27 33|04 11；改用"
            "下一期的写作“编号@期号=开奖结果”：{value}",
            "--entropy takes ID=VALUE, as dlt-2026134=05 12 19 27 33|04 11, or "
            "ID@ISSUE=VALUE for a fallback: {value}",
        ),
    }
)


SCHEMA = "inspector/entropy/v1"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known so far; empty strings and tuples are still to come.

    `draw`, `lottery`: what the sources gave, in the order in which it was entered,
    corrections included; `at` is the clock's time.
    """

    draw_blind: str
    seal_blind: str
    secret: Annotated[str, "hex"]
    frozen_at: str
    draw: tuple[Entropy, ...] = ()
    drawn_at: str = ""
    sealed_at: str = ""
    lottery: tuple[Entropy, ...] = ()
    assigned_at: str = ""
    closed_at: str = ""
    demonstration: bool = False
    lottery_sources: tuple[Source, ...] = ()  # the seal's own, if not the policy's

    def dump(self) -> bytes:
        body = dump(self)
        del body["demonstration"]
        blinds = {name: body.pop(f"{name}_blind") for name in ("draw", "seal")}
        body = {"schema": SCHEMA, "blinds": blinds, **body}
        return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


@dataclass(frozen=True, slots=True)
class Blinds:
    """The two blinds as the file groups them."""

    draw: Annotated[str, "hex"]
    seal: Annotated[str, "hex"]


def load(name: str, data: bytes, *, demonstration: bool) -> Record:
    """Read a record. Raises Faults with everything that is damaged or missing."""
    body, reading = opened(data, name)
    if not isinstance(body, Mapping):
        reading.bad("", "kind", body, "table")
    reading.refuse()
    blinds = reading.load(Blinds, body.get("blinds"), "blinds")
    rest = {k: v for k, v in body.items() if k not in ("schema", "note", "blinds")}
    for stage in ("draw", "lottery"):  # most values are of the issue announced
        rows = rest.get(stage)
        if isinstance(rows, list):
            rest[stage] = [_issued(row) for row in rows]
    for part in ("draw", "seal"):
        rest[f"{part}_blind"] = getattr(blinds, part, "")
    record: Record = reading.load(Record, {**rest, "demonstration": demonstration})
    reading.refuse()
    return record


def _issued(row: object) -> object:
    return {"issue": "", **row} if isinstance(row, dict) else row


def parse_source(text: str) -> tuple[str, str, str]:
    """`ID@ISSUE=TIME` as (source, issue, time UTC); time "" where it is left out."""
    head, found, typed = text.partition("=")
    source, _, issue = head.partition("@")
    at = moment(typed) if found else ""
    if not source.strip() or not issue.strip() or (found and not instant(at)):
        raise InspectorError("record.source", value=text)
    return source.strip(), issue.strip(), at


def parse_entropy(text: str) -> tuple[str, str, str]:
    """`ID=VALUE` or `ID@ISSUE=VALUE` as (source, issue or "", value)."""
    head, found, value = text.partition("=")
    source, _, issue = head.partition("@")
    if not found or not source.strip() or not value.strip():
        raise InspectorError("record.entropy", value=text)
    return source.strip(), issue.strip(), value.strip()
