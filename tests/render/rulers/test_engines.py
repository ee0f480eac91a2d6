"""What is written for each engine: its own format, the same rules, what it can hold and no more."""

import json
import re
from itertools import groupby

import pytest
import yaml

from slogen.emitted.rules import Alert, Recording
from slogen.model.rulers import RULERS

SLOS = (
    {"name": "availability"},
    {
        "name": "latency",
        "objective": 99,
        "sli": {"latency": {"histogram": 'd_seconds{job="s"}', "threshold": "1s"}},
    },
    {
        "name": "by-model",
        "sli": {"events": {"bad": 'b_total{job="s"}', "total": 't_total{job="s"}', "by": ["model"]}},
    },
)
PATHS = {
    "mimir": "mimir/shop.rules.yaml",
    "cortex": "cortex/shop.rules.yaml",
    "thanos": "thanos/shop.rules.yaml",
    "victoriametrics": "victoriametrics/shop.rules.yaml",
}
OBJECTS = {
    "kubernetes": ("kubernetes/shop.prometheusrule.yaml", "monitoring.coreos.com/v1", "PrometheusRule"),
    "thanos": ("kubernetes/shop.thanosrule.yaml", "monitoring.coreos.com/v1", "PrometheusRule"),
    "victoriametrics": ("kubernetes/shop.vmrule.yaml", "operator.victoriametrics.com/v1beta1", "VMRule"),
    "gmp": ("kubernetes/shop.clusterrules.yaml", "monitoring.googleapis.com/v1", "ClusterRules"),
}


@pytest.fixture(scope="module")
def made(compiled):
    settings = {
        "targets": ["prometheus", *(t for t in RULERS if t != "prometheus")],
        "prometheus": {"evaluation_interval": "60s"},
        "victoriametrics": {"forms": ["files", "objects"]},
        "thanos": {"forms": ["files", "objects"], "labels": {"ruler": "thanos"}},
        "kubernetes": {"namespace": "m"},
    }
    result = compiled(*SLOS, settings=settings)
    assert result.ok, result.problems
    return result


def names(groups):
    rules = [rule for group in groups for rule in group["rules"]]
    return sorted((rule.get("record") or rule["alert"], str(rule.get("labels"))) for rule in rules)


@pytest.fixture(scope="module")
def plain(made):
    return yaml.safe_load(made.files["prometheus/shop.rules.yaml"])["groups"]


@pytest.mark.parametrize("target", PATHS)
def test_files_hold_all_rules(made, plain, target):
    assert names(yaml.safe_load(made.files[PATHS[target]])["groups"]) == names(plain)


@pytest.mark.parametrize("target", OBJECTS)
def test_objects_hold_all_rules(made, plain, target):
    path, api, kind = OBJECTS[target]
    found = yaml.safe_load(made.files[path])
    assert (found["apiVersion"], found["kind"]) == (api, kind)
    assert ("namespace" in found["metadata"]) == (target != "gmp")
    assert names(found["spec"]["groups"]) == names(plain)


@pytest.mark.parametrize("target", ["mimir", "cortex"])
def test_an_owner_is_a_namespace(made, target):
    owners = ("shop", "slogen-meta")
    found = {yaml.safe_load(made.files[f"{target}/{owner}.rules.yaml"])["namespace"] for owner in owners}
    assert found == {"slogen-shop", "slogen.meta"}


def test_mimir_takes_twenty_rules_a_group(made):
    groups = yaml.safe_load(made.files["mimir/shop.rules.yaml"])["groups"]
    assert max(len(group["rules"]) for group in groups) <= 20
    assert len({group["name"] for group in groups}) == len(groups)
    assert (
        max(len(group["rules"]) for group in yaml.safe_load(made.files["cortex/shop.rules.yaml"])["groups"])
        > 20
    )


def test_what_belongs_together_stays_in_one_group(made):
    """The pair of an SLO is never of two moments."""
    for group in yaml.safe_load(made.files["mimir/shop.rules.yaml"])["groups"]:
        pairs = [
            r for r in group["rules"] if re.fullmatch(r"slo:sli_(total|bad):rate5m", r.get("record", ""))
        ]
        for _, its in groupby(pairs, key=lambda rule: rule["labels"]["slo_id"]):
            assert {rule["record"] for rule in its} == {"slo:sli_total:rate5m", "slo:sli_bad:rate5m"}


def test_pages_are_never_decided_on_a_part(made):
    groups = yaml.safe_load(made.files["thanos/shop.rules.yaml"])["groups"]
    found = {group["name"].rpartition(":")[2]: group["partial_response_strategy"] for group in groups}
    assert found == {"page": "abort", "budget": "warn"}


