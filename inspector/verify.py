"""复核公示包 / Check a bundle: anyone, offline, with Python alone.

    python -S verify.py BUNDLE [--anchor HEX] [--json]

BUNDLE is a folder (or a .zip of it) as published by the bureau, or the auditor's. The
program recomputes what inspector/ceremony/PROTOCOL.md defines and prints one line per
claim: ✓ holds, ✗ fails, – not checkable here. It was written from that page alone,
shares no code with the program that makes bundles, re-solves nothing and uses integers
and fractions only. Exit status 0: no claim fails; 1: one fails; 2: not a bundle.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import stat
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm
from pathlib import Path
from typing import Any, NoReturn

Doc = dict[str, Any]

U = 1 << 20  # chances are counted in units of 2^-20
SAFE = (1 << 53) - 1  # largest integer of a bundle
MAX_BYTES = 64 << 20  # of one file
MAX_MEMBERS = 10_000  # of a zip file
MAX_UNIT_BITS = 1 << 16  # of the common denominator of expected numbers
MIN_BOTTOM = Fraction(1, 10)  # the bottom list covers a tenth at least
MIN_STREET = Fraction(3, 10)  # street and community weigh that much at least
OUTSIDE = ("lottery", "drand")  # kinds of entropy nobody in the bureau controls
SEALED_FILES = ("freeze.json", "seal.json", "log.json")
OPENED_FILES = ("drawn.json", "plan.json", "table.json", "assigned.json")
OPENED_FILES += ("results.json",)
KNOWN_FILES = (*SEALED_FILES, *OPENED_FILES, "cancelled.json", "private.json")
HOLDS, FAILS, OPEN = "holds", "fails", "not checkable"
MARKS = {HOLDS: "✓", FAILS: "✗", OPEN: "–"}


class NotABundle(Exception):
    """The path holds no file of a bundle."""


class Wrong(Exception):
    """A claim fails; the text names the item that is wrong."""


class Unknown(Exception):
    """A claim cannot be checked from this bundle; the text says what to fetch."""


def fail(what: str, zh: str, en: str) -> NoReturn:
    raise Wrong(f"{what}: {zh} / {en}")


def shown(value: Any) -> str:
    """A value, short enough for one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 90 else text[:87] + "…"


def equal(what: str, found: Any, wanted: Any) -> None:
    """Refuse unless `found` is exactly `wanted` (1 and true are different)."""
    if found != wanted or type(found) is not type(wanted):
        fail(what, f"为 {shown(found)}，应为 {shown(wanted)}", "found, expected")


def same_list(what: str, found: list[Any], wanted: list[Any], key: Any) -> None:
    """Refuse unless the lists are equal; name the first item that is not."""
    for one, two in zip(found, wanted, strict=False):
        if one != two:
            left, right = key(one), key(two)
            if left == right and isinstance(one, dict):
                names = sorted(k for k in {*one, *two} if one.get(k) != two.get(k))
                equal(f"{what} {left} {names[0]}", one.get(names[0]), two.get(names[0]))
            if left == right:
                equal(f"{what} {left}", one, two)
            equal(what, left, right)
    if len(found) > len(wanted):
        fail(f"{what} {key(found[len(wanted)])}", "多余", "must not be there")
    if len(found) < len(wanted):
        fail(f"{what} {key(wanted[len(found)])}", "缺失", "is missing")


# ---------------------------------------------------------------- PROTOCOL 1 to 3


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes; on the subset that `parse` admits the standard encoder's."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def framed(kind: str, *fields: bytes | str) -> bytes:
    parts = [b"inspector/", kind.encode(), b"/v1\n"]
    for field in fields:
        data = field.encode() if isinstance(field, str) else field
        parts += (len(data).to_bytes(8, "big"), data)
    return b"".join(parts)


def digest(kind: str, *fields: bytes | str) -> bytes:
    return hashlib.sha256(framed(kind, *fields)).digest()


def mac(key: bytes, kind: str, *fields: bytes | str) -> bytes:
    return hmac.digest(key, framed(kind, *fields), "sha256")


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def merkle_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 root over leaf hashes: pairs level by level, an odd one moves up."""
    level = hashes or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [node_hash(a, b) for a, b in pairs] + level[len(level) & ~1 :]
    return level[0]


def proof_leads(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an RFC 6962 inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    fn, sn, value = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            raise Wrong("证明过长 / the proof is too long")
        if fn & 1 or fn == sn:
            value = node_hash(step, value)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = node_hash(value, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Wrong("证明过短 / the proof is too short")
    return value


def in_ticket_order(seed: bytes, label: str, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda n: (mac(seed, "ticket", label, n), n))


class Coins:
    """Integers below n from the stream mac(seed, "coins", label, counter)."""

    def __init__(self, seed: bytes, label: str) -> None:
        self._seed, self._label = seed, label
        self._counter, self._bytes = 0, b""

    def below(self, n: int) -> int:
        bits = (n - 1).bit_length()
        size = -(-bits // 8)
        while True:
            while len(self._bytes) < size:
                count = self._counter.to_bytes(8, "big")
                self._bytes += mac(self._seed, "coins", self._label, count)
                self._counter += 1
            read, self._bytes = self._bytes[:size], self._bytes[size:]
            value = int.from_bytes(read, "big") & ((1 << bits) - 1)
            if value < n:
                return value


# -------------------------------------------------------------------- PROTOCOL 4

Arc = tuple[str, str, str, int]  # label, tail, head, flow


def rounding(seed: bytes, arcs: list[Arc], unit: int) -> list[int]:
    """Dependent rounding of the flows to multiples of `unit`; result / unit.

    The walk keeps its path up to the first arc that a step closed: nothing before it
    has changed, so a walk from its start would come the same way again.
    """
    number: dict[str, int] = {}
    tail = [number.setdefault(a[1], len(number)) for a in arcs]
    head = [number.setdefault(a[2], len(number)) for a in arcs]
    flow = [a[3] for a in arcs]
    balance = [0] * len(number)
    for k, x in enumerate(flow):
        balance[tail[k]] -= x
        balance[head[k]] += x
    if any(balance):
        raise Wrong("流量不守恒 / the flows are not conserved")
    rank = {a[0]: mac(seed, "ticket", "arc", a[0]) for a in arcs}
    order = sorted(range(len(arcs)), key=lambda k: (rank[arcs[k][0]], arcs[k][0]))
    at: list[list[int]] = [[] for _ in number]  # open arcs of each node, in arc order
    for k in order:
        if flow[k] % unit:
            at[tail[k]].append(k)
            at[head[k]].append(k)
    coins = Coins(seed, "rounding")
    for first in in_ticket_order(seed, "node", number):
        start = number[first]
        nodes, path, seen = [start], [-1], {start: 0}  # path[i] leads to nodes[i]
        while at[start]:
            here, used = nodes[-1], path[-1]
            k = at[here][0]
            if k == used:
                k = at[here][1]
            there = tail[k] + head[k] - here
            path.append(k)
            if there not in seen:
                seen[there] = len(nodes)
                nodes.append(there)
                continue
            begin = seen[there]
            cycle = path[begin + 1 :]
            plus = [tail[k] == nodes[begin + i] for i, k in enumerate(cycle)]
            rest = [flow[k] % unit for k in cycle]
            up = [unit - r if p else r for r, p in zip(rest, plus, strict=True)]
            a, b = min(up), unit - max(up)
            push = a if coins.below(a + b) < b else -b
            cut = len(cycle)
            for i in range(len(cycle) - 1, -1, -1):
                k = cycle[i]
                flow[k] += push if plus[i] else -push
                if flow[k] % unit == 0:
                    at[tail[k]].remove(k)
                    at[head[k]].remove(k)
                    cut = i
            keep = begin + cut + 1
            for node in nodes[keep:]:
                del seen[node]
            del nodes[keep:], path[keep:]
    return [x // unit for x in flow]


# -------------------------------------------------------- reading files, and shapes


def _pairs(pairs: list[tuple[str, Any]]) -> Doc:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("键重复 / a key occurs twice")
    for key in found:
        if not key.isascii():
            raise Wrong("键须为 ASCII / keys must be ASCII")
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > SAFE:
        raise Wrong("整数超限 / an integer beyond 2^53-1")
    return int(text)


def _refuse(text: str) -> NoReturn:
    raise Wrong(f"不允许小数 / not an integer: {text[:20]}")


def parse(data: bytes) -> Any:
    """JSON of the subset of PROTOCOL 1; raises Wrong."""
    try:
        text = data.decode()
        value = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_int=_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except UnicodeDecodeError:
        raise Wrong("不是 UTF-8 / not UTF-8") from None
    except RecursionError:
        raise Wrong("嵌套过深 / nested too deeply") from None
    except ValueError as error:
        raise Wrong(f"不是 JSON / not JSON: {shown(str(error))}") from None
    if not unicodedata.is_normalized("NFC", text):
        raise Wrong("不是 NFC / not NFC")
    if not isinstance(value, dict):
        raise Wrong("不是对象 / not an object")
    return value


@dataclass
class Files:
    """What was read: bytes by name, why a file was refused, names we do not know."""

    data: dict[str, bytes]
    refused: dict[str, str]
    strange: list[str]


def _read_folder(folder: Path) -> Files:
    files = Files({}, {}, [])
    for entry in sorted(folder.iterdir()):
        if entry.name not in KNOWN_FILES:
            if not entry.name.startswith("."):
                files.strange.append(entry.name)
            continue
        try:
            about = entry.stat()
            if not stat.S_ISREG(about.st_mode):
                files.refused[entry.name] = "不是文件 / not a file"
            elif about.st_size > MAX_BYTES:
                files.refused[entry.name] = "超过 64 MiB / larger than 64 MiB"
            else:
                files.data[entry.name] = entry.read_bytes()
        except OSError as error:
            files.refused[entry.name] = f"无法读取 / {type(error).__name__}"
    return files


def _read_zip(path: Path) -> Files:
    files = Files({}, {}, [])
    with zipfile.ZipFile(path) as box:
        members = [m for m in box.infolist() if not m.is_dir()]
        if len(members) > MAX_MEMBERS:
            raise NotABundle("压缩包内文件过多 / too many members")
        folders = {m.filename.rpartition("/")[0] for m in members}
        marks = {f"{f}/{name}".lstrip("/"): f for f in folders for name in KNOWN_FILES}
        found = {marks[m.filename] for m in members if m.filename in marks}
        order = sorted(found, key=lambda f: (not f.endswith("bundle"), len(f), f))
        for member in members:
            folder, _, name = member.filename.rpartition("/")
            if not order or folder != order[0] or name.startswith("."):
                continue
            if name not in KNOWN_FILES:
                files.strange.append(name)
            elif name in files.data or name in files.refused:
                files.data.pop(name, None)
                files.refused[name] = "压缩包内重名 / twice in the zip"
            elif member.file_size > MAX_BYTES:
                files.refused[name] = "超过 64 MiB / larger than 64 MiB"
            else:
                try:
                    with box.open(member) as stream:
                        data = stream.read(MAX_BYTES + 1)
                except Exception as error:
                    files.refused[name] = f"无法读取 / {type(error).__name__}"
                    continue
                if len(data) > MAX_BYTES:
                    files.refused[name] = "超过 64 MiB / larger than 64 MiB"
                else:
                    files.data[name] = data
    return files


def read_files(path: Path) -> Files:
    """The files of a bundle folder, of a run's folder around it, or of a zip."""
    try:
        if path.is_dir():
            inner = path / "bundle"
            files = _read_folder(inner if inner.is_dir() else path)
        elif path.is_file():
            files = _read_zip(path)
        else:
            raise NotABundle("没有这个路径 / no such path")
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise NotABundle(f"无法读取 / {type(error).__name__}") from None
    if not files.data and not files.refused:
        raise NotABundle("其中没有公示包文件 / no file of a bundle in it")
    return files


DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII).fullmatch
TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}Z",
    re.ASCII,
).fullmatch
HASH = re.compile(r"[0-9a-f]{64}").fullmatch
HEX = re.compile(r"[0-9a-f]*").fullmatch
PSEUDONYM = re.compile(r"p[0-9a-f]{20}").fullmatch

# One letter per kind of scalar; the tables below are shapes of documents: a dict has
# exactly these keys ("*": any), a list any number of one shape, a tuple is a list of
# exactly that length.
KINDS: dict[str, Callable[[Any], bool]] = {
    "any": lambda v: True,
    "s": lambda v: type(v) is str,
    "i": lambda v: type(v) is int,
    "n": lambda v: type(v) is int and v >= 0,
    "b": lambda v: type(v) is bool,
    "d": lambda v: type(v) is str and DATE(v) is not None,
    "d?": lambda v: type(v) is str and (v == "" or DATE(v) is not None),
    "t": lambda v: type(v) is str and TIME(v) is not None,
    "h": lambda v: type(v) is str and HASH(v) is not None,
    "x": lambda v: type(v) is str and HEX(v) is not None,
    "p": lambda v: type(v) is str and PSEUDONYM(v) is not None,
    "p?": lambda v: type(v) is str and (v == "" or PSEUDONYM(v) is not None),
    "n?": lambda v: v is None or (type(v) is int and v >= 0),
    "list": lambda v: type(v) is list,
}


def fits(value: Any, shape: Any) -> None:
    """Refuse a value that is not of the shape; the text is the way to the fault."""
    if isinstance(shape, str):
        if not KINDS[shape](value):
            raise Wrong(f" = {shown(value)}: 类型不符 / not of kind “{shape}”")
    elif isinstance(shape, dict):
        if type(value) is not dict:
            raise Wrong(": 应为对象 / must be an object")
        if "*" not in shape and value.keys() != shape.keys():
            odd = sorted(value.keys() ^ shape.keys())[0]
            extra = "多余 / unknown" if odd in value else "缺失 / missing"
            raise Wrong(f".{shown(odd)}: 字段{extra}")
        for key, item in value.items():
            try:
                fits(item, shape.get(key) or shape["*"])
            except Wrong as wrong:
                raise Wrong(f".{shown(key)}{wrong}") from None
    else:
        if type(value) is not list:
            raise Wrong(": 应为列表 / must be a list")
        if isinstance(shape, tuple) and len(value) != len(shape):
            raise Wrong(f": 应有 {len(shape)} 项 / must have that many items")
        shapes = shape if isinstance(shape, tuple) else shape * len(value)
        for index, item in enumerate(value):
            try:
                fits(item, shapes[index])
            except Wrong as wrong:
                raise Wrong(f"[{index}]{wrong}") from None


