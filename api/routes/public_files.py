"""/api/v1/public: files to take away, each with its SHA-256."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.routes.public_args import (
    CompoundFilter,
    PublicFileSchema,
    ResultFilter,
    Words,
)
from api.services import public_files, public_months
from api.services import public_index as pub
from api.services.anchors import qr
from api.web.blueprint import Blueprint
from api.web.cache import cached, cached_today, sign
from api.web.declare import audience
from api.web.tags import tag_text
from api.web.work import desk

blp = Blueprint("public_files", "/api/v1/public", "下载 files to take away")
CSV = "text/csv"
ZIP = "application/zip"
TEXT = "text/plain"
SVG = "image/svg+xml"


class PublicSizedFileSchema(PublicFileSchema):
    size = fields.Integer()


class PublicBundleSchema(Schema):
    month_id = fields.String()
    month = fields.String()
    stage = fields.String()
    commitment = fields.String()
    seal_commitment = fields.String()
    files = fields.List(fields.Nested(PublicSizedFileSchema))


def _file(data: bytes, name: str, media: str) -> Response:
    """An answer to be saved under `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = f"{media}; charset=utf-8" if media.startswith("text/") else media
    return Response(data, content_type=kind, headers=headers)


@blp.get("/verify.py")
@audience("public")
@blp.gives(media="text/x-python")
def verifier() -> Response:
    """复核程序 The verifier: one file, Python's standard library only."""
    answer = sign(_file(public_files.verifier(), "verify.py", "text/x-python"))
    tag_text(answer.headers["X-Sha256"])
    return answer


@blp.get("/<bureau>/months/<month_id>/bundle")
@audience("public")
@cached
@blp.gives(PublicBundleSchema)
def show_bundle(bureau: str, month_id: str) -> dict[str, Any]:
    """公示包 The files of the public bundle as they stand now."""
    month = pub.find(desk(), month_id)
    return {
        "month_id": month.id,
        "month": month.month,
        "stage": month.stage,
        "commitment": month.commitment,
        "seal_commitment": month.seal_commitment,
        "files": public_files.bundle_files(desk(), month),
    }


@blp.get("/<bureau>/months/<month_id>/bundle.zip")
@audience("public")
@cached
@blp.gives(media=ZIP)
def bundle_zip(bureau: str, month_id: str) -> Response:
    """公示包 The whole public bundle as verify.py reads it."""
    month = pub.find(desk(), month_id)
    data = public_files.bundle_zip(desk(), month)
    return _file(data, f"{bureau}-{month.month}-bundle.zip", ZIP)


@blp.get("/<bureau>/months/<month_id>/anchor.txt")
@audience("public")
@cached
@blp.gives(media=TEXT)
def anchor_text(bureau: str, month_id: str) -> Response:
    """公告锚点 The month's log as it stands: origin, size, root; to publish elsewhere
    before the outside source comes."""
    text = public_months.anchor(desk(), month_id).text
    return _file(text.encode(), f"{bureau}-anchor.txt", TEXT)


@blp.get("/<bureau>/months/<month_id>/anchor.svg")
@audience("public")
@cached
@blp.gives(media=SVG)
def anchor_qr(bureau: str, month_id: str) -> Response:
    """公告锚点二维码 The same three lines as a QR code."""
    data = qr(public_months.anchor(desk(), month_id).text)
    return _file(data, f"{bureau}-anchor.svg", SVG)


@blp.get("/<bureau>/results.csv")
@audience("public")
@cached
@blp.takes(ResultFilter, "query")
@blp.gives(media=CSV)
def results_csv(args: dict[str, Any], bureau: str) -> Response:
    """抽查结果 All results that fit, as CSV."""
    data = public_files.listing(desk(), "results", args)
    return _file(data, f"{bureau}-results.csv", CSV)


@blp.get("/<bureau>/compounds.csv")
@audience("public")
@cached
@blp.takes(CompoundFilter, "query")
@blp.gives(media=CSV)
def compounds_csv(args: dict[str, Any], bureau: str) -> Response:
    """小区名录 All compounds that fit, as CSV."""
    data = public_files.listing(desk(), "compounds", args)
    return _file(data, f"{bureau}-compounds.csv", CSV)


@blp.get("/<bureau>/companies.csv")
@audience("public")
@cached
@blp.takes(Words, "query")
@blp.gives(media=CSV)
def companies_csv(args: dict[str, Any], bureau: str) -> Response:
    """企业名录 All companies that fit, as CSV."""
    data = public_files.listing(desk(), "companies", args)
    return _file(data, f"{bureau}-companies.csv", CSV)


@blp.get("/<bureau>/overdue.csv")
@audience("public")
@cached_today
@blp.gives(media=CSV)
def overdue_csv(bureau: str) -> Response:
    """逾期公示 All overdue rows as CSV."""
    data = public_files.listing(desk(), "overdue", {})
    return _file(data, f"{bureau}-overdue.csv", CSV)


@blp.get("/<bureau>/months/<month_id>/ranking.csv")
@audience("public")
@cached
@blp.gives(media=CSV)
def ranking_csv(bureau: str, month_id: str) -> Response:
    """考评排名 The whole ranking as CSV."""
    data = public_files.ranking(desk(), month_id, bottom=False)
    return _file(data, f"{bureau}-ranking.csv", CSV)


@blp.get("/<bureau>/months/<month_id>/bottom.csv")
@audience("public")
@cached
@blp.gives(media=CSV)
def bottom_csv(bureau: str, month_id: str) -> Response:
    """倒排名单 The bottom list as CSV."""
    data = public_files.ranking(desk(), month_id, bottom=True)
    return _file(data, f"{bureau}-bottom.csv", CSV)
