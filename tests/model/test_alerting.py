"""Policies of one's own, and what an SLO alerts on."""

import pytest

import slogen

HEAD = "apiVersion: slogen/v1\n"
SPEC = f"""{HEAD}kind: ServiceLevelObjectives
service: shop
slos:
  - name: a
    objective: 99.9
    sli: {{events: {{bad: 'e{{job="a"}}', total: 't{{job="a"}}'}}}}
    alerting: {{policy: ours}}
"""


def policy(*tiers: str, name: str = "ours", window: str = "30d") -> str:
    lines = "".join(f"  - {{{tier}}}\n" for tier in tiers)
    return f"{HEAD}kind: AlertPolicy\nname: {name}\nwindow: {window}\ntiers:\n{lines}"


PAGE = "name: now, severity: page, budget: 2%, long: 1h, short: 5m"
TICKET = "name: later, severity: ticket, budget: 10%, long: 3d, short: 6h"


def tiers(*policies: str, spec: str = SPEC) -> list[tuple[str, int, int]]:
    result = slogen.compile({"a.yaml": spec, **{f"{n}.yaml": text for n, text in enumerate(policies)}})
    assert result.ok, result.problems
    return [(t.name, t.long, t.short) for t in result.project.services[0].slos[0].alerting.tiers]


def test_a_policy_from_another_file():
    assert tiers(policy(PAGE, TICKET)) == [("now", 3600, 300), ("later", 259200, 21600)]


def test_a_policy_is_written_for_its_own_window():
    week = policy(PAGE.replace("1h", "15m"), TICKET.replace("3d", "18h").replace("6h", "1h"), window="7d")
    assert [(name, long) for name, long, _ in tiers(week)] == [("now", 3600), ("later", 259200)]


def test_the_default_can_be_replaced():
    assert tiers(policy(PAGE, TICKET, name="default"), spec=SPEC.replace("ours", "default"))[0][0] == "now"


def test_the_short_window_of_a_policy_counts():
    assert tiers(policy(PAGE.replace("5m", "30m"), TICKET))[0] == ("now", 3600, 1800)


def test_a_policy_without_pages_pages_nobody(rules_of):
    result = slogen.compile({"a.yaml": SPEC, "b.yaml": policy(TICKET)})
    severities = {rule.labels["severity"] for rule in rules_of(result, "SLOErrorBudgetBurn")}
    assert severities == {"ticket"}
    assert rules_of(result, "SLOBreached") == []
    assert {rule.labels["severity"] for rule in rules_of(result, "SLODataAbsent")} == {"ticket"}


@pytest.mark.parametrize(
    "lines",
    [
        (TICKET, PAGE),
        (PAGE, PAGE),
        (PAGE, TICKET.replace("later", "now")),
        (PAGE.replace("2%", "0.1%"), TICKET),
    ],
)
def test_a_policy_that_would_lose_a_tier_says_so(lines):
    result = slogen.compile({"a.yaml": SPEC, "b.yaml": policy(*lines)})
    assert "b.yaml" in {problem.span.path for problem in result.problems}


def test_a_factor_in_a_policy_is_meant_for_its_own_window():
    """In another window the tier spends the same share of the budget, so that its windows are other ones."""
    by_factor = (PAGE.replace("budget: 2%", "factor: 14.4"), TICKET.replace("budget: 10%", "factor: 1"))
    for window in ("7d", "30d", "90d"):
        spec = SPEC.replace("objective", f"window: {window}\n    objective")
        assert tiers(policy(*by_factor), spec=spec) == tiers(policy(PAGE, TICKET), spec=spec)


def test_a_wait_in_a_policy_is_no_longer_than_the_short_window_becomes():
    waiting = policy(PAGE.replace("5m", "30m, for: 20m").replace("1h", "6h"), TICKET)
    for window, short, wait in (("30d", 1800, 1200), ("1d", 300, 300)):
        spec = SPEC.replace("objective", f"window: {window}\n    objective")
        (service,) = slogen.compile({"a.yaml": spec, "b.yaml": waiting}).project.services
        tier = service.slos[0].alerting.tiers[0]
        assert (tier.short, tier.wait) == (short, wait)
