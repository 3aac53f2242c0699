"""A month goes on elsewhere: begun on the command line, continued by the service, and
the other way; one log has one continuation."""

from __future__ import annotations

import json
import stat
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from service_city import City, scenario_files
from service_month import the_record
from service_planner import RULES, Planner, code
from sqlalchemy import select

sys.path.append(str(Path(__file__).resolve().parents[1] / "command"))

import steps_cases as cases

from api.clock import moment
from api.months.steps import EVENTS
from api.operations import moving
from api.registry import policies
from api.store.models import Document, Event, Month
from inspector.__main__ import main
from inspector.command import plan as plan_command
from inspector.errors import InspectorError
from inspector.month.route import STEPS
from inspector.month.steps_file import Told, read_steps, steps_file
from inspector.verify import FAILS, verify_bundle

KEPT = "private/steps.json"


def verified(path: Path) -> str:
    report = verify_bundle(path)
    assert [f for f in report.findings if f["verdict"] == FAILS] == []
    return str(report.head["verdict"])


def begun(folder: Path) -> Path:
    """A real month of the command line as far as its draw; its output folder."""
    steps = [{**cases.freeze(), "demonstration": False}, *cases.draw()]
    city, out = cases.folder(folder / "city", steps), folder / "out"
    assert main(["plan", str(city), "--out", str(out), "--time-limit", "1"]) == 0
    return out


def told(path: Path) -> list[Told]:
    return read_steps(path.name, path.read_bytes())


def at(city: City, text: str) -> None:
    city.clock.moment = max(city.clock.moment, moment(text))


def refused(city: City, path: Path, bureau: str = "wuzhou") -> str:
    """The code of a steps file that the service does not take in."""
    with pytest.raises(InspectorError) as caught:
        moving.bring(city.site, bureau, path)
    return caught.value.code


def test_the_service_closes_what_the_command_line_began(
    city: City, tmp_path: Path
) -> None:
    out = begun(tmp_path)
    at(city, the_record().drawn_at)
    planner = Planner(city, moving.bring(city.site, "wuzhou", out / KEPT))
    shown = planner.get(planner.base).json
    assert (shown["stage"], shown["next"]["action"]) == ("drawn", "schedule")
    assert all(e["confirmed"] for e in shown["entropy"] if e["stage"] == "draw")
    began = json.loads((out / "bundle" / "log.json").read_bytes())["events"]
    assert planner.schedule()["state"] == "done"
    planner.do("approve", {"number": "梧房〔2026〕12号"}, "head")
    planner.do("seal", {})
    planner.assign()
    planner.field_work()
    at(city, the_record().closed_at)
    planner.do("close", {})
    bundle = tmp_path / "bundle.zip"
    public = f"/api/v1/public/wuzhou/months/{planner.month}/bundle?as=zip"
    bundle.write_bytes(city.client().get(public).data)
    assert verified(bundle) == "holds"
    ended = json.loads(documents(city, planner.month)["log.json"])["events"]
    assert ended[: len(began)] == began
    assert refused(city, out / KEPT) == "handover.here"


def test_a_policy_that_is_known_stays_the_version_it_was(
    city: City, tmp_path: Path
) -> None:
    out = begun(tmp_path)
    at(city, the_record().drawn_at)
    with city.desk(write=True) as desk:
        later = policies.keep(desk, cases.later_policy(), "其后").id
    planner = Planner(city, moving.bring(city.site, "wuzhou", out / KEPT))
    assert planner.get(f"{RULES}/in-force:policy").json["id"] == later
    shown = planner.get(f"{RULES}?subject=policy").json["items"]
    assert [row["number"] for row in shown] == [2, 1]


def documents(city: City, month: str) -> dict[str, bytes]:
    """The newest version of each published document."""
    with city.desk() as desk:
        rows = select(Document).where(Document.month_id == month)
        ordered = sorted(desk.db.scalars(rows), key=lambda r: r.version)
        return {row.name: row.data for row in ordered}


@pytest.fixture
def exported(city: City, tmp_path: Path) -> tuple[Planner, Path]:
    """A month of the service as far as its seal, and its steps file."""
    planner = Planner(city)
    planner.draw()
    planner.seal()
    path = tmp_path / "month.json"
    moving.export(city.site, planner.month, path)
    return planner, path


