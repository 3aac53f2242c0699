"""Rules of what earlier months put into a draw, each kept and broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from small_month import assigned, files
from small_plan import dec
from test_check_draw import DAY, POLICY, a_draw, a_registry, past, subjects

from inspector.ceremony.canon import SHA256, Key
from inspector.check import DrawView, check_draw
from inspector.check import earlier as rules
from inspector.check import officers as law
from inspector.docket.visits import intake
from inspector.domain import (
    AssumedVisit,
    Case,
    CaseState,
    EarlierLog,
    OwedVisit,
    PastVisit,
    Registry,
    Role,
    RunningVisit,
    Visit,
    VisitKind,
)
from inspector.policy import SeatRule, VisitRules
from inspector.selection.draw import exclusions
from inspector.selection.ranking import rank
from inspector.selection.seats import Work

OCT, NOV = "局/2026-10/00000000000000aa", "局/2026-11/00000000000000aa"
REMEDIATION, RECHECK = VisitKind.REMEDIATION, VisitKind.RECHECK
ACCEPTANCE, LOOKBACK = VisitKind.ACCEPTANCE, VisitKind.LOOKBACK
LAST = date(2026, 11, 30)


def owed(n: int, visit: str = "V0001", gone: bool = False) -> OwedVisit:
    return OwedVisit(OCT, visit, f"C{n:02d}", f"{n:064x}", gone)


def with_logs(**rows: object) -> Registry:
    """The registry of the draw with the October and November logs before it."""
    logs = (EarlierLog(OCT, 90, "ab" * 32, False), EarlierLog(NOV, 9, "cd" * 32, True))
    known = a_registry()
    history = tuple(
        replace(h, log=NOV, at="2026-11-06T02:00:00Z", due=date(2026, 12, 1))
        if h.date.month == 11
        else h
        for h in known.history
    )
    return replace(known, **{"logs": logs, "history": history, **rows})


def running(state: CaseState, *made: tuple[VisitKind, int]) -> Registry:
    """Case K1 of C05, November's visits of it still sealed."""
    begun = None if state is CaseState.WAITING else date(2026, 11, 2)
    case = Case("K1", "C05", state, date(2026, 10, 1), begun, begun, begun)
    rows = tuple(AssumedVisit(NOV, "K1", "C05", kind, k, LAST) for kind, k in made)
    return with_logs(docket=(case,), assumed=rows)


def shown(view: DrawView) -> list[tuple[str, str, str]]:
    return [
        (
            "+".join(k.value for k in v.kinds if k is not VisitKind.RANDOM),
            v.first.isoformat()[5:],
            v.last.isoformat()[5:],
        )
        for v in sorted(view.visits, key=lambda v: v.step)
        if v.compound == "C05" and {*v.kinds} != {VisitKind.RANDOM}
    ]


# -- exclusions ----------------------------------------------------------------


def test_a_result_of_before_its_deadline_puts_nobody_out() -> None:
    view = a_draw(registry=with_logs())
    assert [e.compound for e in view.exclusions] == ["C01"]
    assert check_draw(view) == ()
    early = replace(view, day=date(2026, 12, 2))
    assert subjects(rules.exclusions_right(early)) == ["C00"]


def test_a_row_before_its_deadline_fills_no_cap() -> None:
    late = tuple(
        replace(h, due=DAY) if h.compound == "C01" else h for h in with_logs().history
    )
    view = a_draw(registry=with_logs(history=late))
    assert view.exclusions == ()
    drawn = tuple(replace(d, drawn=("C01",)) for d in view.drawn if d.id == "T2/B")
    assert rules.caps_kept(replace(view, drawn=drawn)) == ()
    after = replace(view, drawn=drawn, day=DAY + timedelta(1))
    assert subjects(rules.caps_kept(after)) == ["C01"]


@pytest.mark.parametrize("month", ["2026-12", "2027-01", "2027-02"])
@pytest.mark.parametrize("recent", [0, 1, 2, 12])
def test_both_counts_of_months_agree(month: str, recent: int) -> None:
    draw = replace(POLICY.draw, exclude_recent_months=recent)
    policy = replace(POLICY, month=month, draw=draw)
    known, made = a_registry(), date(2025, 12, 15)
    rows = tuple(
        replace(past(n % 18, made + timedelta(9 * n)), due=made + timedelta(9 * n + 28))
        for n in range(50)
    )
    for gap in (-40, -3, 0, 15):
        day = date.fromisoformat(f"{month}-01") + timedelta(gap)
        out = exclusions(rows, known.compounds, policy, day)
        view = replace(
            a_draw(policy),
            registry=replace(known, history=rows),
            exclusions=out,
            day=day,
        )
        assert rules.exclusions_right(view) == ()


