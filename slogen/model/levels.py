"""Levels: plain thresholds on what an SLI reads, beside its budget. Their units, direction and order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.sli import Gauge, NoGaugeError, Sli
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import Settings
from slogen.units import (
    MINUTE,
    format_duration,
    parse_duration,
    parse_milliseconds,
    plain,
    to_decimal,
)

WARNING: Final = "warning"
CRITICAL: Final = "critical"
SEVERITY_OF: Final = {WARNING: TICKET, CRITICAL: PAGE}
_WAIT = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Level:
    """An alert of `severity` while the reading is beyond `threshold` (in the gauge's unit) for `wait`
    seconds; `shown` is the threshold as people write it."""

    name: str
    severity: str
    threshold: Decimal
    shown: str
    wait: int


@dataclass(frozen=True, slots=True)
class Levels:
    """What is compared, and with which levels, the mildest first."""

    gauge: Gauge
    each: tuple[Level, ...]


def read_levels(
    data: Mapping[str, Any] | None, origin: Origin, sli: Sli, settings: Settings, problems: list[Problem]
) -> Levels | None:
    """Build Levels from an SLO's `levels`; None where it has none, or one that makes no sense."""
    if not data:
        return None
    found, before = _gauge(data, origin, sli, settings, problems), len(problems)
    if found is None:
        return None
    waits = data.get("for", {})
    each = []
    for name, severity in SEVERITY_OF.items():
        if name in data:
            threshold = _threshold(data[name], found, origin.at(name), problems)
            wait = waits if isinstance(waits, str) else waits.get(name)
            seconds = parse_duration(wait) if wait else _WAIT
            if threshold is not None:
                each.append(Level(name, severity, threshold, show(threshold, found.unit), seconds))
    if not each and len(problems) == before:
        hint = "add `warning`, `critical`, or both"
        problems.append(origin.problem("levels-empty", "`levels` names no level", hint, key=True))
    problems += _contradictions(each, found, origin)
    return Levels(found, tuple(each)) if len(problems) == before else None


def _gauge(
    data: Mapping[str, Any], origin: Origin, sli: Sli, settings: Settings, problems: list[Problem]
) -> Gauge | None:
    try:
        quantile = to_decimal(data["quantile"]) if "quantile" in data else None
        return sli.gauge(quantile, settings)
    except NoGaugeError as error:
        here = origin.at(error.field) if error.field else origin
        problems.append(here.problem("levels-unsupported", str(error), error.hint, key=not error.field))
        return None


def _threshold(value: object, gauge: Gauge, here: Origin, problems: list[Problem]) -> Decimal | None:
    """The level as a number in the gauge's unit; None, and a problem, where it is none."""
    try:
        return _READ[gauge.unit](str(value).strip())
    except ValueError as error:
        message, hint = error.args
        problems.append(here.problem("level-value", message, hint))
        return None


def _seconds(text: str) -> Decimal:
    try:
        return Decimal(parse_milliseconds(text)) / 1000
    except ValueError:
        pass
    try:
        number = plain(to_decimal(text))
    except ValueError:
        raise ValueError(f"`{text}` is not a duration", "such as 500ms, 3s, 2h") from None
    raise ValueError(f"a level of {text} has no unit", f"write the unit: {number}ms or {number}s")


def _number(text: str) -> Decimal:
    try:
        number = to_decimal(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a number", "write the level in the unit of the value") from None
    if text.endswith("%"):
        hint = f"did you mean {plain(number / 100)} or {plain(number)}?"
        raise ValueError(f"`{text}`: a level is in the unit of the value", hint)
    return number


def _share(text: str) -> Decimal:
    """ "5%" and 0.05 are the same share."""
    try:
        number = to_decimal(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a share", "such as 5% or 0.05") from None
    share = number / 100 if text.endswith("%") else number
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {text} is out of range", f"did you mean {plain(number)}%?")
    return share


_READ: Mapping[str, Callable[[str], Decimal]] = {"seconds": _seconds, "share": _share, "": _number}


def show(value: Decimal, unit: str) -> str:
    """A reading as people write it: "3s", "500ms", "5%", "0.85"."""
    if unit == "share":
        return f"{plain(value * 100)}%"
    if unit != "seconds":
        return plain(value)
    if value == value.to_integral_value():
        return format_duration(int(value))
    return f"{plain(value * 1000)}ms" if value < 1 else f"{plain(value)}s"


def _contradictions(each: list[Level], gauge: Gauge, origin: Origin) -> Iterator[Problem]:
    """Levels on the good side of the target, beyond what can be read, or in the wrong order."""
    falls = gauge.beyond == "<"
    side, most = ("below", "at most") if falls else ("above", "at least")
    for level in each:
        here, target, highest = origin.at(level.name), gauge.target, gauge.highest
        if target is not None and (level.threshold > target if falls else level.threshold < target):
            shown = show(target, gauge.unit)
            message = f"{level.shown} is on the good side of the target: bad is {side} {shown}"
            yield here.problem("level-side", message, f"levels are {most} {shown}")
        elif highest is not None and level.threshold > highest:
            shown = show(highest, gauge.unit)
            message = f"{gauge.what} never reads {level.shown}: the highest bucket boundary is {shown}"
            yield here.problem("level-unreachable", message, f"the highest level that can fire is {shown}")
    if len(each) == len(SEVERITY_OF):
        warning, critical = each
        if critical.threshold >= warning.threshold if falls else critical.threshold <= warning.threshold:
            message = (
                f"`critical` ({critical.shown}) must lie further {side} the target "
                f"than `warning` ({warning.shown})"
            )
            hint = "drop one of them" if critical.threshold == warning.threshold else "did you swap them?"
            yield origin.at("critical").problem("level-order", message, hint)
