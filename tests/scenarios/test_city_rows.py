"""Each row of the table "City rows that must work" as a test of the core.

高密, 淄博, 昆明, 梧州, 潍坊: what the five source articles describe, on synthetic data.
Rows that are pages of the service are `tests/api/test_city_rows_service.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache, partial

import pytest
from committed import HERE, read_city
from month_stages import Month, drawn_with, quick

from inspector.ceremony.seed import Entropy
from inspector.credit.city_rules import rules_of
from inspector.credit.evaluation import compare, evaluate
from inspector.credit.file import CreditEvent, EventState, Subject, decide, files
from inspector.credit.from_results import Inspected, events_of
from inspector.credit.grounds import Circumstances, recompute
from inspector.credit.rules import EvaluationRules, Polarity, SourceWeight, SubjectKind
from inspector.credit.satisfaction import interval
from inspector.credit.score import Scorer
from inspector.docket import escalation, ladder
from inspector.docket.cases import CaseFile, apply, fold
from inspector.docket.entry import Nomination, Reason, Veto, Why, select
from inspector.docket.moves import CaseOpened
from inspector.docket.recorded import Recorded
from inspector.docket.study import study_visits
from inspector.docket.tallies import Tally, tally
from inspector.docket.terms import DocketRules, ListedLevel, Measure, Party
from inspector.docket.visits import intake
from inspector.docket.whistle import Referral, Topic, Whistle, WhistleStep, refer
from inspector.domain import (
    CaseState,
    Compound,
    Evaluation,
    PastVisit,
    Place,
    RiskClass,
    Role,
    Signal,
    Visit,
    VisitKind,
    Window,
)
from inspector.errors import Faults, InspectorError
from inspector.month.amendment_facts import added_visit
from inspector.month.audit import drawn_violations, packed_violations
from inspector.month.freeze import Drawn, freeze
from inspector.month.pack import schedule
from inspector.policy import MIN_BOTTOM_SHARE, Policy, SeatRule, VisitRules
from inspector.registry import read_scenario
from inspector.registry.policy_file import read_policy
from inspector.replan.changes import WhistleCalled
from inspector.replan.replan import replan
from inspector.results.outcomes import Outcome
from inspector.schedule.plan import plan as solve
from inspector.schedule.workload import Budget, Crew, Packing, PeopleGroup, Workload
from inspector.selection.draw import exclusions, strata
from inspector.selection.lists import visit_list
from inspector.selection.ranking import rank
from inspector.workdays import load_calendar, local_day

DAY = date(2026, 12, 15)
RULES, VISITS = DocketRules(), VisitRules()


@cache
def drawn_month(name: str, **seats: object) -> Drawn:
    """The committed month frozen and drawn."""
    city = read_city(name)
    data = city.entropy
    frozen = freeze(
        city.registry,
        with_seats(city.policy, seats),
        load_calendar(),
        blind=bytes.fromhex(data["blinds"]["draw"]),
        secret=bytes.fromhex(data["secret"]),
        at=data["frozen_at"],
        demonstration=True,
    )
    record = [Entropy(r["source"], "", r["value"], r["at"]) for r in data["draw"]]
    return drawn_with(frozen, record, data["drawn_at"])


def with_seats(policy: Policy, seats: dict[str, object]) -> Policy:
    return replace(policy, seats=replace(policy.seats, **seats))


def brief(work: Workload, seed: int) -> Packing:
    """The solver with a tiny budget and a clock that stands still."""
    budget = Budget(100_000, 600.0)
    return solve(work, seed=seed, budget=budget, executor=None, now=lambda: 0.0)


def a_case(compound: str = "C0001", company: str = "OLD") -> CaseFile:
    opened = CaseOpened(
        date(2026, 12, 1),
        f"2026-12-{compound}",
        compound,
        company,
        "S01",
        (Reason(Why.TAIL, (("place", 1), ("listed", 139), ("ranked", 1388))),),
    )
    return fold([opened])


def with_problems(case: CaseFile) -> CaseFile:
    """Two problems found and ordered to be rectified."""
    found = [("G1-01", "minor"), ("G4-18", "major")]
    case = apply(case, ladder.find_problems(case, date(2026, 12, 2), found, "V0001"))
    order = ladder.order(case, date(2026, 12, 2), "责改1号", RULES, straight=True)
    return apply(case, order)


# ------------------------------------------------------------------------------- 高密


def test_gaomi_a_visit_result_creates_a_credit_event_and_the_lists_are_recomputed() -> (
    None
):
    company = read_city("gaomi").registry.companies[0].usc18
    result = Inspected(
        "2026-12/V0007",
        "C0001",
        company,
        date(2026, 12, 8),
        DAY,
        Outcome.ORDERED,
        {"G3-14": "redline", "G6-26": "minor"},
    )
    scorer = Scorer(rules_of("gaomi"))
    found = events_of(result, scorer)
    mine = [e for e in found if e.subject == Subject(SubjectKind.COMPANY, company)]
    assert [(e.code, e.polarity) for e in mine] == [
        ("veto.cut_off", Polarity.CRITICISM),
        ("visit.minor", Polarity.CRITICISM),
    ]
    assert all(e.state is EventState.ACCEPTED for e in mine)
    assert {e.rules for e in mine} == {rules_of("gaomi").key}
    subject = mine[0].subject
    about = {subject: Circumstances()}
    now = recompute(scorer, DAY, {subject: mine}, about)
    assert (now.rules, now.black) == (rules_of("gaomi").key, (subject,))
    # the day before nothing was published, so nothing counts
    before = recompute(scorer, date(2026, 12, 14), {subject: mine}, about)
    assert before.black == ()
    milder = replace(
        rules_of("gaomi"),
        version="2027-1",
        visit=replace(rules_of("gaomi").visit, redlines=()),
        vetoes=(),
    )
    after = recompute(Scorer(milder), DAY, {subject: mine}, about)
    assert after.rules == milder.key != now.rules
    assert after.black == ()


def test_gaomi_praise_and_criticism_is_pushed_verified_and_counts_once() -> None:
    scorer = Scorer(rules_of("gaomi"))
    company = Subject(
        SubjectKind.COMPANY, read_city("gaomi").registry.companies[0].usc18
    )
    sources = {s.source for s in read_city("gaomi").registry.signals}
    six = {"street", "community", "owners", "association", "media", "authority"}
    assert sources == six == {s.source for s in scorer.rules.signals} - {"inspection"}

    def pushed(number: int, source: str, polarity: Polarity) -> CreditEvent:
        event = CreditEvent(
            f"e{number}",
            company,
            source,
            polarity,
            "",
            0,
            f"函〔2026〕{number}号",
            date(2026, 12, 1),
            date(2026, 12, 1),
        )
        return scorer.recorded(event)

    praise, blame = (
        pushed(1, "association", Polarity.PRAISE),
        pushed(2, "media", Polarity.CRITICISM),
    )
    assert scorer.score(company, [praise, blame], DAY).points == 0  # 待核实
    praise = decide(praise, EventState.ACCEPTED, date(2026, 12, 3))
    rejected = decide(blame, EventState.REJECTED, date(2026, 12, 3))
    file = files([praise, rejected])[company]
    score = scorer.score(company, file, DAY)
    assert [(t.event, t.points) for t in score.levels[0].terms] == [
        ("e1", praise.points)
    ]
    again = replace(praise, id="e3", source="street")
    with pytest.raises(InspectorError) as refused:
        files([praise, again])
    assert refused.value.code == "credit.twice"


def test_gaomi_owners_can_look_up_what_a_company_is_worth_on_a_date() -> None:
    """The page is the service's; the file of any past day can be made again."""
    scorer = Scorer(rules_of("gaomi"))
    company = Subject(
        SubjectKind.COMPANY, read_city("gaomi").registry.companies[0].usc18
    )
    result = Inspected(
        "2026-12/V0001",
        "C0001",
        company.id,
        date(2026, 12, 1),
        date(2026, 12, 9),
        Outcome.NO_PROBLEM,
        {},
    )
    events = [e for e in events_of(result, scorer) if e.subject == company]
    points = [
        scorer.score(company, events, date(2026, 12, d)).points for d in (8, 9, 31)
    ]
    assert points[0] < points[1] == points[2]
    assert scorer.score(company, events, DAY).subject.id == company.id
    assert scorer.score(company, events, date(2028, 1, 1)).points == points[0]


