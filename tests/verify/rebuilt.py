"""A forger with every key redoes, after any edit, whatever a bureau could redo.

`rebuild` leaves what was edited (`pins`) and makes all hashes, proofs, leaves, figures
and copies fit it again, in the order in which they depend on each other. What still
fails afterwards fails for what it says, not for a hash. Seeds and what is drawn with
them stay: see `redrawn` for months drawn anew.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from forger import Docs, root, suite

from inspector import verify
from inspector.verify import Key, canonical, mac, merkle

Pin = tuple[int, Any]  # id of a dict or list, key in it
HASHED = ("drawn", "plan", "table")


def rebuild(docs: Docs, pins: Collection[Pin] = ()) -> None:
    """Every hash of the bundle fits its documents again, `pins` excepted."""
    # An edit can leave nothing to compute from: there the forger must stop.
    odd = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
    with suppress(*odd):
        own = Forger(docs, pins)
        for step in STEPS:
            with suppress(*odd, StopIteration):
                step(own)


def digest(key: Key, kind: str, *fields: bytes | str) -> bytes:
    return verify.digest(key.suite, kind, *fields)


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Tree:
    """Visit leaves of one sealed plan: sorted, and by visit."""

    def __init__(
        self,
        key: Key,
        visits: Any,
        packages: Any,
        bound: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.entries = entries(visits, packages)
        self.of = {
            name: digest(
                key,
                "leaf",
                mac(key, "salt", f"visit/{name}"),
                canonical({**entry, **bound}),
            )
            for name, entry in self.entries.items()
        }
        self.leaves = padded(key, "leaf", "dummy/", [*self.of.values()])
        self.levels = merkle(self.leaves)
        self.root = self.levels[-1][0].hex()

    def proof(self, name: str) -> tuple[int, list[str]]:
        at = self.leaves.index(self.of[name])
        path = [
            x.hex()
            for k, row in enumerate(self.levels[:-1])
            for x in side(row, at >> k)
        ]
        return at, path


def side(row: list[bytes], at: int) -> list[bytes]:
    """The hash beside the one at a place, none for an odd last one."""
    return row[at ^ 1 : (at ^ 1) + 1]


def entries(visits: Any, packages: Any) -> dict[str, Docs]:
    where = {s["visit"]: (p, s) for p in packages for s in p["stops"]}
    out = {}
    for v in visits:
        p, s = where.get(v["id"], ({"day": "", "id": ""}, {"start": -1}))
        out[v["id"]] = v | {"day": p["day"], "package": p["id"], "start": s["start"]}
    return out


def padded(key: Key, kind: str, label: str, leaves: list[bytes]) -> list[bytes]:
    for i in range(-len(leaves) % 64 if leaves else 64):
        salt = mac(key, "salt", f"{label}{i}")
        leaves = [*leaves, digest(key, kind, salt, canonical({"dummy": i}))]
    return sorted(leaves)


class Forger:
    """The documents, the blinds, and the trees of seal and amendments."""

    def __init__(self, docs: Docs, pins: Collection[Pin]) -> None:
        self.docs, self.pins = docs, pins
        self.events: list[Docs] = docs["log"]["events"]
        self.rows: list[Docs] = docs.get("amendments", {}).get("amendments", [])
        self.opened: list[Docs] = docs.get("amended", {}).get("amendments", [])
        self.calls: list[Docs] = docs.get("amended", {}).get("calls", [])
        self.void: list[Docs] = docs.get("cancelled", {}).get("attempts", [])
        self.suite = suite(docs)
        closed = [e for e in self.events if e.get("event") == "closed"]
        keys = (
            [Key(self.suite, bytes.fromhex(x)) for x in closed[-1]["blinds"]]
            if closed
            else []
        )
        at = len(keys) - len(self.rows)
        self.closed, self.keys, self.own = closed, keys[:at], keys[at:]
        self.trees: list[Tree] = []

    def digest(self, kind: str, *fields: bytes | str) -> bytes:
        return verify.digest(self.suite, kind, *fields)

    def put(self, holder: Any, key: Any, value: Any) -> None:
        if (id(holder), key) not in self.pins:
            holder[key] = value

    def of(self, kind: str, stage: str | None = None) -> list[Docs]:
        found = [e for e in self.events if e.get("event") == kind]
        return [e for e in found if stage is None or e.get("stage", "") == stage]

    def same_time(self, e: Docs, doc: Docs, key: str) -> None:
        """An edited time of a document is the event's, too."""
        if (id(doc), key) in self.pins:
            e["at"] = doc[key]

    def bind(self, doc: Docs, parts: Docs, key: Key) -> Tree:
        """The hashes, leaves and figures of a seal or an amendment."""
        for name in HASHED:
            salt = mac(key, "salt", name)
            self.put(
                doc,
                f"{name}_hash",
                digest(key, name, salt, canonical(parts[name])).hex(),
            )
        plan, table = parts["plan"], parts["table"]
        tree = Tree(key, parts["drawn"]["visits"], plan["packages"])
        for name, value in figures(plan, table).items():
            self.put(doc, name, value)
        self.put(doc, "visit_root", tree.root)
        self.put(doc, "visit_leaves", len(tree.leaves))
        return tree


