"""Dates that no longer, or not yet, do anything. The only check that asks what time it is; only warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from slogen.diagnostics import Problem, Severity
from slogen.model.slo import Service, Slo
from slogen.settings import Settings


def now() -> int:
    """Unix time."""
    return int(datetime.now(UTC).timestamp())


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Warn of exclusions that are over, and of a `since` that is to come or makes no difference any more."""
    del settings
    today = now()
    for service in services:
        for slo in service.slos:
            yield from _past_exclusions(slo, today)
            if slo.since is not None:
                yield from _since(slo, slo.since, today)


def _past_exclusions(slo: Slo, today: int) -> Iterator[Problem]:
    origin = slo.origin.at("exclude")
    for index, exclusion in enumerate(slo.exclusions):
        if exclusion.edges and exclusion.edges[1] <= today:
            message = f"the exclusion {exclusion.words} is over"
            here = origin.at(index, "to")
            hint = "remove it: what it has excluded stays excluded"
            yield here.problem("past-exclusion", message, hint, severity=Severity.WARNING)


def _since(slo: Slo, since: int, today: int) -> Iterator[Problem]:
    here = slo.origin.at("since")
    start = slo.calendar.start(today) if slo.calendar else today - slo.window
    if since > today:
        message = "`since` is still to come: until then nothing counts, and no budget is spent"
        hint = "write the date from which on events count"
        yield here.problem("since-to-come", message, hint, severity=Severity.WARNING)
    elif since <= start:
        message = f"`since` lies before the {slo.budget_of} budget that runs now: it makes no difference"
        yield here.problem("since-without-effect", message, "remove it", severity=Severity.WARNING)
