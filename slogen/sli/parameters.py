"""What a spec says below `with`: checked against the preset's parameters, and made text that fits in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from slogen.diagnostics import Problem, did_you_mean
from slogen.load.family import Parameter, Preset
from slogen.model.origin import Origin
from slogen.promql.matchers import read_matchers
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.text import quote
from slogen.sli.threshold import milliseconds
from slogen.units import parse_duration, plain, to_decimal

_METRIC: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


class _RefusedError(ValueError):
    """A value is not what its parameter takes: why, and what would be."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def read_texts(
    preset: Preset, given: Mapping[str, Any], origin: Origin, problems: list[Problem]
) -> dict[str, str] | None:
    """A text for each placeholder; None, and problems at `with`, where some value is missing or wrong."""
    before = len(problems)
    problems += _unknown(preset, given, origin)
    texts = preset.texts({})
    for parameter in preset.parameters.values():
        here = origin.at("with", parameter.name)
        if parameter.name not in given:
            problems += _missing(preset, parameter, origin)
        try:
            text = _TYPES[parameter.type](parameter, given.get(parameter.name, texts[parameter.name]))
        except PromqlError as error:
            problems.append(here.problem("promql", f"`{parameter.name}`: {error}", error.hint))
        except _RefusedError as error:
            problems.append(here.problem("preset-parameter", str(error), error.hint))
        else:
            texts |= {parameter.name: text, **parameter.sets.get(text, {})}
    return texts if len(problems) == before else None


def _unknown(preset: Preset, given: Mapping[str, Any], origin: Origin) -> list[Problem]:
    known = ", ".join(f"`{name}`" for name in preset.parameters)
    return [
        origin.at("with", name).problem(
            "unknown-parameter",
            f"the preset `{preset.name}` has no parameter `{name}`",
            did_you_mean(name, preset.parameters) or f"it has {known}",
            key=True,
        )
        for name in given
        if name not in preset.parameters
    ]


def _missing(preset: Preset, parameter: Parameter, origin: Origin) -> list[Problem]:
    if parameter.default is not None:
        return []
    message = f"the preset `{preset.name}` needs the parameter `{parameter.name}`"
    hint = f"add `with: {{{parameter.name}: '{parameter.example}'}}`: {parameter.description}"
    return [
        origin.at("with" if origin.at("with").exists else "preset").problem(
            "missing-parameter", message, hint
        )
    ]


def _said(parameter: Parameter, value: object) -> str:
    """A text; anything else is refused."""
    if isinstance(value, str):
        return value
    raise _RefusedError(
        f"`{parameter.name}` must be text", f"such as `{parameter.name}: '{parameter.example}'`"
    )


def _threshold(parameter: Parameter, value: object) -> str:
    return _time(parameter, value, milliseconds, "a duration above 0")


def _duration(parameter: Parameter, value: object) -> str:
    return _time(parameter, value, parse_duration, "a duration in whole seconds above 0")


def _time(parameter: Parameter, value: object, parse: Callable[[str], int | Decimal], what: str) -> str:
    try:
        if parse(text := str(value)) > 0:
            return text
    except ValueError:
        pass
    raise _RefusedError(f"`{parameter.name}` must be {what}, not `{value}`", f"such as {parameter.example}")


def _number(parameter: Parameter, value: object) -> str:
    try:
        return plain(to_decimal(value))
    except ValueError:
        hint = f"such as {parameter.example}"
        raise _RefusedError(f"`{parameter.name}` must be a number, not `{value}`", hint) from None


def _pattern(parameter: Parameter, value: object) -> str:
    """A regular expression that stands in a matcher, in full."""
    text = _said(parameter, value)
    parse_selector(f"x{{y=~{quote(text)}}}")  # what Prometheus can't compile is refused here
    return quote(text)[1:-1]


def _choice(parameter: Parameter, value: object) -> str:
    text = str(value)
    if text in parameter.choices:
        return text
    words = ", ".join(f"`{choice}` ({means})" for choice, means in parameter.choices.items())
    near = did_you_mean(text, parameter.choices)
    raise _RefusedError(f"`{parameter.name}` cannot be `{text}`", near or f"expected one of {words}")


def _metric(parameter: Parameter, value: object) -> str:
    """The name of a metric; the choices are names that are known, not all that there can be."""
    text = _said(parameter, value)
    if not _METRIC.fullmatch(text):
        raise _RefusedError(
            f"`{parameter.name}` must be the name of a metric, not `{text}`", f"such as {parameter.example}"
        )
    parse_selector(text)  # `NaN` and `Inf` are numbers
    return text


def _matchers(parameter: Parameter, value: object) -> str:
    """The matchers that a user adds. Only their meaning goes on, never their text."""
    inside = _said(parameter, value).strip()
    hint = f"such as {parameter.example}"
    if not inside and parameter.default is None:
        raise _RefusedError(f"`{parameter.name}` is empty", hint)
    return ",".join(map(str, read_matchers(inside, hint)))


_TYPES: Final[Mapping[str, Callable[[Parameter, object], str]]] = {
    "selector": _matchers,
    "pattern": _pattern,
    "number": _number,
    "duration": _duration,
    "threshold": _threshold,
    "choice": _choice,
    "metric": _metric,
}
