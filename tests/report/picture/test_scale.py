"""Round numbers and times at the axes, and long series in few points."""

from datetime import UTC, datetime

import pytest

from slogen.report.history_words import Clock
from slogen.report.picture.marks import apart, cut, number
from slogen.report.picture.scale import Scale, decades, round_ticks, time_ticks
from slogen.report.picture.trace import gaps, merged, stretches, thin

HOUR, DAY = 3600, 86400
NOON = int(datetime(2026, 10, 19, 12, tzinfo=UTC).timestamp())  # a Monday


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (HOUR, ["12:00", "12:10", "12:20", "12:30", "12:40", "12:50", "13:00"]),
        (8 * HOUR, ["12:00", "13:00", "14:00", "15:00", "16:00", "17:00", "18:00", "19:00", "20:00"]),
        (DAY, ["12:00", "15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00"]),
        (7 * DAY, ["20 Oct", "21 Oct", "22 Oct", "23 Oct", "24 Oct", "25 Oct", "26 Oct"]),
        (90 * DAY, ["26 Oct", "9 Nov", "23 Nov", "7 Dec", "21 Dec", "4 Jan"]),
    ],
)
def test_times(length, said):
    assert [tick.said for tick in time_ticks(Clock(NOON, NOON + length))] == said


@pytest.mark.parametrize(
    "length", [1, 7, 60, HOUR - 1, 5 * HOUR, DAY, 3 * DAY, 30 * DAY, 90 * DAY, 2000 * DAY]
)
def test_never_too_many_times_and_never_none(length):
    ticks = time_ticks(Clock(NOON + 17, NOON + 17 + length))
    assert 1 <= len(ticks) <= 12
    assert all(NOON + 17 <= tick.at <= NOON + 17 + length for tick in ticks)


def test_hours_say_their_day():
    ticks = time_ticks(Clock(NOON, NOON + DAY))
    assert [(tick.said, tick.below) for tick in ticks if tick.below] == [
        ("12:00", "19 Oct"),
        ("00:00", "20 Oct"),
    ]


def test_weeks_begin_on_mondays():
    days = {
        datetime.fromtimestamp(tick.at, UTC).weekday() for tick in time_ticks(Clock(NOON, NOON + 70 * DAY))
    }
    assert days == {0}


def test_elapsed_time():
    said = [tick.said for tick in time_ticks(Clock(NOON + 17, NOON + 17 + 2 * HOUR, True))]
    assert said == ["0", "15m", "30m", "45m", "60m", "75m", "90m", "105m", "120m"]


def test_round_numbers():
    assert round_ticks(-0.6, 1) == pytest.approx([-0.5, 0, 0.5, 1])
    assert round_ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert decades(0.0001, 1) == pytest.approx([0.0001, 0.001, 0.01, 0.1, 1])


def test_scales():
    assert Scale(0, 10, 100, 200)(5) == 150
    assert Scale(0, 10, 100, 200)(11) == 200  # at the edge, not beyond
    assert Scale(0.001, 1, 300, 0, is_log=True)(0.01) == pytest.approx(200)
    assert Scale(0.001, 1, 300, 0, is_log=True)(0) == 300
    assert Scale(1, 1, 0, 10)(1) == 0


def test_stretches():
    points = [(0, 1.0), (60, 1.0), (120, float("inf")), (180, 1.0), (600, 2.0), (660, 2.0)]
    assert [len(each) for each in stretches(points)] == [3, 2]  # one missing point is no gap
    assert gaps(points, 0, 660) == [(180, 600)]
    assert gaps(points, -1000, 5000) == [(-1000, 0), (180, 600), (660, 5000)]
    assert gaps([], 0, 10) == [(0, 10)]
    assert stretches([(5, 1.0)]) == [[(5, 1.0)]]


def test_thinning_keeps_extremes_ends_and_order():
    points = [(t, float(t % 7)) for t in range(1000)]
    points[503], points[507] = (503, 99.0), (507, -99.0)
    kept = thin(points, lambda t: t / 100, lambda v: v)
    assert len(kept) <= 2 * 11 + 2
    assert kept[0] == (0, 0)
    assert kept[-1] == (9.99, points[-1][1])
    assert {99.0, -99.0} <= {y for _, y in kept}
    assert kept == sorted(kept, key=lambda pixel: pixel[0])


def test_bars_that_touch_are_one():
    assert merged([(0, 2), (2.3, 4), (10, 12), (1, 3)], 0.5) == [(0, 4, 3), (10, 12, 1)]


def test_labels_keep_apart():
    moved = apart([50, 51, 10, 99], 13, 0, 100)
    assert moved[2] == 10
    assert min(b - a for a, b in zip(sorted(moved), sorted(moved)[1:], strict=False)) >= 13
    assert apart([100, 100], 13, 0, 100) == [87, 100]


def test_small_things():
    assert [number(each) for each in (1.0, 1.25, -0.01, 100)] == ["1", "1.2", "0", "100"]
    assert cut("abcdef", 4) == "abc…"
    assert cut("日本語", 4) == "日…"
