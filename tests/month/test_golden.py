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
    "wuzhou": "6a914ca00c76b35b23f592ac08ec5faa81a5d913daf4f8df2eed8e769e852ab7",
    "zibo": "364bae115be10268eb8aee913d6ca0d9500c6ab580dc1b1cb26706dff982313c",
}
DRAWN = {
    "wuzhou": "b78efd35c3ca08a37e67f8fbb596b69a8a78733a05b074ad3b4fc20223a4eb3b",
    "zibo": "74725e2742aea0dadeff6e6500c89c8803eee01e99b486c921df0e5b02d6097f",
}
SEALED = "fce3501ec8c603b914e23f939ca3f3dfc4a28d108f348be742a3b2f03af87e1a"
ASSIGNED = "4fd4127d515fd6440699368a3ec36f67c5b1e06184321c7604471f8e16d087c4"


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
