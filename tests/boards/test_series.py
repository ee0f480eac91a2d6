"""No board names a series that doesn't exist: every query parses, every metric is slogen's or the SLI's."""

from __future__ import annotations

import json
import re

import pytest

import slogen
from slogen.emitted.rules import Recording
from slogen.load.family import fill
from slogen.load.presets import families
from slogen.promql.parse import parse
from slogen.promql.tree import VectorSelector, walk

from .conftest import folder_of
from .grafana import interpolate, queries
from .specs import SETTINGS, SPECS

pytestmark = pytest.mark.slow

# As Grafana would fill them in; the windows are those of the tiers of a month.
VALUES = {
    "__rate_interval": "2m",
    "__range": "7d",
    "__range_s": "604800",
    "__from": "1769212800000",
    "__to": "1769817600000",
    "window": "30d",
    "span": "43199",
    "tile": "6h",
    "tiles": "120",
    "cluster": "x",
    "slo": "a/b",
    "service": "a",
    "owner": "o",
    "show": "0",
}
OF_PROMETHEUS = {"ALERTS", "ALERTS_FOR_STATE"}


def selectors(expr: str):
    """All selectors of an expression."""
    return [node for node in walk(parse(expr)) if isinstance(node, VectorSelector)]


def read_by(board) -> dict[str, set[str]]:
    """Metric names by the title of the panel that asks for them."""
    found: dict[str, set[str]] = {}
    for panel, target in queries(board):
        for node in selectors(interpolate(target["expr"], VALUES)):
            names = [node.name] if node.name else [m.value for m in node.matchers if m.name == "__name__"]
            assert names, target["expr"]
            found.setdefault(panel["title"], set()).update(names)
    return found


def recorded(result) -> set[str]:
    rules = [rule for each in result.compiled for group in each.rules.groups for rule in group.rules]
    return {rule.record for rule in rules if isinstance(rule, Recording)}


def of_slis(result) -> set[str]:
    texts = [text for s in result.services for slo in s.slos for text in slo.sli.metrics()]
    return {node.name for text in texts for node in selectors(text)}


@pytest.fixture(scope="module", params=["test", "shipped"])
def project(request):
    """Specs of the tests, and those that ship."""
    if request.param == "test":
        return slogen.compile(SPECS, SETTINGS)
    specs = {path.name: path.read_text() for path in folder_of("specs").glob("*.yaml")}
    return slogen.compile(specs, (folder_of("slogen.yaml")).read_text())


def of_families() -> set[str]:
    """Metrics that the families' data files name."""
    found = set()
    for family in families():
        for prefix in family.prefixes:
            values = {"prefix": prefix, "selector": ""}
            names = [fill(metric.name, values) for metric in family.metrics]
            found |= {name + suffix for name in names for suffix in ("", "_bucket", "_count", "_sum")}
            texts = [fill(row.expr, values).replace("$__rate_interval", "2m") for row in family.board]
            found |= {node.name for text in texts for node in selectors(text)}
    return found


def boards_in(result):
    return [json.loads(text) for path, text in result.files.items() if path.endswith(".json")]


def test_no_unknown_series(project):
    own, raw = recorded(project), of_slis(project) | of_families()
    for board in boards_in(project):
        for title, names in read_by(board).items():
            for name in names - OF_PROMETHEUS:
                pattern = re.compile(name) if "+" in name else None
                assert any(map(pattern.fullmatch, own)) if pattern else name in own | raw, (title, name)


def test_an_unknown_series_is_seen(project):
    board = boards_in(project)[0]
    target = next(target for _, target in queries(board))
    target["expr"] = target["expr"].replace("slo:objective:ratio", "slo:objektive:ratio") + " or slo:nothing"
    assert any("slo:nothing" in names for names in read_by(board).values())
    assert "slo:nothing" not in recorded(project)


def test_labels_in_queries_exist(project):
    """Matchers on slogen's series name labels that these series have."""
    identity = {"slo_id", "slo_service", "slo", "__name__", *project.project.settings.labels}
    by = {label for s in project.services for slo in s.slos for label in slo.sli.by}
    more = {
        "slogen_slo_info": {"owner", "slo_project", "window"},
        "slogen_tier_threshold": {"slo_tier", "slo_window", "severity"},
        "ALERTS": {"alertstate", "severity", "slo_tier", "owner", "alertname", "slo_project"},
    }
    for board in boards_in(project):
        for _, target in queries(board):
            for node in selectors(interpolate(target["expr"], VALUES)):
                if node.name == "ALERTS" or (node.name or "slo:").startswith(("slo:", "slogen_")):
                    used = {matcher.name for matcher in node.matchers}
                    assert used <= identity | by | more.get(node.name or "", set()), target["expr"]
