"""Papers of one visit: a placed visit and its result → notice, records, result notice.

All name a visit that nobody may know of before its day: taking one out is recorded,
and officers get those of their own package only. What a paper says of the visit comes
from `visit_facts`, texts of the bureau and confirmed articles from its registers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from api.clock import local, moment
from api.docket import visited
from api.errors import Problem
from api.field import duties, visits
from api.field import visit_facts as facts
from api.field.duties import Work
from api.field.visits import Sheet
from api.figures import percent
from api.months.platform import groups
from api.papers import approvals, forms, records
from api.papers.named import DOCX, File, Named, pick
from api.papers.printed import Head
from api.papers.records import RecordRow
from api.papers.text import day
from api.papers.text import moment as shown
from api.registry import registers
from api.registry.letterhead import approver, head, signed_under
from api.site import Desk
from inspector.docket.moves import Problem as Trouble
from inspector.domain import Item, VisitKind
from inspector.law import Category, categories
from inspector.month.assigned import Result
from inspector.results.outcomes import NO_SCORE, Opinion
from inspector.results.raw import Finding, RawResult, score
from inspector.results.review import Drafted
from inspector.words import result_word, several, word
from inspector.workdays import local_day


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


def _with_basis(desk: Desk, items: Sequence[Item]) -> str:
    return registers.basis_of(desk, ((i.code, i.legal_basis) for i in items))


def notice(desk: Desk, work: Work, site: str) -> File:
    """检查通知书 with the QR of the door page; `site`: address of this service.

    Raises Problem paper.basis while an item of its list has no confirmed basis.
    """
    frozen = work.field.assigned.frozen
    code = duties.door_code(desk, work.field.month.id, work.package.id)
    items, said = work.checklist.items, facts.origin(desk, work)
    data = forms.notice(
        forms.Notice(
            *(_object(work), said, work.package.day, work.stop.start),
            *(facts.team_of(work), groups(items), _with_basis(desk, items)),
            *(facts.methods(items), work.visit.id),
            f"{site}/{frozen.policy.bureau}/door/{code}",
            registers.texts(desk),
        ),
        _head(desk, work, said),
    )
    return _docx(work, "notice", data)


def record(desk: Desk, work: Work, _site: str) -> File:
    """现场检查笔录: what the officers wrote, or a blank one to fill in by hand."""
    sheet = visits.sheet(desk, work)
    paper = head(desk, demo=work.field.month.demonstration)
    return _docx(work, "record", records.site_record(_record(desk, work, sheet), paper))


def _enquiry(
    desk: Desk,
    work: Work,
    _site: str,
    *,
    name: str,
    make: Callable[[forms.Enquiry, Head], bytes],
) -> File:
    """询问笔录, 勘验（抽样）笔录: blank, but for what the bureau knows."""
    said = forms.Enquiry(
        *(_object(work), facts.origin(desk, work), work.package.day),
        *(facts.team_of(work), work.visit.id),
    )
    paper = head(desk, demo=work.field.month.demonstration)
    return _docx(work, name, make(said, paper))


def case_approval(desk: Desk, work: Work, _site: str) -> File:
    """个案检查审批表 of a visit that was not drawn. Raises Problem 404 for another."""
    policy = work.field.assigned.frozen.policy
    kinds = [k for k in work.visit.kinds if k is not VisitKind.RANDOM]
    if Category.CASE not in categories(kinds, policy.task):
        raise Problem("document.drawn")
    items, said = work.checklist.items, facts.origin(desk, work)
    reasons, case = several("kind", kinds).zh, facts.case_of(work)
    form = approvals.CaseApproval(
        *(_object(work), said, f"{reasons}（台账 {case}）" if case else reasons),
        work.package.day,
        work.stop.start,
        *(facts.methods(items), groups(items), _with_basis(desk, items)),
        *(_approver(desk, work), work.visit.id),
    )
    data = approvals.case_approval(form, _head(desk, work, said))
    return _docx(work, "case-approval", data)


def _approver(desk: Desk, work: Work) -> str:
    """Who approved the plan that the visit stands in, as accounts call him."""
    _, by, _ = facts.approved(desk, work)
    return approver(desk, by)


def result_notice(desk: Desk, work: Work, _site: str) -> File:
    """检查结果告知书 of a published result. Raises Problem 404 before it is out."""
    assigned, done = work.field.assigned, _published(work)
    written = {f.item: f for f in visits.sheet(desk, work).stage.raw.problems}
    found = [i for i in assigned.frozen.registry.items if i.code in done.findings]
    out = local_day(done.published_at)
    said = facts.origin(desk, work)
    order, due = visited.ordered(desk, assigned, done)
    form = records.ResultNotice(
        *(_object(work), said, done.date),
        result_word("outcome", done.outcome, work.compound.usc18).zh,
        result_word("follow_up", done.follow_up, work.compound.usc18).zh,
        [_problem(i, written.get(i.code), due.get(i.code)) for i in found],
        _with_basis(desk, found) if found else "",
        out,
        work.visit.id,
        signed_under(desk, out),
        registers.texts(desk),
        order,
    )
    return _docx(work, "result", records.result_notice(form, _head(desk, work, said)))


def _published(work: Work) -> Result:
    """The published result of the visit. Raises Problem document.unpublished."""
    results = work.field.assigned.results
    done = next((r for r in results if r.visit == work.visit.id), None)
    if done is None:
        raise Problem("document.unpublished")
    return done


def _problem(
    item: Item, written: Finding | None, due: Trouble | None
) -> tuple[str, ...]:
    """A problem in words of the breach, with what the officers wrote; once ordered, as
    grave and due as its order says."""
    severity = written.severity if written else item.severity
    said = f"{item.finding}：{written.text}" if written else item.finding
    days = written.days if written else -1
    until = "立即" if days == 0 else f"{days} 日" if days > 0 else ""
    handling = word("handling", written.handling).zh if written else ""
    if due is not None and due.deadline is not None:
        severity, until = due.severity, day(due.deadline)
    return item.code, said, word("severity", severity).zh, handling, until


def _head(desk: Desk, work: Work, said: forms.Origin) -> Head:
    """The head of a paper with a number of its own: the approval's and the visit's."""
    number = f"{said.approval}-{work.visit.id}" if said.approval else work.visit.id
    return head(desk, number, demo=work.field.month.demonstration)


def _docx(work: Work, name: str, data: bytes) -> File:
    month = work.field.month.month
    return File(f"{month}-{work.visit.id}-{name}.docx", DOCX, data)


def _object(work: Work) -> forms.Object:
    return facts.object_of(work.field.assigned.frozen.registry, work.compound)


def _record(desk: Desk, work: Work, sheet: Sheet) -> records.SiteRecord:
    raw = sheet.stage.raw
    return records.SiteRecord(
        *(_object(work), facts.origin(desk, work), work.package.day),
        *(_time(raw.started), _time(raw.ended)),
        facts.team_of(work),
        word("check_method", raw.method).zh,
        _rows(work, raw),
        *(_word("outcome", raw.outcome), _word("follow_up", raw.follow_up)),
        _score(work, sheet),
        *(_opinion(raw), _refusal(raw), raw.note),
        [
            (f"{s.name}（{s.cert_no}）", _time(s.at))
            for s in getattr(sheet.stage, "signatures", ())
        ],
        work.visit.id,
        raw.digest if sheet.version else "",
    )


def _score(work: Work, sheet: Sheet) -> str:
    """The score; none for a draft, which was never held against the checklist."""
    if isinstance(sheet.stage, Drafted):
        return ""
    bp = score(sheet.stage.raw, work.checklist)
    return "未评分" if bp == NO_SCORE else percent(bp)


def _time(at: str) -> str:
    """A stamp in local time; as it was written where no clock shows it."""
    try:
        return shown(local(moment(at))) if at else ""
    except (ValueError, OverflowError):
        return at


def _opinion(raw: RawResult) -> str:
    parts = (_word("opinion", raw.opinion), raw.opinion_by, raw.opinion_text)
    return "\n".join(p for p in parts if p)


def _refusal(raw: RawResult) -> str:
    """拒签: the reason and the witness, as far as they were written down."""
    if raw.opinion not in (Opinion.REFUSED, Opinion.NOBODY):
        return ""
    said = _word("opinion", raw.opinion)
    reason, witness = raw.opinion_text or forms.BLANK, raw.witness or forms.BLANK
    return f"{said}　理由：{reason}　见证人：{witness}"


def _rows(work: Work, raw: RawResult) -> list[RecordRow]:
    answers = {f.item: f for f in raw.findings}
    return [_row(i, answers.get(i.code)) for i in work.checklist.items]


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


def _word(kind: str, code: str) -> str:
    return word(kind, code).zh if code else ""


PLANNER, INSPECTOR = ("planner",), ("inspector",)
_ENQUIRIES = (
    ("questioning.docx", partial(_enquiry, name="questioning", make=forms.questioning)),
    ("survey.docx", partial(_enquiry, name="survey", make=forms.survey)),
)
VISIT = (
    Named("notice.docx", PLANNER, notice),
    Named("record.docx", ("planner", "leader"), record),
    *(Named(name, PLANNER, make) for name, make in _ENQUIRIES),
    Named("case-approval.docx", PLANNER, case_approval),
    Named("result.docx", ("planner", "leader"), result_notice),
)
OWN = (
    Named("notice.docx", INSPECTOR, notice),
    Named("record.docx", INSPECTOR, record),
    *(Named(name, INSPECTOR, make) for name, make in _ENQUIRIES),
)


def of_visit(desk: Desk, month_id: str, visit: str, name: str, site: str) -> File:
    """A paper of a placed visit by its name; `site`: address of this service."""
    row = pick(VISIT, desk.actor.roles, name)
    return row.make(desk, found(desk, month_id, visit, _stem(name)), site)


def of_own(desk: Desk, month_id: str, visit: str, name: str, site: str) -> File:
    """The same of a visit of one's own open package."""
    row = pick(OWN, desk.actor.roles, name)
    return row.make(desk, own(desk, month_id, visit, _stem(name)), site)


def _stem(name: str) -> str:
    return name.partition(".")[0]
