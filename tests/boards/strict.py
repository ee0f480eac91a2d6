"""Whether a board is what Grafana's own model of boards says: nothing is lost on the way through it, and
every value has the type that it names. Works on JSON as it ships."""

from __future__ import annotations

import enum
import json
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard as model

# Fields of Prometheus annotations, which the model takes for those of one data source of many.
_OF_THE_DATASOURCE = {"expr", "step", "titleFormat", "textFormat"}
_NUMBERS = (int, float)


def findings(board: Mapping[str, Any]) -> list[str]:
    """All that is wrong with a board, in words; empty when it is right."""
    register_default_plugins()
    try:
        parsed = model.Dashboard.from_json(json.loads(json.dumps(board)))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return [f"the model refuses it: {type(error).__name__}: {error}"]
    again = json.loads(json.dumps(parsed, cls=JSONEncoder))
    return [*_lost(board, again, ""), *_mistyped(parsed, "")]


def _lost(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    """Keys that the model doesn't know, and values that come out of it changed."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key in theirs:
                yield from _lost(value, theirs[key], f"{path}.{key}")
            elif key not in _OF_THE_DATASOURCE:
                yield f"{path}.{key}: unknown to the model"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _lost(one, other, f"{path}[{index}]")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"{path}: {ours!r} became {theirs!r}"


def _mistyped(value: Any, path: str) -> Iterator[str]:
    """Fields of model objects whose value isn't of the type that they name."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _mistyped(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _mistyped(item, f"{path}.{key}")
    elif type(value).__module__.startswith("grafana_foundation_sdk"):
        hints = _hints(type(value))
        for name, hint in hints.items():
            item = getattr(value, name, None)
            if not _fits(item, hint):
                yield f"{path}.{name}: {item!r} is no {hint}"
            yield from _mistyped(item, f"{path}.{name}")


def _hints(cls: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls)
    except NameError:  # a name that only type checkers see
        return {}


def _fits(value: Any, hint: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or hint is object:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, argument) for argument in arguments)
    if origin is typing.Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(_fits(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(_fits(item, arguments[1]) for item in value.values())
    if hint in (None, type(None)):
        return value is None
    if isinstance(value, dict) and hasattr(hint, "from_json"):  # the model leaves some lists as they came
        return _survives(value, hint)
    return _is_a(value, hint)


def _survives(value: dict[str, Any], hint: Any) -> bool:
    parsed = hint.from_json(value)
    again = json.loads(json.dumps(parsed, cls=JSONEncoder))
    return not [*_lost(value, again, ""), *_mistyped(parsed, "")]


def _is_a(value: Any, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, _NUMBERS) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return value in [member.value for member in hint]
    return not isinstance(hint, type) or isinstance(value, hint)
