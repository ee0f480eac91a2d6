"""What of a history is missing, and what was only without data."""

from types import SimpleNamespace
from typing import Any

import pytest

from slogen.history.combs import Comb
from slogen.history.coverage import blanks, gaps
from slogen.history.play import Stretch

SLO: Any = SimpleNamespace(shown="shop/av")
STRETCH = Stretch(30_000, 60_000, 300)


def there(*holes, start=27_000, end=60_000):
    """Moments each five minutes, without those between the ends of holes."""
    return [at for at in range(start, end + 1, 300) if not any(a < at < b for a, b in holes)]


@pytest.mark.parametrize(
    ("moments", "missing"),
    [
        (there(), []),
        (there((40_200, 40_800)), []),  # one end of a window: a restart
        (there((40_200, 41_100)), ["neither data nor any scrape for 15m from 1970-01-01 11:10 UTC"]),
        (there((40_200, 42_000)), ["neither data nor any scrape for 30m from 1970-01-01 11:10 UTC"]),
        (there(end=50_100), ["neither data nor any scrape for 2h45m from 1970-01-01 13:55 UTC"]),
        (there((29_000, 36_000)), ["neither data nor any scrape for 1h40m from 1970-01-01 08:20 UTC"]),
        (there(start=36_000), ["data begins on 1970-01-01 10:00 UTC"]),
        (there(end=29_000), ["there is no data at all"]),
        ([], ["there is no data at all"]),
    ],
)
def test_what_is_missing_where_the_server_had_nothing(moments, missing):
    found, notes = gaps(SLO, moments, STRETCH, lambda _: True)
    assert found == [f"shop/av: {each}" for each in missing]
    assert notes == []


def test_holes_in_which_the_server_scraped_are_only_told():
    found, notes = gaps(
        SLO, there((40_200, 42_000), (50_100, 52_200)), STRETCH, lambda hole: hole[0] > 45_000
    )
    assert [each.partition(": ")[2].split(" for ")[0] for each in found] == ["neither data nor any scrape"]
    assert [each.partition(": ")[2].split(" for ")[0] for each in notes] == ["no data"]


@pytest.mark.parametrize(
    ("up", "is_gone"), [((), True), ((40_500, 40_800), True), (range(40_500, 42_000, 300), False)]
)
def test_the_server_is_asked_in_the_hole_alone(up, is_gone):
    asked = []

    def raw(expr, comb):
        asked.append((expr, comb))
        return dict.fromkeys(up, 1.0)

    replay: Any = SimpleNamespace(coarse=300, raw=raw)
    gone = blanks(replay)
    assert gone((40_200, 42_000)) is is_gone
    assert gone((40_200, 42_000)) is is_gone
    assert asked == [("group(up)", Comb(300, 40_500, 41_700))]
