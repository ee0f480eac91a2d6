"""Secrets that stand in the spec: found, reported, and shown nowhere.

What is hidden is replaced in the text of the document, star by character, so that positions stay right and
no report, whatever its format, can print it. Everything below `receivers` and `smtp` is hidden unless it is
known to be harmless: a field that is misspelt may hold a secret, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import yaml

from slogen.diagnostics import Problem, Span
from slogen.load.document import Document
from slogen.load.document import Path as DataPath
from slogen.model.channels import KINDS, fields_of
from slogen.model.notifications import EXISTING, KIND

_PLAIN_IN_SMTP: Final = ("from", "smarthost", "username", "require_tls")
_REFERENCE: Final = {
    "file": re.compile(r"/\S+"),
    "secret": re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"),
    "key": re.compile(r"[-._a-zA-Z0-9]{1,253}"),
}
_TOKEN: Final = re.compile(
    r"xox[abposr]-|hooks\.slack\.com/services/|/api/webhooks/\d+/|\b\d{8,10}:[-\w]{30,}|^(sk|ghp|glsa|pat)[-_]\w{8,}"
)
_IN_URL: Final = re.compile(
    r"^https?://([^/@\s]*@|.*[?&][^=&]*(token|key|secret|sig|password)[^=&]*=)|/(?=[^/]*\d)(?=[^/]*[a-zA-Z])[-\w]{24,}(/|$)",
    re.IGNORECASE,
)
_HINT: Final = "name a file, `{file: /path}`, or a Kubernetes Secret, `{secret: NAME, key: KEY}`"


def hide(document: Document) -> tuple[Document, list[DataPath]]:
    """The document with hidden values starred out in its text, and where they are."""
    paths = [path for path in _scalars(document.data) if not _is_harmless(document.data, path)]
    text = list(document.text)
    for path in paths:
        node = _node(document.root, path)
        for index in range(node.start_mark.index, min(node.end_mark.index, len(text))):
            if text[index] != "\n":
                text[index] = "*"
    return replace(document, text="".join(text)), paths


def shapes(document: Document, hidden: list[DataPath], found: list[Problem]) -> list[Problem]:
    """The problems of the shape; where one is about a hidden value, that it is there is the problem."""
    places = {_place(document.span(path)): path for path in hidden}
    kept = [p for p in found if p.span is None or p.code == "unknown-field" or _place(p.span) not in places]
    inline = [path for path in hidden if _is_known(path)]
    return [*kept, *(_problem(document, path) for path in inline)]


def without_lines(problems: list[Problem]) -> list[Problem]:
    """Problems of a file that can't be read: without its lines, for nobody knows what is a secret there."""
    return [replace(p, span=replace(p.span, text="")) if p.span else p for p in problems]


def _place(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _problem(document: Document, path: DataPath) -> Problem:
    name = next(step for step in reversed(path) if isinstance(step, str) and step not in _REFERENCE)
    return Problem("inline-secret", f"`{name}` holds a secret", document.span(path), _HINT)


def _scalars(data: Any) -> Iterator[DataPath]:
    """Every scalar below the parts that may hold secrets, and below fields that don't exist."""
    harmless = ("apiVersion", "kind", "default", "owners", "meta", "hours", "timing", "max_pages_per_day")
    for name, value in data.items():
        if name not in harmless:
            yield from _below(value, (name,))


def _below(value: Any, path: DataPath) -> Iterator[DataPath]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _below(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _below(inner, (*path, index))
    elif value is not None:
        yield path


def _is_harmless(data: Any, path: DataPath) -> bool:
    for step in path:
        data = data[step]
    value = str(data)
    if path[0] == "receivers" and path[2:] == (EXISTING,):
        return not _TOKEN.search(value) and not _IN_URL.search(value)
    if not _is_known(path):
        return False
    if path[-1] in _REFERENCE and _is_secret_field(path[:-1]):
        return _REFERENCE[str(path[-1])].fullmatch(value) is not None and not _TOKEN.search(value)
    return not _is_secret_field(path) and not _TOKEN.search(value) and not _IN_URL.search(value)


def _is_known(path: DataPath) -> bool:
    """Whether the schema knows a field there."""
    field, below = _field(path), path[4 if path[0] == "receivers" else 2 :]
    if field is None:
        return False
    return not below or (_is_secret_field(path[: -len(below)]) and len(below) == 1 and below[0] in _REFERENCE)


def _is_secret_field(path: DataPath) -> bool:
    return _field(path) is True and len(path) == (4 if path[0] == "receivers" else 2)


def _field(path: DataPath) -> bool | None:
    """Whether the field of a channel, or of `smtp`, is a secret; None where there is no such field."""
    if path[0] == "smtp" and len(path) >= 2:
        return True if path[1] == "password" else False if path[1] in _PLAIN_IN_SMTP else None
    if path[0] != "receivers" or len(path) < 4 or path[2] not in KINDS:
        return None
    field = fields_of(str(path[2])).get(str(path[3]))
    return field.is_secret if field else None


def _node(node: yaml.Node, path: DataPath) -> yaml.Node:
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next(value for key, value in node.value if key.value == step)
        else:
            node = node.value[step]
    return node


def may_hold_secrets(text: str | bytes) -> bool:
    """Whether a file may be about notifications, be it that it can't be read."""
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    return any(word in raw for word in (KIND.encode(), b"receivers:"))


def is_notifications(document: Document) -> bool:
    """Whether a document is about notifications, or looks as if it were meant to be."""
    data = document.data
    if not isinstance(data, dict):
        return False
    return "notif" in str(data.get("kind")).lower() or bool({"receivers", "smtp"} & data.keys())
