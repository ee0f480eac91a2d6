"""A Prometheus that runs, with rules that are too young: blocks are dropped into its folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from click.testing import CliRunner

from slogen.cli import main
from slogen.history.blocks import Blocks
from slogen.live.client import Client
from slogen.live.server import Http, Server
from slogen.units import DAY, HOUR, MINUTE
from tests.server.processes import free_port, kill, start, wait_for

from .backfilled import backfill, project

SCRAPE = 5
RATE = 20  # requests a second
SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
slos:
  - name: availability
    objective: 99
    window: 1d
    sli: &requests
      events: {bad: 'requests_total{job="shop",code="500"}', total: 'requests_total{job="shop"}'}
  - name: dated
    objective: 99
    window: 3d
    since: "SINCE"
    sli: *requests
  - name: week
    objective: 99
    window: {calendar: week, utc_offset: "OFFSET"}
    sli: *requests
"""
SETTINGS = """
apiVersion: slogen/v1
kind: Settings
prometheus: {evaluation_interval: 10s, scrape_interval: 15s}
"""
NAMES = ("availability", "dated", "week")
LEFT = {name: f'slo:period_error_budget_remaining:ratio{{slo="{name}"}}' for name in NAMES}
WEEK, MONDAY = 7 * DAY, 4 * DAY  # the first Monday of Unix time


class Traffic:
    """Two counters since a time, with an outage of ten minutes six hours before `now`: at any time. The clock
    is one whose week began before that."""

    def __init__(self, now):
        self.begin, self.outage = now - 9 * DAY, (now - 6 * HOUR, now - 6 * HOUR + 10 * MINUTE)
        self.since = (now - 30 * HOUR) // DAY * DAY
        self.offset = 12 * HOUR if (now - MONDAY) % WEEK < 8 * HOUR else 0

    def spec(self):
        day = datetime.fromtimestamp(self.since, UTC).strftime("%Y-%m-%d")
        return SPEC.replace("SINCE", day).replace("OFFSET", f"+{self.offset // HOUR:02}:00")

    def at(self, moment):
        first, last = self.outage
        bad = RATE * (min(max(moment, first), last) - first)
        return RATE * (moment - self.begin) - bad, bad

    def left(self, name, moment):
        """Of the budget of the last day, of three days since a date, or of this week."""
        monday = moment - (moment + self.offset - MONDAY) % WEEK
        begin, length = {
            "availability": (moment - DAY, DAY),
            "dated": (self.since, 3 * DAY),
            "week": (monday, WEEK),
        }[name]
        return 1 - (self.at(moment)[1] - self.at(begin)[1]) / (RATE * length) / 0.01


@contextmanager
def exposed(traffic):
    """The counters as a target."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            good, bad = traffic.at(time.time())
            body = f'requests_total{{code="200"}} {good!r}\nrequests_total{{code="500"}} {bad!r}\n'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


class Live:
    """A Prometheus with a past, and the rules of a project, evaluated as often as a test can wait for."""

    def __init__(self, programs, folder, rules, target, late):
        self.programs, self.folder, self.port = programs, folder, free_port()
        for group in rules["groups"]:
            group["interval"] = "2s"
        (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
        scrape = {"job_name": "shop", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}
        every = {"scrape_interval": f"{SCRAPE}s", "scrape_timeout": "4s", "evaluation_interval": "2s"}
        config = {"global": every, "rule_files": ["rules.yaml"], "scrape_configs": [scrape]}
        config["storage"] = {"tsdb": {"out_of_order_time_window": late}}
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        self.client = Client(Server(f"http://127.0.0.1:{self.port}", http=Http(proxy="")))

    def start(self):
        self.process = start(
            [
                self.programs.prometheus,
                f"--config.file={self.folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={self.folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--web.enable-remote-write-receiver",
            ],
            self.folder / "log.txt",
        )
        wait_for("ready", lambda: self.client.other("GET", "/-/ready").status == 200, 60)

    def restart(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)
        self.start()

    def value(self, query):
        found = self.client.query(query).samples
        return found[0].value if found else None


@contextmanager
def running(programs, tmp_path, late="0s"):
    """Nine days of traffic as blocks, and a server that scrapes on, which takes samples that come so `late`;
    the project that its rules are of."""
    begun = int(time.time()) - 2 * MINUTE
    traffic, labels = Traffic(begun), {"job": "shop"}
    (tmp_path / "specs/shop.yaml").write_text(traffic.spec())
    (tmp_path / "texts").mkdir()
    (tmp_path / "server/data").mkdir(parents=True)
    blocks = Blocks(programs.promtool, tmp_path / "texts", tmp_path / "server/data", 54 * HOUR)
    with exposed(traffic) as port:
        labels["instance"] = f"127.0.0.1:{port}"
        lately = begun - 2 * DAY
        moments = [*range(int(traffic.begin) + 15, lately, MINUTE), *range(lately, begun, 15)]
        for number, code in enumerate(("200", "500")):
            points = [(at, traffic.at(at)[number]) for at in moments]
            blocks.add("requests_total", {**labels, "code": code}, points)
        blocks.add("up", labels, [(at, 1.0) for at in moments])
        blocks.make()
        made = CliRunner().invoke(main, ["generate"])
        assert made.exit_code == 0, made.output
        rules = yaml.safe_load((tmp_path / "generated/prometheus/shop.rules.yaml").read_text())
        live = Live(programs, tmp_path / "server", rules, port, late)
        live.start()
        try:
            yield live, traffic
        finally:
            kill(live.process)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A project of three SLOs, one of each kind of budget."""
    monkeypatch.chdir(project(tmp_path, SPEC, SETTINGS))
    return tmp_path


