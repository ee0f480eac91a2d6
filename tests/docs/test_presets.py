"""docs/presets/ is what tools/preset_docs.py makes of the data, and has every preset."""

import runpy

import pytest

from slogen.load.presets import families

from .pages import REPO, read

MADE = runpy.run_path(str(REPO / "tools" / "preset_docs.py"))["pages"]()


def test_there_is_a_page_for_each_family():
    assert {path.name for path in (REPO / "docs/presets").iterdir()} == MADE.keys()


@pytest.mark.parametrize("name", MADE)
def test_pages_are_current(name):
    assert read(f"docs/presets/{name}") == MADE[name], "run python tools/preset_docs.py"


@pytest.mark.parametrize("family", list(families()), ids=lambda family: family.name)
def test_presets_and_metrics_are_explained(family):
    page, index = read(f"docs/presets/{family.name}.md"), read("docs/presets/README.md")
    for preset in family.presets:
        assert f"\n## {preset.name}\n" in page
        assert f"[`{preset.name}`]" in index
        assert preset.means in page
        assert preset.misses in page
    assert all(metric.name.replace("${prefix}", "<prefix>") in page for metric in family.metrics)


def test_the_changelog_counts_right():
    found = list(families())
    count = sum(len(family.presets) for family in found)
    assert f"`preset`: {count} SLIs on the metrics of {len(found)} systems" in read("CHANGELOG.md")
