"""Which values of the severity label wake somebody, and which wait for working hours.

Of rules whose specs aren't there nobody knows what they call a page. What isn't known is taken for one: a
ticket too many costs less than a page that isn't seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from slogen.model.alerting import INFO
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import Settings

_NEVER_PAGES: Final = frozenset({"warning", "warn", "info", "informational", "none", "low"})


@dataclass(frozen=True, slots=True)
class Severities:
    """Values of the label, of pages, of tickets, and of what is only good to know."""

    pages: frozenset[str]
    tickets: frozenset[str]
    infos: frozenset[str] = frozenset({INFO})

    def is_page(self, severity: str) -> bool:
        """Whether an alert with this value of the label wakes somebody, as far as anybody knows."""
        return severity in self.pages or severity not in self.tickets | self.infos | _NEVER_PAGES


def severities_of(slos: Iterable[Slo], settings: Settings) -> Severities:
    """The project's words, and those of single SLOs."""
    known = list(slos)

    def words(name: str) -> frozenset[str]:
        return frozenset({settings.severity(name), *(slo.severity(name, settings) for slo in known)})

    return Severities(words(PAGE), words(TICKET), words(INFO))
