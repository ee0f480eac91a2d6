"""A clone of the tools, without network."""

import shutil
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with a space in its name that holds the tools and an apt-get without network."""
    clone = tmp_path / "a clone"
    shutil.copytree(REPO / "tools", clone / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (clone / "bin").mkdir()
    (clone / "bin/apt-get").write_text("#!/bin/sh\necho E: no network\nexit 100\n")
    (clone / "bin/apt-get").chmod(0o755)
    return clone
