"""Exclusions that leave out what an SLO is there to see: time in which its own targets are down, or its own
gauge is bad."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.model.exclusions import When
from slogen.model.slo import Service, Slo
from slogen.promql.names import is_counter_name
from slogen.promql.numbers import COUNTING
from slogen.promql.parse import parse, selectors
from slogen.promql.selector import Matcher, Selector
from slogen.promql.tree import Call, walk
from slogen.settings import Settings

_OWN: Final = "`{}` is what the SLO itself reads: what is bad of it would be left out"
_HINT: Final = "exclude by what announces the work, such as a gauge of your own or a schedule"


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Warn of a `when` that reads `up` of the job that the SLI reads, or the gauge that it reads."""
    del settings
    for slo in (slo for service in services for slo in service.slos):
        for index, exclusion in enumerate(slo.exclusions):
            if isinstance(exclusion, When) and (message := _hides(slo, exclusion.condition)):
                here = slo.origin.at("exclude", index, "when")
                yield here.problem("exclusion-hides", message, _HINT, severity=Severity.WARNING)


def _hides(slo: Slo, condition: str) -> str:
    """What an exclusion hides; "" where it isn't known to hide anything."""
    own = [read for text in slo.sli.metrics() for read in selectors(parse(text))]
    tree = parse(condition)
    asked = selectors(tree)
    jobs = {matcher for read in own for matcher in _job(read)}
    for up in (each for each in asked if each.metric == "up" and jobs.intersection(_job(each))):
        return f"while `{up}` says that targets are down, nothing would count: an outage is left out"
    for each in asked:
        if any(matcher.name in _outcomes(each.metric, own) for matcher in each.matchers):
            return _OWN.format(each)
    if any(isinstance(node, Call) and node.name in COUNTING for node in walk(tree)):
        return ""  # how much there is to do
    return next((_OWN.format(each) for each in asked if _is_own(each, own)), "")


def _outcomes(metric: str, own: Sequence[Selector]) -> set[str]:
    """The labels by which an SLI tells good events of a metric from bad ones."""
    asked = [read.matchers for read in own if read.metric == metric]
    return {m.name for matchers in asked for m in matchers if any(m not in others for others in asked)}


def _is_own(asked: Selector, own: Sequence[Selector]) -> bool:
    """Whether it is the one gauge that an SLI reads, of the same series or some of them. Of several it may be
    the one that says how much there should be."""
    if is_counter_name(asked.metric) or {read.metric for read in own} != {asked.metric}:
        return False
    return any({*read.matchers} <= {*asked.matchers} for read in own)


def _job(selector: Selector) -> tuple[Matcher, ...]:
    return selector.only("job")
