"""An SLO out of burn-rate alerts: its name, objective and window, what is measured, and how it alerts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Final

from slogen.diagnostics import Severity
from slogen.moving.dialect import Options, service_name
from slogen.moving.draft import Draft
from slogen.moving.names import name_of, renamed
from slogen.moving.queries import choose, of_ratio, of_tree
from slogen.moving.reading import Value
from slogen.moving.rules_alerts import set_alerting
from slogen.moving.rules_found import NAMES, SERVICES, Found
from slogen.promql.shape import constant
from slogen.promql.tree import Call, VectorSelector, bare_tree, walk
from slogen.units import DAY, format_duration

_PERIOD: Final = 30 * DAY
_DAYS: Final = "slo:time_period:days"  # what Sloth records of the period
_SLOTH: Final = "sloth_"
_CAMELS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


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
    set_alerting(draft, found, window, options)
    return _service(draft, found, options)


def _said(found: Found, names: tuple[str, ...]) -> Value | None:
    """The first label of one of these names."""
    labels = [*found.labels()]
    return next((value for name in names for label, value in labels if label == name and value.data), None)


def _name(draft: Draft, found: Found) -> None:
    """The name: of a label that tools set, or else that of the alert."""
    said = _said(found, NAMES)
    if said is not None:
        after = name_of(said, said.text(), "name")
        draft.put(["name"], after, said)
        draft.tell(renamed(said, "SLO", said.text(), after))
        return
    at = found.alerts[0].at.need("alert")
    at.mark()
    after = name_of(at, _common([alert.name for alert in found.alerts]), "name")
    draft.put(["name"], after, at)
    message = f"rules don't say what an SLO is called: it is `{after}`, after its alerts"
    draft.tell(
        [at.problem("import-changed-name", message, "rename it, if people call it otherwise", Severity.INFO)]
    )


def _common(names: Sequence[str]) -> str:
    """The words that all of these names begin with: those of `BurnFast` and `BurnSlow` are `burn`."""
    words = [_CAMELS.sub("-", name).split("-") for name in names]
    same = takewhile(lambda each: len(set(each)) == 1, zip(*words, strict=False))
    return "-".join(each[0] for each in same) or _CAMELS.sub("-", names[0])


def _service(draft: Draft, found: Found, options: Options) -> str:
    said = _said(found, SERVICES)
    if options.service:
        return options.service
    if said is not None:
        return service_name(said, said.text(), draft)
    at = found.alerts[0].at.need("alert")
    service = str(draft.fields["name"])
    message = f"no label says whose SLO this is, so its service is `{service}`, after its alerts"
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
    own = {tuple(rule.ids.get(name) for name in ("sloth_id", *NAMES)) for rule in found.records}
    for rule in found.beside:
        root = bare_tree(rule.tree) if rule.tree is not None and rule.name == _DAYS else None
        ids = tuple(rule.ids.get(name) for name in ("sloth_id", *NAMES))
        if isinstance(root, Call) and root.name == "vector" and ids in own and any(ids):
            value = constant(root.args[0])
            return int(value) if value is not None and value.denominator == 1 else None
    return None


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
        if name in (*NAMES, *SERVICES) or name.startswith(_SLOTH):
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
