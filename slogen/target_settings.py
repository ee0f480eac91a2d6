"""What slogen.yaml says of single targets: engines beside Prometheus, boards, rollouts, GitOps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

# Rules that one group has to hold: what is never cut apart are four at most, as of now.
FEWEST_RULES: Final = 5


@dataclass(frozen=True, slots=True)
class RolloutSettings:
    """A controller in the cluster that asks Prometheus at `address` before it goes on with a rollout;
    `secret` holds its credentials, `headers` are sent too. `canary` and `stable` are matchers of either
    version, with what the controller fills in between double braces."""

    address: str = ""
    canary: str = ""
    stable: str = ""
    secret: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


_BY_HASH: Final = 'rollouts_pod_template_hash="{{args.%s-hash}}"'
ARGO_ROLLOUTS: Final = partial(RolloutSettings, canary=_BY_HASH % "canary", stable=_BY_HASH % "stable")
# As Flagger itself tells the pods of a Deployment and of its copy apart.
FLAGGER: Final = partial(
    RolloutSettings,
    canary='namespace="{{ namespace }}",pod=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"',
    stable='namespace="{{ namespace }}",pod=~"{{ target }}-primary-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"',
)


@dataclass(frozen=True, slots=True)
class ArgoCdSettings:
    """Where Argo CD finds the objects in git, and where the Application lies. `path` is that of the objects
    in the repository, "" where the project lies at its root."""

    repo: str = ""
    revision: str = "HEAD"
    path: str = ""
    namespace: str = "argocd"
    project: str = "default"
    server: str = "https://kubernetes.default.svc"


@dataclass(frozen=True, slots=True)
class FluxSettings:
    """The source that Flux has of the repository, and where its Kustomization lies; `path` as for Argo CD."""

    source: str = ""
    kind: str = "GitRepository"
    path: str = ""
    namespace: str = "flux-system"


@dataclass(frozen=True, slots=True)
class MimirSettings:
    """What Mimir, or Cortex, lets a tenant have: rules in a group, and groups. None: its own default; 0: as
    many as there are."""

    max_rules_per_group: int | None = None
    max_groups: int | None = None


@dataclass(frozen=True, slots=True)
class FormSettings:
    """Whether rules for an engine are written as "files", as Kubernetes "objects", or both; and the labels by
    which its operator finds the objects, where they are others than those of Prometheus' own."""

    forms: tuple[str, ...] = ("files",)
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ThanosSettings(FormSettings):
    """The same; and whether the ruler is stateless: what it records is written to a store, and seen later."""

    stateless: bool = False


@dataclass(frozen=True, slots=True)
class GrafanaAlertingSettings:
    """The data source of Grafana that rules ask and record into, by its uid, and the organization's
    number."""

    datasource: str = "prometheus"
    org: int = 1


@dataclass(frozen=True, slots=True)
class GrafanaSettings:
    """Where boards go, the address that links lead to, and forms of boards, if any are named."""

    folder: str = "SLOs"
    url: str = ""
    path: str = ""
    instances: Mapping[str, str] = field(default_factory=lambda: {"dashboards": "grafana"})
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """A cluster that rules are written for: the labels of all that is recorded of it, and those by which its
    raw series are told from others' on a server that has both. `namespace` and `object_labels` are what its
    Kubernetes objects have besides, or instead of, those of all clusters; `server` is its address for Argo
    CD."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    scope: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = None
    object_labels: Mapping[str, str] = field(default_factory=dict)
    server: str = ""
