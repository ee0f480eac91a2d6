"""Which values of the severity label wake somebody, and which wait for working hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import Settings


@dataclass(frozen=True, slots=True)
class Severities:
    """Values of the label, of pages and of tickets."""

    pages: frozenset[str]
    tickets: frozenset[str]


def severities_of(slos: Iterable[Slo], settings: Settings) -> Severities:
    """The project's words, and those of single SLOs."""
    known = list(slos)

    def words(name: str) -> frozenset[str]:
        return frozenset({settings.severity(name), *(slo.severity(name, settings) for slo in known)})

    return Severities(words(PAGE), words(TICKET))
