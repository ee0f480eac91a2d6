"""Hours of the week: zones that exist, and spans that don't overlap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from zoneinfo import available_timezones

from slogen.diagnostics import Problem, did_you_mean
from slogen.model.notifications import Notifications, Span

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours(said: Notifications) -> Iterator[Problem]:
    """Check every named set of hours."""
    zones = available_timezones()  # empty where the machine has no data about them
    for name, spans in said.hours.items():
        here = said.origin.at("hours", name)
        bad = {span.item: span.zone for span in spans if zones and span.zone not in zones}
        for item, zone in bad.items():
            hint = did_you_mean(zone, zones) or "a name such as Europe/Berlin or UTC"
            yield here.at(item, "time_zone").problem("time-zone", f"there is no time zone `{zone}`", hint)
        yielded = set[tuple[int, int]]()
        for one, other in combinations(spans, 2):
            day = _overlap(one, other)
            pair = (one.item, other.item)
            if day is not None and one.item != other.item and pair not in yielded:
                yielded.add(pair)
                message = f"this overlaps with span {one.item + 1} of `{name}` on {_DAYS[day]}"
                yield here.at(other.item).problem("overlapping-hours", message, "make one span of them")


def _overlap(one: Span, other: Span) -> int | None:
    """The first day on which both are, if there is one; spans in other zones can't be compared."""
    if one.zone != other.zone or max(one.begin, other.begin) >= min(one.end, other.end):
        return None
    common = [day for day in one.days if day in other.days]
    return common[0] if common else None
