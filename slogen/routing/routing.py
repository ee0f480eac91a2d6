"""From Notifications to Alertmanager: the tree of routes, its receivers, and the hours.

The tree is by owner, then by severity. It says nothing about single SLOs, so a new one changes nothing
here, unless its `by` labels are new: an alert is grouped by its SLO, severity and `by` labels, so the fast
and the slow page of one SLO are one notification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from slogen.conventions import (
    ESCALATION,
    ID,
    META_ALERTS,
    META_DEADMAN_ALERT,
    NOBODY,
    OWNER,
    RECEIVER_PREFIX,
    SERVICE,
    SEVERITY,
)
from slogen.emitted.routing import Hours, Matcher, Route, Routing, Sender, equals, one_of
from slogen.model.alerting import INFO
from slogen.model.notifications import DEADMAN, SEVERITIES, Destinations, Notifications
from slogen.model.slo import Service, severity_words
from slogen.model.tiers import PAGE, TICKET
from slogen.routing.inhibition import inhibitions
from slogen.settings import Settings

Words = Mapping[str, Sequence[str]]
_WORDS = {PAGE: "pages", TICKET: "tickets", INFO: "news"}


def compile_routing(notifications: Notifications, services: Sequence[Service], settings: Settings) -> Routing:
    """All that Alertmanager is told."""
    words = severity_words(services, settings)
    routes = (
        *_meta_routes(notifications, settings),
        _slo_route(notifications, group_labels(services, settings), words),
    )
    return Routing(
        source=notifications.origin.document.path,
        catch_all=(*notifications.there(notifications.meta), NOBODY)[0],
        timing=notifications.timing[TICKET],
        routes=routes,
        senders=tuple(_senders(notifications, routes)),
        inhibitions=tuple(inhibitions(services, settings)),
        hours=tuple(_hours(notifications, routes)),
        severities=words,
        templates=settings.alertmanager.templates,
        said=notifications,
    )


def group_labels(services: Sequence[Service], settings: Settings) -> tuple[str, ...]:
    """The labels that tell notifications apart: of identity, severity, and all `by` labels there are."""
    by = dict.fromkeys(label for service in services for slo in service.slos for label in slo.sli.by)
    return (ID, SEVERITY, *settings.identity, *by)


def _hours_there(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{RECEIVER_PREFIX}{name}" for name in names)


def _meta_routes(notifications: Notifications, settings: Settings) -> Iterator[Route]:
    """slogen's watcher has no owner: the alert that always fires, and those that say that rules fail."""
    dead = equals("alertname", META_DEADMAN_ALERT)
    if notifications.deadman:
        yield from _fan(
            Route(NOBODY, (dead,), ("alertname", *settings.identity), notifications.timing[DEADMAN]),
            notifications.there(notifications.deadman),
            "the dead man's switch: the alert that always fires",
        )
    names = Matcher("alertname", "=~", "|".join(META_ALERTS))
    group = ("alertname", ID, SERVICE, *settings.identity)
    yield from _fan(
        Route(NOBODY, (names,), group, notifications.timing[TICKET]),
        notifications.there(notifications.meta),
        "slogen's own rules",
    )


def _slo_route(notifications: Notifications, group_by: tuple[str, ...], words: Words) -> Route:
    owners = [
        Route(
            NOBODY,
            (equals(OWNER, owner),),
            routes=tuple(_severity_routes(to, notifications, words)),
            note=f"alerts of {owner}",
        )
        for owner, to in notifications.owners.items()
    ]
    rest = [
        replace(route, note=f"{route.note} of others" if owners else route.note)
        for route in _severity_routes(notifications.default, notifications, words)
    ]
    return Route(NOBODY, (Matcher(ID, "!=", ""),), group_by, routes=(*owners, *rest), note="alerts of SLOs")


def _severity_routes(to: Destinations, notifications: Notifications, words: Words) -> Iterator[Route]:
    """A page that keeps firing has a route of its own, before that of pages."""
    page = one_of(SEVERITY, words[PAGE])
    if to.page_to and to.page_after is not None:
        route = Route(NOBODY, (page, equals(ESCALATION, PAGE)), timing=notifications.timing[PAGE])
        yield from _fan(route, notifications.there(to.page_to), "pages that keep firing")
    for severity in SEVERITIES:
        waits = severity != PAGE
        route = Route(
            NOBODY,
            (one_of(SEVERITY, words[severity]),),
            timing=notifications.timing[severity],
            active=_hours_there([to.ticket_hours] if waits and to.ticket_hours else []),
            mute=_hours_there([to.quiet_hours] if waits and to.quiet_hours else []),
        )
        yield from _fan(route, notifications.there(to.receivers.get(severity, ())), _WORDS[severity])


def _fan(route: Route, names: Sequence[str], note: str) -> Iterator[Route]:
    """The route once for each receiver; all but the last go on, or the others would get nothing."""
    if not names:
        yield Route(NOBODY, route.matchers, note=note)
    for number, receiver in enumerate(names, 1):
        yield replace(route, receiver=receiver, goes_on=number < len(names), note=note)


def _senders(notifications: Notifications, routes: Sequence[Route]) -> Iterator[Sender]:
    """The receivers in use: one that nobody is sent to would only be a place to forget a secret."""
    used = {node.receiver for route in routes for node in route.walk()}
    yield Sender(NOBODY)
    for receiver in notifications.receivers:
        if receiver.there in used and not receiver.existing:
            yield Sender(receiver.there, receiver.channels)


def _hours(notifications: Notifications, routes: Sequence[Route]) -> Iterator[Hours]:
    used = {name for route in routes for node in route.walk() for name in (*node.active, *node.mute)}
    for name, spans in notifications.hours.items():
        (full,) = _hours_there([name])
        if full in used:
            yield Hours(full, spans)
