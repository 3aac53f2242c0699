"""Made-up calls, mediation, a joint meeting and a study of a demonstration.

Times are told before things are done, as in `demo_oversight`; everything goes through
the services. On the demonstration's day the stand-by pair is called, where one can be
to a district that has no car left of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from api.docket import matters
from api.months import steps
from api.registry import entries
from api.site import Desk
from inspector.docket.study import POOL
from inspector.domain import Compound, Registry
from inspector.month.assigned import Assigned
from inspector.month.call_transport import free_cars

OpenDesk = Callable[[str], AbstractContextManager[Desk]]
# When each of them is taken up, referred, met about, followed up.
TAKEN, REFERRED, MET = (
    "2027-01-08T01:30:00Z",
    "2027-01-11T02:00:00Z",
    "2027-01-13T08:00:00Z",
)
ANSWERED, FOLLOWED = "2027-01-19T06:00:00Z", "2027-01-25T01:00:00Z"
CALLER = "演示社区"


class Matters:
    """What comes from streets and communities, and what becomes of it."""

    def __init__(self, desk: OpenDesk) -> None:
        self.desk = desk
        self.ids: dict[str, str] = {}

    def around(self) -> Iterator[str]:
        """January: calls, mediation and the month's joint meeting, in order."""
        yield TAKEN
        with self.desk("planner") as desk:
            places = self._places(entries.scenario(desk).registry)
        for name, topic, text in (
            ("fees", "fees", "停车费未公示（合成）"),
            ("dispute", "dispute", "漏水赔偿纠纷（合成）"),
            ("quarrel", "dispute", "装修噪声纠纷（合成）"),
        ):
            self._call(name, next(places), topic, text, date(2027, 1, 12))
        yield REFERRED
        units = ["演示市场监管局"]
        self._refer("fees", "departments", "演示转办〔2027〕1号", units=units)
        for k, name in enumerate(("dispute", "quarrel")):
            self._refer(name, "community", f"演示调解〔2027〕{2 * k + 1}号")
            self._refer(name, "street", f"演示调解〔2027〕{2 * k + 2}号")
        yield MET
        self._refer("quarrel", "district", "演示调解〔2027〕5号")
        self._refer("quarrel", "joint", "演示转会〔2027〕1号")
        self._meet()
        yield ANSWERED
        self._refer("fees", "answered", "演示复函〔2027〕1号", due=None)
        self._refer("dispute", "settled", "演示调解协议〔2027〕1号", due=None)
        yield FOLLOWED
        self._refer("fees", "settled", "演示办结〔2027〕1号", due=None)
        done = {"decision": 1, "document": "演示落实〔2027〕1号"}
        self._move("meeting", matters.follow, done)

    def end(self, month: str, today: date) -> None:
        """The day itself: a pair is called, a study is planned."""
        with self.desk("planner") as desk:
            route = steps.load(desk, steps.find(desk, month))
            assigned: Assigned = route.need("assigned", "call")
        where = self._short(assigned, today)
        if where is not None:
            compound, day = where
            self._call("safety", compound, "safety", "消防通道堵塞（合成）", today)
            about = {"month_id": month, "day": day, "due": day, "minutes": 60}
            more = {
                "document": "演示吹哨〔2027〕1号",
                "window": "all_day",
                "excess": "",
            }
            self._move("safety", matters.call, {**about, **more})
        self._study(assigned.frozen.registry, today)

    def _places(self, registry: Registry) -> Iterator[Compound]:
        return iter([c for c in registry.compounds if c.status == "active"])

    def _short(self, assigned: Assigned, today: date) -> tuple[Compound, date] | None:
        """A compound and a day on which a pair can be called: first where its district
        has no car left."""
        frozen, packed = assigned.frozen, assigned.sealed.packed
        called = {p.id for p in packed.packing.packages}
        pairs = {s.day for s in packed.standby if s.id not in called}
        district = {s.code: s.district for s in frozen.registry.streets}
        office = {o.district: o.id for o in frozen.registry.offices}
        found = []
        for day in sorted(d for d in pairs if d >= today):
            free = free_cars(assigned, day)
            if max(free.values()) > 0:
                found += [
                    (free[office[district[c.street]]] > 0, day, c.id, c)
                    for c in self._places(frozen.registry)
                    if not c.skill
                ]
        if not found:
            return None
        _, day, _, compound = min(found, key=lambda row: row[:3])
        return compound, day

    def _call(
        self, name: str, compound: Compound, topic: str, text: str, due: date
    ) -> None:
        about = {"compound": compound.id, "caller": f"{CALLER}（{compound.community}）"}
        with self.desk("planner") as desk:
            values = about | {"topic": topic, "text": text, "due": due}
            self.ids[name] = matters.open_whistle(desk, values).id

    def _refer(self, name: str, to: str, document: str, **more: Any) -> None:
        values = {"units": [], "due": date(2027, 1, 29), **more}
        self._move(name, matters.refer, {"to": to, "document": document, **values})

    def _move(
        self, name: str, does: Callable[..., matters.Kept], values: dict[str, Any]
    ) -> None:
        with self.desk("planner") as desk:
            does(desk, matters.find(desk, self.ids[name]), values)

    def _meet(self) -> None:
        """January's joint meeting with three decisions."""
        units = ["演示住建局", "演示市场监管局", "演示街道办事处"]
        agenda = [
            {"text": "装修噪声纠纷", "matter": self.ids["quarrel"]},
            {"text": "公共收益公示", "matter": ""},
        ]
        about = {"title": "一月物业联席会（演示）", "day": date(2027, 1, 13)}
        with self.desk("head") as desk:
            values = {**about, "units": units, "agenda": agenda}
            self.ids["meeting"] = matters.open_meeting(desk, values).id
        decided = [
            {
                "text": "限定装修时段并上墙公示",
                "unit": units[2],
                "due": date(2027, 1, 25),
            },
            {
                "text": "公示2026年公共收益账目",
                "unit": units[0],
                "due": date(2027, 1, 29),
            },
            {
                "text": "开展明码标价专项提示",
                "unit": units[1],
                "due": date(2027, 3, 31),
            },
        ]
        minutes = {"document": "演示联席〔2027〕1号", "decisions": decided}
        self._move("meeting", matters.minute, minutes)

    def _study(self, registry: Registry, today: date) -> None:
        """A study with an expert and a lawyer of the pool, later in the month."""
        compound = next(self._places(registry))
        pool = {
            a.kind: a.id
            for a in reversed(registry.assistants)
            if a.kind in POOL and (not a.compounds or compound.id in a.compounds)
        }
        about = {"compound": compound.id, "day": date(today.year, today.month, 25)}
        values = about | {"theme": "收费与公共收益（合成）"}
        with self.desk("planner") as desk:
            members = sorted(pool.values())
            self.ids["study"] = matters.open_study(
                desk, values | {"members": members}
            ).id
