"""A sealed bundle tells nobody which compounds were drawn; a naive one would."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from month_stages import Month

from inspector.ceremony.canon import SHA256, Key, canonical, digest, mac
from inspector.ceremony.seed import blind_hash, randomness, ticket
from inspector.month.documents import sealed_visit
from inspector.month.field import sealed_bundle

Guess = Callable[[bytes], bytes]


def hashes() -> dict[str, Guess]:
    """Ways an attacker may hash a guessed object without knowing the blind."""
    return {
        "sha256": lambda b: hashlib.sha256(b).digest(),
        "merkle leaf": lambda b: hashlib.sha256(b"\0" + b).digest(),
        "no salt": lambda b: digest(SHA256, "leaf", b),
        "empty salt": lambda b: digest(SHA256, "leaf", b"", b),
        "zero salt": lambda b: digest(SHA256, "leaf", b"\0" * 32, b),
        "salt of a zero blind": lambda b: digest(
            SHA256, "leaf", mac(Key(SHA256, b"\0" * 32), "salt", ""), b
        ),
    }


def guesses(compounds: Iterable[str], days: Iterable[date]) -> Iterator[dict[str, str]]:
    """All small objects: 1,388 compounds × 23 days fall in a second (T8)."""
    spans = [d.isoformat() for d in days]
    for c in compounds:
        for d in spans:
            yield {"compound": c, "day": d}


def attack(leaves: set[bytes], objects: Iterable[dict[str, object]]) -> set[str]:
    """Compounds whose leaf can be guessed."""
    found = set()
    for item in objects:
        data = canonical(item)
        for hashed in hashes().values():
            if hashed(data) in leaves:
                found.add(str(item["compound"]))
    return found


def test_the_attack_finds_every_visit_of_an_unsalted_unpadded_plan(
    month: Month,
) -> None:
    where = {s.visit: p.day for p in month.packed.packing.packages for s in p.stops}
    naive = {
        digest(
            SHA256,
            "leaf",
            canonical({"compound": v.compound, "day": where[v.id].isoformat()}),
        )
        for v in month.drawn.visits
        if v.id in where
    }
    compounds = [c.id for c in month.registry.compounds]
    found = attack(naive, guesses(compounds, month.frozen.working_days))
    assert found == {v.compound for v in month.drawn.visits if v.id in where}


def test_the_attack_finds_nothing_in_a_sealed_month(month: Month) -> None:
    """Even an attacker who guesses each whole leaf object right cannot confirm it."""
    leaves = set(month.sealed.leaves.leaves)
    compounds = [c.id for c in month.registry.compounds]
    assert attack(leaves, guesses(compounds, month.frozen.working_days)) == set()
    where = {s.visit: p for p in month.packed.packing.packages for s in p.stops}
    exact = [sealed_visit(v, where.get(v.id)) for v in month.drawn.visits]
    assert attack(leaves, exact) == set()
    assert len(leaves) % 64 == 0


def test_public_entropy_alone_does_not_give_the_draw(month: Month) -> None:
    """Tickets guessed without the blind win no more often than by luck."""
    record = month.record.draw
    weak = [b"", b"\0" * 32, month.frozen.commitment, blind_hash(month.frozen.blind)]
    drawn = set(month.drawn.compounds)
    pool = sorted(c for s in month.frozen.strata for c in s.compounds)
    for blind in weak:
        key, chance = Key(SHA256, blind), randomness(SHA256, record)
        value = mac(key, "seed", "draw", month.frozen.commitment, chance)
        seed = Key(SHA256, value)
        assert seed != month.drawn.seed.value
        order = sorted(pool, key=lambda c: ticket(seed, "compound", c))
        hits = drawn & set(order[: len(drawn)])
        assert len(hits) < len(drawn) / 2


def test_a_sealed_bundle_names_no_drawn_compound_after_the_freeze(
    month: Month,
) -> None:
    files = sealed_bundle(month.assigned)
    assert set(files) == {"freeze.json", "seal.json", "log.json"}
    later = files["seal.json"] + files["log.json"]
    for compound in month.registry.compounds:
        assert compound.id.encode() not in later
        assert compound.name.encode() not in later
    for person in month.frozen.names.values():
        assert person.encode() not in later
    # Only docket compounds, public by nature, are named as visits in the freeze.
    freeze = json.loads(files["freeze.json"])
    named = {v["compound"] for v in freeze["docket_visits"]}
    assert named == {v.compound for v in month.frozen.intake.visits}
    for blind in (month.frozen.blind, month.sealed.blind, month.frozen.secret):
        assert blind.hex().encode() not in b"".join(files.values())
