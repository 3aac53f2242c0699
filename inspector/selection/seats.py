"""席位: which seats a package has, and who may sit in them and why not.

Packages, people and a policy → `SeatRule`s and who is eligible, with reasons for the
others.

One rule of law, one function: `reasons_out` gives every reason that keeps a person out
of a seat; nobody is out for any other reason. Sources: 行政处罚法 2021 art. 42-43
(certificate, two officers, recusal), DOMAIN §9 (skills, rotation), DESIGN §3 "Seats",
PROTOCOL.md §13 (authority, scope).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspector.ceremony.canon import Key, mac
from inspector.domain import (
    Compound,
    Inspector,
    Item,
    Leave,
    PastVisit,
    Recusal,
    Registry,
    Role,
    RunningVisit,
    Visit,
    VisitKind,
)
from inspector.months import months_between
from inspector.policy import Policy, SeatRule, named
from inspector.selection.lists import holds, in_scope, visit_list


def pseudonym(secret: Key, month: str, inspector: str) -> str:
    """The name a person has in public this month."""
    return "p" + mac(secret, "pseudonym", month, inspector).hex()[:20]


@dataclass(frozen=True, slots=True)
class Work:
    """What a seat's occupant would do: the day, the skill and the compounds."""

    day: date
    skill: str
    compounds: tuple[Compound, ...]


class People:
    """Everybody in the inspector registry with what may keep them out."""

    def __init__(
        self,
        inspectors: Sequence[Inspector],
        leave: Iterable[Leave],
        recusals: Iterable[Recusal],
        history: Iterable[PastVisit],
        policy: Policy,
        running: Iterable[RunningVisit] = (),
        items: Iterable[Item] = (),
    ) -> None:
        self.inspectors = tuple(inspectors)
        self.policy = policy
        self._items = tuple(items)
        self._lists: dict[tuple[str, str, date], tuple[Item, ...]] = {}
        self._eligible: dict[tuple[object, ...], list[int]] = {}
        self._leave: dict[str, list[Leave]] = {}
        for row in leave:
            self._leave.setdefault(row.inspector, []).append(row)
        self._recusals: dict[tuple[str, str], list[Recusal]] = {}
        for r in recusals:
            self._recusals.setdefault((r.inspector, r.subject), []).append(r)
        self._seen: dict[tuple[str, str], list[date]] = {}
        for h in history:
            for person in {h.lead, h.second}:
                self._seen.setdefault((person, h.compound), []).append(h.date)
        for v in running:
            for person in {v.lead, v.second} - {""}:
                self._seen.setdefault((person, v.compound), []).append(v.day)

    @classmethod
    def of(cls, registry: Registry, policy: Policy) -> People:
        return cls(
            registry.inspectors,
            registry.leave,
            registry.recusals,
            registry.history,
            policy,
            registry.running,
            registry.items,
        )

    def present(self, person: Inspector, day: date) -> bool:
        """Valid certificate (experts need none) and no leave that touches the day."""
        if person.max_days < 1:
            return False
        if not person.expert and not certified(person, day):
            return False
        return not any(
            row.first <= day <= row.last for row in self._leave.get(person.id, ())
        )

    def days(self, person: Inspector, working_days: Iterable[date]) -> tuple[date, ...]:
        return tuple(d for d in working_days if self.present(person, d))

    def _recused(self, person: str, subject: str, day: date) -> bool:
        """回避 on that day (行政处罚法 2021 art. 43)."""
        return bool(subject) and any(
            (r.first is None or r.first <= day) and (r.last is None or day <= r.last)
            for r in self._recusals.get((person, subject), ())
        )

    def _rotated(self, person: str, compound: str, day: date) -> bool:
        """轮换: he was there lately, or goes in a month that still runs."""
        months = self.policy.seats.rotation_months
        return any(
            months_between(seen, day) <= months
            for seen in self._seen.get((person, compound), ())
        )

    def concerned(self, c: Compound) -> list[int]:
        """Indexes of those whom it may matter for that a visit is to this compound."""
        subjects = {c.id, c.usc18} - {""}
        return [
            i
            for i, p in enumerate(self.inspectors)
            if p.scope
            or (p.id, c.id) in self._seen
            or any((p.id, s) in self._recusals for s in subjects)
        ]

    def conflict(self, person: str, c: Compound, first: date, last: date) -> bool:
        """Recused (on any day of the span) or rotated out for this compound."""
        return self._rotated(person, c.id, first) or any(
            (r.first is None or r.first <= last) and (r.last is None or first <= r.last)
            for subject in {c.id, c.usc18} - {""}
            for r in self._recusals.get((person, subject), ())
        )

    def scoped_out(
        self,
        person: Inspector,
        rule: SeatRule,
        compounds: Iterable[Compound],
        day: date,
    ) -> bool:
        """事项范围: his scope does not cover what this seat checks there that day."""
        if not person.scope or rule.role is Role.EXPERT:
            return False
        joint = rule.role is Role.JOINT
        authority = rule.authority if joint else self.policy.authority
        lists = [self._checks(c, day, authority) for c in compounds]
        return not in_scope(rule.role, person, lists)

    def _checks(self, c: Compound, day: date, authority: str) -> tuple[Item, ...]:
        """The items of one authority on a visit's list."""
        name = named(self.policy, authority)
        key = name, c.id, day
        if key not in self._lists:
            found = visit_list(self._items, self.policy, c, day, {name})
            self._lists[key] = found
        return self._lists[key]

    def reasons_out(self, person: Inspector, rule: SeatRule, work: Work) -> list[str]:
        """Every reason why `person` may not take this seat; empty = eligible."""
        out = role_reasons(person, rule, work.skill)
        if not person.expert and rule.role is not Role.EXPERT:
            out += authority_reasons(self.policy, person, rule)
        if self.scoped_out(person, rule, work.compounds, work.day):
            out.append("scope")
        if not person.expert and not certified(person, work.day):
            out.append("certificate")
        if person.max_days < 1:
            out.append("load")
        if any(
            row.first <= work.day <= row.last for row in self._leave.get(person.id, ())
        ):
            out.append("leave")
        for c in work.compounds:
            if self._recused(person.id, c.id, work.day) or self._recused(
                person.id, c.usc18, work.day
            ):
                out.append("recusal")
                break
        if any(self._rotated(person.id, c.id, work.day) for c in work.compounds):
            out.append("rotation")
        return out

    def eligible(self, rule: SeatRule, work: Work) -> list[int]:
        """Indexes of the people who may sit there."""
        key = rule, work.day, work.skill, tuple(c.id for c in work.compounds)
        if key not in self._eligible:
            self._eligible[key] = [
                i
                for i, person in enumerate(self.inspectors)
                if not self.reasons_out(person, rule, work)
            ]
        return [*self._eligible[key]]


