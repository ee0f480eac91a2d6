"""Which routes of somebody's configuration take an alert, by Alertmanager's rules.

The deepest route that fits takes it, and siblings behind it only where it says `continue`. A receiver comes
from the route above where a route names none. Intervals don't: each route has its own alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slogen.emitted.routing import Matcher
from slogen.routing.matching import Labels, UnreadableError, fits, read_matchers

Place = tuple[str | int, ...]


class UnreadRouteError(UnreadableError):
    """A route, at this place, that has something in a form that slogen doesn't read."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class Node:
    """A route, where it stands in the configuration, and the names of its intervals. `matchers` are None
    where they can't be read."""

    place: Place
    receiver: str
    matchers: tuple[Matcher, ...] | None
    goes_on: bool
    active: tuple[str, ...]
    mute: tuple[str, ...]
    routes: tuple[Node, ...]

    @property
    def has_intervals(self) -> bool:
        """Whether it may be silent at times."""
        return bool(self.active or self.mute)

    def walk(self) -> Iterator[Node]:
        """This route and all below, in order."""
        yield self
        for route in self.routes:
            yield from route.walk()


def read_tree(data: Mapping[str, Any], place: Place = ("route",), receiver: str = "") -> Node:
    """The tree of routes of a configuration that was checked."""
    receiver = str(data.get("receiver") or receiver)
    try:
        matchers = tuple(read_matchers(data))
    except UnreadableError:
        matchers = None
    children = enumerate(data.get("routes") or ())
    return Node(
        place,
        receiver,
        matchers,
        bool(data.get("continue")),
        tuple(map(str, data.get("active_time_intervals") or ())),
        tuple(map(str, data.get("mute_time_intervals") or ())),
        tuple(read_tree(child, (*place, "routes", number), receiver) for number, child in children),
    )


def takers(node: Node, labels: Labels) -> list[Node]:
    """The routes that take an alert with these labels. Raises UnreadRouteError."""
    if not _fits(node, labels):
        return []
    found: list[Node] = []
    for child in node.routes:
        below = takers(child, labels)
        found += below
        if below and not child.goes_on:
            break
    return found or [node]


def _fits(node: Node, labels: Labels) -> bool:
    try:
        if node.matchers is not None:
            return fits(node.matchers, labels)
    except UnreadableError:
        pass
    raise UnreadRouteError(node.place)
