"""Forgeries by name: of every event, of every document, of every pair of months.

Tables make them, so a new event or document is attacked at once. The forger rebuilds
every hash; the verifier must answer 1 or 2, in the public bundle too.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import attacked
import forger
import pytest
import test_amendments
import test_mutants
import test_shapes
from attacked import Files, public, refused
from forger import Docs
from month_stages import Month, read_city, run_month
from rebuilt import rebuild

Edit = Callable[[Docs, Docs], Any]  # all documents, the event or document
EVENTS: dict[str, Edit] = {}
DOCUMENTS: dict[str, Edit] = {}


def of_events(change: Edit) -> Edit:
    EVENTS[change.__name__] = change
    return change


def of_documents(change: Edit) -> Edit:
    DOCUMENTS[change.__name__] = change
    return change


def log(docs: Docs) -> list[Docs]:
    return docs["log"]["events"]  # type: ignore[no-any-return]


@of_events
def a_blank_after_it(docs: Docs, e: Docs) -> None:
    e["event"] += " "


@of_events
def an_ideographic_space_before_it(docs: Docs, e: Docs) -> None:
    e["event"] = "\u3000" + e["event"]


@of_events
def a_blank_after_its_stage(docs: Docs, e: Docs) -> None:
    e["stage"] = e.get("stage", "") + " "


@of_events
def its_name_in_capitals(docs: Docs, e: Docs) -> None:
    e["event"] = e["event"].upper()


@of_events
def an_extra_key(docs: Docs, e: Docs) -> None:
    e["note"] = "x"


@of_events
def no_time(docs: Docs, e: Docs) -> None:
    del e["at"]


@of_events
def a_time_with_a_blank(docs: Docs, e: Docs) -> None:
    e["at"] += " "


@of_events
def a_time_that_is_none(docs: Docs, e: Docs) -> None:
    e["at"] = "2026-13-01T00:00:00Z"


@of_events
def a_time_in_another_zone(docs: Docs, e: Docs) -> None:
    e["at"] = e["at"].replace("Z", "+08:00")


@of_events
def a_time_a_year_before(docs: Docs, e: Docs) -> None:
    e["at"] = f"{int(e['at'][:4]) - 1}{e['at'][4:]}"


@of_events
def left_out(docs: Docs, e: Docs) -> None:
    log(docs).remove(e)


@of_events
def told_twice(docs: Docs, e: Docs) -> None:
    k = next(k for k, x in enumerate(log(docs)) if x is e)
    log(docs).insert(k, copy.deepcopy(e))


@of_events
def told_again_after_the_close(docs: Docs, e: Docs) -> None:
    log(docs).append(copy.deepcopy(e))


@of_events
def told_before_everything(docs: Docs, e: Docs) -> None:
    log(docs).insert(0, copy.deepcopy(e))


@of_events
def an_unknown_event_beside_it(docs: Docs, e: Docs) -> None:
    k = next(k for k, x in enumerate(log(docs)) if x is e)
    at = {"at": e["at"]} if "at" in e else {}
    log(docs).insert(k, {"event": "noted", **at})


@of_documents
def is_missing(docs: Docs, doc: Docs) -> None:
    del docs[name_of(docs, doc)]


@of_documents
def has_a_key_too_many(docs: Docs, doc: Docs) -> None:
    doc["note"] = ""


@of_documents
def says_version_1(docs: Docs, doc: Docs) -> None:
    doc["schema"] = doc["schema"].replace("/v2", "/v1")


@of_documents
def says_version_3(docs: Docs, doc: Docs) -> None:
    doc["schema"] = doc["schema"].replace("/v2", "/v3")


@of_documents
def says_it_is_another_document(docs: Docs, doc: Docs) -> None:
    doc["schema"] = "inspector/other/v2"


@of_documents
def says_nothing_but_its_schema(docs: Docs, doc: Docs) -> None:
    schema = doc["schema"]
    doc.clear()
    doc["schema"] = schema


@of_documents
def is_there_under_a_second_name(docs: Docs, doc: Docs) -> None:
    docs[f"{name_of(docs, doc)}2"] = copy.deepcopy(doc)


def name_of(docs: Docs, doc: Docs) -> str:
    return next(name for name, own in docs.items() if own is doc)


# A value entered again is a leaf again: the last one counts, and says the same.
HARMLESS = {
    f"source_recorded {s}: told_twice" for s in ("draw", "lottery", "amendment")
}


@dataclass(frozen=True)
class Forgery:
    name: str
    base: str
    edit: Callable[[Docs], Any]


def event_name(e: Docs) -> str:
    return " ".join(e[k] for k in ("event", "stage") if k in e)


def of_each_event(base: str, files: Files) -> Iterator[Forgery]:
    events = log(forger.load(files))
    last = {event_name(e): k for k, e in enumerate(events)}
    for kind, k in last.items():
        for name, change in EVENTS.items():
            if "time" in name and "at" not in events[k]:
                continue

            def edit(docs: Docs, k: int = k, change: Edit = change) -> None:
                change(docs, log(docs)[k])

            yield Forgery(f"{kind}: {name}", base, edit)


def of_each_document(base: str, files: Files) -> Iterator[Forgery]:
    for document in forger.load(files):
        for name, change in DOCUMENTS.items():
            if (document, name) == ("private", "is_missing"):
                continue  # that is the public bundle

            def edit(
                docs: Docs, document: str = document, change: Edit = change
            ) -> None:
                change(docs, docs[document])

            yield Forgery(f"{document}: {name}", base, edit)


def swapped(base: str, other: Files) -> Iterator[Forgery]:
    for document in forger.load(other):

        def edit(docs: Docs, document: str = document) -> None:
            docs[document] = forger.load(other)[document]

        yield Forgery(f"{document}: is another month's", base, edit)


def other_month() -> Month:
    registry, policy, calendar, record = read_city("wuzhou")
    record = replace(record, draw_blind="0a" * 32, seal_blind="0b" * 32)
    return run_month(registry, policy, calendar, record)


def forgeries(bases: dict[str, Files], other: Files) -> dict[str, Forgery]:
    found: dict[str, Forgery] = {}
    for base, files in bases.items():
        every = [*of_each_event(base, files), *of_each_document(base, files)]
        every += swapped(base, other) if base == "normal" else []
        for one in every:
            found.setdefault(one.name, one)
    return found


@pytest.fixture(scope="module")
def bases(month: Month) -> dict[str, Files]:
    return attacked.bases(month)


@pytest.fixture(scope="module")
def named(bases: dict[str, Files]) -> dict[str, Forgery]:
    return forgeries(bases, other_month().closed.auditor)


def accepted(one: Forgery, files: Files) -> bool:
    """Whether it is accepted; one that says the same is none."""
    docs = json.loads(json.dumps(forger.load(files)))
    one.edit(docs)
    rebuild(docs)
    part = dict if "private" in one.name else public
    forged = part(forger.dump(docs))
    return forged != part(files) and not refused(forged)


def share(named: dict[str, Forgery], part: int, parts: int) -> list[Forgery]:
    return [one for k, one in enumerate(named.values()) if k % parts == part]


def test_a_part_of_the_named_forgeries_is_refused(
    named: dict[str, Forgery], bases: dict[str, Files]
) -> None:
    tried = share(named, 0, 16)
    wrong = {f.name for f in tried if accepted(f, bases[f.base])}
    assert wrong - HARMLESS == set()


@pytest.mark.full
def test_every_named_forgery_is_refused(
    named: dict[str, Forgery], bases: dict[str, Files]
) -> None:
    wrong = {f.name for f in named.values() if accepted(f, bases[f.base])}
    assert wrong <= HARMLESS


def test_there_are_three_hundred_named_forgeries(named: dict[str, Forgery]) -> None:
    by_hand = len(test_mutants.MUTANTS) + len(test_amendments.MUTANTS)
    by_hand += len(test_shapes.HIDDEN)
    print(f"{by_hand} by hand, {len(named)} of every event and document", end="")
    assert by_hand + len(named) >= 300
