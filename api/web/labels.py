"""What fields of the interface are called: one vocabulary for the document and pages.

A schema and a field's name → its label in both languages, help, unit, example, choices.
The vocabulary is `labels.toml`, by name; a schema says otherwise under its own name
there. The OpenAPI document and the forms of the pages ask here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from inspector.words import VOCABULARY, Word, codes, word

Doc = dict[str, Any]
# Examples by type and format, for what names say nothing about.
_BY_FORMAT: Mapping[str, Any] = {
    "date": "2026-12-01",
    "date-time": "2026-12-01T01:30:00Z",
    "binary": "…",
}
_BY_TYPE: Mapping[str, Any] = {"boolean": True, "integer": 3, "number": 0.5}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`labels.toml`, and where schemas differ from it."""

    labels: Mapping[str, Any]
    units: Mapping[str, str]
    examples: Mapping[str, Any]
    choices: Mapping[str, str]
    schemas: Mapping[str, Mapping[str, Any]]

    def of(self, part: str, schema: str, name: str) -> Any:
        """What a part says of a field; the schema's own word comes first."""
        own = self.schemas.get(schema, {}).get(part, {})
        return own.get(name, getattr(self, part).get(name))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary as shipped."""
    data = tomllib.loads(files("api.web").joinpath("labels.toml").read_text("utf-8"))
    return Vocabulary(**{"schemas": {}, **data})


def label(schema: str, name: str) -> Word | None:
    """The label of a field, None when the vocabulary does not have it."""
    said = vocabulary().of("labels", schema, name)
    return Word(name, *said) if said else None


def finish(document: Doc) -> None:
    """Every field and parameter of the document gets what people and programs need."""
    for where, name, prop in properties(document):
        _tell(where.rpartition(".")[0], name, prop)


def properties(document: Doc) -> Iterator[tuple[str, str, Doc]]:
    """Where, name and description of every field of a schema and every parameter."""
    for schema, body in document["components"]["schemas"].items():
        for name, prop in body.get("properties", {}).items():
            yield f"{schema}.{name}", name, prop
    for path, item in document["paths"].items():
        for method, operation in item.items():
            some = operation if method == "parameters" else operation["parameters"]
            for p in some:
                if "name" in p:
                    yield f"{method} {path}.{p['name']}", p["name"], p


def _tell(schema: str, name: str, prop: Doc) -> None:
    """Label, help, unit, example and choices of one field, where they are known."""
    words = vocabulary()
    said = label(schema, name)
    if said is not None:
        prop["x-label"] = {"zh": said.zh, "en": said.en}
        prop.setdefault("description", said.both)
    shape = prop.get("schema", prop)
    kind, form = plain(shape)
    if kind in ("integer", "number"):
        prop["x-unit"] = words.of("units", schema, name) or "1"
    chosen = words.of("choices", schema, name) or _kind_of(shape)
    if chosen:
        prop["x-choices"] = _choices(chosen, _enum(shape))
    prop["examples"] = _examples(words.of("examples", schema, name), said, shape, form)
    if "in" in prop:  # a parameter has named ones
        prop["examples"] = {"1": {"value": prop["examples"][0]}}


def plain(prop: Doc) -> tuple[str, str]:
    """Type without null, and format."""
    kind = prop.get("schema", prop).get("type", "")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "")
    return kind, prop.get("schema", prop).get("format", "")


def _enum(shape: Doc) -> list[str]:
    found = shape.get("enum") or shape.get("items", {}).get("enum") or []
    return [code for code in found if isinstance(code, str)]


@cache
def _by_codes() -> Mapping[frozenset[str], str]:
    """The kinds of words by their codes, the first of equal ones."""
    out: dict[frozenset[str], str] = {}
    for kind in VOCABULARY:
        out.setdefault(frozenset(codes(kind)), kind)
    return out


def _kind_of(shape: Doc) -> str:
    """The smallest kind of words that has all codes of an enumeration, "" for none."""
    wanted = set(_enum(shape))
    if not wanted:
        return ""
    fits = [(len(c), k) for c, k in _by_codes().items() if wanted <= c]
    return min(fits, default=(0, ""))[1]


def _choices(kind: str, only: list[str]) -> list[Doc]:
    """The codes of a field with their words."""
    found = [word(kind, code) for code in (only or codes(kind)) if code]
    return [{"code": w.code, "zh": w.zh, "en": w.en} for w in found]


def _examples(given: Any, said: Word | None, shape: Doc, form: str) -> list[Any]:
    """One example: the vocabulary's, the first choice, or one of the type."""
    kind, _ = plain(shape)
    if given is not None:
        listed = kind == "array" and not isinstance(given, list)
        return [[given] if listed else given]
    if "default" in shape and shape["default"] not in (None, "", []):
        return [shape["default"]]
    if shape.get("enum"):
        return [shape["enum"][0]]
    if form in _BY_FORMAT:
        return [_BY_FORMAT[form]]
    if kind in _BY_TYPE:
        return [_BY_TYPE[kind]]
    if kind == "array":
        return [_examples(None, said, shape.get("items", {}), "")]
    if kind == "string":
        return [said.zh if said else "…"]
    return [{}]
