"""What a spec says below `with`: checked against the preset's parameters, and made text that fits in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slogen.diagnostics import Problem, did_you_mean
from slogen.load.presets import Parameter, Preset
from slogen.load.settings import Settings
from slogen.model.origin import Origin
from slogen.promql.limits import without_strings
from slogen.promql.parse import METRIC_NAME, PromqlError, Selector, check_version, parse_selector
from slogen.promql.text import quote
from slogen.units import parse_milliseconds, plain, to_decimal


class _RefusedError(ValueError):
    """A value is not what its parameter takes: why, and what would be."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Values:
    """Texts for a preset's placeholders, and the matchers that `selector` adds."""

    texts: Mapping[str, str]
    added: Selector | None


def defaults(preset: Preset) -> dict[str, str]:
    """The placeholders' texts where a spec says nothing, and the examples where it must say something."""
    texts = {}
    for parameter in preset.parameters.values():
        value = parameter.example if parameter.default is None else parameter.default
        texts[parameter.name] = _TYPES[parameter.type](parameter, value)
        texts |= parameter.sets.get(value, {})
    return texts


def read_values(
    preset: Preset, given: Mapping[str, Any], origin: Origin, settings: Settings, problems: list[Problem]
) -> Values | None:
    """Texts for all placeholders; None, and problems at `with`, where some value is missing or wrong."""
    before = len(problems)
    problems += _unknown(preset, given, origin)
    texts, added = defaults(preset), None
    for parameter in preset.parameters.values():
        here = origin.at("with", parameter.name)
        if parameter.name not in given:
            problems += _missing(preset, parameter, origin)
            continue
        try:
            text = _TYPES[parameter.type](parameter, given[parameter.name])
            if parameter.type == "selector":
                added = _added(text, settings)
                text = ",".join(map(str, added.matchers)) if added else ""
        except PromqlError as error:
            problems.append(here.problem("promql", f"`{parameter.name}`: {error}", error.hint))
        except _RefusedError as error:
            problems.append(here.problem("preset-parameter", str(error), error.hint))
        else:
            texts |= {parameter.name: text, **parameter.sets.get(text, {})}
    return Values(texts, added) if len(problems) == before else None


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
    return [origin.at("with" if origin.at("with").exists else "preset").problem("missing-parameter", message, hint)]


def _said(parameter: Parameter, value: object) -> str:
    """A text; anything else is refused."""
    if isinstance(value, str):
        return value
    raise _RefusedError(
        f"`{parameter.name}` must be text", f"such as `{parameter.name}: '{parameter.example}'`"
    )


def _duration(parameter: Parameter, value: object) -> str:
    try:
        if parse_milliseconds(text := str(value)) > 0:
            return text
    except ValueError:
        pass
    raise _RefusedError(
        f"`{parameter.name}` must be a duration above 0, not `{value}`", f"such as {parameter.example}"
    )


def _number(parameter: Parameter, value: object) -> str:
    try:
        return plain(to_decimal(value))
    except ValueError:
        hint = f"such as {parameter.example}"
        raise _RefusedError(f"`{parameter.name}` must be a number, not `{value}`", hint) from None


def _label_value(parameter: Parameter, value: object) -> str:
    return quote(_said(parameter, value))[1:-1]


def _pattern(parameter: Parameter, value: object) -> str:
    """A regular expression that stands in a matcher, in full."""
    text = _said(parameter, value)
    parse_selector(f"x{{y=~{quote(text)}}}")  # what Prometheus can't compile is refused here
    return quote(text)[1:-1]


def _prefix(parameter: Parameter, value: object) -> str:
    text = _said(parameter, value)
    if text and not METRIC_NAME.fullmatch(text):
        message = f"`{text}` cannot be the beginning of a metric's name"
        raise _RefusedError(message, f"such as `{parameter.name}: {parameter.example}`")
    return text


def _choice(parameter: Parameter, value: object) -> str:
    text = str(value)
    if text in parameter.choices:
        return text
    words = ", ".join(f"`{choice}` ({means})" for choice, means in parameter.choices.items())
    near = did_you_mean(text, parameter.choices)
    raise _RefusedError(f"`{parameter.name}` cannot be `{text}`", near or f"expected one of {words}")


_TYPES: Final[Mapping[str, Callable[[Parameter, object], str]]] = {
    "selector": _said,
    "label value": _label_value,
    "pattern": _pattern,
    "number": _number,
    "duration": _duration,
    "prefix": _prefix,
    "choice": _choice,
}


def _added(text: str, settings: Settings) -> Selector | None:
    """The matchers that a user adds. Only their meaning goes on, never their text."""
    inside = text.strip()
    hint = 'write matchers alone, such as job="api", model="m"'
    if set("{}") & set(without_strings(inside)):
        raise PromqlError("matchers stand here without braces and without a metric's name", hint)
    if not inside:
        return None
    try:
        added = parse_selector(f"x{{{inside}\n}}")
    except PromqlError as error:
        raise PromqlError(str(error), error.hint or hint) from None
    if added.only("le"):
        raise PromqlError("`le` is the bucket's label", "use the preset's `threshold`")
    check_version([added], settings.min_version)
    return added
