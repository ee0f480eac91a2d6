"""Commands in a project of clusters: nothing of one cluster is lost, taken for another's, or left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec, tree

SETTINGS = """\
apiVersion: slogen/v1
kind: Settings
prometheus: {{retention: 90d}}
kubernetes: {{labels: {{}}}}
clusters: [{clusters}]
targets: [{targets}]
"""
EU, US = "{name: eu, scope: {cluster: eu}}", "{name: us, scope: {cluster: us}}"


def settle(folder: Path, *clusters: str, targets: str = "prometheus, kubernetes, docs, tests") -> None:
    (folder / "slogen.yaml").write_text(SETTINGS.format(clusters=", ".join(clusters), targets=targets))


@pytest.fixture
def two(brief: Path) -> Path:
    settle(brief, EU, US)
    return brief


@pytest.mark.usefixtures("two")
def test_all_is_current_after_generate(slogen: Run) -> None:
    slogen("generate")
    slogen("check")
    assert "unchanged" in slogen("generate").output or "0 written" in slogen("generate").output


def test_a_changed_file_of_one_cluster_is_found(two: Path, slogen: Run) -> None:
    slogen("generate")
    path = two / "generated/us/prometheus/chat.rules.yaml"
    path.write_text(path.read_text().replace("vector(1)", "vector(2)"))
    assert "generated/us/prometheus/chat.rules.yaml" in slogen("check", code=1).output


def test_a_cluster_that_is_gone_takes_its_files_with_it(two: Path, slogen: Run) -> None:
    slogen("generate")
    settle(two, EU)
    slogen("generate")
    assert not (two / "generated/us").exists()
    assert not (two / "promtool-tests/us").exists()
    assert (two / "generated/eu/prometheus/chat.rules.yaml").exists()


def test_a_project_that_gets_clusters_keeps_no_rules_of_before(brief: Path, slogen: Run) -> None:
    (brief / "slogen.yaml").write_text(
        SETTINGS.format(clusters="", targets="prometheus, tests").replace("clusters: []\n", "")
    )
    slogen("generate")
    assert (brief / "generated/prometheus/chat.rules.yaml").exists()
    settle(brief, EU, US)
    slogen("generate")
    assert not (brief / "generated/prometheus").exists()
    assert not (brief / "promtool-tests/chat").exists()


def test_a_run_over_one_spec_writes_it_for_all_clusters_alone(two: Path, slogen: Run) -> None:
    slogen("generate")
    before = tree(two / "generated")
    (two / "specs/chat.yaml").write_text(spec("chat", "99", "1h"))
    (two / "specs/shop.yaml").write_text(spec("shop", "99", "1h"))
    slogen("generate", "specs/chat.yaml")
    after = tree(two / "generated")
    changed = {path for path in after if before.get(path) != after[path] and not path.startswith(".")}
    assert {path for path in changed if "shop" in path} == set()
    assert {"eu/prometheus/chat.rules.yaml", "us/prometheus/chat.rules.yaml"} <= changed


def test_each_tree_has_its_own_list(two: Path, slogen: Run) -> None:
    slogen("generate")
    trees = {path.parent.as_posix() for path in (two / "generated").rglob("kustomization.yaml")}
    assert trees == {f"{two}/generated/eu/kubernetes", f"{two}/generated/us/kubernetes"}


@pytest.mark.oracle
def test_the_proof_is_of_all_clusters(two: Path, slogen: Run, promtool: Path) -> None:
    settle(two, EU, US, targets="prometheus, tests")
    slogen("generate")
    found = json.loads(slogen("test", "--promtool", str(promtool), "--format", "json").output)
    proven = [said["path"] for slo in found["slos"] for said in slo["statements"]]
    for cluster in ("eu", "us"):
        assert any(f"promtool-tests/{cluster}/chat/" in file for file in proven)


@pytest.mark.oracle
def test_rules_that_read_another_cluster_are_not_proven(two: Path, slogen: Run, promtool: Path) -> None:
    settle(two, EU, US, targets="prometheus, tests")
    slogen("generate")
    path = two / "generated/us/prometheus/chat.rules.yaml"
    path.write_text(
        path.read_text().replace(
            'errors_total{job="chat",cluster="us"}', 'errors_total{job="chat",cluster="eu"}'
        )
    )
    output = slogen("test", "--promtool", str(promtool), code=1).output
    assert "us/chat" in output


@pytest.mark.usefixtures("two")
def test_commands_that_ask_for_raw_series_want_to_know_the_cluster(slogen: Run) -> None:
    for command in (
        ["doctor", "--url", "http://127.0.0.1:9"],
        ["backtest", "chat", "--url", "http://127.0.0.1:9"],
    ):
        assert "`--cluster eu`" in slogen(*command, code=2).output


@pytest.mark.usefixtures("two")
def test_an_unknown_cluster_is_told(slogen: Run) -> None:
    assert (
        "has no cluster `eu-1`; did you mean `eu`?" in slogen("explain", "--cluster", "eu-1", code=2).output
    )


@pytest.mark.usefixtures("two")
def test_explain_reads_the_rules_of_a_cluster(slogen: Run) -> None:
    output = slogen("explain", "chat/availability", "--cluster", "us").output
    assert 'cluster="us"' in output
    assert 'cluster="us"' not in slogen("explain", "chat/availability").output


def test_what_is_told_of_a_cluster_is_at_the_line(two: Path, slogen: Run) -> None:
    text = spec("chat", window="1h").replace("errors_total{job", 'errors_total{cluster="eu",job')
    (two / "specs/chat.yaml").write_text(text)
    output = slogen("validate", code=1).output
    assert "specs/chat.yaml:8:" in output
    assert "in the cluster `us`: `bad`: no series passes both" in output
