"""Alerts that could not tell what they should: unknown `up`, broken templates, unknown retention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slogen.diagnostics import Problem, Severity
from slogen.load.settings import PROMETHEUS_DEFAULT_RETENTION, Settings
from slogen.model.origin import Origin
from slogen.model.slo import Service, Slo
from slogen.promql.parse import PromqlError, parse_selector
from slogen.units import format_duration

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_SIMPLE_ACTION = re.compile(
    r"\{\{-?\s*(\$labels\.[a-zA-Z_]\w*|\$externalLabels\.[a-zA-Z_]\w*|\$externalURL|\$value)"
    r"(\s*\|\s*(humanize|humanize1024|humanizeDuration|humanizePercentage|humanizeTimestamp|"
    r"toUpper|toLower|title|printf \"%[.0-9]*[fgesdq]\"))?\s*-?\}\}"
)


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Check what the alerts of each SLO depend on."""
    for service in services:
        for slo in service.slos:
            alerting = slo.origin.at("alerting")
            yield from _absent(slo, alerting)
            yield from _annotations(slo, alerting)
            yield from _budget(slo, alerting)
    yield from _retention(services, settings)


def _absent(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    absent = slo.alerting.absent
    if absent is None:
        return
    if not absent.up:
        message = f"nothing says which targets expose `{slo.id}`: gone data is a ticket, even when they crash"
        hint = "select on `job`, or name their `up` in `alerting.absent.up`"
        yield slo.origin.at("sli").problem(
            "absent-unknown-up", message, hint, severity=Severity.WARNING, key=True
        )
    here = alerting.at("absent", "up")
    if here.exists:
        try:
            parse_selector(absent.up[0])
        except PromqlError as error:
            yield here.problem("promql", f"`up`: {error}", error.hint)


def _annotations(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    """Prometheus refuses a whole rule file for one broken template, so only simple ones are let through."""
    for severity, options in slo.alerting.severities.items():
        for name, text in options.annotations.items():
            rest = _SIMPLE_ACTION.sub("", text)
            if "{{" in rest or "}}" in rest:
                shown = _ACTION.search(rest)
                message = f"the template {shown.group() if shown else rest!r} is not supported"
                hint = "use {{ $labels.NAME }}, {{ $value }} or {{ $value | humanizePercentage }}"
                yield alerting.at(severity, "annotations", name).problem("annotation-template", message, hint)


def _budget(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    seen = set()
    for index, line in enumerate(slo.alerting.budget):
        message, hint = "", "such as 50%"
        if line.consumed <= 0:
            message = "a share of the budget must be above 0"
        elif line.consumed in seen:
            message, hint = "this share of the budget is there twice", "drop one"
        if message:
            yield alerting.at("budget", index, "consumed").problem("budget-alert", message, hint)
        seen.add(line.consumed)


def _retention(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Prometheus keeps 15 days unless told otherwise; say so once where a window is longer."""
    if settings.retention is not None:
        return
    long = [slo for service in services for slo in service.slos if slo.window > PROMETHEUS_DEFAULT_RETENTION]
    if long:
        kept = format_duration(PROMETHEUS_DEFAULT_RETENTION)
        message = f"a window of {long[0].period} needs that much history; Prometheus keeps {kept} by default"
        hint = "say in slogen.yaml what yours keeps: `prometheus: {retention: 90d}`"
        yield long[0].origin.at("window").problem("retention-unknown", message, hint, severity=Severity.INFO)
