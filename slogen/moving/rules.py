"""Rules by hand: burn-rate alerts become SLOs, with the ratios that they compare; other rules are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.moving.dialect import Dialect, Options, Translated, expect, move
from slogen.moving.outcome import Moved
from slogen.moving.reading import Value
from slogen.moving.rules_burn import Burn, budgets_of, burns_of, rounded
from slogen.moving.rules_follow import UnclearError
from slogen.moving.rules_found import Found
from slogen.moving.rules_read import Rule, all_rules, groups_of, is_of_rules, rules_of
from slogen.moving.rules_slo import fill

NAME: Final = "rules"
_VERSION: Final = "monitoring.coreos.com/v1"
_UNCLEAR: Final = (
    "write it as `ratio > factor * budget` over a long and a short window, with the rules that record the "
    "ratio in these files; or write the SLO by hand, see docs/spec.md"
)


@dataclass(frozen=True, slots=True)
class _Unclear:
    """A burn-rate alert that can't be read, and why."""

    alert: Rule
    why: str


@dataclass(frozen=True, slots=True)
class _All:
    """What all documents hold: SLOs, unclear alerts, and the places of rules that SLOs are made of."""

    found: list[Found] = field(default_factory=list)
    unclear: list[_Unclear] = field(default_factory=list)
    used: set[object] = field(default_factory=set)


def translate(root: Value, options: Options) -> Translated:
    """The SLOs of the burn-rate alerts of a document; its other rules are told, each at its line."""
    rules = rules_of(root)
    if kind := root.get("kind"):
        kind.mark()
        expect(root.need("apiVersion"), _VERSION)
    everything = _read(options.beside or (root,))
    here = {_place(rule) for rule in rules}
    slos = [
        move(NAME, found.alerts[0].name, found.alerts[0].at, partial(fill, found, options), options.judge)
        for found in everything.found
        if _place(found.alerts[0]) in here
    ]
    slos += [_refused(each) for each in everything.unclear if _place(each.alert) in here]
    told = {_place(each.alert) for each in everything.unclear} | everything.used
    unused = (_unused(rule) for rule in rules if _place(rule) not in told)
    return Translated(tuple(slos), (*_of_groups(root), *unused))


def _place(rule: Rule) -> object:
    span = rule.at.span()
    return span.path, span.line, span.column


@lru_cache(maxsize=1)  # it is the same for each document of an import
def _read(parts: tuple[Value, ...]) -> _All:
    """The SLOs of all alerts: those that compare the same ratio with the same budget are of one."""
    rules = [*all_rules(parts)]
    recorded: dict[str, list[Rule]] = {}
    for rule in rules:
        if not rule.is_alert:
            recorded.setdefault(rule.name, []).append(rule)
    everything = _All()
    groups: dict[tuple[str, Fraction], Found] = {}
    alerts = [rule for rule in rules if rule.is_alert]
    budgets: dict[str, set[Fraction]] = {}
    for ratio, budget in (found for alert in alerts for found in budgets_of(alert, recorded)):
        budgets.setdefault(ratio, set()).add(budget)
    for alert in alerts:
        try:
            burns = burns_of(alert, recorded, budgets)
            for key, each in _by_ratio(burns):
                groups.setdefault(key, Found([], [], key[1])).add(alert, each)
        except UnclearError as error:
            everything.unclear.append(_Unclear(alert, str(error)))
    for found in groups.values():
        found.beside = rules
        everything.found.append(found)
        everything.used.update(map(_place, (*found.alerts, *found.records)))
    return everything


def _by_ratio(burns: Sequence[Burn]) -> Iterator[tuple[tuple[str, Fraction], Burn]]:
    """The burn rates by what they are of. Raises UnclearError for an alert of several SLOs."""
    keys = {(burn.ratio, rounded(burn.looks[0].limit.budget)) for burn in burns}
    if len(keys) > 1:
        raise UnclearError("it is the alert of several objectives, or of several ratios")
    for burn in burns:
        yield next(iter(keys)), burn


def _refused(each: _Unclear) -> Moved:
    each.alert.at.mark()
    message = f"the burn-rate alert `{each.alert.name}` can't be read for certain: {each.why}"
    problem = each.alert.expr.problem("import-refused-alert", message, _UNCLEAR, Severity.ERROR)
    return Moved(NAME, each.alert.name, each.alert.at.span(), "", None, (problem,))


def _of_groups(root: Value) -> Iterator[Problem]:
    """What groups have beside their rules, told once."""
    parts = [part for group in groups_of(root) for name, part in group.items() if name != "rules"]
    for part in parts:
        part.mark()
    if parts:
        names = ", ".join(f"`{'.'.join(map(str, part.path))}`" for part in parts)
        message = f"the groups that rules are in are slogen's own: {names}"
        yield parts[0].problem("import-lost-field", message, "nothing is to be done", Severity.INFO)


def _unused(rule: Rule) -> Problem:
    """A rule that no SLO is made of: it is told, and stays where it is."""
    rule.at.mark()
    what = "alert" if rule.is_alert else "rule"
    why = f": {rule.why}" if rule.why else ""
    message = f"the {what} `{rule.name}` is of no SLO that can be read{why}"
    hint = "leave it where it is"
    return rule.at.problem("import-unused-rule", message, hint, Severity.INFO)


DIALECT: Final = Dialect(NAME, is_of_rules, translate)
