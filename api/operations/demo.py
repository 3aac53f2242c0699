"""`inspector demo`: a temporary installation with two made-up months of 梧州.

The first month is the one that `inspector demo` has just run and verified: its inputs
are replayed step by step, so the service publishes the same bytes, and nothing is
solved twice. The second month starts from its close and stands on a duty day: drawn,
planned, approved, sealed, assigned, a few results out. Around it goes what else the
bureau does (`api.operations.demo_oversight`). Everything is synthetic, the entropy too,
and the clock goes ahead of the time.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from api.access import accounts
from api.clock import moment, utc_now
from api.field import publication
from api.jobs.worker import drain
from api.months import basis, ceremony, job_schedule, planning, sources, steps
from api.operations.demo_field import FieldDay
from api.operations.demo_oversight import Oversight, ruled
from api.operations.setup import add_bureau
from api.registry import entries
from api.settings import Settings
from api.site import Actor, Site, system
from api.store.models import Account
from inspector.ceremony.canon import SHA256, Key, digest
from inspector.ceremony.seed import MIN_DICE, Coins, Entropy
from inspector.codec import read
from inspector.command.walk import Run
from inspector.month.assigned import Assigned
from inspector.month.bodies import RecordBody
from inspector.month.following import next_policy
from inspector.month.standing import officers
from inspector.month.waited import DRAWN_BY
from inspector.policy import Policy, Source
from inspector.registry import write_scenario
from inspector.sources import LOTTERIES
from inspector.workdays import CHINA, local_day

CODE = "wuzhou"
NAME = "梧州（演示 demonstration）"
PASSWORD = "demo-only-not-secret"  # of every account; told on every start
SOLVE_SECONDS = 2
# The coins of everything made up here, blinds and entropy included.
SEED = digest(SHA256, "demonstration", b"inspector demo")
# The second month: January is over when December closes.
MONTH = "2027-02"
FROZEN, DRAWN = "2027-01-18T02:00:00Z", "2027-01-21T01:00:00Z"
APPROVED, SEALED = "2027-01-22T01:00:00Z", "2027-01-22T03:00:00Z"
ASSIGNED = "2027-01-26T01:00:00Z"
ROLES = {
    "admin": "演示管理员 demo administrator",
    "planner": "演示规划员 demo planner",
    "head": "演示负责人 demo head",
    "leader": "演示科长 demo leader",
    "auditor": "演示审计员 demo auditor",
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
    closed: str  # id of the closed month
    open: str  # id of the month at work
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


class _Builder:
    """Works on the site as the people of the bureau would, one desk per step."""

    def __init__(self, site: Site, clock: DemoClock) -> None:
        self.site = site
        self.clock = clock
        self.bureau = ""
        self.people: dict[str, Account] = {}
        self.oversight = Oversight(self._desk, clock.stand)

    def build(self, run: Run, files: Mapping[str, bytes]) -> Made:
        self.clock.stand(run.frozen.at)
        self.bureau = add_bureau(self.site, CODE, NAME, demo=True)
        for name, display in ROLES.items():
            self._account(name, display, name)
        self._import(files)
        closed = self._replay(run)
        self.oversight.begin(closed)
        self.clock.stand(FROZEN)
        registry = self.oversight.pleased(run.frozen.registry)
        policy = announced(next_policy(run.frozen.policy))
        policy = ruled(registry, policy, local_day(FROZEN))
        after = write_scenario(registry, policy)
        self._import(after)
        opened, assigned = self._second(after, policy, closed)
        self.oversight.list_both()
        days = sorted({p.day for p in assigned.sealed.packed.packing.packages})
        today = days[min(2, len(days) - 1)]
        field = FieldDay(self.site, self.bureau, opened, self.clock.stand)
        field.work(assigned, days[0], self.people["leader"], today, least=1)
        self.oversight.end(opened, today)
        told = self._officers(assigned, today)
        self.clock.go(datetime(today.year, today.month, today.day, 8, 30, tzinfo=CHINA))
        return Made(CODE, closed, opened, today, (*ROLES.items(), *told))

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
            upload = entries.check(desk, files)
            desk.db.flush()
            entries.commit(desk, upload.id)

    def _step(
        self, role: str, month: str, kind: str, body: Mapping[str, Any], at: str
    ) -> Any:
        self.clock.stand(at)
        with self._desk(role) as desk:
            row = steps.find(desk, month)
            route = steps.advance(desk, row, kind, body)
            if kind == "publish":
                publication.follow(desk, row)
            return route

    def _seed(self, month: str, kind: str, values: Sequence[Entropy], at: str) -> Any:
        """Two people enter every value when it is out; then the step that uses them.

        An inside value entered twice is one leaf, as the outside one is.
        """
        for e in sorted(values, key=lambda e: e.at):
            self.clock.stand(e.at)
            for role in ("planner", "head"):
                with self._desk(role) as desk:
                    given = asdict(e) | {"stage": "", "attempt": 0, "reason": ""}
                    sources.record(desk, steps.find(desk, month), given)
        self.clock.stand(at)
        with self._desk("planner") as desk:
            row = steps.find(desk, month)
            return ceremony.with_seed(desk, row, steps.load(desk, row), kind)

    def _approve(self, month: str, number: str, at: str) -> None:
        self.clock.stand(at)
        with self._desk("head") as desk:
            planning.approve(desk, steps.find(desk, month), number)

    def _begin(self, name: str, body: Mapping[str, Any]) -> str:
        self.clock.stand(body["at"])
        title = f"{name} 月度抽查（演示 demonstration）"
        with self._desk("planner") as desk:
            month = basis.open_month(desk, {"title": title})
            steps.advance(desk, month, "freeze", body)
            return str(month.id)

    def _replay(self, run: Run) -> str:
        """The closed month again, from the steps it was run with; its id."""
        (_, freeze), *rest = run.steps
        month = self._begin(run.frozen.policy.month, freeze)
        given, at = list[Entropy](), str(freeze["at"])
        for kind, body in rest:
            at = str(body.get("published_at") or body.get("at", at))
            if kind == "record":
                given.append(read(RecordBody, body, kind).entry)
            elif kind in DRAWN_BY.values():
                self._seed(month, kind, given, at)
                given = []
            elif kind == "approve":
                self._approve(month, "演示〔2026〕1号", at)
            else:
                role = "leader" if kind in ("absent", "publish", "carry") else "planner"
                self._step(role, month, kind, body, at)
        return month

    def _second(
        self, files: Mapping[str, bytes], policy: Policy, before: str
    ) -> tuple[str, Assigned]:
        """The next month as far as the lottery; its plan by a job, as always."""
        secret, blind, other = (_coins(n) for n in ("secret", "draw", "seal"))
        month = self._begin(MONTH, _freeze(files, blind, secret, FROZEN))
        self._seed(month, "draw", made_up(policy.draw_entropy), DRAWN)
        with self._desk("planner") as desk:
            job_schedule.ask(desk, steps.find(desk, month), SOLVE_SECONDS)
        drain(self.site)
        self._approve(month, "演示〔2027〕1号", APPROVED)
        self._step("planner", month, "seal", _seal(other, SEALED), SEALED)
        self.oversight.go_on()
        values = made_up(policy.lottery_entropy)
        route = self._seed(month, "assign", values, ASSIGNED)
        return month, route.assigned

    def _officers(self, assigned: Assigned, today: date) -> list[tuple[str, str]]:
        """Accounts for the two officers of today's first package."""
        pairs = officers(assigned)
        packages = assigned.sealed.packed.packing.packages
        package = min(p.id for p in packages if p.day == today)
        told = []
        for name, staff in zip(
            ("inspector", "inspector2"), pairs[package], strict=True
        ):
            display = f"演示检查员 demo inspector {staff}"
            self._account(name, display, "inspector", staff)
            told.append((name, display))
        return told


