"""Every row of the public table: one thing in every form, asked by one query."""

from __future__ import annotations

import csv
import io
import random
import re
from typing import Any

import pytest
from service_city import City, Client
from service_month import begin
from service_public import PUBLIC, closed

from api.pages import routes as pages
from api.public.routes_resource import Resource
from inspector.registry import guard
from inspector.words import codes

ROWS = pages.ROWS
WORDED = ("status", "type", "mode")  # codes that a CSV tells in words
RUBBISH = ("", "x", "0", "-1", "9" * 30, "2026-12", "2027-01-01", "=1", "<b>", "\u3000")
OLD = ("results.csv", "compounds.csv", "credit/rules/in-force", "objections/counts")
OF_A_MONTH = ("ranking", "bottom", "bottom.csv", "bundle.zip", "anchor.txt")


@pytest.fixture
def month(city: City) -> str:
    made, _ = closed(city)
    city.clock.to("2027-03-01T12:00:00+00:00")
    return made


def at(r: Resource, month: str, name: str = "bottom") -> str:
    """Its address below the bureau, about things that exist as far as possible."""
    known = {"month_id": month, "name": name, "compound": "C0001", "year": "2026"}
    known |= {"kind": "compounds", "subject": "C0001", "roll": "red"}
    return re.sub(r"<(?:int:)?(\w+)>", lambda m: known.get(m[1], "none"), r.at)


def all_rows(public: Client, path: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    while path:
        answer = public.get(path)
        out += answer.json["items"]
        path = answer.headers.get("Link", "").split(">")[0].lstrip("<")
    return out


def test_names_and_addresses_are_each_rows_own() -> None:
    assert len({r.name for r in ROWS}) == len({r.at for r in ROWS}) == len(ROWS)


STAMP = re.compile(r"\d\dT\d\d:\d\d:\d\dZ")  # people read Beijing time
# Head of a column -> the members of a row in JSON that it may be.
NAMED = {
    "月份": ("month",),
    "检查编号": ("visit",),
    "小区编号": ("compound", "id"),
    "小区": ("compound_name", "name"),
    "街道": ("street_name",),
    "社区": ("community",),
    "统一社会信用代码": ("usc18",),
    "企业": ("company_name", "name"),
    "检查日期": ("date",),
    "结果代码": ("outcome",),
    "处理代码": ("follow_up",),
    "公示期限": ("due",),
    "状态代码": ("state",),
    "原因代码": ("reason",),
    "情形代码": ("state",),
    "风险类别": ("risk_class",),
    "列入月份": ("taken_by",),
}


@pytest.mark.one_database
def test_csv_has_every_row_of_the_json_in_its_order(city: City, month: str) -> None:
    listed = [r for r in ROWS if r.columns]
    assert [r.name for r in listed] == [
        *("month_list", "results", "carried", "overdue"),
        *("compounds", "companies"),
    ]
    client, compared = city.client(), 0
    for r in listed:
        path = PUBLIC + at(r, month, "ranking")
        items = all_rows(client, f"{path}?limit=100")
        answer = client.get(f"{path}?as=csv&limit=1")
        head, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert len(lines) == len(items), r.name
        assert not STAMP.search(answer.data.decode("utf-8-sig")), r.name
        assert items or r.name == "overdue"
        for k, title in enumerate(head):
            name = next(
                (n for n in NAMED.get(title, ()) if items and n in items[0]), ""
            )
            texts = [i[name] for i in items if name in i]
            plain = {type(x) for x in texts} == {str} and name not in WORDED
            if plain:
                assert [x[k] for x in lines] == [guard(x) for x in texts], title
                compared += 1
    assert compared > 20


@pytest.mark.one_database
def test_a_form_that_a_thing_has_not_is_refused(city: City, month: str) -> None:
    client = city.client()
    for r in ROWS:
        forms = set(r.all_forms)
        for form in ("csv", "zip", "txt", "svg", "pdf"):
            status = client.get(f"{PUBLIC}{at(r, month)}?as={form}").status_code
            if form in forms:  # no year is planned here
                assert status == (404 if r.name == "year" else 200), (r.name, form)
            elif forms:
                assert status == 422, (r.name, form)


@pytest.mark.one_database
def test_names_that_do_not_exist_are_not_found(city: City, month: str) -> None:
    client = city.client()
    for path in (
        f"months/{month}/lists/top",
        "credit/inspectors/I001",
        "credit/community/K1",
        "rolls/grey",
        "year/x",
        *OLD,
        *(f"months/{month}/{x}" for x in OF_A_MONTH),
    ):
        assert client.get(f"{PUBLIC}/{path}").status_code == 404, path
    assert client.get(f"/wuzhou/months/{month}/top").status_code == 404


@pytest.mark.one_database
def test_a_page_takes_what_its_json_takes_and_never_fails(
    city: City, month: str
) -> None:
    """Queries made up from the fields: page and JSON answer with the same status."""
    client, dice, asked = city.client(), random.Random(5), 0
    good = ("company", "compound", "street", "closed", "1", *codes("outcome")[:1])
    for r in ROWS:
        if r.page is None:
            continue
        names = [*(r.page.takes or r.takes)().fields, "limit", "cursor"]
        path = at(r, month, "ranking")
        where = re.sub(r"<(?:int:)?(\w+)>", r"<\1>", r.page.at or r.at)
        shown = at(Resource(r.name, where, None, r.find, ""), month, "ranking")
        for _ in range(8):
            chosen = dice.sample(names, min(2, len(names)))
            query = {n: dice.choice(RUBBISH + good) for n in chosen}
            told = client.get(PUBLIC + path, query_string=query).status_code
            seen = client.get(f"/wuzhou{shown}", query_string=query).status_code
            asked += 1
            assert told in (200, 404, 422), (r.name, query)
            assert seen == told or "by" in query, (r.name, query, told, seen)
    print(f"{asked} queries of pages and their JSON")


@pytest.mark.one_database
def test_a_stage_has_one_name_in_the_list_and_in_the_announcement(city: City) -> None:
    """`approved` is an inner step: for the public the month is planned, `packed`."""
    month, client = begin(city, "approve"), city.client()
    (line,) = client.get(f"{PUBLIC}/months").json["items"]
    assert line == client.get(f"{PUBLIC}/months/{month}").json["month"]
    assert line["stage"] == "packed"


@pytest.mark.one_database
def test_the_bottom_page_is_the_beginning_of_the_ranking_page(
    city: City, month: str
) -> None:
    client = city.client()
    named = re.compile(r'href="/wuzhou/compounds/(C\d+)"')
    bottom, ranking = (
        named.findall(client.get(f"/wuzhou/months/{month}/{name}?limit=500").text)
        for name in ("bottom", "ranking")
    )
    assert bottom == ranking[: len(bottom)]
    assert 0 < len(bottom) < len(ranking)
