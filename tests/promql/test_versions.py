"""What slogen takes for PromQL of a version, held against promtool of that version."""

import json
import subprocess

import pytest

from slogen.promql.parse import PromqlError, read
from slogen.promql.versions import check_language

VERSIONS = {"2.42": (2, 42), "2.53": (2, 53), "3.5": (3, 5)}
# Some rules are read, and fail only when Prometheus evaluates them.
EVALUATED = {
    "rule_files": ["rules.yaml"],
    "tests": [
        {"promql_expr_test": [{"expr": "vector(1)", "exp_samples": [{"labels": "{}", "value": 1}]}]},
    ],
}
TEXTS = [
    "histogram_avg(x)",
    "histogram_stddev(x)",
    "histogram_count(x)",
    "info(x)",
    "limitk(3, x)",
    "limit_ratio(0.5, x)",
    "mad_over_time(x[5m])",
    'sort_by_label(x, "a")',
    "first_over_time(x[5m])",
    "ts_of_max_over_time(x[5m])",
    "double_exponential_smoothing(x[5m], 0.5, 0.5)",
    'x{"a"="c"}',
    'sum by ("a") (x)',
    'x + on ("a") y',
    "rate(x[5m]) / 5m",
    "1e400",
    "x * 1e308",
    "x * 0x1F",
    "x offset -5m",
    "x offset +5m",
    "x offset 5",
    "rate(x[300])",
    "rate(x[300y])",
    "x @ end()",
    "topk(scalar(x), y)",
    "topk(3, x)",
    "topk(1e300, x)",
    "x + fill(0) y",
    'x + on ("a.b") y',
    'x + on (a) group_left ("a.b") y',
    'sum by ("a.b") (x)',
    'x{a="\ufffd"}',
    r'x{a="\ufffd"}',
    "last_over_time(x[5m:1m])",
    r"x{a=~`\d+`}",
    r'x{a="`",b=~`"\d`}',
    'label_replace(x, "a", "$1", "b", `(\\d+)`)',
    'label_replace(x, ("a"), "$1", "b", ("(x)"))',
]


def _taken(text, version):
    try:
        read(text)
        check_language(text, version)
    except PromqlError:
        return False
    return True


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_taken_promtool_takes(version, oracles, tmp_path):
    promtool = oracles(f"prometheus-{version}", "promtool")
    for text in filter(lambda text: _taken(text, VERSIONS[version]), TEXTS):
        rules = tmp_path / "rules.yaml"
        rules.write_text(json.dumps({"groups": [{"name": "g", "rules": [{"record": "a", "expr": text}]}]}))
        (tmp_path / "test.yaml").write_text(json.dumps(EVALUATED))
        for command in (["check", "rules", "--lint=none", rules], ["test", "rules", tmp_path / "test.yaml"]):
            done = subprocess.run([promtool, *command], capture_output=True, text=True, check=False)
            assert done.returncode == 0, (text, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("histogram_avg(x)", ["2.53", "3.5"]),
        ("histogram_count(x)", ["2.42", "2.53", "3.5"]),
        ('x{"a"="c"}', ["3.5"]),
        ("limitk(3, x)", []),
        ("1e400", []),
        (r"x{a=~`\d+`}", ["2.42", "2.53", "3.5"]),
        ("x offset -5m", []),
        ('count_values("code", x)', ["2.42", "2.53", "3.5"]),
        ('count_values("1-", x)', ["3.5"]),
        ('label_join(x, "a", "-", "b")', ["2.42", "2.53", "3.5"]),
        ("Inf * x", ["2.42", "2.53", "3.5"]),
    ],
)
def test_since_when(text, versions):
    assert [name for name, version in VERSIONS.items() if _taken(text, version)] == versions
