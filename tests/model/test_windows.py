"""Which tiles a window is made of. The chains depend on the length alone: a change would restart budgets."""

import pytest

from slogen.model.windows import Tile, closure, tiles
from slogen.units import DAY, HOUR, MINUTE, format_duration


@pytest.mark.parametrize(
    ("window", "parts"),
    [
        ("30m", ["5m"] * 6),
        ("1h", ["30m"] * 2),
        ("2h", ["1h"] * 2),
        ("6h", ["1h"] * 6),
        ("1d", ["6h"] * 4),
        ("3d", ["1d"] * 3),
        ("7d", ["1d"] * 7),
        ("28d", ["7d"] * 4),
        ("30d", ["3d"] * 10),
        ("90d", ["30d"] * 3),
        ("31d", ["30d", "1d"]),
    ],
)
def test_tiles(window, parts):
    lengths = {
        format_duration(n): n
        for n in (5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)
    }
    length = {"2h": 2 * HOUR, "28d": 28 * DAY, "31d": 31 * DAY, "90d": 90 * DAY, **lengths}[window]
    assert [format_duration(tile.length) for tile in tiles(length, 5 * MINUTE)] == parts


def test_newest_first():
    assert tiles(15 * MINUTE, 5 * MINUTE) == (Tile(300, 0), Tile(300, 300), Tile(300, 600))


@pytest.mark.parametrize(
    ("window", "base"), [(300, 300), (0, 300), (299, 300), (420, 300), (15 * MINUTE, 10 * MINUTE)]
)
def test_no_tiles(window, base):
    with pytest.raises(ValueError, match="no multiple of the base"):
        tiles(window, base)


def test_closure_is_what_the_chain_needs():
    needed = closure([30 * DAY, 5 * MINUTE], 5 * MINUTE)
    assert [format_duration(window) for window in needed] == ["30m", "1h", "6h", "1d", "3d", "30d"]
