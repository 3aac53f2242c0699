"""复核公示包 / Check a bundle: anyone, offline, with Python alone.

    python -S verify.py BUNDLE [--anchor HEX] [--seal-anchor HEX] [--json]

BUNDLE is a folder (or a .zip of it) as the bureau publishes it, or the auditor's. What
inspector/ceremony/PROTOCOL.md defines is recomputed; one line per claim says: ✓ holds,
✗ fails, – not checkable here. Written from that page alone, this file shares no code
with the program that makes bundles, solves nothing again, and counts in integers and
fractions only. Exit status 0: no claim fails; 1: one fails; 2: not a bundle.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from itertools import count, pairwise
from math import isqrt, lcm
from pathlib import Path
from typing import Any

# fmt: off
# Lines are kept full, one claim a paragraph, so that one person can read all of it.
U = 1 << 20  # chances are counted in units of 2^-20
TRACE = 1 << 10  # a chance below this many units is no level of its own
SAFE = (1 << 53) - 1  # largest integer of a bundle
MAX_BYTES = 64 << 20  # of one file
MAX_UNIT_BITS = 1 << 16  # of the common denominator of expected numbers
OUTSIDE = ("lottery", "drand")  # kinds of entropy that nobody in the bureau controls
OPENED = ("drawn", "plan", "table", "assigned", "results")
KNOWN = ("freeze", "seal", "log", *OPENED, "cancelled", "private")
HOLDS, FAILS, OPEN = "holds", "fails", "not checkable"

class NotABundle(Exception):
    """The path holds no file of a bundle."""
class Wrong(Exception):
    """A claim fails; the text names the item that is wrong."""
class Unknown(Exception):
    """A claim cannot be checked from this bundle; the text says what to compare."""
class Row(dict[str, Any]):
    """A JSON object; its fields also as attributes."""
    def __getattr__(self, name: str) -> Any:
        return self[name]

def shown(value: Any) -> str:
    """A value on one line that a terminal prints as it is."""
    text = value if type(value) is str else json.dumps(value, ensure_ascii=False)
    text = text if len(text) <= 240 else text[:240] + "…"
    return "".join(c if c.isprintable() else "?" for c in text)

def need(ok: object, what: str) -> None:
    none([] if ok else [what])

def none(wrong: Iterable[str]) -> None:
    for what in wrong:
        raise Wrong(what)

def equal(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise Wrong(f"{what}: {shown(found)} ≠ {shown(wanted)}")

def named(row: Any) -> Any:
    """What to call an item of a list in a message."""
    first = row if isinstance(row, (list, tuple)) else [row]
    return row.get("id") or row.get("compound") if isinstance(row, dict) else first[0]

def same(what: str, found: Any, wanted: Any) -> None:
    """Refuse unless the lists are equal; name the first item that is not."""
    for one, two in zip(found, wanted, strict=False):
        if one != two:
            equal(what, named(one), named(two))
            for field in sorted({*one, *two}) if isinstance(one, dict) else ():
                equal(f"{what} {named(one)} {field}", one.get(field), two.get(field))
            equal(f"{what} {named(one)}", one, two)
    for row in (*found[len(wanted) :], *wanted[len(found) :]):
        raise Wrong(f"{what} {shown(named(row))}: {len(found)} ≠ {len(wanted)} 项 items")

# ------------------------------------------------------------------ PROTOCOL 1 to 4

def canonical(value: Any) -> bytes:
    """RFC 8785 bytes: the standard encoder's, on the subset that `parse` admits."""
    dense = (",", ":")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=dense).encode()

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

def merkle(leaves: Iterable[bytes]) -> list[list[bytes]]:
    """RFC 6962 tree by level, root last: hashes are paired, an odd last one moves up."""
    tree = [[leaf_hash(leaf) for leaf in leaves] or [hashlib.sha256(b"").digest()]]
    while len(low := tree[-1]) > 1:
        pairs = [b"".join(low[i : i + 2]) for i in range(0, len(low), 2)]
        tree += [[hashlib.sha256(b"\1" + p).digest() if len(p) > 32 else p for p in pairs]]
    return tree

def by_ticket(seed: bytes, label: str, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (mac(seed, "ticket", label, name), name))

