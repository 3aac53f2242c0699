"""Plain pages: a template and its values → HTML, and a refusal as a page.

A browser that asks for HTML gets errors as a page too; programs get problem+json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request

from api.figures import percent
from api.web.access import the_site
from api.web.problems import MEDIA
from inspector.beijing import local_time
from inspector.selection.yearly import said
from inspector.words import result_word, word

HTML = "text/html"


def rendered(template: str, values: Mapping[str, Any]) -> Response:
    """A page of ours."""
    demo = the_site().settings.demo or bool(values.get("demo"))
    text = render_template(f"public/{template}", **{**values, "demo": demo}, **HELPERS)
    return Response(text, mimetype=HTML)


def readable(response: Response) -> Response:
    """A refusal as a page for a browser."""
    if (
        response.mimetype != MEDIA
        or "text/html" not in request.accept_mimetypes.values()
    ):
        return response
    problem = json.loads(response.get_data())
    response.set_data(render_template("public/error.html", problem=problem, **HELPERS))
    response.mimetype = HTML
    response.headers["Vary"] = "Accept"
    return response


def _chance(value: Any) -> str:
    """A rational chance as percent, rounded to a hundredth.

    >>> _chance([1, 3])
    '33.33 %'
    """
    number, of = value
    return f"{percent((20_000 * number + of) // (2 * of))} %"


def _two(value: Any) -> str:
    """A rational number of ours with two decimals, halves up.

    >>> _two([8, 3]), _two([3, 1])
    ('2.67', '3.00')
    """
    number, of = value
    whole = (200 * number + of) // (2 * of)
    return f"{whole // 100}.{whole % 100:02d}"


HELPERS: Mapping[str, Any] = {
    "word": word,
    "result_word": result_word,
    "percent": percent,
    "yearly": said,
    "at": local_time,
    "chance": _chance,
    "hundredths": _two,
}
