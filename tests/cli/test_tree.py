"""kustomization.yaml of generated/kubernetes: what it lists, and that kustomize makes all of that."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run, spec

TREE = Path("generated/kubernetes")
SETTINGS = """\
apiVersion: slogen/v1
kind: Settings
prometheus: {{retention: 90d}}
kubernetes: {{namespace: monitoring, labels: {{release: prometheus}}}}
targets: [{targets}]
grafana: {{forms: [{forms}]}}
"""


def write_settings(project: Path, targets: str = "kubernetes, grafana", forms: str = "sidecar") -> None:
    (project / "slogen.yaml").write_text(SETTINGS.format(targets=targets, forms=forms))


@pytest.fixture
def cluster(project: Path) -> Path:
    """A project whose rules and boards are objects."""
    write_settings(project)
    return project


def resources(folder: Path = TREE) -> list[str]:
    found: list[str] = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    return found


def objects() -> list[str]:
    """The files of the tree that hold objects."""
    found = (path.relative_to(TREE).as_posix() for path in TREE.rglob("*.yaml"))
    return sorted(path for path in found if not path.endswith("kustomization.yaml"))


@pytest.mark.usefixtures("cluster")
def test_it_lists_every_object_once_and_sorted(slogen: Run) -> None:
    slogen("generate")
    assert resources() == objects()
    assert "chat.prometheusrule.yaml" in resources()
    assert "dashboards/slo-chat.configmap.yaml" in resources()
    assert slogen("check").exit_code == 0


def test_a_run_over_some_specs_or_targets_keeps_the_others(cluster: Path, slogen: Run) -> None:
    slogen("generate")
    (cluster / "specs/new.yaml").write_text(spec("new"))
    slogen("generate", "specs/new.yaml")
    assert {"new.prometheusrule.yaml", "chat.prometheusrule.yaml"} <= set(resources())
    assert resources() == objects()
    slogen("generate", "--target", "grafana")
    assert resources() == objects()
    slogen("generate")
    assert slogen("check").exit_code == 0


def test_what_is_gone_is_listed_no_more(cluster: Path, slogen: Run) -> None:
    slogen("generate")
    (cluster / "specs/shop.yaml").unlink()
    slogen("generate")
    assert "chat.prometheusrule.yaml" in resources()
    assert not [path for path in resources() if "shop" in path]
    write_settings(cluster, targets="prometheus")
    slogen("generate")
    assert not TREE.exists()


@pytest.mark.usefixtures("cluster")
def test_a_file_that_somebody_deleted_is_not_listed(slogen: Run) -> None:
    slogen("generate")
    (TREE / "shop.prometheusrule.yaml").unlink()
    slogen("generate", "specs/chat.yaml")
    assert resources() == objects()


def test_boards_for_the_operator_are_a_component(cluster: Path, slogen: Run) -> None:
    write_settings(cluster, forms="sidecar, operator")
    slogen("generate")
    root = yaml.safe_load((TREE / "kustomization.yaml").read_text())
    part = yaml.safe_load((TREE / "dashboards/kustomization.yaml").read_text())
    assert root["components"] == ["dashboards"]
    assert part["kind"] == "Component"
    assert sorted([*root["resources"], *(f"dashboards/{path}" for path in part["resources"])]) == objects()
    assert {path.endswith(".grafanadashboard.yaml") for path in part["resources"]} == {True}
    write_settings(cluster)
    slogen("generate")
    assert not (TREE / "dashboards/kustomization.yaml").exists()


@pytest.mark.usefixtures("project")
def test_there_is_none_without_objects(slogen: Run) -> None:
    slogen("generate")
    assert not TREE.exists()


@pytest.mark.usefixtures("cluster")
def test_it_is_not_printed(slogen: Run) -> None:
    kinds = [each["kind"] for each in yaml.safe_load_all(slogen("generate", "--stdout").stdout)]
    assert "PrometheusRule" in kinds
    assert "Kustomization" not in kinds


def test_one_of_the_teams_own_is_left_alone(cluster: Path, slogen: Run) -> None:
    own = cluster / TREE / "kustomization.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("resources: [a.yaml]\n")
    assert "[not-ours]" in slogen("generate", code=1).stderr
    assert own.read_text() == "resources: [a.yaml]\n"


@pytest.mark.oracle
@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl")
def test_kustomize_makes_all_objects_and_no_more(cluster: Path, slogen: Run) -> None:
    write_settings(cluster, forms="sidecar, operator")
    (cluster / "specs/chat.yaml").write_text(
        spec("chat").replace("  - name", "  - description: 'of ${NAME} and ${ other'\n    name")
    )
    slogen("generate")
    command = ["kubectl", "kustomize", str(TREE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    made = {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(done.stdout)}
    wanted = [yaml.safe_load((TREE / path).read_text()) for path in objects()]
    assert len(made) == len(wanted)
    for each in wanted:
        marks = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}
        assert marks.items() <= each["metadata"]["annotations"].items()
        assert made[each["kind"], each["metadata"]["name"]] == each