def rounding(seed: bytes, arcs: list[tuple[str, str, str, int]], unit: int) -> list[int]:
    """Dependent rounding of arcs (label, tail, head, flow) to multiples of `unit`.

    After a step the walk goes on from the first arc that the step closed: nothing
    before it has changed, so a walk from the start would come the same way again.
    """
    number: dict[str, int] = {}
    tail = [number.setdefault(a[1], len(number)) for a in arcs]
    head = [number.setdefault(a[2], len(number)) for a in arcs]
    flow, place = [a[3] for a in arcs], {a[0]: k for k, a in enumerate(arcs)}
    open_at: list[list[int]] = [[] for _ in number]  # in arc order
    for k in map(place.__getitem__, by_ticket(seed, "arc", place)):
        for node in (tail[k], head[k]):
            open_at[node] += [k] * (flow[k] % unit > 0)
    coins = (c for n in count() for c in mac(seed, "coins", "rounding", n.to_bytes(8, "big")))
    def below(n: int) -> int:
        value, bits = n, (n - 1).bit_length()
        while value >= n:
            read = bytes(next(coins) for _ in range(-(-bits // 8)))
            value = int.from_bytes(read, "big") & ((1 << bits) - 1)
        return value
    for start in map(number.__getitem__, by_ticket(seed, "node", number)):
        nodes, path, seen = [start], [-1], {start: 0}  # path[i] leads to nodes[i]
        while open_at[start]:
            ways = open_at[nodes[-1]]
            k = ways[0] if ways[0] != path[-1] else ways[1]
            there = tail[k] + head[k] - nodes[-1]
            path.append(k)
            if there not in seen:
                seen[there] = len(nodes)
                nodes.append(there)
                continue
            begin = seen[there]
            cycle = path[begin + 1 :]
            plus = [tail[k] == n for k, n in zip(cycle, nodes[begin:], strict=True)]
            rest = zip([flow[k] % unit for k in cycle], plus, strict=True)
            up = [unit - r if p else r for r, p in rest]
            a, b, keep = min(up), unit - max(up), len(path)
            push = a if below(a + b) < b else -b
            for i in reversed(range(len(cycle))):
                k = cycle[i]
                flow[k] += push if plus[i] else -push
                if flow[k] % unit == 0:
                    open_at[tail[k]].remove(k)
                    open_at[head[k]].remove(k)
                    keep = begin + i + 1
            for node in nodes[keep:]:
                del seen[node]
            del nodes[keep:], path[keep:]
    return [x // unit for x in flow]

# --------------------------------------------------------------------- reading files

def _object(pairs: list[tuple[str, Any]]) -> Row:
    found = Row(pairs)
    need(len(found) == len(pairs), "键重复 a key occurs twice")
    need("".join(found).isascii(), "键须为 ASCII keys must be ASCII")
    return found

def _integer(text: str) -> int:
    need(len(text) <= 17 and abs(int(text)) <= SAFE, "整数超限 integer beyond 2^53-1")
    return int(text)

def parse(data: bytes) -> Row:
    """A JSON object of the subset of PROTOCOL 1; raises Wrong."""
    try:
        text = data.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer,
                           parse_float=_integer, parse_constant=_integer)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"不合规 not our JSON: {type(error).__name__}") from None
    need(unicodedata.is_normalized("NFC", text), "不是 NFC not NFC")
    need(isinstance(value, Row), "不是对象 not an object")
    return Row(value)

def read_files(path: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Files of a bundle's folder, of a run's folder around it, or of a zip of either.

    Bytes by document name, and why other files were refused. Raises NotABundle.
    """
    data, refused = dict[str, bytes](), dict[str, str]()
    try:
        if path.is_dir():
            inside = [f for p in ("*", "bundle/*") for f in path.glob(p) if f.is_file()]
            opens = {f.relative_to(path).as_posix(): partial(f.open, "rb") for f in inside}
            files: list[tuple[str, Callable[[], Any]]] = list(opens.items())
        else:
            box = zipfile.ZipFile(path)
            files = [(m.filename, partial(box.open, m)) for m in box.infolist()]
    except Exception as error:
        raise NotABundle(f"无法读取 / cannot be read: {type(error).__name__}") from None
    names = {f"{name}.json": name for name in KNOWN}
    homes = {f.rpartition("/")[0] for f, _ in files if f.rpartition("/")[2] in names}
    if not homes:
        raise NotABundle("其中没有公示包文件 / no file of a bundle in it")
    chosen = min(homes, key=lambda home: (not home.endswith("bundle"), len(home), home))
    for full, opener in files:
        home, _, file = full.rpartition("/")
        if home == chosen and file[:1] not in ("", "."):
            name = names.get(file, "")
            try:
                need(name and name not in data, "不属于公示包或重复 unknown or twice")
                with opener() as stream:
                    data[name] = stream.read(MAX_BYTES + 1)
                need(len(data[name]) <= MAX_BYTES, f"> {MAX_BYTES} 字节 bytes")
            except Exception as error:
                refused[file] = f"{type(error).__name__} {error}"
    return {k: v for k, v in data.items() if f"{k}.json" not in refused}, refused

# ---------------------------------------------------- what claims derive from a bundle

def month_days(month: str) -> tuple[str, str]:
    """First and last calendar day of a month YYYY-MM."""
    first = date.fromisoformat(month + "-01")
    return str(first), str((first + timedelta(31)).replace(day=1) - timedelta(1))

def months_before(month: str, day: str) -> int:
    return 12 * (int(month[:4]) - int(day[:4])) + int(month[5:7]) - int(day[5:7])

def shift(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days))

def within(day: str, first: str, last: str) -> bool:
    """Whether the day lies in first..last; "" is an open end."""
    return (not first or first <= day) and (not last or day <= last)

class Net:
    """The chance network of table.json (PROTOCOL 7), the chance arcs apart."""

    def __init__(self, table: Row, rules: Row) -> None:
        self.table, seats, pairs = table, table.seats, table.pairs
        self.days, people = [p.day for p in table.packages], range(len(table.people))
        masks = [int(seat.eligible or "0", 16) for seat in seats]
        need(max(masks, default=0) < 1 << len(people), f"eligible ≥ 2^{len(people)}")
        self.eligible = [[i for i in people if m >> i & 1] for m in masks]
        self.package, first = [seat.package for seat in seats], 2 + len(seats)
        self.pair_at = {(p[0], p[1]): k for k, p in enumerate(pairs)}
        ends = [(p[0], self.days[p[1]]) for p in pairs]
        stays = {x: k for k, x in enumerate(sorted(set(ends)), first + len(pairs))}
        self.base = first + len(pairs) + len(stays)  # number of person 0
        self.size = self.base + len(people)
        self.chance_arcs = [(first + k, stays[stay]) for k, stay in enumerate(ends)]
        self.sums = self.count([units for _, _, units in table.elements])
        self.chance, all_ = self.sums[3], U * len(seats)
        self.arcs = [(1, 0, all_, all_, all_)]  # tail, head, lower, upper, flow
        self.arcs += [(0, 2 + s, U, U, U) for s in range(len(seats))]
        for s, i, n in table.elements:
            self.arcs += [(2 + s, first + self.pair_at[i, self.package[s]], 0, U, n)]
        for stay, node in stays.items():
            self.arcs += [(node, self.base + stay[0], 0, U, self.sums[1][stay])]
        self.values, (num, den) = [x.value for x in table.levels], rules.cap_factor
        self.cap = [min(U, -(-self.values[p[2]] * num // den)) for p in pairs]
        self.used = {k for k, p in enumerate(pairs) if not p[3]}  # pairs not dropped

    def count(self, units: list[int]) -> tuple[Counter[Any], ...]:
        """Units of each seat, person and day, person, and pair."""
        need(min(units, default=0) >= 0, "elements < 0")
        found = Counter[Any](), Counter[Any](), Counter[Any](), Counter[Any]()
        for (s, i, _), n in zip(self.table.elements, units, strict=True):
            package = self.package[s]
            keys = (s, (i, self.days[package]), i, self.pair_at[i, package])
            for sums, key in zip(found, keys, strict=True):
                sums[key] += n
        return found

    def margins(self, sums: tuple[Counter[Any], ...]) -> None:
        """Refuse sums that break a seat's, a person-day's or a load's bounds."""
        people, seats = self.table.people, enumerate(self.table.seats)
        none(f"{seat.id}: {sums[0][s]} ≠ {U}" for s, seat in seats if sums[0][s] != U)
        none(f"{people[i].id} {day}: {n} > {U}" for (i, day), n in sums[1].items() if n > U)
        none(f"{p.id}: {sums[2][i]} ∉ {p.load_min}·{U} … {p.load_max}·{U}"
             for i, p in enumerate(people)
             if not p.load_min * U <= sums[2][i] <= p.load_max * U)

    def loads(self, slack: int) -> list[tuple[int, int]]:
        """Bounds of each person's load, from his share and a slack."""
        people = self.table.people
        most = [min(p.max_days, -(-p.share // U) + slack) for p in people]
        least = [max(0, p.share // U - slack) for p in people]
        return [(min(a, b), b) for a, b in zip(least, most, strict=True)]

    def cut(self, nodes: str, loads: Any = None) -> tuple[int, set[int], set[int]]:
        """Of a node set: lower bounds in less upper bounds out; chance arcs in, out."""
        mask = int(nodes or "0", 16)
        need(not mask >> self.size, "节点集含未知节点 unknown nodes in the set")
        inside, net = bin(mask)[:1:-1].ljust(self.size, "0"), 0
        loads = loads or [(p.load_min, p.load_max) for p in self.table.people]
        ends = [(self.base + i, 1, a * U, b * U, 0) for i, (a, b) in enumerate(loads)]
        for tail, head, low, high, _ in (*self.arcs, *ends):
            if inside[tail] != inside[head]:
                net += low if inside[head] == "1" else -high
        ways = [inside[tail] + inside[head] for tail, head in self.chance_arcs]
        into = {k for k, way in enumerate(ways) if way == "01"}
        return net, into, {k for k, way in enumerate(ways) if way == "10"}

    def reach(self) -> list[int]:
        """Bit masks of what each node reaches in the residual network under the caps."""
        ends = enumerate(zip(self.chance_arcs, self.cap, strict=True))
        arcs = [(*arc, 0, cap, self.chance[k]) for k, (arc, cap) in ends]
        for i, p in enumerate(self.table.people):
            arcs += [(self.base + i, 1, p.load_min * U, p.load_max * U, self.sums[2][i])]
        ways = []
        for tail, head, low, high, flow in (*self.arcs, *arcs):
            ways += [(tail, head)] * (flow < high) + [(head, tail)] * (flow > low)
        found, old = [1 << n for n in range(self.size)], list[int]()
        while found != old:
            old = found[:]
            for tail, head in ways:
                found[tail] |= found[head]
        return found

class Bundle:
    """One bundle: its documents as attributes, what is derived from them, findings."""

    def __init__(self, path: Path, anchors: dict[str, str]) -> None:
        self.data, self.refused = read_files(path)
        self.anchors, self.note, self.docs = anchors, "", dict[str, Row]()
        self.faults, self.findings = dict[str, str](), list[dict[str, str]]()
        for name, data in self.data.items():
            try:
                self.docs[name] = parse(data)
            except Wrong as wrong:
                self.faults[name] = str(wrong)
        self.closed = b'"event":"closed"' in self.data.get("log", b"")
        self.opened = self.closed or not self.data.keys().isdisjoint(OPENED)

    @contextmanager
    def claim(self, name: str, zh: str, en: str) -> Iterator[None]:
        """Judge one claim by what its block raises; nothing escapes the block."""
        verdict, self.note = HOLDS, ""
        try:
            yield
        except (Wrong, Unknown) as error:
            verdict, self.note = FAILS if isinstance(error, Wrong) else OPEN, str(error)
        except Exception as error:
            verdict, self.note = FAILS, f"格式错误 malformed: {type(error).__name__} {error}"
        found = {"id": name, "zh": zh, "en": en, "verdict": verdict}
        self.findings.append(found | {"detail": shown(self.note)})

    def __getattr__(self, name: str) -> Any:
        """A document (Unknown when there is none to read), or what DERIVED makes."""
        if name in DERIVED:
            self.__dict__[name] = value = DERIVED[name](self)
            return value
        if name in self.docs:
            return self.docs[name]
        need(name in KNOWN, f"格式错误 malformed: {name}")
        if name in OPENED and not self.opened:
            raise Unknown("尚未启封 / not opened yet")
        if name == "private" and name not in self.data:
            raise Unknown("须用监督包 / needs the auditor's bundle")
        raise Unknown(f"{name}.json 缺失或不可读 missing or unreadable")

    def of(self, kind: str, stage: str = "") -> list[Row]:
        found = [e for e in self.log.events if e.event == kind]
        return [e for e in found if e.get("stage", "") == stage]

    def event(self, kind: str, stage: str = "") -> Row:
        """The last event of a kind (and stage)."""
        for event in self.of(kind, stage)[-1:]:
            return event
        raise Unknown(f"日志中尚无 not in the log yet: {kind} {stage}")

    def commitment(self, kind: str) -> bytes:
        return digest(kind, self.data[kind] if getattr(self, kind) else b"")

    def blind(self, number: int, error: type[Exception] = Unknown) -> bytes:
        """Blind 1 or 2, when it is opened and the one committed to; else the error."""
        if not self.closed:
            raise Unknown("密封值尚未启封 / the blind is not opened yet")
        value = bytes.fromhex(self.event("closed").blinds[number - 1])
        document = self.seal if number == 2 else self.freeze
        if digest("blind", value).hex() != document.blind_hash:
            raise error(f"密封值不符 / blind {number} does not open")
        return value

    def seed(self, stage: str) -> bytes:
        number, kind = (2, "seal") if stage == "lottery" else (1, "freeze")
        keys, record = ("source", "issue", "value"), self.event("entropy", stage).record
        values = digest("randomness", *(r[key] for r in record for key in keys))
        return mac(self.blind(number), "seed", stage, self.commitment(kind), values)

    def salt(self, label: str) -> bytes:
        return mac(self.blind2, "salt", label)

    def padded(self, kind: str, label: str, leaves: Iterable[bytes]) -> list[bytes]:
        """The leaves with their dummies, sorted: a positive multiple of 64."""
        found = list(leaves)
        for i in range(-len(found) % 64 if found else 64):
            found += [digest(kind, self.salt(f"{label}{i}"), canonical({"dummy": i}))]
        return sorted(found)

    def team_leaf(self, name: str, now: dict[str, str], label: str = "") -> bytes:
        """The people leaf of a package; its label ends in /n after the n-th change."""
        package, team = self.teams[name]
        seats = [[seat.role, now[seat.id]] for seat in team]
        body = canonical({"package": name, "day": package.day, "seats": seats})
        return digest("people", self.salt("people/" + (label or name)), body)

def _visit_leaves(b: Bundle) -> dict[str, bytes]:
    found = {}
    for v in b.drawn.visits:
        package, stop = b.placed.get(v.id, (Row(day="", id=""), Row(start=-1)))
        entry = v | {"day": package.day, "package": package.id, "start": stop.start}
        found[v.id] = digest("leaf", b.salt("visit/" + v.id), canonical(entry))
    return found

def _teams(b: Bundle) -> dict[str, tuple[Row, list[Row]]]:
    own = [(b.table.packages[s.package].id, s) for s in b.table.seats]
    return {p.id: (p, [s for name, s in own if name == p.id]) for p in b.table.packages}

def _wanted_seats(b: Bundle) -> list[tuple[str, int, Row]]:
    found = []
    for index, row in enumerate(b.table.packages):
        plan, times = b.packages.get(row.id, Row(stops=[], skill="")), Counter[str]()
        docket = {k for s in plan.stops for k in b.visits[s.visit].kinds} - {"random"}
        holds = {"always": True, "docket": docket, "skill": plan.skill}
        for rule in b.freeze.policy.seats.seats:
            if holds[rule.when]:
                times[rule.role] += 1
                n = times[rule.role] if times[rule.role] > 1 else ""
                found.append((f"{row.id}/{rule.role}{n}", index, rule))
    return found

DERIVED: dict[str, Callable[[Bundle], Any]] = {
    "blind2": lambda b: b.blind(2),
    "visits": lambda b: {v.id: v for v in b.drawn.visits},
    "packages": lambda b: {p.id: p for p in b.plan.packages},
    # package and stop of every placed visit
    "placed": lambda b: {s.visit: (p, s) for p in b.plan.packages for s in p.stops},
    "net": lambda b: Net(b.table, b.freeze.policy.lottery),
    "visit_leaves": _visit_leaves,
    "leaves": lambda b: b.padded("leaf", "dummy/", b.visit_leaves.values()),
    "teams": _teams,  # package and its seats, by package id
    "wanted_seats": _wanted_seats,  # id, package index and rule of each, by the policy
    "people": lambda b: People(b),
}

# ---------------------------------------------------- claims: the files and the freeze

def check_files(b: Bundle) -> None:
    with b.claim("bundle.files", "文件齐全可读", "files complete and readable"):
        none(f"{shown(name)}: {why}" for name, why in b.refused.items())
        wanted = {"freeze", "log", *(OPENED if b.opened else [])}
        events = {e.event for e in b.log.events}
        wanted |= {"seal"} & {"seal" for e in events if e == "sealed"} | {"cancelled"} & events
        none(f"{k}.json 缺失 missing" for k in sorted(wanted - b.data.keys()))
        none(f"{k}.json 此时不应有 not to be here" for k in b.data.keys() - wanted - {"private"})
        need(b.closed or not b.opened, "log.json: 无 closed 而已启封 opened without it")
    with b.claim("bundle.canonical", "每个文件恰为规范字节", "each is its canonical bytes"):
        none(f"{name}.json: {why}" for name, why in b.faults.items())
        for name, doc in b.docs.items():
            need(canonical(doc) == b.data[name], f"{name}.json")
            equal(f"{name}.json schema", doc.schema, f"inspector/{name}/v1")

def anchored(b: Bundle, kind: str) -> None:
    b.note = b.commitment(kind).hex()
    if not b.anchors[kind]:
        raise Unknown(f"请与公告比对 / compare with the notice: {b.note}")
    equal("承诺 commitment", b.note, b.anchors[kind].strip().lower())

def logged(b: Bundle, event: str, kind: str, at: str) -> None:
    found, document, b.note = b.event(event), getattr(b, kind), b.commitment(kind).hex()
    own = [b.note, document.attempt, document[at]]
    equal("log commitment, attempt, at", [found.commitment, found.attempt, found.at], own)

def check_sources(what: str, sources: list[Row], after: str) -> None:
    """Announced entropy: known kinds, named later than `after`, outside source last."""
    last = max((s.at for s in sources), default="")
    ok = any(s.at == last and s.kind in OUTSIDE for s in sources)
    need(ok, f"{what}: 最后须是局外随机源 the last must be an outside source")
    need(len({s.id for s in sources}) == len(sources), f"{what}: 编号重复 id twice")
    none(f"{what} {s.id}: {s.kind} {s.name} {s.at} ({after})" for s in sources
         if s.kind not in VALUES or (s.kind == "lottery" and s.name not in BALLS)
         or not TIME(s.at) or s.at <= after)

LISTS = {"streets": "code", "offices": "id", "cars": "id", "companies": "usc18",
         "compounds": "id", "items": "code", "docket": "id", "exclusions": "compound"}

def check_freeze(b: Bundle) -> None:
    with b.claim("freeze.commitment", "冻结承诺与日志一致", "the log holds this freeze"):
        logged(b, "frozen", "freeze", "frozen_at")
    with b.claim("freeze.before_entropy", "冻结早于随机源", "frozen before the entropy"):
        anchored(b, "freeze")
    with b.claim("freeze.calendar", "工作日与期限日历", "working and deadline days"):
        days, later = b.freeze.working_days, b.freeze.publish_days
        first, last = month_days(b.freeze.month)
        for one, two in (*pairwise(days), *pairwise(later)):
            need(one < two, f"{two}: 次序 order")
        need(days[0] >= first and days[-1] <= last, f"working_days ∉ {first} … {last}")
        equal("publish_days", len(later), b.freeze.policy.publish_workdays + 31)
        here = [d for d in later if d <= last]
        same("publish_days", here, [d for d in days if d > first])
    with b.claim("freeze.registry", "名录有序无重复、事项有依据", "registries are sound"):
        f = b.freeze
        lists = {name: [row[key] for row in f[name]] for name, key in LISTS.items()}
        lists |= {"people": f.people, "evaluations": [row[:2] for row in f.evaluations]}
        none(f"{name} {shown(two)}: 次序或重复 order or twice"
             for name, rows in lists.items() for one, two in pairwise(rows) if one >= two)
        past = [(h.date, h.compound, h.kind) for h in f.history]
        need(past == sorted(past), "history: 次序 order")
        streets, companies = set(lists["streets"]), {"", *lists["companies"]}
        none(f"{c.id}: {c.street} {c.usc18} 未知 unknown" for c in f.compounds
             if c.street not in streets or c.usc18 not in companies)
        none(f"{i.code}: 无依据 no legal_basis" for i in f["items"] if not i.legal_basis.strip())
    with b.claim("freeze.policy", "细则：人员、权重、比例、随机源", "the policy keeps the law"):
        f, p, draw = b.freeze, b.freeze.policy, b.freeze.policy.draw_entropy
        equal("month, bureau", [p.month, p.bureau], [f.month, f.bureau])
        always = {r.role for r in p.seats.seats if r.when == "always"}
        need(always >= {"lead", "second"}, "seats: 不足两名执法人员 not two officers")
        total = sum(p.bottom.weights_bp.values())
        street = sum(p.bottom.weights_bp.get(k, 0) for k in ("street", "community"))
        b.note = f"街道社区 street {street}/{total}"
        need(10 * street >= 3 * total > 0, f"{b.note} < 30 %")
        need(10 * p.bottom.share[0] >= p.bottom.share[1] > 0, "倒排 bottom.share < 10 %")
        none(f"rates {k} {n}/{d}" for k, (n, d) in p.draw.rates.items() if not 0 <= n <= d)
        check_sources("draw_entropy", draw, f.frozen_at)
        check_sources("lottery_entropy", p.lottery_entropy, max(s.at for s in draw))
    with b.claim("freeze.exclusions", "排除名单及其依据", "exclusions and what they cite"):
        same("exclusions", b.freeze.exclusions, list(exclusions(b.freeze)))
    with b.claim("freeze.strata", "分层、规模与入样概率", "strata, sizes and chances"):
        wanted = sorted(all_strata(b.freeze), key=lambda s: str(s.id))
        same("strata", b.freeze.strata, wanted)
    with b.claim("freeze.ranking", "倒排名单可重算", "the bottom list follows"):
        ranked, (num, den) = ranks(b.freeze), b.freeze.policy.bottom.share
        equal("ranked", b.freeze.ranking.ranked, len(ranked))
        same("listed", b.freeze.ranking.listed, ranked[: -(-len(ranked) * num // den)])
    with b.claim("freeze.docket_visits", "台账应有的检查", "visits the docket owes"):
        same("docket_visits", b.freeze.docket_visits, docket_visits(b.freeze))

def exclusions(f: Row) -> Iterator[Row]:
    """PROTOCOL 5: who is out of the draw, and the leaves that say why."""
    rules, recent, year = f.policy.draw, defaultdict(list), defaultdict(list)
    unit, own = ("usc18", "usc18") if rules.cap_unit == "company" else ("compound", "id")
    for row in filter(lambda h: h.counts_for_cap, f.history):
        before = months_before(f.month, row.date)
        if row.kind == "random" and 1 <= before <= rules.exclude_recent_months:
            recent[row.compound].append(row)
        if f.month[:4] == row.date[:4] and before > 0:
            year[row[unit]].append(row)
    for c in f.compounds:
        rows, reason, counted = recent.get(c.id), "recent", year.get(c[own], [])
        if not rows and c[own] and len(counted) >= rules.caps[c.risk_class]:
            rows, reason = counted, "cap"
        if rows is not None:
            keys = ("compound", "usc18", "date", "kind")
            leaves = [{"event": "inspected"} | {k: r[k] for k in keys} for r in rows]
            cites = [leaf_hash(canonical(leaf)).hex() for leaf in leaves]
            yield Row(compound=c.id, reason=reason, cites=cites)

def members(f: Row) -> dict[tuple[str, str, str], list[str]]:
    """Compounds in the draw by street, class and type; exclusions as published."""
    scope, district = f.policy.scope, {s.code: s.district for s in f.streets}
    out, found = {e.compound for e in f.exclusions}, defaultdict(list)
    for c in f.compounds:
        pairs = [(c.type, scope.types), (district[c.street], scope.districts),
                 (c.street, scope.streets), (c.risk_class, scope.classes)]
        inside = all(own in wanted for own, wanted in pairs if wanted)
        if c.status == "active" and inside and c.id not in out:
            kind = c.type if f.policy.draw.by_type else ""
            found[c.street, c.risk_class, kind].append(c.id)
    return found

def all_strata(f: Row) -> Iterator[Row]:
    """PROTOCOL 5: the strata; a street's minimum lifts its chances by one factor."""
    rates, scope = {k: Fraction(*v) for k, v in f.policy.draw.rates.items()}, f.policy.scope
    cells: dict[str, dict[Any, int]] = defaultdict(dict)
    for key, names in members(f).items():
        cells[key[0]][key] = len(names)
    for street in f.streets:
        sizes, least = cells[street.code], Fraction(street.min_draw)
        pairs = ((street.code, scope.streets), (street.district, scope.districts))
        chance = {k: rates[k[1]] for k in sizes}
        low = sum(n * chance[k] for k, n in sizes.items()) < least
        if low and all(own in wanted for own, wanted in pairs if wanted):
            free = sorted((k for k in sizes if chance[k]), key=lambda k: -chance[k])
            need(sum(sizes[k] for k in free) >= least, f"{street.code} < min_draw")
            weight = sum((sizes[k] * chance[k] for k in free), Fraction(0))
            while free and chance[free[0]] * least > weight:
                full = free.pop(0)
                least, weight = least - sizes[full], weight - sizes[full] * chance[full]
                chance[full] = Fraction(1)
            chance |= {k: chance[k] * least / weight for k in free}
        for key, n in sizes.items():
            row = Row(zip(("street", "risk_class", "type"), key, strict=True), size=n)
            row |= {"chance": [*chance[key].as_integer_ratio()]}
            row |= {"expected": [*(n * chance[key]).as_integer_ratio()]}
            yield Row(row, id="/".join(filter(None, key)))

def ranks(f: Row) -> list[list[Any]]:
    """PROTOCOL 6: every ranked compound with its score, lowest first."""
    weight = {k: w for k, w in f.policy.bottom.weights_bp.items() if w}
    active = {c.id for c in f.compounds if c.status == "active"}
    scores: dict[str, dict[str, int]] = defaultdict(dict)
    for compound, source, score, _ in f.evaluations:
        if compound in active and source in weight:
            scores[compound].setdefault(source, score)
    def mean(by: dict[str, int], *sources: str) -> Fraction:
        total = sum(weight[s] for s in sources)
        return Fraction(sum(weight[s] * by[s] for s in sources), total or 1)
    rows = []
    for name, by in scores.items():
        near = [s for s in ("street", "community") if s in by]
        rows.append(((mean(by, *by), mean(by, *near)), not near, name))
    # integer keys: the same order as that of the fractions, found faster
    x, y = (lcm(*{row[0][k].denominator for row in rows}) for k in (0, 1))
    rows.sort(key=lambda r: (int(r[0][0] * x), r[1], int(r[0][1] * y), r[2]))
    return [[name, *score.as_integer_ratio()] for (score, _), _, name in rows]

def docket_visits(f: Row) -> list[Row]:
    """PROTOCOL 6: the visits that the docket owes this month."""
    rules, (first, last), found = f.policy.visits, month_days(f.month), {}
    minutes, least, most = rules.series_minutes, rules.gap_min, rules.gap_max
    active = {c.id for c in f.compounds if c.status == "active"}
    due = {"rectifying": "recheck", "accepting": "acceptance", "closed": "lookback"}
    made = [(h.compound, h.date) for h in f.history if h.kind == "remediation"]
    def owe(case: str, compound: str, kind: str, step: int, windows: Any) -> None:
        series = kind == "remediation"
        found[compound] = [
            Row(case=case, compound=compound, kind=kind, step=k, steps_from=step,
                first=a, last=b, skilled=kind in ("recheck", "acceptance"),
                minutes=minutes[k] if series else rules[f"{kind}_minutes"],
                gap_min=series * least, gap_max=series * most)
            for k, (a, b) in enumerate(windows, step)]
    for case in sorted(f.docket, key=lambda c: (c.state == "closed", c.id)):
        a, b = max(case.next_first, first), min(case.next_last or last, last)
        a, b, own = *((first, last) if b < first else (a, b)), case.compound
        if not case.next_first or a > b or own in found or own not in active:
            continue
        if case.state in due:
            owe(case.id, own, due[case.state], 0, [(a, b)])
        elif case.state == "listed" and case.last_visit:
            step = sum(c == own and d >= case.opened for c, d in made)
            windows = [(a, b)][: len(minutes) - step]
            while windows and step + len(windows) < len(minutes) and shift(b, most) <= last:
                a, b = shift(a, least), shift(b, most)
                windows.append((a, b))
            if windows:
                owe(case.id, own, "remediation", step, windows)
    new = sorted((c.opened, c.id, c.compound) for c in f.docket if c.state == "waiting")
    busy = {c.compound for c in f.docket if c.state != "closed"}
    new += [("", f"{f.month}-{c}", c) for c, _, _ in f.ranking.listed if c not in busy]
    left = f.policy.bottom.start_per_month
    for _, case, own in new:
        if left and own in active and own not in found:
            owe(case, own, "remediation", 0, [(first, last)] * len(minutes))
            left -= 1
    return [v for _, rows in sorted(found.items()) for v in rows]

# ------------------------------------------------------- claims: entropy and the draw

DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TIME = re.compile(DAY + r"T([01]\d|2[0-3])(:[0-5]\d){2}Z", re.ASCII).fullmatch
BALLS = {"双色球": ((6, 33), (1, 16)), "大乐透": ((5, 35), (2, 12))}

def balls(value: str, source: Row) -> bool:
    """Whether a lottery's numbers are ascending, in range and as many as there are."""
    parts = [part.split(" ") for part in value.split("|")]
    rules = zip(parts, BALLS[source.name], strict=False)
    return len(parts) == 2 and all(
        len(own) == n and own == [x for k in range(top) if (x := f"{k + 1:02d}") in own]
        for own, (n, top) in rules)

VALUES: dict[str, Callable[[str, Row], Any]] = {
    "lottery": balls,
    "drand": lambda v, s: re.fullmatch("[0-9a-f]{64}", v),
    "dice": lambda v, s: len(v) >= 20 and set(v) <= set("123456"),
    "reveal": lambda v, s: len(v) >= 32
    and digest("reveal", bytes.fromhex(v)).hex() == s.commit,
}

def follows(issue: str, source: Row) -> bool:
    """Whether an issue is the next one after that announced."""
    old = source.issue if re.fullmatch("[0-9]+", source.issue) else "0"
    nexts = [f"{int(old) + 1:0{len(old)}d}"]
    nexts += [f"{int(old[:4]) + 1}001"] * (source.kind == "lottery" and len(old) == 7)
    return source.kind in OUTSIDE and issue in nexts and len(issue) == len(old)

def check_entropy(b: Bundle, stage: str) -> None:
    def announced() -> tuple[list[Row], str]:
        if stage == "draw":
            return b.freeze.policy.draw_entropy, b.freeze.frozen_at
        return b.seal.entropy, b.seal.sealed_at
    with b.claim(f"{stage}.entropy", "随机源如公告", "the entropy is as announced"):
        sources, after = announced()
        if stage == "lottery" and b.seal.attempt == 1:
            same("seal.json entropy", sources, b.freeze.policy.lottery_entropy)
        check_sources("entropy", sources, after)
        event, last = b.event("entropy", stage), ""
        same("record", [r.source for r in event.record], [s.id for s in sources])
        for r, s in zip(event.record, sources, strict=True):
            need(VALUES[s.kind](r.value, s), f"{s.id} value {shown(r.value)}")
            ok = follows(r.issue, s) if r.fallback else r.issue == s.issue
            need(ok, f"{s.id} issue {r.issue} ≠ {s.issue}, fallback {r.fallback}")
            b.note += f"顺延 fallback {s.id}: {s.issue} → {r.issue} " * r.fallback
            soon = s.at if s.kind in OUTSIDE else after
            ok = soon <= r.at <= event.at and r.at > after
            need(ok, f"{s.id} at {r.at} ∉ {soon} … {event.at}")
            last = max(last, r.at * (s.kind in OUTSIDE))
        need(last == max(r.at for r in event.record), "最后的值须来自局外 the last: outside")
    with b.claim(f"{stage}.outside", "随机值属实", "the organiser published these values"):
        names = {s.id: s.name or "drand (BLS 未核验 not checked here)"
                 for s in announced()[0] if s.kind in OUTSIDE}
        texts = [f"{names[r.source]} {r.issue} = {r.value}"
                 for r in b.event("entropy", stage).record if r.source in names]
        raise Unknown(f"请与发布机构比对 / compare with the organiser: {'; '.join(texts)}")

def counts(strata: list[Row], seed: bytes) -> list[int]:
    """PROTOCOL 5: the numbers drawn, the expected ones rounded."""
    expected, unit = [Fraction(*s.expected) for s in strata], 1
    for value in expected:
        unit = lcm(unit, value.denominator)
        need(unit.bit_length() <= MAX_UNIT_BITS, "公分母过大 denominator too large")
    arcs, sums = [], Counter[tuple[str, str, str]]()
    for s, value in zip(strata, expected, strict=True):
        street, kind = f"street/{s.street}", f"class/{s.risk_class}"
        arcs.append((f"stratum/{s.id}", street, kind, int(value * unit)))
        for arc in ((street, "root", street), (kind, kind, "sink"), ("total", "sink", "root")):
            sums[arc] += int(value * unit)
    return rounding(seed, arcs + [(*arc, n) for arc, n in sums.items()], unit)

def all_visits(f: Row, drawn: set[str]) -> Iterator[Row]:
    """PROTOCOL 6: the visits after a draw."""
    compounds, (first, last) = {c.id: c for c in f.compounds}, month_days(f.month)
    district, alone = {s.code: s.district for s in f.streets}, set(drawn)
    jobs: list[tuple[str, int, Any]] = [(d.compound, d.step, d) for d in f.docket_visits]
    alone -= {name for name, _, _ in jobs}
    jobs = sorted(jobs + [(name, 0, None) for name in alone], key=lambda job: job[:2])
    for number, (name, step, d) in enumerate(jobs, 1):
        c = compounds[name]
        kinds, minutes, skill = ["random"], c.service_minutes, c.skill
        if d:
            kinds, minutes, skill = [d.kind], d.minutes, c.skill if d.skilled else ""
        if d and name in drawn and step == d.steps_from:
            kinds, skill = ["random", d.kind], c.skill
            minutes = max(c.service_minutes, minutes) + f.policy.visits.extra_minutes
        none = Row(case="", step=0, gap_min=0, gap_max=0)
        series = d if d and d.kind == "remediation" else none
        yield Row(id=f"V{number:04d}", compound=name, kinds=kinds, lon=c.lon, lat=c.lat,
                  district=district[c.street], window=c.window, skill=skill,
                  service_minutes=minutes, first=d.first if d else first,
                  last=d.last if d else last, series=series.case, step=series.step,
                  gap_min=series.gap_min, gap_max=series.gap_max)

def check_draw(b: Bundle) -> None:
    check_entropy(b, "draw")
    with b.claim("draw.seed", "密封值一与冻结一致", "blind 1 opens, the seed follows"):
        b.blind(1, Wrong)
        b.note = f"seed {b.seed('draw').hex()}"
    with b.claim("draw.counts", "各层抽取数由种子定出", "the seed gives the numbers"):
        numbers = counts(b.freeze.strata, b.seed("draw"))
        wanted = [(s.id, n) for s, n in zip(b.freeze.strata, numbers, strict=False)]
        same("strata", [(s.id, len(s.drawn)) for s in b.drawn.strata], wanted)
    with b.claim("draw.tickets", "中签与候补按签号", "winners and reserves by ticket"):
        seed, cells = b.seed("draw"), members(b.freeze).items()
        names = {"/".join(filter(None, key)): group for key, group in cells}
        for s in b.drawn.strata:
            order, n = by_ticket(seed, "compound", names.get(s.id, [])), len(s.drawn)
            same(f"{s.id} drawn", s.drawn, order[:n])
            end = n + b.freeze.policy.draw.reserves
            same(f"{s.id} reserves", s.reserves, order[n:end])
    with b.claim("draw.totals", "日志中的抽取总数", "the totals in the log"):
        event, kinds = b.event("drawn"), {s.id: s.risk_class for s in b.freeze.strata}
        expected = dict.fromkeys(("total", *kinds.values()), Fraction(0))
        for s in b.freeze.strata:
            for name in ("total", s.risk_class):
                expected[name] += Fraction(*s.expected)
        found = event.classes | {"total": event.total}
        same("classes", sorted(found), sorted(expected))
        for name, n in found.items():
            need(-1 < n - expected[name] < 1, f"{name} {n}: 期望 expected {expected[name]}")
        drawn = Counter(kinds[s.id] for s in b.drawn.strata for _ in s.drawn)
        drawn["total"] = drawn.total()
        same("classes", sorted(found.items()), [(k, drawn[k]) for k in sorted(found)])
    with b.claim("draw.visits", "检查由抽取与台账得出", "visits follow from the draw"):
        winners = {name for s in b.drawn.strata for name in s.drawn}
        same("visits", b.drawn.visits, list(all_visits(b.freeze, winners)))

# ------------------------------------------------------------------ claims: the plan

def duty(package: Row, day: Row) -> int:
    pause = 0 if package.lunch is None else day.lunch_minutes
    return int(package.back - package.depart - pause)

def legs(b: Bundle, package: Row) -> list[int]:
    """Minutes of each leg (PROTOCOL 6): from the office, between the stops, back."""
    office = next(o for o in b.freeze.offices if o.id == package.office)
    model, found = b.freeze.policy.travel, []
    places = [office, *(b.visits[s.visit] for s in package.stops), office]
    for one, two in pairwise(places):
        x = (one.lon - two.lon) * model.lon_metres
        y = (one.lat - two.lat) * model.lat_metres
        road = isqrt(x * x + y * y) * model.detour_bp * 60
        minutes = model.parking_minutes - road // -(10**10 * model.metres_per_hour)
        found.append(minutes if (one.lon, one.lat) != (two.lon, two.lat) else 0)
    return found

def drivable(b: Bundle, p: Row) -> Iterator[str]:
    """What is wrong with the times of a route."""
    now, free, pause = p.depart, [], b.freeze.policy.day.lunch_minutes
    end = Row(visit="back", arrive=p.back, start=p.back, end=p.back)
    for stop, minutes in zip([*p.stops, end], legs(b, p), strict=True):
        left, service = stop.arrive - minutes, 0
        if stop is not end:
            service = b.visits[stop.visit].service_minutes
        if now > left or stop.arrive > stop.start or stop.end != stop.start + service:
            yield f"{p.id} {stop.visit}: {now} + {minutes}, {stop.arrive}, {stop.start}"
        free += [(now, left), (stop.arrive, stop.start)]
        now = stop.end
    if p.lunch is not None and not any(x <= p.lunch <= y - pause for x, y in free):
        yield f"{p.id} lunch {p.lunch}: 重叠 overlaps"

def check_plan(b: Bundle) -> None:
    with b.claim("plan.complete", "每次检查恰排一次或列明", "each placed once or listed"):
        times = Counter(s.visit for p in b.plan.packages for s in p.stops)
        times.update(u.visit for u in b.plan.unplaced if u.reason)
        same("visits", sorted(times.elements()), sorted(b.visits))
        days, pairs = b.freeze.working_days, b.freeze.policy.seats.standby_pairs
        equal("standby", len(b.plan.standby), len(days) * pairs)
        names = [(f"S-{day}-{n + 1}", day) for day in days for n in range(pairs)]
        same("standby", [(s.id, s.day) for s in b.plan.standby], names)
    with b.claim("plan.windows", "日期与时段合规", "days and hours inside the windows"):
        hours, days = b.freeze.policy.day, set(b.freeze.working_days)
        bounds = {"all_day": (0, SAFE), "morning": (0, hours.morning_end),
                  "afternoon": (hours.afternoon_start, SAFE)}
        rows = [(v, *b.placed[v.id]) for v in b.drawn.visits if v.id in b.placed]
        none(f"{v.id} {p.day} ∉ {v.first} … {v.last}" for v, p, _ in rows
             if not v.first <= p.day <= v.last or p.day not in days)
        none(f"{v.id} {v.window}: {s.start} … {s.end}" for v, _, s in rows
             if s.start < bounds[v.window][0] or s.end > bounds[v.window][1])
    with b.claim("plan.gaps", "系列间隔合规", "gaps between the steps of a series"):
        steps = [v for v in b.drawn.visits if v.series and v.id in b.placed]
        day = {(v.series, v.step): b.placed[v.id][0].day for v in steps}
        for v in steps:
            if before := day.get((v.series, v.step - 1)):
                ok = shift(before, v.gap_min) <= b.placed[v.id][0].day <= shift(before, v.gap_max)
                need(ok, f"{v.id}: {before}, {b.placed[v.id][0].day}")
    with b.claim("plan.routes", "路线时刻可行", "the times of each route can be driven"):
        none(why for p in b.plan.packages for why in drivable(b, p))
    with b.claim("plan.duty", "出勤、午休与件数", "shift, duty, lunch, visits a day"):
        day = b.freeze.policy.day
        none(f"{p.id}: {p.depart} … {p.back}, lunch {p.lunch}, {len(p.stops)} visits"
             for p in b.plan.packages
             if p.depart < day.shift_start or p.back > day.shift_end
             or duty(p, day) > day.duty_minutes or not 0 < len(p.stops) <= day.max_visits
             or (p.lunch is not None and not day.lunch_first <= p.lunch <= day.lunch_last))
    with b.claim("plan.cars", "每日车辆够用", "enough cars at each office each day"):
        used = Counter((p.office, p.day) for p in b.plan.packages)
        none(f"{office} {day}: {n} 包 packages > 车 cars" for (office, day), n in used.items()
             if n > sum(c.office == office and within(day, c.first, c.last)
                        for c in b.freeze.cars))
    with b.claim("plan.skills", "每包至多一项专长", "one special skill a package at most"):
        for p in b.plan.packages:
            skills = {b.visits[s.visit].skill for s in p.stops} - {""}
            equal(f"{p.id} skill", [p.skill] if p.skill else [], sorted(skills))
    with b.claim("plan.travel", "路程分钟可重算", "travel minutes can be recomputed"):
        found = [(p.id, p.travel_minutes) for p in b.plan.packages]
        same("travel", found, [(p.id, sum(legs(b, p))) for p in b.plan.packages])
        equal("travel_minutes", b.plan.travel_minutes, sum(n for _, n in found))
    with b.claim("plan.bound", "路程下界", "the bound on travel"):
        text = f"{b.plan.bound_minutes} ≤ {b.plan.travel_minutes}"
        need(b.plan.bound_minutes <= b.plan.travel_minutes, text)
        raise Unknown(f"{text}: 题目公开，任何人可挑战 / anyone may challenge it")

# ------------------------------------------- claims: the seal, seats and chance table

def check_seal(b: Bundle) -> None:
    with b.claim("seal.commitment", "密封承诺与日志一致", "the log holds this seal"):
        logged(b, "sealed", "seal", "sealed_at")
        own = [b.commitment("freeze").hex(), b.freeze.month]
        equal("freeze, month", [b.seal.freeze, b.seal.month], own)
    with b.claim("seal.before_entropy", "密封早于随机源", "sealed before the entropy"):
        anchored(b, "seal")
    with b.claim("seal.blind", "密封值二与密封一致", "blind 2 opens"):
        b.blind(2, Wrong)
    with b.claim("seal.hashes", "抽取、计划、概率表未改", "the documents are as sealed"):
        for name in ("drawn", "plan", "table"):
            found = getattr(b, name) and digest(name, b.salt(name), b.data[name]).hex()
            equal(f"{name}_hash", b.seal[f"{name}_hash"], found)
    with b.claim("seal.leaves", "检查叶与密封一致", "the visit leaves are as sealed"):
        equal("visit_leaves", b.seal.visit_leaves, len(b.leaves))
        equal("visit_root", b.seal.visit_root, merkle(b.leaves)[-1][0].hex())
    with b.claim("seal.figures", "密封时公布的数字属实", "figures published with the seal"):
        plan, table, net = b.plan, b.table, b.net
        chances = [net.chance[k] for k in net.used] or [0]
        wanted = {k: len(table[k]) for k in ("seats", "levels", "exceptions", "listed")}
        wanted |= {k: plan[k] for k in ("travel_minutes", "bound_minutes")}
        wanted |= {"packages": len(plan.packages), "changes": len(b.of("people_changed"))}
        wanted |= {"q_star": max(net.values, default=0), "load_slack": table.slack}
        wanted |= {"min_chance": min(chances), "max_chance": max(chances)}
        wanted |= {"t_star": table.t_star}
        same("figures", [(k, b.seal[k]) for k in wanted], list(wanted.items()))
        equal("unplaced", b.seal.unplaced, Counter(u.reason for u in plan.unplaced))

def check_table(b: Bundle) -> None:
    with b.claim("seats.officers", "每包席位齐全", "every package has its seats"):
        wanted = [[name, index, rule.role] for name, index, rule in b.wanted_seats]
        same("seats", [[s.id, s.package, s.role] for s in b.table.seats], wanted)
        day, rows = b.freeze.policy.day, {p.id: p for p in b.table.packages}
        days = sorted((p.id, p.day) for p in (*b.plan.packages, *b.plan.standby))
        same("packages", sorted((p.id, p.day) for p in b.table.packages), days)
        none(f"{p.id} minutes {rows[p.id].minutes}" for p in b.plan.packages
             if rows[p.id].minutes != duty(p, day))
    with b.claim("seats.kept", "席位保有合格人员", "seats keep enough eligible people"):
        num, den = b.freeze.policy.seats.keep_share
        seats = list(zip(b.table.seats, map(len, b.net.eligible), strict=True))
        none(f"{s.id}: {n}, hardest {s.hardest}" for s, n in seats
             if not 0 < n <= s.hardest <= len(b.table.people))
        few = [s.id for s, n in seats if n * den < num * s.hardest]
        same("listed", b.table.listed, few)
    with b.claim("table.pairs", "人与工作包配对齐全", "pairs are exactly those eligible"):
        who = [[s, i] for s, group in enumerate(b.net.eligible) for i in group]
        same("elements", [e[:2] for e in b.table.elements], who)
        pairs = sorted({(b.net.package[s], i) for s, i in who})
        same("pairs", [(p[1], p[0]) for p in b.table.pairs], pairs)
    with b.claim("table.margins", "席位合计为一、每日至多一", "sums of seats and days"):
        equal("unit", b.table.unit, U)
        b.net.margins(b.net.sums)
    with b.claim("table.shares", "应摊份额与负荷限", "fair shares and load bounds"):
        people, share = b.table.people, Counter[int]()
        same("people", [p.id for p in people], b.freeze.people)
        for who in b.net.eligible:
            total = sum(people[i].rate for i in who)
            share.update({i: U * people[i].rate // total for i in who if total})
        for i, (low, high) in enumerate(b.net.loads(b.table.slack)):
            p, rate = people[i], U * people[i].max_days // max(people[i].days, 1)
            equal(f"{p.id} rate, share, loads", [p.rate, p.share, p.load_min, p.load_max],
                  [rate, share[i], low, high])
    with b.claim("table.slack", "负荷放宽量最小", "the load slack is least (cut)"):
        slack, nodes = b.table.slack, b.table.slack_cut
        net, _, out = b.net.cut(nodes, b.net.loads(slack - 1))
        need(net > U * len(out) if slack else not nodes, f"slack {slack}: 割不成立 no proof")
    with b.claim("table.levels", "各级最大概率最小", "the levels are least (cuts)"):
        check_levels(b.net, b.table, b.freeze.policy.lottery.max_levels)
    with b.claim("table.caps", "概率在上下限内", "chances within floor and cap"):
        net, low = b.net, b.table.floor
        none(f"pair {b.table.pairs[k][:2]}: {net.chance[k]} ∉ {low} … {cap}"
             for k, cap in enumerate(net.cap)
             if not low * (k in net.used) <= net.chance[k] <= cap)
    with b.claim("table.dropped", "剔除的配对确不可能", "dropped pairs are impossible"):
        net, dropped = b.net, sorted({*range(len(b.table.pairs))} - b.net.used)
        reach = net.reach() if dropped else []
        none(f"pair {b.table.pairs[k][:2]}: 本可派到 could be used" for k in dropped
             if net.chance[k] or (net.cap[k] and reach[net.chance_arcs[k][1]]
                                  >> net.chance_arcs[k][0] & 1))
    with b.claim("table.t_star", "最小概率已最大", "the least chance is largest (cut)"):
        net, table, (num, den) = b.net, b.table, b.freeze.policy.lottery.floor_factor
        wanted = min((net.cap[k] for k in net.used), default=0)
        if table.t_cut:
            low, into, out = net.cut(table.t_cut)
            top = sum(net.cap[k] for k in out & net.used) - low
            wanted = top // len(into & net.used)
        equal("t_star, floor", [table.t_star, table.floor], [wanted, wanted * num // den])
    with b.claim("table.exceptions", "例外全部列出", "all exceptions are listed"):
        rules, (num, den) = b.freeze.policy.lottery, b.freeze.policy.lottery.exception_level
        seats = zip(b.table.seats, b.net.eligible, strict=True)
        wanted = [s.id for s, who in seats if len(who) < rules.exception_eligible]
        wanted += [f"level/{k}" for k, v in enumerate(b.net.values) if v * den > num * U]
        same("exceptions", b.table.exceptions, wanted)

def check_levels(net: Net, table: Row, most: int) -> None:
    """PROTOCOL 7: each level's cut, which pairs take it, and what is left over."""
    level, values = [p[2] for p in table.pairs], net.values
    left, wanted = {*range(len(level))}, [len(values) - 1] * len(level)
    need(len(values) <= most and values == sorted(values, reverse=True), "levels")
    need(min(values[1:] or [U]) >= TRACE, f"levels: {values[-1:]} < {TRACE}")
    for k, value in enumerate(values):
        low, _, out = net.cut(table.levels[k].nodes)
        free = left & out
        fixed = sum(values[level[p]] for p in out - left)
        equal(f"level {k}", value, -((fixed - low) // len(free)))
        left -= free
        wanted = [k if p in free else n for p, n in enumerate(wanted)]
    none(f"pair {p[:2]}: level {p[2]} ≠ {k}" for p, k in zip(table.pairs, wanted, strict=True)
         if p[2] != k)
    need(bool(table.spare) == bool(left and len(values) < most), "spare")
    if table.spare:
        sums = net.count(table.spare)
        net.margins(sums)
        none(f"spare {table.pairs[p][:2]}: {sums[3][p]}" for p, k in enumerate(level)
             if sums[3][p] > values[k] or (p in left and sums[3][p] >= TRACE))

# ------------------------------------------------ claims: the lottery and what follows

def lottery(b: Bundle) -> list[list[str]]:
    """PROTOCOL 7: seat and pseudonym of every seat, from the table and the seed."""
    table, arcs, sums = b.table, [], Counter[tuple[str, str, str]]()
    taken = [e for e in table.elements if e[2]]
    for s, i, units in taken:
        who, package = table.people[i].id, table.packages[b.net.package[s]]
        one, two = f"person/{who}", f"seat/{table.seats[s].id}"
        day, pair = f"day/{who}/{package.day}", f"pair/{who}/{package.id}"
        arcs.append((f"element/{who}/{table.seats[s].id}", pair, two, units))
        for arc in ((one, "root", one), (day, one, day), (pair, day, pair),
                    (two, two, "sink"), ("total", "sink", "root")):
            sums[arc] += units
    outcome = rounding(b.seed("lottery"), arcs + [(*a, n) for a, n in sums.items()], U)
    won = [e for e, n in zip(taken, outcome, strict=False) if n]
    return [[table.seats[s].id, table.people[i].id] for s, i, _ in won]

def check_lottery(b: Bundle) -> None:
    check_entropy(b, "lottery")
    with b.claim("lottery.seed", "派员种子成立", "the lottery's seed follows"):
        need(b.blind(1) != b.blind(2), "两个密封值相同 both blinds are the same")
        b.note = f"seed {b.seed('lottery').hex()}"
    with b.claim("lottery.rounding", "派员由概率表与种子定出", "table and seed give it"):
        same("seats", b.assigned.seats, lottery(b))
    with b.claim("lottery.reserves", "候补按签号", "reserves by ticket"):
        seed, chosen, wanted = b.seed("lottery"), dict(b.assigned.seats), []
        for s, who in zip(b.table.seats, b.net.eligible, strict=True):
            names = {b.table.people[i].id for i in who} - {chosen.get(s.id)}
            wanted.append([s.id, by_ticket(seed, f"reserve/{s.id}", names)])
        same("reserves", b.assigned.reserves, wanted)
    with b.claim("lottery.leaves", "人员叶与日志一致", "the people leaves are as logged"):
        event, now = b.event("assigned"), dict(b.assigned.seats)
        leaves = [b.team_leaf(name, now) for name in b.teams]
        leaves = b.padded("people", "people-dummy/", leaves)
        equal("people_leaves", event.people_leaves, len(leaves))
        equal("people_root", event.people_root, merkle(leaves)[-1][0].hex())
    with b.claim("changes.substitutions", "替换按候补顺序", "substitutions as they must"):
        b.note = f"{substitutions(b)}"

def substitutions(b: Bundle) -> int:
    """PROTOCOL 6: replay absences and substitutions over the assignment."""
    now, reserves = dict(b.assigned.seats), dict(b.assigned.reserves)
    home = {seat.id: package for package, team in b.teams.values() for seat in team}
    most, leaf = {p.id: p.max_days for p in b.table.people}, dict[str, str]()
    changes, away, due = Counter[str](), set[tuple[str, str]](), list[str]()

    def why_not(who: str, day: str) -> str:
        busy = any(who == own and home[s].day == day for s, own in now.items())
        full = list(now.values()).count(who) >= most[who]
        return "absent" if (day, who) in away else "busy" if busy else "full" * full

    for event in (*b.log.events, Row(event="")):
        if event.event != "substituted":
            need(not due, f"{due[:1]}: 缺席未替换 absent, not substituted")
            if event.event == "absent":
                day, who = event.day, event.person
                away.add((day, who))
                due = [s for s in home if now[s] == who and home[s].day == day]
            continue
        seat, new, day = event.seat, event["in"], home[event.seat].day
        need(due and due.pop(0) == seat, f"{seat}: 无缺席 nobody was absent")
        tried = [who for who, _ in event.skipped] + [new] * bool(new)
        same(f"{seat} skipped", tried, reserves[seat][: len(tried) if new else None])
        for who, why in (*event.skipped, *([[new, ""]] if new else [])):
            own = why if why == "ineligible" else why_not(who, day)
            equal(f"{seat} {who}", why, own)
        name = home[seat].id
        old = after = leaf.get(name) or b.team_leaf(name, now).hex()
        if new:
            out, now[seat] = now[seat], new
            changes[name] += 1
            leaf[name] = after = b.team_leaf(name, now, f"{name}/{changes[name]}").hex()
        found = [event.out, event.old_leaf, event.new_leaf]
        equal(f"{seat} out, leaves", found, [out if new else now[seat], old, after])
    return changes.total()

# --------------------------------------------------------- claims: results and the log

def check_results(b: Bundle) -> None:
    with b.claim("results.leaves", "结果附有密封的检查叶", "results carry sealed leaves"):
        tree, place = merkle(b.leaves), {x: i for i, x in enumerate(b.leaves)}
        equal("visit_root", b.seal.visit_root, tree[-1][0].hex())
        for r in b.results.results:
            i, path = place[b.visit_leaves[r.visit]], []
            for k, level in enumerate(tree[:-1]):
                path += [x.hex() for x in level[i >> k ^ 1 :][:1]]
            equal(f"{r.visit} index, proof", [r.index, r.proof], [i, path])
    with b.claim("results.deadline", "逾期如实列出", "late results are listed"):
        days, limit, wanted = b.freeze.publish_days, b.freeze.policy.publish_workdays, []
        for r in b.results.results:
            due = [d for d in days if d > r.date][limit - 1]
            need(r.published_at >= r.date, f"{r.visit} published_at < {r.date}")
            wanted += [(r.visit, due)] * (r.published_at[:10] > due)
        same("overdue", [(o.visit, o.due) for o in b.results.overdue], wanted)
    with b.claim("results.complete", "每次检查有结果或说明", "each has a result or a reason"):
        usc18, rows = {c.id: c.usc18 for c in b.freeze.compounds}, b.results.results
        carried = [e.visit for e in b.of("carried") if e.reason]
        same("visits", sorted(carried + [r.visit for r in rows]), sorted(b.visits))
        own = [b.visits[r.visit].compound for r in rows]
        wanted = [(r.visit, c, usc18[c], b.placed[r.visit][0].day)
                  for r, c in zip(rows, own, strict=True)]
        same("results", [(r.visit, r.compound, r.usc18, r.date) for r in rows], wanted)
    with b.claim("results.log", "结果与日志逐条对应", "results and log agree"):
        made: Counter[Any] = Counter()
        for e in b.of("inspected"):
            made[e.compound, e.usc18, e.date, e.kind] += 1
        for r in b.results.results:
            for kind in b.visits[r.visit].kinds if r.score_bp >= 0 else ():
                made[r.compound, r.usc18, r.date, kind] -= 1
        same("inspected", [key for key in made if made[key]], [])
        rows = [(r.visit, digest("result", canonical(r)).hex()) for r in b.results.results]
        same("log results", sorted((e.visit, e.digest) for e in b.of("result")), sorted(rows))

FIELD = dict.fromkeys("absent substituted inspected result carried".split(), "field")
ORDER: dict[str, dict[str, str]] = {  # state of the ceremony -> event -> next state
    "": {"frozen": "frozen"},
    "frozen": {"entropy draw": "seeded", "cancelled draw": ""},
    "seeded": {"drawn": "drawn", "cancelled draw": ""},
    "drawn": {"people_changed": "drawn", "sealed": "sealed", "cancelled draw": ""},
    "sealed": {"entropy lottery": "ready", "cancelled lottery": "drawn"},
    "ready": {"assigned": "assigned", "cancelled lottery": "drawn"},
    "assigned": FIELD | {"closed": "closed", "cancelled lottery": "drawn"},
    "field": FIELD | {"closed": "closed"},
    "closed": {},
}
STAGES = {"frozen": "draw", "drawn": "draw", "sealed": "lottery", "assigned": "lottery"}

def check_log(b: Bundle) -> None:
    with b.claim("log.root", "日志根可重算", "the log's root can be recomputed"):
        b.note = merkle(map(canonical, b.log.events))[-1][0].hex()
        equal("root", b.log.root, b.note)
    with b.claim("log.order", "事件有序、时间不倒退", "events in order, time never back"):
        state = now = ""
        for index, e in enumerate(b.log.events):
            name = f"{e.event} {e.get('stage', '')}".strip()
            need(name in ORDER[state], f"events[{index}] {name} ← {state}")
            need(e.get("at", now) >= now, f"events[{index}] {name} at < {now}")
            state, now = ORDER[state][name], e.get("at", now)
    with b.claim("log.attempts", "次数连续，取消者公开", "no gaps; cancelled ones shown"):
        check_attempts(b)
    with b.claim("log.files", "日志含启封文件的哈希", "the log holds the files' hashes"):
        hashes = {f"{k}.json": hashlib.sha256(b.data.get(k, b"")).hexdigest() for k in OPENED}
        files = b.event("closed").files
        same("files", sorted(files.items()), sorted(hashes.items()))

def check_attempts(b: Bundle) -> None:
    """Attempts are numbered without gaps; cancelled ones are shown with their blinds."""
    number, seen, gone = Counter[str](), {}, []
    for e in b.log.events:
        if stage := e.get("stage") or STAGES.get(e.event):
            number[stage] += e.event in ("frozen", "sealed")
            equal(f"{e.event} attempt", e.attempt, number[stage])
            seen[e.event, stage, e.attempt] = e
            gone += [(stage, e.attempt)] * (e.event == "cancelled")
    rows = b.cancelled.attempts if gone else []
    same("cancelled.json", [(r.stage, r.attempt) for r in rows], gone)
    docs = {key: r.document for key, r in zip(gone, rows, strict=True)}
    for (stage, n), doc in docs.items():
        kind, event = ("freeze", "frozen") if stage == "draw" else ("seal", "sealed")
        end, bound = seen["cancelled", stage, n], digest(kind, canonical(doc))
        blind = bytes.fromhex(end.blind)
        found = [seen[event, stage, n].commitment, digest("blind", blind).hex()]
        equal(f"{stage} {n}", found, [bound.hex(), doc.blind_hash])
        need(end.reason, f"{stage} {n}: 取消无原因 no reason")
        after = docs.get((stage, n + 1)) or getattr(b, kind)
        pair = [d.policy.draw_entropy if stage == "draw" else d.entropy for d in (doc, after)]
        one, two = ([s.at for s in group if s.kind in OUTSIDE] for group in pair)
        ok = number[stage] == n or max(one) < min(two)
        need(ok, f"{stage} {n + 1}: 随机源须更晚 must name later entropy")

# ----------------------------------------------------------- claims: the auditor's part

class People:
    """Who may sit where, from private.json (PROTOCOL 6)."""

    def __init__(self, b: Bundle) -> None:
        private, month, self.b = b.private.private, b.freeze.month, b
        secret, self.names = bytes.fromhex(private.secret), {}
        for p in private.inspectors:
            self.names["p" + mac(secret, "pseudonym", month, p.id).hex()[:20]] = p
        self.away, self.recused = defaultdict(list), defaultdict(list)
        for part in (private, *b.private.changes):
            for row in part.leave:
                self.away[row.inspector].append((row.first, row.last))
            for row in part.recusals:
                self.recused[row.inspector, row.subject].append((row.first, row.last))
        recent = range(1, b.freeze.policy.seats.rotation_months + 1)
        past = [h for h in private.history if months_before(month, h.date) in recent]
        self.been = {(h[role], h.compound) for h in past for role in ("lead", "second")}
        self.usc18 = {c.id: c.usc18 for c in b.freeze.compounds}

    def free(self, p: Row, day: str) -> bool:
        return not any(within(day, *span) for span in self.away.get(p.id, ()))

    def sits(self, p: Row, rule: Row, day: str, skill: str) -> bool:
        """All conditions but those of the compounds visited."""
        officer = not p.expert and p.cert_no and p.cert_valid_to >= day
        skilled = not skill or skill in p.skills
        roles = {"lead": officer and p.may_lead, "second": officer and skilled,
                 "expert": p.expert, "joint": p.unit == rule.unit}
        return bool(roles[rule.role] and p.max_days > 0 and self.free(p, day))

    def visits(self, p: Row, day: str, compound: str) -> bool:
        """No recusal for the compound or its company, no rotation."""
        spans = [span for subject in {compound, self.usc18[compound]} - {""}
                 for span in self.recused.get((p.id, subject), ())]
        return (p.id, compound) not in self.been and not any(within(day, *x) for x in spans)

    def seats(self) -> Iterator[tuple[Row, set[str], int]]:
        """Each seat, who is eligible for it, and how many for its hardest visit."""
        b, rules = self.b, {name: rule for name, _, rule in self.b.wanted_seats}
        order = [(p.id, self.names[p.id]) for p in b.table.people]
        for package, team in b.teams.values():
            day, plan = package.day, b.packages.get(package.id, Row(stops=[], skill=""))
            visits = [b.visits[s.visit] for s in plan.stops]
            can = [{n for n, p in order if self.visits(p, day, v.compound)} for v in visits]
            for seat in team:
                sits = {k: {n for n, p in order if self.sits(p, rules[seat.id], day, k)}
                        for k in {plan.skill, *(v.skill for v in visits)}}
                alone = [len(sits[v.skill] & c) for v, c in zip(visits, can, strict=True)]
                who = sits[plan.skill].intersection(*can)
                yield seat, who, min(alone, default=len(who))

def check_auditor(b: Bundle) -> None:
    with b.claim("auditor.private", "非公开名录与承诺一致", "private registry as committed"):
        private, salt = b.private.private, mac(b.blind(1), "salt", "private")
        found = digest("private", salt, canonical(private)).hex()
        equal("private_root", b.freeze.private_root, found)
        rows = [[(h.compound, h.date, h.kind) for h in x.history] for x in (private, b.freeze)]
        same("history", *map(sorted, rows))
    with b.claim("auditor.changes", "人员变动与日志一致", "people changes as logged"):
        found = []
        for c in b.private.changes:
            body = canonical({"leave": c.leave, "recusals": c.recusals})
            own = digest("change", bytes.fromhex(c.salt), body).hex()
            found.append([c.at, c.reason, c.approver, own])
        events = b.of("people_changed")
        same("changes", [[e.at, e.reason, e.approver, e.digest] for e in events], found)
    with b.claim("auditor.pseudonyms", "化名由密值得出", "pseudonyms from the secret"):
        need(len(b.private.private.secret) >= 32, "secret < 128 bit")
        same("people", b.freeze.people, sorted(b.people.names))
    with b.claim("auditor.eligibility", "每席合格人员属实", "who is eligible for each seat"):
        ids, who = [p.id for p in b.table.people], zip(b.table.seats, b.net.eligible, strict=True)
        found = {s.id: {ids[i] for i in group} for s, group in who}
        none(f"{seat.id} {name}: {'应 is' if name in wanted else '不应 not'} 合格 eligible"
             for seat, wanted, _ in b.people.seats() for name in wanted ^ found[seat.id])
    with b.claim("auditor.hardest", "最难一次的合格人数", "how many fit the hardest visit"):
        for seat, _, hardest in b.people.seats():
            equal(f"{seat.id} hardest", seat.hardest, hardest)
    with b.claim("auditor.weights", "可用工作日与上限", "available days and limits"):
        people, days = b.people, b.freeze.working_days
        for p in b.table.people:
            own = people.names[p.id]
            free = sum(people.free(own, day) for day in days)
            equal(f"{p.id} days", [p.days, p.max_days], [free, min(free, own.max_days)])

def check_privacy(b: Bundle) -> None:
    with b.claim("privacy.public", "公开文件无姓名证号", "no names, certificates in public"):
        named, assigned = {*b.freeze.people}, b.docs.get("assigned", Row(seats=[], reserves=[]))
        named |= {p.id for p in b.docs.get("table", Row(people=[])).people}
        named |= {who for _, who in assigned.seats}
        named |= {who for _, group in assigned.reserves for who in group}
        for e in b.log.events:
            named |= {e[k] for k in ("person", "in", "out") if e.get(k)}
            named |= {who for who, _ in e.get("skipped", ())}
        none(f"{shown(who)}: 不是本月化名 not a pseudonym of the month" for who in named
             if who not in b.freeze.people or not re.fullmatch("p[0-9a-f]{20}", who))
        people = b.private.private.inspectors if "private" in b.data else []
        none(f"{name}.json: {word}" for p in people for word in {p.name, p.cert_no} - {""}
             for name in b.data.keys() - {"private"} if canonical(word) in b.data[name])

# ------------------------------------------------------------------------ the report

CHECKS = (check_files, check_freeze, check_draw, check_plan, check_seal, check_table,
          check_lottery, check_results, check_log, check_auditor, check_privacy)
MARKS = {HOLDS: "✓", FAILS: "✗", OPEN: "–"}
NAMES = {"public sealed": "公示包（密封）", "public opened": "公示包（已启封）",
         "auditor's sealed": "监督包（密封）", "auditor's opened": "监督包（已启封）"}

@dataclass(frozen=True)
class Report:
    """What was read, and one finding per claim: id, zh, en, verdict and detail."""

    head: dict[str, Any]
    findings: list[dict[str, str]]

    def count(self, verdict: str) -> int:
        return sum(f["verdict"] == verdict for f in self.findings)

    def document(self) -> dict[str, Any]:
        numbers = {"holds": self.count(HOLDS), "failed": self.count(FAILS)}
        numbers["not_checkable"] = self.count(OPEN)
        return {"schema": "inspector/verify/v1", **self.head, **numbers, "claims": self.findings}

    def text(self) -> str:
        head, n = self.head, [self.count(v) for v in MARKS]
        real = "非演示 not a demonstration" if head["demonstration"] is False else "演示数据 demonstration data"
        where = " · ".join(shown(head[k]) for k in ("bureau", "month", "attempt"))
        lines = [f"{NAMES[head['bundle']]} / {head['bundle']} · {real}", where]
        for f in self.findings:
            lines += [f"{MARKS[f['verdict']]} {f['id']}  {f['zh']} / {f['en']}"]
            lines += [f"    {f['detail']}"] * bool(f["detail"])
        return "\n".join([*lines, f"成立 {n[0]}，不成立 {n[1]}，此处无法核验 {n[2]}"
                          f" / {n[0]} hold, {n[1]} fail, {n[2]} not checkable here"])

def verify_bundle(path: str | Path, anchor: str = "", seal_anchor: str = "") -> Report:
    """Check every claim of a bundle. Raises NotABundle and nothing else."""
    b = Bundle(Path(path), {"freeze": anchor, "seal": seal_anchor})
    for check in CHECKS:
        check(b)
    frozen, who = b.docs.get("freeze", {}), "auditor's" if "private" in b.data else "public"
    head = {k: frozen.get(k) for k in ("demonstration", "bureau", "month", "attempt")}
    return Report({"bundle": f"{who} {'opened' if b.opened else 'sealed'}"} | head, b.findings)

def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = argparse.ArgumentParser("verify", description="复核公示包 / check a bundle")
    options.add_argument("bundle", help="文件夹或 zip / folder or zip")
    for name, what in (("--anchor", "冻结承诺 freeze"), ("--seal-anchor", "密封承诺 seal")):
        options.add_argument(name, default="", metavar="HEX", help=f"公告的{what} commitment")
    options.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    chosen = options.parse_args(argv)
    try:
        report = verify_bundle(chosen.bundle, chosen.anchor, chosen.seal_anchor)
    except NotABundle as error:
        print(f"无法核验 / cannot be checked: {error}", file=sys.stderr)
        return 2
    document = json.dumps(report.document(), ensure_ascii=False, indent=1)
    print(document if chosen.json else report.text())
    return 1 if report.count(FAILS) else 0

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
