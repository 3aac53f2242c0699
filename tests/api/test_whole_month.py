"""A planner's whole month over HTTP, and the next one started from its close."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from service_city import City
from service_planner import AUDIT, RULES, Planner, policy_text

from inspector.verify import FAILS, verify_bundle

pytestmark = pytest.mark.both_databases


def public_bundle(planner: Planner, path: Path) -> Path:
    """The bundle as anybody downloads it."""
    address = f"/api/v1/public/wuzhou/months/{planner.month}/bundle?as=zip"
    answer = planner.city.client().get(address)
    assert answer.status_code == 200, answer.json
    path.write_bytes(answer.data)
    return path


def failed(path: Path) -> list[dict[str, str]]:
    return [f for f in verify_bundle(path).findings if f["verdict"] == FAILS]


def test_a_whole_month_and_the_start_of_the_next_one(
    city: City, tmp_path: Path
) -> None:
    planner = Planner(city)
    draw(planner)
    assert planner.schedule()["state"] == "done"
    people(planner)
    plan(planner)
    assert failed(public_bundle(planner, tmp_path / "sealed.zip")) == []
    absence(planner)
    carried = planner.inspect(left_out=2)
    close(planner, carried)
    assert failed(public_bundle(planner, tmp_path / "closed.zip")) == []
    auditor(planner, tmp_path)
    following(planner)


def draw(planner: Planner) -> None:
    frozen = planner.freeze()
    assert frozen["stage"] == "frozen"
    assert frozen["next"]["action"] == "record_entropy"
    assert len(frozen["missing"]) == 2
    assert planner.entropy("draw")["next"]["action"] == "draw"
    drawn = planner.do("draw")
    assert (drawn["stage"], drawn["next"]["action"]) == ("drawn", "schedule")
    assert drawn["counts"]["compounds"] > 5


def people(planner: Planner) -> None:
    """A change of people throws the plan away; it has to be made again."""
    assigned = planner.get("/api/v1/bureau/registries/inspectors?limit=500").json
    number = next(
        row["cells"]["id"]
        for row in assigned["items"]
        if row["cells"]["expert"] in ("0", "否")
    )
    body = {
        "reason": "住院",
        "approver": "局长",
        "leave": [{"inspector": number, "first": "2026-12-07", "last": "2026-12-08"}],
    }
    changed = planner.do("people", body)
    assert (changed["stage"], changed["counts"]["changes"]) == ("drawn", 1)


def plan(planner: Planner) -> None:
    job = planner.schedule(2)
    assert job["state"] == "done", job
    packed = planner.get(planner.base).json
    assert (packed["next"]["action"], packed["next"]["role"]) == ("approve", "head")
    assert packed["plan"]["gap"][0] >= 0
    planner.approve()
    sealed = planner.do("seal", {})
    assert sealed["approval"]["number"] == "梧房〔2026〕12号"
    assert len(sealed["seal_commitment"]) == 64
    assigned = planner.assign()
    assert assigned["next"]["action"] == "publish"


def absence(planner: Planner) -> None:
    found = planner.assigned()
    packed = found.sealed.packed
    seat = next(s for s in packed.seats if s.minutes)
    holder = dict(found.now.holders)[seat.id]
    real = {name: number for number, name in found.frozen.names.items()}
    body = {"inspector": real[holder], "day": seat.day.isoformat(), "reason": "illness"}
    done = planner.do("absence", body)
    assert done["counts"]["absences"] == 1


def close(planner: Planner, carried: list[str]) -> None:
    shown = planner.get(planner.base).json
    assert shown["counts"]["pending"] == len(carried) >= 2
    refused = planner.post("close", {})
    assert (refused.status_code, refused.json["code"]) == (409, "close.pending")
    planner.city.clock.to("2027-01-01T08:00:00+00:00")  # whatever found no place, too
    closed = planner.do("close", {"carried": {v: "weather" for v in carried}})
    assert (closed["stage"], closed["next"]) == ("closed", None)


def auditor(planner: Planner, folder: Path) -> None:
    base = f"{AUDIT}/{planner.month}"
    for path in (f"{base}/verify", f"{base}/verify?bundle=auditor"):
        report = planner.get(path, "auditor").json
        assert (report["failed"], report["holds"] > 40) == (0, True)
    answer = planner.get(f"{base}/bundle", "auditor")
    path = folder / "auditor.zip"
    path.write_bytes(answer.data)
    assert failed(path) == []
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        private = json.loads(archive.read("private.json"))
    assert len(private["changes"]) == 1
    read = [e.body.get("what") for e in planner.city.events("sealed_data_read")]
    assert "auditor_bundle" in read


def following(planner: Planner) -> None:
    """January: a month of its own, frozen on what the logs hold."""
    version = planner.get("/api/v1/bureau/registries").json["version"]
    answer = planner.follow({"title": "一月"})
    assert answer.status_code == 201, answer.json
    opened = answer.json
    assert (opened["month"], opened["stage"]) == ("2027-01", "new")
    assert [m["code"] for m in opened["missing"]] == ["month.faults"]
    again = planner.follow()
    assert (again.status_code, again.json["code"]) == (409, "month.followed")
    assert planner.get("/api/v1/bureau/registries").json["version"] == version
    planner.month = opened["id"]
    uploaded = planner.send(
        "planner",
        "POST",
        RULES,
        json={"kind": "policy", "text": january(), "reason": "公布随机源"},
    )
    assert uploaded.status_code == 201, uploaded.json
    tag = {"If-Match": planner.tag}
    named = {"policy": uploaded.json["id"]}
    changed = planner.send("planner", "PATCH", planner.base, json=named, headers=tag)
    assert changed.json["missing"] == []
    planner.city.clock.to("2027-01-01T09:00:00+00:00")
    frozen = planner.do("freeze", {})
    assert (frozen["month"], frozen["stage"]) == ("2027-01", "frozen")
    values = {
        "dice-draw": ("23456123456123456123", "2027-01-03T08:00:00Z"),
        "ssq-draw": ("02 05 11 17 23 30|07", "2027-01-03T13:15:00Z"),
    }
    for source, (value, at) in values.items():
        planner.city.clock.to(at)
        planner.value({"source": source, "value": value})
    drawn = planner.do("draw")
    assert drawn["counts"]["visits"] > 10


def january() -> str:
    """The policy of the next month, its sources announced."""
    head = policy_text().partition("[[draw_entropy]]")[0].replace("2026-12", "2027-01")
    rows = (
        ("draw", "dice-draw", "dice", "公开掷骰二十次", "d1", "2027-01-03T08:00:00Z"),
        ("draw", "ssq-draw", "lottery", "双色球", "2027001", "2027-01-03T13:15:00Z"),
        ("lottery", "ssq", "lottery", "双色球", "2027002", "2027-01-05T13:15:00Z"),
    )
    return head + "".join(
        f'[[{stage}_entropy]]\nid = "{id_}"\nkind = "{kind}"\nname = "{name}"\n'
        f'issue = "{issue}"\nat = "{at}"\n\n'
        for stage, id_, kind, name, issue, at in rows
    )


@pytest.mark.one_database
def test_a_sealed_plan_may_be_cancelled_and_sealed_again(
    city: City, tmp_path: Path
) -> None:
    """People changes stay in the log once, whatever is sealed again."""
    planner = Planner(city)
    planner.draw()
    people(planner)
    planner.city.clock.forward(hours=1)
    planner.seal()
    planner.city.clock.forward(hours=1)
    planner.do("cancel_seal", {"reason": "车辆事故"})
    again = planner.post("approve", {"number": "13"}, "head")
    assert again.status_code == 201, again.json
    later = {
        "id": "dlt-2026135",  # as the policy calls it
        "kind": "lottery",
        "name": "大乐透",
        "issue": "2026136",
        "at": "2026-11-28T13:25:00Z",
    }
    refused = planner.post("seal", {"entropy": [later | {"issue": ""}]})
    assert (refused.status_code, refused.json["code"]) == (422, "input.faults")
    planner.do("seal", {"entropy": [later]})
    planner.city.clock.to("2026-11-28T14:00:00+00:00")
    planner.value({"source": later["id"], "value": "03 11 19 27 33|05 12"})
    planner.do("lottery")
    assert failed(public_bundle(planner, tmp_path / "sealed.zip")) == []
    with zipfile.ZipFile(tmp_path / "sealed.zip") as archive:
        events = json.loads(archive.read("bundle/log.json"))["events"]
    assert [e["event"] for e in events].count("people_changed") == 1
