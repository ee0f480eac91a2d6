"""What differs beside the SLOs: settings, and what notifications.yaml says of receivers and times.

Values are shown where they can't hold a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from slogen.model.notifications import Notifications, Receiver
from slogen.project.difference.lines import NOTHING, Line, lines_of
from slogen.settings import FILE_NAME, Settings
from slogen.understand import Project
from slogen.units import format_duration

_SHOWN: Final = ("prometheus", "alertmanager", "kubernetes", "output", "targets", "labels", "severities")
_SECONDS: Final = ("scrape_interval", "evaluation_interval", "retention", "base_window")
_DEADMAN: Final = "alertmanager.deadman"
NOTIFICATIONS: Final = "notifications"


def beside(old: Project, new: Project) -> Iterator[Line]:
    """What differs, a line a subject."""
    before, after = dict(_flat(old.settings)), dict(_flat(new.settings))
    if old.notifications or new.notifications:  # they say, too, whether anybody hears of that alert
        del before[_DEADMAN], after[_DEADMAN]
    yield from lines_of(FILE_NAME, before, after)
    hidden = [name for name in _subjects() if getattr(old.settings, name) != getattr(new.settings, name)]
    if hidden:
        yield Line(FILE_NAME, note=f"what it says of {', '.join(hidden)} differs")
    yield from _notifications(old.notifications, new.notifications)


def _subjects() -> Iterator[str]:
    return (each.name for each in fields(Settings) if each.name not in _SHOWN)


def _flat(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in _SHOWN:
        value = getattr(settings, name)
        if not is_dataclass(value):
            yield from _named(name, value)
            continue
        for each in fields(value):
            yield from _named(f"{name}.{each.name}", getattr(value, each.name))


def _named(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((f"{name}.{key}", str(text)) for key, text in value.items())
    else:
        yield name, _text(name, value)


def _text(name: str, value: Any) -> str:
    if name.rpartition(".")[2] in _SECONDS and value is not None:
        return format_duration(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        is_version = all(isinstance(each, int) for each in value)
        return (("." if is_version else ", ").join(map(str, value))) or NOTHING
    return NOTHING if value in (None, "") else str(value)


def _notifications(old: Notifications | None, new: Notifications | None) -> Iterator[Line]:
    if old is None or new is None:
        if old is not new:
            note = "says who is told now" if old is None else "is gone: routes are no more slogen's"
            yield Line(NOTIFICATIONS, note=note)
        return
    before, after = ({each.name: _receiver(each) for each in side.receivers} for side in (old, new))
    yield from lines_of("receivers", before, after)
    same = [name for name in before if before[name] == after.get(name)]
    other = [name for name in same if _inside(old, name) != _inside(new, name)]
    if other:
        yield Line("receivers", note=f"{', '.join(other)}: sent otherwise than before")
    changed = [name for name in {**old.hours, **new.hours} if old.hours.get(name) != new.hours.get(name)]
    if changed:
        yield Line("hours", note=f"{', '.join(changed)}: begin or end otherwise than before")
    yield from lines_of("times", dict(_times(old)), dict(_times(new)))
    yield from _watcher(old, new)


def _receiver(receiver: Receiver) -> str:
    """How it sends, without where to."""
    if receiver.existing:
        return f"`{receiver.existing}` of your own"
    return " and ".join(channel.kind for channel in receiver.channels) or NOTHING


def _inside(said: Notifications, name: str) -> list[Mapping[str, Any]]:
    return [channel.values for each in said.receivers if each.name == name for channel in each.channels]


def _times(said: Notifications) -> Iterator[tuple[str, str]]:
    for name, timing in said.timing.items():
        for each in fields(timing):
            yield f"{each.name} of a {name}", format_duration(getattr(timing, each.name))
    yield "most pages a day", str(said.max_pages_per_day)


def _watcher(old: Notifications, new: Notifications) -> Iterator[Line]:
    """Who hears of slogen's own alerts."""
    names = {"rules that fail": "meta", "dead man's switch": "deadman"}
    before, after = (
        {what: " and ".join(side.there(getattr(side, field))) or "nobody" for what, field in names.items()}
        for side in (old, new)
    )
    yield from lines_of("told", before, after)
