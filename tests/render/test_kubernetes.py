"""Objects held to the very code that clusters run (tools/engines/kube-judge, gmp-judge): the API server's
check of custom resources, the types of controllers, the admission of operators, the variables of Flux."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
import yaml

import slogen

from .channels import channels

REPO = Path(__file__).parents[2]
JUDGES = REPO / ".oracles/engines"
KUBE, GMP = JUDGES / "kube-judge", JUDGES / "gmp-judge"
pytestmark = [
    pytest.mark.built,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (KUBE.exists() and GMP.exists()), reason="no judges here: run tools/fetch-engines --build"
    ),
]
HEAD = {"apiVersion": "slogen/v1"}
HOSTILE = "${x} costs ${ y, ${z:=no} and $${w}"
SPEC = {
    **HEAD,
    "kind": "ServiceLevelObjectives",
    "service": "shop",
    "slos": [
        {
            "name": "availability",
            "description": HOSTILE,
            "objective": 99.9,
            "links": {"runbook": "https://wiki.example.com/${x}"},
            "sli": {"events": {"bad": 'bad_total{path="${x}"}', "total": 'all_total{path="${x}"}'}},
        },
        {
            "name": "latency",
            "objective": 99,
            "sli": {"latency": {"histogram": 'took_seconds{job="shop"}', "threshold": "300ms", "by": ["a"]}},
        },
    ],
}
ENGINES = ("kubernetes", "thanos", "gmp")
ADDRESS = "http://prometheus.monitoring.svc:9090"
SETTINGS: Mapping[str, Any] = {
    **HEAD,
    "kind": "Settings",
    "prometheus": {"retention": "90d"},
    "alertmanager": {"min_version": "0.33"},
    "kubernetes": {"namespace": "monitoring", "labels": {"release": "prometheus"}},
    "thanos": {"forms": ["objects"], "labels": {"ruler": "thanos"}},
    "grafana": {"forms": ["sidecar"], "folder": "SLOs"},
    "argo_rollouts": {"address": ADDRESS, "headers": {"X-Scope-OrgID": "team-a"}},
    "flagger": {"address": ADDRESS, "secret": "auth"},
    "flux": {"source": "slos"},
    "argocd": {"repo": "https://git.example.com/slos"},
    "targets": [*ENGINES, "alertmanagerconfig", "grafana", "argo-rollouts", "flagger", "flux", "argocd"],
}
RULE = "monitoring.coreos.com/v1 PrometheusRule"
CONFIG = "monitoring.coreos.com/v1alpha1 AlertmanagerConfig"
ANALYSIS, METRIC = "argoproj.io/v1alpha1 AnalysisTemplate", "flagger.app/v1beta1 MetricTemplate"
CLUSTER = "monitoring.googleapis.com/v1 ClusterRules"
KUSTOMIZATION = "kustomize.toolkit.fluxcd.io/v1 Kustomization"
APPLICATION = "argoproj.io/v1alpha1 Application"
JUDGED_BY = {
    RULE: {"schema", "admission"},
    CONFIG: {"schema", "admission"},
    ANALYSIS: {"schema", "types"},
    METRIC: {"schema", "types"},
    CLUSTER: {"schema"},
    KUSTOMIZATION: {"schema", "types"},
    APPLICATION: {"schema"},
    "v1 ConfigMap": {"types"},
}


def notifications() -> dict[str, Any]:
    """Every kind of receiver that an AlertmanagerConfig can have, in all its forms."""
    all_of_them = {
        f"r{number}": {kind: given} for number, (kind, form, given, _) in enumerate(channels()) if form.crd
    }
    return {
        **HEAD,
        "kind": "Notifications",
        "receivers": all_of_them,
        "default": {"page": list(all_of_them), "ticket": "r0", "quiet_hours": "night"},
        "hours": {"night": [{"days": "mon-fri", "from": "22:00", "to": "07:00"}]},
    }


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    """All objects of the small project."""
    sources = {"specs/shop.yaml": json.dumps(SPEC), "notifications.yaml": json.dumps(notifications())}
    result = slogen.compile(sources, json.dumps(SETTINGS))
    assert result.ok, result.problems
    return {path: text for path, text in result.files.items() if path != "kubernetes/kustomization.yaml"}


def asked(*arguments: str | Path, judge: Path = KUBE) -> dict[str, Any]:
    """What a judge has seen, and what it objects to."""
    done = subprocess.run([judge, *arguments], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def written(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """The files in a folder, beside a list of them for kustomize."""
    paths = [folder / path.replace("/", "-") for path in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text)
    (folder / "kustomization.yaml").write_text(yaml.safe_dump({"resources": [path.name for path in paths]}))
    return paths


def test_clusters_take_all_of_them(files: Mapping[str, str], tmp_path: Path) -> None:
    found = asked(*written(tmp_path, files))
    assert found["problems"] == []
    assert {kind: set(judges) for kind, judges in found["judged"].items()} == JUDGED_BY
    assert found["judged"][RULE]["admission"] == 4  # of the service and of the watcher, for two engines


def test_clusters_take_what_ships() -> None:
    shipped = [path for path in REPO.glob("generated/kubernetes/**/*.yaml") if path.name.count(".") == 2]
    known = [path for path in shipped if ".grafanadashboard." not in path.name]
    found = asked(*known)
    assert found["problems"] == []
    assert sum(found["judged"][RULE].values()) == 2 * sum(".prometheusrule." in path.name for path in known)


BROKEN = [
    (RULE, ("groups", 0, "rules", 0, "exprs"), "up", "unknown field .*exprs"),
    (RULE, ("groups", 0, "rules", 0, "expr"), "sum(", "admission: .*unclosed left parenthesis"),
    (RULE, ("groups", 0, "interval"), "30 s", "schema: spec.groups\\[0\\].interval: Invalid value"),
    (CONFIG, ("receivers", 0, "webhooks"), [], "unknown field .*webhooks"),
    (CONFIG, ("route", "receiver"), "nobody", 'admission: .*receiver "nobody" not found'),
    (ANALYSIS, ("metrics", 0, "provider", "prometheus", "adress"), "x", "prometheus.adress"),
    (METRIC, ("provider", "type"), "slogen", "spec.provider.type: Unsupported value"),
    (CLUSTER, ("groups", 0, "rules", 0, "keep_firing_for"), "5m", "unknown field .*keep_firing_for"),
    (KUSTOMIZATION, ("interval",), "10 m", "schema: spec.interval: Invalid value"),
    (APPLICATION, ("source", "branch"), "main", "unknown field spec.source.branch"),
]


def of(spec: Any, place: tuple[str | int, ...]) -> Any:
    """What is at a place."""
    return reduce(getitem, place, spec)


def one(files: Mapping[str, str], kind: str) -> Any:
    """The first object of a kind."""
    texts = (text for text in files.values() if f"kind: {kind.partition(' ')[2]}\n" in text)
    return next(yaml.safe_load_all(next(texts)))


@pytest.mark.parametrize(("kind", "place", "value", "words"), BROKEN)
def test_they_would_say_what_is_wrong(files, tmp_path, kind, place, value, words) -> None:
    data = one(files, kind)
    of(data["spec"], place[:-1])[place[-1]] = value
    problems = asked(*written(tmp_path, {"broken.yaml": yaml.safe_dump(data)}))["problems"]
    assert any(re.search(words, each) for each in problems), problems


def secret(receivers: Mapping[str, Any]) -> str:
    """A Secret with a whole configuration, as the chart makes one of its values."""
    said = notifications() | {"receivers": receivers, "default": {"page": list(receivers), "ticket": "r0"}}
    settings = {**SETTINGS, "targets": ["prometheus", "alertmanager"]}
    sources = {"specs/shop.yaml": json.dumps(SPEC), "notifications.yaml": json.dumps(said)}
    result = slogen.compile(sources, json.dumps(settings))
    assert result.ok, result.problems
    config = {"alertmanager.yaml": result.files["alertmanager/alertmanager.yml"]}
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "alertmanager-main"}}
    return yaml.safe_dump({**head, "stringData": config})


def test_the_operator_reads_a_configuration(tmp_path: Path) -> None:
    """All but what `merge` warns of."""
    known = [(kind, given) for kind, _, given, _ in channels() if kind != "discord"]
    text = secret({f"r{number}": {kind: given} for number, (kind, given) in enumerate(known)})
    assert asked(*written(tmp_path, {"s.yaml": text})) == {
        "judged": {"v1 Secret": {"operator": 1}},
        "problems": [],
    }
    text = secret({"r0": {kind: given for kind, _, given, _ in channels() if kind == "discord"}})
    (problem,) = asked(*written(tmp_path, {"s.yaml": text}))["problems"]
    assert "field webhook_url_file not found" in problem


def without_the_annotation(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The same, as Flux would see them without a word to leave them alone."""
    for path, text in files.items():
        data = list(yaml.safe_load_all(text))
        for each in data:
            del each["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/substitute"]
        yield path, yaml.safe_dump_all(data)


