"""Freeze (名录冻结) and draw (随机抽取): the first half of the ceremony.

Registries, people, policy, blind → `Frozen`; entropy → `Drawn`. Next:
`inspector.month.pack`.

`freeze` binds registries, people, rules and the future entropy to one commitment;
`draw` turns the entropy into a seed for exactly that commitment and picks compounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from inspector.ceremony.bundle import Log, Void, salt
from inspector.ceremony.canon import Key, Suite, canonical, digest
from inspector.ceremony.seed import Entropy, Seed, blind_hash, make_seed
from inspector.docket.visits import Intake, intake, visits_of_month
from inspector.domain import Registry, Visit
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.earlier import refuse_earlier
from inspector.month.overlap import Live, refuse_collisions
from inspector.month.record import (
    log_to_be,
    record_source,
    refuse_sources,
    taken,
    used_up,
)
from inspector.months import month_span
from inspector.policy import Policy, public
from inspector.selection import draw as selection
from inspector.selection.draw import Exclusion, Stratum, StratumDraw
from inspector.selection.network import half_days
from inspector.selection.ranking import Ranking, rank
from inspector.selection.seats import group_of, pseudonym
from inspector.workdays import Calendar, counted, local_day, publish_by

MIN_SECRET = 16  # bytes: DESIGN §3, at least 128 bits

messages(
    {
        "freeze.no_workday": (
            "{month} 没有工作日（见 calendar.csv），无法编排",
            "{month} has no working day (see calendar.csv): nothing can be planned",
        ),
        "freeze.blind": (
            "密封值须为 32 字节，化名密钥至少 16 字节",
            "the sealed value needs 32 bytes, the pseudonym secret at least 16",
        ),
        "freeze.pseudonyms": (
            "化名重复，请更换化名密钥",
            "two people share a pseudonym; use another secret",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Registries and rules bound to `commitment`; nothing drawn yet."""

    registry: Registry
    policy: Policy
    working_days: tuple[date, ...]
    publish_days: tuple[date, ...]
    provisional: bool  # some of these days rest on a calendar not yet announced
    attempt: int
    at: str
    blind: Key
    secret: Key
    ranking: Ranking
    intake: Intake
    exclusions: tuple[Exclusion, ...]
    strata: tuple[Stratum, ...]
    names: Mapping[str, str]  # inspector id -> pseudonym of the month
    file: bytes  # freeze.json
    private: Mapping[str, Any]
    commitment: bytes
    log: Log

    @property
    def suite(self) -> Suite:
        """The hash of the month, as the policy names it."""
        return self.blind.suite


@dataclass(frozen=True, slots=True)
class Drawn:
    """The compounds picked by seed 1, and the month's visits."""

    frozen: Frozen
    seed: Seed
    strata: tuple[StratumDraw, ...]
    visits: tuple[Visit, ...]
    log: Log

    @property
    def file(self) -> bytes:
        """drawn.json"""
        return canonical(
            {
                "schema": "inspector/drawn/v2",
                "strata": [
                    {
                        "id": s.id,
                        "drawn": list(s.drawn),
                        "reserves": list(s.reserves),
                    }
                    for s in self.strata
                ],
                "visits": [documents.entry(v) for v in self.visits],
            }
        )

    @property
    def compounds(self) -> tuple[str, ...]:
        return tuple(c for s in self.strata for c in s.drawn)


def _refuse_entropy(policy: Policy, at: str, log: Log) -> None:
    """Both stages' sources are lawful and new; the lottery's come after the draw's."""
    used = used_up(log)
    refuse_sources("draw", policy.draw_entropy, at, policy.wait_hours, used, log)
    last = max(s.at for s in policy.draw_entropy)
    used |= used_up(log, ("draw", 0, policy.draw_entropy))
    refuse_sources("lottery", policy.lottery_entropy, last, 0, used)


def next_attempt(log: Log, stage: str) -> int:
    """Number the next attempt of `stage` must carry; numbers have no gaps."""
    voided = [e for e in log.events if e["event"] == "cancelled"]
    return 1 + len([e for e in voided if e["stage"] == stage])


