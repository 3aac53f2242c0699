"""/api/v1/my/…/visits: arrival, checklist, photos, submission, signatures."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import Response
from flask_smorest.fields import Upload as UploadedFile
from marshmallow import Schema, fields, validate

from api.field import duties, my_results, photos, visits
from api.field.duties import Work
from api.field.my_results import RawSheet
from api.field.photos import PhotoReceipt
from api.field.visits import ArrivalReceipt, Sheet
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.forms import Text, Time, many
from api.web.kinds import Kind, collection
from api.web.tags import match, tag
from api.web.work import desk
from inspector.results.outcomes import (
    CheckMethod,
    FollowUp,
    Handling,
    Opinion,
    Outcome,
    Severity,
    codes,
)
from inspector.sources import HEX_SHA256

VISIT = "/<month_id>/visits/<visit_id>"
blp = Blueprint("my_visits", "/api/v1/my/months", "现场检查 inspections on site")

LONG: dict[str, Any] = {
    "metadata": {"lines": True},
    "least": 0,
    "load_default": "",
}
HASH = validate.Regexp(f"{HEX_SHA256.pattern}\\Z")


def coded(kind: type[StrEnum], default: str = "") -> fields.String:
    """A code of one list, empty while it is not known yet."""
    known = codes(kind)
    wanted = "应为其中之一，未知留空：{} one of these, empty while not known: {}"
    shown = wanted.format("、".join(known), ", ".join(known))
    only = validate.OneOf((*known, ""), error=shown)
    return fields.String(load_default=default, validate=only)


class ArrivalSchema(Schema):
    """扫码入企. `phone`: the phone's own time; the point is kept to about 100 m."""

    code = Text(80, required=True, says="检查码")
    company = Text(
        300,
        least=0,
        load_default="",
        says="所扫企业码（含统一社会信用代码） what the company's own code says",
    )
    phone = Time(load_default="")
    lon_udeg = fields.Integer(validate=validate.Range(-180_000_000, 180_000_000))
    lat_udeg = fields.Integer(validate=validate.Range(-90_000_000, 90_000_000))


class RawFindingSchema(Schema):
    item = Text(40, required=True)
    checked = fields.Boolean(required=True)
    text = Text(2000, **LONG)
    defects = fields.Integer(load_default=0, validate=validate.Range(0, 999))
    severity = coded(Severity)
    handling = coded(Handling, "none")
    days = fields.Integer(load_default=-1, validate=validate.Range(-1, 365))
    photos = many(fields.String(validate=HASH), 20)


class RawDraftSchema(Schema):
    """Codes as in the checklist's words; empty while they are not known yet."""

    checklist = fields.String(load_default="", validate=validate.Length(0, 64))
    method = coded(CheckMethod, "onsite")
    outcome = coded(Outcome)
    follow_up = coded(FollowUp)
    started = Time(load_default="")
    ended = Time(load_default="")
    opinion = coded(Opinion)
    opinion_text = Text(2000, **LONG)
    opinion_by = Text(100, least=0, load_default="")
    witness = Text(100, least=0, load_default="", says="拒签见证人 who saw the refusal")
    note = Text(2000, **LONG)
    findings = many(RawFindingSchema, 300)


class OfflineSchema(Schema):
    base = fields.Integer(required=True, validate=validate.Range(0, 10**6))
    draft = fields.Nested(RawDraftSchema, required=True)


class DigestSchema(Schema):
    digest = fields.String(
        required=True,
        validate=HASH,
        metadata={"description": "所读内容的摘要 digest of what was read"},
    )


class PhotoFileSchema(Schema):
    file = UploadedFile(required=True)


def _work(month_id: str, visit_id: str) -> Work:
    return duties.work(desk(), month_id, visit_id)


def _tagged(sheet: Sheet) -> RawSheet:
    tag(sheet)
    return my_results.shown(sheet)


@blp.get(VISIT + "/draft")
@audience("inspector")
@blp.gives(RawSheet)
def show_draft(month_id: str, visit_id: str) -> RawSheet:
    """检查记录 The raw result as it stands, and its ETag."""
    return _tagged(visits.sheet(desk(), _work(month_id, visit_id)))


@blp.put(VISIT + "/draft")
@audience("inspector")
@edits
@blp.takes(RawDraftSchema)
@blp.gives(RawSheet)
def write_draft(values: dict[str, Any], month_id: str, visit_id: str) -> RawSheet:
    """保存草稿 Replace the draft; whatever was signed before is void."""
    work = _work(month_id, visit_id)
    match(visits.sheet(desk(), work))
    raw = visits.raw_of(work, values)
    return _tagged(visits.write(desk(), work, raw))


def _arrive(values: dict[str, Any], month_id: str, visit_id: str) -> ArrivalReceipt:
    return visits.arrive(desk(), _work(month_id, visit_id), values)


def _send(values: dict[str, Any], month_id: str, visit_id: str) -> RawSheet:
    work = _work(month_id, visit_id)
    raw = visits.raw_of(work, values["draft"])
    return _tagged(visits.send(desk(), work, values["base"], raw))


def _submit(values: dict[str, str], month_id: str, visit_id: str) -> RawSheet:
    work = _work(month_id, visit_id)
    return _tagged(visits.submit(desk(), work, values["digest"]))


def _sign(values: dict[str, str], month_id: str, visit_id: str) -> RawSheet:
    work = _work(month_id, visit_id)
    return _tagged(visits.sign(desk(), work, values["digest"]))


ME = ("inspector",)
collection(
    blp,
    VISIT + "/moves",
    (
        Kind("arrival", ME, ArrivalSchema, _arrive,
             "扫码入企 Arrived: the inspection code (检查码) and the company's own.",
             ArrivalReceipt),
        Kind("draft", ME, OfflineSchema, _send,
             "离线草稿 A whole draft made offline; sent again, it counts once."),
        Kind("submission", ME, DigestSchema, _submit,
             "提交 Complete: both officers sign now."),
        Kind("signature", ME, DigestSchema, _sign,
             "签名 Sign what one has read, from one's own account."),
    ),
    name="move_visit",
    says="现场办理 One move of an inspection on site.",
    gives=RawSheet,
)  # fmt: skip


@blp.post(VISIT + "/photos")
@audience("inspector")
@blp.takes(PhotoFileSchema, "files")
@blp.gives(PhotoReceipt, 201)
def add_photo(given: dict[str, Any], month_id: str, visit_id: str) -> PhotoReceipt:
    """上传照片 JPEG, PNG or WebP, at most 8 MiB; the same file is stored once."""
    work = _work(month_id, visit_id)
    data = given["file"].stream.read()
    return photos.add(desk(), month_id, work.mark, data)


@blp.get(VISIT + "/photos/<sha256>")
@audience("inspector")
@blp.gives(media="image/*")
def show_photo(month_id: str, visit_id: str, sha256: str) -> Response:
    """照片 One's own photo as it was uploaded."""
    mark = _work(month_id, visit_id).mark
    media, data = photos.file(desk(), month_id, mark, sha256, bare=False)
    return Response(data, mimetype=media, headers={"Cache-Control": "no-store"})
