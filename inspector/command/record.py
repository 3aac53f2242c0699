"""The ceremony's record: blinds, entropy and times of one month, as a JSON file.

A demonstration brings the whole record with the scenario (`entropy.json`); a real month
grows it step by step in the output folder's private part. Both have the same shape, and
a month is always run from its record, so a run can be repeated byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from inspector.ceremony.seed import Entropy
from inspector.errors import InspectorError, messages
from inspector.policy import Source
from inspector.sources import instant

messages(
    {
        "record.damaged": (
            "{name} 无法读取：{why}",
            "{name} cannot be read: {why}",
        ),
        "record.source": (
            "--source 应为 编号@期号=YYYY-MM-DDTHH:MM:SSZ：{value}",
            "--source takes ID@ISSUE=YYYY-MM-DDTHH:MM:SSZ: {value}",
        ),
        "record.entropy": (
            "--entropy 应为 编号=数值 或 编号@期号=数值：{value}",
            "--entropy takes ID=VALUE, or ID@ISSUE=VALUE for a fallback: {value}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known so far; empty strings and tuples are still to come.

    `draw`, `lottery`: what the sources gave, in the order in which it was entered,
    corrections included; `at` is the clock's time.
    """

    draw_blind: str
    seal_blind: str
    secret: str
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
        body = {
            "schema": "inspector/entropy/v1",
            "blinds": {"draw": self.draw_blind, "seal": self.seal_blind},
            "secret": self.secret,
            "frozen_at": self.frozen_at,
            "draw": [asdict(e) for e in self.draw],
            "drawn_at": self.drawn_at,
            "sealed_at": self.sealed_at,
            "lottery": [asdict(e) for e in self.lottery],
            "assigned_at": self.assigned_at,
            "closed_at": self.closed_at,
            "lottery_sources": [asdict(s) for s in self.lottery_sources],
        }
        return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _entropy(rows: Sequence[Any]) -> tuple[Entropy, ...]:
    return tuple(
        Entropy(
            str(r["source"]),
            str(r.get("issue", "")),
            str(r["value"]),
            str(r["at"]),
            bool(r.get("fallback", False)),
        )
        for r in rows
    )


def load(name: str, data: bytes, *, demonstration: bool) -> Record:
    """Read a record. Raises InspectorError when it is damaged or incomplete."""
    try:
        body = json.loads(data)
        record = Record(
            body["blinds"]["draw"],
            body["blinds"]["seal"],
            body["secret"],
            body["frozen_at"],
            _entropy(body["draw"]),
            body["drawn_at"],
            body["sealed_at"],
            _entropy(body["lottery"]),
            body["assigned_at"],
            body["closed_at"],
            demonstration,
            tuple(Source(**row) for row in body.get("lottery_sources", ())),
        )
        for text in (record.draw_blind, record.seal_blind, record.secret):
            bytes.fromhex(text)
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        why = f"{type(e).__name__} {e}"
        raise InspectorError("record.damaged", name=name, why=why) from e
    return record


def parse_source(text: str) -> tuple[str, str, str]:
    """`ID@ISSUE=TIME` as (source, issue, time)."""
    head, found, at = text.partition("=")
    source, _, issue = head.partition("@")
    if not (found and source.strip() and issue.strip() and instant(at.strip())):
        raise InspectorError("record.source", value=text)
    return source.strip(), issue.strip(), at.strip()


def parse_entropy(text: str) -> tuple[str, str, str]:
    """`ID=VALUE` or `ID@ISSUE=VALUE` as (source, issue or "", value)."""
    head, found, value = text.partition("=")
    source, _, issue = head.partition("@")
    if not found or not source.strip() or not value.strip():
        raise InspectorError("record.entropy", value=text)
    return source.strip(), issue.strip(), value.strip()
