"""How an SLO alerts, as data: tiers, severities, what tells of missing data, traffic and consumed budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final

from slogen.model.tiers import PAGE, Tier
from slogen.units import to_text

INFO: Final = "info"


@dataclass(frozen=True, slots=True)
class SeverityOptions:
    """How alerts of one severity behave; times in seconds. `word` is their label value, "" for the
    project's."""

    enabled: bool = True
    word: str = ""
    wait: int = 0
    keep_firing_for: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


_USUAL: Final = SeverityOptions()


@dataclass(frozen=True, slots=True)
class Absent:
    """When to tell that the data is gone: after `wait` seconds, until it is forgotten (`Alerting.forget`).

    `up` selects the targets' own `up`; empty means that gone and idle can't be told apart. Where missing data
    is filled in as bad, burn alerts tell of it, and only data that never came is told; where it is filled in
    as good, that it is away (`tells_away`), and that the targets are gone if `up` can say so (`tells_gone`).
    """

    wait: int
    severity: str
    up: tuple[str, ...]
    per_group: bool
    tells_gone: bool = True
    tells_away: bool = True


@dataclass(frozen=True, slots=True)
class Traffic:
    """Tell when fewer than `least` events came in the last `window` seconds."""

    least: Fraction
    window: int
    severity: str


@dataclass(frozen=True)
class BudgetAlert:
    """Tell when this share (0..1) of the budget is consumed."""

    consumed: Fraction
    severity: str

    @cached_property
    def percent(self) -> str:
        """The share as its label says it: "50%"."""
        return f"{to_text(self.consumed * 100)}%"


@dataclass(frozen=True, slots=True)
class Escalation:
    """Tell more people when an alert of this severity fires for `after` seconds without a pause."""

    severity: str
    after: int


@dataclass(frozen=True)
class Alerting:
    """How an SLO alerts. `names` maps slogen's alert names to the user's.

    `wants_pages` says that page tiers were asked for, be it that none of them fits. `shipped_policy` is the
    policy that the tiers come from, if slogen brings it; else "". Data that has been gone for `forget`
    seconds is not missed any longer. `traffic` is None also where an SLO has no events to count.
    """

    tiers: tuple[Tier, ...]
    wants_pages: bool
    min_bad_events: Fraction
    absent: Absent | None
    forget: int
    budget: tuple[BudgetAlert, ...]
    severities: Mapping[str, SeverityOptions]
    names: Mapping[str, str]
    shipped_policy: str = ""
    escalations: tuple[Escalation, ...] = ()
    traffic: Traffic | None = None

    def name(self, alert: str) -> str:
        """The alert's name, as the user wants it."""
        return self.names.get(alert, alert)

    def options(self, severity: str) -> SeverityOptions:
        """How alerts of a severity behave; as usual, where nothing is said of it."""
        return self.severities.get(severity, _USUAL)

    def sends(self, severity: str) -> bool:
        """Whether alerts of this severity are emitted. But for the proof, nobody else asks what is
        switched off."""
        return self.options(severity).enabled

    def wait(self, tier: Tier) -> int:
        """How long both windows of a tier must be above its threshold before it fires, in seconds."""
        return self.options(tier.severity).wait if tier.wait is None else tier.wait

    @property
    def told_traffic(self) -> Traffic | None:
        """The traffic that somebody is told to be low, where alerts of its severity are there at all."""
        found = self.traffic
        return found if found and self.sends(found.severity) else None

    @property
    def has_pages(self) -> bool:
        """Whether any tier pages."""
        return bool(self.page_tiers)

    @property
    def needs_breach_alert(self) -> bool:
        """Whether the window is too short for any page tier, so that its own ratio is what pages."""
        return self.wants_pages and not self.has_pages and self.sends(PAGE)

    @cached_property
    def page_tiers(self) -> tuple[Tier, ...]:
        """The tiers that page, the fastest first."""
        return tuple(tier for tier in self.tiers if tier.severity == PAGE)
