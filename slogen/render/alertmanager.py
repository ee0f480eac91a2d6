"""alertmanager.yml, a fragment to paste, and the template file of the messages.

Alertmanager has no way to include a file, so all parts are there for each way of working: the whole file
for who has no other, the fragment (and `slogen alertmanager merge`) for who has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slogen.conventions import META, TEMPLATES
from slogen.emitted.proof import Compiled
from slogen.emitted.routing import Hours, Inhibition, Matcher, Route, Routing, Sender
from slogen.model.notifications import Channel, HoursSpan, Secret, Timing
from slogen.render.artifact import Artifact, header
from slogen.render.messages import by_name, template_file
from slogen.settings import Settings
from slogen.units import format_duration
from slogen.yamltext import Quoted, dump

_FOLDER = "alertmanager"
_ADVICE = "# `routes` go first into the routes of your root route; the others into the lists of their names\n"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The files of the project; none for a service, or where nobody says who is told."""
    del settings
    routing = compiled.routing
    if routing is None:
        return
    head = header(routing.source)
    files = {
        # A receiver of the team's is only in the team's own configuration.
        **({} if routing.said.existing else {"alertmanager.yml": head + _sections(whole(routing))}),
        "fragment.yml": head + _ADVICE + _sections(sections(routing)),
        TEMPLATES: templates(routing),
    }
    for name, text in files.items():
        yield Artifact(f"{_FOLDER}/{name}", text, META, "alertmanager")


def templates(routing: Routing) -> str:
    """The template file."""
    head = header(routing.source).removeprefix("# ").rstrip("\n")
    return template_file(routing, head.replace("*/", ""))


def whole(routing: Routing) -> dict[str, Any]:
    """A complete configuration: what is no alert of slogen's goes to the catch-all."""
    rest = sections(routing)
    root = route_data(Route(routing.catch_all, group_by=("alertname",), timing=routing.timing))
    return {"templates": rest.pop("templates"), "route": root | {"routes": rest.pop("routes")}, **rest}


def sections(routing: Routing) -> dict[str, list[Any]]:
    """The lists that slogen's part consists of, by their names in a configuration."""
    return {
        "templates": list(routing.templates),
        "routes": [route_data(route) for route in routing.routes],
        "receivers": [sender_data(sender) for sender in routing.senders],
        "inhibit_rules": [inhibition_data(rule) for rule in routing.inhibitions],
        **({"time_intervals": [hours_data(each) for each in routing.hours]} if routing.hours else {}),
    }


def _sections(data: Mapping[str, Any]) -> str:
    """A blank line between the parts."""
    return "\n".join(dump({name: value}) for name, value in data.items())


def route_data(route: Route) -> dict[str, Any]:
    """A route as plain data."""
    data: dict[str, Any] = {"receiver": route.receiver}
    if route.matchers:
        data["matchers"] = _matchers(route.matchers)
    if route.group_by:
        data["group_by"] = list(route.group_by)
    if route.timing:
        data |= timing_data(route.timing)
    if route.active:
        data["active_time_intervals"] = list(route.active)
    if route.mute:
        data["mute_time_intervals"] = list(route.mute)
    if route.goes_on:
        data["continue"] = True
    if route.routes:
        data["routes"] = [route_data(child) for child in route.routes]
    return data


def _matchers(matchers: Iterable[Matcher]) -> list[Quoted]:
    return [Quoted(matcher) for matcher in matchers]


def timing_data(timing: Timing) -> dict[str, str]:
    """Times as Alertmanager writes them."""
    return {
        "group_wait": format_duration(timing.group_wait),
        "group_interval": format_duration(timing.group_interval),
        "repeat_interval": format_duration(timing.repeat_interval),
    }


def sender_data(sender: Sender) -> dict[str, Any]:
    """A receiver as plain data: its channels by kind of configuration."""
    lists: dict[str, list[Any]] = {}
    for channel in sender.channels:
        lists.setdefault(channel.form.config, []).append(channel_data(channel))
    return {"name": sender.name, **lists}


def channel_data(channel: Channel) -> dict[str, Any]:
    """A channel: its fields, its message, and that it tells when all is over."""
    data: dict[str, Any] = {"send_resolved": True}
    for name, field in channel.form.fields.items():
        if name in channel.values:
            value = channel.values[name]
            put(data, field.to, value.file if isinstance(value, Secret) else value)
    for path, part in channel.form.message.items():
        put(data, path, by_name(part))
    return data


def put(data: dict[str, Any], path: str, value: Any) -> None:
    """Set a value at a path with dots."""
    *above, last = path.split(".")
    for step in above:
        data = data.setdefault(step, {})
    data[last] = value


def inhibition_data(rule: Inhibition) -> dict[str, Any]:
    """An inhibition rule as plain data."""
    return {
        "source_matchers": _matchers(rule.source),
        "target_matchers": _matchers(rule.target),
        "equal": list(rule.equal),
    }


def hours_data(hours: Hours) -> dict[str, Any]:
    """Named hours as plain data."""
    return {"name": hours.name, "time_intervals": [span_data(span) for span in hours.spans]}


def span_data(span: HoursSpan) -> dict[str, Any]:
    """A span: days (all seven go without saying), times, and the zone."""
    data: dict[str, Any] = {"times": [{"start_time": _clock(span.begin), "end_time": _clock(span.end)}]}
    if len(span.days) < len(_WEEKDAYS):
        data["weekdays"] = [_WEEKDAYS[day] for day in span.days]
    return {**data, "location": span.zone}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
