"""Papers of one visit: a placed visit and its result → notice, record on site.

Both name a visit that nobody may know of before its day: taking one out is recorded,
and officers get those of their own package only.
"""

from __future__ import annotations

from collections.abc import Sequence

from api.clock import local, moment
from api.field import duties, visits
from api.field.duties import Work
from api.field.visits import Sheet
from api.figures import percent
from api.months import steps
from api.months.platform import groups
from api.papers import forms
from api.papers.forms import Object, Officer, RecordRow
from api.papers.named import DOCX, File, Named, pick
from api.papers.text import each_once
from api.papers.text import moment as shown
from api.registry.letterhead import head
from api.site import Desk
from inspector.command.sheets import VACANT
from inspector.domain import Item, Registry
from inspector.results.outcomes import NO_SCORE
from inspector.results.raw import Finding, RawResult, score
from inspector.results.review import Drafted
from inspector.words import word


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
        groups(items),
        each_once(i.legal_basis for i in items),
        _methods(items),
        number,
        work.visit.id,
        f"{site}/{frozen.policy.bureau}/door/{code}",
    )
    paper = head(desk, number, demo=work.field.month.demonstration)
    return _docx(work, "notice", forms.notice(said, paper))


def record(desk: Desk, work: Work, _site: str) -> File:
    """现场检查笔录: what the officers wrote, or a blank one to fill in by hand."""
    sheet = visits.sheet(desk, work)
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
        if who is not None
        else Officer(VACANT[0], "", "", word("role", role.value))
        for role, who in work.field.seated(work.package.id, work.visit.id)
    ]


def _purposes(work: Work) -> str:
    return "、".join(word("kind", k.value).zh for k in work.visit.kinds)


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
        *(named("outcome", raw.outcome), named("follow_up", raw.follow_up)),
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
    bp = score(sheet.stage.raw, work.checklist)
    return "未评分 none" if bp == NO_SCORE else percent(bp)


def _time(at: str) -> str:
    """A stamp in local time; as it was written where no clock shows it."""
    try:
        return shown(local(moment(at))) if at else ""
    except (ValueError, OverflowError):
        return at


def _opinion(raw: RawResult) -> str:
    parts = (named("opinion", raw.opinion), raw.opinion_by, raw.opinion_text)
    return "\n".join(p for p in parts if p)


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


def named(kind: str, code: str) -> str:
    """`中文 English` of a code, empty for none."""
    return word(kind, code).both if code else ""


VISIT = (
    Named("notice.docx", ("planner",), notice),
    Named("record.docx", ("planner", "leader"), record),
)
OWN = (
    Named("notice.docx", ("inspector",), notice),
    Named("record.docx", ("inspector",), record),
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