def test_gaomi_three_meetings_three_disclosures_and_five_services_are_items() -> None:
    groups: dict[str, list[str]] = {}
    for item in read_city("gaomi").registry.items:
        groups.setdefault(item.group[:2], []).append(item.text)
    assert "三会三公开" in groups["G7"]
    # 五大服务 are looked at in facilities, safety and surroundings
    texts = "".join(groups["G4"] + groups["G5"] + groups["G6"])
    for word in ("共用部位", "电梯", "消防", "保洁", "绿化", "秩序"):
        assert word in texts


def test_gaomi_committee_membership_is_out_of_scope_and_noted() -> None:
    spec = (HERE / "gaomi.toml").read_text("utf-8")
    assert "Out of scope, noted" in spec
    assert "党员" in spec
    columns = {
        line
        for name, data in read_city("gaomi").files.items()
        if name.endswith(".csv")
        for line in data.decode("utf-8").splitlines()[0].split(",")
    }
    assert not [c for c in columns if "party" in c or "committee" in c]


# ------------------------------------------------------------------------------- 淄博


def test_zibo_bottom_tenth_becomes_entries_by_a_reproducible_ranking() -> None:
    city = read_city("zibo")
    registry, policy = city.registry, city.policy
    ranking = rank(registry.compounds, registry.evaluations, policy.bottom)
    assert len(ranking.order) == 1388
    assert ranking.listed == 139 >= 1388 * MIN_BOTTOM_SHARE
    backwards = rank(
        registry.compounds[::-1], registry.evaluations[::-1], policy.bottom
    )
    assert backwards == ranking
    cases = intake(registry, ranking, policy).cases
    open_now = {c.compound for c in cases if c.state is not CaseState.CLOSED}
    assert {r.compound for r in ranking.bottom} <= open_now


