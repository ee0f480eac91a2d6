"""Sloth: what each field becomes, in both of its forms."""

import pytest

from slogen.diagnostics import Severity
from slogen.units import DAY
from tests.moving.conftest import codes, move, moved


@pytest.fixture(scope="module")
def shop():
    return {slo.called: slo for slo in moved("sloth/shop.yaml").slos}


@pytest.fixture(scope="module")
def edge():
    return {slo.called: slo for slo in moved("sloth/operator.yaml").slos}


@pytest.fixture(scope="module")
def odd():
    return {slo.called: slo for slo in moved("sloth/refused.yaml").slos}


def slo(rest, **options):
    text = "version: prometheus/v1\nservice: shop\nslos:\n  - name: x\n    objective: 99\n"
    events = 'sum(rate(a_total{job="a"}[{{.window}}]))'
    total = events.replace("a_total", "b_total")
    sli = f"    sli: {{events: {{error_query: '{events}', total_query: '{total}'}}}}\n"
    return move(text + sli + rest, **options).slos[0]


PLUGIN = "slo_plugins: {chain: [{id: sloth.dev/contrib/alert_for/v1}]}\n"
WAITS = "    alerting: {page_alert: {for: 5m}, ticket_alert: {for: 10m}}\n"


@pytest.mark.parametrize("plugin", [PLUGIN, "    " + PLUGIN.removeprefix("slo_")])
def test_alerts_wait_where_the_plugin_writes_it(plugin):
    found = slo(WAITS + plugin)
    alerting = found.fields["alerting"]
    assert (alerting["page"], alerting["ticket"]) == ({"for": "5m"}, {"for": "10m"})
    assert "import-lost-field" not in codes(found)


@pytest.mark.parametrize("plugin", ["", PLUGIN.replace("alert_for", "info_labels")])
def test_without_the_plugin_alerts_of_sloth_do_not_wait(plugin):
    found = slo(WAITS + plugin)
    assert "alerting" not in found.fields
    assert codes(found).count("import-lost-field") == 1  # all of `alerting`


def test_labels_of_slos_that_are_refused_are_not_lost():
    text = "version: prometheus/v1\nservice: s\nlabels: {a: b}\nslos: [{name: x, objective: 99, sli: {}}]\n"
    assert "import-lost-field" not in [problem.code for problem in move(text).all_problems]


def test_the_whole_of_one(shop):
    found = shop["requests-availability"]
    fields = dict(found.fields)
    assert found.id == "shop-api/requests-availability"
    assert str(fields.pop("objective")) == "99.9"
    assert fields == {
        "name": "requests-availability",
        "description": "Requests are answered without a server error",
        "window": "30d",
        "sli": {
            "events": {
                "bad": 'http_requests_total{job="shop",code=~"(5..|429)"}',
                "total": 'http_requests_total{job="shop"}',
            }
        },
        "owner": "shop",
        "labels": {"tier": "2", "category": "availability"},
        "links": {"runbook": "https://wiki.example.com/shop"},
        "alerting": {
            "names": {"SLOErrorBudgetBurn": "ShopHighErrorRate"},
            "page": {
                "severity": "pageteam",
                "labels": {"routing": "shop", "pager": "yes"},
                "annotations": {
                    "summary": "{{ $labels.slo_service }} answers with errors",
                    "first_step": "Look at the rollout.",
                },
            },
            "ticket": {
                "severity": "slack",
                "labels": {"routing": "shop", "channel": "#shop"},
                "annotations": {"summary": "{{ $labels.slo_service }} answers with errors"},
            },
        },
    }
    assert set(codes(found)) == {"import-changed-annotation", "import-lost-value"}


