"""What is good beside a latency's threshold: matchers that split the histogram's series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.promql.matchers import read_matchers
from slogen.promql.parse import PromqlError, check_version
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import is_readable, solve
from slogen.settings import Settings


def read_good(
    config: Mapping[str, Any],
    histogram: Selector,
    origin: Origin,
    settings: Settings,
    problems: list[Problem],
) -> tuple[Matcher, ...]:
    """The matchers of `good`; none where the spec has none, or wrong ones."""
    if "good" not in config:
        return ()
    here = origin.at("good")
    try:
        found = read_matchers(config["good"], 'such as `status!~"5.."`')
        narrowed = Selector(histogram.metric, (*histogram.matchers, *found))
        check_version([narrowed], settings.prometheus.min_version)
    except PromqlError as error:
        problems.append(here.problem("promql", f"`good`: {error}", error.hint))
        return ()
    problems += _good_problems(found, histogram, narrowed, config, here)
    return found


def _good_problems(
    good: tuple[Matcher, ...],
    histogram: Selector,
    narrowed: Selector,
    config: Mapping[str, Any],
    here: Origin,
) -> Iterator[Problem]:
    if any(matcher.name == "le" for matcher in good):
        yield here.problem("histogram-le", "`good` selects on `le`", "use `threshold`")
    grouped = [matcher.name for matcher in good if matcher.name in config.get("by", ())]
    if grouped:
        message = f"`{grouped[0]}` is in `by` too, so each group would be all good or all bad"
        yield here.problem("good-matcher", message, f"drop `{grouped[0]}` from `by`")
    elif not is_readable(narrowed):
        return
    elif solve([narrowed]) is None:
        yield here.problem("good-matcher", "`good` lets no series of the histogram pass", "mend its matchers")
    elif solve([histogram], [narrowed]) is None:
        message = "`good` lets every series of the histogram pass"
        yield here.problem("good-matcher", message, "drop it, or take its label out of `histogram`")