def test_vmalert_asks_for_now_and_not_for_the_last_whole_interval(made):
    file = yaml.safe_load(made.files["victoriametrics/shop.rules.yaml"])
    objects = yaml.safe_load(made.files["kubernetes/shop.vmrule.yaml"])["spec"]
    groups = file["groups"] + objects["groups"]
    assert [group["eval_alignment"] for group in groups] == [False] * len(groups)


def test_a_stateless_ruler_reads_what_it_records_late(compiled):
    """Bad is never the recorded total less raw good, of two moments."""

    def rules(**thanos):
        targets = ["thanos", "victoriametrics"]
        files = compiled(*SLOS, settings={"targets": targets, "thanos": thanos}).files
        return [
            [
                (rule.get("record") or rule["alert"], rule["expr"])
                for group in groups
                for rule in group["rules"]
            ]
            for groups in (yaml.safe_load(files[f"{t}/shop.rules.yaml"])["groups"] for t in targets)
        ]

    own, late = rules(stateless=True)
    assert own == late
    own, late = rules()
    assert own != late


def test_grafana_keeps_groups_of_clusters_apart(compiled):
    """In one folder groups of one name are one group."""
    settings = {
        "targets": ["grafana-alerting"],
        "clusters": [{"name": n, "labels": {"cluster": n}} for n in "ab"],
    }
    files = compiled(*SLOS, settings={**settings, "prometheus": {"evaluation_interval": "60s"}}).files
    made = [yaml.safe_load(text)["groups"] for path, text in files.items() if path.endswith("alerting.yaml")]
    names = [(group["folder"], group["name"]) for groups in made for group in groups]
    assert len(set(names)) == len(names) > 4


def test_gmp_has_no_field_that_its_api_refuses(made):
    groups = yaml.safe_load(made.files["kubernetes/shop.clusterrules.yaml"])["spec"]["groups"]
    fields = {field for group in groups for rule in group["rules"] for field in rule}
    assert fields <= {"record", "alert", "expr", "for", "labels", "annotations"}
    assert {field for group in groups for field in group} == {"name", "interval", "rules"}


def test_azure_is_a_template_of_groups(made):
    template = json.loads(made.files["azure/shop.rulegroups.json"])
    assert template["contentVersion"] == "1.0.0.0"
    for group in template["resources"]:
        assert re.fullmatch(r"[^:@/#{}%&+*<>?]+", group["name"])
        properties = group["properties"]
        assert properties["interval"] in ("PT1M", "PT2M")
        assert len(properties["rules"]) <= 20
        for rule in properties["rules"]:
            if "alert" in rule:
                assert rule["severity"] in (1, 3, 4)
                assert re.fullmatch(r"PT(\d+[HMS])+", rule["for"])
                assert "query" not in json.dumps(rule["annotations"])
    assert len({group["name"] for group in template["resources"]}) == len(template["resources"])


def test_azure_tells_pages_and_tickets_to_groups_of_their_own(made):
    template = json.loads(made.files["azure/shop.rulegroups.json"])
    alerts = [r for g in template["resources"] for r in g["properties"]["rules"] if "alert" in r]
    told = {(r["labels"]["severity"], r["actions"][0]["actionGroupId"]) for r in alerts if r["actions"]}
    assert told == {
        ("page", "[parameters('pageActionGroup')]"),
        ("ticket", "[parameters('ticketActionGroup')]"),
    }


