"""Review of raw results, and their publication as records that are never edited.

In: what both officers signed. The leader passes or returns it. Out: what he passes is
the month's step `publish` and a `LinkedRecord`. Later a correction goes the same way
(draft, two signatures, review) and ends in a record that names the one it replaces; a
withdrawal is such a record without content.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as about
from datetime import date
from typing import Any

from sqlalchemy import select

from api.answers import DayText, grown
from api.credit import facts
from api.errors import Problem
from api.field import duties, my_results, photos, publication, records, visits
from api.field.duties import Field, Work
from api.field.my_results import RawSheet
from api.field.records import LinkedRecord, of_visit
from api.field.visits import ArrivalLine, Sheet
from api.months import steps
from api.site import Desk
from api.store import fresh_id
from api.store.fieldwork import FieldResult, PublicResult
from inspector.codec import read
from inspector.errors import messages
from inspector.month import field as months
from inspector.month.assigned import Result
from inspector.month.documents import FORM, entry
from inspector.results import review
from inspector.results.outcomes import CARRIED, NO_SCORE, UNINSPECTED, Outcome
from inspector.results.raw import RawResult, score
from inspector.results.review import Drafted, PublicRecord
from inspector.workdays import local_day

messages(
    {
        "result.open": (
            "该检查的更正正在进行",
            "a correction of this visit is under way",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Queued:
    """A raw result with its place in the plan, for those who review."""

    id: str
    sheet: Sheet
    work: Work

    @property
    def inspected(self) -> bool:
        """Whether it is graded; an outcome without inspection is kept apart."""
        return self.score != NO_SCORE

    @property
    def score(self) -> int | None:
        """Score in basis points, -1 not inspected; None for a draft."""
        if isinstance(self.sheet.stage, Drafted):
            return None
        return score(self.sheet.stage.raw, self.work.checklist)


@dataclass(frozen=True, slots=True)
class RawRow(RawSheet):
    """A raw result with its place in the plan, as it is shown."""

    month_id: str
    month: str
    visit: str
    package: str
    day: date
    compound: str
    officers: tuple[str, ...]
    score_bp: int | None
    inspected: bool


@dataclass(frozen=True, slots=True)
class RawDetail(RawRow):
    """The same with the arrivals."""

    arrivals: tuple[ArrivalLine, ...]


def row_of(found: Queued) -> RawRow:
    """A raw result as a line of the queue."""
    work = found.work
    return grown(
        RawRow,
        my_results.shown(found.sheet),
        month_id=work.field.month.id,
        month=work.field.month.month,
        visit=found.sheet.stage.raw.visit,
        package=work.package.id,
        day=work.package.day,
        compound=work.compound.id,
        officers=work.officers,
        score_bp=found.score,
        inspected=found.inspected,
    )


def detail_of(desk: Desk, found: Queued) -> RawDetail:
    """The same with its arrivals."""
    came = tuple(visits.arrivals(desk, found.work.mark))
    return grown(RawDetail, row_of(found), arrivals=came)


def queue(desk: Desk, month_id: str, state: str = "") -> list[Queued]:
    """Raw results of a month by visit, in one state or all; the reading is recorded."""
    field = duties.field_of(desk, month_id)
    rows = select(FieldResult).where(FieldResult.month_id == month_id)
    if state:
        rows = rows.where(FieldResult.state == state)
    there = {s.visit for p in field.packages.values() for s in p.stops}
    sheets = [visits.opened(desk, row) for row in desk.db.scalars(rows)]
    # A visit that an amendment took off the plan has no package to show.
    found = [_queued(desk, field, s) for s in sheets if s.visit in there]
    if found:
        desk.disclosed(f"field_results:{month_id}", rows=len(found))
    return sorted(found, key=lambda q: (q.sheet.visit, q.sheet.number))


def waiting(desk: Desk, state: str) -> list[Queued]:
    """The same of all months in the field, those of the earliest days first."""
    months = [field.month.id for field in duties.in_field(desk)]
    return sorted((q for m in months for q in queue(desk, m, state)), key=place)


def place(found: Queued) -> str:
    """The place of a raw result among those of several months."""
    work, sheet = found.work, found.sheet
    where = f"{work.field.month.month}/{work.field.month.id}"
    return f"{work.package.day}/{where}/{sheet.visit}/{sheet.number:04}"


def _queued(desk: Desk, field: Field, sheet: Sheet) -> Queued:
    return Queued(sheet.id, sheet, duties.visit_in(desk, field, sheet.visit))


def find(desk: Desk, month_id: str, result_id: str) -> Queued:
    """One raw result. Raises Problem 404."""
    field = duties.field_of(desk, month_id)
    row = desk.row(FieldResult, result_id)
    if row.month_id != month_id:
        raise Problem("http.not_found")
    return _queued(desk, field, visits.opened(desk, row))


def show(desk: Desk, month_id: str, result_id: str) -> Queued:
    """The same for reading, which is recorded."""
    found = find(desk, month_id, result_id)
    desk.disclosed(f"field_result:{result_id}")
    return found


def reviewer(desk: Desk) -> str:
    """Who reviews: his staff number when he is an officer too."""
    return desk.actor.inspector or desk.actor.id


def send_back(desk: Desk, found: Queued, reason: str) -> Queued:
    """退回: to the officers; their signatures are void."""
    stage = review.returned(found.sheet.stage, reviewer(desk), reason, desk.stamp)
    sheet = visits.keep(desk, found.work, found.sheet, stage, "result_returned")
    return Queued(found.id, sheet, found.work)


def let_pass(desk: Desk, found: Queued) -> LinkedRecord:
    """审核通过: publish the result, or the correction it is."""
    stage = review.passed(found.sheet.stage, reviewer(desk), desk.stamp)
    visits.keep(desk, found.work, found.sheet, stage, "result_passed")
    result = result_of(desk, found.work, stage.raw)
    links = chain(desk, found.work.field.month.id, stage.raw.visit)
    body = public_body(found.work, stage.raw, result)
    body["photos"] = public_photos(desk, found.work, stage.raw)
    month = found.work.field.month
    if links:
        facts.result_published(desk, month, result)
        publication.corrected(desk, month, result)
        record = review.corrected(links, body, found.sheet.reason, desk.stamp)
        return _append(desk, found.work, links, record, "result_corrected")
    steps.advance(desk, month, "publish", entry(result))
    publication.follow(desk, month)
    record = review.first_record(stage.raw.visit, body, desk.stamp)
    return _append(desk, found.work, links, record, "result_recorded")


def result_of(desk: Desk, work: Work, raw: RawResult) -> Result:
    """What the month publishes of a raw result.

    What rests on the bureau's other logs is as they stand at the publication; a
    correction keeps it.
    """
    made = Result(
        raw.visit,
        raw.date,
        raw.outcome,
        raw.follow_up,
        score(raw, work.checklist),
        tuple(sorted(f.item for f in raw.problems)),
        desk.stamp,
        _unchecked(raw),
    )
    told = publication.rests_on(desk, work, raw)
    result: Result = read(Result, {**entry(made), **told}, "publish", FORM)
    return result


def _unchecked(raw: RawResult) -> tuple[str, ...]:
    """Items that could not be checked, where somebody was inspected."""
    inspected = Outcome(raw.outcome).inspected
    return tuple(sorted(f.item for f in raw.findings if inspected and not f.checked))


def public_body(work: Work, raw: RawResult, result: Result) -> dict[str, Any]:
    """What the record says: the entry of results.json, and how it came about.

    Codes only: what officers and party wrote may name people.
    """
    return {
        "entry": months.result_entry(work.field.assigned, result),
        "checklist": raw.checklist,
        "method": raw.method,
        "opinion": raw.opinion,
        "redlines": list(raw.redlines),
        "findings": [
            {
                "item": f.item,
                "severity": f.severity,
                "handling": f.handling,
                "days": f.days,
            }
            for f in raw.problems
        ],
    }


def public_photos(desk: Desk, work: Work, raw: RawResult) -> list[dict[str, str]]:
    """Item and copy without EXIF of every photo that the officers cite."""
    copies = photos.copies(desk, work.field.month.id, work.mark)
    cited = [(f.item, copies[p]) for f in raw.findings for p in f.photos]
    return [{"item": item, "sha256": copy} for item, copy in dict.fromkeys(cited)]


def chain(desk: Desk, month_id: str, visit: str) -> list[PublicRecord]:
    """What was published about a visit as linked records, oldest first."""
    return [review.read_record(r.record) for r in of_visit(desk, month_id, visit)]


def _append(
    desk: Desk,
    work: Work,
    before: list[PublicRecord],
    record: PublicRecord,
    event: str,
) -> LinkedRecord:
    row = PublicResult(
        id=fresh_id(),
        month_id=work.field.month.id,
        visit=record.visit,
        number=len(before) + 1,
        kind=record.kind,
        digest=record.digest,
        record=review.record_document(record),
        at=desk.now,
    )
    desk.db.add(row)
    desk.db.flush()
    desk.published()
    desk.event(event, f"public_result:{row.id}", number=row.number, digest=row.digest)
    return records.shown(row)


def published(desk: Desk, month_id: str, record_id: str) -> PublicResult:
    """A published record of a month. Raises Problem 404."""
    row = desk.row(PublicResult, record_id)
    if row.month_id != month_id:
        raise Problem("http.not_found")
    return row


def correct(desk: Desk, month_id: str, record_id: str, reason: str) -> Sheet:
    """Open a correction: a new draft for the two officers, with the old content."""
    record, work, links = _last(desk, month_id, record_id)
    row = visits.newest(desk, month_id, work.mark)
    old = visits.opened(desk, row) if row is not None else None
    if old is None or old.state != "passed":
        raise Problem("result.open")
    review.corrected(links, {}, reason, desk.stamp)  # refuses what cannot be corrected
    draft = Drafted(old.stage.raw)
    fresh = Sheet("", 0, old.number + 1, draft, old.visit, "", record.digest, reason)
    return visits.keep(desk, work, fresh, draft, "correction_opened")


def withdraw(desk: Desk, month_id: str, record_id: str, reason: str) -> LinkedRecord:
    """撤回: a record that says the one before no longer holds."""
    _, work, links = _last(desk, month_id, record_id)
    record = review.withdrawn(links, reason, desk.stamp)
    facts.result_withdrawn(desk, month_id, work.visit.id)
    publication.withdrawn(desk, work)
    return _append(desk, work, links, record, "result_withdrawn")


def _last(
    desk: Desk, month_id: str, record_id: str
) -> tuple[PublicRecord, Work, list[PublicRecord]]:
    """The newest record of a visit, its place in the plan, all its records.

    Raises Problem result.replaced when a newer one took its place.
    """
    row = published(desk, month_id, record_id)
    links = chain(desk, month_id, row.visit)
    if len(links) != row.number:
        raise Problem("result.replaced")
    field = duties.field_of(desk, month_id)
    return links[-1], duties.visit_in(desk, field, row.visit), links


@dataclass(frozen=True, slots=True)
class PublishDue:
    """公示期限 of a visit whose day is over."""

    visit: str
    day: DayText
    due: DayText
    provisional: bool = about(
        metadata={"says": "该年放假安排未公布 the calendar may still change"}
    )
    state: str
    result: str
    vacant: tuple[str, ...] = about(metadata={"says": "空缺 it lacks these officers"})


def deadlines(desk: Desk, month_id: str) -> list[PublishDue]:
    """Every visit whose day has come and that was not carried, with its publish-by date
    and where it stands."""
    field = duties.field_of(desk, month_id)
    done = {r.visit: local_day(r.published_at) for r in field.assigned.results}
    carried = {c.visit for c in field.assigned.carried} - done.keys()
    states = select(FieldResult).where(FieldResult.month_id == month_id)
    ordered = states.order_by(FieldResult.number)
    raw = {r.visit: r.state for r in desk.db.scalars(ordered)}
    frozen, vacant, out = field.assigned.frozen, field.assigned.vacancies(), []
    for visit, day in _made(desk, field):
        if visit in carried:
            continue
        due = months.due(frozen, day)
        late = review.lateness(due, done.get(visit), desk.today)
        where = raw.get(desk.mark(month_id, visit), "none")
        dates = day.isoformat(), due.isoformat()
        lacks = vacant.get(visit, ())
        out.append(PublishDue(visit, *dates, frozen.provisional, late, where, lacks))
    return sorted(out, key=lambda d: (d.due, d.visit))


def _made(desk: Desk, field: Field) -> list[tuple[str, date]]:
    """Visits whose packages are open by now, with their day."""
    return [
        (stop.visit, package.day)
        for package in field.packages.values()
        if duties.released(desk, field, package.day)
        for stop in package.stops
    ]


@dataclass(frozen=True, slots=True)
class UninspectedVisit:
    """A visit that gave no grade."""

    visit: str
    day: DayText
    why: str = about(metadata={"says": "category, or carried 顺延"})
    reason: str


def uninspected(desk: Desk, month_id: str) -> list[UninspectedVisit]:
    """未实施检查: published outcomes without inspection, and visits carried.

    They keep their rows and never get a score (DOMAIN §1: no silent swap).
    """
    field = duties.field_of(desk, month_id)
    out = [
        UninspectedVisit(r.visit, r.date.isoformat(), r.outcome, r.follow_up)
        for r in field.assigned.results
        if r.score_bp == NO_SCORE
    ]
    out += [
        UninspectedVisit(c.visit, "", CARRIED, c.reason)
        for c in field.assigned.carried
        if c.reason != UNINSPECTED
    ]
    return sorted(out, key=lambda u: u.visit)
