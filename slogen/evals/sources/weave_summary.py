"""The summary that Weave's `evaluate` returns: means, and counts of what is true; also from its server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from slogen.evals.content import Content
from slogen.evals.result import Measure, Result, counted
from slogen.evals.sources.source import Source
from slogen.evals.tables import flattened, whole

_COUNT, _FRACTION, _MEAN = "true_count", "true_fraction", "mean"
_LATENCY: Final = "model_latency"


def _is_known(content: Content) -> bool:
    found = content.mapping
    names = {name.rpartition("/")[2] for name, _ in flattened(found)}
    return bool(found) and (_FRACTION in names or (_LATENCY in found and _MEAN in names))


def summary_measures(summary: Mapping[str, Any], name: str = "") -> Iterator[Measure]:
    """The measures of a summary, by the path of what they stand for."""
    if _FRACTION in summary and _COUNT in summary:
        yield _share(name, summary)
        return
    for key, value in summary.items():
        here = f"{name}/{key}" if name else str(key)
        if isinstance(value, Mapping):
            yield from summary_measures(value, here)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield Measure(here, float(value))


def _share(name: str, found: Mapping[str, Any]) -> Measure:
    """Counts of a scorer that says yes or no. Where nothing is true, nobody says of how many cases."""
    true, fraction = whole(found[_COUNT]), found[_FRACTION]
    if not isinstance(fraction, int | float):
        return Measure(name, None)
    if not true or not fraction:
        return Measure(name, float(fraction))
    return counted(name, true, max(round(true / fraction) - true, 0))


def _read(content: Content) -> Result:
    return Result("weave", content.where, tuple(summary_measures(content.mapping)))


SOURCE = Source("weave", "Weave's summary", _is_known, _read, "a scorer with `true_count` or `mean`")
