"""A month on its first morning, to be changed: what is announced, what is drawn."""

from __future__ import annotations

from typing import Any

from service_city import City, Client
from service_month import assigned_of, begin

from inspector.month.assigned import Assigned

# What an amendment's source is to give, and gives.
SOURCE = {
    "id": "amend-1",
    "kind": "lottery",
    "name": "大乐透",
    "issue": "2026138",
    "at": "2026-12-02T13:25:00Z",
}
VALUE = {"source": "amend-1", "value": "01 02 03 04 05|01 02"}


def last_car(assigned: Assigned) -> dict[str, Any]:
    """All cars of an office are gone on the last day with a package."""
    packages = assigned.sealed.packed.packing.packages
    last = max(packages, key=lambda p: (p.day, p.id))
    cars = [c for c in assigned.frozen.registry.cars if c.office == last.office]
    day = last.day
    there = [c for c in cars if (c.first or day) <= day <= (c.last or day)]
    gone = {"kind": "cars_gone", "office": last.office, "days": [str(day)]}
    return gone | {"count": len(there)}


class FirstMorning:
    """A bureau with December's people drawn, on the first morning."""

    def __init__(self, city: City) -> None:
        self.city, self.month = city, begin(city, "assign")
        self.base = f"/api/v1/bureau/months/{self.month}"
        self.planner: Client
        self.at("2026-12-01T09:00:00+08:00")

    def at(self, moment: str) -> None:
        """The clock, and a session that still holds then."""
        self.city.clock.to(moment)
        self.planner = self.city.client("planner")

    def assigned(self) -> Assigned:
        return assigned_of(self.city, self.month)

    def post(self, where: str, body: dict[str, Any], role: str = "planner") -> Any:
        """A step or a change of the month as it is now."""
        client = self.planner if role == "planner" else self.city.client(role)
        tag = {"If-Match": client.get(self.base).headers["ETag"]}
        return client.post(f"{self.base}/{where}", headers=tag, json=body)

    def value(self, role: str = "planner") -> Any:
        """What the amendment's source gave, entered by somebody with this role."""
        return self.post("steps", {"kind": "entropy", **VALUE}, role)

    def drawn(self) -> None:
        """The waiting amendment drawn, its value entered by two people."""
        self.at("2026-12-02T22:00:00+08:00")
        for role in ("planner", "head"):
            answer = self.value(role)
            assert answer.status_code == 201, answer.json
        answer = self.post("changes", {"kind": "amend_lottery"})
        assert answer.status_code == 201, answer.json
