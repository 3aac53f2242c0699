"""Written and read again, a scenario is the same."""

import csv
import io
import string
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from small_city import City
from stdnum.cn import uscc

from inspector.domain import (
    Assistant,
    AssumedVisit,
    Car,
    Case,
    CaseState,
    Company,
    Compound,
    EarlierLog,
    Evaluation,
    Inspector,
    Item,
    Leave,
    Office,
    OwedVisit,
    PastVisit,
    Place,
    Recusal,
    Registry,
    RiskClass,
    Role,
    RunningVisit,
    Signal,
    Street,
    VisitKind,
    Window,
)
from inspector.errors import Faults
from inspector.policy import (
    BottomRules,
    DayRules,
    DrawRules,
    Policy,
    SeatRule,
    SeatRules,
    Source,
    VisitRules,
)
from inspector.registry import (
    Scenario,
    read_scenario,
    sorted_registry,
    write_scenario,
)
from inspector.registry.cells import plain
from inspector.registry.radicals import radical
from inspector.registry.readings import spot_of
from inspector.registry.sheets import SHEET_NAMES, headers
from inspector.registry.text_readings import settled
from inspector.workdays import Override

ENTROPY = {
    "draw_entropy": (
        Source("d1", "lottery", "双色球", "2026136", "2026-11-26T13:15:00Z"),
    ),
    "lottery_entropy": (
        Source("r1", "reveal", "", "r-1", "2026-11-27T01:00:00Z", "0f" * 32),
        Source("r2", "drand", "quicknet", "12345", "2026-11-28T12:30:00Z"),
        Source("l1", "lottery", "大乐透", "2026136", "2026-11-28T13:25:00Z"),
    ),
}

dates = st.dates(date(2020, 1, 1), date(2030, 12, 31))
# everything a name may hold, with what a spreadsheet would run made likely
letters = st.one_of(
    st.sampled_from("=+-@'＝＋－＠,;\"\n 小区e\u0301"),
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")),
)


def _name(parts: list[str]) -> str:
    return unicodedata.normalize("NFC", "".join(parts)).strip(" \t\r\n")


_NAMES = spot_of("inspectors", headers(SHEET_NAMES["inspectors"])["name"], "", 1, 0)


def _tidy(text: str) -> bool:
    """Whether a name stands as it is kept: nothing of it would be read otherwise."""
    return settled(text, _NAMES) and not radical(text)


names: SearchStrategy[str] = (
    st.lists(letters, min_size=1, max_size=6)
    .map(_name)
    .filter(bool)
    .filter(_tidy)
    .filter(plain)
)
idents = st.text(string.ascii_letters + string.digits + "_.-", max_size=5).map(
    "x".__add__
)
words = st.lists(idents, max_size=3, unique=True).map(tuple)
places = st.builds(
    Place,
    st.integers(72_004_000, 137_834_700),
    st.integers(829_300, 55_827_100),
)


def some(
    of: SearchStrategy[str], least: int = 1, most: int = 3
) -> SearchStrategy[list[str]]:
    return st.lists(of, min_size=least, max_size=most, unique=True)


@st.composite
def codes(draw: DrawFn) -> str:
    body = draw(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9))
    front = "91450400" + body
    return front + uscc.calc_check_digit(front)


@st.composite
def spans(draw: DrawFn) -> tuple[date | None, date | None]:
    ends = sorted((draw(dates), draw(dates)))
    return tuple(draw(st.sampled_from([end, None])) for end in ends)  # type: ignore


# What stands in logs.json.
AHEAD = {
    "logs": st.builds(EarlierLog, names, st.integers(0, 99), names, st.booleans()),
    "assumed": st.builds(
        *(AssumedVisit, names, idents, idents, st.sampled_from(VisitKind)),
        *(st.integers(0, 9), dates),
    ),
    "owed": st.builds(OwedVisit, names, idents, idents, idents, st.booleans()),
    "running": st.builds(RunningVisit, names, idents, dates, idents, idents),
}


