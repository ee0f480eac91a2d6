"""What holds back what: a page its own tickets and its own slower pages, a dependency that pages the tickets
of what needs it.

Of pages only the slower ones of the same incident are held back, which the faster one has told: whoever is on
call hears of everything, and a budget that is used up, or data that is gone, hides no page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from slogen.conventions import ID, SEVERITY, TIER
from slogen.emitted.routing import Inhibition, Matcher, equals, one_of
from slogen.model.slo import Service, Slo, severity_words
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import Settings

# Labels that Prometheus servers or the operator put on alerts, besides those that slogen knows of.
_PLACES = ("cluster", "namespace")


def inhibitions(services: Sequence[Service], settings: Settings) -> Iterator[Inhibition]:
    """A page holds back tickets of its SLO in the same group; then the dependencies, by spec."""
    slos = {slo.id: slo for service in services for slo in service.slos}
    by = dict.fromkeys(label for slo in slos.values() for label in slo.sli.by)
    some_slo = Matcher(ID, "!=", "")
    words = severity_words(services, settings)
    page, ticket = one_of(SEVERITY, words[PAGE]), one_of(SEVERITY, words[TICKET])
    places = dict.fromkeys((*_PLACES, *settings.identity))
    group = (ID, *places, *(label for label in by if label not in places))
    yield Inhibition(
        "a page holds back the tickets of its SLO",
        (some_slo, page),
        (some_slo, ticket),
        group,
    )
    yield from _slower_pages(slos, page, group)
    for slo in slos.values():
        for needed in _all_needed(slo, slos):
            common = [label for label in slo.sli.by if label in needed.sli.by and label not in places]
            yield Inhibition(
                f"{needed.id} pages: tickets of {slo.id}, which needs it, are held back",
                (equals(ID, needed.id), page),
                (equals(ID, slo.id), ticket),
                (*places, *common),
            )


def _slower_pages(slos: Mapping[str, Slo], page: Matcher, group: tuple[str, ...]) -> Iterator[Inhibition]:
    """The faster page of an SLO holds back its slower ones. By the names of the tiers, so that a new SLO
    changes nothing; where another SLO has the same two names the other way round, by the SLO: two pages
    that hold back each other would both be silent."""
    found: dict[tuple[str, str], list[str]] = {}
    for slo in slos.values():
        for fast, slow in combinations([tier.name for tier in slo.alerting.page_tiers], 2):
            found.setdefault((fast, slow), []).append(slo.id)
    for (fast, slow), ids in found.items():
        both_ways = (slow, fast) in found
        for which in [equals(ID, name) for name in ids] if both_ways else [Matcher(ID, "!=", "")]:
            of = f"of {which.value}" if both_ways else "of its SLO"
            yield Inhibition(
                f"{fast} holds back {slow} {of}",
                (which, page, equals(TIER, fast)),
                (which, page, equals(TIER, slow)),
                group,
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
