"""From a document to the model: inheritance and numbers."""

from fractions import Fraction

import pytest

from slogen.units import DAY, MINUTE


@pytest.fixture(scope="module")
def slos(compiled):
    def build(*slos, **fields):
        result = compiled(*slos, **fields)
        assert result.ok, result.problems
        return result.project.services[0].slos

    return build


def test_defaults(slos):
    [slo] = slos()
    assert (slo.id, slo.objective, slo.budget, slo.window) == (
        "shop/availability",
        Fraction("0.999"),
        Fraction("0.001"),
        30 * DAY,
    )
    assert (slo.percent, slo.period, slo.owner, slo.labels) == ("99.9%", "30d", "", {})
    assert (slo.alerting.absent.wait, slo.alerting.forget, slo.alerting.absent.severity) == (
        600,
        7 * DAY,
        "auto",
    )
    assert [(line.consumed, line.severity) for line in slo.alerting.budget] == [
        (Fraction(1, 2), "info"),
        (Fraction(4, 5), "ticket"),
        (1, "ticket"),
    ]


@pytest.mark.parametrize(
    ("objective", "share"),
    [
        ("99.9%", "0.999"),
        ("99.9 %", "0.999"),
        (99, "0.99"),
        ("99.90", "0.999"),
        (50, "0.5"),
        ("99.999", "0.99999"),
    ],
)
def test_objective(slos, objective, share):
    assert slos({"objective": objective})[0].objective == Fraction(share)


def test_nearest_wins(slos):
    near, far = slos(
        {"owner": "slo", "window": "1d"},
        {"name": "b"},
        owner="service",
        defaults={"owner": "default", "window": "7d"},
    )
    assert (near.owner, near.window) == ("slo", DAY)
    assert (far.owner, far.window) == ("service", 7 * DAY)


def test_mappings_merge_and_lists_do_not(slos):
    ours = {
        "labels": {"a": "1"},
        "links": {"runbook": "https://a.example"},
        "alerting": {"page": {"for": "1m"}, "budget": [{"consumed": 50, "severity": "info"}]},
    }
    theirs = {
        "labels": {"a": "0", "b": "2"},
        "alerting": {"page": {"for": "2m", "keep_firing_for": "5m"}, "budget": []},
    }
    [slo] = slos(ours, defaults=theirs)
    assert (slo.labels, slo.links) == ({"a": "1", "b": "2"}, {"runbook": "https://a.example"})
    assert (slo.alerting.severities["page"].wait, slo.alerting.severities["page"].keep_firing_for) == (
        60,
        300,
    )
    assert len(slo.alerting.budget) == 1


def test_absent_can_be_switched_off_and_on_again(slos):
    on, off = slos(
        {"alerting": {"absent": {"for": "20m"}}}, {"name": "b"}, defaults={"alerting": {"absent": False}}
    )
    assert (on.alerting.absent.wait, off.alerting.absent) == (20 * MINUTE, None)


def test_what_only_the_service_says_of_itself(slos):
    [slo] = slos(description="the shop")
    assert slo.description == ""


def test_window_of_the_period_and_retention(compiled):
    kept = {"prometheus": {"retention": "28d"}}
    assert compiled({"window": "28d"}, settings=kept).ok
    assert [p.code for p in compiled({"window": "30d"}, settings=kept).problems] == ["retention"]