def test_zibo_has_three_measures_for_a_low_performer() -> None:
    assert [m.value for m in Measure] == ["joint", "listed", "enforced"]
    case = a_case()
    for measure, level in (
        (Measure.JOINT, ListedLevel.NONE),
        (Measure.LISTED, ListedLevel.CITY),
        (Measure.ENFORCED, ListedLevel.NONE),
    ):
        move = ladder.take_measure(case, DAY, measure, level, "市局", "淄建〔2026〕1号")
        case = apply(case, move)
    assert [m.measure for m in case.measures] == list(Measure)
    with pytest.raises(InspectorError, match=r"docket\.level"):
        ladder.take_measure(case, DAY, Measure.LISTED, ListedLevel.NONE, "市局", "1号")


def test_zibo_street_and_community_at_29_percent_are_rejected_clearly() -> None:
    def policy(street: int, housing: int) -> bytes:
        weights = f"housing = {housing}\nstreet = {street}\ncommunity = 1000\n"
        rest = "owners = 2000\ncomplaints = 1000\nobservers = 500\n"
        return f"[bottom.weights_bp]\n{weights}{rest}".encode()

    files_ = dict(read_city("wuzhou").files)
    base = files_["policy.toml"]
    files_["policy.toml"] = base + policy(1900, 3600)
    with pytest.raises(Faults) as refused:
        read_scenario(files_)
    assert "29" in str(refused.value)
    assert "30" in str(refused.value)
    files_["policy.toml"] = base + policy(2000, 3500)
    assert read_scenario(files_).policy.bottom.weights_bp[1] == ("street", 2000)
    light = EvaluationRules(
        weights=(SourceWeight("street", 2900), SourceWeight("owners", 7100))
    )
    with pytest.raises(InspectorError) as error:
        evaluate([], [], light)
    assert error.value.code == "rules.street_weight"


def test_zibo_full_size_city_draws_at_least_one_in_every_street() -> None:
    registry = read_city("zibo").registry
    managed = [c for c in registry.compounds if c.usc18]
    firms = {c.usc18 for c in managed}
    assert (len(registry.compounds), len(managed)) == (1388, 1217)
    assert sum(c.type == "old" for c in registry.compounds) == 209
    assert (len(registry.companies), len(firms)) == (360, 350)
    drawn = drawn_month("zibo")
    assert drawn_violations(drawn) == ()
    street = {c.id: c.street for c in registry.compounds}
    per_street = Counter(street[c] for c in drawn.compounds)
    assert len(per_street) == len(registry.streets) == 31


