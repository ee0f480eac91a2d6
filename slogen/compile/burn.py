"""Burn-rate alerts: one per tier, and the breach alert of windows too short for tiers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from slogen.compile.exclusions import unless_excluded
from slogen.compile.incident import one_incident
from slogen.compile.labels import alert_annotations, alert_labels, timing
from slogen.conventions import (
    BREACHED_ALERT,
    BUDGET_REMAINING,
    BURN_ALERT,
    COMPONENT,
    COMPONENT_BURN,
    TIER,
    WINDOW,
    bad_series,
    ratio_series,
    slo_selector,
    total_series,
)
from slogen.load.settings import Settings
from slogen.model.rules import Alert, Rule
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE, TICKET, Tier
from slogen.promql.text import indent, quote
from slogen.units import MINUTE, format_duration, to_text

_AND, _UNLESS = f"and ignoring ({WINDOW})", f"unless ignoring ({WINDOW})"

# Recovery: the base ratio is this far below the threshold, now and a little earlier. Half of it, or a
# single look, lets a steady noisy leak flap. Two looks also make one page of a fault with short pauses.
_RECOVERED_BELOW = Fraction(1, 6)
_SECOND_LOOK = 4 * MINUTE


def pages(service: Service, settings: Settings) -> Iterator[Rule]:
    """Page tiers of all SLOs, and breach alerts."""
    for slo in service.slos:
        yield from one_incident(slo, list(_tier_alerts(slo, PAGE, settings)), settings)
        if slo.alerting.needs_breach_alert:
            yield breach_alert(slo, settings)


def tickets(service: Service, settings: Settings) -> Iterator[Rule]:
    """Ticket tiers of all SLOs."""
    for slo in service.slos:
        yield from _tier_alerts(slo, TICKET, settings)


def _tier_alerts(slo: Slo, severity: str, settings: Settings) -> Iterator[Alert]:
    if slo.alerting.severities[severity].enabled:
        for tier in slo.alerting.tiers:
            if tier.severity == severity:
                yield burn_alert(slo, tier, settings)


def burn_alert(slo: Slo, tier: Tier, settings: Settings) -> Alert:
    """Long and short window above the threshold, enough bad events, not already recovered.

    The long window's ratio stands first: it becomes `$value`.
    """
    shown, long = tier.shown, format_duration(tier.long)
    parts = _windows_above(slo, tier, settings)
    parts += _enough_bad(slo, tier.long, settings)
    if tier.severity == PAGE and tier.short > settings.base_window:
        parts += [f"{_UNLESS} (\n{indent(_recovered(slo, tier.threshold, settings))}\n)"]
    parts += unless_excluded(slo, settings)
    rate = "the sustainable rate" if tier.factor == 1 else f"{shown['factor']} times the sustainable rate"
    spent = f"Burning at more than {rate} spends {shown['share']} of the {slo.budget_of} budget in {long}."
    return Alert(
        slo.alerting.name(BURN_ALERT),
        "\n".join(parts),
        alert_labels(slo, tier.severity, settings, **{TIER: tier.name, WINDOW: long}),
        alert_annotations(
            slo,
            tier.severity,
            f"burns {slo.its_budget} too fast",
            f"{_bad_share(slo, long)} {spent} {_exhaustion(slo, settings)}{_culprit(slo, long, settings)}",
        ),
        **timing(slo, tier.severity),
    )


def breach_alert(slo: Slo, settings: Settings) -> Alert:
    """The whole window's error ratio is above the budget: for windows too short for page tiers."""
    parts = [_above(slo, slo.window, to_text(slo.budget), settings), *_enough_bad(slo, slo.window, settings)]
    parts += unless_excluded(slo, settings)
    return Alert(
        slo.alerting.name(BREACHED_ALERT),
        "\n".join(parts),
        alert_labels(slo, PAGE, settings, **{WINDOW: slo.period}),
        alert_annotations(
            slo,
            PAGE,
            f"misses its objective over {slo.period}",
            _bad_share(slo, slo.period) + _culprit(slo, slo.period, settings),
        ),
        **timing(slo, PAGE),
    )


def _windows_above(slo: Slo, tier: Tier, settings: Settings) -> list[str]:
    """The operands that both windows are above the threshold."""
    threshold = tier.shown["threshold"]
    long = _above(slo, tier.long, threshold, settings)
    looks_twice = tier.severity == PAGE and tier.short == settings.base_window
    if tier.long == tier.short:
        return [f"(\n{indent(_above_lately(slo, tier, settings))}\n)" if looks_twice else long]
    if looks_twice:
        return [long, f"{_AND} (\n{indent(_above_lately(slo, tier, settings))}\n)"]
    return [long, _AND, _above(slo, tier.short, threshold, settings)]


def _above(slo: Slo, window: int, threshold: str, settings: Settings) -> str:
    return f"{slo_selector(ratio_series(window), slo.id, settings.labels)} > {threshold}"