@st.composite
def registries(draw: DrawFn) -> Registry:
    districts = draw(some(names, most=2))
    one = st.sampled_from
    companies = draw(some(codes()))
    ids = draw(some(idents, 2, 6))
    people = draw(some(idents, 2, 3))
    streets = tuple(
        Street(code, draw(names), draw(one(districts))) for code in draw(some(idents))
    )
    used = sorted({street.district for street in streets})
    offices = tuple(
        Office(f"o{number}", district, draw(places))
        for number, district in enumerate(used)
    )
    compounds = tuple(
        Compound(
            code,
            draw(names),
            draw(one(streets)).code,
            draw(names),
            draw(one(["", *companies])),
            draw(one(["commercial", "old", "unit", "new", "affordable"])),
            draw(st.integers(0, 10**6)),
            draw(one(list(RiskClass))),
            draw(st.booleans()),
            draw(one(["", "lift", "gas"])),
            draw(st.integers(1, 1440)),
            draw(one(list(Window))),
            draw(places),
            draw(one(["active", "closed", "moved", "unreachable"])),
        )
        for code in ids
    )
    inspectors = tuple(
        Inspector(
            code,
            draw(names),
            draw(names),
            draw(one(["", offices[0].id])),
            draw(st.one_of(st.just(""), names)),
            draw(st.one_of(st.none(), dates)),
            draw(st.booleans()),
            False,
            draw(words),
            draw(st.integers(0, 31)),
            draw(st.integers(-(10**6), 10**6)),
        )
        for code in people
    )
    subject = one([*ids, *companies])
    some_days = st.lists(dates, max_size=3, unique=True)
    first, last = draw(spans())
    return Registry(
        streets=streets,
        offices=offices,
        cars=(
            Car("w", offices[0].id, first, last),
            *(Car(f"x{n}", o.id, None, None) for n, o in enumerate(offices)),
        ),
        companies=tuple(
            Company(code, draw(names), draw(one(["active", "revoked", "suspended"])))
            for code in companies
        ),
        compounds=compounds,
        inspectors=inspectors,
        leave=tuple(
            Leave(draw(one(people)), day, date(2031, 1, 1), draw(one(["", "am", "pm"])))
            for day in draw(some_days)
        ),
        recusals=tuple(
            Recusal(draw(one(people)), draw(subject), draw(names), day, None)
            for day in draw(some_days)
        ),
        items=tuple(
            Item(
                f"G{n}",
                draw(names),
                draw(names),
                draw(names),
                draw(names),
                weight,
                draw(one(["", "minor", "major", "redline"])),
                draw(st.one_of(st.just(""), names)),
                draw(st.integers(0, 365)),
            )
            for n, weight in enumerate((draw(st.integers(0, 5000)), 2500, 0))
        ),
        evaluations=tuple(
            Evaluation(code, source, draw(st.integers(0, 10_000)), 1)
            for code in ids
            for source in draw(some(one(["housing", "owners"]), least=0))
        ),
        signals=tuple(
            Signal(
                draw(subject), draw(idents), draw(one(["praise", "criticism"])), s, d
            )
            for d in draw(some_days)
            for s in ("pending", "accepted", "rejected")
        ),
        history=tuple(
            PastVisit(
                draw(one(ids)),
                draw(one(["", *companies])),
                day,
                draw(one(list(VisitKind))),
                draw(st.booleans()),
                people[0],
                draw(one(["", *people])),
                draw(st.one_of(st.none(), dates)),
                *draw(one([("", ""), ("局/2030-12/0f", "2031-01-03T02:00:00Z")])),
            )
            for day in draw(some_days)
        ),
        docket=(
            Case("a", ids[0], CaseState.WAITING, date(2026, 1, 1), None, None, None),
            *(
                Case(f"d{n}", draw(one(ids)), state, day, None, day, day)
                for n, day in enumerate(draw(some_days))
                for state in [draw(one(list(CaseState)))]
            ),
        ),
        assistants=tuple(
            Assistant(
                code, draw(one(["observer", "lawyer"])), tuple(draw(some(one(ids))))
            )
            for code in draw(some(idents))
        ),
        **{table: tuple(draw(st.lists(s, max_size=2))) for table, s in AHEAD.items()},
    )


