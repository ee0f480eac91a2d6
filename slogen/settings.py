"""Project settings: slogen.yaml beside the specs folder, all optional."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slogen.conventions import TEMPLATES
from slogen.units import DAY, MINUTE, parse_duration

FILE_NAME = "slogen.yaml"
TARGETS = ("prometheus", "kubernetes", "alertmanager", "grafana", "docs", "tests")
PROMETHEUS_DEFAULT_RETENTION = 15 * DAY
# Labels that targets carry, so that `up` has them too. Where one is of the metric alone, `up` is never seen
# with it, and `job` and `instance` decide.
TARGET_LABELS = (
    *("job", "instance", "cluster", "namespace", "service", "pod", "container", "endpoint", "node", "app"),
    *("component", "env", "environment", "region", "zone", "datacenter"),
    *("app_kubernetes_io_name", "app_kubernetes_io_instance", "app_kubernetes_io_component"),
)
SPLIT_BYTES = 240 * 1024  # kubectl keeps a copy in an annotation of at most 256 KiB
# A project's folder, so deep that no `..` of a path leads to its end. No folder is called like it.
UNKNOWN = "\0"
_SOMEWHERE = "/" + f"{UNKNOWN}/" * 500
# Beside the configuration; or, under the Prometheus operator, in the folder beside that of the configuration
# it generates. Alertmanager takes a place where nothing lies for an empty one.
TEMPLATE_PLACES = (TEMPLATES, f"../config/{TEMPLATES}")


@dataclass(frozen=True, slots=True)
class PrometheusSettings:
    """The Prometheus that evaluates the rules. Times in seconds; `retention` is None where nobody said how
    long it keeps data."""

    min_version: tuple[int, int] = (2, 42)
    scrape_interval: int = 30
    evaluation_interval: int = 30
    retention: int | None = None
    base_window: int = 5 * MINUTE
    max_rules_per_group: int | None = None
    target_labels: tuple[str, ...] = ()

    @property
    def rate_range(self) -> int:
        """How far back a rate of the base window looks, in seconds.

        n intervals need n + 1 scrapes. So ranges are a scrape longer than the base, less a second: then
        adjacent windows abut, no burst between two of them is lost, and Prometheus 2 and 3 (whose ranges
        are left-open) see the same scrapes.
        """
        return self.base_window + self.scrape_interval - 1

    @property
    def step(self) -> int:
        """Seconds between two looks at a gauge: more often than samples come, or rules run, shows nothing."""
        return max(self.evaluation_interval, self.scrape_interval)


@dataclass(frozen=True, slots=True)
class AlertmanagerSettings:
    """The Alertmanager that gets the alerts. `deadman` says that somebody gets the alert that always fires:
    by a route of their own, or by the project's notifications."""

    min_version: tuple[int, int] = (0, 25)
    templates: tuple[str, ...] = TEMPLATE_PLACES
    deadman: bool = False
    merge_into: str = ""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """A server that commands ask: addresses, and the path of Prometheus' http_config from slogen.yaml."""

    url: str = ""
    rules_url: str = ""
    alertmanager_url: str = ""
    http_config: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class KubernetesSettings:
    """The objects of the Prometheus operator, and of boards."""

    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = SPLIT_BYTES


@dataclass(frozen=True, slots=True)
class GrafanaSettings:
    """Where boards go, and the address that links lead to."""

    folder: str = "SLOs"
    url: str = ""
    path: str = "/var/lib/grafana/dashboards/slogen"
    instances: Mapping[str, str] = field(default_factory=lambda: {"dashboards": "grafana"})


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """The folders of what is generated."""

    dir: str = "generated"
    tests: str = "promtool-tests"

    @property
    def rules_from_tests(self) -> str:
        """The folder of the plain rule files, as seen from a test file."""
        output = posixpath.normpath(posixpath.join(_SOMEWHERE, self.dir, "prometheus"))
        tests = posixpath.normpath(posixpath.join(_SOMEWHERE, self.tests, "service"))
        return posixpath.relpath(output, tests)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says about what it runs on, and about its output; a subject each. `servers` are by
    name, "" that of `prometheus`."""

    prometheus: PrometheusSettings = PrometheusSettings()
    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    kubernetes: KubernetesSettings = KubernetesSettings()
    grafana: GrafanaSettings = GrafanaSettings()
    output: OutputSettings = OutputSettings()
    targets: tuple[str, ...] = TARGETS
    labels: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    servers: Mapping[str, ServerSettings] = field(default_factory=dict)

    @property
    def has_plain_rules(self) -> bool:
        """Whether the output has rule files as promtool reads them; else the proof brings its own."""
        return "prometheus" in self.targets

    @property
    def of_targets(self) -> tuple[str, ...]:
        """Labels that a target, and so its `up`, can carry."""
        return *TARGET_LABELS, *self.prometheus.target_labels, *self.labels

    def severity(self, name: str) -> str:
        """The label value for a severity."""
        return self.severities.get(name, name)


def settings_from(data: Mapping[str, Any]) -> Settings:
    """Build Settings from the plain data of a Settings document that passed its schema."""
    subjects: dict[str, Any] = {
        name: kind(**_read(data.get(name, {}), readers)) for name, (kind, readers) in _SUBJECTS.items()
    }
    return Settings(**subjects, **_read(data, _PLAIN), servers=_servers(data))


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


def _same(value: Any) -> Any:
    return value


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _version(text: str) -> tuple[int, int]:
    major, minor = str(text).split(".")[:2]
    return int(major), int(minor)


_PLAIN: Final[Mapping[str, Callable[[Any], Any]]] = {"targets": tuple, "labels": _same, "severities": _same}
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
    "grafana": (GrafanaSettings, dict.fromkeys(("folder", "url", "path", "instances"), _same)),
    "output": (OutputSettings, dict.fromkeys(("dir", "tests"), _same)),
}
