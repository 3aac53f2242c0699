"""Field work of the wuzhou month: officers with accounts, a day, a whole result."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from service_city import (
    PASSWORD,
    City,
    Client,
    Server,
    SetClock,
    city_of,
    open_city,
    settings_for,
)
from service_http import upload
from service_month import begin

from api.access import accounts
from api.field import duties
from api.field.duties import Field
from api.registry import registers
from api.registry.sheets import live_rows
from api.replayed import Stages
from api.site import Site, open_site
from api.web.cache import PublicCache
from api.web.work import Service
from inspector.domain import Item, Package
from inspector.month.checklist import managed, visit_items


@dataclass
class Crew:
    """A package of the month with its two officers, on the morning of its day."""

    city: City
    month: str
    package: Package
    officers: tuple[str, str]

    @property
    def visit(self) -> str:
        return self.package.stops[0].visit

    @property
    def path(self) -> str:
        """Address of the first visit."""
        return f"/api/v1/my/months/{self.month}/visits/{self.visit}"

    @property
    def printed(self) -> str:
        """Address of the papers of the first visit, for the bureau."""
        return f"/api/v1/bureau/months/{self.month}/visits/{self.visit}/documents"

    @property
    def results(self) -> str:
        return f"/api/v1/bureau/months/{self.month}/results"

    def morning(self, time: str = "07:30", day: date | None = None) -> None:
        """The clock at a time of the package's day, in Shanghai."""
        self.city.clock.to(f"{day or self.package.day}T{time}:00+08:00")

    def noon(self) -> None:
        """After the visit; unless the clock is past that already."""
        noon = datetime.fromisoformat(f"{self.package.day}T12:00:00+08:00")
        self.city.clock.moment = max(self.city.clock.moment, noon)

    def at(self, time: str) -> str:
        """A moment of that day as a timestamp; `time` is UTC."""
        return f"{self.package.day}T{time}:00Z"

    def client(self, which: int = 0) -> Client:
        return officer(self.city, self.officers[which])

    def field(self) -> Field:
        with self.city.desk() as desk:
            return duties.field_of(desk, self.month)

    @property
    def items(self) -> tuple[Item, ...]:
        """The list of the first visit."""
        return visit_items(self.field().assigned, self.visit)

    def draft(self, **changes: Any) -> dict[str, Any]:
        """A complete draft without findings."""
        items = [i.code for i in self.items]
        out = {
            "outcome": "no_problem",
            "follow_up": "none",
            "started": self.at("01:00"),
            "ended": self.at("02:10"),
            "opinion": "agreed",
            "opinion_by": "物业项目负责人（合成）",
            "findings": [{"item": code, "checked": True} for code in items],
        }
        return out | changes

    def problem(self, **changes: Any) -> dict[str, Any]:
        """The same with one problem at the first item; where no company can be ordered
        who is responsible is told."""
        firm = managed(self.field().assigned, self.visit)
        told = ("ordered", "rectify") if firm else ("pending", "notify")
        draft = self.draft(outcome=told[0], follow_up=told[1])
        draft["findings"][0] |= {
            "text": "营业执照未公示",
            "defects": 1,
            "severity": "minor",
            "handling": "ordered" if firm else "later",
        } | changes
        return draft

    def arrive(self, client: Client) -> Any:
        return self.move(client, "arrival", code="JCM-2026-0001")

    def move(self, client: Client, kind: str, **body: Any) -> Any:
        """One move of the first visit."""
        return client.post(f"{self.path}/moves", json={"kind": kind, **body})

    def review(self, client: Client, raw: str, kind: str, **body: Any) -> Any:
        """The leader's word on a raw result."""
        return client.post(f"{self.results}/{raw}/moves", json={"kind": kind, **body})

    def record(self, client: Client, record: str, kind: str, **body: Any) -> Any:
        """What follows the publication of a record."""
        path = f"/api/v1/bureau/months/{self.month}/records/{record}/moves"
        return client.post(path, json={"kind": kind, **body})

    def request(self, client: Client, kind: str, **body: Any) -> Any:
        """An officer's request not to go."""
        body |= {"kind": kind, "month_id": self.month}
        return client.post("/api/v1/my/requests", json=body)

    def write(self, client: Client, draft: dict[str, Any]) -> dict[str, Any]:
        """Save a draft onto the version that stands there."""
        tag = client.get(f"{self.path}/draft").headers["ETag"]
        headers = {"If-Match": tag}
        done = client.put(f"{self.path}/draft", json=draft, headers=headers)
        assert done.status_code == 200, done.json
        shown: dict[str, Any] = done.json
        return shown

    def signed(self, draft: dict[str, Any] | None = None) -> dict[str, Any]:
        """A result submitted and signed by both; how it is shown."""
        self.noon()
        one, two = self.client(0), self.client(1)
        self.arrive(one)
        digest = self.write(one, draft or self.draft())["digest"]
        done = self.move(one, "submission", digest=digest)
        assert done.status_code == 201, done.json
        for who in (one, two):
            done = self.move(who, "signature", digest=done.json["digest"])
            assert done.status_code == 201, done.json
        shown: dict[str, Any] = done.json
        return shown

    def opened(self) -> dict[str, Any]:
        """The published result of the visit, with its opened leaf."""
        path = f"/api/v1/public/wuzhou/months/{self.month}/results/{self.visit}"
        found: dict[str, Any] = self.city.client().get(path).json
        return found

    def published(self, draft: dict[str, Any] | None = None) -> dict[str, Any]:
        """A result passed by the leader: the record."""
        raw = self.signed(draft)
        done = self.review(self.city.client("leader"), raw["id"], "pass")
        assert done.status_code == 201, done.json
        record: dict[str, Any] = done.json
        return record


