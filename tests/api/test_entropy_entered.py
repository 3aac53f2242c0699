"""What sources give: leaves at once, two people for the outside value, silence free."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_month import published, the_record
from service_planner import Planner, code
from service_public import PUBLIC

REVEAL = {"source": "witness-draw", "value": the_record().draw[0].value}
DLT = {"source": "dlt-2026134", "value": "03 11 19 27 33|05 12"}
OUT = "2026-11-23T13:30:00+00:00"  # the draw's lottery is out

REFUSED = (
    (DLT | {"source": "nobody"}, (422, "entropy.unknown")),
    (DLT | {"value": "03 11 19 27 33|5"}, (422, "entropy.value")),
    (DLT | {"value": "03 11 19 27 33|05 13"}, (422, "entropy.value")),
    (DLT | {"issue": "2026133"}, (409, "entropy.other_issue")),
    (DLT | {"issue": "2026135"}, (409, "entropy.other_issue")),
    (DLT | {"issue": "2026136", "fallback": True}, (409, "entropy.other_issue")),
    (DLT | {"issue": "2026135", "fallback": True}, (409, "entropy.early")),
    (DLT | {"at": "2026-11-23T13:25:00Z"}, (422, "http.invalid")),
    (DLT | {"stage": "lottery"}, (409, "step.order")),
    (DLT | {"stage": "draw", "attempt": 2}, (409, "step.order")),
    (REVEAL, (409, "entropy.late")),
)


def line(shown: Any, source: str) -> Any:
    """What a month shows of a source."""
    return next(e for e in shown["entropy"] if e["source"]["id"] == source)


@pytest.mark.one_database
def test_entropy_of_anything_but_what_was_announced_is_refused(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to(OUT)
    for values, refusal in REFUSED:
        assert code(planner.post("entropy", values)) == refusal, values
    assert city.events("source_recorded") == []


@pytest.mark.one_database
def test_a_result_is_typed_as_it_is_printed_and_shown_in_its_groups(
    city: City,
) -> None:
    """Two people may print it in two ways: what is kept is one text."""
    planner = Planner(city)
    shown = planner.freeze()
    assert line(shown, "dlt-2026134")["form"] == "05 12 19 27 33|04 11"
    city.clock.to(OUT)
    typed = DLT | {"value": "前区 3、11、19、27、33 后区 5、12"}
    first = line(planner.do("entropy", typed), "dlt-2026134")
    assert first["value"] == DLT["value"]
    assert first["shown"] == "前区 03 11 19 27 33　后区 05 12"
    answer = planner.post("entropy", DLT | {"value": "03 11 19 27 33 05"})
    assert code(answer) == (422, "entropy.value")
    for said in (answer.json["zh"], answer.json["en"]):
        assert "05 12 19 27 33|04 11" in said


@pytest.mark.one_database
def test_entropy_before_its_time_is_refused(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to("2026-11-23T13:24:59+00:00")
    assert code(planner.post("entropy", DLT)) == (409, "entropy.early")
    assert planner.do("entropy", REVEAL)["stage"] == "frozen"


@pytest.mark.one_database
def test_a_first_entry_is_a_leaf_of_the_public_log_at_the_time_of_now(
    city: City,
) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to(OUT)
    shown = planner.do("entropy", DLT)
    events = published(city, planner.month)["log.json"]["events"]
    assert events[-1] == {
        "event": "source_recorded",
        "at": "2026-11-23T13:30:00Z",
        "stage": "draw",
        "attempt": 1,
        "issue": "2026134",
        "fallback": False,
        **DLT,
    }
    (kept,) = city.events("source_recorded")
    assert kept.body["value"] == DLT["value"]
    found = line(shown, DLT["source"])
    assert (found["recorded"], found["confirmed"]) == (True, False)
    assert shown["next"]["action"] == "confirm_entropy"
    assert "month.entropy_unconfirmed" in [m["code"] for m in shown["missing"]]


@pytest.mark.one_database
def test_the_next_issue_stands_in_for_one_that_was_not_published(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to("2026-11-25T14:00:00+00:00")
    later = DLT | {"issue": "2026135", "fallback": True}
    found = line(planner.value(later), DLT["source"])
    assert (found["fallback"], found["issue"]) == (True, "2026135")
    assert found["confirmed"]
    assert planner.do("draw")["sealing"]["reason"] == "used"  # by the fallback


def test_the_outside_value_needs_a_second_person(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to(OUT)
    assert code(planner.post("draw")) == (409, "entropy.missing")
    planner.do("entropy", DLT)
    assert code(planner.post("draw")) == (409, "entropy.second")
    assert code(planner.post("entropy", DLT)) == (403, "entropy.four_eyes")
    again = Planner(city, planner.month)  # another token of the same account
    assert code(again.post("entropy", DLT)) == (403, "entropy.four_eyes")
    before = planner.tag
    shown = planner.do("entropy", DLT, "head")
    assert planner.tag != before
    assert (line(shown, DLT["source"])["confirmed"], shown["next"]["action"]) == (
        True,
        "draw",
    )
    (kept,) = city.events("entropy_confirmed")
    assert kept.actor != city.events("source_recorded")[0].actor
    assert planner.do("entropy", DLT, "leader")["stage"] == "frozen"  # and nothing more
    assert len(published(city, planner.month)["log.json"]["events"]) == 2
    assert planner.do("draw")["stage"] == "drawn"


def test_a_mistyped_value_is_corrected_in_the_open_and_confirmed_anew(
    city: City,
) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to(OUT)
    planner.do("entropy", DLT | {"value": "03 11 19 27 34|05 12"})
    assert code(planner.post("entropy", DLT, "head")) == (409, "entropy.recorded")
    shown = planner.do("entropy", DLT | {"reason": "抄错"}, "head")
    found = line(shown, DLT["source"])
    assert (found["value"], found["corrections"]) == (DLT["value"], 1)
    assert not found["confirmed"]
    kept = city.events("source_recorded")[-1]
    assert kept.body["reason"] == "抄错"
    assert code(planner.post("entropy", DLT, "head")) == (403, "entropy.four_eyes")
    assert code(planner.post("draw")) == (409, "entropy.second")
    assert line(planner.do("entropy", DLT), DLT["source"])["confirmed"]
    assert planner.do("draw")["stage"] == "drawn"
    events = published(city, planner.month)["log.json"]["events"]
    values = [e["value"] for e in events if e["event"] == "source_recorded"]
    assert values == ["03 11 19 27 34|05 12", DLT["value"]]
    page = city.client().get(f"/wuzhou/months/{planner.month}").text
    assert "03 11 19 27 34|05 12" in page
    assert "已更正" in page


@pytest.mark.one_database
def test_a_confirmed_value_may_still_be_corrected_before_the_draw(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to(OUT)
    planner.value(DLT)
    other = DLT | {"value": "03 11 19 27 34|05 12", "reason": "更正"}
    assert not line(planner.do("entropy", other), DLT["source"])["confirmed"]
    assert code(planner.post("draw")) == (409, "entropy.second")
    planner.do("entropy", other, "head")
    planner.do("draw")
    refused = planner.post("entropy", DLT | {"reason": "再改"})
    assert code(refused) == (409, "step.order")


@pytest.mark.one_database
def test_a_reveal_that_misfits_is_named_and_stops_nothing(city: City) -> None:
    planner = Planner(city)
    frozen = planner.freeze()
    assert [m["code"] for m in frozen["missing"]] == [
        "month.inside_open",
        "month.entropy_missing",
    ]
    city.clock.to("2026-11-23T08:40:00+00:00")
    shown = planner.do("entropy", REVEAL | {"value": "00" * 16})
    assert line(shown, REVEAL["source"])["fits"] is False
    assert "month.inside_misfit" in [m["code"] for m in shown["missing"]]
    other = REVEAL | {"value": "11" * 16}
    assert code(planner.post("entropy", other)) == (409, "entropy.recorded")
    right = planner.do("entropy", REVEAL | {"reason": "读错"})
    assert line(right, REVEAL["source"])["fits"] is True
    planner.do("entropy", other | {"reason": "又错"})
    city.clock.to(OUT)
    shown = planner.value(DLT)
    assert shown["next"]["action"] == "draw"
    assert planner.do("draw")["stage"] == "drawn"
    events = published(city, planner.month)["log.json"]["events"]
    (record,) = (e["record"] for e in events if e["event"] == "entropy")
    assert [(r["source"], r["value"]) for r in record] == [
        ("witness-draw", ""),
        ("dlt-2026134", DLT["value"]),
    ]
    assert "按空值计" in city.client().get(f"/wuzhou/months/{planner.month}").text


@pytest.mark.one_database
def test_a_silent_observer_stops_nothing(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    city.clock.to(OUT)
    shown = planner.value(DLT)
    assert [m["code"] for m in shown["missing"]] == ["month.inside_silent"]
    assert shown["next"]["action"] == "draw"
    assert planner.do("draw")["stage"] == "drawn"
    a = city.client().get(f"{PUBLIC}/months/{planner.month}").json
    record = {e["id"]: e["record"] for e in a["entropy"]}["witness-draw"]
    assert (record["value"], record["at"]) == ("", None)
