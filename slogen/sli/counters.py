"""Whether what a side reads can be a counter: by its name, and by the facts of the presets' metrics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.load.presets import families
from slogen.model.origin import Origin
from slogen.promql.names import is_counter_name, operation
from slogen.promql.numbers import COUNTING
from slogen.promql.parse import PromqlError, selector_of
from slogen.promql.selector import Selector
from slogen.promql.tree import Call, Expr, Range, walk
from slogen.sli.facts import is_known_counter
from slogen.units import parse_duration

_OF_VALUES: Final = frozenset({"sum_over_time", "avg_over_time", "min_over_time", "max_over_time"})
_HISTOGRAM: Final = re.compile(r"_(?:bucket|count|sum)$")


class NoCounterError(PromqlError):
    """A side that can't give events per second: what it is, and the form that works."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is likely wrong with PromQL that compiles: a warning's code, message and hint."""

    code: str
    message: str
    hint: str

    def at(self, origin: Origin) -> Problem:
        """The warning of what stands there."""
        return origin.problem(self.code, self.message, self.hint, severity=Severity.WARNING)


def check_counter(selector: Selector) -> None:
    """Raise NoCounterError for what is certainly no counter: a recorded rate, a known gauge, `up`."""
    name = selector.metric
    recorded = operation(name)
    if recorded:
        message = f"`{name}` is recorded ({recorded.group()}), so its value is no count that only rises"
        raise NoCounterError(message, _averaged(selector, recorded))
    if is_counter_name(name):  # no gauge of the presets' systems ends so, and reading all of them takes time
        return
    types = known_types(name)
    if types == {"gauge"} or name == "up":
        hint = "count its time: `probe` where it is 0 or 1, else `timeslices` with a condition on it"
        raise NoCounterError(f"`{name}` is a gauge, not a counter", hint)
    if types == {"histogram"} and not _HISTOGRAM.search(name):
        hint = f"write `{name}_count`, or a `latency` SLI for its share within a threshold"
        raise NoCounterError(f"`{name}` is a histogram, not a counter", hint)


def doubts_of(selector: Selector) -> list[Doubt]:
    """A warning where a name doesn't say that it is a counter, and no preset knows that it is."""
    if is_counter_name(selector.metric) or "counter" in known_types(selector.metric):
        return []
    message = f"`{selector.metric}` ends like no counter (_total, _count, _sum, _bucket): if it is a gauge, "
    hint = (
        f"if it is one, say so: `rate({selector}[{{{{ window }}}}])`; "
        "for a gauge of 0 and 1 there is `probe`, for others `timeslices`"
    )
    return [Doubt("not-a-counter", f"{message}this SLO is silent", hint)]


def check_ranges(tree: Expr) -> None:
    """Raise NoCounterError where a function of ranges gets a metric of the wrong type."""
    for call in (node for node in walk(tree) if isinstance(node, Call)):
        for arg in call.args:
            if isinstance(arg, Range):
                _check_range(call.name, selector_of(arg.selector))


def _check_range(function: str, selector: Selector) -> None:
    if function in COUNTING:
        check_counter(selector)
    if function == "deriv":
        message = (
            f"`deriv` is how a gauge rises and falls: it would count events of `{selector.metric}` below 0"
        )
        counted = f"rate({selector}[{{{{ window }}}}])"
        hint = f"of a counter write `{counted}`; of a gauge `timeslices` with a condition"
        raise NoCounterError(message, hint)
    is_counter = selector.metric.endswith(("_total", "_bucket"))
    if function in _OF_VALUES and is_counter:
        message = f"`{function}` of the counter `{selector.metric}` depends on how long it has been counting"
        raise NoCounterError(message, f"write `rate({selector}[{{{{ window }}}}])`")


def _averaged(selector: Selector, recorded: re.Match[str]) -> str:
    """How a recorded series becomes events per second."""
    if recorded["name"] in ("rate", "irate", "deriv"):
        return f"write `sum(avg_over_time({selector}[{{{{ window }}}}]))`"
    if recorded["name"] in ("increase", "delta", "idelta") and recorded["window"]:
        seconds = parse_duration(recorded["window"])
        return f"write `sum(avg_over_time({selector}[{{{{ window }}}}])) / {seconds}`"
    return "write `ratio: {error: ...}` for a ratio from 0 to 1, `timeslices` for other values"


@lru_cache(maxsize=4096)
def known_types(metric: str) -> frozenset[str]:
    """What types the metrics have that bear this name, as presets and other facts know them."""
    if is_known_counter(metric):
        return frozenset({"counter"})
    return frozenset(
        found.type
        for family in families()
        for prefix in family.prefixes
        if (found := family.metric(metric, prefix)) is not None
    )
