"""What every committed city must pass, for the cities with a test file of their own."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from math import cos, radians
from pathlib import Path
from typing import Any

from committed import HERE, Committed
from forbidden import in_folder
from stdnum.cn import uscc

from inspector.ceremony.canon import Suite
from inspector.ceremony.seed import Entropy, fits
from inspector.command.commands import finish
from inspector.command.plan import run_plan
from inspector.command.walk import Options, Run
from inspector.domain import RiskClass, VisitKind
from inspector.month.audit import packed_violations
from inspector.month.record import checked, refuse_sources
from inspector.verify import FAILS
from scenarios.generate import fits_alone, generate, longest_minutes


def sizes(city: Committed) -> dict[str, int]:
    """Rows of the tables whose size a spec fixes."""
    names = ("streets", "offices", "cars", "companies", "compounds", "items", "signals")
    return {name: len(getattr(city.registry, name)) for name in names}


def mix(city: Committed) -> list[int]:
    """Compounds of class A, B, C, D."""
    found = Counter(c.risk_class for c in city.registry.compounds)
    return [found[risk] for risk in RiskClass]


def types(city: Committed) -> dict[str, int]:
    return dict(sorted(Counter(c.type for c in city.registry.compounds).items()))


def assistants(city: Committed) -> dict[str, int]:
    return dict(sorted(Counter(a.kind for a in city.registry.assistants).items()))


def check_folder(city: Committed) -> None:
    """The same bytes again; a small folder; nothing that could be real."""
    spec = tomllib.loads((HERE / f"{city.name}.toml").read_text("utf-8"))
    assert generate(spec) == city.files
    assert sum(map(len, city.files.values())) < 130_000
    assert "synthetic" in city.entropy["note"]
    registry = city.registry
    for table in ("companies", "compounds"):
        assert all(row.name.startswith("合成") for row in getattr(registry, table))
    officers = city.officers
    assert all(p.name.startswith("检查员") for p in officers)
    assert all(p.cert_no.startswith("SYN-") for p in officers)
    codes = [c.usc18 for c in registry.companies]
    assert len(set(codes)) == len(codes)
    assert all(uscc.is_valid(c) for c in codes)
    assert not any("待核" in i.legal_basis for i in registry.items)


def check_month(city: Committed, latitude: float) -> None:
    """Ceremony, travel model, reach and record of the committed month."""
    policy, data = city.policy, city.entropy
    suite = Suite(policy.hash)
    for sources, record, committed in (
        (policy.draw_entropy, data["draw"], data["frozen_at"]),
        (policy.lottery_entropy, data["lottery"], data["sealed_at"]),
    ):
        refuse_sources("", sources, committed, 2, set())
        assert [r["source"] for r in record] == [s.id for s in sources]
        for s, r in zip(sources, record, strict=True):
            value = Entropy(s.id, "", r["value"], r["at"])
            assert fits(suite, s, checked(sources, committed, value).value)
    assert policy.travel.lon_metres == round(111_195 * cos(radians(latitude)))
    district = {s.code: s.district for s in city.registry.streets}
    office = {o.district: o for o in city.registry.offices}
    for c in city.registry.compounds:
        longest = longest_minutes(c, policy.visits)
        home = office[district[c.street]]
        assert fits_alone(c, home, longest, policy.day, policy.travel)
    caps = dict(policy.draw.caps)
    risk = {c.id: c.risk_class for c in city.registry.compounds}
    days: dict[str, set[date]] = {}
    most: Counter[str] = Counter()
    for h in city.registry.history:
        if h.kind is VisitKind.RANDOM and h.usc18:
            days.setdefault(h.usc18, set()).add(h.date)
            most[h.usc18] = max(most[h.usc18], caps[risk[h.compound]])
    assert days
    assert all(len(found) <= most[firm] for firm, found in days.items())
    assert max(h.date for h in city.registry.history) <= city.until < date(2026, 12, 1)


def check_plan(city: Committed, folder: Path) -> tuple[Run, dict[str, Any]]:
    """The month to its close on a tiny budget: no violation, no failed claim."""
    run = run_plan(Options(HERE / city.name, folder / city.name, 1, fuse_seconds=300))
    outcome = finish(run)
    assert outcome is not None
    assert outcome.count(FAILS) == 0
    assert len(outcome.findings) > 60
    assert run.packed is not None and run.drawn is not None
    assert run.packed.packing.unplaced == ()
    assert packed_violations(run.packed) == ()
    assert (folder / city.name / "next" / "history.csv").is_file()
    assert in_folder(folder / city.name) == []
    kinds = Counter(k.value for v in run.drawn.visits for k in v.kinds)
    assert kinds[VisitKind.RANDOM.value] == len(run.drawn.compounds)
    return run, dict(kinds)
