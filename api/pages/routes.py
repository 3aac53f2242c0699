"""Plain pages at /: what the public reads without script, Chinese first.

Those of one thing or list are made with their JSON (`api.public.routes`,
`api.public.routes_oversight`, `api.year.routes_public`); here are the others. Pages are
no part of the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from api.credit.routes_schemas import OnArgs
from api.public import (
    home,
    routes_files,
    routes_oversight,
)
from api.public import oversight as service
from api.public import (
    routes as public,
)
from api.public.routes_resource import Lenient, tell
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.cache import cached_today, sign
from api.web.declare import audience
from api.web.plain import HTML, readable, rendered
from api.web.tags import tag_text
from api.web.work import desk
from api.year import page as year
from api.year import routes_public

blp = Blueprint("pages", "", "网页 plain pages", documented=False)
blp.after_request(readable)
ROWS = (*public.ROWS, *routes_oversight.ROWS, *routes_public.ROWS)
tell(routes_files.blp, blp, ROWS)


class OnPage(Lenient, OnArgs):
    pass


def _shown(template: str, values: Mapping[str, Any]) -> Response:
    """A page of a bureau."""
    return rendered(template, {**home.about(desk()), **values})


@blp.get("/")
@audience("public")
@blp.gives(media=HTML)
def bureaus() -> Response:
    """首页 The bureaus that publish here."""
    rows = home.bureaus(the_site())
    answer = rendered("bureaus.html", {"rows": rows, "demo": any(r.demo for r in rows)})
    tag_text(sign(answer).headers["X-Sha256"])
    return answer


@blp.get("/<bureau>")
@audience("public")
@cached_today
@blp.gives(media=HTML)
def bureau_home(bureau: str) -> Response:
    """机构首页 Search, newest months and results, overdue."""
    return _shown("bureau.html", home.home(desk()))


@blp.get("/<bureau>/rolls")
@audience("public")
@cached_today
@blp.takes(OnPage, "query")
@blp.gives(media=HTML)
def rolls(args: dict[str, Any], bureau: str) -> Response:
    """信用名单 Both lists on a day."""
    return _shown("rolls.html", service.both_rolls(desk(), args.get("on")))


@blp.get("/<bureau>/year")
@audience("public")
@cached_today
@blp.gives(media=HTML)
def newest_year(bureau: str) -> Response:
    """年度计划 The newest yearly plan."""
    return _shown("year.html", year.newest_year(desk()))


@blp.get("/<bureau>/verify")
@audience("public")
@blp.gives(media=HTML)
def verify(bureau: str) -> Response:
    """如何复核 How to verify, in two commands."""
    # Not kept: it shows this site's own address, which a Host header may change.
    base = (the_site().settings.public_url or request.host_url).rstrip("/")
    answer = _shown("verify.html", home.verify(desk()) | {"base": base})
    tag_text(sign(answer).headers["X-Sha256"])
    return answer
