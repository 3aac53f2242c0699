"""Every route × every role × every bureau, from the app's own map of addresses.

Nothing here names a route: whoever adds one is tested with what it declares. Values of
path arguments are looked for in the database, a right one is known by its 200.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Response, request
from hypothesis import HealthCheck, Phase, given, settings
from month_logs import officers
from service_city import PASSWORD, City, Client
from service_field import a_picture
from service_month import assigned_of, begin
from sqlalchemy import func, select

from api.access import accounts
from api.docket import intake
from api.field import photos
from api.jobs import table
from api.operations.demo_field import FieldDay
from api.site import ROLES, system
from api.store import ALL
from api.store.fieldwork import FieldResult
from api.store.models import Account, Event
from api.store.moves import Move
from api.store.tables import Base
from api.web import declare
from api.web.work import Service
from inspector.month.assigned import Assigned

pytestmark = pytest.mark.both_databases

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
NUMBER = re.compile(r"<int:(\w+)>")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
REACHED = 299  # no view answers that
MOST = 60  # fillings tried per route


class Busy:
    """A city whose bureau `wuzhou` has a month in the field; `other` has nothing."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.month = begin(city, "assign")
        self.assigned = self._assigned()
        self._field_work()
        with city.desk(write=True) as desk:
            table.enqueue(desk, "schedule", {}, month_id=self.month)
            intake.adopt_all(desk, "转入")
        self.values = dict(self._values())
        self.markers = set(self._markers())

    def _assigned(self) -> Assigned:
        return assigned_of(self.city, self.month)

    def _field_work(self) -> None:
        """One duty day's results; the clock stays on the next duty day's morning."""
        city = self.city
        days = sorted({p.day for p in self.assigned.sealed.packed.packing.packages})
        with city.desk() as desk:
            leader = desk.db.get(Account, city.accounts["wuzhou", "leader"])
        assert leader is not None
        stand = city.clock.to
        field = FieldDay(city.site, city.bureau, self.month, stand)
        field.work(self.assigned, days[0], leader, days[1])
        city.clock.to(f"{days[1].isoformat()}T01:00:00+00:00")
        packages = self.assigned.sealed.packed.packing.packages
        today = next(p for p in packages if p.day == days[1])
        self.today = today.id
        self.officer = officers(self.assigned)[today.id][0]
        with city.desk(write=True) as desk:
            marks = set(desk.db.scalars(select(FieldResult.visit)))
            marks |= {desk.mark(self.month, s.visit) for s in today.stops}
            for mark in sorted(marks):
                photos.add(desk, self.month, mark, a_picture())
        # the same staff number in the other bureau: that must not help
        for bureau in (city.bureau, city.other):
            officer(city, bureau, self.officer)

    def _values(self) -> Iterator[tuple[str, list[str]]]:
        """Plain columns of wuzhou's rows, by `table.column`; and of its sealed plan."""
        with self.city.site.store.reading(ALL) as db:
            for kind in Base.metadata.sorted_tables:
                if "bureau_id" not in kind.c:
                    continue
                mine = select(kind).where(kind.c.bureau_id == self.city.bureau)
                found = [dict(r) for r in db.execute(mine).mappings()]
                for column in kind.c:
                    texts = [r[column.name] for r in found]
                    kept = [t for t in texts if isinstance(t, str) and t]
                    yield f"{kind.name}.{column.name}", list(dict.fromkeys(kept))
            first = select(Move).where(Move.seq == 1)
            begun = [m for m in db.scalars(first) if m.bureau_id == self.city.bureau]
            for thing in {m.thing for m in begun}:
                yield f"{thing}.id", [m.thing_id for m in begun if m.thing == thing]
        packing = self.assigned.sealed.packed.packing
        mine = sorted(packing.packages, key=lambda p: p.id == self.today)  # last
        yield "plan.visit", [s.visit for p in mine for s in p.stops]
        yield "plan.package", [p.id for p in mine]
        # of each place where papers and tables have names, one that is there
        papers = ["docket.docx", "case.docx", "record.docx", "platform-plan.csv"]
        yield "plan.name", [*papers, "ranking"]
        yield "plan.row", [s.code for s in self.assigned.frozen.registry.streets]

    def _markers(self) -> Iterator[str]:
        """Texts that nobody of another bureau may read."""
        shared = {self.city.bureau}
        for name, texts in self.values.items():
            if name.endswith(".id"):
                yield from (t for t in texts if t not in shared)
        registry = self.assigned.frozen.registry
        yield from (c.name for c in registry.compounds)
        yield from (i.name for i in registry.inspectors)

    def client(self, role: str, bureau: str = "wuzhou") -> Client:
        return of_role(self.city, role, bureau)

    def fillings(self, rule: str) -> Iterator[str]:
        """Addresses of a rule, the likeliest values first."""
        rule = NUMBER.sub("2026", rule)  # only years are numbers in addresses
        names = ARGUMENT.findall(rule)
        for chosen in itertools.islice(
            itertools.product(*(self.candidates(n) for n in names)), MOST
        ):
            path = rule
            for value in chosen:
                path = ARGUMENT.sub(lambda _m, v=value: v, path, count=1)
            yield path

    def candidates(self, argument: str) -> list[str]:
        """Values for a path argument: of the column or table its name speaks of."""
        if argument == "bureau":
            return ["wuzhou"]
        if argument == "sheet":
            return ["streets"]
        subject = argument.removesuffix("_id")
        out = self.values.get(f"plan.{subject}", [])[-5:]
        for name, texts in self.values.items():
            kind, column = name.split(".")
            if column == argument or (subject in kind and column in ("id", "name")):
                out += texts[:3] + texts[-1:]
        if not out:
            for name, texts in self.values.items():
                if name.endswith((".id", ".number")):
                    out += texts[:1]
        return list(dict.fromkeys(out))


