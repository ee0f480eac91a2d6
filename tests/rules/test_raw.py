"""An SLO's events as stand-alone PromQL of raw series, of one version alone, counted by a real promtool."""

import json
import subprocess

import pytest

from slogen.promql.matchers import added_matchers
from slogen.promql.parse import PromqlError, parse
from slogen.promql.tree import VectorSelector, walk
from slogen.rules.raw import NotCountableError, check_matchers, raw_counts

V2 = added_matchers('version="v2"', (2, 42))
TEMPLATE = {
    "bad": 'sum by (model) (rate(errors_total{job="shop"}[{{ window }}]))',
    "total": 'sum by (model) (rate(requests_total{job="shop"}[{{ window }}]))',
    "by": ["model"],
}
SLIS = {
    "bad": {"events": {"bad": 'errors_total{job="shop"}', "total": 'requests_total{job="shop"}'}},
    "good": {"events": {"good": 'fine_total{job="shop"}', "total": 'requests_total{job="shop"}'}},
    "both": {"events": {"good": 'fine_total{job="shop"}', "bad": 'errors_total{job="shop"}'}},
    "rare": {"events": {"bad": "errors_total", "total": 'requests_total{job="shop"}', "rare": True}},
    "template": {"events": TEMPLATE},
    "latency": {"latency": {"histogram": 'took_seconds{job="shop"}', "threshold": "500ms", "by": ["model"]}},
    "native": {"latency": {"histogram": "took_seconds", "threshold": "500ms", "native": True}},
}
TIMED = {
    "probe": {"probe": {"metric": 'up{job="shop"}'}},
    "ratio": {"ratio": {"error": 'job:errors:ratio{job="shop"}'}},
    "timeslices": {"timeslices": {"good": "queue_length < 5"}},
}


@pytest.fixture
def slo_of(compiled):
    def find(sli, **settings):
        result = compiled({"sli": sli}, settings=settings)
        assert result.ok, result.problems
        return result.services[0].slos[0], result.project.settings

    return find


def counted(found, *args, **options):
    slo, settings = found
    return raw_counts(slo, settings, *args, **options)


@pytest.mark.parametrize("plainly", [False, True])
@pytest.mark.parametrize("kind", SLIS)
def test_reads_raw_series_of_the_version_alone(slo_of, kind, plainly):
    slo, settings = slo_of(SLIS[kind])
    counts = raw_counts(slo, settings, 600, V2, plainly=plainly)
    for text in (counts.total, counts.bad):
        read = [node for node in walk(parse(text)) if isinstance(node, VectorSelector)]
        events = [node for node in read if node.name not in ("up", "process_start_time_seconds")]
        assert events
        assert all(set(V2) <= set(node.matchers) for node in events), text
        assert not [node.name for node in read if node.name.startswith("slo")]


@pytest.mark.parametrize("kind", TIMED)
def test_time_has_no_events_to_count(slo_of, kind):
    with pytest.raises(NotCountableError, match=r"`shop/availability` counts time") as caught:
        counted(slo_of(TIMED[kind]), 600)
    assert "events or latency" in caught.value.hint


def test_a_composite_names_its_parts(compiled):
    whole = {"name": "all", "sli": {"composite": {"of": [{"slo": "shop/a"}, {"slo": "shop/b"}]}}}
    result = compiled({"name": "a"}, {"name": "b"}, {**whole, "objective": 99})
    slo = next(slo for slo in result.services[0].slos if slo.name == "all")
    with pytest.raises(NotCountableError, match="is made of other SLOs") as caught:
        raw_counts(slo, result.project.settings, 600)
    assert caught.value.hint == "ask `shop/a`, `shop/b`"


@pytest.mark.parametrize("text", ['job="other"', 'job!="shop"', 'job=~"o.*"'])
def test_matchers_that_contradict_the_sli_are_refused(slo_of, text):
    with pytest.raises(PromqlError, match=r'contradicts `job="shop"`'):
        check_matchers(slo_of(SLIS["bad"])[0], added_matchers(text, (2, 42)))


def test_matchers_that_agree_are_not(slo_of):
    check_matchers(slo_of(SLIS["bad"])[0], added_matchers('job=~"s.*",version="v2"', (2, 42)))


def test_le_is_the_slis(slo_of):
    with pytest.raises(PromqlError, match="`le` is for the SLI"):
        check_matchers(slo_of(SLIS["latency"])[0], added_matchers('le="1"', (2, 42)))


def test_groups_are_summed_unless_they_are_asked_for(slo_of):
    slo, settings = slo_of(SLIS["template"])
    assert raw_counts(slo, settings, 600).total.startswith("sum(")
    assert raw_counts(slo, settings, 600, grouped=True).total.startswith("(")


# --- what promtool counts ---------------------------------------------------------------------------

LABELS = 'job="shop",instance="i"'


def series(name, labels, start, per_minute):
    return {"series": f"{name}{{{LABELS},{labels}}}", "values": f"{start}+{per_minute}x60"}


INPUT = [
    {"series": f"up{{{LABELS}}}", "values": "1x60"},
    *(
        series(name, f'model="{model}",version="{version}"', 1000, grows * factor)
        for model in "ab"
        for version, factor in (("v1", 10), ("v2", 1))
        for name, grows in (("requests_total", 20), ("fine_total", 18), ("errors_total", 2))
    ),
    *(
        series(f"took_seconds_{suffix}", f'model="{model}",version="{version}"{le}', 1000, grows * factor)
        for model in "ab"
        for version, factor in (("v1", 10), ("v2", 1))
        for suffix, le, grows in (("count", "", 20), ("bucket", ',le="0.5"', 18))
    ),
    # a version that is born at minute 29, with errors from its first scrape on
    {"series": f'requests_total{{{LABELS},model="a",version="v3"}}', "values": "_x29 5+5x30"},
    {"series": f'errors_total{{{LABELS},model="a",version="v3"}}', "values": "_x29 1+1x30"},
]


def expected(expr, value):
    return {"expr": expr, "eval_time": "40m", "exp_samples": [{"labels": "{}", "value": value}]}


@pytest.mark.parametrize("plainly", [False, True])
@pytest.mark.parametrize("version", ["2.42", "2.53", "3.5"])
def test_each_event_is_counted(slo_of, oracles, tmp_path, version, plainly):
    checks = []
    for kind in ("bad", "good", "both", "template", "latency"):
        counts = counted(slo_of(SLIS[kind], prometheus={"scrape_interval": "1m"}), 600, V2, plainly=plainly)
        for expr, value in ((counts.total, 400), (counts.bad, 40)):
            checks.append(expected(f"round({expr})", value))
    born = added_matchers('version="v3"', (2, 42))
    counts = counted(slo_of(SLIS["bad"], prometheus={"scrape_interval": "1m"}), 1200, born, plainly=plainly)
    checks += [expected(counts.total, 60), expected(counts.bad, 12)]
    nobody = added_matchers('version="v9"', (2, 42))
    counts = counted(slo_of(SLIS["bad"]), 600, nobody, plainly=plainly)
    checks += [{"expr": each, "eval_time": "40m", "exp_samples": []} for each in (counts.total, counts.bad)]
    played = {"interval": "1m", "input_series": INPUT, "promql_expr_test": checks}
    test = {"evaluation_interval": "1m", "tests": [played]}
    path = tmp_path / "test.yaml"
    path.write_text(json.dumps(test))
    command = [oracles(f"prometheus-{version}", "promtool"), "test", "rules", path]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[:2000]
