"""协同事项: calls of streets, joint meetings, studies, each the fold of its moves.

What people sent → one more move of a matter, or a refusal. `api.docket.matter_views`
shows them, `api.docket.routes_matters` says who may do what.

A move keeps the matter as it stands after it. What a caller said is sealed, since it
may name people; nothing else here does. A call becomes a visit by the stand-by pair of
a month (`call`), or by a visit that an amendment has put into the plan (`visit`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.errors import Problem, field_fault, invalid
from api.months import amendments, steps
from api.registry import entries
from api.registry.sheets import present
from api.site import Desk
from api.store import fresh_id, moves
from inspector.codec import dump, read
from inspector.docket import meeting, study, whistle
from inspector.docket.meeting import AgendaItem, Meeting
from inspector.docket.study import Study, StudyFinding
from inspector.docket.whistle import Referral, Topic, Whistle, WhistleStep
from inspector.domain import VisitKind
from inspector.errors import InspectorError, messages
from inspector.words import Word, word

THING = "matter"  # in the store of moves
Matter = Whistle | Meeting | Study
TYPES: Mapping[str, type[Matter]] = {
    "whistle": Whistle,
    "meeting": Meeting,
    "study": Study,
}
Values = Mapping[str, Any]

messages(
    {
        "matter.kind": (
            "这是“{matter}”，不能进行这一步",
            'this is a "{matter}", which has no such step',
        ),
        "matter.no_visit": (
            "该月计划中没有这个小区的检查 {visit}",
            "the month's plan has no visit {visit} of this compound",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A matter as it stands, with its moves."""

    id: str
    kind: str
    matter: Matter
    moves: tuple[moves.Move, ...]


def _kept(name: str, made: list[moves.Move]) -> Kept:
    kind = made[0].kind
    matter: Matter = read(TYPES[kind], made[-1].body, "matter")
    return Kept(name, kind, matter, tuple(made))


def find(desk: Desk, name: str) -> Kept:
    """The matter with this id. Raises Problem 404."""
    made = moves.of(desk, THING, name)
    if not made:
        raise Problem("http.not_found")
    return _kept(name, made)


def every(desk: Desk) -> list[Kept]:
    """All matters of the bureau by id."""
    return [_kept(n, made) for n, made in sorted(moves.by_thing(desk, THING).items())]


def words_of(desk: Desk, kept: Kept) -> str:
    """What was said when it was opened. The reading is recorded."""
    if kept.moves[0].sealed is None:
        return ""
    desk.disclosed(f"matter:{kept.id}", what="matter_text")
    return str(moves.secret(desk, kept.moves[0])["text"])


def _keep(
    desk: Desk, name: str, kind: str, matter: Matter, sealed: str = "", **told: Any
) -> Kept:
    moves.append(
        *(desk, THING, name, kind, dump(matter)),
        event=f"matter_{kind}",
        subject=f"matter:{name}",
        sealed={"text": sealed} if sealed else None,
        **told,
    )
    desk.published()
    return find(desk, name)


def _day(desk: Desk, values: Values) -> date:
    day: date = values.get("day") or desk.today
    if day > desk.today:
        raise invalid(field_fault("day", Word("future", "日期在将来", "in the future")))
    return day


def _known(desk: Desk, sheet: str, name: str, field: str) -> None:
    """Refuse a row that the registries do not have."""
    if present(desk, sheet, name) is None:
        why = Word("unknown", "名录中没有", "not in the registries")
        raise invalid(field_fault(field, why))


# --- opening ---------------------------------------------------------------------


def open_whistle(desk: Desk, v: Values) -> Kept:
    """受理吹哨. Raises Faults."""
    _known(desk, "compounds", v["compound"], "compound")
    day = _day(desk, v)
    if v["due"] < day:
        raise InspectorError("whistle.due", due=v["due"], day=day)
    made = Whistle(v["compound"], v["caller"], Topic(v["topic"]), day, v["due"])
    return _keep(desk, fresh_id(), "whistle", made, v["text"])


def open_meeting(desk: Desk, v: Values) -> Kept:
    """召集联席会, on a day to come or past."""
    agenda = tuple(AgendaItem(a["text"], a["matter"]) for a in v["agenda"])
    for item in agenda:
        if item.matter:
            find(desk, item.matter)
    made = Meeting(v["title"], v["day"], tuple(v["units"]), agenda)
    return _keep(desk, fresh_id(), "meeting", made)


