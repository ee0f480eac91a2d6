"""Absence: the SLI's data is gone, told apart from "no traffic" and from "was never there".

A recorded timestamp remembers when each SLO last had data. It carries itself over gaps (a restart of
Prometheus) and costs a few samples where looking back a day would cost thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slogen.compile.exclusions import unless_excluded
from slogen.compile.labels import alert_annotations, alert_labels, escaped
from slogen.compile.pair import identity
from slogen.conventions import (
    ABSENT_ALERT,
    BUCKET_ALERT,
    ID,
    IDENTITY,
    LAST_SEEN,
    SLO,
    service_selector,
    slo_selector,
    total_series,
)
from slogen.load.settings import Settings
from slogen.model.rules import Alert, Recording, Rule
from slogen.model.slo import Absent, Service, Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import any_of, wrapped
from slogen.units import DAY, MINUTE

_CARRY = "1h"  # Prometheus itself restores the state of alerts over gaps of up to an hour
_LONGEST_MEMORY = 7 * DAY
_BUCKET_WAIT = 10 * MINUTE


def last_seen(service: Service, settings: Settings) -> Iterator[Rule]:
    """When each group of each SLO last had data, as a Unix timestamp; forgotten after the longest wish."""
    filled = {
        slo.name: slo.sli.timed.measured for slo in service.slos if slo.sli.timed and slo.sli.timed.measured
    }
    if len(filled) < len(service.slos):
        total = _selector(total_series(settings.base_window), service, filled, settings)
        seen = _selector(LAST_SEEN, service, filled, settings)
        memory = max(_LONGEST_MEMORY, *(slo.alerting.forget for slo in service.slos))
        yield Recording(LAST_SEEN, _remembered(total, f"last_over_time({seen}[{_CARRY}])", memory))
    for slo in service.slos:
        if slo.name in filled:
            yield _last_measured(slo, filled[slo.name], settings)


def _selector(metric: str, service: Service, but: Iterable[str], settings: Settings) -> str:
    """A recorded series of the SLOs of a service, but of some."""
    selected = service_selector(metric, service.name, settings.labels)
    return f'{selected[:-1]},{SLO}!~"{"|".join(but)}"}}' if but else selected


def _last_measured(slo: Slo, measured: str, settings: Settings) -> Rule:
    """The same where missing data is filled in: the total says nothing then, and what is long gone must not
    be filled in for ever."""
    by = f"max by ({', '.join(slo.sli.by)}) " if slo.sli.by else "max"
    seen = slo_selector(LAST_SEEN, slo.id, settings.labels)
    carried, data = f"{by}(last_over_time({seen}[{_CARRY}]))", wrapped("", measured)
    return Recording(LAST_SEEN, _remembered(data, carried, slo.alerting.forget), identity(slo, settings))


def _remembered(data: str, carried: str, memory: int) -> str:
    """Now where there is data, else what is carried on, for so many seconds."""
    return f"0 * {data} + time()\nor\n{carried} > time() - {memory}"


def alerts(service: Service, settings: Settings) -> Iterator[Rule]:
    """The absence alert of each SLO, and the guard for a histogram without the bucket."""
    for slo in service.slos:
        if slo.alerting.absent is not None:
            yield absent_alert(slo, slo.alerting.absent, settings)
        if (unjudged := slo.sli.unjudged()) is not None:
            yield _bucket_alert(slo, unjudged, settings)


def absent_alert(slo: Slo, absent: Absent, settings: Settings) -> Alert:
    """Seen before, no data now, and no target that is up: its `$value` is when data was last seen."""
    severity = _severity(slo, absent)
    gone = "its targets are down or gone" if absent.up else "nothing says whether its targets are up"
    since = "{{ $value | humanizeTimestamp }}"
    return Alert(
        slo.alerting.name(ABSENT_ALERT),
        _absent_expr(slo, absent, settings),
        alert_labels(slo, severity, settings),
        alert_annotations(
            slo,
            severity,
            "has no data",
            f"The last data was seen at {since} and {gone}. Without data this SLO cannot alert on errors.",
            per_group=absent.per_group,
        ),
        wait=absent.wait,
        keep_firing_for=slo.alerting.severities[severity].keep_firing_for,
    )


def _severity(slo: Slo, absent: Absent) -> str:
    if absent.severity != "auto":
        return absent.severity
    pages = slo.alerting.severities[PAGE].enabled and (
        slo.alerting.has_pages or slo.alerting.needs_breach_alert
    )
    return PAGE if absent.up and pages else TICKET


def _absent_expr(slo: Slo, absent: Absent, settings: Settings) -> str:
    seen = slo_selector(LAST_SEEN, slo.id, settings.labels)
    total = slo_selector(total_series(settings.base_window), slo.id, settings.labels)
    per_group = absent.per_group or not slo.sli.by
    known = seen if per_group else f"max by ({', '.join([*IDENTITY, *settings.labels])}) ({seen})"
    lines = [f"{known} > time() - {slo.alerting.forget}"]
    if slo.sli.timed and slo.sli.timed.measured:  # its total is there without data too
        lines.append(f"unless {known} > time() - {settings.base_window}")
    else:
        lines.append(f"unless {total}" if per_group else f"unless on ({ID}) {total}")
    if absent.up:
        lines.append(
            f"unless on () (\n  {any_of(f'{up} == 1' for up in absent.up)}\n)".replace("\nor", "\n  or")
        )
    return "\n".join([*lines, *unless_excluded(slo, settings)])


def _bucket_alert(slo: Slo, unjudged: str, settings: Settings) -> Alert:
    """Events are counted but can't be judged: the histogram has no bucket at the threshold."""
    return Alert(
        slo.alerting.name(BUCKET_ALERT),
        unjudged,
        alert_labels(slo, TICKET, settings),
        alert_annotations(
            slo,
            TICKET,
            "has no bucket at its threshold",
            f"{{{{ $value }}}} series count events but lack the bucket {escaped(slo.sli.metrics()[0])}. "
            "They are left out: this SLO can't alert on them until the threshold lies on a bucket boundary.",
        ),
        wait=_BUCKET_WAIT,
    )
