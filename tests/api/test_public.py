"""What anybody reads: cached until something is published, never stale, never wrong."""

from __future__ import annotations

import hashlib
import http.client
import time
from dataclasses import replace

import pytest
from flask import Flask, jsonify
from service_city import City
from service_month import begin, bodies, step, the_record
from service_public import serving

from api import logs

MONTHS = "/api/v1/public/wuzhou/months"


def test_a_public_answer_changes_when_something_is_published(city: City) -> None:
    public = city.client()
    empty = public.get(MONTHS)
    assert empty.json == {"items": [], "next": None}
    tag = {"If-None-Match": empty.headers["ETag"]}
    assert public.get(MONTHS, headers=tag).status_code == 304
    whatever = {"If-None-Match": "*"}
    assert public.get(MONTHS, headers=whatever).status_code == 304
    assert public.get(f"{MONTHS}/none", headers=whatever).status_code == 404
    begin(city, "freeze")
    fresh = public.get(MONTHS, headers=tag)
    assert fresh.status_code == 200
    assert [m["stage"] for m in fresh.json["items"]] == ["frozen"]
    again = public.get(MONTHS)
    assert again.data == fresh.data
    assert again.headers["ETag"] == fresh.headers["ETag"]


def test_another_process_sees_a_publication_after_the_cache_time(city: City) -> None:
    from api.app import create_app
    from api.site import Site

    settings = replace(city.site.settings, cache_seconds=1)
    site = Site(settings, city.site.store, city.site.vault, city.clock)
    beside = create_app(settings, site=site).test_client()
    assert beside.get(MONTHS).json["items"] == []
    begin(city, "freeze")
    time.sleep(1.05)
    assert len(beside.get(MONTHS).json["items"]) == 1


def test_pages_of_a_cached_list_are_kept_apart_and_keep_their_links(
    city: City,
) -> None:
    month = begin(city, "draw")
    public = city.client()
    base = f"{MONTHS}/{month}/documents"
    first = public.get(f"{base}?limit=3")
    link = first.headers["Link"].split(">")[0].lstrip("<")
    second = public.get(link)
    whole = public.get(base).json["items"]
    assert first.json["items"] + second.json["items"] == whole
    assert public.get(f"{base}?limit=3").headers["Link"] == first.headers["Link"]


def test_a_published_file_stands_under_its_hash_for_ever(city: City) -> None:
    month = begin(city, "freeze")
    public = city.client()
    base = f"{MONTHS}/{month}/documents"
    rows = {r["name"]: r for r in public.get(base).json["items"]}
    path = f"{base}/log.json/{rows['log.json']['sha256']}"
    before = public.get(path)
    assert hashlib.sha256(before.data).hexdigest() == rows["log.json"]["sha256"]
    assert "immutable" in before.headers["Cache-Control"]
    step(city, month, "draw", bodies(the_record())["draw"])
    versions = [r for r in public.get(base).json["items"] if r["name"] == "log.json"]
    assert [r["version"] for r in versions] == [1, 2, 3, 4]  # two sources, the draw
    assert public.get(path).data == before.data


def test_a_bureau_publishes_under_its_own_address_only(city: City) -> None:
    month = begin(city, "freeze")
    public = city.client()
    assert public.get("/api/v1/public/other/months").json["items"] == []
    own = public.get(f"{MONTHS}/{month}/documents").json["items"]
    theirs = f"/api/v1/public/other/months/{month}/documents"
    assert public.get(theirs).json["items"] == []
    path = f"{theirs}/{own[0]['name']}/{own[0]['sha256']}"
    assert public.get(path).status_code == 404


def test_what_is_public_does_not_ask_who_reads(city: City) -> None:
    begin(city, "freeze")
    anonymous = city.client().get(MONTHS)
    signed_in = city.client("planner").get(MONTHS)
    assert signed_in.data == anonymous.data
    assert "Set-Cookie" not in signed_in.headers
    assert "Cookie" not in signed_in.headers.get("Vary", "")


def rate(port: int, path: str, count: int, tag: str = "") -> float:
    """Requests per second over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"If-None-Match": tag} if tag else {}
    began = time.perf_counter()
    for _ in range(count):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == (304 if tag else 200)
    spent = time.perf_counter() - began
    connection.close()
    return count / spent


def test_an_answer_without_a_body_keeps_its_connection(city: City) -> None:
    with serving(city.app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", MONTHS)
        first = connection.getresponse()
        first.read()
        tag = first.headers["ETag"]
        socket = connection.sock
        for _ in range(3):
            connection.request("GET", MONTHS, headers={"If-None-Match": tag})
            again = connection.getresponse()
            assert (again.status, again.read()) == (304, b"")
            assert connection.sock is socket
        connection.close()


@pytest.mark.full
def test_public_reads_reach_half_the_rate_of_a_bare_flask_route(city: City) -> None:
    """Same server, same run, best of five rounds each, request lines logged."""
    begin(city, "freeze")
    city.site.settings = replace(city.site.settings, cache_seconds=1)
    logs.configure("WARNING")
    item = city.client().get(MONTHS).json
    bare = Flask("bare")
    bare.add_url_rule("/x", view_func=lambda: jsonify(item))
    rates: dict[str, list[float]] = {"bare": [], "read": [], "304": []}
    with serving(bare) as plain, serving(city.app) as port:
        tag = city.client().get(MONTHS).headers["ETag"]
        for _ in range(5):
            rates["bare"].append(rate(plain, "/x", 800))
            rates["read"].append(rate(port, MONTHS, 800))
            rates["304"].append(rate(port, MONTHS, 800, tag))
    best = {k: max(v) for k, v in rates.items()}
    print({k: round(v) for k, v in best.items()}, "requests/s")
    assert best["read"] >= 0.5 * best["bare"]
    assert best["304"] >= 0.5 * best["bare"]
