"""Presets that fit, as a spec to start from, or for scripts."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from slogen.live.doctor.suggest import Suggestion
from slogen.project.example import quoted
from slogen.report.visible import visible
from slogen.units import plain

_WIDTH: Final = 110
_SCHEMA: Final = "# yaml-language-server: $schema=../schemas/slo.schema.json"


def as_spec(suggestions: Sequence[Suggestion], world: str) -> str:
    """A document for each system, of all presets that fit; comments say what each means and misses."""
    head = [
        _comment(
            f"Presets that fit {visible(world)}. The objectives are proposals: drop what nobody waits for."
        )
    ]
    documents = [_document(list(each)) for _, each in groupby(suggestions, key=lambda s: s.family.name)]
    return "\n".join([_SCHEMA, *head, "\n---\n".join(documents)])


def _document(found: Sequence[Suggestion]) -> str:
    family = found[0].family
    lines = [
        _comment(f"{family.system}. {family.about}"),
        "apiVersion: slogen/v1",
        "kind: ServiceLevelObjectives",
        f"service: {family.name}",
        "slos:",
        *(textwrap.indent("\n".join(_slo(each)), "  ") for each in found),
    ]
    return "\n".join(lines)


def _slo(found: Suggestion) -> Iterator[str]:
    preset = found.preset
    yield _comment(f"{preset.means} What it misses: {preset.misses}", 4)
    yield f"- name: {preset.name.partition('/')[2]}"
    yield f"  description: {quoted(preset.title)}"
    yield f"  objective: {plain(preset.objective)}"
    yield "  sli:"
    yield f"    preset: {preset.name}"
    if found.chosen:
        yield "    with:"
        yield from (
            f"      {name}: {quoted(value)}{_note(name, found)}" for name, value in found.chosen.items()
        )
    if found.buckets:
        yield from _buckets(found)


def _note(name: str, found: Suggestion) -> str:
    """What must be said by a person."""
    if name != "selector" or not found.guessed:
        return ""
    return f"    # an example: say your {' and '.join(found.guessed)}, which only Prometheus adds"


def _buckets(found: Suggestion) -> Iterator[str]:
    texts = ", ".join(plain(bound.normalize()) for bound in found.buckets)
    yield from textwrap.wrap(
        f"buckets: [{texts}]", _WIDTH, initial_indent="    ", subsequent_indent="              "
    )


def _comment(text: str, indent: int = 0) -> str:
    return "\n".join(textwrap.wrap(text, _WIDTH - indent, initial_indent="# ", subsequent_indent="# "))


def as_json(suggestions: Sequence[Suggestion], world: str) -> str:
    """What fits, and the spec."""
    found = [
        {
            "preset": each.preset.name,
            "system": each.family.system,
            "title": each.preset.title,
            "with": dict(each.chosen),
            "guessed": list(each.guessed),
            "buckets": [float(bound) for bound in each.buckets],
        }
        for each in suggestions
    ]
    spec = as_spec(suggestions, world) if suggestions else ""
    return json.dumps({"world": world, "presets": found, "spec": spec}, indent=2)
