"""Notifications that would reach nobody, or that Alertmanager would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from slogen.conventions import OWNER
from slogen.diagnostics import Problem, Severity, did_you_mean
from slogen.model.channels import field_sets, form_of, shown
from slogen.model.notifications import EXISTING, NONE, SEVERITIES, Notifications, given_fields, read_secret
from slogen.model.origin import Origin
from slogen.model.slo import Service, Slo, severity_words
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration, parse_duration
from slogen.validate.addresses import addresses
from slogen.validate.fatigue import fatigue
from slogen.validate.hours import hours, never_sent
from slogen.validate.kubernetes import OBJECT_TARGET, channel_limits, object_limits
from slogen.validate.labels import BROKEN, MEANT
from slogen.validate.reach import reach
from slogen.validate.rulers import check_escalation
from slogen.validate.strays import is_stray, names_of
from slogen.validate.timing import timing
from slogen.veil import looks_secret

_NO_NAME: Final = "an address or a secret stands here, where the name of a receiver belongs"
_DECLARE: Final = "declare a receiver that sends there, its secret in a file, and write its name here"
_SHORTEST: Final = {"ticket_after": HOUR, "page_after": 15 * MINUTE}  # Prometheus restores `for` from 10m on
_LONGEST: Final = 90 * DAY


def check_notifications(
    said: Notifications, services: Sequence[Service], settings: Settings
) -> Iterator[Problem]:
    """Check what a Notifications document means; its shape is right already."""
    yield from _severities(said, settings)
    yield from own_severities(services, settings)
    yield from _receivers(said, settings)
    if OBJECT_TARGET in settings.targets:
        yield from object_limits(said, settings)
    yield from _destinations(said, settings)
    yield from _owners(said, services)
    yield from hours(said)
    yield from never_sent(said)
    yield from timing(said)
    yield from reach(said, services)
    yield from fatigue(said, services, settings)


def _severities(said: Notifications, settings: Settings) -> Iterator[Problem]:
    values = [settings.severity(name) for name in SEVERITIES]
    # One word for pages and tickets is a problem of the settings, where it is told.
    if len(set(values)) < len(values) and settings.severity(PAGE) != settings.severity(TICKET):
        message = (
            "`severities` in slogen.yaml gives two severities one label value: routes can't tell them apart"
        )
        yield said.origin.at("default").problem("duplicate-severity", message, "give each its own", key=True)


def own_severities(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """A label value of single SLOs that is another severity elsewhere in the project."""
    words = severity_words(services, settings)
    for service in services:
        for slo in service.slos:
            for name, options in slo.alerting.severities.items():
                other = next((each for each in words if each != name and options.word in words[each]), "")
                if options.word and other and not _are_alike(slo, settings):
                    message = f"`{options.word}` is another severity elsewhere in this project: {other}"
                    here = slo.origin.at("alerting", name, "severity")
                    yield here.problem(
                        "duplicate-severity", message, "routes can't tell them apart; take another"
                    )


def _are_alike(slo: Slo, settings: Settings) -> bool:
    """Whether pages and tickets of one SLO have one word, which is told as a problem of its own."""
    return slo.severity(PAGE, settings) == slo.severity(TICKET, settings)


def _receivers(said: Notifications, settings: Settings) -> Iterator[Problem]:
    data = said.origin.document.data
    for name, channels in data["receivers"].items():
        here = said.origin.at("receivers", name)
        if name == NONE:
            message = f"`{NONE}` is a reserved name: as a destination it means nobody"
            yield here.problem("reserved-name", message, "rename the receiver", key=True)
        if EXISTING in channels:
            yield from _existing(channels, here, settings)
            continue
        for kind, fields in channels.items():
            given = given_fields(kind, fields, data.get("smtp", {}))
            yield from _channel(kind, given, here.at(kind), settings)
            yield from addresses(kind, given, partial(_field, said, here.at(kind)))


def _field(said: Notifications, here: Origin, name: str) -> Origin:
    """Where a field of a channel is written: what a mail doesn't say stands in `smtp`."""
    return here.at(name) if here.at(name).exists else said.origin.at("smtp", name)


