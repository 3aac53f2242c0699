"""月度计划 months: open one, choose its policy, find what it stands on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from api.errors import Problem
from api.months import standing, steps
from api.registry import entries, policies
from api.site import Desk
from api.store.models import Job, Month
from api.store.planning import Opening
from api.store.versions import Version
from inspector.errors import Fault, Faults, messages
from inspector.month.following import next_policy
from inspector.month.freeze import Frozen
from inspector.registry import Scenario, write_scenario
from inspector.registry.policy_file import FILE, write_policy

messages(
    {
        "month.no_policy": (
            "尚无抽查工作细则，请先导入",
            "there is no policy yet; import one first",
        ),
        "month.followed": (
            "下月已经新建，尚未冻结：{month}",
            "the next month stands open already and is not frozen yet: {month}",
        ),
        "month.frozen": (
            "名录已冻结，细则不能再改",
            "the registries are frozen; the policy cannot change any more",
        ),
    }
)


def open_month(desk: Desk, values: dict[str, Any]) -> Month:
    """A new month from a policy version, the newest if none is named."""
    policy = _version(desk, values.get("policy"))
    row = steps.create(desk, policy.name, values.get("title", ""))
    desk.db.flush()
    desk.db.add(Opening(month_id=row.id, policy_id=policy.id))
    desk.db.flush()
    return row


def open_next(desk: Desk, earlier: Month, title: str) -> Month:
    """The calendar month after a frozen one, whatever that has still to do.

    Its policy is the newest version for that month; without one the earlier month's
    with the same sources, issue and time left out: the freeze refuses it until the
    bureau names them. Raises Problem month.followed while such a month stands open and
    is not frozen, CeremonyError step.order before the freeze of the earlier one.
    """
    frozen: Frozen = steps.load(desk, earlier).need("frozen", "next")
    policy = next_policy(frozen.policy)
    open_ = select(Month.id).where(Month.month == policy.month, Month.stage == "new")
    if (known := desk.db.scalar(open_.limit(1))) is not None:
        raise Problem("month.followed", month=known)
    version = policies.of_month(desk, policy.month)
    if version is None:
        reason = f"{earlier.month} 之后"
        version = policies.keep(desk, write_policy(policy).decode(), reason)
    row = open_month(desk, {"title": title, "policy": version.id})
    desk.event("month_followed", f"month:{earlier.id}", next=row.id)
    return row


def _version(desk: Desk, policy_id: str | None) -> Version:
    found = policies.find(desk, policy_id) if policy_id else policies.newest(desk)
    if found is None:
        raise Problem("month.no_policy")
    return found


def change(desk: Desk, month: Month, values: dict[str, Any]) -> Month:
    """Another title, or another policy version while nothing is frozen."""
    month.title = values.get("title", month.title)
    if "policy" in values:
        if month.stage != "new":
            raise Problem("month.frozen")
        policy = policies.find(desk, values["policy"])
        month.month = policy.name
        _set_policy(desk, month, policy)
    touch(month)
    desk.event("month_changed", f"month:{month.id}", fields=sorted(values))
    return month


def _set_policy(desk: Desk, month: Month, policy: Version) -> None:
    row = desk.db.get(Opening, month.id)
    if row is None:
        desk.db.add(Opening(month_id=month.id, policy_id=policy.id))
    else:
        row.policy_id = policy.id


def touch(month: Month) -> None:
    """Something that belongs to the month has changed: it gets a new version."""
    flag_modified(month, "title")


def policy_of(desk: Desk, month: Month) -> Version:
    """The policy version the month was opened with. Raises Problem month.no_policy."""
    row = desk.db.get(Opening, month.id)
    return _version(desk, row.policy_id if row is not None else None)


def scenario(desk: Desk, month: Month) -> Scenario:
    """What the month would freeze now: the registries with what the bureau's logs hold,
    and the month's policy. Raises Faults with everything that is wrong."""
    return standing.scenario(desk, policy_of(desk, month).text.encode(), month)


def files(desk: Desk, month: Month) -> dict[str, bytes]:
    """The same as scenario files. Raises Faults."""
    found = scenario(desk, month)
    made = write_scenario(found.registry, found.policy, found.calendar)
    return made | {FILE: policy_of(desk, month).text.encode()}


def faults(desk: Desk, month: Month) -> tuple[Fault, ...]:
    """What a freeze would refuse of registries and policy."""
    version = entries.head(desk).version
    key = (desk.bureau, version, policy_of(desk, month).id, standing.mark(desk))
    known = desk.site.stages.judged(key)
    if known is None or desk.write:
        known = _faults(desk, month)
    if not desk.write:  # what is not committed yet may still be rolled back
        desk.site.stages.judge(key, known)
    return known


def _faults(desk: Desk, month: Month) -> tuple[Fault, ...]:
    try:
        scenario(desk, month)
    except Faults as found:
        return found.faults
    return ()


def active_job(desk: Desk, month: Month) -> str | None:
    """The id of the month's schedule job that is queued or running."""
    found = select(Job.id).where(
        Job.month_id == month.id,
        Job.kind == "schedule",
        Job.state.in_(("queued", "running")),
    )
    return desk.db.scalar(found)