def officer(city: City, number: str) -> Client:
    """A browser of the officer with this staff number."""
    return city.client(number)


READ = "演示：官网现行文本，仅供测试"


def confirmed(city: City) -> None:
    """Every article of the list confirmed by the head, as the registries have it."""
    with city.desk(write=True, role="head") as desk:
        codes = [r.cells["code"] for r in live_rows(desk, "items")]
        rows = [{"item": c, "basis": "", "text": READ} for c in codes]
        registers.confirm(desk, {"items": rows, "reason": "测试"})


def _accounts(city: City, numbers: Iterable[str]) -> None:
    """An account for each officer, named after his staff number."""
    with city.desk(write=True, role="admin") as desk:
        for number in numbers:
            values = {
                "name": number,
                "display": f"检查员{number}",
                "password": PASSWORD,
                "roles": ["inspector"],
                "inspector": number,
            }
            city.accounts["wuzhou", number] = accounts.create(desk, values).id


# Per database: the month after its lottery, made once, and its stages.
_MONTHS: dict[str, tuple[str, Stages]] = {}


@pytest.fixture
def team(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Crew]:
    """The wuzhou month after its lottery, on the morning of its first package."""
    if "field" not in server.templates:
        made: City = request.getfixturevalue("city")
        month = begin(made, "assign")
        with made.desk() as desk:
            field = duties.field_of(desk, month)
        _accounts(made, field.assigned.frozen.names)
        confirmed(made)
        made.site.store.dispose()
        server.templates["field"] = server.copy(made.site.settings.url)
        _MONTHS[server.name] = month, made.site.stages
    clock = SetClock()
    url = server.copy(server.templates["field"])
    site = open_site(settings_for(url, tmp_path), clock)
    month, site.stages = _MONTHS[server.name]
    yield crew(_city(server.name, site, clock), month)
    site.store.dispose()
    server.drop(url)


# Per database: an app; a site of its own is put into it for every test.
_APPS: dict[str, Service] = {}


def _city(server: str, site: Site, clock: SetClock) -> City:
    """Like `open_city`, without making the same app again: that takes a second."""
    app = _APPS.get(server)
    if app is None:
        found = open_city(site, clock)
        _APPS[server] = found.app
        return found
    app.extensions["sunlot"] = site
    app.extensions["public_cache"] = cache = PublicCache()
    site.on_publish.append(cache.forget)
    return city_of(site, app, clock)


def crew(city: City, month: str) -> Crew:
    """The first package with several stops, the first of them at a compound that a
    company manages; its officers, on its morning."""
    with city.desk() as desk:
        field = duties.field_of(desk, month)
    several = [
        p
        for p in field.packages.values()
        if len(p.stops) > 1 and managed(field.assigned, p.stops[0].visit)
    ]
    package = sorted(several, key=lambda p: (p.day, p.id))[0]
    pair = [who.id for role, who in field.team(package.id) if role in duties.OFFICERS]
    made = Crew(city, month, package, (pair[0], pair[1]))
    made.morning()
    return made


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (32, 24)) -> bytes:
    """A picture that says in every way its format knows where it was taken."""
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = picture.getexif()
    exif[0x010E] = "SECRET-PLACE"  # ImageDescription
    exif[0x0112] = 6  # Orientation: turned to the right
    exif.get_ifd(0x8825)[1] = "SECRET-PLACE"  # GPS
    more: dict[str, Any] = {"exif": exif, "icc_profile": b"SECRET-PROFILE"}
    if kind == "JPEG":
        more |= {"comment": b"SECRET-COMMENT", "xmp": b"<x>SECRET-XMP</x>"}
    if kind == "PNG":
        more["pnginfo"] = words = PngInfo()
        words.add_text("Comment", "SECRET-COMMENT")
    if kind == "WEBP":
        more["xmp"] = b"<x>SECRET-XMP</x>"
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def one_file(data: bytes, name: str = "a.jpg") -> dict[str, Any]:
    """Arguments of an upload of one file."""
    found = upload({name: data})
    found["data"] = found["data"].replace(b'name="files"', b'name="file"')
    return found
