"""Why a compound was drawn or not, for every compound of a month."""

from __future__ import annotations

from dataclasses import replace

from month_stages import Month

from inspector.errors import text
from inspector.month.drawn_why import explain_draw


def test_every_compound_is_told_as_it_was_drawn(month: Month) -> None:
    drawn = month.drawn
    won = {c for d in drawn.strata for c in d.drawn}
    excluded = {e.compound: e.reason for e in drawn.frozen.exclusions}
    for compound in drawn.frozen.registry.compounds:
        why = explain_draw(drawn, compound.id)
        assert why is not None
        assert why.drawn == (compound.id in won)
        if compound.id in excluded:
            assert why.reason == excluded[compound.id]
        if not why.reason:
            assert why.drawn == (why.place <= why.won)
            assert 1 <= why.place <= why.size
            assert why.chance > 0
        zh, en = text(why.code, dict(why.params))
        assert compound.id in zh
        assert en.isascii()


def test_who_is_not_in_the_draw_is_told_why_and_nobody_unknown_is_told(
    month: Month,
) -> None:
    frozen = month.drawn.frozen
    first, *rest = frozen.registry.compounds
    shut = replace(first, status="closed")
    registry = replace(frozen.registry, compounds=(shut, *rest))
    why = explain_draw(
        replace(month.drawn, frozen=replace(frozen, registry=registry)), first.id
    )
    assert why is not None
    assert (why.reason, why.drawn, why.chance) == ("status", False, 0)
    assert "未参加抽取" in text(why.code, dict(why.params))[0]
    assert explain_draw(month.drawn, "C9999") is None
