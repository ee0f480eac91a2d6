"""From a spec document that passed its schema to a Service: inheritance, numbers, SLI, tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from slogen.conventions import identity_of, slo_id
from slogen.diagnostics import Problem
from slogen.load.document import Document
from slogen.model.addresses import slo_board_url
from slogen.model.calendar import Calendar, read_calendar, read_since
from slogen.model.levels import read_levels
from slogen.model.origin import Origin, Path
from slogen.model.read_alerting import read_alerting
from slogen.model.read_exclusions import read_exclusions
from slogen.model.samples import read_samples
from slogen.model.sli import Parser, Sli
from slogen.model.slo import Service, Slo, is_compound
from slogen.model.tiers import Frame, Policy
from slogen.settings import Settings
from slogen.units import DAY, HOUR, format_duration, parse_duration, plain, to_decimal

SHORTEST, LONGEST = HOUR, 90 * DAY
_INHERITED: Final = ("owner", "labels", "links", "window", "alerting", "exclude")
_INHERITED_FROM: Final[tuple[Path, ...]] = ((), ("defaults",))


@dataclass(frozen=True, slots=True)
class Context:
    """What building needs besides the document."""

    parsers: Mapping[str, Parser]
    policies: Mapping[str, Policy]
    settings: Settings


def build(document: Document, context: Context) -> tuple[Service, list[Problem]]:
    """Build the service of one document. SLOs with problems are left out; every problem is returned."""
    data, problems = document.data, list[Problem]()
    slos = []
    for index, item in enumerate(data["slos"]):
        origin = Origin(document, (("slos", index), *_INHERITED_FROM))
        found = _slo(item, data, origin, context, problems)
        if found is not None:
            slos.append(found)
    said = str(data.get("description", ""))
    return Service(data["service"], (Origin(document),), tuple(slos), said), problems


def _slo(
    item: Mapping[str, Any],
    data: Mapping[str, Any],
    origin: Origin,
    context: Context,
    problems: list[Problem],
) -> Slo | None:
    merged = whole(item, data)
    # What the shape check has refused is missing here; the rest is looked at all the same.
    objective = _objective(merged, origin.at("objective"), problems)
    window, calendar = _window(merged.get("window", "30d"), origin.at("window"), context.settings, problems)
    since = read_since(item, calendar, origin.at("since"), problems)
    exclusions = read_exclusions(merged.get("exclude", []), origin.at("exclude"), context.settings, problems)
    sli = _sli(merged["sli"], origin.at("sli"), context, problems) if "sli" in merged else None
    if objective is None or window is None or sli is None:
        return None
    settings = context.settings
    alerting = read_alerting(
        _alerting(merged, item, sli),
        origin.at("alerting"),
        sli=sli,
        frame=Frame.of(window, 1 - objective, settings),
        settings=settings,
        policies=context.policies,
        problems=problems,
    )
    service, name = identity_of(data["service"], item)
    links, board = _links(merged.get("links", {}), service, name, settings)
    return Slo(
        service=service,
        name=name,
        description=str(item.get("description", "")),
        objective=objective,
        window=window,
        sli=sli,
        alerting=alerting,
        owner=str(merged.get("owner", "")),
        labels=merged.get("labels", {}),
        links=links,
        origin=origin,
        sli_origin=_sli_place(merged["sli"], origin.at("sli"), context)[2],
        samples=read_samples(item.get("tests", {}), origin.at("tests"), sli, settings, problems),
        levels=read_levels(item.get("levels"), origin.at("levels"), sli, settings, problems),
        calendar=calendar,
        since=since,
        exclusions=exclusions,
        depends_on=tuple(item.get("depends_on", ())),
        called=slo_id(data["service"], item.get("name", "")),
        board=board,
    )


def _links(
    own: Mapping[str, str], service: str, name: str, settings: Settings
) -> tuple[Mapping[str, str], str]:
    """The user's links, and the generated board; it is one of them where they name no dashboard."""
    board = "" if "dashboard" in own else slo_board_url(service, name, settings)
    return ({**own, "dashboard": board} if board else own), board


def _alerting(merged: Mapping[str, Any], item: Mapping[str, Any], sli: Sli) -> Mapping[str, Any]:
    """The alerting, inherited parts included. What is made of other SLOs has no absence alert unless it asks
    for one itself: its parts have theirs."""
    alerting: Mapping[str, Any] = merged.get("alerting", {})
    if is_compound(sli) and "absent" not in item.get("alerting", {}):
        return {**alerting, "absent": False}
    return alerting


