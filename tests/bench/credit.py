"""Measure re-scoring: `python tests/bench/credit.py [companies]`.

CPU seconds of one process; synthetic companies with 0 to 20 events each, scored under
two rule versions, then both lists computed again and the two scorings compared. Goal:
30,000 companies in seconds.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from time import process_time

from inspector.credit import city_rules
from inspector.credit.file import CreditEvent, Decision, EventState, Subject, files
from inspector.credit.grounds import Circumstances, recompute
from inspector.credit.rules import Polarity, SubjectKind
from inspector.credit.score import Scorer

DAY = date(2026, 12, 31)
CODES = (
    ("base.staff", Polarity.BASE),
    ("base.projects", Polarity.BASE),
    ("good.honour", Polarity.PRAISE),
    ("visit.clean", Polarity.PRAISE),
    ("bad.penalty", Polarity.CRITICISM),
    ("visit.minor", Polarity.CRITICISM),
    ("visit.major", Polarity.CRITICISM),
    ("", Polarity.CRITICISM),
)


def events_of(count: int) -> list[CreditEvent]:
    """0 to 20 events a company over two years, nine in ten accepted."""
    rng = random.Random(count)
    out = []
    for number in range(count):
        subject = Subject(SubjectKind.COMPANY, f"U{number:06}")
        for k in range(rng.randrange(21)):
            code, polarity = rng.choice(CODES)
            first = DAY - timedelta(days=rng.randrange(730))
            state = EventState.ACCEPTED if rng.random() < 0.9 else EventState.REJECTED
            out.append(
                CreditEvent(
                    f"{number}-{k}",
                    subject,
                    "inspection" if code.startswith("visit") else "authority",
                    polarity,
                    code,
                    100,
                    f"d{number}-{k}",
                    first,
                    first,
                    decisions=(Decision(first, state),),
                )
            )
    return out


def main(count: int) -> None:
    events = events_of(count)
    print(f"{count} companies, {len(events)} events")
    began = process_time()
    grouped = files(events)
    print(f"  files, each fact once  {process_time() - began:6.2f} s")
    points = []
    for name in ("weifang-1", "weifang-2"):
        scorer = Scorer(city_rules.rules_of(name))
        began = process_time()
        scores = {s: scorer.score(s, e, DAY) for s, e in grouped.items()}
        spent = process_time() - began
        points.append({s: x.points for s, x in scores.items()})
        print(f"  score under {name}  {spent:6.2f} s  (goal: seconds)")
    changed = sum(points[0][s] != points[1][s] for s in points[0])
    print(f"  scores that differ {changed}")
    about = dict.fromkeys(grouped, Circumstances(graded=(date(2026, 6, 30), DAY)))
    began = process_time()
    found = recompute(Scorer(city_rules.rules_of("weifang-2")), DAY, grouped, about)
    spent = process_time() - began
    print(f"  both lists, two past gradings  {spent:6.2f} s, black {len(found.black)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
