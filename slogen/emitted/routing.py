"""What will be emitted for Alertmanager: a tree of routes, receivers, inhibition, hours; no format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.model.notifications import Channel, HoursSpan, Notifications, Timing
from slogen.promql.text import quote


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on a label; `op` is one of = != =~ !~."""

    name: str
    op: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}{self.op}{quote(self.value)}"


def equals(name: str, value: str) -> Matcher:
    """The label has this value."""
    return Matcher(name, "=", value)


def one_of(name: str, values: Sequence[str]) -> Matcher:
    """The label has one of these values."""
    if len(values) == 1:
        return equals(name, values[0])
    return Matcher(name, "=~", "|".join(value.replace(".", r"\.") for value in values))


@dataclass(frozen=True, slots=True)
class Route:
    """A node: alerts that match go to its first fitting child, else to `receiver` (the name in
    Alertmanager). With `goes_on`, siblings are looked at, too. `note` says in words what it is for."""

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] = ()
    timing: Timing | None = None
    active: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    goes_on: bool = False
    routes: tuple[Route, ...] = ()
    note: str = ""

    def walk(self) -> Iterator[Route]:
        """This node and all below, in order."""
        yield self
        for route in self.routes:
            yield from route.walk()


@dataclass(frozen=True, slots=True)
class Sender:
    """A receiver in Alertmanager, by its name there."""

    name: str
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert matches `source`, those that match `target` and have the same values in `equal` are
    held back; labels that both lack count as the same."""

    note: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """A named set of spans of the week, by its name in Alertmanager."""

    name: str
    spans: tuple[HoursSpan, ...]


@dataclass(frozen=True, slots=True)
class RoutingCase:
    """An alert with these labels must reach exactly these receivers; `words` say so for `slo_id`."""

    slo_id: str
    words: str
    labels: Mapping[str, str]
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """All that Alertmanager is told. `catch_all` gets what is no alert of slogen's, in a whole file, at
    the times `timing`. `templates` are the places where Alertmanager looks for the texts of messages. `said`
    is what it was made from, `severities` the label values that each of them has."""

    source: str
    catch_all: str
    timing: Timing
    routes: tuple[Route, ...]
    senders: tuple[Sender, ...]
    inhibitions: tuple[Inhibition, ...]
    hours: tuple[Hours, ...]
    severities: Mapping[str, tuple[str, ...]]
    templates: tuple[str, ...]
    said: Notifications
