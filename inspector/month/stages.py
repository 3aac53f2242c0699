"""How far a month has come: its stages and its log → what the next step stands on.

`inspector.month.route` moves it, step by step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from inspector.ceremony.bundle import Log
from inspector.errors import CeremonyError, messages
from inspector.month.assigned import Assigned
from inspector.month.excess import Reasoned
from inspector.month.field import ClosedMonth
from inspector.month.freeze import Drawn, Frozen
from inspector.month.pack import Packed, PeopleChange
from inspector.month.seal import Sealed
from inspector.words import word

messages(
    {
        "step.order": (
            "当前阶段为“{stage}”，不能进行“{step}”",
            'the month is at "{stage}": "{step}" is not possible now',
        ),
    }
)


def misplaced(stage: str, step: str) -> CeremonyError:
    """step.order: this stage does not bear this step, in words.

    >>> misplaced("sealed", "draw").sentences()[0]
    '当前阶段为“已密封，待摇号”，不能进行“随机抽取检查对象”'
    """
    named = {"pack": "schedule", "record": "record_entropy"}.get(step, step)
    said = {"stage": word("stage", stage), "step": word("step", named)}
    return CeremonyError("step.order", **said)


@dataclass(frozen=True, slots=True)
class Approval:
    """The head's approval (审批) of a plan before it is sealed; `excess`: his reasons
    for visits that go over the yearly limit."""

    number: str
    by: str
    at: str
    excess: tuple[Reasoned, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """How far a month has come. Stages behind the last one stay readable.

    `carried_log`: the log after a cancelled attempt, which the next attempt continues.
    """

    frozen: Frozen | None = None
    drawn: Drawn | None = None
    changes: tuple[PeopleChange, ...] = ()
    packed: Packed | None = None
    budget: str = ""
    version: str = ""
    approval: Approval | None = None
    sealed: Sealed | None = None
    assigned: Assigned | None = None
    closed: ClosedMonth | None = None
    carried_log: Log | None = None

    @property
    def stage(self) -> str:
        """The name of the last stage reached."""
        names = ("closed", "assigned", "sealed", "approval", "packed", "drawn")
        for name in names:
            if getattr(self, name) is not None:
                return {"approval": "approved"}.get(name, name)
        return "new" if self.frozen is None else "frozen"

    @property
    def log(self) -> Log:
        """The public log as it stands."""
        for stage in (self.closed, self.assigned, self.sealed):
            if stage is not None:
                return stage.log
        if self.carried_log is not None:
            return self.carried_log
        newest = self.drawn or self.frozen
        return newest.log if newest is not None else Log()

    def with_log(self, log: Log) -> Route:
        """The route with a longer log at the stage that holds it."""
        for name in ("assigned", "sealed"):
            stage = getattr(self, name)
            if stage is not None:
                return replace(self, **{name: replace(stage, log=log)})
        if self.carried_log is not None:
            return replace(self, carried_log=log)
        if self.packed is not None:
            drawn = replace(self.packed.drawn, log=log)
            return replace(self, drawn=drawn, packed=replace(self.packed, drawn=drawn))
        name = "drawn" if self.drawn is not None else "frozen"
        return replace(self, **{name: replace(getattr(self, name), log=log)})

    def need(self, name: str, step: str) -> Any:
        """The stage `name`. Raises CeremonyError step.order when it is not there."""
        stage = getattr(self, name)
        if stage is None:
            raise misplaced(self.stage, step)
        return stage

    def refuse(self, name: str, step: str) -> None:
        """Raise CeremonyError step.order when stage `name` is behind already."""
        if getattr(self, name) is not None:
            raise misplaced(self.stage, step)
