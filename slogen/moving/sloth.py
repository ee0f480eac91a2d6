"""Sloth: `version: prometheus/v1`, and `PrometheusServiceLevel` of sloth.slok.dev/v1, of many SLOs."""

from __future__ import annotations

from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.moving import queries
from slogen.moving.conditions import tell_apart
from slogen.moving.dialect import (
    Dialect,
    Options,
    Translated,
    expect,
    move,
    service_name,
    set_description,
    set_name,
    set_objective,
    set_tiers,
)
from slogen.moving.draft import Draft
from slogen.moving.names import renamed
from slogen.moving.objects import placed
from slogen.moving.outcome import Moved, not_moved
from slogen.moving.reading import Value
from slogen.moving.sloth_labels import relabel
from slogen.moving.sloth_plugins import sli_of_plugin
from slogen.units import DAY, format_duration, parse_duration

NAME: Final = "sloth"
_VERSION: Final = "prometheus/v1"
_GROUP: Final = "sloth.slok.dev/"
_KIND: Final = "PrometheusServiceLevel"
_PERIOD: Final = 30 * DAY
_WAITING: Final = "sloth.dev/contrib/alert_for/v1"  # the plugin that writes `for`
_SEVERITIES: Final = {"page": ("page_alert", "pageAlert"), "ticket": ("ticket_alert", "ticketAlert")}


def fits(root: Value) -> bool:
    """Whether a document is one of Sloth's two forms."""
    version, group, kind = root.get("version"), root.get("apiVersion"), root.get("kind")
    if group is not None and kind is not None:
        return str(group.data).startswith(_GROUP) and str(kind.data) == _KIND
    return version is not None and str(version.data) == _VERSION


def translate(root: Value, options: Options) -> Translated:
    """The SLOs of a document."""
    spec, problems = root, list[Problem]()
    if root.get("apiVersion"):
        spec = root.need("spec")
        expect(root.need("apiVersion"), f"{_GROUP}v1")
        root.need("kind").mark()
        if metadata := root.get("metadata"):
            problems += placed(metadata, options.judge.settings)
    else:
        root.need("version").mark()
    service = _service(spec, options, problems)
    slos = spec.need("slos").each()
    problems += _said_of_all(spec, slos, options)
    moved = [_slo(slo, spec, service, options) for slo in slos]
    if (labels := spec.get("labels")) and not any(slo.fields for slo in moved):
        labels.mark()  # of SLOs that are refused
    return Translated(tuple(moved), tuple(problems))


def _service(spec: Value, options: Options, problems: list[Problem]) -> str:
    """The service; the one that the call names is told, as another one is written."""
    said = spec.need("service")
    before = said.text()
    service = options.service or service_name(said, before)
    problems += renamed(said, "service", before, service)
    return service


def _said_of_all(spec: Value, slos: list[Value], options: Options) -> list[Problem]:
    """What is so for all SLOs of a document."""
    said = []
    if options.period is None:
        message = f"Sloth's documents don't say the period, so the window is {format_duration(_PERIOD)}"
        hint = "if Sloth is called with another --default-slo-period, say it with --period"
        said.append(spec.need("service").problem("import-decide-period", message, hint))
    labels = [
        found for value in (spec, *slos) if isinstance(value.data, dict) and (found := value.get("labels"))
    ]
    if labels:
        message = "labels are on alerts and the info series, and in Sloth's rules on every series"
        hint = "what all series must carry is `labels` in slogen.yaml"
        said.append(labels[0].problem("import-changed-labels", message, hint, Severity.INFO))
    return said


def _slo(slo: Value, spec: Value, service: str, options: Options) -> Moved:
    name = slo.get("name") if isinstance(slo.data, dict) else None
    called = str(name.data) if name else ""

    def fill(draft: Draft) -> str:
        _fill(draft, slo, spec, options)
        return service

    return move(NAME, called, slo, fill, options.judge)


def _fill(draft: Draft, slo: Value, spec: Value, options: Options) -> None:
    set_name(draft, slo.need("name"))
    set_description(draft, slo.get("description"))
    set_objective(draft, slo.need("objective"))
    draft.put(["window"], format_duration(options.period or _PERIOD), slo)
    if options.alerts and options.period:
        set_tiers(draft, options.alerts, options.period, slo.need("objective"), options.judge)
    _sli(draft, slo.need("sli"), options)
    for labels in (spec.get("labels"), slo.get("labels")):
        for name, value in labels.items() if labels else ():
            _label(draft, name, value)
            draft.series[name] = value.text()
    _alerting(draft, slo.get("alerting"))
    _waits(draft, slo, spec)
    _names(draft, slo, spec, options)