def _all(names: str, kind: str) -> Doc:
    return dict.fromkeys(names.split(), kind)


RATE = ("n", "n")
SOURCES = [_all("id kind name issue at commit", "s")]
POLICY = {
    **_all("bureau month", "s"),
    "scope": {"method": "s", **_all("types districts streets classes", "list")},
    "draw": {
        "rates": {"*": RATE},
        "by_type": "b",
        "caps": {"*": "n"},
        "cap_unit": "s",
        **_all("exclude_recent_months reserves", "n"),
    },
    "bottom": {"share": RATE, "weights_bp": {"*": "n"}, "start_per_month": "n"},
    "visits": {
        "series_minutes": ["n"],
        **_all("gap_min gap_max recheck_minutes acceptance_minutes", "n"),
        **_all("lookback_minutes extra_minutes", "n"),
    },
    "day": {
        **_all("shift_start shift_end duty_minutes lunch_minutes lunch_first", "n"),
        **_all("lunch_last morning_end afternoon_start max_visits", "n"),
    },
    "travel": {
        **_all("lon_metres lat_metres detour_bp metres_per_hour", "n"),
        "parking_minutes": "n",
    },
    "seats": {
        "seats": [_all("role when unit", "s")],
        "standby_pairs": "n",
        "rotation_months": "n",
        "keep_share": RATE,
    },
    "lottery": {
        **dict.fromkeys(("cap_factor", "floor_factor", "exception_level"), RATE),
        **_all("max_levels exception_eligible", "n"),
    },
    **_all("release_minute notice_workdays publish_workdays", "n"),
    "draw_entropy": SOURCES,
    "lottery_entropy": SOURCES,
}
VISIT = {
    **_all("id compound district window skill series", "s"),
    "kinds": ["s"],
    **_all("lon lat", "i"),
    **_all("service_minutes step gap_min gap_max", "n"),
    **_all("first last", "d"),
}
FREEZE = {
    **_all("schema bureau month", "s"),
    "attempt": "n",
    "frozen_at": "t",
    **_all("demonstration provisional", "b"),
    "policy": POLICY,
    "working_days": ["d"],
    "publish_days": ["d"],
    "streets": [{**_all("code name district", "s"), "min_draw": "n"}],
    "offices": [{**_all("id district", "s"), **_all("lon lat", "i")}],
    "cars": [{**_all("id office", "s"), **_all("first last", "d?")}],
    "companies": [_all("usc18 name status", "s")],
    "compounds": [
        {
            **_all("id name street community usc18 type risk_class skill window", "s"),
            "status": "s",
            **_all("lon lat", "i"),
            **_all("households service_minutes", "n"),
            "has_lift": "b",
        }
    ],
    "items": [
        {
            **_all("code group text legal_basis method severity evidence", "s"),
            **_all("weight default_days", "n"),
        }
    ],
    "evaluations": [("s", "s", "i", "n")],
    "history": [
        {**_all("compound usc18 kind", "s"), "date": "d", "counts_for_cap": "b"}
    ],
    "docket": [
        {
            **_all("id compound state", "s"),
            "opened": "d",
            **_all("last_visit next_first next_last", "d?"),
        }
    ],
    "ranking": {"ranked": "n", "listed": [("s", "i", "n")]},
    "docket_visits": [
        {
            **_all("case compound kind", "s"),
            **_all("step steps_from minutes gap_min gap_max", "n"),
            **_all("first last", "d"),
            "skilled": "b",
        }
    ],
    "exclusions": [{**_all("compound reason", "s"), "cites": ["h"]}],
    "strata": [
        {
            **_all("id street risk_class type", "s"),
            "size": "n",
            **dict.fromkeys(("chance", "expected"), RATE),
        }
    ],
    "people": ["p"],
    **_all("blind_hash private_root", "h"),
}
SEAL = {
    **_all("schema month", "s"),
    "sealed_at": "t",
    **_all("freeze blind_hash drawn_hash plan_hash table_hash visit_root", "h"),
    "entropy": SOURCES,
    "unplaced": {"*": "n"},
    **_all("attempt visit_leaves packages seats travel_minutes bound_minutes", "n"),
    **_all("q_star t_star min_chance max_chance levels exceptions listed", "n"),
    **_all("load_slack changes", "n"),
}
RECORD = {**_all("source issue value", "s"), "at": "t", "fallback": "b"}
EVENTS = {
    "frozen": {"at": "t", "attempt": "n", "commitment": "h"},
    "entropy": {"at": "t", "stage": "s", "attempt": "n", "record": [RECORD]},
    "drawn": {"at": "t", **_all("attempt total", "n"), "classes": {"*": "n"}},
    "people_changed": {"at": "t", **_all("reason approver", "s"), "digest": "h"},
    "sealed": {"at": "t", "attempt": "n", "commitment": "h"},
    "assigned": {"at": "t", "people_root": "h", **_all("attempt people_leaves", "n")},
    "absent": {"at": "t", "day": "d", "person": "p", "reason": "s"},
    "substituted": {
        "at": "t",
        "seat": "s",
        "out": "p",
        "in": "p?",
        "skipped": [("p", "s")],
        **_all("old_leaf new_leaf", "h"),
    },
    "inspected": {**_all("compound usc18 kind", "s"), "date": "d"},
    "result": {"at": "t", "visit": "s", "digest": "h"},
    "carried": {"at": "t", **_all("visit reason", "s")},
    "closed": {"at": "t", "blinds": ("h", "h"), "files": {"*": "h"}},
    "cancelled": {"at": "t", **_all("stage reason", "s"), "attempt": "n", "blind": "h"},
}
SHAPES: dict[str, Any] = {
    "freeze.json": FREEZE,
    "seal.json": SEAL,
    "log.json": {"schema": "s", "events": "list", "root": "h"},
    "drawn.json": {
        "schema": "s",
        "strata": [{"id": "s", "drawn": ["s"], "reserves": ["s"]}],
        "visits": [VISIT],
    },
    "plan.json": {
        "schema": "s",
        "packages": [
            {
                **_all("id office skill", "s"),
                "day": "d",
                **_all("depart back travel_minutes", "n"),
                "lunch": "n?",
                "stops": [{"visit": "s", **_all("arrive start end", "n")}],
            }
        ],
        "standby": [{"id": "s", "day": "d"}],
        "unplaced": [_all("visit reason", "s")],
        **_all("travel_minutes bound_minutes", "n"),
        "solver": _all("name version seed runs reproducible budget", "any"),
    },
    "table.json": {
        "schema": "s",
        **_all("unit slack t_star floor", "n"),
        "people": [
            {"id": "p", "group": "any"}
            | _all("weight max_days share load_min load_max", "n")
        ],
        "packages": [{"id": "s", "day": "d", "minutes": "n"}],
        "seats": [
            {**_all("id role", "s"), **_all("package hardest", "n"), "eligible": "x"}
        ],
        "elements": [("n", "n", "n")],
        "pairs": [("n", "n", "n", "any")],
        **_all("slack_cut t_cut", "x"),
        "levels": [{"value": "n", "nodes": "x"}],
        **dict.fromkeys(("listed", "exceptions"), ["s"]),
    },
    "assigned.json": {
        "schema": "s",
        "seats": [("s", "p")],
        "reserves": [("s", ["p"])],
    },
    "results.json": {
        "schema": "s",
        "results": [
            {
                **_all("visit compound usc18 outcome", "s"),
                "date": "d",
                "published_at": "t",
                **_all("follow_up findings", "any"),
                "score_bp": "i",
                "index": "n",
                "proof": ["h"],
            }
        ],
        "overdue": [{"visit": "s", "due": "d"}],
    },
    "cancelled.json": {
        "schema": "s",
        "attempts": [{"stage": "s", "attempt": "n", "document": {"*": "any"}}],
    },
    "private.json": {
        "schema": "s",
        "private": {
            "secret": "x",
            "inspectors": [
                {
                    **_all("id name unit office cert_no", "s"),
                    "cert_valid_to": "d?",
                    **_all("may_lead expert", "b"),
                    "skills": ["s"],
                    "max_days": "n",
                    "carry_minutes": "i",
                }
            ],
            "leave": [{**_all("inspector half", "s"), **_all("first last", "d")}],
            "recusals": [
                {**_all("inspector subject reason", "s"), **_all("first last", "d?")}
            ],
            "history": [{**_all("compound kind lead second", "s"), "date": "d"}],
            "signals": [{**_all("subject source polarity state", "s"), "date": "d"}],
            "assistants": [{**_all("id kind", "s"), "compounds": ["s"]}],
        },
        "changes": [
            {
                "at": "t",
                **_all("reason approver", "s"),
                **_all("leave recusals", "list"),
                "salt": "x",
            }
        ],
    },
}


# ------------------------------------------------------------- what a bundle contains


def month_number(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7])


def month_days(month: str) -> tuple[str, str]:
    """First and last calendar day of a month YYYY-MM."""
    first = date.fromisoformat(month + "-01")
    return str(first), str((first + timedelta(31)).replace(day=1) - timedelta(1))


def shift(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days))


def gap(one: str, two: str) -> int:
    return (date.fromisoformat(two) - date.fromisoformat(one)).days


def reduced(value: Fraction) -> list[int]:
    return [value.numerator, value.denominator]


def ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def randomness(record: list[Doc]) -> bytes:
    fields = [r[k] for r in record for k in ("source", "issue", "value")]
    return digest("randomness", *fields)


def within(day: str, first: str, last: str) -> bool:
    """Whether the day lies in first..last; "" is an open end."""
    return (not first or first <= day) and (not last or day <= last)


class View:
    """One bundle: documents by name and what several claims derive from them."""

    def __init__(self, files: Files, anchor: str, seal_anchor: str) -> None:
        self.files = files
        self.anchors = {"freeze": anchor, "seal": seal_anchor}
        self.faults = dict(files.refused)
        self.docs: dict[str, Doc] = {}
        for name, data in files.data.items():
            try:
                self.docs[name] = parse(data)
            except Wrong as wrong:
                self.faults[name] = str(wrong)
        seen = {*files.data, *files.refused}
        self.auditor = "private.json" in seen
        log = self.docs.get("log.json", {}).get("events")
        log = log if isinstance(log, list) else []
        self.closed = any(
            isinstance(e, dict) and e.get("event") == "closed" for e in log
        )
        self.opened = self.closed or not seen.isdisjoint(OPENED_FILES)

    def doc(self, name: str) -> Doc:
        if name in self.docs:
            return self.docs[name]
        if name in self.faults:
            raise Unknown(f"{name} 不可读，见 bundle.canonical / unreadable")
        if name in OPENED_FILES and not self.opened:
            raise Unknown("尚未启封 / not opened yet")
        if name == "private.json":
            raise Unknown("须用监督包 / only with the auditor's bundle")
        raise Unknown(f"缺少 {name}，见 bundle.files / missing")

    freeze = property(lambda self: self.doc("freeze.json"))
    seal = property(lambda self: self.doc("seal.json"))
    drawn = property(lambda self: self.doc("drawn.json"))
    plan = property(lambda self: self.doc("plan.json"))
    table = property(lambda self: self.doc("table.json"))
    assigned = property(lambda self: self.doc("assigned.json"))
    results = property(lambda self: self.doc("results.json"))
    policy = property(lambda self: self.freeze["policy"])
    private = property(lambda self: self.doc("private.json")["private"])

    @cached_property
    def events(self) -> list[Doc]:
        return list(self.doc("log.json")["events"])

    @cached_property
    def last(self) -> dict[str, Doc]:
        """The last event of each kind; entropy also by stage."""
        found: dict[str, Doc] = {}
        for event in self.events:
            found[event["event"] + "/" + event.get("stage", "")] = event
        return found

    def event(self, kind: str, stage: str = "") -> Doc:
        """The last event of that kind; Unknown when the log has none (yet)."""
        if f"{kind}/{stage}" not in self.last:
            raise Unknown(f"日志中尚无 {kind} / not in the log yet")
        return self.last[f"{kind}/{stage}"]

    def of(self, kind: str) -> list[Doc]:
        return [e for e in self.events if e["event"] == kind]

    def commitment(self, stage: str) -> bytes:
        self.doc(f"{stage}.json")
        return digest(stage, self.files.data[f"{stage}.json"])

    def blind(self, number: int) -> bytes:
        """Blind 1 or 2, when it is opened and the right one."""
        if not self.closed:
            raise Unknown("密封值尚未启封 / the blind is not opened yet")
        value = bytes.fromhex(self.event("closed")["blinds"][number - 1])
        document = self.freeze if number == 1 else self.seal
        if digest("blind", value).hex() != document["blind_hash"]:
            claim = "draw.seed" if number == 1 else "seal.blind"
            raise Unknown(f"密封值不符，见 {claim} / the blind does not open")
        return value

    def seed(self, stage: str) -> bytes:
        blind = self.blind(1 if stage == "draw" else 2)
        bound = self.commitment("freeze" if stage == "draw" else "seal")
        record = self.event("entropy", stage)["record"]
        return mac(blind, "seed", stage, bound, randomness(record))

    def salt(self, label: str) -> bytes:
        return mac(self.blind(2), "salt", label)

    @cached_property
    def compounds(self) -> dict[str, Doc]:
        return {c["id"]: c for c in self.freeze["compounds"]}

    @cached_property
    def visits(self) -> dict[str, Doc]:
        return {v["id"]: v for v in self.drawn["visits"]}

    @cached_property
    def packages(self) -> dict[str, Doc]:
        return {p["id"]: p for p in self.plan["packages"]}

    @cached_property
    def placed(self) -> dict[str, tuple[Doc, Doc]]:
        """Package and stop of every placed visit (the last one, when placed twice)."""
        stops = ((p, s) for p in self.plan["packages"] for s in p["stops"])
        return {s["visit"]: (p, s) for p, s in stops}

    @cached_property
    def visit_leaves(self) -> dict[str, bytes]:
        found = {}
        for name, visit in self.visits.items():
            package, stop = self.placed.get(name, (None, None))
            day, where = (package["day"], package["id"]) if package else ("", "")
            start = stop["start"] if stop else -1
            entry = canonical({**visit, "day": day, "package": where, "start": start})
            found[name] = digest("leaf", self.salt("visit/" + name), entry)
        return found

    @cached_property
    def sealed_leaves(self) -> list[bytes]:
        return self.padded("leaf", "dummy/", list(self.visit_leaves.values()))

    def padded(self, kind: str, label: str, leaves: list[bytes]) -> list[bytes]:
        """The leaves with their dummies, sorted: a positive multiple of 64."""
        for i in range(-len(leaves) % 64 if leaves else 64):
            salt = self.salt(f"{label}{i}")
            leaves.append(digest(kind, salt, canonical({"dummy": i})))
        return sorted(leaves)

    @cached_property
    def wanted_seats(self) -> list[tuple[str, int, Doc]]:
        """Seat id, package index and rule of every seat that the policy asks for."""
        found = []
        for index, package in enumerate(self.table["packages"]):
            plan = self.packages.get(package["id"])
            stops = plan["stops"] if plan else []
            kinds = {k for s in stops for k in self.visits[s["visit"]]["kinds"]}
            holds = {
                "always": True,
                "docket": bool(kinds - {"random"}),
                "skill": bool(plan and plan["skill"]),
            }
            count: Counter[str] = Counter()
            for rule in self.policy["seats"]["seats"]:
                if holds[rule["when"]]:
                    count[rule["role"]] += 1
                    n = count[rule["role"]]
                    name = f"{package['id']}/{rule['role']}{n if n > 1 else ''}"
                    found.append((name, index, rule))
        return found

    @cached_property
    def net(self) -> Net:
        return Net(self.table, self.policy["lottery"])

    def people_leaf(self, package: Doc, seats: list[list[str]], label: str) -> bytes:
        entry = {"package": package["id"], "day": package["day"], "seats": seats}
        return digest("people", self.salt("people/" + label), canonical(entry))


