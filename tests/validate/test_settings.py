"""What slogen.yaml may hold, and what it says about intervals; labels are in test_labels."""

import pytest

from slogen.read_settings import settings_from
from slogen.units import parse_duration
from slogen.validate.settings import read_settings

HEAD = "apiVersion: slogen/v1\nkind: Settings\n"


@pytest.mark.parametrize(
    ("prometheus", "hint"),
    [
        ({"scrape_interval": "76s"}, "`prometheus.base_window: 10m`"),
        ({"scrape_interval": "151s", "base_window": "10m"}, "`prometheus.base_window: 15m`"),
        ({"scrape_interval": "5m"}, "at least every 225s"),
    ],
)
def test_the_base_window_must_hold_scrapes(compiled, prometheus, hint):
    [problem] = [p for p in compiled(settings={"prometheus": prometheus}).problems if p.is_error]
    assert problem.code == "scrape-interval"
    assert hint in problem.hint


def test_one_document_of_settings(spec_with):
    assert spec_with(HEAD + "---\n" + HEAD) == [("misplaced-document", 4)]
    assert spec_with(HEAD.replace("Settings", "AlertPolicy")) != []


def test_what_cannot_be_read_may_say_the_retention(spec_with):
    assert spec_with("a: [") == [("yaml-syntax", 1)]
    assert spec_with(HEAD) == [("retention-unknown", 5)]


@pytest.fixture
def spec_with():
    import slogen

    spec = HEAD.replace("Settings", "ServiceLevelObjectives") + (
        "service: a\nslos:\n  - name: a\n    objective: 99\n"
        "    sli: {events: {bad: 'e_total{job=\"a\"}', total: 't_total{job=\"a\"}'}}\n"
    )
    return lambda settings: [(p.code, p.span.line) for p in slogen.compile(spec, settings).problems]


@pytest.mark.parametrize("section", ["prometheus: {url: 'http://[x'}", "argocd: {server: 'http://[x'}"])
def test_an_address_that_is_no_url_is_no_bug(section):
    settings, problems = read_settings(f"apiVersion: slogen/v1\nkind: Settings\n{section}\n")
    assert problems == []
    assert "http://[x" in (settings.argocd.server, settings.servers[""].url)


@pytest.mark.parametrize("base", ["5m", "10m", "15m"])
def test_each_base_window_ends_at_an_evaluation(base):
    """Else windows that should meet overlap, or what lies between them is in none."""
    for said in range(1, 121):
        given = {"evaluation_interval": f"{said}s", "base_window": base}
        every = settings_from({"prometheus": given}).prometheus.evaluation_interval
        assert parse_duration(base) % every == 0
        assert said / 2 <= every <= said
        assert said % 60 or every % 60 == 0


def test_rules_are_evaluated_as_often_as_it_is_told(compiled):
    result = compiled(settings={"prometheus": {"evaluation_interval": "45s"}})
    assert [p.code for p in result.problems if "interval" in p.code] == ["uneven-interval"]
    assert [group.interval for group in result.compiled[0].rules.groups] == [30, 120]
