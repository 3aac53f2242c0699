"""What a forger may say and verify accepts: schema path, a lie told there (kind and
mode), and the sentence of README that admits it. Reviewed; at most 40."""

from __future__ import annotations

WORD = "The registry, all reasons and the times it writes are the bureau's word"
CHOICE = "The policy is the bureau's choice"
NOTHING = "What decides nothing is told, not recomputed"
AUDITOR = "only the auditor's bundle proves"
NEAR = "table was possible, to within one millionth"

ACCEPTED: dict[str, tuple[str, str, str]] = {
    "log.events[entropy:*].record[].at": ("hour later", "rebuilt", WORD),
    "log.events[source_recorded:*].at": ("second later", "rebuilt", WORD),
    "log.events[cancelled:*].at": ("second later", "rebuilt", WORD),
    "results.results[].published_at": ("hour later", "rebuilt", WORD),
    "log.events[cancelled:*].reason": ("trailing blank", "rebuilt", WORD),
    "log.events[called].reason": ("trailing blank", "rebuilt", WORD),
    "cancelled.attempts[].document.*": ("one less", "rebuilt", NOTHING),
    "cancelled.attempts[].drawn.*": ("another's", "rebuilt", NOTHING),
    "cancelled.attempts[].plan.*": ("one less", "rebuilt", NOTHING),
    "cancelled.attempts[].table.*": ("one less", "rebuilt", NOTHING),
    "*plan.solver.*": ("other case", "rebuilt", NOTHING),
    # Where all pairs of a person lie at a bound, several numbers prove his table.
    "table.multipliers.loads[]": ("another's", "redrawn", NEAR),
    "table.seats[].hardest": ("one more", "redrawn", AUDITOR),
    "freeze.policy.*": ("one more", "redrawn", CHOICE),
    "freeze.history*": ("another's", "redrawn", WORD),
    "freeze.evaluations*": ("zero", "redrawn", WORD),
    "freeze.compounds*": ("one less", "redrawn", WORD),
    "freeze.companies*": ("last item dropped", "redrawn", WORD),
    "freeze.offices*": ("one more", "redrawn", WORD),
    "freeze.streets*": ("full width", "redrawn", WORD),
    "freeze.items*": ("full width", "redrawn", WORD),
    "freeze.docket[].last_visit": ("day later", "redrawn", WORD),
    "freeze.provisional": ("flipped", "redrawn", WORD),
    "freeze.cars*": ("trailing blank", "redrawn", WORD),
}