def certified(person: Inspector, day: date) -> bool:
    """执法证 present and valid on `day` (行政处罚法 2021 art. 42)."""
    return (
        bool(person.cert_no)
        and person.cert_valid_to is not None
        and person.cert_valid_to >= day
    )


def role_reasons(person: Inspector, rule: SeatRule, skill: str) -> list[str]:
    """What the role itself demands: experts never sit as officers."""
    if rule.role is Role.EXPERT:
        return [] if person.expert else ["role"]
    if person.expert:
        return ["role"]
    if rule.role is Role.LEAD:
        return [] if person.may_lead else ["role"]
    if rule.role is Role.SECOND:
        return [] if not skill or skill in person.skills else ["skill"]
    return [] if not rule.unit or person.unit == rule.unit else ["unit"]


def authority_reasons(policy: Policy, person: Inspector, rule: SeatRule) -> list[str]:
    """检查主体: he acts for the seat's authority; who leads or assists, for our own."""
    own = rule.role in (Role.LEAD, Role.SECOND)
    wanted = {rule.authority, ""} if own else {rule.authority}
    return [] if all(holds(policy, person, a) for a in wanted) else ["authority"]


def seat_rules(
    policy: Policy, visits: Sequence[Visit], skill: str
) -> tuple[tuple[str, SeatRule], ...]:
    """Seats of a package as (name inside the package, rule), in policy order.

    Names are the role, with a running number from the second of its kind on.
    """
    docket = any(k is not VisitKind.RANDOM for v in visits for k in v.kinds)
    holds = {"always": True, "docket": docket, "skill": bool(skill)}
    out: list[tuple[str, SeatRule]] = []
    count: dict[Role, int] = {}
    for rule in policy.seats.seats:
        if holds[rule.when]:
            n = count[rule.role] = count.get(rule.role, 0) + 1
            out.append((rule.role.value + (str(n) if n > 1 else ""), rule))
    return tuple(out)


def group_of(person: Inspector) -> str:
    """Eligibility class of a person: one class may sit in the same kinds of seat."""
    if person.expert:
        return "expert"
    lead = "lead" if person.may_lead else "officer"
    marked = (("+", person.skills), ("@", person.authorities), ("#", person.scope))
    return lead + "".join(m + name for m, names in marked for name in sorted(names))


def hardest(
    people: People, rule: SeatRule, day: date, work: Mapping[str, tuple[str, Compound]]
) -> int:
    """Fewest people eligible for one of the visits alone on that day.

    `work`: visit id → (its skill, its compound). DESIGN §3: no seat may keep fewer than
    half of them, except listed ones.
    """
    return min(
        len(people.eligible(rule, Work(day, skill, (compound,))))
        for skill, compound in work.values()
    )
