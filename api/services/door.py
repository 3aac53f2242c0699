"""扫码入企: what the QR code of a notice opens at the door.

The people leaf of that one package with its salt and proof: the day, each seat with its
pseudonym, and for the card to compare, unit and last digits of the certificate. Names
and stops are not in it. Before the release minute of its day it does not exist.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from api.errors import Problem
from api.services import duties
from api.services.duties import Field
from api.site import Desk
from inspector.ceremony.bundle import hexes, salt
from inspector.ceremony.canon import canonical
from inspector.ceremony.log import inclusion_proof, leaf_hash
from inspector.domain import Inspector
from inspector.month.field import people_entry

TAIL = 4  # digits of the certificate number that are shown


def opened(desk: Desk, code: str) -> dict[str, Any]:
    """The package that a notice's code names. Raises Problem 404."""
    field = duties.field_of(desk, code.partition(".")[0])
    packages = dict.fromkeys(s.package for s in field.assigned.sealed.packed.seats)
    for package in packages:
        own = duties.door_code(desk, field.month.id, package)
        if compare_digest(own.encode(), code.encode()):
            return _leaf(desk, field, package)
    raise Problem("http.not_found")


def _leaf(desk: Desk, field: Field, package: str) -> dict[str, Any]:
    assigned = field.assigned
    seats = dict(assigned.now.holders)
    content = people_entry(assigned.sealed.packed, seats, package)
    day = next(s.day for s in assigned.sealed.packed.seats if s.package == package)
    if not duties.released(desk, field, day):
        raise Problem("http.not_found")
    moved = assigned.moves.get(package, 0)
    label = f"people/{package}/{moved}" if moved else f"people/{package}"
    return {
        "month_id": field.month.id,
        "month": field.month.month,
        "day": day,
        "seats": _seats(field, package, content["seats"]),
        "object": content,
        "salt": salt(assigned.blind_of(package), label).hex(),
        "leaf": assigned.current[package].hex(),
        **_drawn(field, package),
        "substitutions": _substitutions(field, package),
    }


def _seats(field: Field, package: str, seats: list[list[str]]) -> list[dict[str, str]]:
    """Each seat of the leaf, and what the card of its holder shows."""
    return [
        {"role": role, "pseudonym": name, **_card(who)}
        for (role, name), (_, who) in zip(seats, field.team(package), strict=True)
    ]


def _card(who: Inspector) -> dict[str, str]:
    return {"unit": who.unit, "cert_tail": who.cert_no[-TAIL:]}


def _drawn(field: Field, package: str) -> dict[str, Any]:
    """The leaf as the lottery gave it, and its proof against the published root."""
    leaves = field.assigned.leaves_of(package)
    index, proof = leaves.proof(package)
    return {
        "drawn_leaf": leaves.of[package].hex(),
        "index": index,
        "size": len(leaves.leaves),
        "proof": hexes(proof),
        "people_root": leaves.root.hex(),
        "freeze": field.month.commitment,
        "seal": field.month.seal_commitment,
    }


def _substitutions(field: Field, package: str) -> list[dict[str, Any]]:
    """From the drawn leaf to today's: log events with their proofs, in order."""
    log, now = field.assigned.log, field.assigned.leaves_of(package).of[package].hex()
    hashes = [leaf_hash(canonical(e)) for e in log.events]
    out = []
    for index, event in enumerate(log.events):
        if event["event"] != "substituted" or event["old_leaf"] != now:
            continue
        now = event["new_leaf"]
        proof = hexes(inclusion_proof(hashes, index))
        out.append({"event": event, "index": index, "size": len(hashes)})
        out[-1] |= {"proof": proof, "log_root": log.root.hex()}
    return out
