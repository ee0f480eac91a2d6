"""Names that must be unique or would collide with something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.conventions import META
from slogen.diagnostics import Problem
from slogen.model.identity import declared
from slogen.model.origin import Origin
from slogen.model.slo import Service
from slogen.settings import Settings

# Files of these names can't be checked out on Windows.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Each identity of an SLO once over all files, no reserved name."""
    del settings
    for service in services:
        if service.name == META or service.name in _DEVICES:
            yield _reserved(service)
    yield from _duplicates(services)


def _reserved(service: Service) -> Problem:
    message = f"`{service.name}` is a reserved name"
    named = [origin for origin in service.documents if origin.document.data["service"] == service.name]
    here = named[0].at("service") if named else service.slos[0].origin.at("id")
    return here.problem("reserved-name", message, f"such as `{service.name}-api`")


def _duplicates(services: Sequence[Service]) -> Iterator[Problem]:
    seen: dict[str, Origin] = {}
    for identity, here in declared(services):
        if identity not in seen:
            seen[identity] = here
            continue
        first, service = seen[identity].span(), identity.partition("/")[0]
        same_file = first.path == here.document.path
        where = f"line {first.line}" if same_file else f"{first.path}:{first.line}"
        if here.keys[-1] == "id":
            message, hint = f"the identity `{identity}` is taken", f"by the SLO in {where}; drop one of them"
        else:
            name = identity.partition("/")[2]
            message = f"the SLO `{name}` is declared twice in `{service}`"
            hint = f"the first one is in {where}; rename one"
        yield here.problem("duplicate-slo", message, hint)
