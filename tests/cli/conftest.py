"""A project in an empty folder, and the command line called inside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slogen.cli import main

ORACLES = Path(__file__).parents[2] / ".oracles"
Run = Callable[..., Result]
SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: {service}
slos:
  - name: availability
    objective: {objective}
    window: {window}
    sli: {{events: {{bad: 'errors_total{{job="{service}"}}', total: 'requests_total{{job="{service}"}}'}}}}
"""


def spec(service: str = "chat", objective: str = "99.9", window: str = "30d") -> str:
    return SPEC.format(service=service, objective=objective, window=window)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the specs of two services, which is the current one; rules only, to be quick."""
    (tmp_path / "specs").mkdir()
    for service in ("chat", "shop"):
        (tmp_path / f"specs/{service}.yaml").write_text(spec(service))
    settings = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\ntargets: [prometheus]\n"
    (tmp_path / "slogen.yaml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def brief(project: Path) -> Path:
    """The same with SLOs over an hour, whose proof takes least."""
    for path in (project / "specs").iterdir():
        path.write_text(spec(path.stem, window="1h"))
    return project


@pytest.fixture
def slogen() -> Run:
    """Call slogen with these arguments; a traceback fails the test."""

    def run(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


def tree(folder: Path) -> dict[str, str]:
    """All files below a folder as {relative path: text}, without git's and the cache's."""
    files = (p for p in folder.rglob("*") if p.is_file() and not {".git", ".slogen-cache"} & set(p.parts))
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


@pytest.fixture
def promtool() -> Path:
    """A real promtool; skips where there is none, but never in CI."""
    path = ORACLES / "prometheus-3.5" / "promtool"
    if not path.exists() and not os.environ.get("CI"):
        pytest.skip("no .oracles here: run tools/fetch-oracles")
    return path
