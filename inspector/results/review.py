"""From draft to publication: who signed what, who passed it, what replaces what.

The order is in the types: each function takes the state it may start from and gives
the next one, so there is no flag to forget. Anything else is refused with result.state.

    Drafted → submitted → Submitted → signed → Signed → passed → Passed
       ↑ edited ←──────────┴──────────────┴── returned → Returned ─┘ edited

A published record is never edited: a correction or withdrawal is a record of its own
that names the one it replaces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.codec import Reading, dump, load_one, read
from inspector.errors import InspectorError, messages
from inspector.results.checklist import Checklist
from inspector.results.raw import RawResult, complete, filled
from inspector.words import word

messages(
    {
        "result.state": (
            "结果现为“{state}”，不能{move}",
            'the result is "{state}": it cannot be {move} now',
        ),
        "result.officers": (
            "须由两名不同的执法人员签名",
            "two different officers have to sign",
        ),
        "result.signer": (
            "只有该次检查的两名执法人员可以签名",
            "only the two officers of the visit may sign",
        ),
        "result.signed": ("您已签名", "you have signed already"),
        "result.digest": (
            "内容已改动，请重新阅读后签名",
            "the content changed; read it again before you sign",
        ),
        "result.void": (
            "签名与内容不符",
            "a signature does not fit the content",
        ),
        "result.reviewer": (
            "检查人员不得审核自己的结果",
            "an officer may not review his own result",
        ),
        "result.reason": ("须说明理由", "a reason is needed"),
        "result.replaced": (
            "该记录已被更正或撤回",
            "this record was corrected or withdrawn already",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Signature:
    """`officer`: staff number; `digest`: of the content he had before him."""

    officer: str
    name: str
    cert_no: str
    at: str
    digest: str


@dataclass(frozen=True, slots=True)
class Drafted:
    raw: RawResult


@dataclass(frozen=True, slots=True)
class Submitted:
    """Complete, and waiting for both `officers` (staff numbers)."""

    raw: RawResult
    officers: tuple[str, str]
    at: str
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """Signed by both: the leader's queue."""

    raw: RawResult
    officers: tuple[str, str]
    at: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """Sent back; its signatures are void."""

    raw: RawResult
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passed:
    """Passed by the leader: it may be published and never edited again."""

    raw: RawResult
    officers: tuple[str, str]
    signatures: tuple[Signature, ...]
    by: str
    at: str


Stage = Drafted | Submitted | Signed | Returned | Passed
STATES: Mapping[str, type[Stage]] = MappingProxyType(
    {
        "drafted": Drafted,
        "submitted": Submitted,
        "signed": Signed,
        "returned": Returned,
        "passed": Passed,
    }
)


def state_of(stage: Stage) -> str:
    """The name of a state.

    >>> state_of(Drafted(RawResult("V0001", date(2026, 12, 1), "")))
    'drafted'
    """
    return type(stage).__name__.lower()


def _refuse(stage: Stage, move: str) -> InspectorError:
    state = word("raw", state_of(stage))
    return InspectorError("result.state", state=state, move=word("raw_move", move))


def edited(stage: Stage, raw: RawResult) -> Drafted:
    """The draft after an edit: whatever was signed before is void."""
    if isinstance(stage, Passed):
        raise _refuse(stage, "edited")
    return Drafted(raw)


def submitted(
    stage: Stage,
    checklist: Checklist,
    officers: Sequence[str],
    at: str,
    *,
    firm: bool = True,
) -> Submitted:
    """Complete and frozen for the signatures; `firm`: as `raw.complete`. Raises Faults:
    everything missing."""
    if not isinstance(stage, Drafted):
        raise _refuse(stage, "submitted")
    if len(set(officers)) != 2 or len(officers) != 2 or not all(officers):
        raise InspectorError("result.officers")
    raw = filled(stage.raw, checklist)
    complete(raw, checklist, firm=firm)
    return Submitted(raw, (officers[0], officers[1]), at)


