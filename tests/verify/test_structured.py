"""A small lie on every schema path, by a forger who redoes every hash afterwards.

Each lie is told twice over: in the closed month, with all hashes rebuilt (`rebuilt`),
and in a document before it is bound, the rest of the month run honestly with the new
seed (`redrawn`). Whatever still verifies stands in ACCEPTED, with the sentence of
README that admits it: nothing else may, and nothing may stay there that no longer does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import attacked
import forger
import pytest
from accepted import ACCEPTED
from attacked import Files, public, refused, status
from forger import Docs
from month_stages import Month
from rebuilt import rebuild
from redrawn import FROM_FREEZE, FROM_SEAL, redraw
from schema_paths import Route, Same, kinds, place, routes, told

from inspector.verify import canonical

BY_DEFAULT, FULL = 200, 2000


@dataclass(frozen=True)
class Lie:
    """A kind of lie about a path of a base; `mode` rebuilt or redrawn."""

    base: str
    path: str
    kind: str
    mode: str

    @property
    def document(self) -> str:
        return self.path.replace("[", ".").split(".")[0]

    @property
    def order(self) -> str:
        """Lies are told in the order of their hashes: as good as by chance."""
        return sha256(f"{self}".encode()).hexdigest()


class Attack:
    """The honest months, their paths, and every lie that can be told about them."""

    def __init__(self, month: Month) -> None:
        self.month, self.bases = month, attacked.bases(month)
        self.routes = {k: routes(forger.load(f)) for k, f in self.bases.items()}

    @cached_property
    def lies(self) -> list[Lie]:
        return sorted(self._lies(), key=lambda lie: lie.order)

    def _lies(self) -> Iterator[Lie]:
        seen = set[str]()
        for base, found in self.routes.items():
            docs = forger.load(self.bases[base])
            for path, ways in found.items():
                if path in seen:
                    continue
                if path == "private":
                    continue  # without it the bundle is the public one
                for kind in sorted({k for w in ways for k in kinds(place(docs, w))}):
                    yield Lie(base, path, kind, "rebuilt")
                    own = Lie(base, path, kind, "redrawn")
                    again = own.document in (*FROM_FREEZE, *FROM_SEAL)
                    if again and base == "normal" and path != own.document:
                        yield own
            seen |= found.keys()

    def chosen(self, number: int) -> list[Lie]:
        """So many lies, evenly over all paths; few of those that take a plan."""
        rounds: dict[tuple[str, str], int] = {}
        ranked = []
        for lie in self.lies:
            own = (lie.path, lie.mode)
            rounds[own] = rounds.get(own, 0) + 1
            slow = 3 * (lie.mode == "redrawn" and lie.document in FROM_FREEZE)
            ranked.append((rounds[own] + slow, lie.order, lie))
        return [lie for _, _, lie in sorted(ranked, key=lambda r: r[:2])[:number]]

    def forged(self, lie: Lie) -> Files:
        """The bundle with the lie in it. Raises Same when nothing changes."""
        ways, files = self.routes[lie.base][lie.path], self.bases[lie.base]
        if lie.mode == "redrawn":
            own = [w for w in ways if w[0] == lie.document]
            found = redraw(
                self.month, lie.document, lambda d: told(d, own, lie.path, lie.kind)
            )
        else:
            docs = forger.load(files)
            rebuild(docs, pinned(docs, told(docs, ways, lie.path, lie.kind)))
            found = {f"{k}.json": canonical(doc) for k, doc in docs.items()}
        if found == files:
            raise Same
        return found

    def accepted(self, lie: Lie) -> bool | None:
        """Whether the forgery is accepted; None when it says the same."""
        try:
            files = self.forged(lie)
        except Same:
            return None
        own = files if lie.document == "private" else public(files)
        return not refused(own)


def pinned(docs: Docs, route: Route) -> set[tuple[int, object]]:
    """What is edited stays: its place and, of a list or object, what is in it."""
    own = place(docs, route)
    return {(id(own.holder), own.key)}


def fits(path: str, entry: str) -> bool:
    """Whether an entry of the list names a path; `*` stands for anything."""
    return bool(re.fullmatch(re.escape(entry).replace(r"\*", ".*"), path))


def entry(path: str) -> str:
    """The entry of the list that names a path, or ""."""
    return next((own for own in ACCEPTED if fits(path, own)), "")


@pytest.fixture(scope="module")
def attack(month: Month) -> Attack:
    return Attack(month)


def judged(attack: Attack, lies: list[Lie]) -> Mapping[str, list[Lie]]:
    """Accepted lies by the entry that admits them; refuses any that none does."""
    found: dict[str, list[Lie]] = {}
    told_ = 0
    for lie in lies:
        outcome = attack.accepted(lie)
        told_ += outcome is not None
        if outcome:
            found.setdefault(entry(lie.path), []).append(lie)
    wrong = [f"{x.base} {x.path}: {x.kind}, {x.mode}" for x in found.pop("", [])]
    assert wrong == []
    print(f"{told_} lies on {len({x.path for x in lies})} paths", end="")
    return found


def test_a_small_lie_anywhere_is_refused_or_admitted(attack: Attack) -> None:
    judged(attack, attack.chosen(BY_DEFAULT))


@pytest.mark.full
def test_two_thousand_lies_are_refused_or_admitted(attack: Attack) -> None:
    judged(attack, attack.chosen(FULL))


def test_the_list_of_what_is_admitted_is_short() -> None:
    assert len(ACCEPTED) <= 40


@pytest.mark.full
def test_nothing_is_admitted_that_is_refused_by_now(attack: Attack) -> None:
    stale = []
    for path, (kind, mode, _) in ACCEPTED.items():
        lies = [x for x in attack.lies if fits(x.path, path)]
        own = [x for x in lies if (x.kind, x.mode) == (kind, mode)]
        if not any(attack.accepted(lie) for lie in own[:8]):
            stale.append(path)
    assert stale == []


def test_readme_admits_every_entry() -> None:
    readme = " ".join(
        (Path(attacked.__file__).parents[2] / "README.md").read_text("utf-8").split()
    )
    for path, (_, _, sentence) in ACCEPTED.items():
        assert sentence in readme, path


def test_rebuilding_an_honest_month_changes_nothing(attack: Attack) -> None:
    for files in attack.bases.values():
        docs = forger.load(files)
        rebuild(docs)
        assert forger.dump(docs) == files
        assert status(files) == 0


def test_running_a_month_again_without_an_edit_changes_nothing(attack: Attack) -> None:
    assert redraw(attack.month, "plan", lambda docs: None) == attack.bases["normal"]


# Hashes that commit to something nobody can compute from the bundle, or to chance.
GIVEN = ("*.blind_hash", "*.commit", "*.cites*", "*.secret", "*.salt", "*.blinds*")
# Of documents that are never opened nobody can tell what their hashes are of.
NEVER_OPENED = "cancelled.attempts[].document.*"


def test_the_forger_redoes_every_hash(attack: Attack) -> None:
    """Each hash of a month, spoiled, is found again."""
    left = set()
    for base, found in attack.routes.items():
        docs = forger.load(attack.bases[base])
        for path, ways in found.items():
            value = place(docs, ways[-1]).value
            if not (isinstance(value, str) and len(value) == 64 and "." in path):
                continue
            if any(fits(path, own) for own in (*GIVEN, NEVER_OPENED)):
                continue
            broken = json.loads(json.dumps(docs))
            place(broken, ways[-1]).holder[ways[-1][-1]] = "ab" * 32
            rebuild(broken)
            if broken != docs:
                left.add(path)
    assert left == set()


def test_a_cancelled_freeze_is_as_lawful_as_the_one_in_force(
    attack: Attack, tmp_path: Path
) -> None:
    docs = forger.load(attack.bases["again"])
    document = docs["cancelled"]["attempts"][0]["document"]
    document["exclusions"].pop()
    rebuild(docs)
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)))
    assert forger.failing(found) == {"log.cancelled"}
