"""Papers of the docket: cases → the list, a case, order, re-check, exit proposal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from api.clock import today
from api.docket import cases, views
from api.docket.answers import CaseLine
from api.docket.views import labels
from api.errors import Problem
from api.papers import lists, orders
from api.papers.forms import Object
from api.papers.named import DOCX, XLSX, File, Named, pick
from api.papers.orders import OrderRow
from api.registry import registers
from api.registry.letterhead import head, signed_under
from api.registry.sheets import breaches, live_rows, newest
from api.site import READERS, Desk
from api.store import moves
from api.store.oversight import DocketCase
from inspector.docket.cases import CaseFile, fold
from inspector.docket.escalation import EXIT
from inspector.docket.moves import Escalated, Ordered, Visited
from inspector.docket.moves import Problem as Trouble
from inspector.domain import VisitKind
from inspector.printable import iso
from inspector.words import codes, several, word


def ledger(desk: Desk, *, ending: str) -> File:
    """后进小区整改台账, all cases; the sheet also counts per street and company."""
    found = desk.db.scalars(views.query({}).order_by(*views.ORDER))
    lines = [_line(d) for d in views.lines(desk, list(found))]
    if ending == "docx":
        as_of = moves.last(desk, cases.THING)
        day = today(as_of) if as_of is not None else None
        return File("docket.docx", DOCX, lists.docket(lines, day, head(desk)))
    streets, companies = (counts(desk, by) for by in ("street", "company"))
    data = lists.docket_book(lines, streets, companies, head(desk))
    return File("docket.xlsx", XLSX, data)


def _line(d: CaseLine) -> lists.DocketLine:
    reasons = several("reason", (r.code for r in d.reasons)).zh
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
    told = cases.lines(desk, row)
    sheet = lists.CaseSheet(
        "整改台账事项",
        "Docket case",
        _figures(desk, row, found),
        [_problem(p) for p in _rows(desk, found.problems)],
        [
            (x.move.day, word("move", x.kind).zh, _number(x), str(x.position))
            for x in told
        ],
        max((x.move.day for x in told), default=None),
    )
    data = lists.case_sheet(sheet, head(desk, number))
    return File(f"{number}-case.docx", DOCX, data)


def exit_proposal(desk: Desk, number: str) -> File:
    """清退建议书 with its evidence. Raises InspectorError docket.no_exit."""
    row = cases.find(desk, number)
    pack = views.exit_proposal(desk, row)
    found = cases.load(desk, row)
    left = [m.day for m in found.moves if isinstance(m, Escalated) and m.rung == EXIT]
    sheet = lists.CaseSheet(
        "清退建议书",
        "Exit proposal",
        _figures(desk, row, found),
        [_problem(p) for p in _rows(desk, found.unsolved)],
        [(f.day, f.zh, f.number, str(f.position)) for f in pack.facts],
        left[-1] if left else None,
    )
    data = lists.case_sheet(sheet, head(desk, pack.number))
    return File(f"{number}-exit.docx", DOCX, data)


def _number(line: cases.Line) -> str:
    return str(getattr(line.move, "number", getattr(line.move, "visit", "")))


def _figures(desk: Desk, row: DocketCase, c: CaseFile) -> list[tuple[str, str, str]]:
    where = _object(desk, c.compound, c.company)
    (d,) = views.lines(desk, [row])
    office = word("office", c.office.value if c.office else "")
    return [
        ("台账编号", "Case", c.id),
        ("小区", "Compound", f"{where.compound_name} {c.compound}"),
        ("物业服务企业", "Company", f"{where.company} {c.company}")
        if where.firm
        else ("责任主体", "Responsible", f"{where.party}（{where.mode}）"),
        ("街道", "Street", d.street_name or c.street),
        ("列入缘由", "Reasons", "\n".join(r.sentences()[0] for r in c.reasons)),
        ("状态", "State", word("case", c.state.value).zh),
        ("治理措施", "Measure", _line(d).measure),
        ("责任单位", "Responsible", c.unit),
        ("责任人（职务）", "Person, by role", office.zh),
        ("列入日期", "Opened", c.opened.isoformat()),
    ]


def _problem(p: OrderRow) -> tuple[str, ...]:
    about = (str(p.number), p.item, p.text, p.severity)
    return (*about, iso(p.deadline), iso(p.solved))


def order(desk: Desk, number: str) -> File:
    """责令整改通知书 of the last order, to the company that ran the compound then;
    整改督办函 where none did. Raises Problem 404 before an order, and paper.basis while
    an item has no confirmed basis."""
    row = cases.find(desk, number)
    c = cases.load(desk, row)
    at = [k for k, m in enumerate(c.moves) if isinstance(m, Ordered)]
    last = c.moves[at[-1]] if at else None
    if not isinstance(last, Ordered):
        raise Problem("http.not_found")
    then = fold(c.moves[: at[-1] + 1])
    named = {n for n, _, _ in last.deadlines}
    found = [p for p in then.problems if p.number in named]
    texts = registers.texts(desk)
    said = orders.RectifyOrder(
        _object(desk, c.compound, then.company),
        *(c.id, last.day, _rows(desk, found), then.unit),
        word("office", then.office.value if then.office else "").zh,
        *(_basis(desk, {p.item for p in found}), _measure(then)),
        *(signed_under(desk, last.day), texts["remedy"], texts["contact"]),
    )
    data = orders.rectify_order(said, head(desk, last.number))
    return File(f"{number}-order.docx", DOCX, data)


def _measure(c: CaseFile) -> str:
    """The measure in force at that time, with its level."""
    if not c.measures:
        return ""
    taken = c.measures[-1]
    level = word("level", taken.level.value).zh if taken.level.value else ""
    said = word("measure", taken.measure.value).zh
    return f"{said}（{level}）" if level else said


def recheck(desk: Desk, number: str) -> File:
    """整改复查记录 of the last re-check, as the case stood then; blank before one."""
    c = cases.load(desk, cases.find(desk, number))
    at = [
        k
        for k, m in enumerate(c.moves)
        if isinstance(m, Visited) and m.kind is VisitKind.RECHECK
    ]
    then = fold(c.moves[: at[-1] + 1]) if at else c
    last = c.moves[at[-1]] if at else None
    result, day, visit = "", None, ""
    if isinstance(last, Visited):
        result = "未通过" if last.failed else "通过"
        day, visit = last.day, last.visit
    said = orders.Recheck(
        _object(desk, c.compound, then.company),
        *(c.id, then.orders[-1] if then.orders else "", day, visit),
        *(_rows(desk, then.problems), result),
    )
    return File(f"{number}-recheck.docx", DOCX, orders.recheck(said, head(desk)))


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
    """The confirmed legal basis of these items, as the registries have them."""
    rows = (r.cells for r in live_rows(desk, "items"))
    mine = [(c["code"], c["legal_basis"]) for c in rows if c["code"] in items]
    return registers.basis_of(desk, mine)


def _object(desk: Desk, compound: str, company: str) -> Object:
    entry = newest(desk, "compounds", compound)
    cells = (entry.cells if entry is not None else None) or {}
    name, community = cells.get("name", ""), cells.get("community", "")
    street = labels(desk, "streets").get(cells.get("street", ""), "")
    mode = "professional" if company else "fallback"
    if (said := cells.get("mode", "")) and bool(company) == bool(cells.get("usc18")):
        mode = said
    return Object(
        *(compound, name, community, labels(desk, "companies").get(company, "")),
        *(company, cells.get("address", "")),
        cells.get("responsible", "") or community or street,
        word("mode", mode).zh if mode in codes("mode") else mode,
    )


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
