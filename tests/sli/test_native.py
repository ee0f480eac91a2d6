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