def _whole(registry: Registry) -> Registry:
    """Item weights that sum to 100 points, a certificate of each person's own, past
    visits that are past; tables in key order."""
    items = registry.items
    rest = 10_000 - sum(item.weight for item in items)
    last = replace(items[-1], weight=rest)
    people = tuple(
        replace(p, cert_no=p.cert_no and f"{p.cert_no}-{k}")
        for k, p in enumerate(registry.inspectors)
    )
    past = {
        (h.compound, day, h.kind): replace(h, date=day)
        for h in registry.history
        if (day := min(h.date, date(2026, 12, 31)))
    }
    return sorted_registry(
        replace(
            registry,
            items=(*items[:-1], last),
            inspectors=people,
            history=tuple(past.values()),
        )
    )


rates = st.tuples(st.integers(0, 10), st.integers(10, 20))


@st.composite
def policies(draw: DrawFn) -> Policy:
    near, shift = draw(st.integers(3000, 10_000)), draw(st.integers(0, 510))
    return Policy(
        bureau=draw(names),
        draw=DrawRules(
            rates=tuple(
                (risk, draw(rates)) for risk in draw(st.permutations(RiskClass))
            ),
            by_type=draw(st.booleans()),
            caps=tuple((risk, draw(st.integers(0, 9))) for risk in RiskClass),
        ),
        bottom=BottomRules(
            weights_bp=(
                ("street", near),
                ("housing", 10_000 - near),
                ("owners", 0),
            )
        ),
        visits=VisitRules(
            series_minutes=tuple(draw(st.lists(st.integers(1, 99), min_size=1)))
        ),
        day=DayRules(shift_start=shift),
        seats=SeatRules(
            (
                SeatRule(Role.LEAD),
                SeatRule(Role.SECOND),
                SeatRule(
                    Role.JOINT, draw(st.sampled_from(["docket", "skill"])), "消防"
                ),
            )
        ),
        release_minute=draw(st.integers(0, shift)),
        **ENTROPY,
    )


@settings(max_examples=60, deadline=None)
@given(registries().map(_whole), policies(), st.lists(dates, max_size=2, unique=True))
def test_a_written_scenario_reads_the_same(
    registry: Registry, policy: Policy, days: list[date]
) -> None:
    calendar = tuple(
        Override(day.replace(year=2026, day=1 + day.day % 28), True, "'=x")
        for day in sorted(days)[:1]
    )
    files = write_scenario(registry, policy, calendar)
    assert read_scenario(files) == Scenario(registry, policy, calendar)
    # and the bytes do not depend on the order of the tables
    shuffled = replace(
        registry,
        **{
            table: tuple(reversed(getattr(registry, table)))
            for table in ("compounds", "leave", "history", "signals")
        },
    )
    assert write_scenario(shuffled, policy, calendar) == files


def test_the_small_city_reads_the_same_and_is_sorted(city: City) -> None:
    for rows in city.sheets.values():
        rows[1:] = reversed(rows[1:])
    found = city.read()
    files = write_scenario(found.registry, found.policy, found.calendar)
    assert read_scenario(files) == found
    assert sorted_registry(found.registry) == found.registry
    assert [c.id for c in found.registry.compounds] == ["C001", "C002", "C003", "C004"]
    assert len(files) == 15
    assert not files.keys() & {"calendar.csv", "logs.json"}
    head = files["history.csv"].decode("utf-8-sig").splitlines()[0]
    assert head == "compound,usc18,date,kind,counts_for_cap,lead,second"


