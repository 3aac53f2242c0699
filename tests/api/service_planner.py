"""A planner at work: the wuzhou month through HTTP alone, step by step.

Programs' tokens instead of browsers, because a month is longer than a sign-in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from service_city import City, scenario_files
from service_field import Crew, _accounts
from service_month import assigned_of, the_record

from api.access import accounts
from api.clock import moment
from api.field import duties
from api.field.duties import OFFICERS
from api.jobs.worker import drain
from api.months import steps
from api.site import Actor
from inspector.domain import Visit
from inspector.month import demonstration
from inspector.month.assigned import Assigned
from inspector.month.documents import entry
from inspector.months import month_span
from inspector.workdays import counted

MONTHS = "/api/v1/bureau/months"
RULES = "/api/v1/bureau/rules"
JOBS = "/api/v1/bureau/jobs"
TRIALS = "/api/v1/bureau/trials"
CHANGES = ("people", "absence", "amend", "amend_lottery", "amend_cancel", "call")
AUDIT = "/api/v1/audit/months"
FROZEN = "2026-11-22T08:00:00+00:00"  # before every source of wuzhou's policy


def code(answer: Any) -> tuple[int, str]:
    """Status and error code of a refusal."""
    return answer.status_code, answer.json["code"]


@dataclass
class Planner:
    """Whoever works on one month: a token per role, the month's id."""

    city: City
    month: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    staffed: bool = False  # whether the officers have accounts

    def token(self, role: str) -> str:
        """A token of the account with this role."""
        if role not in self.tokens:
            actor = self.city.actor(role)
            self.tokens[role] = issued(self.city, actor, [role])
        return self.tokens[role]

    def send(self, role: str, method: str, path: str, **kwargs: Any) -> Any:
        """A request of somebody with this role."""
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        if method == "POST":
            headers["Idempotency-Key"] = secrets.token_hex(8)
        headers |= kwargs.pop("headers", {})
        raw = self.city.app.test_client()
        return raw.open(path, method=method, headers=headers, **kwargs)

    def get(self, path: str, role: str = "planner", **kwargs: Any) -> Any:
        return self.send(role, "GET", path, **kwargs)

    @property
    def base(self) -> str:
        return f"{MONTHS}/{self.month}"

    @property
    def tag(self) -> str:
        """The ETag of the month as it is now."""
        found: str = self.get(self.base).headers["ETag"]
        return found

    def post(
        self, what: str, body: dict[str, Any] | None = None, role: str = "planner"
    ) -> Any:
        """A step or change of the month, as somebody who has just read it."""
        return self.step(what, body, role, {"If-Match": self.tag})

    def step(
        self,
        what: str,
        body: dict[str, Any] | None,
        role: str,
        headers: dict[str, str],
    ) -> Any:
        """The same with the headers given."""
        path = f"{self.base}/{'changes' if what in CHANGES else 'steps'}"
        body = {"kind": what, **(body or {})}
        return self.send(role, "POST", path, headers=headers, json=body)

    def follow(self, body: dict[str, Any] | None = None) -> Any:
        """The month after this one, as far as it may be opened."""
        body = {"after": self.month, **(body or {})}
        return self.send("planner", "POST", MONTHS, json=body)

    def trial(self, kind: str, body: dict[str, Any] | None = None) -> Any:
        """Something tried about the month."""
        body = {"kind": kind, "month": self.month, **(body or {})}
        return self.send("planner", "POST", TRIALS, json=body)

    def do(
        self, what: str, body: dict[str, Any] | None = None, role: str = "planner"
    ) -> Any:
        """A step that must succeed; the answer."""
        answer = self.post(what, body, role)
        assert answer.status_code < 300, (what, answer.json)
        return answer.json

    def open(self) -> Any:
        """A new month; its overview."""
        answer = self.send("planner", "POST", MONTHS, json={"title": "十二月"})
        assert answer.status_code == 201, answer.json
        self.month = answer.json["id"]
        return answer.json

    def freeze(self) -> Any:
        """Opened and frozen before the first source."""
        self.city.clock.to(FROZEN)
        self.open()
        return self.do("freeze", {})

    def entropy(self, stage: str) -> Any:
        """Every value of the record for "draw" or "lottery", when it is there; the
        head enters the outside one again."""
        shown: Any = None
        values = getattr(the_record(), stage)
        for e in sorted(values, key=lambda e: e.at):
            self.city.clock.moment = moment(e.at) + timedelta(minutes=5)
            names = ("source", "issue", "value", "fallback")
            shown = self.value({n: getattr(e, n) for n in names})
        return shown

    def value(self, given: dict[str, Any]) -> Any:
        """A value entered by the planner, an outside one by the head, too."""
        shown = self.do("entropy", given)
        if any(e["outside"] and not e["confirmed"] for e in recorded(shown, given)):
            shown = self.do("entropy", given, "head")
        return shown

    def draw(self) -> Any:
        """As far as the draw."""
        self.freeze()
        self.entropy("draw")
        return self.do("draw")

    def schedule(self, seconds: int = 1) -> Any:
        """The plan, made here and now; its job."""
        job = self.do("schedule", {"seconds": seconds})
        assert drain(self.city.site) == 1
        return self.get(f"{JOBS}/{job['id']}").json

    def approve(self) -> Any:
        """The head's word, with his reasons for what goes over a yearly limit."""
        over = self.get(f"{self.base}/plan", "head").json["excess"]
        reasons = [
            {"visit": r["visit"], "reason": "整改台账到期（合成）"} for r in over
        ]
        said = {"number": "梧房〔2026〕12号", "excess": reasons}
        return self.do("approve", said, "head")

    def seal(self) -> Any:
        """From the drawn month to the sealed one."""
        self.schedule()
        self.approve()
        return self.do("seal", {})

    def assign(self) -> Any:
        """From the sealed month to the people."""
        self.entropy("lottery")
        return self.do("lottery")

    def field_work(self, left_out: int = 0) -> list[str]:
        """A made-up result for every placed visit but the last `left_out`, entered as
        steps without any officer; what was left out."""
        results = demonstration.results(self.assigned())
        made = results[: len(results) - left_out]
        for r in made:
            clock = self.city.clock
            clock.moment = max(clock.moment, moment(r.published_at))
            with self.city.desk(write=True) as desk:
                row = steps.find(desk, self.month)
                steps.advance(desk, row, "publish", entry(r))
        return [r.visit for r in results[len(made) :]]

    def inspect(
        self, left_out: int = 0, days: tuple[str, str] = ("", "9")
    ) -> list[str]:
        """The month's field work over HTTP: two officers and the leader per visit; of
        its `days` from the first to the last given.

        The last `left_out` visits are not made, nor those of a package that an absence
        left without an officer because no reserve was free (people are drawn anew in
        every run); every third one finds a problem. Then the month is over.
        """
        with self.city.desk() as desk:
            field = duties.field_of(desk, self.month)
        if not self.staffed:
            _accounts(self.city, field.assigned.frozen.names)
        self.staffed = True
        real = field.assigned.frozen.names
        packages = sorted(field.packages.values(), key=lambda p: (p.day, p.id))
        packages = [p for p in packages if days[0] <= p.day.isoformat() <= days[1]]
        short = {
            p.id
            for p in packages
            for _, who in field.team(p.id)
            if (p.day.isoformat(), real[who.id]) in field.away
        }
        todo = [(p, n) for p in packages for n in range(len(p.stops))]
        todo.sort(key=lambda one: one[0].id in short)
        idle = sum(p.id in short for p, _ in todo)
        made = todo[: len(todo) - max(idle, left_out)]
        for count, (package, stop) in enumerate(made):
            pair = [who.id for role, who in field.team(package.id) if role in OFFICERS]
            team = Team(self.city, self.month, package, (pair[0], pair[1]), stop)
            team.morning("17:00")
            team.published(team.problem() if count % 3 == 0 else team.draft())
        over = month_span(field.assigned.frozen.policy.month)[1]
        team.morning("09:00", counted(field.assigned.frozen.publish_days, over, 1))
        return [p.stops[n].visit for p, n in todo[len(made) :]]

    def drawn(self) -> tuple[Visit, ...]:
        """The visits of the plan in force."""
        return self.assigned().sealed.packed.drawn.visits

    def assigned(self) -> Assigned:
        """The month after the lottery."""
        return assigned_of(self.city, self.month)


def recorded(shown: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a month that show a value of this source."""
    lines = shown["entropy"]
    return [e for e in lines if e["source"]["id"] == given["source"] and e["recorded"]]


@dataclass
class Team(Crew):
    """Two officers at one stop of their package."""

    stop: int = 0

    @property
    def visit(self) -> str:
        return self.package.stops[self.stop].visit


def issued(city: City, actor: Actor, scopes: list[str]) -> str:
    """A token of this account that outlives the month."""
    wanted = {"label": "t", "scopes": scopes, "may_write": True, "days": 180}
    with city.site.desk(city.bureau, actor, write=True) as desk:
        return accounts.issue_token(desk, wanted)[1]


def policy_text() -> str:
    """The policy of the scenario."""
    return scenario_files()["policy.toml"].decode()
