"""/api/v1/auth/oidc: sign in through the city's identity provider (OpenID Connect).

Needs the extra `[oidc]` and the settings SUNLOT_OIDC_*; without them 404. The provider
proves the subject; which account that is, and what it may do, is decided here.
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, redirect, session, url_for
from werkzeug.exceptions import ServiceUnavailable

from api.access import single_sign_on
from api.errors import Problem
from api.settings import Settings
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.declare import audience

blp = Blueprint("oidc", "/api/v1/auth/oidc", "单点登录 single sign-on")


@blp.get("/<bureau>")
@audience("public")
@blp.gives(media="text/html", status=302)
def go(bureau: str) -> Response:
    """单点登录 Go to the identity provider."""
    client = _client()
    back: Response = _asked(lambda: client.authorize_redirect(_back(bureau)))
    return back


@blp.get("/<bureau>/back")
@audience("public")
@blp.gives(media="text/html", status=302)
def come_back(bureau: str) -> Any:
    """登录返回 Come back from the provider with proof of who it is."""
    client = _client()
    token = _asked(client.authorize_access_token)
    subject = (token.get("userinfo") or {}).get("sub", "")
    done = single_sign_on.sign_in(the_site(), g.bureau, subject)
    session.clear()
    session.permanent = True
    session["sign_in"] = done.token
    return redirect("/")


def _back(bureau: str) -> str:
    """Our own address, as the provider knows it."""
    base = the_site().settings.public_url.rstrip("/")
    path = url_for("oidc.come_back", bureau=bureau, _external=not base)
    return base + path


def _asked(step: Any) -> Any:
    """One exchange with the provider; what it refuses is refused here."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        return step()
    except (OAuthError, JoseError, KeyError) as e:
        raise Problem("access.refused") from e
    except RequestException as e:
        raise ServiceUnavailable from e


def _client() -> Any:
    """The provider's client. Raises Problem 404 when single sign-on is off."""
    settings = the_site().settings
    if not settings.oidc_issuer:
        raise Problem("http.not_found")
    if "oidc" not in current_app.extensions:
        current_app.extensions["oidc"] = _registered(settings)
    return current_app.extensions["oidc"]


def _registered(settings: Settings) -> Any:
    try:
        from authlib.integrations.flask_client import OAuth
    except ImportError as e:
        raise Problem("http.not_found") from e
    issuer = settings.oidc_issuer.rstrip("/")
    return OAuth(current_app).register(
        "provider",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256"},
    )
