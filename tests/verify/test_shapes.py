"""What stands where: page and program have one list, and nothing else passes."""

from __future__ import annotations

import re
from pathlib import Path

import forger
import pytest
from forger import Docs, Mutation
from month_stages import Month

from inspector import verify

PAGE = Path(verify.__file__).parent / "ceremony" / "PROTOCOL.md"


def test_the_page_and_the_program_list_the_same_fields() -> None:
    block = re.findall(r"```\n(freeze .*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert block == [verify.SHAPES.lstrip("\n")]


def test_every_type_that_a_field_names_is_defined() -> None:
    known = {*verify.FIELDS, *verify.OTHERS, *verify.MATCHES, "event"}
    for keys in verify.FIELDS.values():
        for kind in keys.values():
            for word in re.findall(r"[\w|]+", kind):
                assert word in known or "|" in word, word


HIDDEN: dict[str, Mutation] = {}


def hidden(change: Mutation) -> Mutation:
    HIDDEN[change.__name__] = change
    return change


@hidden
def a_blank_behind_the_stage(docs: Docs) -> None:
    forger.event(docs, "entropy", "lottery")["stage"] = "lottery "


@hidden
def a_wide_blank_behind_the_stage(docs: Docs) -> None:
    forger.event(docs, "entropy", "lottery")["stage"] = "lottery\u3000"


@hidden
def a_blank_behind_the_event(docs: Docs) -> None:
    forger.event(docs, "assigned")["event"] = "assigned "


@hidden
def another_case(docs: Docs) -> None:
    forger.event(docs, "drawn")["event"] = "Drawn"


@hidden
def a_stage_where_none_belongs(docs: Docs) -> None:
    forger.event(docs, "sealed")["stage"] = "draw"


@hidden
def an_empty_stage(docs: Docs) -> None:
    forger.event(docs, "sealed")["stage"] = ""


@hidden
def a_slash_in_the_event(docs: Docs) -> None:
    e = forger.event(docs, "entropy", "draw")
    e["event"] = f"entropy/{e.pop('stage')}"


@hidden
def no_stage(docs: Docs) -> None:
    del forger.event(docs, "entropy", "draw")["stage"]


@hidden
def an_event_of_no_kind(docs: Docs) -> None:
    del forger.event(docs, "drawn")["event"]


@hidden
def an_event_without_a_time(docs: Docs) -> None:
    del forger.event(docs, "drawn")["at"]


@hidden
def a_time_that_is_none(docs: Docs) -> None:
    forger.event(docs, "drawn")["at"] = "2026-11-23T14:00:00z"


@hidden
def a_field_too_many(docs: Docs) -> None:
    forger.event(docs, "assigned")["note"] = ""


@hidden
def an_unknown_event(docs: Docs) -> None:
    events = docs["log"]["events"]
    events.insert(-1, {"event": "remark", "at": events[-1]["at"]})


@hidden
def the_whole_lottery_is_missing(docs: Docs) -> None:
    log = docs["log"]
    log["events"] = [
        e for e in log["events"] if e.get("stage") != "lottery" or "record" not in e
    ]


@hidden
def an_inspection_without_its_result(docs: Docs) -> None:
    events = docs["log"]["events"]
    row = forger.event(docs, "inspected")
    events.remove(row)
    events.insert(-1, row)


@pytest.mark.parametrize("change", HIDDEN.values(), ids=HIDDEN)
def test_an_event_that_hides_is_found(
    change: Mutation, month: Month, tmp_path: Path
) -> None:
    """Every hash is made to fit again; no claim may take refuge in "not in the log"."""
    docs = forger.load(month.closed.files)
    change(docs)
    forger.relog(docs)
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)))
    assert forger.failing(found) & {"bundle.shape", "log.order"}


def test_a_claim_that_may_not_stay_open_fails(month: Month, tmp_path: Path) -> None:
    """The engine itself turns any other "not checkable" into a failure."""
    bundle = verify.Bundle(forger.write(tmp_path, month.closed.files), [], 64)

    def unknown(_: verify.Bundle) -> None:
        raise verify.Unknown("never mind", "anchor")

    strict = verify.Claim("a.b", "甲", "b", frozenset({"public"}), unknown)
    bundle.judge(strict)
    assert bundle.findings[-1]["verdict"] == verify.FAILS


def test_the_page_lists_every_claim_and_when_it_may_stay_open() -> None:
    rows = re.findall(
        r"^\| (\w+\.\w+) \| ([^|]*) \| ([^|]*) \| ([a-z ]*?) ?\| [^|]+ \|$",
        PAGE.read_text("utf-8"),
        re.MULTILINE,
    )
    assert rows == [
        (c.id, c.zh, c.en, " ".join(r for r in verify.REASONS if r in c.may))
        for c in verify.CLAIMS
    ]
