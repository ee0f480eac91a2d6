"""Stories as promtool values: counters that events increment, and series that read a state."""

from __future__ import annotations

from slogen.model.states import Reading, Samples, States
from slogen.proof.values import Load, story_values

HEALTHY, OUTAGE, AGAIN = Load(3, 60, 0), Load(2, 0, 60), Load(2, 60, 0, reset=True)


def states(good: Reading | None, bad: Reading | None) -> States:
    """States of one series `x`; without a reading it isn't there."""
    found = [{} if reading is None else {"x": reading} for reading in (good, bad)]
    return States(found[0], found[1])


def test_counters_grow_by_what_happens_and_restart() -> None:
    samples = Samples(good=("total",), bad=("total", "bad"))
    assert story_values(samples, [HEALTHY, OUTAGE, AGAIN]) == {
        "total": "1000000 1000060+60x2 1000240+60x1 60+60x1",
        "bad": "1000000 1000000+0x2 1000060+60x1 0+0x1",
    }


def test_a_gauge_reads_its_state_minute_by_minute() -> None:
    gauge = states(Reading(0.9), Reading(0.5))
    assert story_values(gauge, [HEALTHY, OUTAGE, AGAIN]) == {"x": "0.9x3 0.5x1 0.9x1"}


def test_a_timestamp_goes_with_the_clock_in_each_state() -> None:
    age = states(Reading(0, 60), Reading(-7200, 60))
    assert story_values(age, [HEALTHY, OUTAGE]) == {"x": "0+60x3 -6960+60x1"}


def test_a_counter_of_a_state_goes_on_from_where_it_was() -> None:
    tokens = states(Reading(None, 600), Reading(None, 0))
    assert story_values(tokens, [HEALTHY, OUTAGE, AGAIN]) == {"x": "1000600+600x3 1002400x1 1003000+600x1"}


def test_a_gauge_may_fall() -> None:
    assert story_values(states(Reading(10, -0.5), None), [HEALTHY]) == {"x": "10-0.5x3"}


def test_what_is_gone_is_marked_stale() -> None:
    gone = Load(2, 0, 0, gone=True)
    assert story_values(states(Reading(1), Reading(0)), [HEALTHY, gone, AGAIN]) == {"x": "1x3 stale _x1 1x1"}


def test_a_series_that_only_a_bad_state_has_begins_and_ends_with_it() -> None:
    assert story_values(states(None, Reading(1)), [HEALTHY, OUTAGE, AGAIN]) == {"x": "_x4 1x1 stale _x1"}
    assert story_values(states(None, Reading(1)), [HEALTHY, AGAIN]) == {}


def test_a_stretch_with_any_bad_event_is_bad_as_a_whole() -> None:
    leak = Load(2, 59, 1)
    assert story_values(states(Reading(1), Reading(0)), [HEALTHY, leak]) == {"x": "1x3 0x1"}


def test_large_and_small_values_have_no_exponent() -> None:
    values = story_values(states(Reading(1e16), Reading(1e-7)), [HEALTHY, OUTAGE])
    assert values == {"x": "10000000000000000x3 0.0000001x1"}
