"""The tree of routes and what is held back, as data."""

import json

import pytest

import slogen
from slogen.conventions import NOBODY
from slogen.model.notifications import _spans
from slogen.proof.routing import as_arguments, cases
from slogen.render.alertmanager import render
from slogen.report.routes import as_mermaid, as_text
from slogen.settings import Settings

HEAD = {"apiVersion": "slogen/v1"}
WEB = {"webhook": {"url": "http://a/"}}
BASE = {"receivers": {"pager": WEB, "chat": WEB, "boss": WEB}, "default": {"page": "pager", "ticket": "chat"}}


def events(*by):
    return {"events": {"bad": 'e{job="j"}', "total": 't{job="j"}', **({"by": list(by)} if by else {})}}


TIERS = [
    {"name": "now", "severity": "page", "budget": "2%", "long": "1h", "short": "5m"},
    {"name": "soon", "severity": "page", "budget": "5%", "long": "6h", "short": "30m"},
]


def compiled(*slos, settings=None, **said):
    base = {"objective": 99.9, "sli": events()}
    listed = [{**base, "name": f"slo-{number}", **each} for number, each in enumerate(slos or ({},))]
    spec = {**HEAD, "kind": "ServiceLevelObjectives", "service": "shop", "owner": "team", "slos": listed}
    sources = {
        "specs/a.yaml": json.dumps(spec),
        "notifications.yaml": json.dumps({**HEAD, "kind": "Notifications", **BASE, **said}),
    }
    given = {**HEAD, "kind": "Settings", "targets": ["alertmanager"], **(settings or {})}
    result = slogen.compile(sources, json.dumps(given))
    assert result.ok, result.problems
    return result.compiled


def routing(*slos, **said):
    return compiled(*slos, **said)[-1].routing


def cases_of(*slos, **said):
    found = compiled(*slos, **said)
    return cases(found[-1].routing, (each.rules for each in found))


def nodes(found, **labels):
    """The receivers of the routes with exactly these matchers below alerts of SLOs, without their owners."""
    wanted = {f'{name}="{value}"' for name, value in labels.items()}
    tree = found.routes[-1]
    return [n.receiver for n in tree.walk() if {str(m) for m in n.matchers} == wanted]


def test_groups_carry_all_by_labels_once():
    found = routing(
        {"sli": events("model")}, {"sli": events("region", "model")}, settings={"labels": {"cluster": "eu"}}
    )
    assert found.routes[-1].group_by == ("slo_id", "severity", "cluster", "model", "region")


def test_equal_carries_places_and_all_by_labels_once():
    found = routing(
        {"sli": events("model")}, {"sli": events("namespace")}, settings={"labels": {"cluster": "eu"}}
    )
    rule, pages = found.inhibitions
    assert rule.equal == pages.equal == ("slo_id", "cluster", "namespace", "model")
    assert [str(m) for m in rule.source] == ['slo_id!=""', 'severity="page"']
    assert [str(m) for m in rule.target] == ['slo_id!=""', 'severity="ticket"']


def test_dependencies_of_dependencies_with_common_labels():
    found = routing(
        {"sli": events("model", "region")},
        {"sli": events("model"), "depends_on": ["shop/slo-0"]},
        {"depends_on": ["shop/slo-1"]},
    )
    pairs = {(str(r.source[0]), str(r.target[0])): r.equal for r in found.inhibitions[2:]}
    assert pairs == {
        ('slo_id="shop/slo-0"', 'slo_id="shop/slo-1"'): ("cluster", "namespace", "model"),
        ('slo_id="shop/slo-1"', 'slo_id="shop/slo-2"'): ("cluster", "namespace"),
        ('slo_id="shop/slo-0"', 'slo_id="shop/slo-2"'): ("cluster", "namespace"),
    }
    assert all(
        str(r.target[1]) == 'severity="ticket"' for r in found.inhibitions if r is not found.inhibitions[1]
    )


def test_a_faster_page_holds_back_slower_ones_of_its_slo():
    fast, slow = TIERS
    found = [
        rule for rule in routing({}, {"alerting": {"tiers": TIERS}}).inhibitions if "slo_tier" in str(rule)
    ]
    assert {(str(r.source[-1]), str(r.target[-1])) for r in found} == {
        ('slo_tier="page_fast"', 'slo_tier="page_slow"'),
        ('slo_tier="now"', 'slo_tier="soon"'),
    }
    turned = [{**fast, "name": "soon"}, {**slow, "name": "now"}]
    both = routing({"alerting": {"tiers": TIERS}}, {"alerting": {"tiers": turned}}).inhibitions
    assert {
        tuple(str(m) for m in (r.source[0], r.source[-1], r.target[-1])) for r in both if "tier" in str(r)
    } == {
        ('slo_id="shop/slo-0"', 'slo_tier="now"', 'slo_tier="soon"'),
        ('slo_id="shop/slo-1"', 'slo_tier="soon"', 'slo_tier="now"'),
    }


