import os
import shutil
from pathlib import Path

import pytest
import yaml

from slogen.model.rulers import RULERS
from slogen.render import TARGETS
from slogen.write.cache import load_cache, save_cache
from tests.cli.conftest import Run, spec, tree

pytestmark = pytest.mark.slow

CHAT, SHOP = "generated/prometheus/chat.rules.yaml", "generated/prometheus/shop.rules.yaml"
NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers: {pager: {webhook: {url: "http://pager/"}}, chat: {webhook: {url: "http://chat/"}}}
default: {page: pager, ticket: chat}
"""


def test_it_writes_once_and_says_where(project: Path, slogen: Run) -> None:
    first = slogen("generate").stdout
    assert "generated/       6 written" in first
    assert f"  + {CHAT}" in first
    before = tree(project)
    assert slogen("generate").stdout == "generated/       3 unchanged\npromtool-tests/  no files\n"
    assert tree(project) == before


def test_the_output_is_the_same_from_everywhere(
    project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    slogen("generate")
    before = tree(project)
    monkeypatch.chdir("/")
    slogen("generate", str(project / "specs"))
    slogen("generate", str(project / "specs/chat.yaml"))
    assert tree(project) == before


def test_a_full_run_prunes_and_a_partial_one_does_not(project: Path, slogen: Run) -> None:
    slogen("generate")
    (project / "specs/shop.yaml").unlink()
    (project / "specs/new.yaml").write_text(spec("new"))
    slogen("generate", "specs/new.yaml")
    assert (project / SHOP).exists()
    assert f"  - {SHOP}" in slogen("generate").stdout
    assert not (project / SHOP).exists()


def test_examples_do_not_prune_the_output_of_specs(project: Path, slogen: Run) -> None:
    slogen("generate")
    (project / "examples").mkdir()
    (project / "examples/new.yaml").write_text(spec("new"))
    slogen("generate", "examples")
    assert (project / CHAT).exists()


def test_nothing_is_written_when_anything_is_wrong(project: Path, slogen: Run) -> None:
    (project / "specs/shop.yaml").write_text(spec("shop", objective="100"))
    result = slogen("generate", code=1)
    assert "error[objective]" in result.stderr
    assert result.stdout == ""
    assert not (project / "generated").exists()


def test_output_and_tests_lie_beside_each_other(project: Path, slogen: Run) -> None:
    slogen("generate", "-o", "out/rules", "--target", "prometheus", "--target", "tests")
    assert (project / "out/rules/prometheus/chat.rules.yaml").exists()
    for test in (project / "out/promtool-tests/chat").glob("*.yaml"):
        (rules,) = yaml.safe_load(test.read_text())["rule_files"]
        assert os.path.samefile(test.parent / rules, "out/rules/prometheus/chat.rules.yaml")


def test_tests_may_lie_elsewhere(project: Path, slogen: Run) -> None:
    slogen("generate", "--tests-dir", "proof", "--target", "tests")
    test = next((project / "proof/chat").glob("*.yaml"))
    assert yaml.safe_load(test.read_text())["rule_files"] == [f"../../{CHAT}"]
    assert not (project / "promtool-tests").exists()


BOUND = RULERS.keys() - {"prometheus", "kubernetes"}  # named in the settings, so that they are checked


@pytest.mark.parametrize("target", TARGETS)
def test_one_target(project: Path, slogen: Run, target: str) -> None:
    settings = project / "slogen.yaml"
    said = "kubernetes: {namespace: monitoring}\nargocd: {repo: https://git/a}\nflux: {source: slos}\n"
    written = settings.read_text().replace("{retention: 90d}", "{retention: 90d, evaluation_interval: 1m}")
    if target in BOUND:
        written = written.replace("targets: [", f"targets: [{target}, ")
    settings.write_text(written + said)
    (project / "notifications.yaml").write_text(NOTIFICATIONS)
    slogen("generate", "--target", target)
    lists = (project / ("promtool-tests" if target == "tests" else "generated") / ".slogen").glob("*.txt")
    lines = [line for file in lists for line in file.read_text().splitlines() if line[0] != "#"]
    made = [line for line in lines if not line.endswith("/kustomization.yaml")]  # lists those of all targets
    assert made
    assert all(line.startswith(f"{target} ") for line in made)


def test_one_file_on_stdout_is_that_file(project: Path, slogen: Run) -> None:
    shown = slogen("generate", "specs/chat.yaml", "--stdout").stdout
    slogen("generate", "-o", "out")
    assert shown == (project / "out/prometheus/chat.rules.yaml").read_text()
    assert not (project / "generated").exists()


@pytest.mark.usefixtures("project")
def test_several_files_on_stdout_are_documents(slogen: Run) -> None:
    shown = slogen("generate", "--stdout").stdout
    assert f"\n# --- {SHOP}\n" in shown
    assert len(list(yaml.safe_load_all(shown))) == 3


def test_a_hook_fails_on_change_only(project: Path, slogen: Run) -> None:
    slogen("generate", "--fail-on-change", code=1)
    slogen("generate", "--fail-on-change")
    (project / "specs/shop.yaml").unlink()
    slogen("generate", "--fail-on-change", code=1)


def test_a_diff_is_printed_and_nothing_written(project: Path, slogen: Run) -> None:
    slogen("generate")
    before = tree(project / "generated")
    (project / "specs/chat.yaml").write_text(spec(objective="99.5"))
    shown = slogen("generate", "--diff").stdout
    assert shown.startswith(
        "# chat/availability: objective 99.9% -> 99.5%: the same errors now use a fifth of "
    )
    assert f"--- a/{CHAT}\n+++ b/{CHAT}\n" in shown
    assert tree(project / "generated") == before


def test_a_file_of_somebody_else_stops_it(project: Path, slogen: Run) -> None:
    (project / "generated/prometheus").mkdir(parents=True)
    (project / CHAT).write_text("mine\n")
    assert f"{CHAT}:1:1: error[not-ours]" in slogen("generate", code=1).stderr
    assert not (project / SHOP).exists()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "options", [("--stdout", "--diff"), ("--target", "none"), ("--settings", "none.yaml")]
)
def test_wrong_usage_is_two(slogen: Run, options: tuple[str, ...]) -> None:
    assert slogen("generate", *options, code=2).stderr.startswith("Usage: ")


WHOLE = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: whole
slos:
  - name: journey
    objective: 99
    sli: {composite: {mode: worst, of: [{slo: chat/availability}, {slo: shop/availability}]}}
"""


