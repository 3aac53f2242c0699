"""What the entropy sources of a policy must satisfy, one function per rule.

A policy → faults by key; `policy_rules` lists them with the others. A source that has
a fault of its own already is not judged again.
"""

from __future__ import annotations

from collections.abc import Iterator

from inspector.errors import Fault, messages
from inspector.policy import Policy, Source
from inspector.registry.policy_file import FILE
from inspector.registry.policy_sources import LISTS, beside_calendar
from inspector.registry.rules import RegistryDraft
from inspector.sources import Use, instant, is_outside, outside_time, uses, wrong

messages(
    {
        "entropy.outside": (
            "至少要有一个本单位之外的随机源（双色球或大乐透）",
            "at least one source outside the bureau is needed (双色球 or 大乐透)",
        ),
        "entropy.last": (
            "内部随机源须早于每个本单位之外的随机源",
            "an inside source must happen before every source outside the bureau",
        ),
        "entropy.same": (
            "“{value}”已用过，每一期只用一次",
            '"{value}" serves already; no issue serves twice',
        ),
        "entropy.order": (
            "派员随机源须晚于抽取检查对象的所有随机源",
            "a lottery source must happen after every source of the draw",
        ),
    }
)


def _fault(code: str, key: str, value: object = "", **params: object) -> Fault:
    return Fault(code, FILE, None, key, str(value), params)


def _told(draft: RegistryDraft, key: str) -> bool:
    """Whether what stands under a key has a fault of its own already."""
    return any(told.startswith(key) for told in draft.unsure)


def entropy_sources(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """Each list has an outside source, and inside ones happen before (DESIGN §3)."""
    seen: set[str] = set()
    for name in ("draw_entropy", "lottery_entropy"):
        sources: tuple[Source, ...] = getattr(policy, name)
        for number, source in enumerate(sources):
            key = f"{name}[{number}]"
            if _told(draft, key):
                continue
            for code, field, value in wrong(source):
                yield _fault(code, f"{key}.{field}", value)
            if source.id in seen:
                yield _fault("entropy.id", f"{key}.id", source.id)
            seen.add(source.id)
        first = outside_time(sources)
        if not any(map(is_outside, sources)):
            yield _fault("entropy.outside", name)
        elif first and any(s.at >= first for s in sources if not is_outside(s)):
            yield _fault("entropy.last", name, first)


def later_entropy(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """People are drawn with other and later entropy than compounds (DESIGN §3)."""
    used: set[Use] = set()
    draws = enumerate(policy.draw_entropy)
    sure = [s for n, s in draws if not _told(draft, f"draw_entropy[{n}]")]
    last = max((s.at for s in sure if instant(s.at)), default="")
    for name in ("draw_entropy", "lottery_entropy"):
        for number, source in enumerate(getattr(policy, name)):
            key, mine = f"{name}[{number}]", set(uses(source))
            if mine & used:
                shown = " ".join(filter(None, min(mine & used)))
                yield _fault("entropy.same", f"{key}.issue", shown)
            used |= mine
            late = name == "lottery_entropy" and instant(source.at)
            if late and not _told(draft, key) and source.at <= last:
                yield _fault("entropy.order", f"{key}.at", source.at)


def drawn_then(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """A lottery's issue is drawn when the policy says, where its calendar is known."""
    for name in LISTS:
        for number, source in enumerate(getattr(policy, name)):
            key = f"{name}[{number}]"
            if not _told(draft, key):
                for code, field, value, params in beside_calendar(source):
                    yield _fault(code, f"{key}.{field}", value, **params)
