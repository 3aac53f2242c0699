"""Single sign-on against a small identity provider of our own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from service_city import City

from api.app import create_app
from api.store.models import Account

pytest.importorskip("authlib")
jwk = pytest.importorskip("joserfc.jwk")
jwt = pytest.importorskip("joserfc.jwt")
pytestmark = pytest.mark.one_database

GO = "/api/v1/auth/oidc/wuzhou"


class Provider:
    """Discovery, keys and tokens; `subject` and `key` of the next token."""

    def __init__(self) -> None:
        self.key = self.good = jwk.RSAKey.generate_key(2048, {"kid": "1"})
        self.subject = "u-1"
        self.nonce = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(outer.get(self.path))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._say(outer.token())

            def _say(self, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def get(self, path: str) -> Any:
        if path == "/keys":
            return {"keys": [self.good.as_dict(private=False)]}
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def token(self) -> Any:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "sunlot",
            "sub": self.subject,
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 60,
        }
        head = {"alg": "RS256", "kid": "1"}
        signed = jwt.encode(head, claims, self.key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def provider(city: City) -> Iterator[Provider]:
    made = Provider()
    city.site.settings = replace(
        city.site.settings,
        oidc_issuer=made.url,
        oidc_client="sunlot",
        oidc_secret="s",
    )
    city.app = create_app(city.site.settings, site=city.site)
    with city.desk(write=True) as desk:
        row = desk.db.get(Account, city.accounts["wuzhou", "planner"])
        row.subject = "u-1"
    yield made
    made.end()


def go(client: Any, provider: Provider) -> dict[str, list[str]]:
    """To the provider; what was asked of it."""
    answer = client.get(GO)
    assert answer.status_code == 302
    asked = parse_qs(urlparse(answer.headers["Location"]).query)
    provider.nonce = asked["nonce"][0]
    return asked


def test_a_proven_subject_is_signed_in_as_the_account_that_carries_it(
    city: City, provider: Provider
) -> None:
    client = city.app.test_client()
    asked = go(client, provider)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://localhost{GO}/back"]
    back = client.get(f"{GO}/back?code=c&state={asked['state'][0]}")
    assert (back.status_code, back.headers["Location"]) == (302, "/")
    assert client.get("/api/v1/auth/session").json["roles"] == ["planner"]


@pytest.mark.parametrize("change", ["subject", "nonce", "state", "key"])
def test_a_proof_that_does_not_fit_is_refused(
    city: City, provider: Provider, change: str
) -> None:
    client = city.app.test_client()
    state = go(client, provider)["state"][0]
    if change == "state":
        state = "another"
    elif change == "key":
        provider.key = jwk.RSAKey.generate_key(2048, {"kid": "1"})
    else:
        setattr(provider, change, "another")
    back = client.get(f"{GO}/back?code=c&state={state}")
    assert (back.status_code, back.json["code"]) == (401, "access.refused")
    assert client.get("/api/v1/auth/session").status_code == 401


def test_a_subject_of_one_bureau_does_not_open_another(
    city: City, provider: Provider
) -> None:
    client = city.app.test_client()
    other = GO.replace("wuzhou", "other")
    answer = client.get(other)
    asked = parse_qs(urlparse(answer.headers["Location"]).query)
    provider.nonce = asked["nonce"][0]
    back = client.get(f"{other}/back?code=c&state={asked['state'][0]}")
    assert back.status_code == 401


def test_without_a_provider_there_is_no_single_sign_on(city: City) -> None:
    assert city.client().get(GO).status_code == 404
    assert city.client().get(f"{GO}/back").status_code == 404
