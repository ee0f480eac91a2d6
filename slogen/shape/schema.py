"""The shape of a document: which fields, of which types. The JSON Schemas in schemas/ are the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slogen.diagnostics import Problem, did_you_mean, once, sort_key
from slogen.load.document import Document
from slogen.shape.schema_accept import Predicate, accepts, is_number
from slogen.shape.schema_messages import explain
from slogen.shape.schema_place import named_type, one_of, shown

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

SCHEMAS: Final[Mapping[str, str]] = {
    "slo": "slo.schema.json",
    "settings": "settings.schema.json",
    "policy": "policy.schema.json",
    "notifications": "notifications.schema.json",
    "http-config": "http-config.schema.json",
    "story": "story.schema.json",
}
KINDS: Final[Mapping[str, str]] = {
    "ServiceLevelObjectives": "slo",
    "Settings": "settings",
    "AlertPolicy": "policy",
    "Notifications": "notifications",
}
MAX_PROBLEMS: Final = 100


def schema_text(name: str) -> str:
    """Return the JSON text of the schema `name`, a key of SCHEMAS. Raises KeyError for any other."""
    return (_folder() / SCHEMAS[name]).read_text(encoding="utf-8")


def check(document: Document) -> list[Problem]:
    """Return the problems of the document's shape in the order of the file; none means it fits."""
    if not isinstance(document.data, dict):
        message = f"a document must be a mapping of fields, not {named_type(document.data)}"
        return [Problem("wrong-type", message, document.span(()), "begin it with `apiVersion: slogen/v1`")]
    found, kind = _kind(document)
    if kind is None:
        return found
    # a bad kind is reported already: the rest is judged as if it were right
    data = {**document.data, "kind": kind} if found else document.data
    return _limited(document, [*found, *_misfits(document, data, KINDS[kind])])


def check_as(document: Document, name: str) -> list[Problem]:
    """The same for a document without a kind, by the schema `name`."""
    if not isinstance(document.data, dict):
        message = f"the document must be a mapping of fields, not {named_type(document.data)}"
        return [Problem("wrong-type", message, document.span(()), "write fields, such as `basic_auth:`")]
    return _limited(document, list(_misfits(document, document.data, name)))


def _misfits(document: Document, data: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """Where the data doesn't fit a schema."""
    if not _accepts(name)(data):
        errors = islice(_validator(name).iter_errors(data), 10 * MAX_PROBLEMS)
        yield from islice(explain(document, errors), MAX_PROBLEMS + 1)


def _limited(document: Document, found: list[Problem]) -> list[Problem]:
    if len(found) > MAX_PROBLEMS:
        message = f"stopped after {MAX_PROBLEMS} problems in this document"
        found[MAX_PROBLEMS:] = [Problem("too-many-problems", message, document.span(()))]
    return sorted(once(found), key=sort_key)  # what an alias repeats is one problem


def _kind(document: Document) -> tuple[list[Problem], str | None]:
    """Return what is wrong with `kind`, and the kind that is there or is meant (None: nobody can tell)."""
    kind = document.data.get("kind")
    if isinstance(kind, str):
        return ([], kind) if kind in KINDS else _unknown_kind(document, kind)
    meant, span, hint = _kind_by_fields(document.data), document.span(("kind",)), one_of(KINDS)
    if "kind" in document.data:
        message = f"`kind` must be text, not {named_type(kind)}"
        return [Problem("wrong-type", message, span, hint)], meant
    if meant:
        return [], meant  # its schema requires `kind`, and knows how it may be misspelt
    return [Problem("missing-field", "the document has no `kind`", span, hint)], None


def _unknown_kind(document: Document, kind: str) -> tuple[list[Problem], str | None]:
    near = did_you_mean(kind[:100], KINDS)
    meant = next((name for name in KINDS if f"`{name}`" in near), None)
    span, hint = document.span(("kind",)), near or one_of(KINDS)
    return [Problem("unknown-kind", f"unknown kind `{shown(kind)}`", span, hint)], meant


def _kind_by_fields(data: Mapping[str, Any]) -> str | None:
    """Return the kind whose fields the document has most of, apart from those that every kind has."""
    have = data.keys() - {"apiVersion", "kind"}
    if isinstance(data.get("groups"), list):
        have -= {"groups"}  # those of a rule file
    counts = {kind: len(have & expanded(name)["properties"].keys()) for kind, name in KINDS.items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else None


def _folder() -> Traversable:
    installed = files("slogen") / "schemas"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "schemas"


@cache
def expanded(name: str) -> dict[str, Any]:
    """The schema `name` without `$ref`: half the work for jsonschema, and each error has its example."""
    schema = json.loads(schema_text(name))
    return _expand(schema, schema.pop("$defs"))


def _expand(node: Mapping[str, Any], fragments: Mapping[str, Any]) -> dict[str, Any]:
    name = node.get("$ref", "").removeprefix("#/$defs/")
    if name:
        around = {key: value for key, value in node.items() if key != "$ref"}
        return _expand({**fragments[name], **around}, fragments)
    out = dict(node)
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(out.get(key), dict):
            out[key] = _expand(out[key], fragments)
    if "properties" in out:
        out["properties"] = {key: _expand(field, fragments) for key, field in out["properties"].items()}
    if "pattern" in out:  # Python's `$` lets a line end pass, that of the schema's language does not
        out["pattern"] = out["pattern"].removesuffix("$") + r"\Z"
    return out


@cache
def _accepts(name: str) -> Predicate:
    return accepts(expanded(name))


@cache
def _validator(name: str) -> Validator:
    from jsonschema import Draft202012Validator, validators  # 50 ms, and only bad documents need it

    types = Draft202012Validator.TYPE_CHECKER.redefine("number", lambda _, value: is_number(value))
    extend: Any = validators.extend  # has no type
    extended = extend(Draft202012Validator, {"uniqueItems": _unique}, type_checker=types)
    validator: Validator = extended(expanded(name))
    return validator


def _unique(_: Any, wanted: bool, items: Any, __: Any) -> Iterator[ValidationError]:
    """Replace jsonschema's check, which is quadratic for a list of mixed types. Only texts count."""
    from jsonschema.exceptions import ValidationError

    texts = [item for item in items if isinstance(item, str)] if isinstance(items, list) else []
    if wanted and len(set(texts)) < len(texts):
        yield ValidationError("not unique")
