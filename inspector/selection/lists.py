"""检查主体与清单: which authorities a package has, and which items a visit checks.

Items, a policy, a compound and a day → the list of the visit; a person's scope and a
list → whether he covers it. Nothing here asks who was drawn.

PROTOCOL.md §13; sources: 鲁政办发〔2025〕3号 (lists name 检查主体, 事项 and 对象),
国办发〔2015〕58号 (no item, no inspection).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from inspector.domain import Compound, Inspector, Item, Role
from inspector.policy import Campaign, Policy, named


def holds(policy: Policy, person: Inspector, authority: str) -> bool:
    """Whether a person acts for an authority; who names none, for the bureau's own."""
    wanted = named(policy, authority)
    return wanted in {named(policy, a) for a in person.authorities or ("",)}


def admitted(campaign: Campaign, compound: Compound) -> bool:
    """Whether a 专项 is about the compound; empty filters admit everything."""
    return (
        (not campaign.types or compound.type in campaign.types)
        and (not campaign.streets or compound.street in campaign.streets)
        and (not campaign.classes or compound.risk_class in campaign.classes)
    )


def visit_list(
    items: Iterable[Item],
    policy: Policy,
    compound: Compound,
    day: date,
    held: Collection[str],
) -> tuple[Item, ...]:
    """The items that a visit checks, in their order (PROTOCOL.md §13).

    `held`: the authorities of its package, vacant seats left out.
    """
    lists = {c.list for c in policy.campaigns if admitted(c, compound)}
    objects = {"compound", "company" if compound.usc18 else "fallback"}
    return tuple(
        item
        for item in items
        if (item.valid_from is None or item.valid_from <= day)
        and (item.valid_to is None or day <= item.valid_to)
        and named(policy, item.authority) in held
        and item.object in objects
        and (not item.lists or lists & {*item.lists})
    )


def covers(person: Inspector, item: Item) -> bool:
    """Whether an item is in the person's scope; an empty scope is everything."""
    scope = {*person.scope}
    return not scope or bool(scope & {item.code, item.group, *item.tags})


def in_scope(role: Role, person: Inspector, lists: Iterable[Iterable[Item]]) -> bool:
    """Whether a person's scope is enough for a seat.

    `lists`: per visit, the items of the seat's authority. Who leads, or sits for
    another authority, covers all of them; who assists, one of each list.
    """
    if not person.scope:
        return True
    if role is Role.SECOND:
        rows = (tuple(items) for items in lists)
        return all(not row or any(covers(person, i) for i in row) for row in rows)
    return all(covers(person, item) for items in lists for item in items)
