"""A project of several clusters: what each gets, what there is once, and that no rule of one reads another's
series."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

import slogen
from slogen.pipeline import Result
from slogen.promql.parse import parse
from slogen.promql.tree import VectorSelector, walk
from slogen.promql.written import written
from slogen.render import TARGETS
from slogen.validate.clusters import FOLDERS

SPECS = {
    "specs/chat.yaml": """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: chat
slos:
  - {name: ttft, objective: 99, sli: {preset: vllm/ttft, with: {selector: 'job="llm"', threshold: 500ms}}}
  - {name: queue, objective: 95, sli: {preset: vllm/queue-time, with: {selector: 'job="llm"', threshold: 1s}}}
"""
}
ONCE = ("alertmanager", "docs", "grafana")
HEAD = """\
apiVersion: slogen/v1
kind: Settings
prometheus: {retention: 90d, evaluation_interval: 1m, url: 'http://prometheus.example.com'}
grafana: {url: 'https://grafana.example.com'}
"""
TWO = (
    HEAD
    + """\
clusters:
  - {name: eu-1, scope: {cluster: eu-1}}
  - {name: us-1, scope: {cluster: us-1}, kubernetes: {namespace: slos, labels: {zone: us}}}
"""
)
ANNOTATED = re.compile(r'(?:query|with query) (?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)')
# Whoever looks after the rules reads what the server tells of all that it evaluates.
OF_THE_SERVER = {"prometheus_rule_evaluation_failures_total", "prometheus_rule_group_iterations_missed_total"}
MORE = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
owner: till
slos:
  - name: availability
    objective: 99.9
    exclude: [{when: 'maintenance{site="a"} == 1'}]
    alerting: {absent: {up: 'up{job="shop"}'}, traffic: {min: 10, for: 30m}}
    sli:
      events:
        bad: sum(rate(e_total{job="shop"}[{{ window }}])) + sum(rate(f_total{job="shop"}[{{ window }}]))
        total: t_total{job="shop"}
  - name: fast
    objective: 99
    window: {calendar: month}
    sli:
      latency: {histogram: 'd_seconds{job="pods",to="shop"}', threshold: 1s, good: 'code!~"5.."', by: [path]}
  - {name: right, objective: 95, sli: {ratio: {error: 'x / y'}}}
  - {name: up, objective: 99, sli: {probe: {metric: 'probe_success{job="b"} '}}}
  - {name: new, objective: 95, sli: {freshness: {timestamp: 'max(seen{job="b"})', max_age: 1h}}}
  - name: score
    objective: 95
    levels: {critical: 0.8}
    sli: {timeslices: {good: 'avg_over_time(s{job="c"}[10m]) >= 0.9'}}
  - {name: rare, objective: 99, sli: {events: {bad: f_total, total: 'r_total{a="b"}', rare: true}}}
  - name: all
    objective: 99
    sli: {composite: {of: [{slo: shop/availability}, {slo: shop/up}]}}
"""
NO_JOB = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: none
slos:
  - {name: a, objective: 99.9, sli: {events: {bad: 'e_total{code=~"5.."}', total: t_total}}}
  - {name: b, objective: 99, sli: {latency: {histogram: d_seconds, threshold: 1s}}}
  - {name: c, objective: 99, sli: {events: {bad: 'e_total{app="c"}', total: 't_total{app="c"}'}}}
