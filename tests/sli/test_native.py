"""Native histograms on the versions whose promtool can write them: half of the events are above 500 ms."""

import subprocess

import pytest

import slogen

SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: nat
slos:
  - name: lat
    objective: 99
    sli: {latency: {histogram: 'rpc_duration_seconds{job="a"}', threshold: 500ms, native: true}}
"""
TEST = """
rule_files: [nat.rules.yaml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: rpc_duration_seconds{job="a"}
        values: '{{schema:0 count:0 buckets:[0 0]}}+{{schema:0 sum:20 count:60 buckets:[30 30] offset:-1}}x30'
    promql_expr_test:
      - expr: sum(slo:sli_total:rate5m)
        eval_time: 20m
        exp_samples: [{value: 1}]
      - expr: sum(slo:sli_error:ratio_rate5m)
        eval_time: 20m
        exp_samples: [{value: 0.5}]
"""


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["trixie", "newest"])
def test_the_share_above_the_threshold(oracles, version, tmp_path):
    promtool = oracles(f"{version}-prometheus", "promtool")
    (tmp_path / "nat.rules.yaml").write_text(slogen.compile(SPEC).files["prometheus/nat.rules.yaml"])
    (tmp_path / "t.yaml").write_text(TEST)
    done = subprocess.run(
        [promtool, "test", "rules", "t.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


MANY = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: nat
slos:
  - name: between-powers
    objective: 99
    sli: {latency: {histogram: 'd_seconds{job="a"}', threshold: 300ms, native: true}}
  - name: at-a-power
    objective: 99.9
    sli: {latency: {histogram: 'e_seconds{job="b"}', threshold: 2s, native: true, by: [model]}}
  - name: fast-and-good
    objective: 99.5
    sli: {latency: {histogram: 'f_seconds{job="c"}', threshold: 50ms, native: true, good: 'code!~"5.."'}}
"""
SETTINGS = """
apiVersion: slogen/v1
kind: Settings
targets: [prometheus, tests]
prometheus: {min_version: "%s", retention: 90d}
"""


def prove(oracles, folder):
    promtool = oracles("newest-prometheus", "promtool")
    for path, text in slogen.compile(MANY, SETTINGS % "3.5").files.items():
        place = folder / "generated" / path if path.startswith("prometheus/") else folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    tests = sorted((folder / "promtool-tests/nat").glob("*.test.yaml"))
    done = subprocess.run([promtool, "test", "rules", *tests], capture_output=True, text=True, check=False)
    return tests, done


@pytest.mark.oracle
def test_they_are_proven_from_raw_data(oracles, tmp_path):
    tests, done = prove(oracles, tmp_path)
    assert {"outage", "quiet", "recovery"} <= {
        path.name.partition(".")[0].partition("-")[0] for path in tests
    }
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.oracle
def test_a_wrong_threshold_is_seen(oracles, tmp_path, monkeypatch):
    monkeypatch.setattr("slogen.sli.native.plain", lambda threshold: f"{4 * threshold}")
    _, done = prove(oracles, tmp_path)
    assert done.returncode == 1
    assert "nat/between-powers" in done.stderr


def test_older_promtools_are_not_asked():
    [problem] = [p for p in slogen.compile(SPEC, SETTINGS % "3.0").problems if p.code == "no-sample-series"]
    assert "only promtool 3.5 and newer" in problem.message
    assert 'min_version: "3.5"' in problem.hint
