"""What a forger may say and verify accepts: schema path, a lie told there (kind and
mode), and the sentence of README that admits it. Reviewed; at most 40."""

from __future__ import annotations

WORD = "the registry and reasons are the bureau's word"
TYPED = "without a published anchor nothing excludes a redraw"
NEAR = "table was possible, to within one millionth"

ACCEPTED: dict[str, tuple[str, str, str]] = {
    "log.events[entropy:*].record[].at": ("hour later", "rebuilt", TYPED),
    "log.events[dissolved].at": ("hour later", "rebuilt", TYPED),
    "amended.amendments[].drawn.strata*": ("full width", "rebuilt", WORD),
    "cancelled.attempts[].*": ("one less", "rebuilt", WORD),
    # Where all pairs of a person lie at a bound, several numbers prove his table.
    "table.multipliers.loads[]": ("another's", "redrawn", NEAR),
}