# -- history -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (past(2, date(2026, 9, 30)), True),
        (past(2, date(2026, 10, 1)), False),  # the bureau's word, but a log was there
        (replace(past(2, date(2026, 10, 1)), log=OCT), True),
        (replace(past(2, date(2026, 10, 1)), log=NOV), False),
        (replace(past(2, date(2026, 10, 1)), log="局/2026-10/0b"), False),
        (replace(past(2, DAY), log=NOV), True),
        (replace(past(2, DAY + timedelta(1)), log=NOV), False),
        (replace(past(2, date(2026, 9, 3)), due=date(2026, 9, 2)), False),
        # whether a row counts is by its log's own policy: `history.chain` judges that
        (replace(past(2, DAY), log=NOV, counts_for_cap=False), True),
        (replace(past(2, DAY, RECHECK), log=NOV, counts_for_cap=True), True),
    ],
)
def test_a_row_of_history_stands_in_a_log_or_before_them(
    row: PastVisit, known: bool
) -> None:
    view = a_draw()
    rows = (*with_logs().history, row)
    view = replace(view, registry=with_logs(history=rows))
    name = f"{row.compound} {row.date} {row.kind.value}"
    assert subjects(rules.history_known(view)) == ([] if known else [name])


def test_without_logs_all_history_is_the_bureaus_word() -> None:
    assert rules.history_known(a_draw()) == ()
    later = replace(a_registry(), history=(past(0, DAY + timedelta(1)),))
    found = rules.history_known(replace(a_draw(), registry=later))
    assert subjects(found) == ["C00 2026-11-21 random"]


# -- owed ----------------------------------------------------------------------


def test_owed_compounds_are_visited_once_and_first() -> None:
    """C01 is out by its cap, C05 has a docket case, C13 may be drawn as well."""
    rows = (owed(1), owed(5, "V0003"), owed(13, "V0004"), owed(19, "V0009", True))
    for seed in range(8):
        view = a_draw(
            registry=with_logs(owed=rows), seed=Key(SHA256, bytes([seed]) * 32)
        )
        assert check_draw(view) == ()
        first = {v.compound for v in view.visits[:3]}
        assert first == {"C01", "C05", "C13"}
        assert [v.id for v in view.visits[:3]] == ["V0001", "V0002", "V0003"]
        assert all(VisitKind.RANDOM in v.kinds for v in view.visits[:3])
        (joined,) = (v for v in view.visits[:3] if v.compound == "C05")
        assert (joined.kinds, joined.step) == ((VisitKind.RANDOM, REMEDIATION), 0)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ((owed(2),), ["C02"]),  # forgotten
        ((owed(19, gone=True),), []),
        ((owed(2, gone=True),), ["C02"]),  # dropped although it is there
        ((owed(19),), ["C19"]),  # its compound is closed
    ],
)
def test_an_owed_visit_is_neither_forgotten_nor_dropped(
    rows: tuple[OwedVisit, ...], wrong: list[str]
) -> None:
    view = a_draw()
    rest = tuple(v for v in view.visits if v.compound != "C02")
    view = replace(view, registry=with_logs(owed=rows), visits=rest)
    assert subjects(rules.owed_visited(view)) == wrong


def test_an_owed_visit_made_twice_is_a_violation() -> None:
    view = a_draw(registry=with_logs(owed=(owed(1),)))
    twice = replace(view, visits=(view.visits[0], *view.visits))
    assert subjects(rules.owed_visited(twice)) == ["C01"]


def test_an_owed_visit_behind_others_is_a_violation() -> None:
    view = a_draw(registry=with_logs(owed=(owed(1),)))
    first, second, *rest = view.visits
    swapped: list[Visit] = [
        replace(second, id=first.id),
        replace(first, id=second.id),
        *rest,
    ]
    assert rules.owed_first(view) == ()
    assert subjects(rules.owed_first(replace(view, visits=tuple(swapped)))) == [
        first.id
    ]


# -- what running months still seal --------------------------------------------

SOON = [("recheck+acceptance", "12-01", "12-15")]


