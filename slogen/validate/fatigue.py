"""Alert fatigue: people who are told too much, or who can't do anything with what they are told.

How many pages the objective itself allows: an SLO that is just met spends its whole budget once a window.
Spent in incidents that each take the share at which the slowest page fires, that is one page per share:
`1 / (share * window in days)` pages a day, of each group. A window too short for tiers pages at most once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil

from slogen.diagnostics import Problem, Severity
from slogen.model.alerts import tiers_of
from slogen.model.notifications import Notifications
from slogen.model.origin import Origin
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import Settings
from slogen.units import DAY, to_text
from slogen.validate.reach import place_of


def fatigue(said: Notifications, services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Warn of SLOs without an owner or runbook, of one destination for all, and of too many pages."""
    del settings
    by_owner: dict[str, list[Slo]] = {}
    for slo in (slo for service in services for slo in service.slos):
        by_owner.setdefault(slo.owner, []).append(slo)
        if not slo.owner:
            message = f"nobody owns `{slo.id}`: its alerts go to the default receivers"
            yield _warning(slo.origin.at("name"), "no-owner", message, "add `owner: TEAM`")
        if pages_per_day(slo) and "runbook" not in slo.links:
            message = f"a page of `{slo.id}` has no runbook: whoever is woken up starts from nothing"
            yield _warning(slo.origin.at("name"), "no-runbook", message, "add `links: {runbook: URL}`")
    yield from _same(said, by_owner)
    yield from _too_many(said, by_owner)


def _warning(here: Origin, code: str, message: str, hint: str, *, key: bool = False) -> Problem:
    return here.problem(code, message, hint, severity=Severity.WARNING, key=key)


def pages_per_day(slo: Slo) -> Fraction:
    """Pages a day of one group of an SLO that is just met; 0 where it never pages."""
    shares = [tier.share for tier in tiers_of(slo) if tier.severity == PAGE]
    return Fraction(DAY, slo.window) / max(shares) if shares else Fraction(0)


def _same(said: Notifications, by_owner: Mapping[str, Sequence[Slo]]) -> Iterator[Problem]:
    for owner in by_owner:
        to = said.of(owner)
        pages, tickets = to.receivers.get(PAGE, ()), to.receivers.get(TICKET, ())
        if pages and pages == tickets:
            who = f"`{owner}`" if owner else "whoever has no owner"
            message = f"pages and tickets of {who} go to the same place: soon both are overlooked"
            yield _warning(
                place_of(said, owner), "same-destination", message, "send tickets elsewhere", key=True
            )


def _too_many(said: Notifications, by_owner: Mapping[str, Sequence[Slo]]) -> Iterator[Problem]:
    for owner, slos in by_owner.items():
        count = sum(map(pages_per_day, slos), Fraction(0))
        if count <= said.max_pages_per_day or not said.of(owner).receivers.get(PAGE):
            continue
        worst = max(slos, key=pages_per_day)
        who = f"`{owner}`" if owner else "whoever has no owner"
        message = (
            f"{who} can get {to_text(count, 2)} pages a day from SLOs that are just met"
            f" (more with groups); `max_pages_per_day` is {said.max_pages_per_day}"
        )
        hint = (
            f"`{worst.id}` alone is good for {to_text(pages_per_day(worst), 2)}: a longer window has fewer; "
            f"if that many are meant, write `max_pages_per_day: {ceil(count)}`"
        )
        yield _warning(place_of(said, owner), "too-many-pages", message, hint, key=True)
