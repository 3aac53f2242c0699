"""How many people of each kind a month has, and which visits would leave too few.

A frozen month and its people → what the solver may know of them: `Crew`, pairs of
visits kept apart; never who.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from inspector.domain import Inspector, Role, Visit
from inspector.month.freeze import Frozen
from inspector.policy import SeatRule, named
from inspector.schedule.workload import Crew, JointGroup, PeopleGroup
from inspector.selection.seats import People, authority_reasons, role_reasons
from inspector.words import word

LEAD, SECOND = SeatRule(Role.LEAD), SeatRule(Role.SECOND)
Kind = tuple[bool, tuple[str, ...]]  # may lead; skills


def crew_kind(frozen: Frozen, person: Inspector) -> Kind | None:
    """The group of the crew that a person is counted in; None: he only sits for
    another authority, or is an expert.

    Who may lead by the register but is entitled to a part of the items only is counted
    with those who assist.
    """
    if person.expert or authority_reasons(frozen.policy, person, SECOND):
        return None
    return person.may_lead and not person.scope, person.skills


def _present(
    people: People, members: Iterable[Inspector], days: Sequence[date]
) -> tuple[tuple[int, ...], int]:
    """How many of them are there on each day, and their duty days of the month."""
    rows = [(i.max_days, set(people.days(i, days))) for i in members]
    there = tuple(sum(d in present for _, present in rows) for d in days)
    return there, sum(min(most, len(present)) for most, present in rows)


def crew_of(frozen: Frozen, people: People) -> Crew:
    """How many people of each kind are there on each day; no names."""
    groups: dict[Kind, list[Inspector]] = {}
    for i in people.inspectors:
        kind = crew_kind(frozen, i)
        if kind is not None:
            groups.setdefault(kind, []).append(i)
    days, rules = frozen.working_days, frozen.policy.seats
    rows = [
        PeopleGroup(*kind, *_present(people, members, days))
        for kind, members in sorted(groups.items())
    ]
    roles = Counter(s.role for s in rules.seats if s.when == "always")
    return Crew(
        tuple(rows),
        rules.standby_pairs,
        roles[Role.LEAD],
        roles[Role.SECOND],
        tuple(_joint(frozen, people)),
    )


def _joint(frozen: Frozen, people: People) -> Iterable[JointGroup]:
    """Who may sit for other authorities, or as an expert, where packages need it."""
    policy = frozen.policy
    for rule, seats in Counter(policy.seats.seats).items():
        if rule.role in (Role.LEAD, Role.SECOND) or rule.when == "docket":
            continue
        able = [
            i
            for i in people.inspectors
            if not role_reasons(i, rule, "")
            and (i.expert or not authority_reasons(policy, i, rule))
        ]
        own = rule.unit or named(policy, rule.authority)
        name = word("role", "expert").both if rule.role is Role.EXPERT else own
        skilled = rule.when == "skill"
        there = _present(people, able, frozen.working_days)
        yield JointGroup(name, skilled, seats, *there)


def kept_apart(
    visits: Sequence[Visit], people: People, frozen: Frozen
) -> tuple[tuple[str, str], ...]:
    """Pairs that together would leave a seat too few of those who fit the harder one.

    DESIGN §3 "Blind to people": no seat may keep less than half (`keep_share`).
    """
    num, den = frozen.policy.seats.keep_share
    compounds = {c.id: c for c in frozen.registry.compounds}
    span = frozen.working_days[0], frozen.working_days[-1]
    free = {
        v.id: {
            i
            for i, person in enumerate(people.inspectors)
            if not people.conflict(person.id, compounds[v.compound], *span)
        }
        for v in visits
    }

    def able(rule: SeatRule, skill: str = "") -> set[int]:
        return {
            i
            for i, p in enumerate(people.inspectors)
            if not role_reasons(p, rule, skill)
            and not authority_reasons(frozen.policy, p, rule)
        }

    leads = able(LEAD)
    seconds = {s: able(SECOND, s) for s in {v.skill for v in visits}}

    def there(v: Visit, rule: SeatRule) -> set[int]:
        """Those free for the visit alone whose scope is enough there."""
        may = leads if rule is LEAD else seconds[v.skill]
        at = [compounds[v.compound]]
        return {
            i
            for i in free[v.id] & may
            if not people.scoped_out(people.inspectors[i], rule, at, span[0])
        }

    fit = {(v.id, rule): there(v, rule) for v in visits for rule in (LEAD, SECOND)}

    def too_few(one: set[int], other: set[int]) -> bool:
        return len(one & other) * den < min(len(one), len(other)) * num

    def hurt(a: Visit, b: Visit) -> bool:
        if a.district != b.district or (a.skill and b.skill and a.skill != b.skill):
            return False
        return any(too_few(fit[a.id, rule], fit[b.id, rule]) for rule in (LEAD, SECOND))

    return tuple((a.id, b.id) for a, b in combinations(visits, 2) if hurt(a, b))
