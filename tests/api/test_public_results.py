"""Results: found by every word people have, proven, never early, overdue in public."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from audit_paths import root_from_proof
from service_city import City, Client
from service_month import assigned_of
from service_public import PUBLIC, closed, publish, running

from api.months import steps
from api.store import fresh_id
from api.store.fieldwork import PublicResult
from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.ceremony.log import leaf_hash
from inspector.results.review import corrected, first_record, record_document, withdrawn

pytestmark = pytest.mark.both_databases


def items(public: Client, path: str) -> list[dict[str, Any]]:
    """Every row of a list, page after page."""
    rows: list[dict[str, Any]] = []
    following: str | None = path
    while following:
        answer = public.get(following)
        assert answer.status_code == 200, answer.json
        rows += answer.json["items"]
        link = answer.headers.get("Link", "")
        following = link.split(">")[0].lstrip("<") or None
    return rows


def test_a_result_appears_when_it_is_published_and_not_before(city: City) -> None:
    month, made = running(city, 0)
    public = city.client()
    assert public.get(f"{PUBLIC}/results").json["items"] == []
    first = made[0]
    path = f"{PUBLIC}/months/{month}/results/{first['visit']}"
    assert public.get(path).status_code == 404
    publish(city, month, first)
    (row,) = public.get(f"{PUBLIC}/results").json["items"]
    assert row["visit"] == first["visit"]
    assert row["outcome"] == first["outcome"]
    assert row["findings"] == first["findings"]
    assert len(row["finding_texts"]) == len(first["findings"])
    assert row["due"] > row["date"]
    assert row["late"] is False
    assert public.get(path).json["visit"] == first["visit"]


@pytest.mark.parametrize("opened", [False, True], ids=["sealed", "opened"])
def test_a_published_result_opens_its_leaf_under_the_sealed_root(
    city: City, opened: bool
) -> None:
    month, made = closed(city) if opened else running(city, 4)
    public = city.client()
    for body in made[:4]:
        path = f"{PUBLIC}/months/{month}/results/{body['visit']}"
        r = public.get(path).json
        leaf = digest(SHA256, "leaf", bytes.fromhex(r["salt"]), canonical(r["sealed"]))
        assert leaf.hex() == r["leaf"]
        assert r["sealed"]["compound"] == r["compound"]
        path_up = [bytes.fromhex(h) for h in r["proof"]]
        with city.desk() as desk:
            sealed = steps.load(desk, steps.find(desk, month)).sealed
        assert sealed is not None
        count = len(sealed.leaves.leaves)
        root = root_from_proof(leaf_hash(leaf), r["index"], count, path_up)
        assert root.hex() == r["visit_root"] == sealed.leaves.root.hex()


def test_results_are_searched_by_compound_company_street_date_and_outcome(
    city: City,
) -> None:
    _, made = running(city, 30)
    public = city.client()
    base = f"{PUBLIC}/results"
    rows = items(public, f"{base}?limit=500")
    assert len(rows) == 30
    some = next(r for r in rows if r["usc18"])
    for query, fits in {
        f"compound={some['compound']}": lambda r: r["compound"] == some["compound"],
        f"company={some['usc18']}": lambda r: r["usc18"] == some["usc18"],
        f"street={some['street']}": lambda r: r["street"] == some["street"],
        f"outcome={some['outcome']}": lambda r: r["outcome"] == some["outcome"],
        f"first={some['date']}": lambda r: r["date"] >= some["date"],
        f"last={some['date']}": lambda r: r["date"] <= some["date"],
        f"q={some['company_name']}": lambda r: r["usc18"] == some["usc18"],
        f"q={some['street_name']}": lambda r: r["street"] == some["street"],
        "month=2026-12": lambda r: True,
        "month=2026-11": lambda r: False,
        "q=": lambda r: True,
        "first=&last=&street=": lambda r: True,
    }.items():
        found = items(public, f"{base}?{query}&limit=500")
        assert found == [r for r in rows if fits(r)], query
    assert Counter(r["outcome"] for r in rows) == Counter(
        b["outcome"] for b in made[:30]
    )


def test_pages_of_results_join_up_newest_first(city: City) -> None:
    running(city, 25)
    public = city.client()
    whole = items(public, f"{PUBLIC}/results?limit=500")
    assert items(public, f"{PUBLIC}/results?limit=7") == whole
    stamps = [r["published_at"] for r in whole]
    assert stamps == sorted(stamps, reverse=True)
    filtered = f"{PUBLIC}/results?outcome=no_problem"
    assert items(public, f"{filtered}&limit=2") == items(
        public, f"{filtered}&limit=500"
    )


@pytest.mark.one_database
def test_a_search_that_makes_no_sense_is_refused(city: City) -> None:
    queries = ["first=yesterday", "month=12", "cursor=x", "limit=0", "limit=501"]
    queries += ["outcome=good"]
    for query in (*queries, "q=" + "x" * 61):
        answer = city.client().get(f"{PUBLIC}/results?{query}")
        assert answer.status_code == 422, query
        assert answer.json.get("faults") or query == "cursor=x", query


def test_a_late_result_is_a_named_public_row(city: City) -> None:
    month, made = running(city, 1)
    late = {**made[1], "published_at": "2027-03-01T09:00:00Z"}
    publish(city, month, late)
    public = city.client()
    (row,) = public.get(f"{PUBLIC}/overdue").json["items"]
    assert (row["state"], row["visit"], row["count"]) == ("late", late["visit"], 1)
    assert row["due"] < "2027-03-01"
    assert row["compound"]
    shown = items(public, f"{PUBLIC}/results")
    assert [r["late"] for r in shown] == [True, False]


def test_a_missing_result_is_counted_by_its_date_and_names_nothing(
    city: City,
) -> None:
    _, made = running(city, 0)
    public = city.client()
    path = f"{PUBLIC}/overdue"
    city.clock.to("2027-01-20T12:00:00+00:00")
    rows = items(public, path)
    assert rows
    assert {r["state"] for r in rows} == {"open"}
    assert all(r["due"] < "2027-01-20" for r in rows)
    for row in rows:
        named = ("visit", "compound", "compound_name", "usc18", "company_name", "date")
        assert not any(row[n] for n in named)
    city.clock.to("2027-03-01T12:00:00+00:00")
    later = items(public, path)
    assert sum(r["count"] for r in later) == len(made)
    assert sum(r["count"] for r in rows) < len(made)


def test_a_day_is_not_overdue_before_it_has_passed(city: City) -> None:
    """`cached_today`: the answer changes at the bureau's midnight, not in between."""
    running(city, 0)
    public = city.client()
    city.clock.to("2027-03-01T12:00:00+00:00")
    first = min(r["due"] for r in items(public, f"{PUBLIC}/overdue?limit=500"))
    city.clock.to(f"{first}T15:59:59+00:00")  # 23:59:59 in Asia/Shanghai
    before = public.get(f"{PUBLIC}/overdue")
    assert before.json["items"] == []
    city.clock.to(f"{first}T16:00:00+00:00")
    tag = {"If-None-Match": before.headers["ETag"]}
    after = public.get(f"{PUBLIC}/overdue", headers=tag)
    assert after.status_code == 200
    assert [r["due"] for r in after.json["items"]] == [first]


