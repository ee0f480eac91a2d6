"""Hours of the week: zones that exist, spans that don't overlap, and tickets that are ever sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from slogen.diagnostics import Problem, did_you_mean
from slogen.model.alerting import INFO
from slogen.model.intervals import Opening, Sent, interval_of, when_sent
from slogen.model.notifications import Destinations, HoursSpan, Notifications
from slogen.model.tiers import TICKET
from slogen.model.zones import zone_names

_WEEK = 7
_MONDAYS = (date(2027, 1, 11), date(2027, 7, 12))  # in winter and in summer
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours(said: Notifications) -> Iterator[Problem]:
    """Check every named set of hours."""
    for name, spans in said.hours.items():
        here = said.origin.at("hours", name)
        for item, given in enumerate(here.value):
            if given.get("from", "00:00") == given.get("to"):
                spot = here.at(item, "to")
                message = f"this span of `{name}` ends when it begins: it is nothing, or a whole day"
                hint = 'leave out `from` and `to` for whole days; a day ends at `to: "24:00"`'
                yield spot.problem("empty-hours", message, hint)
        bad = {span.item: span.zone for span in spans if span.zone not in zone_names()}
        for item, zone in bad.items():
            hint = did_you_mean(zone, zone_names()) or "a name such as Europe/Berlin or UTC"
            yield here.at(item, "time_zone").problem("time-zone", f"there is no time zone `{zone}`", hint)
        yielded = set[tuple[int, int]]()
        for one, other in combinations(spans, 2):
            day = _overlap(one, other)
            pair = (one.item, other.item)
            if day is not None and one.item != other.item and pair not in yielded:
                yielded.add(pair)
                message = f"this overlaps with span {one.item + 1} of `{name}` on {_DAYS[day]}"
                yield here.at(other.item).problem("overlapping-hours", message, "make one span of them")


def never_sent(said: Notifications) -> Iterator[Problem]:
    """Check that the hours in which tickets and news are sent are not all quiet."""
    seen = set[tuple[str, str]]()
    for owner, to in {"": said.default, **said.owners}.items():
        here = said.origin.at("owners", owner) if owner else said.origin.at("default")
        pair = to.ticket_hours, to.quiet_hours
        if pair in seen or not any(to.receivers.get(name) for name in (TICKET, INFO)):
            continue
        seen.add(pair)
        if to.quiet_hours and _is_never_open(to, said):
            spot = here.at("quiet_hours" if here.at("quiet_hours").exists else "ticket_hours")
            what = f"all of the hours `{to.ticket_hours}` are" if to.ticket_hours else "the whole week is"
            message = f"tickets and news are never sent: {what} quiet"
            yield spot.problem("never-sent", message, "leave them some hours, or say `quiet_hours: none`")


def _is_never_open(to: Destinations, said: Notifications) -> bool:
    """Whether no minute is left in a week of winter and in one of summer."""
    quiet, open_ = said.hours.get(to.quiet_hours, ()), said.hours.get(to.ticket_hours, ())
    unknown = to.ticket_hours and to.ticket_hours not in said.hours
    if unknown or not {span.zone for span in (*quiet, *open_)} <= zone_names():
        return False
    opening = Opening(
        tuple(map(interval_of, open_)) if to.ticket_hours else None, tuple(map(interval_of, quiet))
    )
    return all(when_sent([opening], monday, _WEEK) is Sent.NEVER for monday in _MONDAYS)


def _overlap(one: HoursSpan, other: HoursSpan) -> int | None:
    """The first day on which both are, if there is one; spans in other zones can't be compared."""
    if one.zone != other.zone or max(one.begin, other.begin) >= min(one.end, other.end):
        return None
    common = [day for day in one.days if day in other.days]
    return common[0] if common else None
