"""Papers of a month: notice, record on site, approval form, monthly report.

A notice and a record name a visit that nobody may know of before its day: taking one
out is recorded, and officers get those of their own package only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from api.clock import local, moment
from api.documents import forms, ics, lists
from api.documents.forms import Object, Officer, RecordRow
from api.documents.paper import Head
from api.documents.text import moment as shown
from api.errors import Problem
from api.months import steps
from api.services import docket_views, duties, fieldwork
from api.services.duties import Work
from api.services.exports import File
from api.services.fieldwork import Sheet
from api.services.tables import zip_file
from api.site import Desk
from api.store.models import Bureau, Month
from inspector.domain import Item, Registry
from inspector.month.field import Assigned, Result
from inspector.month.freeze import Frozen
from inspector.month.pack import Packed
from inspector.month.stages import Route
from inspector.months import month_span
from inspector.oversight.outcomes import NO_SCORE
from inspector.oversight.results import Finding, RawResult, score
from inspector.oversight.review import Drafted
from inspector.policy import Method
from inspector.words import codes, word

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOP_ITEMS = 10  # items the monthly report names


def head(desk: Desk, number: str = "", *, demo: bool = False) -> Head:
    """What stands on every paper made now."""
    office = desk.db.get(Bureau, desk.bureau)
    at = local(desk.now)
    name = office.name if office is not None else ""
    marked = demo or desk.site.settings.demo or bool(office and office.demo)
    return Head(name, number, at, marked)


# --- one visit -------------------------------------------------------------------


def found(desk: Desk, month_id: str, visit: str, what: str) -> Work:
    """A placed visit for the bureau; the reading is recorded. Raises Problem 404."""
    work = duties.visit_in(desk, duties.field_of(desk, month_id), visit)
    desk.disclosed(f"visit:{work.mark}", what=what)
    return work


def own(desk: Desk, month_id: str, visit: str, what: str) -> Work:
    """A visit of one's own open package; the reading is recorded. Raises Problem."""
    work = duties.work(desk, month_id, visit)
    desk.disclosed(f"visit:{work.mark}", what=what)
    return work


def notice(desk: Desk, work: Work, site: str) -> File:
    """检查通知书 with the QR of the door page; `site`: address of this service."""
    frozen = work.field.assigned.frozen
    approved = steps.load(desk, work.field.month).approval
    number = approved.number if approved is not None else ""
    code = duties.door_code(desk, work.field.month.id, work.package.id)
    items = frozen.registry.items
    said = forms.Notice(
        _object(frozen.registry, work),
        work.package.day,
        work.stop.start,
        _team(work),
        _purposes(work),
        _groups(items),
        basis(items),
        _methods(items),
        number,
        work.visit.id,
        f"{site}/{frozen.policy.bureau}/door/{code}",
    )
    paper = head(desk, number, demo=work.field.month.demonstration)
    return _docx(work, "notice", forms.notice(said, paper))


def record(desk: Desk, work: Work) -> File:
    """现场检查笔录: what the officers wrote, or a blank one to fill in by hand."""
    sheet = fieldwork.sheet(desk, work)
    paper = head(desk, demo=work.field.month.demonstration)
    return _docx(work, "record", forms.site_record(_record(work, sheet), paper))


def _docx(work: Work, name: str, data: bytes) -> File:
    month = work.field.month.month
    return File(f"{month}-{work.visit.id}-{name}.docx", DOCX, data)


def _object(registry: Registry, work: Work) -> Object:
    c = work.compound
    names = {x.usc18: x.name for x in registry.companies}
    return Object(c.id, c.name, c.community, names.get(c.usc18, ""), c.usc18)


def _team(work: Work) -> list[Officer]:
    return [
        Officer(who.name, who.cert_no, who.unit, word("role", role.value))
        for role, who in work.field.team(work.package.id)
    ]


def _purposes(work: Work) -> str:
    return "、".join(word("kind", k.value).zh for k in work.visit.kinds)


def _groups(items: Sequence[Item]) -> str:
    names = dict.fromkeys(i.group for i in items)
    return f"{'、'.join(names)}（{len(items)} 项）"


def basis(items: Sequence[Item]) -> str:
    """Every legal basis of these items, each once."""
    laws = (law.strip() for i in items for law in i.legal_basis.split("；"))
    return "；".join(dict.fromkeys(law for law in laws if law))


def _methods(items: Sequence[Item]) -> str:
    return "、".join(dict.fromkeys(word("check_method", i.method).zh for i in items))


