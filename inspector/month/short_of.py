"""What is short, in words: causes and remedies with names and dates, no codes.

A packed month and what is short in it (`causes`) → sentences in both languages. For the
bureau alone: they name people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from inspector.domain import Inspector, Role, Visit
from inspector.errors import messages, text
from inspector.month.cars import in_use
from inspector.month.causes import Remedy, Short, ShortMonth, shortage
from inspector.month.eases import Ease
from inspector.month.freeze import Drawn
from inspector.month.pack import Packed
from inspector.month.short_words import SENTENCES
from inspector.places import minutes
from inspector.selection.seats import certified
from inspector.words import Word, word

messages(SENTENCES)

NAMED = 8  # people or things that a sentence lists

Both = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of a visit or pair, in words. `people`: staff numbers; `days`;
    `subject`: compound, office, skill, authority or role that it is about."""

    kind: str
    people: tuple[str, ...]
    days: tuple[date, ...]
    subject: str
    zh: str
    en: str

    def of(self, lang: int) -> str:
        """In one language: 0 Chinese, 1 English."""
        return (self.zh, self.en)[lang]


@dataclass(frozen=True, slots=True)
class SaidRemedy:
    """A remedy in words."""

    kinds: tuple[str, ...]
    people: tuple[str, ...]
    visits: int
    pairs: int
    zh: str
    en: str

    def of(self, lang: int) -> str:
        """In one language: 0 Chinese, 1 English."""
        return (self.zh, self.en)[lang]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A visit, or a stand-by pair (`day` is its own), without a place, and why."""

    what: str
    compound: str
    day: date | None
    causes: tuple[Cause, ...]

    def name(self, lang: int) -> str:
        """Visit and compound, or the pair."""
        if self.compound:
            return f"{self.what} {self.compound}"
        return f"{('值班', 'stand-by')[lang]} {self.what.removeprefix('S-')}"

    def of(self, lang: int) -> str:
        """The causes in one language: 0 Chinese, 1 English."""
        return ("；", "; ")[lang].join(c.of(lang) for c in self.causes)


@dataclass(frozen=True, slots=True)
class Said:
    """What is short in a month, in words."""

    rows: tuple[LeftOut, ...] = ()
    remedies: tuple[SaidRemedy, ...] = ()

    @property
    def visits(self) -> dict[str, LeftOut]:
        """Of visits, by number."""
        return {r.what: r for r in self.rows if r.compound}

    @property
    def pairs(self) -> tuple[LeftOut, ...]:
        """Of stand-by pairs."""
        return tuple(r for r in self.rows if not r.compound)


def said(packed: Packed, short: ShortMonth | None = None) -> Said:
    """What is short in a packed month; `short`: when it is known already."""
    short = shortage(packed) if short is None else short
    words = InWords(packed.drawn)
    return Said(
        tuple(
            LeftOut(
                row.visit or row.pair,
                words.visits[row.visit].compound if row.visit else "",
                row.day if row.pair else None,
                tuple(words.causes(row)),
            )
            for row in short.rows
        ),
        tuple(words.remedy(r) for r in short.remedies),
    )


def key(ease: Ease, visits: Mapping[str, Visit]) -> tuple[str, str]:
    """What makes two causes of different months the same one."""
    match ease.kind:
        case "certificate" | "days" | "scope" | "authority":
            return ease.kind, ease.who
        case "leave":
            return ease.kind, str(ease.day)
        case "person":
            return ease.kind, ease.rule.role.value if ease.rule else ""
        case "lead":
            return ease.kind, ""
        case "gap" | "dates" | "long" | "far":
            return ease.kind, visits[ease.what].compound
        case _:
            return ease.kind, ease.what


class InWords:
    """Says what is short in one drawn month."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        registry = drawn.frozen.registry
        self.people = {i.id: i for i in registry.inspectors}
        self.compounds = {c.id: c for c in registry.compounds}
        self.visits = {v.id: v for v in drawn.visits}
        self.offices = {o.id: o for o in registry.offices}

    def causes(self, row: Short) -> list[Cause]:
        """Why one visit or pair is not there."""
        if row.before:
            return [self._plain("before", row.before, before=row.before)]
        if row.never:
            district = self.visits[row.visit].district
            return [self._plain(row.never, district, what=district)]
        eases = sorted(row.eases, key=lambda e: (e.order[0], str(e.day or ""), e.what))
        rows = groupby(eases, key=lambda e: (e.kind, str(e.day or ""), e.what))
        return [
            self.cause(own, [own[0].day or row.day] if row.day else [])
            for _, some in rows
            for own in [list(some)]
        ]

    def _plain(self, kind: str, subject: str, **params: object) -> Cause:
        zh, en = text(f"cause.{kind}", params)
        return Cause(kind, (), (), subject, zh, en)

    def cause(self, eases: Sequence[Ease], on: Iterable[date]) -> Cause:
        """One cause: what is eased of one kind at one place, on these days."""
        first, days = eases[0], sorted(set(on))
        people = tuple(dict.fromkeys(e.who for e in eases if e.who))
        count = self._alike(first, min(days, default=None))
        alike = Word("", *text("cause.alike", {"all": count}))
        params: dict[str, object] = {
            "who": listed([self._who(e) for e in eases if e.who]),
            "alike": alike if count > len(people) else "",
            "day": listed([(d.isoformat(), d.isoformat()) for d in days]),
            "what": self._what(first),
        }
        if first.kind == "gap":
            homes = {str(w): w for w in map(self._what, eases) if isinstance(w, Word)}
            params["what"] = listed([(w.zh, w.en) for w in homes.values()])
        if first.kind in ("long", "far", "dates"):
            params |= self._visit(first)
        code = first.kind
        if code == "car" and not any(self._cars(first.what, d) for d in days):
            code = "no_car"
        zh, en = text(f"cause.{code}", params)
        dated = first.kind in ("leave", "lead", "skill", "car", "person")
        said = tuple(days) if dated else ()
        return Cause(first.kind, people, said, self._subject(first), zh, en)

    def _cars(self, office: str, day: date) -> int:
        cars = self.drawn.frozen.registry.cars
        return sum(c.office == office and in_use(c, day) for c in cars)

    def _visit(self, ease: Ease) -> dict[str, object]:
        visit, frozen = self.visits[ease.what], self.drawn.frozen
        there = [
            minutes(frozen.policy.travel, o.place, visit.place)
            + minutes(frozen.policy.travel, visit.place, o.place)
            for o in frozen.registry.offices
            if o.district == visit.district
        ]
        return {
            "minutes": min(there) if ease.kind == "far" else visit.service_minutes,
            "most": ease.n,
            "first": visit.first,
            "last": visit.last,
        }

    def _alike(self, ease: Ease, day: date | None) -> int:
        """How many are kept out in the same way there."""
        registry = self.drawn.frozen.registry
        if ease.kind == "certificate" and day:
            return sum(
                not i.expert and not certified(i, day) for i in registry.inspectors
            )
        if ease.kind == "leave" and ease.day:
            off = (r for r in registry.leave if r.first <= ease.day <= r.last)
            return len({r.inspector for r in off})
        if ease.kind == "recusal":
            c = self.compounds[ease.what]
            rows = [r for r in registry.recusals if r.subject in (c.id, c.usc18)]
            return len({r.inspector for r in rows})
        return 0

    def _subject(self, ease: Ease) -> str:
        if ease.kind in ("gap", "dates", "long", "far"):
            return self.visits[ease.what].compound
        return ease.rule.role.value if ease.rule else ease.what

    def _what(self, ease: Ease) -> object:
        match ease.kind:
            case "skill":
                return word("skill", ease.what)
            case "recusal" | "rotation":
                return self._compound(ease.what)
            case "gap" | "dates" | "long" | "far":
                return self._compound(self.visits[ease.what].compound)
            case "car":
                return self.offices[ease.what].district
            case "person" if ease.rule is not None:
                role = word("role", ease.rule.role.value)
                unit = ease.rule.unit or ease.rule.authority
                own = ease.rule.role in (Role.LEAD, Role.SECOND)
                return role if own or not unit else unit
            case _:
                return ease.what

    def _compound(self, name: str) -> Word:
        own = self.compounds[name].name
        return Word(name, f"{own}（{name}）", f"{own} ({name})")

    def _who(self, ease: Ease) -> Both:
        person = self.people[ease.who]
        if ease.kind != "certificate":
            return (f"{person.name}（{person.id}）", f"{person.name} ({person.id})")
        zh, en = self._certificate(person)
        return (
            f"{person.name}（{person.id}，{zh}）",
            f"{person.name} ({person.id}, {en})",
        )

    def _certificate(self, person: Inspector) -> Both:
        if not person.cert_no or person.cert_valid_to is None:
            return text("cause.none", {})
        return text("cause.ends", {"day": person.cert_valid_to})

    def remedy(self, remedy: Remedy) -> SaidRemedy:
        """What to do, and what it brings."""
        kinds = [
            (kind, list(some)) for kind, some in groupby(remedy.eases, lambda e: e.kind)
        ]
        parts = [
            text(f"remedy.{kind}", {"n": n, "s": "" if n == 1 else "s"})
            for kind, some in kinds
            for n in [len({self._item(e) for e in some})]
        ]
        params = {
            "parts": joined(parts, ("，并", " and ")),
            "who": listed([self._item(e) for _, some in kinds for e in some]),
            "visits": remedy.visits,
            "pairs": remedy.pairs,
            "s": "" if remedy.visits == 1 else "s",
            "p": "" if remedy.pairs == 1 else "s",
        }
        code = "both" if remedy.visits and remedy.pairs else "pairs"
        code = "visits" if not remedy.pairs else code
        return SaidRemedy(
            tuple(k for k, _ in kinds),
            tuple(dict.fromkeys(e.who for e in remedy.eases if e.who)),
            remedy.visits,
            remedy.pairs,
            *text(f"remedy.{code}", params),
        )

    def _item(self, e: Ease) -> Both:
        """One thing of a remedy, by name and date."""
        what = self._what(e)
        said = getattr(what, "zh", what), getattr(what, "en", what)
        day = e.day.isoformat() if e.day else ""
        if not e.who:
            return tuple(" ".join(x for x in (day, str(s)) if x) for s in said)  # type: ignore[return-value]
        who = self._who(e)
        more = said if e.kind in ("skill", "recusal", "rotation") else ("", "")
        zh, en = (
            " ".join(x for x in (day, w, str(m)) if x)
            for w, m in zip(who, more, strict=True)
        )
        return zh, en


def listed(items: Sequence[Both]) -> Word:
    """A few of them and how many there are."""
    own = list(dict.fromkeys(items))
    some = own[:NAMED]
    zh, en = "、".join(z for z, _ in some), ", ".join(e for _, e in some)
    if len(own) > NAMED:
        more = {"all": len(own), "more": len(own) - NAMED}
        last = text("cause.more", more)
        zh, en = f"{zh}{last[0]}", f"{en} {last[1]}"
    return Word("", zh, en)


def joined(items: Iterable[Both], by: Both) -> Word:
    """Joined in each language."""
    rows = list(items)
    return Word("", *(by[k].join(r[k] for r in rows) for k in (0, 1)))
