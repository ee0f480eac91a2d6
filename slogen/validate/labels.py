"""Labels that would overwrite another label, and templates in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from slogen.conventions import ALERT_LABELS, IDENTITY, OWNER, RESERVED_PREFIX, link_label
from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.slo import Service, Slo
from slogen.settings import Settings

BROKEN: Final = "\ufffd"  # stands for a character that was lost; Prometheus and Alertmanager can't read it
MEANT: Final = "write the character that was meant"
_INFO_LABELS = ("objective", "window", "description")
_ON_SAMPLES = ("le", "quantile")
_NUMBERS = ("inf", "nan")


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """User labels, `by` labels and the settings' labels must not overwrite each other or slogen's."""
    for service in services:
        for slo in service.slos:
            yield from _links(slo)
            yield from _user_labels(slo, settings)
            yield from _by_labels(slo, settings)


def identity_labels(origin: Origin, labels: Mapping[str, str]) -> Iterator[Problem]:
    """Check labels of the settings: every series and alert carries them, beside all that slogen sets."""
    taken = (*ALERT_LABELS, *_INFO_LABELS, *_ON_SAMPLES)
    for name in labels:
        reason = _own(name)
        if not reason and (name in taken or name.startswith(link_label(""))):
            reason = "it has a meaning of its own on series or alerts"
        if not reason and name.lower() in _NUMBERS:
            reason = "PromQL reads it as a number"
        if reason:
            message = f"the label `{name}` would collide: {reason}"
            yield origin.at(name).problem("label-collision", message, "rename the label", key=True)
        if BROKEN in labels[name]:
            message = f"the value of `{name}` holds U+FFFD, and Prometheus can't evaluate rules that hold it"
            yield origin.at(name).problem("broken-character", message, MEANT)


def _own(name: str) -> str:
    """Whose a label of this name is, in words; "" when it is nobody's."""
    if name in IDENTITY or name.startswith(RESERVED_PREFIX):
        return "labels that begin with `slo_`, and `slo`, are slogen's own"
    if name.startswith("__"):
        return "labels that begin with `__` are Prometheus's own"
    return ""


def _taken(name: str, settings: Settings) -> str:
    """What a label of this name would overwrite, in words; "" when it is free."""
    return _own(name) or ("slogen.yaml sets it for every series" if name in settings.labels else "")


def _links(slo: Slo) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in slo.links:
        other = seen.setdefault(link_label(name), name)
        if other != name:
            message = (
                f"the links `{other}` and `{name}` would collide: both are `{link_label(name)}` as a label"
            )
            yield slo.origin.at("links", name).problem("label-collision", message, "rename one", key=True)


def _user_labels(slo: Slo, settings: Settings) -> Iterator[Problem]:
    sources: list[tuple[tuple[str, ...], Mapping[str, str], tuple[str, ...]]] = [
        (("labels",), slo.labels, (*ALERT_LABELS, *_INFO_LABELS, *map(link_label, slo.links)))
    ]
    for severity, options in slo.alerting.severities.items():
        sources.append((("alerting", severity, "labels"), options.labels, ALERT_LABELS))
    for place, labels, reserved in sources:
        for name in labels:
            reason = _taken(name, settings)
            if not reason and name in reserved:
                field = " (use the field `owner`)" if name == OWNER else ""
                reason = f"slogen sets it itself{field}"
            if not reason and name in slo.sli.by:
                reason = "`by` makes it a label of every group"
            if reason:
                message = f"the label `{name}` would collide: {reason}"
                yield slo.origin.at(*place, name).problem(
                    "label-collision", message, "rename the label", key=True
                )


def _by_labels(slo: Slo, settings: Settings) -> Iterator[Problem]:
    for index, name in enumerate(slo.sli.by):
        reason = _taken(name, settings)
        if not reason and name in (*ALERT_LABELS, *_ON_SAMPLES):
            reason = "it has a meaning of its own on alerts or histograms"
        if not reason and name.lower() in _NUMBERS:
            reason = "PromQL reads it as a number"
        if reason:
            hint = "group by another label, or rename it with relabelling"
            message = f"SLOs can't be grouped by `{name}`: {reason}"
            yield slo.sli_origin.at("by", index).problem("label-collision", message, hint)
