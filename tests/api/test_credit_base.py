"""Base information in bulk: sheet -> facts, by another person; grades follow."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_credit import FIRM, OTHER, PUBLIC, RULES, SIGNALS, credit_of
from service_http import upload as packed

from api.registry.sheets import BY_NAME, stored
from inspector.credit import city_rules

IMPORTS = "/api/v1/bureau/registries/imports"
HEAD = "subject,code,points,document,valid_to"
FULL = [
    f"{FIRM},base.registration,20,鲁信〔2026〕1号（合成）,",
    f"{FIRM},base.staff,30,鲁信〔2026〕1号（合成）,2027-06-30",
    f"{FIRM},base.projects,25,鲁信〔2026〕1号（合成）,",
    f"{OTHER},base.registration,20,鲁信〔2026〕2号（合成）,",
]


def shandong(city: City, name: str) -> None:
    """The bureau works by 山东's scheme."""
    text = city_rules.text(name).decode()
    body = {"kind": "credit", "text": text, "reason": "换用省规定"}
    head = city.client("head")
    done = head.post(RULES, json=body)
    assert (done.status_code, done.json["code"]) == (409, "rules.drops")
    body["confirm"] = done.json["params"]["confirm"]
    assert head.post(RULES, json=body).status_code == 201


def imported(city: City, rows: list[str], who: str = "planner") -> Any:
    """The answer to an import of the sheet, committed when it can be."""
    client = city.client(who)
    data = "\n".join([HEAD, *rows]).encode()
    done = client.post(IMPORTS, **packed({"credit_base.csv": data}))
    if done.status_code == 201:
        path = f"{IMPORTS}/{done.json['id']}/commit"
        done = client.post(path)
        assert done.status_code in (200, 201), done.json
    return done


def adopted(city: City, who: str = "head") -> Any:
    return city.client(who).post(SIGNALS, json={"kind": "base"})


@pytest.mark.parametrize(("name", "grade"), [("zibo", "A"), ("yantai", "A")])
def test_base_information_starts_the_scheme_of_shandong(
    city: City, name: str, grade: str
) -> None:
    shandong(city, name)
    assert credit_of(city)["points"] == 0
    imported(city, FULL)
    done = adopted(city)
    assert (done.status_code, done.json) == (201, {"adopted": 4, "known": 0})
    found = credit_of(city)
    assert (found["points"], found["grade"]) == (7500, grade)
    # Few points, but no bad record: the grade that the rules give below its points.
    assert (credit_of(city, OTHER)["points"], credit_of(city, OTHER)["grade"]) == (
        2000,
        "B",
    )
    lasts = {f["what"]["code"]: f["last"] or "" for f in found["facts"]}
    assert lasts == {
        "base.registration": "",
        "base.staff": "2027-06-30",
        "base.projects": "",
    }
    again = adopted(city)
    assert again.json == {"adopted": 0, "known": 4}


def test_who_imported_the_rows_does_not_take_them_into_the_files(city: City) -> None:
    shandong(city, "zibo")
    imported(city, FULL)
    assert adopted(city, "planner").status_code == 403
    cells = dict(zip(HEAD.split(","), FULL[0].split(","), strict=True))
    cells["document"] = "鲁信〔2026〕3号（合成）"
    with city.desk(write=True, role="head") as desk:  # the head's own row
        desk.db.add(stored(desk, BY_NAME["credit_base"], cells, 1))
    done = adopted(city)
    assert (done.status_code, done.json["code"]) == (403, "credit.four_eyes")
    assert adopted(city, "leader").json == {"adopted": 5, "known": 0}