def test_flux_leaves_them_as_they_are(files: Mapping[str, str], tmp_path: Path) -> None:
    applied = {path: text for path, text in files.items() if not path.startswith(("flux/", "argocd/"))}
    assert "${ y" in "".join(applied.values())
    written(tmp_path, applied)
    found = asked("-substitute", tmp_path)
    assert found["problems"] == []
    assert found["judged"].keys() == JUDGED_BY.keys() - {KUSTOMIZATION, APPLICATION}
    written(tmp_path, dict(without_the_annotation(applied)))
    broken = " ".join(asked("-substitute", tmp_path)["problems"])
    assert "its text was changed" in broken
    assert "variable substitution failed" in broken


def google(folder: Path, files: Mapping[str, str]) -> str:
    """What Google's operator objects to."""
    command = [GMP, *written(folder, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == bool(done.stdout), done.stderr
    return done.stdout


def test_google_takes_cluster_rules(files: Mapping[str, str], tmp_path: Path) -> None:
    rules = {path: text for path, text in files.items() if path.endswith(".clusterrules.yaml")}
    assert len(rules) == 2  # of the service and of the watcher
    assert google(tmp_path, rules) == ""


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("keep_firing_for", "5m", 'unknown field "keep_firing_for"'),
        ("labels", {"cluster": "eu"}, "cluster"),
        ("expr", 'up{project_id="a"}', "project_id"),
    ],
)
def test_google_would_say_what_is_wrong(files, tmp_path, field, value, words) -> None:
    data = one(files, CLUSTER)
    data["spec"]["groups"][0]["rules"][0][field] = value
    assert words in google(tmp_path, {"broken.yaml": yaml.safe_dump(data)})
