"""Every type that the program reads, and values of it along its own fields."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from inspector.ceremony.seed import Entropy
from inspector.codec import JSON, Form, dump
from inspector.command.record import Record
from inspector.credit.rules import RuleSet
from inspector.docket import terms_file
from inspector.docket.recorded import KINDS as MOVES
from inspector.docket.terms import DocketRules
from inspector.domain import Registry
from inspector.month import documents, reopen
from inspector.month.amendment_plan import AmendedPlan
from inspector.month.bodies import BODIES
from inspector.month.cars import CarOut
from inspector.month.pack import PeopleChange, StandBy
from inspector.policy import Policy
from inspector.registry.policy_file import TOML
from inspector.results import review
from inspector.results.raw import RawResult
from inspector.schedule.workload import Packing
from inspector.year.plan import YearPlan
from scenarios.year.world import Movement

_MOST = 2**53 - 1
_NAMES = st.text(string.ascii_letters + string.digits + "_.-", max_size=8).map(
    "x".__add__
)
_READABLE = st.text("aZ09 中（é\n'\"\\#=", max_size=4)  # what people may write
_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=6)
ANY = st.recursive(
    _LEAVES | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner)
    ),
    max_leaves=8,
)

# Type → how it is written, and how it is read.
_TABLES = Form(tables=True)
READ: Mapping[Any, tuple[Form, Form]] = {
    Policy: (_TABLES, TOML),
    YearPlan: (_TABLES, TOML),
    Movement: (_TABLES, TOML),
    RuleSet: (JSON, JSON),
    DocketRules: (JSON, terms_file.FORM),
    **{kind: (JSON, JSON) for kind in MOVES.values()},
    **{kind: (JSON, JSON) for kind in review.STATES.values()},
    RawResult: (JSON, JSON),
    review.PublicRecord: (JSON, JSON),
    Packing: (JSON, JSON),
    CarOut: (JSON, JSON),
    Record: (JSON, JSON),
    AmendedPlan: (documents.PLACED, documents.PLACED),
    **{
        get_args(each)[0]: (documents.FORM, reopen.FORM)
        for each in get_type_hints(Registry).values()
    },
    **{kind: (documents.FORM, documents.FORM) for kind in BODIES.values()},
    Entropy: (documents.FORM, reopen.FORM),
    StandBy: (documents.FORM, reopen.FORM),
    PeopleChange: (documents.FORM, reopen.FORM),
}


Values = st.SearchStrategy[Any]


def values(
    hint: Any, form: Form, marks: tuple[Any, ...] = ()
) -> st.SearchStrategy[Any]:
    """Values of a type as far as `form` admits them."""
    if get_origin(hint) is Annotated:
        inner, *told = get_args(hint)
        return values(inner, form, tuple(told))
    for mark in marks:
        if isinstance(mark, tuple | range):
            return st.sampled_from(mark)
    if "rate" in marks:
        return st.tuples(st.integers(0, _MOST), st.integers(1, _MOST))
    if "clock" in marks:
        return st.integers(0, 1440)
    if "hex" in marks:
        return st.binary(max_size=4).map(bytes.hex)
    hint = getattr(hint, "__supertype__", hint)
    args = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        some = [h for h in args if h is not NoneType]
        each = [values(h, form) for h in some]
        return st.one_of(*([st.none()] if len(some) < len(args) else []), *each)
    if get_origin(hint) is tuple:
        return _tuples(args, form, marks)
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        return st.dictionaries(st.text(max_size=4), values(args[1], form), max_size=3)
    if is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        return st.builds(
            hint, **{f.name: values(hints[f.name], form) for f in fields(hint)}
        )
    return _plain(hint, form)


def _tuples(args: tuple[Any, ...], form: Form, marks: tuple[Any, ...]) -> Values:
    if args[-1] is not Ellipsis:
        return st.tuples(*(values(h, form) for h in args))
    pair = get_args(args[0]) if get_origin(args[0]) is tuple else ()
    if form.tables and len(pair) == 2 and issubclass(pair[0], str):
        least = len(pair[0]) if "every" in marks else 0
        keys = _NAMES if pair[0] is str else st.sampled_from(list(pair[0]))
        made = st.dictionaries(keys, values(pair[1], form), min_size=least, max_size=4)
        return made.map(lambda d: tuple(d.items()))
    lists = st.lists(values(args[0], form), max_size=2, unique="distinct" in marks)
    return lists.map(tuple)


def _plain(hint: Any, form: Form) -> Values:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    low, high = form.whole or (None, None)
    return {
        str: st.text(max_size=4) if form.text is JSON.text else _READABLE,
        bool: st.booleans(),
        int: st.integers(low, high),
        float: st.floats(allow_nan=False),
        date: st.dates(),
        datetime: st.datetimes(timezones=st.just(UTC)),
        Fraction: st.fractions(min_value=0),
        Any: _LEAVES,
    }[hint]


def data_of(value: Any, form: Form = JSON) -> Any:
    """What a parser would give: nothing but JSON's own types."""
    return dump(value, form)
