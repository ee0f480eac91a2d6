"""What the engines of the project's targets can't hold: intervals, labels that are theirs alone (conditions
and selectors beside the SLI are asked for these where they are read, `slogen/model/asked.py`).
`slogen/model/rulers.py` has the facts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from slogen.conventions import PATHS
from slogen.diagnostics import Problem, Severity, Span, did_you_mean
from slogen.model.asked import OwnLabelError
from slogen.model.origin import Origin
from slogen.model.rulers import LIMITED_BY, OPERATOR, PROMETHEUS, RULERS, Ruler, rulers_among
from slogen.model.slo import Service, Slo
from slogen.promql.parse import parse_selector
from slogen.settings import Settings
from slogen.target_settings import FEWEST_RULES
from slogen.units import MINUTE, format_duration, parse_duration

LONGEST_EVALUATION: Final = 2 * MINUTE  # what is recorded must stay well inside the 5m for which it is seen

_CHANGES: Final = re.compile(r"\bchanges\s*\(")
_OF_NATIVE: Final = re.compile(r"\bhistogram_(?:count|sum|avg|fraction|stddev|stdvar)\s*\(")


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """What an SLO says that an engine of the project can't hold."""
    rulers = rulers_of(settings)
    for slo in (slo for service in services for slo in service.slos):
        for ruler in rulers:
            yield from _native(slo, ruler)
            yield from _grows(slo, ruler)
            yield from _selects(slo, ruler)
            yield from _sets(slo.origin.at("labels"), slo.labels, ruler)
            for severity, options in slo.alerting.severities.items():
                yield from _sets(slo.origin.at("alerting", severity, "labels"), options.labels, ruler)


def _native(slo: Slo, ruler: Ruler) -> Iterator[Problem]:
    """Native histograms, of a latency or by functions that only these have, where an engine has none."""
    if ruler.has_native:
        return
    message = f"{ruler.called} has no native histograms as Prometheus has: there would be no data"
    if any(need.native for need in slo.sli.needs()):
        hint = "use the classic buckets of the histogram, without `native`"
        yield slo.sli_origin.at("native").problem("ruler-native", message, hint)
    for field in _saying(slo, _OF_NATIVE):
        hint = "use the classic series of the histogram: `_count`, `_sum`, `_bucket`"
        yield slo.sli_origin.at(field).problem("ruler-native", message, hint)


def _grows(slo: Slo, ruler: Ruler) -> Iterator[Problem]:
    """Slices by the growth of counters, which MetricsQL reads from the first sample on, and events by
    `changes`, of which a new series is one there."""
    if not ruler.has_metricsql:
        return
    message = f"while a series is young, {ruler.called} reads what it grew by otherwise than Prometheus"
    hint = "where new series come often count `events`, which are the same on both; else leave it"
    fields = [need.field for need in slo.sli.needs() if need.is_counter] if slo.sli.timed else []
    if changing := _saying(slo, _CHANGES):
        message = f"for {ruler.called} a series that is new has changed once, for Prometheus it has not"
        hint = "where new series come often count with a counter and `rate`; else leave it"
        fields = changing
    for field in fields[:1]:
        yield slo.sli_origin.at(field).problem("ruler-growth", message, hint, severity=Severity.INFO)


def _saying(slo: Slo, pattern: re.Pattern[str]) -> list[str]:
    """The fields of the SLI, and of a preset's, whose texts have a pattern."""
    said = slo.sli_origin.value
    texts = {**said, **said.get("with", {})}
    return [field for field, text in texts.items() if isinstance(text, str) and pattern.search(text)]


