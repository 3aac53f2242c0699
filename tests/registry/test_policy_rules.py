"""Policy rules: laws, sums, a possible day, and entropy nobody can choose."""

from collections.abc import Callable

import pytest
from small_city import POLICY, City

from inspector.sources import instant

Faults = list[tuple[str | None, str]]
Check = Callable[[str], Faults]

HASH = "ab" * 32


@pytest.fixture
def check(city: City) -> Check:
    def run(text: str) -> Faults:
        city.policy = text
        found = city.faults()
        assert all(f.file == "policy.toml" for f in found)
        return [(f.column, f.code) for f in found]

    return run


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("[draw]\nexclude_recent_months = 0", None, ""),
        ("[draw]\nexclude_recent_months = 121", "draw.exclude_recent_months", "range"),
        ("[bottom]\nshare = [1, 10]", None, ""),
        ("[bottom]\nshare = [99, 1000]", "bottom.share", "range"),
        ("[bottom]\nshare = [11, 10]", "bottom.share", "range"),
        ("[draw.rates]\nA=[0,1]\nB=[1,10]\nC=[1,2]\nD=[1,1]", None, ""),
        ("[draw.rates]\nA=[0,1]\nB=[1,10]\nC=[1,2]\nD=[2,1]", None, ""),
        ("[draw.rates]\nA=[0,1]\nB=[1,1]\nC=[12,1]\nD=[13,1]", "draw.rates.D", "range"),
        ("[draw]\nbatches = 0", "draw.batches", "range"),
        ("[draw]\ncounts = ['random', 'lookback']", None, ""),
        ("[draw]\ncounts = ['lookback']", "draw.counts", "counts"),
        ("[[campaigns]]\nlist = 'x'\nname = '甲'", "campaigns[0].list", "list"),
        ("[[campaigns]]\nlist = ''\nname = '甲'", "campaigns[0].list", "list"),
        ("[draw]\ncap_unit = 'company'", None, ""),
        ("[draw]\ncap_unit = 'group'", "draw.cap_unit", "word"),
        ("[visits]\ngap_min = 15", None, ""),
        ("[visits]\ngap_min = 16", "visits.gap_min", "gaps"),
        ("[visits]\ngap_min = 0", "visits.gap_min", "range"),
        ("[visits]\nseries_minutes = []", "visits.series_minutes", "empty"),
        ("[visits]\nseries_minutes = [60, 0]", "visits.series_minutes", "range"),
        ("[visits]\nrecheck_minutes = 1441", "visits.recheck_minutes", "range"),
        ("[day]\nshift_end = '24:00'", None, ""),
        ("[day]\nduty_minutes = 540", None, ""),
        ("[day]\nduty_minutes = 541", "day.duty_minutes", "day"),
        ("[day]\nduty_minutes = 0", "day.duty_minutes", "day"),
        ("[day]\nlunch_first = '13:00'", None, ""),
        ("[day]\nlunch_first = '13:01'", "day.lunch_first", "day"),
        ("[day]\nlunch_last = '16:30'", None, ""),
        ("[day]\nlunch_last = '16:31'", None, ""),  # lunch comes after the shift
        ("[day]\nshift_end = '12:00'\nduty_minutes = 210", None, ""),
        ("[day]\nmorning_end = '08:30'", "day.morning_end", "day"),
        ("[day]\nafternoon_start = '17:30'", None, ""),  # mornings only
        ("[day]\nshift_start = '13:00'", None, ""),  # afternoons only
        (
            "[day]\nshift_start = '13:00'\nmorning_end = '12:00'",
            "day.morning_end",
            "day",
        ),
        (
            "[day]\nshift_start = '13:00'\nduty_minutes = 240\nmorning_end = '14:00'",
            None,
            "",
        ),
        ("[day]\nmax_visits = 0", "day.max_visits", "range"),
        ("[travel]\nmetres_per_hour = 0", "travel.metres_per_hour", "range"),
        ("[travel]\ndetour_bp = 9999", "travel.detour_bp", "range"),
        ("[seats]\nkeep_share = [0, 1]", None, ""),
        ("[seats]\nkeep_share = [3, 2]", "seats.keep_share", "range"),
        ("[lottery]\ncap_factor = [1, 1]", None, ""),
        ("[lottery]\ncap_factor = [4, 5]", "lottery.cap_factor", "range"),
        ("[lottery]\nduty_weight = [1, 1]", None, ""),
        ("[lottery]\nduty_weight = [0, 1]", "lottery.duty_weight", "range"),
        ("[lottery]\nduty_weight = [5, 1]", "lottery.duty_weight", "range"),
        ("[lottery]\nfloor_factor = [5, 4]", "lottery.floor_factor", "range"),
        ("[lottery]\nmax_levels = 0", "lottery.max_levels", "range"),
        ("[seats]\nseats = [{role='lead'}, {role='lead'}]", None, ""),
        (
            "[seats]\nseats = [{role='lead'}, {role='expert'}]",
            "seats.seats",
            "officers",
        ),
        (
            "[seats]\nseats = [{role='lead'}, {role='second', when='skill'}]",
            "seats.seats",
            "officers",
        ),
        ("[seats]\nseats = []", "seats.seats", "officers"),
        (
            "[seats]\nseats = [{role='lead'}, {role='second'}, {role='joint'}]",
            "seats.seats[2].unit",
            "unit",
        ),
        (
            "[seats]\nseats=[{role='lead'},{role='second'},{role='expert',when='x'}]",
            "seats.seats[2].when",
            "word",
        ),
        ("[scope]\nmethod = 'targeted'\nstreets = ['S01']", None, ""),
        ("[scope]\nmethod = 'targeted'\nstreets = ['S09']", "scope.streets", "scope"),
        ("[scope]\nmethod = 'targeted'\ndistricts = ['万秀区']", None, ""),
        (
            "[scope]\nmethod = 'targeted'\ndistricts = ['龙圩区']",
            "scope.districts",
            "scope",
        ),
        ("[scope]\nmethod = 'targeted'\ntypes = ['villa']", "scope.types", "word"),
        ("[scope]\nclasses = ['D']", "scope.method", "open_filter"),
    ],
)
def test_a_policy_value_against_its_rule(
    check: Check, text: str, column: str | None, code: str
) -> None:
    found = check(POLICY + "\n" + text + "\n")
    assert found == ([(column, f"policy.{code}")] if column else [])


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("publish_workdays = 20", None, ""),
        ("publish_workdays = 21", "publish_workdays", "policy.range"),
        ("release_minute = '08:30'", None, ""),
        ("release_minute = '08:31'", "release_minute", "policy.day"),
    ],
)
def test_a_top_level_value_against_its_rule(
    check: Check, text: str, column: str | None, code: str
) -> None:
    assert check(text + "\n" + POLICY) == ([(column, code)] if column else [])


