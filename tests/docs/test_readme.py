"""The README shows what is true."""

import re
import textwrap

import yaml

import slogen
from slogen.cli.commands import COMMANDS
from slogen.pipeline import compile_project

from .pages import REPO, blocks, read, rows, section

SPEC, OUTPUT = blocks(read("README.md"), "yaml")


def test_the_excerpt_is_what_comes_out():
    text = slogen.compile(SPEC).files["prometheus/embeddings.rules.yaml"]
    assert textwrap.indent(OUTPUT, " " * 6) in text


def test_the_page_is_one_that_promtool_saw():
    """What the proof expects of an alert is what arrives."""
    (shown,) = blocks(read("README.md"), "text")
    head, *paragraphs = (" ".join(part.split()) for part in shown.split("\n\n"))
    tests = yaml.safe_load(slogen.compile(SPEC).files["promtool-tests/embeddings/thresholds-2m.test.yaml"])
    alerts = [
        (check["alertname"], alert)
        for test in tests["tests"]
        for check in test.get("alert_rule_test", ())
        for alert in check.get("exp_alerts", ())
    ]
    name, *labels = head.split()
    wanted = dict(label.split("=") for label in labels)
    assert any(
        (found, [alert["exp_annotations"][key] for key in ("summary", "description", "objective")])
        == (name, paragraphs)
        and wanted.items() <= alert["exp_labels"].items()
        for found, alert in alerts
    )


def test_how_to_use_it_comes_before_the_internals():
    headings = re.findall(r"^## (.+)$", read("README.md"), re.MULTILINE)
    assert headings[:2] == ["A spec, and what comes out", "Use it"]
    assert read("README.md").count("\n") < 200


def test_the_counts_are_right():
    groups = yaml.safe_load(slogen.compile(SPEC).files["prometheus/embeddings.rules.yaml"])["groups"]
    alerts = [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]
    burn = alerts.count("SLOErrorBudgetBurn")
    budget = alerts.count("SLOErrorBudgetConsumed") + alerts.count("SLOErrorBudgetExhausted")
    assert (burn, budget, alerts.count("SLODataAbsent"), len(alerts)) == (4, 3, 2, 9)


def test_all_commands_are_listed_and_no_others():
    listed = [row[0].strip("`") for row in rows(section(read("README.md"), "Commands"))]
    assert listed == ["command", *COMMANDS]


def test_all_hooks_are_listed_and_no_others():
    hooks = [hook["id"] for hook in yaml.safe_load(read(".pre-commit-hooks.yaml"))]
    listed = re.findall(r"^\| `(slogen-\w+)`", read("docs/pre-commit-and-ci.md"), re.MULTILINE)
    assert sorted(listed) == sorted(hooks)


def test_make_has_the_commands():
    targets = set(re.findall(r"^(\w+):", read("Makefile"), re.MULTILINE))
    named = re.findall(r"^(?:\| `)?make (\w+)", read("README.md") + read("CONTRIBUTING.md"), re.MULTILINE)
    assert {"demo", "test", "lint"} <= set(named)
    assert set(named) <= targets


def test_the_spec_is_one_that_ships():
    shipped = (REPO / "specs/embeddings.yaml").read_text()
    result = compile_project({"specs/embeddings.yaml": shipped})
    assert 'http_requests_total{job="embeddings",handler="/v1/embeddings"}' in str(result.files)
    for line in SPEC.split("slos:")[1].splitlines()[1:]:
        assert line.split("  #")[0].strip() in shipped
