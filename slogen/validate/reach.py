"""Alerts of which nobody would hear: destinations without a receiver, escalation that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from slogen.diagnostics import Problem, Severity
from slogen.model.notifications import Destinations, Notifications
from slogen.model.origin import Origin
from slogen.model.slo import Service
from slogen.model.tiers import PAGE, TICKET

_NOBODY = "reaches-nobody"


def reach(said: Notifications, services: Sequence[Service]) -> Iterator[Problem]:
    """Warn of what is emitted and goes to nobody; refuse escalation to nobody."""
    for owner, emitted in _emitted(services).items():
        silent = [severity for severity in emitted if not _hears(said.of(owner), severity)]
        if silent:
            who = f"`{owner}`" if owner else "owners that are not listed"
            message = f"nobody hears of the {' and '.join(f'{name}s' for name in silent)} of {who}"
            hint = f"name a receiver, or emit none: `alerting: {{{silent[0]}: {{enabled: false}}}}`"
            yield _warning(place_of(said, owner), _NOBODY, message, hint)
    if not said.meta:
        here = said.origin.at("meta", "ticket") if "ticket" in _meta(said) else said.origin.at("default")
        message = "nobody hears of alerts about slogen's own rules"
        yield _warning(here, _NOBODY, message, "add `meta: {ticket: RECEIVER}`")
    for owner in ("", *said.owners):
        yield from _escalation(said.of(owner) if owner else said.default, place_of(said, owner))


def place_of(said: Notifications, owner: str) -> Origin:
    """Where is written who is told of an owner's alerts."""
    return said.origin.at("owners", owner) if owner in said.owners else said.origin.at("default")


def _meta(said: Notifications) -> Mapping[str, object]:
    found: Mapping[str, object] = said.origin.document.data.get("meta", {})
    return found


def _emitted(services: Sequence[Service]) -> dict[str, tuple[str, ...]]:
    """By owner the severities of alerts that there are; before there is any SLO, both of nobody's."""
    found: dict[str, dict[str, None]] = {}
    for slo in (slo for service in services for slo in service.slos):
        enabled = [name for name in (PAGE, TICKET) if slo.alerting.sends(name)]
        enabled += [PAGE] if slo.pages_when_gone else []
        found.setdefault(slo.owner, {}).update(dict.fromkeys(enabled))
    if not services:
        return {"": (PAGE, TICKET)}
    return {owner: tuple(sorted(names)) for owner, names in found.items()}


def _hears(to: Destinations, severity: str) -> bool:
    late = severity == PAGE and to.page_after is not None and to.page_to
    return bool(to.receivers.get(severity) or late)


def _escalation(to: Destinations, here: Origin) -> Iterator[Problem]:
    """What is written at this place; what is inherited was judged where it is written."""
    written = here.at("escalate").value or {}
    pages = to.receivers.get(PAGE, ())
    if "page_after" in written and "page_to" in written and not to.page_to:
        message = "nobody is told of pages that keep firing"
        yield here.at("escalate", "page_to").problem("escalation", message, "name a receiver")
    if "ticket_after" in written and not pages and not _hears(to, PAGE):
        message = "a ticket that becomes a page reaches nobody: pages go to nobody"
        yield here.at("escalate", "ticket_after").problem("escalation", message, "add `page: RECEIVER`")
    changes = here.at("page").exists or "page_to" in written
    if changes and to.page_after is not None and to.page_to and set(to.page_to) <= set(pages):
        spot = here.at("escalate", "page_to") if "page_to" in written else here.at("page")
        message = "a page that keeps firing goes to those who had it already, and to nobody else"
        yield _warning(
            spot, "escalation-to-same", message, "name a receiver that doesn't get the page", False
        )


def _warning(here: Origin, code: str, message: str, hint: str, key: bool = True) -> Problem:
    return here.problem(code, message, hint, severity=Severity.WARNING, key=key)
