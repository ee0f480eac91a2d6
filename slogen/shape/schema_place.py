"""A value that breaks its schema: where it stands, and how people name and write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from slogen.conventions import slo_at
from slogen.diagnostics import Problem, did_you_mean
from slogen.load.document import Document
from slogen.load.document import Path as DataPath

MERGE = "<<"  # not YAML 1.2: the reader reports it, and nobody knows which fields it was to bring
MANY_FIELDS = 13
_BARE = re.compile(r"(?!(?:true|false|null)\Z)[A-Za-z][\w./-]*|[0-9]+(?:ms|[smhdwy])")


def named_type(value: object) -> str:
    """Name the type of a YAML value, with its article: "a list", "text"."""
    if value is None:
        return "empty"
    names = {bool: "true or false", str: "text", list: "a list", dict: "a mapping"}
    return names.get(type(value), "infinity" if str(value).endswith("Infinity") else "a number")


def one_of(words: Iterable[str]) -> str:
    """Write a choice: "expected one of `a`, `b`"."""
    return "expected one of " + ", ".join(f"`{word}`" for word in words)


def shown(value: object) -> str:
    """Write a value on one line of at most 60 characters."""
    text = value if isinstance(value, str) else flow(value)
    text = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text[:60])
    return text if len(text) < 60 else text[:59] + "…"


def flow(value: object) -> str:
    """Write a value as YAML on one line, the way a person would."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {flow(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        if _BARE.fullmatch(value):
            return value
        return "'" + value.replace("'", "''") + "'" if '"' in value or "\\" in value else f'"{value}"'
    return {"True": "true", "False": "false", "None": "null"}.get(str(value), str(value))


@dataclass(frozen=True, slots=True)
class Place:
    """A value (or, with `is_name`, the name of a field) and the schema that it breaks."""

    document: Document
    path: DataPath
    value: Any
    schema: Mapping[str, Any]
    is_name: bool

    @property
    def field(self) -> str:
        """The value's field, with its position in a list: `by[0]`."""
        first = max((i for i, step in enumerate(self.path) if isinstance(step, str)), default=0)
        return f"`{dotted(self.path[first:])}`"

    @property
    def whole(self) -> str:
        """The value's way from the top of the document, with the name of the SLO: `slos[2].sli` (ttft)."""
        if not self.path:
            return "the document"
        slos = self.document.data.get("slos")
        if self.path[0] != "slos" or len(self.path) < 2 or not isinstance(slos[self.path[1]], dict):
            return f"`{dotted(self.path)}`"
        name = slos[self.path[1]].get("name")
        return f"`{dotted(self.path)}`" + (f" ({shown(name)})" if isinstance(name, str) else "")

    @property
    def example(self) -> str:
        """The schema's first example as the value would be written, or "" when there is none."""
        if not self.schema.get("examples"):
            return ""
        name = f"{self.path[-1]}: " if isinstance(self.path[-1], str) else ""
        return f"`{name}{flow(self.schema['examples'][0])}`"

    @property
    def source(self) -> str:
        """The scalar as the user wrote it."""
        span = self.document.span(self.path)
        return span.text[span.column - 1 : span.end_column - 1].rpartition(" ")[2]  # an anchor goes before

    def problem(self, code: str, message: str, hint: str, *below: str | int, key: bool = False) -> Problem:
        """Build a problem at the value, at something below it, or at the key of either."""
        span = self.document.span((*self.path, *below), key=key or self.is_name)
        return Problem(code, message, span, hint, slo=slo_at(self.document.data, (*self.path, *below)))

    def add(self, field: str) -> str:
        """Say how a missing field is written."""
        return f"add {Place(self.document, (field,), None, self.schema['properties'][field], False).example}"

    def guess(self, name: str) -> str:
        """Say which field, not there yet, an unknown one is meant to be; "" when none is near."""
        return did_you_mean(name[:100], self.schema["properties"].keys() - self.value.keys())

    def unknown(self) -> Iterator[str]:
        """Yield the names that the schema doesn't have."""
        return (name for name in self.value if name not in self.schema["properties"] and name != MERGE)

    def is_expected(self, field: str) -> bool:
        """Whether nothing in the value can be the missing field, misspelt."""
        names = islice(self.unknown(), MANY_FIELDS)
        return MERGE not in self.value and not any(f"`{field}`" in self.guess(name) for name in names)


def dotted(path: DataPath) -> str:
    """Write a way through a document: `slos[2].sli`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
