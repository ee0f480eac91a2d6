"""Project settings: slogen.yaml beside the specs folder, all optional."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from slogen.conventions import TEMPLATES, project_name
from slogen.diagnostics import Span
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
    RolloutSettings,
    ThanosSettings,
)
from slogen.units import DAY, MINUTE

FILE_NAME = "slogen.yaml"
TARGETS = ("prometheus", "kubernetes", "alertmanager", "grafana", "docs", "tests")
BOARD_FORMS = ("files", "sidecar", "operator")
ONCE: Final = frozenset({"alertmanager", "grafana", "docs"})  # however many clusters there are
_OBJECTS: Final = frozenset({"kubernetes", "gmp", "alertmanagerconfig"})
_APPLIERS: Final = frozenset({"argocd", "flux"})  # of all objects, those of boards too
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
    """The folders of what is generated; what is of a `cluster` lies in a folder of its name in them."""

    dir: str = "generated"
    tests: str = "promtool-tests"
    cluster: str = ""

    def objects(self, path: str = "") -> str:
        """The folder of the Kubernetes objects; `path` is where those of a project without clusters would be,
        if somebody said so."""
        path = posixpath.normpath(path or posixpath.join(self.dir, "kubernetes"))
        folder, name = posixpath.split(path)
        return posixpath.join(folder, self.cluster, name)

    @property
    def rules_from_tests(self) -> str:
        """The folder of the plain rule files, as seen from a test file."""
        output = posixpath.normpath(posixpath.join(_SOMEWHERE, self.dir, self.cluster, "prometheus"))
        tests = posixpath.normpath(posixpath.join(_SOMEWHERE, self.tests, self.cluster, "service"))
        return posixpath.relpath(output, tests)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says about what it runs on, and about its output; a subject each. `servers` are by
    name, "" that of `prometheus`. `project` is a name by which what exists once a project (boards, the
    watcher of the rules) differs from that of others; "" where there is one project. `groups` gives the paths
    "page" and "budget" to targets, where two engines share the rules. `is_late` is not written there: it says
    that rules are compiled for an engine that doesn't see at once what it records, and `has_metricsql` for
    one whose ranges reach back to the sample before them. Where rules are written
    for `clusters`, each has settings of its own (`of_cluster`), and its `scope` are labels by which its raw
    series are told from those of others. `places` are where slogen.yaml says what the engine of a target
    takes, or at least names it, for what only compiled rules can show."""

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
    thanos: ThanosSettings = field(default_factory=ThanosSettings)
    victoriametrics: FormSettings = field(default_factory=FormSettings)
    grafana_alerting: GrafanaAlertingSettings = field(default_factory=GrafanaAlertingSettings)
    groups: Mapping[str, str] = field(default_factory=dict)
    argocd: ArgoCdSettings = field(default_factory=ArgoCdSettings)
    flux: FluxSettings = field(default_factory=FluxSettings)
    project: str = ""
    is_late: bool = False
    has_metricsql: bool = False
    clusters: tuple[ClusterSettings, ...] = ()
    scope: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)

    def of_cluster(self, cluster: ClusterSettings) -> Settings:
        """The settings of one of the clusters."""
        objects = self.kubernetes
        return replace(
            self,
            clusters=(),
            labels={**self.labels, **cluster.labels},
            scope=cluster.scope,
            kubernetes=replace(
                objects,
                namespace=cluster.namespace or objects.namespace,
                labels={**objects.labels, **cluster.object_labels},
            ),
            argocd=replace(self.argocd, server=cluster.server or self.argocd.server),
            output=replace(self.output, cluster=cluster.name),
        )

    @property
    def cluster(self) -> str:
        """The cluster that these are the settings of; "" where they are those of a whole project."""
        return self.output.cluster

    @property
    def place(self) -> str:
        """The project's name and the cluster's, by which objects differ from those of others."""
        return ".".join(filter(None, (self.project, self.cluster)))

    @property
    def identity(self) -> tuple[str, ...]:
        """The names of the labels that every series and alert has, of whatever cluster."""
        return tuple(dict.fromkeys((*self.labels, *(name for each in self.clusters for name in each.labels))))

    @property
    def apart(self) -> tuple[str, ...]:
        """The names of the labels by which clusters are told apart; none where there is one place."""
        return self.identity if self.cluster or self.clusters else ()

    @property
    def shared(self) -> tuple[str, ...]:
        """The labels that raw series have in each cluster, with the values that recorded ones have."""
        return tuple(
            name
            for name in self.identity
            if self.clusters and all(c.scope.get(name) == c.labels.get(name, "") for c in self.clusters)
        )

    def makes(self, target: str) -> bool:
        """Whether a target is written for these settings: what exists once, or what each cluster has."""
        if not self.cluster and not self.clusters:
            return True
        if target in _APPLIERS:
            return self.has_objects
        return (target in ONCE) != bool(self.cluster)

    @property
    def has_objects(self) -> bool:
        """Whether any of the targets writes Kubernetes objects for these settings, not for a cluster of
        theirs."""
        return any(self._is_of_objects(each) and self.makes(each) for each in self.targets)

    def _is_of_objects(self, target: str) -> bool:
        if target == "grafana":
            return set(self.board_forms) != {"files"}
        return "objects" in self.forms_of(target)

    @property
    def gate(self) -> GateSettings:
        """What is asked where no policy is named."""
        return self.gates.get("default", GateSettings())

    def address_of(self, rollouts: RolloutSettings) -> str:
        """Where a controller asks Prometheus."""
        return rollouts.address or self.servers.get("", ServerSettings()).url

    def forms_of(self, target: str) -> tuple[str, ...]:
        """Whether a target's rules, or its routing, are written as "files" or as Kubernetes "objects"."""
        chosen = {"thanos": self.thanos.forms, "victoriametrics": self.victoriametrics.forms}
        return chosen.get(target, ("objects",) if target in _OBJECTS else ("files",))

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
        own = (*self.prometheus.target_labels, *self.labels, *self.scope)
        return tuple(dict.fromkeys((*TARGET_LABELS, *own)))

    def severity(self, name: str) -> str:
        """The label value for a severity."""
        return self.severities.get(name, name)
