"""Every name that slogen emits is explained."""

import re

import pytest

from slogen import conventions

from .pages import read, rows, section

CONSTANTS = {
    name: value for name, value in vars(conventions).items() if isinstance(value, str) and name.isupper()
}
ALERTS = sorted(value for name, value in CONSTANTS.items() if name.endswith("_ALERT"))
FAMILIES = [conventions.bad_series, conventions.total_series, conventions.ratio_series]
OTHERS = sorted(value for name, value in CONSTANTS.items() if not name.endswith("_ALERT"))


def test_there_are_names():
    assert len(ALERTS) >= 11
    assert {"slo_id", "slogen_up", "slogen-meta"} <= set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_labels_series_and_groups(name):
    assert f"`{name}" in read("docs/rules.md")


@pytest.mark.parametrize("family", FAMILIES)
def test_series_of_windows(family):
    assert f"`{family(300).removesuffix('5m')}<W>`" in read("docs/rules.md")


@pytest.mark.parametrize("group", [conventions.page_group, conventions.budget_group])
def test_groups_of_a_service(group):
    assert f"`{group('<service>')}`" in read("docs/rules.md")


@pytest.mark.parametrize("alert", ALERTS)
def test_alerts_have_a_section(alert):
    text = section(read("docs/alerts.md"), alert)
    assert "**What it means.**" in text
    assert "**What to do.**" in text


def test_alerts_are_listed():
    listed = [row[0].strip("`") for row in rows(section(read("docs/rules.md"), "Alerts"))]
    assert sorted(name for name in listed if name.startswith("SLO")) == ALERTS


def test_no_page_explains_what_is_not_there():
    headings = re.findall(r"^## (SLO\w+)$", read("docs/alerts.md"), re.MULTILINE)
    assert sorted(headings) == ALERTS
