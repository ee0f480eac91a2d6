"""Texts of users in boards and pages: any script, any length, nothing that becomes HTML or a variable."""

from __future__ import annotations

import slogen
from slogen.compile.pages import page
from slogen.render.docs import service_text

HOSTILE = "<script>alert(1)</script> & ${datasource} $slo [[slo]] | *b* `x` [a](javascript:x) \u202e日本語 😀"
LONG = "Every answer of the assistant is there in time " * 11  # 500 characters and more


def with_text(description, **more):
    spec = {
        "apiVersion": "slogen/v1",
        "kind": "ServiceLevelObjectives",
        "service": "shop",
        "owner": "日本語チーム",
        "description": description,
        "slos": [
            {
                "name": "up",
                "description": description,
                "objective": 99.9,
                "links": {"wiki": 'https://example.com/a(b)<c>?q=$slo&x="y"'},
                "sli": {
                    "events": {
                        "bad": 'bad_total{job="a", path=~"<b>|$slo|```"}',
                        "total": 'all_total{job="a"}',
                    }
                },
                **more,
            }
        ],
    }
    sli = '{events: {bad: "b_total{job=\\"a\\"}", total: "t_total{job=\\"a\\"}", by: ["a/b"]}}'
    head = "apiVersion: slogen/v1, kind: ServiceLevelObjectives, service: s"
    result = slogen.compile(f"{{{head}, slos: [{{name: n, objective: 99, sli: {sli}}}]}}")
    assert not result.ok
    assert "letters, digits and underscores" in result.problems[0].message + result.problems[0].hint
    assert hostile.ok


def test_pages_are_deterministic(hostile):
    [service] = hostile.services
    one = page(service, hostile.project.settings)
    assert service_text(one) == service_text(one) == hostile.files["docs/shop.md"]


def test_dashboard_links_lead_to_the_generated_board(compiled, rules_of):
    settings = {"grafana": {"url": "https://grafana.example.com/"}}
    alert = rules_of(compiled(settings=settings), "SLOErrorBudgetBurn")[0]
    expected = "https://grafana.example.com/d/slogen-slo?var-service=shop&var-slo=shop%2Favailability"
    assert alert.annotations["dashboard_url"] == expected
    own = rules_of(
        compiled({"links": {"dashboard": "https://x.example.com"}}, settings=settings), "SLOErrorBudgetBurn"
    )
    assert own[0].annotations["dashboard_url"] == "https://x.example.com"
    assert "dashboard_url" not in rules_of(compiled(), "SLOErrorBudgetBurn")[0].annotations
