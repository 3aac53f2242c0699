"""The service: a thin shell around the core. One Flask API, three audiences.

CONTRACT for whoever adds routes
================================

Files. A subject is a folder: `routes.py` (schemas and views, one `blp`; of several,
`routes_PART.py`) beside what it does, which knows no Flask. List the blueprint in
`blueprints.py`, a new folder on its floor in `tests/api/test_rooms.py`. Tables
go to `store/models.py` with a new migration `migrations/versions/000N_*.py` (never edit
an old one; `tests/api/test_store.py` compares models and migrations). Error codes are
registered with `inspector.errors.messages` and their family in `errors.STATUS`.

A view is at most 12 lines: parse, one service call, return.

    blp = Blueprint("months", "/api/v1/bureau/months", "月度计划 months")

    @blp.post("/<month_id>/draw")          route first
    @audience("planner")                   then who may call it (or the app won't start)
    @edits                                 optional: demands If-Match (428)
    @blp.takes(EntropySchema)              body; "query" / "files" as second argument
    @blp.gives(DrawSchema, 201)            dump and status
    def draw(values, month_id):            parsed values first, then path arguments
        month = steps.find(desk(), month_id)      404 for another bureau's
        match(month)                              412 when it changed meanwhile
        tag(month)                                ETag of the answer
        return service.draw(desk(), month, values)

* `desk()` (`api.web.work`) is the request's transaction. GET: a read-only snapshot.
  POST, PUT, PATCH, DELETE: the bureau's write turn; committed when the view answers
  below 400, else nothing happened. Never commit, never open another session inside.
* The session sees one bureau. Only ORM statements; `db.add` sets the bureau by itself.
* Services take a `Desk` (`api.site`), never Flask. `desk.now` is the time (UTC),
  `desk.today` the day on the wall, `desk.actor` who acts. `desk.event(kind, subject,
  **body)`, kind in the past tense, records the fact in the same transaction. Event
  bodies are readable by a thief: ids, counts, codes, never a drawn compound, a name, a
  plan, a blind.
* Secrets and anything not yet public: `desk.seal("table:ID", bytes)` into a `sealed`
  column, `desk.open("table:ID", sealed)` back; before a person reads what he could not
  see in his own route, `desk.disclosed(subject, **body)`.
* POST needs an Idempotency-Key by itself; `@keyless("why")` if it must not.
  PUT/PATCH/DELETE need `@edits` or `@unversioned("why")`.
* Refuse with `Problem("http.not_found")`, an `InspectorError` of the core, or
  `invalid(field_fault("field", "why"))`; they become problem+json.
* Lists: `@blp.takes(PageArgs, "query")`, `page_of(Schema)`, and
  `pages.paged(select(Row), (Row.unique_key,), desk().db, args)`; in memory `pages.cut`.
* Public reads: path begins `/api/v1/public/<bureau>/`; the view gets `bureau` (its
  code) and the desk is bound to it. `@cached` below `@audience("public")` keeps the
  answer until `desk.published()` is called by a change.
* Row ids are `fresh_id()` strings; never integers in paths.
* Text fields: `web.forms.Text`; moments: `web.forms.Moment`; roles in `site.ROLES`.

A month moves only by `months.steps.advance(desk, month, kind, body)`; its stages are
`months.steps.load(desk, month)` → `inspector.month.route.Route` (frozen, drawn, packed,
sealed, assigned, closed: the types of `inspector.month`), which names the step kinds.
Any number of months may be open: what the next one freezes is folded from all their
logs (`months.standing`), and whoever publishes a result asks `field.publication`.
Long work is a job: a room registers it (`jobs.kinds.register`) and queues it in the
change's transaction (`jobs.table.enqueue`).

Tests: fixtures in `tests/api/conftest.py`; every test that takes `app`, `site` or
`city` runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """The app only when it is asked for: a job's process needs none of it."""
    if name == "create_app":
        from api.app import create_app

        return create_app
    raise AttributeError(name)
