"""Who hears of what: receivers, and where the pages, tickets and news of each owner go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from slogen.conventions import RECEIVER_PREFIX
from slogen.load.document import Document
from slogen.model.alerting import INFO, Escalation
from slogen.model.channels import Form, Version, form_of
from slogen.model.origin import Origin
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.units import DAY, HOUR, MINUTE, parse_duration

KIND: Final = "Notifications"
EXISTING: Final = "existing"  # in place of channels: a receiver of the configuration that is merged into
NONE: Final = "none"  # in place of a receiver: nobody
SEVERITIES: Final = (PAGE, TICKET, INFO)
DEADMAN: Final = "deadman"
PAGES_PER_DAY: Final = 4
_MOUNTED: Final = "/etc/alertmanager/secrets"  # where the Prometheus operator mounts Secrets
_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret lies: a file as Alertmanager sees it, and the Kubernetes Secret and key ("" where
    nothing says them)."""

    file: str
    name: str = ""
    key: str = ""


Value = str | int | bool | Secret


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to send: a kind of `channels.KINDS`, its fields, and the form that they take."""

    kind: str
    values: Mapping[str, Value]
    form: Form
    origin: Origin


@dataclass(frozen=True, slots=True)
class Receiver:
    """A named set of channels, or the name that a receiver of the team has in a configuration of its own."""

    name: str
    channels: tuple[Channel, ...]
    existing: str = ""

    @property
    def there(self) -> str:
        """Its name in Alertmanager."""
        return self.existing or f"{RECEIVER_PREFIX}{self.name}"


@dataclass(frozen=True, slots=True)
class HoursSpan:
    """Minutes `begin` to `end` of the days of the week with these numbers (0 is Monday), within one day."""

    days: tuple[int, ...]
    begin: int
    end: int
    zone: str
    item: int


@dataclass(frozen=True, slots=True)
class Timing:
    """When Alertmanager sends, in seconds."""

    group_wait: int
    group_interval: int
    repeat_interval: int


# A ticket may wait a little for the page that mutes it. Nothing repeats later than Alertmanager remembers
# what it sent, five days by default.
_TIMING: Final[Mapping[str, Timing]] = {
    PAGE: Timing(30, 5 * MINUTE, 4 * HOUR),
    TICKET: Timing(2 * MINUTE, 15 * MINUTE, 3 * DAY),
    INFO: Timing(2 * MINUTE, 15 * MINUTE, 4 * DAY),
    DEADMAN: Timing(0, MINUTE, 5 * MINUTE),
}


@dataclass(frozen=True, slots=True)
class Destinations:
    """Receivers by severity, in order; names of hours ("" for none); seconds of the escalation or None."""

    receivers: Mapping[str, tuple[str, ...]]
    ticket_hours: str = ""
    quiet_hours: str = ""
    ticket_after: int | None = None
    page_after: int | None = None
    page_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notifications:
    """Everything that a project says about who is told; `default` is for owners that are not in `owners`."""

    receivers: tuple[Receiver, ...]
    default: Destinations
    owners: Mapping[str, Destinations]
    meta: tuple[str, ...]
    deadman: tuple[str, ...]
    hours: Mapping[str, tuple[HoursSpan, ...]]
    timing: Mapping[str, Timing]
    max_pages_per_day: int
    origin: Origin

    def there(self, names: Sequence[str]) -> tuple[str, ...]:
        """The names of receivers in Alertmanager."""
        known = {each.name: each.there for each in self.receivers}
        return tuple(known[name] for name in names if name in known)

    @property
    def existing(self) -> tuple[Receiver, ...]:
        """The receivers that a configuration of the team has already."""
        return tuple(each for each in self.receivers if each.existing)

    def of(self, owner: str) -> Destinations:
        """Where the alerts of an owner go."""
        return self.owners.get(owner, self.default)


def build_notifications(document: Document, version: Version) -> Notifications:
    """The model of a document that passed its schema. Channels whose fields make no form are left out."""
    data, origin = document.data, Origin(document)
    default = _destinations(data["default"], Destinations({}))
    owners = {name: _destinations(each, default) for name, each in data.get("owners", {}).items()}
    meta = data.get("meta", {})
    tickets = default.receivers.get(TICKET, ())
    smtp = data.get("smtp", {})
    return Notifications(
        receivers=tuple(
            Receiver(
                name,
                tuple(_channels(each, origin.at("receivers", name), smtp, version)),
                each.get(EXISTING, ""),
            )
            for name, each in data["receivers"].items()
        ),
        default=default,
        owners=owners,
        meta=_names(meta["ticket"]) if "ticket" in meta else tickets,
        deadman=_names(meta.get("deadman", [])),
        hours={name: tuple(_spans(items)) for name, items in data.get("hours", {}).items()},
        timing={name: _timing(data.get("timing", {}).get(name, {}), each) for name, each in _TIMING.items()},
        max_pages_per_day=data.get("max_pages_per_day", PAGES_PER_DAY),
        origin=origin,
    )


def _destinations(data: Mapping[str, Any], base: Destinations) -> Destinations:
    """What is said here, over what is inherited."""
    escalate = data.get("escalate", {})
    after = {
        name: parse_duration(escalate[name]) for name in ("ticket_after", "page_after") if name in escalate
    }
    hours = {name: data[name] for name in ("ticket_hours", "quiet_hours") if name in data}
    hours = {name: "" if value == NONE else value for name, value in hours.items()}
    to = {"page_to": _names(escalate["page_to"])} if "page_to" in escalate else {}
    receivers = {name: _names(data[name]) for name in SEVERITIES if name in data}
    changed: dict[str, Any] = {**hours, **after, **to}
    return replace(base, receivers={**base.receivers, **receivers}, **changed)


def _names(value: str | list[str]) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    return tuple(name for name in names if name != NONE)


def _channels(
    data: Mapping[str, Any], origin: Origin, smtp: Mapping[str, Any], version: Version
) -> Iterator[Channel]:
    for kind, fields in data.items():
        if kind == EXISTING:
            continue
        given = {name: read_secret(value) for name, value in given_fields(kind, fields, smtp).items()}
        form = form_of(kind, given, version)
        if form is not None:
            yield Channel(kind, given, form, origin.at(kind))


def given_fields(kind: str, fields: Mapping[str, Any], smtp: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a channel; a mail takes what it doesn't say from `smtp`."""
    return {**smtp, **fields} if kind == "email" else dict(fields)


