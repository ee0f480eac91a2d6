"""The text of a results file as data: JSON, JSON lines, CSV or XML, told apart by what it begins with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slogen.load.rows import RowsError, rows_of

MOST_BYTES: Final = 64 * 1024 * 1024
_ENDS: Final = ("Unterminated", "Expecting value", "Expecting property", "Expecting ',' delimiter")
_SHOWN: Final = 80
Rows = tuple[tuple[int, Mapping[str, Any]], ...]


class ContentError(Exception):
    """What is wrong with a text: where (a line from 1 on, and a column), and what helps."""

    def __init__(self, message: str, hint: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.hint, self.line, self.column = hint, line, column


@dataclass(frozen=True, slots=True)
class Content:
    """A text that was read. `form` is "json", "jsonl", "csv" or "xml"; `value` is what JSON says, `rows` are
    those of JSON lines and CSV, with their lines."""

    where: str
    form: str
    text: str
    value: Any = None
    rows: Rows = ()

    @property
    def objects(self) -> list[Mapping[str, Any]]:
        """The rows without their lines."""
        return [row for _, row in self.rows]

    @property
    def mapping(self) -> Mapping[str, Any]:
        """What JSON says, where it is an object; else nothing."""
        return self.value if isinstance(self.value, dict) else {}


def content_of(where: str, text: str) -> Content:
    """Read a text. Raises ContentError."""
    text = text.removeprefix("\ufeff")
    begin = text.lstrip()[:1]
    if not begin:
        raise ContentError("the file is empty", "did the run write its results, and to this file?")
    if begin == "<":
        return Content(where, "xml", text)
    if begin in "{[":
        return _json(where, text)
    return Content(where, "csv", text, rows=_csv(text))


def _json(where: str, text: str) -> Content:
    try:
        return Content(where, "json", text, _loaded(text))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" or _is_lines(text):
            return Content(where, "jsonl", text, rows=tuple(_lines(text)))
        raise _syntax(error, text) from None


def _is_lines(text: str) -> bool:
    """Whether the first line is a whole object, and more follow."""
    first, _, rest = text.strip().partition("\n")
    try:
        return bool(rest.strip()) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = _loaded(line)
        except json.JSONDecodeError as error:
            raise _syntax(error, line, number) from None
        if not isinstance(found, dict):
            raise ContentError("each line is an object: `{...}`", "write one case a line", number)
        yield number, found


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise ContentError("it is nested deeper than any results", "is it another file?") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ContentError(f"`{twice[:_SHOWN]}` stands twice in one object", "keep one of them")
    return found


def _syntax(error: json.JSONDecodeError, text: str, line: int | None = None) -> ContentError:
    """Broken JSON; what ends early was likely not written to its end."""
    at_end = not text[error.pos :].strip() or error.msg.startswith("Unterminated")
    if at_end and error.msg.startswith(_ENDS):
        message, hint = "this JSON ends early", "the run may have been stopped while it wrote: run it again"
    else:
        message, hint = f"this is no JSON: {error.msg}", "a results file is written by the tool, not by hand"
    return ContentError(message, hint, line or error.lineno, error.colno)


def _csv(text: str) -> Rows:
    try:
        return rows_of(text, MOST_BYTES)
    except RowsError as error:
        if error.hint:
            raise ContentError(str(error), error.hint, error.line) from None
        message = f"this is neither JSON, XML nor CSV: {error}"
        raise ContentError(message, "is it the results file?", error.line) from None
