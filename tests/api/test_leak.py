"""What a thief of the database learns without the key, and what logs tell."""

from __future__ import annotations

import io
import json
import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from service_city import KEY, PASSWORD, City
from service_planner import Planner
from sqlalchemy import select
from test_matrix import Busy

from api.access import accounts
from api.logs import JsonLines
from api.months import steps
from api.site import ROLES
from api.store import ALL
from api.store.models import Step
from api.store.tables import Base
from api.web import declare
from inspector.month.stages import Route

# Registries and policy are the bureau's lists, drawn or not; everything in `document`
# is public; an account names its own staff number, and nothing that he inspects.
LISTS = {"entry", "version", "document"}
VISIT = re.compile(r"\bV\d{4}\b")
PACKAGE = re.compile(r"\bP\d{3}\b")


class Watched(Busy):
    """A month made over HTTP and read by everybody who may; no field work yet."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.planner = Planner(city)
        self.planner.draw()
        self.planner.seal()
        self.month = self.planner.month
        self.read()

    def assign(self) -> None:
        """On to the lottery."""
        self.planner.assign()
        self.read()

    def read(self) -> None:
        """Everybody reads whatever he may."""
        self.route = self._route()
        self.values = dict(self._stored())
        self._read_everything()

    def _route(self) -> Route:
        with self.city.desk() as desk:
            return steps.load(desk, steps.find(desk, self.month))

    def _stored(self) -> Iterator[tuple[str, list[str]]]:
        """Path arguments: what is stored, and a visit and a package of the plan."""
        yield "month.id", [self.month]
        packed = self.route.packed
        assert packed is not None
        first = packed.packing.packages[0]
        yield "plan.visit", [first.stops[0].visit]
        yield "plan.package", [first.id]
        yield "plan.compound", [packed.drawn.visits[0].compound]

    def _read_everything(self) -> None:
        """Every GET route by every role: reading is recorded, and must not leak."""
        clients = {role: self.city.client(role) for role in ROLES}
        for rule, method, _, view in declare.views(self.city.app):
            if method != "GET":
                continue
            names = declare.audience_of(view)
            query = {"what": self.values["plan.visit"][0]}
            for role in names if declare.PUBLIC not in names else ("planner",):
                path = next(self.fillings(rule))
                answer = clients[role].get(path, query_string=query)
                assert answer.status_code < 500, path

    def candidates(self, argument: str) -> list[str]:
        if argument in ("bureau", "sheet"):
            return {"bureau": ["wuzhou"], "sheet": ["compounds"]}[argument]
        found = self.values.get(f"plan.{argument.removesuffix('_id')}")
        return found or [self.month]

    def drawn(self) -> dict[str, str]:
        """Compounds drawn by chance, id -> name; docket visits are public."""
        drawn = self.route.drawn
        assert drawn is not None
        public = {v.compound for v in drawn.frozen.intake.visits}
        names = {c.id: c.name for c in drawn.frozen.registry.compounds}
        return {c: names[c] for c in drawn.compounds if c not in public}


def plain(city: City) -> Iterator[tuple[str, str]]:
    """Every plain column of every row as (table.column, text)."""
    with city.site.store.reading(ALL) as db:
        for table in Base.metadata.sorted_tables:
            if table.name in LISTS:
                continue
            for row in db.execute(select(table)).mappings():
                for column, value in row.items():
                    yield f"{table.name}.{column}", shown(value)


def shown(value: Any) -> str:
    """Text, numbers, JSON as they are; bytes as a thief would try them."""
    if isinstance(value, bytes):
        try:
            value = zlib.decompress(value)
        except zlib.error:
            return value.decode("utf-8", "replace")
        return value.decode("utf-8", "replace")  # type: ignore[no-any-return]
    return json.dumps(value, ensure_ascii=False, default=str)


def test_a_stolen_database_tells_no_drawn_compound_and_no_pair(city: City) -> None:
    watched = Watched(city)
    assert search(watched) > 300
    watched.assign()
    assert search(watched) > 300


def search(watched: Watched) -> int:
    """Look through everything; how many values."""
    drawn = watched.drawn()
    assert len(drawn) > 5
    frozen = watched.route.frozen
    assert frozen is not None
    people = {i.name for i in frozen.registry.inspectors}
    hidden = [*drawn.values(), *frozen.names.values(), *people]
    codes = re.compile(rf"\b(?:{'|'.join([*drawn, *frozen.names])})\b")
    count = 0
    for where, text in plain(watched.city):
        count += 1
        assert not any(name in text for name in hidden), where
        assert not VISIT.search(text), (where, text)
        assert not PACKAGE.search(text), (where, text)
        if where != "account.inspector":
            assert not codes.search(text), where
    alike(watched)
    return count


def alike(watched: Watched) -> None:
    """Before the close a published file names all compounds of the registry or none."""
    frozen = watched.route.frozen
    assert frozen is not None
    everybody = {c.id for c in frozen.registry.compounds}
    public = watched.city.client()
    base = f"/api/v1/public/wuzhou/months/{watched.month}/documents"
    rows = public.get(f"{base}?limit=500").json["items"]
    assert {r["name"] for r in rows} >= {"freeze.json", "seal.json", "log.json"}
    for row in rows:
        text = public.get(f"{base}/{row['name']}/{row['sha256']}").text
        named = {c for c in everybody if f'"{c}"' in text}
        assert named in (set(), everybody), row["name"]


@pytest.mark.one_database
def test_the_search_would_find_what_a_plain_column_told(city: City) -> None:
    """The control: one event that names a drawn compound is found."""
    planner = Planner(city)
    planner.draw()
    with city.desk() as desk:
        drawn = steps.load(desk, steps.find(desk, planner.month)).drawn
    assert drawn is not None
    compound = drawn.compounds[0]
    with city.desk(write=True) as desk:
        desk.event("thing_done", f"month:{planner.month}", compound=compound)
    told = [w for w, text in plain(city) if re.search(rf"\b{compound}\b", text)]
    assert told == ["event.body"]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at the lowest level, as the service writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.one_database
def test_a_whole_month_leaves_no_secret_in_the_logs(
    city: City, log: io.StringIO
) -> None:
    watched = Watched(city)
    wanted = {"label": "t", "scopes": ["planner"], "may_write": True, "days": 9}
    with city.site.desk(city.bureau, city.actor(), write=True) as desk:
        _, token = accounts.issue_token(desk, wanted)
    header = {"Authorization": f"Bearer {token}"}
    assert city.app.test_client().get("/api/v1/bureau/jobs", headers=header).json
    browser = city.client("planner")
    cookie = browser.raw.get_cookie("sunlot")
    assert cookie is not None
    told = log.getvalue()
    assert '"message": "request"' in told
    secrets = {KEY, PASSWORD, token, cookie.value, browser.csrf}
    secrets |= set(watched.planner.tokens.values())
    secrets |= blinds(city)
    for secret in secrets:
        assert len(secret) >= 12
        assert secret not in told
    for compound, name in watched.drawn().items():
        assert name not in told
        assert not re.search(rf"\b{compound}\b", told), compound
    assert not VISIT.search(told)


def blinds(city: City) -> set[str]:
    """The blinds and the pseudonym secret of the month's steps."""
    found = set()
    with city.desk() as desk:
        for step in desk.db.scalars(select(Step)):
            body = steps.opened(desk, step)
            found |= {body[k] for k in ("blind", "secret") if k in body}
    assert len(found) == 3, len(found)
    return found
