"""Backtests of recorded history: from a database, and from a server that has it."""

from __future__ import annotations

import json
import shutil
import threading
from contextlib import contextmanager
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from slogen.cli.backtest import command
from slogen.cli.commands import main
from slogen.history.blocks import Blocks
from slogen.history.engine import Span, database
from slogen.history.replayed import with_history
from slogen.project.difference.sides import Compared, opened
from slogen.project.difference.whole import compare
from slogen.report.diff import render
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE
from tests.live.fake import Said, serving

END = 1_767_700_800  # 2026-01-06 12:00 UTC
START = END - 2 * DAY
OUTAGE = (END - 5 * HOUR, END - 5 * HOUR + 10 * MINUTE)
SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
slos:
  - name: availability
    objective: 99.9
    window: 1d
    sli: {events: {bad: 'requests_total{job="shop",code="500"}', total: 'requests_total{job="shop"}'}}
"""


@pytest.fixture(scope="module")
def recorded(oracles, tmp_path_factory):
    """Two days of 20 requests a second, a scrape a minute, with an outage of ten minutes."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "texts").mkdir()
    (folder / "data").mkdir()
    blocks = Blocks(oracles("prometheus-3.5", "promtool"), folder / "texts", folder / "data")
    good, bad, ok, wrong = [], [], 1e6, 0.0
    for at in range(START, END + 1, MINUTE):
        fails = OUTAGE[0] < at <= OUTAGE[1]
        ok, wrong = ok + 1200 * (not fails), wrong + 1200 * fails
        good.append((at, ok))
        if wrong:
            bad.append((at, wrong))
    labels = {"job": "shop", "instance": "a"}
    blocks.add("requests_total", {**labels, "code": "200"}, good)
    blocks.add("requests_total", {**labels, "code": "500"}, bad)
    blocks.add("up", labels, [(at, 1.0) for at, _ in good])
    blocks.make()
    return folder / "data"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A project with one SLO, evaluated every minute."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/shop.yaml").write_text(SPEC)
    settings = "apiVersion: slogen/v1\nkind: Settings\n"
    settings += "prometheus: {evaluation_interval: 60s, scrape_interval: 60s}\n"
    (tmp_path / "slogen.yaml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def backtest(programs, *arguments):
    named = ["--prometheus", str(programs.prometheus), "--promtool", str(programs.promtool)]
    return CliRunner().invoke(command, [*named, *arguments], standalone_mode=False)


@contextmanager
def counting(url, meet):
    """A server before another, and the most questions that it was asked at a time; the first waits until
    `meet` of them are there, or for a while."""
    lock, here, there = threading.Lock(), [0, 0], threading.Event()

    def answer(asked):
        with lock:
            here[0] += 1
            here[1] = max(here)
            if here[0] >= meet:
                there.set()
        if asked.path.endswith("query_range"):
            there.wait(5)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        request = Request(url + asked.path, asked.body, form, method=asked.method)
        with urlopen(request) as found:
            said = Said(found.status, found.read(), {"Content-Type": "application/json"})
        with lock:
            here[0] -= 1
        return said

    with serving(answer) as fake:
        yield fake.url, lambda: here[1]


def files_of(folder):
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_a_database_is_played_and_left_as_it_was(recorded, project, newest):
    before = files_of(recorded)
    result = backtest(
        newest, "--tsdb", str(recorded), "--from", "-6h", "--format", "json", "--objective", "50",
        "--picture", "out.svg",
    )  # fmt: skip
    assert result.return_value == 0, result.output
    assert files_of(recorded) == before
    said = json.loads(result.stdout)
    [slo] = said["slos"]
    pages = [alert for alert in slo["alerts"] if alert["severity"] == "page"]
    assert {page["tier"] for page in pages} == {"page_fast", "page_slow"}
    [incident] = slo["incidents"]
    assert incident["bad"] == pytest.approx(12_000, rel=0.01)
    # 12,000 of a day's 1,728,000, of which 0.1 % are the budget
    assert slo["met_objective_percent"] == pytest.approx(100 * (1 - 12_000 / (6 * HOUR * 20)), abs=0.05)
    [other] = said["against"]
    assert [each["objective_percent"] for each in other["slos"]] == [50.0]
    assert [a for a in other["slos"][0]["alerts"] if a["severity"] == "page"] == []
    assert "<svg" in (project / "out.svg").read_text()


def test_a_server_says_the_same(recorded, played_by, tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    shutil.copytree(recorded, folder / "data")
    span = ("--from", str(END - 6 * HOUR), "--to", str(END), "--format", "json")
    with database(played_by, Settings(), folder) as server:
        asked = backtest(played_by, "--url", server.client.server.url, *span)
    assert asked.return_value == 0, asked.output
    read = backtest(played_by, "--tsdb", str(recorded), *span)
    assert asked.stdout == read.stdout
    assert '"page_fast"' in asked.stdout


@pytest.mark.parametrize("concurrency", [1, 2])
def test_as_many_questions_at_a_time_as_are_wanted(concurrency, recorded, newest, tmp_path):
    folder = tmp_path / "server"
    shutil.copytree(recorded, folder / "data")
    span = ("--from", str(END - 6 * HOUR), "--to", str(END), "--format", "json")
    with (
        database(newest, Settings(), folder) as server,
        counting(server.client.server.url, concurrency) as (url, most),
    ):
        result = backtest(newest, "--url", url, *span, "--concurrency", str(concurrency))
    assert result.return_value == 0, result.output
    assert most() == concurrency
    assert result.stdout == backtest(newest, "--tsdb", str(recorded), *span).stdout


def test_a_history_that_is_too_short_is_no_answer(recorded, newest):
    result = backtest(newest, "--tsdb", str(recorded), "--from", "-3d")
    assert result.return_value == 5
    assert "shop/availability: data begins on 2026-01-04 12:0" in result.stdout


def test_a_history_that_ends_early_is_no_answer(recorded, newest, tmp_path):
    folder = tmp_path / "server"
    shutil.copytree(recorded, folder / "data")
    with database(newest, Settings(), folder) as server:
        span = ("--from", str(END - 2 * HOUR), "--to", str(END + 2 * HOUR))
        result = backtest(newest, "--url", server.client.server.url, *span)
    assert result.return_value == 5
    assert (
        "shop/availability: neither data nor any scrape for 1h56m from 2026-01-06 12:04 UTC" in result.stdout
    )


@pytest.mark.parametrize("name", ["backtest", "backfill"])
def test_a_damaged_database_is_told_by_its_name(name, recorded, newest, tmp_path):
    shutil.copytree(recorded, tmp_path / "damaged")
    for chunks in (tmp_path / "damaged").glob("*/chunks/*"):
        content = chunks.read_bytes()
        chunks.write_bytes(content[:8] + b"\xff" * (len(content) - 8))
    call = (
        ["backtest", "--from", "-6h"]
        if name == "backtest"
        else ["backfill", "--out", "out", "--until", str(END)]
    )
    programs = ["--prometheus", str(newest.prometheus), "--promtool", str(newest.promtool)]
    result = CliRunner().invoke(main, [*call, "--tsdb", "damaged", *programs])
    assert result.exit_code == 2, result.output
    assert "`damaged` can't be read: " in result.output
    assert "127.0.0.1" not in result.output


def test_a_difference_says_how_often_it_would_have_paged(recorded, newest, tmp_path):
    (tmp_path / "old/specs").mkdir(parents=True)
    (tmp_path / "old/specs/shop.yaml").write_text(SPEC.replace("objective: 99.9", "objective: 50"))
    shutil.copy("slogen.yaml", tmp_path / "old/slogen.yaml")
    shutil.copytree(recorded, tmp_path / "server/data")
    span = Span(END - 6 * HOUR, END)
    with (
        database(newest, Settings(), tmp_path / "server") as server,
        opened(Compared("old", (), tmp_path / "old"), None) as (old, new, _),
    ):
        found = with_history(compare(old, new), old, new, span, server.client, newest)
    [change] = found.slos
    line = change.lines[-1]
    assert (line.topic, line.note) == ("backtest", "on the last 6h")
    counts = {pair.label: (pair.before, pair.after) for pair in line.pairs}
    assert counts["pages"] == ("0", "2")
    assert counts["incidents"] == ("0", "1")
    assert "pages 0 -> 2" in render(found, "text")


def test_a_limit_fails(recorded, newest):
    result = backtest(newest, "--tsdb", str(recorded), "--from", "-6h", "--fail-if", "pages > 1")
    assert result.return_value == 1


def test_pages_are_held_against_incidents_that_people_know_of(recorded, project, newest):
    (project / "known.csv").write_text(
        "start,end,slo,name\n2026-01-06 07:03,2026-01-06 07:10,shop,database\n"
        "2026-01-06 09:00,2026-01-06 09:10,,nobody was told\n"
    )
    call = ("--tsdb", str(recorded), "--from", "-6h", "--incidents", "known.csv")
    result = backtest(newest, *call, "--fail-if", "missed > 0")
    assert result.return_value == 1
    assert "page 2m before it: shop/availability page_" in result.stdout
    assert "missed: errors at most 0.00 %" in result.stdout
    assert backtest(newest, *call, "--fail-if", "false > 0").return_value == 0
    (project / "known.csv").write_text("start,end\n2026-01-06 09:00,2026-01-06 09:10\n")
    assert backtest(newest, *call, "--fail-if", "false > 1").return_value == 1
    (project / "known.csv").write_text("start,end\n2025-01-06 09:00,2025-01-06 09:10\n")
    assert backtest(newest, *call).return_value == 5
