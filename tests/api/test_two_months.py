"""Two months open at once, over HTTP: January is frozen while December is in the field,
and stands on what its log holds."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from service_city import City
from service_planner import MONTHS, RULES, Planner, code
from test_whole_month import failed, january, public_bundle

from api.months import steps
from inspector.__main__ import main
from inspector.command.folders import read_inputs
from inspector.domain import CaseState
from inspector.month.steps_file import steps_file
from inspector.registry import read_scenario
from inspector.verify import FAILS, verify_bundle

pytestmark = pytest.mark.both_databases
PUBLIC = "/api/v1/public/wuzhou"
HALF = "2026-12-17"  # January is frozen the day after
VALUES = {
    "draw": {
        "dice-draw": ("23456123456123456123", "2027-01-03T08:00:00Z"),
        "ssq-draw": ("02 05 11 17 23 30|07", "2027-01-03T13:15:00Z"),
    },
    "lottery": {"ssq": ("01 04 11 18 22 31|09", "2027-01-05T13:15:00Z")},
}


def enter(planner: Planner, stage: str) -> None:
    for source, (value, at) in VALUES[stage].items():
        planner.city.clock.to(at)
        planner.value({"source": source, "value": value})


def opened_after(december: Planner) -> Planner:
    """January, its sources named; December goes on."""
    answer = december.follow({"title": "一月"})
    assert answer.status_code == 201, answer.json
    assert code(december.follow()) == (409, "month.followed")
    january_ = Planner(december.city, answer.json["id"], december.tokens)
    body = {"kind": "policy", "text": january(), "reason": "公布随机源"}
    kept = december.send("planner", "POST", RULES, json=body)
    tag, named = {"If-Match": january_.tag}, {"policy": kept.json["id"]}
    done = december.send("planner", "PATCH", january_.base, json=named, headers=tag)
    assert done.json["missing"] == []
    return january_


def test_january_is_frozen_while_december_is_in_the_field(
    city: City, tmp_path: Path
) -> None:
    december = Planner(city)
    december.draw()
    december.seal()
    december.assign()
    (left, *_) = december.inspect(left_out=1, days=("", HALF))
    city.clock.to("2026-12-18T02:00:00+00:00")
    carried_by_the_leader(december, left)
    january_ = opened_after(december)
    months = city.client("planner").get(MONTHS).json["items"]
    assert [m["stage"] for m in months] == ["new", "assigned"]
    frozen = january_.do("freeze", {})
    assert (frozen["stage"], frozen["month"]) == ("frozen", "2027-01")
    stands_on_december(city, december, january_, left)
    as_the_command_line_says(city, december, january_, tmp_path)
    december.inspect(days=("2026-12-18", "9"))
    enter(january_, "draw")
    january_.do("draw")
    january_.seal()
    enter(january_, "lottery")
    january_.do("lottery")
    january_.staffed = True  # the same officers
    sealed = public_bundle(january_, tmp_path / "sealed.zip")
    assert failed(sealed) == []
    packages = january_.assigned().sealed.packed.packing.packages
    first = min(p.day.isoformat() for p in packages if p.day > date(2027, 1, 5))
    january_.inspect(days=(first, first))
    city.clock.to("2027-01-29T02:00:00+00:00")
    queue = city.client("leader").get("/api/v1/bureau/results?state=passed").json
    assert {row["month"] for row in queue["items"]} == {"2026-12", "2027-01"}
    close(december)
    city.clock.to("2027-02-01T02:00:00+00:00")
    close(january_)
    old = public_bundle(december, tmp_path / "december.zip")
    new = public_bundle(january_, tmp_path / "january.zip")
    assert failed(old) == failed(new) == []
    report = verify_bundle(new, before=[old])
    assert [f for f in report.findings if f["verdict"] == FAILS] == []
    chain = next(f for f in report.findings if f["id"] == "history.chain")
    assert chain["verdict"] == "holds", chain


def carried_by_the_leader(december: Planner, left: str) -> None:
    """The visit left out is due to be carried; once, by the leader, not before its day;
    everybody learns of it at once."""
    missing = {
        m["code"]: m["params"] for m in december.get(december.base).json["missing"]
    }
    due = missing.get("month.carry_due") or missing["month.carry_late"]
    assert due["placed"] >= 1 and due["unplaced"] == 0
    body = {"visit": left, "reason": "weather"}
    assert code(december.post("carry", body)) == (403, "http.forbidden")
    assert code(december.post("carry", body | {"reason": "x"}, "leader"))[0] == 422
    ahead = next(
        s.visit
        for p in december.assigned().sealed.packed.packing.packages
        for s in p.stops
        if p.day.isoformat() > "2026-12-18"
    )
    early = december.post("carry", {"visit": ahead, "reason": "weather"}, "leader")
    assert code(early) == (409, "carry.early")
    done = december.do("carry", body, "leader")
    assert code(december.post("carry", body, "leader")) == (409, "carry.twice")
    assert done["counts"]["pending"] == len(december.assigned().outstanding)
    public = december.city.client()
    (row,) = public.get(f"{PUBLIC}/carried").json["items"]
    visit = next(v for v in december.drawn() if v.id == left)
    assert (row["visit"], row["compound"], row["reason"], row["month"]) == (
        *(left, visit.compound, "weather", "2026-12"),
    )
    assert row["owed"] == ("open" if "random" in visit.kinds else "")
    shown = public.get(f"{PUBLIC}/compounds/{visit.compound}").json
    assert shown["carried"] == [row]
    page = public.get(f"/wuzhou/compounds/{visit.compound}").text
    assert "顺延的检查" in page and "天气" in page
    assert public.get(f"{PUBLIC}/carried?as=csv").text.count("\r\n") == 2
    unplaced = december.post("carry_unplaced", {})
    assert code(unplaced) in ((409, "carry.unplaced"), (409, "carry.none"))


def stands_on_december(
    city: City, december: Planner, january_: Planner, left: str
) -> None:
    """January's freeze lists December's log, its results, what it still seals and what
    it owes."""
    path = f"/api/v1/public/wuzhou/months/{january_.month}/bundle?as=zip"
    file = city.client().get(path)
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        doc = json.loads(archive.read("bundle/freeze.json"))
    assigned = december.assigned()
    (log,) = doc["logs"]
    assert (log["size"], log["open"]) == (len(assigned.log.events), True)
    rows = [h for h in doc["history"] if h["log"] == log["origin"]]
    made = [r for r in assigned.results if r.score_bp >= 0]
    assert len(made) <= len(rows) <= 2 * len(made)
    visit = next(v for v in december.drawn() if v.id == left)
    random = "random" in visit.kinds
    assert [o["visit"] for o in doc["owed"]] == [left] * random
    (row,) = city.client().get(f"{PUBLIC}/carried").json["items"]
    told = ("taken", "2027-01") if random else ("", "")
    assert (row["owed"], row["taken_by"]) == told
    where = f"{PUBLIC}/compounds/{visit.compound}"
    outlook = city.client().get(where).json["outlook"]
    assert [o["owed"] for o in outlook] == [random, False]
    assert {a["day"] for a in doc["assumed"]} <= {"2026-12-31"}


def as_the_command_line_says(
    city: City, december: Planner, january_: Planner, tmp_path: Path
) -> None:
    """`inspector next` over December's steps gives the registry that January froze; but
    for cases with an acceptance, of which only the service knows the verdicts, and for
    re-checks, of which only the service knows the deadline that they wait for."""
    with city.desk() as desk:
        made = steps.made(desk, steps.find(desk, december.month))
        walked = [(s.kind, steps.opened(desk, s)) for s in made]
        frozen = steps.load(desk, steps.find(desk, january_.month)).frozen
    assert frozen is not None
    file, out = tmp_path / "december.json", tmp_path / "next"
    file.write_bytes(steps_file(walked))
    assert main(["next", str(file), "--at", frozen.at, "--out", str(out)]) == 0
    files = read_inputs(out) | {"policy.toml": january().encode()}
    told = read_scenario(files).registry
    events = december.assigned().log.events
    judged = {e["compound"] for e in events if e.get("kind") == "acceptance"}
    mine, theirs = (
        {c.id: c for c in r.docket if c.compound not in judged}
        for r in (told, frozen.registry)
    )
    assert replace(told, docket=()) == replace(frozen.registry, docket=())
    assert mine.keys() == theirs.keys()
    for name, case in mine.items():
        kept = theirs[name]
        if case != kept:  # the re-check waits for the deadline of a result's order
            assert case.state is CaseState.RECTIFYING
            assert case.next_last and kept.next_last and case.next_last < kept.next_last
            window = {"next_first": kept.next_first, "next_last": kept.next_last}
            assert replace(case, **window) == kept
    assert {c.id for c in told.docket} == {c.id for c in frozen.registry.docket}


def close(december: Planner) -> None:
    """What found no place is carried by one action, the rest by the close."""
    december.post("carry_unplaced", {}, "leader")
    assert code(december.post("carry_unplaced", {})) == (409, "carry.none")
    found = december.get(f"{december.base}/pending").json["visits"]
    # Who carries visits sees which wait.
    leader = december.send("leader", "GET", f"{december.base}/pending")
    assert leader.json["visits"] == found
    body = {"carried": dict.fromkeys(found, "time")}
    assert december.do("close", body)["stage"] == "closed"
