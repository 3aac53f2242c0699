"""Open data for other sites: what may be asked, what is refused with what can be."""

from __future__ import annotations

import pytest
from service_city import City
from service_public import PUBLIC, closed

ROWS = f"{PUBLIC}/results"


@pytest.fixture
def month(city: City) -> str:
    made, _ = closed(city)
    city.clock.to("2027-03-01T12:00:00+00:00")
    return made


@pytest.mark.one_database
def test_what_makes_no_sense_is_refused(city: City, month: str) -> None:
    public = city.client()
    assert public.get(ROWS).status_code == 200
    for query, code, where in [
        ("foo=1", "http.invalid", "foo"),
        ("limit=5&Street=S01", "http.invalid", "Street"),
        ("month=2026-13", "http.invalid", "month"),
        ("month=202612", "http.invalid", "month"),
        ("first=2026-12-31&last=2026-01-01", "http.invalid", "last"),
        ("first=2026-02-30", "http.invalid", "first"),
        ("limit=-1", "http.invalid", "limit"),
        ("limit=0", "http.invalid", "limit"),
        ("limit=many", "http.invalid", "limit"),
        ("outcome=nix", "http.invalid", "outcome"),
        ("as=xml", "http.invalid", "as"),
        ("cursor=xxx", "query.cursor", ""),
    ]:
        for more in ("", "&as=csv" if "as=" not in query else ""):
            answer = public.get(f"{ROWS}?{query}{more}")
            assert (answer.status_code, answer.json["code"]) == (422, code), query
            told = [f["column"] for f in answer.json.get("faults", [])]
            assert told == ([where] if where else []), query
            assert "导入" not in answer.json["detail"]
            if code == "query.cursor":
                break  # a file holds all rows: it has no pages


@pytest.mark.one_database
def test_an_unknown_parameter_is_told_those_that_are_known(
    city: City, month: str
) -> None:
    answer = city.client().get(f"{ROWS}?streat=S01")
    assert "street" in str(answer.json["faults"])


@pytest.mark.one_database
def test_other_sites_may_read_open_data_and_nothing_else(
    city: City, month: str
) -> None:
    other = {"Origin": "https://x.example"}
    for path in (ROWS, f"{ROWS}?as=csv", f"{ROWS}?foo=1", f"{PUBLIC}/none"):
        answer = city.client().get(path, headers=other)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = other | {"Access-Control-Request-Method": "GET"}
    answer = city.client().send("OPTIONS", ROWS, headers=asked)
    assert answer.status_code == 200
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "POST" not in answer.headers["Access-Control-Allow-Methods"]
    planner = city.client("planner")
    for path in ("/api/v1/bureau/registries", "/api/v1/session", "/sign-in"):
        for method in ("GET", "OPTIONS"):
            answer = planner.send(method, path, headers=other)
            assert "Access-Control-Allow-Origin" not in answer.headers, path
            policy = answer.headers["Cross-Origin-Resource-Policy"]
            assert policy == "same-origin", path