def officer(city: City, bureau: str, staff: str) -> None:
    """An account `officer` for this staff number."""
    with city.site.desk(bureau, system("test"), write=True) as desk:
        values = {
            "name": "officer",
            "display": "officer",
            "password": PASSWORD,
            "roles": ["inspector"],
            "inspector": staff,
        }
        accounts.create(desk, values)


def of_role(city: City, role: str, bureau: str) -> Client:
    """A browser of somebody with this role; inspectors have a staff number."""
    return city.client("officer" if role == "inspector" else role, bureau)


@pytest.fixture
def busy(city: City) -> Busy:
    return Busy(city)


def routes(city: City) -> list[tuple[str, str, tuple[str, ...]]]:
    """(method, rule, audience) of every route."""
    return [
        (method, rule, declare.audience_of(view))
        for rule, method, _, view in declare.views(city.app)
    ]


def bare(client: Client, method: str, path: str) -> Any:
    """A request that is let in or not, and changes nothing: no key, no version."""
    headers = {"X-CSRFToken": client.csrf} if method != "GET" else {}
    return client.raw.open(path, method=method, headers=headers)


@pytest.mark.one_database
def test_every_route_lets_in_whom_it_declares_and_nobody_else(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """401 without a sign-in, 403 for another role, else the view is reached."""
    for bureau in (city.bureau, city.other):
        officer(city, bureau, "I001")
    who: list[tuple[str | None, str, Client]] = [(None, "", city.client())]
    who += [(r, b, of_role(city, r, b)) for b in ("wuzhou", "other") for r in ROLES]
    monkeypatch.setattr(Service, "dispatch_request", reached)
    checked = 0
    for method, rule, names in routes(city):
        path = ARGUMENT.sub("x", NUMBER.sub("2026", rule.replace("<bureau>", "wuzhou")))
        for role, bureau, client in who:
            status = bare(client, method, path).status_code
            where = f"{method} {path} as {role} of {bureau}: {status}"
            checked += 1
            if declare.PUBLIC in names or role in names:
                assert status == REACHED, where
            else:
                assert status == (401 if role is None else 403), where
    print(f"{checked} requests: route x role x bureau")
    assert checked >= 13 * 100


@pytest.mark.one_database
def test_every_kind_of_a_collection_lets_in_whom_it_declares(city: City) -> None:
    """403 for a role that may send other kinds only; else its body is judged."""
    for bureau in (city.bureau, city.other):
        officer(city, bureau, "I001")
    clients = {role: of_role(city, role, "wuzhou") for role in ROLES}
    checked = 0
    for rule, _method, _, view in declare.views(city.app):
        path = ARGUMENT.sub("x", NUMBER.sub("2026", rule))
        for name, kind in getattr(view, "kinds", {}).items():
            assert set(kind.who) <= set(declare.audience_of(view)), (rule, name)
            for role in declare.audience_of(view):
                answer = clients[role].post(
                    path, json={"kind": name}, headers={"If-Match": '"x"'}
                )
                where = f"{name} at {rule} as {role}: {answer.text}"
                assert (answer.status_code == 403) is (role not in kind.who), where
                checked += 1
    print(f"{checked} requests: kind x role")
    assert checked


def reached(_app: Service) -> Response:
    """In the place of every view: whoever comes here was let in."""
    if request.routing_exception is not None:
        raise request.routing_exception
    return Response(status=REACHED)


@pytest.mark.one_database
def test_an_unsafe_request_needs_csrf_and_a_token_that_may_write(busy: Busy) -> None:
    city = busy.city
    clients = {role: busy.client(role) for role in ROLES}
    readers = {role: reader(city, role) for role in ROLES}
    checked = 0
    for method, rule, names in routes(city):
        if method not in UNSAFE or declare.PUBLIC in names:
            continue
        path = next(busy.fillings(rule))
        role = names[0]
        forged = clients[role].raw.open(path, method=method)
        assert (forged.status_code, forged.json["code"]) == (403, "access.csrf"), path
        raw = city.app.test_client()
        for kind in kinds_of(city, rule) or [None]:
            body = {"json": {"kind": kind.name}} if kind else {}
            of = readers[kind.who[0] if kind else role]
            answer = raw.open(path, method=method, headers=of, **body)
            reads = kind is not None and kind.reads
            assert (answer.status_code == 403) is not reads, (path, kind)
            checked += 1
    assert checked >= 30


def kinds_of(city: City, rule: str) -> list[Any]:
    """The kinds of the collection at a rule, none where it is no collection."""
    found = (
        getattr(v[3], "kinds", {}) for v in declare.views(city.app) if v[0] == rule
    )
    return [kind for kinds in found for kind in kinds.values()]


def reader(city: City, role: str) -> dict[str, str]:
    """The header of a token that may only read."""
    wanted = {"label": "r", "scopes": [role], "may_write": False, "days": 90}
    with city.site.desk(city.bureau, city.actor(role), write=True) as desk:
        _, secret = accounts.issue_token(desk, wanted)
    return {"Authorization": f"Bearer {secret}"}


def test_what_one_bureau_reads_does_not_exist_for_another(busy: Busy) -> None:
    """Where a member reads something, the same role elsewhere gets 404 or his own."""
    mine = {role: busy.client(role) for role in ROLES}
    theirs = {role: busy.client(role, "other") for role in ROLES}
    proved, unproved = 0, []
    for method, rule, names in routes(busy.city):
        if method != "GET" or declare.PUBLIC in names:
            continue
        found = read(mine, busy, rule, names)
        if found is None:
            unproved.append(rule)
            continue
        role, path = found
        answer = theirs[role].get(path)
        where = f"GET {path} as {role} of other: {answer.status_code}"
        told = answer.data.decode("utf-8", "replace")
        named = {m for m in busy.markers if m in told and m not in path}
        assert not named, (where, named)
        about_ids = set(ARGUMENT.findall(rule)) - {"sheet", "name"}
        # without an id the address is his own bureau's, which has nothing yet
        assert answer.status_code == 404 or not about_ids, where
        assert answer.status_code < 500, where
        proved += 1
    print(
        f"{proved} routes proved, {len(unproved)} without a thing to read: {unproved}"
    )
    assert proved >= 30
    assert proved > len(unproved)


def read(
    clients: dict[str, Client], busy: Busy, rule: str, names: tuple[str, ...]
) -> tuple[str, str] | None:
    """A role and an address at which it reads something, if the city has one."""
    for path in busy.fillings(rule):
        for role in names:
            if clients[role].get(path).status_code == 200:
                return role, path
    return None


@pytest.mark.one_database
def test_the_public_address_of_another_bureau_shows_nothing_of_this_one(
    busy: Busy,
) -> None:
    public = busy.city.client()
    checked = 0
    for method, rule, names in routes(busy.city):
        if method != "GET" or declare.PUBLIC not in names or "<bureau>" not in rule:
            continue
        for path in itertools.islice(busy.fillings(rule), 6):
            there = path.replace("wuzhou", "other", 1)
            answer = public.get(there)
            assert answer.status_code < 500, there
            told = answer.data.decode("utf-8", "replace")
            named = {m for m in busy.markers if m in told and m not in there}
            assert not named, (there, named)
            checked += 1
    assert checked >= 20


def rows_of(city: City) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that wuzhou has, but sign-ins."""
    out = {}
    with city.site.store.reading(ALL) as db:
        for kind in Base.metadata.sorted_tables:
            if "bureau_id" in kind.c and kind.name not in ("sign_in", "answer"):
                query = select(kind).where(kind.c.bureau_id == city.bureau)
                found = db.execute(query.order_by(*kind.primary_key.columns))
                out[kind.name] = [tuple(r) for r in found]
    return out


def test_nobody_changes_anything_of_another_bureau(busy: Busy) -> None:
    """Bodies from the schema, addresses of wuzhou, people of the other bureau."""
    city = busy.city
    before = rows_of(city)
    clients = {role: busy.client(role, "other") for role in ROLES}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", city.app)
    statuses: dict[int, int] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        names = operation.definition.raw["x-audience"]
        method = operation.method.upper()
        if method not in UNSAFE or declare.PUBLIC in names:
            continue
        if "/auth/" in operation.path:
            continue  # would sign out
        for role in names:
            status = _attack(busy, clients[role], operation)
            statuses[status] = statuses.get(status, 0) + 1
    assert rows_of(city) == before
    with city.site.desk(city.other, system("test")) as desk:
        made = desk.db.scalar(select(func.count()).select_from(Event))
    print(f"answers {dict(sorted(statuses.items()))}, {made} events of its own")
    assert statuses.get(404, 0) >= 20


def _attack(busy: Busy, client: Client, operation: Any) -> int:
    """One valid request of `operation` about wuzhou's things; its status."""
    rule = operation.path.replace("{", "<").replace("}", ">")
    path = next(busy.fillings(rule))
    status = 0

    @settings(
        max_examples=1,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        nonlocal status
        kwargs: dict[str, Any] = {"headers": {"If-Match": "*"}}
        if case.query:
            kwargs["query_string"] = case.query
        if isinstance(case.body, dict | list) and "json" in (case.media_type or "json"):
            kwargs["json"] = case.body
        answer = client.send(operation.method.upper(), path, **kwargs)
        assert answer.status_code < 500, (operation.path, answer.text)
        ids = [n for n in ARGUMENT.findall(rule) if n != "sheet"]
        assert not ids or answer.status_code >= 400, (path, answer.text)
        status = answer.status_code

    one()
    return status
