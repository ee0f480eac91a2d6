"""What the boards of the whole project share: which SLOs they look at, and the choices that narrow them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.boards.common import DATASOURCE, identity_matchers, identity_variables, listed, of_project
from slogen.conventions import OWNER, SERVICE, UP
from slogen.emitted.panels import Variable
from slogen.model.slo import Service
from slogen.settings import Settings
from slogen.tell.queries import Scope

_STOPPED: Final = "stopped"
_OF_OWNERS: Final = f'{OWNER}=~"$owner"'


def scope_of(services: Sequence[Service], settings: Settings) -> Scope:
    """All SLOs of the chosen services and owners."""
    every = (f'{SERVICE}=~"$service"', *identity_matchers(settings))
    owned = (*of_project(settings), _OF_OWNERS)
    return Scope(settings, services, every, owned=owned, stopped=(f'{SERVICE}=~"${_STOPPED}"',))


def choices(settings: Settings) -> Iterator[Variable]:
    """Data source, labels of the settings, owner, service, and the services that are stopped."""
    yield DATASOURCE
    yield from identity_variables(settings)
    yield Variable("owner", "Owner", f"label_values({listed(settings)}, {OWNER})", every=True)
    services = f"label_values({listed(settings, _OF_OWNERS)}, {SERVICE})"
    # Series of another tool may have the same names, and no service.
    yield Variable("service", "Service", services, every=True, is_needed=True)
    yield _stopped(settings)


def _stopped(settings: Settings) -> Variable:
    """The services whose rules ran within the last week, and don't now somewhere: a few samples a service, so
    that the past of their SLOs alone is looked at."""
    names = ", ".join((SERVICE, *settings.identity))
    gone = f"max by ({names}) (last_over_time({UP}[7d:30m])) unless on ({names}) {UP}"
    found = f"query_result(group by ({SERVICE}) ({gone}))"
    regex = f'/{SERVICE}="([^"]+)"/'
    return Variable(_STOPPED, "Stopped", found, regex, every=True, hidden=True, only_listed=True)
