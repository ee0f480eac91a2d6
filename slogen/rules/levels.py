"""Levels: what an SLI reads now, recorded, and an alert for each level that the reading is beyond."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.conventions import LEVEL, LEVEL_ALERT, VALUE, slo_selector
from slogen.emitted.rules import Alert, Recording, Rule
from slogen.model.levels import CRITICAL, WARNING, Level, Levels, show
from slogen.model.slo import Service, Slo
from slogen.rules.burn import bad_events
from slogen.rules.exclusions import unless_excluded
from slogen.rules.labels import alert_annotations, alert_labels, timing
from slogen.rules.pair import identity
from slogen.settings import Settings
from slogen.units import format_duration, plain

_BEYOND: Final = {"<": "below", ">": "above", ">=": "at or above"}
_VALUE_SHOWN: Final = {
    "seconds": "{{ $value | humanizeDuration }}",
    "share": "{{ $value | humanizePercentage }}",
    "": '{{ $value | printf "%.6g" }}',
}
_TO_DO: Final = {
    WARNING: "Find out what has changed before it becomes critical: a rollout, the traffic, the data.",
    CRITICAL: "Users notice this now: undo the last change, or follow the runbook.",
}


def rules(service: Service, settings: Settings) -> Iterator[Rule]:
    """The reading of each SLO that has levels, then its alerts, the page first."""
    for slo in service.slos:
        if slo.levels is None:
            continue
        yield _reading(slo, slo.levels, settings)
        for level in reversed(slo.levels.each):
            if slo.alerting.sends(level.severity):
                yield level_alert(slo, slo.levels, level, settings)


def _reading(slo: Slo, levels: Levels, settings: Settings) -> Recording:
    """A quantile of nothing and a division by nothing are no readings: NaN and infinity are left out."""
    return Recording(VALUE, f"{levels.gauge.expr} > -Inf < Inf", identity(slo, settings))


def level_alert(slo: Slo, levels: Levels, level: Level, settings: Settings) -> Alert:
    """The reading is beyond the level, and made of enough events to tell; `$value` is the reading."""
    gauge = levels.gauge
    read = slo_selector(VALUE, slo.id, settings.labels)
    value = f"last_over_time({read}[{format_duration(_missed(settings))}])"
    parts = [f"{value} {gauge.beyond} {plain(level.threshold)}"]
    if gauge.is_estimate and slo.alerting.min_bad_events:
        parts += ["and", bad_events(slo, settings.prometheus.base_window, settings)]
    parts += unless_excluded(slo, settings)
    return Alert(
        slo.alerting.name(LEVEL_ALERT),
        "\n".join(parts),
        alert_labels(slo, level.severity, settings, **{LEVEL: level.name}),
        alert_annotations(
            slo,
            level.severity,
            settings,
            f"is {level_words(levels, level)}, its {level.name} level",
            _description(levels, level),
        ),
        **{**timing(slo, level.severity), "wait": level.wait},
    )


def _missed(settings: Settings) -> int:
    """So far back, in seconds, a reading still holds: a scrape may fail, or two."""
    return 3 * settings.prometheus.step


def level_words(levels: Levels, level: Level) -> str:
    """Where a reading is that breaches the level: "below 0.8"."""
    return f"{_BEYOND[levels.gauge.beyond]} {level.shown}"


def _description(levels: Levels, level: Level) -> str:
    gauge = levels.gauge
    target = f", the target is {show(gauge.target, gauge.unit)}" if gauge.target is not None else ""
    held = f" for {format_duration(level.wait)}" if level.wait else ""
    said = (
        f"{gauge.what[0].upper()}{gauge.what[1:]} is {_VALUE_SHOWN[gauge.unit]}, "
        f"{level_words(levels, level)}{held}{target}."
    )
    return f"{said} {_TO_DO[level.name]}"
