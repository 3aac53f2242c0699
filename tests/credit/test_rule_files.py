"""Rule files: defaults, every fault by line and key, the cities' files."""

from __future__ import annotations

import pytest
from credit_facts import MINIMAL, rules

from inspector.codec import dump
from inspector.credit import city_rules
from inspector.credit.lists import Roll, list_name
from inspector.credit.rule_checks import check, unfounded
from inspector.credit.rule_file import read_rules
from inspector.credit.rules import (
    SOURCES,
    CatalogueEntry,
    Polarity,
    RuleSet,
    ScoreRules,
    TermKind,
    digest,
)
from inspector.domain import RiskClass
from inspector.errors import Fault, Faults


def faults(more: str, base: str = MINIMAL) -> list[Fault]:
    with pytest.raises(Faults) as refused:
        rules(more, base)
    assert all(str(fault) for fault in refused.value.faults)
    return list(refused.value.faults)


def fault(more: str) -> tuple[str, str | None]:
    (one,) = faults(more)
    assert one.file == "x.toml"
    return one.code, one.column


def test_a_file_may_leave_out_everything_that_has_a_default() -> None:
    found = rules()
    assert found.score == ScoreRules()
    assert found.key == "x@1"
    assert [g.risk for g in found.grades] == [RiskClass.A, RiskClass.C]
    assert len(found.vetoes) == 6


def test_every_default_names_its_source() -> None:
    own = {"id", "version", "name", "sources", "grades"}
    assert set(SOURCES) == {f for f in RuleSet.__slots__} - own


def test_points_are_read_exactly_in_hundredths() -> None:
    found = rules('score = "ours"\n[score]\nbase_start = 0.29\nbase_cap = 80')
    assert found.score.base_start == 29
    assert found.score.base_cap == 8000


@pytest.mark.parametrize("value", ["0.005", "-1", "nan", "inf", "true", '"1"', "1e99"])
def test_points_with_more_than_two_decimals_or_none_at_all_are_refused(
    value: str,
) -> None:
    more = f'score = "ours"\n[score]\nbase_start = {value}'
    assert fault(more) == ("data.kind", "score.base_start")


def test_all_faults_are_named_at_once_with_line_and_key() -> None:
    text = """id = "x"
version = "1"
nam = "测试"
grades = [{ name = "A", risk = "E" }]

[score]
base_start = "80"

[[stars]]
stars = 5
[[stars]]
stars = 4
least = 3.5
[sources]
"""
    found = faults("", text)
    assert [(f.row, f.column, f.code) for f in found] == [
        (None, "name", "data.missing"),
        (3, "nam", "data.unknown"),
        (4, "grades[0].risk", "data.kind"),
        (7, "score.base_start", "data.kind"),
        (9, "stars[0].least", "data.missing"),
    ]
    said = str(found[3])
    assert "x.toml 第7行 row 7 [score.base_start]" in said
    assert "应为至多两位小数的非负分值" in said
    assert "must be points >= 0" in said


@pytest.mark.parametrize(
    "data", [b"a = ", b"\xff", b"x = 1\n" * 200_000, b"a=" + b"[" * 5000]
)
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(Faults) as refused:
        read_rules(data, "x.toml")
    assert [f.code for f in refused.value.faults] == ["data.toml"]


WEIGHTS = """evaluation = "ours"
[evaluation]
weights = [{{ source = "owners", weight_bp = {owners} }},
  {{ source = "street", weight_bp = {street} }},
  {{ source = "community", weight_bp = {community} }}]
"""


def test_thirty_percent_for_street_and_community_is_accepted() -> None:
    found = rules(WEIGHTS.format(owners=7000, street=2000, community=1000))
    assert len(found.evaluation.weights) == 3


def test_twenty_nine_percent_for_street_and_community_is_a_fault() -> None:
    (one,) = faults(WEIGHTS.format(owners=7100, street=1900, community=1000))
    assert (one.code, one.column) == ("rules.street_weight", "evaluation.weights")
    assert one.row is not None
    assert "29.00%" in str(one)
    assert "29.00 %" in str(one)


GOOD = [
    'score = "o"\n[score]\nbase_start = 80\nbase_cap = 80',
    'score = "o"\n[score]\nfloor = 10\nceiling = 10.01',
    'stars = "o"\n[[stars]]\nstars = 5\nleast = 90\n[[stars]]\nstars = 4\nleast = 80',
    'levels = "o"\n[[levels]]\nid = "a"\nname = "a"\nshare_bp = 10000\n'
    'sources = ["street"]',
    'veto = "o"\n[veto]\ngrade = "C"',
    'evaluation = "o"\n[evaluation]\nshare = [1, 10]\nties = ["owners"]',
    'entries = "o"\n[[entries]]\ncode = "a"\ntext = "a"\npolarity = "praise"\n'
    'points = 1\nsources = ["media"]',
    'visit = "o"\n[visit]\noutcomes = { uncooperative = "veto.refuse_fix" }',
    'black = "o"\n[black]\nhearing_days = 1',
]