def test_the_same_results_stand_before_and_after_the_opening(city: City) -> None:
    month, made = running(city, 0)
    publish(city, month, *made)
    public = city.client()
    before = items(public, f"{PUBLIC}/results?limit=500")
    with city.desk(write=True) as desk:
        body: dict[str, Any] = {"at": "2027-02-01T08:00:00Z", "carried": {}}
        steps.advance(desk, steps.find(desk, month), "close", body)
    assert items(public, f"{PUBLIC}/results?limit=500") == before
    assert len(before) == len(made)


def test_the_overdue_rows_of_an_opened_month_are_those_of_its_bundle(
    city: City,
) -> None:
    month, made = running(city, 0)
    late = [{**b, "published_at": "2027-03-01T09:00:00Z"} for b in made[-2:]]
    publish(city, month, *made[:-2], *late)
    with city.desk(write=True) as desk:
        body: dict[str, Any] = {"at": "2027-03-02T08:00:00Z", "carried": {}}
        steps.advance(desk, steps.find(desk, month), "close", body)
    public = city.client()
    a = public.get(f"{PUBLIC}/months/{month}").json
    (file,) = [f for f in a["files"] if f["name"] == "results.json"]
    data = public.get(
        f"{PUBLIC}/months/{month}/documents/results.json/{file['sha256']}"
    ).data
    told = {(o["visit"], o["due"]) for o in json.loads(data)["overdue"]}
    rows = items(public, f"{PUBLIC}/overdue")
    assert {(r["visit"], r["due"]) for r in rows} == told
    assert len(told) == 2