def whole(item: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The SLO of an item, with what it inherits from its document."""
    return _merge(_merge(_inheritable(data.get("defaults", {})), _inheritable(data)), item)


def _inheritable(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in _INHERITED if key in data}


def _merge(far: Mapping[str, Any], near: Mapping[str, Any]) -> dict[str, Any]:
    """Nearest wins; mappings are merged key by key, lists are replaced."""
    merged = dict(far)
    for key, value in near.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _sli(config: Mapping[str, Any], origin: Origin, context: Context, problems: list[Problem]) -> Sli | None:
    kind, body, here = _sli_place(config, origin, context)
    sli, found = context.parsers[kind](body, here, context.settings)
    problems += found
    return sli


def _sli_place(
    config: Mapping[str, Any], origin: Origin, context: Context
) -> tuple[str, Mapping[str, Any], Origin]:
    """The kind of an SLI, its fields, and where they stand: below the kind, or where this is a name
    (`preset: vllm/ttft`), beside it and in `with`."""
    kind = next(key for key in config if key in context.parsers)
    if isinstance(config[kind], Mapping):
        return kind, config[kind], origin.at(kind)
    beside = (*origin.bases[0], *origin.keys)
    return kind, config, Origin(origin.document, (beside, (*beside, "with")))


def _objective(merged: Mapping[str, Any], origin: Origin, problems: list[Problem]) -> Fraction | None:
    """A percentage as a share; everything that is no sensible objective becomes a Problem."""
    if "objective" not in merged:
        return None
    value = merged["objective"]
    try:
        percent = to_decimal(value)
    except ValueError:
        hint = "write a percentage with a point, such as 99.9"
        if str(value).count(",") == 1:
            hint = f"did you mean {str(value).replace(',', '.')}?"
        problems.append(origin.problem("objective", f"`{value}` is not an objective", hint))
        return None
    message = hint = ""
    if percent == 100:
        message, hint = "an objective of 100 leaves no error budget", "did you mean 99.9 or 99.99?"
    elif percent > 100 or percent <= 0:
        message, hint = f"an objective of {value} is out of range", "objectives are from 50 to below 100"
    elif percent <= 1:
        message = f"an objective is a percentage; {value} would be below 1 %"
        hint = f"did you mean {plain(percent * 100)}?" if percent < 1 else "did you mean 99?"
    elif percent < 50:
        message = f"an objective of {value} promises less than every second event"
        hint = f"objectives start at 50; count the other side: did you mean {plain(100 - percent)}?"
    elif percent > Decimal("99.999"):
        message, hint = f"an objective of {value} leaves too little to measure", "99.999 is the highest"
    if message:
        problems.append(origin.problem("objective", message, hint))
        return None
    return Fraction(percent) / 100


def _window(
    data: object, origin: Origin, settings: Settings, problems: list[Problem]
) -> tuple[int | None, Calendar | None]:
    """The SLO window in seconds, and of which calendar if it is one's period."""
    if not isinstance(data, Mapping):
        return _rolling(data, origin, settings, problems), None
    calendar = read_calendar(data, origin, settings, problems)
    return calendar.nominal if calendar else None, calendar


def _rolling(text: object, origin: Origin, settings: Settings, problems: list[Problem]) -> int | None:
    try:
        window = parse_duration(str(text))
    except ValueError as error:
        problems.append(origin.problem("window", str(error), "such as 7d, 28d, 30d"))
        return None
    base, hint = settings.prometheus.base_window, ""
    if not SHORTEST <= window <= LONGEST:
        message = f"a window of {text} is out of range"
        nearest = format_duration(min(max(window, SHORTEST), LONGEST))
        hint = f"windows are from 1h to 90d; the nearest is {nearest}"
    elif window % base:
        message = f"a window of {text} is no multiple of the base window, {format_duration(base)}"
        hint = f"the nearest is {format_duration(max(round(window / base), 1) * base)}"
    elif settings.prometheus.retention is not None and window > settings.prometheus.retention:
        kept = format_duration(settings.prometheus.retention)
        message = f"Prometheus keeps data for {kept} (`prometheus.retention`), the window is {text}"
        hint = f"shorten the window to at most {kept}, or keep data longer"
    if not hint:
        return window
    problems.append(origin.problem("window" if "retention" not in message else "retention", message, hint))
    return None
