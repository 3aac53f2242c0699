"""Steps of a month in the database: load a route, advance it by one step.

    month = find(desk, month_id)                 404 for another bureau's
    route = load(desk, month)                    its stages, from cache or replay
    route = advance(desk, month, "draw", {...})  check, append, publish, record

`advance` is the only way a month moves: it applies the step (the core refuses whatever
is out of place), checks the new stage without a solver, appends the step sealed, writes
the public documents, counts the month's version up and records the event, all in the
desk's transaction.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from api.errors import Problem
from api.site import Desk
from api.store import fresh_id
from api.store.models import Document, Month, Step
from inspector.errors import messages
from inspector.month.overlap import Live, lives
from inspector.month.route import apply, public_files, take
from inspector.month.stages import Route

messages(
    {
        "month.away": (
            "此月已导出，由命令行继续；导入后方可再办理",
            "this month was exported and goes on elsewhere until it is imported again",
        ),
    }
)

# Step kind -> the past tense of its event.
EVENTS: Mapping[str, str] = {
    "freeze": "registry_frozen",
    "record": "source_recorded",
    "draw": "compounds_drawn",
    "people": "people_changed",
    "pack": "plan_made",
    "approve": "plan_approved",
    "seal": "plan_sealed",
    "assign": "people_assigned",
    "absent": "absence_logged",
    "amend": "plan_amended",
    "assign_amendment": "amendment_drawn",
    "cancel_amendment": "amendment_cancelled",
    "call": "standby_called",
    "publish": "result_published",
    "carry": "visit_carried",
    "close": "month_closed",
    "cancel_draw": "draw_cancelled",
    "cancel_seal": "seal_cancelled",
}


def create(desk: Desk, month: str, title: str = "") -> Month:
    """A new month; nothing is frozen yet."""
    row = Month(id=fresh_id(), month=month, title=title, stage="new", created=desk.now)
    desk.db.add(row)
    desk.event("month_opened", f"month:{row.id}", month=month)
    return row


def apart(desk: Desk, month: Month, name: str) -> str:
    """How a file of a month is called, `2026-12-report.docx`; where the bureau has two
    months of one name, the file says of which it is."""
    same = select(func.count()).select_from(Month).where(Month.month == month.month)
    before, dash, what = name.rpartition("-")
    if not name.startswith(f"{month.month}-") or desk.db.scalar(same) == 1:
        return name
    return f"{before}-{month.id[:8]}{dash}{what}"


def find(desk: Desk, month_id: str) -> Month:
    """The month with this id, in this bureau. Raises Problem 404."""
    return desk.row(Month, month_id)


def load(desk: Desk, month: Month) -> Route:
    """The route of a month: from the cache, else replayed from what the cache has."""
    route = look(desk, month)
    if month.head:
        desk.site.stages.put(month.head, route)
    return route


def look(desk: Desk, month: Month) -> Route:
    """The same without keeping it: for who goes through all months of a year."""
    stages = desk.site.stages
    if not month.head:
        return Route()
    known = stages.get(month.head)
    if known is not None:
        return known
    steps = made(desk, month)
    done, route = 0, Route()
    for k in range(len(steps) - 1, -1, -1):
        found = stages.get(steps[k].digest)
        if found is not None:
            done, route = k + 1, found
            break
    for step in steps[done:]:
        route = apply(route, step.kind, opened(desk, step))
    return route


def made(desk: Desk, month: Month) -> list[Step]:
    """The steps of a month in order."""
    rows = select(Step).where(Step.month_id == month.id).order_by(Step.seq)
    return list(desk.db.scalars(rows))


def refuse_away(month: Month) -> None:
    """Raise Problem month.away for a month that is handed out: two continuations of
    one log would be two logs."""
    if month.away:
        raise Problem("month.away")


def opened(desk: Desk, step: Step) -> dict[str, Any]:
    """The body of a step."""
    return dict(json.loads(desk.open(f"step:{step.id}", step.sealed)))


def advance(
    desk: Desk, month: Month, kind: str, body: Mapping[str, Any], /, **event: Any
) -> Route:
    """Move a month by one step. Raises InspectorError; then nothing has changed.

    `event` goes into the event's body and must tell nothing secret.
    """
    refuse_away(month)
    before = load(desk, month)
    route = take(before, kind, body, _live(desk, month) if kind == "freeze" else ())
    digest = _append(desk, month, kind, body)
    month.seq += 1
    month.head = digest
    if month.stage != route.stage:
        desk.published()
    month.stage = route.stage
    _project(month, route)
    if kind == "freeze":
        month.demonstration = bool(body["demonstration"])
    publish_documents(desk, month, public_files(route))
    desk.db.flush()
    desk.site.stages.put(digest, route)
    desk.event(EVENTS[kind], f"month:{month.id}", seq=month.seq, **event)
    return route


def _append(desk: Desk, month: Month, kind: str, body: Mapping[str, Any]) -> str:
    """Write the step; its digest binds all steps before it."""
    data = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    row = Step(
        id=fresh_id(),
        month_id=month.id,
        seq=month.seq + 1,
        kind=kind,
        at=desk.now,
        by=desk.actor.id,
        digest=chained(desk, month.id, month.head, month.seq + 1, kind, data),
    )
    row.sealed = desk.seal(f"step:{row.id}", data)
    desk.db.add(row)
    return row.digest


def chained(
    desk: Desk, month: str, before: str, seq: int, kind: str, data: bytes
) -> str:
    """The digest of a step, bound to the one before it."""
    # Keyed: a digest of a guessable body must not confirm the guess.
    mark = desk.site.vault.mark("step", hashlib.sha256(data).hexdigest())
    chain = f"{month}\n{before}\n{seq}\n{kind}\n{mark}"
    return hashlib.sha256(chain.encode()).hexdigest()


def _project(month: Month, route: Route) -> None:
    """Copy what lists show; it is public once it is there."""
    frozen, sealed = route.frozen, route.sealed
    month.commitment = frozen.commitment.hex() if frozen else ""
    month.seal_commitment = sealed.commitment.hex() if sealed else ""
    month.live = route.closed is None
    if frozen is not None:
        month.month = frozen.policy.month


def _live(desk: Desk, month: Month) -> Sequence[Live]:
    """All freezes of this bureau's other months, cancelled and closed ones too: a
    compound is drawn from in one log a month."""
    rows = desk.db.scalars(
        select(Month).where(Month.id != month.id, Month.month == month.month)
    )
    found: list[Live] = []
    for row in rows:
        if row.head:
            route = load(desk, row)
            file = route.frozen.file if route.frozen is not None else b""
            found += lives(route.log, file)
    return found


def publish_documents(desk: Desk, month: Month, files: Mapping[str, bytes]) -> None:
    """Write new versions of the documents that changed; old ones stay."""
    newest = documents(desk, month)
    changed = False
    for name, data in sorted(files.items()):
        sha256 = hashlib.sha256(data).hexdigest()
        old = newest.get(name)
        if old is not None and old.sha256 == sha256:
            continue
        changed = True
        desk.db.add(
            Document(
                id=fresh_id(),
                month_id=month.id,
                name=name,
                version=old.version + 1 if old else 1,
                sha256=sha256,
                body=zlib.compress(data, 6),
                at=desk.now,
            )
        )
    if changed:
        desk.published()


def documents(desk: Desk, month: Month) -> dict[str, Document]:
    """The newest version of each published document by name."""
    last = (
        select(Document.name, func.max(Document.version).label("version"))
        .where(Document.month_id == month.id)
        .group_by(Document.name)
        .subquery()
    )
    rows = desk.db.scalars(
        select(Document)
        .join(
            last,
            (Document.name == last.c.name) & (Document.version == last.c.version),
        )
        .where(Document.month_id == month.id)
    )
    return {row.name: row for row in rows}
