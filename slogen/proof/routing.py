"""Cases that prove the routing: which receivers each alert must reach.

Worked out from the notifications, not from the tree of routes. The alerts are the compiled ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from slogen.conventions import (
    ESCALATED_ALERT,
    ESCALATION,
    ID,
    META_DEADMAN_ALERT,
    NOBODY,
    OWNER,
    RECEIVER_PREFIX,
    SEVERITY,
)
from slogen.emitted.routing import Routing, RoutingCase
from slogen.emitted.rules import Alert, RuleFile
from slogen.model.notifications import Notifications
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import quote

_WATCHER = "the watcher"
_TELLING = (ID, SEVERITY, OWNER, ESCALATION)


def cases(routing: Routing, rules: Iterable[RuleFile]) -> tuple[RoutingCase, ...]:
    """A case for every SLO and severity that alerts in these rules, and for every alert of the watcher."""
    made: dict[tuple[str, ...], RoutingCase] = {}
    names = {word: name for name, words in routing.severities.items() for word in words}
    for alert in _alerts(rules):
        labels = {"alertname": alert.alert, **alert.labels}
        key = tuple(labels.get(name, "") for name in (*_TELLING, *(() if ID in labels else ("alertname",))))
        if key not in made:
            made[key] = _case(labels, names, routing.said)
    return tuple(made.values())


def reach_cases(rules: Iterable[RuleFile], words: Mapping[str, Sequence[str]]) -> tuple[RoutingCase, ...]:
    """Where nobody says who is told: pages and tickets must reach somebody. No receivers are expected."""
    made: dict[tuple[str, str], RoutingCase] = {}
    for alert in _alerts(rules):
        labels = {"alertname": alert.alert, **alert.labels}
        severity = next((name for name in (PAGE, TICKET) if labels[SEVERITY] in words[name]), "")
        key = (labels.get(ID, alert.alert), severity)
        if severity and key not in made:
            said = f"a {severity}" if ID in labels else alert.alert
            made[key] = RoutingCase(labels.get(ID, _WATCHER), f"{said} reaches somebody", labels, ())
    return tuple(made.values())


def _alerts(rules: Iterable[RuleFile]) -> Iterator[Alert]:
    return (
        rule for each in rules for group in each.groups for rule in group.rules if isinstance(rule, Alert)
    )


def _case(labels: Mapping[str, str], names: Mapping[str, str], said: Notifications) -> RoutingCase:
    severity = names[labels[SEVERITY]]
    if ID not in labels:
        is_dead = labels["alertname"] == META_DEADMAN_ALERT
        wanted, what = said.deadman if is_dead else said.meta, labels["alertname"]
    else:
        to = said.of(labels.get(OWNER, ""))
        keeps_firing = labels.get(ESCALATION) == "page"
        wanted = to.page_to if keeps_firing else to.receivers.get(severity, ())
        what = f"a {severity}" if severity != "info" else "news"
        what += f" ({ESCALATED_ALERT}, {labels[ESCALATION]})" if ESCALATION in labels else ""
    there = {each.name: each.existing or f"{RECEIVER_PREFIX}{each.name}" for each in said.receivers}
    receivers = tuple(there[name] for name in wanted) or (NOBODY,)
    words = f"{what} goes to {' and '.join(wanted) or 'nobody'}"
    return RoutingCase(labels.get(ID, _WATCHER), words, labels, receivers)


def as_arguments(labels: Mapping[str, str]) -> list[str]:
    """Labels as amtool takes them."""
    return [f"{name}={quote(value)}" for name, value in labels.items()]
