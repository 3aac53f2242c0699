"""Record (记录随机源): what each entropy source gave, a leaf when it is first entered.

A log and an entered value → the log with its leaf; a log and second entries → the
random bytes of a seed.

Inside values (dice, reveal, drand) count when they were entered between the commitment
and T, the last of each source; who gives none counts as the empty text, so nobody can
stop a draw by silence. The outside value is a leaf, too, and is drawn with once a
second person has entered the same; another value is a correction, a leaf of its own,
that needs a second person again. Times are the clock's, never typed. PROTOCOL.md §2.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache
from typing import Any

from inspector.balls import not_valid
from inspector.ceremony.bundle import Log
from inspector.ceremony.canon import Suite, canonical, digest, parse
from inspector.ceremony.seed import (
    Entropy,
    due,
    fits,
    next_issues,
    randomness,
    valid_value,
)
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.policy import Policy, Source, public
from inspector.sources import (
    Use,
    instant,
    is_outside,
    later,
    outside_time,
    uses,
    wrong,
)

Attempt = tuple[str, int, Sequence[Source]]  # stage, number, announced sources
STAGES = ("draw", "lottery", "amendment")

messages(
    {
        "entropy.missing": (
            "缺少随机源 {source} 的结果",
            "the value of entropy source {source} is missing",
        ),
        "entropy.unknown": (
            "随机源 {source} 未公布",
            "entropy source {source} was not announced",
        ),
        "entropy.early": (
            "随机源 {source}：{at} 过早，须在 {due} 之后",
            "entropy source {source}: {at} is too early, it must be after {due}",
        ),
        "entropy.late": (
            "随机源 {source} 属内部，须在 {due} 之前录入，现为 {at}：按空值计",
            "entropy source {source} is inside and had to be entered before {due}, "
            "it is {at}: it counts as empty",
        ),
        "entropy.other_issue": (
            "随机源 {source} 不是公布的期号：{issue}",
            "entropy source {source} is of another issue than announced: {issue}",
        ),
        "entropy.second": (
            "随机源 {source} 须由第二人录入相同数值后才能使用",
            "the value of entropy source {source} needs a second person's equal entry",
        ),
        "entropy.differs": (
            "随机源 {source} 的第二次录入不同：{value}；更正须另行记录并再次核对",
            "the second entry of entropy source {source} differs: {value}; a "
            "correction is recorded and needs a second person again",
        ),
        "entropy.drawn": (
            "随机源 {source} 已用于抽取，不能再录入",
            "entropy source {source} was drawn with; nothing more can be entered",
        ),
        "entropy.same_value": (
            "随机源 {source} 已记录此值",
            "entropy source {source} has this value on record already",
        ),
        "entropy.wait": (
            "随机源最早 {at} 产生，距承诺 {committed} 不足 {hours} 小时",
            "the entropy of {at} comes less than {hours} hours after the commitment "
            "of {committed}",
        ),
        "entropy.used": (
            "随机源 {source}（{issue}）已用过或重复",
            "entropy source {source} ({issue}) serves already",
        ),
        "entropy.later": (
            "取消后的随机源须晚于已取消的 {at}",
            "after a cancellation the entropy must be later than that cancelled, {at}",
        ),
        "freeze.entropy": (
            "随机源 {source} 在 {at} 已产生，不晚于承诺时间 {frozen}",
            "entropy source {source} of {at} existed before the commitment of {frozen}",
        ),
        "freeze.outside": (
            "{stage}须有外部随机源（双色球、大乐透），且内部随机源更早",
            "{stage} needs an outside source (双色球, 大乐透), inside ones before it",
        ),
    }
)


def refuse_sources(
    stage: str,
    sources: Sequence[Source],
    committed_at: str,
    hours: int,
    used: AbstractSet[Use],
    log: Log | None = None,
) -> None:
    """Refuse announced sources that are known too soon, not from outside or used.

    `hours`: from the commitment to T at least. `log`: its cancelled attempts of the
    stage named earlier ones. Raises CeremonyError.
    """
    for s in sources:
        for code, _, value in wrong(s):
            raise CeremonyError(code, value=value, source=s.id)
        if s.at <= committed_at:
            raise CeremonyError(
                "freeze.entropy", source=s.id, at=s.at, frozen=committed_at
            )
    first = outside_time(sources)
    if not first or any(s.at >= first for s in sources if not is_outside(s)):
        raise CeremonyError("freeze.outside", stage=stage)
    if first < later(committed_at, hours):
        raise CeremonyError(
            "entropy.wait", at=first, committed=committed_at, hours=hours
        )
    gone = cancelled_attempts(log) if log is not None else []
    before = [s for name, _, old in gone if name == stage for s in old]
    last = max((s.at for s in before if is_outside(s)), default="")
    if first <= last:
        raise CeremonyError("entropy.later", at=last)
    seen, ids = set(used), set[str]()
    for s in sources:
        mine = set(uses(s))
        if mine & seen:
            raise CeremonyError("entropy.used", source=s.id, issue=s.issue)
        if s.id in ids:
            raise CeremonyError("entropy.id", value=s.id)
        seen |= mine
        ids.add(s.id)


def cancelled_attempts(log: Log) -> list[Attempt]:
    """Stage, number and announced sources of each cancelled draw and seal."""
    return [
        (void.stage, void.attempt, tuple(Source(**s) for s in void.announced[0]))
        for void in log.voided
    ]


def used_up(log: Log, *attempts: Attempt) -> set[Use]:
    """What serves already: announced by an attempt, cancelled ones included, or taken
    as its fallback."""
    every = [*cancelled_attempts(log), *attempts]
    known = {(stage, n, s.id): s for stage, n, sources in every for s in sources}
    out = {use for s in known.values() for use in uses(s)}
    for e in log.events:
        for r in e["record"] if e["event"] == "entropy" else ():
            source = known.get((e["stage"], e["attempt"], r["source"]))
            if source is not None:
                out |= set(uses(source, r["issue"]))
    return out


def checked(sources: Sequence[Source], committed_at: str, entry: Entropy) -> Entropy:
    """The entry, its issue filled in where it names none.

    Raises CeremonyError: a source not announced, another issue, a value out of form,
    an inside value not between commitment and T, an outside one before its time.
    """
    source = next((s for s in sources if s.id == entry.source), None)
    if source is None:
        raise CeremonyError("entropy.unknown", source=entry.source)
    entry = entry if entry.issue else replace(entry, issue=source.issue)
    issues = next_issues(source, entry.at) if entry.fallback else (source.issue,)
    if entry.issue not in issues:
        raise CeremonyError("entropy.other_issue", source=source.id, issue=entry.issue)
    outside = is_outside(source)
    soonest = due(source, entry.fallback) if outside else committed_at
    early = entry.at < soonest if outside else entry.at <= soonest
    if instant(entry.at) is None or early:
        raise CeremonyError("entropy.early", source=source.id, at=entry.at, due=soonest)
    last = outside_time(sources)
    if not outside and entry.at >= last:
        raise CeremonyError("entropy.late", source=source.id, at=entry.at, due=last)
    if not valid_value(source, entry.value):
        raise not_valid(source, entry.value)
    return entry


def record_source(
    log: Log,
    stage: str,
    attempt: int,
    sources: Sequence[Source],
    committed_at: str,
    entry: Entropy,
) -> Log:
    """The log with one leaf more: a value as its first person enters it, at `entry.at`,
    the clock's time; or a correction of the last one.

    Raises CeremonyError as `checked` does, when the leaf would say the same again, and
    once the attempt was drawn with.
    """
    made = [e for e in log.events if e["event"] == "entropy"]
    if any((e["stage"], e["attempt"]) == (stage, attempt) for e in made):
        raise CeremonyError("entropy.drawn", source=entry.source)
    entry = checked(sources, committed_at, entry)
    last = last_leaf(log, stage, attempt, entry.source)
    if last is not None and _said(last) == _said(entry):
        raise CeremonyError("entropy.same_value", source=entry.source)
    return log.append(
        {
            "event": "source_recorded",
            "at": entry.at,
            "stage": stage,
            "attempt": attempt,
            "source": entry.source,
            "issue": entry.issue,
            "value": entry.value,
            "fallback": entry.fallback,
        }
    )


def _said(entry: Entropy) -> tuple[str, str, bool]:
    return entry.issue, entry.value, entry.fallback


def record_cancelled(log: Log, stage: str, attempt: int, entry: Entropy) -> Log:
    """The outside value of a cancelled draw or seal, entered whenever it is known: so
    everybody sees what the attempt would have given."""
    gone = {(v.stage, v.attempt): v.announced for v in log.voided}
    rows, at = gone.get((stage, attempt), ((), ""))
    sources = [s for s in (Source(**row) for row in rows) if is_outside(s)]
    if not sources:
        raise CeremonyError("entropy.unknown", source=entry.source)
    return record_source(log, stage, attempt, sources, at, entry)


def last_leaf(log: Log, stage: str, attempt: int, source: str) -> Entropy | None:
    """What counts of a source so far: its last leaf."""
    for e in reversed(log.events):
        if e["event"] == "source_recorded" and (
            (e["stage"], e["attempt"], e["source"]) == (stage, attempt, source)
        ):
            return Entropy(source, e["issue"], e["value"], e["at"], e["fallback"])
    return None


def counted(
    suite: Suite, log: Log, stage: str, attempt: int, sources: Sequence[Source]
) -> tuple[Entropy, ...]:
    """The record that the leaves give, in announced order: an inside source without a
    leaf, or a reveal that does not fit its hash, counts as the empty text.

    Raises CeremonyError entropy.missing without a leaf of an outside source.
    """
    out = []
    for s in sources:
        leaf = last_leaf(log, stage, attempt, s.id)
        if leaf is None and is_outside(s):
            raise CeremonyError("entropy.missing", source=s.id)
        if leaf is None or not fits(suite, s, leaf.value):
            leaf = Entropy(s.id, s.issue, "", "")
        out.append(leaf)
    return tuple(out)


def refuse_unequal(
    sources: Sequence[Source], record: Sequence[Entropy], second: Iterable[Entropy]
) -> None:
    """Refuse unless the second person entered the same outside values; what he entered
    of inside sources changes nothing."""
    again = {e.source: e for e in second}
    for s, first in zip(sources, record, strict=True):
        if not is_outside(s):
            continue
        if s.id not in again:
            raise CeremonyError("entropy.second", source=s.id)
        other = again[s.id]
        other = other if other.issue else replace(other, issue=s.issue)
        if _said(other) != _said(first):
            raise CeremonyError("entropy.differs", source=s.id, value=other.value[:40])


def taken(
    suite: Suite,
    log: Log,
    stage: str,
    attempt: int,
    sources: Sequence[Source],
    second: Iterable[Entropy],
    at: str,
) -> tuple[bytes, Log]:
    """The stage's randomness and the log with its public record; `second`: what the
    second person entered.

    Raises CeremonyError: an outside value missing or not entered twice.
    """
    record = counted(suite, log, stage, attempt, sources)
    refuse_unequal(sources, record, second)
    event = {
        "event": "entropy",
        "at": at,
        "stage": stage,
        "attempt": attempt,
        "record": [documents.entry(e) for e in record],
    }
    return randomness(suite, record), log.append(event)


def origin(first: Mapping[str, Any]) -> str:
    """The name of a month's log: bureau, month, digest of the scope of its first
    freeze (the document, as far as these)."""
    policy = first["policy"]
    scope = digest(Suite(policy["hash"]), "scope", canonical(policy["scope"]))
    return f"{first['bureau']}/{first['month']}/{scope.hex()[:16]}"


def origin_of(policy: Policy) -> str:
    """The origin of a log that begins with this policy."""
    told = {"bureau": policy.bureau, "month": policy.month, "policy": public(policy)}
    return origin(told)


def anchor_of(log: Log, name: str) -> str:
    """公告锚点 of the log as it stands: the body of a C2SP checkpoint. Published before
    T, it proves what the log held by then. `name`: the log's `origin`."""
    return f"{name}\n{len(log.events)}\n{b64encode(log.root).decode()}\n"


