"""Where a spec says what a check found fault with: the very matcher, where it stands in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from slogen.diagnostics import Problem, Severity, Span
from slogen.load.document import span_at
from slogen.model.origin import Key, Origin
from slogen.model.sli import Need
from slogen.model.slo import Slo
from slogen.promql.selector import Matcher

_PARTS: Final = re.compile(r"_(?:bucket|count|sum)$")


def problem_at(
    slo: Slo,
    need: Need,
    part: Matcher | str | None,
    code: str,
    message: str,
    hint: str = "",
    *,
    severity: Severity = Severity.ERROR,
) -> Problem:
    """A problem at a part of what an SLI reads: a matcher, what stands at this key, or this text (a label of
    `by`); or else the metric itself."""
    span = _span(slo, need, part)
    return replace(Problem(code, message, span, hint, severity), slo=slo.id)


def _span(slo: Slo, need: Need, part: Matcher | str | None) -> Span:
    sli = slo.sli_origin
    wanted = _pattern(need, part)
    texts = sorted(_texts(sli), key=lambda found: found[0][-1:] != (need.field,))
    keyed = next((keys for keys, _ in texts if keys[-1:] == (part,)), None)
    if keyed is not None:
        return sli.at(*keyed).span()
    for keys, text in texts:
        if wanted.search(text):
            return _inside(sli.at(*keys), text, wanted)
    own = next((keys for keys, _ in texts if keys[-1:] == (need.field,)), None)
    if own is None:  # it is said elsewhere: the name of that is the first text
        own = min(
            (keys for keys, _ in texts if len(keys) == 1), key=lambda keys: _line(sli, keys), default=()
        )
    return sli.at(*own).span()


def _pattern(need: Need, part: Matcher | str | None) -> re.Pattern[str]:
    if isinstance(part, Matcher):
        return re.compile(
            rf"(?<![\w:]){re.escape(part.name)}\"?\s*{re.escape(part.op)}\s*[\"'`][^\"'`]*[\"'`]?"
        )
    if isinstance(part, str):
        return re.compile(rf"^{re.escape(part)}$")
    name = _PARTS.sub("", need.selector.metric) if need.boundary is not None else need.selector.metric
    if need.field == "histogram":
        name = _PARTS.sub("", name)
    return re.compile(rf"(?<![\w:]){re.escape(name)}(?![\w:])")


def _texts(here: Origin) -> Iterator[tuple[tuple[Key, ...], str]]:
    """All texts below a place, with their keys."""

    def walk(value: Any, keys: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], str]]:
        if isinstance(value, str | int | float):
            yield keys, str(value)
        elif isinstance(value, dict):
            for key, each in value.items():
                yield from walk(each, (*keys, key))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from walk(each, (*keys, index))

    yield from walk(here.value, ())


def _line(sli: Origin, keys: tuple[Key, ...]) -> int:
    return sli.at(*keys).span().line


def _inside(here: Origin, text: str, wanted: re.Pattern[str]) -> Span:
    """The span of what is looked for, inside a text that may go over several lines."""
    whole, source = here.span(), here.document.text
    start = _index(source, whole.line, whole.column)
    end = _end(source, start, sum(not c.isspace() for c in text))
    found = wanted.search(source, start, end + 1)
    return span_at(whole.path, source, found.start(), found.end()) if found else whole


def _index(source: str, line: int, column: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = source.find("\n", at) + 1
    return at + column - 1


def _end(source: str, start: int, length: int) -> int:
    """The end of so many characters, but blanks."""
    at = start
    while length > 0 and at < len(source):
        length -= not source[at].isspace()
        at += 1
    return min(at + 2, len(source))  # the marks around it
