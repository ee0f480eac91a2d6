"""What stands in the pages as YAML or Python works."""

import textwrap

import pytest
import yaml

import slogen

from .pages import PAGES, REPO, blocks, read

HEAD = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nservice: example\nslos:\n"
# no settings, no plain series; a day that has passed since the page was written
EXPECTED = ("retention-unknown", "no-sample-series", "since-without-effect", "past-exclusion")
DOCUMENTS = ("ServiceLevelObjectives", "AlertPolicy", "Notifications")


def specs():
    """Whole documents, and SLOs of a list put into one, with where they stand."""
    for page in PAGES:
        if page.name == "problems.md":
            continue  # wrong on purpose, and compiled where it is made
        for number, block in enumerate(blocks(page.read_text(), "yaml")):
            data = yaml.safe_load(block)
            if isinstance(data, dict) and data.get("kind") in DOCUMENTS:
                yield pytest.param(block, id=f"{page.name}-{number}")
            elif isinstance(data, list) and "objective" in data[0]:
                yield pytest.param(HEAD + textwrap.indent(block, "  "), id=f"{page.name}-{number}")


@pytest.mark.slow
@pytest.mark.parametrize("spec", list(specs()))
def test_specs_compile(spec):
    result = slogen.compile(spec)
    assert [p.message for p in result.problems if p.code not in EXPECTED] == []
    assert result.files


@pytest.mark.parametrize("page", ["docs/spec.md", "docs/pre-commit-and-ci.md", "docs/upgrading.md"])
def test_settings_are_accepted(page):
    found = [block for block in blocks(read(page), "yaml") if "kind: Settings" in block]
    assert found
    for block in found:
        assert slogen.compile({}, block).problems == ()


@pytest.mark.slow
@pytest.mark.parametrize("code", blocks(read("docs/python-api.md"), "python"))
def test_python_runs(code, monkeypatch):
    monkeypatch.chdir(REPO)
    names = {}
    exec(code, names)
    if "verdict" in names:
        assert names["verdict"].violations
        assert not names["verdict"].problems
        return
    assert names["result"].ok
    assert names["result"].files
