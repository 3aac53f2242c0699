"""What the body of each step holds (JSON; bytes as hex, files as base64) → a value.

The steps of `inspector.month.route`; `inspector.codec` reads them, so that a step with
three faults tells three.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Annotated

from inspector.ceremony.seed import Entropy
from inspector.domain import Package, Visit
from inspector.month.amendment_plan import AmendedPlan
from inspector.month.assigned import Carried, Result
from inspector.month.cars import CarOut
from inspector.month.pack import PeopleChange
from inspector.month.stages import Approval
from inspector.policy import Source

Hex = Annotated[str, "hex"]


def files_of(texts: Mapping[str, str]) -> dict[str, bytes]:
    """The scenario files that a freeze holds, by name."""
    return {name: b64decode(text) for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class FreezeBody:
    files: Mapping[str, str]
    blind: Hex
    secret: Hex
    at: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class RecordBody:
    """A leaf of what a source gave; `attempt` None: the one in force."""

    stage: str
    source: str
    issue: str
    value: str
    fallback: bool
    at: str
    attempt: int | None = None

    @property
    def entry(self) -> Entropy:
        return Entropy(self.source, self.issue, self.value, self.at, self.fallback)


@dataclass(frozen=True, slots=True)
class ValuesBody:
    """The values of a stage, as the second person entered them."""

    entropy: tuple[Entropy, ...]
    at: str


@dataclass(frozen=True, slots=True)
class PackBody:
    """`packing`: the file of `inspector.month.saved`, as text."""

    packing: str
    runs: int
    budget: str
    version: str
    cars_out: tuple[CarOut, ...] = ()


@dataclass(frozen=True, slots=True)
class SealBody:
    """`entropy` None: the sources of the policy."""

    blind: Hex
    at: str
    entropy: tuple[Source, ...] | None = None


@dataclass(frozen=True, slots=True)
class AbsentBody:
    """`since`: the visit from which on he is away, "" for the whole day."""

    person: str
    day: date
    reason: str
    at: str
    since: str = field(default="", metadata={"name": "from"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendBody(AmendedPlan):
    """A revision, and how it is sealed."""

    blind: Hex
    at: str
    reason: str
    entropy: tuple[Source, ...]

    @property
    def amended_plan(self) -> AmendedPlan:
        return AmendedPlan(
            **{f.name: getattr(self, f.name) for f in fields(AmendedPlan)}
        )


@dataclass(frozen=True, slots=True)
class CallBody:
    """`taxi`: the pair goes without a car; `excess`: the head's reason, "" for none."""

    visit: Visit
    package: Package
    at: str
    reason: str
    taxi: bool = False
    excess: str = ""


@dataclass(frozen=True, slots=True)
class CloseBody:
    """`carried`: visit → why it was not made, for those not carried yet."""

    at: str
    carried: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WhyBody:
    at: str
    reason: str


BODIES: Mapping[str, type] = {
    "freeze": FreezeBody,
    "record": RecordBody,
    "draw": ValuesBody,
    "people": PeopleChange,
    "pack": PackBody,
    "approve": Approval,
    "seal": SealBody,
    "assign": ValuesBody,
    "absent": AbsentBody,
    "amend": AmendBody,
    "assign_amendment": ValuesBody,
    "cancel_amendment": WhyBody,
    "call": CallBody,
    "publish": Result,
    "carry": Carried,
    "close": CloseBody,
    "cancel_draw": WhyBody,
    "cancel_seal": WhyBody,
}
