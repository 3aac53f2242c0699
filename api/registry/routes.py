"""/api/v1/bureau/registries: import, list and edit the two registries (两库)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Response
from flask_smorest.fields import Upload as UploadedFile
from marshmallow import Schema, fields, validate

from api.answers import grown
from api.errors import Problem
from api.papers.named import CSV, XLSX
from api.registry import entries, imports, sheet_files
from api.registry.imports import ImportView
from api.registry.sheets import BY_NAME, RegistryRow, key_text, sheet_of
from api.store.models import RegistryHead
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.files import saved
from api.web.forms import PageArgs, Text, many, one_of, page_of
from api.web.problems import fault_body
from api.web.tags import match, tag
from api.web.work import desk

blp = Blueprint("registries", "/api/v1/bureau/registries", "两库 the registries")
READERS = ("planner", "head", "auditor")
FILLED = "of template.xlsx: with the present rows, else empty"


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """A sheet of the import format."""

    name: str
    zh: str
    columns: list[str]
    key: list[str] = field(metadata={"says": "columns that make a row unique"})


@dataclass(frozen=True, slots=True)
class RegistryView:
    """The registries as a whole, and the sheets they consist of."""

    version: int
    changed: datetime
    by: str
    sheets: list[SheetFormat]


class FilesSchema(Schema):
    files = many(
        UploadedFile(), 20, least=1, required=True, says="CSV / XLSX / policy.toml"
    )


@dataclass(frozen=True, slots=True)
class RegistryFaults:
    """Everything that is wrong with the present registries."""

    faults: list[dict[str, Any]]


class LanguageArgs(Schema):
    language = one_of(("zh", "en"), "of its comments and lists", load_default="zh")


class NoteReasonSchema(Schema):
    note = Text(12, 12, required=True)
    reason = Text(300, required=True)


class AcceptingSchema(Schema):
    accepted = many(NoteReasonSchema, 1000, says="notes of this import")


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


def _view(row: RegistryHead) -> RegistryView:
    sheets = [
        SheetFormat(s.name, s.title, [c.name for c in s.columns], list(s.key))
        for s in BY_NAME.values()
    ]
    return grown(RegistryView, row, sheets=sheets)


@blp.get("")
@audience(*READERS)
@blp.gives(RegistryView)
def show_registries() -> RegistryView:
    """名录版本 The registries as a whole, their sheets and columns."""
    row = entries.head(desk())
    tag(row)
    return _view(row)


@blp.get("/faults")
@audience(*READERS)
@blp.gives(RegistryFaults)
def list_faults() -> RegistryFaults:
    """整体核对 Everything that is wrong with the present registries."""
    return RegistryFaults([fault_body(f) for f in entries.faults(desk())])


@blp.post("/imports")
@audience("planner")
@blp.takes(FilesSchema, "files")
@blp.gives(ImportView, 201)
def check_import(given: dict[str, Any]) -> ImportView:
    """导入校验 Dry run: all faults by file, row and column, or what would change."""
    named = {f.filename or "": f.stream.read() for f in given["files"]}
    return imports.check(desk(), named)


@blp.get("/imports/<import_id>")
@audience("planner")
@blp.gives(ImportView)
def show_import(import_id: str) -> ImportView:
    """一次导入 A checked import."""
    return imports.view(desk(), import_id)


@blp.get("/imports/<import_id>/annotated")
@audience("planner")
@blp.takes(LanguageArgs, "query")
@blp.gives(media=XLSX)
def show_annotated(args: dict[str, str], import_id: str) -> Response:
    """退回的表格 The uploaded workbook, each problem at its cell and in a list."""
    data = imports.annotated(desk(), import_id, args["language"])
    return saved(data, f"import-{import_id}.xlsx", XLSX)


@blp.post("/imports/<import_id>/commit")
@audience("planner")
@blp.takes(AcceptingSchema)
@blp.gives(RegistryView)
def commit_import(values: dict[str, Any], import_id: str) -> RegistryView:
    """提交导入 Make a checked import the present registries; its notes are accepted."""
    row = imports.commit(desk(), import_id, values["accepted"])
    tag(row)
    return _view(row)


class TemplateArgs(Schema):
    filled = fields.Boolean(load_default=False, metadata={"description": FILLED})
    language = one_of(("zh", "en"), "of its headers and words", load_default="zh")


@blp.get("/<sheet>.<ending>")
@audience(*READERS)
@blp.takes(TemplateArgs, "query")
@blp.gives_files(CSV, XLSX)
def show_sheet_file(args: dict[str, Any], sheet: str, ending: str) -> Response:
    """表格与模板 A sheet as the import reads it; `template.xlsx`: all, to fill in."""
    if (sheet, ending) == ("template", "xlsx"):
        data = sheet_files.template(desk(), args["language"], filled=args["filled"])
    elif ending == "csv":
        data = sheet_files.as_csv(desk(), sheet)
    elif ending != "xlsx":
        raise Problem("http.not_found")
    else:
        data = sheet_files.as_xlsx(desk(), sheet, args["language"])
    return saved(data, f"{sheet}.{ending}", CSV if ending == "csv" else XLSX)


@blp.get("/<sheet>")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(RegistryRow))
def list_rows(args: dict[str, Any], sheet: str) -> pages.Page:
    """名录行 The rows of a sheet, by key."""
    kind = sheet_of(sheet)
    found = entries.rows(desk(), sheet)
    return pages.cut(found, lambda r: key_text(kind, r.cells), args)


@blp.post("/<sheet>")
@audience("planner")
@blp.takes(RowChangeSchema)
@blp.gives(RegistryRow, 201)
def add_row(values: dict[str, Any], sheet: str) -> RegistryRow:
    """新增行 Add a row."""
    row = entries.add(desk(), sheet, values["cells"], values["reason"])
    tag(row)
    return row


@blp.get("/<sheet>/<path:row_id>")
@audience(*READERS)
@blp.gives(RegistryRow)
def show_row(sheet: str, row_id: str) -> RegistryRow:
    """名录行 One row."""
    row = entries.row(desk(), sheet, row_id)
    tag(row)
    return row


@blp.put("/<sheet>/<path:row_id>")
@audience("planner")
@edits
@blp.takes(RowChangeSchema)
@blp.gives(RegistryRow)
def change_row(values: dict[str, Any], sheet: str, row_id: str) -> RegistryRow:
    """修改行 Replace a row's cells, with a reason."""
    old = entries.entry(desk(), sheet, row_id)
    match(RegistryRow(old.name, sheet, old.version, {}))
    row = entries.change(desk(), sheet, old, values["cells"], values["reason"])
    tag(row)
    return row


@blp.delete("/<sheet>/<path:row_id>")
@audience("planner")
@edits
@blp.takes(ReasonArgs, "query")
@blp.gives(status=204)
def remove_row(args: dict[str, str], sheet: str, row_id: str) -> None:
    """删除行 Remove a row, with a reason."""
    old = entries.entry(desk(), sheet, row_id)
    match(RegistryRow(old.name, sheet, old.version, {}))
    entries.remove(desk(), sheet, old, args["reason"])
