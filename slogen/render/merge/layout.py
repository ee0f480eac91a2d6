"""Where in a file a configuration of Alertmanager stands: it is the file, or lies in Helm values or in a
Kubernetes object. Told by the content, not by the file's name."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from slogen.diagnostics import Problem, Span
from slogen.foreignyaml import Loader
from slogen.load.document import span_at
from slogen.load.syntax import syntax_problem
from slogen.render.merge.markers import NotMergedError, hidden, no_line

Path = tuple[str, ...]
_KEYS: Final = ("alertmanager.yaml", "alertmanager.yml")
_IS_CONFIG: Final = re.compile(r"^route:", re.MULTILINE)
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {"Secret": ("stringData", "data"), "ConfigMap": ("data",)}


@dataclass(frozen=True, slots=True)
class Layout:
    """`document` is the number of the YAML document, `config` the path to the configuration in it, `files`
    that to the mapping of template files (None: they lie beside). `kind` is "file", "values" or the
    Kubernetes kind; in an object the configuration is a text, and with `is_base64` one that people can't
    read."""

    kind: str = "file"
    document: int = 0
    config: Path = ()
    files: Path | None = None
    is_base64: bool = False

    @property
    def is_text(self) -> bool:
        """Whether the configuration is a string of the file."""
        return self.kind in _TEXTS


def documents(path: str, text: str) -> list[yaml.Node]:
    """The documents of a file that may have several. Raises NotMergedError."""
    try:
        return [node for node in yaml.compose_all(text, Loader=Loader) if node is not None]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotMergedError(hidden(syntax_problem(path, text, error))) from None


def plain(node: yaml.Node) -> Any:
    """A node as data. Raises YAMLError for what isn't plain data."""
    return Loader("").construct_document(node)


def find(path: str, text: str) -> Layout:
    """Where the configuration is; the file itself where nothing speaks for another place."""
    for number, node in enumerate(documents(path, text)):
        try:
            data = plain(node)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        layout = next(_layouts(data), None) if isinstance(data, dict) else None
        if layout is not None:
            return replace(layout, document=number)
    return Layout()


def _layouts(data: Mapping[str, Any]) -> Iterator[Layout]:
    kind = data.get("kind")
    for holder in _TEXTS.get(kind, ()) if isinstance(kind, str) else ():
        found = data.get(holder)
        texts = found if isinstance(found, dict) else {}
        for key in sorted(texts, key=lambda key: key not in _KEYS):
            encoded = kind == "Secret" and holder == "data"
            value = _decoded(texts[key]) if encoded else texts[key]
            if isinstance(value, str) and _IS_CONFIG.search(value):
                yield Layout(str(kind), 0, (holder, key), (holder,), encoded)
    if "route" in data or "receivers" in data:
        yield Layout()
    for above in ((), *((key,) for key, value in data.items() if isinstance(value, dict))):
        values = at(data, (*above, "alertmanager"))
        if isinstance(at(values, ("config",)), dict):
            files = "templates" if isinstance(values.get("templates"), dict) else "templateFiles"
            here = (*above, "alertmanager")
            yield Layout("values", 0, (*here, "config"), (*here, files))


def at(data: Any, path: Path) -> Any:
    """What stands at a path, or None."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _decoded(value: Any) -> str | None:
    try:
        return base64.b64decode(str(value), validate=True).decode()
    except (binascii.Error, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Inner:
    """A text within a text: the lines from `start` to `end` of the outer one, less their indentation."""

    text: str
    start: int
    end: int
    first_line: int
    indent: int

    def outer(self, text: str) -> str:
        """Another text, as it stands in the outer one."""
        pad = " " * self.indent
        return "".join(
            f"{pad}{line}" if line.strip("\n") else line for line in text.splitlines(keepends=True)
        )

    def moved(self, problem: Problem) -> Problem:
        """A problem of the inner text, at its place in the outer one."""
        return replace(problem, span=self.there(problem.span)) if problem.span else problem

    def there(self, span: Span) -> Span:
        """A place of the inner text, in the outer one."""
        column, end = span.column + self.indent, span.end_column + self.indent
        return replace(span, line=span.line + self.first_line, column=column, end_column=end)


def inner(path: str, text: str, node: yaml.Node | None) -> Inner:
    """The lines of a literal block. Raises NotMergedError where a string is written in another way."""
    assert isinstance(node, yaml.ScalarNode)
    head, end = node.start_mark.index, node.end_mark.index
    start = text.find("\n", head) + 1
    body = text[start:end].rstrip()
    lines = body.split("\n")
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    found = "\n".join(line[indent:] for line in lines) + "\n"
    if node.style != "|" or found.rstrip() != node.value.rstrip():
        message = "slogen changes the configuration only where it is a block of lines"
        span = no_line(span_at(path, text, head, head + 1))
        raise NotMergedError(Problem("merge-base", message, span, "write it below its key, after `|`"))
    return Inner(found, start, start + len(body), text.count("\n", 0, start), indent)
