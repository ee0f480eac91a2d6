"""What the user meant: services and their SLOs, with everything inherited and derived filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol, TypeGuard

from slogen.conventions import slo_id
from slogen.model.alerting import Alerting
from slogen.model.calendar import Calendar
from slogen.model.exclusions import Exclusion
from slogen.model.levels import Levels
from slogen.model.origin import Origin
from slogen.model.sli import Parsed, Reference, Sli
from slogen.model.states import Samples, States
from slogen.model.tiers import PAGE
from slogen.settings import Settings
from slogen.units import DAY, HOUR, format_duration, to_text


@dataclass(frozen=True, eq=False)
class Slo:
    """One service level objective. `objective` is a share (0.999); `window` is in seconds.

    `service` and `name` are its identity; `called` is what the spec says now, where `id` keeps an older one.
    With a `calendar` the budget is that of its period, and `window` is the nominal length, for tiers.
    `since` is the Unix time before which events don't count. `samples` are the spec's own series for the
    proof; None where they are to be found. `levels` are plain thresholds beside the budget. `depends_on` are
    the ids of the SLOs that this one can't be met without. `board` is the address of its generated board, if
    alerts lead there. An SLO equals itself alone, so what is worked out of one can be remembered by it.
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
    board: str = ""

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The other SLOs that it is made of, as the spec names them."""
        return self.sli.references if is_compound(self.sli) else ()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The other SLOs that it is made of."""
        return self.sli.parts if is_compound(self.sli) else ()

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

    @cached_property
    def fills_gaps(self) -> bool:
        """Whether time without data counts, as good or as bad: its own, or that of a part."""
        timed = self.sli.timed
        return (timed is not None and timed.missing != "ignore") or any(p.slo.fills_gaps for p in self.parts)

    @cached_property
    def pages_when_gone(self) -> bool:
        """Whether somebody is woken up when its targets are gone, where `up` tells that."""
        absent = self.alerting.absent
        if absent is None or not absent.tells_gone:
            return False
        has_pages = self.alerting.sends(PAGE) and (
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
    def allowed(self) -> str:
        """The budget as people write it: "0.1%"."""
        return f"{to_text(self.budget * 100)}%"

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
    def reach(self) -> int:
        """How far the budget looks back at most, in seconds."""
        return self.calendar.longest if self.calendar else self.window

    @property
    def counts_from_a_date(self) -> bool:
        """Whether the budget begins at a date, and doesn't just look back."""
        return self.calendar is not None or self.since is not None

    @property
    def budget_windows(self) -> tuple[int, ...]:
        """The recorded windows that the budget is made of, in seconds."""
        return self.dated_windows if self.calendar else (self.window, *self.dated_windows)

    @property
    def dated_windows(self) -> tuple[int, ...]:
        """Those of them, beside the base window, that a budget which begins at a date is made of."""
        return (HOUR, DAY) if self.counts_from_a_date else ()


@dataclass(frozen=True, slots=True)
class Part:
    """An SLO that a compound is made of. `share` is the error ratio of the whole when everything of this
    part fails and the others are well; above 1 where the part's budget is smaller than that of the whole."""

    slo: Slo
    weight: Fraction
    share: Fraction


class Compound(Protocol):
    """An SLI that is made of other SLOs: `references` name them, `parts` are the same once they are known."""

    @property
    def references(self) -> tuple[Reference, ...]: ...
    @property
    def parts(self) -> tuple[Part, ...]: ...

    def resolved(self, whole: Slo, slos: Sequence[Slo]) -> Parsed:
        """The SLI of `whole` with the SLOs that its references name."""
        ...


def is_compound(sli: object) -> TypeGuard[Compound]:
    """Whether an SLI is made of other SLOs. Asked of every SLO, and `isinstance` of a protocol is slow."""
    return hasattr(sli, "resolved")


def with_parts(slos: Sequence[Slo]) -> list[Slo]:
    """These SLOs, and all that they are made of."""
    found, todo = {slo.id: slo for slo in slos}, list(slos)
    while todo:
        new = [part.slo for part in todo.pop().parts if part.slo.id not in found]
        found |= {slo.id: slo for slo in new}
        todo += new
    return list(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """The SLOs of one service, from the spec documents that name it; and SLOs that others say now, whose
    `id` is of this service. As an SLO does, it equals itself alone."""

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
        paths = {slo.origin.document.path for slo in with_parts(self.slos)}
        return (*self.files, *sorted(paths - {*self.files}))


def severity_words(services: Iterable[Service], settings: Settings) -> dict[str, tuple[str, ...]]:
    """The label values that each severity can have: the project's first, then those of single SLOs."""
    words = {name: {settings.severity(name): None} for name in ("page", "ticket", "info")}
    for slo in (slo for service in services for slo in service.slos):
        for name, options in slo.alerting.severities.items():
            if options.word:
                words[name][options.word] = None
    return {name: tuple(found) for name, found in words.items()}
