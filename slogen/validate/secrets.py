"""Secrets that stand in the spec: found, reported, and shown nowhere.

A report quotes lines of a document about notifications from a copy of its text, in which only what is known
to be harmless stands: names of fields, and values of fields that are no secrets and don't look like any. All
else is a star by character, so that positions stay right: comments, fields that don't exist, addresses. And
no word of a problem there may look like a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from slogen.diagnostics import Problem, Span
from slogen.load.document import Document
from slogen.load.document import Path as DataPath
from slogen.model.channels import KINDS, fields_of
from slogen.model.notifications import EXISTING, KIND
from slogen.shape.schema import KINDS as DOCUMENTS
from slogen.shape.schema import check, schema_text
from slogen.validate.starred import starred
from slogen.validate.strays import FIELDS, strays, unnamed
from slogen.veil import TOKEN, veiled

_PLAIN_IN_SMTP: Final = ("from", "smarthost", "username", "require_tls")
_REFERENCE: Final = {
    "file": re.compile(r"/\S+"),
    "secret": re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"),
    "key": re.compile(r"[-._a-zA-Z0-9]{1,253}"),
}
_IN_URL: Final = re.compile(
    r"^https?://([^/@\s]*@|.*[?&][^=&]*(token|key|secret|sig|password)[^=&]*=)|/(?=[^/]*\d)(?=[^/]*[a-zA-Z])[-\w]{24,}(/|$)",
    re.IGNORECASE,
)
_SIGNS: Final = re.compile(
    rb"notif|rec(ei|ie)ver|smtp|webhook|routing_key|api_key|bot_token"
    rb"|^(%s)[ \t]*:" % "|".join(FIELDS).encode(),
    re.IGNORECASE | re.MULTILINE,
)
_HINT: Final = "name a file, `{file: /path}`, or a Kubernetes Secret, `{secret: NAME, key: KEY}`"
_HINT_EXISTING: Final = "write the receiver's name, as your own configuration has it"


def shape(document: Document) -> tuple[Document, list[Problem]]:
    """The problems of a document's shape. What may be a secret in it is starred out first."""
    if not is_notifications(document):
        return document, check(document)
    hidden, stray = _hidden(document.data), dict(strays(document.data))
    safe = replace(document, text=starred(document, frozenset((*hidden, *stray))))
    places = {_place(safe.span(path)): text for path, text in stray.items()}
    found = [
        unnamed(p, [places[at]] if p.span and (at := _place(p.span)) in places else []) for p in check(safe)
    ]
    return safe, without_secrets(_shapes(safe, hidden, found))


def _hidden(data: Any) -> list[DataPath]:
    """Where values stand that nobody knows to be harmless."""
    return [path for path in _scalars(data) if not _is_harmless(data, path)]


def _shapes(document: Document, hidden: list[DataPath], found: list[Problem]) -> list[Problem]:
    """The problems of the shape. Where a secret stands in place of its name, that it is there is the
    problem, and no other."""
    inline = [path for path in hidden if _is_known(path) or _is_existing(path)]
    places = {_place(document.span(path)) for path in inline}
    kept = [p for p in found if p.span is None or p.code == "unknown-field" or _place(p.span) not in places]
    return [*kept, *(_problem(document, path) for path in inline)]


def without_secrets(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, with nothing in their words that looks like a secret. Examples of the schema may."""
    return [veiled(problem, schema_text("notifications")) for problem in problems]


def without_lines(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of a file that can't be read: without its lines, for nobody knows what is a secret there."""
    bare = [replace(p, span=replace(p.span, text="")) if p.span else p for p in problems]
    return without_secrets(bare)


def _place(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _problem(document: Document, path: DataPath) -> Problem:
    name = next(step for step in reversed(path) if isinstance(step, str) and step not in _REFERENCE)
    hint = _HINT_EXISTING if _is_existing(path) else _HINT
    return Problem("inline-secret", f"`{name}` holds a secret", document.span(path), hint)


def _scalars(data: Any) -> Iterator[DataPath]:
    """Every scalar below the parts that may hold secrets, and below fields that don't exist."""
    harmless = ("apiVersion", "kind", *FIELDS)
    for name, value in data.items() if isinstance(data, dict) else ():
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
    if _is_existing(path):
        return not TOKEN.search(value) and not _IN_URL.search(value)
    if not _is_known(path):
        return False
    if path[-1] in _REFERENCE and _is_secret_field(path[:-1]):
        return _REFERENCE[str(path[-1])].fullmatch(value) is not None and not TOKEN.search(value)
    return not _is_secret_field(path) and not TOKEN.search(value) and not _IN_URL.search(value)


def _is_existing(path: DataPath) -> bool:
    return path[0] == "receivers" and path[2:] == (EXISTING,)


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


def is_named(path: str) -> bool:
    """Whether a file has the name of notifications, whatever it says."""
    return path.rpartition("/")[2] == "notifications.yaml"


def may_hold_secrets(text: str | bytes) -> bool:
    """Whether a file may be about notifications, be it that it can't be read."""
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text.replace(b"\0", b"")
    return _SIGNS.search(raw) is not None


def is_notifications(document: Document) -> bool:
    """Whether a document is about notifications, or looks as if it were meant to be."""
    data = document.data
    if is_named(document.path):
        return True
    if not isinstance(data, dict):
        return may_hold_secrets(document.text)
    kind = str(data.get("kind"))
    fields = ("receivers", "smtp") if kind in DOCUMENTS else ("receivers", "smtp", *FIELDS)
    return kind == KIND or "notif" in kind.lower() or not data.keys().isdisjoint(fields)
