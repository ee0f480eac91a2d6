"""The rules of every kind make a network without circles, and every expression in it can be read."""

import pytest

from slogen.history.network import network_of
from slogen.promql.parse import parse
from slogen.rules import compile_service

TOTAL = 'requests_total{job="shop"}'
EVENTS = {"name": "events", "sli": {"events": {"bad": 'errors_total{job="shop"}', "total": TOTAL}}}
SLICES = {"name": "slices", "sli": {"timeslices": {"good": 'age_seconds{job="shop"} < 30', "slice": "5m"}}}
BOTH = {"name": "both", "sli": {"composite": {"of": [{"slo": "shop/events"}, {"slo": "shop/slices"}]}}}


def network(result):
    ids = {slo.id for service in result.services for slo in service.slos}
    settings = result.project.settings
    files = [compile_service(service, settings) for service in result.services]
    return network_of(files, result.services, ids, settings)


@pytest.mark.parametrize("settings", [{}, {"prometheus": {"max_rules_per_group": 20}}])
def test_composites_of_slices_are_in_order(compiled, settings):
    found = network(compiled(EVENTS, SLICES, BOTH, settings=settings))
    place = {key: number for number, key in enumerate(found.order)}
    assert place.keys() == found.nodes.keys()
    for key, node in found.nodes.items():
        assert all(place[need] < place[key] for need in node.needs)
        assert all(found.levels[need] < found.levels[key] for need in node.needs)


def test_shipped_specs_are_networks(shipped):
    for node in shipped.nodes.values():
        parse(node.expr)
        if node.held:
            parse(node.held)
    assert len(shipped.order) == len(shipped.nodes)
    alerts = [node for node in shipped.nodes.values() if node.alert]
    assert any(node.held for node in alerts)  # of what holds on to itself
    raw = [node for node in shipped.nodes.values() if node.is_raw]
    assert raw
    assert not any(node.reads for node in raw)


@pytest.fixture(scope="module")
def shipped():
    from pathlib import Path

    from slogen.project.workspace import open_workspace

    project = open_workspace((Path(__file__).parents[2] / "specs",)).project
    ids = {slo.id for service in project.services for slo in service.slos}
    files = [compile_service(service, project.settings) for service in project.services]
    return network_of(files, project.services, ids, project.settings)
