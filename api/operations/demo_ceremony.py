"""When the demonstration's two later months are frozen, drawn, sealed and assigned, and
everything random about them, made up.

A month's policy → the same with its announced sources; a source → a synthetic value.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.ceremony.canon import SHA256, Key, digest
from inspector.ceremony.seed import MIN_DICE, Coins, Entropy
from inspector.policy import Policy, Source
from inspector.sources import LOTTERIES

# The coins of everything made up here, blinds and entropy included.
SEED = digest(SHA256, "demonstration", b"inspector demo")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The evening of an outside drawing: its day and issue; `number`: of the first
    inside source."""

    day: str
    issue: str
    number: int


@dataclass(frozen=True, slots=True)
class Ceremony:
    """The times of a month from its freeze to its lottery; `number`: the approval's."""

    month: str
    frozen: str
    draw: Drawing
    drawn: str
    approved: str
    sealed: str
    lottery: Drawing
    assigned: str
    number: str


# Frozen while December is in the field; frozen while January is, December just closed.
JANUARY = Ceremony(
    "2027-01",
    "2026-12-21T02:00:00Z",
    Drawing("2026-12-23", "2026147", 1),
    "2026-12-24T01:00:00Z",
    "2026-12-25T01:00:00Z",
    "2026-12-25T03:00:00Z",
    Drawing("2026-12-28", "2026149", 3),
    "2026-12-29T01:00:00Z",
    "演示〔2026〕2号",
)
FEBRUARY = Ceremony(
    "2027-02",
    "2027-01-18T02:00:00Z",
    Drawing("2027-01-20", "2027007", 1),
    "2027-01-21T01:00:00Z",
    "2027-01-22T01:00:00Z",
    "2027-01-22T03:00:00Z",
    Drawing("2027-01-25", "2027009", 3),
    "2027-01-26T01:00:00Z",
    "演示〔2027〕1号",
)


def coined(label: str) -> str:
    """32 made-up bytes, as hex."""
    return digest(SHA256, "demonstration", SEED, label).hex()


def freeze_body(when: Ceremony, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The step that freezes these files."""
    return {
        "files": {n: b64encode(data).decode() for n, data in files.items()},
        "blind": coined(f"{when.month}/draw"),
        "secret": coined(f"{when.month}/secret"),
        "at": when.frozen,
        "demonstration": True,
    }


def seal_body(when: Ceremony) -> dict[str, Any]:
    """The step that seals the plan."""
    blind = coined(f"{when.month}/seal")
    return {"blind": blind, "at": when.sealed, "entropy": None}


def announced(policy: Policy, when: Ceremony) -> Policy:
    """The policy with the issues of the month's made-up entropy."""
    return replace(
        policy,
        draw_entropy=_issued(policy.draw_entropy, when.month, when.draw),
        lottery_entropy=_issued(policy.lottery_entropy, when.month, when.lottery),
    )


def _issued(
    sources: Sequence[Source], month: str, drawing: Drawing
) -> tuple[Source, ...]:
    """Issue, time and promise of each source; the outside one comes last."""
    out = []
    for k, s in enumerate(sources):
        outside = s.kind == "lottery"
        clock = "13:25" if outside else f"08:{10 * k:02d}"
        number = drawing.number + k
        new = replace(
            s,
            id=f"dlt-{drawing.issue}" if outside else s.id,
            issue=drawing.issue if outside else f"wuzhou-{month}-{number}",
            at=f"{drawing.day}T{clock}:00Z",
        )
        commit = ""
        if s.kind == "reveal":
            commit = digest(SHA256, "reveal", bytes.fromhex(value_of(new))).hex()
        out.append(replace(new, commit=commit))
    return tuple(out)


def made_up(sources: Sequence[Source]) -> tuple[Entropy, ...]:
    """A synthetic value for each announced source."""
    return tuple(Entropy(s.id, s.issue, value_of(s), s.at) for s in sources)


def value_of(source: Source) -> str:
    """A value in the form of the source's kind, from coins named after it."""
    label = f"{source.kind}/{source.id}/{source.issue}"
    coins = Coins(Key(SHA256, SEED), label)
    if source.kind == "reveal":
        return coined(label)[:32]
    if source.kind == "dice":
        return "".join(str(1 + coins.below(6)) for _ in range(MIN_DICE))
    a, n, b, m = LOTTERIES[source.name]
    return f"{_balls(coins, a, n)}|{_balls(coins, b, m)}"


def _balls(coins: Coins, take: int, of: int) -> str:
    left = list(range(1, of + 1))
    taken = [left.pop(coins.below(len(left))) for _ in range(take)]
    return " ".join(f"{ball:02d}" for ball in sorted(taken))
