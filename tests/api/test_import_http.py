"""Imports over HTTP: what was understood, notes accepted, the returned workbook."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from service_city import City, scenario_files
from service_http import BASE, upload

from api.jobs.uploads import KEPT, forget_uploads
from api.store.models import Upload
from inspector.registry import SHEETS

pytestmark = pytest.mark.both_databases

IMPORTS = f"{BASE}/imports"


def leave(*rows: str, hidden: int = 0, title: str = "请假") -> dict[str, bytes]:
    """A clerk's workbook of leave, with a title row; `hidden`: a row nobody sees."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = title
    page.append(["2026年12月请假"])
    page.append(["人员编号*", "开始日期*", "结束日期*", "半天"])
    for row in rows:
        page.append(row.split(","))
    if hidden:
        page.row_dimensions[hidden].hidden = True
    out = io.BytesIO()
    book.save(out)
    return {"请假.xlsx": out.getvalue()}


def person(city: City) -> str:
    rows = csv.DictReader(
        io.StringIO(scenario_files()["inspectors.csv"].decode("utf-8-sig"))
    )
    return next(iter(rows))["id"]


def test_an_import_says_how_it_was_understood_now_and_later(city: City) -> None:
    planner = city.client("planner")
    given = leave(f"{person(city)},2026.12.8,2026年12月9日,")
    made = planner.post(IMPORTS, **upload(given))
    assert made.status_code == 201, made.json
    codes = {r["code"] for r in made.json["readings"]}
    assert "read.header_row" in codes
    assert {r["cell"] for r in made.json["readings"]} >= {"B3"}
    assert all(r["zh"] and r["en"] for r in made.json["readings"])
    assert (made.json["faults"], made.json["notes"]) == ([], [])
    path = f"{IMPORTS}/{made.json['id']}"
    assert planner.get(path).json == made.json
    assert planner.post(f"{path}/commit").status_code == 200
    later = planner.get(path).json
    assert later["readings"] == made.json["readings"]
    assert later["committed"]
    assert planner.get(f"{path}/annotated").status_code == 410


def test_a_faulty_upload_is_refused_and_comes_back_with_its_faults(city: City) -> None:
    planner = city.client("planner")
    known = person(city)
    given = leave(f"{known},2026-12-08,2026-12-32,", "I9999,2026-12-08,2026-12-09,")
    headers = {"Idempotency-Key": "faulty-1"}
    refused = planner.post(IMPORTS, **upload(given), headers=headers)
    assert refused.status_code == 422
    cells = {f["cell"]: f["zh"] for f in refused.json["faults"]}
    assert set(cells) == {"C3", "A4"}
    path = f"{IMPORTS}/{refused.json['params']['import']}"
    kept = planner.get(path).json
    assert {f["cell"]: f["zh"] for f in kept["faults"]} == cells
    assert kept["changes"] == {}
    late = planner.post(f"{path}/commit")
    assert (late.status_code, late.json["code"]) == (422, "import.faulty")
    for language, title in (("zh", "问题清单"), ("en", "Problems")):
        back = planner.get(f"{path}/annotated?language={language}")
        assert back.status_code == 200
        assert "spreadsheetml" in back.headers["Content-Type"]
        book = openpyxl.load_workbook(io.BytesIO(back.data))
        assert book.sheetnames[:2] == [title, "请假"]
        for fault in kept["faults"]:
            assert fault[language] in book["请假"][fault["cell"]].comment.text
        assert book["请假"]["A4"].value == "I9999"
    # Nothing came of it, and the same request may be sent again.
    again = planner.post(IMPORTS, **upload(given), headers=headers)
    assert again.status_code == 422
    assert len(planner.get(f"{BASE}/leave").json["items"]) == 4


def test_notes_are_accepted_with_a_reason_before_a_commit(city: City) -> None:
    planner = city.client("planner")
    given = leave(f"{person(city)},2026-12-08,2026-12-09,", hidden=3)
    made = planner.post(IMPORTS, **upload(given)).json
    (note,) = made["notes"]
    path = f"{IMPORTS}/{made['id']}/commit"
    open_ = planner.post(path)
    assert (open_.status_code, open_.json["code"]) == (422, "import.notes")
    assert open_.json["params"]["names"] == note["name"]
    wrong = {"accepted": [{"note": "0" * 12, "reason": "好"}]}
    assert planner.post(path, json=wrong).json["code"] == "import.note"
    silent = {"accepted": [{"note": note["name"], "reason": " "}]}
    assert planner.post(path, json=silent).json["code"] == "http.invalid"
    right = {"accepted": [{"note": note["name"], "reason": "已核对"}]}
    headers = {"Idempotency-Key": "accept-1"}
    done = planner.post(path, json=right, headers=headers)
    assert done.status_code == 200, done.json
    replayed = planner.post(path, json=right, headers=headers)
    assert replayed.json == done.json
    assert replayed.headers["Idempotency-Replayed"] == "true"
    (event,) = city.events("notes_accepted")
    assert event.actor == f"account:{city.accounts['wuzhou', 'planner']}"
    assert event.body["notes"] == [note["name"]]
    (said,) = planner.get(f"{IMPORTS}/{made['id']}").json["accepted"]
    assert (said["note"], said["reason"]) == (note["name"], "已核对")
    assert said["by"] and said["at"]
    # The same rows again: nobody is asked twice, and the reason is shown.
    again = planner.post(IMPORTS, **upload(given)).json
    assert again["notes"] == []
    assert [a["reason"] for a in again["accepted"]] == ["已核对"]
    assert planner.post(f"{IMPORTS}/{again['id']}/commit").status_code == 200


