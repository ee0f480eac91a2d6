"""Sample series that a spec gives for its own proof."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.sli import Sli
from slogen.model.states import Reading, Samples, States
from slogen.promql.parse import PromqlError, check_version, parse_selector
from slogen.promql.selector import Selector
from slogen.promql.solve import series
from slogen.settings import Settings

_VALUE = r"[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_ITEM = re.compile(
    rf"(?P<series>.*[}}\w:])\s+(?:(?P<value>-?{_VALUE})(?P<growth>[-+]{_VALUE})?|(?P<counts>\+{_VALUE}))",
    re.DOTALL,
)


def read_samples(
    tests: Mapping[str, Any],
    origin: Origin,
    sli: Sli,
    settings: Settings,
    problems: list[Problem],
) -> Samples | States | None:
    """Build Samples, or the States of an SLI that measures time, from an SLO's `tests`; None where it has
    none, or a series that is no series. In a cluster they have the labels of its scope."""
    if "series" not in tests:
        return None
    before, found = len(problems), dict[str, dict[str, Reading | None]]()
    for kind in ("good", "bad"):
        found[kind] = {}
        for number, item in enumerate(tests["series"][kind]):
            here = origin.at("series", kind, number)
            text, reading = _reading(item)
            problems += _value_problems(item, reading, sli, here)
            found[kind][_series(text, here, settings, problems)] = reading
    beside = tuple(_beside(tests["series"], origin, sli, settings, problems))
    if len(problems) > before:
        return None
    if sli.timed is None:
        return Samples(tuple(found["good"]), tuple(found["bad"]), beside=beside)
    good, bad = ({name: r for name, r in found[kind].items() if r} for kind in ("good", "bad"))
    return States(good, bad)


def _beside(
    listed: Mapping[str, Any], origin: Origin, sli: Sli, settings: Settings, problems: list[Problem]
) -> Iterator[str]:
    """The series that read 1 all the time."""
    for number, text in enumerate(listed.get("beside", ())):
        here = origin.at("series", "beside", number)
        if sli.timed is not None:
            message = "`beside` is for the counters of events; here each series says what it reads"
            hint = f"list it in `good` and `bad`, as in `{text} 1`"
            problems.append(here.problem("sample-series", message, hint))
        yield _series(text, here, settings, problems)


def _reading(item: str) -> tuple[str, Reading | None]:
    """A series, and what it reads: `0.9`, `0+60` (and what it grows by each minute), `+60` (a counter)."""
    match = _ITEM.fullmatch(item.strip())
    if match is None:
        return item, None
    if match["counts"]:
        return match["series"], Reading(None, float(match["counts"]))
    return match["series"], Reading(float(match["value"]), float(match["growth"] or 0))


def _value_problems(item: str, reading: Reading | None, sli: Sli, here: Origin) -> Iterator[Problem]:
    if sli.timed is not None and reading is None:
        message = f"`{item}` has no value, and this SLI isn't made of events"
        hint = f"say what it reads then: `{item} 0.9`, or `{item} +60` for a counter and a minute"
        yield here.problem("sample-series", message, hint)
    if sli.timed is None and reading is not None:
        yield here.problem(
            "sample-series", "the series has a value; an event increments it by one", "drop it"
        )


def _series(text: str, here: Origin, settings: Settings, problems: list[Problem]) -> str:
    """The series with its labels in order, so that it can be compared."""
    try:
        selector = parse_selector(text)
        check_version([selector], settings.prometheus.min_version)
    except PromqlError as error:
        problems.append(here.problem("promql", f"not a series: {error}", error.hint))
        return ""
    hint = 'write `metric{label="value"}`'
    problems += [
        here.problem("sample-series", f"not one series: {reason}", hint) for reason in _open(selector)
    ]
    return series(selector.metric, selector.labels | dict(settings.scope))


def _open(selector: Selector) -> Iterator[str]:
    names = [m.name for m in selector.matchers]
    for matcher in selector.matchers:
        if matcher.op != "=" or not matcher.value:
            yield f"`{matcher}` leaves open which"
        elif names.count(matcher.name) > 1:
            yield f"`{matcher.name}` is there twice"
            return
