"""信用名单: an entry's life in past-tense steps; none can be made out of order.

    proposed → notified → (heard) → listed → removed
                    ↘ dropped          ↘ repair applied → granted (removed) or refused

Nobody is listed before he was told (告知) and either heard (申辩) or the days to be
heard are over. Who belongs on a list is `inspector.credit.grounds`. DOMAIN §6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from inspector.credit.file import Subject
from inspector.credit.rules import RuleSet
from inspector.errors import InspectorError, messages
from inspector.months import months_after
from inspector.words import Word, word

messages(
    {
        "roll.move": (
            "名单事项 {entry} 现为“{state}”，不能“{step}”",
            'the list entry {entry} is "{state}": "{step}" is not possible',
        ),
        "roll.before": (
            "日期 {day} 早于上一步 {last}",
            "the step of {day} is dated before the last one, {last}",
        ),
        "roll.hearing": (
            "申辩期至 {until} 止，此前未听取申辩不得列入",
            "the party may be heard until {until}; it cannot be listed before",
        ),
        "roll.term": (
            "列入期限至 {until} 止，未到期、未修复不得移出",
            "the entry runs until {until}; neither over nor repaired",
        ),
        "roll.red_repair": (
            "此名单不设信用修复",
            "this list knows no repair",
        ),
        "roll.document": (
            "“{step}”须写明文号或理由",
            '"{step}" needs a document number or reason',
        ),
    }
)


class Roll(StrEnum):
    """The list of the commended and that of the watched; people read `list_name`."""

    RED = "red"
    BLACK = "black"


def list_name(rules: RuleSet, roll: Roll) -> Word:
    """What a list is called under these rules; its own Chinese name stands for both.

    >>> list_name(RuleSet("x", "1", "x", (), ()), Roll.BLACK).zh
    '重点关注名单'
    """
    said = rules.red if roll is Roll.RED else rules.black
    if not said.name:
        return word("roll", roll.value)
    return Word(roll.value, said.name, said.name_en or said.name)


def list_basis(rules: RuleSet, roll: Roll) -> str:
    """The regulation a list rests on, "" for none."""
    return rules.red.basis if roll is Roll.RED else rules.black.basis


class RollState(StrEnum):
    PROPOSED = "proposed"  # 拟列入
    NOTIFIED = "notified"  # 已告知、公示
    HEARD = "heard"  # 已听取申辩
    LISTED = "listed"  # 列入
    REPAIRING = "repairing"  # 信用修复审查
    REMOVED = "removed"  # 移出
    DROPPED = "dropped"  # 不予列入


class StepKind(StrEnum):
    """What happened, in the past tense."""

    NOTIFIED = "notified"  # 告知
    HEARD = "heard"  # 听取申辩（含放弃）
    LISTED = "listed"  # 列入
    DROPPED = "dropped"  # 申辩成立，不予列入
    REPAIR_APPLIED = "repair_applied"  # 申请信用修复
    REPAIR_GRANTED = "repair_granted"  # 准予修复
    REPAIR_REFUSED = "repair_refused"  # 不予修复
    EXPIRED = "expired"  # 期满移出
    LAPSED = "lapsed"  # 不再符合条件
    REVOKED = "revoked"  # 复议、诉讼撤销


_S, _K = RollState, StepKind
MOVES: dict[RollState, dict[StepKind, RollState]] = {
    _S.PROPOSED: {_K.NOTIFIED: _S.NOTIFIED, _K.DROPPED: _S.DROPPED},
    _S.NOTIFIED: {
        _K.HEARD: _S.HEARD,
        _K.LISTED: _S.LISTED,
        _K.DROPPED: _S.DROPPED,
    },
    _S.HEARD: {_K.LISTED: _S.LISTED, _K.DROPPED: _S.DROPPED},
    _S.LISTED: {
        _K.REPAIR_APPLIED: _S.REPAIRING,
        _K.EXPIRED: _S.REMOVED,
        _K.LAPSED: _S.REMOVED,
        _K.REVOKED: _S.REMOVED,
    },
    _S.REPAIRING: {
        _K.REPAIR_GRANTED: _S.REMOVED,
        _K.REPAIR_REFUSED: _S.LISTED,
        _K.EXPIRED: _S.REMOVED,
        _K.REVOKED: _S.REMOVED,
    },
    _S.REMOVED: {},
    _S.DROPPED: {},
}
# Steps whose ground must stand in a document.
_GROUNDED = frozenset(
    {_K.NOTIFIED, _K.LISTED, _K.DROPPED, _K.REPAIR_GRANTED, _K.REPAIR_REFUSED}
) | {_K.REVOKED}


@dataclass(frozen=True, slots=True)
class EntryStep:
    """One step of an entry's life. `document`: its number; `note`: what was said."""

    kind: StepKind
    on: date
    document: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RollEntry:
    """A subject's entry of one list, as far as its steps have come.

    `reason` and `document`: the fact it stands for. `hearing_until`: last day to be
    heard; `until`: last day on the list. `rules`: version it was proposed under.
    """

    id: str
    roll: Roll
    subject: Subject
    reason: str
    document: str
    proposed: date
    rules: str
    hearing_days: int
    months: int
    state: RollState = RollState.PROPOSED
    hearing_until: date | None = None
    listed: date | None = None
    until: date | None = None
    removed: date | None = None
    steps: tuple[EntryStep, ...] = ()

    @property
    def live(self) -> bool:
        """Whether it stands on the list now."""
        return self.state in (RollState.LISTED, RollState.REPAIRING)

    @property
    def pending(self) -> bool:
        """Whether it is on its way to the list."""
        return self.state in (RollState.PROPOSED, RollState.NOTIFIED, RollState.HEARD)

    def on_roll(self, day: date) -> bool:
        """Whether it stood on the list at the end of `day`."""
        if self.listed is None or day < self.listed:
            return False
        return self.removed is None or day < self.removed


