"""Registries over HTTP: dry run, commit, rows with versions."""

from __future__ import annotations

import pytest
from service_city import City, scenario_files
from service_http import BASE, upload

from api.registry import entries
from inspector.registry import read_scenario

pytestmark = pytest.mark.both_databases

STREET = {"code": "S99", "name": "新街", "district": "万秀区", "min_draw": "0"}


def test_an_import_is_a_dry_run_until_it_is_committed(city: City) -> None:
    planner = city.client("planner", "other")
    checked = planner.post(f"{BASE}/imports", **upload(scenario_files()))
    assert checked.status_code == 201, checked.json
    assert checked.json["changes"]["compounds"]["added"] == 173
    assert planner.get(f"{BASE}/compounds").json["items"] == []
    path = f"{BASE}/imports/{checked.json['id']}/commit"
    done = planner.post(path)
    assert done.status_code == 200, done.json
    assert len(planner.get(f"{BASE}/compounds?limit=500").json["items"]) == 173
    again = planner.post(path)
    assert (again.status_code, again.json["code"]) == (422, "import.done")


def test_what_is_stored_reads_back_as_the_same_scenario(city: City) -> None:
    with city.desk() as desk:
        assert entries.scenario(desk) == read_scenario(scenario_files())


def test_an_import_of_one_sheet_leaves_the_others_alone(city: City) -> None:
    planner = city.client("planner")
    one = b"inspector,from,to,half\nWZ001,2026-12-08,2026-12-09,\n"
    known = planner.get(f"{BASE}/inspectors").json["items"][0]["cells"]["id"]
    files = {"leave.csv": one.replace(b"WZ001", known.encode())}
    checked = planner.post(f"{BASE}/imports", **upload(files))
    assert checked.status_code == 201, checked.json
    changes = checked.json["changes"]
    assert changes["leave"] == {"added": 1, "changed": 0, "removed": 4, "rows": 1}
    assert changes["compounds"] == {
        "added": 0,
        "changed": 0,
        "removed": 0,
        "rows": 173,
    }
    planner.post(f"{BASE}/imports/{checked.json['id']}/commit")
    assert len(planner.get(f"{BASE}/leave").json["items"]) == 1
    assert len(planner.get(f"{BASE}/compounds?limit=500").json["items"]) == 173


def test_an_import_checked_before_another_change_is_refused(city: City) -> None:
    planner = city.client("planner")
    checked = planner.post(f"{BASE}/imports", **upload(scenario_files())).json
    planner.post(f"{BASE}/streets", json={"cells": STREET, "reason": "新设"})
    late = planner.post(f"{BASE}/imports/{checked['id']}/commit")
    assert (late.status_code, late.json["code"]) == (422, "import.stale")


def test_a_row_is_read_changed_and_removed_by_version(city: City) -> None:
    planner = city.client("planner")
    made = planner.post(f"{BASE}/streets", json={"cells": STREET, "reason": "新设"})
    assert (made.status_code, made.json["version"]) == (201, 1)
    path = f"{BASE}/streets/{made.json['id']}"
    tag = planner.get(path).headers["ETag"]
    assert tag == made.headers["ETag"]
    body = {"cells": STREET | {"name": "改名街"}, "reason": "更名"}
    changed = planner.put(path, json=body, headers={"If-Match": tag})
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    stale = planner.put(path, json=body, headers={"If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "http.precondition")
    blind = planner.put(path, json=body)
    assert (blind.status_code, blind.json["code"]) == (428, "http.if_match")
    gone = planner.delete(
        f"{path}?reason=撤销", headers={"If-Match": changed.headers["ETag"]}
    )
    assert gone.status_code == 204
    assert planner.get(path).status_code == 404


def test_a_removed_row_may_come_back_as_a_later_version(city: City) -> None:
    planner = city.client("planner")
    body = {"cells": STREET, "reason": "r"}
    made = planner.post(f"{BASE}/streets", json=body)
    path = f"{BASE}/streets/{made.json['id']}"
    assert planner.post(f"{BASE}/streets", json=body).json["code"] == "row.exists"
    planner.delete(f"{path}?reason=r", headers={"If-Match": made.headers["ETag"]})
    again = planner.post(f"{BASE}/streets", json=body)
    assert (again.status_code, again.json["version"]) == (201, 3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"min_draw": "-1"}, "cell.range"),
        ({"name": ""}, "cell.empty"),
        ({"colour": "red"}, "column.unknown"),
    ],
)
def test_a_row_with_a_fault_is_refused_and_names_it(
    city: City, change: dict[str, str], code: str
) -> None:
    planner = city.client("planner")
    body = {"cells": STREET | change, "reason": "r"}
    refused = planner.post(f"{BASE}/streets", json=body)
    assert refused.status_code == 422
    assert [f["code"] for f in refused.json["faults"]] == [code]


