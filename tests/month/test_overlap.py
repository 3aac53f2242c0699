"""A compound is drawn from in one log a month: no second first attempt."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cancelled_months import WHY
from month_stages import Month

from inspector.ceremony.bundle import Log
from inspector.errors import CeremonyError
from inspector.month.freeze import Frozen, cancel_draw, freeze
from inspector.month.overlap import Live, admitted, lives
from inspector.policy import Method, Scope

DISTRICTS = ("万秀", "长洲", "龙圩")


def frozen_for(
    month: Month, scope: Scope, *live: Live, log: Log | None = None
) -> Frozen:
    streets = tuple(replace(s, min_draw=0) for s in month.registry.streets)
    return freeze(
        replace(month.registry, streets=streets),
        replace(month.policy, scope=scope),
        month.calendar,
        blind=b"\1" * 32,
        secret=b"\2" * 32,
        at=month.record.frozen_at,
        log=log,
        live=live,
    )


def of(*districts: str) -> Scope:
    return Scope(Method.TARGETED, districts=districts)


def refused(code: str) -> pytest.RaisesExc[CeremonyError]:
    return pytest.RaisesExc(CeremonyError, check=lambda e: e.code == code)


def test_what_a_freeze_admits_is_read_back_from_its_document(month: Month) -> None:
    for scope in (Scope(), of("长洲"), Scope(Method.TARGETED, types=("old",))):
        one = frozen_for(month, scope)
        (live,) = lives(one.log, one.file)
        assert live.admitted == admitted(month.registry, scope)
        assert (live.commitment, live.month) == (one.commitment.hex(), "2026-12")


@pytest.mark.parametrize("first", [Scope(), of(*DISTRICTS), of("长洲")])
@pytest.mark.parametrize("second", [Scope(), of(*DISTRICTS), of("万秀", "长洲")])
def test_scopes_that_share_a_compound_are_two_first_attempts(
    month: Month, first: Scope, second: Scope
) -> None:
    """ "All" and "all districts" are other filters, but the same compounds."""
    one = frozen_for(month, first)
    with refused("freeze.overlap"):
        frozen_for(month, second, *lives(one.log, one.file))


def test_scopes_without_a_common_compound_go_side_by_side(month: Month) -> None:
    one = frozen_for(month, of("长洲"))
    frozen_for(month, of("万秀", "龙圩"), *lives(one.log, one.file))
    other = replace(lives(one.log, one.file)[0], month="2027-01")
    frozen_for(month, Scope(), other)


def test_a_cancelled_freeze_still_holds_its_compounds(month: Month) -> None:
    one = frozen_for(month, of("长洲"))
    log = cancel_draw(one, one.log, "2026-11-20T09:00:00Z", WHY)
    assert len(lives(log)) == 1
    with refused("freeze.overlap"):
        frozen_for(month, Scope(), *lives(log))


def test_a_log_keeps_its_hash(month: Month) -> None:
    log = cancel_draw(month.frozen, month.frozen.log, "2026-11-20T09:00:00Z", WHY)
    other = replace(month.policy, hash="sm3")
    with refused("freeze.hash"):
        freeze(
            month.registry,
            other,
            month.calendar,
            blind=b"\1" * 32,
            secret=b"\2" * 32,
            at="2026-11-20T10:00:00Z",
            log=log,
        )
