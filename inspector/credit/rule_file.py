"""A rule file (TOML) → `RuleSet`, or every fault with its line and key.

Keys are those of the dataclasses in `inspector.credit.rules`; unknown keys are
faults, missing ones keep their default. Points are written as people write them, with
at most two decimals (`0.5`), and read exactly. Read by `inspector.codec`.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from inspector.codec import WRONG, opened
from inspector.credit.rule_checks import check
from inspector.credit.rules import Points, RuleSet
from inspector.registry.cells import plain
from inspector.registry.policy_file import TOML

_MOST = 10**9


def _points(data: object) -> Points:
    """Points in hundredths; `2`, `0.5` and `1.25` are exact, `0.005` is refused."""
    if isinstance(data, bool) or not isinstance(data, int | Decimal):
        raise ValueError(data)
    exact = Decimal(data)
    if not exact.is_finite() or not 0 <= exact <= _MOST // 100:
        raise ValueError(data)
    if exact * 100 != int(exact * 100):
        raise ValueError(data)
    return Points(int(exact * 100))


FORM = replace(
    TOML,
    whole=(0, _MOST),
    text=lambda text: bool(text) and plain(text),
    text_kind="some_text",
    own={Points: ("points", _points)},
)


def read_rules(data: bytes, file: str) -> RuleSet:
    """The rule set of a file. Raises Faults with everything that is wrong in it."""
    found, reading = opened(data, file, toml=True, parse_float=Decimal)
    rules = reading.load(RuleSet, found, form=FORM)
    if rules is not WRONG:
        # A table with a fault of its own stands at its default: not judged again.
        wrong = [w for w in check(rules, found.keys()) if reading.judged(w[0])]
        for path, code, value, params in wrong:
            reading.add(code, path, value, **params)
    reading.refuse()
    kept: RuleSet = rules
    return kept
