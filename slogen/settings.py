"""Project settings: slogen.yaml beside the specs folder, all optional."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
class Settings:
    """What a project says about its Prometheus and its output. Times in seconds.

    `retention` is None where nobody said how long Prometheus keeps data. `deadman` says that somebody gets
    the alert that always fires: by a route of their own, or by the project's notifications.
    """

    min_version: tuple[int, int] = (2, 42)
    alertmanager_version: tuple[int, int] = (0, 25)
    alertmanager_templates: tuple[str, ...] = TEMPLATE_PLACES
    deadman: bool = False
    merge_into: str = ""
    scrape_interval: int = 30
    evaluation_interval: int = 30
    retention: int | None = None
    base_window: int = 5 * MINUTE
    max_rules_per_group: int | None = None
    target_labels: tuple[str, ...] = ()
    targets: tuple[str, ...] = TARGETS
    output_dir: str = "generated"
    tests_dir: str = "promtool-tests"
    labels: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = None
    object_labels: Mapping[str, str] = field(default_factory=dict)
    max_object_bytes: int = SPLIT_BYTES
    grafana_folder: str = "SLOs"
    grafana_url: str = ""
    grafana_path: str = "/var/lib/grafana/dashboards/slogen"
    grafana_instances: Mapping[str, str] = field(default_factory=lambda: {"dashboards": "grafana"})

    @property
    def rate_range(self) -> int:
        """How far back a rate of the base window looks, in seconds.

        n intervals need n + 1 scrapes. So ranges are a scrape longer than the base, less a second: then
        adjacent windows abut, no burst between two of them is lost, and Prometheus 2 and 3 (whose ranges
        are left-open) see the same scrapes.
        """
        return self.base_window + self.scrape_interval - 1

    @property
    def of_targets(self) -> tuple[str, ...]:
        """Labels that a target, and so its `up`, can carry."""
        return *TARGET_LABELS, *self.target_labels, *self.labels

    @property
    def step(self) -> int:
        """Seconds between two looks at a gauge: more often than samples come, or rules run, shows nothing."""
        return max(self.evaluation_interval, self.scrape_interval)

    @property
    def rules_from_tests(self) -> str:
        """The folder of the plain rule files, as seen from a test file."""
        output = posixpath.normpath(posixpath.join(_SOMEWHERE, self.output_dir, "prometheus"))
        tests = posixpath.normpath(posixpath.join(_SOMEWHERE, self.tests_dir, "service"))
        return posixpath.relpath(output, tests)

    def severity(self, name: str) -> str:
        """The label value for a severity."""
        return self.severities.get(name, name)


def settings_from(data: Mapping[str, Any]) -> Settings:
    """Build Settings from the plain data of a Settings document that passed its schema."""
    prometheus, kubernetes = data.get("prometheus", {}), data.get("kubernetes", {})
    output, grafana = data.get("output", {}), data.get("grafana", {})
    alertmanager = data.get("alertmanager", {})
    found: dict[str, Any] = {
        "scrape_interval": _seconds(prometheus.get("scrape_interval")),
        "evaluation_interval": _seconds(prometheus.get("evaluation_interval")),
        "retention": _seconds(prometheus.get("retention")),
        "base_window": _seconds(prometheus.get("base_window")),
        "max_rules_per_group": prometheus.get("max_rules_per_group"),
        "target_labels": tuple(prometheus.get("target_labels", ())),
        "min_version": _version(prometheus.get("min_version")),
        "alertmanager_version": _version(alertmanager.get("min_version")),
        "alertmanager_templates": _texts(alertmanager.get("templates")),
        "deadman": alertmanager.get("deadman"),
        "merge_into": alertmanager.get("merge_into"),
        "targets": tuple(data["targets"]) if "targets" in data else None,
        "output_dir": output.get("dir"),
        "tests_dir": output.get("tests"),
        "labels": data.get("labels"),
        "severities": data.get("severities"),
        "namespace": kubernetes.get("namespace"),
        "object_labels": kubernetes.get("labels"),
        "max_object_bytes": kubernetes.get("max_bytes"),
        "grafana_folder": grafana.get("folder"),
        "grafana_url": grafana.get("url"),
        "grafana_path": grafana.get("path"),
        "grafana_instances": grafana.get("instances"),
    }
    return Settings(**{name: value for name, value in found.items() if value is not None})


def _seconds(text: str | None) -> int | None:
    return None if text is None else parse_duration(text)


def _texts(value: str | list[str] | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    return (value,) if isinstance(value, str) else tuple(value)


def _version(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    major, minor = str(text).split(".")[:2]
    return int(major), int(minor)