def log_name(log: Log, freeze_file: bytes) -> str:
    """The origin of a log, `freeze_file` being the freeze in force."""
    first = _cancelled_first(log)
    return origin(first) if first else _named_in(freeze_file)


def log_to_be(log: Log, policy: Policy) -> str:
    """The origin of the log in which a freeze with this policy will stand."""
    first = _cancelled_first(log)
    return origin(first) if first else origin_of(policy)


def _cancelled_first(log: Log) -> Mapping[str, Any] | None:
    """The first freeze of a log if it was cancelled: it names the log for good."""
    return next((v.document for v in log.voided if v.stage == "draw"), None)


@lru_cache(maxsize=24)  # asked at every publication; a freeze of a city is megabytes
def _named_in(freeze_file: bytes) -> str:
    return origin(parse(freeze_file))


def anchor_text(log: Log, freeze_file: bytes) -> str:
    """The anchor of the log as it stands, `freeze_file` being the freeze in force."""
    return anchor_of(log, log_name(log, freeze_file))


def stage_anchors(log: Log, freeze_file: bytes, *attempts: Attempt) -> list[str]:
    """Per attempt the last anchor that speaks for it: of the log up to its first
    outside value."""
    out, name = [], log_name(log, freeze_file)
    for stage, number, sources in attempts:
        outside = {s.id for s in sources if is_outside(s)}
        values = (
            k
            for k, e in enumerate(log.events)
            if e["event"] == "source_recorded"
            and (e["stage"], e["attempt"]) == (stage, number)
            and e["source"] in outside
        )
        prefix = log.events[: next(values, len(log.events))]
        out.append(anchor_of(replace(log, events=prefix), name))
    return out