@pytest.mark.parametrize(
    ("street", "community", "housing", "codes"),
    [
        (2000, 1000, 7000, []),
        (2900, 100, 7000, []),
        (2000, 900, 7100, ["policy.street_weight"]),  # 29 %: refused in so many words
        (2000, 1000, 6999, ["policy.weights"]),
        (2000, 900, 7000, ["policy.street_weight", "policy.weights"]),
    ],
)
def test_streets_and_communities_weigh_thirty_percent(
    check: Check, street: int, community: int, housing: int, codes: list[str]
) -> None:
    text = (
        f"\n[bottom.weights_bp]\nstreet={street}\ncommunity={community}\n"
        f"housing={housing}\nowners=0\n"
    )
    found = check(POLICY + text)
    assert found == [("bottom.weights_bp", code) for code in codes]


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "2026", "2026-12-01", ""])
def test_a_month_is_written_in_one_way(check: Check, month: str) -> None:
    text = POLICY.replace('month = "2026-12"', f'month = "{month}"')
    assert check(text) == [("month", "policy.month")]


def test_a_bureau_has_a_name(check: Check) -> None:
    text = POLICY.replace('bureau = "wuzhou"', 'bureau = ""')
    assert check(text) == [("bureau", "policy.empty")]


def source(**given: str) -> str:
    keys = {"id": "x", "kind": "dice", "name": "", "issue": "1", "commit": ""} | given
    return "".join(f'{key} = "{value}"\n' for key, value in keys.items())


