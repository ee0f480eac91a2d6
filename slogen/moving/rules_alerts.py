"""How an SLO alerts that is read out of burn-rate alerts: tiers, words, labels and annotations."""

from __future__ import annotations

from typing import Final

from slogen.diagnostics import Severity
from slogen.moving.conditions import TWELFTH, Condition, set_conditions, severity_of, tier_name
from slogen.moving.dialect import Options
from slogen.moving.draft import Draft
from slogen.moving.outcome import not_moved
from slogen.moving.reading import Value
from slogen.moving.rules_burn import Burn
from slogen.moving.rules_found import KIND, OURS, Found
from slogen.moving.rules_read import Rule
from slogen.moving.sloth_labels import relabel
from slogen.moving.tiers import Wanted
from slogen.units import format_duration, parse_duration

_WINDOWS: Final = ("long", "short")  # labels of the Kubernetes mixin


def set_alerting(draft: Draft, found: Found, window: int, options: Options) -> None:
    """Tiers, names, and what alerts say."""
    first = found.alerts[0]
    draft.alert_name("SLOErrorBudgetBurn", first.at.need("alert"))
    severities = [_severity(draft, alert) for alert in found.alerts]
    conditions = [
        _condition(draft, alert, burn, *severities[found.alerts.index(alert)]) for alert, burn in found.burns
    ]
    common = _common_labels(draft, found)
    for alert, (severity, _) in zip(found.alerts, severities, strict=True):
        _notice(draft, alert, severity, found, common)
        if alert.name != first.name:
            at = alert.at.need("alert")
            message = f"all burn-rate alerts of an SLO have one name: `{at.text()}` is left out"
            draft.tell([at.problem("import-lost-value", message, "routes that name it need the new name")])
        alert.at.need("alert").mark()
        alert.expr.mark()
    relabel(draft)
    set_conditions(draft, conditions, window, first.expr, options.judge)


def _severity(draft: Draft, alert: Rule) -> tuple[str, Value | None]:
    """Whether an alert pages, and the word of its severity."""
    labels = alert.labels
    kind, word = (labels.get(name) for name in (KIND, "severity"))
    if kind is None and word is None:
        message = f"no label of `{alert.name}` says its severity, so it is a page"
        hint = "if it can wait, write `severity: ticket` into its tiers"
        draft.tell([alert.at.problem("import-decide-doubt", message, hint)])
        return "page", None
    said = kind or word
    assert said is not None
    return severity_of(said, draft), word


def _condition(draft: Draft, alert: Rule, burn: Burn, severity: str, word: Value | None) -> Condition:
    long, *rest = burn.windows
    if not rest:
        message = f"the tier over {format_duration(long)} has no short window: it gets one of a twelfth"
        draft.tell([alert.expr.problem("import-changed-tier", message, "docs/tiers.md", Severity.INFO)])
    short = rest[0] if rest else long // TWELFTH
    name, factor = tier_name(f"{severity} {format_duration(long)}"), burn.looks[0].limit.factor
    said = alert.at.get("for")
    tier = Wanted(name, severity, long, short, factor, wait=_seconds(said) if said else 0)
    return Condition(tier, word)


def _seconds(at: Value) -> int:
    try:
        return parse_duration(at.text())
    except ValueError as error:
        raise not_moved("import-refused-alert", at, str(error), "such as 2m") from None


def _common_labels(draft: Draft, found: Found) -> frozenset[str]:
    """Labels that all alerts have alike are of the SLO; gives their names."""
    first, *others = found.alerts
    alike = {
        name: value
        for name, value in first.labels.items()
        if name not in OURS and all(other.ids.get(name) == str(value.data) for other in others)
    }
    windows = _windows(found)
    for name, value in alike.items():
        if name not in _WINDOWS or str(value.data) not in windows:
            draft.label(name, value)
            for other in others:
                other.labels[name].mark()
    return frozenset(alike)


def _windows(found: Found) -> set[str]:
    return {format_duration(each) for _, burn in found.burns for each in burn.windows}


def _notice(draft: Draft, alert: Rule, severity: str, found: Found, common: frozenset[str]) -> None:
    """Labels and annotations of an alert are those of all of its severity, so the first says them."""
    windows, labels = _windows(found), {}
    for name, value in alert.labels.items():
        if name in OURS or (name in _WINDOWS and str(value.data) in windows):
            value.mark()  # slogen sets labels for that
        elif name not in common:
            labels[name] = value
    said = alert.at.get("annotations")
    for path, values in (("labels", labels), ("annotations", dict(said.items()) if said else {})):
        known = draft.fields.get("alerting", {}).get(severity, {}).get(path, {})
        fresh = {name: value for name, value in values.items() if name not in known}
        for name, value in values.items():
            if name not in fresh and value.text() != known[name]:
                message = f"`{name}` of another {severity} says something else: `{value.text()}` is left out"
                draft.tell([value.problem("import-lost-value", message, "say what suits all of them")])
        draft.notice(severity, fresh if path == "labels" else {}, fresh if path == "annotations" else {})
