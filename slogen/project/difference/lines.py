"""What is told of a difference: a line a topic, as pairs of before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Pair:
    """What something was and is; `label` says which of several things it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """What differs in one respect; `lead` says in a word how, `note` what that means, or stands alone."""

    topic: str
    pairs: tuple[Pair, ...] = ()
    note: str = ""
    lead: str = ""


def line(topic: str, before: str, after: str, note: str = "") -> Iterator[Line]:
    """A line, if there is a difference."""
    if before != after:
        yield Line(topic, (Pair("", before, after),), note)


def lines_of(
    topic: str, before: Mapping[str, str], after: Mapping[str, str], note: str = "", missing: str = NOTHING
) -> Iterator[Line]:
    """A line with what differs between two sets of named things, if anything does."""
    pairs = tuple(_pairs(before, after, missing))
    if pairs:
        yield Line(topic, pairs, note)


def _pairs(before: Mapping[str, str], after: Mapping[str, str], missing: str) -> Iterator[Pair]:
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, missing), after.get(name, missing)
        if was != now:
            yield Pair(name, was, now)
