"""The list of mutants: each fits the source as it is now, and says what it breaks."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).parents[2]
TOOL = runpy.run_path(str(REPO / "tools" / "mutants.py"))
MUTANTS = TOOL["load"]()


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_fits_the_source_once_and_leaves_python(mutant):
    source = (REPO / "slogen" / mutant.file).read_text()
    assert source.count(mutant.old) == 1
    assert mutant.new != mutant.old
    broken = source.replace(mutant.old, mutant.new)
    if mutant.file.endswith(".py"):
        compile(broken, mutant.file, "exec")
    else:
        yaml.safe_load(broken)


def test_there_are_enough_and_names_are_unique():
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) >= 40
    assert len(set(names)) == len(names)


def test_only_the_compiler_is_broken_and_each_says_how():
    # What boards ask is in tell/, too: a test that asks a Prometheus judges it.
    assert not [m.name for m in MUTANTS if m.file.startswith("proof/")]
    assert not [m.name for m in MUTANTS if m.file.startswith("tell/") and not m.tests]
    assert all(mutant.breaks and "\n" not in mutant.breaks for mutant in MUTANTS)


def test_a_text_that_is_not_there_is_an_error(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\nx = 1\n")
    for old in ("x = 1", "y"):
        with pytest.raises(TOOL["BrokenError"], match="times in"):
            TOOL["mutate"](TOOL["Mutant"]("name", "a.py", old, "", "nothing"), tmp_path)


@pytest.mark.oracle
@pytest.mark.slow
def test_their_own_project_is_proven(oracles, tmp_path):
    """A sample of mutants looks at few of its tests."""
    project = shutil.copytree(REPO / "tools" / "mutants" / "project", tmp_path / "project")
    promtool = oracles("prometheus-3.5", "promtool")
    for command in (["generate"], ["test", "--promtool", str(promtool)]):
        run = [sys.executable, "-m", "slogen", *command]
        done = subprocess.run(run, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_usage_is_told(capsys):
    assert TOOL["main"]([]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(("red", "code"), [([], 0), (["shipped/x.test.yaml"], 2)])
def test_what_a_sample_turned_red_is_green_without_a_mutant(monkeypatch, capsys, red, code):
    asked = []

    def judge(mutant, _, only=()):
        asked.append((mutant, set(only)))
        return red if mutant is None else [mutant.tests or "shipped/x.test.yaml"]

    monkeypatch.setitem(TOOL["main"].__globals__, "judge", judge)
    monkeypatch.setitem(TOOL["main"].__globals__, "find_promtool", lambda: Path("promtool"))
    assert TOOL["main"](["sample"]) == code
    assert asked[-1] == (None, {"shipped/x.test.yaml"})
    assert 8 <= len(asked) - 1 <= 12
    assert ("without any mutant" in capsys.readouterr().err) is bool(code)


def test_an_unknown_file_is_not_taken_for_a_green_one(tmp_path):
    with pytest.raises(TOOL["BrokenError"], match="not all of these"):
        list(TOOL["red_files"](tmp_path, "", Path("promtool"), only={"shipped/x.test.yaml"}))
