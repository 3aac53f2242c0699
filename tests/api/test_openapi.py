"""The OpenAPI document, its offline page, and requests made up from it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from markupsafe import escape
from openapi_spec_validator import OpenAPIV31SpecValidator
from service_city import City

from api.web import declare, labels
from api.web.routes_swagger import kinds
from inspector.results.outcomes import Outcome


@pytest.fixture
def document(city: City) -> dict[str, Any]:
    found: dict[str, Any] = city.client().get("/api/v1/openapi.json").json
    return found


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_documented_with_audience_and_errors(
    city: City, document: dict[str, Any]
) -> None:
    paths = document["paths"]
    count = 0
    for rule, method, _, view in declare.views(city.app):
        if not rule.startswith("/api/") or rule.startswith("/api/v1/docs"):
            continue  # pages
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        operation = paths[path][method.lower()]
        count += 1
        assert operation["x-audience"] == list(declare.audience_of(view))
        assert operation["responses"]["default"] == {
            "$ref": "#/components/responses/Problem"
        }
        assert operation.get("summary"), path
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        keyed = method == "POST" and not getattr(view, "keyless", "")
        assert ("Idempotency-Key" in headers) == keyed
        assert ("If-Match" in headers) == bool(getattr(view, "edits", False))
    assert count > 20


def missing(document: dict[str, Any]) -> list[str]:
    """What fields and parameters of a document do not say."""
    out = []
    for where, _, prop in labels.properties(document):
        needed = ["x-label", "description", "examples"]
        if labels.plain(prop)[0] in ("integer", "number"):
            needed.append("x-unit")
        out += [f"{where}: {part}" for part in needed if part not in prop]
    return out


def test_every_field_says_what_it_is_in_both_languages(
    document: dict[str, Any],
) -> None:
    """Label, help and example of every field and parameter; the unit of every number;
    each operation has an id of its own."""
    assert missing(document) == []
    bare = {"components": {"schemas": {"X": {"properties": {"q": {}}}}}, "paths": {}}
    assert len(missing(bare)) == 3
    ids = [
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert len(ids) == len(set(ids)) > 100
    outcome = document["components"]["schemas"]["RawDraft"]["properties"]["outcome"]
    assert {c["code"] for c in outcome["x-choices"]} == set(Outcome)
    assert all(c["zh"] and c["en"].isascii() for c in outcome["x-choices"])


def test_every_word_of_the_vocabulary_is_of_a_field(document: dict[str, Any]) -> None:
    """None stays of a field that is gone, or says of a schema what all say."""
    known = labels.vocabulary()
    where = {place for place, _, _ in labels.properties(document)}
    names = {place.rpartition(".")[2] for place in where}
    parts = ("labels", "units", "examples", "choices")
    spare = [f"{p}.{n}" for p in parts for n in getattr(known, p) if n not in names]
    for schema, own in known.schemas.items():
        for part, words in own.items():
            general = getattr(known, part)
            spare += [
                f"{schema}.{part}.{name}"
                for name, said in words.items()
                if f"{schema}.{name}" not in where or general.get(name) == said
            ]
    assert spare == []


# An issue that needs more says how many, and why, and raises this.
# 130; the counts of a year; visits not made; the leader's queue over all months;
# matters (calls, joint meetings, studies): list, one, new, move, public counts.
# An uploaded workbook that comes back; registries as files that the import reads.
MOST_OPERATIONS = 140


def test_the_interface_stays_small_and_typed(document: dict[str, Any]) -> None:
    """At most so many operations; each body and each JSON answer has its schema."""
    found = [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]
    print(f"{len(found)} operations")
    assert len(found) <= MOST_OPERATIONS
    for name, operation in found:
        for media in operation.get("requestBody", {}).get("content", {}).values():
            assert typed(media["schema"]), name
        for status, answer in operation["responses"].items():
            for kind, media in answer.get("content", {}).items():
                file = media["schema"].get("format") == "binary"
                assert kind != "application/json" or file or typed(media["schema"]), (
                    name,
                    status,
                )


def typed(schema: dict[str, Any]) -> bool:
    """Whether a schema is one of ours, or a choice or list of such."""
    choice = schema.get("oneOf", schema.get("anyOf", []))
    inner = [schema["items"]] if schema.get("type") == "array" else choice
    return "$ref" in schema or (bool(inner) and all(map(typed, inner)))


def test_a_reader_who_has_the_document_gets_304(city: City) -> None:
    client = city.client()
    tag = client.get("/api/v1/openapi.json").headers["ETag"]
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_documentation_page_needs_no_network_and_no_script(city: City) -> None:
    page = city.client().get("/api/v1/docs").text
    assert "<script" not in page
    assert "style=" not in page
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert links
    assert all(link.startswith(("/", "#")) for link in links)
    styles = [link for link in links if link.endswith(".css")]
    for link in styles:
        with city.client().get(link) as style:
            assert style.status_code == 200
    assert "/api/v1/bureau/registries/imports" in page


def test_the_documentation_page_shows_each_kind_with_its_audience_and_body(
    city: City,
) -> None:
    client = city.client()
    page = client.get("/api/v1/docs").text
    document = client.get("/api/v1/openapi.json").json
    posts = [m["post"] for m in document["paths"].values() if "post" in m]
    told = [kinds(document, post) for post in posts if "x-kinds" in post]
    assert len(told) > 10
    for row in (row for rows in told for row in rows):
        head = f"<code>{row['name']}</code><br><em>{', '.join(row['who'])}</em>"
        assert head in page, row["name"]
        assert row["says"] and escape(row["says"]) in page, row["name"]
        assert f'href="#schema-{row["ref"]}"' in page
        assert f'id="schema-{row["ref"]}"' in page
    assert "<code>until</code><strong>*</strong> string date" in page


@pytest.mark.one_database
def test_the_page_to_try_requests_is_served_whole_from_here(city: City) -> None:
    pytest.importorskip("flask_swagger_ui")
    client = city.client()
    answer = client.get("/api/v1/docs/try")
    assert (
        "unsafe-inline"
        not in answer.headers["Content-Security-Policy"].split("style-src")[0]
    )
    links = re.findall(r'(?:src|href|data-document)="([^"]+)"', answer.text)
    assert len(links) == 6
    for link in links:
        assert link.startswith("/")
        with client.get(link) as part:
            assert part.status_code == 200, link
    assert client.get("/api/v1/docs/try/..%2f__init__.py").status_code == 404
    assert client.get("/api/v1/docs/try/swagger-ui.js").status_code == 404
