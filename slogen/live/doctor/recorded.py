"""Do the rules run that are in git, do they work, and are they in time."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from slogen.conventions import GROUP_PREFIX, ID, META
from slogen.diagnostics import Problem, Severity
from slogen.live.doctor.case import Case, Found, Unknown
from slogen.live.doctor.loaded import Difference, best_fit, labels_of, number
from slogen.live.doctor.nearest import some
from slogen.model.rulers import OPERATOR, PROMETHEUS
from slogen.rules.labels import escaped
from slogen.settings import OutputSettings, Settings

_SLACK: Final = 30.0
_PLAIN: Final = (PROMETHEUS.target, OPERATOR.target)
_AGAIN: Final = "deploy what `slogen generate` wrote, and reload the server; if that is newer, take its specs"


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


def _is_elsewhere(group: Mapping[str, Any], settings: Settings) -> bool:
    """Whether a group has the labels of another cluster."""
    own = {name: (value, escaped(value)) for name, value in settings.labels.items()}  # of series, of alerts
    told = [labels_of(rule) for rule in group["rules"]]
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
    fit = best_fit(case.groups, {name: found[0] for name, found in by_name.items()}, case.settings)
    missing = [name for name in fit.wanted if name not in by_name]
    if missing:
        yield _missing(missing, len(fit.wanted), fit.target, case.settings.output)
    for name, differences in fit.differences.items():
        found = by_name[name]
        if len(found) > 1:
            files = " and ".join(each["file"] for each in found[:2])
            message = f"the group {name} is loaded {len(found)} times, from {files}"
            yield Problem("rules-twice", message, hint="remove one of them: all it records is there twice")
        yield from (_differing(each, case) for each in differences)
    strays = sorted(set(by_name) - set(fit.wanted)) if case.whole else []
    if strays:
        message = f"{len(strays)} groups of slogen's are loaded that no spec makes: {some(strays)}"
        yield Problem("stray-rules", message, hint="remove their files", severity=Severity.WARNING)


def _missing(names: list[str], of: int, target: str, output: OutputSettings) -> Problem:
    message = f"{len(names)} of {of} groups of rules are not loaded: {some(names)}"
    folder = posixpath.join(output.dir, output.cluster, "")
    hint = f"load what is in {folder}{target}/"
    if target in _PLAIN:
        hint = f"load {folder}prometheus/*.rules.yaml (`rule_files`), or apply {folder}kubernetes/"
    return Problem("rules-missing", message, hint=hint)


def _differing(found: Difference, case: Case) -> Problem:
    """At the spec of the SLO that it is about, if that is one of those that are looked at."""
    at = next((slo.origin for slo in case.slos if slo.id == found.slo_id), None)
    if at is not None:
        return at.problem("rules-differ", found.message, _AGAIN)
    return Problem("rules-differ", found.message, hint=_AGAIN, slo=found.slo_id)


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
        slo = str(labels_of(rule).get(ID, ""))
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
