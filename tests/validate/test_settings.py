"""What slogen.yaml may hold, and what it says about intervals; labels are in test_labels."""

import pytest

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
