"""What rule files say about each SLO: the facts by which `meaning` tells what a change does to a budget.

Where a file can't be read, it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import yaml

from slogen import foreignyaml
from slogen.conventions import BUDGET, ID, IDENTITY, INFO, PERIOD_START, TIER
from slogen.emitted.rules import Recording, Rule

PAIR: Final = re.compile(r"slo:sli_(?:bad|good|total):rate(\w+)")
LABELS: Final = "labels"
WINDOW: Final = "window"
SINCE: Final = "since"
BASE: Final = "base"
LEAST_BAD: Final = "least bad events of "  # and the tier
_DATE: Final = re.compile(r", ([0-9]{9,})\)")
_LEAST: Final = re.compile(r"slo:sli_bad:rate\w+\{[^}]*\} \* [0-9]+ > ([0-9.]+)")

# Facts of one SLO by their names: above, or the name of a recorded series for its expression.
Facts = dict[str, str]


def facts(contents: Iterable[bytes]) -> dict[str, Facts]:
    """The facts of each SLO of these rule files, by its id."""
    found = dict[str, Facts]()
    for rule in (rule for content in contents for rule in _rules(content)):
        labels = rule.get("labels")
        if isinstance(labels, Mapping) and ID in labels:
            own = fact(str(rule.get("record")), str(rule.get("expr")), labels)
            found.setdefault(str(labels[ID]), {}).update(own)
    return found


def compiled_facts(rules: Iterable[Rule]) -> Facts:
    """The facts of one SLO, of its rules as they are compiled."""
    return dict(
        each
        for rule in rules
        for each in fact(rule.record if isinstance(rule, Recording) else "", rule.expr, rule.labels)
    )


def fact(name: str, expr: str, labels: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a rule says of its SLO; the `name` is that of what it records."""
    expr = " ".join(expr.split())
    pair = PAIR.fullmatch(name)
    if pair:
        yield BASE, pair[1]
    if pair or name == BUDGET:
        yield name, expr
    if name == INFO and WINDOW in labels:
        yield WINDOW, str(labels[WINDOW])
    if name == BUDGET:
        yield LABELS, ", ".join(f'{k}="{v}"' for k, v in labels.items() if k not in IDENTITY)
    if name == PERIOD_START and (date := _DATE.search(expr)):
        yield SINCE, date[1]
    if TIER in labels and (least := _LEAST.search(expr)):
        yield f"{LEAST_BAD}{labels[TIER]}", least[1]


def _rules(content: bytes) -> Iterator[Mapping[str, Any]]:
    """All rules of a rule file or PrometheusRule; none where it is neither."""
    try:
        data = foreignyaml.load(content)
        groups = (data.get("spec") or data)["groups"]
        yield from [rule for group in groups for rule in group["rules"] if isinstance(rule, Mapping)]
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError):
        return