@pytest.mark.parametrize(
    ("name", "sli"),
    [
        (
            "requests-latency",
            {"latency": {"histogram": 'http_request_duration_seconds{job="shop"}', "threshold": "400ms"}},
        ),
        (
            "requests-by-region",
            {
                "events": {
                    "bad": 'orders_failed_total{job="shop"}',
                    "total": 'orders_total{job="shop"}',
                    "by": ["region"],
                }
            },
        ),
        (
            "raw-division",
            {"events": {"good": 'jobs_succeeded_total{job="batch"}', "total": 'jobs_total{job="batch"}'}},
        ),
        ("raw-recorded", {"ratio": {"error": 'avg_over_time(shop:errors:ratio{job="shop"}[{{ window }}])'}}),
    ],
)
def test_queries(shop, name, sli):
    assert shop[name].fields["sli"] == sli


def test_sums_of_sources_stay_in_their_words(shop):
    events = shop["two-sources"].fields["sli"]["events"]
    assert events["bad"].split(" + ") == [
        'sum(rate(grpc_failed_total{job="shop"}[{{ window }}]))',
        'sum(rate(http_failed_total{job="shop"}[{{ window }}]))',
    ]


def test_a_ratio_over_time_is_told(shop):
    assert codes(shop["raw-recorded"]) == ["import-changed-query", "import-decide-doubt"]


def test_silence(shop):
    assert shop["requests-latency"].fields["alerting"] == {"page": {"enabled": False}}
    assert shop["requests-by-region"].fields["alerting"] == {
        "page": {"enabled": False},
        "ticket": {"enabled": False},
        "budget": [],
        "absent": False,
    }


def test_of_all_slos_is_told_once():
    told = [
        (problem.code, problem.span.line, problem.severity) for problem in moved("sloth/shop.yaml").problems
    ]
    assert told == [
        ("import-changed-name", 3, Severity.INFO),
        ("import-decide-period", 3, Severity.WARNING),
        ("import-changed-labels", 5, Severity.INFO),
    ]


def test_the_period_of_the_call():
    found = moved("sloth/shop.yaml", period=28 * DAY)
    assert {(slo.fields or {}).get("window") for slo in found.slos} == {"28d"}
    assert "import-decide-period" not in [problem.code for problem in found.problems]


def test_the_service_of_the_call():
    found = moved("sloth/shop.yaml", service="mine")
    assert {slo.service for slo in found.slos} == {"mine"}
    assert found.problems[0].code == "import-changed-name"


def test_team_is_an_owner_and_a_label():
    assert slo("    labels: {team: red}").fields["owner"] == "red"
    found = slo("    labels: {team: red, owner: blue}").fields
    assert (found["owner"], found["labels"]) == ("blue", {"team": "red"})


def test_a_nearer_team_is_the_owner():
    text = (
        "version: prometheus/v1\nservice: shop\nlabels: {team: red}\nslos:\n  - name: x\n    objective: 99\n"
    )
    text += "    labels: {team: blue}\n    sli: {raw: {error_ratio_query: 'a_ratio{job=\"a\"}'}}\n"
    (found,) = move(text).slos
    assert (found.fields or {}).get("owner") == "blue"


def test_one_word_for_page_and_ticket_is_no_word():
    """They would be alike, which slogen refuses; so the page keeps it, if there is one."""
    alert = "{labels: {severity: slack}}"
    found = slo(f"    alerting: {{page_alert: {alert}, ticket_alert: {alert}}}")
    assert found.fields["alerting"] == {"page": {"severity": "slack"}}
    assert codes(found) == ["import-lost-value"]
    found = slo(f"    alerting: {{page_alert: {{disable: true}}, labels: {alert.split(' ', 1)[1][:-1]}}}")
    assert found.fields["alerting"] == {"page": {"enabled": False}, "ticket": {"severity": "slack"}}


def test_two_runbooks_are_both_kept():
    text = "    alerting: {page_alert: {annotations: {runbook_url: 'https://a.example.com'}}, "
    found = slo(text + "ticket_alert: {annotations: {runbook_url: 'https://b.example.com'}}}")
    assert found.fields["links"] == {"runbook": "https://a.example.com"}
    kept = found.fields.get("alerting", {}).get("ticket", {}).get("annotations", {})
    assert kept == {"runbook_url": "https://b.example.com"} or "import-lost-value" in codes(found)


