"""Latency thresholds: their unit, the text of a bucket's `le`, and whether a bucket lies there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.promql.selector import Matcher
from slogen.units import parse_milliseconds, plain, to_decimal

# Milliseconds in one of the unit.
UNITS = {
    "minutes": Decimal(60_000),
    "seconds": Decimal(1000),
    "milliseconds": Decimal(1),
    "microseconds": Decimal("0.001"),
    "nanoseconds": Decimal("0.000001"),
}
_TINY: Final = re.compile(r"(?P<duration>.*?)(?:(?P<us>\d{1,9})us)?(?:(?P<ns>\d{1,9})ns)?")


def milliseconds(text: str) -> Decimal:
    """A duration as Prometheus writes it, which may go on with `us` and `ns`: 1s500ms, 250us. Raises
    ValueError for what is none."""
    found = _TINY.fullmatch(text)
    if found is None or not (found["us"] or found["ns"]):
        return Decimal(parse_milliseconds(text))
    tiny = Decimal(int(found["us"] or 0)) / 1000 + Decimal(int(found["ns"] or 0)) / 1_000_000
    return tiny + (parse_milliseconds(found["duration"]) if found["duration"] else 0)


def in_unit(text: str, unit: str) -> Decimal:
    """A duration in a unit of UNITS. Raises ValueError for what is none."""
    return milliseconds(text) / UNITS[unit]


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
        value = in_unit(text, unit if unit in UNITS else "milliseconds")
    except ValueError:
        return _bare_number(text, unit, here, problems)
    if unit in UNITS:
        return _positive(value, here, problems)
    if unit is None:
        hint = "name it with `unit: seconds` or `unit: milliseconds`"
        problems.append(here.problem("unknown-unit", f"the name `{metric}` doesn't say its unit", hint))
    else:
        problems.append(here.problem("threshold", "the histogram has no time unit", "write a plain number"))
    return None


def _bare_number(text: str, unit: str | None, here: Origin, problems: list[Problem]) -> Decimal | None:
    try:
        value = to_decimal(text)
    except ValueError:
        hint = "write a duration such as 500ms, 2s, 1m30s"
        problems.append(here.problem("threshold", f"`{text}` is not a threshold", hint))
        return None
    if unit in UNITS:
        hint = f"write the unit: {_duration(value)} or {_duration(value * 1000)}"
        problems.append(here.problem("threshold", f"a threshold of {text} has no unit", hint))
        return None
    return _positive(value, here, problems)


def _duration(millis: Decimal) -> str:
    """Milliseconds as people write them, in the largest unit in which they are whole."""
    sizes = {"s": Decimal(1000), "ms": Decimal(1), "us": UNITS["microseconds"], "ns": UNITS["nanoseconds"]}
    numbers = {name: millis / size for name, size in sizes.items()}
    name = next((name for name, number in numbers.items() if number == number.to_integral_value()), "ns")
    return f"{plain(numbers[name])}{name}"


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
        value = milliseconds(shown) * _PER_SECOND[unit] / 1000
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