def read_secret(value: Any) -> Value:
    """A secret where the value is one. A file and a Kubernetes Secret tell each other."""
    if not isinstance(value, Mapping):
        return value  # type: ignore[no-any-return]
    name, key, file = value.get("secret", ""), value.get("key", ""), value.get("file", "")
    parts = file.removeprefix(f"{_MOUNTED}/").split("/")
    if file and not name and file.startswith(f"{_MOUNTED}/") and len(parts) == 2:
        name, key = parts
    return Secret(file or f"{_MOUNTED}/{name}/{key}", name, key)


def _timing(data: Mapping[str, str], base: Timing) -> Timing:
    return replace(base, **{name: parse_duration(text) for name, text in data.items()})


def _spans(items: list[Mapping[str, str]]) -> Iterator[HoursSpan]:
    """Spans within a day: what goes past midnight is cut there, and its rest belongs to the next days."""
    for number, item in enumerate(items):
        days = _days(item.get("days", "mon-sun"))
        begin, end = _minutes(item.get("from", "00:00")), _minutes(item.get("to", "24:00"))
        zone = item.get("time_zone", "UTC")
        if begin < end:
            yield HoursSpan(days, begin, end, zone, number)
            continue
        yield HoursSpan(days, begin, _minutes("24:00"), zone, number)
        if end:
            yield HoursSpan(tuple(sorted((day + 1) % len(_WEEK) for day in days)), 0, end, zone, number)


def _days(text: str) -> tuple[int, ...]:
    """The numbers of `mon-fri`; `sat-mon` goes around the end of the week."""
    first, _, last = text.partition("-")
    start = _WEEK.index(first)
    count = (_WEEK.index(last or first) - start) % len(_WEEK) + 1
    return tuple(sorted((start + step) % len(_WEEK) for step in range(count)))


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def escalated(service: Service, notifications: Notifications | None) -> Service:
    """The service with the escalations that the owners of its SLOs ask for."""
    if notifications is None:
        return service
    return replace(service, slos=tuple(_escalated(slo, notifications) for slo in service.slos))


def _escalated(slo: Slo, notifications: Notifications) -> Slo:
    """An SLO that pages nobody doesn't do it in the end either."""
    to = notifications.of(slo.owner)
    wanted = ((TICKET, to.ticket_after), (PAGE, to.page_after if to.page_to else None))
    found = tuple(Escalation(severity, after) for severity, after in wanted if after is not None)
    if not found or not slo.alerting.sends(PAGE):
        return slo
    return replace(slo, alerting=replace(slo.alerting, escalations=found))
