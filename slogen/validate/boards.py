"""Boards that would have the same uid: Grafana would show only one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.conventions import service_board
from slogen.diagnostics import Problem
from slogen.model.slo import Service
from slogen.settings import Settings


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Names of services that differ, but not in what a uid of 40 characters keeps of them."""
    seen: dict[str, Service] = {}
    for service in services:
        other = seen.setdefault(service_board(service.name, settings.project), service)
        if other.name != service.name:
            first = other.origin.at("service").span()
            message = f"the board of `{service.name}` would have the uid of that of `{other.name}`"
            hint = f"it is in {first.path}:{first.line}; rename one of the services"
            yield service.origin.at("service").problem("board-uid", message, hint)
