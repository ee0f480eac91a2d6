"""Latency thresholds: their unit, the text of a bucket's `le`, and whether a bucket lies there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.promql.selector import Matcher
from slogen.units import parse_milliseconds, plain, to_decimal

# How many of the unit are in a millisecond.
UNITS = {
    "minutes": Decimal(1) / Decimal(60_000),
    "seconds": Decimal("0.001"),
    "milliseconds": Decimal(1),
    "microseconds": Decimal(1000),
    "nanoseconds": Decimal(1_000_000),
}


# How many of the unit are a second, for the samples of proofs.
_PER_SECOND = {
    "minutes": Decimal(1) / 60,
    "seconds": Decimal(1),
    "milliseconds": Decimal(10**3),
    "microseconds": Decimal(10**6),
    "nanoseconds": Decimal(10**9),
}


def read_threshold(
    config: Mapping[str, Any], metric: str, origin: Origin, problems: list[Problem]
) -> Decimal | None:
    """The threshold in the histogram's own unit; None, and a problem, where it can't be known."""
    here, text = origin.at("threshold"), str(config["threshold"])
    unit = config.get("unit") or unit_of(metric)
    try:
        millis = parse_milliseconds(text)
    except ValueError:
        return _bare_number(text, unit, here, problems)
    if unit in UNITS:
        value = millis * UNITS[unit]
    elif unit is None:
        hint = "name it with `unit: seconds` or `unit: milliseconds`"
        problems.append(here.problem("unknown-unit", f"the name `{metric}` doesn't say its unit", hint))
        return None
    else:
        problems.append(here.problem("threshold", "the histogram has no time unit", "write a plain number"))
        return None
    return _positive(value, here, problems)


def _bare_number(text: str, unit: str | None, here: Origin, problems: list[Problem]) -> Decimal | None:
    try:
        value = to_decimal(text)
    except ValueError:
        hint = "write a duration such as 500ms, 2s, 1m30s"
        problems.append(here.problem("threshold", f"`{text}` is not a threshold", hint))
        return None
    if unit in UNITS:
        hint = f"write the unit: {text}ms or {text}s"
        problems.append(here.problem("threshold", f"a threshold of {text} has no unit", hint))
        return None
    return _positive(value, here, problems)


def _positive(value: Decimal, here: Origin, problems: list[Problem]) -> Decimal | None:
    if value > 0:
        return value
    problems.append(here.problem("threshold", "the threshold must be above 0", "such as 500ms"))
    return None


def unit_of(metric: str) -> str | None:
    """The unit that the end of a metric's name says, a key of UNITS."""
    return next((unit for unit in UNITS if metric.endswith(f"_{unit}")), None)


def boundary_matcher(threshold: Decimal) -> Matcher:
    """Match `le` however exporters and servers write this number: 1 and 1.0, 0.00005 and 5e-05."""
    number = Decimal(repr(float(threshold)))  # the shortest digits, which are what every client prints
    value, exponent = plain(number), number.adjusted()
    texts = [value]
    if not -4 <= exponent < 6:  # Go's shortest format; other languages' clients imitate it
        texts.append(f"{plain(number.scaleb(-exponent))}e{exponent:+03d}")
    if "." in value and len(texts) == 1:
        return Matcher("le", "=", value)
    patterns = [text.replace(".", r"\.").replace("+", r"\+") for text in texts]
    patterns[0] += "" if "." in value else r"(\.0)?"
    return Matcher("le", "=~", "|".join(sorted(patterns)))


def stored_boundary(threshold: Decimal) -> str:
    """The boundary as Prometheus 3 stores it, whatever the exporter printed."""
    text = plain(threshold)
    return text if "." in text else f"{text}.0"


def exposed_boundary(shown: str, unit: str, metric: str) -> str:
    """The `le` of the bucket at a threshold, for samples: as a service exposes it and Prometheus 3 stores it.

    Worked out from the words of the spec by another road than the rules', which must find it.
    """
    unit = unit or metric.rpartition("_")[2]
    try:
        value = Decimal(parse_milliseconds(shown)) * _PER_SECOND[unit] / 1000
    except (ValueError, KeyError):
        value = to_decimal(shown)
    return repr(float(value))  # the shortest digits, and ".0" where there are none behind the point


def boundary_problem(threshold: Decimal, buckets: Sequence[Any], origin: Origin) -> list[Problem]:
    """Problems if the threshold is none of the histogram's bucket boundaries, or these don't rise."""
    here, bounds = origin.at("buckets"), [Decimal(str(bound)) for bound in buckets]
    if sorted(set(bounds)) != bounds:
        return [here.problem("buckets", "`buckets` must rise", "list each boundary once, smallest first")]
    if threshold in bounds:
        return []
    at = bisect_left(bounds, threshold)
    near = " and ".join(plain(bound) for bound in bounds[max(at - 1, 0) : at + 1])
    message = f"the threshold ({plain(threshold)} in the histogram's unit) is on no bucket boundary"
    return [origin.at("threshold").problem("off-boundary", message, f"the nearest boundaries are {near}")]
