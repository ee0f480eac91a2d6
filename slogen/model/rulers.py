"""The engines that evaluate rules: what their rules can hold, how much they take, when they show what they
recorded. One line an engine; docs/rulers.md says for each where it was seen, and with which version.

An engine is late if a group doesn't see what it has just recorded: then a chain of n recordings takes n
evaluations until it shows what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from slogen.settings import Settings
from slogen.units import MINUTE

_BY_PROMETHEUS: Final = (
    "prometheus_rule_evaluation_failures_total",
    "prometheus_rule_group_iterations_missed_total",
)


@dataclass(frozen=True, slots=True)
class OwnMetrics:
    """What an engine tells of its rules: counters of evaluations that failed and that were missed, and the
    label that names a group, which begins with `before` the group's own name (a regular expression). With
    `has_namespaces` that has the namespace of the rules, so that those of several clusters are told apart."""

    failed: tuple[str, ...] = _BY_PROMETHEUS[:1]
    missed: str = _BY_PROMETHEUS[1]
    group: str = "rule_group"
    before: str = ".+;"
    has_namespaces: bool = False


PROMETHEUS_METRICS: Final = OwnMetrics()


@dataclass(frozen=True, slots=True)
class Ruler:
    """An engine, by the target that is written for it.

    `rules` is the most that a group takes, `groups` the most that a tenant has, `size` the most bytes of an
    object (0: no limit). `shortest` and
    `longest` are the intervals it can evaluate in, in `steps`, all in seconds. It `keeps` alerts firing, and
    `asks` in annotations, if its rules can say `keep_firing_for` and `query`; it `shows` alerts if it records
    ALERTS, and `has_native` histograms as Prometheus has them. With `has_metricsql` its ranges reach back to
    the sample before them. `own_labels` are set, and selected on, by itself alone. `metrics` is None where it
    tells nothing of its rules as series.
    """

    target: str
    called: str
    rules: int = 0
    groups: int = 0
    size: int = 0
    shortest: int = 1
    longest: int = 0
    steps: int = 1
    is_late: bool = False
    keeps: bool = True
    asks: bool = True
    shows: bool = True
    has_native: bool = True
    has_metricsql: bool = False
    own_labels: frozenset[str] = frozenset()
    metrics: OwnMetrics | None = PROMETHEUS_METRICS


_VMALERT: Final = OwnMetrics(
    ("vmalert_recording_rules_errors_total", "vmalert_alerting_rules_errors_total"),
    "vmalert_iteration_missed_total",
    "group",
    "",
)
_CORTEX: Final = OwnMetrics(
    tuple(f"cortex_{name}" for name in _BY_PROMETHEUS[:1]), f"cortex_{_BY_PROMETHEUS[1]}", has_namespaces=True
)

PROMETHEUS: Final = Ruler("prometheus", "Prometheus")
OPERATOR: Final = Ruler("kubernetes", "the Prometheus operator", size=512 * 1024)
MIMIR: Final = Ruler("mimir", "Grafana Mimir", rules=20, groups=70, metrics=_CORTEX)
CORTEX: Final = Ruler("cortex", "Cortex", metrics=_CORTEX)
THANOS: Final = Ruler("thanos", "Thanos Ruler")
VICTORIAMETRICS: Final = Ruler(
    "victoriametrics",
    "VictoriaMetrics",
    is_late=True,
    has_native=False,
    has_metricsql=True,
    metrics=_VMALERT,
)
GMP: Final = Ruler(
    "gmp",
    "Google Managed Prometheus",
    is_late=True,
    keeps=False,
    own_labels=frozenset({"project_id", "location", "cluster"}),
)
AZURE: Final = Ruler(
    "azure",
    "Azure Monitor",
    rules=20,
    shortest=MINUTE,
    longest=15 * MINUTE,
    is_late=True,
    keeps=False,
    asks=False,
    shows=False,
    metrics=None,
)
GRAFANA_ALERTING: Final = Ruler(
    "grafana-alerting",
    "Grafana-managed alerting",
    shortest=10,
    steps=10,
    is_late=True,
    asks=False,
    shows=False,
    metrics=None,
)

# Engines whose limits slogen.yaml says, and the subject there.
LIMITED_BY: Final = {MIMIR.target: "mimir", CORTEX.target: "mimir"}

RULERS: Final[Mapping[str, Ruler]] = {
    each.target: each
    for each in (
        PROMETHEUS,
        OPERATOR,
        MIMIR,
        CORTEX,
        THANOS,
        VICTORIAMETRICS,
        GMP,
        AZURE,
        GRAFANA_ALERTING,
    )
}


def rulers_among(targets: Iterable[str], settings: Settings) -> list[Ruler]:
    """The engines of these targets, in their order, as the settings say that they run."""
    return [_as_run(RULERS[target], settings) for target in targets if target in RULERS]


def _as_run(ruler: Ruler, settings: Settings) -> Ruler:
    """A stateless Thanos Ruler sees what it has recorded when its store shows it; the objects of one go
    through the Prometheus operator."""
    if ruler != THANOS:
        return ruler
    size = OPERATOR.size if "objects" in settings.thanos.forms else 0
    return replace(ruler, is_late=settings.thanos.stateless, size=size)


def limits(ruler: Ruler, settings: Settings) -> tuple[int, int]:
    """The most rules of a group and groups of a tenant (0: no limit), as the settings say they are, or else
    as the engine has them by default."""
    said = settings.mimir if ruler.target in LIMITED_BY else None
    rules = said.max_rules_per_group if said and said.max_rules_per_group is not None else ruler.rules
    groups = said.max_groups if said and said.max_groups is not None else ruler.groups
    return rules, groups
