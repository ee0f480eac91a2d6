"""Alerts that could not tell what they should: unknown `up`, broken templates, unknown retention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil

from slogen.conventions import SLO_ALERTS
from slogen.diagnostics import Problem, Severity
from slogen.model.alerts import tiers_of
from slogen.model.notifications import SEVERITIES
from slogen.model.origin import Origin
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import PROMETHEUS_DEFAULT_RETENTION, Settings
from slogen.units import DAY, MINUTE, WEEK, YEAR, format_duration
from slogen.validate.labels import BROKEN, MEANT
from slogen.validate.ranks import swapped

_TO_BE_SEEN = 5 * MINUTE  # for an alert that fires to be noticed before its data is forgotten
# What waits or goes on for longer tells nobody anything, and takes minutes to prove.
_LONGEST = {("absent", "forget"): (YEAR, "a year"), ("absent", "for"): (WEEK, "a week")}
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_NUMBER = r"\$value(?:\s*\|\s*(?:humanize(?:1024|Duration|Percentage|Timestamp)?|printf \"%[.0-9]*[fge]\"))?"
_TEXT = (
    r"(?:\$labels\.[a-zA-Z_]\w*|\$externalLabels\.[a-zA-Z_]\w*|\$externalURL)"
    r"(?:\s*\|\s*(?:toUpper|toLower|title|printf \"%[sq]\"))?"
)
_SIMPLE_ACTION = re.compile(rf"\{{\{{-?\s*(?:{_NUMBER}|{_TEXT})\s*-?\}}\}}")


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Check what the alerts of each SLO depend on."""
    for service in services:
        for slo in service.slos:
            alerting = slo.origin.at("alerting")
            yield from _absent(slo)
            yield from _absent_severity(slo, alerting)
            yield from _words(slo, alerting, settings)
            yield from _names(slo, alerting)
            yield from _durations(slo, alerting)
            yield from _forgotten(slo, alerting)
            yield from _never_absent(slo, alerting)
            yield from _annotations(slo, alerting)
            yield from _budget(slo, alerting)
    yield from _retention(services, settings)


def _absent(slo: Slo) -> Iterator[Problem]:
    absent = slo.alerting.absent
    if absent is not None and not absent.up:
        told = "pages, even when it is idle" if slo.pages_when_gone else "is a ticket, even when they crash"
        message = f"nothing says which targets expose `{slo.id}`: gone data {told}"
        hint = "select on `job`, or name their `up` in `alerting.absent.up`"
        yield slo.origin.at("sli").problem(
            "absent-unknown-up", message, hint, severity=Severity.WARNING, key=True
        )


