"""Streets whose minimum raises their chances: how many times, in public."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from month_stages import read_city

from api.public.freeze import Register
from api.public.months import raised
from inspector.month.documents import strata as written
from inspector.policy import DrawRules, Policy, public
from inspector.selection.draw import strata


def register(policy: Policy, rows: list[dict[str, Any]], names: Any) -> Register:
    """What `raised` asks of a register: strata, rates, names of streets."""
    empty: dict[str, Any] = {f.name: {} for f in fields(Register)}
    doc = {"strata": rows, "policy": public(policy)}
    return Register(**{**empty, "doc": doc, "streets": names})


def test_a_street_says_how_many_times_its_chances_are_raised() -> None:
    """At the reference rates one visit a year is more than some streets expect."""
    registry, policy, _, _ = read_city("gaomi")
    policy = replace(policy, draw=DrawRules())
    found = strata(registry.compounds, registry.streets, (), policy)
    names = {s.code: {"name": s.name} for s in registry.streets}
    told = raised(register(policy, written(found), names))
    rates = {r: Fraction(a, 12 * b) for r, (a, b) in policy.draw.rates}
    plain = {s.code: Fraction(0) for s in registry.streets}
    for s in found:
        plain[s.street] += s.size * rates[s.risk_class]
    low = {code: n for code, n in plain.items() if n < Fraction(1, 12)}
    assert 0 < len(low) < len(plain)
    assert {t.street: Fraction(*t.factor) for t in told} == {
        code: Fraction(1, 12) / n for code, n in low.items()
    }
    assert [t.street_name for t in told] == [names[code]["name"] for code in low]
    # without a minimum nothing is raised
    none = tuple(replace(s, min_draw=0) for s in registry.streets)
    plainly = strata(registry.compounds, none, (), policy)
    assert raised(register(policy, written(plainly), names)) == ()
