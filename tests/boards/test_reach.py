"""How far a board of an SLO looks back: in tiles that its rules record, at few enough moments."""

from __future__ import annotations

import pytest

from slogen.boards.reach import reach_of
from slogen.units import parse_duration
from tests.conftest import EVENTS

RETENTION = {"retention": "400d"}


@pytest.mark.parametrize("base", ["5m", "10m", "15m"])
@pytest.mark.parametrize(
    "window", ["1h", "6h", "12h", "1d", "3d", "7d", "8d", "14d", "28d", "30d", "60d", "90d"]
)
def test_tiles_are_recorded_and_few(compiled, rules_of, window, base):
    settings = {"prometheus": {**RETENTION, "base_window": base}}
    result = compiled({"window": window, "objective": 99, "sli": EVENTS}, settings=settings)
    assert result.ok, result.problems
    reach = reach_of(result.services, "", parse_duration(base))
    for series in ("slo:sli_bad:rate", "slo:sli_total:rate"):
        assert rules_of(result, f"{series}{reach.tile}"), reach
    length = parse_duration(window)
    assert float(reach.tiles) * parse_duration(reach.tile) == length
    assert float(reach.tiles) * (length / parse_duration(reach.step)) <= 10_000
    assert reach.variables == ()
    assert (reach.window, reach.shown) == (window, window)


@pytest.mark.parametrize(("period", "shown"), [("week", "now/w"), ("month", "now/M"), ("quarter", "now/fQ")])
def test_calendar_periods_have_an_axis_of_their_own(compiled, rules_of, period, shown):
    result = compiled({"window": {"calendar": period}, "objective": 99}, settings={"prometheus": RETENTION})
    reach = reach_of(result.services, "", 300)
    assert (reach.window, reach.shown) == (period, shown)
    assert rules_of(result, f"slo:sli_bad:rate{reach.tile}")


def test_different_windows_are_chosen_by_variables(compiled):
    result = compiled(
        {"window": "7d"}, {"window": "30d", "name": "other"}, settings={"prometheus": RETENTION}
    )
    reach = reach_of(result.services, 'slo_id="$slo"', 300)
    assert {variable.name for variable in reach.variables} == {
        "window",
        "span",
        "step",
        "tile",
        "tiles",
        "shown",
    }
    assert all(variable.hidden for variable in reach.variables)
