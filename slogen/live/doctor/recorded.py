"""Do the rules run that are in git, do they work, and are they in time."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from slogen.conventions import GROUP_PREFIX, ID, META
from slogen.diagnostics import Problem, Severity
from slogen.emitted.rules import Alert, Group, Rule
from slogen.live.doctor.case import Case, Found, Unknown
from slogen.promql.canonical import same
from slogen.rules.labels import escaped
from slogen.settings import OutputSettings, Settings

_MOST_SHOWN: Final = 5
_SLACK: Final = 30.0
_AGAIN: Final = "deploy what `slogen generate` wrote, and reload the server"


def _loaded(case: Case) -> list[Mapping[str, Any]] | None:
    """The groups of slogen's that the server has loaded, of one cluster where it has those of several; None
    where it doesn't say."""
    groups = case.loaded()
    if groups is None:
        return None
    mine = [_as_said(g) for g in groups if isinstance(g, dict) and _is_ours(str(g.get("name", "")))]
    if case.settings.cluster:
        mine = [group for group in mine if not _is_elsewhere(group, case.settings)]
    return mine if groups or not case.server.asks_elsewhere_for_rules else None


def _as_said(group: Mapping[str, Any]) -> Mapping[str, Any]:
    """A group with fields of the types that they should have, whatever came."""
    rules = group.get("rules")
    return {
        "name": str(group.get("name", "")),
        "file": str(group.get("file", "?")),
        "interval": number(group.get("interval")),
        "evaluationTime": number(group.get("evaluationTime")),
        "lastEvaluation": str(group.get("lastEvaluation", "")),
        "rules": [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else [],
    }


def number(found: object) -> float:
    """A number of an answer; 0 for anything else."""
    return float(found) if isinstance(found, int | float) else 0.0


def _labels(rule: Mapping[str, Any]) -> dict[str, Any]:
    found = rule.get("labels")
    return dict(found) if isinstance(found, dict) else {}


def _is_elsewhere(group: Mapping[str, Any], settings: Settings) -> bool:
    """Whether a group has the labels of another cluster."""
    own = {name: (value, escaped(value)) for name, value in settings.labels.items()}  # of series, of alerts
    told = [_labels(rule) for rule in group["rules"]]
    return any(labels.get(name, ours[0]) not in ours for labels in told for name, ours in own.items())


def _is_ours(name: str) -> bool:
    return name.startswith((GROUP_PREFIX, META))


_SILENT: Final = Unknown("the server says nothing of rules: give --rules-url", is_failure=True)


def rules(case: Case) -> Iterator[Found]:
    """Each group is loaded, once, with the rules that were generated."""
    groups = _loaded(case)
    if groups is None:
        yield _SILENT
        return
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for group in groups:
        by_name.setdefault(group["name"], []).append(group)
    wanted = {own.name: own for file in case.rules for own in file.groups}
    missing = [name for name in wanted if name not in by_name]
    if missing:
        yield _missing(missing, len(wanted), case.settings.output)
    for name, own in wanted.items():
        found = by_name.get(name, [])
        if len(found) > 1:
            files = " and ".join(each["file"] for each in found[:2])
            message = f"the group {name} is loaded {len(found)} times, from {files}"
            yield Problem("rules-twice", message, hint="remove one of them: all it records is there twice")
        for each in found[:1]:
            yield from _compared(own, each, case.settings)
    strays = sorted(set(by_name) - set(wanted)) if case.whole else []
    if strays:
        names = ", ".join(strays[:_MOST_SHOWN])
        message = f"{len(strays)} groups of slogen's are loaded that no spec makes: {names}"
        yield Problem("stray-rules", message, hint="remove their files", severity=Severity.WARNING)


def _missing(names: list[str], of: int, output: OutputSettings) -> Problem:
    shown = ", ".join(names[:_MOST_SHOWN]) + (" and others" if len(names) > _MOST_SHOWN else "")
    message = f"{len(names)} of {of} groups of rules are not loaded: {shown}"
    folder = posixpath.join(output.dir, output.cluster, "")
    hint = f"load {folder}prometheus/*.rules.yaml (`rule_files`), or apply {folder}kubernetes/"
    return Problem("rules-missing", message, hint=hint)


def _compared(group: Group, loaded: Mapping[str, Any], settings: Settings) -> Iterator[Problem]:
    """The first difference of a group."""
    rules = loaded["rules"]
    if len(rules) != len(group.rules):
        message = f"{group.name} has {len(rules)} rules on the server, and {len(group.rules)} in git"
        yield Problem("rules-differ", message, hint=_AGAIN)
        return
    interval = loaded["interval"] or group.interval
    if interval != group.interval:
        message = f"{group.name} is evaluated every {interval:g}s, and not every {group.interval}s"
        yield Problem("rules-differ", message, hint=_AGAIN)
    different = [(rule, what) for rule, each in zip(group.rules, rules, strict=True)
                 if (what := _difference(rule, each, settings))]  # fmt: skip
    if different:
        rule, what = different[0]
        more = f", and {len(different) - 1} more rules of the group" if len(different) > 1 else ""
        message = f"{group.name}: {what} of {_name(rule)} is another on the server than in git{more}"
        yield Problem("rules-differ", message, hint=_AGAIN, slo=rule.labels.get(ID, ""))


def _name(rule: Rule) -> str:
    name = rule.alert if isinstance(rule, Alert) else rule.record
    return f"{name} ({rule.labels[ID]})" if ID in rule.labels else name


def _difference(rule: Rule, loaded: Mapping[str, Any], settings: Settings) -> str:
    """What of a rule is not as it was generated; "" where all is."""
    name = rule.alert if isinstance(rule, Alert) else rule.record
    if loaded.get("name") != name:
        return "the name"
    if not same(rule.expr, str(loaded.get("query", ""))):
        return "the expression"
    if _labels(loaded) != dict(rule.labels):
        return "a label"
    if isinstance(rule, Alert):
        if number(loaded.get("duration")) != rule.wait:
            return "`for`"
        keeps = rule.keep_firing_for if settings.prometheus.min_version >= (2, 42) else 0
        if number(loaded.get("keepFiringFor")) != keeps and "keepFiringFor" in loaded:
            return "`keep_firing_for`"
    return ""


def evaluations(case: Case) -> Iterator[Found]:
    """Rules give no errors, are evaluated in time, and miss no turn."""
    groups = _loaded(case)
    if groups is None:
        yield _SILENT
        return
    for group in groups:
        yield from _health(group)
        yield from _pace(group, case.server.at)
    missed = 'increase(prometheus_rule_group_iterations_missed_total{rule_group=~".*;slogen.*"}[1h]) > 0'
    for sample in case.ask({missed: missed}).get(missed, ()):
        name = sample.labels.get("rule_group", "").rpartition(";")[2]
        message = f"{name} has missed {sample.value:.0f} evaluations in the last hour"
        hint = (
            "the server is too busy, or a group too slow: see `prometheus_rule_group_last_duration_seconds`"
        )
        yield Problem("missed-evaluations", message, hint=hint, severity=Severity.WARNING)


def _health(group: Mapping[str, Any]) -> Iterator[Problem]:
    failing = [
        rule for rule in group.get("rules") or [] if rule.get("lastError") or rule.get("health") == "err"
    ]
    for rule in failing[:1]:
        more = f", and {len(failing) - 1} more of {group['name']}" if len(failing) > 1 else ""
        message = f"{rule.get('name')} can't be evaluated{more}: {rule.get('lastError')}"
        hint = "often two series where one was expected: see whether rules or targets are there twice"
        slo = str(_labels(rule).get(ID, ""))
        yield Problem("rule-fails", message, hint=hint, slo=slo)


def _pace(group: Mapping[str, Any], now: float) -> Iterator[Problem]:
    interval, took = group["interval"], group["evaluationTime"]
    if not interval:
        return
    name = group["name"]
    if took > interval / 2:
        message = f"{name} takes {took:.1f}s of its {interval:g}s"
        hint = "split the service's spec, or give the server more to work with"
        yield Problem("slow-rules", message, hint=hint, severity=Severity.WARNING)
    last = _time(group["lastEvaluation"])
    if last and now - last > 2 * interval + _SLACK:
        message = f"{name} was last evaluated {now - last:.0f}s ago, and should be every {interval:g}s"
        yield Problem(
            "late-rules", message, hint="look at the server that evaluates the rules, and at its log"
        )


def _time(text: str) -> float:
    """A time as the API writes it, which may have nanoseconds; 0 for none, and for one that never was."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    if found.year == 1:
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