def _record(work: Work, sheet: Sheet) -> forms.SiteRecord:
    raw = sheet.stage.raw
    return forms.SiteRecord(
        _object(work.field.assigned.frozen.registry, work),
        work.package.day,
        *(_time(raw.started), _time(raw.ended)),
        *(_team(work), _purposes(work)),
        word("check_method", raw.method).zh,
        _rows(work, raw),
        *(_named("outcome", raw.outcome), _named("follow_up", raw.follow_up)),
        _score(work, sheet),
        *(_opinion(raw), raw.note),
        [
            (f"{s.name}（{s.cert_no}）", s.at)
            for s in getattr(sheet.stage, "signatures", ())
        ],
        work.visit.id,
        raw.digest if sheet.version else "",
    )


def _score(work: Work, sheet: Sheet) -> str:
    """The score; none for a draft, which was never held against the checklist."""
    if isinstance(sheet.stage, Drafted):
        return ""
    return _points(score(sheet.stage.raw, work.field.checklist))


def _time(at: str) -> str:
    """A stamp in local time; as it was written where no clock shows it."""
    try:
        return shown(local(moment(at))) if at else ""
    except (ValueError, OverflowError):
        return at


def _named(kind: str, code: str) -> str:
    """`中文 English` of a code, empty for none."""
    return word(kind, code).both if code else ""


def _points(bp: int) -> str:
    """`87.50` points of 100 for 8750 basis points."""
    return "未评分 none" if bp == NO_SCORE else f"{bp // 100}.{bp % 100:02}"


def _opinion(raw: RawResult) -> str:
    parts = (_named("opinion", raw.opinion), raw.opinion_by, raw.opinion_text)
    return "\n".join(p for p in parts if p)


def _rows(work: Work, raw: RawResult) -> list[RecordRow]:
    answers = {f.item: f for f in raw.findings}
    return [_row(i, answers.get(i.code)) for i in work.field.checklist.items]


def _row(item: Item, answer: Finding | None) -> RecordRow:
    if answer is None:
        return RecordRow(item.code, item.text, "", "", "", "")
    found = f"{answer.defects} 处：{answer.text}" if answer.defects else answer.text
    return RecordRow(
        item.code,
        item.text,
        "是" if answer.checked else "否",
        found,
        word("severity", answer.severity).zh if answer.severity else "",
        word("handling", answer.handling).zh if answer.defects else "",
    )


# --- one month -------------------------------------------------------------------


def approval(desk: Desk, month: Month) -> File:
    """行政检查审批表 of the month's plan. Raises step.order before there is one."""
    route = steps.load(desk, month)
    packed: Packed = route.need("packed", "approval_form")
    data = forms.approval(
        _approval(route, packed), head(desk, demo=month.demonstration)
    )
    return File(f"{month.month}-approval.docx", DOCX, data)


def _approval(route: Route, packed: Packed) -> forms.Approval:
    frozen, given = packed.frozen, route.approval
    policy, packing = frozen.policy, packed.packing
    first, last = month_span(policy.month)
    targeted = policy.scope.method is Method.TARGETED
    plan = f"{policy.bureau}-{policy.month}"
    placed = sum(len(p.stops) for p in packing.packages)
    return forms.Approval(
        *(policy.month, plan, f"{plan}-{frozen.attempt}"),
        f"在管住宅小区 {sum(s.size for s in frozen.strata)} 个",
        "定向 targeted" if targeted else "不定向 open",
        _groups(frozen.registry.items),
        f"{first.isoformat()} 至 {last.isoformat()}",
        "；".join(f"{k} {n}/{d}" for k, (n, d) in policy.draw.rates),
        *(placed, len(packing.packages), len(packed.persons)),
        f"{sum(p.travel_minutes for p in packing.packages)} 分钟 min",
        frozen.commitment.hex(),
        *((given.number, given.by, given.at) if given else ("", "", "")),
    )


def report(desk: Desk, month: Month, ending: str) -> File:
    """月度通报 from published results. Raises step.order before the lottery."""
    assigned: Assigned = steps.load(desk, month).need("assigned", "report")
    said = _report(desk, month, assigned)
    paper = head(desk, demo=month.demonstration)
    make, media = {"docx": (lists.report, DOCX), "xlsx": (lists.report_book, XLSX)}[
        ending
    ]
    return File(f"{month.month}-report.{ending}", media, make(said, paper))


