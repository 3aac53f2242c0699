"""1–5 oddities at once, for the random walk."""

from __future__ import annotations

from cell_oddities import CELLS_READ, CELLS_WRONG
from layout_oddities import LAYOUT_READ, LAYOUT_WRONG
from towns import Town


def plant(town: Town, wrong: bool) -> None:
    """1–5 oddities on a town. `wrong`: some of them may be faults."""
    random = town.random
    for page in town.pages.values():
        page.book = random.random() < 0.3
    for _ in range(random.randint(1, 5)):
        cells = random.random() < 0.6
        fault = wrong and random.random() < 0.6
        if cells:
            choice = CELLS_WRONG if fault else CELLS_READ
        else:
            choice = LAYOUT_WRONG if fault else LAYOUT_READ
        for _ in range(20):
            oddity = random.choice(choice)
            page = next(town.open(), None)
            planted = oddity(town, page) if page is not None else None
            if planted is not None:
                town.planted.append(planted)
                break
