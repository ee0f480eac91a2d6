"""Absence: who is told, and from what it is told apart."""

import pytest

ID = 'slo_id="shop/availability"'
TARGETS = r'slogen_targets_seen_timestamp_seconds{slo_service="shop",slo_targets="up{job=\"shop\"}"}'
UNKNOWN = {"events": {"bad": "e", "total": "t"}}


@pytest.fixture(scope="module")
def absent(compiled, rules_of):
    def find(slo, **options):
        return rules_of(compiled(slo, **options), "SLODataAbsent")

    return find


def test_seen_before_no_data_and_no_target_up(absent):
    page, ticket = absent({})
    before = (
        f"slogen_last_seen_timestamp_seconds{{{ID}}} > time() - 604800\n"
        f"unless slo:sli_total:rate5m{{{ID}}}\n"
        'unless on () (\n  up{job="shop"} == 1'
    )
    gone = f"{before}\n)"  # who is paged isn't told that a crash loop is up now and then
    assert (
        page.expr
        == f'{before} and min_over_time(up{{job="shop"}}[4m:2m]) == 1\n)\nand on () (\n  {TARGETS}\n)'
    )
    assert ticket.expr == (
        f"{gone}\nunless on () (\n  {TARGETS}\n)\n"
        f"or\nslogen_last_seen_timestamp_seconds{{{ID}}} < time() - 86400\n"
        f"or\n0 * max by (slo_id, slo_service, slo) (slo:error_budget:ratio{{{ID}}} offset 40m) "
        f"unless on (slo_id) slogen_last_seen_timestamp_seconds{{{ID}}}"
    )
    assert [page.wait, ticket.wait] == [600, 600]


@pytest.mark.parametrize(
    ("slo", "severities"),
    [
        ({}, "page ticket"),  # its targets are known and gone: they crashed
        ({"sli": UNKNOWN}, "ticket"),  # gone or idle, nobody can tell
        ({"alerting": {"page": {"enabled": False}}}, "ticket"),
        ({"alerting": {"absent": {"severity": "ticket"}}}, "ticket"),
        ({"sli": UNKNOWN, "alerting": {"absent": {"severity": "page"}}}, "page ticket"),
        ({"sli": UNKNOWN, "alerting": {"absent": {"up": 'up{job="x"}'}}}, "page ticket"),
        ({"window": "1h"}, "page ticket"),
        ({"alerting": {"ticket": {"enabled": False}}}, "page"),
    ],
)
def test_severity(absent, slo, severities):
    assert " ".join(alert.labels["severity"] for alert in absent(slo)) == severities


def test_switched_off(absent):
    assert absent({"alerting": {"absent": False}}) == []


def test_times(absent, compiled, rules_of):
    slo = {"alerting": {"absent": {"for": "1m", "forget": "30d"}}}
    assert [(alert.wait, "> time() - 2592000" in alert.expr) for alert in absent(slo)] == [(60, True)] * 2
    [seen] = rules_of(compiled(slo), "slogen_last_seen_timestamp_seconds")
    assert seen.expr.endswith(
        "offset 3d\n) > time() - 2592000"
    )  # remembered as long as somebody wants to hear of it


def test_judged_for_the_slo_unless_asked_for_groups(absent, compiled, judge):
    sli = {"events": {"bad": "e", "total": "t", "by": ["model"]}}
    [whole] = absent({"sli": sli}, settings={"labels": {"cluster": "a"}})
    [each] = absent({"sli": sli, "alerting": {"absent": {"per_group": True}}})
    assert whole.expr.startswith("max by (slo_id, slo_service, slo, cluster) (")
    assert f"unless on (slo_id) slo:sli_total:rate5m{{{ID}," in whole.expr
    assert f"unless slo:sli_total:rate5m{{{ID}}}" in each.expr
    judge([compiled({"sli": sli}, settings={"labels": {"cluster": "a"}})])


def test_several_targets(absent, compiled, judge):
    total = 'sum(rate(t{job="a"}[{{ window }}])) + sum(rate(u{job="b"}[{{ window }}]))'
    slo = {"sli": {"events": {"bad": "e", "total": total}}}
    mostly = (f'up{{job="{job}"}} == 1 and min_over_time(up{{job="{job}"}}[4m:2m]) == 1' for job in "ab")
    assert f"unless on () ( {' or '.join(mostly)} )" in " ".join(absent(slo)[0].expr.split())
    judge([compiled(slo)])


@pytest.mark.parametrize("up", ['up{job="x"} # web', 'up{\n  job="x"\n}', ' up { job = "x" }'])
def test_up_is_written_anew(absent, up):
    assert (
        'unless on () (\n  up{job="x"} == 1 and min_over_time(up{job="x"}[4m:2m]) == 1\n)'
        in absent({"alerting": {"absent": {"up": up}}})[0].expr
    )


def test_in_a_shared_job_only_targets_like_those_that_exposed_it_count(absent):
    """Of what has a label that no target carries, in a job or namespace that others share."""
    raw = 'mesh_total{job="pods",to="cart"}'
    up, alike = 'up{job="pods"}', "and on (job, cluster, namespace, service, container, endpoint, app,"
    [page, _] = absent(
        {"sli": {"events": {"bad": 'mesh_total{job="pods",to="cart",code="5"}', "total": raw}}}
    )
    assert f"{up} == 1 and min_over_time({up}[4m:2m]) == 1 {alike}" in page.expr
    assert f"{up} offset 1h and on (job, instance) {raw} offset 1h" in page.expr
    assert (
        'ALERTS{alertname="SLODataAbsent",alertstate="firing",slo_id="shop/availability",severity="page"}'
        in (page.expr)
    )
    own = 'mesh_total{job="pods",app="cart",to="%s"}'
    [page, _] = absent({"sli": {"events": {"bad": own % "x", "total": own % "cart"}}})
    assert (
        'up{job="pods",app="cart"} == 1 and min_over_time(up{job="pods",app="cart"}[4m:2m]) == 1\n'
        in page.expr
    )


def test_a_job_that_scrapes_whatever_is_annotated_is_shared(absent):
    """The metric alone tells the service there; in a job of its own nobody else answers for it."""
    for job, asks in (("kubernetes-pods", True), ("checkout", False)):
        sli = {"events": {"bad": f'e_total{{job="{job}"}}', "total": f't_total{{job="{job}"}}'}}
        [page, _] = absent({"sli": sli})
        assert (f't_total{{job="{job}"}} offset 1h' in page.expr) == asks


def test_a_label_that_targets_might_carry_and_do_not_names_the_service_too(absent):
    """Where `env` is a label of the metric alone, the job decides, and other services share it."""
    total = 't_total{job="pods",namespace="pay",env="prod"}'
    bad = 't_total{job="pods",namespace="pay",env="prod",code="5"}'
    [page, _] = absent({"sli": {"events": {"bad": bad, "total": total}}})
    assert f'up{{job="pods"}} offset 1h and on (job, instance) {total} offset 1h' in page.expr
