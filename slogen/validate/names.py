"""Names that must be unique or would collide with something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.conventions import META
from slogen.diagnostics import Problem
from slogen.load.settings import Settings
from slogen.model.slo import Service

# Files of these names can't be checked out on Windows.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Each service once over all files, each SLO once in its service, no reserved name."""
    del settings
    seen: dict[str, Service] = {}
    for service in services:
        here = service.origin.at("service")
        if service.name in seen:
            first = seen[service.name].origin.at("service").span()
            message = f"the service `{service.name}` is declared twice"
            hint = f"it is also in {first.path}:{first.line}; put its SLOs there, or rename one"
            yield here.problem("duplicate-service", message, hint)
        seen.setdefault(service.name, service)
        if service.name == META or service.name in _DEVICES:
            message = f"`{service.name}` is a reserved name"
            yield here.problem("reserved-name", message, f"such as `{service.name}-api`")
        yield from _duplicate_slos(service)


def _duplicate_slos(service: Service) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for index, item in enumerate(service.origin.document.data["slos"]):
        name = item.get("name") if isinstance(item, dict) else None
        here = service.origin.at("slos", index, "name")
        if isinstance(name, str) and name in lines:
            message = f"the SLO `{name}` is declared twice in `{service.name}`"
            hint = f"the first one is in line {lines[name]}; rename one"
            yield here.problem("duplicate-slo", message, hint)
        elif isinstance(name, str):
            lines[name] = here.span().line