@pytest.mark.full
def test_zibo_full_size_city_solves_on_a_small_computer() -> None:
    packed = schedule(drawn_month("zibo"), partial(quick, seconds=5))
    assert packed.packing.unplaced == ()
    assert packed_violations(packed) == ()


def test_zibo_problems_found_and_solved_give_the_closure_rate() -> None:
    assert Tally(13_913, 11_956).percent == 86
    case = with_problems(a_case())
    case = apply(case, ladder.solve(case, date(2026, 12, 9), [1], "照片1号"))
    assert tally([case], "city") == {"": Tally(2, 1)}
    assert tally([case], "company") == {"OLD": Tally(2, 1)}
    assert tally([case], "street") == {"S01": Tally(2, 1)}


def test_zibo_association_experts_have_a_seat_in_every_package_of_a_month() -> None:
    three = (SeatRule(Role.LEAD), SeatRule(Role.SECOND), SeatRule(Role.EXPERT))
    packed = schedule(drawn_month("weifang", seats=three), brief)
    people = packed.inspectors
    for package in packed.packing.packages:
        mine = [s for s in packed.seats if s.package == package.id]
        assert [s.role for s in mine] == [Role.LEAD, Role.SECOND, Role.EXPERT]
        (expert,) = (s for s in mine if s.role is Role.EXPERT)
        assert expert.eligible
        assert all(people[i].expert for i in expert.eligible)
        # an expert never counts as one of the two officers
        assert not any(people[i].expert for s in mine[:2] for i in s.eligible)
    assert packed_violations(packed) == ()
    days = {p.day.strftime("%Y-%m") for p in packed.packing.packages}
    assert days == {"2026-12"}


def _by_hand(*visits: Visit) -> Workload:
    """One office, one car, four people, the working days of December."""
    days = load_calendar().working_days("2026-12")
    city = read_city("wuzhou")
    office = city.registry.offices[0]
    crew = Crew(
        tuple(
            PeopleGroup(lead, (), (2,) * len(days), 2 * len(days))
            for lead in (True, False)
        ),
        1,
    )
    return Workload(
        days,
        visits,
        (office,),
        ((1,) * len(days),),
        crew,
        city.policy.day,
        city.policy.travel,
    )


def _visit(name: str, kind: VisitKind, minutes: int = 60, **rest: object) -> Visit:
    office = read_city("wuzhou").registry.offices[0]
    near = Place(office.place.lon_udeg + 20_000, office.place.lat_udeg)
    made = Visit(
        name,
        f"C-{name}",
        (kind,),
        office.district,
        near,
        minutes,
        Window.ALL_DAY,
        "",
        date(2026, 12, 1),
        date(2026, 12, 31),
    )
    return replace(made, **rest)  # type: ignore[arg-type]


def _solved(work: Workload) -> tuple:
    budget = Budget(100_000, 60.0)
    packing = solve(work, seed=1, budget=budget, executor=None, now=lambda: 0.0)
    assert packing.unplaced == ()
    return packing.packages


def test_zibo_a_whistle_is_answered_without_a_redraw() -> None:
    work = _by_hand(*(_visit(f"V{n}", VisitKind.RANDOM) for n in range(6)))
    packages = _solved(work)
    today = date(2026, 12, 1)
    urgent = _visit("W1", VisitKind.WHISTLE, first=today, last=date(2026, 12, 3))
    later = _visit("W2", VisitKind.WHISTLE, first=date(2026, 12, 8))
    again = replan(
        work,
        packages,
        [WhistleCalled(urgent), WhistleCalled(later)],
        today=today,
        published=frozenset(work.days[:4]),
        seed=1,
    )
    placed = {s.visit for p in (*again.packages, *again.standby) for s in p.stops}
    # nobody is drawn again: all visits of the draw are still there, none is new
    assert placed == {"W1", "W2", *(v.id for v in work.visits)}
    moves = {m.visit: m for m in again.moves}
    # within the published days the stand-by pair goes, afterwards a package takes it
    assert moves["W1"].code == "replan.standby"
    assert moves["W2"].code == "replan.whistle"
    (call,) = (p for p in again.standby if p.stops[0].visit == "W1")
    assert call.day <= date(2026, 12, 3)