def test_a_row_must_name_rows_that_exist(city: City) -> None:
    planner = city.client("planner")
    cells = {"inspector": "nobody", "from": "2026-12-01", "to": "2026-12-02"}
    body = {"cells": cells, "reason": "r"}
    refused = planner.post(f"{BASE}/leave", json=body)
    assert [f["code"] for f in refused.json["faults"]] == ["row.unknown"]


def test_a_text_that_looks_like_a_formula_stays_text(city: City) -> None:
    planner = city.client("planner")
    for name in ("=cmd", "+1", "-1", "@x", "＝全角"):
        cells = STREET | {"name": name}
        made = planner.post(f"{BASE}/streets", json={"cells": cells, "reason": "r"})
        assert made.json["cells"]["name"] == name
        with city.desk() as desk:
            files = entries.files(desk)
            assert f"'{name}".encode() in files["streets.csv"]
            read = {s.code: s.name for s in entries.scenario(desk).registry.streets}
        assert read["S99"] == name
        planner.delete(
            f"{BASE}/streets/S99?reason=r", headers={"If-Match": made.headers["ETag"]}
        )


def test_the_registries_as_a_whole_say_what_is_wrong_with_them(city: City) -> None:
    planner = city.client("planner")
    assert planner.get(f"{BASE}/faults").json == {"faults": []}
    path = f"{BASE}/streets/" + planner.get(f"{BASE}/streets").json["items"][0]["id"]
    tag = planner.get(path).headers["ETag"]
    planner.delete(f"{path}?reason=r", headers={"If-Match": tag})
    found = planner.get(f"{BASE}/faults").json["faults"]
    assert {f["code"] for f in found} >= {"row.unknown"}


def test_rows_come_in_pages_with_a_link_to_the_next(city: City) -> None:
    planner = city.client("planner")
    seen: list[str] = []
    path = f"{BASE}/compounds?limit=50"
    while path:
        page = planner.get(path)
        seen += [r["cells"]["id"] for r in page.json["items"]]
        link = page.headers.get("Link", "")
        assert bool(link) == (page.json["next"] is not None)
        path = link.split(">")[0].lstrip("<")
    assert len(seen) == 173
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "eyJhIjoxfQ", "=" * 50])
def test_a_cursor_that_is_none_is_refused(city: City, cursor: str) -> None:
    answer = city.client("planner").get(f"{BASE}/compounds?cursor={cursor}")
    assert answer.status_code == 422


def test_private_rows_are_sealed_and_reading_them_is_recorded(city: City) -> None:
    planner = city.client("planner")
    item = planner.get(f"{BASE}/inspectors").json["items"][0]
    assert item["cells"]["name"] not in item["id"]
    events = city.events("sealed_data_read")
    assert [e.subject for e in events] == ["registry:inspectors"]
    assert events[0].actor == f"account:{city.accounts['wuzhou', 'planner']}"
    planner.get(f"{BASE}/compounds")
    assert len(city.events("sealed_data_read")) == 1


def test_another_bureaus_registry_is_empty_and_its_rows_unknown(city: City) -> None:
    mine, other = city.client("planner"), city.client("planner", "other")
    row = mine.get(f"{BASE}/compounds?limit=1").json["items"][0]["id"]
    assert mine.get(f"{BASE}/compounds/{row}").status_code == 200
    assert other.get(f"{BASE}/compounds/{row}").status_code == 404
    checked = mine.post(f"{BASE}/imports", **upload(scenario_files())).json["id"]
    assert other.get(f"{BASE}/imports/{checked}").status_code == 404
    assert other.post(f"{BASE}/imports/{checked}/commit").status_code == 404