class Net:
    """The chance network of table.json (PROTOCOL 7); chance arcs apart."""

    def __init__(self, table: Doc, rules: Doc) -> None:
        self.table = table
        seats, pairs = table["seats"], table["pairs"]
        days = [p["day"] for p in table["packages"]]
        people = range(len(table["people"]))
        self.eligible = []
        for seat in seats:
            mask = int(seat["eligible"] or "0", 16)
            if mask >> len(people):
                fail(seat["id"], "资格位超出人数", "eligible bits beyond the people")
            self.eligible.append([i for i in people if mask >> i & 1])
        first = 2 + len(seats)
        self.pair_of = {(p[0], p[1]): k for k, p in enumerate(pairs)}
        person_days = sorted({(p[0], days[p[1]]) for p in pairs})
        base = first + len(pairs)
        day_node = {key: base + k for k, key in enumerate(person_days)}
        base += len(person_days)
        self.size = base + len(people)
        self.person_node = [base + i for i in people]
        self.chance_arcs = [
            (first + k, day_node[p[0], days[p[1]]]) for k, p in enumerate(pairs)
        ]
        self.arcs = [(0, 2 + s, U, U) for s in range(len(seats))]
        self.arcs.append((1, 0, U * len(seats), U * len(seats)))
        self.day_arcs = [(n, base + key[0]) for key, n in day_node.items()]
        self.arcs += [(a, b, 0, U) for a, b in self.day_arcs]
        self.seat_arcs = {}
        for s, who in enumerate(self.eligible):
            for i in who:
                pair = self.pair_of.get((i, seats[s]["package"]))
                if pair is not None:
                    self.seat_arcs[s, i] = (2 + s, first + pair)
        self.arcs += [(a, b, 0, U) for a, b in self.seat_arcs.values()]
        self.chance = [0] * len(pairs)  # of each pair, units
        for s, i, units in table["elements"]:
            pair = self.pair_of.get((i, seats[s]["package"]))
            if pair is not None:
                self.chance[pair] += units
        self.values = [level["value"] for level in table["levels"]]
        num, den = rules["cap_factor"]
        caps = [min(U, -(-v * num // den)) for v in self.values]
        self.caps = [caps[p[2]] for p in pairs]
        self.dropped = [bool(p[3]) for p in pairs]

    def loads(self, slack: int) -> list[tuple[int, int]]:
        """Least and greatest number of seats of each person, from his share."""
        found = []
        for p in self.table["people"]:
            most = min(p["max_days"], -(-p["share"] // U) + slack)
            found.append((min(most, max(0, p["share"] // U - slack)), most))
        return found

    def cut(self, nodes: str, loads: Iterable[tuple[int, int]]) -> Cut:
        """What crosses the border of a node set, chance arcs listed apart."""
        mask = int(nodes or "0", 16)
        if mask >> self.size:
            raise Wrong("节点集含未知节点 / the node set has unknown nodes")
        inside = bin(mask)[:1:-1].ljust(self.size, "0")
        into = out = 0
        people = zip(self.person_node, loads, strict=True)
        arcs = [(node, 1, low * U, high * U) for node, (low, high) in people]
        for group in (self.arcs, arcs):
            for tail, head, low, high in group:
                if inside[tail] != inside[head]:
                    if inside[head] == "1":
                        into += low
                    else:
                        out += high
        ways: dict[str, list[int]] = {"10": [], "01": [], "00": [], "11": []}
        for k, (tail, head) in enumerate(self.chance_arcs):
            ways[inside[tail] + inside[head]].append(k)
        return Cut(into, out, ways["01"], ways["10"])

    def usable(self) -> list[int]:
        """Components of the residual graph under the caps, by node (Tarjan)."""
        seats, people = self.table["seats"], self.table["people"]
        after: list[list[int]] = [[] for _ in range(self.size)]

        def arc(tail: int, head: int, flow: int, low: int, high: int) -> None:
            if flow < high:
                after[tail].append(head)
            if flow > low:
                after[head].append(tail)

        on_arc = {(s, i): units for s, i, units in self.table["elements"]}
        for key, (tail, head) in self.seat_arcs.items():
            arc(tail, head, on_arc.get(key, 0), 0, U)
        on_day: Counter[int] = Counter()
        for k, (tail, head) in enumerate(self.chance_arcs):
            arc(tail, head, self.chance[k], 0, self.caps[k])
            on_day[head] += self.chance[k]
        load: Counter[int] = Counter()
        for tail, head in self.day_arcs:
            arc(tail, head, on_day[tail], 0, U)
            load[head] += on_day[tail]
        for node, p in zip(self.person_node, people, strict=True):
            arc(node, 1, load[node], p["load_min"] * U, p["load_max"] * U)
        assert len(seats) + 2 <= self.size
        return components(after)


@dataclass
class Cut:
    """Lower bounds into a node set, upper bounds out, chance arcs in and out."""

    into: int
    out: int
    chance_in: list[int]
    chance_out: list[int]


def components(after: list[list[int]]) -> list[int]:
    """Strongly connected component of every node, without recursion."""
    index = [-1] * len(after)
    low, group = index[:], index[:]
    stack: list[int] = []
    count = groups = 0
    for root in range(len(after)):
        if index[root] >= 0:
            continue
        work: list[tuple[int, Iterator[int]]] = []
        node: int | None = root
        while node is not None or work:
            if node is not None:
                index[node] = low[node] = count
                count += 1
                stack.append(node)
                work.append((node, iter(after[node])))
            here, rest = work[-1]
            node = None
            for there in rest:
                if index[there] < 0:
                    node = there
                    break
                if group[there] < 0:
                    low[here] = min(low[here], index[there])
            if node is not None:
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[here])
            if low[here] == index[here]:
                while True:
                    member = stack.pop()
                    group[member] = groups
                    if member == here:
                        break
                groups += 1
    return group


# ------------------------------------------------------------------------- claims


@dataclass(frozen=True)
class Claim:
    id: str
    zh: str
    en: str
    check: Callable[[View], str]


CLAIMS: list[Claim] = []


def claim(id: str, zh: str, en: str) -> Callable[[Callable[[View], str]], None]:
    def add(check: Callable[[View], str]) -> None:
        CLAIMS.append(Claim(id, zh, en, check))

    return add


@claim("bundle.files", "文件齐全且可读", "the files are complete and readable")
def _(view: View) -> str:
    files = view.files
    for name, why in files.refused.items():
        fail(name, why, "refused")
    if files.strange:
        fail(shown(files.strange[0]), "不属于公示包", "does not belong to a bundle")
    wanted = set(SEALED_FILES)
    if view.opened:
        wanted |= set(OPENED_FILES)
    if any(e.get("event") == "cancelled" for e in view.events):
        wanted.add("cancelled.json")
    for name in sorted(wanted ^ (set(files.data) - {"private.json"})):
        if name in wanted:
            fail(name, "缺失", "is missing")
        fail(name, "此时不应公开", "must not be there (yet)")
    if view.opened and not view.closed:
        fail("log.json", "文件已启封而日志无 closed", "opened files before `closed`")
    return f"{len(files.data)} 个文件 / files"


@claim("bundle.canonical", "每个文件恰为规范字节", "each file is its canonical bytes")
def _(view: View) -> str:
    for name, why in view.faults.items():
        raise Wrong(f"{name}: {why}")
    for name, doc in view.docs.items():
        if canonical(doc) != view.files.data[name]:
            fail(name, "不是规范 JSON", "not canonical JSON")
    return ""


@claim("bundle.shape", "字段与类型正确", "all fields are known and of their type")
def _(view: View) -> str:
    for name, doc in view.docs.items():
        try:
            fits(doc, SHAPES[name])
            stem = name.removesuffix(".json")
            equal(".schema", doc["schema"], f"inspector/{stem}/v1")
            for index, event in enumerate(doc["events"] if stem == "log" else ()):
                kind = event["event"] if type(event) is dict else None
                if type(kind) is not str or kind not in EVENTS:
                    fail(f".events[{index}]", "未知事件", "unknown event")
                try:
                    fits(event, {"event": "s", **EVENTS[kind]})
                except Wrong as wrong:
                    raise Wrong(f".events[{index}]{wrong}") from None
        except Wrong as wrong:
            raise Wrong(f"{name}{wrong}") from None
    return ""


def _anchored(view: View, stage: str) -> str:
    found, anchor = view.commitment(stage).hex(), view.anchors[stage]
    if not anchor:
        raise Unknown(f"请与公告比对 / compare this with the notice: {found}")
    if anchor.strip().lower() != found:
        fail("承诺 commitment", f"本包为 {found}", f"notice says {shown(anchor)}")
    return "与所给承诺一致 / equals the commitment given"


@claim("freeze.commitment", "冻结承诺与日志一致", "the log holds this freeze")
def _(view: View) -> str:
    frozen, event = view.freeze, view.event("frozen")
    found = view.commitment("freeze").hex()
    equal("log.json frozen commitment", event["commitment"], found)
    equal("log.json frozen attempt", event["attempt"], frozen["attempt"])
    equal("log.json frozen at", event["at"], frozen["frozen_at"])
    return found


@claim(
    "freeze.before_entropy",
    "冻结早于随机源（须有包外的承诺）",
    "frozen before the entropy (needs the commitment from elsewhere)",
)
def _(view: View) -> str:
    return _anchored(view, "freeze")


@claim("freeze.calendar", "工作日与公示期限日历一致", "working days and deadline days")
def _(view: View) -> str:
    days, later = view.freeze["working_days"], view.freeze["publish_days"]
    first, last = month_days(view.freeze["month"])
    for what, group in (("working_days", days), ("publish_days", later)):
        for one, two in zip(group, group[1:], strict=False):
            if one >= two:
                fail(f"{what} {two}", "未按日期排列", "not in order")
    for day in days:
        if not first <= day <= last:
            fail(f"working_days {day}", "不在本月", "not in the month")
    equal("publish_days", len(later), view.policy["publish_workdays"] + 31)
    here = [d for d in later if d <= last]
    same_list("publish_days", here, [d for d in days if d > first], str)
    return f"{len(days)} 个工作日 / working days"


LIST_KEYS: dict[str, Callable[[Any], Any]] = {
    "streets": lambda r: r["code"],
    "companies": lambda r: r["usc18"],
    "items": lambda r: r["code"],
    "evaluations": lambda r: (r[0], r[1]),
    "history": lambda r: (r["date"], r["compound"], r["kind"]),
    "exclusions": lambda r: r["compound"],
    "people": lambda r: r,
}


@claim("freeze.registry", "名录有序、无重复、引用有效", "registries sorted and sound")
def _(view: View) -> str:
    f = view.freeze
    names = "streets offices cars companies compounds items evaluations history docket"
    for name in f"{names} exclusions strata people".split():
        key = LIST_KEYS.get(name, lambda r: r["id"])
        keys = [key(row) for row in f[name]]
        for one, two in zip(keys, keys[1:], strict=False):
            if one > two or (one == two and name != "history"):
                fail(f"{name} {shown(two)}", "重复或未排序", "twice or out of order")
    known = {n: {LIST_KEYS[n](r) for r in f[n]} for n in ("streets", "companies")}
    offices = {o["id"] for o in f["offices"]}
    for c in f["compounds"]:
        if c["street"] not in known["streets"]:
            fail(c["id"], f"街道 {c['street']} 不存在", "unknown street")
        if c["usc18"] and c["usc18"] not in known["companies"]:
            fail(c["id"], f"企业 {c['usc18']} 不存在", "unknown company")
    for car in f["cars"]:
        if car["office"] not in offices:
            fail(car["id"], f"办公点 {car['office']} 不存在", "unknown office")
    for item in f["items"]:
        if not item["legal_basis"].strip():
            fail(f"items {item['code']}", "没有法律依据", "no legal basis")
    return f"{len(f['compounds'])} 个小区 / compounds, {len(f['people'])} 人 / people"


@claim(
    "freeze.policy",
    "细则合规：两名执法人员、街道社区权重、倒排比例、随机源",
    "the policy keeps the law: officers, street weight, bottom share, sources",
)
def _(view: View) -> str:
    f, p = view.freeze, view.policy
    equal("policy.month", p["month"], f["month"])
    equal("policy.bureau", p["bureau"], f["bureau"])
    rules = p["seats"]["seats"]
    always = [r["role"] for r in rules if r["when"] == "always"]
    if "lead" not in always or "second" not in always:
        fail("policy.seats", "须有主办和协办两名", "needs a lead and a second officer")
    for rule in rules:
        if rule["when"] not in ("always", "docket", "skill"):
            fail("policy.seats", f"未知条件 {rule['when']}", "unknown condition")
        if rule["role"] not in ("lead", "second", "expert", "joint"):
            fail("policy.seats", f"未知席位 {rule['role']}", "unknown role")
    weights = p["bottom"]["weights_bp"]
    street = weights.get("street", 0) + weights.get("community", 0)
    if street < MIN_STREET * sum(weights.values()) or not street:
        fail("policy.bottom.weights_bp", "街道社区不足 30%", "streets below 30 %")
    if Fraction(*p["bottom"]["share"]) < MIN_BOTTOM:
        fail("policy.bottom.share", "倒排不足 10%", "bottom share below 10 %")
    for name, rate in p["draw"]["rates"].items():
        if not 0 <= Fraction(*rate) <= 1:
            fail(f"policy.draw.rates {name}", "须在 0 与 1 之间", "not in 0 … 1")
    if p["draw"]["cap_unit"] not in ("compound", "company"):
        fail("policy.draw.cap_unit", "未知", "unknown")
    _check_sources("draw_entropy", p["draw_entropy"], f["frozen_at"])
    _check_sources("lottery_entropy", p["lottery_entropy"], f["frozen_at"])
    draw, later = p["draw_entropy"], p["lottery_entropy"]
    twice = {_source_key(s) for s in draw} & {_source_key(s) for s in later}
    if twice:
        fail(shown(min(twice)[2]), "随机源两次使用", "one source for both stages")
    if max(s["at"] for s in later) <= max(s["at"] for s in draw):
        fail("policy.lottery_entropy", "须晚于抽取", "must be later than the draw's")
    return f"街道社区权重 / street weight {street}/{sum(weights.values())}"


def _source_key(source: Doc) -> tuple[str, str, str]:
    return source["kind"], source["name"], source["issue"] or source["commit"]


def _check_sources(what: str, sources: list[Doc], after: str) -> None:
    """Announced entropy: known kinds, named later than `after`, outside source last."""
    if not any(s["kind"] in OUTSIDE for s in sources):
        fail(what, "没有局外随机源", "no source outside the bureau")
    if len({s["id"] for s in sources}) < len(sources):
        fail(what, "编号重复", "an id occurs twice")
    for s in sources:
        where = f"{what} {s['id']}"
        if s["kind"] not in VALUES:
            fail(where, f"未知种类 {s['kind']}", "unknown kind")
        if s["kind"] == "lottery" and s["name"] not in BALLS:
            fail(where, f"未知彩种 {s['name']}", "unknown lottery")
        if s["kind"] == "reveal" and not HASH(s["commit"]):
            fail(where, "缺少承诺", "no commitment to the revealed value")
        if not TIME(s["at"]) or s["at"] <= after:
            fail(where, f"时间 {s['at']} 须晚于 {after}", "must be later")
    last = max(s["at"] for s in sources)
    if not any(s["at"] == last and s["kind"] in OUTSIDE for s in sources):
        fail(what, "最后一个须是局外随机源", "the last one must be an outside source")


def _exclusions(f: Doc) -> list[Doc]:
    """The exclusions of freeze.json, recomputed (PROTOCOL 5)."""
    rules, month = f["policy"]["draw"], month_number(f["month"])
    start = f["month"][:4] + "-01-01"
    recent, year = defaultdict(list), defaultdict(list)
    unit, own = "compound", "id"
    if rules["cap_unit"] == "company":
        unit = own = "usc18"
    for row in f["history"]:
        if not row["counts_for_cap"]:
            continue
        before = month - month_number(row["date"])
        if row["kind"] == "random" and 1 <= before <= rules["exclude_recent_months"]:
            recent[row["compound"]].append(row)
        if start <= row["date"] < f["month"]:
            year[row[unit]].append(row)
    found = []
    for c in sorted(_admitted(f), key=lambda c: str(c["id"])):
        counted = year.get(c[own], [])
        rows, reason = recent.get(c["id"], []), "recent"
        if not rows and c[own] and len(counted) >= rules["caps"][c["risk_class"]]:
            rows, reason = counted, "cap"
        elif not rows:
            continue
        keys = ("compound", "usc18", "date", "kind")
        leaves = [{"event": "inspected"} | {k: r[k] for k in keys} for r in rows]
        cites = [leaf_hash(canonical(leaf)).hex() for leaf in leaves]
        found.append({"compound": c["id"], "reason": reason, "cites": cites})
    return found


def _admitted(f: Doc) -> list[Doc]:
    """Active compounds that the scope of the policy admits."""
    scope = f["policy"]["scope"]
    district = {s["code"]: s["district"] for s in f["streets"]}
    tests: list[tuple[list[str], Callable[[Doc], str]]] = [
        (scope["types"], lambda c: str(c["type"])),
        (scope["districts"], lambda c: district[c["street"]]),
        (scope["streets"], lambda c: str(c["street"])),
        (scope["classes"], lambda c: str(c["risk_class"])),
    ]
    tests = [(wanted, of) for wanted, of in tests if wanted]
    return [
        c
        for c in f["compounds"]
        if c["status"] == "active" and all(of(c) in wanted for wanted, of in tests)
    ]


@claim("freeze.exclusions", "排除名单及其依据", "exclusions and what they cite")
def _(view: View) -> str:
    found = view.freeze["exclusions"]
    same_list("exclusions", found, _exclusions(view.freeze), lambda e: e["compound"])
    return f"{len(found)} 个小区 / compounds"


def _members(f: Doc) -> dict[str, list[Doc]]:
    """Compounds in the draw by stratum id; the exclusions are those of the file."""
    out = {e["compound"] for e in f["exclusions"]}
    found = defaultdict(list)
    for c in _admitted(f):
        if c["id"] not in out:
            kind = f"/{c['type']}" if f["policy"]["draw"]["by_type"] else ""
            found[f"{c['street']}/{c['risk_class']}{kind}"].append(c)
    return found


def _chances(group: list[tuple[int, Fraction]], least: int, street: str) -> Any:
    """Chance by rate: min(1, f·rate), the smallest f that makes the sum `least`."""
    rates = {rate: min(rate, Fraction(1)) for _, rate in group}
    if sum(size * rate for size, rate in group) >= least:
        return rates
    open_ = sorted(((r, n) for n, r in group if r > 0), reverse=True)
    if sum(n for _, n in open_) < least:
        fail(f"street {street}", "小区少于最低抽取数", "fewer compounds than min_draw")
    left, weight = Fraction(least), sum((r * n for r, n in open_), Fraction(0))
    while open_ and open_[0][0] * left > weight:
        rate, size = open_.pop(0)
        rates[rate] = Fraction(1)
        left, weight = left - size, weight - rate * size
    for rate, _ in open_:
        rates[rate] = rate * left / weight
    return rates


@claim("freeze.strata", "分层、规模与入样概率", "strata, sizes and chances")
def _(view: View) -> str:
    f = view.freeze
    rates = {k: Fraction(*v) for k, v in view.policy["draw"]["rates"].items()}
    streets: dict[str, list[tuple[str, Doc, int]]] = defaultdict(list)
    for name, rows in _members(f).items():
        streets[rows[0]["street"]].append((name, rows[0], len(rows)))
    least = {s["code"]: s["min_draw"] for s in f["streets"]}
    wanted = []
    for street, group in streets.items():
        sized = [(n, rates[c["risk_class"]]) for _, c, n in group]
        chances = _chances(sized, least[street], street)
        for name, c, size in group:
            chance = chances[rates[c["risk_class"]]]
            wanted.append(
                {
                    "id": name,
                    "street": street,
                    "risk_class": c["risk_class"],
                    "type": c["type"] if view.policy["draw"]["by_type"] else "",
                    "size": size,
                    "chance": reduced(chance),
                    "expected": reduced(size * chance),
                }
            )
    wanted.sort(key=lambda s: str(s["id"]))
    same_list("strata", f["strata"], wanted, lambda s: s["id"])
    total = sum((Fraction(*s["expected"]) for s in f["strata"]), Fraction(0))
    return f"{len(wanted)} 层 / strata, 期望 / expected {total}"


@claim("freeze.ranking", "倒排名单可重算", "the bottom list follows from the scores")
def _(view: View) -> str:
    f, rules = view.freeze, view.policy["bottom"]
    weights = {k: w for k, w in rules["weights_bp"].items() if w}
    active = {c["id"] for c in f["compounds"] if c["status"] == "active"}
    scores: dict[str, dict[str, int]] = defaultdict(dict)
    for compound, source, score, _sample in f["evaluations"]:
        if compound in active and source in weights:
            scores[compound].setdefault(source, score)
    local = ("street", "community")
    rows = []
    for compound, by in scores.items():
        total = sum(weights[s] for s in by)
        near = {s: by[s] for s in local if s in by}
        rows.append(
            (
                Fraction(sum(weights[s] * v for s, v in by.items()), total),
                not near,
                Fraction(
                    sum(weights[s] * v for s, v in near.items()),
                    sum(weights[s] for s in near) or 1,
                ),
                compound,
            )
        )
    # Integer keys sort faster than fractions and in the same order.
    units = [lcm(*{row[k].denominator for row in rows}) for k in (0, 2)]
    rows.sort(key=lambda r: (int(r[0] * units[0]), r[1], int(r[2] * units[1]), r[3]))
    equal("ranking.ranked", f["ranking"]["ranked"], len(rows))
    size = ceil(len(rows) * Fraction(*rules["share"]))
    wanted = [[c, *reduced(score)] for score, _, _, c in rows[:size]]
    same_list("ranking.listed", f["ranking"]["listed"], wanted, lambda r: r[0])
    return f"{size} / {len(rows)}"


DUE = {"rectifying": "recheck", "accepting": "acceptance", "closed": "lookback"}


def _docket_visits(f: Doc) -> list[Doc]:
    """The visits that the docket owes this month, recomputed (PROTOCOL 6)."""
    rules, month = f["policy"]["visits"], f["month"]
    first, last = month_days(month)
    minutes, least, most = rules["series_minutes"], rules["gap_min"], rules["gap_max"]
    active = {c["id"] for c in f["compounds"] if c["status"] == "active"}
    made = defaultdict(list)
    for row in f["history"]:
        if row["kind"] == "remediation":
            made[row["compound"]].append(row["date"])
    found: dict[str, list[Doc]] = {}

    def visit(case: Any, kind: str, step: int, start: str, end: str) -> Doc:
        series = kind == "remediation"
        return {
            "case": case["id"],
            "compound": case["compound"],
            "kind": kind,
            "step": step,
            "first": start,
            "last": end,
            "minutes": minutes[step] if series else rules[kind + "_minutes"],
            "skilled": kind in ("recheck", "acceptance"),
            "gap_min": least if series else 0,
            "gap_max": most if series else 0,
        }

    for case in sorted(f["docket"], key=lambda c: (c["state"] == "closed", c["id"])):
        start, end = case["next_first"], case["next_last"] or last
        if case["compound"] in found or case["compound"] not in active or not start:
            continue
        start, end = max(start, first), min(end, last)
        if end < first:
            start, end = first, last
        if start > end:
            continue
        if case["state"] in DUE:
            found[case["compound"]] = [visit(case, DUE[case["state"]], 0, start, end)]
        elif case["state"] == "listed" and case["last_visit"]:
            step = sum(d >= case["opened"] for d in made[case["compound"]])
            steps = []
            while step < len(minutes):
                steps.append(visit(case, "remediation", step, start, end))
                if shift(end, most) > last:
                    break
                start, end, step = shift(start, least), shift(end, most), step + 1
            if steps:
                found[case["compound"]] = steps
    waiting = [c for c in f["docket"] if c["state"] == "waiting"]
    waiting.sort(key=lambda c: (c["opened"], c["id"]))
    busy = {c["compound"] for c in f["docket"] if c["state"] != "closed"}
    for compound, _, _ in f["ranking"]["listed"]:
        if compound not in busy:
            waiting.append({"id": f"{month}-{compound}", "compound": compound})
    left = f["policy"]["bottom"]["start_per_month"]
    for case in waiting:
        if left and case["compound"] in active and case["compound"] not in found:
            steps = range(len(minutes))
            found[case["compound"]] = [
                visit(case, "remediation", s, first, last) for s in steps
            ]
            left -= 1
    rows = [v | {"steps_from": vs[0]["step"]} for vs in found.values() for v in vs]
    return sorted(rows, key=lambda v: (v["compound"], v["step"]))


@claim("freeze.docket_visits", "台账应有的上门检查", "the visits the docket owes")
def _(view: View) -> str:
    found = view.freeze["docket_visits"]
    wanted = _docket_visits(view.freeze)
    same_list("docket_visits", found, wanted, lambda v: f"{v['case']}#{v['step']}")
    return f"{len(found)} 次 / visits"


# ------------------------------------------------------- entropy, seed and the draw

BALLS = {"双色球": ((6, 33), (1, 16)), "大乐透": ((5, 35), (2, 12))}


def _lottery_value(value: str, source: Doc) -> bool:
    parts = value.split("|")
    for part, (count, top) in zip(parts, BALLS[source["name"]], strict=True):
        numbers = part.split(" ")
        allowed = {f"{n:02d}" for n in range(1, top + 1)}
        if len(numbers) != count or not allowed.issuperset(numbers):
            return False
        if numbers != sorted(set(numbers)):
            return False
    return True


def _reveal_value(value: str, source: Doc) -> bool:
    if len(value) < 32 or len(value) % 2 or not HEX(value):
        return False
    return digest("reveal", bytes.fromhex(value)).hex() == source["commit"]


VALUES: dict[str, Callable[[str, Doc], bool]] = {
    "lottery": lambda v, s: v.count("|") == 1 and _lottery_value(v, s),
    "drand": lambda v, s: HASH(v) is not None,
    "dice": lambda v, s: len(v) >= 20 and set(v) <= set("123456"),
    "reveal": _reveal_value,
}


def _check_record(view: View, stage: str) -> str:
    if stage == "draw":
        sources, after = view.policy["draw_entropy"], view.freeze["frozen_at"]
    else:
        sources, after = view.seal["entropy"], view.seal["sealed_at"]
        if view.seal["attempt"] == 1:
            announced = view.policy["lottery_entropy"]
            same_list("seal.json entropy", sources, announced, lambda s: s["id"])
        _check_sources("seal.json entropy", sources, after)
    event = view.event("entropy", stage)
    record, notes = event["record"], []
    found = [r["source"] for r in record]
    same_list("record", found, [s["id"] for s in sources], str)
    for r, s in zip(record, sources, strict=True):
        where = f"{stage} {r['source']}"
        if not VALUES[s["kind"]](r["value"], s):
            fail(where, f"值 {shown(r['value'])} 不合规", "not a value of this source")
        outside = s["kind"] in OUTSIDE
        if r["fallback"] is not (r["issue"] != s["issue"]) or r["fallback"] > outside:
            fail(where, f"期号 {r['issue']} 非公告的 {s['issue']}", "other issue")
        if r["fallback"]:
            notes.append(f"顺延 / fallback {s['issue']} → {r['issue']}")
        if r["at"] <= after:
            fail(
                where, f"时间 {r['at']} 不晚于承诺 {after}", "not after the commitment"
            )
        if outside and r["at"] < s["at"]:
            fail(where, f"时间 {r['at']} 早于公告 {s['at']}", "before its time")
        if r["at"] > event["at"]:
            fail(where, f"时间 {r['at']} 晚于日志", "later than its log entry")
    last = max(r["at"] for r in record)
    pairs = zip(record, sources, strict=True)
    if not any(r["at"] == last and s["kind"] in OUTSIDE for r, s in pairs):
        fail(f"{stage} record", "最后的值须来自局外", "the last value must be outside")
    return "; ".join(notes)


def _outside_values(view: View, stage: str) -> str:
    sources = view.policy["draw_entropy"] if stage == "draw" else view.seal["entropy"]
    kinds = {s["id"]: s for s in sources if s["kind"] in OUTSIDE}
    texts = []
    for r in view.event("entropy", stage)["record"]:
        if r["source"] in kinds:
            name = kinds[r["source"]]["name"] or kinds[r["source"]]["kind"]
            texts.append(f"{name} {r['issue']} = {r['value']}")
    if any(s["kind"] == "drand" for s in sources):
        texts.append("drand BLS 未核验 / not checked here")
    raise Unknown("请与发布机构比对 / compare with the organiser: " + "; ".join(texts))


@claim("draw.entropy", "抽取随机源与公告一致", "the draw's entropy is as announced")
def _(view: View) -> str:
    return _check_record(view, "draw")


@claim("draw.outside", "抽取随机源的值属实", "the organiser published these values")
def _(view: View) -> str:
    return _outside_values(view, "draw")


def _opens(view: View, number: int, document: Doc) -> str:
    if not view.closed:
        raise Unknown("密封值尚未启封 / the blind is not opened yet")
    blind = bytes.fromhex(view.event("closed")["blinds"][number - 1])
    equal(f"blind {number}", digest("blind", blind).hex(), document["blind_hash"])
    return f"blind {number} = {blind.hex()}"


@claim("draw.seed", "密封值一与冻结一致，种子成立", "blind 1 opens; the seed follows")
def _(view: View) -> str:
    _opens(view, 1, view.freeze)
    return f"seed = {view.seed('draw').hex()}"


def _counts(strata: list[Doc], seed: bytes) -> list[int]:
    """Numbers drawn in each stratum: the expected ones, rounded (PROTOCOL 5)."""
    expected = [Fraction(*s["expected"]) for s in strata]
    unit = 1
    for value in expected:
        unit = lcm(unit, value.denominator)
        if unit.bit_length() > MAX_UNIT_BITS:
            raise Wrong("公分母过大 / the common denominator is too large")
    flows = [int(value * unit) for value in expected]
    arcs, sums = [], Counter[tuple[str, str]]()
    for s, flow in zip(strata, flows, strict=True):
        street, kind = f"street/{s['street']}", f"class/{s['risk_class']}"
        arcs.append((f"stratum/{s['id']}", street, kind, flow))
        sums["root", street] += flow
        sums[kind, "sink"] += flow
    for (tail, head), flow in sums.items():
        arcs.append((head if tail == "root" else tail, tail, head, flow))
    arcs.append(("total", "sink", "root", sum(flows)))
    return rounding(seed, arcs, unit)[: len(strata)]


@claim("draw.counts", "各层抽取数由种子定出", "the seed gives each stratum's number")
def _(view: View) -> str:
    strata = view.freeze["strata"]
    numbers = _counts(strata, view.seed("draw"))
    wanted = [[s["id"], n] for s, n in zip(strata, numbers, strict=True)]
    found = [[s["id"], len(s["drawn"])] for s in view.drawn["strata"]]
    same_list("strata", found, wanted, lambda r: r[0])
    return f"{sum(numbers)} 个小区 / compounds"


@claim("draw.tickets", "中签者与候补按签号排出", "winners and reserves by ticket")
def _(view: View) -> str:
    seed, reserves = view.seed("draw"), view.policy["draw"]["reserves"]
    members = _members(view.freeze)
    for s in view.drawn["strata"]:
        names = [c["id"] for c in members.get(s["id"], [])]
        order, n = in_ticket_order(seed, "compound", names), len(s["drawn"])
        same_list(f"{s['id']} drawn", s["drawn"], order[:n], str)
        wanted = order[n : n + reserves]
        same_list(f"{s['id']} reserves", s["reserves"], wanted, str)
    return ""


@claim("draw.totals", "日志中的抽取总数", "the totals in the log")
def _(view: View) -> str:
    event = view.event("drawn")
    kinds = {s["id"]: s["risk_class"] for s in view.freeze["strata"]}
    expected: dict[str, Fraction] = defaultdict(Fraction)
    for s in view.freeze["strata"]:
        expected[s["risk_class"]] += Fraction(*s["expected"])
    found = {**event["classes"], "total": event["total"]}
    expected["total"] = sum(expected.values(), Fraction(0))
    for name in found.keys() | expected.keys():
        value = expected.get(name, Fraction(0))
        if not value // 1 <= found.get(name, 0) <= ceil(value):
            fail(
                f"{name} {found.get(name, 0)}", f"期望 {value}", "not floor or ceiling"
            )
    total: Counter[str] = Counter()
    for s in view.drawn["strata"]:
        total[kinds[s["id"]]] += len(s["drawn"])
    total["total"] = sum(total.values())
    for name in found.keys() | total.keys():
        equal(f"drawn {name}", found.get(name, 0), total[name])
    return f"{event['total']} 个小区 / compounds"


def _visits(f: Doc, drawn: list[str]) -> list[Doc]:
    """The visits after a draw (PROTOCOL 6), from docket visits and drawn compounds."""
    compounds = {c["id"]: c for c in f["compounds"]}
    district = {s["code"]: s["district"] for s in f["streets"]}
    extra = f["policy"]["visits"]["extra_minutes"]
    first, last = month_days(f["month"])
    random_ones = set(drawn)
    owed = {d["compound"] for d in f["docket_visits"]}
    jobs: list[tuple[str, int, Doc | None]]
    jobs = [(d["compound"], d["step"], d) for d in f["docket_visits"]]
    jobs += [(name, 0, None) for name in random_ones - owed]
    jobs.sort(key=lambda job: job[:2])
    found = []
    for number, (name, _, d) in enumerate(jobs, 1):
        c = compounds[name]
        kinds, minutes, skill = ["random"], c["service_minutes"], c["skill"]
        if d is not None:
            kinds, minutes = [d["kind"]], d["minutes"]
            if name in random_ones and d["step"] == d["steps_from"]:
                kinds = ["random", *kinds]
                minutes = max(c["service_minutes"], minutes) + extra
            elif not d["skilled"]:
                skill = ""
        series = d if d and d["kind"] == "remediation" else {}
        found.append(
            {
                "id": f"V{number:04d}",
                "compound": name,
                "kinds": kinds,
                "district": district[c["street"]],
                "lon": c["lon"],
                "lat": c["lat"],
                "service_minutes": minutes,
                "window": c["window"],
                "skill": skill,
                "first": d["first"] if d else first,
                "last": d["last"] if d else last,
                "series": series.get("case", ""),
                "step": series.get("step", 0),
                "gap_min": series.get("gap_min", 0),
                "gap_max": series.get("gap_max", 0),
            }
        )
    return found


@claim("draw.visits", "上门检查由抽取与台账得出", "visits follow from draw and docket")
def _(view: View) -> str:
    drawn = [name for s in view.drawn["strata"] for name in s["drawn"]]
    wanted = _visits(view.freeze, drawn)
    same_list("visits", view.drawn["visits"], wanted, lambda v: v["id"])
    return f"{len(wanted)} 次 / visits"


# ------------------------------------------------------------------------ the plan


@claim(
    "plan.complete", "每次检查恰排一次或列入未排", "each visit placed once or listed"
)
def _(view: View) -> str:
    plan = view.plan
    count = Counter(s["visit"] for p in plan["packages"] for s in p["stops"])
    count.update(u["visit"] for u in plan["unplaced"])
    for name in view.visits.keys() | count.keys():
        if name not in view.visits:
            fail(name, "不在抽取结果中", "is not among the visits")
        if count[name] != 1:
            fail(name, f"出现 {count[name]} 次", "must be there once")
    for name, n in Counter(p["id"] for p in plan["packages"]).items():
        if n > 1:
            fail(name, "工作包重号", "package id occurs twice")
    for p in plan["packages"]:
        if not p["stops"]:
            fail(p["id"], "空工作包", "a package without visits")
    for u in plan["unplaced"]:
        if not u["reason"]:
            fail(u["visit"], "未排而无原因", "unplaced without a reason")
    return f"{len(plan['packages'])} 个工作包 / packages"


@claim("plan.standby", "每个工作日的值班席", "stand-by pairs of every working day")
def _(view: View) -> str:
    found, pairs = view.plan["standby"], view.policy["seats"]["standby_pairs"]
    days = view.freeze["working_days"]
    equal("standby", len(found), len(days) * pairs)
    wanted = [{"id": f"S-{d}-{n + 1}", "day": d} for d in days for n in range(pairs)]
    same_list("standby", found, wanted, lambda s: s["id"])
    return f"{len(found)}"


@claim("plan.windows", "日期与时段在各自窗口内", "days and hours inside the windows")
def _(view: View) -> str:
    day, working = view.policy["day"], set(view.freeze["working_days"])
    for name, (package, stop) in view.placed.items():
        v = view.visits.get(name)
        if v is None:
            continue
        if not v["first"] <= package["day"] <= v["last"]:
            fail(name, f"{package['day']} 不在期限内", f"{v['first']} … {v['last']}")
        if package["day"] not in working:
            fail(name, f"{package['day']} 非工作日", "not a working day")
        if v["window"] == "morning" and stop["end"] > day["morning_end"]:
            fail(name, "超出上午", "not in the morning")
        if v["window"] == "afternoon" and stop["start"] < day["afternoon_start"]:
            fail(name, "早于下午", "not in the afternoon")
        if v["window"] not in ("all_day", "morning", "afternoon"):
            fail(name, f"未知时段 {v['window']}", "unknown window")
    return ""


@claim("plan.gaps", "同一系列两次间隔合规", "gaps between the steps of a series")
def _(view: View) -> str:
    series: dict[str, dict[int, Doc]] = defaultdict(dict)
    for v in view.visits.values():
        if v["series"]:
            series[v["series"]][v["step"]] = v
    for steps in series.values():
        for step, v in steps.items():
            before = steps.get(step - 1)
            if not before or not {v["id"], before["id"]} <= view.placed.keys():
                continue
            one, two = (view.placed[x["id"]][0]["day"] for x in (before, v))
            if not v["gap_min"] <= gap(one, two) <= v["gap_max"]:
                fail(
                    v["id"], f"与 {before['id']} 相隔 {gap(one, two)} 天", "days apart"
                )
    return f"{len(series)} 个系列 / series"


def _travel(model: Doc, a: Doc, b: Doc) -> int:
    """Minutes between two points (PROTOCOL 6)."""
    if (a["lon"], a["lat"]) == (b["lon"], b["lat"]):
        return 0
    x = abs(a["lon"] - b["lon"]) * model["lon_metres"]
    y = abs(a["lat"] - b["lat"]) * model["lat_metres"]
    road = isqrt(x * x + y * y) * model["detour_bp"] * 60
    return int(model["parking_minutes"] - road // -(10**10 * model["metres_per_hour"]))


def _legs(view: View, package: Doc) -> list[int]:
    """Minutes of each leg: from the office, between the stops, back."""
    office = next(o for o in view.freeze["offices"] if o["id"] == package["office"])
    points = [office, *(view.visits[s["visit"]] for s in package["stops"]), office]
    model = view.policy["travel"]
    legs = zip(points, points[1:], strict=False)
    return [_travel(model, a, b) for a, b in legs]


@claim("plan.routes", "路线时刻可行", "the times of each route can be driven")
def _(view: View) -> str:
    lunch = view.policy["day"]["lunch_minutes"]
    for package in view.plan["packages"]:
        now, name, free = package["depart"], package["id"], []
        last = {"visit": name, "arrive": package["back"], "start": package["back"]}
        legs = _legs(view, package)
        for stop, minutes in zip([*package["stops"], last], legs, strict=True):
            if now + minutes > stop["arrive"]:
                fail(f"{name} {stop['visit']}", "到达过早", "arrives too early")
            free += [(now, stop["arrive"] - minutes), (stop["arrive"], stop["start"])]
            if stop is last:
                break
            if stop["arrive"] > stop["start"]:
                fail(f"{name} {stop['visit']}", "早于到达", "starts before arrival")
            service = view.visits[stop["visit"]]["service_minutes"]
            if stop["end"] != stop["start"] + service:
                fail(f"{name} {stop['visit']}", "检查时长不符", "wrong service time")
            now = stop["end"]
        at = package["lunch"]
        if at is not None and not any(a <= at and at + lunch <= b for a, b in free):
            fail(f"{name} lunch", "与检查或路程重叠", "overlaps a service or a leg")
    return ""


@claim("plan.duty", "出勤时长、午休与件数", "shift, duty, lunch and visits a day")
def _(view: View) -> str:
    day = view.policy["day"]
    for p in view.plan["packages"]:
        name, lunch = p["id"], p["lunch"]
        if p["depart"] < day["shift_start"] or p["back"] > day["shift_end"]:
            fail(name, "超出上班时间", "outside the shift")
        if _duty(p, day) > day["duty_minutes"]:
            fail(name, f"出勤 {_duty(p, day)} 分钟", "duty too long")
        if lunch is not None and not day["lunch_first"] <= lunch <= day["lunch_last"]:
            fail(name, f"午休 {lunch}", "lunch outside its hours")
        if len(p["stops"]) > day["max_visits"]:
            fail(name, f"{len(p['stops'])} 次检查", "too many visits")
    return ""


def _duty(package: Doc, day: Doc) -> int:
    lunch = 0 if package["lunch"] is None else day["lunch_minutes"]
    return int(package["back"] - package["depart"] - lunch)


@claim("plan.cars", "每日车辆够用", "enough cars at each office on each day")
def _(view: View) -> str:
    f = view.freeze
    used = Counter((p["office"], p["day"]) for p in view.plan["packages"])
    offices = {o["id"] for o in f["offices"]}
    for (office, day), n in used.items():
        if office not in offices:
            fail(office, "没有这个办公点", "no such office")
        own = (c for c in f["cars"] if c["office"] == office)
        cars = sum(within(day, c["first"], c["last"]) for c in own)
        if n > cars:
            fail(f"{office} {day}", f"{n} 个工作包仅 {cars} 辆车", "too few cars")
    return ""


@claim("plan.skills", "每个工作包至多一项专长", "one special skill a package at most")
def _(view: View) -> str:
    for p in view.plan["packages"]:
        skills = {view.visits[s["visit"]]["skill"] for s in p["stops"]} - {""}
        if len(skills) > 1:
            fail(p["id"], f"需要 {sorted(skills)}", "needs several skills")
        equal(f"{p['id']} skill", p["skill"], min(skills, default=""))
    return ""


@claim("plan.travel", "路程分钟数可重算", "travel minutes can be recomputed")
def _(view: View) -> str:
    total = 0
    for p in view.plan["packages"]:
        minutes = sum(_legs(view, p))
        equal(f"{p['id']} travel_minutes", p["travel_minutes"], minutes)
        total += minutes
    equal("plan.json travel_minutes", view.plan["travel_minutes"], total)
    return f"{total} 分钟 / minutes"


@claim("plan.bound", "路程下界", "the proven bound on travel")
def _(view: View) -> str:
    plan = view.plan
    if plan["bound_minutes"] > plan["travel_minutes"]:
        fail("bound_minutes", "下界大于路程", "the bound exceeds the travel")
    text = "此处不证；题目已公开，任何人可挑战 / anyone may challenge the instance"
    raise Unknown(f"{plan['bound_minutes']} ≤ {plan['travel_minutes']}: {text}")


# ------------------------------------------------------------------------ the seal


@claim("seal.commitment", "密封承诺与日志、冻结一致", "the log holds this seal")
def _(view: View) -> str:
    seal, event = view.seal, view.event("sealed")
    found = view.commitment("seal").hex()
    equal("log.json sealed commitment", event["commitment"], found)
    equal("log.json sealed attempt", event["attempt"], seal["attempt"])
    equal("log.json sealed at", event["at"], seal["sealed_at"])
    equal("seal.json freeze", seal["freeze"], view.commitment("freeze").hex())
    equal("seal.json month", seal["month"], view.freeze["month"])
    return found


@claim(
    "seal.before_entropy",
    "密封早于随机源（须有包外的承诺）",
    "sealed before the entropy (needs the commitment from elsewhere)",
)
def _(view: View) -> str:
    return _anchored(view, "seal")


@claim("seal.blind", "密封值二与密封一致", "blind 2 opens")
def _(view: View) -> str:
    detail = _opens(view, 2, view.seal)
    one, two = view.event("closed")["blinds"]
    if one == two:
        fail("blinds", "两个密封值相同", "both blinds are the same")
    return detail


@claim("seal.hashes", "抽取、计划、概率表未改动", "draw, plan and table are as sealed")
def _(view: View) -> str:
    for name in ("drawn", "plan", "table"):
        view.doc(f"{name}.json")
        data = view.files.data[f"{name}.json"]
        found = digest(name, view.salt(name), data).hex()
        equal(f"seal.json {name}_hash", view.seal[f"{name}_hash"], found)
    return ""


@claim("seal.leaves", "上门检查叶与密封一致", "the visit leaves are as sealed")
def _(view: View) -> str:
    leaves = view.sealed_leaves
    equal("seal.json visit_leaves", view.seal["visit_leaves"], len(leaves))
    root = merkle_root([leaf_hash(leaf) for leaf in leaves]).hex()
    equal("seal.json visit_root", view.seal["visit_root"], root)
    return f"{len(view.visits)} + {len(leaves) - len(view.visits)}"


@claim("seal.figures", "密封时公布的数字属实", "the figures published with the seal")
def _(view: View) -> str:
    plan, table, seal = view.plan, view.table, view.seal
    chances = [
        c for c, out in zip(view.net.chance, view.net.dropped, strict=True) if not out
    ]
    figures = {
        "packages": len(plan["packages"]),
        "seats": len(table["seats"]),
        "unplaced": dict(Counter(u["reason"] for u in plan["unplaced"])),
        "travel_minutes": plan["travel_minutes"],
        "bound_minutes": plan["bound_minutes"],
        "q_star": max(view.net.values, default=0),
        "t_star": table["t_star"],
        "min_chance": min(chances, default=0),
        "max_chance": max(chances, default=0),
        "levels": len(table["levels"]),
        "exceptions": len(table["exceptions"]),
        "listed": len(table["listed"]),
        "load_slack": table["slack"],
        "changes": len(view.of("people_changed")),
    }
    for name, value in figures.items():
        equal(f"seal.json {name}", seal[name], value)
    low, high = (f"{figures[k]}/{U}" for k in ("min_chance", "max_chance"))
    return f"概率 / chances {low} … {high}"


# ------------------------------------------------------- seats and the chance table


@claim("seats.officers", "每个工作包席位齐全", "every package has its seats")
def _(view: View) -> str:
    found = [[s["id"], s["package"], s["role"]] for s in view.table["seats"]]
    wanted = [[name, index, rule["role"]] for name, index, rule in view.wanted_seats]
    same_list("seats", found, wanted, lambda s: s[0])
    return f"{len(found)} 个席位 / seats"


@claim(
    "seats.packages", "概率表的工作包即计划的", "the table's packages are the plan's"
)
def _(view: View) -> str:
    names = {p["id"]: p["day"] for p in view.plan["packages"]}
    names |= {s["id"]: s["day"] for s in view.plan["standby"]}
    day = view.policy["day"]
    count = Counter(p["id"] for p in view.table["packages"])
    for name in names.keys() | count.keys():
        equal(f"{name} 次数 times", count[name], int(name in names))
    for p in view.table["packages"]:
        equal(f"{p['id']} day", p["day"], names[p["id"]])
        if p["id"] in view.packages:
            duty = _duty(view.packages[p["id"]], day)
            equal(f"{p['id']} minutes", p["minutes"], duty)
    return ""


@claim("seats.kept", "席位保有足够的合格人员", "seats keep enough eligible people")
def _(view: View) -> str:
    num, den = view.policy["seats"]["keep_share"]
    wanted, people = [], len(view.table["people"])
    for seat, who in zip(view.table["seats"], view.net.eligible, strict=True):
        if not who:
            fail(seat["id"], "无人合格", "nobody is eligible")
        if not len(who) <= seat["hardest"] <= people:
            fail(seat["id"], f"hardest {seat['hardest']}", "cannot be")
        if len(who) * den < num * seat["hardest"]:
            wanted.append(seat["id"])
    same_list("listed", view.table["listed"], wanted, str)
    return f"{len(wanted)} 个列出 / listed"


@claim("table.pairs", "人与工作包配对齐全", "the pairs are those who are eligible")
def _(view: View) -> str:
    table = view.table
    seats = zip(table["seats"], view.net.eligible, strict=True)
    pairs = sorted({(s["package"], i) for s, who in seats for i in who})
    found = [[p[1], p[0]] for p in table["pairs"]]
    same_list("pairs", found, [list(p) for p in pairs], str)
    return f"{len(pairs)}"


@claim("table.margins", "概率合计：席位为一、每日至多一、负荷在限内", "margins")
def _(view: View) -> str:
    table, net = view.table, view.net
    equal("unit", table["unit"], U)
    seats, people, packages = table["seats"], table["people"], table["packages"]
    by_seat, by_person = [0] * len(seats), [0] * len(people)
    by_day: Counter[tuple[int, str]] = Counter()
    seen = set()
    for s, i, units in table["elements"]:
        where = f"{seats[s]['id']} {people[i]['id']}"
        if (s, i) in seen:
            fail(where, "重复", "occurs twice")
        if (s, i) not in net.seat_arcs:
            fail(where, "此人不合格", "is not eligible")
        seen.add((s, i))
        by_seat[s] += units
        by_person[i] += units
        by_day[i, packages[seats[s]["package"]]["day"]] += units
    for seat, units in zip(seats, by_seat, strict=True):
        equal(f"{seat['id']} 合计 total", units, U)
    for (i, day), units in by_day.items():
        if units > U:
            fail(f"{people[i]['id']} {day}", f"合计 {units}", "more than one a day")
    for p, units in zip(people, by_person, strict=True):
        if not p["load_min"] * U <= units <= p["load_max"] * U:
            fail(p["id"], f"负荷 {units}/{U}", "load outside its bounds")
    return f"{len(seen)}"


@claim("table.shares", "应摊份额与负荷上下限", "fair shares and load bounds")
def _(view: View) -> str:
    people, share = view.table["people"], [0] * len(view.table["people"])
    same_list("people", [p["id"] for p in people], view.freeze["people"], str)
    weight = [p["weight"] for p in people]
    for seat, who in zip(view.table["seats"], view.net.eligible, strict=True):
        total = sum(weight[i] for i in who)
        if not total:
            fail(seat["id"], "合格人员权重为零", "no weight among the eligible")
        for i in who:
            share[i] += U * weight[i] // total
    loads = view.net.loads(view.table["slack"])
    for p, wanted, (low, high) in zip(people, share, loads, strict=True):
        equal(f"{p['id']} max_days", p["max_days"], p["weight"])
        equal(f"{p['id']} share", p["share"], wanted)
        equal(f"{p['id']} load_min", p["load_min"], low)
        equal(f"{p['id']} load_max", p["load_max"], high)
    return ""


def _cut(view: View, nodes: str, slack: int | None = None) -> Cut:
    """The cut of a node set, with the table's load bounds or those of a slack."""
    people = view.table["people"]
    loads = [(p["load_min"], p["load_max"]) for p in people]
    return view.net.cut(nodes, loads if slack is None else view.net.loads(slack))


@claim("table.slack", "负荷放宽量最小（有割证明）", "the load slack is least (cut)")
def _(view: View) -> str:
    slack, nodes = view.table["slack"], view.table["slack_cut"]
    if slack == 0:
        equal("slack_cut", nodes, "")
        return "0"
    cut = _cut(view, nodes, slack - 1)
    if cut.into <= cut.out + U * len(cut.chance_out):
        fail("slack_cut", f"不能证明 {slack - 1} 不可行", "does not prove it")
    return f"{slack}"


@claim("table.levels", "各层最大概率最小（有割证明）", "the levels are least (cuts)")
def _(view: View) -> str:
    net, levels = view.net, view.table["levels"]
    level_of = [p[2] for p in view.table["pairs"]]
    most = view.policy["lottery"]["max_levels"]
    if len(levels) > most or (level_of and max(level_of) >= len(levels)):
        fail("levels", f"{len(levels)} 层", f"at most {most}, one for each pair")
    for k, level in enumerate(levels):
        cut = _cut(view, level["nodes"])
        free = [p for p in cut.chance_out if level_of[p] >= k]
        fixed = sum(net.values[level_of[p]] for p in cut.chance_out if level_of[p] < k)
        if not free:
            fail(f"level {k}", "割上没有自由弧", "no free chance arc out of the cut")
        value = -((fixed + cut.out - cut.into) // len(free))
        equal(f"level {k} value", level["value"], value)
        if k + 1 < len(levels) or len(levels) < most:
            tight = set(free)
            for p, own in enumerate(level_of):
                if own >= k and (own == k) is not (p in tight):
                    pair = view.table["pairs"][p]
                    fail(f"level {k} pair {pair[:2]}", "层级与割不符", "not in the cut")
    return f"{[f'{v}/{U}' for v in net.values]}"


@claim("table.caps", "每个概率不超上限、不低于下限", "each chance within floor and cap")
def _(view: View) -> str:
    net, table = view.net, view.table
    for k, (i, package, *_rest) in enumerate(table["pairs"]):
        low = 0 if net.dropped[k] else table["floor"]
        if not low <= net.chance[k] <= net.caps[k]:
            where = f"{table['people'][i]['id']} {table['packages'][package]['id']}"
            bounds = f"{low} … {net.caps[k]}"
            fail(where, f"概率 {net.chance[k]} 不在 {bounds}", "outside its bounds")
    return ""


@claim("table.dropped", "剔除的配对确不可能", "dropped pairs are impossible")
def _(view: View) -> str:
    net, table = view.net, view.table
    dropped = [k for k, out in enumerate(net.dropped) if out]
    group = net.usable() if dropped else []
    for k in dropped:
        i, package = table["pairs"][k][:2]
        tail, head = net.chance_arcs[k]
        if net.chance[k] or (net.caps[k] and group[tail] == group[head]):
            where = f"{table['people'][i]['id']} {table['packages'][package]['id']}"
            fail(where, "本可派到", "could be used")
    return f"{len(dropped)}"


@claim(
    "table.t_star", "最小概率已最大（有割证明）", "the least chance is largest (cut)"
)
def _(view: View) -> str:
    net, table = view.net, view.table
    used = [k for k, out in enumerate(net.dropped) if not out]
    if table["t_cut"] == "":
        wanted = min((net.caps[k] for k in used), default=0)
    else:
        cut = _cut(view, table["t_cut"])
        into = [k for k in cut.chance_in if not net.dropped[k]]
        if not into:
            fail("t_cut", "割上没有概率弧", "no chance arc into the cut")
        upper = cut.out + sum(net.caps[k] for k in cut.chance_out if not net.dropped[k])
        wanted = (upper - cut.into) // len(into)
    equal("t_star", table["t_star"], wanted)
    num, den = view.policy["lottery"]["floor_factor"]
    equal("floor", table["floor"], wanted * num // den)
    return f"{wanted}/{U}"


@claim("table.exceptions", "例外已全部列出", "all exceptions are listed")
def _(view: View) -> str:
    rules = view.policy["lottery"]
    num, den = rules["exception_level"]
    seats = zip(view.table["seats"], view.net.eligible, strict=True)
    wanted = [s["id"] for s, who in seats if len(who) < rules["exception_eligible"]]
    values = enumerate(view.net.values)
    wanted += [f"level/{k}" for k, v in values if v * den > num * U]
    same_list("exceptions", view.table["exceptions"], wanted, str)
    return f"{len(wanted)}"


# --------------------------------------------------------------------- the lottery


@claim("lottery.entropy", "派员随机源与公告一致", "the lottery's entropy as announced")
def _(view: View) -> str:
    return _check_record(view, "lottery")


@claim("lottery.outside", "派员随机源的值属实", "the organiser published these values")
def _(view: View) -> str:
    return _outside_values(view, "lottery")


@claim("lottery.seed", "派员种子成立，且异于抽取", "the lottery's seed follows")
def _(view: View) -> str:
    seed = view.seed("lottery")
    if seed == view.seed("draw"):
        fail("seed", "两次种子相同", "both seeds are the same")
    return f"seed = {seed.hex()}"


def _lottery(view: View) -> list[list[str]]:
    """Seat and pseudonym of every seat, from the table and the seed (PROTOCOL 7)."""
    table = view.table
    people = [p["id"] for p in table["people"]]
    packages, seats = table["packages"], table["seats"]
    arcs: list[Arc] = []
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    drawn = [(s, i, units) for s, i, units in table["elements"] if units]
    for s, i, units in drawn:
        person, seat = people[i], seats[s]["id"]
        package = packages[seats[s]["package"]]
        day = f"day/{person}/{package['day']}"
        pair = f"pair/{person}/{package['id']}"
        one, two = f"person/{person}", f"seat/{seat}"
        arcs.append((f"element/{person}/{seat}", pair, two, units))
        sums[one, "root", one] += units
        sums[day, one, day] += units
        sums[pair, day, pair] += units
        sums[two, two, "sink"] += units
    arcs += [(*key, flow) for key, flow in sums.items()]
    arcs.append(("total", "sink", "root", sum(units for _, _, units in drawn)))
    result = rounding(view.seed("lottery"), arcs, U)
    taken = zip(drawn, result, strict=False)
    found = sorted([s, people[i]] for (s, i, _), n in taken if n)
    return [[seats[s]["id"], person] for s, person in found]


@claim("lottery.rounding", "派员由概率表与种子定出", "the seed gives the assignment")
def _(view: View) -> str:
    found = view.assigned["seats"]
    same_list("seats", found, _lottery(view), lambda r: r[0])
    return f"{len(found)} 个席位 / seats"


@claim("lottery.reserves", "候补顺序按签号排出", "reserves by ticket")
def _(view: View) -> str:
    seed, people = view.seed("lottery"), [p["id"] for p in view.table["people"]]
    chosen, wanted = dict(view.assigned["seats"]), []
    for seat, who in zip(view.table["seats"], view.net.eligible, strict=True):
        name = seat["id"]
        others = [people[i] for i in who if people[i] != chosen.get(name)]
        wanted.append([name, in_ticket_order(seed, f"reserve/{name}", others)])
    same_list("reserves", view.assigned["reserves"], wanted, lambda r: r[0])
    return ""


def _teams(view: View) -> dict[str, list[str]]:
    """Seat ids of each package, in table order."""
    found: dict[str, list[str]] = {p["id"]: [] for p in view.table["packages"]}
    for seat in view.table["seats"]:
        found[view.table["packages"][seat["package"]]["id"]].append(seat["id"])
    return found


def _team_leaf(view: View, package: Doc, now: dict[str, str], label: str) -> bytes:
    roles = {s["id"]: s["role"] for s in view.table["seats"]}
    team = _teams(view)[package["id"]]
    return view.people_leaf(package, [[roles[s], now[s]] for s in team], label)


@claim("lottery.leaves", "人员叶与日志一致", "the people leaves are as logged")
def _(view: View) -> str:
    now, event = dict(view.assigned["seats"]), view.event("assigned")
    roles = {s["id"]: s["role"] for s in view.table["seats"]}
    teams, found = _teams(view), []
    for package in view.table["packages"]:
        seats = [[roles[s], now[s]] for s in teams[package["id"]]]
        found.append(view.people_leaf(package, seats, package["id"]))
    leaves = view.padded("people", "people-dummy/", found)
    equal("people_leaves", event["people_leaves"], len(leaves))
    root = merkle_root([leaf_hash(leaf) for leaf in leaves]).hex()
    equal("people_root", event["people_root"], root)
    return f"{len(view.table['packages'])} / {len(leaves)}"


@claim("changes.substitutions", "替换按候补顺序并留痕", "substitutions follow the list")
def _(view: View) -> str:
    now, reserves = dict(view.assigned["seats"]), dict(view.assigned["reserves"])
    packages = {p["id"]: p for p in view.table["packages"]}
    teams = _teams(view)
    home = {s: packages[name] for name, team in teams.items() for s in team}
    leaves: dict[str, str] = {}
    changes: Counter[str] = Counter()
    away: set[tuple[str, str]] = set()
    due: list[str] = []
    done = 0
    for event in view.events:
        if event["event"] != "substituted":
            if due:
                fail(due[0], "缺席而未替换", "no substitution after the absence")
            if event["event"] == "absent":
                day, person = event["day"], event["person"]
                away.add((day, person))
                held = (s for s, who in now.items() if who == person)
                due = [s for s in held if home[s]["day"] == day]
            continue
        seat, new = event["seat"], event["in"]
        if not due or seat != due.pop(0):
            fail(seat, "没有缺席依据", "no absence calls for it")
        equal(f"{seat} out", event["out"], now[seat])
        package, name = home[seat], home[seat]["id"]
        skipped = [who for who, _ in event["skipped"]]
        order = reserves[seat] if not new else [*skipped, new]
        same_list(f"{seat} skipped", [*skipped, *([new] if new else [])], order, str)
        same_list(f"{seat} reserves", order, reserves[seat][: len(order)], str)
        busy = {who for s, who in now.items() if home[s]["day"] == package["day"]}
        if new in busy or (package["day"], new) in away:
            fail(f"{seat} in {new}", "当日不能替换", "is not free on that day")
        for who, reason in event["skipped"]:
            if not reason:
                fail(f"{seat} {who}", "跳过而无原因", "skipped without a reason")
        if name not in leaves:
            leaves[name] = _team_leaf(view, package, now, name).hex()
        equal(f"{seat} old_leaf", event["old_leaf"], leaves[name])
        now[seat] = new or now[seat]
        changes[name] += 1
        label = f"{name}/{changes[name]}"
        leaves[name] = _team_leaf(view, package, now, label).hex()
        equal(f"{seat} new_leaf", event["new_leaf"], leaves[name])
        done += 1
    if due:
        fail(due[0], "缺席而未替换", "no substitution after the absence")
    return f"{done}"


# ------------------------------------------------------------- results and the log


@claim("results.leaves", "结果附有密封时的检查叶", "results carry their sealed leaves")
def _(view: View) -> str:
    root, size = view.seal["visit_root"], view.seal["visit_leaves"]
    for r in view.results["results"]:
        proof = [bytes.fromhex(h) for h in r["proof"]]
        leaf = leaf_hash(view.visit_leaves[r["visit"]])
        try:
            found = proof_leads(leaf, r["index"], size, proof).hex()
        except Wrong as wrong:
            raise Wrong(f"{r['visit']}: {wrong}") from None
        if r["index"] >= size or found != root:
            fail(r["visit"], "证明不达密封根", "the proof does not lead to the root")
    return f"{len(view.results['results'])} 个结果 / results"


@claim(
    "results.complete", "每次检查有结果或结转说明", "each visit has a result or why not"
)
def _(view: View) -> str:
    carried = Counter(e["visit"] for e in view.of("carried"))
    count = Counter(r["visit"] for r in view.results["results"]) + carried
    for name in view.visits.keys() | count.keys():
        if name not in view.visits:
            fail(name, "没有这次检查", "no such visit")
        if count[name] != 1:
            fail(name, f"结果或结转共 {count[name]} 次", "must be there once")
    for event in view.of("carried"):
        if not event["reason"]:
            fail(event["visit"], "结转而无原因", "carried without a reason")
    for r in view.results["results"]:
        compound = view.compounds[view.visits[r["visit"]]["compound"]]
        equal(f"{r['visit']} compound", r["compound"], compound["id"])
        equal(f"{r['visit']} usc18", r["usc18"], compound["usc18"])
        if r["visit"] not in view.placed:
            fail(r["visit"], "未排入计划", "was not in the plan")
        equal(f"{r['visit']} date", r["date"], view.placed[r["visit"]][0]["day"])
    return f"结转 / carried {len(carried)}"


@claim("results.deadline", "逾期公示如实列出", "late results are listed as overdue")
def _(view: View) -> str:
    days, limit = view.freeze["publish_days"], view.policy["publish_workdays"]
    wanted = []
    for r in view.results["results"]:
        due = [d for d in days if d > r["date"]][limit - 1]
        if r["published_at"] < r["date"]:
            fail(r["visit"], "公示早于检查", "published before the visit")
        if r["published_at"][:10] > due:
            wanted.append({"visit": r["visit"], "due": due})
    same_list("overdue", view.results["overdue"], wanted, lambda o: o["visit"])
    return f"逾期 / overdue {len(wanted)}"


@claim("results.log", "结果与日志逐条对应", "results and log agree one by one")
def _(view: View) -> str:
    results = {r["visit"]: r for r in view.results["results"]}
    made: Counter[tuple[str, ...]] = Counter()
    keys = ("compound", "usc18", "date", "kind")
    seen = set()
    for event in view.events:
        if event["event"] == "inspected":
            made[tuple(event[k] for k in keys)] += 1
        if event["event"] != "result":
            continue
        name = event["visit"]
        if name not in results or name in seen:
            fail(name, "日志多出的结果", "a result that is not published")
        seen.add(name)
        found = digest("result", canonical(results[name])).hex()
        equal(f"{name} digest", event["digest"], found)
        for kind in view.visits[name]["kinds"]:
            key = (*(results[name][k] for k in keys[:3]), kind)
            made[key] -= 1
            if made[key] < 0:
                fail(name, f"日志缺少 inspected {kind}", "not in the log before it")
    for name in results.keys() - seen:
        fail(name, "结果不在日志中", "the result is not in the log")
    for key in +made:
        fail(" ".join(key), "日志多出的 inspected", "inspected without a result")
    return f"{len(seen)}"


@claim("log.root", "日志根可重算", "the log's root can be recomputed")
def _(view: View) -> str:
    root = merkle_root([leaf_hash(canonical(e)) for e in view.events]).hex()
    equal("log.json root", view.doc("log.json")["root"], root)
    return root


@claim("log.published", "日志根即已公布者", "the log is the one published")
def _(view: View) -> str:
    root = shown(view.doc("log.json")["root"])
    raise Unknown(f"请与先前所见比对 / compare with what was published: {root}")


# What may follow what: state of the ceremony -> event -> next state.
FIELD = ("absent", "substituted", "inspected", "result", "carried")
ORDER: dict[str, dict[str, str]] = {
    "": {"frozen": "frozen"},
    "frozen": {"entropy/draw": "draw", "people_changed": "frozen"},
    "draw": {"drawn": "drawn", "people_changed": "draw"},
    "drawn": {"people_changed": "drawn", "sealed": "sealed"},
    "sealed": {"entropy/lottery": "lottery"},
    "lottery": {"assigned": "assigned"},
    "assigned": dict.fromkeys(FIELD, "field") | {"closed": "closed"},
    "field": dict.fromkeys(FIELD, "field") | {"closed": "closed"},
    "closed": {},
}
for _state in ("frozen", "draw", "drawn"):
    ORDER[_state]["cancelled/draw"] = ""
for _state in ("sealed", "lottery", "assigned"):
    ORDER[_state]["cancelled/lottery"] = "drawn"


@claim("log.order", "事件次序与时间不倒退", "events in order, time never decreases")
def _(view: View) -> str:
    state, now = "", ""
    for index, event in enumerate(view.events):
        name = event["event"]
        if name in ("entropy", "cancelled"):
            name += "/" + event["stage"]
        if name not in ORDER[state]:
            fail(f"events[{index}] {name}", f"不能在 {state or '开头'} 之后", "order")
        state = ORDER[state][name]
        if event.get("at", now) < now:
            fail(f"events[{index}] {name}", f"{event['at']} 早于 {now}", "time")
        now = event.get("at", now)
    return f"{len(view.events)} 个事件 / events"


@claim(
    "log.attempts", "次数连续，取消者已公开", "attempts without gaps, cancelled shown"
)
def _(view: View) -> str:
    number = {"draw": 0, "lottery": 0}
    stages = {"frozen": "draw", "drawn": "draw"}
    stages |= {"sealed": "lottery", "assigned": "lottery"}
    logged: dict[tuple[str, int, str], Doc] = {}
    gone = []
    for event in view.events:
        name = event["event"]
        stage = event.get("stage") or stages.get(name)
        if stage is None:
            continue
        number[stage] += name in ("frozen", "sealed")
        equal(f"{name} attempt", event["attempt"], number[stage])
        logged[stage, number[stage], name] = event
        if name == "cancelled":
            gone.append([stage, number[stage]])
            if not event["reason"]:
                fail(f"{stage} {number[stage]}", "取消而无原因", "no reason given")
    rows = view.doc("cancelled.json")["attempts"] if gone else []
    found = [[r["stage"], r["attempt"]] for r in rows]
    same_list("cancelled.json", found, gone, str)
    for row in rows:
        _check_cancelled(view, row, rows, logged)
    return f"{number['draw']} + {number['lottery']}, 取消 / cancelled {len(rows)}"


def _check_cancelled(view: View, row: Doc, rows: list[Doc], logged: Any) -> None:
    """One cancelled attempt: its document, its blind, what it gave, later entropy."""
    stage, n, document = row["stage"], row["attempt"], row["document"]
    where = f"{stage} {n}"
    kind, event = ("freeze", "frozen") if stage == "draw" else ("seal", "sealed")
    bound = digest(kind, canonical(document))
    equal(f"{where} commitment", logged[stage, n, event]["commitment"], bound.hex())
    blind = bytes.fromhex(logged[stage, n, "cancelled"]["blind"])
    equal(f"{where} blind", digest("blind", blind).hex(), document["blind_hash"])
    later = [r["document"] for r in rows if r["stage"] == stage and r["attempt"] > n]
    following = later[0] if later else view.doc(f"{kind}.json")

    def outside(doc: Doc) -> list[str]:
        sources = doc["policy"]["draw_entropy"] if stage == "draw" else doc["entropy"]
        return [s["at"] for s in sources if s["kind"] in OUTSIDE]

    if following["attempt"] > n and min(outside(following)) <= max(outside(document)):
        fail(f"{where} + 1", "随机源须更晚", "must name later entropy")
    drawn = logged.get(("draw", n, "drawn")) if stage == "draw" else None
    if drawn:
        record = logged["draw", n, "entropy"]["record"]
        seed = mac(blind, "seed", "draw", bound, randomness(record))
        equal(f"{where} total", drawn["total"], sum(_counts(document["strata"], seed)))


@claim("log.files", "日志含启封文件的哈希", "the log holds the opened files' hashes")
def _(view: View) -> str:
    if not view.closed and not view.opened:
        raise Unknown("尚未启封 / not opened yet")
    files = view.event("closed")["files"]
    for name in sorted({*OPENED_FILES, *files}):
        if name not in OPENED_FILES:
            fail(name, "不应列出", "must not be listed")
        if name not in files or name not in view.files.data:
            fail(name, "缺失", "is missing")
        found = hashlib.sha256(view.files.data[name]).hexdigest()
        equal(f"{name} SHA-256", files[name], found)
    return f"{len(files)}"


# ------------------------------------------------------------- the auditor's bundle


@claim(
    "auditor.private", "非公开名录与承诺一致", "the private registry is as committed"
)
def _(view: View) -> str:
    private = canonical(view.private)
    salt = mac(view.blind(1), "salt", "private")
    found = digest("private", salt, private).hex()
    equal("freeze.json private_root", view.freeze["private_root"], found)
    return ""


@claim("auditor.changes", "人员变动与日志一致", "people changes are as logged")
def _(view: View) -> str:
    changes, logged = view.doc("private.json")["changes"], view.of("people_changed")
    equal("changes", len(changes), len(logged))
    for index, (change, event) in enumerate(zip(changes, logged, strict=True)):
        body = canonical({k: change[k] for k in ("leave", "recusals")})
        found = digest("change", bytes.fromhex(change["salt"]), body).hex()
        equal(f"changes[{index}] digest", event["digest"], found)
        for key in ("at", "reason", "approver"):
            equal(f"changes[{index}] {key}", change[key], event[key])
    return f"{len(changes)}"


def _names(view: View) -> dict[str, Doc]:
    """Inspector by pseudonym."""
    secret, month = bytes.fromhex(view.private["secret"]), view.freeze["month"]
    found = {}
    for person in view.private["inspectors"]:
        tag = mac(secret, "pseudonym", month, person["id"]).hex()
        found["p" + tag[:20]] = person
    return found


@claim("auditor.pseudonyms", "化名由密值得出", "the pseudonyms follow from the secret")
def _(view: View) -> str:
    if len(view.private["secret"]) < 32:
        fail("secret", "不足 128 位", "shorter than 128 bits")
    same_list("people", view.freeze["people"], sorted(_names(view)), str)
    return f"{len(view.freeze['people'])}"


@claim(
    "auditor.history", "历史记录与公开部分一致", "the private history is the public one"
)
def _(view: View) -> str:
    rows = (view.private["history"], view.freeze["history"])
    private, public = (
        sorted([r["compound"], r["date"], r["kind"]] for r in group) for group in rows
    )
    same_list("history", private, public, str)
    return f"{len(public)}"


class People:
    """Who may sit where, from private.json (PROTOCOL 6)."""

    def __init__(self, view: View) -> None:
        self.names = _names(view)
        leave, recusals = list(view.private["leave"]), list(view.private["recusals"])
        for change in view.doc("private.json")["changes"]:
            leave += change["leave"]
            recusals += change["recusals"]
        self.leave = defaultdict(list)
        for row in leave:
            self.leave[row["inspector"]].append((row["first"], row["last"]))
        self.recusals = defaultdict(list)
        for row in recusals:
            subject = (row["inspector"], row["subject"])
            self.recusals[subject].append((row["first"], row["last"]))
        month = month_number(view.freeze["month"])
        recent = range(1, view.policy["seats"]["rotation_months"] + 1)
        self.been = {
            (row[role], row["compound"])
            for row in view.private["history"]
            for role in ("lead", "second")
            if month - month_number(row["date"]) in recent
        }
        self.usc18 = {name: c["usc18"] for name, c in view.compounds.items()}

    def available(self, person: Doc, day: str) -> bool:
        away = self.leave.get(person["id"], ())
        return not any(within(day, first, last) for first, last in away)

    def may_sit(self, person: Doc, rule: Doc, day: str, skill: str) -> bool:
        """All conditions but those of the compounds visited."""
        if person["max_days"] <= 0 or not self.available(person, day):
            return False
        if rule["role"] == "expert":
            return bool(person["expert"])
        if rule["role"] == "joint":
            return bool(person["unit"] == rule["unit"])
        if person["expert"] or not person["cert_no"] or person["cert_valid_to"] < day:
            return False
        if rule["role"] == "lead":
            return bool(person["may_lead"])
        return not skill or skill in person["skills"]

    def may_visit(self, person: Doc, day: str, compound: str) -> bool:
        name = person["id"]
        for subject in (compound, self.usc18[compound]):
            spans = self.recusals.get((name, subject), ()) if subject else ()
            if any(within(day, first, last) for first, last in spans):
                return False
        return (name, compound) not in self.been


def _seat_people(view: View) -> Iterator[tuple[Doc, list[str], int]]:
    """Each seat with its eligible pseudonyms and its hardest visit's number."""
    people = People(view)
    wanted = {name: rule for name, _, rule in view.wanted_seats}
    order = [(p["id"], people.names[p["id"]]) for p in view.table["people"]]
    for seat in view.table["seats"]:
        package = view.table["packages"][seat["package"]]
        plan, rule = view.packages.get(package["id"]), wanted[seat["id"]]
        day, skill = package["day"], plan["skill"] if plan else ""
        who = {p for p, row in order if people.may_sit(row, rule, day, skill)}
        alone = []
        for stop in plan["stops"] if plan else []:
            v = view.visits[stop["visit"]]
            place = v["compound"]
            can = {p for p, row in order if people.may_visit(row, day, place)}
            who &= can
            alone.append(
                sum(
                    p in can and people.may_sit(row, rule, day, v["skill"])
                    for p, row in order
                )
            )
        yield seat, [p for p, _ in order if p in who], min(alone, default=len(who))


@claim("auditor.eligibility", "每席合格人员属实", "who is eligible for each seat")
def _(view: View) -> str:
    ids = [p["id"] for p in view.table["people"]]
    for number, (seat, wanted, _) in enumerate(_seat_people(view)):
        found = [ids[i] for i in view.net.eligible[number]]
        for name in ids:
            if (name in found) is not (name in wanted):
                zh = "应合格" if name in wanted else "不应合格"
                fail(f"{seat['id']} {name}", zh, "eligible wrongly or not at all")
    return ""


@claim(
    "auditor.hardest", "最难一次检查的合格人数", "how many fit the hardest visit alone"
)
def _(view: View) -> str:
    for seat, _, hardest in _seat_people(view):
        equal(f"{seat['id']} hardest", seat["hardest"], hardest)
    return ""


@claim("auditor.weights", "权重即可用工作日", "weights are available working days")
def _(view: View) -> str:
    people, days = People(view), view.freeze["working_days"]
    for p in view.table["people"]:
        person = people.names[p["id"]]
        free = sum(people.available(person, day) for day in days)
        equal(f"{p['id']} weight", p["weight"], min(free, person["max_days"]))
    return ""


@claim("privacy.public", "公开文件无姓名证号", "no names or certificates in public")
def _(view: View) -> str:
    people = set(view.freeze["people"])
    named = [("log.json", e["person"]) for e in view.of("absent")]
    for event in view.of("substituted"):
        named += [("log.json", who) for who, _ in event["skipped"]]
        named += [("log.json", event["out"]), ("log.json", event["in"] or event["out"])]
    if "table.json" in view.docs:
        named += [("table.json", p["id"]) for p in view.table["people"]]
    if "assigned.json" in view.docs:
        named += [("assigned.json", who) for _, who in view.assigned["seats"]]
        for _, group in view.assigned["reserves"]:
            named += [("assigned.json", who) for who in group]
    for file, who in named:
        if who not in people or not PSEUDONYM(who):
            fail(f"{file} {shown(who)}", "不是本月化名", "not a pseudonym of the month")
    if view.auditor:
        for person in view.private["inspectors"]:
            for word in (person["name"], person["cert_no"]):
                text = canonical(word)
                for file, data in view.files.data.items():
                    if word and file != "private.json" and text in data:
                        fail(file, f"含有 {word}", "a name or certificate in public")
    return ""


# ------------------------------------------------------------------------ the report


@dataclass(frozen=True)
class Finding:
    """The verdict on one claim."""

    id: str
    zh: str
    en: str
    verdict: str
    detail: str


@dataclass(frozen=True)
class Report:
    """Which bundle was read, and one finding per claim."""

    kind: str
    demonstration: bool | None
    bureau: str
    month: str
    attempt: int | None
    findings: tuple[Finding, ...]

    def count(self, verdict: str) -> int:
        return sum(f.verdict == verdict for f in self.findings)

    def verdict(self, id: str) -> str:
        return next(f.verdict for f in self.findings if f.id == id)

    def document(self) -> Doc:
        return {
            "schema": "inspector/verify/v1",
            "bundle": self.kind,
            "demonstration": self.demonstration,
            "bureau": self.bureau,
            "month": self.month,
            "attempt": self.attempt,
            "claims": [vars(f) for f in self.findings],
            "holds": self.count(HOLDS),
            "failed": self.count(FAILS),
            "not_checkable": self.count(OPEN),
        }

    def text(self) -> str:
        demo = {True: "演示数据 demonstration", False: "正式数据 real", None: "?"}
        lines = [
            f"{KIND_NAMES[self.kind]} / {self.kind}",
            f"{demo[self.demonstration]} · {self.bureau} · {self.month}"
            f" · 第 {self.attempt} 次 attempt",
        ]
        for f in self.findings:
            lines.append(f"{MARKS[f.verdict]} {f.id}  {f.zh} / {f.en}")
            if f.detail:
                lines.append(f"      {f.detail}")
        counts = [self.count(v) for v in (HOLDS, FAILS, OPEN)]
        lines.append(
            "成立 {0} · 不成立 {1} · 此处无法核验 {2}"
            " / {0} hold, {1} fail, {2} not checkable here".format(*counts)
        )
        return "\n".join(lines)


KIND_NAMES = {
    "public sealed": "公示包（密封）",
    "public opened": "公示包（已启封）",
    "auditor's": "监督包",
    "auditor's sealed": "监督包（密封）",
}


def _clean(text: str) -> str:
    """One line that a terminal prints as it is."""
    return "".join(c if c.isprintable() else "?" for c in text)[:400]


def _judge(view: View, one: Claim) -> Finding:
    try:
        verdict, detail = HOLDS, one.check(view)
    except Wrong as wrong:
        verdict, detail = FAILS, str(wrong)
    except Unknown as unknown:
        verdict, detail = OPEN, str(unknown)
    except Exception as error:
        name = type(error).__name__
        verdict, detail = FAILS, f"格式错误 / malformed: {name}: {shown(str(error))}"
    return Finding(one.id, one.zh, one.en, verdict, _clean(detail))


def verify_bundle(path: str | Path, anchor: str = "", seal_anchor: str = "") -> Report:
    """Check every claim of a bundle. Raises NotABundle and nothing else."""
    view = View(read_files(Path(path)), anchor, seal_anchor)
    kind = "auditor's" if view.auditor else "public opened"
    if not view.opened:
        kind = "auditor's sealed" if view.auditor else "public sealed"
    head = view.docs.get("freeze.json", {})
    demo, attempt = head.get("demonstration"), head.get("attempt")
    return Report(
        kind,
        demo if type(demo) is bool else None,
        _clean(shown(head.get("bureau", "?"))),
        _clean(shown(head.get("month", "?"))),
        attempt if type(attempt) is int else None,
        tuple(_judge(view, one) for one in CLAIMS),
    )


def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = argparse.ArgumentParser(
        prog="verify", description="复核公示包 / check a bundle"
    )
    options.add_argument("bundle", help="文件夹或 zip / folder or zip")
    options.add_argument(
        "--anchor", default="", metavar="HEX", help="公告的冻结承诺 / freeze commitment"
    )
    options.add_argument(
        "--seal-anchor",
        default="",
        metavar="HEX",
        help="公告的密封承诺 / seal commitment",
    )
    options.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    chosen = options.parse_args(argv)
    try:
        report = verify_bundle(chosen.bundle, chosen.anchor, chosen.seal_anchor)
    except NotABundle as error:
        print(_clean(f"无法核验 / cannot be checked: {error}"), file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(report.document(), ensure_ascii=False, indent=1))
    else:
        print(report.text())
    return 1 if report.count(FAILS) else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(main())
