"""OpenSLO v1: each objective of an `SLO` is one; `SLI` and `DataSource` are read where one refers to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Final

from slogen.diagnostics import Problem
from slogen.moving.dialect import (
    Dialect,
    Options,
    Translated,
    expect,
    move,
    service_name,
    set_description,
    set_objective,
    set_window,
)
from slogen.moving.draft import Draft
from slogen.moving.names import name_of, renamed, slug
from slogen.moving.openslo_sli import choose_sli
from slogen.moving.outcome import Moved, not_moved
from slogen.moving.reading import Value
from slogen.units import DAY, format_duration, plain

NAME: Final = "openslo"
_GROUP: Final = "openslo/"
_SLO: Final = "SLO"
_KINDS: Final = (
    _SLO,
    "SLI",
    "DataSource",
    "Service",
    "AlertPolicy",
    "AlertCondition",
    "AlertNotificationTarget",
)
_PERIOD: Final = 30 * DAY
_CALENDARS: Final = {
    "1w": "week",
    "7d": "week",
    "1M": "month",
    "1Q": "quarter",
    "3M": "quarter",
    "1Y": "year",
    "12M": "year",
}
_BEGINS: Final[Mapping[str, Callable[[date], bool]]] = {
    "week": lambda day: day.isoweekday() == 1,
    "month": lambda day: day.day == 1,
    "quarter": lambda day: day.day == 1 and day.month % 3 == 1,
    "year": lambda day: (day.day, day.month) == (1, 1),
}
_LONG: Final = re.compile(r"[0-9]+[MQY]")
_ALL: Final = 100
_UTC: Final = ("UTC", "Etc/UTC", "GMT", "Z")


def fits(root: Value) -> bool:
    """Whether a document is one of OpenSLO's."""
    said = root.get("apiVersion")
    return said is not None and str(said.data).startswith(_GROUP)


def translate(root: Value, options: Options) -> Translated:
    """The SLOs of a document; none of what SLOs refer to, which is read with them."""
    expect(root.need("apiVersion"), f"{_GROUP}v1")
    kind = root.need("kind")
    if kind.text() not in _KINDS:
        raise not_moved("import-refused-shape", kind, "this kind is not known", f"one of {', '.join(_KINDS)}")
    if kind.data != _SLO:
        return Translated(())
    objectives = root.need("spec").need("objectives").each()
    if not objectives:
        raise not_moved(
            "import-refused-shape", root.need("spec"), "there is no objective", "an SLO has one at least"
        )
    problems: list[Problem] = []
    service = _service(root, options, problems)
    slos = [_slo(root, at, number, service, options) for number, at in enumerate(objectives, 1)]
    return Translated(tuple(slos), tuple(problems))


def _service(root: Value, options: Options, problems: list[Problem]) -> str:
    said = root.need("spec").get("service")
    if said is None:
        if options.service:
            return options.service
        name = root.need("metadata").need("name")
        found = service_name(name, name.text())
        message = f"the document doesn't say its service, so that is `{found}`: it is the name of the SLO"
        problems.append(
            name.problem("import-decide-service", message, "name one with --service, or move the SLO")
        )
        return found
    service = options.service or service_name(said, said.text())
    problems += renamed(said, "service", said.text(), service)
    return service


def _slo(root: Value, objective: Value, number: int, service: str, options: Options) -> Moved:
    count = len(root.need("spec").need("objectives").each())

    def fill(draft: Draft) -> str:
        _name(draft, root, objective, number if count > 1 else 0)
        _fill(draft, root, objective, options)
        return service

    called = str(root.need("metadata").need("name").data)
    if count == 1:
        return move(NAME, called, root, fill, options.judge)
    return move(NAME, f"{called}[{number}]", root, fill, options.judge, objective)


def _name(draft: Draft, root: Value, objective: Value, number: int) -> None:
    """The name of the SLO; where it has several objectives, with that of the objective."""
    at, shown = root.need("metadata").need("name"), objective.get("displayName")
    before, added = at.text(), slug(shown.text()) if shown else ""
    after = name_of(at, f"{before}-{added or number}" if number else before, "name")
    draft.put(["name"], after, at)
    draft.tell(renamed(at, "SLO", before, after))


