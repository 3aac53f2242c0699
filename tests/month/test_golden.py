"""Fixed digests of freeze, draw, seal and lottery: the same bytes on every machine.

The packing is a stored one, so that no solver version can move these values. A changed
digest means that the protocol, a scenario or a default changed: bump it knowingly.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from month_stages import assigned_with, drawn_with, freeze_city, read_city

from inspector.month.audit import assigned_violations, packed_violations
from inspector.month.pack import schedule
from inspector.month.saved import load_packing
from inspector.month.seal import seal

PACKING = Path(__file__).parent.parent / "vectors" / "wuzhou_packing.json"

FREEZE = {
    "wuzhou": "c5b57c61253f4448134c1a7cf7d47272b0511f6bc7e11eae1ce2ff0c7c94aa77",
    "zibo": "0dfa5e0d4e640c9a55bfcd96feb86d2f668e061b52488bbaa1ed77d600d44ae7",
}
DRAWN = {
    "wuzhou": "eeebb8cc2d740d2179ae61bbc05d377d0a83dea9ea0b1cd42ba30efecf272f6a",
    "zibo": "027edd0ccfc2fda57b427ae3b100f95a4dffff15ad311d5ff28a5c5bd3003a8d",
}
SEALED = "31e0d5bda888447bfa8fe6092c8abd7e6cdad30969694e6b112434dca00e8aed"
ASSIGNED = "9462d2cd08a52324cc90243b1cee7ef26fa0e9fd67ee59b3ab0e91ea972f02c4"


@pytest.mark.parametrize("city", ["wuzhou", "zibo"])
def test_freeze_and_draw_give_the_known_digests(city: str) -> None:
    registry, policy, calendar, record = read_city(city)
    frozen = freeze_city(registry, policy, calendar, record)
    assert frozen.commitment.hex() == FREEZE[city]
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    assert hashlib.sha256(drawn.file).hexdigest() == DRAWN[city]


def test_seal_and_lottery_give_the_known_digests() -> None:
    registry, policy, calendar, record = read_city("wuzhou")
    frozen = freeze_city(registry, policy, calendar, record)
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    packing = load_packing(PACKING.name, PACKING.read_bytes())
    packed = schedule(drawn, lambda _work, _seed: packing)
    assert packed_violations(packed) == ()
    sealed = seal(packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at)
    assert sealed.commitment.hex() == SEALED
    assigned = assigned_with(sealed, record.lottery, record.assigned_at)
    assert assigned_violations(assigned) == ()
    assert hashlib.sha256(assigned.file).hexdigest() == ASSIGNED