def _existing(channels: Mapping[str, Any], here: Origin, settings: Settings) -> Iterator[Problem]:
    """A receiver of the team's own configuration: there is nothing to say about it here."""
    if len(channels) > 1:
        message = f"a receiver that is `{EXISTING}` has no channels here"
        yield here.problem("channel-fields", message, "drop them, or use a receiver more", key=True)
    if OBJECT_TARGET in settings.targets:
        message = "an AlertmanagerConfig can't send to a receiver of another configuration"
        hint = f"declare it here, or drop `{OBJECT_TARGET}` from `targets`"
        yield here.at(EXISTING).problem("receiver-target", message, hint, key=True)


def _channel(kind: str, fields: Mapping[str, Any], here: Origin, settings: Settings) -> Iterator[Problem]:
    given = {name: read_secret(value) for name, value in fields.items()}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _reference(value, here.at(name))
    form = form_of(kind, given, settings.alertmanager.min_version)
    if form is None:
        sets = " or ".join(", ".join(f"`{name}`" for name in names) for names in field_sets(kind))
        message = f"these fields don't go together in `{kind}`"
        yield here.problem("channel-fields", message, f"it takes {sets}, and what is optional", key=True)
        return
    first = form.first_version(given)
    if first > settings.alertmanager.min_version and _alertmanager(settings):
        oldest = shown(settings.alertmanager.min_version)
        message = (
            f"Alertmanager {oldest} can't do this: `{kind}` with secrets in files came with {shown(first)}"
        )
        hint = f'say in slogen.yaml `alertmanager: {{min_version: "{shown(first)}"}}` if yours is that new'
        yield here.problem("receiver-version", message, hint, key=True)
    if OBJECT_TARGET in settings.targets:
        yield from channel_limits(kind, form.crd, given, here)


def _alertmanager(settings: Settings) -> bool:
    return bool({"alertmanager", OBJECT_TARGET} & set(settings.targets))


def _reference(value: Mapping[str, Any], here: Origin) -> Iterator[Problem]:
    """A secret is a file, or both parts of a Kubernetes reference, or all three."""
    if not value:
        yield here.problem("secret-reference", "this names no secret", "such as `{file: /path}`")
    elif ("secret" in value) != ("key" in value):
        missing = "key" if "secret" in value else "secret"
        message = f"a Kubernetes secret needs `secret` and `key`; there is no `{missing}`"
        yield here.problem("secret-reference", message, "such as `{secret: slogen, key: webhook}`")


def _destinations(said: Notifications, settings: Settings) -> Iterator[Problem]:
    data = said.origin.document.data
    for severity in (PAGE, TICKET):
        if severity not in data["default"]:
            message = f"nobody gets the {severity}s of owners that are not listed"
            hint = f"add `{severity}: RECEIVER` (or `{severity}: none`)"
            yield said.origin.at("default").problem("no-destination", message, hint, key=True)
    places = [("default",), *(("owners", owner) for owner in data.get("owners", {}))]
    for place in places:
        found = data
        for step in place:
            found = found[step]
        here = said.origin.at(*place)
        yield from _places(found, SEVERITIES, here, said)
        yield from _hours_named(found, here, said)
        yield from _escalation(found.get("escalate", {}), here.at("escalate"), said)
        yield from check_escalation(here.at("escalate"), settings)
    yield from _places(data.get("meta", {}), ("ticket", "deadman"), said.origin.at("meta"), said)


