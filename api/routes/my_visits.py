"""/api/v1/my/…/visits: arrival, checklist, photos, submission, signatures."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import Response
from flask_smorest.fields import Upload as UploadedFile
from marshmallow import Schema, fields, validate

from api.schemas import Moment, Text
from api.services import duties, fieldwork, my_results, photos
from api.services.duties import Work
from api.services.fieldwork import Sheet
from api.store.fieldwork import Arrival, Photo
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.tags import match, tag
from api.web.work import desk
from inspector.oversight.outcomes import (
    CheckMethod,
    FollowUp,
    Handling,
    Opinion,
    Outcome,
    Severity,
    codes,
)
from inspector.oversight.results import HEX_SHA256, MOMENT

VISIT = "/<month_id>/visits/<visit_id>"
blp = Blueprint("my_visits", "/api/v1/my/months", "现场检查 inspections on site")

LONG: dict[str, Any] = {
    "metadata": {"lines": True},
    "least": 0,
    "load_default": "",
}
STAMP = validate.Regexp(f"(?:{MOMENT.pattern})?\\Z")
HASH = validate.Regexp(f"{HEX_SHA256.pattern}\\Z")


def coded(kind: type[StrEnum], default: str = "") -> fields.String:
    """A code of one list, empty while it is not known yet."""
    known = codes(kind)
    wanted = "应为其中之一，未知留空 one of these, empty while not known: "
    only = validate.OneOf((*known, ""), error=wanted + ", ".join(known))
    return fields.String(load_default=default, validate=only)


class ArrivalSchema(Schema):
    """`phone`: the phone's own time; the point is kept to about 100 m."""

    code = Text(80, required=True, metadata={"description": "检查码"})
    phone = fields.String(load_default="", validate=STAMP)
    lon_udeg = fields.Integer(validate=validate.Range(-180_000_000, 180_000_000))
    lat_udeg = fields.Integer(validate=validate.Range(-90_000_000, 90_000_000))


class ArrivedSchema(Schema):
    id = fields.String()
    at = Moment()


class RawFindingSchema(Schema):
    item = Text(40, required=True)
    checked = fields.Boolean(required=True)
    text = Text(2000, **LONG)
    defects = fields.Integer(load_default=0, validate=validate.Range(0, 999))
    severity = coded(Severity)
    handling = coded(Handling, "none")
    days = fields.Integer(load_default=-1, validate=validate.Range(-1, 365))
    photos = fields.List(
        fields.String(validate=HASH),
        load_default=list,
        validate=validate.Length(0, 20),
    )


class RawDraftSchema(Schema):
    """Codes as in the checklist's words; empty while they are not known yet."""

    checklist = fields.String(load_default="", validate=validate.Length(0, 64))
    method = coded(CheckMethod, "onsite")
    outcome = coded(Outcome)
    follow_up = coded(FollowUp)
    started = fields.String(load_default="", validate=STAMP)
    ended = fields.String(load_default="", validate=STAMP)
    opinion = coded(Opinion)
    opinion_text = Text(2000, **LONG)
    opinion_by = Text(100, least=0, load_default="")
    note = Text(2000, **LONG)
    findings = fields.List(
        fields.Nested(RawFindingSchema),
        load_default=list,
        validate=validate.Length(0, 300),
    )


class OfflineSchema(Schema):
    base = fields.Integer(required=True, validate=validate.Range(0, 10**6))
    draft = fields.Nested(RawDraftSchema, required=True)


class DigestSchema(Schema):
    digest = fields.String(
        required=True,
        validate=HASH,
        metadata={"description": "所读内容的摘要 digest of what was read"},
    )


class SignatureSchema(Schema):
    officer = fields.String()
    name = fields.String()
    cert_no = fields.String()
    at = fields.String()
    digest = fields.String()


class RawSheetSchema(Schema):
    id = fields.String()
    version = fields.Integer()
    number = fields.Integer()
    state = fields.String()
    digest = fields.String()
    draft = fields.Dict()
    signatures = fields.List(fields.Nested(SignatureSchema))
    returned = fields.String(metadata={"description": "退回理由 why it came back"})
    corrects = fields.String()
    reason = fields.String()


class PhotoFileSchema(Schema):
    file = UploadedFile(required=True)


class PhotoSchema(Schema):
    sha256 = fields.String()
    copy = fields.String(metadata={"description": "SHA-256 of the copy without EXIF"})
    at = Moment()


def _work(month_id: str, visit_id: str) -> Work:
    return duties.work(desk(), month_id, visit_id)


def _tagged(sheet: Sheet) -> dict[str, Any]:
    tag(sheet)
    return my_results.shown(sheet)


@blp.post(VISIT + "/arrivals")
@audience("inspector")
@blp.takes(ArrivalSchema)
@blp.gives(ArrivedSchema, 201)
def record_arrival(values: dict[str, Any], month_id: str, visit_id: str) -> Arrival:
    """到达登记 Arrived, with the inspection code (检查码)."""
    return fieldwork.arrive(desk(), _work(month_id, visit_id), values)


@blp.get(VISIT + "/draft")
@audience("inspector")
@blp.gives(RawSheetSchema)
def show_draft(month_id: str, visit_id: str) -> dict[str, Any]:
    """检查记录 The raw result as it stands, and its ETag."""
    return _tagged(fieldwork.sheet(desk(), _work(month_id, visit_id)))


@blp.put(VISIT + "/draft")
@audience("inspector")
@edits
@blp.takes(RawDraftSchema)
@blp.gives(RawSheetSchema)
def write_draft(values: dict[str, Any], month_id: str, visit_id: str) -> dict[str, Any]:
    """保存草稿 Replace the draft; whatever was signed before is void."""
    work = _work(month_id, visit_id)
    match(fieldwork.sheet(desk(), work))
    raw = fieldwork.raw_of(work, values)
    return _tagged(fieldwork.write(desk(), work, raw))


@blp.post(VISIT + "/drafts")
@audience("inspector")
@blp.takes(OfflineSchema)
@blp.gives(RawSheetSchema)
def send_draft(values: dict[str, Any], month_id: str, visit_id: str) -> dict[str, Any]:
    """离线草稿 A whole draft made offline; sent again, it counts once."""
    work = _work(month_id, visit_id)
    raw = fieldwork.raw_of(work, values["draft"])
    return _tagged(fieldwork.send(desk(), work, values["base"], raw))


@blp.post(VISIT + "/submission")
@audience("inspector")
@blp.takes(DigestSchema)
@blp.gives(RawSheetSchema)
def submit(values: dict[str, str], month_id: str, visit_id: str) -> dict[str, Any]:
    """提交 Complete: both officers sign now."""
    work = _work(month_id, visit_id)
    return _tagged(fieldwork.submit(desk(), work, values["digest"]))


@blp.post(VISIT + "/signatures")
@audience("inspector")
@blp.takes(DigestSchema)
@blp.gives(RawSheetSchema, 201)
def sign(values: dict[str, str], month_id: str, visit_id: str) -> dict[str, Any]:
    """签名 Sign what one has read, from one's own account."""
    work = _work(month_id, visit_id)
    return _tagged(fieldwork.sign(desk(), work, values["digest"]))


@blp.post(VISIT + "/photos")
@audience("inspector")
@blp.takes(PhotoFileSchema, "files")
@blp.gives(PhotoSchema, 201)
def add_photo(given: dict[str, Any], month_id: str, visit_id: str) -> Photo:
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
