"""Papers of the docket: cases → the list, a case, order, re-check, exit proposal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from api.docket import cases, views
from api.docket.answers import CaseLine
from api.docket.views import labels
from api.errors import Problem
from api.papers import forms, lists
from api.papers.forms import Object, OrderRow
from api.papers.named import DOCX, XLSX, File, Named, pick
from api.papers.text import each_once
from api.registry.letterhead import head
from api.registry.sheets import breaches, live_rows, newest
from api.site import READERS, Desk
from api.store.oversight import DocketCase
from inspector.docket.cases import CaseFile
from inspector.docket.moves import Ordered, Visited
from inspector.docket.moves import Problem as Trouble
from inspector.domain import VisitKind
from inspector.words import word


def ledger(desk: Desk, *, ending: str) -> File:
    """后进小区整改台账, all cases; the sheet also counts per street and company."""
    found = desk.db.scalars(views.query({}).order_by(*views.ORDER))
    lines = [_line(d) for d in views.lines(desk, list(found))]
    if ending == "docx":
        return File("docket.docx", DOCX, lists.docket(lines, head(desk)))
    streets, companies = (counts(desk, by) for by in ("street", "company"))
    data = lists.docket_book(lines, streets, companies, head(desk))
    return File("docket.xlsx", XLSX, data)


def _line(d: CaseLine) -> lists.DocketLine:
    reasons = "、".join(word("reason", r.code).zh for r in d.reasons)
    return lists.DocketLine(
        d.number,
        d.compound_name or d.compound,
        d.street_name or d.street,
        reasons,
        d.measure.zh + (f"（{d.level.zh}）" if d.level.zh else ""),
        d.state.zh,
        d.found,
        d.solved,
        d.deadline,
    )


def case(desk: Desk, number: str) -> File:
    """One case with its whole course."""
    row = cases.find(desk, number)
    found = cases.load(desk, row)
    texts = breaches(desk)
    sheet = lists.CaseSheet(
        "整改台账事项",
        "Docket case",
        _figures(desk, row, found),
        [_problem(p, texts) for p in found.problems],
        [
            (x.move.day, word("move", x.kind).both, _number(x), str(x.position))
            for x in cases.lines(desk, row)
        ],
    )
    data = lists.case_sheet(sheet, head(desk, number))
    return File(f"{number}-case.docx", DOCX, data)


def exit_proposal(desk: Desk, number: str) -> File:
    """清退建议书 with its evidence. Raises InspectorError docket.no_exit."""
    row = cases.find(desk, number)
    pack = views.exit_proposal(desk, row)
    texts = breaches(desk)
    found = cases.load(desk, row)
    sheet = lists.CaseSheet(
        "清退建议书",
        "Exit proposal",
        _figures(desk, row, found),
        [_problem(p, texts) for p in found.unsolved],
        [(f.day, f"{f.zh}\n{f.en}", f.number, str(f.position)) for f in pack.facts],
    )
    data = lists.case_sheet(sheet, head(desk, pack.number))
    return File(f"{number}-exit.docx", DOCX, data)


def _number(line: cases.Line) -> str:
    return str(getattr(line.move, "number", getattr(line.move, "visit", "")))


def _figures(desk: Desk, row: DocketCase, c: CaseFile) -> list[tuple[str, str, str]]:
    where = _object(desk, c)
    (d,) = views.lines(desk, [row])
    office = word("office", c.office.value if c.office else "")
    return [
        ("台账编号", "Case", c.id),
        ("小区", "Compound", f"{where.compound_name} {c.compound}"),
        ("物业服务企业", "Company", f"{where.company} {c.company}".strip()),
        ("街道", "Street", d.street_name or c.street),
        ("列入缘由", "Reasons", "\n".join(r.sentences()[0] for r in c.reasons)),
        ("状态", "State", word("case", c.state.value).both),
        ("治理措施", "Measure", _line(d).measure),
        ("责任单位", "Responsible", c.unit),
        ("责任人（职务）", "Person, by role", office.zh),
        ("列入日期", "Opened", c.opened.isoformat()),
    ]


def _problem(p: Trouble, texts: dict[str, str]) -> tuple[str, ...]:
    return (
        *(str(p.number), p.item, texts.get(p.item, "")),
        word("severity", p.severity).zh,
        p.deadline.isoformat() if p.deadline else "",
        p.solved.isoformat() if p.solved else "",
    )


def order(desk: Desk, number: str) -> File:
    """责令整改通知书 of the case's last order. Raises Problem 404 before one."""
    row = cases.find(desk, number)
    c = cases.load(desk, row)
    last = next((m for m in reversed(c.moves) if isinstance(m, Ordered)), None)
    if last is None:
        raise Problem("http.not_found")
    named = {n for n, _, _ in last.deadlines}
    said = forms.RectifyOrder(
        _object(desk, c),
        c.id,
        last.day,
        _rows(desk, [p for p in c.problems if p.number in named]),
        c.unit,
        word("office", c.office.value if c.office else "").zh,
        _basis(desk, {p.item for p in c.problems if p.number in named}),
        _line(views.lines(desk, [row])[0]).measure,
    )
    data = forms.rectify_order(said, head(desk, last.number))
    return File(f"{number}-order.docx", DOCX, data)


