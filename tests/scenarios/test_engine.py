"""The engine itself: what it writes, what it reads, and that its checks can fail."""

from __future__ import annotations

from pathlib import Path

from .checks import Fires, Holds, Silent, Value, remaining
from .engine import ALERTS, LONG_AGO, Player, Seen, short
from .traffic import Target, World

LABELS = '{__name__="ALERTS", alertname="SLOX", alertstate="firing", q="a\\"b, }", severity="page"}'


def seen(*firing: int, minutes: int = 6) -> Seen:
    """A run in which one page fires in the given minutes, and `x` is 2."""
    quoted = ALERTS.replace('"', '\\"')
    lines = [
        f'    expr: "{quoted}", time: {minute}m,\n        exp: {{}} 0E+00\n'
        f"        got: {LABELS + ' 1E+00' if minute in firing else 'nil'}\n"
        for minute in range(minutes)
    ]
    lines.append('    expr: "x", time: 1h1m,\n        exp: {} 0E+00\n        got: {} 2E+00\n')
    return Seen("".join(lines), World(minutes), [(ALERTS, 1.0)])


def test_timeline_is_read_from_promtools_output() -> None:
    run = seen(2, 3, 5)
    assert run.runs(severity="page") == [(2, 3), (5, 5)]
    assert list(run.firing()) == ['X q=a"b, } severity=page']
    assert run.samples["x", 61.0] == [({}, 2.0)]


def test_fires_tells_too_late_too_long_and_too_often() -> None:
    assert not Fires((2, 3), over=6, runs=2, severity="page").wrong(seen(2, 3, 5))
    assert "first fires at 2" in Fires((0, 1)).wrong(seen(2))
    assert "never fires" in Fires((0, 1), severity="ticket").wrong(seen(2))
    assert "still fires" in Fires((2, 2), over=5).wrong(seen(2, 5))
    assert "2 times" in Fires((2, 2), runs=1).wrong(seen(2, 5))


def test_silent_and_holds() -> None:
    assert Silent("page", start=3).wrong(seen(2, 3))
    assert not Silent("page", start=4).wrong(seen(2, 3))
    assert Holds(2, 4).wrong(seen(2, 4))
    assert not Holds(2, 4).wrong(seen(2, 3, 4))


def test_value() -> None:
    assert not Value("x", 61, 2).wrong(seen())
    assert "got 2" in Value("x", 61, 2.1, 0.01).wrong(seen())
    assert "wanted nothing" in Value("x", 61, None).wrong(seen())


def test_a_young_budget_and_its_tolerance_are_a_share_of_the_window() -> None:
    """61 of 122 minutes: half of the burn is spent, and half of the tolerance is allowed."""
    days = 122 / 1440
    assert not remaining("x", 61, days, lambda _: -1.9, 0.11).wrong(seen())
    assert "wanted 1.95 +- 0.045" in remaining("x", 61, days, lambda _: -1.9, 0.09).wrong(seen())
    assert "wanted 2.9" in remaining("x", 61, 61 / 1440, lambda _: -1.9, 0.09).wrong(seen())


def test_a_known_slo_was_seen_long_ago(tmp_path: Path) -> None:
    (tmp_path / "a.rules.yaml").write_text(
        "groups: [{rules: [{record: x}, {record: 'slo:error_budget:ratio', labels: {slo_id: a/b, slo: b}}]}]"
    )
    assert Player(Path("promtool"), tmp_path)._first_seen() == [
        {"series": 'slogen_first_seen_timestamp_seconds{slo="b",slo_id="a/b"}', "values": LONG_AGO}
    ]


def test_samples_as_promtool_reads_them() -> None:
    world = World(minutes=6)
    target = Target(world, "shop")
    for tick in world.ticks():
        target.count("x", 1 if tick.index < 3 else 0)
        if tick.index not in (4, 5):
            target.scrape(tick)
    values = {series["series"]: series["values"] for series in world.input_series()}
    assert values == {
        'up{instance="a",job="shop"}': "1x3 stale _ 1",
        'x{instance="a",job="shop"}': "1 2 3x1 stale _ 3",
    }


def test_truth_counts_events_of_a_stretch() -> None:
    world = World(minutes=10)
    for tick in world.ticks():
        world.happened(tick, 10, tick.index == 5)
    assert world.truth(10) == (110, 1)
    assert world.truth(6, window=2) == (20, 1)


def test_short_names_only_what_tells_alerts_apart() -> None:
    assert short({"alertname": "SLODataAbsent", "slo_id": "a/b", "slo": "b"}) == "DataAbsent slo=b"
