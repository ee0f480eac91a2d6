"""An AlertmanagerConfig (v1alpha1) for the Prometheus operator: the same routing as one object.

The operator adds `namespace="<its namespace>"` to the route and to inhibition, and lets alerts go on to
other routes. Secrets are keys of Kubernetes Secrets in its namespace. It can't bring template files, so
the texts of messages stand in it; and it knows no time zone but UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from slogen.conventions import META, NOBODY, project_name
from slogen.emitted.proof import Compiled
from slogen.emitted.routing import Inhibition, Matcher, Route, Routing, Sender, equals
from slogen.model.notifications import Channel, Secret
from slogen.render.alertmanager import hours_data, put, route_data
from slogen.render.artifact import Artifact, header
from slogen.render.messages import Words, by_text
from slogen.render.rulers.objects import AS_IT_IS, LABELS
from slogen.settings import Settings
from slogen.yamltext import dump

PATH: Final = "kubernetes/slogen.alertmanagerconfig.yaml"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The object of the project; none for a service, or where nobody says who is told."""
    if compiled.routing is not None:
        text = header(compiled.routing.source) + dump(object_data(compiled.routing, settings))
        yield Artifact(PATH, text, META, "alertmanagerconfig")


def object_data(routing: Routing, settings: Settings) -> dict[str, Any]:
    """The object as plain data."""
    metadata: dict[str, Any] = {"name": project_name(settings.place)}
    if settings.kubernetes.namespace:
        metadata["namespace"] = settings.kubernetes.namespace
    metadata["labels"] = {**LABELS, **settings.kubernetes.labels}
    metadata["annotations"] = dict(AS_IT_IS)
    words = by_text(routing)
    # Where one Alertmanager has the objects of several clusters, each is about the alerts of its own.
    own = [equals(*label) for label in settings.labels.items()] if settings.cluster else []
    spec: dict[str, Any] = {
        "route": _route(Route(NOBODY, tuple(own), routes=routing.routes)),
        "receivers": [_receiver(sender, words) for sender in routing.senders],
        "inhibitRules": [_inhibition(rule) for rule in routing.inhibitions],
    }
    if routing.hours:
        spec["muteTimeIntervals"] = [_camelled(hours_data(hours)) for hours in routing.hours]
    return {
        "apiVersion": "monitoring.coreos.com/v1alpha1",
        "kind": "AlertmanagerConfig",
        "metadata": metadata,
        "spec": spec,
    }


def _route(route: Route) -> dict[str, Any]:
    """The route as Alertmanager has it, but for the names and the form of matchers."""
    data: dict[str, Any] = _camelled(route_data(route))
    if route.matchers:
        data["matchers"] = _matchers(route.matchers)
    if route.routes:
        data["routes"] = [_route(child) for child in route.routes]
    return data


def _matchers(matchers: Iterable[Matcher]) -> list[dict[str, str]]:
    return [{"name": each.name, "matchType": each.op, "value": each.value} for each in matchers]


def _inhibition(rule: Inhibition) -> dict[str, Any]:
    return {
        "sourceMatch": _matchers(rule.source),
        "targetMatch": _matchers(rule.target),
        "equal": list(rule.equal),
    }


def _receiver(sender: Sender, words: Words) -> dict[str, Any]:
    lists: dict[str, list[Any]] = {}
    for channel in sender.channels:
        lists.setdefault(channel.form.crd, []).append(_channel(channel, words))
    return {"name": sender.name, **lists}


def _channel(channel: Channel, words: Words) -> dict[str, Any]:
    data: dict[str, Any] = {"sendResolved": True}
    for name, field in channel.form.fields.items():
        if name in channel.values:
            put(data, field.crd, _value(channel.values[name]))
    for path, part in channel.form.message.items():
        place, _, key = path.partition(".")
        value = words(part)
        if key:
            data.setdefault(_camel(place), []).append({"key": key, "value": value})
        elif isinstance(value, dict):
            data[_camel(place)] = [{"key": name, "value": text} for name, text in value.items()]
        else:
            data[_camel(place)] = value
    return data


def _value(value: Any) -> Any:
    return {"name": value.name, "key": value.key} if isinstance(value, Secret) else value


def _camelled(value: Any) -> Any:
    """The same data with its keys as Kubernetes writes them; UTC goes without saying."""
    if isinstance(value, dict):
        return {_camel(key): _camelled(item) for key, item in value.items() if key != "location"}
    return [_camelled(item) for item in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
