"""What Prometheus' HTTP API answers, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any

_MISFITS = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)
Point = tuple[float, float]  # Unix time in seconds, value


@dataclass(frozen=True, slots=True)
class Sample:
    """A series at one moment: its labels (`__name__` too), value, and Unix time in seconds. A native
    histogram has NaN for a value."""

    labels: Mapping[str, str]
    value: float
    at: float
    is_histogram: bool = False


@dataclass(frozen=True, slots=True)
class Vector:
    """The answer to an instant query. With `warnings` something may be missing from it."""

    samples: tuple[Sample, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A series over a range, in the order of time."""

    labels: Mapping[str, str]
    points: tuple[Point, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The answer to a range query. With `warnings` something may be missing from it."""

    series: tuple[Series, ...] = ()
    warnings: tuple[str, ...] = ()


class NoAnswerError(Exception):
    """What came is not of the shape that Prometheus' HTTP API has."""


def vector_of(body: Any) -> Vector:
    """Read the answer to an instant query; a scalar becomes a sample without labels. Raises NoAnswerError
    for anything else."""
    kind, result = _result(body)
    if kind == "scalar":
        result = [{"metric": {}, "value": result}]
    elif kind != "vector":
        raise NoAnswerError(f"a `{kind}` came where a vector was asked for")
    try:
        return Vector(tuple(map(_sample, result)), _warnings(body))
    except _MISFITS as error:
        raise NoAnswerError("samples came that are not of Prometheus' form") from error


def matrix_of(body: Any) -> Matrix:
    """Read the answer to a range query. Raises NoAnswerError for anything else."""
    kind, result = _result(body)
    if kind != "matrix":
        raise NoAnswerError(f"a `{kind}` came where a matrix was asked for")
    try:
        return Matrix(tuple(map(_series, result)), _warnings(body))
    except _MISFITS as error:
        raise NoAnswerError("series came that are not of Prometheus' form") from error


def _result(body: Any) -> tuple[str, Any]:
    try:
        return str(body["data"]["resultType"]), body["data"]["result"]
    except (KeyError, TypeError) as error:
        raise NoAnswerError("the answer has no result") from error


def _warnings(body: Any) -> tuple[str, ...]:
    return tuple(map(str, body.get("warnings") or ()))


def _sample(found: Any) -> Sample:
    labels = _labels(found["metric"])
    if "value" not in found:
        return Sample(labels, nan, float(found["histogram"][0]), True)
    return Sample(labels, float(found["value"][1]), float(found["value"][0]))


def _series(found: Any) -> Series:
    points = tuple([(float(at), float(value)) for at, value in found.get("values", ())])
    return Series(_labels(found["metric"]), points)


def _labels(metric: Any) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in metric.items()}