def figures(plan: Docs, table: Docs) -> Docs:
    """What a seal says of its plan and table."""
    package = [s["package"] for s in table["seats"]]
    sums = Counter[tuple[int, int]]()
    for seat, person, units in table["elements"]:
        sums[person, package[seat]] += units
    chances = [sums[p[0], p[1]] for p in table["pairs"] if not p[3]] or [0]
    return {
        **{k: len(table[k]) for k in ("seats", "levels", "exceptions", "listed")},
        **{k: plan[k] for k in ("travel_minutes", "bound_minutes")},
        "packages": len(plan["packages"]),
        "unplaced": dict(Counter(u["reason"] for u in plan["unplaced"])),
        "q_star": max([0, *(x["value"] for x in table["levels"])]),
        "t_star": table["t_star"],
        "min_chance": min(chances),
        "max_chance": max(chances),
        "load_slack": table["slack"],
    }


# --------------------------------------------------------------- the steps, in order


def private(f: Forger) -> None:
    """The registry that only the auditor sees, and its changes in the log."""
    body = f.docs["private"]
    salt = mac(f.keys[0], "salt", "private")
    hashed = f.digest("private", salt, canonical(body["private"])).hex()
    f.put(f.docs["freeze"], "private_root", hashed)
    for e, change in zip(f.of("people_changed"), body["changes"], strict=False):
        part = canonical({k: change[k] for k in ("leave", "recusals")})
        salt = bytes.fromhex(change["salt"])
        f.put(e, "digest", f.digest("change", salt, part).hex())
        for key in ("at", "reason", "approver"):
            f.put(e, key, change[key])


def rows(f: Forger) -> None:
    """The rows of people that the freeze binds."""
    if "rows_hash" in f.docs["freeze"]:
        people = f.docs["table"]["people"]
        body = canonical([[p["id"], p["carry"], p["group"]] for p in people])
        hashed = f.digest("rows", mac(f.keys[0], "salt", "rows"), body).hex()
        f.put(f.docs["freeze"], "rows_hash", hashed)


def frozen(f: Forger) -> None:
    docs = [r["document"] for r in f.void if r["stage"] == "draw"]
    for e, doc in zip(f.of("frozen"), [*docs, f.docs["freeze"]], strict=True):
        f.put(e, "commitment", f.digest("freeze", canonical(doc)).hex())
        f.same_time(e, doc, "frozen_at")


def sealed(f: Forger) -> None:
    """Seals in force and cancelled, with the freeze that each belongs to."""
    void = [r for r in f.void if r["stage"] == "lottery"]
    every = [(r["document"], r) for r in void]
    every += [(f.docs["seal"], f.docs)] if "seal" in f.docs else []
    ahead, freeze = iter(every), ""
    keys = iter(f.keys[len(f.keys) - len(every) :] if f.closed else ())
    for e in f.events:
        if e.get("event") == "frozen":
            freeze = e["commitment"]
        if e.get("event") == "sealed":
            doc, parts = next(ahead)
            f.put(doc, "freeze", freeze)
            key = next(keys, None)
            if key and "plan" in parts:
                tree = f.bind(doc, parts, key)
                f.trees = [tree]
            f.put(e, "commitment", f.digest("seal", canonical(doc)).hex())
            f.same_time(e, doc, "sealed_at")


def entropy(f: Forger) -> None:
    """The record of a stage says what its leaves say."""
    for e in f.of("entropy"):
        for row in e["record"]:
            named = (e["stage"], e["attempt"], row["source"])
            keys = ("stage", "attempt", "source")
            leaves = [
                x for x in f.of("source_recorded") if named == tuple(map(x.get, keys))
            ]
            for leaf in leaves[-1:]:
                for key in ("issue", "value", "fallback", "at"):
                    one, two = (row, leaf) if (id(row), key) in f.pins else (leaf, row)
                    f.put(two, key, one[key])