def have_first_budgets(live, traffic):
    """Wait for the budgets of SLOs that are young, and without a past."""
    recorded = " and on () ".join(f"{each} offset 3s" for each in LEFT.values())
    wait_for("first budgets", lambda: live.value(recorded) is not None, 120)
    for name, each in LEFT.items():
        assert live.value(each) > 0.95
        assert traffic.left(name, time.time()) < 0.92


def are_right(live, traffic):
    """Whether the server has the budgets that the traffic leaves, all three."""
    now = time.time()
    return all(abs(live.value(each) - traffic.left(name, now)) < 0.002 for name, each in LEFT.items())


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.in_turn("played_by")
def test_an_old_budget_from_the_first_minute(here, played_by):
    """The rules run already; blocks come into the folder of the server, which is not restarted; nothing of
    others is lost when it is, later."""
    with running(played_by, here) as (live, traffic):
        url = ("--url", live.client.server.url)
        have_first_budgets(live, traffic)
        early = backfill(played_by, *url, "--check")
        assert early.return_value == 1, early.output
        made = backfill(played_by, *url, "--out", "blocks", "--format", "json")
        assert made.return_value == 0, made.output
        said = json.loads(made.stdout)
        assert said["agrees"]
        for block in (here / "blocks").iterdir():
            shutil.copytree(block, here / "server/data" / block.name)
        # blocks are looked for each minute, budgets are evaluated every two: more is a busy machine
        wait_for("the right budgets", lambda: are_right(live, traffic), 600, every=1)
        # the check asks at an evaluation that lies a little back
        wait_for("a check", lambda: backfill(played_by, *url, "--check").return_value == 0, 600, every=5)
        before = live.value("count_over_time(up[10m])")
        live.restart()
        assert live.value("count_over_time(up[10m])") >= before
        wait_for("the same budgets", lambda: are_right(live, traffic), 600, every=1)
        again = backfill(
            played_by, *url, "--out", "again", "--format", "json"
        )  # what is there already is no live sample
        assert json.loads(again.stdout)["to"] == said["to"]


@pytest.mark.server
@pytest.mark.slow
def test_what_a_late_end_does(here, newest):
    """Why it is refused: a block that ends in the head's time makes a restart forget what the head had."""
    with running(newest, here) as (live, _):
        wait_for("some samples", lambda: (live.value("count_over_time(up[1m])") or 0) >= 4, 60)
        late = int(time.time())
        (here / "texts2").mkdir()
        (here / "late").mkdir()
        blocks = Blocks(newest.promtool, here / "texts2", here / "late")
        blocks.add("other", {}, [(late - 1, 1.0)])
        blocks.make()
        [block] = (here / "late").iterdir()
        before = live.value("count_over_time(up[1m])")
        shutil.copytree(block, here / "server/data" / block.name)
        live.restart()
        assert (live.value("count_over_time(up[1m])") or 0) < before


@pytest.mark.server
@pytest.mark.slow
def test_it_may_be_sent_instead(here, newest):
    """What a server that takes old samples is sent is there at once, without a gap, and after a restart."""
    with running(newest, here, late="10d") as (live, traffic):
        have_first_budgets(live, traffic)
        url = live.client.server.url
        made = backfill(newest, "--url", url, "--remote-write", f"{url}/api/v1/write", "--format", "json")
        assert made.return_value == 0, made.output
        sent = json.loads(made.stdout)["output"]
        assert (sent["server"], sent["series"] > 30) == (f"{url}/api/v1/write", True)
        wait_for("the right budgets", lambda: are_right(live, traffic), 60, every=1)
        live.restart()
        wait_for("the same budgets", lambda: are_right(live, traffic), 600, every=1)


@pytest.mark.server
@pytest.mark.slow
def test_a_server_that_takes_nothing_old_is_told_of(here, newest):
    with running(newest, here) as (live, _):
        wait_for("some samples", lambda: live.value("up") is not None, 60)
        url = live.client.server.url
        call = ["backfill", "--url", url, "--remote-write", f"{url}/api/v1/write"]
        refused = CliRunner().invoke(main, [*call, "--prometheus", str(newest.prometheus)])
        assert refused.exit_code == 4, refused.output
        assert (
            "it refuses samples that are so old, after 0 that it took: set storage.tsdb.out_of"
            in refused.output
        )
