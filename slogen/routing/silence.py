"""Alerts that reach a receiver by routes which are silent, at times or always.

amtool says where an alert goes, and nothing of hours: by a route that is never active it goes to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from slogen.conventions import NOBODY
from slogen.emitted.routing import RoutingCase
from slogen.model.intervals import Interval, Opening, Sent, when_sent
from slogen.routing.intervals import read_interval, written_intervals
from slogen.routing.matching import UnreadableError
from slogen.routing.taking import Node, UnreadRouteError, read_tree, takers

# Every month and day, and most of their meetings with weekdays; a route for years to come isn't sent by now.
_YEAR: Final = 366


@dataclass(frozen=True, slots=True)
class Silent:
    """An alert, and the routes by which alone it reaches somebody: they are silent together, at times or
    all of the coming year."""

    case: RoutingCase
    routes: tuple[Node, ...]
    is_never_sent: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """A route of which slogen can't say what it takes, or when."""

    route: Node


def silent(
    config: Mapping[str, Any], cases: Iterable[RoutingCase], senders: Mapping[str, bool], today: date
) -> Iterator[Silent | Unread]:
    """What hours do to the alerts of the cases, by the routes of a configuration. Those whose receivers a
    case names must each be told; else one that sends is enough, and routes may take turns."""
    root = read_tree(config["route"])
    if not any(node.has_intervals for node in root.walk()):
        return
    nodes = {node.place: node for node in root.walk()}
    clocks = _Clocks(config, today)
    for case in cases:
        try:
            taken = takers(root, case.labels)
            for routes in _told(case, taken, senders):
                sent = clocks.when(routes)
                if sent is not Sent.ALWAYS:
                    yield Silent(case, routes, sent is Sent.NEVER)
        except UnreadRouteError as error:
            yield Unread(nodes[error.place])


def _told(
    case: RoutingCase, taken: Iterable[Node], senders: Mapping[str, bool]
) -> Iterator[tuple[Node, ...]]:
    """The routes of each receiver that must be told, where there are any: others are amtool's to tell."""
    wanted = [{name} for name in case.receivers if name != NOBODY]
    if not case.receivers:
        wanted = [{name for name, sends in senders.items() if sends}]
    for names in wanted:
        if routes := tuple(node for node in taken if node.receiver in names):
            yield routes


class _Clocks:
    """When routes send; what is the same for many alerts is worked out once."""

    def __init__(self, config: Mapping[str, Any], today: date) -> None:
        self._written, self._today = written_intervals(config), today
        self._known: dict[tuple[Opening, ...], Sent] = {}

    def when(self, routes: Iterable[Node]) -> Sent:
        """Raises UnreadRouteError."""
        openings = tuple(map(self._opening, routes))
        if openings not in self._known:
            self._known[openings] = when_sent(openings, self._today, _YEAR)
        return self._known[openings]

    def _opening(self, node: Node) -> Opening:
        try:
            active, mute = self._intervals(node.active), self._intervals(node.mute)
        except UnreadableError:
            raise UnreadRouteError(node.place) from None
        return Opening(active if node.active else None, mute)

    def _intervals(self, names: Iterable[str]) -> tuple[Interval, ...]:
        """Raises UnreadableError for a name that isn't there, too."""
        if not all(name in self._written for name in names):
            raise UnreadableError
        return tuple(read_interval(each) for name in names for each in self._written[name])
