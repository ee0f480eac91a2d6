"""Alert policies: order, names, windows; and that `short` means something."""

import pytest

import slogen

SPEC = """apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
alerting: {policy: own}
slos:
  - {name: a, objective: 99.9, window: WINDOW, sli: {events: {bad: 'e{job="a"}', total: 't{job="a"}'}}}
---
apiVersion: slogen/v1
kind: AlertPolicy
name: own
window: 30d
tiers:
"""
PAGE = "- {name: page, severity: page, budget: 2%, long: 1h, short: 30m}\n"
TICKET = "- {name: ticket, severity: ticket, budget: 10%, long: 3d, short: 3d}\n"


def compiled(*tiers, window="30d"):
    return slogen.compile(SPEC.replace("WINDOW", window) + "".join(tiers))


@pytest.mark.parametrize(
    ("tiers", "code", "line"),
    [
        ((TICKET, PAGE), "tier-order", 14),
        ((PAGE, TICKET.replace("ticket,", "page,", 1)), "duplicate-tier", 14),
        ((PAGE.replace("30m", "2h"), TICKET), "tier-window", 13),
        ((PAGE, TICKET.replace("long: 3d, short: 3d", "long: 31d, short: 3d")), "tier-window", 14),
        ((PAGE.replace("2%", "0.01%"), TICKET), "tier-order", 14),
    ],
)
def test_refused(tiers, code, line):
    assert [(p.code, p.span.line) for p in compiled(*tiers).problems if p.is_error] == [(code, line)]


def test_the_window_must_make_sense():
    result = slogen.compile(SPEC.replace("WINDOW", "30d").replace("window: 30d\n", "window: 9999y\n") + PAGE)
    assert [p.code for p in result.problems if p.is_error] == ["window"]


@pytest.mark.parametrize(
    ("window", "page"), [("30d", (3600, 1800)), ("90d", (10800, 3600)), ("7d", (900, 300))]
)
def test_short_keeps_its_part_of_long(window, page):
    [slo] = compiled(PAGE, TICKET, window=window).services[0].slos
    assert (slo.alerting.tiers[0].long, slo.alerting.tiers[0].short) == page
    assert slo.alerting.tiers[1].long == slo.alerting.tiers[1].short


def test_a_policy_without_pages_never_pages():
    result = compiled(TICKET)
    # Boards have a word for each alert that there may be.
    assert not [p for p, text in result.files.items() if "SLOBreached" in text and "grafana" not in p]
    assert "severity: page" not in result.files["prometheus/shop.rules.yaml"]


def test_pages_that_do_not_fit_become_a_breach_alert():
    assert "SLOBreached" in compiled(PAGE, TICKET, window="1h").files["prometheus/shop.rules.yaml"]
