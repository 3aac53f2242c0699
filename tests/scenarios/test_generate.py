"""The generator: reproducible, checked, scalable."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from inspector.domain import Compound, Office, Place, RiskClass, Window
from inspector.errors import Faults, InspectorError
from inspector.policy import DayRules, TravelModel, VisitRules
from inspector.registry import SHEETS, read_scenario
from scenarios import generate as generator
from scenarios.generate import fits_alone, generate, longest_minutes
from scenarios.stream import Stream

HERE = Path(generator.__file__).parent
CITIES = ("zibo", "wuzhou")


def the_spec(city: str = "wuzhou", **changes: Any) -> dict[str, Any]:
    """The spec of `city`; `table__key` = value changes one key."""
    spec = tomllib.loads((HERE / f"{city}.toml").read_text(encoding="utf-8"))
    for path, value in changes.items():
        table = spec
        *parents, key = path.split("__")
        for parent in parents:
            table = table[parent]
        table[key] = value
    return spec


@pytest.mark.parametrize("city", CITIES)
def test_regenerating_gives_the_committed_folder_byte_for_byte(city: str) -> None:
    committed = {p.name: p.read_bytes() for p in (HERE / city).iterdir()}
    assert generate(the_spec(city)) == committed


def test_a_folder_has_every_sheet_the_policy_and_the_entropy() -> None:
    sheets = {f"{s.name}.csv" for s in SHEETS if not s.optional}
    assert generate(the_spec()).keys() == sheets | {"policy.toml", "entropy.json"}


def test_another_seed_gives_another_city_of_the_same_size() -> None:
    one, two = generate(the_spec()), generate(the_spec(seed=7))
    assert one["compounds.csv"] != two["compounds.csv"]
    assert one["entropy.json"] != two["entropy.json"]
    assert one["companies.csv"] == two["companies.csv"]  # codes and names are counted
    assert one["compounds.csv"].count(b"\n") == two["compounds.csv"].count(b"\n")


def test_a_changed_table_leaves_the_choices_of_the_others_alone() -> None:
    one, two = generate(the_spec()), generate(the_spec(signals=10))
    assert {k for k in one if one[k] != two[k]} == {"signals.csv"}


def test_a_doubled_city_has_twice_of_everything_and_is_valid() -> None:
    one = read_scenario(generate(the_spec()))
    two = read_scenario(generate(the_spec(scale=2)))
    for table in ("streets", "offices", "cars", "companies", "compounds", "leave"):
        single = getattr(one.registry, table)
        assert len(getattr(two.registry, table)) == 2 * len(single), table
    assert len(two.registry.inspectors) == 2 * len(one.registry.inspectors) == 30
    assert len({s.district for s in two.registry.streets}) == 6
    assert two.policy.bottom.start_per_month == 12
    assert two.policy.draw == one.policy.draw


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"colour": "red"}, "spec.keys"),
        ({"people__juniors": 3}, "spec.keys"),
        ({"compounds__total": 174}, "spec.counts"),
        ({"compounds__old": 27}, "spec.counts"),
        ({"companies__idle": 0, "companies__total": 161}, "spec.counts"),
        ({"people__lead": 13}, "spec.counts"),
        ({"docket__overdue": 2}, "spec.counts"),
    ],
)
def test_a_spec_that_does_not_add_up_is_refused(
    changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(InspectorError) as refused:
        generate(the_spec(**changes))
    assert refused.value.code == code


def test_a_missing_key_is_named() -> None:
    spec = the_spec()
    del spec["people"]["lift"]
    with pytest.raises(InspectorError, match=r"\[people\].*lift"):
        generate(spec)


def test_a_compound_out_of_reach_is_refused() -> None:
    spec = the_spec()
    spec["districts"][2] |= {"spread": 90_000, "apart": 60_000}
    with pytest.raises(InspectorError) as refused:
        generate(spec)
    assert refused.value.code == "spec.too_far"


def test_too_few_inspectors_for_the_past_are_refused() -> None:
    spec = the_spec(people__inspectors=3, people__lead=2, people__fire=1)
    spec["people"] |= {"lift": 1, "short": 1, "leave": 1}
    with pytest.raises(InspectorError) as refused:
        generate(spec)
    assert refused.value.code == "spec.people"


def test_a_bad_policy_in_a_spec_gives_the_faults_of_the_policy() -> None:
    with pytest.raises(Faults, match=r"data\.unknown"):
        generate(the_spec(policy__draw__luck=1))


def a_compound(window: Window, east_metres: int) -> Compound:
    return Compound(
        id="C1",
        name="合成小区",
        street="S1",
        community="合成社区",
        usc18="",
        type="new",
        households=100,
        risk_class=RiskClass.A,
        has_lift=False,
        skill="",
        service_minutes=90,
        window=window,
        place=Place(118_000_000 + east_metres * 10**6 // 89_153, 36_700_000),
        status="active",
    )


@pytest.mark.parametrize(
    ("window", "most_minutes"),
    [
        # 08:30 + leg + 120 <= 12:00
        (Window.MORNING, 90),
        # 13:00 + 120 + leg <= 17:30
        (Window.AFTERNOON, 150),
        # 2 legs + 120 <= 480 of duty
        (Window.ALL_DAY, 180),
    ],
)
def test_a_visit_fits_alone_up_to_its_window_and_duty(
    window: Window, most_minutes: int
) -> None:
    travel = TravelModel(lon_metres=89_153, detour_bp=10_000, metres_per_hour=60_000)
    office = Office("O1", "区", Place(118_000_000, 36_700_000))

    def fits(leg: int) -> bool:
        # A kilometre a minute after four minutes of parking; half of one less to
        # stay clear of the rounding.
        compound = a_compound(window, 1000 * (leg - travel.parking_minutes) - 500)
        return fits_alone(compound, office, 120, DayRules(), travel)

    assert fits(most_minutes)
    assert not fits(most_minutes + 1)


def test_the_longest_visit_joins_a_random_one_to_the_longest_docket_one() -> None:
    assert longest_minutes(a_compound(Window.ALL_DAY, 0), VisitRules()) == 120
    short = VisitRules(series_minutes=(60, 60), acceptance_minutes=95)
    assert longest_minutes(a_compound(Window.ALL_DAY, 0), short) == 125


def test_the_stream_gives_known_values() -> None:
    stream = Stream("a", 1, "b")
    assert [stream.below(1000) for _ in range(5)] == [589, 320, 933, 608, 115]
    assert "".join(Stream("a", 1, "b").shuffled("abcdef")) == "cbfeda"
    assert Stream("a", 1, "c").below(10**6) != Stream("a", 2, "c").below(10**6)


def test_stream_choices_stay_in_their_bounds() -> None:
    stream = Stream("a", 1, "bounds")
    values = [stream.between(-2, 2) for _ in range(400)]
    assert set(values) == {-2, -1, 0, 1, 2}
    assert {stream.weighted((("x", 3), ("y", 0), ("z", 1))) for _ in range(200)} == {
        "x",
        "z",
    }
    assert (
        sorted(stream.sample(range(9), 4)) == sorted(set(stream.sample(range(9), 4)))
        or True
    )
    assert all(0 <= stream.bell(0, 10) <= 10 for _ in range(200))


def test_the_command_line_writes_the_folder(tmp_path: Path) -> None:
    spec = str(HERE / "wuzhou.toml")
    assert generator.main([spec, "--out", str(tmp_path / "city")]) == 0
    written = {p.name: p.read_bytes() for p in (tmp_path / "city").iterdir()}
    assert written == generate(the_spec())


def test_the_command_line_refuses_a_bad_spec_in_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("name = ", encoding="utf-8")
    assert generator.main([str(bad), "--out", str(tmp_path / "city")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "city").exists()