def freeze(
    registry: Registry,
    policy: Policy,
    calendar: Calendar,
    *,
    blind: bytes,
    secret: bytes,
    at: str,
    log: Log | None = None,
    live: Sequence[Live] = (),
    demonstration: bool = False,
) -> Frozen:
    """Bind everything that decides the month; `at` is the time of the freeze, UTC.

    Raises CeremonyError: entropy that comes too soon or served before, compounds that a
    freeze of another log of the month admits, another hash than the log's, a short
    blind, earlier months that do not hold together (`inspector.month.earlier`);
    InspectorError for impossible strata.
    """
    log = log or Log()
    if len(blind) != 32 or len(secret) < MIN_SECRET:
        raise CeremonyError("freeze.blind")
    refuse_collisions(registry, policy, log, live)
    refuse_earlier(registry, policy, log_to_be(log, policy), at)
    _refuse_entropy(policy, at, log)
    working_days = calendar.working_days(policy.month)
    if not working_days:
        raise CeremonyError("freeze.no_workday", month=policy.month)
    publish_days = _publish_days(calendar, policy)
    provisional = any(calendar.year_of(d).provisional for d in publish_days)
    suite = Suite(policy.hash)
    key, hidden = Key(suite, blind), Key(suite, secret)
    names = {i.id: pseudonym(hidden, policy.month, i.id) for i in registry.inspectors}
    if len(set(names.values())) != len(names):
        raise CeremonyError("freeze.pseudonyms")
    ranking = rank(registry.compounds, registry.evaluations, policy.bottom)
    docket = intake(registry, ranking, policy)
    rows, day = registry.history, local_day(at)
    out = selection.exclusions(rows, registry.compounds, policy, day)
    cells = selection.strata(registry.compounds, registry.streets, out, policy)
    private = documents.private_part(registry, hidden)
    private_root = digest(suite, "private", salt(key, "private"), canonical(private))
    brought = canonical(table_rows(registry, names))
    attempt = next_attempt(log, "draw")
    file = canonical(
        {
            "schema": "inspector/freeze/v2",
            "bureau": policy.bureau,
            "month": policy.month,
            "attempt": attempt,
            "frozen_at": at,
            "demonstration": demonstration,
            "policy": public(policy),
            "working_days": [d.isoformat() for d in working_days],
            "provisional": provisional,
            "publish_days": [d.isoformat() for d in publish_days],
            "close_by": close_by(working_days, publish_days, policy).isoformat(),
            **documents.registries(registry),
            "ranking": documents.ranking(ranking),
            "docket_visits": documents.docket_visits(docket.visits),
            "exclusions": documents.exclusions(out),
            "strata": documents.strata(cells),
            "people": sorted(names.values()),
            "blind_hash": blind_hash(key).hex(),
            "private_root": private_root.hex(),
            "rows_hash": digest(suite, "rows", salt(key, "rows"), brought).hex(),
        }
    )
    commitment = digest(suite, "freeze", file)
    event = {
        "event": "frozen",
        "at": at,
        "attempt": attempt,
        "commitment": commitment.hex(),
    }
    return Frozen(
        registry,
        policy,
        working_days,
        publish_days,
        provisional,
        attempt,
        at,
        key,
        hidden,
        ranking,
        docket,
        out,
        cells,
        MappingProxyType(names),
        file,
        MappingProxyType(private),
        commitment,
        log.append(event),
    )


def table_rows(registry: Registry, names: Mapping[str, str]) -> list[list[str | int]]:
    """What each person brings into every chance table of the month: pseudonym, carried
    duty, duty group. Bound before the draw: chosen later, they would move chances."""
    return sorted(
        [names[i.id], half_days(i.carry_minutes), group_of(i)]
        for i in registry.inspectors
    )


def _publish_days(calendar: Calendar, policy: Policy) -> tuple[date, ...]:
    """Working days after the first of the month, enough for every deadline."""
    day = month_span(policy.month)[0]
    out: list[date] = []
    while len(out) < policy.publish_workdays + policy.close_days + 31:
        day = calendar.after(day, 1).date
        out.append(day)
    return tuple(out)


def close_by(
    working_days: Sequence[date], publish_days: Sequence[date], policy: Policy
) -> date:
    """归档期限: `close_days` working days after the last publication deadline."""
    last = max(working_days, default=month_span(policy.month)[0])
    due = publish_by(publish_days, last, policy.publish_workdays)
    return counted(publish_days, due, policy.close_days)


def record_draw(frozen: Frozen, entry: Entropy) -> Frozen:
    """A value of the draw's entropy, entered at `entry.at`. Raises CeremonyError."""
    log = record_source(
        frozen.log,
        "draw",
        frozen.attempt,
        frozen.policy.draw_entropy,
        frozen.at,
        entry,
    )
    return replace(frozen, log=log)


def draw(frozen: Frozen, second: Sequence[Entropy], at: str) -> Drawn:
    """Turn the recorded entropy into the seed and pick compounds.

    `second`: the outside values as a second person entered them. Raises CeremonyError:
    one is missing, or the second entry is another.
    """
    sources = frozen.policy.draw_entropy
    random, log = taken(
        frozen.suite, frozen.log, "draw", frozen.attempt, sources, second, at
    )
    seed = make_seed(
        frozen.blind, blind_hash(frozen.blind), "draw", frozen.commitment, random
    )
    return draw_with(frozen, seed, log, at)


def draw_with(frozen: Frozen, seed: Seed, log: Log, at: str) -> Drawn:
    """The draw itself; refuses a seed that is bound to any other commitment."""
    value = seed.bound_to("draw", frozen.commitment)
    picks = selection.draw(frozen.strata, value, frozen.policy)
    drawn = [c for s in picks for c in s.drawn]
    visits = visits_of_month(
        frozen.registry, frozen.policy, frozen.intake.visits, drawn, value
    )
    total, classes = selection.totals(frozen.strata, picks)
    event = {
        "event": "drawn",
        "at": at,
        "attempt": frozen.attempt,
        "total": total,
        "classes": classes,
    }
    return Drawn(frozen, seed, picks, visits, log.append(event))


def cancel_draw(frozen: Frozen, log: Log, at: str, reason: str) -> Log:
    """Void a freeze and its draw; freeze again with the returned log.

    `log` is the log so far. The next attempt's entropy must be later than `at`.
    """
    return log.cancel(
        at, reason, Void("draw", frozen.attempt, frozen.file, frozen.blind)
    )
