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
    "wuzhou": "42a746588f68a17821f69b9c9a3eb6367e0346ff62253c574018ca48438a1981",
    "zibo": "3fef4b0238209662e0e039c5c2e113b54643b9248f769fac6982d123623585db",
}
DRAWN = {
    "wuzhou": "6a8a2d5289675daf7eac505a2ce2bfa84f7a62e18e171249fa190157389eac37",
    "zibo": "8efee7a1eb85f6d237830c8e8c010648e709476dfe2982cc4047e45c28c9fbd5",
}
SEALED = "d406a1f3f13ad27634af5e4554f9c6fe5082acb2b562d9928b29ec3910c4a899"
ASSIGNED = "97dfa045d9d98c808e308f037d45f842986bb659bc2d01bc13b80133f7ff3d26"


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
