"""复核公示包 / Check a bundle: anyone, offline, with Python alone.

    python -S verify.py BUNDLE [--anchor LINE_OR_FILE]… [--before BUNDLE]… [--json]
    python -S verify.py --year BUNDLE… [--today DAY] [--json]

BUNDLE is a folder (or a .zip of it) as the bureau publishes it, or the auditor's. What
inspector/ceremony/PROTOCOL.md defines is recomputed from that page alone, in integers
and fractions; one line per claim says: ✓ holds, ✗ fails, – not checkable here. Exit
status 0: an opened month holds, or was cancelled; 1: a claim fails (with `--today`: it
should have been opened by then); 2: not a bundle; 3: nothing fails, but not opened yet.
"""

from __future__ import annotations

import _thread
import argparse
import codecs
import hashlib
import hmac
import io
import json
import os
import re
import signal
import struct
import sys
import threading
import unicodedata
import zipfile
from base64 import b64encode
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import lru_cache, partial
from itertools import count, islice, pairwise, takewhile
from math import isqrt, lcm
from pathlib import Path
from typing import Any, NamedTuple, TextIO

U, V = 1 << 20, 1 << 40  # units of certificates, of chances (PROTOCOL 7)
TRACE = 1 << 10  # a chance below this many units is no level of its own
SAFE = (1 << 53) - 1  # largest integer of a bundle
MAX_ANCHORS = MAX_POLICY = 1 << 16  # characters of a file with anchors, of the policy
MAX_AMENDED = 99  # amendments of a month
# Numbers of a policy, and how many rows its lists have (PROTOCOL 6).
MOST = {"visits.series_minutes": 64, "seats.seats": 64, "seats.standby_pairs": 100}
MOST["lottery.max_levels"] = 64
MAX_UNIT_BITS = 1 << 14  # of the common denominator of expected numbers
OUTSIDE = ("lottery",)  # kinds of entropy that nobody in the bureau controls
OPENED = ("drawn", "plan", "table", "assigned", "results")
SOMETIMES = ("cancelled", "private", "amendments", "amended")
KNOWN = ("freeze", "seal", "log", *OPENED, *SOMETIMES)
HOLDS, FAILS, OPEN = "holds", "fails", "not checkable"


class NotABundle(Exception):
    """The path holds no file of a bundle."""


class Wrong(Exception):
    """A claim fails; the text names the item that is wrong."""


class Unknown(Exception):
    """A claim cannot be checked from this bundle: why, and which of REASONS it is."""


REASONS = ("sealed", "public", "anchor", "outside", "before")  # why "–" (PROTOCOL 10)
AUDIT, TIMED = "public sealed", "anchor sealed"  # several of them


class Row(dict[str, Any]):
    """A JSON object; its fields also as attributes."""

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        raise AttributeError(name)


def shown(value: Any, most: int = 240) -> str:
    """A value on one line that a terminal prints as it is."""
    text = value if type(value) is str else json.dumps(value, ensure_ascii=False)
    text = text if len(text) <= most else text[:most] + "…"
    return "".join(c if c.isprintable() else "?" for c in text)


def none(wrong: Iterable[str]) -> None:
    for what in wrong:
        raise Wrong(what)


def need(ok: object, what: str, error: type[Exception] = Wrong) -> None:
    if not ok:
        raise error(what)


