"""Burn-rate alerts: one per tier, and the breach alert of windows too short for tiers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from slogen.conventions import (
    BREACHED_ALERT,
    BUDGET_REMAINING,
    BURN_ALERT,
    COMPONENT,
    COMPONENT_BURN,
    FIRST_SEEN,
    TIER,
    WINDOW,
    bad_series,
    identity_names,
    of_slo,
    ratio_series,
    slo_selector,
    total_series,
)
from slogen.emitted.rules import Alert, Rule
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE, TICKET, Tier
from slogen.promql.text import indent, quote
from slogen.rules.exclusions import unless_excluded
from slogen.rules.incident import alert_states, one_incident
from slogen.rules.labels import STATE_HELD, alert_annotations, alert_labels, timing
from slogen.rules.seen import age_share
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE, format_duration, to_text

_AND, _UNLESS = f"and ignoring ({WINDOW})", f"unless ignoring ({WINDOW})"

# Recovery: the base ratio is below this part of the threshold, now and a little earlier. It lies above what a
# service that meets its objective shows (three budgets, where the factor is 6), else each bad minute after an
# outage pages again; a single look lets a steady noisy leak flap. Two looks also make one page of a fault
# with short pauses. Who has recovered once, and burns again within the hour, is not believed a second time:
# a fault that comes and goes is one page, until the short window is free of it.
_RECOVERED_BELOW = Fraction(1, 2)
_SECOND_LOOK = 4 * MINUTE
_RELAPSE = HOUR


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
    if slo.alerting.sends(severity):
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
    if tier.severity == PAGE and tier.short > settings.prometheus.base_window:
        parts += [f"{_UNLESS} (\n{indent(_recovered(slo, tier, settings))}\n)"]
    parts += unless_excluded(slo, settings)
    rate = "the sustainable rate" if tier.factor == 1 else f"{shown['factor']} times the sustainable rate"
    spent = f"Burning at more than {rate} spends {shown['share']} of the {slo.budget_of} budget in {long}."
    ahead = f"{_exhaustion(slo, tier.short, settings)}{_culprit(slo, long, settings)}"
    return Alert(
        slo.alerting.name(BURN_ALERT),
        "\n".join(parts),
        alert_labels(slo, tier.severity, settings, **{TIER: tier.name, WINDOW: long}),
        alert_annotations(
            slo,
            tier.severity,
            settings,
            f"burns {slo.its_budget} too fast",
            f"{_bad_share(slo, long)} {spent} {ahead}",
        ),
        wait=slo.alerting.wait(tier),
        keep_firing_for=_kept(slo, tier.severity),
    )


def _kept(slo: Slo, severity: str) -> int:
    """A ticket that is about to end doesn't come and go with each evaluation."""
    kept = timing(slo, severity)["keep_firing_for"]
    return max(kept, STATE_HELD) if severity == TICKET else kept


def breach_alert(slo: Slo, settings: Settings) -> Alert:
    """The whole window's error ratio is above the budget: for windows too short for page tiers."""
    parts = [
        _above_in_all(slo, slo.window, to_text(slo.budget), settings),
        *_enough_bad(slo, slo.window, settings),
    ]
    parts += unless_excluded(slo, settings)
    return Alert(
        slo.alerting.name(BREACHED_ALERT),
        "\n".join(parts),
        alert_labels(slo, PAGE, settings, **{WINDOW: slo.period}),
        alert_annotations(
            slo,
            PAGE,
            settings,
            f"misses its objective over {slo.period}",
            _bad_share(slo, slo.period) + _culprit(slo, slo.period, settings),
        ),
        **timing(slo, PAGE),
    )


def _windows_above(slo: Slo, tier: Tier, settings: Settings) -> list[str]:
    """The operands that both windows are above the threshold."""
    threshold = tier.shown["threshold"]
    long = _above_in_all(slo, tier.long, threshold, settings)
    looks_twice = tier.severity == PAGE and tier.short == settings.prometheus.base_window
    if tier.long == tier.short:
        return [f"(\n{indent(_above_lately(slo, tier, settings))}\n)" if looks_twice else long]
    if looks_twice:
        return [long, f"{_AND} (\n{indent(_above_lately(slo, tier, settings))}\n)"]
    return [long, _AND, _above(slo, tier.short, threshold, settings)]


def _above(slo: Slo, window: int, threshold: str, settings: Settings) -> str:
    return f"{slo_selector(ratio_series(window), slo.id, settings.labels)} > {threshold}"


def _above_in_all(slo: Slo, window: int, threshold: str, settings: Settings) -> str:
    """The ratio of all of the window is above the threshold, be the group younger than the window: the
    ratio stands alone on the left, so that `$value` is what was seen, and keeps all its labels, or a held
    page would be a second one beside it."""
    known = age_share(slo_selector(FIRST_SEEN, slo.id, settings.labels), window)
    ratio = slo_selector(ratio_series(window), slo.id, settings.labels)
    return f"{ratio} > ignoring ({WINDOW}) group_left () {threshold} / {known}"


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
    return _just_too_few(
        slo.alerting.min_bad_events,
        exact,
        settings.prometheus.base_window,
        settings.prometheus.scrape_interval,
    )


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