"""


@pytest.fixture(scope="module")
def made() -> Result:
    """Presets, and all kinds, in two clusters, with all targets that need no more settings."""
    targets = "prometheus, kubernetes, mimir, grafana-alerting, alertmanager, grafana, docs"
    settings = f"{TWO}targets: [{targets}]\nmimir: {{max_groups: 0}}\n"
    result = slogen.compile({**SPECS, "specs/shop.yaml": MORE}, settings)
    assert result.ok, [(p.message, p.span) for p in result.problems]
    return result


def expressions(rule: dict[str, Any]) -> Iterator[str]:
    """What a rule asks, in its annotations, too."""
    yield rule["expr"]
    for text in rule.get("annotations", {}).values():
        for quoted, raw in ANNOTATED.findall(text):
            yield json.loads(f'"{quoted}"') if quoted else raw


def rules(made: Result, cluster: str) -> Iterator[dict[str, Any]]:
    for path, text in made.files.items():
        if path.startswith(f"{cluster}/prometheus/"):
            for group in yaml.safe_load(text)["groups"]:
                yield from group["rules"]


@pytest.mark.parametrize("cluster", ["eu-1", "us-1"])
def test_every_selector_asks_for_the_cluster(made: Result, cluster: str) -> None:
    asked = 0
    for rule in rules(made, cluster):
        for expr in expressions(rule):
            for node in walk(parse(expr)):
                if isinstance(node, VectorSelector) and node.name not in OF_THE_SERVER:
                    found = [m.value for m in node.matchers if m.name == "cluster" and m.op == "="]
                    assert found == [cluster], (rule, expr)
                    asked += 1
    assert asked > 500


def test_clusters_differ_by_their_names_alone(made: Result) -> None:
    eu, us = ([*rules(made, cluster)] for cluster in ("eu-1", "us-1"))
    assert json.loads(json.dumps(eu).replace("eu-1", "us-1")) == us


def test_a_scope_changes_nothing_but_what_is_read() -> None:
    """Without its matchers the rules are those of a project that has the label alone."""
    plain = f"{HEAD}targets: [prometheus]\nlabels: {{cluster: eu-1}}\n"
    files = {**SPECS, "specs/shop.yaml": MORE, "specs/none.yaml": NO_JOB}
    without = slogen.compile(files, plain).files
    scoped = slogen.compile(files, f"{TWO}targets: [prometheus]\n").files
    compared = 0
    for path, text in without.items():
        its, theirs = (bare_rules(each) for each in (scoped[f"eu-1/{path}"], text))
        assert its == theirs
        compared += len(its)
    assert compared > 250


def bare_rules(text: str) -> list[Any]:
    """The rules of a file without matchers and the name of the cluster, expressions as they are read."""
    found = []
    text = text.replace(" in eu-1", "")
    text = re.sub(r',?\bcluster=(\\*)"eu-1\1"', "", text).replace("{,", "{")
    for group in yaml.safe_load(text)["groups"]:
        for rule in group["rules"]:
            expr = rule.pop("expr").replace("{}", "")
            read = expr if "@" in expr else written(parse(expr))  # those are slogen's own, alike in each line
            found.append((group["name"], read, json.dumps(rule).replace("{}", "")))
    return found


def test_all_that_is_recorded_has_the_label(made: Result) -> None:
    said = [rule["labels"] for rule in rules(made, "us-1") if "labels" in rule]  # others read what has it
    assert {labels["cluster"] for labels in said if "slo_id" in labels or "slo_service" in labels} == {"us-1"}


def test_what_there_is_once_lies_beside_the_clusters(made: Result) -> None:
    tops = {path.split("/")[0] for path in made.files}
    assert tops == {"eu-1", "us-1", "grafana", "docs"}  # nobody is told: no routing
    each = {path.split("/")[1] for path in made.files if path.startswith("eu-1/")}
    assert each == {"prometheus", "kubernetes", "mimir", "grafana-alerting"}
    assert set(ONCE).isdisjoint(each)


def test_no_two_objects_or_namespaces_have_a_name_in_common(made: Result) -> None:
    names: Counter[tuple[str, str]] = Counter()
    for path, text in made.files.items():
        kind = path.split("/")[1]
        if kind == "kubernetes":
            names["object", yaml.safe_load(text)["metadata"]["name"]] += 1
        elif kind == "mimir":
            names["namespace", yaml.safe_load(text)["namespace"]] += 1
        elif kind == "grafana-alerting":
            names.update(("uid", rule["uid"]) for g in yaml.safe_load(text)["groups"] for rule in g["rules"])
    assert len(names) > 2 * 20
    assert [name for name, count in names.items() if count > 1] == []


def test_objects_are_as_the_cluster_wants_them(made: Result) -> None:
    found = yaml.safe_load(made.files["us-1/kubernetes/chat.prometheusrule.yaml"])["metadata"]
    assert (found["namespace"], found["labels"]["zone"]) == ("slos", "us")
    assert found["name"] == "slogen-us-1.chat"
    other = yaml.safe_load(made.files["eu-1/kubernetes/chat.prometheusrule.yaml"])["metadata"]
    assert "namespace" not in other
    assert "zone" not in other["labels"]


def test_alerts_lead_to_the_board_of_their_cluster(made: Result) -> None:
    [url] = {
        rule["annotations"]["dashboard_url"].split("{")[0]
        for rule in rules(made, "us-1")
        if rule.get("labels", {}).get("slo_id") == "shop/availability" and "alert" in rule
    }
    assert "var-cluster=us-1" in url


def test_titles_of_alerts_name_the_cluster(made: Result) -> None:
    """A notification shows the summary first, and often it alone."""
    alerts = [rule for rule in rules(made, "us-1") if "alert" in rule]
    said = [rule["annotations"]["summary"] for rule in alerts if "slo_id" in rule["labels"]]
    assert "shop/availability in us-1 burns its 30d error budget too fast" in said
    assert any(summary.startswith("shop/fast in us-1 (path={{ $labels.path }}) ") for summary in said)
    assert len(said) > 50
    assert all(" in us-1 " in summary for summary in said)
    [gone] = [rule["annotations"]["summary"] for rule in alerts if rule["alert"] == "SLOMetaRulesGone"]
    assert gone == "The SLO rules of {{ $labels.slo_service }} in us-1 don't run"


def test_one_alertmanager_with_the_objects_of_all_clusters_tells_each_alert_once() -> None:
    """The operator lets an alert into each object whose route takes it."""
    told = """\