def open_study(desk: Desk, v: Values) -> Kept:
    """蹲点调研立项. Raises Faults, InspectorError study.member."""
    _known(desk, "compounds", v["compound"], "compound")
    pool = entries.scenario(desk).registry.assistants
    study.refuse_members(pool, v["compound"], v["members"])
    made = Study(v["compound"], v["day"], v["theme"], tuple(v["members"]))
    return _keep(desk, fresh_id(), "study", made)


# --- moves -----------------------------------------------------------------------


def _of(kept: Kept, type_: type[Any]) -> Any:
    """The matter, refused when it is of another kind."""
    if not isinstance(kept.matter, type_):
        raise InspectorError("matter.kind", matter=word("matter", kept.kind))
    return kept.matter


def refer(desk: Desk, kept: Kept, v: Values) -> Kept:
    """转办、调解、答复、办结: a call one step further."""
    step = WhistleStep(
        *(Referral(v["to"]), _day(desk, v), v["document"], tuple(v["units"])),
        due=v["due"],
    )
    made = whistle.refer(_of(kept, Whistle), step)
    return _keep(desk, kept.id, "referred", made, to=v["to"])


def call(desk: Desk, kept: Kept, v: Values) -> Kept:
    """报到: the stand-by pair of a day makes the visit. Raises CeremonyError."""
    found: Whistle = _of(kept, Whistle)
    _refuse_visit(found, desk.today, v["document"])
    month = steps.find(desk, v["month_id"])
    about = {"compound": found.compound, "day": v["day"], "skilled": False}
    more = {k: v[k] for k in ("minutes", "window", "excess")}
    # The bureau's own list of calls keeps the document, not what the caller said.
    route = amendments.call(desk, month, {**about, **more, "reason": v["document"]})
    made = route.need("assigned", "call").calls[-1].visit.id
    return _visited(desk, kept, v, made)


def _refuse_visit(found: Whistle, today: date, document: str) -> None:
    """Refuse before anybody is called for nothing."""
    whistle.refer(found, WhistleStep(Referral.VISIT, today, document, visit="-"))


def visit(desk: Desk, kept: Kept, v: Values) -> Kept:
    """报到: a visit that is in a month's plan answers the call."""
    found: Whistle = _of(kept, Whistle)
    name = v["visit"]
    if name not in _planned(desk, v["month_id"], found.compound):
        raise InspectorError("matter.no_visit", visit=name)
    return _visited(desk, kept, v, name)


def _visited(desk: Desk, kept: Kept, v: Values, name: str) -> Kept:
    step = WhistleStep(
        *(Referral.VISIT, desk.today, v["document"]),
        due=v["due"],
        visit=f"{steps.find(desk, v['month_id']).month}/{name}",
    )
    made = whistle.refer(_of(kept, Whistle), step)
    return _keep(desk, kept.id, "referred", made, to="visit")


def _planned(desk: Desk, month_id: str, compound: str) -> dict[str, Any]:
    """Visits of a compound in a month's plan in force, with kind and day."""
    route = steps.load(desk, steps.find(desk, month_id))
    packed = route.need("assigned", "call").sealed.packed
    days = {s.visit: p.day for p in packed.packing.packages for s in p.stops}
    mine = (v for v in packed.drawn.visits if v.compound == compound)
    return {v.id: (v, days[v.id]) for v in mine if v.id in days}


def minute(desk: Desk, kept: Kept, v: Values) -> Kept:
    """会议纪要 with what was decided."""
    rows = [(d["text"], d["unit"], d["due"]) for d in v["decisions"]]
    made = meeting.minute(_of(kept, Meeting), _day(desk, v), v["document"], rows)
    return _keep(desk, kept.id, "minuted", made, decisions=len(rows))


def follow(desk: Desk, kept: Kept, v: Values) -> Kept:
    """落实: a decision is followed up."""
    day, number = _day(desk, v), v["decision"]
    made = meeting.follow(_of(kept, Meeting), number, day, v["document"])
    return _keep(desk, kept.id, "followed", made, decision=number)


def place(desk: Desk, kept: Kept, v: Values) -> Kept:
    """排期: the two visits that an amendment put into the month's plan."""
    found: Study = _of(kept, Study)
    rows = [
        (one, day)
        for one, day in _planned(desk, v["month_id"], found.compound).values()
        if VisitKind.STUDY in one.kinds and day == found.on
    ]
    made = study.place(found, [one for one, _ in rows], [day for _, day in rows])
    return _keep(desk, kept.id, "placed", made)


def report(desk: Desk, kept: Kept, v: Values) -> Kept:
    """调研报告."""
    said = [StudyFinding(f["cause"], f["measure"]) for f in v["findings"]]
    made = study.report(_of(kept, Study), _day(desk, v), v["document"], said)
    return _keep(desk, kept.id, "reported", made)
