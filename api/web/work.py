"""One request, one desk, one transaction; every POST at most once.

GET works on a snapshot. POST, PUT, PATCH and DELETE hold the bureau's write turn and
commit when the view has answered below 400; otherwise nothing was changed. The answer
to a POST is stored in the same transaction as its effect, so a repetition with the same
Idempotency-Key gets that answer and never a second effect, also after a crash between
commit and answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from api.errors import Problem
from api.site import Desk
from api.store import ALL, fresh_id
from api.store.models import Answer
from api.web import tags
from api.web.access import UNSAFE, the_site

HEADER = "Idempotency-Key"
KEEP_HOURS = 48  # stored answers; the demand is 24
RUNNING = timedelta(seconds=5)  # then a silent request's key may be taken over
_KEY = re.compile(r"[!-~]{1,200}")
_KEPT = ("Content-Type", "Location", "ETag", "Link")


def desk() -> Desk:
    """The desk of the current request."""
    if "desk" not in g:
        write = request.method in UNSAFE
        g.desk = Desk(the_site(), g.bureau, g.actor, write)
    found: Desk = g.desk
    return found


@contextmanager
def reading() -> Iterator[Desk]:
    """A desk of its own that sees one snapshot and takes no write turn: for what takes
    long, before `desk` writes."""
    with the_site().desk(g.bureau, g.actor) as found:
        yield found


class Service(Flask):
    """Flask with the transaction around every view."""

    def dispatch_request(self) -> Any:
        if request.routing_exception is not None or request.endpoint is None:
            return super().dispatch_request()
        if request.method == "OPTIONS":
            return super().dispatch_request()
        view = self.view_functions[request.endpoint]
        if getattr(view, "edits", False) and request.method in UNSAFE:
            require_match()
        if request.method == "POST" and not getattr(view, "keyless", ""):
            return _once(super().dispatch_request)
        return _transact(super().dispatch_request)


def require_match() -> None:
    """Raise 428 unless the request says which version it has read."""
    if not request.if_match:
        raise Problem("http.if_match")


def _transact(
    call: Callable[[], Any], before: Callable[[Response], None] | None = None
) -> Response:
    try:
        response: Response = current_app.make_response(call())
        if response.status_code < 400:
            if before is not None:
                before(response)
            if "desk" in g:
                g.desk.commit()
        return response
    finally:
        if "desk" in g:
            g.pop("desk").close()


def _once(call: Callable[[], Any]) -> Response:
    """Answer a POST once per key. Raises Problem: no key, other payload, running."""
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        raise Problem("key.missing")
    if not g.bureau:
        return _transact(call)
    row, fresh = _claim(key, fingerprint())
    if not fresh:
        return _replay(row)
    done = False

    def store(response: Response) -> None:
        desk().db.flush()  # versions count up now, and the stored tag must be theirs
        tags.apply(response)
        _complete(row, response)

    try:
        response = _transact(call, store)
        done = response.status_code < 400
        return response
    finally:
        if not done:
            _release(row)


def fingerprint() -> str:
    """A mark of what the request asks; a multipart boundary does not matter."""
    parts = [request.method, request.full_path]
    if request.mimetype == "multipart/form-data":
        parts += [f"{k}={v}" for k, v in request.form.items(multi=True)]
        for name, file in request.files.items(multi=True):
            data = file.stream.read()
            file.stream.seek(0)
            parts += [name, file.filename or "", hashlib.sha256(data).hexdigest()]
    else:
        parts.append(hashlib.sha256(request.get_data(cache=True)).hexdigest())
    # Keyed, because a body may hold a password that a plain hash would give away.
    return the_site().vault.mark("fingerprint", "\0".join(parts))


def _claim(key: str, print_: str) -> tuple[Answer, bool]:
    """The key's row, and whether this request is the one that does the work."""
    site = the_site()
    now = site.clock()
    with site.store.writing(g.bureau) as db:
        row = db.scalar(
            select(Answer).where(Answer.actor == g.actor.id, Answer.key == key)
        )
        if row is not None and row.fingerprint != print_:
            raise Problem("key.reused")
        if row is not None and row.status:
            return row, False
        if row is not None and row.until > now:
            raise Problem("key.in_progress", {"Retry-After": "1"})
        if row is None:
            row = Answer(
                id=fresh_id(), actor=g.actor.id, key=key, fingerprint=print_, at=now
            )
            db.add(row)
        row.claim, row.until = fresh_id(), now + RUNNING
        return row, True


def _complete(row: Answer, response: Response) -> None:
    """Store the answer inside the request's own transaction, if the key is mine."""
    work = desk()
    kept = {k: response.headers[k] for k in _KEPT if k in response.headers}
    data = json.dumps(kept).encode() + b"\n" + response.get_data()
    changed = work.db.execute(
        update(Answer)
        .where(Answer.id == row.id, Answer.claim == row.claim, Answer.status == 0)
        .values(
            status=response.status_code,
            sealed=work.seal(f"answer:{row.id}", data),
            at=work.now,
        )
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("key.in_progress", {"Retry-After": "1"})


def _release(row: Answer) -> None:
    """Nothing was changed: the key may be used again (else it lapses by itself)."""
    site = the_site()
    with suppress(DBAPIError), site.store.writing(g.bureau) as db:
        found = db.get(Answer, row.id)
        if found is not None and found.claim == row.claim and not found.status:
            db.delete(found)


def _replay(row: Answer) -> Response:
    label = f"{g.bureau}/answer:{row.id}"
    data = the_site().vault.open(label, row.sealed or b"")
    kept, _, body = data.partition(b"\n")
    response = Response(body, status=row.status, headers=json.loads(kept))
    response.headers["Idempotency-Replayed"] = "true"
    return response


def forget_answers(site: Any) -> int:
    """Delete stored answers past their time; how many."""
    limit = site.clock() - timedelta(hours=KEEP_HOURS)
    with site.store.writing(ALL) as db:
        done = db.query(Answer).filter(Answer.at < limit).delete()
    return int(done)
