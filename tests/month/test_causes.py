"""Why something finds no place: by name, and without these causes it fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from eased_month import eased_registry
from month_stages import Month, freeze_city
from second_look import second_look

from inspector.command.preview import begin
from inspector.domain import Leave, Place, Recusal, Registry, Role, VisitKind
from inspector.errors import MESSAGES, NoPlan
from inspector.month.causes import ShortMonth, shortage
from inspector.month.eases import PRICES, Ease
from inspector.month.freeze import Drawn, draw_with
from inspector.month.pack import Packed, pairs_of
from inspector.month.planned import nothing, planned
from inspector.month.short_of import said
from inspector.policy import Policy, SeatRule

Scenario = tuple[Registry, Policy]


def bare(drawn: Drawn) -> Packed:
    """A plan with nothing in it, not even pairs: what is short is short of itself."""
    return replace(nothing(drawn), standby=(), unmanned=pairs_of(drawn.frozen))


def drawn_from(month: Month, registry: Registry, policy: Policy) -> Drawn:
    """The month drawn from other registries, with its own seed."""
    frozen = freeze_city(registry, policy, month.calendar, month.record)
    seed = replace(month.drawn.seed, commitment=frozen.commitment)
    return draw_with(frozen, seed, frozen.log, month.record.drawn_at)


def everybody(registry: Registry, **values: object) -> Registry:
    people = tuple(replace(i, **values) for i in registry.inspectors)  # type: ignore[arg-type]
    return replace(registry, inspectors=people)


def due(registry: Registry) -> str:
    """A compound that has a docket visit this month."""
    return next(c.compound for c in registry.docket if c.state == "listed")


def off(registry: Registry) -> Registry:
    span = date(2026, 12, 1), date(2026, 12, 31)
    rows = tuple(Leave(i.id, *span) for i in registry.inspectors)
    return replace(registry, leave=rows)


def recused(registry: Registry) -> Registry:
    rows = (Recusal(i.id, due(registry), "kin") for i in registry.inspectors)
    return replace(registry, recusals=tuple(rows))


def been(registry: Registry) -> Registry:
    """Everybody was at one compound in November."""
    row = registry.history[0]
    rows = tuple(
        replace(
            row, compound=due(registry), usc18="", date=date(2026, 11, 2 + k),
            kind=VisitKind.LOOKBACK, counts_for_cap=False, due=None, lead=i.id,
            second="",
        )
        for k, i in enumerate(registry.inspectors)
    )  # fmt: skip
    history = sorted((*registry.history, *rows), key=lambda h: (h.date, h.compound))
    return replace(registry, history=tuple(history))


def moved(registry: Registry) -> Registry:
    """A compound two degrees to the east."""
    homes = tuple(
        replace(c, place=Place(c.place.lon_udeg + 2_000_000, c.place.lat_udeg))
        if c.id == due(registry)
        else c
        for c in registry.compounds
    )
    return replace(registry, compounds=homes)


def joint(policy: Policy) -> Policy:
    rule = SeatRule(Role.JOINT, "always", "消防救援站")
    return replace(
        policy, seats=replace(policy.seats, seats=(*policy.seats.seats, rule))
    )


def slow(policy: Policy) -> Policy:
    minutes = tuple(500 for _ in policy.visits.series_minutes)
    return replace(policy, visits=replace(policy.visits, series_minutes=minutes))


KINDS: dict[str, Callable[[Registry, Policy], Scenario]] = {
    "certificate": lambda r, p: (everybody(r, cert_no=""), p),
    "leave": lambda r, p: (off(r), p),
    "lead": lambda r, p: (everybody(r, may_lead=False), p),
    "days": lambda r, p: (everybody(r, max_days=0), p),
    "authority": lambda r, p: (everybody(r, authorities=("另一局",)), p),
    "scope": lambda r, p: (everybody(r, scope=(r.items[0].code,)), p),
    "rotation": lambda r, p: (been(r), p),
    "recusal": lambda r, p: (recused(r), p),
    "car": lambda r, p: (
        replace(r, cars=tuple(replace(c, last=date(2026, 11, 1)) for c in r.cars)),
        p,
    ),
    "person": lambda r, p: (r, joint(p)),
    "far": lambda r, p: (moved(r), p),
    "long": lambda r, p: (r, slow(p)),
}


def names(short: ShortMonth) -> set[str]:
    return {e.kind for row in short.rows for e in row.eases}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_cause_is_named_and_without_it_the_visit_fits(
    kind: str, month: Month
) -> None:
    registry, policy = KINDS[kind](month.registry, month.policy)
    packed = bare(drawn_from(month, registry, policy))
    found = shortage(packed)
    assert names(found) - {"person"} == {kind} - {"person"}
    short = [row for row in found.rows if kind in {e.kind for e in row.eases}]
    assert short
    for row in short[:3]:
        assert {e.kind for e in row.eases} == {kind}
        assert second_look(packed, row, row.eases) == []
        for e in row.eases:
            fewer = [x for x in row.eases if x != e]
            assert second_look(packed, row, fewer) != []
    words = said(packed, found)
    first = next(r for r in words.rows if r.causes and r.causes[0].kind == kind)
    assert kind not in first.of(0)
    assert first.of(0).isascii() is False
    remedy = next(r for r in words.remedies if r.kinds == (kind,))
    assert remedy.visits + remedy.pairs > 0
    assert f"+{remedy.visits or remedy.pairs}" in remedy.en


def test_nobody_at_all_is_somebody_more(month: Month) -> None:
    registry = replace(month.registry, inspectors=(), leave=(), recusals=())
    packed = bare(drawn_from(month, registry, month.policy))
    found = shortage(packed)
    assert names(found) == {"person"}
    assert all(row.eases or row.before for row in found.rows)


def test_a_skill_nobody_has_is_named_with_who_could_be_trained(month: Month) -> None:
    """The compound of a visit needs the skill; whoever else could go is named."""
    registry = everybody(month.registry, skills=())
    drawn = drawn_from(month, registry, month.policy)
    visits = (replace(drawn.visits[0], skill="lift", series=""), *drawn.visits[1:])
    packed = bare(replace(drawn, visits=visits))
    row = next(r for r in shortage(packed).rows if r.visit == visits[0].id)
    (ease,) = row.eases
    assert (ease.kind, ease.what) == ("skill", "lift")
    assert ease.who in {i.id for i in registry.inspectors}


def test_a_window_without_a_working_day_and_a_district_without_office(
    month: Month,
) -> None:
    drawn = month.drawn
    one, other = [v for v in drawn.visits if not v.series][:2]
    weekend = replace(one, first=date(2026, 12, 5), last=date(2026, 12, 6))
    nowhere = replace(other, district="别处")
    visits = [{one.id: weekend, other.id: nowhere}.get(v.id, v) for v in drawn.visits]
    packed = bare(replace(drawn, visits=tuple(visits)))
    rows = {r.visit: r for r in shortage(packed).rows}
    assert rows[one.id].eases == (Ease("dates", what=one.id),)
    assert rows[other.id].never == "office"
    words = said(packed)
    assert "2026-12-05" in words.visits[one.id].of(1)
    assert "no office" in words.visits[other.id].of(1)


def test_a_later_step_waits_for_the_one_before(month: Month) -> None:
    packed = bare(month.drawn)
    later = [v for v in month.drawn.visits if v.series and v.step]
    rows = {r.visit: r for r in shortage(packed).rows}
    waits = [v for v in later if rows[v.id].before]
    assert waits
    for v in waits:
        first = next(x for x in month.drawn.visits if x.id == rows[v.id].before)
        assert first.series == v.series and first.step < v.step


def test_a_plan_that_holds_everything_is_short_of_bare(month: Month) -> None:
    assert shortage(month.packed) == ShortMonth()


def test_what_is_eased_leaves_everything_else_as_it_was(month: Month) -> None:
    registry, policy = month.registry, month.policy
    assert eased_registry(registry, policy, ()) == registry
    who, home = registry.inspectors[0], due(registry)
    rows = (*registry.leave, Leave(who.id, date(2026, 12, 7), date(2026, 12, 9)))
    registry = replace(registry, leave=rows, recusals=(Recusal(who.id, home, "kin"),))
    day = Ease("leave", who.id, date(2026, 12, 8))
    eased = eased_registry(registry, policy, [day, Ease("recusal", who.id, what=home)])
    assert eased.recusals == ()
    gone = {(x.first, x.last) for x in eased.leave} - {
        (x.first, x.last) for x in month.registry.leave
    }
    assert gone == {
        (date(2026, 12, 7), date(2026, 12, 7)), (date(2026, 12, 9), date(2026, 12, 9))
    }  # fmt: skip
    assert eased.inspectors == registry.inspectors


def test_every_kind_has_its_sentence_and_its_remedy() -> None:
    for kind in PRICES:
        assert f"cause.{kind}" in MESSAGES
        assert f"remedy.{kind}" in MESSAGES


def test_a_month_of_which_nothing_can_be_made_is_one_sentence_with_names(
    month: Month,
) -> None:
    registry, policy = KINDS["certificate"](month.registry, month.policy)
    drawn = drawn_from(month, registry, policy)
    with pytest.raises(NoPlan) as refused:
        planned(drawn, begin)
    zh, en = refused.value.sentences()
    who = next(i for i in registry.inspectors if not i.expert)
    assert who.name in zh and who.id in en
    assert "没有证号" in zh and "renew" in en
    assert "系列" not in zh


def test_pairs_are_manned_in_an_empty_month_where_people_are(month: Month) -> None:
    assert len(nothing(month.drawn).standby) == len(month.packed.standby)
    registry = everybody(month.registry, cert_no="")
    drawn = drawn_from(month, registry, month.policy)
    assert nothing(drawn).standby == ()
    assert all(row.eases for row in shortage(nothing(drawn)).rows if row.pair)
