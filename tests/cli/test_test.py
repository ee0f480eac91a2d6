"""`slogen test`: exit codes, formats, and what it says; with one real promtool and fake ones."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from .conftest import tree

pytestmark = pytest.mark.slow

PROMTOOLS = sorted((Path(__file__).parents[2] / ".oracles").glob("prometheus-*/promtool"))
HEAD = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\n"
FAKE = """#!/bin/sh
for last; do :; done
case "$1" in
--version) echo 'promtool, version 3.5.0' ;;
check) echo "  SUCCESS: $(grep -cE '^ +- (record|alert): ' "$last") rules found" ;;
test) case "$last" in *"$FAIL"*) echo '  FAILED:' >&2; exit 1 ;; *) echo '  SUCCESS' ;; esac ;;
esac
"""


@pytest.fixture
def generated(project, slogen, bare_path, monkeypatch):  # noqa: ARG001 (pytest knows no other way)
    """A project with tests, generated, and no promtool in reach."""
    (project / "slogen.yaml").write_text(HEAD)
    slogen("generate")
    monkeypatch.setenv("FAIL", "no-such-file")
    return project


@pytest.fixture
def fake(generated):
    """A promtool that passes all files but those whose path holds $FAIL."""
    path = generated / "promtool"
    path.write_text(FAKE)
    path.chmod(0o755)
    return str(path)


@pytest.mark.oracle
@pytest.mark.skipif(
    not PROMTOOLS and not os.environ.get("CI"), reason="no .oracles here: run tools/fetch-oracles"
)
@pytest.mark.usefixtures("generated")
def test_a_real_proof(slogen):
    output = slogen("test", "specs/chat.yaml", "--strict", "--promtool", str(PROMTOOLS[-1])).output
    assert re.search(r"^chat/availability +\d+ statements proven$", output, re.MULTILINE)
    closing = r"1 SLO, \d+ statements: all proven with promtool \d\.\d+ in \d+\.\d s"
    assert re.fullmatch(closing, output.splitlines()[-1])


def test_statements_are_answers(slogen, fake):
    lines = slogen("test", "-v", "--promtool", fake).output.splitlines()
    assert "chat/availability" in lines
    assert "  yes  silent at one failure when traffic is low" in lines


def test_what_failed_is_said_in_words(slogen, fake, monkeypatch):
    monkeypatch.setenv("FAIL", "chat/quiet")
    lines = slogen("test", "--promtool", fake, code=1).output.splitlines()
    assert "  NO   silent at one failure when traffic is low" in lines
    assert any(line.startswith("shop/availability ") and line.endswith(" proven") for line in lines)
    assert "2 SLOs" in lines[-1]
    assert re.search(r": \d+ NOT proven, \d+ proven with promtool 3.5", lines[-1])


@pytest.mark.usefixtures("generated")
def test_without_promtool_it_is_said_aloud(slogen):
    output = slogen("test").output
    assert "NOT RUN:\n  no promtool was found" in output
    assert "not run" in output.splitlines()[-1]


@pytest.mark.usefixtures("generated")
def test_strict_needs_a_promtool(slogen):
    assert "no promtool was found" in slogen("test", "--strict", code=1).output


@pytest.mark.usefixtures("generated")
def test_one_that_was_asked_for_must_work(slogen):
    output = slogen("test", "--promtool", "nowhere/promtool", code=1).output
    assert "nowhere/promtool:1:1: error[promtool-broken]" in output


def test_a_hand_edited_rule_file(slogen, fake, generated):
    rules = generated / "generated/prometheus/chat.rules.yaml"
    rules.write_text(rules.read_text().replace("> 0.0144", "> 0.5"))
    output = slogen("test", "--promtool", fake, code=1).output
    assert "error[changed-file]" in output
    assert "run `slogen generate`" in output


def test_an_empty_test_file(slogen, fake, generated):
    (generated / "promtool-tests/chat/quiet.test.yaml").write_text("")
    assert (
        "chat/quiet.test.yaml:1:1: error[changed-file]" in slogen("test", "--promtool", fake, code=1).output
    )


def test_a_second_run_says_what_it_reused(slogen, fake):
    slogen("test", "--promtool", fake)
    again = slogen("test", "--promtool", fake).output.splitlines()[-1]
    assert "runs reused from before)" in again
    assert "reused" not in slogen("test", "--promtool", fake, "--all").output


def test_nothing_is_written_but_the_cache(slogen, fake, generated):
    before = tree(generated)
    slogen("test", "--promtool", fake)
    assert tree(generated) == before


def test_json(slogen, fake, monkeypatch):
    monkeypatch.setenv("FAIL", "chat/quiet")
    data = json.loads(slogen("test", "--promtool", fake, "--format", "json", code=1).output)
    assert (data["ok"], data["complete"]) == (False, True)
    (chat,) = (slo for slo in data["slos"] if slo["id"] == "chat/availability")
    wrong = [statement for statement in chat["statements"] if statement["verdict"] == "no"]
    assert len(wrong) == data["summary"]["no"] > 0
    assert {statement["path"] for statement in wrong} == {"promtool-tests/chat/quiet.test.yaml"}
    assert wrong[0]["reasons"][0]["promtools"] == ["3.5"]


def test_junit(slogen, fake, monkeypatch):
    monkeypatch.setenv("FAIL", "chat/quiet")
    root = ET.fromstring(slogen("test", "--promtool", fake, "--format", "junit", code=1).output)
    suites = {suite.get("name"): int(suite.attrib["failures"]) for suite in root}
    assert suites["chat/availability"] == int(root.attrib["failures"]) > 0
    assert {"shop/availability", "the watcher"} < suites.keys()


def test_targets_without_tests(project, slogen, fake, monkeypatch):
    """The proof makes them for itself, and the project stays without."""
    (project / "slogen.yaml").write_text("apiVersion: slogen/v1\nkind: Settings\ntargets: [prometheus]\n")
    slogen("generate")
    shown = slogen("test", "--promtool", fake).output
    assert "nothing proven" not in shown
    assert "2 SLOs" in shown
    assert not list((project / "promtool-tests").rglob("*.test.yaml"))
    made = project / ".slogen-cache/tests/chat"
    assert {"chat.rules.yaml", "quiet.test.yaml"} <= {path.name for path in made.iterdir()}
    slogen("check")
    monkeypatch.setenv("FAIL", "chat/quiet")
    slogen("test", "--promtool", fake, "--all", code=1)
    (project / "specs/chat.yaml").unlink()
    slogen("generate")
    monkeypatch.setenv("FAIL", "no-such-file")
    slogen("test", "--promtool", fake)
    assert not made.exists()


def test_rules_on_disk_that_differ_are_not_proven(project, slogen, fake):
    slogen("generate")
    path = project / "generated/prometheus/chat.rules.yaml"
    path.write_text(path.read_text().replace("99", "98"))
    assert "changed-file" in slogen("test", "--promtool", fake, code=1).output


def test_a_wrong_spec_in_every_format(generated, slogen):
    spec = generated / "specs/chat.yaml"
    spec.write_text(spec.read_text().replace("99.9", "hello"))
    for format_ in ("text", "json", "junit"):
        assert "objective" in slogen("test", "--format", format_, code=1).output
    spec.write_text("a: [")
    assert "yaml-syntax" in slogen("test", code=2).output


def test_what_cannot_be_proven_is_said(generated, slogen, fake):
    native = "latency: {histogram: 'h{job=\"chat\"}', unit: seconds, threshold: 1s, native: true}"
    spec = generated / "specs/chat.yaml"
    spec.write_text(spec.read_text() + f"  - {{name: native, objective: 99, sli: {{{native}}}}}\n")
    slogen("generate")
    output = slogen("test", "--promtool", fake).output
    assert "\nnot proven:\n  specs/chat.yaml:" in output
    assert "`chat/native` can't be proven from raw data" in output


@pytest.mark.usefixtures("generated")
def test_wrong_usage(slogen):
    slogen("test", "--format", "xml", code=2)
    slogen("test", "-j", "0", code=2)
    slogen("test", "nowhere", code=2)


@pytest.mark.usefixtures("generated")
def test_a_program_of_the_repository_is_started_only_by_name(project, slogen, fake, monkeypatch):
    place = project / ".oracles/prometheus-3.5/promtool"
    place.parent.mkdir(parents=True)
    place.symlink_to(project / fake)
    assert "started only when they are named: --oracles .oracles" in slogen("test").output
    assert "NOT RUN" not in slogen("test", "--oracles", ".oracles").output
    monkeypatch.setenv("SLOGEN_ORACLES", ".oracles")
    assert "NOT RUN" not in slogen("test").output
    assert "no promtool in the folder of --oracles" in slogen("test", "--oracles", "specs").output


@pytest.mark.usefixtures("generated")
def test_a_folder_for_temporary_files_that_is_none_is_told(slogen, fake, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr("tempfile.tempdir", None)
    assert "TMPDIR is /nowhere, where nothing can be written" in slogen("test", "--promtool", fake).stderr


def test_objects_alone_are_proven(brief, slogen, promtool):
    """No target needs another: without plain rules in the output the proof brings its own."""
    settings = brief / "slogen.yaml"
    kubernetes = "targets: [kubernetes, tests]\nkubernetes: {namespace: monitoring}\n"
    settings.write_text(settings.read_text().replace("targets: [prometheus]\n", kubernetes))
    slogen("generate")
    assert not (brief / "generated/prometheus").exists()
    assert "2 SLOs" in slogen("test", "--promtool", str(promtool)).output
    (brief / "promtool-tests/chat/chat.rules.yaml").write_text("groups: []\n")
    assert "promtool-tests/chat/chat.rules.yaml" in slogen("test", "--promtool", str(promtool), code=1).output
