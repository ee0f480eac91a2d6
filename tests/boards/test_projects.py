"""Two projects in one Grafana, one Prometheus and one cluster's objects: nothing of one is taken for the
other's. Some have the same services and SLOs in two clusters, some different ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

import slogen
from slogen.emitted.rules import Recording
from slogen.pipeline import Result
from tests.live.past import DAY, HOUR, MINUTE, Past, prometheus

from .conftest import Server
from .grafana import choose, interpolate, queries
from .history import NOW

SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: {service}
owner: {owner}
slos:
  - name: {slo}
    objective: 99
    sli: {{events: {{bad: 'failed_total{{job="a"}}', total: 'all_total{{job="a"}}'}}}}
  - name: {slo}-by-model
    objective: 99
    exclude: [{{weekly: 'Sat 00:00-24:00'}}]
    sli: {{events: {{bad: 'failed_total{{job="b"}}', total: 'all_total{{job="b"}}', by: [model]}}}}
"""
SETTINGS = """\
apiVersion: slogen/v1
kind: Settings
project: {project}
labels: {labels}
grafana: {{forms: [files, sidecar, operator], url: 'https://grafana.example.com'}}
targets: [prometheus, kubernetes, grafana, alertmanagerconfig, argo-rollouts, flagger]
kubernetes: {{namespace: monitoring}}
prometheus: {{url: 'http://prometheus:9090', retention: 90d}}
"""
NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers: {people: {webhook: {url: 'https://hooks.example.com/x'}}}
default: {page: people, ticket: people}
"""
# Of each pair: project, labels, service, SLO, owner, bad events of ten per second.
PAIRS = {
    "the same names in two clusters": (
        ("store", "{cluster: eu}", "shop", "fast", "till", 0.02),
        ("bank", "{cluster: us}", "shop", "fast", "till", 0.3),
    ),
    "different names": (
        ("store", "{}", "shop", "fast", "till", 0.02),
        ("store-b", "{}", "counter", "quick", "anna", 0.3),
    ),
}
Project = tuple[str, str, str, str, str, float]
SHARED_TAGS = {"slogen", "slo", "generated-by-slogen", "till", "anna"}  # by which no link looks


def compiled(project: Project) -> Result:
    name, labels, service, slo, owner, _ = project
    sources = {"a.yaml": SPEC.format(service=service, slo=slo, owner=owner), "n.yaml": NOTIFICATIONS}
    result = slogen.compile(sources, SETTINGS.format(project=name, labels=labels))
    assert result.ok, [problem for problem in result.problems if problem.is_error]
    return result


def boards_of(result: Result) -> dict[str, dict[str, Any]]:
    texts = [text for path, text in result.files.items() if path.endswith(".json")]
    return {board["uid"]: board for board in map(json.loads, texts)}


def objects_of(result: Result) -> set[tuple[str, str]]:
    """Kind and name of all Kubernetes objects."""
    texts = [text for path, text in result.files.items() if path.endswith(".yaml") and "\nkind: " in text]
    found = [each for text in texts for each in yaml.safe_load_all(text)]
    return {(each["kind"], each["metadata"]["name"]) for each in found}


@pytest.mark.parametrize("pair", PAIRS)
def test_no_name_is_shared(pair):
    one, other = map(compiled, PAIRS[pair])
    assert not boards_of(one).keys() & boards_of(other).keys()
    objects = objects_of(one)
    assert {kind for kind, _ in objects} >= {
        "ConfigMap",
        "GrafanaDashboard",
        "PrometheusRule",
        "AlertmanagerConfig",
    }
    assert {kind for kind, _ in objects} >= {"AnalysisTemplate", "MetricTemplate"}
    assert not objects & objects_of(other)
    for _, name in objects:  # as Kubernetes wants it
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", name), name
    providers = []
    for result in (one, other):
        [path] = [path for path in result.files if path.startswith("grafana/provisioning/")]
        [provider] = yaml.safe_load(result.files[path])["providers"]
        providers.append((path, provider["name"], provider["options"]["path"]))
    assert all(mine != theirs for mine, theirs in zip(*providers, strict=True))


@pytest.mark.parametrize("pair", PAIRS)
def test_links_lead_to_boards_of_the_own_project(pair):
    ours, theirs = (boards_of(compiled(project)) for project in PAIRS[pair])
    for board in ours.values():
        text = json.dumps(board)
        uids = set(re.findall(r"/d/([A-Za-z0-9_${}-]+)", text))
        assert uids
        assert {uid for uid in uids if "$" not in uid} <= ours.keys()
        # That of a chosen service, and those that a table of alerts names in its own queries.
        for uid in (uid for uid in uids if "$" in uid and not uid.startswith("${__data")):
            assert uid.partition("$")[0].endswith(f"{PAIRS[pair][0][0]}_")
        assert set(re.findall(r'\\"(slogen-[a-z_-]+)\\"', text)) <= ours.keys()
        tags = {tag for link in board["links"] for tag in link.get("tags", ())}
        assert tags
        assert not tags & {tag for other in theirs.values() for tag in other["tags"]}
        assert not set(board["tags"]) & {t for other in theirs.values() for t in other["tags"]} - SHARED_TAGS


def past(project: Project) -> Iterator[Past]:
    """What the rules of a project record: ten events a second, for two months."""
    _, _, service, _, owner, bad = project
    result = compiled(project)
    identity = dict(result.project.settings.labels)
    rules = [rule for each in result.compiled for group in each.rules.groups for rule in group.rules]
    infos = [
        rule.labels for rule in rules if isinstance(rule, Recording) and rule.record == "slogen_slo_info"
    ]
    moments = sorted({*range(NOW - 60 * DAY, NOW + 1, DAY), *range(NOW - 3 * HOUR, NOW + 1, MINUTE)})

    def series(name: str, value: float, **labels: str) -> Past:
        return Past({"__name__": name, **labels}, [(at, value) for at in moments])

    yield series("slogen_up", 1, slo_service=service, **identity)
    for info in infos:
        own = {key: info[key] for key in ("slo_id", "slo_service", "slo", *identity)}
        yield series("slogen_slo_info", 1, **info)
        yield series("slo:objective:ratio", 0.99, **own)
        yield series("slo:error_budget:ratio", 0.01, **own)
        yield series("slo:time_period:days", 30, **own)
        yield series(
            "slogen_tier_threshold", 0.1, **own, slo_tier="page_fast", severity="page", slo_window="1h"
        )
        fired = {
            "alertname": "SLOErrorBudgetBurn",
            "severity": "page",
            "slo_tier": "page_fast",
            "owner": owner,
        }
        for group in ({"model": "m"},) if "by-model" in info["slo"] else ({},):
            labels = {**own, **group}
            for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"):
                yield series(f"slo:sli_total:rate{window}", 10, **labels)
                yield series(f"slo:sli_bad:rate{window}", bad, **labels)
                yield series(f"slo:sli_error:ratio_rate{window}", bad / 10, **labels, slo_window=window)
            yield series("slo:period_error:ratio", bad / 10, **labels, slo_window="30d")
            yield series("slo:current_burn_rate:ratio", bad * 10, **labels)
            yield series("slo:period_burn_rate:ratio", bad * 10, **labels)
            yield series("slo:period_error_budget_remaining:ratio", 1 - bad * 10, **labels)
            yield series("slogen_last_seen_timestamp_seconds", NOW, **labels)
            yield series("slogen_first_seen_timestamp_seconds", NOW - 90 * DAY, **labels)
            yield series("ALERTS", 1, **labels, **fired, alertstate="firing")
            yield series("ALERTS_FOR_STATE", NOW - HOUR, **labels, **fired)
    if (name := result.project.settings.project) == "bank" or name == "store-b":
        meta = {"alertname": "SLOMetaRulesGone", "severity": "page", "slo_project": name, **identity}
        yield series("ALERTS", 1, **meta, alertstate="firing")


def written(*projects: Project) -> list[Past]:
    return sorted(
        (each for project in projects for each in past(project)), key=lambda one: one.labels["__name__"]
    )


def said(server: Server, board: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """What a board shows: the answers of all its queries, and what it lets choose."""
    values = choose(board, server.label_values)
    found: dict[tuple[str, str], Any] = {("", "values"): values}
    for panel, target in queries(board):
        answer = server.instant(interpolate(target["expr"], values))
        found[panel["title"], target["refId"]] = sorted(
            (sorted(labels.items()), value) for labels, value in answer
        )
    for mark in board["annotations"]["list"]:
        if "expr" in mark:
            answer = server.instant(interpolate(mark["expr"], values))
            found[mark["name"], "mark"] = sorted((sorted(labels.items()), value) for labels, value in answer)
    return found


@pytest.fixture(scope="module", params=PAIRS)
def pair(request: pytest.FixtureRequest) -> tuple[Project, Project]:
    return PAIRS[request.param]


@pytest.mark.server
@pytest.mark.oracle
@pytest.mark.xdist_group("boards")
def test_each_board_shows_its_own_project(pair, oracles, tmp_path):
    """Asked of a Prometheus that has the series of both, it says what it says where its own are alone."""
    programs: Path = oracles("prometheus-3.5", "prometheus").parent
    with ExitStack() as stack:
        both = Server(_port(stack, programs, tmp_path / "both", pair))
        for project in pair:
            alone = Server(_port(stack, programs, tmp_path / project[0], (project,)))
            for uid, board in boards_of(compiled(project)).items():
                ours, mixed = said(alone, board), said(both, board)
                different = {key: (ours[key], mixed[key]) for key in ours if ours[key] != mixed[key]}
                assert not different, (uid, different)
                assert any(answer for (title, _), answer in ours.items() if title), uid


def _port(stack: ExitStack, programs: Path, folder: Path, projects: tuple[Project, ...]) -> int:
    url = stack.enter_context(prometheus(programs, folder, written(*projects)))
    return int(url.rpartition(":")[2])
