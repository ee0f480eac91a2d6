"""What the inhibition of somebody's configuration does to the alerts of a project.

By Alertmanager's rules: a source and a target that fit, the same values in `equal`, where a label that is
missing is an empty one; and what fits both sides is not held back by what does, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slogen.conventions import ID
from slogen.emitted.routing import Inhibition, Matcher
from slogen.emitted.rules import Alert, RuleFile
from slogen.model.slo import Service

# A label that has a value which only the metrics know: that of a group.
SOME: Final = None
Labels = Mapping[str, str | None]
_MATCHER: Final = re.compile(
    r"""\s*(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<name>[^\s"{}=!~,]+))\s*(?P<op>=~|!~|!=|=)\s*"""
    r"""(?:"(?P<text>(?:\\.|[^"\\])*)"|(?P<bare>[^\s",{}]*))\s*(?:,|$)"""
)
_ESCAPE: Final = re.compile(r"\\(.)")


class UnreadableError(Exception):
    """A rule in a form that slogen doesn't read."""


@dataclass(frozen=True, slots=True)
class Held:
    """An alert that would be held back by one that has nothing to do with it."""

    source: Labels
    target: Labels


def label_sets(rules: Iterable[RuleFile], services: Sequence[Service]) -> list[Labels]:
    """The labels of each alert that there can be."""
    by = {slo.id: slo.sli.by for service in services for slo in service.slos}
    return [
        {"alertname": rule.alert, **rule.labels, **dict.fromkeys(by.get(rule.labels.get(ID, ""), ()), SOME)}
        for each in rules
        for group in each.groups
        for rule in group.rules
        if isinstance(rule, Alert)
    ]


def read_rule(data: Any) -> Inhibition:
    """A rule of a configuration, in any of its forms. Raises UnreadableError."""
    if not isinstance(data, Mapping):
        raise UnreadableError
    sides = [tuple(_side(data, side)) for side in ("source", "target")]
    return Inhibition("", sides[0], sides[1], tuple(map(str, data.get("equal") or ())))


def _side(data: Mapping[str, Any], side: str) -> Iterator[Matcher]:
    for field, op in ((f"{side}_match", "="), (f"{side}_match_re", "=~")):
        for name, value in (data.get(field) or {}).items():
            yield Matcher(str(name), op, str(value))
    for text in data.get(f"{side}_matchers") or ():
        yield from _matchers(str(text))


def _matchers(text: str) -> Iterator[Matcher]:
    inside, place = text.strip().removeprefix("{").removesuffix("}"), 0
    while place < len(inside):
        found = _MATCHER.match(inside, place)
        if found is None:
            raise UnreadableError
        name = found["name"] if found["quoted"] is None else _ESCAPE.sub(r"\1", found["quoted"])
        value = found["bare"] if found["text"] is None else _ESCAPE.sub(r"\1", found["text"])
        yield Matcher(name, found["op"], value)
        place = found.end()


def held(rule: Inhibition, alerts: Sequence[Labels], meant: Sequence[Inhibition]) -> Iterator[Held]:
    """The pairs of which one would hold back the other, but for those of the same SLO that are meant."""
    sources = [each for each in alerts if _fits(rule.source, each)]
    for target in alerts:
        if not _fits(rule.target, target):
            continue
        both = _fits(rule.source, target, surely=True)
        for source in sources:
            if source is target or (both and _fits(rule.target, source, surely=True)):
                continue
            if _same(rule.equal, source, target) and not any(_holds(each, source, target) for each in meant):
                yield Held(source, target)


def _holds(rule: Inhibition, source: Labels, target: Labels) -> bool:
    return _fits(rule.source, source) and _fits(rule.target, target) and _same(rule.equal, source, target)


def _same(equal: Iterable[str], one: Labels, other: Labels) -> bool:
    """Whether the values can be the same: those of a group may be, and are never empty."""
    for name in equal:
        pair = (one.get(name, ""), other.get(name, ""))
        if pair[0] != pair[1] and (SOME not in pair or "" in pair):
            return False
    return True


def _fits(matchers: Iterable[Matcher], labels: Labels, *, surely: bool = False) -> bool:
    return all(_fit(matcher, labels.get(matcher.name, ""), surely) for matcher in matchers)


def _fit(matcher: Matcher, value: str | None, surely: bool) -> bool:
    if value is SOME:
        return not surely and (matcher.op, matcher.value) != ("=", "")
    assert value is not None
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    try:
        found = re.fullmatch(matcher.value, value) is not None
    except re.error:
        raise UnreadableError from None
    return found == (matcher.op == "=~")
