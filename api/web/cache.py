"""Public answers kept in this process until something public changes.

The key is the whole address and nothing else that the reader sends; the version is
`bureau.published`, which counts every public change of the bureau. It is looked up at
most every `cache_seconds`, so another process's publication shows that much later;
one's own shows at once. The version is also the ETag, so a reader who has the answer
costs almost nothing.

    @blp.get("/<bureau>/results")
    @audience("public")
    @cached
    ...

Only for views that depend on nothing but the request and published rows: not on the
time, not on who asks. `@cached_today` is for those that also depend on the day.

Every answer says its SHA-256: `Repr-Digest` (RFC 9530), and in hex as `sha256sum`
prints it, `X-Sha256`.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy import select

from api.clock import today
from api.store.models import Bureau
from api.web.access import the_site

MOST_BYTES = 32 * 2**20
OVERHEAD = 2**11  # bytes an entry costs besides its body: endless small ones count too
_KEPT = ("Content-Type", "Content-Disposition", "Repr-Digest", "X-Sha256")
Kept = tuple[bytes, list[tuple[str, str]], str]


class PublicCache:
    """Finished public answers, newest last; drops the ones not asked for longest."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, Kept] = OrderedDict()
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

    def get(self, tag: str) -> Kept | None:
        """Body, headers and Link of an answer, if it is kept."""
        with self._lock:
            found = self._bodies.get(tag)
            if found is not None:
                self._bodies.move_to_end(tag)
            return found

    def put(self, tag: str, kept: Kept) -> None:
        """Keep an answer."""
        with self._lock:
            if tag in self._bodies or len(kept[0]) > MOST_BYTES // 8:
                return
            self._bodies[tag] = kept
            self._bytes += len(kept[0]) + OVERHEAD
            while self._bytes > MOST_BYTES:
                _, (old, _, _) = self._bodies.popitem(last=False)
                self._bytes -= len(old) + OVERHEAD


def the_cache() -> PublicCache:
    """The cache of the current app."""
    cache: PublicCache = current_app.extensions["public_cache"]
    return cache


def sign(response: Response) -> Response:
    """Put the SHA-256 of its body on an answer."""
    digest = hashlib.sha256(response.get_data())
    text = base64.b64encode(digest.digest()).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{text}:"
    response.headers["X-Sha256"] = digest.hexdigest()
    return response


def cached(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer from the cache, or keep what the view answers."""
    return _kept(view, daily=False)


def cached_today(view: Callable[..., Any]) -> Callable[..., Any]:
    """The same, for a view that also depends on the day on the bureau's calendar."""
    return _kept(view, daily=True)


def _kept(view: Callable[..., Any], *, daily: bool) -> Callable[..., Any]:
    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> Response:
        cache = the_cache()
        tag = g.etag = _tag(cache, daily)
        known = request.if_none_match
        # "*" stands for whatever is there, and nobody knows yet whether anything is.
        if not known.star_tag and known.contains_weak(tag):
            return Response(status=304)
        found = cache.get(tag)
        if found is None:
            return _fresh(cache, tag, current_app.make_response(view(*args, **kwargs)))
        body, headers, link = found
        if link:
            g.link = link
        return Response(body, headers=headers)

    kept.cached = True  # type: ignore[attr-defined]
    return kept


def _tag(cache: PublicCache, daily: bool) -> str:
    """What the answer depends on, as its ETag."""
    site = the_site()
    count = cache.version(g.bureau, site.settings.cache_seconds)
    day = today(site.clock()) if daily else ""
    said = f"{g.bureau}\n{count}\n{day}\n{request.full_path}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _fresh(cache: PublicCache, tag: str, response: Response) -> Response:
    """An answer the view has just made, kept if it is a good one."""
    if response.status_code == 200:
        sign(response)
        headers = [(k, response.headers[k]) for k in _KEPT if k in response.headers]
        cache.put(tag, (response.get_data(), headers, g.get("link", "")))
    return response
