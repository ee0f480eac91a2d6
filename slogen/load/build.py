"""Node trees -> plain data: dict, list, str, int, Decimal, bool, None."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import yaml

from slogen.diagnostics import Problem
from slogen.load.compose import PLAIN, QUOTED
from slogen.load.document import span_at
from slogen.load.scalars import Scalar, resolve

MAX_PROBLEMS = 100

_STANDARD = "tag:yaml.org,2002:"
_SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, Decimal),
    "bool": (bool,),
    "null": (type(None),),
}
_COLLECTION_TAGS: dict[type, str] = {
    yaml.MappingNode: _STANDARD + "map",
    yaml.SequenceNode: _STANDARD + "seq",
}


class TooManyProblemsError(Exception):
    """The file is not worth reading on."""


class Builder:
    """Builds the documents of one file and collects what is wrong with them in `problems`."""

    def __init__(self, path: str, text: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._text = text

    def build(self, node: yaml.Node) -> Any:
        """Return the plain data of a node; a part with a problem gets the likeliest value.

        Raises TooManyProblemsError after `MAX_PROBLEMS`.
        """
        kind: type = node.__class__
        if kind is yaml.ScalarNode:
            return node.value if node.tag == QUOTED else self._scalar(node)
        if node.tag not in (PLAIN, _COLLECTION_TAGS[kind]):
            self._unsupported_tag(node)
        if kind is yaml.SequenceNode:
            return [self.build(item) for item in node.value]
        return self._mapping(node)

    def _mapping(self, node: yaml.Node) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in node.value:
            name = self._key(key)
            if name in out:
                self._duplicate(node, key)
            elif name is not None:
                out[name] = self.build(value)
        if "<<" in out:
            hint = "write the fields out; an alias in place of a whole value works"
            key = next(key for key, _ in node.value if key.value == "<<")
            self._problem("merge-key", "merge keys (`<<`) are not part of YAML 1.2", key, hint)
        return out

    def _key(self, key: yaml.Node) -> str | None:
        """Return a key as text; None when it is no scalar at all."""
        if key.__class__ is not yaml.ScalarNode:
            hint = "a value that begins with `{` or `[`, as templates do, needs quotes"
            self._problem("non-string-key", "a key must be text, not a mapping or a list", key, hint)
            return None
        if key.tag != QUOTED and not isinstance(self._scalar(key), str):
            hint = f'put it in quotes: "{key.value}"' if key.value else "write the key before the `:`"
            shown = f"`{key.value}`" if key.value else "nothing"
            self._problem("non-string-key", f"a key must be text, not {shown}", key, hint)
        return str(key.value)

    def _duplicate(self, node: yaml.Node, key: yaml.Node) -> None:
        first = next(other for other, _ in node.value if other.value == key.value)
        line = self._text.count("\n", 0, first.start_mark.index) + 1
        message = f"`{_short(key.value)}` is given twice; the first is on line {line}"
        self._problem("duplicate-key", message, key, "keep one of them")

    def _scalar(self, node: yaml.Node) -> Scalar:
        text: str = node.value
        try:
            value = text if node.tag == _STANDARD + "str" else resolve(text)
        except ValueError as error:
            self._problem("bad-number", str(error), node, "put it in quotes if it is meant as text")
            return text
        return value if node.tag in (PLAIN, _STANDARD + "str") else self._tagged(node, value)

    def _tagged(self, node: yaml.Node, value: Scalar) -> Scalar:
        name = node.tag.removeprefix(_STANDARD)
        if name not in _SCALAR_TAGS:
            self._unsupported_tag(node)
        elif type(value) not in _SCALAR_TAGS[name]:
            self._problem("unsupported-tag", f"`{_short(node.value)}` is no {name}", node, "remove the tag")
        elif name == "float" and isinstance(value, int):
            return Decimal(value)
        return value

    def _unsupported_tag(self, node: yaml.Node) -> None:
        tag = _short(node.tag.replace(_STANDARD, "!!"))
        self._problem("unsupported-tag", f"the tag `{tag}` has no meaning here", node, "remove the tag")

    def _problem(self, code: str, message: str, node: yaml.Node, hint: str) -> None:
        span = span_at(self._path, self._text, node.start_mark.index, node.end_mark.index)
        self.problems.append(Problem(code, message, span, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooManyProblemsError


def _short(text: str) -> str:
    """Fit what a user wrote into one line of a message."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
