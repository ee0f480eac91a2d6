"""docs/problems.md is what tools/problem_docs.py makes of the register and tests/bad, and has every code."""

import re
import runpy

import pytest

from slogen.codes import CODES, SUBJECTS

from .pages import REPO, read

TOOL = runpy.run_path(str(REPO / "tools" / "problem_docs.py"))
PAGE = read("docs/problems.md")


@pytest.mark.slow
def test_the_page_is_current():
    assert TOOL["page"]() == PAGE, "run python tools/problem_docs.py"


def test_every_code_has_its_section():
    assert re.findall(r"^### (.+)$", PAGE, re.MULTILINE) == list(CODES)
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == list(SUBJECTS)


@pytest.mark.parametrize("code", CODES)
def test_sections_are_whole(code):
    """What the wrong line is, and what is said of it; or else when it comes."""
    text = re.split(r"^#{2,3} ", PAGE.split(f"\n### {code}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    assert "**What it means.** " in text
    assert "**How to mend it.** " in text
    assert ("Exit code 2." in text.replace("\n", " ")) == (CODES[code].exits == "usage")
    if not CODES[code].example:
        assert text.count(TOOL["MARK"]) == 1
        assert f"[{code}]: " in text
    else:
        assert "**For example.** " in text
