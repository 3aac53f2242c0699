"""Files of a month by name: approval form, report, bottom list, notices, exports.

In: a month at its stage and a name of `MONTH`. Out: the file; what says more than the
public knows is recorded when it is taken out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial

from api.docket import matter_papers, views
from api.docket.documents import counts, percent
from api.errors import Problem
from api.field import arrivals, duties
from api.field.visit_papers import notice
from api.figures import score_text
from api.months import exports, platform, steps
from api.papers import approvals, ics, lists
from api.papers.named import DOCX, XLSX, ZIP, File, Named, pick
from api.papers.tables import zip_file
from api.papers.text import day as shown
from api.registry.letterhead import approver, head, signed_under
from api.site import READERS, Desk
from api.store.models import Month
from inspector.domain import VisitKind
from inspector.law import categories, task_sources
from inspector.month.assigned import Assigned, Result
from inspector.month.freeze import Frozen
from inspector.month.pack import Packed
from inspector.month.stages import Approval, Route
from inspector.months import month_span
from inspector.results.outcomes import NO_SCORE
from inspector.words import codes, result_word, several, word
from inspector.workdays import local_day

TOP_ITEMS = 10  # items the monthly report names


@dataclass(frozen=True, slots=True)
class DocumentNames:
    """The names under which files can be had now."""

    names: list[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What else a file of a month may need: the name as it was asked for, a day, and
    the address of this service."""

    name: str
    day: date | None
    site: str


def approval(desk: Desk, month: Month, _wanted: Wanted) -> File:
    """行政检查审批表 of the month's plan. Raises step.order before there is one."""
    route = steps.load(desk, month)
    packed: Packed = route.need("packed", "approval_form")
    form = _approval(desk, route, packed)
    data = approvals.approval(form, head(desk, demo=month.demonstration))
    return File(f"{month.month}-approval.docx", DOCX, data)


def _approval(desk: Desk, route: Route, packed: Packed) -> approvals.Approval:
    frozen, packing = packed.frozen, packed.packing
    first, last = month_span(frozen.policy.month)
    number, by, when, signed = _given(desk, route.approval)
    return approvals.Approval(
        *(frozen.policy.month, *platform.numbers(frozen), *_task(packed)),
        f"在管住宅小区 {sum(s.size for s in frozen.strata)} 个",
        word("method", frozen.policy.scope.method.value).zh,
        platform.groups(frozen.registry.items),
        *(f"{shown(first)}至{shown(last)}", platform.rates(frozen)),
        sum(len(p.stops) for p in packing.packages),
        *(len(packing.packages), len(packed.persons)),
        f"{sum(p.travel_minutes for p in packing.packages)} 分钟",
        *(frozen.commitment.hex(), number, by),
        when,
        signed,
    )


def _given(desk: Desk, given: Approval | None) -> tuple[str, str, date | None, str]:
    """Number, who, day and delegation of the approval; blank before it."""
    if given is None:
        return "", "", None, ""
    when, by = local_day(given.at), given.by
    return given.number, approver(desk, by), when, signed_under(desk, when, by)


def _task(packed: Packed) -> tuple[str, str]:
    """任务来源 and 检查类别 of all visits of the plan."""
    made = {k for v in packed.drawn.visits for k in v.kinds}
    kinds, task = [k for k in VisitKind if k in made], packed.frozen.policy.task
    sources = several("visit_source", task_sources(kinds, task))
    return sources.zh, several("category", categories(kinds, task)).zh


def report(desk: Desk, month: Month, _wanted: Wanted, *, ending: str) -> File:
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
    texts = {i.code: i.finding for i in assigned.frozen.registry.items}
    items = Counter(code for r in results for code in r.findings)
    lines = _result_lines(assigned)
    outcomes = Counter(outcome for *_, outcome, _ in lines)
    known = (
        result_word("outcome", o, f).zh for f in ("-", "") for o in codes("outcome")
    )
    return lists.MonthlyReport(
        month.month,
        _figures(desk, results),
        [(said, outcomes[said]) for said in dict.fromkeys(known) if outcomes[said]],
        [
            (code, texts.get(code, ""), count)
            for code, count in sorted(items.items(), key=lambda x: (-x[1], x[0]))
        ][:TOP_ITEMS],
        lines,
        counts(desk, "street"),
        max((local_day(r.published_at) for r in results), default=None),
    )


