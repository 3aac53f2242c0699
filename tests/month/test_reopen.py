"""A closed month read back from its auditor's bundle is the month that was planned."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from inspector.errors import CeremonyError, InspectorError
from inspector.month.assigned import assign_with
from inspector.month.documents import sorted_history
from inspector.month.officer import explain_officer
from inspector.month.pack import people_of, workload
from inspector.month.reopen import ReopenedMonth, reopen
from inspector.selection.network import UNIT


@pytest.fixture(scope="module")
def reopened(month) -> ReopenedMonth:
    return reopen(month.closed.auditor)


def test_registries_policy_and_visits_come_back(month, reopened: ReopenedMonth) -> None:
    before, after = month.frozen, reopened.drawn.frozen
    assert after.policy == replace(
        before.policy,
        bottom=replace(
            before.policy.bottom,
            weights_bp=tuple(sorted(before.policy.bottom.weights_bp)),
        ),
    )
    assert after.registry == replace(
        before.registry, history=tuple(sorted_history(before.registry.history))
    )
    for name in ("working_days", "names", "ranking", "intake", "strata", "commitment"):
        assert getattr(after, name) == getattr(before, name)
    assert reopened.drawn.visits == month.drawn.visits
    assert reopened.drawn.seed == month.drawn.seed


def test_the_solver_would_see_the_same_workload(month, reopened: ReopenedMonth) -> None:
    assert workload(reopened.drawn, reopened.people) == workload(
        month.drawn, people_of(month.frozen, month.packed.changes)
    )
    assert reopened.packing.packages == month.packed.packing.packages
    assert reopened.persons == month.packed.persons
    assert reopened.seats == month.packed.seats


def test_a_bundle_without_its_private_part_is_refused(month) -> None:
    files = {n: d for n, d in month.closed.auditor.items() if n != "private.json"}
    with pytest.raises(CeremonyError) as refused:
        reopen(files)
    assert refused.value.code == "bundle.file"


def officer(month, reopened: ReopenedMonth, inspector: str, drawn: bool = True):
    roles = {s.id: (s.package, s.role.value) for s in reopened.seats}
    real = {name: i for i, name in month.frozen.names.items()}
    first = assign_with(
        month.sealed, month.assigned.seed, month.sealed.log, "2027-01-01T00:00:00Z"
    )
    teams: dict[str, dict[str, str]] = {}
    for seat, person in first.drawn.holders if drawn else ():
        package, role = roles[seat]
        teams.setdefault(package, {})[real[person]] = role
    return explain_officer(
        reopened.drawn,
        reopened.people,
        reopened.packing,
        reopened.seats,
        reopened.table,
        teams,
        inspector,
    )


def test_the_expected_days_of_all_people_fill_all_seats(month, reopened) -> None:
    everyone = [i.id for i in month.registry.inspectors]
    rows = [officer(month, reopened, i) for i in everyone]
    assert sum(r.expected_days for r in rows) == len(reopened.seats)
    assert sum(len(r.duties) for r in rows) == len(reopened.seats)
    assert sum(r.share for r in rows) <= len(reopened.seats)
    for row in rows:
        assert row.expected_days == sum(c.chance for c in row.chances)
        assert row.load_min <= len(row.duties) <= row.load_max
        assert {d.package for d in row.duties} <= {c.package for c in row.chances}
        assert all(0 < c.chance <= 1 for c in row.chances)


def test_seats_are_either_open_to_a_person_or_closed_for_a_reason(
    month, reopened
) -> None:
    """Seats he may take are those of the table; whoever is not an expert and out of a
    seat has a reason counted."""
    index = {p.id: n for n, p in enumerate(reopened.persons)}
    for i in month.registry.inspectors:
        row = officer(month, reopened, i.id)
        mine = index[month.frozen.names[i.id]]
        can = sum(mine in s.eligible for s in reopened.seats)
        assert row.eligible == can
        if not i.expert:
            closed = sum(
                mine not in s.eligible and s.role.value != "expert"
                for s in reopened.seats
            )
            assert (sum(n for _, n in row.out) > 0) == (closed > 0)
            assert sum(n for _, n in row.out) >= closed


def test_before_the_lottery_nobody_has_duties(month, reopened) -> None:
    inspector = next(i.id for i in month.registry.inspectors if not i.expert)
    row = officer(month, reopened, inspector, drawn=False)
    assert row.duties == ()
    assert row.chances
    assert row.share == Fraction(
        reopened.table["people"][
            [p.id for p in reopened.persons].index(month.frozen.names[inspector])
        ]["share"],
        UNIT,
    )


def test_an_unknown_staff_number_is_refused(month, reopened) -> None:
    with pytest.raises(InspectorError) as refused:
        officer(month, reopened, "I999")
    assert refused.value.code == "explain.person"
