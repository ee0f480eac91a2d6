"""Labels of slogen.yaml; those of specs are in tests/bad."""

import pytest


@pytest.mark.parametrize(
    "name",
    [
        "slo_id",
        "slo",
        "slo_tier",
        "slo_own",
        "severity",
        "owner",
        "alertname",
        "__name__",
        "le",
        "slo_window",
    ],
)
def test_settings_cannot_take_a_label_with_a_meaning(compiled, name):
    result = compiled(settings={"labels": {name: "x"}})
    assert [(p.code, p.span.path) for p in result.problems if p.is_error] == [
        ("label-collision", "slogen.yaml")
    ]


def test_settings_can_add_others(compiled):
    assert compiled(settings={"labels": {"cluster": "x", "slow": "y"}}).ok


def test_labels_that_are_free(compiled):
    labels = {"tier": "1", "model": "x", "window_": "a", "link": "b", "slo2": "c"}
    assert compiled({"labels": labels, "alerting": {"page": {"labels": {"description": "x"}}}}).ok


def test_every_bad_label_of_every_slo_is_told(compiled):
    result = compiled({"labels": {"slo_a": "x", "alertname": "y"}}, {"name": "b"}, labels={"severity": "z"})
    assert len([p for p in result.problems if p.code == "label-collision"]) == 3
