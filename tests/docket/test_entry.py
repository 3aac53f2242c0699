"""Who enters the docket: tail, peak, street, veto, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from month_stages import Month

from inspector.docket.cases import fold, to_case
from inspector.docket.entry import (
    Nomination,
    Selection,
    Veto,
    Why,
    complaints,
    peaks,
    select,
)
from inspector.docket.moves import CaseOpened
from inspector.docket.terms import DocketRules, PeakRules
from inspector.domain import (
    CaseState,
    Complaint,
    Compound,
    Evaluation,
    Registry,
    Signal,
)
from inspector.errors import Faults
from inspector.months import months_before
from inspector.policy import BottomRules
from inspector.selection.ranking import rank

RULES = DocketRules()


def small(month: Month, *households: int) -> list[Compound]:
    """So many compounds with these numbers of households."""
    return [
        replace(c, households=n, status="active")
        for c, n in zip(month.registry.compounds, households, strict=False)
    ]


def chosen(month: Month, registry: Registry | None = None, **more: object) -> Selection:
    registry = registry or month.registry
    ranking = rank(registry.compounds, registry.evaluations, month.policy.bottom)
    counts = more.pop("counts", {})
    return select(registry, ranking, RULES, "2026-12", counts=counts, **more)  # type: ignore[arg-type]


def test_the_tail_opens_exactly_the_cases_that_the_freeze_opens(month: Month) -> None:
    fresh = set(month.frozen.intake.cases) - set(month.registry.docket)
    mine = set()
    for e in chosen(month).fresh:
        opened = CaseOpened(
            chosen(month).opened, e.case("2026-12"), e.compound, "", "", e.reasons
        )
        mine.add(to_case(fold([opened])))
    assert mine == fresh
    assert fresh


def test_a_tenth_of_the_ranked_compounds_rounded_up_is_listed(month: Month) -> None:
    both = chosen(month)
    assert len(both.fresh) + len(both.known) == 18
    assert len(month.frozen.ranking.order) == 173


def test_zibo_lists_a_hundred_and_thirty_nine_of_1388() -> None:
    blank = Compound(**dict.fromkeys(Compound.__slots__, ""))  # type: ignore[arg-type]
    rows = tuple(
        replace(blank, id=f"C{k:04d}", status="active", households=1)
        for k in range(1388)
    )
    scores = tuple(Evaluation(c.id, "housing", 5000, 1) for c in rows)
    registry = Registry(**dict.fromkeys(Registry.__slots__, ()))
    registry = replace(registry, compounds=rows, evaluations=scores)
    ranking = rank(rows, scores, BottomRules())
    found = select(registry, ranking, RULES, "2026-12", counts={})
    assert len(found.fresh) == 139


def test_a_peak_is_a_rate_of_complaints_per_hundred_households(month: Month) -> None:
    c = small(month, 500, 501, 100, 0)
    counts = {x.id: 5 for x in c}
    # 5 of 500 is exactly one per hundred; 5 of 501 is less; none live in the fourth
    assert peaks(c, counts, PeakRules()) == (c[2].id, c[0].id)


def test_a_few_callers_in_a_small_compound_are_no_peak(month: Month) -> None:
    c = small(month, 10)
    assert peaks(c, {c[0].id: 4}, PeakRules()) == ()
    assert peaks(c, {c[0].id: 5}, PeakRules()) == (c[0].id,)


def test_peaks_by_share_take_the_highest_and_break_ties_by_count_then_id(
    month: Month,
) -> None:
    c = small(month, 1000, 500, 500, 2000, 2000)
    counts = {c[0].id: 10, c[1].id: 5, c[2].id: 5, c[3].id: 1}
    rules = PeakRules(by="share", share=(2, 5), least=2)
    assert peaks(c, counts, rules) == (c[0].id, c[1].id)
    assert len(peaks(c, counts, replace(rules, share=(41, 100)))) == 3


def test_an_unknown_peak_rule_is_refused(month: Month) -> None:
    with pytest.raises(Faults) as found:
        peaks(small(month, 5), {}, PeakRules(by="median"))
    assert found.value.faults[0].code == "docket.peak_rule"


def test_only_accepted_criticism_of_the_months_before_counts() -> None:
    def signal(state: str, polarity: str, day: date, source: str = "owners") -> Signal:
        return Signal("C1", source, polarity, state, day)

    signals = [
        signal("accepted", "criticism", date(2026, 9, 1)),
        signal("accepted", "criticism", date(2026, 11, 30)),
        signal("accepted", "criticism", date(2026, 8, 31)),
        signal("accepted", "criticism", date(2026, 12, 1)),
        signal("accepted", "praise", date(2026, 10, 1)),
        signal("pending", "criticism", date(2026, 10, 1)),
        signal("accepted", "criticism", date(2026, 10, 1), "media"),
    ]
    assert complaints(signals, "2026-12", PeakRules()) == {"C1": 3}
    only = PeakRules(sources=("media",))
    assert complaints(signals, "2026-12", only, {"C1": 4, "C2": 1}) == {
        "C1": 5,
        "C2": 1,
    }
    calls = [
        Complaint("H1", "C1", date(2026, 10, 2)),
        Complaint("H2", "C3", date(2026, 12, 2)),
    ]
    assert complaints([], "2026-12", PeakRules(), None, calls) == {"C1": 1}
    assert complaints([], "2026-12", only, None, calls) == {}
    hotline = PeakRules(sources=("complaints",))
    assert complaints(signals, "2026-12", hotline, None, calls) == {"C1": 1}
    assert months_before("2027-01", 1) == (date(2026, 12, 1), date(2026, 12, 31))


def test_one_compound_gives_one_entry_with_every_reason(month: Month) -> None:
    one = chosen(month).fresh[0].compound
    compound = next(c for c in month.registry.compounds if c.id == one)
    found = chosen(
        month,
        counts={one: compound.households},
        nominations=[Nomination(one, compound.street, "街函1号", date(2026, 11, 2))],
        vetoes=[Veto(one, "cut_off", "处罚1号", date(2026, 11, 3))],
    )
    entry = next(e for e in found.fresh if e.compound == one)
    assert [r.why for r in entry.reasons] == [Why.TAIL, Why.PEAK, Why.STREET, Why.VETO]
    zh = [r.sentences()[0] for r in entry.reasons]
    assert zh[0].startswith("考评倒排第 ")
    assert zh[1] == (
        f"投诉高峰：3 个月 {compound.households} 件，{compound.households} 户"
    )
    assert zh[2] == "街道提名（街函1号，2026-11-02）"
    assert zh[3] == "一票否决：停水停电催费（处罚1号，2026-11-03）"
    assert all(r.sentences()[1].isascii() for r in entry.reasons[:2])


def test_a_compound_with_an_open_case_gets_no_second_one(month: Month) -> None:
    row = next(c for c in month.registry.docket if c.state is not CaseState.CLOSED)
    street = {c.id: c.street for c in month.registry.compounds}
    letter = Nomination(row.compound, street[row.compound], "街函", date(2026, 11, 2))
    found = chosen(month, nominations=[letter])
    assert row.compound in {e.compound for e in found.known}
    assert row.compound not in {e.compound for e in found.fresh}
    again = chosen(month, nominations=[letter], open_now=())
    assert row.compound in {e.compound for e in again.fresh}


def test_every_unknown_name_is_a_fault_of_its_own(month: Month) -> None:
    c = month.registry.compounds[0]
    day = date(2026, 11, 2)
    with pytest.raises(Faults) as found:
        chosen(
            month,
            nominations=[
                Nomination("C9999", "S01", "1", day),
                Nomination(c.id, "S99", "2", day),
            ],
            vetoes=[Veto(c.id, "noise", "3", day), Veto("C9999", "fraud", "4", day)],
        )
    assert [(f.code, f.file, f.row) for f in found.value.faults] == [
        ("docket.unknown_compound", "nominations", 1),
        ("docket.other_street", "nominations", 2),
        ("docket.unknown_veto", "vetoes", 1),
        ("docket.unknown_compound", "vetoes", 2),
    ]
