"""Why a compound was drawn, or was not: its standing before the seed, then its place.

A drawn month and a compound → reason, chance, place by ticket, as a code with
parameters.

Inside the bureau only until the month is opened: it tells who was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from inspector.errors import messages
from inspector.month.freeze import Drawn
from inspector.selection.draw import place
from inspector.selection.stands import standing
from inspector.words import Word, codes, word

messages(
    {
        "explain.drawn": (
            "{compound}：分层 {stratum} 共 {size} 个小区，抽 {won} 个，各自入样概率"
            " {chance}；签号排第 {place}，抽中",
            "{compound}: {won} of {size} compounds of stratum {stratum} are drawn, the"
            " chance of each was {chance}; its ticket is number {place}: drawn",
        ),
        "explain.not_drawn": (
            "{compound}：分层 {stratum} 共 {size} 个小区，抽 {won} 个，各自入样概率"
            " {chance}；签号排第 {place}，未抽中",
            "{compound}: {won} of {size} compounds of stratum {stratum} are drawn, the"
            " chance of each was {chance}; its ticket is number {place}: not drawn",
        ),
    }
)
# Why a compound is not in the draw, exclusions among the reasons.
_OUT = (
    Word("status", "已停用、注销或无法联系", "closed, moved or unreachable"),
    Word("scope", "不在本月抽查范围", "outside the scope of the month"),
    *(word("excluded", code) for code in codes("excluded")),
)
messages(
    {
        f"explain.out_{why.code}": (
            f"{{compound}}：未参加抽取（{why.zh}）",
            f"{{compound}}: not in the draw ({why.en})",
        )
        for why in _OUT
    }
)


@dataclass(frozen=True, slots=True)
class DrawWhy:
    """Why a compound was drawn or not. `reason`: why it was not in the draw, "" when it
    was; then `chance`, its `place` by ticket among `size`, of which `won` were drawn,
    in its `stratum`."""

    compound: str
    drawn: bool
    reason: str
    stratum: str
    chance: Fraction
    size: int
    place: int
    won: int
    code: str
    params: tuple[tuple[str, str | int], ...]


def explain_draw(drawn: Drawn, name: str) -> DrawWhy | None:
    """Why a compound was drawn or not; None for one the registry does not have."""
    frozen = drawn.frozen
    compound = next((c for c in frozen.registry.compounds if c.id == name), None)
    if compound is None:
        return None
    street = next(s for s in frozen.registry.streets if s.code == compound.street)
    found = standing(compound, street, frozen.exclusions, frozen.strata, frozen.policy)
    if found.reason:
        said = f"explain.out_{found.reason}", (("compound", name),)
        return DrawWhy(name, False, found.reason, "", Fraction(0), 0, 0, 0, *said)
    stratum = next(s for s in frozen.strata if s.id == found.stratum)
    won = len(next(d for d in drawn.strata if d.id == stratum.id).drawn)
    seed = drawn.seed.bound_to("draw", frozen.commitment)
    at = place(stratum, seed, name)
    about: dict[str, str | int] = {
        "compound": name,
        "stratum": stratum.id,
        "size": stratum.size,
        "won": won,
        "chance": f"{float(found.chance * 100):.2f} %",
        "place": at,
    }
    return DrawWhy(
        *(name, at <= won, "", stratum.id, found.chance, stratum.size, at, won),
        "explain.drawn" if at <= won else "explain.not_drawn",
        tuple(sorted(about.items())),
    )
