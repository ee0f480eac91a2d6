"""Presets for people and for scripts: what there is, and what one of them means and becomes."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

from slogen.conventions import bad_series, total_series
from slogen.emitted.rules import Recording
from slogen.load.family import Family, Parameter, Preset
from slogen.rules import compile_service
from slogen.settings import Settings
from slogen.understand import understand
from slogen.units import plain

_WIDTH: Final = 100
_HEAD: Final = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: example
slos:
"""


def listed(presets: Sequence[Preset]) -> str:
    """One line a preset: name, kind, proposed objective, title."""
    name, kind = (max(map(len, texts)) for texts in ([p.name for p in presets], [p.kind for p in presets]))
    lines = [f"{p.name:{name}}  {p.kind:{kind}}  {plain(p.objective):>5} %  {p.title}" for p in presets]
    return "\n".join(lines)


def list_as_json(presets: Sequence[tuple[Preset, Family]]) -> str:
    """The same as JSON, with the system's name."""
    found = [
        {
            "name": p.name,
            "system": f.system,
            "kind": p.kind,
            "objective": float(p.objective),
            "title": p.title,
        }
        for p, f in presets
    ]
    return json.dumps({"presets": found}, indent=2)


def snippet(preset: Preset) -> str:
    """An SLO that uses the preset, as an item of a spec's `slos`."""
    lines = [f"- name: {preset.name.partition('/')[2]}", f"  objective: {plain(preset.objective)}", "  sli:"]
    lines.append(f"    preset: {preset.name}")
    if preset.example:
        lines.append("    with:")
        lines += [f"      {name}: {_quoted(value)}" for name, value in preset.example.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def spec(preset: Preset) -> str:
    """A whole spec of that one SLO."""
    return _HEAD + textwrap.indent(snippet(preset), "  ")


def recorded(preset: Preset) -> dict[str, str]:
    """The base pair that the example records, total first: names of series and their expressions."""
    settings = Settings()
    (service,) = understand({"example.yaml": spec(preset)}).services
    base = (total_series(settings.prometheus.base_window), bad_series(settings.prometheus.base_window))
    rules = [rule for group in compile_service(service, settings).groups for rule in group.rules]
    return {rule.record: rule.expr for rule in rules if isinstance(rule, Recording) and rule.record in base}


def as_text(preset: Preset, family: Family) -> str:
    """All about a preset, in sections."""
    sections = {
        "": [f"{preset.name}: {preset.title}", f"{family.system}. {family.about}"],
        "What it means": [preset.means],
        "What it misses": [preset.misses],
        "Objective": [f"{plain(preset.objective)} % is a proposal. The SLO says its own."],
        "Parameters": [_parameter(each) for each in preset.parameters.values()],
        "Metrics": list(_facts(preset, family)),
        "Versions and traps": [*preset.notes, *family.versions],
        "When there is no data": [family.no_data, f"Gone or idle is told by the `up` of {family.job}."],
    }
    blocks = [_block(head, texts) for head, texts in sections.items() if texts]
    pair = "\n".join(f"{record}\n{textwrap.indent(expr, '  ')}" for record, expr in recorded(preset).items())
    return "\n\n".join([*blocks, f"A spec\n{_indented(spec(preset))}", f"It records\n{_indented(pair)}"])


def _block(head: str, texts: Sequence[str]) -> str:
    """Paragraphs below a head; names are not broken at their hyphens."""
    first = "  " if head else ""
    wrapper = textwrap.TextWrapper(_WIDTH, first, first * 2, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*([head] if head else []), *map(wrapper.fill, texts)])


def _indented(text: str) -> str:
    return textwrap.indent(text.rstrip("\n"), "  ")


def _parameter(parameter: Parameter) -> str:
    said = "required" if parameter.default is None else f"default {parameter.default or 'nothing'}"
    choices = [f"`{value}`: {means}" for value, means in parameter.choices.items()]
    more = "; ".join(choices) if choices else f"Such as {parameter.example}"
    return f"{parameter.name} ({parameter.type}, {said}): {parameter.description} {more}."


def _facts(preset: Preset, family: Family) -> Iterator[str]:
    for metric in family.facts(preset):
        name = metric.name.replace("${prefix}", "<prefix>")
        bounds = f" Boundaries: {' '.join(map(plain, metric.buckets))}." if metric.buckets else ""
        yield f"{name} ({metric.type}, {metric.unit}).{bounds}" + (f" {metric.notes}" if metric.notes else "")


def as_json(preset: Preset, family: Family) -> str:
    """All about a preset, for scripts."""
    return json.dumps(_data(preset, family), indent=2)


def _data(preset: Preset, family: Family) -> dict[str, Any]:
    return {
        "name": preset.name,
        "system": family.system,
        "title": preset.title,
        "means": preset.means,
        "misses": preset.misses,
        "kind": preset.kind,
        "objective": float(preset.objective),
        "parameters": [
            {
                "name": each.name,
                "type": each.type,
                "description": each.description,
                "default": each.default,
                "example": each.example,
                "choices": dict(each.choices),
            }
            for each in preset.parameters.values()
        ],
        "metrics": [
            {
                "name": each.name,
                "type": each.type,
                "unit": each.unit,
                "labels": list(each.labels),
                "buckets": [float(bound) for bound in each.buckets],
                "notes": each.notes,
            }
            for each in family.facts(preset)
        ],
        "notes": [*preset.notes, *family.versions],
        "no_data": family.no_data,
        "spec": spec(preset),
        "records": recorded(preset),
    }
