"""User text in alerts: what Prometheus's templates make of it is what the user wrote."""

import json
import subprocess

import pytest

from slogen.rules.labels import escaped

TEXTS = [
    "{{",
    "}}",
    "{{ $value }}",
    "{{{{",
    "a {{ b }} c",
    "{{/* x */}}",
    "{{- x -}}",
    "}}{{",
    "100%",
    "$labels",
    '{{ "{{" }}',
]


@pytest.mark.parametrize("text", ["plain", "}}", ""])
def test_only_templates_are_escaped(text):
    assert escaped(text) == text


def test_templates_print_the_text_back(judge_tests):
    rule = {
        "alert": "A",
        "expr": "vector(1)",
        "labels": {f"l{n}": escaped(text) for n, text in enumerate(TEXTS)},
        "annotations": {f"a{n}": escaped(text) for n, text in enumerate(TEXTS)},
    }
    expected = {
        "exp_labels": {f"l{n}": text for n, text in enumerate(TEXTS)},
        "exp_annotations": {f"a{n}": text for n, text in enumerate(TEXTS)},
    }
    judge_tests([rule], [{"eval_time": "1m", "alertname": "A", "exp_alerts": [expected]}])


@pytest.fixture(params=["2.42", "3.5"])
def judge_tests(request, tmp_path, oracles):
    """Run promtool's unit tests on rules."""
    promtool = oracles(f"prometheus-{request.param}", "promtool")

    def check(rules, alerts):
        (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))
        test = {"interval": "1m", "input_series": [], "alert_rule_test": alerts}
        text = json.dumps({"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]})
        (tmp_path / "test.yaml").write_text(text)
        command = [promtool, "test", "rules", tmp_path / "test.yaml"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return check


def test_settings_are_escaped_too(compiled, judge):
    judge([compiled(settings={"labels": {"cluster": "{{ x }} 5%"}})])


def test_severities_are_plain_words(compiled):
    result = compiled(settings={"severities": {"page": "{{ y"}})
    assert [(p.code, p.span.path) for p in result.problems if p.is_error] == [("bad-value", "slogen.yaml")]
