"""/api/v1/public/<bureau>/packages: what a notice's QR code opens (扫码入企)."""

from __future__ import annotations

from typing import Any

from api.schemas import PageArgs, page_of
from api.services import door, records
from api.services.door import DoorPackage
from api.services.records import LinkedRecord
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("door", "/api/v1/public", "扫码入企 at the door")


@blp.get("/<bureau>/packages/<code>")
@audience("public")
@blp.gives(DoorPackage)
def show_package(bureau: str, code: str) -> DoorPackage:
    """扫码核验 Who was drawn for this package; only from the morning of its day on."""
    return door.opened(desk(), code)


@blp.get("/<bureau>/months/<month_id>/records")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(page_of(LinkedRecord))
def list_records(args: dict[str, Any], bureau: str, month_id: str) -> pages.Page:
    """公示记录 Results, corrections and withdrawals as linked records."""
    return pages.paged(*records.public(month_id), desk().db, args)
