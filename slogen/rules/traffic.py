"""Too few events although the targets are up: only told where the spec says how many there always are.

Idle is no incident by itself, so nobody is told of it unasked. What is asked for is judged over the whole
time: not while the SLO is younger, not when targets were down or time was excluded in it, and not where
SLODataAbsent tells, or told: an outage is one incident, and its hole in the count is no second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from slogen.conventions import (
    ABSENT_ALERT,
    EXCLUDED,
    FIRST_SEEN,
    ID,
    LAST_SEEN,
    TRAFFIC_ALERT,
    UP,
    identity_names,
    service_selector,
    slo_selector,
    total_series,
)
from slogen.emitted.rules import Alert, Rule
from slogen.model.alerting import Traffic
from slogen.model.slo import Service, Slo
from slogen.promql.text import any_of, selector, wrapped
from slogen.rules.absent import shared_labels
from slogen.rules.labels import STATE_HELD, alert_annotations, alert_labels, timing
from slogen.rules.running import running
from slogen.rules.seen import targets_seen, watched
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration, to_text

# A look at what runs costs a sample a target, so there are few; an instant selector sees 5m back.
_MOST_LOOKS, _LEAST_APART = 12, 5 * MINUTE


def alerts(service: Service, settings: Settings) -> Iterator[Rule]:
    """The alert of each SLO that asks for it, if alerts of its severity are there at all."""
    for slo in service.slos:
        if (traffic := slo.alerting.told_traffic) is not None:
            yield traffic_alert(slo, traffic, settings)


def traffic_alert(slo: Slo, traffic: Traffic, settings: Settings) -> Alert:
    """Its `$value` is the number of events. It holds on as states do: a count sways around its line."""
    rule, times = _Rule(slo, traffic, settings), timing(slo, traffic.severity)
    return Alert(
        slo.alerting.name(TRAFFIC_ALERT),
        "\n".join(rule.lines()),
        alert_labels(slo, traffic.severity, settings),
        alert_annotations(
            slo,
            traffic.severity,
            settings,
            "has too little traffic",
            f'{{{{ $value | printf "%.0f" }}}} events came in the last {format_duration(traffic.window)}; '
            f"there are always {to_text(traffic.least, 12)} at least (`alerting.traffic`). {_why(slo)}",
            per_group=rule.each_group,
        ),
        wait=times["wait"],
        keep_firing_for=max(times["keep_firing_for"], STATE_HELD),
    )


def _why(slo: Slo) -> str:
    up = "Its targets are up: " if slo.alerting.absent and slo.alerting.absent.up else ""
    return f"{up}{'c' if up else 'C'}allers have stopped, or can't reach it."


def looks(window: int) -> int:
    """At how many moments of the window it is looked at whether targets were up."""
    fits = (n for n in range(_MOST_LOOKS, 1, -1) if window % n == 0 and window // n >= _LEAST_APART)
    return next(fits, 1)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The expression, line by line."""

    slo: Slo
    traffic: Traffic
    settings: Settings

    def lines(self) -> Iterator[str]:
        """Few events; known for long enough; up now and in all that time; and nobody told why."""
        window = format_duration(self.traffic.window)
        yield f"{wrapped('', any_of(self._counts()))} < {_too_few(self.traffic.least)}"
        yield f"and {self._of_slo('min', self._own(FIRST_SEEN))} < time() - {self.traffic.window}"
        yield from self._is_up()
        if self.slo.alerting.absent is not None and self.slo.alerting.absent.up:
            on = ", ".join([ID, *self.slo.sli.by] if self.each_group else [ID])
            yield f"unless on ({on}) last_over_time({self._absent()}[{window}])"
        if self.slo.exclusions:
            yield f"unless on () last_over_time({self._own(EXCLUDED)}[{window}])"

    @property
    def each_group(self) -> bool:
        """Whether groups are judged apart: as their absence is."""
        absent = self.slo.alerting.absent
        return not self.slo.sli.by or (absent is not None and absent.per_group)

    def _own(self, series: str) -> str:
        return slo_selector(series, self.slo.id, self.settings.labels)

    def _of_slo(self, function: str, series: str) -> str:
        if self.each_group:
            return series
        return f"{function} by ({identity_names(self.settings.labels)}) ({series})"

    def _counts(self) -> Iterator[str]:
        """What was counted; none where there are no counters any more, of what is remembered."""
        yield f"{self._of_slo('sum', self._own(total_series(self.traffic.window)))} * {self.traffic.window}"
        known = f"{self._own(LAST_SEEN)} > time() - {self.slo.alerting.forget}"
        yield f"0 * {self._of_slo('max', known) if not self.each_group else f'({known})'}"

    def _is_up(self) -> Iterator[str]:
        """Now, and at all looks of the window but one: a scrape may fail."""
        on, window = ", ".join(self._on()), self.traffic.window
        if self.slo.alerting.absent is not None:
            yield f"and on ({on}) {wrapped('', any_of(self._running(pages=self.slo.pages_when_gone)))}"
        number = looks(window)
        steps = f"[{format_duration(window)}:{format_duration(window // number)}]"
        head = f"group by ({on}) " if on else "group"
        once = wrapped(head, any_of(self._running(pages=False)))
        yield f"and on ({on}) count_over_time({once}{steps}) > {max(number - 2, 0)}"

    def _on(self) -> list[str]:
        """The labels by which the groups are told apart on what runs."""
        absent = self.slo.alerting.absent
        if absent is None or not absent.per_group:
            return []
        return shared_labels(self.slo, absent, self.settings) if absent.up else list(self.slo.sli.by)

    def _running(self, *, pages: bool) -> Iterator[str]:
        """Targets that are up. Where `up` never knew them there must be data: without it, gone and idle look
        the same, which SLODataAbsent tells. Where nobody is told of that, the rules must run."""
        absent = self.slo.alerting.absent
        if absent is None:
            yield service_selector(UP, self.slo.service, self.settings.labels)
            return
        data, unseen = f"{self._own(LAST_SEEN)} > time() - {self.settings.prometheus.base_window}", ""
        if absent.up:
            yield running(self.slo, absent, self.settings, pages=pages)
            known = any_of(
                targets_seen(self.slo, each, self.settings) for each in watched(self.slo, self.settings)
            )
            unseen = f" unless on () {wrapped('', known)}"
        yield f"{data}{unseen}"

    def _absent(self) -> str:
        labels = {"alertname": self.slo.alerting.name(ABSENT_ALERT), "alertstate": "firing"}
        return selector("ALERTS", {**labels, ID: self.slo.id, **self.settings.labels})


def _too_few(least: Fraction) -> str:
    """Halfway between the least that is enough and one event less, so that no rounding decides."""
    return to_text((least + ceil(least) - 1) / 2, 12)
