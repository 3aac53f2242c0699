"""A bureau of many months: what each freeze lists is what its logs hold, and no more.

`judge` holds every freeze and every close against the ledger while the months are told;
here the bundles are verified as one chain.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import bundles
import pytest
from bureau import Bureau

QUICK, FULL, TOGETHER = range(2), range(1000, 1200), 10
HAPPENED = {"absent", "again", "amended", "both: acceptance", "both: recheck"}
HAPPENED |= {"called", "cancelled draw", "cancelled lottery", "left to the close"}
HAPPENED |= {"carried", "people", "whole month cancelled"}


def walked(bureau: Bureau, folder: Path) -> Counter[str]:
    """Every bundle as published after some freezes, and all as one chain at the end."""
    bureau.run()
    lines = [x for x in bureau.lines if x.stands]
    for line in lines[1 :: max(1, len(lines) // 3)]:
        at = bureau.after_freeze(line)
        bundles.judge(line, bundles.written(bureau, folder / at[:13], at))
    bundles.judge_year(bureau, bundles.written(bureau, folder / "end"))
    return bureau.seen


@pytest.mark.parametrize("seed", QUICK)
def test_a_short_history_is_one_chain(seed: int, tmp_path: Path) -> None:
    walked(Bureau(seed, 4, 18), tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("first", FULL[::TOGETHER])
def test_two_years_are_one_chain(first: int, tmp_path: Path) -> None:
    seen = Counter[str]()
    for seed in range(first, first + TOGETHER):
        folder = tmp_path / str(seed)
        seen += walked(Bureau(seed, 24, 60), folder)
        shutil.rmtree(folder)
    print(dict(seen))
    assert seen.keys() >= HAPPENED
