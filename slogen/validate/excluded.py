"""Exclusions that leave out what an SLO is there to see: time in which its own targets are down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.diagnostics import Problem, Severity
from slogen.model.exclusions import When
from slogen.model.slo import Service, Slo
from slogen.promql.parse import parse, selectors
from slogen.promql.selector import Matcher, Selector
from slogen.settings import Settings


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Warn of a `when` that reads `up` of the job that the SLI reads."""
    del settings
    for slo in (slo for service in services for slo in service.slos):
        for index, exclusion in enumerate(slo.exclusions):
            if isinstance(exclusion, When) and (up := _own_up(slo, exclusion.condition)) is not None:
                message = (
                    f"while `{up}` says that targets are down, nothing would count: an outage is left out"
                )
                hint = "exclude by what announces the work, such as a gauge of your own or a schedule"
                here = slo.origin.at("exclude", index, "when")
                yield here.problem("exclusion-hides", message, hint, severity=Severity.WARNING)


def _own_up(slo: Slo, condition: str) -> Selector | None:
    """The `up` in a condition whose targets are of a job that the SLI reads."""
    jobs = {
        matcher for text in slo.sli.metrics() for read in selectors(parse(text)) for matcher in _job(read)
    }
    found = (each for each in selectors(parse(condition)) if each.metric == "up")
    return next((each for each in found if jobs.intersection(_job(each))), None)


def _job(selector: Selector) -> tuple[Matcher, ...]:
    return selector.only("job")
