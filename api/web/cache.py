"""Public answers kept in this process until something public changes.

The key is the whole request; the version is `bureau.published`, which counts every
public change of the bureau. It is looked up at most every `cache_seconds`, so another
process's publication shows that much later; one's own shows at once. The version is
also the ETag, so a reader who has the answer costs almost nothing.

    @blp.get("/<bureau>/results")
    @audience("public")
    @cached
    ...

Only for views that depend on nothing but the request and published rows: not on the
time, not on who asks.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy import select

from api.store.models import Bureau
from api.web.access import the_site

MOST_BYTES = 32 * 2**20


class PublicCache:
    """Finished public answers, newest last; drops the ones not asked for longest."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, tuple[bytes, str, str]] = OrderedDict()
        self._versions: dict[str, tuple[int, float]] = {}
        self._bytes = 0
        self._lock = Lock()

    def version(self, bureau: str, seconds: float) -> int:
        """How many public changes the bureau has had, at most `seconds` old."""
        known = self._versions.get(bureau)
        now = time.monotonic()
        if known is not None and now - known[1] < seconds:
            return known[0]
        with the_site().store.reading(bureau) as db:
            count = db.scalar(select(Bureau.published).where(Bureau.id == bureau)) or 0
        self._versions[bureau] = (count, now)
        return count

    def forget(self, bureau: str) -> None:
        """Look the version up again at the next request."""
        self._versions.pop(bureau, None)

    def get(self, tag: str) -> tuple[bytes, str, str] | None:
        """Body, media type and Link of an answer, if it is kept."""
        with self._lock:
            found = self._bodies.get(tag)
            if found is not None:
                self._bodies.move_to_end(tag)
            return found

    def put(self, tag: str, body: bytes, media: str, link: str) -> None:
        """Keep an answer."""
        with self._lock:
            if tag in self._bodies or len(body) > MOST_BYTES // 8:
                return
            self._bodies[tag] = (body, media, link)
            self._bytes += len(body)
            while self._bytes > MOST_BYTES:
                _, (old, _, _) = self._bodies.popitem(last=False)
                self._bytes -= len(old)


def the_cache() -> PublicCache:
    """The cache of the current app."""
    cache: PublicCache = current_app.extensions["public_cache"]
    return cache


def cached(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer from the cache, or keep what the view answers."""

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> Response:
        cache = the_cache()
        seconds = the_site().settings.cache_seconds
        count = cache.version(g.bureau, seconds)
        said = f"{g.bureau}\n{count}\n{request.full_path}\n{request.accept_languages}"
        tag = g.etag = hashlib.sha256(said.encode()).hexdigest()[:32]
        if request.if_none_match.contains(tag):
            return Response(status=304)
        found = cache.get(tag)
        if found is None:
            response: Response = current_app.make_response(view(*args, **kwargs))
            if response.status_code == 200:
                link = g.get("link", "")
                cache.put(tag, response.get_data(), response.content_type, link)
            return response
        body, media, link = found
        if link:
            g.link = link
        return Response(body, content_type=media)

    kept.cached = True  # type: ignore[attr-defined]
    return kept