def test_zibo_a_change_of_company_closes_or_reassigns_the_entry() -> None:
    unsolved = with_problems(a_case())
    move = escalation.change_company(unsolved, DAY, "NEW", "换1号", RULES)
    goes_on = apply(unsolved, move)
    assert (goes_on.company, goes_on.state) == ("NEW", CaseState.RECTIFYING)
    assert len(goes_on.unsolved) == 2
    solved = apply(unsolved, ladder.solve(unsolved, DAY, [1, 2], "照片"))
    ended = apply(solved, escalation.change_company(solved, DAY, "NEW", "换2号", RULES))
    assert (ended.company, ended.state) == ("NEW", CaseState.CLOSED)


def test_zibo_manager_reports_seven_aspects_are_tagged_and_stars_are_given() -> None:
    items = read_city("zibo").registry.items
    third = next(i for i in items if i.code == "G1-03")
    assert "项目负责人" in third.text and "报到" in third.text
    aspects = {tag for i in items for tag in i.tags}
    assert len(aspects) == 7 and all(t.startswith("七方面·") for t in aspects)
    assert all(len(i.tags) == 1 for i in items if i.object != "fallback")
    starred = Scorer(rules_of("kunming"))
    assert [starred.stars(p * 100) for p in (95, 90, 80, 70, 60, 59)] == [
        5,
        4,
        3,
        2,
        1,
        0,
    ]
    # where a city gives none the field says so
    assert Scorer(rules_of("zibo")).stars(9900) == 0


# ------------------------------------------------------------------------------- 昆明


def test_kunming_evaluations_are_imported_and_persons_are_assessed_too() -> None:
    city = read_city("kunming")
    files_ = dict(city.files)
    lines = files_["evaluations.csv"].decode("utf-8").splitlines()
    first = city.registry.evaluations[0]
    key = f"{first.compound},{first.source},"
    (at,) = (n for n, line in enumerate(lines) if line.startswith(key))
    lines[at] = f"{key}9999,12"
    files_["evaluations.csv"] = "\n".join(lines).encode("utf-8")
    again = read_scenario(files_).registry.evaluations
    assert Evaluation(first.compound, first.source, 9999, 12) in again
    assert len(again) == len(city.registry.evaluations)
    rules = rules_of("kunming")
    assert SubjectKind.MANAGER in rules.subjects
    result = Inspected(
        "2026-12/V0001",
        "C0001",
        city.registry.companies[0].usc18,
        date(2026, 12, 1),
        DAY,
        Outcome.NO_PROBLEM,
        {},
        manager="M-0001",
    )
    kinds = {e.subject.kind for e in events_of(result, Scorer(rules))}
    assert kinds == {SubjectKind.COMPANY, SubjectKind.MANAGER, SubjectKind.COMPOUND}


def test_kunming_four_types_are_strata_of_their_own() -> None:
    city = read_city("kunming")
    registry, policy = city.registry, city.policy
    assert policy.draw.by_type
    types = {c.type for c in registry.compounds}
    assert types == {"commercial", "old", "unit", "affordable"}
    day = local_day(city.entropy["frozen_at"])
    out = exclusions(registry.history, registry.compounds, policy, day)
    found = strata(registry.compounds, registry.streets, out, policy)
    assert {s.type for s in found} == types
    kind = {c.id: c.type for c in registry.compounds}
    assert all({kind[c] for c in s.compounds} == {s.type} for s in found)
    drawn = drawn_month("kunming")
    assert drawn_violations(drawn) == ()