def test_all_but_the_last_receiver_go_on():
    found = routing(default={"page": ["pager", "chat", "boss"], "ticket": "chat"})
    pages = [n for n in found.routes[-1].routes if 'severity="page"' in map(str, n.matchers)]
    assert [(n.receiver, n.goes_on) for n in pages] == [
        ("slogen-pager", True),
        ("slogen-chat", True),
        ("slogen-boss", False),
    ]


def test_owners_inherit_and_can_opt_out():
    found = routing(owners={"team": {"ticket": "none", "info": "boss"}})
    owner = found.routes[-1].routes[0]
    assert [n.receiver for n in owner.routes] == ["slogen-pager", NOBODY, "slogen-boss"]


def test_severities_as_the_project_calls_them():
    settings = {"severities": {"page": "critical", "ticket": "warning"}}
    found = routing(settings=settings)
    assert nodes(found, severity="critical") == ["slogen-pager"]
    assert nodes(found, severity="page") == []
    assert 'severity="critical"' in as_arguments(cases_of(settings=settings)[0].labels)


def test_hours_are_for_tickets_and_news_only():
    hours = {"hours": {"office": [{"days": "mon-fri"}]}}
    default = {"page": "pager", "ticket": "chat", "info": "boss", "ticket_hours": "office"}
    found = routing(default=default, **hours)
    active = {str(n.matchers[0]): n.active for n in found.routes[-1].routes}
    assert active == {
        'severity="page"': (),
        'severity="ticket"': ("slogen-office",),
        'severity="info"': ("slogen-office",),
    }


def test_an_escalated_page_goes_before_pages():
    escalate = {"page_after": "30m", "page_to": "boss", "ticket_after": "1d"}
    found = routing(default={"page": "pager", "ticket": "chat", "escalate": escalate})
    first, second = found.routes[-1].routes[:2]
    assert (first.receiver, [str(m) for m in first.matchers]) == (
        "slogen-boss",
        ['severity="page"', 'slo_escalation="page"'],
    )
    assert second.receiver == "slogen-pager"
    found = cases_of(default={"page": "pager", "ticket": "chat", "escalate": escalate})
    words = {case.words: case.receivers for case in found}
    assert words["a page (SLOEscalated, page) goes to boss"] == ("slogen-boss",)
    assert words["a page (SLOEscalated, ticket) goes to pager"] == ("slogen-pager",)


def test_an_slo_that_never_pages_never_escalates():
    escalate = {"page_after": "30m", "page_to": "boss", "ticket_after": "1d"}
    default = {"page": "pager", "ticket": "chat", "escalate": escalate}
    found = cases_of({"alerting": {"page": {"enabled": False}}}, default=default)
    assert not [case for case in found if "slo_escalation" in case.labels]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({}, [((0, 1, 2, 3, 4, 5, 6), 0, 1440)]),
        ({"days": "mon-fri", "from": "09:00", "to": "18:00"}, [((0, 1, 2, 3, 4), 540, 1080)]),
        ({"days": "sat-mon"}, [((0, 5, 6), 0, 1440)]),
        ({"days": "sun", "from": "20:00", "to": "06:00"}, [((6,), 1200, 1440), ((0,), 0, 360)]),
        ({"from": "22:00", "to": "00:00"}, [((0, 1, 2, 3, 4, 5, 6), 1320, 1440)]),
    ],
)
def test_spans(item, expected):
    assert [(span.days, span.begin, span.end) for span in _spans([item])] == expected


def test_drawings():
    found = routing(owners={"team": {"page": ["pager", "boss"]}}, meta={"deadman": "boss"})
    text = as_text(found)
    assert "└─ alerts of SLOs" in text
    assert "│  ├─ pages -> pager (again after 4h), and on" in text
    assert "with the same slo_id, cluster, namespace" in text
    drawn = as_mermaid(found)
    assert drawn.startswith('flowchart LR\n  all(["all alerts"])\n')
    assert drawn.count("[[") == 4
    assert "notifications.yaml" in as_text(None) + as_mermaid(None)


def test_an_slo_may_have_a_severity_of_its_own():
    slos = ({}, {"alerting": {"page": {"severity": "p.1"}}})
    found = routing(*slos)
    assert nodes(found, severity="ticket") == ["slogen-chat"]
    pages = [n for n in found.routes[-1].routes if 'severity=~"page|p\\\\.1"' in map(str, n.matchers)]
    assert [n.receiver for n in pages] == ["slogen-pager"]
    assert all('severity=~"page|p\\\\.1"' in map(str, rule.source) for rule in found.inhibitions)
    assert {case.receivers for case in cases_of(*slos) if case.labels["severity"] == "p.1"} == {
        ("slogen-pager",)
    }
    texts = {a.path: a.text for a in render(compiled(*slos)[-1], Settings())}
    assert '{{ else if eq .CommonLabels.severity "page" "p.1" }}danger' in texts["alertmanager/slogen.tmpl"]
