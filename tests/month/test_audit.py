"""The month of the demonstration passes every check; a planted fault does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from month_stages import Month

from inspector.errors import NoPlan
from inspector.month.audit import (
    assigned_violations,
    drawn_violations,
    packed_violations,
    refuse_violations,
)


def test_every_stage_of_the_month_passes_every_check(month: Month) -> None:
    assert drawn_violations(month.drawn) == ()
    assert packed_violations(month.packed) == ()
    assert assigned_violations(month.assigned) == ()
    assert assigned_violations(month.closed.assigned) == ()


def test_a_visit_taken_out_of_the_plan_is_noticed(month: Month) -> None:
    packing = month.packed.packing
    thinned = replace(packing, packages=packing.packages[1:])
    found = packed_violations(replace(month.packed, packing=thinned))
    assert {"check.visit_once"} <= {v.rule for v in found}
    with pytest.raises(NoPlan, match=r"month\.violations"):
        refuse_violations(found)
