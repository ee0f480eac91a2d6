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
    parts = OUTPUT.split("# ...\n")
    assert len(parts) == 3
    for part in parts:
        assert textwrap.indent(part, " " * 6) in text


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
