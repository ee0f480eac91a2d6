"""Do the conditions by which time is excluded read anything."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.diagnostics import Problem, Severity
from slogen.live.doctor.asks import Ask
from slogen.live.doctor.case import Case, Found
from slogen.live.doctor.nearest import near_names
from slogen.model.exclusions import When
from slogen.model.slo import Slo
from slogen.promql.parse import parse, selectors
from slogen.promql.selector import Selector


def exclusions(case: Case) -> Iterator[Found]:
    """Each metric of a condition has series."""
    asked = [found for slo in case.slos for found in _read(slo) if not case.world.lacks(found[1])]
    case.count(Ask(Selector(metric)) for _, metric, _ in asked)
    for slo, metric, index in asked:
        if case.is_empty(Ask(Selector(metric))):
            yield _missing(case, slo, metric, index)


def _read(slo: Slo) -> Iterator[tuple[Slo, str, int]]:
    for index, each in enumerate(slo.exclusions):
        if isinstance(each, When):
            for selector in selectors(parse(each.condition)):
                yield slo, selector.metric, index


def _missing(case: Case, slo: Slo, metric: str, index: int) -> Problem:
    near = near_names(metric, case.world.names())
    message = f"{case.world.shown} has no metric `{metric}`, so this never excludes anything"
    hint = f"did you mean `{near[0]}`?" if near else "that is right if it is only there while it is excluded"
    origin = slo.origin.at("exclude", index, "when")
    return origin.problem("no-exclusion-data", message, hint, severity=Severity.WARNING)
