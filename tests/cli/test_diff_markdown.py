"""`slogen diff` as a comment: it fits, and nothing of users means anything in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec
from tests.cli.repository import begin, commit, edit, git


@pytest.fixture(autouse=True)
def repo(project: Path) -> Path:
    """The project of two services, committed."""
    begin()
    return project


HOSTILE = "</code> @everyone | `x` **b** <img src=x> &amp; :smile: #1 https://evil.example [a](b)"


def test_markdown_holds_nothing_of_users(slogen: Run) -> None:
    edit("specs/chat.yaml", "slos:", f"owner: {json.dumps(HOSTILE)}\nslos:")
    edit("specs/chat.yaml", 'errors_total{job="chat"}', 'errors_total{job="chat",x="@all </code> | `y`"}')
    shown = slogen("diff", "--format", "markdown").stdout
    outside = re.sub(r"<code>.*?</code>", "", shown)
    assert "@" not in outside
    assert "https://" not in outside
    assert "<img" not in shown
    assert not re.search(r"<(?!/?code>|/?details>|/?summary>)", shown.replace("\\<", ""))
    assert all("`" not in line.replace("\\`", "") for line in shown.splitlines())
    assert "&amp;amp;" in shown


def test_markdown(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "99.95")
    shown = slogen("diff", "--format", "markdown").stdout
    assert shown.startswith(
        "### What changes for SLOs\n\n1 SLO changes; pages of 1 come sooner (HEAD → work tree).\n"
    )
    assert "- **objective**: 99.9% → **99.95%** over 30d\n" in shown
    assert "<details><summary>Generated files: 1 changed</summary>" in shown
    git("checkout", "-q", ".")
    assert slogen("diff", "--format", "markdown").stdout.startswith("### SLOs: nothing changes\n")


@pytest.mark.slow
def test_markdown_fits_a_comment(slogen: Run) -> None:
    """Every SLO changes in its own way, and one is removed: what matters most stays."""
    head, item = spec().split("slos:\n")
    long = "x" * 60
    many = [item.replace("availability", f"n{n}-{long}"[:60].rstrip("-")) for n in range(300)]
    Path("specs/chat.yaml").write_text(f"{head}slos:\n{''.join(many)}")
    commit()
    changed = [each.replace("99.9", f"99.{n:03}") for n, each in enumerate(many, 100)]
    Path("specs/chat.yaml").write_text(f"{head}slos:\n{''.join(changed)}")
    Path("specs/shop.yaml").unlink()
    shown = slogen("diff", "--format", "markdown").stdout
    assert 55_000 < len(shown) <= 65_000
    assert re.search(r"\*\d+ more changes of SLOs are left out here", shown)
    assert shown.index("shop/availability") < shown.index("chat/n")
    assert shown.rstrip().endswith("</details>")
