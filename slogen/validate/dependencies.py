"""`depends_on`: SLOs that exist, are others, and don't need each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from slogen.diagnostics import Problem, did_you_mean
from slogen.model.identity import declared, kept_as
from slogen.model.slo import Service, Slo
from slogen.settings import Settings


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Check the dependencies of every SLO."""
    del settings
    known = dict(declared(services))
    slos = {slo.id: slo for service in services for slo in service.slos}
    for slo in slos.values():
        for index, needed in enumerate(slo.depends_on):
            here = slo.origin.at("depends_on", index)
            if needed == slo.id:
                yield here.problem("dependency", f"`{slo.id}` can't depend on itself", "name another SLO")
            elif needed not in known:
                hint = (
                    kept_as(needed, slos.values())
                    or did_you_mean(needed, known)
                    or "write it as `service/name`"
                )
                yield here.problem("dependency", f"there is no SLO `{needed}`", hint)
            elif (way := _way(needed, slo.id, slos)) is not None:
                message = f"a circle: {' -> '.join([slo.id, *way])}"
                yield here.problem("dependency", message, "only one of two can need the other")


def _way(start: str, end: str, slos: Mapping[str, Slo]) -> list[str] | None:
    """The shortest way from one SLO to another along dependencies."""
    pending, seen = [[start]], {start}
    while pending:
        way = pending.pop(0)
        for needed in slos[way[-1]].depends_on if way[-1] in slos else ():
            if needed == end:
                return [*way, end]
            if needed not in seen:
                seen.add(needed)
                pending.append([*way, needed])
    return None