def _absent_severity(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    """`absent.severity` is said of this alert alone: it wins where pages are off, and has no ticket to be
    where tickets are."""
    absent, here = slo.alerting.absent, alerting.at("absent", "severity")
    if absent is None or absent.severity not in (PAGE, TICKET) or not here.exists:
        return
    name, message = absent.severity, ""
    if not slo.alerting.sends(name):
        if name == PAGE and slo.pages_when_gone:
            message = f"pages of `{slo.id}` are off, but gone data pages all the same, as this says"
            hint = "write `severity: ticket` if nobody is to be woken up"
        elif name == TICKET:
            message = f"tickets of `{slo.id}` are off: gone data is told to nobody, whatever this says"
            hint = "write `absent: false` if that is meant, or `severity: page`"
    if message:
        yield here.problem("absent-severity", message, hint, severity=Severity.WARNING)


def _words(slo: Slo, alerting: Origin, settings: Settings) -> Iterator[Problem]:
    """Absence is a page, a ticket or both, and nothing but the word tells these apart."""
    page, ticket = (slo.severity(name, settings) for name in ("page", "ticket"))
    own = [name for name in ("page", "ticket") if slo.alerting.options(name).word]
    if page == ticket and own:
        message = f"pages and tickets of `{slo.id}` are both `{page}`: its alerts would be alike"
        here = alerting.at(own[0], "severity")
        yield here.problem("duplicate-severity", message, "give each its own word")
    elif own:
        words = {name: slo.severity(name, settings) for name in SEVERITIES}
        yield from swapped(words, alerting.at(own[0], "severity"))


def _names(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    """Alerts of one name are told apart by labels that not all of them have."""
    if not slo.alerting.names:
        return
    names = {alert: slo.alerting.name(alert) for alert in SLO_ALERTS}
    for alert, name in slo.alerting.names.items():
        if BROKEN in name:
            message = "this name holds U+FFFD, and Prometheus can't select an alert by it"
            yield alerting.at("names", alert).problem("broken-character", message, MEANT)
        others = [other for other, its in names.items() if its == name and other != alert]
        if others:
            message = f"`{name}` would be the name of two alerts, `{alert}` and `{others[0]}`"
            hint = "give each a name of its own"
            yield alerting.at("names", alert).problem("duplicate-alert-name", message, hint)
            del names[alert]


def _durations(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    found = {
        (severity, field): seconds
        for severity, options in slo.alerting.severities.items()
        for field, seconds in (("for", options.wait), ("keep_firing_for", options.keep_firing_for))
    }
    if slo.alerting.absent is not None:
        found["absent", "for"] = slo.alerting.absent.wait
    found["absent", "forget"] = slo.alerting.forget
    for place, seconds in found.items():
        longest, words = _LONGEST.get(place, (DAY, "a day"))
        if seconds > longest:
            message = f"`{place[1]}` is longer than {words}"
            yield alerting.at(*place).problem("duration", message, "such as 10m")


def _forgotten(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    """Data that is forgotten before its alert has waited is never told to be gone."""
    absent, least = slo.alerting.absent, 0
    if absent is not None:
        least = absent.wait + _TO_BE_SEEN
    if absent is not None and slo.alerting.forget < least:
        place = alerting.at("absent", "forget")
        where = place if place.value is not None else alerting.at("absent", "for")
        forget, wait = format_duration(slo.alerting.forget), format_duration(absent.wait)
        message = f"data is forgotten after {forget}, before the alert has waited for {wait}: it never fires"
        yield where.problem("absent-forget", message, f"`forget` must be {format_duration(least)} at least")
    elif slo.sli.timed and slo.sli.timed.missing == "bad" and alerting.at("absent", "forget").exists:
        yield from _forgotten_before_a_page(slo, alerting.at("absent", "forget"))


def _forgotten_before_a_page(slo: Slo, place: Origin) -> Iterator[Problem]:
    """Missing time is bad until it is forgotten: so long nothing but bad time is needed for a page."""
    pages = [tier for tier in tiers_of(slo) if tier.severity == PAGE]
    least = min((ceil(t.threshold * t.long) + slo.alerting.wait(t) for t in pages), default=0) + _TO_BE_SEEN
    if pages and slo.alerting.forget < least:
        forget = format_duration(slo.alerting.forget)
        message = (
            f"data that is gone is bad for {forget} and forgotten then: no page ever tells that it is gone"
        )
        hint = f"a page needs `forget` of {format_duration(-(-least // MINUTE) * MINUTE)} at least"
        yield place.problem("absent-forget", message, hint, severity=Severity.WARNING)


def _never_absent(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    """A composite has data for as long as a part's gaps are filled in."""
    filled = next((part.slo.id for part in slo.parts if part.slo.fills_gaps), None)
    if filled is not None and slo.alerting.absent is not None:
        message = f"`{slo.id}` is never without data: `{filled}` counts time without data, too"
        hint = "drop `absent` here: its parts tell that theirs is gone"
        yield alerting.at("absent").problem("composite-absent", message, hint, key=True)


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
        elif line.percent in seen:
            message, hint = "this share of the budget is there twice", "drop one"
        if message:
            yield alerting.at("budget", index, "consumed").problem("budget-alert", message, hint)
        seen.add(line.percent)


def _retention(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Prometheus keeps 15 days unless told otherwise; say so once where a window is longer."""
    if settings.prometheus.retention is not None:
        return
    long = [slo for service in services for slo in service.slos if slo.window > PROMETHEUS_DEFAULT_RETENTION]
    if long:
        kept = format_duration(PROMETHEUS_DEFAULT_RETENTION)
        what = f"a calendar {long[0].period}" if long[0].calendar else f"a window of {long[0].period}"
        message = f"{what} needs that much history; Prometheus keeps {kept} by default"
        hint = "say in slogen.yaml what yours keeps: `prometheus: {retention: 90d}`"
        yield long[0].origin.at("window").problem("retention-unknown", message, hint, severity=Severity.INFO)