@pytest.mark.parametrize(
    ("state", "made", "due"),
    [
        (
            CaseState.WAITING,
            [(REMEDIATION, 0)],
            [("remediation", "12-07", "12-15"), ("remediation", "12-14", "12-30")],
        ),
        (
            CaseState.LISTED,
            [(REMEDIATION, 0), (REMEDIATION, 1)],
            [("remediation", "12-07", "12-15")],
        ),
        (CaseState.WAITING, [(REMEDIATION, k) for k in range(3)], []),
        (CaseState.RECTIFYING, [(RECHECK, 0)], SOON),
        (CaseState.ACCEPTING, [(ACCEPTANCE, 0)], SOON),
        (CaseState.CLOSED, [(LOOKBACK, 0)], []),
    ],
)
def test_what_is_sealed_counts_as_made_in_the_docket(
    state: CaseState, made: list[tuple[VisitKind, int]], due: list[tuple[str, str, str]]
) -> None:
    assert POLICY.visits == VisitRules()
    view = a_draw(registry=running(state, *made))
    assert shown(view) == due
    assert check_draw(view) == ()
    for v in view.visits:
        if v.compound == "C05" and ACCEPTANCE in v.kinds:
            minutes = max(
                POLICY.visits.recheck_minutes, POLICY.visits.acceptance_minutes
            )
            assert v.kinds[-2:] == (RECHECK, ACCEPTANCE)
            assert v.service_minutes >= minutes
    plain = replace(view.registry, assumed=())
    if state is not CaseState.CLOSED:
        forgotten = a_draw(registry=plain)
        found = rules.sealed_docket_kept(replace(forgotten, registry=view.registry))
        assert subjects(found) == ["C05"]


def test_an_overdue_next_step_has_the_whole_month() -> None:
    known = running(CaseState.WAITING, (REMEDIATION, 0))
    day = date(2026, 10, 30)
    rows = tuple(replace(v, log=OCT, day=day) for v in known.assumed)
    view = a_draw(registry=replace(known, assumed=rows))
    assert shown(view)[0] == ("remediation", "12-01", "12-31")
    assert check_draw(view) == ()


def test_a_closed_case_listed_again_begins_a_series() -> None:
    """Its last visit is sealed in another log of the month, and nothing follows."""
    known = running(CaseState.CLOSED, (RECHECK, 0))
    rows = tuple(replace(v, day=date(2026, 12, 31)) for v in known.assumed)
    low = tuple(
        replace(e, score_bp=0) if e.compound == "C05" else e for e in known.evaluations
    )
    view = a_draw(registry=replace(known, assumed=rows, evaluations=low))
    assert [kind for kind, *_ in shown(view)] == ["remediation"] * 3
    assert rules.sealed_docket_kept(view) == ()


def test_a_closed_compound_has_no_visit_after_one_that_is_sealed() -> None:
    known = running(CaseState.RECTIFYING, (RECHECK, 0))
    compounds = tuple(
        replace(c, status="closed") if c.id == "C05" else c for c in known.compounds
    )
    view = a_draw(registry=replace(known, compounds=compounds))
    assert shown(view) == []
    assert check_draw(view) == ()


def test_a_waiting_case_whose_start_is_sealed_does_not_start_again() -> None:
    known = running(CaseState.WAITING, *((REMEDIATION, k) for k in range(3)))
    ranking = rank(known.compounds, known.evaluations, POLICY.bottom)
    found = intake(known, ranking, POLICY)
    assert next(c.id for c in found.cases) == "K1"
    assert "C05" not in {v.compound for v in found.visits}
    fewer = replace(known, assumed=())
    again = intake(fewer, ranking, POLICY).visits
    assert [v.step for v in again if v.compound == "C05"] == [0, 1, 2]


def test_two_waiting_cases_of_a_compound_begin_one_series() -> None:
    known = replace(running(CaseState.WAITING), assumed=())
    case = next(c for c in known.docket if c.compound == "C05")
    known = replace(known, docket=(*known.docket, replace(case, id="K9")))
    ranking = rank(known.compounds, known.evaluations, POLICY.bottom)
    found = [v for v in intake(known, ranking, POLICY).visits if v.compound == "C05"]
    assert [(v.case, v.step) for v in found] == [("K1", 0), ("K1", 1), ("K1", 2)]
    view = a_draw(registry=known)
    assert check_draw(view) == ()


# -- rotation ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "lead", "second", "holds"),
    [
        (date(2026, 11, 27), "L1", "", True),
        (date(2026, 11, 27), "", "L1", True),
        (date(2026, 11, 27), "", "", False),
        (date(2026, 8, 31), "L1", "S1", False),
    ],
)
def test_who_is_to_inspect_in_a_running_month_rotates_too(
    day: date, lead: str, second: str, holds: bool
) -> None:
    ahead = RunningVisit("局/2026-11/0f", "C-C1", day, lead, second)
    known = replace(files(), running=(ahead,))
    view = replace(assigned(), files=known)
    assert subjects(law.rotation_kept(view)) == (["P4/second"] if holds else [])
    people = known.people(POLICY)
    (who,) = (p for p in people.inspectors if p.id == "L1")
    work = Work(dec(3), "", tuple(c for c in known.compounds if c.id == "C-C1"))
    out = people.reasons_out(who, SeatRule(Role.LEAD), work)
    assert ("rotation" in out) is holds
