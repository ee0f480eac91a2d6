"""The presets that ship: one data file per family, each read when it is first named.

What a family file may hold says `presets/family.schema.json`; tests hold all files to it, so that nothing
is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from slogen.diagnostics import did_you_mean
from slogen.load.family import BoardRow, Family, Metric, Parameter, Preset
from slogen.load.reader import read

FOLDER: Final = Path(__file__).parents[1] / "presets"


@cache
def names() -> tuple[str, ...]:
    """The names of the families."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def family(name: str) -> Family | None:
    """The family of this name; None where none has it."""
    if name not in names():
        return None
    [document], _ = read(f"{name}.yaml", (FOLDER / f"{name}.yaml").read_bytes())
    data = document.data
    shared = data.get("parameters", {})
    return Family(
        name=name,
        system=data["system"],
        about=data["about"],
        job=data["job"],
        no_data=data["no_data"],
        versions=tuple(data.get("versions", ())),
        parameters=_parameters(shared),
        metrics=tuple(_metric(key, facts) for key, facts in data["metrics"].items()),
        presets=tuple(_preset(name, key, body, shared) for key, body in data["presets"].items()),
        board=tuple(_row(row) for row in data.get("board", ())),
    )


def preset(name: str) -> Preset | None:
    """The preset `<family>/<what>`; None where none has this name."""
    found = family(name.partition("/")[0])
    return next((each for each in found.presets if each.name == name), None) if found else None


def families() -> Iterator[Family]:
    """All families. Reads every file."""
    yield from filter(None, map(family, names()))


def families_with_board() -> Iterator[Family]:
    """Those that have panels of their own; the files of others are only looked at, which takes less."""
    having = (name for name in names() if b"\nboard:" in (FOLDER / f"{name}.yaml").read_bytes())
    yield from filter(None, map(family, having))


def near_preset(name: str) -> str:
    """Which preset a name that none has may mean: "did you mean `vllm/ttft`?", or what its family has."""
    of_family, what = family(name.partition("/")[0]), name.partition("/")[2]
    if of_family is None:
        return did_you_mean(name, [each.name for found in families() for each in found.presets])
    whats = [each.name.partition("/")[2] for each in of_family.presets]
    near = did_you_mean(what, whats).replace("`", f"`{of_family.name}/", 1)
    return near or f"the family has {', '.join(f'`{each.name}`' for each in of_family.presets)}"


def _metric(name: str, facts: Mapping[str, Any]) -> Metric:
    return Metric(
        name=name,
        type=facts["type"],
        unit=facts["unit"],
        labels=tuple(facts["labels"]),
        buckets=tuple(Decimal(bound) for bound in facts.get("buckets", ())),
        notes=facts.get("notes", ""),
    )


def _preset(family: str, key: str, body: Mapping[str, Any], shared: Mapping[str, Any]) -> Preset:
    ((kind, config),) = body["sli"].items()
    own = body.get("parameters", {})
    # A preset says of a shared parameter only what is different.
    merged = {name: {**shared.get(name, {}), **own.get(name, {})} for name in (*shared, *own)}
    return Preset(
        name=f"{family}/{key}",
        family=family,
        title=body["title"],
        means=body["means"],
        misses=body["misses"],
        objective=Decimal(body["objective"]),
        kind=kind,
        config=config,
        parameters=_parameters(
            {name: facts for name, facts in merged.items() if _is_used(name, facts, config)}
        ),
        notes=tuple(body.get("notes", ())),
    )


def _is_used(name: str, facts: Mapping[str, Any], config: object) -> bool:
    """Whether a preset's config mentions a parameter, or one of the texts that it sets."""
    sets = {text for choice in facts.get("choices", {}).values() for text in choice.get("sets", {})}
    return any(f"${{{text}}}" in str(config) for text in (name, *sets))


def _parameters(data: Mapping[str, Any]) -> dict[str, Parameter]:
    return {name: _parameter(name, facts) for name, facts in data.items()}


def _parameter(name: str, facts: Mapping[str, Any]) -> Parameter:
    choices = facts.get("choices", {})
    return Parameter(
        name=name,
        type=facts["type"],
        description=facts["description"],
        default=facts.get("default"),
        example=facts["example"],
        choices={value: choice["means"] for value, choice in choices.items()},
        sets={value: choice.get("sets", {}) for value, choice in choices.items()},
    )


def _row(data: Mapping[str, Any]) -> BoardRow:
    return BoardRow(data["title"], data["expr"], data["unit"], data.get("legend", ""), data.get("help", ""))
