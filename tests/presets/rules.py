"""What a family's data must keep, beyond its JSON Schema. Each rule yields what is wrong, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from slogen.load.family import Family, Metric, Preset, fill
from slogen.promql.parse import parse, selectors
from slogen.promql.selector import Selector
from slogen.sli.placeholder import render
from slogen.sli.preset import expand
from slogen.units import MINUTE, parse_milliseconds

MARK = 'marked="yes"'
PER_MILLISECOND = {"seconds": Decimal("0.001"), "milliseconds": Decimal(1)}
PART = re.compile(r"_(bucket|count|sum)$")
PROMQL = ("bad", "good", "total", "histogram", "metric", "timestamp")


def complaints(family: Family) -> list[str]:
    """All that is wrong with a family."""
    found = [f"{family.name}: {words}" for words in _of_family(family)]
    for preset in family.presets:
        for chosen in preset.variants():
            found += [f"{preset.name} {chosen}: {words}" for words in _of_variant(preset, family, chosen)]
        found += [f"{preset.name}: {words}" for words in _of_parameters(preset)]
    return found


def _of_family(family: Family) -> Iterator[str]:
    used = {fact.name for preset in family.presets for fact in family.facts(preset)}
    yield from (f"no preset reads `{each.name}`" for each in family.metrics if each.name not in used)
    for fact in family.metrics:
        if list(fact.buckets) != sorted(set(fact.buckets)):
            yield f"the boundaries of `{fact.name}` don't rise"
        if fact.buckets and fact.type != "histogram":
            yield f"`{fact.name}` is no histogram"
        named = fact.name.rpartition("_")[2]
        if fact.type == "histogram" and named in PER_MILLISECOND and named != fact.unit:
            yield f"the name of `{fact.name}` says another unit than {fact.unit}"
    for row in family.board:
        expr = fill(row.expr, {"prefix": family.prefixes[0], "selector": MARK})
        if not selectors(parse(expr.replace("[$__rate_interval]", "[5m]"))):
            yield f"the row {row.title} reads nothing"


def _of_parameters(preset: Preset) -> Iterator[str]:
    for name, parameter in preset.parameters.items():
        if parameter.type != "metric" and (parameter.type == "choice") != bool(parameter.choices):
            yield f"`{name}` is a choice without choices, or has some and is none"
        if parameter.choices and not {parameter.default, parameter.example} <= parameter.choices.keys():
            yield f"default or example of `{name}` is none of its choices"
        if parameter.default is not None and parameter.default == parameter.example:
            yield f"the example of `{name}` is its default"
    placeholders = set(re.findall(r"\$\{(\w+)\}", str(preset.config)))
    if missing := placeholders - preset.texts({}).keys():
        yield f"{sorted(missing)} are no parameters"


def _of_variant(preset: Preset, family: Family, chosen: Mapping[str, str]) -> Iterator[str]:
    texts = preset.texts(chosen) | {"selector": MARK}
    config = expand(preset, texts, {})
    for selector in read(config):
        fact = facts_of(selector.metric, family, texts.get("prefix", ""))
        if fact is None:
            yield f"there are no facts of `{selector.metric}`"
            continue
        names = {matcher.name for matcher in selector.matchers}
        if "marked" not in names:
            yield f"`{selector}` lost the user's selector"
        if unknown := names - {"marked", "le", *fact.labels}:
            yield f"`{fact.name}` has no label {sorted(unknown)}"
        if "histogram" in config and fact:
            yield from _of_threshold(preset, fact)


def facts_of(metric: str, family: Family, prefix: str) -> Metric | None:
    """The facts of a metric, or of the histogram that it is a part of."""
    return family.metric(PART.sub("", metric), prefix) or family.metric(metric, prefix)


def _of_threshold(preset: Preset, fact: Metric) -> Iterator[str]:
    if not fact.buckets:
        yield f"`{fact.name}` has no boundaries"
        return
    unit, threshold = preset.config.get("unit", fact.unit), preset.parameters["threshold"]
    for text in (threshold.default, threshold.example):
        if text is None:
            yield "the threshold needs a default and an example"
            continue
        value = Decimal(text) if unit == "none" else in_unit(text, unit)
        if value not in fact.buckets:
            yield f"the threshold {text} is on no boundary"


def in_unit(duration: str, unit: str) -> Decimal:
    """A duration as a number of its histogram's unit."""
    return parse_milliseconds(duration) * PER_MILLISECOND[unit]


def read(config: Mapping[str, object]) -> tuple[Selector, ...]:
    """All selectors of an expanded preset."""
    texts = [str(text) for key, text in config.items() if key in PROMQL]
    return tuple(selector for text in texts for selector in selectors(parse(render(text, MINUTE))))
