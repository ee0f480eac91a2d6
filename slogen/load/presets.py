"""Presets: SLIs that ship as data, one file per family, each read when it is first named.

What a family file may hold says `presets/family.schema.json`; tests hold all files to it, so that nothing
is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from slogen.diagnostics import did_you_mean
from slogen.load.reader import read

FOLDER: Final = Path(__file__).parents[1] / "presets"
_PLACEHOLDER: Final = re.compile(r"(,\s*)?\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a preset lets its user say. `default` is None where it must be said.

    `choices` are the values that there are and what each means; `sets` the further texts of a choice.
    """

    name: str
    type: str
    description: str
    default: str | None
    example: str
    choices: Mapping[str, str]
    sets: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Metric:
    """Facts of a metric. `buckets` are the boundaries of a histogram without +Inf, empty for others."""

    name: str
    type: str
    unit: str
    labels: tuple[str, ...]
    buckets: tuple[Decimal, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class Preset:
    """An SLI with placeholders: `config` is what stands below `kind` in a spec.

    `objective` is in percent and a proposal; `notes` tell of versions and traps.
    """

    name: str
    family: str
    title: str
    means: str
    misses: str
    objective: Decimal
    kind: str
    config: Mapping[str, Any]
    parameters: Mapping[str, Parameter]
    notes: tuple[str, ...]

    @property
    def example(self) -> dict[str, str]:
        """What an example says below `with`: what must be said, and a selector."""
        wanted = [p for p in self.parameters.values() if p.default is None or p.type == "selector"]
        return {parameter.name: parameter.example for parameter in wanted}

    def texts(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """A text for each placeholder: of what is chosen, else of the default, else of the example."""
        found = {"by": ""}
        for parameter in self.parameters.values():
            said = parameter.example if parameter.default is None else parameter.default
            value = chosen.get(parameter.name, said)
            found |= {parameter.name: value, **parameter.sets.get(value, {})}
        return found

    def variants(self) -> Iterator[dict[str, str]]:
        """All that can be chosen, as values of parameters; `{}` alone where nothing can."""
        names = [parameter.name for parameter in self.parameters.values() if parameter.choices]
        for values in product(*(self.parameters[name].choices for name in names)):
            yield dict(zip(names, values, strict=True))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A further query that helps beside the SLOs; `unit` is one of Grafana's."""

    title: str
    expr: str
    unit: str
    legend: str
    help: str


@dataclass(frozen=True, slots=True)
class Family:
    """Presets on the metrics of one system. `job` says whose `up` tells gone from idle."""

    name: str
    system: str
    about: str
    job: str
    no_data: str
    versions: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    metrics: tuple[Metric, ...]
    presets: tuple[Preset, ...]
    board: tuple[BoardRow, ...]

    def facts(self, preset: Preset) -> tuple[Metric, ...]:
        """Facts of the metrics that a preset reads, whatever is chosen."""
        read = [
            fill(text, preset.texts(chosen))
            for chosen in preset.variants()
            for text in map(str, preset.config.values())
        ]
        names = {
            each.name: [fill(each.name, {"prefix": prefix}) for prefix in self.prefixes]
            for each in self.metrics
        }
        return tuple(
            each
            for each in self.metrics
            if any(_mentions(text, name) for text in read for name in names[each.name])
        )

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What `${prefix}` can stand for."""
        prefix = self.parameters.get("prefix")
        return tuple(prefix.choices) if prefix else ("",)

    def metric(self, name: str, prefix: str = "") -> Metric | None:
        """The facts of a metric by its full name, where names begin with this prefix."""
        return next((each for each in self.metrics if fill(each.name, {"prefix": prefix}) == name), None)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each `${name}` by its value; a comma before an empty one goes too. Raises KeyError."""

    def value(match: re.Match[str]) -> str:
        found = values[match[2]]
        return (match[1] or "") + found if found else ""

    return _PLACEHOLDER.sub(value, text)


def _mentions(text: str, metric: str) -> bool:
    """Whether PromQL names a metric, be it by a part of its histogram."""
    return re.search(rf"(?<![\w.:]){re.escape(metric)}(_count|_bucket|_sum)?(?![\w.:])", text) is not None


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


def near_preset(name: str) -> str:
    """Which preset a name that none has may mean: "did you mean `vllm/ttft`?", or what its family has."""
    of_family, what = family(name.partition("/")[0]), name.partition("/")[2]
    if of_family is None:
        return did_you_mean(name, [each.name for found in families() for each in found.presets])
    whats = [each.name.partition("/")[2] for each in of_family.presets]
    near = did_you_mean(what, whats).replace("`", f"`{of_family.name}/", 1)
    return near or f"the family has {', '.join(f'`{each.name}`' for each in of_family.presets)}"


def family_of(metric: str) -> Family | None:
    """The family that knows a metric by one of the names it can have. Reads every file."""
    known = (each for each in families() if any(each.metric(metric, prefix) for prefix in each.prefixes))
    return next(known, None)


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
