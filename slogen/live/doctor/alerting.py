"""Do alerts get where they should: has an Alertmanager slogen's routes, and does nothing hide alerts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import yaml

from slogen import foreignyaml
from slogen.conventions import ID
from slogen.diagnostics import Problem, Severity
from slogen.emitted.rules import Alert
from slogen.live.doctor.case import Case, Found, Unknown
from slogen.live.doctor.nearest import some
from slogen.live.errors import Fault, ServerError
from slogen.promql.selector import Matcher
from slogen.promql.solve import matches
from slogen.render.alertmanager import sections
from slogen.units import parse_duration

_NO_ADDRESS: Final = Unknown("nobody said where its Alertmanager is: give --alertmanager-url")
_DROPPED: Final = "sum(increase(prometheus_notifications_dropped_total[1h])) > 0"
_FAILED: Final = "sum by (integration) (increase(alertmanager_notifications_failed_total[1h])) > 0"
_MATCHER: Final = re.compile(r'\s*"?([^"=~!]+?)"?\s*(=~|!~|!=|=)\s*(.*?)\s*', re.DOTALL)
_DAY: Final = 86400
_MOST_SHOWN: Final = 3


def notifications(case: Case) -> Iterator[Found]:
    """The server has an Alertmanager, and neither drops what it should send."""
    said = case.told("alertmanagers", dict)
    active = _whole(said.get("activeAlertmanagers")) if said else None
    if active is None:
        why = "the server doesn't say which Alertmanagers it knows"
        yield Unknown(why, is_failure=said is not None)
    elif not active:
        hint = "add `alerting: {alertmanagers: [...]}` to its configuration"
        yield Problem(
            "no-alertmanager", "the server knows no Alertmanager: nobody is told of any alert", hint=hint
        )
    answers = case.ask({_DROPPED: _DROPPED, _FAILED: _FAILED})
    for sample in answers.get(_DROPPED, ()):
        message = f"the server has dropped {sample.value:.0f} alerts in the last hour"
        yield Problem(
            "dropped-alerts", message, hint="look whether it reaches its Alertmanagers, and at its log"
        )
    for sample in answers.get(_FAILED, ()):
        integration = sample.labels.get("integration", "?")
        message = f"{sample.value:.0f} notifications by {integration} have failed in the last hour"
        hint = "look at Alertmanager's log: a secret, an address or a template is wrong"
        yield Problem("failed-notifications", message, hint=hint, severity=Severity.WARNING)


def _asked(case: Case, path: str) -> tuple[Any, Unknown | None]:
    """What the Alertmanager says, or why not."""
    if not case.server.client.server.alertmanager_url:
        return None, _NO_ADDRESS
    try:
        return case.server.client.alertmanager(path), None
    except ServerError as error:
        if error.kind is Fault.TLS:
            raise
        return None, Unknown(f"its Alertmanager, /api/v2/{path}: {error.message}", is_failure=True)


def routes(case: Case) -> Iterator[Found]:
    """Alertmanager's configuration has the routes, receivers and inhibition that were generated."""
    if case.routing is None:
        yield Unknown("the project has no notifications")
        return
    status, unknown = _asked(case, "status")
    if unknown:
        yield unknown
        return
    config = _config(status)
    if config is None:
        yield Unknown("its Alertmanager doesn't show its configuration", is_failure=True)
        return
    wanted = sections(case.routing)
    yield from _receivers(wanted["receivers"], config)
    there = [_route(route) for route in _every(config.get("route"))]
    lacking = [route for route in wanted["routes"] if not any(_holds(_route(route), each) for each in there)]
    if lacking:
        yield _differs(
            "routes", f"to {', '.join(sorted({str(r['receiver']) for r in lacking}))}", len(lacking)
        )
    rules = [_inhibition(rule) for rule in _dicts(config.get("inhibit_rules"))]
    number = sum(_inhibition(rule) not in rules for rule in wanted["inhibit_rules"])
    if number:
        yield _differs("inhibition rules", "so that one outage is several messages", number)


def _differs(what: str, which: str, number: int) -> Problem:
    message = f"{number} {what} of slogen's are not in the configuration of Alertmanager, {which}"
    hint = "deploy generated/alertmanager/, or `slogen alertmanager merge` into yours, and reload it"
    return Problem("routes-differ", message, hint=hint)


def _config(status: Any) -> Mapping[str, Any] | None:
    try:
        text = str(status["config"]["original"])
        config = foreignyaml.load(text)
    except (TypeError, KeyError, yaml.YAMLError, ValueError):
        return None
    return config if isinstance(config, dict) else None


def _receivers(wanted: Iterable[Mapping[str, Any]], config: Mapping[str, Any]) -> Iterator[Problem]:
    there = {_last(str(each.get("name"))) for each in _dicts(config.get("receivers"))}
    missing = sorted(str(each["name"]) for each in wanted if each["name"] not in there)
    if missing:
        yield _differs("receivers", f"{', '.join(missing[:_MOST_SHOWN])}", len(missing))


