"""The series of an imported SLO under the names and labels that it had at the other tool.

Boards and routes live on during a move: the rules here read what slogen records, and nothing else, so that
both names always say the same. They are no part of what slogen generates: whoever moves removes them when
nobody asks for the old names any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    ID,
    INFO,
    OBJECTIVE,
    PERIOD_BURN,
    PERIOD_DAYS,
    SERVICE,
    SLO,
    WINDOW,
    object_name,
    ratio_series,
    slo_selector,
)
from slogen.diagnostics import Problem, Severity
from slogen.emitted.rules import Group, Recording, Rule
from slogen.model.slo import Service, Slo
from slogen.moving.outcome import Moved
from slogen.moving.pyrra import burn_windows
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Selector
from slogen.render.rulers.objects import object_text
from slogen.render.rulers.operator import KIND
from slogen.render.rulers.plain import group_data, groups_text
from slogen.rules import compile_service
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, WEEK, to_text

ENDING: Final = ".old-names.rules.yaml"
_LOST: Final = "import-lost-names"
_KEPT: Final = (OBJECTIVE, BUDGET, PERIOD_DAYS, CURRENT_BURN, PERIOD_BURN, BUDGET_REMAINING)
_RATIO: Final = "slo:sli_error:ratio_rate"
_OF_SLOTH: Final = (5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY)
_ENDINGS: Final = ("_total", "_count")


@dataclass(frozen=True, slots=True)
class Bridge:
    """The text of a rule file of a service, or of an object, and what it lacks."""

    text: str
    problems: tuple[Problem, ...]


def bridge(service: Service, slos: Sequence[Moved], settings: Settings) -> Bridge | None:
    """The old names of those SLOs of a service that were imported; None where no old name is known."""
    groups = compile_service(service, settings).groups
    recorded = {rule.record for group in groups for rule in group.rules if isinstance(rule, Recording)}
    by_id = {slo.id: slo for slo in service.slos}
    rules: list[Rule] = []
    problems: list[Problem] = []
    for moved in (moved for moved in slos if moved.id in by_id):
        names = _Names(by_id[moved.id], moved, recorded, settings)
        rules += names.rules()
        problems += names.lost()
    if not rules:
        return Bridge("", tuple(problems)) if problems else None
    group = Group(f"old-names:{service.name}", settings.prometheus.evaluation_interval, tuple(rules))
    return Bridge(_head(service) + _text(service, group, settings), tuple(problems))


def _head(service: Service) -> str:
    return (
        f"# The series of {service.name} under the names that they had before the import into slogen, for\n"
        "# boards and rules that ask for them. Written once: remove it when nobody does any more.\n"
    )


def _text(service: Service, group: Group, settings: Settings) -> str:
    """In the form in which the project's own rules are loaded."""
    if "kubernetes" in settings.targets and "prometheus" not in settings.targets:
        name = f"{object_name(service.name, settings.project)}-old-names"
        return object_text(name, KIND, [group_data(group, keeps=True)], settings)
    return groups_text((group,), keeps=True)


