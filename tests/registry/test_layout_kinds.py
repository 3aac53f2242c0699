"""Every kind of oddity of a file or a layout: read as it is meant, refused, noted."""

from collections import Counter

import pytest
from import_kinds import KINDS
from layout_kinds import FAULTS, LAYOUTS, NOTES, READ, Layout
from small_city import a_city

from inspector.registry import understand


def _id(layout: Layout) -> str:
    return layout.name.replace(" ", "-")


@pytest.mark.parametrize("layout", READ, ids=_id)
def test_what_a_clerk_keeps_around_a_table_is_read_and_told(layout: Layout) -> None:
    found = understand(layout.make(a_city()), upload=True)
    assert found.faults == ()
    told = {r.rule: r.cell for r in found.readings}
    if layout.code:
        assert layout.code in told
        assert not layout.cell or told[layout.code] == layout.cell
    assert all(r.sentences() for r in found.readings)
    assert found.scenario is not None
    assert found.scenario.registry == a_city().read().registry


@pytest.mark.parametrize("layout", FAULTS, ids=_id)
def test_a_file_that_cannot_be_read_is_the_first_fault(layout: Layout) -> None:
    found = understand(layout.make(a_city()), upload=True)
    assert found.scenario is None
    first = found.faults[0]
    said = (first.code, first.file, first.cell if layout.cell else "")
    assert said == (layout.code, layout.where, layout.cell)
    assert all(first.sentences())
    # what follows from it is not told beside it
    others = {f.code for f in found.faults} - {layout.code}
    assert not others & {"sheet.missing", "streets.no_office", "items.weights"}


@pytest.mark.parametrize("layout", NOTES, ids=_id)
def test_what_may_be_meant_otherwise_is_noted(layout: Layout) -> None:
    found = understand(layout.make(a_city()), upload=True)
    assert found.faults == ()
    assert (layout.code, layout.where) in {(n.code, n.file) for n in found.notes}
    assert found.scenario is not None
    assert found.scenario.registry == a_city().read().registry


def test_there_are_kinds_enough() -> None:
    names = [layout.name for layout in LAYOUTS]
    assert len(names) == len(set(names))
    count = Counter(one.what for one in (*KINDS, *LAYOUTS))
    assert sum(count.values()) >= 120
    print(
        f"kinds: {count['read']} read, {count['note']} noted, {count['fault']} refused"
    )
