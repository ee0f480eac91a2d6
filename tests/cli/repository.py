"""A project in a repository of git, and what `slogen diff` says of its SLOs."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run

_GIT = ("git", "-c", "user.name=us", "-c", "user.email=us@example.com", "-c", "commit.gpgsign=false")


def git(*arguments: str) -> str:
    """Run git, without what a person has configured."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env = {**clean, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    return subprocess.run([*_GIT, *arguments], env=env, capture_output=True, text=True, check=True).stdout


def begin() -> None:
    """Make a repository of what is here."""
    git("init", "-q", "-b", "main")
    commit()


def commit() -> None:
    """Commit all that there is."""
    git("add", "-A")
    git("commit", "-q", "-m", "change")


def edit(path: str, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


def change(slogen: Run, *words: str, id: str = "chat/availability") -> dict[str, Any]:
    """What JSON says of an SLO."""
    found: list[dict[str, Any]] = json.loads(slogen("diff", *words, "--format", "json").stdout)["slos"]
    (one,) = (each for each in found if each["id"] == id)
    return one


def said(found: dict[str, Any], topic: str) -> str:
    """A line of an SLO in one: what was, what is, and the note."""
    (line,) = (each for each in found["changes"] if each["topic"] == topic)
    pairs = [f"{each['label']} {each['before']} -> {each['after']}".strip() for each in line["values"]]
    return " ".join([*pairs, line["note"]]).strip()


def topics(found: dict[str, Any]) -> set[str]:
    """The lines that there are."""
    return {each["topic"] for each in found["changes"]}
