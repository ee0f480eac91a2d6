"""Each SLI kind has a page and a schema fragment, and both name the same fields."""

import json

import pytest

from slogen.sli import KINDS

from .pages import DOCS, REPO, blocks, read, rows

FRAGMENTS = json.loads((REPO / "schemas/slo.schema.json").read_text())["$defs"]


def test_there_is_no_other_page():
    assert sorted(path.stem for path in (DOCS / "kinds").glob("*.md")) == sorted(KINDS)


def fields(kind):
    """The fields below a kind; those beside it where it is a name."""
    if kind in FRAGMENTS:
        return set(FRAGMENTS[kind]["properties"])
    return {name for name, others in FRAGMENTS["sli"]["dependentRequired"].items() if others == [kind]} | {
        kind
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_every_field(kind):
    listed = [row[0].strip("`") for row in rows(read(f"docs/kinds/{kind}.md")) if len(row) == 3]
    assert fields(kind) <= set(listed)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_an_example(kind):
    assert any(f"    {kind}:" in block for block in blocks(read(f"docs/kinds/{kind}.md"), "yaml"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_listed(kind):
    assert f"(kinds/{kind}.md)" in read("docs/README.md")
    assert f"(kinds/{kind}.md)" in read("docs/spec.md")
