"""An officer's own visits: arrival, draft, submission, signatures.

In: a visit of his package (`duties.Work`) and what his phone sends. Out: the raw result
as it stands (`Sheet`), which goes to `reviews` once both officers have signed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.answers import Stamp
from api.clock import moment, today
from api.errors import Problem, field_fault, invalid
from api.field.duties import Work
from api.site import Desk
from api.store import fresh_id, moves
from api.store.fieldwork import FieldResult, Photo
from inspector.errors import CeremonyError, Fault, Faults, messages
from inspector.results import review
from inspector.results.outcomes import CheckMethod
from inspector.results.raw import RawResult, parse
from inspector.results.review import Drafted, Signature, Stage
from inspector.sources import MOMENT
from inspector.words import Word, word

COARSE_UDEG = 1000  # arrival points are kept to about 100 m
# A credit code in what a company's code says: bare, or within an address.
CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
AHEAD = timedelta(minutes=10)  # a phone's clock may be that fast
messages(
    {
        "draft.stale": (
            "服务器上的草稿已是第 {version} 版，请合并后再发送",
            "the draft here is at version {version} by now; merge and send again",
        ),
        "arrival.missing": (
            "实地检查须先登记到达（扫码入企）",
            "an inspection on site begins with the arrival: scan the codes",
        ),
        "photo.unknown": ("没有上传照片“{value}”", 'no photo "{value}" was uploaded'),
    }
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A raw result as it stands. `id` and `version` are its ETag; 0: not begun.

    `corrects`: digest of the published record it will replace, `reason` why.
    """

    id: str
    version: int
    number: int
    stage: Stage
    visit: str = ""
    package: str = ""
    corrects: str = ""
    reason: str = ""

    @property
    def state(self) -> str:
        return review.state_of(self.stage)


@dataclass(frozen=True, slots=True)
class ArrivalReceipt:
    """What the service keeps of an arrival is sealed; this says that it did.

    `match`: whether the company's code that was scanned is the one inspected here.
    """

    id: str
    at: datetime
    match: Word


@dataclass(frozen=True, slots=True)
class ArrivalLine:
    """An arrival, opened: `recorded` is the server's time, `phone` the phone's.

    `company`: the credit code in the company's code that was scanned.
    """

    id: str
    visit: str
    officer: str
    code: str
    recorded: Stamp
    phone: str
    company: str
    match: Word
    lon_udeg: int | None = None
    lat_udeg: int | None = None


def matched(usc18: str, scanned: str) -> str:
    """Code of `arrival_match`: what a scanned company code says of the visit.

    Another company than that of the compound is a note for who reviews, no obstacle:
    the sign at the door may be old.
    """
    if not usc18:
        return "nobody"
    if not scanned:
        return "unread"
    return "same" if scanned == usc18 else "other"


def arrive(desk: Desk, work: Work, values: dict[str, Any]) -> ArrivalReceipt:
    """Record an arrival: code and time as the server and the phone have them.

    Raises Faults for a company's code in which no credit code stands.
    """
    company = _credit_code(values.get("company", ""))
    match = matched(work.compound.usc18, company)
    body = {
        "visit": work.visit.id,
        "officer": desk.actor.inspector,
        "code": values["code"],
        "recorded": desk.stamp,
        "phone": values.get("phone", ""),
        "company": company,
        "match": match,
        **_coarse(values),
    }
    told = {"event": "arrival_recorded", "subject": f"visit:{work.mark}"}
    made = moves.append(
        desk, "visit", _thing(work.mark), "arrived", {}, sealed=body, **told
    )
    return ArrivalReceipt(made.id, made.at, word("arrival_match", match))


def _credit_code(scanned: str) -> str:
    """The credit code in what a company's code says, "" when none was scanned."""
    found = CREDIT_CODE.search(scanned.upper())
    if scanned and found is None:
        why = Word("", "其中没有统一社会信用代码", "no credit code in it")
        raise invalid(field_fault("company", why))
    return found[0] if found else ""


def _coarse(values: dict[str, Any]) -> dict[str, int]:
    """Where the phone was, to about 100 m; nothing where it did not say."""
    return {
        k: round(values[k] / COARSE_UDEG) * COARSE_UDEG
        for k in ("lon_udeg", "lat_udeg")
        if values.get(k) is not None
    }


def _thing(mark: str) -> str:
    """What a visit is called in the store of moves."""
    return mark[:32]


def arrivals(desk: Desk, mark: str) -> list[ArrivalLine]:
    """The arrivals of a visit, opened, oldest first."""
    rows = moves.of(desk, "visit", _thing(mark))
    return [_line(row.id, moves.secret(desk, row)) for row in rows]


def _line(row_id: str, body: dict[str, Any]) -> ArrivalLine:
    match = word("arrival_match", body.pop("match", ""))
    return ArrivalLine(row_id, **{"company": "", **body}, match=match)


def newest(desk: Desk, month_id: str, mark: str) -> FieldResult | None:
    """The last raw result of a visit."""
    return desk.db.scalar(
        select(FieldResult)
        .where(FieldResult.month_id == month_id, FieldResult.visit == mark)
        .order_by(FieldResult.number.desc())
        .limit(1)
    )


