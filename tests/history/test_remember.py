"""When a group was first and last seen."""

from slogen.history.remember import first_seen, last_seen
from slogen.units import DAY

THERE = [100, 200, 300, 900, 1000]


def test_last_seen_is_carried_on_for_a_while():
    assert dict(last_seen(THERE, (50, 100, 250, 300, 500, 599, 600, 700, 900, 2000), 300)) == {
        100: 100.0,
        250: 200.0,
        300: 300.0,
        500: 300.0,
        599: 300.0,
        900: 900.0,
    }


def test_first_seen_stays_until_it_was_forgotten():
    assert dict(first_seen(THERE, (100, 300, 500, 700, 900, 1000), 300, known=0)) == {
        100: 100.0,
        300: 100.0,
        500: 100.0,
        900: 900.0,
        1000: 900.0,
    }


def test_what_was_there_when_the_history_began_is_old():
    assert dict(first_seen(THERE, (300, 1000), 300, known=100)) == {300: 100.0 - 90 * DAY, 1000: 900.0}
