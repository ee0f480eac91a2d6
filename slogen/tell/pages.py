"""From the model to what people read: the promise, the alerts in words, and where to look first."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import (
    BUDGET_REMAINING,
    CURRENT_BURN,
    ID,
    LAST_SEEN,
    bad_series,
    ratio_series,
    service_board,
    slo_selector,
)
from slogen.emitted.pages import IndexEntry, ServicePage, SloPage, Step
from slogen.model.addresses import service_board_url, slo_board_url
from slogen.model.alerts import tiers_of
from slogen.model.slo import Service, Slo
from slogen.model.tiers import Tier
from slogen.promql.selector import Selector, one_of
from slogen.settings import Settings
from slogen.tell import words
from slogen.tell.look import first_look
from slogen.units import format_duration, to_text


def page(service: Service, settings: Settings) -> ServicePage:
    """The page of a service."""
    return ServicePage(
        service.name,
        service.description,
        service.source,
        _owners(service),
        words.shared_links(service),
        service_board(service.name, settings.project),
        service_board_url(service.name, settings),
        tuple(_slo(slo, settings) for slo in service.slos),
    )


def entry(service: Service) -> IndexEntry:
    """The service in the index."""
    return IndexEntry(service.name, _owners(service), tuple((slo.title, slo.percent) for slo in service.slos))


def _owners(service: Service) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slo.owner for slo in service.slos if slo.owner))


def _slo(slo: Slo, settings: Settings) -> SloPage:
    return SloPage(
        id=slo.id,
        name=slo.title,
        description=slo.description,
        objective=slo.percent,
        period=slo.period,
        promise=words.promise(slo),
        budget=words.budget_words(slo),
        owner=slo.owner,
        links=slo.links,
        board_url=slo_board_url(slo.service, slo.name, settings),
        groups=slo.sli.by,
        metrics=slo.sli.metrics(),
        tiers=tuple(_row(slo, tier) for tier in tiers_of(slo)),
        alerts=tuple(words.other_alerts(slo)),
        steps=tuple(_steps(slo, settings)),
    )


def _row(slo: Slo, tier: Tier) -> tuple[str, ...]:
    shown, above = tier.shown, f"{to_text(tier.threshold * 100)}%"
    wait = slo.alerting.wait(tier)
    short = shown["short"] + (f", for {format_duration(wait)}" if wait else "")
    return (tier.severity, tier.name, shown["long"], short, above, shown["share"])


def _steps(slo: Slo, settings: Settings) -> Iterator[Step]:
    """What to ask first, from "is it still so" to "who is it"."""

    def selected(series: str) -> str:
        return slo_selector(series, slo.id, settings.labels)

    both = one_of("__name__", [BUDGET_REMAINING, CURRENT_BURN])
    base = settings.prometheus.base_window
    last = format_duration(base)
    yield Step(
        "Is it still happening?",
        selected(ratio_series(base)),
        f"The share of bad events over {last}; the objective allows {to_text(slo.budget * 100, 9)}%.",
    )
    yield Step(
        "How much budget is left, and how fast does it burn?",
        str(Selector("").where(both, **{ID: slo.id, **settings.labels})),
        "The rest as a share (below 0 it is overspent); at a burn rate of 1 it lasts for the window.",
    )
    if slo.sli.by:
        yield Step(
            f"Which {', '.join(slo.sli.by)} is it?",
            f"topk(5, {selected(bad_series(base))})",
            "Bad events per second of the groups that have most.",
        )
    if (look := first_look(slo, last)) is not None:
        yield Step("Which series is it?", look, "The series that the SLI counts, highest first.")
    yield Step(
        "Which alerts fire?",
        slo_selector("ALERTS", slo.id, {"alertstate": "firing", **settings.labels}),
        "One line for each alert and group.",
    )
    yield Step(
        "Is the data there at all?",
        f"time() - {selected(LAST_SEEN)}",
        "Seconds since the last data. More than a few minutes: look at the targets first.",
    )