def test_kunming_a_dispute_climbs_three_levels_and_a_call_has_a_referral_status() -> (
    None
):
    dispute = Whistle("C0001", "S01", Topic.DISPUTE, date(2026, 12, 1))
    way = []
    for day, to in enumerate(
        (Referral.COMMUNITY, Referral.STREET, Referral.DISTRICT, Referral.JOINT), 2
    ):
        visit = WhistleStep(Referral.VISIT, date(2026, 12, day), "转1号", visit="V1")
        with pytest.raises(InspectorError, match=r"whistle\.move"):
            refer(dispute, visit)
        dispute = refer(dispute, WhistleStep(to, date(2026, 12, day), f"转{day}号"))
        way.append(dispute.referral)
    assert way == [
        Referral.COMMUNITY,
        Referral.STREET,
        Referral.DISTRICT,
        Referral.JOINT,
    ]
    ended = WhistleStep(Referral.SETTLED, date(2026, 12, 20), "联席〔2026〕1号")
    assert refer(dispute, ended).possible == ()
    # whoever settles it first ends it, but nobody before it was referred
    assert Whistle("C0001", "S01", Topic.DISPUTE, DAY).possible == (Referral.COMMUNITY,)


def test_kunming_any_other_call_is_answered_by_a_visit_of_its_own_kind(
    month: Month,
) -> None:
    compound = month.registry.compounds[0]
    call = Whistle(compound.id, "S01", Topic.SAFETY, date(2026, 12, 1))
    row = {"compound": compound.id, "minutes": 60, "window": "all_day"}
    row |= {"skilled": False, "first": call.on, "last": date(2026, 12, 3)}
    visit = added_visit(month.assigned, row, VisitKind.WHISTLE)
    assert visit.kinds == (VisitKind.WHISTLE,)
    assert (visit.first, visit.last) == (date(2026, 12, 1), date(2026, 12, 3))
    call = refer(call, WhistleStep(Referral.VISIT, call.on, "转1号", visit="V0099"))
    settled = WhistleStep(Referral.SETTLED, DAY, "复1号")
    assert refer(call, settled).referral is Referral.SETTLED


# ------------------------------------------------------------------------------- 梧州


def test_wuzhou_173_compounds_and_105_firms_are_planned(month: Month) -> None:
    registry = month.registry
    assert registry == read_city("wuzhou").registry
    assert (len(registry.compounds), len(registry.companies)) == (173, 105)
    assert month.packed.packing.unplaced == ()
    assert packed_violations(month.packed) == ()
    assert month.frozen.ranking.listed == 18


def test_wuzhou_four_fields_are_tags_and_a_campaign_checks_two_of_them() -> None:
    city = read_city("wuzhou")
    items = city.registry.items
    fields: dict[str, set[str]] = {}
    for item in items:
        for tag in item.tags:
            fields.setdefault(tag, set()).add(item.code)
    assert fields == {
        "企业经营": {"G1-01", "G1-04", "G1-05", "G2-06", "G2-07"},
        "收费": {"G3-13", "G3-14"},
        "公共收益": {"G3-15", "Z1-01"},
        "维修资金": {"G3-16", "Z1-02"},
    }
    (campaign,) = city.policy.campaigns
    assert {i.code for i in items if i.lists} == {"Z1-01", "Z1-02"}
    assert all(i.lists == (campaign.list,) for i in items if i.lists)
    day = date(2026, 12, 1)
    for c in city.registry.compounds:
        listed = visit_list(items, city.policy, c, day, {""})
        asked = {i.code for i in listed if i.lists}
        fits = bool(c.usc18) and c.type in campaign.types
        assert asked == ({"Z1-01", "Z1-02"} if fits else set())


def test_wuzhou_observers_watch_rate_and_witness_the_draw() -> None:
    city = read_city("wuzhou")
    observers = [a for a in city.registry.assistants if a.kind == "observer"]
    each = Counter(c for a in observers for c in a.compounds)
    assert each.keys() == {c.id for c in city.registry.compounds}
    assert set(each.values()) == {2, 3, 4}
    assert 346 <= len(observers) <= 692
    supervisors = [a for a in city.registry.assistants if a.kind == "integrity"]
    assert len(supervisors) == 17
    # nobody of them is an officer
    officers = {i.id for i in city.registry.inspectors}
    assert not officers & {a.id for a in city.registry.assistants}
    # a rating source of the ranking
    weights = dict(city.policy.bottom.weights_bp)
    rated = {e.compound for e in city.registry.evaluations if e.source == "observers"}
    assert weights["observers"] > 0
    assert len(rated) > 150
    # 廉洁监督员 reveal a value of their own that goes into the seed
    (reveal,) = (s for s in city.policy.draw_entropy if s.kind == "reveal")
    assert reveal.name == "廉洁监督员"
    assert reveal.commit
    drawn = drawn_month("wuzhou")
    assert any(
        r["source"] == reveal.id
        for e in drawn.log.events
        if e["event"] == "entropy"
        for r in e["record"]
    )


