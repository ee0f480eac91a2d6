"""`preset`: a named SLI that ships with slogen, with parameters. It becomes an SLI of its own kind.

sli: {preset: vllm/itl, with: {selector: 'job="vllm"', threshold: 100ms}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from slogen.diagnostics import Problem
from slogen.load.family import Preset, fill
from slogen.load.presets import family, near_preset, preset
from slogen.model.origin import Origin
from slogen.model.sli import Parsed, Parser
from slogen.promql.parse import PromqlError, check_version, parse_selector, read, selectors
from slogen.promql.text import is_label_name, quote
from slogen.settings import Settings
from slogen.sli.parameters import read_texts
from slogen.sli.placeholder import render
from slogen.units import MINUTE


def parser(kinds: Mapping[str, Parser]) -> Parser:
    """How presets of these kinds are parsed."""

    def parse(body: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
        return _parse(body, origin, settings, kinds)

    return parse


def _parse(
    body: Mapping[str, Any], origin: Origin, settings: Settings, kinds: Mapping[str, Parser]
) -> Parsed:
    """Build the SLI of the preset's own kind; what that refuses is shown at what the spec says."""
    found = preset(body["preset"])
    if found is None:
        return None, [_unknown(body["preset"], origin)]
    problems: list[Problem] = []
    texts = read_texts(found, body.get("with", {}), origin, problems)
    if texts is None:
        return None, problems
    problems += _selected(found, texts, origin, settings)
    config = expand(found, texts, body)
    if "buckets" in body and "buckets" not in config:
        message = f"the preset `{found.name}` reads no histogram, so it has no buckets"
        problems.append(origin.at("buckets").problem("preset-buckets", message, "drop `buckets`", key=True))
    if problems:
        return None, problems
    sli, problems = kinds[found.kind](config, origin, settings)
    return sli, [_placed(problem, found, origin) for problem in problems]


def expand(preset: Preset, texts: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
    """What stands below the preset's kind when it is written out, for these texts of its placeholders."""
    by = body.get("by", [])
    every = {**texts, "by": f"by ({', '.join(by)}) " if by else ""}
    config = {
        key: fill(value, every) if isinstance(value, str) else value for key, value in preset.config.items()
    }
    if by:
        config["by"] = by
    if "histogram" in config:
        return _with_facts(config, preset, texts, body)
    return config


def _with_facts(
    config: dict[str, Any], preset: Preset, texts: Mapping[str, str], body: Mapping[str, Any]
) -> dict[str, Any]:
    """Unit and boundaries of a histogram, as far as the preset and the spec don't say them."""
    found = family(preset.family)
    metric = parse_selector(config["histogram"]).metric
    facts = found.metric(metric, texts.get("prefix", "")) if found else None
    bounds = body.get("buckets", facts.buckets if facts else ())
    known = {"unit": facts.unit} if facts else {}
    return {**known, **config, **({"buckets": bounds} if bounds else {})}


def _unknown(name: str, origin: Origin) -> Problem:
    hint = near_preset(name) or "`slogen presets list` shows all"
    return origin.at("preset").problem("unknown-preset", f"there is no preset `{name}`", hint)


def _selected(
    preset: Preset, texts: Mapping[str, str], origin: Origin, settings: Settings
) -> Iterator[Problem]:
    """What is wrong with the matchers that a spec adds: a second one on a label that the preset selects on
    itself would change what it means."""
    if not texts.get("selector"):
        return
    here, added = origin.at("with", "selector"), parse_selector(f"x{{{texts['selector']}}}")
    try:
        check_version([added], settings.prometheus.min_version)
    except PromqlError as error:
        yield here.problem("promql", f"`selector`: {error}", error.hint)
    own = {"le"} | _labels(expand(preset, {**texts, "selector": ""}, {}))
    for matcher in added.matchers:
        if matcher.name in own:
            message = f"the preset `{preset.name}` selects on `{matcher.name}` itself"
            setter = _setter(preset, matcher.name)
            hint = f"use its parameter `{setter}`" if setter else f"drop `{matcher}`"
            yield here.problem("preset-selector", message, hint)


def _labels(config: Mapping[str, Any]) -> set[str]:
    found = set()
    for text in config.values():
        try:
            parsed = selectors(read(render(text, MINUTE))) if isinstance(text, str) else ()
        except PromqlError:  # a duration, a unit: no PromQL
            continue
        found |= {matcher.name for selector in parsed for matcher in selector.matchers}
    return found


def _setter(preset: Preset, label: str) -> str:
    """The parameter that says the value of a label; "" where none does."""
    if label == "le":
        return "threshold" if "threshold" in preset.parameters else ""
    name = label if is_label_name(label) else quote(label)
    wanted = re.compile(rf'(?<![\w"]){re.escape(name)}\s*[=!]~?=?\s*"[^"]*\$\{{(\w+)\}}')
    found = (wanted.search(text) for text in preset.config.values() if isinstance(text, str))
    setters = [match[1] for match in found if match and match[1] in preset.parameters]
    return setters[0] if setters else ""


def _placed(problem: Problem, preset: Preset, origin: Origin) -> Problem:
    """A problem of what the preset says itself is shown at its name."""
    if problem.span != origin.at("nowhere").span():
        return problem
    return replace(problem, message=f"`{preset.name}`: {problem.message}", span=origin.at("preset").span())