def test_the_command_line_closes_what_the_service_began(
    exported: tuple[Planner, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planner, path = exported
    city, out = planner.city, tmp_path / "out"
    clock = {"now": ""}
    monkeypatch.setattr(plan_command, "now", lambda: clock["now"])

    def plan(*flags: str) -> int:
        return main(["plan", str(path), "--out", str(out), "--time-limit", "1", *flags])

    row = the_record().lottery[-1]
    clock["now"] = row.at
    assert plan() == 0
    sealed = documents(city, planner.month)
    assert (out / "bundle" / "seal.json").read_bytes() == sealed["seal.json"]
    assert (out / "bundle" / "log.json").read_bytes() == sealed["log.json"]
    flag = f"--entropy={row.source}={row.value}"
    assert plan(flag) == 0
    clock["now"] = the_record().assigned_at
    assert plan(flag) == 0
    # The rest as a tale: what was done stands in the file, what comes is added to it.
    rest: list[tuple[str, dict[str, Any]]]
    rest = [("simulate", {}), ("close", {"at": the_record().closed_at})]
    path.write_bytes(steps_file([*told(out / KEPT), *rest]))
    assert plan() == 0
    assert verified(out / "bundle") == verified(out / "auditor") == "holds"
    # Back again: the service shows what the command line made.
    at(city, the_record().closed_at)
    assert moving.bring(city.site, "wuzhou", out / KEPT) == planner.month
    assert planner.get(planner.base).json["stage"] == "closed"
    files = {p.name: p.read_bytes() for p in (out / "bundle").iterdir()}
    assert documents(city, planner.month) == files


def test_an_exported_month_stands_still_until_it_comes_back(
    exported: tuple[Planner, Path],
) -> None:
    planner, path = exported
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    planner.city.clock.moment = moment(the_record().lottery[-1].at) + timedelta(hours=1)
    row = the_record().lottery[-1]
    value = {"source": row.source, "value": row.value}
    assert code(planner.post("entropy", value)) == (409, "month.away")
    shown = planner.get(planner.base).json
    assert [m["code"] for m in shown["missing"]] == ["month.away"]
    assert shown["next"] is None
    assert refused(planner.city, path, "other") == "handover.bureau"
    kind, first = told(path)[0]
    shouted = path.with_name("shouted.json")
    same = (kind, first | {"blind": first["blind"].upper()})
    shouted.write_bytes(steps_file([same, *told(path)[1:]]))
    assert refused(planner.city, shouted, "other") == "handover.bureau"
    with pytest.raises(InspectorError) as caught:
        moving.export(planner.city.site, planner.month, path.with_name("second.json"))
    assert caught.value.code == "month.away"
    with planner.city.desk() as desk:
        last = desk.db.scalars(select(Event).where(Event.kind == "month_handed_out"))
        assert last.one().subject == f"month:{planner.month}"
    assert moving.bring(planner.city.site, "wuzhou", path) == planner.month
    assert planner.get(planner.base).json["next"]["action"] == "record_entropy"
    assert planner.do("entropy", value)["stage"] == "sealed"


def test_a_month_that_was_exported_is_not_scheduled(city: City, tmp_path: Path) -> None:
    planner = Planner(city)
    planner.draw()
    moving.export(city.site, planner.month, tmp_path / "month.json")
    assert code(planner.post("schedule", {"seconds": 1})) == (409, "month.away")


def test_a_file_that_could_not_be_written_is_gone_and_the_month_goes_on(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, path = Planner(city), tmp_path / "month.json"
    planner.freeze()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(moving.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        moving.export(city.site, planner.month, path)
    monkeypatch.undo()
    assert not path.exists()
    assert city.events("month_handed_out") == []
    # What somebody else has written there stays.
    path.write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        moving.export(city.site, planner.month, path)
    assert path.read_text("utf-8") == "mine"
    with city.desk() as desk:
        assert not desk.row(Month, planner.month).away


def test_what_is_not_the_same_month_is_not_taken_in(
    exported: tuple[Planner, Path], tmp_path: Path
) -> None:
    planner, path = exported
    city, steps, other = planner.city, told(path), tmp_path / "other.json"

    def changed(*rows: Told) -> str:
        other.write_bytes(steps_file(rows))
        return refused(city, other)

    assert changed() == changed(*steps[1:]) == "steps.begin"
    assert changed(*steps[:-1]) == "handover.other"
    kind, seal = steps[-1]
    assert changed(*steps[:-1], (kind, {**seal, "blind": "00" * 32})) == (
        "handover.other"
    )
    late = {"at": "2027-01-01T00:00:00Z", "reason": "作废"}
    assert changed(*steps, ("cancel_seal", late)) == "handover.future"
    freeze = {**steps[0][1], "blind": "11" * 32}
    made_up = ("freeze", {**freeze, "demonstration": True})
    assert changed(made_up, *steps[1:]) == "month.demonstration"
    # Another month of the same compounds would be a second log of them.
    assert changed(("freeze", freeze)).startswith("freeze.")
    with city.desk() as desk:
        assert [m.id for m in desk.db.scalars(select(Month))] == [planner.month]
        assert desk.row(Month, planner.month).away


@pytest.mark.parametrize(
    "wrong",
    [
        {"files": None},
        {"files": {}},
        {"files": {"policy.toml": "no base64 at all!"}},
        {"files": {"policy.toml": 5}},
        {"blind": "xyz"},
        {"at": None},
        {"witness": "x"},
    ],
)
def test_a_damaged_file_is_one_refusal(
    wrong: dict[str, Any], city: City, tmp_path: Path
) -> None:
    files = {n: b64encode(b).decode() for n, b in scenario_files().items()}
    freeze = {k: v for k, v in cases.freeze().items() if k != "kind"}
    body = {**freeze, "demonstration": False, "files": files, **wrong}
    path = tmp_path / "month.json"
    path.write_bytes(steps_file([("freeze", body)]))
    at(city, the_record().drawn_at)
    assert refused(city, path) in ("steps.body", "step.body", "input.faults")
    with city.desk() as desk:
        assert desk.db.scalars(select(Month)).all() == []


def test_every_step_of_the_route_has_its_event() -> None:
    assert set(EVENTS) == set(STEPS)
