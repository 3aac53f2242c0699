"""Random walks: whatever is asked of a case, it is refused by name or stays sound."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from docket_cases import DAY, RULES, VISITS, a_case
from docket_sound import contradictions
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.docket import escalation, ladder
from inspector.docket.cases import CaseFile, apply, fold, to_case
from inspector.docket.moves import Move
from inspector.docket.recorded import KINDS as KINDS_OF_MOVES
from inspector.docket.recorded import decode, encode
from inspector.docket.terms import ListedLevel, Measure, Party
from inspector.domain import CaseState, VisitKind
from inspector.errors import MESSAGES, InspectorError

KINDS = (
    VisitKind.REMEDIATION,
    VisitKind.RECHECK,
    VisitKind.ACCEPTANCE,
    VisitKind.LOOKBACK,
    VisitKind.RANDOM,
)


def asks(case: CaseFile, day: Any, k: int) -> list[Callable[[], Move]]:
    """Everything somebody may ask for; `k` picks among variants."""
    left = [p.number for p in case.unsolved]
    item = [(f"G{k % 5}", ("minor", "major", "redline")[k % 3])]
    rung = RULES.rungs[k % len(RULES.rungs)].code
    said = {v.party for v in case.verdicts}
    unsaid = [p for p in Party if p not in said]
    party = unsaid[0] if k % 5 and unsaid else list(Party)[k % 4]
    good = k % 7 > 0
    firm = f"U{k % 3}" if k % 3 else ""
    return [
        lambda: ladder.find_problems(case, day, item, "V"),
        lambda: ladder.take_measure(
            case, day, Measure.JOINT, ListedLevel.NONE, "u", "1"
        ),
        lambda: ladder.order(case, day, "1", RULES, straight=k % 2 == 0),
        lambda: ladder.extend(
            case,
            day,
            left[:1],
            day + timedelta(days=k),
            RULES,
            number="1",
            approver="h",
            reason="r",
        ),
        lambda: ladder.solve(case, day, left, "1"),
        lambda: ladder.miss(case, day, left),
        lambda: ladder.visit(
            case, day, KINDS[k % 5], f"V{k}", VISITS, RULES, passed=good, solved=left
        ),
        lambda: ladder.judge(case, day, party, good, "1", RULES),
        lambda: ladder.lapse(case, day, RULES),
        lambda: ladder.close(case, day, "1", RULES),
        lambda: ladder.reopen(case, day, "r", RULES),
        lambda: escalation.escalate(case, day, rung, "1", "r", RULES),
        lambda: escalation.change_company(case, day, firm, "1", RULES),
    ]


# A walk makes no daily run, and judges a look-back without what follows from it.
_LEFT_TO_PEOPLE = ("a day has passed and nothing said so",)


def sound(case: CaseFile) -> None:
    """What must hold of a case whatever has happened to it."""
    row = to_case(case)
    closed = case.state is CaseState.CLOSED
    assert (case.closed_on is not None) == closed
    assert (row.next_first is None) == (row.next_last is None)
    if row.next_first is not None and row.next_last is not None:
        assert row.next_first <= row.next_last
    # Every open state that has begun leads on by itself; nothing waits for ever.
    if case.state not in (CaseState.WAITING, CaseState.CLOSED):
        assert row.next_first is not None
    assert len({p.number for p in case.problems}) == len(case.problems)
    assert len({v.party for v in case.verdicts}) == len(case.verdicts)
    assert not (closed and case.unsolved)
    faults = contradictions(case, case.opened, RULES)
    assert [f for f in faults if f not in _LEFT_TO_PEOPLE] == []


Step = tuple[int, int, int]
steps = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 59), st.integers(0, 20)), max_size=40
)


def walked(walk: Iterable[Step]) -> tuple[CaseFile, Counter[str]]:
    """The case after a walk, and how often each move or refusal came."""
    case, day, seen = a_case(), DAY, Counter[str]()
    for which, k, days in walk:
        day += timedelta(days=days)
        try:
            move = asks(case, day, k)[which]()
        except InspectorError as e:
            assert e.code in MESSAGES
            assert e.code.startswith("docket.")
            assert all(e.sentences())
            seen[e.code] += 1
            continue
        case = apply(case, move)
        seen[type(move).__name__] += 1
        sound(case)
    return case, seen


@settings(max_examples=150)
@given(steps)
def test_a_random_walk_is_refused_by_name_or_stays_sound(walk: list[Step]) -> None:
    case, _ = walked(walk)
    written = [(type(m).__name__, encode(m)) for m in case.moves]
    assert fold(decode(kind, body) for kind, body in written) == case


# Places in `asks`; what leads towards closing is asked for more often.
OFTEN = (*range(13), 4, 4, *(6,) * 6, *(7,) * 8, *(9,) * 8)


def test_long_walks_make_every_kind_of_move() -> None:
    seen: Counter[str] = Counter()
    for seed in range(25):
        dice = random.Random(seed)
        walk = [
            (dice.choice(OFTEN), dice.randrange(60), dice.randrange(6))
            for _ in range(250)
        ]
        seen += walked(walk)[1]
    made = {name for name in seen if not name.startswith("docket.")}
    elsewhere = {"CaseOpened", "CaseAdopted", "ReasonAdded", "ResponsibleNamed"}
    by_time = {"LookBackDrawn", "LookBackLapsed"}
    assert made == set(KINDS_OF_MOVES) - elsewhere - by_time
    print(f"{seen.total()} steps, {len(seen) - len(made)} kinds of refusal")
