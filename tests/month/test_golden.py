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
    "wuzhou": "d74b597c7c56b13dc690771296cb3b853a74337ef322c95a6f24a67fe7b34318",
    "zibo": "6d3bac8680d1cc7cceb617a4abffecc3a570d2ed8beb0332bcbacd2b1bcfc174",
}
DRAWN = {
    "wuzhou": "1e64f1754e05c554801da996a41d0f7c5a94be3617967284da929a251433f3eb",
    "zibo": "164137a259c91a36eeb17a6711056ee9afb55638b4f90861e769ac607d2d5150",
}
SEALED = "25ee751bc8a4f703b0ddc41d2210c54e08a6bb6ac981924c6e1c7919052ff566"
ASSIGNED = "cc4094aff85d75ae2ad09ebdbb9dc35fd83239db95c6ce59be73ff15d60d94d7"


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
