"""Random short months, told as steps: rules, entropy, cancellations, people, absences.

Everything is chosen by one seed. A month is as honest as its steps, so whatever the
program accepts here the verifier must accept, too.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from month_stages import read_city
from two_offices import people, two_offices

from inspector.ceremony.canon import Suite, digest
from inspector.domain import Registry, RiskClass, VisitKind
from inspector.errors import CeremonyError, InspectorError, NoPlan
from inspector.month import demonstration
from inspector.month.ahead import made_up_reasons
from inspector.month.amendment_plan import amended_plan_body
from inspector.month.amendment_proposal import propose
from inspector.month.documents import entry
from inspector.month.field import refuse_unmade
from inspector.month.freeze import freeze
from inspector.month.pack import schedule
from inspector.month.route import apply
from inspector.month.saved import packing_file
from inspector.month.stages import Route
from inspector.months import month_span
from inspector.policy import Policy, Source
from inspector.replan.changes import CarsGone, Change, CompoundShut, Shut
from inspector.sources import later, next_drawing
from inspector.workdays import local_day

sys.path.append(str(Path(__file__).resolve().parents[1] / "check"))

from greedy import greedy

GAMES = {"双色球": (6, 33, 1, 16), "大乐透": (5, 35, 2, 12)}
TWO_OFFICES = 0.4  # of all months
BEGINS = date(2026, 11, 2)  # the first day on which a month is frozen
Body = dict[str, Any]


class Story:
    """One random month, step by step; `told` names what happened."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.told: list[str] = []
        registry, policy, calendar, _ = read_city("wuzhou")
        self.registry, self.calendar = self._registry(registry), calendar
        self.policy = self._policy(policy)
        if Random(f"{seed} offices").random() < TWO_OFFICES:
            self._offices(Random(f"{seed} lists"))
        self.route, self.issue = Route(), 2026100
        self.now = f"2026-11-{self.random.randint(BEGINS.day, 9):02d}T02:00:00Z"
        self.reveals: dict[str, str] = {}
        self.after = ""  # what is named from now on is later than that

    # -- what is frozen ------------------------------------------------------------

    def _registry(self, whole: Registry) -> Registry:
        some = self.random.sample(whole.compounds, self.random.randint(25, 60))
        kept = {c.id for c in some}
        people = self.random.sample(
            whole.inspectors, self.random.randint(9, len(whole.inspectors))
        )
        staff = {i.id for i in people}
        return replace(
            whole,
            compounds=tuple(c for c in whole.compounds if c.id in kept),
            streets=tuple(replace(s, min_draw=0) for s in whole.streets),
            inspectors=tuple(i for i in whole.inspectors if i.id in staff),
            leave=tuple(x for x in whole.leave if x.inspector in staff),
            recusals=tuple(
                r
                for r in whole.recusals
                if r.inspector in staff and (r.subject in kept or r.subject[:1] != "C")
            ),
            evaluations=tuple(e for e in whole.evaluations if e.compound in kept),
            history=tuple(
                h
                for h in whole.history
                if h.compound in kept
                and {h.lead, h.second} <= staff | {""}
                and h.date < BEGINS
            ),
            docket=tuple(c for c in whole.docket if c.compound in kept),
            signals=(),
            assistants=(),
        )

    def _policy(self, policy: Policy) -> Policy:
        pick = self.random.choice
        draw = replace(
            policy.draw,
            by_type=pick((False, True)),
            cap_unit=pick(("compound", "company")),
            exclude_recent_months=pick((0, 1, 3)),
            reserves=pick((0, 2, 3)),
            batches=1,
            rates=tuple((k, pick(((1, 8), (1, 4), (1, 2)))) for k in RiskClass),
        )
        seats = replace(
            policy.seats,
            standby_pairs=pick((0, 1)),
            rotation_months=pick((0, 1, 3)),
            keep_share=pick(((1, 2), (2, 3), (1, 4))),
        )
        lottery = replace(
            policy.lottery,
            max_levels=pick((1, 3, 8)),
            cap_factor=pick(((5, 4), (3, 2))),
            duty_weight=pick(((1, 4), (1, 16))),
        )
        return replace(
            policy,
            draw=draw,
            seats=seats,
            lottery=lottery,
            hash=pick(("sha256", "sm3")),
            wait_hours=pick((1, 24)),
            seal_wait_hours=pick((1, 2)),
            close_days=pick((3, 10)),
            release_minute=pick((420, 450)),
        )

    def _offices(self, dice: Random) -> None:
        """A second office, lists of its own, what counts: section 13."""
        self.registry, policy = two_offices(self.registry, self.policy)
        found = list(self.registry.inspectors)
        dice.shuffle(found)
        staff = sorted(people(found), key=lambda i: i.id)
        past = (
            replace(h, counts_for_cap=dice.random() < 0.8)
            for h in self.registry.history
        )
        self.registry = replace(
            self.registry, inspectors=tuple(staff), history=tuple(past)
        )
        count = dice.sample([*VisitKind], dice.randint(1, len(VisitKind)))
        draw = replace(
            policy.draw,
            cap_by=dice.choice(("random", "all")),
            counts=tuple(k for k in VisitKind if k in count or k == VisitKind.RANDOM),
            caps=tuple((k, dice.randint(1, 3)) for k in RiskClass),
        )
        if dice.random() < 0.5:
            policy = replace(policy, seats=self.policy.seats)
        source = dice.choice(("plan", "plan", "superior"))
        task = replace(policy.task, source=source, category="special")
        self.policy = replace(policy, draw=draw, task=task)
        self.told.append("two offices")

    # -- entropy -------------------------------------------------------------------

    def source(self, name: str, soonest: str) -> Source:
        self.issue += 1
        game = self.random.choice(tuple(GAMES))
        at = next_drawing(game, soonest)
        return Source(name, "lottery", game, str(self.issue), at)

    def numbers(self, game: str) -> str:
        a, n, b, m = GAMES[game]
        parts = (
            " ".join(
                f"{x:02d}" for x in sorted(self.random.sample(range(1, top + 1), k))
            )
            for k, top in ((a, n), (b, m))
        )
        return "|".join(parts)

    def inside(self, last: str) -> list[Source]:
        """At most one dice throw and one reveal before T."""
        found = []
        at = later(last, -2)
        if self.random.random() < 0.4:
            self.issue += 1
            found.append(
                Source(f"dice-{self.issue}", "dice", "", f"d-{self.issue}", at)
            )
        if self.random.random() < 0.4:
            self.issue += 1
            value = self.random.randbytes(16)
            suite = Suite(self.policy.hash)
            commit = digest(suite, "reveal", value).hex()
            self.reveals[f"r-{self.issue}"] = value.hex()
            name = f"r-{self.issue}"
            found.append(Source(f"reveal-{self.issue}", "reveal", "", name, at, commit))
        return found

    def record(
        self, stage: str, source: Source, value: str, at: str, **more: Any
    ) -> None:
        body = {"stage": stage, "source": source.id, "issue": source.issue}
        body |= {"value": value, "fallback": False, "at": at, **more}
        self.step("record", body)

    def drawn_from(self, stage: str, sources: tuple[Source, ...], kind: str) -> None:
        """Record everything, sometimes wrongly first; then draw."""
        outside = [s for s in sources if s.kind == "lottery"]
        last = min(s.at for s in outside)
        for s in sources:
            if s.kind != "lottery" and self.random.random() < 0.8:
                value = self.reveals.get(s.issue, "1234561234" * 2)
                if self.random.random() < 0.2:
                    self.told.append("nonsense")
                    value = "ab" * 16 if s.kind == "reveal" else "6" * 20
                self.record(stage, s, value, later(last, -1))
        entropy = []
        at = later(max(s.at for s in outside), 1)
        for s in outside:
            if self.random.random() < 0.2:
                self.told.append("mistyped")
                self.record(stage, s, self.numbers(s.name), at)
            value = self.numbers(s.name)
            self.record(stage, s, value, at)
            row = {"source": s.id, "issue": s.issue, "value": value, "at": at}
            entropy.append({**row, "fallback": False})
        self.now = later(at, 1)
        self.step(kind, {"entropy": entropy, "at": self.now})

    # -- the route -----------------------------------------------------------------

    def step(self, kind: str, body: Body) -> None:
        self.route = apply(self.route, kind, body)

    def announced(self) -> Policy:
        """The policy with the sources of both stages named."""
        wait = max(self.after, later(self.now, self.policy.wait_hours))
        first = self.source("one", wait)
        draw = (*self.inside(first.at), first)
        if self.random.random() < 0.2:
            draw = (*draw, self.source("two", first.at))
        gap = later(max(s.at for s in draw), 30)
        second = self.source("three", gap)
        lottery = (*self.inside(second.at), second)
        return replace(self.policy, draw_entropy=draw, lottery_entropy=lottery)

    def freeze(self) -> None:
        policy = self.announced()
        frozen = freeze(
            self.registry,
            policy,
            self.calendar,
            blind=self.random.randbytes(32),
            secret=self.random.randbytes(32),
            at=self.now,
            log=self.route.carried_log,
        )
        self.route = Route(frozen=frozen)

    def people(self) -> None:
        """Somebody asks to be recused, or falls ill for some days."""
        person = self.random.choice(self.registry.inspectors).id
        self.now = later(self.now, 1)
        body: Body = {"at": self.now, "reason": "申请", "approver": "局长"}
        body |= {"leave": [], "recusals": []}
        if self.random.random() < 0.5:
            place = self.random.choice(self.registry.compounds).id
            row = {"inspector": person, "subject": place, "reason": "亲属"}
            body["recusals"] = [row]
        else:
            first = month_span(self.policy.month)[0]
            day = first.replace(day=self.random.randint(1, 20))
            last = day + timedelta(self.random.randint(0, 4))
            span = {"first": day.isoformat(), "last": last.isoformat()}
            body["leave"] = [{"inspector": person, **span, "half": ""}]
        self.told.append("people")
        self.step("people", body)

    def seal(self) -> None:
        """Plan and seal; late signatures name sources of their own."""
        drawn = self.route.drawn
        assert drawn is not None
        self.packed = packed = schedule(drawn, greedy, self.route.changes)
        packing = packing_file(packed.packing).decode()
        self.step(
            "pack",
            {"packing": packing, "runs": packed.runs, "budget": "", "version": ""},
        )
        approved = {"number": "1", "by": "局长", "at": self.now}
        self.step("approve", approved | self.reasons())
        plan = drawn.frozen.policy.lottery_entropy
        outside = [s for s in plan if s.kind == "lottery"]
        if self.random.random() < 0.25:
            self.told.append("late signature")
            late = later(outside[0].at, self.random.choice((-1, 5, 60)))
            self.now = max(self.now, late)
        self.now = later(self.now, 1)
        body: Body = {"blind": self.random.randbytes(32).hex(), "at": self.now}
        wait = later(self.now, self.policy.seal_wait_hours)
        again = any(v.stage == "lottery" for v in self.route.log.voided)
        if again or outside[0].at < wait:
            own, soonest = [], max(wait, outside[0].at, self.after)
            for s in plan:
                self.issue += 1
                at = next_drawing(outside[0].name, soonest)
                if s.kind == "lottery":
                    own.append(replace(s, issue=str(self.issue), at=at))
                elif s.kind == "reveal":
                    value = self.random.randbytes(16)
                    suite, name = Suite(self.policy.hash), f"r-{self.issue}"
                    self.reveals[name] = value.hex()
                    commit = digest(suite, "reveal", value).hex()
                    row = replace(s, issue=name, commit=commit, at=later(at, -2))
                    own.append(row)
                else:
                    row = replace(s, issue=f"d-{self.issue}", at=later(at, -2))
                    own.append(row)
            names = ("id", "kind", "name", "issue", "at", "commit")
            body["entropy"] = [{n: getattr(s, n) for n in names} for s in own]
        self.step("seal", body)

    def reasons(self) -> Body:
        """The head's, of visits that the plan takes over the limit."""
        return {"excess": [entry(row) for row in made_up_reasons(self.packed)]}

    def lottery(self) -> None:
        sealed = self.route.sealed
        assert sealed is not None
        self.drawn_from("lottery", sealed.entropy, "assign")

    def cancelled(self, stage: str) -> None:
        """Cancel what there is; record its outside value if that is still to come."""
        route = self.route
        frozen, sealed = route.frozen, route.sealed
        assert frozen is not None
        self.told.append(f"cancelled {stage}")
        kind = "cancel_draw" if stage == "draw" else "cancel_seal"
        done = route.drawn if stage == "draw" else route.assigned
        if stage == "draw":
            sources, attempt = frozen.policy.draw_entropy, frozen.attempt
        else:
            assert sealed is not None
            sources, attempt = sealed.entropy, sealed.attempt
        self.now = later(self.now, 1)
        self.after = max([self.after, *(s.at for s in sources)])
        self.step(kind, {"at": self.now, "reason": "笔误"})
        if done is None:
            outside = [s for s in sources if s.kind == "lottery"]
            at = later(max(s.at for s in outside), 1)
            self.now = max(self.now, at)
            for s in outside:
                value = self.numbers(s.name)
                self.record(stage, s, value, self.now, attempt=attempt)

    def amend(self) -> None:
        """A compound cannot be reached or a car breaks down; drawn, or cancelled."""
        assigned = self.route.assigned
        assert assigned is not None
        begins = f"{self.policy.month}-01T01:00:00Z"
        self.now = at = max(later(self.now, 1), begins)
        days = assigned.frozen.working_days
        packages = assigned.sealed.packed.packing.packages
        soon = [p for p in packages if p.day > local_day(at)]
        visits = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
        if not soon:
            return
        hit = self.random.choice(soon)
        fact: Change = CarsGone(hit.office, tuple(d for d in days if d >= hit.day)[:3])
        if self.random.random() < 0.5:
            fact = CompoundShut(visits[hit.stops[0].visit], Shut.UNREACHABLE)
        try:
            found = propose(assigned, [fact], today=local_day(at))
            source = self.source("amend", later(at, self.policy.seal_wait_hours))
            names = ("id", "kind", "name", "issue", "at", "commit")
            told = [{n: getattr(source, n) for n in names}] if found.seats else []
            body = {**amended_plan_body(found.amended_plan), "entropy": told, "at": at}
            blind = self.random.randbytes(32).hex()
            self.step("amend", {**body, "blind": blind, "reason": "变更"})
        except (CeremonyError, InspectorError) as refused:
            if not refused.code.startswith(("change.", "replan.", "table.")):
                raise
            return
        self.told.append("amended")
        if not found.seats:
            return
        value = self.numbers(source.name)
        when = later(source.at, 1)
        row = {"source": "amend", "issue": source.issue, "value": value, "at": when}
        if self.random.random() < 0.7:
            self.record("amendment", source, value, when)
            self.now = later(when, 1)
            draw = {"entropy": [{**row, "fallback": False}], "at": self.now}
            try:
                self.step("assign_amendment", draw)
                return
            except CeremonyError as refused:
                if refused.code != "change.late":
                    raise
        self.now = max(self.now, later(at, 1))
        self.told.append("amendment cancelled")
        waiting = self.route.assigned
        assert waiting is not None and waiting.waiting is not None
        attempt = waiting.waiting.attempt
        recorded = [e for e in waiting.log.events if e.get("stage") == "amendment"]
        known = any(
            (e["event"], e["attempt"]) == ("source_recorded", attempt) for e in recorded
        )
        self.step("cancel_amendment", {"at": self.now, "reason": "不改"})
        if not known:
            self.now = max(self.now, when)
            self.record("amendment", source, value, self.now, attempt=attempt)

    def field(self) -> None:
        """Absences day by day, results when they are due."""
        assigned = self.route.assigned
        assert assigned is not None
        events: list[tuple[str, str, Any]] = []
        packages = assigned.sealed.packed.packing.packages
        holders = dict(assigned.now.holders)
        for package in packages:
            day = package.day.isoformat()
            if self.random.random() < 0.3:
                seat = self.random.choice(("lead", "second"))
                who = holders[f"{package.id}/{seat}"]
                since = ""
                hour = f"{package.day - timedelta(1)}T23:10:00Z"
                if self.random.random() < 0.4:
                    since = self.random.choice(package.stops).visit
                    hour = f"{day}T05:00:00Z"
                events.append((hour, "absent", (who, day, since)))
        events += [
            (r.published_at, "publish", r) for r in demonstration.results(assigned)
        ]
        for at, kind, what in sorted(events, key=lambda e: e[0]):
            if at <= self.now:
                continue
            try:
                if kind == "absent":
                    who, day, since = what
                    body = {"person": who, "day": day, "reason": "illness"}
                    self.step("absent", {**body, "at": at, "from": since})
                    self.told.append("absent")
                elif self.random.random() < 0.9:
                    self._publish(what)
            except CeremonyError as refused:
                if not refused.code.startswith(("absent.", "result.")):
                    raise

    def _publish(self, r: Any) -> None:
        assigned = self.route.assigned
        assert assigned is not None
        refuse_unmade(assigned, r.visit)
        row = {"visit": r.visit, "date": r.date.isoformat(), "outcome": r.outcome}
        row |= {"follow_up": r.follow_up, "score_bp": r.score_bp}
        row |= {"findings": list(r.findings), "unchecked": list(r.unchecked)}
        self.step("publish", {**row, "published_at": r.published_at})

    def close(self) -> None:
        assigned = self.route.assigned
        assert assigned is not None
        done = {r.visit for r in assigned.results}
        packages = assigned.sealed.packed.packing.packages
        left = [s.visit for p in packages for s in p.stops if s.visit not in done]
        at = self.random.choice(("2027-02-01T02:00:00Z", "2027-05-01T02:00:00Z"))
        self.step("close", {"at": at, "carried": dict.fromkeys(left, "weather")})

    def tell(self) -> None:
        """The whole month. Raises NoPlan when chance left nothing that can be made."""
        self.freeze()
        if self.random.random() < 0.15:
            self.cancelled("draw")
            self.freeze()
        frozen = self.route.frozen
        assert frozen is not None
        self.drawn_from("draw", frozen.policy.draw_entropy, "draw")
        if self.random.random() < 0.15:
            self.cancelled("draw")
            self.freeze()
            frozen = self.route.frozen
            assert frozen is not None
            self.drawn_from("draw", frozen.policy.draw_entropy, "draw")
        while self.random.random() < 0.3:
            self.people()
        self.seal()
        if self.random.random() < 0.15:
            self.cancelled("lottery")
            self.seal()
        self.lottery()
        if self.random.random() < 0.15 and self.now < "2026-11-27":
            self.cancelled("lottery")
            self.seal()
            self.lottery()
        if self.random.random() < 0.3:
            self.amend()
        self.field()
        self.close()


def story(seed: int) -> Story | None:
    """The month of a seed; None when its people cannot fill its seats."""
    found = Story(seed)
    try:
        found.tell()
    except NoPlan:
        return None
    return found
