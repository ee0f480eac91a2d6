"""Stories as samples: every second of a phase counts, whenever scrapes come."""

import pytest

from slogen.history.story import Phase, Story
from slogen.history.synthetic import _counter, _moments, _states, _up
from slogen.model.states import Reading, Samples, States
from slogen.units import DAY, HOUR, MINUTE

SAMPLES = Samples(("all",), ("all", "bad"))


def story(*phases, errors=0.0, traffic=20.0):
    return Story("s", "", phases, 2 * HOUR, 0, 0, traffic, traffic, errors)


def last(name, told, scrape):
    return list(_counter(name, SAMPLES, _moments(told, scrape)))[-1][1]


@pytest.mark.parametrize("scrape", [15, 30, 60])
@pytest.mark.parametrize(("start", "length"), [(3600, 10), (3610, 49), (3600, 600), (3655, 1), (3630, 4000)])
def test_bad_events_are_as_many_as_there_are_bad_seconds(start, length, scrape):
    told = story(Phase(start, start + length, errors=1.0))
    expected = 20 * min(length, 2 * HOUR - start)
    assert last("bad", told, scrape) == expected
    assert last("all", told, scrape) == pytest.approx(1e6 + 20 * (DAY + 2 * HOUR + scrape))


def test_phases_share_a_scrape():
    told = story(Phase(3600, 3610, errors=1.0), Phase(3620, 3625, traffic=100.0, errors=0.5))
    assert last("bad", told, 60) == 20 * 10 + 100 * 5 * 0.5


def test_who_is_gone_counts_nothing_and_answers_nothing():
    told = story(Phase(3600, 3900, gone=True), Phase(4200, 4500, down=True))
    moments = list(_moments(told, 60))
    start = moments[-1].at - 2 * HOUR
    up = {at - start: value for at, value in _up(moments)}
    assert up[3600] == up[3960] == up[4200] == 1.0
    assert 3660 not in up
    assert 3900 not in up
    assert up[4260] == up[4500] == 0.0
    counted = {at - start: value for at, value in _counter("all", SAMPLES, moments)}
    assert counted[3960] - counted[3600] == 20 * 60
    assert 4500 not in counted


def test_what_measures_time_is_bad_for_its_share():
    told = story(Phase(3600, 7200, errors=0.25))
    states = States({"age": Reading(1)}, {"age": Reading(99)})
    values = [value for at, value in _states("age", states, _moments(told, 60))]
    assert values.count(99) == 15
    assert last("bad", story(errors=0.001), MINUTE) == pytest.approx(0.001 * 20 * (DAY + 2 * HOUR), abs=2)
