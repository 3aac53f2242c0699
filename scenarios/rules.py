"""The rules of a synthetic month: checklist, policy and demonstration entropy."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from inspector.ceremony.canon import SHA256, Suite, digest
from inspector.ceremony.seed import MIN_DICE
from inspector.domain import Item
from inspector.sources import LOTTERIES
from scenarios.spec import Spec
from scenarios.stream import Stream

NOTE = (
    "仅供演示：密封值、密钥与随机源取值均为合成数据，不是真实开奖结果。"
    "Demonstration only: blinds, secret and entropy values are synthetic."
)


# 比例 and 频次 of 一般 and 重点 items, 示例: a share of the objects in basis points
# (R20: 5 % at least), and times a year.
USUAL, KEY = (500, 1), (1000, 2)

# What policy.toml says above a table, by its name.
COMMENTS = {
    "draw.rates": "示例：每年的抽查比例，各批次均分；[2, 1] 即一年两次。"
    " Of a year; [2, 1]: twice a year",
    "draw.caps": "示例：同一企业每年计入的检查次数上限。 Of a company in a year",
}


def make_items(spec: Spec) -> tuple[Item, ...]:
    """The default checklist, each item with the city's own legal basis in front.

    A local item that no ordinance of the city carries is left out, and its weight goes
    to another; a 专项 list is in it where the city has one.
    """
    text = files("scenarios").joinpath("checklist.toml").read_text(encoding="utf-8")
    rows = [
        i
        for i in tomllib.loads(text)["items"]
        if set(i.get("lists", ())) <= {*spec.lists}
    ]
    out = [i for i in rows if i.get("local") and i["code"] not in spec.local]
    return tuple(
        _item(spec, i, [o["weight"] for o in out if o["instead"] == i["code"]])
        for i in rows
        if i not in out
    )


def _item(spec: Spec, i: Mapping[str, Any], more: Sequence[str]) -> Item:
    """One item; `more`: weights of the items that it stands in for."""
    fallback = i.get("object") == "fallback"
    default = "" if fallback else spec.basis.get("default", "")
    basis = (spec.basis.get(i["code"], default), i["basis"])
    key = i.get("key", False)
    share, times = KEY if key else USUAL
    return Item(
        code=i["code"],
        group=i["group"],
        text=i["text"],
        legal_basis="；".join(part for part in basis if part),
        method=i["method"],
        weight=_hundredths(i["weight"]) + sum(map(_hundredths, more)),
        severity=i["severity"],
        evidence=i["evidence"],
        default_days=i["days"],
        breach=i["breach"],
        authority=spec.authorities.get(i.get("authority", ""), ""),
        object=i.get("object", "compound"),
        key=key,
        share_bp=share,
        per_year=times,
        tags=tuple(
            tag
            for tag, codes in spec.tags.items()
            if any(i["code"] == c or i["group"].startswith(f"{c} ") for c in codes)
        ),
        lists=tuple(i.get("lists", ())),
    )


def _hundredths(points: str) -> int:
    whole, _, rest = points.partition(".")
    return 100 * int(whole) + int(f"{rest:0<2}")


def policy_toml(spec: Spec, values: Mapping[str, str]) -> bytes:
    """policy.toml: what differs from the defaults, and the entropy sources.

    `values`: what each source will give; a reveal announces the hash of its value.
    """
    table: dict[str, Any] = {"bureau": spec.name, "month": spec.month, **spec.policy}
    suite = Suite(spec.policy.get("hash", SHA256.name))
    for stage in ("draw_entropy", "lottery_entropy"):
        table[stage] = [
            {**s, "commit": _commit(suite, values[s["id"]])}
            if s["kind"] == "reveal"
            else s
            for s in spec.policy[stage]
        ]
    lines = ["# 抽查工作细则（合成数据）：未列出的取默认值。", *_toml(table, "")]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _commit(suite: Suite, value: str) -> str:
    return digest(suite, "reveal", bytes.fromhex(value)).hex()


def _toml(table: Mapping[str, Any], path: str) -> Iterator[str]:
    """TOML lines of nested tables of strings, whole numbers, booleans and lists."""
    nested = {k: v for k, v in table.items() if isinstance(v, Mapping)}
    lists = {
        k: v
        for k, v in table.items()
        if isinstance(v, list | tuple) and v and isinstance(v[0], Mapping)
    }
    for key, value in table.items():
        if key not in nested and key not in lists:
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in nested.items():
        if any(not isinstance(v, Mapping) for v in value.values()) or not value:
            note = COMMENTS.get(f"{path}{key}")
            yield "\n" + (f"# {note}\n" if note else "") + f"[{path}{key}]"
        yield from _toml(value, f"{path}{key}.")
    for key, rows in lists.items():
        for row in rows:
            yield f"\n[[{path}{key}]]"
            yield from _toml(row, f"{path}{key}.")


def entropy_values(spec: Spec) -> dict[str, str]:
    """Source id -> its synthetic value."""
    out = {}
    for stage in ("draw_entropy", "lottery_entropy"):
        for source in spec.policy[stage]:
            stream = Stream(spec.name, spec.seed, "entropy", source["id"])
            out[source["id"]] = _value(stream, source)
    return out


def _value(stream: Stream, source: Mapping[str, str]) -> str:
    if source["kind"] == "dice":
        return "".join(str(stream.between(1, 6)) for _ in range(MIN_DICE))
    if source["kind"] == "reveal":
        return stream.hex(16)
    if source["kind"] == "drand":
        return stream.hex(48)
    a, n, b, m = LOTTERIES[source["name"]]
    balls = (
        sorted(stream.sample(range(1, top + 1), take)) for take, top in ((a, n), (b, m))
    )
    return "|".join(" ".join(f"{ball:02d}" for ball in part) for part in balls)


def entropy_json(spec: Spec, values: Mapping[str, str]) -> bytes:
    """entropy.json: both blinds, both entropy lists, the secret, every timestamp."""
    stream = Stream(spec.name, spec.seed, "blinds")

    def record(stage: str) -> list[dict[str, str]]:
        return [
            {"source": s["id"], "value": values[s["id"]], "at": s["at"]}
            for s in spec.policy[stage]
        ]

    times = spec.entropy
    document = {
        "schema": "inspector/entropy/v1",
        "note": NOTE,
        "blinds": {"draw": stream.hex(32), "seal": stream.hex(32)},
        "secret": stream.hex(32),
        "frozen_at": times["frozen_at"],
        "draw": record("draw_entropy"),
        "drawn_at": times["drawn_at"],
        "sealed_at": times["sealed_at"],
        "lottery": record("lottery_entropy"),
        "assigned_at": times["assigned_at"],
        "closed_at": times["closed_at"],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8")