def test_every_fault_of_the_sheet_is_named_by_row_and_column(city: City) -> None:
    shandong(city, "zibo")
    wrong = [
        f"{FIRM},base.staff,3x,文1,",
        "91450499HC0000000X,base.staff,30,文1,",
        f"{FIRM},base.registration,20,,2026-13-01",
    ]
    done = imported(city, wrong)
    assert done.status_code == 422
    named = [(f["row"], f["column"]) for f in done.json["faults"]]
    assert {(2, "points"), (4, "document"), (4, "valid_to")} <= set(named)
    rows = [
        f"{FIRM},base.nothing,20,文1,",
        f"{FIRM},base.registration,21,文2,",
        f"{FIRM},good.honour,5,文3,",
        f"{FIRM},base.staff,30,文4,2026-01-01",
    ]
    imported(city, rows)
    done = adopted(city)
    assert done.status_code == 422
    assert {(f["code"], f["column"], f["value"]) for f in done.json["faults"]} == {
        ("credit.base_code", "code", "base.nothing"),
        ("credit.base_points", "points", "21"),
        ("credit.base_code", "code", "good.honour"),
        ("credit.base_past", "valid_to", "2026-01-01"),
    }
    assert credit_of(city)["points"] == 0


def test_a_changed_row_does_not_count_twice(city: City) -> None:
    shandong(city, "zibo")
    imported(city, FULL)
    adopted(city)
    imported(city, [FULL[0].replace(",20,", ",10,"), *FULL[1:]])
    done = adopted(city)
    assert [f["code"] for f in done.json["faults"]] == ["credit.base_changed"]
    facts = city.client("planner").get(f"{SIGNALS}?subject={FIRM}&limit=500").json
    (old,) = [f for f in facts["items"] if f["what"]["code"] == "base.registration"]
    body = {"state": "rejected", "reason": "原件核对有误"}
    path = f"{SIGNALS}/{old['id']}/decisions"
    assert city.client("leader").post(path, json=body).status_code == 201
    assert adopted(city).json == {"adopted": 1, "known": 3}
    assert credit_of(city)["points"] == 6500


def test_rules_that_drop_many_firms_are_asked_twice(city: City) -> None:
    head = city.client("head")
    text = city_rules.text("zibo").decode()
    body = {"kind": "credit", "text": text, "reason": "换用省规定"}
    done = head.post(RULES, json=body)
    assert (done.status_code, done.json["code"]) == (409, "rules.drops")
    told = done.json["params"]
    firms = city.client().get(f"{PUBLIC}/credit?limit=500").json["items"]
    assert told["count"] == len(told["firms"]) == told["companies"] == len(firms)
    assert told["firms"][0] == {
        "subject": firms[0]["subject"],
        "name": firms[0]["name"],
        "old": firms[0]["label"],
        "new": "C（缺失）",
    }
    for other in ("0" * 64, told["confirm"][:-1]):
        assert head.post(RULES, json=body | {"confirm": other}).status_code == 409
    later = body | {"confirm": told["confirm"], "first": "2026-12-01"}
    assert head.post(RULES, json=later).status_code == 409  # another day, other rules
    assert head.post(RULES, json=body | {"confirm": told["confirm"]}).status_code == 201


def test_a_list_of_distrust_needs_a_regulation(city: City) -> None:
    plain = city_rules.text("wuzhou").decode().replace('"2026-2"', '"2026-9"')
    named = plain + '\n[black]\nname = "黑名单"\n'
    named = named.replace("[sources]", '[sources]\nblack = "ours"')
    body = {"kind": "credit", "text": named, "reason": "设名单"}
    head = city.client("head")
    done = head.post(RULES, json=body)
    assert done.status_code == 422
    (fault,) = done.json["faults"]
    assert (fault["code"], fault["column"]) == ("rules.list_basis", "black.name")
    assert fault["row"] == named.splitlines().index('name = "黑名单"') + 1
    basis = "某省物业管理条例（演示）第一条"
    body["text"] = f'{named}basis = "{basis}"\n'
    assert head.post(RULES, json=body).status_code == 201
    page = city.client().get("/wuzhou/rolls").get_data(as_text=True)
    assert "黑名单" in page and basis in page
    assert "重点关注名单" not in page
