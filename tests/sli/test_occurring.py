"""Values that the label of a metric never has, and counters whose names don't say that they are."""

import pytest

from slogen.promql.matchers import read_matchers
from slogen.sli.counters import known_types
from slogen.sli.slips import slips

CLASSES, ENVOY, API = (
    "haproxy_backend_http_responses_total",
    "envoy_cluster_upstream_rq_xx",
    "apiserver_request_total",
)
SPRING, ISTIO, PHASE = "http_server_requests_seconds_count", "istio_requests_total", "kube_pod_status_phase"
# What is written, and the matcher that works.
WRONG = {
    (CLASSES, 'code="500"'): 'code="5xx"',
    (CLASSES, 'code=~"500|502|503"'): 'code="5xx"',
    (CLASSES, 'code=~"404|503"'): 'code=~"5xx|4xx"',
    (CLASSES, 'code!="500"'): 'code!="5xx"',
    (CLASSES, 'code!~"404|500"'): 'code!~"5xx|4xx"',
    (ENVOY, 'envoy_response_code_class="5xx"'): 'envoy_response_code_class="5"',
    (ENVOY, 'envoy_response_code=~"5.."'): 'envoy_response_code_class="5"',
    ("nginx_ingress_controller_requests", 'status="5xx"'): 'status=~"5.."',
    (ISTIO, 'response_code="5xx"'): 'response_code=~"5.."',
    (API, 'verb="get"'): 'verb="GET"',
    (API, 'verb!~"watch|connect"'): 'verb!~"WATCH|CONNECT"',
    (API, 'code!="5xx"'): 'code!~"5.."',
    (SPRING, 'outcome="server_error"'): 'outcome="SERVER_ERROR"',
    (PHASE, 'phase="running"'): 'phase="Running"',
    ("certmanager_certificate_ready_status", 'condition="true"'): 'condition="True"',
}
RIGHT = [
    *(
        (CLASSES, 'code="5xx"'),
        (CLASSES, 'code=~"5.."'),
        (CLASSES, 'code!~"5xx|other"'),
        (CLASSES, 'code=~"[45]xx"'),
    ),
    *(
        (ENVOY, 'envoy_response_code_class=~"4|5"'),
        ("envoy_cluster_upstream_rq", 'envoy_response_code="503"'),
    ),
    *(
        (ISTIO, 'response_code=~"5..|0"'),
        (ISTIO, 'grpc_response_status=~"2|14"'),
        (ISTIO, 'response_code!~"5.*"'),
    ),
    *((API, 'verb!~"WATCH|CONNECT"'), (API, 'verb="SOMETHING"'), (API, 'code="429"'), (API, 'code=~".+"')),
    *((SPRING, 'status="CLIENT_ERROR"'), (SPRING, 'outcome!="SUCCESS"'), (PHASE, 'phase=~"(?i)running"')),
    *(
        ("http_requests_total", 'code="5xx"'),
        ("nginx_http_requests_total", 'status=~"5.."'),
        ("x", 'verb="get"'),
    ),
    *((API, 'verb=""'), ("rest_client_requests_total", 'code="<error>"'), (PHASE, 'pod="running"')),
]


@pytest.mark.parametrize(("metric", "matcher"), WRONG)
def test_a_value_that_is_never_there(metric, matcher):
    [doubt] = slips(f'sum(rate({metric}{{job="a", {matcher}}}[{{{{ window }}}}]))')
    assert doubt.code == "no-such-status"
    assert f"`{read_matchers(matcher, '')[0]}`" in doubt.message
    works = WRONG[metric, matcher]
    assert f"`{works}`" in doubt.hint
    assert list(slips(f"{metric}{{{works}}}")) == []


@pytest.mark.parametrize(("metric", "matcher"), RIGHT)
def test_a_value_that_may_be_there(metric, matcher):
    assert list(slips(f'sum(rate({metric}{{job="a", {matcher}}}[{{{{ window }}}}]))')) == []


def test_a_slip_is_told_once():
    [doubt] = slips(f'{ISTIO}{{response_code=~"5xx"}}')
    assert "matches the text" in doubt.message


@pytest.mark.parametrize("side", ["bad", "total"])
def test_it_is_told_where_it_stands(compiled, side):
    sides = {"bad": f'{CLASSES}{{code="5xx"}}', "total": CLASSES, side: f'{CLASSES}{{code="500"}}'}
    told = [
        problem
        for problem in compiled({"sli": {"events": sides}}).problems
        if problem.code == "no-such-status"
    ]
    assert [problem.severity.value for problem in told] == ["warning"]


@pytest.mark.parametrize(("good", "told"), [('code!="5xx"', 1), ('code!~"5.."', 0)])
def test_matchers_of_a_histogram(compiled, good, told):
    latency = {"histogram": "traefik_service_request_duration_seconds", "threshold": "1s", "good": good}
    problems = compiled({"sli": {"latency": latency}}).problems
    assert [problem.code for problem in problems].count("no-such-status") == told


@pytest.mark.parametrize(
    ("metric", "types"),
    [
        ("envoy_cluster_upstream_rq", {"counter"}),
        ("envoy_cluster_upstream_rq_timeout", {"counter"}),
        ("envoy_cluster_upstream_rq_active", set()),
        ("envoy_cluster_membership_healthy", set()),
    ],
)
def test_counters_of_envoy(metric, types):
    assert known_types(metric) == types
