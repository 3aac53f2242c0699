"""The app factory."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import flask_smorest
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from api.blueprints import BLUEPRINTS
from api.clock import Clock, utc_now
from api.settings import Settings
from api.site import Site, open_site
from api.web import access, declare, headers, language, openapi, problems, tags
from api.web.cache import PublicCache
from api.web.work import Service
from inspector import __version__

logging.getLogger("sunlot").addHandler(logging.NullHandler())


def create_app(
    settings: Settings, *, clock: Clock = utc_now, site: Site | None = None
) -> Service:
    """The service over a prepared database.

    Raises Undeclared when a route does not say who may call it, InspectorError when the
    key is missing.
    """
    app = Service(__name__, template_folder="templates", static_folder="static")
    app.json = Json(app)
    bind(app, site or open_site(settings, clock))
    _configure(app, settings)
    problems.install(app)
    headers.install(app)
    tags.install(app)
    language.install(app)
    access.csrf.init_app(app)
    app.before_request(access.admit)
    api = flask_smorest.Api(app)
    problems.install(app)  # after flask-smorest, whose handlers know no RFC 9457
    for blueprint in BLUEPRINTS:
        if getattr(blueprint, "documented", False):
            api.register_blueprint(blueprint)
        else:
            app.register_blueprint(blueprint)
    declare.refuse_undeclared(app)
    text = json.dumps(openapi.document(app, api), ensure_ascii=False)
    app.extensions["openapi"] = text.encode()
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=n, x_proto=n, x_host=n
        )
    return app


def bind(app: Flask, site: Site) -> None:
    """Let the app serve this site; its routes do not depend on it."""
    app.extensions["sunlot"] = site
    app.extensions["public_cache"] = cache = PublicCache()
    site.on_publish.append(cache.forget)
    app.config["SECRET_KEY"] = site.vault.derive("cookie")


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.secure_cookies
    app.config.update(
        API_TITLE="阳光双随机 Sunlot" + ("（演示）" if settings.demo else ""),
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        SESSION_COOKIE_NAME="__Host-sunlot" if secure else "sunlot",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_CHECK_DEFAULT=False,  # `access.admit` decides when
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        MAX_CONTENT_LENGTH=settings.upload_mib * 2**20,
        MAX_FORM_MEMORY_SIZE=2**20,
        MAX_FORM_PARTS=50,
        TRAP_HTTP_EXCEPTIONS=False,
        PROPAGATE_EXCEPTIONS=False,
    )


class Json(DefaultJSONProvider):
    """JSON as it is sent and read: text as it is, nothing that a database refuses."""

    ensure_ascii = False
    sort_keys = False
    compact = True

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse; raises ValueError for NaN, huge numbers, NUL, lone surrogates."""
        try:
            value = json.loads(s, parse_constant=_refuse, parse_int=_integer, **kwargs)
        except RecursionError as e:
            raise ValueError("nested too deeply") from e
        _refuse_signs(value)
        return value


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _integer(text: str) -> int:
    if len(text) > 17:
        raise ValueError("integer too large")
    return int(text)


def _refuse_signs(value: Any) -> None:
    """Raise ValueError for texts that cannot be stored."""
    todo = [value]
    while todo:
        v = todo.pop()
        if isinstance(v, str):
            if "\0" in v or any(0xD800 <= ord(c) <= 0xDFFF for c in v):
                raise ValueError("unstorable text")
        elif isinstance(v, dict):
            todo += [*v, *v.values()]
        elif isinstance(v, list):
            todo += v
