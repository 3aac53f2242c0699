"""ETags: the version of what was read, demanded back by whoever changes it.

tag(row)        in a view: the answer carries the row's ETag; a GET that already
                has it gets 304
match(row)      in an editing view: 412 unless If-Match names the row's version
"""

from __future__ import annotations

import hashlib
from typing import Protocol

from flask import Flask, Response, g, request

from api.errors import Problem
from api.web.problems import answer


class Versioned(Protocol):
    """Anything with an id and a counted version (`api.store.models.Edited`)."""

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...


def etag(row: Versioned) -> str:
    """The tag of a row's present version."""
    return f"{row.id}.{row.version}"


def tag(row: Versioned) -> None:
    """Put the row's tag on the answer."""
    g.etag = row


def tag_text(version: str) -> None:
    """Put a tag on the answer that names a version of something not `Versioned`."""
    g.etag = hashlib.sha256(version.encode()).hexdigest()[:32]


def match(row: Versioned) -> None:
    """Raise 412 unless the caller has read this version."""
    if not request.if_match.contains(etag(row)):
        raise Problem("http.precondition")


def install(app: Flask) -> None:
    """Let `tag` take effect on the answers of `app`."""
    app.after_request(apply)


def apply(response: Response) -> Response:
    """Put tag and link on a good answer; 304 for a reader who has it."""
    if "link" in g and response.status_code < 400:
        response.headers["Link"] = g.link
    known = g.get("etag")
    if known is None or response.status_code >= 400:
        return response
    # A flush may have counted the version up since `tag` was called.
    response.set_etag(known if isinstance(known, str) else etag(known))
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.headers.setdefault("Cache-Control", "no-cache")
        return _conditional(response)
    return response


def _conditional(response: Response) -> Response:
    """304 for a reader who has it, 412 for one who wants another version only."""
    tag, _ = response.get_etag()
    if request.if_match and not request.if_match.contains(tag or ""):
        return answer("http.precondition")
    if request.if_none_match.contains_weak(tag or ""):
        response.status_code = 304
        response.set_data(b"")
        del response.headers["Content-Type"]
    return response