def _places(
    data: Mapping[str, Any], names: Sequence[str], here: Origin, said: Notifications
) -> Iterator[Problem]:
    known = [*said.origin.document.data["receivers"], NONE]
    for name in names:
        value = data.get(name, [])
        if NONE in value and isinstance(value, list) and len(value) > 1:
            message = f"`{name}` goes to `{NONE}`, which means nobody, and to others"
            yield here.at(name, value.index(NONE)).problem(
                "receiver-none", message, f"take `{NONE}` out, or write nothing but `{name}: {NONE}`"
            )
        for index, receiver in enumerate([value] if isinstance(value, str) else value):
            if receiver not in known:
                place = here.at(name) if isinstance(value, str) else here.at(name, index)
                if looks_secret(receiver):
                    yield place.problem("inline-secret", _NO_NAME, _DECLARE)
                    continue
                hint = did_you_mean(receiver, known) or f"receivers are {', '.join(known[:-1])}"
                called = (
                    "of this name"
                    if is_stray(receiver, names_of(said.origin.document.data))
                    else f"`{receiver}`"
                )
                yield place.problem("unknown-receiver", f"there is no receiver {called}", hint)


def _hours_named(data: Mapping[str, Any], here: Origin, said: Notifications) -> Iterator[Problem]:
    for field in ("ticket_hours", "quiet_hours"):
        name = data.get(field, NONE)
        if name != NONE and name not in said.hours:
            hint = did_you_mean(name, said.hours) or "say in `hours` which they are"
            called = "of this name" if is_stray(name, names_of(said.origin.document.data)) else f"`{name}`"
            yield here.at(field).problem("unknown-hours", f"there are no hours {called}", hint)


def _escalation(data: Mapping[str, Any], here: Origin, said: Notifications) -> Iterator[Problem]:
    yield from _places(data, ("page_to",), here, said)
    for field, shortest in _SHORTEST.items():
        if field in data and parse_duration(data[field]) < shortest:
            message = f"`{field}: {data[field]}` leaves nobody time to act"
            yield here.at(field).problem(
                "escalation", message, f"{format_duration(shortest)} is the shortest"
            )
        elif field in data and parse_duration(data[field]) > _LONGEST:
            message = f"`{field}: {data[field]}` is longer than any window of an SLO"
            yield here.at(field).problem("escalation", message, f"{format_duration(_LONGEST)} is the longest")
    inherited = said.default.page_to, said.default.page_after
    if "page_after" in data and "page_to" not in data and not inherited[0]:
        hint = "add `page_to: RECEIVER`"
        yield here.at("page_after").problem("escalation", "nobody is told of pages that keep firing", hint)
    if "page_to" in data and "page_after" not in data and inherited[1] is None:
        hint = "add `page_after: 30m`"
        yield here.at("page_to").problem("escalation", "nothing says after which time", hint)


def _owners(said: Notifications, services: Sequence[Service]) -> Iterator[Problem]:
    """An owner that no spec has is misspelt, and their alerts go elsewhere."""
    known = set(_all_owners(services))
    for owner in said.owners:
        here = said.origin.at("owners", owner)
        if BROKEN in owner:
            message = "this owner holds U+FFFD, and Alertmanager finds no alert by it"
            yield here.problem("broken-character", message, MEANT, key=True)
        elif owner not in known and services:
            hint = did_you_mean(owner, known) or f"owners are {', '.join(sorted(known)) or 'named in specs'}"
            message = f"no spec has the owner `{owner}`"
            yield here.problem("unknown-owner", message, hint, key=True)
    used = set(_used(said))
    for receiver in said.receivers:
        if receiver.name not in used:
            message = f"nothing is ever sent to `{receiver.name}`"
            yield said.origin.at("receivers", receiver.name).problem(
                "unused-receiver", message, "use it, or drop it", severity=Severity.WARNING, key=True
            )


def _all_owners(services: Sequence[Service]) -> Iterator[str]:
    """As the specs say them, also of SLOs that could not be understood."""
    for origin in (each for service in services for each in service.documents):
        data = origin.document.data
        for each in (data, data.get("defaults", {}), *data["slos"]):
            if isinstance(each, Mapping) and isinstance(each.get(OWNER), str):
                yield each[OWNER]


def _used(said: Notifications) -> Iterator[str]:
    for to in (said.default, *said.owners.values()):
        for names in (*to.receivers.values(), to.page_to):
            yield from names
    yield from (*said.meta, *said.deadman)
