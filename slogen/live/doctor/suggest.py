"""Which of the presets that ship fit the metrics that are there, with parameters that fit, too."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Final

from slogen.live.doctor.asks import Ask, World
from slogen.live.doctor.buckets import boundaries
from slogen.live.doctor.case import Case
from slogen.live.doctor.examine import examine
from slogen.load.family import Family, Metric, Preset
from slogen.load.presets import families, family
from slogen.model.slo import Slo
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.settings import Settings
from slogen.understand import understand
from slogen.units import parse_milliseconds, plain

_UP: Final = "up"
_ANYBODYS: Final = frozenset({"http_requests_total", "http_request_duration_seconds", _UP})
_FALLBACK: Final = "http"  # the family of what is anybody's
_ASKED: Final = ("metrics", "labels", "series", "forms")
_MOST_VARIANTS: Final = 24


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A preset that fits, and what an SLO says of it: `chosen` stands below `with`, `buckets` where the
    histogram has other ones than the preset knows. Of `guessed` labels this world knows no values."""

    preset: Preset
    family: Family
    chosen: Mapping[str, str]
    buckets: tuple[Decimal, ...] = ()
    guessed: tuple[str, ...] = ()


def suggest(world: World, settings: Settings) -> Iterator[Suggestion]:
    """The presets whose metrics are there, in the order of their names; of a family that has no metric of its
    own there, as others may call theirs so, none. Where nothing fits so, those of what is anybody's."""
    names = frozenset(world.names()) - {_UP}  # every target has one: it is no sign of anything
    fit = [
        found for each in families() if _is_known(each, names) for found in _of(each, names, world, settings)
    ]
    fallback = family(_FALLBACK)
    yield from fit or (_of(fallback, names, world, settings) if fallback else ())


def _of(family: Family, names: Collection[str], world: World, settings: Settings) -> Iterator[Suggestion]:
    """The presets of a family that fit."""
    for preset in family.presets:
        if any(_is_there(each, family, names) for each in family.facts(preset)):
            found = (_fitting(preset, family, chosen, world, settings) for chosen in _variants(preset))
            yield from islice(filter(None, found), 1)


def _is_known(family: Family, names: Collection[str]) -> bool:
    """Whether a metric is there that only this family's system has."""
    return any(_is_there(each, family, names) for each in family.metrics if each.name not in _ANYBODYS)


def _is_there(metric: Metric, family: Family, names: Collection[str]) -> bool:
    return any(name in names for name in family.full_names(metric))


def _variants(preset: Preset) -> Iterator[dict[str, str]]:
    """What must be said, as in the preset's example, with each choice that there is."""
    wanted = {name: p.example for name, p in preset.parameters.items() if p.default is None}
    for variant in islice(preset.variants(), _MOST_VARIANTS):
        chosen = {name: value for name, value in variant.items() if value != preset.parameters[name].default}
        yield {**wanted, **chosen}


def _fitting(
    preset: Preset, family: Family, chosen: Mapping[str, str], world: World, settings: Settings
) -> Suggestion | None:
    """The suggestion with a selector and a threshold that are there; None where its series aren't."""
    suggestion = Suggestion(preset, family, chosen)
    slo = _slo(suggestion)
    if slo is None:
        return None
    chosen = _selecting(suggestion, slo, world)
    suggestion = replace(suggestion, chosen=chosen, guessed=_guessed(chosen, slo, world))
    slo = _slo(suggestion)
    if slo is None:
        return None
    case = Case([slo], settings, world)
    wrong = [problem for problem in examine(case, _ASKED).problems if problem.is_error]
    return None if wrong or not case.needed else _on_a_bucket(suggestion, case)


def _slo(suggestion: Suggestion) -> Slo | None:
    """The SLO that it makes; None where it isn't understood."""
    preset = suggestion.preset
    slo = {
        "name": "suggested",
        "objective": float(preset.objective),
        "sli": preset.sli(suggestion.chosen),
    }
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "suggested"}
    project = understand({"suggested.yaml": json.dumps({**head, "slos": [slo]})})
    return project.services[0].slos[0] if project.ok else None


def _selecting(suggestion: Suggestion, slo: Slo, world: World) -> dict[str, str]:
    """What is chosen, with a selector of the values that are there most; of the job at least, where that is
    known."""
    chosen = dict(suggestion.chosen)
    needs = slo.sli.needs()
    if not needs or "selector" not in suggestion.preset.parameters:
        return chosen
    metric = needs[-1].selector.metric
    said = _matchers(chosen)
    if not any(matcher.name == "job" for matcher in said) and not world.hides(Selector(metric), "job"):
        said = (Matcher("job", "=", ""), *said)
    found = [(m, _commonest(metric, m.name, world)) for m in said]
    kept = [
        Matcher(m.name, "=", value) if value else m for m, value in found if value or not _lacks(m, found)
    ]
    if kept:
        chosen["selector"] = ",".join(map(str, kept))
    return chosen


def _matchers(chosen: Mapping[str, str]) -> tuple[Matcher, ...]:
    """Those of the selector that is chosen, if one is."""
    return parse_selector(f"x{{{chosen['selector']}}}").matchers if "selector" in chosen else ()


def _guessed(chosen: Mapping[str, str], slo: Slo, world: World) -> tuple[str, ...]:
    """The labels of the selector that the world can't know: their values are those of the example."""
    selectors = [need.selector for need in slo.sli.needs()]
    return tuple(m.name for m in _matchers(chosen) if any(world.hides(each, m.name) for each in selectors))


def _lacks(matcher: Matcher, found: list[tuple[Matcher, str]]) -> bool:
    """Whether a matcher says nothing, and others do."""
    return not matcher.value or any(value for _, value in found)


def _commonest(metric: str, label: str, world: World) -> str:
    """The value that most series have; "" where the world can't tell."""
    if world.hides(Selector(metric), label):
        return ""
    ask = Ask(Selector(metric), by=(label,))
    values = {value: number for (value,), number in world.count([ask]).get(ask, {}).items() if value}
    return max(sorted(values), key=lambda value: values[value], default="")


def _on_a_bucket(suggestion: Suggestion, case: Case) -> Suggestion | None:
    """The suggestion with the threshold on the nearest boundary, if it is on none."""
    for each in case.needed:
        wanted = each.need.boundary
        if wanted is None:
            continue
        ask = Ask(each.seen, by=("le",))
        there = sorted(bound for bound in boundaries(case.count([ask]).get(ask, {})) if bound.is_finite())
        if not there:
            return None
        if wanted not in there:
            return _moved(suggestion, wanted, there)
    return suggestion


def _moved(suggestion: Suggestion, wanted: Decimal, there: list[Decimal]) -> Suggestion | None:
    preset = suggestion.preset
    if "threshold" not in preset.parameters:
        return None
    nearest = min(there, key=lambda bound: abs(bound - wanted))
    said = preset.texts(suggestion.chosen)["threshold"]
    try:
        millis = Decimal(parse_milliseconds(said)) / wanted * nearest
    except ValueError:  # a plain number, of tokens say
        threshold = plain(nearest)
    else:
        threshold = f"{plain(millis / 1000)}s" if millis % 1000 == 0 else f"{plain(millis.normalize())}ms"
    return replace(suggestion, chosen={**suggestion.chosen, "threshold": threshold}, buckets=tuple(there))