def test_two_uploads_in_a_row_do_not_touch_each_other(city: City) -> None:
    planner = city.client("planner")
    given = leave(f"{person(city)},2026-12-08,2026-12-09,")
    first, second = (planner.post(IMPORTS, **upload(given)).json for _ in range(2))
    assert first["id"] != second["id"]
    assert planner.post(f"{IMPORTS}/{first['id']}/commit").status_code == 200
    late = planner.post(f"{IMPORTS}/{second['id']}/commit")
    assert (late.status_code, late.json["code"]) == (422, "import.stale")


def test_only_planners_of_the_bureau_read_an_upload(city: City) -> None:
    planner = city.client("planner")
    given = leave(f"{person(city)},2026-12-08,2026-12-32,")
    name = planner.post(IMPORTS, **upload(given)).json["params"]["import"]
    for path in (f"{IMPORTS}/{name}", f"{IMPORTS}/{name}/annotated"):
        assert planner.get(path).status_code == 200
        assert city.client("planner", "other").get(path).status_code == 404
        for role in ("head", "auditor", "inspector"):
            assert city.client(role).get(path).status_code == 403
    read = [e.subject for e in city.events("sealed_data_read")]
    assert read == [f"upload:{name}"] * 2


def test_what_nobody_commits_is_forgotten(city: City) -> None:
    planner = city.client("planner")
    rows = f"{person(city)},2026-12-08,2026-12-09,"
    done = planner.post(IMPORTS, **upload(leave(rows))).json["id"]
    planner.post(f"{IMPORTS}/{done}/commit")
    left = planner.post(IMPORTS, **upload(leave(rows))).json["id"]
    bad = leave(rows.replace("12-09", "12-39"))
    faulty = planner.post(IMPORTS, **upload(bad)).json["params"]["import"]
    assert forget_uploads(city.site) == 0
    city.clock.moment += KEPT + timedelta(minutes=1)
    assert forget_uploads(city.site) == 2
    planner = city.client("planner")
    status = [planner.get(f"{IMPORTS}/{n}").status_code for n in (done, left, faulty)]
    assert status == [200, 404, 404]


def test_what_goes_out_comes_in_again(city: City) -> None:
    """Each sheet as .csv and .xlsx, and the filled template: nothing changes."""
    planner = city.client("planner")
    for ending in ("csv", "xlsx"):
        given = {}
        for sheet in SHEETS:
            out = planner.get(f"{BASE}/{sheet.name}.{ending}")
            assert out.status_code == 200, sheet.name
            if planner.get(f"{BASE}/{sheet.name}").json["items"]:
                given[f"{sheet.name}.{ending}"] = out.data
        assert len(given) > 13
        made = planner.post(IMPORTS, **upload(given))
        assert (made.status_code, moved(made.json)) == (201, 0), made.json
    for path in ("template.xlsx", "template.xlsx?filled=1&language=en"):
        out = planner.get(f"{BASE}/{path}")
        made = planner.post(IMPORTS, **upload({"t.xlsx": out.data}))
        assert (made.status_code, moved(made.json)) == (201, 0), made.json
    assert planner.get(f"{BASE}/nothing.csv").status_code == 404
    assert planner.get(f"{BASE}/template.csv").status_code == 404
    assert city.client("inspector").get(f"{BASE}/leave.csv").status_code == 403


def moved(made: dict[str, Any]) -> int:
    """Rows that a commit would change in any way."""
    kinds = ("added", "changed", "removed")
    return sum(change[k] for change in made["changes"].values() for k in kinds)


def test_taking_out_names_is_recorded(city: City) -> None:
    planner = city.client("planner")
    planner.get(f"{BASE}/inspectors.csv")
    planner.get(f"{BASE}/streets.csv")
    planner.get(f"{BASE}/template.xlsx")
    read = [e.subject for e in city.events("sealed_data_read")]
    assert read == ["registry:inspectors"]
    planner.get(f"{BASE}/template.xlsx?filled=1")
    read = [e.subject for e in city.events("sealed_data_read")]
    assert "registry:leave" in read and len(read) > 3


def test_an_import_checked_by_an_earlier_version_is_committed(city: City) -> None:
    planner = city.client("planner")
    made = planner.post(
        IMPORTS, **upload(leave(f"{person(city)},2026-12-8,2026-12-9,"))
    )
    with city.desk(write=True) as desk:
        row = desk.row(Upload, made.json["id"])
        kept = json.loads(desk.open(f"upload:{row.id}", row.sealed))
        row.sealed = desk.seal(f"upload:{row.id}", json.dumps(kept["clean"]).encode())
    path = f"{IMPORTS}/{made.json['id']}"
    assert planner.get(path).json["readings"] == []
    assert planner.get(f"{path}/annotated").status_code == 410
    assert planner.post(f"{path}/commit").status_code == 200
