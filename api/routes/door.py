"""/api/v1/public/<bureau>/packages: what a notice's QR code opens (扫码入企)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.routes.results import LinkedRecordSchema
from api.schemas import PageArgs, page_of
from api.services import door, records
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("door", "/api/v1/public", "扫码入企 at the door")


class DoorSeatSchema(Schema):
    role = fields.String()
    pseudonym = fields.String()
    unit = fields.String()
    cert_tail = fields.String(
        metadata={"description": "执法证号末四位 last digits of the certificate"}
    )


class SubstitutedSchema(Schema):
    """A log event with its inclusion proof."""

    event = fields.Dict()
    index = fields.Integer()
    size = fields.Integer()
    proof = fields.List(fields.String())
    log_root = fields.String()


class DoorSchema(Schema):
    """The people leaf of one package. Hash `object` with `salt` to get `leaf`; without
    substitutions it is `drawn_leaf`, which `proof` leads to `people_root`."""

    month_id = fields.String()
    month = fields.String()
    day = fields.Date()
    seats = fields.List(fields.Nested(DoorSeatSchema))
    object = fields.Dict()
    salt = fields.String()
    leaf = fields.String()
    drawn_leaf = fields.String()
    index = fields.Integer()
    size = fields.Integer()
    proof = fields.List(fields.String())
    people_root = fields.String()
    freeze = fields.String()
    seal = fields.String()
    substitutions = fields.List(fields.Nested(SubstitutedSchema))


@blp.get("/<bureau>/packages/<code>")
@audience("public")
@blp.gives(DoorSchema)
def show_package(bureau: str, code: str) -> dict[str, Any]:
    """扫码核验 Who was drawn for this package; only from the morning of its day on."""
    return door.opened(desk(), code)


@blp.get("/<bureau>/months/<month_id>/records")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(page_of(LinkedRecordSchema))
def list_records(args: dict[str, Any], bureau: str, month_id: str) -> pages.Page:
    """公示记录 Results, corrections and withdrawals as linked records."""
    return pages.paged(*records.public(month_id), desk().db, args)
