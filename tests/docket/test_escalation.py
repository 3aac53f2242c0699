"""The ladder up to the exit proposal, the look-back sample, a change of company."""

from __future__ import annotations

from dataclasses import replace

import pytest
from docket_cases import (
    RULES,
    a_case,
    accepting,
    closed,
    on,
    rectifying,
    then,
    with_problems,
)

from inspector.ceremony.canon import SHA256, Key
from inspector.ceremony.seed import Seed, in_ticket_order
from inspector.docket import ladder
from inspector.docket.cases import CaseFile, apply, to_case
from inspector.docket.entry import Reason, Why
from inspector.docket.escalation import (
    change_company,
    draw_look_back,
    escalate,
    look_back_number,
    open_rungs,
    propose_exit,
)
from inspector.docket.recorded import Recorded
from inspector.docket.tallies import Tally, tally
from inspector.docket.terms import RUNGS, DocketRules, LookBack
from inspector.domain import CaseState
from inspector.errors import InspectorError

COMMITMENT = b"c" * 32
SEED = Seed("draw", COMMITMENT, Key(SHA256, b"s" * 32))
VETO = Reason(
    Why.VETO,
    (("code", "fraud"), ("zh", "弄虚作假"), ("en", "x"), ("number", "1"), ("date", "")),
)


def took(case: CaseFile, *rungs: str) -> CaseFile:
    for rung in rungs:
        case = apply(case, escalate(case, on(90), rung, f"{rung}1号", "未整改", RULES))
    return case


def codes(case: CaseFile) -> list[str]:
    return [r.code for r in open_rungs(case, RULES)]


def test_the_ladder_opens_rung_by_rung_with_each_failure() -> None:
    assert codes(rectifying()) == []
    assert codes(rectifying(1)) == ["talk"]
    assert codes(took(rectifying(1), "talk")) == ["talk", "yellow"]
    assert codes(took(rectifying(1), "talk", "yellow")) == ["talk", "yellow"]
    two = took(rectifying(2), "talk", "yellow", "red", "notice")
    assert codes(two) == ["talk", "yellow", "red", "notice"]
    assert codes(took(rectifying(3), "talk", "yellow", "red", "notice"))[-1] == "exit"


def test_a_rung_that_is_not_open_is_refused() -> None:
    with pytest.raises(InspectorError) as found:
        took(rectifying(1), "yellow")
    assert found.value.code == "docket.rung"
    assert found.value.params["after"] == 1
    with pytest.raises(InspectorError) as found:
        took(rectifying(1), "shouting")
    assert found.value.code == "docket.no_rung"


def test_three_yellow_cards_before_a_red_one_are_a_matter_of_data() -> None:
    rungs = tuple(replace(r, after=3) if r.code == "red" else r for r in RUNGS)
    rules = DocketRules(rungs=rungs)
    case = took(rectifying(2), "talk", "yellow", "yellow")
    assert "red" not in [r.code for r in open_rungs(case, rules)]
    case = took(case, "yellow")
    assert "red" in [r.code for r in open_rungs(case, rules)]


def test_a_veto_enters_the_ladder_at_the_red_card() -> None:
    assert codes(a_case(VETO)) == ["red"]
    assert codes(took(a_case(VETO), "red")) == ["red"]


def test_an_exit_proposal_brings_its_evidence_with_dates_numbers_and_positions() -> (
    None
):
    case = took(rectifying(3), "talk", "yellow", "red", "notice", "exit")
    record = [Recorded(100 + k, m) for k, m in enumerate(case.moves)]
    pack = propose_exit(case, record, RULES)
    assert (pack.company, pack.number, pack.day) == ("OLD", "exit1号", on(90))
    lines = [(f.day, f.number, f.position) for f in pack.facts]
    assert lines[0] == (on(1), "2026-12/V0001", 101)
    assert lines[1] == (on(2), "责改1号", 102)
    assert [p for _, _, p in lines] == sorted(p for _, _, p in lines)
    assert [f.zh for f in pack.facts][-1] == "清退建议：未整改"
    assert len(pack.facts) == 2 + 3 + 5


def test_there_is_no_evidence_pack_before_the_exit_rung() -> None:
    case = took(rectifying(1), "talk")
    with pytest.raises(InspectorError) as found:
        propose_exit(case, [], RULES)
    assert found.value.code == "docket.no_exit"


def test_the_evidence_begins_with_the_present_company() -> None:
    case = rectifying(1)
    case = apply(case, change_company(case, on(60), "NEW", "备案1号", RULES))
    for day in (61, 62, 63):
        case = then(case, ladder.miss(case, on(day), [1]))
    case = took(case, "talk", "yellow", "red", "notice", "exit")
    record = [Recorded(k, m) for k, m in enumerate(case.moves)]
    pack = propose_exit(case, record, RULES)
    assert pack.company == "NEW"
    assert min(f.day for f in pack.facts) == on(61)


