"""/api/v1/public/<bureau>: results, overdue ones, and the words for their codes."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.routes.public import FOREVER
from api.routes.public_args import PublicProofSchema, PublicResultSchema, ResultPage
from api.schemas import PageArgs, page_of
from api.services import public_files, public_photos, public_proofs
from api.services.public_overdue import overdue
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached, cached_today, sign
from api.web.declare import audience
from api.web.work import desk
from inspector.words import VOCABULARY

blp = Blueprint("public_results", "/api/v1/public", "公示结果 published results")


class PublicOverdueSchema(Schema):
    state = fields.String()
    month_id = fields.String()
    month = fields.String()
    due = fields.String()
    count = fields.Integer()
    visit = fields.String()
    compound = fields.String()
    compound_name = fields.String()
    usc18 = fields.String()
    company_name = fields.String()
    date = fields.String()
    published_at = fields.String()


class PublicWordsSchema(Schema):
    """Kind of code -> code -> [Chinese, English]."""

    words = fields.Dict(
        fields.String(), fields.Dict(fields.String(), fields.List(fields.String()))
    )


@blp.get("/<bureau>/results")
@audience("public")
@cached
@blp.takes(ResultPage, "query")
@blp.gives(page_of(PublicResultSchema))
def list_results(args: dict[str, Any], bureau: str) -> pages.Page:
    """抽查结果 Published results, newest first; searched by any of the filters."""
    rows = public_files.results_found(desk(), args)
    return pages.cut(rows, lambda r: r.position, args, descending=True)


@blp.get("/<bureau>/months/<month_id>/results/<visit>")
@audience("public")
@cached
@blp.gives(PublicProofSchema)
def show_result(bureau: str, month_id: str, visit: str) -> dict[str, Any]:
    """一条结果 One result and the proof that its visit was sealed before."""
    return public_proofs.proven(desk(), month_id, visit)


@blp.get("/<bureau>/photos/<sha256>")
@audience("public")
@blp.gives(media="image/*")
def show_public_photo(bureau: str, sha256: str) -> Response:
    """照片 A photo of a published result: the copy without EXIF, by its hash."""
    media, data = public_photos.file(desk(), sha256)
    headers = {"Cache-Control": FOREVER}
    return sign(Response(data, mimetype=media, headers=headers))


@blp.get("/<bureau>/overdue")
@audience("public")
@cached_today
@blp.takes(PageArgs, "query")
@blp.gives(page_of(PublicOverdueSchema))
def list_overdue(args: dict[str, Any], bureau: str) -> pages.Page:
    """逾期公示 Results published late, and how many are missing by due date."""
    page = pages.cut(overdue(desk()), lambda r: r.position, args, descending=True)
    return pages.Page([row.row() for row in page.items], page.next)


@blp.get("/words")
@audience("public")
@blp.gives(PublicWordsSchema)
def list_words() -> dict[str, Any]:
    """代码用语 The words for all codes of public data."""
    return {
        "words": {
            kind: {w.code: (w.zh, w.en) for w in words.values()}
            for kind, words in VOCABULARY.items()
        }
    }
