"""`inspector demo`: a temporary installation with three made-up months of 梧州.

They overlap as in an office. December 2026 is the one that `inspector demo` has just
run and verified: its inputs are replayed step by step, so the service publishes the
same bytes, and nothing is solved twice; it closes in the middle of January. January is
frozen while December is in the field and its results wait for their deadlines; today
it is published in part. February is frozen in January and stands on a duty day: drawn,
planned, approved, sealed, assigned, a few results out. Around it goes what else the
bureau does (`api.operations.demo_oversight`). Everything is synthetic, the entropy too,
and the clock goes ahead of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from api.access import accounts
from api.clock import moment, utc_now
from api.field import duties, publication
from api.jobs import daily
from api.jobs.worker import drain
from api.months import (
    basis,
    ceremony,
    job_schedule,
    planning,
    sources,
    standing,
    steps,
)
from api.operations import demo_papers
from api.operations.demo_ceremony import (
    FEBRUARY,
    JANUARY,
    Ceremony,
    announced,
    freeze_body,
    made_up,
    seal_body,
)
from api.operations.demo_field import FieldDay
from api.operations.demo_matters import Matters
from api.operations.demo_oversight import REASON, Oversight, ruled
from api.operations.setup import add_bureau
from api.registry import imports, policies
from api.settings import Settings
from api.site import Actor, Desk, Site, system
from api.store.models import Account, Month
from inspector.beijing import CHINA
from inspector.ceremony.seed import Entropy
from inspector.codec import read
from inspector.command.walk import Run
from inspector.domain import Registry
from inspector.month import demonstration
from inspector.month.ahead import made_up_reasons
from inspector.month.assigned import Assigned, Result
from inspector.month.bodies import RecordBody
from inspector.month.documents import entry
from inspector.month.waited import DRAWN_BY
from inspector.policy import Policy
from inspector.registry import write_scenario
from inspector.registry.policy_file import write_policy
from inspector.workdays import local_day

CODE = "wuzhou"
NAME = "梧州（演示）"
MADE_UP = "演示数据，照此继续"
PASSWORD = "demo-only-not-secret"  # of every account; told on every start
SOLVE_SECONDS = 2
DEPUTY = "leader"  # signs for the head when January is approved
EVALUATIONS = "evaluations.csv"
ROLES = {
    "admin": "演示管理员",
    "planner": "演示规划员",
    "head": "演示负责人",
    "leader": "演示科长",
    "auditor": "演示审计员",
}


class DemoClock:
    """Stands where it is put, or goes on from there with the time."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return self.at or utc_now() + self.ahead

    def stand(self, text: str) -> None:
        """Stop at this moment."""
        self.at = moment(text)

    def go(self, at: datetime) -> None:
        """Go on from `at`, whole seconds ahead of the time."""
        self.ahead = timedelta(seconds=int((at - utc_now()).total_seconds()))
        self.at = None


@dataclass(frozen=True, slots=True)
class Made:
    """What was prepared: whom to sign in as, and where the clock stands."""

    bureau: str
    today: date
    accounts: tuple[tuple[str, str], ...]  # name, who that is


def settings_of(folder: Any, port: int) -> Settings:
    """Settings of the demonstration: this computer only, plain http."""
    return Settings(
        data=folder,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        secure_cookies=False,
        hash_memory_kib=19_456,
        solve_seconds=SOLVE_SECONDS,
        log_level="WARNING",
        demo=True,
    )


def build(site: Site, clock: DemoClock, run: Run, files: Mapping[str, bytes]) -> Made:
    """Fill an empty, prepared site; the clock goes on from a duty day's morning."""
    return _Builder(site, clock).build(run, files)


# What one month, or the rest of the bureau, does: the time of the next thing is told
# before it is done.
Course = Iterator[str]


