"""The example project does what its README says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import slogen
from slogen.cli import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "evaluation"
README = (EXAMPLE / "README.md").read_text()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(EXAMPLE, tmp_path / "evaluation")
    monkeypatch.chdir(tmp_path / "evaluation")
    return tmp_path / "evaluation"


def evaluated(version: str, *args: str) -> Result:
    command = [sys.executable, "evaluate.py", f"answers/{version}.jsonl"]
    Path("results.json").write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    return CliRunner().invoke(main, ["eval", "results.json", *args])


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("version", "number", "code"), [("v1", 0, 0), ("v2", 1, 1)])
def test_the_tables_are_what_comes_out(version, number, code):
    shown = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[number]
    done = evaluated(version)
    assert (shown in done.stdout, done.exit_code) == (True, code), done.stdout


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("args", "code"), [(("--confident",), 5), (("--min-cases", "50"), 5)])
def test_twelve_cases_are_few(args, code):
    assert evaluated("v1", *args).exit_code == code


def test_what_is_written_is_what_the_specs_read(project):
    assert evaluated("v2", "--push", "textfile=.").exit_code == 1
    text = (project / "slogen_eval_support.prom").read_text()
    assert 'eval_score{metric="accuracy",suite="support"} 0.583333333333\n' in text
    assert 'eval_cases_total{metric="accuracy",outcome="failed",suite="support"} 5.0\n' in text
    assert 'eval_last_run_timestamp_seconds{suite="support"} ' in text


def test_an_answer_that_is_missing_counts_as_bad(project):
    answers = (project / "answers" / "v1.jsonl").read_text().splitlines(keepends=True)
    (project / "answers" / "v3.jsonl").write_text("".join(answers[:-2]))
    done = evaluated("v3")
    assert (done.exit_code, "2 of 12 cases could not be judged" in done.stdout) == (1, True)


@pytest.mark.usefixtures("project")
def test_the_python_of_the_readme(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {})
    found = "('support-bot/accuracy', 'critical'), ('support-bot/response-time', 'missed')"
    assert capsys.readouterr().out == f"False [{found}]\n"


def test_its_specs_compile(project):
    assert slogen.compile((project / "specs" / "support-bot.yaml").read_text()).ok
