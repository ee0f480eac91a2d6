"""Sample series that a spec gives for its own proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.sli import Samples
from slogen.promql.parse import PromqlError, Selector, check_version, parse_selector
from slogen.promql.solve import series


def read_samples(
    tests: Mapping[str, Any], origin: Origin, min_version: tuple[int, int], problems: list[Problem]
) -> Samples | None:
    """Build Samples from an SLO's `tests`; None where it has none, or a series that is no series."""
    if "series" not in tests:
        return None
    found, before = {}, len(problems)
    for kind in ("good", "bad"):
        texts = enumerate(tests["series"][kind])
        found[kind] = tuple(
            _series(text, origin.at("series", kind, n), min_version, problems) for n, text in texts
        )
    return Samples(found["good"], found["bad"]) if len(problems) == before else None


def _series(text: str, here: Origin, min_version: tuple[int, int], problems: list[Problem]) -> str:
    """The series with its labels in order, so that it can be compared."""
    try:
        selector = parse_selector(text)
        check_version([selector], min_version)
    except PromqlError as error:
        problems.append(here.problem("promql", f"not a series: {error}", error.hint))
        return ""
    hint = 'write `metric{label="value"}`'
    problems += [
        here.problem("sample-series", f"not one series: {reason}", hint) for reason in _open(selector)
    ]
    return series(selector.metric, {m.name: m.value for m in selector.matchers})


def _open(selector: Selector) -> Iterator[str]:
    names = [m.name for m in selector.matchers]
    for matcher in selector.matchers:
        if matcher.op != "=" or not matcher.value:
            yield f"`{matcher}` leaves open which"
        elif names.count(matcher.name) > 1:
            yield f"`{matcher.name}` is there twice"
            return