def _names(draft: Draft, slo: Value, spec: Value, options: Options) -> None:
    """The labels by which Sloth knows the SLO, on its series and on its alerts."""
    service, name = spec.need("service"), slo.need("name")
    own = {"sloth_id": f"{service.text()}-{name.text()}", "sloth_service": service.text()}
    own["sloth_slo"] = name.text()
    draft.series |= own
    if options.keeps_names:
        for label, text in own.items():
            draft.put(["labels", label], text, name)
        for severity in _SEVERITIES:
            draft.put(["alerting", severity, "labels", "sloth_severity"], severity, name)


def _label(draft: Draft, name: str, value: Value) -> None:
    """A label of all series, which Sloth's alerts have from them: so `severity` is the word of both."""
    if name != "severity":
        draft.label(name, value)
        return
    for severity in _SEVERITIES:
        draft.notice(severity, {name: value})


def _sli(draft: Draft, sli: Value, options: Options) -> None:
    """What is measured, in one of the three forms."""
    events, raw, plugin = sli.get("events"), sli.get("raw"), sli.get("plugin")
    if events is not None:
        bad, total = queries.read_queries(
            events.need("error_query", "errorQuery"), events.need("total_query", "totalQuery")
        )
        at, candidates, said = (
            events,
            queries.of_events(bad.tree, total.tree),
            (*bad.problems, *total.problems),
        )
    elif raw is not None:
        (ratio,) = queries.read_queries(raw.need("error_ratio_query", "errorRatioQuery"))
        at, candidates, said = ratio.at, queries.of_ratio(ratio.tree), ratio.problems
    elif plugin is not None:
        draft.put(["sli"], sli_of_plugin(plugin, options.judge, draft), plugin)
        return
    else:
        raise not_moved("import-refused-shape", sli, "there is no SLI in it", "one of events, raw, plugin")
    found_sli, problems = queries.choose(candidates, at, options.judge)
    draft.put(["sli"], found_sli, at)
    draft.tell([*said, *problems])


def _alerting(draft: Draft, at: Value | None) -> None:
    """Names, labels and annotations of the alerts, and which of them there are."""
    if at is None:
        tell_apart(draft, set())
        return
    if name := at.get("name"):
        draft.alert_name("SLOErrorBudgetBurn", name)
    off = []
    for severity, fields in _SEVERITIES.items():
        draft.notice(severity, _pairs(at, "labels"), _pairs(at, "annotations"))
        if alert := at.get(*fields):
            draft.notice(severity, _pairs(alert, "labels"), _pairs(alert, "annotations"))
            if (disable := alert.get("disable")) and disable.flag():
                off.append((severity, disable))
    for severity, disable in off:
        draft.put(["alerting", severity, "enabled"], False, disable)
    tell_apart(draft, {severity for severity, _ in off})
    relabel(draft)
    if len(off) == len(_SEVERITIES):
        draft.silence(off[0][1], absent=False)


def _waits(draft: Draft, slo: Value, spec: Value) -> None:
    """How long alerts wait, which Sloth itself leaves out: a plugin of the document or the SLO writes it."""
    plugins = [*_plugins(spec, "slo_plugins", "sloPlugins"), *_plugins(slo, "plugins")]
    alerting = slo.get("alerting")
    if alerting is None or not any(plugin.data == _WAITING for plugin in plugins):
        return
    for plugin in plugins:
        if plugin.data == _WAITING:
            plugin.mark()
    for severity, fields in _SEVERITIES.items():
        wait = alert.get("for") if (alert := alerting.get(*fields)) else None
        if wait is not None and (seconds := _seconds(wait)):
            draft.put(["alerting", severity, "for"], format_duration(seconds), wait)


def _plugins(at: Value, *names: str) -> list[Value]:
    """The names of the plugins that change what Sloth makes."""
    plugins = at.get(*names)
    chain = plugins.get("chain") if plugins is not None and plugins.is_mapping else None
    steps = chain.each() if chain is not None and chain.is_list else []
    return [name for each in steps if each.is_mapping and (name := each.get("id"))]


def _seconds(at: Value) -> int:
    try:
        return parse_duration(at.text())
    except ValueError as error:
        raise not_moved("import-refused-alert", at, str(error), "such as 5m") from None


def _pairs(at: Value, name: str) -> dict[str, Value]:
    found = at.get(name)
    return dict(found.items()) if found else {}


DIALECT: Final = Dialect(NAME, fits, translate)
