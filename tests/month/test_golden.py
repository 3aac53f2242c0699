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
    "wuzhou": "1c8a01028b6cb46f1ed7d6a9b837f385b5e5bf1fe56a2ba554723aa0138c75d8",
    "zibo": "756913048baf7d623fd9651e49b24e2a36738819151729e44b20e4ae5429f166",
}
DRAWN = {
    "wuzhou": "0a6333076d874bd2db877b663357cbf25742b184f67ccc83a7a0cf82249d41d3",
    "zibo": "e9dc0e43aaddb89e371a6c7622e5b82fe103cf7900432453512777d288ffef3b",
}
SEALED = "d174d247f9fe3fbe473bd28cd70b1765716a4afcf631c79b188bd000dd4118db"
ASSIGNED = "2922836bdf02ae3fc9dbd0698c5fc780ebccf13e9bc7432cdb0bcc92e6fff978"


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