def check_settings(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """What slogen.yaml says that an engine of the project can't hold."""
    for ruler in rulers_of(settings):
        yield from _interval(origin, ruler, settings)
        yield from _sets(origin.at("labels"), settings.labels, ruler)
    yield from _few_rules(origin.at("mimir", "max_rules_per_group"), settings)
    yield from _groups(origin.at("groups"), settings)
    yield from _taken_twice(origin, settings)


def places(origin: Origin, settings: Settings) -> dict[str, Span]:
    """Where the settings say how many groups each engine takes, or else anything of it, or its name."""
    found = {}
    for number, target in enumerate(settings.targets if origin.at("targets").exists else ()):
        subject = origin.at(LIMITED_BY.get(target, target))
        said = [each for each in (subject.at("max_groups"), subject) if each.exists]
        found[target] = said[0].span(key=True) if said else origin.at("targets", number).span()
    return found


def check_escalation(here: Origin, settings: Settings) -> Iterator[Problem]:
    """An `escalate` of the notifications, which needs an engine that records which alerts fire."""
    for ruler in rulers_of(settings) if here.exists else ():
        if not ruler.shows:
            message = f"{ruler.called} doesn't record which alerts fire, so none that goes on is told again"
            hint = "take `escalate` out, or use another engine"
            yield here.problem("ruler-escalation", message, hint, key=True)


def unnamed(targets: Collection[str], settings: Settings) -> list[str]:
    """Engines among these targets that the settings don't name, though there is something to be checked."""
    bound = RULERS.keys() - {PROMETHEUS.target, OPERATOR.target}
    return [target for target in targets if target in bound and target not in settings.targets]


def rulers_of(settings: Settings) -> tuple[Ruler, ...]:
    """The engines that rules are written for."""
    return tuple(rulers_among(settings.targets, settings))


def _interval(origin: Origin, ruler: Ruler, settings: Settings) -> Iterator[Problem]:
    interval = settings.prometheus.evaluation_interval
    if interval > LONGEST_EVALUATION:
        return  # too seldom for any engine
    possible = range(ruler.shortest, (ruler.longest or LONGEST_EVALUATION) + 1, ruler.steps)
    if interval in possible:
        return
    even = [each for each in possible if settings.prometheus.base_window % each == 0]
    nearest = max((each for each in even if each < interval), default=min(even))
    bounds = f"no more often than every {format_duration(ruler.shortest)}"
    bounds += f", in steps of {format_duration(ruler.steps)}" if ruler.steps > 1 else ""
    here = origin.at("prometheus", "evaluation_interval")
    said = parse_duration(here.value) if here.exists else interval
    here = here if here.exists else origin.at("targets")
    message = f"{ruler.called} evaluates rules {bounds}, not every {format_duration(said)}"
    hint = f"set `prometheus.evaluation_interval: {format_duration(nearest)}`"
    yield here.problem("ruler-interval", message, hint)


def _few_rules(here: Origin, settings: Settings) -> Iterator[Problem]:
    """Groups that can't hold what is never cut apart; of `prometheus` the schema says it. 0 is no limit."""
    is_read = not LIMITED_BY.keys().isdisjoint(settings.targets)
    if is_read and 0 < (settings.mimir.max_rules_per_group or 0) < FEWEST_RULES:
        message = f"groups of {here.value} can't hold the rules that belong together"
        yield here.problem(
            "ruler-group-rules", message, f"expected 0, or a whole number from {FEWEST_RULES} on"
        )


def _groups(here: Origin, settings: Settings) -> Iterator[Problem]:
    rulers = [ruler.target for ruler in rulers_of(settings)]
    if len(settings.groups) == 1:
        [(path, target)] = settings.groups.items()
        [other] = {*PATHS} - {path}
        rest = next((each for each in rulers if each != target), "")
        message = f"`groups` says nothing of `{other}`: each engine would get all groups"
        hint = f"add `{other}: {rest}`, or leave `groups` out" if rest else "leave `groups` out"
        yield here.at(path).problem("ruler-groups", message, hint, key=True)
    for path, target in settings.groups.items():
        if target not in rulers:
            near = did_you_mean(target, rulers) or f"rules are written for {', '.join(rulers) or 'nobody'}"
            message = f"`{target}` is no engine that this project's `targets` name"
            yield here.at(path).problem("ruler-groups", message, near)


def _taken_twice(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """Objects of one kind and with the same labels for Prometheus and for Thanos: each would load both. The
    operator of VictoriaMetrics makes objects of its own of those for Prometheus, too."""
    if "objects" in settings.victoriametrics.forms and {"kubernetes", "victoriametrics"} <= set(
        settings.targets
    ):
        message = "the operator of VictoriaMetrics turns PrometheusRule objects into rules of its own"
        hint = (
            "leave `kubernetes` out of the targets, or switch that off there (disable_prometheus_converter)"
        )
        yield origin.at("targets").problem("ruler-objects", message, hint, severity=Severity.WARNING)
    its = settings.thanos
    if "objects" not in its.forms or not {"kubernetes", "thanos"} <= set(settings.targets):
        return
    if its.labels is None or dict(its.labels) == dict(settings.kubernetes.labels):
        message = "Prometheus and Thanos Ruler would find the same objects, and each evaluate all rules"
        hint = "set `thanos: {labels: {...}}` to what the `ruleSelector` of the ThanosRuler alone asks for"
        yield origin.at("thanos", "forms").problem("ruler-objects", message, hint)


def _sets(here: Origin, labels: Mapping[str, str], ruler: Ruler) -> Iterator[Problem]:
    for name in ruler.own_labels.intersection(labels):
        message = f"{ruler.called} sets the label `{name}` itself, and refuses rules that do"
        yield here.at(name).problem("ruler-label", message, "drop it, or choose another name", key=True)


def _selects(slo: Slo, ruler: Ruler) -> Iterator[Problem]:
    """Matchers of the SLI on labels that the engine adds to each selector itself, at the texts that have
    them."""
    reads = [parse_selector(metric) for metric in slo.sli.metrics()] if ruler.own_labels else []
    for name in sorted({matcher.name for read in reads for matcher in read.matchers} & ruler.own_labels):
        fields, error = _saying(slo, re.compile(rf'\b{name}"?\s*[=!]')), OwnLabelError([name], ruler)
        for here in [slo.sli_origin.at(field) for field in fields] or [slo.origin.at("sli")]:
            yield here.problem(error.code, str(error), error.hint)
