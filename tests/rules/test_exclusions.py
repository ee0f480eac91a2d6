"""What excluded time does to the rules."""

import pytest

from slogen.emitted.rules import Alert, Recording

EXCLUDE = {"exclude": [{"when": 'maintenance{a="b"} == 1'}, {"weekly": "Sun 02:00-04:00"}]}
SILENT = 'unless on () slogen_excluded{slo_id="shop/availability"}'


def rules(result):
    return [rule for group in result.compiled[0].rules.groups for rule in group.rules]


def test_alerts_on_burn_breach_and_absence_are_silent(compiled):
    for window in ("30d", "1h"):
        alerts = [r for r in rules(compiled(EXCLUDE | {"window": window})) if isinstance(r, Alert)]
        silenced = {alert.alert for alert in alerts if alert.expr.endswith(SILENT)}
        loud = {alert.alert for alert in alerts if "slogen_excluded" not in alert.expr}
        burning = "SLOErrorBudgetBurn" if window == "30d" else "SLOBreached"
        assert {burning, "SLODataAbsent"} <= silenced
        assert loud == {"SLOErrorBudgetConsumed", "SLOErrorBudgetExhausted"}


def test_it_is_recorded_before_the_pair_that_it_multiplies(compiled):
    recorded = [r for r in rules(compiled(EXCLUDE)) if isinstance(r, Recording)]
    names = [r.record for r in recorded[:5]]
    pair = ["slo:sli_total:rate5m", "slo:sli_bad:rate5m"]
    assert names == ["slogen_up", "slogen_exclusion_active", "slogen_excluded", *pair]
    factor = ') * scalar(absent(slogen_excluded{slo_id="shop/availability"}) or on () vector(0))'
    assert all(r.expr.endswith(factor) for r in recorded[3:5])


@pytest.mark.parametrize(
    ("settings", "reach"),
    [
        ({}, "5m59s"),
        ({"scrape_interval": "60s", "evaluation_interval": "60s", "base_window": "10m"}, "11m59s"),
    ],
)
def test_it_ends_when_the_base_window_is_free_of_it(compiled, settings, reach):
    [_, _, excluded, *_] = rules(compiled(EXCLUDE, settings={"prometheus": settings}))
    assert excluded.expr == f'max_over_time(slogen_exclusion_active{{slo_id="shop/availability"}}[{reach}])'


def test_without_exclusions_nothing_speaks_of_them(compiled):
    assert "exclu" not in compiled().files["prometheus/shop.rules.yaml"]


def test_promtool_takes_every_form(compiled, judge):
    exclude = [
        {"weekly": "Mon-Fri 20:00-06:00", "time_zone": "America/New_York"},
        {"weekly": "Fri 20:00-Mon 06:00", "time_zone": "Australia/Sydney"},
        {"from": "2026-12-24", "to": "2026-12-27"},
        {"when": "a == 1 or b == 1"},
    ]
    judge([compiled({"exclude": exclude}, {"name": "b", "exclude": exclude[:1]})])
