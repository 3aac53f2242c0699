"""Plain pages at /: what the public reads without script, Chinese first.

A browser that asks for HTML gets errors as a page too; programs get problem+json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request

from api import clock
from api.routes.public_args import (
    CompoundPage,
    ResultPage,
)
from api.schemas import PageArgs
from api.services import door as at_the_door
from api.services import public_home
from api.services.public_files import percent
from api.web import pages
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.cache import cached, cached_today, sign
from api.web.declare import audience
from api.web.problems import MEDIA
from api.web.tags import tag_text
from api.web.work import desk
from inspector.words import word

blp = Blueprint("pages", "", "网页 plain pages")
HTML = "text/html"


def rendered(template: str, values: Mapping[str, Any]) -> Response:
    """A page of ours."""
    demo = the_site().settings.demo or bool(values.get("demo"))
    text = render_template(f"public/{template}", **{**values, "demo": demo}, **HELPERS)
    return Response(text, mimetype=HTML)


def _cut(values: dict[str, Any], args: dict[str, Any], name: str) -> dict[str, Any]:
    """One page of `rows`, in the order of the JSON list `name`."""
    if name == "compounds":
        page = pages.cut(values["rows"], lambda r: r["id"], args)
    else:
        rows = values["rows"]
        page = pages.cut(rows, lambda r: r.position, args, descending=True)
    count = len(values["rows"])
    return values | {"rows": page.items, "following": page.next, "count": count}


def _at(text: str) -> str:
    """A timestamp of the ceremony on the wall clock."""
    if not text:
        return ""
    return clock.local(clock.moment(text)).strftime("%Y-%m-%d %H:%M")


def _chance(value: Any) -> str:
    """A rational chance as percent, rounded to a hundredth.

    >>> _chance([1, 3])
    '33.33 %'
    """
    number, of = value
    return f"{percent((20_000 * number + of) // (2 * of))} %"


HELPERS: Mapping[str, Any] = {
    "word": word,
    "percent": percent,
    "at": _at,
    "chance": _chance,
}


@blp.after_request  # type: ignore[untyped-decorator]
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


@blp.get("/")
@audience("public")
@blp.gives(media=HTML)
def bureaus() -> Response:
    """首页 The bureaus that publish here."""
    rows = public_home.bureaus(the_site())
    answer = rendered("bureaus.html", {"rows": rows, "demo": any(r.demo for r in rows)})
    tag_text(sign(answer).headers["X-Sha256"])
    return answer


@blp.get("/<bureau>")
@audience("public")
@cached_today
@blp.gives(media=HTML)
def bureau_home(bureau: str) -> Response:
    """机构首页 Search, newest months and results, overdue."""
    return rendered("bureau.html", public_home.home(desk()))


@blp.get("/<bureau>/months/<month_id>")
@audience("public")
@cached
@blp.gives(media=HTML)
def month(bureau: str, month_id: str) -> Response:
    """月度公告 A month's announcement."""
    return rendered("month.html", public_home.month(desk(), month_id))


@blp.get("/<bureau>/months/<month_id>/bottom")
@audience("public")
@cached
@blp.gives(media=HTML)
def bottom(bureau: str, month_id: str) -> Response:
    """倒排名单 The bottom list of a month."""
    return rendered("bottom.html", public_home.bottom(desk(), month_id))


@blp.get("/<bureau>/compounds")
@audience("public")
@cached
@blp.takes(CompoundPage, "query")
@blp.gives(media=HTML)
def compounds(args: dict[str, Any], bureau: str) -> Response:
    """查找 Compounds and companies that fit."""
    values = public_home.search(desk(), args)
    return rendered("compounds.html", _cut(values, args, "compounds"))


@blp.get("/<bureau>/compounds/<compound>")
@audience("public")
@cached
@blp.gives(media=HTML)
def compound(bureau: str, compound: str) -> Response:
    """小区 A compound's results; when and why not yet."""
    return rendered("compound.html", public_home.compound(desk(), compound))


@blp.get("/<bureau>/companies/<usc18>")
@audience("public")
@cached
@blp.gives(media=HTML)
def company(bureau: str, usc18: str) -> Response:
    """企业 A company's compounds and results."""
    return rendered("company.html", public_home.company(desk(), usc18))


@blp.get("/<bureau>/results")
@audience("public")
@cached
@blp.takes(ResultPage, "query")
@blp.gives(media=HTML)
def results(args: dict[str, Any], bureau: str) -> Response:
    """抽查结果 Results that fit."""
    values = public_home.results(desk(), args)
    return rendered("results.html", _cut(values, args, "results"))


@blp.get("/<bureau>/results/<month_id>/<visit>")
@audience("public")
@cached
@blp.gives(media=HTML)
def result(bureau: str, month_id: str, visit: str) -> Response:
    """一条结果 One result with its proof."""
    return rendered("result.html", public_home.result(desk(), month_id, visit))


@blp.get("/<bureau>/overdue")
@audience("public")
@cached_today
@blp.takes(PageArgs, "query")
@blp.gives(media=HTML)
def overdue(args: dict[str, Any], bureau: str) -> Response:
    """逾期公示 Overdue results."""
    return rendered("overdue.html", _cut(public_home.late(desk()), args, "overdue"))


@blp.get("/<bureau>/verify")
@audience("public")
@blp.gives(media=HTML)
def verify(bureau: str) -> Response:
    """如何复核 How to verify, in two commands."""
    # Not kept: it shows this site's own address, which a Host header may change.
    base = (the_site().settings.public_url or request.host_url).rstrip("/")
    answer = rendered("verify.html", public_home.verify(desk()) | {"base": base})
    tag_text(sign(answer).headers["X-Sha256"])
    return answer


@blp.get("/<bureau>/door/<code>")
@audience("public")
@blp.gives(media=HTML)
def door(bureau: str, code: str) -> Response:
    """门前核对 Whether the people at the door were drawn for this visit."""
    told = at_the_door.opened(desk(), code)
    answer = rendered("door.html", public_home.about(desk()) | {"told": told})
    answer.headers["Cache-Control"] = "no-store"
    return answer
