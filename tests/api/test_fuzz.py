"""Requests made up from the schema, and raw rubbish: never a 5xx."""

from __future__ import annotations

import random
import re
import secrets
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from service_city import City, Client
from test_matrix import Busy

from api.access import accounts
from api.site import ROLES, Actor
from api.web import declare

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SIGN_IN = "/api/v1/auth"
ARGUMENT = re.compile(r"{(\w+)}")


def fuzz(city: City, examples: int) -> int:
    """`examples` requests per operation as somebody with every role; how many.

    Every other request is about something that exists. All failures are told at once.
    """
    busy = Busy(city)
    client = everyone(city, busy.officer)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", city.app)
    count, failures = 0, []
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.startswith(SIGN_IN):
            continue  # would sign out or be throttled
        try:
            count += _operation(operation, client, examples, busy)
        except (Exception, BaseExceptionGroup) as e:
            failures.append(f"{operation.label}: {told(e)}")
    assert not failures, "\n\n".join(failures)
    known = client.raw.get("/api/v1/bureau/jobs", headers=client.bearer)
    assert known.status_code == 200  # nothing has ended the token meanwhile
    return count


def told(error: BaseException) -> str:
    """A failure of schemathesis in short, with the request that shows it."""
    lines = [line.strip(" |") for line in str(error).splitlines()]
    inner = getattr(error, "exceptions", ())
    lines += [str(e).splitlines()[0] for e in inner if str(e)]
    return "\n".join(line for line in lines if line)[:1500]


def _operation(operation: Any, client: Any, examples: int, busy: Busy) -> int:
    count = 0
    known = {
        name: found[0]
        for name in ARGUMENT.findall(operation.path)
        if (found := busy.candidates(name))
    }

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        nonlocal count
        count += 1
        if count % 2 and known:
            case.path_parameters = {**(case.path_parameters or {}), **known}
        response = case.call(headers=client.bearer)
        case.validate_response(response, checks=CHECKS)

    one()
    return count


def everyone(city: City, inspector: str = "") -> Any:
    """A token with every role, and a seat in the plan."""
    actor = Actor("account:all", frozenset(ROLES), city.bureau, "")
    values = {
        "name": "all",
        "display": "all",
        "password": secrets.token_urlsafe(20),
        "roles": list(ROLES),
        "inspector": inspector,
    }
    with city.site.desk(city.bureau, actor, write=True) as desk:
        row = accounts.create(desk, values)
    actor = Actor(f"account:{row.id}", frozenset(ROLES), city.bureau, row.id)
    token = {"label": "t", "scopes": list(ROLES), "may_write": True, "days": 90}
    with city.site.desk(city.bureau, actor, write=True) as desk:
        _, secret = accounts.issue_token(desk, token)
    client: Any = Client(city.app.test_client())
    client.bearer = {"Authorization": f"Bearer {secret}"}
    return client


def test_requests_from_the_schema_never_fail_inside(city: City) -> None:
    count = fuzz(city, 3)
    print(f"{count} requests from the schema, no 5xx")
    assert count > 150


@pytest.mark.full
def test_ten_thousand_requests_from_the_schema_never_fail_inside(city: City) -> None:
    count = fuzz(city, 70)
    print(f"{count} requests from the schema, no 5xx")
    assert count >= 10_000


def test_raw_rubbish_never_fails_inside(city: City) -> None:
    rubbish(city, 400)


@pytest.mark.full
def test_ten_thousand_raw_bodies_never_fail_inside(city: City) -> None:
    rubbish(city, 10_000)


def rubbish(city: City, count: int) -> None:
    """Random bytes, broken JSON and odd headers at random routes."""
    dice = random.Random(20261201)
    client = everyone(city)
    routes = [
        (rule, method)
        for rule, method, _, _ in declare.views(city.app)
        if not rule.startswith(SIGN_IN)
    ]
    kinds = ("application/json", "multipart/form-data; boundary=x", "text/plain", "")
    pieces = [
        b"{",
        b'"a":',
        b"[",
        b"\x00",
        b"\xff",
        b"--x\r\n",
        b"null",
        "小区".encode(),
    ]
    for _ in range(count):
        rule, method = dice.choice(routes)
        path = "".join(
            dice.choice(("wuzhou", "x", "%2e%2e", "' OR 1=1", "小区", "9" * 30))
            if k % 2
            else part
            for k, part in enumerate(_parts(rule))
        )
        body = b"".join(dice.choices(pieces, k=dice.randrange(12)))
        headers = dict(client.bearer)
        if dice.random() < 0.7:
            headers |= {"Idempotency-Key": str(dice.random()), "If-Match": '"x"'}
        answer = client.raw.open(
            path,
            method=method,
            data=body,
            content_type=dice.choice(kinds),
            headers=headers,
        )
        assert answer.status_code < 500, (method, path, body)
        if answer.status_code >= 400:
            where = (method, path, body, answer.data)
            assert answer.content_type == "application/problem+json", where
            assert b"Traceback" not in answer.data


def _parts(rule: str) -> list[str]:
    """Literal and variable parts of a rule in turn."""
    return re.split(r"(<[^>]+>)", rule)
