"""Absence: the SLI's data is gone, told apart from "no traffic", and from data that never came.

Gone is a page where `up` tells: its targets were scraped once, and none of them is up now. Where that can't
be known, and where data has been away for a day although targets are up (a metric that was renamed), or
never came at all (a typo), it is a ticket, for as long as it is so.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import (
    ABSENT_ALERT,
    BUCKET_ALERT,
    BUDGET,
    ID,
    LAST_SEEN,
    identity_names,
    slo_selector,
    total_series,
)
from slogen.emitted.rules import Alert, Rule
from slogen.model.alerting import Absent
from slogen.model.alerts import BUCKET_WAIT
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import any_of, indent, wrapped
from slogen.rules.exclusions import unless_excluded
from slogen.rules.labels import alert_annotations, alert_labels, escaped
from slogen.rules.running import running
from slogen.rules.seen import targets_seen, watched
from slogen.settings import Settings
from slogen.units import DAY, MINUTE, format_duration

_NEVER = 40 * MINUTE  # so long after its rules began, an SLO without data is blind


def alerts(service: Service, settings: Settings) -> Iterator[Rule]:
    """Absence alerts of each SLO, and the guard for a histogram without the bucket."""
    for slo in service.slos:
        if slo.alerting.absent is not None:
            yield from absence_alerts(slo, slo.alerting.absent, settings)
        if (unjudged := slo.sli.unjudged()) is not None:
            yield _bucket_alert(slo, unjudged, settings)


def absence_alerts(slo: Slo, absent: Absent, settings: Settings) -> Iterator[Alert]:
    """The alert that the targets are gone, if that pages; and the ticket that the SLO is blind."""
    if slo.pages_when_gone:
        yield _alert(slo, absent, PAGE, _gone(slo, absent, settings, certain=True), settings)
    if slo.alerting.sends(TICKET):
        blind = any_of(_blind(slo, absent, settings))
        yield _alert(slo, absent, TICKET, wrapped("", blind) if slo.exclusions else blind, settings)


def _alert(slo: Slo, absent: Absent, severity: str, expr: str, settings: Settings) -> Alert:
    """Its `$value` is when data was last seen; 0 if it never came."""
    since = "{{ $value | humanizeTimestamp }}"
    if severity == PAGE:
        said = f"The last data was seen at {since}, and its targets are down or gone."
    else:
        said = (
            f"{{{{ if gt $value 0.0 }}}}The last data was seen at {since}{{{{ else }}}}No data has ever come"
            f"{{{{ end }}}}. {_unsure(absent)}"
        )
    return Alert(
        slo.alerting.name(ABSENT_ALERT),
        "\n".join([expr, *unless_excluded(slo, settings)]),
        alert_labels(slo, severity, settings),
        alert_annotations(
            slo,
            severity,
            settings,
            "has no data",
            f"{said} Without data this SLO cannot alert on errors.",
            per_group=absent.per_group,
        ),
        wait=absent.wait,
        keep_firing_for=slo.alerting.options(severity).keep_firing_for,
    )


def _unsure(absent: Absent) -> str:
    if not absent.up:
        return "Nothing says which targets expose it: it may be idle, gone or renamed."
    return f"It may be idle, gone or renamed; its targets would be {escaped(absent.up[0])}."


def _blind(slo: Slo, absent: Absent, settings: Settings) -> Iterator[str]:
    """Gone, as far as no page tells it; away for a day; or never there since the rules began. Where nothing
    says which targets there are, and a page is wanted all the same, it tells all that is gone."""
    if absent.tells_gone and (absent.up or not slo.pages_when_gone):
        yield _gone(slo, absent, settings, certain=False if slo.pages_when_gone else None)
    if absent.tells_away:
        yield f"{_seen(slo, absent, settings)} < time() - {DAY}"
    known = slo_selector(BUDGET, slo.id, settings.labels)
    grace = format_duration(max(_NEVER, slo.sli.timed.grace if slo.sli.timed else 0))
    last = slo_selector(LAST_SEEN, slo.id, settings.labels)
    total = slo_selector(total_series(settings.prometheus.base_window), slo.id, settings.labels)
    never = f"0 * max by ({identity_names(settings.labels)}) ({known} offset {grace})"
    # where missing data is filled in as bad, what never came burns: then those alerts tell
    yield f"{never} unless on ({ID}) {last if absent.tells_away else f'({last} or {total})'}"


def _seen(slo: Slo, absent: Absent, settings: Settings) -> str:
    seen = slo_selector(LAST_SEEN, slo.id, settings.labels)
    return seen if _each_group(slo, absent) else f"max by ({identity_names(settings.labels)}) ({seen})"


def _each_group(slo: Slo, absent: Absent) -> bool:
    return absent.per_group or not slo.sli.by


def _gone(slo: Slo, absent: Absent, settings: Settings, certain: bool | None = None) -> str:
    """Seen before, no data now, and no target that is up. `certain`: and its targets were seen once, or with
    False, were never."""
    total = slo_selector(total_series(settings.prometheus.base_window), slo.id, settings.labels)
    known = _seen(slo, absent, settings)
    lines = [f"{known} > time() - {slo.alerting.forget}"]
    if slo.sli.timed and slo.sli.timed.measured:  # its total is there without data too
        lines.append(f"unless {known} > time() - {settings.prometheus.base_window}")
    else:
        lines.append(f"unless {total}" if _each_group(slo, absent) else f"unless on ({ID}) {total}")
    if absent.up:
        shared = shared_labels(slo, absent, settings)
        up = running(slo, absent, settings, pages=certain is True)
        lines.append(f"unless on ({', '.join(shared)}) (\n{indent(up)}\n)")
        if certain is not None:
            once = any_of(targets_seen(slo, each, settings) for each in watched(slo, settings))
            lines.append(f"{'and' if certain else 'unless'} on () (\n{indent(once)}\n)")
    return "\n".join(lines)


def shared_labels(slo: Slo, absent: Absent, settings: Settings) -> list[str]:
    """The labels by which the groups are told apart on `up` too."""
    return [label for label in slo.sli.by if absent.per_group and label in settings.of_targets]


def _bucket_alert(slo: Slo, unjudged: str, settings: Settings) -> Alert:
    """Events are counted but can't be judged: the histogram has no bucket at the threshold."""
    return Alert(
        slo.alerting.name(BUCKET_ALERT),
        unjudged,
        alert_labels(slo, TICKET, settings),
        alert_annotations(
            slo,
            TICKET,
            settings,
            "has no bucket at its threshold",
            f"{{{{ $value }}}} series count events but lack the bucket {escaped(slo.sli.metrics()[0])}. "
            "They are left out: this SLO can't alert on them until the threshold lies on a bucket boundary.",
        ),
        wait=BUCKET_WAIT,
    )