@pytest.mark.parametrize("more", GOOD)
def test_a_rule_set_within_the_rules_is_read(more: str) -> None:
    rules(more)


BAD = [
    ('score = "o"\n[score]\nbase_start = 81\nbase_cap = 80', "rules.base"),
    ('score = "o"\n[score]\nfloor = 10\nceiling = 10', "rules.ceiling"),
    (
        'stars = "o"\n[[stars]]\nstars = 5\nleast = 80\n'
        "[[stars]]\nstars = 4\nleast = 80",
        "rules.order",
    ),
    ('stars = "o"\n[[stars]]\nstars = 6\nleast = 80', "rules.range"),
    (
        'levels = "o"\n[[levels]]\nid = "a"\nname = "a"\nshare_bp = 9999\n'
        'sources = ["street"]',
        "rules.sum",
    ),
    (
        'levels = "o"\n[[levels]]\nid = "a"\nname = "a"\nshare_bp = 5000\n'
        'sources = ["street"]\n[[levels]]\nid = "b"\nname = "b"\nshare_bp = 5000\n'
        'sources = ["street"]',
        "rules.twice",
    ),
    ('veto = "o"\n[veto]\ngrade = "D"', "rules.no_grade"),
    ('evaluation = "o"\n[evaluation]\nshare = [99, 1000]', "rules.share"),
    ('evaluation = "o"\n[evaluation]\nties = ["name"]', "rules.ties"),
    ('evaluation = "o"\n[evaluation]\nz = [1, 2]', "rules.range"),
    (
        'evaluation = "o"\n[evaluation]\nweights = '
        '[{ source = "street", weight_bp = 9999 }]',
        "rules.sum",
    ),
    (
        'entries = "o"\n[[entries]]\ncode = "a b"\ntext = "a"\npolarity = "praise"\n'
        "points = 1",
        "rules.ident",
    ),
    (
        'entries = "o"\n[[entries]]\ncode = "visit.minor"\ntext = "a"\n'
        'polarity = "criticism"\npoints = 1',
        "rules.reserved",
    ),
    (
        'entries = "o"\n[[entries]]\ncode = "veto.funds"\ntext = "a"\n'
        'polarity = "criticism"\npoints = 1',
        "rules.twice",
    ),
    (
        'entries = "o"\n[[entries]]\ncode = "a"\ntext = "a"\npolarity = "praise"\n'
        'points = 1\nsources = ["press"]',
        "rules.no_source",
    ),
    (
        'vetoes = "o"\nvisit = "o"\n[[vetoes]]\ncode = "a"\ntext = "a"\n'
        'polarity = "praise"\npoints = 1\n[visit]\nredlines = {}\noutcomes = {}',
        "rules.veto",
    ),
    ('visit = "o"\n[visit]\nredlines = { G1-01 = "veto.no" }', "rules.no_entry"),
    ('visit = "o"\n[visit]\noutcomes = { odd = "veto.funds" }', "rules.no_outcome"),
    ('black = "o"\n[black]\nhearing_days = 0', "rules.range"),
    ("[score]\nbase_start = 1", "rules.unsourced"),
    ('black = "o"', "rules.source_of"),
]


@pytest.mark.parametrize(("more", "code"), BAD, ids=lambda v: str(v)[:40])
def test_a_rule_set_against_a_rule_is_refused(more: str, code: str) -> None:
    assert fault(more)[0] == code


@pytest.mark.parametrize(
    "grades",
    [
        "[]",
        '[{ name = "A", risk = "A", least = 1 }]',
        '[{ name = "A", risk = "A" }, { name = "B", risk = "B" }]',
        '[{ name = "A", risk = "A", least = 1 }, { name = "B", risk = "B", least = 2 },'
        '{ name = "C", risk = "C" }]',
    ],
)
def test_grades_must_run_from_high_to_low_down_to_one_without_a_least(
    grades: str,
) -> None:
    head = 'id = "x"\nversion = "1"\nname = "n"\n'
    base = f'{head}grades = {grades}\n[sources]\ngrades = "o"\n'
    assert {f.code for f in faults("", base)} == {"rules.order"}


def test_a_rule_set_made_in_code_is_checked_too() -> None:
    assert list(check(rules())) == []


CITIES = (
    *("gaomi", "kunming", "lianyungang", "nanning", "shangqiu"),
    *("weifang-1", "weifang-2", "wuzhou", "yantai", "zibo"),
)


def test_the_files_of_the_cities_are_all_there() -> None:
    assert city_rules.names() == CITIES
    assert city_rules.DEFAULT in CITIES


