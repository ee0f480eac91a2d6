"""The road through the code: every stop is there, and as long as it says."""

import re

import pytest

from .pages import REPO, read

STOPS = re.findall(
    r"^\| (\d+) \| \[([\w/.]+)\]\(\.\./slogen/([\w/.]+)\)", read("docs/reading-order.md"), re.MULTILINE
)


@pytest.mark.parametrize(("lines", "name", "path"), STOPS)
def test_a_stop(lines, name, path):
    assert name == path
    found = len((REPO / "slogen" / path).read_text().splitlines())
    assert abs(found - int(lines)) <= 10, f"now {found} lines"


def test_the_way_is_short():
    assert len(STOPS) > 8
    assert sum(int(lines) for lines, _, _ in STOPS) < 1200