def signed(stage: Stage, signature: Signature) -> Submitted | Signed:
    """One more signature; with the second the result goes to the leader."""
    if not isinstance(stage, Submitted):
        raise _refuse(stage, "signed")
    if signature.officer not in stage.officers:
        raise InspectorError("result.signer")
    if any(s.officer == signature.officer for s in stage.signatures):
        raise InspectorError("result.signed")
    if signature.digest != stage.raw.digest:
        raise InspectorError("result.digest")
    both = (*stage.signatures, signature)
    kind = Signed if len(both) == 2 else Submitted
    return kind(stage.raw, stage.officers, stage.at, both)


def holds(stage: Submitted | Signed | Passed) -> bool:
    """Whether every signature is of an officer of the visit, over this content."""
    signers = [s.officer for s in stage.signatures]
    return (
        len(set(signers)) == len(signers)
        and set(signers) <= set(stage.officers)
        and all(s.digest == stage.raw.digest for s in stage.signatures)
    )


def returned(stage: Stage, by: str, reason: str, at: str) -> Returned:
    """退回: back to the officers, with a reason; the signatures are void."""
    _reviewable(stage, by, "returned")
    if not reason:
        raise InspectorError("result.reason")
    return Returned(stage.raw, by, at, reason)


def passed(stage: Stage, by: str, at: str) -> Passed:
    """审核通过 by the team leader, who is not one of the two."""
    found = _reviewable(stage, by, "passed")
    return Passed(found.raw, found.officers, found.signatures, by, at)


def _reviewable(stage: Stage, by: str, move: str) -> Signed:
    if not isinstance(stage, Signed):
        raise _refuse(stage, move)
    if by in stage.officers:
        raise InspectorError("result.reviewer")
    if len(stage.signatures) != 2 or not holds(stage):
        raise InspectorError("result.void")
    return stage


def save(stage: Stage) -> dict[str, Any]:
    """A state as canonical data."""
    return {"state": state_of(stage), **dump(stage)}


def restore(data: Mapping[str, Any]) -> Stage:
    """Inverse of `save`. Raises Faults, InspectorError result.void for a forged
    signature."""
    reading = Reading("result")
    stage: Stage = load_one(STATES, data, reading.bad, tag="state")
    reading.refuse()
    if isinstance(stage, Submitted | Signed | Passed) and not holds(stage):
        raise InspectorError("result.void")
    return stage


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """One link in what was published about a visit.

    `kind`: result, correction, withdrawal; `replaces`: digest of the record before,
    "" for the first; `body`: the published entry, empty for a withdrawal.
    """

    kind: str
    visit: str
    at: str
    reason: str
    replaces: str
    body: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Hex SHA-256 that binds the record to the one it replaces."""
        return digest(SHA256, "public_record", canonical(record_document(self))).hex()


def record_document(record: PublicRecord) -> dict[str, Any]:
    """The record as canonical data; `read_record` reads it back."""
    return dict(dump(record))


def read_record(data: Mapping[str, Any]) -> PublicRecord:
    """Inverse of `record_document`. Raises Faults."""
    record: PublicRecord = read(PublicRecord, data, "record")
    return record


def first_record(visit: str, body: Mapping[str, Any], at: str) -> PublicRecord:
    """The result as it was published first."""
    return PublicRecord("result", visit, at, "", "", body)


def corrected(
    chain: Sequence[PublicRecord], body: Mapping[str, Any], reason: str, at: str
) -> PublicRecord:
    """更正: a new record beside the last one, which stays as it is."""
    return _linked(chain, "correction", body, reason, at)


def withdrawn(chain: Sequence[PublicRecord], reason: str, at: str) -> PublicRecord:
    """撤回: a record that says the last one no longer holds."""
    return _linked(chain, "withdrawal", MappingProxyType({}), reason, at)


def _linked(
    chain: Sequence[PublicRecord],
    kind: str,
    body: Mapping[str, Any],
    reason: str,
    at: str,
) -> PublicRecord:
    if not reason:
        raise InspectorError("result.reason")
    if not chain or chain[-1].kind == "withdrawal":
        raise InspectorError("result.replaced")
    last = chain[-1]
    return PublicRecord(kind, last.visit, at, reason, last.digest, body)


def lateness(due: date, published: date | None, today: date) -> str:
    """open, overdue, published or published_late.

    >>> lateness(date(2026, 12, 29), None, date(2026, 12, 30))
    'overdue'
    """
    if published is not None:
        return "published_late" if published > due else "published"
    return "overdue" if today > due else "open"