def _report(desk: Desk, month: Month, assigned: Assigned) -> lists.MonthlyReport:
    results = assigned.results
    texts = {i.code: i.text for i in assigned.frozen.registry.items}
    items = Counter(code for r in results for code in r.findings)
    outcomes = Counter(r.outcome for r in results)
    return lists.MonthlyReport(
        month.month,
        _figures(desk, results),
        [(_named("outcome", o), outcomes[o]) for o in codes("outcome") if outcomes[o]],
        [
            (code, texts.get(code, ""), count)
            for code, count in sorted(items.items(), key=lambda x: (-x[1], x[0]))
        ][:TOP_ITEMS],
        _result_lines(assigned),
        counts(desk, "street"),
    )


def counts(desk: Desk, by: str) -> list[tuple[str, int, int, str]]:
    """The docket's problem counters as lists have them."""
    return [
        (c.name or c.key, c.found, c.solved, _percent(c.percent))
        for c in docket_views.counters(desk, by)
    ]


def _percent(value: int | None) -> str:
    return "—" if value is None else f"{value} %"


def _figures(desk: Desk, results: Sequence[Result]) -> list[tuple[str, str, str]]:
    graded = [r.score_bp for r in results if r.score_bp != NO_SCORE]
    rate = _percent(docket_views.count_of(desk, "city", "").percent)
    mean = _points(sum(graded) // len(graded)) if graded else "—"
    found = sum(len(r.findings) for r in results)
    return [
        ("已公示结果", "Published results", str(len(results))),
        ("实施检查", "Inspected", str(len(graded))),
        ("未实施检查", "Not inspected", str(len(results) - len(graded))),
        ("发现问题", "Problems found", str(found)),
        ("平均得分", "Mean score", mean),
        ("台账问题整改率", "Closure rate of the docket", rate),
    ]


def _result_lines(assigned: Assigned) -> list[tuple[str, ...]]:
    registry = assigned.frozen.registry
    compounds = {c.id: c for c in registry.compounds}
    companies = {c.usc18: c.name for c in registry.companies}
    visits = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
    rows = [(compounds[visits[r.visit]], r) for r in assigned.results]
    return [
        (
            *(c.name, companies.get(c.usc18, ""), r.date.isoformat()),
            word("outcome", r.outcome).zh,
            word("follow_up", r.follow_up).zh,
        )
        for c, r in sorted(rows, key=lambda x: (x[1].date, x[0].id))
    ]


def bottom(desk: Desk, month: Month, ending: str) -> File:
    """倒排名单 of the freeze. Raises step.order before it."""
    frozen: Frozen = steps.load(desk, month).need("frozen", "bottom")
    compounds = {c.id: c for c in frozen.registry.compounds}
    streets = {s.code: s.name for s in frozen.registry.streets}
    rows = []
    for place, r in enumerate(frozen.ranking.bottom, 1):
        c = compounds[r.compound]
        street = "" if r.street_score is None else _points(int(r.street_score))
        rows.append(
            (place, c.id, c.name, streets[c.street], _points(int(r.score)), street)
        )
    paper = head(desk, demo=month.demonstration)
    make, media = {"docx": (lists.bottom, DOCX), "xlsx": (lists.bottom_book, XLSX)}[
        ending
    ]
    data = make(rows, frozen.policy.month, paper)
    return File(f"{month.month}-bottom.{ending}", media, data)


def notices(desk: Desk, month_id: str, day: date, site: str) -> File:
    """The notices of one day's visits in one archive; the reading is recorded."""
    field = duties.field_of(desk, month_id)
    packages = [p for p in field.packages.values() if p.day == day]
    if not packages:
        raise Problem("http.not_found")
    desk.disclosed(f"month:{month_id}", what="notices", day=day.isoformat())
    works = [duties.visit_in(desk, field, s.visit) for p in packages for s in p.stops]
    files = {f.name: f.data for f in (notice(desk, w, site) for w in works)}
    return File(f"{day.isoformat()}-notices.zip", "application/zip", zip_file(files))


# --- duty dates ------------------------------------------------------------------


def duty_calendar(desk: Desk) -> File:
    """The actor's duty dates as .ics: days and nothing else."""
    who = desk.actor.inspector
    days = [
        (d.day, duties.mark(desk, d.month_id, f"duty/{who}/{d.day}")[:32])
        for d in duties.dates(desk)
    ]
    marked = [(day, f"{uid}@sunlot") for day, uid in days]
    data = ics.duty_calendar(marked, "执法检查日 Inspection duty", desk.now)
    return File("duty.ics", "text/calendar; charset=utf-8", data)