# ------------------------------------------------------------------------------- 潍坊


def test_weifang_peak_and_tail_both_select_entries_with_a_stated_reason() -> None:
    city = read_city("weifang")
    registry = city.registry
    ranking = rank(registry.compounds, registry.evaluations, city.policy.bottom)
    tail = {r.compound for r in ranking.bottom}
    assert len(tail) == 22
    peak = next(
        c for c in registry.compounds if c.id not in tail and 0 < c.households <= 500
    )
    counts = {peak.id: peak.households // 100 + 5}
    found = select(registry, ranking, RULES, "2026-12", counts=counts)
    entries = {e.compound: e for e in (*found.fresh, *found.known)}
    assert entries.keys() == tail | {peak.id}
    assert [r.why for r in entries[peak.id].reasons] == [Why.PEAK]
    assert "投诉高峰" in entries[peak.id].reasons[0].sentences()[0]
    worst = entries[ranking.bottom[0].compound].reasons[0]
    assert worst.why is Why.TAIL
    assert worst.sentences()[0].startswith("考评倒排第 1 名")


def test_weifang_streets_nominate_and_a_veto_lists_at_once() -> None:
    city = read_city("weifang")
    registry = city.registry
    ranking = rank(registry.compounds, registry.evaluations, city.policy.bottom)
    better = [r.compound for r in ranking.order[-2:]]
    street = {c.id: c.street for c in registry.compounds}
    found = select(
        registry,
        ranking,
        RULES,
        "2026-12",
        counts={},
        nominations=[Nomination(better[0], street[better[0]], "街1号", DAY)],
        vetoes=[Veto(better[1], "funds", "查1号", DAY)],
    )
    reasons = {e.compound: [r.why for r in e.reasons] for e in found.fresh}
    assert reasons[better[0]] == [Why.STREET]
    assert reasons[better[1]] == [Why.VETO]


def test_weifang_revised_rules_are_versions_and_their_scores_are_compared() -> None:
    one, two = rules_of("weifang-1"), rules_of("weifang-2")
    assert (one.key, two.key) == ("weifang@1-2", "weifang@2-2")
    city = read_city("weifang")
    old, new = (
        evaluate(city.registry.compounds, city.registry.evaluations, r.evaluation)
        for r in (one, two)
    )
    found = compare(old, new)
    assert len(found.moves) == 220
    assert len(found.enters) == len(found.leaves) > 0
    assert any(m.old_rank != m.new_rank for m in found.moves)


def test_weifang_satisfaction_has_a_least_sample_and_an_interval() -> None:
    two = rules_of("weifang-2").evaluation
    (owners,) = (w for w in two.weights if w.source == "owners")
    assert owners.least_sample > 0
    assert two.lower_bound
    few, many = interval(9000, 10), interval(9000, 1000)
    assert few.low_bp < many.low_bp < 9000 < many.high_bp < few.high_bp
    compound = a_compound()
    small = Evaluation("C1", "owners", 9000, owners.least_sample - 1)
    enough = replace(small, sample=owners.least_sample)
    other = Evaluation("C1", "housing", 8000, 1)
    (a,) = evaluate([compound], [small, other], two).order
    assert "owners" in a.missing
    (b,) = evaluate([compound], [enough, other], two).order
    assert "owners" not in b.missing
    assert b.owners == interval(9000, owners.least_sample, two.z).low_bp


def a_compound() -> Compound:
    return Compound(
        "C1",
        "合成小区",
        "S01",
        "",
        "",
        "new",
        100,
        RiskClass.A,
        False,
        "",
        60,
        Window.ALL_DAY,
        Place(119_132_000, 36_708_000),
        "active",
    )


def test_weifang_poor_firms_leave_by_law_with_an_evidence_pack() -> None:
    case = with_problems(a_case())
    day = date(2026, 12, 20)
    for n, rungs in enumerate((("talk", "yellow"), ("red", "notice"), ("exit",)), 1):
        failed = ladder.visit(
            case, day, VisitKind.RECHECK, f"V1{n}", VISITS, RULES, passed=False
        )
        case = apply(case, failed)
        for rung in rungs:
            move = escalation.escalate(case, day, rung, f"{rung}{n}号", "未整改", RULES)
            case = apply(case, move)
        if n < 3:
            with pytest.raises(InspectorError, match=r"docket\.rung"):
                escalation.escalate(case, day, "exit", "清1号", "未整改", RULES)
    record = [Recorded(n, m) for n, m in enumerate(case.moves)]
    pack = escalation.propose_exit(case, record, RULES)
    assert (pack.company, pack.number) == ("OLD", "exit3号")
    said = [f.zh for f in pack.facts]
    assert said[0] == "发现问题：G1-01, G4-18"
    assert sum("复查未通过" in s for s in said) == 3
    assert any(s.startswith("清退建议") for s in said)
    assert all(f.number or "逾期" in f.zh for f in pack.facts)


def test_weifang_a_stay_on_site_study_takes_a_day_of_its_own() -> None:
    city = read_city("wuzhou")
    office = city.registry.offices[0]
    compound = replace(
        a_compound(), place=Place(office.place.lon_udeg + 20_000, office.place.lat_udeg)
    )
    day, travel = city.policy.day, city.policy.travel
    study = study_visits("ST", compound, office, DAY, day, travel)
    assert sum(v.service_minutes for v in study) > 400
    others = [_visit(f"V{n}", VisitKind.RANDOM) for n in range(4)]
    packages = _solved(_by_hand(*study, *others))
    (alone,) = (p for p in packages if p.day == DAY)
    assert [s.visit for s in alone.stops] == ["ST-1", "ST-2"]
    assert alone.lunch is not None
    assert alone.back - alone.depart - day.lunch_minutes <= day.duty_minutes
    # 蹲点 is no random inspection: it buys no safety and uses up no cap
    made = PastVisit(compound.id, "", DAY, VisitKind.STUDY, False, "I1", "I2")
    later = replace(city.policy, month="2027-01")
    assert exclusions([made], [compound], later, date(2027, 1, 1)) == ()


def test_weifang_experts_and_lawyers_are_a_pool_that_never_counts_as_officers() -> None:
    registry = read_city("weifang").registry
    kinds = Counter(a.kind for a in registry.assistants)
    assert (kinds["expert"], kinds["lawyer"], kinds["association"]) == (12, 6, 4)
    experts = [i for i in registry.inspectors if i.expert]
    assert len(experts) == 6
    assert not any(i.may_lead or i.cert_no for i in experts)
    signals = [s for s in registry.signals if isinstance(s, Signal)]
    assert {s.polarity for s in signals} == {"praise", "criticism"}


def test_party_verdicts_complete_the_ladder() -> None:
    """住建 + 街道 + 社区 + 业主: the acceptance every city's row ends with."""
    case = with_problems(a_case())
    day = date(2026, 12, 20)
    checked = ladder.visit(
        case, day, VisitKind.RECHECK, "V2", VISITS, RULES, solved=[1, 2]
    )
    case = apply(case, checked)
    case = apply(
        case, ladder.visit(case, day, VisitKind.ACCEPTANCE, "V3", VISITS, RULES)
    )
    for party in Party:
        with pytest.raises(InspectorError, match=r"docket\.parties"):
            ladder.close(case, day, "销1号", RULES)
        case = apply(case, ladder.judge(case, day, party, True, "验1号", RULES))
    case = apply(case, ladder.close(case, day, "销1号", RULES))
    assert case.state is CaseState.CLOSED
    assert case.look_back == "due"


def test_policy_files_of_all_cities_are_whole() -> None:
    for name in ("zibo", "wuzhou", "gaomi", "kunming", "weifang"):
        policy, faults = read_policy(read_city(name).files["policy.toml"])
        assert faults == []
        assert policy is not None
        assert Fraction(*policy.bottom.share) >= MIN_BOTTOM_SHARE