def _last(name: str) -> str:
    """The Prometheus operator puts namespace and object before the name."""
    return name.rpartition("/")[2]


def _dicts(found: object) -> list[Mapping[str, Any]]:
    """The mappings of a list, whatever came."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _whole(found: object) -> list[Mapping[str, Any]] | None:
    """The mappings of a list; None where it is no list, or where anything else is in it."""
    return _dicts(found) if isinstance(found, list) and len(_dicts(found)) == len(found) else None


def _texts(found: object) -> list[str]:
    return [*map(str, found)] if isinstance(found, list) else []


def _every(route: object) -> Iterator[Mapping[str, Any]]:
    rest = _dicts([route])
    while rest:
        each = rest.pop()
        yield each
        rest += _dicts(each.get("routes"))


def _route(route: Mapping[str, Any]) -> tuple[str, frozenset[str], bool, tuple[int, ...], tuple[Any, ...]]:
    """A route in one way of writing: receiver, matchers, whether it goes on, its times, the routes below."""
    times = tuple(_seconds(route.get(name)) for name in ("group_wait", "group_interval", "repeat_interval"))
    below = tuple(_route(each) for each in _dicts(route.get("routes")))
    matchers = frozenset(map(_matcher, _texts(route.get("matchers"))))
    return _last(str(route.get("receiver", ""))), matchers, bool(route.get("continue")), times, below


def _seconds(found: object) -> int:
    try:
        return parse_duration(str(found)) if found else 0
    except ValueError:
        return -1


def _holds(wanted: tuple[Any, ...], there: tuple[Any, ...]) -> bool:
    """Whether a route is the wanted one: it may have more matchers, as the operator adds the namespace."""
    same = wanted[0] == there[0] and wanted[1] <= there[1] and wanted[2:4] == there[2:4]
    if not same or len(wanted[4]) != len(there[4]):
        return False
    return all(_holds(one, other) for one, other in zip(wanted[4], there[4], strict=True))


def _matcher(text: str) -> str:
    match = _MATCHER.fullmatch(text)
    return f"{match[1]}{match[2]}{match[3].strip(chr(34))}" if match else text


def _inhibition(rule: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    parts = (rule.get("source_matchers"), rule.get("target_matchers"), rule.get("equal"))
    source, target, equal = (frozenset(map(_matcher, _texts(part))) for part in parts)
    return source, target, equal


def silences(case: Case) -> Iterator[Found]:
    """No silence hides alerts of SLOs for long."""
    found, unknown = _asked(case, "silences")
    if unknown:
        yield unknown
        return
    every = _whole(found)
    if every is None:
        yield Unknown("its Alertmanager doesn't say which silences it has", is_failure=True)
        return
    alerts = _alerts(case)
    for silence in every:
        if any(status.get("state") == "active" for status in _dicts([silence.get("status")])):
            yield from _hidden(case, silence, alerts)


def _alerts(case: Case) -> list[Mapping[str, str]]:
    groups = [group for file in case.rules for group in file.groups]
    rules = [rule for group in groups for rule in group.rules if isinstance(rule, Alert)]
    return [{**rule.labels, "alertname": rule.alert} for rule in rules]


def _hidden(case: Case, silence: Mapping[str, Any], alerts: Iterable[Mapping[str, str]]) -> Iterator[Problem]:
    """Alerts that a silence hides for certain: its other matchers are on labels that they don't have."""
    matchers = [_of_silence(each) for each in _dicts(silence.get("matchers"))]
    hidden = [labels for labels in alerts if all(matches(m, labels) for m in matchers)]
    ids = sorted({labels[ID] for labels in hidden if ID in labels} & {slo.id for slo in case.slos})
    if not matchers or not hidden:
        return
    ends = _ends(str(silence.get("endsAt", "")))
    stays = ends - case.server.at
    many = some(ids, _MOST_SHOWN)
    who, why = str(silence.get("createdBy", "?")), str(silence.get("comment", ""))
    until = datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%d %H:%M UTC")
    message = (
        f"a silence hides {len(hidden)} alerts of {many or 'slogen itself'} until {until} ({who}: {why})"
    )
    severity = Severity.INFO if stays < _DAY else Severity.WARNING
    yield Problem("silenced", message, hint="expire it when its reason is over", severity=severity)


def _of_silence(data: Mapping[str, Any]) -> Matcher:
    kinds = {(True, False): "=", (False, False): "!=", (True, True): "=~", (False, True): "!~"}
    op = kinds[bool(data.get("isEqual", True)), bool(data.get("isRegex"))]
    return Matcher(str(data.get("name")), op, str(data.get("value")))


def _ends(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0
