"""A bad evaluation, all the way: `slogen eval` writes it, Prometheus scrapes it, shipped rules page one."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import slogen
from slogen.cli import main

from .alertmanager import HEAD, Alertmanager
from .inbox import Inbox
from .processes import wait_for
from .prometheus import Prometheus
from .scaled import long_known, scaled_rules
from .stage import SLACK
from .theatre import SCALE

REPO = Path(__file__).parents[2]
ORACLES = REPO / ".oracles"
JOB, SUITE = "support-evals", "support"
SCORES = ("accuracy", "helpfulness")
GOOD = {"accuracy": {"passed": 97, "failed": 3}, "helpfulness": 0.9}
BAD = {"accuracy": {"passed": 60, "failed": 38, "errored": 2}, "helpfulness": 0.9}
PAGE = {"alertname": "SLOLevelBreached", "slo_level": "critical", "severity": "page", "slo": "accuracy"}
pytestmark = [
    pytest.mark.server,
    pytest.mark.xdist_group("server"),
    pytest.mark.skipif(
        not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
    ),
]


@contextmanager
def collector(folder: Path) -> Iterator[int]:
    """What a node exporter's textfile collector does: it serves the files of a folder."""

    class Serve(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = b"".join(path.read_bytes() for path in sorted(folder.glob("*.prom")))
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def evaluated(folder: Path, metrics: dict[str, Any]) -> int:
    """A run of the suite, judged by the shipped specs and written for the collector."""
    results = folder / "results.json"
    results.write_text(json.dumps({"suite": SUITE, "time": time.time(), "metrics": metrics}))
    specs = ("--specs", str(REPO / "specs"), "--settings", str(REPO / "slogen.yaml"))
    done = CliRunner().invoke(main, ["eval", str(results), *specs, "--push", f"textfile={folder}"])
    assert "pushed " in done.stdout, done.output
    return done.exit_code


def compiled(inbox: Inbox) -> dict[str, str]:
    """The shipped SLOs of scores, and a notification of pages to the inbox."""
    quick = {"group_wait": "1s", "group_interval": "1s"}
    said = {
        **HEAD,
        "kind": "Notifications",
        "receivers": {
            name: {"webhook": {"url": f"http://127.0.0.1:{inbox.port}/{name}"}}
            for name in ("oncall", "tickets")
        },
        "default": {"page": "oncall", "ticket": "tickets"},
        "timing": {"page": quick, "ticket": quick},
    }
    spec = yaml.safe_load((REPO / "specs" / "support-bot.yaml").read_text())
    spec["slos"] = [slo for slo in spec["slos"] if slo["name"] in SCORES]
    sources = {"specs/support-bot.yaml": json.dumps(spec), "notifications.yaml": json.dumps(said)}
    settings: dict[str, Any] = {**HEAD, "kind": "Settings", "targets": ["prometheus", "alertmanager"]}
    settings["prometheus"] = {"retention": "120d"}
    result = slogen.compile(sources, json.dumps(settings))
    assert result.ok, [problem.message for problem in result.problems if problem.is_error]
    return result.files


def test_a_bad_evaluation_pages(tmp_path):
    with ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        files = compiled(inbox)
        own = {Path(p).name: text for p, text in files.items() if p.startswith("alertmanager/")}
        people = Alertmanager(ORACLES / "alertmanager-0.33" / "alertmanager", tmp_path / "am", own)
        stack.callback(people.close)
        people.start()
        node = tmp_path / "node"
        node.mkdir()
        assert evaluated(node, GOOD) == 0
        port = stack.enter_context(collector(node))
        binary = ORACLES / "prometheus-3.5" / "prometheus"
        watcher = Prometheus(binary, tmp_path / "p", SCALE, {JOB: port}, people.port)
        stack.callback(watcher.close)
        rules = scaled_rules(long_known(files["prometheus/support-bot.rules.yaml"]), SCALE)
        (tmp_path / "p" / "rules" / "support-bot.yaml").write_text(rules)
        watcher.start()
        _story(watcher, inbox, node)


def _story(watcher: Prometheus, inbox: Inbox, node: Path) -> None:
    def minutes(number: float) -> float:
        return number * 60 * float(SCALE)

    def value() -> float | None:
        found = watcher.query('slo:sli_value:current{slo_id="support-bot/accuracy"}')
        return float(found[0]["value"][1]) if found else None

    def told(status: str) -> list[Any]:
        """The level's page in what was sent: beside the burn rate's, for an incident is one message."""
        alerts = [alert for message in inbox.to("oncall") for alert in message.body["alerts"]]
        return [a for a in alerts if a["status"] == status and PAGE.items() <= a["labels"].items()]

    wait_for("the score is recorded", lambda: value() == 0.97, 30)
    time.sleep(minutes(16))
    assert not told("firing")
    assert evaluated(node, BAD) == 1
    (page, *_) = wait_for("the page", lambda: told("firing"), minutes(15 + 5) + 2 * SLACK)
    assert value() == pytest.approx(0.6)
    assert "support-bot/accuracy" in page["annotations"]["summary"]
    cases = 'eval_cases_total{job="support-evals",metric="accuracy"}'
    found = {each["metric"]["outcome"]: float(each["value"][1]) for each in watcher.query(cases)}
    assert found == {"passed": 157, "failed": 41, "errored": 2}
    assert evaluated(node, GOOD) == 0
    wait_for("the end of it", lambda: told("resolved"), minutes(30) + 2 * SLACK)
    assert watcher.failures("support-bot") == []
