"""Tell when a change alters what an error budget means, from the rule files before and after it.

The recorded constants and expressions say what each SLO was. Where a file from before can't be read,
nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import yaml

from slogen.conventions import BUDGET, ID, IDENTITY, INFO
from slogen.units import to_text
from slogen.write import Change

RULE_FILES: Final = (".rules.yaml", ".prometheusrule.yaml")
_PAIR: Final = re.compile(r"slo:sli_(?:bad|total):rate\w+")
_VECTOR: Final = re.compile(r"vector\(([0-9.]+)\)")
_PARTS: Final = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 10: "a tenth", 100: "a hundredth"}

# Facts of one SLO: the recorded series' name and its expression; its identity labels, and its window.
Facts = dict[str, str]
_LABELS: Final = "labels"
_WINDOW: Final = "window"


def changed_meanings(changes: Iterable[Change]) -> list[str]:
    """One line for each SLO whose objective, window, selectors or identity labels a change alters."""
    before, after = dict[str, Facts](), dict[str, Facts]()
    for change in changes:
        if change.old and change.new and change.path.name.endswith(RULE_FILES):
            _collect(change.old, before)
            _collect(change.new, after)
    return [
        f"{slo}: {line}" for slo in after if slo in before for line in _differences(before[slo], after[slo])
    ]


def _collect(content: bytes, facts: dict[str, Facts]) -> None:
    for rule in _rules(content):
        name, labels = rule.get("record"), rule.get("labels")
        if isinstance(name, str) and isinstance(labels, Mapping) and ID in labels:
            own = facts.setdefault(str(labels[ID]), {})
            if name == BUDGET or _PAIR.fullmatch(name):
                own[name] = " ".join(str(rule.get("expr")).split())
            if name == INFO and _WINDOW in labels:
                own[_WINDOW] = str(labels[_WINDOW])
            if name == BUDGET:
                own[_LABELS] = ", ".join(f'{k}="{v}"' for k, v in labels.items() if k not in IDENTITY)


def _rules(content: bytes) -> Iterator[Mapping[str, Any]]:
    """All rules of a rule file or PrometheusRule; none where it is neither."""
    try:
        data = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        groups = (data.get("spec") or data)["groups"]
        yield from [rule for group in groups for rule in group["rules"] if isinstance(rule, Mapping)]
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError):
        return


def _differences(old: Facts, new: Facts) -> Iterator[str]:
    differing = {name for name in old.keys() & new.keys() if old[name] != new[name]}
    if BUDGET in differing:
        yield from _objective(_number(old[BUDGET]), _number(new[BUDGET]))
    if _WINDOW in differing:
        was, now = old[_WINDOW], new[_WINDOW]
        yield f"window {was} -> {now}: the budget is counted over {now}, which fills anew"
    if _LABELS in differing:
        was, now = old[_LABELS] or "none", new[_LABELS] or "none"
        yield f"identity labels {was} -> {now}: all series and their budget start afresh"
    elif any(_PAIR.fullmatch(name) for name in differing):
        window = new.get(_WINDOW, "the window")
        yield f"what is counted changed: the budget mixes old and new events until {window} have passed"


def _objective(old: Fraction | None, new: Fraction | None) -> Iterator[str]:
    """From the budgets, as shares."""
    if old and new:
        was, now = (f"{to_text((1 - budget) * 100, 9)}%" for budget in (old, new))
        share = _times(old / new)
        yield f"objective {was} -> {now}: the same errors now use {share} of the budget"


def _times(ratio: Fraction) -> str:
    """ "a fifth", "twice as much", "2.5 times as much"."""
    if ratio < 1 and ratio.numerator == 1 and ratio.denominator in _PARTS:
        return _PARTS[ratio.denominator]
    return "twice as much" if ratio == 2 else f"{to_text(ratio, 3)} times as much"


def _number(expr: str) -> Fraction | None:
    match = _VECTOR.fullmatch(expr)
    return Fraction(match[1]) if match else None