def test_a_new_company_takes_the_open_problems_but_not_the_old_ones_failures() -> None:
    case = took(rectifying(1), "talk")
    move = change_company(case, on(60), "NEW", "备案1号", RULES)
    after = apply(case, move)
    assert not move.closed
    assert (after.company, after.failures, after.rungs) == ("NEW", (), ())
    assert after.state is CaseState.RECTIFYING
    assert {p.company for p in after.problems} == {"OLD"}


def test_a_change_of_company_ends_a_case_without_problems() -> None:
    after = apply(a_case(), change_company(a_case(), on(9), "NEW", "备案1号", RULES))
    row = to_case(after)
    assert (row.state, row.next_first) == (CaseState.CLOSED, None)
    rules = DocketRules(change_solved="reassign")
    assert not change_company(a_case(), on(9), "NEW", "备案1号", rules).closed
    with pytest.raises(InspectorError) as found:
        change_company(a_case(), on(9), "OLD", "备案1号", RULES)
    assert found.value.code == "docket.company"


def some_closed(count: int) -> list[CaseFile]:
    return [replace(closed(), id=f"K{k:02d}") for k in range(count)]


def test_the_look_back_sample_is_the_lowest_tickets_of_the_seed() -> None:
    cases = some_closed(10)
    rules = LookBack()
    drawn = draw_look_back(cases, SEED, COMMITMENT, "2026-12", on(30), rules)
    tickets = in_ticket_order(SEED.value, "lookback/2026-12", [c.id for c in cases])
    assert {c for c, m in drawn.items() if m.chosen} == set(tickets[:3])
    assert draw_look_back(
        list(reversed(cases)), SEED, COMMITMENT, "2026-12", on(30), rules
    ) == (drawn)


def test_a_spared_case_has_no_window_any_more_and_is_not_drawn_again() -> None:
    drawn = draw_look_back(
        some_closed(10), SEED, COMMITMENT, "2026-12", on(30), LookBack()
    )
    after = [apply(c, drawn[c.id]) for c in some_closed(10)]
    windows = [to_case(c).next_first is not None for c in after]
    assert sum(windows) == 3
    assert {c.look_back for c in after} == {"chosen", "spared"}
    assert not draw_look_back(after, SEED, COMMITMENT, "2027-01", on(60), LookBack())


def test_every_closed_case_is_drawn_as_often_as_the_share_says() -> None:
    hits = dict.fromkeys((c.id for c in some_closed(5)), 0)
    rounds = 400
    for k in range(rounds):
        seed = Seed("draw", COMMITMENT, Key(SHA256, k.to_bytes(32, "big")))
        drawn = draw_look_back(
            some_closed(5), seed, COMMITMENT, "2026-12", on(30), LookBack()
        )
        for case, move in drawn.items():
            hits[case] += move.chosen
    # 2 of 5, 400 rounds: mean 160, standard deviation 9.8
    assert sum(hits.values()) == 2 * rounds
    assert all(abs(n - 160) < 45 for n in hits.values())


def test_a_seed_of_another_commitment_draws_no_look_back() -> None:
    with pytest.raises(InspectorError) as found:
        draw_look_back([], SEED, b"x" * 32, "2026-12", on(30), LookBack())
    assert found.value.code == "seed.mismatch"


@pytest.mark.parametrize(("cases", "number"), [(0, 0), (1, 1), (3, 1), (4, 2)])
def test_the_sample_is_rounded_up(cases: int, number: int) -> None:
    assert look_back_number(cases, LookBack()) == number


def test_problems_are_counted_per_compound_company_street_and_city() -> None:
    one = with_problems(a_case())
    one = then(one, ladder.solve(one, on(3), [1, 2], "照片"))
    two = with_problems(replace(a_case(), id="B", compound="C0002", street="S02"))
    two = apply(two, change_company(two, on(60), "NEW", "备案1号", RULES))
    both = [one, two, accepting()]
    assert tally(both, "compound") == {"C0001": Tally(3, 2), "C0002": Tally(3, 0)}
    assert tally(both, "street") == {"S01": Tally(3, 2), "S02": Tally(3, 0)}
    assert tally(both, "company") == {"OLD": Tally(6, 2)}
    assert tally(both, "city")[""].percent == 33
    assert Tally().percent is None


def test_the_closure_rate_of_the_source_article_is_86_percent() -> None:
    assert Tally(13_913, 11_956).percent == 86
