"""Every honest random month verifies, whatever happened in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import forger
import pytest
import random_months

QUICK = range(6)
FULL = range(1000, 2000)
MOST_WITHOUT_PLAN = 20  # per hundred: chance left nobody


def walked(seeds: range, tmp_path: Path) -> Counter[str]:
    """What happened, over all months of these seeds; each bundle must hold."""
    seen = Counter[str]()
    for seed in seeds:
        story = random_months.story(seed)
        if story is None:
            seen["no plan"] += 1
            continue
        closed = story.route.closed
        assert closed is not None
        for kind, files in (("public", closed.files), ("auditor", closed.auditor)):
            folder = forger.write(tmp_path / f"{seed}-{kind}", files)
            found = forger.failing(forger.verdicts(folder))
            assert not found, (seed, story.told, found)
        seen.update({*story.told, "months"})
    return seen


def test_random_short_months_verify(tmp_path: Path) -> None:
    seen = walked(QUICK, tmp_path)
    print(f"{len(QUICK)} of {len(FULL)} random months: {dict(seen)}")
    assert seen["months"] > len(QUICK) / 2


@pytest.mark.full
def test_a_thousand_random_short_months_verify(tmp_path: Path) -> None:
    seen = walked(FULL, tmp_path)
    print(dict(seen))
    assert seen["no plan"] <= len(FULL) * MOST_WITHOUT_PLAN / 100
    happened = {"mistyped", "nonsense", "people", "absent", "late signature", "amended"}
    happened |= {"cancelled draw", "cancelled lottery", "amendment cancelled"}
    assert happened <= seen.keys()
