"""The people of a synthetic city: inspectors, leave, recusals, assistants.

People are numbers (检查员001, 协会专家01); certificate numbers begin with SYN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from inspector.domain import Assistant, Inspector, Leave, Recusal
from scenarios.city import City, numbered
from scenarios.spec import Spec
from scenarios.stream import Stream

HOUSING, ENFORCEMENT = "市住房和城乡建设局", "市综合行政执法局"
# Who inspects for the bureau; comprehensive enforcement by delegation (委托).
UNITS = ((HOUSING, 6), (ENFORCEMENT, 4))
# Why somebody may not inspect, with weights; the subject is a compound or a company.
COMPOUND_REASONS = (("居住本小区", 5), ("近亲属", 2))
COMPANY_REASONS = (("任职", 2), ("持股", 2), ("近亲属", 3))


@dataclass(frozen=True, slots=True)
class Staff:
    inspectors: tuple[Inspector, ...]
    leave: tuple[Leave, ...]
    recusals: tuple[Recusal, ...]
    assistants: tuple[Assistant, ...]


def make_staff(spec: Spec, city: City, workdays: Sequence[date]) -> Staff:
    """Everybody, with the month's absences on its `workdays`."""
    inspectors = _by_authority(spec, _inspectors(spec, city)) + _experts(spec, city)
    return Staff(
        inspectors,
        _leave(spec, inspectors, workdays),
        _recusals(spec, city, inspectors),
        _assistants(spec, city),
    )


def _inspectors(spec: Spec, city: City) -> tuple[Inspector, ...]:
    counts = spec.people
    stream = Stream(spec.name, spec.seed, "inspectors")
    ids = numbered("I", counts.inspectors, 3)
    own = ids[: counts.inspectors - sum(counts.joint.values())]
    lead = set(stream.sample(own, counts.lead))
    fire = set(stream.sample(own, counts.fire))
    lift = set(stream.sample(own, counts.lift))
    # Those short of days have no scarce skill as long as there are enough others.
    others = [i for i in stream.shuffled(own) if i not in lift]
    short = set((others + sorted(lift))[: counts.short])
    desks = [car.office for car in city.cars]
    year = int(spec.month[:4])
    made = tuple(
        Inspector(
            id=i,
            name=f"检查员{i[1:]}",
            unit=stream.weighted(UNITS),
            office=desks[n % len(desks)],
            cert_no=f"SYN-{spec.name.upper()}-{i[1:]}",
            cert_valid_to=date(year + stream.between(1, 4), stream.between(1, 12), 28),
            may_lead=i in lead,
            expert=False,
            skills=tuple(s for s, own in (("fire", fire), ("lift", lift)) if i in own),
            max_days=stream.between(
                *(counts.short_days if i in short else counts.full_days)
            ),
            carry_minutes=stream.pick((0, 0, 0, *range(-10, 11))),  # per day
        )
        for n, i in enumerate(ids)
    )
    # Carried duty comes from days served, so it grows with the days people have.
    return tuple(replace(i, carry_minutes=i.carry_minutes * i.max_days) for i in made)


def _by_authority(spec: Spec, inspectors: Sequence[Inspector]) -> tuple[Inspector, ...]:
    """The last ones act for another authority alone (`people.joint`); where there is
    more than one, who was delegated has its own and the bureau's."""
    if not spec.authorities:
        return tuple(inspectors)
    names = [
        spec.authorities[key]
        for key, count in spec.people.joint.items()
        for _ in range(count)
    ]
    first = len(inspectors) - len(names)
    return tuple(
        replace(i, authorities=(HOUSING, ENFORCEMENT))
        if n < first and i.unit == ENFORCEMENT
        else i
        if n < first
        else replace(i, unit=names[n - first], authorities=(names[n - first],))
        for n, i in enumerate(inspectors)
    )


def acts_for_the_bureau(person: Inspector) -> bool:
    """Whether somebody may lead or assist in a visit of the housing bureau."""
    own = not person.authorities or HOUSING in person.authorities
    return own and not person.expert


def _experts(spec: Spec, city: City) -> tuple[Inspector, ...]:
    stream = Stream(spec.name, spec.seed, "experts")
    return tuple(
        Inspector(
            id=i,
            name=f"协会专家{i[1:]}",
            unit="市物业管理协会",
            office=city.offices[n % len(city.offices)].id,
            cert_no="",
            cert_valid_to=None,
            may_lead=False,
            expert=True,
            skills=stream.pick(((), ("fire",), ("lift",), ("fire", "lift"))),
            max_days=stream.between(2, 4),
            carry_minutes=0,
        )
        for n, i in enumerate(numbered("E", spec.people.experts, 2))
    )


def _leave(
    spec: Spec, inspectors: Sequence[Inspector], workdays: Sequence[date]
) -> tuple[Leave, ...]:
    """One absence of one to five days each, every fourth half a day."""
    stream = Stream(spec.name, spec.seed, "leave")
    officers = [i.id for i in inspectors if not i.expert]
    out = []
    for person in sorted(stream.sample(officers, spec.people.leave)):
        first = stream.pick(workdays)
        if stream.hit(1, 4):
            out.append(Leave(person, first, first, stream.pick(("am", "pm"))))
            continue
        last = first + timedelta(stream.below(5))
        out.append(Leave(person, first, min(last, workdays[-1]), ""))
    return tuple(out)


def _recusals(
    spec: Spec, city: City, inspectors: Sequence[Inspector]
) -> tuple[Recusal, ...]:
    low, high = spec.people.recusals
    active = [c.usc18 for c in city.companies if c.status == "active"]
    out: dict[tuple[str, str], Recusal] = {}
    for person in inspectors:
        stream = Stream(spec.name, spec.seed, "recusals", person.id)
        for _ in range(stream.between(low, high)):
            if stream.hit(1, 2):
                subject = stream.pick(city.compounds).id
                reason = stream.weighted(COMPOUND_REASONS)
            else:
                subject = stream.pick(active)
                reason = stream.weighted(COMPANY_REASONS)
            first = last = None
            if reason == "任职":  # a post held once: recused for a time after it
                first = date(2024 + stream.below(3), 1 + stream.below(12), 1)
                last = date(first.year + 3, first.month, 1) - timedelta(1)
            out.setdefault(
                (person.id, subject),
                Recusal(person.id, subject, reason, first, last),
            )
    return tuple(out[key] for key in sorted(out))


def _assistants(spec: Spec, city: City) -> tuple[Assistant, ...]:
    counts = spec.assistants
    stream = Stream(spec.name, spec.seed, "assistants")
    ids = [c.id for c in city.compounds]
    low, high = counts.per_compound
    watched: list[tuple[str, ...]] = [
        (c,) for c in ids for _ in range(stream.between(low, high))
    ]
    watched += [
        tuple(sorted(stream.sample(ids, stream.between(1, 3))))
        for _ in range(counts.observers)
    ]
    nothing: tuple[str, ...] = ()
    groups = (
        ("Z", "expert", [nothing] * counts.experts),
        ("L", "lawyer", [nothing] * counts.lawyers),
        ("X", "association", [nothing] * counts.association),
        ("J", "integrity", [nothing] * counts.integrity),
        ("G", "observer", watched),
    )
    return tuple(
        Assistant(i, kind, compounds)
        for prefix, kind, lists in groups
        for i, compounds in zip(numbered(prefix, len(lists), 3), lists, strict=True)
    )
