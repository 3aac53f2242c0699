"""An attacker with every key: changes a bundle and makes its hashes fit again.

The keys are the blinds in the log, so the forger can redo whatever a bureau could redo
afterwards: the log's root and file hashes, the seal, the freeze. What he cannot redo
without the change showing is what the claims are for.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inspector import verify
from inspector.verify import Key, Suite, canonical, mac

Docs = dict[str, Any]
Mutation = Callable[[Docs], None]
OPENED = ("drawn", "plan", "table", "assigned", "results")


def load(files: Mapping[str, bytes]) -> Docs:
    """Documents by name without `.json`."""
    return {n.removesuffix(".json"): json.loads(data) for n, data in files.items()}


def dump(docs: Docs) -> dict[str, bytes]:
    return {f"{name}.json": canonical(doc) for name, doc in docs.items()}


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def zipped(files: Mapping[str, bytes], prefix: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            box.writestr(prefix + name, data)
    return out.getvalue()


def event(docs: Docs, kind: str, stage: str = "") -> Docs:
    """The last event of a kind."""
    found = [e for e in docs["log"]["events"] if e["event"] == kind]
    return [e for e in found if e.get("stage", "") == stage][-1]  # type: ignore[no-any-return]


def suite(docs: Docs) -> Suite:
    return Suite(docs["freeze"]["policy"]["hash"])


def digest(docs: Docs, kind: str, *fields: bytes | str) -> bytes:
    """A digest by the bundle's own hash."""
    return verify.digest(suite(docs), kind, *fields)


def blind(docs: Docs, number: int) -> Key:
    text = event(docs, "closed")["blinds"][number - 1]
    return Key(suite(docs), bytes.fromhex(text))


def root(leaves: list[bytes]) -> str:
    return verify.merkle(leaves)[-1][0].hex()


def relog(docs: Docs) -> None:
    """The log's file hashes and root fit the documents again."""
    log = docs["log"]
    for e in log["events"]:
        if e.get("event") == "closed":
            for name in OPENED:
                if name in docs:
                    hashed = hashlib.sha256(canonical(docs[name])).hexdigest()
                    e["files"][f"{name}.json"] = hashed
    log["root"] = root([canonical(e) for e in log["events"]])


def rehash(docs: Docs) -> None:
    """The seal's hashes and visit root fit the documents; the log holds that seal."""
    seal, key = docs["seal"], blind(docs, 2)
    for name in ("drawn", "plan", "table"):
        salt = mac(key, "salt", name)
        seal[f"{name}_hash"] = digest(docs, name, salt, canonical(docs[name])).hex()
    where = {s["visit"]: (p, s) for p in docs["plan"]["packages"] for s in p["stops"]}
    leaves = []
    for v in docs["drawn"]["visits"]:
        p, s = where.get(v["id"], ({"day": "", "id": ""}, {"start": -1}))
        entry = v | {"day": p["day"], "package": p["id"], "start": s["start"]}
        salt = mac(key, "salt", "visit/" + v["id"])
        leaves.append(digest(docs, "leaf", salt, canonical(entry)))
    for i in range(-len(leaves) % 64):
        salt = mac(key, "salt", f"dummy/{i}")
        leaves.append(digest(docs, "leaf", salt, canonical({"dummy": i})))
    seal["visit_root"] = root(sorted(leaves))
    seal["visit_leaves"] = len(leaves)
    reseal(docs)


def reseal(docs: Docs) -> None:
    """The log holds this seal."""
    commitment = digest(docs, "seal", canonical(docs["seal"])).hex()
    event(docs, "sealed")["commitment"] = commitment
    relog(docs)


def refreeze(docs: Docs) -> None:
    """The log and the seal hold this freeze."""
    commitment = digest(docs, "freeze", canonical(docs["freeze"])).hex()
    event(docs, "frozen")["commitment"] = commitment
    if "seal" in docs:
        docs["seal"]["freeze"] = commitment
        reseal(docs)
    else:
        relog(docs)


def verdicts(path: Path | str, anchors: Sequence[str] = ()) -> dict[str, str]:
    """Verdict by claim."""
    report = verify.verify_bundle(path, anchors)
    return {f["id"]: f["verdict"] for f in report.findings}


def failing(found: Mapping[str, str]) -> set[str]:
    return {claim for claim, verdict in found.items() if verdict == verify.FAILS}