@pytest.mark.parametrize("name", CITIES)
def test_a_city_file_is_sound_and_names_its_sources(name: str) -> None:
    found = city_rules.rules_of(name)
    assert list(check(found)) == []
    assert found.id == name.rpartition("-")[0] or found.id == name
    for _, source in found.sources:
        assert (
            "DOMAIN" in source
            or "ours" in source
            or "R27" in source
            or ("R28" in source)
        )


def test_the_facts_of_the_domain_stand_in_the_files() -> None:
    """DOMAIN §5, by hand."""

    def least(name: str) -> list[int | None]:
        return [g.least for g in city_rules.rules_of(name).grades]

    for shandong in ("zibo", "gaomi", "yantai", "weifang-1"):
        found = city_rules.rules_of(shandong)
        assert least(shandong) == [8500, 8000, 7000, 6000, None]
        assert (found.score.base_cap, found.score.good_cap) == (8000, 4000)
        assert [g.name for g in found.grades if g.without_bad] == ["B"]
        assert (found.term.kind, found.term.months) == (TermKind.MONTHS, 12)
    assert least("shangqiu") == [10_000, 9000, 8000, 7000, 6000, None]
    assert city_rules.rules_of("shangqiu").term.kind is TermKind.CALENDAR_YEAR
    assert least("lianyungang") == [14_000, 12_000, 10_000, 8500, None]
    assert city_rules.rules_of("lianyungang").score.base_start == 9000
    assert [x.id for x in city_rules.rules_of("nanning").levels] == [
        *("street", "county", "city")
    ]
    assert [s.stars for s in city_rules.rules_of("kunming").stars] == [5, 4, 3, 2, 1]
    fields = {e.field for e in city_rules.rules_of("wuzhou").entries}
    assert fields == {"企业经营", "收费", "公共收益", "维修资金"}


def test_the_digest_covers_decisions_and_not_where_they_come_from() -> None:
    one = rules()
    other = rules(base=MINIMAL.replace('grades = "test"', 'grades = "elsewhere"'))
    changed = rules(base=MINIMAL.replace("least = 60", "least = 60.01"))
    assert digest(one) == digest(other) != digest(changed)
    assert len({digest(city_rules.rules_of(n)) for n in CITIES}) == len(CITIES)


def test_a_set_of_rules_kept_earlier_keeps_its_digest() -> None:
    """What came later says nothing in it: computed by the release before."""
    known = "956387f8d7a9b07ec911d36db2cc60341dab74c05832a6f50c06e299ed4161e6"
    assert digest(rules()) == known
    named = rules('[black]\nname = "失信惩戒提示名单"\n', SOURCED)
    assert digest(named) != digest(rules("[black]\n", SOURCED)) == known


SOURCED = MINIMAL.replace('grades = "test"', 'grades = "test"\nblack = "test"')


def test_a_list_is_called_by_the_rules_in_force() -> None:
    assert list_name(rules(), Roll.BLACK).zh == "重点关注名单"
    own = '[black]\nname = "失信惩戒提示名单"\nname_en = "warning list"\n'
    named = list_name(rules(own, SOURCED), Roll.BLACK)
    assert (named.code, named.zh, named.en) == (
        *("black", "失信惩戒提示名单"),
        "warning list",
    )


@pytest.mark.parametrize("name", ["黑名单", "诚信黑榜", "严重失信主体名单"])
def test_serious_distrust_needs_a_regulation(name: str) -> None:
    text = f'[black]\nname = "{name}"\n'
    wrong = [w[:3] for w in unfounded(rules(text, SOURCED))]
    assert wrong == [("black.name", "rules.list_basis", name)]
    founded = f'{text}basis = "某市条例（演示）第一条"\n'
    assert list(unfounded(rules(founded, SOURCED))) == []


@pytest.mark.parametrize("name", CITIES)
def test_a_file_of_ours_is_an_example_and_has_no_list_of_distrust(name: str) -> None:
    found = city_rules.rules_of(name)
    assert found.name.endswith("（示例）")
    assert list(unfounded(found)) == []


def test_data_of_a_rule_set_holds_no_float() -> None:
    def walk(value: object) -> None:
        assert not isinstance(value, float)
        if isinstance(value, dict):
            for v in value.values():
                walk(v)
        elif isinstance(value, list):
            for v in value:
                walk(v)

    for name in CITIES:
        walk(dump(city_rules.rules_of(name)))


def test_entries_know_how_long_they_count() -> None:
    more = (
        'entries = "o"\n[[entries]]\ncode = "a"\ntext = "a"\npolarity = "praise"\n'
        "points = 1.5\nmonths = 6"
    )
    assert rules(more).entries == (CatalogueEntry("a", "a", Polarity.PRAISE, 150, 6),)  # type: ignore[arg-type]
