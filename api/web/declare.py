"""What a route says about itself, and the refusal to start when it says nothing.

    @audience("planner", "head")     who may call it; "public" for everybody
    @edits                           changes something versioned: needs If-Match
    @keyless("why")                  a POST that needs no Idempotency-Key
    @unversioned("why")              a PUT, PATCH or DELETE that needs no If-Match

Put `@audience` right below the route. The other decorators stand below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Flask

from api.site import ROLES

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
AUDIENCES = (PUBLIC, *ROLES)
# Flask's own route for the folder static/.
_OWN = frozenset({"static"})


class Undeclared(RuntimeError):
    """A route that does not say who may call it, or how it is protected."""


def audience(*names: str) -> Callable[[View], View]:
    """Who may call the view. Raises Undeclared for a name that does not exist."""
    if not names or set(names) - set(AUDIENCES):
        raise Undeclared(f"audience{names}")
    if PUBLIC in names and len(names) > 1:
        raise Undeclared("public already is everybody")

    def mark(view: View) -> View:
        view.audience = names  # type: ignore[attr-defined]
        return view

    return mark


def keyed(view: View) -> View:
    """The view also answers to a calendar's key in the address (`?key=`)."""
    view.keyed = True  # type: ignore[attr-defined]
    return view


def edits(view: View) -> View:
    """The view changes a versioned thing: If-Match is demanded (428)."""
    view.edits = True  # type: ignore[attr-defined]
    return view


def keyless(why: str) -> Callable[[View], View]:
    """A POST whose repetition does no harm, or that must not be stored."""

    def mark(view: View) -> View:
        view.keyless = why  # type: ignore[attr-defined]
        return view

    return mark


def unversioned(why: str) -> Callable[[View], View]:
    """A PUT, PATCH or DELETE of something nobody edits concurrently."""

    def mark(view: View) -> View:
        view.unversioned = why  # type: ignore[attr-defined]
        return view

    return mark


def views(app: Flask) -> Iterator[tuple[str, str, str, Any]]:
    """Every (rule, method, endpoint, view) but Flask's own OPTIONS, HEAD, static."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
        if rule.endpoint in _OWN:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.rule, method, rule.endpoint, app.view_functions[rule.endpoint]


def audience_of(view: Any) -> tuple[str, ...]:
    """The declared audience, () when there is none."""
    found: tuple[str, ...] = getattr(view, "audience", ())
    return found


def refuse_undeclared(app: Flask) -> None:
    """Raise Undeclared unless every route says who may call it and how."""
    for rule, method, endpoint, view in views(app):
        where = f"{method} {rule} ({endpoint})"
        if not audience_of(view):
            raise Undeclared(f"no audience: {where}")
        if method in ("PUT", "PATCH", "DELETE") and not (
            getattr(view, "edits", False) or getattr(view, "unversioned", "")
        ):
            raise Undeclared(f"neither @edits nor @unversioned: {where}")
