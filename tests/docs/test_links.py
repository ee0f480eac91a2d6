"""Links between pages lead somewhere."""

import re

import pytest

from .pages import PAGES, REPO

NAMES = [page.relative_to(REPO).as_posix() for page in PAGES]


def anchors(text):
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    page = REPO / name
    links = re.findall(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)", page.read_text())
    for path, anchor in links:
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target.read_text()), anchor


def test_the_index_lists_every_page():
    index = (REPO / "docs/README.md").read_text()
    pages = [page.name for page in (REPO / "docs").glob("*.md") if page.name != "README.md"]
    assert [page for page in pages if f"]({page})" not in index] == []


def test_the_index_of_decisions_lists_every_page():
    index = (REPO / "docs/adr/README.md").read_text()
    pages = [page.name for page in (REPO / "docs/adr").glob("0*.md")]
    assert len(pages) >= 6
    assert [page for page in pages if f"]({page})" not in index] == []
