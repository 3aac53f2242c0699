"""Honest months through the service, whatever their people did: every one verifies.

Somebody publishes each anchor elsewhere; with them the claims about time hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from service_city import City
from service_month import the_record
from service_planner import Planner
from service_public import PUBLIC
from test_seal_sources import LATER, VALUE
from test_whole_month import public_bundle

from inspector.verify import FAILS, HOLDS, verify_bundle

REVEAL, DLT = ({"source": e.source, "value": e.value} for e in the_record().draw)
(SECOND,) = ({"source": e.source, "value": e.value} for e in the_record().lottery)
TIMED = ("freeze.before_entropy", "draw.inside", "seal.before_entropy")


@dataclass
class Observed(Planner):
    """A planner whose anchors somebody publishes at once."""

    seen: list[str] = field(default_factory=list)

    def see(self) -> None:
        public = self.city.client()
        path = f"{PUBLIC}/months/{self.month}/anchor?as=txt"
        self.seen.append(" ".join(public.get(path).text.split()))

    def frozen(self, *entries: dict[str, Any]) -> None:
        """Frozen and drawn; `entries`: what was entered of the inside source."""
        self.freeze()
        self.see()
        self.city.clock.to("2026-11-23T08:40:00+00:00")
        for given in entries:
            self.do("entropy", given)
            self.see()

    def sealed(self, at: str, body: dict[str, Any]) -> None:
        self.schedule()
        self.do("approve", {"number": "梧房〔2026〕12号"}, "head")
        self.city.clock.to(at)
        self.do("seal", body)
        self.see()


def normal(month: Observed) -> None:
    month.frozen(REVEAL)
    month.city.clock.to("2026-11-23T13:30:00+00:00")
    month.value(DLT)


def silent(month: Observed) -> None:
    month.frozen()
    month.city.clock.to("2026-11-23T13:30:00+00:00")
    month.value(DLT)


def mistyped(month: Observed) -> None:
    month.frozen(REVEAL | {"value": "00" * 16}, REVEAL | {"reason": "抄错"})
    month.city.clock.to("2026-11-23T13:30:00+00:00")
    month.do("entropy", DLT | {"value": "03 10 15 18 28|09 12"})
    month.do("entropy", DLT | {"reason": "抄错"}, "head")
    month.do("entropy", DLT, "leader")


def on_time(month: Observed) -> None:
    month.sealed("2026-11-24T08:00:00+00:00", {})
    month.city.clock.to("2026-11-25T13:30:00+00:00")
    month.value(SECOND)


def late(month: Observed) -> None:
    month.sealed("2026-11-25T11:40:00+00:00", {"entropy": [LATER]})
    month.city.clock.to("2026-11-28T13:30:00+00:00")
    month.value(VALUE)


def closed(month: Observed, folder: Path) -> Path:
    """The rest of the month; its public bundle."""
    month.do("lottery")
    month.field_work()
    month.city.clock.to("2027-01-30T08:00:00+00:00")
    month.do("close", {"carried": {}})
    return public_bundle(month, folder / "closed.zip")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("drawn", "seal"),
    [(normal, on_time), (silent, on_time), (mistyped, on_time), (normal, late)],
)
def test_an_honest_month_verifies(
    city: City, tmp_path: Path, drawn: Any, seal: Any
) -> None:
    month = Observed(city)
    drawn(month)
    month.do("draw")
    seal(month)
    path = closed(month, tmp_path)
    found = verify_bundle(path, month.seen).findings
    assert [f for f in found if f["verdict"] == FAILS] == []
    # That nobody spoke before T is nothing an anchor can show.
    shown = {n for n in TIMED if n != "draw.inside" or drawn is not silent}
    assert {f["verdict"] for f in found if f["id"] in shown} == {HOLDS}
    found = verify_bundle(path).findings
    assert [f for f in found if f["verdict"] == FAILS] == []
    assert HOLDS not in {f["verdict"] for f in found if f["id"] in TIMED}
