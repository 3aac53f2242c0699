"""The blueprint all routes use: flask-smorest with our words.

    blp = Blueprint("registries", "/api/v1/bureau/registries", "两库 the registries")

    @blp.post("/imports")
    @audience("planner")
    @blp.takes(Files, "files")
    @blp.gives(UploadSchema, 201)
    def check_import(files): return registries.check(desk(), files)

`takes` gives the parsed value as the next positional argument; `gives` dumps what the
view returns. A view that returns a `Response` is passed through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import flask_smorest
from flask import Request, current_app, jsonify, request
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api.web.shape import schema_of

View = TypeVar("View", bound=Callable[..., Any])
_FORMS = ("files", "form")


class Parser(FlaskParser):
    """Reads bodies with the app's own JSON, which refuses what nobody could store."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """The body as data; 400 when it is no JSON, 415 when it says it is not. No
        body at all is one without members where the schema needs none."""
        needed = schema is None or any(f.required for f in schema.fields.values())
        if not needed and not req.mimetype and not req.get_data(cache=True):
            return {}
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            return current_app.json.loads(req.get_data(cache=True))
        except ValueError as e:
            raise BadRequest from e


def _asking(schema: type[Schema]) -> type[Schema]:
    """The schema of a query, which names what it knows when asked for more."""
    known = ", ".join(field.data_key or n for n, field in schema().fields.items())
    told = f"没有这个参数，可用：{known} no such parameter; these are: {known}"
    return type(schema.__name__, (schema,), {"error_messages": {"unknown": told}})


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A group of routes under one prefix."""

    ARGUMENTS_PARSER = Parser()

    def __init__(
        self, name: str, prefix: str, description: str, *, documented: bool = True
    ) -> None:
        """`documented`: whether its routes stand in the OpenAPI document."""
        self.documented = documented
        super().__init__(name, __name__, url_prefix=prefix, description=description)

    def get(self, rule: str) -> Callable[[View], View]:
        """A route that reads."""
        return self._at(rule, "GET")

    def post(self, rule: str) -> Callable[[View], View]:
        """A route that makes something or lets something happen."""
        return self._at(rule, "POST")

    def put(self, rule: str) -> Callable[[View], View]:
        """A route that replaces."""
        return self._at(rule, "PUT")

    def patch(self, rule: str) -> Callable[[View], View]:
        """A route that changes some members."""
        return self._at(rule, "PATCH")

    def delete(self, rule: str) -> Callable[[View], View]:
        """A route that removes."""
        return self._at(rule, "DELETE")

    def _at(self, rule: str, method: str) -> Callable[[View], View]:
        found: Callable[[View], View] = self.route(rule, methods=[method])
        return found

    def takes(
        self, schema: Any, location: str = "json", **kwargs: Any
    ) -> Callable[[View], View]:
        """Parse body, query, files or form by `schema`; 415 for another body type.

        What a query asks that nobody knows is refused with what can be asked.
        """
        if location == "query":
            schema = _asking(schema)
            kwargs.setdefault("unknown", RAISE)
        inner = self.arguments(schema, location=location, **kwargs)

        def mark(view: View) -> View:
            parsed: View = inner(view)
            if location not in _FORMS:
                return parsed

            @wraps(parsed)
            def checked(*args: Any, **kw: Any) -> Any:
                if request.mimetype != "multipart/form-data":
                    raise UnsupportedMediaType
                return parsed(*args, **kw)

            return checked  # type: ignore[return-value]

        return mark

    def gives(
        self,
        schema: Any = None,
        status: int = 200,
        *,
        media: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Dump the view's value by `schema`: a dataclass (`api.web.shape`), a list of
        one, or a marshmallow schema; `media` for what is not JSON."""
        schema = schema_of(schema)
        if media is not None and schema is None:
            schema = {"type": "string", "format": "binary"}
        found: Callable[[View], View] = self.response(
            status, schema, content_type=media, headers=dict(headers or {}) or None
        )
        return found

    def gives_one_of(self, **kinds: Any) -> Callable[[View], View]:
        """The view gives (name, value), and `kinds` the schema of each name."""
        schemas = {name: schema_of(kind) for name, kind in kinds.items()}
        content = {"application/json": {"schema": {"anyOf": list(schemas.values())}}}

        def mark(view: View) -> View:
            @wraps(view)
            def dumped(*args: Any, **kw: Any) -> Any:
                name, value = view(*args, **kw)
                schema = schemas[name]
                made = schema() if isinstance(schema, type) else schema
                return jsonify(made.dump(value))

            return self._documented(content)(dumped)  # type: ignore[return-value]

        return mark

    def gives_files(self, *media: str) -> Callable[[View], View]:
        """The view gives a file of one of these media types."""
        data = {"schema": {"type": "string", "format": "binary"}}
        return self._documented(dict.fromkeys(media, data))

    def _documented(self, content: dict[str, Any]) -> Callable[[View], View]:
        responses = {"200": {"description": "OK", "content": content}}
        found: Callable[[View], View] = self.doc(responses=responses)
        return found