def amended(f: Forger) -> None:
    """Trees and figures of the amendments; their logs come last."""
    for doc, parts, key in zip(f.rows, f.opened, f.own, strict=True):
        f.trees.append(f.bind(doc, parts, key))
        f.put(doc, "seal", f.of("sealed")[-1]["commitment"])
        f.put(doc, "freeze", f.of("frozen")[-1]["commitment"])


def absences(f: Forger) -> None:
    """Reasons of absences that the log holds sealed."""
    opened = f.docs["results"].get("absences", [])
    for n, (e, row) in enumerate(zip(f.of("absent"), opened, strict=True), 1):
        salt = mac(f.keys[-1], "salt", f"absence/{n}")
        f.put(e, "sealed", f.digest("absence", salt, canonical(row)).hex())


def people(f: Forger) -> None:
    """People leaves: as drawn, then after each substitution."""
    last = f.of("assigned", "")[-1]
    now, leaf, moves = dict[str, str](), dict[str, bytes](), Counter[str]()
    born: dict[str, tuple[Key, Docs, Docs]] = {}

    def put(package: str, label: str) -> None:
        key, row, table = born[package]
        index = table["packages"].index(row)
        team = [s for s in table["seats"] if s["package"] == index]
        seats = [[s["role"], now[s["id"]]] for s in team]
        body = {"package": package, "day": row["day"], "seats": seats}
        salt = mac(key, "salt", f"people/{label}")
        leaf[package] = f.digest("people", salt, canonical(body))

    def seat(e: Docs, parts: Docs, table: Docs, key: Key) -> None:
        now.update(map(tuple, parts["seats"]))
        names = [row["id"] for row in table["packages"]]
        for row in table["packages"]:
            born[row["id"]] = key, row, table
            put(row["id"], row["id"])
        found = padded(key, "people", "people-dummy/", [leaf[n] for n in names])
        f.put(e, "people_root", root(found))
        f.put(e, "people_leaves", len(found))

    seen, packages = False, {p["id"]: p for p in f.docs["plan"]["packages"]}
    waiting: Docs | None = None
    for e in f.events:
        kind, stage = e.get("event"), e.get("stage", "")
        if e is last:
            seen = True
            seat(e, f.docs["assigned"], f.docs["table"], f.keys[-1])
        elif seen and (kind, stage) == ("assigned", "amendment"):
            n = e["attempt"] - 1
            seat(e, f.opened[n], f.opened[n]["table"], f.own[n])
            packages = {p["id"]: p for p in f.opened[n]["plan"]["packages"]}
        elif seen and kind == "substituted":
            own = e["seat"].rpartition("/")[0]
            f.put(e, "old_leaf", leaf[own].hex())
            if e["in"]:
                now[e["seat"]] = e["in"]
                moves[own] += 1
                put(own, f"{own}/{moves[own]}")
            f.put(e, "new_leaf", leaf[own].hex())
        elif seen and kind == "amended":
            waiting = f.opened[e["attempt"] - 1]
            there = {p["id"]: p for p in waiting["plan"]["packages"]}
            gone = [p for p in packages if p not in there]
            due = [(leaf[p].hex(),) for p in gone]
            matched(f, e, "dissolved", ("old_leaf",), due)
            if not f.rows[e["attempt"] - 1]["seats"]:
                packages = there


def matched(
    f: Forger, after: Docs, kind: str, keys: tuple[str, ...], due: list[Any]
) -> None:
    """The events of a kind right after an amendment tell what is due, in order: those
    that fit stay, the others take what is left, first what fits in part."""
    at = next(k for k, e in enumerate(f.events) if e is after) + 1
    own = []
    for e in f.events[at:]:
        if e.get("event") not in ("changed", "dissolved"):
            break
        own += [e] * (e["event"] == kind)
    left = list(due)
    for e in own:
        with suppress(ValueError):
            left.remove(tuple(e.get(k) for k in keys))
    for e in own:
        if tuple(e.get(k) for k in keys) not in due and left:
            near = [
                x for x in left if e.get(keys[0]) == x[0] or e.get(keys[-1]) == x[-1]
            ]
            value = (near or left)[0]
            left.remove(value)
            for k, part in zip(keys, value, strict=True):
                f.put(e, k, part)
    if own and not any(holder in {id(e) for e in own} for holder, _ in f.pins):
        places = [k for k, e in enumerate(f.events) if any(e is x for x in own)]
        own.sort(key=lambda e: tuple(e.get(k, "") for k in keys))
        for k, e in zip(places, own, strict=True):
            f.events[k] = e