def recheck(desk: Desk, number: str) -> File:
    """整改复查记录 of the last re-check; blank before one."""
    c = cases.load(desk, cases.find(desk, number))
    kind = VisitKind.RECHECK
    last = next(
        (m for m in reversed(c.moves) if isinstance(m, Visited) and m.kind is kind),
        None,
    )
    result = "" if last is None else ("未通过 failed" if last.failed else "通过 passed")
    day: date | None = last.day if last else None
    said = forms.Recheck(
        _object(desk, c),
        c.id,
        day,
        last.visit if last else "",
        _rows(desk, c.problems),
        result,
    )
    return File(f"{number}-recheck.docx", DOCX, forms.recheck(said, head(desk)))


def _rows(desk: Desk, problems: Sequence[Trouble]) -> list[OrderRow]:
    texts = breaches(desk)
    return [
        OrderRow(
            p.number,
            p.item,
            texts.get(p.item, ""),
            word("severity", p.severity).zh,
            p.deadline,
            p.solved,
        )
        for p in problems
    ]


def _basis(desk: Desk, items: set[str]) -> str:
    """The legal basis of these items, as the registries have it."""
    rows = (r.cells for r in live_rows(desk, "items"))
    return each_once(c["legal_basis"] for c in rows if c["code"] in items)


def _object(desk: Desk, c: CaseFile) -> Object:
    entry = newest(desk, "compounds", c.compound)
    cells = (entry.cells if entry is not None else None) or {}
    company = labels(desk, "companies").get(c.company, "")
    name, community = cells.get("name", ""), cells.get("community", "")
    return Object(c.compound, name, community, company, c.company)


def counts(desk: Desk, by: str) -> list[tuple[str, int, int, str]]:
    """The docket's problem counters as lists have them."""
    return [
        (c.name or c.key, c.found, c.solved, percent(c.percent))
        for c in views.counters(desk, by)
    ]


def percent(value: int | None) -> str:
    """A rate as lists show it."""
    return "—" if value is None else f"{value} %"


DOCKET = tuple(
    Named(f"docket.{ending}", READERS, partial(ledger, ending=ending))
    for ending in ("docx", "xlsx")
)
CASE = (
    Named("case.docx", READERS, case),
    Named("order.docx", READERS, order),
    Named("recheck.docx", READERS, recheck),
    Named("exit.docx", READERS, exit_proposal),
)


def of_docket(desk: Desk, name: str) -> File:
    """A file of the whole docket by its name. Raises Problem."""
    return pick(DOCKET, desk.actor.roles, name).make(desk)


def of_case(desk: Desk, number: str, name: str) -> File:
    """A paper of one case by its name. Raises Problem."""
    return pick(CASE, desk.actor.roles, name).make(desk, number)