def _figures(desk: Desk, results: Sequence[Result]) -> list[tuple[str, str, str]]:
    graded = [r.score_bp for r in results if r.score_bp != NO_SCORE]
    rate = percent(views.count_of(desk, "city", "").percent)
    mean = score_text(Fraction(sum(graded), len(graded))) if graded else "—"
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
    rows = platform.results_of(assigned)
    return [
        (
            *(c.name, company, r.date.isoformat()),
            result_word("outcome", r.outcome, c.usc18).zh,
            result_word("follow_up", r.follow_up, c.usc18).zh,
        )
        for r, _, c, company in sorted(rows, key=lambda x: (x[0].date, x[2].id))
    ]


def bottom(desk: Desk, month: Month, _wanted: Wanted, *, ending: str) -> File:
    """倒排名单 of the freeze. Raises step.order before it."""
    frozen: Frozen = steps.load(desk, month).need("frozen", "bottom")
    compounds = {c.id: c for c in frozen.registry.compounds}
    streets = {s.code: s.name for s in frozen.registry.streets}
    rows = []
    for place, r in enumerate(frozen.ranking.bottom, 1):
        c = compounds[r.compound]
        street = "" if r.street_score is None else score_text(r.street_score)
        rows.append(
            (place, c.id, c.name, streets[c.street], score_text(r.score), street)
        )
    paper, called = head(desk, demo=month.demonstration), frozen.policy.month
    if ending == "docx":
        data = lists.bottom(rows, called, local_day(frozen.at), paper)
    else:
        data = lists.bottom_book(rows, called, paper)
    media = {"docx": DOCX, "xlsx": XLSX}[ending]
    return File(f"{month.month}-bottom.{ending}", media, data)


def notices(desk: Desk, month: Month, wanted: Wanted) -> File:
    """The notices of one day's visits in one archive; the reading is recorded."""
    if wanted.day is None:
        raise Problem("document.day")
    field, day = duties.field_of(desk, month.id), wanted.day
    packages = [p for p in field.packages.values() if p.day == day]
    if not packages:
        raise Problem("http.not_found")
    desk.disclosed(f"month:{month.id}", what="notices", day=day.isoformat())
    works = [duties.visit_in(desk, field, s.visit) for p in packages for s in p.stops]
    made = (notice(desk, work, wanted.site) for work in works)
    files = {f.name: f.data for f in made}
    return File(f"{day.isoformat()}-notices.zip", ZIP, zip_file(files))


def _table(desk: Desk, month: Month, wanted: Wanted) -> File:
    return exports.export(desk, month, wanted.name)


PLANNER = ("planner",)
MONTH = (
    Named("approval.docx", ("planner", "head", "auditor"), approval, "packed"),
    *(
        Named(f"{stem}.{ending}", READERS, partial(make, ending=ending), needs)
        for stem, make, needs in (
            ("report", report, "assigned"),
            ("bottom", bottom, "frozen"),
            ("joint-meeting", matter_papers.monthly, "frozen"),
        )
        for ending in ("docx", "xlsx")
    ),
    *arrivals.NAMED,
    Named("notices.zip", PLANNER, notices, "assigned"),
    *(Named(name, PLANNER, _table, needs) for name, needs in exports.NAMES.items()),
)


def of_month(desk: Desk, month_id: str, wanted: Wanted) -> File:
    """A file of a month by its name. Raises Problem, and step.order when too early."""
    row, month = pick(MONTH, desk.actor.roles, wanted.name), steps.find(desk, month_id)
    file = row.make(desk, month, wanted)
    return replace(file, name=steps.apart(desk, month, file.name))


def names(desk: Desk, month_id: str) -> DocumentNames:
    """What the reader can have at the month's present stage."""
    route = steps.load(desk, steps.find(desk, month_id))
    return DocumentNames(
        [
            n.name
            for n in MONTH
            if n.fits(desk.actor.roles)
            and getattr(route, n.needs) is not None
            and not n.name.endswith("/")
        ]
    )


# --- duty dates ------------------------------------------------------------------


def duty_calendar(desk: Desk) -> File:
    """The actor's duty dates as .ics: days and nothing else; those that went to
    somebody else cancelled."""
    who = desk.actor.inspector
    marked = [
        ics.Duty(
            d.day,
            f"{desk.mark(d.month_id, f'duty/{who}/{d.day}')[:32]}@sunlot",
            d.month,
            d.cancelled,
            d.changes,
        )
        for d in duties.told(desk)
    ]
    data = ics.duty_calendar(marked, "执法检查日", desk.now)
    return File("duty.ics", "text/calendar; charset=utf-8", data)
