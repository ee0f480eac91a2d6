"""Plugins of Sloth become presets that count what the plugins' own queries count."""

import pytest

from slogen.load.presets import preset
from slogen.moving.sloth_plugins import _KNOWN
from slogen.promql.parse import parse_selector
from slogen.sli.preset import expand
from tests.moving.conftest import codes, move

HEAD = "version: prometheus/v1\nservice: a\nslos:\n  - name: x\n    objective: 99\n    sli: "


def called(name, **options):
    """A plugin and its options."""
    return name, options


def moved(name, options):
    """What an import makes of a plugin."""
    said = ", ".join(f"{key}: '{value}'" for key, value in options.items())
    return move(f"{HEAD}{{plugin: {{id: sloth-common/{name}, options: {{{said}}}}}}}\n").slos[0]


def query(text):
    """What an import makes of a query itself."""
    (slo,) = move(f"{HEAD}{{raw: {{error_ratio_query: '{text}'}}}}\n").slos
    return (slo.fields or {})["sli"]


def written_out(slo):
    """The preset of an SLO as it stands below its kind."""
    said = slo.fields["sli"]
    found = preset(said["preset"])
    assert found is not None
    config = expand(found, found.texts(said.get("with", {})) | said.get("with", {}), {})
    return {found.kind: {key: value for key, value in config.items() if key not in ("unit", "buckets")}}


def parts(sli):
    """An SLI with its selectors as their matchers, whatever their order."""
    ((kind, config),) = sli.items()
    return kind, {
        key: (selector.metric, {*selector.matchers})
        if key in ("bad", "total", "histogram") and (selector := parse_selector(value))
        else value
        for key, value in config.items()
    }


def ratio(bad, total):
    return f"sum(rate({bad}[{{{{.window}}}}])) / sum(rate({total}[{{{{.window}}}}]))"


def slow(histogram, matchers, bound):
    """The share of a histogram beyond a bucket."""
    return (
        "1 - ("
        + ratio(f'{histogram}_bucket{{{matchers},le="{bound}"}}', f"{histogram}_count{{{matchers}}}")
        + ")"
    )


DNS, HTTP = "coredns_dns_responses_total", "http_request_duration_seconds"
EVENT, WAIT = (
    f"kooper_controller_{name}_seconds" for name in ("processed_event_duration", "event_in_queue_duration")
)
PAGES, RULES = "haproxy_frontend_http_responses_total", "prometheus_rule_evaluation"
SAME = [
    (
        called("coredns/availability", filter='job="dns"'),
        ratio(f'{DNS}{{job="dns",rcode=~"SERVFAIL"}}', f'{DNS}{{job="dns"}}'),
    ),
    (
        called("coredns/availability", filter='{job="dns",}', custom_rcode_regex="REFUSED|SERVFAIL"),
        ratio(f'{DNS}{{job="dns",rcode=~"REFUSED|SERVFAIL"}}', f'{DNS}{{job="dns"}}'),
    ),
    (
        called("coredns/latency", filter='job="dns"', bucket="0.032"),
        slow("coredns_dns_request_duration_seconds", 'job="dns"', "0.032"),
    ),
    (
        called("kubernetes/kooper/latency", controller="pods", filter='job="k"', bucket="0.5"),
        slow(EVENT, 'controller="pods",job="k"', "0.5"),
    ),
    (
        called("kubernetes/kooper/queue-congestion", controller="pods", filter='job="k"', bucket="1"),
        slow(WAIT, 'controller="pods",job="k"', "1"),
    ),
    (
        called("haproxy/frontend/availability", filter='job="h"'),
        ratio(f'{PAGES}{{job="h",code="5xx"}}', f'{PAGES}{{job="h"}}'),
    ),
    (
        called("linkerd/v2/availability", filter='job="l"'),
        ratio(
            'response_total{job="l",classification="failure",direction="inbound"}',
            'response_total{job="l",direction="inbound"}',
        ),
    ),
    (
        called("prometheus/rules/eval-availability", filter='job="p"'),
        ratio(f'{RULES}_failures_total{{job="p"}}', f'{RULES}s_total{{job="p"}}'),
    ),
    (
        called("slok-go-http-metrics/availability", filter='job="shop"'),
        ratio(f'{HTTP}_count{{job="shop",code=~"5..|429"}}', f'{HTTP}_count{{job="shop"}}'),
    ),
    (
        called("slok-go-http-metrics/latency", filter='job="shop"', bucket="0.25", exclude_errors="true"),
        slow(HTTP, 'job="shop",code!~"5.."', "0.25"),
    ),
]


@pytest.mark.parametrize(("plugin", "text"), SAME)
def test_the_preset_is_what_the_plugins_query_would_be(plugin, text):
    slo = moved(*plugin)
    assert codes(slo) == []
    assert parts(written_out(slo)) == parts(query(text))


def test_with_errors_no_status_is_left_out():
    slo = moved(*called("slok-go-http-metrics/latency", filter='job="shop"', bucket="0.25"))
    assert slo.fields["sli"]["with"]["errors"] == "none"
    assert 'code!~"none"' in written_out(slo)["latency"]["histogram"]


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        (called("kubernetes/kooper/availability", controller="pods", filter='job="k"'), "counts each try"),
        (called("prometheus/targets/availability", filter='job="n"'), "counts each moment alike"),
    ],
)
def test_what_is_different_is_told(plugin, words):
    slo = moved(*plugin)
    assert codes(slo) == ["import-changed-query"]
    assert words in slo.problems[0].message


@pytest.mark.parametrize(
    ("plugin", "words", "hint"),
    [
        (called("coredns/latency", filter='job="dns"'), "needs the option `bucket`", "add it"),
        (called("kubernetes/kooper/latency", bucket="1"), "needs the option `controller`", "add it"),
        (called("coredns/latency", bucket="0.00025"), "no whole number of milliseconds", "paste"),
        (
            called("slok-go-http-metrics/latency", filter='job="shop"', bucket="0.3"),
            "`0.3` is none of those",
            "paste",
        ),
        (called("prometheus/targets/availability"), "nothing says whose metrics", "add the option `filter`"),
        (called("linkerd/v2/latency", filter='job="l"', bucket="100"), "no preset stands for", "paste"),
    ],
)
def test_what_a_preset_cannot_take_is_refused(plugin, words, hint):
    slo = moved(*plugin)
    assert slo.fields is None
    assert codes(slo) == ["import-refused-plugin"]
    assert words in slo.problems[0].message
    assert slo.problems[0].hint.startswith(hint)


def test_each_plugin_names_a_preset_and_its_parameters():
    for name, known in _KNOWN.items():
        found = preset(known.preset)
        assert found is not None, name
        said = {*known.given, *known.values.values(), *filter(None, [known.errors])}
        assert said <= found.parameters.keys(), name
