"""The text of a file -> its documents and problems. Never raises, whatever the text."""

from __future__ import annotations

import re

import yaml

from slogen.diagnostics import Problem, Severity, Span
from slogen.load.build import MAX_PROBLEMS, Builder, TooManyProblemsError
from slogen.load.compose import Aliases, LimitError, compose
from slogen.load.document import Document, span_at
from slogen.load.syntax import syntax_problem

MAX_BYTES = 4 * 1024 * 1024
MAX_DOCUMENTS = 10_000

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def read(path: str, text: str | bytes) -> tuple[list[Document], list[Problem]]:
    """Return the documents of one file, in order and without empty ones, and all problems of its YAML.

    A document with a problem in it (a duplicate key, say) is returned all the same, so that the problems
    of its meaning can be shown in the same run; after a syntax error or a limit the rest is left out.
    """
    if len(text) > MAX_BYTES:
        return [], [too_large(path, len(text))]
    decoded = _decode(path, text)
    if isinstance(decoded, Problem):
        return [], [decoded]
    builder = Builder(path, decoded)
    documents: list[Document] = []
    stop = _read_all(path, decoded, builder, documents)
    problems = list(dict.fromkeys(builder.problems)) + ([stop] if stop else [])
    if not documents and not problems:
        message = "there is no document in this file"
        problems.append(Problem("empty-file", message, Span(path), severity=Severity.WARNING))
    return documents, problems


def too_large(path: str, size: int) -> Problem:
    """Return the problem of a file of `size` bytes, over `MAX_BYTES`."""
    message = f"this file has {size / 1024**2:.1f} MiB; the limit is {MAX_BYTES // 1024**2} MiB"
    return Problem("too-large", message, Span(path), "split it into several files")


def _read_all(path: str, text: str, builder: Builder, documents: list[Document]) -> Problem | None:
    """Append the documents one by one; return the problem that ended it early, if any."""
    aliases = Aliases() if "&" in text else None
    try:
        for index, root in enumerate(compose(text)):
            if index >= MAX_DOCUMENTS:
                message = f"this file has more than {MAX_DOCUMENTS:,} documents"
                raise LimitError("too-large", message, root, "split it into several files")
            if aliases:
                aliases.check(root)
            data = builder.build(root)
            if data is not None:
                documents.append(Document(path, index, data, root, text))
    except LimitError as error:
        index = error.problem_mark.index if error.problem_mark else 0
        return Problem(error.code, str(error.problem), span_at(path, text, index, index + 1), error.hint)
    except TooManyProblemsError:
        return Problem("too-many-problems", f"stopped after {MAX_PROBLEMS} problems in this file", Span(path))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return syntax_problem(path, text, error)
    return None


def _decode(path: str, raw: str | bytes) -> str | Problem:
    """Return the characters of a file without byte order mark, or why it is not text."""
    try:
        encoding = "utf-16" if raw[:2] in _UTF16 else "utf-8"
        text = raw if isinstance(raw, str) else raw.decode(encoding)
    except UnicodeDecodeError as error:
        return _not_text(path, error)
    text = text.removeprefix("\ufeff")
    bad = _NOT_YAML.search(text)
    if bad is None:
        return text
    message = f"the character U+{ord(bad[0]):04X} cannot stand in YAML"
    return Problem("not-text", message, span_at(path, text, bad.start(), bad.end()), "is this a text file?")


def _not_text(path: str, error: UnicodeDecodeError) -> Problem:
    message = f"byte {error.object[error.start]:#04x} is not {error.encoding.upper()} text"
    before = error.object[: error.start].decode(error.encoding, "replace").removeprefix("\ufeff")
    whole = error.object.decode(error.encoding, "replace").removeprefix("\ufeff")
    span = span_at(path, whole, len(before), len(before) + 1)
    return Problem("not-text", message, span, "save it as UTF-8")
