"""A year's counts from freezes and logs written out by hand."""

from __future__ import annotations

from typing import Any

from inspector.year.counts import ClassChances, CompanyCount, YearLog, year_counts

DAYS = [f"2026-0{m}-{d:02d}" for m in range(1, 10) for d in range(1, 29)]


def freeze(month: str, frozen_at: str, **more: Any) -> dict[str, Any]:
    return {
        "month": month,
        "frozen_at": frozen_at,
        "attempt": 2,
        "publish_days": DAYS,
        "policy": {
            "publish_workdays": 20,
            "visits": {"series_minutes": [90, 60, 60], "gap_min": 7, "gap_max": 15},
        },
        "compounds": [
            {"id": c, "status": "active" if c != "C9" else "left"}
            for c in ("C1", "C2", "C3", "C9")
        ],
        "strata": [
            {"risk_class": "A", "size": 3, "expected": [1, 2]},
            {"risk_class": "A", "size": 5, "expected": [2, 3]},
        ],
        "owed": [],
        "docket_visits": [{"compound": "C3", "case": "K3"}],
        **more,
    }


def made(
    compound: str, day: str, at: str, kind: str = "random"
) -> list[dict[str, Any]]:
    body = {"compound": compound, "usc18": f"U{compound}", "date": day, "kind": kind}
    return [
        {"event": "inspected", **body},
        {"event": "result", "at": at, "visit": "V1", "digest": "00"},
    ]


def carried(compound: str) -> dict[str, Any]:
    return {"event": "carried", "at": "", "compound": compound, "kinds": ["random"]}


DRAWN = [
    {"event": "drawn", "attempt": 1, "classes": {"A": 9}},
    {"event": "drawn", "attempt": 2, "classes": {"A": 2}},
]


def test_a_year_is_counted_from_freezes_and_logs() -> None:
    first = YearLog(
        "b/2026-01/x",
        freeze("2026-01", "2025-12-18T08:00:00Z"),
        [
            *DRAWN,
            *made("C1", "2026-01-05", "2026-02-20T08:00:00Z"),  # late, after 2nd freeze
            *made("C2", "2026-01-06", "2026-01-10T08:00:00Z"),
            *made("C3", "2026-01-07", "2026-01-10T08:00:00Z", "remediation"),
            carried("C3"),
            carried("C9"),
        ],
    )
    owed = [{"compound": c, "gone": c == "C9"} for c in ("C3", "C9")]
    second = YearLog(
        "b/2026-02/x",
        freeze("2026-02", "2026-01-18T08:00:00Z", owed=owed),
        [
            *DRAWN,
            *made("C1", "2026-02-05", "2026-02-21T08:00:00Z"),
            *made("C2", "2026-02-06", "2026-02-10T08:00:00Z"),
            *made("C3", "2026-02-07", "2026-02-10T08:00:00Z", "remediation"),
            *made("C3", "2026-02-15", "2026-02-18T08:00:00Z", "remediation"),
            carried("C3"),
        ],
    )
    other = YearLog("b/2025-12/x", freeze("2025-12", "2025-11-18T08:00:00Z"), [])
    # March is frozen and not drawn yet: its chances have promised nothing so far.
    march = YearLog("b/2026-03/x", freeze("2026-03", "2026-02-22T08:00:00Z"), [])
    found = year_counts([second, other, march, first], 2026)
    assert (found.logs, found.compounds, found.covered) == (3, 3, 2)
    assert (found.repeats, found.late, found.twice) == (2, 1, 1)
    assert (found.carried, found.owed, found.again) == (3, 1, 1)
    assert (found.made, found.gone, found.gaps) == (0, 1, 1)
    assert found.classes == (ClassChances("A", 16, (7, 3), 4),)
    assert found.companies == (CompanyCount("UC1", 2), CompanyCount("UC2", 2))


def test_a_year_without_months_is_all_zero() -> None:
    found = year_counts([], 2026)
    assert (found.logs, found.classes, found.companies) == (0, (), ())
