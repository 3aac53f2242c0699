"""/api/v1/bureau/registries: import, list and edit the two registries (两库)."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload as UploadedFile
from marshmallow import Schema, fields, validate

from api.schemas import Moment, PageArgs, Text, page_of
from api.services import registries
from api.services.sheets import BY_NAME, Row, key_text, sheet_of
from api.store.models import RegistryHead, Upload
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.problems import fault_body
from api.web.tags import match, tag
from api.web.work import desk

blp = Blueprint("registries", "/api/v1/bureau/registries", "两库 the registries")
READERS = ("planner", "head", "auditor")


class HeadSchema(Schema):
    version = fields.Integer()
    changed = Moment()
    by = fields.String()


class FilesSchema(Schema):
    files = fields.List(
        UploadedFile(),
        required=True,
        validate=validate.Length(1, 20),
        metadata={"description": "CSV / XLSX / policy.toml"},
    )


class UploadSchema(Schema):
    id = fields.String()
    base = fields.Integer(metadata={"description": "registry version it applies to"})
    changes = fields.Dict(
        metadata={"description": "per sheet: rows added, changed, removed"}
    )
    at = Moment()
    committed = Moment(allow_none=True)


class FaultsSchema(Schema):
    faults = fields.List(fields.Dict())


class RowSchema(Schema):
    id = fields.String()
    sheet = fields.String()
    version = fields.Integer()
    cells = fields.Dict(keys=fields.String(), values=fields.String())


class RowChangeSchema(Schema):
    cells = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 60)),
        values=fields.String(validate=validate.Length(0, 4000)),
        required=True,
        validate=validate.Length(1, 40),
    )
    reason = Text(300, required=True)


class ReasonArgs(Schema):
    reason = Text(300, required=True)


class SheetSchema(Schema):
    name = fields.String()
    zh = fields.String()
    columns = fields.List(fields.String())
    key = fields.List(fields.String())


@blp.get("")
@audience(*READERS)
@blp.gives(HeadSchema)
def show_head() -> RegistryHead:
    """名录版本 The version of the registries as a whole."""
    row = registries.head(desk())
    tag(row)
    return row


@blp.get("/sheets")
@audience(*READERS)
@blp.gives(SheetSchema(many=True))
def list_sheets() -> list[dict[str, Any]]:
    """表格格式 The sheets and their columns: the import format."""
    return [
        {
            "name": s.name,
            "zh": s.zh.split("|")[0],
            "columns": [c.name for c in s.columns],
            "key": s.key,
        }
        for s in BY_NAME.values()
    ]


@blp.get("/faults")
@audience(*READERS)
@blp.gives(FaultsSchema)
def list_faults() -> dict[str, Any]:
    """整体核对 Everything that is wrong with the present registries."""
    return {"faults": [fault_body(f) for f in registries.faults(desk())]}


@blp.post("/imports")
@audience("planner")
@blp.takes(FilesSchema, "files")
@blp.gives(UploadSchema, 201)
def check_import(given: dict[str, Any]) -> Upload:
    """导入校验 Dry run: all faults by file, row and column, or what would change."""
    named = {f.filename or "": f.stream.read() for f in given["files"]}
    return registries.check(desk(), named)


@blp.get("/imports/<import_id>")
@audience("planner")
@blp.gives(UploadSchema)
def show_import(import_id: str) -> Upload:
    """一次导入 A checked import."""
    return registries.upload(desk(), import_id)


@blp.post("/imports/<import_id>/commit")
@audience("planner")
@blp.gives(HeadSchema)
def commit_import(import_id: str) -> RegistryHead:
    """提交导入 Make a checked import the present registries."""
    row = registries.commit(desk(), import_id)
    tag(row)
    return row


@blp.get("/<sheet>")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(RowSchema))
def list_rows(args: dict[str, Any], sheet: str) -> pages.Page:
    """名录行 The rows of a sheet, by key."""
    kind = sheet_of(sheet)
    found = registries.rows(desk(), sheet)
    return pages.cut(found, lambda r: key_text(kind, r.cells), args)


@blp.post("/<sheet>")
@audience("planner")
@blp.takes(RowChangeSchema)
@blp.gives(RowSchema, 201)
def add_row(values: dict[str, Any], sheet: str) -> Row:
    """新增行 Add a row."""
    row = registries.add(desk(), sheet, values["cells"], values["reason"])
    tag(row)
    return row


@blp.get("/<sheet>/<path:row_id>")
@audience(*READERS)
@blp.gives(RowSchema)
def show_row(sheet: str, row_id: str) -> Row:
    """名录行 One row."""
    row = registries.row(desk(), sheet, row_id)
    tag(row)
    return row


@blp.put("/<sheet>/<path:row_id>")
@audience("planner")
@edits
@blp.takes(RowChangeSchema)
@blp.gives(RowSchema)
def change_row(values: dict[str, Any], sheet: str, row_id: str) -> Row:
    """修改行 Replace a row's cells, with a reason."""
    old = registries.entry(desk(), sheet, row_id)
    match(Row(old.name, sheet, old.version, {}))
    row = registries.change(desk(), sheet, old, values["cells"], values["reason"])
    tag(row)
    return row


@blp.delete("/<sheet>/<path:row_id>")
@audience("planner")
@edits
@blp.takes(ReasonArgs, "query")
@blp.gives(status=204)
def remove_row(args: dict[str, str], sheet: str, row_id: str) -> None:
    """删除行 Remove a row, with a reason."""
    old = registries.entry(desk(), sheet, row_id)
    match(Row(old.name, sheet, old.version, {}))
    registries.remove(desk(), sheet, old, args["reason"])
