"""What a family of presets is: parameters, metrics with their facts, and SLIs with placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any, Final

_PLACEHOLDER: Final = re.compile(r"\{\$\{(?P<alone>\w+)\}\}|(?P<comma>,\s*)?\$\{(?P<name>\w+)\}")


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

    def sli(self, chosen: Mapping[str, str]) -> dict[str, Any]:
        """What an SLO that uses it says below `sli`."""
        return {"preset": self.name, **({"with": dict(chosen)} if chosen else {})}

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

    def full_names(self, metric: Metric) -> tuple[str, ...]:
        """What a metric can be called, with each prefix; of a histogram also its parts."""
        parts = ("", "_bucket", "_count", "_sum") if metric.type in ("histogram", "summary") else ("",)
        names = (fill(metric.name, {"prefix": prefix}) for prefix in self.prefixes)
        return tuple(name + part for name in names for part in parts)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What `${prefix}` can stand for."""
        prefix = self.parameters.get("prefix")
        return tuple(prefix.choices) if prefix else ("",)

    def metric(self, name: str, prefix: str = "") -> Metric | None:
        """The facts of a metric by its full name, where names begin with this prefix."""
        return next((each for each in self.metrics if fill(each.name, {"prefix": prefix}) == name), None)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each `${name}` by its value; braces around an empty one, or a comma before, go too. Raises
    KeyError."""

    def value(match: re.Match[str]) -> str:
        found = values[match["name"] or match["alone"]]
        before, after = ("{", "}") if match["alone"] else (match["comma"] or "", "")
        return f"{before}{found}{after}" if found else ""

    return _PLACEHOLDER.sub(value, text)


def _mentions(text: str, metric: str) -> bool:
    """Whether PromQL names a metric, be it by a part of its histogram."""
    return re.search(rf"(?<![\w.:]){re.escape(metric)}(_count|_bucket|_sum)?(?![\w.:])", text) is not None
