"""What others say about compounds: evaluations by source, and signals by polarity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from inspector.domain import Evaluation, Signal
from scenarios.city import City
from scenarios.spec import Spec
from scenarios.stream import Stream

# source -> (noise, step) in basis points, percent missing. Coarse steps give ties.
SOURCES = {
    "housing": (900, 100, 0),
    "street": (1000, 250, 1),
    "community": (1200, 250, 1),
    "owners": (1400, 10, 2),
    "complaints": (1600, 50, 2),
    "observers": (1500, 50, 9),
}
# 镇街、社区、业主、协会、媒体、监管单位 push praise and criticism (褒贬).
SPEAKERS = ("street", "community", "owners", "association", "media", "authority")
SIGNAL_DAYS = 80  # signals of that many days before the last day on record


def make_evaluations(
    spec: Spec, city: City, better: Mapping[str, int]
) -> tuple[Evaluation, ...]:
    """Scores of every source for every compound, a few missing here and there.

    `better`: what remediation has added to a compound's quality.
    """
    out = []
    for compound in city.compounds:
        stream = Stream(spec.name, spec.seed, "evaluation", compound.id)
        level = 10 * (city.quality[compound.id] + better.get(compound.id, 0))
        for source, (noise, step, missing) in SOURCES.items():
            score = (level + stream.between(-noise, noise)) // step * step
            sample = _sample(stream, source, compound.households)
            if not stream.hit(missing, 100):
                out.append(
                    Evaluation(compound.id, source, max(0, min(10_000, score)), sample)
                )
    return tuple(out)


def _sample(stream: Stream, source: str, households: int) -> int:
    """How many people or cases stand behind a score."""
    if source == "owners":
        return stream.between(3, max(4, min(240, households // 6)))
    if source == "complaints":
        return stream.between(1, 2 + households // 60)
    return stream.between(2, 4) if source == "observers" else 1


def make_signals(spec: Spec, city: City) -> tuple[Signal, ...]:
    """Praise and criticism of companies and compounds, not all of it verified."""
    stream = Stream(spec.name, spec.seed, "signals")
    firms = [c.usc18 for c in city.companies if c.status == "active"]
    found = {
        Signal(
            stream.pick(firms) if stream.hit(3, 4) else stream.pick(city.compounds).id,
            stream.pick(SPEAKERS),
            stream.weighted((("criticism", 3), ("praise", 2))),
            stream.weighted((("accepted", 5), ("pending", 3), ("rejected", 2))),
            spec.past.until - timedelta(stream.below(SIGNAL_DAYS)),
        )
        for _ in range(spec.signals)
    }
    return tuple(sorted(found, key=lambda s: (s.date, s.subject, s.source, s.polarity)))
