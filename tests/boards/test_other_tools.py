"""Other tools have series of the same names, and no service: boards of a project leave them out."""

import json
import re

import pytest


@pytest.fixture(scope="module")
def boards(compiled):
    result = compiled(settings={"targets": ["grafana"]})
    return {path: text for path, text in result.files.items() if path.startswith("grafana/")}


@pytest.mark.parametrize("name", ["fleet", "wall"])
def test_all_services_are_those_that_have_a_name(boards, name):
    listed = json.loads(boards[f"grafana/slogen-{name}.json"])["templating"]["list"]
    (service,) = [variable for variable in listed if variable["name"] == "service"]
    assert service["allValue"] == ".+"


def test_a_report_asks_for_services(boards):
    selectors = re.findall(r"slo:[a-z_0-9:]+\{[^}]*\}", boards["grafana/slogen-report.json"])
    assert selectors
    assert [found for found in selectors if r"slo_service!=\"\"" not in found] == []
