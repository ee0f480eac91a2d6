"""From the plain data of slogen.yaml to Settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import gcd
from typing import Any, Final

from slogen.settings import (
    AlertmanagerSettings,
    GateSettings,
    KubernetesSettings,
    OutputSettings,
    PrometheusSettings,
    ServerSettings,
    Settings,
)
from slogen.target_settings import (
    ARGO_ROLLOUTS,
    FLAGGER,
    ArgoCdSettings,
    ClusterSettings,
    FluxSettings,
    FormSettings,
    GrafanaAlertingSettings,
    GrafanaSettings,
    MimirSettings,
    ThanosSettings,
)
from slogen.units import MINUTE, parse_duration, to_decimal


def settings_from(data: Mapping[str, Any]) -> Settings:
    """Build Settings from the plain data of a Settings document that passed its schema."""
    subjects: dict[str, Any] = {
        name: kind(**_read(data.get(name, {}), readers)) for name, (kind, readers) in _SUBJECTS.items()
    }
    subjects["prometheus"] = _even(subjects["prometheus"])
    return Settings(**subjects, **_read(data, _PLAIN), servers=_servers(data))


def _even(prometheus: PrometheusSettings) -> PrometheusSettings:
    """Evaluated as seldom as it says, or as much more often as it takes for each base window to end at an
    evaluation: else two of them that should meet overlap, or a part of the time is in none. In whole minutes
    where it says so: some engines know no others."""
    said, base = prometheus.evaluation_interval, prometheus.base_window
    unit = gcd(said, MINUTE) // MINUTE * MINUTE or 1
    longest = next(every for every in range(min(said, base) // unit * unit, 0, -unit) if base % every == 0)
    return replace(prometheus, evaluation_interval=longest)


def _servers(data: Mapping[str, Any]) -> dict[str, ServerSettings]:
    """All servers by name. What is said of the Prometheus that evaluates the rules, "", and its Alertmanager
    stands with them."""
    asked = dict.fromkeys(("url", "rules_url", "http_config", "tenant"), _same)
    own = _read(data.get("prometheus", {}), asked)
    own["alertmanager_url"] = data.get("alertmanager", {}).get("url", "")
    named = data.get("servers", {})
    return {"": ServerSettings(**own), **{name: ServerSettings(**given) for name, given in named.items()}}


def _read(data: Mapping[str, Any], readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """The fields that are there, each by its reader."""
    return {name: read(data[name]) for name, read in readers.items() if name in data}


def _clusters(data: list[Mapping[str, Any]]) -> tuple[ClusterSettings, ...]:
    """Clusters; one that says nothing of labels has its name as the label `cluster`."""
    return tuple(
        ClusterSettings(
            each["name"],
            each.get("labels", {"cluster": each["name"]}),
            each.get("scope", {}),
            each.get("kubernetes", {}).get("namespace"),
            each.get("kubernetes", {}).get("labels", {}),
            each.get("argocd", {}).get("server", ""),
        )
        for each in data
    )


def _same(value: Any) -> Any:
    return value


def _gates(data: Mapping[str, Mapping[str, Any]]) -> dict[str, GateSettings]:
    readers: dict[str, Callable[[Any], Any]] = {
        "budget_left": lambda text: None if text == "none" else Fraction(to_decimal(text)) / 100,
        "burn_below": _burns,
        "no_page": _same,
        "max_age": parse_duration,
        "on_error": _same,
    }
    return {name: GateSettings(**_read(given, readers)) for name, given in data.items()}


def _burns(value: Any) -> dict[str, Fraction]:
    """A single number is about the last hour."""
    given = {} if value == "none" else value if isinstance(value, Mapping) else {"1h": value}
    return {window: Fraction(to_decimal(str(burn).removesuffix("x"))) for window, burn in given.items()}


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _version(text: str) -> tuple[int, int]:
    major, minor = str(text).split(".")[:2]
    return int(major), int(minor)


_PLAIN: Final[Mapping[str, Callable[[Any], Any]]] = {
    "project": _same,
    "targets": tuple,
    "labels": _same,
    "severities": _same,
    "gates": _gates,
    "groups": _same,
    "clusters": _clusters,
}
_ROLLOUTS: Final = dict.fromkeys(("address", "canary", "stable", "secret", "headers"), _same)
_SUBJECTS: Final[Mapping[str, tuple[Callable[..., Any], Mapping[str, Callable[[Any], Any]]]]] = {
    "prometheus": (
        PrometheusSettings,
        {
            **dict.fromkeys(
                ("scrape_interval", "evaluation_interval", "retention", "base_window"), parse_duration
            ),
            "max_rules_per_group": _same,
            "target_labels": tuple,
            "min_version": _version,
        },
    ),
    "alertmanager": (
        AlertmanagerSettings,
        {"min_version": _version, "templates": _texts, "deadman": _same, "merge_into": _same},
    ),
    "kubernetes": (KubernetesSettings, dict.fromkeys(("namespace", "labels", "max_bytes"), _same)),
    "grafana": (
        GrafanaSettings,
        {**dict.fromkeys(("folder", "url", "path", "instances"), _same), "forms": tuple},
    ),
    "mimir": (MimirSettings, dict.fromkeys(("max_rules_per_group", "max_groups"), _same)),
    "thanos": (ThanosSettings, {"forms": tuple, "labels": _same, "stateless": _same}),
    "victoriametrics": (FormSettings, {"forms": tuple, "labels": _same}),
    "grafana_alerting": (GrafanaAlertingSettings, dict.fromkeys(("datasource", "org"), _same)),
    "argo_rollouts": (ARGO_ROLLOUTS, _ROLLOUTS),
    "flagger": (FLAGGER, _ROLLOUTS),
    "argocd": (
        ArgoCdSettings,
        dict.fromkeys(("repo", "revision", "path", "namespace", "project", "server"), _same),
    ),
    "flux": (FluxSettings, dict.fromkeys(("source", "kind", "path", "namespace"), _same)),
    "output": (OutputSettings, dict.fromkeys(("dir", "tests"), _same)),
}
