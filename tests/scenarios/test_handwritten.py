"""Stories with the minute computed by hand, over the rules of the specs that ship, on every Prometheus."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import slogen

REPO = Path(__file__).parents[2]
ORACLES, HANDWRITTEN = REPO / ".oracles", REPO / "promtool-tests" / "handwritten"
FILES = sorted(HANDWRITTEN.glob("*.test.yaml"))
LONG = "chat-gateway-leaks.test.yaml"  # as long as all others; stories play leaks, too
VERSIONS = ("bookworm-prometheus", "trixie-prometheus", "newest-prometheus")
needs_oracles = pytest.mark.skipif(
    not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """generated/prometheus/ of the shipped specs, with the tests beside it as in the repository."""
    root = tmp_path_factory.mktemp("tree")
    specs = {path.name: path.read_text() for path in sorted((REPO / "specs").glob("*.yaml"))}
    result = slogen.compile(specs, (REPO / "slogen.yaml").read_text())
    assert result.ok, result.problems
    for path, text in result.files.items():
        if path.startswith("prometheus/"):
            file = root / "generated" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    shutil.copytree(HANDWRITTEN, root / "promtool-tests" / "handwritten")
    return root


def plays() -> list[tuple[str, str]]:
    """Each file but the longest on one version, in turn; SLOGEN_STORIES=each or all plays all on each."""
    some = os.environ.get("SLOGEN_STORIES", "some") == "some"
    names = [file.name for file in FILES if not some or file.name != LONG]
    return [
        (name, version)
        for index, name in enumerate(names)
        for number, version in enumerate(VERSIONS)
        if not some or number == index % len(VERSIONS)
    ]


@pytest.mark.oracle
@needs_oracles
@pytest.mark.parametrize(("name", "version"), plays())
def test_handwritten(tree: Path, name: str, version: str) -> None:
    command = [str(ORACLES / version / "promtool"), "test", "rules", name]
    folder = tree / "promtool-tests" / "handwritten"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alert_names_exist() -> None:
    """promtool passes a test of an alert that doesn't exist; a misspelt name must not hide there."""
    from slogen import conventions

    known = {value for name, value in vars(conventions).items() if name.endswith("_ALERT")}
    used = set(re.findall(r"SLO[A-Z][A-Za-z]+", "".join(file.read_text() for file in FILES)))
    assert used
    assert used <= known


def test_there_are_enough_stories() -> None:
    assert sum(file.read_text().count("- interval:") for file in FILES) >= 8
