"""An SLO out of burn-rate alerts: its name, objective and window, what is measured, and how it alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from slogen.diagnostics import Severity
from slogen.moving.conditions import TWELFTH, Condition, set_conditions, severity_of, tier_name
from slogen.moving.dialect import Options, service_name
from slogen.moving.draft import Draft
from slogen.moving.names import name_of, renamed
from slogen.moving.outcome import not_moved
from slogen.moving.queries import choose, of_ratio, of_tree
from slogen.moving.reading import Value
from slogen.moving.rules_burn import Burn
from slogen.moving.rules_read import Rule
from slogen.moving.sloth_labels import relabel
from slogen.moving.tiers import Wanted
from slogen.promql.shape import constant
from slogen.promql.tree import Call, VectorSelector, bare_tree, walk
from slogen.units import DAY, format_duration, parse_duration

_PERIOD: Final = 30 * DAY
_DAYS: Final = "slo:time_period:days"  # what Sloth records of the period
_KINDS: Final = ("sloth_severity",)
_WORDS: Final = ("severity", *_KINDS)
_NAMES, _SERVICES = ("sloth_slo", "slo"), ("sloth_service", "slo_service", "service")
_OURS: Final = frozenset({"sloth_id", *_WORDS, *_NAMES, *_SERVICES})
_SLOTH: Final = "sloth_"
_WINDOWS: Final = ("long", "short")  # labels of the Kubernetes mixin
_CAMELS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(slots=True)
class Found:
    """The alerts of an SLO with their burn rates, its budget, and all rules of the import."""

    alerts: list[Rule]
    burns: list[tuple[Rule, Burn]]
    budget: Fraction
    beside: list[Rule] = field(default_factory=list)

    def add(self, alert: Rule, burn: Burn) -> None:
        """One burn rate more."""
        self.burns.append((alert, burn))
        if alert not in self.alerts:
            self.alerts.append(alert)

    @property
    def records(self) -> list[Rule]:
        """The rules that record its error ratio."""
        looks = (look for _, burn in self.burns for look in burn.looks)
        return list(dict.fromkeys(rule for look in looks for rule in look.rules))

    def labels(self) -> Iterator[tuple[str, Value]]:
        """Labels that may say what it is called: of alerts, then of what is recorded."""
        for rule in (*self.alerts, *self.records):
            yield from rule.labels.items()


def fill(found: Found, options: Options, draft: Draft) -> str:
    """Fill the draft; gives the service."""
    first = found.alerts[0]
    _name(draft, found)
    percent = (1 - found.budget) * 100
    draft.put(["objective"], Decimal(percent.numerator) / Decimal(percent.denominator), first.expr)
    window = _window(draft, found, options)
    query = of_tree(first.expr, found.burns[0][1].looks[0].ratio)
    sli, problems = choose(of_ratio(query.tree), first.expr, options.judge)
    draft.put(["sli"], sli, first.expr)
    draft.tell([*query.problems, *problems])
    _told_of_rules(draft, found)
    _told_of_sums(draft, found)
    _labels(draft, found)
    _alerting(draft, found, window, options)
    return _service(draft, found, options)


def _said(found: Found, names: tuple[str, ...]) -> Value | None:
    """The first label of one of these names."""
    labels = [*found.labels()]
    return next((value for name in names for label, value in labels if label == name and value.data), None)


def _name(draft: Draft, found: Found) -> None:
    """The name: of a label that tools set, or else that of the alert."""
    said = _said(found, _NAMES)
    if said is not None:
        after = name_of(said, said.text(), "name")
        draft.put(["name"], after, said)
        draft.tell(renamed(said, "SLO", said.text(), after))
        return
    at = found.alerts[0].at.need("alert")
    after = name_of(at, _CAMELS.sub("-", at.text()), "name")
    draft.put(["name"], after, at)
    message = f"rules don't say what an SLO is called: it is `{after}`, after its alert"
    draft.tell(
        [at.problem("import-changed-name", message, "rename it, if people call it otherwise", Severity.INFO)]
    )


def _service(draft: Draft, found: Found, options: Options) -> str:
    said = _said(found, _SERVICES)
    if options.service:
        return options.service
    if said is not None:
        return service_name(said, said.text(), draft)
    at = found.alerts[0].at.need("alert")
    service = str(draft.fields["name"])
    message = f"no label says whose SLO this is, so its service is `{service}`, after its alert"
    draft.tell([at.problem("import-decide-service", message, "name one with --service, or move the SLO")])
    return service


def _window(draft: Draft, found: Found, options: Options) -> int:
    """The window: of the call, of what Sloth records of the period, or the usual one."""
    days = None if options.period else _days(found)
    window = options.period or (days * DAY if days else _PERIOD)
    at = found.alerts[0].at
    draft.put(["window"], format_duration(window), at)
    if not options.period and not days:
        message = f"rules don't say the window of an SLO, so that is {format_duration(window)}"
        draft.tell([at.problem("import-decide-period", message, "say it with --period")])
    return window


def _days(found: Found) -> int | None:
    """The period in days that a rule records for these series."""
    own = {tuple(rule.ids.get(name) for name in ("sloth_id", *_NAMES)) for rule in found.records}
    for rule in found.beside:
        root = bare_tree(rule.tree) if rule.tree is not None and rule.name == _DAYS else None
        ids = tuple(rule.ids.get(name) for name in ("sloth_id", *_NAMES))
        if isinstance(root, Call) and root.name == "vector" and ids in own and any(ids):
            value = constant(root.args[0])
            return int(value) if value is not None and value.denominator == 1 else None
    return None


def _alerting(draft: Draft, found: Found, window: int, options: Options) -> None:
    """Tiers, names, and what alerts say."""
    first = found.alerts[0]
    draft.alert_name("SLOErrorBudgetBurn", first.at.need("alert"))
    severities = [_severity(draft, alert) for alert in found.alerts]
    conditions = [
        _condition(draft, alert, burn, *severities[found.alerts.index(alert)]) for alert, burn in found.burns
    ]
    for alert, (severity, _) in zip(found.alerts, severities, strict=True):
        _notice(draft, alert, severity, found)
        if alert.name != first.name:
            at = alert.at.need("alert")
            message = f"all burn-rate alerts of an SLO have one name: `{at.text()}` is left out"
            draft.tell([at.problem("import-lost-value", message, "routes that name it need the new name")])
        alert.at.need("alert").mark()
        alert.expr.mark()
    relabel(draft)
    set_conditions(draft, conditions, window, first.expr, options.judge)


def _labels(draft: Draft, found: Found) -> None:
    """Labels of what is recorded, which are on the alerts, too; some only tell the rules apart."""
    said: dict[str, list[Value]] = {}
    for rule in found.records:
        rule.at.need("record").mark()
        rule.expr.mark()
        for name, value in rule.labels.items():
            said.setdefault(name, []).append(value)
    for name, values in said.items():
        for value in values:
            value.mark()
        if name in (*_NAMES, *_SERVICES) or name.startswith(_SLOTH):
            continue
        if len({str(value.data) for value in values}) == 1:
            draft.label(name, values[0])
            continue
        message = f"the label `{name}` tells rules apart that are one ratio here: it is left out"
        hint = "nothing is to be done"
        draft.tell(value.problem("import-lost-value", message, hint, Severity.INFO) for value in values)


def _told_of_rules(draft: Draft, found: Found) -> None:
    """Rules that the SLI goes on reading, as no tree can stand for a range of what they record."""
    names = {rule.name for rule in found.beside if not rule.is_alert}
    ratio = found.burns[0][1].looks[0].ratio
    read = {node.name for node in walk(ratio) if isinstance(node, VectorSelector) and node.name in names}
    for name in sorted(filter(None, read)):
        message = f"what is measured goes on reading what the rule `{name}` records"
        hint = "keep that rule, or write the SLI of what it reads"
        draft.tell([found.alerts[0].expr.problem("import-decide-doubt", message, hint)])


def _told_of_sums(draft: Draft, found: Found) -> None:
    """Several ratios that are recorded under one name, and added up."""
    first = found.burns[0][1].looks[0].rules
    count = max((sum(rule.name == other.name for other in first) for rule in first), default=0)
    if count > 1:
        message = f"{count} ratios are added up: while one of them has no series, there is no ratio"
        hint = "write each as an SLO of its own, if they come and go"
        draft.tell([found.alerts[0].expr.problem("import-changed-query", message, hint)])


def _severity(draft: Draft, alert: Rule) -> tuple[str, Value | None]:
    """Whether an alert pages, and the word of its severity."""
    labels = alert.labels
    kind, word = (labels.get(name) for name in (_KINDS[0], "severity"))
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
    tier = Wanted(
        tier_name(f"{severity} {format_duration(long)}"), severity, long, short, burn.looks[0].limit.factor
    )
    waits_at = alert.at.get("for")
    return Condition(tier, word, _seconds(waits_at) if waits_at else 0, waits_at)


def _seconds(at: Value) -> int:
    try:
        return parse_duration(at.text())
    except ValueError as error:
        raise not_moved("import-refused-alert", at, str(error), "such as 2m") from None


def _notice(draft: Draft, alert: Rule, severity: str, found: Found) -> None:
    """Labels and annotations of an alert are those of all of its severity, so the first says them."""
    windows = {format_duration(each) for _, burn in found.burns for each in burn.windows}
    labels = {}
    for name, value in alert.labels.items():
        if name in _OURS or (name in _WINDOWS and str(value.data) in windows):
            value.mark()  # slogen sets labels for that
        else:
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
