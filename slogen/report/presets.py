"""Presets for people and for scripts: what there is, and what one of them means and becomes."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

from slogen.load.family import Family, Parameter, Preset
from slogen.project.example import Example
from slogen.units import plain

_WIDTH: Final = 100


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


def as_text(preset: Preset, family: Family, example: Example) -> str:
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
    pair = "\n".join(f"{name}\n{textwrap.indent(expr, '  ')}" for name, expr in example.records.items())
    return "\n\n".join([*blocks, f"A spec\n{_indented(example.spec)}", f"It records\n{_indented(pair)}"])


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
    if parameter.type == "metric" and choices:
        choices.append("or another name")
    more = "; ".join(choices) if choices else f"Such as {parameter.example}"
    return f"{parameter.name} ({parameter.type}, {said}): {parameter.description} {more}."


def _facts(preset: Preset, family: Family) -> Iterator[str]:
    for metric in family.facts(preset):
        name = metric.name.replace("${prefix}", "<prefix>")
        bounds = f" Boundaries: {' '.join(map(plain, metric.buckets))}." if metric.buckets else ""
        yield f"{name} ({metric.type}, {metric.unit}).{bounds}" + (f" {metric.notes}" if metric.notes else "")


def as_json(preset: Preset, family: Family, example: Example) -> str:
    """All about a preset, for scripts."""
    return json.dumps(_data(preset, family, example), indent=2)


def _data(preset: Preset, family: Family, example: Example) -> dict[str, Any]:
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
        "spec": example.spec,
        "records": dict(example.records),
    }
