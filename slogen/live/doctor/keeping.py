"""Does the server remember as far back as the windows look, and each SLO once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from slogen import foreignyaml
from slogen.conventions import FIRST_SEEN, ID, INFO, SERVICE, UP
from slogen.diagnostics import Problem, Severity
from slogen.live.doctor.case import Case, Found, Unknown
from slogen.model.slo import Slo
from slogen.promql.text import selector
from slogen.units import HOUR, format_duration, parse_duration, roughly

_TIME: Final = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")
_WHOLE: Final = 0.98  # of a day
_CLOCK: Final = 5.0  # seconds that clocks may differ
_VERSION: Final = re.compile(r"v?(\d+)\.(\d+)")


def history(case: Case) -> Iterator[Found]:
    """What is recorded goes back as far as the window of the SLO."""
    wanted = f"time() - min by ({ID}) ({selector(FIRST_SEEN, case.settings.labels)})"
    answers = case.ask({FIRST_SEEN: wanted})
    if FIRST_SEEN not in answers:
        return
    ages = {sample.labels.get(ID, ""): sample.value for sample in answers[FIRST_SEEN]}
    yield from (_no_history(slo) for slo in case.slos if slo.id not in ages)
    yield from _gaps(case)
    known = [(ages[slo.id], slo) for slo in case.slos if slo.id in ages and slo.calendar is None]
    young = [(age, slo) for age, slo in known if age < slo.window - HOUR]
    if young:
        age, slo = min(young, key=lambda found: found[0] / found[1].window)
        message = f"`{slo.id}` has {roughly(age)} of {slo.period}: the time before counts as free of errors"
        more = f"; {len(young) - 1} more SLOs are younger than their windows" if young[1:] else ""
        hint = "nothing to do, for windows fill; `slogen backfill` writes what was before"
        yield slo.origin.problem("short-history", message + more, hint, severity=Severity.INFO)


def _gaps(case: Case) -> Iterator[Found]:
    """The rules' own sign of life has a sample for each interval of the last day."""
    interval = case.settings.prometheus.evaluation_interval
    up = selector(UP, case.settings.labels)
    share = f"min by ({SERVICE}) (count_over_time({up}[1d]) * {interval} / 86400 and {up} offset 1d)"
    ours = {slo.service: slo for slo in case.slos}
    for sample in case.ask({UP: share}).get(UP, ()):
        service = sample.labels.get(SERVICE, "")
        if service in ours and sample.value < _WHOLE:
            message = f"the rules of `{service}` ran for {sample.value:.0%} of the last day"
            hint = "what was then is in no budget: look when the server stood still"
            yield ours[service].origin.problem("history-gaps", message, hint, severity=Severity.WARNING)


def _no_history(slo: Slo) -> Problem:
    message = f"nothing is recorded of `{slo.id}` yet"
    hint = "its rules are new, or not loaded, or its data never came: see the other findings"
    return slo.origin.problem("no-history", message, hint, severity=Severity.WARNING)


def retention(case: Case) -> Iterator[Found]:
    """The server keeps samples for as long as the longest window."""
    text = str((case.told("status/runtimeinfo", dict) or {}).get("storageRetention", ""))
    match = _TIME.search(text)
    if not match:
        yield Unknown("the server doesn't say how long it keeps samples")
        return
    kept = parse_duration(match[0])
    for slo in case.slos:
        longest = max(slo.budget_windows, default=slo.window)
        if longest > kept:
            message = f"the server keeps {text}, and `{slo.id}` looks back {format_duration(longest)}"
            hint = (
                "set --storage.tsdb.retention.time, or ask a store that keeps more, or take a shorter window"
            )
            yield slo.origin.at("window").problem("short-retention", message, hint)


def server(case: Case) -> Iterator[Found]:
    """The server is as new as the settings say, and its clock is right."""
    build = case.told("status/buildinfo", dict) or {}
    found = _VERSION.match(str(build.get("version", "")))
    least = case.settings.prometheus.min_version
    if not found:
        yield Unknown("the server doesn't say its version")
    elif build.get("goVersion") and (int(found[1]), int(found[2])) < least:
        message = (
            f"the server is Prometheus {found[1]}.{found[2]}, older than `min_version` {least[0]}.{least[1]}"
        )
        hint = f'say `prometheus: {{min_version: "{found[1]}.{found[2]}"}}`, or upgrade it'
        yield Problem("old-server", message, hint=hint)
    before = time.time()
    answer = case.server.client.query("time()")
    off = answer.samples[0].value - (before + time.time()) / 2 if answer.samples else 0.0
    if abs(off) > _CLOCK:
        word = "ahead of" if off > 0 else "behind"
        message = f"the server's clock is {abs(off):.0f}s {word} that of this machine"
        hint = "set both by NTP: ages, and what is fresh, depend on it"
        yield Problem("server-clock", message, hint=hint, severity=Severity.WARNING)


def identity(case: Case) -> Iterator[Found]:
    """Each SLO is recorded once, and what the server adds to its series fits what the settings say."""
    answers = case.ask({INFO: f"count by ({ID}) ({selector(INFO, case.settings.labels)}) > 1"})
    twice = {sample.labels.get(ID, ""): sample.value for sample in answers.get(INFO, ())}
    for slo in case.slos:
        if slo.id in twice:
            message = f"`{slo.id}` is recorded {twice[slo.id]:.0f} times: by two rulers, replicas or projects"
            hint = "tell them apart by `labels` in slogen.yaml, or let one server evaluate the rules"
            yield slo.origin.problem("recorded-twice", message, hint)
    yield from _external(case)


def _external(case: Case) -> Iterator[Found]:
    external = _external_labels(case.told("status/config", dict))
    if external is None:
        yield Unknown("the server doesn't show its configuration")
        return
    for name, value in case.settings.labels.items():
        other = external.get(name)
        if other is not None and other != value:
            message = f'the server\'s external label {name}="{other}" is not {name}="{value}" of slogen.yaml'
            hint = "these are the rules of another server, or one of the two is wrong"
            yield Problem("label-clash", message, hint=hint, severity=Severity.WARNING)


def _external_labels(data: Any) -> Mapping[str, str] | None:
    """Of the configuration as the API shows it; None where it shows none."""
    text = data.get("yaml") if isinstance(data, dict) else None
    if not text:
        return None
    try:
        config = foreignyaml.load(str(text))
        labels = (config.get("global") or {}).get("external_labels") or {}
        return {str(name): str(value) for name, value in labels.items()}
    except (yaml.YAMLError, AttributeError, ValueError):
        return None
