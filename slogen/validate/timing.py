"""When messages are sent: times that Alertmanager can't hold, or doesn't keep to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.model.notifications import Notifications, Timing
from slogen.model.origin import Origin
from slogen.units import DAY, WEEK, YEAR, format_duration, parse_duration

REMEMBERED: Final = 5 * DAY  # `--data.retention` of Alertmanager, unless said otherwise
_LONGEST: Final = {"group_wait": DAY, "group_interval": WEEK, "repeat_interval": YEAR}


def timing(said: Notifications) -> Iterator[Problem]:
    """Check the times of each severity; those that nobody has changed are right."""
    for name, times in said.timing.items():
        here = said.origin.at("timing", name)
        written = here.value or {}
        if too_long := list(_too_long(written, here)):
            yield from too_long
        elif written:
            yield from _repeats(times, here)


def _too_long(written: dict[str, str], here: Origin) -> Iterator[Problem]:
    for field, text in written.items():
        if parse_duration(text) > _LONGEST[field]:
            message = f"`{field}: {text}` is longer than anybody waits for news"
            hint = f"{format_duration(_LONGEST[field])} is the longest"
            yield here.at(field).problem("timing", message, hint)


def _repeats(times: Timing, here: Origin) -> Iterator[Problem]:
    repeat, group = format_duration(times.repeat_interval), format_duration(times.group_interval)
    spot = here.at("repeat_interval" if here.at("repeat_interval").exists else "group_interval")
    if not spot.exists:
        return
    if times.repeat_interval < times.group_interval:
        message = f"Alertmanager looks at a group every {group}: it can't repeat every {repeat}"
        hint = "make `repeat_interval` longer, or `group_interval` shorter"
        yield spot.problem("repeat-interval", message, hint, severity=Severity.WARNING)
    if times.repeat_interval > REMEMBERED:
        days = format_duration(REMEMBERED)
        message = (
            f"Alertmanager forgets after {days} what it has sent, and repeats it then, not after {repeat}"
        )
        hint = f"{days} is the longest, unless its `--data.retention` is longer"
        yield spot.problem("repeat-interval", message, hint, severity=Severity.WARNING)
