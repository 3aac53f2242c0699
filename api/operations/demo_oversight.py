"""Made-up oversight of a demonstration, around its last month, all by the services.

Planner, head and leader each do what is theirs: the yearly plan, signals reported and
verified, grades, one entry of each list, docket cases with measures and orders, an
objection with its reply. Whom it meets follows from the registry and the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from api.credit import (
    comparison,
    facts,
    roll_trials,
    rolls,
)
from api.credit import (
    files as credit_files,
)
from api.credit import (
    rules as credit_rules,
)
from api.docket import cases as docket
from api.docket import intake, moves, visited
from api.field import objections
from api.months import steps
from api.registry import entries
from api.site import Desk
from api.store.fieldwork import PublicResult
from api.year import plan as year
from inspector.credit.file import EventState
from inspector.credit.lists import StepKind
from inspector.credit.rules import SubjectKind
from inspector.credit.satisfaction import OWNERS
from inspector.domain import Registry
from inspector.policy import Policy
from inspector.year.month_policy import base, month_policy
from inspector.year.plan import quotas
from inspector.year.plan_file import read_year

PLAN = files("scenarios") / "wuzhou-2027.toml"
YEAR = 2027
# Before the first freeze of its year the plan is made; the rest lies between the close
# of the first month and the field work of the last.
PLANNED, PUBLISHED = "2026-12-18T08:00:00Z", "2027-01-18T01:00:00Z"
REPORTED, VERIFIED = "2027-01-15T09:30:00Z", "2027-01-15T10:00:00Z"
GRADED, ORDERED = "2027-01-22T05:00:00Z", "2027-01-22T08:00:00Z"
HEARD, LISTED = "2027-01-27T01:00:00Z", "2027-01-28T02:00:00Z"
PLEASED = 9200  # basis points of the owners of the company that gets on the red list
REASON = "演示"
PROVED = 3  # cases of which a problem is proved solved
# Measure and level, one for each case that gets an order.
MEASURES = (("listed", "city"), ("joint", ""), ("enforced", ""), ("listed", "district"))

OpenDesk = Callable[[str], AbstractContextManager[Desk]]


@dataclass(frozen=True, slots=True)
class Reported:
    """A signal about a company of `Oversight`, and what is decided on it."""

    firm: str  # best, worst or other
    source: str
    polarity: str
    code: str
    points: int | None  # hundredths, where a document states them
    document: str
    text: str
    state: EventState


_YES, _NO, _OPEN = EventState.ACCEPTED, EventState.REJECTED, EventState.PENDING
SIGNALS = (
    Reported(
        *("best", "authority", "praise", "", 500),
        *("演示建表〔2026〕3号", "年度表彰（合成）", _YES),
    ),
    Reported(
        *("best", "association", "praise", "", 500),
        *("演示协表〔2026〕1号", "行业示范（合成）", _YES),
    ),
    Reported(
        *("worst", "authority", "criticism", "fees.excess", None),
        *("演示价处〔2026〕8号", "超标准收费（合成）", _YES),
    ),
    Reported(
        *("worst", "street", "criticism", "income.unbooked", None),
        *("演示街函〔2026〕21号", "公共收益未单独列账（合成）", _YES),
    ),
    Reported(
        *("worst", "authority", "criticism", "", 1200),
        *("演示建罚〔2026〕5号", "挪用公共收益，文书载明记12分（合成）", _YES),
    ),
    Reported(
        *("other", "owners", "praise", "good.observers", None),
        *("演示观察〔2026〕2号", "物业观察员评价（合成）", _YES),
    ),
    Reported(
        *("other", "media", "criticism", "business.manager", None),
        *("演示报道2026-12-30", "项目负责人不到岗，经查不实（合成）", _NO),
    ),
    Reported(
        *("other", "community", "criticism", "fees.undisclosed", None),
        *("演示社区〔2027〕1号", "收费未公示（合成）", _OPEN),
    ),
)
# List -> firm and the fact that is public.
ENTRIES = {
    "red": ("best", "信用等级优秀，业主满意率90%以上，无不良记录（演示）"),
    "black": ("worst", "两次公示的信用等级均为不合格（演示）"),
}


def ruled(registry: Registry, policy: Policy, day: date) -> Policy:
    """The month's policy with the chances that the yearly plan's batches give at a
    freeze of that day."""
    plan = read_year(PLAN.name, PLAN.read_bytes())
    found = quotas(plan, base(registry, plan))
    return month_policy(registry, policy, plan, found, policy.month, day)[0]


class Oversight:
    """What the bureau does besides inspecting, in order."""

    def __init__(self, desk: OpenDesk, stand: Callable[[str], None]) -> None:
        self.desk, self.stand = desk, stand
        self.firms: dict[str, str] = {}
        self.entries: dict[str, str] = {}

    def around(self, months: Mapping[str, str], closed: str) -> Iterator[str]:
        """Everything up to the field work of the last month: the time of the next thing
        is told before it is done. `months`: ids by month; `closed`: the first one."""
        yield PLANNED
        with self.desk("planner") as desk:
            year.keep(desk, YEAR, PLAN.read_text("utf-8"))
        yield from self._signals(months[closed])
        yield PUBLISHED
        with self.desk("head") as desk:
            year.publish(desk, YEAR, "演示批〔2027〕1号")
        with self.desk("planner") as desk:
            filed = {
                "platform": "省级监管平台（演示）",
                "number": "演示备案〔2027〕1号",
            }
            year.file(desk, YEAR, {**filed, "day": desk.today})
        yield from self._lists_and_orders()

    def _signals(self, closed: str) -> Iterator[str]:
        """Signals reported and verified, the cases of the closed month taken over."""
        yield REPORTED
        self._choose()
        made = [(self._report(s), s) for s in SIGNALS]
        self._take(closed)
        yield VERIFIED
        for fact, signal in made:
            if signal.state is not EventState.PENDING:
                self._decide(fact, signal.state)
        self._grade()

    def _lists_and_orders(self) -> Iterator[str]:
        """Grades, who is proposed and entered on the lists, orders."""
        yield GRADED
        self._grade()
        for roll, (firm, reason) in ENTRIES.items():
            self._propose(roll, self.firms[firm], reason)
        yield ORDERED
        for k, (number, measure) in enumerate(
            zip(self._found(), MEASURES, strict=False)
        ):
            self._order(k + 1, number, *measure)
        yield HEARD
        self._step("black", "heard", note="企业陈述（合成）：无异议")
        yield LISTED
        for k, roll in enumerate(self.entries, 1):
            self._step(roll, "listed", document=f"演示名单〔2027〕{k}号")

    def pleased(self, registry: Registry) -> Registry:
        """The registry with better opinions of the owners about the best company."""
        mine = {c.id for c in registry.compounds if c.usc18 == self.firms["best"]}
        rows = tuple(
            replace(e, score_bp=max(e.score_bp, PLEASED))
            if e.source == OWNERS and e.compound in mine
            else e
            for e in registry.evaluations
        )
        return replace(registry, evaluations=rows)

    def end(self, opened: str, today: date) -> None:
        """After the review: an objection; its reply and a proof on the day."""
        objection = self._object(opened)
        self._take(opened)
        self.stand(f"{today.isoformat()}T00:10:00Z")
        if objection:
            self._reply(opened, objection, today)
        self._solve()

    # --- credit ---

    def _choose(self) -> None:
        """Whom the signals are about: companies without any record so far."""
        with self.desk("planner") as desk:
            registry = entries.scenario(desk).registry
            rules = credit_rules.in_force(desk, desk.today)
            known = set(credit_files.grouped(desk, SubjectKind.COMPANY))
        cases = {c.compound for c in registry.docket}
        known |= {c.usc18 for c in registry.compounds if c.id in cases}
        said = roll_trials.surveyed(registry, rules)
        free = sorted(
            (score, firm) for firm, score in said.items() if firm not in known
        )
        for name, at in (("best", -1), ("other", -2), ("worst", 0)):
            self.firms[name] = free[at][1]

    def _report(self, signal: Reported) -> str:
        values = {
            "kind": SubjectKind.COMPANY.value,
            "subject": self.firms[signal.firm],
            "source": signal.source,
            "polarity": signal.polarity,
            "code": signal.code,
            "points": signal.points,
            "document": signal.document,
            "text": signal.text,
        }
        with self.desk("planner") as desk:
            return facts.report(desk, values).id

    def _decide(self, fact: str, state: EventState) -> None:
        with self.desk("leader") as desk:
            facts.decide(desk, facts.find(desk, fact), state, REASON)

    def _grade(self) -> None:
        with self.desk("head") as desk:
            comparison.grade(desk)

    # --- lists ---

    def _propose(self, roll: str, firm: str, reason: str) -> None:
        values = {"roll": roll, "kind": SubjectKind.COMPANY.value, "subject": firm}
        k = len(self.entries) + 1
        values |= {"reason": reason, "document": f"演示拟列〔2027〕{k}号"}
        with self.desk("planner") as desk:
            self.entries[roll] = rolls.propose(desk, values).id
        self._step(roll, "notified", document=f"演示告知〔2027〕{k}号")

    def _step(self, roll: str, step: str, **more: str) -> None:
        with self.desk("head") as desk:
            row = rolls.find(desk, self.entries[roll])
            rolls.step(desk, row, StepKind(step), more)

    # --- docket ---

    def _take(self, month: str) -> None:
        """The registries' cases go on in the service, with the visits of a month."""
        with self.desk("planner") as desk:
            intake.adopt_all(desk, "转入")
            visited.take_visits(desk, steps.find(desk, month), "检查")

    def _found(self, *, apart: bool = False) -> list[str]:
        """Open cases with problems, by company first; `apart`: orders of results that
        are followed beside the docket."""
        with self.desk("planner") as desk:
            files = [case for _, case in docket.every_file(desk)]
        found = [
            (not case.company, case.id)
            for case in files
            if case.apart == apart and case.unsolved
        ]
        return [number for _, number in sorted(found)]

    def _move(self, case: str, made_by: moves.Maker, /, **values: Any) -> None:
        with self.desk("planner") as desk:
            moves.make(desk, case, made_by, {"reason": REASON, **values})

    def _order(self, k: int, number: str, measure: str, level: str) -> None:
        about = {"measure": measure, "level": level, "unit": "演示街道办事处"}
        self._move(number, moves.measure, number=f"演示措施〔2027〕{k}号", **about)
        who = {"unit": "演示街道办事处", "office": "street_head"}
        self._move(number, moves.responsible, **who)
        with self.desk("planner") as desk:
            left = docket.load(desk, docket.find(desk, number)).unordered
        if left:  # what a result left open; what it ordered has its order already
            law = {"works": (), "straight": False}
            self._move(number, moves.order, number=f"演示责改〔2027〕{k}号", **law)

    def _solve(self) -> None:
        """The first problem of some cases, and some whole orders, are proved solved."""
        cases = self._found()[:PROVED]
        for k, number in enumerate([*cases, *self._found(apart=True)[:PROVED]], 1):
            with self.desk("planner") as desk:
                case = docket.load(desk, docket.find(desk, number))
            left = [p.number for p in case.unsolved if p.deadline is not None]
            proved = left if case.apart else left[:1]
            if proved:
                proof = f"演示复核〔2027〕{k}号"
                self._move(number, moves.solve, problems=proved, number=proof)

    # --- objection ---

    def _object(self, month: str) -> str:
        """An objection to the first published record of the month, if any; its id."""
        with self.desk("planner") as desk:
            records = select(PublicResult).where(PublicResult.month_id == month)
            record = desk.db.scalars(records.order_by(PublicResult.visit)).first()
            if record is None:  # nobody was reached on the first day
                return ""
            values = {
                "number": "演示异议〔2027〕1号",
                "received": desk.today,
                "text": "企业申请复核记录（合成）",
            }
            return objections.receive(desk, month, record.id, values).id

    def _reply(self, month: str, objection: str, today: date) -> None:
        values = {
            "replied": today,
            "ruling": "dismissed",
            "reply": "经核对现场记录，原结果成立（合成）",
        }
        with self.desk("planner") as desk:
            objections.reply(desk, month, objection, values)
