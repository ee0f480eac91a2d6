"""A preset in use: an SLO that shows it, and what the rules record of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from slogen.conventions import bad_series, total_series
from slogen.emitted.rules import Recording
from slogen.load.family import Preset
from slogen.rules import compile_service
from slogen.settings import Settings
from slogen.understand import understand
from slogen.units import plain

_HEAD: Final = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: example
slos:
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A spec of one SLO, and the base pair that it records, total first: names of series and their
    expressions."""

    spec: str
    records: Mapping[str, str]


def example(preset: Preset) -> Example:
    """The preset as its own example uses it."""
    spec, settings = _HEAD + textwrap.indent(snippet(preset), "  "), Settings()
    (service,) = understand({"example.yaml": spec}).services
    base = (total_series(settings.prometheus.base_window), bad_series(settings.prometheus.base_window))
    rules = [rule for group in compile_service(service, settings).groups for rule in group.rules]
    pair = [rule for rule in rules if isinstance(rule, Recording) and rule.record in base]
    return Example(spec, {rule.record: rule.expr for rule in pair})


def snippet(preset: Preset) -> str:
    """An SLO that uses the preset, as an item of a spec's `slos`."""
    lines = [f"- name: {preset.name.partition('/')[2]}", f"  objective: {plain(preset.objective)}", "  sli:"]
    lines.append(f"    preset: {preset.name}")
    if preset.example:
        lines.append("    with:")
        lines += [f"      {name}: {quoted(value)}" for name, value in preset.example.items()]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A text as YAML reads it back."""
    return "'" + text.replace("'", "''") + "'"