apiVersion: slogen/v1
kind: Notifications
receivers: {chat: {slack: {webhook: {secret: s, key: k}, channel: "#x"}}}
default: {page: chat, ticket: chat}
"""
    settings = (
        f"{TWO}targets: [alertmanagerconfig]\nkubernetes: {{namespace: slos}}\nlabels: {{namespace: slos}}\n"
    )
    made = slogen.compile({**SPECS, "notifications.yaml": told}, settings)
    assert made.ok, made.problems
    for cluster in ("eu-1", "us-1"):
        text = made.files[f"{cluster}/kubernetes/slogen.alertmanagerconfig.yaml"]
        matchers = yaml.safe_load(text)["spec"]["route"]["matchers"]
        assert {"name": "cluster", "matchType": "=", "value": cluster} in matchers


def test_boards_have_a_choice_of_clusters_for_raw_series_too(made: Result) -> None:
    board = json.loads(made.files["grafana/slo-chat.json"])
    assert "cluster" in [each["name"] for each in board["templating"]["list"]]
    texts = re.findall(r'"expr": ("(?:[^"\\]|\\.)*")', made.files["grafana/slo-chat.json"])
    raw = [json.loads(text) for text in texts if "vllm" in text]
    assert len(raw) > 10
    for expr in raw:
        for node in walk(parse(re.sub(r"\$__rate_interval", "5m", expr))):
            if isinstance(node, VectorSelector):
                assert [str(m) for m in node.matchers if m.name == "cluster"] == ['cluster=~"$cluster"']


def test_a_scope_that_is_no_label_of_boards_is_not_asked_for_there() -> None:
    settings = f"{HEAD}targets: [grafana]\nclusters: [{{name: eu, scope: {{site: a}}}}]\n"
    files = slogen.compile(SPECS, settings).files
    assert "site=~" not in "".join(files.values())
    assert "$cluster" in "".join(files.values())


def test_without_a_scope_raw_series_are_read_as_they_are() -> None:
    settings = f"{HEAD}targets: [prometheus]\nclusters: [{{name: eu}}, {{name: us}}]\n"
    files = slogen.compile({"specs/shop.yaml": MORE}, settings).files
    text = files["eu/prometheus/shop.rules.yaml"]
    assert 'up{job="shop"}' in text
    assert 'slo_service="shop",cluster="eu"' in text


def test_targets_of_the_proof_are_those_of_the_cluster() -> None:
    """Else what counts by `up`, as rare events do, sees none there."""
    files = slogen.compile({"specs/shop.yaml": MORE}, f"{TWO}targets: [tests]\n").files
    own = [text for path, text in files.items() if "/us-1/shop/" in path and path.endswith(".test.yaml")]
    given = {
        each["series"]
        for text in own
        for test in yaml.safe_load(text)["tests"]
        for each in test["input_series"]
    }
    assert 'up{cluster="us-1"}' in given
    assert "up" not in given


def test_a_file_may_be_about_some_clusters() -> None:
    specs = {**SPECS, "specs/shop.yaml": MORE.replace("service: shop\n", "service: shop\nclusters: [us-1]\n")}
    files = slogen.compile(specs, f"{TWO}targets: [prometheus, docs]\n").files
    assert "us-1/prometheus/shop.rules.yaml" in files
    assert "eu-1/prometheus/shop.rules.yaml" not in files
    assert "docs/shop.md" in files
    assert '"shop"' not in files["eu-1/prometheus/slogen-meta.rules.yaml"]
    assert 'slo_service="shop"' in files["us-1/prometheus/slogen-meta.rules.yaml"]


def test_an_slo_in_more_clusters_than_its_part_is_refused() -> None:
    part = MORE.partition("  - name: all")[0].replace("service: shop\n", "service: shop\nclusters: [us-1]\n")
    whole = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: zone
slos: [{name: all, objective: 99, sli: {composite: {of: [{slo: shop/availability}, {slo: shop/up}]}}}]
"""
    found = slogen.compile({"specs/shop.yaml": part, "specs/zone.yaml": whole}, TWO).problems
    wrong = [problem for problem in found if problem.is_error]
    assert {problem.span.path for problem in wrong} == {"specs/zone.yaml"}
    assert all(problem.message.startswith("in the cluster `eu-1`: ") for problem in wrong)


