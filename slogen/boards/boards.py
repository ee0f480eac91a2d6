"""Which boards there are: a few of the whole project, and one a service."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.boards.detail import detail
from slogen.boards.fleet import fleet
from slogen.boards.report import report
from slogen.boards.service import service_board_of
from slogen.boards.wall import wall
from slogen.conventions import META
from slogen.emitted.panels import Board
from slogen.emitted.proof import Compiled
from slogen.settings import Settings


def boards(compiled: Compiled, settings: Settings) -> Iterator[Board]:
    """The boards of one owner: of a service its own; of the watcher those that exist once."""
    if compiled.rules.owner == META:
        if compiled.services:
            yield fleet(compiled.services, settings)
            yield detail(compiled.services, settings)
            yield wall(compiled.services, settings)
            yield report(compiled.services, settings)
        return
    for service in compiled.services:
        yield service_board_of(service, settings)
