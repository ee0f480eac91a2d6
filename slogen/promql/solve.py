"""Find concrete series that selectors match: the sample data of a proof."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any, Final

from slogen.promql.parse import Matcher, Selector
from slogen.promql.text import selector as written

_POOL: Final = ("200", "ok", "other", "a", "0", "")
_MOST_TRIES: Final = 20_000
_CHARACTERS: Final = "0a5A9z-_/. "


def matches(matcher: Matcher, labels: Mapping[str, str]) -> bool:
    """Whether a label set passes one matcher; a missing label is an empty one, as in Prometheus."""
    value = labels.get(matcher.name, "")
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    found = re.fullmatch(matcher.value, value, re.DOTALL) is not None
    return found == (matcher.op == "=~")


def selects(selector: Selector, metric: str, labels: Mapping[str, str]) -> bool:
    """Whether a selector selects the series."""
    return selector.metric == metric and all(matches(m, labels) for m in selector.matchers)


def solve(
    inside: Sequence[Selector], outside: Iterable[Selector] = (), fixed: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """Labels of a series that all of `inside` (of one metric) select and none of `outside` does.

    `fixed` labels are taken as given. None when no such series is found.
    """
    metric, given = inside[0].metric, dict(fixed or {})
    others = [s for s in outside if s.metric == metric]
    names = sorted({m.name for s in (*inside, *others) for m in s.matchers} - given.keys())
    choices = [_values(name, (*inside, *others)) for name in names]
    for values in islice(product(*choices), _MOST_TRIES):
        labels = given | {name: value for name, value in zip(names, values, strict=True) if value}
        if all(selects(s, metric, labels) for s in inside) and not any(
            selects(s, metric, labels) for s in others
        ):
            return labels
    return None


def series(metric: str, labels: Mapping[str, str]) -> str:
    """A series as promtool's input_series write it."""
    return written(metric, dict(sorted(labels.items())))


def _values(name: str, selectors: Iterable[Selector]) -> list[str]:
    """Values worth trying for a label: those its matchers name, examples of their patterns, a few more."""
    found: dict[str, None] = {}
    for selector in selectors:
        for matcher in selector.only(name):
            values = [matcher.value] if matcher.op in ("=", "!=") else examples(matcher.value)
            found |= dict.fromkeys(values)
    return list(found | dict.fromkeys(_POOL))


def examples(pattern: str) -> list[str]:
    """A few strings that a regular expression matches in full; none when it is beyond this module."""
    try:
        tree = _parser.parse(pattern)
        found = dict.fromkeys(islice(_strings(list(tree)), 64))
        return [text for text in found if re.fullmatch(pattern, text)][:8]
    except (re.error, NotImplementedError, RecursionError, OverflowError):
        return []


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
        raise NotImplementedError(name)


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
        return ord(character) == value
    if name == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    if name == "CATEGORY":
        classes = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
        short = str(value).removeprefix("CATEGORY_")
        inside = re.fullmatch(classes[short.removeprefix("NOT_")], character) is not None
        return inside != short.startswith("NOT_")
    return False
