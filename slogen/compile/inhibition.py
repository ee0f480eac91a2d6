"""What holds back what: a page its own tickets, a dependency that pages the tickets of what needs it.

Only tickets are ever held back, and only by pages: whoever is on call hears of everything, and a budget
that is used up, or data that is gone, hides no page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from slogen.conventions import ID, SEVERITY
from slogen.load.settings import Settings
from slogen.model.routing import Inhibition, Matcher, equals
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE, TICKET

# Labels that Prometheus servers or the operator put on alerts, besides those that slogen knows of.
_PLACES = ("cluster", "namespace")


def inhibitions(services: Sequence[Service], settings: Settings) -> Iterator[Inhibition]:
    """A page holds back tickets of its SLO in the same group; then the dependencies, by spec."""
    slos = {slo.id: slo for service in services for slo in service.slos}
    by = dict.fromkeys(label for slo in slos.values() for label in slo.sli.by)
    some_slo = Matcher(ID, "!=", "")
    page = equals(SEVERITY, settings.severity(PAGE))
    ticket = equals(SEVERITY, settings.severity(TICKET))
    places = dict.fromkeys((*_PLACES, *settings.labels))
    yield Inhibition(
        "a page holds back the tickets of its SLO",
        (some_slo, page),
        (some_slo, ticket),
        (ID, *places, *(label for label in by if label not in places)),
    )
    for slo in slos.values():
        for needed in _all_needed(slo, slos):
            common = [label for label in slo.sli.by if label in needed.sli.by and label not in places]
            yield Inhibition(
                f"{needed.id} pages: tickets of {slo.id}, which needs it, are held back",
                (equals(ID, needed.id), page),
                (equals(ID, slo.id), ticket),
                (*places, *common),
            )


def _all_needed(slo: Slo, slos: Mapping[str, Slo]) -> list[Slo]:
    """The dependencies of an SLO, and theirs."""
    found: dict[str, Slo] = {}
    pending = list(slo.depends_on)
    while pending:
        name = pending.pop(0)
        if name in slos and name not in found and name != slo.id:
            found[name] = slos[name]
            pending += slos[name].depends_on
    return list(found.values())
