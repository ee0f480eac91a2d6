"""What libyaml says about broken YAML, in words that help."""

from __future__ import annotations

import re
from typing import Any

from slogen.diagnostics import Problem, Span
from slogen.load.compose import MAX_DEPTH
from slogen.load.document import span_at

# Part of libyaml's message (PyYAML's own parser words most of them alike), message, hint.
# {char} is the character at the position, {line} the line on which the construct around it began,
# {escape} that and the next one, {said} the original message.
_MESSAGES = (
    (
        "mapping values are not allowed",
        "a `:` cannot stand here",
        "put the value in quotes if it holds `: `, or check the indentation",
    ),
    (
        "sequence entries are not allowed",
        "a list item cannot stand here",
        "begin the list on a line of its own, below its key",
    ),
    ("a tab character", "a tab cannot indent", "indent with spaces"),
    ("cannot start any token", "a value cannot begin with `{char}`", "put the value in quotes"),
    ("alphabetic or numeric", "a value cannot begin with `{char}`", "put the value in quotes"),
    ("expected ':'", "this line is neither `key: value` nor a list item", "add the `:`, or indent the line"),
    ("did not find expected key", "a key was expected here", "check the indentation and the quotes"),
    ("'-' indicator", "a list item was expected here", "begin it with `- `, or check the indentation"),
    ("',' or ']'", "the `[` of line {line} is not closed, or a `,` is missing", "close it with `]`"),
    ("',' or '}'", "the `{{` of line {line} is not closed, or a `,` is missing", "close it with `}`"),
    ("expected node content", "a value was expected here", "check the brackets and commas"),
    ("unexpected end of stream", "the quoted text that begins here is not closed", "add the closing quote"),
    (
        "unknown escape character",
        "`{escape}` is no escape in double quotes",
        "put the text in single quotes, or double the backslash",
    ),
    ("undefined alias", "there is no anchor of this name before the alias", "define it first, with `&`"),
    ("second occurrence", "this anchor is defined twice", "give the second another name"),
    ("<document start>", "nothing may follow the end of a document", "separate documents by a line `---`"),
)
# Noticed only after the place to show, as is everything at the end of the file.
_LATE = ("expected ':'", "alphabetic or numeric")
_UNKNOWN = "this is not YAML: {said}"
_TOO_DEEP = "maximum nesting depth"  # newer libyaml has a limit of its own, far above ours

_CONFLICT = re.compile(r"^<{7}(?= |$)", re.MULTILINE)
_RESOLVE = "decide which of both sides is to stay, and remove the marks"


def syntax_problem(path: str, text: str, error: Exception) -> Problem:
    """Turn an error of the YAML parser into a Problem that points to where a person would look."""
    if conflict := _CONFLICT.search(text):
        where = span_at(path, text, conflict.start(), conflict.end())
        return Problem("yaml-syntax", "this is a mark of a merge that git could not finish", where, _RESOLVE)
    mark: Any = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", None) or error)
    if mark is None:
        return Problem("yaml-syntax", _UNKNOWN.format(said=said), Span(path))
    if _TOO_DEEP in said:
        here = span_at(path, text, mark.index, mark.index + 1)
        return Problem("too-deep", f"this is nested more than {MAX_DEPTH} levels deep", here, "nest less")
    began: int = (getattr(error, "context_mark", None) or mark).index
    message, hint = next(((words, hint) for part, words, hint in _MESSAGES if part in said), (_UNKNOWN, ""))
    late = mark.index >= len(text.rstrip()) or any(part in said for part in _LATE)
    index: int = began if late else mark.index
    if text[index : index + 1] == "\t":
        message, hint = "a tab cannot indent", "indent with spaces"
    message = message.format(
        said=said,
        char=text[index : index + 1],
        escape=text[index : index + 2],
        line=text.count("\n", 0, began) + 1,
    )
    return Problem("yaml-syntax", message, span_at(path, text, index, index + 1), hint)
