"""Each SLI kind has a page and a schema fragment, and both name the same fields."""

import json

import pytest

from slogen.sli import KINDS

from .pages import DOCS, REPO, blocks, read, rows

FRAGMENTS = json.loads((REPO / "schemas/slo.schema.json").read_text())["$defs"]


def test_there_is_no_other_page():
    assert sorted(path.stem for path in (DOCS / "kinds").glob("*.md")) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_every_field(kind):
    listed = [row[0].strip("`") for row in rows(read(f"docs/kinds/{kind}.md")) if len(row) == 3]
    assert set(FRAGMENTS[kind]["properties"]) <= set(listed)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_an_example(kind):
    assert any(f"    {kind}:\n" in block for block in blocks(read(f"docs/kinds/{kind}.md"), "yaml"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_listed(kind):
    assert f"(kinds/{kind}.md)" in read("docs/README.md")
    assert f"(kinds/{kind}.md)" in read("docs/spec.md")