def propose(
    id: str,
    roll: Roll,
    subject: Subject,
    reason: str,
    document: str,
    on: date,
    rules: RuleSet,
) -> RollEntry:
    """A new entry; its days and months are those of the rules. Raises roll.document."""
    if not reason or not document:
        raise InspectorError("roll.document", step=word("roll_state", "proposed"))
    red = roll is Roll.RED
    days = rules.red.notice_days if red else rules.black.hearing_days
    months = rules.red.months if red else rules.black.months
    return RollEntry(id, roll, subject, reason, document, on, rules.key, days, months)


def step(entry: RollEntry, made: EntryStep) -> RollEntry:
    """The entry after one more step.

    Raises roll.move, roll.before, roll.document, roll.hearing, roll.term and
    roll.red_repair.
    """
    target = MOVES[entry.state].get(made.kind)
    black_lapse = made.kind is StepKind.LAPSED and entry.roll is Roll.BLACK
    if target is None or black_lapse:
        raise InspectorError(
            "roll.move",
            entry=entry.id,
            state=word("roll_state", entry.state.value),
            step=word("roll_step", made.kind.value),
        )
    last = entry.steps[-1].on if entry.steps else entry.proposed
    if made.on < last:
        raise InspectorError("roll.before", day=made.on, last=last)
    if made.kind in _GROUNDED and not made.document:
        step = word("roll_step", made.kind.value)
        raise InspectorError("roll.document", step=step)
    _refuse(entry, made)
    after = replace(entry, state=target, steps=(*entry.steps, made))
    if made.kind is StepKind.NOTIFIED:
        until = made.on + timedelta(days=entry.hearing_days)
        return replace(after, hearing_until=until)
    if made.kind is StepKind.LISTED:
        until = months_after(made.on, entry.months)
        return replace(after, listed=made.on, until=until)
    if target is RollState.REMOVED:
        return replace(after, removed=made.on)
    return after


def _refuse(entry: RollEntry, made: EntryStep) -> None:
    """Refuse what comes too early, or does not exist on this list."""
    if made.kind is StepKind.LISTED and entry.state is RollState.NOTIFIED:
        until = entry.hearing_until
        if until is not None and made.on <= until:
            raise InspectorError("roll.hearing", until=until)
    if made.kind is StepKind.EXPIRED and entry.until and made.on <= entry.until:
        raise InspectorError("roll.term", until=entry.until)
    if made.kind is StepKind.REPAIR_APPLIED and entry.roll is Roll.RED:
        raise InspectorError("roll.red_repair")


def replay(entry: RollEntry, steps: Iterable[EntryStep]) -> RollEntry:
    """An entry as proposed, and all its steps."""
    for made in steps:
        entry = step(entry, made)
    return entry


def possible(entry: RollEntry) -> tuple[StepKind, ...]:
    """The steps that its state allows; a date or document may still refuse one."""
    return tuple(
        kind
        for kind in MOVES[entry.state]
        if not (entry.roll is Roll.BLACK and kind is StepKind.LAPSED)
        and not (entry.roll is Roll.RED and kind is StepKind.REPAIR_APPLIED)
    )
