"""What a simulated bureau publishes, held against the ledger."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from ledger import Doc, Log, with_fresh

from inspector.month.stages import Route

if TYPE_CHECKING:
    from bureau import Line


def freeze(line: Line) -> None:
    """A freeze lists what the ledger says, and no case is lost or doubled."""
    frozen, ledger = line.route.frozen, line.bureau.ledger
    assert frozen is not None
    doc, at = json.loads(frozen.file), frozen.at
    where = f"seed {line.bureau.seed}: {line.origin} attempt {frozen.attempt} at {at}"
    logs = ledger.listed(line.origin, doc["month"], at)
    _same(doc["logs"], [ledger.entry(log, at) for log in logs], f"{where}: logs")
    _same(doc["history"], ledger.rows(logs, at), f"{where}: history")
    _same(doc["owed"], ledger.owed(logs, at, doc), f"{where}: owed")
    _same(doc["docket"], ledger.docket(logs, at, doc["month"]), f"{where}: docket")
    _same(doc["assumed"], ledger.assumed(logs, at, doc), f"{where}: assumed")
    cases(doc, logs, at, where)
    active = {c["id"] for c in doc["compounds"] if c["status"] == "active"}
    assert not ledger.gone & active, where
    private(line, at, where)


def _same(found: list[Doc], wanted: list[Doc], where: str) -> None:
    extra = [x for x in found if x not in wanted]
    missing = [x for x in wanted if x not in found]
    assert (extra, missing) == ([], []), f"{where}: extra {extra}, missing {missing}"
    assert found == wanted, f"{where}: order, or twice"


def cases(doc: Doc, logs: list[Log], at: str, where: str) -> None:
    """No case vanishes or stands twice; no compound has two open ones."""
    ids = [c["id"] for c in with_fresh(doc)]
    assert len(ids) == len(set(ids)), where
    open_now = [c["compound"] for c in with_fresh(doc) if c["state"] != "closed"]
    assert len(open_now) == len(set(open_now)), where
    for log in logs:
        before = log.in_force(at)
        if before is not None:
            known = {c["id"] for c in with_fresh(before)}
            lost = known - {c["id"] for c in doc["docket"]}
            assert not lost, f"{where}: {lost} of {log.origin} vanished"


def private(line: Line, at: str, where: str) -> None:
    """Carried duty sums up, and what runs is who would go."""
    frozen, bureau = line.route.frozen, line.bureau
    assert frozen is not None
    carry = Counter({i.id: i.carry_minutes for i in bureau.first.inspectors})
    running = []
    for other in bureau.others(line, at):
        route = other.at(at)
        if route is None or route.assigned is None or not same_past(line, other):
            continue
        carry.update(left(route))
        if route.closed is None:
            running += runs(route, other.origin)
    found = {i["id"]: i["carry_minutes"] for i in frozen.private["inspectors"]}
    assert found == {i: carry[i] for i in found}, f"{where}: carry"
    running.sort(key=lambda r: (r["log"], r["compound"], r["day"]))
    _same(list(frozen.private["running"]), running, f"{where}: running")


def same_past(line: Line, other: Line) -> bool:
    """A log of a later month is not before this one."""
    return other.policy.month <= line.policy.month


def left(route: Route) -> dict[str, int]:
    """Minutes beyond one's share, from the documents of the lottery."""
    assigned = route.assigned
    assert assigned is not None
    table = json.loads(assigned.sealed.files["table.json"])
    names = {p: i for i, p in assigned.frozen.names.items()}
    did = Counter[str]()
    held = dict(assigned.now.holders)
    for seat in assigned.sealed.packed.seats:
        did[held[seat.id]] += seat.minutes
    out = {}
    for group in {p["group"] for p in table["people"]}:
        rows = [p for p in table["people"] if p["group"] == group]
        days = sum(p["max_days"] for p in rows)
        minutes = sum(did[p["id"]] for p in rows)
        for p in rows:
            if p["max_days"]:
                share = minutes * p["max_days"] // days
                out[names[p["id"]]] = did[p["id"]] - share
    return out


def runs(route: Route, origin: str) -> list[Doc]:
    """The visits in packages that nothing is published of."""
    assigned = route.assigned
    assert assigned is not None
    names = {p: i for i, p in assigned.frozen.names.items()} | {"": ""}
    compounds = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
    told = {
        e["visit"] for e in assigned.log.events if e["event"] in ("result", "carried")
    }
    return [
        {
            "log": origin,
            "compound": compounds[stop.visit],
            "day": p.day.isoformat(),
            **{
                role: names[assigned.who(f"{p.id}/{role}", stop.visit)]
                for role in ("lead", "second")
            },
        }
        for p in assigned.sealed.packed.packing.packages
        for stop in p.stops
        if stop.visit not in told
    ]


def closed(line: Line) -> None:
    """Every visit has one end, every owed compound one random visit."""
    month = line.month
    visits = {v.id: v for v in month.sealed.packed.drawn.visits}
    doc = json.loads(month.frozen.file)
    ends = Counter[str]()
    for e in line.route.log.events:
        if e["event"] == "carried" or (
            e["event"] == "result" and e["visit"] not in uninspected(line)
        ):
            ends[e["visit"]] += 1
    assert ends == Counter(dict.fromkeys(visits, 1)), line.origin
    fell = {c["old_leaf"] for c in line.route.log.events if c["event"] == "changed"}
    for row in doc["owed"]:
        kinds = [
            k.value
            for v in visits.values()
            if v.compound == row["compound"]
            for k in v.kinds
        ]
        number = kinds.count("random")
        if fell and not row["gone"] and not number:  # an amendment dropped it, by code
            continue
        assert number == (not row["gone"]), (line.origin, row)
    counted(line)


def counted(line: Line) -> None:
    """Each result says how often its firm was inspected by then, and how often at most;
    where it was too often there is a reason."""
    month, ledger = line.month, line.bureau.ledger
    doc = json.loads(month.frozen.file)
    for row in month.entries:
        found = ledger.yearly(line.origin, doc, row["visit"])
        assert (row["count"], row["limit"]) == found, (line.origin, row, found)
        over = row["count"] > row["limit"]
        called = row["index"] == -1
        assert over == ("excess" in row) or called, (line.origin, row)
        line.told += ["excess"] * over


def uninspected(line: Line) -> set[str]:
    return {r.visit for r in line.month.results if r.score_bp < 0}
