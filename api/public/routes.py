"""Months, results, registries: what a bureau publishes of its inspections, as a table.

A row is a thing or a list of them, told as JSON at /api/v1/public/<bureau>, as files
and as a plain page at /<bureau> (`api.public.routes_resource`). The rows of oversight
stand in `routes_oversight`, the yearly plan's in `api.year.routes_public`; single files
in `routes_files`; pages that show several things at once in `api.pages.routes`.
"""

from __future__ import annotations

from sqlalchemy import select

from api.field import door, records
from api.field.door import DoorPackage
from api.field.records import LinkedRecord
from api.months import steps
from api.months.anchors import Anchor, qr
from api.public import compounds, files, home, months
from api.public import index as pub
from api.public import routes_arguments as q
from api.public import tables as columns
from api.public.carried import CarriedRow
from api.public.compounds import CompanyFile, CompanyLine, CompoundFile, CompoundLine
from api.public.figures import Announcement, PublicRank
from api.public.files import PublicBundle
from api.public.index import MonthLine, PublicFile
from api.public.overdue import OverdueLine, overdue
from api.public.proofs import ProvenResult, proven
from api.public.results import ResultRow
from api.public.routes_resource import (
    Form,
    Query,
    Resource,
    Shown,
    as_found,
    by,
    uncached,
)
from api.site import Desk
from api.store.models import Document
from api.web import pages
from api.web.cache import cached_today


def _documents(desk: Desk, query: Query, month_id: str) -> pages.Page:
    rows = select(Document).where(Document.month_id == month_id)
    return pages.paged(rows, (Document.name, Document.version), desk.db, query)


def _records(desk: Desk, query: Query, month_id: str) -> pages.Page:
    return pages.paged(*records.public(month_id), desk.db, query)


def _zip(desk: Desk, _query: Query, month_id: str) -> tuple[str, bytes]:
    month = pub.find(desk, month_id)
    row, name = steps.find(desk, month_id), f"{month.month}-bundle.zip"
    return steps.apart(desk, row, name), files.bundle_zip(desk, month)


def _anchor_text(desk: Desk, _query: Query, month_id: str) -> tuple[str, bytes]:
    return "anchor.txt", months.anchor(desk, month_id).text.encode()


def _anchor_code(desk: Desk, _query: Query, month_id: str) -> tuple[str, bytes]:
    return "anchor.svg", qr(months.anchor(desk, month_id).text)


ROWS = (
    Resource(
        "months",
        "/months",
        MonthLine,
        lambda desk, _: pub.index(desk).months,
        "月度计划 The frozen months and their commitments, newest first.",
        listed=by(lambda m: m.position, descending=True),
    ),
    Resource(
        "month",
        "/months/<month_id>",
        Announcement,
        lambda desk, _, month_id: months.announcement(desk, month_id),
        "月度公告 What is public about a month at its stage.",
        page=Shown("month.html", home.month),
    ),
    Resource(
        "month_list",
        "/months/<month_id>/lists/<name>",
        PublicRank,
        lambda desk, _, **path: months.ranking(desk, **path),
        "考评名单 Compounds of a list of the month, from the worst up.\n\n"
        "`bottom` 倒排名单 the listed ones; `ranking` 考评排名 all.",
        listed=by(lambda r: r.position),
        columns=columns.RANKING,
        page=Shown("ranking.html", home.ranked, at="/months/<month_id>/<name>"),
    ),
    Resource(
        "bundle",
        "/months/<month_id>/bundle",
        PublicBundle,
        lambda desk, _, month_id: files.bundle(desk, month_id),
        "公示包 The files of the public bundle as they stand now.\n\n"
        "`zip`: the whole of it as verify.py reads it.",
        forms={"zip": Form("application/zip", _zip)},
    ),
    Resource(
        "anchor",
        "/months/<month_id>/anchor",
        Anchor,
        lambda desk, _, month_id: months.anchor(desk, month_id),
        "公告锚点 The month's log as it stands: origin, size, root.\n\n"
        "To publish elsewhere before the outside source comes. `txt`: these three "
        "lines; `svg`: as a QR code.",
        forms={
            "txt": Form("text/plain", _anchor_text),
            "svg": Form("image/svg+xml", _anchor_code),
        },
    ),
    Resource(
        "documents",
        "/months/<month_id>/documents",
        PublicFile,
        _documents,
        "公示文件 Every version of every published file, with its SHA-256.",
        listed=as_found,
    ),
    Resource(
        "records",
        "/months/<month_id>/records",
        LinkedRecord,
        _records,
        "公示记录 Results, corrections and withdrawals as linked records.",
        listed=as_found,
    ),
    Resource(
        "results",
        "/results",
        ResultRow,
        pub.results_found,
        "抽查结果 Published results, newest first; searched by any of the filters.",
        takes=q.ResultFilter,
        listed=by(lambda r: r.position, descending=True),
        columns=columns.RESULTS,
        page=Shown("results.html", home.results),
    ),
    Resource(
        "result",
        "/months/<month_id>/results/<visit>",
        ProvenResult,
        lambda desk, _, **path: proven(desk, **path),
        "一条结果 One result and the proof that its visit was sealed before.",
        page=Shown("result.html", at="/results/<month_id>/<visit>"),
    ),
    Resource(
        "carried",
        "/carried",
        CarriedRow,
        lambda desk, _: list(pub.index(desk).carried),
        "顺延公示 Visits carried, not made: compound, reason, when, and which freeze "
        "takes them up.",
        listed=by(lambda r: r.position, descending=True),
        columns=columns.CARRIED,
        page=Shown("carried.html"),
    ),
    Resource(
        "overdue",
        "/overdue",
        OverdueLine,
        lambda desk, _: overdue(desk),
        "逾期公示 Results published late, and how many are missing by due date.",
        listed=by(lambda r: r.position, descending=True),
        columns=columns.OVERDUE,
        page=Shown("overdue.html"),
        kept=cached_today,
    ),
    Resource(
        "compounds",
        "/compounds",
        CompoundLine,
        compounds.compounds,
        "小区名录 Compounds of the newest freeze: public columns.",
        takes=q.CompoundFilter,
        listed=by(lambda c: c.id),
        columns=columns.COMPOUNDS,
        page=Shown("compounds.html", home.search),
    ),
    Resource(
        "compound",
        "/compounds/<compound>",
        CompoundFile,
        lambda desk, _, compound: compounds.compound(desk, compound),
        "一个小区 Its results; when the next may appear, and why there is none yet.",
        page=Shown("compound.html", home.compound),
    ),
    Resource(
        "companies",
        "/companies",
        CompanyLine,
        compounds.companies,
        "企业名录 Companies of the newest freeze, with problems found and solved.",
        takes=q.Words,
        listed=by(lambda c: c.usc18),
        columns=columns.COMPANIES,
    ),
    Resource(
        "company",
        "/companies/<usc18>",
        CompanyFile,
        lambda desk, _, usc18: compounds.company(desk, usc18),
        "一家企业 Its compounds, counts and newest results.",
        page=Shown("company.html", home.company),
    ),
    Resource(
        "package",
        "/packages/<code>",
        DoorPackage,
        lambda desk, _, code: door.opened(desk, code),
        "扫码核验 Who was drawn for this package; only from the morning of its day on.",
        page=Shown("door.html", at="/door/<code>"),
        kept=uncached,
    ),
)
