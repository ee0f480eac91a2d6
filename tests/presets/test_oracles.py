"""Every preset, as its example uses it, compiles, passes promtool's linter, and pages in an outage."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from slogen.load.presets import families
from slogen.pipeline import compile_project
from slogen.project.example import snippet
from tests.turns import in_turn

pytestmark = pytest.mark.slow

ALL = [preset for family in families() for preset in family.presets]
VERSIONS = ("2.42", "3.5")
A_SERVICE = 5  # SLOs: a story of more takes longer, one of fewer is written more often
SETTINGS = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\n"
HEAD = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nservice: %s\nslos:\n"


def item(preset):
    """The example under a name that no other has."""
    lines = snippet(preset).replace("- name: ", f"- name: {preset.family}-", 1).splitlines()
    return "".join(f"  {line}\n" for line in lines)


@pytest.fixture(scope="module")
def result():
    parts = {f"s{start}": ALL[start : start + A_SERVICE] for start in range(0, len(ALL), A_SERVICE)}
    specs = {f"{name}.yaml": HEAD % name + "".join(map(item, part)) for name, part in parts.items()}
    return compile_project(specs, SETTINGS)


def test_every_example_compiles_and_can_be_proven(result):
    assert [problem.message for problem in result.problems] == []
    slos = [slo.name for service in result.services for slo in service.slos]
    assert len(slos) == len(set(slos)) == len(ALL)


@pytest.mark.oracle
def test_rules_are_right(result, judge):
    judge([result])


@pytest.mark.oracle
@pytest.mark.parametrize("version", VERSIONS)
def test_outages_page(result, oracles, tmp_path, version):
    promtool = oracles(f"prometheus-{version}", "promtool")
    for path, text in result.files.items():
        file = tmp_path / (path if path.startswith("promtool-tests/") else f"generated/{path}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    stories = sorted(tmp_path.glob("promtool-tests/s*/outage*.test.yaml"))
    assert len(stories) >= len(result.services)
    # An SLO that a story could not be made for would be missing, not red.
    told = "".join(story.read_text() for story in stories)
    assert [p.name for p in ALL if f"/{p.name.replace('/', '-')}" not in told] == []

    def failure(story):
        done = subprocess.run(
            [promtool, "test", "rules", story], capture_output=True, text=True, timeout=600, check=False
        )
        return (done.stdout + done.stderr)[-2000:] if done.returncode else ""

    with ThreadPoolExecutor(2) as pool:
        played = [story for story, turn in in_turn(stories, VERSIONS) if turn == version]
        assert list(filter(None, pool.map(failure, played))) == []


def variant(preset, chosen, number):
    """An SLO that chooses these values, and the version of Prometheus that its names need."""
    said = ", ".join(f"{name}: '{value}'" for name, value in (preset.example | chosen).items())
    sli = f"{{preset: {preset.name}, with: {{{said}}}}}"
    slo = f"  - {{name: v{number}, objective: 99, sli: {sli}}}\n"
    return slo, "3.0" if chosen.get("names") in ("dots", "untranslated") else "2.42"


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["2.42", "3.0"])
def test_every_choice_is_read(version, oracles, tmp_path):
    variants = [(preset, chosen) for preset in ALL for chosen in preset.variants()]
    made = [variant(preset, chosen, n) for n, (preset, chosen) in enumerate(variants)]
    slos = [slo for slo, needed in made if needed == version]
    settings = f"{SETTINGS}targets: [prometheus]\n".replace("90d", f'90d, min_version: "{version}"')
    result = compile_project({"v.yaml": HEAD % "v" + "".join(slos)}, settings)
    assert [problem.message for problem in result.problems if problem.is_error] == []
    assert len(result.services[0].slos) == len(slos) >= 8
    rules = tmp_path / "v.yaml"
    rules.write_text(result.files["prometheus/v.rules.yaml"])
    promtool = oracles(f"prometheus-{'2.42' if version == '2.42' else '3.5'}", "promtool")
    command = [promtool, "check", "rules", "--lint=all", "--lint-fatal", rules]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{result.compiled[0].rules.rule_count} rules found" in done.stdout
