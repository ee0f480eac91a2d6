"""Find concrete series that selectors match: the sample data of a proof."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any, Final

from slogen.promql.selector import Matcher, Selector, label, selecting
from slogen.promql.text import quote

_POOL: Final = ("200", "ok", "other", "a", "0", "")
_MOST_TRIES: Final = 20_000
_MOST_EXAMPLES: Final = 64
_CHARACTERS: Final = "0a5A9z-_/. "


class _UnsupportedError(Exception):
    """A part of a regular expression that this module makes no examples of."""


def matches(matcher: Matcher, labels: Mapping[str, str]) -> bool:
    """Whether a label set passes one matcher; a missing label is an empty one, as in Prometheus.

    False for a pattern that Python can't read as RE2 does: see `is_readable`.
    """
    value = labels.get(matcher.name, "")
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    pattern = compiled(matcher.value)
    if pattern is None:
        return False
    found = pattern.fullmatch(value) is not None
    return found == (matcher.op == "=~")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern as Python reads it; None where Python reads it otherwise than RE2, or not at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as "possible nested set" for [[:alpha:]]
            return re.compile(pattern, re.DOTALL)
    except (re.error, Warning, RecursionError, OverflowError):
        return None


def is_readable(selector: Selector) -> bool:
    """Whether its patterns can be solved; `matches` is never true of the others."""
    return all(m.op in ("=", "!=") or compiled(m.value) is not None for m in selector.matchers)


def selects(selector: Selector, metric: str, labels: Mapping[str, str]) -> bool:
    """Whether a selector selects the series."""
    if selector.metric != metric:
        return False
    for matcher in selector.matchers:  # a plain loop: this is asked very often  # noqa: SIM110
        if not matches(matcher, labels):
            return False
    return True


def solve(
    inside: Sequence[Selector], outside: Iterable[Selector] = (), fixed: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """Labels of a series that all of `inside` (of one metric) select and none of `outside` does.

    `fixed` labels are taken as given. None when no such series is found.
    """
    metric, given = inside[0].metric, dict(fixed or {})
    others = [s for s in outside if s.metric == metric]
    names = sorted({m.name for s in (*inside, *others) for m in s.matchers} - given.keys())
    choices = [_values(name, inside, others) for name in names]
    for values in islice(product(*choices), _MOST_TRIES):
        labels = given | {name: value for name, value in zip(names, values, strict=True) if value}
        if all(selects(s, metric, labels) for s in inside) and not any(
            selects(s, metric, labels) for s in others
        ):
            return labels
    return None


def series(metric: str, labels: Mapping[str, str]) -> str:
    """A series as promtool's input_series write it."""
    return selecting(metric, [f"{label(name)}={quote(value)}" for name, value in sorted(labels.items())])


def _values(name: str, inside: Sequence[Selector], others: Sequence[Selector]) -> list[str]:
    """Values of a label that `inside` accepts: those that matchers name, examples of patterns, a few more."""
    wanted = [matcher for selector in inside for matcher in selector.only(name)]
    if exact := next((m.value for m in wanted if m.op == "="), ""):
        return [exact] if all(matches(m, {name: exact}) for m in wanted) else []
    found: dict[str, None] = {}
    for matcher in (*wanted, *(m for selector in others for m in selector.only(name))):
        found |= dict.fromkeys([matcher.value] if matcher.op in ("=", "!=") else examples(matcher.value))
    return [v for v in found | dict.fromkeys(_POOL) if all(matches(m, {name: v}) for m in wanted)]


def examples(pattern: str) -> list[str]:
    """A few strings that a regular expression matches in full; none when it is beyond this module."""
    readable = compiled(pattern)
    if readable is None:
        return []
    try:
        found = dict.fromkeys(islice(_strings(list(_parser.parse(pattern, re.DOTALL))), _MOST_EXAMPLES))
    except (_UnsupportedError, RecursionError, OverflowError):
        return []
    return [text for text in found if readable.fullmatch(text)][:8]


def _strings(nodes: list[Any]) -> Iterator[str]:
    if not nodes:
        yield ""
        return
    for head in islice(_node(*nodes[0]), 8):
        for tail in islice(_strings(nodes[1:]), 8):
            yield head + tail


def _node(op: Any, value: Any) -> Iterator[str]:
    name = str(op)
    if name == "LITERAL":
        yield chr(value)
    elif name in ("ANY", "NOT_LITERAL"):
        yield from (c for c in _CHARACTERS if name == "ANY" or ord(c) != value)
    elif name == "IN":
        yield from _in_set(value)
    elif name == "BRANCH":
        for branch in value[1]:
            yield from islice(_strings(list(branch)), 2)
    elif name == "SUBPATTERN":
        yield from _strings(list(value[-1]))
    elif name in ("MAX_REPEAT", "MIN_REPEAT"):
        low, high, body = value
        for count in dict.fromkeys((max(low, min(1, high)), low)):
            for text in islice(_strings(list(body)), 4):
                yield text * count
    elif name == "AT":
        yield ""
    else:
        raise _UnsupportedError(name)


def _in_set(items: list[Any]) -> Iterator[str]:
    negated = items[0][0] is _constants.NEGATE
    for character in (*_first_characters(items), *_CHARACTERS):
        if any(_in_item(character, op, value) for op, value in items) != negated:
            yield character


def _first_characters(items: list[Any]) -> Iterator[str]:
    for op, value in items:
        if str(op) == "LITERAL":
            yield chr(value)
        elif str(op) == "RANGE":
            yield chr(value[0])


def _in_item(character: str, op: Any, value: Any) -> bool:
    name = str(op)
    if name == "LITERAL":
        return bool(ord(character) == value)
    if name == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    if name == "CATEGORY":
        classes = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
        short = str(value).removeprefix("CATEGORY_")
        inside = re.fullmatch(classes[short.removeprefix("NOT_")], character) is not None
        return inside != short.startswith("NOT_")
    return False
