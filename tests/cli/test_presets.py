import json

import pytest

import slogen as package
from slogen.load.presets import families, preset
from tests.cli.conftest import Run

SETTINGS = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\n"
ALL = [each for family in families() for each in family.presets]


def names(shown: str) -> list[str]:
    return [line.split()[0] for line in shown.splitlines()]


def test_all_are_listed(slogen: Run) -> None:
    assert names(slogen("presets", "list").stdout) == [each.name for each in ALL]
    data = json.loads(slogen("presets", "list", "--format", "json").stdout)["presets"]
    assert [each["name"] for each in data] == [each.name for each in ALL]
    assert data[0].keys() == {"name", "system", "kind", "objective", "title"}


def test_words_are_searched_in_names_and_help(slogen: Run) -> None:
    found = names(slogen("presets", "list", "First", "token").stdout)
    assert {"vllm/ttft", "sglang/ttft", "triton/first-response"} <= set(found)
    assert "vllm/itl" not in found
    assert names(slogen("presets", "list", "SUSPENDED", "--system", "kubernetes").stdout) == [
        "kubernetes/cronjob-freshness"
    ]


@pytest.mark.parametrize(
    "metric", ["vllm:time_to_first_token_seconds", "ray_vllm_time_to_first_token_seconds_bucket"]
)
def test_a_metric_finds_what_reads_it(slogen: Run, metric: str) -> None:
    assert names(slogen("presets", "list", metric).stdout) == ["vllm/ttft"]


def test_a_whole_name_counts_alone(slogen: Run) -> None:
    assert names(slogen("presets", "list", "prometheus_http_requests_total").stdout) == [
        "prometheus/query-availability"
    ]
    assert "prometheus/query-availability" not in names(
        slogen("presets", "list", "http_requests_total").stdout
    )


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("_consumergroup_", ["kafka/consumer-lag"]),
        ("vllm:time_to_first_token", ["vllm/ttft"]),
        ("numbackends", ["postgres/connections"]),  # no help has it
        ("pg_stat_database_*locks", ["postgres/deadlocks"]),
        ("pg_stat_database_.*locks", ["postgres/deadlocks"]),
        ("pg_replication_lag?seconds", ["postgres/replication-lag"]),
        ("haproxy/*", ["haproxy/availability", "haproxy/frontend-availability"]),
    ],
)
def test_parts_and_patterns_of_a_metrics_name(slogen: Run, word: str, found: list[str]) -> None:
    assert names(slogen("presets", "list", word).stdout) == found


def test_words_and_a_metric_together(slogen: Run) -> None:
    assert names(slogen("presets", "list", "kafka_*", "lag").stdout) == ["kafka/consumer-lag", "kafka/fetch"]


def test_nothing_found_says_what_is_near(slogen: Run) -> None:
    said = slogen("presets", "list", "kafka_consumer_group_lag_sum", code=2).stderr
    assert "no preset has `kafka_consumer_group_lag_sum`; near are `kafka_consumergroup_lag_sum`" in said
    assert "`postgres/deadlocks`" in slogen("presets", "list", "postgres/deadlock?s", code=2).stderr
    assert "`replicas`" in slogen("presets", "list", "Replicass", code=2).stderr
    assert "try fewer words" in slogen("presets", "list", "kafka_*", "redis_*", code=2).stderr
    assert "`slogen presets list` shows all" in slogen("presets", "list", "zzz_*", code=2).stderr
    said = slogen("presets", "list", "kafka_consumer_group_lag", "--system", "redis", code=2).stderr
    assert "kafka_consumergroup" not in said.partition(";")[2]


@pytest.mark.parametrize(
    ("system", "family"), [("vllm", "vllm"), ("Istio", "istio"), ("kube-state", "kubernetes")]
)
def test_one_system(slogen: Run, system: str, family: str) -> None:
    found = names(slogen("presets", "list", "--system", system).stdout)
    assert found == [each.name for each in ALL if each.family == family]


def test_what_is_not_there_is_a_usage_error(slogen: Run) -> None:
    assert "did you mean `istio`?" in slogen("presets", "list", "--system", "isto", code=2).stderr
    assert "there are apiserver, " in slogen("presets", "list", "--system", "zebra", code=2).stderr
    assert "no preset has `zebra`" in slogen("presets", "list", "zebra", code=2).stderr
    assert "did you mean `vllm/ttft`?" in slogen("presets", "show", "vllm/ttf", code=2).stderr
    assert "the family has `haproxy/availability`" in slogen("presets", "show", "haproxy/x", code=2).stderr
    assert "`slogen presets list` shows all" in slogen("presets", "show", "x", code=2).stderr


def test_one_is_shown_whole(slogen: Run) -> None:
    shown = slogen("presets", "show", "vllm/itl").stdout
    found = preset("vllm/itl")
    assert found is not None
    for text in (found.means, found.misses, *(each.description for each in found.parameters.values())):
        assert " ".join(text.split()) in " ".join(shown.split())
    assert "0.075 0.1 0.15" in " ".join(shown.split())
    assert 'vllm:inter_token_latency_seconds_bucket{job="vllm",model_name="llama-3-70b",le="0.1"}' in shown
    assert "up to 0.10" in shown


def test_one_as_json(slogen: Run) -> None:
    data = json.loads(slogen("presets", "show", "istio/latency", "--format", "json").stdout)
    assert data["metrics"][0]["unit"] == "milliseconds"
    assert 500 in data["metrics"][0]["buckets"]
    assert [each["name"] for each in data["parameters"]] == ["selector", "reporter", "threshold"]
    assert list(data["records"]) == ["slo:sli_total:rate5m", "slo:sli_bad:rate5m"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [each.name for each in ALL])
def test_what_is_shown_compiles_to_what_is_shown(slogen: Run, name: str) -> None:
    data = json.loads(slogen("presets", "show", name, "--format", "json").stdout)
    result = package.compile(data["spec"], SETTINGS)
    assert result.problems == ()
    recorded = {
        rule.record: rule.expr
        for group in result.compiled[0].rules.groups
        for rule in group.rules
        if hasattr(rule, "record")
    }
    assert len(data["records"]) == 2
    assert data["records"].items() <= recorded.items()
    shown = slogen("presets", "show", name).stdout
    assert all(line in shown for line in data["spec"].splitlines())
    assert max(map(len, shown.split("A spec")[0].splitlines())) <= 100
