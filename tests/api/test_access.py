"""Who may do what: sign-ins, tokens, CSRF, the throttle, roles, bureaus."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from flask import Flask
from service_city import PASSWORD, City, Client
from sqlalchemy import func, select

from api.access import sign_in
from api.passwords import Passwords
from api.site import ROLES
from api.store import ALL
from api.store.models import Attempt
from api.web import declare
from api.web.declare import Undeclared, audience, refuse_undeclared

pytestmark = pytest.mark.both_databases

SESSION = "/api/v1/auth/session"
TOKENS = "/api/v1/auth/tokens"
ACCOUNTS = "/api/v1/bureau/accounts"


def test_a_route_without_an_audience_does_not_let_the_app_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/x", view_func=audience("public")(lambda: "x"), endpoint="good")
    refuse_undeclared(app)
    app.add_url_rule("/y", view_func=lambda: "y", endpoint="bad")
    with pytest.raises(Undeclared, match="GET /y"):
        refuse_undeclared(app)


def test_an_edit_without_if_match_does_not_let_the_app_start() -> None:
    app = Flask("bare")
    view = audience("planner")(lambda: "x")
    app.add_url_rule("/x", view_func=view, endpoint="bad", methods=["PUT"])
    with pytest.raises(Undeclared, match="neither @edits nor @unversioned"):
        refuse_undeclared(app)


@pytest.mark.parametrize("names", [(), ("nobody",), ("public", "planner")])
def test_an_audience_that_is_none_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(Undeclared):
        audience(*names)


def test_every_view_holds_at_most_twelve_lines(city: City) -> None:
    """Parse, one service call, return (STYLE §3)."""
    import ast
    import inspect
    import textwrap

    for rule, method, _, view in declare.views(city.app):
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(view)))
        (function,) = ast.parse(source).body
        assert isinstance(function, ast.FunctionDef)
        body = [n for n in function.body if not isinstance(n, ast.Expr)] or (
            function.body
        )
        lines = (function.end_lineno or 0) - body[0].lineno + 1
        assert lines <= 12, f"{method} {rule}: {lines} lines"


def _filled(rule: str) -> str:
    """A path of this rule whose ids belong to nobody."""
    out = rule
    for part in ("<path:", "<int:", "<"):
        while part in out:
            start = out.index(part)
            end = out.index(">", start)
            name = out[start + len(part) : end]
            value = "wuzhou" if name == "bureau" else "streets"
            out = out[:start] + value + out[end + 1 :]
    return out


def test_every_route_refuses_whoever_it_is_not_for(city: City) -> None:
    """Route × role: 401 without a sign-in, 403 for another role, else neither."""
    clients: dict[str | None, Client] = {r: city.client(r) for r in (None, *ROLES)}
    checked = 0
    for rule, method, endpoint, view in declare.views(city.app):
        names = declare.audience_of(view)
        for role, client in clients.items():
            if endpoint == "auth.close_session":
                continue  # would sign the client out
            answer = client.send(method, _filled(rule))
            checked += 1
            where = f"{method} {rule} as {role}: {answer.status_code}"
            if "public" in names or role in names:
                assert answer.status_code not in (401, 403, 500), where
            else:
                assert answer.status_code == (401 if role is None else 403), where
    assert checked > 100


def test_a_sign_in_works_until_it_is_ended(city: City) -> None:
    client = city.client("planner")
    shown = client.get(SESSION).json
    assert shown["roles"] == ["planner"]
    assert client.delete(SESSION).status_code == 204
    assert client.get(SESSION).status_code == 401


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(city: City) -> None:
    client = city.client("planner")
    cookie = client.raw.get_cookie("sunlot")
    assert cookie is not None
    client.delete(SESSION)
    client.raw.set_cookie("sunlot", cookie.value)
    assert client.get(SESSION).status_code == 401


def test_a_sign_in_ends_when_idle_and_after_its_time(city: City) -> None:
    idle = city.client("planner")
    city.clock.forward(minutes=479)
    assert idle.get(SESSION).status_code == 200
    city.clock.forward(minutes=479)
    assert idle.get(SESSION).status_code == 200
    city.clock.forward(minutes=481)
    assert idle.get(SESSION).status_code == 401
    busy = city.client("planner")
    for _ in range(71):
        city.clock.forward(hours=1)
        assert busy.get(SESSION).status_code == 200
    city.clock.forward(hours=2)
    assert busy.get(SESSION).status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(city: City) -> None:
    body = {"bureau": "wuzhou", "name": "planner", "password": PASSWORD}
    answer = city.client().raw.post(SESSION, json=body)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("token", ["", "wrong"])
def test_an_unsafe_request_of_a_browser_needs_the_csrf_token(
    city: City, token: str
) -> None:
    client = city.client("planner")
    headers = {"X-CSRFToken": token, "Idempotency-Key": "k"}
    body = {"label": "x", "scopes": ["planner"]}
    answer = client.raw.post(TOKENS, json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "access.csrf")
    assert client.post(TOKENS, json=body).status_code == 201


@pytest.mark.parametrize(
    ("bureau", "name", "password"),
    [
        ("wuzhou", "planner", "wrong"),
        ("wuzhou", "nobody", PASSWORD),
        ("other", "admin2", PASSWORD),
        ("atlantis", "planner", PASSWORD),
    ],
)
def test_a_wrong_sign_in_does_not_say_what_was_wrong(
    city: City, bureau: str, name: str, password: str
) -> None:
    answer = city.client().sign_in(bureau, name, password)
    assert (answer.status_code, answer.json["code"]) == (401, "access.refused")


def test_ten_failures_of_an_account_close_it_for_a_quarter_of_an_hour(
    city: City,
) -> None:
    client = city.client()
    for k in range(10):
        environ = {"REMOTE_ADDR": f"10.0.0.{k}"}
        body = {"bureau": "wuzhou", "name": "planner", "password": "wrong"}
        answer = client.raw.post(SESSION, json=body, environ_base=environ)
        assert answer.status_code == 401
    answer = client.sign_in("wuzhou", "planner")
    assert (answer.status_code, answer.json["code"]) == (429, "access.throttled")
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    assert client.sign_in("wuzhou", "head").status_code == 200
    city.clock.forward(minutes=15, seconds=1)
    assert client.sign_in("wuzhou", "planner").status_code == 200


def test_ten_failures_of_an_address_close_it_for_all_accounts(city: City) -> None:
    client = city.client()
    for k in range(10):
        assert client.sign_in("wuzhou", f"guess{k}", "wrong").status_code == 401
    assert client.sign_in("wuzhou", "planner").status_code == 429


def test_right_sign_ins_are_not_counted(city: City) -> None:
    client = city.client()
    for _ in range(12):
        assert client.sign_in("wuzhou", "planner").status_code == 200
    with city.site.store.reading(ALL) as db:
        assert db.scalar(select(func.count()).select_from(Attempt)) == 0


def test_known_and_unknown_names_cost_the_same_hash(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[str | None] = []
    hasher = sign_in.passwords(city.site)
    fits = hasher.fits

    def counted(stored: str | None, password: str) -> bool:
        hashes.append(stored)
        return fits(stored, password)

    monkeypatch.setattr(hasher, "fits", counted)
    city.client().sign_in("wuzhou", "planner", "wrong")
    city.client().sign_in("wuzhou", "nobody", "wrong")
    assert len(hashes) == 2
    assert hashes[1] is None


@pytest.mark.full
def test_the_answer_takes_as_long_for_an_unknown_name() -> None:
    """With real hashes: medians of 30 pairs of CPU times differ by at most 5 ms."""
    hasher = Passwords(65_536, 2)
    stored = hasher.hash("x" * 20)
    spent: dict[str | None, list[float]] = {stored: [], None: []}
    for _ in range(30):
        for known, times in spent.items():
            start = time.process_time()
            hasher.fits(known, "wrong")
            times.append(time.process_time() - start)
    known, unknown = (statistics.median(times) for times in spent.values())
    print(f"known {known:.4f} s, unknown {unknown:.4f} s")
    assert abs(known - unknown) < 0.005


def token_of(client: Client, **values: Any) -> str:
    body = {"label": "script", "scopes": ["planner"], **values}
    answer = client.post(TOKENS, json=body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["token"])


def test_a_token_acts_without_cookie_and_csrf_but_within_its_scopes(
    city: City,
) -> None:
    token = token_of(city.client("planner"))
    raw = city.app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert raw.get("/api/v1/bureau/jobs", headers=headers).status_code == 200
    assert raw.get(ACCOUNTS, headers=headers).status_code == 403
    body = {"cells": {}, "reason": "r"}
    headers["Idempotency-Key"] = "k"
    path = "/api/v1/bureau/registries/streets"
    assert raw.post(path, json=body, headers=headers).status_code == 403
    headers["Authorization"] = "Bearer " + token_of(
        city.client("planner"), may_write=True
    )
    assert raw.post(path, json=body, headers=headers).status_code == 422


def test_nobody_issues_a_token_with_roles_he_does_not_have(city: City) -> None:
    body = {"label": "x", "scopes": ["admin"]}
    assert city.client("planner").post(TOKENS, json=body).status_code == 403


def test_a_token_ends_by_time_by_revocation_and_with_its_account(city: City) -> None:
    planner = city.client("planner")
    raw = city.app.test_client()

    def works(token: str) -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        return raw.get("/api/v1/bureau/jobs", headers=headers).status_code == 200

    first, second, third = (token_of(planner, days=1) for _ in range(3))
    rows = planner.get(TOKENS).json["items"]
    assert len(rows) == 3
    assert not any(first in str(row) for row in rows)
    made = planner.post(TOKENS, json={"label": "x", "scopes": ["planner"]})
    assert planner.delete(f"{TOKENS}/{made.json['id']}").status_code == 204
    assert not works(made.json["token"])
    assert works(first)
    city.clock.forward(hours=25)
    assert not any(map(works, (first, second, third)))
    fourth = token_of(city.client("planner"))
    admin = city.client("admin")
    path = f"{ACCOUNTS}/{city.accounts['wuzhou', 'planner']}"
    tag = admin.get(path).headers["ETag"]
    assert works(fourth)
    admin.patch(path, json={"active": False}, headers={"If-Match": tag})
    assert not works(fourth)


def test_a_token_of_another_account_cannot_be_revoked(city: City) -> None:
    made = city.client("planner").post(
        TOKENS, json={"label": "x", "scopes": ["planner"]}
    )
    path = f"{TOKENS}/{made.json['id']}"
    assert city.client("head").delete(path).status_code == 404
    assert city.client("planner", "other").delete(path).status_code == 404


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic eA==", "x", "Bearer "])
def test_a_token_that_is_none_is_refused_even_beside_a_good_cookie(
    city: City, header: str
) -> None:
    client = city.client("planner")
    answer = client.get("/api/v1/bureau/jobs", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_administrator_keeps_the_accounts_of_his_bureau_only(city: City) -> None:
    admin, other = city.client("admin"), city.client("admin", "other")
    body = {
        "name": "li.si",
        "display": "李四",
        "roles": ["inspector"],
        "inspector": "WZ001",
        "password": "correct horse 电池",
    }
    made = admin.post(ACCOUNTS, json=body)
    assert made.status_code == 201, made.json
    assert "password" not in made.json
    path = f"{ACCOUNTS}/{made.json['id']}"
    assert other.get(path).status_code == 404
    changed = other.patch(path, json={"display": "x"}, headers={"If-Match": "*"})
    assert changed.status_code == 404
    assert admin.post(ACCOUNTS, json=body).json["code"] == "account.taken"
    assert other.post(ACCOUNTS, json=body).status_code == 201
    names = [a["name"] for a in admin.get(ACCOUNTS).json["items"]]
    assert names == sorted([*ROLES, "li.si"])


@pytest.mark.parametrize(
    "password",
    ["short", "aaaaaaaaaaaaaaa", "password2026", "xxli.sixx12345", "x" * 300],
)
def test_a_weak_password_is_refused(city: City, password: str) -> None:
    body = {
        "name": "li.si",
        "display": "x",
        "roles": ["inspector"],
        "password": password,
    }
    answer = city.client("admin").post(ACCOUNTS, json=body)
    assert answer.status_code == 422
    assert answer.json["faults"][0]["column"] == "password"


def test_a_changed_role_or_password_ends_all_sign_ins(city: City) -> None:
    planner, admin = city.client("planner"), city.client("admin")
    path = f"{ACCOUNTS}/{city.accounts['wuzhou', 'planner']}"
    tag = admin.get(path).headers["ETag"]
    body = {"roles": ["planner", "leader"]}
    changed = admin.patch(path, json=body, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.json
    assert changed.headers["ETag"] != tag
    assert planner.get(SESSION).status_code == 401
    planner = city.client("planner")
    assert planner.get(SESSION).json["roles"] == ["leader", "planner"]
    new = "another pass phrase 26"
    wrong = planner.post("/api/v1/auth/password", json={"old": "x", "new": new})
    assert wrong.status_code == 401
    done = planner.post("/api/v1/auth/password", json={"old": PASSWORD, "new": new})
    assert done.status_code == 204
    assert planner.get(SESSION).status_code == 401
    assert city.client().sign_in("wuzhou", "planner").status_code == 401
    assert city.client().sign_in("wuzhou", "planner", new).status_code == 200


def test_an_administrator_gives_a_new_password_with_or_without_other_changes(
    city: City,
) -> None:
    planner, admin = city.client("planner"), city.client("admin")
    path = f"{ACCOUNTS}/{city.accounts['wuzhou', 'planner']}"
    tag = {"If-Match": admin.get(path).headers["ETag"]}
    weak = admin.patch(path, json={"display": "x", "password": "short"}, headers=tag)
    assert weak.json["faults"][0]["column"] == "password"
    assert admin.get(path).json["display"] != "x"
    new = "another pass phrase 26"
    changed = admin.patch(path, json={"password": new}, headers=tag)
    assert changed.status_code == 200, changed.json
    assert planner.get(SESSION).status_code == 401
    assert city.client().sign_in("wuzhou", "planner").status_code == 401
    assert city.client().sign_in("wuzhou", "planner", new).status_code == 200
    again = admin.patch(path, json={"display": "乙", "password": new}, headers=tag)
    assert again.status_code == 412
    tag = {"If-Match": admin.get(path).headers["ETag"]}
    both = {"display": "乙", "password": "third pass phrase 27"}
    assert admin.patch(path, json=both, headers=tag).json["display"] == "乙"
    assert [e.body for e in city.events("account_changed")][-1]["fields"] == ["display"]
    assert len(city.events("password_changed")) == 2


def test_the_last_administrator_stays(city: City) -> None:
    admin = city.client("admin")
    path = f"{ACCOUNTS}/{city.accounts['wuzhou', 'admin']}"
    tag = {"If-Match": admin.get(path).headers["ETag"]}
    refused = admin.patch(path, json={"active": False}, headers=tag)
    assert refused.json["code"] == "account.last_admin"
    assert admin.get(path).json["active"] is True


def test_pages_carry_the_headers_that_protect_a_reader(city: City) -> None:
    for path in ("/healthz", "/api/v1/docs", "/nowhere"):
        headers = city.client().get(path).headers
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
    answer = city.app.test_client().get("/healthz", base_url="https://x")
    assert "Strict-Transport-Security" in answer.headers