def _coins(label: str) -> str:
    """32 made-up bytes, as hex."""
    return digest(SHA256, "demonstration", SEED, label).hex()


def _freeze(
    files: Mapping[str, bytes], blind: str, secret: str, at: str
) -> dict[str, Any]:
    packed = {n: b64encode(data).decode() for n, data in files.items()}
    return {
        "files": packed,
        "blind": blind,
        "secret": secret,
        "at": at,
        "demonstration": True,
    }


def _seal(blind: str, at: str) -> dict[str, Any]:
    return {"blind": blind, "at": at, "entropy": None}


def announced(policy: Policy) -> Policy:
    """The policy of the second month, with the issues of its made-up entropy."""
    draw, lottery = policy.draw_entropy, policy.lottery_entropy
    return replace(
        policy,
        month=MONTH,
        draw_entropy=_issued(draw, "2027-01-20", 1, "2027007"),
        lottery_entropy=_issued(lottery, "2027-01-25", 3, "2027009"),
    )


def _issued(
    sources: Sequence[Source], day: str, number: int, issue: str
) -> tuple[Source, ...]:
    """Issue, time and promise of each source; the outside one comes last."""
    out = []
    for k, s in enumerate(sources):
        outside = s.kind == "lottery"
        at = f"{day}T13:25:00Z" if outside else f"{day}T08:{10 * k:02d}:00Z"
        commit = ""
        if s.kind == "reveal":
            commit = digest(SHA256, "reveal", bytes.fromhex(_value(s))).hex()
        name = issue if outside else f"{CODE}-{MONTH}-{number + k}"
        new_id = f"dlt-{issue}" if outside else s.id
        out.append(replace(s, id=new_id, issue=name, at=at, commit=commit))
    return tuple(out)


def made_up(sources: Sequence[Source]) -> tuple[Entropy, ...]:
    """A synthetic value for each announced source."""
    return tuple(Entropy(s.id, s.issue, _value(s), s.at) for s in sources)


def _value(source: Source) -> str:
    """A value in the form of the source's kind, from coins named after it."""
    coins = Coins(Key(SHA256, SEED), f"{source.kind}/{source.id}")
    if source.kind == "reveal":
        return _coins(source.kind)[:32]
    if source.kind == "dice":
        return "".join(str(1 + coins.below(6)) for _ in range(MIN_DICE))
    a, n, b, m = LOTTERIES[source.name]
    return f"{_balls(coins, a, n)}|{_balls(coins, b, m)}"


def _balls(coins: Coins, take: int, of: int) -> str:
    left = list(range(1, of + 1))
    taken = [left.pop(coins.below(len(left))) for _ in range(take)]
    return " ".join(f"{ball:02d}" for ball in sorted(taken))


def greeting(made: Made, settings: Settings) -> str:
    """What the start prints: addresses, accounts, examples."""
    base = settings.public_url
    who = "\n".join(f"  {name:<11} {display}" for name, display in made.accounts)
    return f"""
〔演示服务 demonstration〕 全部数据、人员与随机源均为合成，退出即删除
All data, people and entropy are made up; nothing stays when it ends (Ctrl-C).
  {base}/   演示日期 demo day {made.today} 08:30   机构 bureau {made.bureau}
演示账号 accounts; 口令均为 the password of all is: {PASSWORD}
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
