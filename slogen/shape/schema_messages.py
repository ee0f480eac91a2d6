"""What jsonschema finds, in words for people: one problem a mistake, where it was made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from slogen.diagnostics import Problem, did_you_mean
from slogen.load.document import Document
from slogen.load.document import Path as DataPath
from slogen.shape.schema_place import MANY_FIELDS, MERGE, Place, dotted, named_type, one_of, shown

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES: Mapping[str, str] = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


def explain(document: Document, errors: Iterable[ValidationError]) -> Iterator[Problem]:
    """Yield the problems behind jsonschema's errors, without those that only follow from another."""
    places: dict[tuple[DataPath, bool], dict[str, ValidationError]] = {}
    for error in errors:
        is_name = list(error.absolute_schema_path)[-2:-1] == ["propertyNames"]
        name = [str(error.instance)] if is_name else []
        path: DataPath = (*error.absolute_path, *name)
        places.setdefault((path, is_name), {})[str(error.validator)] = error
    for (path, is_name), found in places.items():
        if MERGE in path:
            continue
        error = next(iter(found.values()))
        place = Place(document, path, error.instance, cast(dict[str, Any], error.schema), is_name)
        if "type" in found:
            yield from _wrong_type(place)
        else:
            # several keywords may have the same words: a dict keeps each once, in order
            for words in dict.fromkeys(WORDS.get(keyword, _bad_value) for keyword in found):
                yield from words(place)


def _types(schema: Mapping[str, Any]) -> str:
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    words = [_TYPES[name] for name in names]
    if schema.get("not") == {"const": True}:
        words[names.index("boolean")] = "`false`"
    return " or ".join(words)


def _wrong_type(place: Place) -> Iterator[Problem]:
    schema, scalar = place.schema, not isinstance(place.value, dict | list | None)
    message = f"{place.field} must be {_types(schema)}, not {named_type(place.value)}"
    if place.value is None:
        message = f"{place.field} is empty; it must be {_types(schema)}"
    hint = f"such as {place.example}" if place.example else ""
    if "string" in schema["type"] and scalar and re.search(schema.get("pattern", ""), place.source):
        hint = f'quote it: "{place.source}"'
    yield place.problem("wrong-type", message, hint)


def _unknown_fields(place: Place) -> Iterator[Problem]:
    fields = place.schema["properties"]
    allowed = one_of(fields) if len(fields) <= MANY_FIELDS else "take it out; docs/spec.md has all fields"
    for name in place.unknown():
        hint = place.guess(name) or allowed
        yield place.problem("unknown-field", f"unknown field `{shown(name)}`", hint, name, key=True)


def _missing_fields(place: Place) -> Iterator[Problem]:
    for field in place.schema["required"]:
        if field not in place.value and place.is_expected(field):
            message = f"{place.whole} has no `{field}`"
            yield place.problem("missing-field", message, place.add(field), field)


def _one_of_fields(place: Place) -> Iterator[Problem]:
    """Each option requires one field, or two of three (`_two_of_fields`). That there is any at
    all may be what `minProperties` is about."""
    options = [option["required"] for option in place.schema["oneOf"]]
    if len(options[0]) > 1:
        yield from _two_of_fields(place, options)
        return
    fields = [option[0] for option in options]
    present = [name for name in place.value if name in fields]
    names = " or ".join(f"`{field}`" for field in fields)
    if present:
        yield _only_one(place, present)
    elif "minProperties" not in place.schema and all(place.is_expected(field) for field in fields):
        message = f"{place.whole} has no {names}"
        yield place.problem("missing-field", message, place.add(fields[0]), fields[0])


def _two_of_fields(place: Place, options: list[list[str]]) -> Iterator[Problem]:
    """Each option requires a pair: what goes with the one that is there, or that all are too many."""
    present = [name for name in place.value if any(name in option for option in options)]
    if len(present) > 2:
        heads = {option[0] for option in options}
        yield _only_one(place, [name for name in present if name in heads])
        return
    beside = [option for option in options if not present or present[0] in option]
    fields = list(dict.fromkeys(name for option in beside for name in option if name not in present))
    if all(place.is_expected(field) for field in fields):
        names = " or ".join(f"`{field}`" for field in fields)
        message = f"{place.whole} has no {names}" + ("" if present else ": two of them are needed")
        yield place.problem("missing-field", message, place.add(fields[0]), fields[0])


def _fields_beside(place: Place) -> Iterator[Problem]:
    """Fields that say more about another one, where that isn't there."""
    for name, others in place.schema["dependentRequired"].items():
        if name in place.value and others[0] not in place.value and place.is_expected(others[0]):
            message = f"`{name}` stands beside `{others[0]}` only"
            hint = f"{place.add(others[0])}, or drop `{name}`"
            yield place.problem("unknown-field", message, hint, name, key=True)


def _only_one(place: Place, present: list[str]) -> Problem:
    names = " and ".join(f"`{name}`" for name in present)
    message = f"{place.whole} can have only one of {names}"
    return place.problem("too-many", message, "keep one of them", present[1], key=True)


def _too_few(place: Place) -> Iterator[Problem]:
    message = f"{place.field} has only {len(place.value)} of at least {place.schema.get('minItems')}"
    message = message if place.value else f"{place.field} is empty"
    yield place.problem("too-few", message, f"add to it, such as {place.example}")


def _duplicates(place: Place) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, item in enumerate(place.value):
        if not isinstance(item, str):
            continue
        if item in seen:
            message = f"`{shown(item)}` is listed twice in {place.field}"
            yield place.problem("duplicate-item", message, "keep one of them", index)
        seen.add(item)


def _bad_value(place: Place) -> Iterator[Problem]:
    schema, value = place.schema, place.value
    words = schema.get("enum", [schema["const"]] if "const" in schema else [])
    message = f"{place.field} cannot be {f'`{shown(value)}`' if value != '' else 'empty'}"
    if place.is_name:
        message = f"`{shown(value)}` cannot be a name in `{dotted(place.path[:-1])}`"
    text = str(value)[:100]
    near = did_you_mean(text, words) if text.isalpha() else ""  # `1m` is not meant as `15m`
    hint = near or _expected(schema)
    if place.example and not words:
        hint += f", such as {place.example}"
    yield place.problem("bad-value", message, hint)


def _expected(schema: Mapping[str, Any]) -> str:
    """Say what a value must be; a `title` says it where the keywords are not for people."""
    if "title" in schema:
        return f"expected {schema['title']}"
    if "const" in schema:
        return f"expected `{schema['const']}`"
    if "enum" in schema:
        return one_of(schema["enum"])
    if "minimum" in schema:
        most = f"to {schema['maximum']}" if "maximum" in schema else "on"
        return f"expected {_types(schema)} from {schema['minimum']} {most}"
    if "maxLength" in schema:
        return f"expected {_types(schema)} of at most {schema['maxLength']} characters"
    return f"expected {_types(schema)}"


WORDS: Mapping[str, Callable[[Place], Iterator[Problem]]] = {
    "additionalProperties": _unknown_fields,
    "required": _missing_fields,
    "oneOf": _one_of_fields,
    "dependentRequired": _fields_beside,
    "minProperties": _too_few,
    "minItems": _too_few,
    "uniqueItems": _duplicates,
    **dict.fromkeys(
        (
            "const",
            "enum",
            "not",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "exclusiveMinimum",
            "maximum",
        ),
        _bad_value,
    ),
}