def opened(desk: Desk, row: FieldResult) -> Sheet:
    """A stored raw result. Raises InspectorError result.void for a forged one."""
    data = json.loads(desk.open(f"field_result:{row.id}", row.sealed))
    stage = review.restore(data.pop("stage"))
    return Sheet(row.id, row.version, row.number, stage, **data)


def sheet(desk: Desk, work: Work) -> Sheet:
    """The visit's raw result, an empty draft before it is begun."""
    row = newest(desk, work.field.month.id, work.mark)
    if row is not None:
        return opened(desk, row)
    raw = raw_of(work, {})
    return Sheet(f"new-{work.mark[:24]}", 0, 1, Drafted(raw), work.visit.id)


def raw_of(work: Work, values: dict[str, Any]) -> RawResult:
    """The content that a phone sent, for this visit on its day."""
    version = values.get("checklist") or work.checklist.version
    day = work.package.day.isoformat()
    own = {"visit": work.visit.id, "date": day, "checklist": version}
    return parse({**values, **own})


def write(desk: Desk, work: Work, raw: RawResult) -> Sheet:
    """Replace the draft; signatures of what it said before are void."""
    old = sheet(desk, work)
    stage = review.edited(old.stage, raw)
    return keep(desk, work, old, stage, "draft_saved")


def send(desk: Desk, work: Work, base: int, raw: RawResult) -> Sheet:
    """A whole draft made offline on version `base`; sent twice, it counts once.

    Raises Problem draft.stale when somebody else has written meanwhile.
    """
    old = sheet(desk, work)
    if old.version and old.stage.raw.digest == raw.digest:
        return old
    if old.version != base:
        raise Problem("draft.stale", version=old.version)
    return write(desk, work, raw)


def submit(desk: Desk, work: Work, digest: str) -> Sheet:
    """Complete and ready to be signed. Raises Faults with everything missing."""
    old = _read(sheet(desk, work), digest)
    raw = old.stage.raw
    if raw.method == CheckMethod.ONSITE and not arrivals(desk, work.mark):
        raise Problem("arrival.missing")
    _refuse(_unknown_photos(desk, work, raw), _wrong_times(desk, work, raw))
    stage = review.submitted(
        old.stage,
        work.checklist,
        work.officers,
        desk.stamp,
        firm=bool(work.compound.usc18),
    )
    return keep(desk, work, old, stage, "result_submitted")


def _read(found: Sheet, digest: str) -> Sheet:
    """What the actor says he has read. Raises Problem draft.stale."""
    if found.stage.raw.digest != digest:
        raise Problem("draft.stale", version=found.version)
    return found


def _refuse(*found: Iterable[Fault]) -> None:
    faults = [fault for group in found for fault in group]
    if faults:
        raise Faults(faults)


def _unknown_photos(desk: Desk, work: Work, raw: RawResult) -> Iterator[Fault]:
    """Photos cited that were not uploaded for this visit."""
    wanted = select(Photo.sha256).where(
        Photo.month_id == work.field.month.id, Photo.visit == work.mark
    )
    known = set(desk.db.scalars(wanted))
    for row, finding in enumerate(raw.findings, 1):
        for sha256 in finding.photos:
            if sha256 not in known:
                yield Fault("photo.unknown", "result", row, "photos", sha256)


def _wrong_times(desk: Desk, work: Work, raw: RawResult) -> Iterator[Fault]:
    """An inspection begins on the visit's day and does not end after now."""
    for name in ("started", "ended"):
        said = getattr(raw, name)
        if not MOMENT.fullmatch(said):
            continue  # `complete` names it
        try:
            at = moment(said)
        except ValueError:
            at = None
        if at is None or today(at) != work.package.day or at > desk.now + AHEAD:
            yield Fault("result.times", "result", None, name, said)


def sign(desk: Desk, work: Work, digest: str) -> Sheet:
    """One officer's signature, from his own account, over what he has read."""
    old = sheet(desk, work)
    people = {i.id: i for i in work.field.assigned.frozen.registry.inspectors}
    me = people[desk.actor.inspector]
    signature = Signature(me.id, me.name, me.cert_no, desk.stamp, digest)
    stage = review.signed(old.stage, signature)
    return keep(desk, work, old, stage, "result_signed")


def keep(desk: Desk, work: Work, old: Sheet, stage: Stage, event: str) -> Sheet:
    """Store the next state of a raw result and say that it happened.

    Raises CeremonyError result.carried for a visit that was said not to be made.
    """
    if work.visit.id in work.field.void:
        raise CeremonyError("result.carried", visit=work.visit.id)
    row = desk.db.get(FieldResult, old.id) if old.version else None
    if row is None:
        row = FieldResult(id=fresh_id(), month_id=work.field.month.id)
        row.visit, row.number = work.mark, old.number
        desk.db.add(row)
    body = {
        "visit": work.visit.id,
        "package": work.package.id,
        "corrects": old.corrects,
        "reason": old.reason,
        "stage": review.save(stage),
    }
    data = json.dumps(body, ensure_ascii=False).encode()
    row.sealed = desk.seal(f"field_result:{row.id}", data)
    row.state, row.changed = review.state_of(stage), desk.now
    desk.db.flush()
    desk.event(event, f"field_result:{row.id}", number=row.number, state=row.state)
    return opened(desk, row)