def policy(draw: list[str], lottery: list[str]) -> str:
    return "".join(
        f"[[{name}]]\n{one}"
        for name, all_ in (("draw_entropy", draw), ("lottery_entropy", lottery))
        for one in all_
    )


BALL = {"kind": "lottery", "name": "双色球"}
LOTTO = {"kind": "lottery", "name": "大乐透"}
DRAW = source(id="d", issue="2026136", at="2026-11-26T13:15:00Z", **BALL)
LATER = source(id="l", issue="2026136", at="2026-11-28T13:25:00Z", **LOTTO)


@pytest.mark.parametrize(
    ("draw", "lottery", "expected"),
    [
        ([DRAW], [LATER], []),
        # dice, reveals and drand come before
        (
            [
                source(id="a", at="2026-11-26T02:00:00Z"),
                source(id="b", kind="reveal", commit=HASH, at="2026-11-26T03:00:00Z"),
                source(id="c", kind="drand", issue="99", at="2026-11-26T04:00:00Z"),
                DRAW,
            ],
            [LATER],
            [],
        ),
        # drand is not outside until its signature is checked
        (
            [source(id="c", kind="drand", issue="99", at="2026-11-26T04:00:00Z")],
            [LATER],
            [("draw_entropy", "entropy.outside")],
        ),
        # the order of time counts, not the order of the list
        ([DRAW, source(id="a", at="2026-11-26T02:00:00Z")], [LATER], []),
        ([], [LATER], [("draw_entropy", "entropy.outside")]),
        ([DRAW], [], [("lottery_entropy", "entropy.outside")]),
        (
            [source(id="a", at="2026-11-26T02:00:00Z")],
            [LATER],
            [("draw_entropy", "entropy.outside")],
        ),
        (
            [source(id="a", kind="reveal", commit=HASH, at="2026-11-26T02:00:00Z")],
            [LATER],
            [("draw_entropy", "entropy.outside")],
        ),
        (
            [DRAW, source(id="a", at="2026-11-26T13:15:01Z")],
            [LATER],
            [("draw_entropy", "entropy.last")],
        ),
        (
            [DRAW, source(id="a", at="2026-11-26T13:15:00Z")],
            [LATER],
            [("draw_entropy", "entropy.last")],
        ),
        (
            [
                source(
                    id="d",
                    kind="lottery",
                    name="福彩3D",
                    issue="2026137",
                    at="2026-11-26T13:15:00Z",
                )
            ],
            [LATER],
            [
                ("draw_entropy", "entropy.outside"),
                ("draw_entropy[0].name", "entropy.kind"),
            ],
        ),
        (
            [DRAW, source(id="a", kind="coin", at="2026-11-26T02:00:00Z")],
            [LATER],
            [("draw_entropy[1].kind", "entropy.kind")],
        ),
        (
            [DRAW, source(id="d", at="2026-11-26T02:00:00Z")],
            [LATER],
            [("draw_entropy[1].id", "entropy.id")],
        ),
        (
            [DRAW],
            [LATER.replace('"l"', '"d"')],
            [("lottery_entropy[0].id", "entropy.id")],
        ),
        (
            [DRAW],
            [LATER.replace('"l"', '"期"')],
            [("lottery_entropy[0].id", "entropy.id")],
        ),
        (
            [source(id="d", issue="?", at="2026-11-26T13:15:00Z", **BALL)],
            [LATER],
            [("draw_entropy[0].issue", "entropy.issue")],
        ),
        (  # What a policy carried on from the month before leaves open.
            [source(id="d", issue="", at="", **BALL)],
            [LATER],
            [
                ("draw_entropy[0].issue", "entropy.issue"),
                ("draw_entropy[0].at", "entropy.time"),
            ],
        ),
        ([source(id="d", issue="", at="2026-11-26T13:15:00Z", **BALL)], [LATER], []),
        ([source(id="d", issue="2026136", at="", **BALL)], [LATER], []),
        (  # A time that is not told yet is no wrong order.
            [
                source(id="a", at="2026-11-26T02:00:00Z"),
                source(id="d", issue="2027137", at="2026-11-31 21:15", **BALL),
            ],
            [LATER],
            [("draw_entropy[1].at", "entropy.time")],
        ),
        (
            [source(id="d", issue="2026136", at="2026-11-26 13:15:00Z", **BALL)],
            [LATER],
            [],
        ),
        (
            [source(id="d", issue="2026137", at="2026-02-30T13:15:00Z", **BALL)],
            [LATER],
            [("draw_entropy[0].at", "entropy.time")],
        ),
        (
            [source(id="d", issue="2026136", at="2026-11-26T21:15:00+08:00", **BALL)],
            [LATER],
            [],
        ),
        (
            [source(id="d", issue="2026137", at="2026-11-26T13:15:00Z", **BALL)],
            [LATER],
            [("draw_entropy[0].at", "entropy.calendar")],
        ),
        (
            [DRAW, source(id="b", kind="reveal", at="2026-11-26T03:00:00Z")],
            [LATER],
            [("draw_entropy[1].commit", "entropy.commit")],
        ),
        (
            [DRAW, source(id="b", commit=HASH, at="2026-11-26T03:00:00Z")],
            [LATER],
            [("draw_entropy[1].commit", "entropy.commit")],
        ),
        (
            [DRAW],
            [source(id="l", issue="2026136", at="2026-11-26T13:15:00Z", **BALL)],
            [
                ("lottery_entropy[0].issue", "entropy.same"),
                ("lottery_entropy[0].at", "entropy.order"),
            ],
        ),
        (
            [DRAW],
            [source(id="l", issue="2026137", at="2026-11-29T13:15:00Z", **BALL)],
            [],
        ),
        (
            [DRAW],
            [source(id="l", issue="2026135", at="2026-11-25T13:25:00Z", **LOTTO)],
            [("lottery_entropy[0].at", "entropy.order")],
        ),
        (
            [DRAW],
            [LATER, source(id="a", issue="2", at="2026-11-26T13:15:00Z")],
            [("lottery_entropy[1].at", "entropy.order")],
        ),
        ([DRAW], [LATER, source(id="a", at="2026-11-26T13:15:01Z")], []),
        (
            [source(id="d", issue="2026137", at="2026-11-27T13:15:00Z", **BALL)],
            [LATER],
            [("draw_entropy[0].at", "entropy.drawing")],
        ),
        (
            [DRAW, source(id="a", at="2026-11-26T02:00:00Z")],
            [LATER, source(id="b", at="2026-11-27T02:00:00Z")],
            [("lottery_entropy[1].issue", "entropy.same")],
        ),
    ],
)
def test_entropy_is_outside_last_lawful_and_new(
    check: Check, draw: list[str], lottery: list[str], expected: Faults
) -> None:
    assert check(policy(draw, lottery)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-26T13:15:00z",
        "2026-11-26T13:15Z",
        "2026-11-26T24:00:00Z",
        "2026-11-26T13:15:60Z",
        "2026-11-26T13:15:00.0Z",
        "２026-11-26T13:15:00Z",
        "2026-11-26T13:15:00Z\n",
    ],
)
def test_an_instant_is_written_in_one_way(text: str) -> None:
    assert instant(text) is None
