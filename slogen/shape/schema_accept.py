"""A quick yes for data that is right, so that most runs never need jsonschema.

Importing jsonschema and walking 1,000 SLOs with it takes some 200 ms of CPU; this takes 10 ms. It never
says what is wrong, and a keyword that it does not know makes it say no: a no means only that jsonschema
has to look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Predicate = Callable[[Any], bool]
Schema = Mapping[str, Any]

ANNOTATIONS = frozenset({"$schema", "title", "description", "examples", "default"})


def accepts(schema: Schema) -> Predicate:
    """Compile a schema without `$ref` into a function that is true only of valid data."""
    keywords = schema.keys() - ANNOTATIONS
    if not keywords <= KEYWORDS:
        return lambda _: False
    checks = [compiled(schema) for family, compiled in _FAMILIES if keywords & family]

    def check(value: Any) -> bool:
        for holds in checks:  # noqa: SIM110 - the hot spot: a generator would cost a third more
            if not holds(value):
                return False
        return True

    return checks[0] if len(checks) == 1 else check


def is_number(value: object) -> bool:
    """Whether the value is a number that can be computed with: infinity is none."""
    return type(value) is int or (type(value) is Decimal and value.is_finite())


_TYPES: Mapping[str, Predicate] = {
    "string": lambda value: type(value) is str,
    "object": lambda value: type(value) is dict,
    "array": lambda value: type(value) is list,
    "boolean": lambda value: type(value) is bool,
    "integer": lambda value: type(value) is int,
    "number": is_number,
}


def _type(schema: Schema) -> Predicate:
    names = schema["type"]
    if isinstance(names, str):
        return _TYPES[names]
    tests = [_TYPES[name] for name in names]
    return lambda value: any(test(value) for test in tests)


def _text(schema: Schema) -> Predicate:
    search = re.compile(schema.get("pattern", "")).search
    least, most = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
    return lambda value: type(value) is not str or (least <= len(value) <= most and search(value) is not None)


def _number(schema: Schema) -> Predicate:
    least, above = schema.get("minimum", float("-inf")), schema.get("exclusiveMinimum", float("-inf"))
    most = schema.get("maximum", float("inf"))
    return lambda value: not is_number(value) or (least <= value <= most and value > above)


def _choice(schema: Schema) -> Predicate:
    # text only: to Python 1 == True, and no schema here has other choices
    words = schema.get("enum", [schema.get("const")])
    return lambda value: type(value) is str and value in words


def _list(schema: Schema) -> Predicate:
    holds, least = accepts(schema.get("items", {})), schema.get("minItems", 0)
    unique = schema.get("uniqueItems", False)

    def check(value: Any) -> bool:
        if type(value) is not list:
            return True
        return len(value) >= least and all(map(holds, value)) and (not unique or _distinct_texts(value))

    return check


def _distinct_texts(items: list[Any]) -> bool:
    return all(type(item) is str for item in items) and len(set(items)) == len(items)


def _mapping(schema: Schema) -> Predicate:
    fields = {name: accepts(field) for name, field in schema.get("properties", {}).items()}
    more = schema.get("additionalProperties", {})
    other: Predicate = accepts(more) if isinstance(more, Mapping) else lambda _: bool(more)
    named = accepts(schema["propertyNames"]) if "propertyNames" in schema else None
    required = frozenset(schema.get("required", ()))
    needs = {name: frozenset(others) for name, others in schema.get("dependentRequired", {}).items()}
    least = schema.get("minProperties", 0)

    def check(value: Any) -> bool:
        if type(value) is not dict:
            return True
        if not (required <= value.keys() and least <= len(value)):
            return False
        if needs and not all(others <= value.keys() for name, others in needs.items() if name in value):
            return False
        if named and not all(map(named, value)):
            return False
        return all(fields.get(name, other)(item) for name, item in value.items())

    return check


def _one_of(schema: Schema) -> Predicate:
    options = [accepts(option) for option in schema["oneOf"]]
    return lambda value: sum(holds(value) for holds in options) == 1


def _not(schema: Schema) -> Predicate:
    known = schema["not"] == {"const": True}
    return lambda value: known and value is not True


# types first: what follows relies on them
_FAMILIES: tuple[tuple[frozenset[str], Callable[[Schema], Predicate]], ...] = (
    (frozenset({"type"}), _type),
    (frozenset({"enum", "const"}), _choice),
    (frozenset({"pattern", "minLength", "maxLength"}), _text),
    (frozenset({"minimum", "exclusiveMinimum", "maximum"}), _number),
    (frozenset({"items", "minItems", "uniqueItems"}), _list),
    (frozenset({"oneOf"}), _one_of),
    (frozenset({"not"}), _not),
    (
        frozenset({"properties", "additionalProperties", "propertyNames", "required"})
        | {"minProperties", "dependentRequired"},
        _mapping,
    ),
)
KEYWORDS = frozenset[str]().union(*(family for family, _ in _FAMILIES))
