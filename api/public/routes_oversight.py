"""Credit, lists, docket, objections: what oversight publishes, as a table.

Rows as in `routes`. The address of a company's credit file never changes; `?on=` gives
it as of a past day.
"""

from __future__ import annotations

from sqlalchemy import select

from api.credit import files, roll_views, rules
from api.credit.comparison import GradingDay
from api.credit.files import CreditLine
from api.credit.roll_views import PublicRollEntry
from api.credit.routes_schemas import OnArgs
from api.docket import matter_views, views
from api.docket.answers import ProblemCount, PublicCaseLine, PublicCaseView
from api.docket.matter_views import MatterFigures
from api.errors import Problem
from api.field import objections
from api.public import docket as cases
from api.public import oversight as service
from api.public import routes_arguments as q
from api.public.oversight import CreditRulesPage, ObjectionsPage, PublicCreditFile
from api.public.routes_resource import Query, Resource, Shown, as_found
from api.site import Desk
from api.store import versions
from api.store.models import Entry
from api.store.oversight import CreditGrading
from api.store.versions import Version
from api.web import pages
from api.web.cache import cached_today
from api.web.forms import PageArgs
from inspector.credit.rules import SubjectKind

KINDS = {"companies": SubjectKind.COMPANY, "compounds": SubjectKind.COMPOUND}


def _credit(desk: Desk, query: Query) -> pages.Page:
    kind = SubjectKind(query["kind"])
    page = pages.paged(files.companies(kind), (Entry.name,), desk.db, query)
    lines = files.lines(desk, kind, page.items, query.get("on"))
    return pages.Page(lines, page.next)


def _credit_file(desk: Desk, query: Query, kind: str, subject: str) -> PublicCreditFile:
    if kind not in KINDS:
        raise Problem("http.not_found")
    return service.credit_file(desk, KINDS[kind], subject, query.get("on"))


def _credit_rules(desk: Desk, query: Query) -> CreditRulesPage:
    day = files.day_of(desk, query.get("on"))
    now = rules.described(rules.in_force(desk, day))
    rows, keys = versions.query(rules.SUBJECT), (Version.number,)
    page = pages.paged(rows, keys, desk.db, query, descending=True)
    items = tuple(rules.public(row) for row in page.items)
    return CreditRulesPage(items, page.next, now)


def _gradings(desk: Desk, query: Query) -> pages.Page:
    keys = (CreditGrading.day,)
    return pages.paged(select(CreditGrading), keys, desk.db, query, descending=True)


def _docket(desk: Desk, query: Query) -> pages.Page:
    found = views.query(query)
    page = pages.paged(found, views.ORDER, desk.db, query)
    return pages.Page(views.public(desk, page.items), page.next)


def _objections(desk: Desk, query: Query) -> ObjectionsPage:
    rows = objections.public_rows(desk)
    page = pages.cut(rows, lambda r: f"{r.received}/{r.id}", query, descending=True)
    return ObjectionsPage(
        tuple(page.items), page.next, objections.public_counts(rows, desk.today)
    )


ROWS = (
    Resource(
        "credit",
        "/credit",
        CreditLine,
        _credit,
        "信用等级 Score and grade of every company or compound on a day.",
        takes=q.CreditFilter,
        listed=as_found,
        page=Shown("credit.html", service.scored),
        kept=cached_today,
    ),
    Resource(
        "credit_file",
        "/credit/<kind>/<subject>",
        PublicCreditFile,
        _credit_file,
        "信用档案 A score with every term and the facts that count.\n\n"
        "`kind`: `companies` or `compounds`.",
        takes=OnArgs,
        page=Shown("credit_file.html", service.credit),
        kept=cached_today,
    ),
    Resource(
        "credit_rules",
        "/credit/rules",
        CreditRulesPage,
        _credit_rules,
        "评分规则 The rules of a day, and every version with its text.\n\n"
        "Anybody can score again.",
        takes=q.RulesOnDay,
        page=Shown("credit_rules.html", service.rules),
        kept=cached_today,
    ),
    Resource(
        "gradings",
        "/credit/gradings",
        GradingDay,
        _gradings,
        "等级公示 The days on which grades were published, and how many of each.",
        listed=as_found,
    ),
    Resource(
        "roll",
        "/rolls/<roll>",
        list[PublicRollEntry],
        lambda desk, query, roll: roll_views.public(desk, roll, query.get("on")),
        "信用名单 One list, `red` or `black`, on a day: reasons, documents, terms.\n\n"
        "What it is called, and by what regulation, is in the rules of credit.",
        takes=OnArgs,
        kept=cached_today,
    ),
    Resource(
        "docket",
        "/docket",
        PublicCaseLine,
        _docket,
        "后进小区台账 Overdue first, then by deadline, closed cases last.",
        takes=q.DocketFilter,
        listed=as_found,
        page=Shown("docket.html", cases.listed),
        kept=cached_today,
    ),
    Resource(
        "docket_case",
        "/docket/cases/<number>",
        PublicCaseView,
        lambda desk, _, number: cases.case(desk, number),
        "台账事项 One case and what happened in it.",
        page=Shown("docket_case.html", cases.beside_case),
        kept=cached_today,
    ),
    Resource(
        "docket_counters",
        "/docket/counters",
        list[ProblemCount],
        lambda desk, query: views.counters(desk, query["by"]),
        "台账问题整改率 Problems of the docket found, solved, and the closure rate.",
        takes=q.CountedBy,
        page=Shown("docket_counters.html", cases.counted, takes=q.CountedOnPage),
        kept=cached_today,
    ),
    Resource(
        "matters",
        "/matters",
        MatterFigures,
        lambda desk, *_: matter_views.public(desk),
        "协同事项 Calls of streets, disputes settled on each level, joint meetings and"
        " what became of their decisions, studies: counts only.",
        kept=cached_today,
    ),
    Resource(
        "objections",
        "/objections",
        ObjectionsPage,
        _objections,
        "异议公示 Number, dates and ruling of every objection, no texts.\n\n"
        "And how many came, are open, are late, and how they were decided.",
        takes=PageArgs,
        page=Shown("objections.html", service.objected),
        kept=cached_today,
    ),
)
