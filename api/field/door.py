"""扫码核验: the code of a notice → what it opens at the door (`DoorPackage`).

The people leaf of that one package with its salt and proof: the day, each seat with its
pseudonym, and for the card to compare, unit and last digits of the certificate. Names
and stops are not in it. Before the release minute of its day it does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as about
from datetime import date
from hmac import compare_digest
from typing import Any

from api.errors import Problem
from api.field import duties
from api.field.duties import Field
from api.site import Desk
from inspector.ceremony.bundle import hexes, salt
from inspector.ceremony.canon import canonical
from inspector.ceremony.log import inclusion_proof, leaf_hash
from inspector.month.assigned import people_entry

TAIL = 4  # digits of the certificate number that are shown


@dataclass(frozen=True, slots=True)
class DoorSeat:
    """A seat, and what the card of its holder shows."""

    role: str
    pseudonym: str
    unit: str
    cert_tail: str = about(
        metadata={"says": "执法证号末四位 last digits of the certificate"}
    )
    vacant: bool = about(metadata={"says": "空缺 nobody comes in this seat"})


@dataclass(frozen=True, slots=True)
class SubstitutionProof:
    """A log event with its inclusion proof."""

    event: dict[str, Any]
    index: int
    size: int
    proof: tuple[str, ...]
    log_root: str


@dataclass(frozen=True, slots=True)
class DoorPackage:
    """The people leaf of one package. Hash `object` with `salt` to get `leaf`; without
    substitutions it is `drawn_leaf`, which `proof` leads to `people_root`."""

    month_id: str
    month: str
    day: date
    seats: tuple[DoorSeat, ...]
    object: dict[str, Any]
    salt: str
    leaf: str
    drawn_leaf: str
    index: int
    size: int
    proof: tuple[str, ...]
    people_root: str
    freeze: str
    seal: str
    substitutions: tuple[SubstitutionProof, ...]


def opened(desk: Desk, code: str) -> DoorPackage:
    """The package that a notice's code names. Raises Problem 404."""
    field = duties.field_of(desk, code.partition(".")[0])
    packages = dict.fromkeys(s.package for s in field.assigned.sealed.packed.seats)
    for package in packages:
        own = duties.door_code(desk, field.month.id, package)
        if compare_digest(own.encode(), code.encode()):
            return _leaf(desk, field, package)
    raise Problem("http.not_found")


def _leaf(desk: Desk, field: Field, package: str) -> DoorPackage:
    assigned = field.assigned
    seats = dict(assigned.now.holders)
    content = people_entry(assigned.sealed.packed, seats, package)
    day = next(s.day for s in assigned.sealed.packed.seats if s.package == package)
    if not duties.released(desk, field, day):
        raise Problem("http.not_found")
    moved = assigned.moves.get(package, 0)
    label = f"people/{package}/{moved}" if moved else f"people/{package}"
    return DoorPackage(
        *(field.month.id, field.month.month, day),
        seats=_seats(field, package, content["seats"]),
        object=content,
        salt=salt(assigned.blind_of(package), label).hex(),
        leaf=assigned.current[package].hex(),
        substitutions=_substitutions(field, package),
        **_drawn(field, package),
    )


def _seats(field: Field, package: str, seats: list[list[str]]) -> tuple[DoorSeat, ...]:
    """Each seat of the leaf, and what the card of who comes shows. The leaf keeps the
    name of who left a seat vacant; he does not come, so no card of him is described."""
    team = zip(seats, field.seated(package), strict=True)
    return tuple(
        DoorSeat(role, name, who.unit, who.cert_no[-TAIL:], vacant=False)
        if who is not None
        else DoorSeat(role, "", "", "", vacant=True)
        for (role, name), (_, who) in team
    )


def _drawn(field: Field, package: str) -> dict[str, Any]:
    """The leaf as the lottery gave it, and its proof against the published root."""
    leaves = field.assigned.leaves_of(package)
    index, proof = leaves.proof(package)
    return {
        "drawn_leaf": leaves.of[package].hex(),
        "index": index,
        "size": len(leaves.leaves),
        "proof": tuple(hexes(proof)),
        "people_root": leaves.root.hex(),
        "freeze": field.month.commitment,
        "seal": field.month.seal_commitment,
    }


def _substitutions(field: Field, package: str) -> tuple[SubstitutionProof, ...]:
    """From the drawn leaf to today's: log events with their proofs, in order."""
    log, now = field.assigned.log, field.assigned.leaves_of(package).of[package].hex()
    hashes, root = [leaf_hash(canonical(e)) for e in log.events], log.root.hex()
    out = []
    for index, event in enumerate(log.events):
        if event["event"] != "substituted" or event["old_leaf"] != now:
            continue
        now = event["new_leaf"]
        proof = tuple(hexes(inclusion_proof(hashes, index)))
        out.append(SubstitutionProof(event, index, len(hashes), proof, root))
    return tuple(out)