def _recovered(slo: Slo, tier: Tier, settings: Settings) -> str:
    """The base ratio is low, was low a little earlier, there is no doubt of it, and no relapse. After a stop
    of the rules nothing of that is known for minutes: then it is what was known before, or a page that was
    over would come back."""
    ago = f" offset {format_duration(_SECOND_LOOK)}"
    base = settings.prometheus.base_window
    ratio, long = (slo_selector(ratio_series(w), slo.id, settings.labels) for w in (base, tier.long))
    low = to_text(tier.threshold * _RECOVERED_BELOW)
    looks = [f"{ratio}{_or_known(ratio, tier)}", f"{ratio}{ago}{_or_known(ratio, tier, ago)}"]
    lines = ["\nand\n".join(f"({look}) < {low}" for look in looks), *_unless_in_doubt(slo, tier, settings)]
    burning = f"{ratio} < {low} and {ratio}{ago} < {low} {_AND} {long} > {tier.shown['threshold']}"
    lately = f"[{format_duration(_RELAPSE)}:{format_duration(_SECOND_LOOK)}]"
    before = f"last_over_time(({burning}){lately} offset {format_duration(tier.short)})"
    return "\n".join([*lines, _UNLESS, before])


def _unless_in_doubt(slo: Slo, tier: Tier, settings: Settings) -> list[str]:
    """With too little traffic nobody can tell that a fault is over: a page that fires, or is about to, goes
    on. One that has ended doesn't come back: a service that falls idle after its outage pages once. A page
    that is merely kept firing looks as if it fired: then there was traffic enough so long ago."""
    if not slo.sli.reset_min_events:
        return []
    base = settings.prometheus.base_window
    total = slo_selector(total_series(base), slo.id, settings.labels)
    least = f" * {to_text(base * tier.threshold)} >= {slo.sli.reset_min_events}"
    fires = alert_states(slo, [tier.name], slo.alerting.name(BURN_ALERT), settings)
    unless = f"unless on ({identity_names(settings.labels, slo.sli.by)})"
    doubt = f"{fires}\n{unless}\n{total}{least}"
    if kept := timing(slo, PAGE)["keep_firing_for"]:
        doubt += f"\n{unless}\n{total} offset {format_duration(kept)}{least}"
    return [f"{unless} (\n{indent(doubt)}\n)"]


def _or_known(series: str, tier: Tier, offset: str = "") -> str:
    """Else the last value of a recorded series before a stop of the rules; none from before the short window,
    which is clean by then."""
    lately = f"[{format_duration(tier.short)}:{format_duration(_SECOND_LOOK)}]"
    return f" or last_over_time({series}{lately}{offset})"


def _bad_share(slo: Slo, window: str) -> str:
    allowed = f"the objective of {slo.percent} allows {slo.allowed}"
    return f"{{{{ $value | humanizePercentage }}}} {slo.sli.words()} over the last {window}; {allowed}."


def _exhaustion(slo: Slo, short: int, settings: Settings) -> str:
    """When the budget is gone at this rate: remaining budget over what the short window (seconds) spends,
    asked at the time of firing. The long one still holds the time before the incident."""
    remaining, arguments = _of_the_group(slo, BUDGET_REMAINING, settings)
    spends, _ = _of_the_group(slo, ratio_series(short), settings)
    query = f"{remaining} * {_worth(slo)} / ignoring ({WINDOW}) ({spends} > 0)"
    return (
        f"{{{{ with query (printf {go_string(query)}{arguments}{arguments}) }}}}"
        "{{ $left := . | first | value }}{{ if gt $left 0.0 }}"
        f"At this rate the rest of the budget is gone in {{{{ $left | humanizeDuration }}}}."
        "{{ else }}The budget of the window is already spent.{{ end }}{{ end }}"
    )


@lru_cache(maxsize=4096)
def _worth(slo: Slo) -> str:
    """Seconds of nothing but bad events that the budget is worth."""
    return to_text(slo.window * slo.budget, 12)


def _culprit(slo: Slo, window: str, settings: Settings) -> str:
    """Of an SLO that is made of others: the part that has contributed most over the window."""
    if not slo.parts:
        return ""
    contributions, arguments = _of_the_group(slo, COMPONENT_BURN, settings)
    query = go_string(f"topk(1, sum_over_time({contributions}[{window}]))")
    return (
        f" {{{{ with query (printf {query}{arguments}) }}}}The part that burns most is "
        f'{{{{ . | first | label "{COMPONENT}" }}}}.{{{{ end }}}}'
    )


def _of_the_group(slo: Slo, series: str, settings: Settings) -> tuple[str, str]:
    """A selector as a format for `printf`, of the group that an alert is about, and its arguments."""
    known = of_slo(series, slo.id, settings.labels).matchers
    asked = [str(matcher).replace("%", "%%") for matcher in known] + [f"{label}=%q" for label in slo.sli.by]
    return f"{series}{{{','.join(asked)}}}", "".join(f" $labels.{label}" for label in slo.sli.by)


def go_string(text: str) -> str:
    """A string inside a Go template: raw where that is possible, for reading."""
    return f"`{text}`" if "`" not in text and "\n" not in text else quote(text)