def _above_lately(slo: Slo, tier: Tier, settings: Settings) -> str:
    """The base ratio is above the threshold now, or was at the second look."""
    ratio = slo_selector(ratio_series(tier.short), slo.id, settings.labels)
    threshold = tier.shown["threshold"]
    return f"{ratio} > {threshold}\nor\n{ratio} offset {format_duration(_SECOND_LOOK)} > {threshold}"


def _enough_bad(slo: Slo, window: int, settings: Settings) -> list[str]:
    """One failed request at night is no incident: the window must hold a few bad events."""
    if not slo.alerting.min_bad_events:
        return []
    return [_AND, bad_events(slo, window, settings)]


def bad_events(slo: Slo, window: int, settings: Settings) -> str:
    """The condition that the window (seconds) holds `min_bad_events`."""
    bad = slo_selector(bad_series(window), slo.id, settings.labels)
    return f"{bad} * {window} > {just_too_few(slo, settings)}"


def just_too_few(slo: Slo, settings: Settings) -> str:
    """The count of bad events that an alert's window must exceed, so that it holds `min_bad_events`."""
    exact = slo.sli.exact or slo.sli.timed is not None
    return _just_too_few(slo.alerting.min_bad_events, exact, settings.base_window, settings.scrape_interval)


@lru_cache(maxsize=256)
def _just_too_few(needed: Fraction, exact: bool, base: int, scrape: int) -> str:
    """A count between what one event too few can read as, and the events needed.

    A rate over n scrapes sees n - 1 intervals and scales up by n / (n - 1). Scrapes are often rarer
    than the settings say, so they are taken to be a minute apart at least.
    """
    if exact:
        return to_text(needed - Fraction(1, 2))
    scrapes = Fraction(base, max(scrape, MINUTE))
    return to_text(min((needed - 1) * scrapes / (scrapes - 1) + Fraction(1, 10), needed - Fraction(1, 5)))


def _recovered(slo: Slo, threshold: Fraction, settings: Settings) -> str:
    """The base ratio is low, was low a little earlier, and there was traffic enough to tell."""
    base = settings.base_window
    ratio = slo_selector(ratio_series(base), slo.id, settings.labels)
    low = to_text(threshold * _RECOVERED_BELOW)
    looks = f"{ratio} < {low}\nand\n{ratio} offset {format_duration(_SECOND_LOOK)} < {low}"
    if not slo.sli.reset_min_events:
        return looks
    total = slo_selector(total_series(base), slo.id, settings.labels)
    shown = f"{total} * {to_text(base * threshold)} >= {slo.sli.reset_min_events}"
    return f"{looks}\n{_AND}\n{shown}"


def _bad_share(slo: Slo, window: str) -> str:
    allowed = f"the objective of {slo.percent} allows {to_text(slo.budget * 100)}%"
    return f"{{{{ $value | humanizePercentage }}}} {slo.sli.words()} over the last {window}; {allowed}."


def _exhaustion(slo: Slo, settings: Settings) -> str:
    """When the budget is gone at this rate: remaining budget over spending, asked at the time of firing."""
    remaining, arguments = _of_the_group(slo, BUDGET_REMAINING, settings)
    query = f"{remaining} * {to_text(slo.window * slo.budget, 12)} / %g"
    return (
        f"{{{{ with query (printf {go_string(query)}{arguments} $value) }}}}"
        "{{ $left := . | first | value }}{{ if gt $left 0.0 }}"
        f"At this rate the rest of the budget is gone in {{{{ $left | humanizeDuration }}}}."
        "{{ else }}The budget of the window is already spent.{{ end }}{{ end }}"
    )


def _culprit(slo: Slo, window: str, settings: Settings) -> str:
    """Of an SLO that is made of others: the part that has contributed most over the window."""
    if not slo.sli.parts:
        return ""
    contributions, arguments = _of_the_group(slo, COMPONENT_BURN, settings)
    query = go_string(f"topk(1, sum_over_time({contributions}[{window}]))")
    return (
        f" {{{{ with query (printf {query}{arguments}) }}}}The part that burns most is "
        f'{{{{ . | first | label "{COMPONENT}" }}}}.{{{{ end }}}}'
    )


def _of_the_group(slo: Slo, series: str, settings: Settings) -> tuple[str, str]:
    """A selector as a format for `printf`, of the group that an alert is about, and its arguments."""
    selected = slo_selector(series, slo.id, settings.labels).replace("%", "%%")
    matchers = ",".join(f"{label}=%q" for label in slo.sli.by)
    if matchers:
        selected = f"{selected[:-1]},{matchers}}}"
    return selected, "".join(f" $labels.{label}" for label in slo.sli.by)


def go_string(text: str) -> str:
    """A string inside a Go template: raw where that is possible, for reading."""
    return f"`{text}`" if "`" not in text and "\n" not in text else quote(text)
