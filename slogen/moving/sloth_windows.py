"""Sloth's AlertWindows: the alerts of all SLOs of a period, from a file of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from slogen.diagnostics import Problem, Span, has_errors
from slogen.load.reader import read
from slogen.model.tiers import PAGE, TICKET
from slogen.moving.dialect import expect, misshapen
from slogen.moving.lost import lost_fields, lost_of_objects, unread_file
from slogen.moving.outcome import RefusedError, not_moved
from slogen.moving.reading import Value, WrongShapeError
from slogen.moving.tiers import Wanted
from slogen.units import parse_duration, to_decimal

KIND: Final = "AlertWindows"
_SPEEDS: Final = {"quick": "fast", "slow": "slow"}


@dataclass(frozen=True, slots=True)
class Windows:
    """The period (seconds) and its alerts, the one with the shortest windows first."""

    period: int
    wanted: tuple[Wanted, ...]


def read_windows(path: str, content: bytes) -> tuple[Windows | None, list[Problem]]:
    """The windows of a file; None where it can't be read, and why."""
    documents, problems = read(path, content)
    if has_errors(problems):
        return None, [*problems, unread_file(path)]
    if len(documents) != 1:
        message = f"there are {len(documents)} documents in the file of windows"
        hint = f"it holds one of the kind {KIND}"
        return None, [*problems, Problem("import-refused-shape", message, Span(path), hint)]
    root = Value.of(documents[0])
    try:
        windows = _windows(root)
    except WrongShapeError as error:
        return None, [*problems, misshapen(error)]
    except RefusedError as error:
        return None, [*problems, error.problem]
    return windows, [*problems, *lost_fields(root), *lost_of_objects([root])]


def _windows(root: Value) -> Windows:
    expect(root.need("apiVersion"), "sloth.slok.dev/v1")
    expect(root.need("kind"), KIND)
    spec = root.need("spec")
    period = _duration(spec.need("sloPeriod"))
    lines = sorted(_lines(spec, period), key=lambda line: (line.long, -line.factor))
    return Windows(period, tuple(lines))


def _lines(spec: Value, period: int) -> Iterator[Wanted]:
    for severity in (PAGE, TICKET):
        for speed, word in _SPEEDS.items():
            line = spec.need(severity).need(speed)
            long, short = _duration(line.need("longWindow")), _duration(line.need("shortWindow"))
            share = _percent(line.need("errorBudgetPercent")) / 100
            yield Wanted(f"{severity}_{word}", severity, long, short, share * period / long, share)


def _duration(at: Value) -> int:
    try:
        seconds = parse_duration(at.text())
    except ValueError as error:
        raise not_moved("import-refused-window", at, str(error), "such as 30d") from None
    if not seconds:
        raise not_moved("import-refused-window", at, "a window has some length", "such as 30d")
    return seconds


def _percent(at: Value) -> Fraction:
    try:
        return Fraction(to_decimal(at.text()))
    except ValueError as error:
        raise not_moved("import-refused-shape", at, str(error), "such as 2") from None
