"""Alerts on consumed budget."""

from slogen.emitted.rules import Alert


def consumed(result):
    rules = [
        rule for group in result.compiled[0].rules.groups for rule in group.rules if isinstance(rule, Alert)
    ]
    return [rule for rule in rules if "slo_budget_consumed" in rule.labels]


def test_by_default(compiled):
    found = [(r.alert, r.labels["slo_budget_consumed"], r.labels["severity"]) for r in consumed(compiled())]
    assert found == [
        ("SLOErrorBudgetConsumed", "50%", "info"),
        ("SLOErrorBudgetConsumed", "80%", "ticket"),
        ("SLOErrorBudgetExhausted", "100%", "ticket"),
    ]


def test_own_shares(compiled, judge):
    lines = [{"consumed": "12.5 %", "severity": "ticket"}, {"consumed": 150, "severity": "page"}]
    result = compiled({"alerting": {"budget": lines, "page": {"for": "3m"}}})
    [low, high] = consumed(result)
    assert (low.labels["slo_budget_consumed"], low.wait) == ("12.5%", 600)
    assert (high.alert, high.labels["slo_budget_consumed"], high.wait) == (
        "SLOErrorBudgetExhausted",
        "150%",
        600,
    )
    assert low.expr.startswith('slo:period_burn_rate:ratio{slo_id="shop/availability"} >= 0.125\nand')
    assert (low.keep_firing_for, high.keep_firing_for) == (1800, 1800)
    judge([result])


def test_a_budget_on_its_line_is_one_message(compiled):
    assert [(r.wait, r.keep_firing_for) for r in consumed(compiled())] == [(600, 1800)] * 3


def test_longer_waits_than_its_own_are_kept(compiled):
    said = {"for": "20m", "keep_firing_for": "2h"}
    [_, ticket, _] = consumed(compiled({"alerting": {"ticket": said}}))
    assert (ticket.wait, ticket.keep_firing_for) == (1200, 7200)


def test_switched_off(compiled):
    assert consumed(compiled({"alerting": {"budget": []}})) == []
    assert [
        r.labels["severity"] for r in consumed(compiled({"alerting": {"ticket": {"enabled": False}}}))
    ] == ["info"]


def test_info_can_be_renamed(compiled):
    result = compiled(settings={"severities": {"info": "notice"}})
    assert consumed(result)[0].labels["severity"] == "notice"
