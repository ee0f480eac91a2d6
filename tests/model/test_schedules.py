"""Schedules in real promtool, against what Python's zoneinfo says of the same moments."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from slogen.model.read_exclusions import DAYS, READERS
from slogen.model.zones import clock_of
from slogen.settings import Settings

ORACLES = Path(__file__).parents[2] / ".oracles"
FIRST, YEARS = datetime(2027, 1, 1, tzinfo=UTC), 10
# Text and zone; then for the truth: on how many days, first day and minute of it, minutes.
# Both hemispheres, negative daylight saving (Dublin), half hours, changes at midnight, none at all.
SCHEDULES = (
    ("Sun 02:00-04:00", "Europe/Berlin", 1, ("Sun", 120), 120),
    ("Sun 01:00-02:00", "Europe/London", 1, ("Sun", 60), 60),
    ("Sun 00:30-01:30", "Europe/Dublin", 1, ("Sun", 30), 60),
    ("Mon-Fri 20:00-06:00", "America/New_York", 5, ("Mon", 1200), 600),
    ("Sun 23:00-01:00", "America/Los_Angeles", 1, ("Sun", 1380), 120),
    ("Fri 20:00-Mon 06:00", "America/Santiago", 1, ("Fri", 1200), 58 * 60),
    ("Sat-Sun 00:00-24:00", "Australia/Sydney", 1, ("Sat", 0), 2880),
    ("Sat 22:00-02:00", "Australia/Lord_Howe", 1, ("Sat", 1320), 240),
    ("Sun 02:45-03:45", "Pacific/Chatham", 1, ("Sun", 165), 60),
    ("Fri 00:00-01:00", "Asia/Jerusalem", 1, ("Fri", 0), 60),
    ("Thu-Fri 23:30-00:30", "Africa/Cairo", 2, ("Thu", 1410), 60),
    ("Sat 23:00-24:00", "America/Nuuk", 1, ("Sat", 1380), 60),
    ("Wed 09:00-17:00", "Asia/Kolkata", 1, ("Wed", 540), 480),
    ("Sat-Tue 12:00-13:00", "UTC", 4, ("Sat", 720), 60),
)
MINUTE = timedelta(minutes=1)


def in_force(moment: datetime, zone: str, days: int, start: tuple[str, int], length: int) -> bool:
    """Whether the zone's wall clock shows a time of the schedule; worked out minute by minute of a week."""
    clock = moment.astimezone(clock_of(zone))
    minute = (clock.isoweekday() % 7) * 1440 + clock.hour * 60 + clock.minute
    first = DAYS.index(start[0]) * 1440 + start[1]
    starts = [first + day * 1440 for day in range(days)]
    return any((minute - begin) % 10080 < length for begin in starts)


def moments(zone: str, seed: int) -> list[datetime]:
    """Around every change of the clocks and every New Year, and at random."""
    random, clock, found = Random(seed), clock_of(zone), []
    day = FIRST
    while day < FIRST + timedelta(days=365 * YEARS):
        after = day + timedelta(days=1)
        new_year = day.month == 12 and day.day == 31
        if new_year or day.astimezone(clock).utcoffset() != after.astimezone(clock).utcoffset():
            found += [day + MINUTE * random.randrange(33 * 60) for _ in range(12)]
            found += [day + timedelta(hours=random.randrange(33)) + n * MINUTE for n in (-1, 0)]
        day = after
    found += [FIRST + MINUTE * random.randrange(YEARS * 365 * 1440) for _ in range(100)]
    return sorted({moment for moment in found if moment > FIRST})


def ask(promtool: Path, folder: Path, tests: list[tuple[str, int, bool]]) -> str:
    """What promtool objects to: nothing if each expression holds at its time, or doesn't, as expected."""
    checks = [
        {
            "expr": f"count({expr})",
            "eval_time": f"{at}s",
            "exp_samples": [{"labels": "{}", "value": 1}] if holds else [],
        }
        for expr, at, holds in tests
    ]
    block = {"interval": "3650d", "input_series": [], "promql_expr_test": checks}
    path = folder / "schedule.test.yaml"
    path.write_text(json.dumps({"rule_files": [], "evaluation_interval": "3650d", "tests": [block]}))
    done = subprocess.run(
        [promtool, "test", "rules", path], capture_output=True, text=True, timeout=600, check=False
    )
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[:3000] or "failed"


def test_a_schedule_knows_when_it_holds() -> None:
    for seed, (text, zone, days, start, length) in enumerate(SCHEDULES):
        weekly = READERS["weekly"]({"weekly": text, "time_zone": zone}, Settings())
        for moment in moments(zone, seed):
            held = in_force(moment, zone, days, start, length)
            assert weekly.holds(int(moment.timestamp())) is held, (text, zone, moment)


@pytest.mark.oracle
@pytest.mark.in_turn("version")
@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_promtool_reads_clocks_as_python_does(version: str, tmp_path: Path) -> None:
    promtool = ORACLES / f"prometheus-{version}" / "promtool"
    if not promtool.exists() and not os.environ.get("CI"):
        pytest.skip("no .oracles here: run tools/fetch-oracles")
    tests = []
    for seed, (text, zone, days, start, length) in enumerate(SCHEDULES):
        weekly = READERS["weekly"]({"weekly": text, "time_zone": zone}, Settings())
        tests += [
            (weekly.expr(), int(moment.timestamp()), in_force(moment, zone, days, start, length))
            for moment in moments(zone, seed)
        ]
    assert len(tests) > 4000
    assert sum(holds for *_, holds in tests) > 600
    assert ask(promtool, tmp_path, tests) == ""