@pytest.mark.one_database
def test_words_for_every_code_are_public(city: City) -> None:
    words = city.client().get("/api/v1/public/words").json["words"]
    assert words["outcome"]["ordered"][0] == "发现问题已责令改正"
    assert len(words["outcome"]) == 10 + 1  # and "withdrawn"


def linked(city: City, month: str, body: dict[str, Any], *then: Any) -> None:
    """Records of a published result, as the review leaves them."""
    with city.desk(write=True) as desk:
        assigned = steps.load(desk, steps.find(desk, month)).assigned
        assert assigned is not None
        entry = next(e for e in assigned.entries if e["visit"] == body["visit"])
        links = [first_record(body["visit"], {"entry": entry}, body["published_at"])]
        for make in then:
            links.append(make(links))
        for number, record in enumerate(links, 1):
            row = PublicResult(
                id=fresh_id(),
                month_id=month,
                visit=record.visit,
                number=number,
                kind=record.kind,
                digest=record.digest,
                record=record_document(record),
                at=desk.now,
            )
            desk.db.add(row)
        desk.published()


def test_a_correction_takes_the_place_of_the_result_and_both_stay_readable(
    city: City,
) -> None:
    month, made = running(city, 2)
    public = city.client()
    before = items(public, f"{PUBLIC}/results")
    body = made[0]
    entry = dict(assigned_of(city, month).entries[0])
    entry |= {"outcome": "ordered", "findings": ["G1-02"], "score_bp": 9775}
    at = "2027-01-15T08:00:00Z"
    linked(city, month, body, lambda c: corrected(c, {"entry": entry}, "漏记一项", at))
    after = items(public, f"{PUBLIC}/results")
    (old,) = [r for r in before if r["visit"] == body["visit"]]
    (new,) = [r for r in after if r["visit"] == body["visit"]]
    assert (new["state"], new["changed_at"]) == ("corrected", at)
    assert (new["outcome"], new["findings"]) == ("ordered", ["G1-02"])
    assert new["published_at"] == old["published_at"]
    assert [r for r in after if r != new] == [r for r in before if r != old]
    path = f"{PUBLIC}/months/{month}/results/{body['visit']}"
    links = public.get(path).json["records"]
    assert [(x["kind"], x["reason"]) for x in links] == [
        ("result", ""),
        ("correction", "漏记一项"),
    ]
    page = public.get(f"/wuzhou/results/{month}/{body['visit']}").text
    assert "漏记一项" in page
    assert "已更正" in public.get("/wuzhou/results").text


def test_a_withdrawn_result_says_so_and_accuses_nobody(city: City) -> None:
    month, made = running(city, 0)
    body = next(b for b in made if b["findings"])
    publish(city, month, body)
    at = "2027-01-15T08:00:00Z"
    linked(city, month, body, lambda c: withdrawn(c, "对象有误", at))
    public = city.client()
    (row,) = [
        r for r in items(public, f"{PUBLIC}/results") if r["visit"] == body["visit"]
    ]
    assert (row["state"], row["outcome"]) == ("withdrawn", "withdrawn")
    assert (row["findings"], row["finding_texts"], row["score_bp"]) == ([], [], -1)
    page = public.get(f"/wuzhou/results/{month}/{body['visit']}")
    assert page.status_code == 200
    assert "对象有误" in page.text
