"""Backfilled budgets against known traffic, without a running server: every kind of budget."""

from __future__ import annotations

import json

import pytest

from slogen.history.blocks import Blocks
from slogen.history.engine import database
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE

from .backfilled import END, SPEC, backfill, counts, project, share, write

UNTIL = END - HOUR
MIDNIGHT = 1_767_571_200  # 2026-01-05 00:00 UTC, a Monday
MONDAY_IN_INDIA = MIDNIGHT - 5 * HOUR - 30 * MINUTE


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A project of many kinds of SLOs."""
    monkeypatch.chdir(project(tmp_path))
    return tmp_path


def metas(folder):
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*/meta.json"))]


def left(ratio, objective=0.99, elapsed=1.0):
    return 1 - ratio * elapsed / (1 - objective)


@pytest.mark.in_turn("played_by")
def test_every_kind_of_budget(recorded, here, played_by):
    result = backfill(
        played_by, "--tsdb", recorded, "--until", UNTIL, "--out", here / "blocks", "--format", "json"
    )
    said = json.loads(result.stdout)
    # the dated one is younger than its window; all else is there
    assert (result.return_value, said["agrees"], said["complete"]) == (0, True, True), result.output
    found = {(slo["id"], *slo["labels"].values()): slo["rules"]["budget_left"] for slo in said["slos"]}
    after, happened = UNTIL + 5 * MINUTE, counts()
    day = (after - DAY, after)
    mornings = {
        key: pair
        for key, pair in happened.items()
        if not 6 * HOUR + MINUTE < key[1] % DAY <= 9 * HOUR + 5 * MINUTE
    }
    expected = {
        ("shop/availability",): left(share(happened, *day)),
        ("shop/regions", "eu"): left(share(happened, *day, ["eu"])),
        ("shop/regions", "us"): left(share(happened, *day, ["us"])),
        ("shop/dated",): left(share(happened, MIDNIGHT, after), elapsed=(after - MIDNIGHT) / (3 * DAY)),
        ("shop/week",): left(
            share(happened, MONDAY_IN_INDIA, after), elapsed=(after - MONDAY_IN_INDIA) / (7 * DAY)
        ),
        ("shop/mornings",): left(share(mornings, *day)),
        ("shop/reachable",): left(HOUR / DAY),
        ("journey/pay",): left(share(happened, *day, ["us"]) / 2, 0.999),
    }
    buy = found.pop(("journey/buy",))
    assert found == {key: pytest.approx(value, abs=0.002) for key, value in expected.items()}
    assert buy < 1
    _has_what_is_needed(here / "blocks", said)


def _has_what_is_needed(folder, said):
    """Nothing ends late, nothing is long, and names are those of rules."""
    found = metas(folder)
    assert len(found) == said["output"]["blocks"]
    assert sum(meta["stats"]["numSamples"] for meta in found) == said["output"]["samples"]
    assert max(meta["maxTime"] for meta in found) == UNTIL * 1000 + 1
    assert max(meta["maxTime"] - meta["minTime"] for meta in found) <= 18 * HOUR * 1000
    assert [path.name for path in folder.parent.iterdir() if path.name.endswith(".unfinished")] == []


def series_of(scratch, query):
    """What is there at the end: values by name, and the labels of each name."""
    found = {}
    for sample in scratch.client.query(query, UNTIL).samples:
        labels = dict(sample.labels)
        found[labels.pop("__name__", "")] = (labels, sample.value)
    return found


def test_blocks_have_what_rules_record(recorded, here, newest):
    """The same labels, and what rules look at: the base pair every minute, memories over three days, all else
    every five minutes."""
    few = ("shop/reachable", "shop/availability", "--tsdb", recorded, "--until", UNTIL, "--out", "read/data")
    (here / "read").mkdir()
    result = backfill(newest, *few)
    assert result.return_value == 0, result.output
    its = {"slo_id": "shop/availability", "slo_service": "shop", "slo": "availability", "cell": "one"}
    with database(newest, Settings(), here / "read") as scratch:
        found = series_of(scratch, '{__name__=~"slo.*",slo!="reachable"}')
        assert {"slo:sli_total:rate1h", "slo:sli_bad:rate6h"} <= found.keys()
        assert "slo:period_error_budget_remaining:ratio" not in found
        assert found["slo:sli_total:rate5m"][0] == its
        assert found["slogen_up"][0] == {"slo_service": "shop", "cell": "one"}
        _, seen = found["slogen_first_seen_timestamp_seconds"]
        assert UNTIL - seen == pytest.approx(3 * DAY - HOUR, abs=10 * MINUTE)
        every = series_of(scratch, 'count_over_time(slo:sli_bad:rate5m{slo="availability"}[30m30s])')
        assert every[""][1] == 31
        every = series_of(scratch, 'count_over_time(slo:sli_bad:rate1h{slo="availability"}[32m])')
        assert every[""][1] == 7


def test_boards_have_their_past_if_asked(recorded, here, newest):
    (here / "specs/shop.yaml").write_text(SPEC.partition("  - name: regions")[0])
    (here / "read").mkdir()
    result = backfill(newest, "--tsdb", recorded, "--until", UNTIL, "--out", "read/data", "--history")
    assert result.return_value == 0, result.output
    with database(newest, Settings(), here / "read") as scratch:
        left_then = series_of(scratch, "slo:period_error_budget_remaining:ratio offset 23h")
    happened, then = counts(), UNTIL - 23 * HOUR
    [(_, value)] = left_then.values()
    assert value == pytest.approx(left(share(happened, then - DAY, then)), abs=0.002)


def test_a_month_by_default(here, newest, tmp_path):
    """The usual window, of data that is a day older; an outage at its beginning counts."""
    (here / "specs/shop.yaml").write_text(SPEC.partition("  - name: regions")[0].replace("1d", "30d"))
    (tmp_path / "texts").mkdir()
    (tmp_path / "month").mkdir()
    start = END - 32 * DAY
    write(Blocks(newest.promtool, tmp_path / "texts", tmp_path / "month"), start)
    result = backfill(newest, "--tsdb", "month", "--until", UNTIL, "--out", "blocks", "--format", "json")
    assert result.return_value == 0, result.output
    said, happened, after = json.loads(result.stdout), counts(start), UNTIL + 5 * MINUTE
    [slo] = said["slos"]
    expected = left(share(happened, after - 30 * DAY, after))
    assert slo["rules"]["budget_left"] == pytest.approx(expected, abs=0.002)
    assert said["output"]["blocks"] == pytest.approx(27 * 24 / 18, abs=2)
