"""A collection whose members come in kinds: `POST …/moves` with `{"kind": …, …}`.

    MOVES = (
        Kind("problems", ("planner",), ProblemsMove, add_problems, "录入问题 …"),
        Kind("extensions", ("head",), ExtensionMove, extend, "批准延期 …"),
    )
    collection(blp, "/<number>/moves", MOVES, name="make_move", gives=CaseView,
               says="办理 One move of a case.")

Each kind has its own audience, body and (if it differs) answer; a kind does
`does(values, **path arguments)`. The document shows the bodies as one of several, told
apart by `kind`, and each with its audience.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, g, jsonify, request
from marshmallow import Schema, fields, validate

from api.errors import Problem, field_fault, invalid
from api.site import Actor
from api.web.blueprint import Blueprint
from api.web.declare import audience, keyless
from api.web.declare import edits as edited
from api.web.sentences import said
from api.web.shape import schema_of

MOST = 12  # kinds of one collection


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: who may send it, what it takes, does, says and gives."""

    name: str
    who: tuple[str, ...]
    takes: type[Schema]
    does: Callable[..., Any]
    says: str
    gives: Any = None  # a dataclass or schema; None: what the collection gives
    status: int = 201  # 202: it goes on in a job; 200: nothing was changed

    @property
    def reads(self) -> bool:
        """Whether it changes nothing: a token that may only read may send it."""
        return self.status == 200


def collection(
    blp: Blueprint,
    rule: str,
    kinds: Sequence[Kind],
    *,
    name: str,
    says: str,
    gives: Any = None,
    edits: bool = False,
    without_key: str = "",
) -> None:
    """Register the POST of a collection at `rule`.

    `edits`: needs If-Match; `without_key`: why it needs no Idempotency-Key. Raises
    ValueError for more than MOST kinds, two of one name, or one without an answer.
    """
    rows = {k.name: k for k in kinds}
    answers = {
        k.name: schema_of(k.gives if k.gives is not None else gives) for k in kinds
    }
    if len(rows) != len(kinds) or len(kinds) > MOST or None in answers.values():
        raise ValueError(f"{name}: {[k.name for k in kinds]}")
    bodies = {k.name: _body(name, k) for k in kinds}

    def view(**path: Any) -> Response:
        kind = _chosen(rows)
        values = blp.ARGUMENTS_PARSER.parse(bodies[kind.name](), request)
        values.pop("kind")
        found = kind.does(values, **path)
        if isinstance(found, Response):
            return found
        schema = answers[kind.name]
        dump = (schema() if isinstance(schema, type) else schema).dump
        response = jsonify(dump(found))
        response.status_code = kind.status
        return response

    view.__name__ = name
    view.__doc__ = "\n\n".join([says, *_told(kinds)])
    view.kinds = rows  # type: ignore[attr-defined]
    view.reads = any(k.reads for k in kinds)  # type: ignore[attr-defined]
    view = blp.doc(**_documented(kinds, bodies, answers))(view)
    view = edited(view) if edits else view
    view = keyless(without_key)(view) if without_key else view
    who = tuple(dict.fromkeys(w for k in kinds for w in k.who))
    blp.post(rule)(audience(*who)(view))


def _chosen(rows: Mapping[str, Kind]) -> Kind:
    """The kind a request names, if its sender may send it. Raises Faults, Problem."""
    body = Blueprint.ARGUMENTS_PARSER.load_json(request, None)
    name = body.get("kind") if isinstance(body, dict) else None
    kind = rows.get(name) if isinstance(name, str) else None
    if kind is None:
        known = ", ".join(rows)
        raise invalid(field_fault("kind", said(f"Must be one of: {known}.")))
    actor: Actor = g.actor
    if not actor.roles & set(kind.who) or not (actor.may_write or kind.reads):
        raise Problem("http.forbidden")
    return kind


def _body(name: str, kind: Kind) -> type[Schema]:
    """The body of a kind: its own schema and the member `kind`."""
    title = "".join(p.capitalize() for p in f"{name}_{kind.name}".split("_"))
    tag = fields.String(required=True, validate=validate.Equal(kind.name))
    made = type(f"{title}Schema", (kind.takes,), {"kind": tag})
    made.__doc__ = kind.says
    return made


def _told(kinds: Sequence[Kind]) -> list[str]:
    return [f"`{k.name}` ({', '.join(k.who)}): {k.says}" for k in kinds]


def _documented(
    kinds: Sequence[Kind], bodies: Mapping[str, Any], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Request and answers for the OpenAPI document."""
    by_status: dict[int, list[Any]] = {}
    for kind in kinds:
        some = by_status.setdefault(kind.status, [])
        if answers[kind.name] not in some:
            some.append(answers[kind.name])
    return {
        "requestBody": {
            "required": True,
            "content": _json(
                {
                    "oneOf": [bodies[k.name] for k in kinds],
                    "discriminator": {"propertyName": "kind"},
                }
            ),
        },
        "responses": {
            str(status): {
                "description": "完成 done",
                "content": _json(some[0] if len(some) == 1 else {"anyOf": some}),
            }
            for status, some in by_status.items()
        },
        "x-kinds": {k.name: list(k.who) for k in kinds},
    }


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
