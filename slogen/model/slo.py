"""What the user meant: services and their SLOs, with everything inherited and derived filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from slogen.conventions import slo_id
from slogen.model.calendar import Calendar
from slogen.model.exclusions import Exclusion
from slogen.model.levels import Levels
from slogen.model.origin import Origin
from slogen.model.sli import Samples, Sli, States
from slogen.model.tiers import PAGE, Tier
from slogen.settings import Settings
from slogen.units import DAY, HOUR, format_duration, to_text


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


@dataclass(frozen=True, slots=True)
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

    @property
    def told_traffic(self) -> Traffic | None:
        """The traffic that somebody is told to be low, where alerts of its severity are there at all."""
        found = self.traffic
        return found if found and self.severities[found.severity].enabled else None

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

    `service` and `name` are its identity; `called` is what the spec says now, where `id` keeps an older one.
    With a `calendar` the budget is that of its period, and `window` is the nominal length, for tiers.
    `since` is the Unix time before which events don't count. `samples` are the spec's own series for the
    proof; None where they are to be found. `levels` are plain thresholds beside the budget. `depends_on` are
    the ids of the SLOs that this one can't be met without.
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
    levels: Levels | None = None
    calendar: Calendar | None = None
    since: int | None = None
    exclusions: tuple[Exclusion, ...] = ()
    depends_on: tuple[str, ...] = ()
    called: str = ""

    @cached_property
    def id(self) -> str:
        """`<service>/<name>`, the slo_id label."""
        return slo_id(self.service, self.name)

    @property
    def shown(self) -> str:
        """What people read: `<service>/<name>`, as the spec says it now."""
        return self.called or self.id

    @property
    def title(self) -> str:
        """The name that people read."""
        return self.shown.partition("/")[2]

    @property
    def pages_when_gone(self) -> bool:
        """Whether somebody is woken up when its targets are gone, where `up` tells that."""
        absent = self.alerting.absent
        if absent is None or not absent.tells_gone:
            return False
        has_pages = self.alerting.severities[PAGE].enabled and (
            self.alerting.has_pages or self.alerting.needs_breach_alert
        )
        return absent.severity == PAGE or (absent.severity == "auto" and bool(absent.up) and has_pages)

    def severity(self, name: str, settings: Settings) -> str:
        """The label value for a severity of this SLO."""
        own = self.alerting.severities.get(name)
        return (own.word if own else "") or settings.severity(name)

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
        """The SLO window as people write it: "30d", "month"."""
        return self.calendar.period if self.calendar else format_duration(self.window)

    @property
    def its_budget(self) -> str:
        """The budget in a sentence: "its 30d error budget", "the month's error budget"."""
        return f"the {self.period}'s error budget" if self.calendar else f"its {self.period} error budget"

    @property
    def budget_of(self) -> str:
        """Whose budget it is, between "the" and "budget": "30d", "month's"."""
        return f"{self.period}'s" if self.calendar else self.period

    @property
    def stretch(self) -> str:
        """What the objective holds over: "30d", "each calendar month"."""
        return f"each calendar {self.period}" if self.calendar else self.period

    @property
    def counts_from_a_date(self) -> bool:
        """Whether the budget begins at a date, and doesn't just look back."""
        return self.calendar is not None or self.since is not None

    @property
    def budget_windows(self) -> tuple[int, ...]:
        """The recorded windows that the budget is made of, in seconds."""
        dated = (HOUR, DAY) if self.counts_from_a_date else ()
        return dated if self.calendar else (self.window, *dated)


@dataclass(frozen=True, slots=True)
class Service:
    """The SLOs of one service, from the spec documents that name it; and SLOs that others say now, whose
    `id` is of this service."""

    name: str
    documents: tuple[Origin, ...]
    slos: tuple[Slo, ...]
    description: str = ""

    @property
    def origin(self) -> Origin:
        """Its first document."""
        return self.documents[0]

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the specs that its SLOs stand in."""
        origins = (*self.documents, *(slo.origin for slo in self.slos))
        return tuple(dict.fromkeys(origin.document.path for origin in origins))

    def is_among(self, chosen: Set[str] | None) -> bool:
        """Whether any of its files was chosen; None stands for all of them."""
        return chosen is None or not chosen.isdisjoint(self.files)

    @property
    def source(self) -> str:
        """The same in words, for the head of a generated file."""
        return ", ".join(self.files)

    @property
    def sources(self) -> tuple[str, ...]:
        """The paths of all specs that its rules are made of: its own, then those of parts of its SLOs."""
        found, todo = {slo.id: slo for slo in self.slos}, list(self.slos)
        while todo:
            new = [part.slo for part in todo.pop().sli.parts if part.slo.id not in found]
            found |= {slo.id: slo for slo in new}
            todo += new
        paths = {slo.origin.document.path for slo in found.values()}
        return (*self.files, *sorted(paths - {*self.files}))


def severity_words(services: Iterable[Service], settings: Settings) -> dict[str, tuple[str, ...]]:
    """The label values that each severity can have: the project's first, then those of single SLOs."""
    slos = [slo for service in services for slo in service.slos]
    return {
        name: tuple(dict.fromkeys([settings.severity(name), *(slo.severity(name, settings) for slo in slos)]))
        for name in ("page", "ticket", "info")
    }