def test_presets_stand_for_plugins(edge):
    found = {name: slo.fields["sli"] for name, slo in edge.items()}
    entry = 'service=~"^entry@.*$",job="traefik"'
    assert found["entry-availability"] == {"preset": "traefik/availability", "with": {"selector": entry}}
    assert found["entry-latency"] == {
        "preset": "traefik/latency",
        "with": {"selector": entry, "threshold": "300ms"},
    }
    assert found["mesh-latency"]["with"] == {
        "selector": 'destination_service_name="entry",destination_service_namespace="edge",job="envoy"',
        "threshold": "250ms",
    }
    assert found["apiserver-latency"]["with"]["metric"] == "apiserver_request_duration_seconds"


def test_what_presets_do_otherwise_is_told(edge):
    assert codes(edge["entry-availability"]) == []
    assert codes(edge["entry-latency"]) == ["import-lost-field"]  # an option that nobody knows
    assert codes(edge["mesh-latency"]) == ["import-changed-query"]


def test_a_bucket_that_is_no_boundary_is_refused():
    plugin = "{id: sloth-common/traefik/v2/latency, options: {bucket: '0.5', service_name_regex: x}}"
    head = "version: prometheus/v1\nservice: a\nslos:\n  - name: x\n    objective: 99\n"
    text = f"{head}    sli: {{plugin: {plugin}}}\n"
    problem = move(text).slos[0].problems[0]
    assert problem.code == "import-refused-plugin"
    assert problem.hint.startswith("the nearest boundaries are 0.3 and 1.2; or paste what")


def test_what_to_paste_for_a_filter_can_be_imported():
    plugin = (
        "{id: sloth-common/kubernetes/apiserver/latency, options: {bucket: '0.4', filter: 'verb=\"GET\"'}}"
    )
    head = "version: prometheus/v1\nservice: a\nslos:\n  - name: x\n    objective: 99\n    sli: "
    (problem,) = move(f"{head}{{plugin: {plugin}}}\n").slos[0].problems
    pasted = problem.hint.partition("`")[2].rpartition("`")[0]
    (found,) = move(f"{head}{{{pasted}}}\n").slos
    assert found.fields
    assert found.fields["sli"] == {
        "latency": {
            "histogram": 'apiserver_request_duration_seconds{verb="GET",verb!="WATCH"}',
            "threshold": "400ms",
        }
    }


@pytest.mark.parametrize(
    ("rest", "alerting"),
    [
        ("    labels: {severity: red}\n", {"page": {"severity": "red"}}),
        (
            "    labels: {severity: red}\n    alerting: {ticket_alert: {labels: {severity: blue}}}\n",
            {"page": {"severity": "red"}, "ticket": {"severity": "blue"}},
        ),
    ],
)
def test_a_severity_among_the_labels_is_the_word_of_alerts(rest, alerting):
    found = slo(rest)
    assert found.fields["alerting"] == alerting
    assert codes(found).count("import-lost-value") == 2 - len(alerting)


def test_names_as_objects_have_them(edge):
    assert edge["camels"].fields["alerting"] == {
        "names": {"SLOErrorBudgetBurn": "CamelsLost"},
        "ticket": {"severity": "slack"},
    }


REFUSALS = {
    "own-plugin": ("import-refused-plugin", 7),
    "backend": ("import-refused-plugin", 10),
    "templated": ("import-refused-query", 13),
    "broken": ("import-refused-query", 16),
    "no-sli": ("import-refused-shape", 19),
}


def test_refusals_name_the_place_and_what_to_do(odd):
    assert [name for name, slo in odd.items() if slo.fields is None] == [*REFUSALS]
    for name, expected in REFUSALS.items():
        (problem,) = odd[name].problems
        assert (problem.code, problem.span.line) == expected
        assert problem.is_error
        assert problem.hint


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fixed-range", "import-changed-query"),
        ("good-as-bad", "import-decide-good-as-bad"),
        ("no-sums", "import-changed-query"),
    ],
)
def test_oddities_are_told(odd, name, code):
    assert code in codes(odd[name])
