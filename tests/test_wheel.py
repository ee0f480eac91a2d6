"""The wheel, installed where no checkout is near: schemas, presets and starter files must be inside."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[1]
Run = Callable[..., str]


def call(*command: str | Path, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """slogen from its wheel, in an environment that sees the dependencies at hand; runs its commands."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    call(*pip, "wheel", "--no-deps", "--wheel-dir", folder, REPO, cwd=folder)
    call(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    (wheel,) = folder.glob("slogen-*.whl")
    call(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    where = call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # A path file: packages there are seen, but not the editable slogen that its own path files name.
    Path(where, "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")

    def run(*arguments: str, cwd: Path = folder) -> str:
        return call(folder / "venv/bin/slogen", *arguments, cwd=cwd)

    assert call(python, "-c", "import slogen; print(slogen.__file__)", cwd=folder).startswith(where)
    return run


def test_the_schemas_are_inside(installed: Run) -> None:
    for name in installed("schema", "--list").split():
        assert installed("schema", name) == (REPO / f"schemas/{name}.schema.json").read_text()


def test_it_starts_and_compiles(installed: Run, tmp_path: Path) -> None:
    installed("init", cwd=tmp_path)
    installed("generate", "--target", "prometheus", cwd=tmp_path)
    assert "slo_tier: page_fast" in (tmp_path / "generated/prometheus/example.rules.yaml").read_text()


def test_the_presets_are_inside(installed: Run) -> None:
    assert "vllm:time_to_first_token_seconds_bucket" in installed("presets", "show", "vllm/ttft")


def test_it_says_its_version(installed: Run) -> None:
    assert installed("--version") == "slogen 0.1.0\n"
