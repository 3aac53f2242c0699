"""The plain pages: whole, linked, accessible, inert, and the same for everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from service_city import City
from service_month import begin
from service_public import PUBLIC, closed, dangerous, frozen_with, running

from api.app import create_app
from api.operations.setup import add_bureau
from api.site import Site


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t in names]

    def links(self) -> list[str]:
        found = [a.get("href") or a.get("src") for _, a in self.tags]
        return [x for x in found if x]


def page(city: City, path: str, status: int = 200) -> str:
    answer = city.client().get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status, path
    assert answer.mimetype == "text/html", path
    return str(answer.text)


def crawl(city: City, start: str) -> dict[str, str]:
    """Every page and file reachable from `start`; none of them is missing."""
    client = city.client()
    seen: dict[str, str] = {}
    kinds: set[str] = set()
    todo = [start]
    while todo:
        path = todo.pop()
        if _turned(path) or _kind(path) in kinds:
            continue
        kinds.add(_kind(path))
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            html = answer.mimetype == "text/html" and not path.startswith(
                "/api/v1/docs"
            )
            seen[path] = answer.text if html else ""
        if html:
            todo += [x.split("#")[0] for x in Page(seen[path]).links() if x[0] == "/"]
    return seen


def _turned(path: str) -> bool:
    return "cursor=" in path and path.count("cursor=") > 1


def _kind(path: str) -> str:
    """Pages that differ in an id only are one kind: two of each are enough."""
    for pattern in (r"C\d{4}", r"V\d{4}", r"91[0-9A-Z]{16}"):
        path = re.sub(pattern, lambda m: f"{ord(m[0][-1]) % 2}", path)
    return re.sub(r"cursor=[^&]+", "cursor", path)


@pytest.mark.parametrize("stage", ["running", "closed"])
@pytest.mark.one_database
def test_every_link_leads_somewhere_and_every_page_is_whole(
    city: City, stage: str
) -> None:
    if stage == "running":
        running(city, 30)
    else:
        closed(city)
    city.clock.to("2027-03-01T12:00:00+00:00")
    seen = crawl(city, "/")
    pages = {p: t for p, t in seen.items() if t}
    print(f"{len(pages)} pages and {len(seen) - len(pages)} files crawled")
    assert len(pages) > 20
    assert any(p.endswith("bundle?as=zip") for p in seen)
    for path, text in pages.items():
        whole(path, text)


def whole(path: str, text: str) -> None:
    """Landmarks, headings, labels, nothing inline, nothing from elsewhere."""
    found = Page(text)
    assert text.startswith("<!doctype html>"), path
    assert found.all("html")[0]["lang"] == "zh-CN", path
    assert len(found.all("main")) == len(found.all("h1")) == 1, path
    assert len(found.all("header")) == len(found.all("footer")) == 1, path
    assert re.search(r"<title>\S[^<]* · 阳光双随机</title>", text), path
    assert found.all("script") == found.all("style") == [], path
    assert not [t for t, a in found.tags if "style" in a], path
    assert not [a for _, a in found.tags if any(k.startswith("on") for k in a)], path
    labels = {a["for"] for a in found.all("label")}
    for field in found.all("input", "select", "textarea"):
        assert field.get("type") == "hidden" or field["id"] in labels, path
    for table in found.all("table"):
        assert "scope" in str(found.all("th")), (path, table)
    assert all(x.startswith(("/", "#")) for x in found.links()), path
    ids = [a["id"] for _, a in found.tags if "id" in a]
    assert len(ids) == len(set(ids)), path
    navs = [a.get("aria-label") for a in found.all("nav")]
    assert len(navs) == len(set(navs)), path


def test_a_page_is_cached_revalidated_and_renewed(city: City) -> None:
    client = city.client()
    before = client.get("/wuzhou")
    tag = {"If-None-Match": before.headers["ETag"]}
    assert client.get("/wuzhou", headers=tag).status_code == 304
    begin(city, "freeze")
    after = client.get("/wuzhou", headers=tag)
    assert after.status_code == 200
    assert "2026-12" in after.text


@pytest.mark.one_database
def test_a_page_that_is_not_kept_is_revalidated_too(city: City) -> None:
    client = city.client()
    for path in ("/", "/wuzhou/verify"):
        tag = {"If-None-Match": client.get(path).headers["ETag"]}
        assert client.get(path, headers=tag).status_code == 304


def test_empty_bureaus_have_pages_too(city: City) -> None:
    for path in ("", "/results", "/compounds", "/overdue", "/verify"):
        whole(path, page(city, f"/other{path}"))
    assert "还没有" in page(city, "/other")


def test_a_browser_gets_a_refusal_as_a_page_and_a_program_as_a_problem(
    city: City,
) -> None:
    text = page(city, "/wuzhou/compounds/NOPE", 404)
    assert "没有此内容" in text
    whole("404", text)
    assert "没有此内容" in page(city, "/atlantis", 404)
    text = page(city, "/wuzhou/results?first=soon", 422)
    assert "first" in text
    plain = city.client().get("/wuzhou/compounds/NOPE")
    assert plain.mimetype == "application/problem+json"


@pytest.mark.one_database
def test_markup_in_the_registries_is_shown_and_never_obeyed(city: City) -> None:
    month = frozen_with(city, dangerous)
    paths = [
        "/wuzhou",
        "/wuzhou/compounds?limit=500",
        "/wuzhou/compounds/C0007",
        "/wuzhou/compounds/C0008",
        f"/wuzhou/months/{month}",
        f"/wuzhou/months/{month}/bottom",
        "/wuzhou/compounds?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/wuzhou/results?q=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E",
    ]
    shown = 0
    for path in paths:
        text = page(city, path)
        whole(path, text)
        shown += text.count("&lt;script&gt;alert(1)") + text.count("onerror=alert(1)")
        found = Page(text).all("script", "img", "b", "iframe")
        anchor = f"{PUBLIC}/months/{month}/anchor?as=svg"
        assert [f for f in found if f.get("src") != anchor] == [], path
    assert shown >= 4
    assert "&lt;b&gt;十二月&lt;/b&gt;" in page(city, "/wuzhou")


@pytest.mark.one_database
def test_a_demonstration_says_so_on_every_page(city: City) -> None:
    banner = "演示：小区、企业、人员与结果均为虚构"
    assert banner not in page(city, "/other")
    assert banner not in page(city, "/wuzhou")
    month = begin(city, "freeze")  # a demonstration's freeze
    for path in ("", "/results", "/compounds", "/overdue", "/verify"):
        assert banner in page(city, f"/wuzhou{path}")
    assert banner in page(city, f"/wuzhou/months/{month}")
    assert banner not in page(city, "/other")
    assert banner not in page(city, "/")
    add_bureau(city.site, "shown", "演示市", demo=True)
    assert banner in page(city, "/shown")
    assert banner in page(city, "/")
    settings = replace(city.site.settings, demo=True)
    site = Site(settings, city.site.store, city.site.vault, city.clock)
    shown = create_app(settings, site=site).test_client()
    assert banner in shown.get("/other").text
    assert banner in shown.get("/").text


@pytest.mark.one_database
def test_a_search_narrows_and_keeps_what_was_asked(city: City) -> None:
    running(city, 20)
    rows = city.client().get(f"{PUBLIC}/results?limit=500").json["items"]
    outcome = rows[0]["outcome"]
    text = page(city, f"/wuzhou/results?q=&street=&outcome={outcome}&first=&last=")
    assert f'<option value="{outcome}" selected>' in text
    count = sum(r["outcome"] == outcome for r in rows)
    assert f"符合条件的共 {count} 条" in text
    assert f"results?as=csv&amp;outcome={outcome}" in text
    text = page(city, "/wuzhou/results?limit=7")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', text)
    assert page(city, following.replace("&amp;", "&")) != text


@pytest.mark.one_database
def test_the_commands_to_verify_name_this_address_and_this_month(city: City) -> None:
    month = begin(city, "assign")
    told = city.client().get(f"{PUBLIC}/months/{month}").json["month"]
    text = page(city, "/wuzhou/verify")
    assert "curl -O http://localhost/api/v1/public/verify.py" in text
    assert f"/months/{month}/bundle?as=zip" in text
    # each command runs as it stands; the one with anchors needs their file first
    assert ">python3 -S verify.py 2026-12.zip</pre>" in text
    assert ">python3 -S verify.py 2026-12.zip --anchor anchor.txt</pre>" in text
    assert told["commitment"] in text
    city.site.settings = replace(city.site.settings, public_url="https://gs.example/")
    assert "curl -O https://gs.example/api/v1/public/verify.py" in page(
        city, "/wuzhou/verify"
    )


@pytest.mark.one_database
def test_a_host_header_cannot_put_its_address_into_other_peoples_pages(
    city: City,
) -> None:
    begin(city, "freeze")
    client = city.client()
    evil = {"Host": "evil.example"}
    for path in ("/", "/wuzhou", "/wuzhou/verify"):
        client.get(path, headers=evil)
        assert "evil.example" not in client.get(path).text


def test_what_the_door_shows_is_what_its_own_route_tells(city: City) -> None:
    from api.field import door, duties

    month = begin(city, "assign")
    with city.desk() as desk:
        field = duties.field_of(desk, month)
        package = next(iter(field.packages.values()))
        code = duties.door_code(desk, month, package.id)
    page(city, f"/wuzhou/door/{code}", 404)  # not before its morning
    city.clock.to(f"{package.day.isoformat()}T02:00:00+00:00")
    with city.desk() as desk:
        told = door.opened(desk, code)
    text = page(city, f"/wuzhou/door/{code}")
    shown = city.client().get(f"/wuzhou/door/{code}")
    assert shown.headers["Cache-Control"] == "no-store"
    whole("door", text)
    for seat in told.seats:
        assert seat.pseudonym in text
        assert seat.cert_tail in text
    assert told.people_root in text
    names = {who.name for _, who in field.team(package.id)}
    assert not [n for n in names if n in text]
    page(city, "/wuzhou/door/none", 404)