class _Builder:
    """Works on the site as the people of the bureau would, one desk per step."""

    def __init__(self, site: Site, clock: DemoClock) -> None:
        self.site = site
        self.clock = clock
        self.bureau = ""
        self.people: dict[str, Account] = {}
        self.oversight = Oversight(self._desk, clock.stand)
        self.matters = Matters(self._desk)
        self.months: dict[str, str] = {}  # YYYY-MM -> id
        self.begun: date | None = None  # the last day whose daily run was made
        self.today: date | None = None  # known once February has its people

    def build(self, run: Run, files: Mapping[str, bytes]) -> Made:
        self.clock.stand(run.frozen.at)
        self.bureau = add_bureau(self.site, CODE, NAME, demo=True)
        for name, display in ROLES.items():
            self._account(name, display, name)
        self._import(files)
        with self._desk("head") as desk:
            demo_papers.on_record(desk, DEPUTY, local_day(JANUARY.approved))
        february = self._february(run.frozen.policy, run.frozen.registry)
        around = self.oversight.around(self.months, run.frozen.policy.month)
        months = self._december(run), self._january(run)
        self._go_on(*months, around, self.matters.around(), february)
        today = self.today
        assert today is not None
        opened = self.months[FEBRUARY.month]
        self.oversight.end(opened, today)
        self.matters.end(opened, today)
        told = self._officers(opened, today)
        self._day(today)
        self.clock.go(datetime(today.year, today.month, today.day, 8, 30, tzinfo=CHINA))
        return Made(CODE, today, (*ROLES.items(), *told))

    def _day(self, day: date) -> None:
        """What the calendar does by itself on every day of the demonstration."""
        if day != self.begun:
            self.begun = day
            daily.run(self.site)

    def _go_on(self, *courses: Course) -> None:
        """Everything in the order of its time, until the morning of the day."""
        due = [(at, k) for k, c in enumerate(courses) if (at := next(c, ""))]
        while due:
            due.sort()
            at, k = due.pop(0)
            if self.today is not None and at >= self.today.isoformat():
                return
            self.clock.stand(at)
            self._day(local_day(at))
            following = next(courses[k], "")
            due += [(following, k)] if following else []

    def _desk(self, role: str) -> Any:
        account = self.people.get(role)
        if account is None:
            return self.site.desk(self.bureau, system("demo"), write=True)
        actor = Actor(
            f"account:{account.id}", frozenset({role}), self.bureau, account.id
        )
        return self.site.desk(self.bureau, actor, write=True)

    def _account(self, name: str, display: str, role: str, staff: str = "") -> None:
        values = {
            "name": name,
            "display": display,
            "password": PASSWORD,
            "roles": [role],
            "inspector": staff,
        }
        with self._desk("") as desk:
            self.people[name] = accounts.create(desk, values)

    def _import(self, files: Mapping[str, bytes]) -> None:
        with self._desk("planner") as desk:
            checked = imports.check(desk, files)
            desk.db.flush()
            # A class that is not drawn at all, for one: made up, and said so.
            taken = [{"note": n.name, "reason": MADE_UP} for n in checked.notes]
            imports.commit(desk, checked.id, taken)

    def _seed(
        self, month: str, kind: str, values: Sequence[Entropy], at: str
    ) -> Course:
        """Two people enter every value when it is out; then the step that uses them.

        An inside value entered twice is one leaf, as the outside one is.
        """
        for e in sorted(values, key=lambda e: e.at):
            yield e.at
            for role in ("planner", "head"):
                with self._desk(role) as desk:
                    given = asdict(e) | {"stage": "", "attempt": 0, "reason": ""}
                    sources.record(desk, steps.find(desk, month), given)
        yield at
        with self._desk("planner") as desk:
            row = steps.find(desk, month)
            ceremony.with_seed(desk, row, steps.load(desk, row), kind)

    def _approve(self, month: str, number: str, role: str = "head") -> None:
        with self._desk(role) as desk:
            row = steps.find(desk, month)
            packed = steps.load(desk, row).need("packed", "approve")
            reasons = made_up_reasons(packed, standing.known(desk, row))
            planning.approve(desk, row, number, [entry(r) for r in reasons])

    def _begin(self, name: str, freeze: Callable[[Desk, Month], Any]) -> str:
        """A month opened and frozen; its id."""
        title = f"{name} 月度抽查（演示）"
        with self._desk("planner") as desk:
            month = basis.open_month(desk, {"title": title})
            steps.advance(desk, month, "freeze", freeze(desk, month))
            self.months[name] = str(month.id)
            return str(month.id)

    def _december(self, run: Run) -> Course:
        """The closed month again, from the steps it was run with."""
        (_, freeze), *rest = run.steps
        yield freeze["at"]
        month = self._begin(run.frozen.policy.month, lambda _desk, _month: freeze)
        given, at = list[Entropy](), str(freeze["at"])
        for kind, body in rest:
            at = str(body.get("published_at") or body.get("at", at))
            if kind == "record":
                given.append(read(RecordBody, body, kind).entry)
            elif kind in DRAWN_BY.values():
                yield from self._seed(month, kind, given, at)
                given = []
            else:
                yield at
                self._worked(month, kind, body, "演示〔2026〕1号")

    def _worked(
        self, month: str, kind: str, body: Mapping[str, Any], number: str = ""
    ) -> None:
        """One step of a month, by who takes it."""
        if kind == "approve":
            self._approve(month, number)
        elif kind == "publish":
            self._publish(month, body)
        else:
            role = "leader" if kind in ("absent", "carry") else "planner"
            with self._desk(role) as desk:
                steps.advance(desk, steps.find(desk, month), kind, body)

    def _publish(self, month: str, body: Mapping[str, Any]) -> None:
        """A result, which says of the other months what they hold by now."""
        with self._desk("leader") as desk:
            row = steps.find(desk, month)
            result = read(Result, body, "publish")
            work = duties.visit_in(desk, duties.field_of(desk, month), result.visit)
            told = publication.rests_on(desk, work, result)
            steps.advance(desk, row, "publish", {**body, **told})
            publication.follow(desk, row)

    def _later(self, when: Ceremony, policy: Policy) -> Course:
        """A later month as far as its lottery, its plan by a job, as always."""
        policy = announced(replace(policy, month=when.month), when)
        yield when.frozen
        with self._desk("planner") as desk:
            text = write_policy(policy)
            registry = standing.scenario(desk, text).registry
            policy = ruled(registry, policy, local_day(when.frozen))
            policies.keep(desk, write_policy(policy).decode(), REASON)
        month = self._begin(
            when.month, lambda desk, row: freeze_body(when, basis.files(desk, row))
        )
        yield from self._seed(month, "draw", made_up(policy.draw_entropy), when.drawn)
        with self._desk("planner") as desk:
            job_schedule.ask(desk, steps.find(desk, month), SOLVE_SECONDS)
        drain(self.site)
        yield when.approved
        self._approve(month, when.number, DEPUTY if when is JANUARY else "head")
        yield when.sealed
        self._worked(month, "seal", seal_body(when))
        values = made_up(policy.lottery_entropy)
        yield from self._seed(month, "assign", values, when.assigned)

    def _january(self, run: Run) -> Course:
        """In the field when February is frozen, and published in part today."""
        yield from self._later(JANUARY, run.frozen.policy)
        month = self.months[JANUARY.month]
        for kind, body in demonstration.field_steps(self._assigned(month)):
            yield str(body.get("published_at") or body["at"])
            self._worked(month, kind, body)

    def _february(self, policy: Policy, registry: Registry) -> Course:
        """On a duty day: the results of its first one are out."""
        yield FEBRUARY.frozen
        opinions = write_scenario(self.oversight.pleased(registry), policy)
        self._import({EVALUATIONS: opinions[EVALUATIONS]})
        yield from self._later(FEBRUARY, policy)
        month = self.months[FEBRUARY.month]
        assigned = self._assigned(month)
        days = sorted({p.day for p in assigned.sealed.packed.packing.packages})
        self.today = days[min(1, len(days) - 1)]
        field = FieldDay(self.site, self.bureau, month, self.clock.stand)
        yield f"{days[0].isoformat()}T00:00:00Z"
        made = field.visit(assigned, days[0])
        review = field.eve(assigned, days[0], self.today)
        yield f"{review.isoformat()}T09:00:01Z"
        field.review(made, self.people["leader"], least=1)

    def _assigned(self, month: str) -> Assigned:
        with self._desk("planner") as desk:
            found: Assigned = steps.load(desk, steps.find(desk, month)).need(
                "assigned", "field"
            )
            return found

    def _officers(self, month: str, today: date) -> list[tuple[str, str]]:
        """Accounts for the two officers of today's first package."""
        with self._desk("planner") as desk:
            field = duties.field_of(desk, month)
        packages = sorted(p.id for p in field.packages.values() if p.day == today)
        names, told = ("inspector", "inspector2"), []
        pair = next(x for x in map(field.officers, packages) if len(x) == len(names))
        for name, staff in zip(names, pair, strict=True):
            display = f"演示检查员 {staff}"
            self._account(name, display, "inspector", staff)
            told.append((name, display))
        return told


def greeting(made: Made, settings: Settings) -> str:
    """What the start prints: addresses, accounts, examples."""
    base = settings.public_url
    who = "\n".join(f"  {name:<11} {display}" for name, display in made.accounts)
    return f"""
〔演示服务 demonstration〕 全部数据、人员与随机源均为合成，退出即删除
All data, people and entropy are made up; nothing stays when it ends (Ctrl-C).
  {base}/   演示日期 demo day {made.today} 08:30   机构 bureau {made.bureau}
演示账号 accounts; 密码均为 the password of all is: {PASSWORD}
{who}
公众 public:
  curl -s {base}/api/v1/public/{CODE}/months
规划员 planner:
  curl -s -c planner.txt -H 'Content-Type: application/json' \\
    -d '{{"bureau":"{CODE}","name":"planner","password":"{PASSWORD}"}}' \\
    {base}/api/v1/auth/session
  curl -s -b planner.txt {base}/api/v1/bureau/registries
检查人员 inspector: 同样登录 sign in the same way as inspector
  curl -s -b inspector.txt {base}/api/v1/my/packages
"""