def _fill(draft: Draft, root: Value, objective: Value, options: Options) -> None:
    spec, metadata = root.need("spec"), root.need("metadata")
    said = (spec.get("description"), metadata.get("displayName"), objective.get("displayName"))
    set_description(draft, next((each for each in said if each is not None), None))
    _objective(draft, objective)
    _window(draft, spec, objective, options)
    choose_sli(draft, spec, objective, options)
    labels = metadata.get("labels")
    for name, value in labels.items() if labels else ():
        values = list(value.each()) if value.is_list else [value]
        for first in values[:1]:
            draft.label(name, first)
        for each in values[1:]:
            message = f"the label `{name}` has several values, and in slogen one: `{each.text()}` is left out"
            draft.tell([each.problem("import-lost-value", message, "join them in one value, if both matter")])


def _objective(draft: Draft, objective: Value) -> None:
    percent = objective.get("targetPercent")
    if percent is not None:
        set_objective(draft, percent)
        return
    target = objective.need("target")
    set_objective(draft, target, scale=100)
    if draft.fields["objective"] > _ALL:
        said, share = target.text(), plain(draft.fields["objective"] / _ALL / _ALL)
        message = f"`target` is a share below 1, and {said} is none"
        hint = f"if a percentage is meant, write `targetPercent: {said}` or `target: {share}`"
        raise not_moved("import-refused-objective", target, message, hint)


def _window(draft: Draft, spec: Value, objective: Value, options: Options) -> None:
    """The rolling window, or the calendar's period."""
    windows = spec.get("timeWindow") or objective.get("timeWindow")
    if windows is None:
        draft.put(["window"], format_duration(options.period or _PERIOD), spec)
        if options.period is None:
            message = f"the document says no window, so that is {format_duration(_PERIOD)}"
            draft.tell([spec.problem("import-decide-period", message, "say it with --period")])
        return
    window = windows.each()[0] if windows.is_list and windows.each() else windows
    duration, calendar, rolling = window.need("duration"), window.get("calendar"), window.get("isRolling")
    is_rolling = rolling.flag() if rolling is not None else calendar is None
    if not is_rolling:
        _calendar(draft, duration, calendar)
    elif _LONG.fullmatch(duration.text()):
        message = f"`{duration.text()}` has no fixed length, and a rolling window needs one"
        raise not_moved(
            "import-refused-window", duration, message, "such as 30d; or a calendar, with isRolling: false"
        )
    else:
        set_window(draft, duration)


def _calendar(draft: Draft, duration: Value, calendar: Value | None) -> None:
    said = duration.text()
    if said not in _CALENDARS:
        message = f"`{said}` is no week, month, quarter or year" + (
            ": by the letter it is minutes" if said.endswith("m") else ""
        )
        raise not_moved("import-refused-window", duration, message, f"one of {', '.join(_CALENDARS)}")
    period = _CALENDARS[said]
    draft.put(["window"], {"calendar": period}, duration)
    zone, start = (calendar.get("timeZone"), calendar.get("startTime")) if calendar else (None, None)
    if zone is not None and zone.text() not in _UTC:
        message = f"slogen's periods begin at a fixed offset from UTC, and not by the clocks of {zone.text()}"
        draft.tell([zone.problem("import-lost-value", message, "say the offset with `window.utc_offset`")])
    if start is not None:
        _start(draft, start, period)


def _start(draft: Draft, start: Value, period: str) -> None:
    """When the first period begins, which must be when one of the calendar's does."""
    text = start.text()
    try:
        begins = datetime.fromisoformat(text)
    except ValueError:
        message = (
            f"`{text}` is no time, such as 2026-01-01 00:00:00: slogen's periods begin with the {period}"
        )
        draft.tell([start.problem("import-lost-value", message, "see that budgets may begin then")])
        return
    if not _BEGINS[period](begins.date()) or begins.time() != time():
        message = f"periods that begin at {text} have no place: slogen's begin with the {period}, at midnight"
        hint = "see that budgets may begin then, or write a window that rolls"
        draft.tell([start.problem("import-lost-value", message, hint)])


DIALECT: Final = Dialect(NAME, fits, translate)
