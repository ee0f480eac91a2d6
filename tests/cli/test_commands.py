import os
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from slogen.cli.commands import COMMANDS
from tests.cli.conftest import Run

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[2]


def python(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPO), **env}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_help_lists_every_command(slogen: Run) -> None:
    shown = slogen("--help").output
    assert all(f"  {name} " in shown and line in shown for name, line in COMMANDS.items())
    assert slogen("-h").output == shown


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_name_and_an_example(name: str, slogen: Run) -> None:
    assert import_module(f"slogen.cli.{name}").command.name == name
    assert f"slogen {name}" in slogen(name, "--help").output.split("Example")[1]


def test_an_unknown_command_is_a_usage_error(slogen: Run) -> None:
    assert "did you mean `generate`?" in slogen("generat", code=2).stderr
    assert "commands are init" in slogen("xyz", code=2).stderr


def imported(command: str, *suspects: str, cwd: Path | None = None) -> str:
    """Which of the modules a command imports, as a line."""
    call = f"from slogen.cli import main\ntry: main([{command!r}])\nexcept SystemExit: pass"
    code = f"import sys\n{call}\nprint(*sorted(sys.modules.keys() & {set(suspects)}))"
    return python("-c", code, cwd=cwd).stdout.splitlines()[-1]


def test_help_imports_nothing_heavy() -> None:
    heavy = ("yaml", "rich", "jsonschema", "promql_parser", "slogen.pipeline", "slogen.render")
    assert imported("--help", "click", *heavy) == "click"


def test_a_run_imports_neither_rich_nor_jsonschema(project: Path) -> None:
    assert imported("generate", "yaml", "rich", "jsonschema", cwd=project) == "yaml"


def test_the_module_is_the_command(project: Path) -> None:
    done = python("-m", "slogen", "validate", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 SLOs in 2 services: no problems\n", "")


def test_a_closed_pipe_is_quiet(project: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m slogen generate --stdout | true; exit ${{PIPESTATUS[0]}}"
    env = {**os.environ, "PYTHONPATH": str(REPO)}
    done = subprocess.run(["bash", "-c", command], cwd=project, env=env, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_version_is_there_without_an_installation(slogen: Run) -> None:
    assert slogen("--version").stdout.startswith("slogen")
