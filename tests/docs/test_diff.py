"""The page about `slogen diff`: its JSON, its example, and workflows that are safe to copy."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from slogen.project.difference.compare import Kind
from slogen.project.meaning import Fate
from slogen.report.diff.as_markdown import MOST
from tests.cli.conftest import Run, spec
from tests.cli.conftest import project as project
from tests.cli.conftest import slogen as slogen

from .pages import blocks, read, rows, section

PAGE = read("docs/diff.md")
GITHUB, GITLAB = blocks(PAGE, "yaml")
COMMIT = ("git", "-c", "user.name=us", "-c", "user.email=us@example.com", "commit", "-qm", "first")
FAKE_GH = """\
#!/bin/sh
echo "$@" >> calls
case "$*" in *--paginate*) [ -f posted ] && echo 7 ;; *PATCH*|*POST*) cp body.md posted ;; esac
exit 0
"""


def documented() -> set[str]:
    """Every field that a table of the JSON names."""
    cells = [row[0] for row in rows(section(PAGE, "JSON"))]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.mark.usefixtures("project")
def test_every_field_of_the_json_is_explained(slogen: Run) -> None:
    for command in (("git", "init", "-q"), ("git", "add", "-A"), COMMIT):
        subprocess.run(command, check=True)
    Path("specs/chat.yaml").write_text(spec(objective="99.5"))
    data: dict[str, Any] = json.loads(slogen("diff", "--format", "json").stdout)
    (one,) = data["slos"]
    assert {*data, *one, *one["after"]} == documented()
    text = section(PAGE, "JSON")
    inner = {*one["changes"][0], *one["changes"][0]["values"][0], *one["first_alerts"][0]}
    inner |= {*one["after"]["tiers"][0], *one["after"]["cost"], *data["files"][0]}
    assert [name for name in inner if f"`{name}`" not in text] == []


def test_kinds_and_fates_are_explained() -> None:
    assert [kind for kind in Kind if f"`{kind}`" not in section(PAGE, "JSON")] == []
    assert [fate for fate in Fate if f"| `{fate}` |" not in PAGE] == []
    assert f"{MOST:,} characters" in PAGE


def test_no_foreign_code_with_a_token_that_writes() -> None:
    jobs = yaml.safe_load(GITHUB)["jobs"]
    assert yaml.safe_load(GITHUB)["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "diff": {"contents": "read"},
        "comment": {"pull-requests": "write"},
    }
    checkouts = [step for step in jobs["diff"]["steps"] if "checkout" in step.get("uses", "")]
    assert [set(step["with"]) for step in checkouts] == [{"fetch-depth"}]  # no other ref than the base
    assert not any("checkout" in step.get("uses", "") for step in jobs["comment"]["steps"])
    scripts = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert not any("${{" in script for script in scripts)  # what others write is never part of a script
    assert not any(re.search(r"git (checkout|switch|merge)", script) for script in scripts)
    (rule,) = yaml.safe_load(GITLAB)["slo-diff"]["rules"]
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in rule["if"]


def test_the_comment_is_made_once_and_then_updated(tmp_path: Path) -> None:
    script = yaml.safe_load(GITHUB)["jobs"]["comment"]["steps"][-1]["run"]
    (tmp_path / "gh").write_text(FAKE_GH)
    (tmp_path / "gh").chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "COMMENTS": "all", "COMMENT": "one"}
    for text in ("first `$(touch ran)`", "second"):
        (tmp_path / "diff.md").write_text(text)
        subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=env, check=True)
        assert (tmp_path / "posted").read_text() == f"<!-- slogen-diff -->\n{text}"
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call for call in calls if "--method" in call] == [
        "api --method POST all -F body=@body.md",
        "api --method PATCH one/7 -F body=@body.md",
    ]
    assert not (tmp_path / "ran").exists()
