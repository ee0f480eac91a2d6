"""The timeline in the terminal: each cell shows the most that happened in it."""

from fractions import Fraction

import pytest

from slogen.conventions import ABSENT_ALERT, BURN_ALERT
from slogen.history.played import Firing, History, Incident, Played
from slogen.report.history_words import Clock
from slogen.report.timeline import timeline
from slogen.report.versions import compare

MINUTE = 60
START = 1_790_000_000


def burn(pending: int, start: int, end: int | None, tier: str = "page_fast") -> Firing:
    at = (START + pending, START + start, None if end is None else START + end)
    return Firing(BURN_ALERT, tier, tier.partition("_")[0], *at)


def lines(*firings: Firing, length: int = 100 * MINUTE, began=(), incidents=(), elapsed=True) -> list[str]:
    played = Played(
        "a/b", {}, Fraction("0.999"), "30d", "events", 1, 0, firings, incidents, tiers=("page_fast",)
    )
    history = History(START, START + length, 30, "Prometheus", (played,))
    (compared,) = compare([("x", history)])
    return timeline(compared, Clock(START, START + length, elapsed), began, width=10)


def test_an_outage():
    text, axis, _ = lines(burn(60 * MINUTE, 61 * MINUTE, 89 * MINUTE), began=[START + 60 * MINUTE + 30])
    assert text == "page_fast  page  ▏▏▏▏▏▏███▏  61m to 89m, 30s after the start"
    assert axis == "                 0m 50m 100m"


@pytest.mark.parametrize(
    ("firing", "bar"),
    [
        ((0, 0, 1), "█▏▏▏▏▏▏▏▏▏"),  # never too short to be seen
        ((600, 600, 600), "▏█▏▏▏▏▏▏▏▏"),
        ((99 * MINUTE, 6000 - 1, None), "▏▏▏▏▏▏▏▏▏█"),
        ((15 * MINUTE, 35 * MINUTE, 50 * MINUTE), "▏▒▒██▏▏▏▏▏"),
        ((-3600, -1800, 10 * MINUTE), "█▏▏▏▏▏▏▏▏▏"),  # began before
        ((-3600, -1800, -60), "▏▏▏▏▏▏▏▏▏▏"),
        ((7000, 7001, None), "▏▏▏▏▏▏▏▏▏▏"),
        ((30 * MINUTE, 30 * MINUTE, 70 * MINUTE), "▏▏▏████▏▏▏"),
    ],
)
def test_bars(firing, bar):
    assert lines(burn(*firing))[0].split("  ")[2] == bar


def test_what_fired_hides_what_is_pending_in_the_same_cell():
    text = lines(burn(20 * MINUTE, 21 * MINUTE, 29 * MINUTE), burn(25 * MINUTE, 41 * MINUTE, 42 * MINUTE))
    assert text[0].split("  ")[2] == "▏▏█▒█▏▏▏▏▏"


@pytest.mark.parametrize(
    ("firings", "words"),
    [
        ((), "never"),
        (((0, 30, None),), "0m30s, and goes on"),
        (((0, 60, 120), (180, 180, 240)), "1m to 2m; 3m to 4m"),
        (tuple((n * 600, n * 600, n * 600 + 60) for n in range(5)), "5 times, 5m in all; first 0m to 1m"),
    ],
)
def test_words(firings, words):
    assert lines(*(burn(*each) for each in firings))[0].endswith(f"  {words}")


def test_pages_are_told_from_when_their_incident_began():
    firing = burn(70, 90, 600)
    assert lines(firing, incidents=(Incident(START + 60, START + 600, (firing,), 1, 0.1),))[0].endswith(
        "1m30s to 10m, 30s after the start"
    )


def test_other_alerts_have_rows_too():
    gone = Firing(ABSENT_ALERT, "", "ticket", START, START + 600, START + 1200)
    text = lines(gone)
    assert text[0].startswith("page_fast            ▏")
    assert text[1] == "data absent  ticket  ▒█▏▏▏▏▏▏▏▏  10m to 20m"


def test_real_times_are_utc():
    text = lines(burn(60, 90, 600), elapsed=False)
    assert text[0].endswith("21 Sep 14:14 to 14:23")


def test_long_stories_count_in_hours():
    assert lines(burn(7200, 7230, 9000), length=8 * 3600)[0].endswith("2h to 2h30m")


def test_wide_letters_move_no_bar():
    odd = Firing("アラート", "", "ticket", START, START + 60, START + 120)
    first, second, *_ = lines(odd)
    assert first.startswith("page_fast          ▏")
    assert second.startswith("アラート   ticket  ")