def changes(f: Forger) -> None:
    """Leaves of calls and of what each amendment changes."""
    here, leaf = (
        dict(f.trees[0].entries),
        {k: x.hex() for k, x in f.trees[0].of.items()},
    )
    calls, late = iter(f.calls), list[tuple[str, Docs, str]]()

    def enforce(n: int) -> None:
        tree = f.trees[n]
        here.clear()
        here.update(tree.entries)
        leaf.update({k: x.hex() for k, x in tree.of.items()})
        for name, entry, own in late:
            here[name] = entry
            leaf[name] = own

    for e in f.events:
        kind, stage = e.get("event"), e.get("stage", "")
        if kind == "called":
            row = next(calls)
            reason = {"excess": row["excess"]}
            found = Tree(f.keys[-1], [row["visit"]], [row["package"]], reason)
            name = row["visit"]["id"]
            f.put(e, "leaf", found.of[name].hex())
            here[name], leaf[name] = found.entries[name], e["leaf"]
            late.append((name, here[name], leaf[name]))
        elif kind == "amended":
            n, late = e["attempt"], []
            tree = f.trees[n]
            due = [
                (leaf[v] if v in here else "", tree.of[v].hex() if v in tree.of else "")
                for v in {*here, *tree.entries}
                if here.get(v) != tree.entries.get(v)
            ]
            matched(f, e, "changed", ("old_leaf", "new_leaf"), due)
            if not f.rows[n - 1]["seats"]:
                enforce(n)
        elif (kind, stage) == ("assigned", "amendment"):
            enforce(e["attempt"])


def results(f: Forger) -> None:
    """Proofs and digests of results; the marks of what was inspected."""
    rows = {r["visit"]: r for r in f.docs["results"]["results"]}
    for e in f.of("result"):
        if r := rows.get(e["visit"]):
            tree = f.trees[r.get("amendment", 0)]
            index, proof = tree.proof(r["visit"]) if r["visit"] in tree.of else (-1, [])
            f.put(r, "index", index)
            f.put(r, "proof", proof)
            one = (id(r), "published_at") in f.pins
            f.put(e, "at", r["published_at"]) if one else f.put(
                r, "published_at", e["at"]
            )
            f.put(e, "digest", f.digest("result", canonical(r)).hex())
    for r in f.docs["results"].get("carried", []):
        tree = f.trees[r.get("amendment", 0)]
        index, proof = tree.proof(r["visit"]) if r["visit"] in tree.of else (-1, [])
        f.put(r, "index", index)
        f.put(r, "proof", proof)


def marks(f: Forger) -> None:
    """The `inspected` leaves before each result are about it."""
    rows = {r["visit"]: r for r in f.docs["results"]["results"]}
    before: list[Docs] = []
    for e in f.events:
        if e.get("event") == "inspected":
            before.append(e)
            continue
        if e.get("event") == "result" and (r := rows.get(e["visit"])):
            for mark in before:
                for key in ("compound", "usc18", "date"):
                    f.put(mark, key, r[key])
        before = []


def logs(f: Forger) -> None:
    """Each amendment names the log before it and is in the log."""
    for e in f.of("amended"):
        doc = f.rows[e["attempt"] - 1]
        at = next(k for k, x in enumerate(f.events) if x is e)
        f.put(doc, "log", root([canonical(x) for x in f.events[:at]]))
        f.put(e, "commitment", f.digest("amendment", canonical(doc)).hex())


def files(f: Forger) -> None:
    for e in f.closed:
        for name in e["files"]:
            data = canonical(f.docs[name.removesuffix(".json")])
            f.put(e["files"], name, hashlib.sha256(data).hexdigest())


def log_root(f: Forger) -> None:
    f.put(f.docs["log"], "root", root([canonical(e) for e in f.events]))


STEPS: tuple[Callable[[Forger], None], ...] = (
    private,
    rows,
    frozen,
    sealed,
    entropy,
    amended,
    absences,
    people,
    changes,
    results,
    marks,
    logs,
    files,
    log_root,
)