def test_what_is_made_of_other_files_follows_them(project: Path, slogen: Run) -> None:
    (project / "specs/whole.yaml").write_text(WHOLE)
    slogen("generate")
    assert "unchanged" in slogen("generate").stdout
    rules = project / "generated/prometheus/whole.rules.yaml"
    assert rules.read_text().count("/ 0.001,") == 2
    (project / "specs/shop.yaml").write_text(spec("shop", objective="99.5"))
    assert "~ generated/prometheus/whole.rules.yaml" in slogen("generate").stdout
    assert rules.read_text().count("/ 0.005,") == rules.read_text().count("/ 0.001,") == 1
    slogen("check")


@pytest.mark.parametrize("change", ["gone", "window"])
def test_what_is_made_of_other_files_is_refused_without_them(project: Path, slogen: Run, change: str) -> None:
    (project / "specs/whole.yaml").write_text(WHOLE)
    slogen("generate")
    before = tree(project / "generated")
    if change == "gone":
        (project / "specs/shop.yaml").unlink()
    else:
        (project / "specs/shop.yaml").write_text(spec("shop", window="7d"))
    result = slogen("generate", code=1)
    assert f"error[{'unknown-slo' if change == 'gone' else 'composite-window'}]" in result.stderr
    assert "specs/whole.yaml:7:" in result.stderr
    assert tree(project / "generated") == before
    slogen("generate", "specs/whole.yaml", code=1)


def test_one_file_that_is_made_of_others_is_compiled_alone(project: Path, slogen: Run) -> None:
    (project / "specs/whole.yaml").write_text(WHOLE)
    slogen("generate", "specs/whole.yaml")
    assert (project / "generated/prometheus/whole.rules.yaml").exists()
    assert not (project / SHOP).exists()


@pytest.mark.parametrize("how", ["cut", "list", "digit", "pipe", "link", "folder", "file"])
def test_a_cache_that_came_damaged_is_made_anew(project: Path, slogen: Run, how: str) -> None:
    slogen("generate")
    before, cache = tree(project / "generated"), project / ".slogen-cache"
    kept = (cache / "generate.json").read_text()
    assert '"owners"' in kept
    damaged = {"cut": kept[: len(kept) // 2], "list": "[1]", "digit": kept.replace('"chat"', '"chbt"')}
    (cache / "generate.json").unlink()
    if how in damaged:
        (cache / "generate.json").write_text(damaged[how])
    elif how == "pipe":
        os.mkfifo(cache / "generate.json")
    elif how == "folder":
        (cache / "generate.json").mkdir()
    else:
        shutil.rmtree(cache)
        (project / "elsewhere").mkdir()
        cache.symlink_to("elsewhere") if how == "link" else cache.write_text("mine")
    slogen("generate")
    assert tree(project / "generated") == before
    assert not (project / "elsewhere").exists() or list((project / "elsewhere").iterdir()) == []


def test_a_list_with_a_conflict_is_healed(project: Path, slogen: Run) -> None:
    slogen("generate")
    before, path = tree(project / "generated"), project / "generated/.slogen/chat.txt"
    path.write_text(f"<<<<<<< ours\n{path.read_text()}=======\n{path.read_text()}>>>>>>> theirs\n")
    slogen("check", code=1)
    slogen("generate")
    assert tree(project / "generated") == before


WARNED = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: gauge
slos:
  - name: doubtful
    objective: 99
    sli: {events: {bad: 'broken{job="gauge"}', total: 'asked{job="gauge"}'}}
"""


def test_what_was_told_is_told_again_though_nothing_is_made(project: Path, slogen: Run, monkeypatch) -> None:
    (project / "specs/gauge.yaml").write_text(WARNED)
    first = slogen("generate").stderr
    assert first.count("warning[not-a-counter]") == 2
    monkeypatch.setattr("slogen.project.job.compile_understood", None)  # nobody compiles
    assert slogen("generate").stderr == first


def test_what_was_told_is_told_again_by_what_changed_beside_it(project: Path, slogen: Run) -> None:
    (project / "specs/gauge.yaml").write_text(WARNED)
    first = slogen("generate").stderr
    (project / "specs/chat.yaml").write_text(spec("chat", "99"))
    assert slogen("generate").stderr == first


@pytest.mark.parametrize("place", ["run", "owners"])
def test_problems_of_another_hand_are_not_told(project: Path, slogen: Run, place: str) -> None:
    (project / "specs/gauge.yaml").write_text(WARNED)
    first = slogen("generate").stderr
    data = load_cache(project, "generate")
    entry = data["run"] if place == "run" else data["owners"]["gauge"]
    forged = {"code": "x", "message": 7, "span": {"path": []}, "hint": "", "severity": "warning"}
    entry["problems"] = [forged]
    save_cache(project, "generate", data)
    assert slogen("generate").stderr == first