def test_an_slo_that_needs_one_of_fewer_clusters_says_where_it_is_not() -> None:
    part = MORE.replace("service: shop\n", "service: shop\nclusters: [us-1]\n")
    chat = SPECS["specs/chat.yaml"].replace("name: ttft,", "name: ttft, depends_on: [shop/up],")

    def wrong(first: str) -> list[tuple[str, int, str, str]]:
        found = slogen.compile({"specs/shop.yaml": part, "specs/chat.yaml": first}, TWO).problems
        return [(p.code, p.span.line, p.message, p.hint) for p in found if p.is_error and p.span]

    assert wrong(chat) == [
        (
            "dependency",
            5,
            "`shop/up` is not in the cluster `eu-1`, as this SLO is",
            "have `shop/up` in `clusters` of its file there too; or move this SLO to a file with "
            "`clusters: [us-1]`",
        )
    ]
    assert wrong(chat.replace("service: chat\n", "service: chat\nclusters: [us-1]\n")) == []


def test_what_is_wrong_everywhere_is_told_once() -> None:
    text = MORE.replace("objective: 99.9", "objective: 0.999")
    [wrong] = [p for p in slogen.compile({"specs/shop.yaml": text}, TWO).problems if p.code == "objective"]
    assert "cluster" not in wrong.message


@pytest.mark.parametrize("target", ["argocd", "flux"])
def test_gitops_applies_each_tree_and_that_of_the_boards(target: str) -> None:
    more = "argocd: {repo: 'https://git.example.com/x'}\nflux: {source: slos}\n"
    settings = f"{TWO}targets: [kubernetes, grafana, {target}]\n{more}"
    settings = settings.replace("grafana: {url", "grafana: {forms: [sidecar], url")
    files = slogen.compile(SPECS, settings).files
    docs = {path: yaml.safe_load(text) for path, text in files.items() if f"{target}/" in path}
    spec = {path: doc["spec"].get("source", doc["spec"])["path"] for path, doc in docs.items()}
    assert sorted(path.removeprefix("./") for path in spec.values()) == [
        "generated/eu-1/kubernetes",
        "generated/kubernetes",
        "generated/us-1/kubernetes",
    ]
    assert len({doc["metadata"]["name"] for doc in docs.values()}) == 3


def test_a_path_in_the_repository_leads_to_each_tree() -> None:
    more = "argocd: {repo: 'https://git.example.com/x', path: slos/generated/kubernetes}\n"
    files = slogen.compile(SPECS, f"{TWO}targets: [kubernetes, argocd]\n{more}").files
    [app] = [yaml.safe_load(text) for path, text in files.items() if path.startswith("eu-1/argocd/")]
    assert app["spec"]["source"]["path"] == "slos/generated/eu-1/kubernetes"


def test_no_cluster_is_called_like_a_folder_of_the_output() -> None:
    assert frozenset(TARGETS) == FOLDERS
