"""What a change means for SLOs in several clusters: who loses its pages, and whose budget begins anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec
from tests.cli.repository import begin, change, commit, edit, said, topics

TWO = """\
apiVersion: slogen/v1
kind: Settings
targets: [prometheus]
clusters:
  - {name: eu, labels: {cluster: eu}, scope: {site: a}}
  - {name: us, labels: {cluster: us}, scope: {site: b}}
"""


@pytest.fixture(autouse=True)
def repo(project: Path) -> Path:
    """The project of two services in two clusters, committed."""
    Path("slogen.yaml").write_text(TWO)
    begin()
    return project


@pytest.mark.parametrize("stays", ["eu", "us"])
def test_an_slo_that_leaves_a_cluster(slogen: Run, stays: str) -> None:
    edit("specs/chat.yaml", "service: chat\n", f"service: chat\nclusters: [{stays}]\n")
    found = change(slogen)
    gone = {"eu": "us cluster=us reads site=b", "us": "eu cluster=eu reads site=a"}[stays]
    assert topics(found) == {"clusters"}  # what stays goes on, in whichever cluster
    assert said(found, "clusters") == f"{gone} -> without it"
    assert slogen("diff", "--exit-code", code=1).stdout.startswith("HEAD -> work tree: 1 SLO changes\n")


def test_a_cluster_that_comes(slogen: Run) -> None:
    edit("slogen.yaml", "  - {name: us", "  - {name: ap, labels: {cluster: ap}}\n  - {name: us")
    found = change(slogen)
    assert topics(found) == {"clusters"}
    assert said(found, "clusters") == "ap without it -> cluster=ap"


def test_other_labels_of_a_cluster_restart_its_budgets(slogen: Run) -> None:
    edit("slogen.yaml", "cluster: us}", "cluster: us-2}")
    found = change(slogen)
    assert (found["budget_fate"], said(found, "history")) == ("restarts", "its budget starts afresh in us")
    edit("slogen.yaml", "cluster: eu}", "cluster: eu-2}")
    assert said(change(slogen), "history") == "all series and their budget start afresh"


def test_another_scope_of_a_cluster_mixes_its_budgets(slogen: Run) -> None:
    mixed = "the budget mixes old and new events until 30d have passed"
    edit("slogen.yaml", "site: b}", "site: c}")
    found = change(slogen)
    assert (found["budget_fate"], said(found, "history")) == ("mixed", f"in us {mixed}")
    edit("slogen.yaml", "site: a}", "site: d}")
    assert said(change(slogen), "history") == f"in eu, us {mixed}"


def test_an_slo_that_the_first_cluster_of_its_service_lacks(slogen: Run) -> None:
    """Its budget is that of its own rules."""
    edit("specs/chat.yaml", "service: chat\n", "service: chat\nclusters: [eu]\n")
    more = spec().replace("service: chat\n", "service: chat\nclusters: [us]\n")
    Path("specs/more.yaml").write_text(more.replace("availability", "more"))
    commit()
    edit("specs/more.yaml", "99.9", "99.5")
    assert change(slogen, id="chat/more")["budget_fate"] == "rescaled"