def grafana(result):
    groups = yaml.safe_load(result.files["grafana-alerting/shop.alerting.yaml"])["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_grafana_tells_rules_apart(made, plain):
    rules = grafana(made)
    assert len(rules) == sum(len(group["rules"]) for group in plain)
    for field, most in (("uid", 40), ("title", 190)):
        found = [rule[field] for rule in rules]
        assert len(set(found)) == len(found)
        assert max(map(len, found)) <= most


def test_grafana_fires_on_any_value_and_on_no_data_not_at_all(made):
    alerts = [rule for rule in grafana(made) if "record" not in rule]
    for rule in alerts:
        query, is_there, fires = rule["data"]
        assert rule["condition"] == fires["refId"]
        assert fires["model"]["expression"] == is_there["refId"]
        assert f"${query['refId']}" in is_there["model"]["expression"]
        assert (rule["noDataState"], rule["execErrState"]) == ("OK", "Error")
    texts = [text for rule in alerts for text in rule["annotations"].values()]
    assert any("$values.query.Value" in text for text in texts)
    assert not any(re.search(r"\$value\b", text) or "with query" in text for text in texts)


def test_a_new_slo_renames_no_other_ones_rules(compiled):
    settings = {"targets": ["grafana-alerting"]}
    first = {"name": "a-new-one", "sli": {"events": {"bad": 'x_total{job="x"}', "total": 'y_total{job="x"}'}}}
    before, after = compiled(*SLOS, settings=settings), compiled(first, *SLOS, settings=settings)
    assert {rule["uid"] for rule in grafana(before)} <= {rule["uid"] for rule in grafana(after)}


def rules_for(result, target):
    [shop, _] = result.compiled
    return [rule for group in shop.others[target].rules.groups for rule in group.rules]


def test_a_late_engine_excludes_bad_events_too(compiled):
    excluded = [{**slo, "exclude": [{"weekly": "Sun 02:00-04:00"}]} for slo in SLOS]
    result = compiled(*excluded, settings={"targets": ["victoriametrics"]})
    pair = re.compile(r"slo:sli_(?:bad|good|total):rate5m")
    rules = [r for r in rules_for(result, "victoriametrics") if pair.fullmatch(getattr(r, "record", ""))]
    assert len(rules) == 2 * len(SLOS) + 1
    assert all("slogen_excluded" in rule.expr for rule in rules)


def test_a_late_engine_looks_back_from_the_end_of_the_query(compiled):
    """MetricsQL's end of a subquery lies up to a step ahead, where nothing is recorded yet."""
    result = compiled(
        {"window": {"calendar": "week"}}, settings={"targets": ["victoriametrics", "prometheus"]}
    )
    reads = [rule.expr for rule in rules_for(result, "victoriametrics") if "@ end()" in rule.expr]
    assert len(reads) == 2
    for expr in reads:
        assert (
            expr.count("@ end()")
            == len(re.findall(r"last_over_time\(\S+\[(?:2d|2h|10m)\] @ end\(\)\)", expr))
            == 5
        )


def test_azure_knows_pages_whatever_their_word(compiled):
    words = {"alerting": {"page": {"severity": "critical"}, "ticket": {"severity": "warning"}}}
    settings = {"targets": ["azure"], "prometheus": {"evaluation_interval": "60s"}}
    template = json.loads(compiled(words, settings=settings).files["azure/shop.rulegroups.json"])
    alerts = [r for g in template["resources"] for r in g["properties"]["rules"] if "alert" in r]
    told = {(r["labels"]["severity"], r["severity"]) for r in alerts}
    assert told == {("critical", 1), ("warning", 3), ("info", 4)}


def test_grafana_keeps_a_rule_that_changes_its_team(compiled):
    settings = {"targets": ["grafana-alerting"]}
    before = grafana(compiled(*SLOS, settings=settings, owner="a"))
    changed = [{**slo, "description": "d" * 200, "labels": {"l": "x" * 200}} for slo in SLOS]
    after = grafana(compiled(*changed, settings={**settings, "severities": {"page": "p1"}}, owner="b"))
    assert [rule["uid"] for rule in before] == [rule["uid"] for rule in after]
    assert max(len(rule["title"]) for rule in after) <= 190
    assert not any("\n" in rule["title"] for rule in after)


def test_grafana_takes_nothing_from_its_environment(compiled):
    said = {"description": "of ${NAME}, costs $value", "labels": {"l": "a$b"}}
    rules = grafana(compiled(said, settings={"targets": ["grafana-alerting"]}))
    alerts = [rule for rule in rules if "annotations" in rule]
    assert {rule["labels"]["l"] for rule in alerts} == {"a$$b"}
    texts = [rule["annotations"]["objective"] for rule in alerts]
    assert all('of {{ "$" }}{NAME}, costs $value' in text for text in texts)


def test_a_folder_is_called_as_the_settings_say(compiled):
    """Provisioning replaces variables in it; the sidecar and the operator of boards don't."""
    forms = ["files", "sidecar", "operator"]
    settings = {"targets": ["grafana-alerting", "grafana"], "grafana": {"folder": "$5 ${x}", "forms": forms}}
    files = compiled(SLOS[0], settings=settings).files
    rules = yaml.safe_load(files["grafana-alerting/shop.alerting.yaml"])["groups"]
    assert {group["folder"] for group in rules} == {"$$5 $${x}"}
    [provider] = yaml.safe_load(files["grafana/provisioning/slogen.yaml"])["providers"]
    assert provider["folder"] == "$$5 $${x}"
    board = "kubernetes/dashboards/slo-shop"
    sidecar = yaml.safe_load(files[f"{board}.configmap.yaml"])["metadata"]["annotations"]
    assert sidecar["grafana_folder"] == "$5 ${x}"
    assert yaml.safe_load(files[f"{board}.grafanadashboard.yaml"])["spec"]["folder"] == "$5 ${x}"


def test_grafana_records_where_it_is_told(made):
    for rule in grafana(made):
        if "record" in rule:
            assert rule["condition"] == rule["record"]["from"] == rule["data"][0]["refId"]
            assert set(rule["record"]) == {"metric", "from", "targetDatasourceUid"}


@pytest.mark.parametrize("target", ["victoriametrics", "gmp", "azure", "grafana-alerting"])
def test_a_late_engine_takes_no_difference_of_two_moments(made, target):
    """Bad events are of raw series, or their total is of an evaluation later than they are."""
    found = [
        r for r in rules_for(made, target) if isinstance(r, Recording) and r.record == "slo:sli_bad:rate5m"
    ]
    assert len(found) == len(SLOS)
    for rule in found:
        assert "slo:sli_good" not in rule.expr
        assert all(
            line.strip().startswith("0 *") for line in rule.expr.splitlines() if "slo:sli_total" in line
        )


def test_an_engine_that_is_never_late_has_the_rules_that_promtool_proves(made):
    [shop, _] = made.compiled
    assert not {"prometheus", "kubernetes", "mimir", "cortex", "thanos"} & shop.others.keys()


def test_the_watcher_reads_what_its_engine_tells(made):
    [*_, watcher] = made.compiled
    wanted = {
        "mimir": "cortex_prometheus_rule_evaluation",
        "victoriametrics": "vmalert_recording_rules_errors_total",
    }
    for target, metric in wanted.items():
        exprs = [rule.expr for group in watcher.others[target].rules.groups for rule in group.rules]
        assert any(metric in expr for expr in exprs)
    for target in ("azure", "grafana-alerting"):
        alerts = [rule for group in watcher.others[target].rules.groups for rule in group.rules]
        assert {a.alert for a in alerts if isinstance(a, Alert)} == {"SLOMetaRulesGone"}


def split(compiled):
    settings = {
        "targets": ["prometheus", "thanos", "tests"],
        "groups": {"page": "prometheus", "budget": "thanos"},
    }
    timed = {"name": "t", "sli": {"probe": {"metric": 'up_x{job="s"}', "missing": "bad"}}}
    result = compiled(*SLOS, timed, settings=settings)
    assert result.ok, result.problems
    return result


def test_two_engines_share_the_groups(compiled):
    result = split(compiled)
    page = yaml.safe_load(result.files["prometheus/shop.rules.yaml"])["groups"]
    budget = yaml.safe_load(result.files["thanos/shop.rules.yaml"])["groups"]
    assert [group["name"] for group in (*page, *budget)] == ["slogen:shop:page", "slogen:shop:budget"]
    recorded = {r["record"] for r in page[0]["rules"] if "record" in r}
    read = {word for rule in page[0]["rules"] for word in re.findall(r"\bslo:[\w:]+", rule["expr"])}
    assert read - recorded == set(), "a page would read what its engine can't see"
    assert "slo:error_budget:ratio" in read


def test_who_has_budgets_watches_them_too(compiled):
    result = split(compiled)

    def gone(path):
        groups = yaml.safe_load(result.files[path])["groups"]
        return next(r["expr"] for g in groups for r in g["rules"] if r.get("alert") == "SLOMetaRulesGone")

    assert "slogen_budget_up" not in gone("prometheus/slogen-meta.rules.yaml")
    assert "slogen_budget_up" in gone("thanos/slogen-meta.rules.yaml")
    assert "slogen_up" in gone("thanos/slogen-meta.rules.yaml")


def test_nothing_is_recorded_twice_of_what_runs(compiled):
    budget = yaml.safe_load(split(compiled).files["thanos/shop.rules.yaml"])["groups"]
    recorded = [rule.get("record") for group in budget for rule in group["rules"]]
    assert "slogen_up" not in recorded
    assert "slogen_budget_up" in recorded


def test_the_proof_brings_all_rules_where_two_engines_share_them(compiled):
    result = split(compiled)
    groups = yaml.safe_load(result.files["promtool-tests/shop/shop.rules.yaml"])["groups"]
    assert [group["name"] for group in groups] == ["slogen:shop:page", "slogen:shop:budget"]