def test_what_other_logs_hold_is_read_and_written_in_order(city: City) -> None:
    found = city.read()
    row = found.registry.history[0]
    due, at = row.date + timedelta(30), "2026-11-20T02:00:00Z"
    logs = tuple(EarlierLog(f"局/2026-{m}/0f", 3, "ab" * 32, True) for m in (11, 10))
    registry = replace(
        found.registry,
        history=(replace(row, due=due, log=logs[0].origin, at=at),),
        logs=logs,
        running=(RunningVisit(logs[0].origin, "C001", date(2026, 11, 30), "", "P2"),),
    )
    files = write_scenario(registry, found.policy)
    again = read_scenario(files).registry
    assert again == sorted_registry(registry) != found.registry
    assert [x.origin[5:9] for x in again.logs] == ["6-10", "6-11"]
    assert again.history[0].deadline == due
    assert (
        files["history.csv"]
        .decode("utf-8-sig")
        .splitlines()[0]
        .endswith("second,due,log,at")
    )


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("{", "data.json", ""),
        ("{}", "data.missing", "schema"),
        ('{"schema":"inspector/logs/v1"}', "data.kind", "schema"),
        ('{"logs":[{"size":-1}]}', "data.kind", "logs[0].size"),
        ('{"running":[{"days":1}]}', "data.unknown", "running[0].days"),
    ],
)
def test_a_bad_file_of_logs_is_told(
    city: City, text: str, code: str, column: str
) -> None:
    found = city.read()
    files = write_scenario(found.registry, found.policy)
    with pytest.raises(Faults) as told:
        read_scenario(files | {"logs.json": text.encode()})
    assert ("logs.json", code, column) in {
        (f.file, f.code, f.column or "") for f in told.value.faults
    }


def test_a_bad_time_of_a_history_row_is_told(city: City) -> None:
    head, first = city.sheets["history"][:2]
    head.append("公示时刻")
    first.append("2026-11-20 02:00")
    with pytest.raises(Faults) as told:
        city.read()
    assert [(f.code, f.row) for f in told.value.faults] == [("cell.moment", 2)]


def test_written_csv_opens_in_excel_and_runs_nothing(city: City) -> None:
    city.set("compounds", 2, "name", "'=cmd|' /C calc'!A0")
    city.set("inspectors", 2, "carry_minutes", "-30")
    found = city.read()
    files = write_scenario(found.registry, found.policy)
    live = set("=+@\t\r＝＋－＠")
    for name, data in files.items():
        if name.endswith(".csv"):
            assert data.startswith(b"\xef\xbb\xbf")
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            assert not [cell for row in rows for cell in row if cell[:1] in live]
    text = files["compounds.csv"].decode("utf-8-sig")
    assert text.splitlines()[0] == (
        "id,name,street,community,usc18,type,households,risk_class,has_lift,skill,"
        "service_minutes,window,lon,lat,crs,status"
    )
    assert text.splitlines()[1] == (
        "C001,'=cmd|' /C calc'!A0,S01,东社区,91110000600037341L,commercial,500,A,1,"
        "lift,75,all_day,111.321000,23.471000,WGS-84,active"
    )
    # a negative number stays a number
    assert ",-30\r\n" in files["inspectors.csv"].decode("utf-8-sig")


@pytest.mark.parametrize("count", [1388])
def test_a_city_of_the_size_of_zibo_is_read(city: City, count: int) -> None:
    head, first = city.sheets["compounds"][:2]
    del city.sheets["evaluations"][1:]
    for number in range(count - 4):
        city.sheets["compounds"].append([f"X{number:04}", *first[1:]])
        for source in ("housing", "street", "community", "owners"):
            city.sheets["evaluations"].append([f"X{number:04}", source, "8000", "1"])
    assert head[0] == "id"
    found = city.read()
    assert len(found.registry.compounds) == count
    assert len(found.registry.evaluations) == 4 * (count - 4)