@dataclass(frozen=True, slots=True)
class _Names:
    """One SLO; `recorded` are the names that its service's rules record."""

    slo: Slo
    moved: Moved
    recorded: Collection[str]
    settings: Settings

    def rules(self) -> Iterator[Rule]:
        """All that is known by another name."""
        if self.moved.series:
            yield from _DIALECTS[self.moved.dialect](self)

    def lost(self) -> Iterator[Problem]:
        """What boards may ask for and nothing here says."""
        moved, missing = self.moved, list[int]()
        if not moved.series:
            message = f"what was recorded of `{moved.called}` isn't known, so it has no old names"
            hint = "boards that show it need the names of slogen: docs/rules.md"
            yield Problem(_LOST, message, moved.place, hint, Severity.WARNING, moved.id)
        else:
            missing = [each for each in _WINDOWS[moved.dialect](self.slo.window) if not self._has(each)]
        if missing:
            message = f"slogen records other windows than {', '.join(map(_in_go, missing))} for it"
            hint = "boards that show burn rates over these can take another one"
            yield Problem(_LOST, message, moved.place, hint, Severity.INFO, moved.id)

    def of_sloth(self) -> Iterator[Rule]:
        """The names are those of slogen; labels are others."""
        labels = self.moved.series
        for window in filter(self._has, dict.fromkeys((*_OF_SLOTH, self.slo.window))):
            named = _in_go(window)
            yield self._copy(f"{_RATIO}{named}", ratio_series(window), sloth_window=named)
        for name in _KEPT:
            yield self._copy(name, name)
        info = f"group without ({self._without(INFO)}) ({self._selected(BUDGET)})"
        objective = to_text(self.slo.objective * 100, 9)
        yield Recording("sloth_slo_info", info, {**labels, "sloth_objective": objective})

    def of_pyrra(self) -> Iterator[Rule]:
        """Those of its generic rules, and the burn rates; what it counts by labels of its own isn't there."""
        yield self._copy("pyrra_objective", OBJECTIVE)
        days = self._copy("pyrra_window", PERIOD_DAYS)
        yield Recording(days.record, f"{days.expr} * {DAY}", days.labels)
        failed = self._copy("pyrra_availability", ratio_series(self.slo.window))
        yield Recording(failed.record, f"1 - {failed.expr}", failed.labels)
        counted = _counted(self.moved)
        if counted is None:
            return
        equal = {m.name: m.value for m in counted.matchers if m.op == "=" and m.name not in self.slo.sli.by}
        bare = counted.metric
        for ending in _ENDINGS:
            bare = bare.removesuffix(ending)
        for window in filter(self._has, _WINDOWS["pyrra"](self.slo.window)):
            yield self._copy(f"{bare}:burnrate{_in_go(window)}", ratio_series(window), **equal)

    def _has(self, window: int) -> bool:
        """Whether slogen records an error ratio over so many seconds."""
        return ratio_series(window) in self.recorded

    def _copy(self, record: str, series: str, **more: str) -> Recording:
        expr = f"max without ({self._without(series)}) ({self._selected(series)})"
        return Recording(record, expr, {**more, **self.moved.series})

    def _without(self, series: str) -> str:
        """The labels by which slogen knows an SLO."""
        return ", ".join((ID, SERVICE, SLO, *([WINDOW] if series.startswith(_RATIO) else [])))

    def _selected(self, series: str) -> str:
        return slo_selector(series, self.slo.id, self.settings.labels)


def _counted(moved: Moved) -> Selector | None:
    """What Pyrra counts, by which its recorded series are named."""
    sli: Mapping[str, Mapping[str, str]] = (moved.fields or {}).get("sli", {})
    said = (
        sli.get("events", {}).get("total")
        or sli.get("latency", {}).get("histogram")
        or sli.get("probe", {}).get("metric")
    )
    try:
        return parse_selector(said) if said else None
    except PromqlError:
        return None


def _in_go(seconds: int) -> str:
    """A length as other tools name it: in weeks if it is whole ones, else from days down."""
    if seconds % WEEK == 0:
        return f"{seconds // WEEK}w"
    parts = []
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE)):
        count, seconds = divmod(seconds, size)
        parts += [f"{count}{unit}"] * bool(count)
    return "".join(parts)


# The windows of burn rates that each tool records, in seconds, of an SLO over so many.
_WINDOWS: Final[Mapping[str, Callable[[int], Sequence[int]]]] = {
    "sloth": lambda _: _OF_SLOTH,
    "pyrra": burn_windows,
}
_DIALECTS: Final[Mapping[str, Callable[[_Names], Iterator[Rule]]]] = {
    "sloth": _Names.of_sloth,
    "pyrra": _Names.of_pyrra,
}