def equal(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise Wrong(f"{what}: {shown(found)} ≠ {shown(wanted)}")


def same(what: str, found: Any, wanted: Any) -> None:
    """Refuse unless the lists are equal; name the first item that is not."""
    for one, two in zip(found, wanted, strict=False):
        if isinstance(one, dict):
            name = one.get("id") or one.get("compound")
            for key in ("id", "compound", *sorted({*one, *two})) if one != two else ():
                equal(f"{what} {name} {key}", one.get(key), two.get(key))
        equal(what, one, two)
    rest = (*found[len(wanted) :], *wanted[len(found) :])
    none(f"{what}: {len(found)} ≠ {len(wanted)} 项 items, {shown(row)}" for row in rest)


# ------------------------------------------------------------------ PROTOCOL 1 to 4
def canonical(value: Any) -> bytes:
    """RFC 8785 bytes: the standard encoder's, on the subset that `parse` admits."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def framed(kind: str, *fields: bytes | str) -> bytes:
    data = [f.encode() if isinstance(f, str) else f for f in fields]
    sized = [len(x).to_bytes(8, "big") + x for x in data]
    return b"".join([b"inspector/", kind.encode(), b"/v2\n", *sized])


class Suite(Enum):
    """The hash of a bundle, as its policy names it."""

    SHA256 = "sha256"
    SM3 = "sm3"


class Key(NamedTuple):
    """A blind, secret or seed, and the hash that its MAC uses."""

    suite: Suite
    value: bytes


OWN_SM3 = True  # where hashlib lacks it: slower by a factor of some hundred
with suppress(ValueError, TypeError):
    OWN_SM3 = not hmac.digest(b"", b"", "sm3")
ALL = (1 << 32) - 1
INIT = bytes.fromhex("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e")
WORDS_OF_ROUNDS = [0x79CC4519] * 16 + [0x7A879D8A] * 48  # each turned left, below
ROUNDS = [(x << j % 32 | x >> -j % 32) & ALL for j, x in enumerate(WORDS_OF_ROUNDS)]


def sm3(data: bytes, state: bytes = INIT, before: int = 0) -> bytes:
    """SM3 (GB/T 32905-2016) of the data; `before` bytes are in the state already."""
    tail = -(len(data) + 9) % 64
    data += b"\x80" + bytes(tail) + (8 * (before + len(data))).to_bytes(8, "big")
    for start in range(0, len(data), 64):
        state = sm3_block(state, data[start : start + 64])
    return state


def sm3_block(state: bytes, block: bytes) -> bytes:
    w = [*struct.unpack(">16I", block)]
    for j in range(16, 68):  # turns written out: a call each would double the time
        x, y = w[j - 3], w[j - 13]
        x = w[j - 16] ^ w[j - 9] ^ (x << 15 | x >> 17) & ALL
        x ^= (x << 15 | x >> 17) & ALL ^ (x << 23 | x >> 9) & ALL
        w.append(x ^ (y << 7 | y >> 25) & ALL ^ w[j - 6])
    a, b, c, d, e, f, g, h = struct.unpack(">8I", state)
    for j, constant in enumerate(ROUNDS):
        high = (a << 12 | a >> 20) & ALL
        key = high + e + constant & ALL
        key = (key << 7 | key >> 25) & ALL
        one = a ^ b ^ c if j < 16 else a & b | (a | b) & c
        two = e ^ f ^ g if j < 16 else e & f | ~e & g
        x = two + h + key + w[j] & ALL
        first = one + d + (key ^ high) + (w[j] ^ w[j + 4]) & ALL
        a, b, c, d = first, a, (b << 9 | b >> 23) & ALL, c
        f, g, h = e, (f << 19 | f >> 13) & ALL, g
        e = x ^ (x << 9 | x >> 23) & ALL ^ (x << 17 | x >> 15) & ALL
    mixed = struct.pack(">8I", a, b, c, d, e, f, g, h)
    return bytes(x ^ y for x, y in zip(state, mixed, strict=True))


@lru_cache(maxsize=64)
def sm3_keyed(key: bytes) -> list[bytes]:
    """States after the inner and outer block of an HMAC key."""
    block = (sm3(key) if len(key) > 64 else key).ljust(64, b"\0")
    return [sm3_block(INIT, bytes(x ^ pad for x in block)) for pad in (0x36, 0x5C)]


def digest(suite: Suite, kind: str, *fields: bytes | str) -> bytes:
    data = framed(kind, *fields)
    if suite is Suite.SM3 and OWN_SM3:
        return sm3(data)
    return hashlib.new(suite.value, data).digest()


def mac(key: Key, kind: str, *fields: bytes | str) -> bytes:
    data = framed(kind, *fields)
    if key.suite is Suite.SM3 and OWN_SM3:
        inner, outer = sm3_keyed(key.value)
        return sm3(sm3(data, inner, 64), outer, 64)
    return hmac.digest(key.value, data, key.suite.value)


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def merkle(leaves: Iterable[bytes]) -> list[list[bytes]]:
    """RFC 6962 tree by level, root last: hashes in pairs, an odd last one moves up."""
    tree = [[leaf_hash(leaf) for leaf in leaves] or [hashlib.sha256().digest()]]
    while len(low := tree[-1]) > 1:
        up = [b"\1" + b"".join(low[i : i + 2]) for i in range(0, len(low), 2)]
        tree += [[hashlib.sha256(x).digest() if len(x) > 33 else x[1:] for x in up]]
    return tree


def root(leaves: Iterable[bytes]) -> str:
    return merkle(leaves)[-1][0].hex()


def by_ticket(seed: Key, label: str, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (mac(seed, "ticket", label, name), name))


def rounding(seed: Key, arcs: list[Any], unit: int) -> list[int]:
    """Dependent rounding of arcs (label, tail, head, flow) to multiples of `unit`. A
    walk goes on from the first arc that a step closed: none before it has changed."""
    number, place = dict[str, int](), {a[0]: a for a in arcs}
    rows = [place[label] for label in by_ticket(seed, "arc", place)]
    tail = [number.setdefault(a[1], len(number)) for a in rows]
    head = [number.setdefault(a[2], len(number)) for a in rows]
    flow, open_at = [a[3] for a in rows], [list[int]() for _ in number]
    for k, x in enumerate(flow):
        for node in (tail[k], head[k]):
            open_at[node] += [k] * (x % unit > 0)
    blocks = (mac(seed, "coins", "rounding", n.to_bytes(8, "big")) for n in count())
    coins = (byte for block in blocks for byte in block)
    for start in map(number.__getitem__, by_ticket(seed, "node", number)):
        nodes, path, seen = [start], [-1], {start: 0}  # path[i] leads to nodes[i]
        while open_at[start]:
            ways = open_at[nodes[-1]]
            path.append(k := ways[0] if ways[0] != path[-1] else ways[1])
            there = tail[k] + head[k] - nodes[-1]
            if there not in seen:
                seen[there] = len(nodes)
                nodes.append(there)
                continue
            begin, keep = seen[there], len(path)
            ends = zip(path[begin + 1 :], nodes[begin:], strict=True)
            cycle = [(k, 1 if tail[k] == node else -1) for k, node in ends]
            up = [-sign * flow[k] % unit for k, sign in cycle]
            a, b = min(up), unit - max(up)
            value, bits = a + b, (a + b - 1).bit_length()
            while value >= a + b:
                read = islice(coins, -(-bits // 8))
                value = int.from_bytes(read, "big") % (1 << bits)
            for i, (k, sign) in enumerate(cycle, begin + 1):
                flow[k] += sign * (a if value < b else -b)
                if flow[k] % unit == 0:
                    for ways in (open_at[tail[k]], open_at[head[k]]):
                        del ways[bisect_left(ways, k)]
                    keep = min(keep, i)
            for node in nodes[keep:]:
                del seen[node]
            del nodes[keep:], path[keep:]
    done = {a[0]: x // unit for a, x in zip(rows, flow, strict=True)}
    return [done[a[0]] for a in arcs]


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
        text, kinds = data.decode(), ("parse_int", "parse_float", "parse_constant")
        numbers: dict[str, Any] = dict.fromkeys(kinds, _integer)
        value = json.loads(text, object_pairs_hook=_object, **numbers)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"不合规 not our JSON: {type(error).__name__}") from None
    need(unicodedata.is_normalized("NFC", text), "不是 NFC not NFC")
    need(isinstance(value, Row), "不是对象 not an object")
    return Row(value)


MB = 1 << 20
OWN_NAMES = {f"{name}.json": name for name in KNOWN}
JUNK = re.compile(  # what file managers leave behind
    r"(?is)(.*/)?(\.[^/\\.][^/\\]*|(eh)?thumbs\.db|desktop\.ini|icon\r|~\$[^/\\]*"
    r"|[^/\\]*:zone\.identifier)|(.*/)?__MACOSX/.*"
)
ODD = re.compile(r"/|.*(\\|//|\0|\n|\r)|[a-z]:|(.*/)?\.\.?(/|$)", re.I | re.DOTALL)
Opener = Callable[[], Any]


def in_folder(path: Path) -> list[tuple[str, Opener]]:
    all_ = (f for p in ("*", "bundle/*") for f in islice(path.glob(p), 1000))
    files = (f for f in all_ if f.is_file())
    return [(f.relative_to(path).as_posix(), partial(f.open, "rb")) for f in files]


def in_zip(path: Path, limit: int) -> list[tuple[str, Opener]]:
    """Members of a zip; refuses what no packer makes of a bundle."""
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    need(len(data) <= limit, f"> {limit} 字节 bytes", NotABundle)
    need(data.count(b"PK\1\2") <= 1000, "zip: > 1000 文件 files", NotABundle)
    box, found = zipfile.ZipFile(io.BytesIO(data)), list[tuple[str, Opener]]()
    for m in (m for m in box.infolist() if not JUNK.fullmatch(m.orig_filename)):
        name, link = m.orig_filename, m.external_attr >> 28 == 0o12
        plain = m.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        ok = plain and not link and not m.flag_bits & 0x1 and not ODD.match(name)
        need(ok, f"zip: 不合规成员 odd member {shown(name)}", NotABundle)
        text = f"过大 / too large: {shown(name)}: > {limit} 字节 bytes"
        need(m.file_size <= limit, text, NotABundle)
        found += [(name, partial(box.open, m))] * (not m.is_dir())
    return found


def home_of(files: Iterable[str]) -> str:
    """The one folder that holds a bundle: also `bundle` in the output folder of a run,
    which has plan.json beside it and what is not public in `auditor`, `private`."""
    names = defaultdict[str, set[str]](set)
    for home, _, file in (f.rpartition("/") for f in files):
        names[home] |= {file} & OWN_NAMES.keys()
    homes = {home for home, own in names.items() if own}
    for home in [*homes]:
        above = home.removesuffix("bundle").rstrip("/")
        if home.rpartition("/")[2] == "bundle" and names[above] <= {"plan.json"}:
            own = (f"{above}/{name}".lstrip("/") for name in ("auditor", "private"))
            homes -= {above, *own}
    need(homes, "其中没有公示包文件 / no file of a bundle in it", NotABundle)
    text = "、".join(sorted(shown(home or ".") for home in homes))
    need(len(homes) == 1, f"不止一个公示包 / more than one bundle: {text}", NotABundle)
    return homes.pop()


def read_files(path: Path, max_mb: int = 64) -> tuple[dict[str, bytes], dict[str, str]]:
    """Documents of a folder, a run's folder or a zip; why others were refused. Bounds:
    `max_mb` in all (a document with characters beyond ASCII counts four times: so much
    memory may it take), an eighth of it for the log, one value for each 32 bytes."""
    data, refused, left = dict[str, bytes](), dict[str, str](), max_mb * MB
    values = max_mb * MB // 32
    try:
        files = in_folder(path) if path.is_dir() else in_zip(path, left)
    except NotABundle:
        raise
    except Exception as error:
        raise NotABundle(f"无法读取 / cannot be read: {type(error).__name__}") from None
    files = [(name, opener) for name, opener in files if not JUNK.fullmatch(name)]
    home = home_of(name for name, _ in files)
    for full, opener in files:
        folder, _, file = full.rpartition("/")
        if folder != home:
            continue
        name = OWN_NAMES.get(file, "")
        bound = min(left, max_mb * MB // 8) if name == "log" else left
        text = f"过大 / too large: {file}: > {bound} 字节 bytes (--max-mb {max_mb})"
        try:
            need(name and name not in data, "不属于公示包或重复 unknown or twice")
            with opener() as stream:  # no more is unpacked than may be read
                pieces = iter(partial(stream.read, 1 << 16), b"")
                data[name] = own = b"".join(islice(pieces, (bound >> 16) + 1))
            need(len(own) <= bound, text, NotABundle)
            left -= len(own) * (1 if own.isascii() else 4)
            values -= sum(map(own.count, (b"{", b"[", b","))) + own.count(b'"') // 4
            need(left >= 0 and values >= 0, text, NotABundle)
        except NotABundle:
            raise
        except Exception as error:
            refused[file] = f"{type(error).__name__} {error}"
    return {k: v for k, v in data.items() if f"{k}.json" not in refused}, refused


# ------------------------------------------------------- what stands where (PROTOCOL 9)
SHAPES = """
freeze schema:text bureau:text month:month attempt:n frozen_at:time demonstration:bool
  policy:policy working_days:[day] provisional:bool publish_days:[day] close_by:day
  streets:[street] offices:[office] cars:[car] companies:[company] compounds:[compound]
  items:[item] evaluations:[(text,text,n,int)] logs:[earlier] history:[past]
  docket:[case] assumed:[assumed] owed:[owed] ranking:ranking docket_visits:[demand]
  exclusions:[exclusion] strata:[stratum] people:[person] blind_hash:hash
  private_root:hash rows_hash:hash
policy bureau:text authority:text month:month hash:sha256|sm3 task:task
  campaigns:[campaign] scope:scope draw:draw bottom:bottom visits:series day:hours
  travel:travel seats:seats lottery:lottery release_minute:n notice_workdays:n
  publish_workdays:n close_days:n wait_hours:n seal_wait_hours:n gives_way:[text]
  draw_entropy:[source] lottery_entropy:[source]
task source:plan|superior category:daily|special document:text
campaign list:text name:text document:text types:[text] streets:[text] classes:[class]
scope method:open|targeted types:[text] districts:[text] streets:[text] classes:[class]
draw rates:{rate} batches:n by_type:bool exclude_recent_months:n caps:{n}
  cap_unit:compound|company cap_by:random|all counts:[purpose] reserves:n
bottom share:rate weights_bp:{n} start_per_month:n
series series_minutes:[n] gap_min:n gap_max:n recheck_minutes:n acceptance_minutes:n
  lookback_minutes:n extra_minutes:n
hours shift_start:n shift_end:n duty_minutes:n lunch_minutes:n lunch_first:n
  lunch_last:n morning_end:n afternoon_start:n max_visits:n
travel lon_metres:n lat_metres:n detour_bp:n metres_per_hour:n parking_minutes:n
  taxi_minutes:n
seats seats:[rule] standby_pairs:n rotation_months:n keep_share:rate
rule role:role when:always|docket|skill unit:text authority:text
lottery cap_factor:rate floor_factor:rate max_levels:n duty_weight:rate
  exception_eligible:n exception_level:rate
source id:text kind:lottery|drand|dice|reveal name:text issue:text at:time commit:hash?
street code:text name:text district:text min_draw:n
office id:text district:text lon:int lat:int
car id:text office:text first:day? last:day?
company usc18:text name:text status:text
compound id:text name:text street:text community:text address:text usc18:text
  mode:professional|fallback|self? responsible:text type:text households:n
  risk_class:class has_lift:bool skill:text service_minutes:n window:window lon:int
  lat:int approximate:community|street|office? status:text
item code:text group:text text:text breach:text legal_basis:text method:text weight:n
  severity:text evidence:text default_days:n authority:text
  object:compound|company|fallback key:bool share_bp:n per_year:n valid_from:day?
  valid_to:day? tags:[text] lists:[text]
earlier origin:text size:n root:hash open:bool
past compound:text usc18:text date:day kind:purpose counts_for_cap:bool due:day log:text
  at:time?
assumed log:text case:text compound:text kind:purpose step:n day:day
owed log:text visit:text compound:text leaf:hash gone:bool
case id:text compound:text state:waiting|listed|rectifying|accepting|closed opened:day
  last_visit:day? next_first:day? next_last:day?
ranking ranked:n listed:[(text,n,n)]
demand case:text compound:text kind:purpose also:recheck|acceptance? step:n steps_from:n
  first:day last:day minutes:n skilled:bool gap_min:n gap_max:n
exclusion compound:text reason:recent|cap|other cites:[hash]
stratum id:text street:text risk_class:class type:text size:n chance:rate expected:rate
seal schema:text month:month attempt:n sealed_at:time freeze:hash blind_hash:hash
  entropy:[source] entropy_reason:wait|used|cancelled? drawn_hash:hash plan_hash:hash
  table_hash:hash visit_root:hash visit_leaves:n packages:n seats:n unplaced:{n}
  travel_minutes:n bound_minutes:n q_star:n t_star:n min_chance:n max_chance:n levels:n
  exceptions:n listed:n load_slack:n changes:n
drawn schema:text strata:[picked] visits:[visit]
picked id:text drawn:[text] reserves:[text]
visit id:text compound:text kinds:[purpose] district:text lon:int lat:int
  service_minutes:n window:window skill:text first:day last:day series:text step:n
  gap_min:n gap_max:n
plan schema:text packages:[package] standby:[standby] unmanned:[standby]
  unplaced:[unplaced] cars_out:[car_out] cuts:[cut] excess:[reasoned] travel_minutes:n
  bound_minutes:n solver:solver
car_out car:text from:day to:day
cut people:[person] days:[(person,day)]
reasoned visit:text reason:text
package id:text day:day office:text skill:text depart:n back:n lunch:n|null
  travel_minutes:n stops:[stop]
stop visit:text arrive:n start:n end:n
standby id:text day:day
unplaced visit:text reason:cause
solver name:text version:text seed:n runs:n reproducible:bool budget:text
table schema:text unit:n people:[row] packages:[timed] seats:[seat] elements:[(n,n,n)]
  multipliers:pulls spare:[n] pairs:[(n,n,n,n)] slack:n slack_cut:hex levels:[level]
  t_star:n t_cut:hex floor:n listed:[text] exceptions:[text]
row id:person days:n max_days:n rate:n share:n load_min:n load_max:n carry:int
  group:text
pulls seats:[whole] loads:[whole] days:[(n,day,whole)] duty:[whole]
timed id:text day:day minutes:n
seat id:text package:n role:role eligible:hex hardest:n
level value:n nodes:hex
assigned schema:text seats:[(text,person)] reserves:[(text,[person])]
results schema:text results:[result] carried:[carry] absences:[absence]
  overdue:[overdue]
result visit:text date:day outcome:outcome
  follow_up:none|daily|rectify|transfer|notify|other score_bp:int findings:[text]
  unchecked:[text] published_at:time compound:text usc18:text count:n limit:n index:int
  proof:[hash] amendment?:n again?:text excess?:text
carry visit:text index:int proof:[hash] amendment?:n
absence reason:illness|leave|other_duty|family|recusal|other from:text
overdue visit:text due:day
log schema:text events:[event] root:hash
cancelled schema:text attempts:[void]
void stage:draw|lottery attempt:n document:any drawn?:drawn plan?:plan table?:table
amendments schema:text amendments:[amendment]
amendment schema:text month:month attempt:n sealed_at:time freeze:hash seal:hash
  log:hash reason:text blind_hash:hash entropy:[source] drawn_hash:hash plan_hash:hash
  table_hash:hash visit_root:hash visit_leaves:n packages:n seats:n unplaced:{n}
  travel_minutes:n bound_minutes:n q_star:n t_star:n min_chance:n max_chance:n levels:n
  exceptions:n listed:n load_slack:n changes:n changed:{n} new_packages:n dissolved:n
amended schema:text amendments:[opened] calls:[call]
opened drawn:drawn plan:plan table:table seats:[(text,person)]
  reserves:[(text,[person])]
call visit:visit package:package taxi:bool excess:text
private schema:text private:secrets changes:[change]
secrets secret:hex inspectors:[inspector] leave:[leave] recusals:[recusal]
  history:[been] running:[ahead] signals:[signal] assistants:[assistant]
inspector id:text name:text unit:text office:text cert_no:text cert_valid_to:day?
  may_lead:bool expert:bool skills:[text] authorities:[text] scope:[text] max_days:n
  carry_minutes:int
leave inspector:text first:day last:day half:text
recusal inspector:text subject:text reason:text first:day? last:day?
been compound:text date:day kind:purpose lead:text second:text
ahead log:text compound:text day:day lead:text second:text
signal subject:text source:text polarity:text state:text date:day
assistant id:text kind:text compounds:[text]
change at:time reason:text approver:text leave:[leave] recusals:[recusal] salt:hash
@frozen at:time attempt:n commitment:hash
@source_recorded/draw/lottery/amendment at:time attempt:n source:text issue:text
  value:text fallback:bool
@entropy/draw/lottery/amendment at:time attempt:n record:[value]
@drawn at:time attempt:n total:n classes:{n}
@people_changed at:time reason:text approver:text digest:hash
@sealed at:time attempt:n commitment:hash
@assigned at:time attempt:n people_root:hash people_leaves:n
@absent at:time day:day person:person sealed:hash
@substituted at:time seat:text out:person in:person? skipped:[(person,text)]
  old_leaf:hash new_leaf:hash
@inspected compound:text usc18:text date:day kind:purpose
@result at:time visit:text digest:hash
@carried at:time visit:text reason:carried compound:text kinds:[purpose]
@called at:time reason:text leaf:hash
@amended/amendment at:time attempt:n commitment:hash
@changed at:time old_leaf:hash? new_leaf:hash? reason:moved
@dissolved at:time old_leaf:hash
@assigned/amendment at:time attempt:n people_root:hash people_leaves:n
@cancelled/draw at:time attempt:n reason:text blinds:[hash]
@cancelled/lottery/amendment at:time attempt:n reason:text
@closed at:time blinds:[hash] files:{hash}
value source:text issue:text value:text at:time? fallback:bool
"""
DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TEXTS = {  # scalars that are text
    "text": r"(?s:.*)",
    "hex": "[0-9a-f]*",
    "hash": "[0-9a-f]{64}",
    "whole": "0|-?[1-9a-f][0-9a-f]{0,31}",
    "person": "p[0-9a-f]{20}",
    "month": r"\d{4}-(0[1-9]|1[0-2])",
    "day": DAY,
    "time": DAY + r"T([01]\d|2[0-3])(:[0-5]\d){2}Z",
    "class": "[ABCD]",
    "role": "lead|second|expert|joint",
    "window": "all_day|morning|afternoon",
    "purpose": "random|remediation|recheck|acceptance|lookback|whistle|study",
    "outcome": "no_problem|not_disclosed|false_disclosure|unreachable|ordered|"
    "uncooperative|no_activity|pending|ceased|deregistered",
    "cause": "before|car|people",
    "carried": "before|car|people|late|time|weather|safety|uninspected",
    "moved": r"before|car|people|replan\.(closed|unreachable|company_closed|car|people|"
    "room|retimed|whistle|recheck|study)",
}
MATCHES = {k: re.compile(v, re.ASCII).fullmatch for k, v in TEXTS.items()}
PAIR = [int, int]
OTHERS: dict[str, Callable[[Any], Any]] = {
    "any": lambda v: True,
    "n": lambda v: type(v) is int and v >= 0,
    "int": lambda v: type(v) is int,
    "bool": lambda v: type(v) is bool,
    "n|null": lambda v: v is None or (type(v) is int and v >= 0),
    "rate": lambda v: type(v) is list and [*map(type, v)] == PAIR and v[0] >= 0 < v[1],
}


def shapes() -> dict[str, dict[str, str]]:
    lines = SHAPES.strip().replace("\n  ", " ").split("\n")
    found = dict[str, dict[str, str]]()
    for names, *keys in map(str.split, lines):
        name, *stages = names.split("/")
        own = ["event:text"] * (name[0] == "@") + ["stage:text"] * bool(stages)
        fields = dict(key.rsplit(":", 1) for key in own + keys)
        found |= {f"{name}/{stage}".rstrip("/"): fields for stage in stages or [""]}
    return found


FIELDS = shapes()
SCHEMA = "inspector/%s/v2"
MUST = {name: {k for k in keys if k[-1] != "?"} for name, keys in FIELDS.items()}
MAY = {name: {k.rstrip("?"): keys[k] for k in keys} for name, keys in FIELDS.items()}
PARTS = lru_cache(None)(partial(re.findall, r"\[\w+\]|\w+"))


def event_name(e: Row) -> str:
    """How an event is looked up: exactly its `event`, and `stage` if it has one."""
    return "/".join([str(e.get("event")), *([str(e["stage"])] if "stage" in e else [])])


def fit(value: Any, kind: str, where: tuple[Any, ...]) -> None:
    """Refuse a value that is not of this type (SHAPES)."""
    kind = f"@{event_name(value)}" if kind == "event" and value else kind
    parts: Iterable[tuple[Any, Any, str]] = ()
    if kind in OTHERS:
        ok = OTHERS[kind](value)
    elif kind in MATCHES:
        ok = type(value) is str and MATCHES[kind](value)
    elif kind[0] == "[":
        ok, own = type(value) is list, kind[1:-1]
        parts = ((i, one, own) for i, one in enumerate(value if ok else ()))
    elif kind[0] == "(":
        kinds = PARTS(kind)
        ok = type(value) is list and len(value) == len(kinds)
        parts = zip(range(len(kinds)), value if ok else (), kinds, strict=False)
    elif kind[0] == "{":
        ok, own = isinstance(value, Row), kind[1:-1]
        parts = ((key, one, own) for key, one in value.items()) if ok else ()
    elif kind[-1] == "?":
        ok, parts = True, ((None, one, kind[:-1]) for one in [value] if one != "")
    elif "|" in kind:
        ok = type(value) is str and value in kind.split("|")
    else:
        ok = isinstance(value, Row) and kind in FIELDS
        ok = ok and value.get("schema", SCHEMA % kind) == SCHEMA % kind
        least, most = MUST.get(kind, set()), MAY.get(kind, {})
        extra = sorted((value.keys() - most) | (least - value.keys())) if ok else []
        need(not extra, f"{way(where)}: 字段 fields {extra}")
        parts = ((key, one, most[key]) for key, one in value.items()) if ok else ()
    if not ok:
        raise Wrong(f"{way(where)}: {shown(value)} ({kind})")
    for key, one, own in parts:
        fit(one, own, where if key is None else (*where, key))


def way(where: tuple[Any, ...]) -> str:
    first, *rest = where
    return str(first) + "".join(f"[{x}]" if type(x) is int else f".{x}" for x in rest)


# ---------------------------------------------------- what claims derive from a bundle
def month_days(month: str) -> tuple[str, str]:
    """First and last calendar day of a month YYYY-MM."""
    first = date.fromisoformat(month + "-01")
    return str(first), str((first + timedelta(31)).replace(day=1) - timedelta(1))


def months_before(month: str, day: str) -> int:
    return 12 * (int(month[:4]) - int(day[:4])) + int(month[5:7]) - int(day[5:7])


def shift(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days))


def day_of(at: str) -> str:
    """The day of a time: its day at UTC+8."""
    return hours_later(at, 8)[:10]


def release(f: Row, day: str) -> str:
    """When people see their packages of a day (PROTOCOL 6)."""
    minutes = timedelta(minutes=f.policy.release_minute - 8 * 60)
    return (datetime.fromisoformat(day) + minutes).isoformat() + "Z"


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
        bits = (enumerate(bin(m)[:1:-1]) for m in masks)
        self.eligible = [[i for i, bit in row if bit == "1"] for row in bits]
        self.package, first = [seat.package for seat in seats], 2 + len(seats)
        self.pair_at = {(p[0], p[1]): k for k, p in enumerate(pairs)}
        ends = [(p[0], self.days[p[1]]) for p in pairs]
        stays = {x: k for k, x in enumerate(sorted(set(ends)), first + len(pairs))}
        self.base = first + len(pairs) + len(stays)  # number of person 0
        self.size = self.base + len(people)
        self.chance_arcs = [(first + k, stays[stay]) for k, stay in enumerate(ends)]
        self.sums = self.count([units for _, _, units in table.elements])
        self.chance, all_ = self.sums[3], U * len(seats)
        self.arcs = [(1, 0, all_, all_, all_ * U)]  # tail, head, lower, upper, flow
        self.arcs += [(0, 2 + s, U, U, V) for s in range(len(seats))]
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

    def margins(self, sums: tuple[Counter[Any], ...], u: int) -> None:
        """Refuse sums that break a seat's, a person-day's or a load's bounds."""
        people, seats = self.table.people, enumerate(self.table.seats)
        none(f"{seat.id}: {sums[0][s]} ≠ {u}" for s, seat in seats if sums[0][s] != u)
        none(f"{people[i].id} {x}: {n} > {u}" for (i, x), n in sums[1].items() if n > u)
        for i, p in enumerate(people):
            ok = p.load_min * u <= sums[2][i] <= p.load_max * u
            need(ok, f"{p.id}: {sums[2][i]} ∉ {p.load_min}·{u} … {p.load_max}·{u}")

    def loads(self, slack: int) -> list[list[int]]:
        """Bounds of each person's load, from his share and a slack."""
        shares = [(p.share, p.max_days) for p in self.table.people]
        most = [min(days, -(-share // U) + slack) for share, days in shares]
        least = [max(0, share // U - slack) for share, _ in shares]
        return [[min(a, b), b] for a, b in zip(least, most, strict=True)]

    def ends(self, loads: Any = None) -> list[tuple[int, int, int, int, int]]:
        """The arcs from persons to T, with the table's load bounds or others."""
        own = enumerate(loads or [(p.load_min, p.load_max) for p in self.table.people])
        return [(self.base + i, 1, a * U, b * U, self.sums[2][i]) for i, (a, b) in own]

    def cut(self, nodes: str, loads: Any = None) -> tuple[int, set[int], set[int]]:
        """Of a node set: lower bounds in less upper bounds out; chance arcs in, out."""
        mask = int(nodes or "0", 16)
        need(not mask >> self.size, "节点集 node set")
        inside, net = bin(mask)[:1:-1].ljust(self.size, "0"), 0
        for tail, head, low, high, _ in (*self.arcs, *self.ends(loads)):
            if inside[tail] != inside[head]:
                net += low if inside[head] == "1" else -high
        ways = [inside[tail] + inside[head] for tail, head in self.chance_arcs]
        into = {k for k, way in enumerate(ways) if way == "01"}
        return net, into, {k for k, way in enumerate(ways) if way == "10"}

    def parts(self) -> list[int]:
        """The part of each node: two of one part lie on a residual cycle (Kosaraju)."""
        ends, size = enumerate(self.chance_arcs), self.size
        ahead, back = ([list[int]() for _ in range(size)] for _ in range(2))
        arcs = [(*arc, 0, self.cap[k], self.chance[k]) for k, arc in ends]
        for tail, head, low, high, flow in (*self.arcs, *self.ends(), *arcs):
            ways = [(tail, head)] * (flow < high * U)
            ways += [(head, tail)] * (flow > low * U)
            for one, two in ways:
                ahead[one].append(two)
                back[two].append(one)
        order, seen, part = list[int](), bytearray(size), [-1] * size
        for start in range(size):
            path = [] if seen[start] else [(start, iter(ahead[start]))]
            seen[start] = 1
            while path:
                new = next((n for n in path[-1][1] if not seen[n]), -1)
                if new < 0:
                    order.append(path.pop()[0])
                else:
                    seen[new] = 1
                    path.append((new, iter(ahead[new])))
        for start in reversed(order):
            left = [start]
            for node in left:
                if part[node] < 0:
                    part[node] = start
                    left += back[node]
        return part


@dataclass(frozen=True)
class Claim:
    """One line of the report. `may`: reasons for which it may be "–"."""

    id: str
    zh: str
    en: str
    may: frozenset[str]
    check: Callable[[Bundle], Any]


CLAIMS: list[Claim] = []  # in the order of the report
Check = Callable[["Bundle"], Any]


def claim(name: str, zh: str, en: str, may: str = "") -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        CLAIMS.append(Claim(name, zh, en, frozenset(may.split()), check))
        return check

    return add


class Bundle:
    """One bundle: its documents as attributes, what is derived from them, findings.
    A view of it (`number` > 0) has the documents of an amendment; `taken`: people, days
    that its new seats cannot have; `held`: days with others; `before`: old packages."""

    number, taken, held = 0, set[tuple[str, str]](), Counter[str]()
    unsealed, before, had = False, frozenset[str](), frozenset[str]()  # end: no seal
    older: list[Bundle]  # auditor's bundles of earlier months

    def __init__(self, path: Path, anchors: Any, max_mb: int, today: str = "") -> None:
        self.data, self.refused = read_files(path, max_mb)
        self.today, self.anchors, self.note, self.older = today, anchors, "", []
        self.docs = dict[str, Row]()
        self.faults, self.findings = dict[str, str](), list[dict[str, str]]()
        for name, data in self.data.items():
            try:
                self.docs[name] = parse(data)
            except Wrong as wrong:
                self.faults[name] = str(wrong)
            old = self.docs.get(name, Row()).get("schema") == f"inspector/{name}/v1"
            text = f"{name}.json: 第 1 版，本程序只读 v2 / v1 bundle"
            need(not old, text, NotABundle)
        policy: Any = self.docs.get("freeze", Row()).get("policy")
        need(len(json.dumps(policy)) <= MAX_POLICY, "policy > 64 KB", NotABundle)
        for name, most in MOST.items():
            table, key = name.split(".")
            with suppress(AttributeError, KeyError, TypeError):
                value = policy[table][key]
                size = len(value) if isinstance(value, list) else int(value)
                need(size <= most, f"policy {name} > {most}", NotABundle)
        made = self.docs.get("amendments", Row()).get("amendments", [])
        many = isinstance(made, list) and len(made) > MAX_AMENDED
        need(not many, f"amendments > {MAX_AMENDED}", NotABundle)
        self.closed = b'"event":"closed"' in (log := self.data.get("log", b""))
        self.amends = b'"event":"amended"' in log or b'"event":"called"' in log
        self.opened = self.closed or not self.data.keys().isdisjoint(OPENED)
        with suppress(Exception):  # a cancelled draw: cancelled.json has the freeze
            if standing(self.log.events)[0] and "freeze" not in self.data:
                rows = [r for r in self.cancelled.attempts if r.stage == "draw"]
                self.docs["freeze"] = rows[-1].document
                self.data["freeze"] = canonical(rows[-1].document)

    def judge(self, claim: Claim) -> None:
        """Judge one claim by what its check raises; nothing escapes."""
        verdict, self.note = HOLDS, ""
        try:
            claim.check(self)
        except Unknown as error:
            self.note, reason = error.args
            verdict = OPEN if reason in claim.may else FAILS
        except Exception as error:
            plain, verdict = isinstance(error, Wrong), FAILS
            self.note = str(error) if plain else f"格式错误 malformed: {error!r}"
        found = {"id": claim.id, "zh": claim.zh, "en": claim.en, "verdict": verdict}
        self.findings.append(found | {"detail": shown(self.note, 4000)})

    def __getattr__(self, name: str) -> Any:
        """A document (Unknown when there is none to read), or what DERIVED makes."""
        if name in DERIVED or name in self.docs:
            value = DERIVED[name](self) if name in DERIVED else self.docs[name]
            return self.__dict__.setdefault(name, value)
        need(name in KNOWN, f"格式错误 malformed: {name}")
        if not self.opened and name in (*OPENED, "amended", "seal"):
            raise Unknown("尚未启封 / not opened yet", "sealed")
        if name == "private" and name not in self.data:
            raise Unknown("须用监督包 / needs the auditor's bundle", "public")
        raise Wrong(f"{name}.json 缺失或不可读 missing or unreadable")

    def of(self, kind: str, stage: str = "") -> list[Row]:
        """Events of a kind (and stage); in a view, some are those of its amendment."""
        own = self.number > 0 and kind in OWN
        wanted = (OWN[kind], "amendment") if own else (kind, stage)
        found = [e for e in self.log.events if (e.event, e.get("stage", "")) == wanted]
        return [e for e in found if not own or e.attempt == self.number]

    def event(self, kind: str, stage: str = "") -> Row:
        """The last event of a kind, of the attempt whose documents these are."""
        found, text = self.of(kind, stage), f"{kind} {stage}".strip()
        if own := stage or STAGES.get(kind):
            doc = self.freeze if own == "draw" else self.seal
            found = [e for e in found if e.attempt == doc.attempt]
        if not found and not self.opened:
            raise Unknown(f"日志中尚无 not in the log yet: {text}", "sealed")
        need(found, f"日志中没有 not in the log: {text}")
        return found[-1]

    def commitment(self, kind: str) -> bytes:
        own = "amendment" if self.number and kind == "seal" else kind
        return self.digest(own, self.data[kind] if getattr(self, kind) else b"")

    def digest(self, kind: str, *fields: bytes | str) -> bytes:
        return digest(self.suite, kind, *fields)

    def key(self, text: str) -> Key:
        return Key(self.suite, bytes.fromhex(text))

    def opens(self, text: str) -> str:
        """The blind_hash of a blind."""
        return self.digest("blind", self.key(text).value).hex()

    def blind(self, number: int) -> Key:
        """Blind 1 or that of the seal, when opened; refuses one not committed to."""
        doc, stage = (self.freeze, "draw") if number == 1 else (self.seal, "lottery")
        key = "amendment" if self.number and number == 2 else stage, doc.attempt
        if key not in self.blinds:
            self.event("closed")
        value, wanted = self.blinds[key], doc.blind_hash
        need(self.opens(value) == wanted, f"密封值不符 / value {number} does not open")
        return self.key(value)

    def seed(self, stage: str) -> Key:
        number, kind = (2, "seal") if stage == "lottery" else (1, "freeze")
        keys, record = ("source", "issue", "value"), self.event("entropy", stage).record
        values = self.digest("randomness", *(r[key] for r in record for key in keys))
        own = "amendment" if self.number and number == 2 else stage
        value = mac(self.blind(number), "seed", own, self.commitment(kind), values)
        return Key(self.suite, value)

    def salt(self, label: str) -> bytes:
        return mac(self.blind2, "salt", label)

    def visit_leaf(self, entry: Row) -> bytes:
        return self.digest("leaf", self.salt("visit/" + entry.id), canonical(entry))

    def padded(self, kind: str, label: str, leaves: Iterable[bytes]) -> list[bytes]:
        """The leaves with their dummies, sorted: a positive multiple of 64."""
        found = list(leaves)
        for i in range(-len(found) % 64 if found else 64):
            dummy = canonical({"dummy": i})
            found += [self.digest(kind, self.salt(f"{label}{i}"), dummy)]
        return sorted(found)

    def team_leaf(self, name: str, now: dict[str, str], label: str = "") -> bytes:
        """The people leaf of a package; its label ends in /n after the n-th change."""
        package, team = self.teams[name]
        seats = [[seat.role, now[seat.id]] for seat in team]
        body = canonical({"package": name, "day": package.day, "seats": seats})
        return self.digest("people", self.salt("people/" + (label or name)), body)


def teams(b: Bundle) -> dict[str, tuple[Row, list[Row]]]:
    """The packages of the table with their seats."""
    packages, seats = b.table.packages, defaultdict[Any, list[Row]](list)
    for seat in b.table.seats:
        seats[seat.package].append(seat)
    return {p.id: (p, seats[k]) for k, p in enumerate(packages)}


def entries(visits: dict[str, Row], packages: dict[str, Row]) -> dict[str, Row]:
    """The object of each visit's leaf: the visit with its day, package and start."""
    found = {v.id: Row(v, day="", package="", start=-1) for v in visits.values()}
    for p in packages.values():
        for s in p.stops:
            found[s.visit] |= {"day": p.day, "package": p.id, "start": s.start}
    return found


def opened_blinds(b: Bundle) -> dict[tuple[str, int], str]:
    """The blinds that the log opens (a cancelled draw, the close), by attempt."""
    found, keys = dict[tuple[str, int], str](), list[tuple[str, int]]()
    for e in b.log.events:
        if e.event in STARTS:
            own = (e.get("stage") or STAGES[e.event], e.attempt)
            keys = [*(keys if e.event != "frozen" else []), own]
        if "blinds" in e:
            equal("blinds", len(e.blinds), len(keys))
            found |= zip(keys, e.blinds, strict=True)
    return found


def standing(events: list[Row]) -> tuple[bool, bool]:
    """Whether a draw was cancelled with nothing after; whether a seal is in force."""
    void = sealed = False
    for e in (e for e in events if e["event"] != "source_recorded"):
        void = (e["event"], e.get("stage")) == ("cancelled", "draw")
        lost = e["event"] == "cancelled" and e.get("stage") != "amendment"
        sealed = (sealed or e["event"] == "sealed") and not lost
    return void, sealed


def view(b: Bundle, number: int, docs: dict[str, Row]) -> Bundle:
    """The bundle with other documents: those of one amendment."""
    found, data = Bundle.__new__(Bundle), {k: canonical(doc) for k, doc in docs.items()}
    keys = ("closed", "opened", "anchors", "older")
    found.__dict__ |= {k: getattr(b, k) for k in keys}
    found.__dict__ |= {"amends": False, "findings": [], "number": number}
    found.__dict__ |= {"docs": b.docs | docs, "data": b.data | data}
    return found


def views(b: Bundle) -> list[Bundle]:
    """The bundle as each amendment sees it."""
    found = [b]
    own = b.amended.amendments if b.opened and b.rows else [Row()] * len(b.rows)
    for seal, row in zip(b.rows, own, strict=True):
        docs = {k: row[k] for k in ("drawn", "plan", "table") if k in row}
        docs |= {"seal": seal} | ({"assigned": row} if row else {})
        old = found[-1].docs.get("plan", Row(packages=[], standby=[]))
        names = found[-1].before.union(p.id for p in (*old.packages, *old.standby))
        placed = found[-1].had.union(s.visit for p in old.packages for s in p.stops)
        found.append(view(b, len(found), docs))
        found[-1].before, found[-1].had = names, placed  # of cancelled plans, too
    return found


def logged_changes(b: Bundle, until: str = "") -> list[Row]:
    """Those since the last freeze, or those of them before the event of the seal."""
    found, early = list[Row](), list[Row]()
    for e in b.log.events:
        found = [] if e.event == "frozen" else found
        found += [e] * (e.event == "people_changed")
        if e.event == until and e.attempt == b.seal.attempt:
            early = found[:]
    return early if until else found


def seat_rules(b: Bundle, visits: list[Row], skill: str) -> list[Row]:
    """The policy's seats of a package of these visits."""
    docket = {k for v in visits for k in v.kinds} - {"random"}
    holds = {"always": True, "docket": docket, "skill": skill}
    return [rule for rule in b.freeze.policy.seats.seats if holds[rule.when]]


def _wanted_seats(b: Bundle) -> list[tuple[str, int, Row]]:
    found = list[tuple[str, int, Row]]()
    for index, row in enumerate(b.table.packages):
        plan, times = b.packages.get(row.id, Row(stops=[], skill="")), Counter[str]()
        own = seat_rules(b, [b.visits[s.visit] for s in plan.stops], plan.skill)
        for rule in own if row.id in b.packages else TEAM:
            times[rule.role] += 1
            n = times[rule.role] if times[rule.role] > 1 else ""
            found.append((f"{row.id}/{rule.role}{n}", index, rule))
    return found


TEAM = [Row(role=k, unit="", authority="") for k in ("lead", "second")]
DERIVED: dict[str, Callable[[Bundle], Any]] = {
    "suite": lambda b: Suite(b.freeze.policy.hash),
    "blinds": opened_blinds,
    "closed_on": lambda b: day_of(b.event("closed").at),
    "place": lambda b: {id(e): k for k, e in enumerate(b.log.events)},
    "blind2": lambda b: b.blind(2),
    "visits": lambda b: {v.id: v for v in b.drawn.visits},
    "packages": lambda b: {p.id: p for p in b.plan.packages},
    "calls": lambda b: b.docs.get("amended", Row(calls=[])).calls,
    "taxis": lambda b: {c.package.id for c in b.calls if c.taxi},
    "by_car": lambda b: [p for p in b.plan.packages if p.id not in b.taxis],
    "cars": lambda b: Counter((p.office, p.day) for p in b.by_car),  # as many are used
    "spots": lambda b: {s.visit: (p, s) for p in b.plan.packages for s in p.stops},
    "made": lambda b: [(v, *b.spots[v.id]) for v in b.drawn.visits if v.id in b.spots],
    "attempts": lambda b: attempts(b),
    "sizes": lambda b: sizes(b),
    "net": lambda b: Net(b.table, b.freeze.policy.lottery),
    "changes": lambda b: logged_changes(b),  # those that count
    "early": lambda b: logged_changes(b, "amended" if b.number else "sealed"),
    "entries": lambda b: entries(b.visits, b.packages),
    "visit_leaves": lambda b: {k: b.visit_leaf(x) for k, x in b.entries.items()},
    "views": views,
    "to_draw": lambda b: [
        x for x in b.views[1:] if x.seal.seats and not x.of("cancelled")
    ],
    "rows": lambda b: b.docs.get("amendments", Row(amendments=[])).amendments,
    "ended": lambda b: ended(b),  # plan, seats and absences at the end
    "last": lambda b: b.ended if b.amends else b,  # the plan in force at the end
    "last_plan": lambda b: (b.last.tree if b.amends else b).plan,
    "last_days": lambda b: {name: p.day for name, p in b.where.items()},
    "where": lambda b: {s.visit: p for p in b.last.packages.values() for s in p.stops},
    "lists": lambda b: dict[Any, list[Row]](),  # of visits, as they are asked for
    "compounds": lambda b: {c.id: c for c in b.freeze.compounds},
    "rules": lambda b: {name: rule for name, _, rule in b.wanted_seats},
    "staffed": lambda b: [
        p for p in (*b.plan.packages, *b.plan.standby) if p.id not in b.before
    ],  # those with seats in the table
    "leaves": lambda b: b.padded("leaf", "dummy/", b.visit_leaves.values()),
    "teams": teams,
    "wanted_seats": _wanted_seats,  # id, package index and rule of each, by the policy
    "after": lambda b: lru_cache(None)(partial(People, b)),  # so many changes
    "people": lambda b: b.after(len(b.early)),  # as they stood at the seal
    "draw_time": lambda b: outside_time(b.freeze.policy.draw_entropy),
    "known": lambda b: b.after(sum(e.at < b.draw_time for e in b.early)),  # `hardest`
    "seat_people": lambda b: _seat_people(b),  # seat, who is eligible, hardest
}


# ---------------------------------------------------- claims: the files and the freeze
@claim("bundle.files", "文件齐全可读", "files complete and readable")
def bundle_files(b: Bundle) -> None:
    none(f"{shown(name)}: {why}" for name, why in b.refused.items())
    wanted = {"freeze", "log", *(OPENED if b.opened else [])}
    events: Any = b.docs.get("log", {"events": []})["events"]
    plain = ("cancelled", "amendment")  # needs no cancelled.json
    seen = {e["event"] for e in events if (e["event"], e.get("stage")) != plain}
    wanted |= seen & {"cancelled"} | ({"seal"} if standing(events)[1] else set())
    wanted |= {"amendments"} if "amended" in seen else set()
    wanted |= {"amended"} if b.opened and seen & {"amended", "called"} else set()
    found = b.data.keys() - {"private"}
    need(found >= wanted, f"缺失 missing: {sorted(wanted - found)}")
    need(found <= wanted, f"不应有 not to be here: {sorted(found - wanted)}")
    need(b.closed or not b.opened, "log.json: 无 closed 而启封 opened without")


@claim("bundle.canonical", "文件恰为规范字节", "each is its canonical bytes")
def bundle_canonical(b: Bundle) -> None:
    none(f"{name}.json: {why}" for name, why in b.faults.items())
    for name, doc in b.docs.items():
        need(canonical(doc) == b.data[name], f"{name}.json")
        equal(f"{name}.json schema", doc.schema, f"inspector/{name}/v2")


@claim("bundle.shape", "各文件、各事件的栏目如协议", "every field is as defined")
def bundle_shape(b: Bundle) -> None:
    for name, doc in b.docs.items():
        fit(doc, name, (name,))
    for row in b.docs.get("cancelled", Row(attempts=[])).attempts:
        kind = "freeze" if row.stage == "draw" else "seal"
        fit(row.document, kind, (f"cancelled {row.stage} {row.attempt}",))


def log_name(b: Bundle) -> str:
    """The origin of the log's anchors: bureau, month, scope of its first freeze."""
    rows = b.cancelled.attempts if "cancelled" in b.docs else []
    first = next((r.document for r in rows if r.stage == "draw"), b.freeze)
    suite, scope = Suite(first.policy.hash), canonical(first.policy.scope)
    name = digest(suite, "scope", scope).hex()[:16]
    return f"{b.freeze.bureau}/{b.freeze.month}/{name}"


def log_root_at(b: Bundle, size: int) -> str:
    return b64encode(bytes.fromhex(root(map(canonical, b.log.events[:size])))).decode()


def sizes(b: Bundle) -> list[int]:
    """Sizes of the anchors given; refuses one that contradicts the log."""
    for origin, size, value in b.anchors:
        equal("锚点 anchor origin", origin, " ".join(log_name(b).split()))
        need(size <= len(b.log.events), f"锚点 anchor: {size} > {len(b.log.events)}")
        equal(f"锚点 anchor: 根 root of {size}", value, log_root_at(b, size))
    return [size for _, size, _ in b.anchors]


def begun(b: Bundle, stage: str) -> Any:
    """Where the log holds the commitment of a stage."""
    return b.log.events.index(b.event("sealed" if stage == "lottery" else "frozen"))


def speaks(b: Bundle, stage: str, least: int) -> int:
    """The largest anchor of `least` leaves or more that speaks for the stage, or 0."""
    last, values = outside_time(announced(b, stage)), leaves_of(b, stage)
    outside = {s.id for s in announced(b, stage) if s.kind in OUTSIDE}
    late = [b.place[id(e)] for e in b.log.events if e.get("at", "") >= last]
    late += [b.place[id(e)] for e in values if e.source in outside]
    most = min(late, default=len(b.log.events))
    return max((n for n in b.sizes if least <= n <= most), default=0)


def anchored(b: Bundle, stage: str) -> None:
    least, last = begun(b, stage) + 1, outside_time(announced(b, stage))
    if size := speaks(b, stage, least):
        b.note = f"T = {last}; 锚点 anchor {size}: {SEEN}"
        return
    line = f"{log_name(b)} {least} {log_root_at(b, least)}"
    text = "请与公告比对，它须早于 T / compare with the notice, it must be older than T"
    raise Unknown(f"T = {last}; {text}: {line}", "anchor")


SEEN = "您声明在 T 之前见过 you state that you saw this before T"


def logged(b: Bundle, event: str, kind: str, at: str) -> None:
    e, own, b.note = b.event(event), getattr(b, kind), b.commitment(kind).hex()
    wanted = [b.note, own.attempt, own[at]]
    equal("log commitment, attempt, at", [e.commitment, e.attempt, e.at], wanted)


def keys_of(source: Row, issue: str = "") -> list[tuple[str, str, str]]:
    """What a source uses up: its issue, and a reveal its hash."""
    found = [(source.kind, source.name, issue or source.issue)]
    return found + [("reveal", "", source.commit)] * bool(source.commit)


def outside_time(sources: list[Row]) -> str:
    """T: the earliest announced time of an outside source."""
    return str(min(s.at for s in sources if s.kind in OUTSIDE))


def hours_later(at: str, hours: int) -> str:
    return (datetime.fromisoformat(at[:-1]) + timedelta(hours=hours)).isoformat() + "Z"


def is_drawing(name: str, at: str) -> bool:
    clock, days = DRAWINGS[name]
    return at[10:] == clock and date.fromisoformat(at[:10]).weekday() in days


def next_drawing(name: str, at: str) -> str:
    """The game's first draw time after `at`, which is one."""
    later = (shift(at[:10], n) + at[10:] for n in count(1))
    return next(x for x in later if is_drawing(name, x))


def check_sources(what: str, sources: list[Row], after: str, hours: int = 0) -> None:
    """Announced entropy is lawful, later than `after`, T by so many hours."""
    need(any(s.kind in OUTSIDE for s in sources), f"{what}: 无局外源 none from outside")
    last, soonest = outside_time(sources), hours_later(after, hours)
    need(last >= soonest, f"{what}: T {last} < {soonest} ({after} + {hours} h)")
    for s in sources:
        where, lottery = f"{what} {s.id}: {s.kind} {s.name}", s.kind in OUTSIDE
        written = GRAMMAR["id"](s.id) and GRAMMAR[f"{s.kind} issue"](s.issue)
        need(written and bool(s.commit) == (s.kind == "reveal"), f"{where} {s.issue}")
        ok = s.name in BALLS and is_drawing(s.name, s.at) if lottery else s.at < last
        need(ok and s.at > after, f"{where} {s.at} ({after}, T {last})")
    used = Counter([("id", "", s.id) for s in sources])
    used.update(key for s in sources for key in keys_of(s))
    none(f"{what}: {key} {n} 次 times" for key, n in used.items() if n > 1)


LISTS = {"streets": "code", "offices": "id", "cars": "id", "companies": "usc18"}
LISTS |= {"compounds": "id", "items": "code", "docket": "id", "exclusions": "compound"}
claim("freeze.commitment", "冻结承诺与日志一致", "the log holds it")(
    lambda b: logged(b, "frozen", "freeze", "frozen_at")
)
claim("freeze.before_entropy", "冻结早于随机源", "before the entropy", "anchor")(
    lambda b: anchored(b, "draw")
)


@claim("freeze.calendar", "工作日与期限日历", "working and deadline days", "outside")
def freeze_calendar(b: Bundle) -> None:
    days, later = b.freeze.working_days, b.freeze.publish_days
    (first, last), p = month_days(b.freeze.month), b.freeze.policy
    same("working_days", days, sorted({d for d in days if first <= d <= last}))
    after = {*days, *(d for d in later if d > last)} - {first}
    same("publish_days", later, sorted(after))
    span = p.publish_workdays + p.close_days
    equal("publish_days", len(later), span + 31)
    rest = [d for d in later if d > max(days, default=first)]
    equal("close_by", b.freeze.close_by, rest[span - 1])
    all_ = takewhile(lambda d: d <= later[-1], (shift(first, n) for n in count()))
    end = {d: date.fromisoformat(d).weekday() > 4 for d in all_}
    off = [d for d in end if (d in days or d in later) == end[d]]
    lists = [[d for d in off if end[d] == at_end] for at_end in (False, True)]
    one, two = (" ".join(x) or "–" for x in lists)
    b.note = f"平日休息 weekdays off: {one}; 周末上班 weekend days on: {two}"
    if off:
        text = "请与国务院放假通知比对 compare with the State Council's notice"
        raise Unknown(f"{b.note}; {text}", "outside")


@claim("freeze.registry", "名录有序无重复、有依据", "registries are sound")
def freeze_registry(b: Bundle) -> None:
    f = b.freeze
    lists = {name: [row[key] for row in f[name]] for name, key in LISTS.items()}
    lists["evaluations"] = [(e[0], e[1]) for e in f.evaluations]
    past = [(h.date, h.compound, h.kind, h.counts_for_cap) for h in f.history]
    lists["history"] = [row[:3] for row in past if row[3]]
    for name, rows in lists.items():
        same(name, rows, sorted({*rows}))
    same("history", past, sorted(past, key=lambda row: row[:3]))
    bare = (item.code for item in f["items"] if not item.legal_basis.strip())
    none(f"{code}: 无依据 no legal_basis" for code in bare)


@claim("freeze.policy", "细则：人员、权重、比例", "the policy is lawful")
def freeze_policy(b: Bundle) -> None:
    f, p, draw = b.freeze, b.freeze.policy, b.freeze.policy.draw_entropy
    equal("month, bureau", [p.month, p.bureau], [f.month, f.bureau])
    always = {r.role for r in p.seats.seats if r.when == "always"}
    need(always >= {"lead", "second"}, "seats: 不足两名执法人员 not two officers")
    weights = p.bottom.weights_bp
    near = sum(weights.get(k, 0) for k in ("street", "community"))
    b.note = f"街道社区 street {near}/{sum(weights.values())}"
    need(10 * near >= 3 * sum(weights.values()) > 0, b.note)
    need(10 * p.bottom.share[0] >= p.bottom.share[1] > 0, "倒排 share < 10 %")
    need(p.draw.batches > 0 and "random" in p.draw.counts, "batches, counts")
    need(p.wait_hours > 0 and p.seal_wait_hours > 0, "wait_hours, seal_wait_hours")
    d, v, (low, high) = p.day, p.visits, p.seats.keep_share
    ok = p.release_minute <= d.shift_start < d.shift_end <= 1440 and low <= high
    ok = ok and d.shift_start < d.morning_end and sorted(p.gives_way) == sorted(RANKS)
    ok = ok and d.lunch_first <= d.lunch_last and v.gap_min <= v.gap_max
    ok = ok and max(p.travel.lon_metres, p.travel.lat_metres) <= 120_000
    need(ok, "release_minute, day, gap_min, keep_share, travel, gives_way")
    check_sources("draw_entropy", draw, f.frozen_at, p.wait_hours)
    check_sources("lottery_entropy", p.lottery_entropy, max(s.at for s in draw))
    both = {key for s in draw for key in keys_of(s)}
    none(f"{s.id}: 用两次 twice" for s in p.lottery_entropy if {*keys_of(s)} & both)


claim("freeze.history", "以往检查、在途与应补有据", "earlier months as listed")(
    lambda b: months_before_it(b)
)


@claim("freeze.exclusions", "排除名单及其依据", "exclusions")
def freeze_exclusions(b: Bundle) -> None:
    f, rules, wanted = b.freeze, b.freeze.policy.draw, list[Any]()
    rows, left = defaultdict[Any, Any](list), sum(len(e.cites) for e in f.exclusions)
    unit, both, units = unit_key(f), rules.cap_by == "all", units_of(f)
    for h in (h for h in f.history if h.counts_for_cap and h.due < day_of(f.frozen_at)):
        random, ago = h.kind == "random", months_before(f.month, h.due)
        year = f.month[:4] == h.date[:4] and months_before(f.month, h.date) > 0
        rows["recent", h.compound] += [h] * (
            random and ago <= rules.exclude_recent_months
        )
        rows["cap", h[unit]] += [h] * (random and year)
        rows["other", h[unit]] += [h] * (both and year)
    days = {k: len({h.date for h in own}) for k, own in rows.items()}
    for c in f.compounds:
        most = rules.caps[c.risk_class] if (own := units[c.id]) else SAFE
        tried = ("recent", c.id, 1), ("cap", own, most), ("other", own, most)
        for reason, own, _ in [x for x in tried if days.get(x[:2], 0) >= x[2]][:1]:
            left -= len(cited := rows[reason, own])
            need(left >= 0, "exclusions: 依据不足 cites are missing")
            keys = ("compound", "usc18", "date", "kind")
            logs = ({k: h[k] for k in keys} | {"event": "inspected"} for h in cited)
            cites = [leaf_hash(canonical(log)).hex() for log in logs]
            wanted.append({"compound": c.id, "reason": reason, "cites": cites})
    same("exclusions", f.exclusions, wanted)


@claim("freeze.strata", "分层、规模与入样概率", "strata, sizes and chances")
def freeze_strata(b: Bundle) -> None:
    wanted = sorted(all_strata(b.freeze), key=lambda s: str(s.id))
    same("strata", b.freeze.strata, wanted)


@claim("freeze.ranking", "倒排名单可重算", "the bottom list follows")
def freeze_ranking(b: Bundle) -> None:
    ranking, rules = b.freeze.ranking, b.freeze.policy.bottom
    weight = {k: w for k, w in rules.weights_bp.items() if w}
    active = {c.id for c in b.freeze.compounds if c.status == "active"}
    scores: dict[str, dict[str, int]] = defaultdict(dict)
    for compound, source, score, _ in b.freeze.evaluations:
        if compound in active and source in weight:
            scores[compound].setdefault(source, score)
    ranks = []
    for name, by in scores.items():
        near, mean = {s: by[s] for s in ("street", "community") if s in by}, []
        for part in (by, near):
            total = sum(weight[s] * v for s, v in part.items())
            mean.append(Fraction(total, sum(weight[s] for s in part) or 1))
        ranks.append((mean, not near, name))
    ranks.sort(key=lambda r: (r[0][0], r[1], r[0][1], r[2]))
    size = -(-len(ranks) * rules.share[0] // rules.share[1])
    equal("ranked", ranking.ranked, len(ranks))
    first = [[name, *mean[0].as_integer_ratio()] for mean, _, name in ranks[:size]]
    same("listed", ranking.listed, first)


def members(f: Row) -> dict[tuple[str, str, str], list[str]]:
    """Compounds in the draw by street, class and type; exclusions as published."""
    out, found = {e.compound for e in f.exclusions}, defaultdict(list)
    for c in (c for c in admitted(f) if c.id not in out):
        kind = c.type if f.policy.draw.by_type else ""
        found[c.street, c.risk_class, kind].append(c.id)
    return found


def admitted(f: Row) -> Iterator[Row]:
    """The active compounds that the scope admits."""
    scope, district = f.policy.scope, {s.code: s.district for s in f.streets}
    for c in (c for c in f.compounds if c.status == "active"):
        pairs = [(c.type, scope.types), (district[c.street], scope.districts)]
        pairs += [(c.street, scope.streets), (c.risk_class, scope.classes)]
        yield from [c] * all(own in wanted for own, wanted in pairs if wanted)


STRATUM = ("street", "risk_class", "type", "id", "size", "chance", "expected")


def all_strata(f: Row) -> Iterator[Row]:
    """PROTOCOL 5: the strata; a street's minimum lifts its chances by one factor."""
    scope, draw = f.policy.scope, f.policy.draw
    rates = {k: min(1, Fraction(*v) / draw.batches) for k, v in draw.rates.items()}
    cells: dict[str, dict[Any, int]] = defaultdict(dict)
    for key, names in members(f).items():
        cells[key[0]][key] = len(names)
    for street in f.streets:
        sizes, least = cells[street.code], Fraction(street.min_draw, draw.batches)
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
            both = ([*x.as_integer_ratio()] for x in (chance[key], n * chance[key]))
            own = (*key, "/".join(filter(None, key)), n, *both)
            yield Row(zip(STRATUM, own, strict=True))


@claim("freeze.docket_visits", "台账应有的检查", "visits the docket owes")
def freeze_docket_visits(b: Bundle) -> None:
    f, owed = b.freeze, b.freeze.docket_visits
    rules, (first, last) = f.policy.visits, month_days(f.month)
    minutes, least, most = rules.series_minutes, rules.gap_min, rules.gap_max
    active = {c.id for c in f.compounds if c.status == "active"}
    due = {"rectifying": "recheck", "accepting": "acceptance", "closed": "lookback"}
    assumed, due["both"] = {a.case: a for a in f.assumed}, "recheck"  # the last of each
    made, found = defaultdict[str, list[str]](list), dict[str, list[Row]]()
    for h in sorted(f.history, key=lambda h: str(h.date)):
        made[h.compound] += [h.date] * (h.kind == "remediation")

    def owe(case: str, own: str, kind: str, step: int, days: Any, also: str) -> None:
        series, skilled = kind == "remediation", ("recheck", "acceptance")
        found[own] = []
        for k, (one, two) in enumerate(days, step):
            row = Row(case=case, compound=own, kind=kind, step=k, steps_from=step)
            row |= {"first": one, "last": two, "skilled": kind in skilled}
            both = [rules[f"{x}_minutes"] for x in (kind, also) if x and not series]
            row |= {"also": also, "minutes": minutes[k] if series else max(both)}
            row |= {"gap_min": series * least, "gap_max": series * most}
            found[own].append(row)

    for case in sorted(f.docket, key=lambda c: (c.state == "closed", c.id)):
        own, state = case.compound, case.state
        begin, end = case.next_first, case.next_last
        step = len(made[own]) - bisect_left(made[own], case.opened)
        if a := assumed.get(case.id):
            state = {"remediation": "listed", "lookback": ""}.get(a.kind, "both")
            begin, end = shift(a.day, 1), shift(a.day, 15)
            if state == "listed":
                step, begin, end = a.step + 1, shift(a.day, least), shift(a.day, most)
        one, two = max(begin, first), min(end or last, last)
        one, two = (first, last) if two < first else (one, two)
        if not begin or one > two or own in found or own not in active:
            continue
        if state in due:
            also = "acceptance" if state == "both" else ""
            owe(case.id, own, due[state], 0, [(one, two)], also)
        elif state == "listed" and (a or case.last_visit):
            windows: list[Any] = []
            while two <= last and step + len(windows) < len(minutes):
                windows.append((one, two))
                one, two = shift(one, least), shift(two, most)
            if windows:
                owe(case.id, own, "remediation", step, windows, "")
    new = [c for c in f.docket if c.state == "waiting" and c.id not in assumed]
    new = sorted((c.opened, c.id, c.compound) for c in new)
    busy = {c.compound for c in f.docket if c.state != "closed"}
    new += [("", f"{f.month}-{c}", c) for c, _, _ in f.ranking.listed if c not in busy]
    left = f.policy.bottom.start_per_month
    for _, case, own in new:
        if left and own in active and own not in found:
            owe(case, own, "remediation", 0, [(first, last)] * len(minutes), "")
            left -= 1
    same("docket_visits", owed, [v for _, rows in sorted(found.items()) for v in rows])


# ------------------------------------------------------- claims: entropy and the draw
TEXT = rb'"((?:[^"\\]|\\.)*+)"'  # one JSON string
BALLS = {"双色球": ((6, 33), (1, 16)), "大乐透": ((5, 35), (2, 12))}
# When a game is drawn: 21:15, 21:25 at UTC+8; days, Monday is 0.
DRAWINGS = {"双色球": ("T13:15:00Z", (1, 3, 6)), "大乐透": ("T13:25:00Z", (0, 2, 5))}
GRAMMARS = {  # PROTOCOL 2: whole texts, ASCII
    "id": "[a-z0-9][a-z0-9-]{0,31}",
    "lottery issue": "20[0-9]{5}",
    "dice issue": "[0-9A-Za-z-]{1,32}",
    "reveal issue": "[0-9A-Za-z-]{1,32}",
    "drand issue": "[1-9][0-9]{0,9}",
    "lottery": r"[0-9]{2}( [0-9]{2}){4,5}\|[0-9]{2}( [0-9]{2}){0,1}",
    "dice": "[1-6]{20,64}",
    "reveal": "([0-9a-f]{2}){16,64}",
    "drand": "[0-9a-f]{96}",
}
Counted = tuple[Row, "Row | None", str]
GRAMMAR = {k: re.compile(v, re.ASCII).fullmatch for k, v in GRAMMARS.items()}


def written(value: str, source: Row) -> bool:
    """Whether a value has the one spelling of its kind; a lottery's numbers ascend."""
    if not GRAMMAR[source.kind](value) or source.kind != "lottery":
        return bool(GRAMMAR[source.kind](value))
    parts, rules = [p.split(" ") for p in value.split("|")], BALLS[source.name]
    return all(
        len(own) == n and own == [x for k in range(top) if (x := f"{k + 1:02d}") in own]
        for own, (n, top) in zip(parts, rules, strict=True)
    )


def issues(source: Row, leaf: Row) -> list[str]:
    """What issue a leaf may have: the announced one, of a fallback the next."""
    if not leaf.fallback:
        return [source.issue]
    if source.kind not in OUTSIDE:
        return []
    year, number = source.issue[:4], str(int(source.issue) + 1)
    jump = day_of(leaf.at)[:4] > day_of(source.at)[:4]
    return [number] * (number[:4] == year) + [f"{int(year) + 1}001"] * jump


def announced(b: Bundle, stage: str) -> Any:
    return b.seal.entropy if stage == "lottery" else b.freeze.policy.draw_entropy


def attempts(b: Bundle) -> list[Row]:
    """Each attempt in the order of the log; `keys_used`: also what a fallback took."""
    rows = b.cancelled.attempts if "cancelled" in b.docs else []
    docs = [(r.stage, r.document) for r in rows]
    docs += [("draw", b.freeze)] * (("draw", b.freeze) not in docs)
    docs += [("lottery", b.docs[x]) for x in ("seal",) if x in b.docs]
    docs += [("amendment", doc) for doc in b.rows]
    marks = [(k, e) for k, e in enumerate(b.log.events) if e.event in STARTS]
    starts = {(STAGES.get(e.event, "amendment"), e.attempt): k for k, e in marks}
    found = list[Row]()
    for stage, doc in docs:
        sources = doc.policy.draw_entropy if stage == "draw" else doc.entropy
        names = {s.id: s for s in sources}
        keys = [key for s in sources for key in keys_of(s)]
        for e in b.log.events:
            if e.event == "entropy" and (e.stage, e.attempt) == (stage, doc.attempt):
                taken = (r for r in e.record if r.fallback and r.source in names)
                keys += [keys_of(names[r.source], r.issue)[0] for r in taken]
        row = Row(stage=stage, attempt=doc.attempt, sources=sources, document=doc)
        row |= {"at": doc["frozen_at" if stage == "draw" else "sealed_at"]}
        found.append(Row(row, keys_used=keys))
        known = (stage, doc.attempt) in starts
        need(known, f"{stage} {doc.attempt}: 未入日志 not in the log")
    return sorted(found, key=lambda a: starts[a.stage, a.attempt])


def leaves_of(b: Bundle, stage: str) -> list[Row]:
    """What was recorded for the attempt in force."""
    number = b.number or (b.seal if stage == "lottery" else b.freeze).attempt
    stage = "amendment" if b.number and stage == "lottery" else stage
    return recorded(b, stage, number)


def recorded(b: Bundle, stage: str, attempt: int) -> list[Row]:
    rows = [e for e in b.log.events if e.event == "source_recorded"]
    return [e for e in rows if (e.stage, e.attempt) == (stage, attempt)]


def counting(b: Bundle, sources: list[Row], leaves: list[Row]) -> list[Counted]:
    """Each source, the leaf that counts, and why none does."""
    found = list[Counted]()
    for s in sources:
        own = [e for e in leaves if e.source == s.id]
        leaf, why = own[-1] if own else None, "无录入 nothing entered"
        opened = bytes.fromhex(leaf.value) if leaf and s.commit else b""
        if opened and b.digest("reveal", opened).hex() != s.commit:
            leaf, why = None, "与哈希不符 does not fit its hash"
        found.append((s, leaf, why))
    return found


def check_record(b: Bundle, event: Row, sources: list[Row], leaves: list[Row]) -> None:
    """Refuse a record that is not what the leaves give."""
    record, keys = list[Row](), ("issue", "value", "at", "fallback")
    for s, leaf, why in counting(b, sources, leaves):
        need(leaf or s.kind not in OUTSIDE, f"{s.id}: {why}")
        own = leaf or {"issue": s.issue, "value": "", "at": "", "fallback": False}
        record.append(Row({"source": s.id} | {k: own[k] for k in keys}))
    same("record", event.record, record)


def check_entropy(b: Bundle, stage: str) -> None:
    event, events = b.event("entropy", stage), b.log.events
    check_record(b, event, announced(b, stage), leaves_of(b, stage))
    after = events[events.index(event) + 1 :][:1]
    due = [("drawn" if stage == "draw" else "assigned", event.attempt, event.at)]
    equal("entropy ↓", [(e.event, e.get("attempt"), e.get("at")) for e in after], due)


def check_outside(b: Bundle, stage: str) -> None:
    b.event("entropy", stage)
    first, rest = "", list[str]()
    for s, leaf, _ in counting(b, announced(b, stage), leaves_of(b, stage)):
        if leaf and s.kind in OUTSIDE:
            at = next_drawing(s.name, s.at) if leaf.fallback else s.at
            rest += [f"{s.name} {leaf.issue} ({day_of(at)}) = {leaf.value}"]
            why = "未开奖 was not published"
            first += f"{s.name} {s.issue} ({day_of(s.at)}) {why}; " * leaf.fallback
    ask = "请与发布机构比对期号、日期、号码 / compare issue, date and numbers elsewhere"
    raise Unknown(f"{first}{ask}: {'; '.join(rest)}", "outside")


def check_inside(b: Bundle, stage: str) -> None:
    b.event("entropy", stage)
    leaves, least, told = leaves_of(b, stage), 0, list[str]()
    rows = counting(b, announced(b, stage), leaves)
    inside = [row for row in rows if row[0].kind not in OUTSIDE]
    for s, leaf, why in inside:
        told += [f"{s.id} = {leaf.value if leaf else f'空 empty ({why})'}"]
        own = [b.place[id(e)] for e in leaves if e.source == s.id]
        least = max(least, own[-1] + 1 if own else SAFE)
    if not inside:
        return
    b.note = f"T = {outside_time(announced(b, stage))}; {'; '.join(told)}"
    size = speaks(b, stage, max(least, begun(b, stage) + 1))
    if not size:
        raise Unknown(f"{b.note}; T 之前已公开？ was this public before T?", "anchor")
    b.note += f"; 锚点 anchor {size}: {SEEN}"


def entropy_claims(stage: str) -> None:
    zh, en = "随机源如公告与录入", "the entropy is as announced and recorded"
    claim(f"{stage}.entropy", zh, en, "sealed")(partial(check_entropy, stage=stage))
    zh, en, may = "内部随机值早于局外", "inside values before T", TIMED
    claim(f"{stage}.inside", zh, en, may)(partial(check_inside, stage=stage))
    zh, en, may = "随机值属实", "the organiser published this", "outside sealed"
    claim(f"{stage}.outside", zh, en, may)(partial(check_outside, stage=stage))


entropy_claims("draw")


@claim("draw.seed", "密封值一与冻结一致", "value 1 opens, the seed follows", "sealed")
def draw_seed(b: Bundle) -> None:
    b.blind(1)
    b.note = f"seed {b.seed('draw').value.hex()}"


@claim("draw.counts", "各层抽取数由种子定出", "the seed gives the numbers", "sealed")
def draw_counts(b: Bundle) -> None:
    outcome = drawn_numbers(b.freeze, b.seed("draw"))
    same("strata", [(s.id, len(s.drawn)) for s in b.drawn.strata], outcome)


def drawn_numbers(f: Row, seed: Key) -> list[tuple[str, int]]:
    """The number drawn in each stratum."""
    expected, unit = [(s, Fraction(*s.expected)) for s in f.strata], 1
    for _, value in expected:
        unit = lcm(unit, value.denominator)
        need(unit.bit_length() <= MAX_UNIT_BITS, "公分母过大 denominator too large")
    arcs, sums = [], Counter[tuple[str, str, str]]()
    for s, value in expected:
        street, kind = f"street/{s.street}", f"class/{s.risk_class}"
        arcs.append((f"stratum/{s.id}", street, kind, n := int(value * unit)))
        sums.update({(street, "root", street): n, (kind, kind, "sink"): n})
        sums["total", "sink", "root"] += n
    arcs += [(*arc, n) for arc, n in sums.items()]
    numbers = rounding(seed, arcs, unit)[: len(expected)]
    return [(s.id, n) for (s, _), n in zip(expected, numbers, strict=True)]


@claim("draw.tickets", "中签与候补按签号", "winners and reserves by ticket", "sealed")
def draw_tickets(b: Bundle) -> None:
    seed, more = b.seed("draw"), b.freeze.policy.draw.reserves
    names = {"/".join(filter(None, k)): v for k, v in members(b.freeze).items()}
    for s in b.drawn.strata:
        order, n = by_ticket(seed, "compound", names.get(s.id, [])), len(s.drawn)
        same(s.id, [s.drawn, s.reserves], [order[:n], order[n : n + more]])


@claim("draw.totals", "日志中的抽取总数", "the totals in the log", "sealed")
def draw_totals(b: Bundle) -> None:
    event, kinds = b.event("drawn"), {s.id: s.risk_class for s in b.freeze.strata}
    means = dict.fromkeys(("total", *kinds.values()), Fraction(0))
    for s in b.freeze.strata:
        for name in ("total", s.risk_class):
            means[name] += Fraction(*s.expected)
    found = event.classes | {"total": event.total}
    same("classes", sorted([*event.classes, "total"]), sorted(means))
    off = (k for k, n in found.items() if not -1 < n - means[k] < 1)
    none(f"{k} {found[k]}: 期望 expected {means[k]}" for k in off)
    drawn = Counter(kinds[s.id] for s in b.drawn.strata for _ in s.drawn)
    drawn["total"] = drawn.total()
    same("classes", sorted(found.items()), [(k, drawn[k]) for k in sorted(found)])


@claim("draw.visits", "检查由抽取与台账得出", "visits follow from the draw", "sealed")
def draw_visits(b: Bundle) -> None:
    f, won = b.freeze, {name for s in b.drawn.strata for name in s.drawn}
    district = {s.code: s.district for s in f.streets}
    first, last = month_days(f.month)
    owed = {o.compound for o in f.owed if not o.gone}
    plain = Row(kind="", also="", steps_from=0, first=first, last=last, minutes=0)
    jobs: list[Any] = [(d.compound, d.step, d) for d in f.docket_visits]
    jobs += [(name, 0, plain) for name in (won | owed) - {name for name, _, _ in jobs}]
    wanted: list[Row] = []
    jobs = in_ticket_order(b, [(f"{n}/{k}", n, k, d) for n, k, d in jobs])
    jobs.sort(key=lambda job: job[1] not in owed or job[2] != job[3].steps_from)
    for _, name, step, d in jobs:
        c, minutes, purpose = b.compounds[name], d.minutes, [d.kind, d.also]
        skill = c.skill if d.get("skilled") else ""
        if name in won | owed and step == d.steps_from:
            purpose, minutes = ["random", *purpose], max(minutes, c.service_minutes)
            minutes += f.policy.visits.extra_minutes * (d is not plain)
            skill = c.skill
        series = d if d.kind == "remediation" else {"case": ""}
        own = {k: series.get(k, 0) for k in ("step", "gap_min", "gap_max")}
        row = Row(own, id=f"V{len(wanted) + 1:04d}", compound=name)
        row |= {"lon": c.lon, "lat": c.lat, "district": district[c.street]}
        row |= {"window": c.window, "skill": skill, "service_minutes": minutes}
        row |= {"first": d.first, "last": d.last, "series": series["case"]}
        wanted.append(Row(row, kinds=[*filter(None, purpose)]))
    same("visits", b.drawn.visits, wanted)


def in_ticket_order(b: Bundle, rows: Iterable[Any]) -> list[Any]:
    """Rows whose first item is a name, in ticket order of the visits (PROTOCOL 6)."""
    seed = b.seed("draw")
    return sorted(rows, key=lambda row: (mac(seed, "ticket", "visit", row[0]), row[:2]))


def by_number(name: str) -> tuple[int, str]:
    return len(name), name


def number_on(what: str, found: list[str], used: Iterable[str], form: str) -> None:
    """Refuse unless the ids go on after those used."""
    first = int(max(used, key=by_number, default=form.format(0))[1:]) + 1
    same(what, found, [form.format(n) for n in range(first, first + len(found))])


@claim("plan.numbers", "编号由签号与最小检查号", "numbers by ticket alone", "sealed")
def plan_numbers(b: Bundle) -> None:
    names = [p.id for p in b.plan.packages]
    same("packages", names, sorted(names, key=by_number))
    pairs = {s.id for s in b.plan.standby}
    new = [p for p in b.plan.packages if p.id not in b.before | pairs]
    new.sort(key=lambda p: min(by_number(s.visit) for s in p.stops))
    number_on("packages", [p.id for p in new], b.before - pairs, "P{:03d}")
    if b.amends:
        f, used = Field(b), {*b.visits}
        for e in f.events():
            more = b.views[e.attempt].visits if e.event == "amended" else {}
            more = {f.call.visit.id: f.call.visit} if e.event == "called" else more
            added = [v for v in more.values() if v.id not in f.visits]
            named = ((f"{v.compound}/{v.step}/{v.kinds[0]}", v) for v in added)
            rows = [(name, canonical(v | {"id": ""}), v.id) for name, v in named]
            ids = [row[2] for row in in_ticket_order(b, rows)]
            number_on("added", ids, used, "V{:04d}")
            used.update(ids)


# ------------------------------------------------------------------ claims: the plan
def duty(package: Row, day: Row) -> int:
    pause = 0 if package.lunch is None else day.lunch_minutes
    return int(package.back - package.depart - pause)


def legs(b: Bundle, package: Row) -> list[int]:
    """Minutes of each leg (PROTOCOL 6): from the office, between the stops, back."""
    taxi = b.freeze.policy.travel.taxi_minutes if package.id in b.taxis else 0
    return drive(b, package.office, [b.visits[s.visit] for s in package.stops], taxi)


def drive(b: Bundle, name: str, visits: list[Row], more: int = 0) -> list[int]:
    office = next(o for o in b.freeze.offices if o.id == name)
    places, m, found = [office, *visits, office], b.freeze.policy.travel, []
    for p, q in pairwise(places):
        x, y = (p.lon - q.lon) * m.lon_metres, (p.lat - q.lat) * m.lat_metres
        road = isqrt(x * x + y * y) * m.detour_bp * 60
        minutes = m.parking_minutes - road // -(10**10 * m.metres_per_hour)
        found.append(more + minutes * ((p.lon, p.lat) != (q.lon, q.lat)))
    return found


@claim("plan.complete", "每次检查恰排一次或列明", "placed once or listed", "sealed")
def plan_complete(b: Bundle) -> None:
    placed = [s.visit for p in b.plan.packages for s in p.stops]
    placed += [u.visit for u in b.plan.unplaced if u.reason]
    same("visits", sorted(placed), sorted(b.visits))
    reasons(b)
    days, pairs = b.freeze.working_days, b.freeze.policy.seats.standby_pairs
    names = [(f"S-{day}-{n + 1}", day) for day in days for n in range(pairs)]
    rows = [[(s.id, s.day) for s in b.plan[k]] for k in ("standby", "unmanned")]
    same("standby", sorted(rows[0] + rows[1]), sorted(names))
    same("standby", rows, [[n for n in names if n in {*own}] for own in rows])


@claim("plan.windows", "日期与时段合规", "days and hours fit", "sealed")
def plan_windows(b: Bundle) -> None:
    hours, days = b.freeze.policy.day, set(b.freeze.working_days)
    bounds = {"all_day": (0, SAFE), "morning": (0, hours.morning_end)}
    bounds["afternoon"] = (hours.afternoon_start, SAFE)
    for v, p, s in b.made:
        low, high = bounds[v.window]
        ok = v.first <= p.day <= v.last and low <= s.start and s.end <= high
        text = f"{v.id} {p.day} {s.start}: {v.first} … {v.last} {v.window}"
        need(ok and p.day in days, text)


@claim("plan.gaps", "系列间隔合规", "gaps within a series", "sealed")
def plan_gaps(b: Bundle) -> None:
    day = {(v.series, v.step): p.day for v, p, _ in b.made if v.series}
    for v, p, _ in b.made:
        if one := day.get((v.series, v.step - 1)):
            need(gap(v, one, p.day), f"{v.id}: {one}, {p.day}")


def gap(v: Row, one: str, two: str) -> bool:
    """Whether a series may go on on a day after another one."""
    return within(two, shift(one, v.gap_min), shift(one, v.gap_max))


@claim("plan.routes", "路线时刻可行", "each route's times can be driven", "sealed")
def plan_routes(b: Bundle) -> None:
    pause = b.freeze.policy.day.lunch_minutes
    for p in b.plan.packages:
        now, free = p.depart, []
        end = Row(visit="back", arrive=p.back, start=p.back, end=p.back)
        for stop, minutes in zip([*p.stops, end], legs(b, p), strict=True):
            left = stop.arrive - minutes
            time = 0 if stop is end else b.visits[stop.visit].service_minutes
            ok = now <= left and stop.arrive <= stop.start == stop.end - time
            need(ok, f"{p.id} {stop.visit}: {now} + {minutes}, {stop.arrive} …")
            free += [(now, left), (stop.arrive, stop.start)]
            now = stop.end
        ok = p.lunch is None or any(x <= p.lunch <= y - pause for x, y in free)
        need(ok, f"{p.id} lunch {p.lunch}: 重叠 overlaps")


@claim("plan.duty", "出勤、午休与件数", "shift, duty, lunch, visits a day", "sealed")
def plan_duty(b: Bundle) -> None:
    d = b.freeze.policy.day
    for p in b.plan.packages:
        n, ok = len(p.stops), d.shift_start <= p.depart and p.back <= d.shift_end
        ok = ok and duty(p, d) <= d.duty_minutes and 0 < n <= d.max_visits
        late = p.back <= d.lunch_last or p.depart >= d.lunch_first + d.lunch_minutes
        eats = p.lunch is not None
        ok = ok and (d.lunch_first <= p.lunch <= d.lunch_last if eats else late)
        need(ok, f"{p.id}: {p.depart} … {p.back}, lunch {p.lunch}, {n} visits")


@claim("plan.cars", "每日车辆够用", "enough cars each day", "sealed")
def plan_cars(b: Bundle) -> None:
    known, rows = {c.id for c in b.freeze.cars}, b.plan.cars_out
    order = sorted({(r.car, r["from"], r.to) for r in rows})
    same("cars_out", [(r.car, r["from"], r.to) for r in rows], order)
    none(f"{r}" for r in order if r[0] not in known or r[1] > r[2])
    for (office, day), n in b.cars.items():
        cars = cars_left(b, office, day)
        need(n <= cars, f"{office} {day}: {n} 包 packages > {cars} 车 cars")
    b.note = f"停用 out of service: {len(rows)}"


def cars_left(b: Bundle, office: str, day: str) -> int:
    """Cars of an office in service and not out that day."""
    out = {r.car for r in b.plan.cars_out if r["from"] <= day <= r.to}
    own = (c for c in b.freeze.cars if c.office == office and c.id not in out)
    return sum(within(day, c.first, c.last) for c in own)


@claim("plan.skills", "每包至多一项专长", "one skill a package", "sealed")
def plan_skills(b: Bundle) -> None:
    for p in b.plan.packages:
        skills = {b.visits[s.visit].skill for s in p.stops} - {""}
        equal(f"{p.id} skill", [p.skill] if p.skill else [], sorted(skills))


@claim("plan.travel", "路程分钟可重算", "travel minutes", "sealed")
def plan_travel(b: Bundle) -> None:
    found = [(p.id, p.travel_minutes) for p in b.plan.packages]
    same("travel", found, [(p.id, sum(legs(b, p))) for p in b.plan.packages])
    equal("travel_minutes", b.plan.travel_minutes, sum(n for _, n in found))


def driven(b: Bundle, office: str, visits: list[Row]) -> bool:
    """Whether a route can be driven (PROTOCOL 6), for each way to have lunch: forward
    as early as may be, then back from there as late as may be."""
    d, ways = b.freeze.policy.day, range(2 * len(visits) + 2)
    if len(visits) > d.max_visits or len({v.skill for v in visits} - {""}) > 1:
        return False
    rest = (d.lunch_first, d.lunch_last, d.lunch_minutes)
    *out, home = drive(b, office, visits)
    for way in ways:
        tasks = list[tuple[int, int, int, int]]()  # leg, first and last start, minutes
        for i, (v, leg) in enumerate(zip(visits, out, strict=True), 1):
            low, high = d.shift_start, d.shift_end
            low = max(low, d.afternoon_start) if v.window == "afternoon" else low
            high = min(high, d.morning_end) if v.window == "morning" else high
            stop = (low, high - v.service_minutes, v.service_minutes)
            here = [rest] * (way == 2 * i) + [stop] + [rest] * (way == 2 * i + 1)
            tasks += [(leg * (k == 0), *own) for k, own in enumerate(here)]
        begin = max(d.shift_start, (d.lunch_first + d.lunch_minutes) * (way == 1))
        now, ok = begin, True
        for leg, low, high, minutes in tasks:
            start = max(now + leg, low)
            ok, now = ok and start <= high, start + minutes
        now += home
        if ok and now <= (d.lunch_last if way == 0 else d.shift_end):
            left = now - home
            for leg, _, high, minutes in reversed(tasks):
                left = min(left - minutes, high) - leg
            pause = d.lunch_minutes * (way > 1)
            if now <= d.shift_end and now - left - pause <= d.duty_minutes:
                return True
    return False


@claim("plan.bound", "路程下界", "the bound on travel", "outside sealed")
def plan_bound(b: Bundle) -> None:
    text = f"{b.plan.bound_minutes} ≤ {b.plan.travel_minutes}"
    need(b.plan.bound_minutes <= b.plan.travel_minutes, text)
    text += ": 题目公开，任何人可挑战 / anyone may challenge it"
    raise Unknown(text, "outside")


# --- what gives way (PROTOCOL 14)
RANKS = ("standby", "lookback", "later", "first", "recheck", "random", "owed")
# Office, day, the visits then, package or "", packages whose seats count.
Spot = tuple[str, str, list[Row], str, frozenset[str]]


def rank(b: Bundle, v: Row) -> int:
    """What gives way earlier has less."""
    owed = any(o.compound == v.compound for o in b.freeze.owed if not o.gone)
    own = {"random": "owed" if owed else "random", "lookback": "lookback"}
    own["remediation"] = "later" if v.step else "first"
    ways: list[str] = b.freeze.policy.gives_way
    return max(ways.index(own.get(kind, "recheck")) for kind in v.kinds)


DERIVED["ranks"] = lambda b: {v.id: rank(b, v) for v in b.drawn.visits}


def counting_seats(b: Bundle, way: int, until: int = 0) -> frozenset[str]:
    """Packages whose seats count for a visit of this rank, or for a pair before which
    are so many."""
    pairs = b.freeze.policy.gives_way.index("standby")
    if way != pairs:
        return frozenset([*b.packages, *(s.id for s in b.plan.standby if pairs > way)])
    ranks = {s.visit: b.ranks[s.visit] for p in b.plan.packages for s in p.stops}
    late = (p for p in b.plan.packages if max(ranks[s.visit] for s in p.stops) > pairs)
    return frozenset([p.id for p in late] + [s.id for s in b.plan.standby[:until]])


def beside(b: Bundle, v: Row) -> Callable[[str], bool]:
    """Whether a day keeps the dates of a visit and its gaps to the steps beside it."""
    days = {x.step: p.day for x, p, _ in b.made if v.series and x.series == v.series}
    one, two = days.get(v.step - 1), days.get(v.step + 1)
    return lambda day: bool(
        v.first <= day <= v.last
        and (one is None or gap(v, one, day))
        and (two is None or gap(v, day, two))
    )


def places(b: Bundle, v: Row) -> Iterator[Spot]:
    """Where the route allows a visit that is out."""
    free, notice = b.freeze.working_days, b.freeze.policy.notice_workdays
    fits, seats = beside(b, v), counting_seats(b, b.ranks[v.id])
    for office in (o.id for o in b.freeze.offices if o.district == v.district):
        new = (p for p in b.plan.packages if p.id not in b.before)
        new = (p for p in new if p.office == office)
        spots = [(p.day, [b.visits[s.visit] for s in p.stops], p.id) for p in new]
        later = [x for x in free if x > day_of(b.seal.sealed_at)][notice:]
        for day in later if b.number else free:
            spots += [(day, [], "")] * (b.cars[office, day] < cars_left(b, office, day))
        for day, own, name in (spot for spot in spots if fits(spot[0])):
            for k in range(len(own) + 1):
                order = [*own[:k], v, *own[k:]]
                if driven(b, office, order):
                    yield office, day, order, name, seats


def by_people(b: Bundle, spots: Iterable[Spot]) -> None:
    """Refuse unless people forbid each of these packages."""
    rows, cuts = list(spots), list[Any]()
    b.note = f"人员所限 for people: {len(rows)}"
    if not rows:
        return
    if "private" not in b.data:
        raise Unknown(b.note, "public")
    most = {p.id: p.max_days for p in b.table.people}
    ids, seats = [*most], list[tuple[str, str, set[str]]]()
    for seat, who in zip(b.table.seats, b.net.eligible, strict=True):
        package = b.table.packages[seat.package]
        seats.append((package.id, package.day, {ids[i] for i in who}))

    def needs(cut: Any, day: str, sets: list[set[str]]) -> int:
        return sum(all(i in cut[0] or (i, day) in cut[1] for i in who) for who in sets)

    for row in b.plan.cuts:
        cut = {*row.people}, {(i, day) for i, day in row.days}
        need(not any(i in cut[0] for i, _ in cut[1]), "cuts: days")
        holds = sum(most[i] for i in cut[0]) + len(cut[1])
        names = Counter(n for n, day, who in seats if needs(cut, day, [who]))
        left = {k: holds - sum(names[n] for n in k & names.keys()) for *_, k in rows}
        cuts.append((cut, left, names))
    num, den = b.freeze.policy.seats.keep_share
    for _, day, order, name, own in rows:
        skill = max((v.skill for v in order), default="")
        rules = seat_rules(b, order, skill) if order else TEAM
        new = [who for who, _ in team_people(b, b.people, day, skill, order, rules)]
        least = [most for _, most in team_people(b, b.known, day, skill, order, rules)]
        pairs = zip(new, least if order else [0, 0], strict=True)
        few = any(not who or len(who) * den < n * num for who, n in pairs)
        ways = ((cut, left[own] + names[name]) for cut, left, names in cuts)
        barred = any(needs(cut, day, new) > left for cut, left in ways)
        text = f"{day} {name} {' '.join(v.id for v in order)}"
        need(few or barred, f"{text}: 人员允许 people allow it")


@claim("plan.unplaced", "未排者各有其因", "left out for a cause", "public sealed")
def plan_unplaced(b: Bundle) -> None:
    out = {u.visit: u.reason for u in b.plan.unplaced}
    same("unplaced", [*out], sorted(out, key=by_number))
    need(len(b.plan.cuts) <= 256, f"cuts {len(b.plan.cuts)}")
    rows = list[Spot]()
    for v in (b.visits[name] for name in out if not b.unsealed):
        steps = [b.visits[x] for x in out if v.series == b.visits[x].series != ""]
        before = any(x.step < v.step for x in steps)
        spots = [] if before else [*places(b, v)]
        due = "before" if before else "people" if spots else "car"
        text = [f"{day} {name or office}" for office, day, _, name, _ in spots[:3]]
        equal(f"{v.id} reason {text}", out[v.id], due)
        rows += spots
    way = b.freeze.policy.gives_way.index("standby")
    order = [(s.day, int(s.id[13:])) for s in b.plan.standby]
    for s in () if b.number else b.plan.unmanned:
        until = bisect_left(order, (s.day, int(s.id[13:])))
        rows.append(("", s.day, [], "", counting_seats(b, way, until)))
    by_people(b, rows)


@claim("plan.order", "谁未排依次序", "first to give way stays out", "public sealed")
def plan_order(b: Bundle) -> None:
    rows, last = list[Spot](), Counter[str]()
    for x in (x for x, _, _ in b.made if x.series):
        last[x.series] = max(last[x.series], x.step)
    out = (u for u in b.plan.unplaced if u.reason != "before" and not b.unsealed)
    for v in (b.visits[u.visit] for u in out):
        way, fits, number = b.ranks[v.id], beside(b, v), by_number(v.id)
        for x, p, _ in b.made:
            ok = x.district == v.district and p.id not in b.before and fits(p.day)
            ok = ok and x.id not in b.had
            ok = ok and (b.ranks[x.id], number) < (way, by_number(x.id))
            ends = x.series != v.series and x.step == last[x.series]
            if ok and (ends or not x.series):
                order = [v if s.visit == x.id else b.visits[s.visit] for s in p.stops]
                if driven(b, p.office, order):
                    rows.append((p.office, p.day, order, p.id, counting_seats(b, way)))
    by_people(b, rows)


# ------------------------------------------- claims: the seal, seats and chance table
@claim("seal.commitment", "密封承诺与日志一致", "the log holds this seal", "sealed")
def seal_commitment(b: Bundle) -> None:
    logged(b, "sealed", "seal", "sealed_at")
    own = [b.commitment("freeze").hex(), b.freeze.month]
    equal("freeze, month", [b.seal.freeze, b.seal.month], own)


claim("seal.before_entropy", "密封早于随机源", "sealed before the entropy", TIMED)(
    lambda b: anchored(b, "lottery")
)


@claim("seal.entropy", "派员随机源如细则或有因另报", "as planned, or why not", "sealed")
def seal_entropy(b: Bundle) -> None:
    doc, used, void, other = b.freeze, set[Any](), False, list[str]()
    for a in b.attempts:
        if a.stage == "draw":
            doc, void = a.document, False
        elif a.stage == "lottery":
            own, plan = a.document, doc.policy.lottery_entropy
            what, bound = f"seal {a.attempt}", b.digest("freeze", canonical(doc)).hex()
            equal(f"{what} freeze", own.freeze, bound)
            soonest = hours_later(a.at, doc.policy.seal_wait_hours)
            taken = any(key in used for s in plan for key in keys_of(s))
            causes = {"wait": outside_time(plan) < soonest, "used": taken}
            causes["cancelled"] = void
            why, void = own.entropy_reason, True
            ok = causes[why] if why else not any(causes.values())
            need(ok, f"{what}: entropy_reason {why!r}, {causes}")
            names = ("id", "kind", "name") if why else (*plan[0],)
            rows = ([{k: s[k] for k in names} for s in x] for x in (a.sources, plan))
            same(f"{what} entropy", *rows)
            pairs = zip(a.sources, plan, strict=True)
            none(f"{what}: {s.at} ≤ {p.at}" for s, p in pairs if why and s.at <= p.at)
            other += [f"{a.attempt}: {why}"] * bool(why)
        used.update(a.keys_used)
    b.note = f"{len(other)} 次另报 not as planned {'; '.join(other)}"


claim("seal.blind", "密封值二与密封一致", "value 2 opens", "sealed")(
    lambda b: b.blind(2)
)


@claim("seal.hashes", "抽取、计划、概率表未改", "documents are as sealed", "sealed")
def seal_hashes(b: Bundle) -> None:
    for name in ("drawn", "plan", "table"):
        found = getattr(b, name) and b.digest(name, b.salt(name), b.data[name]).hex()
        equal(f"{name}_hash", b.seal[f"{name}_hash"], found)


@claim("seal.leaves", "检查叶与密封一致", "the visit leaves are as sealed", "sealed")
def seal_leaves(b: Bundle) -> None:
    equal("visit_leaves", b.seal.visit_leaves, len(b.leaves))
    equal("visit_root", b.seal.visit_root, root(b.leaves))


@claim("seal.figures", "密封时公布的数字属实", "the figures published", "sealed")
def seal_figures(b: Bundle) -> None:
    plan, table, net = b.plan, b.table, b.net
    chances = [net.chance[k] for k in net.used] or [0]
    wanted = {k: len(table[k]) for k in ("seats", "levels", "exceptions", "listed")}
    wanted |= {k: plan[k] for k in ("travel_minutes", "bound_minutes")}
    wanted |= {"packages": len(plan.packages), "changes": len(b.early)}
    wanted |= {"q_star": max([0, *net.values]), "t_star": table.t_star}
    wanted |= {"min_chance": min(chances), "max_chance": max(chances)}
    wanted["load_slack"] = table.slack
    same("figures", [(k, b.seal[k]) for k in wanted], [*wanted.items()])
    out = [u.reason for u in plan.unplaced] + ["standby"] * len(plan.unmanned)
    equal("unplaced", b.seal.unplaced, Counter(out))


@claim("seats.officers", "每包席位齐全", "every package has its seats", "sealed")
def seats_officers(b: Bundle) -> None:
    seats = [(name, index, rule.role) for name, index, rule in b.wanted_seats]
    same("seats", [(s.id, s.package, s.role) for s in b.table.seats], seats)
    days = [(p.id, p.day) for p in b.staffed]
    same("packages", sorted((p.id, p.day) for p in b.table.packages), sorted(days))
    minutes = {p.id: duty(p, b.freeze.policy.day) for p in b.plan.packages}
    for p in b.table.packages:
        need(p.minutes == minutes.get(p.id, 0), f"{p.id} minutes {p.minutes}")


@claim("seats.kept", "席位保有合格人员", "enough eligible people", "sealed")
def seats_kept(b: Bundle) -> None:
    num, den = b.freeze.policy.seats.keep_share
    rows = [(s, len(b.net.eligible[k])) for k, s in enumerate(b.table.seats)]
    for s, n in rows:
        ok = 0 < n <= s.hardest <= len(b.table.people)
        need(ok, f"{s.id}: {n}, hardest {s.hardest}")
    few = [(s, n) for s, n in rows if n * den < num * s.hardest]
    same("listed", b.table.listed, [s.id for s, _ in few])
    after = [e for e in b.early if e.at >= b.draw_time]
    b.note = "; ".join(f"{s.id} {n}/{s.hardest}" for s, n in few)
    if few and after:  # who approved what was changed after T of the draw
        b.note += f" ← {', '.join(sorted({e.approver for e in after}))}"


@claim("table.pairs", "人与工作包配对齐全", "pairs are those eligible", "sealed")
def table_pairs(b: Bundle) -> None:
    who = [[s, i] for s, group in enumerate(b.net.eligible) for i in group]
    same("elements", [e[:2] for e in b.table.elements], who)
    pairs = sorted({(b.net.package[s], i) for s, i in who})
    same("pairs", [(p[1], p[0]) for p in b.table.pairs], pairs)


@claim("table.margins", "席位合计为一、每日至多一", "sums of seats and days", "sealed")
def table_margins(b: Bundle) -> None:
    equal("unit", b.table.unit, V)
    b.net.margins(b.net.sums, V)


@claim("table.shares", "应摊份额与负荷限", "fair shares and load bounds", "sealed")
def table_shares(b: Bundle) -> None:
    people, share = b.table.people, Counter[int]()
    same("people", [p.id for p in people], b.freeze.people)
    for who in b.net.eligible:
        total = sum(people[i].rate for i in who) or 1
        share.update({i: U * people[i].rate // total for i in who})
    loads = b.net.loads(b.table.slack)
    rates = [U * p.max_days // p.days if p.days else 0 for p in people]
    found = [[p.rate, p.share, p.load_min, p.load_max] for p in people]
    wanted = [[rate, share[i], *loads[i]] for i, rate in enumerate(rates)]
    same("rate, share, loads", found, wanted)


@claim("table.slack", "负荷放宽量最小", "the load slack is least", "sealed")
def table_slack(b: Bundle) -> None:
    slack, nodes = b.table.slack, b.table.slack_cut
    net, _, out = b.net.cut(nodes, b.net.loads(slack - 1))
    ok = net > U * len(out) if slack else not nodes
    need(ok, f"slack {slack}: 割不成立 the cut proves nothing")


@claim("table.levels", "各级最大概率最小", "the levels are least", "sealed")
def table_levels(b: Bundle) -> None:
    net, values, most = b.net, b.net.values, b.freeze.policy.lottery.max_levels
    level = [p[2] for p in b.table.pairs]
    left, own = {*range(len(level))}, [len(values) - 1] * len(level)
    ok = len(values) <= most and values == sorted(values, reverse=True)
    need(ok and min(values[1:] or [U]) >= TRACE, f"levels {values}")
    for k, value in enumerate(values):
        low, _, out = net.cut(b.table.levels[k].nodes)
        free, fixed = left & out, sum(values[level[p]] for p in out - left)
        equal(f"level {k}", value, -((fixed - low) // len(free)))
        left -= free
        own = [k if p in free else n for p, n in enumerate(own)]
    same("pairs", level, own)
    need(bool(b.table.spare) == bool(left and len(values) < most), "spare")
    if b.table.spare:
        sums = net.count(b.table.spare)
        net.margins(sums, U)
        for p, k in enumerate(level):
            ok = sums[3][p] <= values[k] and (p not in left or sums[3][p] < TRACE)
            need(ok, f"spare {b.table.pairs[p]}: {sums[3][p]}")


@claim("table.caps", "概率在上下限内", "chances within floor and cap", "sealed")
def table_caps(b: Bundle) -> None:
    net, low = b.net, b.table.floor
    for k, cap in enumerate(net.cap):
        ok = low * U * (k in net.used) <= net.chance[k] <= cap * U
        need(ok, f"pair {b.table.pairs[k][:2]}: {net.chance[k]} ∉ ({low} … {cap})·{U}")


@claim("table.dropped", "剔除的配对确不可能", "dropped pairs are impossible", "sealed")
def table_dropped(b: Bundle) -> None:
    net, dropped = b.net, sorted({*range(len(b.table.pairs))} - b.net.used)
    part = net.parts() if dropped else []
    for k in dropped:
        tail, head = net.chance_arcs[k]
        used = net.chance[k] or (net.cap[k] and part[head] == part[tail])
        need(not used, f"pair {b.table.pairs[k][:2]}: 本可派到 could be used")


@claim("table.t_star", "最小概率已最大", "the least chance is largest", "sealed")
def table_t_star(b: Bundle) -> None:
    net, t, (num, den) = b.net, b.table, b.freeze.policy.lottery.floor_factor
    best = min((net.cap[k] for k in net.used), default=0)
    if t.t_cut:
        low, into, out = net.cut(t.t_cut)
        best = (sum(net.cap[k] for k in out & net.used) - low) // len(into & net.used)
    equal("t_star, floor", [t.t_star, t.floor], [best, best * num // den])


class Pulls:
    """The multipliers of table.json as numbers, in 2^-40 (PROTOCOL 7)."""

    def __init__(self, table: Row) -> None:
        m, people = table.multipliers, len(table.people)
        own = [[int(text, 16) for text in m[k]] for k in ("seats", "loads", "duty")]
        equal("multipliers", [*map(len, own)], [len(table.seats), people, people])
        self.seats, self.loads, self.duty = own
        self.days = {(i, day): int(text, 16) for i, day, text in m.days}
        same("multipliers", [(i, day) for i, day, _ in m.days], sorted(self.days))

    def placed(self, net: Net) -> None:
        """Refuse one on a sum inside its bounds, or one that pushes outward."""
        for (i, day), pull in self.days.items():
            need(pull < 0 and net.sums[1][i, day] == V, f"multiplier {i} {day}")
        for i, (p, pull) in enumerate(zip(net.table.people, self.loads, strict=True)):
            end = p.load_min if pull > 0 else p.load_max
            need(not pull or net.sums[2][i] == end * V, f"multiplier {p.id}")


def off_duty(net: Net, duty: list[int], num: int, den: int) -> Fraction:
    """L · Σ ρ²/w: expected duty against each group's mean and its multipliers."""
    people, made, total = net.table.people, Counter[int](), Fraction(0)
    for s, i, n in net.table.elements:
        made[i] += n * net.table.packages[net.package[s]].minutes
    groups = defaultdict[str, list[int]](list)
    for i, p in enumerate(people):
        need(p.max_days or not duty[i], f"multiplier {p.id}")
        made[i] += p.carry * V
        groups[p.group] += [i] * (p.max_days > 0)
    for group, mine in groups.items():
        equal(f"multipliers {group}", sum(duty[i] for i in mine), 0)
        days = sum(people[i].max_days for i in mine)
        mean = Fraction(sum(made[i] for i in mine), days or 1)
        for i in mine:
            off = made[i] - people[i].max_days * mean + Fraction(duty[i] * den, num)
            total += off * off / people[i].max_days
    return total * num / (den * V * V)


def off_chances(net: Net, pulls: Pulls) -> Fraction:
    """Σ r²/a: each chance against its formula."""
    t, rates, total = net.table, Counter[int](), 0
    rows = defaultdict[int, list[tuple[int, int, int]]](list)
    for s, i, _ in t.elements:
        rates[s] += t.people[i].rate
    for s, i, n in t.elements:
        p, package = t.people[i], t.packages[net.package[s]]
        a, k = V * p.rate // (rates[s] or 1), net.pair_at[i, net.package[s]]
        need(a or not n, f"element {s} {i}")
        if a and k in net.used and net.cap[k]:
            pull = pulls.seats[s] + pulls.loads[i] + pulls.days.get((i, package.day), 0)
            pull = pull * p.max_days + package.minutes * pulls.duty[i]
            rows[k].append(((n - a) * V * p.max_days - a * pull, a, n))
    for k, row in rows.items():
        days, chance = t.people[t.pairs[k][0]].max_days, net.chance[k]
        pull = sum(off for off, _, n in row if n)
        pull //= sum(a for _, a, n in row if n) or 1
        pull = pull if chance == t.floor * U else min(pull, 0)
        pull = pull if chance == net.cap[k] * U else max(pull, 0)
        for off, a, n in row:
            r = off - a * pull if n else min(0, off - a * pull)
            total -= -r * r // (a * days * days)  # rounded up
    return Fraction(total, V**3)


@claim("table.canonical", "概率表是唯一可能的", "no other table was possible", "sealed")
def table_canonical(b: Bundle) -> None:
    (num, den), pulls = b.freeze.policy.lottery.duty_weight, Pulls(b.table)
    need(num > 0, "duty_weight 0")
    pulls.placed(b.net)
    squared = off_duty(b.net, pulls.duty, num, den) + off_chances(b.net, pulls)
    b.note = f"R = {float(squared) ** 0.5:.1e}"
    need(squared * 10**12 <= 1, b.note + " > 1e-6")


@claim("table.rows", "结转与类别先于抽取", "carry, group bound before draw", "sealed")
def table_rows(b: Bundle) -> None:
    none(f"{p.id} carry {p.carry}" for p in b.table.people if p.carry % 240)
    rows = canonical([[p.id, p.carry, p.group] for p in b.table.people])
    found = b.digest("rows", mac(b.blind(1), "salt", "rows"), rows).hex()
    equal("rows_hash", b.freeze.rows_hash, found)


@claim("table.exceptions", "例外全部列出", "all exceptions are listed", "sealed")
def table_exceptions(b: Bundle) -> None:
    rules, who = b.freeze.policy.lottery, b.net.eligible
    least, (num, den) = rules.exception_eligible, rules.exception_level
    names = [s.id for k, s in enumerate(b.table.seats) if len(who[k]) < least]
    names += [f"level/{k}" for k, v in enumerate(b.net.values) if v * den > num * U]
    same("exceptions", b.table.exceptions, names)


# ------------------------------------------------ claims: the lottery and what follows
entropy_claims("lottery")


@claim("lottery.seed", "派员种子成立", "its seed follows", "sealed")
def lottery_seed(b: Bundle) -> None:
    need(b.blind(1) != b.blind(2), "两个密封值相同 both sealed values are one")
    b.note = f"seed {b.seed('lottery').value.hex()}"


claim("lottery.rounding", "派员由概率表与种子定出", "table, seed give it", "sealed")(
    lambda b: same("seats", b.assigned.seats, rounded_seats(b.table, b.seed("lottery")))
)


def rounded_seats(t: Row, seed: Key) -> list[list[str]]:
    """Seat and person, by the chance table and a seed."""
    arcs, sums = list[Any](), Counter[tuple[str, str, str]]()
    taken = [e for e in t.elements if e[2]]
    for s, i, units in taken:
        who, seat, p = t.people[i].id, t.seats[s].id, t.packages[t.seats[s].package]
        one, two, pair = f"person/{who}", f"seat/{seat}", f"pair/{who}/{p.id}"
        day = f"day/{who}/{p.day}"
        arcs.append((f"element/{who}/{seat}", pair, two, units))
        ways = (one, "root", one), (day, one, day), (pair, day, pair)
        for arc in (*ways, (two, two, "sink"), ("total", "sink", "root")):
            sums[arc] += units
    arcs += [(*arc, units) for arc, units in sums.items()]
    outcome = zip(taken, rounding(seed, arcs, V), strict=False)
    return [[t.seats[s].id, t.people[i].id] for (s, i, _), n in outcome if n]


@claim("lottery.reserves", "候补按签号", "reserves by ticket", "sealed")
def lottery_reserves(b: Bundle) -> None:
    seed, chosen, wanted = b.seed("lottery"), dict(b.assigned.seats), []
    for s, who in zip(b.table.seats, b.net.eligible, strict=True):
        names = {b.table.people[i].id for i in who} - {chosen.get(s.id)}
        wanted.append([s.id, by_ticket(seed, f"reserve/{s.id}", names)])
    same("reserves", b.assigned.reserves, wanted)


@claim("lottery.leaves", "人员叶与日志一致", "people leaves as logged", "sealed")
def lottery_leaves(b: Bundle) -> None:
    event, now = b.event("assigned"), dict(b.assigned.seats)
    leaves = b.padded("people", "people-dummy/", [b.team_leaf(k, now) for k in b.teams])
    equal("people_leaves", event.people_leaves, len(leaves))
    equal("people_root", event.people_root, root(leaves))


class Field:
    """Plan, seats and absences as the log's events change them (PROTOCOL 6 and 8).
    `born`: the view that has a package's seats, `tree`: that with the visits' leaves,
    `wait`: that still to be drawn; `leaf`: people leaves that were changed; `shown`:
    the amendment in force at a result; `since`: by person and day the first visit not
    made; `kept`: who made a visit before the seat changed; `known`: people changes
    so far, `knew`: those before a call."""

    def __init__(self, b: Bundle) -> None:
        self.b, self.tree, self.wait, self.called = b, b, list[Bundle](), list[Row]()
        self.now, self.reserves = dict(b.assigned.seats), dict(b.assigned.reserves)
        self.born, self.away = dict.fromkeys(b.teams, b), set[tuple[str, str]]()
        self.pairs, self.shown = {s.id for s in b.plan.standby}, dict[str, int]()
        self.leaf, self.since = dict[str, str](), dict[tuple[str, str], str]()
        self.kept, self.vacant = dict[tuple[str, str], str](), set[str]()
        self.spent, self.known, self.knew = set[str](), 0, dict[str, int]()
        self.amend(b)

    def events(self) -> Iterator[Row]:
        """Each event before it is applied; an empty one ends them."""
        for e in (*self.b.log.events, Row(event="")):
            if e.event == "called":
                self.call = self.b.amended.calls[len(self.called)]
            yield e
            own_stage = e.get("stage") == "amendment"
            if e.event == "absent":
                first = self.b.results.absences[len(self.since)]["from"]
                self.since[e.person, e.day] = first
                self.away.add((e.person, e.day))
            elif e.event == "substituted":
                self.replace(e)
            elif e.event in ("frozen", "people_changed"):
                self.known = self.known + 1 if e.event == "people_changed" else 0
            elif e.event == "cancelled" and own_stage:
                self.wait.pop()  # only one that waits can be
            elif e.event in ("result", "carried"):
                self.shown[e.visit] = self.tree.number
            elif e.event == "called":
                self.called.append(self.call)
                self.knew[self.call.package.id] = self.known
                self.amend(self.tree)
            elif e.event == "amended":
                need(not self.wait, f"{e.attempt}: 前一变更未摇号 another one waits")
                self.wait = [own := self.b.views[e.attempt]]
                stay, home = own.packages.keys() | self.pairs, self.home.items()
                busy = {(self.now[s], p.day) for s, p in home if p.id in stay}
                own.taken, own.held = busy | self.away, Counter(n for n, _ in busy)
                if not own.table.seats:
                    self.amend(self.wait.pop())
            elif e.event == "assigned" and own_stage:
                self.amend(self.wait.pop())

    def replace(self, e: Row) -> None:
        """A seat has another person, or nobody, from a visit of its package on."""
        own, route = self.home[e.seat], self.route(e.seat)
        first = self.since.get((e.out, own.day), "")
        if e.seat not in self.vacant and first in route:
            for v in route[: route.index(first)]:
                self.kept.setdefault((e.seat, v), self.now[e.seat])
        self.vacant.discard(e.seat)
        if e["in"]:
            self.spent |= {p.id for p in self.held(e["in"]) if p.day == own.day}
            self.now[e.seat], self.leaf[own.id] = e["in"], e.new_leaf
        else:
            self.vacant.add(e.seat)

    def who(self, seat: str, visit: str) -> str:
        """Who is in the seat when the visit is made; "" when nobody is."""
        now = "" if seat in self.vacant else self.now[seat]
        return self.kept.get((seat, visit), now)

    def held(self, who: str) -> list[Row]:
        """The packages in which he has a seat."""
        return [self.home[s] for s, one in self.now.items() if one == who]

    def idle(self, who: str, day: str) -> Any:
        """Whether all his seats of the day are of stand-by pairs not called."""
        mine = {p.id for p in self.held(who) if p.day == day}
        return self.packages.keys().isdisjoint(mine)

    def route(self, seat: str) -> list[str]:
        """The visits of a seat's package, in order; of a stand-by pair none."""
        own = self.packages.get(self.home[seat].id, Row(stops=[]))
        return [s.visit for s in own.stops]

    def amend(self, own: Bundle) -> None:
        """This plan is in force, and all calls; seats that stay keep their people."""
        self.visits = own.visits | {c.visit.id: c.visit for c in self.called}
        self.packages = own.packages | {c.package.id: c.package for c in self.called}
        if own is not self.tree:
            self.born |= dict.fromkeys(own.teams, own)
            self.now |= dict(own.assigned.seats)
            self.reserves |= dict(own.assigned.reserves)
        self.tree, there = own, self.packages.keys() | self.pairs
        rows = [x.teams[name] for name, x in self.born.items() if name in there]
        self.home = {seat.id: package for package, team in rows for seat in team}
        self.now = {s: who for s, who in self.now.items() if s in self.home}

    def visit_leaf(self, name: str) -> str:
        """The leaf of a visit in force: of the last tree, or of a call since."""
        called = self.b.visit_leaf(entries(self.visits, self.packages)[name])
        return str(self.tree.visit_leaves.get(name, called).hex())

    def team_leaf(self, name: str) -> str:
        """The people leaf of a package as it stands."""
        return self.leaf.get(name) or self.born[name].team_leaf(name, self.now).hex()

    def waits(self, day: str) -> bool:
        """Whether an amendment that is still to be drawn adds or dissolves packages."""
        here, found = self.packages, set[str]()
        for own in self.wait:
            stay = own.packages.keys() & here.keys() | self.pairs
            rows = (p for p in (*own.staffed, *here.values()) if p.id not in stay)
            found |= {p.day for p in rows}
        return day in found


def ended(b: Bundle) -> Field:
    f = Field(b)
    need([*f.events()] and not f.wait, "尚待摇号 still to be drawn")
    return f


@claim("changes.absences", "缺勤与变动及时登记", "logged by their day", "sealed")
def changes_absences(b: Bundle) -> None:
    f, rows, n = Field(b), b.results.absences, 0
    equal("absences", len(rows), len(b.of("absent")))
    for e in f.events():
        need(e.event != "people_changed" or not f.wait, f"{e.get('at')}: 待摇号 waits")
        if e.event == "absent":
            (row, n), where = (rows[n], n + 1), f"{e.person} {e.day}"
            body = canonical({"reason": row.reason, "from": row["from"]})
            wanted = b.digest("absence", b.salt(f"absence/{n}"), body).hex()
            equal(f"{where} sealed", e.sealed, wanted)
            need(day_of(e.at) <= e.day, f"{where}: {e.at} 登记过晚 logged too late")
            need((e.person, e.day) not in f.away, f"{where}: 两次 twice")
            need(e.person in b.freeze.people, f"{where}: 无此人 nobody")
            seats = (s for s, who in f.now.items() if who == e.person)
            mine = {v for s in seats if f.home[s].day == e.day for v in f.route(s)}
            ok = row["from"] in ({""} if f.waits(e.day) else mine | {""})
            need(ok, f"{where}: {row['from']} 非其检查 not his visit")
    b.note = f"{n}"


@claim("changes.early", "开奖前的人员变动", "changes dated before T", "anchor sealed")
def changes_early(b: Bundle) -> None:
    last = b.draw_time
    found = [b.log.events.index(e) + 1 for e in b.early if e.at < last]
    if found and not speaks(b, "draw", found[-1]):
        text = f"{len(found)}: T 之前已公开？ were they public before T = {last}?"
        raise Unknown(text, "anchor")
    b.note = f"{len(found)}"


@claim("changes.substitutions", "替换按候补顺序", "substitutions in order", "sealed")
def changes_substitutions(b: Bundle) -> None:
    f, changes, due, may = Field(b), Counter[str](), list[str](), list[str]()
    most, queue = {p.id: p.max_days for p in b.table.people}, list[tuple[str, str]]()

    def freed(who: str, day: str) -> list[str]:
        return [s for s, p in f.home.items() if f.now[s] == who and p.day == day]

    def why_not(who: str, own: Row, why: str) -> str:
        held = {p.day for p in f.held(who)}
        soon = [p.load_max for x in f.wait for p in x.table.people if p.id == who]
        full = len(held) + sum(soon) >= most[who]
        found = "busy" if own.day in held else "full" * full
        found = "absent" if (who, own.day) in f.away else found
        called = own.id in {c.package.id for c in f.called}
        return why if why == "ineligible" and called else found

    for event in f.events():
        if event.event != "substituted":
            need(not due, f"{due[:1]}: 缺席未替换 absent, not substituted")
            if event.event != "absent":
                late = [x for x in queue if not f.waits(x[1]) and freed(*x)]
                none(f"{who} {day}: 缺席未替换 not substituted" for who, day in late)
                queue, may = [x for x in queue if f.waits(x[1])], []
        if event.event == "absent":
            if f.waits(event.day):
                queue.append((event.person, event.day))
            else:
                due = freed(event.person, event.day)
        elif event.event == "called":
            day = f.call.package.day
            need(not f.waits(day), f"{day}: 待摇号 to be drawn")
            may = [s for s, p in f.home.items() if p.id == f.call.package.id]
        elif event.event == "substituted":
            seat, new, own = event.seat, event["in"], f.home[event.seat]
            while queue and not due and not f.waits(queue[0][1]):
                due = freed(*queue.pop(0))
            if not due and seat in may:  # he may not make the visit called
                due, may = [seat], may[may.index(seat) + 1 :]
            need(due and due.pop(0) == seat, f"{seat}: 无缺席 nobody was absent")
            given = {who: why for who, why in event.skipped}
            tried = [(k, why_not(k, own, given.get(k, ""))) for k in f.reserves[seat]]
            free = [who for who, why in tried if not why]
            idle = [k for k, why in tried if why == "busy" and f.idle(k, own.day)]
            who = [*free, *(idle if f.route(seat) else []), ""][0]
            end = [k for k, _ in tried].index(who) if free else None
            skipped = [[k, why] for k, why in tried[:end] if k != who]
            same(f"{seat} in, skipped", [new, *event.skipped], [who, *skipped])
            out, old = f.now[seat], f.team_leaf(own.id)
            after = old
            if new:
                changes[own.id] += 1
                now, label = f.now | {seat: new}, f"{own.id}/{changes[own.id]}"
                after = f.born[own.id].team_leaf(own.id, now, label).hex()
            found = [event.out, event.old_leaf, event.new_leaf]
            equal(f"{seat} out, leaves", found, [out, old, after])
    b.note = f"{changes.total()}"


@claim("changes.ineligible", "跳过的无资格者属实", "who may not go", "public sealed")
def changes_ineligible(b: Bundle) -> None:
    f, n, calls = Field(b), 0, {c.package.id: c for c in b.calls}
    for e in f.events():
        for who, why in e.skipped if e.event == "substituted" else ():
            if why == "ineligible":
                n += 1
                if b.docs.get("private") and (c := calls.get(f.home[e.seat].id)):
                    ok = may_go(f, who, e.seat, c)
                    need(not ok, f"{e.seat} {who}: 可前往 may go")
    if n and not b.docs.get("private"):
        raise Unknown(f"{n}: 须用监督包 / needs the auditor's bundle", "public")
    b.note = f"{n}"


@claim("changes.followed", "变动后的回避已执行", "later ones are obeyed", AUDIT)
def changes_followed(b: Bundle) -> None:
    f, must = Field(b), set[tuple[str, str]]()
    need(b.private, "private.json")

    def out(who: str, seat: str, n: int) -> bool:
        p, day = b.after(n), f.home[seat].day
        own = p.names[who]
        places = (f.visits[v].compound for v in f.route(seat))
        return not (p.free(own, day) and all(p.visits(own, day, c) for c in places))

    for e in f.events():
        if e.event not in ("absent", "substituted"):
            none(f"{who} {day}: 应缺勤 to be absent" for who, day in must - f.away)
        if e.event == "people_changed" and f.known >= len(b.early):
            days = {s: f.home[s].day for s in f.now if s not in f.vacant}
            late = (s for s, day in days.items() if release(b.freeze, day) > e.at)
            must = {(f.now[s], days[s]) for s in late if out(f.now[s], s, f.known + 1)}
        elif e.event == "substituted":
            ok = not e["in"] or not out(e["in"], e.seat, f.known)
            need(ok, f"{e.seat} {e['in']}: 应回避 must not step in")


# --------------------------------------------------------- claims: results and the log
@claim("results.leaves", "结果附有密封的叶", "results have sealed leaves", "sealed")
def results_leaves(b: Bundle) -> None:
    trees = [merkle(x.leaves) for x in b.views]
    equal("visit_root", b.seal.visit_root, trees[0][-1][0].hex())
    places = [{x: i for i, x in enumerate(x.leaves)} for x in b.views]
    called = {c.visit.id for c in b.calls}
    for r in (*b.results.results, *b.results.carried):
        n, path = r.get("amendment", 0), []
        equal(f"{r.visit} amendment", n, b.last.shown[r.visit] if b.amends else 0)
        leaf = b.views[n].visit_leaves.get(r.visit)
        need(leaf or r.visit in called, f"{r.visit}: 无叶 no leaf")
        i = places[n][leaf] if leaf else -1
        for k, level in enumerate(trees[n][:-1] if leaf else []):
            path += [x.hex() for x in level[i >> k ^ 1 :][:1]]
        equal(f"{r.visit} index, proof", [r.index, r.proof], [i, path])


@claim("results.deadline", "逾期如实列出", "late ones are listed", "sealed")
def results_deadline(b: Bundle) -> None:
    f, wanted = b.freeze, []
    for r in b.results.results:
        last = [d for d in f.publish_days if d > r.date][f.policy.publish_workdays - 1]
        need(day_of(r.published_at) >= r.date, f"{r.visit} published_at < {r.date}")
        wanted += [(r.visit, last)] * (day_of(r.published_at) > last)
    same("overdue", [(o.visit, o.due) for o in b.results.overdue], wanted)


@claim("results.complete", "每次检查有结果或说明", "a result or a reason", "sealed")
def results_complete(b: Bundle) -> None:
    rows, gone, due, f = b.results.results, b.of("carried"), b.last.visits, b.freeze
    made = [r.visit for r in rows if r.score_bp >= 0]
    same("visits", sorted([*made, *(e.visit for e in gone)]), sorted(due))
    days, out = b.last_days, {u.visit: u.reason for u in b.last_plan.unplaced}
    for r in rows:
        own = due[r.visit].compound
        equal(r.visit, [r.compound, r.usc18], [own, b.compounds[own].usc18])
        need(r.date >= days[r.visit], f"{r.visit} date {r.date}")
    empty, last = {r.visit for r in rows if r.score_bp < 0}, month_days(f.month)[1]
    for e in gone:
        own, day = due[e.visit], days.get(e.visit) or shift(last, 1)
        equal(f"{e.visit} carried", [e.compound, e.kinds], [own.compound, own.kinds])
        ok = (e.visit in empty) == (e.reason == "uninspected") and day_of(e.at) >= day
        ok = ok and e.reason == out.get(e.visit, e.reason)
        need(ok, f"{e.visit} carried: {e.reason}, {e.at} ({day})")


EMPTY = ("unreachable", "no_activity", "ceased", "deregistered")
FOUND = ("not_disclosed", "false_disclosure", "ordered", "pending")


@claim("results.scores", "发现在清单内，得分可重算", "findings and scores", "sealed")
def results_scores(b: Bundle) -> None:
    for r in b.results.results:
        weight = {item.code: item.weight for item in list_at(b, r)}
        for name in ("findings", "unchecked"):
            same(f"{r.visit} {name}", r[name], [c for c in weight if c in r[name]])
        out, kind, base = {*r.findings, *r.unchecked}, r.outcome, {*weight}
        need(len(out) == len(r.findings) + len(r.unchecked), f"{r.visit} unchecked")
        base -= set() if kind == "uncooperative" else {*r.unchecked}
        kept, whole = (sum(weight[c] for c in own) for own in ({*weight} - out, base))
        score = -1 if kind in EMPTY else whole and 10000 * kept // whole
        equal(f"{r.visit} {kind} score_bp", r.score_bp, score)
        told = kind == "uncooperative" or bool(r.findings) == (kind in FOUND)
        due = {"no_problem": "none", "ordered": "rectify"}.get(kind, r.follow_up)
        ok = told and r.follow_up == due and not (kind in EMPTY and out)
        ok = ok and not ((kind in EMPTY or not r.usc18) and r.follow_up == "rectify")
        need(ok, f"{r.visit}: {kind}, {r.follow_up}, {len(r.findings)} findings")


@claim("results.people", "检查日、到场人员与摇号时间", "made by those drawn", "sealed")
def results_people(b: Bundle) -> None:
    f, drawn = b.ended, {x.number: x.event("assigned").at for x in (b, *b.to_draw)}
    for r in b.results.results:
        own = b.where[r.visit]
        need(r.date == own.day or r.score_bp < 0, f"{r.visit} {r.date} ≠ {own.day}")
        team = f.born[own.id].teams[own.id][1]
        there = {s.role for s in team if f.who(s.id, r.visit)}
        need({"lead", "second"} <= there, f"{r.visit}: 席位空缺 vacant")
        late = drawn[f.born[own.id].number]
        ok = late < release(b.freeze, own.day)
        need(ok, f"{r.visit} {own.day}: 摇号过晚 drawn late, {late}")


@claim("results.log", "结果与日志逐条对应", "results agree with log", "sealed")
def results_log(b: Bundle) -> None:
    rows, made = b.results.results, list[Row]()  # since the last result
    by, either = {r.visit: r for r in rows}, {"recheck", "acceptance"}
    for e in b.log.events:
        if e.event == "inspected":
            made.append(e)
        elif e.event == "result":
            r, kinds = by[e.visit], b.last.visits[e.visit].kinds
            free = either if either <= {*kinds} else set[str]()  # one of both is met
            kinds = [k for k in kinds if k not in free or k in {x.kind for x in made}]
            ok = len(free & {*kinds}) == bool(free) or r.score_bp < 0
            need(ok, f"{e.visit}: {kinds}")
            base = Row(event="inspected", compound=r.compound, date=r.date)
            due = [Row(base, kind=k, usc18=r.usc18) for k in kinds if r.score_bp >= 0]
            same(f"{e.visit} inspected", made, due)
            made = []
    hashes = (b.digest("result", canonical(r)).hex() for r in rows)
    told = [(r.visit, x, r.published_at) for r, x in zip(rows, hashes, strict=True)]
    same("result", [(e.visit, e.digest, e.at) for e in b.of("result")], told)
    found = [r.visit for r in b.results.carried]
    same("carried", found, [e.visit for e in b.of("carried")])


OWN = {"sealed": "amended"} | {k: k for k in ("assigned", "cancelled", "entropy")}
ENDS = "closed", "inspected", "missed"  # states in which no value can be entered
RECORDED = tuple(f"source_recorded/{k}" for k in ("draw", "lottery", "amendment"))
WORK = "absent substituted result carried people_changed called changed dissolved"
FIELD = {k: "field" for k in (*WORK.split(), *map("{}/amendment".format, OWN.values()))}
FIELD |= {"closed": "closed", "inspected": "inspected", "result": "missed"}
VOID = {"cancelled/draw": ""}
ORDER: dict[str, dict[str, str]] = {  # state of the ceremony -> event -> next state
    "": {"frozen": "frozen"},
    "field": FIELD,
    "inspected": {"inspected": "inspected", "result": "field"},
    "missed": {"carried": "field"},  # a result without inspection carries its visit
    "frozen": {"people_changed": "frozen", "entropy/draw": "seeded"} | VOID,
    "seeded": {"people_changed": "seeded", "drawn": "drawn"} | VOID,
    "drawn": {"people_changed": "drawn", "sealed": "sealed"} | VOID,
    "sealed": {"entropy/lottery": "ready", "cancelled/lottery": "drawn"},
    "ready": {"assigned": "assigned", "cancelled/lottery": "drawn"},
    "assigned": FIELD | {"cancelled/lottery": "drawn", "people_changed": "assigned"},
}
NONE, STARTS = Row(attempts=[]), ("frozen", "sealed", "amended")
STAGES = {"frozen": "draw", "drawn": "draw", "sealed": "lottery", "assigned": "lottery"}


@claim("log.root", "日志根可重算", "the root of the log")
def log_root(b: Bundle) -> None:
    b.note = merkle(map(canonical, b.log.events))[-1][0].hex()
    equal("root", b.log.root, b.note)


@claim("log.order", "事件有序、时间不倒退", "order and times")
def log_order(b: Bundle) -> None:
    state = now = ""
    for index, e in enumerate(b.log.events):
        name = event_name(e)
        after = ORDER.get(state, {})
        if name in RECORDED and index and state not in ENDS:
            after = {name: state}  # where it may stand: log.sources
        need(name in after, f"events[{index}] {name} ← {state}")
        if name != "inspected":  # its time is that of the result right after it
            need(e.at >= now, f"events[{index}] {name} at < {now}")
            now = e.at
        if name == "carried":
            last = b.log.events[index - 1] if state == "missed" else e
            own = [last.visit, last.at, state == "missed"]
            equal(f"events[{index}]", [e.visit, e.at, e.reason == "uninspected"], own)
        state = after[name]


def check_leaf(where: str, e: Row, a: Row, s: Row, void: bool) -> None:
    """Refuse a leaf that breaks PROTOCOL 2. `void`: its attempt is cancelled."""
    outside, last = s.kind in OUTSIDE, outside_time(a.sources)
    need(outside or not void, f"{where}: 已取消 cancelled")
    need(written(e.value, s), f"{where}: value {shown(e.value)}")
    need(e.issue in issues(s, e), f"{where}: issue {e.issue}, fallback {e.fallback}")
    due = next_drawing(s.name, s.at) if e.fallback else s.at
    ok = e.at >= due if outside else a.at < e.at < last
    need(ok, f"{where}: at {e.at} ({a.at}, T {last}, {due})")


@claim("log.sources", "随机值按规录入，无一用两次", "entered by rule, none twice")
def log_sources(b: Bundle) -> None:
    known, used = {(a.stage, a.attempt): a for a in b.attempts}, Counter[Any]()
    state, leaves = dict[Any, str](), defaultdict[Any, Any](list)
    policy = b.freeze.policy
    for a in (a for a in b.attempts if a.sources):
        policy = a.document.policy if a.stage == "draw" else policy
        what, both = f"{a.stage} {a.attempt}", (policy, b.freeze.policy)
        same(what, *([p[k] for k in ("hash", "bureau", "month")] for p in both))
        hours = policy.wait_hours if a.stage == "draw" else policy.seal_wait_hours
        check_sources(what, a.sources, a.at, hours)
        used.update(a.keys_used)
    none(f"{key}: 用 {n} 次 times" for key, n in used.items() if n > 1)
    for index, e in enumerate(b.log.events):
        key = e.get("stage") or STAGES.get(e.event, ""), e.get("attempt", 0)
        if e.event == "entropy":  # of cancelled attempts, too
            check_record(b, e, known[key].sources, leaves[key])
            state[key] = e.event
        elif e.event in (*STARTS, "cancelled"):
            drawn = state.get(key) == "entropy"  # nothing is recorded afterwards
            state[key] = "entropy" if drawn else e.event
        elif e.event == "source_recorded":
            leaves[key].append(e)
            where, now = f"events[{index}] {key} {e.source}", state.get(key, "entropy")
            own = [s for s in known[key].sources if s.id == e.source]
            need(own and now != "entropy", f"{where}: 不应录入 not due")
            check_leaf(where, e, known[key], own[0], now == "cancelled")


@claim("log.attempts", "次数连续，取消者公开", "no gaps, all shown")
def log_attempts(b: Bundle) -> None:
    number, seen, gone = Counter[str](), dict[Any, Row](), list[tuple[str, int]]()
    for e in b.log.events:
        if stage := e.get("stage") or STAGES.get(e.event):
            number[stage] += e.event in STARTS
            past = e.event == "source_recorded" and 0 < e.attempt < number[stage]
            equal(f"{e.event} attempt", e.attempt, e.attempt if past else number[stage])
            seen[e.event, stage, e.attempt] = e
            void = e.event == "cancelled" and stage != "amendment"
            gone += [(stage, e.attempt)] * void
    rows = b.cancelled.attempts if gone else []
    same("cancelled.json", [(r.stage, r.attempt) for r in rows], gone)
    docs = {(r.stage, r.attempt): r.document for r in rows}
    for (stage, n), doc in docs.items():
        kind, event = {"draw": ("freeze", "frozen")}.get(stage, ("seal", "sealed"))
        end, bound = seen["cancelled", stage, n], b.digest(kind, canonical(doc)).hex()
        found = [seen[event, stage, n].commitment, doc.attempt, bool(end.reason)]
        equal(f"{stage} {n}", found, [bound, n, True])
        if (stage, n) in b.blinds:
            equal(f"{stage} {n} blind", b.opens(b.blinds[stage, n]), doc.blind_hash)
        if number[stage] > n:
            after = docs.get((stage, n + 1)) or getattr(b, kind)
            pair = [d.get("entropy") or d.policy.draw_entropy for d in (doc, after)]
            one, two = ([s.at for s in x if s.kind in OUTSIDE] for x in pair)
            later = max(one) < min(two)
            need(later, f"{stage} {n + 1}: 随机源须更晚 must name later entropy")


def would_have(b: Bundle, a: Row, row: Row) -> str:
    """What a cancelled attempt would have given. `row`: its opened documents."""
    kind = {"draw": "freeze", "lottery": "seal"}.get(a.stage, a.stage)
    name, doc = f"{a.stage} {a.attempt}", a.document
    values = counting(b, a.sources, recorded(b, a.stage, a.attempt))
    due = [s.id for s, leaf, _ in values if not leaf and s.kind in OUTSIDE]
    need(not due or not b.closed, f"{name}: 未录入 not recorded {due}")
    if due or (a.stage, a.attempt) not in b.blinds:
        return f"{name}: 待随机值与密封值 entropy, sealed value to come"
    told = list[str]()
    for s, leaf, _ in values:
        told += [s.id, *((leaf.issue, leaf.value) if leaf else (s.issue, ""))]
    blind = b.key(b.blinds[a.stage, a.attempt])
    bound, mixed = b.digest(kind, canonical(doc)), b.digest("randomness", *told)
    seed = Key(b.suite, mac(blind, "seed", a.stage, bound, mixed))
    if a.stage == "draw":
        names = {"/".join(filter(None, k)): v for k, v in members(doc).items()}
        drawn = ((names[key], n) for key, n in drawn_numbers(doc, seed))
        won = {c for own, n in drawn for c in by_ticket(seed, "compound", own)[:n]}
        text = f"{name}: {len(won)} 个小区 compounds"
        if "drawn" in b.docs:
            both = won & {c for s in b.drawn.strata for c in s.drawn}
            text += f", 其中同为终选 also in the final draw {len(both)}"
        return text
    if not b.closed:
        return f"{name}: 其概率表未启封 its table is not opened"
    for part in ("drawn", "plan", "table"):
        found = b.digest(part, mac(blind, "salt", part), canonical(row[part])).hex()
        equal(f"{name} {part}_hash", doc[f"{part}_hash"], found)
    seats = rounded_seats(row.table, seed)
    text = f"{name}: {len(seats)} 个席位 seats"
    if a.stage == "lottery" and "assigned" in b.docs:
        now = dict(b.assigned.seats)
        other = sum(now.get(seat) != who for seat, who in seats)
        text += f", 其中终派他人或无 other people or none in the final one {other}"
    return text


# Of a cancelled freeze, too.
FROZEN = "calendar registry policy history exclusions strata ranking docket_visits"


@claim("log.cancelled", "取消者本会如何", "what cancelled ones would have given")
def log_cancelled(b: Bundle) -> None:
    rows = {(r.stage, r.attempt): r for r in b.docs.get("cancelled", NONE).attempts}
    own = [*b.docs.get("amended", Row(amendments=[])).amendments]
    own += [Row()] * (len(b.rows) - len(own))
    rows |= {("amendment", k): part for k, part in enumerate(own, 1)}
    lines, drawn, f = list[str](), "", b.freeze
    known = {(a.stage, a.attempt): a for a in b.attempts}
    for e in b.log.events:
        if e.event == "frozen":
            f = rows.get(("draw", e.attempt), Row(document=b.freeze)).document
        if e.event in ("sealed", "assigned") and "stage" not in e:
            drawn = e.at if e.event == "assigned" else ""
        if e.event == "cancelled":
            row, given = rows[e.stage, e.attempt], recorded(b, e.stage, e.attempt)
            lines += [f"{x.source} {x.issue} = {x.value}" for x in given]  # to compare
            lines += [would_have(b, known[e.stage, e.attempt], row)]
            if e.stage == "lottery" and b.closed and drawn:
                days = {release(f, p.day) for p in row.table.packages}
                first = min((r for r in days if r > drawn), default=e.at + "Z")
                need(e.at < first, f"{e.attempt}: {e.at} ≥ {first} 已下发 released")
    frozen = [r.document for (stage, _), r in rows.items() if stage == "draw"]
    names = (f"freeze.{name}" for name in FROZEN.split())
    hold((view(b, 0, {"freeze": doc}) for doc in frozen), *names)
    b.note = "; ".join(lines)


@claim("close.in_time", "按期启封", "opened in time", "sealed")
def close_in_time(b: Bundle) -> None:
    due, (void, _) = b.freeze.close_by, standing(b.log.events)
    if b.closed:
        b.note = f"{b.closed_on} > {due}: 逾期归档 closed late" * (b.closed_on > due)
    elif not void:
        need(b.today <= due, f"{b.today} > {due}: 逾期未启封 not opened")
        raise Unknown(f"应于 {due} 前启封 / to be opened by then", "sealed")


@claim("log.files", "日志含启封文件的哈希", "hashes of the files", "sealed")
def log_files(b: Bundle) -> None:
    names = (*OPENED, *(["amended"] if b.amends else []))
    data = {f"{k}.json": b.data.get(k, b"") for k in names}
    hashes = sorted((k, hashlib.sha256(v).hexdigest()) for k, v in data.items())
    same("files", sorted(b.event("closed").files.items()), hashes)


# --- who inspects what, how often (PROTOCOL 13)
def entitled(b: Bundle, p: Row, rule: Row) -> bool:
    """Whether a person has the authorities that a seat asks for."""
    own = b.freeze.policy.authority
    due = {rule.authority or own}
    due |= {own} if rule.role in ("lead", "second") else set[str]()
    return rule.role == "expert" or due <= {x or own for x in p.authorities or [""]}


def visit_list(b: Bundle, compound: str, day: str, rules: Iterable[Row]) -> list[Row]:
    """The items to check at a visit, by the seats of its package not vacant for it."""
    policy, has = b.freeze.policy, {b.freeze.policy.authority}
    has |= {r.authority or policy.authority for r in rules if r.role == "joint"}
    found: list[Row] = b.lists.setdefault((compound, day, frozenset(has)), [])
    c = b.compounds[compound]
    open_ = {x.list for x in policy.campaigns if admits(x, c)}
    objects = ("compound", "company" if c.usc18 else "fallback")
    for item in b.freeze["items"] if not found else ():
        ok = within(day, item.valid_from, item.valid_to) and item.object in objects
        ok = ok and (item.authority or policy.authority) in has
        found += [item] * (ok and (not item.lists or not open_.isdisjoint(item.lists)))
    return found


def list_at(b: Bundle, r: Row) -> list[Row]:
    """The list of a visit that has a result: a vacant seat brings nothing to it."""
    f, package = b.ended, b.where[r.visit]
    own = f.born[package.id]  # its seats are those that it was drawn with
    seats = (seat.id for seat in own.teams[package.id][1] if f.who(seat.id, r.visit))
    return visit_list(b, r.compound, package.day, [own.rules[seat] for seat in seats])


def admits(campaign: Row, c: Row) -> bool:
    pairs = [(c.type, campaign.types), (c.street, campaign.streets)]
    pairs += [(c.risk_class, campaign.classes)]
    return all(own in wanted for own, wanted in pairs if wanted)


def covers(b: Bundle, p: Row, rule: Row, items: list[Row]) -> bool:
    """Whether a person's scope is enough for a seat at a visit with this list."""
    own = b.freeze.policy.authority
    due = own if rule.role in ("lead", "second") else rule.authority or own
    mine = (x for x in items if (x.authority or own) == due)
    told = [bool({x.code, x.group, *x.tags} & {*p.scope}) for x in mine]
    enough = any(told) or not told if rule.role == "second" else all(told)
    return rule.role == "expert" or not p.scope or enough


def may_go(f: Field, who: str, seat: str, call: Row) -> bool:
    """Whether somebody of a stand-by pair may make the visit called (PROTOCOL 8)."""
    people = f.b.after(f.knew.get(call.package.id, f.known))
    p, own, day = people.names[who], call.visit.compound, call.package.day
    rule, items = Row(role=seat.rpartition("/")[2]), visit_list(f.b, own, day, [])
    return people.visits(p, day, own) and covers(f.b, p, rule, items)


def counts_it(f: Row, kind: str) -> bool:
    """Whether an inspection of this kind counts, by the policy of its freeze."""
    return f.policy.task.source == "plan" and kind in f.policy.draw.counts


def unit_key(f: Row) -> str:
    return "usc18" if f.policy.draw.cap_unit == "company" else "compound"


def units_of(f: Row) -> dict[str, str]:
    """Whose inspections count together: each compound's company, "" none, or itself."""
    by_firm = unit_key(f) == "usc18"
    return {c.id: c.usc18 if by_firm else c.id for c in f.compounds}


def counted(b: Bundle, others: Iterable[Bundle]) -> dict[str, int]:
    """By visit the count of its unit at its result, as far as these logs tell."""
    f, key, days = b.freeze, unit_key(b.freeze), defaultdict[str, set[str]](set)
    year, found, own = f.month[:4], dict[str, int](), ""
    for h in (h for h in f.history if h.counts_for_cap and h.date[:4] == year):
        days[h[key]].add(h.date)
    there = list[tuple[str, str, str]]()
    for x in others:
        for e, at in zip(x.log.events, x.times, strict=True):
            if e.event == "inspected" and counts_it(x.freeze, e.kind):
                there += [(at, e[key], e.date)] * (e.date[:4] == year)
    there.sort(reverse=True)
    for e in b.log.events:
        if e.event == "inspected" and counts_it(f, e.kind):
            own = e[key]
            days[own].add(e.date)
        elif e.event == "result":
            while there and there[-1][0] <= e.at:
                _, name, day = there.pop()
                days[name].add(day)
            found |= {e.visit: len(days[own])} if own else {}
            own = ""
    return found


def limits(f: Row) -> dict[str, int]:
    """The limit of each compound this year: its cap, and what its unit's cases add."""
    by = units_of(f)
    open_ = (c for c in f.docket if c.state != "closed" or c.opened[:4] == f.month[:4])
    cases = {(d.case, by[d.compound]) for d in f.docket_visits}
    n = Counter(own for _, own in cases | {(c.id, by[c.compound]) for c in open_})
    each, caps = len(f.policy.visits.series_minutes) + 3, f.policy.draw.caps
    return {c.id: caps[c.risk_class] + n[by[c.id]] * each for c in f.compounds}


def reasons(b: Bundle) -> dict[str, str]:
    """The head's reasons by visit, those of calls too; refuses rows out of place."""
    rows, calls = b.plan.excess, (c for c in b.calls if c.excess.strip())
    found = {c.visit.id: c.excess for c in calls}
    names = {r.visit for r in rows if r.reason.strip()} & b.visits.keys()
    same("excess", [r.visit for r in rows], sorted(names, key=by_number))
    return found | {r.visit: r.reason for r in rows}


@claim("results.excess", "本年次数与上限属实", "counts and limits", "sealed")
def results_excess(b: Bundle) -> None:
    least, most, over = counted(b, ()), limits(b.freeze), list[str]()
    told = [reasons(x) for x in b.views]
    for r in b.results.results:
        n, limit = (least[r.visit], most[r.compound]) if r.visit in least else (0, 0)
        equal(f"{r.visit} limit", r.limit, limit)
        need(r.count >= n and (n or not r.count), f"{r.visit} count {r.count}, {n}")
        own = told[b.last.shown[r.visit] if b.amends else 0]
        why = own.get(r.visit, "") if r.count > limit else ""
        equal(f"{r.visit} excess", [r.get("excess")], [why or None])
        over += [f"{r.visit} {r.count}/{limit}{'' if why else ' ?'}"] * (
            r.count > limit
        )
    b.note = "; ".join([f"{len(over)} 次超上限 in excess, ? = 无理由 no reason", *over])


@claim("auditor.excess", "超限均有理由", "each excess has its reason", AUDIT)
def auditor_excess(b: Bundle) -> None:
    need(b.private, "private.json")
    rows = (r for r in b.results.results if r.count > r.limit and "excess" not in r)
    none(f"{r.visit} {r.count} > {r.limit}: 无理由 no reason" for r in rows)


def chained_counts(b: Bundle, given: Iterable[Bundle]) -> Iterator[str]:
    """Refuse counts below what the logs given hold; those that rest on others."""
    found = counted(b, given)
    for r in (r for r in b.results.results if r.visit in found):
        n = found[r.visit]
        need(r.count >= n, f"{r.visit} count {r.count} < {n}")
        yield from [f"{r.visit} count {r.count} > {n}"] * (r.count > n)


# ----------------------------------------------------------- claims: the auditor's part
class People:
    """Who may sit where, from private.json (PROTOCOL 6), after so many changes."""

    def __init__(self, b: Bundle, changes: int) -> None:
        private, month, self.b = b.private.private, b.freeze.month, b
        secret, self.names = b.key(private.secret), dict[str, Row]()
        for p in private.inspectors:
            self.names["p" + mac(secret, "pseudonym", month, p.id).hex()[:20]] = p
        self.out = defaultdict(list)  # by person and subject, None for leave
        for part in (private, *b.private.changes[:changes]):
            for r in (*part.leave, *part.recusals):
                self.out[r.inspector, r.get("subject")].append((r.first, r.last))
        recent = b.freeze.policy.seats.rotation_months
        rows = [(h, h.date) for h in private.history]
        rows += [(h, h.day) for h in private.running]
        past = [h for h, day in rows if months_before(month, day) <= recent]
        self.been = {(h[role], h.compound) for h in past for role in ("lead", "second")}

    def free(self, p: Row, day: str, subject: str | None = None) -> bool:
        """No leave that day; no recusal for a subject."""
        return not any(within(day, *span) for span in self.out.get((p.id, subject), ()))

    def sits(self, p: Row, rule: Row, day: str, skill: str) -> bool:
        """All conditions but those of the compounds visited."""
        roles = {"lead": p.may_lead, "second": not skill or skill in p.skills}
        roles |= {"expert": True, "joint": rule.unit in ("", p.unit)}
        fits = roles[rule.role] and p.expert == (rule.role == "expert")
        fits = fits and entitled(self.b, p, rule)
        return bool(fits and self.present(p, day))

    def present(self, p: Row, day: str) -> bool:
        """Available that day: at work, with a valid certificate unless an expert."""
        valid = p.expert or (p.cert_no and p.cert_valid_to >= day)
        return bool(valid and p.max_days > 0 and self.free(p, day))

    def visits(self, p: Row, day: str, compound: str) -> bool:
        """No recusal for the compound or its company, no rotation."""
        subjects = {compound, self.b.compounds[compound].usc18} - {""}
        may = (p.id, compound) not in self.been
        return may and all(self.free(p, day, subject) for subject in subjects)


def _seat_people(b: Bundle) -> list[tuple[Row, set[str], int]]:
    found = list[tuple[Row, set[str], int]]()
    alike = b.people.out == b.known.out
    for package, team in b.teams.values():
        plan = b.packages.get(package.id, Row(stops=[], skill=""))
        visits = [b.visits[s.visit] for s in plan.stops]
        own = package.day, plan.skill, visits, [b.rules[seat.id] for seat in team]
        one = team_people(b, b.people, *own)
        two = one if alike else team_people(b, b.known, *own)
        rows = zip(team, one, two, strict=True)
        found += [(seat, who, most) for seat, (who, _), (_, most) in rows]
    return found


def team_people(
    b: Bundle, people: People, day: str, skill: str, visits: list[Row], rules: list[Row]
) -> list[tuple[set[str], int]]:
    """Who is eligible for each seat of a package, and for its hardest visit."""
    found = list[tuple[set[str], int]]()
    named = ((p.id, people.names[p.id]) for p in b.table.people)
    order = [(n, p) for n, p in named if b.held[n] < max(1, p.max_days)]
    free = [(n, p) for n, p in order if (n, day) not in b.taken]
    can = [{n for n, p in free if people.visits(p, day, v.compound)} for v in visits]
    skills = {skill, *(v.skill for v in visits)}
    narrow = [(n, p) for n, p in free if p.scope]
    for rule in rules:
        may = {k: {n for n, p in order if people.sits(p, rule, day, k)} for k in skills}
        fit = list[set[str]]()
        for v, c in zip(visits, can, strict=True):
            items = visit_list(b, v.compound, day, rules) if narrow else []
            fit.append(c - {n for n, p in narrow if not covers(b, p, rule, items)})
        alone = [len(may[v.skill] & c) for v, c in zip(visits, fit, strict=True)]
        who = may[skill].intersection(*fit)
        found.append((who, min(alone, default=len(who))))
    return found


@claim("auditor.private", "非公开名录与承诺一致", "registry as committed", AUDIT)
def auditor_private(b: Bundle) -> None:
    private, salt = b.private.private, mac(b.blind(1), "salt", "private")
    found = b.digest("private", salt, canonical(private)).hex()
    equal("private_root", b.freeze.private_root, found)
    rows = (x.history for x in (private, b.freeze))
    same("history", *(sorted((h.compound, h.date, h.kind) for h in x) for x in rows))
    ahead = [(h.log, h.compound, h.day) for h in private.running]
    logs = {x.origin for x in b.freeze.logs if x.open}
    same("running", ahead, sorted({row for row in ahead if row[0] in logs}))


@claim("auditor.changes", "人员变动与日志一致", "changes as logged", "public sealed")
def auditor_changes(b: Bundle) -> None:
    wanted = []
    for c in b.private.changes:
        body = canonical({"leave": c.leave, "recusals": c.recusals})
        hashed = b.digest("change", bytes.fromhex(c.salt), body).hex()
        wanted.append([c.at, c.reason, c.approver, hashed])
    same("changes", [[e.at, e.reason, e.approver, e.digest] for e in b.changes], wanted)


@claim("auditor.pseudonyms", "化名由密值得出", "pseudonyms", "public sealed")
def auditor_pseudonyms(b: Bundle) -> None:
    need(len(b.private.private.secret) >= 32, "secret < 128 bit")
    same("people", b.freeze.people, sorted(b.people.names))


@claim("auditor.eligibility", "每席合格人员属实", "who is eligible", "public sealed")
def auditor_eligibility(b: Bundle) -> None:
    ids, seats = [p.id for p in b.table.people], enumerate(b.table.seats)
    who = {s.id: {ids[i] for i in b.net.eligible[k]} for k, s in seats}
    off = ((s.id, n, n in can) for s, can, _ in b.seat_people for n in can ^ who[s.id])
    none(f"{seat} {n}: {'' if ok else '不 not '}合格 eligible" for seat, n, ok in off)


@claim("auditor.hardest", "最难一次的合格人数", "the hardest visit", "public sealed")
def auditor_hardest(b: Bundle) -> None:
    for seat, _, n in b.seat_people:
        equal(f"{seat.id} hardest", seat.hardest, n)
    after = b.private.changes[: len(b.early)] if b.table.listed else []
    rows = [[c.leave, c.recusals] for c in after if c.at >= b.draw_time]
    b.note = f"{b.table.listed} ← {canonical(rows).decode()}" if rows else ""


@claim("auditor.weights", "可用工作日与上限", "available days", "public sealed")
def auditor_weights(b: Bundle) -> None:
    for p in b.table.people:
        own, days = b.people.names[p.id], b.freeze.working_days
        days = [day for day in days if (p.id, day) not in b.taken]
        free = sum(b.people.present(own, day) for day in days)
        most = min(free, max(0, own.max_days - b.held[p.id]))
        equal(f"{p.id} days", [p.days, p.max_days], [free, most])


@claim("auditor.rows", "结转与类别同档案", "carry and group", "public sealed")
def auditor_rows(b: Bundle) -> None:
    for p in b.table.people:
        own = b.people.names[p.id]
        kind = "expert" if own.expert else "lead" if own.may_lead else "officer"
        more = {"+": own.skills, "@": own.authorities, "#": own.scope}
        rows = (f"{mark}{name}" for mark in more for name in sorted(more[mark]))
        group = kind if own.expert else "".join([kind, *rows])
        carry = 240 * ((own.carry_minutes + 120) // 240)
        equal(f"{p.id} carry, group", [p.carry, p.group], [carry, group])


# --- months in a row (PROTOCOL 12)
def log_month(origin: str) -> list[str]:
    """Bureau and month of a log, by the name of its anchors."""
    return origin.rsplit("/", 2)[:2]


ORIGIN = re.compile(r"(?s:.*)/\d{4}-(0[1-9]|1[0-2])/[0-9a-f]{16}").fullmatch
DOCKET = ("remediation", "recheck", "acceptance", "lookback")


def months_before_it(b: Bundle) -> None:
    """Section 12 as far as one freeze shows it (claim freeze.history)."""
    f, logs, own = b.freeze, {x.origin: x for x in b.freeze.logs}, log_name(b)
    same("logs", [x.origin for x in f.logs], sorted({*logs} - {own}))
    for name, x in logs.items():
        ok = ORIGIN(name) and log_month(name)[0] == f.bureau and x.size > 0
        ago = months_before(f.month, log_month(name)[1]) if ok else -1
        need(0 <= ago <= 12, f"logs: {name} {x.size}")
    first = min((log_month(name)[1] for name in logs), default="9")
    for h in f.history:
        if h.log in logs:
            ok = "" < h.at <= f.frozen_at and h.date <= day_of(h.at)
            ok = ok and h.date[:7] == log_month(h.log)[1] and h.date < h.due
        else:
            ok = h.log == h.at == "" and h.date <= h.due and h.date[:7] < first
            ok = ok and h.date <= day_of(f.frozen_at)
        text = f"{h.date} {h.compound} {h.kind}"
        need(ok, f"history {text}: {h.due} {h.log} {h.at}")
    freeze_assumed(f, logs)
    freeze_owed(f, logs)
    told = freeze_counts(b)
    n, late, running = (told[k] for k in ("word", "late_history", "open_logs"))
    b.note = f"计入的机构自报行 rows that count, the bureau's word: {n}"
    b.note += f"; 未归档 open: {len(running)}{' > 2' * (len(running) > 2)} "
    b.note += " ".join([*running, *(f"; 逾期公示 late: {text}" for text in late)])


def freeze_counts(b: Bundle) -> dict[str, Any]:
    """What a freeze says of earlier months, and its log of the visits owed."""
    f, late = b.freeze, (h for h in b.freeze.history if h.at and day_of(h.at) > h.due)
    owed = {o.compound for o in f.owed if not o.gone}
    lost = (e for e in b.of("carried") if "random" in e.kinds and e.compound in owed)
    return {
        "word": sum(h.counts_for_cap and not h.log for h in f.history),
        "late_history": [f"{h.date} {h.compound} {h.kind}" for h in late],
        "open_logs": [x.origin for x in f.logs if x.open or f"/{f.month}/" in x.origin],
        "owed": [f"{o.visit} {o.compound}{' 作罢 gone' * o.gone}" for o in f.owed],
        "carried_again": [f"{e.visit} {e.compound}" for e in lost],
    }


def freeze_assumed(f: Row, logs: dict[str, Row]) -> None:
    """Refuse visits counted as made that no running month can owe."""
    rows = [(a.log, a.compound, a.step) for a in f.assumed]
    same("assumed", rows, sorted({*rows}))
    cases, steps, days = {c.id: c for c in f.docket}, Counter[str](), dict[str, str]()
    past = defaultdict[str, list[str]](list)
    for h in (h for h in f.history if h.kind == "remediation"):
        past[h.compound].append(h.date)
    for a in f.assumed:
        case, series = cases.get(a.case, Row(compound="")), a.kind == "remediation"
        done = sum(day >= case.opened for day in past[a.compound]) if series else 0
        step = done + steps[a.case] if series else 0
        steps[a.case] += 1
        ok = a.log in logs and logs[a.log].open and a.kind in DOCKET
        ok = ok and a.day[:7] == log_month(a.log)[1] and a.compound == case.compound
        ok = ok and a.day == days.setdefault(a.log, a.day) and a.step == step
        need(ok, f"assumed {a.log} {a.case} {a.kind} {a.step} {a.day}")


def freeze_owed(f: Row, logs: dict[str, Row]) -> None:
    """Refuse owed visits out of place."""
    rows, (active, inside) = [(o.log, o.visit) for o in f.owed], there(f)
    same("owed", rows, sorted({*rows}))
    equal("owed leaves", len({(o.log, o.leaf) for o in f.owed}), len(rows))
    for o in f.owed:
        ok = o.compound not in active if o.gone else o.compound in inside
        need(ok and o.log in logs, f"owed {o.log} {o.visit} {o.compound}: {o.gone}")


def there(f: Row) -> tuple[set[str], set[str]]:
    """The active compounds, and those of them that the scope admits."""
    active = {c.id for c in f.compounds if c.status == "active"}
    return active, {c.id for c in admitted(f)}


def late_carries(b: Bundle) -> list[str]:
    """Visits carried after the first working day that follows."""
    end, late = month_days(b.freeze.month)[1], list[str]()
    for e in (e for e in b.of("carried") if e.reason != "uninspected"):
        day = b.last_days.get(e.visit, end)
        first = next(d for d in b.freeze.publish_days if d > day)
        late += [e.visit] * (day_of(e.at) > first)
    return late


def times(b: Bundle) -> list[str]:
    """When each event was logged: an `inspected` one with the result after it."""
    found, at = list[str](), ""
    for e in reversed(b.log.events):
        at = e.get("at", at)
        found.append(at)
    return found[::-1]


class Stood:
    """A log given, after its first `size` events."""

    def __init__(self, b: Bundle, size: int) -> None:
        need(b.sound, "")
        self.b, self.name, self.size = b, log_name(b), size
        self.events, self.times = b.log.events[:size], b.times[:size]
        docs = {a.attempt: a.document for a in b.attempts if a.stage == "draw"}
        self.freeze, self.lottery = Row(), 0  # in force, and the attempt of that drawn
        for e in self.events:
            if e.event == "frozen":
                self.freeze = docs[e.attempt]
            elif e.event == "assigned" and "stage" not in e:
                self.lottery = e.attempt
            elif e.event == "cancelled":
                self.freeze = Row() if e.stage == "draw" else self.freeze
                self.lottery = 0 if e.stage == "lottery" else self.lottery
        self.open = bool(self.freeze) and self.events[-1].event != "closed"
        self.told = not self.lottery or b.auditable

    def history(self) -> list[Row]:
        """The rows that a freeze standing on this prefix has of it."""
        f, found = self.freeze, list[Row]()
        for e, at in zip(self.events, self.times, strict=True):
            if e.event == "inspected":
                row = Row((k, e[k]) for k in ("compound", "usc18", "date", "kind"))
                days = [d for d in f.publish_days if d > e.date]
                row |= {"due": days[f.policy.publish_workdays - 1], "at": at}
                row |= {"counts_for_cap": counts_it(f, e.kind), "log": self.name}
                found.append(row)
        return sorted(found, key=lambda h: (h.date, h.compound, h.kind))

    def assumed(self) -> list[list[str]]:
        """Case, compound, kind and day of what it still seals of the docket."""
        if not self.open:
            return []
        owed, f = Counter[tuple[str, str]](), self.freeze
        case = {d.compound: d.case for d in f.docket_visits}
        owed.update((d.compound, d.kind) for d in f.docket_visits)
        both = {d.compound for d in f.docket_visits if d.also}
        for e in (e for e in self.events if e.event in ("inspected", "carried")):
            kinds = {e.kind} if e.event == "inspected" else {*e.kinds}
            if e.compound in both and "acceptance" in kinds:
                kinds = kinds - {"acceptance"} | {"recheck"}
            owed.subtract((e.compound, kind) for kind in kinds)
        day = max(f.working_days)
        return sorted([case[c], c, kind, day] for c, kind in owed.elements())

    def carried(self) -> dict[tuple[str, str], list[str]]:
        """By log and leaf the visit and compound of each random visit carried."""
        rows = [e for e in self.events if e.event == "carried" and "random" in e.kinds]
        leaves = [leaf_hash(canonical(e)).hex() for e in rows]
        pairs = zip(leaves, rows, strict=True)
        return {(self.name, leaf): [e.visit, e.compound] for leaf, e in pairs}

    def cases(self) -> set[tuple[str, str]]:
        """Case and compound of what is open on the docket of its freeze."""
        if not (f := self.freeze):
            return set()
        found = {(c.id, c.compound) for c in f.docket if c.state != "closed"}
        busy = {compound for _, compound in found}
        new = {c for c, _, _ in f.ranking.listed} - busy
        return found | {(f"{f.month}-{c}", c) for c in new}

    def field(self) -> Field | None:
        """Plan and seats at the end of the prefix; None before people are drawn."""
        old, number = self.b, self.lottery
        if not number:
            return None
        if number == old.seal.attempt:
            f = Field(old)
            need([*islice(f.events(), self.size + 1)], "")
            return f
        key = ("lottery", number)  # of a lottery that was cancelled since
        row = next(r for r in old.cancelled.attempts if (r.stage, r.attempt) == key)
        docs = {k: row[k] for k in ("drawn", "plan", "table")}
        own = view(old, 0, docs | {"seal": row.document})
        seats = rounded_seats(row.table, own.seed("lottery"))
        own.docs["assigned"] = Row(seats=seats, reserves=[])
        return Field(own)

    def leaves(self) -> Counter[str]:
        """Duty beyond his share that it leaves to each staff number."""
        groups, f = defaultdict[str, list[Row]](list), self.field()
        found, done = Counter[str](), Counter[str]()
        if not f:
            return found
        for seat, package in f.home.items():
            route = f.packages.get(package.id)
            done[f.now[seat]] += duty(route, self.freeze.policy.day) if route else 0
        for row in f.b.table.people:
            groups[row.group].append(row)
        for rows in groups.values():
            days = sum(row.max_days for row in rows)
            total = sum(done[row.id] for row in rows)
            for row in (row for row in rows if row.max_days):
                name = self.b.people.names[row.id].id
                found[name] = done[row.id] - total * row.max_days // days
        return found

    def officers(self) -> tuple[dict[Any, list[str]], list[Row]]:
        """Lead and second of the visits made, and the rows of `running` it gives."""
        past, ahead, made = dict[Any, list[str]](), list[Row](), set[str]()
        if not (f := self.field()):
            return past, ahead
        names = {k: p.id for k, p in self.b.people.names.items()} | {"": ""}
        where = {s.visit: p for p in f.packages.values() for s in p.stops}

        def pair(visit: str) -> list[str]:
            seats = [f"{where[visit].id}/{role}" for role in ("lead", "second")]
            return [names[f.who(seat, visit)] for seat in seats]

        marks = list[Row]()
        for e in self.events:
            marks += [e] * (e.event == "inspected")
            if e.event in ("result", "carried"):
                past |= {(m.compound, m.date, m.kind): pair(e.visit) for m in marks}
                made, marks = made | {e.visit}, []
        for name in where.keys() - made if self.open else ():
            row = [self.name, f.visits[name].compound, where[name].day, *pair(name)]
            ahead.append(Row(zip(AHEAD, row, strict=True)))
        return past, ahead


def sound(b: Bundle) -> bool:
    """Whether a bundle given agrees with its own log; refuses one that does not."""
    logs = ("log.root", "log.order", "log.attempts", "log.files", "results.log")
    hold([b], "bundle.", "freeze.commitment", *logs, "auditor.private")
    return True


def stood(b: Bundle) -> tuple[dict[str, Stood], list[str]]:
    """The logs given as the freeze lists them, and what is missing. One that is not
    listed begins after the freeze or is of no month before it: as it is given."""
    f, logs, found = b.freeze, {x.origin: x for x in b.freeze.logs}, dict[str, Stood]()
    short = list[str]()
    for old in b.older:
        name, events = log_name(old), old.log.events
        month, x = log_month(name)[1], logs.get(name)
        equal(f"{name} bureau", old.freeze.bureau, f.bureau)
        need(name != log_name(b) and name not in found, f"{name}: 两次 twice")
        size = x.size if x else len(events)
        if size > len(events):
            short += [f"{name} {len(events)} < {size}"]
            continue
        found[name] = own = Stood(old, size)
        near = 0 <= months_before(f.month, month) <= 12 and old.times[0] < f.frozen_at
        need(x or not near, f"{name}: 未列入 not listed")
        if x:
            here = max(own.times) <= f.frozen_at <= min(old.times[size:] or ["9"])
            need(here, f"{name}: {size} 项 events ≠ {f.frozen_at}")
            hashed = root(map(canonical, own.events))
            equal(f"{name} root, open", [x.root, x.open], [hashed, own.open])
    missing = [name for name in logs if name not in found]
    return found, [*short, *(name for name in missing if name not in " ".join(short))]


def chained_rows(b: Bundle, own: Stood) -> None:
    """Refuse rows of history, assumed and docket that a listed log does not give."""
    f, name, now = b.freeze, own.name, {log_name(b), *(x.origin for x in b.freeze.logs)}
    same(f"history {name}", [h for h in f.history if h.log == name], own.history())
    rows = [[a.case, a.compound, a.kind, a.day] for a in f.assumed if a.log == name]
    same(f"assumed {name}", sorted(rows), own.assumed())
    past = [x for x in own.freeze.get("logs", []) if x.origin not in now]
    ended = {x.origin: log_month(x.origin)[1] for x in past}
    old = all(months_before(f.month, month) > 12 for month in ended.values())
    need(old, f"{name}: 未列入 not listed {[*ended]}")
    cases = sorted(own.cases() - {(c.id, c.compound) for c in f.docket})
    none(f"{name}: 台账缺 no docket case {case}" for case, _ in cases)
    if not own.freeze:
        return
    keys = ("compound", "usc18", "date", "kind", "counts_for_cap", "due")
    word, then = (
        {tuple(h[k] for k in keys) for h in x.history if h.log not in now}
        for x in (f, own.freeze)
    )
    grown = {ended[x.origin] for x in past if x.open}
    new = sorted(row for row in word ^ then if row in then or row[2][:7] not in grown)
    none(f"{name}: 机构自报行变动 the bureau's word changed {row}" for row in new)


def by_word(f: Row, given: list[Stood]) -> list[str]:
    """Cases unlike those of the newest freeze though no result moved them; compounds
    that had another name, street or company."""
    froze = [x.freeze for x in given if x.freeze]
    last = max(froze, key=lambda f: str(f.frozen_at), default=f)
    size, cases = {x.origin: x.size for x in last.logs}, {c.id: c for c in last.docket}
    since = (e for x in given for e in x.events[size.get(x.name, 0) :])
    moved = {e.compound for e in since if e.event == "inspected" and e.kind in DOCKET}
    begun, found = {case for x in given for case, _ in x.cases()}, list[str]()
    for c in (c for c in f.docket if c.compound not in moved):
        old = cases.get(c.id, c if c.id in begun else Row())
        over = old.get("state") == "closed" and old.next_last < f.month
        past = Row(old, next_first="", next_last="") if over else old
        found += [c.id] * (c != old and c != past)
    then, keys = {c.id: c for c in last.compounds}, ("name", "street", "usc18")
    new = (c for c in f.compounds if any(then.get(c.id, c)[k] != c[k] for k in keys))
    return found + [c.id for c in new]


def chained_owed(f: Row, given: list[Stood], all_: bool) -> None:
    """Refuse owed visits that no log carried, that are named already, or left out."""
    carried = {key: row for x in given for key, row in x.carried().items()}
    named = {(o.log, o.leaf): x.name for x in given for o in x.freeze.get("owed", [])}
    names, found = {x.name for x in given}, {(o.log, o.leaf): o for o in f.owed}
    for o in (o for o in f.owed if o.log in names):
        equal(f"owed {o.visit}", [o.visit, o.compound], carried.get((o.log, o.leaf)))
    twice = (key for key in found if key in named)
    none(f"owed {key[0]} {found[key].visit}: 已列 in {named[key]}" for key in twice)
    active, inside = there(f)
    for key, row in carried.items() if all_ else ():
        due = row[1] in inside or row[1] not in active
        need(key in found or key in named or not due, f"owed: 漏列 missing {key} {row}")


def rechecks(b: Bundle) -> Iterator[tuple[str, str, str]]:
    """Compound, time, outcome of each recheck: "?" not opened, "" an acceptance."""
    told, made = b.docs.get("results", Row(results=[])).results, dict[str, str]()
    outcome = {r.visit: r.outcome for r in told}
    for e in b.log.events:
        if e.event == "inspected" and e.kind in ("recheck", "acceptance"):
            made[e.compound] = e.kind
        elif e.event == "result":
            for compound, kind in made.items():
                found = outcome.get(e.visit, "?") if kind == "recheck" else ""
                yield compound, e.at, found
            made = {}


def twice(b: Bundle, others: Iterable[Bundle]) -> dict[str, list[tuple[str, str]]]:
    """By compound log and time of random visits elsewhere after this freeze."""
    seen = defaultdict[str, list[tuple[str, str]]](list)
    for x in others:
        pairs, name = zip(x.log.events, x.times, strict=True), log_name(x)
        for e, at in ((e, at) for e, at in pairs if e.get("kind") == "random"):
            seen[e.compound] += [(name, at)] * (at > b.freeze.frozen_at)
    return {compound: sorted(rows) for compound, rows in seen.items()}


def chained_results(b: Bundle, given: dict[str, Stood]) -> Iterator[str]:
    """Refuse results that tell `again` or the purpose wrongly; what cannot be told."""
    yield from chained_counts(b, (x.b for x in given.values()))
    seen, made = twice(b, (x.b for x in given.values())), list[str]()
    rows, by = defaultdict[str, Any](list), {r.visit: r for r in b.results.results}
    for x in (given[x.origin] for x in b.freeze.logs if x.origin in given):
        for compound, at, outcome in rechecks(x.b):
            rows[compound].append((at, outcome))
    for e in b.log.events:
        if e.event == "inspected":
            made.append(e.kind)
        if e.event != "result":
            continue
        r, (mine, made) = by[e.visit], (made, [])
        kinds, again = b.last.visits[e.visit].kinds, r.get("again", "")
        there = seen.get(r.compound, []) if "random" in kinds else []
        first = next((name for name, at in there if at <= e.at), "")
        lawful = ORIGIN(again) and log_month(again)[0] == b.freeze.bureau
        lawful = lawful and "random" in kinds and again not in given
        if lawful and (not first or again < first):
            yield f"{e.visit} again {again}"
        else:
            equal(f"{e.visit} again", again, first)
        if mine and {"recheck", "acceptance"} <= {*kinds}:
            past = sorted(row for row in rows[r.compound] if day_of(row[0]) < r.date)
            outcome = past[-1][1] if past else ""
            kind = "acceptance" if outcome == "no_problem" else "recheck"
            if outcome == "?" or any(x.origin not in given for x in b.freeze.logs):
                yield f"{e.visit} {mine}"
            else:
                need(kind in mine, f"{e.visit}: {mine}, 应为 to be {kind}")


@claim("history.chain", "承接以往各月日志", "it stands on the logs before", "before")
def history_chain(b: Bundle) -> None:
    f, (given, rest) = b.freeze, b.chain
    b.note = f"{len(f.logs)} 份日志 logs"
    listed = [given[x.origin] for x in f.logs if x.origin in given]
    active, inside = there(f)
    for x in listed:
        chained_rows(b, x)
    chained_owed(f, listed, not rest)
    for x in (x for x in given.values() if x.freeze):
        gone = {o.compound for o in x.freeze.owed if o.gone} & active
        ok = not gone or x.freeze.frozen_at > f.frozen_at
        need(ok, f"{x.name}: {gone} 作罢 gone")
        both = inside & there(x.freeze)[1] if x.freeze.month == f.month else ()
        need(not both, f"{x.name}: {both} 两处 in both")
    rest = [*rest, *(chained_results(b, given) if b.closed else [])]
    if own := by_word(f, listed):
        b.note += f"; 台账、小区机构自报 the bureau's word: {own}"
    if rest:
        raise Unknown(f"{NOT_GIVEN}: {'; '.join(rest)}; {b.note}", "before")


NOT_GIVEN = "须用以往日志的公示包 needs the bundles of earlier logs (--before)"
CHAINED = f"{AUDIT} before"
AHEAD = ("log", "compound", "day", "lead", "second")
DERIVED |= {"times": times, "sound": sound, "chain": stood}
DERIVED["auditable"] = lambda b: b.closed and "private" in b.data


@claim("auditor.chain", "轮换与结转承接以往", "rotation and carry follow", CHAINED)
def auditor_chain(b: Bundle) -> None:
    f, empty = b.freeze, Row(inspectors=[], history=[], running=[])
    if not f.logs:
        return
    private = b.private.private
    b.blind(1)
    given, rest = b.chain
    rest, olds = [*rest], [given[x.origin].b for x in f.logs if x.origin in given]
    olds = [x for x in olds if x.auditable and x.freeze.frozen_at < f.frozen_at]
    old = max(olds, key=lambda x: str(x.freeze.frozen_at), default=None)
    then = old.private.private if old else empty
    earlier = {x.origin: x.size for x in (old.freeze.logs if old else [])}
    carry = Counter({p.id: p.carry_minutes for p in then.inspectors})
    due = {(h.compound, h.date, h.kind): [h.lead, h.second] for h in then.history}
    ahead, known = list[Any](), {*carry}
    for x in f.logs:
        name, before = x.origin, earlier.get(x.origin, 0)
        parts = [given[name]] if name in given else []
        parts += [Stood(part.b, before) for part in parts if before]
        if before == x.size:
            ahead += [h for h in then.running if h.log == name and x.open]
        elif parts and all(part.told for part in parts):
            for part, sign in zip(parts, (1, -1), strict=False):
                carry.update({who: sign * n for who, n in part.leaves().items()})
            past, more = parts[0].officers()
            due, ahead = due | past, ahead + more
        else:
            rest.append(name)
    for h in private.history:
        key, pair = (h.compound, h.date, h.kind), [h.lead, h.second]
        equal(f"history {key}", pair, due.get(key, pair))
    found = [h for h in private.running if h.log not in rest]
    same("running", found, sorted(ahead, key=lambda h: [h[k] for k in AHEAD]))
    rest += ["carry_minutes"] * (not old)
    if rest:
        raise Unknown(f"{NOT_GIVEN}: {'; '.join(rest)}", "before")
    for p in (p for p in private.inspectors if p.id in known):
        equal(f"{p.id} carry_minutes", p.carry_minutes, carry[p.id])


YEARLY = """
inspected 在册小区已抽查 active compounds inspected at random; not_inspected 未抽查 not
classes 分类 by class：期望 expected、抽中 drawn、小区 compounds、每小区 per compound
companies 各企业被抽查 random inspections by company; carried 随机检查顺延 carried
owed 应补 owed; again 再次顺延 owed again; gone 作罢 gone; made 已补 made
twice 未公示时再次抽中而查两次 visited twice while the first was sealed
gaps 系列间隔超限 steps of a series outside gap_min … gap_max
"""
YEAR = dict(x.split(" ", 1) for x in YEARLY.strip().replace("\n", "; ").split("; "))


def year_counts(all_: list[Bundle]) -> dict[str, Any]:
    """The counts of a year (PROTOCOL 11), from freezes and logs alone."""
    last, found, firms = all_[-1].freeze, Counter[str](), Counter[str]()
    active = {c.id: c.risk_class for c in last.compounds if c.status == "active"}
    seen, many, drawn = set[str](), Counter(active.values()), Counter[str]()
    chance, steps = defaultdict[str, Any](int), defaultdict[str, dict[str, Row]](dict)
    double, gaps = list[str](), list[list[str]]()
    for b in (b for b in all_ if not standing(b.log.events)[0]):
        f, other = b.freeze, twice(b, (x for x in all_ if x is not b))
        case = {d.compound: d.case for d in f.docket_visits}
        pairs = zip(b.log.events, b.times, strict=True)
        made = [(e, at) for e, at in pairs if e.event == "inspected"]
        seen |= (there := {e.compound for e, _ in made if e.kind == "random"})
        for e, at in made:
            if e.kind == "random":
                firms.update({e.usc18} - {""})
                first = min((x for _, x in other.get(e.compound, [])), default="9")
                double += [f"{e.date} {e.compound}"] * (first <= at)
            elif e.kind == "remediation":
                steps[case.get(e.compound, e.compound)][e.date] = f.policy.visits
        for e in (e for e in b.of("drawn") if e.attempt == f.attempt):
            drawn.update(e.classes)
            for s in f.strata:
                chance[s.risk_class] += Fraction(*s.expected)
        lost = [e.compound for e in b.of("carried") if "random" in e.kinds]
        found["carried"] += len(lost)
        for o in f.owed:
            found["gone" if o.gone else "owed"] += 1
            found["made"] += not o.gone and o.compound in there
            found["again"] += not o.gone and o.compound in lost
    for name, days in steps.items():
        for one, two in pairwise(sorted(days)):
            span = shift(one, days[two].gap_min), shift(one, days[two].gap_max)
            gaps += [[name, one, two]] * (not within(two, *span))
    rows: list[Any] = [[k, float(x), drawn[k], many[k]] for k, x in chance.items()]
    return {
        "inspected": len(active.keys() & seen),
        "not_inspected": len(active.keys() - seen),
        "classes": sorted([*r, r[1] / (r[3] or 1), r[2] / (r[3] or 1)] for r in rows),
        "companies": firms,
        **{k: found[k] for k in ("carried", "owed", "again", "gone", "made")},
        "twice": double,
        "gaps": gaps,
    }


@dataclass(frozen=True)
class Year:
    """The reports of a year's bundles, and its counts."""

    head: dict[str, Any]
    reports: list[Report]
    counts: dict[str, Any]

    def text(self) -> str:
        lines = list[str]()
        for r in self.reports:
            lines += [r.text().split("\n")[0], f"  {VERDICTS[r.head['verdict']]}"]
            for x in r.findings:
                text = f"  {MARKS[x['verdict']]} {x['id']}  {x['detail']}"
                lines += [text] * (x["verdict"] == FAILS or ".chain" in x["id"])
        verdict = self.head["verdict"]
        end = f"{VERDICTS[verdict]} (exit {EXIT[verdict]})"
        return "\n".join([*lines, *page(self.counts, YEAR), end])

    def as_json(self) -> str:
        rows = [json.loads(r.as_json()) for r in self.reports]
        own = {"counts": self.counts, "bundles": rows}
        return json.dumps(self.head | own, indent=1)


def verify_year(
    paths: Iterable[str | Path],
    anchors: Iterable[str] = (),
    max_mb: int = 64,
    today: str = "",
) -> Year:
    """Check a year's bundles as one chain. Raises NotABundle and nothing else."""
    all_ = [Bundle(Path(x), [], max_mb, today) for x in paths]
    given = read_anchors(anchors)
    all_.sort(key=lambda b: str(b.docs.get("freeze", Row()).get("frozen_at")))
    for b in all_:
        with suppress(Exception):  # malformed, which a claim says
            b.anchors = [x for x in given if x[0] == " ".join(log_name(b).split())]
            pairs = [(x, months_before(b.freeze.month, x.freeze.month)) for x in all_]
            b.older = [x for x, ago in pairs if x is not b and ago <= 12]
    reports, counts = [judged(b) for b in all_], dict.fromkeys(YEAR)
    with suppress(Exception):
        counts = year_counts(all_)
    order = ("cancelled", "holds", "sealed", "fails")
    worst = max((r.head["verdict"] for r in reports), key=order.index)
    head = {"schema": "inspector/verify-year/v2", "verdict": worst}
    return Year(head, reports, counts)


# ------------------------------------------------------------ claims: what is public
@claim("privacy.public", "公开文件无姓名证号", "no names in public", "sealed")
def privacy_public(b: Bundle) -> None:
    public = b"".join(v for k, v in b.data.items() if k != "private")
    words = {x.decode(errors="replace") for x in re.findall(TEXT, public)}
    named = {x for x in words if re.fullmatch("p[0-9a-f]{20}", x)}
    docs = [a.document for a in b.attempts if a.stage == "draw"]
    same("化名 pseudonyms", sorted(named), sorted({p for d in docs for p in d.people}))
    for e in b.of("absent"):
        need(e.person in named, f"{e.person}: 不是化名 not a pseudonym")
    people = b.private.private.inspectors if "private" in b.data else []
    none(f"{p.id}" for p in people if words & {p.name, p.cert_no} - {""})


# ------------------------------------------------- claims: changes after the lottery
FALLS = ("replan.closed", "replan.unreachable", "replan.company_closed")


def hold(views: Iterable[Bundle], *groups: str) -> None:
    """What holds of a sealed plan holds of each view: claims by how their ids start."""
    for own in views:
        for one in CLAIMS:
            if one.id.startswith(groups) and one.id != "auditor.amendments":
                own.judge(one)
        failed = [f for f in own.findings if f["verdict"] == FAILS]
        own.findings.clear()
        none(f"{own.number} {f['id']}: {f['detail']}" for f in failed)


def amended_visits(f: Field, own: Bundle) -> list[tuple[str, str, str]]:
    """The leaves, old and new, that an amendment must log; refuses other changes."""
    same("strata", own.drawn.strata, f.b.drawn.strata)
    one, two = (entries(x.visits, x.packages) for x in (f, own))
    why, now = reasons(f.tree), {r.visit: r.reason for r in own.plan.excess}
    for v in {*one} & {*two}:
        ok = one[v] != two[v] or why.get(v, "") == now.get(v, "")
        need(ok and f.visits[v] == own.visits[v], f"{v}: 检查被改 altered")
    rows = []
    for v in (v for v in {*one, *two} if one.get(v) != two.get(v)):
        old = f.visit_leaf(v) if v in one else ""
        rows.append((old, own.visit_leaves[v].hex() if v in two else "", "changed"))
    gone = [(f.team_leaf(p), "", "dissolved") for p in {*f.packages} - {*own.packages}]
    equal("dissolved", own.seal.dissolved, len(gone))
    equal("new_packages", own.seal.new_packages, len(own.staffed))
    return sorted(rows) + sorted(gone)


def kept(b: Bundle, f: Field, own: Bundle, used: set[str]) -> None:
    """Refuse an amendment of past days, of packages that stay; new ones too early."""
    today, places, f0 = day_of(own.seal.sealed_at), own.packages, b.freeze
    known = [d for d in f0.working_days if d > today][: f0.policy.notice_workdays]
    old = {s.visit: p for p in f.packages.values() for s in p.stops}
    for name in f.packages.keys() | places.keys():
        p, q = f.packages.get(name), places.get(name)
        ok = p == q or ((p or q).day > today and name not in f.pairs)
        if p and q:
            ok = ok and all(old.get(s.visit) is p for s in q.stops)
            ok = ok and (p.day, p.office) == (q.day, q.office)
            ok = ok and q.skill in (p.skill, "")
        elif q:
            ok = ok and name not in used and q.day not in known
        need(ok, f"{own.number} {name}: 不应变动 must stay")
    for name in {u.visit for u in own.plan.unplaced if u.reason != "before"}:
        if (p := old.get(name)) and p.day > today:
            left = cars_left(own, p.office, p.day) - own.cars[p.office, p.day]
            stay = {name, *(s.visit for s in places.get(p.id, Row(stops=[])).stops)}
            order = [own.visits[s.visit] for s in p.stops if s.visit in stay]
            room = p.id in places or (left > 0 and p.day not in {d for _, d in f.away})
            could = room and driven(own, p.office, order)
            need(not could, f"{own.number} {name}: 可留在 could stay in {p.id}")
    for seat, who in zip(own.table.seats, own.net.eligible, strict=True):
        day, names = own.net.days[seat.package], (own.table.people[i].id for i in who)
        none(f"{seat.id} {n}: 不空闲 not free" for n in names if (n, day) in own.taken)
    at = own.event("assigned").at if own in b.to_draw else ""
    for name in f.packages.keys() ^ places.keys():
        day = (f.packages | places)[name].day
        need(at < release(b.freeze, day), f"{own.number} {day}: 摇号过晚 late, {at}")


@claim("amendments.commitment", "变更承诺与日志一致", "the log holds them", "sealed")
def amendments_commitment(b: Bundle) -> None:
    events, made = b.log.events, b.of("amended", "amendment")
    for doc, e in zip(b.rows, made, strict=True):
        own, why = b.digest("amendment", canonical(doc)).hex(), doc.reason.strip()
        log = root(map(canonical, events[: events.index(e)]))
        found = [e.commitment, doc.sealed_at, doc.seal, doc.log, why]
        wanted = [own, e.at, b.commitment("seal").hex(), log, why or "…"]
        equal(f"{doc.attempt} commitment, at, seal, log, reason", found, wanted)
    rows = [e for e in events if e.get("stage") == "amendment"]
    times = Counter((e.event, e.attempt) for e in rows if e.event != "source_recorded")
    none(f"{name}: {n} 次 times" for name, n in times.items() if n > 1)
    for e in b.of("cancelled", "amendment"):
        need(e.reason, f"{e.attempt}: 无原因 no reason")


claim("amendments.sealed", "变更的计划如密封", "the plans are as sealed", "sealed")(
    lambda b: hold(b.views[1:], *(f"seal.{k}" for k in ("c", "bl", "h", "l", "f")))
)


@claim("amendments.entropy", "变更随机源如公告与录入", "as announced", "sealed")
def amendments_entropy(b: Bundle) -> None:
    none(f"{d.attempt} entropy" for d in b.rows if bool(d.entropy) != bool(d.seats))
    hold(b.to_draw, "lottery.entropy")


def of_views(b: Bundle, name: str, reason: str) -> None:
    """What a claim says of each amendment that is drawn."""
    found, told, one = Counter[str](), [], next(c for c in CLAIMS if c.id == name)
    for own in b.to_draw:
        own.judge(one)
        finding = own.findings.pop()
        found[finding["verdict"]] += 1
        told += [f"{own.number}: {finding['detail']}"] * bool(finding["detail"])
    b.note = " | ".join(told)
    need(not found[FAILS], b.note)
    if found[OPEN]:
        raise Unknown(b.note, reason)


for own, zh, en, may in (
    ("seal.before_entropy", "变更密封早于随机源", "sealed before T", "anchor"),
    ("lottery.inside", "变更的内部随机值早于局外", "inside before T", "anchor"),
    ("lottery.outside", "变更随机值属实", "organisers published these", "outside"),
):
    check = partial(of_views, name=own, reason=may)
    claim(f"amendments.{own.partition('.')[2]}", zh, en, may)(check)


@claim("amendments.plan", "变更后的计划合规", "the plans keep the rules", "sealed")
def amendments_plan(b: Bundle) -> None:
    packages, visits = [*b.last.packages.values()], [*b.last.visits.values()]
    packages.sort(key=lambda p: by_number(p.id))
    travel = sum(p.travel_minutes for p in packages)
    plan = Row(b.last.tree.plan, packages=packages, travel_minutes=travel)
    docs = {"plan": Row(plan, bound_minutes=0), "drawn": Row(visits=visits)}
    end = view(b, len(b.views), docs)
    end.before, end.unsealed = frozenset(b.last.packages), True
    hold([*b.views[1:], end], "plan.")


claim("amendments.table", "新席位与概率表", "new seats and chances", "sealed")(
    lambda b: hold(b.views[1:], "seats.", "table.")
)
claim("amendments.lottery", "新席位由种子定出", "the seed fills new seats", "sealed")(
    lambda b: hold(b.to_draw, "lottery.")
)


@claim("amendments.changes", "每项变更入日志", "each change is in the log", "sealed")
def amendments_changes(b: Bundle) -> None:
    f, ids, wanted = Field(b), {*b.visits}, list[tuple[str, str, str]]()
    places = {c.id: (c.lon, c.lat) for c in b.freeze.compounds}
    logged = [e for e in b.log.events if e.event in ("changed", "dissolved")]
    for e in f.events():
        after = f.visits
        if e.event == "called":
            visit, package = f.call.visit, f.call.package
            after = after | {visit.id: visit}
            bound = Row(entries({"": visit}, {"": package})[visit.id])
            leaf = b.visit_leaf(Row(bound, excess=f.call.excess)).hex()
            equal(f"{visit.id} leaf", [e.leaf, bool(e.reason)], [leaf, True])
            free = package.id in f.pairs - f.packages.keys() - f.spent
            free = free and day_of(e.at) <= package.day
            need(free, f"{package.id} {e.at}: 不是值班席 no stand-by pair")
            near = {o.id for o in b.freeze.offices if o.district == visit.district}
            ok = package.office in near and b.freeze.policy.travel.taxi_minutes
            need(ok or not f.call.taxi, f"{package.id}: 不可乘出租车 no taxi")
        elif e.event == "amended":
            own, n = b.views[e.attempt], len(wanted)
            after, wanted = own.visits, wanted + amended_visits(f, own)
            new, k = logged[n : len(wanted)], b.log.events.index(e) + 1
            ok = b.log.events[k : k + len(new)] == new and {x.at for x in new} <= {e.at}
            need(ok, f"{e.attempt}: 不在其后 apart")
            reasons = Counter(x.reason for x in new if x.event == "changed")
            equal(f"{e.attempt} changed", own.seal.changed, reasons)
        for v in (after[k] for k in after.keys() - f.visits.keys()):
            ok = v.id not in ids and v.kinds and "random" not in v.kinds
            need(ok and places[v.compound] == (v.lon, v.lat), f"{v.id}: 新增 added")
            ids.add(v.id)
    found = [(e.old_leaf, e.get("new_leaf", ""), e.event) for e in logged]
    same("changed", found, wanted)
    equal("calls", len(b.amended.calls), len(f.called))
    random = [(x, v.id) for x in b.views for v in x.drawn.visits if "random" in v.kinds]
    drawn = {x.visit_leaves[name].hex() for x, name in random}
    for old, why in ((e.old_leaf, e.reason) for e in b.of("changed") if not e.new_leaf):
        need(why in FALLS[: 1 if old in drawn else 3], f"{old}: {why}")


@claim("amendments.kept", "未动者照旧，已公布者不增", "the rest stays", "sealed")
def amendments_kept(b: Bundle) -> None:
    f, ids = Field(b), {*b.packages}
    for e in (e for e in f.events() if e.event == "amended"):
        kept(b, f, b.views[e.attempt], ids)
        ids |= b.views[e.attempt].packages.keys()


@claim("auditor.amendments", "新席位合格人员属实", "who is eligible there", AUDIT)
def auditor_amendments(b: Bundle) -> None:
    hold(b.views[1:], "auditor.")
    f, due = Field(b), list[str]()
    for e in f.events():
        calls = {c.package.id: c for c in f.called}
        if e.event == "called":
            due = [s for s, p in f.home.items() if p.id == f.call.package.id]
            due = [s for s in due if not may_go(f, f.now[s], s, f.call)]
        elif e.event != "substituted":
            ok = not due or e.event == "absent"
            need(ok, f"{due[:1]}: 应回避 must not make the visit called")
        elif c := calls.get(f.home[e.seat].id):
            why = f"{e.seat}: 替换无据 replaced without cause"
            need(e.seat in due or (e.out, c.package.day) in f.away, why)
            due = [seat for seat in due if seat != e.seat]
            ok = not e["in"] or may_go(f, e["in"], e.seat, c)
            need(ok, f"{e.seat}: 应回避 must not go")


# ------------------------------------------------------------------------ PROTOCOL 11
WEAKER = """
draw.rates.A < 3/100; draw.rates.B < 1/10; draw.rates.C < 2/5; draw.rates.D < 1
draw.caps.A < 2; draw.caps.B < 3; draw.caps.C < 4; draw.caps.D < 6
draw.caps.A > 2; draw.caps.B > 3; draw.caps.C > 4; draw.caps.D > 6; draw.batches > 12
draw.exclude_recent_months > 2; bottom.share < 1/10; bottom.start_per_month < 50
bottom.weights_bp.housing > 3500; bottom.weights_bp.street < 2000
bottom.weights_bp.community < 1000; bottom.weights_bp.owners < 2000
bottom.weights_bp.complaints < 1000; bottom.weights_bp.observers < 500
visits.series_minutes < 90,60,60; visits.gap_min < 7; visits.gap_max > 15
visits.recheck_minutes < 60; visits.acceptance_minutes < 75
visits.lookback_minutes < 60; visits.extra_minutes < 30; day.shift_start > 510
day.shift_end < 1050; day.duty_minutes < 480; day.lunch_minutes > 60
day.lunch_first > 690; day.lunch_last < 780; day.morning_end < 720
day.afternoon_start > 780; day.max_visits < 6; travel.detour_bp > 13000
travel.metres_per_hour < 38000; travel.parking_minutes > 4; seats.standby_pairs < 1
seats.rotation_months < 3; seats.keep_share < 1/2; lottery.cap_factor > 5/4
lottery.floor_factor < 4/5; lottery.max_levels < 8; lottery.exception_eligible < 4
lottery.exception_level > 1/3; lottery.duty_weight > 1/4; release_minute < 450
notice_workdays < 3; publish_workdays > 20; close_days > 10; wait_hours < 24
seal_wait_hours < 2
"""


def weaker(p: Row) -> Iterator[list[Any]]:
    """Field, value and default of each policy value that is weaker than its default."""
    for part in WEAKER.strip().replace("\n", "; ").split("; "):
        value: Any = p
        name, sign, default = part.split(" ")
        for key in name.split("."):
            value = value[key]
        if "," in default:
            pairs = zip(value, map(int, default.split(",")), strict=False)
            low = len(value) <= default.count(",") or any(v < n for v, n in pairs)
        else:
            own = Fraction(*value) if type(value) is list else Fraction(value)
            low = own < Fraction(default) if sign == "<" else own > Fraction(default)
        if low:
            yield [name, value, default]
    scope = {k: p.scope[k] for k in ("types", "districts", "streets", "classes")}
    yield from ([f"scope.{k}", rows, []] for k, rows in scope.items() if rows)
    more = {k: n for k, n in p.bottom.weights_bp.items() if f".{k} " not in WEAKER}
    yield from ([f"bottom.weights_bp.{k}", n, 0] for k, n in more.items() if n)
    d, kinds = p.draw, sorted(TEXTS["purpose"].split("|"))
    names = "draw.cap_by", "draw.cap_unit", "draw.counts", "task.source", "gives_way"
    told = d.cap_by, d.cap_unit, sorted(d.counts), p.task.source, p.gives_way[-2:]
    usual = "random", "company", kinds, "plan", ["random", "owed"]
    rows = zip(names, told, usual, strict=True)
    yield from ([*row] for row in rows if row[1] != row[2])
    for name in ("draw_entropy", "lottery_entropy"):
        kinds = [s.kind for s in p[name] if s.kind in ("dice", "reveal")]
        if kinds not in ([], ["reveal"]):
            yield [name, kinds, "reveal ≤ 1"]


def concerned(own: Bundle, change: Row) -> set[str]:
    """The seats whose day or compounds a people change concerns."""
    usc18, found = {c.id: c.usc18 for c in own.freeze.compounds}, set[str]()
    for package, team in own.teams.values():
        stops, day = own.packages.get(package.id, Row(stops=[])).stops, package.day
        places = {own.visits[s.visit].compound for s in stops}
        places |= {usc18[name] for name in places}
        rows = [x for x in change.recusals if x.subject in places]
        if any(within(day, x.first, x.last) for x in (*change.leave, *rows)):
            found |= {seat.id for seat in team}
    return found


def people_changes(b: Bundle) -> list[list[Any]]:
    """Time, reason and approver; from the auditor's bundle rows and seats, too."""
    found = [[e.at, e.reason, e.approver] for e in b.changes]
    changes = b.private.changes if "private" in b.data and b.opened else []
    for row, c in zip(found, changes, strict=False):
        seats = set[str]().union(*(concerned(own, c) for own in b.views))
        row += [len(c.leave) + len(c.recusals), len(seats)]
    return found


def companies(b: Bundle) -> Counter[str]:
    """Seats with other people than drawn, by company visited."""
    usc18, found = {c.id: c.usc18 for c in b.freeze.compounds}, Counter[str]()
    at = {c.package.id: {usc18[c.visit.compound]} for c in b.calls}
    for own in b.views:
        for p in own.plan.packages:
            at[p.id] = {usc18[own.visits[s.visit].compound] for s in p.stops}
    for e in b.of("substituted"):
        found.update(at.get(e.seat.rpartition("/")[0], {"值班 stand-by"}))
    return found


def log_counts(b: Bundle) -> dict[str, Any]:
    """What the log tells before the close, too."""
    starts = [e for e in b.log.events if e.event in STARTS]
    gone = [e for e in b.log.events if e.event == "cancelled"]
    seals = [a.document for a in b.attempts if a.stage == "lottery"]
    moved, seal = b.of("substituted"), b.docs.get("seal", Row(unplaced={}))
    in_for = [e["in"] for e in moved]
    return {
        "drawn": [int(e.total) for e in b.of("drawn")][-1:],
        "unplaced": Counter(seal.unplaced),
        "attempts": Counter(e.get("stage") or STAGES[e.event] for e in starts),
        "cancelled": [[e.stage, e.attempt, e.at, e.reason] for e in gone],
        "other_entropy": Counter(filter(None, (d.entropy_reason for d in seals))),
        "people_changed": people_changes(b),
        "absences": Counter(e.person for e in b.of("absent")),
        "substitutes": Counter(filter(None, in_for)),
        "unfilled": in_for.count(""),
        "skipped": Counter(reason for e in moved for _, reason in e.skipped),
        "amendments": len(b.of("amended", "amendment")),
        "calls": len(b.of("called")),
        "results": len(b.of("result")),
        "carried": Counter(e.reason for e in b.of("carried")),
        "weaker": [*weaker(b.freeze.policy)],
        "other": [e.compound for e in b.freeze.exclusions if e.reason == "other"],
        **freeze_counts(b),
    }


def opened_counts(b: Bundle) -> dict[str, Any]:
    closed, due = (date.fromisoformat(x) for x in (b.closed_on, b.freeze.close_by))
    done = [r.score_bp >= 0 for r in b.results.results]
    over = [r for r in b.results.results if r.count > r.limit]
    fell = (b.visits[name] for name in sorted(b.visits.keys() - b.last.visits))
    return {
        "visits": len(b.last.visits),
        "inspected": done.count(True),
        "not_inspected": done.count(False),
        "companies": companies(b),
        "cars_out": [[c.car, c["from"], c.to] for c in b.last_plan.cars_out],
        "late_results": len(b.results.overdue),
        "closed_late": max(0, (closed - due).days),
        "carried_late": late_carries(b),
        "drawn_again": sum("again" in r for r in b.results.results),
        "excess": [f"{r.visit} {r.count}/{r.limit}" for r in over],
        "unreasoned": [r.visit for r in over if "excess" not in r],
        "fallen": [f"{v.id} {v.compound}" for v in fell if "random" in v.kinds],
        "listed": [str(seat) for seat in b.table.listed],
    }


COUNTS = """
drawn 抽中小区 compounds drawn; visits 应有检查 visits; inspected 已检查 inspected
not_inspected 未检查 not inspected; unplaced 密封时未排 left out at the seal
carried 顺延 visits carried; attempts 次数 attempts; cancelled 取消 cancelled
other_entropy 密封另报随机源 seals with other entropy than planned
people_changed 人员变动 people changes (…, rows, seats); absences 缺席 absences
substitutes 替补 substitutes; unfilled 无人替补 seats left empty
skipped 候补跳过 reserves passed over
companies 换人席位，按企业 seats replaced, by company
cars_out 停用车辆 cars out of service; amendments 变更 amendments; calls 吹哨 calls
results 已公示结果 results published; late_results 逾期公示 late results
closed_late 逾期归档天数 days closed late; listed 人少的席位 seats below keep_share
weaker 细则弱于默认 weaker policy (field, value, default)
word 计入的机构自报行 rows that count, the bureau's word; owed 应补 visits owed
late_history 以往逾期公示 earlier ones published late; open_logs 未归档 logs open then
carried_late 顺延逾期 carried late; carried_again 再次顺延 carried a second time
other 因其他检查不抽 out of the draw by other inspections
excess 超上限 results in excess; unreasoned 其中无理由 of them without a reason
drawn_again 未公示再次抽中 results of compounds drawn again; fallen 变更后落空 fell away
"""
WORDS = dict(x.split(" ", 1) for x in COUNTS.strip().replace("\n", "; ").split("; "))


def tally(b: Bundle) -> dict[str, Any]:
    """All counts; None for what this bundle does not tell."""
    found: dict[str, Any] = dict.fromkeys(WORDS)
    for counts in (log_counts, opened_counts):
        with suppress(Exception):  # not opened, or malformed, which a claim says
            found |= counts(b)
    return found | {"drawn": next(iter(found["drawn"] or []), None)}


def page(counts: dict[str, Any], named: dict[str, str]) -> Iterator[str]:
    """The counts in words."""
    for name, value in counts.items():
        rows: Any = value if isinstance(value, list) else []
        if isinstance(value, dict):
            rows, value = sorted(value.items(), key=str), sum(value.values())
        value = len(value) if isinstance(value, list) else value
        yield f"  {named[name]}: {'–' if value is None else value}"
        for row in rows[:50]:
            cells = row if isinstance(row, list | tuple) else [row]
            cells = [round(x, 4) if isinstance(x, float) else x for x in cells]
            yield "    " + " · ".join(shown(x, 80) or "–" for x in cells)
        yield from [f"    … {len(rows)}"] * (len(rows) > 50)


# ------------------------------------------------------------------------ the report
EXIT = {"holds": 0, "cancelled": 0, "fails": 1, "sealed": 3}
VERDICTS = {
    "holds": "结论：成立 / verdict: holds",
    "cancelled": "结论：抽取已取消，其后无 / verdict: cancelled, nothing after it",
    "fails": "结论：不成立，至少一项不符 / verdict: fails, a claim is wrong",
    "sealed": "结论：密封中，尚无不符；抽取、计划、派员启封后核验 / verdict: sealed, "
    "nothing fails; draw, plan and people can be checked when it is opened",
}
MARKS = {HOLDS: "✓", FAILS: "✗", OPEN: "–"}
SLOWER = "本机无 SM3，用自带实现，较慢 own SM3, slower"
NAMES = {"public": "公示包", "auditor's": "监督包", "sealed": "密封", "opened": "启封"}


@dataclass(frozen=True)
class Report:
    """What was read, and one finding per claim: id, zh, en, verdict and detail."""

    head: dict[str, Any]
    findings: list[dict[str, str]]
    counts: dict[str, Any]

    def count(self, verdict: str) -> int:
        return sum(f["verdict"] == verdict for f in self.findings)

    def as_json(self) -> str:
        """Valid JSON in every encoding: all of it is ASCII."""
        head = self.head | {"holds": self.count(HOLDS), "failed": self.count(FAILS)}
        head |= {"not_checkable": self.count(OPEN), "counts": self.counts}
        return json.dumps(head | {"claims": self.findings}, indent=1)

    def text(self) -> str:
        demo = "非演示 real" if self.head["demonstration"] is False else "演示数据 demo"
        head = [*self.head["bundle"].split(), demo]
        head += [shown(self.head[k]) for k in ("bureau", "month", "attempt", "hash")]
        head += [SLOWER] * (self.head["hash"] == "sm3" and OWN_SM3)
        lines = [f"{NAMES[head[0]]}（{NAMES[head[1]]}） / {' · '.join(head)}"]
        lines += page(self.counts, WORDS)
        for f in self.findings:
            lines += [f"{MARKS[f['verdict']]} {f['id']}  {f['zh']} / {f['en']}"]
            lines += [f"    {f['detail']}"] * bool(f["detail"])
        n = [self.count(verdict) for verdict in MARKS]
        end = f"成立 hold {n[0]}，不成立 fail {n[1]}，无法核验 not checkable {n[2]}"
        verdict, means = self.head["verdict"], MEANING[bool(self.head["anchors"])]
        last = [f"{VERDICTS[verdict]} (exit {EXIT[verdict]})", *self.few()]
        return "\n".join([*lines, end, *last, *([] if EXIT[verdict] else [means])])

    def few(self) -> list[str]:
        """Seats that keep too few people, and who changed people: to ask about."""
        listed = self.counts["listed"] or []
        changes = self.counts["people_changed"] or [] if listed else []
        rows = [f"席位人少 few people: {name}" for name in listed]
        rows += [f"人员变动 people change: {' · '.join(map(str, c))}" for c in changes]
        return [shown(row) for row in rows]


MEANING = {  # of exit 0: with anchors, without
    True: "0 表示：公开内容自洽，且据您声明开奖前见过的锚点未曾重抽；不表示名录属实 / "
    "0 means: what is published agrees with itself, and by the anchors that you state "
    "to have seen before T nothing was drawn again; not that registry, risk classes, "
    "leave and visits are true",
    False: "0 表示：公开内容自洽；没有开奖前见过的锚点，不排除抽到满意为止 / 0 means: "
    "what is published agrees with itself; without an anchor seen before T (--anchor) "
    "nothing excludes that it was drawn until it pleased",
}
LINE = r"\s*(\S.{0,200}?)\s+(0|[1-9][0-9]{0,8})\s+([A-Za-z0-9+/]{43}=)(?!\S)"
ANCHOR = re.compile(LINE, re.ASCII | re.DOTALL)


def read_anchors(given: Iterable[str]) -> list[tuple[str, int, str]]:
    """Anchors of lines or files: origin, size, root; raises NotABundle."""
    found = []
    for text in given:
        with suppress(OSError, ValueError):
            if Path(text).is_file():
                text = Path(text).read_text("utf-8")[:MAX_ANCHORS]
        end = 0
        while row := ANCHOR.match(text, end):
            found.append((" ".join(row[1].split()), int(row[2]), row[3]))
            end = row.end()
        ok = end and not text[end:].strip()
        need(ok, f"不是锚点 / no anchor: {shown(text)}", NotABundle)
    return found


def verify_bundle(
    path: str | Path,
    anchors: Iterable[str] = (),
    max_mb: int = 64,
    today: str = "",
    before: Iterable[str | Path] = (),
) -> Report:
    """Check every claim of a bundle. Raises NotABundle and nothing else."""
    b = Bundle(Path(path), read_anchors(anchors), max_mb, today)
    b.older = [Bundle(Path(old), [], max_mb) for old in before]
    return judged(b)


def judged(b: Bundle) -> Report:
    for one in (c for c in CLAIMS if b.amends or "amendments" not in c.id):
        b.judge(one)
    kind = "auditor's" if "private" in b.data else "public"
    end = "holds" if b.closed else "sealed"
    if any(f["verdict"] == FAILS for f in b.findings):
        end = "fails"
    elif not b.closed and standing(b.log.events)[0]:
        end = "cancelled"
    kind, f = kind + (" opened" if b.opened else " sealed"), b.docs.get("freeze", Row())
    head = {k: f.get(k) for k in ("demonstration", "bureau", "month", "attempt")}
    policy = f.get("policy")
    head["hash"] = policy.get("hash") if isinstance(policy, Row) else None
    head["anchors"] = len(b.anchors)
    head |= {"schema": "inspector/verify/v2", "bundle": kind, "verdict": end}
    return Report(head, [*b.findings], tally(b))


def once(error: Any) -> tuple[str, int]:
    """One "?" for a run of characters that the console does not have."""
    return "?", error.end


codecs.register_error("once", once)


def writable(text: str, encoding: str) -> str:
    """The text as a console of this encoding can show it."""
    for mark, *others in ("✓√", "✗×", "–-"):
        for one in (mark, *others, {"✓": "[ok]", "✗": "[x]", "–": "-"}[mark]):
            if one.encode(encoding, "ignore").decode(encoding) == one:
                text = text.replace(mark, one)
                break
    return text.encode(encoding, "once").decode(encoding)


def say(text: str, stream: TextIO) -> None:
    try:
        print(writable(text, stream.encoding or "utf-8"), file=stream, flush=True)
    except BrokenPipeError:  # who reads has seen enough; the exit status stays
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def clicked(argv: list[str], system: str, outer: Mapping[str, str], tty: bool) -> bool:
    """Whether the window is its own (a double click, a drop): cmd.exe sets PROMPT."""
    alone = len(argv) <= 1 and not any(a.startswith("-") for a in argv)
    return system == "nt" and tty and alone and "PROMPT" not in outer


def opened_by_click(argv: list[str], ask: Callable[[str], str]) -> int:
    """Read what was dropped, or ask for it; keep the window open until it was read."""
    text = "把公示包文件夹或 zip 拖到这里，按回车 / drop the bundle here, press Enter: "
    try:  # what is dropped on a window comes in quotes
        status = main(argv or ["--", ask(text).strip().strip("\"'")])
        ask(f"退出码 exit {status}。按回车关闭 / press Enter to close ")
    except (EOFError, KeyboardInterrupt):
        return 2
    return status


def main(argv: list[str] | None = None) -> int:
    options = argparse.ArgumentParser("verify", description="复核公示包 / check it")
    options.add_argument("bundle", nargs="?", default="", help="文件夹或 zip / folder")
    told = "一年的公示包，作一条链 / a year of bundles, as one chain"
    options.add_argument("--year", nargs="+", default=[], metavar="DIR", help=told)
    told = "开奖前见过的锚点，可多次 / an anchor that you saw before T, any number"
    many: dict[str, Any] = {"action": "append", "default": []}
    options.add_argument("--anchor", metavar="LINE_OR_FILE", help=told, **many)
    options.add_argument("--before", help="以往日志 logs", **many)
    options.add_argument("--today", default="", metavar="DATE", help="YYYY-MM-DD")
    options.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    options.add_argument("--max-mb", type=int, default=64, help="最多读 read at most")
    options.add_argument("--max-seconds", type=int, default=600, help="最多算 at most")
    given = options.parse_args(argv)
    if given.today and not re.fullmatch(DAY, given.today, re.ASCII):
        options.error("--today YYYY-MM-DD")
    if bool(given.bundle) == bool(given.year) or (given.year and given.before):
        options.error("BUNDLE [--before …] | --year DIR…")
    late = threading.Timer(given.max_seconds, _thread.interrupt_main)
    late.daemon = True
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    late.start()
    try:
        chosen, before = (given.anchor, given.max_mb, given.today), given.before
        year = given.year and verify_year(given.year, *chosen)
        report = year or verify_bundle(given.bundle, *chosen, before)
    except (NotABundle, KeyboardInterrupt) as error:
        text = f"未算完 / not done after --max-seconds {given.max_seconds}"
        text = str(error) if isinstance(error, NotABundle) else text
        say(f"无法核验 / cannot be checked: {text}", sys.stderr)
        return 2
    finally:
        late.cancel()
    say(report.as_json() if given.json else report.text(), sys.stdout)
    return EXIT[report.head["verdict"]]


if __name__ == "__main__":
    for out in (sys.stdout, sys.stderr):  # of --help, too
        out.reconfigure(errors="once")  # type: ignore[union-attr]
    tty = sys.stdin.isatty() and sys.stdout.isatty()
    if clicked(sys.argv[1:], os.name, os.environ, tty):
        sys.exit(opened_by_click(sys.argv[1:], input))
    sys.exit(main())
