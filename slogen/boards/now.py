"""What an SLO does now: its errors beside the lines of its alerts, its events, and which alerts fired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from slogen.boards.budget import of_worst
from slogen.boards.colours import ALERT_WORDS, BLUE, NEUTRAL, ORANGE, RED
from slogen.boards.common import legend
from slogen.conventions import (
    CONSUMED,
    LEVEL,
    SEVERITY,
    TIER,
    TIER_THRESHOLD,
    bad_series,
    ratio_series,
    total_series,
)
from slogen.emitted.panels import Kind, Panel, Query
from slogen.emitted.routing import one_of
from slogen.model.slo import severity_words
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import any_of
from slogen.tell.queries import URGENT, Scope, alerts, error_ratio
from slogen.units import HOUR, format_duration

_GROUPS: Final = 5


def panels(scope: Scope, labels: Sequence[str]) -> Iterator[Panel]:
    """The row of now."""
    yield _errors(scope, labels)
    yield _events(scope, labels)
    yield _strip(scope)


def _errors(scope: Scope, labels: Sequence[str]) -> Panel:
    """The worst of each step, so that a short outage is seen in a month."""
    base = scope.settings.prometheus.base_window
    short = f"max_over_time({scope.groups(ratio_series(base))}[$__rate_interval])"
    return Panel(
        "errors",
        Kind.LINES,
        "Bad events, beside the lines of the alerts",
        "The share of bad events, the worst of each step; of a grouped SLO the five groups with the least "
        "budget. A burn-rate alert fires while both of its windows are above its dashed line. Nothing is "
        "drawn where no event was bad.",
        (
            Query(
                of_worst(scope, labels, _GROUPS, short),
                legend(labels, format_duration(base)),
                colour=_alone(labels, BLUE),
            ),
            Query(
                of_worst(scope, labels, _GROUPS, error_ratio(scope, HOUR)),
                legend(labels, "1h"),
                colour=_alone(labels, NEUTRAL),
            ),
            *_lines(scope),
        ),
        "percentunit",
        2,
        width=12,
        height=10,
        empty="no traffic",
        high=Decimal(1),
        logarithmic=True,
    )


def _lines(scope: Scope) -> Iterator[Query]:
    """What the alerts compare, red where they page."""
    words = severity_words(scope.services, scope.settings)
    for severity, colour in ((PAGE, RED), (TICKET, ORANGE)):
        lines = scope.of(TIER_THRESHOLD, str(one_of(SEVERITY, words[severity])))
        by_tier = f"max by ({scope.joined}, {TIER}, {SEVERITY}) ({lines})"
        yield Query(by_tier, f"{{{{{TIER}}}}} ({{{{{SEVERITY}}}}})", colour=colour, dashed=True)


def _events(scope: Scope, labels: Sequence[str]) -> Panel:
    base = scope.settings.prometheus.base_window
    total, bad = (scope.groups(series(base)) for series in (total_series, bad_series))
    most = f"max_over_time({bad}[$__rate_interval])"
    return Panel(
        "all-events",
        Kind.LINES,
        "All and bad events",
        "Events per second, as they are recorded; of bad ones the most of each step. Of a grouped SLO the "
        "five groups with the least budget. An SLI of time slices, or one made of other SLOs, counts "
        "time: one event a second.",
        (
            Query(
                of_worst(scope, labels, _GROUPS, total), legend(labels, "all"), colour=_alone(labels, BLUE)
            ),
            Query(of_worst(scope, labels, _GROUPS, most), legend(labels, "bad"), colour=_alone(labels, RED)),
        ),
        "cps",
        width=12,
        height=10,
        low=Decimal(0),
    )


def _alone(labels: Sequence[str], colour: str) -> str:
    """A line's colour where it is one; lines of several groups take their own."""
    return "" if labels else colour


def _strip(scope: Scope) -> Panel:
    """When which alert fired."""
    looks = "[$__rate_interval:30s]"  # an alert is recorded as often as its group is evaluated
    fired = any_of(f"{n} * max_over_time({alerts(scope, severity)}{looks})" for severity, n in URGENT.items())
    told = ("alertname", TIER, CONSUMED, LEVEL)
    words = " ".join(f"{{{{{label}}}}}" for label in told)
    return Panel(
        "strip",
        Kind.STATES,
        "Alerts that fired",
        "When which alert of this SLO fired, and how urgent it was.",
        (Query(f"max by ({', '.join((*scope.key, *told))}) (\n{fired}\n)", words),),
        words=ALERT_WORDS,
        width=24,
        height=4,
        empty="no alert fired",
    )
