"""What the user meant: services and their SLOs, with everything inherited and derived filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from slogen.conventions import slo_id
from slogen.model.origin import Origin
from slogen.model.sli import Samples, Sli, States
from slogen.model.tiers import PAGE, Tier
from slogen.units import format_duration, to_text


@dataclass(frozen=True, slots=True)
class SeverityOptions:
    """How alerts of one severity behave; times in seconds."""

    enabled: bool = True
    wait: int = 0
    keep_firing_for: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Absent:
    """When to tell that the data is gone: after `wait` seconds, until it is forgotten (`Alerting.forget`).

    `up` selects the targets' own `up`; empty means that gone and idle can't be told apart.
    """

    wait: int
    severity: str
    up: tuple[str, ...]
    per_group: bool


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
class Alerting:
    """How an SLO alerts. `names` maps slogen's alert names to the user's.

    `wants_pages` says that page tiers were asked for, be it that none of them fits. `shipped_policy` is the
    policy that the tiers come from, if slogen brings it; else "". Data that has been gone for `forget`
    seconds is not missed any longer.
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

    def name(self, alert: str) -> str:
        """The alert's name, as the user wants it."""
        return self.names.get(alert, alert)

    @property
    def has_pages(self) -> bool:
        """Whether any tier pages."""
        return any(tier.severity == PAGE for tier in self.tiers)

    @property
    def needs_breach_alert(self) -> bool:
        """Whether the window is too short for any page tier, so that its own ratio is what pages."""
        return self.wants_pages and not self.has_pages and self.severities[PAGE].enabled


@dataclass(frozen=True)
class Slo:
    """One service level objective. `objective` is a share (0.999); `window` is in seconds.

    `samples` are the spec's own series for the proof; None where they are to be found.
    """

    service: str
    name: str
    description: str
    objective: Fraction
    window: int
    sli: Sli
    alerting: Alerting
    owner: str
    labels: Mapping[str, str]
    links: Mapping[str, str]
    origin: Origin
    sli_origin: Origin
    samples: Samples | States | None = None

    @cached_property
    def id(self) -> str:
        """`<service>/<name>`, the slo_id label."""
        return slo_id(self.service, self.name)

    @cached_property
    def budget(self) -> Fraction:
        """The error budget as a share of events: 1 - objective."""
        return 1 - self.objective

    @cached_property
    def percent(self) -> str:
        """The objective as people write it: "99.9%"."""
        return f"{to_text(self.objective * 100, 9)}%"

    @cached_property
    def period(self) -> str:
        """The SLO window as people write it: "30d"."""
        return format_duration(self.window)


@dataclass(frozen=True, slots=True)
class Service:
    """The SLOs of one service, from one spec document."""

    name: str
    source: str
    slos: tuple[Slo, ...]
    origin: Origin
