"""The alerts of one SLO, found among rules: those that compare the same error ratio with the same budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from slogen.moving.reading import Value
from slogen.moving.rules_burn import Burn
from slogen.moving.rules_read import Rule

NAMES, SERVICES = ("sloth_slo", "slo"), ("sloth_service", "slo_service", "service")
KIND: Final = "sloth_severity"
OURS: Final = frozenset(
    {"sloth_id", "severity", KIND, *NAMES, *SERVICES}
)  # labels that are read as something else


@dataclass(slots=True)
class Found:
    """The alerts of an SLO with their burn rates, its budget, and all rules of the import."""

    alerts: list[Rule]
    burns: list[tuple[Rule, Burn]]
    budget: Fraction
    beside: list[Rule] = field(default_factory=list)

    def add(self, alert: Rule, burn: Burn) -> None:
        """One burn rate more."""
        self.burns.append((alert, burn))
        if alert not in self.alerts:
            self.alerts.append(alert)

    @property
    def records(self) -> list[Rule]:
        """The rules that record its error ratio."""
        looks = (look for _, burn in self.burns for look in burn.looks)
        return list(dict.fromkeys(rule for look in looks for rule in look.rules))

    def labels(self) -> Iterator[tuple[str, Value]]:
        """Labels that may say what it is called: of alerts, then of what is recorded."""
        for rule in (*self.alerts, *self.records):
            yield from rule.labels.items()
