"""/api/v1/public: bureaus, words, and single files, most named by their hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import select

from api.public import by_hash, files, photos
from api.store import ALL
from api.store.models import Bureau
from api.web import pages
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.cache import sign
from api.web.declare import audience
from api.web.files import saved
from api.web.forms import PageArgs, page_of
from api.web.tags import tag_text
from api.web.work import desk
from inspector.words import VOCABULARY

FOREVER = "public, max-age=31536000, immutable"
blp = Blueprint("public", "/api/v1/public", "公示 open to everybody")


@dataclass(frozen=True, slots=True)
class BureauLine:
    """A bureau that publishes here."""

    code: str
    name: str
    demo: bool


@dataclass(frozen=True, slots=True)
class PublicWords:
    """Kind of code -> code -> [Chinese, English]."""

    words: dict[str, dict[str, tuple[str, ...]]]


@blp.get("/bureaus")
@audience("public")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(BureauLine))
def bureaus(args: dict[str, Any]) -> pages.Page:
    """机构 The bureaus that publish here."""
    with the_site().store.reading(ALL) as db:
        return pages.paged(select(Bureau), (Bureau.code,), db, args)


@blp.get("/words")
@audience("public")
@blp.gives(PublicWords)
def words() -> PublicWords:
    """代码用语 The words for all codes of public data."""
    return PublicWords(
        {
            kind: {w.code: (w.zh, w.en) for w in words.values()}
            for kind, words in VOCABULARY.items()
        }
    )


@blp.get("/verify.py")
@audience("public")
@blp.gives(media="text/x-python")
def verifier() -> Response:
    """复核程序 The verifier: one file, Python's standard library only."""
    answer = sign(saved(files.verifier(), "verify.py", "text/x-python"))
    tag_text(answer.headers["X-Sha256"])
    return answer


@blp.get("/<bureau>/months/<month_id>/documents/<name>/<sha256>")
@audience("public")
@blp.gives(media="application/json")
def document(bureau: str, month_id: str, name: str, sha256: str) -> Response:
    """公示文件 One published file; its address names its hash, so it never changes."""
    row = by_hash.document(desk(), month_id, name, sha256)
    headers = {"Cache-Control": FOREVER}
    return Response(row.data, mimetype="application/json", headers=headers)


@blp.get("/<bureau>/photos/<sha256>")
@audience("public")
@blp.gives(media="image/*")
def photo(bureau: str, sha256: str) -> Response:
    """照片 A photo of a published result: the copy without EXIF, by its hash."""
    media, data = photos.file(desk(), sha256)
    headers = {"Cache-Control": FOREVER}
    return sign(Response(data, mimetype=media, headers=headers))
