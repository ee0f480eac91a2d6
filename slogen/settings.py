"""Project settings: slogen.yaml beside the specs folder, all optional."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from slogen.conventions import TEMPLATES, project_name
from slogen.target_settings import (
    ARGO_ROLLOUTS,
    FLAGGER,
    ArgoCdSettings,
    FluxSettings,
    FormSettings,
    GrafanaAlertingSettings,
    GrafanaSettings,
    MimirSettings,
    RolloutSettings,
)
from slogen.units import DAY, MINUTE, parse_duration, to_decimal

FILE_NAME = "slogen.yaml"
TARGETS = ("prometheus", "kubernetes", "alertmanager", "grafana", "docs", "tests")
BOARD_FORMS = ("files", "sidecar", "operator")
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
class GateSettings:
    """What must be so for a deployment to go: at least the share `budget_left` of the budget (None: not
    asked), each of `burn_below` ("now", "1h", "6h") burning less than so many times the sustainable rate, no
    page firing if `no_page`, and all that from rules evaluated at most `max_age` seconds ago. `on_error` says
    what a server that can't be asked means: "deny", "allow" or "unknown"."""

    budget_left: Fraction | None = Fraction(1, 10)
    burn_below: Mapping[str, Fraction] = field(default_factory=lambda: {"1h": Fraction(2)})
    no_page: bool = True
    max_age: int = 5 * MINUTE
    on_error: str = "deny"


@dataclass(frozen=True, slots=True)
class KubernetesSettings:
    """The objects of the Prometheus operator, and of boards."""

    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = SPLIT_BYTES


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """The folders of what is generated."""

    dir: str = "generated"
    tests: str = "promtool-tests"

    @property
    def objects(self) -> str:
        """The folder of the Kubernetes objects."""
        return posixpath.join(posixpath.normpath(self.dir), "kubernetes")

    @property
    def rules_from_tests(self) -> str:
        """The folder of the plain rule files, as seen from a test file."""
        output = posixpath.normpath(posixpath.join(_SOMEWHERE, self.dir, "prometheus"))
        tests = posixpath.normpath(posixpath.join(_SOMEWHERE, self.tests, "service"))
        return posixpath.relpath(output, tests)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says about what it runs on, and about its output; a subject each. `servers` are by
    name, "" that of `prometheus`. `project` is a name by which what exists once a project (boards, the
    watcher of the rules) differs from that of others; "" where there is one project. `groups` gives the paths
    "page" and "budget" to targets, where two engines share the rules. `is_late` is not written there: it says
    that rules are compiled for an engine that doesn't see at once what it records."""

    prometheus: PrometheusSettings = PrometheusSettings()
    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    kubernetes: KubernetesSettings = KubernetesSettings()
    grafana: GrafanaSettings = field(default_factory=GrafanaSettings)
    output: OutputSettings = OutputSettings()
    targets: tuple[str, ...] = TARGETS
    labels: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    servers: Mapping[str, ServerSettings] = field(default_factory=dict)
    gates: Mapping[str, GateSettings] = field(default_factory=dict)
    argo_rollouts: RolloutSettings = field(default_factory=ARGO_ROLLOUTS)
    flagger: RolloutSettings = field(default_factory=FLAGGER)
    mimir: MimirSettings = field(default_factory=MimirSettings)
    thanos: FormSettings = field(default_factory=FormSettings)
    victoriametrics: FormSettings = field(default_factory=FormSettings)
    grafana_alerting: GrafanaAlertingSettings = field(default_factory=GrafanaAlertingSettings)
    groups: Mapping[str, str] = field(default_factory=dict)
    argocd: ArgoCdSettings = field(default_factory=ArgoCdSettings)
    flux: FluxSettings = field(default_factory=FluxSettings)
    project: str = ""
    is_late: bool = False

    @property
    def gate(self) -> GateSettings:
        """What is asked where no policy is named."""
        return self.gates.get("default", GateSettings())

    def address_of(self, rollouts: RolloutSettings) -> str:
        """Where a controller asks Prometheus."""
        return rollouts.address or self.servers.get("", ServerSettings()).url

    @property
    def boards_path(self) -> str:
        """Where a Grafana that reads files finds the boards; each project has a folder, for a provider takes
        all that lies in its own."""
        return self.grafana.path or f"/var/lib/grafana/dashboards/{project_name(self.project)}"

    @property
    def has_plain_rules(self) -> bool:
        """Whether the output has rule files as promtool reads them; else the proof brings its own."""
        return "prometheus" in self.targets and not self.groups

    @property
    def board_forms(self) -> tuple[str, ...]:
        """How boards are written: as the settings say, or for the sidecar where rules are objects alone."""
        is_cluster = "kubernetes" in self.targets and not self.has_plain_rules
        return self.grafana.forms or (("sidecar",) if is_cluster else ("files",))

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
    "thanos": (FormSettings, {"forms": tuple, "labels": _same}),
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
